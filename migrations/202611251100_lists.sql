-- 长名单 · long lists (ui §4): what a page shows is read from an index, page by page, however many years lie behind it.
-- Names and numbers are compared byte by byte, so that a range of the index is all that begins with what was typed.
alter table cases
    add column number         text collate "C" generated always as (case_no) stored,
    add column tail           text collate "C" generated always as (right(case_no, 7)) stored,
    add column applicant_name text collate "C" generated always as (state #>> '{applicant,name}') stored;
comment on column cases.number is '办件编号，用来按开头查找';
comment on column cases.tail is '办件编号后七位：当日流水和校验位';
comment on column cases.applicant_name is '申请人名称；依法删除后没有';

drop index cases_queue;
create index cases_open on cases (agency, coalesce(due, date '9999-12-31'), case_no)
    where stage not in ('delivered', 'refused_acceptance', 'not_required', 'withdrawn');
create index cases_done on cases (agency, concluded_on desc, case_no desc)
    where stage in ('delivered', 'refused_acceptance', 'not_required', 'withdrawn');
create index cases_by_number on cases (agency, number);
create index cases_by_tail on cases (agency, tail, case_no);
create index cases_by_name on cases (agency, applicant_name, case_no);

drop index cases_of_applicant;
create index cases_of_applicant on cases (applicant, submitted_at desc, case_no desc);
drop index cases_of_filer;
create index cases_of_filer on cases (filed_by, submitted_at desc, case_no desc);

create index sign_in_attempts_by_time on sign_in_attempts (at);
