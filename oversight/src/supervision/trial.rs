//! 试跑 · a rule tried on the record of a span before it binds (F137). The acts of each case are told again one after another, as supervision
//! heard them, so that a warning counts that a later act would hide. The cases are gone through by key, some at a time, and what was found
//! stands in a row that a page shows while it grows; beside it what the version that binds finds on the same.

use super::published::Published;
use super::rules::{Breach, Inquiry, Rule, Version};
use super::watch::Watch;
use super::{book, issue};
use acts::{CaseAct, Colour, Entry};
use calendar::{Calendar, end_of_day, start_of_day};
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::jobs::{self, Job, Worker};
use foundation::people::Person;
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// The job's kind; its key is the number of the trial.
pub const KIND: &str = "supervision.trial";

/// Cases that are looked at in one transaction.
const PIECE: i64 = 100;
/// Breaches that are shown one by one.
pub const SHOWN: usize = 50;
/// Reasons kept why something could not be worked out.
const REASONS: usize = 5;

/// A breach as it is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shown {
    pub case_no: String,
    /// The entry after which the case stood as it was judged.
    pub entry: i64,
    pub at: DateTime<Utc>,
    pub grade: Colour,
    pub computation: String,
    /// Whether the version that binds finds it too.
    pub same: bool,
}

/// What was found so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Found {
    /// How many, by the key of the grade.
    pub grades: BTreeMap<String, i64>,
    /// Found by the version that binds too; by the tried one alone; by the one that binds alone.
    pub same: i64,
    pub new: i64,
    pub gone: i64,
    pub undecided: i64,
    pub why: Vec<String>,
    pub shown: Vec<Shown>,
}

/// A trial as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Trial {
    pub no: Uuid,
    pub rule: String,
    pub text: String,
    pub span_from: NaiveDate,
    pub span_to: NaiveDate,
    pub asked_at: DateTime<Utc>,
    pub after: String,
    pub looked: i32,
    pub total: Option<i64>,
    pub done: bool,
    pub found: Json<Found>,
}

pub async fn find(conn: &mut PgConnection, no: Uuid) -> Result<Trial, Stop> {
    let sql = "select no, rule, text, span_from, span_to, asked_at, after, looked, total, done, found from supervision_trials where no = $1";
    let found: Option<Trial> = sqlx::query_as(sql).bind(no).fetch_optional(conn).await?;
    found.ok_or(Stop::NotFound("试跑"))
}

/// The latest trials of a text, the newest first.
pub async fn of(conn: &mut PgConnection, rule: &str, hash: &str) -> Result<Vec<Trial>, Stop> {
    let sql = "select no, rule, text, span_from, span_to, asked_at, after, looked, total, done, found from supervision_trials where rule = $1 and hash = $2 order by asked_at desc limit 5";
    Ok(sqlx::query_as(sql).bind(rule).bind(hash).fetch_all(conn).await?)
}

/// Begins a trial of a text on the record from one day to another.
pub async fn begin(
    conn: &mut PgConnection,
    rule: &str,
    text: &str,
    (from, to): (NaiveDate, NaiveDate),
    person: &Person,
    now: &Moment,
) -> Result<Uuid, Stop> {
    let no = Uuid::now_v7();
    sqlx::query(
        "insert into supervision_trials (no, rule, hash, text, span_from, span_to, asked_by, asked_at, found)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(no)
    .bind(rule)
    .bind(book::digest(text))
    .bind(text)
    .bind(from)
    .bind(to)
    .bind(person.id)
    .bind(now.at)
    .bind(Json(Found::default()))
    .execute(&mut *conn)
    .await?;
    jobs::set(conn, KIND, &no.to_string(), &Value::Null, now.at).await?;
    Ok(no)
}

pub struct Try {
    pub catalogue: Catalogue,
}

impl Worker for Try {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let Ok(no) = job.key.parse() else { return Ok(()) };
            let mut trial = find(conn, no).await?;
            let Ok(rule) = Rule::read(&trial.text) else { return Ok(()) };
            let tried = [Version::always(Arc::new(rule))];
            let mut binding = book::versions(conn).await?;
            binding.retain(|version| version.rule.id() == trial.rule);
            let until = end_of_day(trial.span_to).min(now.at);
            if trial.total.is_none() {
                let total: i64 = sqlx::query_scalar("select count(*) from watches where submitted_at < $1")
                    .bind(until)
                    .fetch_one(&mut *conn)
                    .await?;
                trial.total = Some(total);
            }
            let cases: Vec<String> = sqlx::query_scalar(
                "select case_no from watches where case_no > $1 and submitted_at < $2 order by case_no limit $3",
            )
            .bind(&trial.after)
            .bind(until)
            .bind(PIECE)
            .fetch_all(&mut *conn)
            .await?;
            let span = Span { from: start_of_day(trial.span_from), until, calendar: &now.calendar };
            for (case_no, acts) in histories(conn, &cases).await? {
                let Some(first) = acts.first().and_then(|(n, entry)| Watch::begin(entry, *n)) else { continue };
                let steps = issue::published_with(house, &self.catalogue, &first).await?;
                count(
                    &mut trial.found.0,
                    &case_no,
                    span.run(&tried, &acts, &steps),
                    span.run(&binding, &acts, &steps),
                    &tried[0],
                );
            }
            trial.looked += cases.len() as i32;
            trial.done = (cases.len() as i64) < PIECE;
            if let Some(last) = cases.last() {
                trial.after.clone_from(last);
            }
            sqlx::query("update supervision_trials set after = $2, looked = $3, total = $4, done = $5, found = $6 where no = $1")
                .bind(no)
                .bind(&trial.after)
                .bind(trial.looked)
                .bind(trial.total)
                .bind(trial.done)
                .bind(&trial.found)
                .execute(&mut *conn)
                .await?;
            if trial.done { Ok(()) } else { jobs::set(conn, KIND, &job.key, &Value::Null, now.at).await }
        })
    }
}

