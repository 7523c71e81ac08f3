-- 权责清单 · the list of powers, its changes, and the texts it rests on (A2.1, B6.1). Rows are the fold of acts; never updated by hand.
create table power_changes (
    no         text        primary key,
    drafted_at timestamptz not null,
    -- Waits for somebody: a review, or its publication.
    is_open    boolean     not null,
    -- Public from then on.
    published_at timestamptz,
    state      jsonb       not null
);
comment on table power_changes is '权责清单的变更，一次可以是一项，也可以是一张清单';
create index power_changes_recent on power_changes (drafted_at desc, no desc);
create index power_changes_published on power_changes (published_at desc, no desc) where published_at is not null;
create index power_changes_open on power_changes (drafted_at, no) where is_open;

create table power_change_rows (
    change  text    not null references power_changes (no),
    nth     int     not null,
    code    text    not null,
    is_open boolean not null,
    -- What is to be done with the power, and how it will stand in the list.
    row     jsonb   not null,
    primary key (change, nth)
);
comment on table power_change_rows is '变更的每一行';
-- One power is under one change at a time.
create unique index power_change_rows_open on power_change_rows (code) where is_open;

create table power_versions (
    code           text not null,
    version        int  not null,
    change         text not null references power_changes (no),
    effective_from date not null,
    -- The day on which the next version is in force; null for the latest.
    effective_to   date,
    name           text not null,
    kind           text not null,
    region         text not null,
    agency         text not null,
    standing       text not null check (standing in ('in_use', 'suspended', 'cancelled', 'merged')),
    -- Of a list that shows what is possible, and is not in force here.
    sample         boolean not null,
    -- Required elements that are empty.
    missing        int  not null,
    facts          jsonb not null,
    -- Characters and pairs of characters of what people search for.
    grams          tsvector not null,
    primary key (code, version)
);
comment on table power_versions is '行政职权的每一版，连同它有效的日子';
-- The latest version of each.
create unique index power_versions_latest on power_versions (code) where effective_to is null;
create index power_versions_by_agency on power_versions (agency, code, version);
create index power_versions_by_region on power_versions (region, code, version);
create index power_versions_by_kind on power_versions (kind, code, version);
create index power_versions_by_change on power_versions (change, code);
create index power_versions_words on power_versions using gin (grams);

create table laws (
    -- Taken from its name, so that a text has one row however it is cited.
    key           text primary key,
    name          text not null,
    rank          text,
    in_force_from date,
    -- Its last day in force, as a whole.
    in_force_to   date,
    state         jsonb not null
);
comment on table laws is '作依据的法律法规和文件';
create index laws_by_name on laws (name, key);

create table power_bases (
    law      text not null references laws (key),
    -- As it is cited: “第三十五条第一款”; empty for the whole text.
    article  text not null,
    code     text not null,
    version  int  not null,
    -- The last day of the text or of this article; null while both are in force.
    ended_on date,
    primary key (code, version, law, article),
    foreign key (code, version) references power_versions (code, version)
);
comment on table power_bases is '哪一版职权依据哪一条';
create index power_bases_of_law on power_bases (law, code, version);
create index power_bases_ended on power_bases (ended_on, code, law, article) where ended_on is not null;
