-- 委托 · those whose agent may still use them: a relative or friend, or whoever works at the point. One who left uses none of them.
create view standing_consents as
select c.*
  from consents c
 where c.point is null
    or exists (select from agents a where a.person = c.agent and a.point = c.point and a.ended_on is null);
comment on view standing_consents is '代办人还能用的委托';
