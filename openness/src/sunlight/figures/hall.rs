//! 大厅屏 · the board on the screen of a hall, 1920 by 1080: it turns its pages by itself and runs for weeks. The server says which page it is
//! by the clock, so that the screen asks one address again and again, puts what comes in place of what was, and keeps nothing.

use super::tiles;
use super::times::{self, Row};
use crate::sunlight::board;
use ::figures::{By, Counters, Figure, Group, Question};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use chrono::{DateTime, Utc};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;

/// How long a page stands, in seconds: as said, within these.
const EVERY: f64 = 15.0;
/// Seconds: whatever somebody asks for, a screen is no load.
const LEAST: f64 = 3.0;
const MOST: f64 = 600.0;
/// What fits on a page.
const AGENCIES: usize = 8;
const MATTERS: usize = 5;
/// Rows that come by in turn.
const ALL: i64 = 500;
const CASES: i64 = 10;

/// The pages, in the order in which they are turned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Leaf {
    Today,
    Agencies,
    Times,
    Cases,
}

impl Leaf {
    const ALL: [Leaf; 4] = [Leaf::Today, Leaf::Agencies, Leaf::Times, Leaf::Cases];

    /// The page whose turn it is at this instant, when each stands so long.
    fn at(now: DateTime<Utc>, every: f64) -> Leaf {
        let turns = now.timestamp_millis() / (1000.0 * every) as i64;
        Leaf::ALL[turns.rem_euclid(Leaf::ALL.len() as i64) as usize]
    }

    fn key(self) -> &'static str {
        match self {
            Leaf::Today => "today",
            Leaf::Agencies => "agencies",
            Leaf::Times => "times",
            Leaf::Cases => "cases",
        }
    }

    fn zh(self) -> &'static str {
        match self {
            Leaf::Today => "今天",
            Leaf::Agencies => "近 30 天，各单位",
            Leaf::Times => "近 30 天，实际、承诺和法定用时",
            Leaf::Cases => "刚刚有进展的办件",
        }
    }
}

/// Which part of a list it is the turn of, and how many there are: each time its page comes, the next one, so that all come by.
fn turned<T>(all: &[T], page: usize, now: DateTime<Utc>, every: f64) -> (usize, usize) {
    let parts = all.len().div_ceil(page).max(1);
    let rounds = now.timestamp_millis() / (1000.0 * every) as i64 / Leaf::ALL.len() as i64;
    (rounds.rem_euclid(parts as i64) as usize, parts)
}

fn shown<T>(all: Vec<T>, page: usize, part: usize) -> Vec<T> {
    all.into_iter().skip(part * page).take(page).collect()
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// One page that stands still.
    page: String,
    every: Option<f64>,
    region: String,
}

struct Told {
    name: &'static str,
    value: String,
}

struct Agency {
    name: String,
    decided: i64,
    late: i64,
    share: String,
}

#[derive(Template)]
#[template(path = "sunlight/figures/hall.html")]
struct HallPage {
    shell: Shell,
    leaf: Leaf,
    /// Which part of a list that does not fit on one page, from one, and of how many.
    part: usize,
    parts: usize,
    every: f64,
    still: bool,
    region: String,
    figures: Vec<Told>,
    agencies: Vec<Agency>,
    times: Vec<Row>,
    cases: Vec<board::Row>,
    entries: i64,
}

const TOLD: [&str; 6] = ["received", "accepted", "concluded", "running", "overdue", "on-time-share"];

/// GET /sunlight/hall
pub async fn show(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let now = house.now();
    let every = wanted.every.filter(|every| every.is_finite()).unwrap_or(EVERY).clamp(LEAST, MOST);
    let still = Leaf::ALL.into_iter().find(|leaf| leaf.key() == wanted.page);
    let leaf = still.unwrap_or_else(|| Leaf::at(now.at, every));
    let month = Question { region: wanted.region.clone(), ..Question::until(now.date()) };
    let mut counters = Counters::read(house.pool()).await?;
    let entries = counters.entries;
    let (mut part, mut parts) = (0, 1);
    let (mut figures, mut agencies, mut times, mut cases) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    match leaf {
        Leaf::Today => {
            let today = month.over(now.date(), now.date());
            let wanted = TOLD.into_iter().filter_map(Figure::of);
            let values = counters.values(wanted.clone(), &today).await?;
            figures = wanted.zip(values).map(|(figure, value)| Told { name: figure.zh, value: value.text() }).collect();
        }
        Leaf::Agencies => {
            let share = Figure::of("on-time-share").ok_or(Stop::NotFound("数字"))?;
            let groups = counters.groups(By::Agency, &month, None, ALL).await?;
            (part, parts) = turned(&groups, AGENCIES, now.at, every);
            let groups = shown(groups, AGENCIES, part);
            let agency = |group: Group| Agency {
                name: tiles::name(By::Agency, &group.key, &catalogue, &shell),
                share: group.value(share).text(),
                decided: group.decided,
                late: group.late,
            };
            agencies = groups.into_iter().map(agency).collect();
        }
        Leaf::Times => {
            let groups = counters.groups(By::Item, &month, None, ALL).await?;
            (part, parts) = turned(&groups, MATTERS, now.at, every);
            let groups = shown(groups, MATTERS, part);
            times = times::rows(groups, &month, &catalogue, &shell);
        }
        Leaf::Cases => {
            drop(counters);
            let mut conn = house.pool().acquire().await?;
            let wanted = board::Wanted { region: wanted.region.clone(), ..Default::default() };
            let found = board::find(&mut conn, &wanted, now.date(), CASES).await?;
            cases = found.into_iter().map(|shown| board::row(shown, &catalogue, now.date(), &shell.lang)).collect();
        }
    }
    let region = catalogue.region_name(&wanted.region);
    let page = HallPage {
        leaf,
        part: part + 1,
        parts,
        every,
        still: still.is_some(),
        region,
        figures,
        agencies,
        times,
        cases,
        entries,
        shell,
    };
    page::render(&page.shell, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_4_the_screen_turns_through_all_its_pages() {
        let at = |seconds: i64| Leaf::at(DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap(), 15.0);
        let mut seen: Vec<&str> = (0..4).map(|turn| at(turn * 15).key()).collect();
        assert_eq!(at(0), at(60));
        seen.sort_unstable();
        assert_eq!(seen, ["agencies", "cases", "times", "today"]);
    }

    #[test]
    fn a2_4_all_that_does_not_fit_on_a_page_comes_by_in_turn() {
        let all: Vec<usize> = (0..11).collect();
        let at = |round: i64| {
            let (part, parts) = turned(&all, AGENCIES, DateTime::from_timestamp(1_700_000_000 + 60 * round, 0).unwrap(), 15.0);
            assert_eq!(parts, 2);
            shown(all.clone(), AGENCIES, part)
        };
        let mut seen = [at(0), at(1)].concat();
        seen.sort_unstable();
        assert_eq!(seen, all);
        assert_eq!(turned(&[1; 0], 8, DateTime::UNIX_EPOCH, 15.0), (0, 1));
    }
}
