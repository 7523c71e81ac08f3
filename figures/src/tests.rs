use super::{FIGURES, Figure, Measure, Question, Recount, Value};
use acts::{Actor, ArrangementAct, CardAct, CaseAct, Channel, Colour, Entry, Moved, Subject, Versions};
use calendar::{Calendar, Clock, Limit, Row};
use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use uuid::Uuid;

/// A log in words: each act with its day.
#[derive(Default, Clone)]
struct Log(Vec<(String, String)>);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn noon(text: &str) -> DateTime<Utc> {
    format!("{text}T04:00:00Z").parse().unwrap()
}

fn moved() -> Moved {
    let state =
        r#"{"definition":"","seq":1,"counter":1,"vars":{},"scopes":[],"tokens":[],"waits":[],"ended":null,"last_end":null}"#;
    Moved { state: serde_json::from_str(state).unwrap(), took: Vec::new() }
}

impl Log {
    fn tell<A: acts::ActBody>(&mut self, subject: Subject, on: &str, act: A) -> &mut Log {
        let entry = Entry {
            id: Uuid::nil(),
            subject,
            at: noon(on),
            by: Actor::system(),
            person: None,
            document_no: None,
            letters: None,
            act,
        };
        let bodies = entry.bodies();
        self.0.push((bodies.kind, bodies.public));
        self
    }
    fn case(&mut self, no: &str, on: &str, act: CaseAct) -> &mut Log {
        self.tell(Subject::case(no), on, act)
    }
    fn submits(&mut self, no: &str, on: &str, (region, agency, item): (&str, &str, &str)) -> &mut Log {
        let act = CaseAct::Submitted {
            item: item.into(),
            agency: agency.into(),
            region: region.into(),
            channel: Channel::Online,
            versions: Versions { item: String::new(), process: String::new(), form: String::new() },
            acceptance: Clock::start(day(on), Limit::working_days(5)),
            moved: moved(),
            queued: None,
            about: None,
            private: None,
        };
        self.case(no, on, act)
    }
    /// Eight working days promised, ten by law.
    fn accepts(&mut self, no: &str, on: &str) -> &mut Log {
        let limit = |n| Clock::start(day(on), Limit::working_days(n));
        self.case(no, on, CaseAct::Accepted { received: day(on), promised: limit(8), statutory: limit(10), moved: moved() })
    }
    fn pauses(&mut self, no: &str, on: &str) -> &mut Log {
        let act = CaseAct::ClockPaused {
            ground: "检验".into(),
            basis: "行政许可法第四十五条".into(),
            told_days: 5,
            from: day(on),
            pauses_promise: true,
            hearing: None,
            moved: moved(),
        };
        self.case(no, on, act)
    }
    fn resumes(&mut self, no: &str, on: &str) -> &mut Log {
        let act = CaseAct::ClockResumed { ground: "检验".into(), to: day(on), done: true, moved: moved(), private: None };
        self.case(no, on, act)
    }
    fn grants(&mut self, no: &str, on: &str) -> &mut Log {
        let act = CaseAct::Granted {
            on: day(on),
            certificate_no: None,
            valid_from: None,
            valid_to: None,
            went_back: None,
            asks: None,
            moved: moved(),
            private: None,
        };
        self.case(no, on, act)
    }
    fn card(&mut self, no: &str, on: &str, act: CardAct) -> &mut Log {
        self.tell(Subject { kind: "card".into(), no: no.into() }, on, act)
    }

    fn value(&self, key: &str, asked: &Question) -> Value {
        let mut recount = Recount::new(Figure::of(key).unwrap(), asked.clone(), Calendar::china());
        for (n, (kind, body)) in (0..).zip(&self.0) {
            recount.read(n, kind, body).unwrap();
        }
        recount.value()
    }
    fn text(&self, key: &str) -> String {
        self.value(key, &march()).text()
    }
}

const HERE: (&str, &str, &str) = ("341524", "jinzhai-market", "food-production-licence");

fn march() -> Question {
    Question { from: day("2026-03-01"), to: day("2026-03-31"), region: String::new(), agency: String::new(), item: String::new() }
}

/// Accepted on Monday 2 March 2026: one is granted on the sixth working day, one on the ninth, one runs.
fn three() -> Log {
    let mut log = Log::default();
    for no in ["1", "2", "3"] {
        log.submits(no, "2026-03-02", HERE).accepts(no, "2026-03-02");
    }
    log.grants("1", "2026-03-10").grants("2", "2026-03-13");
    log
}

