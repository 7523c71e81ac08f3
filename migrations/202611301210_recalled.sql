-- 公布后、生效前撤回的版本 · versions that were taken back between their publication and their first day: they are in force on no day.
alter table item_versions add column recalled boolean not null default false;
alter table power_versions add column recalled boolean not null default false;
comment on column item_versions.recalled is '公布后、生效前撤回，哪一天也没有生效过';
comment on column power_versions.recalled is '公布后、生效前撤回，哪一天也没有生效过';
create index item_versions_by_change on item_versions (change, slug);
