//! 写得对不对 · what is plainly wrong with a power as it is drafted: its place, its limit, its articles, the chart it names (A2.1, A2.1-01).

use super::facts::Power;
use crate::directory::law::level_of;
use crate::{Catalogue, ItemKind};

/// What is wrong with it, by the column. An entry of the directory leaves these to whoever draws it.
pub fn a2_1_wrong(power: &Power, catalogue: &Catalogue) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if power.is_entry() {
        return wrong;
    }
    if let Some(agency) = catalogue.agencies().iter().find(|agency| agency.name == power.agency)
        && agency.region != power.region
    {
        wrong.push((
            "行政区划",
            format!("{}在{}，区划代码是 {}", agency.name, catalogue.region_name(&agency.region), agency.region),
        ));
    }
    if let (Some(level), Some(own)) = (power.level, level_of(&power.region))
        && level != own
    {
        wrong.push(("行使层级", format!("{} 是{}，不是{}", power.region, own.zh(), level.zh())));
    }
    if !power.limit.is_empty() && !names_a_limit(&power.limit) {
        wrong.push(("期限", format!("“{}”没有说清是多少天：写几个工作日或者几日，当场办的写“当场”", power.limit)));
    }
    let is_key = !power.process.is_empty() && power.process.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_key && !catalogue.items().iter().any(|item| item.process_key == power.process) {
        wrong.push(("运行流程图", format!("没有“{}”这张流程图", power.process)));
    }
    for cited in &power.bases {
        if power.kind == ItemKind::Permit && cited.article.is_empty() && cited.law.contains('法') && !cited.law.contains("决定")
        {
            wrong.push(("设定依据", format!("{}要写到第几条", cited.law)));
        }
    }
    wrong
}

/// Whether words name a number of days, or that it is done on the spot.
fn names_a_limit(text: &str) -> bool {
    let counts = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百半两".contains(c);
    ["当场", "即时", "即办", "随时", "无"].iter().any(|word| text.contains(word))
        || text.chars().any(counts) && ["日", "天", "月", "年", "时"].iter().any(|unit| text.contains(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_1_a_limit_names_days_or_the_spot() {
        for text in ["自受理之日起20个工作日", "当场", "法定 3 个月", "三十日"] {
            assert!(names_a_limit(text), "{text}");
        }
        for text in ["很快", "尽快", "一般"] {
            assert!(!names_a_limit(text), "{text}");
        }
    }
}