#[test]
fn a2_4_what_came_in_was_taken_and_was_decided() {
    let log = three();
    assert_eq!(["received", "accepted", "concluded", "decided", "running"].map(|key| log.text(key)), ["3", "3", "2", "2", "1"]);
    assert_eq!(["decided-on-time", "late", "on-time-share"].map(|key| log.text(key)), ["1", "1", "50.0%"]);
}

#[test]
fn a2_4_the_three_times_are_working_days_after_the_day_of_acceptance() {
    let log = three();
    assert_eq!(log.value("average-working-days", &march()).sum, 6 + 9);
    let averages = ["average-working-days", "average-promised", "average-statutory"].map(|key| log.text(key));
    assert_eq!(averages, ["7.5", "8.0", "10.0"]);
}

#[test]
fn clk_09_paused_days_are_in_none_of_the_three_times() {
    let mut log = Log::default();
    log.submits("1", "2026-03-02", HERE).accepts("1", "2026-03-02").pauses("1", "2026-03-04");
    assert_eq!(log.text("overdue"), "0", "nobody knows the last day of a clock that stands still");
    // Wednesday to Friday do not count: the eighth working day is 17 March, not 12 March.
    log.resumes("1", "2026-03-06").grants("1", "2026-03-17");
    assert_eq!(["late", "average-working-days", "average-promised"].map(|key| log.text(key)), ["0", "8.0", "8.0"]);
}

#[test]
fn a2_4_what_stands_on_a_day_is_taken_back_when_it_is_over() {
    let log = three();
    let on = |to: &str| Question { to: day(to), ..march() };
    assert_eq!(log.value("overdue", &on("2026-03-12")).sum, 0, "12 March is the last day itself");
    assert_eq!(log.value("overdue", &on("2026-03-13")), log.value("running", &march()));
    assert_eq!(log.value("running", &on("2026-03-01")).sum, 0);
    let mut all = log.clone();
    all.grants("3", "2026-03-20");
    assert_eq!((all.text("overdue"), all.text("running"), all.text("late")), ("0".into(), "0".into(), "2".into()));
}

#[test]
fn a2_4_what_ended_without_a_decision_is_no_decision() {
    let mut log = three();
    log.case("3", "2026-03-30", CaseAct::Withdrawn { moved: moved() });
    assert_eq!(["concluded", "decided", "late", "running"].map(|key| log.text(key)), ["3", "2", "1", "0"]);
    log.grants("3", "2026-03-31");
    assert_eq!(["concluded", "decided"].map(|key| log.text(key)), ["3", "2"], "it ended once");
}

#[test]
fn f063_a_figure_is_of_a_region_with_what_was_merged_into_it() {
    let mut log = Log::default();
    // 无为县 341422 and 340225 are 无为市 340281 now.
    log.submits("1", "2026-03-02", ("340225", "a", "x")).submits("2", "2026-03-02", ("340281", "a", "y"));
    log.submits("3", "2026-03-02", ("341524", "b", "x"));
    let of = |region: &str, agency: &str, item: &str| {
        let asked = Question { region: region.into(), agency: agency.into(), item: item.into(), ..march() };
        log.value("received", &asked).sum
    };
    assert_eq!((of("", "", ""), of("340281", "", ""), of("3402", "", ""), of("3415", "", "")), (3, 2, 2, 1));
    assert_eq!((of("", "a", ""), of("", "", "x"), of("340281", "a", "y"), of("341524", "a", "")), (2, 2, 1, 0));
}

#[test]
fn c3_3_a_card_that_was_withdrawn_is_none() {
    let mut log = three();
    let issued = |colour| CardAct::Issued {
        rule: "R1".into(),
        version: None,
        answer: None,
        colour,
        agency: "jinzhai-market".into(),
        computation: String::new(),
        evidence: Vec::new(),
    };
    log.card("2", "2026-03-13", issued(Colour::Yellow)).card("3", "2026-03-13", issued(Colour::Warning));
    log.card("1", "2026-03-13", issued(Colour::Notice));
    assert_eq!((log.text("cards"), log.text("warnings")), ("1".into(), "1".into()));
    let review = |upheld| CardAct::Reviewed { rule: "R1".into(), upheld, reason: "x".into(), rectify: None };
    log.card("3", "2026-03-16", review(true)).card("2", "2026-03-16", review(false));
    assert_eq!((log.text("cards"), log.text("warnings")), ("0".into(), "1".into()));
    // Proposed it still stands; what was not put right is a graver card from that day on; confirmed by another it is gone.
    let graver = CardAct::Escalated { rule: "R1".into(), colour: Colour::Yellow, reason: None };
    let proposed = CardAct::WithdrawalProposed { rule: "R1".into(), reason: "x".into() };
    log.card("3", "2026-03-30", graver).card("3", "2026-03-31", proposed);
    assert_eq!((log.text("cards"), log.text("warnings")), ("1".into(), "0".into()));
    log.card("3", "2026-04-01", CardAct::WithdrawalConfirmed { rule: "R1".into(), reason: "x".into() });
    assert_eq!((log.text("cards"), log.text("warnings")), ("0".into(), "0".into()));
}

