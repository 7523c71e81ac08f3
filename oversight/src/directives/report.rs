//! 报进展 · a lead unit says how far it has come, with a live figure of the record and files as evidence if it likes; the office closes what is
//! done (D3).

use super::act::{self, Form, No, Sent, own_agency};
use super::assignment::{self, Assignment};
use super::duty::About;
use super::{duty, evidence, figure, names};
use acts::{AssignmentAct, Handed, ReportPrivate, Settled, TimeNamed};
use authority::{Act, Resource};
use axum::response::Response;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::field_error;
use foundation::people::Person;
use foundation::{Moment, Stop};

/// The lead unit a person speaks for, by whatever name of the years that unit is known.
pub(super) fn lead_of(person: &Person, one: &Assignment) -> Option<String> {
    let unit = person.agency.as_deref()?;
    one.leads().into_iter().find(|lead| names::same(lead, unit)).map(ToOwned::to_owned)
}

/// The same; whoever speaks for no lead unit is refused.
pub(super) fn lead(person: &Person, one: &Assignment) -> Result<String, Stop> {
    lead_of(person, one).ok_or(Stop::NotAllowed { reason: "这一步只由本任务的牵头单位办".into() })
}

pub async fn send(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::ReportProgress, &own_agency(&sent.person))?;
    let mut conn = sent.house.pool().acquire().await?;
    let evidence = figure::read(&mut conn, &sent.catalogue, &sent.posted, sent.house.now().date()).await?;
    drop(conn);
    let papers = evidence::waiting(&sent.house, &assignment::number(&sent.no, sent.seq), &sent.person).await?;
    sent.act("liaison", Form::Task, |person, one, posted, now| decide(person, one, posted, now, evidence, papers)).await
}

fn decide(
    person: &Person,
    one: &Assignment,
    posted: &Posted,
    now: &Moment,
    evidence: figure::Read,
    papers: Vec<Handed>,
) -> Result<AssignmentAct, No> {
    let unit = lead(person, one)?;
    let text = act::text(posted, "text", "进展", "请写做了什么、做到哪一步", "Say what was done and how far it has come");
    let done = posted.one("done") == "yes";
    let asks = Some(open_of(one, &unit)).filter(|open| done && !open.is_empty() && posted.one("sure") != "yes").map(|open| {
        let zh = format!("{open}。办完再报完成；看过了还是要报的，勾选后再送");
        let en = "Something of this task is still open: finish it first, or tick the box to report it done all the same";
        vec![field_error("sure", "还没有办完的", &zh, en)]
    });
    let (text, evidence) = match (text, evidence, asks) {
        (Ok(text), Ok(evidence), None) => (text, evidence),
        (text, evidence, asks) => {
            return Err(No::Fields(text.err().into_iter().chain(evidence.err()).chain(asks).flatten().collect()));
        }
    };
    let owed = duty::owed(one, &now.calendar, now.date());
    let about = owed.into_iter().filter(|duty| duty.about.is_asked_about()).find(|duty| duty.key == posted.one("about"));
    // What is to be done, by a day or time and again, is met by having done it, not by talking of it; what is to be reported, by that.
    let met = about.as_ref().map_or(done, |duty| done || !duty.by_doing || posted.one("met") == "yes");
    let (about, met) = (about.map(|duty| duty.key), Some(met));
    let count = papers.len() as u32;
    let private = (count > 0).then_some(ReportPrivate { papers });
    Ok(AssignmentAct::Reported { unit, done, text, about, met, evidence, papers: count, private })
}

/// What of a task its lead has not finished itself: steps of its plan, and findings that wait for it or for the office; empty where
/// nothing is open.
fn open_of(one: &Assignment, unit: &str) -> String {
    let plan = one.plan(unit).into_iter().flat_map(|plan| &plan.steps);
    let steps: Vec<&str> = plan.filter(|step| !one.has_reached(unit, step.id)).map(|step| step.name.as_str()).collect();
    let of_it = |finding: &&super::assignment::Finding| finding.closed_on.is_none() && names::same(&finding.unit, unit);
    let findings = one.findings.iter().filter(of_it).count();
    match (steps.is_empty(), findings) {
        (true, 0) => String::new(),
        (true, n) => format!("检查发现的问题还有 {n} 个没有销号"),
        (false, 0) => format!("计划里还有步骤没有做到：{}", steps.join("、")),
        (false, n) => format!("计划里还有步骤没有做到：{}；检查发现的问题还有 {n} 个没有销号", steps.join("、")),
    }
}

pub async fn close(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::CloseAssignment, &Resource::Site)?;
    sent.act("openness_officer", Form::Task, |_, one, posted, now| {
        let reason = act::text(posted, "closing", "核实意见", "请写核实了什么", "Say what was verified")?;
        closes(one, now).map_err(|kept| {
            No::Fields(vec![field_error("closing", "核实意见", &kept.why, "It cannot be closed yet: something is still open")])
        })?;
        let to_come = settles(one, posted, now)?;
        Ok(AssignmentAct::Closed { reason, to_come })
    })
    .await
}

/// The fields of the form that say what becomes of the nth thing to come: whether it ends, and why.
pub(super) fn come_key(n: &usize) -> String {
    format!("come-{n}")
}
pub(super) fn why_key(n: &usize) -> String {
    format!("come_why-{n}")
}

