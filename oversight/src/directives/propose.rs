//! 商请 · a lead unit asks another unit to take part; that unit confirms, or objects and says why, within five working days
//! (D2-01, F144). Both are acts. Whoever does not answer in time is chased like a report, and answers late.

use super::act::{self, Form, No, Sent, own_agency};
use super::assignment::{Assignment, Proposal};
use super::{names, report};
use acts::AssignmentAct;
use authority::{Act, Resource};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::held::Posted;
use foundation::page::fields::{self, field_error};
use foundation::people::Person;
use foundation::{Moment, Stop};

/// Working days to answer (D2-01).
const DAYS: u32 = 5;

/// The day by which whoever is asked now answers: a unit that another asks, or that the notice names.
pub(super) fn answer_by(now: &Moment) -> NaiveDate {
    now.calendar.add_working_days(now.date(), DAYS)
}

pub async fn send(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::ProposeParticipant, &own_agency(&sent.person))?;
    sent.act("liaison", Form::Task, |person, one, posted, now| {
        let unit = report::lead(person, one)?;
        decide(one, unit, posted, now.date(), answer_by(now))
    })
    .await
}

fn decide(one: &Assignment, unit: String, posted: &Posted, today: NaiveDate, answer_by: NaiveDate) -> Result<AssignmentAct, No> {
    let participant = forms::text::fold_text(posted.one("participant")).trim().to_owned();
    let mut errors = Vec::new();
    let mut wrong = |zh: &str, en: &str| errors.push(field_error("participant", "商请的单位", zh, en));
    let is = |name: &str| names::same(name, &participant);
    let known = notice::Agencies::anhui();
    if participant.is_empty() || notice::is_collective(&participant) {
        wrong("请写一个具体单位的名称", "Name one single unit");
    } else if one.leads().into_iter().any(is) {
        wrong("这个单位本来就牵头", "This unit leads already");
    } else if one.participants().any(is) {
        wrong("这个单位已经参加", "This unit takes part already");
    } else if one.unanswered().any(|(_, proposal)| proposal.is_open(today) && is(&proposal.participant)) {
        wrong("已经商请过，还在等它答复", "It was asked already and has still to answer");
    } else if known.key(&participant).is_none() {
        let near = names::near(&participant, today);
        let (zh, en) = match near.as_str() {
            "" => (
                format!("名录里没有“{participant}”，请写它的全称或者规范的简称，如：省财政厅"),
                "It is not in the table of agencies: enter its full name or its usual short one".to_owned(),
            ),
            near => (
                format!("名录里没有“{participant}”，相近的有：{near}。请写它的全称或者规范的简称"),
                format!("It is not in the table of agencies, which has these names like it: {near}. Enter its full name"),
            ),
        };
        wrong(&zh, &en);
    }
    let reason = act::text(posted, "why", "商请的理由", "请写要它做什么", "Say what it is asked to do");
    match reason {
        Ok(reason) if errors.is_empty() => Ok(AssignmentAct::Proposed { unit, participant, reason, answer_by }),
        reason => Err(No::Fields(errors.into_iter().chain(reason.err().into_iter().flatten()).collect())),
    }
}

/// What a unit is asked to answer.
pub(super) enum Asked<'a> {
    /// A lead unit asks it to take part.
    Proposed(&'a Proposal),
    /// The notice names it, and it has not said yet what it says to that.
    Named(&'a str),
}

/// What a person's unit is asked and can answer now.
pub(super) fn asked<'a>(person: &Person, one: &'a Assignment) -> Option<Asked<'a>> {
    let unit = person.agency.as_deref()?;
    let is = |name: &str| names::same(name, unit);
    let last = one.proposals[one.ended()..].iter().rev().find(|proposal| is(&proposal.participant));
    last.filter(|proposal| proposal.answer.is_none()).map(Asked::Proposed).or_else(|| {
        let named = one.named().find(|name| is(name))?;
        let is_answered = one.answers.iter().any(|answer| is(&answer.participant));
        (!is_answered && !one.leads().into_iter().any(is)).then_some(Asked::Named(named))
    })
}

