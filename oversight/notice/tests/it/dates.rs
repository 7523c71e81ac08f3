//! Dates in the words of such notices.

use crate::read;
use notice::Why;

/// The dates of a task, in a notice signed on 20 April 2012.
fn dates(text: &str) -> Vec<(String, String, String)> {
    let notice = read(&format!("一、任务\n{text}（牵头单位：省财政厅）\n某办公室\n2012年4月20日\n"));
    let [task] = &notice.assignments[..] else { panic!("{notice:?}") };
    assert_eq!(notice.unread, []);
    let day = |date: &notice::Date| date.date.map(|day| day.to_string()).unwrap_or_default();
    task.dates.iter().map(|date| (date.kind.name().to_owned(), day(date), date.words.text.clone())).collect()
}

fn assert_dates(text: &str, expected: &[(&str, &str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(kind, day, words)| (kind.to_string(), day.to_string(), words.to_string())).collect();
    assert_eq!(dates(text), expected, "{text}");
}

#[test]
fn d1_deadlines() {
    assert_dates("2012年6月底前完成", &[("by", "2012-06-30", "2012年6月底前")]);
    assert_dates("到2012年底，实现全覆盖", &[("by", "2012-12-31", "到2012年底")]);
    assert_dates("２０１２年６月３０日前报送", &[("by", "2012-06-30", "２０１２年６月３０日前")]);
    assert_dates("二○一二年六月三十日以前报送", &[("by", "2012-06-30", "二○一二年六月三十日以前")]);
    assert_dates("争取在2013年第一季度末建成", &[("by", "2013-03-31", "争取在2013年第一季度末")]);
    assert_dates("2012年上半年完成", &[("by", "2012-06-30", "2012年上半年")]);
    assert_dates("2012年7月上旬完成", &[("by", "2012-07-10", "2012年7月上旬")]);
    assert_dates("年底前完成，明年3月底前验收", &[("by", "2012-12-31", "年底前"), ("by", "2013-03-31", "明年3月底前")]);
    assert_dates("2012.6.30前完成", &[("by", "2012-06-30", "2012.6.30前")]);
    assert_dates("2016年2月底前", &[("by", "2016-02-29", "2016年2月底前")]);
    assert_dates("于2012年9月10日召开会议", &[("on", "2012-09-10", "于2012年9月10日")]);
}

#[test]
fn d1_several_dates_in_one_clause() {
    assert_dates(
        "2012年5月1日起试行，6月底前评估、2012年底前全面推开",
        &[("from", "2012-05-01", "2012年5月1日起"), ("by", "2012-06-30", "6月底前"), ("by", "2012-12-31", "2012年底前")],
    );
    assert_dates("2012年5月至7月开展自查", &[("from", "2012-05-01", "2012年5月至7月"), ("by", "2012-07-31", "2012年5月至7月")]);
    assert_dates(
        "2012年11月1日—2013年1月15日",
        &[("from", "2012-11-01", "2012年11月1日—2013年1月15日"), ("by", "2013-01-15", "2012年11月1日—2013年1月15日")],
    );
}

#[test]
fn d1_starts_recurrences_and_lengths() {
    assert_dates("从2012年起纳入考核", &[("from", "2012-01-01", "从2012年起")]);
    assert_dates("自2012年7月起施行", &[("from", "2012-07-01", "自2012年7月起")]);
    assert_dates("每年至少一次听取汇报", &[("recurring-yearly", "", "每年至少一次听取汇报")]);
    assert_dates(
        "每季度末报送，每月10日前公开",
        &[("recurring-quarterly", "", "每季度末"), ("recurring-monthly", "", "每月10日前")],
    );
    assert_dates("每年12月底前报告", &[("recurring-yearly", "", "每年12月底前")]);
    assert_dates("自印发之日起30日内制定方案", &[("by", "2012-05-20", "自印发之日起30日内")]);
    assert_dates("本通知印发后3个月内完成", &[("by", "2012-07-20", "本通知印发后3个月内")]);
    assert_dates("对申请15个工作日内答复", &[("within", "", "15个工作日内")]);
}

#[test]
fn d1_what_is_no_date() {
    for text in
        ["依照皖办发〔2011〕37号文件", "2011—2015年规划的内容", "每项职权都要公开", "近年来的经验", "年度考核", "2012年工作要点"]
    {
        assert_dates(text, &[]);
    }
}

#[test]
fn d1_a_date_that_cannot_be_is_named() {
    let why = |text: &str| {
        read(&format!("一、任务\n{text}（牵头单位：省财政厅）\n")).unread.iter().map(|unread| unread.why).collect::<Vec<_>>()
    };
    assert_eq!(why("2012年2月30日前完成"), [Why::NoSuchDate]);
    assert_eq!(why("2012年13月底前完成"), [Why::NoSuchDate]);
    assert_eq!(why("6月底前完成"), [Why::NoYear]);
    assert_eq!(why("2012年6月前完成"), [Why::TwoDates]);
    assert_eq!(why("2013年2月29日前完成"), [Why::NoSuchDate]);
    assert_eq!(why("2012年2月29日前完成"), []);
}

#[test]
fn d1_when_in_its_period_something_returns() {
    let turns = |text: &str| {
        let notice = read(&format!("一、任务\n甲任务，{text}。（牵头单位：省财政厅）\n某办公室\n2024年4月20日\n"));
        assert_eq!(notice.unread, [], "{text}");
        let dates = &notice.assignments[0].dates;
        dates.iter().map(|date| (date.kind.name(), date.month, date.day)).collect::<Vec<_>>()
    };
    assert_eq!(turns("每月10日前报送"), [("recurring-monthly", None, Some(10))]);
    assert_eq!(turns("每月5日、20日前报送"), [("recurring-monthly", None, Some(5)), ("recurring-monthly", None, Some(20))]);
    assert_eq!(turns("每月10日前报送一次"), [("recurring-monthly", None, Some(10))]);
    assert_eq!(turns("每年1月31日前公布"), [("recurring-yearly", Some(1), Some(31))]);
    assert_eq!(
        turns("每年1月31日和7月31日前公布"),
        [("recurring-yearly", Some(1), Some(31)), ("recurring-yearly", Some(7), Some(31))]
    );
    assert_eq!(turns("每年12月底前报告"), [("recurring-yearly", Some(12), None)]);
    assert_eq!(turns("每年上半年报告"), [("recurring-yearly", Some(6), None)]);
    assert_eq!(turns("每季度末前报送"), [("recurring-quarterly", None, None)]);
    assert_eq!(turns("每季度首月15日前报送"), [("recurring-quarterly", Some(1), Some(15))]);
    assert_eq!(turns("每周一报送"), [("recurring-weekly", None, Some(1))]);
    assert_eq!(turns("每周一次"), [("recurring-weekly", None, None)]);
    assert_eq!(turns("每月上旬公布"), [("recurring-monthly", None, Some(10))]);
}

#[test]
fn d1_parts_of_a_year_ranges_and_plans() {
    assert_dates("2012年第3季度完成", &[("by", "2012-09-30", "2012年第3季度")]);
    assert_dates("第3季度末前完成", &[("by", "2012-09-30", "第3季度末前")]);
    let range = |words| [("from", "2012-09-01", words), ("by", "2012-12-31", words)];
    assert_dates("2012年9-12月组织实施", &range("2012年9-12月"));
    assert_dates("9至12月组织实施", &range("9至12月"));
    assert_dates("2012年5月1-8日举办", &[("from", "2012-05-01", "2012年5月1-8日"), ("by", "2012-05-08", "2012年5月1-8日")]);
    assert_dates("“十二五”期间完成", &[("by", "2015-12-31", "“十二五”期间")]);
    assert_dates("十四五末实现全覆盖", &[("by", "2025-12-31", "十四五末")]);
    assert_dates("总结“十一五”期间的做法", &[]);
}

#[test]
fn d1_a_time_that_stands_beside_the_units_is_kept_or_named() {
    let read = |value: &str| {
        let notice = read(&format!("一、任务\n做好公开。（牵头单位：省财政厅；{value}）\n某办公室\n2024年4月20日\n"));
        let dates: Vec<(&str, String)> = notice.assignments[0]
            .dates
            .iter()
            .map(|date| (date.kind.name(), date.date.map(|day| day.to_string()).unwrap_or_default()))
            .collect();
        let told: Vec<Why> = notice.unread.iter().map(|at| at.why).collect();
        (dates.iter().map(|(kind, day)| format!("{kind}:{day}")).collect::<Vec<_>>().join(";"), told)
    };
    assert_eq!(read("完成时限：长期坚持"), ("ongoing:".to_owned(), vec![]));
    assert_eq!(read("完成时限：立即"), ("undated:".to_owned(), vec![]));
    assert_eq!(read("完成时限：常态化推进"), ("ongoing:".to_owned(), vec![]));
    assert_eq!(read("完成时限：视情"), (String::new(), vec![Why::NoTime]));
    assert_eq!(read("责任人：王五，2024年6月底前"), ("by:2024-06-30".to_owned(), vec![Why::Aside]));
    assert_eq!(read("完成时限：2024年2月30日"), (String::new(), vec![Why::NoSuchDate]));
}

#[test]
fn d1_a_time_whose_day_is_not_said_is_named() {
    let read = |text: &str| {
        let notice = read(&format!("一、任务\n甲任务，{text}。（牵头单位：省财政厅）\n某办公室\n2024年4月20日\n"));
        let kinds: Vec<&str> = notice.assignments[0].dates.iter().map(|date| date.kind.name()).collect();
        (kinds.join(";"), notice.unread.iter().map(|at| at.why).collect::<Vec<_>>())
    };
    assert_eq!(read("春节前完成"), ("undated".to_owned(), vec![Why::NoDay]));
    assert_eq!(read("次月10日前报送"), ("undated".to_owned(), vec![Why::NoDay]));
    assert_eq!(read("每月初报送"), ("recurring-monthly".to_owned(), vec![Why::NoDay]));
    assert_eq!(read("每两年评估一次"), ("recurring-other".to_owned(), vec![Why::Period]));
    assert_eq!(read("逢单月开展检查"), ("recurring-other".to_owned(), vec![Why::Period]));
    assert_eq!(read("每年2月30日前报送"), ("recurring-yearly".to_owned(), vec![Why::NoSuchDate]));
    assert_eq!(read("庆祝春节"), (String::new(), vec![]));
}

/// The dates of a task in a notice signed on 8 March 2013, and what of them is told.
fn in_2013(text: &str) -> (String, Vec<Why>) {
    let notice = read(&format!("一、任务\n{text}（牵头单位：省财政厅）\n某办公室\n2013年3月8日\n"));
    let [task] = &notice.assignments[..] else { panic!("{notice:?}") };
    let day = |date: &notice::Date| match (date.date, date.month) {
        (Some(day), _) => day.to_string(),
        (None, Some(month)) => format!("{month}月"),
        (None, None) => String::new(),
    };
    let dates: Vec<String> = task.dates.iter().map(|date| format!("{}:{}", date.kind.name(), day(date))).collect();
    (dates.join(";"), notice.unread.iter().map(|at| at.why).collect())
}

#[test]
fn d1_a_year_is_that_which_is_meant() {
    let right = |text: &str, dates: &str| assert_eq!(in_2013(text), (dates.to_owned(), vec![]), "{text}");
    right("14年6月底前完成", "by:2014-06-30");
    right("后年6月底前完成", "by:2015-06-30");
    right("力争后年6月底前完成", "by:2015-06-30");
    right("明年年底前完成", "by:2014-12-31");
    right("2014年年底前完成", "by:2014-12-31");
    right("2014 年 6 月 底前完成", "by:2014-06-30");
    right("2014年前三季度完成", "by:2014-09-30");
    right("2014年6月底前、9月底前各报一次", "by:2014-06-30;by:2014-09-30");
    right("去年6月底前建成的系统", "");
    let named = |text: &str, why: Why| assert_eq!(in_2013(text).1, [why], "{text}");
    for text in ["大后年6月底前完成", "建设期三年6月底前完成", "2014年6月底前试点，年底前推开", "2014年，6月底前完成"]
    {
        named(text, Why::WhichYear);
    }
    for text in ["本月底前完成", "当月10日前完成", "2014年初完成", "十八大召开前完成", "汛期前完成"]
    {
        named(text, Why::NoDay);
    }
    named("2014年Q4开展检查", Why::NoDay);
    named("2013、2014年分两批实施", Why::NoDay);
}

#[test]
fn d1_each_of_several_times_is_read() {
    let right = |text: &str, dates: &str| assert_eq!(in_2013(text), (dates.to_owned(), vec![]), "{text}");
    right("2014年6、9月底前报送", "by:2014-06-30;by:2014-09-30");
    right("2014年6月、9月和12月底前报送", "by:2014-06-30;by:2014-09-30;by:2014-12-31");
    right("2014年6月10、20日前报送", "by:2014-06-10;by:2014-06-20");
    right("2013、2014年底前分两批完成", "by:2013-12-31;by:2014-12-31");
    right("每年3月、9月底前各报一次", "recurring-yearly:3月;recurring-yearly:9月");
    right("每年3、9月底前各报一次", "recurring-yearly:3月;recurring-yearly:9月");
    right("每周一、周四报送", "recurring-weekly:;recurring-weekly:");
    right("对来件半年内办结，半月内回复", "within:;within:");
    right("3月内完成", "by:2013-03-31");
    right("第三季度内完成", "by:2013-09-30");
    right("上半年内完成", "by:2013-06-30");
    right("2014年Q4完成", "by:2014-12-31");
    assert_eq!(in_2013("2014年9、6月底前报送"), (String::new(), vec![Why::TimeUnclear]));
    assert_eq!(in_2013("每年3月至5月底前检查"), ("recurring-yearly:5月".to_owned(), vec![Why::TimeUnclear]));
}

#[test]
fn d1_a_cell_that_must_be_a_time_is_read_whole_or_named() {
    let cell = |words: &str| {
        let notice =
            read(&format!("序号\t工作任务\t牵头单位\t完成时限\n1\t做好公开\t省财政厅\t{words}\n某办公室\n2013年3月8日\n"));
        let days = notice.assignments[0].dates.iter().filter_map(|date| date.date).map(|day| day.to_string());
        (days.collect::<Vec<_>>().join(";"), notice.unread.iter().map(|at| at.why).collect::<Vec<_>>())
    };
    assert_eq!(cell("2020年Q3"), ("2020-09-30".to_owned(), vec![]));
    assert_eq!(cell("2013年 10月底"), ("2013-10-31".to_owned(), vec![]));
    assert_eq!(cell("2020年秋季"), (String::new(), vec![Why::NoDay]));
    assert_eq!(cell("2020年A"), (String::new(), vec![Why::TimeUnclear]));
    assert_eq!(cell("6月底，三季末"), ("2013-06-30".to_owned(), vec![Why::TimeUnclear]));
}

#[test]
fn d1_a_day_of_signature_that_does_not_exist_is_named_as_such() {
    let notice = read("一、任务\n6月底前做好公开。（牵头单位：省财政厅）\n某办公室\n2014年2月30日\n");
    assert_eq!(notice.unread.iter().map(|at| (at.why, at.words.at.line)).collect::<Vec<_>>(), [(Why::NoSuchDate, 4)]);
    assert_eq!(notice.signed, None);
    assert_eq!(notice.issuer.unwrap().text, "某办公室");
    assert_eq!(notice.assignments[0].dates[0].date.unwrap().to_string(), "2014-06-30");
}

/// The times of a task and of a cell of the column of times, in a notice signed on 5 March 2024, and what of them is told.
fn in_2024(words: &str) -> [(String, Vec<(Why, String)>); 2] {
    let sentence = format!("一、任务\n甲任务，{words}。（牵头单位：省财政厅）\n某办公室\n2024年3月5日\n");
    let cell = format!("序号\t工作任务\t牵头单位\t完成时限\n1\t做好公开\t省财政厅\t{words}\n某办公室\n2024年3月5日\n");
    [sentence, cell].map(|text| {
        let notice = read(&text);
        crate::assert_spans(&notice);
        let days = notice.assignments[0].dates.iter().filter_map(|date| date.date).map(|day| day.to_string());
        let told = notice.unread.iter().map(|at| (at.why, at.words.text.clone()));
        (days.collect::<Vec<_>>().join(";"), told.collect())
    })
}

#[test]
fn d1_a_season_or_what_is_waited_for_is_told_and_never_the_end_of_its_year() {
    for words in [
        "2024年暑期完成",
        "2024年寒假前完成",
        "2024年汛期前完成",
        "2024年春节前完成",
        "2024年主汛期来临前完成",
        "2024年高温来临前完成",
        "2024年秋季学期前完成",
        "暑期完成",
        "寒假前完成",
    ] {
        for (days, told) in in_2024(words) {
            assert_eq!((days.as_str(), told.len()), ("", 1), "{words}: {told:?}");
            let (why, at) = &told[0];
            assert!(matches!(why, Why::NoDay | Why::TimeUnclear) && words.starts_with(at.as_str()), "{words}: {told:?}");
        }
    }
    let [_, (days, told)] = in_2024("2024年暑期");
    assert_eq!((days.as_str(), told), ("", vec![(Why::NoDay, "2024年暑期".to_owned())]));
    let [_, (days, told)] = in_2024("暑期");
    assert_eq!((days.as_str(), told.len()), ("", 1));
    let [_, (days, told)] = in_2024("2024年");
    assert_eq!((days.as_str(), told), ("2024-12-31", vec![]));
}

#[test]
fn d1_every_time_of_a_sentence_is_read_or_told() {
    let both = |words: &str, expected: &str| {
        for (days, told) in in_2024(words) {
            assert_eq!((days.as_str(), told.as_slice()), (expected, &[][..]), "{words}");
        }
    };
    both("2024年上半年完成50%，全年全部完成", "2024-06-30;2024-12-31");
    both("2024年上半年完成50%，全年完成100%", "2024-06-30;2024-12-31");
    both("2024年上半年完成一半，下半年完成其余", "2024-06-30;2024-12-31");
    both("2025年上半年完成一半，全年完成全部", "2025-06-30;2025-12-31");
    both("2024年覆盖50%，2025年全覆盖", "2024-12-31;2025-12-31");
    both("2024年达到80%，2025年达到90%，2026年全覆盖", "2024-12-31;2025-12-31;2026-12-31");
    for words in ["2024年新增30家，2025年新增50家", "2024年6月底前试点，9月推开", "2024年4月启动，6月试点，9月推开"]
    {
        let [(days, told), _] = in_2024(words);
        let read = if days.is_empty() { 0 } else { days.split(';').count() };
        assert_eq!(read + told.len(), words.split('，').count(), "{words}: {days} {told:?}");
    }
    let [(days, told), _] = in_2024("2025年启动试点，6月底前完成");
    assert_eq!((days.as_str(), told.iter().any(|(why, _)| *why == Why::WhichYear)), ("", true), "{told:?}");
}

#[test]
fn d3_every_year_before_a_month_is_told_and_its_earlier_day_taken() {
    for (words, month) in [("每年3月前报送", 2), ("每年1月前报送", 12), ("每年3月份前报送", 2), ("每年6月、12月前报送", 5)]
    {
        let notice = read(&format!("一、任务\n甲任务，{words}。（牵头单位：省财政厅）\n某办公室\n2024年3月5日\n"));
        let told: Vec<Why> = notice.unread.iter().map(|at| at.why).collect();
        assert_eq!((notice.assignments[0].dates[0].month, told), (Some(month), vec![Why::TwoDates]), "{words}");
    }
    let closed = read("一、任务\n甲任务，每年3月底前报送。（牵头单位：省财政厅）\n某办公室\n2024年3月5日\n");
    assert_eq!((closed.assignments[0].dates[0].month, closed.unread.len()), (Some(3), 0));
}
