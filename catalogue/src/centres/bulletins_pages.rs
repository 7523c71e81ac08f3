//! 信息页面 · what the centres publish, for everybody, and the form by which it is published (B3.3).

use super::bulletins::{self, Bulletin};
use super::offices::{is_offered, may};
use super::{close, record, show};
use crate::{Catalogue, Centre};
use acts::{BulletinAct, BulletinKind};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, Step, filters};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

const PAGE: i64 = 30;
const MOST: i64 = 50_000;
/// Characters of a title, of a line and of a text.
const TITLE: usize = 100;
const LINE: usize = 200;
const TEXT: usize = 4000;

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
    let mut rows = bulletins::listed(&mut conn, (&key, kind), shell.now.date(), &wanted.after, most).await?;
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
        may_publish: centre
            .as_ref()
            .is_some_and(|centre| is_offered(&house, &catalogue, shell.person.as_ref(), Act::KeepCentre, centre)),
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
    let one = bulletins::find(&mut conn, no, false).await?;
    let steps = page::steps_of(&mut conn, &bulletins::subject(no), told).await?;
    drop(conn);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let centre = catalogue.centre(&one.centre);
    let offers = |centre: &Arc<Centre>| is_offered(house, catalogue, shell.person.as_ref(), Act::KeepCentre, centre);
    let page = OnePage {
        may_publish: one.withdrawn.is_none() && centre.as_ref().is_some_and(offers),
        centre,
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
    let one = bulletins::find(&mut *house.pool().acquire().await?, &no, false).await?;
    may(&house, &catalogue, &person, Act::KeepCentre, &*show::centre(&catalogue, &one.centre)?)?;
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
    let before = bulletins::find(&mut tx, &no, true).await?;
    if before.withdrawn.is_some() {
        return Err(Stop::Rejected("这一条已经撤下".into()));
    }
    bulletins::keep(&mut tx, &no, Some(before), BulletinAct::Withdrawn { reason }, record::by(&person), &house.now()).await?;
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
    let centre = show::centre(&catalogue, &key)?;
    may(&house, &catalogue, &person, Act::KeepCentre, &centre)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    close::told(&centre, house.now().date())?;
    draw_new(shell, centre, filled)
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
    let centre = show::centre(&catalogue, &key)?;
    may(&house, &catalogue, &person, Act::KeepCentre, &centre)?;
    let form = posted.once()?;
    let now = house.now();
    close::told(&centre, now.date())?;
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
    let no = bulletins::publish(&mut tx, act, record::by(&person), &now).await?;
    let leads_to = format!("/bulletins/{no}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}
