//! 取号叫号 · the queue of a service centre (B4.1): a visitor takes a number on a phone or from staff, an officer opens a counter for the
//! day and calls, a screen shows what is called. No name and no identity number is asked for.
//!
//! Calling is no act of the record. It decides nothing about anybody's right, nobody appeals against it, and some hundred calls a counter a
//! day would bury the acts that do; a number is a row of its day. What matters of it later, how long somebody waited who then
//! applied, goes into the act by which the application came (`Queued`).
//!
//! How many numbers one may take is ours: a device, known by its own cookie, holds at most [`AT_ONCE`] that wait, and takes at most
//! [`A_DAY`] a day; whoever has no phone, or shares one, is given a number by staff, who have no limit. Against a flood that keeps no cookie,
//! an address takes at most [`FROM_ONE_ADDRESS`] in an hour, which a hall whose visitors share one line does not reach.

mod call;
mod close;
mod number;
mod presence;
mod propose;
mod rate;
mod screen;
mod take;
mod ticket;

pub mod demo;

pub use number::{Counter, Number, counter_of, current, take_along};

use axum::Router;
use axum::routing::{get, post};
use catalogue::{Catalogue, Centre};
use chrono::NaiveDate;
use foundation::people::Person;
use foundation::sweep::Broom;
use foundation::{House, Stop};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/queue", get(take::centres))
        .route("/centres/{centre}/queue", get(take::show).post(take::send))
        .route("/centres/{centre}/queue/{ticket}/{code}", get(ticket::show).post(ticket::leave))
        .route("/centres/{centre}/queue/{ticket}/{code}/rate", post(rate::send))
        .route("/centres/{centre}/screen", get(screen::show))
        .route("/centres/{centre}/presence", get(presence::show))
        .route("/centres/{centre}/close", get(close::show).post(close::send))
        .route("/centres/{centre}/close/{what}", get(propose::kept).post(propose::send))
        .route("/counter/calling", get(call::show))
        .route("/counter/calling/{what}", post(call::send))
}

/// What is swept: by what device a number was taken, once its day is over.
pub const BROOMS: [Broom; 1] = [number::forget_devices];

const AT_ONCE: i64 = 2;
const A_DAY: i64 = 6;
const FROM_ONE_ADDRESS: i64 = 100;

/// What somebody comes for, which is what queue they stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    General,
    Advice,
    Collect,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::General, Kind::Advice, Kind::Collect];

    pub fn of(key: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.key() == key)
    }
    pub fn key(self) -> &'static str {
        match self {
            Kind::General => "general",
            Kind::Advice => "advice",
            Kind::Collect => "collect",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Kind::General => "综合窗口",
            Kind::Advice => "咨询",
            Kind::Collect => "领证",
        }
    }
    /// What its numbers begin with.
    fn letter(self) -> char {
        match self {
            Kind::General => 'A',
            Kind::Advice => 'B',
            Kind::Collect => 'C',
        }
    }
}

/// Who is called before the others of a queue (无障碍环境建设法 第三十九条, 老年人权益保障法 第五十七条; pregnancy is ours). Whoever says so is
/// believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    Elder,
    Disabled,
    Pregnant,
}

impl Priority {
    pub const ALL: [Priority; 3] = [Priority::Elder, Priority::Disabled, Priority::Pregnant];

    pub fn of(key: &str) -> Option<Priority> {
        Priority::ALL.into_iter().find(|one| one.key() == key)
    }
    pub fn key(self) -> &'static str {
        match self {
            Priority::Elder => "elder",
            Priority::Disabled => "disabled",
            Priority::Pregnant => "pregnant",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Priority::Elder => "我是老年人",
            Priority::Disabled => "我是残疾人",
            Priority::Pregnant => "我是孕妇",
        }
    }
}

/// The number of a counter as people write it: B05号窗口, ｂ０５ are B05.
fn counter_number(said: &str) -> String {
    let number = forms::text::fold_digits(said.trim()).to_uppercase();
    number.trim_end_matches("号窗口").trim_end_matches('号').to_owned()
}

fn centre(catalogue: &Catalogue, key: &str) -> Result<Arc<Centre>, Stop> {
    catalogue.centre(key).ok_or(Stop::NotFound("政务服务中心"))
}

/// Where an agency has counters that day.
fn centres_of(catalogue: &Catalogue, agency: &str, on: NaiveDate) -> Vec<Arc<Centre>> {
    let sits = |centre: &&Arc<Centre>| centre.is_open(on) && centre.counters.iter().any(|counter| counter.agency == agency);
    catalogue.centres().iter().filter(sits).cloned().collect()
}

/// The centres in which this officer may open a counter that day.
pub(crate) fn sits_at(catalogue: &Catalogue, officer: &Person, on: NaiveDate) -> Vec<String> {
    centres_of(catalogue, officer.agency.as_deref().unwrap_or_default(), on).iter().map(|centre| centre.key.clone()).collect()
}

/// May call in that centre: by the policies, and because the agency sits there.
fn calls_in(house: &House, catalogue: &Catalogue, person: &Person, key: &str) -> bool {
    let agency = person.agency.clone().unwrap_or_default();
    call::may(house, person).is_ok() && centres_of(catalogue, &agency, house.now().date()).iter().any(|centre| centre.key == key)
}
