-- 回避 · the numbers of the cards that an application names beside the applicant, by which whoever keeps away from a case finds it
-- (公务员法 76): who acts for the applicant by the form, who applies together.
alter table cases add column cards text[];
comment on column cases.cards is '代办人和共同申请人的证件号码';
create index cases_of_cards on cases using gin (cards) where cards is not null;
-- Who applies together stood there by number and name.
update cases
   set cards = array(select split_part(one, '/', 1) from unnest(together) one)
 where together is not null;
