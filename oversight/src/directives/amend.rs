//! 印发以后补的 · what only the office can put right once a notice is issued: it says whom a collective name means (F142), sets a day
//! anew for what was over at the issue, adds a period of reporting (D3-01), and takes a notice back that was issued by mistake (D1).

use super::act::{self, Form, No, Sent};
use super::{assignment::Assignment, correct, duty, issue, living, names, new, propose};
use acts::{AssignmentAct, TimeNamed};
use authority::{Act, Resource};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::Shell;
use foundation::page::fields::{Filled, field_error, public};
use foundation::{House, Moment, SignedIn, Stop, once};

/// 明确统称所指.
pub async fn members(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::IssueDirective, &Resource::Site)?;
    let alike = sent.posted.one("alike") == "yes";
    sent.acts("openness_officer", Form::Task, alike, move |_, one, posted, now| {
        let group = posted.one("group");
        if !one.groups().any(|unit| unit.name == group) {
            let zh = "请从列出的统称里选一个";
            // Of the other tasks those that do not name it are not meant.
            return if alike {
                Ok(None)
            } else {
                Err(No::Fields(vec![field_error("group", "哪个统称", zh, "Choose one of the groups listed")]))
            };
        }
        let members = correct::members(posted.one("members"));
        // In the notice of another province they are that one's.
        let of = |name: String| one.province.as_deref().map_or(name.clone(), |province| notice::in_province(&name, province));
        let members: Vec<String> = members.into_iter().map(of).collect();
        let mut errors: Vec<FieldError> = Vec::new();
        if members.is_empty() {
            errors.push(field_error("members", "指哪些单位", "请写指哪些单位，几个用顿号分开", "Name the units, parted by 、"));
        } else if let Some(group) = correct::no_single_unit(&members) {
            let zh = format!("“{group}”还不是一个具体的单位，请写到单位");
            errors.push(field_error("members", "指哪些单位", &zh, "Name single units, not a group"));
        }
        members.iter().for_each(|name| public(name, "members", "指哪些单位", &mut errors));
        let unlisted = names::unlisted(members.iter().map(String::as_str), now.date());
        if errors.is_empty() && !unlisted.is_empty() && posted.one("unlisted_members") != unlisted.join("、") {
            let zh = names::unlisted_zh(&unlisted, now.date());
            let en = "Not in the table of agencies: write the name as the table has it, or tick the box to confirm that there is such a unit";
            errors.push(field_error("unlisted_members", "名录里没有的单位", &zh, en));
        }
        if !errors.is_empty() {
            return Err(No::Fields(errors));
        }
        let takes_part = one.clause.participants.iter().any(|unit| unit.name == group);
        let answer_by = takes_part.then(|| propose::answer_by(now));
        Ok(Some(AssignmentAct::MembersNamed { group: group.into(), members, unlisted, answer_by }))
    })
    .await
}

/// 撤下单位，改由别的单位 · of this task, or of all tasks of the notice that name it. A task keeps somebody who leads it.
pub async fn unit(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::IssueDirective, &Resource::Site)?;
    let alike = sent.posted.one("alike_unit") == "yes";
    sent.acts("openness_officer", Form::Task, alike, move |_, one, posted, now| {
        let unit = posted.one("unit");
        if !one.single_units().contains(&unit) {
            let zh = "请从列出的单位里选一个";
            return if alike {
                Ok(None)
            } else {
                Err(No::Fields(vec![field_error("unit", "哪个单位", zh, "Choose one of the units listed")]))
            };
        }
        replaces(one, unit, posted, now).map(Some)
    })
    .await
}

