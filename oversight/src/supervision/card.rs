//! 预警、黄牌、红牌 · a card (C3.3-09): a breach that a rule found, what the agency says to it, and how it was reviewed. It
//! stays visible whatever comes of it. Free text of the agency is private and is kept in its act alone.

use super::rules;
use super::watch::Watch;
use acts::{CardAct, Colour, Entry, Subject};
use calendar::{Calendar, Limit, local_date};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::{Moment, Stop, record};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// Cards of a case are one subject: each act names the rule of the card it is about.
pub fn subject(case_no: &str) -> Subject {
    Subject { kind: "card".into(), no: case_no.into() }
}

pub fn colour_of(key: &str) -> Colour {
    match key {
        "red" => Colour::Red,
        "yellow" => Colour::Yellow,
        "notice" => Colour::Notice,
        _ => Colour::Warning,
    }
}

/// The shape beside the word: a flag for a card, a triangle for a warning (ui §5).
pub fn flag(colour: Colour) -> &'static str {
    match colour {
        Colour::Notice => "<span class=\"flag flag--n\" aria-hidden=\"true\"></span>",
        Colour::Warning => "<span class=\"flag flag--w\" aria-hidden=\"true\"></span>",
        Colour::Yellow => "<span class=\"flag flag--y\" aria-hidden=\"true\"></span>",
        Colour::Red => "<span class=\"flag flag--r\" aria-hidden=\"true\"></span>",
    }
}

/// How far a card has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Issued,
    Explained,
    Upheld,
    Withdrawn,
}

impl Progress {
    pub const ALL: [Progress; 4] = [Progress::Issued, Progress::Explained, Progress::Upheld, Progress::Withdrawn];
    pub fn key(self) -> &'static str {
        match self {
            Progress::Issued => "issued",
            Progress::Explained => "explained",
            Progress::Upheld => "upheld",
            Progress::Withdrawn => "withdrawn",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Progress::Issued => "等单位说明",
            Progress::Explained => "已说明，等复核",
            Progress::Upheld => "复核维持",
            Progress::Withdrawn => "复核撤销",
        }
    }
    pub fn tag(self) -> &'static str {
        match self {
            Progress::Issued => "tag tag--warn",
            Progress::Explained => "tag",
            Progress::Upheld => "tag tag--stop",
            Progress::Withdrawn => "tag tag--wait",
        }
    }
}

/// What was said to a card.
#[derive(Clone, Debug)]
pub struct Said {
    pub at: DateTime<Utc>,
    pub by: acts::Actor,
    pub entry: Option<i64>,
    /// The agency's words (`None` after erasure), or the supervisor's reason.
    pub text: Option<String>,
}

/// A card with all that came of it, folded from its acts.
#[derive(Clone, Debug)]
pub struct Card {
    pub rule: String,
    /// The version it was judged by, where its act says so.
    pub version: Option<i32>,
    /// Within what it is explained.
    pub answer: Limit,
    pub colour: Colour,
    pub computation: String,
    pub evidence: Vec<i64>,
    pub issued_at: DateTime<Utc>,
    /// Its number in the log, once it has one.
    pub entry: Option<i64>,
    pub explained: Option<Said>,
    pub reviewed: Option<(bool, Said)>,
}

impl Card {
    pub fn progress(&self) -> Progress {
        match (&self.reviewed, &self.explained) {
            (Some((true, _)), _) => Progress::Upheld,
            (Some((false, _)), _) => Progress::Withdrawn,
            (None, Some(_)) => Progress::Explained,
            (None, None) => Progress::Issued,
        }
    }
    pub fn explain_by(&self, calendar: &Calendar) -> NaiveDate {
        calendar.due(local_date(self.issued_at), self.answer).date
    }
    /// From the explanation, or from the day it should have come.
    pub fn review_by(&self, calendar: &Calendar) -> NaiveDate {
        let from = match &self.explained {
            Some(said) => local_date(said.at),
            None => self.explain_by(calendar),
        };
        calendar.due(from, rules::REVIEW_WITHIN).date
    }

    /// May the agency still speak? Once, and before the review.
    pub fn may_be_explained(&self) -> Result<(), Rejection> {
        match (&self.reviewed, &self.explained) {
            (Some(_), _) => Err(Rejection::Reviewed),
            (_, Some(_)) => Err(Rejection::Explained),
            _ => Ok(()),
        }
    }

    /// Nobody is judged before having been heard, or having let the time pass.
    pub fn may_be_reviewed(&self, now: &Moment) -> Result<(), Rejection> {
        let last_day = self.explain_by(&now.calendar);
        match (&self.reviewed, &self.explained) {
            (Some(_), _) => Err(Rejection::Reviewed),
            (None, None) if now.date() <= last_day => Err(Rejection::MayStillExplain(last_day)),
            _ => Ok(()),
        }
    }
}

/// The rules of cards say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这张牌已经复核过了，结论不能再改")]
    Reviewed,
    #[error("这张牌已经说明过了，说明只能交一次")]
    Explained,
    #[error("单位在{}前都可以说明，还没有说明的先不复核", foundation::page::full_date_zh(*.0))]
    MayStillExplain(NaiveDate),
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

