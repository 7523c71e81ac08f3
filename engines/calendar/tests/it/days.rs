use crate::{d, through_2026};
use calendar::*;
use chrono::Datelike;

#[test]
fn clk_05_working_days_of_2026_by_month() {
    let china = Calendar::china();
    let mut months = [0; 12];
    for day in china.days(d("2026-01-01"), d("2026-12-31")) {
        months[day.date.month0() as usize] += u32::from(day.kind.is_working());
    }
    assert_eq!(months, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]);
    assert_eq!(china.working_days_between(d("2025-12-31"), d("2026-12-31")), 248);
}

#[test]
fn clk_05_a_make_up_saturday_is_worked_and_says_for_what() {
    let china = Calendar::china();
    let day = china.day(d("2026-10-10"));
    assert_eq!(day.kind, DayKind::MakeUpWork);
    assert_eq!(day.name.as_deref(), Some("国庆节"));
    assert_eq!(day.name_english().as_deref(), Some("National Day"));
    assert_eq!(day.source.as_deref(), Some("https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm"));
    assert!(!day.provisional);
    assert!(china.is_working_day(d("2026-10-10")));
    assert_eq!(china.day(d("2026-10-17")).kind, DayKind::Weekend);
    assert_eq!(china.day(d("2026-10-07")).kind, DayKind::Holiday);
    // 妇女节 and 青年节 are half days of part of the population: 4 May 2027 is worked, so was 8 March 2024.
    assert!(china.is_working_day(d("2024-03-08")));
    assert!(china.is_working_day(d("2022-05-05")));
}

#[test]
fn f124_a_case_of_2013_is_computed_by_the_days_off_of_2013() {
    // 国庆节 2013: off from 1 to 7 October, worked on Sunday 29 September and Saturday 12 October.
    let due = |calendar: &Calendar| calendar.due(d("2013-09-27"), Limit::working_days(20)).date;
    assert_eq!(due(&Calendar::china()), d("2013-10-30"));
    assert_eq!(Calendar::china().day(d("2013-09-29")).kind, DayKind::MakeUpWork);
    // What later years announced changes nothing of it.
    assert_eq!(due(&through_2026()), d("2013-10-30"));
}

#[test]
fn clk_06_a_changed_arrangement_cites_the_notice_that_changed_it() {
    let china = Calendar::china();
    let source = |day| china.day(d(day)).source.unwrap();
    assert!(source("2020-02-01").ends_with("2020-01/27/content_5472352.htm"));
    assert!(source("2020-01-24").ends_with("2019-11/21/content_5454164.htm"));
    assert!(source("2015-09-03").ends_with("2015-05/13/content_9742.htm"));
    assert!(source("2015-10-01").ends_with("2014-12/16/content_9302.htm"));
    assert!(source("2019-05-02").ends_with("2019-03/22/content_5375877.htm"));
    // New Year 2019 begins in 2018 but is in the notice of 2019.
    assert!(source("2018-12-29").ends_with("2018-12/06/content_5346276.htm"));
    assert_eq!(china.notice(2012).unwrap(), source("2012-10-01"));
}

#[test]
fn clk_07_a_year_without_notice_has_weekends_and_the_thirteen_days() {
    let china = through_2026();
    let off: Vec<_> = china
        .days(d("2027-01-01"), d("2027-12-31"))
        .inspect(|day| assert!(day.provisional && day.source.is_none()))
        .filter(|day| day.kind == DayKind::Holiday)
        .map(|day| (day.date.to_string(), day.name.unwrap()))
        .collect();
    let expected = [
        ("2027-01-01", "元旦"),
        ("2027-02-05", "春节"),
        ("2027-02-06", "春节"),
        ("2027-02-07", "春节"),
        ("2027-02-08", "春节"),
        ("2027-04-05", "清明节"),
        ("2027-05-01", "劳动节"),
        ("2027-05-02", "劳动节"),
        ("2027-06-09", "端午节"),
        ("2027-09-15", "中秋节"),
        ("2027-10-01", "国庆节"),
        ("2027-10-02", "国庆节"),
        ("2027-10-03", "国庆节"),
    ]
    .map(|(date, name)| (date.to_owned(), name.to_owned()));
    assert_eq!(off, expected);
}

