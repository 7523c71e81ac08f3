-- 每周、每天要做的事 · what returns every week or day is watched like the rest (D3): its tasks get a timer, and the clock itself finds
-- what is due.
insert into jobs (kind, key, payload, run_at)
select 'directive_chase', a.no, 'null', now()
  from assignments as a
 where a.closed_on is null
   and exists (select
                 from jsonb_array_elements(a.state -> 'clause' -> 'times') as t
                where t ->> 'kind' in ('recurring-weekly', 'recurring-daily'))
on conflict (kind, key) do update
   set run_at = least(jobs.run_at, excluded.run_at);
