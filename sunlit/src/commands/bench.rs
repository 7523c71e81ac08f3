//! 测速 · how fast this machine takes applications and shows guides, beside what the same machine can do at best: pgbench on the
//! same private PostgreSQL, nginx serving the same bytes. One run, so that the ratios mean something wherever it is run.

mod load;
mod peers;
mod queues;
mod supervision;

use crate::database::Place;
use crate::failure::{Done, Failure};
use crate::serving::{self, Ending, listen, reachable};
use crate::throw_away::ThrowAway;
use crate::{app, logging};
use calendar::Calendar;
use catalogue::{Catalogue, Item, MaterialSource};
use foundation::people::{self, New, Person};
use foundation::{House, Site, TimeSource, sessions};
use load::{Ask, Rate};
use serde_json::Value;
use services::cases::submit::party_of;
use sqlx::PgPool;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The matter applied for, and the guide that is read.
const APPLIED: &str = "elderly-card";
const READ: &str = "food-production-licence";

#[derive(clap::Args)]
pub struct Options {
    /// 每一项测多少秒
    #[arg(long, default_value_t = 10, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// 同时有多少人
    #[arg(long, default_value_t = 8, value_name = "CLIENTS", value_parser = clap::value_parser!(u16).range(1..=256))]
    clients: u16,
    /// 只测打开队列：一千件在办时和这么多件在办时；不写数就是一百万件
    #[arg(long, value_name = "CASES", num_args = 0..=1, default_missing_value = "1000000",
          value_parser = clap::value_parser!(u32).range(2_000..=10_000_000))]
    queue: Option<u32>,
    /// 只测监察：一千件在办时和这么多件在办时，违规以后多久亮牌；不写数就是一百万件
    #[arg(long, value_name = "CASES", num_args = 0..=1, default_missing_value = "1000000", conflicts_with = "queue",
          value_parser = clap::value_parser!(u32).range(2_000..=10_000_000))]
    supervision: Option<u32>,
}

/// What was measured.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Told {
    All(Measured),
    Queues(queues::Queues),
    Supervision(supervision::Supervision),
}

/// All per second.
#[derive(serde::Serialize)]
struct Measured {
    machine: String,
    seconds: u64,
    clients: u16,
    /// Applications answered with yes, recorded, numbered and signed.
    applications: f64,
    /// pgbench simple-update transactions, the mean of one run before and one after.
    pgbench: f64,
    applications_to_pgbench: f64,
    guide_bytes: usize,
    guides: f64,
    nginx: f64,
    guides_to_nginx: f64,
}

