-- 查阅 · looks (B9; 个人信息保护法 44, 45, 51, 54, 56; F117, F118): who saw which personal data, when, on what ground, or was refused.
-- Rows are only ever added; the same look within one span counts up, and three years after it a row is swept.
create table looks (
    id      uuid        primary key,
    at      timestamptz not null,
    last_at timestamptz not null,
    times   integer     not null default 1 check (times > 0),
    -- Whose data it is; all zeros where it is a list of many.
    whose   uuid        not null,
    -- One look at several people who apply together has several rows; of these the first.
    leads   boolean     not null,
    who     uuid        not null,
    role    text        not null,
    agency  text,
    post    text,
    subject text        not null check (subject in ('case', 'certificate', 'consent', 'looks')),
    no      text        not null,
    -- The agency whose file it is.
    keeper  text        not null,
    opened  text        not null,
    -- Which paper or letter, by the name it is asked for by; never the name of somebody's file.
    part    text        not null,
    allowed boolean     not null,
    -- The policy that allowed or forbade it; empty where none speaks of it.
    policy  text        not null,
    ground  text        not null,
    -- Spans of ten minutes since 1970.
    span    bigint      not null,
    unique (who, span, whose, subject, no, opened, part, allowed)
);
comment on table looks is '查阅记录：谁、什么时候、凭什么看了谁的资料，被拒绝的也在';
create index looks_of_whose on looks (whose, at desc, id desc);
create index looks_by_who on looks (who, at desc, id desc) where leads;
create index looks_of_no on looks (no, at desc, id desc) where leads;
create index looks_by_agency on looks (agency, at desc, id desc) where leads;
create index looks_at on looks (at desc, id desc);
