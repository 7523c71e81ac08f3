-- 全程留痕 · the record (“What holds for all of them”). One row of acts is one administrative act; rows are only ever added.
-- Bodies are kept as the exact text whose salted commitment stands in the public log; a private body may be erased, its commitment stays.
create table acts (
    position           bigint generated always as identity primary key,
    id                 uuid        not null unique,
    subject_kind       text        not null,
    subject            text        not null,
    kind               text        not null,
    at                 timestamptz not null,
    recorded_at        timestamptz not null default clock_timestamp(),
    agency             text,
    public_body        text        not null,
    public_salt        bytea       not null check (octet_length(public_salt) = 32),
    public_commitment  bytea       not null check (octet_length(public_commitment) = 32),
    private_body       text,
    private_salt       bytea       check (octet_length(private_salt) = 32),
    private_commitment bytea       not null check (octet_length(private_commitment) = 32),
    check ((private_body is null) = (private_salt is null))
);
comment on table acts is '行政行为：一行一个行为，只增不改';
create index acts_of_subject on acts (subject_kind, subject, position);

-- Acts committed but not yet numbered. The sequencer moves them into log_entries; no lock is shared with the writers.
create table acts_pending (
    position bigint primary key references acts (position)
);
comment on table acts_pending is '待编号的行为';

create table log_entries (
    n        bigint primary key check (n >= 0),
    position bigint not null unique references acts (position)
);
comment on table log_entries is '公开日志的条目：序号与行为';

create table log_tiles (
    level  smallint not null,
    tile   bigint   not null,
    width  smallint not null check (width between 1 and 256),
    hashes bytea    not null,
    primary key (level, tile)
);
comment on table log_tiles is '日志的散列瓦片，只留每块最宽的一版';

create table log_checkpoints (
    size      bigint      primary key check (size >= 0),
    note      text        not null,
    signed_at timestamptz not null default clock_timestamp()
);
comment on table log_checkpoints is '签过名的日志检查点';

create table log_key (
    only_one boolean primary key default true check (only_one),
    origin   text  not null,
    seed     bytea not null check (octet_length(seed) = 32)
);
comment on table log_key is '日志签名密钥：与日志同生，换库不换钥';

create table leases (
    name    text        primary key,
    holder  uuid        not null,
    expires timestamptz not null
);
comment on table leases is '租约：同一时刻只有一个实例做的事';

create table feed_cursors (
    consumer text   primary key,
    next     bigint not null check (next >= 0)
);
comment on table feed_cursors is '行为流的读者读到哪里';
