-- 任务分解 · objections that the office has still to decide on and proposals nobody answered are found without reading every task (D2-01).
create index assignments_asking on assignments (no)
 where closed_on is null
   and (state @? '$.answers[*] ? (@.joins == false && !exists(@.decided))'
        or state @? '$.proposals[*] ? (@.answer == null)');
