//! 管理 · what an administrator sees: the definitions in force with their digests, the policies as text, people and their roles.
//! Nothing is changed here: definitions change as files, people by command; each change is an act.

use crate::{Catalogue, Definition};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::people::{self, Person};
use foundation::{House, SignedIn, Stop};
use serde::Deserialize;
use sqlx::Row;
use std::collections::HashMap;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/admin", get(|| async { axum::response::Redirect::to("/admin/definitions") }))
        .route("/admin/definitions", get(definitions))
        .route("/admin/definitions/{kind}/{key}", get(definition))
        .route("/admin/policies", get(policies))
        .route("/admin/people", get(people_page))
}

fn may(house: &House, person: &SignedIn, act: Act) -> Result<(), Stop> {
    house.may(&person.principal(), act, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// What a kind of definition is called.
fn kind_name(kind: &str) -> &'static str {
    match kind {
        "item" => "事项",
        "version" => "事项版本",
        "process" => "流程",
        "form" => "表单",
        "decision" => "判断表",
        "policy" => "权限政策",
        "letter" => "文书",
        "synonyms" => "近义词",
        "data-elements" => "数据元",
        _ => "定义",
    }
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(rename = "as")]
    format: Option<String>,
    after: Option<String>,
}

struct Row1 {
    kind: String,
    kind_name: &'static str,
    key: String,
    name: String,
    hash: String,
    entry: Option<i64>,
}

#[derive(Template)]
#[template(path = "admin_definitions.html")]
struct DefinitionsPage {
    shell: Shell,
    rows: Vec<Row1>,
    calendar: String,
}

/// The log entry in which each definition was first loaded.
async fn entries_of(house: &House) -> Result<HashMap<String, i64>, Stop> {
    let rows = sqlx::query(
        "select a.public_body, e.n
           from acts a
           join log_entries e on e.position = a.position
          where a.subject_kind = 'definition'
          order by e.n",
    )
    .fetch_all(house.pool())
    .await?;
    let mut out = HashMap::new();
    for row in rows {
        let body: serde_json::Value = serde_json::from_str(row.get("public_body"))?;
        if let Some(hash) = body["hash"].as_str() {
            out.insert(hash.to_owned(), row.get("n"));
        }
    }
    Ok(out)
}

async fn definitions(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::ViewAdmin)?;
    let entries = entries_of(&house).await?;
    let rows: Vec<Row1> = catalogue
        .definitions()
        .iter()
        .map(|d| Row1 {
            kind: d.kind.to_owned(),
            kind_name: kind_name(d.kind),
            key: d.key.clone(),
            name: d.name.clone(),
            hash: d.hash.clone(),
            entry: entries.get(&d.hash).copied(),
        })
        .collect();
    if let Some(format) = Format::of(wanted.format.as_deref()) {
        return Table {
            name: "系统定义".into(),
            columns: vec![("kind", "种类"), ("key", "标识"), ("name", "名称"), ("hash", "摘要"), ("entry", "日志条目")],
            rows: rows
                .into_iter()
                .map(|r| vec![r.kind_name.into(), r.key.into(), r.name.into(), r.hash.into(), r.entry.into()])
                .collect(),
        }
        .download(format, shell.lang);
    }
    let page = DefinitionsPage { rows, calendar: house.time().calendar().version().to_owned(), shell };
    page::render(&page.shell.clone(), &page)
}

#[derive(Template)]
#[template(path = "admin_definition.html")]
struct DefinitionPage {
    shell: Shell,
    kind_name: &'static str,
    definition: Definition,
}

async fn definition(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((kind, key)): Path<(String, String)>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::ViewAdmin)?;
    let definition =
        catalogue.definitions().iter().find(|d| d.kind == kind && d.key == key).cloned().ok_or(Stop::NotFound("定义"))?;
    let page = DefinitionPage { kind_name: kind_name(&kind), definition, shell };
    page::render(&page.shell.clone(), &page)
}

struct PolicyRow {
    id: String,
    file: String,
    forbids: bool,
    reason: String,
    acts: String,
    text: String,
}

#[derive(Template)]
#[template(path = "admin_policies.html")]
struct PoliciesPage {
    shell: Shell,
    hash: String,
    rows: Vec<PolicyRow>,
}

/// Who may do what, and why: the policy text itself (F156).
async fn policies(State(house): State<House>, shell: Shell, person: SignedIn) -> Result<Response, Stop> {
    may(&house, &person, Act::ViewAdmin)?;
    let rows = house
        .authority()
        .rules()
        .iter()
        .map(|r| PolicyRow {
            id: r.id.clone(),
            file: r.file.clone(),
            forbids: r.forbids,
            reason: r.reason.clone(),
            acts: r.acts.iter().map(|a| a.name()).collect::<Vec<_>>().join("、"),
            text: r.text.clone(),
        })
        .collect();
    let page = PoliciesPage { hash: house.authority().hash().to_owned(), rows, shell };
    page::render(&page.shell.clone(), &page)
}

struct PersonRow {
    name: String,
    login: String,
    roles: String,
    agency: String,
    post: String,
    active: bool,
}

#[derive(Template)]
#[template(path = "admin_people.html")]
struct PeoplePage {
    shell: Shell,
    rows: Vec<PersonRow>,
    next: Option<String>,
}

const PAGE: i64 = 50;

/// People with a role, in pages by login. An administrator sees roles and posts, never identity numbers or cases.
async fn people_page(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::ManagePeople)?;
    let mut found: Vec<Person> = people::list(house.pool(), wanted.after.as_deref().unwrap_or_default(), PAGE + 1).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|p| p.login.clone());
    let rows = found
        .into_iter()
        .map(|p| PersonRow {
            name: p.name,
            roles: p.roles.iter().map(|r| role_name(r)).collect::<Vec<_>>().join("、"),
            agency: p.agency.as_deref().and_then(|a| catalogue.agency(a)).map(|a| a.name.clone()).unwrap_or_default(),
            post: p.post.unwrap_or_default(),
            login: p.login,
            active: p.active,
        })
        .collect();
    let page = PeoplePage { rows, next, shell };
    page::render(&page.shell.clone(), &page)
}

fn role_name(role: &str) -> String {
    match role {
        "citizen" => "群众",
        "agent" => "经办人",
        "counter_officer" => "窗口工作人员",
        "chief_representative" => "首席代表",
        "supervisor" => "监察人员",
        "openness_officer" => "政务公开办",
        "liaison" => "联络员",
        "catalogue_administrator" => "目录管理员",
        "establishment_reviewer" => "机构编制审核人员",
        "legal_reviewer" => "法制审核人员",
        "centre_manager" => "中心负责人",
        "centre_reviewer" => "中心事项审核人员",
        "village_agent" => "代办员",
        "administrator" => "系统管理员",
        other => other,
    }
    .to_owned()
}
