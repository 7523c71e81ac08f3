//! 演示 · three certificates of the life after: one that expires soon, one that was renewed ahead of time, one that was revoked.

use super::{Plan, STEPS, sample_pdf, staff, take, uscc};
use crate::cases::submit;
use crate::certificates::end::{self, End};
use acts::{About, Asks, Channel, Ending, Heard, ToldBeforehand, Why};
use catalogue::Catalogue;
use chrono::{DateTime, Duration, Utc};
use foundation::people::{self, Person};
use foundation::{House, Moment, Stop};
use uuid::Uuid;

const ITEM: &str = "labour-dispatch-licence";
/// Days of three years, as the licence is valid.
const TERM: i64 = 1096;

/// `agent` acts for a company a visitor can be.
pub async fn seed(house: &House, catalogue: &Catalogue, agent: &Person) -> Result<(), Stop> {
    let now = house.now();
    let Some(item) = catalogue.item(ITEM) else { return Ok(()) };
    let mut tx = house.pool().begin().await?;
    let Some(crew) = staff(&mut tx, &item.agency).await? else { return Ok(()) };
    let mut sample = house.files().passing()?;
    sample.add(&sample_pdf()).await?;
    let sample = sample.admit(&mut *tx, "demonstration:sample", "样例材料.pdf", now.at).await?;
    let ago = |days: i64, hours: i64| -> DateTime<Utc> { now.at - Duration::days(days) + Duration::hours(hours) };
    let mut numbers = Vec::new();
    for (nth, days) in [TERM - 75, TERM - 20, 400].into_iter().enumerate() {
        let (person, company) = match nth {
            0 => {
                let organisations = people::organisations_of(&mut *tx, agent.id).await?;
                let Some(company) = organisations.into_iter().next() else { return Ok(()) };
                (agent.clone(), company)
            }
            nth => {
                let name = ["", "陶静", "方磊"][nth];
                let new = people::New {
                    login: format!("demo-certificate-{nth}"),
                    name: name.into(),
                    resident_id: Some(super::resident_id("341524", "1982-06-15".parse().unwrap_or_default(), 700 + nth as u32)),
                    mobile: Some(format!("1385550010{nth}")),
                    roles: vec!["citizen".into(), "agent".into()],
                    verified: true,
                    ..people::New::default()
                };
                let id = people::create(&mut tx, new, ago(days + 20, 0)).await?;
                let firm = ["", "合肥样例人力资源有限公司（样例）", "合肥样例劳务服务有限公司（样例）"][nth];
                let company = people::organisation(&mut tx, &uscc("340100", 20_000_000 + nth as u32), firm, Some(name)).await?;
                people::name_agent(&mut tx, company.id, id).await?;
                (people::find(&mut *tx, id).await?.ok_or(Stop::NotFound("演示身份"))?, company)
            }
        };
        let mut plan = Plan {
            item: item.clone(),
            party: submit::party_of_organisation(&company, person.mobile.clone()),
            company: Some(company),
            person,
            leave_out: false,
            grade: 1,
            channel: Channel::Online,
            form: Uuid::now_v7(),
            asks: None,
            pick: 7 + nth as u64,
            no: None,
        };
        let mut at = ago(days, -200);
        for step in STEPS {
            at += Duration::hours(28);
            let sample = (sample.id, sample.sha256.as_str(), sample.size);
            take(&mut tx, house, catalogue, &crew, &mut plan, step, sample, &Moment::new(at, now.calendar.clone())).await?;
        }
        let Some(no) = plan.no.clone() else { continue };
        // The second asks in time for the next three years.
        if nth == 1 {
            plan.asks = Some(About { certificate: no.clone(), asks: Asks::Renewal });
            plan.form = Uuid::now_v7();
            let mut at = ago(90, 0);
            for step in STEPS {
                let sample = (sample.id, sample.sha256.as_str(), sample.size);
                take(&mut tx, house, catalogue, &crew, &mut plan, step, sample, &Moment::new(at, now.calendar.clone())).await?;
                at += Duration::hours(28);
            }
        }
        numbers.push(no);
    }
    if let Some(no) = numbers.last() {
        let end = End {
            how: Ending::Revoked,
            ground: "80-1".into(),
            told: Some(ToldBeforehand { on: calendar::local_date(ago(50, 0)), heard: Heard::Silent }),
            penalty: Some("合人社罚〔2026〕3号（样例）".into()),
            why: Why {
                facts: "把许可证出借给别的单位使用，有合同和付款记录为证（样例）".into(),
                reasons: "出借许可证件，情节严重".into(),
                approver: Some("王建国 局长".into()),
                ..Why::default()
            },
        };
        let chief = (&crew.chief, "chief_representative");
        end::run(&mut tx, house, catalogue, chief, no, &end, &Moment::new(ago(30, 0), now.calendar.clone())).await?;
    }
    tx.commit().await?;
    house.wake();
    Ok(())
}
