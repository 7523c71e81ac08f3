-- 到岗 · each time somebody sat at a counter: hall_counters holds who sits there now, this who sat there when (B2.2).
create table hall_sittings (
    centre    text        not null,
    day       date        not null,
    counter   text        not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    agency    text        not null,
    officer   uuid        not null references people (id),
    primary key (centre, day, counter, opened_at)
);
comment on table hall_sittings is '窗口每一次有人到岗';
insert into hall_sittings (centre, day, counter, opened_at, closed_at, agency, officer)
select centre, day, counter, opened_at, closed_at, agency, officer from hall_counters;
-- Of a month everything handled at a centre is read by its counters.
create index hall_numbers_handled on hall_numbers (centre, day, counter) where state = 'done';
