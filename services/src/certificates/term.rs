//! 期限 · how long a certificate holds, and when its renewal is applied for (许可法 50; B4.1-12, B4.1-19).

use super::Rejection;
use super::certificate::{Certificate, Standing};
use acts::Asks;
use calendar::{Calendar, Limit, Unit};
use catalogue::Item;
use chrono::{Datelike, Days, Months, NaiveDate};

/// 许可法 50(1): a renewal is applied for thirty days before, unless a law or regulation says otherwise.
pub const RENEW_BEFORE: Limit = Limit::calendar_days(30);
/// The holder is told so many days before it expires, once more when so many are left, and never later than so many days before the
/// last day of applying (ours).
pub const REMIND_DAYS: u64 = 90;
pub const REMIND_AGAIN_DAYS: u64 = 30;
const REMIND_BEFORE_LAST: u64 = 60;

/// The last day of a validity of whole years: the day before the anniversary.
pub fn valid_to(from: NaiveDate, years: u32) -> Option<NaiveDate> {
    let anniversary =
        from.with_year(from.year() + years as i32).or_else(|| NaiveDate::from_ymd_opt(from.year() + years as i32, 3, 1))?;
    anniversary.pred_opt()
}

/// The day that lies so long before.
fn before(day: NaiveDate, limit: Limit, calendar: &Calendar) -> NaiveDate {
    let back = match limit.unit {
        Unit::WorkingDay => {
            let mut at = day;
            for _ in 0..limit.n {
                let Some(previous) = at.pred_opt() else { return at };
                at = calendar.previous_working_day(previous);
            }
            Some(at)
        }
        Unit::CalendarDay => day.checked_sub_days(Days::new(limit.n.into())),
        Unit::Month => day.checked_sub_months(Months::new(limit.n)),
        Unit::Year => day.checked_sub_months(Months::new(limit.n.saturating_mul(12))),
        Unit::Hour => day.checked_sub_days(Days::new(limit.n.div_ceil(24).into())),
    };
    back.unwrap_or(day)
}

/// When a renewal may be applied for: from the first day, where there is one, to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Option<NaiveDate>,
    pub to: NaiveDate,
}

pub fn window(valid_to: NaiveDate, item: &Item, calendar: &Calendar) -> Window {
    Window {
        from: item.result.renewal_from.map(|limit| before(valid_to, limit, calendar)),
        to: before(valid_to, item.result.renewal_by.unwrap_or(RENEW_BEFORE), calendar),
    }
}

/// From when on its holder is reminded.
pub fn remind_from(valid_to: NaiveDate, item: &Item, calendar: &Calendar) -> NaiveDate {
    let last = window(valid_to, item, calendar).to;
    (valid_to - Days::new(REMIND_DAYS)).min(last - Days::new(REMIND_BEFORE_LAST))
}

/// Whether the holder may ask this of it now (许可法 49, 50, 70).
pub fn may_ask(
    certificate: &Certificate,
    item: &Item,
    asks: Asks,
    today: NaiveDate,
    calendar: &Calendar,
) -> Result<(), Rejection> {
    let standing = certificate.standing_on(today);
    if standing != Standing::Valid {
        return Err(Rejection::NotInForce(standing.zh()));
    }
    if asks != Asks::Renewal {
        return Ok(());
    }
    let Some(valid_to) = certificate.valid_to() else { return Err(Rejection::NoTerm) };
    if certificate.latest().valid_from > today {
        return Err(Rejection::RenewedAlready(certificate.latest().valid_from));
    }
    let window = window(valid_to, item, calendar);
    match window.from.filter(|from| today < *from) {
        Some(from) => Err(Rejection::TooEarly(from)),
        None if today > window.to => Err(Rejection::TooLate { last: window.to, valid_to }),
        None => Ok(()),
    }
}

/// What the next version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    pub version: u32,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
}

