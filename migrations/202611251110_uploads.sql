-- 上传 · who began an upload goes on with it (F072). How far it is says the part on disk alone.
alter table uploads
    drop column received,
    add column person uuid not null references people (id),
    add check (size > 0);
create index uploads_by_age on uploads (created_at);
