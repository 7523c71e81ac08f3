//! 页面 · the page kit: what surrounds every page, in the reader's language and modes, and the pieces pages share.

mod clock;
pub mod fields;
mod front;
mod language;
mod preferences;
mod steps;
pub mod table;

pub use clock::{ClockView, day_strip, escape, sundial};
pub use front::front;
pub use language::{Lang, of_command, own, told, translate, written};
pub use preferences::{Preferences, set as set_preferences};
pub use steps::{Step, steps_of};

use crate::people::Person;
use crate::sessions::{Found, Standing};
use crate::{House, Moment, Site, Stop};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc, Weekday};
use std::any::Any;
use std::sync::OnceLock;

/// Everything around the main part of a page.
#[derive(Clone)]
pub struct Shell {
    pub lang: Lang,
    pub preferences: Preferences,
    pub person: Option<Person>,
    pub site: Site,
    pub demonstration: bool,
    pub path: String,
    /// The path with its query, to come back to.
    pub address: String,
    pub now: Moment,
}

impl Shell {
    pub fn html_lang(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }
    pub fn english(&self) -> bool {
        self.lang == Lang::En
    }
    pub fn t(&self, text: &str) -> String {
        translate(text, self.lang)
    }
    pub fn css(&self) -> String {
        format!("/assets/sunlit.css?v={}", asset_version())
    }
    pub fn js(&self) -> String {
        format!("/assets/sunlit.js?v={}", asset_version())
    }
    pub fn is_staff(&self) -> bool {
        self.person.as_ref().is_some_and(Person::is_staff)
    }
    pub fn has_role(&self, role: &str) -> bool {
        self.person.as_ref().is_some_and(|p| p.has_role(role))
    }
    /// aria-current for a navigation entry.
    pub fn at(&self, prefix: &str) -> bool {
        if prefix == "/" { self.path == "/" } else { self.path == prefix || self.path.starts_with(&format!("{prefix}/")) }
    }
    pub fn today_text(&self) -> String {
        self.date(&self.now.date())
    }
    pub fn date(&self, date: &chrono::NaiveDate) -> String {
        match self.lang {
            Lang::Zh => date_zh(*date, self.now.date()),
            Lang::En => date.format("%-d %b %Y").to_string(),
        }
    }
    /// A day of a span, beside the other one: with its year where the two are not of one year.
    pub fn date_beside(&self, date: &chrono::NaiveDate, other: &chrono::NaiveDate) -> String {
        if self.english() || date.year() == other.year() || date.year() != self.now.date().year() {
            return self.date(date);
        }
        date.format("%Y 年 ").to_string() + &self.date(date)
    }
    pub fn time(&self, at: &DateTime<Utc>) -> String {
        self.timed(at, self.date(&at.with_timezone(&calendar::SHANGHAI).date_naive()))
    }
    /// Up to when a page tells: with the year, for a page is kept and a demonstration's clock is not everybody's.
    pub fn as_of(&self) -> String {
        let date = self.now.date();
        self.timed(&self.now.at, if self.english() { self.date(&date) } else { date.format("%Y 年 %-m 月 %-d 日").to_string() })
    }
    fn timed(&self, at: &DateTime<Utc>, date: String) -> String {
        let local = at.with_timezone(&calendar::SHANGHAI);
        let comma = if self.english() { "," } else { "" };
        format!("{date}{comma} {:02}:{:02}", local.hour(), local.minute())
    }
}

/// “10 月 14 日（周三）”, with the year when it is not this year.
pub fn date_zh(date: chrono::NaiveDate, today: chrono::NaiveDate) -> String {
    let day = match date.weekday() {
        Weekday::Mon => "一",
        Weekday::Tue => "二",
        Weekday::Wed => "三",
        Weekday::Thu => "四",
        Weekday::Fri => "五",
        Weekday::Sat => "六",
        Weekday::Sun => "日",
    };
    if date.year() == today.year() {
        format!("{} 月 {} 日（周{day}）", date.month(), date.day())
    } else {
        format!("{} 年 {} 月 {} 日（周{day}）", date.year(), date.month(), date.day())
    }
}

/// “2026 年 11 月 25 日”, for papers.
pub fn full_date_zh(date: chrono::NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

impl FromRequestParts<House> for Shell {
    type Rejection = Stop;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Shell, Stop> {
        Ok(shell_of(parts, house))
    }
}

pub(crate) fn shell_of(parts: &Parts, house: &House) -> Shell {
    let preferences = parts.extensions.get::<Preferences>().cloned().unwrap_or_default();
    let person = match parts.extensions.get::<Found>() {
        Some(Found(Standing::Running(person))) => Some((**person).clone()),
        _ => None,
    };
    Shell {
        lang: if preferences.english { Lang::En } else { Lang::Zh },
        preferences,
        person,
        site: house.site().clone(),
        demonstration: house.is_demonstration(),
        path: parts.uri.path().to_owned(),
        address: parts.uri.path_and_query().map_or("/", |address| address.as_str()).to_owned(),
        now: house.now(),
    }
}

/// The reader's language, handed to the `t` filter.
struct Reading(Lang);

impl askama::Values for Reading {
    fn get_value<'a>(&'a self, key: &str) -> Option<&'a dyn Any> {
        (key == "lang").then_some(&self.0 as &dyn Any)
    }
}

pub mod filters {
    use super::{Lang, told as said, translate, written};
    use askama::filters::Safe;
    use std::fmt::Display;

