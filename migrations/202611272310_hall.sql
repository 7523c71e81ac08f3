-- 取号叫号、首问负责 · numbers of a day's queues, the counters that call them (B4.1), and questions with who answers for them (F069).
create table hall_serials (
    centre  text   not null,
    day     date   not null,
    kind    text   not null check (kind in ('general', 'advice', 'collect')),
    -- The last number given out, and what was handled today: so many, in so many seconds.
    last    int    not null default 0,
    -- When it was given out; never before the one before it, whatever the clocks of those who came at once.
    last_at timestamptz,
    done    int    not null default 0,
    seconds bigint not null default 0,
    primary key (centre, day, kind)
);
comment on table hall_serials is '每天每种队伍取到几号、办了多久';

create table hall_numbers (
    centre    text        not null,
    day       date        not null,
    number    text        not null,
    kind      text        not null check (kind in ('general', 'advice', 'collect')),
    -- Declared by whoever took it; nobody is asked to prove it.
    priority  text        check (priority in ('elder', 'disabled', 'pregnant')),
    item      text,
    -- Where it stands in its queue: the time it was taken, later for one who was called and did not come.
    place     timestamptz not null,
    state     text        not null default 'waiting' check (state in ('waiting', 'called', 'serving', 'missed', 'done', 'left')),
    -- SHA-256 of the cookie of the device, kept to the end of the day; none for a number that staff took for somebody.
    device    bytea,
    once      uuid        not null unique,
    taken_at  timestamptz not null,
    called_at timestamptz,
    -- The last call, which the screen of the hall goes by.
    shown_at  timestamptz,
    began_at  timestamptz,
    ended_at  timestamptz,
    calls     int         not null default 0,
    counter   text,
    officer   uuid        references people (id),
    -- The cases that were taken in with it.
    cases     text[]      not null default '{}',
    primary key (centre, day, number),
    check ((state in ('called', 'serving')) <= (officer is not null and counter is not null and called_at is not null)),
    check ((state = 'done') <= (ended_at is not null))
);
comment on table hall_numbers is '取的号';
create index hall_numbers_waiting on hall_numbers (centre, day, kind, (priority is null), place, number) where state = 'waiting';
create index hall_numbers_shown on hall_numbers (centre, day, shown_at desc) where state in ('called', 'serving');
create index hall_numbers_missed on hall_numbers (centre, day, shown_at desc) where state = 'missed';
create unique index hall_numbers_at_the_counter on hall_numbers (officer, day) where state in ('called', 'serving');
create index hall_numbers_of_officer on hall_numbers (officer, day, ended_at desc) where state = 'done';
create index hall_numbers_device on hall_numbers (device, day) where device is not null;
create index hall_numbers_devices on hall_numbers (day) where device is not null;

create table hall_counters (
    centre    text        not null,
    day       date        not null,
    counter   text        not null,
    officer   uuid        not null references people (id),
    agency    text        not null,
    kinds     text[]      not null check (cardinality(kinds) > 0),
    opened_at timestamptz not null,
    closed_at timestamptz,
    primary key (centre, day, counter)
);
comment on table hall_counters is '当天开着的窗口';
create unique index hall_counters_of_officer on hall_counters (officer, day) where closed_at is null;

create table asked_serials (
    day  date primary key,
    last int  not null
);
comment on table asked_serials is '每天登记了几个首问';

create table asked (
    no         text        primary key,
    -- Who answers for it now.
    holder     uuid        not null references people (id),
    agency     text        not null,
    -- The agency that was asked to accept it.
    offered_to text,
    state      text        not null check (state in ('open', 'answered', 'became_case')),
    due        date        not null,
    overdue    boolean     not null default false,
    -- The fold of its acts; never changed by hand.
    asked      jsonb       not null
);
comment on table asked is '首问';
create index asked_held on asked (holder, due, no) where state = 'open';
create index asked_offered on asked (offered_to, due, no) where state = 'open' and offered_to is not null;
create index asked_overdue on asked (due, no) where overdue and state = 'open';
