//! The rules on stories told in acts: no database, no clock but the one in the story.

use super::*;
use crate::supervision::book;
use crate::supervision::facts::BESIDE;
use crate::supervision::published::StepLimit;
use acts::{Actor, CaseAct, Channel, Entry, Moved, Subject, Versions};
use calendar::{Clock, local_date};
use serde_json::json;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text} +08:00"), "%Y-%m-%d %H:%M %z").unwrap().to_utc()
}

/// The chart waits for staff at this node; nowhere when empty.
fn waits(node: &str, id: u64) -> Moved {
    let waits = match node {
        "" => json!([]),
        node => json!([{ "id": id, "token": null, "scope": 0, "node": node, "kind": "task", "since": 1 }]),
    };
    let state = json!({ "definition": "", "seq": 1, "counter": id, "vars": {}, "scopes": [], "tokens": [],
                        "waits": waits, "ended": null, "last_end": null });
    Moved { state: serde_json::from_value(state).unwrap(), took: Vec::new() }
}

/// What the rules that the house brings find of one rule.
fn of(rule: &str, watch: &Watch, steps: &Published, calendar: &Calendar) -> Vec<Breach> {
    let mut all = all(&book::shipped(), watch, steps, calendar);
    all.retain(|breach| breach.rule == rule);
    all
}

fn c3_3_01(watch: &Watch, calendar: &Calendar) -> Option<Breach> {
    of("C3.3-01", watch, &Published::default(), calendar).pop()
}

fn c3_3_02(watch: &Watch, steps: &Published, calendar: &Calendar) -> Vec<Breach> {
    of("C3.3-02", watch, steps, calendar)
}

fn c3_3_03(watch: &Watch, calendar: &Calendar) -> Option<Breach> {
    of("C3.3-03", watch, &Published::default(), calendar).pop()
}

fn c3_3_04(watch: &Watch, calendar: &Calendar) -> Vec<Breach> {
    of("C3.3-04", watch, &Published::default(), calendar)
}

fn c3_3_05(watch: &Watch, calendar: &Calendar) -> Option<Breach> {
    of("C3.3-05", watch, &Published::default(), calendar).pop()
}

fn c3_3_06(watch: &Watch, calendar: &Calendar) -> Vec<Breach> {
    of("C3.3-06", watch, &Published::default(), calendar)
}

fn c3_3_12(watch: &Watch) -> Vec<Breach> {
    of("C3.3-12", watch, &Published::default(), &Calendar::china())
}

fn c3_3_13(watch: &Watch) -> Option<Breach> {
    of("C3.3-13", watch, &Published::default(), &Calendar::china()).pop()
}

fn colour(rule: &str, nth: usize) -> Colour {
    SHIPPED.iter().find(|(shipped, _)| shipped.id() == rule).unwrap().0.grade(nth)
}

struct Story {
    watch: Watch,
    n: i64,
    calendar: Calendar,
}

impl Story {
    /// An application handed in then; the log already holds a hundred entries.
    fn submitted(when: &str) -> Story {
        let act = CaseAct::Submitted {
            item: "food-production-licence".into(),
            agency: "jinzhai-market".into(),
            region: "341524".into(),
            channel: Channel::Online,
            versions: Versions { item: "i".into(), process: "p".into(), form: "f".into() },
            acceptance: Clock::start(local_date(at(when)), Limit::working_days(5)),
            moved: waits("check_acceptance", 1),
            queued: None,
            about: None,
            private: None,
        };
        let watch = Watch::begin(&entry(when, act), 100).unwrap();
        Story { watch, n: 100, calendar: Calendar::china() }
    }
    fn then(mut self, when: &str, act: CaseAct) -> Story {
        self.n += 1;
        self.watch.apply(&entry(when, act), self.n);
        self
    }
    /// Promised 8, by law 10 working days; entry 101 when it comes right after the submission.
    fn accepted(self, when: &str) -> Story {
        self.accepted_for(when, 8, 10)
    }
    fn accepted_for(self, when: &str, promised: u32, statutory: u32) -> Story {
        let on = local_date(at(when));
        self.then(
            when,
            CaseAct::Accepted {
                received: on,
                promised: Clock::start(on, Limit::working_days(promised)),
                statutory: Clock::start(on, Limit::working_days(statutory)),
                moved: waits("survey", 2),
            },
        )
    }
    fn granted(self, when: &str) -> Story {
        let on = local_date(at(when));
        self.then(
            when,
            CaseAct::Granted {
                on,
                certificate_no: None,
                valid_from: None,
                valid_to: None,
                went_back: None,
                asks: None,
                moved: waits("deliver", 9),
                private: None,
            },
        )
    }
    fn paused(self, when: &str, ground: &str, told_days: u32) -> Story {
        let from = local_date(at(when));
        self.then(
            when,
            CaseAct::ClockPaused {
                ground: ground.into(),
                basis: "行政许可法第四十五条".into(),
                told_days,
                from,
                pauses_promise: true,
                hearing: None,
                moved: waits("", 3),
            },
        )
    }
    fn resumed(self, when: &str, ground: &str) -> Story {
        let to = local_date(at(when));
        self.then(
            when,
            CaseAct::ClockResumed { ground: ground.into(), to, done: true, moved: waits("examine", 4), private: None },
        )
    }
    fn told_to_correct(self, when: &str) -> Story {
        self.then(when, CaseAct::CorrectionRequested { count: 2, until: None, moved: waits("", 5), private: None })
    }
    fn supplemented(self, when: &str) -> Story {
        let acceptance = Clock::start(local_date(at(when)), Limit::working_days(5));
        self.then(when, CaseAct::Supplemented { acceptance, moved: waits("check_acceptance", 6), private: None })
    }
    fn steps(&self) -> Published {
        let limit = |node: &str, name: &str, days: u32| {
            let name = name.to_owned();
            let limit = Limit::working_days(days);
            (node.to_owned(), StepLimit { name, limit, required: false, forwards: false })
        };
        Published::from([limit("survey", "现场核查", 3), limit("examine", "审查", 2), limit("deliver", "送达", 1)])
    }
    /// Breaches that have begun by then, as rule and day of beginning.
    fn by(&self, when: &str) -> Vec<Breach> {
        let when = at(when);
        let mut all = all(&book::shipped(), &self.watch, &self.steps(), &self.calendar);
        all.retain(|breach| breach.at <= when);
        all
    }
    fn rules_by(&self, when: &str) -> Vec<String> {
        self.by(when).into_iter().map(|breach| breach.rule).collect()
    }
}

