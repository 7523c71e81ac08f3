//! 数据库与记录 · the server's settings, the schema, the log recomputed from its acts, and work that stays undone.

use super::{Check, broken, watch, well};
use crate::commands::migrate::applied;
use chrono::{DateTime, Utc};
use foundation::Stop;
use foundation::db::MIGRATIONS;
use foundation::sequencer::{self, LogKey};
use sqlx::PgPool;

/// What must hold for an acknowledged act to survive.
pub async fn server(pool: &PgPool, psql: &str) -> Result<Vec<Check>, sqlx::Error> {
    let (version, encoding, fsync, commits, pages, checksums, at): (
        String,
        String,
        String,
        String,
        String,
        String,
        DateTime<Utc>,
    ) = sqlx::query_as(
        "select current_setting('server_version'),
                current_setting('server_encoding'),
                current_setting('fsync'),
                current_setting('synchronous_commit'),
                current_setting('full_page_writes'),
                current_setting('data_checksums'),
                clock_timestamp()",
    )
    .fetch_one(pool)
    .await?;
    let mut checks = vec![well("数据库", format!("PostgreSQL {version} 应答正常"))];
    if encoding != "UTF8" {
        checks.push(broken(
            "数据库编码",
            format!("是 {encoding}，生僻字会丢"),
            "重建数据库：createdb -E UTF8 -T template0 --locale=C.UTF-8 sunlit",
        ));
    }
    for (name, value) in [("fsync", &fsync), ("synchronous_commit", &commits), ("full_page_writes", &pages)] {
        if value == "off" {
            checks.push(broken(
                "落盘",
                format!("{name} 关着，断电会丢掉已经答复过的事"),
                format!("{psql} -c \"alter system set {name} = on\" -c \"select pg_reload_conf()\""),
            ));
        }
    }
    if checksums == "off" {
        checks.push(watch("数据校验和", "没有打开，磁盘坏了不容易发现", "停库后执行 pg_checksums --enable -D 数据目录"));
    }
    let apart = (Utc::now() - at).num_seconds().abs();
    if apart > 5 {
        checks.push(broken("两台机器的时钟", format!("本机和数据库相差 {apart} 秒"), "两台都执行 timedatectl set-ntp true"));
    }
    Ok(checks)
}

pub async fn schema(pool: &PgPool) -> Result<Check, sqlx::Error> {
    const NAME: &str = "数据库结构";
    let applied = applied(pool).await?;
    let known: Vec<i64> = MIGRATIONS.iter().map(|m| m.version).collect();
    let missing = known.iter().filter(|v| !applied.contains(v)).count();
    Ok(match applied.iter().find(|v| !known.contains(v)) {
        Some(newer) => broken(NAME, format!("已经升到 {newer}，比这个程序新"), "换用新版本的 sunlit"),
        None if missing > 0 => watch(NAME, format!("还差 {missing} 步"), "sunlit migrate"),
        None => well(NAME, format!("最新（{} 步）", applied.len())),
    })
}

/// Recomputes the log from the acts: one altered row is one named entry.
pub async fn log(pool: &PgPool) -> Check {
    const NAME: &str = "公开日志";
    let checked = async {
        let there: bool = sqlx::query_scalar("select exists (select from log_key)").fetch_one(pool).await?;
        if !there {
            return Ok(None);
        }
        // The key is there and is read; only a second one may still have to be made.
        let key = LogKey::read_or_create(pool, "-").await?;
        let size: i64 = sqlx::query_scalar("select coalesce(max(size), 0) from log_checkpoints").fetch_one(pool).await?;
        Ok::<_, Stop>(Some((size, sequencer::check(pool, &key).await?)))
    };
    match checked.await {
        Ok(None) => well(NAME, "还没有开始"),
        Ok(Some((size, findings))) if findings.is_empty() => well(NAME, format!("{size} 条逐条核对过，与签名一致")),
        Ok(Some((_, findings))) => {
            let shown: Vec<&str> = findings.iter().take(12).map(String::as_str).collect();
            let more = findings.len().saturating_sub(shown.len());
            let more = if more > 0 { format!("\n另有 {more} 处") } else { String::new() };
            broken(
                NAME,
                format!("有 {} 处不对：\n{}{more}", findings.len(), shown.join("\n")),
                "先保全现场（停止写入，复制数据目录），再从备份恢复所列条目，并查是谁改的",
            )
        }
        Err(stop) => broken(NAME, stop.to_string(), "看数据库日志"),
    }
}

