//! 管代办点 · the township opens points, names agents and ends their work, and sees the consents given there (B5).

use super::consent::{self, Consent};
use super::point::{self, Agent, Point};
use acts::PointFacts;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::{self, Person};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

const PAGE: i64 = 20;
const KEEPER: &str = "交给哪个乡镇";

/// The township whose points this person keeps.
pub fn may(house: &House, person: &Person) -> Result<String, Stop> {
    let key = person.agency.clone().unwrap_or_default();
    house.may(&person.principal(), Act::KeepAgentPoints, &Resource::Agency { key: key.clone() }, &Circumstance::default())?;
    Ok(key)
}

/// A point of this township.
async fn own(conn: &mut PgConnection, agency: &str, no: &str) -> Result<Point, Stop> {
    let point = point::find(conn, no).await?;
    match point.agency == agency {
        true => Ok(point),
        false => Err(Stop::NotAllowed { reason: "这个代办点归别的乡镇管".into() }),
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "agents/points.html")]
struct PointsPage {
    shell: Shell,
    points: Vec<Point>,
    next: Option<String>,
    filled: Filled,
    once: Uuid,
}

fn facts_fields(filled: &Filled) -> String {
    [
        filled.input("name", "代办点的名称", "例如 前山村代办点", "text", "autocomplete=\"off\""),
        filled.input("address", "地址", "", "text", "autocomplete=\"off\""),
        filled.input("hours", "开门时间", "例如 周一、周四 8:30—11:30", "text", "autocomplete=\"off\""),
        filled.input("phone", "电话", "公开的座机", "text", "inputmode=\"tel\" autocomplete=\"off\""),
    ]
    .concat()
}

/// What the public is told of a point, as it was posted. Its telephone is public: no mobile number of a person.
fn facts(posted: &Posted, region: String, errors: &mut Vec<FieldError>) -> PointFacts {
    let mut text = |key: &str, label: &str, zh: &str, en: &str| fields::public_text(posted, key, label, (zh, en), 100, errors);
    let name = text("name", "代办点的名称", "请写代办点的名称", "Enter the name of the point");
    let address = text("address", "地址", "请写地址", "Enter the address");
    let hours = text("hours", "开门时间", "请写开门时间", "Enter the hours");
    let phone = text("phone", "电话", "请写公开的座机", "Enter a public telephone number");
    PointFacts { name, region, address, hours, phone }
}

impl PointsPage {
    fn fields(&self) -> String {
        let region = self.filled.input(
            "region",
            "村的代码",
            "12 位，统计用区划代码",
            "text",
            "inputmode=\"numeric\" autocomplete=\"off\"",
        );
        [region, facts_fields(&self.filled)].concat()
    }
}

async fn draw_list(house: &House, shell: Shell, agency: &str, after: &str, filled: Filled) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let mut points = point::page(&mut conn, Some(agency), (agency, after), PAGE + 1).await?;
    drop(conn);
    let more = points.len() as i64 > PAGE;
    points.truncate(PAGE as usize);
    let next = points.last().filter(|_| more).map(|last| format!("/counter/agent-points?after={}", last.no));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page::render_status(&shell.clone(), status, &PointsPage { points, next, filled, once: Uuid::new_v4(), shell })
}

/// GET /counter/agent-points
pub async fn list(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw_list(&house, shell, &agency, wanted.after.as_deref().unwrap_or_default(), filled).await
}

