//! 中心标准 · what a centre of its level must have (B4.4, B2.1; 2012年任务分解通知第一部分（二）2), looked up in what is on record. Each line says
//! what it rests on; what a level need not have is not asked of it.

use super::figures::Figures;
use crate::Centre;

/// 5 is a township; below a province, a city and a county.
const TOWNSHIP: u8 = 5;

/// The demands that stand before the one on the agencies.
const BEFORE: usize = 4;

/// One demand of the standard.
pub struct Demand {
    pub what: &'static str,
    pub basis: &'static str,
    /// Nothing where there is nothing of which it could be asked.
    pub met: Option<bool>,
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
    let mut demands = vec![
        ("有管理机构", NOTICE, !centre.manager.is_empty()),
        ("开放时间和电话公布", NOTICE, !centre.hours.is_empty() && !centre.phone.is_empty()),
        ("有固定场所，面积在册", NOTICE, area),
        ("有窗口，每个窗口有人", NOTICE, staffed),
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
    let demand = |(what, basis, met)| Demand { what, basis, met: Some(met) };
    let mut demands: Vec<Demand> = demands.into_iter().map(demand).collect();
    let every_agency = Some(figures.counters.missing.is_empty()).filter(|_| figures.counters.out_of > 0);
    demands.insert(BEFORE, Demand { what: "有审批服务职能的单位都设窗口", basis: NOTICE, met: every_agency });
    demands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::centres::coverage::{Missing, Share, Why};
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
            demands.into_iter().filter(|one| one.met == Some(false)).map(|one| one.what).collect()
        };
        assert_eq!(unmet(5), Vec::<&str>::new());
        assert_eq!(unmet(3).len(), 5, "{:?}", unmet(3));
    }

    #[test]
    fn b4_4_where_no_agency_is_known_nothing_is_met_or_missed() {
        let asked = |figures: &Figures| b4_4_demands(&centre(5), figures)[BEFORE].met;
        let of = |of, out_of| Figures { counters: Share { of, out_of, ..Share::default() }, ..Figures::default() };
        assert_eq!((asked(&of(0, 0)), asked(&of(3, 3))), (None, Some(true)));
        let missing = vec![Missing { what: "a".into(), why: vec![Why::NoCounter] }];
        let short = Figures { counters: Share { of: 2, out_of: 3, missing, aside: Vec::new() }, ..Figures::default() };
        assert_eq!(asked(&short), Some(false));
        assert_eq!(b4_4_demands(&centre(5), &of(0, 0))[BEFORE].what, "有审批服务职能的单位都设窗口");
    }
}
