//! 队列 · what opening an officer's queue costs with a thousand open cases and with very many, on one database in one run.

use super::load::{self, Ask};
use super::{applications, sample};
use crate::failure::Failure;
use catalogue::Catalogue;
use foundation::{House, sessions};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The agency whose queue is opened; all the cases are its.
const AGENCY: &str = "youhua-town";
/// Open cases at first.
pub const FEW: u32 = 1_000;
/// A page is opened so many times, one after the other.
const TIMES: usize = 100;
/// Inserted at a time.
const AT_A_TIME: u32 = 50_000;

/// The pages that are opened, with what they are called.
const PAGES: [(&str, &str); 5] = [
    ("待我办", "/counter/queue"),
    ("到期和超期", "/counter/queue?show=today"),
    ("补正中", "/counter/queue?show=correction"),
    ("暂停中", "/counter/queue?show=paused"),
    ("按姓名找", "/counter/queue?show=all&q=%E7%8E%8B%E6%95%8F"),
];

/// One page with few cases and with many, in milliseconds.
#[derive(serde::Serialize)]
pub struct Page {
    pub page: &'static str,
    pub few: Times,
    pub many: Times,
}

/// Half of the times are shorter than the first, all but five in a hundred than the second.
#[derive(Clone, Copy, serde::Serialize)]
pub struct Times {
    pub median: f64,
    pub p95: f64,
}

#[derive(serde::Serialize)]
pub struct Queues {
    pub few: u32,
    pub many: u32,
    pub pages: Vec<Page>,
}

pub async fn run(house: &House, catalogue: &Catalogue, address: SocketAddr, many: u32) -> Result<Queues, Failure> {
    let ready = applications(house, catalogue, 1).await?;
    load::run(address, 1, Duration::from_secs(30), ready).await?;
    let officer = officer(house).await?;
    copies(house, 1, FEW).await?;
    let few = measure(address, &officer).await?;
    copies(house, FEW, many).await?;
    let many_times = measure(address, &officer).await?;
    let pages = PAGES.iter().zip(few).zip(many_times).map(|(((page, _), few), many)| Page { page, few, many }).collect();
    Ok(Queues { few: FEW, many, pages })
}

/// A session of an officer of the agency.
async fn officer(house: &House) -> Result<String, Failure> {
    let pattern = sample(house, "bench-officer").await?;
    sqlx::query("update people set roles = array['counter_officer'], agency = $2, post = '1 号窗口' where id = $1")
        .bind(pattern.id)
        .bind(AGENCY)
        .execute(house.pool())
        .await?;
    let token = sessions::new_token();
    sqlx::query(
        "insert into sessions (token_hash, person, created_at, seen_at, expires_at)
         values ($1, $2, now(), now(), now() + interval '40 minutes')",
    )
    .bind(sessions::token_hash(&token))
    .bind(pattern.id)
    .execute(house.pool())
    .await?;
    Ok(token)
}

/// Copies of the one case that was applied for, `there` of which there are, until there are so many; all open, in every stage, due over half a
/// year.
pub async fn copies(house: &House, there: u32, wanted: u32) -> Result<(), Failure> {
    for from in (there..wanted).step_by(AT_A_TIME as usize) {
        sqlx::query(
            "with made as (
               select n, left(case_no, 12) || lpad(n::text, 8, '0') || 'Z' as no,
                      (array['王敏', '李强', '张伟', '刘洋', '陈静'])[1 + n % 5] || n as name,
                      (array['in_review', 'in_review', 'in_review', 'in_review', 'in_review', 'submitted', 'submitted', 'granted',
                             'correction_requested', 'paused'])[1 + n % 10] as stage,
                      item, region, agency, applicant, filed_by, submitted_at, state
                 from (select * from cases order by case_no limit 1) as pattern, generate_series($1::int, $2::int) as n)
             insert into cases (case_no, item, region, agency, stage, applicant, filed_by, once, submitted_at, due, state)
             select no, item, region, agency, stage, applicant, filed_by, gen_random_uuid(), submitted_at - n * interval '1 second',
                    (now() + (n % 180 - 20) * interval '1 day')::date,
                    jsonb_set(state || jsonb_build_object('no', no, 'stage', stage), '{applicant,name}', to_jsonb(name))
               from made",
        )
        .bind(i32::try_from(from).unwrap_or(i32::MAX))
        .bind(i32::try_from(wanted.min(from + AT_A_TIME) - 1).unwrap_or(i32::MAX))
        .execute(house.pool())
        .await?;
    }
    sqlx::raw_sql("vacuum analyze cases").execute(house.pool()).await?;
    Ok(())
}

async fn measure(address: SocketAddr, officer: &str) -> Result<Vec<Times>, Failure> {
    let mut all = Vec::new();
    for (_, path) in PAGES {
        let ask = Ask::get_as(path, officer);
        let mut took = Vec::with_capacity(TIMES);
        // The first opens connections and plans.
        for time in 0..=TIMES {
            let began = Instant::now();
            load::body(address, &ask).await?;
            if time > 0 {
                took.push(began.elapsed());
            }
        }
        all.push(times(took));
    }
    Ok(all)
}

/// In milliseconds.
pub fn times(took: Vec<Duration>) -> Times {
    let mut took: Vec<f64> = took.into_iter().map(|one| one.as_secs_f64() * 1000.0).collect();
    took.sort_by(f64::total_cmp);
    Times { median: took[took.len() / 2], p95: took[took.len() * 95 / 100] }
}

pub fn tell(queues: &Queues) {
    println!("打开队列，毫秒：中位数（95% 不超过）；每页连开 {TIMES} 次\n");
    println!("{:<12}{:>20}{:>24}{:>10}", "", format!("{} 件", queues.few), format!("{} 件", queues.many), "几倍");
    for page in &queues.pages {
        let said = |times: &Times| format!("{:.1}（{:.1}）", times.median, times.p95);
        println!("{:<12}{:>20}{:>24}{:>10.2}", page.page, said(&page.few), said(&page.many), page.many.median / page.few.median);
    }
}
