use crate::d;
use calendar::*;

const LAW: &str = "行政许可法第四十五条";

fn matter() -> Matter {
    Matter::start(&Calendar::china(), d("2026-11-02"), Limit::working_days(20), Limit::working_days(8)).unwrap()
}

fn ends(matter: &Matter) -> (Option<String>, Option<String>) {
    let china = Calendar::china();
    let date = |clock: &Clock| clock.due(&china).map(|due| due.date.to_string());
    (date(&matter.statutory), date(&matter.promised))
}

fn both(statutory: &str, promised: &str) -> (Option<String>, Option<String>) {
    (Some(statutory.to_owned()), Some(promised.to_owned()))
}

#[test]
fn clk_08_two_limits_run_side_by_side_and_pause_together() {
    let mut matter = matter();
    assert_eq!(ends(&matter), both("2026-11-30", "2026-11-12"));
    matter.pause("检测", LAW, d("2026-11-05")).unwrap();
    matter.pause("专家评审", LAW, d("2026-11-06")).unwrap();
    matter.resume("检测", d("2026-11-10")).unwrap();
    assert_eq!(ends(&matter), (None, None), "expert review goes on");
    matter.resume("专家评审", d("2026-11-12")).unwrap();
    // 5 to 12 November: six working days once, on both.
    assert_eq!(ends(&matter), both("2026-12-08", "2026-11-20"));

    let standing = matter.standing(&Calendar::china(), d("2026-11-24"));
    assert_eq!((standing.promised.left, standing.statutory.left), (-2, 10));
    assert!(standing.only_the_promise_is_late());
    assert_eq!(standing.next().unwrap().date, d("2026-12-08"));
}

#[test]
fn clk_08_a_promise_may_go_on_while_the_law_pauses() {
    let mut matter = matter().promise_goes_on();
    matter.pause("听证", LAW, d("2026-11-05")).unwrap();
    assert_eq!(ends(&matter), (None, Some("2026-11-12".to_owned())));
    matter.resume("听证", d("2026-11-06")).unwrap();
    assert_eq!(ends(&matter), both("2026-12-02", "2026-11-12"));
}

#[test]
fn clk_08_a_promise_longer_than_the_law_is_refused() {
    let china = Calendar::china();
    let of = |statutory, promised| Matter::start(&china, d("2026-11-02"), statutory, promised);
    let no = of(Limit::working_days(20), Limit::working_days(21)).unwrap_err();
    assert_eq!(no.to_string(), "承诺时限（21 个工作日）长于法定时限（20 个工作日），请缩短承诺时限");
    assert_eq!(
        (no.field(), no.english().as_str()),
        ("promised", "the promise of 21 working days is longer than the 20 working days of the law")
    );
    assert!(of(Limit::working_days(20), Limit::working_days(20)).is_ok());
    // In different units by where they end: 20 working days end on the 30th, as 28 days do.
    assert!(of(Limit::calendar_days(28), Limit::working_days(20)).is_ok());
    assert!(of(Limit::calendar_days(25), Limit::working_days(20)).is_err());
    let mut read = matter();
    read.promised.limit = Limit::working_days(30);
    assert_eq!(read.check().unwrap_err().field(), "promised");
}

#[test]
fn clk_08_what_is_refused_on_one_clock_happens_on_neither() {
    let mut matter = matter();
    // A pause that only the promise knows makes it refuse what the law's clock would take.
    matter.promised.pause("检测", LAW, d("2026-11-05")).unwrap();
    let before = matter.clone();
    assert!(matter.pause("检测", LAW, d("2026-11-06")).is_err());
    assert!(matter.resume("检测", d("2026-11-06")).is_err());
    assert!(matter.stop(d("2026-11-04")).is_err());
    assert_eq!(matter, before);
}

