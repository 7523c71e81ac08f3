//! 首问办理 · what an officer answers for, what others ask the agency to accept, and each act on one question.

use super::fold::{self, Asked};
use acts::{AskedAct, AskedWay, Question, Told};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Item};
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::kept::Event;
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

const PAGE: i64 = 20;
/// Characters of the longest text.
const LONGEST: usize = 2000;

fn may(house: &House, person: &Person) -> Result<String, Stop> {
    let key = person.agency.clone().unwrap_or_default();
    let how = Circumstance { at_counter: true, ..Circumstance::default() };
    house.may(&person.principal(), Act::AnswerAsked, &Resource::Agency { key: key.clone() }, &how)?;
    Ok(key)
}

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "asked/list.html")]
struct ListPage {
    shell: Shell,
    catalogue: Catalogue,
    mine: Vec<Asked>,
    offered: Vec<Asked>,
    next: Option<String>,
}

/// GET /counter/asked
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let (day, no) = page::after_day(wanted.after.as_deref());
    let mut conn = house.pool().acquire().await?;
    let mut mine = fold::held(&mut conn, person.id, (day, &no), PAGE + 1).await?;
    let offered = fold::offered(&mut conn, &agency, PAGE).await?;
    drop(conn);
    let more = mine.len() as i64 > PAGE;
    mine.truncate(PAGE as usize);
    let next = mine.last().filter(|_| more).map(|last| format!("/counter/asked?after={}~{}", last.due, last.no));
    page::render(&shell.clone(), &ListPage { catalogue, mine, offered, next, shell })
}

#[derive(Template)]
#[template(path = "asked/new.html")]
struct NewPage {
    shell: Shell,
    items: Vec<Arc<Item>>,
    filled: Filled,
    once: Uuid,
}

impl NewPage {
    fn ways(&self) -> String {
        self.filled.choice("way", "怎么问的", "radio", &AskedWay::ALL.map(|way| (way.key(), way.zh())))
    }
    fn is_chosen(&self, slug: &str) -> bool {
        self.filled.entered.get("item").is_some_and(|chosen| chosen.iter().any(|one| one == slug))
    }
}

fn draw_new(catalogue: &Catalogue, agency: &str, shell: Shell, mut filled: Filled, once: Uuid) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    filled.entered.entry("way".into()).or_insert_with(|| vec!["counter".into()]);
    let items = catalogue.items().iter().filter(|item| item.agency == agency).cloned().collect();
    page::render_status(&shell.clone(), status, &NewPage { items, filled, once, shell })
}

/// GET /counter/asked/new
pub async fn new(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw_new(&catalogue, &agency, shell, filled, Uuid::new_v4())
}

