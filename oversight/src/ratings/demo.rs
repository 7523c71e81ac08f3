//! 演示 · what became of the bad ratings of the year: called back, put right, explained, planned, not counted, disputed, late; by the same law
//! as real ones, each act at its hour.

use super::order::Order;
use super::{check, record};
use acts::{ActBody, Actor, ActorPrivate, RatingAct, RatingOrderAct, RatingStep, Said, SetAside, Subject};
use calendar::{local_date, start_of_day};
use chrono::{Days, Duration, NaiveDate};
use foundation::kept::Timed;
use foundation::people::{self, Person};
use foundation::{House, Moment, Stop};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// What is done with each, in turn.
#[derive(Clone, Copy)]
enum Manner {
    Corrected,
    Planned,
    Disputed,
    Explained,
    Mistaken,
    Late,
}

use Manner::{Corrected, Disputed, Explained, Late, Mistaken, Planned};

const TURNS: [Manner; 8] = [Corrected, Planned, Corrected, Disputed, Mistaken, Corrected, Explained, Late];

const MEASURES: [&str; 4] = [
    "上午多开一个综合窗口，等候超过三十分钟就加开。",
    "一次告知单改成打勾的，当面逐项核对再取号。",
    "电话安排专人接听，没有接到的当天回过去。",
    "已向当事人道歉，窗口人员重新培训。",
];

type Step = (Moment, RatingOrderAct, (Actor, Option<ActorPrivate>));

/// For after the feed has read the year; before its timers ring.
pub async fn seed(house: &House) -> Result<(), Stop> {
    let supervisor = people::by_login(house.pool(), "supervisor").await?.ok_or(Stop::NotFound("演示身份"))?;
    let today = house.now();
    let mut tx = house.pool().begin().await?;
    let numbers: Vec<String> = sqlx::query_scalar("select no from rating_orders order by no").fetch_all(&mut *tx).await?;
    let mut desks = HashMap::new();
    for (nth, no) in numbers.iter().enumerate() {
        let order = record::find(&mut tx, no).await?;
        if !desks.contains_key(&order.agency) {
            desks.insert(order.agency.clone(), desk(&mut tx, &order.agency).await?);
        }
        let Some(Some(desk)) = desks.get(&order.agency) else { continue };
        tell(&mut tx, &today, desk, &supervisor, &order, nth).await?;
    }
    words(&mut tx, &today, &supervisor).await?;
    tx.commit().await?;
    house.wake();
    Ok(())
}

/// The days that are over are counted again.
pub async fn count(house: &House) -> Result<(), Stop> {
    let now = house.now();
    check::check(&mut *house.pool().acquire().await?, now.date() - Days::new(1), &now).await
}

/// Who handles the bad ratings of an agency.
async fn desk(conn: &mut PgConnection, agency: &str) -> Result<Option<Person>, Stop> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "select id
           from people
          where agency = $1
            and roles && array['liaison', 'chief_representative']
          order by 'liaison' = any (roles) desc, login
          limit 1",
    )
    .bind(agency)
    .fetch_optional(&mut *conn)
    .await?;
    match id {
        Some(id) => people::find(&mut *conn, id).await,
        None => Ok(None),
    }
}

