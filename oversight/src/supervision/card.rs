//! 预警、黄牌、红牌 · a card (C3.3-09): a breach that a rule found, and its whole course folded from its acts (`course.rs` says what may
//! follow what). It stays visible whatever comes of it. Free text of the agency is private and is kept in its act alone.

use super::course::{self, Hand, Progress, Rejection, Step, Turn};
use super::{rules, timer};
use acts::{CardAct, Colour, Entry, PutRight, Subject};
use calendar::{Calendar, Limit, end_of_day, local_date};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::{Moment, Stop, jobs, record};
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

/// What is to be put right, and the day from which its limit counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rectification {
    pub what: String,
    pub within: Limit,
    pub from: NaiveDate,
    /// Sent back once; of a graver card it may be again.
    pub sent_back: bool,
}

/// A card with all that came of it, folded from its acts.
#[derive(Clone, Debug)]
pub struct Card {
    pub rule: String,
    /// The version it was judged by, where its act says so.
    pub version: Option<i32>,
    pub agency: String,
    /// Within what it is explained.
    pub answer: Limit,
    /// What it is now, and what it was issued as.
    pub colour: Colour,
    pub issued_as: Colour,
    pub computation: String,
    pub evidence: Vec<i64>,
    pub issued_at: DateTime<Utc>,
    /// Its number in the log, once it has one.
    pub entry: Option<i64>,
    pub progress: Progress,
    pub explained: bool,
    /// Whether it was found to stand, or withdrawn.
    pub upheld: Option<bool>,
    pub rectification: Option<Rectification>,
    /// The day of the last step, from which what is next counts.
    pub since: NaiveDate,
    /// The day since which it stands, from which an appeal counts.
    pub stands_since: Option<NaiveDate>,
    pub appealed: bool,
    pub talked: bool,
    /// The day of the document by which it went to the discipline body.
    pub transferred_on: Option<NaiveDate>,
    /// Who spoke for the agency, and who judged: known while the private words are there, and kept beside the card for after.
    pub spoke: Vec<Uuid>,
    pub judged: Vec<Uuid>,
}

impl Card {
    fn issued(entry: &Entry<CardAct>, n: Option<i64>) -> Option<Card> {
        let CardAct::Issued { rule, version, answer, colour, agency, computation, evidence } = &entry.act else { return None };
        Some(Card {
            rule: rule.clone(),
            version: *version,
            agency: agency.clone(),
            answer: answer.unwrap_or(rules::EXPLAIN_WITHIN),
            colour: *colour,
            issued_as: *colour,
            computation: computation.clone(),
            evidence: evidence.clone(),
            issued_at: entry.at,
            entry: n,
            progress: if colour.is_answered() { Progress::Issued } else { Progress::Told },
            explained: false,
            upheld: None,
            rectification: None,
            since: local_date(entry.at),
            stands_since: None,
            appealed: false,
            talked: false,
            transferred_on: None,
            spoke: Vec::new(),
            judged: Vec::new(),
        })
    }

