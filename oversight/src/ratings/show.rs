//! 差评怎么改的 · where the work order of a bad rating stands, for everybody; and for whoever gave it, by the code that their case or slip
//! shows, what was answered, and whether they are satisfied.

use super::order::{Ending, Order};
use super::record;
use acts::{Actor, RatingOrderAct, Said};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::NaiveDate;
use foundation::caller::Caller;
use foundation::held::Posted;
use foundation::kept::Event;
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop, codes, once};
use sqlx::PgConnection;
use uuid::Uuid;

/// Whose codes are tried.
const WHAT: &str = "rating";
const LONGEST: usize = 500;

#[derive(Template)]
#[template(path = "ratings/one.html")]
struct OnePage {
    shell: Shell,
    catalogue: Catalogue,
    order: Order,
    events: Vec<Event>,
    call_by: Option<NaiveDate>,
    due: NaiveDate,
    /// Where whoever has the code says whether they are satisfied.
    address: Option<String>,
    filled: Filled,
}

impl OnePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn grade(&self) -> &'static str {
        acts::grade_name(self.order.grade)
    }
    fn item(&self) -> Option<String> {
        self.order.item.as_ref().map(|item| self.catalogue.item_name(item, &self.shell.lang))
    }
    fn may_say(&self) -> bool {
        matches!(self.order.ended, Some((_, Ending::Corrected | Ending::Explained))) && self.order.satisfied.is_none()
    }
    fn satisfied(&self) -> String {
        self.filled.choice("satisfied", "这样办，满意吗", "radio", &[("yes", "满意"), ("no", "不满意")])
    }
}

#[derive(Template)]
#[template(path = "ratings/soon.html")]
struct SoonPage {
    shell: Shell,
}

async fn draw(
    conn: &mut PgConnection,
    house: &House,
    catalogue: Catalogue,
    shell: Shell,
    order: Order,
    address: Option<String>,
    filled: Filled,
) -> Result<Response, Stop> {
    let (events, now) = (record::history(conn, &order.no).await?, house.now());
    let (call_by, due) = (order.call_by(&now.calendar), order.due(&now.calendar));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = OnePage { catalogue, order, events, call_by, due, address, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /ratings/orders/{no}
pub async fn public(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let conn = &mut *house.pool().acquire().await?;
    let order = record::find(conn, &no).await?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(conn, &house, catalogue, shell, order, None, filled).await
}

async fn opens(house: &House, caller: Caller, rated: &str, code: &str) -> Result<String, Stop> {
    match codes::opens(house, caller, WHAT, &format!("rating/{rated}"), code).await? {
        true => Ok(format!("/ratings/of/{rated}/{code}")),
        false => Err(Stop::NotFound("差评工单")),
    }
}

/// GET /ratings/of/{rated}/{code}
pub async fn with_code(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    caller: Caller,
    Path((rated, code)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let address = opens(&house, caller, &rated, &code).await?;
    let conn = &mut *house.pool().acquire().await?;
    // It is opened as soon as the rating is numbered.
    let Some(no) = record::of_number(conn, &rated).await? else {
        return page::render(&shell.clone(), &SoonPage { shell });
    };
    let order = record::find(conn, &no).await?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(conn, &house, catalogue, shell, order, Some(address), filled).await
}

/// POST /ratings/of/{rated}/{code}: satisfied, or not.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    caller: Caller,
    Path((rated, code)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let address = opens(&house, caller, &rated, &code).await?;
    let form = posted.once()?;
    let who = shell.person.as_ref().map_or(Uuid::nil(), |person| person.id);
    let mut tx = match once::begin(&house, who, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let no = record::of_number(&mut tx, &rated).await?.ok_or(Stop::NotFound("差评工单"))?;
    let order = record::lock(&mut tx, &no).await?;
    let own = shell.person.as_ref().filter(|person| order.who.rater == Some(person.id));
    // Whoever was told the code does not speak in the rater's place (C3.2-02).
    if own.is_none() && shell.is_staff() {
        return Err(Stop::NotAllowed { reason: "满意不满意由评价人自己说，工作人员不能代替".into() });
    }
    let mut errors = Vec::new();
    let satisfied = match posted.one("satisfied") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if satisfied.is_none() {
        errors.push(field_error("satisfied", "这样办，满意吗", "请选一项", "Choose one"));
    }
    let text = fields::optional(&posted, "missing", "还差什么", LONGEST, &mut errors);
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&mut tx, &house, catalogue, shell, order, Some(address), filled).await;
    }
    let private = Some(Said { text }).filter(|said| !said.text.is_empty());
    let act = RatingOrderAct::Satisfied { satisfied: satisfied.unwrap_or(true), private };
    let rater = Actor { role: "applicant".into(), agency: None, post: None };
    record::act(&mut tx, order, act, (rater, own.map(|person| person.private())), &house.now()).await?;
    once::finish(&house, tx, who, form, &address).await?;
    Ok(Redirect::to(&address).into_response())
}
