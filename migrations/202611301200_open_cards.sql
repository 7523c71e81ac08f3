-- 还没有了结的牌 · a card on which somebody has a turn, and a warning whose case still runs: what tiles and menus count and what their links
-- list, so that both are the same (C3.3-24).
create view open_cards as
select *
  from cards
 where turn is not null
union all
select c.*
  from cards c
  join watches w on w.case_no = c.case_no
 where c.turn is null
   and c.colour = 'warning'
   and c.progress = 'told'
   and w.concluded_on is null;
comment on view open_cards is '还没有了结的牌';
-- Whether a card is settled is told by whose turn it is since cards have a course; nobody asks by the outcome alone any more.
drop index cards_open;
