//! 规则登记 · the rules on record (F137): which versions there are, from when to when each binds, who wrote and who published it. Nothing is
//! kept in memory but texts that were read once, by their digest: what one instance publishes binds in the next transaction of every other.

use super::rules::{Rule, SHIPPED, Text, Version};
use acts::{ActBody, Actor, ActorPrivate, RuleAct, Subject};
use calendar::start_of_day;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::people::Person;
use foundation::{Moment, Stop, jobs, record};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use uuid::Uuid;

/// Rules that were read, by the digest of their text.
static READ: LazyLock<Mutex<HashMap<String, Arc<Rule>>>> = LazyLock::new(Mutex::default);
/// So many are kept; the whole is dropped when it is full.
const MOST_READ: usize = 1000;

/// The job that looks for cases whose next moment a newly published version brings forward.
pub const RETIME: &str = "supervision.rules";

/// What a version is of: rules by which cards are issued, and integrity risk points with their rules (A6).
pub const SUPERVISION: &str = "supervision";
pub const INTEGRITY: &str = "integrity";

/// Why the rules of the house were published.
const BROUGHT: &str = "随系统带来";

/// A version as it is on record.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub id: String,
    pub version: i32,
    pub hash: String,
    pub text: String,
    pub state: String,
    pub starts: Option<DateTime<Utc>>,
    pub ends: Option<DateTime<Utc>>,
    pub drafted_by: Option<Uuid>,
    pub drafted_at: DateTime<Utc>,
    pub reason: Option<String>,
    pub end_reason: Option<String>,
    /// Who asked that it end, from which day and why; somebody else ends it.
    pub end_asked_by: Option<Uuid>,
    pub end_asked_from: Option<NaiveDate>,
    pub end_asked_reason: Option<String>,
    pub kind: String,
}

impl Row {
    pub fn is_draft(&self) -> bool {
        self.state == "drafted"
    }
    /// What it says, though this program might not be able to judge by it.
    pub fn says(&self) -> Option<Text> {
        serde_json::from_str(&self.text).ok()
    }
    /// Whether it binds now, or will.
    pub fn is_current(&self, at: DateTime<Utc>) -> bool {
        self.starts.is_some() && self.ends.is_none_or(|ends| at < ends && self.starts < Some(ends))
    }
}

pub fn subject(id: &str) -> Subject {
    Subject { kind: RuleAct::SUBJECT.into(), no: id.into() }
}

pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// A text as it is kept: the same rule always gives the same digest.
pub fn text_of(text: &Text) -> Result<String, Stop> {
    Ok(serde_json::to_string_pretty(text)? + "\n")
}

fn read(hash: &str, text: &str) -> Option<Arc<Rule>> {
    let mut kept = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(rule) = kept.get(hash) {
        return Some(rule.clone());
    }
    match Rule::read(text) {
        Ok(rule) => {
            if kept.len() >= MOST_READ {
                kept.clear();
            }
            let rule = Arc::new(rule);
            kept.insert(hash.to_owned(), rule.clone());
            Some(rule)
        }
        Err(faults) => {
            tracing::error!(?faults, hash, "a supervision rule on record cannot be read; nothing is judged by it");
            None
        }
    }
}

/// The rules that the house brings, as they bind where none is on record.
pub fn shipped() -> Vec<Version> {
    SHIPPED.iter().map(|(rule, _)| Version::always(rule.clone())).collect()
}

#[derive(sqlx::FromRow)]
struct Span {
    version: i32,
    hash: String,
    starts: DateTime<Utc>,
    ends: Option<DateTime<Utc>>,
}

/// Every published version with its time. Whoever judges by them holds them to the end of the transaction: who publishes waits, so that no
/// timer is set by rules that no longer bind.
pub async fn hold(conn: &mut PgConnection) -> Result<Vec<Version>, Stop> {
    sqlx::query("select pg_advisory_xact_lock_shared(hashtextextended('supervision_rules', 0))").execute(&mut *conn).await?;
    versions(conn).await
}

