//! 一条规则的一版 · what a version says, from when to when it binds, what it found when it was tried, and for whoever may: trying, publishing,
//! ending it (F137). Public, as a text too: whoever was judged by it reads what it was judged by.

use super::book::{self, Row};
use super::draft::{each_zh, may_draft};
use super::rules::Text;
use super::trial::{self, Trial};
use super::view::{self, Rail};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Months, NaiveDate, Utc};
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use uuid::Uuid;

/// Characters of a reason.
const REASON: usize = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(rename = "as")]
    form: String,
}

/// Since when a version binds, where that is a day of this record.
pub fn since(row: &Row) -> Option<DateTime<Utc>> {
    row.starts.filter(|starts| *starts > DateTime::UNIX_EPOCH)
}

#[derive(Template)]
#[template(path = "supervision/rule.html")]
struct RulePage {
    shell: Shell,
    rail: Rail,
    row: Row,
    text: Text,
    versions: Vec<Row>,
    trials: Vec<Trial>,
    may_draft: bool,
    may_publish: bool,
    is_own: bool,
    try_form: String,
    publish_form: String,
    end_form: String,
    filled: Filled,
}

impl RulePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn path(&self) -> String {
        format!("/supervision/rules/{}/{}", self.row.id, self.row.version)
    }
    fn each(&self, each: &str) -> &'static str {
        each_zh(each)
    }
    fn since(&self, row: &Row) -> Option<DateTime<Utc>> {
        since(row)
    }
    fn is_current(&self) -> bool {
        self.row.is_current(self.shell.now.at)
    }
    fn asked_by_me(&self) -> bool {
        self.shell.person.as_ref().is_some_and(|person| self.row.end_asked_by == Some(person.id))
    }
}

fn with(mut entered: Entered, key: &str, value: String) -> Entered {
    entered.entry(key.into()).or_insert(vec![value]);
    entered
}

async fn draw(house: &House, shell: Shell, id: &str, version: i32, filled: Filled) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let rail = view::rail(house, &mut conn, &shell).await?;
    let versions = book::of(&mut conn, id).await?;
    let row = versions.iter().find(|row| row.version == version).cloned().ok_or(Stop::NotFound("监察规则"))?;
    let person = shell.person.as_ref();
    let is = |act| person.is_some_and(|person| view::is_allowed(house, person, act, &Resource::Site));
    let (may_draft, may_publish) = (is(Act::DraftSupervisionRule), is(Act::PublishSupervisionRule));
    // What is not published is for those who write rules.
    if row.starts.is_none() && !may_draft && !may_publish {
        return Err(Stop::NotFound("监察规则"));
    }
    let trials = if may_draft || may_publish { trial::of(&mut conn, id, &row.hash).await? } else { Vec::new() };
    drop(conn);
    let text = row.says().ok_or_else(|| Stop::Fault(format!("rule {id} {version} cannot be read")))?;
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let today = shell.now.date();
    let Filled { entered, errors, lang, .. } = filled;
    let entered = with(entered, "from", (today - Months::new(12)).to_string());
    let entered = with(entered, "to", today.to_string());
    let entered = with(entered, "starts", today.succ_opt().unwrap_or(today).to_string());
    let filled = Filled::new(lang, with(entered, "ends", today.succ_opt().unwrap_or(today).to_string()), errors);
    let day = "例：2026-12-01";
    let try_form = [filled.input("from", "从哪一天", day, "text", ""), filled.input("to", "到哪一天", day, "text", "")].concat();
    let publish_form = [
        filled.input("starts", "从哪一天起用", "不早于今天；今天的，从公布的那一刻起", "text", ""),
        filled.textarea("reason", "为什么公布", "公开", 2),
    ]
    .concat();
    let end_form = [
        filled.input("ends", "从哪一天起停用", "不早于今天；今天的，从这一刻起", "text", ""),
        filled.textarea("end_reason", "为什么停用", "公开", 2),
    ]
    .concat();
    let page = RulePage {
        is_own: person.is_some_and(|person| row.drafted_by == Some(person.id)),
        versions: versions.into_iter().filter(|other| other.starts.is_some() || may_draft || may_publish).collect(),
        rail,
        row,
        text,
        trials,
        may_draft,
        may_publish,
        try_form,
        publish_form,
        end_form,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /supervision/rules/{id}/{version}
pub async fn get(
    State(house): State<House>,
    shell: Shell,
    Held(held): Held,
    Path((id, version)): Path<(String, i32)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    if wanted.form == "json" {
        let row = book::find(&mut *house.pool().acquire().await?, &id, version).await?;
        let row = row.filter(|row| row.starts.is_some()).ok_or(Stop::NotFound("监察规则"))?;
        return Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], row.text).into_response());
    }
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&house, shell, &id, version, filled).await
}

