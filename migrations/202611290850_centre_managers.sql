-- 中心负责人 · who manages which one service centre (B2.1), and the closing of a centre while it is asked for.
alter table people add column centre text;
comment on column people.centre is '负责的政务服务中心';

-- The fold of the acts on a closing that is neither done nor refused; its row goes with its end, the acts stay.
create table centre_closings (
    centre   text   primary key references centres (key),
    state    jsonb  not null,
    -- The act that said so last.
    position bigint not null references acts (position)
);
comment on table centre_closings is '报请撤销、还没有办结的政务服务中心';
create index centre_closings_latest on centre_closings (position);
