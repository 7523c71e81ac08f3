//! 监察对象 · a watch: what supervision keeps in mind of one case (C3.3). Folded from the case's acts and from nothing
//! else, so that it can be forgotten and folded again, and folded only as far as any entry of the log (F136).

use super::{affair, book, issue};
use crate::accord;
use acts::{BillLine, CaseAct, Entry, Money, Moved, Stage, Subject, Term};
use calendar::{Calendar, Clock};
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::feed::Consumer;
use foundation::record::Stored;
use foundation::{Moment, Stop, jobs, record};
use futures::future::BoxFuture;
use process::WaitKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// One period of the five working days within which papers are accepted or sent back (许可法 32).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    pub clock: Clock,
    /// The entry that began it, and the one that ended it.
    pub opened: i64,
    pub closed: Option<i64>,
    /// Nobody answered, and the law made it accepted.
    #[serde(default)]
    pub deemed: bool,
}

/// An act that is a date and an entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub at: DateTime<Utc>,
    pub entry: i64,
    pub what: String,
}

/// 不予受理、不予许可, and whether it names an article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub at: DateTime<Utc>,
    pub entry: i64,
    pub what: String,
    pub grounded: bool,
}

/// 延期, with the limit of the law as it stood before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prolonged {
    pub at: DateTime<Utc>,
    pub on: NaiveDate,
    pub entry: i64,
    pub before: Option<Clock>,
}

/// An act that says on which day it was done, beside the moment at which it was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dated {
    pub what: String,
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
    pub entry: i64,
}

/// A bill, or money that was taken in for one (许可法 58, 59).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Charged {
    pub paid: bool,
    pub amount: Money,
    pub surplus: bool,
    /// Of a bill.
    pub lines: Vec<BillLine>,
    /// The bill as it stood: its entry and its total.
    pub billed: Option<(i64, Money)>,
    pub at: DateTime<Utc>,
    pub entry: i64,
}

/// What was decided, and how it reached the applicant (许可法 44, B4.1-20).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub granted: bool,
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
    pub entry: i64,
    /// A bill that is not paid keeps the result back (许可法 59).
    pub owed: bool,
    /// The day from which delivering counts: of the decision, or of the payment that came after it.
    pub from: NaiveDate,
    /// How the applicant chose to have it; empty where nothing was chosen.
    pub way: String,
    /// First handed to the post.
    pub sent: Option<NaiveDate>,
    pub delivered: Option<NaiveDate>,
    pub closed: Option<i64>,
}

/// 特别程序, as the applicant was told of it (许可法 45).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub ground: String,
    pub basis: String,
    pub told_days: u32,
    pub at: DateTime<Utc>,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub opened: i64,
    pub closed: Option<i64>,
}

/// A step of the chart that waits for staff (F076).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub node: String,
    /// The same node entered twice is two waits.
    pub wait: String,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub opened: i64,
    pub closed: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Concluded {
    pub on: NaiveDate,
    pub entry: i64,
}

/// What supervision knows of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    pub case_no: String,
    pub item: String,
    /// The version of the item it runs on (B6.1-01): its step limits are in that chart.
    pub version: String,
    pub agency: String,
    pub region: String,
    pub stage: Stage,
    pub submitted_at: DateTime<Utc>,
    pub acceptance: Vec<Acceptance>,
    pub promised: Option<Clock>,
    pub statutory: Option<Clock>,
    /// The entries that started, paused, resumed and extended these two.
    pub counted: Vec<i64>,
    pub concluded: Option<Concluded>,
    pub corrections: Vec<Mark>,
    #[serde(default)]
    pub refusals: Vec<Refusal>,
    #[serde(default)]
    pub extensions: Vec<Prolonged>,
    #[serde(default)]
    pub dated: Vec<Dated>,
    #[serde(default)]
    pub outcome: Option<Outcome>,
    #[serde(default)]
    pub charged: Vec<Charged>,
    /// Whether a bill is owed.
    #[serde(default)]
    pub owed: bool,
    /// How the applicant chose to have the result.
    #[serde(default)]
    pub way: String,
    /// The law decided on a renewal because the agency did not.
    #[serde(default)]
    pub deemed_renewed: Option<Mark>,
    pub pauses: Vec<Told>,
    pub steps: Vec<Step>,
    pub last_entry: i64,
    pub changed_at: DateTime<Utc>,
}

