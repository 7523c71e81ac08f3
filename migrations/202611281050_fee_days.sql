-- 对账 · what went back is compared too, an entry at a counter can be reversed, an officer counts the till, and a statement that cannot be
-- had is told (B4.1, F075).
alter table payments drop constraint payments_state_check;
alter table payments add constraint payments_state_check
    check (state in ('open', 'paid', 'surplus', 'returned', 'reversed', 'closed'));
alter table payments drop constraint payments_check;
alter table payments add constraint payments_check check (
    (state in ('paid', 'surplus', 'returned', 'reversed')) = (paid_at is not null and paid_on is not null and transaction is not null));
alter table payments
    -- The day in China on which it went back.
    add column returned_on date,
    add column reversed_at timestamptz,
    add check ((state = 'reversed') = (reversed_at is not null));
update payments set returned_on = (returned_at at time zone 'Asia/Shanghai')::date where returned_at is not null;
alter table payments add check ((returned_at is null) = (returned_on is null));
-- A slip that was entered on the wrong case is entered again on the right one.
drop index payments_transaction;
create unique index payments_transaction on payments (provider, transaction) where state <> 'reversed';
drop index payments_of_officer;
create index payments_of_officer on payments (officer, paid_on, paid_at desc) where officer is not null;
create index payments_returned_of_day on payments (returned_on, provider, id) where returned_on is not null;

alter table fee_days
    add column returned_amount       bigint not null default 0,
    add column their_returned_amount bigint,
    -- Why there is nothing to compare with, in Chinese; it is asked for again.
    add column trouble               text;

-- 点账 · what an officer counted at the end of a day; the latest count of a day is the one that stands.
create table till_counts (
    officer    uuid        not null references people (id),
    day        date        not null,
    -- In cents.
    cash       bigint      not null check (cash >= 0),
    card       bigint      not null check (card >= 0),
    counted_at timestamptz not null,
    primary key (officer, day, counted_at)
);
comment on table till_counts is '点账';
create index till_counts_of_day on till_counts (day, officer, counted_at desc);

alter table sandbox_payments add column returned_on date;
update sandbox_payments set returned_on = paid_on where returned;
alter table sandbox_payments drop column returned;
create index sandbox_payments_returned_of_day on sandbox_payments (returned_on, id) where returned_on is not null;
