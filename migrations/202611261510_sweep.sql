-- 清扫 · what goes of itself once its time is over, each kind read from an index; and whose room an upload takes up (F072, F152).
alter table files
    add column person uuid references people (id),
    add column removed_at timestamptz;
comment on column files.person is '占谁的空间：交件以前上传的人';
comment on column files.removed_at is '什么时候删掉的，一天以后清除';
update files set removed_at = now() where owner >= 'removed:' and owner < 'removed;';
create index files_of_person on files (person) where person is not null;
create index files_removed on files (removed_at) where removed_at is not null;
create index uploads_of_person on uploads (person);
create index drafts_unsent on drafts (saved_at) where case_no is null;
create index sessions_over on sessions (expires_at);
create index answered_forms_by_age on answered_forms (answered_at);
create index held_forms_by_age on held_forms (held_at);
-- One daily job does what these did.
delete from jobs where kind = 'unfinished_uploads';