impl Watch {
    /// A case begins with its submission; any other act begins nothing.
    pub fn begin(entry: &Entry<CaseAct>, n: i64) -> Option<Watch> {
        let CaseAct::Submitted { item, agency, region, versions, acceptance, moved, .. } = &entry.act else {
            return None;
        };
        let mut watch = Watch {
            case_no: entry.subject.no.clone(),
            item: item.clone(),
            version: versions.item.clone(),
            agency: agency.clone(),
            region: region.clone(),
            stage: Stage::Submitted,
            submitted_at: entry.at,
            acceptance: vec![Acceptance { clock: acceptance.clone(), opened: n, closed: None, deemed: false }],
            promised: None,
            statutory: None,
            counted: Vec::new(),
            concluded: None,
            corrections: Vec::new(),
            refusals: Vec::new(),
            extensions: Vec::new(),
            dated: Vec::new(),
            outcome: None,
            charged: Vec::new(),
            owed: false,
            way: String::new(),
            deemed_renewed: None,
            pauses: Vec::new(),
            steps: Vec::new(),
            last_entry: n,
            changed_at: entry.at,
        };
        watch.move_to(moved, calendar::local_date(entry.at), n);
        Some(watch)
    }

    /// Never fails and never asks the time. What a clock refuses was refused to the case as well.
    pub fn apply(&mut self, entry: &Entry<CaseAct>, n: i64) {
        use CaseAct::*;
        let on = calendar::local_date(entry.at);
        let mark = |what: &str| Mark { at: entry.at, entry: n, what: what.into() };
        let refusal =
            |what: &str, basis: &str| Refusal { at: entry.at, entry: n, what: what.into(), grounded: !basis.trim().is_empty() };
        if let Extended { on, .. } = &entry.act {
            let before = self.statutory.clone();
            self.extensions.push(Prolonged { at: entry.at, on: *on, entry: n, before });
        }
        let _ = entry.act.turn(Term::Promised, &mut self.promised, on);
        let _ = entry.act.turn(Term::Statutory, &mut self.statutory, on);
        match &entry.act {
            CorrectionRequested { .. } => {
                self.close_acceptance(on, n);
                self.corrections.push(mark("告知补正"));
            }
            Supplemented { acceptance, .. } => {
                self.acceptance.push(Acceptance { clock: acceptance.clone(), opened: n, closed: None, deemed: false });
            }
            Accepted { .. } | DeemedAccepted { .. } => {
                if let (DeemedAccepted { .. }, Some(period)) = (&entry.act, self.acceptance.last_mut()) {
                    period.deemed = true;
                }
                self.close_acceptance(on, n);
                self.counted.push(n);
            }
            AcceptanceRefused { basis, .. } | NotRequired { basis, .. } => {
                self.close_acceptance(on, n);
                self.refusals.push(refusal("不予受理", basis));
            }
            ClockPaused { ground, basis, told_days, from, .. } => {
                self.pauses.push(Told {
                    ground: ground.clone(),
                    basis: basis.clone(),
                    told_days: *told_days,
                    at: entry.at,
                    from: *from,
                    to: None,
                    opened: n,
                    closed: None,
                });
                self.counted.push(n);
            }
            ClockResumed { ground, to, .. } => {
                let open = |told: &&mut Told| told.to.is_none() && told.ground == *ground;
                if let Some(told) = self.pauses.iter_mut().find(open) {
                    (told.to, told.closed) = (Some(*to), Some(n));
                }
                self.counted.push(n);
            }
            Extended { .. } | LimitsRecomputed { .. } => self.counted.push(n),
            Denied { basis, .. } => self.refusals.push(refusal("不予许可", basis)),
            Billed { .. } | PaymentReversed { .. } => self.owed = true,
            Paid { surplus: false, .. } => self.owed = false,
            DeliveryChosen { way, .. } => self.way = way.clone(),
            Withdrawn { .. } => self.close_acceptance(on, n),
            DeemedRenewed { .. } => {
                self.close_acceptance(on, n);
                self.deemed_renewed = Some(mark("视为准予延续"));
            }
            _ => {}
        }
        let concluded = entry.act.concludes(on);
        if let Some(day) = concluded {
            for told in self.pauses.iter_mut().filter(|told| told.to.is_none()) {
                (told.to, told.closed) = (Some(day), Some(n));
            }
            self.concluded = Some(Concluded { on: day, entry: n });
        }
        self.charge(entry, n);
        self.decide_and_deliver(entry, n);
        if let Some((what, on)) = dated(&entry.act) {
            self.dated.push(Dated { what: what.into(), on, at: entry.at, entry: n });
        }
        if let Some(moved) = entry.act.moved() {
            self.move_to(moved, concluded.unwrap_or(on), n);
        }
        if let Some(stage) = Stage::after(&entry.act) {
            self.stage = stage;
        }
        self.last_entry = n;
        self.changed_at = entry.at;
    }

