-- 代办点 · village agent points: who helps there, who entrusted whom with what, and the subsidy counted from it (B5, F086, F088).
create table agent_points (
    no        text primary key,
    -- The township whose centre keeps it.
    agency    text not null,
    name      text not null,
    region    text not null unique check (region ~ '^[0-9]{12}$'),
    address   text not null,
    hours     text not null,
    phone     text not null,
    opened_on date not null
);
comment on table agent_points is '村级代办点';
create index agent_points_listed on agent_points (agency, region);

create table agents (
    id       uuid primary key,
    point    text not null references agent_points (no),
    person   uuid not null references people (id),
    named_on date not null,
    ended_on date,
    check (ended_on >= named_on)
);
comment on table agents is '代办员：在哪个代办点，从哪天到哪天';
-- One works at one point at a time.
create unique index agents_in_office on agents (person) where ended_on is null;
create index agents_of_point on agents (point, named_on);

create table consents (
    no         text primary key,
    point      text not null references agent_points (no),
    agent      uuid not null references people (id),
    person     uuid not null references people (id),
    items      text[] not null check (cardinality(items) > 0),
    until      date not null,
    -- Prepared by the agent; given by the person, on paper or in the own account; declined there; taken back.
    state      text not null check (state in ('prepared', 'given', 'declined', 'revoked')),
    complained boolean not null default false,
    made_at    timestamptz not null,
    consent    jsonb not null
);
comment on table consents is '代办委托';
create index consents_of_agent on consents (agent, state, until desc, no);
create index consents_of_person on consents (person, made_at desc, no);
create index consents_at_point on consents (point, complained desc, no);

-- Numbers that begin anew each day: first questions (SW), consents (WT).
create table day_serials (
    word text not null,
    day  date not null,
    last int  not null,
    primary key (word, day)
);
comment on table day_serials is '按天编的号编到几了';
insert into day_serials (word, day, last) select 'SW', day, last from asked_serials;
drop table asked_serials;

-- An application that is filled in for somebody by an agent is nobody's own draft.
alter table drafts add column consent text references consents (no);
create index drafts_by_consent on drafts (consent) where consent is not null;

-- The case was filed by an agent; who it was stays known for the subsidy after what the case held of the applicant is erased.
alter table cases
    add column consent text references consents (no),
    add column agent   uuid references people (id);
create index cases_by_consent on cases (consent) where consent is not null;
create index cases_of_agent on cases (agent, submitted_at desc, case_no desc) where agent is not null;

create table subsidy_months (
    agency    text not null,
    month     text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
    closed_at timestamptz not null,
    total     bigint not null,
    primary key (agency, month)
);
comment on table subsidy_months is '关了账的代办补贴月份';

create table subsidy_lines (
    case_no    text not null references cases (case_no),
    -- A case is counted once, and taken back once.
    taken_back boolean not null,
    agency     text not null,
    month      text not null,
    agent      uuid not null references people (id),
    amount     bigint not null,
    primary key (case_no, taken_back),
    foreign key (agency, month) references subsidy_months (agency, month)
);
comment on table subsidy_lines is '代办补贴：哪一件在哪个月算了多少';
create index subsidy_lines_of_month on subsidy_lines (agency, month, agent, case_no);
create index subsidy_lines_of_agent on subsidy_lines (agent, month desc, case_no);

create table subsidy_strikes (
    case_no text primary key references cases (case_no),
    agency  text not null,
    reason  text not null,
    at      timestamptz not null
);
comment on table subsidy_strikes is '不计代办补贴的件和理由';
create index subsidy_strikes_of_agency on subsidy_strikes (agency);
