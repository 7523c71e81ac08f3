-- 证照 · certificates as records of their own (许可法 49, 50, 69, 70): one row is the fold of the acts that granted, renewed, changed and ended it; never
-- update it by hand. Its number is that of the case that first brought it about.
create table certificates (
    no          text  primary key,
    item        text  not null,
    agency      text  not null,
    holder      uuid,
    issued_on   date  not null,
    standing    text  not null check (standing in ('valid', 'expired', 'annulled', 'withdrawn', 'revoked', 'cancelled')),
    -- Without a last day it does not expire.
    valid_to    date,
    -- From then on its holder is reminded.
    remind_from date  check (remind_from is null or remind_from <= valid_to),
    state       jsonb not null
);
comment on table certificates is '证照';
create index certificates_of_holder on certificates (holder, issued_on desc, no desc) where holder is not null;
create index certificates_expiring on certificates (holder, remind_from) where standing = 'valid' and remind_from is not null;
create index certificates_of_agency on certificates (agency, standing, coalesce(valid_to, date '9999-12-31'), no);

-- An application on a certificate that is there, and one of it being filled in: one open of a kind.
alter table cases
    add column certificate text references certificates (no),
    add column asks        text,
    add check ((certificate is null) = (asks is null));
create unique index cases_asking_once on cases (certificate, asks) where certificate is not null and concluded_on is null;
create index cases_of_certificate on cases (certificate, submitted_at) where certificate is not null;
alter table drafts
    add column certificate text references certificates (no),
    add column asks        text,
    add check ((certificate is null) = (asks is null));
create unique index drafts_asking_once on drafts (person, certificate, asks) where certificate is not null and case_no is null;

-- What was granted before there were rows of certificates. Those whose last day is over expire by the clock like any other.
insert into certificates (no, item, agency, holder, issued_on, standing, valid_to, remind_from, state)
select case_no,
       item,
       agency,
       applicant,
       (state -> 'decision' ->> 'on')::date,
       'valid',
       (state -> 'decision' ->> 'valid_to')::date,
       greatest((state -> 'decision' ->> 'valid_to')::date - 90, (state -> 'decision' ->> 'on')::date),
       jsonb_build_object(
           'no', case_no,
           'item', item,
           'agency', agency,
           'holder', state -> 'applicant',
           'filed_by', state -> 'filed_by',
           'versions', jsonb_build_array(jsonb_build_object(
               'n', 1,
               'case_no', case_no,
               'identifier', state -> 'decision' ->> 'certificate_no',
               'how', 'issued',
               'on', state -> 'decision' -> 'on',
               'valid_from', coalesce(state -> 'decision' -> 'valid_from', state -> 'decision' -> 'on'),
               'valid_to', state -> 'decision' -> 'valid_to')),
           'expired', null,
           'endings', jsonb_build_array())
  from cases
 where state -> 'decision' ->> 'certificate_no' is not null;
insert into jobs (kind, key, payload, run_at)
select 'certificate_expiry', no, 'null', ((valid_to + 1)::timestamp at time zone 'Asia/Shanghai')
  from certificates
 where valid_to is not null;
