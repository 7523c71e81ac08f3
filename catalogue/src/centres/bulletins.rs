//! 招商、就业、科技信息 · what a centre collects and publishes, for everybody: listed by kind until its last day, withdrawn with a reason,
//! readable for good (B3.3).

use super::{record, show};
use crate::powers::{is_offered, may};
use crate::{Catalogue, Centre};
use acts::{ActBody, BulletinAct, BulletinKind, Subject};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, Step, filters};
use foundation::{House, Moment, SignedIn, Stop, once, record as log};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::sync::Arc;
use uuid::Uuid;

const PAGE: i64 = 30;
const MOST: i64 = 50_000;
/// Characters of a title, of a line and of a text.
const TITLE: usize = 100;
const LINE: usize = 200;
const TEXT: usize = 4000;

/// The fold of its acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    pub no: String,
    pub centre: String,
    pub kind: BulletinKind,
    pub title: String,
    pub text: String,
    pub source: String,
    pub contact: String,
    pub published_on: NaiveDate,
    pub until: Option<NaiveDate>,
    /// Why it was withdrawn.
    pub withdrawn: Option<String>,
}

impl Bulletin {
    fn after(before: Option<Bulletin>, no: &str, act: &BulletinAct, on: NaiveDate) -> Option<Bulletin> {
        match (act.clone(), before) {
            (BulletinAct::Published { centre, kind, title, text, source, contact, until }, _) => Some(Bulletin {
                no: no.to_owned(),
                centre,
                kind,
                title,
                text,
                source,
                contact,
                published_on: on,
                until,
                withdrawn: None,
            }),
            (BulletinAct::Withdrawn { reason }, Some(before)) => Some(Bulletin { withdrawn: Some(reason), ..before }),
            (BulletinAct::Withdrawn { .. }, None) => None,
        }
    }

    /// Whether it still holds that day, its last day included.
    pub fn holds(&self, on: NaiveDate) -> bool {
        self.withdrawn.is_none() && self.until.is_none_or(|until| on <= until)
    }

    fn key(&self) -> String {
        format!("{}~{}", self.published_on, self.no)
    }
}

fn subject(no: &str) -> Subject {
    Subject { kind: BulletinAct::SUBJECT.into(), no: no.into() }
}

async fn keep(
    conn: &mut PgConnection,
    no: &str,
    before: Option<Bulletin>,
    act: BulletinAct,
    (actor, person): record::By,
    now: &Moment,
) -> Result<(), Stop> {
    let after = Bulletin::after(before, no, &act, now.date()).ok_or(Stop::NotFound("信息"))?;
    let entry = log::entry(subject(no), now.at, actor, person, act);
    let position = log::record(conn, std::slice::from_ref(&entry)).await?[0];
    sqlx::query(
        "insert into bulletins (no, centre, kind, published_on, until, is_open, state, position)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (no) do update
            set is_open = excluded.is_open,
                state = excluded.state,
                position = excluded.position",
    )
    .bind(no)
    .bind(&after.centre)
    .bind(after.kind.key())
    .bind(after.published_on)
    .bind(after.until)
    .bind(after.withdrawn.is_none())
    .bind(Json(&after))
    .bind(position)
    .execute(conn)
    .await?;
    Ok(())
}

/// Publishes one, in the caller's transaction.
pub(super) async fn publish(conn: &mut PgConnection, act: BulletinAct, by: record::By, now: &Moment) -> Result<String, Stop> {
    let serial: i64 = sqlx::query_scalar("select nextval('bulletin_numbers')").fetch_one(&mut *conn).await?;
    let no = format!("XX{serial:06}");
    keep(conn, &no, None, act, by, now).await?;
    Ok(no)
}

async fn find(conn: &mut PgConnection, no: &str, lock: bool) -> Result<Bulletin, Stop> {
    let sql = format!("select state from bulletins where no = $1{}", if lock { " for update" } else { "" });
    let state: Option<Json<Bulletin>> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(no).fetch_optional(conn).await?;
    Ok(state.ok_or(Stop::NotFound("信息"))?.0)
}

