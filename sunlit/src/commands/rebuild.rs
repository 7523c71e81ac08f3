//! 重算 · derives one thing again from the first act on: the sunlight board, the cards. State that people changed is no
//! such thing and is never rebuilt. Cut off half-way, a running `serve` or a second `rebuild` goes on.

use crate::bar::Bar;
use crate::database::{self, Place};
use crate::failure::{Done, Failure};
use crate::{app, logging};
use calendar::Calendar;
use foundation::TimeSource;
use foundation::feed::{self, Consumer};
use sqlx::PgPool;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Options {
    /// 要重算的一项；不写时列出有哪些
    name: Option<String>,
    #[command(flatten)]
    place: Place,
}

pub async fn run(options: Options, json: bool) -> Done {
    logging::start_quiet();
    let consumers = app::consumers(&app::definitions(options.place.definitions.as_deref())?);
    let names: Vec<&str> = consumers.iter().map(|c| c.name()).collect();
    let Some(name) = &options.name else {
        if json {
            println!("{}", serde_json::json!({ "ok": true, "names": names }));
        } else {
            println!("可以重算的有：\n  {}", if names.is_empty() { "（没有）".into() } else { names.join("\n  ") });
        }
        return Ok(ExitCode::SUCCESS);
    };
    let Some(consumer) = consumers.iter().find(|c| c.name() == name) else {
        return Err(Failure::new(format!("没有叫 {name} 的推算结果")).mend(format!("可以重算的有：{}", names.join("、"))));
    };
    let opened = options.place.open().await?;
    let done = rebuild(&opened.pool, consumer.as_ref()).await;
    opened.close().await;
    logging::about_to_tell();
    let read = done?;
    if json {
        println!("{}", serde_json::json!({ "ok": true, "name": name, "acts": read }));
    } else {
        println!("{name} 已从 {read} 个行为重新推算。");
    }
    Ok(ExitCode::SUCCESS)
}

async fn rebuild(pool: &PgPool, consumer: &dyn Consumer) -> Result<usize, Failure> {
    foundation::db::migrate(pool).await?;
    let calendar = Arc::new(Calendar::china());
    let time = match database::demonstration_offset(pool).await? {
        Some(offset) => TimeSource::demonstration(calendar, offset),
        None => TimeSource::system(calendar),
    };
    time.keep_up(pool).await?;
    tokio::select! {
        read = feed::rebuild(pool, consumer, &time) => Ok(read?),
        never = progress(pool, consumer.name()) => Err(never),
    }
}

/// Draws how far the consumer has come, until the rebuild ends.
async fn progress(pool: &PgPool, name: &str) -> Failure {
    let mut bar = Bar::new("重算");
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let at: Result<(i64, i64), sqlx::Error> = sqlx::query_as(
            "select coalesce((select next from feed_cursors where consumer = $1), 0),
                    coalesce((select max(n) + 1 from log_entries), 0)",
        )
        .bind(name)
        .fetch_one(pool)
        .await;
        if let Ok((done, all)) = at {
            bar.show(done as u64, all as u64);
        }
    }
}
