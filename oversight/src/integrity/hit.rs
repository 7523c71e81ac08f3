//! 预警 · a hit: the record has come to what a rule says is worth a look. It accuses nobody: the person may say something to it, and somebody else
//! closes it with a reason. While a case it waits before is open, the control of its point must hold (`foundation::integrity`).

use acts::{ActBody, Actor, ActorPrivate, Concerned, Control, HitOutcome, IntegrityAct, RiskLevel, Subject};
use chrono::{DateTime, Utc};
use foundation::people::Person;
use foundation::{Moment, Stop, integrity, record, serials};
use sqlx::PgConnection;
use uuid::Uuid;

/// What a rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    pub rule: String,
    pub quiet: u32,
    pub agency: String,
    pub item: String,
    pub node: String,
    pub level: RiskLevel,
    pub controls: Vec<Control>,
    pub officer: Uuid,
    pub officer_name: String,
    pub other: String,
    pub other_name: String,
    pub words: String,
    pub evidence: Vec<i64>,
    /// The open case that it waits before.
    pub case_no: Option<String>,
    /// The entry that made it so, and when that was.
    pub entry: i64,
    pub at: DateTime<Utc>,
}

impl Finding {
    fn concerned(&self) -> Option<Concerned> {
        Some(Concerned {
            person: self.officer,
            name: self.officer_name.clone(),
            other: self.other_name.clone(),
            case_no: self.case_no.clone().unwrap_or_default(),
            evidence: self.evidence.clone(),
            words: self.words.clone(),
        })
    }
}

/// A hit as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Hit {
    pub no: String,
    pub rule: String,
    pub agency: String,
    pub item: String,
    pub node: String,
    pub level: String,
    pub controls: Vec<String>,
    pub officer: Uuid,
    pub officer_name: String,
    pub other_name: String,
    pub words: String,
    pub evidence: Vec<i64>,
    pub warned_at: DateTime<Utc>,
    pub statement: Option<String>,
    pub stated_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub closed_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}

pub const COLUMNS: &str =
    "no, rule, agency, item, node, level, controls, officer, officer_name, other_name, words, evidence, warned_at,
        statement, stated_at, outcome, closed_at, reason";

impl Hit {
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
    pub fn level_zh(&self) -> &'static str {
        RiskLevel::of(&self.level).map_or("", RiskLevel::zh)
    }
    pub fn controls_zh(&self) -> Vec<&'static str> {
        self.controls.iter().filter_map(|key| Control::of(key)).map(Control::zh).collect()
    }
    pub fn outcome_zh(&self) -> &'static str {
        self.outcome.as_deref().and_then(HitOutcome::of).map_or("", HitOutcome::zh)
    }
}

fn subject(no: &str) -> Subject {
    Subject { kind: IntegrityAct::SUBJECT.into(), no: no.into() }
}

async fn tell(
    conn: &mut PgConnection,
    no: &str,
    at: DateTime<Utc>,
    (actor, person): (Actor, Option<ActorPrivate>),
    act: IntegrityAct,
) -> Result<i64, Stop> {
    let entry = record::entry(subject(no), at, actor, person, act);
    Ok(record::record(conn, std::slice::from_ref(&entry)).await?[0])
}

