-- 监察对象 · watched cases (C3.3, F134): the fold of a case's acts as supervision needs it. Derived from the feed, rebuilt from zero.
create table watches (
    case_no        text        primary key,
    item           text        not null,
    agency         text        not null,
    region         text        not null,
    stage          text        not null,
    submitted_at   timestamptz not null,
    accepted_on    date,
    concluded_on   date,
    -- The last day on which the agency must act next; null while the law gives it no turn.
    due            date,
    statutory_due  date,
    -- Filled on conclusion, for the figures: days counted, days the law gave, and whether the promise was broken.
    used_days      int,
    statutory_days int,
    broken         boolean     not null default false,
    watch          jsonb       not null,
    last_position  bigint      not null,
    changed_at     timestamptz not null
);
comment on table watches is '电子监察盯着的办件';
create index watches_by_urgency on watches (stage, coalesce(due, date '9999-12-31'), case_no);
create index watches_of_agency on watches (agency, stage);
create index watches_concluded on watches (concluded_on);

-- 亮牌 · what a card says is in its act; these columns are for finding and listing it (C3.3-09).
-- `breach` names the breach among those of the case, so that each gets one card however often the rules are asked.
alter table cards
    add column breach      text   not null,
    add column item        text   not null,
    add column region      text   not null,
    add column computation text   not null,
    add column position    bigint not null references acts (position),
    add column reviewed    jsonb,
    add constraint cards_outcome check (outcome in ('upheld', 'withdrawn')),
    add constraint cards_once unique (case_no, breach);
create index cards_open on cards (colour) where outcome is null;

-- 阳光看板 · the days behind a row (F028). Names are looked up when the page is drawn, so that they are never stale.
alter table sunlight
    drop column item_name,
    add column submitted_on date  not null,
    add column accepted_on  date,
    add column concluded_on date,
    add column entries      int   not null,
    add column promised     jsonb;
create index sunlight_submitted on sunlight (submitted_on);
create index sunlight_concluded on sunlight (concluded_on);
