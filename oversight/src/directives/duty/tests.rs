use super::super::assignment::{Standing, Told};
use super::super::turns::{returning, returning_zh};
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
    one.reports.push(Report {
        unit: unit.into(),
        at,
        done,
        text: "做了".into(),
        about,
        met: None,
        evidence: None,
        papers: Vec::new(),
    });
}

/// The same, asked whether what it names was done.
fn says_now(one: &mut Assignment, unit: &str, on: &str, about: Option<&str>, met: bool) {
    says(one, unit, on, about, false);
    one.reports.last_mut().unwrap().met = Some(met);
}

#[test]
fn d3_what_returns_is_due_on_its_own_day_and_what_was_over_at_the_issue_is_not_owed() {
    let every = |kind: &str, month: Option<u32>, day: Option<u32>, today: &str| {
        let one = task(serde_json::json!([{ "words": "每", "kind": kind, "month": month, "day": day }]));
        let owed = days(&one, today).into_iter().filter(|key| key.starts_with("every"));
        owed.map(|key| key.split_once(' ').unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    // 每年1月31日前, issued in May: that of 2012 was over.
    assert_eq!(every("recurring-yearly", Some(1), Some(31), "2012-05-04"), ["every:2013-01-31"]);
    assert_eq!(every("recurring-yearly", Some(1), Some(31), "2013-02-01"), ["every:2013-01-31", "every:2014-01-31"]);
    assert_eq!(every("recurring-yearly", Some(6), None, "2012-05-04"), ["every:2012-06-30"]);
    // 每月10日前; a month without a 31st ends with its last day.
    assert_eq!(every("recurring-monthly", None, Some(10), "2012-06-10"), ["every:2012-05-10", "every:2012-06-10"]);
    assert_eq!(every("recurring-monthly", None, Some(31), "2012-06-01"), ["every:2012-05-31", "every:2012-06-30"]);
    // 每季度第二个月15日前
    assert_eq!(every("recurring-quarterly", Some(2), Some(15), "2012-05-16"), ["every:2012-05-15", "every:2012-08-15"]);
    assert_eq!(returning("recurring-quarterly", day("2012-05-15")), Some((2, 15)));
    assert_eq!(returning("recurring-yearly", day("2012-05-15")), Some((5, 15)));
    assert_eq!(returning("recurring-weekly", day("2012-05-15")), None);
    // What is said between two days is said for the second.
    let mut one = task(serde_json::json!([{ "words": "每月10日前", "kind": "recurring-monthly", "day": 10 }]));
    for unit in ["省财政厅", "省审计厅"] {
        says(&mut one, unit, "2012-05-11", None, false);
    }
    assert_eq!(days(&one, "2012-05-12"), ["every:2012-05-10 2012-05-10"]);
}

#[test]
fn d3_01_a_day_over_at_the_issue_makes_nobody_late_until_the_office_sets_a_day_anew() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([{ "words": "3月底前", "kind": "by", "date": "2012-03-30" }]));
    let stale = owed(&one, &calendar, day("2012-09-04")).remove(0);
    assert!(stale.stale && !stale.is_late(day("2012-09-04")));
    assert_eq!(telling(&one, &stale, &calendar, day("2012-09-04")), (None, None));
    assert_eq!(Left::of(&stale, &calendar, day("2012-09-04")).zh(), "印发时已过期");
    one.days_set.push(super::super::assignment::DaySet {
        duty: stale.key.clone(),
        day: day("2012-09-14"),
        on: day("2012-09-04"),
    });
    let anew = owed(&one, &calendar, day("2012-09-17")).into_iter().find(|duty| duty.key == stale.key).unwrap();
    assert_eq!((anew.due, anew.since, anew.is_late(day("2012-09-17"))), (day("2012-09-14"), day("2012-09-04"), true));
    assert_eq!(telling(&one, &anew, &calendar, day("2012-09-17")).0, Some(3), "chased one working day after");
}

