//! 找代办点 · every point by township, with its hours and who helps there (B5).

use super::point::{self, Agent, Point};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;

const PAGE: i64 = 50;

#[derive(Deserialize)]
pub struct Wanted {
    /// The township and the village of the last point of the page before.
    after: Option<String>,
}

struct Township {
    name: String,
    points: Vec<(Point, Vec<Agent>)>,
}

#[derive(Template)]
#[template(path = "agents/list.html")]
struct ListPage {
    shell: Shell,
    townships: Vec<Township>,
    next: Option<String>,
}

/// GET /agent-points
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let after = wanted.after.as_deref().and_then(|after| after.split_once('~')).unwrap_or_default();
    let mut conn = house.pool().acquire().await?;
    let mut points = point::page(&mut conn, None, after, PAGE + 1).await?;
    let more = points.len() as i64 > PAGE;
    points.truncate(PAGE as usize);
    let numbers: Vec<String> = points.iter().map(|point| point.no.clone()).collect();
    let agents = point::agents(&mut conn, &numbers, false).await?;
    drop(conn);
    let next = points.last().filter(|_| more).map(|last| format!("/agent-points?after={}~{}", last.agency, last.region));
    let mut townships: Vec<Township> = Vec::new();
    for point in points {
        let name = catalogue.agency_name(&point.agency).to_owned();
        let here = agents.iter().filter(|agent| agent.point == point.no).cloned().collect();
        match townships.last_mut().filter(|township| township.name == name) {
            Some(township) => township.points.push((point, here)),
            None => townships.push(Township { name, points: vec![(point, here)] }),
        }
    }
    page::render(&shell.clone(), &ListPage { townships, next, shell })
}
