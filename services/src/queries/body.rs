//! 来查的单位 · the bodies on record: proposed, published by another person, suspended, ended, each an act (B9, F117). All SQL on them is here.

use super::law::Standing;
use acts::{ActBody, Actor, ActorPrivate, QueryingBodyAct, QueryingBodyFacts, Subject};
use chrono::NaiveDate;
use foundation::{Moment, Stop, record};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// One of them.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Body {
    pub uscc: String,
    pub version: i32,
    /// What it may ask; nothing before it was published.
    #[sqlx(json(nullable))]
    pub facts: Option<QueryingBodyFacts>,
    /// What waits to be published.
    #[sqlx(json(nullable))]
    pub proposed: Option<QueryingBodyFacts>,
    pub proposed_by: Option<Uuid>,
    standing: String,
}

impl Body {
    pub fn standing(&self) -> Standing {
        Standing::of(&self.standing)
    }
    /// What is known of it: as published, else as proposed.
    pub fn known(&self) -> Option<&QueryingBodyFacts> {
        self.facts.as_ref().or(self.proposed.as_ref())
    }
    pub fn name(&self) -> &str {
        self.known().map_or("", |facts| &facts.name)
    }
}

/// The rules of the register say no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("没有等着公布的登记")]
    NothingProposed,
    #[error("登记是您送审的，要由另一个人公布")]
    OwnProposal,
    #[error("登记的最后一天 {0} 已经过了，不能公布")]
    Over(NaiveDate),
    #[error("这个单位现在{0}，不能这样办")]
    Standing(&'static str),
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

/// Whether this act may follow: two people publish, and what ended is proposed anew (个人信息保护法 51).
pub fn f117_may_follow(body: Option<&Body>, act: &QueryingBodyAct, by: Uuid, today: NaiveDate) -> Result<(), Rejection> {
    let standing = body.map_or(Standing::Proposed, Body::standing);
    let must = |holds: bool| if holds { Ok(()) } else { Err(Rejection::Standing(standing.zh())) };
    match act {
        QueryingBodyAct::Proposed { .. } => Ok(()),
        QueryingBodyAct::Published { .. } | QueryingBodyAct::Returned { .. } => {
            let waiting = body.and_then(|body| body.proposed.as_ref()).ok_or(Rejection::NothingProposed)?;
            let returns = matches!(act, QueryingBodyAct::Returned { .. });
            if !returns && body.and_then(|body| body.proposed_by) == Some(by) {
                return Err(Rejection::OwnProposal);
            }
            match !returns && waiting.until < today {
                true => Err(Rejection::Over(waiting.until)),
                false => Ok(()),
            }
        }
        QueryingBodyAct::Suspended { .. } => must(standing == Standing::Active),
        QueryingBodyAct::Resumed { .. } => must(standing == Standing::Suspended),
        QueryingBodyAct::Ended { .. } => must(body.is_some() && standing != Standing::Ended),
    }
}

pub fn subject(uscc: &str) -> Subject {
    Subject { kind: QueryingBodyAct::SUBJECT.into(), no: uscc.into() }
}

pub async fn find(conn: &mut PgConnection, uscc: &str) -> Result<Option<Body>, Stop> {
    Ok(sqlx::query_as("select uscc, version, facts, proposed, proposed_by, standing from querying_bodies where uscc = $1")
        .bind(uscc)
        .fetch_optional(conn)
        .await?)
}

/// The same, held to the end of the transaction, also while it is not there yet.
pub async fn lock(conn: &mut PgConnection, uscc: &str) -> Result<Option<Body>, Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('querying body ' || $1, 0))")
        .bind(uscc)
        .execute(&mut *conn)
        .await?;
    find(conn, uscc).await
}

/// The published ones by name; for those who keep them, those that wait too.
pub async fn page(conn: &mut PgConnection, after: &str, all: bool, limit: i64) -> Result<Vec<Body>, Stop> {
    Ok(sqlx::query_as(
        "select uscc, version, facts, proposed, proposed_by, standing
           from querying_bodies
          where uscc > $1
            and ($2 or facts is not null)
          order by uscc
          limit $3",
    )
    .bind(after)
    .bind(all)
    .bind(limit)
    .fetch_all(conn)
    .await?)
}

/// Queries of one month.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Month {
    pub body: String,
    pub month: NaiveDate,
    pub answered: i32,
    pub refused: i32,
}