#[test]
fn d3_01_nothing_is_reminded_of_on_the_rest_days_between_the_day_and_the_chase() {
    let calendar = Calendar::china();
    let one = task(serde_json::json!([]));
    let duty = Duty { due: day("2012-06-29"), ..owed(&one, &calendar, day("2012-05-04")).remove(0) };
    assert_eq!(telling(&one, &duty, &calendar, day("2012-06-30")), (None, Some(day("2012-07-02"))));
}

#[test]
fn d3_a_correction_that_came_late_stays_late_though_it_was_sent_back() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([]));
    let mut does = |on: &str, act: acts::AssignmentAct| {
        let at = calendar::start_of_day(day(on));
        let subject = super::super::chase::subject(&one.no);
        one.apply(&foundation::record::entry(subject, at, acts::Actor::system(), None, act));
    };
    use acts::AssignmentAct::*;
    let unit = "省财政厅".to_owned();
    does("2012-05-10", Inspected { nth: 1, text: "缺表".into(), unit: Some(unit.clone()), correct_by: Some(day("2012-05-18")) });
    does("2012-05-21", FindingAnswered { nth: 1, unit: unit.clone(), text: "补了".into() });
    does("2012-05-22", FindingReturned { nth: 1, reason: "不全".into(), correct_by: day("2012-05-31") });
    does("2012-05-30", FindingAnswered { nth: 1, unit, text: "补全了".into() });
    let missed = missed(&one, &calendar);
    assert_eq!((missed.len(), missed[0].due, missed[0].met), (1, day("2012-05-18"), Some(day("2012-05-21"))));
}

#[test]
fn d2_01_an_answer_is_owed_by_the_unit_that_was_asked_last_and_what_was_never_answered_stays_missed() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([]));
    let asks = |on: &str, by: &str| Proposal {
        by: "省财政厅".into(),
        participant: "省统计局".into(),
        reason: "提供资料".into(),
        on: day(on),
        answer_by: day(by),
        answer: None,
    };
    one.proposals.push(asks("2012-05-07", "2012-05-14"));
    let owes = |one: &Assignment, today: &str| {
        let owed = owed(one, &calendar, day(today)).into_iter().filter(|duty| duty.about == About::Answer);
        owed.map(|duty| (duty.key.clone(), duty.units.clone(), duty.is_late(day(today)))).collect::<Vec<_>>()
    };
    assert_eq!(owes(&one, "2012-05-15"), [("answer:1".into(), vec!["省统计局".into()], true)]);
    // The participant is late, and the clause of the lead unit is not.
    let late = foundation::Moment::new(calendar::start_of_day(day("2012-05-15")), Calendar::china().into());
    assert_eq!(one.standing(&late), super::super::assignment::Standing::Waiting);
    assert_eq!(one.next_due(&calendar, day("2012-05-15")), (Some(day("2012-07-02")), Some(day("2012-05-14"))));
    let duty = owed(&one, &calendar, day("2012-05-07")).into_iter().find(|duty| duty.about == About::Answer).unwrap();
    assert_eq!(telling(&one, &duty, &calendar, day("2012-05-07")), (None, Some(day("2012-05-11"))));
    assert_eq!(telling(&one, &duty, &calendar, day("2012-05-15")).0, Some(3));
    one.proposals.push(asks("2012-05-16", "2012-05-23"));
    assert_eq!(owes(&one, "2012-05-17"), [("answer:2".into(), vec!["省统计局".into()], false)]);
    one.proposals[1].answer = Some((true, String::new(), day("2012-05-23")));
    assert!(owes(&one, "2012-05-24").is_empty());
    let missed = missed(&one, &calendar);
    assert_eq!((missed.len(), missed[0].due, missed[0].met), (1, day("2012-05-14"), None));
    assert!(missed[0].zh().ends_with("没有答复，重新商请了）"), "{}", missed[0].zh());
}