type History = Vec<(i64, Entry<CaseAct>)>;

/// The numbered acts of these cases, each oldest first.
async fn histories(conn: &mut PgConnection, cases: &[String]) -> Result<BTreeMap<String, History>, Stop> {
    let numbers: Vec<&str> = cases.iter().map(String::as_str).collect();
    let mut histories: BTreeMap<String, History> = BTreeMap::new();
    for act in record::acts_of_all(conn, "case", &numbers).await? {
        if let Some(n) = act.n {
            histories.entry(act.subject.clone()).or_default().push((n, act.read()?));
        }
    }
    Ok(histories)
}

/// What a trial asks of one case.
struct Span<'a> {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    calendar: &'a Calendar,
}

/// What supervision would have found, each with the entry after which it was, and why something could not be worked out.
#[derive(Default)]
struct Ran {
    breaches: Vec<(i64, Breach)>,
    undecided: BTreeSet<String>,
}

impl Span<'_> {
    /// Tells the acts again. After each of them the rules are asked; what begins before the next one is found.
    fn run(&self, versions: &[Version], acts: &History, steps: &Published) -> Ran {
        let mut ran = Ran::default();
        let Some(mut watch) = acts.first().and_then(|(n, entry)| Watch::begin(entry, *n)).filter(|_| !versions.is_empty()) else {
            return ran;
        };
        let mut seen = BTreeSet::new();
        for at in 0..acts.len() {
            if at > 0 {
                watch.apply(&acts[at].1, acts[at].0);
            }
            let until = acts.get(at + 1).map_or(self.until, |(_, next)| next.at.min(self.until));
            let inquiry = Inquiry::new(versions, &watch, steps, self.calendar);
            let found = inquiry.find(&mut |undecided| {
                ran.undecided.insert(undecided.why.to_string());
            });
            let begun = found.into_iter().filter(|found| found.at <= until && found.at < self.until);
            for found in begun.filter(|found| seen.insert(found.key.clone())).collect::<Vec<_>>() {
                if found.at >= self.from {
                    ran.breaches.push((acts[at].0, inquiry.tell(&found)));
                }
            }
        }
        ran
    }
}

fn count(found: &mut Found, case_no: &str, tried: Ran, binding: Ran, version: &Version) {
    let bound: BTreeSet<&str> = binding.breaches.iter().map(|(_, breach)| breach.key.as_str()).collect();
    for (nth, (entry, breach)) in tried.breaches.iter().enumerate() {
        let same = bound.contains(breach.key.as_str());
        let grade = version.rule.grade(nth + 1);
        *found.grades.entry(grade.key().into()).or_default() += 1;
        *if same { &mut found.same } else { &mut found.new } += 1;
        if found.shown.len() < SHOWN {
            let computation = breach.computation.clone();
            found.shown.push(Shown { case_no: case_no.into(), entry: *entry, at: breach.at, grade, computation, same });
        }
    }
    let keys: BTreeSet<&str> = tried.breaches.iter().map(|(_, breach)| breach.key.as_str()).collect();
    found.gone += bound.iter().filter(|key| !keys.contains(*key)).count() as i64;
    if !tried.undecided.is_empty() {
        found.undecided += 1;
        for why in tried.undecided {
            if found.why.len() < REASONS && !found.why.contains(&why) {
                found.why.push(why);
            }
        }
    }
}
