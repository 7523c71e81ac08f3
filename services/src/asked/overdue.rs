//! 逾期 · a question without an answer when its day is over is put on record by the clock itself, and supervision sees it until it is
//! answered.

use super::fold::{self, Asked};
use acts::{Actor, AskedAct};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use foundation::jobs::{Job, Worker};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop, record};
use futures::future::BoxFuture;
use serde::Deserialize;
use sqlx::PgConnection;

/// The timer's kind; its key is the question's number.
pub const KIND: &str = "asked_due";
const PAGE: i64 = 50;

pub struct Overdue;

impl Worker for Overdue {
    fn kind(&self) -> &'static str {
        KIND
    }
    fn run<'a>(
        &'a self,
        _: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let asked = fold::lock(conn, &job.key).await?;
            if !asked.is_open() || asked.overdue {
                return Ok(());
            }
            let act = AskedAct::Overdue { due: asked.due, agency: asked.agency.clone() };
            let entry = record::entry(fold::subject(&asked.no), now.at, Actor::system(), None, act);
            fold::keep(conn, asked, entry).await
        })
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "asked/overdue.html")]
struct Page {
    shell: Shell,
    catalogue: Catalogue,
    late: Vec<Asked>,
    next: Option<String>,
}

/// GET /supervision/asked
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::ViewSupervision, &Resource::Site, &Circumstance::default())?;
    let (day, no) = page::after_day(wanted.after.as_deref());
    let mut late = fold::late(&mut *house.pool().acquire().await?, (day, &no), PAGE + 1).await?;
    let more = late.len() as i64 > PAGE;
    late.truncate(PAGE as usize);
    let next = late.last().filter(|_| more).map(|last| format!("/supervision/asked?after={}~{}", last.due, last.no));
    page::render(&shell.clone(), &Page { catalogue, late, next, shell })
}
