-- 核实身份 · an identity number is only declared until an officer has seen the card, or the operator says so; one verified account per number.
alter table people
    add column identity_verified_at timestamptz,
    -- Entered at the counter, with nothing to sign in with; it is claimed there by the account of the same person.
    add column walk_in    boolean not null default false,
    add column claimed_by uuid references people (id);
update people set walk_in = true where login like 'walk-in-%' and password_hash is null;
update people
   set identity_verified_at = created_at
 where id in (select distinct on (resident_id) id from people where walk_in and resident_id is not null order by resident_id, created_at);
create unique index people_by_verified_identity on people (resident_id) where identity_verified_at is not null;
create index people_claimed on people (claimed_by) where claimed_by is not null;

-- Handing one case in at the counter had made an agent of the organisation for ever: what is left of it is that case.
delete from organisation_agents a
 using cases c
 where c.applicant = a.organisation
   and c.filed_by = a.person
   and c.state ->> 'channel' = 'counter';
