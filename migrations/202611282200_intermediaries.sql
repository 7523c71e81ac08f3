-- 中介服务 · the register of institutions, and what each was engaged for (B3.2, F066).
create table intermediaries (
    uscc     text   primary key,
    -- Where it stands in the circle by which the list is shown: by nobody's choice.
    lot      text   not null unique generated always as (md5(uscc)) stored,
    version  int    not null,
    facts    jsonb  not null,
    ended_on date,
    -- The act that said so last.
    position bigint not null references acts (position)
);
comment on table intermediaries is '中介服务机构名册';

-- Who offers what, while it is in the register.
create table intermediary_services (
    name text not null,
    lot  text not null,
    uscc text not null references intermediaries (uscc),
    primary key (name, lot)
);
comment on table intermediary_services is '中介服务机构提供的服务';
create index intermediary_services_of on intermediary_services (uscc);

-- Derived from the feed, rebuilt from zero: from public acts alone.
create table engagements (
    case_no     text not null,
    nth         int  not null,
    uscc        text not null,
    service     text not null,
    began_on    date not null,
    due_on      date not null,
    finished_on date check (finished_on >= began_on),
    has_result  boolean,
    days        int,
    late        boolean,
    grade       smallint check (grade between 1 and 5),
    primary key (case_no, nth)
);
comment on table engagements is '中介服务的委托：哪一件委托了哪一家';
create index engagements_of on engagements (uscc, began_on desc, case_no desc, nth desc);
