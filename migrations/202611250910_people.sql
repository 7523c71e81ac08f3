-- 人与会话 · people who use the house and their sessions. Roles decide nothing by themselves: policy text does (definitions/policies).
create table people (
    id            uuid        primary key,
    login         text        not null unique check (login = lower(login) and login <> ''),
    name          text        not null,
    folded_name   text        not null,
    resident_id   text,
    mobile        text,
    password_hash text,
    totp_secret   text,
    totp_last     bigint      not null default 0,
    roles         text[]      not null default '{}',
    agency        text,
    post          text,
    relatives     uuid[]      not null default '{}',
    active        boolean     not null default true,
    created_at    timestamptz not null default now()
);
comment on table people is '使用系统的人：申请人与工作人员';
create index people_by_name on people (folded_name);

create table organisations (
    id                   uuid primary key,
    uscc                 text not null unique,
    name                 text not null,
    legal_representative text
);
comment on table organisations is '法人和其他组织';

create table organisation_agents (
    organisation uuid not null references organisations (id),
    person       uuid not null references people (id),
    primary key (organisation, person)
);
create index organisation_agents_of_person on organisation_agents (person);
comment on table organisation_agents is '谁可以代哪个组织办事';

-- Only the SHA-256 of the cookie is kept: a copy of this table signs nobody in.
create table sessions (
    token_hash bytea       primary key check (octet_length(token_hash) = 32),
    person     uuid        not null references people (id),
    created_at timestamptz not null,
    seen_at    timestamptz not null,
    expires_at timestamptz not null,
    ended_at   timestamptz,
    device     text        not null default ''
);
create index sessions_of_person on sessions (person, seen_at desc);
comment on table sessions is '登录会话';

create table sign_in_attempts (
    key     text        not null,
    at      timestamptz not null,
    success boolean     not null
);
create index sign_in_attempts_by_key on sign_in_attempts (key, at desc);
comment on table sign_in_attempts is '登录尝试，用来防止猜密码';

-- What a person had typed when the session ended: kept until the same person signs in again (H17).
create table held_forms (
    token_hash bytea       primary key,
    person     uuid        references people (id),
    path       text        not null,
    body       jsonb       not null,
    held_at    timestamptz not null
);
comment on table held_forms is '登录中断时替人保管的表单';

-- One answer per form sent, however often it is sent (H15).
create table answered_forms (
    once        uuid        not null,
    person      uuid        not null,
    location    text        not null,
    answered_at timestamptz not null default now(),
    primary key (person, once)
);
comment on table answered_forms is '已答复过的表单：重复提交得到同一个答复';
