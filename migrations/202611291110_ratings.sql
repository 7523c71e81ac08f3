-- 好差评 · ratings as the feed told of them (C3.2, F131–F133): one row each, counted by day, and the work orders that bad ones opened.
create table ratings (
    -- The number of its act in the public log, which is the order of the list.
    n            bigint      primary key,
    act          uuid        not null unique,
    at           timestamptz not null,
    day          date        not null,
    -- What was rated: case, rating (a visit) or complaint, and its number.
    subject_kind text        not null,
    subject      text        not null,
    region       text        not null,
    agency       text        not null,
    item         text        not null,
    channel      text        not null check (channel in ('account', 'receipt', 'hall', 'complaint')),
    grade        smallint    not null check (grade between 1 and 5),
    -- Not counted (不计入), and why; it stays in the list as received.
    set_aside    text,
    -- Words that everybody may read; waiting until somebody looked at them.
    words        text,
    waiting      boolean     not null default false
);
comment on table ratings is '好差评';
create index ratings_of_agency on ratings (agency, n desc);
create index ratings_of_region on ratings (region, n desc);
create index ratings_of_item on ratings (item, n desc);
create index ratings_by_channel on ratings (channel, n desc);
create index ratings_waiting on ratings (n) where waiting;
create index ratings_of_subject on ratings (subject_kind, subject);

-- 每天收到多少、计入多少: moved with each act. An agency or item that is not told is empty.
create table rating_days (
    day       date   not null,
    region    text   not null,
    agency    text   not null,
    item      text   not null,
    channel   text   not null,
    received  bigint[] not null default '{0,0,0,0,0}',
    set_aside bigint not null default 0,
    primary key (day, region, agency, item, channel)
);
comment on table rating_days is '好差评每天的数字';

-- 每天核对: so many acts in the log, so many counted.
create table rating_checks (
    day        date        primary key,
    acts       bigint      not null,
    counted    bigint      not null,
    checked_at timestamptz not null
);
comment on table rating_checks is '好差评每天的核对';
-- What a day received is counted again from the record.
create index acts_of_ratings on acts (at) where kind in ('case.rated', 'rating.given', 'complaint.rated');

create table rating_orders (
    -- CP, the day, and a serial.
    no        text    primary key,
    -- The act that gave the rating: each opens one order.
    rating    uuid    not null unique,
    of_kind   text    not null,
    of_no     text    not null,
    -- The agency that was rated, which handles it.
    agency    text    not null,
    state     text    not null check (state in ('running', 'ended')),
    -- The day by which somebody does something next.
    next      date    not null,
    overdue   boolean not null default false,
    -- Waits for the second pair of eyes.
    reviewed  boolean not null default false,
    -- What was put right or explained, for everybody.
    measure   text,
    -- The officers who were rated, who may read it and speak to it.
    rated     uuid[]  not null default '{}',
    -- The fold of its acts; never changed by hand.
    rating_order jsonb not null
);
comment on table rating_orders is '差评工单';
create index rating_orders_open on rating_orders (agency, next, no) where state = 'running';
create index rating_orders_late on rating_orders (next, no) where overdue and state = 'running';
create index rating_orders_reviewed on rating_orders (next, no) where reviewed;
create index rating_orders_rated on rating_orders using gin (rated);
create index rating_orders_of on rating_orders (of_kind, of_no);

-- 一次一评: what a visit that became no case was rated, by the number that was served.
alter table hall_numbers add column grade smallint check (grade between 1 and 5);
