-- 删除个人信息 · what a case held of people is found by the case, and bytes by their content (F152).
create index drafts_of_case on drafts (case_no);
create index files_by_owner on files (owner text_pattern_ops);
create index files_by_content on files (sha256);