#[test]
fn d2_01_a_finding_for_a_participant_and_its_late_confirmation_are_its_own_and_one_for_a_lead_is_the_task_s() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([]));
    one.clause.participants = vec![acts::UnitNamed { name: "省民政厅".into(), ..Default::default() }];
    one.named_by.push(super::super::assignment::Named { group: None, on: day("2012-05-04"), answer_by: day("2012-05-11") });
    let mut does = |on: &str, act: acts::AssignmentAct| {
        let at = calendar::start_of_day(day(on));
        let subject = super::super::chase::subject(&one.no);
        one.apply(&foundation::record::entry(subject, at, acts::Actor::system(), None, act));
    };
    use acts::AssignmentAct::*;
    let finds =
        |nth, unit: &str| Inspected { nth, text: "缺表".into(), unit: Some(unit.into()), correct_by: Some(day("2012-05-18")) };
    does("2012-05-10", finds(1, "省民政厅"));
    does("2012-05-10", finds(2, "安徽省财政厅"));
    does("2012-05-15", Answered { participant: "安徽省民政厅".into(), joins: true, reason: String::new() });
    let owed = owed(&one, &calendar, day("2012-05-21"));
    let of = |key: &str| owed.iter().find(|duty| duty.key == key).map(|duty| duty.of_a_lead);
    assert_eq!((of("finding:1"), of("finding:2"), of("confirm:2012-05-11")), (Some(false), Some(true), None));
    let missed = missed(&one, &calendar);
    assert_eq!((missed.len(), missed[0].about, missed[0].is_of_a_lead(&one)), (1, About::Confirm, false));
    assert_eq!((missed[0].due, missed[0].met), (day("2012-05-11"), Some(day("2012-05-15"))));
}

#[test]
fn d3_what_is_to_come_is_listed_with_its_next_day_until_the_office_ends_it() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([
        { "words": "每年至少一次", "kind": "recurring-yearly" },
        { "words": "每周五", "kind": "recurring-weekly", "day": 5 },
        { "words": "2012年底前", "kind": "by", "date": "2012-12-31" },
        { "words": "长期坚持", "kind": "ongoing" }
    ]));
    one.reporting = serde_json::from_value(serde_json::json!([
        { "words": "2012年9月14日前", "kind": "report", "date": "2012-09-14" }
    ]))
    .unwrap();
    let listed = |one: &Assignment| {
        let all = to_come(one, &calendar, day("2012-06-01"));
        all.iter().map(|(time, day)| format!("{} {day}", time.words)).collect::<Vec<_>>()
    };
    assert_eq!(listed(&one), ["每年至少一次 2012-12-31", "每周五 2012-06-08", "2012年9月14日前 2012-09-14"]);
    let settle = |at: usize, carried| acts::Settled { time: one.clause.times[at].clone(), carried, reason: "已结束".into() };
    let to_come = vec![settle(0, true), settle(1, false)];
    let at = calendar::start_of_day(day("2012-06-01"));
    let act = acts::AssignmentAct::Closed { reason: "属实".into(), to_come };
    let subject = super::super::chase::subject(&one.no);
    one.apply(&foundation::record::entry(subject, at, acts::Actor::system(), None, act));
    assert_eq!((one.closed_on, one.carried().count()), (None, 1), "what goes on keeps it open");
    assert_eq!(listed(&one), ["每年至少一次 2012-12-31", "2012年9月14日前 2012-09-14"]);
    let keys = days(&one, "2012-06-20");
    assert!(
        keys.iter().any(|key| key.starts_with("every:2012-12-31")) && !keys.iter().any(|key| key.starts_with("every:2012-06")),
        "{keys:?}"
    );
}

#[test]
fn d3_a_turn_that_is_done_is_none_to_come_when_a_task_is_closed() {
    let mut one = task(serde_json::json!([{ "words": "每月通报一次进展", "kind": "recurring-monthly" }]));
    let next = |one: &Assignment| to_come(one, &Calendar::china(), day("2012-06-20"))[0].1.to_string();
    assert_eq!(next(&one), "2012-06-30");
    let leads: Vec<String> = one.leads().into_iter().map(ToOwned::to_owned).collect();
    for (n, lead) in (1..).zip(&leads) {
        says(&mut one, lead, "2012-06-19", Some("every:2012-06-30"), false);
        assert_eq!(next(&one), if n < leads.len() { "2012-06-30" } else { "2012-07-31" }, "{lead}");
    }
}