pub async fn answer(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::AnswerProposal, &own_agency(&sent.person))?;
    sent.act("liaison", Form::Task, |person, one, posted, _| {
        let participant = match asked(person, one) {
            Some(Asked::Proposed(proposal)) => proposal.participant.clone(),
            Some(Asked::Named(name)) => name.to_owned(),
            None => return Err(nothing_to_answer(person, one)),
        };
        let joins = match posted.one("joins") {
            "yes" => true,
            "no" => false,
            _ => {
                let zh = "请选参加还是不参加";
                return Err(No::Fields(vec![field_error("joins", "答复", zh, "Choose whether your unit takes part")]));
            }
        };
        let reason = match joins {
            true => {
                let mut errors = Vec::new();
                let reason = fields::public_optional(posted, "answer", "理由", act::LONGEST, &mut errors);
                if !errors.is_empty() {
                    return Err(errors.into());
                }
                reason
            }
            false => act::text(posted, "answer", "理由", "不参加的，请写理由", "Say why your unit does not take part")?,
        };
        Ok(AssignmentAct::Answered { participant, joins, reason })
    })
    .await
}

/// 定异议 · the office decides on the objection of a unit that the notice names: released, or it stays (D2-01).
pub async fn decide_objection(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::IssueDirective, &Resource::Site)?;
    sent.act("openness_officer", Form::Task, |_, one, posted, _| {
        let participant = posted.one("objector");
        if !one.objections().any(|answer| answer.participant == participant) {
            return Err(No::rejected("没有这个异议，或者已经定了"));
        }
        let released = match posted.one("released") {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(vec![field_error("released", "定为", "请选准予不参加还是仍要参加", "Choose whether the unit is released")]),
        };
        let reason = act::text(posted, "decision", "定的理由", "请写为什么这样定", "Say why it is decided so");
        match (released, reason) {
            (Ok(released), Ok(reason)) => {
                Ok(AssignmentAct::ObjectionDecided { participant: participant.into(), released, reason })
            }
            (released, reason) => Err(No::Fields(released.err().into_iter().chain(reason.err()).flatten().collect())),
        }
    })
    .await
}

/// Why a unit has nothing to answer.
fn nothing_to_answer(person: &Person, one: &Assignment) -> No {
    let unit = person.agency.as_deref().unwrap_or_default();
    let is = |name: &str| names::same(name, unit);
    let asked = one.proposals.iter().map(|proposal| &proposal.participant);
    match asked.chain(one.answers.iter().map(|answer| &answer.participant)).any(|name| is(name)) {
        true => No::rejected("本单位已经答复过了"),
        false => No::Stop(Stop::NotAllowed { reason: "没有商请本单位参加这项任务".into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task() -> Assignment {
        let clause: acts::Clause = serde_json::from_value(serde_json::json!({
            "seq": 1, "path": "一/1", "section": "", "heading": "甲", "text": "做事。", "lines": [1],
            "leads": [{ "name": "省财政厅" }], "participants": [{ "name": "省民政厅" }], "times": []
        }))
        .unwrap();
        let on = NaiveDate::from_ymd_opt(2012, 5, 4).unwrap();
        Assignment::begin("RW2012001", clause, None, on)
    }

    #[test]
    fn d2_01_only_a_unit_of_the_table_can_be_asked() {
        let asks = |name: &str| {
            let posted = Posted([("participant", name), ("why", "帮忙")].map(|(k, v)| (k.to_owned(), vec![v.to_owned()])).into());
            let today = NaiveDate::from_ymd_opt(2012, 5, 7).unwrap();
            match decide(&task(), "省财政厅".into(), &posted, today, today) {
                Ok(_) => String::new(),
                Err(No::Fields(errors)) => errors[0].zh.clone(),
                Err(No::Stop(stop)) => stop.to_string(),
            }
        };
        assert!(asks("火星事务局").contains("名录里没有“火星事务局”"));
        assert_eq!((asks("省统计局"), asks("安徽省审计厅")), (String::new(), String::new()));
        assert_eq!(asks("安徽省民政厅"), "这个单位已经参加");
    }
}
