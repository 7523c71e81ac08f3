//! 回避 · what an officer at the counter keeps away from: his own case, that of whom he acts for, and that of a declared relative (公务员法 76; F055). It is
//! asked before anything is written, of a case that is only about to be registered; and the queue leaves such cases to colleagues.

use crate::cases::Case;
use authority::{Act, CaseResource, Circumstance, Resource};
use chrono::NaiveDate;
use foundation::people::Person;
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
/// counts, known here or not: nobody takes in a case of his own by a second account, nor of a relative who has none.
pub fn may_take_in(house: &House, officer: &Person, agency: &str, comes: &Comes, how: &Circumstance) -> Result<(), Stop> {
    let case = CaseResource {
        no: String::new(),
        agency: agency.to_owned(),
        applicant: comes.applicant.to_string(),
        filed_by: comes.by.to_string(),
        together: Vec::new(),
        cards: comes.cards.iter().map(|number| number.to_uppercase()).collect(),
        errand: String::new(),
        stage: String::new(),
        kind: String::new(),
        ordinary: false,
    };
    house.may(&officer.principal(), Act::RegisterAtCounter, &Resource::Case(case), how).map(|_| ())
}

/// As the cases that an officer keeps away from are found.
pub struct Away {
    /// The officer and the relatives.
    people: Vec<Uuid>,
    /// These, and whom the officer acts for.
    applicants: Vec<Uuid>,
    /// The numbers of their cards.
    cards: Vec<String>,
}

impl Away {
    /// What this officer keeps away from.
    pub fn of(officer: &Person) -> Away {
        let people: Vec<Uuid> = officer.relatives.iter().copied().chain([officer.id]).collect();
        let own = officer.resident_id.iter().map(|number| number.to_uppercase());
        Away {
            applicants: people.iter().chain(&officer.organisations).copied().collect(),
            cards: own.chain(officer.relative_cards.iter().cloned()).collect(),
            people,
        }
    }

    /// Whether this case is one of them.
    pub fn keeps_from(&self, case: &Case) -> bool {
        case.applicant.as_ref().is_some_and(|party| self.applicants.contains(&party.id))
            || case.filed_by.is_some_and(|by| self.people.contains(&by))
            || case.cards().iter().any(|card| self.cards.contains(card))
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
                                select case_no from cases where cards && $6)
              group by stage",
        )
        .bind(agency)
        .bind(super::queue::OPEN.as_slice())
        .bind(today)
        .bind(&self.applicants)
        .bind(&self.people)
        .bind(&self.cards)
        .fetch_all(conn)
        .await?)
    }
}
