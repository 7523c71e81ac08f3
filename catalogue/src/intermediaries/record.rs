//! 机构名册 · the institutions on record: entered, changed, ended, each an act (B3.2). They stand in a circle by a digest of their code, and
//! a list of them begins every day at another place: nobody is always first.

use crate::centres::record::By;
use acts::{ActBody, IntermediaryAct, IntermediaryFacts, Subject};
use chrono::NaiveDate;
use foundation::{Moment, Stop, record};
use sqlx::PgConnection;
use sqlx::types::Json;

/// One of the register.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Registered {
    pub uscc: String,
    /// Its place in the circle.
    pub lot: String,
    pub version: i32,
    #[sqlx(json)]
    pub facts: IntermediaryFacts,
    pub ended_on: Option<NaiveDate>,
}

pub fn subject(uscc: &str) -> Subject {
    Subject { kind: IntermediaryAct::SUBJECT.into(), no: uscc.into() }
}

/// Where the list begins that day: shorter than a place, so that no place is there.
pub fn begins(day: NaiveDate) -> String {
    crate::versions::sha256(day.to_string().as_bytes())[..31].to_owned()
}

/// Sorts behind every place.
const END: &str = "g";

/// The stretches of the circle that are left that day behind a place: each from and to.
fn left(day: NaiveDate, after: Option<&str>) -> Vec<(String, String)> {
    let start = begins(day);
    match after {
        Some(after) if after < start.as_str() => vec![(after.to_owned(), start)],
        after => vec![(after.unwrap_or(&start).to_owned(), END.to_owned()), (String::new(), start)],
    }
}

/// One of the register, whether it is still in it or not.
pub async fn find(conn: &mut PgConnection, uscc: &str) -> Result<Option<Registered>, Stop> {
    Ok(sqlx::query_as("select uscc, lot, version, facts, ended_on from intermediaries where uscc = $1")
        .bind(uscc)
        .fetch_optional(conn)
        .await?)
}

/// The same, held to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, uscc: &str) -> Result<Option<Registered>, Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('intermediary ' || $1, 0))")
        .bind(uscc)
        .execute(&mut *conn)
        .await?;
    find(conn, uscc).await
}

/// A page of those in the register, in the order of that day; of those who offer a service, where one is named. `after` is the place
/// of the last one seen.
pub async fn page(
    conn: &mut PgConnection,
    service: Option<&str>,
    day: NaiveDate,
    after: Option<&str>,
    most: i64,
) -> Result<Vec<Registered>, Stop> {
    let mut found = Vec::new();
    for (from, to) in left(day, after) {
        let left = most - found.len() as i64;
        if left > 0 {
            found.extend(between(conn, service, &from, &to, left).await?);
        }
    }
    Ok(found)
}

async fn between(
    conn: &mut PgConnection,
    service: Option<&str>,
    from: &str,
    to: &str,
    most: i64,
) -> Result<Vec<Registered>, Stop> {
    let found = match service {
        None => sqlx::query_as(
            "select uscc, lot, version, facts, ended_on
               from intermediaries
              where lot > $1
                and lot < $2
                and ended_on is null
              order by lot
              limit $3",
        ),
        Some(_) => sqlx::query_as(
            "select i.uscc, i.lot, i.version, i.facts, i.ended_on
               from intermediary_services s
               join intermediaries i on i.uscc = s.uscc
              where s.name = $4
                and s.lot > $1
                and s.lot < $2
              order by s.lot
              limit $3",
        ),
    };
    let found = found.bind(from).bind(to).bind(most);
    let found = if let Some(service) = service { found.bind(service) } else { found };
    Ok(found.fetch_all(conn).await?)
}

/// Who offers a service, in the order of that day: so many at most.
pub async fn offering(conn: &mut PgConnection, service: &str, day: NaiveDate, most: i64) -> Result<Vec<Registered>, Stop> {
    page(conn, Some(service), day, None, most).await
}

/// Records an act on an institution and folds it in. The caller holds [`lock`].
pub async fn keep(
    conn: &mut PgConnection,
    uscc: &str,
    before: Option<&Registered>,
    act: IntermediaryAct,
    (actor, person): By,
    now: &Moment,
) -> Result<(), Stop> {
    let facts = match (&act, before) {
        (IntermediaryAct::Entered { facts, .. } | IntermediaryAct::Changed { facts, .. }, _) => facts.clone(),
        (IntermediaryAct::Ended { .. }, Some(before)) => before.facts.clone(),
        (IntermediaryAct::Ended { .. }, None) => return Err(Stop::NotFound("中介服务机构")),
    };
    let ended_on = match &act {
        IntermediaryAct::Ended { on, .. } => Some(*on),
        _ => None,
    };
    let entry = record::entry(subject(uscc), now.at, actor, person, act);
    let position = record::record(conn, std::slice::from_ref(&entry)).await?[0];
    sqlx::query(
        "insert into intermediaries as i (uscc, version, facts, ended_on, position)
         values ($1, 1, $2, $3, $4)
         on conflict (uscc) do update
            set version = i.version + 1,
                facts = excluded.facts,
                ended_on = excluded.ended_on,
                position = excluded.position",
    )
    .bind(uscc)
    .bind(Json(&facts))
    .bind(ended_on)
    .bind(position)
    .execute(&mut *conn)
    .await?;
    sqlx::query("delete from intermediary_services where uscc = $1").bind(uscc).execute(&mut *conn).await?;
    if ended_on.is_none() {
        let names: Vec<&str> = facts.services.iter().map(|offered| offered.name.as_str()).collect();
        sqlx::query("insert into intermediary_services (name, lot, uscc) select distinct name, md5($2), $2 from unnest($1::text[]) as name")
            .bind(names)
            .bind(uscc)
            .execute(conn)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b3_2_01_the_list_begins_every_day_with_another_one_and_leaves_nobody_out() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (one, other) = (day("2026-11-26"), day("2026-11-27"));
        assert_ne!(begins(one), begins(other));
        let places: Vec<String> = (0..60).map(|n| crate::versions::sha256(&[n])[..32].to_owned()).collect();
        let walk = |today, size: usize| {
            let (mut seen, mut after): (Vec<String>, Option<String>) = (Vec::new(), None);
            loop {
                let mut page = Vec::new();
                for (from, to) in left(today, after.as_deref()) {
                    let mut here: Vec<&String> = places.iter().filter(|place| **place > from && **place < to).collect();
                    here.sort();
                    page.extend(here.into_iter().take(size - page.len()).cloned());
                }
                let Some(last) = page.last() else { return seen };
                after = Some(last.clone());
                seen.extend(page);
            }
        };
        let mut all = places.clone();
        all.sort();
        for today in [one, other] {
            for size in [1, 7, 60] {
                let mut seen = walk(today, size);
                assert_eq!(seen, walk(today, 60), "the order does not hang on the size of a page");
                seen.sort();
                assert_eq!(seen, all);
            }
        }
        assert_ne!(walk(one, 7)[0], walk(other, 7)[0]);
    }
}
