-- 任务分解 · a notice issued by mistake is withdrawn and stays to be read; blanks make no other notice (D1).
alter table directives
    add column withdrawn_on date,
    add column withdrawn_why text;
comment on column directives.withdrawn_on is '撤回的日子；撤回以后任务不再督办';

-- The digest of the words without blanks. Of notices that are the same so, the first has it; the others stand by their number.
with texts as (
    select d.no,
           regexp_replace((select string_agg(line, '' order by at)
              from jsonb_array_elements_text(d.state -> 'text') with ordinality as l (line, at)), '[\s\u00a0\u3000]', '', 'g') as words
      from directives d
)
update directives as d
   set digest = case
           when exists (select from texts e, texts t where t.no = d.no and e.words = t.words and e.no < t.no) then d.no
           else (select encode(sha256(convert_to(t.words, 'UTF8')), 'hex') from texts t where t.no = d.no)
       end;
