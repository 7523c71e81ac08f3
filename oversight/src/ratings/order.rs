//! 差评工单 · one order as the fold of its acts, and when something of it is due.

use super::law::{self, Rejection, Standing, Step};
use acts::{Entry, RatedBy, RatingChannel, RatingOrderAct, RatingStep, SetAside, Subject};
use calendar::{Calendar, NaiveDate, local_date};
use chrono::{DateTime, Utc};
use foundation::people::Person;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Corrected,
    Explained,
    SetAside,
}

/// Somebody asks that the rating not be counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub ground: SetAside,
    pub proof: String,
    pub by: Option<Uuid>,
    pub agency: Option<String>,
    /// What was decided; none yet.
    pub set_aside: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub no: String,
    pub at: DateTime<Utc>,
    /// The act that gave the rating, and what was rated.
    pub rating: Uuid,
    pub of: Subject,
    pub grade: u8,
    pub channel: RatingChannel,
    pub named: bool,
    pub agency: String,
    pub item: Option<String>,
    /// Erased, it names nobody any more.
    pub who: RatedBy,
    /// The limits run from here: the day it was opened, or of the review that had it done again.
    pub from: NaiveDate,
    /// Whether the rater was reached, once somebody called.
    pub called: Option<bool>,
    /// Calls that reached nobody.
    #[serde(default)]
    pub tries: u32,
    pub planned: Option<(NaiveDate, String)>,
    pub ended: Option<(NaiveDate, Ending)>,
    /// What was put right, or what it rests on.
    pub measure: Option<String>,
    /// What the rater alone reads.
    pub answer: Option<String>,
    pub answered_by: Option<Uuid>,
    pub asked: Vec<Asked>,
    pub stated: Vec<String>,
    pub satisfied: Option<bool>,
    pub missing: Option<String>,
    pub disputed: bool,
    /// How often it was done again.
    pub again: u32,
    pub call_overdue: bool,
    pub overdue: bool,
}

impl Order {
    /// Begins with its first act; any other begins nothing.
    pub fn begin(entry: &Entry<RatingOrderAct>) -> Option<Order> {
        let RatingOrderAct::Opened { rating, of, grade, channel, named, agency, item, private } = &entry.act else {
            return None;
        };
        Some(Order {
            no: entry.subject.no.clone(),
            at: entry.at,
            rating: *rating,
            of: of.clone(),
            grade: *grade,
            channel: *channel,
            named: *named,
            agency: agency.clone(),
            item: item.clone(),
            who: private.clone().unwrap_or_default(),
            from: local_date(entry.at),
            called: None,
            tries: 0,
            planned: None,
            ended: None,
            measure: None,
            answer: None,
            answered_by: None,
            asked: Vec::new(),
            stated: Vec::new(),
            satisfied: None,
            missing: None,
            disputed: false,
            again: 0,
            call_overdue: false,
            overdue: false,
        })
    }

