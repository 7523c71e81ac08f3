//! 查 · what a query finds: whom it names, the certificate or the case, and of it no more than was asked (个人信息保护法 6).

use super::law::{Claims, Whom};
use crate::cases::case::{self, Case};
use crate::certificates::Standing;
use crate::certificates::certificate::{self, Certificate};
use acts::QueryOf;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use forms::text::{Likeness, equivalent_name};
use foundation::{House, Stop, people};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

/// Whose number it is, and whether the name is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: Uuid,
    pub likeness: Likeness,
}

/// Looks a number up: of a person whose card was seen, or of an organisation on file.
pub async fn whom(conn: &mut PgConnection, whom: &Whom, today: NaiveDate) -> Result<Option<Known>, Stop> {
    let known = |id: Uuid, name: &str| Some(Known { id, likeness: equivalent_name(&whom.name, name) });
    if let Ok(number) = forms::ids::check_resident_id(&whom.number, today) {
        let found = people::holder(conn, &number.number).await?;
        return Ok(found.and_then(|person| known(person.id, &person.name)));
    }
    let Ok(code) = forms::ids::check_uscc(&whom.number) else { return Ok(None) };
    let found: Option<(Uuid, String)> =
        sqlx::query_as("select id, name from organisations where uscc = $1").bind(&code.code).fetch_optional(conn).await?;
    Ok(found.and_then(|(id, name)| known(id, &name)))
}

/// Whose certificate or case this number is, where there is one.
pub async fn whose(conn: &mut PgConnection, claims: &Claims) -> Result<Option<Uuid>, Stop> {
    Ok(match claims.of {
        _ if claims.no.is_empty() => None,
        QueryOf::Certificate => certificate::known(conn, &claims.no).await?.and_then(|one| one.holder).map(|holder| holder.id),
        QueryOf::Case => match case::find(conn, &claims.no).await {
            Ok(case) => case.applicant.map(|applicant| applicant.id),
            Err(Stop::NotFound(_)) => None,
            Err(stop) => return Err(stop),
        },
    })
}

/// What was found: its number, whose it is, and what is told of it.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub no: String,
    pub whose: Option<Uuid>,
    pub facts: Map<String, Value>,
}

/// The certificates of one matter that somebody holds: one in force before one that is over, then the latest.
pub async fn held(conn: &mut PgConnection, holder: Uuid, item: &str, today: NaiveDate) -> Result<Option<Certificate>, Stop> {
    const MOST: i64 = 50;
    let states: Vec<Value> = sqlx::query_scalar(
        "select state
           from certificates
          where holder = $1
            and item = $2
          order by issued_on desc, no desc
          limit $3",
    )
    .bind(holder)
    .bind(item)
    .bind(MOST)
    .fetch_all(conn)
    .await?;
    let mut all: Vec<Certificate> = states.into_iter().map(serde_json::from_value).collect::<Result<_, _>>()?;
    let at = all.iter().position(|one| is_held(one, today)).unwrap_or(0);
    Ok((at < all.len()).then(|| all.swap_remove(at)))
}

/// Whether it is in force that day; one whose term is to come is not.
fn is_held(certificate: &Certificate, today: NaiveDate) -> bool {
    certificate.standing_on(today) == Standing::Valid && certificate.current(today).valid_from <= today
}

/// What is told of a certificate: yes or no, and what was asked besides.
pub fn f117_facts(certificate: &Certificate, case: &Case, item: &Item, asked: &[String], today: NaiveDate) -> Map<String, Value> {
    let version = certificate.current(today);
    let mut facts = Map::from_iter([("held".to_owned(), is_held(certificate, today).into())]);
    let printed = item.certificate(&case.answers);
    for key in asked {
        let value = match key.as_str() {
            "standing" => certificate.standing_on(today).zh().into(),
            "valid_from" => json!(version.valid_from),
            "valid_to" => json!(version.valid_to),
            "number" => json!(version.identifier),
            label => json!(printed.iter().find(|(line, _)| line == label).map(|(_, value)| value)),
        };
        facts.insert(key.clone(), value);
    }
    facts
}

/// What is told of a case.
fn of_case(case: &Case, asked: &[String]) -> Map<String, Value> {
    let mut facts = Map::from_iter([("found".to_owned(), true.into())]);
    for key in asked {
        let value = match key.as_str() {
            "stage" => json!(case.stage.zh()),
            "submitted_on" => json!(calendar::local_date(case.submitted_at)),
            "decided_on" => json!(case.decision.as_ref().map(|decision| decision.on)),
            "granted" => json!(case.decision.as_ref().map(|decision| decision.granted)),
            _ => Value::Null,
        };
        facts.insert(key.clone(), value);
    }
    facts
}

/// Answers a query that may be answered. `person` is whom it names, already found to be one.
pub async fn answer(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    claims: &Claims,
    person: Option<Known>,
    today: NaiveDate,
) -> Result<Found, Stop> {
    let whose = person.map(|person| person.id);
    let none = |key: &str| Found { no: String::new(), whose, facts: Map::from_iter([(key.to_owned(), false.into())]) };
    let mut found = match claims.of {
        QueryOf::Certificate => {
            let certificate = match (claims.no.as_str(), whose) {
                ("", Some(holder)) => held(conn, holder, &claims.item, today).await?,
                ("", None) => None,
                (no, _) => certificate::known(conn, no).await?,
            };
            let holds = |one: &Certificate| {
                let holder = one.holder.as_ref().map(|holder| holder.id);
                one.item == claims.item && holder.is_some() && (whose.is_none() || whose == holder)
            };
            match certificate.filter(holds) {
                None => none("held"),
                Some(one) => {
                    let case = certificate::case_of(conn, &one, today).await?;
                    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
                    Found {
                        whose: one.holder.as_ref().map(|holder| holder.id),
                        facts: f117_facts(&one, &case, &item, &claims.facts, today),
                        no: one.no,
                    }
                }
            }
        }
        QueryOf::Case => {
            let case = match case::find(conn, &claims.no).await {
                Ok(case) => Some(case),
                Err(Stop::NotFound(_)) => None,
                Err(stop) => return Err(stop),
            };
            let theirs = |case: &Case| {
                case.item == claims.item && whose.is_some() && case.applicant.as_ref().map(|party| party.id) == whose
            };
            match case.filter(theirs) {
                None => none("found"),
                Some(case) => Found { whose, facts: of_case(&case, &claims.facts), no: case.no.clone() },
            }
        }
    };
    // One character written in two codes: the asker's people compare, no machine decides it (H23).
    if person.is_some_and(|person| person.likeness == Likeness::SameByEquivalence) {
        found.facts.insert("name".into(), "same_by_equivalence".into());
    }
    Ok(found)
}
