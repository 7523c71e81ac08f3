//! 代办 · village agent points (B5, F086, F088): a point of a township, the people who help there, and what somebody entrusts them with; and
//! relatives and friends (亲友代办), who need a consent in the same way and have no point. An agent files as the person would, with the same form
//! and the same law; the applicant is the person. Without a consent in force for that matter on that day nothing is begun, filed, supplemented
//! or read.
//!
//! A consent is on paper, signed, its photograph handed in, or is confirmed by the person in the own account. It ends on its day, when
//! the person takes it back, and when the agent leaves the point. That it lasts a year at most is ours.

pub mod consent;
pub(crate) mod entrust;
mod find;
mod home;
mod keep;
mod list;
mod mine;
mod months;
pub(crate) mod point;
pub(crate) mod subsidy;

pub use point::kept_by;

use authority::{Act, Circumstance, Resource, Verdict};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, uploads};

/// The role in which an agent acts, as the record names it.
pub const ROLE: &str = "village_agent";
/// The role in which a relative or friend acts.
pub const KIN: &str = "kin_agent";

/// The role in which whoever filed a case for its applicant acts in it.
pub fn role_of(by: &acts::ByAgent) -> &'static str {
    if by.point.is_some() { ROLE } else { KIN }
}

pub fn routes() -> Router<House> {
    Router::new()
        .route("/agent-points", get(list::show))
        .route("/agent", get(home::show))
        .route("/agent/subsidy", get(months::own))
        .route("/agent/consents/new", get(entrust::new).post(entrust::prepare))
        .route("/agent/consents/{no}", get(entrust::one).post(entrust::give))
        .route("/agent/consents/{no}/begin", post(entrust::begin))
        .route("/agent/consents/{no}/drop", post(entrust::drop_it))
        .route("/agent/consents/{no}/files", post(entrust::upload).get(uploads::back).layer(DefaultBodyLimit::disable()))
        .route("/agent/consents/{no}/files/{file}", any(entrust::resume))
        .route("/agent/consents/{no}/files/{file}/remove", post(entrust::remove))
        .route("/account/consents", get(mine::list))
        .route("/consents/{no}", get(mine::one))
        .route("/consents/{no}/files/{file}", get(mine::file))
        .route("/consents/{no}/{what}", post(mine::send))
        .route("/counter/consents", get(find::show).post(find::send))
        .route("/counter/agent-points", get(keep::list).post(keep::open))
        .route("/counter/agent-points/{no}", get(keep::one))
        .route("/counter/agent-points/{no}/{what}", post(keep::send))
        .route("/counter/subsidy", get(months::list))
        .route("/counter/subsidy/{month}", get(months::one))
        .route("/counter/subsidy/{month}/{what}", post(months::send))
}

/// Whether somebody keeps the points of this township.
pub fn may_keep(house: &House, person: &Person, agency: &str) -> bool {
    keeps(house, person, agency).allowed
}

/// The same, with the policies it rests on.
fn keeps(house: &House, person: &Person, agency: &str) -> Verdict {
    let on = Resource::Agency { key: agency.to_owned() };
    house.authority().may(&person.principal(), Act::KeepAgentPoints, &on, &Circumstance::default())
}

/// The role in which somebody keeps the points of a township, or takes at a counter what a person brings, as the record names it.
fn keeper(person: &Person) -> &'static str {
    let roles = ["centre_manager", "chief_representative"];
    roles.into_iter().find(|role| person.has_role(role)).unwrap_or("officer")
}

/// The point of whoever is an agent now.
fn point_of(person: &SignedIn) -> Result<String, Stop> {
    person.agent_point.clone().ok_or_else(|| Stop::NotAllowed {
        reason: "这里是代办员办事的地方。您现在不是代办员；要当代办员，找乡镇便民服务中心".into(),
    })
}
