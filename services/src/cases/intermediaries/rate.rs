//! 评价中介机构 · the applicant rates an institution once its work is over, in the grades of 好差评 (B3.2).

use super::{Side, case_for, of};
use crate::cases::case::{self, Case};
use crate::cases::run::perform;
use acts::{CaseAct, Opinion};
use authority::{Act, Circumstance};
use axum::extract::{Path, State};
use axum::response::Redirect;
use catalogue::intermediaries::Rejection;
use catalogue::{Catalogue, Item};
use foundation::held::Posted;
use foundation::page::fields;
use foundation::{House, Moment, SignedIn, Stop};

/// Characters of the longest opinion.
const LONGEST: usize = 1000;

/// Once, after the end.
pub fn rate(case: &Case, _: &Item, nth: u32, grade: u8, words: &str, _: &Moment) -> Result<Vec<CaseAct>, case::Rejection> {
    let one = case.engagements.iter().find(|one| one.nth == nth).ok_or(Rejection::NoSuchEngagement)?;
    if one.grade.is_some() {
        return Err(Rejection::AlreadyRated.into());
    }
    if one.is_running() {
        return Err(Rejection::NotFinished.into());
    }
    let private = (!words.is_empty()).then(|| Opinion { text: words.to_owned() });
    Ok(vec![CaseAct::IntermediaryRated { nth, grade, private }])
}

/// GET …/rate: where somebody comes back to who had to sign in first.
pub(super) async fn back(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, _)): Path<(String, String)>,
) -> Result<Redirect, Stop> {
    case_for(&house, &catalogue, &person, Side::Applicant, &no).await?;
    Ok(Redirect::to(&format!("/cases/{no}#intermediaries")))
}

/// POST /cases/{no}/engagements/{nth}/rate
pub(super) async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, nth)): Path<(String, String)>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let form = posted.once()?;
    let (case, _) = case_for(&house, &catalogue, &person, Side::Applicant, &no).await?;
    let nth = of(&case, &nth)?.nth;
    let grade = acts::grade_of(posted.one("grade"));
    let grade: u8 = grade.ok_or_else(|| Stop::Unreadable("请选一个评价，再提交".into()))?;
    let mut long = Vec::new();
    let words = fields::optional(&posted, "words", "评价", LONGEST, &mut long);
    if let Some(long) = long.first() {
        return Err(Stop::Unreadable(long.zh.clone()));
    }
    let to = perform(
        &house,
        &catalogue,
        &person,
        "applicant",
        &no,
        Act::Rate,
        &Circumstance::default(),
        form,
        format!("/cases/{no}#intermediaries"),
        |case, item, now| rate(case, item, nth, grade, &words, now),
    )
    .await?;
    Ok(Redirect::to(&to))
}
