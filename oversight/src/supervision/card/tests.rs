use super::super::accept::{Accept, Verdict};
use super::super::answer::{self, Answer, decide};
use super::super::confirm::Confirm;
use super::super::course::{TABLE, may_follow, step_of};
use super::super::review::Review;
use super::*;
use acts::{Actor, ActorPrivate, TalkPrivate};
use std::sync::Arc;

const RULE: &str = "C3.3-05";

fn moment(day: &str, hour: i64) -> Moment {
    let day: NaiveDate = day.parse().unwrap();
    Moment::new(calendar::start_of_day(day) + chrono::Duration::hours(hour), Arc::new(Calendar::china()))
}

fn person(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn entry(act: CardAct, by: Option<u128>, now: &Moment) -> Entry<CardAct> {
    let private = by.map(|n| ActorPrivate { person: person(n), name: "某".into() });
    record::entry(subject("NO"), now.at, Actor { role: "supervisor".into(), agency: None, post: None }, private, act)
}

/// Issued on Monday 12 October 2026: explained until Thursday the 15th.
fn issued(colour: Colour) -> Card {
    let act = CardAct::Issued {
        rule: RULE.into(),
        version: Some(1),
        answer: None,
        colour,
        agency: "market".into(),
        computation: "超 3 天".into(),
        evidence: vec![1],
    };
    Card::issued(&entry(act, None, &moment("2026-10-12", 9)), Some(2)).unwrap()
}

fn then(mut card: Card, act: CardAct, by: u128, now: &Moment) -> Card {
    card.apply(&entry(act, Some(by), now));
    card
}

fn rule() -> String {
    RULE.into()
}

fn right(days: u32) -> PutRight {
    PutRight { what: "建立交接制度".into(), within: Limit::working_days(days) }
}

fn explained(card: Card) -> Card {
    then(card, CardAct::Explained { rule: rule(), private: None }, 1, &moment("2026-10-13", 9))
}

fn stands(card: Card) -> Card {
    let act = CardAct::Reviewed { rule: rule(), upheld: true, reason: "属实".into(), rectify: Some(right(10)) };
    then(card, act, 2, &moment("2026-10-14", 9))
}

fn talked() -> CardAct {
    CardAct::Talked {
        rule: rule(),
        office: "副局长".into(),
        on: "2026-10-14".parse().unwrap(),
        leadership: "副组长".into(),
        discipline: "主任".into(),
        rectify: right(5),
        private: Some(TalkPrivate { name: "高某".into(), summary: "限期整改".into() }),
    }
}

fn hand(n: u128) -> Hand {
    Hand { person: person(n), handled: false }
}

#[test]
fn c3_3_18_a_card_runs_from_its_issue_to_its_close() {
    let card = issued(Colour::Red);
    assert_eq!((card.progress, card.progress.turn()), (Progress::Issued, Some(Turn::Unit)));
    let card = explained(card);
    assert_eq!((card.progress, card.progress.turn()), (Progress::Explained, Some(Turn::Desk)));
    let card = stands(card);
    assert_eq!((card.progress, card.upheld), (Progress::Rectifying, Some(true)));
    let report = CardAct::Rectified { rule: rule(), evidence: vec![7], private: None };
    let card = then(card, report, 1, &moment("2026-10-20", 9));
    assert_eq!(card.progress, Progress::Rectified);
    let card = then(card, CardAct::Accepted { rule: rule(), reason: "到位".into() }, 2, &moment("2026-10-21", 9));
    assert_eq!((card.progress, card.progress.turn(), card.upheld), (Progress::Closed, None, Some(true)));
}

/// Every act there is, as a step, with the colours that let it be.
fn every_act() -> Vec<CardAct> {
    let reason = || "理由".to_owned();
    let day: NaiveDate = "2026-10-14".parse().unwrap();
    vec![
        CardAct::Explained { rule: rule(), private: None },
        CardAct::Unanswered { rule: rule() },
        CardAct::Reviewed { rule: rule(), upheld: true, reason: reason(), rectify: Some(right(10)) },
        CardAct::WithdrawalProposed { rule: rule(), reason: reason() },
        CardAct::WithdrawalConfirmed { rule: rule(), reason: reason() },
        CardAct::WithdrawalRefused { rule: rule(), reason: reason(), rectify: Some(right(10)) },
        CardAct::Appealed { rule: rule(), private: None },
        CardAct::AppealDecided { rule: rule(), granted: true, reason: reason() },
        CardAct::AppealDecided { rule: rule(), granted: false, reason: reason() },
        CardAct::Rectified { rule: rule(), evidence: vec![], private: None },
        CardAct::Accepted { rule: rule(), reason: reason() },
        CardAct::SentBack { rule: rule(), reason: reason(), within: Limit::working_days(5) },
        CardAct::Escalated { rule: rule(), colour: Colour::Red, reason: None },
        CardAct::HeldToAccount { rule: rule(), reason: None },
        talked(),
        CardAct::Transferred { rule: rule(), to: "县纪委监委".into(), document: "1".into(), on: day, private: None },
        CardAct::TransferAnswered { rule: rule(), document: "1".into(), on: day, private: None },
    ]
}

#[test]
fn c3_3_18_from_every_progress_steps_lead_on_to_an_end_and_to_nowhere_unknown() {
    let now = moment("2026-10-14", 10);
    let mut seen = vec![Progress::Issued, Progress::Told];
    let mut at = 0;
    while at < seen.len() {
        let from = seen[at];
        at += 1;
        for act in every_act() {
            let step = step_of(&act).unwrap();
            if !may_follow(from).contains(&step) {
                continue;
            }
            let mut card = stands(explained(issued(Colour::Red)));
            card.progress = from;
            let card = then(card, act, 9, &now);
            assert!(card.progress != from || matches!(step, Step::Escalate | Step::Talk), "{from:?} {step:?} leads nowhere");
            if !seen.contains(&card.progress) {
                seen.push(card.progress);
            }
        }
    }
    // Upheld without anything to put right is met by warnings alone.
    let all: Vec<_> = Progress::ALL.into_iter().filter(|p| *p != Progress::Upheld).collect();
    assert!(all.iter().all(|progress| seen.contains(progress)), "{seen:?}");
    for (progress, steps) in TABLE {
        let over = matches!(progress, Progress::Closed | Progress::Withdrawn);
        assert_eq!(steps.is_empty(), over, "{progress:?}");
        assert_eq!(Progress::of(progress.key()), Some(progress));
    }
}

#[test]
fn c3_3_18_nobody_is_judged_before_being_heard_or_letting_the_time_pass() {
    let card = issued(Colour::Yellow);
    let last: NaiveDate = "2026-10-15".parse().unwrap();
    assert_eq!(card.may(Step::Uphold, &moment("2026-10-15", 23)), Err(Rejection::MayStillExplain(last)));
    assert_eq!(card.of_itself(&moment("2026-10-15", 23)), None);
    assert_eq!(card.of_itself(&moment("2026-10-16", 0)), Some(CardAct::Unanswered { rule: rule() }));
    let lapsed = then(card, CardAct::Unanswered { rule: rule() }, 0, &moment("2026-10-16", 0));
    assert_eq!(lapsed.of_itself(&moment("2026-12-01", 0)), None, "once");
    assert_eq!(lapsed.may(Step::Uphold, &moment("2026-10-16", 9)), Ok(()));
    // Whoever speaks late is still heard, and once.
    assert_eq!(lapsed.may(Step::Explain, &moment("2026-10-16", 9)), Ok(()));
    let card = explained(lapsed);
    assert_eq!(card.may(Step::Explain, &moment("2026-10-16", 9)), Err(Rejection::Explained));
    assert_eq!(stands(card).may(Step::Explain, &moment("2026-10-16", 9)), Err(Rejection::Reviewed));
}

#[test]
fn c3_3_19_a_notice_and_a_warning_are_read_and_owe_nothing_unless_asked() {
    for colour in [Colour::Notice, Colour::Warning] {
        let card = issued(colour);
        let late = moment("2026-12-01", 9);
        assert_eq!((card.progress, card.due(&late.calendar), card.of_itself(&late)), (Progress::Told, None, None));
        let review = Review { upheld: true, standing: false, reason: "属实".into(), rectify: None };
        let act = decide(review, &card, &hand(2), &late).unwrap();
        let card = then(card, act, 2, &late);
        assert_eq!((card.progress, card.due(&late.calendar)), (Progress::Upheld, None));
    }
    let review = Review { upheld: true, standing: false, reason: "属实".into(), rectify: None };
    let yellow = decide(review, &explained(issued(Colour::Yellow)), &hand(2), &moment("2026-10-14", 9));
    assert_eq!(yellow, Err(Rejection::NothingToPutRight));
    // Asked, a warning is put right like any card.
    assert_eq!(stands(issued(Colour::Warning)).progress, Progress::Rectifying);
}

#[test]
fn c3_3_20_an_appeal_comes_once_and_in_time_and_the_limit_counts_anew_after_it() {
    let card = stands(explained(issued(Colour::Yellow)));
    let last: NaiveDate = "2026-10-21".parse().unwrap();
    assert_eq!(card.appeal_by(&moment("2026-10-14", 9).calendar), Some(last));
    assert_eq!(card.may(Step::Appeal, &moment("2026-10-21", 23)), Ok(()));
    assert_eq!(card.may(Step::Appeal, &moment("2026-10-22", 0)), Err(Rejection::TooLateToAppeal(last)));
    let appealed = then(card, CardAct::Appealed { rule: rule(), private: None }, 1, &moment("2026-10-20", 9));
    let day = moment("2026-10-27", 9);
    assert_eq!(appealed.due(&day.calendar), Some("2026-10-27".parse().unwrap()));
    // While it is open nothing grows graver.
    assert_eq!(appealed.of_itself(&moment("2026-12-01", 9)), None);
    let rejected = CardAct::AppealDecided { rule: rule(), granted: false, reason: "不成立".into() };
    let card = then(appealed.clone(), rejected, 3, &day);
    assert_eq!((card.progress, card.due(&day.calendar)), (Progress::Rectifying, Some("2026-11-10".parse().unwrap())));
    assert_eq!(card.may(Step::Appeal, &day), Err(Rejection::Appealed));
    let granted = CardAct::AppealDecided { rule: rule(), granted: true, reason: "成立".into() };
    let card = then(appealed, granted, 3, &day);
    assert_eq!(card.progress, Progress::Proposed, "one more confirms");
    assert_eq!(card.may_by(Step::Confirm, &hand(2)), Err(Rejection::JudgedBefore));
    assert_eq!(card.may_by(Step::Confirm, &hand(3)), Err(Rejection::JudgedBefore));
    assert_eq!(card.may_by(Step::Confirm, &hand(4)), Ok(()));
}

#[test]
fn c3_3_21_what_was_reported_is_accepted_or_sent_back_once_with_a_new_day() {
    let card = stands(explained(issued(Colour::Yellow)));
    assert_eq!(card.due(&moment("2026-10-14", 9).calendar), Some("2026-10-28".parse().unwrap()));
    let report = || CardAct::Rectified { rule: rule(), evidence: vec![], private: None };
    let day = moment("2026-10-26", 9);
    let card = then(card, report(), 1, &day);
    let accept = |verdict| Accept { verdict, reason: "看过".into() };
    let graver = decide(accept(Verdict::Graver), &card, &hand(2), &day);
    assert_eq!(graver, Err(Rejection::NotSentBackYet));
    let back = decide(accept(Verdict::SentBack(Limit::working_days(3))), &card, &hand(2), &day).unwrap();
    let card = then(card, back, 2, &day);
    assert_eq!((card.progress, card.due(&day.calendar)), (Progress::Rectifying, Some("2026-10-29".parse().unwrap())));
    let card = then(card, report(), 1, &day);
    let again = decide(accept(Verdict::SentBack(Limit::working_days(3))), &card, &hand(2), &day);
    assert_eq!(again, Err(Rejection::SentBackBefore));
    let graver = decide(accept(Verdict::Graver), &card, &hand(2), &day).unwrap();
    assert!(matches!(graver, CardAct::Escalated { colour: Colour::Red, reason: Some(_), .. }), "{graver:?}");
}

#[test]
fn c3_3_22_what_is_not_put_right_grows_graver_by_itself_step_by_step() {
    let mut card = stands(issued(Colour::Warning));
    let mut now = moment("2026-10-29", 0);
    assert_eq!(card.of_itself(&moment("2026-10-28", 23)), None);
    for colour in [Colour::Yellow, Colour::Red] {
        let act = card.of_itself(&now).unwrap();
        assert_eq!(act, CardAct::Escalated { rule: rule(), colour, reason: None });
        card.apply(&entry(act, None, &now));
        assert_eq!((card.progress, card.colour, card.issued_as), (Progress::Rectifying, colour, Colour::Warning));
        assert_eq!(card.of_itself(&now), None, "counts anew, and once");
        let due = card.due(&now.calendar).unwrap();
        now = Moment::new(end_of_day(due), now.calendar.clone());
    }
    let act = card.of_itself(&now).unwrap();
    assert_eq!(act, CardAct::HeldToAccount { rule: rule(), reason: None });
    card.apply(&entry(act, None, &now));
    assert_eq!((card.progress, card.of_itself(&moment("2027-06-01", 0))), (Progress::Accountable, None));
}

#[test]
fn c3_4_01_a_talk_begins_a_correction_that_is_followed_to_its_end_or_to_the_transfer() {
    let now = moment("2026-10-14", 10);
    let card = stands(explained(issued(Colour::Red)));
    assert_eq!(stands(explained(issued(Colour::Yellow))).may(Step::Talk, &now), Err(Rejection::NotRed));
    assert_eq!(card.may(Step::Talk, &now), Ok(()));
    let card = then(card, CardAct::HeldToAccount { rule: rule(), reason: None }, 0, &now);
    let card = then(card, talked(), 2, &now);
    assert_eq!((card.progress, card.due(&now.calendar)), (Progress::Rectifying, Some("2026-10-21".parse().unwrap())));
    let late = moment("2026-10-22", 0);
    let act = card.of_itself(&late).unwrap();
    assert_eq!(act, CardAct::HeldToAccount { rule: rule(), reason: None });
    let card = then(card, act, 0, &late);
    assert_eq!(card.may(Step::Talk, &late), Err(Rejection::TalkedBefore));
    assert_eq!(card.may(Step::Transfer, &late), Ok(()));
}

#[test]
fn c3_3_23_nobody_judges_a_case_of_his_own_hands_or_words_and_withdrawing_takes_two() {
    let now = moment("2026-10-14", 9);
    let card = explained(issued(Colour::Yellow));
    let handled = Hand { person: person(2), handled: true };
    assert_eq!(card.may_by(Step::Uphold, &handled), Err(Rejection::HandledTheCase));
    assert_eq!(card.may_by(Step::Accept, &handled), Err(Rejection::HandledTheCase));
    assert_eq!(card.may_by(Step::Uphold, &hand(1)), Err(Rejection::SpokeForTheUnit));
    assert_eq!(card.may_by(Step::Explain, &handled), Ok(()), "the agency answers for its own work");
    let propose = Review { upheld: false, standing: false, reason: "不可抗力".into(), rectify: None };
    let act = decide(propose, &card, &hand(2), &now).unwrap();
    assert!(matches!(act, CardAct::WithdrawalProposed { .. }));
    let card = then(card, act, 2, &now);
    let confirm = || Confirm { confirmed: true, reason: "同意".into(), rectify: None };
    assert_eq!(decide(confirm(), &card, &hand(2), &now), Err(Rejection::JudgedBefore));
    let done = then(card.clone(), decide(confirm(), &card, &hand(3), &now).unwrap(), 3, &now);
    assert_eq!((done.progress, done.upheld), (Progress::Withdrawn, Some(false)));
    // Refused, it stands, and who refused says what is to be put right.
    let refuse = |rectify| Confirm { confirmed: false, reason: "不同意".into(), rectify };
    assert_eq!(decide(refuse(None), &card, &hand(3), &now), Err(Rejection::NothingToPutRight));
    let act = decide(refuse(Some(right(10))), &card, &hand(3), &now).unwrap();
    assert_eq!(then(card, act, 3, &now).progress, Progress::Rectifying);
    assert_eq!(Confirm { confirmed: true, reason: String::new(), rectify: None }.step(), Step::Confirm);
    assert!(!answer::hand(person(2), []).handled);
}

#[test]
fn c3_3_18_acts_of_before_fold_to_what_they_meant() {
    let old = [
        (r#"{"act":"explained","rule":"C3.3-05","private":null}"#, Progress::Explained, None),
        (r#"{"act":"reviewed","rule":"C3.3-05","upheld":true,"reason":"属实"}"#, Progress::Upheld, Some(true)),
        (r#"{"act":"reviewed","rule":"C3.3-05","upheld":false,"reason":"不可抗力"}"#, Progress::Withdrawn, Some(false)),
    ];
    let now = moment("2026-10-14", 9);
    for (text, progress, upheld) in old {
        let act: CardAct = serde_json::from_str(text).unwrap();
        let card = then(explained(issued(Colour::Red)), act, 2, &now);
        assert_eq!((card.progress, card.upheld), (progress, upheld));
        assert_eq!(card.of_itself(&moment("2027-01-01", 0)), None, "nothing is asked of it now");
    }
    // What is written today with nothing new in it is written as before.
    let act = CardAct::Reviewed { rule: rule(), upheld: true, reason: "属实".into(), rectify: None };
    assert_eq!(serde_json::to_string(&act).unwrap(), old[1].0);
}