#[test]
fn d3_a_task_of_which_one_joint_lead_reported_is_reported() {
    let mut one = task(serde_json::json!([]));
    let now = foundation::Moment::new(calendar::start_of_day(day("2012-05-10")), Calendar::china().into());
    assert_eq!(one.standing(&now), Standing::Waiting);
    let leads: Vec<String> = one.leads().into_iter().map(ToOwned::to_owned).collect();
    for (n, lead) in (1..).zip(&leads) {
        says(&mut one, lead, "2012-05-09", None, true);
        assert_eq!(one.standing(&now), if n < leads.len() { Standing::Reported } else { Standing::Done }, "{lead}");
    }
}

#[test]
fn f142_members_of_a_collective_lead_owe_by_their_own_names() {
    let mut one = task(serde_json::json!([]));
    one.clause.leads[0] = acts::UnitNamed { name: "省政府各相关部门".into(), collective: true, ..Default::default() };
    let units = |one: &Assignment| owed(one, &Calendar::china(), day("2012-05-04")).remove(0).units;
    assert_eq!(units(&one), ["省政府各相关部门", "省审计厅"]);
    one.clause.leads[0].members = vec!["省财政厅".into(), "安徽省审计厅".into()];
    assert_eq!(units(&one), ["省财政厅", "安徽省审计厅"], "a unit that is named twice owes once");
    says(&mut one, "省财政厅", "2012-06-01", None, true);
    assert_eq!(units(&one), ["安徽省审计厅"]);
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
fn d3_a_day_met_late_stays_missed_with_the_day_it_was_met() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([{ "words": "2012年底前", "kind": "by", "date": "2012-12-31" }]));
    says(&mut one, "省财政厅", "2012-07-03", None, false);
    says(&mut one, "省审计厅", "2012-07-02", None, true);
    says(&mut one, "省财政厅", "2013-01-15", None, true);
    let all: Vec<String> = missed(&one, &calendar).iter().map(|one| format!("{} {}", one.due, one.zh())).collect();
    assert_eq!(
        all,
        [
            "2012-07-02 报进展：向政务公开办报告进展（省财政厅，2012-07-03 才办到）",
            "2012-12-31 文中的期限：2012年底前（省财政厅，2013-01-15 才办到）"
        ]
    );
    assert_eq!(deadline(&one, &calendar, day("2012-12-01")), Some(day("2012-12-31")));
    assert_eq!(deadline(&one, &calendar, day("2013-01-01")), None, "what is over stays missed and bounds nothing");
    one.closed_on = Some(day("2013-02-01"));
    assert_eq!(missed(&one, &calendar).len(), 2, "closing takes nothing back");
}

