-- A try is counted before it is made, and marked afterwards when it was right.
alter table sign_in_attempts add column id uuid;
create index sign_in_attempts_by_id on sign_in_attempts (id);
-- A form without an owner could be given to anybody.
delete from held_forms where person is null;
alter table held_forms alter column person set not null;
create index held_forms_of_person on held_forms (person, held_at desc);
