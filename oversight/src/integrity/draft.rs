//! 改风险点 · the chief representative of the agency or the catalogue administrator writes a point anew, and another of them publishes it (A6, F054).

use super::points;
use super::rules::{Changed, Point, id};
use crate::supervision::book::{self, INTEGRITY, Row};
use acts::{Control, RiskLevel};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Item};
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use std::sync::Arc;
use uuid::Uuid;

const LONGEST: usize = 500;
const WHO: [(&str, &str); 3] =
    [("counter_officer", "经办的工作人员"), ("chief_representative", "首席代表"), ("head", "单位负责人")];

/// A version with what it says.
struct Version {
    row: Row,
    point: Point,
}

impl Version {
    fn of(row: Row) -> Option<Version> {
        Some(Version { point: serde_json::from_str(&row.text).ok()?, row })
    }
    fn state(&self) -> &'static str {
        match self.row.state.as_str() {
            "drafted" => "草稿",
            "withdrawn" => "已撤回",
            _ => "已公布",
        }
    }
}

#[derive(Template)]
#[template(path = "integrity/draft.html")]
struct DraftPage {
    shell: Shell,
    item: Arc<Item>,
    node: String,
    step: String,
    versions: Vec<Version>,
    draft: Option<Version>,
    is_own: bool,
    filled: Filled,
}

impl DraftPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn fields(&self) -> String {
        let levels: Vec<(&str, &str)> = RiskLevel::ALL.iter().map(|level| (level.key(), level.zh())).collect();
        let controls: Vec<(&str, &str)> = Control::ALL.iter().map(|control| (control.key(), control.zh())).collect();
        [
            self.filled.choice("level", "风险等级", "radio", &levels),
            self.filled.textarea("wrong", "可能出什么问题", "大白话，公开", 2),
            self.filled.choice("controls", "防控措施", "checkbox", &controls),
            self.filled.textarea("against", "怎么防", "写明具体怎么做，公开", 3),
            self.filled.choice("who", "谁负责", "radio", &WHO),
        ]
        .concat()
    }
    fn why(&self) -> String {
        self.filled.textarea("why", "为什么公布", "公开", 2)
    }
}

fn entered(point: &Point) -> Entered {
    Entered::from([
        ("level".into(), vec![point.level.key().into()]),
        ("wrong".into(), vec![point.wrong.clone()]),
        ("controls".into(), point.controls.iter().map(|control| control.key().to_owned()).collect()),
        ("against".into(), vec![point.against.clone()]),
        ("who".into(), vec![point.who.clone()]),
    ])
}

/// Reads the form; says everything that is wrong with it at once.
fn read(posted: &Posted, item: &Item, node: &str) -> Result<Point, Vec<FieldError>> {
    let mut errors = Vec::new();
    let level = RiskLevel::of(posted.one("level"));
    if level.is_none() {
        errors.push(field_error("level", "风险等级", "请选风险等级", "Choose the level"));
    }
    let wrong = fields::public_text(
        posted,
        "wrong",
        "可能出什么问题",
        ("请写可能出什么问题", "Say what can go wrong"),
        LONGEST,
        &mut errors,
    );
    let against =
        fields::public_text(posted, "against", "怎么防", ("请写怎么防", "Say what is done against it"), LONGEST, &mut errors);
    let chosen = posted.0.get("controls").cloned().unwrap_or_default();
    let controls: Vec<Control> = chosen.iter().filter_map(|key| Control::of(key)).collect();
    if controls.is_empty() {
        errors.push(field_error("controls", "防控措施", "请至少选一种防控措施", "Choose at least one control"));
    }
    let who = posted.one("who").to_owned();
    if !WHO.iter().any(|(key, _)| *key == who) {
        errors.push(field_error("who", "谁负责", "请选谁负责", "Choose who answers for it"));
    }
    match level.filter(|_| errors.is_empty()) {
        Some(level) => Ok(Point {
            item: item.slug.clone(),
            node: node.to_owned(),
            level,
            wrong,
            against,
            controls,
            who,
            source: "site".into(),
        }),
        None => Err(errors),
    }
}

fn may_keep(house: &House, person: &Person, item: &Item) -> Result<(), Stop> {
    let on = Resource::Agency { key: item.agency.clone() };
    house.may(&person.principal(), Act::KeepIntegrity, &on, &Circumstance::default()).map(|_| ())
}

async fn draw(
    house: &House,
    shell: Shell,
    item: Arc<Item>,
    node: &str,
    held: Option<Entered>,
    errors: Vec<FieldError>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let changed = Changed::read(&mut conn, house.now().at).await?;
    let versions = book::of(&mut conn, &id(&item.slug, node)).await?;
    drop(conn);
    let current = points::rows(&changed, &item).into_iter().find(|row| row.point.node == node).ok_or(Stop::NotFound("风险点"))?;
    let draft = versions.iter().find(|row| row.is_draft()).cloned().and_then(Version::of);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = held.unwrap_or_else(|| entered(draft.as_ref().map_or(&current.point, |draft| &draft.point)));
    let me = shell.person.as_ref().map(|person| person.id);
    let page = DraftPage {
        is_own: draft.as_ref().is_some_and(|draft| draft.row.drafted_by == me),
        versions: versions.into_iter().filter_map(Version::of).collect(),
        filled: Filled::new(shell.lang, shown, errors),
        step: current.step,
        node: node.to_owned(),
        draft,
        item,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /integrity/{slug}/{node}
pub async fn get(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path((slug, node)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let item = catalogue.item(&slug).ok_or(Stop::NotFound("事项"))?;
    may_keep(&house, &person, &item)?;
    draw(&house, shell, item, &node, held, Vec::new()).await
}

/// POST /integrity/{slug}/{node}: keeps a draft, publishes one of somebody else, withdraws the own.
pub async fn post(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((slug, node)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let item = catalogue.item(&slug).ok_or(Stop::NotFound("事项"))?;
    may_keep(&house, &person, &item)?;
    let (form, now, key) = (posted.once()?, house.now(), id(&slug, &node));
    if item.process.node(&node).is_none() {
        return Err(Stop::NotFound("风险点"));
    }
    let how = posted.one("how").to_owned();
    let mut errors = Vec::new();
    let why = match how.as_str() {
        "publish" => {
            fields::public_text(&posted, "why", "为什么公布", ("请写为什么公布", "Say why it is published"), LONGEST, &mut errors)
        }
        _ => String::new(),
    };
    let point = match how.as_str() {
        "draft" => read(&posted, &item, &node).map(Some),
        _ if errors.is_empty() => Ok(None),
        _ => Err(errors),
    };
    let point = match point {
        Ok(point) => point,
        Err(errors) => return draw(&house, shell, item, &node, Some(posted.0), errors).await,
    };
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    match (how.as_str(), point) {
        ("draft", Some(point)) => {
            let text = serde_json::to_string_pretty(&point)? + "\n";
            book::draft_text(&mut tx, (INTEGRITY, &key), text, &person, &now).await?;
        }
        (how, _) => {
            let version = posted.one("version").parse().map_err(|_| Stop::NotFound("风险点"))?;
            match how {
                "publish" => book::publish(&mut tx, (&key, version), (now.date(), &why), &person, &now).await?,
                _ => book::withdraw(&mut tx, &key, version, &person, &now).await?,
            }
        }
    }
    let leads_to = format!("/integrity/{slug}/{node}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}
