//! 案卷 · a case as one file that archives take in and anybody checks without us: every act with its proof, every letter, every paper,
//! and the definitions it was decided by (电子档案与纸质档案同等效力, B9-01; F119). What is in it depends on who asks.

use super::case::{self, Case};
use super::run::read;
use crate::certificates::{self, letters};
use crate::track::{self, Access, Event, access, shown_to};
use acts::{CaseAct, Entry, Handed};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use catalogue::{Catalogue, Item};
use foundation::bag::{self, Part};
use foundation::looking::Opened;
use foundation::page::{Shell, filters, full_date_zh};
use foundation::record::Stored;
use foundation::{House, SignedIn, Stop, files, log};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/package", get(send))
}

/// Whether somebody is given the private body of an act. Who works on the case is given all; the applicant what is theirs, and the words by
/// which something was asked of them or decided about them. What was weighed on the way stays within the agency.
pub(crate) fn told(entry: &Entry<CaseAct>, access: Access) -> bool {
    let theirs = ["applicant", super::together::ROLE, crate::agents::ROLE, crate::agents::KIN].contains(&entry.by.role.as_str());
    let addressed = matches!(
        entry.act,
        CaseAct::Submitted { .. }
            | CaseAct::CorrectionRequested { .. }
            | CaseAct::PartlySupplemented { .. }
            | CaseAct::Supplemented { .. }
            | CaseAct::Amended { .. }
            | CaseAct::Joined { .. }
            | CaseAct::AcceptanceRefused { .. }
            | CaseAct::NotRequired { .. }
            | CaseAct::HearingOffered { .. }
            | CaseAct::HearingAnswered { .. }
            | CaseAct::ClockResumed { .. }
            | CaseAct::IntermediaryFinished { .. }
            | CaseAct::Granted { .. }
            | CaseAct::DeemedRenewed { .. }
            | CaseAct::Denied { .. }
            | CaseAct::Paid { .. }
            | CaseAct::Delivered { .. }
            | CaseAct::RemedySought { .. }
    );
    match access {
        Access::Public => false,
        Access::Taker | Access::Staff => true,
        Access::Receipt | Access::Applicant | Access::Together | Access::Agent => theirs || addressed,
    }
}

/// The papers somebody is given, each with what it was handed in for.
pub(crate) fn papers<'a>(case: &'a Case, item: &'a Item, access: Access) -> Vec<(&'a str, &'a Handed)> {
    if !access.whole() {
        return Vec::new();
    }
    let name = |handed: &'a Handed| item.material(&handed.material).map_or("材料", |material| material.name.as_str());
    let materials = case.materials.iter().map(|handed| (name(handed), handed));
    // The consent may be among the materials already, as the mandate it is.
    let consent = case.agent.iter().flat_map(|agent| &agent.papers).map(|handed| ("委托书", handed));
    let consent = consent.filter(|(_, handed)| !case.materials.iter().any(|there| there.file == handed.file));
    let reports = case.reports.iter().map(|handed| ("特别程序的报告", handed));
    let outside = case.engagements.iter().flat_map(|one| &one.papers).map(|handed| ("中介服务的结果", handed));
    // The agency's own papers are for its people.
    let own = case.papers.iter().filter(|_| access.is_staff()).map(|handed| ("机关的材料", handed));
    materials.chain(consent).chain(reports).chain(outside).chain(own).filter(|(_, handed)| !handed.file.is_nil()).collect()
}

/// A file of the package, as its table of contents names it.
struct Listed {
    name: String,
    path: String,
}

#[derive(Template)]
#[template(path = "cases/package.html")]
struct Contents<'a> {
    shell: &'a Shell,
    case: &'a Case,
    item: &'a Item,
    agency: String,
    day: String,
    public: bool,
    events: Vec<Event>,
    letters: Vec<Listed>,
    papers: Vec<Listed>,
    definitions: Vec<Listed>,
    site: &'a str,
}

