//! 体检 · looks at everything the site stands on and says of each: well, to be watched, or broken, and the exact command
//! that mends it. Changes nothing.

mod machine;
mod record;

use crate::app;
use crate::database::{self, Opened, Place};
use crate::failure::Done;
use crate::logging;
use serde::Serialize;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
}

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Warn,
    Fail,
}

/// One thing looked at.
#[derive(Clone, Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    said: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

fn well(name: &'static str, said: impl Into<String>) -> Check {
    Check { name, verdict: Verdict::Ok, said: said.into(), mend: None }
}

fn watch(name: &'static str, said: impl Into<String>, mend: impl Into<String>) -> Check {
    Check { name, verdict: Verdict::Warn, said: said.into(), mend: Some(mend.into()) }
}

fn broken(name: &'static str, said: impl Into<String>, mend: impl Into<String>) -> Check {
    Check { name, verdict: Verdict::Fail, said: said.into(), mend: Some(mend.into()) }
}

pub async fn run(options: Options, json: bool) -> Done {
    logging::start_quiet();
    let checks = look(&options.place).await;
    logging::about_to_tell();
    let worst = checks.iter().map(|c| c.verdict).max().unwrap_or(Verdict::Ok);
    if json {
        println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "ok": worst < Verdict::Fail, "checks": checks }))?);
    } else {
        tell(&checks, worst);
    }
    Ok(if worst < Verdict::Fail { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn look(place: &Place) -> Vec<Check> {
    let mut checks = vec![
        definitions(place.definitions.as_deref()),
        machine::fonts(),
        machine::calendar(),
        machine::clock(),
        machine::pictures(),
    ];
    if place.database_url.is_none() {
        checks.extend(machine::postgresql(&place.data));
    }
    checks.push(machine::directory(&place.data));
    checks.push(machine::disk(&place.data));
    let ready = checks
        .iter()
        .all(|c| c.verdict < Verdict::Fail || !matches!(c.name, machine::PROGRAMS | machine::ACCOUNT | machine::DIRECTORY));
    if !ready {
        return checks;
    }
    if place.database_url.is_none() && !place.data.join("pg/PG_VERSION").exists() {
        checks.push(well("数据库", format!("{} 里还没有数据，第一次 sunlit serve 时建立", place.data.display())));
        return checks;
    }
    match place.open().await {
        Ok(opened) => {
            checks.extend(database(&opened).await);
            opened.close().await;
        }
        Err(failure) => {
            let mend = failure.mend.unwrap_or_else(|| "按上面的说明处理后再执行 sunlit doctor".into());
            checks.push(broken("数据库", failure.said, mend));
        }
    }
    checks
}

async fn database(opened: &Opened) -> Vec<Check> {
    let mut checks = vec![];
    match record::server(&opened.pool, &opened.psql()).await {
        Ok(found) => checks.extend(found),
        Err(error) => {
            checks.push(broken(
                "数据库",
                format!("数据库不回答：{error}"),
                "看 postgres.log（在数据目录里）或数据库服务器的日志",
            ));
            return checks;
        }
    }
    match record::schema(&opened.pool).await {
        Ok(check) => {
            let current = check.verdict == Verdict::Ok;
            checks.push(check);
            if !current {
                return checks;
            }
        }
        Err(error) => {
            checks.push(broken("数据库结构", error.to_string(), "执行 sunlit migrate"));
            return checks;
        }
    }
    if let Ok(true) = database::is_demonstration(&opened.pool).await {
        checks.push(watch("数据", "这是演示数据，不能正式运行", "正式运行换一个数据目录：sunlit serve --data DIR"));
    }
    checks.push(record::log(&opened.pool).await);
    checks.push(record::witnesses(&opened.pool).await);
    checks.push(record::cases(&opened.pool).await);
    checks.extend(record::backlog(&opened.pool, &opened.psql()).await);
    checks
}

fn definitions(dir: Option<&Path>) -> Check {
    match app::definitions(dir).and_then(|catalogue| app::check_definitions(&catalogue)) {
        Ok(said) => well("定义", said),
        Err(failure) => broken("定义", failure.said, failure.mend.unwrap_or_else(|| "重新安装 sunlit".into())),
    }
}

fn tell(checks: &[Check], worst: Verdict) {
    let colour = std::io::stdout().is_terminal();
    let paint = |verdict: Verdict| match (verdict, colour) {
        (Verdict::Ok, true) => "\x1b[32m● 好　\x1b[0m",
        (Verdict::Warn, true) => "\x1b[33m▲ 注意\x1b[0m",
        (Verdict::Fail, true) => "\x1b[31m■ 不行\x1b[0m",
        (Verdict::Ok, false) => "● 好　",
        (Verdict::Warn, false) => "▲ 注意",
        (Verdict::Fail, false) => "■ 不行",
    };
    let widest = checks.iter().map(|c| width(c.name)).max().unwrap_or(0);
    let indent = " ".repeat(widest + 11);
    for check in checks {
        let gap = " ".repeat(widest - width(check.name) + 2);
        println!("{}  {}{gap}{}", paint(check.verdict), check.name, check.said.replace('\n', &format!("\n{indent}")));
        if let Some(mend) = &check.mend {
            println!("{indent}→ {}", mend.replace('\n', &format!("\n{indent}  ")));
        }
    }
    println!(
        "\n{}",
        match worst {
            Verdict::Ok => "都好。",
            Verdict::Warn => "能运行；带 ▲ 的请留意。",
            Verdict::Fail => "带 ■ 的要先修好，照箭头后面的做，再执行一次 sunlit doctor。",
        }
    );
}

/// Columns on a terminal: a Chinese character takes two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c as u32 >= 0x1100 { 2 } else { 1 }).sum()
}
