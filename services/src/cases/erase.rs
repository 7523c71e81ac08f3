//! 删除个人信息 · what a finished case held of people is erased by the administrator, who does not see it: private bodies and
//! their salts, the answers of the draft, the files. Acts, commitments and proofs stay (《个人信息保护法》第四十七条, F152).

use super::case::{self, Case, Rejection};
use super::run::{self, By, No, open};
use super::{officer, supplement};
use crate::certificates::certificate;
use crate::drafts;
use acts::{ActBody, CardAct, CaseAct, Subject};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop, files, once, record};
use serde::Deserialize;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

pub fn routes() -> Router<House> {
    Router::new().route("/admin/erasure", get(show).post(send))
}

/// When personal data must be erased (《个人信息保护法》第四十七条第一款).
const GROUNDS: [(&str, &str); 5] = [
    ("1", "处理目的已实现、无法实现，或者为实现处理目的不再必要"),
    ("2", "保存期限已届满"),
    ("3", "个人撤回同意"),
    ("4", "违反法律、行政法规或者违反约定处理了个人信息"),
    ("5", "法律、行政法规规定的其他情形"),
];

/// A case that still needs what it knows keeps it; what is gone cannot go again. While its certificate is in force neither the
/// purpose is achieved nor has the time of keeping run out, and what a licence needs rests on the law and on nobody's consent
/// (《个人信息保护法》第十三条第一款第三项).
pub fn decide(case: &Case, ground: &str, bodies: u64, today: NaiveDate) -> Result<CaseAct, Rejection> {
    if let Some(on) = case.erased_on {
        return Err(Rejection::AlreadyErased(on));
    }
    if !case.process.is_ended() || case.remedies.iter().any(|one| one.ended.is_none()) {
        return Err(Rejection::StillNeeded);
    }
    let over = GROUNDS[..3].iter().any(|(_, text)| *text == ground);
    if over && case.decision.as_ref().is_some_and(|d| d.certificate_no.is_some() && d.in_force(today)) {
        return Err(Rejection::CertificateInForce);
    }
    Ok(CaseAct::PrivateErased { reason: ground.into(), bodies: bodies as u32 })
}

/// Erases in the caller's transaction.
async fn erase(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    person: &SignedIn,
    no: &str,
    ground: &str,
    now: &Moment,
) -> Result<(), No> {
    // The case first: whoever acts on it waits, or has acted.
    let case = case::lock(conn, no).await?;
    let owners: Vec<String> = drafts::erase(conn, no)
        .await?
        .into_iter()
        .chain([supplement::owner(no), officer::handed(no)])
        .chain(super::SLUGS.map(|slug| officer::owner(slug, no)))
        .collect();
    for owner in owners {
        files::erase(conn, &owner, now.at).await?;
    }
    let mut bodies = 0;
    for kind in [CaseAct::SUBJECT, CardAct::SUBJECT] {
        bodies += record::erase_private(conn, &Subject { kind: kind.into(), no: case.no.clone() }).await?;
    }
    bodies += crate::queries::forget(conn, case.about.as_ref().map_or(no, |about| &about.certificate)).await?;
    if case.about.is_some() {
        bodies += crate::queries::forget(conn, no).await?;
    }
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    let by = By::Person(person, "administrator");
    run::run(conn, house, catalogue, by, no, Act::ErasePrivate, &Circumstance::default(), now, |case, _, now| {
        Ok(vec![decide(case, ground, bodies, now.date())?])
    })
    .await?;
    certificate::forget(conn, &case, &item, now).await?;
    Ok(())
}

#[derive(Template)]
#[template(path = "cases/erase.html")]
struct ErasePage {
    shell: Shell,
    /// The form that asks for a case, or the one that asks for the ground.
    fields: String,
    summary: String,
    trouble: Option<String>,
    wrong: bool,
    once: Uuid,
    found: Option<(Case, Arc<Item>, String)>,
}

