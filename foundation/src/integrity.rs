//! 防控措施 · what must hold before an open case goes on because an integrity risk rule was hit (A6, F054). Whoever finds the hit writes the hold;
//! the one door to a case asks for it (`services/cases/run.rs`).

use crate::people::Person;
use crate::{Stop, record};
use acts::{ActBody, Control, IntegrityAct, Subject};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// What one open hit asks of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub hit: String,
    /// What is worth a look, in words that accuse nobody.
    pub words: String,
    pub controls: Vec<Control>,
    /// Whose acts it is about.
    pub officer: Uuid,
    /// Who agreed beside whoever it is about, or closed the warning.
    pub second: Option<Uuid>,
}

impl Hold {
    /// Whether somebody else must still agree.
    pub fn wants_second(&self) -> bool {
        self.second.is_none() && self.controls.contains(&Control::SecondPerson)
    }
}

/// Why somebody may not go on with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nobody else has agreed yet.
    SecondPerson,
    /// Whoever agreed as the second person does not decide as the first.
    SecondDecides,
    /// It goes to somebody else.
    Rotation,
}

/// The control of a point is held by the process: with 轮岗 whoever it is about does no more step that judges the case before another person has
/// agreed; with 双人 nobody decides before that, and whoever agreed does not decide (F054).
pub fn f054_may(holds: &[Hold], person: Uuid, decides: bool) -> Result<(), Held> {
    for hold in holds {
        if hold.controls.contains(&Control::Rotation) && hold.officer == person && hold.second.is_none() {
            return Err(Held::Rotation);
        }
        if decides && hold.controls.contains(&Control::SecondPerson) {
            match hold.second {
                None => return Err(Held::SecondPerson),
                Some(second) if second == person => return Err(Held::SecondDecides),
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// 第二人同意 · somebody who is not the one it is about has looked at the case and agrees that it goes on; `false` where somebody did already.
pub async fn agree(
    conn: &mut PgConnection,
    (hit, case_no): (&str, &str),
    person: &Person,
    words: String,
    at: DateTime<Utc>,
) -> Result<bool, Stop> {
    let done = sqlx::query(
        "update integrity_holds
            set second = $3, second_at = $4
          where hit = $1
            and case_no = $2
            and officer <> $3
            and second is null
            and closed_at is null",
    )
    .bind(hit)
    .bind(case_no)
    .bind(person.id)
    .bind(at)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let subject = Subject { kind: IntegrityAct::SUBJECT.into(), no: hit.into() };
    let act = IntegrityAct::Seconded { private: Some(words) };
    record::record(conn, &[record::entry(subject, at, person.actor("officer"), Some(person.private()), act)]).await?;
    Ok(true)
}

/// What hits ask of a case that is open.
pub async fn holds(conn: &mut PgConnection, case_no: &str) -> Result<Vec<Hold>, Stop> {
    /// Hit, words, controls, officer, second person.
    type Row = (String, String, Vec<String>, Uuid, Option<Uuid>);
    let rows: Vec<Row> = sqlx::query_as(
        "select hit, words, controls, officer, second
           from integrity_holds
          where case_no = $1
            and closed_at is null
          order by hit",
    )
    .bind(case_no)
    .fetch_all(conn)
    .await?;
    let hold = |(hit, words, controls, officer, second): Row| Hold {
        hit,
        words,
        controls: controls.iter().filter_map(|key| Control::of(key)).collect(),
        officer,
        second,
    };
    Ok(rows.into_iter().map(hold).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(controls: &[Control], officer: Uuid, second: Option<Uuid>) -> Hold {
        Hold { hit: "FX1".into(), words: String::new(), controls: controls.to_vec(), officer, second }
    }

    #[test]
    fn f054_nobody_decides_before_a_second_person_agreed_and_that_one_does_not_decide() {
        let (officer, chief, second) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let open = [hold(&[Control::SecondPerson], officer, None)];
        assert_eq!(f054_may(&open, chief, true), Err(Held::SecondPerson));
        assert_eq!(f054_may(&open, officer, false), Ok(()), "what does not decide goes on");
        let agreed = [hold(&[Control::SecondPerson], officer, Some(second))];
        assert_eq!(f054_may(&agreed, chief, true), Ok(()));
        assert_eq!(f054_may(&agreed, second, true), Err(Held::SecondDecides));
    }

    #[test]
    fn f054_with_rotation_another_goes_on_and_controls_that_only_people_keep_hold_nothing() {
        let (officer, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let holds = [hold(&[Control::Rotation], officer, None)];
        assert_eq!(f054_may(&holds, officer, false), Err(Held::Rotation));
        assert_eq!(f054_may(&holds, other, true), Ok(()));
        assert_eq!(f054_may(&[hold(&[Control::Discussion, Control::Random], officer, None)], officer, true), Ok(()));
        assert_eq!(f054_may(&[], officer, true), Ok(()));
    }
}
