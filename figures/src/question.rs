//! 问法 · which days and which cases a figure is asked of. The address of a page, a download and the command all ask in the same words.

use chrono::{Days, NaiveDate};
use forms::regions::codes_of;
use foundation::page::encode;
use serde::{Deserialize, Serialize};

/// Days that are asked for where nothing is said.
const DAYS: u64 = 30;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The beginning of a code of regions; empty is all of them, and so it is below.
    pub region: String,
    pub agency: String,
    pub item: String,
}

impl Question {
    /// The thirty days to this one, of everything.
    pub fn until(today: NaiveDate) -> Question {
        Question {
            from: today - Days::new(DAYS - 1),
            to: today,
            region: String::new(),
            agency: String::new(),
            item: String::new(),
        }
    }

    /// Whether it asks of a case of this region, agency and matter. A region is also what was merged into it.
    pub fn asks_of(&self, region: &str, agency: &str, item: &str) -> bool {
        (self.agency.is_empty() || self.agency == agency)
            && (self.item.is_empty() || self.item == item)
            && (self.region.is_empty() || codes_of(&self.region).iter().any(|code| region.starts_with(code.as_str())))
    }

    /// The same of these cases, over other days.
    pub fn over(&self, from: NaiveDate, to: NaiveDate) -> Question {
        Question { from, to, ..self.clone() }
    }

    fn said(&self) -> impl Iterator<Item = (&'static str, String)> {
        let days = [("from", self.from.to_string()), ("to", self.to.to_string())];
        let place =
            [("region", &self.region), ("agency", &self.agency), ("item", &self.item)].map(|(key, value)| (key, value.clone()));
        days.into_iter().chain(place).filter(|(_, value)| !value.is_empty())
    }

    /// In an address, after the `?`.
    pub fn query(&self) -> String {
        self.said().map(|(key, value)| format!("{key}={}", encode(&value))).collect::<Vec<_>>().join("&")
    }

    /// On a command line.
    pub fn options(&self) -> String {
        self.said().map(|(key, value)| format!("--{key} {value}")).collect::<Vec<_>>().join(" ")
    }
}
