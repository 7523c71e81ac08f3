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
