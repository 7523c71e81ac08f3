-- 任务与定时 · work that happens later: a job runs once its time has come, by whichever instance takes it first.
create table jobs (
    id         bigint generated always as identity primary key,
    kind       text        not null,
    key        text        not null,
    payload    jsonb       not null,
    run_at     timestamptz not null,
    attempts   int         not null default 0,
    last_error text,
    created_at timestamptz not null default now(),
    unique (kind, key)
);
create index jobs_due on jobs (run_at) where attempts < 10;
comment on table jobs is '待办的后台任务与法定期限的定时器';

-- 文件 · what people upload and what we issue. Bytes lie in the object store under their SHA-256.
create table files (
    id         uuid        primary key,
    owner      text        not null,
    name       text        not null,
    media_type text        not null,
    size       bigint      not null check (size >= 0),
    sha256     text        not null,
    created_at timestamptz not null default now()
);
create index files_of_owner on files (owner, created_at);
comment on table files is '上传的材料和签发的文书';

create table uploads (
    id         uuid        primary key,
    owner      text        not null,
    name       text        not null,
    size       bigint      not null,
    received   bigint      not null default 0,
    created_at timestamptz not null default now()
);
comment on table uploads is '还没传完的文件';

-- The demonstration's clock; the row exists only in a demonstration and `serve` refuses a database that has it.
create table demonstration (
    only_one boolean primary key default true check (only_one),
    offset_seconds bigint not null default 0
);
comment on table demonstration is '演示用的时钟';
