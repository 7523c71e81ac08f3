-- 导入事项 · tables of matters that were handed in, and the changes of several matters that they become (B6.1-01).
alter table item_changes drop constraint item_changes_pkey;
alter table item_changes add primary key (change, slug);

create table item_imports (
    id     uuid        primary key,
    -- Who handed it in, and when.
    person uuid        not null,
    at     timestamptz not null,
    -- The change that was sent back and is drafted again with it.
    again  text        references power_changes (no),
    -- The change that it has become.
    change text        references power_changes (no)
);
comment on table item_imports is '导入事项的表格，确认以前只作对照';
create index item_imports_recent on item_imports (at desc, id desc);

create table item_import_files (
    import uuid  not null references item_imports (id) on delete cascade,
    nth    int   not null,
    name   text  not null,
    bytes  bytea not null,
    primary key (import, nth)
);
comment on table item_import_files is '导入事项的表格文件，逐个原样';