#[test]
fn clk_07_the_statutory_days_agree_with_the_notices_of_every_year() {
    let china = Calendar::china();
    let bare = Calendar::from_csv("date,kind,name\n", "year,holidays,makeup_workdays,notice_address\n").unwrap();
    for day in bare.days(d("2008-01-01"), d("2026-12-31")) {
        if day.kind == DayKind::Holiday {
            let noticed = china.day(day.date);
            assert_eq!(noticed.kind, DayKind::Holiday, "{day:?}");
            let name = noticed.name.unwrap();
            assert!(day.name.unwrap().split('、').all(|one| name.contains(&one[..6])), "{name}");
        }
    }
    let count = |year: i32| {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        bare.days(first, first + chrono::Days::new(364)).filter(|day| day.kind == DayKind::Holiday).count()
    };
    assert_eq!([1998, 2005, 2010, 2016, 2025, 2030].map(count), [7, 10, 11, 11, 13, 13]);
    assert_eq!(bare.years().count(), 0);
    assert!(bare.version().starts_with("none/"));
}

#[test]
fn clk_07_a_due_date_in_a_year_without_notice_is_provisional_until_it_is_loaded() {
    let china = through_2026();
    let clock = Clock::start(d("2026-12-21"), Limit::working_days(10));
    let before = clock.due(&china).unwrap();
    assert_eq!((before.date, before.provisional), (d("2027-01-05"), true));

    let notice = "https://www.gov.cn/zhengce/zhengceku/2027";
    let rows = [
        Row::holiday(d("2027-01-01"), "元旦"),
        Row::holiday(d("2027-01-02"), "元旦"),
        Row::holiday(d("2027-01-03"), "元旦"),
        Row::holiday(d("2027-01-04"), "元旦"),
    ];
    let loaded = china.with_year(2027, notice, rows).unwrap();
    let after = clock.due(&loaded).unwrap();
    assert_eq!((after.date, after.provisional), (d("2027-01-06"), false));
    let change = clock.change(&china, &loaded).unwrap();
    assert_eq!(change.days, [d("2027-01-04")]);
    assert_eq!(change.sources, [notice]);
    assert_eq!(change.version, loaded.version());
    // An end that stays where it was but became certain cites what made it so.
    let certain = Clock::start(d("2026-12-21"), Limit::working_days(6)).change(&china, &loaded).unwrap();
    assert_eq!((certain.from.unwrap().date, certain.to.unwrap().date), (d("2026-12-29"), d("2026-12-29")));
    assert_eq!((certain.days.len(), certain.sources.as_slice()), (0, [notice.to_owned()].as_slice()));
    assert_eq!(certain.chinese(), format!("届满日 2026-12-29 已经确定（依据 {notice}）"));
    assert!(loaded.version().starts_with("2008-2027/"));
    assert!(loaded.has_year(2027) && !china.has_year(2027));
}

#[test]
fn clk_07_the_last_days_of_december_belong_to_the_next_notice() {
    let china = through_2026();
    assert!(!china.day(d("2026-12-28")).provisional);
    assert!(china.day(d("2026-12-29")).provisional);
    assert!(!china.day(d("2025-12-31")).provisional);
    // Calendar days are certain wherever they end on a day that is certain.
    let far = Clock::start(d("2007-06-01"), Limit::years(1)).due(&china).unwrap();
    assert_eq!((far.date, far.provisional), (d("2008-06-02"), false));
}

