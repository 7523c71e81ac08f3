//! 从证照申请 · the holder asks for renewal, change, reissue or cancellation of a certificate (许可法 49, 50, 70): an application on the same
//! matter, filled in with what is known, that names the certificate. It runs as any case of the matter does.

use super::certificate::{self, Certificate};
use super::{Rejection, term};
use crate::cases::case::Case;
use crate::drafts;
use acts::{About, Asks, Handed};
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::response::Redirect;
use catalogue::{Catalogue, Item, MaterialSource};
use chrono::NaiveDate;
use forms::{Field, Kind};
use foundation::held::Posted;
use foundation::{House, Moment, SignedIn, Stop};
use serde_json::{Map, Value};
use sqlx::PgConnection;

/// The source of a choice that says what is asked of a certificate: its options are called as what may be asked is.
const ASKED: &str = "certificate.asks";

/// What an application on a certificate begins with: the answers of the case of its version, but for what is declared anew, and for the choice that
/// says what is asked, which is what is asked now, or is left open where the form does not name it.
pub fn answers(case: &Case, item: &Item, asks: Asks) -> Map<String, Value> {
    let says = |field: &Field| field.source.as_deref() == Some(ASKED);
    let still = |key: &str| item.form.fields().any(|field| field.key == key && field.kind != Kind::Declaration && !says(field));
    let before = case.answers.iter().filter(|(key, _)| still(key)).map(|(key, value)| (key.clone(), value.clone()));
    let named = |field: &&Field| says(field) && field.options.iter().any(|option| option.value == asks.key());
    let asked = item.form.fields().filter(named).map(|field| (field.key.clone(), asks.key().into()));
    before.chain(asked).collect()
}

/// The papers of that case that need not be handed in again.
pub fn kept(case: &Case, item: &Item, answers: &Map<String, Value>) -> Vec<Handed> {
    let wanted = item.materials_for(answers).into_iter().filter(|material| material.source == MaterialSource::Applicant);
    let there = |key: &str| case.materials.iter().find(|handed| handed.material == key);
    let keep = |handed: &Handed| match handed.is_kept() {
        true => handed.clone(),
        false => Handed::kept(&handed.material, &case.no),
    };
    wanted.filter_map(|material| there(&material.key).map(keep)).collect()
}

/// What an application on a certificate stands on: the case whose answers and papers it goes on with.
pub struct Ground {
    pub about: About,
    pub case: Case,
}

pub async fn ground(conn: &mut PgConnection, about: About, today: NaiveDate) -> Result<Ground, Stop> {
    let certificate = certificate::find(conn, &about.certificate).await?;
    let case = certificate::case_of(conn, &certificate, today).await?;
    Ok(Ground { about, case })
}

/// The certificate, held, if this applicant may ask this of it now and nobody has.
pub async fn hold(
    conn: &mut PgConnection,
    about: &About,
    applicant: uuid::Uuid,
    item: &Item,
    now: &Moment,
) -> Result<Certificate, Stop> {
    let certificate = certificate::lock(conn, &about.certificate).await?;
    if certificate.holder.as_ref().is_none_or(|holder| holder.id != applicant) || certificate.item != item.slug {
        return Err(Rejection::NotTheHolder.into());
    }
    if let Some(case_no) = certificate::asked(conn, about).await? {
        return Err(Rejection::AskedAlready(about.asks.zh(), case_no).into());
    }
    term::may_ask(&certificate, item, about.asks, now.date(), &now.calendar)?;
    Ok(certificate)
}

/// 补发、延续不换人 · what is printed on the next version is the same: all of it on a reissue, whose it is on a renewal. Anything else is a change.
pub async fn unaltered(
    conn: &mut PgConnection,
    certificate: &Certificate,
    asks: Asks,
    item: &Item,
    answers: &Map<String, Value>,
    today: NaiveDate,
) -> Result<(), Stop> {
    let printed = match asks {
        Asks::Reissue => usize::MAX,
        Asks::Renewal => 1,
        Asks::Change | Asks::Cancellation => 0,
    };
    let before = certificate::case_of(conn, certificate, today).await?;
    let (was, is) = (item.certificate(&before.answers), item.certificate(answers));
    // A later version of the matter may print other lines besides.
    let differs = |(label, was): &&(String, String)| is.iter().any(|(other, is)| other == label && is != was);
    match was.iter().take(printed).find(differs) {
        Some((label, _)) => Err(Rejection::Altered(asks.zh(), label.clone()).into()),
        None => Ok(()),
    }
}

/// POST /account/certificates/{no}/ask: begins the application, or goes on with the one that is there.
pub async fn begin(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let asks = Asks::of(posted.one("asks")).ok_or(Stop::NotFound("页面"))?;
    let about = About { certificate: no.clone(), asks };
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    // Two tabs: whoever comes second finds the draft of the first.
    let certificate = certificate::lock(&mut tx, &no).await?;
    let holder = certificate.holder.as_ref().map(|holder| holder.id).ok_or(Stop::NotFound("证照"))?;
    house.may(&person.principal(), Act::Apply, &Resource::Draft { owner: holder.to_string() }, &Circumstance::default())?;
    if let Some(case_no) = certificate::asked(&mut tx, &about).await? {
        return Ok(Redirect::to(&format!("/cases/{case_no}")));
    }
    let item = catalogue.item(&certificate.item).ok_or(Stop::NotFound("事项"))?;
    term::may_ask(&certificate, &item, asks, now.date(), &now.calendar)?;
    let case = certificate::case_of(&mut tx, &certificate, now.date()).await?;
    let organisation = Some(holder).filter(|id| *id != person.id);
    let to = drafts::on_certificate(&mut tx, &item, &person, organisation, &about, answers(&case, &item, asks), &now).await?;
    tx.commit().await?;
    Ok(Redirect::to(&to))
}
