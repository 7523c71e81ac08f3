//! 什么值得看一看 · when what the record holds is worth a look (A6, F054). Pure: counts in, words out. None of it says that anybody did wrong.

use super::rules::HitRule;
use forms::Decimal;
use serde::{Deserialize, Serialize};

/// Cases of others: how many came with the same one, and of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Others {
    pub same: i64,
    pub of: i64,
}

/// How many of the last cases came with the same one, where that is more than the rule lets pass and not what others come to as well.
/// Without others to hold it against, nothing can be said.
pub fn f054_together_too_often(last: &[bool], others: Others, rule: &HitRule) -> Option<(usize, usize)> {
    let last = &last[..last.len().min(rule.last as usize)];
    let same = last.iter().filter(|same| **same).count();
    let is_long = last.len() >= rule.last as usize;
    let is_common = others.of == 0 || others.same * 100 >= i64::from(rule.others) * others.of;
    (is_long && same > rule.more as usize && !is_common).then_some((same, last.len()))
}

/// The usual time of a matter: the middle of its counters, in hours; unknown below so many cases.
pub fn median(counters: &[(i32, i64)], least: u32) -> Option<i32> {
    let all: i64 = counters.iter().map(|(_, cases)| cases).sum();
    if all < i64::from(least) || all == 0 {
        return None;
    }
    let mut seen = 0;
    counters.iter().find_map(|(hours, cases)| {
        seen += cases;
        (seen * 2 >= all).then_some(*hours)
    })
}

/// Less than so many percent of the usual time, where few cases are as fast.
pub fn f054_too_fast(hours: i32, usual: i32, counters: &[(i32, i64)], rule: &HitRule) -> bool {
    let all: i64 = counters.iter().map(|(_, cases)| cases).sum();
    let as_fast: i64 = counters.iter().filter(|(other, _)| *other <= hours).map(|(_, cases)| cases).sum();
    i64::from(hours) * 100 < i64::from(usual) * i64::from(rule.more) && as_fast * 100 < i64::from(rule.others) * all
}

/// At which edge of its tier an amount lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edge {
    Least,
    Most,
    Within,
}

impl Edge {
    pub fn zh(self) -> &'static str {
        match self {
            Edge::Least => "档次的最低额",
            Edge::Most => "档次的最高额",
            Edge::Within => "档次的中间",
        }
    }
}

/// Where the tier is no more than one amount, or an end of it is open, nobody is at an edge.
pub fn edge(amount: &str, least: Option<&str>, most: Option<&str>) -> Option<Edge> {
    let number = |text: &str| text.parse::<Decimal>().ok();
    let (amount, least, most) = (number(amount)?, number(least?)?, number(most?)?);
    if least >= most {
        return None;
    }
    Some(match () {
        () if amount == least => Edge::Least,
        () if amount == most => Edge::Most,
        () => Edge::Within,
    })
}

/// Somebody's own telephone and name, or those of a declared relative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Near {
    pub name: String,
    pub phone: Option<String>,
    pub is_relative: bool,
}