/// The field that asks again for the nth of what a closing ended.
pub(super) fn anew_key(n: &usize) -> String {
    format!("anew-{n}")
}

/// Something that a closing ended, with the reason that was given.
pub(super) fn ended_label(ended: &Settled) -> String {
    let words = if ended.time.words.is_empty() { "核对时补的" } else { &ended.time.words };
    format!("{words}（已经到此为止：{}）", ended.reason)
}

/// Something to come, with its next day.
pub(super) fn come_label(time: &TimeNamed, day: &NaiveDate) -> String {
    format!("{}（下一次 {day}）", if time.words.is_empty() { "核对时补的" } else { &time.words })
}

/// What a closing form lists, in one value: what was looked at is these and no others.
pub(super) fn listed(to_come: &[(TimeNamed, NaiveDate)]) -> String {
    to_come.iter().map(|(time, day)| format!("{}/{}/{day}", time.words, time.kind)).collect::<Vec<_>>().join("；")
}

/// Reads what the office says becomes of each thing to come: that it goes on, or ends, and why.
fn settles(one: &Assignment, posted: &Posted, now: &Moment) -> Result<Vec<Settled>, Vec<FieldError>> {
    let to_come = duty::to_come(one, &now.calendar, now.date());
    if !to_come.is_empty() && posted.one("to_come") != listed(&to_come) {
        let zh = "还有没到日子的事，请看过下面列的每一件，再办结";
        let en = "Something is still to come: look at each below, then close";
        return Err(vec![field_error(&come_key(&1), "还没到日子的事", zh, en)]);
    }
    let (mut settled, mut errors) = (Vec::new(), Vec::new());
    for (n, (time, day)) in (1..).zip(&to_come) {
        let label = come_label(time, day);
        match posted.one(&come_key(&n)) {
            "carry" => settled.push(Settled { time: time.clone(), carried: true, reason: String::new() }),
            "end" => match act::text(posted, &why_key(&n), "到此为止的理由", "请写为什么到此为止", "Say why it ends here")
            {
                Ok(reason) => settled.push(Settled { time: time.clone(), carried: false, reason }),
                Err(wrong) => errors.extend(wrong),
            },
            _ => {
                let (zh, en) = ("请选这件事继续，还是到此为止", "Choose whether it goes on or ends here");
                errors.push(field_error(&come_key(&n), &label, zh, en));
            }
        }
    }
    let carried: Vec<&TimeNamed> = one.carried().collect();
    let same = errors.is_empty() && !settled.is_empty() && settled.iter().all(|one| one.carried && carried.contains(&&one.time));
    if same {
        let (zh, en) = ("这些事已经定了继续，没有要办结的", "It is settled that these go on: there is nothing to close");
        errors.push(field_error(&come_key(&1), "还没到日子的事", zh, en));
    }
    if errors.is_empty() { Ok(settled) } else { Err(errors) }
}

/// 重新督办 · the office opens a closed task again, says why, and by when its lead units report.
pub async fn reopen(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::CloseAssignment, &Resource::Site)?;
    sent.act_on_closed("openness_officer", Form::Task, |_, one, posted, now| {
        if one.closed_on.is_none() {
            return Err(No::rejected("这项任务还在办，不用重新督办"));
        }
        let reason = act::text(posted, "reopening", "重新督办的理由", "请写为什么要重新督办", "Say why it is opened again");
        let day = act::day_to_come(posted, "report_by", "报告期限", now.date());
        let anew = (1..).zip(one.all_ended()).filter(|(n, _)| posted.one(&anew_key(n)) == "yes");
        let anew = anew.map(|(_, ended)| ended.time.clone()).collect();
        match (reason, day) {
            (Ok(reason), Ok(report_by)) => Ok(AssignmentAct::Reopened { reason, report_by, anew }),
            (reason, day) => Err(No::Fields(reason.err().into_iter().chain(day.err()).flatten().collect())),
        }
    })
    .await
}

/// Why a task cannot be closed yet, and where on its page that stands.
pub(super) struct Kept {
    pub why: String,
    pub at: &'static str,
}

/// What keeps a task from being closed: a lead that has not said it is done, a finding, a step or a day that is still open.
pub(super) fn closes(one: &Assignment, now: &Moment) -> Result<(), Kept> {
    let kept = |at, why: String| Err(Kept { why, at });
    if !one.is_done() {
        let why = format!("这项任务现在是“{}”，牵头单位都报告完成以后才能办结", one.standing(now).zh());
        return kept("hs", why);
    }
    if one.findings.iter().any(|finding| finding.closed_on.is_none()) {
        return kept("in", "检查发现的问题还没有销号，不能办结".into());
    }
    let steps: Vec<&str> = one.open_steps().map(|step| step.name.as_str()).collect();
    if !steps.is_empty() {
        let steps = steps.join("、");
        return kept("pl", format!("计划里还有步骤没有做到：{steps}。请牵头单位报做到，或者改了计划再办结"));
    }
    // What a unit was asked to take part in is no work of the task: whoever does not answer keeps nobody from closing it.
    let keeps = |duty: &duty::Duty| duty.is_late(now.date()) && !matches!(duty.about, About::Answer | About::Confirm);
    match duty::owed(one, &now.calendar, now.date()).iter().any(keeps) {
        false => Ok(()),
        true => kept("ow", "还有过了期没有报的事，报了才能办结；看这项任务“还要做的”".into()),
    }
}
