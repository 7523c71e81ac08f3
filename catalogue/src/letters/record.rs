//! 模板登记 · changes of templates on record, and which template is in force: the one published last, else that of the files.

use super::check::{Texts, loaded};
use crate::versions::{keep_texts, letters_version, sha256};
use crate::{Catalogue, Definition};
use acts::{ActBody, Actor, ActorPrivate, LetterAct, Subject};
use chrono::NaiveDate;
use documents::Letters;
use foundation::{Moment, Stop, record as log};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use uuid::Uuid;

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Proposed,
    Published,
    Returned,
    Withdrawn,
}

impl Status {
    pub fn key(self) -> &'static str {
        match self {
            Status::Proposed => "proposed",
            Status::Published => "published",
            Status::Returned => "returned",
            Status::Withdrawn => "withdrawn",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Status::Proposed => "等法制部门审核",
            Status::Published => "已公布",
            Status::Returned => "已退回",
            Status::Withdrawn => "已撤回",
        }
    }
}

/// A change, the fold of its acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub no: String,
    pub letter: String,
    pub base: String,
    pub hash: String,
    pub reason: String,
    pub proposed_on: NaiveDate,
    /// Who proposed it, whom nobody outside is shown: the same person does not publish it.
    pub proposed_by: Uuid,
    pub status: Status,
    /// When it was decided on.
    pub ended_on: Option<NaiveDate>,
    /// Why it was returned.
    pub returned: Option<String>,
}

impl Change {
    fn after(before: Option<Change>, no: &str, act: &LetterAct, by: Uuid, on: NaiveDate) -> Option<Change> {
        let ended = |status| before.clone().map(|before| Change { status, ended_on: Some(on), ..before });
        match act.clone() {
            LetterAct::Proposed { letter, base, hash, reason } => Some(Change {
                no: no.to_owned(),
                letter,
                base,
                hash,
                reason,
                proposed_on: on,
                proposed_by: by,
                status: Status::Proposed,
                ended_on: None,
                returned: None,
            }),
            LetterAct::Published { .. } => ended(Status::Published),
            LetterAct::Returned { reason } => ended(Status::Returned).map(|change| Change { returned: Some(reason), ..change }),
            LetterAct::Withdrawn => ended(Status::Withdrawn),
        }
    }
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: LetterAct::SUBJECT.into(), no: no.into() }
}

