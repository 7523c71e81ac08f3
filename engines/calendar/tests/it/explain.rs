use crate::{d, through_2026};
use calendar::*;

const LAW: &str = "行政许可法第四十五条";

#[test]
fn a3_3_every_day_has_its_reason() {
    let china = Calendar::china();
    let mut clock = Clock::start(d("2026-09-18"), Limit::working_days(8));
    clock.pause("专家评审", LAW, d("2026-09-22")).unwrap();
    clock.resume("专家评审", d("2026-09-23")).unwrap();
    let lines = clock.explain(&china, d("2026-09-30"));
    let told: Vec<_> = lines.iter().map(|line| (line.mark, line.counted, line.zh.as_str())).collect();
    use DayMark::*;
    let pause = "专家评审（行政许可法第四十五条）期间，不计入期限";
    assert_eq!(
        told,
        [
            (Start, None, "期限自次日起算，当日不计"),
            (Weekend, None, "星期六，不计"),
            (MakeUp, Some(1), "第 1 个工作日（国庆节调休上班）"),
            (Counted, Some(2), "第 2 个工作日"),
            (Paused, None, pause),
            (Paused, None, pause),
            (Counted, Some(3), "第 3 个工作日"),
            (Holiday, None, "中秋节放假，不计"),
            (Holiday, None, "中秋节放假，不计"),
            (Holiday, None, "中秋节放假，不计"),
            (Counted, Some(4), "第 4 个工作日"),
            (Counted, Some(5), "第 5 个工作日"),
            (Counted, Some(6), "第 6 个工作日"),
            (Holiday, None, "国庆节放假，不计"),
            (Holiday, None, "国庆节放假，不计"),
            (Holiday, None, "国庆节放假，不计"),
            (Holiday, None, "国庆节放假，不计"),
            (Holiday, None, "国庆节放假，不计"),
            (Holiday, None, "国庆节放假，不计"),
            (Holiday, None, "国庆节放假，不计"),
            (Counted, Some(7), "第 7 个工作日"),
            (Due, Some(8), "第 8 个工作日，当日 24 时届满"),
        ]
    );
    // Every day cites the notice that decides it.
    let notice = Some("https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm");
    assert_eq!([lines[2].source.as_deref(), lines[7].source.as_deref()], [notice, notice]);
    assert_eq!(lines[2].en, "Working day 1 (make-up day for National Day)");
    assert_eq!(lines[4].en, "Paused: expert review (行政许可法第四十五条); not counted");
}

#[test]
fn clk_02_the_move_of_the_last_day_is_shown() {
    let clock = Clock::start(d("2026-09-16"), Limit::calendar_days(10));
    let lines = clock.explain(&Calendar::china(), d("2026-09-29"));
    let told: Vec<_> = lines[9..].iter().map(|line| (line.mark, line.counted, line.zh.as_str())).collect();
    assert_eq!(
        told,
        [
            (DayMark::Counted, Some(9), "第 9 日（中秋节放假，照计）"),
            (DayMark::End, Some(10), "第 10 日（中秋节放假，照计），末日为休息日，顺延至其后的第一个工作日"),
            (DayMark::Shifted, None, "中秋节放假，顺延"),
            (DayMark::Due, None, "顺延后的最后一日，当日 24 时届满"),
            (DayMark::Late, None, "已逾期 1 日"),
        ]
    );
}

#[test]
fn clk_02_a_pause_on_the_day_to_which_the_end_moved_is_told() {
    // The count ends on Friday 25 September 2026, a holiday; Monday the 28th would be the last day.
    let mut clock = Clock::start(d("2026-09-15"), Limit::calendar_days(10));
    clock.pause("检测", "行政许可法第四十五条", d("2026-09-26")).unwrap();
    let open = clock.explain(&Calendar::china(), d("2026-09-28"));
    let marks = |lines: &[DayLine]| lines.iter().map(|line| line.mark).collect::<Vec<_>>();
    assert_eq!(marks(&open[10..]), [DayMark::End, DayMark::Shifted, DayMark::Shifted, DayMark::Paused]);
    clock.resume("检测", d("2026-09-29")).unwrap();
    let lines = clock.explain(&Calendar::china(), d("2026-09-28"));
    assert_eq!(marks(&lines[10..]), [&marks(&open[10..])[..], &[DayMark::Paused, DayMark::Due]].concat());
    assert_eq!(lines[13].zh, "检测（行政许可法第四十五条）期间，不计入期限");
}

#[test]
fn f038_days_late_are_numbered_and_rest_days_are_not() {
    let clock = Clock::start(d("2026-11-02"), Limit::working_days(3));
    let lines = clock.explain(&Calendar::china(), d("2026-11-10"));
    let told: Vec<_> = lines[4..].iter().map(|line| (line.late, line.zh.as_str())).collect();
    assert_eq!(
        told,
        [
            (Some(1), "已逾期 1 个工作日"),
            (None, "星期六，不计入逾期"),
            (None, "星期日，不计入逾期"),
            (Some(2), "已逾期 2 个工作日"),
            (Some(3), "已逾期 3 个工作日"),
        ]
    );
    assert_eq!(clock.standing(&Calendar::china(), d("2026-11-10")).left, -3);
    // The last day is a Friday: the weekend after it is no day late, the Monday is the first.
    let lines = Clock::start(d("2026-11-03"), Limit::working_days(3)).explain(&Calendar::china(), d("2026-11-10"));
    let late: Vec<_> = lines[4..].iter().map(|line| line.late).collect();
    assert_eq!(late, [None, None, Some(1), Some(2)]);
}

#[test]
fn clk_07_a_provisional_day_says_so() {
    let lines = Clock::start(d("2027-03-01"), Limit::working_days(1)).explain(&through_2026(), d("2027-03-01"));
    assert!(lines[1].provisional);
    assert!(lines[1].zh.ends_with("推算）"), "{}", lines[1].zh);
}

#[test]
fn a_conclusion_ends_the_list() {
    let mut clock = Clock::start(d("2026-11-02"), Limit::working_days(5));
    clock.stop(d("2026-11-04")).unwrap();
    let lines = clock.explain(&Calendar::china(), d("2026-12-31"));
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2].zh, "第 2 个工作日；当日办结");
}

#[test]
fn a_limit_of_no_days_is_explained() {
    let china = Calendar::china();
    let lines = Clock::start(d("2026-11-24"), Limit::working_days(0)).explain(&china, d("2026-11-24"));
    assert_eq!((lines.len(), lines[0].mark), (1, DayMark::Due));
    assert_eq!(lines[0].zh, "即办，当日 24 时届满");
}
