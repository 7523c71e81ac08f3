//! 中介服务 · what is done outside for a case (B3.2, F066): an institution is engaged by whoever pays, has its own limit beside those of the
//! case, hands in its result, and is rated. The clocks of the case stand still for it only where the law pauses them
//! (许可法 45): that is told the applicant in writing and is an act of its own.

mod engage;
mod rate;
mod result;

pub use engage::{Chosen, Engage, engage};
pub use rate::rate;
pub use result::{HandIn, hand_in};

use super::case::Case;
use super::run::open;
use acts::{Choice, Handed, Institution, Payer};
use authority::Act;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use calendar::Clock;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use foundation::page::ClockView;
use foundation::{House, Moment, SignedIn, Stop, uploads};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// 委托 · one engagement of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Engagement {
    pub nth: u32,
    /// The key of the service in the item, and its name.
    pub service: String,
    pub name: String,
    pub paid_by: Payer,
    /// Its own limit.
    pub clock: Clock,
    /// Named in public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Institution>,
    /// An applicant's own choice beside the register; gone after erasure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Institution>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Finished>,
    /// What was handed in with the result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    pub on: NaiveDate,
    pub has_result: bool,
}

impl Engagement {
    /// What the applicant's side of it holds of people; nothing after erasure.
    pub fn forget(&mut self) {
        self.other = None;
        self.papers.clear();
    }
    pub fn is_running(&self) -> bool {
        self.finished.is_none()
    }
    pub fn grade_text(&self) -> Option<&'static str> {
        self.grade.map(acts::grade_name)
    }
}

/// Who stands at the door: the applicant's side or the agency's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Applicant,
    Agency,
}

impl Side {
    pub fn act(self) -> Act {
        match self {
            Side::Applicant => Act::EngageIntermediary,
            Side::Agency => Act::CommissionService,
        }
    }
    pub fn payer(self) -> Payer {
        match self {
            Side::Applicant => Payer::Applicant,
            Side::Agency => Payer::Agency,
        }
    }
    /// The page of the case on this side.
    pub fn case(self, no: &str) -> String {
        match self {
            Side::Applicant => format!("/cases/{no}"),
            Side::Agency => format!("/counter/cases/{no}"),
        }
    }
    /// The role a person acts in.
    fn role(self, person: &SignedIn) -> &'static str {
        match self {
            Side::Applicant => "applicant",
            Side::Agency => super::officer::role(person),
        }
    }
}

/// The side whose handlers these are, as a type: one set of handlers, two sets of doors.
trait Door: Send + Sync + 'static {
    const SIDE: Side;
}

struct Theirs;
struct Ours;

impl Door for Theirs {
    const SIDE: Side = Side::Applicant;
}

impl Door for Ours {
    const SIDE: Side = Side::Agency;
}

pub fn routes() -> Router<House> {
    doors::<Theirs>().merge(doors::<Ours>()).route("/cases/{no}/engagements/{nth}/rate", get(rate::back).post(rate::send))
}

fn doors<D: Door>() -> Router<House> {
    let case = D::SIDE.case("{no}");
    let result = format!("{case}/engagements/{{nth}}");
    Router::new()
        .route(&format!("{case}/intermediaries/{{service}}"), get(engage::show::<D>).post(engage::send::<D>))
        .route(&result, get(result::show::<D>).post(result::send::<D>))
        .route(&format!("{result}/files"), post(result::upload::<D>).get(uploads::back).layer(DefaultBodyLimit::disable()))
        .route(&format!("{result}/files/{{file}}"), any(result::resume::<D>))
        .route(&format!("{result}/files/{{file}}/remove"), post(result::remove::<D>))
}

/// The case, for whoever may do this on that side.
async fn case_for(
    house: &House,
    catalogue: &Catalogue,
    person: &SignedIn,
    side: Side,
    no: &str,
) -> Result<(Case, Arc<Item>), Stop> {
    open(house, catalogue, person, side.act(), no).await
}

/// The engagement that an address names.
fn of<'c>(case: &'c Case, nth: &str) -> Result<&'c Engagement, Stop> {
    let nth: Option<u32> = nth.parse().ok();
    case.engagements.iter().find(|one| Some(one.nth) == nth).ok_or(Stop::NotFound("中介服务的委托"))
}

/// An engagement as the pages of its case show it.
pub struct View {
    pub of: Engagement,
    pub clock: ClockView,
    /// Whom it is with, where the reader may know.
    pub with: Option<Institution>,
    pub may_finish: bool,
    pub may_rate: bool,
}

impl View {
    /// “第 3 个工作日，共 20 个”; and when nothing came of it.
    pub fn said(&self) -> String {
        match self.of.finished {
            Some(Finished { has_result: false, .. }) => "没有做成".into(),
            _ => self.clock.headline(),
        }
    }
}

/// What the pages of a case show of the services done outside for it.
pub struct Shown {
    pub engagements: Vec<View>,
    /// What may be engaged now: the key and the name.
    pub open: Vec<(String, String)>,
    /// Where the addresses of this side begin.
    pub base: String,
    pub side: Side,
}

impl Shown {
    pub fn is_empty(&self) -> bool {
        self.engagements.is_empty() && self.open.is_empty()
    }
}

/// `whole`: for somebody who sees the whole case. `acts`: for somebody who may act on this side.
pub fn shown(case: &Case, item: &Item, side: Side, whole: bool, acts: bool, now: &Moment) -> Shown {
    let running = |key: &str| case.engagements.iter().any(|one| one.service == key && one.is_running());
    let open = item
        .services_paid_by(side.payer())
        .filter(|service| acts && !case.stage.is_concluded() && !running(&service.key))
        .map(|service| (service.key.clone(), service.name.clone()))
        .collect();
    let view = |one: &Engagement| View {
        clock: ClockView::new("中介服务", &one.clock, now),
        with: one.provider.clone().or_else(|| one.other.clone().filter(|_| whole)),
        may_finish: acts && one.is_running() && result::may_hand_in(one, side),
        may_rate: acts && side == Side::Applicant && one.finished.is_some() && one.grade.is_none(),
        of: one.clone(),
    };
    Shown { engagements: case.engagements.iter().map(view).collect(), open, base: side.case(&case.no), side }
}

#[cfg(test)]
mod tests;
