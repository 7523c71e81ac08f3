use crate::{d, through_2026};
use calendar::*;

fn asked(start: &str, limit: Limit) -> Question {
    Question::new(parse_date(start).unwrap(), limit)
}

fn spans(texts: &[&str]) -> Vec<Span> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn f153_the_answer_has_the_due_date_and_every_day() {
    let answer = asked("2026-02-12", Limit::working_days(20)).answer(&Calendar::china()).unwrap();
    assert_eq!((answer.due, answer.provisional), (Some(d("2026-03-18")), false));
    assert_eq!(answer.zh, "自 2026-02-12 起 20 个工作日：2026-03-18（星期三）24 时届满");
    assert_eq!(answer.en, "20 working days from 2026-02-12 end on Wednesday, 2026-03-18, at 24:00");
    assert_eq!(answer.days.len(), 35);
    assert_eq!(answer.days.iter().filter(|day| day.counted.is_some()).count(), 20);
    assert_eq!((answer.days[2].mark, answer.days[3].mark), (DayMark::MakeUp, DayMark::Holiday));
    assert_eq!(answer.notices, ["https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm"]);
    assert_eq!(answer.days_left_out, 0);

    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(json["due"], "2026-03-18");
    assert_eq!(json["ends_at"], "2026-03-19T00:00:00+08:00");
    assert_eq!(json["provisional"], false);
    assert_eq!(json["days"][2]["zh"], "第 2 个工作日（春节调休上班）");
    assert_eq!(serde_json::from_value::<Answer>(json).unwrap(), answer);
}

#[test]
fn f155_pauses_in_any_order_and_an_extension() {
    let question = Question {
        // Given late first, and overlapping: 24 to 27 February are four working days, 2 and 3 March two.
        pauses: spans(&["2026-03-02..2026-03-03", "2026-02-24..2026-02-26", "2026-02-25..2026-02-27"]),
        extension: Some(10),
        ..asked("2026-02-12", Limit::working_days(20))
    };
    let china = Calendar::china();
    let answer = question.answer(&china).unwrap();
    // Thirty working days and six that do not count.
    assert_eq!(answer.due, Some(china.add_working_days(d("2026-02-12"), 36)));
    let day = |date: &str| answer.days.iter().find(|line| line.date == d(date)).unwrap();
    assert_eq!(day("2026-02-26").zh, "暂停（2026-02-24..2026-02-26）、暂停（2026-02-25..2026-02-27）期间，不计入期限");
    assert_eq!(day("2026-03-02").en, "Paused: pause (2026-03-02..2026-03-03); not counted");
    assert!(answer.zh.starts_with("自 2026-02-12 起 20 个工作日，延长 10 个工作日："));
    assert!(answer.days.iter().any(|line| line.zh.contains("延长前于本日届满")));
    assert!(!answer.days.iter().any(|line| line.zh.contains("当日批准")));
}

#[test]
fn clk_09_an_open_pause_leaves_the_end_unknown() {
    let question = Question { pauses: spans(&["2026-02-24.."]), ..asked("2026-02-12", Limit::working_days(20)) };
    let answer = question.answer(&Calendar::china()).unwrap();
    assert_eq!((answer.due, answer.ends_at), (None, None));
    assert_eq!(answer.zh, "自 2026-02-12 起 20 个工作日：暂停尚未结束，届满日未定");
    assert_eq!(answer.days.last().unwrap().date, d("2026-02-24"));
}

#[test]
fn clk_02_the_move_is_said() {
    let answer = asked("2026-01-26", Limit::calendar_days(20)).answer(&Calendar::china()).unwrap();
    assert_eq!((answer.due, answer.shifted_from), (Some(d("2026-02-24")), Some(d("2026-02-15"))));
    assert!(answer.zh.ends_with("2026-02-24（星期二）24 时届满；末日 2026-02-15 为休息日，顺延"), "{}", answer.zh);
}

#[test]
fn clk_07_a_provisional_answer_says_so() {
    let answer = asked("2026-12-20", Limit::months(1)).answer(&through_2026()).unwrap();
    assert!(answer.provisional && answer.zh.contains("暂定") && answer.en.contains("provisional"));
}