#[test]
fn d3_01_every_day_of_reporting_is_owed_also_those_that_return() {
    let mut one = task(serde_json::json!([]));
    one.reporting = serde_json::from_value(serde_json::json!([
        { "words": "2012年9月14日前", "kind": "report", "date": "2012-09-14" },
        { "words": "每季度末月25日前", "kind": "recurring-quarterly", "month": 3, "day": 25 }
    ]))
    .unwrap();
    let owed = || days(&one, "2012-05-04");
    assert_eq!(owed(), ["every:2012-06-25 2012-06-25", "report 2012-07-02", "every:2012-09-14 2012-09-14"]);
    for unit in ["省财政厅", "省审计厅"] {
        says(&mut one, unit, "2012-06-20", None, false);
    }
    assert_eq!(days(&one, "2012-06-21"), ["every:2012-09-14 2012-09-14"], "one report is none for a day to come");
    assert_eq!(days(&one, "2012-07-03"), ["every:2012-09-14 2012-09-14", "every:2012-09-25 2012-09-25"]);
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
fn d3_what_returns_is_met_by_a_report_that_names_its_turn_and_says_it_was_done() {
    let every_month = || {
        let mut one = task(serde_json::json!([{ "words": "每月25日前调度一次", "kind": "recurring-monthly", "day": 25 }]));
        one.clause.leads.truncate(1);
        one
    };
    let (unit, may) = ("省财政厅", "every:2012-05-25");
    let keys = |one: &Assignment, today: &str| {
        let all = owed(one, &Calendar::china(), day(today)).into_iter().filter(|duty| duty.about == About::Occurrence);
        all.map(|duty| (duty.key.clone(), duty.is_late(day(today)))).collect::<Vec<_>>()
    };
    let owes_may = |late| vec![(may.to_owned(), late)];
    // It names the month and says that it was not done; it names nothing: the month stays owed, and is late when it is over.
    for (about, met) in [(Some(may), false), (None, false)] {
        let mut one = every_month();
        says_now(&mut one, unit, "2012-05-20", about, met);
        assert_eq!(keys(&one, "2012-05-21"), owes_may(false));
        assert_eq!(keys(&one, "2012-05-28")[..1], owes_may(true));
        says_now(&mut one, unit, "2012-05-29", Some(may), true);
        assert_eq!(keys(&one, "2012-05-29"), [("every:2012-06-25".to_owned(), false)]);
        let late: Vec<String> = missed(&one, &Calendar::china()).into_iter().map(|one| one.zh()).collect();
        assert_eq!(late, ["按期要做的事：按期的一次（省财政厅，2012-05-29 才办到）"]);
    }
    let mut one = every_month();
    says_now(&mut one, unit, "2012-05-20", Some(may), true);
    assert_eq!(keys(&one, "2012-05-21"), []);
    // Whoever says that the whole task is done says so of the turn that runs, and of no later one.
    let mut one = every_month();
    says_now(&mut one, unit, "2012-05-20", None, true);
    one.reports[0].done = true;
    assert_eq!(keys(&one, "2012-05-21"), []);
    assert_eq!(keys(&one, "2012-06-01"), [("every:2012-06-25".to_owned(), false)]);
    // What was said before that was asked keeps what it meant.
    let mut one = every_month();
    says(&mut one, unit, "2012-05-20", None, false);
    assert_eq!(keys(&one, "2012-05-21"), []);
    // Every week: the same.
    let mut one = task(serde_json::json!([{ "words": "每周调度", "kind": "recurring-weekly" }]));
    one.clause.leads.truncate(1);
    says_now(&mut one, unit, "2012-05-05", None, false);
    says_now(&mut one, unit, "2012-05-05", Some("every:2012-05-06"), false);
    assert_eq!(keys(&one, "2012-05-08"), [("every:2012-05-06".to_owned(), true)]);
    says_now(&mut one, unit, "2012-05-08", Some("every:2012-05-06"), true);
    assert_eq!(keys(&one, "2012-05-08"), [("every:2012-05-13".to_owned(), false)]);
}

#[test]
fn d3_a_duty_to_report_is_met_by_the_report_whatever_it_says() {
    let mut one = task(serde_json::json!([{ "words": "每季度调度", "kind": "recurring-quarterly", "month": 3, "day": 25 }]));
    one.clause.leads.truncate(1);
    one.reporting = serde_json::from_value(serde_json::json!([
        { "words": "每季度末月25日前", "kind": "recurring-quarterly", "month": 3, "day": 25 }
    ]))
    .unwrap();
    let of = |one: &Assignment| {
        let owed = owed(one, &Calendar::china(), day("2012-06-21"));
        owed.into_iter().filter(|duty| duty.key == "every:2012-06-25").map(|duty| (duty.words, duty.by_doing)).next()
    };
    assert_eq!(of(&one), Some(("每季度调度；报告进展：每季度末月25日前".into(), true)));
    // It is asked to do and to report by one day: it reports that it has not done it.
    says_now(&mut one, "省财政厅", "2012-06-20", Some("every:2012-06-25"), false);
    assert_eq!(of(&one), Some(("每季度调度".into(), true)));
    one.clause.times.clear();
    assert_eq!(of(&one), None);
    one.reports.clear();
    assert_eq!(of(&one), Some(("报告进展：每季度末月25日前".into(), false)));
    // One that names no day is none for what returns; before that was asked it was.
    says_now(&mut one, "省财政厅", "2012-06-20", None, false);
    assert_eq!(of(&one), Some(("报告进展：每季度末月25日前".into(), false)));
    says_now(&mut one, "省财政厅", "2012-06-20", Some("every:2012-06-25"), false);
    assert_eq!(of(&one), None);
    one.reports.clear();
    says(&mut one, "省财政厅", "2012-06-20", None, false);
    assert_eq!(of(&one), None);
}

#[test]
fn d3_01_a_report_meets_the_day_it_is_for_and_no_other() {
    let mut one = task(serde_json::json!([]));
    one.clause.leads.truncate(1);
    one.reporting = serde_json::from_value(serde_json::json!([
        { "words": "2012年9月14日前", "kind": "report", "date": "2012-09-14" },
        { "words": "每季度末月20日前", "kind": "recurring-quarterly", "month": 3, "day": 20 }
    ]))
    .unwrap();
    let (first, quarter, single) = ("report 2012-07-02", "every:2012-06-20 2012-06-20", "every:2012-09-14 2012-09-14");
    assert_eq!(days(&one, "2012-06-01"), [quarter, first, single]);
    let unit = "省财政厅";
    let with = |about: Option<&str>| {
        let mut one = one.clone();
        says_now(&mut one, unit, "2012-06-01", about, true);
        days(&one, "2012-06-01")
    };
    assert_eq!(with(None), [quarter, single], "how far the task has come, and no turn of what returns");
    assert_eq!(with(Some("report")), [quarter, single]);
    assert_eq!(with(Some("every:2012-06-20")), [first, single]);
    assert_eq!(with(Some("every:2012-09-14")), [quarter, first]);
}

#[test]
fn d2_a_unit_that_takes_a_task_over_owes_from_that_day_on() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([
        { "words": "2012年底前", "kind": "by", "date": "2012-12-31" },
        { "words": "每月10日前", "kind": "recurring-monthly", "day": 10 },
        { "words": "每周报送", "kind": "recurring-weekly" }
    ]));
    one.clause.leads.truncate(1);
    let late = |one: &Assignment, today: &str| {
        let late = owed(one, &calendar, day(today)).into_iter().filter(|duty| duty.is_late(day(today)));
        late.map(|duty| duty.key).collect::<Vec<_>>()
    };
    assert_eq!(late(&one, "2012-07-20").len(), 5, "{:?}", late(&one, "2012-07-20"));
    for (stage, on) in [(3, "2012-07-03"), (4, "2012-07-10"), (5, "2012-07-17")] {
        one.told.push(Told { duty: "report".into(), stage, on: day(on), units: vec!["省财政厅".into()] });
    }
    let does = |one: &mut Assignment, on: &str, act: acts::AssignmentAct| {
        let subject = super::super::chase::subject(&one.no);
        let at = calendar::start_of_day(day(on));
        one.apply(&foundation::record::entry(subject, at, acts::Actor::system(), None, act));
    };
    let act = acts::AssignmentAct::UnitReplaced {
        unit: "省财政厅".into(),
        instead: Some("省司法厅".into()),
        reason: "写错了".into(),
        unlisted: Vec::new(),
        answer_by: None,
    };
    does(&mut one, "2012-07-20", act);
    assert_eq!(late(&one, "2012-07-20"), Vec::<String>::new(), "nothing is late on the day on which it got the task");
    let all = owed(&one, &calendar, day("2012-07-20"));
    let of = |key: &str| all.iter().find(|duty| duty.key == key);
    let report = of("report").unwrap();
    assert!(report.stale && report.units == ["省司法厅"], "{report:?}");
    assert_eq!(Left::of(report, &calendar, day("2012-07-20")).zh(), "接手时已过期");
    assert_eq!(telling(&one, report, &calendar, day("2012-07-20")), (None, None));
    assert_eq!(chases(&one, "report"), 0, "it is not chased for what another was");
    assert!(of("by:2012-12-31").is_some() && of("every:2012-07-10").is_none());
    // From then on it owes like any other: the week that runs, the month that comes.
    assert_eq!(late(&one, "2012-08-14"), ["every:2012-07-22", "every:2012-08-10"]);
    // A report for a day that was not its own is not late.
    says_now(&mut one, "省司法厅", "2012-07-23", Some("report"), true);
    assert_eq!(missed(&one, &calendar), []);
    // The office sets a day anew, which is kept or missed.
    one.reports.clear();
    let act = acts::AssignmentAct::DaySet { duty: "report".into(), day: day("2012-07-31"), reason: "接手".into() };
    does(&mut one, "2012-07-23", act);
    let report = owed(&one, &calendar, day("2012-08-02")).into_iter().find(|duty| duty.key == "report").unwrap();
    assert!(!report.stale && report.is_late(day("2012-08-02")));
    assert_eq!(telling(&one, &report, &calendar, day("2012-08-02")).0, Some(3));
}

