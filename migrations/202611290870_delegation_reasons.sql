-- 委托 · why is a column of its own; what else stood beside the other columns stands in the act.
alter table delegations add column reason text;
update delegations set reason = coalesce(delegation ->> 'reason', '');
alter table delegations alter column reason set not null;
alter table delegations drop column delegation;
-- What was written into people by hand before is nobody's declaration of a relative.
alter table people drop column relatives;
-- Who works for an agency: few among all people.
create index people_of_agency on people (agency) where agency is not null;
-- Since when the house has a list of its own: asked with every guide and every application.
create index power_versions_own on power_versions (effective_from)
    where version = 1 and not sample and levels is null and standing <> 'absent';
