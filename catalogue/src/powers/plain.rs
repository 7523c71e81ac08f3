//! 写得对不对 · what is plainly wrong with a power as it is drafted: its place, its limit, its articles, the chart it names (A2.1, A2.1-01).

use super::facts::Power;
use crate::directory::law::level_of;
use crate::{Catalogue, ItemKind};

/// No law has that many articles; 民法典, the longest, has 1,260.
const MOST_ARTICLES: u32 = 1_260;

/// What is wrong with it, by the column. An entry of the directory leaves these to whoever draws it.
pub fn a2_1_wrong(power: &Power, catalogue: &Catalogue) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if power.is_entry() {
        return wrong;
    }
    if let Some(agency) = catalogue.agencies().iter().find(|agency| agency.name == power.agency)
        && agency.region != power.region
    {
        wrong.push(("行政区划", format!("{}在{}，区划代码是 {}", agency.name, catalogue.region_name(&agency.region), agency.region)));
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
        if articles(&cited.article).any(|n| n == 0 || n > MOST_ARTICLES) {
            wrong.push(("设定依据", format!("没有哪部法有“{}”，请核对条文", cited.article)));
        }
        if power.kind == ItemKind::Permit && cited.article.is_empty() && cited.law.contains('法') && !cited.law.contains("决定") {
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

/// The numbers of the articles that a citation names.
fn articles(text: &str) -> impl Iterator<Item = u32> + '_ {
    text.split('第').skip(1).filter_map(|part| {
        let (number, _) = part.split_once('条')?;
        number.parse().ok().or_else(|| from_chinese(number))
    })
}

/// 一千二百六十 is 1260; nothing where it is no number.
fn from_chinese(text: &str) -> Option<u32> {
    let (mut all, mut digit) = (0, None);
    for c in text.chars() {
        if let Some(at) = "零一二三四五六七八九".chars().position(|one| one == c) {
            digit = Some(at as u32).filter(|digit| *digit > 0);
            continue;
        }
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1_000,
            '万' => 10_000,
            _ => return None,
        };
        all += digit.take().unwrap_or(1) * unit;
    }
    Some(all + digit.unwrap_or(0)).filter(|_| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_1_articles_are_counted_as_they_are_written() {
        let numbers = |text| articles(text).collect::<Vec<_>>();
        assert_eq!(numbers("第三十五条第一款"), [35]);
        assert_eq!(numbers("第一百二十条之一、第九千九百九十九条"), [120, 9_999]);
        assert_eq!(numbers("第10条"), [10]);
        assert_eq!(numbers("第一千二百六十条"), [1_260]);
        assert_eq!(numbers("附件第 5 项"), Vec::<u32>::new());
    }

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
