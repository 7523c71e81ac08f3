//! 真实数字 · the figures of a centre, gathered from the catalogue and the cases, computed once for a day and again only when the record says
//! something new; what was computed stays as it was on its day.

use super::close;
use super::coverage::{self, Authority, Hands, Matter, Share, Stands};
use super::outside::{self, Outside};
use crate::{Catalogue, Centre, Item};
use chrono::{Days, NaiveDate};
use foundation::{House, Stop};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;
use std::sync::Arc;

/// Days of decided cases behind the figures, to the end of yesterday.
pub const DAYS: u64 = 365;
/// Kinds of powers that people apply for: permits, approvals of other names, public services (B3.1). 其他行政权力 are as often none.
const APPLIED_FOR: [&str; 6] = ["permit", "benefit", "confirmation", "reward", "adjudication", "public_service"];
/// Powers without a matter that are read for one region.
const MOST_POWERS: i64 = 5000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub day: NaiveDate,
    pub counters: Share,
    pub matters: Share,
    pub functions: Share,
    pub agencies: Vec<AgencyFigures>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyFigures {
    pub agency: String,
    pub one_division: Share,
    pub in_the_centre: Share,
    pub matters: Share,
    pub authority: Authority,
}

impl AgencyFigures {
    pub fn at_the_counter(&self) -> String {
        coverage::fraction(self.authority.b6_3_01_at_the_counter())
    }
    pub fn cases_inside(&self) -> String {
        coverage::fraction(self.authority.b6_3_01_cases_inside())
    }
}

/// The first and the last day of the cases that count.
pub fn days(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    (today - Days::new(DAYS), today - Days::new(1))
}

/// The agencies of the region that have approval duty: by their roles, or because a matter is theirs.
pub fn duty(catalogue: &Catalogue, centre: &Centre) -> Vec<String> {
    let items = catalogue.listed();
    let here = catalogue.agencies().iter().filter(|agency| agency.region == centre.region);
    let has =
        |key: &str, roles: &[String]| roles.iter().any(|role| role == "approval") || items.iter().any(|item| item.agency == key);
    here.filter(|agency| has(&agency.key, &agency.roles)).map(|agency| agency.key.clone()).collect()
}

/// The matters of these agencies.
fn items(catalogue: &Catalogue, duty: &[String]) -> Vec<Arc<Item>> {
    catalogue.listed().into_iter().filter(|item| duty.contains(&item.agency)).collect()
}

fn stands(catalogue: &Catalogue, item: &Item, outside: Option<&Outside>, today: NaiveDate) -> Stands {
    if let Some(outside) = outside.filter(|outside| outside.is_outside(today)) {
        let lacks = outside.b3_1_01_lacks();
        return if lacks.is_empty() { Stands::Approved } else { Stands::Outside(lacks) };
    }
    match catalogue.counter_of(item, today) {
        Some(_) => Stands::Inside,
        None => Stands::NoCounter,
    }
}

/// Powers of the region in force today that people apply for, and that no matter carries out.
async fn powers_without(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    region: &str,
    today: NaiveDate,
) -> Result<Vec<Matter>, Stop> {
    let codes: Vec<String> = catalogue.listed().iter().flat_map(|item| [item.code.clone(), item.basic_code.clone()]).collect();
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select code, agency
           from power_versions
          where region = $1
            and standing = 'in_use'
            and not sample
            and kind = any ($2)
            and effective_from <= $3
            and (effective_to is null or effective_to > $3)
            and levels is null
            and code <> all ($4)
          order by code
          limit $5",
    )
    .bind(region)
    .bind(APPLIED_FOR.as_slice())
    .bind(today)
    .bind(codes)
    .bind(MOST_POWERS)
    .fetch_all(conn)
    .await?;
    let key = |name: String| {
        let found = catalogue.agencies().iter().find(|agency| agency.name == name);
        found.map_or(name, |agency| agency.key.clone())
    };
    Ok(rows.into_iter().map(|(item, agency)| Matter { item, agency: key(agency), stands: Stands::NoMatter }).collect())
}

