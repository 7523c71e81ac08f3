//! 认领 · how the regions have answered the entries of the directory, and what no longer says what its entry says (A2.1, F017).

use super::{Count, law};
use crate::powers::change;
use crate::powers::facts::{Level, Operation, Row};
use chrono::NaiveDate;
use foundation::Stop;
use foundation::page::table::Table;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;

/// What stands against these answers: a power that the same region has drawn from the entry it declines, or its answer that it has no such matter;
/// by the code of the row that cannot stand beside it.
pub async fn contrary(conn: &mut PgConnection, rows: &[(usize, Row)]) -> Result<HashMap<String, String>, Stop> {
    let answers: Vec<&Row> = rows
        .iter()
        .map(|(_, row)| row)
        .filter(|row| !row.power.entry.is_empty() && matches!(row.operation, Operation::Add | Operation::Decline))
        .collect();
    if answers.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(String, String)> = sqlx::query_as(
        "select a.code, min(v.code)
           from unnest($1::text[], $2::text[], $3::text[], $4::bool[]) as a (code, entry, region, declines)
           join power_versions v on v.entry = a.entry and v.region = a.region
          where v.effective_to is null
            and v.code <> a.code
            and (v.standing = 'absent' or a.declines and v.standing in ('in_use', 'suspended'))
          group by a.code",
    )
    .bind(answers.iter().map(|row| row.power.code.as_str()).collect::<Vec<_>>())
    .bind(answers.iter().map(|row| row.power.entry.as_str()).collect::<Vec<_>>())
    .bind(answers.iter().map(|row| row.power.region.as_str()).collect::<Vec<_>>())
    .bind(answers.iter().map(|row| row.operation == Operation::Decline).collect::<Vec<_>>())
    .fetch_all(conn)
    .await?;
    let mut contrary: HashMap<String, String> = found.into_iter().collect();
    // Two rows of one draft, too.
    let declined: HashMap<(&str, &str), &str> = answers
        .iter()
        .filter(|row| row.operation == Operation::Decline)
        .map(|row| ((row.power.entry.as_str(), row.power.region.as_str()), row.power.code.as_str()))
        .collect();
    for row in answers.iter().filter(|row| row.operation == Operation::Add) {
        if let Some(other) = declined.get(&(row.power.entry.as_str(), row.power.region.as_str())) {
            contrary.insert(row.power.code.clone(), (*other).to_owned());
        }
    }
    Ok(contrary)
}

/// A power that was drawn, as its latest version has it.
#[derive(sqlx::FromRow)]
struct Drawn {
    code: String,
    version: i32,
    entry: String,
    facts: Json<Row>,
}