#[test]
fn c3_2_a_share_of_ratings_and_of_none() {
    let mut log = three();
    assert_eq!(log.text("content-share"), "—");
    for (no, grade) in [("1", 3), ("2", 4)] {
        log.case(no, "2026-03-20", CaseAct::Rated { grade, channel: Default::default(), named: false, private: None });
    }
    log.case("3", "2026-03-20", CaseAct::Rated { grade: 1, channel: Default::default(), named: false, private: None });
    assert_eq!(log.text("content-share"), "66.7%");
}

#[test]
fn h03_a_notice_of_holidays_counts_for_what_comes_after_it() {
    let notice = ArrangementAct::Loaded {
        title: "通知".into(),
        address: "https://www.gov.cn/x".into(),
        year: None,
        rows: vec![Row::holiday(day("2026-03-11"), "放假")],
    };
    let at = Subject { kind: "arrangement".into(), no: "1".into() };
    let mut before = three();
    before.tell(at.clone(), "2026-03-14", notice.clone());
    assert_eq!(before.text("late"), "1", "what was decided stays as it was");
    let mut log = Log::default();
    log.submits("1", "2026-03-02", HERE).accepts("1", "2026-03-02").tell(at, "2026-03-05", notice).grants("1", "2026-03-13");
    assert_eq!((log.text("late"), log.text("average-working-days")), ("0".into(), "8.0".into()));
}

#[test]
fn f147_every_figure_has_a_name_of_its_own_and_no_measure_is_without_one() {
    let mut names: Vec<_> = FIGURES.iter().map(|figure| figure.key).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FIGURES.len());
    for measure in Measure::ALL {
        assert_eq!(Measure::of(measure.key()), Some(measure));
        assert!(FIGURES.iter().any(|figure| figure.measures().any(|m| m == measure)), "{measure:?}");
    }
}

#[test]
fn a2_4_numbers_are_rounded_half_up() {
    let share = Figure::of("on-time-share").unwrap();
    let text = |on_time: i64, late: i64| {
        share.value(|measure| if measure == Measure::OnTime { (on_time, on_time) } else { (late, late) }).text()
    };
    assert_eq!([text(1, 2), text(2, 1), text(0, 0), text(7, 0), text(1999, 1)], ["33.3%", "66.7%", "—", "100.0%", "100.0%"]);
}

proptest! {
    /// Days are added up, whichever way they are cut: what happened in a span is what happened in its parts.
    #[test]
    fn a2_4_a_span_is_the_sum_of_its_days(cases in prop::collection::vec((1u32..28, 0u32..20, any::<bool>()), 1..20), cut in 1u32..31) {
        let mut log = Log::default();
        let date = |n: u32| (day("2026-03-01") + chrono::Days::new(n.into())).to_string();
        for (no, (began, took, ends)) in cases.iter().enumerate() {
            let no = no.to_string();
            log.submits(&no, &date(*began), HERE).accepts(&no, &date(*began));
            if *ends {
                log.grants(&no, &date(began + took));
            }
        }
        let all = Question { to: day("2026-05-31"), ..march() };
        let split = day("2026-03-01") + chrono::Days::new(cut.into());
        let (first, then) = (Question { to: split.pred_opt().unwrap(), ..all.clone() }, Question { from: split, ..all.clone() });
        for figure in FIGURES.iter().filter(|figure| !figure.is_standing()) {
            let [whole, a, b] = [&all, &first, &then].map(|asked| log.value(figure.key, asked));
            prop_assert_eq!((whole.sum, whole.of, whole.acts), (a.sum + b.sum, a.of.map(|of| of + b.of.unwrap()), a.acts + b.acts));
        }
        let [received, concluded, running] = ["received", "concluded", "running"].map(|key| log.value(key, &all).sum);
        prop_assert_eq!(received - concluded, running);
    }
}
