//! 演示里的人 · eight to be, and colleagues at the other counters. All are invented; their numbers are constructed, with
//! check digits that hold and sequence numbers that are not given out.

use foundation::people::{self, New};
use foundation::{House, Stop};

/// Somebody a visitor can be.
pub struct Somebody {
    pub login: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    pub try_this: &'static str,
    roles: &'static [&'static str],
    agency: Option<&'static str>,
    post: Option<&'static str>,
    resident_id: Option<&'static str>,
    mobile: Option<&'static str>,
}

pub const CAST: [Somebody; 8] = [
    Somebody {
        login: "citizen",
        name: "王敏",
        role: "申请人（个人）",
        try_this: "申请一件事，看计时、补材料、评价",
        roles: &["citizen"],
        agency: None,
        post: None,
        resident_id: Some("341524199003070003"),
        mobile: Some("13800138000"),
    },
    Somebody {
        login: "agent",
        name: "李倩",
        role: "企业经办人 · 金寨县大别山食品有限公司(样例)",
        try_this: "替公司申请食品生产许可，查进度",
        roles: &["citizen", "agent"],
        agency: None,
        post: None,
        resident_id: Some("341524198805160022"),
        mobile: Some("13800138001"),
    },
    Somebody {
        login: "officer",
        name: "陈静",
        role: "窗口工作人员 · 金寨县市场监督管理局",
        try_this: "受理、一次性告知补正、审查",
        roles: &["counter_officer"],
        agency: Some("jinzhai-market"),
        post: Some("企业服务综合窗口"),
        resident_id: None,
        mobile: None,
    },
    Somebody {
        login: "chief",
        name: "周正",
        role: "首席代表 · 金寨县市场监督管理局",
        try_this: "准予或不予许可，用审批专用章",
        roles: &["chief_representative"],
        agency: Some("jinzhai-market"),
        post: Some("首席代表"),
        resident_id: None,
        mobile: None,
    },
    Somebody {
        login: "supervisor",
        name: "赵明",
        role: "电子监察人员",
        try_this: "看监察台，复核黄牌和红牌",
        roles: &["supervisor"],
        agency: None,
        post: Some("电子监察"),
        resident_id: None,
        mobile: None,
    },
    Somebody {
        login: "admin",
        name: "孙岚",
        role: "系统管理员",
        try_this: "看流程、表单、政策的定义和它们的摘要",
        roles: &["administrator"],
        agency: None,
        post: Some("系统管理员"),
        resident_id: None,
        mobile: None,
    },
    Somebody {
        login: "openness",
        name: "何晓",
        role: "政务公开工作人员 · 省政务公开办",
        try_this: "录入和印发任务分解通知，检查、核实，记领导责任",
        roles: &["openness_officer"],
        agency: Some("省政务公开办"),
        post: Some("公开协调处"),
        resident_id: None,
        mobile: None,
    },
    Somebody {
        login: "liaison",
        name: "丁岚",
        role: "联络员 · 省经济和信息化委",
        try_this: "分解任务，商请参加，报进展，报整改",
        roles: &["liaison"],
        agency: Some("省经济和信息化委"),
        post: Some("办公室"),
        resident_id: None,
        mobile: None,
    },
];

/// At the counters of the other two matters; they do their part in the cases that are there from the start.
const COLLEAGUES: [(&str, &str, &str, &str, &str); 4] = [
    ("officer-hefei", "吴悦", "counter_officer", "hefei-hrss", "人力资源综合窗口"),
    ("chief-hefei", "郑航", "chief_representative", "hefei-hrss", "首席代表"),
    ("officer-youhua", "方芳", "counter_officer", "youhua-town", "综合服务窗口"),
    ("chief-youhua", "程远", "chief_representative", "youhua-town", "首席代表"),
];

const COMPANY: (&str, &str, &str) = ("91341524MA00000070", "金寨县大别山食品有限公司(样例)", "李倩");

/// Enters the people, once.
pub async fn seed(house: &House) -> Result<(), Stop> {
    let now = house.now().at;
    let owned = |text: &str| text.to_owned();
    let mut tx = house.pool().begin().await?;
    for one in &CAST {
        if people::by_login(&mut *tx, one.login).await?.is_some() {
            continue;
        }
        let new = New {
            login: one.login.into(),
            name: one.name.into(),
            resident_id: one.resident_id.map(owned),
            mobile: one.mobile.map(owned),
            roles: one.roles.iter().map(|r| owned(r)).collect(),
            agency: one.agency.map(owned),
            post: one.post.map(owned),
            verified: one.resident_id.is_some(),
            ..New::default()
        };
        let person = people::create(&mut tx, new, now).await?;
        if one.roles.contains(&"agent") {
            let (uscc, name, representative) = COMPANY;
            let company = people::organisation(&mut tx, uscc, name, Some(representative)).await?;
            people::name_agent(&mut tx, company.id, person).await?;
        }
    }
    for (login, name, role, agency, post) in COLLEAGUES {
        if people::by_login(&mut *tx, login).await?.is_some() {
            continue;
        }
        let new = New {
            login: login.into(),
            name: name.into(),
            roles: vec![role.into()],
            agency: Some(agency.into()),
            post: Some(post.into()),
            ..New::default()
        };
        people::create(&mut tx, new, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constructed_numbers_hold() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        for id in CAST.iter().filter_map(|p| p.resident_id) {
            assert!(forms::ids::check_resident_id(id, today).is_ok(), "{id}");
        }
        assert!(forms::ids::check_uscc(COMPANY.0).is_ok());
    }
}
