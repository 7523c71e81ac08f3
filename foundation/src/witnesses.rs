//! 见证 · witnesses of the log (F150, H40): bodies that are not ours – a newspaper, a people's congress – sign its heads, each only if
//! it continues all they signed before. A log that is cut or restored gets no more of their signatures, and whoever keeps one can prove it.
//!
//! The program asks them (`sunlit/src/witnessing.rs`); here is what is kept of them, and the page that says who witnesses.

use crate::page::{self, Shell, filters};
use crate::sequencer::{fetch_tiles, latest_checkpoint};
use crate::{House, Stop, wants_json};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Duration, Utc};
use ledger::witness::Request;
use ledger::{KeyKind, VerifierKey, add_signatures, consistency_proof, cosigned_line, tiles_needed_for_consistency};
use serde::Serialize;
use sqlx::{PgConnection, PgPool};
use std::str::FromStr;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/log/witnesses", get(show))
        .route("/log/witness-keys", get(keys))
        .route("/log/witnessed/{least}", get(witnessed_head))
}

/// A witness as the operator names it: its key and its address, with a blank between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub key: VerifierKey,
    pub url: String,
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Named, String> {
        let like = "写成“公钥 地址”，例如 'news.example+c1d2e3f4+BA… https://witness.news.example'";
        let (key, url) = text.trim().split_once(char::is_whitespace).ok_or(like)?;
        let key: VerifierKey = key.parse().map_err(|error: ledger::LedgerError| error.both().0)?;
        let url = url.trim().trim_end_matches('/').to_owned();
        match key.kind() == KeyKind::Witness && (url.starts_with("https://") || url.starts_with("http://")) {
            true => Ok(Named { key, url }),
            false => Err(like.to_owned()),
        }
    }
}

/// Why a witness did not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type, Serialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// It does not answer.
    Silent,
    /// It follows no log of our name.
    Unknown,
    /// It knows our log by another key.
    OtherKey,
    /// It has signed more entries than we have.
    Ahead,
    /// It has signed other entries than ours, as many of them.
    Split,
    /// What we have does not continue what it has signed.
    Rewritten,
    /// What it answers is no signature of its own.
    False,
    /// Its signature is of another time.
    Clock,
    /// It answers what no witness answers.
    Odd,
}

impl Trouble {
    /// In plain words.
    pub fn zh(self) -> &'static str {
        match self {
            Trouble::Silent => "它没有应答，过一会儿再请",
            Trouble::Unknown => "它还没有开始见证这本日志",
            Trouble::OtherKey => "它记着的是另一把日志公钥",
            Trouble::Ahead => "它见证过的条数比我们现在有的还多：日志可能被截短，或者退回了旧备份",
            Trouble::Split => "它见证过同样多的条数，内容却不一样",
            Trouble::Rewritten => "我们现在的日志接不上它见证过的那一份：历史可能被改写",
            Trouble::False => "它的回答不是它的签名，没有采用",
            Trouble::Clock => "它签的时间不对，没有采用",
            Trouble::Odd => "它的回答读不懂，没有采用",
        }
    }

    /// Whether it speaks against the log, and not of the witness.
    pub fn is_grave(self) -> bool {
        matches!(self, Trouble::Ahead | Trouble::Split | Trouble::Rewritten)
    }
}

/// What is known of one witness.
#[derive(Clone, Debug, sqlx::FromRow, Serialize)]
pub struct Witness {
    pub key: String,
    pub name: String,
    pub url: String,
    pub since: DateTime<Utc>,
    /// No longer asked from then on.
    pub until: Option<DateTime<Utc>>,
    /// It has signed a head of so many entries.
    pub size: i64,
    pub cosigned_at: Option<DateTime<Utc>>,
    pub trouble: Option<Trouble>,
}

impl Witness {
    /// How many entries of a log of `size` it has not signed yet.
    pub fn behind(&self, size: &u64) -> u64 {
        size.saturating_sub(self.size as u64)
    }
}

