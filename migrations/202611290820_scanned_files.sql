-- 文件查毒 · what the operator's scanner said of a file (F072, H18). Null: there was no scanner when it came. Of a refused file the bytes
-- are gone and the row stays, so that whoever handed it in is told.
alter table files
    add column scan text check (scan in ('clean', 'refused', 'waiting'));
comment on column files.scan is '查毒的结果：clean 没有发现问题，refused 没有通过，waiting 还没有查成';
create index files_waiting_for_scan on files (created_at) where scan = 'waiting';
