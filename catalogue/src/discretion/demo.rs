//! 演示 · a sample standard, made from the range of the law and the shares of a national document, and some decisions by it.

use super::apply::{self, Decided};
use super::approve;
use super::publish::{self, Version};
use super::standard::{self, Tier};
use acts::{DeviationWay, Unpunished};
use chrono::{Duration, NaiveDate};
use foundation::people::Person;
use foundation::{House, Moment, Stop};
use serde_json::{Map, Value, json};

const TABLE: &str = include_str!("sample.dmn");
const CODE: &str = "SCJG-2026-01";

/// Whether the officer is the first or the second, the value of the goods, the conduct, the fine, and why it left its tier.
const DECISIONS: [(usize, u32, usize, u32, &str); 12] = [
    (0, 3_200, 0, 50_000, ""),
    (1, 3_200, 0, 60_000, ""),
    (0, 8_600, 1, 70_000, ""),
    (1, 8_600, 1, 70_000, ""),
    (0, 15_000, 1, 210_000, ""),
    (1, 24_000, 2, 420_000, ""),
    (0, 9_900, 2, 90_000, ""),
    (1, 1_500, 1, 50_000, "当事人是残疾人，产品没有销售，全部自行销毁；经制定机关批准，在从轻的幅度内处罚"),
    (0, 12_000, 0, 120_000, ""),
    (0, 600, 0, 0, "第一次违法，只做了六百元的货，没有卖出，当天停产并销毁"),
    (1, 5_000, 1, 66_000, ""),
    (0, 5_000, 1, 80_000, ""),
];

const CONDUCT: [&str; 3] = ["主动消除或者减轻危害后果", "没有从轻也没有从重的情节", "拒不改正，或者造成危害后果"];

/// `officers`: one of the county's market office and one of the town, each with whoever approves there.
pub async fn seed(house: &House, legal: &Person, officers: &[(Person, Person); 2]) -> Result<(), Stop> {
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    let version = Version {
        code: CODE.into(),
        title: "未取得食品生产许可从事食品生产活动罚款裁量基准（样例）".into(),
        maker: "安徽省市场监督管理局".into(),
        violation: "未取得食品生产许可从事食品生产活动".into(),
        basis: "《中华人民共和国食品安全法》第一百二十二条第一款".into(),
        unit: "元".into(),
        source: "样例：幅度出自法律，三档的划分出自国市监法规〔2022〕2号，不是在用的基准".into(),
        agencies: officers.iter().filter_map(|(person, _)| person.agency.clone()).collect(),
        dmn: TABLE.into(),
        table: standard::check(TABLE).map_err(|wrong| Stop::Fault(format!("the sample standard: {}", wrong.join("；"))))?,
        sample: true,
        effective_from: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default(),
    };
    if let Err(errors) = publish::publish(&mut tx, &version, legal, &now).await? {
        let why: Vec<String> = errors.into_iter().map(|error| error.zh).collect();
        return Err(Stop::Fault(format!("the sample standard: {}", why.join("；"))));
    }
    let standard = standard::versions(&mut tx, CODE).await?.swap_remove(0);
    let table = standard.table()?;
    for (nth, (who, goods, conduct, fine, reason)) in DECISIONS.into_iter().enumerate() {
        let (officer, chief) = &officers[who];
        let at = Moment::new(now.at - Duration::days(3 * (DECISIONS.len() - nth) as i64), now.calendar.clone());
        let facts = json!({ "goods_value": goods, "conduct": CONDUCT[conduct] });
        let facts: Map<String, Value> = facts.as_object().cloned().unwrap_or_default();
        let tier = Tier::of(&table, &facts)?;
        let decided = Decided {
            document: format!("样例罚决〔2026〕{} 号", nth + 1),
            decided_on: at.date(),
            facts,
            amount: (fine > 0).then(|| fine.to_string().parse().ok()).flatten(),
            violation_ended: at.date(),
            found_on: at.date(),
            harm: false,
            unpunished: (fine == 0).then_some(Unpunished::First),
            way: (!reason.is_empty()).then_some(if fine == 0 { DeviationWay::Collective } else { DeviationWay::Maker }),
            mitigated: None,
            reason: reason.into(),
        };
        let agency = officer.agency.clone().unwrap_or_default();
        match reason.is_empty() {
            true => apply::apply(&mut tx, (&standard, &table), &agency, &tier, &decided, officer, (&at, None)).await?,
            false => {
                let asked = approve::propose(&mut tx, &standard, &agency, &tier, &decided, (officer, &at)).await?;
                approve::approve_sample(&mut tx, asked, chief, &at).await?;
            }
        }
    }
    tx.commit().await?;
    house.wake();
    Ok(())
}
