//! 集体讨论 · the meeting that discussed the case before it is decided, with who was there (B4.2-02). It never stops the clock: a
//! discussion is not among the eight grounds of 行政许可法 45 (B4.1-07).

use super::case::{Case, Rejection};
use super::joint;
use super::officer::{OfficerAct, needed, people};
use acts::{CaseAct, Discussion, Handed};
use authority::Act;
use catalogue::{Item, JointWay};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

pub struct Discuss {
    pub people: Vec<String>,
    pub for_grant: bool,
    pub text: String,
    /// The minutes, signed.
    pub papers: Vec<Handed>,
}

impl OfficerAct for Discuss {
    const SLUG: &'static str = "discuss";
    const TITLE: &'static str = "登记集体讨论";
    const MEANS: &'static str = "登记集体讨论的结果，交首席代表决定。集体讨论算在办理时限内，不暂停计时。";
    const ACT: Act = Act::RecordDiscussion;
    const NODE: &'static str = "decide";

    fn is_offered(case: &Case, item: &Item) -> bool {
        case.waits_at(Self::NODE) && joint::wants(JointWay::Discussion, case, item)
    }

    fn papers(_: &Case, _: &Item) -> &'static [(&'static str, &'static str, &'static str)] {
        &[("minutes", "讨论记录", "参加人签字的讨论记录。只进案卷，不公开")]
    }

    fn with(self, papers: Vec<Handed>) -> Discuss {
        Discuss { papers, ..self }
    }

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        [
            filled.textarea("people", "参加讨论的人", "一行一个姓名。姓名只进案卷，公开的只有人数", 4),
            filled.choice("conclusion", "讨论结论", "radio", &[("grant", "同意准予"), ("deny", "不同意准予")]),
            filled.textarea("text", "讨论情况", "各人的意见，有不同意见的也写明", 5),
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<Discuss, Vec<FieldError>> {
        let mut errors = Vec::new();
        let people = people(posted, "people", "参加讨论的人", &mut errors);
        if !matches!(posted.one("conclusion"), "grant" | "deny") {
            errors.push(field_error("conclusion", "讨论结论", "请选讨论结论", "Choose the conclusion"));
        }
        let text = needed(posted, "text", "讨论情况", "请写讨论情况", &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Discuss { people, for_grant: posted.one("conclusion") == "grant", text, papers: Vec::new() })
    }

    fn decide(&self, case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, Self::TITLE)?;
        let wanted = joint::wanted(JointWay::Discussion, case, item, Self::TITLE)?;
        // One person is one, however often named.
        let there = self.people.len() as u32;
        if there < wanted {
            return Err(Rejection::TooFewThere { there, wanted });
        }
        if self.papers.is_empty() {
            return Err(Rejection::NoMinutes);
        }
        Ok(vec![CaseAct::Discussed {
            people: there,
            private: Some(Discussion {
                names: self.people.clone(),
                for_grant: self.for_grant,
                text: self.text.clone(),
                papers: self.papers.clone(),
            }),
        }])
    }
}
