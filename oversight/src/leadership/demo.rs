//! 演示 · the leadership record of a sample county: two responsible persons, hearings of some years, and one year without; and the
//! hearings of the province, which its task of the notice reports each year.

use super::{act, body};
use crate::directives;
use acts::{LeadershipAct, Provision, Responsible};
use calendar::start_of_day;
use chrono::{Datelike, Days, Duration, NaiveDate};
use foundation::people::Person;
use foundation::{House, Moment, Stop, work};

/// The sample county; its people are invented.
pub const BODY: &str = "jinzhai-government";

/// The government of the province.
pub const PROVINCE: &str = "anhui-government";

/// Three years, of which the second has no hearing.
pub async fn seed(house: &House, officer: &Person) -> Result<(), Stop> {
    let year = house.now().date().year();
    let day = |year: i32, month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let named = |responsible, name: &str, post: &str| LeadershipAct::Appointed {
        responsible,
        name: name.into(),
        post: post.into(),
        from: day(year - 2, 1, 10),
    };
    let heard = |on, meeting: &str| LeadershipAct::Heard {
        on,
        meeting: meeting.into(),
        decided: "听取政务公开和政务服务工作汇报，要求窗口全部进驻。".into(),
    };
    let provided = |provision, amount: &str, note: &str| LeadershipAct::Provided {
        year: year - 2,
        provision,
        amount: amount.into(),
        note: note.into(),
    };
    // What the task of the notice that returns every year reports, it was: the province has heard its report in each of these years.
    let of_the_province = [year - 2, year - 1].into_iter().filter_map(|year| {
        let on = directives::demo::heard_reported(year)?;
        Some((on, PROVINCE, heard(on - Days::new(6), "省政府常务会议")))
    });
    let acts = [
        (day(year - 2, 1, 12), named(Responsible::First, "样例甲", "县长")),
        (day(year - 2, 1, 12), named(Responsible::Deputy, "样例乙", "常务副县长")),
        (day(year - 2, 3, 5), provided(Provision::Funding, "180", "列入年度预算。")),
        (day(year - 2, 3, 5), provided(Provision::Posts, "12", "政务服务管理机构。")),
        (day(year - 2, 3, 5), provided(Provision::Premises, "3600", "县政务服务中心。")),
        (
            day(year - 2, 4, 2),
            LeadershipAct::Weighed {
                year: year - 2, percent: "4".into(), basis: "县政府绩效考核办法（样例）。".into()
            },
        ),
        (day(year - 2, 6, 18), heard(day(year - 2, 6, 17), "第 9 次常务会议")),
        (day(year, 1, 9), heard(day(year, 1, 8), "第 1 次常务会议")),
        (day(year, 1, 20), LeadershipAct::Weighed { year, percent: "4.5".into(), basis: "县政府绩效考核办法（样例）。".into() }),
    ];
    let mut acts: Vec<_> = acts.into_iter().map(|(on, act)| (on, BODY, act)).chain(of_the_province).collect();
    acts.sort_by_key(|(on, ..)| *on);
    let mut before = start_of_day(day(year - 2, 1, 1));
    for (on, of, act) in acts {
        let now = Moment::new(start_of_day(on) + Duration::hours(10), house.time().calendar());
        if now.at > house.now().at {
            break;
        }
        // What fell due before this act has happened before it.
        work::relive(house, before, now.at).await?;
        let mut tx = house.pool().begin().await?;
        let body = body::lock(&mut tx, of).await?;
        act::keep(&mut tx, body, act, officer, &now).await?;
        tx.commit().await?;
        before = now.at;
    }
    Ok(())
}
