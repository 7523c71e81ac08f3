-- 任务分解 · where a task stands follows from its due day, its silence and its closing; a notice is issued once (D3).
alter table assignments
    drop column standing,
    drop column changed_at,
    -- Whether a lead unit still owes the report.
    add column silent boolean not null default true,
    add column closed_on date;
update assignments as a
   set closed_on = (state ->> 'closed_on')::date,
       silent = exists (
           select from jsonb_array_elements(state -> 'clause' -> 'leads') as lead
            where not exists (
                select from jsonb_array_elements(state -> 'reports') as report
                 where report -> 'unit' = lead -> 'name'));
alter table assignments alter column silent drop default;

drop table assignment_units;

-- SHA-256 of its text. Of notices issued twice before this was watched, the first has the text's; the others stand by their number.
alter table directives add column digest text;
update directives as d
   set digest = case
           when exists (select from directives as e where e.state -> 'text' = d.state -> 'text' and e.no < d.no) then d.no
           else encode(sha256(convert_to((select string_agg(line, E'\n' order by at)
                  from jsonb_array_elements_text(d.state -> 'text') with ordinality as l (line, at)), 'UTF8')), 'hex')
       end;
alter table directives alter column digest set not null, add unique (digest);
