use crate::{d, due};
use calendar::*;

const LAW: &str = "行政许可法第四十五条";

#[test]
fn clk_01_the_twelve_vectors() {
    let wd = Limit::working_days;
    let cd = Limit::calendar_days;
    for (start, limit, end) in [
        ("2026-02-12", wd(5), "2026-02-26"),
        ("2026-02-12", wd(20), "2026-03-18"),
        ("2026-09-18", wd(10), "2026-10-09"),
        ("2026-09-18", wd(20), "2026-10-22"),
        ("2026-06-18", wd(15), "2026-07-10"),
        ("2026-12-01", wd(20), "2026-12-29"),
        ("2026-04-30", wd(7), "2026-05-13"),
        ("2026-05-09", wd(1), "2026-05-11"),
        ("2026-03-02", wd(45), "2026-05-08"),
        ("2026-01-26", cd(20), "2026-02-24"),
        ("2026-09-16", cd(10), "2026-09-28"),
    ] {
        assert_eq!(due(start, limit), end, "{start} {limit}");
    }
    let mut extended = Clock::start(d("2026-03-02"), wd(45));
    extended.extend(wd(15), d("2026-04-20"), "市长", "技术复杂").unwrap();
    assert_eq!(extended.due(&Calendar::china()).unwrap().date, d("2026-05-28"));
}

#[test]
fn clk_01_the_day_of_the_event_is_not_counted() {
    let china = Calendar::china();
    assert_eq!(china.add_working_days(d("2026-11-23"), 1), d("2026-11-24"));
    assert_eq!(china.add_working_days(d("2026-11-21"), 1), d("2026-11-23"));
    assert_eq!(china.add_working_days(d("2026-11-21"), 0), d("2026-11-21"));
    assert_eq!(china.working_days_between(d("2026-11-20"), d("2026-11-23")), 1);
    let clock = Clock::start(d("2026-11-23"), Limit::working_days(5));
    let standing = |day: &str| clock.standing(&china, d(day));
    assert_eq!((standing("2026-11-22").used, standing("2026-11-22").state), (0, State::NotStarted));
    assert_eq!((standing("2026-11-23").used, standing("2026-11-23").state), (0, State::Running));
    assert_eq!((standing("2026-11-24").used, standing("2026-11-24").left), (1, 4));
    assert_eq!((standing("2026-11-30").left, standing("2026-11-30").state), (0, State::Running));
    assert_eq!((standing("2026-12-01").left, standing("2026-12-01").state), (-1, State::Late));
    assert_eq!((standing("2026-12-05").left, standing("2026-12-05").used), (-4, 9));
}

#[test]
fn clk_02_a_last_day_that_is_a_rest_day_moves_but_working_days_never_do() {
    let china = Calendar::china();
    let of = |start: &str, limit| china.due(d(start), limit);
    let moved = of("2026-01-26", Limit::calendar_days(20));
    assert_eq!(moved.shifted_from, Some(d("2026-02-15")));
    // A make-up Sunday is no rest day.
    let stays = of("2026-09-10", Limit::calendar_days(10));
    assert_eq!((stays.date, stays.shifted_from), (d("2026-09-20"), None));
    assert_eq!(of("2026-02-12", Limit::working_days(5)).shifted_from, None);
    assert_eq!(of("2026-02-28", Limit::months(1)).date, d("2026-03-30"));
    // No 31 February; the 28th is a Saturday that is worked.
    let worked = of("2025-08-31", Limit::months(6));
    assert_eq!((worked.date, worked.shifted_from), (d("2026-02-28"), None));
    assert_eq!(of("2023-01-31", Limit::months(1)).date, d("2023-02-28"));
    assert_eq!(of("2024-02-29", Limit::years(1)).date, d("2025-02-28"));
    assert_eq!(of("2026-10-02", Limit::hours(24)).date, d("2026-10-03"));
}

