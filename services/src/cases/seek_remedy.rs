//! 已经申请复议或者起诉 · the applicant, or the counter, tells that reconsideration was asked for or a suit brought: the agency then owes its
//! answer in the days of that law (行政复议法 54; 行政诉讼法 67). Told only: whether it is in time, its body says.

use super::applicant::ApplicantAct;
use super::case::{Case, Rejection};
use super::officer::OfficerAct;
use super::remedies;
use acts::{CaseAct, Remedy, Sought};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled, field_error};

/// Characters of the longest name or number.
const LONGEST: usize = 100;

/// Which way, since when, before whom.
pub struct Seek {
    way: Remedy,
    on: NaiveDate,
    told: Sought,
}

/// The ways that are not gone yet: one that runs is told once.
pub fn ways_left(case: &Case) -> impl Iterator<Item = Remedy> + '_ {
    let runs = |way: &Remedy| case.remedies.iter().any(|one| one.way == *way && one.ended.is_none());
    Remedy::ALL.into_iter().filter(move |way| remedies::is_refused(case) && !runs(way))
}

impl ApplicantAct for Seek {
    const SLUG: &'static str = "remedy";
    const TITLE: &'static str = "登记复议或者诉讼";
    const MEANS: &'static str = "这里只登记您已经做了什么，不是申请复议，也不是起诉。";
    const FOLLOWS: &'static str = "登记以后，办理的机关在这一件里看得到，按期答复复议机关或者法院；结果出来了，可以再登记。";
    const SENDS: &'static str = "登记";
    const BACK: &'static str = "返回这一件";
    const ACT: Act = Act::TellRemedy;

    fn is_open(case: &Case, _: NaiveDate) -> bool {
        ways_left(case).next().is_some()
    }

    fn fields(filled: &Filled, case: &Case) -> String {
        let ways: Vec<(&str, &str)> = ways_left(case).map(|way| (way.key(), way.zh())).collect();
        [
            filled.choice("way", "您做了哪一样", "radio", &ways),
            filled.input("on", "哪一天提出的", "寄出的写寄出那一天，例如 2026-11-27", "text", "inputmode=\"numeric\""),
            filled.input("body", "向哪个机关或者法院", "照决定书上写的，例如 金寨县人民政府", "text", ""),
            filled.input("number", "编号", "收到了编号、案号再写，可以不写", "text", ""),
        ]
        .concat()
    }

    fn read(posted: &Posted) -> Result<Seek, Vec<FieldError>> {
        let mut errors = Vec::new();
        let way = Remedy::ALL.into_iter().find(|way| way.key() == posted.one("way"));
        if way.is_none() {
            errors.push(field_error("way", "做了哪一样", "请选申请了复议，还是起诉了", "Choose reconsideration or a suit"));
        }
        let on = fields::date(posted.one("on"), "on", "哪一天提出的", &mut errors);
        let wanted = ("请写向哪个机关申请了复议，或者向哪个法院起诉", "Say to which body or court");
        let body = fields::text(posted, "body", "哪个机关或者法院", wanted, LONGEST, &mut errors);
        let number = Some(fields::optional(posted, "number", "编号", LONGEST, &mut errors)).filter(|no| !no.is_empty());
        match (way, on, errors.is_empty()) {
            (Some(way), Some(on), true) => Ok(Seek { way, on, told: Sought { body, number } }),
            _ => Err(errors),
        }
    }

    fn decide(&self, case: &Case, _: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        let Some(decision) = case.decision.as_ref().filter(|decision| !decision.granted) else {
            return Err(Rejection::NothingRefused);
        };
        if !ways_left(case).any(|way| way == self.way) {
            return Err(Rejection::RemedyRuns(self.way.zh()));
        }
        if self.on < decision.on || self.on > now.date() {
            return Err(Rejection::RemedyDay { from: decision.on });
        }
        let nth = case.remedies.len() as u32 + 1;
        Ok(vec![CaseAct::RemedySought { nth, way: self.way, on: self.on, private: Some(self.told.clone()) }])
    }
}

/// Whoever tells it at the counter, or the agency that learned of it from the body.
pub struct AtCounter(Seek);

impl OfficerAct for AtCounter {
    const SLUG: &'static str = "remedy";
    const TITLE: &'static str = "登记复议或者诉讼";
    const MEANS: &'static str = "申请人当面说已经申请复议或者起诉，或者收到了复议机关、法院的通知。只登记，不影响这一件的结果。";
    const ACT: Act = Act::TellRemedy;
    const NODE: &'static str = "";

    fn is_offered(case: &Case, _: &Item) -> bool {
        ways_left(case).next().is_some()
    }

    fn fields(filled: &Filled, case: &Case, _: &Item) -> String {
        <Seek as ApplicantAct>::fields(filled, case)
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<AtCounter, Vec<FieldError>> {
        <Seek as ApplicantAct>::read(posted).map(AtCounter)
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        self.0.decide(case, item, now)
    }
}
