//! 一家机构 · one institution for everybody: what is on record, its figures and engagements, and every change of the register (B3.2).

use super::engaged::{self, Engagement, Figures};
use super::record::{self, Registered};
use crate::Catalogue;
use crate::powers::is_offered;
use acts::IntermediaryAct;
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use foundation::held::Held;
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, Step, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use uuid::Uuid;

const PAGE: i64 = 20;

fn told(act: IntermediaryAct) -> (&'static str, String) {
    match act {
        IntermediaryAct::Entered { facts, basis } => {
            ("中介服务机构入册", format!("{}，服务 {} 项。依据：{basis}", facts.name, facts.services.len()))
        }
        IntermediaryAct::Changed { facts, basis } => {
            ("变更中介服务机构的登记", format!("{}，服务 {} 项。依据：{basis}", facts.name, facts.services.len()))
        }
        IntermediaryAct::Ended { on, reason } => ("中介服务机构出册", format!("自 {on} 起不能再委托。理由：{reason}")),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "intermediaries/show.html")]
struct ShowPage {
    shell: Shell,
    one: Registered,
    belongs_to: Option<String>,
    figures: Figures,
    engaged: Vec<Engagement>,
    next: Option<String>,
    steps: Vec<Step>,
    may_keep: bool,
    filled: Filled,
    today: NaiveDate,
}

impl ShowPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn reason(&self) -> String {
        self.filled.input("reason", "出册的理由", "理由是公开的；已经委托的照常做完", "text", "autocomplete=\"off\"")
    }
}

/// The page of one, with what was typed into its form.
pub(super) async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    uscc: &str,
    after: Option<&str>,
    filled: Filled,
) -> Result<Response, Stop> {
    let today = shell.now.date();
    let mut conn = house.pool().acquire().await?;
    let one = record::find(&mut conn, uscc).await?.ok_or(Stop::NotFound("中介服务机构"))?;
    let figures = engaged::figures(&mut conn, &[uscc], today).await?.remove(uscc).unwrap_or_default();
    let mut engaged = engaged::of(&mut conn, uscc, after, PAGE + 1).await?;
    let steps = page::steps_of(&mut conn, &record::subject(uscc), told).await?;
    drop(conn);
    let more = engaged.len() as i64 > PAGE;
    engaged.truncate(PAGE as usize);
    let next = engaged.last().filter(|_| more).map(|last| format!("/intermediaries/{uscc}?after={}", last.place()));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ShowPage {
        belongs_to: one.facts.belongs_to.as_deref().map(|key| catalogue.agency_name(key).to_owned()),
        may_keep: is_offered(house, shell.person.as_ref(), Act::KeepIntermediary),
        one,
        figures,
        engaged,
        next,
        steps,
        filled,
        today,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /intermediaries/{uscc}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Held(held): Held,
    Path(uscc): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&house, &catalogue, shell, &uscc, wanted.after.as_deref(), filled).await
}
