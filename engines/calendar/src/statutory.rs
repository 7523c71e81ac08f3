//! 法定节假日 · the days off that follow from 全国年节及纪念日放假办法 alone (CLK-06). They stand in for a year whose yearly
//! arrangement is not out yet (CLK-07); what gets swapped with which weekend only the yearly notice can say.

use chrono::{Datelike, NaiveDate};
use std::sync::LazyLock;

pub(crate) const FIRST_YEAR: i32 = 1990;
pub(crate) const LAST_YEAR: i32 = 2100;

/// The years whose days the calendar holds; one outside goes by its weekdays alone.
pub const YEARS: std::ops::RangeInclusive<i32> = FIRST_YEAR..=LAST_YEAR;

/// 1 January of the first year, a Monday.
pub(crate) fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).expect("a date")
}

struct Festivals {
    spring: NaiveDate,
    qingming: NaiveDate,
    dragon_boat: NaiveDate,
    mid_autumn: NaiveDate,
}

static FESTIVALS: LazyLock<Vec<Festivals>> = LazyLock::new(|| {
    include_str!("../data/lunar-festivals.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let (year, days) = line.split_once(',').expect("five columns");
            let mut days =
                days.split(',').map(|day| NaiveDate::parse_from_str(&format!("{year}-{day}"), "%Y-%m-%d").expect("a date"));
            let mut next = || days.next().expect("five columns");
            Festivals { spring: next(), qingming: next(), dragon_boat: next(), mid_autumn: next() }
        })
        .collect()
});

/// The statutory days off of one year, in date order, with their names (全国年节及纪念日放假办法 as of that year). Empty outside
/// 1990–2100. Every yearly notice has them all; it only adds to them and moves weekends.
pub fn statutory_holidays(year: i32) -> Vec<(NaiveDate, String)> {
    days(year)
}

pub(crate) fn days(year: i32) -> Vec<(NaiveDate, String)> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Vec::new();
    }
    let festivals = &FESTIVALS[(year - FIRST_YEAR) as usize];
    let fixed = |month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a fixed date");
    let near_spring = |offset: i64| festivals.spring + chrono::TimeDelta::days(offset);

    // The days as each revision of the 办法 lists them: 1949, 1999, 2007, 2013, 2024.
    let spring = match year {
        2025.. => -1..=2,
        2014..=2024 => 0..=2,
        2008..=2013 => -1..=1,
        _ => 0..=2,
    };
    let labour = match year {
        2025.. => 1..=2,
        2000..=2007 => 1..=3,
        _ => 1..=1,
    };
    let national = if year >= 2000 { 1..=3 } else { 1..=2 };

    let mut days = vec![(fixed(1, 1), "元旦")];
    days.extend(spring.map(|n| (near_spring(n), "春节")));
    days.extend(labour.map(|n| (fixed(5, n), "劳动节")));
    days.extend(national.map(|n| (fixed(10, n), "国庆节")));
    if year >= 2008 {
        days.push((festivals.qingming, "清明节"));
        days.push((festivals.dragon_boat, "端午节"));
        days.push((festivals.mid_autumn, "中秋节"));
    }
    days.sort_by_key(|(date, _)| *date);

    let mut merged: Vec<(NaiveDate, String)> = Vec::with_capacity(days.len());
    for (date, name) in days {
        match merged.last_mut() {
            Some((last, names)) if *last == date => *names = format!("{names}、{name}"),
            _ => merged.push((date, name.to_owned())),
        }
    }
    debug_assert!(merged.iter().all(|(date, _)| date.year() == year));
    merged
}

/// The English name of a festival as the notices write it (`国庆节、中秋节` → `National Day and Mid-Autumn Festival`). A name that
/// is not known is given back as it is.
pub fn festival_english(name: &str) -> String {
    name.split('、')
        .map(|one| match one {
            "元旦" => "New Year's Day",
            "春节" => "Spring Festival",
            "清明节" => "Tomb-Sweeping Day",
            "劳动节" | "“五一”国际劳动节" => "Labour Day",
            "端午节" => "Dragon Boat Festival",
            "中秋节" => "Mid-Autumn Festival",
            "国庆节" => "National Day",
            "抗日战争暨世界反法西斯战争胜利70周年纪念日" => "70th anniversary of the victory of 1945",
            other => other,
        })
        .collect::<Vec<_>>()
        .join(" and ")
}
