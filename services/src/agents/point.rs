//! 代办点 · a point and the people who work there, as their acts made them. Named and ended by the township whose centre keeps the point.

use acts::{ActBody, AgentNamed, AgentPointAct, PointFacts, Subject};
use catalogue::{Catalogue, Centre};
use chrono::NaiveDate;
use foundation::people::Person;
use foundation::{Moment, Stop, record};
use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Point {
    pub no: String,
    pub agency: String,
    pub name: String,
    pub region: String,
    pub address: String,
    pub hours: String,
    pub phone: String,
}

const COLUMNS: &str = "select no, agency, name, region, address, hours, phone from agent_points";

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Agent {
    pub id: Uuid,
    pub point: String,
    pub name: String,
    pub named_on: NaiveDate,
    pub ended_on: Option<NaiveDate>,
}

/// What the rules say no to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("村的代码要在本乡镇以内：前 9 位是 {0}")]
    Elsewhere(String),
    #[error("只有乡镇的便民服务中心设代办点")]
    NoTownship,
    #[error("这个账户还没有核实身份，请他先带身份证到窗口核实")]
    Unverified,
    #[error("工作人员不当代办员：谁也不能既替人递交，又经办同一件")]
    Officer,
    #[error("他已经是一个代办点的代办员")]
    Agent,
    #[error("代办点交给同一个县里别的乡镇，不能交给自己")]
    NoNeighbour,
    #[error("那里的便民服务中心已经撤销，或者要撤销")]
    Closes,
}

/// Whether a township may have a point in that village.
pub fn may_open(agency: Option<&catalogue::Agency>, region: &str) -> Result<(), Rejection> {
    let township = agency.filter(|agency| agency.level == 5 && agency.region.len() == 9).ok_or(Rejection::NoTownship)?;
    match region.starts_with(&township.region) {
        true => Ok(()),
        false => Err(Rejection::Elsewhere(township.region.clone())),
    }
}

/// Whether a point of one township may be kept by another: of the same county, with a centre that stays open where it has one on record.
pub fn may_keep(from: &str, to: Option<&catalogue::Agency>, centre: Option<&Centre>, region: &str) -> Result<(), Rejection> {
    let near = |to: &&catalogue::Agency| to.key != from && to.level == 5 && to.region.len() == 9;
    let to = to.filter(near).filter(|to| to.region[..6] == region[..6]).ok_or(Rejection::NoNeighbour)?;
    match centre.filter(|centre| centre.region == to.region).is_some_and(|centre| centre.closing.is_some()) {
        true => Err(Rejection::Closes),
        false => Ok(()),
    }
}

/// The centre of a township.
pub fn centre_of(catalogue: &Catalogue, agency: &catalogue::Agency) -> Option<Arc<Centre>> {
    catalogue.centres().iter().find(|centre| centre.region == agency.region).cloned()
}

/// How many points the townships keep whose centre this is. Nobody opens one there, or hands one there, before the transaction ends: both look
/// at the centre, which the caller holds.
pub async fn kept_by(conn: &mut PgConnection, catalogue: &Catalogue, centre: &Centre) -> Result<i64, Stop> {
    let keeps = |agency: &&catalogue::Agency| agency.level == 5 && agency.region == centre.region || agency.key == centre.manager;
    let agencies: Vec<&str> = catalogue.agencies().iter().filter(keeps).map(|agency| agency.key.as_str()).collect();
    Ok(sqlx::query_scalar("select count(*) from agent_points where agency = any ($1)").bind(agencies).fetch_one(conn).await?)
}

/// The centre of a township is not closed, nor will be, before the transaction ends.
async fn stays(conn: &mut PgConnection, catalogue: &Catalogue, agency: &str) -> Result<(), Stop> {
    let Some(centre) = catalogue.agency(agency).and_then(|agency| centre_of(catalogue, agency)) else { return Ok(()) };
    match catalogue::centres::is_open(conn, &centre.key, NaiveDate::MAX).await? {
        true => Ok(()),
        false => Err(Rejection::Closes.into()),
    }
}

/// Gives a point to another township, from today: its agents, its consents and what of its cases no month has counted go with it.
pub async fn hand_over(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    point: &Point,
    to: &str,
    reason: &str,
    by: &Person,
    now: &Moment,
) -> Result<(), Stop> {
    let agency = catalogue.agency(to);
    let centre = agency.and_then(|agency| centre_of(catalogue, agency));
    may_keep(&point.agency, agency, centre.as_deref(), &point.region)?;
    stays(conn, catalogue, to).await?;
    sqlx::query("update agent_points set agency = $2 where no = $1").bind(&point.no).bind(to).execute(&mut *conn).await?;
    let act = AgentPointAct::HandedOver { from: point.agency.clone(), to: to.into(), on: now.date(), reason: reason.into() };
    tell(conn, &point.no, by, now, act).await
}