/// What somebody on the other side gave: the telephone, and who represents it by law.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    pub what: &'static str,
    pub phone: Option<String>,
    pub represented_by: Option<String>,
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// What the two sides share, in words; a number of fewer than seven digits is none.
pub fn f054_shares(near: &[Near], sides: &[Side]) -> Option<String> {
    for side in sides {
        for one in near {
            let whose = if one.is_relative { "申报的近亲属" } else { "经办人" };
            let phones = (side.phone.as_deref().map(digits), one.phone.as_deref().map(digits));
            if let (Some(theirs), Some(own)) = phones
                && theirs == own
                && own.len() >= 7
            {
                return Some(format!("{}的电话和{whose}的一样", side.what));
            }
            let same_name = |name: &String| forms::text::fold_name(name) == forms::text::fold_name(&one.name);
            if one.is_relative && side.represented_by.as_ref().is_some_and(same_name) {
                return Some(format!("{}的法定代表人和{whose}同名", side.what));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrity::rules::SHIPPED;

    fn rule(id: &str) -> HitRule {
        SHIPPED.iter().find(|rule| rule.id == id).cloned().expect(id)
    }

    #[test]
    fn f054_the_same_two_too_often_is_worth_a_look_unless_it_is_so_for_all() {
        let rule = rule("F054-1");
        let seven = [true, true, false, true, true, false, true, true, false, true];
        let few = Others { same: 4, of: 20 };
        assert_eq!(f054_together_too_often(&seven, few, &rule), Some((7, 10)));
        assert_eq!(f054_together_too_often(&[true, false].repeat(5), few, &rule), None, "half");
        assert_eq!(f054_together_too_often(&seven[..9], few, &rule), None, "too few cases to say anything");
        assert_eq!(f054_together_too_often(&seven, Others { same: 12, of: 20 }, &rule), None, "so it is for everybody");
        assert_eq!(f054_together_too_often(&seven, Others::default(), &rule), None, "nobody to hold it against");
        let older = [vec![true; 6], vec![false; 4], vec![true; 30]].concat();
        assert_eq!(f054_together_too_often(&older, few, &rule), None, "only the last count");
    }

    #[test]
    fn f054_the_middle_is_found_by_counters_and_much_faster_is_worth_a_look() {
        let rule = rule("F054-2");
        let counters = [(1, 1), (24, 4), (48, 6), (200, 2)];
        assert_eq!(median(&counters, rule.last), Some(48));
        assert_eq!(median(&counters[..2], rule.last), None);
        assert!(f054_too_fast(1, 48, &[(24, 5), (48, 6), (200, 2)], &rule));
        assert!(!f054_too_fast(2, 48, &[(24, 5), (48, 6), (200, 2)], &rule));
        assert!(!f054_too_fast(1, 48, &[(1, 4), (48, 9)], &rule), "many are as fast");
        assert!(!f054_too_fast(0, 0, &[(0, 20)], &rule), "what always takes no time is never too fast");
    }

    #[test]
    fn f054_a_tier_of_one_amount_has_no_edge() {
        assert_eq!(edge("5000", Some("5000"), Some("10000")), Some(Edge::Least));
        assert_eq!(edge("10000.00", Some("5000"), Some("10000")), Some(Edge::Most));
        assert_eq!(edge("7000", Some("5000"), Some("10000")), Some(Edge::Within));
        assert_eq!(edge("5000", Some("5000"), Some("5000")), None);
        assert_eq!(edge("5000", Some("5000"), None), None);
    }

    #[test]
    fn f054_a_shared_telephone_or_the_name_of_a_relative_is_a_hint() {
        let officer = Near { name: "陈静".into(), phone: Some("138 0013 8002".into()), is_relative: false };
        let brother = Near { name: "陈 强".into(), phone: None, is_relative: true };
        let company = Side { what: "申请单位", phone: Some("13800138002".into()), represented_by: Some("陈强".into()) };
        let shared = f054_shares(std::slice::from_ref(&officer), std::slice::from_ref(&company)).unwrap();
        assert_eq!(shared, "申请单位的电话和经办人的一样");
        let other = Side { phone: Some("13900000000".into()), ..company.clone() };
        assert_eq!(
            f054_shares(&[officer.clone(), brother], std::slice::from_ref(&other)).unwrap(),
            "申请单位的法定代表人和申报的近亲属同名"
        );
        let namesake = Side { represented_by: Some("陈静".into()), ..other };
        assert_eq!(f054_shares(std::slice::from_ref(&officer), &[namesake]), None, "a name alone says nothing of the officer");
        let short = Near { phone: Some("110".into()), ..officer };
        assert_eq!(f054_shares(&[short], &[Side { phone: Some("110".into()), ..company }]), None);
    }
}