fn entry(when: &str, act: CaseAct) -> Entry<CaseAct> {
    Entry {
        id: uuid::Uuid::now_v7(),
        subject: Subject::case("case"),
        at: at(when),
        by: Actor::system(),
        person: None,
        document_no: None,
        letters: None,
        act,
    }
}

// Accepted on Friday 18 September 2026: the 20th is a make-up Sunday, 25 to 27 September and 1 to 7 October are holidays,
// 10 October is a make-up Saturday. Eight working days: 20 21 22 23 24 28 29 30 September. Ten: 8 and 9 October.

#[test]
fn c3_3_01_warns_when_one_working_day_is_left() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let warned = c3_3_01(&story.watch, &story.calendar).unwrap();
    assert_eq!(warned.at, at("2026-09-29 00:00"));
    assert_eq!(warned.evidence, [101]);
    assert!(warned.computation.contains("最后一天是2026年9月30日"));
    assert!(warned.computation.contains("第 7 天，共 8 天，过完还剩 1 个工作日"));
    assert_eq!(colour("C3.3-01", 1), Colour::Warning);
}

#[test]
fn c3_3_01_warns_at_nine_tenths_when_that_comes_first() {
    let story = Story::submitted("2026-09-18 09:00").accepted_for("2026-09-18 10:00", 20, 20);
    let clock = Clock::start(day("2026-09-18"), Limit::working_days(20));
    let due = clock.due(&story.calendar).unwrap().date;
    let warned = c3_3_01(&story.watch, &story.calendar).unwrap();
    // The 18th of 20 days, two working days before the last.
    let on = local_date(warned.at);
    assert_eq!(clock.standing(&story.calendar, on).used, 18);
    assert_eq!(story.calendar.working_days_between(on, due), 2);
}

#[test]
fn c3_3_01_a_promise_of_one_day_is_not_warned_of_on_the_day_it_is_made() {
    let story = Story::submitted("2026-09-22 09:00").accepted_for("2026-09-22 09:30", 1, 1);
    let warned = c3_3_01(&story.watch, &story.calendar).unwrap();
    assert_eq!(warned.at, at("2026-09-23 00:00"));
    assert_eq!(story.granted("2026-09-22 10:00").rules_by("2026-12-01 00:00"), ["C3.3-02", "C3.3-16"], "it is never delivered");
}

#[test]
fn c3_3_01_warns_nobody_once_the_case_is_concluded_or_paused() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let paused = story.paused("2026-09-21 10:00", "检验", 15);
    assert_eq!(c3_3_01(&paused.watch, &paused.calendar), None);
    let done = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00").granted("2026-09-22 10:00");
    assert_eq!(c3_3_01(&done.watch, &done.calendar), None);
}

#[test]
fn c3_3_02_f076_a_late_step_warns_and_the_second_is_yellow() {
    let story = Story::submitted("2026-09-18 09:00").accepted_for("2026-09-18 10:00", 10, 20);
    // Three working days of the survey: 20, 21, 22 September.
    let [late] = &c3_3_02(&story.watch, &story.steps(), &story.calendar)[..] else { panic!("one step is running") };
    assert_eq!(late.at, at("2026-09-23 00:00"));
    assert_eq!(late.evidence, [101]);
    assert!(late.computation.contains("“现场核查”从2026年9月18日轮到承办"));

    let story =
        story.then("2026-09-24 15:00", CaseAct::Surveyed { staff: 2, passed: None, moved: waits("examine", 4), private: None });
    let late = c3_3_02(&story.watch, &story.steps(), &story.calendar);
    assert_eq!(late.len(), 2);
    assert_eq!(late[0].evidence, [101, 102]);
    assert!(late[0].computation.contains("2026年9月24日才办完这一步"));
    assert_eq!(late[1].at, at("2026-09-30 00:00"));
    assert_ne!(late[0].key, late[1].key);
    assert_eq!((colour("C3.3-02", 1), colour("C3.3-02", 2)), (Colour::Warning, Colour::Yellow));
    assert_eq!(number("C3.3-02", 2), "C3.3-02-2");
}

#[test]
fn c3_3_02_a_step_is_silent_once_the_promise_is_broken() {
    let story = Story::submitted("2026-09-18 09:00").accepted_for("2026-09-18 10:00", 2, 20);
    assert_eq!(c3_3_02(&story.watch, &story.steps(), &story.calendar), []);
}

