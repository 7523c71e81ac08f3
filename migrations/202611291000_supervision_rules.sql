-- 监察规则 · supervision rules (C3.3, F137): each version whole, with the time in which it binds. Drafted by one person, published by another;
-- what the house brings nobody drafted. A text is never changed and never taken away.
create table supervision_rules (
    id           text        not null,
    version      int         not null check (version > 0),
    hash         text        not null,
    text         text        not null,
    state        text        not null check (state in ('drafted', 'published', 'withdrawn')),
    -- It binds from the first moment on and before the second.
    starts       timestamptz,
    ends         timestamptz check (ends >= starts),
    drafted_by   uuid,
    drafted_at   timestamptz not null,
    published_by uuid,
    published_at timestamptz,
    -- Why it was published, and why it was ended.
    reason       text,
    end_reason   text,
    position     bigint      not null references acts (position),
    primary key (id, version),
    check ((state = 'published') = (starts is not null)),
    check (published_by is null or published_by <> drafted_by)
);
comment on table supervision_rules is '监察规则';
create unique index supervision_rules_drafted on supervision_rules (id) where state = 'drafted';

-- 试跑 · a rule tried on the record of a span (F137): how far it has come, and what it found beside the version that binds.
create table supervision_trials (
    no         uuid        primary key,
    rule       text        not null,
    hash       text        not null,
    text       text        not null,
    span_from  date        not null,
    span_to    date        not null check (span_to >= span_from),
    asked_by   uuid        not null,
    asked_at   timestamptz not null,
    -- The last case that was looked at.
    after      text        not null default '',
    looked     int         not null default 0,
    total      bigint,
    done       boolean     not null default false,
    found      jsonb       not null
);
comment on table supervision_trials is '监察规则的试跑';
create index supervision_trials_of on supervision_trials (rule, asked_at desc);

-- A card says which version of its rule it was judged by; one from before rules had versions does not.
alter table cards
    add column version int,
    drop constraint cards_colour_check,
    add constraint cards_colour_check check (colour in ('notice', 'warning', 'yellow', 'red'));
