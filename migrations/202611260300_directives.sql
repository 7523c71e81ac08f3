-- 任务分解 · directives and their assignments (D1–D3). Rows are the fold of acts; never updated by hand.
create table directives (
    no         text        primary key,
    title      text        not null,
    issued_at  timestamptz not null,
    -- The act that issued it: its text and what it makes of it.
    state      jsonb       not null
);
comment on table directives is '任务分解通知';
create index directives_recent on directives (issued_at desc, no desc);

create table assignments (
    no        text        primary key,
    directive text        not null references directives (no),
    seq       int         not null,
    standing  text        not null check (standing in ('waiting', 'overdue', 'reported', 'done', 'closed')),
    -- The last day for the next report; null when none is owed.
    due       date,
    changed_at timestamptz not null,
    state     jsonb       not null,
    unique (directive, seq)
);
comment on table assignments is '分解出的任务';

create table assignment_units (
    assignment text    not null references assignments (no),
    unit       text    not null,
    is_lead    boolean not null,
    primary key (unit, is_lead, assignment)
);
comment on table assignment_units is '任务的牵头单位和参加单位';
