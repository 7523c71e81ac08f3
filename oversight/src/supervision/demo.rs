//! 演示 · what the agencies said to the cards of a year, and how they were reviewed, through the same doors' law as real ones.

use super::answer::Answer;
use super::explain::Explain;
use super::review::Review;
use super::{card, rules};
use acts::{CardAct, Entry};
use calendar::{local_date, start_of_day};
use chrono::{Duration, NaiveDate};
use foundation::people::{self, Person};
use foundation::{House, Moment, Stop, record};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

const SAID: [&str; 4] = [
    "经办人外出培训，未及时交接。已补办交接并向申请人致歉。",
    "当日系统升级，下午才恢复，次日即办。已把升级改在夜间。",
    "现场核查遇连续大雨，道路中断，改期后立即补办。",
    "窗口人手不足，已从后台增派一人。",
];

/// Answers the cards whose time to be answered has passed; every ninth is still waited for.
pub async fn seed(house: &House) -> Result<(), Stop> {
    let today = house.now();
    let mut tx = house.pool().begin().await?;
    let Some(supervisor) = someone(&mut tx, "supervisor", None).await? else { return Ok(()) };
    let cards: Vec<(String, String, String)> = sqlx::query_as(
        "select case_no, rule, agency from cards where outcome is null and colour in ('yellow', 'red') order by issued_at, id",
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut officers: HashMap<String, Option<Person>> = HashMap::new();
    for (i, (case_no, rule, agency)) in cards.iter().enumerate() {
        if !officers.contains_key(agency) {
            officers.insert(agency.clone(), someone(&mut tx, "counter_officer", Some(agency)).await?);
        }
        let Some(Some(officer)) = officers.get(agency) else { continue };
        if i % 9 == 8 {
            continue;
        }
        let issued = local_date(card::lock(&mut tx, case_no, rule).await?.issued_at);
        let explained = at(&today, today.calendar.add_working_days(issued, rules::EXPLAIN_WITHIN.n - 1), 10);
        answer(&mut tx, officer, case_no, rule, Explain(SAID[i % SAID.len()].into()), &explained, &today).await?;
        let reviewed = at(&today, today.calendar.add_working_days(explained.date(), rules::REVIEW_WITHIN.n - 1), 15);
        let upheld = i % 4 != 2;
        let reason = if upheld {
            "说明不影响期限的计算，维持。"
        } else {
            "道路中断有气象部门证明，属不可抗力，撤销。"
        };
        answer(&mut tx, &supervisor, case_no, rule, Review { upheld, reason: reason.into() }, &reviewed, &today).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn at(today: &Moment, day: NaiveDate, hour: i64) -> Moment {
    Moment::new(start_of_day(day) + Duration::hours(hour), today.calendar.clone())
}

/// One answer at its time, if that has come and the law of cards lets it.
async fn answer<A: Answer>(
    conn: &mut PgConnection,
    person: &Person,
    case_no: &str,
    rule: &str,
    answer: A,
    then: &Moment,
    today: &Moment,
) -> Result<(), Stop> {
    let card = card::lock(conn, case_no, rule).await?;
    if then.at >= today.at || A::may(&card, then).is_err() {
        return Ok(());
    }
    let actor = person.actor(A::role(person));
    let entry: Entry<CardAct> = record::entry(card::subject(case_no), then.at, actor, Some(person.private()), answer.act(rule));
    record::record(conn, std::slice::from_ref(&entry)).await?;
    card::save(conn, &entry).await
}

async fn someone(conn: &mut PgConnection, role: &str, agency: Option<&str>) -> Result<Option<Person>, Stop> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "select id from people where $1 = any (roles) and agency is not distinct from $2 order by login limit 1",
    )
    .bind(role)
    .bind(agency)
    .fetch_optional(&mut *conn)
    .await?;
    match id {
        Some(id) => people::find(conn, id).await,
        None => Ok(None),
    }
}