#[test]
fn c3_3_02_days_that_do_not_count_for_the_case_do_not_count_for_the_step() {
    let mut story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let pause = calendar::Pause {
        ground: "听证".into(),
        basis: "行政许可法第四十五条".into(),
        from: day("2026-09-21"),
        to: Some(day("2026-09-22")),
    };
    for clock in [&mut story.watch.promised, &mut story.watch.statutory] {
        clock.as_mut().unwrap().pauses.push(pause.clone());
    }
    let late = c3_3_02(&story.watch, &story.steps(), &story.calendar);
    assert_eq!(late[0].at, at("2026-09-25 00:00"));
}

#[test]
fn c3_3_03_the_promise_passes_at_midnight_in_beijing() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let rules = story.rules_by("2026-09-30 23:59");
    assert!(!rules.iter().any(|rule| rule == "C3.3-03"), "{rules:?}");
    let broken = story.by("2026-10-01 00:00").pop().unwrap();
    assert_eq!(broken.rule, "C3.3-03");
    assert_eq!(broken.at, at("2026-10-01 00:00"));
    assert_eq!(
        broken.computation,
        "承诺时限 8 个工作日，从2026年9月18日的次日起算，最后一天是2026年9月30日。到时没有办结；法定时限到2026年10月9日，还没有超过。"
    );
    assert_eq!(colour("C3.3-03", 1), Colour::Yellow);
}

#[test]
fn c3_3_03_a_late_decision_does_not_heal_the_breach() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00").granted("2026-10-08 09:00");
    let broken = c3_3_03(&story.watch, &story.calendar).unwrap();
    assert_eq!(broken.evidence, [101, 102]);
    assert!(broken.computation.contains("2026年10月8日办结，超过 1 天"));
    assert_eq!(c3_3_05(&story.watch, &story.calendar), None);
}

#[test]
fn c3_3_03_the_last_day_itself_is_in_time() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00").granted("2026-09-30 23:59");
    assert_eq!(c3_3_03(&story.watch, &story.calendar), None);
}

#[test]
fn c3_3_03_leaves_it_to_the_red_card_when_both_limits_end_on_one_day() {
    let story = Story::submitted("2026-09-18 09:00").accepted_for("2026-09-18 10:00", 10, 10);
    let rules = story.rules_by("2026-12-31 00:00");
    assert!(rules.iter().any(|rule| rule == "C3.3-05") && !rules.iter().any(|rule| rule == "C3.3-03"), "{rules:?}");
}

#[test]
fn c3_3_03_counts_no_day_of_a_lawful_pause() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00").paused("2026-09-21 10:00", "检验", 15);
    assert_eq!(c3_3_03(&story.watch, &story.calendar), None);
    let story = story.resumed("2026-09-24 10:00", "检验");
    let broken = c3_3_03(&story.watch, &story.calendar).unwrap();
    // Four days taken out, then 28 29 30 September, 8 9 10 October beside the one that had counted before: the 12th is the eighth.
    assert_eq!(broken.at, at("2026-10-13 00:00"));
    assert!(broken.computation.contains("2026年9月21日至2026年9月24日因“检验”不计"));
    assert_eq!(broken.evidence, [101, 102, 103]);
}

#[test]
fn c3_3_04_acceptance_overdue_five_working_days() {
    let story = Story::submitted("2026-09-18 23:30");
    let [late] = &c3_3_04(&story.watch, &story.calendar)[..] else { panic!("one period runs") };
    // 20 21 22 23 24 September.
    assert_eq!(late.at, at("2026-09-25 00:00"));
    assert_eq!(late.evidence, [100]);
    assert!(late.computation.contains("到时没有受理，也没有告知补正"));

    let deemed = story.then(
        "2026-09-25 00:00",
        CaseAct::DeemedAccepted {
            received: day("2026-09-18"),
            promised: Clock::start(day("2026-09-18"), Limit::working_days(8)),
            statutory: Clock::start(day("2026-09-18"), Limit::working_days(10)),
            moved: waits("survey", 2),
        },
    );
    let [late] = &c3_3_04(&deemed.watch, &deemed.calendar)[..] else { panic!("silence is still a breach") };
    assert_eq!(late.evidence, [100, 101]);
    assert!(late.computation.contains("到时没有人答复，依法视为受理"), "{}", late.computation);
    assert!(!late.computation.contains("才作出处理"), "{}", late.computation);
    assert_eq!(colour("C3.3-04", 1), Colour::Yellow);
}

#[test]
fn c3_3_13_what_the_law_renewed_is_a_breach_of_whoever_was_silent() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    assert_eq!(c3_3_13(&story.watch), None);
    let story = story.then(
        "2026-11-01 00:00",
        CaseAct::DeemedRenewed {
            on: day("2026-11-01"),
            certificate_no: "1".into(),
            valid_from: day("2026-11-01"),
            valid_to: None,
            moved: waits("", 3),
            private: None,
        },
    );
    let silent = c3_3_13(&story.watch).unwrap();
    assert_eq!((silent.at, silent.evidence.as_slice()), (at("2026-11-01 00:00"), &[100, 102][..]));
    assert!(silent.computation.contains("有效期到2026年10月31日届满"));
    assert_eq!(colour("C3.3-13", 1), Colour::Yellow);
    assert_eq!(story.watch.stage, acts::Stage::Delivered, "nothing of it waits any more");
}

#[test]
fn c3_3_04_the_day_of_receipt_is_the_day_in_beijing() {
    // H04: ten seconds after midnight in Beijing, still the day before in London.
    let before = Story::submitted("2026-09-20 23:59");
    let after = Story::submitted("2026-09-21 00:00");
    let late = |story: &Story| c3_3_04(&story.watch, &story.calendar)[0].at;
    assert_eq!(late(&before), at("2026-09-29 00:00"));
    assert_eq!(late(&after), at("2026-09-30 00:00"));
}

