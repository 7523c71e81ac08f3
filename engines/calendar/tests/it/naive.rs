//! The oracle: one day after the other, over the files as they are, knowing nothing of tables of sums. The benchmark runs it too.

use calendar::{Clock, Due, Limit, NaiveDate, Unit};
use chrono::{Datelike, Days, Months, Weekday};

const FIRST_YEAR: i32 = 2008;
const LAST_YEAR: i32 = 2060;

/// Each day from 2008 to 2060.
pub struct Naive {
    first: NaiveDate,
    days: Vec<Flags>,
}

#[derive(Clone, Copy)]
struct Flags {
    worked: bool,
    uncertain: bool,
}

impl Naive {
    pub fn read() -> Naive {
        let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap();
        let last = NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).unwrap();
        let noticed: Vec<i32> = include_str!("../../data/holiday-notices.csv")
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap().parse().unwrap())
            .collect();
        let weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let uncertain = |day: &NaiveDate| {
            let next_years = day.month() == 12 && day.day() >= 29 && !noticed.contains(&(day.year() + 1));
            !noticed.contains(&day.year()) || next_years
        };
        let days = first.iter_days().take_while(|day| *day <= last);
        let mut days: Vec<Flags> = days.map(|day| Flags { worked: !weekend(&day), uncertain: uncertain(&day) }).collect();
        let at = |day: NaiveDate| (day - first).num_days() as usize;
        // The thirteen days of the 2024 revision, for years without a notice (放假办法 2).
        for line in include_str!("../../data/lunar-festivals.csv").lines().skip(1) {
            let year: i32 = line[..4].parse().unwrap();
            if noticed.contains(&year) || !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
                continue;
            }
            let moving: Vec<NaiveDate> = line[5..].split(',').map(|day| format!("{year}-{day}").parse().unwrap()).collect();
            let mut off = moving.clone();
            off.extend(
                [moving[0].pred_opt(), moving[0].succ_opt(), moving[0].succ_opt().and_then(|day| day.succ_opt())]
                    .map(Option::unwrap),
            );
            off.extend(
                [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)].map(|(m, d)| NaiveDate::from_ymd_opt(year, m, d).unwrap()),
            );
            off.into_iter().for_each(|day| days[at(day)].worked = false);
        }
        for line in include_str!("../../data/holidays.csv").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            days[at(cells[0].parse().unwrap())].worked = cells[1] == "workday";
        }
        Naive { first, days }
    }

    /// The last day by walking there; `None` while a pause is open.
    pub fn due(&self, clock: &Clock) -> Option<Due> {
        let mut parts: Vec<Limit> = vec![clock.limit];
        for extension in &clock.extensions {
            match parts.last_mut() {
                Some(last) if last.unit == extension.by.unit => last.n += extension.by.n,
                _ => parts.push(extension.by),
            }
        }
        let start = (clock.start - self.first).num_days() as usize;
        let pauses: Vec<(usize, usize)> = clock
            .pauses
            .iter()
            .map(|pause| {
                let at = |day: NaiveDate| (day - self.first).num_days() as usize;
                (at(pause.from), pause.to.map_or(usize::MAX, at))
            })
            .collect();
        let pause_at = |at: usize| pauses.iter().filter(|(from, to)| *from <= at && at <= *to).map(|(_, to)| *to).max();
        let mut at = start;
        for part in &parts {
            let from = self.first + Days::new(at as u64);
            let mut left = match part.unit {
                Unit::Month => (from.checked_add_months(Months::new(part.n)).unwrap() - from).num_days() as u32,
                Unit::Year => (from.checked_add_months(Months::new(part.n * 12)).unwrap() - from).num_days() as u32,
                Unit::Hour => part.n.div_ceil(24),
                Unit::WorkingDay | Unit::CalendarDay => part.n,
            };
            while left > 0 {
                at += 1;
                let pause = pause_at(at);
                if pause == Some(usize::MAX) {
                    return None;
                }
                if pause.is_none() && (part.unit != Unit::WorkingDay || self.days[at].worked) {
                    left -= 1;
                }
            }
        }
        let end = at;
        let hours_only = parts.iter().all(|part| part.unit == Unit::Hour);
        if !hours_only && !self.days[end].worked {
            while !self.days[at].worked || pause_at(at).is_some() {
                at += 1;
                if self.days[at].worked && pause_at(at) == Some(usize::MAX) {
                    return None;
                }
            }
        }
        // In working days every day on the way matters, otherwise only those from the end of the count on.
        let working_days = parts.iter().any(|part| part.unit == Unit::WorkingDay);
        let first = if working_days && end > start { start + 1 } else { end };
        let provisional = !hours_only && self.days[first..=at].iter().any(|day| day.uncertain);
        let date = |at: usize| self.first + Days::new(at as u64);
        Some(Due { date: date(at), provisional, shifted_from: (at != end).then(|| date(end)) })
    }
}

/// A million limits as cases have them: every day from 2008 to 2026, five units, one in four paused, one in eight extended. Always
/// the same ones.
pub fn a_million_clocks() -> impl Iterator<Item = Clock> {
    let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap();
    let mut seed: u64 = 20_120_101;
    let mut dice = move |sides: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides
    };
    (0..1_000_000).map(move |_| {
        let start = first + Days::new(dice(6_940));
        let limit = match dice(10) {
            0 => Limit::calendar_days(dice(91) as u32),
            1 => Limit::months(dice(7) as u32),
            2 => Limit::years(dice(3) as u32),
            3 => Limit::hours(dice(100) as u32),
            _ => Limit::working_days(dice(46) as u32),
        };
        let mut clock = Clock::start(start, limit);
        let mut on = start;
        if dice(4) == 0 {
            for ground in ["检测", "专家评审"].into_iter().take(1 + dice(2) as usize) {
                on = on + Days::new(dice(12));
                clock.pause(ground, "行政许可法第四十五条", on).unwrap();
            }
            on = on + Days::new(dice(9));
            clock.resume("检测", on).unwrap();
            if clock.pauses.len() == 2 && dice(20) > 0 {
                on = on + Days::new(dice(9));
                clock.resume("专家评审", on).unwrap();
            }
        }
        if dice(8) == 0 {
            let unit = if dice(8) == 0 { Unit::CalendarDay } else { limit.unit };
            let n = 1 + dice(if unit == Unit::Year { 1 } else { 15 }) as u32;
            clock.extend(Limit { n, unit }, on, "局长", "案情复杂").unwrap();
        }
        clock
    })
}
