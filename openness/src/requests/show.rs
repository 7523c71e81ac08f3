//! 查申请 · where a request stands, for everybody; what was asked and answered, for whoever asked, by their account or the code of their
//! receipt; and what they may still do.

use super::ask::LONGEST;
use super::fold::{self, Request, State as Standing};
use super::law;
use acts::{RequestAct, ToRequester};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Centre};
use foundation::caller::Caller;
use foundation::held::Posted;
use foundation::kept::Event;
use foundation::page::ClockView;
use foundation::page::fields::{self, Filled};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, codes, once};
use serde::Deserialize;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// Whose codes are tried.
const WHAT: &str = "request";
const PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "requests/find.html")]
struct FindPage {
    shell: Shell,
    /// Where one can ask in person, and read what is public (条例 25).
    centres: Vec<Arc<Centre>>,
    no: String,
    wrong: bool,
}

impl FindPage {
    fn promise(&self) -> String {
        law::promise()
    }
}

fn draw_find(catalogue: &Catalogue, shell: Shell, no: String, wrong: bool) -> Result<Response, Stop> {
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut centres: Vec<_> =
        catalogue.centres().iter().filter(|centre| !centre.facts.intake_point.is_empty()).cloned().collect();
    centres.truncate(PAGE as usize);
    page::render_status(&shell.clone(), status, &FindPage { centres, no, wrong, shell })
}

/// GET /disclosure
pub async fn find(catalogue: Catalogue, shell: Shell) -> Result<Response, Stop> {
    draw_find(&catalogue, shell, String::new(), false)
}

/// POST /disclosure: with a code to what is between the two, without one to what everybody sees.
pub async fn look(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    caller: Caller,
    posted: Posted,
) -> Result<Response, Stop> {
    let (no, code) = (codes::tidy(posted.one("no")), codes::tidy(posted.one("code")));
    let there = fold::find(&mut *house.pool().acquire().await?, &no).await.is_ok();
    if code.is_empty() && there {
        return Ok(Redirect::to(&format!("/disclosure/{no}")).into_response());
    }
    if !code.is_empty() && codes::opens(&house, caller, WHAT, &no, &code).await? && there {
        return Ok(Redirect::to(&format!("/disclosure/{no}/{code}")).into_response());
    }
    draw_find(&catalogue, shell, posted.one("no").to_owned(), true)
}

#[derive(Deserialize)]
pub struct Wanted {
    before: Option<String>,
}

#[derive(Template)]
#[template(path = "requests/mine.html")]
struct MinePage {
    shell: Shell,
    catalogue: Catalogue,
    rows: Vec<Request>,
    next: Option<String>,
}

impl MinePage {
    fn state(&self, request: &Request) -> &'static str {
        state(request)
    }
}

/// GET /disclosure/mine
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
    let next = rows.last().filter(|_| more).map(|last| format!("/disclosure/mine?before={}", last.no));
    page::render(&shell.clone(), &MinePage { catalogue, rows, next, shell })
}

/// Where it stands, in a word.
pub fn state(request: &Request) -> &'static str {
    match request.state {
        Standing::Unconfirmed => "等双方确认收到",
        Standing::Running if request.waits().next().is_some() => "正在征求意见",
        Standing::Running if request.overdue => "逾期没有答复",
        Standing::Running => "正在办理",
        Standing::Correcting => "等您补正",
        Standing::Answered => "已经答复",
        Standing::Abandoned => "视为放弃",
        Standing::Withdrawn => "已撤回",
    }
}

#[derive(Template)]
#[template(path = "requests/one.html")]
struct OnePage {
    shell: Shell,
    catalogue: Catalogue,
    request: Request,
    events: Vec<Event>,
    clock: Option<ClockView>,
    /// Whoever asked reads what is between the two.
    whole: bool,
    /// And goes on with it from their account.
    acts: bool,
    code: Option<String>,
    filled: Filled,
}

