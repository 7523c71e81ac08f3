//! 保管 · what a person had typed when the session ended, kept for that person alone (H17, F070).

use crate::sessions::{Found, SignedIn, Standing, cookie, new_token, token_hash};
use crate::{House, Stop};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use chrono::Duration;
use std::collections::BTreeMap;
use uuid::Uuid;

const COOKIE: &str = "sunlit_held";
const KEPT_HOURS: i64 = 24;

/// What a browser posted: each field with its values.
pub type Entered = BTreeMap<String, Vec<String>>;

/// What somebody typed, without what nobody types: a NUL, which no database keeps, and the marks that turn the direction of all that
/// follows on a page.
pub fn clean(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| *c != '\0' && !turns(*c)).collect()
}

/// Reads a posted form.
pub fn entered(body: &[u8]) -> Entered {
    let mut out = Entered::new();
    for (key, value) in serde_urlencoded::from_bytes::<Vec<(String, String)>>(body).unwrap_or_default() {
        out.entry(clean(&key)).or_default().push(clean(&value));
    }
    out
}

/// Forms kept for one person; older ones make room.
const KEPT_FORMS: i64 = 5;

/// Fields that are typed anew: passwords are kept nowhere as they were typed.
const SECRET: [&str; 2] = ["password", "old"];

/// Keeps a form for the person whose session ended; a form of nobody's session is not kept, for it could be given to anybody.
pub(crate) async fn hold(house: &House, person: Uuid, address: &str, body: &[u8]) -> Result<Cookie<'static>, Stop> {
    hold_entered(house, person, address, entered(body)).await
}

/// Keeps a form for somebody who has to do something else first, until the page at this address is opened again; the answer takes the
/// cookie along.
pub async fn keep(house: &House, person: Uuid, address: &str, form: Entered, answer: Response) -> Result<Response, Stop> {
    let cookie = hold_entered(house, person, address, form).await?;
    Ok((CookieJar::new().add(cookie), answer).into_response())
}

async fn hold_entered(house: &House, person: Uuid, address: &str, mut form: Entered) -> Result<Cookie<'static>, Stop> {
    let token = new_token();
    let now = house.now().at;
    form.retain(|key, _| !SECRET.contains(&key.as_str()));
    sqlx::query("insert into held_forms (token_hash, person, path, body, held_at) values ($1, $2, $3, $4, $5)")
        .bind(token_hash(&token))
        .bind(person)
        .bind(address)
        .bind(serde_json::to_value(form)?)
        .bind(now)
        .execute(house.pool())
        .await?;
    sqlx::query(
        "delete from held_forms
          where held_at < $1
             or token_hash in (select token_hash from held_forms where person = $2 order by held_at desc, token_hash offset $3)",
    )
    .bind(now - Duration::hours(KEPT_HOURS))
    .bind(person)
    .bind(KEPT_FORMS)
    .execute(house.pool())
    .await?;
    Ok(cookie(COOKIE, token, house.site().secure()))
}

/// Forgets what this browser had kept; returns the browser's cookies without it.
pub(crate) async fn forget(house: &House, jar: CookieJar) -> Result<CookieJar, Stop> {
    let Some(token) = jar.get(COOKIE) else { return Ok(jar) };
    let hash = token_hash(token.value());
    sqlx::query("delete from held_forms where token_hash = $1").bind(hash).execute(house.pool()).await?;
    Ok(jar.remove(Cookie::build((COOKIE, "")).path("/").build()))
}

/// The form kept for this person and this page, taken once; empty when there is none.
pub struct Held(pub Option<Entered>);

impl FromRequestParts<House> for Held {
    type Rejection = Stop;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Held, Stop> {
        let Some(Found(Standing::Running(person))) = parts.extensions.get::<Found>() else { return Ok(Held(None)) };
        let person = SignedIn((**person).clone());
        let jar = CookieJar::from_headers(&parts.headers);
        let Some(token) = jar.get(COOKIE) else { return Ok(Held(None)) };
        let body: Option<serde_json::Value> = sqlx::query_scalar(
            "delete from held_forms
              where token_hash = $1
                and path = $2
                and person = $3
              returning body",
        )
        .bind(token_hash(token.value()))
        .bind(parts.uri.path_and_query().map_or("/", |address| address.as_str()))
        .bind(person.id)
        .fetch_optional(house.pool())
        .await?;
        Ok(Held(body.map(serde_json::from_value).transpose()?))
    }
}

/// Everything posted to this page, for handlers that read fields by name.
pub struct Posted(pub Entered);

impl<S: Send + Sync> axum::extract::FromRequest<S> for Posted {
    type Rejection = Stop;
    async fn from_request(request: axum::extract::Request, _: &S) -> Result<Posted, Stop> {
        let body = axum::body::to_bytes(request.into_body(), 1024 * 1024).await.map_err(|error| {
            let mut causes = std::iter::successors(Some(&error as &dyn std::error::Error), |cause| cause.source());
            match causes.any(|cause| cause.is::<http_body_util::LengthLimitError>()) {
                true => Stop::Unreadable("这一页填的内容太长了，最多 1 MB".into()),
                false => Stop::Unreadable("这一页的内容没有传完，请再提交一次".into()),
            }
        })?;
        Ok(Posted(entered(&body)))
    }
}

impl Posted {
    pub fn one(&self, key: &str) -> &str {
        self.0.get(key).and_then(|v| v.last()).map_or("", String::as_str)
    }
    pub fn all(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
    pub fn once(&self) -> Result<Uuid, Stop> {
        self.one("once").parse().map_err(|_| Stop::Unreadable("这一页打开太久了，请刷新后再提交".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_types_is_not_kept() {
        let form = entered("a=%00%E7%94%B2%E2%80%AE%E4%B9%99%E2%81%A6".as_bytes());
        assert_eq!(form["a"], ["甲乙"]);
        assert_eq!(clean("买买提·吐尔逊 J. Smith\n一"), "买买提·吐尔逊 J. Smith\n一");
    }
}
