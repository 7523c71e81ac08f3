//! The yearly notice in its own words (CLK-06, F154).

use super::d;
use calendar::{Calendar, Row, RowKind, read_announcement};
use proptest::prelude::*;

const OF_2025: &str = "国务院办公厅关于2025年部分节假日安排的通知
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2025年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
国务院办公厅
2024年11月12日";

#[test]
fn clk_06_a_notice_in_its_own_words_is_the_arrangement_we_have() {
    let read = read_announcement(OF_2025, None).unwrap();
    assert_eq!(read.year, Some(2025));
    assert!(read.title.as_deref().is_some_and(|title| title.contains("2025年部分节假日安排")));
    let china = Calendar::china();
    let ours: Vec<Row> = d("2025-01-01")
        .iter_days()
        .take(365)
        .filter_map(|date| {
            let day = china.day(date);
            let kind = match day.kind {
                calendar::DayKind::Holiday => RowKind::Holiday,
                calendar::DayKind::MakeUpWork => RowKind::Workday,
                _ => return None,
            };
            Some(Row { date, kind, name: day.name.unwrap_or_default(), source: None })
        })
        .collect();
    assert_eq!(read.rows, ours);
}

#[test]
fn clk_06_every_notice_so_far_has_every_statutory_holiday() {
    let china = Calendar::china();
    for year in 2008..=2026 {
        for (day, name) in calendar::statutory_holidays(year) {
            assert!(!china.is_working_day(day), "{day} {name}");
        }
    }
    assert!(calendar::statutory_holidays(1989).is_empty());
}

#[test]
fn clk_06_older_ways_of_saying_it() {
    let read = |text: &str| {
        read_announcement(text, Some(2023)).unwrap().rows.iter().map(|row| (row.date.to_string(), row.kind)).collect::<Vec<_>>()
    };
    let days = |list: &[&str], kind| list.iter().map(|day| ((*day).to_owned(), kind)).collect::<Vec<_>>();
    let off = RowKind::Holiday;
    assert_eq!(
        read("一、元旦：２０２２年１２月３１日至2023年1月2日放假调休，共3天。"),
        days(&["2022-12-31", "2023-01-01", "2023-01-02"], off)
    );
    assert_eq!(read("三、清明节：4月5日放假1天，与周末连休。"), days(&["2023-04-05"], off));
    assert_eq!(read("清明节：4月5日(星期三)放假，4月6日（星期四）补休。"), days(&["2023-04-05", "2023-04-06"], off));
    assert_eq!(read("2023-05-06 上班 劳动节\n"), days(&["2023-05-06"], RowKind::Workday));
    assert_eq!(read("2023-05-06 照常"), days(&["2023-05-06"], RowKind::Ordinary));
}

#[test]
fn clk_06_what_contradicts_itself_is_told_with_its_line() {
    let told = |text: &str, year| {
        let faults = read_announcement(text, year).unwrap_err();
        assert!(faults.iter().all(|fault| !fault.english().is_empty()));
        faults.iter().map(|fault| fault.chinese()).collect::<Vec<_>>().join("\n")
    };
    assert!(told("\n春节：2月5日至11日放假调休，共8天。", Some(2027)).contains("第 2 行“共8天”：前面写的日子是 7 天"));
    assert!(told("春节：2月5日（周四）放假。", Some(2027)).contains("2027-02-05 是周五，写的是周四"));
    assert!(told("春节：2月30日放假。", Some(2027)).contains("没有 2027 年 2 月 30 日这一天"));
    assert!(told("春节：2月5日放假。", None).contains("没有写是哪一年"));
    assert!(told("春节：2月5日放假。\n劳动节：2月5日上班。", Some(2027)).contains("写了两次"));
    assert!(told("春节：2月5日左右放假。", Some(2027)).contains("没有读懂"));
    assert!(told("春节：2月11日至5日放假。", Some(2027)).contains("起止日期不对"));
    assert!(told("2027-02-05 休息", None).contains("请写成"));
    assert!(told("", None).contains("没有读到"));
    assert!(told("1989-02-05 放假", None).contains("1990"));
    assert!(told(&"一".repeat(100_000), None).contains("太长"));
}

proptest! {
    /// Any arrangement written as the notices write it reads back.
    #[test]
    fn clk_06_what_is_written_reads_back(spans in proptest::collection::btree_map(1u32..=50, (0i64..5, any::<bool>()), 1..8)) {
        let mut rows = Vec::new();
        let mut text = String::from("国务院办公厅关于2027年部分节假日安排的通知\n");
        for (week, (more, off)) in spans {
            let from = d("2027-01-04") + chrono::Duration::days(i64::from(week) * 7);
            let to = from + chrono::Duration::days(more);
            let word = if off { "放假调休" } else { "上班" };
            let say = |day: chrono::NaiveDate| day.format("%-m月%-d日").to_string();
            let span = if more == 0 { say(from) } else { format!("{}至{}", say(from), say(to)) };
            let count = if off { format!("，共{}天", more + 1) } else { String::new() };
            text.push_str(&format!("{week}.节日：{span}{word}{count}。\n"));
            let kind = if off { RowKind::Holiday } else { RowKind::Workday };
            rows.extend(from.iter_days().take_while(|day| *day <= to).map(|date| Row { date, kind, name: "节日".into(), source: None }));
        }
        prop_assert_eq!(read_announcement(&text, None).unwrap().rows, rows);
    }

    #[test]
    fn clk_06_no_text_makes_it_fail(text in "[0-9年月日至、（）：。放假上班周一共天\\n -]{0,80}") {
        let _ = read_announcement(&text, Some(2027));
    }
}
