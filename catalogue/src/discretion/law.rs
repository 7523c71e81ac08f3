//! 裁量的规矩 · what the law says of leaving a standard and of not punishing, each in one place.

use acts::{DeviationWay, Mitigation, Unpunished};
use chrono::{Months, NaiveDate};
use forms::Decimal;
use serde_json::{Map, Value};

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

/// Where an amount is beside all that a standard gives on the same figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Within,
    /// 减轻处罚: lawful on a ground of 行政处罚法 32 alone.
    Below,
    /// More than the law gives, which no approval can give.
    Above,
}

/// A2.3-02: tiers divide the span of the law (国办发〔2022〕27号), so that whoever leaves the own tier stays within the whole; below it a
/// penalty is mitigated, above it there is none.
pub fn a2_3_02_reach(amount: Decimal, (least, most): (Option<Decimal>, Option<Decimal>)) -> Reach {
    match (least, most) {
        (_, Some(most)) if amount > most => Reach::Above,
        (Some(least), _) if amount < least => Reach::Below,
        _ => Reach::Within,
    }
}

/// A2.3-03 (行政处罚法 33): whoever refused to put it right did not do so in time, and what harmed life, health or financial safety was not
/// without harm. Facts are looked at by their words.
pub fn a2_3_03_contradicts(ground: Unpunished, facts: &Map<String, Value>, harm: bool) -> bool {
    let says = |words: &str| facts.values().any(|value| value.as_str().is_some_and(|text| text.contains(words)));
    match ground {
        Unpunished::Minor => harm || says("拒不") || says("造成危害后果") && !says("没有造成危害后果"),
        Unpunished::First => says("拒不"),
        Unpunished::NoFault | Unpunished::Barred => false,
    }
}

/// A2.3-02 (行政处罚法 32(1)): whoever refused to put it right did not undo what it did.
pub fn a2_3_02_contradicts(ground: Mitigation, facts: &Map<String, Value>) -> bool {
    let refused = facts.values().any(|value| value.as_str().is_some_and(|text| text.contains("拒不")));
    ground == Mitigation::Undone && refused
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
    fn a2_3_02_no_approval_gives_more_than_the_law() {
        let whole = (Some(n("50000")), Some(n("100000")));
        assert_eq!(a2_3_02_reach(n("100000"), whole), Reach::Within);
        assert_eq!(a2_3_02_reach(n("100000.01"), whole), Reach::Above);
        assert_eq!(a2_3_02_reach(n("50000"), whole), Reach::Within);
        assert_eq!(a2_3_02_reach(n("49999.99"), whole), Reach::Below);
        assert_eq!(a2_3_02_reach(n("1"), (None, None)), Reach::Within);
    }

    #[test]
    fn a2_3_03_who_refused_did_not_put_it_right_in_time() {
        let facts = |conduct: &str| Map::from_iter([("conduct".to_owned(), Value::from(conduct))]);
        let refused = facts("拒不改正，或者造成危害后果");
        assert!(a2_3_03_contradicts(Unpunished::Minor, &refused, false));
        assert!(a2_3_03_contradicts(Unpunished::First, &refused, false));
        assert!(!a2_3_03_contradicts(Unpunished::NoFault, &refused, false));
        assert!(a2_3_02_contradicts(Mitigation::Undone, &refused) && !a2_3_02_contradicts(Mitigation::Merit, &refused));
        let soft = facts("主动消除或者减轻危害后果");
        assert!(!a2_3_03_contradicts(Unpunished::Minor, &soft, false));
        assert!(a2_3_03_contradicts(Unpunished::Minor, &soft, true), "harm to life is no case without harm");
        assert!(!a2_3_03_contradicts(Unpunished::Minor, &facts("没有造成危害后果"), false));
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
