//! 查诉求 · where a complaint stands, for everybody; what was said and answered, for whoever complained, by their account or the code of
//! their receipt; and what they may still do: ask for it again, and rate.

use super::fold::{self, Complaint, Ending};
use super::{law, rate, reopen};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::NaiveDate;
use foundation::caller::Caller;
use foundation::held::Posted;
use foundation::kept::Event;
use foundation::page::ClockView;
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, codes, once};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// Whose codes are tried.
const WHAT: &str = "complaint";
const PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "complaints/find.html")]
struct FindPage {
    shell: Shell,
    no: String,
    wrong: bool,
}

impl FindPage {
    fn promise(&self) -> String {
        law::promise()
    }
}

fn draw_find(shell: Shell, no: String, wrong: bool) -> Result<Response, Stop> {
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::render_status(&shell.clone(), status, &FindPage { no, wrong, shell })
}

/// GET /complaints
pub async fn find(shell: Shell) -> Result<Response, Stop> {
    draw_find(shell, String::new(), false)
}

/// POST /complaints: with a code to what is between the two, without one to what everybody sees.
pub async fn look(State(house): State<House>, shell: Shell, caller: Caller, posted: Posted) -> Result<Response, Stop> {
    let (no, code) = (codes::tidy(posted.one("no")), codes::tidy(posted.one("code")));
    let there = fold::find(&mut *house.pool().acquire().await?, &no).await.is_ok();
    if code.is_empty() && there {
        return Ok(Redirect::to(&format!("/complaints/{no}")).into_response());
    }
    if !code.is_empty() && codes::opens(&house, caller, WHAT, &no, &code).await? && there {
        return Ok(Redirect::to(&format!("/complaints/{no}/{code}")).into_response());
    }
    draw_find(shell, posted.one("no").to_owned(), true)
}

#[derive(Deserialize)]
pub struct Wanted {
    before: Option<String>,
}

#[derive(Template)]
#[template(path = "complaints/mine.html")]
struct MinePage {
    shell: Shell,
    catalogue: Catalogue,
    rows: Vec<Complaint>,
    next: Option<String>,
}

/// GET /complaints/mine
pub async fn mine(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let before = wanted.before.unwrap_or_default();
    let mut rows = fold::of(&mut *house.pool().acquire().await?, person.id, &before, PAGE + 1).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|last| format!("/complaints/mine?before={}", last.no));
    page::render(&shell.clone(), &MinePage { catalogue, rows, next, shell })
}

#[derive(Template)]
#[template(path = "complaints/one.html")]
struct OnePage {
    shell: Shell,
    catalogue: Catalogue,
    complaint: Complaint,
    events: Vec<Event>,
    clock: ClockView,
    accept_by: Option<NaiveDate>,
    reopen_by: Option<NaiveDate>,
    today: NaiveDate,
    /// The code of whoever reads what is between the two.
    code: Option<String>,
    filled: Filled,
}

impl OnePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    /// Of a report the public reads figures only.
    fn closed(&self) -> bool {
        self.code.is_none() && self.complaint.is_report()
    }
    fn outcome(&self) -> Option<&'static str> {
        match self.complaint.ended?.1 {
            Ending::Answered(outcome) => Some(law::outcome_zh(outcome)),
            Ending::Directed(way) => Some(law::c3_5_02_way(way).0),
        }
    }
    /// Where to go instead, and until when.
    fn elsewhere(&self) -> Option<&'static str> {
        match self.complaint.ended?.1 {
            Ending::Directed(way) => Some(law::c3_5_02_way(way).1),
            Ending::Answered(_) => None,
        }
    }
    fn may_reopen(&self) -> bool {
        self.reopen_by.is_some_and(|by| self.today <= by)
    }
    fn may_rate(&self) -> bool {
        !self.complaint.is_open() && self.complaint.grade.is_none()
    }
    fn grades(&self) -> String {
        let grades = acts::GRADES.map(|(grade, name)| (grade.to_string(), name));
        self.filled.choice("grade", "这次答复怎么样", "radio", &grades.each_ref().map(|(grade, name)| (grade.as_str(), *name)))
    }
    fn grade(&self) -> Option<&'static str> {
        self.complaint.grade.map(acts::grade_name)
    }
    fn item(&self) -> Option<String> {
        let shown = self.code.is_some() || !law::c3_5_05_sealed(self.complaint.kind);
        self.complaint.item.as_ref().filter(|_| shown).map(|item| self.catalogue.item_name(item, &self.shell.lang))
    }
    fn desk(&self, key: Option<&str>) -> String {
        desk_name(&self.catalogue, key)
    }
}

