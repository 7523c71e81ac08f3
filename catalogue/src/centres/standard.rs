//! 中心标准 · what a centre of its level must have (B4.4, B2.1; 2012年任务分解通知第一部分（二）2), looked up in what is on record. Each line says
//! what it rests on; what a level need not have is not asked of it.

use super::figures::Figures;
use crate::Centre;

/// 5 is a township; below a province, a city and a county.
const TOWNSHIP: u8 = 5;

/// One demand of the standard.
pub struct Demand {
    pub what: &'static str,
    pub basis: &'static str,
    pub met: bool,
}

const NOTICE: &str = "2012年任务分解通知第一部分（二）2";
const ONE_FRONT: &str = "国发〔2022〕5号";
const DISCLOSURE: &str = "政府信息公开条例第二十五条";

/// What the standard of its level asks, in the order of the register.
pub fn b4_4_demands(centre: &Centre, figures: &Figures) -> Vec<Demand> {
    let counter = |words: &[&str]| centre.counters.iter().any(|one| words.iter().any(|word| one.name.contains(word)));
    let counters = !centre.counters.is_empty();
    let area = centre.sites.iter().any(|site| site.area.is_some());
    let staffed = counters && centre.counters.iter().all(|one| one.staff.is_some_and(|staff| staff > 0));
    let every_agency = figures.counters.missing.is_empty() && figures.counters.out_of > 0;
    let mut demands = vec![
        ("有管理机构", NOTICE, !centre.manager.is_empty()),
        ("开放时间和电话公布", NOTICE, !centre.hours.is_empty() && !centre.phone.is_empty()),
        ("有固定场所，面积在册", NOTICE, area),
        ("有窗口，每个窗口有人", NOTICE, staffed),
        ("有审批服务职能的单位都设窗口", NOTICE, every_agency),
        ("有综合窗口", ONE_FRONT, counter(&["综合"])),
        ("有“办不成事”反映窗口", ONE_FRONT, counter(&["办不成事"])),
    ];
    if centre.level < TOWNSHIP {
        demands.extend([
            ("管理机构编制在册", NOTICE, centre.posts.is_some_and(|posts| posts > 0)),
            ("经费列入本级财政预算", NOTICE, centre.budget.is_some()),
            ("有监督窗口", NOTICE, counter(&["监督", "监察", "投诉"])),
            ("有信息公开查阅场所", DISCLOSURE, !centre.reading_place.is_empty()),
            ("有信息公开申请受理点", DISCLOSURE, !centre.intake_point.is_empty()),
        ]);
    }
    demands.into_iter().map(|(what, basis, met)| Demand { what, basis, met }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::{CentreFacts, Counter, Site};

    fn centre(level: u8) -> Centre {
        let counter = |name: &str| Counter { name: name.into(), staff: Some(1), ..Counter::default() };
        let facts = CentreFacts {
            manager: "m".into(),
            hours: "9–17".into(),
            phone: "0564".into(),
            sites: vec![Site { area: Some(260), ..Site::default() }],
            counters: vec![counter("综合窗口"), counter("“办不成事”反映窗口")],
            ..CentreFacts::default()
        };
        Centre { key: "k".into(), name: "n".into(), level, facts, former_names: Vec::new(), closing: None }
    }

    #[test]
    fn b4_4_a_township_is_not_asked_for_what_a_county_must_have() {
        let unmet = |level| -> Vec<&str> {
            let demands = b4_4_demands(&centre(level), &Figures::default());
            demands.into_iter().filter(|one| !one.met).map(|one| one.what).collect()
        };
        assert_eq!(unmet(5), ["有审批服务职能的单位都设窗口"], "where no agency is known, nobody says that all are there");
        assert_eq!(unmet(3).len(), 6, "{:?}", unmet(3));
    }
}
