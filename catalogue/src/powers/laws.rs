//! 法律法规 · each text that powers rest on: what it is, since when and until when, and everything that stands on it (F016, F017).

use super::law::{self, Cited, Law};
use super::{is_offered, may};
use crate::{Catalogue, Item};
use acts::{LawAct, Rank};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, Step, encode, filters};
use foundation::{House, SignedIn, Stop, once, record};
use serde::Deserialize;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

const PAGE: i64 = 50;
/// Characters of the longest name of a text, and of the longest reason.
const LONGEST: usize = 300;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

#[derive(sqlx::FromRow)]
struct Listed {
    key: String,
    name: String,
    rank: Option<String>,
    in_force_from: Option<NaiveDate>,
    in_force_to: Option<NaiveDate>,
    powers: i64,
}

impl Listed {
    fn rank(&self) -> &'static str {
        let named =
            |rank: &Rank| serde_json::to_value(rank).ok().as_ref().and_then(|value| value.as_str()) == self.rank.as_deref();
        Rank::ALL.into_iter().find(named).map_or("", Rank::zh)
    }
}

#[derive(Template)]
#[template(path = "powers/laws.html")]
struct ListPage {
    shell: Shell,
    q: String,
    rows: Vec<Listed>,
    next: Option<String>,
    may_keep: bool,
}

impl ListPage {
    fn q_encoded(&self) -> String {
        encode(&self.q)
    }
}

/// Every text, by name; with the powers in the list that cite it.
pub async fn list(State(house): State<House>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let after = wanted.after.rsplit_once('~');
    let mut rows: Vec<Listed> = sqlx::query_as(
        "select l.key, l.name, l.rank, l.in_force_from, l.in_force_to,
                (select count(distinct b.code)
                   from power_bases b
                   join power_versions v on v.code = b.code and v.version = b.version
                  where b.law = l.key
                    and v.effective_to is null
                    and v.standing in ('in_use', 'suspended')) as powers
           from (select key, name, rank, in_force_from, in_force_to
                   from laws
                  where ($1::text is null or (name, key) > ($1, $2))
                    and ($3 = '' or name like '%' || $3 || '%')
                  order by name, key
                  limit $4) l
          order by l.name, l.key",
    )
    .bind(after.map(|(name, _)| name))
    .bind(after.map_or("", |(_, key)| key))
    .bind(law::plain(&wanted.q).replace(['%', '_', '\\'], ""))
    .bind(PAGE + 1)
    .fetch_all(house.pool())
    .await?;
    let is_more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let page = ListPage {
        next: rows.last().filter(|_| is_more).map(|row| encode(&format!("{}~{}", row.name, row.key))),
        q: wanted.q,
        rows,
        may_keep: is_offered(&house, shell.person.as_ref(), Act::KeepLaw),
        shell,
    };
    page::render(&page.shell, &page)
}

/// A power that cites the text.
#[derive(sqlx::FromRow)]
struct Citing {
    code: String,
    name: String,
    agency: String,
    articles: Vec<String>,
    ended_on: Option<NaiveDate>,
}

fn told(act: LawAct) -> (&'static str, String) {
    let whole = || "整部".to_owned();
    match act {
        LawAct::Described { law, rank, in_force_from } => ("登记", format!("{law}，{}，{in_force_from} 起施行", rank.zh())),
        LawAct::Repealed { article, last_day, because, .. } => {
            ("登记失效", format!("{}，最后一天 {last_day}：{because}", article.unwrap_or_else(whole)))
        }
        LawAct::RepealWithdrawn { article, reason } => ("撤销失效登记", format!("{}：{reason}", article.unwrap_or_else(whole))),
    }
}

#[derive(Template)]
#[template(path = "powers/law.html")]
struct LawPage {
    shell: Shell,
    key: String,
    law: Law,
    today: NaiveDate,
    powers: Vec<Citing>,
    next: Option<String>,
    items: Vec<(Arc<Item>, String)>,
    steps: Vec<Step>,
    may_keep: bool,
    filled: Filled,
}

impl LawPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    /// The last day of what is cited so, where it has one.
    fn ended(&self, article: &str) -> Option<NaiveDate> {
        self.law.last_day(article)
    }
    /// Articles that are cited, to choose from.
    fn articles(&self) -> Vec<&str> {
        let cited = self
            .powers
            .iter()
            .flat_map(|power| power.articles.iter().map(String::as_str))
            .chain(self.items.iter().map(|(_, article)| article.as_str()));
        let mut articles: Vec<&str> = cited.filter(|article| !article.is_empty()).collect();
        articles.sort_unstable();
        articles.dedup();
        articles
    }
    fn ranks(&self) -> String {
        ranks(&self.filled)
    }
    /// The form that was sent and has errors is open.
    fn is_open(&self, fields: &[&str]) -> bool {
        self.filled.errors.iter().any(|error| fields.contains(&error.field.as_str()))
    }
}