#[test]
fn c3_3_04_correction_is_asked_once() {
    let once = Story::submitted("2026-09-18 09:00").told_to_correct("2026-09-21 10:00").supplemented("2026-09-22 10:00");
    assert_eq!(once.rules_by("2026-09-25 00:00"), [""; 0]);
    let twice = once.told_to_correct("2026-09-23 10:00");
    let [again] = &c3_3_04(&twice.watch, &twice.calendar)[..] else { panic!("the second notice is a breach") };
    assert_eq!(again.at, at("2026-09-23 10:00"));
    assert_eq!(again.evidence, [101, 103]);
    assert!(again.computation.contains("这是第 2 次"));
}

#[test]
fn c3_3_04_a_refusal_names_its_article() {
    let refuse = |basis: &str| {
        Story::submitted("2026-09-18 09:00").then(
            "2026-09-18 10:00",
            CaseAct::AcceptanceRefused { basis: basis.into(), competent_agency: None, moved: waits("", 2), private: None },
        )
    };
    assert_eq!(refuse("食品生产许可管理办法第七条").rules_by("2026-12-01 00:00"), [""; 0]);
    let groundless = refuse(" ");
    assert_eq!(groundless.by("2026-12-01 00:00")[0].evidence, [101]);
}

#[test]
fn c3_3_05_the_law_is_broken_at_midnight_and_stays_broken() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let red = c3_3_05(&story.watch, &story.calendar).unwrap();
    assert_eq!(red.at, at("2026-10-10 00:00"));
    assert_eq!(colour(&red.rule, 1), Colour::Red);
    let late = story.granted("2026-10-12 10:00");
    let red = c3_3_05(&late.watch, &late.calendar).unwrap();
    // 10 October is worked, the 11th is a Sunday.
    assert!(red.computation.contains("2026年10月12日办结，超过 2 天"), "{}", red.computation);
    assert!(late.rules_by("2026-12-01 00:00").iter().any(|rule| rule == "C3.3-03"));
}

#[test]
fn c3_3_05_an_extension_granted_in_time_moves_it() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00").then(
        "2026-09-29 10:00",
        CaseAct::Extended {
            added: Limit::working_days(5),
            on: day("2026-09-29"),
            approver: "局长".into(),
            reason: String::new(),
            private: None,
        },
    );
    let red = c3_3_05(&story.watch, &story.calendar).unwrap();
    assert_eq!(red.at, at("2026-10-16 00:00"));
    assert!(red.computation.contains("2026年9月29日批准延长 5 个工作日"));
    assert_eq!(red.evidence, [101, 102]);
}

#[test]
fn c3_3_06_only_the_eight_grounds_pause_the_clock() {
    let story =
        |ground: &str| Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00").paused("2026-09-21 10:00", ground, 15);
    for ground in acts::PAUSE_GROUNDS.iter().chain(&["检验、检测"]) {
        assert_eq!(story(ground).rules_by("2026-09-21 10:00"), [""; 0], "{ground}");
    }
    for ground in ["现场核查", "集体讨论", "公示", "检验、公示", ""] {
        let found = story(ground).by("2026-09-21 10:00");
        assert_eq!(found[0].rule, "C3.3-06", "{ground}");
        assert_eq!(found[0].evidence, [102]);
    }
}

#[test]
fn c3_3_06_a_pause_is_no_longer_than_told() {
    let paused = || Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00").paused("2026-09-21 10:00", "检验", 3);
    // Told three working days: 22, 23, 24 September.
    let open = paused();
    assert_eq!(open.rules_by("2026-09-24 23:59"), [""; 0]);
    assert_eq!(open.rules_by("2026-09-25 00:00"), ["C3.3-06"]);
    let kept = paused().resumed("2026-09-24 18:00", "检验");
    assert_eq!(c3_3_06(&kept.watch, &kept.calendar), []);
    let late = paused().resumed("2026-09-28 09:00", "检验");
    let [longer] = &c3_3_06(&late.watch, &late.calendar)[..] else { panic!("it lasted longer") };
    assert_eq!(longer.evidence, [102, 103]);
    assert!(longer.computation.contains("到2026年9月24日。暂停到2026年9月28日才结束"));
}

#[test]
fn c3_3_06_repeated_is_red() {
    let story = Story::submitted("2026-09-18 09:00")
        .accepted("2026-09-18 10:00")
        .paused("2026-09-21 10:00", "公示", 1)
        .resumed("2026-09-28 09:00", "公示");
    let found = story.by("2026-10-01 00:00");
    assert_eq!(found.iter().filter(|b| b.rule == "C3.3-06").count(), 2);
    assert_eq!((colour("C3.3-06", 1), colour("C3.3-06", 2)), (Colour::Yellow, Colour::Red));
}

#[test]
fn c3_3_12_the_same_ground_once_more_is_looked_at() {
    let story = Story::submitted("2026-09-18 09:00")
        .accepted("2026-09-18 10:00")
        .paused("2026-09-21 10:00", "检验", 3)
        .resumed("2026-09-23 09:00", "检验")
        .paused("2026-09-23 10:00", "鉴定", 3)
        .resumed("2026-09-24 09:00", "鉴定");
    assert_eq!(c3_3_12(&story.watch), [], "each ground once");
    let story = story.paused("2026-09-24 10:00", "检验", 3);
    let [again] = &c3_3_12(&story.watch)[..] else { panic!("the second test is told") };
    assert_eq!((again.at, &again.evidence), (at("2026-09-24 10:00"), &vec![102, 106]));
    assert!(again.computation.contains("这是第 2 次") && again.computation.contains("2026年9月21日"), "{}", again.computation);
    assert_eq!(colour("C3.3-12", 2), Colour::Warning);
}

