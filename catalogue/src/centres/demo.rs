//! 演示 · the centres of the demonstration with their counters and divisions, and matters that stay outside: one with review and approval,
//! one without, so that the figures are what figures are.

use super::outside::{self, Said};
use super::{bulletins, record};
use crate::Catalogue;
use acts::{BulletinAct, BulletinKind, CentreAct, CentreFacts, Division, Hall, Money, OutsideAct, OutsideGround, Site};
use chrono::{Days, NaiveDate};
use foundation::people::Person;
use foundation::{House, Moment, Stop};
use sqlx::PgConnection;

/// An agency, a division of it, whether it sits in the centre, and the matters it has; none: the rest.
type Sits = (&'static str, &'static str, bool, &'static [&'static str]);

struct Known {
    key: &'static str,
    posts: u32,
    /// In yuan.
    budget: i64,
    area: u32,
    /// People at a counter.
    staff: u32,
    divisions: &'static [Sits],
}

const KNOWN: [Known; 5] = [
    Known {
        key: "jinzhai-centre",
        posts: 12,
        budget: 3_860_000,
        area: 5_200,
        staff: 2,
        divisions: &[
            ("jinzhai-market", "行政审批股", true, &[]),
            ("jinzhai-market", "特种设备安全监察股", false, &["special-equipment-registration"]),
            ("jinzhai-health", "行政审批股", true, &[]),
            ("jinzhai-water", "行政审批股", true, &[]),
            ("jinzhai-forestry", "森林资源管理股", false, &[]),
            ("jinzhai-agriculture", "行政审批股", true, &[]),
            ("jinzhai-transport", "行政审批股", true, &[]),
            ("jinzhai-housing", "行政审批股", true, &[]),
            ("jinzhai-civil-affairs", "社会事务审批股", true, &[]),
            ("jinzhai-education", "行政审批股", true, &[]),
            ("jinzhai-culture", "市场管理股", false, &[]),
            ("jinzhai-natural-resources", "不动产登记中心", true, &[]),
        ],
    },
    Known {
        key: "hefei-centre",
        posts: 45,
        budget: 21_500_000,
        area: 38_000,
        staff: 6,
        divisions: &[("hefei-hrss", "行政审批处", true, &[])],
    },
    Known {
        key: "qingyang-centre",
        posts: 10,
        budget: 2_400_000,
        area: 3_100,
        staff: 2,
        divisions: &[("qingyang-civil-affairs", "社会救助股", false, &[])],
    },
    Known {
        key: "youhua-centre",
        posts: 3,
        budget: 180_000,
        area: 260,
        staff: 3,
        divisions: &[("youhua-town", "党政综合办公室", true, &[])],
    },
    Known {
        key: "anhui-centre",
        posts: 60,
        budget: 46_000_000,
        area: 52_000,
        staff: 4,
        divisions: &[("anhui-health", "行政审批处", true, &[]), ("anhui-ecology", "行政审批处", true, &[])],
    },
];

/// The county's culture office: its counter left the centre, and both its matters are handled in its own hall.
const LEFT: &str = "jinzhai-culture";
const HALL: (&str, &str) = ("金寨县文化旅游体育局办事大厅（演示）", "安徽省六安市金寨县梅山镇史河路");

fn facts(known: &Known, before: &CentreFacts) -> CentreFacts {
    let site = Site { name: "主厅".into(), address: before.address.clone(), area: Some(known.area) };
    let counter = |(nth, counter): (usize, &acts::Counter)| acts::Counter {
        site: site.name.clone(),
        floor: format!("{} 楼", 1 + nth / 6),
        staff: Some(known.staff),
        ..counter.clone()
    };
    let division = |(agency, name, inside, items): &Sits| Division {
        agency: (*agency).into(),
        name: (*name).into(),
        inside: *inside,
        items: items.iter().map(|item| (*item).to_owned()).collect(),
    };
    CentreFacts {
        posts: Some(known.posts),
        budget: Some(Money(known.budget * 100)),
        counters: before.counters.iter().filter(|one| one.agency != LEFT).enumerate().map(counter).collect(),
        divisions: known.divisions.iter().map(division).collect(),
        sites: vec![site],
        reading_place: "一楼东侧查阅区，开放时间内都能来，有电脑和纸质文件（演示）".into(),
        intake_point: "综合窗口（演示）".into(),
        ..before.clone()
    }
}

/// A centre, what it is about, title, text, source, and for how many days it holds.
type Told = (&'static str, BulletinKind, &'static str, &'static str, &'static str, u64);

