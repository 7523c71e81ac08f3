//! 收件登记 · an application handed over at the counter, typed in by the officer: one page, the same form, the same law (B4.1).

use crate::cases::run::By;
use crate::cases::submit::{self, Application};
use acts::{Channel, Party};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Item};
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::{self, Person};
use foundation::{House, SignedIn, Stop};
use serde_json::Map;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "counter/choose.html")]
struct ChoosePage {
    shell: Shell,
    items: Vec<Arc<Item>>,
}

pub async fn choose(State(house): State<House>, catalogue: Catalogue, shell: Shell, person: SignedIn) -> Result<Response, Stop> {
    let agency = person.agency.clone().unwrap_or_default();
    house.may(
        &person.principal(),
        Act::RegisterAtCounter,
        &Resource::Agency { key: agency.clone() },
        &Circumstance { at_counter: true, ..Circumstance::default() },
    )?;
    let items = catalogue.items().iter().filter(|i| i.agency == agency).cloned().collect();
    page::render(&shell.clone(), &ChoosePage { items, shell })
}

#[derive(Template)]
#[template(path = "counter/intake.html")]
struct IntakePage {
    shell: Shell,
    item: Arc<Item>,
    summary: String,
    who: String,
    steps: Vec<(String, String)>,
    papers: String,
    once: Uuid,
    wrong: bool,
}

fn draw(shell: Shell, item: Arc<Item>, filled: Filled, once: Uuid) -> Result<Response, Stop> {
    let steps = item
        .form
        .steps()
        .iter()
        .filter(|s| !s.materials)
        .map(|s| (s.title.clone(), s.fields.iter().map(|f| filled.field(f)).collect()))
        .collect();
    let options: Vec<(&str, &str)> = item
        .materials
        .iter()
        .filter(|m| m.source == catalogue::MaterialSource::Applicant)
        .map(|m| (m.key.as_str(), m.name.as_str()))
        .collect();
    let papers = filled.choice("papers", "收到了哪些材料（勾选，纸质件当场核对后退回）", "checkbox", &options);
    let who = [
        filled.input("applicant_name", "申请人姓名（来窗口的人）", "和证件一致", "text", "autocomplete=\"off\""),
        filled.input("applicant_id", "身份证号", "核对原件", "text", "autocomplete=\"off\""),
        filled.input("applicant_mobile", "手机号", "用来收通知和查询", "text", "inputmode=\"tel\""),
        filled.input("organisation_name", "单位名称（替单位办的填）", "", "text", ""),
        filled.input("organisation_uscc", "统一社会信用代码（替单位办的填）", "18 位", "text", ""),
    ]
    .concat();
    let wrong = !filled.errors.is_empty();
    let page = IntakePage { summary: filled.summary(), who, steps, papers, once, wrong, item, shell };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::render_status(&page.shell.clone(), status, &page)
}

fn item_of(house: &House, catalogue: &Catalogue, person: &SignedIn, slug: &str) -> Result<Arc<Item>, Stop> {
    let item = catalogue.item(slug).cloned().ok_or(Stop::NotFound("事项"))?;
    house.may(
        &person.principal(),
        Act::RegisterAtCounter,
        &Resource::Agency { key: item.agency.clone() },
        &Circumstance { at_counter: true, ..Circumstance::default() },
    )?;
    Ok(item)
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    mut shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(slug): Path<String>,
) -> Result<Response, Stop> {
    let item = item_of(&house, &catalogue, &person, &slug)?;
    shell.preferences.dense = true;
    draw(shell.clone(), item, Filled::new(shell.lang, held.unwrap_or_default(), Vec::new()), Uuid::new_v4())
}

/// How the login of somebody begins who was entered here and cannot sign in.
const WALK_IN: &str = "walk-in-";

