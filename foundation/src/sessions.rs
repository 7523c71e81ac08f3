//! 会话 · sessions that survive a restart and can be revoked. The cookie is the only place the token exists.

use crate::people::{self, Person};
use crate::{House, Stop};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

pub const COOKIE: &str = "sunlit_session";

/// Quiet for so long and the session ends.
const IDLE_MINUTES: i64 = 45;
/// No session is longer than this.
const LONGEST_HOURS: i64 = 12;

/// What of a token is kept.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A token nobody can guess.
pub fn new_token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// Opens a session and returns the cookie that carries it.
pub async fn open(pool: &PgPool, person: Uuid, device: &str, secure: bool, now: DateTime<Utc>) -> Result<Cookie<'static>, Stop> {
    let token = new_token();
    sqlx::query(
        "insert into sessions (token_hash, person, created_at, seen_at, expires_at, device)
         values ($1, $2, $3, $3, $4, left($5, 200))",
    )
    .bind(token_hash(&token))
    .bind(person)
    .bind(now)
    .bind(now + Duration::minutes(IDLE_MINUTES))
    .bind(device)
    .execute(pool)
    .await?;
    Ok(cookie(COOKIE, token, secure))
}

pub(crate) fn cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).build()
}

/// Whose session this is and whether it still runs.
#[derive(Clone, Debug)]
pub enum Standing {
    None,
    /// Ended or timed out; we still know whose it was, so that entries are kept for that person alone (H17).
    Over {
        person: Uuid,
    },
    Running(Box<Person>),
}

#[derive(sqlx::FromRow)]
struct Session {
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    #[sqlx(flatten)]
    person: Person,
}

/// Looks the cookie up, and lets a running session run on.
pub async fn standing(pool: &PgPool, token: &str, now: DateTime<Utc>) -> Result<Standing, Stop> {
    let hash = token_hash(token);
    let sql = format!(
        "select s.created_at, s.seen_at, s.expires_at, s.ended_at, {} from sessions s join people p on p.id = s.person where s.token_hash = $1",
        people::COLUMNS
    );
    let session: Option<Session> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(&hash).fetch_optional(pool).await?;
    let Some(session) = session else { return Ok(Standing::None) };
    let longest = session.created_at + Duration::hours(LONGEST_HOURS);
    if session.ended_at.is_some() || session.expires_at <= now || longest <= now || !session.person.active {
        return Ok(Standing::Over { person: session.person.id });
    }
    // One write a minute is enough to keep a session alive.
    if now - session.seen_at > Duration::minutes(1) {
        sqlx::query("update sessions set seen_at = $2, expires_at = $3 where token_hash = $1")
            .bind(&hash)
            .bind(now)
            .bind(now + Duration::minutes(IDLE_MINUTES))
            .execute(pool)
            .await?;
    }
    let mut person = session.person;
    if person.helps {
        person.entrusted = people::entrusted(pool, person.id, calendar::local_date(now)).await?;
    }
    let might = person.has_role("counter_officer") && !person.has_role("chief_representative");
    if might && people::delegated(pool, person.id, calendar::local_date(now)).await? {
        person.use_delegated_authority();
    }
    Ok(Standing::Running(Box::new(person)))
}

pub async fn end(pool: &PgPool, token: &str, now: DateTime<Utc>) -> Result<(), Stop> {
    sqlx::query("update sessions set ended_at = $2 where token_hash = $1 and ended_at is null")
        .bind(token_hash(token))
        .bind(now)
        .execute(pool)
        .await?;
    Ok(())
}

/// Ends every session of a person: a lost phone, a dismissal.
pub async fn revoke_all(pool: impl sqlx::PgExecutor<'_>, person: Uuid, now: DateTime<Utc>) -> Result<u64, Stop> {
    let done = sqlx::query("update sessions set ended_at = $2 where person = $1 and ended_at is null")
        .bind(person)
        .bind(now)
        .execute(pool)
        .await?;
    Ok(done.rows_affected())
}

/// A session as its owner sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listed {
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub device: String,
}

pub async fn running_of(pool: &PgPool, person: Uuid, now: DateTime<Utc>) -> Result<Vec<Listed>, Stop> {
    Ok(sqlx::query_as(
        "select created_at, seen_at, device
           from sessions
          where person = $1
            and ended_at is null
            and expires_at > $2
          order by seen_at desc
          limit 20",
    )
    .bind(person)
    .bind(now)
    .fetch_all(pool)
    .await?)
}

/// Set once per request by the front layer, read by every extractor.
#[derive(Clone)]
pub(crate) struct Found(pub Standing);

/// The person signed in; without one the request ends at the sign-in page and comes back here.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Person);

impl std::ops::Deref for SignedIn {
    type Target = Person;
    fn deref(&self) -> &Person {
        &self.0
    }
}

impl FromRequestParts<House> for SignedIn {
    type Rejection = Stop;
    async fn from_request_parts(parts: &mut Parts, _: &House) -> Result<SignedIn, Stop> {
        match parts.extensions.get::<Found>() {
            Some(Found(Standing::Running(person))) => Ok(SignedIn((**person).clone())),
            _ => {
                let next = parts.uri.path_and_query().map_or("/", |address| address.as_str()).to_owned();
                Err(Stop::SignIn { next })
            }
        }
    }
}

impl OptionalFromRequestParts<House> for SignedIn {
    type Rejection = Stop;
    async fn from_request_parts(parts: &mut Parts, _: &House) -> Result<Option<SignedIn>, Stop> {
        match parts.extensions.get::<Found>() {
            Some(Found(Standing::Running(person))) => Ok(Some(SignedIn((**person).clone()))),
            _ => Ok(None),
        }
    }
}

pub(crate) fn token_of(jar: &CookieJar) -> Option<String> {
    jar.get(COOKIE).map(|c| c.value().to_owned()).filter(|t| t.len() == 64)
}
