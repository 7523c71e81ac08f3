-- 已有的资料 · which answers of a draft came from what is on file, and by whose consent: {"<field>": {"value", "from", "at"}}.
alter table drafts add column on_file jsonb not null default '{}';
comment on column drafts.on_file is '替申请人填好的各项：取自哪里，什么时候取的';