/// Folds the acts of a case's cards; `n` is the entry of each, `through` the last one that counts.
pub fn fold(acts: &[(Option<i64>, Entry<CardAct>)], through: Option<i64>) -> Vec<Card> {
    let mut cards: Vec<Card> = Vec::new();
    let counts = |n: &Option<i64>| match (through, n) {
        (None, _) => true,
        (Some(through), Some(n)) => *n <= through,
        (Some(_), None) => false,
    };
    for (n, entry) in acts.iter().filter(|(n, _)| counts(n)) {
        let said = |text: Option<String>| Said { at: entry.at, by: entry.by.clone(), entry: *n, text };
        match &entry.act {
            CardAct::Issued { rule, version, answer, colour, computation, evidence, .. } => cards.push(Card {
                rule: rule.clone(),
                version: *version,
                answer: answer.unwrap_or(rules::EXPLAIN_WITHIN),
                colour: *colour,
                computation: computation.clone(),
                evidence: evidence.clone(),
                issued_at: entry.at,
                entry: *n,
                explained: None,
                reviewed: None,
            }),
            CardAct::Explained { rule, private } => {
                if let Some(card) = cards.iter_mut().find(|card| card.rule == *rule) {
                    card.explained = Some(said(private.clone()));
                }
            }
            CardAct::Reviewed { rule, upheld, reason } => {
                if let Some(card) = cards.iter_mut().find(|card| card.rule == *rule) {
                    card.reviewed = Some((*upheld, said(Some(reason.clone()))));
                }
            }
        }
    }
    cards
}

/// The acts of a case's cards, oldest first.
pub async fn history(conn: &mut PgConnection, case_no: &str) -> Result<Vec<(Option<i64>, Entry<CardAct>)>, Stop> {
    let stored = record::acts_of(conn, &subject(case_no)).await?;
    stored.iter().map(|act| Ok((act.n, act.read()?))).collect()
}

/// One card of a case, its row locked to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, case_no: &str, rule: &str) -> Result<Card, Stop> {
    sqlx::query_scalar::<_, Uuid>("select id from cards where case_no = $1 and rule = $2 for update")
        .bind(case_no)
        .bind(rule)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(Stop::NotFound("亮牌"))?;
    let cards = fold(&history(conn, case_no).await?, None);
    let found = cards.into_iter().find(|card| card.rule == rule);
    found.ok_or(Stop::NotFound("亮牌"))
}

/// Keeps what an answer makes of its card: these columns are for finding it, the words are in the act.
pub async fn save(conn: &mut PgConnection, entry: &Entry<CardAct>) -> Result<(), Stop> {
    let said = json!({ "at": entry.at, "by": entry.by, "act": entry.id });
    let (rule, explained, reviewed, outcome) = match &entry.act {
        CardAct::Issued { .. } => return Ok(()),
        CardAct::Explained { rule, .. } => (rule, Some(said), None, None),
        CardAct::Reviewed { rule, upheld, .. } => (rule, None, Some(said), Some(if *upheld { "upheld" } else { "withdrawn" })),
    };
    sqlx::query(
        "update cards
            set explained = coalesce($3, explained),
                reviewed = coalesce($4, reviewed),
                outcome = coalesce($5, outcome)
          where case_no = $1
            and rule = $2",
    )
    .bind(&entry.subject.no)
    .bind(rule)
    .bind(explained)
    .bind(reviewed)
    .bind(outcome)
    .execute(conn)
    .await?;
    Ok(())
}

/// The cards a case has been given: the breach, and the rule before its first blank.
pub async fn given(conn: &mut PgConnection, case_no: &str) -> Result<Vec<(String, String)>, Stop> {
    let breaches: Vec<String> =
        sqlx::query_scalar("select breach from cards where case_no = $1").bind(case_no).fetch_all(conn).await?;
    Ok(breaches.into_iter().map(|breach| (breach.split(' ').next().unwrap_or_default().to_owned(), breach)).collect())
}

pub async fn insert(
    conn: &mut PgConnection,
    watch: &Watch,
    entry: &Entry<CardAct>,
    breach: &str,
    position: i64,
) -> Result<(), Stop> {
    let CardAct::Issued { rule, version, colour, agency, computation, evidence, .. } = &entry.act else {
        return Err(Stop::Fault("a card begins with its issue".into()));
    };
    sqlx::query(
        "insert into cards (id, case_no, agency, rule, colour, issued_at, evidence, breach, item, region, computation, position,
                            version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(entry.id)
    .bind(&watch.case_no)
    .bind(agency)
    .bind(rule)
    .bind(colour.key())
    .bind(entry.at)
    .bind(serde_json::to_value(evidence)?)
    .bind(breach)
    .bind(&watch.item)
    .bind(&watch.region)
    .bind(computation)
    .bind(position)
    .bind(version)
    .execute(conn)
    .await?;
    Ok(())
}