fn day(posted: &Posted, key: &str, label: &str, errors: &mut Vec<FieldError>) -> NaiveDate {
    fields::date(posted.one(key), key, label, errors).unwrap_or_default()
}

/// A day that is not past, and a reason.
fn from_and_why(
    posted: &Posted,
    (day_key, day_label): (&str, &str),
    (key, label): (&str, &str),
    today: NaiveDate,
    errors: &mut Vec<FieldError>,
) -> (NaiveDate, String) {
    let from = day(posted, day_key, day_label, errors);
    if errors.is_empty() && from < today {
        errors.push(field_error(day_key, day_label, &format!("{day_label}不能早于今天"), "The day must not be past"));
    }
    let wanted = ("请写理由，公开", "Give the reason; it becomes public");
    (from, fields::public_text(posted, key, label, wanted, REASON, errors))
}

/// POST /supervision/rules/{id}/{version}: tries it, publishes it, withdraws a draft, asks that it end, and ends it.
pub async fn post(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Path((id, version)): Path<(String, i32)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let (form, how) = (posted.once()?, posted.one("how").to_owned());
    match how.as_str() {
        "try" | "withdraw" => may_draft(&house, &person)?,
        "publish" | "ask_end" | "end" | "drop_end" => {
            house.may(&person.principal(), Act::PublishSupervisionRule, &Resource::Site, &Circumstance::default())?;
        }
        _ => {
            may_draft(&house, &person)?;
            return Err(Stop::Unreadable("请选试跑、公布、撤回还是停用".into()));
        }
    }
    let now = house.now();
    let mut errors = Vec::new();
    let (first, second, why) = match how.as_str() {
        "try" => {
            let (from, to) = (day(&posted, "from", "从哪一天", &mut errors), day(&posted, "to", "到哪一天", &mut errors));
            if errors.is_empty() && to < from {
                errors.push(field_error("to", "到哪一天", "到的日子不能早于从的日子", "It must not end before it begins"));
            }
            (from, to, String::new())
        }
        "publish" => {
            let (from, why) = from_and_why(&posted, ("starts", "起用的日期"), ("reason", "理由"), now.date(), &mut errors);
            (from, from, why)
        }
        "ask_end" => {
            let (from, why) = from_and_why(&posted, ("ends", "停用的日期"), ("end_reason", "理由"), now.date(), &mut errors);
            (from, from, why)
        }
        _ => Default::default(),
    };
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, shell, &id, version, filled).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let mut leads_to = format!("/supervision/rules/{id}/{version}");
    match how.as_str() {
        "try" => {
            let row = book::find(&mut tx, &id, version).await?.ok_or(Stop::NotFound("监察规则"))?;
            let no = trial::begin(&mut tx, &id, &row.text, (first, second), &person, &now).await?;
            leads_to = format!("/supervision/trials/{no}");
        }
        "publish" => book::publish(&mut tx, (&id, version), (first, &why), &person, &now).await?,
        "ask_end" => book::ask_end(&mut tx, &id, (first, &why), &person, &now).await?,
        "end" => book::end(&mut tx, &id, &person, &now).await?,
        "drop_end" => book::drop_end(&mut tx, &id, &person, &now).await?,
        _ => book::withdraw(&mut tx, &id, version, &person, &now).await?,
    }
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

#[derive(Template)]
#[template(path = "supervision/trial.html")]
struct TrialPage {
    shell: Shell,
    rail: Rail,
    trial: Trial,
    name: String,
    /// The draft or version that has the text that was tried, to go back to.
    version: Option<i32>,
    grades: Vec<(&'static str, i64)>,
}

/// GET /supervision/trials/{no}: how far a trial has come, and what it found.
pub async fn trial(State(house): State<House>, shell: Shell, person: SignedIn, Path(no): Path<Uuid>) -> Result<Response, Stop> {
    may_draft(&house, &person)?;
    let mut conn = house.pool().acquire().await?;
    let rail = view::rail(&house, &mut conn, &shell).await?;
    let trial = trial::find(&mut conn, no).await?;
    let hash = book::digest(&trial.text);
    let version = book::of(&mut conn, &trial.rule).await?.into_iter().find(|row| row.hash == hash).map(|row| row.version);
    drop(conn);
    let name = serde_json::from_str::<Text>(&trial.text).map(|text| text.name).unwrap_or_default();
    let counted = |colour: acts::Colour| (colour.zh(), trial.found.0.grades.get(colour.key()).copied().unwrap_or_default());
    let grades = acts::Colour::ALL.into_iter().rev().map(counted).collect();
    let is_done = trial.done;
    let page = TrialPage { rail, name, version, grades, trial, shell };
    let mut drawn = page::render(&page.shell, &page)?;
    if !is_done {
        drawn.headers_mut().insert("refresh", header::HeaderValue::from_static("3"));
    }
    Ok(drawn)
}