pub async fn find(conn: &mut PgConnection, no: &str, lock: bool) -> Result<(Change, String), Stop> {
    let sql = format!("select state, text from letter_changes where no = $1{}", if lock { " for update" } else { "" });
    let found: Option<(Json<Change>, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(no).fetch_optional(conn).await?;
    let (change, text) = found.ok_or(Stop::NotFound("文书模板的修改"))?;
    Ok((change.0, text))
}

/// The changes of a template, the latest first.
pub async fn of(conn: &mut PgConnection, letter: &str, before: &str, most: i64) -> Result<Vec<Change>, Stop> {
    let rows: Vec<Json<Change>> = sqlx::query_scalar(
        "select state
           from letter_changes
          where letter = $1
            and ($2 = '' or no < $2)
          order by no desc
          limit $3",
    )
    .bind(letter)
    .bind(before)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The changes that wait for a decision; one at most of each template.
pub async fn open(conn: &mut PgConnection) -> Result<Vec<Change>, Stop> {
    let rows: Vec<Json<Change>> =
        sqlx::query_scalar("select state from letter_changes where status = 'proposed' order by letter").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Waits for whoever changes a template at this moment; to the end of the transaction.
pub async fn alone(conn: &mut PgConnection) -> Result<(), Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('letters', 0))").execute(conn).await?;
    Ok(())
}

/// A number for a new change.
pub async fn numbered(conn: &mut PgConnection) -> Result<String, Stop> {
    let serial: i64 = sqlx::query_scalar("select nextval('letter_change_numbers')").fetch_one(conn).await?;
    Ok(format!("WS{serial:06}"))
}

/// Records an act on a change and folds it in; `text` is what is proposed, whole.
pub async fn keep(
    conn: &mut PgConnection,
    no: &str,
    (before, text): (Option<Change>, &str),
    act: LetterAct,
    (actor, person): (Actor, ActorPrivate),
    by: Uuid,
    now: &Moment,
) -> Result<Change, Stop> {
    let after = Change::after(before, no, &act, by, now.date()).ok_or(Stop::NotFound("文书模板的修改"))?;
    let entry = log::entry(subject(no), now.at, actor, Some(person), act);
    let position = log::record(conn, std::slice::from_ref(&entry)).await?[0];
    sqlx::query(
        "insert into letter_changes (no, letter, status, text, state, position)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (no) do update
            set status = excluded.status,
                state = excluded.state,
                position = excluded.position",
    )
    .bind(no)
    .bind(&after.letter)
    .bind(after.status.key())
    .bind(text)
    .bind(Json(&after))
    .bind(position)
    .execute(conn)
    .await?;
    Ok(after)
}

/// 在用的模板 · the templates in force, with the digest of their version.
pub struct InForce {
    pub hash: String,
    pub texts: Texts,
    pub letters: Letters,
    /// The place in the record up to which changes are known; -1 before any.
    known: i64,
}

impl InForce {
    /// Of the files alone.
    pub(crate) fn of_files(texts: Texts) -> InForce {
        InForce::of(texts, -1)
    }

    fn of(texts: Texts, known: i64) -> InForce {
        let hash = sha256(version(&texts).as_bytes());
        InForce { hash, letters: loaded(&texts), texts, known }
    }
}

/// The text of a version of templates.
fn version(texts: &Texts) -> String {
    letters_version(texts.iter().map(of_file).collect::<Vec<_>>().iter())
}

fn of_file((name, text): (&String, &String)) -> Definition {
    Definition {
        kind: "letter",
        key: name.clone(),
        name: format!("{name}.typ"),
        hash: sha256(text.as_bytes()),
        text: text.clone(),
        source: format!("definitions/letters/{name}.typ"),
    }
}

/// The templates as definitions, and which of them are a version together.
pub(crate) fn definitions(texts: &Texts) -> Vec<Definition> {
    let text = version(texts);
    let together = Definition {
        kind: "version",
        key: "letters".into(),
        name: "文书模板".into(),
        hash: sha256(text.as_bytes()),
        text,
        source: "definitions/letters".into(),
    };
    texts.iter().map(of_file).chain([together]).collect()
}

/// Stores what letters of these templates will be drawn from again, with an act for each text that is new.
pub async fn keep_version(conn: &mut PgConnection, texts: &Texts, now: &Moment) -> Result<(), Stop> {
    keep_texts(conn, definitions(texts), now).await
}

/// Takes up the templates that were published since it last looked.
pub(crate) async fn keep_up(catalogue: &Catalogue, pool: &PgPool) -> Result<bool, Stop> {
    let last: Option<i64> =
        sqlx::query_scalar("select max(position) from letter_changes where status = 'published'").fetch_one(pool).await?;
    let Some(last) = last.filter(|last| *last != catalogue.templates().known) else { return Ok(false) };
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select distinct on (letter) letter, text
           from letter_changes
          where status = 'published'
          order by letter, position desc",
    )
    .fetch_all(pool)
    .await?;
    let mut texts = catalogue.letters_of_files();
    texts.extend(rows);
    let templates = InForce::of(texts, last);
    // Beside other files, those of a newer program, the same change makes another version, which nobody has kept yet; of each text
    // there is an act already.
    sqlx::query(
        "insert into definitions (kind, key, hash, text, loaded_at)
         values ('version', 'letters', $1, $2, now())
         on conflict do nothing",
    )
    .bind(&templates.hash)
    .bind(version(&templates.texts))
    .execute(pool)
    .await?;
    catalogue.put_templates(Arc::new(templates));
    Ok(true)
}
