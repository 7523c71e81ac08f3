//! 核对 · what was read, looked over against the table of agencies: of which province, of which year, named twice.

use crate::units::Agencies;
use crate::unread::{Unread, Why};
use crate::{Notice, province};
use std::collections::{HashMap, HashSet};

/// 省份 · tells of a number that may be of another province.
pub(crate) fn doubtful_province(notice: &mut Notice) {
    let (Some(issuer), Some(number)) = (&notice.issuer, &notice.document_no) else { return };
    let told = province::doubtful(&issuer.text, &number.text).map(|province| Unread {
        zh: format!("文号开头的字和{province}的一样，发文的是市、县，说不准是哪个省，按本省的单位读，请核对"),
        en: format!(
            "the number begins as those of {province} do, but a city or county issued it; the units were read as of this province, look it over"
        ),
        ..Why::Province.of(number.clone())
    });
    notice.unread.extend(told);
}

/// 名称和年份 · names the units whose names are not of the year of the notice, each once. Of another province nobody here knows.
pub(crate) fn other_years(notice: &mut Notice, year: Option<i32>) {
    let ours = notice.province().is_none_or(|province| province == Agencies::PROVINCE);
    let Some(year) = year.filter(|_| ours) else { return };
    let mut seen = HashSet::new();
    let units = notice.assignments.iter().flat_map(|task| task.lead_units.iter().chain(&task.participating_units));
    let told = |unit: &crate::Unit| {
        let (zh, en) = Agencies::anhui().other_years(&unit.name, year)?.told(&unit.name, year);
        let words = crate::Words { text: unit.name.clone(), at: unit.at };
        Some(Unread { zh, en, ..Why::OtherYears.of(words) })
    };
    let told: Vec<Unread> = units.filter(|unit| seen.insert(unit.name.as_str())).filter_map(told).collect();
    notice.unread.extend(told);
    notice.unread.sort_by_key(|unread| (unread.words.at, unread.why as u8));
}

/// 同一单位 · names the units that a task names twice under different names. Of another province nobody here knows.
pub(crate) fn same_units(notice: &mut Notice) {
    if notice.province().is_some_and(|province| province != Agencies::PROVINCE) {
        return;
    }
    let mut told = Vec::new();
    for task in &notice.assignments {
        let mut known: HashMap<&str, &str> = HashMap::new();
        for unit in task.lead_units.iter().chain(&task.participating_units) {
            let Some(key) = Agencies::anhui().key(&unit.name) else { continue };
            let first = *known.entry(key).or_insert(&unit.name);
            if first != unit.name {
                let words = crate::Words { text: unit.name.clone(), at: unit.at };
                told.push(Unread {
                    zh: format!("“{}”和“{first}”是同一个单位，一项任务里只能写一次，请改正", unit.name),
                    en: format!("the unit “{}” is the same as “{first}”; a task may name it only once, correct it", unit.name),
                    ..Why::SameUnit.of(words)
                });
            }
        }
    }
    notice.unread.extend(told);
    notice.unread.sort_by_key(|unread| (unread.words.at, unread.why as u8));
}
