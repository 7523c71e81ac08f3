//! 中心登记 · the centres on record: established, changed, each an act with its basis; every version stays (B2.1).

use super::name::b2_1_01_name;
use crate::{Catalogue, Centre, Region};
use acts::{ActBody, Actor, ActorPrivate, CentreAct, CentreFacts, Subject};
use chrono::NaiveDate;
use foundation::people::Person;
use foundation::{Moment, Stop, record};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;

pub fn subject(key: &str) -> Subject {
    Subject { kind: CentreAct::SUBJECT.into(), no: key.into() }
}

/// Who acts: a person, or the house itself when it begins.
pub type By = (Actor, Option<ActorPrivate>);

pub fn by(person: &Person) -> By {
    (person.actor("administrator"), Some(person.private()))
}

/// Waits for whoever changes centres at this moment; to the end of the transaction.
pub async fn alone(conn: &mut PgConnection) -> Result<(), Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('centres', 0))").execute(conn).await?;
    Ok(())
}

/// What is on record of one, with the number of its version.
pub async fn find(conn: &mut PgConnection, key: &str) -> Result<Option<(i32, CentreFacts)>, Stop> {
    let found: Option<(i32, Json<CentreFacts>)> =
        sqlx::query_as("select version, facts from centres where key = $1").bind(key).fetch_optional(conn).await?;
    Ok(found.map(|(version, Json(facts))| (version, facts)))
}

/// The centre of a region.
pub async fn of_region(conn: &mut PgConnection, region: &str) -> Result<Option<String>, Stop> {
    Ok(sqlx::query_scalar("select key from centres where region = $1").bind(region).fetch_optional(conn).await?)
}

/// Records an act on a centre and folds it in. The caller holds [`alone`].
pub async fn keep(conn: &mut PgConnection, key: &str, act: CentreAct, (actor, person): By, now: &Moment) -> Result<(), Stop> {
    let facts = act.facts().clone();
    let (CentreAct::Established { basis, from, .. } | CentreAct::Changed { basis, from, .. }) = &act;
    let (basis, from) = (basis.clone(), *from);
    let entry = record::entry(subject(key), now.at, actor, person, act);
    let position = record::record(conn, std::slice::from_ref(&entry)).await?[0];
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
    let mut rows: Vec<(String, Json<CentreFacts>)> = sqlx::query_as("select key, facts from centres").fetch_all(pool).await?;
    rows.sort_by(|(_, a), (_, b)| a.region.cmp(&b.region));
    let centre = |(key, Json(facts)): (String, Json<CentreFacts>)| {
        let region = catalogue.region(&facts.region);
        let name = region.and_then(|region| b2_1_01_name(region, today)).unwrap_or_else(|| facts.region.clone());
        let of_file = catalogue.centres_of_files().iter().find(|centre| centre.key == key);
        let former_names = of_file.map(|centre| centre.former_names.clone()).unwrap_or_default();
        Arc::new(Centre { level: level(region), key, name, facts, former_names })
    };
    catalogue.put_centres(rows.into_iter().map(centre).collect(), last);
    Ok(true)
}
