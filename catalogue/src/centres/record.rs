//! 中心登记 · the centres on record: established, changed, closed, each an act with its basis; every version stays (B2.1).

use super::closing;
use super::name::b2_1_01_name;
use crate::{Catalogue, Centre, Region};
use acts::{ActBody, Actor, ActorPrivate, CentreAct, CentreFacts, Closing, Subject};
use chrono::NaiveDate;
use foundation::people::Person;
use foundation::{Moment, Stop, record};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use uuid::Uuid;

pub fn subject(key: &str) -> Subject {
    Subject { kind: CentreAct::SUBJECT.into(), no: key.into() }
}

/// Who acts: a person, or the house itself when it begins.
pub type By = (Actor, Option<ActorPrivate>);

/// The role in which somebody acts on a centre, as the public sees it: whoever is the administrator enters what others decided.
pub fn by(person: &Person) -> By {
    let roles = ["administrator", "centre_manager", "centre_reviewer", "administrator"];
    (person.actor_as(&roles), Some(person.private()))
}

/// Waits for whoever changes centres at this moment; to the end of the transaction.
pub async fn alone(conn: &mut PgConnection) -> Result<(), Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('centres', 0))").execute(conn).await?;
    Ok(())
}

/// What is on record of one, with the number of its version; nothing of one that is closed or will be: that stays as it is.
pub async fn find(conn: &mut PgConnection, key: &str) -> Result<Option<(i32, CentreFacts)>, Stop> {
    let found: Option<(i32, Json<CentreFacts>, bool)> =
        sqlx::query_as("select version, facts, closing is not null from centres where key = $1")
            .bind(key)
            .fetch_optional(conn)
            .await?;
    match found {
        Some((_, _, true)) => Err(Stop::Rejected("这个中心的撤销已经登记，登记不再变更。".into())),
        found => Ok(found.map(|(version, Json(facts), _)| (version, facts))),
    }
}

/// Whether a centre is open that day. It does not close before the transaction ends.
pub async fn is_open(conn: &mut PgConnection, key: &str, on: NaiveDate) -> Result<bool, Stop> {
    let closing: Option<Option<Json<Closing>>> =
        sqlx::query_scalar("select closing from centres where key = $1 for share").bind(key).fetch_optional(conn).await?;
    Ok(closing.is_some_and(|closing| closing.is_none_or(|Json(closing)| on <= closing.last_day)))
}

/// Waits for whoever does something in a centre at this moment, and says since when it is as it is on record.
pub async fn lock(conn: &mut PgConnection, key: &str) -> Result<Option<NaiveDate>, Stop> {
    alone(conn).await?;
    sqlx::query("select from centres where key = $1 for update").bind(key).execute(&mut *conn).await?;
    Ok(sqlx::query_scalar("select max(from_day) from centre_versions where key = $1").bind(key).fetch_one(conn).await?)
}

/// The centre of a region.
pub async fn of_region(conn: &mut PgConnection, region: &str) -> Result<Option<String>, Stop> {
    Ok(sqlx::query_scalar("select key from centres where region = $1").bind(region).fetch_optional(conn).await?)
}

/// Records an act on a centre and folds it in. The caller holds [`alone`].
pub async fn keep(conn: &mut PgConnection, key: &str, act: CentreAct, (actor, person): By, now: &Moment) -> Result<(), Stop> {
    let whose = person.as_ref().map_or(Uuid::nil(), |person| person.person);
    let entry = record::entry(subject(key), now.at, actor, person, act);
    let position = record::record(conn, std::slice::from_ref(&entry)).await?[0];
    closing::fold(conn, key, &entry.act, (whose, now.date()), position).await?;
    let (facts, basis, from) = match entry.act {
        CentreAct::Established { facts, basis, from, .. } | CentreAct::Changed { facts, basis, from } => (facts, basis, from),
        CentreAct::Closed(closing) => {
            sqlx::query("update centres set closing = $2, position = $3 where key = $1")
                .bind(key)
                .bind(Json(closing))
                .bind(position)
                .execute(conn)
                .await?;
            return Ok(());
        }
        CentreAct::ClosingProposed(_) | CentreAct::ClosingReviewed { .. } | CentreAct::ClosingDeclined { .. } => return Ok(()),
    };
    let version: i32 = sqlx::query_scalar(
        "insert into centres as c (key, region, version, facts, position)
         values ($1, $2, 1, $3, $4)
         on conflict (key) do update
            set version = c.version + 1,
                facts = excluded.facts,
                position = excluded.position
         returning version",
    )
    .bind(key)
    .bind(&facts.region)
    .bind(Json(&facts))
    .bind(position)
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query("insert into centre_versions (key, version, from_day, basis, facts, position) values ($1, $2, $3, $4, $5, $6)")
        .bind(key)
        .bind(version)
        .bind(from)
        .bind(basis)
        .bind(Json(&facts))
        .bind(position)
        .execute(conn)
        .await?;
    Ok(())
}

/// A record begins with the centres of the files; once a centre is on record, its file gives way.
pub(crate) async fn of_files(conn: &mut PgConnection, catalogue: &Catalogue, now: &Moment) -> Result<(), Stop> {
    alone(conn).await?;
    let known: Vec<(String, String)> = sqlx::query_as("select key, region from centres").fetch_all(&mut *conn).await?;
    for centre in catalogue.centres_of_files() {
        if known.iter().any(|(key, region)| *key == centre.key || *region == centre.region) {
            continue;
        }
        let act = CentreAct::Established {
            name: centre.name.clone(),
            facts: centre.facts.clone(),
            basis: "随系统定义登记：reference/agencies.json".into(),
            from: now.date(),
        };
        keep(conn, &centre.key, act, (Actor::system(), None), now).await?;
    }
    Ok(())
}

/// 2 for a province, 5 for a township; a zone is as its region above has it, one lower.
fn level(region: Option<&Region>) -> u8 {
    match region.map(|region| region.level.as_str()) {
        Some("province") => 2,
        Some("city") => 3,
        Some("township") => 5,
        _ => 4,
    }
}

/// Reads the centres on record when an act came since they were last read.
pub(crate) async fn keep_up(catalogue: &Catalogue, pool: &PgPool, today: NaiveDate) -> Result<bool, Stop> {
    let last: Option<i64> = sqlx::query_scalar("select max(position) from centres").fetch_one(pool).await?;
    let Some(last) = last.filter(|last| *last != catalogue.centres_known()) else { return Ok(false) };
    let mut rows: Vec<(String, Json<CentreFacts>, Option<Json<Closing>>)> =
        sqlx::query_as("select key, facts, closing from centres").fetch_all(pool).await?;
    rows.sort_by(|(_, a, _), (_, b, _)| a.region.cmp(&b.region));
    let centre = |(key, Json(facts), closing): (String, Json<CentreFacts>, Option<Json<Closing>>)| {
        let region = catalogue.region(&facts.region);
        let name = region.and_then(|region| b2_1_01_name(region, today)).unwrap_or_else(|| facts.region.clone());
        let of_file = catalogue.centres_of_files().iter().find(|centre| centre.key == key);
        let former_names = of_file.map(|centre| centre.former_names.clone()).unwrap_or_default();
        let closing = closing.map(|Json(closing)| closing);
        // What it was called on its last day it is called for good.
        let name = closing.as_ref().map_or(name, |closing| closing.name.clone());
        Arc::new(Centre { level: level(region), key, name, facts, closing, former_names })
    };
    catalogue.put_centres(rows.into_iter().map(centre).collect(), last);
    Ok(true)
}
