-- 裁量基准 · versions of discretion standards, what was decided by them, and equal facts side by side (A2.3, F024–F027).
create table discretion_standards (
    code           text    not null,
    version        int     not null,
    title          text    not null,
    maker          text    not null,
    violation      text    not null,
    basis          text    not null,
    unit           text    not null,
    source         text    not null,
    agencies       text[]  not null,
    -- Keys of the laws it rests on.
    laws           text[]  not null,
    dmn            text    not null,
    hash           text    not null,
    sample         boolean not null,
    effective_from date    not null,
    -- The last day on which it counts; open while it is the latest.
    last_day       date,
    position       bigint  not null references acts (position),
    -- Counted as decisions come.
    decided        bigint  not null default 0,
    outside        bigint  not null default 0,
    primary key (code, version)
);
comment on table discretion_standards is '裁量基准的各个版本';
create unique index discretion_standards_latest on discretion_standards (code) where last_day is null;
create index discretion_standards_resting on discretion_standards using gin (laws);

create table discretion_decisions (
    id         uuid        primary key,
    position   bigint      not null references acts (position),
    code       text        not null,
    version    int         not null,
    agency     text        not null,
    document   text        not null,
    -- The same without blanks and brackets: one number however it is written.
    numbered   text        not null,
    -- The facts in words, with their headings.
    told       text        not null,
    decided_on date        not null,
    at         timestamptz not null,
    facts      jsonb       not null,
    -- SHA-256 of the facts in their one order: equal facts have it in common.
    facts_key  text        not null,
    tier       text        not null,
    least      text,
    most       text,
    amount     text,
    unpunished text,
    inside     boolean     not null,
    way        text,
    reason     text        not null,
    foreign key (code, version) references discretion_standards (code, version),
    unique (agency, numbered)
);
comment on table discretion_decisions is '照裁量基准作出的决定';
create index discretion_decisions_recent on discretion_decisions (at desc, id desc);
create index discretion_decisions_of_agency on discretion_decisions (agency, at desc, id desc);
create index discretion_decisions_by_standard on discretion_decisions (code, at desc, id desc);
create index discretion_decisions_outside on discretion_decisions (at desc, id desc) where not inside;
create index discretion_decisions_equal on discretion_decisions (code, facts_key, at desc, id desc);
create index discretion_decisions_days on discretion_decisions (code, decided_on desc);

-- One row for each set of equal facts under one table, whatever version it stands in; kept as decisions come, so that the report costs what
-- differs and not what exists.
create table discretion_groups (
    code      text   not null,
    hash      text   not null,
    facts_key text   not null,
    told      text   not null,
    unit      text   not null,
    title     text   not null,
    decisions bigint not null,
    outcomes  text[] not null,
    agencies  text[] not null,
    primary key (code, hash, facts_key)
);
comment on table discretion_groups is '事实相同的裁量决定';
create index discretion_groups_differing on discretion_groups (code, hash, facts_key) where cardinality(outcomes) > 1;