const TOLD: [Told; 4] = [
    (
        "jinzhai-centre",
        BulletinKind::Investment,
        "现代产业园标准化厂房招租（演示）",
        "三层标准化厂房 12,000 平方米，通水通电通燃气，可以整租也可以按层租。要求符合产业园的环评要求。",
        "金寨县数据资源管理局（演示）",
        90,
    ),
    (
        "jinzhai-centre",
        BulletinKind::Employment,
        "茶叶加工企业春季用工 60 人（演示）",
        "采摘和加工两类岗位，包食宿，签劳动合同。名单由各乡镇汇总，到窗口报名也可以。",
        "金寨县人力资源和社会保障局（演示）",
        45,
    ),
    (
        "jinzhai-centre",
        BulletinKind::Technology,
        "山核桃机械脱蒲技术转让（演示）",
        "已经在三家合作社试用一季，可以现场看。转让方提供两次上门培训。",
        "省农业科学院（演示）",
        180,
    ),
    (
        "hefei-centre",
        BulletinKind::Employment,
        "秋季专场招聘会（演示）",
        "一百二十家企业到场，岗位一千八百个。凭身份证入场，不收费。",
        "合肥市人力资源和社会保障局（演示）",
        20,
    ),
];

/// The acts stand on the day they are done; what they rest on is older.
async fn leaves(
    conn: &mut PgConnection,
    (item, reason): (&str, &str),
    since: NaiveDate,
    approved: Option<(Said, Said)>,
    by: &Person,
    now: &Moment,
) -> Result<(), Stop> {
    let before = outside::lock(conn, item).await?;
    let found = OutsideAct::Found {
        centre: "jinzhai-centre".into(),
        agency: LEFT.into(),
        hall: Hall { name: HALL.0.into(), address: HALL.1.into() },
        since,
        because: Some(OutsideGround::Site),
        reason: reason.into(),
    };
    outside::keep(conn, item, before, found, record::by(by), now).await?;
    let Some((review, approval)) = approved else { return Ok(()) };
    for (said, approves) in [(review, false), (approval, true)] {
        let outside = outside::lock(conn, item).await?.ok_or(Stop::NotFound("不进中心的事项"))?;
        let act = if approves { outside.b3_1_01_approve(said)? } else { outside.b3_1_01_review(said)? };
        outside::keep(conn, item, Some(outside), act, record::by(by), now).await?;
    }
    Ok(())
}

/// What the administrator has put on record.
pub async fn seed(house: &House, catalogue: &Catalogue, by: &Person) -> Result<(), Stop> {
    let now = house.now();
    let today = now.date();
    let ago = |days: u64| today - Days::new(days);
    let mut tx = house.pool().begin().await?;
    record::alone(&mut tx).await?;
    for known in &KNOWN {
        let Some((_, before)) = record::find(&mut tx, known.key).await? else { continue };
        let act =
            CentreAct::Changed {
                facts: facts(known, &before), basis: "年度运行和窗口设置方案（演示）".into(), from: ago(200)
            };
        record::keep(&mut tx, known.key, act, record::by(by), &now).await?;
    }
    let said = |body: &str, on: NaiveDate, document: &str, reason: &str| Said {
        body: body.into(),
        passes: true,
        on,
        document: document.into(),
        reason: reason.into(),
        by: None,
    };
    let review = said("jinzhai-data", ago(206), "", "实名上网设备要在现场查验，大厅没有能放设备的场地，同意");
    let approval = said("jinzhai-government", ago(201), "金政办秘〔2026〕18号（演示）", "场地限制属实，同意暂不进驻，一年后再议");
    let reason = "要在现场查验实名登记和经营管理软件，大厅没有能放设备的场地";
    leaves(&mut tx, ("internet-cafe", reason), ago(200), Some((review, approval)), by, &now).await?;
    let reason = "和上网服务场所一并在局里的大厅办理";
    leaves(&mut tx, ("entertainment-venue", reason), ago(200), None, by, &now).await?;
    for (centre, kind, title, text, source, days) in TOLD {
        let act = BulletinAct::Published {
            centre: centre.into(),
            kind,
            title: title.into(),
            text: text.into(),
            source: source.into(),
            contact: "12345 政务服务热线（演示）".into(),
            until: Some(today + Days::new(days)),
        };
        bulletins::publish(&mut tx, act, record::by(by), &now).await?;
    }
    tx.commit().await?;
    house.wake();
    catalogue.keep_up(house.pool(), today).await?;
    Ok(())
}
