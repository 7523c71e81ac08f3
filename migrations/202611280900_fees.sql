-- 缴费 · payments of bills (B4.1, F075), and what each day came to beside what the provider of payments has of it.
create table payments (
    id          uuid        primary key,
    case_no     text        not null references cases (case_no),
    -- The provider of payments; `counter` for what is taken in at a counter.
    provider    text        not null,
    way         text        not null check (way in ('cash', 'card', 'online')),
    -- In cents.
    amount      bigint      not null check (amount > 0),
    state       text        not null default 'open' check (state in ('open', 'paid', 'surplus', 'returned', 'closed')),
    officer     uuid        references people (id),
    begun_at    timestamptz not null,
    paid_at     timestamptz,
    -- The day of the payment by the provider's word, in China.
    paid_on     date,
    -- The provider's own number for it.
    transaction text,
    returned_at timestamptz,
    check ((state in ('paid', 'surplus', 'returned')) = (paid_at is not null and paid_on is not null and transaction is not null)),
    check ((state = 'returned') = (returned_at is not null)),
    check ((officer is not null) = (way <> 'online'))
);
comment on table payments is '缴费';
create unique index payments_transaction on payments (provider, transaction);
create unique index payments_open on payments (case_no) where state = 'open';
create index payments_of_case on payments (case_no, begun_at);
create index payments_of_day on payments (paid_on, provider, id) where paid_on is not null;
create index payments_of_officer on payments (officer, paid_at desc) where officer is not null;

create table fee_days (
    day           date        not null,
    provider      text        not null,
    ours          int         not null,
    ours_amount   bigint      not null,
    -- None where nobody else counts.
    theirs        int,
    theirs_amount bigint,
    differences   jsonb       not null,
    compared_at   timestamptz not null,
    primary key (day, provider)
);
comment on table fee_days is '每天对账';

-- What the provider of the demonstration keeps; a real one keeps its own.
create table sandbox_payments (
    id          uuid        primary key,
    amount      bigint      not null,
    subject     text        not null,
    back        text        not null,
    state       text        not null default 'open' check (state in ('open', 'paid', 'closed')),
    paid_at     timestamptz,
    paid_on     date,
    transaction text        unique,
    returned    boolean     not null default false
);
comment on table sandbox_payments is '演示用支付机构的账';
create index sandbox_payments_of_day on sandbox_payments (paid_on, id) where paid_on is not null;
