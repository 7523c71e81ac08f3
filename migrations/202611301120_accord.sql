-- 三位一体监控 · three views of one record (A2.5, F029): what the agencies' own files hold (acts), what the public log serves (log_entries),
-- and what supervision has read (watched_acts) are compared in stretches of a thousand positions. A stretch is compared again once anything
-- in it was read, changed or taken away, so that asking costs what moved, not what there is.
create table watched_acts (
    position bigint primary key,
    n        bigint not null,
    id       uuid   not null,
    case_no  text   not null,
    kind     text   not null,
    day      date   not null,
    agency   text   not null,
    region   text   not null
);
comment on table watched_acts is '监察读到的行为：一行一个，由监察自己记下';

create table accord_blocks (
    block       bigint primary key,
    done        boolean     not null default false,
    compared_at timestamptz
);
create index accord_blocks_open on accord_blocks (block) where not done;
comment on table accord_blocks is '三位一体监控：对过的段';

create table accord_counts (
    block       bigint not null references accord_blocks (block) on delete cascade,
    day         date,
    region      text   not null,
    agency      text   not null,
    kind        text   not null,
    internal    bigint not null,
    disclosed   bigint not null,
    supervision bigint not null,
    unique nulls not distinct (block, day, region, agency, kind)
);
comment on table accord_counts is '三位一体监控：一段里三方各有多少条';

-- The same over all stretches, moved by what a comparison changes, so that a span is summed by its days and not by its acts.
create table accord_days (
    day         date,
    region      text   not null,
    agency      text   not null,
    kind        text   not null,
    internal    bigint not null,
    disclosed   bigint not null,
    supervision bigint not null,
    unique nulls not distinct (day, region, agency, kind)
);
comment on table accord_days is '三位一体监控：一天里三方各有多少条';

create table accord_odd (
    block       bigint  not null references accord_blocks (block) on delete cascade,
    position    bigint  primary key,
    n           bigint,
    id          uuid,
    case_no     text    not null,
    day         date,
    region      text    not null,
    agency      text    not null,
    kind        text    not null,
    internal    boolean not null,
    disclosed   boolean not null,
    supervision boolean not null
);
create index accord_odd_by_day on accord_odd (day, position);
create index accord_odd_of_block on accord_odd (block);
comment on table accord_odd is '三位一体监控：不是三方都有的行为';

-- What supervision had read before it kept a list of its own.
insert into watched_acts (position, n, id, case_no, kind, day, agency, region)
select a.position, e.n, a.id, a.subject, a.kind, (a.at at time zone 'Asia/Shanghai')::date, w.agency, w.region
  from acts a
  join log_entries e on e.position = a.position
  join watches w on w.case_no = a.subject
 where a.subject_kind = 'case'
   and e.n < (select next from feed_cursors where consumer = 'supervision');
insert into accord_blocks (block) select distinct position / 1000 from acts;

-- Whoever changes or takes away a row makes its stretch be compared again; also where foreign keys are switched off.
create function accord_again() returns trigger language plpgsql as $$
begin
    update accord_blocks set done = false where block = old.position / 1000 and done;
    return null;
end $$;
create trigger accord_acts after delete or update of position, id, subject_kind, subject, kind, at on acts
    for each row execute function accord_again();
create trigger accord_log_entries after delete or update on log_entries for each row execute function accord_again();
create trigger accord_watched_acts after delete or update on watched_acts for each row execute function accord_again();
alter table acts enable always trigger accord_acts;
alter table log_entries enable always trigger accord_log_entries;
alter table watched_acts enable always trigger accord_watched_acts;
