-- 电子监察 · warnings and cards (C3.3): derived from acts, each with the rule and the acts that prove it.
create table cards (
    id        uuid        primary key,
    case_no   text        not null,
    agency    text        not null,
    rule      text        not null,
    colour    text        not null check (colour in ('warning', 'yellow', 'red')),
    issued_at timestamptz not null,
    evidence  jsonb       not null,
    explained jsonb,
    outcome   text,
    unique (case_no, rule)
);
create index cards_recent on cards (issued_at desc, id);
create index cards_of_agency on cards (agency, issued_at desc);
comment on table cards is '预警、黄牌、红牌';

-- 阳光看板 · what the public sees of running cases, masked (A2.4, F028); derived from the feed, rebuilt from zero.
create table sunlight (
    case_no    text primary key,
    item       text        not null,
    item_name  text        not null,
    agency     text        not null,
    region     text        not null,
    stage      text        not null,
    changed_at timestamptz not null,
    due        date,
    last_entry bigint      not null,
    grade      smallint
);
create index sunlight_recent on sunlight (changed_at desc, case_no);
comment on table sunlight is '阳光看板';