#[test]
fn d3_what_a_closing_ended_stays_ended_when_the_task_is_opened_again() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([]));
    one.clause.leads.truncate(1);
    one.reporting = serde_json::from_value(serde_json::json!([
        { "words": "每月10日前", "kind": "recurring-monthly", "day": 10 },
        { "words": "2012年9月14日前", "kind": "report", "date": "2012-09-14" }
    ]))
    .unwrap();
    let does = |one: &mut Assignment, on: &str, act: acts::AssignmentAct| {
        let subject = super::super::chase::subject(&one.no);
        let at = calendar::start_of_day(day(on));
        one.apply(&foundation::record::entry(subject, at, acts::Actor::system(), None, act));
    };
    let settled = |time: &TimeNamed| acts::Settled { time: time.clone(), carried: false, reason: "并入年报".into() };
    let ended = one.reporting.iter().map(settled).collect();
    does(&mut one, "2012-05-08", acts::AssignmentAct::Closed { reason: "属实".into(), to_come: ended });
    let reopens = |anew: Vec<TimeNamed>| {
        let mut one = one.clone();
        let act = acts::AssignmentAct::Reopened { reason: "有人反映".into(), report_by: day("2012-08-31"), anew };
        does(&mut one, "2012-08-15", act);
        one
    };
    let quiet = reopens(Vec::new());
    assert_eq!(days(&quiet, "2012-08-16"), ["report 2012-07-02", "again:2012-08-31 2012-08-31"]);
    let coming = |one: &Assignment| to_come(one, &calendar, day("2012-08-16")).len();
    assert_eq!((coming(&quiet), quiet.all_ended().len()), (0, 2));
    // Asked for anew it returns from that day on, and what was over by then is nobody's.
    let monthly = reopens(vec![one.reporting[0].clone()]);
    let every: Vec<String> = days(&monthly, "2012-09-11").into_iter().filter(|key| key.starts_with("every")).collect();
    assert_eq!(every, ["every:2012-09-10 2012-09-10", "every:2012-10-10 2012-10-10"]);
    assert_eq!(coming(&monthly), 1);
}

