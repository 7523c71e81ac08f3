//! 撤回 · the applicant withdraws; the chart ends there.

use super::case::{Case, Rejection};
use super::chart;
use super::officer::OfficerAct;
use super::run::{back_to, perform};
use super::together;
use acts::CaseAct;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::get;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::{House, Moment, SignedIn, Stop};

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/withdraw", get(back).post(send))
}

async fn back(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Redirect, Stop> {
    back_to(&house, &catalogue, &person, Act::Withdraw, &no).await
}

pub fn decide(case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
    if case.stage.is_concluded() {
        case.must_wait_at("", "撤回")?;
    }
    together::may_withdraw(case)?;
    Ok(vec![CaseAct::Withdrawn { moved: chart::terminate(case, item, "申请人撤回")? }])
}

/// Whoever has no account withdraws in writing at the counter.
pub struct AtCounter;

impl OfficerAct for AtCounter {
    const SLUG: &'static str = "withdraw";
    const TITLE: &'static str = "登记撤回";
    const MEANS: &'static str = "申请人当面撤回申请。这一件就此结束，材料退还申请人。";
    const ACT: Act = Act::Withdraw;
    const NODE: &'static str = "";
    const STOPS: bool = true;

    /// Who has an account withdraws there.
    fn is_offered(case: &Case, _: &Item) -> bool {
        !case.stage.is_concluded() && (!case.has_account() || !case.together.is_empty())
    }

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        filled.choice(
            "written",
            "撤回申请",
            "checkbox",
            &[("yes", "收到申请人（共同申请的，所有申请人）签名的撤回申请，已核对身份")],
        )
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<AtCounter, Vec<FieldError>> {
        match posted.one("written") {
            "yes" => Ok(AtCounter),
            _ => Err(vec![field_error(
                "written",
                "撤回申请",
                "没有申请人签名的撤回申请，不能替他撤回",
                "Nothing is withdrawn without the applicant's signed request",
            )]),
        }
    }

    fn decide(&self, case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        if case.has_account() && case.together.is_empty() {
            return Err(Rejection::OwnAccount);
        }
        if case.stage.is_concluded() {
            case.must_wait_at("", "撤回")?;
        }
        Ok(vec![CaseAct::Withdrawn { moved: chart::terminate(case, item, "申请人撤回")? }])
    }
}

async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let to = perform(
        &house,
        &catalogue,
        &person,
        "applicant",
        &no,
        Act::Withdraw,
        &Circumstance::default(),
        posted.once()?,
        format!("/cases/{no}"),
        decide,
    )
    .await?;
    Ok(Redirect::to(&to))
}
