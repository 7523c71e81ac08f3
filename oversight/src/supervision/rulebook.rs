//! 监察规则 · the rules as their reader is told them (C3.3). Public: whoever is measured may know by what.

use super::rules::{self, RULES};
use super::view::{self, Rail};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};

#[derive(Template)]
#[template(path = "supervision/rulebook.html")]
struct RulebookPage {
    shell: Shell,
    rail: Rail,
    explain_days: u32,
    review_days: u32,
}

pub async fn get(State(house): State<House>, shell: Shell) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let rail = view::rail(&mut conn).await?;
    drop(conn);
    let page = RulebookPage { rail, explain_days: rules::EXPLAIN_WITHIN.n, review_days: rules::REVIEW_WITHIN.n, shell };
    page::render(&page.shell, &page)
}