/// Whether somebody may become an agent: known by the card, without an office, and nowhere else an agent.
pub fn may_be_named(person: &Person) -> Result<(), Rejection> {
    if person.is_staff() {
        return Err(Rejection::Officer);
    }
    if person.agent_point.is_some() {
        return Err(Rejection::Agent);
    }
    match person.identity_verified_at.is_some() && !person.walk_in && person.active {
        true => Ok(()),
        false => Err(Rejection::Unverified),
    }
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

fn subject(no: &str) -> Subject {
    Subject { kind: AgentPointAct::SUBJECT.into(), no: no.into() }
}

async fn tell(conn: &mut PgConnection, no: &str, by: &Person, now: &Moment, act: AgentPointAct) -> Result<(), Stop> {
    let entry = record::entry(subject(no), now.at, by.actor(super::keeper(by)), Some(by.private()), act);
    record::record(conn, &[entry]).await?;
    Ok(())
}

/// Opens a point; its number is the code of its village, which has one.
pub async fn open(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    by: &Person,
    facts: PointFacts,
    now: &Moment,
) -> Result<String, Stop> {
    let agency = by.agency.clone().unwrap_or_default();
    may_open(catalogue.agency(&agency), &facts.region)?;
    stays(conn, catalogue, &agency).await?;
    let made = sqlx::query(
        "insert into agent_points (no, agency, name, region, address, hours, phone, opened_on)
         values ($1, $2, $3, $1, $4, $5, $6, $7)
         on conflict do nothing",
    )
    .bind(&facts.region)
    .bind(&agency)
    .bind(&facts.name)
    .bind(&facts.address)
    .bind(&facts.hours)
    .bind(&facts.phone)
    .bind(now.date())
    .execute(&mut *conn)
    .await?;
    if made.rows_affected() == 0 {
        return Err(Stop::Rejected("这个村已经有代办点了".into()));
    }
    let no = facts.region.clone();
    tell(conn, &no, by, now, AgentPointAct::Opened { agency, facts }).await?;
    Ok(no)
}

/// Tells the public otherwise from now on.
pub async fn describe(conn: &mut PgConnection, point: &Point, by: &Person, facts: PointFacts, now: &Moment) -> Result<(), Stop> {
    sqlx::query("update agent_points set name = $2, address = $3, hours = $4, phone = $5 where no = $1")
        .bind(&point.no)
        .bind(&facts.name)
        .bind(&facts.address)
        .bind(&facts.hours)
        .bind(&facts.phone)
        .execute(&mut *conn)
        .await?;
    tell(conn, &point.no, by, now, AgentPointAct::Described { facts }).await
}

/// Names an agent, from today.
pub async fn name(conn: &mut PgConnection, point: &Point, who: &Person, by: &Person, now: &Moment) -> Result<(), Stop> {
    may_be_named(who)?;
    let made = sqlx::query("insert into agents (id, point, person, named_on) values ($1, $2, $3, $4) on conflict do nothing")
        .bind(Uuid::now_v7())
        .bind(&point.no)
        .bind(who.id)
        .bind(now.date())
        .execute(&mut *conn)
        .await?;
    if made.rows_affected() == 0 {
        return Err(Rejection::Agent.into());
    }
    let private = Some(AgentNamed { person: who.id, name: who.name.clone() });
    tell(conn, &point.no, by, now, AgentPointAct::AgentNamed { from: now.date(), private }).await
}

/// Ends an agent's work at a point: from now on no consent lets this person do anything there. `false` when it had ended already.
pub async fn end(
    conn: &mut PgConnection,
    point: &Point,
    agent: Uuid,
    reason: &str,
    by: &Person,
    now: &Moment,
) -> Result<bool, Stop> {
    let ended: Option<(Uuid, String)> = sqlx::query_as(
        "update agents a
            set ended_on = $3
           from people p
          where a.id = $1
            and a.point = $2
            and a.ended_on is null
            and p.id = a.person
         returning p.id, p.name",
    )
    .bind(agent)
    .bind(&point.no)
    .bind(now.date())
    .fetch_optional(&mut *conn)
    .await?;
    let Some((person, name)) = ended else { return Ok(false) };
    let private = Some(AgentNamed { person, name });
    tell(conn, &point.no, by, now, AgentPointAct::AgentEnded { on: now.date(), reason: reason.into(), private }).await?;
    Ok(true)
}

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Point, Stop> {
    let sql = format!("{COLUMNS} where no = $1");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(no).fetch_optional(conn).await?.ok_or(Stop::NotFound("代办点"))
}

/// The agencies that keep these points.
pub async fn keepers(conn: &mut PgConnection, points: Vec<String>) -> Result<HashMap<String, String>, Stop> {
    let found: Vec<(String, String)> =
        sqlx::query_as("select no, agency from agent_points where no = any ($1)").bind(points).fetch_all(conn).await?;
    Ok(found.into_iter().collect())
}

/// A page of points, township by township; of one township when it is named.
pub async fn page(conn: &mut PgConnection, agency: Option<&str>, after: (&str, &str), most: i64) -> Result<Vec<Point>, Stop> {
    let sql = format!(
        "{COLUMNS}
          where (agency, region) > ($1, $2)
            and ($3::text is null or agency = $3)
          order by agency, region
          limit $4"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(after.0).bind(after.1).bind(agency).bind(most).fetch_all(conn).await?)
}

/// Who works, or worked, at these points; those who do in front.
pub async fn agents(conn: &mut PgConnection, points: &[String], also_ended: bool) -> Result<Vec<Agent>, Stop> {
    Ok(sqlx::query_as(
        "select a.id, a.point, p.name, a.named_on, a.ended_on
           from agents a
           join people p on p.id = a.person
          where a.point = any ($1)
            and (a.ended_on is null or $2)
          order by a.point, a.ended_on desc nulls first, a.named_on
          limit 400",
    )
    .bind(points)
    .bind(also_ended)
    .fetch_all(conn)
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b5_a_point_is_in_a_village_of_its_township_and_nowhere_else() {
        let catalogue = testing::catalogue();
        let town = catalogue.agency("youhua-town");
        assert_eq!(may_open(town, "341723109200"), Ok(()));
        assert_eq!(may_open(town, "341723100200"), Err(Rejection::Elsewhere("341723109".into())));
        assert_eq!(may_open(catalogue.agency("jinzhai-market"), "341524100200"), Err(Rejection::NoTownship));
        assert_eq!(may_open(None, "341723109200"), Err(Rejection::NoTownship));
    }

    #[test]
    fn b5_a_point_is_handed_to_another_township_of_its_county_whose_centre_stays() {
        let town = |key: &str, region: &str| {
            let mut town = testing::catalogue().agency("youhua-town").unwrap().clone();
            (town.key, town.region) = (key.into(), region.into());
            town
        };
        let (near, far) = (town("near", "341723108"), town("far", "341524100"));
        let may = |to: &catalogue::Agency, centre: Option<&Centre>| may_keep("youhua-town", Some(to), centre, "341723109200");
        assert_eq!(may(&near, None), Ok(()));
        assert_eq!(may(&far, None), Err(Rejection::NoNeighbour));
        assert_eq!(may(&town("youhua-town", "341723109"), None), Err(Rejection::NoNeighbour));
        assert_eq!(
            may_keep("youhua-town", testing::catalogue().agency("qingyang-data"), None, "341723109200"),
            Err(Rejection::NoNeighbour)
        );
        let mut centre = testing::catalogue().centre("youhua-centre").unwrap().as_ref().clone();
        centre.facts.region = "341723108".into();
        assert_eq!(may(&near, Some(&centre)), Ok(()));
        let day = NaiveDate::default();
        centre.closing = Some(acts::Closing {
            name: String::new(),
            last_day: day,
            reason: String::new(),
            reviewed_by: String::new(),
            reviewed_on: day,
            approved_by: String::new(),
            approved_on: day,
            document: String::new(),
            approval: String::new(),
            successor: None,
        });
        assert_eq!(may(&near, Some(&centre)), Err(Rejection::Closes));
    }

    #[test]
    fn b5_an_officer_an_unknown_person_and_an_agent_of_another_point_are_not_named() {
        let person = Person {
            id: Uuid::from_u128(1),
            login: "a".into(),
            name: "甲".into(),
            resident_id: None,
            mobile: None,
            roles: vec!["citizen".into()],
            agency: None,
            post: None,
            centre: None,
            relatives: vec![],
            relative_cards: vec![],
            organisations: vec![],
            active: true,
            identity_verified_at: Some(chrono::DateTime::default()),
            walk_in: false,
            agent_point: None,
            helps: false,
            entrusted: vec![],
            delegated: false,
        };
        let but = |change: fn(&mut Person)| {
            let mut other = person.clone();
            change(&mut other);
            may_be_named(&other)
        };
        assert_eq!(but(|_| ()), Ok(()));
        assert_eq!(but(|p| p.roles.push("counter_officer".into())), Err(Rejection::Officer));
        assert_eq!(but(|p| p.agency = Some("youhua-town".into())), Err(Rejection::Officer));
        assert_eq!(but(|p| p.agent_point = Some("1".into())), Err(Rejection::Agent));
        assert_eq!(but(|p| p.identity_verified_at = None), Err(Rejection::Unverified));
        assert_eq!(but(|p| p.walk_in = true), Err(Rejection::Unverified));
        assert_eq!(but(|p| p.active = false), Err(Rejection::Unverified));
    }
}
