-- 编号 · a transaction holds its row of case_numbers until it commits. With several rows a day, applications that come at the same
-- moment are numbered without waiting for each other; one after another they all take the first and follow without a gap.
alter table case_numbers
    add column lane smallint not null default 0,
    drop constraint case_numbers_pkey,
    add primary key (region, day, lane);