/// The next version of a certificate, `on` the day it is granted. A new term begins where the old one ends; any other version holds
/// from that day to the end of the term that runs. The length of a term is the item's.
pub fn next(certificate: &Certificate, item: &Item, asks: Asks, on: NaiveDate) -> Result<Next, Rejection> {
    if certificate.standing() != Standing::Valid {
        return Err(Rejection::NotInForce(certificate.standing().zh()));
    }
    let version = certificate.latest().n + 1;
    let ends = certificate.valid_to();
    match (asks, ends) {
        (Asks::Renewal, Some(ends)) => {
            let from = ends.succ_opt().unwrap_or(ends);
            Ok(Next { version, from, to: item.result.validity_years.and_then(|years| valid_to(from, years)) })
        }
        (Asks::Renewal, None) => Err(Rejection::NoTerm),
        (_, Some(ends)) if ends < on => Err(Rejection::NotInForce(Standing::Expired.zh())),
        _ => Ok(Next { version, from: on, to: ends }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::certificate::{How, Over, Version, issued};
    use super::*;
    use acts::Ending;
    use catalogue::Catalogue;
    use std::sync::Arc;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn item(slug: &str) -> Arc<Item> {
        static ALL: std::sync::OnceLock<Catalogue> = std::sync::OnceLock::new();
        ALL.get_or_init(|| Catalogue::embedded().unwrap()).item(slug).unwrap()
    }
    fn until(valid_to: Option<&str>) -> Certificate {
        issued("2022-03-01", valid_to)
    }

    #[test]
    fn b4_1_19_a_validity_of_whole_years_ends_the_day_before_its_anniversary() {
        assert_eq!(valid_to(day("2026-03-02"), 5), Some(day("2031-03-01")));
        // From 29 February there is an anniversary in leap years alone.
        assert_eq!(valid_to(day("2028-02-29"), 1), Some(day("2029-02-28")));
        assert_eq!(valid_to(day("2028-02-29"), 4), Some(day("2032-02-28")));
    }

    #[test]
    fn b4_1_12_a_renewal_is_applied_for_thirty_days_before_unless_the_law_says_otherwise() {
        let calendar = Calendar::china();
        let to = |slug: &str, valid_to: &str| window(day(valid_to), &item(slug), &calendar);
        assert_eq!(to("public-place-hygiene", "2026-03-31"), Window { from: None, to: day("2026-03-01") });
        assert_eq!(to("labour-dispatch-licence", "2026-03-31").to, day("2026-01-30"));
        assert_eq!(to("veterinary-drug-business", "2026-08-31").to, day("2026-02-28"));
        // Fifteen working days back from Friday 31 July 2026: three weeks.
        let food = to("food-business-licence", "2026-07-31");
        assert_eq!(food.to, day("2026-07-10"));
        assert_eq!(calendar.working_days_between(food.from.unwrap(), day("2026-07-31")), 90);
        // A last day off is no day of the fifteen.
        assert_eq!(to("food-business-licence", "2026-08-02").to, day("2026-07-13"));
    }

    #[test]
    fn b4_1_12_too_early_too_late_and_without_a_term_are_each_told() {
        let calendar = Calendar::china();
        let food = item("food-business-licence");
        let asks = |today: &str| may_ask(&until(Some("2026-07-31")), &food, Asks::Renewal, day(today), &calendar);
        let window = window(day("2026-07-31"), &food, &calendar);
        assert_eq!(asks("2026-01-05"), Err(Rejection::TooEarly(window.from.unwrap())));
        assert_eq!(asks("2026-07-10"), Ok(()));
        assert_eq!(asks("2026-07-11"), Err(Rejection::TooLate { last: day("2026-07-10"), valid_to: day("2026-07-31") }));
        assert_eq!(asks("2026-08-01"), Err(Rejection::NotInForce("已过期")));
        let ever = may_ask(&until(None), &food, Asks::Renewal, day("2026-07-10"), &calendar);
        assert_eq!(ever, Err(Rejection::NoTerm));
        for other in [Asks::Change, Asks::Reissue, Asks::Cancellation] {
            assert_eq!(may_ask(&until(None), &food, other, day("2026-07-10"), &calendar), Ok(()));
        }
        let mut over = until(None);
        over.endings.push(Over { how: Ending::Annulled, on: day("2026-01-01"), basis: String::new() });
        for asks in Asks::ALL {
            assert_eq!(may_ask(&over, &food, asks, day("2026-07-10"), &calendar), Err(Rejection::NotInForce("已撤销")));
        }
    }

    #[test]
    fn b4_1_19_a_new_term_begins_where_the_old_one_ends_and_nothing_else_moves_the_end() {
        let food = item("food-business-licence");
        let certificate = until(Some("2026-07-31"));
        let on = day("2026-06-30");
        assert_eq!(
            next(&certificate, &food, Asks::Renewal, on),
            Ok(Next { version: 2, from: day("2026-08-01"), to: Some(day("2031-07-31")) })
        );
        for asks in [Asks::Change, Asks::Reissue] {
            assert_eq!(next(&certificate, &food, asks, on), Ok(Next { version: 2, from: on, to: Some(day("2026-07-31")) }));
        }
        assert_eq!(next(&until(None), &food, Asks::Change, on), Ok(Next { version: 2, from: on, to: None }));
        assert_eq!(next(&certificate, &food, Asks::Change, day("2026-08-01")), Err(Rejection::NotInForce("已过期")));
        // Renewed ahead of time, it is not renewed again before the new term runs.
        let mut ahead = certificate.clone();
        ahead.versions.push(Version {
            n: 2,
            how: How::Renewed,
            valid_from: day("2026-08-01"),
            valid_to: Some(day("2031-07-31")),
            ..certificate.versions[0].clone()
        });
        assert_eq!(
            may_ask(&ahead, &food, Asks::Renewal, on, &Calendar::china()),
            Err(Rejection::RenewedAlready(day("2026-08-01")))
        );
        assert_eq!((ahead.current(on).n, ahead.current(day("2026-08-01")).n), (1, 2));
    }

    #[test]
    fn b4_1_12_whoever_must_apply_early_is_reminded_early() {
        let calendar = Calendar::china();
        assert_eq!(remind_from(day("2026-07-31"), &item("food-business-licence"), &calendar), day("2026-05-02"));
        let drug = item("veterinary-drug-business");
        assert!(remind_from(day("2026-07-31"), &drug, &calendar) < window(day("2026-07-31"), &drug, &calendar).to);
    }
}