/// What the decided cases say, by agency and matter.
#[derive(sqlx::FromRow)]
pub struct Counted {
    agency: String,
    pub item: String,
    pub decided: i64,
    pub back: i64,
    pub untold: i64,
}

pub async fn counted(conn: &mut PgConnection, agencies: &[String], today: NaiveDate) -> Result<Vec<Counted>, Stop> {
    let (from, to) = days(today);
    Ok(sqlx::query_as(
        "select agency, item,
                count(*) as decided,
                count(*) filter (where went_back) as back,
                count(*) filter (where went_back is null) as untold
           from decided_cases
          where agency = any ($1)
            and decided_on between $2 and $3
          group by agency, item
          order by agency, item",
    )
    .bind(agencies)
    .bind(from)
    .bind(to)
    .fetch_all(conn)
    .await?)
}

/// Of each matter that is or was outside: how many of its cases were decided in that time.
async fn decided_outside(
    conn: &mut PgConnection,
    outside: &HashMap<String, Outside>,
    today: NaiveDate,
) -> Result<HashMap<String, i64>, Stop> {
    let (from, to) = days(today);
    let all: Vec<&Outside> = outside.values().filter(|one| one.went_out(today)).collect();
    let last = |one: &&Outside| one.returned.as_ref().map_or(to, |(on, _)| (*on - Days::new(1)).min(to));
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select o.item, count(d.case_no)
           from unnest($1::text[], $2::text[], $3::date[], $4::date[]) as o (item, agency, first, last)
           join decided_cases d
             on d.agency = o.agency
            and d.item = o.item
            and d.decided_on between o.first and o.last
          group by o.item",
    )
    .bind(all.iter().map(|one| one.item.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|one| one.agency.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|one| one.since.max(from)).collect::<Vec<_>>())
    .bind(all.iter().map(last).collect::<Vec<_>>())
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Everything of a centre that is counted.
pub struct Gathered {
    pub duty: Vec<String>,
    pub matters: Vec<Matter>,
    pub outside: HashMap<String, Outside>,
}

pub async fn gather(conn: &mut PgConnection, catalogue: &Catalogue, centre: &Centre, today: NaiveDate) -> Result<Gathered, Stop> {
    let duty = duty(catalogue, centre);
    let items = items(catalogue, &duty);
    let outside = outside::of_items(conn, &items.iter().map(|item| item.slug.as_str()).collect::<Vec<_>>()).await?;
    let matter = |item: &Arc<Item>| Matter {
        stands: stands(catalogue, item, outside.get(&item.slug), today),
        item: item.slug.clone(),
        agency: item.agency.clone(),
    };
    let mut matters: Vec<Matter> = items.iter().map(matter).collect();
    matters.extend(powers_without(conn, catalogue, &centre.region, today).await?);
    Ok(Gathered { duty, matters, outside })
}

async fn compute(conn: &mut PgConnection, catalogue: &Catalogue, centre: &Centre, today: NaiveDate) -> Result<Figures, Stop> {
    let Gathered { duty, matters, outside } = gather(conn, catalogue, centre, today).await?;
    let counted = counted(conn, &duty, today).await?;
    let beyond = decided_outside(conn, &outside, today).await?;
    let authority = |agency: &str| {
        let mut all = Authority::default();
        for one in counted.iter().filter(|one| one.agency == agency) {
            all.told += (one.decided - one.untold) as usize;
            all.back += one.back as usize;
            all.untold += one.untold as usize;
            all.outside += beyond.get(&one.item).copied().unwrap_or_default() as usize;
        }
        all
    };
    let of = |agency: &String| {
        let hands = Hands::of(agency, &matters, &centre.divisions);
        AgencyFigures {
            agency: agency.clone(),
            one_division: hands.b6_3_01_one_division(),
            in_the_centre: hands.b6_3_01_in_the_centre(),
            matters: coverage::b4_4_01_matters(matters.iter().filter(|matter| matter.agency == *agency)),
            authority: authority(agency),
        }
    };
    Ok(Figures {
        day: today,
        counters: coverage::b4_4_01_counters(&duty, &centre.counters),
        matters: coverage::b4_4_01_matters(&matters),
        functions: coverage::b4_4_01_functions(&duty, &matters, &centre.divisions),
        agencies: duty.iter().map(of).collect(),
    })
}