    /// What was asked for and what was taken in.
    fn charge(&mut self, entry: &Entry<CaseAct>, n: i64) {
        let bill = self.charged.iter().rev().find(|one| !one.paid).map(|one| (one.entry, one.amount));
        let (paid, amount, surplus, lines, billed) = match &entry.act {
            CaseAct::Billed { bill } => (false, bill.total, false, bill.lines.clone(), Some((n, bill.total))),
            CaseAct::Paid { amount, surplus, .. } => (true, *amount, *surplus, Vec::new(), bill),
            _ => return,
        };
        self.charged.push(Charged { paid, amount, surplus, lines, billed, at: entry.at, entry: n });
    }

    /// What was decided, and on its way to the applicant.
    fn decide_and_deliver(&mut self, entry: &Entry<CaseAct>, n: i64) {
        let recorded = calendar::local_date(entry.at);
        match &entry.act {
            CaseAct::Granted { on, .. } | CaseAct::Denied { on, .. } => {
                self.outcome = Some(Outcome {
                    granted: matches!(entry.act, CaseAct::Granted { .. }),
                    on: *on,
                    at: entry.at,
                    entry: n,
                    owed: false,
                    from: *on,
                    way: String::new(),
                    sent: None,
                    delivered: None,
                    closed: None,
                });
            }
            CaseAct::Mailed { on, .. } => {
                if let Some(outcome) = &mut self.outcome {
                    outcome.sent.get_or_insert(*on);
                }
            }
            CaseAct::Delivered { on, .. } => {
                if let Some(outcome) = &mut self.outcome {
                    (outcome.delivered, outcome.closed) = (Some(on.unwrap_or(recorded)), Some(n));
                }
            }
            _ => {}
        }
        if let Some(outcome) = &mut self.outcome {
            if outcome.owed && !self.owed {
                outcome.from = outcome.on.max(recorded);
            }
            outcome.owed = self.owed;
            outcome.way.clone_from(&self.way);
        }
    }

    fn close_acceptance(&mut self, on: NaiveDate, n: i64) {
        if let Some(last) = self.acceptance.last_mut().filter(|a| a.closed.is_none()) {
            let _ = last.clock.stop(on);
            last.closed = Some(n);
        }
    }

    /// Steps end when the chart no longer waits there, and begin when it does. Waiting for a message is the applicant's
    /// time or a special procedure, and has no step limit.
    fn move_to(&mut self, moved: &Moved, on: NaiveDate, n: i64) {
        let waiting = moved.state.waiting();
        for step in self.steps.iter_mut().filter(|step| step.closed.is_none()) {
            if !waiting.iter().any(|wait| wait.id == step.wait) {
                (step.to, step.closed) = (Some(on), Some(n));
            }
        }
        for wait in waiting.into_iter().filter(|wait| wait.kind == WaitKind::Task) {
            if !self.steps.iter().any(|step| step.wait == wait.id) {
                self.steps.push(Step { node: wait.node, wait: wait.id, from: on, to: None, opened: n, closed: None });
            }
        }
    }