#[test]
fn clk_10_a_correction_gives_both_the_full_period_again_once() {
    let basis = "政府信息公开条例第三十条";
    let mut matter = matter();
    matter.restart("补正", basis, d("2026-11-09")).unwrap();
    assert_eq!(ends(&matter), both("2026-12-07", "2026-11-19"));
    assert_eq!(matter.restarts[0].before.0.start, d("2026-11-02"), "what went before is kept");
    let no = matter.restart("补正", basis, d("2026-11-10")).unwrap_err();
    assert_eq!((no.field(), no.to_string().as_str()), ("ground", "已因“补正”重新起算一次，不得再次重新起算"));
    let no = matter.restart("缴费", basis, d("2026-11-08")).unwrap_err();
    assert_eq!(no.to_string(), "日期 2026-11-08 早于期限起算日 2026-11-09");
    matter.restart("缴费", basis, d("2026-11-10")).unwrap();
    assert_eq!(ends(&matter), both("2026-12-08", "2026-11-20"));
    assert_eq!(matter.check(), Ok(()));
}

#[test]
fn clk_10_an_extension_comes_once_in_time_and_to_both() {
    let china = Calendar::china();
    let mut matter = matter();
    matter.extend(&china, Limit::working_days(10), d("2026-11-12"), "局长", "案情复杂").unwrap();
    assert_eq!(ends(&matter), both("2026-12-14", "2026-11-26"));
    assert!(matches!(
        matter.extend(&china, Limit::working_days(1), d("2026-11-13"), "局长", "再延"),
        Err(ClockError::AlreadyExtended(_))
    ));
    let mut late = Matter::start(&china, d("2026-11-02"), Limit::working_days(5), Limit::working_days(5)).unwrap();
    let no = late.extend(&china, Limit::working_days(5), d("2026-11-10"), "局长", "复杂").unwrap_err();
    assert_eq!(no.to_string(), "期限已于 2026-11-09 届满，2026-11-10 不能再延期");
}

#[test]
fn a_step_has_its_own_limit_inside_the_whole() {
    let china = Calendar::china();
    let mut matter = matter();
    matter.begin_step(&china, "审查", Limit::working_days(3), d("2026-11-03")).unwrap();
    let due = |matter: &Matter, at: usize| matter.standing(&china, d("2026-11-06")).steps[at].due.map(|due| due.date);
    assert_eq!(due(&matter, 0), Some(d("2026-11-06")));
    assert_eq!(matter.standing(&china, d("2026-11-06")).next().unwrap().date, d("2026-11-06"));

    // It stands still with the whole.
    matter.pause("检测", LAW, d("2026-11-05")).unwrap();
    assert_eq!(due(&matter, 0), None);
    matter.resume("检测", d("2026-11-06")).unwrap();
    assert_eq!(due(&matter, 0), Some(d("2026-11-10")));
    matter.end_step("审查", d("2026-11-11")).unwrap();
    assert_eq!(matter.standing(&china, d("2026-11-30")).steps[0].standing.left, -1);

    // The promise ends on 16 November: four working days from the 11th would not.
    let no = matter.begin_step(&china, "决定", Limit::working_days(4), d("2026-11-11")).unwrap_err();
    assert_eq!(no.to_string(), "步骤“决定”的时限（4 个工作日）超出整件的时限，届满日 2026-11-16；请缩短该步骤的时限");
    matter.begin_step(&china, "决定", Limit::working_days(3), d("2026-11-11")).unwrap();
    assert_eq!(due(&matter, 1), Some(d("2026-11-16")));
    // The extension lengthens the whole and no step.
    matter.extend(&china, Limit::working_days(5), d("2026-11-12"), "局长", "复杂").unwrap();
    assert_eq!(due(&matter, 1), Some(d("2026-11-16")));

    matter.stop(d("2026-11-13")).unwrap();
    assert_eq!(matter.steps[1].to, Some(d("2026-11-13")));
    assert_eq!(matter.standing(&china, d("2026-11-30")).next(), None);
    assert_eq!(matter.check(), Ok(()));
}