/// POST /counter/asked/new
pub async fn begin(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let form = posted.once()?;
    let mut errors = Vec::new();
    let way = AskedWay::ALL.into_iter().find(|way| way.key() == posted.one("way"));
    if way.is_none() {
        errors.push(field_error("way", "怎么问的", "请选怎么问的", "Choose how it was asked"));
    }
    let wanted = ("请写问了什么", "Enter what was asked");
    let text = fields::text(&posted, "text", "问了什么", wanted, LONGEST, &mut errors);
    let contact = fields::optional(&posted, "contact", "怎么找他", 200, &mut errors);
    let item = Some(posted.one("item").to_owned()).filter(|slug| !slug.is_empty());
    if item.as_deref().is_some_and(|slug| catalogue.item(slug).is_none()) {
        errors.push(field_error("item", "哪件事", "请从列表里选，或者不选", "Choose from the list or leave it"));
    }
    let Some(way) = way.filter(|_| errors.is_empty()) else {
        return draw_new(&catalogue, &agency, shell.clone(), Filled::new(shell.lang, posted.0, errors), form);
    };
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let question = Question { text, contact: Some(contact).filter(|contact| !contact.is_empty()) };
    let no = fold::begin(&mut tx, (way, item, question), &person, &house.now()).await?;
    let to = format!("/counter/asked/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

#[derive(Template)]
#[template(path = "asked/one.html")]
struct OnePage {
    shell: Shell,
    catalogue: Catalogue,
    asked: Asked,
    events: Vec<Event>,
    filled: Filled,
    code: String,
    mine: bool,
    /// Asked to accept it.
    offered: bool,
}

impl OnePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn is_chosen(&self, key: &str) -> bool {
        self.filled.entered.get("to").is_some_and(|chosen| chosen.iter().any(|one| one == key))
    }
}

/// Whoever answers for it, the agency it is with, and the agency that was asked.
fn may_see(asked: &Asked, person: &Person, agency: &str) -> Result<(), Stop> {
    let asked_to = asked.offer.as_ref().is_some_and(|offer| offer.to == agency);
    match asked.holder == person.id || asked.agency == agency || asked_to {
        true => Ok(()),
        false => Err(Stop::NotAllowed { reason: "这一问归别的部门答复".into() }),
    }
}

async fn draw(
    conn: &mut PgConnection,
    house: &House,
    catalogue: Catalogue,
    shell: Shell,
    person: &Person,
    no: &str,
    filled: Filled,
) -> Result<Response, Stop> {
    let asked = fold::find(conn, no).await?;
    let agency = person.agency.clone().unwrap_or_default();
    may_see(&asked, person, &agency)?;
    let events = fold::history(conn, no).await?;
    let mine = asked.is_open() && asked.holder == person.id;
    let offered = asked.is_open() && !mine && asked.offer.as_ref().is_some_and(|offer| offer.to == agency);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let code = house.lookup_code(no);
    page::render_status(&shell.clone(), status, &OnePage { catalogue, asked, events, filled, code, mine, offered, shell })
}

/// GET /counter/asked/{no}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    let conn = &mut *house.pool().acquire().await?;
    draw(conn, &house, catalogue, shell, &person, &no, filled).await
}

/// What is done, as it was posted.
async fn read(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    asked: &Asked,
    what: &str,
    posted: &Posted,
) -> Result<Result<AskedAct, Vec<FieldError>>, Stop> {
    let mut errors = Vec::new();
    let act = match what {
        "offer" => {
            let to = posted.one("to").to_owned();
            if catalogue.agency(&to).is_none() {
                errors.push(field_error("to", "请谁接手", "请选一个单位", "Choose an agency"));
            }
            let wanted = ("请写为什么请他们接手", "Say why they should accept it");
            let reason = fields::public_text(posted, "reason", "理由", wanted, LONGEST, &mut errors);
            AskedAct::HandoverOffered { to, reason }
        }
        "accept" => AskedAct::HandoverAccepted { from: asked.agency.clone() },
        "refuse" => {
            let wanted = ("不接手要写理由", "A refusal needs its reason");
            let reason = fields::public_text(posted, "why", "不接手的理由", wanted, LONGEST, &mut errors);
            AskedAct::HandoverRefused { reason }
        }
        "answer" => {
            let wanted = ("请写怎么答复的", "Enter what was said");
            let text = fields::text(posted, "told", "答复", wanted, LONGEST, &mut errors);
            AskedAct::Answered { private: Some(Told { text }) }
        }
        "case" => {
            let said = forms::text::fold_digits(posted.one("case_no"));
            let case_no = said.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
            let sql = "select exists (select from cases where case_no = $1)";
            let known: bool = sqlx::query_scalar(sql).bind(&case_no).fetch_one(conn).await?;
            if !known {
                let zh = "没有这个办件编号，请对照收件凭证再看一遍";
                errors.push(field_error("case_no", "办件编号", zh, "There is no case of this number; look at the receipt again"));
            }
            AskedAct::BecameCase { case_no }
        }
        _ => return Err(Stop::NotFound("页面")),
    };
    Ok(if errors.is_empty() { Ok(act) } else { Err(errors) })
}

/// POST /counter/asked/{no}/{what}
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
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let asked = fold::lock(&mut tx, &no).await?;
    may_see(&asked, &person, &agency)?;
    let act = match read(&mut tx, &catalogue, &asked, &what, &posted).await? {
        Ok(act) => act,
        Err(errors) => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw(&mut tx, &house, catalogue, shell, &person, &no, filled).await;
        }
    };
    fold::act(&mut tx, asked, act, &person, &house.now()).await?;
    // Who refused, or accepted for another agency, goes on with the list.
    let to = if what == "refuse" { "/counter/asked".to_owned() } else { format!("/counter/asked/{no}") };
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
