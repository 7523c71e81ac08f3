//! 该报的日子 · every day by which a unit must say or do something: the notice's day of reporting, the dates of the clause itself with
//! each year's return of what comes back, the steps of a plan, the correction of a finding. All of it follows from the fold and
//! the calendar; reminders, chases and lists only ask here (D3-01, CLK-02).

use super::assignment::Assignment;
use calendar::Calendar;
use chrono::{Datelike, Days, Months, NaiveDate};

/// What a day is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Report,
    Clause,
    Occurrence,
    Step,
    Finding,
}

impl About {
    pub fn zh(self) -> &'static str {
        match self {
            About::Report => "报进展",
            About::Clause => "文中的期限",
            About::Occurrence => "按期要做的事",
            About::Step => "计划的步骤",
            About::Finding => "整改",
        }
    }
    /// Whether the task as a whole is late when this is.
    pub fn is_of_the_notice(self) -> bool {
        matches!(self, About::Report | About::Clause | About::Occurrence)
    }
}

/// A day and who owes something by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// `report`, `by:2012-12-31`, `every:2012-12-31`, `step:省财政厅:2`, `finding:1`
    pub key: String,
    pub about: About,
    pub words: String,
    /// The day as written, and the day it ends by the counting rules.
    pub written: NaiveDate,
    pub due: NaiveDate,
    /// From when on it can be reminded of.
    pub since: NaiveDate,
    /// Who still owes it.
    pub units: Vec<String>,
}

/// Everything that is owed, the earliest first; what returns, up to the occurrence that runs on `today`.
pub fn owed(one: &Assignment, calendar: &Calendar, today: NaiveDate) -> Vec<Duty> {
    if one.closed_on.is_some() {
        return Vec::new();
    }
    let mut duties = Vec::new();
    let mut add = |key: String, about, words: &str, written, since, units: Vec<String>| {
        if !units.is_empty() {
            let due = calendar.next_working_day(written);
            duties.push(Duty { key, about, words: words.into(), written, due, since, units });
        }
    };
    let leads = |owes: &dyn Fn(&str) -> bool| -> Vec<String> {
        one.clause.leads.iter().filter(|lead| owes(&lead.name)).map(|lead| lead.name.clone()).collect()
    };
    let issued = one.issued_on.unwrap_or(today);
    if let Some(due) = one.due {
        let units = one.silent().into_iter().map(ToOwned::to_owned).collect();
        add("report".into(), About::Report, "向政务公开办报告进展", due, issued, units);
    }
    for time in &one.clause.times {
        match (time.kind.as_str(), time.date) {
            ("by", Some(day)) => {
                let key = format!("by:{day}");
                let owes = |lead: &str| !one.reports_of(lead).any(|report| report.done || report.answers(&key));
                add(key.clone(), About::Clause, &time.words, day, issued, leads(&owes));
            }
            (kind, _) => {
                for (first, last) in occurrences(kind, issued, today) {
                    let key = format!("every:{last}");
                    let within = |report: &super::assignment::Report| {
                        (first..=last).contains(&calendar::local_date(report.at)) && report.about.is_none()
                    };
                    let owes = |lead: &str| !one.reports_of(lead).any(|report| report.answers(&key) || within(report));
                    add(key.clone(), About::Occurrence, &time.words, last, first, leads(&owes));
                }
            }
        }
    }
    for plan in one.plans_in_force() {
        for step in plan.steps.iter().filter(|step| !one.has_reached(&plan.unit, step.id)) {
            let key = format!("step:{}:{}", plan.unit, step.id);
            add(key, About::Step, &step.name, step.due, plan.on, vec![plan.unit.clone()]);
        }
    }
    for finding in one.findings.iter().filter(|finding| finding.answer.is_none() && finding.closed_on.is_none()) {
        let key = format!("finding:{}", finding.nth);
        add(key, About::Finding, &finding.text, finding.correct_by, finding.on, vec![finding.unit.clone()]);
    }
    duties.sort_by(|a, b| (a.due, &a.key).cmp(&(b.due, &b.key)));
    duties.dedup_by(|a, b| a.key == b.key);
    duties
}