/// The same, for whoever only shows them.
pub async fn versions(conn: &mut PgConnection) -> Result<Vec<Version>, Stop> {
    let spans: Vec<Span> = sqlx::query_as(
        "select version, hash, starts, ends
           from supervision_rules
          where kind = 'supervision'
            and state = 'published'
            and (ends is null or ends > starts)
          order by id, version",
    )
    .fetch_all(&mut *conn)
    .await?;
    if spans.is_empty() {
        return Ok(shipped());
    }
    let unread: Vec<&str> = {
        let kept = READ.lock().unwrap_or_else(PoisonError::into_inner);
        spans.iter().map(|span| span.hash.as_str()).filter(|hash| !kept.contains_key(*hash)).collect()
    };
    let mut rules: HashMap<String, Arc<Rule>> = HashMap::new();
    if !unread.is_empty() {
        let texts: Vec<(String, String)> =
            sqlx::query_as("select distinct hash, text from supervision_rules where hash = any ($1)")
                .bind(&unread)
                .fetch_all(&mut *conn)
                .await?;
        rules.extend(texts.into_iter().filter_map(|(hash, text)| Some((hash.clone(), read(&hash, &text)?))));
    }
    let kept = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let ready = spans.into_iter().filter_map(|span| {
        let rule = rules.get(&span.hash).or_else(|| kept.get(&span.hash))?.clone();
        Some(Version { rule, version: span.version, starts: span.starts, ends: span.ends })
    });
    Ok(ready.collect())
}

/// Every version on record, the newest of each rule first.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<Row>, Stop> {
    let sql = "select id, version, hash, text, state, starts, ends, drafted_by, drafted_at, reason, end_reason,
                      end_asked_by, end_asked_from, end_asked_reason, kind from supervision_rules where kind = 'supervision' order by id, version desc";
    Ok(sqlx::query_as(sql).fetch_all(conn).await?)
}

/// The versions of one kind that bind at a moment.
pub async fn in_force(conn: &mut PgConnection, kind: &str, at: DateTime<Utc>) -> Result<Vec<Row>, Stop> {
    Ok(sqlx::query_as(
        "select id, version, hash, text, state, starts, ends, drafted_by, drafted_at, reason, end_reason,
                end_asked_by, end_asked_from, end_asked_reason, kind
           from supervision_rules
          where kind = $1
            and state = 'published'
            and starts <= $2
            and (ends is null or ends > $2)
          order by id",
    )
    .bind(kind)
    .bind(at)
    .fetch_all(conn)
    .await?)
}

pub async fn find(conn: &mut PgConnection, id: &str, version: i32) -> Result<Option<Row>, Stop> {
    let sql = "select id, version, hash, text, state, starts, ends, drafted_by, drafted_at, reason, end_reason,
                      end_asked_by, end_asked_from, end_asked_reason, kind from supervision_rules where id = $1 and version = $2";
    Ok(sqlx::query_as(sql).bind(id).bind(version).fetch_optional(conn).await?)
}

/// The versions of one rule, the newest first.
pub async fn of(conn: &mut PgConnection, id: &str) -> Result<Vec<Row>, Stop> {
    let sql = "select id, version, hash, text, state, starts, ends, drafted_by, drafted_at, reason, end_reason,
                      end_asked_by, end_asked_from, end_asked_reason, kind from supervision_rules where id = $1 order by version desc";
    Ok(sqlx::query_as(sql).bind(id).fetch_all(conn).await?)
}

/// Names of rules by their number, those that are over too.
pub struct Names(Vec<(String, String)>);

impl Names {
    /// What a rule is called, by the number of a card: `C3.3-02-2` is the second breach of `C3.3-02`.
    pub fn of<'n>(&'n self, number: &'n str) -> (&'n str, &'n str) {
        let is_of = |id: &str| match number.strip_prefix(id) {
            Some("") => true,
            Some(rest) => rest.strip_prefix('-').is_some_and(|nth| nth.parse::<u32>().is_ok()),
            None => false,
        };
        let found = self.0.iter().filter(|(id, _)| is_of(id)).max_by_key(|(id, _)| id.len());
        found.map_or((number, ""), |(id, name)| (id, name))
    }
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }
}

