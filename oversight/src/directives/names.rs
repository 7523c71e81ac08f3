//! 单位今昔 · what a unit of a notice is called today, by the table of agencies that knows the year (D1).

use super::marks::anchor;
use acts::{Issued, UnitNamed};
use chrono::{Datelike, NaiveDate};
use notice::{Agencies, Resolved};

/// A unit as pages show it.
pub struct Named {
    pub name: String,
    pub collective: bool,
    pub members: String,
    /// What it is called today, where that is another name.
    pub today: String,
    /// Why its name is not of the year of the notice; empty where it is.
    pub doubt: String,
    /// The same in English, in which names stay Chinese.
    pub doubt_en: String,
    /// In no row of the table.
    pub unknown: bool,
    /// The other province that it is of, whose agencies the table does not hold.
    pub elsewhere: &'static str,
    /// Those of the table that look like it, where it is in none.
    pub near: String,
    /// The mark of its words in the text.
    pub at: Option<String>,
}

/// The names of units in a row.
pub fn list(units: &[UnitNamed]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
}

/// A unit of a notice of that day.
pub fn named(unit: &UnitNamed, on: NaiveDate) -> Named {
    let elsewhere = notice::elsewhere(&unit.name).unwrap_or_default();
    let other = Agencies::anhui().other_years(&unit.name, on.year()).filter(|_| elsewhere.is_empty());
    let (doubt, doubt_en) = other.map(|other| other.told(&unit.name, on.year())).unwrap_or_default();
    let nothing = String::new;
    let (today, unknown) = match Agencies::anhui().resolve(&unit.name, on) {
        Resolved::Agency(agency) => (agency.now.join("、"), false),
        Resolved::Collective => (nothing(), false),
        Resolved::OtherYears(_) => (nothing(), false),
        Resolved::Unknown => (nothing(), !unit.collective && elsewhere.is_empty()),
    };
    Named {
        name: unit.name.clone(),
        collective: unit.collective,
        members: unit.members.join("、"),
        today: if today == unit.name { String::new() } else { today },
        near: if unknown { near(&unit.name, on) } else { String::new() },
        unknown,
        doubt,
        doubt_en,
        elsewhere,
        at: unit.at.as_ref().map(anchor),
    }
}

/// The province of a notice, where it is another than that of the table.
pub fn elsewhere(issued: &Issued) -> Option<&'static str> {
    let number = issued.document_no.as_deref().unwrap_or_default();
    notice::province(&issued.issuer, number, &issued.title).filter(|province| *province != Agencies::PROVINCE)
}

/// Calls the units of another province's notice so that none is taken for one of ours: 省财政厅 becomes 河南省财政厅.
pub fn settle(issued: &mut Issued) {
    let Some(province) = elsewhere(issued) else { return };
    for unit in issued.clauses.iter_mut().flat_map(|clause| clause.leads.iter_mut().chain(&mut clause.participants)) {
        unit.name = notice::in_province(&unit.name, province);
        unit.members.iter_mut().for_each(|name| *name = notice::in_province(name, province));
    }
}

/// Those of these names that are in no row of the table, of no other province and no group, each once. A unit that nobody knows owes what
/// nobody will do: before one leads, takes part or is a member of a group, the office is asked whether there is such a unit.
pub fn unlisted<'a>(names: impl Iterator<Item = &'a str>, on: NaiveDate) -> Vec<String> {
    let mut unlisted: Vec<String> = Vec::new();
    for name in names {
        let unit = UnitNamed { name: name.into(), collective: notice::is_collective(name), ..UnitNamed::default() };
        if named(&unit, on).unknown && !unlisted.iter().any(|known| known == name) {
            unlisted.push(name.into());
        }
    }
    unlisted
}

/// The units of a notice and the members of its groups that are unlisted.
pub fn unlisted_of(issued: &Issued, on: NaiveDate) -> Vec<String> {
    let all = || issued.clauses.iter().flat_map(|clause| clause.leads.iter().chain(&clause.participants));
    let units = all().filter(|unit| !unit.collective).map(|unit| &unit.name);
    unlisted(units.chain(all().flat_map(|unit| &unit.members)).map(String::as_str), on)
}

/// What the office is told of unlisted names, with those that are near.
pub fn unlisted_zh(names: &[String], on: NaiveDate) -> String {
    let near: Vec<String> = names.iter().map(|name| near(name, on)).filter(|near| !near.is_empty()).collect();
    let names = names.join("、");
    match near.is_empty() {
        true => format!("名录里没有：{names}。请核对写法；确有这样的单位的，勾选后再定"),
        false => format!("名录里没有：{names}。相近的有：{}。请核对写法；确有这样的单位的，勾选后再定", near.join("、")),
    }
}

/// The names of the table that look like one which is in no row, in a row.
pub fn near(name: &str, on: NaiveDate) -> String {
    Agencies::anhui().near(name, on).join("、")
}

/// The name by which a unit is known in every year: that of its row, or its own where it has none.
pub fn key(name: &str) -> &str {
    Agencies::anhui().key(name).unwrap_or(name)
}

/// Whether two names mean one unit: 省财政厅 and 安徽省财政厅 do.
pub fn same(one: &str, other: &str) -> bool {
    one == other || key(one) == key(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1_a_unit_is_known_by_its_names_of_all_years() {
        let on = NaiveDate::from_ymd_opt(2012, 4, 20).unwrap();
        assert!(same("省财政厅", "安徽省财政厅") && same("安徽省工业和信息化厅", "省经济和信息化委"));
        assert!(!same("省财政厅", "省审计厅") && same("某处", "某处") && !same("省政府各相关部门", "各市、县人民政府"));
        let named = |name: &str| named(&UnitNamed { name: name.into(), ..UnitNamed::default() }, on);
        assert_eq!(named("省经济和信息化委").today, "安徽省工业和信息化厅");
        assert!(named("省财正厅").near.starts_with("省财政厅") && named("省财政厅").near.is_empty());
        assert!(named("省某某办").unknown && !named("省财政厅").unknown);
        let early = named("省市场监管局");
        assert!(early.doubt.contains("2018 年才有") && early.doubt.contains("安徽省工商行政管理局") && !early.unknown);
        assert!(named("省工商局").doubt.is_empty());
    }
}