fn replaces(one: &Assignment, unit: &str, posted: &Posted, now: &Moment) -> Result<AssignmentAct, No> {
    let label = "改由哪个单位";
    let mut errors: Vec<FieldError> = Vec::new();
    let instead = correct::members(posted.one("instead"));
    let of = |name: String| one.province.as_deref().map_or(name.clone(), |province| notice::in_province(&name, province));
    let instead: Vec<String> = instead.into_iter().map(of).collect();
    let leads = one.leads();
    let is_lead = leads.iter().any(|lead| names::same(lead, unit));
    match instead.as_slice() {
        [] if is_lead && leads.len() == 1 => {
            let zh = "这项任务只有它牵头，请写改由哪个单位";
            errors.push(field_error("instead", label, zh, "It is the only lead: name the unit that takes its place"));
        }
        [] => {}
        [name] => {
            if let Some(group) = correct::no_single_unit(&instead) {
                let zh = format!("“{group}”还不是一个具体的单位，请写到单位");
                errors.push(field_error("instead", label, &zh, "Name single units, not a group"));
            }
            if leads.iter().copied().chain(one.participants()).any(|known| names::same(known, name)) {
                let zh = "这个单位已经在这项任务里";
                errors.push(field_error("instead", label, zh, "This unit has a part in the task already"));
            }
            public(name, "instead", label, &mut errors);
        }
        _ => errors.push(field_error("instead", label, "只写一个单位", "Name one unit")),
    }
    let unlisted = names::unlisted(instead.iter().map(String::as_str), now.date());
    if errors.is_empty() && !unlisted.is_empty() && posted.one("unlisted_instead") != unlisted.join("、") {
        let zh = names::unlisted_zh(&unlisted, now.date());
        let en = "Not in the table of agencies: write the name as the table has it, or tick the box to confirm that there is such a unit";
        errors.push(field_error("unlisted_instead", "名录里没有的单位", &zh, en));
    }
    let reason = act::text(posted, "why_unit", "撤下的理由", "请写为什么撤下或者改", "Say why it is taken out or replaced");
    match reason {
        Ok(reason) if errors.is_empty() => {
            let instead = instead.into_iter().next();
            let answer_by = instead.as_ref().filter(|_| !is_lead).map(|_| propose::answer_by(now));
            Ok(AssignmentAct::UnitReplaced { unit: unit.into(), instead, reason, unlisted, answer_by })
        }
        reason => Err(No::Fields(errors.into_iter().chain(reason.err().into_iter().flatten()).collect())),
    }
}

/// 重定期限.
pub async fn day(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::IssueDirective, &Resource::Site)?;
    let alike = sent.posted.one("alike_day") == "yes";
    sent.acts("openness_officer", Form::Task, alike, move |_, one, posted, now| {
        let key = posted.one("duty");
        if !is_stale(one, key, now) {
            return if alike {
                Ok(None)
            } else {
                Err(No::rejected("这个期限不是印发时就过期的，或者已经重定过"))
            };
        }
        let day = act::day_to_come(posted, "day", "新的期限", now.date());
        let why = act::text(posted, "why_day", "重定的理由", "请写为什么定在这一天", "Say why it is set to this day");
        match (day, why) {
            (Ok(day), Ok(reason)) => Ok(Some(AssignmentAct::DaySet { duty: key.into(), day, reason })),
            (day, why) => Err(No::Fields(day.err().into_iter().chain(why.err()).flatten().collect())),
        }
    })
    .await
}

/// 补一个按期的报告, for this task or for all of the notice: from now on each lead unit reports in every period (D3-01).
pub async fn reporting(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::IssueDirective, &Resource::Site)?;
    let alike = sent.posted.one("alike_every") == "yes";
    sent.acts("openness_officer", Form::Task, alike, move |_, one, posted, _| {
        let mut errors = Vec::new();
        let time = correct::period(posted, true, &mut errors);
        if time.is_none() && errors.is_empty() {
            errors.push(field_error("every", "多久报告一次", "请选多久报告一次", "Choose how often units report"));
        }
        let why = act::text(posted, "why_every", "补的理由", "请写为什么要按期报告", "Say why units are to report regularly");
        let (Some(time), Ok(reason), true) = (time, &why, errors.is_empty()) else {
            return Err(No::Fields(errors.into_iter().chain(why.err().into_iter().flatten()).collect()));
        };
        let period = |time: &TimeNamed| (time.kind.clone(), time.month, time.day);
        let has = one.all_reporting(NaiveDate::default()).any(|(known, _)| period(known) == period(&time));
        match (has, alike) {
            (true, true) => Ok(None),
            (true, false) => {
                let zh = "这项任务已经这样按期报告了";
                Err(No::Fields(vec![field_error("every", "多久报告一次", zh, "The task has this period of reporting already")]))
            }
            (false, _) => Ok(Some(AssignmentAct::ReportingAdded { time, reason: reason.clone() })),
        }
    })
    .await
}

fn is_stale(one: &Assignment, key: &str, now: &Moment) -> bool {
    duty::owed(one, &now.calendar, now.date()).iter().any(|duty| duty.stale && duty.key == key)
}

/// 撤回通知.
pub async fn withdraw(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    new::may(&house, &person)?;
    let form = posted.once()?;
    let leads_to = format!("/directives/{no}");
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let reason = act::text(&posted, "withdrawn", "撤回的理由", "请写为什么撤回", "Say why it is withdrawn");
    let reason = match reason {
        Ok(reason) => reason,
        Err(errors) => {
            tx.rollback().await?;
            let again = Filled::new(shell.lang, posted.0, errors);
            return living::draw(&house, shell, &no, None, Some(again)).await;
        }
    };
    let by = (person.actor("openness_officer"), Some(person.private()));
    issue::withdraw(&mut tx, &no, &reason, by, &house.now()).await?;
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}
