//! 地方与机关 · regions, agencies, service centres (A2.1): who acts, where, and who stands above them.

use acts::{CentreFacts, Closing};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::Deref;

/// One administrative division.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// 6 digits down to the county, 9 for townships.
    pub code: String,
    pub name: String,
    /// `province`, `city`, `county`, `township` or `statistical-zone`.
    pub level: String,
    /// The code of the division above; empty for a province.
    #[serde(default)]
    pub parent: String,
}

impl Region {
    /// A node of the register that is no place of its own: `省直辖县级行政区划`, `市辖区`.
    pub(crate) fn is_helper(&self) -> bool {
        matches!(self.name.as_str(), "市辖区" | "县" | "区") || self.name.contains("直辖县级")
    }
}

/// A body that may act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    pub key: String,
    pub name: String,
    pub short_name: String,
    /// 机关代字, the head of its document numbers: “金市监”. Only a body that issues documents needs one.
    #[serde(default)]
    pub mark: String,
    pub region: String,
    pub uscc: String,
    pub level: u8,
    pub nature: String,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub phone: String,
    /// The key of the agency above.
    pub superior: Option<String>,
    /// The key of the body that hears reconsiderations (行政复议法 24).
    pub reconsideration_body: Option<String>,
    pub court: Option<String>,
    #[serde(default)]
    pub roles: Vec<String>,
    /// The code is made up for demonstration and registered nowhere.
    #[serde(default)]
    pub constructed: bool,
    #[serde(default)]
    pub note: Option<String>,
}

/// A service centre with what is on record of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Centre {
    pub key: String,
    /// Made by the rule from its region (B2.1-01).
    pub name: String,
    pub level: u8,
    #[serde(flatten)]
    pub facts: CentreFacts,
    #[serde(default)]
    pub former_names: Vec<FormerName>,
    /// How it was or will be closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<Closing>,
}

impl Centre {
    /// Its last day is a day like the others.
    pub fn is_open(&self, on: NaiveDate) -> bool {
        self.closing.as_ref().is_none_or(|closing| on <= closing.last_day)
    }
}

impl Deref for Centre {
    type Target = CentreFacts;
    fn deref(&self) -> &CentreFacts {
        &self.facts
    }
}

/// What a centre was called, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerName {
    pub name: String,
    pub from: Option<chrono::NaiveDate>,
    pub to: Option<chrono::NaiveDate>,
}

/// Every region by code.
#[derive(Debug, Default)]
pub(crate) struct Regions(HashMap<String, Region>);

impl Regions {
    pub(crate) fn read(text: &str) -> Result<Regions, csv::Error> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows = reader.deserialize::<Region>();
        let rows = rows.map(|row| row.map(|region| (region.code.clone(), region)));
        Ok(Regions(rows.collect::<Result<_, _>>()?))
    }

    pub(crate) fn get(&self, code: &str) -> Option<&Region> {
        self.0.get(code)
    }

    /// The code of a region by its full name, or by the code itself; by one that is gone, that of the region it became (F063).
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        let now = forms::regions::successor(name).map_or(name, |region| region.code);
        if let Some((code, _)) = self.0.get_key_value(now) {
            return Some(code);
        }
        let ends = self.0.values().filter(|region| name.ends_with(&region.name));
        let found: Vec<(&Region, String)> = ends.map(|region| (region, self.full_name(&region.code))).collect();
        if let Some((whole, _)) = found.iter().find(|(_, full)| full == name) {
            return Some(&whole.code);
        }
        // “金寨县”, “淮南市寿县”: enough where only one place is called so.
        let mut short = found.iter().filter(|(region, full)| !region.is_helper() && full.ends_with(name));
        match (short.next(), short.next()) {
            (Some((one, _)), None) => Some(&one.code),
            _ => None,
        }
    }

    /// Whether a name begins with that of a province, a city or a county, as those of local texts do: “安徽省食品安全条例”.
    pub(crate) fn named_first(&self, name: &str) -> bool {
        let place = |region: &&Region| matches!(region.level.as_str(), "province" | "city" | "county") && !region.is_helper();
        self.0.values().filter(place).any(|region| name.starts_with(&region.name))
    }

    /// Its code, and those of the divisions above it.
    pub(crate) fn upwards<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        let mut codes = vec![code];
        let above = std::iter::successors(self.get(code), |region| self.get(&region.parent)).skip(1).take(5);
        codes.extend(above.map(|region| region.code.as_str()));
        codes
    }

    /// The places of this level (`province`, `city`, `county` or `township`) in order of their codes, no helper nodes and no statistical zones.
    pub(crate) fn of_level(&self, level: &str) -> Vec<&Region> {
        let mut all: Vec<&Region> = self.0.values().filter(|one| one.level == level && !one.is_helper()).collect();
        all.sort_unstable_by(|one, other| one.code.cmp(&other.code));
        all
    }

    /// The whole way down, `安徽省六安市金寨县`. A city of the same name as its province is said once; the helper nodes
    /// of the register (`省直辖县级行政区划`, `市辖区`) are left out.
    pub(crate) fn full_name(&self, code: &str) -> String {
        // A code that is gone still says what it was (F063).
        if self.get(code).is_none() {
            return forms::regions::region_name(code).unwrap_or_default();
        }
        let above = |region: &&Region| self.get(&region.parent);
        let mut chain: Vec<&Region> = std::iter::successors(self.get(code), above).take(6).collect();
        chain.reverse();
        let mut name = String::new();
        let mut last = "";
        for region in chain {
            if region.is_helper() || region.name == last {
                continue;
            }
            name.push_str(&region.name);
            last = &region.name;
        }
        name
    }
}
