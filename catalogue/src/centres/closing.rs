//! 报请撤销 · the closing of a centre while it is asked for (B2.1): its manager proposes, the management body reviews, the government approves.
//! Three people, each signed in; whoever asked or reviewed does not go on. What either body refuses ends there, and may be asked for anew.

use acts::{CentreAct, ClosingPlan};
use chrono::NaiveDate;
use foundation::Stop;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the management body said when it passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    pub by: Uuid,
    pub on: NaiveDate,
    pub reason: String,
}

/// The fold of the acts on a closing that is neither done nor refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub plan: ClosingPlan,
    pub by: Uuid,
    pub on: NaiveDate,
    pub passed: Option<Passed>,
}

/// The rules say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这个中心的撤销已经报请，等审核或者批准")]
    Already,
    #[error("这个中心现在没有报请撤销")]
    NotAsked,
    #[error("管理机构已经审核同意")]
    ReviewedAlready,
    #[error("管理机构还没有审核同意，政府不能批准")]
    NotReviewed,
    #[error("报请、审核、批准要由不同的人来做，您在前面已经做过一步")]
    SamePerson,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

impl Proposal {
    /// The management body looks at it once, by somebody who did not ask.
    pub fn b2_1_may_review(&self, by: Uuid) -> Result<(), Rejection> {
        match &self.passed {
            Some(_) => Err(Rejection::ReviewedAlready),
            None if by == self.by => Err(Rejection::SamePerson),
            None => Ok(()),
        }
    }

    /// The government decides on what the management body passed, by a third person.
    pub fn b2_1_may_approve(&self, by: Uuid) -> Result<&Passed, Rejection> {
        match &self.passed {
            None => Err(Rejection::NotReviewed),
            Some(passed) if [self.by, passed.by].contains(&by) => Err(Rejection::SamePerson),
            Some(passed) => Ok(passed),
        }
    }

    /// What becomes of it; nothing once it is done or refused.
    fn apply(before: Option<Proposal>, act: &CentreAct, by: Uuid, today: NaiveDate) -> Option<Proposal> {
        match act {
            CentreAct::ClosingProposed(plan) => Some(Proposal { plan: plan.clone(), by, on: today, passed: None }),
            CentreAct::ClosingReviewed { passes: true, on, reason, .. } => {
                let passed = Some(Passed { by, on: *on, reason: reason.clone() });
                before.map(|proposal| Proposal { passed, ..proposal })
            }
            CentreAct::ClosingReviewed { .. } | CentreAct::ClosingDeclined { .. } | CentreAct::Closed(_) => None,
            CentreAct::Established { .. } | CentreAct::Changed { .. } => before,
        }
    }
}

/// What is asked for of one centre.
pub async fn find(conn: &mut PgConnection, key: &str) -> Result<Option<Proposal>, Stop> {
    let found: Option<Json<Proposal>> =
        sqlx::query_scalar("select state from centre_closings where centre = $1").bind(key).fetch_optional(conn).await?;
    Ok(found.map(|Json(proposal)| proposal))
}

/// What is asked for of these.
pub async fn of_centres(conn: &mut PgConnection, keys: &[&str]) -> Result<BTreeMap<String, Proposal>, Stop> {
    let rows: Vec<(String, Json<Proposal>)> =
        sqlx::query_as("select centre, state from centre_closings where centre = any ($1)").bind(keys).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(key, Json(proposal))| (key, proposal)).collect())
}

/// Folds an act in. The caller holds `record::alone`.
pub(super) async fn fold(
    conn: &mut PgConnection,
    key: &str,
    act: &CentreAct,
    (by, today): (Uuid, NaiveDate),
    position: i64,
) -> Result<(), Stop> {
    let before = find(conn, key).await?;
    let Some(after) = Proposal::apply(before, act, by, today) else {
        sqlx::query("delete from centre_closings where centre = $1").bind(key).execute(conn).await?;
        return Ok(());
    };
    sqlx::query(
        "insert into centre_closings (centre, state, position)
         values ($1, $2, $3)
         on conflict (centre) do update
            set state = excluded.state,
                position = excluded.position",
    )
    .bind(key)
    .bind(Json(&after))
    .bind(position)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).unwrap()
    }

    #[test]
    fn b2_1_whoever_asks_reviews_and_approves_are_three_people() {
        let [manager, reviewer, office] = [1, 2, 3].map(Uuid::from_u128);
        let plan = ClosingPlan { last_day: day(30), reason: "两镇合并".into(), successor: None };
        let asked = Proposal::apply(None, &CentreAct::ClosingProposed(plan), manager, day(2)).unwrap();
        assert_eq!(asked.b2_1_may_review(manager), Err(Rejection::SamePerson));
        assert_eq!(asked.b2_1_may_approve(office), Err(Rejection::NotReviewed));
        assert_eq!(asked.b2_1_may_review(reviewer), Ok(()));
        let said = |passes| CentreAct::ClosingReviewed { body: "甲局".into(), passes, on: day(5), reason: "属实".into() };
        let passed = Proposal::apply(Some(asked.clone()), &said(true), reviewer, day(5)).unwrap();
        assert_eq!(passed.b2_1_may_review(office), Err(Rejection::ReviewedAlready));
        for before in [manager, reviewer] {
            assert_eq!(passed.b2_1_may_approve(before), Err(Rejection::SamePerson));
        }
        assert_eq!(passed.b2_1_may_approve(office).unwrap().on, day(5));
        // Refused, it is over.
        assert_eq!(Proposal::apply(Some(asked), &said(false), reviewer, day(5)), None);
    }
}