/// Those that hold that day, the newest first, of a centre and of a kind; an empty name is any.
async fn listed(
    conn: &mut PgConnection,
    (centre, kind): (&str, &str),
    on: NaiveDate,
    after: &str,
    most: i64,
) -> Result<Vec<Bulletin>, Stop> {
    let after = after.split_once('~').and_then(|(day, no)| Some((day.parse::<NaiveDate>().ok()?, no)));
    let rows: Vec<Json<Bulletin>> = sqlx::query_scalar(
        "select state
           from bulletins
          where is_open
            and ($1 = '' or centre = $1)
            and ($2 = '' or kind = $2)
            and (until is null or until >= $3)
            and ($4::date is null or (published_on, no) < ($4, $5))
          order by published_on desc, no desc
          limit $6",
    )
    .bind(centre)
    .bind(kind)
    .bind(on)
    .bind(after.map(|(day, _)| day))
    .bind(after.map_or("", |(_, no)| no))
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    centre: String,
    kind: String,
    after: String,
    #[serde(rename = "as")]
    form: String,
}

#[derive(Template)]
#[template(path = "centres/bulletins.html")]
struct ListPage {
    shell: Shell,
    centre: Option<Arc<Centre>>,
    kind: String,
    rows: Vec<(Bulletin, String)>,
    next: Option<String>,
    /// Centres at which whoever looks may publish.
    may_publish: bool,
}

impl ListPage {
    fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        std::iter::once(("", "全部")).chain(BulletinKind::ALL.map(|kind| (kind.key(), kind.zh()))).collect()
    }
    fn address(&self, kind: &str) -> String {
        let centre = self.centre.as_ref().map(|centre| format!("centre={}&", centre.key)).unwrap_or_default();
        format!("/bulletins?{centre}kind={kind}")
    }
}

/// GET /bulletins
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let centre = catalogue.centre(&wanted.centre);
    let key = centre.as_ref().map_or("", |centre| centre.key.as_str()).to_owned();
    let kind = BulletinKind::of(&wanted.kind).map_or("", BulletinKind::key);
    let format = Format::of(Some(wanted.form.as_str()));
    let most = if format.is_some() { MOST } else { PAGE + 1 };
    let mut conn = house.pool().acquire().await?;
    let mut rows = listed(&mut conn, (&key, kind), shell.now.date(), &wanted.after, most).await?;
    drop(conn);
    let name = |key: &str| catalogue.centre(key).map_or_else(|| key.to_owned(), |centre| centre.name.clone());
    if let Some(format) = format {
        return table(&rows, name).download(format, shell.lang);
    }
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let page = ListPage {
        next: rows.last().filter(|_| more).map(|row| page::encode(&row.key())),
        rows: rows.into_iter().map(|row| (name(&row.centre), row)).map(|(name, row)| (row, name)).collect(),
        may_publish: centre.is_some() && is_offered(&house, shell.person.as_ref(), Act::KeepCentre),
        kind: kind.to_owned(),
        centre,
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(rows: &[Bulletin], name: impl Fn(&str) -> String) -> Table {
    let row = |one: &Bulletin| {
        vec![
            one.no.clone().into(),
            one.kind.zh().into(),
            one.title.clone().into(),
            one.text.clone().into(),
            one.source.clone().into(),
            one.contact.clone().into(),
            name(&one.centre).into(),
            one.published_on.to_string().into(),
            one.until.map(|day| day.to_string()).into(),
        ]
    };
    Table {
        name: "招商就业科技信息".into(),
        columns: vec![
            ("no", "编号"),
            ("kind", "类别"),
            ("title", "标题"),
            ("text", "内容"),
            ("source", "来源单位"),
            ("contact", "联系方式"),
            ("centre", "发布的中心"),
            ("published_on", "发布日期"),
            ("until", "有效到"),
        ],
        rows: rows.iter().map(row).collect(),
    }
}

#[derive(Template)]
#[template(path = "centres/bulletin.html")]
struct OnePage {
    shell: Shell,
    one: Bulletin,
    centre: Option<Arc<Centre>>,
    steps: Vec<Step>,
    may_publish: bool,
    filled: Filled,
}

impl OnePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
}

fn told(act: BulletinAct) -> (&'static str, String) {
    match act {
        BulletinAct::Published { kind, source, .. } => ("发布信息", format!("{}，来自{source}", kind.zh())),
        BulletinAct::Withdrawn { reason } => ("撤下信息", reason),
    }
}

async fn draw_one(house: &House, catalogue: &Catalogue, shell: Shell, no: &str, filled: Filled) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let one = find(&mut conn, no, false).await?;
    let steps = page::steps_of(&mut conn, &subject(no), told).await?;
    drop(conn);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = OnePage {
        may_publish: one.withdrawn.is_none() && is_offered(house, shell.person.as_ref(), Act::KeepCentre),
        centre: catalogue.centre(&one.centre),
        steps,
        one,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /bulletins/{no}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Held(held): Held,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw_one(&house, &catalogue, shell, &no, filled).await
}

