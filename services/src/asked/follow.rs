//! 查提问 · whoever asked sees by number and code who answers for it now, and each handing over; without the code there is nothing to see.

use super::fold::{self, Asked};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use foundation::caller::Caller;
use foundation::held::Posted;
use foundation::kept::Event;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop, codes};

/// Whose codes are tried.
const WHAT: &str = "asked";

#[derive(Template)]
#[template(path = "asked/find.html")]
struct FindPage {
    shell: Shell,
    no: String,
    wrong: bool,
}

/// GET /asked
pub async fn find(shell: Shell) -> Result<Response, Stop> {
    page::render(&shell.clone(), &FindPage { no: String::new(), wrong: false, shell })
}

/// POST /asked
pub async fn look(State(house): State<House>, shell: Shell, caller: Caller, posted: Posted) -> Result<Response, Stop> {
    let (no, code) = (codes::tidy(posted.one("no")), codes::tidy(posted.one("code")));
    if codes::opens(&house, caller, WHAT, &no, &code).await? && fold::find(&mut *house.pool().acquire().await?, &no).await.is_ok()
    {
        return Ok(Redirect::to(&format!("/asked/{no}/{code}")).into_response());
    }
    let page = FindPage { no: posted.one("no").to_owned(), wrong: true, shell };
    page::render_status(&page.shell, StatusCode::UNPROCESSABLE_ENTITY, &page)
}

#[derive(Template)]
#[template(path = "asked/follow.html")]
struct FollowPage {
    shell: Shell,
    catalogue: Catalogue,
    asked: Asked,
    events: Vec<Event>,
}

/// GET /asked/{no}/{code}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    caller: Caller,
    Path((no, code)): Path<(String, String)>,
) -> Result<Response, Stop> {
    if !codes::opens(&house, caller, WHAT, &no, &code).await? {
        return Err(Stop::NotFound("提问"));
    }
    let mut conn = house.pool().acquire().await?;
    let asked = fold::find(&mut conn, &no).await?;
    let events = fold::history(&mut conn, &no).await?;
    drop(conn);
    page::render(&shell.clone(), &FollowPage { catalogue, asked, events, shell })
}
