//! 日期 · days as people write them, and what FEEL takes instead.

use std::fmt::Write;

use super::marks::{BETWEEN, Marked, comparing, half};
use super::{Habit, Place};
use crate::Kind;
use dsntk_feel::values::Value as Feel;

/// Dates as people write them, put as FEEL reads them; `None` where there is none.
pub(super) fn with_dates(text: &str, quoted: bool) -> Option<String> {
    let letters: Vec<char> = if quoted { text.chars().filter(|c| *c != '"').collect() } else { text.chars().collect() };
    let number = |at: usize, most: usize| {
        let digits: String = letters[at.min(letters.len())..].iter().take(most).take_while(|c| c.is_ascii_digit()).collect();
        let length = digits.len();
        digits.parse::<u32>().ok().map(|number| (number, at + length, length))
    };
    let sign = |at: usize, wanted: &[char]| letters.get(at).filter(|c| wanted.contains(c)).copied();
    let mut out = String::new();
    let (mut at, mut found, mut last_year) = (0, false, None);
    while at < letters.len() {
        let is_start = at == 0 || !letters[at - 1].is_ascii_digit() && letters[at - 1] != '"';
        let day = || {
            let (year, at, 4) = number(at, 5)? else { return None };
            let first = sign(at, &['-', '/', '.', '年'])?;
            let (month, at, _) = number(at + 1, 2)?;
            let wanted: &[char] = if first == '年' { &['月'] } else { &['-', '/', '.'] };
            sign(at, wanted)?;
            let (day, at, _) = number(at + 1, 2)?;
            let at = if sign(at, &['日', '号']).is_some() { at + 1 } else { at };
            let is_end = letters.get(at).is_none_or(|next| !next.is_ascii_digit());
            ((1..=12).contains(&month) && (1..=31).contains(&day) && is_end).then_some((year, month, day, at))
        };
        // 6月30日 is of the year named before.
        let short = || {
            let year = last_year?;
            let (month, at, _) = number(at, 2)?;
            sign(at, &['月'])?;
            let (day, at, _) = number(at + 1, 2)?;
            let at = if sign(at, &['日', '号']).is_some() { at + 1 } else { at };
            ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year, month, day, at))
        };
        match is_start.then(|| day().or_else(short)).flatten() {
            Some((year, month, day, after)) => {
                let _ = write!(out, "date(\"{year:04}-{month:02}-{day:02}\")");
                (at, found, last_year) = (after, true, Some(year));
            }
            None => {
                out.push(letters[at]);
                at += 1;
            }
        }
    }
    found.then_some(out)
}

/// Words after a day that make it a bound, and whether the day itself counts is written.
const DAYS_AFTER: [(&str, &str, bool); 14] = [
    ("及以前", "<=", true),
    ("及之前", "<=", true),
    ("及以后", ">=", true),
    ("及之后", ">=", true),
    ("以前", "<", false),
    ("之前", "<", false),
    ("以后", ">", false),
    ("之后", ">", false),
    ("截止", "<=", true),
    ("为止", "<=", true),
    ("前", "<", false),
    ("后", ">", false),
    ("起", ">=", true),
    ("止", "<=", true),
];

pub(super) fn dates(text: &str, shown: &str, kind: Kind, place: Place) -> Option<Habit> {
    let is_date = matches!(kind, Kind::Date | Kind::DateTime);
    // In a column of another type 2025-01-01 may be meant as a sum, though hardly.
    if text.contains("date(") || text.contains("date and time(") || text.contains('@') {
        return impossible_day(text, shown);
    }
    let quoted = is_date && text.contains('"');
    if !is_date && text.contains('"') {
        return None;
    }
    let Some(meant) = with_dates(text, quoted) else {
        return is_date.then(|| no_day(text, shown, place)).flatten();
    };
    let meant = Marked::of(&meant).put(half);
    let meant = meant.trim();
    let is_day = |text: &str| text.starts_with("date(") && text.find(')') == Some(text.len() - 1);
    if place == Place::Test
        && let Some((word, sign, says)) = DAYS_AFTER.iter().find(|(word, ..)| meant.ends_with(word))
        && let Some(day) = meant.strip_suffix(word).map(str::trim).filter(|day| is_day(day))
    {
        let meant = format!("{sign} {day}");
        return Habit::offering(
            &meant,
            match says {
                true => format!("“{shown}”不是日期的写法，请写成 {meant}"),
                false => format!("“{shown}”不是日期的写法，请写成 {meant}；当天也算的，请在比较号后加 ="),
            },
        );
    }
    // A range of days has brackets and two points.
    let meant = BETWEEN
        .iter()
        .find_map(|sign| {
            let inner = meant.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(meant);
            let (from, to) = inner.split_once(sign)?;
            let (from, to) = (from.trim(), to.trim().trim_end_matches('止'));
            (is_day(from) && is_day(to)).then(|| format!("[{from}..{to}]"))
        })
        .unwrap_or_else(|| meant.to_owned());
    let said = format!("“{shown}”不是日期的写法，请写成 {meant}");
    Habit::offering(&meant, said)
}