/// The name of a desk; none is that of supervision.
pub fn desk_name(catalogue: &Catalogue, key: Option<&str>) -> String {
    match key.filter(|key| !key.is_empty()) {
        Some(key) => catalogue.agency_name(key).to_owned(),
        None => "监督岗".to_owned(),
    }
}

async fn draw(
    conn: &mut PgConnection,
    house: &House,
    catalogue: Catalogue,
    shell: Shell,
    complaint: Complaint,
    opened: bool,
    filled: Filled,
) -> Result<Response, Stop> {
    let own = shell.person.as_ref().is_some_and(|person| complaint.complainant == Some(person.id));
    let code = (opened || own).then(|| house.lookup_code(&complaint.no));
    let (events, now) = (fold::history(conn, &complaint.no).await?, house.now());
    let clock = ClockView::new("答复期限", &complaint.clock, &now);
    let accept_by = complaint.accept_by(&now.calendar).filter(|_| complaint.waits_for_acceptance());
    let reopen_by = complaint.reopen_by(&now.calendar);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = OnePage { catalogue, complaint, events, clock, accept_by, reopen_by, today: now.date(), code, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /complaints/{no}
pub async fn public(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let conn = &mut *house.pool().acquire().await?;
    let complaint = fold::find(conn, &no).await?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(conn, &house, catalogue, shell, complaint, false, filled).await
}

/// GET /complaints/{no}/{code}
pub async fn with_code(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    caller: Caller,
    Path((no, code)): Path<(String, String)>,
) -> Result<Response, Stop> {
    if !codes::opens(&house, caller, WHAT, &no, &code).await? {
        return Err(Stop::NotFound("诉求"));
    }
    let conn = &mut *house.pool().acquire().await?;
    let complaint = fold::find(conn, &no).await?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(conn, &house, catalogue, shell, complaint, true, filled).await
}

/// POST /complaints/{no}/{code}/{what}: whoever has the code asks for it again, or rates.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    caller: Caller,
    Path((no, code, what)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    if !codes::opens(&house, caller, WHAT, &no, &code).await? {
        return Err(Stop::NotFound("诉求"));
    }
    let form = posted.once()?;
    let who = shell.person.as_ref().map_or(Uuid::nil(), |person| person.id);
    let mut tx = match once::begin(&house, who, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let complaint = fold::lock(&mut tx, &no).await?;
    let mut errors = Vec::new();
    let act = match what.as_str() {
        "reopen" => reopen::read(&posted, &mut errors),
        "rate" => rate::read(&posted, &mut errors),
        _ => return Err(Stop::NotFound("页面")),
    };
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&mut tx, &house, catalogue, shell, complaint, true, filled).await;
    }
    // Whoever took it in has the code too; they do not speak in the complainant's place (C3.2-02).
    let own = shell.person.as_ref().filter(|person| complaint.complainant == Some(person.id));
    if own.is_none() && shell.person.as_ref().is_some_and(|person| person.is_staff()) {
        return Err(Stop::NotAllowed { reason: "重办和评价由诉求人自己提，工作人员不能代替".into() });
    }
    let by = fold::complainant(own);
    fold::act(&mut tx, complaint, act, by, &house.now()).await?;
    let to = format!("/complaints/{no}/{code}");
    once::finish(&house, tx, who, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

#[derive(Template)]
#[template(path = "complaints/clock.html")]
struct ClockPage {
    shell: Shell,
    no: String,
    clocks: [ClockView; 1],
}

/// GET /complaints/{no}/clock: every day counted or skipped, and why (F038).
pub async fn clock(State(house): State<House>, shell: Shell, Path(no): Path<String>) -> Result<Response, Stop> {
    let complaint = fold::find(&mut *house.pool().acquire().await?, &no).await?;
    let clocks = [ClockView::new("答复期限", &complaint.clock, &house.now())];
    page::render(&shell.clone(), &ClockPage { clocks, no, shell })
}
