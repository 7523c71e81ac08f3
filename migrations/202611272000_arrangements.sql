-- 放假安排 · what was announced after the calendar that the program brings along, in the order in which it was recorded (CLK-06, CLK-07, H03).
create table arrangements (
    nth       bigint      primary key,
    id        uuid        not null unique,
    position  bigint      not null unique references acts (position),
    year      int,
    title     text        not null,
    address   text        not null,
    days      jsonb       not null,
    loaded_at timestamptz not null
);
comment on table arrangements is '后来公布的放假安排';
