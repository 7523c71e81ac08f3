-- From when on a text that is known for what it is can create no permit (A2.1-01; 行政许可法 14-17); none where it always can, or nobody said.
alter table laws add column no_permit_from date;
update laws
   set no_permit_from = case when rank in ('department_rule', 'normative_document') then date '1970-01-01'
                             when rank = 'provincial_rule' then (in_force_from + interval '12 months')::date
                        end;

-- What a power can rest on, and its last day; none while it goes on.
create view founding_bases as
select b.code, b.version, b.law, b.article,
       least(b.ended_on, case when v.kind = 'permit' then l.no_permit_from - 1 end) as until
  from power_bases b
  join power_versions v on v.code = b.code and v.version = b.version
  join laws l on l.key = b.law
 where b.founds;
comment on view founding_bases is '职权站得住的设定依据，到哪天为止';
