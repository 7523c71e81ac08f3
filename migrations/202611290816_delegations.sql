-- 首席代表委托 · for whom a chief representative's authority is used for some days, and 申报亲属 · whose cases somebody keeps away from.
create table delegations (
    -- SQ, the day, and a serial.
    no         text        primary key,
    agency     text        not null,
    giver      uuid        not null references people (id),
    delegate   uuid        not null references people (id),
    from_day   date        not null,
    until      date        not null check (until >= from_day),
    revoked_at timestamptz,
    delegation jsonb       not null
);
comment on table delegations is '首席代表的委托';
create index delegations_of on delegations (delegate, until) where revoked_at is null;
create index delegations_of_agency on delegations (agency, no desc);

create table declared_relatives (
    -- QS, the day, and a serial.
    no          text        primary key,
    person      uuid        not null references people (id),
    resident_id text        not null,
    name        text        not null,
    relation    text        not null,
    declared_at timestamptz not null,
    ended_at    timestamptz
);
comment on table declared_relatives is '申报的近亲属';
create unique index declared_relatives_once on declared_relatives (person, resident_id) where ended_at is null;
-- Whoever bears the number, with an account or as a walk-in.
create index people_by_resident_id on people (resident_id) where resident_id is not null;