/// POST /counter/agent-points: opens one.
pub async fn open(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let form = posted.once()?;
    let mut errors = Vec::new();
    let region = forms::text::fold_digits(posted.one("region")).trim().to_owned();
    if region.len() != 12 || !region.bytes().all(|b| b.is_ascii_digit()) {
        errors.push(field_error("region", "村的代码", "村的代码是 12 位数字，例如 341723109200", "Enter 12 digits"));
    } else if let Err(no) = point::may_open(catalogue.agency(&agency), &region) {
        errors.push(field_error("region", "村的代码", &no.to_string(), "The village must be one of this township"));
    }
    let facts = facts(&posted, region, &mut errors);
    if !errors.is_empty() {
        return draw_list(&house, shell.clone(), &agency, "", Filled::new(shell.lang, posted.0, errors)).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let no = point::open(&mut tx, &catalogue, &person, facts, &house.now()).await?;
    let to = format!("/counter/agent-points/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

#[derive(Template)]
#[template(path = "agents/point.html")]
struct PointPage {
    shell: Shell,
    point: Point,
    agents: Vec<Agent>,
    consents: Vec<(Consent, String)>,
    next: Option<String>,
    filled: Filled,
    once: Uuid,
    today: NaiveDate,
}

impl PointPage {
    fn is_wrong(&self) -> bool {
        self.filled.errors.iter().any(|error| ["keeper", "why"].contains(&error.field.as_str()))
    }
    fn fields(&self) -> String {
        facts_fields(&self.filled)
    }
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    point: Point,
    after: Option<&str>,
    mut filled: Filled,
) -> Result<Response, Stop> {
    let from = after.and_then(|after| after.split_once('_')).map_or((true, ""), |(first, no)| (first == "1", no));
    let mut conn = house.pool().acquire().await?;
    let agents = point::agents(&mut conn, std::slice::from_ref(&point.no), true).await?;
    let mut found = consent::at_point(&mut conn, &point.no, from, PAGE + 1).await?;
    drop(conn);
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let complained = |consent: &Consent| consent.complaints.last().is_some_and(|complaint| complaint.answer.is_none());
    let next = found.last().filter(|_| more).map(|last| {
        let first = if complained(last) { "1" } else { "0" };
        format!("/counter/agent-points/{}?after={first}_{}", point.no, last.no)
    });
    let names = |consent: &Consent| {
        let names: Vec<String> = consent.items.iter().map(|slug| catalogue.item_name(slug, &shell.lang)).collect();
        names.join(if shell.english() { ", " } else { "、" })
    };
    let consents = found.into_iter().map(|consent| (names(&consent), consent)).map(|(names, consent)| (consent, names)).collect();
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    for (key, value) in [("name", &point.name), ("address", &point.address), ("hours", &point.hours), ("phone", &point.phone)] {
        filled.entered.entry(key.into()).or_insert_with(|| vec![value.clone()]);
    }
    let page = PointPage { agents, consents, next, filled, once: Uuid::new_v4(), today: house.now().date(), point, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /counter/agent-points/{no}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let point = own(&mut *house.pool().acquire().await?, &agency, &no).await?;
    let filled = Filled::empty(shell.lang);
    draw(&house, &catalogue, shell, point, wanted.after.as_deref(), filled).await
}

/// POST /counter/agent-points/{no}/{what}: `describe`, `name`, `end`, `hand-over`.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let form = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let point = own(&mut tx, &agency, &no).await?;
    let mut leads_to = format!("/counter/agent-points/{no}");
    let mut errors = Vec::new();
    match what.as_str() {
        "describe" => {
            let facts = facts(&posted, point.region.clone(), &mut errors);
            if errors.is_empty() {
                point::describe(&mut tx, &point, &person, facts, &now).await?;
            }
        }
        "name" => {
            let login = forms::text::fold_digits(posted.one("login"));
            let label = "登录名";
            match people::by_login(&mut *tx, &login).await? {
                None => {
                    let (zh, en) = ("没有这个登录名的账户，请他先用手机开户", "There is no account with this login");
                    errors.push(field_error("login", label, zh, en));
                }
                Some(who) => match point::name(&mut tx, &point, &who, &person, &now).await {
                    Ok(()) => {}
                    Err(Stop::Rejected(why)) => {
                        errors.push(field_error("login", label, &why, "This person cannot become an agent now"))
                    }
                    Err(stop) => return Err(stop),
                },
            }
        }
        "hand-over" => {
            let wanted = ("请写为什么交出，公开", "Say why it is handed over; it becomes public");
            let reason = fields::public_text(&posted, "why", "理由", wanted, 200, &mut errors);
            let named = forms::text::fold_text(posted.one("keeper")).trim().to_owned();
            let found = catalogue.agencies().iter().find(|one| one.name == named || one.key == named);
            match found {
                None => errors.push(field_error(
                    "keeper",
                    KEEPER,
                    "没有叫这个名称的机关，请写全称",
                    "No agency has this name; enter it in full",
                )),
                Some(_) if !errors.is_empty() => {}
                Some(to) => match point::hand_over(&mut tx, &catalogue, &point, &to.key, &reason, &person, &now).await {
                    // It is no point of this township any more.
                    Ok(()) => leads_to = "/counter/agent-points".into(),
                    Err(Stop::Rejected(why)) => {
                        errors.push(field_error("keeper", KEEPER, &why, "This agency cannot keep the point"))
                    }
                    Err(stop) => return Err(stop),
                },
            }
        }
        "end" => {
            let wanted = ("请写为什么不再代办", "Say why the work ends");
            let reason = fields::public_text(&posted, "reason", "理由", wanted, 200, &mut errors);
            let agent: Uuid = posted.one("agent").parse().map_err(|_| Stop::NotFound("代办员"))?;
            if errors.is_empty() {
                point::end(&mut tx, &point, agent, &reason, &person, &now).await?;
            }
        }
        _ => return Err(Stop::NotFound("页面")),
    }
    if !errors.is_empty() {
        drop(tx);
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, &catalogue, shell, point, None, filled).await;
    }
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}
