-- 撤销的中心 · how a centre was closed or merged into another (B2.1); what it was stays in its versions.
alter table centres add column closing jsonb;
comment on column centres.closing is '撤销或者合并：哪天为止、谁审核、谁批准、到哪里接着办';
create index bulletins_of_centre_latest on bulletins (centre, published_on desc);