/// POST /bulletins/{no}: withdraws it.
pub async fn withdraw(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepCentre)?;
    let form = posted.once()?;
    let mut errors = Vec::new();
    let wanted = ("请写为什么撤下，公开", "Say why it is withdrawn; it becomes public");
    let reason = fields::public_text(&posted, "reason", "撤下的原因", wanted, LINE, &mut errors);
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw_one(&house, &catalogue, shell, &no, filled).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let before = find(&mut tx, &no, true).await?;
    if before.withdrawn.is_some() {
        return Err(Stop::Rejected("这一条已经撤下".into()));
    }
    keep(&mut tx, &no, Some(before), BulletinAct::Withdrawn { reason }, record::by(&person), &house.now()).await?;
    let leads_to = format!("/bulletins/{no}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

#[derive(Template)]
#[template(path = "centres/bulletin_new.html")]
struct NewPage {
    shell: Shell,
    centre: Arc<Centre>,
    filled: Filled,
}

impl NewPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn kinds(&self) -> String {
        let kinds: Vec<(&str, &str)> = BulletinKind::ALL.map(|kind| (kind.key(), kind.zh())).to_vec();
        self.filled.choice("kind", "类别", "radio", &kinds)
    }
}

fn draw_new(shell: Shell, centre: Arc<Centre>, filled: Filled) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = NewPage { centre, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /centres/{centre}/bulletins
pub async fn new(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(key): Path<String>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepCentre)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw_new(shell, show::centre(&catalogue, &key)?, filled)
}

/// POST /centres/{centre}/bulletins
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(key): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepCentre)?;
    let centre = show::centre(&catalogue, &key)?;
    let form = posted.once()?;
    let now = house.now();
    let mut errors = Vec::new();
    let kind = BulletinKind::of(posted.one("kind"));
    if kind.is_none() {
        errors.push(field_error("kind", "类别", "请选是哪一类信息", "Choose the kind"));
    }
    let mut said = |key: &str, label: &str, zh: &str, en: &str, most: usize| {
        fields::public_text(&posted, key, label, (zh, en), most, &mut errors)
    };
    let title = said("title", "标题", "请写标题", "Enter a title", TITLE);
    let text = said("text", "内容", "请写内容", "Enter the text", TEXT);
    let source = said("source", "来源单位", "请写是哪个单位提供的", "Enter the body it comes from", LINE);
    let contact =
        said("contact", "联系方式", "请写向谁问，只写单位的电话", "Enter whom to ask, by the telephone of the body", LINE);
    let until = match posted.one("until").trim() {
        "" => None,
        day => fields::date(day, "until", "有效到", &mut errors),
    };
    if until.is_some_and(|until| until < now.date()) {
        errors.push(field_error("until", "有效到", "有效到不能早于今天", "The last day must not be before today"));
    }
    let Some(kind) = kind.filter(|_| errors.is_empty()) else {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw_new(shell, centre, filled);
    };
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let act = BulletinAct::Published { centre: key, kind, title, text, source, contact, until };
    let no = publish(&mut tx, act, record::by(&person), &now).await?;
    let leads_to = format!("/bulletins/{no}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b3_3_information_holds_to_its_last_day_and_until_it_is_withdrawn() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let published = BulletinAct::Published {
            centre: "a".into(),
            kind: BulletinKind::Employment,
            title: "招工".into(),
            text: "三十人".into(),
            source: "某局".into(),
            contact: "0564-12345".into(),
            until: Some(day("2026-12-31")),
        };
        let one = Bulletin::after(None, "XX000001", &published, day("2026-12-01")).unwrap();
        assert!(one.holds(day("2026-12-31")) && !one.holds(day("2027-01-01")));
        let gone =
            Bulletin::after(Some(one.clone()), "XX000001", &BulletinAct::Withdrawn { reason: "招满".into() }, day("2026-12-05"));
        assert!(!gone.unwrap().holds(day("2026-12-05")));
        assert!(Bulletin { until: None, ..one }.holds(day("2099-01-01")));
        assert_eq!(Bulletin::after(None, "XX000002", &BulletinAct::Withdrawn { reason: "x".into() }, day("2026-12-05")), None);
    }
}
