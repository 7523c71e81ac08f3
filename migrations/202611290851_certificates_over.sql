-- 终止的证照 · from when a certificate is over, so that its holder is told (许可法 69, 70).
alter table certificates add column over_on date;
comment on column certificates.over_on is '从哪一天起不再有效';
update certificates
   set over_on = coalesce((state #>> '{endings,-1,on}')::date, (state ->> 'expired')::date)
 where standing <> 'valid';
create index certificates_gone on certificates (holder, over_on desc) where over_on is not null;
