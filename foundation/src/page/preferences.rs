//! 显示方式 · elder mode, contrast, theme, density and language: one cookie, no account, no script (ui §2).

use crate::page::safe_next;
use axum::extract::Form;
use axum::http::HeaderMap;
use axum::response::Redirect;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

pub const COOKIE: &str = "sunlit_display";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    pub elder: bool,
    pub high_contrast: bool,
    pub dark: bool,
    pub dense: bool,
    pub english: bool,
}

impl Preferences {
    pub fn parse(text: &str) -> Preferences {
        let has = |letter| text.contains(letter);
        Preferences { elder: has('e'), high_contrast: has('c'), dark: has('d'), dense: has('n'), english: has('l') }
    }
    pub fn text(&self) -> String {
        [(self.elder, 'e'), (self.high_contrast, 'c'), (self.dark, 'd'), (self.dense, 'n'), (self.english, 'l')]
            .into_iter()
            .filter_map(|(on, letter)| on.then_some(letter))
            .collect()
    }
    pub fn cookie(&self) -> Cookie<'static> {
        let mut cookie = Cookie::new(COOKIE, self.text());
        cookie.set_path("/");
        cookie.set_same_site(SameSite::Lax);
        cookie.set_http_only(true);
        cookie.make_permanent();
        cookie
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    toggle: String,
    next: Option<String>,
}

/// POST /preferences: turns one mode on or off and returns to the page it came from.
pub async fn set(jar: CookieJar, headers: HeaderMap, Form(wanted): Form<Wanted>) -> (CookieJar, Redirect) {
    let mut p = Preferences::parse(jar.get(COOKIE).map_or("", |c| c.value()));
    match wanted.toggle.as_str() {
        "elder" => p.elder = !p.elder,
        "contrast" => p.high_contrast = !p.high_contrast,
        "dark" => p.dark = !p.dark,
        "dense" => p.dense = !p.dense,
        "english" => p.english = !p.english,
        _ => {}
    }
    let referer = headers
        .get("referer")
        .and_then(|v| v.to_str().ok())
        .and_then(|r| r.split_once("://")?.1.split_once('/').map(|(_, p)| format!("/{p}")));
    let next = wanted.next.or(referer);
    (jar.add(p.cookie()), Redirect::to(safe_next(next.as_deref())))
}