/// GET /cases/{no}/package
async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: Option<SignedIn>,
    jar: CookieJar,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (case, item) = read(&house, &catalogue, &no).await?;
    let access = access(&house, &case, &item, person.as_ref(), &jar);
    if access.whole() {
        track::must_see(&house, &case, &item, person.as_ref(), &jar, (Opened::Package, "")).await?;
    }
    let history = case::history(&mut *house.pool().acquire().await?, &no).await?;
    let parts = parts(&house, &catalogue, &shell, &case, &item, &history, access).await?;
    let agency = agency_name(&catalogue, &case);
    let info = [
        ("Source-Organization", agency),
        ("External-Identifier", no.clone()),
        ("External-Description", item.name.clone()),
        ("Bagging-Date", house.now().date().to_string()),
        ("Bag-Software-Agent", format!("Sunlit {}", env!("CARGO_PKG_VERSION"))),
        ("Internal-Sender-Description", if access.whole() { "案卷" } else { "公开的案卷，不含个人信息" }.to_owned()),
    ];
    let key = Part::new("log-key.txt", format!("{}\n", house.log_key().verifier()?));
    let signed = ledger::sign_note(&bag::vouched(&no, &bag::digest_of(&parts)), &house.log_key().signing()?)?;
    let body = bag::stream(house.files(), no.clone(), &info, vec![key, Part::new(bag::SIGNATURE, signed)], parts);
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{no}.zip\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, body).into_response())
}

fn agency_name(catalogue: &Catalogue, case: &Case) -> String {
    catalogue.agency(&case.agency).map_or_else(|| case.agency.clone(), |agency| agency.name.clone())
}

/// Everything that goes into the package of a case, its table of contents first.
async fn parts(
    house: &House,
    catalogue: &Catalogue,
    shell: &Shell,
    case: &Case,
    item: &Arc<Item>,
    history: &[(Stored, Entry<CaseAct>)],
    access: Access,
) -> Result<Vec<Part>, Stop> {
    let told: Vec<(&Stored, bool)> = history.iter().map(|(stored, entry)| (stored, told(entry, access))).collect();
    let Some(disclosed) = log::disclose(house, &told).await? else {
        return Err(Stop::Rejected(log::BEING_WRITTEN.into()));
    };
    let mut parts: Vec<Part> = Vec::new();
    for ((stored, _), disclosure) in history.iter().zip(&disclosed) {
        parts.push(Part::new(format!("acts/{:04}-{}.json", parts.len() + 1, stored.kind), disclosure.encode()));
    }

    let mut drawn = Vec::new();
    let given = if access.whole() { shown_to(access, case, letters(item, history)) } else { Vec::new() };
    for (at, letter) in given.iter().enumerate() {
        let pdf = certificates::draw(house, catalogue, item, history, letter).await?;
        let path = format!("letters/{:02}-{}.pdf", at + 1, bag::file_name(&letter.name));
        drawn.push(Listed { name: letter.name.clone(), path: path.clone() });
        parts.push(Part::new(path, pdf));
    }

    let handed = papers(case, item, access);
    let ids: Vec<Uuid> = handed.iter().map(|(_, handed)| handed.file).collect();
    let kept = files::find_all(&mut *house.pool().acquire().await?, &ids).await?;
    let kept: HashMap<Uuid, files::File> = kept.into_iter().map(|file| (file.id, file)).collect();
    let mut listed = Vec::new();
    for (what, handed) in handed {
        // What was erased is not there any more; the act still says that it was.
        let Some(file) = kept.get(&handed.file) else { continue };
        // Nor does what nobody may open yet go out in a package.
        if file.opens(house.files()).is_err() {
            continue;
        }
        let path = format!("papers/{:02}-{}", listed.len() + 1, bag::file_name(&file.saved_as()));
        listed.push(Listed { name: format!("{what}：{}", handed.name), path: path.clone() });
        parts.push(Part::kept(path, &file.sha256, file.size));
    }

    let mut definitions = Vec::new();
    for definition in item.definitions() {
        let file = definition.source.rsplit('/').next().unwrap_or_default().to_owned();
        let path = format!("definitions/{file}");
        definitions.push(Listed { name: format!("{} {file}", definition.name), path: path.clone() });
        parts.push(Part::new(path, definition.text));
    }

    let contents = Contents {
        shell,
        case,
        item,
        agency: agency_name(catalogue, case),
        day: full_date_zh(house.now().date()),
        public: !access.whole(),
        events: track::events(history, catalogue, access),
        letters: drawn,
        papers: listed,
        definitions,
        site: &house.site().origin,
    };
    parts.insert(0, Part::new("index.html", contents.render().map_err(|error| Stop::Fault(error.to_string()))?));
    Ok(parts)
}