/// The figures of these bodies since a month, the latest in front.
pub async fn months(conn: &mut PgConnection, bodies: &[&str], since: NaiveDate) -> Result<Vec<Month>, Stop> {
    Ok(sqlx::query_as(
        "select body, month, answered, refused
           from query_months
          where body = any ($1)
            and month >= $2
          order by month desc, body",
    )
    .bind(bodies)
    .bind(since)
    .fetch_all(conn)
    .await?)
}

/// Records an act on a body and folds it in. The caller holds [`lock`] and has asked [`f117_may_follow`].
pub async fn keep(
    conn: &mut PgConnection,
    uscc: &str,
    before: Option<&Body>,
    act: QueryingBodyAct,
    (actor, person): (Actor, Option<ActorPrivate>),
    now: &Moment,
) -> Result<(), Stop> {
    let mut facts = before.and_then(|body| body.facts.clone());
    let mut proposed = before.and_then(|body| body.proposed.clone());
    let mut proposed_by = before.and_then(|body| body.proposed_by);
    let mut standing = before.map_or(Standing::Proposed, Body::standing);
    match &act {
        QueryingBodyAct::Proposed { facts } => {
            proposed = Some(facts.clone());
            proposed_by = person.as_ref().map(|person| person.person);
        }
        QueryingBodyAct::Published { facts: published } => {
            // Another scope lets nobody ask again who was suspended.
            standing = if standing == Standing::Suspended { Standing::Suspended } else { Standing::Active };
            (facts, proposed, proposed_by) = (Some(published.clone()), None, None);
        }
        QueryingBodyAct::Returned { .. } => (proposed, proposed_by) = (None, None),
        QueryingBodyAct::Suspended { .. } => standing = Standing::Suspended,
        QueryingBodyAct::Resumed { .. } => standing = Standing::Active,
        QueryingBodyAct::Ended { .. } => (proposed, proposed_by, standing) = (None, None, Standing::Ended),
    }
    let entry = record::entry(subject(uscc), now.at, actor, person, act);
    let position = record::record(conn, std::slice::from_ref(&entry)).await?[0];
    sqlx::query(
        "insert into querying_bodies as b (uscc, facts, proposed, proposed_by, standing, position)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (uscc) do update
            set version = b.version + 1,
                facts = excluded.facts,
                proposed = excluded.proposed,
                proposed_by = excluded.proposed_by,
                standing = excluded.standing,
                position = excluded.position",
    )
    .bind(uscc)
    .bind(facts.map(Json))
    .bind(proposed.map(Json))
    .bind(proposed_by)
    .bind(standing.key())
    .bind(position)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f117_whoever_proposed_a_body_does_not_publish_it() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let facts = QueryingBodyFacts {
            name: "甲".into(),
            key: String::new(),
            basis: "乙".into(),
            purpose: "丙".into(),
            from: day("2026-01-01"),
            until: day("2026-12-31"),
            scope: Vec::new(),
        };
        let mut body = Body {
            uscc: "1".into(),
            version: 1,
            facts: None,
            proposed: Some(facts.clone()),
            proposed_by: Some(one),
            standing: "proposed".into(),
        };
        let publish = QueryingBodyAct::Published { facts: facts.clone() };
        let reason = || "理由".to_owned();
        assert_eq!(f117_may_follow(Some(&body), &publish, one, day("2026-06-01")), Err(Rejection::OwnProposal));
        assert_eq!(f117_may_follow(Some(&body), &publish, other, day("2026-06-01")), Ok(()));
        assert_eq!(f117_may_follow(Some(&body), &publish, other, day("2027-01-01")), Err(Rejection::Over(day("2026-12-31"))));
        let suspend = QueryingBodyAct::Suspended { reason: reason() };
        assert!(f117_may_follow(Some(&body), &suspend, one, day("2026-06-01")).is_err());
        (body.facts, body.proposed, body.standing) = (Some(facts), None, "active".into());
        assert_eq!(f117_may_follow(Some(&body), &publish, other, day("2026-06-01")), Err(Rejection::NothingProposed));
        assert_eq!(f117_may_follow(Some(&body), &suspend, one, day("2026-06-01")), Ok(()));
        let end = QueryingBodyAct::Ended { reason: reason() };
        assert_eq!(f117_may_follow(Some(&body), &end, one, day("2026-06-01")), Ok(()));
        body.standing = "ended".into();
        assert!(f117_may_follow(Some(&body), &end, one, day("2026-06-01")).is_err());
        assert!(f117_may_follow(Some(&body), &QueryingBodyAct::Resumed { reason: reason() }, one, day("2026-06-01")).is_err());
    }
}