    /// The period of acceptance that runs, if one does.
    pub fn accepting(&self) -> Option<&Clock> {
        let last = self.acceptance.last()?;
        last.closed.is_none().then_some(&last.clock)
    }

    /// The clock that presses now: acceptance before it, the promise after it.
    pub fn pressing(&self) -> Option<&Clock> {
        match self.concluded {
            Some(_) => None,
            None => self.accepting().or(self.promised.as_ref()),
        }
    }

    /// The last day on which the agency must act next.
    pub fn due(&self, calendar: &Calendar) -> Option<NaiveDate> {
        Some(self.pressing()?.due(calendar)?.date)
    }

    pub fn statutory_due(&self, calendar: &Calendar) -> Option<NaiveDate> {
        Some(self.statutory.as_ref()?.due(calendar)?.date)
    }

    /// Whether it was concluded after the promised day.
    pub fn is_broken(&self, calendar: &Calendar) -> bool {
        let late = |clock: &Clock| {
            let due = clock.due(calendar);
            due.zip(clock.stopped).is_some_and(|(due, on)| on > due.date)
        };
        self.promised.as_ref().is_some_and(late)
    }
}

/// The day that an act of the agency says it was done, where it says one.
fn dated(act: &CaseAct) -> Option<(&'static str, NaiveDate)> {
    Some(match act {
        CaseAct::Granted { on, .. } => ("准予", *on),
        CaseAct::Denied { on, .. } => ("不予", *on),
        CaseAct::ClockPaused { from, .. } => ("暂停计时", *from),
        CaseAct::ClockResumed { to, .. } => ("恢复计时", *to),
        CaseAct::Extended { on, .. } => ("延期", *on),
        CaseAct::Mailed { on, .. } => ("交邮", *on),
        CaseAct::Delivered { on: Some(on), .. } => ("送达", *on),
        _ => return None,
    })
}

/// Folds a case's acts, oldest first, as far as entry `through` of the log.
pub fn fold(acts: &[(i64, Entry<CaseAct>)], through: i64) -> Option<Watch> {
    let mut acts = acts.iter().filter(|(n, _)| *n <= through);
    let (n, first) = acts.next()?;
    let mut watch = Watch::begin(first, *n)?;
    for (n, entry) in acts {
        watch.apply(entry, *n);
    }
    Some(watch)
}

/// The numbered acts of a case, oldest first.
pub async fn history(conn: &mut PgConnection, case_no: &str) -> Result<Vec<(i64, Entry<CaseAct>)>, Stop> {
    let stored = record::acts_of(conn, &Subject::case(case_no)).await?;
    let numbered = stored.iter().filter_map(|act| Some((act.n?, act)));
    numbered.map(|(n, act)| Ok((n, act.read()?))).collect()
}

pub async fn find(conn: &mut PgConnection, case_no: &str) -> Result<Option<(Watch, i64)>, Stop> {
    let row: Option<(Value, i64)> =
        sqlx::query_as("select watch, last_position from watches where case_no = $1").bind(case_no).fetch_optional(conn).await?;
    row.map(|(watch, position)| Ok((serde_json::from_value(watch)?, position))).transpose()
}

async fn find_all(conn: &mut PgConnection, cases: &[&str]) -> Result<BTreeMap<String, (Watch, i64)>, Stop> {
    let rows: Vec<(Json<Watch>, i64)> =
        sqlx::query_as("select watch, last_position from watches where case_no = any ($1)").bind(cases).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(watch, position)| (watch.case_no.clone(), (watch.0, position))).collect())
}