#[test]
fn d3_quarters_and_months_return_in_theirs() {
    let kinds = |kind: &str| task(serde_json::json!([{ "words": "每", "kind": kind }]));
    let last =
        |kind: &str| days(&kinds(kind), "2012-08-15").into_iter().filter(|key| key.starts_with("every")).collect::<Vec<_>>();
    assert_eq!(last("recurring-quarterly"), ["every:2012-06-30 2012-07-02", "every:2012-09-30 2012-10-08"]);
    assert_eq!(last("recurring-half-yearly"), ["every:2012-06-30 2012-07-02", "every:2012-12-31 2012-12-31"]);
    assert_eq!(last("recurring-monthly").len(), 4);
}

/// What returns, and what is owed of it on a day, with those who owe it.
fn returns(one: &Assignment, today: &str) -> Vec<String> {
    let owed = owed(one, &Calendar::china(), day(today)).into_iter().filter(|duty| duty.about == About::Occurrence);
    owed.map(|duty| format!("{} {} {}", duty.key, duty.due, duty.units.join("、"))).collect()
}

#[test]
fn d3_what_returns_every_week_is_held_one_week_at_a_time() {
    let mut one = task(serde_json::json!([{ "words": "每周报送一次", "kind": "recurring-weekly" }]));
    // Issued on a Friday: the week ends on Sunday 6 May, and by the counting rules on Monday.
    let both = "省财政厅、省审计厅";
    assert_eq!(returns(&one, "2012-05-04"), [format!("every:2012-05-06 2012-05-07 {both}")]);
    assert_eq!(returns(&one, "2013-05-04"), [format!("every:2012-05-06 2012-05-07 {both}")], "a year of silence is one turn");
    says(&mut one, "省财政厅", "2012-05-05", None, false);
    assert_eq!(returns(&one, "2012-05-05"), ["every:2012-05-06 2012-05-07 省审计厅"]);
    assert_eq!(returns(&one, "2012-05-08"), ["every:2012-05-06 2012-05-07 省审计厅", "every:2012-05-13 2012-05-14 省财政厅"]);
    // What was missed is answered as one, in the third week of it; the week that runs is still owed.
    says(&mut one, "省审计厅", "2012-05-22", Some("every:2012-05-06"), false);
    assert_eq!(returns(&one, "2012-05-22").last().unwrap(), "every:2012-05-27 2012-05-28 省审计厅");
    // A report of the week that runs takes everything missed along.
    says(&mut one, "省财政厅", "2012-05-22", None, false);
    assert_eq!(returns(&one, "2012-05-22"), ["every:2012-05-27 2012-05-28 省审计厅"]);
    // The last day of a year, on a Sunday, is no report on a week to come.
    says(&mut one, "省审计厅", "2012-05-23", Some("every:2017-12-31"), false);
    assert_eq!(returns(&one, "2012-05-23"), ["every:2012-05-27 2012-05-28 省审计厅"]);
}

