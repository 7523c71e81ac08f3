-- 报请不进中心 · a stay outside is asked for before its day, and begins on it only with an approval (B3.1-03). What was found outside is as before.
alter table outside_matters add column asked boolean not null default false;
alter table outside_matters add column from_day date;
update outside_matters set from_day = (state ->> 'since')::date;
alter table outside_matters alter column from_day set not null;
comment on column outside_matters.from_day is '自哪天起';
