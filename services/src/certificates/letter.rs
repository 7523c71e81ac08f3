//! 文书 · the letter by which a certificate ends, drawn on demand from its act like any other (X.5).

use super::certificate::{self, Certificate, Step};
use super::ground::Ground;
use super::papers;
use crate::cases::remedies;
use acts::{Ending, Letters};
use axum::extract::{Path, State};
use axum::response::Response;
use catalogue::{Catalogue, Item};
use foundation::looking::{self, Opened};
use foundation::page::{self, full_date_zh};
use foundation::{House, Moment, SignedIn, Stop, log};
use serde_json::json;

const TEMPLATE: &str = "ending";

/// What the letter is called.
pub fn title(how: Ending, item: &Item) -> &'static str {
    match (how, item.is_permit()) {
        (Ending::Annulled, true) => "撤销行政许可决定书",
        (Ending::Annulled, false) => "撤销证照决定书",
        (Ending::Withdrawn, true) => "撤回行政许可决定书",
        (Ending::Withdrawn, false) => "撤回证照决定书",
        (Ending::Revoked, _) => "吊销许可证件通知书",
        (Ending::Cancelled, true) => "注销行政许可决定书",
        (Ending::Cancelled, false) => "注销证照决定书",
    }
}

/// What its documents are numbered under.
pub fn word(how: Ending) -> &'static str {
    match how {
        Ending::Annulled => "撤",
        Ending::Withdrawn => "回",
        Ending::Revoked => "吊",
        Ending::Cancelled => "注",
    }
}

/// What the letter is drawn from, kept in its act. It arrives in an account at once, so that the last days of the remedies are known (B4.1-21);
/// for whoever has none they run from when the paper is received.
pub fn drawn_from(catalogue: &Catalogue, certificate: &Certificate, item: &Item, has_account: bool, now: &Moment) -> Letters {
    let last = has_account.then(|| remedies::b4_1_21_last_days(now.date(), &item.remedies, &now.calendar));
    let computed = last.map(|last| {
        json!({
            "reconsideration_last_text": full_date_zh(last.reconsideration),
            "litigation_last_text": full_date_zh(last.court),
        })
    });
    Letters {
        templates: catalogue.letters_hash(),
        agency: catalogue.agency_name(&certificate.agency).to_owned(),
        computed: computed.and_then(|told| told.as_object().cloned()).unwrap_or_default(),
    }
}

/// From when on it is worth nothing.
fn since(how: Ending, on: chrono::NaiveDate) -> String {
    match how {
        Ending::Annulled => "被撤销的，自始没有法律效力".into(),
        _ => format!("自{}起没有效力", full_date_zh(on)),
    }
}

/// GET /account/certificates/{no}/papers/{letter}: `ending`, `ending-2`; for its holder and for the agency. With `.json` at its end the act behind
/// it, word by word, as whoever is shown it verifies it offline (F119).
pub async fn paper(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, key)): Path<(String, String)>,
) -> Result<Response, Stop> {
    const NONE: Stop = Stop::NotFound("文书");
    let mut conn = house.pool().acquire().await?;
    let now = certificate::find(&mut conn, &no).await?;
    let item = certificate::item_of(&mut conn, &house, &catalogue, &now).await?;
    let steps = certificate::history(&mut conn, &no).await?;
    drop(conn);
    looking::look(&house, &person, &now.resource(&item), Opened::Ending, "").await?;
    let mut endings = steps.iter().enumerate().filter_map(|(at, step)| match step {
        Step::Own(_, entry) => entry.act.ended().map(|(how, ended)| (at, entry, how, ended)),
        Step::Case(..) => None,
    });
    let (key, signed) = match key.strip_suffix(".json") {
        Some(key) => (key, true),
        None => (key.trim_end_matches(".pdf"), false),
    };
    let nth = match key.strip_prefix(TEMPLATE) {
        Some("") => 0,
        Some(rest) => rest.strip_prefix('-').and_then(|n| n.parse::<usize>().ok()).filter(|n| *n > 1).ok_or(NONE)? - 1,
        None => return Err(NONE),
    };
    let (at, entry, how, ended) = endings.nth(nth).ok_or(NONE)?;
    // What was private is erased, and with it what the letter said.
    let why = ended.private.as_ref().ok_or(NONE)?;
    if signed {
        let Some(mut disclosed) = log::disclose(&house, &[(steps[at].stored(), true)]).await? else {
            return Err(Stop::Rejected(log::BEING_WRITTEN.into()));
        };
        return Ok(papers::signed_data(&format!("{no}-{key}"), &disclosed.remove(0)));
    }
    // As it stood when it was ended.
    let then = certificate::fold(&steps[..=at]).ok_or(NONE)?;
    let agency = entry.letters.as_ref().map_or_else(|| catalogue.agency_name(&then.agency).to_owned(), |l| l.agency.clone());
    let url = format!("{}/certificates/{no}", house.site().origin);
    let title = title(how, &item);
    let mut data = json!({
        "title": title,
        "verb": how.zh(),
        "case_no": no,
        "doc_no": entry.document_no.as_ref().unwrap_or(&no),
        "item_name": item.name,
        "kind": if item.is_permit() { "permit" } else { "public_service" },
        "agency_name": agency,
        "applicant_name": then.holder.as_ref().map_or("（个人信息已依法删除）", |holder| holder.name.as_str()),
        "applicant_kind": if then.holder.as_ref().is_some_and(|holder| holder.organisation) { "organisation" } else { "person" },
        "certificate_name": item.result.name,
        "certificate_no": then.latest().identifier,
        "issued_text": full_date_zh(then.latest().on),
        "facts": why.facts,
        "reasons": why.reasons,
        "statement": why.statement,
        "basis": ended.basis,
        "penalty": ended.penalty,
        "told_text": ended.told.as_ref().map(|told| full_date_zh(told.on)),
        "heard": ended.told.as_ref().map(|told| told.heard.zh()),
        "follows": Ground::of(&ended.ground_key).and_then(|ground| ground.follows),
        "since_text": since(how, ended.on),
        "remedies": remedies::in_letter(&item),
        "date_text": full_date_zh(calendar::local_date(entry.at)),
        "seal_text": "审批专用章",
        "seal_owner": agency,
        "verify_url": url,
        "qr_svg": page::qr(&url),
        "phone": item.consultation_phone,
        "supervision": item.supervision_phone,
    });
    if let (Some(data), Some(letters)) = (data.as_object_mut(), &entry.letters) {
        data.extend(letters.computed.clone());
    }
    let of_its_day = entry.letters.as_ref().map(|letters| letters.templates.as_str());
    let pdf = papers::render(&house, &catalogue, TEMPLATE, data, (title, &no), entry.at, of_its_day).await?;
    Ok(papers::shown(title, &no, pdf))
}
