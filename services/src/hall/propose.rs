//! 报请撤销 · the manager of a centre asks that it be closed or merged, the management body reviews, the government approves (B2.1): each signed in,
//! none of them twice. What the government approves is closed in the same act as if its documents had been entered.

use super::centre;
use super::close::{counters, happened, plan};
use crate::agents;
use askama::Template;
use authority::Act;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::centres::closing::{self, Proposal, Rejection};
use catalogue::centres::{self, close, offices};
use catalogue::{Catalogue, Centre};
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use std::sync::Arc;
use uuid::Uuid;

const LONGEST: usize = 300;

#[derive(Template)]
#[template(path = "hall/propose.html")]
struct ProposePage {
    shell: Shell,
    centre: Arc<Centre>,
    reviewed_by: String,
    approved_by: String,
    proposal: Option<Proposal>,
    may_propose: bool,
    may_review: bool,
    may_approve: bool,
    /// Whoever looks did a step before and does not do another.
    did_before: bool,
    filled: Filled,
    once: Uuid,
}

impl ProposePage {
    fn plan(&self) -> String {
        plan(&self.filled)
    }
    fn counters(&self) -> String {
        counters(&self.filled, &self.centre)
    }
    fn seen(&self) -> String {
        centres::drawn_from(&self.proposal).unwrap_or_default()
    }
    fn verdict(&self) -> String {
        offices::verdict_field(&self.filled, "verdict")
    }
    fn moved(&self) -> usize {
        self.proposal.as_ref().and_then(|proposal| proposal.plan.successor.as_ref()).map_or(0, |to| to.counters.len())
    }
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    person: &SignedIn,
    centre: Arc<Centre>,
    (filled, once): (Filled, Uuid),
) -> Result<Response, Stop> {
    let proposal = closing::find(&mut *house.pool().acquire().await?, &centre.key).await?;
    let may = |act| offices::may(house, catalogue, person, act, &centre);
    let (review, approve) = (may(Act::ReviewCentre).is_ok(), may(Act::ApproveCentre).is_ok());
    let may_propose = match may(Act::ProposeCentreClosing) {
        Err(stop) if !review && !approve => return Err(stop),
        asked => asked.is_ok(),
    };
    let passed = proposal.as_ref().map(|proposal| proposal.passed.is_some());
    let next = match &proposal {
        Some(proposal) if proposal.passed.is_some() => proposal.b2_1_may_approve(person.id).map(|_| ()),
        Some(proposal) => proposal.b2_1_may_review(person.id),
        None => Ok(()),
    };
    let (may_review, may_approve) = (review && passed == Some(false), approve && passed == Some(true));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (reviewed_by, approved_by) = close::bodies(catalogue, &centre);
    let page = ProposePage {
        did_before: next == Err(Rejection::SamePerson) && (may_review || may_approve),
        may_propose,
        may_review,
        may_approve,
        proposal,
        reviewed_by,
        approved_by,
        centre,
        filled,
        once,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// What stands at the address of the closing for whoever asks, reviews or approves.
pub async fn show(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    person: &SignedIn,
    centre: Arc<Centre>,
    held: Option<foundation::held::Entered>,
) -> Result<Response, Stop> {
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(house, catalogue, shell, person, centre, (filled, Uuid::new_v4())).await
}

/// The page again, with what was typed before the session ended (H17).
pub async fn kept(
    house: State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    held: Held,
    Path((key, _)): Path<(String, String)>,
) -> Result<Response, Stop> {
    super::close::show(house, catalogue, shell, person, held, Path(key)).await
}

/// 同意 or 不同意, and why.
fn verdict(posted: &Posted, errors: &mut Vec<FieldError>) -> (bool, String) {
    let passes = offices::verdict(posted, "verdict", errors);
    let wanted = ("请写理由，公开", "Say why; it becomes public");
    (passes, fields::public_text(posted, "why", "理由", wanted, LONGEST, errors))
}

/// POST /centres/{centre}/close/{what}
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((key, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    let act = match what.as_str() {
        "propose" => Act::ProposeCentreClosing,
        "review" => Act::ReviewCentre,
        "approve" => Act::ApproveCentre,
        _ => return Err(Stop::NotFound("页面")),
    };
    offices::may(&house, &catalogue, &person, act, &centre)?;
    let form = posted.once()?;
    let now = house.now();
    let today = now.date();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let last = happened(&mut tx, &key).await?;
    let points = agents::kept_by(&mut tx, &catalogue, &centre).await?;
    let hinders = |closing: &acts::Closing, successor: Option<&Centre>| {
        close::b2_1_hinders(&centre, closing, successor, (last, points), today)
    };
    let proposal = closing::find(&mut tx, &key).await?;
    centres::is_as_drawn(posted.one("seen"), &proposal)?;
    let (reviewed_by, approved_by) = close::bodies(&catalogue, &centre);
    let mut errors = Vec::new();
    let said = match act {
        Act::ProposeCentreClosing => {
            if proposal.is_some() {
                return Err(Rejection::Already.into());
            }
            match close::read_plan(&posted, &catalogue, &centre, today, &hinders)? {
                Ok(plan) => Some(acts::CentreAct::ClosingProposed(plan)),
                Err(wrong) => {
                    errors = wrong;
                    None
                }
            }
        }
        Act::ReviewCentre => {
            proposal.ok_or(Rejection::NotAsked)?.b2_1_may_review(person.id)?;
            let (passes, reason) = verdict(&posted, &mut errors);
            Some(acts::CentreAct::ClosingReviewed { body: reviewed_by, passes, on: today, reason })
        }
        _ => {
            let proposal = proposal.ok_or(Rejection::NotAsked)?;
            let reviewed_on = proposal.b2_1_may_approve(person.id)?.on;
            let (passes, reason) = verdict(&posted, &mut errors);
            let wanted = ("请写批准的文号", "Enter the number of the document");
            let document = fields::public_text(&posted, "document", "批准文号", wanted, LONGEST, &mut errors);
            Some(match passes {
                true => {
                    let closing = close::decided(&catalogue, &centre, proposal.plan, (reviewed_on, today, document));
                    let closing = acts::Closing { approval: reason, ..closing };
                    if let Some(no) = close::hindered(&closing, &catalogue, &hinders).filter(|_| errors.is_empty()) {
                        return Err(Stop::Rejected(no.to_string()));
                    }
                    acts::CentreAct::Closed(closing)
                }
                false => acts::CentreAct::ClosingDeclined { body: approved_by, on: today, document, reason },
            })
        }
    };
    let Some(said) = said.filter(|_| errors.is_empty()) else {
        tx.rollback().await?;
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, &catalogue, shell, &person, centre, (filled, form)).await;
    };
    close::put(&mut tx, &key, said, &person, &now).await?;
    let leads_to = format!("/centres/{key}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    close::known(&house, &catalogue).await;
    Ok(Redirect::to(&leads_to).into_response())
}
