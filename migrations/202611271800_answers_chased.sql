-- 商请答复 · an answer that a unit owes is a duty like a report: chased by its timer, found by its day (D2-01, D3-01). What waits for the
-- office is objections alone; tasks with a proposal nobody has answered get their day and their timer anew.
drop index assignments_asking;
create index assignments_asking on assignments (no)
 where closed_on is null
   and state @? '$.answers[*] ? (@.joins == false && !exists(@.decided))';

insert into jobs (kind, key, payload, run_at)
select 'directive_chase', no, 'null', now()
  from assignments
 where closed_on is null
   and state @? '$.proposals[*] ? (@.answer == null)'
    on conflict (kind, key) do update
   set run_at = excluded.run_at;