/// What a desk, the rater and supervision do with one, in order.
fn steps(today: &Moment, desk: &Person, supervisor: &Person, order: &Order, nth: usize) -> Vec<Step> {
    let after = |days: u32, hour: i64| {
        let day: NaiveDate = today.calendar.add_working_days(local_date(order.at), days);
        Moment::new(start_of_day(day) + Duration::hours(hour), today.calendar.clone())
    };
    let ours = || (desk.actor_as(&["liaison", "chief_representative"]), Some(desk.private()));
    let theirs = || (supervisor.actor("supervisor"), Some(supervisor.private()));
    let rater = || (Actor { role: "applicant".into(), agency: None, post: None }, None);
    let said = |text: &str| Some(Said { text: text.into() });
    let measure = MEASURES[nth % MEASURES.len()];
    let corrected = || RatingOrderAct::Corrected {
        measure: measure.into(),
        private: said("谢谢您说出来，已经改了，欢迎再来看。"),
    };
    let satisfied = |satisfied| RatingOrderAct::Satisfied { satisfied, private: None };
    let mut steps = Vec::new();
    if order.named && !matches!(TURNS[nth % TURNS.len()], Late) {
        let called = |reached, text| RatingOrderAct::CalledBack { reached, private: said(text) };
        if nth.is_multiple_of(5) {
            steps.push((after(1, 10), called(false, "打了两次，没有人接。"), ours()));
        }
        steps.push((after(1, 11), called(true, "听了经过，记下要改的。"), ours()));
    }
    match TURNS[nth % TURNS.len()] {
        Corrected => {
            steps.push((after(3, 15), corrected(), ours()));
            steps.push((after(4, 20), satisfied(true), rater()));
        }
        Planned => {
            let reason = "要等新的取号机到货。".to_owned();
            let until = today.calendar.add_working_days(local_date(order.at), 12);
            steps.push((after(2, 10), RatingOrderAct::Planned { until, reason }, ours()));
            steps.push((after(11, 16), corrected(), ours()));
        }
        Disputed => {
            steps.push((after(3, 15), corrected(), ours()));
            steps.push((after(5, 20), satisfied(false), rater()));
            let reviewed = RatingOrderAct::Reviewed { justified: true, reason: "到现场看过，还没有改到位。".into() };
            steps.push((after(8, 10), reviewed, theirs()));
            steps.push((after(11, 15), corrected(), ours()));
            steps.push((after(12, 19), satisfied(true), rater()));
        }
        Explained => {
            let basis = "办理期限按法律规定从受理的第二天起算，补正的日子不算在内（行政许可法第四十二条）。".to_owned();
            steps.push((
                after(3, 11),
                RatingOrderAct::Explained { basis, private: said("逐条说明了，也说了可以怎样更快。") },
                ours(),
            ));
        }
        Mistaken => {
            let proof = "评价人回访时说点错了，本意是满意，有录音。".to_owned();
            let asked = RatingOrderAct::SetAsideAsked { ground: SetAside::Mistaken, proof, private: None };
            steps.push((after(2, 10), asked, ours()));
            // Without a call nobody could say that it was a mistake.
            let set_aside = order.named;
            let reason = if set_aside { "听了录音，属实。" } else { "没有证据，照样计入。" }.to_owned();
            steps.push((after(4, 10), RatingOrderAct::SetAsideDecided { set_aside, reason }, theirs()));
            if !set_aside {
                steps.push((after(5, 10), corrected(), ours()));
            }
        }
        Late => {
            if order.named {
                steps.push((after(6, 9), RatingOrderAct::CalledBack { reached: true, private: said("道了歉。") }, ours()));
            }
            steps.push((after(9, 15), corrected(), ours()));
        }
    }
    steps
}

async fn tell(
    conn: &mut PgConnection,
    today: &Moment,
    desk: &Person,
    supervisor: &Person,
    order: &Order,
    nth: usize,
) -> Result<(), Stop> {
    for (when, act, by) in steps(today, desk, supervisor, order, nth) {
        if when.at >= today.at {
            return Ok(());
        }
        passes(conn, &order.no, &when).await?;
        let order = record::lock(conn, &order.no).await?;
        record::act(conn, order, act, by, &when).await?;
    }
    Ok(())
}

/// What the clock had done by then, at its second.
async fn passes(conn: &mut PgConnection, no: &str, until: &Moment) -> Result<(), Stop> {
    loop {
        let order = record::lock(conn, no).await?;
        let Some(act) = order.of_itself(until) else { return Ok(()) };
        let due = match &act {
            RatingOrderAct::Overdue { step: RatingStep::CallBack | RatingStep::Answer, due } => *due,
            _ => return Ok(()),
        };
        let entry = foundation::record::entry(record::subject(no), calendar::end_of_day(due), Actor::system(), None, act);
        record::keep(conn, order, entry, &until.calendar).await?;
    }
}

/// Most of what was written was looked at on the day after.
async fn words(conn: &mut PgConnection, today: &Moment, supervisor: &Person) -> Result<(), Stop> {
    let waiting = record::waiting(conn, -1, 1000).await?;
    let acts: Vec<Uuid> = waiting.iter().map(|(_, act, ..)| *act).collect();
    let said = record::said_all(conn, &acts).await?;
    let (mut entries, most) = (Vec::new(), waiting.len() * 4 / 5);
    for rating in acts.into_iter().take(most) {
        let Some(no) = record::lock_words(conn, rating).await? else { continue };
        let Some(said) = said.get(&rating) else { continue };
        record::seen(conn, rating).await?;
        let act = RatingAct::WordsShown { rating, text: said.text.clone() };
        let subject = Subject { kind: RatingAct::SUBJECT.into(), no };
        let by = (supervisor.actor("supervisor"), Some(supervisor.private()));
        entries.push(foundation::record::entry(subject, today.at, by.0, by.1, act));
    }
    foundation::record::record(conn, &entries).await?;
    Ok(())
}
