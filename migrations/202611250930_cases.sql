-- 办件 · cases (B4.1). One row is the fold of its acts; never update it by hand.
create table cases (
    case_no      text        primary key,
    item         text        not null,
    region       text        not null,
    agency       text        not null,
    stage        text        not null,
    applicant    uuid,
    filed_by     uuid        not null,
    once         uuid        not null unique,
    submitted_at timestamptz not null,
    due          date,
    statutory    date,
    concluded_on date,
    state        jsonb       not null,
    version      bigint      not null default 1
);
comment on table cases is '办件';
create index cases_queue on cases (agency, stage, due, case_no);
create index cases_of_applicant on cases (applicant, submitted_at desc);
create index cases_of_filer on cases (filed_by, submitted_at desc);
create index cases_recent on cases (submitted_at desc, case_no);
create index cases_of_item on cases (item, concluded_on desc);

create table case_numbers (
    region text not null,
    day    date not null,
    last   int  not null,
    primary key (region, day)
);
comment on table case_numbers is '办件编号的当日流水';

-- 草稿 · an application being filled in; kept 90 days, on any device (F070).
create table drafts (
    id         uuid        primary key,
    person     uuid        not null references people (id),
    item       text        not null,
    answers    jsonb       not null default '{}',
    visited    jsonb       not null default '[]',
    organisation uuid references organisations (id),
    case_no    text,
    saved_at   timestamptz not null
);
create index drafts_of_person on drafts (person, saved_at desc);
comment on table drafts is '申请草稿';
