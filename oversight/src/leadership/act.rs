//! 记一笔 · the office of openness keeps the record: who is responsible, what the executive meeting heard, what was provided (C1-01).

use super::body::{self, Body};
use super::{missed, pages};
use acts::{LeadershipAct, Provision, Responsible};
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::{Datelike, NaiveDate};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::Shell;
use foundation::page::fields::{self, Filled, field_error, past_date};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use sqlx::PgConnection;

/// Characters of the longest name, and of the longest note.
const LONGEST_NAME: usize = 80;
const LONGEST: usize = 2000;

pub fn may(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::KeepLeadership, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// One act on a locked record, in the caller's transaction.
pub async fn keep(conn: &mut PgConnection, mut body: Body, act: LeadershipAct, by: &Person, now: &Moment) -> Result<(), Stop> {
    let entry = record::entry(body::subject(&body.key), now.at, by.actor("openness_officer"), Some(by.private()), act);
    record::record(conn, std::slice::from_ref(&entry)).await?;
    body.apply(&entry);
    body::save(conn, &body).await?;
    missed::set(conn, &body, now).await
}

pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((key, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person)?;
    let agency = catalogue.agency(&key).ok_or(Stop::NotFound("机关"))?;
    let read: fn(&Posted, &Body, NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> = match what.as_str() {
        "appoint" => appoint,
        "hear" if super::has_meetings(agency) => hear,
        "provide" => provide,
        _ => return Err(Stop::NotFound("页面")),
    };
    let form = posted.once()?;
    let leads_to = format!("/leadership/{key}");
    let mut tx = house.pool().begin().await?;
    if let Some(before) = once::answered(&mut tx, person.id, form).await? {
        return Ok(Redirect::to(&before).into_response());
    }
    let now = house.now();
    let body = body::lock(&mut tx, &key).await?;
    let act = match read(&posted, &body, now.date()) {
        Ok(act) => act,
        Err(errors) => {
            tx.rollback().await?;
            let again = Filled::new(shell.lang, posted.0, errors);
            return pages::draw(&house, &catalogue, shell, &key, Some(again)).await;
        }
    };
    keep(&mut tx, body, act, &person, &now).await?;
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// 明确负责人.
fn appoint(posted: &Posted, body: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let responsible = match posted.one("responsible") {
        "first" => Some(Responsible::First),
        "deputy" => Some(Responsible::Deputy),
        _ => {
            errors.push(field_error("responsible", "负什么责", "请选负什么责", "Choose what they are responsible for"));
            None
        }
    };
    let name = fields::text(posted, "name", "姓名", ("请写姓名", "请写姓名"), LONGEST_NAME, &mut errors);
    let post = fields::text(posted, "post", "职务", ("请写职务", "请写职务"), LONGEST_NAME, &mut errors);
    let from = past_date(posted, "from", "从哪天起", today, &mut errors);
    let last = body.holders.iter().filter(|holder| Some(holder.responsible) == responsible).map(|holder| holder.from).max();
    if let (Some(from), Some(last)) = (from, last)
        && from <= last
    {
        let zh = "要晚于前一位开始的日子";
        errors.push(field_error("from", "从哪天起", zh, "Must be after the day on which the one before began"));
    }
    match (responsible, from) {
        (Some(responsible), Some(from)) if errors.is_empty() => Ok(LeadershipAct::Appointed { responsible, name, post, from }),
        _ => Err(errors),
    }
}

/// 常务会议听取汇报.
fn hear(posted: &Posted, body: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let on = past_date(posted, "on", "会议日期", today, &mut errors);
    let meeting = fields::text(posted, "meeting", "哪次会议", ("请写哪次会议", "请写哪次会议"), LONGEST_NAME, &mut errors);
    let decided = fields::text(posted, "decided", "议定事项", ("请写议定事项", "请写议定事项"), LONGEST, &mut errors);
    if on.is_some_and(|on| body.hearings.iter().any(|hearing| hearing.on == on && hearing.meeting == meeting)) {
        errors.push(field_error("meeting", "哪次会议", "这次会议已经记过了", "This meeting is on record already"));
    }
    match on {
        Some(on) if errors.is_empty() => Ok(LeadershipAct::Heard { on, meeting, decided }),
        _ => Err(errors),
    }
}

/// 经费、编制、场所.
fn provide(posted: &Posted, _: &Body, today: NaiveDate) -> Result<LeadershipAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let provision = match posted.one("provision") {
        "funding" => Some(Provision::Funding),
        "posts" => Some(Provision::Posts),
        "premises" => Some(Provision::Premises),
        _ => {
            errors.push(field_error("provision", "保障什么", "请选保障什么", "Choose what is provided"));
            None
        }
    };
    let year =
        forms::text::fold_digits(posted.one("year")).trim().parse().ok().filter(|year| (2000..=today.year() + 1).contains(year));
    if year.is_none() {
        errors.push(field_error(
            "year",
            "年度",
            "年度请写四位数，最晚是明年",
            "Enter a year of four digits, next year at the latest",
        ));
    }
    let amount = forms::text::fold_digits(posted.one("amount")).trim().to_owned();
    let (whole, cents) = amount.split_once('.').unwrap_or((&amount, "0"));
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_posts = provision == Some(Provision::Posts);
    if !digits(whole, 9) || !digits(cents, 2) || is_posts && amount.contains('.') {
        let zh = "数量请写数字，最多两位小数；编制写整数";
        errors.push(field_error("amount", "数量", zh, "Enter a number with at most two decimals; posts are whole"));
    }
    let note = fields::optional(posted, "note", "说明", LONGEST, &mut errors);
    match (provision, year) {
        (Some(provision), Some(year)) if errors.is_empty() => Ok(LeadershipAct::Provided { year, provision, amount, note }),
        _ => Err(errors),
    }
}
