//! 复议、诉讼的结果 · how a reconsideration or a suit ended, as whoever received it tells it. After a decision on reconsideration one may
//! still sue (行政诉讼法 45; B4.1-21). What the agency must then do anew, it does in a case of its own.

use super::applicant::ApplicantAct;
use super::case::{Case, Rejection};
use super::officer::OfficerAct;
use acts::{CaseAct, Remedy, RemedyOutcome};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled, field_error};

/// Of which way, received when, with which outcome.
pub struct End {
    way: Remedy,
    on: NaiveDate,
    outcome: RemedyOutcome,
}

/// The ways that run.
fn open(case: &Case) -> impl Iterator<Item = &super::remedies::Sought> {
    case.remedies.iter().filter(|one| one.ended.is_none())
}

impl ApplicantAct for End {
    const SLUG: &'static str = "remedy-outcome";
    const TITLE: &'static str = "登记复议、诉讼的结果";
    const MEANS: &'static str = "收到了复议决定书、判决书或者裁定书，在这里登记结果。";
    const SENDS: &'static str = "登记";
    const BACK: &'static str = "返回这一件";
    const ACT: Act = Act::TellRemedy;

    fn is_open(case: &Case, _: NaiveDate) -> bool {
        open(case).next().is_some()
    }

    fn fields(filled: &Filled, case: &Case) -> String {
        let ways: Vec<(&str, &str)> = open(case).map(|one| (one.way.key(), one.way.zh())).collect();
        let outcomes = RemedyOutcome::ALL.map(|outcome| (outcome.key(), outcome.zh()));
        [
            filled.choice("way", "哪一样的结果", "radio", &ways),
            filled.choice("outcome", "结果", "radio", &outcomes),
            filled.input("on", "哪一天收到的", "例如 2026-11-27", "text", "inputmode=\"numeric\""),
        ]
        .concat()
    }

    fn read(posted: &Posted) -> Result<End, Vec<FieldError>> {
        let mut errors = Vec::new();
        let way = Remedy::ALL.into_iter().find(|way| way.key() == posted.one("way"));
        if way.is_none() {
            errors.push(field_error("way", "哪一样", "请选是复议的结果，还是诉讼的结果", "Choose of which it is the outcome"));
        }
        let outcome = RemedyOutcome::ALL.into_iter().find(|outcome| outcome.key() == posted.one("outcome"));
        if outcome.is_none() {
            errors.push(field_error("outcome", "结果", "请选结果", "Choose the outcome"));
        }
        let on = fields::date(posted.one("on"), "on", "哪一天收到的", &mut errors);
        match (way, outcome, on, errors.is_empty()) {
            (Some(way), Some(outcome), Some(on), true) => Ok(End { way, on, outcome }),
            _ => Err(errors),
        }
    }

    fn decide(&self, case: &Case, _: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        let one = open(case).find(|one| one.way == self.way).ok_or(Rejection::NoRemedy(self.way.zh()))?;
        if self.on < one.on || self.on > now.date() {
            return Err(Rejection::RemedyDay { from: one.on });
        }
        Ok(vec![CaseAct::RemedyEnded { nth: one.nth, way: one.way, on: self.on, outcome: self.outcome }])
    }
}

/// The same at the counter.
pub struct AtCounter(End);

impl OfficerAct for AtCounter {
    const SLUG: &'static str = "remedy-outcome";
    const TITLE: &'static str = "登记复议、诉讼的结果";
    const MEANS: &'static str = "照复议决定书、判决书或者裁定书登记。要重新作决定的，另外办一件。";
    const ACT: Act = Act::TellRemedy;
    const NODE: &'static str = "";

    fn is_offered(case: &Case, _: &Item) -> bool {
        open(case).next().is_some()
    }

    fn fields(filled: &Filled, case: &Case, _: &Item) -> String {
        <End as ApplicantAct>::fields(filled, case)
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<AtCounter, Vec<FieldError>> {
        <End as ApplicantAct>::read(posted).map(AtCounter)
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        self.0.decide(case, item, now)
    }
}