    /// Never fails and never asks the time.
    pub fn apply(&mut self, entry: &Entry<RatingOrderAct>) {
        let on = local_date(entry.at);
        let by = entry.person.as_ref().map(|person| person.person);
        match &entry.act {
            RatingOrderAct::Opened { .. } => {}
            RatingOrderAct::CalledBack { reached, .. } => {
                self.called = Some(*reached);
                self.tries += u32::from(!*reached);
            }
            RatingOrderAct::Planned { until, reason } => self.planned = Some((*until, reason.clone())),
            RatingOrderAct::Corrected { measure, private } | RatingOrderAct::Explained { basis: measure, private } => {
                let ending = match entry.act {
                    RatingOrderAct::Corrected { .. } => Ending::Corrected,
                    _ => Ending::Explained,
                };
                self.ended = Some((on, ending));
                self.measure = Some(measure.clone());
                self.answer = private.as_ref().map(|said| said.text.clone());
                self.answered_by = by;
            }
            RatingOrderAct::SetAsideAsked { ground, proof, .. } => {
                let (proof, agency) = (proof.clone(), entry.by.agency.clone());
                self.asked.push(Asked { ground: *ground, proof, by, agency, set_aside: None });
            }
            RatingOrderAct::SetAsideDecided { set_aside, .. } => {
                if let Some(asked) = self.asked.last_mut() {
                    asked.set_aside = Some(*set_aside);
                }
                if *set_aside {
                    self.ended = Some((on, Ending::SetAside));
                    self.disputed = false;
                }
            }
            RatingOrderAct::Stated { private } => self.stated.extend(private.as_ref().map(|said| said.text.clone())),
            RatingOrderAct::Satisfied { satisfied, private } => {
                self.satisfied = Some(*satisfied);
                self.disputed = !satisfied;
                self.missing = private.as_ref().map(|said| said.text.clone());
            }
            RatingOrderAct::Reviewed { justified, .. } => {
                self.disputed = false;
                if *justified {
                    self.again += 1;
                    self.from = on;
                    self.ended = None;
                    self.planned = None;
                    self.measure = None;
                    self.answer = None;
                    self.satisfied = None;
                    self.overdue = false;
                }
            }
            RatingOrderAct::Overdue { step: RatingStep::CallBack, .. } => self.call_overdue = true,
            RatingOrderAct::Overdue { step: RatingStep::Answer, .. } => self.overdue = true,
        }
    }

    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }
    pub fn is_set_aside(&self) -> bool {
        matches!(self.ended, Some((_, Ending::SetAside)))
    }
    /// Whether somebody waits for the desk of supervision.
    pub fn waits_for_review(&self) -> bool {
        self.disputed || self.pending().is_some()
    }
    pub fn pending(&self) -> Option<&Asked> {
        self.asked.last().filter(|asked| asked.set_aside.is_none())
    }
    pub fn standing(&self) -> Standing {
        Standing {
            named: self.named,
            called: self.is_called(),
            planned: self.planned.is_some(),
            answered: matches!(self.ended, Some((_, Ending::Corrected | Ending::Explained))),
            set_aside: self.is_set_aside(),
            asked: self.pending().is_some(),
            said: self.satisfied.is_some(),
            disputed: self.disputed,
        }
    }
    /// In a word.
    pub fn state(&self) -> &'static str {
        match self.ended {
            Some((_, Ending::SetAside)) => "不计入",
            Some(_) if self.disputed => "不满意，等复核",
            Some((_, Ending::Corrected)) => "已经改正",
            Some((_, Ending::Explained)) => "已经解释",
            None if self.overdue => "逾期没有改正",
            None if self.pending().is_some() => "等决定计入不计入",
            None if self.again > 0 => "正在重办",
            None if self.waits_for_call() => "等回访",
            None if self.planned.is_some() => "正在改，定了日子",
            None => "正在改",
        }
    }
    /// Whether calling is over: the rater was reached, or was tried as often as the rule asks.
    pub fn is_called(&self) -> bool {
        self.called == Some(true) || self.tries >= law::C3_2_03_TRIES
    }
    pub fn waits_for_call(&self) -> bool {
        self.is_open() && self.named && !self.is_called()
    }
    /// The last day to call back.
    pub fn call_by(&self, calendar: &Calendar) -> Option<NaiveDate> {
        self.waits_for_call().then(|| law::c3_2_04_call_back_by(calendar, self.from))
    }
    /// The last day to put it right.
    pub fn due(&self, calendar: &Calendar) -> NaiveDate {
        self.planned.as_ref().map_or_else(|| law::c3_2_04_simple_by(calendar, self.from), |(until, _)| *until)
    }
    /// What the queue is ordered by.
    pub fn next(&self, calendar: &Calendar) -> NaiveDate {
        let call = self.call_by(calendar).filter(|_| !self.call_overdue);
        call.unwrap_or_else(|| self.due(calendar))
    }

    /// Whether this may be done on that day. Who may is asked of the policies, and of [`Order::keeps_out`].
    pub fn may(&self, act: &RatingOrderAct, today: NaiveDate, calendar: &Calendar) -> Result<(), Rejection> {
        let step = match act {
            RatingOrderAct::Opened { .. } => return Err(Rejection::Ended),
            RatingOrderAct::CalledBack { .. } => Step::CallBack,
            RatingOrderAct::Planned { .. } => Step::Plan,
            RatingOrderAct::Corrected { .. } | RatingOrderAct::Explained { .. } => Step::Answer,
            RatingOrderAct::SetAsideAsked { ground, .. } => Step::AskSetAside(*ground),
            RatingOrderAct::SetAsideDecided { .. } => Step::DecideSetAside,
            RatingOrderAct::Stated { .. } => Step::State,
            RatingOrderAct::Satisfied { .. } => Step::SaySatisfied,
            RatingOrderAct::Reviewed { .. } => Step::Review,
            RatingOrderAct::Overdue { step, .. } => Step::Overdue(*step),
        };
        law::c3_2_03_may(self.standing(), step)?;
        match act {
            RatingOrderAct::Planned { until, .. } if *until <= today || *until > law::c3_2_04_complex_by(calendar, self.from) => {
                Err(Rejection::PlanTooLate)
            }
            RatingOrderAct::SetAsideAsked { ground, .. } if self.decided_before(*ground) => Err(Rejection::DecidedBefore),
            _ => Ok(()),
        }
    }

    /// The desk asks once, and whoever was rated asks once.
    fn decided_before(&self, ground: SetAside) -> bool {
        let appeal = |ground: SetAside| ground == SetAside::Appeal;
        self.asked.iter().any(|asked| appeal(asked.ground) == appeal(ground) && asked.set_aside.is_some())
    }

    pub fn rates(&self, person: &Person) -> bool {
        self.who.rated.contains(&person.id)
    }

    /// 回避 · why this person does not handle it: it rates them, or they or a near relative gave it.
    pub fn keeps_out(&self, person: &Person) -> Option<&'static str> {
        if self.rates(person) {
            Some("评价的是自己，由同事办")
        } else if self.who.rater == Some(person.id) {
            Some("自己评的，由同事办")
        } else if self.who.rater.is_some_and(|rater| person.relatives.contains(&rater)) {
            Some("申报的近亲属评的，由同事办")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::Actor;
    use calendar::start_of_day;
    use foundation::record;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn entry(on: &str, act: RatingOrderAct) -> Entry<RatingOrderAct> {
        let at = start_of_day(day(on)) + chrono::Duration::hours(10);
        let subject = Subject { kind: "rating_order".into(), no: "CP202509250001".into() };
        record::entry(subject, at, Actor::system(), None, act)
    }

    fn opened(named: bool) -> Order {
        let act = RatingOrderAct::Opened {
            rating: Uuid::from_u128(7),
            of: Subject::case("341524202509180000011"),
            grade: 5,
            channel: RatingChannel::Receipt,
            named,
            agency: "a".into(),
            item: None,
            private: None,
        };
        Order::begin(&entry("2025-09-25", act)).unwrap()
    }

    fn corrected() -> RatingOrderAct {
        RatingOrderAct::Corrected { measure: "多开一个窗口".into(), private: None }
    }

    #[test]
    fn c3_2_04_a_named_one_is_due_to_be_called_back_first_and_a_plan_moves_the_last_day() {
        let china = Calendar::china();
        let mut order = opened(true);
        assert_eq!((order.next(&china), order.due(&china)), (day("2025-09-26"), day("2025-10-09")));
        assert_eq!(order.may(&corrected(), day("2025-09-25"), &china), Err(Rejection::CallBackFirst));
        order.apply(&entry("2025-09-26", RatingOrderAct::CalledBack { reached: true, private: None }));
        assert_eq!(order.next(&china), day("2025-10-09"));
        // Not reached is tried again; three times are enough.
        let (mut unreached, missed) = (opened(true), RatingOrderAct::CalledBack { reached: false, private: None });
        for _ in 0..law::C3_2_03_TRIES {
            assert_eq!(unreached.may(&corrected(), day("2025-09-26"), &china), Err(Rejection::CallBackFirst));
            assert_eq!(unreached.may(&missed, day("2025-09-26"), &china), Ok(()));
            unreached.apply(&entry("2025-09-26", missed.clone()));
        }
        assert_eq!(unreached.may(&corrected(), day("2025-09-26"), &china), Ok(()));
        let plan = |until: &str| RatingOrderAct::Planned { until: day(until), reason: "要等新机器".into() };
        assert_eq!(order.may(&plan("2025-10-23"), day("2025-09-26"), &china), Err(Rejection::PlanTooLate));
        assert_eq!(order.may(&plan("2025-09-26"), day("2025-09-26"), &china), Err(Rejection::PlanTooLate));
        assert_eq!(order.may(&plan("2025-10-22"), day("2025-09-26"), &china), Ok(()));
        order.apply(&entry("2025-09-26", plan("2025-10-22")));
        assert_eq!(order.next(&china), day("2025-10-22"));
        assert_eq!(opened(false).next(&china), day("2025-10-09"), "an anonymous one is not called back");
    }

    #[test]
    fn c3_2_03_a_justified_dispute_begins_the_limit_anew_and_a_refused_one_ends_it() {
        let china = Calendar::china();
        let mut order = opened(false);
        order.apply(&entry("2025-09-26", corrected()));
        order.apply(&entry("2025-09-29", RatingOrderAct::Satisfied { satisfied: false, private: None }));
        assert!(order.waits_for_review() && !order.is_open());
        let review = |justified| RatingOrderAct::Reviewed { justified, reason: "没有改".into() };
        let mut again = order.clone();
        again.apply(&entry("2025-09-30", review(true)));
        assert!(again.is_open() && !again.disputed);
        assert_eq!((again.due(&china), again.again), (day("2025-10-14"), 1));
        order.apply(&entry("2025-09-30", review(false)));
        assert!(!order.is_open() && !order.waits_for_review());
        assert_eq!(
            order.may(&RatingOrderAct::Satisfied { satisfied: true, private: None }, day("2025-09-30"), &china),
            Err(Rejection::AlreadySaid)
        );
    }

    #[test]
    fn c3_2_05_the_desk_asks_once_and_whoever_was_rated_asks_once() {
        let china = Calendar::china();
        let mut order = opened(false);
        let ask = |ground| RatingOrderAct::SetAsideAsked { ground, proof: "监控".into(), private: None };
        let decide = |set_aside| RatingOrderAct::SetAsideDecided { set_aside, reason: "看过".into() };
        order.apply(&entry("2025-09-25", ask(SetAside::Mistaken)));
        assert_eq!(order.may(&ask(SetAside::Appeal), day("2025-09-25"), &china), Err(Rejection::AlreadyAsked));
        order.apply(&entry("2025-09-26", decide(false)));
        assert!(order.is_open(), "it goes on");
        assert_eq!(order.may(&ask(SetAside::Malicious), day("2025-09-26"), &china), Err(Rejection::DecidedBefore));
        assert_eq!(order.may(&ask(SetAside::Appeal), day("2025-09-26"), &china), Ok(()));
        order.apply(&entry("2025-09-26", ask(SetAside::Appeal)));
        order.apply(&entry("2025-09-26", decide(true)));
        assert!(order.is_set_aside());
        assert_eq!(order.may(&corrected(), day("2025-09-26"), &china), Err(Rejection::Ended));
    }
}
