//! 检查整改 · the office looks for itself; a finding is put right by a day, answered by its unit, and struck off or sent back by the
//! office (D3).

use super::act::{self, Form, No, Sent, own_agency};
use super::assignment::{Assignment, Finding};
use super::names;
use acts::AssignmentAct;
use authority::{Act, Resource};
use axum::response::Response;
use foundation::Stop;
use foundation::held::Posted;
use foundation::page::fields::field_error;
use foundation::people::Person;

/// What the form says instead of a unit: it is said, and never taken from a field that nobody touched.
pub const NOTHING_FOUND: &str = "none";

pub async fn send(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::InspectAssignment, &Resource::Site)?;
    sent.act("openness_officer", Form::Task, |_, one, posted, now| {
        let text = act::text(posted, "inspected", "检查情况", "请写看了什么、看到什么", "Say what was looked at and found");
        let nth = one.inspections + 1;
        let unit = posted.one("finding_unit");
        // A day to put it right by says that something was found.
        if matches!(unit, "" | NOTHING_FOUND) && !posted.one("correct_by").trim().is_empty() {
            let zh = "写了整改期限，请选由谁整改；没有发现问题的，不写期限";
            let en = "A day to correct by was given: choose the unit that corrects, or leave the day empty";
            let wrong = field_error("finding_unit", "由谁整改", zh, en);
            return Err(No::Fields(std::iter::once(wrong).chain(text.err().into_iter().flatten()).collect()));
        }
        if unit == NOTHING_FOUND {
            return Ok(AssignmentAct::Inspected { nth, text: text?, unit: None, correct_by: None });
        }
        if unit.is_empty() {
            let zh = "请选由谁整改；没有发现问题的，选“没有发现问题”";
            let en = "Choose the unit that corrects, or that nothing was found";
            let wrong = field_error("finding_unit", "由谁整改", zh, en);
            return Err(No::Fields(text.err().into_iter().flatten().chain([wrong]).collect()));
        }
        let mut errors = Vec::new();
        if !one.leads().contains(&unit) && !one.participants().any(|name| name == unit) {
            let zh = "请从列出的单位里选一个";
            errors.push(field_error("finding_unit", "由谁整改", zh, "Choose one of the units listed"));
        }
        let day = act::day_to_come(posted, "correct_by", "整改期限", now.date());
        match (text, day) {
            (Ok(text), Ok(day)) if errors.is_empty() => {
                Ok(AssignmentAct::Inspected { nth, text, unit: Some(unit.into()), correct_by: Some(day) })
            }
            (text, day) => {
                errors.extend(text.err().into_iter().chain(day.err()).flatten());
                Err(No::Fields(errors))
            }
        }
    })
    .await
}

/// The findings a person's unit has to answer.
pub(super) fn to_answer<'a>(person: &'a Person, one: &'a Assignment) -> impl Iterator<Item = &'a Finding> {
    let unit = person.agency.as_deref().unwrap_or_default();
    let open = one.findings.iter().filter(|finding| finding.answer.is_none() && finding.closed_on.is_none());
    open.filter(move |finding| names::same(&finding.unit, unit))
}

fn nth(posted: &Posted) -> u32 {
    posted.one("nth").parse().unwrap_or_default()
}

pub async fn answer(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::AnswerFinding, &own_agency(&sent.person))?;
    sent.act("liaison", Form::Task, |person, one, posted, _| {
        let mine = |finding: &&Finding| finding.nth == nth(posted);
        let Some(finding) = to_answer(person, one).find(mine) else {
            let answered = one.findings.iter().filter(|finding| finding.answer.is_some()).any(|finding| mine(&finding));
            return Err(if answered {
                No::rejected("这个问题已经报过整改")
            } else {
                No::Stop(Stop::NotAllowed { reason: "这个问题不由本单位整改".into() })
            });
        };
        let text = act::text(posted, "answer_text", "整改情况", "请写怎么改的", "Say how it was put right")?;
        Ok(AssignmentAct::FindingAnswered { nth: finding.nth, unit: finding.unit.clone(), text })
    })
    .await
}

/// The finding that the office looks at again, once its unit has answered.
fn answered<'a>(one: &'a Assignment, posted: &Posted, otherwise: &str) -> Result<&'a Finding, No> {
    let found = one.findings.iter().find(|finding| finding.nth == nth(posted) && finding.closed_on.is_none());
    let finding = found.ok_or_else(|| No::rejected("没有这个问题，或者已经销号"))?;
    match finding.answer {
        Some(_) => Ok(finding),
        None => Err(No::rejected(otherwise)),
    }
}

/// 退回整改 · the answer does not satisfy: it goes back with the reason and a new day.
pub async fn send_back(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::InspectAssignment, &Resource::Site)?;
    sent.act("openness_officer", Form::Task, |_, one, posted, now| {
        let finding = answered(one, posted, "单位还没有报整改情况，不能退回")?;
        let reason = act::text(posted, "returned", "退回的理由", "请写哪里还没有改好", "Say what is not put right yet");
        let day = act::day_to_come(posted, "return_by", "新的整改期限", now.date());
        match (reason, day) {
            (Ok(reason), Ok(correct_by)) => Ok(AssignmentAct::FindingReturned { nth: finding.nth, reason, correct_by }),
            (reason, day) => Err(No::Fields(reason.err().into_iter().chain(day.err()).flatten().collect())),
        }
    })
    .await
}

pub async fn settle(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::InspectAssignment, &Resource::Site)?;
    sent.act("openness_officer", Form::Task, |_, one, posted, _| {
        let finding = answered(one, posted, "单位还没有报整改情况，不能销号")?;
        let reason = act::text(posted, "settled", "复查情况", "请写复查了什么", "Say what was looked at again")?;
        Ok(AssignmentAct::FindingClosed { nth: finding.nth, reason })
    })
    .await
}
