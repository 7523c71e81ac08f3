//! 回避 · what an officer at the counter keeps away from: his own case, that of whom he acts for, and that of a declared relative (公务员法 76; F055). It is
//! asked before anything is written, of a case that is only about to be registered; and the queue leaves such cases to colleagues.

use crate::cases::{Case, together};
use authority::{Act, CaseResource, Circumstance, Principal, Resource};
use chrono::NaiveDate;
use foundation::people::{self, Person};
use foundation::{House, Stop};
use sqlx::PgConnection;
use uuid::Uuid;

/// Who stands at the counter: in whose name, who hands it in, and the numbers of all the cards that it names.
pub struct Comes {
    pub applicant: Uuid,
    pub by: Uuid,
    pub cards: Vec<String>,
}

/// Refuses to register what the officer would have to keep away from, in the words of the policy that says so. Whoever bears one of the cards
/// counts, verified or not: nobody takes in a case of his own by a second account.
pub async fn may_take_in(
    conn: &mut PgConnection,
    house: &House,
    officer: &Person,
    agency: &str,
    comes: &Comes,
    how: &Circumstance,
) -> Result<(), Stop> {
    let bearers: Vec<Uuid> =
        sqlx::query_scalar("select id from people where resident_id = any ($1)").bind(&comes.cards).fetch_all(&mut *conn).await?;
    // Read anew: a relative who was entered by this very form is one, too.
    let relatives = people::find(&mut *conn, officer.id).await?.map_or_else(Vec::new, |found| found.principal().relatives);
    let who = Principal { relatives, ..officer.principal() };
    let case = CaseResource {
        no: String::new(),
        agency: agency.to_owned(),
        applicant: comes.applicant.to_string(),
        filed_by: comes.by.to_string(),
        together: bearers.iter().map(Uuid::to_string).collect(),
        errand: String::new(),
        stage: String::new(),
        kind: String::new(),
        ordinary: false,
    };
    house.may(&who, Act::RegisterAtCounter, &Resource::Case(case), how).map(|_| ())
}

/// As the cases that an officer keeps away from are found.
pub struct Away {
    /// The officer and the relatives.
    people: Vec<Uuid>,
    /// These, and whom the officer acts for.
    applicants: Vec<Uuid>,
    /// As these are known in a case of several.
    tokens: Vec<String>,
}

impl Away {
    /// What this officer keeps away from.
    pub async fn of(conn: &mut PgConnection, officer: &Person) -> Result<Away, Stop> {
        let people: Vec<Uuid> = officer.relatives.iter().copied().chain([officer.id]).collect();
        let known: Vec<(String, String)> = sqlx::query_as(
            "select name, resident_id
               from people
              where id = any ($1)
                and resident_id is not null
                and identity_verified_at is not null",
        )
        .bind(&people)
        .fetch_all(conn)
        .await?;
        Ok(Away {
            applicants: people.iter().chain(&officer.organisations).copied().collect(),
            tokens: known.iter().map(|(name, number)| together::token(name, number)).collect(),
            people,
        })
    }

    /// Whether this case is one of them.
    pub fn keeps_from(&self, case: &Case) -> bool {
        case.applicant.as_ref().is_some_and(|party| self.applicants.contains(&party.id))
            || case.filed_by.is_some_and(|by| self.people.contains(&by))
            || together::tokens(&case.together).is_some_and(|all| all.iter().any(|one| self.tokens.contains(one)))
    }

    /// Open cases of the agency among them, by stage: all of them, those due that day, and those that wait for a fee. As many are read as
    /// there are, whatever waits in the queue.
    pub async fn counted(
        &self,
        conn: &mut PgConnection,
        agency: &str,
        today: NaiveDate,
    ) -> Result<Vec<(String, i64, i64, i64)>, Stop> {
        Ok(sqlx::query_as(
            "select stage,
                    count(*),
                    count(*) filter (where due <= $3),
                    count(*) filter (where stage = 'granted' and state ? 'bill' and not state ? 'paid')
               from cases
              where agency = $1
                and stage = any ($2)
                and case_no in (select case_no from cases where applicant = any ($4)
                                union
                                select case_no from cases where filed_by = any ($5)
                                union
                                select case_no from cases where together && $6)
              group by stage",
        )
        .bind(agency)
        .bind(super::queue::OPEN.as_slice())
        .bind(today)
        .bind(&self.applicants)
        .bind(&self.people)
        .bind(&self.tokens)
        .fetch_all(conn)
        .await?)
    }
}
