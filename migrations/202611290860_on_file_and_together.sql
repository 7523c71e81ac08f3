-- 已有的资料 · which answers of a draft came from what is on file, and by whose consent: {"<field>": {"value", "from", "at"}}.
alter table drafts add column on_file jsonb not null default '{}';
comment on column drafts.on_file is '替申请人填好的各项：取自哪里，什么时候取的';

-- 共同申请 · the numbers of those who apply together with the applicant, by which they find the case; nothing for the many that one applies for alone.
alter table cases add column together text[];
comment on column cases.together is '共同申请人的证件号码';
create index cases_of_together on cases using gin (together) where together is not null;