#[test]
fn c3_3_a_withdrawn_case_is_no_longer_watched() {
    let story = Story::submitted("2026-09-18 09:00")
        .accepted("2026-09-18 10:00")
        .then("2026-09-21 10:00", CaseAct::Withdrawn { moved: waits("", 3) });
    assert_eq!(story.rules_by("2027-12-31 00:00"), [""; 0]);
}

#[test]
fn c3_3_the_same_watch_gives_the_same_breaches_whenever_it_is_asked() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let all = all(&book::shipped(), &story.watch, &story.steps(), &story.calendar);
    assert!(all.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let rules: Vec<_> = all.iter().map(|breach| breach.rule.as_str()).collect();
    assert_eq!(rules, ["C3.3-02", "C3.3-01", "C3.3-03", "C3.3-05"]);
    for breach in &all {
        assert!(SHIPPED.iter().any(|(rule, _)| rule.id() == breach.rule));
        assert!(!breach.evidence.is_empty() && !breach.computation.is_empty());
    }
}

#[test]
fn f136_a_watch_folded_to_an_entry_is_the_watch_of_then() {
    let tell = |when: &str, act: CaseAct| entry(when, act);
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let then = story.watch.clone();
    let now = story.granted("2026-09-22 10:00").watch;
    let on = day("2026-09-18");
    let acts = [
        (
            100,
            tell(
                "2026-09-18 09:00",
                CaseAct::Submitted {
                    item: then.item.clone(),
                    agency: then.agency.clone(),
                    region: then.region.clone(),
                    channel: Channel::Online,
                    versions: Versions { item: "i".into(), process: "p".into(), form: "f".into() },
                    acceptance: Clock::start(on, Limit::working_days(5)),
                    moved: waits("check_acceptance", 1),
                    queued: None,
                    about: None,
                    private: None,
                },
            ),
        ),
        (
            101,
            tell(
                "2026-09-18 10:00",
                CaseAct::Accepted {
                    received: on,
                    promised: Clock::start(on, Limit::working_days(8)),
                    statutory: Clock::start(on, Limit::working_days(10)),
                    moved: waits("survey", 2),
                },
            ),
        ),
        (
            102,
            tell(
                "2026-09-22 10:00",
                CaseAct::Granted {
                    on: day("2026-09-22"),
                    certificate_no: None,
                    valid_from: None,
                    valid_to: None,
                    went_back: None,
                    asks: None,
                    moved: waits("deliver", 9),
                    private: None,
                },
            ),
        ),
    ];
    assert_eq!(crate::supervision::watch::fold(&acts, 101), Some(then));
    assert_eq!(crate::supervision::watch::fold(&acts, 9999), Some(now));
    assert_eq!(crate::supervision::watch::fold(&acts, 99), None);
}

#[test]
fn f137_the_facts_of_a_case_are_those_the_table_tells_of() {
    let story = Story::submitted("2026-09-18 09:00")
        .told_to_correct("2026-09-18 09:10")
        .supplemented("2026-09-18 09:20")
        .accepted("2026-09-18 10:00")
        .paused("2026-09-21 10:00", "检验", 3)
        .resumed("2026-09-23 09:00", "检验")
        .then(
            "2026-09-24 10:00",
            CaseAct::Extended {
                added: Limit::working_days(5),
                on: day("2026-09-24"),
                approver: "局长".into(),
                reason: String::new(),
                private: None,
            },
        )
        .then("2026-10-08 10:00", billed(&[("登记费", 80)]))
        .then(
            "2026-10-30 10:00",
            CaseAct::Denied { on: day("2026-10-30"), basis: String::new(), went_back: None, moved: waits("", 9), private: None },
        );
    let steps = story.steps();
    let case = crate::supervision::facts::Case { watch: &story.watch, published: &steps, calendar: &story.calendar };
    // A null is any kind, and an empty list any list.
    fn fits(found: &::rules::Shape, told: &::rules::Shape) -> bool {
        use ::rules::{Kind, Shape};
        match (found, told) {
            (Shape::One(Kind::Any), _) => true,
            (Shape::One(found), Shape::One(told)) => found == told,
            (Shape::List(found), Shape::List(told)) => fits(found, told),
            (Shape::Facts(found), Shape::Facts(told)) => {
                found.keys().eq(told.keys()) && found.iter().all(|(name, shape)| fits(shape, &told[name]))
            }
            _ => false,
        }
    }
    for need in [Need::NOTHING, Need::ALL] {
        for each in EACH.into_iter().filter(|each| BESIDE.iter().all(|group| group.name != *each)) {
            let mut facts = case.whole(Need::ALL);
            let elements = case.each(each, need);
            assert!(!elements.is_empty(), "nothing of {each}");
            for (_, element) in elements {
                if each != "case" {
                    facts = facts.facts(each, element);
                }
                let facts = facts.clone().facts("rule", Facts::default());
                let (found, told) = (facts.shape(), shape(each, []));
                assert!(fits(&found, &told), "{each}: {found:#?} is not {told:#?}");
            }
        }
    }
}

fn extended(on: &str) -> CaseAct {
    let on = day(on);
    CaseAct::Extended { added: Limit::working_days(5), on, approver: "局长".into(), reason: String::new(), private: None }
}

