//! 见证人的页面 · which logs it witnesses, how far, and what it has to warn of: in Chinese and in English, one below the other.

use super::alarm::Alarm;
use super::book::{Book, Kept};
use askama::Template;
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "commands/witness/page.html")]
pub struct Page {
    name: String,
    key: String,
    logs: Vec<Row>,
    standing: Vec<Alarm>,
    over: Vec<Alarm>,
}

struct Row {
    origin: String,
    address: Option<String>,
    size: u64,
    signed: Option<String>,
    looked: Option<String>,
    silent: bool,
    disagrees: bool,
    id: String,
    key: String,
}

fn clock(at: DateTime<Utc>) -> String {
    at.with_timezone(&calendar::SHANGHAI).format("%Y-%m-%d %H:%M:%S").to_string()
}

impl Page {
    pub fn of(book: &Book, now: DateTime<Utc>) -> Page {
        let row = |kept: Kept| Row {
            size: kept.observed.size,
            signed: DateTime::from_timestamp(kept.time as i64, 0).filter(|_| kept.time > 0).map(clock),
            looked: kept.looked.map(clock),
            silent: kept.is_silent(now),
            disagrees: kept.disagrees(),
            id: kept.id(),
            key: kept.key.to_string(),
            origin: kept.origin().to_owned(),
            address: kept.address,
        };
        let (standing, over) = book.alarms().into_iter().rev().partition(|alarm| alarm.over.is_none());
        Page {
            name: book.key().name().to_owned(),
            key: book.key().to_string(),
            logs: book.all().into_iter().map(row).collect(),
            standing,
            over,
        }
    }
}