    /// C3.3-18: what an act makes of the card. It never fails: what was done is so.
    pub fn apply(&mut self, entry: &Entry<CardAct>) {
        let day = local_date(entry.at);
        match &entry.act {
            CardAct::Issued { .. } => return,
            CardAct::Explained { .. } => {
                self.explained = true;
                self.progress = Progress::Explained;
            }
            CardAct::Unanswered { .. } => self.progress = Progress::Unanswered,
            CardAct::Reviewed { upheld: true, rectify, .. } | CardAct::WithdrawalRefused { rectify, .. } => {
                self.stands(rectify.as_ref(), day);
            }
            CardAct::Reviewed { .. } | CardAct::WithdrawalConfirmed { .. } => {
                self.upheld = Some(false);
                self.progress = Progress::Withdrawn;
            }
            CardAct::WithdrawalProposed { .. } => self.progress = Progress::Proposed,
            CardAct::Appealed { .. } => {
                self.appealed = true;
                self.progress = Progress::Appealed;
            }
            CardAct::AppealDecided { granted: true, .. } => self.progress = Progress::Proposed,
            CardAct::AppealDecided { .. } => self.goes_on(day),
            CardAct::Rectified { .. } => self.progress = Progress::Rectified,
            CardAct::Accepted { .. } | CardAct::TransferAnswered { .. } => self.progress = Progress::Closed,
            CardAct::SentBack { within, .. } => {
                if let Some(right) = &mut self.rectification {
                    (right.within, right.sent_back) = (*within, true);
                }
                self.goes_on(day);
            }
            CardAct::Escalated { colour, .. } => {
                self.colour = *colour;
                if let Some(right) = &mut self.rectification {
                    right.sent_back = false;
                }
                self.goes_on(day);
            }
            CardAct::HeldToAccount { .. } => self.progress = Progress::Accountable,
            CardAct::Talked { rectify, .. } => {
                self.talked = true;
                self.rectification = None;
                self.put_right(Some(rectify), day);
            }
            CardAct::Transferred { on, .. } => {
                self.transferred_on = Some(*on);
                self.progress = Progress::Transferred;
            }
        }
        if let (Some(step), Some(person)) = (course::step_of(&entry.act), &entry.person) {
            if step.is_of_the_unit() {
                self.spoke.push(person.person);
            } else if step.judges() {
                self.judged.push(person.person);
            }
        }
        self.since = day;
    }

    fn stands(&mut self, rectify: Option<&PutRight>, day: NaiveDate) {
        self.upheld = Some(true);
        self.stands_since = Some(day);
        self.put_right(rectify, day);
    }

    /// What is to be put right counts from this day; what was asked before still is.
    fn put_right(&mut self, rectify: Option<&PutRight>, day: NaiveDate) {
        if let Some(PutRight { what, within }) = rectify {
            self.rectification = Some(Rectification { what: what.clone(), within: *within, from: day, sent_back: false });
        }
        self.goes_on(day);
    }

    fn goes_on(&mut self, day: NaiveDate) {
        self.progress = match &mut self.rectification {
            Some(right) => {
                right.from = day;
                Progress::Rectifying
            }
            None => Progress::Upheld,
        };
    }

    pub fn explain_by(&self, calendar: &Calendar) -> NaiveDate {
        calendar.due(local_date(self.issued_at), self.answer).date
    }

    /// C3.3-20: the last day of what is next; nothing is due of what nobody owes, and the answer to a transfer is another body's.
    pub fn due(&self, calendar: &Calendar) -> Option<NaiveDate> {
        let within = |limit: Limit| Some(calendar.due(self.since, limit).date);
        match self.progress {
            Progress::Told | Progress::Upheld | Progress::Transferred | Progress::Closed | Progress::Withdrawn => None,
            Progress::Issued => Some(self.explain_by(calendar)),
            // From the explanation, or from the day it should have come.
            Progress::Unanswered => Some(calendar.due(self.explain_by(calendar), rules::REVIEW_WITHIN).date),
            Progress::Explained => within(rules::REVIEW_WITHIN),
            Progress::Proposed | Progress::Appealed | Progress::Rectified => within(course::DESK_WITHIN),
            Progress::Rectifying => self.rectification.as_ref().map(|right| calendar.due(right.from, right.within).date),
            Progress::Accountable => within(course::ACCOUNT_WITHIN),
        }
    }

    pub fn appeal_by(&self, calendar: &Calendar) -> Option<NaiveDate> {
        Some(calendar.due(self.stands_since?, course::APPEAL_WITHIN).date)
    }

    /// What the clock does to the card, once the last day of what is next is over (C3.3-18, C3.3-22).
    pub fn of_itself(&self, now: &Moment) -> Option<CardAct> {
        let rule = self.rule.clone();
        self.due(&now.calendar).filter(|day| now.at >= end_of_day(*day))?;
        match self.progress {
            Progress::Issued => Some(CardAct::Unanswered { rule }),
            Progress::Rectifying => Some(self.graver(None)),
            _ => None,
        }
    }

