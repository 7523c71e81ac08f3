//! 审查 · examine the application and hand it to whoever decides.

use super::case::{Case, Rejection};
use super::officer::{OfficerAct, needed};
use super::{chart, hearing, together};
use acts::{CaseAct, Examination};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::people::Person;

pub struct Examine {
    pub proposes_grant: bool,
    pub opinion: String,
    /// The counter has seen the signatures of those who apply together and have not agreed here.
    pub signed: bool,
}

impl OfficerAct for Examine {
    const SLUG: &'static str = "examine";
    const TITLE: &'static str = "提交审查意见";
    const MEANS: &'static str = "写明审查意见，交首席代表决定。";
    const ACT: Act = Act::Examine;
    const NODE: &'static str = "examine";
    const KEY: Option<char> = Some('e');

    fn fields(filled: &Filled, case: &Case, _: &Item) -> String {
        [
            together::asks_signatures(filled, case),
            filled.choice("proposal", "拟办意见", "radio", &[("grant", "拟准予"), ("deny", "拟不准予")]),
            filled.textarea("opinion", "审查意见", "逐条对照条件，写明依据", 5),
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<Examine, Vec<FieldError>> {
        let mut errors = Vec::new();
        if !matches!(posted.one("proposal"), "grant" | "deny") {
            errors.push(field_error("proposal", "拟办意见", "请选拟办意见", "Choose a proposal"));
        }
        let opinion = needed(posted, "opinion", "审查意见", "请写审查意见", &mut errors);
        let proposes_grant = posted.one("proposal") == "grant";
        let signed = posted.one("signed") == "yes";
        if errors.is_empty() { Ok(Examine { proposes_grant, opinion, signed }) } else { Err(errors) }
    }

    /// Where the item keeps survey and examination in two hands, whoever was there does not examine.
    fn may(person: &Person, case: &Case, item: &Item) -> Result<(), Rejection> {
        let own = forms::text::name_without_post(&person.name);
        let apart = item.survey.as_ref().is_some_and(|survey| survey.examined_by_another);
        let there = case.surveyors.iter().any(|one| forms::text::names(one, &person.name));
        let surveyed = case.surveyed_by == Some(person.id) || there;
        if apart && surveyed {
            return Err(Rejection::SameHands);
        }
        if case.experts.iter().any(|one| forms::text::names(one, &person.name)) {
            return Err(Rejection::ExpertExamines);
        }
        if case.chair.as_ref() == Some(&own) { Err(Rejection::ChairExamines) } else { Ok(()) }
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "提交审查意见")?;
        hearing::b4_1_10_settled(case, now)?;
        let missing = item.special_procedures.iter().find(|special| special.required && !case.special.contains(&special.ground));
        if let Some(special) = missing {
            return Err(Rejection::ProcedureMissing(special.ground.clone()));
        }
        let signed = if self.proposes_grant { together::signed(case, self.signed)? } else { None };
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", "pass")])?;
        let examined = CaseAct::Examined {
            outcome: "proposed".into(),
            moved,
            private: Some(Examination {
                text: self.opinion.clone(),
                proposes_grant: Some(self.proposes_grant),
                chair: None,
                experts: Vec::new(),
            }),
        };
        Ok(signed.into_iter().chain([examined]).collect())
    }
}
