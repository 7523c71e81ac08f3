-- 联网核查 · other bodies ask for one certificate's or case's facts (B9, F117, F118; 个人信息保护法 6, 34, 44, 45, 56).
create table querying_bodies (
    uscc        text        primary key,
    version     integer     not null default 1,
    -- What was published last, and what waits to be.
    facts       jsonb,
    proposed    jsonb,
    proposed_by uuid,
    standing    text        not null check (standing in ('proposed', 'active', 'suspended', 'ended')),
    position    bigint      not null,
    check (facts is not null or standing in ('proposed', 'ended'))
);
comment on table querying_bodies is '来查的单位：可以查什么、凭什么、到哪一天';
create unique index querying_bodies_by_name on querying_bodies ((facts ->> 'name'), uscc) where facts is not null;

-- Each query with what was answered or why it was refused; three years after it a row is swept.
create table queries (
    id          uuid        primary key,
    at          timestamptz not null,
    -- The credit code in whose name it came; of one that is not on record as it was written, or empty.
    body        text        not null,
    body_name   text        not null,
    -- The number the asker gave it. Only what its key signed takes one.
    asker_id    text        not null,
    counts      boolean     not null,
    -- Of all that was asked but the moment.
    digest      text        not null,
    whose       uuid,
    -- The certificate or case it was about, where it is known.
    no          text        not null,
    outcome     text        not null,
    -- What was asked, and what was answered or why not, in words.
    asked       text        not null,
    said        text        not null,
    status      integer     not null,
    answer      text        not null
);
comment on table queries is '联网核查：谁来查、查了什么、答了什么或者为什么没有答';
create unique index queries_once on queries (body, asker_id) where counts;
create index queries_at on queries (at);
create index queries_of_no on queries (no) where no <> '';

create table query_months (
    body     text    not null,
    month    date    not null,
    answered integer not null default 0,
    refused  integer not null default 0,
    primary key (body, month)
);
comment on table query_months is '每个单位每个月查了多少次';

-- A query is a look of its own, and never counts up.
alter table looks add column query uuid not null default '00000000-0000-0000-0000-000000000000';
alter table looks add column body text;
alter table looks drop constraint looks_who_span_whose_subject_no_opened_part_allowed_key;
alter table looks add constraint looks_once unique (who, span, whose, subject, no, opened, part, allowed, query);
alter table looks drop constraint looks_subject_check;
alter table looks add constraint looks_subject_check check (subject in ('case', 'certificate', 'consent', 'looks', 'query'));
create index looks_by_body on looks (body, at desc, id desc) where leads and body is not null;
comment on column looks.query is '别的单位来查的，是哪一次；全零的是本站工作人员看的';
comment on column looks.body is '来查的单位';