/// 民法典 203 makes the first working day after the rest days the last one; a day on which a pause is open is no day of the limit.
#[test]
fn clk_02_a_pause_on_the_day_to_which_the_end_moved_holds_it_open() {
    let china = Calendar::china();
    let paused = |from: &str, to: Option<&str>| {
        let mut clock = Clock::start(d("2026-09-15"), Limit::calendar_days(10));
        clock.pause("检测", "许可法 45", d(from)).unwrap();
        if let Some(to) = to {
            clock.resume("检测", d(to)).unwrap();
        }
        (clock.due(&china).map(|due| due.date.to_string()), clock.standing(&china, d("2026-10-12")).state)
    };
    let on = |day: &str| Some(day.to_owned());
    // Over before the working day: nothing changes.
    assert_eq!(paused("2026-09-26", Some("2026-09-27")), (on("2026-09-28"), State::Late));
    assert_eq!(paused("2026-09-26", Some("2026-09-28")), (on("2026-09-29"), State::Late));
    // Through 30 September: 1 to 7 October are holidays.
    assert_eq!(paused("2026-09-28", Some("2026-09-30")), (on("2026-10-08"), State::Late));
    assert_eq!(paused("2026-09-28", None), (None, State::Paused));
    // From the next day on it is too late.
    assert_eq!(paused("2026-09-29", None), (on("2026-09-28"), State::Late));
}

#[test]
fn clk_02_a_limit_of_no_days_ends_the_same_day_or_on_the_next_working_day() {
    assert_eq!(due("2026-11-24", Limit::working_days(0)), "2026-11-24");
    assert_eq!(due("2026-11-22", Limit::working_days(0)), "2026-11-23");
    assert_eq!(due("2026-10-01", Limit::calendar_days(0)), "2026-10-08");
}

