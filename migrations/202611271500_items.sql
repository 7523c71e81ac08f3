-- 事项版本 · which version of a matter is in force on which day (B6.1-01, F089). Rows are the fold of acts; never updated by hand.
create table item_versions (
    -- In the order in which they were published.
    nth            bigint generated always as identity unique,
    slug           text   not null,
    version        int    not null,
    -- Of the version's text among the definitions; null where the matter is no longer offered at all.
    hash           text,
    -- The change that published it; null for one that came with the files of the house.
    change         text   references power_changes (no),
    effective_from date   not null,
    -- The day on which the next version is in force; null for the latest.
    effective_to   date,
    primary key (slug, version)
);
comment on table item_versions is '事项的每一版，连同它有效的日子';
create unique index item_versions_latest on item_versions (slug) where effective_to is null;
create index item_versions_days on item_versions (effective_from, effective_to);

-- 事项草稿 · a matter that is being drafted: its four texts, kept as they are typed.
create table item_drafts (
    id         uuid        primary key,
    slug       text        not null,
    -- The version of the matter it was begun from; null for a new one.
    begun_from text,
    -- Counts what was saved, so that nobody overwrites what another has just written.
    revision   int         not null,
    touched_at timestamptz not null,
    -- Who saved it last.
    touched_by uuid        not null,
    -- The change that it has become, or that was sent back and is drafted again.
    change     text        references power_changes (no),
    -- Whether it is still being drafted.
    is_open    boolean     not null,
    -- The text it was begun with, and what was entered since in the form of an item.
    base       jsonb       not null,
    answers    jsonb       not null,
    process    text        not null,
    form       text        not null,
    fit        text
);
comment on table item_drafts is '正在起草的事项';
-- One matter is drafted once at a time.
create unique index item_drafts_open on item_drafts (slug) where is_open;
create index item_drafts_of_change on item_drafts (change) where change is not null;
create index item_drafts_touched on item_drafts (touched_at desc, id desc) where is_open;

-- 送审的事项 · the texts that a change puts in force.
create table item_changes (
    change  text    primary key references power_changes (no),
    slug    text    not null,
    is_open boolean not null,
    hash    text    not null,
    item    text    not null,
    process text    not null,
    form    text    not null,
    fit     text
);
comment on table item_changes is '每份事项变更送审的文本';
-- One matter is under one change at a time.
create unique index item_changes_open on item_changes (slug) where is_open;