    fn lang(values: &dyn askama::Values) -> Lang {
        askama::get_value::<Lang>(values, "lang").copied().unwrap_or_default()
    }

    /// A sentence of ours in the reader's language.
    #[askama::filter_fn]
    pub fn t(text: impl Display, values: &dyn askama::Values) -> askama::Result<String> {
        Ok(translate(&text.to_string(), lang(values)))
    }

    /// What may hold a name or a quotation, which stays Chinese and is marked as such: for text between tags only.
    #[askama::filter_fn]
    pub fn told(text: impl Display, values: &dyn askama::Values) -> askama::Result<Safe<String>> {
        Ok(Safe(said(&text.to_string(), lang(values))))
    }

    /// What people wrote, which stays as they wrote it in every language, and is marked as Chinese where the page is not: for text
    /// between tags only.
    #[askama::filter_fn]
    pub fn quoted(text: impl Display, values: &dyn askama::Values) -> askama::Result<Safe<String>> {
        Ok(Safe(written(&text.to_string(), lang(values))))
    }

    /// 340122202609210137 grouped by four, so that it can be read aloud.
    #[askama::filter_fn]
    pub fn grouped(no: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(super::grouped(&no.to_string()))
    }
}

/// A long number by four, so that it can be read aloud.
pub fn grouped(no: &str) -> String {
    let chars: Vec<char> = no.chars().collect();
    chars.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Draws a page.
pub fn render(shell: &Shell, page: &impl Template) -> Result<Response, Stop> {
    render_status(shell, StatusCode::OK, page)
}

/// Draws a page with another status: 422 for a form with errors.
pub fn render_status(shell: &Shell, status: StatusCode, page: &impl Template) -> Result<Response, Stop> {
    let html = page.render_with_values(&Reading(shell.lang))?;
    Ok((status, Html(html)).into_response())
}

/// Where the page before ended, of a list by day and number: `2026-11-28~GK202611280001`. Nothing that is none: the list begins.
pub fn after_day(said: Option<&str>) -> (NaiveDate, String) {
    let said = said.and_then(|said| said.split_once('~'));
    said.and_then(|(day, no)| Some((calendar::parse_date(day).ok()?, no.to_owned()))).unwrap_or_default()
}

/// Percent-encodes a value for a query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A way back that stays on this site.
pub fn safe_next(next: Option<&str>) -> &str {
    match next {
        Some(next)
            if next.starts_with('/') && !next.starts_with("//") && !next.contains(|c: char| c == '\\' || c.is_control()) =>
        {
            next
        }
        _ => "/",
    }
}

static CSS: &str = include_str!("../../assets/sunlit.css");
static JS: &str = include_str!("../../assets/sunlit.js");

fn asset_version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        use sha2::{Digest, Sha256};
        hex::encode(&Sha256::new().chain_update(CSS).chain_update(JS).finalize()[..6])
    })
}

/// Style, script and mark. They carry their hash in the address and never change under it.
pub async fn asset(axum::extract::Path(name): axum::extract::Path<String>) -> Result<Response, Stop> {
    let (kind, body) = match name.as_str() {
        "sunlit.css" => ("text/css; charset=utf-8", CSS),
        "sunlit.js" => ("text/javascript; charset=utf-8", JS),
        "mark.svg" => ("image/svg+xml", include_str!("../../assets/mark.svg")),
        _ => return Err(Stop::NotFound("文件")),
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], body).into_response())
}

/// A quotient of whole numbers in tenths, halves up: how every share and average is rounded, wherever it stands. No sum is below nought.
pub fn tenths(sum: i64, of: i64) -> String {
    let tenths = (20 * sum + of) / (2 * of);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A QR code as SVG, drawn by its modules.
pub fn qr(text: &str) -> String {
    documents::qr_svg(text)
}

/// The page for a request that ended early.
#[derive(Template)]
#[template(path = "page/stopped.html")]
struct StoppedPage<'a> {
    shell: &'a Shell,
    status: u16,
    title: String,
    told: String,
    request: &'a str,
    lost: bool,
}

pub(crate) fn stopped(shell: &Shell, stop: &Stop, request: &str) -> Response {
    let title = match stop {
        Stop::SignIn { .. } => "请先登录",
        Stop::NotAllowed { .. } => "这一步不归您办",
        Stop::NotFound(_) => "没有找到",
        Stop::Astray(_) => "和公开日志对不上",
        Stop::OtherMethod => "不能这样打开",
        Stop::Malformed => "地址写错了",
        Stop::Rejected(_) => "这次没有办成",
        Stop::TooOften { .. } => "请稍等一会儿",
        Stop::Unreadable(_) | Stop::TooLarge(_) => "有一处要改一改",
        Stop::Fault(_) => "这里出了问题，是我们的问题",
        Stop::Unavailable(_) => "系统暂时办不了",
    };
    let page = StoppedPage {
        shell,
        status: stop.status().as_u16(),
        title: shell.t(title),
        told: stop.told(),
        request,
        lost: matches!(stop, Stop::Fault(_) | Stop::Unavailable(_)),
    };
    render_status(shell, stop.status(), &page).unwrap_or_else(|_| stop.status().into_response())
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn the_way_back_stays_on_this_site() {
        assert_eq!(safe_next(Some("/cases?no=1")), "/cases?no=1");
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", ""] {
            assert_eq!(safe_next(Some(foreign)), "/", "{foreign:?}");
        }
    }
}
