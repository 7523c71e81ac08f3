-- 任务 · dates of the clause itself are watched, findings are put right by a day, and a unit finds what it has to do with (D2, D3).
alter table assignments
    -- Every name of the units that lead, take part or are asked to.
    add column units text[] not null default '{}',
    -- The earliest day by which a finding must be put right.
    add column correct_by date;
comment on column assignments.due is '通知和条文定的、还有单位没有报的日子里最早的一个';

-- Chases were of the day of reporting alone; now each is of a duty, and three reminders come before it.
update assignments as a
   set units = array(
           select distinct unit ->> 'name'
             from jsonb_array_elements((a.state -> 'clause' -> 'leads') || (a.state -> 'clause' -> 'participants')) as unit),
       state = (a.state - 'chased')
           || jsonb_build_object(
               'issued_on', ((d.issued_at at time zone 'Asia/Shanghai')::date)::text,
               'told', coalesce((
                   select jsonb_agg(jsonb_build_object('duty', 'report', 'stage', 2 + at, 'on', chase -> 0, 'units', chase -> 1) order by at)
                     from jsonb_array_elements(a.state -> 'chased') with ordinality as c (chase, at)), '[]'))
  from directives d
 where d.no = a.directive;
alter table assignments alter column units drop default;

create index assignments_of_unit on assignments using gin (units);
create index assignments_late on assignments (due, no) where closed_on is null and silent;
create index assignments_to_correct on assignments (correct_by, no) where correct_by is not null;
create index watches_concluded_by on watches (agency, concluded_on);
