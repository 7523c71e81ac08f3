//! 演示 · some twenty complaints of the last weeks, of several agencies: answered, running, late, opened again, badly rated, and one report
//! whose seal was opened; by the same law as real ones.

use super::fold::{self, Complaint};
use acts::{
    Actor, ComplaintAct, ComplaintChannel, ComplaintDetails, ComplaintKind, ComplaintOutcome, OtherWay, PublicAnswer, Said,
};
use calendar::start_of_day;
use chrono::{Duration, NaiveDate};
use foundation::kept::Timed;
use foundation::people::{self, Person};
use foundation::{House, Moment, Stop, record};
use sqlx::PgConnection;

/// How each goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Answered(u8),
    Running,
    Late,
    Reopened,
    Disputed,
    Directed(OtherWay),
    Unsealed,
    Passed,
}

use ComplaintChannel::{Counter, Telephone, Web};
use ComplaintKind::{Complaint as Complains, Consultation, Help, Report, Suggestion};
use Manner::{Answered, Directed, Disputed, Late, Passed, Reopened, Running, Unsealed};

const MARKET: &str = "jinzhai-market";
const HR: &str = "hefei-hrss";

/// Working days ago, kind, channel, agency, conduct, what was said, what was answered, how it goes on.
type Told = (i64, ComplaintKind, ComplaintChannel, Option<&'static str>, bool, &'static str, &'static str, Manner);

const TOLD: [Told; 20] = [
    (33, Consultation, Web, Some(MARKET), false, "开小餐饮店要不要先装油烟净化？", "要，装好以后再申请；附了标准。", Answered(1)),
    (
        32,
        Help,
        Counter,
        Some(MARKET),
        false,
        "材料传了三次都说太大，办不成。",
        "已改为可传 1 GB，并打电话教会上传。",
        Answered(1),
    ),
    (31, Complains, Web, Some(MARKET), false, "取号机下午经常没有纸。", "已换大纸卷，每天两次检查。", Answered(2)),
    (30, Suggestion, Web, None, false, "希望中心门口画出送件停车位。", "采纳，已画四个。", Answered(1)),
    (
        29,
        Complains,
        Telephone,
        Some(MARKET),
        true,
        "窗口让我回去重打材料，其实只差一个章。",
        "属实，已当面道歉，窗口备了印泥和打印机。",
        Answered(3),
    ),
    (28, Help, Telephone, Some(HR), false, "社保卡丢了，村里说要去省城补。", "市里当天能补，村代办点可以代交。", Answered(1)),
    (27, Consultation, Telephone, Some(HR), false, "劳务派遣许可到期前多久申请延续？", "有效期满六十日前。", Answered(2)),
    (25, Complains, Web, Some(HR), false, "网上预约总是满的。", "已多放三成号，并开放现场号。", Reopened),
    (
        24,
        Complains,
        Web,
        None,
        false,
        "和装修公司的合同纠纷，要求退钱。",
        "属于民事纠纷，不归行政机关裁决。",
        Directed(OtherWay::Court),
    ),
    (22, Complains, Web, Some(MARKET), true, "办证时让我买指定的软件。", "不属实：那是自愿的样例，已撤下宣传页。", Disputed),
    (
        21,
        Help,
        Web,
        None,
        false,
        "公司欠我三个月工资。",
        "劳动争议先申请仲裁，法律援助中心可以帮您写。",
        Directed(OtherWay::Arbitration),
    ),
    (20, Report, Web, Some(MARKET), true, "有人收了中介的钱，先办他们的件。", "已立案核查，结果依纪依法处理。", Unsealed),
    (18, Suggestion, Counter, Some(HR), false, "表格的字再大一些。", "采纳，已改成小四号，另备老花镜。", Answered(1)),
    (16, Complains, Counter, None, false, "不知道归谁管：路口的窨井盖松了。", "已转住建部门修好。", Answered(1)),
    (14, Complains, Telephone, Some(HR), false, "电话打了五次没有人接。", "", Late),
    (6, Help, Web, Some(MARKET), false, "系统说我的身份证照片看不清，拍了很多次。", "", Running),
    (5, Complains, Web, None, true, "综合窗口的人让我明天再来，没有说为什么。", "", Running),
    (3, Complains, Telephone, None, false, "施工噪声半夜不停。", "", Passed),
    (1, Consultation, Web, Some(MARKET), false, "食品经营备案要交钱吗？", "", Running),
    (1, Report, Web, None, true, "有人倒卖预约号。", "", Running),
];

struct Staff {
    supervisor: Person,
    market: Person,
    hr: Person,
}

/// Tells them, each act at its hour.
pub async fn seed(house: &House) -> Result<(), Stop> {
    let by_login = async |login: &str| people::by_login(house.pool(), login).await?.ok_or(Stop::NotFound("演示身份"));
    let staff = Staff {
        supervisor: by_login("supervisor").await?,
        market: by_login("liaison-market").await?,
        hr: by_login("liaison-hrss").await?,
    };
    let citizen = by_login("citizen").await?;
    let today = house.now();
    let mut tx = house.pool().begin().await?;
    for (nth, told) in TOLD.iter().enumerate() {
        // Every third has an account.
        let who = (nth % 3 == 0 && told.2 == Web).then_some(&citizen);
        tell(&mut tx, &today, &staff, told, who).await?;
    }
    tx.commit().await?;
    house.wake();
    Ok(())
}

fn at(today: &Moment, day: NaiveDate, hour: i64) -> Moment {
    let at = start_of_day(day) + Duration::hours(hour);
    Moment::new(at.min(today.at), today.calendar.clone())
}

/// So many working days before today.
fn ago(today: &Moment, days: i64) -> NaiveDate {
    let mut day = today.date();
    let mut left = days;
    while left > 0 {
        day -= Duration::days(1);
        left -= i64::from(today.calendar.is_working_day(day));
    }
    day
}

async fn tell(conn: &mut PgConnection, today: &Moment, staff: &Staff, told: &Told, who: Option<&Person>) -> Result<(), Stop> {
    let (days, kind, channel, agency, conduct, said, answer, manner) = *told;
    let filed_on = ago(today, days);
    let filed_at = at(today, filed_on, 9);
    let named = who.is_some() || channel == Telephone;
    let details = ComplaintDetails {
        name: who.map(|person| person.name.clone()).unwrap_or_else(|| if named { "样例群众".into() } else { String::new() }),
        contact: who.and_then(|person| person.mobile.clone()).unwrap_or_default(),
        text: said.into(),
        agency: agency.filter(|_| kind == Report).map(str::to_owned),
        ..ComplaintDetails::default()
    };
    let act = ComplaintAct::Filed {
        channel,
        kind,
        agency: agency.filter(|_| kind != Report).map(str::to_owned),
        item: None,
        conduct: conduct || kind == Report,
        approval: false,
        named,
        private: Some(details),
    };
    let by = match channel {
        Web => fold::complainant(who),
        _ => (staff.supervisor.actor("supervisor"), Some(staff.supervisor.private())),
    };
    let no = fold::begin(conn, act, by, &filed_at).await?;
    let after = |days: u32, hour| at(today, today.calendar.add_working_days(filed_on, days), hour);
    let ours = |person: &Person, role: &str| (person.actor(role), Some(person.private()));
    let handler = match fold::find(conn, &no).await?.desk.as_deref() {
        Some(MARKET) => ours(&staff.market, "liaison"),
        Some(HR) => ours(&staff.hr, "liaison"),
        _ => ours(&staff.supervisor, "supervisor"),
    };
    let published = (kind != Report).then(|| PublicAnswer { asked: said.into(), answered: answer.into() });
    let answered =
        |outcome| ComplaintAct::Answered { outcome, published: published.clone(), private: Some(Said { text: answer.into() }) };
    let rated = |grade| ComplaintAct::Rated { grade, private: None };
    let outcome = match kind {
        Consultation => ComplaintOutcome::Explained,
        Suggestion => ComplaintOutcome::Adopted,
        Help => ComplaintOutcome::Done,
        _ => ComplaintOutcome::Justified,
    };
    let mut steps: Vec<(Moment, ComplaintAct, (Actor, Option<acts::ActorPrivate>))> = Vec::new();
    let unseal = ComplaintAct::SealOpened { to: None, reason: "需要向举报人核对收钱的日期。".into() };
    match manner {
        Answered(grade) => {
            steps.push((after(2, 15), answered(outcome), handler));
            steps.push((after(3, 19), rated(grade), fold::complainant(who)));
        }
        Disputed => {
            steps.push((after(4, 15), answered(ComplaintOutcome::Unfounded), handler));
            steps.push((after(5, 20), rated(5), fold::complainant(who)));
        }
        Directed(way) => {
            steps.push((after(2, 11), ComplaintAct::Directed { way, private: Some(Said { text: answer.into() }) }, handler));
        }
        Reopened => {
            steps.push((after(5, 15), answered(outcome), handler.clone()));
            let missing = Some(Said { text: "多放的号还是当天上午就没有了。".into() });
            steps.push((after(9, 20), ComplaintAct::Reopened { private: missing }, fold::complainant(who)));
            steps.push((after(16, 16), answered(outcome), handler));
            steps.push((after(17, 9), rated(2), fold::complainant(who)));
        }
        Unsealed => {
            steps.push((after(1, 10), unseal, ours(&staff.supervisor, "supervisor")));
            steps.push((after(8, 15), answered(outcome), handler));
        }
        Passed => {
            let to = ComplaintAct::Transferred {
                to: Some(MARKET.into()),
                reason: "先由市场监管核实工地食堂，再会同城管。".into(),
            };
            steps.push((after(1, 9), to, ours(&staff.supervisor, "supervisor")));
            let back = ComplaintAct::Returned { reason: "施工噪声归城市管理部门。".into() };
            steps.push((after(2, 9), back, ours(&staff.market, "liaison")));
        }
        Running | Late => {}
    }
    for (when, act, by) in steps {
        passes(conn, &no, &when).await?;
        if when.at >= today.at {
            return Ok(());
        }
        let complaint = fold::lock(conn, &no).await?;
        fold::act(conn, complaint, act, by, &when).await?;
    }
    passes(conn, &no, today).await
}

/// What the clock had done by then, at its second.
async fn passes(conn: &mut PgConnection, no: &str, until: &Moment) -> Result<(), Stop> {
    let complaint: Complaint = fold::lock(conn, no).await?;
    let Some(act) = complaint.of_itself(until) else { return Ok(()) };
    let ComplaintAct::Overdue { due, .. } = &act else { return Ok(()) };
    let entry = record::entry(fold::subject(no), calendar::end_of_day(*due), Actor::system(), None, act);
    fold::keep(conn, complaint, entry, &until.calendar).await
}

#[cfg(test)]
mod tests {
    use super::super::law;
    use super::*;

    #[test]
    fn f139_the_demonstration_has_all_kinds_channels_and_ends_of_them() {
        for kind in ComplaintKind::ALL {
            assert!(TOLD.iter().any(|told| told.1 == kind), "{kind:?}");
        }
        for channel in [Web, Counter, Telephone] {
            assert!(TOLD.iter().any(|told| told.2 == channel), "{channel:?}");
        }
        for told in &TOLD {
            assert_eq!(told.6.is_empty(), matches!(told.7, Running | Late | Passed), "{}", told.5);
            let open = law::c3_5_03_limit(told.1).n;
            assert!(told.7 != Late || told.0 > i64::from(open), "{}", told.5);
            assert!(told.7 != Running || told.0 <= i64::from(open), "{}", told.5);
        }
    }
}
