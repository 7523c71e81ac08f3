//! 裁量的规矩 · what the law says of leaving a standard and of not punishing, each in one place.

use acts::DeviationWay;
use chrono::{Months, NaiveDate};
use forms::Decimal;

/// A2.3-02 (国办发〔2022〕27号): an agency leaves its own standard with the approval of its head or after collective discussion; that of
/// another body only with the approval of that body, level by level.
pub fn a2_3_02_ways(maker: &str, agency: &str) -> &'static [DeviationWay] {
    match maker == agency {
        true => &[DeviationWay::Head, DeviationWay::Collective],
        false => &[DeviationWay::Maker],
    }
}

/// A2.3-03 (行政处罚法 57): not to punish is decided by the head of the agency or collectively, whoever made the standard.
pub const A2_3_03_UNPUNISHED_WAYS: &[DeviationWay] = &[DeviationWay::Head, DeviationWay::Collective];

/// A2.3-03 (行政处罚法 36): two years after the violation ended it is punished no more; five where life, health or financial safety were
/// harmed. The day of discovery counts.
pub fn a2_3_03_is_barred(ended_on: NaiveDate, found_on: NaiveDate, harm: bool) -> bool {
    let years = if harm { 5 } else { 2 };
    ended_on.checked_add_months(Months::new(12 * years)).is_some_and(|last| found_on > last)
}

/// What a penalty has to rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    InForce,
    /// In force on the day of the violation, and ended since: a later law that is milder, or finds no violation, goes first.
    Earlier,
    /// Ended when the violation did.
    Ended,
}

/// A2.3-04 (行政处罚法 37, 从旧兼从轻): a penalty rests on the law of the day of the violation; `last` is the last day of its basis.
pub fn a2_3_04_basis(last: Option<NaiveDate>, violation_ended: NaiveDate, decided_on: NaiveDate) -> Basis {
    match last {
        Some(last) if last < violation_ended => Basis::Ended,
        Some(last) if last < decided_on => Basis::Earlier,
        _ => Basis::InForce,
    }
}

/// Whether an amount keeps to its tier. A side without a figure is open.
pub fn is_inside(amount: Decimal, least: Option<Decimal>, most: Option<Decimal>) -> bool {
    least.is_none_or(|least| amount >= least) && most.is_none_or(|most| amount <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn n(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a2_3_02_a_superiors_standard_is_left_with_its_approval_only() {
        assert_eq!(a2_3_02_ways("金寨县市场监督管理局", "金寨县市场监督管理局"), [DeviationWay::Head, DeviationWay::Collective]);
        assert_eq!(a2_3_02_ways("安徽省市场监督管理局", "金寨县市场监督管理局"), [DeviationWay::Maker]);
    }

    #[test]
    fn a2_3_03_two_years_and_five_where_there_was_harm() {
        let ended = day("2024-03-01");
        assert!(!a2_3_03_is_barred(ended, day("2026-03-01"), false));
        assert!(a2_3_03_is_barred(ended, day("2026-03-02"), false));
        assert!(!a2_3_03_is_barred(ended, day("2029-03-01"), true));
        assert!(a2_3_03_is_barred(ended, day("2029-03-02"), true));
        assert!(!a2_3_03_is_barred(day("2024-02-29"), day("2026-02-28"), false));
    }

    #[test]
    fn a2_3_04_a_penalty_rests_on_the_law_of_the_day_of_the_violation() {
        let (before, last, after, later) = (day("2026-06-01"), day("2026-06-30"), day("2026-07-01"), day("2026-11-28"));
        assert_eq!(a2_3_04_basis(None, before, later), Basis::InForce);
        assert_eq!(a2_3_04_basis(Some(last), before, last), Basis::InForce);
        assert_eq!(a2_3_04_basis(Some(last), before, later), Basis::Earlier);
        assert_eq!(a2_3_04_basis(Some(last), last, later), Basis::Earlier);
        assert_eq!(a2_3_04_basis(Some(last), after, later), Basis::Ended);
    }

    #[test]
    fn a2_3_a_tier_holds_its_ends() {
        assert!(is_inside(n("50000"), Some(n("50000")), Some(n("65000"))));
        assert!(is_inside(n("65000"), Some(n("50000")), Some(n("65000"))));
        assert!(!is_inside(n("65000.01"), Some(n("50000")), Some(n("65000"))));
        assert!(!is_inside(n("49999.99"), Some(n("50000")), None));
        assert!(is_inside(n("0"), None, Some(n("50000"))));
    }
}
