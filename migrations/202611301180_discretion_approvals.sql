-- 裁量报批 · what an officer would decide outside of its tier waits here until somebody else approves it or sends it back (A2.3-02).
create table discretion_proposals (
    id        uuid        primary key,
    agency    text        not null,
    code      text        not null,
    version   int         not null,
    -- The number that the decision will bear, without blanks and brackets.
    numbered  text        not null,
    asked_by  uuid        not null,
    asked_at  timestamptz not null,
    -- What is proposed, as it was entered.
    decided   jsonb       not null,
    -- Null while it waits; approved, returned or withdrawn.
    outcome   text        check (outcome in ('approved', 'returned', 'withdrawn')),
    because   text        not null default '',
    closed_at timestamptz,
    check ((outcome is null) = (closed_at is null)),
    foreign key (code, version) references discretion_standards (code, version)
);
comment on table discretion_proposals is '等批准的裁量';
create unique index discretion_proposals_number on discretion_proposals (agency, numbered) where outcome is null;
create index discretion_proposals_of_agency on discretion_proposals (agency, asked_at desc, id desc);
create index discretion_proposals_waiting on discretion_proposals (agency, asked_at desc, id desc) where outcome is null;
alter table discretion_decisions add column paper text;