async fn citing(conn: &mut PgConnection, key: &str, after: &str) -> Result<Vec<Citing>, Stop> {
    Ok(sqlx::query_as(
        "select v.code, v.name, v.agency, array_agg(b.article order by b.article) as articles, min(b.ended_on) as ended_on
           from power_bases b
           join power_versions v on v.code = b.code and v.version = b.version
          where b.law = $1
            and b.code > $2
            and v.effective_to is null
            and v.standing in ('in_use', 'suspended')
          group by v.code, v.name, v.agency, b.code
          order by b.code
          limit $3",
    )
    .bind(key)
    .bind(after)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    draw(&house, &catalogue, shell, &key, &wanted.after, None).await
}

/// The page again, with what was typed before the session ended (H17).
pub async fn kept(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Held(held): Held,
    Path((key, _)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let again = held.map(|entered| Filled::new(shell.lang, entered, Vec::new()));
    draw(&house, &catalogue, shell, &key, "", again).await
}

/// The text; one that only matters cite has no row until somebody says something of it.
async fn found(conn: &mut PgConnection, catalogue: &Catalogue, key: &str) -> Result<Law, Stop> {
    if let Some(law) = law::find(conn, key).await? {
        return Ok(law);
    }
    let items = catalogue.items();
    let cited = items.iter().flat_map(|item| &item.legal_basis).find(|basis| law::key(&basis.law) == key);
    Ok(Law { name: format!("《{}》", cited.ok_or(Stop::NotFound("法律法规"))?.law), ..Law::default() })
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    key: &str,
    after: &str,
    again: Option<Filled>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let items: Vec<(Arc<Item>, String)> = catalogue
        .items()
        .iter()
        .flat_map(|item| item.legal_basis.iter().map(move |basis| (item, basis)))
        .filter(|(_, basis)| law::key(&basis.law) == key)
        .map(|(item, basis)| (item.clone(), basis.article.clone()))
        .collect();
    let law = found(&mut conn, catalogue, key).await?;
    let mut powers = citing(&mut conn, key, after).await?;
    let steps = page::steps_of(&mut conn, &law::subject(key), told).await?;
    drop(conn);
    let is_more = powers.len() as i64 > PAGE;
    powers.truncate(PAGE as usize);
    let filled = again.unwrap_or_else(|| Filled::empty(shell.lang));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = LawPage {
        key: key.into(),
        next: powers.last().filter(|_| is_more).map(|power| power.code.clone()),
        powers,
        items,
        law,
        today: house.now().date(),
        steps,
        may_keep: is_offered(house, shell.person.as_ref(), Act::KeepLaw),
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

#[derive(Template)]
#[template(path = "powers/law_new.html")]
struct NewPage {
    shell: Shell,
    filled: Filled,
}

impl NewPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn ranks(&self) -> String {
        ranks(&self.filled)
    }
}

fn draw_new(shell: Shell, filled: Filled) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = NewPage { filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /laws/new, with what was typed before the session ended (H17).
pub async fn new(State(house): State<House>, shell: Shell, person: SignedIn, Held(held): Held) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepLaw)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw_new(shell, filled)
}

/// POST /laws/new: says what a text is that nobody cited yet.
pub async fn begin(State(house): State<House>, shell: Shell, person: SignedIn, posted: Posted) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepLaw)?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let mut errors = Vec::new();
    let name = fields::text(&posted, "name", "名称", ("请写法律法规的全称", "请写法律法规的全称"), LONGEST, &mut errors);
    let name = match name.contains('《') || name.contains('〔') {
        true => Cited::read(&name).law,
        false => format!("《{name}》"),
    };
    if errors.is_empty() && law::plain(&name).is_empty() {
        errors.push(field_error("name", "名称", "请写法律法规的全称", "Enter the full name of the text"));
    }
    let key = law::key(&name);
    let law = match errors.is_empty() {
        true => law::lock(&mut tx, &key, &name).await?,
        false => Law { name, ..Law::default() },
    };
    match describe(&posted, &law) {
        Ok(act) if errors.is_empty() => {
            let leads_to = format!("/laws/{key}");
            keep(&mut tx, &key, law, act, &person, &house.now()).await?;
            once::finish(&house, tx, person.id, form, &leads_to).await?;
            Ok(Redirect::to(&leads_to).into_response())
        }
        described => {
            tx.rollback().await?;
            errors.extend(described.err().into_iter().flatten());
            draw_new(shell.clone(), Filled::new(shell.lang, posted.0, errors))
        }
    }
}