#[test]
fn what_cannot_be_asked_is_refused_with_the_remedy() {
    let china = Calendar::china();
    let refused = |question: Question| {
        let no = question.answer(&china).unwrap_err();
        assert!(!no.english().is_empty());
        no.to_string()
    };
    let with = |pauses: &[&str], extension| Question {
        pauses: spans(pauses),
        extension,
        ..asked("2026-02-12", Limit::working_days(20))
    };
    assert_eq!(refused(with(&["2026-02-11..2026-02-13"], None)), "日期 2026-02-11 早于期限起算日 2026-02-12");
    assert_eq!(refused(with(&["2026-02-14..2026-02-13"], None)), "暂停的截止日 2026-02-13 早于开始日 2026-02-14");
    assert_eq!(refused(with(&["2026-02-24..", "2026-03-02.."], None)), "“暂停”的暂停尚未结束");
    assert_eq!(refused(with(&[], Some(0))), "延长的期限不能为零");
    let far = "4294967295 个工作日从 2026-02-12 起算，届满日超出可计算的范围（至 2100-12-31），请核对数字和单位";
    assert_eq!(refused(asked("2026-02-12", Limit::working_days(u32::MAX))), far);
    for unit in [Unit::CalendarDay, Unit::Month, Unit::Year, Unit::Hour] {
        refused(asked("2026-02-12", Limit { n: u32::MAX, unit }));
    }
    refused(with(&[], Some(u32::MAX)));
    let crowd = Question {
        pauses: vec!["2026-02-24..2026-02-27".parse().unwrap(); 100_000],
        ..asked("2026-02-12", Limit::working_days(20))
    };
    assert_eq!(refused(crowd), "暂停已有 1000 项，不能再记；请核对是否误录");

    let year_0 = Question::new("0000-01-01".parse().unwrap(), Limit::working_days(1));
    assert_eq!(refused(year_0), "日期 0000-01-01 不在可计算的范围（1990 年至 2100 年）");
    for no in ["", "今天", "2026-2-3", "2026-02-30", "20260212", "2026/02/12", "+12026-02-03", "0000-00-00", "２０２６-02-12"]
    {
        assert_eq!(parse_date(no).unwrap_err().to_string(), format!("“{no}”不是日期，应写作 2026-02-12"));
    }
    assert!(parse_date("1989-12-31").unwrap_err().to_string().contains("不在可计算的范围"));
    for no in ["2026-02-24", "2026-02-24-2026-02-27", "..", "..2026-02-27", "2026-02-24...2026-02-27"] {
        assert!(no.parse::<Span>().is_err(), "{no}");
    }
    for ok in ["2026-02-24..2026-02-27", "2026-02-24.."] {
        assert_eq!(ok.parse::<Span>().unwrap().to_string(), ok);
    }
}

#[test]
fn a_very_long_answer_tells_what_it_left_out() {
    let answer = asked("2000-01-01", Limit::years(90)).answer(&Calendar::china()).unwrap();
    assert_eq!(answer.days.len(), MAX_LINES);
    let all = (answer.due.unwrap() - d("2000-01-01")).num_days() + 1;
    assert_eq!(i64::from(answer.days_left_out), all - MAX_LINES as i64);
    let last = answer.days.last().unwrap();
    assert_eq!((Some(last.date), last.mark), (answer.due, calendar::DayMark::Due));
}

#[test]
fn a_long_answer_counts_on_through_what_it_left_out() {
    let answer = asked("2000-01-03", Limit::working_days(6_000)).answer(&Calendar::china()).unwrap();
    let last = answer.days.last().unwrap();
    assert_eq!((Some(last.date), last.counted), (answer.due, Some(6_000)));
    let first_after = answer.days.windows(2).find(|pair| pair[0].date.succ_opt() != Some(pair[1].date)).unwrap();
    let counted = answer.days.iter().filter_map(|day| day.counted);
    assert!(counted.max() == Some(6_000) && first_after[1].date > first_after[0].date);
    assert_eq!((first_after[1].date - first_after[0].date).num_days() - 1, i64::from(answer.days_left_out));
}
