-- 任务分解 · who is late: a task by what its lead units owe, a participant by what it was asked itself (D2-01, D3). What is here already
-- gets its day with the next act or timer of its task.
alter table assignments add column others_due date;
comment on column assignments.others_due is '参加单位要答复、确认或者整改的最早一天；与任务本身逾期不逾期无关';

drop index assignments_late;
create index assignments_late on assignments (least(due, others_due), no) where least(due, others_due) is not null;
