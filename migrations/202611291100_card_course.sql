-- 亮牌的经过 · how far a card has come, whose turn it is and until when (C3.3-18); who spoke for the agency and who judged, so that nobody
-- does both and nobody judges twice (C3.3-23), known also after private words are erased.
alter table cards
    add column progress text   not null default 'told'
        constraint cards_progress check (progress in
            ('told', 'issued', 'unanswered', 'explained', 'proposed', 'upheld', 'appealed', 'rectifying', 'rectified', 'accountable',
             'transferred', 'closed', 'withdrawn')),
    add column turn     text   constraint cards_turn check (turn in ('unit', 'desk')),
    add column due      date,
    add column spoke    uuid[] not null default '{}',
    add column judged   uuid[] not null default '{}';
-- Cards of before: where they stand, and a timer that counts their days.
update cards
   set progress = case when outcome is not null then outcome
                       when explained is not null then 'explained'
                       when colour in ('yellow', 'red') then 'issued'
                       else 'told' end,
       turn = case when outcome is not null then null
                   when explained is not null then 'desk'
                   when colour in ('yellow', 'red') then 'unit' end;
insert into jobs (kind, key, payload, run_at)
select 'card', case_no || ' ' || rule, 'null', issued_at
  from cards
 where turn is not null;
create index cards_by_progress on cards (progress, issued_at desc, id desc);
create index cards_of_turn on cards (turn, issued_at desc, id desc) where turn is not null;
create index cards_of_turn_in_agency on cards (agency, turn, issued_at desc, id desc) where turn is not null;
create index cards_late on cards (due) where due is not null;
