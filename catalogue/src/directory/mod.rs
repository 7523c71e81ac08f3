//! 基本目录和实施清单 · what every region must answer: the directory of matters with the levels that exercise them, and what each place has drawn
//! from it (A2.1, X.1). Entries and what is drawn are rows of the list of powers: drafted, reviewed, published and kept by date there.

pub(crate) mod answers;
mod entry;
pub(crate) mod law;
mod list;
mod region;
mod regions;

use crate::places::Region;
use crate::powers::facts::Level;
use crate::{Catalogue, ItemKind};
use axum::Router;
use axum::routing::get;
use chrono::NaiveDate;
use foundation::{House, Stop};

pub fn routes() -> Router<House> {
    Router::new()
        .route("/directory", get(list::show))
        .route("/directory/regions", get(regions::show))
        .route("/directory/regions/{region}", get(region::show))
        .route("/directory/{code}", get(entry::show))
}

/// Lines on one page.
const PAGE: usize = 50;

/// The day that is asked for; today when none is.
fn day(said: &str, today: NaiveDate) -> Result<NaiveDate, Stop> {
    match said.trim() {
        "" => Ok(today),
        said => forms::text::read_date(said).ok_or_else(|| Stop::Unreadable("日期请写年月日，如 2026-11-26".into())),
    }
}

/// The places of a level where a directory holds: those that must answer an entry of it.
fn places<'a>(catalogue: &'a Catalogue, territory: &str, level: Level) -> Vec<&'a Region> {
    let all = catalogue.regions().of_level(level.key());
    all.into_iter().filter(|place| law::covers(territory, &place.code)).collect()
}

fn kind_of(key: &str) -> &'static str {
    ItemKind::ALL.into_iter().find(|kind| kind.key() == key).map_or("", ItemKind::zh)
}

/// How a place has answered an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Drawn,
    Absent,
    Missing,
}

impl Answered {
    const ALL: [Answered; 3] = [Answered::Drawn, Answered::Absent, Answered::Missing];

    fn key(self) -> &'static str {
        match self {
            Answered::Drawn => "drawn",
            Answered::Absent => "absent",
            Answered::Missing => "missing",
        }
    }
    fn zh(self) -> &'static str {
        match self {
            Answered::Drawn => "已认领",
            Answered::Absent => "本地无此情形",
            Answered::Missing => "还没有答复",
        }
    }
    fn tag(self) -> &'static str {
        match self {
            Answered::Drawn => "tag tag--ok",
            Answered::Absent => "tag",
            Answered::Missing => "tag tag--stop",
        }
    }
    fn of(key: &str) -> Option<Answered> {
        Answered::ALL.into_iter().find(|one| one.key() == key)
    }
}

/// How many answered how. What is drawn, and what a place says with its reason that it does not have, is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub all: usize,
    pub drawn: usize,
    pub absent: usize,
}

impl Count {
    fn of(self, answered: Answered) -> usize {
        match answered {
            Answered::Drawn => self.drawn,
            Answered::Absent => self.absent,
            Answered::Missing => self.all.saturating_sub(self.drawn + self.absent),
        }
    }
    /// 覆盖率: answered ÷ all.
    fn percent(self) -> String {
        crate::centres::coverage::percent(self.drawn + self.absent, self.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_1_the_coverage_counts_what_is_answered() {
        let count = Count { all: 104, drawn: 2, absent: 1 };
        assert_eq!((count.percent().as_str(), count.of(Answered::Missing)), ("2.9%", 101));
        assert_eq!(Count::default().percent(), "—");
    }
}