/// A choice of what kind of text it is.
fn ranks(filled: &Filled) -> String {
    let options: Vec<(&str, &str)> = Rank::ALL.into_iter().map(|rank| (rank.zh(), rank.zh())).collect();
    filled.choice("rank", "效力级别", "radio", &options)
}

/// POST /laws/{key}/{describe,repeal,restore}
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((key, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepLaw)?;
    let form = posted.once()?;
    let leads_to = format!("/laws/{key}");
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let name = found(&mut tx, &catalogue, &key).await?.name;
    let law = law::lock(&mut tx, &key, &name).await?;
    let now = house.now();
    let read = match what.as_str() {
        "describe" => describe(&posted, &law),
        "repeal" => repeal(&posted, &law),
        "restore" => restore(&posted, &law),
        _ => return Err(Stop::NotFound("页面")),
    };
    let act = match read {
        Ok(act) => act,
        Err(errors) => {
            tx.rollback().await?;
            let again = Filled::new(shell.lang, posted.0, errors);
            return draw(&house, &catalogue, shell, &key, "", Some(again)).await;
        }
    };
    keep(&mut tx, &key, law, act, &person, &now).await?;
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    // Guides that were drawn a moment ago speak of it, too.
    catalogue.pages().clear();
    Ok(Redirect::to(&leads_to).into_response())
}

/// One act on a locked text, in the caller's transaction.
pub async fn keep(
    conn: &mut PgConnection,
    key: &str,
    mut law: Law,
    act: LawAct,
    by: &foundation::people::Person,
    now: &foundation::Moment,
) -> Result<(), Stop> {
    // Of the two offices that keep the register (`catalogue.keep_law`) the one this person is of.
    let office = by.actor_as(&["legal_reviewer", "catalogue_administrator"]);
    let entry = record::entry(law::subject(key), now.at, office, Some(by.private()), act);
    record::record(conn, std::slice::from_ref(&entry)).await?;
    law.apply(&entry);
    law::save(conn, key, &law).await
}

/// 登记: what it is and since when.
fn describe(posted: &Posted, law: &Law) -> Result<LawAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let rank = Rank::ALL.into_iter().find(|rank| rank.zh() == posted.one("rank"));
    if rank.is_none() {
        errors.push(field_error("rank", "效力级别", "请选效力级别", "Choose what kind of text it is"));
    }
    let from = fields::date_of_text(posted.one("from"), "from", "施行日期", &mut errors);
    if let (Some(from), Some(ended)) = (from, &law.ended)
        && ended.last_day < from
    {
        errors.push(field_error("from", "施行日期", "施行日期晚于登记的失效日期", "It would begin after its end"));
    }
    match (rank, from) {
        (Some(rank), Some(in_force_from)) if errors.is_empty() => {
            Ok(LawAct::Described { law: law.name.clone(), rank, in_force_from })
        }
        _ => Err(errors),
    }
}

/// 失效: of the whole text, or of one citation.
fn repeal(posted: &Posted, law: &Law) -> Result<LawAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let article = Some(super::sheet::tidy(posted.one("article"))).filter(|article| !article.is_empty());
    let last_day = fields::date(posted.one("last_day"), "last_day", "最后一天", &mut errors);
    let because = fields::public_text(posted, "because", "因何失效", ("请写因何失效", "请写因何失效"), LONGEST, &mut errors);
    if let (Some(last), Some(from)) = (last_day, law.in_force_from)
        && last < from
    {
        errors.push(field_error("last_day", "最后一天", "最后一天早于施行日期", "It would end before it began"));
    }
    match last_day {
        Some(last_day) if errors.is_empty() => Ok(LawAct::Repealed { law: law.name.clone(), article, last_day, because }),
        _ => Err(errors),
    }
}

/// 撤销: a repeal that was recorded by mistake.
fn restore(posted: &Posted, law: &Law) -> Result<LawAct, Vec<FieldError>> {
    let mut errors = Vec::new();
    let article = Some(super::sheet::tidy(posted.one("restored"))).filter(|article| !article.is_empty());
    let is_there = match &article {
        None => law.ended.is_some(),
        Some(article) => law.articles.contains_key(article),
    };
    if !is_there {
        errors.push(field_error("restored", "撤销哪一项", "没有登记过这一项失效", "No such repeal is on record"));
    }
    let reason = fields::public_text(posted, "reason", "撤销原因", ("请写撤销原因", "请写撤销原因"), LONGEST, &mut errors);
    match errors.is_empty() {
        true => Ok(LawAct::RepealWithdrawn { article, reason }),
        false => Err(errors),
    }
}
