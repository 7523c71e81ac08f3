//! 演示 · institutions of the register, all made up: one of the market office itself, one whose qualification ran out, so that the rules are seen.

use super::record;
use acts::{IntermediaryAct, IntermediaryFacts, Offered};
use chrono::Duration;
use foundation::people::Person;
use foundation::{House, Moment, Stop};

struct Known {
    uscc: &'static str,
    name: &'static str,
    address: &'static str,
    phone: &'static str,
    belongs_to: Option<&'static str>,
    qualification: &'static str,
    until: Option<&'static str>,
    /// What it offers, at what price, in how many working days.
    services: &'static [(&'static str, &'static str, u32)],
}

const KNOWN: [Known; 8] = [
    Known {
        uscc: "913415027000000526",
        name: "六安样例特种设备检验有限公司",
        address: "六安市金安区样例路 1 号（演示数据）",
        phone: "0564-0000201",
        belongs_to: None,
        qualification: "特种设备检验机构核准证（演示）",
        until: Some("2028-06-30"),
        services: &[("特种设备监督检验", "电梯每台 600 元，锅炉、起重机械按吨位公示价", 8)],
    },
    Known {
        uscc: "913415027000001832",
        name: "大别山样例检测技术有限公司",
        address: "六安市裕安区样例路 2 号（演示数据）",
        phone: "0564-0000202",
        belongs_to: None,
        qualification: "特种设备检验机构核准证、检验检测机构资质认定证书（演示）",
        until: Some("2027-12-31"),
        services: &[
            ("特种设备监督检验", "电梯每台 560 元，其余面议后写进合同", 12),
            ("食品检验", "每批次 900 元起，按项目公示价", 10),
        ],
    },
    Known {
        uscc: "91341502700000319Q",
        name: "金寨样例特种设备检验所",
        address: "金寨县梅山镇样例路 3 号（演示数据）",
        phone: "0564-0000203",
        belongs_to: Some("jinzhai-market"),
        qualification: "特种设备检验机构核准证（演示）",
        until: Some("2028-03-31"),
        services: &[("特种设备监督检验", "按物价部门核定的标准", 10)],
    },
    Known {
        uscc: "9134150270000044XF",
        name: "六安样例食品检验有限公司",
        address: "六安市金安区样例路 4 号（演示数据）",
        phone: "0564-0000204",
        belongs_to: None,
        qualification: "检验检测机构资质认定证书（演示）",
        until: Some("2028-09-30"),
        services: &[("食品检验", "每批次 800 元起，按项目公示价", 7)],
    },
    Known {
        uscc: "91341502700000570E",
        name: "皖西样例分析测试有限公司",
        address: "六安市裕安区样例路 5 号（演示数据）",
        phone: "0564-0000205",
        belongs_to: None,
        qualification: "检验检测机构资质认定证书（演示）",
        until: Some("2026-06-30"),
        services: &[("食品检验", "每批次 700 元起", 9)],
    },
    Known {
        uscc: "913415027000007065",
        name: "六安样例水土保持技术有限公司",
        address: "六安市金安区样例路 6 号（演示数据）",
        phone: "0564-0000206",
        belongs_to: None,
        qualification: "",
        until: None,
        services: &[("水土保持方案编制", "报告表 8000 元起，报告书商定", 15), ("水土保持方案技术评审", "每件 6000 元", 12)],
    },
    Known {
        uscc: "913415027000008371",
        name: "大别山样例生态咨询有限公司",
        address: "金寨县现代产业园区样例路 7 号（演示数据）",
        phone: "0564-0000207",
        belongs_to: None,
        qualification: "",
        until: None,
        services: &[("水土保持方案编制", "报告表 7500 元起，报告书商定", 20)],
    },
    Known {
        uscc: "91341502700000968W",
        name: "合肥样例工程评审有限公司",
        address: "合肥市样例路 8 号（演示数据）",
        phone: "0551-0000208",
        belongs_to: None,
        qualification: "",
        until: None,
        services: &[("水土保持方案技术评审", "每件 5500 元", 10)],
    },
];

/// They were entered before the year of cases began.
const DAYS_AGO: i64 = 370;

/// What the administrator has put on record.
pub async fn seed(house: &House, by: &Person) -> Result<(), Stop> {
    let now = house.now();
    let then = Moment::new(now.at - Duration::days(DAYS_AGO), now.calendar.clone());
    let mut tx = house.pool().begin().await?;
    for known in &KNOWN {
        let offered =
            |(name, price, days): &(&str, &str, u32)| Offered { name: (*name).into(), price: (*price).into(), days: *days };
        let facts = IntermediaryFacts {
            name: known.name.into(),
            address: known.address.into(),
            phone: known.phone.into(),
            belongs_to: known.belongs_to.map(Into::into),
            qualification: known.qualification.into(),
            qualified_until: known.until.and_then(|until| until.parse().ok()),
            services: known.services.iter().map(offered).collect(),
        };
        let act = IntermediaryAct::Entered { facts, basis: "机构提交的登记表和证书（演示）".into() };
        let actor = (by.actor("administrator"), Some(by.private()));
        record::keep(&mut tx, known.uscc, None, act, actor, &then).await?;
    }
    tx.commit().await?;
    house.wake();
    Ok(())
}
