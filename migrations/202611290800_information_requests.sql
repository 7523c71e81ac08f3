-- 依申请公开 · requests for government information (A3.3). Rows are the fold of acts.
create table information_requests (
    -- GK, the day, and a serial.
    no        text    primary key,
    agency    text    not null,
    -- Whose account it was sent from.
    requester uuid    references people (id),
    state     text    not null
              check (state in ('unconfirmed', 'running', 'correcting', 'answered', 'abandoned', 'withdrawn')),
    -- The day by which somebody does something next.
    next      date    not null,
    overdue   boolean not null default false,
    -- The fold of its acts; never changed by hand.
    request   jsonb   not null
);
comment on table information_requests is '政府信息公开申请';
create index information_requests_open on information_requests (agency, next, no)
 where state in ('unconfirmed', 'running', 'correcting');
create index information_requests_late on information_requests (next, no)
 where overdue and state in ('unconfirmed', 'running', 'correcting');
create index information_requests_running on information_requests (no) where state = 'running';
create index information_requests_of on information_requests (requester, no desc) where requester is not null;
