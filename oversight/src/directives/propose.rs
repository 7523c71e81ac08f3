//! 商请 · a lead unit asks another unit to take part; that unit confirms, or objects and says why, within five working days
//! (D2-01, F144). Both are acts.

use super::act::{self, Form, No, Sent, own_agency};
use super::assignment::{Assignment, Proposal};
use super::{names, report};
use acts::AssignmentAct;
use authority::Act;
use axum::response::Response;
use chrono::NaiveDate;
use foundation::Stop;
use foundation::held::Posted;
use foundation::page::fields::field_error;
use foundation::people::Person;

/// Working days to answer (D2-01).
const DAYS: u32 = 5;

pub async fn send(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::ProposeParticipant, &own_agency(&sent.person))?;
    sent.act("liaison", Form::Task, |person, one, posted, now| {
        let unit = report::lead(person, one)?;
        let answer_by = now.calendar.add_working_days(now.date(), DAYS);
        decide(one, unit, posted, now.date(), answer_by)
    })
    .await
}

fn decide(one: &Assignment, unit: String, posted: &Posted, today: NaiveDate, answer_by: NaiveDate) -> Result<AssignmentAct, No> {
    let participant = forms::text::fold_text(posted.one("participant")).trim().to_owned();
    let mut errors = Vec::new();
    let mut wrong = |zh: &str, en: &str| errors.push(field_error("participant", "商请的单位", zh, en));
    let is = |name: &str| names::same(name, &participant);
    if participant.is_empty() || participant.chars().count() > 40 || notice::is_collective(&participant) {
        wrong("请写一个具体单位的名称", "Name one single unit");
    } else if one.clause.leads.iter().any(|lead| is(&lead.name)) {
        wrong("这个单位本来就牵头", "This unit leads already");
    } else if one.participants().any(is) {
        wrong("这个单位已经参加", "This unit takes part already");
    } else if one.proposals.iter().any(|proposal| proposal.is_open(today) && is(&proposal.participant)) {
        wrong("已经商请过，还在等它答复", "It was asked already and has still to answer");
    }
    let reason = act::text(posted, "why", "商请的理由", "请写要它做什么", "Say what it is asked to do");
    match reason {
        Ok(reason) if errors.is_empty() => Ok(AssignmentAct::Proposed { unit, participant, reason, answer_by }),
        reason => Err(No::Fields(errors.into_iter().chain(reason.err().into_iter().flatten()).collect())),
    }
}

/// What a person's unit is asked and can answer now.
pub(super) fn asked<'a>(person: &Person, one: &'a Assignment, today: NaiveDate) -> Option<&'a Proposal> {
    let unit = person.agency.as_deref()?;
    one.proposals.iter().rev().find(|proposal| proposal.is_open(today) && names::same(&proposal.participant, unit))
}

pub async fn answer(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::AnswerProposal, &own_agency(&sent.person))?;
    sent.act("liaison", Form::Task, |person, one, posted, now| {
        let unit = person.agency.as_deref().unwrap_or_default();
        let Some(proposal) = asked(person, one, now.date()) else {
            let before = one.proposals.iter().rev().find(|proposal| names::same(&proposal.participant, unit));
            return Err(match before {
                Some(Proposal { answer: Some(_), .. }) => No::rejected("本单位已经答复过了"),
                Some(late) => No::rejected(format!("答复期限 {} 已经过了，请牵头单位重新商请", late.answer_by)),
                None => No::Stop(Stop::NotAllowed { reason: "没有商请本单位参加这项任务".into() }),
            });
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
            true => forms::text::fold_text(posted.one("answer")).trim().chars().take(1000).collect(),
            false => act::text(posted, "answer", "理由", "不参加的，请写理由", "Say why your unit does not take part")?,
        };
        Ok(AssignmentAct::Answered { participant: proposal.participant.clone(), joins, reason })
    })
    .await
}
