//! 首问 · one question as the fold of its acts, and what the rule lets be done with it.

use super::DAYS;
use acts::{ActBody, AskedAct, AskedWay, Entry, Question, Subject, Told};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::kept::{self, Event};
use foundation::people::Person;
use foundation::{Moment, Stop, jobs, record, serials};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Answered,
    BecameCase,
}

impl State {
    fn key(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Answered => "answered",
            State::BecameCase => "became_case",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub to: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub no: String,
    pub at: DateTime<Utc>,
    pub way: AskedWay,
    pub item: Option<String>,
    pub question: Option<Question>,
    pub due: NaiveDate,
    /// Who answers for it now: the person, and as others see them.
    pub holder: Uuid,
    pub agency: String,
    pub post: Option<String>,
    pub offer: Option<Offer>,
    /// Who accepted it last, as colleagues know each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<String>,
    pub state: State,
    pub told: Option<Told>,
    pub case_no: Option<String>,
    pub overdue: bool,
}

/// What the rule says no to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这一问已经答复了")]
    Over,
    #[error("现在不是您负责这一问，由现在负责的人来做")]
    NotTheHolder,
    #[error("没有请本单位接手这一问")]
    NotOffered,
    #[error("这一问已经由 {0} 接手了")]
    Taken(String),
    #[error("这一问本来就是您负责，请另一位同事接手")]
    OwnOffer,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

impl Asked {
    /// Begins with its first act; any other begins nothing.
    fn begin(entry: &Entry<AskedAct>) -> Option<Asked> {
        let AskedAct::FirstAsked { way, agency, item, due, private } = &entry.act else { return None };
        Some(Asked {
            no: entry.subject.no.clone(),
            at: entry.at,
            way: *way,
            item: item.clone(),
            question: private.clone(),
            due: *due,
            holder: entry.person.as_ref().map(|person| person.person).unwrap_or_default(),
            agency: agency.clone(),
            post: entry.by.post.clone(),
            offer: None,
            taken_by: None,
            state: State::Open,
            told: None,
            case_no: None,
            overdue: false,
        })
    }

    pub fn apply(&mut self, entry: &Entry<AskedAct>) {
        match &entry.act {
            AskedAct::FirstAsked { .. } => {}
            AskedAct::HandoverOffered { to, reason } => self.offer = Some(Offer { to: to.clone(), reason: reason.clone() }),
            AskedAct::HandoverAccepted { .. } => {
                self.offer = None;
                self.holder = entry.person.as_ref().map(|person| person.person).unwrap_or_default();
                self.agency = entry.by.agency.clone().unwrap_or_default();
                self.post = entry.by.post.clone();
                self.taken_by = entry.person.as_ref().map(|person| person.name.clone());
            }
            AskedAct::HandoverRefused { .. } => self.offer = None,
            AskedAct::Answered { private } => {
                self.state = State::Answered;
                self.told = private.clone();
                self.offer = None;
            }
            AskedAct::BecameCase { case_no } => {
                self.state = State::BecameCase;
                self.case_no = Some(case_no.clone());
                self.offer = None;
            }
            AskedAct::Overdue { .. } => self.overdue = true,
        }
    }

    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether an officer may do this now. Only whoever answers for it offers it, answers and closes it; only somebody else, of the agency
    /// that was asked, accepts or refuses.
    pub fn may(&self, act: &AskedAct, by: Uuid, agency: &str) -> Result<(), Rejection> {
        if !self.is_open() {
            return Err(Rejection::Over);
        }
        match act {
            AskedAct::HandoverAccepted { .. } | AskedAct::HandoverRefused { .. } => match &self.offer {
                Some(offer) if offer.to == agency && by == self.holder => Err(Rejection::OwnOffer),
                Some(offer) if offer.to == agency => Ok(()),
                None if self.agency == agency => Err(self.taken_by.clone().map_or(Rejection::NotOffered, Rejection::Taken)),
                _ => Err(Rejection::NotOffered),
            },
            _ if by == self.holder => Ok(()),
            _ => Err(Rejection::NotTheHolder),
        }
    }
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: AskedAct::SUBJECT.into(), no: no.into() }
}

/// What was asked is on record, and whoever was asked answers for it.
pub async fn begin(
    conn: &mut PgConnection,
    (way, item, question): (AskedWay, Option<String>, Question),
    by: &Person,
    now: &Moment,
) -> Result<String, Stop> {
    let no = serials::of_day(conn, "SW", now.date()).await?;
    let due = now.calendar.add_working_days(now.date(), DAYS);
    let agency = by.agency.clone().unwrap_or_default();
    let act = AskedAct::FirstAsked { way, agency, item, due, private: Some(question) };
    let entry = record::entry(subject(&no), now.at, by.actor("officer"), Some(by.private()), act);
    let asked = Asked::begin(&entry).ok_or_else(|| Stop::Fault("a first question begins nothing".into()))?;
    record::record(conn, std::slice::from_ref(&entry)).await?;
    sqlx::query("insert into asked (no, holder, agency, state, due, asked) values ($1, $2, $3, 'open', $4, $5)")
        .bind(&no)
        .bind(asked.holder)
        .bind(&asked.agency)
        .bind(due)
        .bind(Json(&asked))
        .execute(&mut *conn)
        .await?;
    jobs::set(conn, super::overdue::KIND, &no, &Value::Null, calendar::end_of_day(due)).await?;
    Ok(no)
}

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Asked, Stop> {
    kept::read(conn, "select asked from asked where no = $1", no, "提问").await
}

pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Asked, Stop> {
    kept::read(conn, "select asked from asked where no = $1 for update", no, "提问").await
}

/// Records an act on a locked question and keeps what it makes of it.
pub async fn keep(conn: &mut PgConnection, mut asked: Asked, entry: Entry<AskedAct>) -> Result<(), Stop> {
    record::record(conn, std::slice::from_ref(&entry)).await?;
    asked.apply(&entry);
    sqlx::query(
        "update asked
            set holder = $2, agency = $3, offered_to = $4, state = $5, overdue = $6, asked = $7
          where no = $1",
    )
    .bind(&asked.no)
    .bind(asked.holder)
    .bind(&asked.agency)
    .bind(asked.offer.as_ref().map(|offer| &offer.to))
    .bind(asked.state.key())
    .bind(asked.overdue)
    .bind(Json(&asked))
    .execute(&mut *conn)
    .await?;
    match asked.is_open() {
        true => Ok(()),
        false => jobs::cancel(conn, super::overdue::KIND, &asked.no).await,
    }
}

/// An act of an officer on a locked question.
pub async fn act(conn: &mut PgConnection, asked: Asked, act: AskedAct, by: &Person, now: &Moment) -> Result<(), Stop> {
    asked.may(&act, by.id, by.agency.as_deref().unwrap_or_default())?;
    let entry = record::entry(subject(&asked.no), now.at, by.actor("officer"), Some(by.private()), act);
    keep(conn, asked, entry).await
}

pub async fn history(conn: &mut PgConnection, no: &str) -> Result<Vec<Event>, Stop> {
    kept::events(conn, &subject(no), |act: AskedAct| match act {
        AskedAct::HandoverOffered { to, reason } => (Some(to), reason),
        AskedAct::HandoverRefused { reason } => (None, reason),
        _ => (None, String::new()),
    })
    .await
}

/// Open questions of a list, those due first in front.
pub async fn held(conn: &mut PgConnection, holder: Uuid, after: (NaiveDate, &str), most: i64) -> Result<Vec<Asked>, Stop> {
    let rows: Vec<Json<Asked>> = sqlx::query_scalar(
        "select asked
           from asked
          where holder = $1
            and state = 'open'
            and (due, no) > ($2, $3)
          order by due, no
          limit $4",
    )
    .bind(holder)
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub async fn offered(conn: &mut PgConnection, agency: &str, most: i64) -> Result<Vec<Asked>, Stop> {
    let rows: Vec<Json<Asked>> = sqlx::query_scalar(
        "select asked
           from asked
          where offered_to = $1
            and state = 'open'
          order by due, no
          limit $2",
    )
    .bind(agency)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub async fn late(conn: &mut PgConnection, after: (NaiveDate, &str), most: i64) -> Result<Vec<Asked>, Stop> {
    let rows: Vec<Json<Asked>> = sqlx::query_scalar(
        "select asked
           from asked
          where overdue
            and state = 'open'
            and (due, no) > ($1, $2)
          order by due, no
          limit $3",
    )
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f069_only_who_answers_for_it_offers_and_only_another_of_the_agency_asked_accepts() {
        let (first, colleague) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let day = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        let mut asked = Asked {
            no: "SW202611270001".into(),
            at: DateTime::default(),
            way: AskedWay::Counter,
            item: None,
            question: None,
            due: day,
            holder: first,
            agency: "a".into(),
            post: None,
            offer: None,
            taken_by: None,
            state: State::Open,
            told: None,
            case_no: None,
            overdue: false,
        };
        let offer = AskedAct::HandoverOffered { to: "a".into(), reason: "r".into() };
        let accept = AskedAct::HandoverAccepted { from: "a".into() };
        let answer = AskedAct::Answered { private: None };
        assert_eq!(asked.may(&accept, colleague, "a"), Err(Rejection::NotOffered));
        assert_eq!(asked.may(&offer, colleague, "a"), Err(Rejection::NotTheHolder));
        assert_eq!(asked.may(&offer, first, "a"), Ok(()));
        asked.offer = Some(Offer { to: "a".into(), reason: "r".into() });
        assert_eq!(asked.may(&accept, first, "a"), Err(Rejection::OwnOffer));
        assert_eq!(asked.may(&accept, colleague, "b"), Err(Rejection::NotOffered));
        assert_eq!(asked.may(&accept, colleague, "a"), Ok(()));
        assert_eq!(asked.may(&answer, first, "a"), Ok(()), "an offer takes nothing away");
        // Whoever comes second hears who was first; another agency does not.
        (asked.offer, asked.holder, asked.taken_by) = (None, colleague, Some("陈静".into()));
        assert_eq!(asked.may(&accept, Uuid::from_u128(3), "a"), Err(Rejection::Taken("陈静".into())));
        assert_eq!(asked.may(&accept, Uuid::from_u128(3), "b"), Err(Rejection::NotOffered));
        asked.holder = first;
        asked.state = State::Answered;
        assert_eq!(asked.may(&answer, first, "a"), Err(Rejection::Over));
    }
}
