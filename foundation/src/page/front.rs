//! 门厅 · the layer every request passes: its number, its session, its modes; and the page of a request that ended early.

use crate::page::{Lang, Preferences, preferences, shell_of, stopped};
use crate::sessions::{self, Found, Standing};
use crate::{House, Stop, Stopped, held, wants_json};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// Forms larger than this are not kept for a person whose session has ended.
const LARGEST_FORM: usize = 64 * 1024;

pub async fn front(State(house): State<House>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let number = Uuid::now_v7().simple().to_string();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", id = %number, %method, path);
    let mut response = handle(house, request, next, &number).instrument(span.clone()).await;
    if let Ok(value) = HeaderValue::from_str(&number) {
        response.headers_mut().insert("x-request-id", value);
    }
    let status = response.status();
    crate::metrics::request(&method, status.as_u16(), began.elapsed());
    span.in_scope(|| tracing::debug!(status = status.as_u16(), ms = began.elapsed().as_millis() as u64, "answered"));
    response
}

async fn handle(house: House, request: Request, next: Next, number: &str) -> Response {
    let (mut parts, body) = request.into_parts();
    let jar = CookieJar::from_headers(&parts.headers);
    let mut prefs = Preferences::parse(jar.get(preferences::COOKIE).map_or("", |c| c.value()));

    // ?lang=en is a choice, remembered; the address stays clean.
    if let Some(query) = parts.uri.query()
        && parts.method == Method::GET
        && let Some(lang) = query.split('&').find_map(|p| p.strip_prefix("lang="))
    {
        prefs.english = lang == "en";
        let rest: Vec<&str> = query.split('&').filter(|p| !p.starts_with("lang=")).collect();
        let address =
            if rest.is_empty() { parts.uri.path().to_owned() } else { format!("{}?{}", parts.uri.path(), rest.join("&")) };
        let address = crate::page::safe_next(Some(&address)).to_owned();
        return (jar.add(prefs.cookie()), Redirect::to(&address)).into_response();
    }
    parts.extensions.insert(prefs);

    let token = sessions::token_of(&jar);
    let standing = match &token {
        None => Ok(Standing::None),
        Some(token) => sessions::standing(house.pool(), token, house.now().at).await,
    };
    let (standing, trouble) = match standing {
        Ok(standing) => (standing, None),
        Err(stop) => (Standing::None, Some(stop)),
    };
    let whose = match &standing {
        Standing::Over { person } => Some(*person),
        _ => None,
    };
    parts.extensions.insert(Found(standing));
    let shell = shell_of(&parts, &house);
    let json = wants_json(&parts.headers);
    let lang = if shell.english() { Lang::En } else { Lang::asked(&parts.headers) };

    // A form sent after the session ended is kept, so that nothing has to be typed twice (H17).
    let is_form = parts.method == Method::POST
        && parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|v| v.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let mut kept = None;
    let body = if is_form && whose.is_some() {
        match to_bytes(body, LARGEST_FORM).await {
            Ok(bytes) => {
                kept = Some(bytes.clone());
                Body::from(bytes)
            }
            Err(_) => Body::empty(),
        }
    } else {
        body
    };
    let address = parts.uri.path_and_query().map_or("/", |address| address.as_str()).to_owned();
    // No text of ours holds a NUL, and the database takes none.
    let nul = [Some(parts.uri.path()), parts.uri.query()].into_iter().flatten().any(|part| part.contains("%00"));
    let mut response = match trouble.or(nul.then_some(Stop::Malformed)) {
        Some(stop) => stop.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    let Some(Stopped(stop)) = response.extensions_mut().remove::<Stopped>() else { return response };
    if json {
        return stop.problem(lang);
    }
    if let Stop::SignIn { next } = &*stop {
        let to = Redirect::to(&format!("/sign-in?next={}", crate::page::encode(next)));
        if let (Some(form), Some(whose)) = (kept, whose)
            && let Ok(cookie) = held::hold(&house, whose, &address, &form).await
        {
            return (jar.add(cookie), to).into_response();
        }
        return to.into_response();
    }
    let mut page = stopped(&shell, &stop, number);
    if let Some(wait) = response.headers_mut().remove(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    page
}
