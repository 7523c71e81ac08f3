//! 后台 · what goes on between requests: numbering acts, feeding what is derived from them, and timers.

use crate::{House, Moment, Stop, feed, jobs, sequencer};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// How often the background looks even if nobody wakes it.
const PULSE: Duration = Duration::from_millis(200);

/// How long it waits for more once it is woken.
const GATHER: Duration = Duration::from_millis(30);

/// Runs until the program ends. Errors are logged and tried again: a database that was away comes back.
pub async fn run(house: House) {
    loop {
        match pass(&house).await {
            Ok(true) => {}
            Ok(false) => {
                tokio::select! {
                    // What comes in quick succession is numbered and read together.
                    () = house.woken() => tokio::time::sleep(GATHER).await,
                    () = tokio::time::sleep(PULSE) => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "background work was interrupted");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

/// One round; `true` when there may be more to do at once.
pub async fn pass(house: &House) -> Result<bool, Stop> {
    pass_at(house, &house.now()).await
}

async fn pass_at(house: &House, now: &Moment) -> Result<bool, Stop> {
    let mut more = false;
    while jobs::run_one(house, now).await? {
        more = true;
    }
    Ok(more | read_at(house, now).await?)
}

/// Numbers what is new, and lets everybody read it.
async fn read_at(house: &House, now: &Moment) -> Result<bool, Stop> {
    let mut more = sequencer::sequence(house.pool(), house.log_key(), house.instance()).await? > 0;
    for consumer in house.consumers() {
        more |= feed::advance(house.pool(), consumer.as_ref(), 500, now.at, house.time()).await? > 0;
    }
    Ok(more)
}

/// Works until nothing is left to do at this moment; for tests, the demonstration's clock and commands.
pub async fn settle(house: &House) -> Result<(), Stop> {
    while pass(house).await? {}
    Ok(())
}

/// Reads along, as of `then`, while a history is made, so that [`relive`] has less to catch up with; never ends by itself.
pub async fn read_along(house: House, then: DateTime<Utc>) -> Result<(), Stop> {
    let then = Moment::new(then, house.time().calendar());
    loop {
        if !read_at(&house, &then).await? {
            tokio::time::sleep(GATHER).await;
        }
    }
}

/// Catches up with a history that was made afterwards, as if each thing had been done when it fell due; for the demonstration.
pub async fn relive(house: &House, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<(), Stop> {
    let mut then = Moment::new(from, house.time().calendar());
    loop {
        while pass_at(house, &then).await? {}
        // What keeps failing is tried on the way, and is no reason to stop.
        let due: Option<DateTime<Utc>> = sqlx::query_scalar("select min(run_at) from jobs where attempts < 10 and run_at <= $1")
            .bind(until)
            .fetch_one(house.pool())
            .await?;
        match due {
            Some(due) => then.at = then.at.max(due),
            None => return Ok(()),
        }
    }
}