#[test]
fn c3_3_14_an_extension_after_the_limit_is_found() {
    let accepted = || Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let story = accepted().then("2026-10-09 23:00", extended("2026-10-09"));
    assert_eq!(of("C3.3-14", &story.watch, &story.steps(), &story.calendar), [], "the last day is in time");
    let story = accepted().then("2026-10-10 09:00", extended("2026-10-10"));
    let [late] = &of("C3.3-14", &story.watch, &story.steps(), &story.calendar)[..] else { panic!("granted after the limit") };
    assert_eq!((late.at, late.evidence.as_slice()), (at("2026-10-10 09:00"), &[102][..]));
    assert_eq!(late.computation, "法定时限到2026年10月9日，2026年10月10日才批准延期。");
    assert_eq!(colour("C3.3-14", 1), Colour::Yellow);
}

#[test]
fn c3_3_15_an_act_dated_back_by_more_than_two_working_days_is_looked_at() {
    let dated = |on: &str| {
        Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00").then(
            "2026-09-24 10:00",
            CaseAct::Denied { on: day(on), basis: "第七条".into(), went_back: None, moved: waits("", 9), private: None },
        )
    };
    for fine in ["2026-09-24", "2026-09-23", "2026-09-22", "2026-09-25"] {
        let story = dated(fine);
        assert_eq!(of("C3.3-15", &story.watch, &story.steps(), &story.calendar), [], "{fine}");
    }
    let story = dated("2026-09-21");
    let [back] = &of("C3.3-15", &story.watch, &story.steps(), &story.calendar)[..] else { panic!("three working days") };
    assert_eq!((back.at, back.evidence.as_slice()), (at("2026-09-24 10:00"), &[102][..]));
    assert!(back.computation.contains("晚了 3 个工作日"), "{}", back.computation);
    assert_eq!((colour("C3.3-15", 1), colour("C3.3-15", 2)), (Colour::Warning, Colour::Yellow));
    // A receipt of the post comes back when it does.
    let delivered = |on: &str| CaseAct::Delivered { way: "post".into(), on: Some(day(on)), moved: waits("", 10), private: None };
    let story = dated("2026-09-24").then("2026-10-20 10:00", delivered("2026-09-28"));
    assert_eq!(of("C3.3-15", &story.watch, &story.steps(), &story.calendar), []);
}

#[test]
fn c3_3_16_what_was_granted_is_on_its_way_within_ten_working_days() {
    let granted = || Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00").granted("2026-09-21 10:00");
    let found = |story: &Story| of("C3.3-16", &story.watch, &story.steps(), &story.calendar);
    // Ten working days: 22 23 24 28 29 30 September, 8 9 10 12 October.
    let [late] = &found(&granted())[..] else { panic!("nothing is on its way") };
    assert_eq!((late.at, late.evidence.as_slice()), (at("2026-10-13 00:00"), &[102][..]));
    assert!(late.computation.contains("最后一天是2026年10月12日。到时没有送达"), "{}", late.computation);
    let mailed = |on: &str| CaseAct::Mailed { on: day(on), private: None };
    let delivered =
        |on: &str| CaseAct::Delivered { way: "account".into(), on: Some(day(on)), moved: waits("", 10), private: None };
    let chosen = |way: &str| CaseAct::DeliveryChosen { way: way.into(), private: None };
    let bill = || CaseAct::Billed { bill: serde_json::from_value(json!({ "lines": [], "total": 1000 })).unwrap() };
    for in_time in [mailed("2026-10-12"), delivered("2026-10-12"), chosen("counter"), bill()] {
        let story = granted().then("2026-09-22 10:00", in_time.clone());
        assert_eq!(found(&story), [], "{in_time:?}");
    }
    for late in [mailed("2026-10-13"), delivered("2026-10-13"), chosen("post")] {
        let story = granted().then("2026-10-13 10:00", late.clone());
        assert_eq!(found(&story).len(), 1, "{late:?}");
    }
    // A fee that waited for its payer: they run from the payment.
    let paid: CaseAct = serde_json::from_value(json!({ "act": "paid", "amount": 1000, "way": "cash", "private": null })).unwrap();
    let story = granted().then("2026-09-22 10:00", bill()).then("2026-10-09 10:00", paid);
    assert_eq!(found(&story)[0].at, at("2026-10-23 00:00"), "the 10th is worked; 12 to 16, 19 to 22 October");
    assert_eq!(colour("C3.3-16", 1), Colour::Yellow);
}

#[test]
fn f137_what_is_wrong_with_a_rule_is_told_by_its_field() {
    let text = || SHIPPED.iter().find(|(rule, _)| rule.id() == "C3.3-12").unwrap().0.text.clone();
    let told = |text: Text| -> Vec<String> { Rule::of(text).unwrap_err().into_iter().map(|fault| fault.field).collect() };
    let with = |change: &dyn Fn(&mut Text)| {
        let mut text = text();
        change(&mut text);
        told(text)
    };
    assert!(Rule::of(text()).is_ok());
    assert_eq!(with(&|text| text.id = "2 x".into()), ["id"]);
    assert_eq!(with(&|text| text.name = " ".into()), ["name"]);
    assert_eq!(with(&|text| text.grades.clear()), ["grades"]);
    assert_eq!(with(&|text| text.finds.clear()), ["finds"]);
    assert_eq!(with(&|text| text.finds[0].each = "person".into()), ["finds[0].each"]);
    assert_eq!(with(&|text| text.finds[0].when = "pause.nth >".into()), ["finds[0].when"]);
    assert_eq!(with(&|text| text.finds[0].when = "pause.nth > rule.most".into()), ["finds[0].when"]);
    assert_eq!(with(&|text| text.finds[0].at = "step.due".into()), ["finds[0].at"], "of a pause no step is known");
    assert_eq!(with(&|text| text.finds[0].at = String::new()), ["finds[0].at"]);
    assert_eq!(with(&|text| text.finds[0].since = "pause.from".into()), ["finds[0].at"], "one moment, not two");
    assert_eq!(with(&|text| text.finds[0].computation = "{pause.from".into()), ["finds[0].computation"]);
    assert_eq!(with(&|text| text.finds[0].computation = "{pause.form}".into()), ["finds[0].computation"]);
    assert_eq!(with(&|text| text.finds[0].evidence = String::new()), ["finds[0].evidence"]);
    assert!(Rule::read("{").is_err() && Rule::read(&" ".repeat(LONGEST + 1)).is_err());
}