pub async fn run(options: Options, json: bool) -> Done {
    logging::start_quiet();
    let ending = Ending::watch()?;
    let gone = ThrowAway::make()?;
    let place = Place { data: gone.dir().to_owned(), database_url: None, definitions: None };
    let opened = place.open().await?;
    let listener = listen(([127, 0, 0, 1], 0).into()).await?;
    let address = listener.local_addr()?;
    let site = Site { name: "阳光政务（测速）".into(), ..super::serve::usual_site(&reachable(address)) };
    let catalogue = app::definitions(None)?;
    let time = TimeSource::system(Arc::new(Calendar::china()));
    let app = app::build(opened.pool.clone(), time, opened.files()?, site, catalogue.clone()).await?;
    let house = app.house.clone();
    let served = ending.clone();
    let server = tokio::spawn(async move { serving::until_asked(listener, app, &served).await });

    let length = Duration::from_secs(options.seconds);
    let clients = usize::from(options.clients);
    let measuring = async {
        if let Some(many) = options.queue {
            return queues::run(&house, &catalogue, address, many).await.map(Told::Queues);
        }
        if let Some(many) = options.supervision {
            return supervision::run(&house, &catalogue, address, many).await.map(Told::Supervision);
        }
        // Named before anything is measured: what is missing here is missing at the end too.
        let nginx = peers::nginx_program()?;
        let say = |what: &str| {
            if !json {
                eprintln!("{what}……")
            }
        };
        say("pgbench，第一遍");
        let pgbench = peers::Pgbench::prepare(&opened).await?;
        let before = pgbench.run(clients, length).await?;
        say("准备申请人和填好的申请");
        // As many as could be taken if an application cost no more than a pgbench transaction.
        let ready = applications(&house, &catalogue, (before * length.as_secs_f64() * 1.1) as usize).await?;
        say("提交申请");
        let applications = take(&house, load::run(address, clients, length, ready).await?).await?;
        say("pgbench，第二遍");
        let after = pgbench.run(clients, length).await?;
        say("看办事指南");
        let guide = Ask::get(&format!("/matters/{READ}"));
        let bytes = load::body(address, &guide).await?;
        let guides = load::repeat(address, clients, length, &guide).await?;
        say("nginx");
        let nginx = peers::Nginx::serve(&nginx, gone.dir(), &bytes).await?;
        let served = load::repeat(nginx.address, clients, length, &Ask::get("/guide.html")).await?;
        drop(nginx);
        let pgbench = (before + after) / 2.0;
        Ok::<_, Failure>(Told::All(Measured {
            machine: machine(),
            seconds: options.seconds,
            clients: options.clients,
            applications,
            pgbench,
            applications_to_pgbench: applications / pgbench,
            guide_bytes: bytes.len(),
            guides: guides.per_second(),
            nginx: served.per_second(),
            guides_to_nginx: guides.per_second() / served.per_second(),
        }))
    };
    let measured = tokio::select! {
        measured = measuring => measured,
        () = ending.asked(1) => Err(Failure::new("测速中止了")),
    };
    server.abort();
    let _ = server.await;
    opened.close().await;
    drop(gone);
    tell(&measured?, json)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(told: &Told, json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string(told).map_err(|e| Failure::new(e.to_string()))?);
        return Ok(());
    }
    if cfg!(debug_assertions) {
        println!("这是没有优化的程序，数字不能作数：请用 cargo run --release -- bench\n");
    }
    let measured = match told {
        Told::All(measured) => measured,
        Told::Queues(queues) => {
            println!("{}\n", machine());
            queues::tell(queues);
            return Ok(());
        }
        Told::Supervision(told) => {
            println!("{}\n", machine());
            supervision::tell(told);
            return Ok(());
        }
    };
    println!("{}；{} 人同时，每项 {} 秒\n", measured.machine, measured.clients, measured.seconds);
    println!("每秒受理登记的申请（记入、编号、签名都完成）  {:>9.0}", measured.applications);
    println!("每秒 pgbench -N 事务，同一个 PostgreSQL       {:>9.0}", measured.pgbench);
    println!("  相当于 pgbench 的                            {:>8.2}", measured.applications_to_pgbench);
    println!("每秒办事指南页（{} 字节）                  {:>9.0}", measured.guide_bytes, measured.guides);
    println!("每秒 nginx 从磁盘送同样的字节                 {:>9.0}", measured.nginx);
    println!("  相当于 nginx 的                              {:>8.2}", measured.guides_to_nginx);
    Ok(())
}

/// The processor and how many of it there are.
fn machine() -> String {
    let model = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|l| l.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}，{cores} 核", model.unwrap_or_else(|| std::env::consts::ARCH.into()))
}

