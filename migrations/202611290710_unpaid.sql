-- 待缴费 · an agency's granted cases that wait for their fee, those billed first in front (B4.1, F075).
create index cases_unpaid on cases (agency, concluded_on, case_no)
    where stage = 'granted' and state ? 'bill' and not state ? 'paid';