    /// C3.3-22: a warning becomes a yellow card, a yellow a red; of a red somebody is held to account.
    pub fn graver(&self, reason: Option<String>) -> CardAct {
        let rule = self.rule.clone();
        match self.colour.worse() {
            Some(colour) => CardAct::Escalated { rule, colour, reason },
            None => CardAct::HeldToAccount { rule, reason },
        }
    }

    /// C3.3-18, C3.3-20: whether this step may be taken now.
    pub fn may(&self, step: Step, now: &Moment) -> Result<(), Rejection> {
        if !course::may_follow(self.progress).contains(&step) {
            return Err(match step {
                Step::Explain if self.upheld.is_none() && self.explained => Rejection::Explained,
                Step::Explain | Step::Uphold | Step::Propose if self.upheld.is_some() => Rejection::Reviewed,
                _ => Rejection::NotNow(self.progress),
            });
        }
        let calendar = &now.calendar;
        let sent_back = self.rectification.as_ref().is_some_and(|right| right.sent_back);
        match step {
            // Nobody is judged before having been heard, or having let the time pass.
            Step::Uphold | Step::Propose if !self.explained && self.upheld.is_none() => {
                let last_day = self.explain_by(calendar);
                if now.date() <= last_day { Err(Rejection::MayStillExplain(last_day)) } else { Ok(()) }
            }
            Step::Appeal if self.appealed => Err(Rejection::Appealed),
            Step::Appeal => match self.appeal_by(calendar) {
                Some(last_day) if now.date() > last_day => Err(Rejection::TooLateToAppeal(last_day)),
                _ => Ok(()),
            },
            Step::SendBack if sent_back => Err(Rejection::SentBackBefore),
            // By a supervisor: what was reported and is not so. What was not reported escalates by the clock.
            Step::Escalate if self.progress == Progress::Rectifying => Err(Rejection::NotNow(self.progress)),
            Step::Escalate if !sent_back => Err(Rejection::NotSentBackYet),
            Step::Talk if self.colour != Colour::Red => Err(Rejection::NotRed),
            Step::Talk if self.talked => Err(Rejection::TalkedBefore),
            _ => Ok(()),
        }
    }

