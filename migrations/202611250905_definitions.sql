-- 定义 · every text the house ever worked by (A2.2, B6.1): items, processes, forms, tables, policies, letters. Kept for good, so
-- that a case can be read by the version it began with. The hash is SHA-256 of the text, in hex.
create table definitions (
    kind      text        not null,
    key       text        not null,
    hash      text        not null check (hash ~ '^[0-9a-f]{64}$'),
    text      text        not null,
    loaded_at timestamptz not null,
    primary key (kind, key, hash)
);
comment on table definitions is '定义：办事所依的每一份文本和每一个版本';
create index definitions_by_hash on definitions (kind, hash);