#[test]
fn files_that_are_not_in_order_are_refused_with_the_line() {
    let notices = "year,holidays,makeup_workdays,notice_address\n";
    let load = |rows: &str, years: &str| {
        Calendar::from_csv(&format!("date,kind,name\n{rows}"), &format!("{notices}{years}"))
            .map(|calendar| calendar.version().to_owned())
            .map_err(|no| no.to_string())
    };
    assert!(load("2030-01-01,holiday,元旦\n", "2030,1,0,https://example.cn\n").is_ok());
    assert!(load("2030-01-01,holiday,元旦\n", "2030,,,\n").is_ok());
    assert_eq!(
        load("2030-01-01,holiday,元旦\n2030-13-01,holiday,元旦\n", "").unwrap_err(),
        "holidays 第 3 行 date 栏“2030-13-01”无法识别，应如 2026-10-01，在 1990 至 2100 年之间"
    );
    assert_eq!(
        load("2030-01-01,half,元旦\n", "").unwrap_err(),
        "holidays 第 2 行 kind 栏“half”无法识别，应为 holiday（放假）、workday（上班）或 ordinary（照常）"
    );
    assert_eq!(
        load("2030-01-01,holiday,元旦\n2030-01-01,workday,元旦\n", "").unwrap_err(),
        "holidays 第 3 行与前面重复：2030-01-01；请只留一行"
    );
    assert_eq!(
        load("2030-01-01,holiday,元旦\n", "2030,2,0,\n").unwrap_err(),
        "2030 年通知应有放假 2 日、上班 0 日，实有 1 日、0 日；请对照通知补齐"
    );
    assert_eq!(load("", "2030,x,0,\n").unwrap_err(), "notices 第 2 行 holidays 栏“x”无法识别，应为整数");
    assert_eq!(load("", "2200,,,\n").unwrap_err(), "2200 年不在可载入的范围（1990–2100 年）");
    assert_eq!(load("", "2030,,,\n2030,,,\n").unwrap_err(), "notices 第 3 行与前面重复：2030；请只留一行");
    assert!(load("2030-01-01,holiday\n", "").is_err());
    assert!(Calendar::from_csv("day,kind,name\n", notices).is_err());
    assert!(Calendar::from_csv("", "").is_err());
}

#[test]
fn rows_may_carry_their_own_source_and_be_taken_back() {
    let rows =
        parse_rows("\u{feff}date,kind,name,source\n2026-03-18,holiday,三月三,https://example.cn/gx\n2026-10-10,ordinary,,\n")
            .unwrap();
    let local = Calendar::china().with(rows);
    assert_eq!(local.day(d("2026-03-18")).source.as_deref(), Some("https://example.cn/gx"));
    assert_eq!(local.day(d("2026-10-10")).kind, DayKind::Weekend);
    assert_eq!(local.day(d("2026-10-10")).name, None);
    let differences = local.differences(&Calendar::china());
    assert_eq!(differences, [d("2026-03-18"), d("2026-10-10")]);
}

#[test]
fn the_version_follows_the_content() {
    let china = Calendar::china();
    assert_eq!(china.version(), china.with([]).version());
    assert_ne!(china.version(), china.with([Row::ordinary(d("2026-10-10"))]).version());
    assert!(through_2026().version().starts_with("2008-2026/"));
    let rows = include_str!("../../data/holidays.csv").lines().count() - 1;
    let years = include_str!("../../data/holiday-notices.csv").lines().count() - 1;
    assert_eq!((china.rows().count(), china.years().count()), (rows, years));
    assert!(china.years().eq(2008..2008 + years as i32), "no year is missing between");
}

#[test]
fn the_ends_of_time_do_not_panic() {
    let china = Calendar::china();
    for date in [NaiveDate::MIN, NaiveDate::MAX, d("1989-12-31"), d("2101-01-01")] {
        china.day(date);
        china.is_working_day(date);
        china.next_working_day(date);
        china.previous_working_day(date);
        end_of_day(date);
        start_of_day(date);
        for unit in [Unit::WorkingDay, Unit::CalendarDay, Unit::Month, Unit::Year, Unit::Hour] {
            for n in [0, 1, u32::MAX] {
                let clock = Clock::start(date, Limit { n, unit });
                assert_eq!(clock.due(&china).unwrap().provisional, unit != Unit::Hour);
                clock.standing(&china, NaiveDate::MAX);
                clock.standing(&china, NaiveDate::MIN);
                assert!(clock.explain(&china, date).len() <= MAX_LINES);
                Clock::latest_start(&china, Limit { n, unit }, date);
            }
        }
    }
    assert_eq!(local_date(chrono::DateTime::<chrono::Utc>::MAX_UTC), NaiveDate::MAX);
    assert_eq!(china.working_days_between(NaiveDate::MAX, NaiveDate::MIN), 0);
}
