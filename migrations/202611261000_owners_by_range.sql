-- 文件归属 · owners are compared byte by byte, so that all files of one are a range of the index (F152).
drop index files_by_owner;
alter table files alter column owner type text collate "C";
alter table uploads alter column owner type text collate "C";
create index uploads_of_owner on uploads (owner);