/// Takes down who is asked from now on; others are asked no longer, and what they signed stays.
pub async fn appoint(pool: &PgPool, named: &[Named], now: DateTime<Utc>) -> Result<(), Stop> {
    let keys: Vec<String> = named.iter().map(|one| one.key.to_string()).collect();
    let mut tx = pool.begin().await?;
    sqlx::query("update witnesses set until = $2 where until is null and not key = any ($1)")
        .bind(&keys)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    for (one, key) in named.iter().zip(&keys) {
        sqlx::query(
            "insert into witnesses (key, name, url, since)
             values ($1, $2, $3, $4)
             on conflict (key) do update
                set url = excluded.url,
                    until = null,
                    failures = 0,
                    retry_at = null",
        )
        .bind(key)
        .bind(one.key.name())
        .bind(&one.url)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Whom to ask about a head of this size: those who signed another one last, except where the last failure is too young.
pub async fn due(conn: &mut PgConnection, size: u64, now: DateTime<Utc>) -> Result<Vec<Witness>, Stop> {
    let due = sqlx::query_as(
        "select key, name, url, since, until, size, cosigned_at, trouble
           from witnesses
          where until is null
            and (size <> $1 or trouble is not null)
            and (retry_at is null or retry_at <= $2)",
    )
    .bind(size as i64)
    .bind(now)
    .fetch_all(conn)
    .await?;
    Ok(due)
}

/// What to ask of a witness that has signed `old` entries.
pub async fn request(conn: &mut PgConnection, old: u64, head: (u64, &str)) -> Result<Request, Stop> {
    let (size, note) = head;
    let tiles = fetch_tiles(conn, &tiles_needed_for_consistency(old, size)).await?;
    Ok(Request { old, proof: consistency_proof(&tiles, old, size)?, checkpoint: note.to_owned() })
}

/// Keeps what a witness signed.
pub async fn keep(pool: &PgPool, witness: &str, size: u64, line: &str, at: DateTime<Utc>) -> Result<(), Stop> {
    let mut tx = pool.begin().await?;
    sqlx::query(
        "insert into log_cosignatures (size, witness, line, cosigned_at)
         values ($1, $2, $3, $4)
         on conflict (size, witness) do update
            set line = excluded.line,
                cosigned_at = excluded.cosigned_at",
    )
    .bind(size as i64)
    .bind(witness)
    .bind(line)
    .bind(at)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "update witnesses
            set size = $2,
                cosigned_at = $3,
                failures = 0,
                retry_at = null,
                trouble = null
          where key = $1",
    )
    .bind(witness)
    .bind(size as i64)
    .bind(at)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The first failure is tried again after so many seconds, each further one after twice as long.
const FIRST_WAIT: i64 = 4;
/// Never later than this, in seconds.
const LONGEST_WAIT: i64 = 600;

/// Keeps that a witness did not sign, and when to ask again.
pub async fn failed(pool: &PgPool, witness: &str, trouble: Trouble, now: DateTime<Utc>) -> Result<(), Stop> {
    let failures: i32 =
        sqlx::query_scalar("update witnesses set failures = failures + 1, trouble = $2 where key = $1 returning failures")
            .bind(witness)
            .bind(trouble)
            .fetch_one(pool)
            .await?;
    let wait = FIRST_WAIT.saturating_mul(1 << failures.clamp(1, 20).saturating_sub(1)).min(LONGEST_WAIT);
    sqlx::query("update witnesses set retry_at = $2 where key = $1")
        .bind(witness)
        .bind(now + Duration::seconds(wait))
        .execute(pool)
        .await?;
    Ok(())
}

/// A head with the witnesses' signatures that there are of it. One that does not hold would spoil the others, and is left out.
pub async fn cosigned(conn: &mut PgConnection, size: u64, note: String) -> Result<String, Stop> {
    let lines: Vec<(String, String)> =
        sqlx::query_as("select witness, line from log_cosignatures where size = $1 order by witness")
            .bind(size as i64)
            .fetch_all(conn)
            .await?;
    let holds = |(key, line): &(String, String)| {
        let key: VerifierKey = key.parse().ok()?;
        cosigned_line(&note, line, &key).ok().map(|(line, _)| line)
    };
    let lines: String = lines.iter().filter_map(holds).collect();
    Ok(add_signatures(&note, &lines)?)
}

/// The newest head that has entry `n` and as many witnesses' signatures at least, with all it has.
pub async fn witnessed(conn: &mut PgConnection, least: i64, n: i64) -> Result<Option<(u64, String)>, Stop> {
    let head: Option<(i64, String)> = sqlx::query_as(
        "select c.size, c.note
           from (select size
                   from log_cosignatures
                  where size > $2
                  group by size
                 having count(*) >= $1
                  order by size desc
                  limit 1) as s
           join log_checkpoints c on c.size = s.size",
    )
    .bind(least)
    .bind(n)
    .fetch_optional(&mut *conn)
    .await?;
    match head {
        Some((size, note)) => Ok(Some((size as u64, cosigned(conn, size as u64, note).await?))),
        None => Ok(None),
    }
}

/// The head to prove entry `n` by: the newest that somebody witnessed, and as long as nobody has, the newest.
pub async fn head_over(conn: &mut PgConnection, n: u64) -> Result<(u64, String), Stop> {
    match witnessed(conn, 1, n as i64).await? {
        Some(head) => Ok(head),
        None => latest_checkpoint(conn).await?.ok_or(Stop::NotFound("检查点")),
    }
}

/// Everybody who ever witnessed, those who still do first.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<Witness>, Stop> {
    let all = sqlx::query_as(
        "select key, name, url, since, until, size, cosigned_at, trouble
           from witnesses
          order by until is not null, since, key",
    )
    .fetch_all(conn)
    .await?;
    Ok(all)
}

/// GET /log/witness-keys: the keys of those who witness, one a line.
async fn keys(State(house): State<House>) -> Result<String, Stop> {
    let all = all(&mut *house.pool().acquire().await?).await?;
    Ok(all.iter().filter(|one| one.until.is_none()).map(|one| format!("{}\n", one.key)).collect())
}

/// GET /log/witnessed/{least}: the newest head with so many witnesses' signatures; the newest of all need not have them yet.
async fn witnessed_head(State(house): State<House>, Path(least): Path<u8>) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let (_, note) = witnessed(&mut conn, i64::from(least.max(1)), -1).await?.ok_or(Stop::NotFound("检查点"))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], note).into_response())
}

