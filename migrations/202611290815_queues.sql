-- A queue reads the first of each stage: by stage, then by the day that is due. What it costs does not grow with what there is.
drop index cases_open;
create index cases_open on cases (agency, stage, coalesce(due, date '9999-12-31'), case_no)
 where stage not in ('delivered', 'refused_acceptance', 'not_required', 'withdrawn');
