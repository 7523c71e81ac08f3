//! 后台 · what goes on between requests: numbering acts, feeding what is derived from them, and timers.

use crate::{House, Stop, feed, jobs, sequencer};
use std::time::Duration;

/// How often the background looks even if nobody wakes it.
const PULSE: Duration = Duration::from_millis(200);

/// Runs until the program ends. Errors are logged and tried again: a database that was away comes back.
pub async fn run(house: House) {
    loop {
        match pass(&house).await {
            Ok(true) => {}
            Ok(false) => {
                tokio::select! {
                    () = house.woken() => tokio::time::sleep(Duration::from_millis(10)).await,
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
    let now = house.now();
    let mut more = false;
    while jobs::run_one(house, &now).await? {
        more = true;
    }
    more |= sequencer::sequence(house.pool(), house.log_key(), house.instance()).await? > 0;
    for consumer in house.consumers() {
        more |= feed::advance(house.pool(), consumer.as_ref(), 500, &now).await? > 0;
    }
    Ok(more)
}

/// Works until nothing is left to do at this moment; for tests, the demonstration's clock and commands.
pub async fn settle(house: &House) -> Result<(), Stop> {
    while pass(house).await? {}
    Ok(())
}
