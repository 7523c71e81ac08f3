//! What is too much ends in a sentence, at once.

use crate::d;
use calendar::*;
use chrono::NaiveDate;
use std::time::{Duration, Instant};

const LAW: &str = "行政许可法第四十五条";

fn at_once<T>(act: impl FnOnce() -> T) -> T {
    let from = Instant::now();
    let done = act();
    // Generous for a busy machine; without the bounds these take minutes.
    assert!(from.elapsed() < Duration::from_secs(20), "{:?}", from.elapsed());
    done
}

#[test]
fn a_file_that_is_too_long_is_not_read() {
    let mut huge = String::from("date,kind,name\n");
    huge.push_str(&"2030-01-01,holiday,元旦\n".repeat(LONGEST_CSV / 25));
    let no = at_once(|| parse_rows(&huge).unwrap_err());
    assert!(no.to_string().starts_with("holidays 有 ") && no.to_string().ends_with("请只载入放假和调休上班的日子"), "{no}");
    assert!(no.english().contains("bytes"));
    // Just short enough, and the same day all over: the second one is named.
    let many = format!("date,kind,name\n{}", "2030-01-01,holiday,元旦\n".repeat(100_000));
    assert_eq!(parse_rows(&many).unwrap().len(), 100_000);
    let no = at_once(|| Calendar::from_csv(&many, "year,holidays,makeup_workdays,notice_address\n").unwrap_err());
    assert_eq!(no.to_string(), "holidays 第 3 行与前面重复：2030-01-01；请只留一行");
    // A cell of a megabyte does not come back in the message.
    let no = parse_rows(&format!("date,kind,name\n{},holiday,x\n", "9".repeat(1 << 20))).unwrap_err();
    assert!(no.to_string().chars().count() < 120, "{no}");
    assert!("8".repeat(1 << 20).parse::<Limit>().unwrap_err().to_string().chars().count() < 140);
}

#[test]
fn a_clock_takes_a_thousand_pauses_and_no_more() {
    let mut clock = Clock::start(d("2026-01-04"), Limit::working_days(20));
    at_once(|| {
        for _ in 0..MAX_ENTRIES {
            clock.pause("检测", LAW, d("2026-01-05")).unwrap();
            clock.resume("检测", d("2026-01-05")).unwrap();
            clock.extend_again(Limit { n: 1, unit: Unit::WorkingDay }, d("2026-01-05"), "局长", "复杂").unwrap();
        }
    });
    let no = clock.pause("检测", LAW, d("2026-01-05")).unwrap_err();
    assert_eq!((no.field(), no.to_string().as_str()), ("pauses", "暂停已有 1000 项，不能再记；请核对是否误录"));
    let no = clock.extend_again(Limit::months(1), d("2026-01-05"), "局长", "复杂").unwrap_err();
    assert_eq!(
        (no.field(), no.english().as_str()),
        ("extensions", "there are 1000 extensions already; was one entered by mistake?")
    );
    let china = Calendar::china();
    at_once(|| clock.explain(&china, d("2036-01-01")));
    let stored = serde_json::to_string(&clock).unwrap();
    assert_eq!(serde_json::from_str::<Clock>(&stored).unwrap(), clock);

    clock.pauses.push(clock.pauses[0].clone());
    assert_eq!(clock.check().unwrap_err().field(), "pauses");
    let stored = serde_json::to_string(&clock).unwrap();
    let no = serde_json::from_str::<Clock>(&stored).unwrap_err();
    assert!(no.to_string().contains("at most 1000 entries"), "{no}");
}

#[test]
fn a_hundred_thousand_stored_pauses_are_refused_while_reading() {
    let pause = r#"{"ground":"检测","basis":"x","from":"2026-11-06","to":"2026-11-07"}"#;
    let stored = format!(
        r#"{{"start":"2026-11-02","limit":{{"n":5,"unit":"working_day"}},"pauses":[{}]}}"#,
        vec![pause; 100_000].join(",")
    );
    assert!(at_once(|| serde_json::from_str::<Clock>(&stored)).is_err());
}

#[test]
fn a_clock_outside_the_years_or_of_a_length_nobody_means_is_told() {
    let check = |start: NaiveDate, limit: Limit| Clock::start(start, limit).check().unwrap_err().to_string();
    let year_0 = NaiveDate::from_ymd_opt(0, 3, 1).unwrap();
    assert_eq!(check(year_0, Limit::working_days(5)), "日期 0000-03-01 不在可计算的范围（1990 年至 2100 年）");
    for limit in [Limit::years(u32::MAX), Limit::months(4_000_000), Limit::calendar_days(u32::MAX), Limit::working_days(u32::MAX)]
    {
        assert!(check(d("2026-03-02"), limit).ends_with("太长，请核对数字和单位"), "{limit}");
    }
    let mut clock = Clock::start(d("2026-03-02"), Limit::working_days(5));
    for act in [Clock::stop as fn(&mut Clock, NaiveDate) -> _, |clock, on| clock.pause("检测", LAW, on)] {
        assert!(matches!(act(&mut clock, d("2500-01-01")), Err(ClockError::Beyond { .. })));
    }
    let china = Calendar::china();
    let no = Matter::start(&china, d("2026-03-02"), Limit::years(u32::MAX), Limit::working_days(5)).unwrap_err();
    assert!(matches!(no, ClockError::TooLong(_)), "{no}");
}
