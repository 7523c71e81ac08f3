-- 领导责任 · the leadership record of governments and departments (C1). One row is the fold of its acts; never updated by hand.
create table leadership (
    -- The key of the agency.
    body  text  primary key,
    state jsonb not null
);
comment on table leadership is '领导责任记录';
