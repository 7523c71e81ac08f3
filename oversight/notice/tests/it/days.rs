//! Days written in other ways: moved back where they meet a rest day, in numbers alone, after a day, of what is looked at.

use crate::{assert_spans, read};
use notice::Why;

/// The times of a task in a notice of 20 April 2012, each as `kind day month day-of-month`, and what is told.
fn times(words: &str) -> (Vec<String>, Vec<Why>) {
    let notice = read(&format!("一、任务\n1．公开。{words}。（牵头单位：省财政厅）\n某办公室\n2012年4月20日\n"));
    assert_spans(&notice);
    let [task] = &notice.assignments[..] else { panic!("{words}: {notice:?}") };
    let part = |n: Option<u32>| n.map(|n| format!(" {n}")).unwrap_or_default();
    let one = |date: &notice::Date| {
        let day = date.date.map(|day| format!(" {day}")).unwrap_or_default();
        format!("{}{day}{}{}", date.kind.name(), part(date.month), part(date.day))
    };
    (task.dates.iter().map(one).collect(), notice.unread.iter().map(|told| told.why).collect())
}

fn is(words: &str, expected: &[&str], told: &[Why]) {
    let (found, why) = times(words);
    assert_eq!((found, why), (expected.iter().map(|one| (*one).to_owned()).collect(), told.to_vec()), "{words}");
}

#[test]
fn d1_a_day_that_the_text_moves_back_ends_on_the_working_day_before() {
    // 2012-06-30 is a Saturday.
    for words in [
        "2012年6月30日前完成，遇节假日提前",
        "2012年6月30日前完成（遇节假日提前）",
        "2012年6月30日前完成，如遇法定节假日的，应当提前至前一个工作日",
        "2012年6月30日前完成，逢双休日相应提前到上一工作日",
        "2012年6月30日前完成。遇休息日提前",
        "6月底前完成，遇周末提前",
    ] {
        is(words, &["by 2012-06-29"], &[Why::Earlier]);
    }
    let notice = read("一、任务\n1．公开。6月30日前完成，遇节假日提前。（牵头单位：省财政厅）\n某办公室\n2012年4月20日\n");
    let (told, date) = (&notice.unread[0], &notice.assignments[0].dates[0]);
    assert!(told.zh.contains("2012-06-30 不是工作日，已读作前一个工作日 2012-06-29"), "{}", told.zh);
    assert_eq!(date.due(&calendar::Calendar::china()), date.date);
    assert_eq!((told.words.at.line, told.words.text.as_str(), date.words.text.as_str()), (2, "6月30日前", "6月30日前"));
    // A working day stays; both days of a sentence are looked at.
    is("6月29日前完成，遇节假日提前", &["by 2012-06-29"], &[]);
    is("6月30日前、9月30日前完成，遇节假日提前", &["by 2012-06-29", "by 2012-09-29"], &[Why::Earlier, Why::Earlier]);
    // What returns has other days each time, of a year to come nobody knows the holidays, and without a time nothing is moved.
    is("每月5日前公布，如遇节假日提前至前一工作日", &["recurring-monthly 5"], &[Why::Earlier]);
    is("2099年6月30日前完成，遇节假日提前", &["by 2099-06-30"], &[Why::Earlier]);
    is("报送时间遇节假日提前", &[], &[Why::Earlier]);
    for words in ["6月30日前完成，遇节假日顺延", "6月30日前完成，节假日值班表提前公布", "6月30日前提前完成"]
    {
        is(words, &["by 2012-06-30"], &[]);
    }
}

#[test]
fn d1_before_a_third_of_a_month_is_read_by_one_rule_once_and_every_year() {
    let told = &[Why::TwoDates];
    is("12月中旬前完成", &["by 2012-12-10"], told);
    is("每年12月中旬前公布", &["recurring-yearly 12 10"], told);
    is("每年7月上旬前公布", &["recurring-yearly 6"], told);
    is("每年1月上旬前公布", &["recurring-yearly 12"], told);
    is("每年8月下旬前公布", &["recurring-yearly 8 20"], told);
    is("每月中旬前公布", &["recurring-monthly 10"], told);
    is("每月上旬前公布", &["recurring-monthly"], told);
    is("每季度首月中旬前公布", &["recurring-quarterly 1 10"], told);
    is("6月、12月中旬前公布", &["by 2012-06-10", "by 2012-12-10"], told);
    is("每年6月、12月中旬前公布", &["recurring-yearly 6 10", "recurring-yearly 12 10"], told);
    is("每年6月、12月中旬公布", &["recurring-yearly 6 20", "recurring-yearly 12 20"], &[]);
    is("每年12月下旬公布", &["recurring-yearly 12"], &[]);
}

#[test]
fn d1_from_after_a_day_on_is_a_start() {
    is("2012年10月1日后正式运行", &["from 2012-10-01"], &[]);
    is("7月1日之后不再受理", &["from 2012-07-01"], &[]);
    is("二○一二年七月一日以后执行", &["from 2012-07-01"], &[]);
    is("2012年6月后启动", &[], &[Why::TimeUnclear]);
    is("自本月起公布", &["undated"], &[Why::TimeUnclear]);
    for words in ["2012年后续工作", "2010年6月后新建的小区", "建成后评估"] {
        is(words, &[], &[]);
    }
}

#[test]
fn d1_a_day_of_what_is_looked_at_is_no_time_of_the_task() {
    for base in ["为基准日", "为统计时点", "为界", "为时点"] {
        is(&format!("以2011年12月31日{base}开展清理"), &[], &[]);
    }
    is("2011年12月31日统计的数据", &["on 2011-12-31"], &[Why::Past]);
    is("以2012年12月31日为限", &["on 2012-12-31"], &[]);
}

#[test]
fn d1_days_in_numbers_alone_and_in_old_characters_are_read_or_told() {
    is("20121130前上报", &["by 2012-11-30"], &[]);
    is("12/8前通报", &["by 2012-12-08"], &[]);
    is("11-30前归档", &["by 2012-11-30"], &[]);
    is("9.30前归档", &["by 2012-09-30"], &[]);
    is("五月廿五日前预审", &["by 2012-05-25"], &[]);
    is("二〇一二年五月卅日前完成", &["by 2012-05-30"], &[]);
    for words in ["廿五日前预审", "于25日前预审", "25日17时前预审", "15号以前预审"] {
        is(words, &["undated"], &[Why::NoDay]);
    }
    for words in ["编号20121130的文件", "增长3.5", "完成1/3", "1-2家", "电话62601234", "会议召开5日前发通知", "提前5日预告"]
    {
        is(words, &[], &[]);
    }
    let cell = read("序号\t工作任务\t牵头单位\t完成时限\n1\t公开\t省财政厅\t9/30\n某办公室\n2012年4月20日\n");
    assert_eq!(cell.assignments[0].dates[0].date.unwrap().to_string(), "2012-09-30");
}
