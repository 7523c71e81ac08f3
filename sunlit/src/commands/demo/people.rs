//! 演示里的人 · six to be, and colleagues at the other counters. All are invented; their numbers are constructed, with
//! check digits that hold and sequence numbers that are not given out.

use foundation::people::{self, New};
use foundation::{House, Stop};
use services::demo::Own;

/// Somebody a visitor can be.
pub struct Six {
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

pub const SIX: [Six; 6] = [
    Six {
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
    Six {
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
    Six {
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
    Six {
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
    Six {
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
    Six {
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
];

/// Somebody else one can be, at a counter.
pub struct Colleague {
    pub login: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    works_as: &'static str,
    agency: Option<&'static str>,
    post: Option<&'static str>,
    /// The service centre this one manages.
    centre: Option<&'static str>,
    /// Known by the card, as who helps others must be.
    resident_id: Option<&'static str>,
}

/// The agencies whose people are named here.
pub const AGENCIES: [&str; 3] = ["jinzhai-market", "hefei-hrss", "youhua-town"];

/// Whoever surveys does not examine; and the other two matters belong to other agencies.
pub const COLLEAGUES: [Colleague; 21] = [
    Colleague {
        login: "officer-jinzhai",
        name: "何伟",
        role: "窗口工作人员 · 金寨县市场监督管理局，现场核查",
        works_as: "counter_officer",
        agency: Some("jinzhai-market"),
        post: Some("企业服务综合窗口"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "supervisor-wen",
        name: "温岚",
        role: "电子监察人员，确认撤销亮牌、决定申诉",
        works_as: "supervisor",
        agency: None,
        post: Some("电子监察"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "supervisor-shi",
        name: "石越",
        role: "电子监察人员，确认撤销亮牌、决定申诉",
        works_as: "supervisor",
        agency: None,
        post: Some("电子监察"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "officer-hefei",
        name: "吴悦",
        role: "窗口工作人员 · 合肥市人力资源和社会保障局，劳务派遣经营许可",
        works_as: "counter_officer",
        agency: Some("hefei-hrss"),
        post: Some("人力资源综合窗口"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "chief-hefei",
        name: "郑航",
        role: "首席代表 · 合肥市人力资源和社会保障局",
        works_as: "chief_representative",
        agency: Some("hefei-hrss"),
        post: Some("首席代表"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "officer-youhua",
        name: "方芳",
        role: "窗口工作人员 · 青阳县酉华镇人民政府，老年人优待证",
        works_as: "counter_officer",
        agency: Some("youhua-town"),
        post: Some("综合服务窗口"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "chief-youhua",
        name: "程远",
        role: "首席代表 · 青阳县酉华镇人民政府",
        works_as: "chief_representative",
        agency: Some("youhua-town"),
        post: Some("首席代表"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "openness",
        name: "何晓",
        role: "政务公开办 · 印发任务分解通知，检查、核实，记领导责任",
        works_as: "openness_officer",
        agency: Some("省政务公开办"),
        post: Some("公开协调处"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "liaison",
        name: "丁岚",
        role: "联络员 · 省经济和信息化委，分解任务，商请参加，报进展和整改",
        works_as: "liaison",
        agency: Some("省经济和信息化委"),
        post: Some("办公室"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "liaison-market",
        name: "田野",
        role: "联络员 · 金寨县市场监督管理局，办信息公开申请",
        works_as: "liaison",
        agency: Some("jinzhai-market"),
        post: Some("办公室"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "liaison-hrss",
        name: "宋洁",
        role: "联络员 · 合肥市人力资源和社会保障局，办诉求",
        works_as: "liaison",
        agency: Some("hefei-hrss"),
        post: Some("办公室"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "liaison-joint",
        name: "谢安",
        role: "联络员 · 省监察厅，和别的单位一起牵头",
        works_as: "liaison",
        agency: Some("省监察厅"),
        post: Some("办公厅"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "liaison-participant",
        name: "许宁",
        role: "联络员 · 省经济信息中心，参加别的单位牵头的任务",
        works_as: "liaison",
        agency: Some("省经济信息中心"),
        post: Some("办公室"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "catalogue",
        name: "沈清",
        role: "目录管理员 · 起草、导入、公布权责清单和事项的变更，登记法律法规",
        works_as: "catalogue_administrator",
        agency: Some("省政务公开办"),
        post: Some("清单管理"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "establishment",
        name: "韦立",
        role: "机构编制审核人员 · 审核权责清单和事项的变更",
        works_as: "establishment_reviewer",
        agency: Some("省编办"),
        post: Some("体制改革处"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "legal",
        name: "秦川",
        role: "法制审核人员 · 审核权责清单和事项的变更，登记法律法规的施行和失效",
        works_as: "legal_reviewer",
        agency: Some("省政府法制办"),
        post: Some("审查处"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "village-agent",
        name: "章秀云",
        role: "村代办员 · 青阳县酉华镇样例村代办点，凭委托替村民办事",
        works_as: "citizen",
        agency: None,
        post: None,
        centre: None,
        resident_id: Some("341723197905060029"),
    },
    Colleague {
        login: "centre-jinzhai",
        name: "严宏",
        role: "中心负责人 · 金寨县人民政府政务服务中心，管登记，发信息，报请",
        works_as: "centre_manager",
        agency: Some("jinzhai-data"),
        post: Some("中心主任"),
        centre: Some("jinzhai-centre"),
        resident_id: None,
    },
    Colleague {
        login: "reviewer-jinzhai",
        name: "鲁静",
        role: "中心事项审核 · 金寨县数据资源管理局，审核不进中心的事项和撤销",
        works_as: "centre_reviewer",
        agency: Some("jinzhai-data"),
        post: Some("政务服务管理股"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "office-jinzhai",
        name: "蒋文",
        role: "中心事项批准 · 金寨县人民政府办公室，替本级政府批准",
        works_as: "centre_reviewer",
        agency: Some("jinzhai-government"),
        post: Some("政府办公室"),
        centre: None,
        resident_id: None,
    },
    Colleague {
        login: "centre-youhua",
        name: "汤敏",
        role: "中心负责人 · 青阳县酉华镇便民服务中心，也管代办点",
        works_as: "centre_manager",
        agency: Some("youhua-town"),
        post: Some("便民服务中心"),
        centre: Some("youhua-centre"),
        resident_id: None,
    },
];

/// What those one can be have applied for: something granted, something that goes on, something that lacks a paper.
pub const OWN: [Own; 5] = [
    Own { login: "citizen", item: "temporary-relief", days: 96, leave_out: false },
    Own { login: "citizen", item: "teacher-qualification", days: 3, leave_out: true },
    Own { login: "agent", item: "food-production-licence", days: 171, leave_out: false },
    Own { login: "agent", item: "food-production-licence", days: 34, leave_out: true },
    Own { login: "agent", item: "food-production-licence", days: 3, leave_out: false },
];

const COMPANY: (&str, &str, &str) = ("91341524MA00000070", "金寨县大别山食品有限公司(样例)", "李倩");

/// Enters the people, once.
pub async fn seed(house: &House) -> Result<(), Stop> {
    let now = house.now().at;
    let owned = |text: &str| text.to_owned();
    let mut tx = house.pool().begin().await?;
    for six in &SIX {
        if people::by_login(&mut *tx, six.login).await?.is_some() {
            continue;
        }
        let new = New {
            login: six.login.into(),
            name: six.name.into(),
            resident_id: six.resident_id.map(owned),
            mobile: six.mobile.map(owned),
            roles: six.roles.iter().map(|r| owned(r)).collect(),
            agency: six.agency.map(owned),
            post: six.post.map(owned),
            verified: six.resident_id.is_some(),
            ..New::default()
        };
        let person = people::create(&mut tx, new, now).await?;
        if six.roles.contains(&"agent") {
            let (uscc, name, representative) = COMPANY;
            let company = people::organisation(&mut tx, uscc, name, Some(representative)).await?;
            people::name_agent(&mut tx, company.id, person).await?;
        }
    }
    for colleague in &COLLEAGUES {
        if people::by_login(&mut *tx, colleague.login).await?.is_some() {
            continue;
        }
        let new = New {
            login: colleague.login.into(),
            name: colleague.name.into(),
            roles: vec![colleague.works_as.into()],
            agency: colleague.agency.map(owned),
            post: colleague.post.map(owned),
            centre: colleague.centre.map(owned),
            resident_id: colleague.resident_id.map(owned),
            verified: colleague.resident_id.is_some(),
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
        for id in SIX.iter().filter_map(|p| p.resident_id).chain(COLLEAGUES.iter().filter_map(|c| c.resident_id)) {
            assert!(forms::ids::check_resident_id(id, today).is_ok(), "{id}");
        }
        assert!(forms::ids::check_uscc(COMPANY.0).is_ok());
    }
}