/// Keeps watches, each with the position of the last act it was folded from.
async fn save(conn: &mut PgConnection, watches: &[(Watch, i64)], calendar: &Calendar) -> Result<(), Stop> {
    let standing = |clock: &Option<Clock>| {
        let clock = clock.as_ref()?;
        Some(clock.standing(calendar, clock.stopped?))
    };
    sqlx::query(
        "insert into watches (case_no, item, agency, region, stage, submitted_at, accepted_on, concluded_on, due,
                              statutory_due, used_days, statutory_days, broken, watch, last_position, changed_at)
         select *
           from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::date[], $8::date[],
                       $9::date[], $10::date[], $11::int[], $12::int[], $13::boolean[], $14::jsonb[], $15::bigint[],
                       $16::timestamptz[])
         on conflict (case_no) do update
            set stage = excluded.stage,
                accepted_on = excluded.accepted_on,
                concluded_on = excluded.concluded_on,
                due = excluded.due,
                statutory_due = excluded.statutory_due,
                used_days = excluded.used_days,
                statutory_days = excluded.statutory_days,
                broken = excluded.broken,
                watch = excluded.watch,
                last_position = excluded.last_position,
                changed_at = excluded.changed_at",
    )
    .bind(watches.iter().map(|(watch, _)| watch.case_no.as_str()).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| watch.item.as_str()).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| watch.agency.as_str()).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| watch.region.as_str()).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| watch.stage.key()).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| watch.submitted_at).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| Some(watch.promised.as_ref()?.start)).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| Some(watch.concluded.as_ref()?.on)).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| watch.due(calendar)).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| watch.statutory_due(calendar)).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| Some(standing(&watch.promised)?.used as i32)).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| Some(standing(&watch.statutory)?.total as i32)).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| watch.is_broken(calendar)).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| Json(watch)).collect::<Vec<_>>())
    .bind(watches.iter().map(|(_, position)| *position).collect::<Vec<_>>())
    .bind(watches.iter().map(|(watch, _)| watch.changed_at).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads the feed into watches, and sets the timer of each to the moment at which a rule will have been broken.
pub struct Supervision {
    pub catalogue: Catalogue,
}

impl Consumer for Supervision {
    fn name(&self) -> &'static str {
        "supervision"
    }

    fn on_acts<'a>(&'a self, conn: &'a mut PgConnection, acts: &'a [Stored], now: &'a Moment) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            affair::judge(conn, &self.catalogue, acts, now).await?;
            let read = acts;
            let acts: Vec<_> = acts.iter().filter_map(|act| Some((act.n.filter(|_| act.subject_kind == "case")?, act))).collect();
            let cases: Vec<&str> = acts.iter().map(|(_, act)| act.subject.as_str()).collect();
            let mut watches = find_all(conn, &cases).await?;
            for (n, act) in acts {
                let entry: Entry<CaseAct> = act.read()?;
                if let Some((watch, position)) = watches.get_mut(&act.subject) {
                    watch.apply(&entry, n);
                    *position = act.position;
                } else if let Some(watch) = Watch::begin(&entry, n) {
                    watches.insert(act.subject.clone(), (watch, act.position));
                }
            }
            let whose =
                watches.values().map(|(watch, _)| (watch.case_no.as_str(), (watch.agency.as_str(), watch.region.as_str())));
            accord::seen(conn, read, &whose.collect()).await?;
            let watches: Vec<(Watch, i64)> = watches.into_values().collect();
            if watches.is_empty() {
                return Ok(());
            }
            let rules = book::hold(conn).await?;
            let timers =
                watches.iter().map(|(watch, _)| (watch.case_no.as_str(), issue::when(&self.catalogue, &rules, watch, now)));
            let (set, idle): (Vec<_>, Vec<_>) = timers.partition(|(_, at)| at.is_some());
            let set: Vec<_> = set.into_iter().filter_map(|(case, at)| Some((case, at?))).collect();
            let idle: Vec<&str> = idle.into_iter().map(|(case, _)| case).collect();
            // The jobs' rows are locked before the watches', in the order of the worker, so that neither waits for the other in turn.
            jobs::set_each(conn, issue::KIND, &set, &Value::Null).await?;
            jobs::cancel_all(conn, issue::KIND, &idle).await?;
            save(conn, &watches, &now.calendar).await
        })
    }

    /// Cards stay: each is the state of its own acts, and a rebuilt watch finds those it has been given.
    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            sqlx::query("delete from jobs where kind = $1").bind(issue::KIND).execute(&mut *conn).await?;
            sqlx::query("delete from watches").execute(&mut *conn).await?;
            accord::forget(conn).await
        })
    }
}