pub async fn names(conn: &mut PgConnection) -> Result<Names, Stop> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select distinct on (id) id, text::jsonb ->> 'name'
           from supervision_rules
          where kind = 'supervision'
            and state = 'published'
          order by id, version desc",
    )
    .fetch_all(conn)
    .await?;
    if rows.is_empty() {
        let shipped = SHIPPED.iter().map(|(rule, _)| (rule.id().to_owned(), rule.text.name.clone()));
        return Ok(Names(shipped.collect()));
    }
    Ok(Names(rows))
}

/// Waits for whoever judges or changes rules at this moment; to the end of the transaction.
pub async fn alone(conn: &mut PgConnection) -> Result<(), Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('supervision_rules', 0))").execute(conn).await?;
    Ok(())
}

/// Puts the rules that the house brings on record where they are not. On a site whose record is empty they have bound for ever; elsewhere one
/// that says since when begins then, and never before it was there.
pub async fn begin(pool: &PgPool, now: &Moment) -> Result<(), Stop> {
    let mut tx = pool.begin().await?;
    alone(&mut tx).await?;
    let known: Vec<String> =
        sqlx::query_scalar("select distinct id from supervision_rules where kind = 'supervision'").fetch_all(&mut *tx).await?;
    let has_begun: bool = sqlx::query_scalar("select exists (select from watches)").fetch_one(&mut *tx).await?;
    for (rule, text) in SHIPPED.iter().filter(|(rule, _)| !known.iter().any(|id| id == rule.id())) {
        let starts = match rule.text.from {
            Some(from) if has_begun => start_of_day(from).max(now.at),
            _ => DateTime::UNIX_EPOCH,
        };
        let act = RuleAct::Published { version: 1, hash: digest(text), from: starts, reason: BROUGHT.into() };
        let entry = record::entry(subject(rule.id()), now.at, Actor::system(), None, act);
        let position = record::record(&mut tx, std::slice::from_ref(&entry)).await?[0];
        sqlx::query(
            "insert into supervision_rules (id, version, hash, text, state, starts, drafted_at, published_at, reason, position)
             values ($1, 1, $2, $3, 'published', $4, $5, $5, $6, $7)",
        )
        .bind(rule.id())
        .bind(digest(text))
        .bind(text)
        .bind(starts)
        .bind(now.at)
        .bind(BROUGHT)
        .bind(position)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The rules of the record say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("起草的人不能公布自己起草的规则，请由另一个人公布")]
    OwnDraft,
    #[error("这一版已经公布或者撤回，不是草稿了")]
    NoDraft,
    #[error("已经有人提出停用这条规则了，请同意或者不同意")]
    EndAsked,
    #[error("没有人提出停用这条规则")]
    NothingAsked,
    #[error("自己提出的停用，请由另一个人同意")]
    OwnEnding,
    #[error("这条规则已经停用")]
    Over,
    #[error("起用的日期不能早于今天")]
    Past,
    #[error("只有起草的人能撤回草稿")]
    NotYours,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

fn by(person: &Person) -> (Actor, ActorPrivate) {
    let roles = ["supervisor", "chief_representative", "catalogue_administrator"];
    let role = roles.into_iter().find(|role| person.has_role(role)).unwrap_or("administrator");
    (person.actor(role), person.private())
}

async fn keep(conn: &mut PgConnection, id: &str, act: RuleAct, person: &Person, now: &Moment) -> Result<i64, Stop> {
    let (actor, private) = by(person);
    let entry = record::entry(subject(id), now.at, actor, Some(private), act);
    Ok(record::record(conn, std::slice::from_ref(&entry)).await?[0])
}

/// Keeps a draft: the one there is of the rule is another text then, with another number; none is lost. Returns the version.
pub async fn draft(conn: &mut PgConnection, text: &Text, person: &Person, now: &Moment) -> Result<i32, Stop> {
    draft_text(conn, (SUPERVISION, &text.id), text_of(text)?, person, now).await
}

/// The same for any text that has versions.
pub async fn draft_text(
    conn: &mut PgConnection,
    (kind, id): (&str, &str),
    written: String,
    person: &Person,
    now: &Moment,
) -> Result<i32, Stop> {
    alone(conn).await?;
    let versions = of(conn, id).await?;
    if let Some(open) = versions.iter().find(|row| row.is_draft()) {
        withdrawn(conn, open, person, now).await?;
    }
    let version = 1 + versions.first().map_or(0, |row| row.version);
    let act = RuleAct::Drafted { version, hash: digest(&written) };
    let position = keep(conn, id, act, person, now).await?;
    sqlx::query(
        "insert into supervision_rules (id, version, hash, text, state, drafted_by, drafted_at, position, kind)
         values ($1, $2, $3, $4, 'drafted', $5, $6, $7, $8)",
    )
    .bind(id)
    .bind(version)
    .bind(digest(&written))
    .bind(written)
    .bind(person.id)
    .bind(now.at)
    .bind(position)
    .bind(kind)
    .execute(conn)
    .await?;
    Ok(version)
}

async fn withdrawn(conn: &mut PgConnection, row: &Row, person: &Person, now: &Moment) -> Result<(), Stop> {
    let position = keep(conn, &row.id, RuleAct::Withdrawn { version: row.version }, person, now).await?;
    sqlx::query("update supervision_rules set state = 'withdrawn', position = $3 where id = $1 and version = $2")
        .bind(&row.id)
        .bind(row.version)
        .bind(position)
        .execute(conn)
        .await?;
    Ok(())
}

async fn opened(conn: &mut PgConnection, id: &str, version: i32) -> Result<Row, Stop> {
    alone(conn).await?;
    find(conn, id, version).await?.ok_or(Stop::NotFound("监察规则"))
}

pub async fn withdraw(conn: &mut PgConnection, id: &str, version: i32, person: &Person, now: &Moment) -> Result<(), Stop> {
    let row = opened(conn, id, version).await?;
    if !row.is_draft() {
        return Err(Rejection::NoDraft.into());
    }
    if row.drafted_by != Some(person.id) {
        return Err(Rejection::NotYours.into());
    }
    withdrawn(conn, &row, person, now).await
}

/// The first moment of a day that is not past; of today, this one.
fn moment_of(day: NaiveDate, now: &Moment) -> Result<DateTime<Utc>, Rejection> {
    if day < now.date() { Err(Rejection::Past) } else { Ok(start_of_day(day).max(now.at)) }
}

/// Publishes a draft of somebody else. It binds from that day on, and never before this moment; the version before ends with it.
pub async fn publish(
    conn: &mut PgConnection,
    (id, version): (&str, i32),
    (from, reason): (NaiveDate, &str),
    person: &Person,
    now: &Moment,
) -> Result<(), Stop> {
    let row = opened(conn, id, version).await?;
    if !row.is_draft() {
        return Err(Rejection::NoDraft.into());
    }
    if row.drafted_by == Some(person.id) {
        return Err(Rejection::OwnDraft.into());
    }
    // Points and rules of integrity were read when they were drafted.
    if row.kind == SUPERVISION
        && let Err(faults) = Rule::read(&row.text)
    {
        let told: Vec<String> = faults.into_iter().map(|fault| fault.zh).collect();
        return Err(Stop::Rejected(format!("不能公布：{}", told.join("；"))));
    }
    let starts = moment_of(from, now)?;
    let act = RuleAct::Published { version, hash: row.hash.clone(), from: starts, reason: reason.into() };
    let position = keep(conn, id, act, person, now).await?;
    sqlx::query(
        "update supervision_rules
            set ends = greatest(starts, $2), end_asked_by = null, end_asked_from = null, end_asked_reason = null
          where id = $1
            and state = 'published'
            and (ends is null or ends > $2)",
    )
    .bind(id)
    .bind(starts)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "update supervision_rules
            set state = 'published', starts = $3, published_by = $4, published_at = $5, reason = $6, position = $7
          where id = $1
            and version = $2",
    )
    .bind(id)
    .bind(version)
    .bind(starts)
    .bind(person.id)
    .bind(now.at)
    .bind(reason)
    .bind(position)
    .execute(&mut *conn)
    .await?;
    if row.kind != SUPERVISION {
        return Ok(());
    }
    jobs::set(conn, RETIME, &format!("{id} {version}"), &json!({ "after": "" }), now.at).await
}

