//! The rules on what is no case, told in public bodies: no database, no clock but the one in the story.

use super::*;
use crate::supervision::facts::{BESIDE, EACH, shape};
use crate::supervision::rules::{Breach, SHIPPED};
use acts::{
    Actor, ActorPrivate, ComplaintChannel, ComplaintKind, DeviationWay, RatingChannel, RequestOutcome, RequestWay, Unpunished,
};
use rules::{Kind, Shape};

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text} +08:00"), "%Y-%m-%d %H:%M %z").unwrap().to_utc()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Acts on one number, the first of them entry 101.
fn told<A: ActBody>(acts: impl IntoIterator<Item = (&'static str, Actor, A)>) -> Vec<Stored> {
    let stored = acts.into_iter().zip(101..).map(|((when, by, act), n)| {
        let subject = Subject { kind: A::SUBJECT.into(), no: "no".into() };
        let person = ActorPrivate { person: Uuid::from_u128(7), name: "陈静".into() };
        let bodies = record::entry(subject, at(when), by, Some(person), act).bodies();
        Stored {
            position: n,
            n: Some(n),
            id: Uuid::now_v7(),
            subject_kind: A::SUBJECT.into(),
            subject: "no".into(),
            kind: bodies.kind,
            at: at(when),
            agency: None,
            public_body: bodies.public,
            public_salt: Vec::new(),
            public_commitment: Vec::new(),
            private_body: Some(bodies.private),
            private_salt: None,
            private_commitment: Vec::new(),
        }
    });
    stored.collect()
}

/// What the rules that the house brings find once the last act is read.
fn found(acts: &[Stored]) -> Vec<Breach> {
    let affair = Affair::fold(acts, i64::MAX).unwrap().unwrap();
    let (versions, calendar) = (book::shipped(), Calendar::china());
    let inquiry = Inquiry::about(&versions, &affair, &calendar);
    inquiry.find(&mut |undecided| panic!("{undecided:?}")).iter().map(|found| inquiry.tell(found)).collect()
}

fn desk() -> Actor {
    Actor { role: "officer".into(), agency: Some("jinzhai-market".into()), post: None }
}

fn decided(amount: Option<&str>, inside: bool, way: Option<DeviationWay>) -> Vec<Stored> {
    let ruling = Ruling {
        standard: "food-unlicensed".into(),
        version: 1,
        table: "hash".into(),
        document: "金市监罚〔2026〕7号".into(),
        facts: Default::default(),
        tier: "一般".into(),
        least: Some("50000".into()),
        most: Some("65000".into()),
        amount: amount.map(str::to_owned),
        unit: "元".into(),
        violation_ended: day("2026-10-01"),
        found_on: day("2026-10-02"),
        harm: false,
        unpunished: amount.is_none().then_some(Unpunished::Minor),
        mitigated: None,
        way,
        reason: way.map(|_| "当事人主动退赔，集体讨论决定".into()).unwrap_or_default(),
    };
    let act = DiscretionAct::Applied { ruling, decided_on: day("2026-11-20"), inside, paper: None, private: None };
    told([("2026-11-23 10:00", desk(), act)])
}

#[test]
fn c3_3_25_a_decision_outside_its_tier_without_approval_is_found() {
    let [breach] = &found(&decided(Some("70000"), false, None))[..] else { panic!("one breach") };
    assert_eq!((breach.rule.as_str(), breach.at, &breach.evidence[..]), ("C3.3-25", at("2026-11-23 10:00"), &[101][..]));
    assert_eq!(
        breach.computation,
        "决定书金市监罚〔2026〕7号照基准属于“一般”，不低于 50000 元，不高于 65000 元；2026年11月20日决定 70000 元，没有写明怎样批准和理由。"
    );
    assert_eq!(found(&decided(None, false, None)).len(), 1, "nobody approved that it goes unpunished");
}

#[test]
fn c3_3_25_holds_what_the_act_says_against_its_own_figures() {
    assert_eq!(found(&decided(Some("65000.01"), true, None)).len(), 1);
    assert_eq!(found(&decided(Some("65000"), true, None)), []);
    assert_eq!(found(&decided(Some("50000"), true, None)), []);
}

#[test]
fn c3_3_32_a_penalty_is_published_within_seven_working_days() {
    // Decided on Friday 20 November 2026.
    let mut acts = decided(Some("60000"), true, None);
    acts[0].at = at("2026-12-01 17:00");
    assert_eq!(found(&acts), [], "the seventh");
    acts[0].at = at("2026-12-02 09:00");
    let [late] = &found(&acts)[..] else { panic!("one breach") };
    assert_eq!((late.rule.as_str(), late.at, &late.evidence[..]), ("C3.3-32", at("2026-12-02 09:00"), &[101][..]));
    assert_eq!(
        late.computation,
        "决定书金市监罚〔2026〕7号在2026年11月20日作出，2026年12月2日才记下来、公开，晚了 8 个工作日，最多 7 个。"
    );
}

#[test]
fn c3_3_25_leaving_the_tier_with_approval_and_a_reason_is_lawful() {
    assert_eq!(found(&decided(Some("20000"), false, Some(DeviationWay::Collective))), []);
}

fn filed(agency: Option<&str>, kind: ComplaintKind) -> (&'static str, Actor, ComplaintAct) {
    let act = ComplaintAct::Filed {
        channel: ComplaintChannel::Web,
        kind,
        agency: agency.map(str::to_owned),
        item: None,
        conduct: false,
        approval: true,
        named: true,
        private: None,
    };
    ("2026-11-02 09:00", Actor { role: "applicant".into(), agency: None, post: None }, act)
}

fn complaint_overdue(when: &'static str, due: &str, acceptance: bool) -> (&'static str, Actor, ComplaintAct) {
    (when, Actor::system(), ComplaintAct::Overdue { due: day(due), acceptance })
}

#[test]
fn c3_3_26_an_unanswered_complaint_is_found_each_time_a_day_passes() {
    let acts = told([
        filed(Some("jinzhai-market"), ComplaintKind::Complaint),
        complaint_overdue("2026-11-10 00:00", "2026-11-09", true),
        complaint_overdue("2026-11-17 00:00", "2026-11-16", false),
    ]);
    let breaches = found(&acts);
    let seen: Vec<_> = breaches.iter().map(|b| (b.rule.as_str(), b.at, b.evidence.clone())).collect();
    assert_eq!(seen, [("C3.3-26", at("2026-11-10 00:00"), vec![101, 102]), ("C3.3-26", at("2026-11-17 00:00"), vec![101, 103])]);
    assert_eq!(breaches[0].computation, "诉求2026年11月2日收到，告知受理不受理的最后一天是2026年11月9日，到时没有告知。");
    assert_eq!(breaches[1].computation, "诉求2026年11月2日收到，答复的最后一天是2026年11月16日，到时没有答复。");
    assert_eq!(found(&acts[..1]), [], "nothing has passed yet");
}

#[test]
fn c3_3_26_the_duty_is_of_the_agency_that_has_it_as_the_public_knows() {
    let moved = |to: Option<&str>| {
        let act = ComplaintAct::Transferred { to: to.map(str::to_owned), reason: "归这里办".into() };
        ("2026-11-03 09:00", desk(), act)
    };
    let agency = |acts: &[Stored]| Affair::fold(acts, i64::MAX).unwrap().unwrap().agency;
    let first = filed(Some("jinzhai-market"), ComplaintKind::Complaint);
    assert_eq!(agency(&told([first.clone()])).as_deref(), Some("jinzhai-market"));
    assert_eq!(agency(&told([first.clone(), moved(Some("jinzhai-health"))])).as_deref(), Some("jinzhai-health"));
    assert_eq!(agency(&told([first, moved(None)])), None);
    // Of a report the public is told no agency.
    assert_eq!(agency(&told([filed(None, ComplaintKind::Report)])), None);
}

#[test]
fn c3_3_27_an_order_from_a_bad_rating_is_found_when_nobody_calls_and_when_nobody_mends() {
    let opened = RatingOrderAct::Opened {
        rating: Uuid::nil(),
        of: Subject::case("341524202611020000017"),
        grade: 5,
        channel: RatingChannel::Account,
        named: true,
        agency: "jinzhai-market".into(),
        item: None,
        private: None,
    };
    let over = |when, step, due: &str| (when, Actor::system(), RatingOrderAct::Overdue { step, due: day(due) });
    let acts = told([
        ("2026-11-02 09:00", Actor::system(), opened),
        over("2026-11-04 00:00", RatingStep::CallBack, "2026-11-03"),
        over("2026-11-10 00:00", RatingStep::Answer, "2026-11-09"),
    ]);
    let breaches = found(&acts);
    assert!(breaches.iter().all(|breach| breach.rule == "C3.3-27"));
    assert_eq!(breaches[0].computation, "差评工单2026年11月2日立单，回访的最后一天是2026年11月3日，到时没有回访。");
    assert_eq!(breaches[1].computation, "差评工单2026年11月2日立单，改正或者解释的最后一天是2026年11月9日，到时没有办。");
    assert_eq!(found(&acts[..1]), []);
}

#[test]
fn c3_3_28_a_late_request_for_information_is_found() {
    let asked = RequestAct::Requested {
        way: RequestWay::InPerson,
        agency: "jinzhai-market".into(),
        received: Some(day("2026-11-02")),
        centre: None,
        private: None,
    };
    let asked = ("2026-11-02 09:00", Actor::system(), asked);
    let late = told([asked.clone(), ("2026-12-01 00:00", Actor::system(), RequestAct::Overdue { due: day("2026-11-30") })]);
    let [breach] = &found(&late)[..] else { panic!("one breach") };
    assert_eq!((breach.rule.as_str(), breach.at, &breach.evidence[..]), ("C3.3-28", at("2026-12-01 00:00"), &[101, 102][..]));
    let answered =
        RequestAct::Answered { outcome: RequestOutcome::Disclosed, public_interest: None, grounds: Vec::new(), private: None };
    assert_eq!(found(&told([asked, ("2026-11-30 16:00", desk(), answered)])), [], "the last day is in time");
}

#[test]
fn c3_3_23_who_did_one_of_the_acts_is_known() {
    let acts = decided(Some("60000"), true, None);
    assert!(handled(&acts, Uuid::from_u128(7)).unwrap());
    assert!(!handled(&acts, Uuid::from_u128(8)).unwrap());
}

#[test]
fn f137_what_is_no_case_gives_what_the_table_tells_of() {
    let lapsed = told([
        filed(Some("jinzhai-market"), ComplaintKind::Complaint),
        complaint_overdue("2026-11-10 00:00", "2026-11-09", true),
    ]);
    let one = decided(Some("60000"), true, None);
    for group in &BESIDE {
        assert!(EACH.contains(&group.name));
        let Shape::Facts(told) = shape(group.name, []) else { panic!("facts") };
        assert_eq!(told.keys().collect::<Vec<_>>(), [group.name, "rule"], "of nothing else");
        let acts = if group.name == "lapse" { &lapsed } else { &one };
        let affair = Affair::fold(acts, i64::MAX).unwrap().unwrap();
        let [(_, facts)] = &affair.each(group.name, &Calendar::china())[..] else { panic!("one {}", group.name) };
        let (Shape::Facts(found), Shape::Facts(told)) = (facts.shape(), &told[group.name]) else { panic!("facts") };
        assert!(found.keys().eq(told.keys()), "{found:?} is not {told:?}");
        for (name, shape) in found {
            let list = matches!(&shape, Shape::List(of) if **of == Shape::One(Kind::Number));
            assert!(list || shape == told[&name], "{name}");
        }
    }
    assert!(SHIPPED.iter().filter(|(rule, _)| rule.text.finds.iter().any(|find| find.each == "lapse")).count() == 3);
}