/// Whether those who witness the log still sign it.
pub async fn witnesses(pool: &PgPool) -> Check {
    const NAME: &str = "见证人";
    let asked = async {
        let all = foundation::witnesses::all(&mut *pool.acquire().await?).await?;
        Ok::<_, Stop>(all.into_iter().filter(|one| one.until.is_none()).collect::<Vec<_>>())
    };
    let all = match asked.await {
        Ok(all) => all,
        Err(stop) => return broken(NAME, stop.to_string(), "看数据库日志"),
    };
    let troubled = all.iter().filter_map(|one| Some((one, one.trouble?)));
    let said: Vec<String> = troubled.clone().map(|(one, trouble)| format!("{}：{}", one.name, trouble.zh())).collect();
    match (all.len(), troubled.clone().any(|(_, trouble)| trouble.is_grave())) {
        (0, _) => well(NAME, "还没有"),
        (_, true) => broken(NAME, said.join("\n"), "先保全现场（停止写入，复制数据目录），再查日志是不是退回过旧备份、改过数据"),
        _ if !said.is_empty() => watch(NAME, said.join("\n"), "问见证人；它恢复以后会自己跟上"),
        (count, _) => well(NAME, format!("{count} 家，都签着")),
    }
}

/// Folds every case anew from its acts (H40): a row somebody wrote to is named.
pub async fn cases(pool: &PgPool) -> Check {
    const NAME: &str = "办件";
    match services::cases::case::astray(pool).await {
        Ok(found) if found.is_empty() => well(NAME, "每一件都和它的行为一致"),
        Ok(found) => {
            let shown: Vec<&str> = found.iter().take(12).map(String::as_str).collect();
            broken(
                NAME,
                format!("有 {} 件和它的行为对不上：{}", found.len(), shown.join("、")),
                "先保全现场（停止写入，复制数据目录），再从备份恢复所列办件，并查是谁改的",
            )
        }
        Err(stop) => broken(NAME, stop.to_string(), "看数据库日志"),
    }
}

/// So many failures are no accident any more: nearly ten minutes of trying.
const KEEPS_FAILING: i32 = 9;

/// Work that waits too long or keeps failing.
pub async fn backlog(pool: &PgPool, psql: &str) -> Vec<Check> {
    let asked: Result<(i64, i64, i64), sqlx::Error> = sqlx::query_as(
        "select (select count(*) from jobs where attempts >= $1 and attempts > 0),
                (select count(*) from acts_pending),
                (select count(*)
                   from feed_cursors
                  where next < coalesce((select max(n) + 1 from log_entries), 0))",
    )
    .bind(KEEPS_FAILING)
    .fetch_one(pool)
    .await;
    let Ok((failing, pending, behind)) = asked else {
        return Vec::new();
    };
    let mut checks = Vec::new();
    if failing > 0 {
        let named: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "select kind, key, last_error
               from jobs
              where attempts >= $1
                and attempts > 0
              order by attempts desc
              limit 12",
        )
        .bind(KEEPS_FAILING)
        .fetch_all(pool)
        .await
        .unwrap_or_default();
        let named: Vec<String> =
            named.iter().map(|(kind, key, error)| format!("{kind} {key}：{}", error.as_deref().unwrap_or("?"))).collect();
        checks.push(watch(
            "后台任务",
            format!("有 {failing} 项一直没有办成，每小时再试一次：\n{}", named.join("\n")),
            format!("修好原因，下一次就会办成；要马上再试：\n{psql} -c \"update jobs set run_at = now() where attempts > 0\""),
        ));
    }
    if pending > 0 || behind > 0 {
        checks.push(watch(
            "待处理",
            format!("{pending} 个行为待编号，{behind} 项推算落后"),
            "站点运行时会自己赶上；一直不减少的，看 sunlit serve 的运行日志",
        ));
    }
    if checks.is_empty() {
        checks.push(well("后台任务", "没有积压"));
    }
    checks
}