#[test]
fn clk_03_the_last_day_ends_at_midnight_in_shanghai() {
    let due = Calendar::china().due(d("2026-11-23"), Limit::working_days(1));
    assert_eq!(due.instant(), "2026-11-25T00:00:00+08:00".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert!(due.is_met_at("2026-11-24T15:59:59Z".parse().unwrap()));
    assert!(!due.is_met_at("2026-11-24T16:00:00Z".parse().unwrap()));
    assert_eq!(end_of_day(d("2026-11-24")), start_of_day(d("2026-11-25")));
    let at = "2026-11-24T20:00:00+08:00".parse().unwrap();
    let end = Limit::hours(24).ends_at(at, &Calendar::china());
    assert_eq!(end.with_timezone(&SHANGHAI).to_rfc3339(), "2026-11-25T20:00:00+08:00");
}

#[test]
fn clk_03_a_counter_ends_the_last_day_when_it_closes() {
    let due = Calendar::china().due(d("2026-11-23"), Limit::working_days(1));
    let closes = "17:30:00".parse().unwrap();
    assert_eq!(due.instant_at_counter(closes), "2026-11-24T17:30:00+08:00".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert!(due.is_met_at_counter("2026-11-24T17:29:59+08:00".parse().unwrap(), closes));
    assert!(!due.is_met_at_counter("2026-11-24T17:30:00+08:00".parse().unwrap(), closes));
    assert!(due.is_met_at("2026-11-24T17:30:00+08:00".parse().unwrap()), "online the day goes on");
}

#[test]
fn clk_09_days_with_an_open_pause_do_not_count_first_and_last_included() {
    let china = Calendar::china();
    let mut clock = Clock::start(d("2026-11-02"), Limit::working_days(10));
    assert_eq!(clock.due(&china).unwrap().date, d("2026-11-16"));

    clock.pause("专家评审", LAW, d("2026-11-05")).unwrap();
    assert_eq!(clock.due(&china), None);
    assert_eq!(clock.due_if_resumed_on(&china, d("2026-11-09")).date, d("2026-11-19"));
    let standing = clock.standing(&china, d("2026-11-20"));
    assert_eq!((standing.used, standing.left, standing.state), (2, 8, State::Paused));
    assert_eq!(standing.due, None);

    // 5, 6 and 9 November are out; the weekend between would not have counted anyway.
    clock.resume("专家评审", d("2026-11-09")).unwrap();
    assert_eq!(clock.due(&china).unwrap().date, d("2026-11-19"));
    assert!(clock.is_paused(d("2026-11-09")) && !clock.is_paused(d("2026-11-10")));
}

#[test]
fn clk_09_overlapping_pauses_take_out_each_day_once() {
    let china = Calendar::china();
    let mut clock = Clock::start(d("2026-11-02"), Limit::working_days(10));
    clock.pause("检测", LAW, d("2026-11-05")).unwrap();
    clock.pause("专家评审", LAW, d("2026-11-06")).unwrap();
    clock.resume("检测", d("2026-11-10")).unwrap();
    assert_eq!(clock.due(&china), None, "one pause is still open");
    clock.resume("专家评审", d("2026-11-12")).unwrap();
    // 5 to 12 November: six working days once.
    assert_eq!(clock.due(&china).unwrap().date, d("2026-11-24"));
}

#[test]
fn clk_09_a_pause_on_a_weekend_costs_nothing_and_one_after_the_end_changes_nothing() {
    let china = Calendar::china();
    let mut clock = Clock::start(d("2026-11-02"), Limit::working_days(5));
    clock.pause("检测", LAW, d("2026-11-07")).unwrap();
    clock.resume("检测", d("2026-11-08")).unwrap();
    assert_eq!(clock.due(&china).unwrap().date, d("2026-11-09"));
    clock.pause("听证", LAW, d("2026-11-10")).unwrap();
    assert_eq!(clock.due(&china).unwrap().date, d("2026-11-09"));
    let standing = clock.standing(&china, d("2026-11-12"));
    assert_eq!((standing.state, standing.left), (State::Late, -3));
}

#[test]
fn clk_09_a_pause_on_the_last_day_makes_the_end_unknown() {
    let mut clock = Clock::start(d("2026-11-02"), Limit::working_days(5));
    clock.pause("检测", LAW, d("2026-11-09")).unwrap();
    assert_eq!(clock.due(&Calendar::china()), None);
}

#[test]
fn clk_09_calendar_days_and_months_are_paused_in_calendar_days() {
    let china = Calendar::china();
    for limit in [Limit::calendar_days(31), Limit::months(1)] {
        let mut clock = Clock::start(d("2026-10-26"), limit);
        clock.pause("鉴定", LAW, d("2026-11-06")).unwrap();
        clock.resume("鉴定", d("2026-11-08")).unwrap();
        let due = clock.due(&china).unwrap();
        assert_eq!((due.date, due.shifted_from), (d("2026-11-30"), Some(d("2026-11-29"))));
    }
}

#[test]
fn clk_10_four_effects_are_four_things() {
    let china = Calendar::china();
    let limit = Limit::working_days(20);
    let date = |clock: &Clock| clock.due(&china).unwrap().date;

    let received = Clock::start(d("2026-11-02"), limit);
    assert_eq!(date(&received), d("2026-11-30"));
    // restart: the full period from receipt of the correction
    let corrected = received.restart(d("2026-11-09")).unwrap();
    assert_eq!(date(&corrected), d("2026-12-07"));
    assert!(corrected.pauses.is_empty() && corrected.limit == limit);
    // late start: from acceptance
    assert_eq!(date(&Clock::start(d("2026-11-06"), limit)), d("2026-12-04"));
    // extension: once, by whom and why
    let mut extended = received.clone();
    extended.extend(Limit::working_days(20), d("2026-11-20"), "机构负责人", "征求意见").unwrap();
    assert_eq!(date(&extended), d("2026-12-28"));
    let no = extended.extend(Limit::working_days(5), d("2026-11-23"), "机构负责人", "再延").unwrap_err();
    assert_eq!(no.to_string(), "已于 2026-11-20 延期一次，不得再次延期");
    extended.extend_again(Limit::working_days(1), d("2026-11-23"), "负责人集体", "重大复杂").unwrap();
    // pause: the same days, later
    let mut paused = received.clone();
    paused.pause("第三方意见", "政府信息公开条例第三十三条", d("2026-11-03")).unwrap();
    paused.resume("第三方意见", d("2026-11-04")).unwrap();
    assert_eq!(date(&paused), d("2026-12-02"));
    assert_eq!(paused.standing(&china, d("2026-11-10")).total, 20);
}

#[test]
fn clk_10_units_can_be_mixed_and_each_counts_from_the_unshifted_end() {
    let china = Calendar::china();
    // 30 days end on Sunday 11 October 2026 (moved to the 12th); two working days from the 11th are the 12th and 13th.
    let mut clock = Clock::start(d("2026-09-11"), Limit::calendar_days(30));
    clock.extend(Limit::working_days(2), d("2026-10-08"), "局长", "复杂").unwrap();
    let due = clock.due(&china).unwrap();
    assert_eq!((due.date, due.shifted_from), (d("2026-10-13"), None));
    let mut months = Clock::start(d("2026-01-31"), Limit::months(1));
    months.extend(Limit::months(1), d("2026-02-20"), "局长", "复杂").unwrap();
    assert_eq!(months.due(&china).unwrap().date, d("2026-03-31"));
}

#[test]
fn clk_10_a_decision_after_the_end_cannot_extend() {
    let china = Calendar::china();
    let mut clock = Clock::start(d("2026-11-02"), Limit::working_days(5));
    let by = Limit::working_days(5);
    let no = clock.extend_in_time(&china, by, d("2026-11-10"), "局长", "复杂").unwrap_err();
    assert_eq!(no.to_string(), "期限已于 2026-11-09 届满，2026-11-10 不能再延期");
    clock.extend_in_time(&china, by, d("2026-11-09"), "局长", "复杂").unwrap();
    assert_eq!(clock.due(&china).unwrap().date, d("2026-11-16"));
}

#[test]
fn back_dated_and_empty_entries_are_refused_and_say_why() {
    let mut clock = Clock::start(d("2026-11-02"), Limit::working_days(20));
    let by = Limit::working_days(5);
    let told = |no: ClockError| {
        assert!(no.english().is_ascii() || no.english().contains('“'));
        (no.field().to_owned(), no.to_string())
    };
    let is = |field: &str, text: &str| (field.to_owned(), text.to_owned());

    let no = clock.pause("检测", LAW, d("2026-11-01")).unwrap_err();
    assert_eq!(told(no), is("from", "日期 2026-11-01 早于期限起算日 2026-11-02"));
    assert_eq!(told(clock.pause(" ", LAW, d("2026-11-05")).unwrap_err()), is("ground", "暂停事由 不能为空"));
    assert_eq!(told(clock.pause("检测", "", d("2026-11-05")).unwrap_err()), is("basis", "法律依据 不能为空"));
    assert_eq!(told(clock.resume("检测", d("2026-11-05")).unwrap_err()), is("ground", "没有以“检测”为由的暂停可以结束"));
    clock.pause("检测", LAW, d("2026-11-05")).unwrap();
    assert_eq!(told(clock.pause("检测", LAW, d("2026-11-06")).unwrap_err()), is("ground", "“检测”的暂停尚未结束"));
    assert_eq!(
        told(clock.resume("检测", d("2026-11-04")).unwrap_err()),
        is("to", "暂停的截止日 2026-11-04 早于开始日 2026-11-05")
    );
    clock.resume("检测", d("2026-11-10")).unwrap();
    let back = "日期 2026-11-09 早于已记录的事项（2026-11-10），不能倒填";
    assert_eq!(told(clock.pause("听证", LAW, d("2026-11-09")).unwrap_err()), is("from", back));
    assert_eq!(told(clock.extend(by, d("2026-11-09"), "局长", "复杂").unwrap_err()), is("on", back));
    assert_eq!(told(clock.stop(d("2026-11-09")).unwrap_err()), is("on", back));
    assert_eq!(told(clock.restart(d("2026-11-09")).unwrap_err()), is("on", back));
    assert_eq!(told(clock.extend(by, d("2026-11-11"), "", "复杂").unwrap_err()), is("approver", "批准人 不能为空"));
    assert_eq!(told(clock.extend(by, d("2026-11-11"), "局长", "").unwrap_err()), is("reason", "理由 不能为空"));
    assert_eq!(
        told(clock.extend(Limit::working_days(0), d("2026-11-11"), "局长", "复杂").unwrap_err()),
        is("by", "延长的期限不能为零")
    );
    clock.stop(d("2026-11-11")).unwrap();
    assert_eq!(told(clock.stop(d("2026-11-12")).unwrap_err()), is("on", "已于 2026-11-11 办结，期限不再变动"));
    assert!(clock.resume("检测", d("2026-11-12")).is_err());
    assert_eq!(clock.check(), Ok(()));
}

#[test]
fn a_concluded_clock_stands_still() {
    let china = Calendar::china();
    let mut clock = Clock::start(d("2026-11-02"), Limit::working_days(5));
    clock.stop(d("2026-11-05")).unwrap();
    let standing = clock.standing(&china, d("2027-06-01"));
    assert_eq!((standing.used, standing.left, standing.state), (3, 2, State::Stopped));
    assert_eq!(clock.standing(&china, d("2026-11-04")).state, State::Running);

    let mut late = Clock::start(d("2026-11-02"), Limit::working_days(5));
    late.stop(d("2026-11-11")).unwrap();
    assert_eq!(late.standing(&china, d("2026-11-30")).left, -2);

    let mut withdrawn = Clock::start(d("2026-11-02"), Limit::working_days(5));
    withdrawn.pause("检测", LAW, d("2026-11-04")).unwrap();
    withdrawn.stop(d("2026-11-06")).unwrap();
    assert_eq!(withdrawn.pauses[0].to, Some(d("2026-11-06")));
    assert!(withdrawn.due(&china).is_some());
}

#[test]
fn a_clock_read_from_elsewhere_can_be_checked() {
    let read = |text: &str| serde_json::from_str::<Clock>(text).unwrap();
    let good = read(r#"{"start":"2026-11-02","limit":{"n":5,"unit":"working_day"}}"#);
    assert_eq!(good, Clock::start(d("2026-11-02"), Limit::working_days(5)));
    assert_eq!(good.check(), Ok(()));
    let bad = read(
        r#"{"start":"2026-11-02","limit":{"n":5,"unit":"working_day"},
            "pauses":[{"ground":"检测","basis":"x","from":"2026-11-06","to":"2026-11-03"}]}"#,
    );
    assert_eq!(bad.check().unwrap_err().field(), "to");
    assert_eq!(bad.due(&Calendar::china()).unwrap().date, d("2026-11-09"), "total all the same");
    let mut clock = good;
    clock.pause("检测", LAW, d("2026-11-04")).unwrap();
    clock.resume("检测", d("2026-11-05")).unwrap();
    clock.extend(Limit::working_days(2), d("2026-11-05"), "局长", "复杂").unwrap();
    let text = serde_json::to_string(&clock).unwrap();
    assert_eq!(read(&text), clock);
}

#[test]
fn the_latest_start_is_the_last_that_ends_in_time() {
    let china = Calendar::china();
    let of = |limit, by: &str| Clock::latest_start(&china, limit, d(by)).to_string();
    assert_eq!(of(Limit::working_days(20), "2026-10-22"), "2026-09-19");
    assert_eq!(of(Limit::calendar_days(10), "2026-09-27"), "2026-09-14");
    assert_eq!(of(Limit::months(1), "2023-02-28"), "2023-01-31");
}

#[test]
fn limits_are_written_and_read() {
    for (limit, zh, en) in [
        (Limit::working_days(20), "20 个工作日", "20 working days"),
        (Limit::calendar_days(30), "30 日", "30 days"),
        (Limit::months(6), "6 个月", "6 months"),
        (Limit::years(1), "1 年", "1 year"),
        (Limit::hours(24), "24 小时", "24 hours"),
    ] {
        assert_eq!((limit.to_string().as_str(), limit.english().as_str()), (zh, en));
        assert_eq!(zh.parse(), Ok(limit));
    }
    assert_eq!("15个自然日".parse(), Ok(Limit::calendar_days(15)));
    assert_eq!(" 3工作日 ".parse(), Ok(Limit::working_days(3)));
    for no in ["", "日", "二十日", "20", "20 周", "99999999999 日", "-1 日"] {
        assert!(no.parse::<Limit>().is_err(), "{no}");
    }
}

#[test]
fn the_latest_start_says_whether_it_is_certain() {
    let china = crate::through_2026();
    let by = |day: &str| Clock::must_have_started_by(&china, Limit::working_days(5), d(day));
    assert_eq!(by("2026-12-18"), LatestStart { date: d("2026-12-13"), provisional: false });
    assert_eq!(by("2026-12-18").instant(), end_of_day(d("2026-12-13")));
    assert!(by("2026-12-29").provisional && by("2027-06-30").provisional);
}

#[test]
fn the_next_deadlines_leave_out_what_is_over_concluded_or_unknown() {
    let china = Calendar::china();
    let started = |day: &str| Clock::start(d(day), Limit::working_days(5));
    let (over, soon, later) = (started("2026-11-02"), started("2026-11-19"), started("2026-11-20"));
    let (mut concluded, mut paused) = (started("2026-11-19"), started("2026-11-19"));
    concluded.stop(d("2026-11-20")).unwrap();
    paused.pause("检测", LAW, d("2026-11-20")).unwrap();
    let all = [("later", &later), ("over", &over), ("concluded", &concluded), ("paused", &paused), ("soon", &soon)];
    let next: Vec<_> = next_deadlines(&china, all, d("2026-11-25"), 10).iter().map(|one| (one.key, one.due.date)).collect();
    assert_eq!(next, [("soon", d("2026-11-26")), ("later", d("2026-11-27"))]);
    assert_eq!(next_deadlines(&china, all, d("2026-11-25"), 1)[0].key, "soon");
    assert!(next_deadlines(&china, all, d("2026-11-25"), 0).is_empty());
}

#[test]
fn clk_07_the_standing_says_when_it_is_provisional() {
    let china = crate::through_2026();
    let mut clock = Clock::start(d("2026-12-14"), Limit::working_days(20));
    assert!(clock.standing(&china, d("2026-12-16")).provisional, "the end is");
    clock.pause("检测", LAW, d("2026-12-17")).unwrap();
    assert!(!clock.standing(&china, d("2026-12-18")).provisional, "no end yet, and the days gone are certain");
    assert!(clock.standing(&china, d("2027-01-04")).provisional);
}
