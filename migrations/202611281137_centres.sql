-- 政务服务中心 · service centres, the matters that stay outside them, and the figures of coverage (B2.1, B3.1, B4.4, B6.3). Rows are the fold
-- of acts; never updated by hand.
create table centres (
    key      text   primary key,
    -- One centre to a region; its name follows from it.
    region   text   not null unique,
    version  int    not null,
    facts    jsonb  not null,
    -- The act that said so last.
    position bigint not null references acts (position)
);
comment on table centres is '政务服务中心';
create index centres_latest on centres (position);

create table centre_versions (
    key       text   not null references centres (key),
    version   int    not null,
    from_day  date   not null,
    basis     text   not null,
    facts     jsonb  not null,
    position  bigint not null references acts (position),
    primary key (key, version)
);
comment on table centre_versions is '政务服务中心登记的每一版';

create table outside_matters (
    item     text   primary key,
    centre   text   not null,
    agency   text   not null,
    -- Outside still; no longer once it came into the centre.
    is_open  boolean not null,
    -- Reviewed and approved.
    approved boolean not null,
    state    jsonb  not null,
    position bigint not null references acts (position)
);
comment on table outside_matters is '不在中心办理的事项';
create index outside_matters_of_centre on outside_matters (centre, item) where is_open;
create index outside_matters_open on outside_matters (approved, item) where is_open;
create index outside_matters_latest on outside_matters (position);

-- 授权到位 · who decided, case by case, as the record says it (B6.3-01). Derived from the feed, rebuilt from zero.
create table decided_cases (
    case_no    text   primary key,
    item       text   not null,
    agency     text   not null,
    decided_on date   not null,
    -- Went back to the agency, whose head approved; null where the act of its time does not say.
    went_back  boolean,
    n          bigint not null
);
comment on table decided_cases is '作了决定的办件';
create index decided_cases_of_agency on decided_cases (agency, decided_on, item, went_back);
create index decided_cases_back on decided_cases (agency, decided_on desc, case_no desc) where went_back;
create index decided_cases_latest on decided_cases (decided_on, n);

-- What was computed for a day, kept: figures are computed again only when the record says something new.
create table centre_coverage (
    centre   text  not null,
    day      date  not null,
    -- Up to what the record was read.
    edition  text  not null,
    figures  jsonb not null,
    primary key (centre, day)
);
comment on table centre_coverage is '中心的覆盖和到位情况，一天一份';
