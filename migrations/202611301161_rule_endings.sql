-- 停用监察规则 · asked for by one person, done by another (C3.3-17): what is asked stands with the version that binds until somebody else ends it, or nobody does.
alter table supervision_rules
    add column end_asked_by uuid,
    add column end_asked_from date,
    add column end_asked_reason text,
    add check ((end_asked_by is null) = (end_asked_from is null));