#[test]
fn a_step_never_ends_after_the_whole_even_when_the_whole_was_shortened() {
    let china = Calendar::china();
    let mut matter = matter();
    matter.begin_step(&china, "审查", Limit::working_days(8), d("2026-11-02")).unwrap();
    matter.promised.limit = Limit::working_days(5);
    let step = &matter.standing(&china, d("2026-11-03")).steps[0];
    assert_eq!(step.standing.due.unwrap().date, d("2026-11-12"));
    assert_eq!(step.due.unwrap().date, d("2026-11-09"));
}

#[test]
fn steps_out_of_order_are_refused_and_say_why() {
    let china = Calendar::china();
    let mut matter = matter();
    let day = Limit::working_days(1);
    let told = |no: ClockError| (no.field().to_owned(), no.to_string());
    let is = |field: &str, text: &str| (field.to_owned(), text.to_owned());
    matter.begin_step(&china, "审查", day, d("2026-11-04")).unwrap();
    assert_eq!(told(matter.begin_step(&china, "审查", day, d("2026-11-05")).unwrap_err()), is("step", "步骤“审查”正在办理"));
    assert_eq!(told(matter.end_step("勘察", d("2026-11-05")).unwrap_err()), is("step", "没有正在办理的步骤“勘察”"));
    assert_eq!(told(matter.begin_step(&china, " ", day, d("2026-11-05")).unwrap_err()), is("step", "步骤名称 不能为空"));
    let back = "日期 2026-11-03 早于已记录的事项（2026-11-04），不能倒填";
    assert_eq!(told(matter.end_step("审查", d("2026-11-03")).unwrap_err()), is("on", back));
    assert_eq!(told(matter.stop(d("2026-11-03")).unwrap_err()), is("on", back));
    matter.stop(d("2026-11-05")).unwrap();
    assert!(matches!(matter.begin_step(&china, "决定", day, d("2026-11-05")), Err(ClockError::AlreadyStopped(_))));
}

#[test]
fn a_matter_is_stored_and_read_again() {
    let china = Calendar::china();
    let mut matter = matter();
    matter.begin_step(&china, "审查", Limit::working_days(3), d("2026-11-03")).unwrap();
    matter.restart("补正", LAW, d("2026-11-05")).unwrap();
    let text = serde_json::to_string(&matter).unwrap();
    assert_eq!(serde_json::from_str::<Matter>(&text).unwrap(), matter);
    let standing = matter.standing(&china, d("2026-11-06"));
    let text = serde_json::to_string(&standing).unwrap();
    assert_eq!(serde_json::from_str::<MatterStanding>(&text).unwrap(), standing);
}

#[test]
fn an_open_pause_lets_no_step_past_the_whole() {
    let china = Calendar::china();
    let mut matter = matter();
    matter.pause("检测", LAW, d("2026-11-04")).unwrap();
    let no = matter.begin_step(&china, "审查", Limit::working_days(30), d("2026-11-05")).unwrap_err();
    assert!(matches!(no, ClockError::StepBeyondWhole { .. }), "{no}");
    // Of the eight days one was used before the pause: as many as are left fit.
    matter.begin_step(&china, "审查", Limit::working_days(7), d("2026-11-05")).unwrap();
    matter.resume("检测", d("2026-11-10")).unwrap();
    let standing = matter.standing(&china, d("2026-11-10"));
    assert_eq!(standing.steps[0].due.map(|due| due.date), matter.promised.due(&china).map(|due| due.date));
}

#[test]
fn clk_10_a_restart_keeps_a_pause_that_is_open() {
    let mut matter = matter();
    matter.pause("检测", LAW, d("2026-11-04")).unwrap();
    matter.restart("补正", "公开条例第三十条", d("2026-11-05")).unwrap();
    assert_eq!(ends(&matter), (None, None), "testing goes on");
    matter.resume("检测", d("2026-11-10")).unwrap();
    // 20 and 8 working days from the 10th, the last day that does not count.
    assert_eq!(ends(&matter), both("2026-12-08", "2026-11-20"));
    assert_eq!(matter.check(), Ok(()));
}
