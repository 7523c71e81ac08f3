-- 投诉和举报 · complaints (C3.5, F139, F140). Rows are the fold of acts.
create table complaints (
    -- TS, the day, and a serial.
    no          text    primary key,
    kind        text    not null check (kind in ('help', 'complaint', 'report', 'consultation', 'suggestion')),
    -- The agency that handles it; none is the desk of supervision.
    desk        text,
    -- Whose account it was sent from.
    complainant uuid    references people (id),
    state       text    not null check (state in ('running', 'answered')),
    -- The day by which somebody does something next.
    next        date    not null,
    overdue     boolean not null default false,
    -- A bad rating waits for its review.
    disputed    boolean not null default false,
    -- The day of the answer that everybody may read.
    published   date,
    -- The fold of its acts; never changed by hand.
    complaint   jsonb   not null
);
comment on table complaints is '投诉和举报';
create index complaints_open on complaints (desk, next, no) where state = 'running';
create index complaints_late on complaints (next, no) where overdue and state = 'running';
create index complaints_disputed on complaints (next, no) where disputed;
create index complaints_published on complaints (published desc, no desc) where published is not null;
create index complaints_of on complaints (complainant, no desc) where complainant is not null;

-- 数字 · how many there are, kept with every act: of an agency and a kind. What reports are about is not told, so theirs name none.
create table complaint_figures (
    agency    text   not null,
    kind      text   not null,
    received  bigint not null default 0,
    answered  bigint not null default 0,
    in_time   bigint not null default 0,
    reopened  bigint not null default 0,
    rated     bigint not null default 0,
    satisfied bigint not null default 0,
    primary key (agency, kind)
);
comment on table complaint_figures is '投诉和举报的数字';