/// Keeps what was found, once: while a hit on the same two is open, a further open case joins it; after it was closed it is quiet for a while.
pub async fn warn(conn: &mut PgConnection, found: Finding, now: &Moment) -> Result<(), Stop> {
    let before: Option<(String, Option<DateTime<Utc>>, bool)> = sqlx::query_as(
        "select no, closed_at, evidence @> array[$4::bigint]
           from integrity_hits
          where rule = $1
            and officer = $2
            and other = $3
          order by warned_at desc
          limit 1",
    )
    .bind(&found.rule)
    .bind(found.officer)
    .bind(&found.other)
    .bind(found.entry)
    .fetch_optional(&mut *conn)
    .await?;
    let no = match before {
        Some((no, None, _)) => {
            if let Some(case_no) = &found.case_no
                && hold(conn, &no, case_no, &found).await?
            {
                let act = IntegrityAct::Joined { private: found.concerned() };
                tell(conn, &no, found.at, (Actor::system(), None), act).await?;
            }
            return Ok(());
        }
        Some((_, Some(closed), known)) if known || found.at < closed + chrono::Duration::days(i64::from(found.quiet)) => {
            return Ok(());
        }
        _ => serials::of_day(conn, "FX", now.date()).await?,
    };
    let act = IntegrityAct::Warned {
        rule: found.rule.clone(),
        agency: found.agency.clone(),
        item: found.item.clone(),
        node: found.node.clone(),
        level: found.level,
        controls: found.controls.clone(),
        private: found.concerned(),
    };
    let position = tell(conn, &no, found.at, (Actor::system(), None), act).await?;
    sqlx::query(
        "insert into integrity_hits (no, rule, agency, item, node, level, controls, officer, officer_name, other, other_name, words,
                                     evidence, warned_at, position)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(&no)
    .bind(&found.rule)
    .bind(&found.agency)
    .bind(&found.item)
    .bind(&found.node)
    .bind(found.level.key())
    .bind(found.controls.iter().map(|control| control.key()).collect::<Vec<_>>())
    .bind(found.officer)
    .bind(&found.officer_name)
    .bind(&found.other)
    .bind(&found.other_name)
    .bind(&found.words)
    .bind(&found.evidence)
    .bind(found.at)
    .bind(position)
    .execute(&mut *conn)
    .await?;
    if let Some(case_no) = &found.case_no {
        hold(conn, &no, case_no, &found).await?;
    }
    Ok(())
}