#[test]
fn f137_each_moment_is_judged_by_the_version_that_binds_then() {
    let story = Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let shipped = SHIPPED.iter().find(|(rule, _)| rule.id() == "C3.3-05").unwrap().0.clone();
    let version = |version, starts: &str, ends: Option<&str>| Version {
        rule: shipped.clone(),
        version,
        starts: at(starts),
        ends: ends.map(at),
    };
    // The law is broken at midnight after 9 October.
    let judged = |versions: &[Version]| {
        let found = all(versions, &story.watch, &story.steps(), &story.calendar);
        found.into_iter().map(|breach| breach.version).collect::<Vec<_>>()
    };
    let two = [version(1, "2020-01-01 00:00", Some("2026-10-10 00:00")), version(2, "2026-10-10 00:00", None)];
    assert_eq!(judged(&two), [2]);
    let two = [version(1, "2020-01-01 00:00", Some("2026-10-11 00:00")), version(2, "2026-10-11 00:00", None)];
    assert_eq!(judged(&two), [1]);
    assert_eq!(judged(&[version(1, "2026-10-10 00:01", None)]), [0; 0], "never for a moment before it binds");
    assert_eq!(judged(&[version(1, "2020-01-01 00:00", Some("2026-10-10 00:00"))]), [0; 0]);
}

/// What the chart of the story publishes, with the examination required, and these charges.
fn published(story: &Story, charges: &[(&str, &str)]) -> Published {
    use crate::supervision::published::Charge;
    let mut published = story.steps();
    for (node, step) in &mut published.steps {
        (step.required, step.forwards) = (node != "deliver", node == "survey");
    }
    let charge = |(name, fixed): &(&str, &str)| Charge {
        name: (*name).into(),
        standard: "每件 80 元".into(),
        fixed: acts::Money::yuan(fixed),
    };
    published.charges = Some(charges.iter().map(charge).collect());
    published.permit = true;
    published
}

fn surveyed() -> CaseAct {
    CaseAct::Surveyed { staff: 2, passed: None, moved: waits("examine", 4), private: None }
}

fn examined() -> CaseAct {
    CaseAct::Examined { outcome: "proposed".into(), moved: waits("decide", 5), private: None }
}

#[test]
fn c3_3_29_a_decision_that_goes_round_a_required_step_is_found() {
    let accepted = || Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    let story = accepted().then("2026-09-21 10:00", surveyed()).granted("2026-09-22 10:00");
    let [skipped] = &of("C3.3-29", &story.watch, &published(&story, &[]), &story.calendar)[..] else { panic!("one breach") };
    assert_eq!((skipped.at, &skipped.evidence[..]), (at("2026-09-22 10:00"), &[103][..]));
    assert_eq!(skipped.computation, "2026年9月22日作出决定，流程图上必经的“审查”在这以前没有办。");
    let both = accepted().granted("2026-09-22 10:00");
    let [skipped] = &of("C3.3-29", &both.watch, &published(&both, &[]), &both.calendar)[..] else { panic!("one breach") };
    assert!(
        skipped.computation.contains("“审查、现场核查”"),
        "ended by the decision itself is not done: {}",
        skipped.computation
    );
    let whole = accepted().then("2026-09-21 10:00", surveyed()).then("2026-09-21 15:00", examined()).granted("2026-09-22 10:00");
    assert_eq!(of("C3.3-29", &whole.watch, &published(&whole, &[]), &whole.calendar), []);
    assert_eq!(of("C3.3-29", &both.watch, &Published::default(), &both.calendar), [], "an unknown chart accuses nobody");
    assert_eq!(colour("C3.3-29", 1), Colour::Red);
}

fn billed(lines: &[(&str, i64)]) -> CaseAct {
    let line = |(name, yuan): &(&str, i64)| acts::BillLine {
        name: (*name).into(),
        standard: "每件 80 元".into(),
        basis: "民法典".into(),
        amount: acts::Money(yuan * 100),
    };
    let lines: Vec<_> = lines.iter().map(line).collect();
    let total = lines.iter().map(|line| line.amount).sum();
    CaseAct::Billed { bill: acts::Bill { lines, total } }
}

fn paid(yuan: i64, surplus: bool) -> CaseAct {
    CaseAct::Paid { amount: acts::Money(yuan * 100), way: acts::PaidWay::Cash, surplus, private: None }
}

#[test]
fn c3_3_30_what_the_published_standard_does_not_have_is_found() {
    let found = |act: CaseAct, charges: &[(&str, &str)]| {
        let story = Story::submitted("2026-09-18 09:00").then("2026-09-18 10:00", act);
        of("C3.3-30", &story.watch, &published(&story, charges), &story.calendar)
    };
    let standard = [("登记费", "80"), ("工本费", "if copies > 1 then 10 else 0")];
    assert_eq!(found(billed(&[("登记费", 80), ("工本费", 30)]), &standard), [], "what follows the answers is not fixed");
    let [other] = &found(billed(&[("登记费", 80), ("资料费", 20)]), &standard)[..] else { panic!("one breach") };
    assert_eq!((other.at, &other.evidence[..]), (at("2026-09-18 10:00"), &[101][..]));
    assert_eq!(
        other.computation,
        "2026年9月18日开出的缴费单共 100 元，其中“资料费”不在这个事项公布的收费标准里，或者和标准的数额不一样。"
    );
    assert_eq!(found(billed(&[("登记费", 90)]), &standard).len(), 1, "another amount than the fixed one");
    assert_eq!(found(billed(&[("登记费", 80)]), &[]).len(), 1, "nothing is charged for this matter");
}

