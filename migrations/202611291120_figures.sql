-- 看板的数字 · the sums that figures are made of (A2.4, A2.5): derived from the feed, each act once; rebuilt from zero by `sunlit rebuild figures`.
create table figure_cases (
    case_no text  primary key,
    state   jsonb not null
);
comment on table figure_cases is '看板数字：一件算到哪里';

create table figure_counts (
    measure text   not null,
    day     date   not null,
    region  text   not null,
    agency  text   not null,
    item    text   not null,
    amount  bigint not null,
    acts    bigint not null,
    primary key (measure, day, agency, item, region)
);
create index figure_counts_of_agency on figure_counts (agency, measure, day);
create index figure_counts_of_item on figure_counts (item, measure, day);
comment on table figure_counts is '看板数字：按天、区划、单位、事项的合计';

create table figure_acts (
    measure text   not null,
    n       bigint not null,
    day     date   not null,
    region  text   not null,
    agency  text   not null,
    item    text   not null,
    case_no text   not null,
    amount  bigint not null,
    primary key (measure, n)
);
create index figure_acts_by_day on figure_acts (measure, day desc, n desc);
create index figure_acts_of_agency on figure_acts (agency, measure, day desc, n desc);
create index figure_acts_of_item on figure_acts (item, measure, day desc, n desc);
comment on table figure_acts is '看板数字：背后的每一条行为';

-- What is late now is found by the day it was due.
create index sunlight_due on sunlight (due) where concluded_on is null;