impl OnePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn state(&self) -> &'static str {
        state(&self.request)
    }
    fn outcome(&self) -> Option<&'static str> {
        self.request.outcome.map(law::outcome_zh)
    }
    fn grounds(&self) -> Vec<&'static str> {
        self.request.grounds.iter().map(|ground| law::ground_zh(*ground)).collect()
    }
    fn ground(&self, ground: &acts::Withholding) -> &'static str {
        law::ground_zh(*ground)
    }
    /// 救济: with an answer, and where none came in time.
    fn remedy(&self) -> Option<String> {
        match self.request.state {
            Standing::Answered => Some(law::a3_3_16_remedy(self.request.outcome)),
            _ if self.request.overdue => Some(law::a3_3_16_remedy(None)),
            _ => None,
        }
    }
    fn centre(&self) -> Option<Arc<Centre>> {
        self.request.centre.as_ref().and_then(|key| self.catalogue.centre(key))
    }
    fn correcting(&self) -> bool {
        self.request.state == Standing::Correcting
    }
}

async fn draw(
    conn: &mut PgConnection,
    house: &House,
    catalogue: Catalogue,
    shell: Shell,
    request: Request,
    opened: bool,
    filled: Filled,
) -> Result<Response, Stop> {
    let acts = shell.person.as_ref().is_some_and(|person| request.requester == Some(person.id));
    let whole = opened || acts;
    let events = fold::history(conn, &request.no).await?;
    let runs = !matches!(request.state, Standing::Unconfirmed | Standing::Correcting);
    let clock = request.clock.as_ref().filter(|_| runs).map(|clock| ClockView::new("答复期限", clock, &house.now()));
    let code = whole.then(|| house.lookup_code(&request.no));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = OnePage { catalogue, request, events, clock, whole, acts, code, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /disclosure/{no}
pub async fn public(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let conn = &mut *house.pool().acquire().await?;
    let request = fold::find(conn, &no).await?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(conn, &house, catalogue, shell, request, false, filled).await
}

/// GET /disclosure/{no}/{code}
pub async fn with_code(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    caller: Caller,
    Path((no, code)): Path<(String, String)>,
) -> Result<Response, Stop> {
    if !codes::opens(&house, caller, WHAT, &no, &code).await? {
        return Err(Stop::NotFound("申请"));
    }
    let conn = &mut *house.pool().acquire().await?;
    let request = fold::find(conn, &no).await?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(conn, &house, catalogue, shell, request, true, filled).await
}

/// POST /disclosure/{no}/{what}: whoever asked from their account corrects it, or takes it back.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::RequestInformation, &Resource::Site, &Circumstance::default())?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let request = fold::lock(&mut tx, &no).await?;
    if request.requester != Some(person.id) {
        return Err(Stop::NotAllowed { reason: "这件申请不是您提出的".into() });
    }
    let act = match what.as_str() {
        "correct" => {
            let mut errors = Vec::new();
            let wanted = ("请写补正的内容", "Enter what was asked for");
            let text = fields::text(&posted, "text", "补正的内容", wanted, LONGEST, &mut errors);
            if !errors.is_empty() {
                let filled = Filled::new(shell.lang, posted.0, errors);
                return draw(&mut tx, &house, catalogue, shell, request, false, filled).await;
            }
            RequestAct::Corrected { private: Some(ToRequester { text, withheld: Vec::new() }) }
        }
        "withdraw" => RequestAct::Withdrawn,
        _ => return Err(Stop::NotFound("页面")),
    };
    fold::act(&mut tx, request, act, &person, "applicant", &house.now()).await?;
    let to = format!("/disclosure/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

#[derive(Template)]
#[template(path = "requests/clock.html")]
struct ClockPage {
    shell: Shell,
    no: String,
    clocks: [ClockView; 1],
}

/// GET /disclosure/{no}/clock: every day counted or skipped, and why (F038).
pub async fn clock(State(house): State<House>, shell: Shell, Path(no): Path<String>) -> Result<Response, Stop> {
    let request = fold::find(&mut *house.pool().acquire().await?, &no).await?;
    let clock = request.clock.as_ref().ok_or(Stop::NotFound("计时明细"))?;
    page::render(&shell.clone(), &ClockPage { clocks: [ClockView::new("答复期限", clock, &house.now())], no, shell })
}
