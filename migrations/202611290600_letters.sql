-- 文书模板 · changes of the templates of letters, edited in the browser. Rows are the fold of acts.
create sequence letter_change_numbers;

create table letter_changes (
    -- WS and a serial.
    no       text   primary key,
    -- The template, without its ending.
    letter   text   not null,
    -- proposed, published, returned or withdrawn
    status   text   not null,
    -- What is proposed, whole.
    text     text   not null,
    state    jsonb  not null,
    position bigint not null references acts (position)
);
comment on table letter_changes is '文书模板的修改';
-- Two cannot change one template at once.
create unique index letter_changes_open on letter_changes (letter) where status = 'proposed';
create index letter_changes_in_force on letter_changes (letter, position desc) where status = 'published';
create index letter_changes_published on letter_changes (position) where status = 'published';
create index letter_changes_of on letter_changes (letter, no desc);