/// The first and the last day of each period of what returns, from the one in which the notice was issued to the one of today.
/// What returns every week or day is not watched day by day.
fn occurrences(kind: &str, issued: NaiveDate, today: NaiveDate) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
    let months = match kind {
        "recurring-yearly" => 12,
        "recurring-half-yearly" => 6,
        "recurring-quarterly" => 3,
        "recurring-monthly" => 1,
        _ => 0,
    };
    let first = NaiveDate::from_ymd_opt(issued.year(), 1 + issued.month0() / months.max(1) * months.max(1), 1).unwrap_or(issued);
    let periods = (0..).map_while(move |n| {
        let from = first.checked_add_months(Months::new(n * months))?;
        let next = from.checked_add_months(Months::new(months))?;
        Some((from, next.checked_sub_days(Days::new(1))?))
    });
    periods.take_while(move |(from, _)| months > 0 && *from <= today.max(issued))
}

/// How often a unit was told of a duty: three reminders, then chases.
pub const REMINDERS: [u32; 3] = [10, 5, 1];
/// Working days from the last day to the first chase, and from one chase to the next (D3-01).
const FIRST: u32 = 1;
const AGAIN: u32 = 5;
/// So many chases at most: then it is for people to ask.
const MOST: u32 = 6;

fn days_before(calendar: &Calendar, due: NaiveDate, n: u32) -> NaiveDate {
    (0..n).fold(due, |day, _| calendar.previous_working_day(day - Days::new(1)))
}

/// What is to be told of a duty by `today` and was not, and the day on which it is next to be told of. By stage: 0 to 2 are
/// reminders, of which one that is overtaken is left out; from 3 on it is chased, each time from the chase before.
pub fn telling(one: &Assignment, duty: &Duty, calendar: &Calendar, today: NaiveDate) -> (Option<u32>, Option<NaiveDate>) {
    let last = one.told.iter().filter(|told| told.duty == duty.key).max_by_key(|told| told.stage);
    let reminders = (0..).zip(REMINDERS.map(|n| days_before(calendar, duty.due, n)));
    let mut left: Vec<(u32, NaiveDate)> =
        reminders.filter(|(stage, day)| *day >= duty.since && last.is_none_or(|told| *stage > told.stage)).collect();
    let chases = REMINDERS.len() as u32;
    match last {
        Some(told) if told.stage >= chases => {
            left.push((told.stage + 1, calendar.add_working_days(told.on, AGAIN)));
        }
        _ => left.push((chases, calendar.add_working_days(duty.due, FIRST))),
    }
    left.retain(|(stage, _)| *stage < chases + MOST);
    let now = left.iter().rev().find(|(_, day)| *day <= today).map(|(stage, _)| *stage);
    (now, left.iter().find(|(_, day)| *day > today).map(|(_, day)| *day))
}

#[cfg(test)]
mod tests {
    use super::super::assignment::{Report, Told};
    use super::*;
    use acts::Clause;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn task(times: serde_json::Value) -> Assignment {
        let clause: Clause = serde_json::from_value(serde_json::json!({
            "seq": 1, "path": "一/1", "section": "", "heading": "甲", "text": "做事。", "lines": [1],
            "leads": [{ "name": "省财政厅" }, { "name": "省审计厅" }], "participants": [], "times": times
        }))
        .unwrap();
        Assignment::begin("RW2012001", clause, Some(day("2012-06-30")), day("2012-05-04"))
    }

    fn says(one: &mut Assignment, unit: &str, on: &str, about: Option<&str>, done: bool) {
        let at = calendar::start_of_day(day(on));
        let about = about.map(ToOwned::to_owned);
        one.reports.push(Report { unit: unit.into(), at, done, text: "做了".into(), about, evidence: None });
    }

    fn days(one: &Assignment, today: &str) -> Vec<String> {
        owed(one, &Calendar::china(), day(today)).iter().map(|duty| format!("{} {}", duty.key, duty.due)).collect()
    }

