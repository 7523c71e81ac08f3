//! 代办补贴标准 · what the township pays a village agent (B5, F088): amounts as data, each with its source and the day it begins. The sums
//! themselves are counted in `services/agents/subsidy.rs`.

use crate::fault::Faults;
use acts::Money;
use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Where the rules are.
pub(crate) const FILE: &str = "definitions/agent-subsidy.json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    /// The township it is for; nothing for every one that has none of its own.
    agency: Option<String>,
    from: NaiveDate,
    per_case: String,
    per_person: String,
    month_cap: String,
    source: String,
    dated: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubsidyRule {
    pub name: String,
    pub agency: Option<String>,
    pub from: NaiveDate,
    /// For each case that was accepted.
    pub per_case: Money,
    /// In addition, once a month for each person served.
    pub per_person: Money,
    /// No agent gets more for a month.
    pub month_cap: Money,
    pub source: String,
    pub dated: NaiveDate,
    /// Of all that it says.
    pub digest: String,
}

/// Reads the rules; says of each that cannot be read what is wrong.
pub(crate) fn read(text: Option<&str>, faults: &mut Faults) -> Vec<SubsidyRule> {
    let Some(text) = text else { return Vec::new() };
    let written: Vec<Written> = match serde_json::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            faults.add(FILE, "", format!("读不出来（{error}）"));
            return Vec::new();
        }
    };
    let mut rules = Vec::new();
    for one in written {
        let place = one.name.clone();
        let amounts = [&one.per_case, &one.per_person, &one.month_cap].map(|text| Money::yuan(text));
        let [Some(per_case), Some(per_person), Some(month_cap)] = amounts else {
            faults.add(FILE, &place, "金额按元写，例如 5 或者 5.5");
            continue;
        };
        if one.source.trim().is_empty() {
            faults.add(FILE, &place, "没有写依据：哪个机关哪一年的什么文件");
        }
        let said = [
            one.name.as_str(),
            one.agency.as_deref().unwrap_or_default(),
            &one.from.to_string(),
            &one.per_case,
            &one.per_person,
            &one.month_cap,
            &one.source,
            &one.dated.to_string(),
        ];
        rules.push(SubsidyRule {
            digest: hex::encode(Sha256::digest(said.join("\n"))),
            name: one.name,
            agency: one.agency,
            from: one.from,
            per_case,
            per_person,
            month_cap,
            source: one.source,
            dated: one.dated,
        });
    }
    rules
}

/// The rule a township goes by on a day: its own before the one for all, and the latest that has begun.
pub fn rule_of<'a>(rules: &'a [SubsidyRule], agency: &str, on: NaiveDate) -> Option<&'a SubsidyRule> {
    let begun = || rules.iter().filter(|rule| rule.from <= on);
    let latest = |own: Option<&str>| begun().filter(|rule| rule.agency.as_deref() == own).max_by_key(|rule| rule.from);
    latest(Some(agency)).or_else(|| latest(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> (Vec<SubsidyRule>, usize) {
        let mut faults = Faults::default();
        let rules = read(Some(text), &mut faults);
        (rules, faults.0.len())
    }

    #[test]
    fn f088_a_rule_has_its_source_and_a_township_goes_by_its_own() {
        let one = |agency: &str, from: &str, case: &str, source: &str| {
            format!(
                r#"{{"name":"n","agency":{agency},"from":"{from}","per_case":"{case}","per_person":"0","month_cap":"9","source":"{source}","dated":"2026-01-01"}}"#
            )
        };
        let text = format!(
            "[{},{},{}]",
            one("null", "2026-01-01", "5", "甲"),
            one("null", "2026-07-01", "6", "乙"),
            one("\"a\"", "2026-03-01", "7", "丙")
        );
        let (read, wrong) = rules(&text);
        assert_eq!(wrong, 0);
        let day = |m| NaiveDate::from_ymd_opt(2026, m, 15).unwrap();
        let amount = |agency: &str, m| rule_of(&read, agency, day(m)).map(|rule| rule.per_case);
        assert_eq!(amount("b", 2), Money::yuan("5"));
        assert_eq!(amount("b", 8), Money::yuan("6"));
        assert_eq!(amount("a", 2), Money::yuan("5"));
        assert_eq!(amount("a", 8), Money::yuan("7"));
        assert_eq!(rule_of(&read, "b", NaiveDate::from_ymd_opt(2025, 12, 31).unwrap()), None);
        assert_ne!(read[0].digest, read[1].digest);
        assert_eq!(rules(&format!("[{}]", one("null", "2026-01-01", "5", " "))).1, 1, "no source");
        assert_eq!(rules(&format!("[{}]", one("null", "2026-01-01", "-5", "甲"))).1, 1, "no amount");
        assert_eq!(rules("{").1, 1);
    }
}
