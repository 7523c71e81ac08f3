use crate::{d, due};
use calendar::*;
use chrono::{DateTime, Utc};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn h01_make_up_days_before_national_day_2008_are_counted() {
    assert_eq!(due("2008-09-26", Limit::working_days(3)), "2008-10-06");
}

#[test]
fn h03_a_holiday_added_later_moves_open_clocks_and_no_others() {
    let notice = "http://www.gov.cn/zhengce/zhengceku/2020-01/27/content_5472352.htm";
    // As first announced: 24 to 30 January, and Saturday 1 February worked.
    let announced = Calendar::china().with([
        Row::ordinary(d("2020-01-31")),
        Row::workday(d("2020-02-01"), "春节"),
        Row::ordinary(d("2020-02-02")),
    ]);
    let mut clock = Clock::start(d("2020-01-20"), Limit::working_days(5));
    assert_eq!(clock.due(&announced).unwrap().date, d("2020-02-01"));

    let extended =
        announced.with(["2020-01-31", "2020-02-01", "2020-02-02"].map(|day| Row::holiday(d(day), "春节").from_notice(notice)));
    assert_eq!(clock.due(&extended).unwrap().date, d("2020-02-04"));
    let change = clock.change(&announced, &extended).unwrap();
    assert_eq!(change.from.unwrap().date, d("2020-02-01"));
    assert_eq!(change.to.unwrap().date, d("2020-02-04"));
    assert_eq!(change.days, [d("2020-01-31"), d("2020-02-01")]);
    assert_eq!(change.sources, [notice]);
    assert_eq!(
        change.chinese(),
        format!("届满日由 2020-02-01 改为 2020-02-04，因 2020-01-31、2020-02-01 的放假安排有变（依据 {notice}）")
    );
    assert_eq!(
        change.english(),
        format!(
            "the end moved from 2020-02-01 to 2020-02-04 because the arrangement of 2020-01-31, 2020-02-01 changed ({notice})"
        )
    );
    // The explanation keeps the reason too: the day, and the notice that made it free.
    let lines = clock.explain(&extended, d("2020-02-04"));
    let line = lines.iter().find(|line| line.date == d("2020-02-01")).unwrap();
    assert_eq!((line.mark, line.source.as_deref()), (DayMark::Holiday, Some(notice)));

    clock.stop(d("2020-01-23")).unwrap();
    assert_eq!(clock.change(&announced, &extended), None);
}

#[test]
fn h04_the_day_of_receipt_is_the_day_in_shanghai() {
    let (before, after) = (utc("2025-06-30T23:59:50+08:00"), utc("2025-07-01T00:00:10+08:00"));
    assert_eq!(local_date(before), d("2025-06-30"));
    assert_eq!(local_date(after), d("2025-07-01"));
    let limit = Limit::working_days(20);
    let china = Calendar::china();
    assert_eq!(china.due(local_date(before), limit).date, d("2025-07-28"));
    assert_eq!(china.due(local_date(after), limit).date, d("2025-07-29"));
    assert_eq!(limit.ends_at(before, &china), utc("2025-07-29T00:00:00+08:00"));
}

/// The same test again in processes that believe to be elsewhere: the answer knows one time zone only.
#[test]
fn h04_the_zone_of_the_server_does_not_matter() {
    let program = std::env::current_exe().unwrap();
    for zone in ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "EST5EDT"] {
        let again = std::process::Command::new(&program)
            .args(["--exact", "hard::h04_the_day_of_receipt_is_the_day_in_shanghai"])
            .env("TZ", zone)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&again.stdout);
        assert!(again.status.success() && told.contains("1 passed"), "{zone}: {told}");
    }
}

#[test]
fn h07_a_day_on_the_working_calendar_is_a_working_day_and_not_24_business_hours() {
    let china = Calendar::china();
    let friday = utc("2026-11-20T16:00:00+08:00");
    let day = Limit::from_iso8601("P1D", Unit::WorkingDay).unwrap();
    assert_eq!(day, Limit::working_days(1));
    // The end of Monday, which is the first instant of Tuesday.
    assert_eq!(day.ends_at(friday, &china), utc("2026-11-24T00:00:00+08:00"));
    assert_eq!(china.due(local_date(friday), day).date, d("2026-11-23"));
    // In calendar days Saturday ends it, moved to Monday (CLK-02); 24 hours are 24 hours.
    assert_eq!(Limit::from_iso8601("P1D", Unit::CalendarDay), Ok(Limit::calendar_days(1)));
    assert_eq!(Limit::calendar_days(1).ends_at(friday, &china), utc("2026-11-24T00:00:00+08:00"));
    assert_eq!(Limit::from_iso8601("PT24H", Unit::WorkingDay).unwrap().ends_at(friday, &china), utc("2026-11-21T16:00:00+08:00"));
    assert_eq!(Limit::from_iso8601("P6M", Unit::WorkingDay), Ok(Limit::months(6)));
    assert_eq!(Limit::from_iso8601("P1Y", Unit::WorkingDay), Ok(Limit::years(1)));
    for no in ["", "P", "PT", "P1W", "P1DT2H", "PT1D", "P1H", "PT5M", "P-1D", "P1.5D", "P99999999999D", "1D", "p1d", "P1日"] {
        let error = Limit::from_iso8601(no, Unit::WorkingDay).unwrap_err();
        assert!(error.to_string().contains("P20D") && error.english().contains("P20D"), "{no}");
    }
}

#[test]
fn h06_an_extension_counts_from_the_unshifted_end() {
    let china = Calendar::china();
    let mut clock = Clock::start(d("2025-09-04"), Limit::calendar_days(30));
    let due = clock.due(&china).unwrap();
    assert_eq!((due.date, due.shifted_from), (d("2025-10-09"), Some(d("2025-10-04"))));

    clock.extend(Limit::calendar_days(15), d("2025-09-30"), "局长", "案情复杂").unwrap();
    let due = clock.due(&china).unwrap();
    assert_eq!((due.date, due.shifted_from), (d("2025-10-20"), Some(d("2025-10-19"))));

    let lines = clock.explain(&china, d("2025-09-30"));
    let line = |day: &str| lines.iter().find(|line| line.date == d(day)).unwrap();
    assert_eq!(line("2025-10-04").counted, Some(30));
    assert_eq!(
        line("2025-10-04").zh,
        "第 30 日（国庆节、中秋节放假，照计）；延长前于本日届满（应顺延至 2025-10-09），延长的 15 日自本日而非顺延日起接续计算"
    );
    assert_eq!(line("2025-10-19").counted, Some(45));
    assert_eq!(line("2025-10-19").mark, DayMark::End);
    assert_eq!(line("2025-10-20").mark, DayMark::Due);
    assert!(line("2025-09-30").zh.ends_with("；当日批准延长 15 日"));
}
