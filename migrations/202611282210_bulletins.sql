-- 招商、就业、科技信息 · what a service centre collects and publishes for people and firms (B3.3). Rows are the fold of acts.
create sequence bulletin_numbers;

create table bulletins (
    -- XX and a serial.
    no           text   primary key,
    centre       text   not null,
    -- investment, employment or technology
    kind         text   not null,
    published_on date   not null,
    -- The last day it holds.
    until        date   not null,
    -- Not withdrawn.
    is_open      boolean not null,
    state        jsonb  not null,
    position     bigint not null references acts (position)
);
comment on table bulletins is '服务中心发布的招商、就业、科技信息';
create index bulletins_latest on bulletins (published_on desc, no desc) where is_open;
create index bulletins_of_centre on bulletins (centre, published_on desc, no desc) where is_open;
create index bulletins_of_kind on bulletins (kind, published_on desc, no desc) where is_open;
-- Where most are over, those that hold are found by their last day.
create index bulletins_holding on bulletins (until) where is_open;