#[test]
fn d3_a_day_of_the_week_that_falls_into_a_holiday_moves_behind_it() {
    let mut one = task(serde_json::json!([{ "words": "每周三报送", "kind": "recurring-weekly", "day": 3 }]));
    for unit in ["省财政厅", "省审计厅"] {
        says(&mut one, unit, "2012-09-26", None, false);
    }
    assert_eq!(returning_zh(&one.clause.times[0]), "每周三");
    assert!(returns(&one, "2012-09-26").is_empty());
    assert_eq!(returns(&one, "2012-09-27"), ["every:2012-10-03 2012-10-08 省财政厅、省审计厅"]);
}

#[test]
fn d3_what_returns_every_day_is_owed_on_working_days_and_chased_on_the_next() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([{ "words": "每日更新", "kind": "recurring-daily" }]));
    assert_eq!(returns(&one, "2012-05-04"), ["every:2012-05-04 2012-05-04 省财政厅、省审计厅"]);
    for unit in ["省财政厅", "省审计厅"] {
        says(&mut one, unit, "2012-05-04", None, false);
    }
    assert!(returns(&one, "2012-05-04").is_empty());
    assert_eq!(returns(&one, "2012-05-05"), ["every:2012-05-07 2012-05-07 省财政厅、省审计厅"], "Saturday, for Monday");
    let monday = owed(&one, &calendar, day("2012-05-07")).into_iter().find(|duty| duty.key.starts_with("every")).unwrap();
    assert_eq!(telling(&one, &monday, &calendar, day("2012-05-07")), (None, Some(day("2012-05-08"))), "nothing to remind of");
    assert_eq!(telling(&one, &monday, &calendar, day("2012-05-08")).0, Some(3));
    // Ten years of silence are held as one day, and found as fast.
    assert_eq!(returns(&one, "2022-05-04"), ["every:2012-05-07 2012-05-07 省财政厅、省审计厅"]);
}

#[test]
fn d3_01_a_week_is_reminded_of_once_on_its_last_working_days() {
    let calendar = Calendar::china();
    let mut one = task(serde_json::json!([{ "words": "每周报送", "kind": "recurring-weekly" }]));
    says(&mut one, "省财政厅", "2012-05-12", None, false);
    says(&mut one, "省审计厅", "2012-05-12", None, false);
    let duty = owed(&one, &calendar, day("2012-05-14")).into_iter().find(|duty| duty.key.starts_with("every")).unwrap();
    assert_eq!(duty.due, day("2012-05-21"));
    assert_eq!(telling(&one, &duty, &calendar, day("2012-05-14")), (None, Some(day("2012-05-18"))));
}