/// The version of a rule that binds, held to the end of the transaction.
async fn binding(conn: &mut PgConnection, id: &str, now: &Moment) -> Result<Row, Stop> {
    alone(conn).await?;
    let versions = of(conn, id).await?;
    let none = if versions.is_empty() { Stop::NotFound("监察规则") } else { Rejection::Over.into() };
    versions.into_iter().find(|row| row.is_current(now.at)).ok_or(none)
}

/// Asks that a rule end with a day that is not past. It binds on until somebody else ends it (C3.3-17).
pub async fn ask_end(
    conn: &mut PgConnection,
    id: &str,
    (from, reason): (NaiveDate, &str),
    person: &Person,
    now: &Moment,
) -> Result<(), Stop> {
    let row = binding(conn, id, now).await?;
    if row.end_asked_by.is_some() {
        return Err(Rejection::EndAsked.into());
    }
    moment_of(from, now)?;
    let act = RuleAct::EndAsked { version: row.version, from, reason: reason.into() };
    keep(conn, id, act, person, now).await?;
    asked(conn, (id, row.version), Some((person.id, from, reason))).await
}

/// Takes back what was asked, or does not agree to it.
pub async fn drop_end(conn: &mut PgConnection, id: &str, person: &Person, now: &Moment) -> Result<(), Stop> {
    let row = binding(conn, id, now).await?;
    if row.end_asked_by.is_none() {
        return Err(Rejection::NothingAsked.into());
    }
    keep(conn, id, RuleAct::EndDropped { version: row.version }, person, now).await?;
    asked(conn, (id, row.version), None).await
}