    #[test]
    fn d3_01_the_day_of_reporting_falls_on_a_saturday_and_is_told_10_5_and_1_working_days_before() {
        let calendar = Calendar::china();
        let mut one = task(serde_json::json!([]));
        let duty = owed(&one, &calendar, day("2012-05-04")).remove(0);
        assert_eq!((duty.written, duty.due), (day("2012-06-30"), day("2012-07-02")));
        let mut today = day("2012-05-04");
        let mut told = Vec::new();
        while let (_, Some(next)) = telling(&one, &duty, &calendar, today) {
            today = next;
            let stage = telling(&one, &duty, &calendar, today).0.unwrap();
            told.push((stage, today.to_string()));
            one.told.push(Told { duty: duty.key.clone(), stage, on: today, units: duty.units.clone() });
        }
        assert_eq!(told.len(), 9, "three reminders and six chases, then it is for people to ask");
        let of = |stage: usize| calendar.working_days_between(day(&told[stage].1), duty.due);
        assert_eq!([of(0), of(1), of(2)], [10, 5, 1]);
        assert_eq!(told[3], (3, "2012-07-03".into()));
        assert_eq!(calendar.working_days_between(day(&told[3].1), day(&told[4].1)), 5);
    }

    #[test]
    fn d3_01_a_clock_that_was_away_tells_the_last_reminder_and_chases_once() {
        let calendar = Calendar::china();
        let one = task(serde_json::json!([]));
        let duty = owed(&one, &calendar, day("2012-05-04")).remove(0);
        assert_eq!(telling(&one, &duty, &calendar, day("2012-06-27")).0, Some(1));
        assert_eq!(telling(&one, &duty, &calendar, day("2013-01-04")), (Some(3), None));
    }

    #[test]
    fn d3_dates_of_the_clause_are_owed_until_each_lead_has_done_it_or_answered_for_it() {
        let mut one = task(serde_json::json!([{ "words": "2012年底前", "kind": "by", "date": "2012-12-31" }]));
        assert_eq!(days(&one, "2012-05-04"), ["report 2012-07-02", "by:2012-12-31 2012-12-31"]);
        says(&mut one, "省财政厅", "2012-06-01", None, false);
        says(&mut one, "省审计厅", "2012-06-01", None, true);
        let left = owed(&one, &Calendar::china(), day("2012-06-02"));
        assert_eq!((left.len(), left[0].units.as_slice()), (1, ["省财政厅".to_owned()].as_slice()));
        says(&mut one, "省财政厅", "2012-12-01", Some("by:2012-12-31"), false);
        assert!(days(&one, "2012-12-02").is_empty());
    }

    #[test]
    fn d3_what_returns_every_year_is_owed_for_each_year_and_one_year_does_not_pay_for_another() {
        let mut one = task(serde_json::json!([{ "words": "每年至少一次", "kind": "recurring-yearly" }]));
        for unit in ["省财政厅", "省审计厅"] {
            says(&mut one, unit, "2012-06-01", None, true);
        }
        assert!(days(&one, "2012-12-31").is_empty(), "the year of the notice was answered within it");
        // 2013-12-31 and 2014-12-31 are working days.
        assert_eq!(days(&one, "2014-05-01"), ["every:2013-12-31 2013-12-31", "every:2014-12-31 2014-12-31"]);
        for unit in ["省财政厅", "省审计厅"] {
            says(&mut one, unit, "2014-06-01", Some("every:2013-12-31"), false);
        }
        assert_eq!(days(&one, "2014-06-02"), ["every:2014-12-31 2014-12-31"], "what was said for 2013 is not for 2014");
        one.closed_on = Some(day("2014-06-03"));
        assert!(days(&one, "2015-01-01").is_empty());
    }

    #[test]
    fn d3_quarters_and_months_return_in_theirs_and_days_are_not_watched() {
        let kinds = |kind: &str| task(serde_json::json!([{ "words": "每", "kind": kind }]));
        let last =
            |kind: &str| days(&kinds(kind), "2012-08-15").into_iter().filter(|key| key.starts_with("every")).collect::<Vec<_>>();
        assert_eq!(last("recurring-quarterly"), ["every:2012-06-30 2012-07-02", "every:2012-09-30 2012-10-08"]);
        assert_eq!(last("recurring-half-yearly"), ["every:2012-06-30 2012-07-02", "every:2012-12-31 2012-12-31"]);
        assert_eq!(last("recurring-monthly").len(), 4);
        assert!(last("recurring-daily").is_empty());
    }
}