/// Applications per second, to the moment when the last act is numbered and its log head signed.
async fn take(house: &House, rate: Rate) -> Result<f64, Failure> {
    let began = Instant::now();
    while sqlx::query_scalar::<_, bool>("select exists (select from acts_pending)").fetch_one(house.pool()).await? {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let cases: i64 = sqlx::query_scalar("select count(*) from cases").fetch_one(house.pool()).await?;
    if cases as usize != rate.done {
        return Err(Failure::new(format!("答应了 {} 件，库里有 {cases} 件", rate.done)));
    }
    Ok(rate.done as f64 / (rate.took + began.elapsed()).as_secs_f64())
}

/// So many people, each signed in and with an application that only waits to be sent.
async fn applications(house: &House, catalogue: &Catalogue, count: usize) -> Result<Vec<Ask>, Failure> {
    let item = &catalogue.item(APPLIED).ok_or_else(|| Failure::new(format!("没有事项 {APPLIED}")))?;
    let applicant = sample(house, "bench").await?;
    let today = house.now().date();
    let answers = services::demo::answers(item, &party_of(&applicant), &applicant, today, 0);
    let mut paper = house.files().passing()?;
    paper.add(b"%PDF-1.4 bench").await?;
    let paper = paper.admit(house.pool(), "bench", "材料.pdf", house.now().at).await?;
    let mut asks = Vec::with_capacity(count);
    for from in (0..count).step_by(2000) {
        asks.extend(
            some(house.pool(), item, &applicant, &answers, (&paper.sha256, paper.size), from..count.min(from + 2000)).await?,
        );
    }
    sqlx::query("analyze").execute(house.pool()).await?;
    Ok(asks)
}

/// One made-up person, the pattern of all.
async fn sample(house: &House, login: &str) -> Result<Person, Failure> {
    let born = chrono::NaiveDate::from_ymd_opt(1950, 1, 1).unwrap_or_default();
    let new = New {
        login: login.into(),
        name: "王敏".into(),
        resident_id: Some(services::demo::resident_id("341524", born, 1)),
        mobile: Some("13900000000".into()),
        roles: vec!["citizen".into()],
        ..New::default()
    };
    let mut conn = house.pool().acquire().await?;
    let id = people::create(&mut conn, new, house.now().at).await?;
    people::find(&mut *conn, id).await?.ok_or_else(|| Failure::new("刚登记的人不见了"))
}

async fn some(
    pool: &PgPool,
    item: &Item,
    pattern: &Person,
    answers: &serde_json::Map<String, Value>,
    (sha256, size): (&str, i64),
    range: std::ops::Range<usize>,
) -> Result<Vec<Ask>, Failure> {
    let tokens: Vec<String> = range.clone().map(|_| sessions::new_token()).collect();
    let hashes: Vec<Vec<u8>> = tokens.iter().map(|token| sessions::token_hash(token)).collect();
    let people: Vec<Uuid> = range.clone().map(|_| Uuid::now_v7()).collect();
    let logins: Vec<String> = range.clone().map(|n| format!("bench{n}")).collect();
    let drafts: Vec<Uuid> = range.map(|_| Uuid::now_v7()).collect();
    sqlx::query(
        "insert into people (id, login, name, folded_name, resident_id, mobile, roles)
         select id, login, $3, $3, $4, $5, array['citizen'] from unnest($1::uuid[], $2::text[]) as n (id, login)",
    )
    .bind(&people)
    .bind(&logins)
    .bind(&pattern.name)
    .bind(&pattern.resident_id)
    .bind(&pattern.mobile)
    .execute(pool)
    .await?;
    sqlx::query(
        "insert into sessions (token_hash, person, created_at, seen_at, expires_at)
         select hash, person, now(), now(), now() + interval '40 minutes' from unnest($1::bytea[], $2::uuid[]) as n (hash, person)",
    )
    .bind(&hashes)
    .bind(&people)
    .execute(pool)
    .await?;
    sqlx::query(
        "insert into drafts (id, person, item, answers, saved_at)
         select id, person, $3, $4, now() from unnest($1::uuid[], $2::uuid[]) as n (id, person)",
    )
    .bind(&drafts)
    .bind(&people)
    .bind(&item.slug)
    .bind(Value::Object(answers.clone()))
    .execute(pool)
    .await?;
    let materials: Vec<String> = item
        .materials_for(answers)
        .into_iter()
        .filter(|m| m.required && m.source == MaterialSource::Applicant)
        .map(|m| m.key.clone())
        .collect();
    sqlx::query(
        "insert into files (id, owner, name, media_type, size, sha256)
         select gen_random_uuid(), 'draft:' || draft || ':' || material, '材料.pdf', 'application/pdf', $3, $4
           from unnest($1::uuid[]) as d (draft), unnest($2::text[]) as m (material)",
    )
    .bind(&drafts)
    .bind(&materials)
    .bind(size)
    .bind(sha256)
    .execute(pool)
    .await?;
    Ok(tokens
        .iter()
        .zip(&drafts)
        .map(|(token, draft)| Ask::post(&format!("/matters/{}/apply/check?draft={draft}", item.slug), "", token))
        .collect())
}