/// Finds the person by identity number, or enters somebody who has no account yet.
async fn walk_in(
    conn: &mut PgConnection,
    name: &str,
    resident_id: &str,
    mobile: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Person, Stop> {
    let known: Option<Uuid> =
        sqlx::query_scalar("select id from people where resident_id = $1 and agency is null order by created_at limit 1")
            .bind(resident_id)
            .fetch_optional(&mut *conn)
            .await?;
    let id = match known {
        Some(id) => id,
        None => {
            let new = people::New {
                login: format!("{WALK_IN}{}", Uuid::now_v7().simple()),
                name: name.into(),
                resident_id: Some(resident_id.into()),
                mobile: Some(mobile.into()),
                roles: vec!["citizen".into()],
                ..people::New::default()
            };
            people::create(conn, new, now).await?
        }
    };
    people::find(conn, id).await?.ok_or(Stop::NotFound("申请人"))
}

pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    mut shell: Shell,
    person: SignedIn,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let once = posted.once()?;
    let item = item_of(&house, &catalogue, &person, &slug)?;
    if let Some(entered) = item.form.press(&posted.0, posted.one("then")) {
        shell.preferences.dense = true;
        return draw(shell.clone(), item, Filled::new(shell.lang, entered, Vec::new()), once);
    }
    let now = house.now();
    let mut errors: Vec<FieldError> = Vec::new();
    let name = forms::text::fold_name(posted.one("applicant_name"));
    if name.is_empty() || name.chars().count() > 60 {
        errors.push(field_error("applicant_name", "申请人姓名", "请填申请人姓名，例如 王敏", "Enter the applicant's name"));
    }
    let resident_id = match forms::ids::check_resident_id(posted.one("applicant_id"), now.date()) {
        Ok(id) => id.number,
        Err(e) => {
            errors.push(field_error(
                "applicant_id",
                "身份证号",
                &e.zh("身份证号", "340100199001010003"),
                &e.en("Identity number", "340100199001010003"),
            ));
            String::new()
        }
    };
    let mobile = forms::text::fold_digits(posted.one("applicant_mobile")).trim().to_owned();
    if mobile.len() != 11 || !mobile.bytes().all(|b| b.is_ascii_digit()) {
        errors.push(field_error("applicant_mobile", "手机号", "手机号请填 11 位数字，例如 13800138000", "Enter 11 digits"));
    }
    let organisation_name = forms::text::fold_text(posted.one("organisation_name")).trim().to_owned();
    let uscc = posted.one("organisation_uscc").trim();
    let organisation = match (organisation_name.is_empty(), uscc.is_empty()) {
        (true, true) => None,
        _ => match forms::ids::check_uscc(uscc) {
            Ok(code) if !organisation_name.is_empty() => Some((code.code, organisation_name)),
            Ok(_) => {
                errors.push(field_error(
                    "organisation_name",
                    "单位名称",
                    "填了信用代码，还要填单位名称",
                    "Enter the organisation's name",
                ));
                None
            }
            Err(e) => {
                errors.push(field_error(
                    "organisation_uscc",
                    "统一社会信用代码",
                    &e.zh("统一社会信用代码", "11340000123456788P"),
                    &e.en("Credit code", "11340000123456788P"),
                ));
                None
            }
        },
    };
    let mut answers = Map::new();
    for step in item.form.steps().iter().filter(|s| !s.materials) {
        let reading = item.form.read_step_after(&step.key, &posted.0, &answers, now.date());
        errors.extend(reading.errors);
        answers.extend(reading.answers);
    }
    if !errors.is_empty() {
        shell.preferences.dense = true;
        return draw(shell.clone(), item, Filled::new(shell.lang, posted.0, errors), once);
    }
    let mut tx = house.pool().begin().await?;
    let walk_in = walk_in(&mut tx, &name, &resident_id, &mobile, now.at).await?;
    let applicant = match organisation {
        None => submit::party_of(&walk_in),
        Some((uscc, name)) => {
            let id = people::organisation(&mut tx, &uscc, &name, None).await?;
            people::name_agent(&mut tx, id, walk_in.id).await?;
            Party { id, name, identity: Some(uscc), mobile: Some(mobile), organisation: true }
        }
    };
    // A paper that was shown and handed back is on record as seen, without a file.
    let seen =
        posted.all("papers").iter().filter_map(|key| item.materials.iter().find(|m| m.key == *key)).map(|m| acts::Handed {
            material: m.key.clone(),
            file: Uuid::nil(),
            name: "纸质件，窗口已核对".into(),
            size: 0,
            sha256: String::new(),
        });
    let application = Application {
        applicant,
        filed_by: walk_in.id,
        account: !walk_in.login.starts_with(WALK_IN),
        channel: Channel::Counter,
        answers,
        materials: seen.collect(),
    };
    let no = submit::run(&mut tx, &house, &item, By::Person(&person, "officer"), &application, once, &now).await?;
    tx.commit().await?;
    house.wake();
    Ok(Redirect::to(&format!("/counter/cases/{no}")).into_response())
}