/// Whether it is the first time that this hit waits before this case.
async fn hold(conn: &mut PgConnection, no: &str, case_no: &str, found: &Finding) -> Result<bool, Stop> {
    let done = sqlx::query(
        "insert into integrity_holds (case_no, hit, words, controls, officer)
         values ($1, $2, $3, $4, $5)
         on conflict do nothing",
    )
    .bind(case_no)
    .bind(no)
    .bind(&found.words)
    .bind(found.controls.iter().map(|control| control.key()).collect::<Vec<_>>())
    .bind(found.officer)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The case is over: nothing waits before it any more.
pub async fn over(conn: &mut PgConnection, case_no: &str, at: DateTime<Utc>) -> Result<(), Stop> {
    sqlx::query("update integrity_holds set closed_at = $2 where case_no = $1 and closed_at is null")
        .bind(case_no)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The rules of a hit say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这条预警已经办结了")]
    Closed,
    #[error("说的是您自己的件，由另一个人办结")]
    Own,
    #[error("说明由本人写")]
    NotYours,
    #[error("已经说明过了，不用再写一次")]
    StatedAlready,
    #[error("第二个人不能是预警说到的人")]
    NotAnother,
    #[error("已经有第二个人同意了")]
    SecondedAlready,
    #[error("这条预警不要求第二个人同意")]
    NoSecond,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

/// Nobody closes what is about themselves, and nothing is closed twice.
pub fn f054_may_close(hit: &Hit, person: Uuid) -> Result<(), Rejection> {
    match () {
        () if !hit.is_open() => Err(Rejection::Closed),
        () if hit.officer == person => Err(Rejection::Own),
        () => Ok(()),
    }
}

/// Whoever it is about says something to it, once.
pub fn f054_may_state(hit: &Hit, person: Uuid) -> Result<(), Rejection> {
    match () {
        () if !hit.is_open() => Err(Rejection::Closed),
        () if hit.officer != person => Err(Rejection::NotYours),
        () if hit.statement.is_some() => Err(Rejection::StatedAlready),
        () => Ok(()),
    }
}

pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Hit, Stop> {
    let sql = format!("select {COLUMNS} from integrity_hits where no = $1 for update");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(no).fetch_optional(conn).await?.ok_or(Stop::NotFound("预警"))
}

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Hit, Stop> {
    let sql = format!("select {COLUMNS} from integrity_hits where no = $1");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(no).fetch_optional(conn).await?.ok_or(Stop::NotFound("预警"))
}

fn by(person: &Person) -> (Actor, Option<ActorPrivate>) {
    let role = ["supervisor", "chief_representative"].into_iter().find(|role| person.has_role(role)).unwrap_or("officer");
    (person.actor(role), Some(person.private()))
}

pub async fn state(conn: &mut PgConnection, no: &str, person: &Person, words: String, now: &Moment) -> Result<(), Stop> {
    f054_may_state(&lock(conn, no).await?, person.id)?;
    tell(conn, no, now.at, by(person), IntegrityAct::Stated { private: Some(words.clone()) }).await?;
    sqlx::query("update integrity_hits set statement = $2, stated_at = $3 where no = $1")
        .bind(no)
        .bind(words)
        .bind(now.at)
        .execute(conn)
        .await?;
    Ok(())
}

/// 办结, by somebody else.
pub async fn close(
    conn: &mut PgConnection,
    no: &str,
    person: &Person,
    (outcome, reason): (HitOutcome, String),
    now: &Moment,
) -> Result<(), Stop> {
    f054_may_close(&lock(conn, no).await?, person.id)?;
    tell(conn, no, now.at, by(person), IntegrityAct::Closed { outcome, private: Some(reason.clone()) }).await?;
    sqlx::query("update integrity_hits set outcome = $2, reason = $3, closed_by = $4, closed_at = $5 where no = $1")
        .bind(no)
        .bind(outcome.key())
        .bind(reason)
        .bind(person.id)
        .bind(now.at)
        .execute(&mut *conn)
        .await?;
    // To close it is to have looked: whoever closes it is the second person of what still waits.
    sqlx::query(
        "update integrity_holds
            set second = $2, second_at = $3
          where hit = $1
            and second is null
            and closed_at is null",
    )
    .bind(no)
    .bind(person.id)
    .bind(now.at)
    .execute(conn)
    .await?;
    Ok(())
}

/// 第二人同意, for one case.
pub async fn second(
    conn: &mut PgConnection,
    (no, case_no): (&str, &str),
    person: &Person,
    words: String,
    now: &Moment,
) -> Result<(), Stop> {
    let hit = lock(conn, no).await?;
    if !hit.is_open() {
        return Err(Rejection::Closed.into());
    }
    if !hit.controls.iter().any(|key| key == Control::SecondPerson.key()) {
        return Err(Rejection::NoSecond.into());
    }
    if hit.officer == person.id {
        return Err(Rejection::NotAnother.into());
    }
    if !integrity::agree(conn, (no, case_no), person, words, now.at).await? {
        return Err(Rejection::SecondedAlready.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(officer: Uuid) -> Hit {
        Hit {
            no: "FX1".into(),
            rule: "F054-1".into(),
            agency: "jinzhai-market".into(),
            item: String::new(),
            node: "decide".into(),
            level: "high".into(),
            controls: vec!["second_person".into()],
            officer,
            officer_name: String::new(),
            other_name: String::new(),
            words: String::new(),
            evidence: Vec::new(),
            warned_at: DateTime::UNIX_EPOCH,
            statement: None,
            stated_at: None,
            outcome: None,
            closed_at: None,
            reason: None,
        }
    }

    #[test]
    fn f054_nobody_closes_their_own_and_only_the_one_it_is_about_speaks_to_it() {
        let (officer, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(f054_may_close(&hit(officer), officer), Err(Rejection::Own));
        assert_eq!(f054_may_close(&hit(officer), other), Ok(()));
        assert_eq!(f054_may_state(&hit(officer), other), Err(Rejection::NotYours));
        assert_eq!(f054_may_state(&hit(officer), officer), Ok(()));
        let closed = Hit { closed_at: Some(DateTime::UNIX_EPOCH), ..hit(officer) };
        assert_eq!(f054_may_close(&closed, other), Err(Rejection::Closed));
    }
}
