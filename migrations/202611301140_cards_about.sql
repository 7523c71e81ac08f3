-- 亮牌说的是什么 · a card is about a case, or about what has a number of its own beside cases: a complaint, an order from a bad rating, a request
-- for information, a decision that used discretion (C3.3-25 to C3.3-28). `case_no` is that number.
alter table cards add column kind text not null default 'case';
comment on column cards.case_no is '办件或者办件以外的监察对象的编号';