fn draw(
    shell: Shell,
    catalogue: &Catalogue,
    found: Option<(Case, Arc<Item>)>,
    filled: Filled,
    trouble: Option<String>,
) -> Result<Response, Stop> {
    let fields = match &found {
        None => filled.input("no", "办件编号", "写在收件凭证上，二十一位。空格可有可无", "text", r#"inputmode="numeric""#),
        Some(_) => [
            filled.choice("ground", "依据《个人信息保护法》第四十七条第一款哪一项", "radio", &GROUNDS),
            filled.choice(
                "sure",
                "删除之前",
                "checkbox",
                &[("yes", "已核对法定保存期限已满，或者没有保存期限；知道删除后谁也不能恢复")],
            ),
        ]
        .concat(),
    };
    let wrong = trouble.is_some() || !filled.errors.is_empty();
    let status = match (&trouble, wrong) {
        (Some(_), _) => StatusCode::CONFLICT,
        (_, true) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let found = found.map(|(case, item)| {
        let agency = catalogue.agency(&case.agency).map_or_else(|| case.agency.clone(), |a| a.name.clone());
        (case, item, agency)
    });
    let page = ErasePage { fields, summary: filled.summary(), trouble, wrong, once: Uuid::new_v4(), found, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// A case number as people write it.
fn number(text: &str) -> String {
    forms::text::fold_text(text).chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase()
}

#[derive(Deserialize)]
struct Wanted {
    no: Option<String>,
}

async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::ViewAdmin, &Resource::Site, &Circumstance::default())?;
    let asked = wanted.no.unwrap_or_default();
    let mut filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    if asked.trim().is_empty() {
        return draw(shell, &catalogue, None, filled, None);
    }
    match open(&house, &catalogue, &person, Act::ErasePrivate, &number(&asked)).await {
        Ok(found) => draw(shell, &catalogue, Some(found), filled, None),
        Err(Stop::NotFound(_)) => {
            filled.entered.insert("no".into(), vec![asked]);
            filled.errors.push(field_error(
                "no",
                "办件编号",
                "没有这个编号的办件，请对照收件凭证再看一遍",
                "There is no case of this number",
            ));
            draw(shell, &catalogue, None, filled, None)
        }
        Err(stop) => Err(stop),
    }
}

async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::ViewAdmin, &Resource::Site, &Circumstance::default())?;
    let no = number(posted.one("no"));
    let found = open(&house, &catalogue, &person, Act::ErasePrivate, &no).await?;
    let ground = GROUNDS.iter().find(|(key, _)| *key == posted.one("ground"));
    let mut errors = Vec::new();
    if ground.is_none() {
        errors.push(field_error("ground", "依据", "请选删除的依据", "Choose the ground"));
    }
    if posted.one("sure") != "yes" {
        errors.push(field_error("sure", "核对", "删除不能恢复，请先核对再勾选", "Erasing cannot be undone; check first"));
    }
    let Some((_, ground)) = ground.filter(|_| errors.is_empty()) else {
        return draw(shell.clone(), &catalogue, Some(found), Filled::new(shell.lang, posted.0, errors), None);
    };
    let form = posted.once()?;
    let leads_to = format!("/admin/erasure?no={no}");
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    match erase(&mut tx, &house, &catalogue, &person, &no, ground, &house.now()).await {
        Ok(()) => {
            once::finish(&house, tx, person.id, form, &leads_to).await?;
            Ok(Redirect::to(&leads_to).into_response())
        }
        Err(No::Stop(stop)) => Err(stop),
        Err(No::Rejected(rejection)) => {
            tx.rollback().await?;
            match run::refuse(&house, &person, "administrator", &no, Act::ErasePrivate, &rejection).await? {
                Stop::Rejected(why) => {
                    let found = open(&house, &catalogue, &person, Act::ErasePrivate, &no).await?;
                    draw(shell.clone(), &catalogue, Some(found), Filled::new(shell.lang, posted.0, Vec::new()), Some(why))
                }
                stop => Err(stop),
            }
        }
    }
}