/// These rows are in the list now: where an entry says otherwise than what was drawn from it, that is flagged from the day the entry says so, and
/// what says the same again is not.
pub async fn follow(conn: &mut PgConnection, rows: &[Row]) -> Result<(), Stop> {
    let changed: Vec<&str> = rows.iter().filter(|row| row.power.is_entry()).map(|row| row.power.code.as_str()).collect();
    let touched: Vec<&str> = rows.iter().filter(|row| !row.power.entry.is_empty()).map(|row| row.power.code.as_str()).collect();
    if changed.is_empty() && touched.is_empty() {
        return Ok(());
    }
    let drawn: Vec<Drawn> = sqlx::query_as(
        "select code, version, entry, facts
           from power_versions
          where (entry = any ($1) or code = any ($2) and entry is not null)
            and effective_to is null
            and standing in ('in_use', 'suspended')",
    )
    .bind(&changed)
    .bind(&touched)
    .fetch_all(&mut *conn)
    .await?;
    let entries = change::present(conn, &drawn.iter().map(|one| one.entry.as_str()).collect::<Vec<_>>()).await?;
    let strays = |one: &Drawn| {
        let entry = entries.get(&one.entry);
        entry.map_or(Vec::new(), |entry| law::a2_1_strays(&entry.power, entry.standing, &one.facts.power)).join(" ")
    };
    sqlx::query(
        "update power_versions as v
            set strays = string_to_array(nullif(d.strays, ''), ' '),
                strays_from = case when d.strays <> '' then coalesce(v.strays_from, d.since) end
           from unnest($1::text[], $2::int[], $3::text[], $4::date[]) as d (code, version, strays, since)
          where v.code = d.code
            and v.version = d.version",
    )
    .bind(drawn.iter().map(|one| one.code.as_str()).collect::<Vec<_>>())
    .bind(drawn.iter().map(|one| one.version).collect::<Vec<_>>())
    .bind(drawn.iter().map(strays).collect::<Vec<_>>())
    .bind(drawn.iter().map(|one| entries.get(&one.entry).map(|entry| entry.effective_from)).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// How many entries name the level, by where their directory holds.
pub async fn entries_of(conn: &mut PgConnection, level: Level, on: NaiveDate) -> Result<Vec<(String, i64)>, Stop> {
    Ok(sqlx::query_as(
        "select region, count(*)
           from power_versions
          where levels is not null
            and $1 = any (levels)
            and standing = 'in_use'
            and not sample
            and effective_from <= $2
            and (effective_to is null or effective_to > $2)
          group by region
          order by region",
    )
    .bind(level.key())
    .bind(on)
    .fetch_all(conn)
    .await?)
}

/// How many of the entries of their level these places drew, and how many they do not have; of how many is [`entries_of`] to say.
pub async fn answered(
    conn: &mut PgConnection,
    regions: &[&str],
    level: Level,
    on: NaiveDate,
) -> Result<HashMap<String, Count>, Stop> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "select region, count(*) filter (where drawn), count(*) filter (where not drawn)
           from (select v.region, v.entry, bool_or(v.standing <> 'absent') as drawn
                   from power_versions v
                   join power_versions e on e.code = v.entry
                  where v.region = any ($1)
                    and v.entry is not null
                    and v.standing in ('in_use', 'suspended', 'absent')
                    and v.effective_from <= $3
                    and (v.effective_to is null or v.effective_to > $3)
                    and $2 = any (e.levels)
                    and e.standing = 'in_use'
                    and not e.sample
                    and e.effective_from <= $3
                    and (e.effective_to is null or e.effective_to > $3)
                  group by v.region, v.entry) a
          group by region",
    )
    .bind(regions)
    .bind(level.key())
    .bind(on)
    .fetch_all(conn)
    .await?;
    let count = |drawn: i64, absent: i64| Count { all: 0, drawn: drawn as usize, absent: absent as usize };
    Ok(rows.into_iter().map(|(region, drawn, absent)| (region, count(drawn, absent))).collect())
}

/// A power that no longer says what its entry says.
#[derive(sqlx::FromRow)]
pub struct Stray {
    pub code: String,
    pub name: String,
    pub agency: String,
    pub entry: String,
    pub strays: Vec<String>,
    pub strays_from: NaiveDate,
}

/// What is to be changed after its entry, the longest waiting first.
pub async fn strays(conn: &mut PgConnection, after: Option<(NaiveDate, &str)>, most: i64) -> Result<Vec<Stray>, Stop> {
    Ok(sqlx::query_as(
        "select code, name, agency, entry, strays, strays_from
           from power_versions
          where strays_from is not null
            and effective_to is null
            and ($1::date is null or (strays_from, code) > ($1, $2))
          order by strays_from, code
          limit $3",
    )
    .bind(after.map(|(day, _)| day))
    .bind(after.map_or("", |(_, code)| code))
    .bind(most)
    .fetch_all(conn)
    .await?)
}

pub fn table(rows: Vec<Stray>) -> Table {
    Table {
        name: "和基本目录不一致的职权".into(),
        columns: vec![
            ("code", "编码"),
            ("name", "名称"),
            ("agency", "行使主体"),
            ("entry", "认领自"),
            ("strays", "不一致的要素"),
            ("since", "从哪天起"),
        ],
        rows: rows
            .into_iter()
            .map(|row| {
                vec![
                    row.code.into(),
                    row.name.into(),
                    row.agency.into(),
                    row.entry.into(),
                    row.strays.into(),
                    row.strays_from.to_string().into(),
                ]
            })
            .collect(),
    }
}