    /// C3.3-23: nobody judges a case of his own hands or words, and nobody judges twice.
    pub fn may_by(&self, step: Step, hand: &Hand) -> Result<(), Rejection> {
        if step.is_of_the_unit() {
            return Ok(());
        }
        if hand.handled {
            return Err(Rejection::HandledTheCase);
        }
        if self.spoke.contains(&hand.person) {
            return Err(Rejection::SpokeForTheUnit);
        }
        if step.judges() && self.judged.contains(&hand.person) {
            return Err(Rejection::JudgedBefore);
        }
        Ok(())
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
        match Card::issued(entry, *n) {
            Some(card) => cards.push(card),
            None => {
                if let Some(card) = cards.iter_mut().find(|card| card.rule == entry.act.rule()) {
                    card.apply(entry);
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

/// What the cards of this number are about; a number without cards is taken for that of a case.
pub async fn kind(conn: &mut PgConnection, no: &str) -> Result<String, Stop> {
    let kind: Option<String> =
        sqlx::query_scalar("select kind from cards where case_no = $1 limit 1").bind(no).fetch_optional(conn).await?;
    Ok(kind.unwrap_or_else(|| "case".into()))
}

/// One card of a case, with its timer and its row held to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, case_no: &str, rule: &str) -> Result<Card, Stop> {
    jobs::hold(conn, timer::KIND, &[timer::key(case_no, rule)]).await?;
    let (spoke, judged): (Vec<Uuid>, Vec<Uuid>) =
        sqlx::query_as("select spoke, judged from cards where case_no = $1 and rule = $2 for update")
            .bind(case_no)
            .bind(rule)
            .fetch_optional(&mut *conn)
            .await?
            .ok_or(Stop::NotFound("亮牌"))?;
    let cards = fold(&history(conn, case_no).await?, None);
    let mut found = cards.into_iter().find(|card| card.rule == rule).ok_or(Stop::NotFound("亮牌"))?;
    found.spoke = join(found.spoke, spoke);
    found.judged = join(found.judged, judged);
    Ok(found)
}

fn join(mut known: Vec<Uuid>, kept: Vec<Uuid>) -> Vec<Uuid> {
    known.extend(kept);
    known.sort_unstable();
    known.dedup();
    known
}

/// Records an act on a card that is locked, keeps what it makes of it, and sets the timer of what is next.
pub async fn keep(conn: &mut PgConnection, mut card: Card, entry: &Entry<CardAct>, calendar: &Calendar) -> Result<(), Stop> {
    record::record(conn, std::slice::from_ref(entry)).await?;
    card.apply(entry);
    let said = json!({ "at": entry.at, "by": entry.by, "act": entry.id });
    let (explained, reviewed) = match &entry.act {
        CardAct::Explained { .. } => (Some(said), None),
        CardAct::Reviewed { .. } | CardAct::WithdrawalConfirmed { .. } | CardAct::WithdrawalRefused { .. } => (None, Some(said)),
        _ => (None, None),
    };
    sqlx::query(
        "update cards
            set explained = coalesce($3, explained),
                reviewed = coalesce($4, reviewed)
          where case_no = $1
            and rule = $2",
    )
    .bind(&entry.subject.no)
    .bind(&card.rule)
    .bind(explained)
    .bind(reviewed)
    .execute(&mut *conn)
    .await?;
    stand(conn, &entry.subject.no, &card, calendar).await
}

/// Keeps where a card stands: these columns are for finding it, the words are in its acts; and sets its timer.
pub async fn stand(conn: &mut PgConnection, case_no: &str, card: &Card, calendar: &Calendar) -> Result<(), Stop> {
    sqlx::query(
        "update cards
            set progress = $3,
                turn = $4,
                due = $5,
                colour = $6,
                outcome = $7,
                spoke = $8,
                judged = $9
          where case_no = $1
            and rule = $2",
    )
    .bind(case_no)
    .bind(&card.rule)
    .bind(card.progress.key())
    .bind(card.progress.turn().map(Turn::key))
    .bind(card.due(calendar))
    .bind(card.colour.key())
    .bind(card.upheld.map(|upheld| if upheld { "upheld" } else { "withdrawn" }))
    .bind(&card.spoke)
    .bind(&card.judged)
    .execute(&mut *conn)
    .await?;
    timer::set(conn, case_no, card, calendar).await
}

/// The cards a case has been given: the breach, and the rule before its first blank.
pub async fn given(conn: &mut PgConnection, case_no: &str) -> Result<Vec<(String, String)>, Stop> {
    let breaches: Vec<String> =
        sqlx::query_scalar("select breach from cards where case_no = $1").bind(case_no).fetch_all(conn).await?;
    Ok(breaches.into_iter().map(|breach| (breach.split(' ').next().unwrap_or_default().to_owned(), breach)).collect())
}

/// What a card is about, as it is found in lists: a case, or what has a number of its own beside cases.
pub struct About<'a> {
    pub kind: &'a str,
    pub no: &'a str,
    pub agency: &'a str,
    pub item: &'a str,
    pub region: &'a str,
}

pub async fn insert(
    conn: &mut PgConnection,
    about: &About<'_>,
    entry: &Entry<CardAct>,
    breach: &str,
    position: i64,
    calendar: &Calendar,
) -> Result<(), Stop> {
    let CardAct::Issued { rule, version, colour, agency, computation, evidence, .. } = &entry.act else {
        return Err(Stop::Fault("a card begins with its issue".into()));
    };
    sqlx::query(
        "insert into cards (id, case_no, agency, rule, colour, issued_at, evidence, breach, item, region, computation, position,
                            version, kind)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(entry.id)
    .bind(about.no)
    .bind(agency)
    .bind(rule)
    .bind(colour.key())
    .bind(entry.at)
    .bind(serde_json::to_value(evidence)?)
    .bind(breach)
    .bind(about.item)
    .bind(about.region)
    .bind(computation)
    .bind(position)
    .bind(version)
    .bind(about.kind)
    .execute(&mut *conn)
    .await?;
    let Some(card) = Card::issued(entry, None) else { return Ok(()) };
    stand(conn, about.no, &card, calendar).await
}

#[cfg(test)]
mod tests;