async fn asked(conn: &mut PgConnection, (id, version): (&str, i32), what: Option<(Uuid, NaiveDate, &str)>) -> Result<(), Stop> {
    sqlx::query(
        "update supervision_rules
            set end_asked_by = $3, end_asked_from = $4, end_asked_reason = $5
          where id = $1
            and version = $2",
    )
    .bind(id)
    .bind(version)
    .bind(what.map(|(who, ..)| who))
    .bind(what.map(|(_, from, _)| from))
    .bind(what.map(|(.., reason)| reason))
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a rule as somebody else asked: nothing is judged by it from the first moment of that day on, and never before now.
pub async fn end(conn: &mut PgConnection, id: &str, person: &Person, now: &Moment) -> Result<(), Stop> {
    let row = binding(conn, id, now).await?;
    let (Some(by), Some(from), Some(reason)) = (row.end_asked_by, row.end_asked_from, row.end_asked_reason) else {
        return Err(Rejection::NothingAsked.into());
    };
    if by == person.id {
        return Err(Rejection::OwnEnding.into());
    }
    let ends = start_of_day(from).max(now.at);
    let act = RuleAct::Ended { version: row.version, from: ends, reason: reason.clone() };
    let position = keep(conn, id, act, person, now).await?;
    asked(conn, (id, row.version), None).await?;
    sqlx::query(
        "update supervision_rules
            set ends = greatest(starts, $2), end_reason = $3, position = $4
          where id = $1
            and state = 'published'
            and (ends is null or ends > $2)",
    )
    .bind(id)
    .bind(ends)
    .bind(reason)
    .bind(position)
    .execute(conn)
    .await?;
    Ok(())
}
