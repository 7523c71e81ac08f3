//! 会签、集体讨论 · what more people than the one who decides must have looked at (B4.2-02; F079). Whether a matter asks for it, the
//! item says. Neither stops the clock (B4.1-07).

use super::case::{Case, Rejection};
use catalogue::{Item, Joint, JointWay};
use foundation::page::fields::Filled;
use foundation::people::Person;

/// What is still missing of what the item asks for, and of what is there.
fn missing(joint: &Joint, case: &Case) -> Option<Rejection> {
    match joint.way {
        JointWay::Signatures => {
            let there = u32::try_from(case.signed.len()).unwrap_or(u32::MAX);
            (there < joint.people).then_some(Rejection::NotSigned { there, wanted: joint.people })
        }
        JointWay::Discussion => case.discussed.is_none().then_some(Rejection::NotDiscussed),
    }
}

/// Nothing is decided before as many different people have signed, or the case was discussed (B4.2-02).
pub fn b4_2_02_settled(case: &Case, item: &Item) -> Result<(), Rejection> {
    item.joint.as_ref().and_then(|joint| missing(joint, case)).map_or(Ok(()), Err)
}

/// Whether more is wanted in this way.
pub fn wants(way: JointWay, case: &Case, item: &Item) -> bool {
    item.joint.as_ref().is_some_and(|joint| joint.way == way && missing(joint, case).is_some())
}

/// How many people that way wants; where no more are wanted, whoever was first is named (F078).
pub fn wanted(way: JointWay, case: &Case, item: &Item, doing: &str) -> Result<u32, Rejection> {
    if !wants(way, case, item) {
        case.must_wait_at("", doing)?;
    }
    Ok(item.joint.as_ref().map_or(0, |joint| joint.people))
}

/// One person counts once: whoever signed does not sign again, whoever examined does not sign (F079).
pub fn f079_may_sign(person: &Person, case: &Case) -> Result<(), Rejection> {
    if case.signed.contains(&person.id) {
        return Err(Rejection::AlreadySigned);
    }
    if case.examined_by == Some(person.id) { Err(Rejection::ExaminerSigns) } else { Ok(()) }
}

/// And whoever signed, or put the discussion on record, does not decide (F079).
pub fn f079_may_decide(person: &Person, case: &Case) -> Result<(), Rejection> {
    if case.discussed == Some(person.id) {
        return Err(Rejection::RecorderDecides);
    }
    match case.signed.contains(&person.id) {
        true => Err(Rejection::SignerDecides),
        false => Ok(()),
    }
}

/// What whoever decides is told while something is missing.
pub fn note(filled: &Filled, case: &Case, item: &Item) -> String {
    let Some(missing) = item.joint.as_ref().and_then(|joint| missing(joint, case)) else { return String::new() };
    format!(r#"<div class="note note--sun" style="margin-top:1.5rem"><p>{}</p></div>"#, filled.t(&missing.to_string()))
}
