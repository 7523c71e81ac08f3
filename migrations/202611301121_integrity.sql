-- 廉政风险防控 · integrity risk points (A6, F054): what is written anew of a point or a rule is a version in the table of rules; what the house
-- brings is not, until somebody changes it.
alter table supervision_rules
    add column kind text not null default 'supervision' check (kind in ('supervision', 'integrity'));

-- 同办 · who came together with whom in which case, as the record says it: derived from the feed.
create table integrity_pairs (
    kind     text   not null,
    whose    uuid   not null,
    other    text   not null,
    -- Among whom it is compared: the service, the agency.
    among    text   not null,
    case_no  text   not null,
    entry    bigint not null,
    primary key (kind, whose, case_no, other)
);
create index integrity_pairs_last on integrity_pairs (kind, whose, among, entry desc);
comment on table integrity_pairs is '廉政风险：谁和谁在哪一件里一起出现';

create table integrity_shares (
    kind  text   not null,
    among text   not null,
    whose uuid   not null,
    other text   not null,
    cases bigint not null,
    primary key (kind, among, whose, other)
);
comment on table integrity_shares is '廉政风险：一起出现的件数，连同合计（人为空号、对方为空的）';

-- How long a matter usually takes, in hours from its acceptance: counters, so that the middle is found without counting cases.
create table integrity_times (
    item  text   not null,
    hours int    not null,
    cases bigint not null,
    primary key (item, hours)
);
comment on table integrity_times is '廉政风险：各事项用时的分布';

-- What is known of a case until it is decided.
create table integrity_cases (
    case_no text   primary key,
    state   jsonb  not null
);
comment on table integrity_cases is '廉政风险：办件的经办情况';

create table integrity_hits (
    no          text        primary key,
    rule        text        not null,
    agency      text        not null,
    item        text        not null,
    node        text        not null,
    level       text        not null check (level in ('high', 'middle', 'low')),
    controls    text[]      not null,
    officer     uuid        not null,
    officer_name text       not null,
    other       text        not null,
    other_name  text        not null,
    words       text        not null,
    evidence    bigint[]    not null,
    warned_at   timestamptz not null,
    statement   text,
    stated_at   timestamptz,
    outcome     text        check (outcome in ('ordinary', 'control_added', 'supervision')),
    closed_by   uuid        check (closed_by <> officer),
    closed_at   timestamptz,
    reason      text,
    position    bigint      not null references acts (position),
    check ((outcome is null) = (closed_at is null))
);
-- One hit of one rule on the same two waits at a time.
create unique index integrity_hits_open on integrity_hits (rule, officer, other) where closed_at is null;
create index integrity_hits_last on integrity_hits (rule, officer, other, warned_at desc);
create index integrity_hits_of_agency on integrity_hits (agency, warned_at desc, no desc);
create index integrity_hits_recent on integrity_hits (warned_at desc, no desc);
create index integrity_hits_of_officer on integrity_hits (officer, warned_at desc);
comment on table integrity_hits is '廉政风险预警';

-- What an open hit asks of an open case before it goes on.
create table integrity_holds (
    case_no   text        not null,
    hit       text        not null references integrity_hits (no),
    words     text        not null,
    controls  text[]      not null,
    officer   uuid        not null,
    second    uuid        check (second <> officer),
    second_at timestamptz,
    closed_at timestamptz,
    primary key (case_no, hit)
);
create index integrity_holds_of_hit on integrity_holds (hit);
comment on table integrity_holds is '廉政风险防控措施：这一件办下去之前要做到的';