#[test]
fn c3_3_30_money_without_a_bill_or_beyond_it_is_found() {
    let found = |story: Story| of("C3.3-30", &story.watch, &published(&story, &[("登记费", "80")]), &story.calendar);
    let submitted = || Story::submitted("2026-09-18 09:00");
    let [free] = &found(submitted().then("2026-09-18 10:00", paid(80, false)))[..] else { panic!("one breach") };
    assert_eq!((free.computation.as_str(), &free.evidence[..]), ("2026年9月18日收款 80 元，没有开缴费单。", &[101][..]));
    let bill = || submitted().then("2026-09-18 10:00", billed(&[("登记费", 80)]));
    let [more] = &found(bill().then("2026-09-18 11:00", paid(100, false)))[..] else { panic!("one breach") };
    assert_eq!(
        (more.computation.as_str(), &more.evidence[..]),
        ("2026年9月18日收款 100 元，缴费单上是 80 元。", &[101, 102][..])
    );
    assert_eq!(found(bill().then("2026-09-18 11:00", paid(80, false))), []);
    let twice = bill().then("2026-09-18 11:00", paid(80, false)).then("2026-09-18 11:30", paid(80, true));
    assert_eq!(found(twice), [], "what goes back is not kept");
}

#[test]
fn c3_3_31_what_was_done_before_it_was_registered_is_found() {
    let found = |story: &Story| of("C3.3-31", &story.watch, &story.steps(), &story.calendar);
    let mut story = Story::submitted("2026-09-18 09:00");
    assert_eq!(found(&story), []);
    story.watch.acceptance[0].clock = Clock::start(day("2026-09-14"), Limit::working_days(5));
    let [late] = &found(&story)[..] else { panic!("one breach") };
    assert_eq!((late.at, &late.evidence[..]), (at("2026-09-18 09:00"), &[100][..]));
    assert_eq!(late.computation, "2026年9月18日才在系统里登记，写明2026年9月14日已经收到材料。");
    let denied = |on: &str| CaseAct::Denied {
        on: day(on),
        basis: "《食品安全法》第三十五条".into(),
        went_back: None,
        moved: waits("", 9),
        private: None,
    };
    let accepted = || Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    assert_eq!(found(&accepted().then("2026-09-18 11:00", denied("2026-09-18"))), []);
    let [done] = &found(&accepted().then("2026-09-18 11:00", denied("2026-09-17")))[..] else { panic!("one breach") };
    assert_eq!((done.at, &done.evidence[..]), (at("2026-09-18 11:00"), &[100, 102][..]));
    assert_eq!(colour("C3.3-31", 1), Colour::Red);
}

#[test]
fn c3_3_32_a_permit_is_published_within_seven_working_days_and_the_rest_within_twenty() {
    // Working days after Monday 9 November 2026: the seventh is Wednesday the 18th.
    let granted = |recorded: &str| {
        let mut story = Story::submitted("2026-11-02 09:00").accepted_for("2026-11-02 10:00", 30, 30);
        let mut act = Story::submitted("2026-11-02 09:00").granted("2026-11-09 10:00").watch.dated.remove(0);
        (act.at, act.entry) = (at(recorded), 102);
        story.watch.dated.push(act);
        story
    };
    let found = |story: &Story, permit: bool| {
        let published = Published { permit, ..story.steps() };
        of("C3.3-32", &story.watch, &published, &story.calendar)
    };
    assert_eq!(found(&granted("2026-11-18 17:00"), true), []);
    let [late] = &found(&granted("2026-11-19 09:00"), true)[..] else { panic!("one breach") };
    assert_eq!((late.at, &late.evidence[..]), (at("2026-11-19 09:00"), &[102][..]));
    assert_eq!(late.computation, "2026年11月9日作出“准予”的决定，2026年11月19日才记下来、公开，晚了 8 个工作日，最多 7 个。");
    assert_eq!(found(&granted("2026-11-19 09:00"), false), []);
    assert_eq!(found(&granted("2026-12-07 17:00"), false), [], "the twentieth");
    assert_eq!(found(&granted("2026-12-08 09:00"), false).len(), 1);
}

#[test]
fn c3_3_33_a_first_review_that_goes_up_late_is_found() {
    let found = |story: &Story| of("C3.3-33", &story.watch, &published(story, &[]), &story.calendar);
    let accepted = || Story::submitted("2026-09-18 09:00").accepted("2026-09-18 10:00");
    // Three working days of the survey: 20, 21, 22 September.
    let in_time = accepted().then("2026-09-22 17:00", surveyed());
    assert_eq!(found(&in_time), []);
    let late = accepted().then("2026-09-23 09:00", surveyed());
    let [breach] = &found(&late)[..] else { panic!("one breach") };
    assert_eq!((breach.at, &breach.evidence[..]), (at("2026-09-23 00:00"), &[101, 102][..]));
    assert!(breach.computation.contains("2026年9月23日才报送"), "{}", breach.computation);
    assert_eq!(of("C3.3-33", &late.watch, &late.steps(), &late.calendar), [], "its chart sends nothing up");
}
