//! 指标 · `/metrics` in the Prometheus text format, and `/health`.

use crate::caller::Caller;
use crate::{House, Stop};
use axum::Json;
use axum::extract::State;
use axum::http::Method;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

fn handle() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}

pub(crate) fn request(method: &Method, status: u16, took: Duration) {
    handle();
    let labels = [("method", method.to_string()), ("status", status.to_string())];
    metrics::counter!("sunlit_requests_total", &labels).increment(1);
    metrics::histogram!("sunlit_request_seconds").record(took.as_secs_f64());
}

/// What a monitor on this machine asks; to anybody else there is no such page.
pub async fn serve(State(house): State<House>, caller: Caller) -> Result<String, Stop> {
    if !caller.is_here() {
        return Err(Stop::NotFound("页面"));
    }
    let (entries, pending, jobs, failing): (i64, i64, i64, i64) = sqlx::query_as(
        "select coalesce((select max(n) + 1 from log_entries), 0),
                (select count(*) from acts_pending),
                (select count(*) from jobs),
                (select count(*) from jobs where attempts > 0)",
    )
    .fetch_one(house.pool())
    .await?;
    metrics::gauge!("sunlit_log_entries").set(entries as f64);
    metrics::gauge!("sunlit_acts_pending").set(pending as f64);
    metrics::gauge!("sunlit_jobs").set(jobs as f64);
    metrics::gauge!("sunlit_jobs_failing").set(failing as f64);
    let handle = handle().ok_or_else(|| Stop::Fault("no recorder".into()))?;
    handle.run_upkeep();
    Ok(handle.render())
}

/// 200 when the database answers; what a load balancer asks.
pub async fn health(State(house): State<House>) -> Result<Json<serde_json::Value>, Stop> {
    let one: i32 = sqlx::query_scalar("select 1").fetch_one(house.pool()).await?;
    Ok(Json(
        serde_json::json!({ "status": "ok", "database": one == 1, "instance": house.instance(), "version": env!("CARGO_PKG_VERSION") }),
    ))
}
