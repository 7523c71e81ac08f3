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

-- What was withdrawn keeps its words, and keeps nobody else from issuing them.
alter table directives drop constraint directives_digest_key;
create unique index directives_digest on directives (digest) where withdrawn_on is null;
create index directives_title on directives (title) where withdrawn_on is null;

-- The day alone says who is late: there is none where nothing is owed.
update assignments set due = null where closed_on is not null or not silent;
drop index assignments_late;
alter table assignments drop column silent;
create index assignments_late on assignments (due, no) where due is not null;
comment on column assignments.due is '通知、条文、步骤和整改定的，还有单位欠着的日子里最早的一个；没有单位欠什么，就没有';