/// Up to what the record was read: the last act on a centre and on a matter outside, the last version of a matter and of a power, the last
/// case decided yesterday. Each is the end of an index.
async fn edition(conn: &mut PgConnection, today: NaiveDate) -> Result<String, Stop> {
    Ok(sqlx::query_scalar(
        "select concat_ws('.',
                (select max(position) from centres),
                coalesce((select max(position) from outside_matters), 0),
                coalesce((select max(nth) from item_versions), 0),
                coalesce((select no from power_changes where published_at is not null order by published_at desc, no desc limit 1), '0'),
                coalesce((select max(n) from decided_cases where decided_on = $1), 0))",
    )
    .bind(today - Days::new(1))
    .fetch_one(conn)
    .await?)
}

/// The figures of today; of a centre that is closed nothing is counted any more.
pub async fn today(house: &House, catalogue: &Catalogue, centre: &Centre) -> Result<Figures, Stop> {
    let today = house.now().date();
    close::told(centre, today)?;
    let mut conn = house.pool().acquire().await?;
    let edition = edition(&mut conn, today).await?;
    let kept: Option<Json<Figures>> =
        sqlx::query_scalar("select figures from centre_coverage where centre = $1 and day = $2 and edition = $3")
            .bind(&centre.key)
            .bind(today)
            .bind(&edition)
            .fetch_optional(&mut *conn)
            .await?;
    if let Some(Json(figures)) = kept {
        return Ok(figures);
    }
    let figures = compute(&mut conn, catalogue, centre, today).await?;
    sqlx::query(
        "insert into centre_coverage (centre, day, edition, figures)
         values ($1, $2, $3, $4)
         on conflict (centre, day) do update
            set edition = excluded.edition,
                figures = excluded.figures",
    )
    .bind(&centre.key)
    .bind(today)
    .bind(edition)
    .bind(Json(&figures))
    .execute(&mut *conn)
    .await?;
    Ok(figures)
}

/// The three coverages of earlier days, the latest first.
pub async fn earlier(conn: &mut PgConnection, centre: &str, before: NaiveDate, most: i64) -> Result<Vec<Figures>, Stop> {
    let rows: Vec<Json<Figures>> =
        sqlx::query_scalar("select figures from centre_coverage where centre = $1 and day < $2 order by day desc limit $3")
            .bind(centre)
            .bind(before)
            .bind(most)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|Json(figures)| figures).collect())
}

/// What was computed for a day.
pub async fn of_day(conn: &mut PgConnection, centre: &str, day: NaiveDate) -> Result<Option<Figures>, Stop> {
    let kept: Option<Json<Figures>> = sqlx::query_scalar("select figures from centre_coverage where centre = $1 and day = $2")
        .bind(centre)
        .bind(day)
        .fetch_optional(conn)
        .await?;
    Ok(kept.map(|Json(figures)| figures))
}

/// What was computed last for each of these centres.
pub async fn latest(conn: &mut PgConnection, centres: &[&str]) -> Result<HashMap<String, Figures>, Stop> {
    let rows: Vec<(String, Json<Figures>)> = sqlx::query_as(
        "select c.key, f.figures
           from unnest($1::text[]) as c (key)
          cross join lateral (select figures
                                from centre_coverage
                               where centre = c.key
                               order by day desc
                               limit 1) f",
    )
    .bind(centres)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(key, Json(figures))| (key, figures)).collect())
}
