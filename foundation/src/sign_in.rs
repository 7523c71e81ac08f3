//! 登录 · signing in and out, one's own sessions, and opening an account.

use crate::caller::Caller;
use crate::held::{Entered, Posted};
use crate::page::fields::{Filled, field_error};
use crate::page::{self, Shell, filters, safe_next};
use crate::sessions::{self, Listed};
use crate::{House, SignedIn, Stop, held, people};
use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use forms::FieldError;
use serde::Deserialize;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/sign-in", get(show).post(enter))
        .route("/sign-up", get(show_sign_up).post(sign_up))
        .route("/sign-out", post(leave))
        .route("/account/password", get(show_password).post(change_password))
        .route("/account/sessions", get(list).post(revoke))
}

#[derive(Deserialize)]
struct Way {
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    filled: Filled,
    next: String,
    trouble: Option<String>,
}

async fn show(shell: Shell, Query(way): Query<Way>) -> Result<Response, Stop> {
    let next = safe_next(way.next.as_deref()).to_owned();
    page::render(&shell.clone(), &SignInPage { filled: Filled::empty(shell.lang), next, trouble: None, shell })
}

fn device(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}

async fn enter(
    State(house): State<House>,
    shell: Shell,
    jar: CookieJar,
    caller: Caller,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Stop> {
    let next = safe_next(Some(posted.one("next"))).to_owned();
    let mut errors = Vec::new();
    if posted.one("login").trim().is_empty() {
        errors.push(field_error(
            "login",
            "登录名",
            "请填登录名，例如手机号或工号",
            "Enter your login, for example your mobile number",
        ));
    }
    if posted.one("password").is_empty() {
        errors.push(field_error("password", "密码", "请填密码", "Enter your password"));
    }
    let now = house.now().at;
    let trouble = if errors.is_empty() {
        match people::sign_in(house.pool(), posted.one("login"), posted.one("password"), posted.one("code"), &caller.key(), now)
            .await
        {
            Ok(person) => {
                let cookie = sessions::open(house.pool(), person.id, &device(&headers), house.site().secure(), now).await?;
                let to = if next == "/" { person.home().to_owned() } else { next };
                return Ok((jar.add(cookie), Redirect::to(&to)).into_response());
            }
            Err(Stop::Rejected(why)) => Some(why),
            Err(other) => return Err(other),
        }
    } else {
        None
    };
    let mut entered = Entered::new();
    entered.insert("login".into(), vec![posted.one("login").into()]);
    let filled = Filled::new(shell.lang, entered, errors);
    page::render_status(&shell.clone(), StatusCode::UNPROCESSABLE_ENTITY, &SignInPage { filled, next, trouble, shell })
}

/// Ends the session. Its cookie stays and signs nobody in any more: it tells whose a form is that another tab still sends (H17).
async fn leave(State(house): State<House>, jar: CookieJar) -> Result<Response, Stop> {
    if let Some(token) = sessions::token_of(&jar) {
        sessions::end(house.pool(), &token, house.now().at).await?;
    }
    Ok((held::forget(&house, jar).await?, Redirect::to("/")).into_response())
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage {
    shell: Shell,
    filled: Filled,
    next: String,
}

async fn show_sign_up(shell: Shell, Query(way): Query<Way>) -> Result<Response, Stop> {
    let next = safe_next(way.next.as_deref()).to_owned();
    page::render(&shell.clone(), &SignUpPage { filled: Filled::empty(shell.lang), next, shell })
}

/// The shortest and the longest password; length is what resists guessing (NIST SP 800-63B 3.1.1).
pub const SHORTEST_PASSWORD: usize = 10;
pub const LONGEST_PASSWORD: usize = 200;

/// What is wrong with a new password.
fn unfit(password: &str, label: &str) -> Option<FieldError> {
    match password.chars().count() {
        ..SHORTEST_PASSWORD => Some(field_error(
            "password",
            label,
            "密码至少 10 个字，可以用一句好记的话",
            "Use at least 10 characters; a sentence is fine",
        )),
        SHORTEST_PASSWORD..=LONGEST_PASSWORD => None,
        _ => Some(field_error("password", label, "密码最多 200 个字，请改短一些", "Use at most 200 characters")),
    }
}

async fn sign_up(
    State(house): State<House>,
    shell: Shell,
    jar: CookieJar,
    caller: Caller,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Stop> {
    let next = safe_next(Some(posted.one("next"))).to_owned();
    let now = house.now();
    let name = forms::text::fold_name(posted.one("name"));
    let mobile = forms::text::fold_digits(posted.one("mobile"));
    let mobile = mobile.trim().to_owned();
    let mut errors = Vec::new();
    if name.is_empty() || name.chars().count() > 60 {
        errors.push(field_error("name", "姓名", "请填身份证上的姓名，例如 王敏", "Enter your name as on your identity card"));
    }
    let id = forms::ids::check_resident_id(posted.one("resident_id"), now.date());
    let resident_id = match id {
        Ok(id) => Some(id),
        Err(error) => {
            errors.push(field_error(
                "resident_id",
                "身份证号",
                &error.zh("身份证号", "340100199001010003"),
                &error.en("Identity card number", "340100199001010003"),
            ));
            None
        }
    };
    if mobile.len() != 11 || !mobile.starts_with('1') || !mobile.bytes().all(|b| b.is_ascii_digit()) {
        errors.push(field_error(
            "mobile",
            "手机号",
            "手机号请填 11 位数字，例如 13800138000",
            "Enter the 11 digits of your mobile number",
        ));
    }
    errors.extend(unfit(posted.one("password"), "密码"));
    if errors.is_empty() {
        people::count_sign_up(house.pool(), &caller.key(), now.at).await?;
        let new = people::New {
            login: mobile.clone(),
            name,
            resident_id: resident_id.map(|id| id.number),
            mobile: Some(mobile),
            password: Some(people::hash_password(posted.one("password").to_owned()).await?),
            roles: vec!["citizen".into()],
            ..people::New::default()
        };
        let entered = people::create(&mut *house.pool().acquire().await?, new, now.at).await;
        match entered {
            Ok(person) => {
                let cookie = sessions::open(house.pool(), person, &device(&headers), house.site().secure(), now.at).await?;
                return Ok((jar.add(cookie), Redirect::to(&next)).into_response());
            }
            Err(Stop::Rejected(_)) => errors.push(field_error(
                "mobile",
                "手机号",
                "这个手机号已经开过账户，请直接登录",
                "This number already has an account; sign in instead",
            )),
            Err(other) => return Err(other),
        }
    }
    let mut entered = posted.0;
    entered.remove("password");
    let filled = Filled::new(shell.lang, entered, errors);
    page::render_status(&shell.clone(), StatusCode::UNPROCESSABLE_ENTITY, &SignUpPage { filled, next, shell })
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    shell: Shell,
    sessions: Vec<Listed>,
}

async fn list(State(house): State<House>, shell: Shell, person: SignedIn) -> Result<Response, Stop> {
    let sessions = sessions::running_of(house.pool(), person.id, house.now().at).await?;
    page::render(&shell.clone(), &SessionsPage { sessions, shell })
}

async fn revoke(State(house): State<House>, person: SignedIn) -> Result<Redirect, Stop> {
    sessions::revoke_all(house.pool(), person.id, house.now().at).await?;
    Ok(Redirect::to("/sign-in?next=/account"))
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    shell: Shell,
    filled: Filled,
}

async fn show_password(shell: Shell, _: SignedIn) -> Result<Response, Stop> {
    let filled = Filled::empty(shell.lang);
    page::render(&shell.clone(), &PasswordPage { filled, shell })
}

/// A new password for the old one. Every other session ends.
async fn change_password(
    State(house): State<House>,
    shell: Shell,
    jar: CookieJar,
    headers: HeaderMap,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    let now = house.now().at;
    let mut errors = Vec::new();
    errors.extend(unfit(posted.one("password"), "新密码"));
    if errors.is_empty() && !people::password_is(house.pool(), &person, posted.one("old"), now).await? {
        errors.push(field_error("old", "现在的密码", "现在的密码不对，请再填一次", "This is not your present password"));
    }
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, Entered::new(), errors);
        return page::render_status(&shell.clone(), StatusCode::UNPROCESSABLE_ENTITY, &PasswordPage { filled, shell });
    }
    let by = person.is_staff().then(|| (person.actor("officer"), Some(person.private())));
    let password = people::hash_password(posted.one("password").to_owned()).await?;
    let mut tx = house.pool().begin().await?;
    people::set_password(&mut tx, &person, password, by, now).await?;
    tx.commit().await?;
    house.wake();
    let cookie = sessions::open(house.pool(), person.id, &device(&headers), house.site().secure(), now).await?;
    Ok((jar.add(cookie), Redirect::to("/account/sessions")).into_response())
}