/// What is said of a result that is written as a day, and the text offered; an empty one where none is.
pub(crate) fn day_meant(text: &str, kind: Kind) -> Option<(String, String)> {
    let shown = crate::error::cut(text.trim().to_owned());
    let Habit { said, meant } = dates(text.trim(), &shown, kind, Place::Value)?;
    Some((said, meant.unwrap_or_default()))
}

/// A month or a year where a day is wanted: `2026-1`, `2026年`.
fn no_day(text: &str, shown: &str, place: Place) -> Option<Habit> {
    let (sign, text) = comparing(text).unwrap_or(("", text));
    let text = Marked::of(text.trim().trim_matches('"')).put(half);
    let (year, rest) = text.split_at_checked(4)?;
    let year: u32 = year.chars().all(|c| c.is_ascii_digit()).then(|| year.parse().ok()).flatten()?;
    let rest = if rest.is_empty() { rest } else { rest.strip_prefix(['年', '-', '/', '.'])?.trim() };
    let rest = rest.strip_suffix('月').unwrap_or(rest);
    let months = match rest {
        "" => (1, 12),
        month => month.parse::<u32>().ok().filter(|month| (1..=12).contains(month)).map(|month| (month, month))?,
    };
    if !(1800..=2200).contains(&year) {
        return None;
    }
    let days = match months.1 {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let (first, last) = (format!("date(\"{year}-{:02}-01\")", months.0), format!("date(\"{year}-{:02}-{days}\")", months.1));
    let meant = match (place, sign) {
        (Place::Value, _) => return Habit::told(format!("“{shown}”不是一天，结果要写到日，如 {last}")),
        (_, ">=" | "<") => format!("{sign} {first}"),
        (_, ">" | "<=") => format!("{sign} {last}"),
        (_, "!=") => format!("not([{first}..{last}])"),
        _ => format!("[{first}..{last}]"),
    };
    let said = format!("“{shown}”不是一天，日期要写到日，请写成 {meant}");
    Habit::offering(&meant, said)
}

/// A day in quotation marks that FEEL does not take: without its noughts, or one that no calendar has.
fn impossible_day(text: &str, shown: &str) -> Option<Habit> {
    // `date(2026-01-01)` takes one from another.
    if !text.contains('"')
        && let Some(meant) = with_dates(&text.replace("date(", "").replace(')', ""), false)
    {
        let said = format!("“{shown}”不是日期的写法，请写成 {meant}");
        return Habit::offering(&meant, said);
    }
    let pieces: Vec<&str> = text.split('"').collect();
    let mut fixed: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
    let mut is_fixed = false;
    for (at, piece) in pieces.iter().enumerate().filter(|(at, _)| at % 2 == 1) {
        let (day, rest) = piece.split_once('T').map_or((*piece, String::new()), |(day, time)| (day, format!("T{time}")));
        let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
        let [year, month, of_month] = parts.as_slice() else { continue };
        let (Ok(year), Ok(month), Ok(of_month)) = (year.parse::<u32>(), month.parse::<u32>(), of_month.parse::<u32>()) else {
            continue;
        };
        let written = format!("{year:04}-{month:02}-{of_month:02}");
        if Feel::try_from_xsd_date(&written).is_err() {
            return Habit::told(format!("“{shown}”：日历上没有 {day} 这一天，请改成有的日期，如 {}", "2026-06-30"));
        }
        let time = match rest.matches(':').count() {
            1 => format!("{rest}:00"),
            _ => rest,
        };
        is_fixed |= *piece != format!("{written}{time}");
        fixed[at] = format!("{written}{time}");
    }
    let meant = fixed.join("\"");
    if !is_fixed {
        let (from, to) = text.split_once("..").filter(|_| text.starts_with('d') && text.ends_with(')'))?;
        let meant = format!("[{}..{}]", from.trim(), to.trim());
        let said = format!("“{shown}”是没有括号的区间，请写成 {meant}；不含的一头用圆括号");
        return Habit::offering(&meant, said);
    }
    let said = format!("“{shown}”里的日期要写成四位年、两位月、两位日，请写成 {meant}");
    Habit::offering(&meant, said)
}
