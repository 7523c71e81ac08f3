//! 监察 · how soon a breach shows, by an act and by a deadline that passes, with a thousand open cases and with very many, on one database
//! in one run (C3.3, F134). The aim is one second, and the same cost.

use super::queues::{self, FEW, Times};
use super::{applications, load};
use crate::failure::Failure;
use acts::{Actor, CaseAct, Entry, Moved, Subject};
use catalogue::Catalogue;
use foundation::{House, record};
use serde_json::json;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Breaches of each kind, one after the other.
const TIMES: usize = 60;
/// From one to the next: what one breach costs is not to hide behind the one before.
const APART: Duration = Duration::from_millis(150);
/// What is looked for is looked for so often.
const LOOK: Duration = Duration::from_millis(3);
/// Nobody waits longer for one.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(serde::Serialize)]
pub struct Supervision {
    pub few: u32,
    pub many: u32,
    pub kinds: Vec<Kind>,
}

/// From the moment of the breach to the card in the database, in milliseconds.
#[derive(serde::Serialize)]
pub struct Kind {
    pub kind: &'static str,
    pub few: Times,
    pub many: Times,
}

/// By an act, by a deadline.
type Measured = [Times; 2];

pub async fn run(house: &House, catalogue: &Catalogue, address: SocketAddr, many: u32) -> Result<Supervision, Failure> {
    let ready = applications(house, catalogue, 1).await?;
    load::run(address, 1, Duration::from_secs(30), ready).await?;
    let began = Instant::now();
    while !sqlx::query_scalar::<_, bool>("select exists (select from watches)").fetch_one(house.pool()).await? {
        if began.elapsed() > PATIENCE {
            return Err(Failure::new("监察没有读到第一个办件"));
        }
        tokio::time::sleep(LOOK).await;
    }
    queues::copies(house, 1, FEW).await?;
    watch_all(house).await?;
    let few = measure(house).await?;
    queues::copies(house, FEW, many).await?;
    watch_all(house).await?;
    let all = measure(house).await?;
    let kinds = ["办理行为触发", "期限届满触发"].into_iter().zip(few).zip(all);
    let kinds = kinds.map(|((kind, few), many)| Kind { kind, few, many }).collect();
    Ok(Supervision { few: FEW, many, kinds })
}

/// Every case that is not watched yet is, by a copy of the one watch; its timer stands at a day to come.
async fn watch_all(house: &House) -> Result<(), Failure> {
    sqlx::query(
        "insert into watches (case_no, item, agency, region, stage, submitted_at, due, broken, watch, last_position, changed_at)
         select c.case_no, w.item, w.agency, w.region, w.stage, w.submitted_at, w.due, w.broken,
                jsonb_set(w.watch, '{case_no}', to_jsonb(c.case_no)), w.last_position, w.changed_at
           from cases c
          join watches w on w.case_no = (select min(case_no) from watches)
         on conflict do nothing",
    )
    .execute(house.pool())
    .await?;
    sqlx::query(
        "insert into jobs (kind, key, payload, run_at)
         select $1, case_no, 'null', now() + (1 + hashtext(case_no) & 127) * interval '1 day'
           from watches
         on conflict do nothing",
    )
    .bind(oversight::supervision::KIND)
    .execute(house.pool())
    .await?;
    for table in ["watches", "jobs"] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("vacuum analyze {table}"))).execute(house.pool()).await?;
    }
    Ok(())
}

/// Breaches by acts and by deadlines, each on cases of its own.
async fn measure(house: &House) -> Result<Measured, Failure> {
    let cases: Vec<String> = sqlx::query_scalar(
        "select case_no
           from watches w
          where last_position = (select min(last_position) from watches)
            and not exists (select from cards c where c.case_no = w.case_no)
          order by case_no desc
          limit $1",
    )
    .bind(2 * TIMES as i64)
    .fetch_all(house.pool())
    .await?;
    let (acts, deadlines) = cases.split_at(TIMES);
    Ok([by_acts(house, acts).await?, by_deadlines(house, deadlines).await?])
}

/// A refusal to accept that gives no reason: the breach is there with the act.
async fn by_acts(house: &House, cases: &[String]) -> Result<Times, Failure> {
    let mut took = Vec::new();
    for case in cases {
        let moved: Moved = serde_json::from_value(json!({ "state": state(house, case).await? }))?;
        let act = CaseAct::AcceptanceRefused { basis: String::new(), competent_agency: None, moved, private: None };
        let entry: Entry<CaseAct> = record::entry(Subject::case(case), house.now().at, Actor::system(), None, act);
        let mut tx = house.pool().begin().await?;
        record::record(&mut tx, std::slice::from_ref(&entry)).await?;
        tx.commit().await?;
        let began = Instant::now();
        house.wake();
        card(house, case, began).await?;
        took.push(began.elapsed());
        tokio::time::sleep(APART).await;
    }
    Ok(queues::times(took))
}

/// The chart of the one case that all of them are copies of.
async fn state(house: &House, case: &str) -> Result<serde_json::Value, Failure> {
    Ok(sqlx::query_scalar("select state -> 'process' from cases where case_no = $1").bind(case).fetch_one(house.pool()).await?)
}

/// The last day for accepting is long over, and the timer is set for a moment ahead: the breach is there with the moment.
async fn by_deadlines(house: &House, cases: &[String]) -> Result<Times, Failure> {
    let mut took = Vec::new();
    for case in cases {
        sqlx::query(
            "update watches
                set watch = jsonb_set(watch, '{acceptance,0,clock,start}', to_jsonb((now() - interval '60 days')::date::text))
              where case_no = $1",
        )
        .bind(case)
        .execute(house.pool())
        .await?;
        // Nobody is woken: the background finds it by itself.
        let ahead = Duration::from_millis(100);
        sqlx::query("update jobs set run_at = now() + $3 * interval '1 millisecond' where kind = $1 and key = $2")
            .bind(oversight::supervision::KIND)
            .bind(case)
            .bind(ahead.as_millis() as f64)
            .execute(house.pool())
            .await?;
        let began = Instant::now() + ahead;
        card(house, case, began).await?;
        took.push(Instant::now().saturating_duration_since(began));
        tokio::time::sleep(APART).await;
    }
    Ok(queues::times(took))
}

async fn card(house: &House, case: &str, began: Instant) -> Result<(), Failure> {
    while !sqlx::query_scalar::<_, bool>("select exists (select from cards where case_no = $1)")
        .bind(case)
        .fetch_one(house.pool())
        .await?
    {
        if Instant::now().saturating_duration_since(began) > PATIENCE {
            return Err(Failure::new(format!("{case} 违规以后没有亮牌")));
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

pub fn tell(told: &Supervision) {
    println!("从违规到亮牌记下来，毫秒：中位数（95% 不超过）；每种 {TIMES} 次\n");
    println!("{:<12}{:>20}{:>24}{:>10}", "", format!("{} 件", told.few), format!("{} 件", told.many), "几倍");
    for kind in &told.kinds {
        let said = |times: &Times| format!("{:.0}（{:.0}）", times.median, times.p95);
        println!("{:<12}{:>20}{:>24}{:>10.2}", kind.kind, said(&kind.few), said(&kind.many), kind.many.median / kind.few.median);
    }
}