#[derive(Template)]
#[template(path = "witnesses.html")]
struct WitnessesPage {
    shell: Shell,
    size: u64,
    now: Vec<Witness>,
    before: Vec<Witness>,
}

/// GET /log/witnesses
async fn show(State(house): State<House>, shell: Shell, headers: HeaderMap) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let size = latest_checkpoint(&mut conn).await?.map_or(0, |(size, _)| size);
    let all = all(&mut conn).await?;
    drop(conn);
    if wants_json(&headers) {
        return Ok(axum::Json(serde_json::json!({ "size": size, "witnesses": all })).into_response());
    }
    let (now, before) = all.into_iter().partition(|one| one.until.is_none());
    let page = WitnessesPage { size, now, before, shell };
    page::render(&page.shell.clone(), &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f150_a_witness_is_named_by_its_key_and_its_address() {
        let key = ledger::SigningKey::from_seed("news.example", &[7; 32]).unwrap();
        let named: Named = format!("{}  https://witness.news.example/ ", key.witness_verifier()).parse().unwrap();
        assert_eq!((named.key, named.url.as_str()), (key.witness_verifier(), "https://witness.news.example"));
        for wrong in [
            format!("{}", key.witness_verifier()),
            format!("{} news.example", key.witness_verifier()),
            // A log is no witness.
            format!("{} https://news.example", key.verifier()),
            "news.example+00000000+BA== https://news.example".into(),
        ] {
            assert!(wrong.parse::<Named>().is_err(), "{wrong}");
        }
    }
}
