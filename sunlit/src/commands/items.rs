//! 事项 · matters as tables, from the command line: exported as the page exports them, and imported with the same comparison and the same
//! rules. Nothing is drafted unless somebody who may draft is named, and nothing is published but by the three offices (A2.1-03).

use crate::database::{self, Place};
use crate::failure::{BAD_INPUT, Done, Failure};
use crate::{app, input, logging};
use acts::Heading;
use authority::{Act, Authority, Circumstance, Resource};
use calendar::Calendar;
use catalogue::Catalogue;
use catalogue::items::export::{self, Wanted};
use catalogue::items::import;
use catalogue::items::matched::Report;
use catalogue::items::reading::Fault;
use catalogue::items::sheet::{self, Form};
use catalogue::powers::change;
use foundation::page::of_command;
use foundation::{TimeSource, people};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 导出现行有效的事项：items export --as xlsx --agency 金寨县市场监督管理局 -o 事项.xlsx
    Export(Export),
    /// 对照一份表格和现行的事项；写了 --by 就起草成一份变更，送三家审核。没有要改的退出码是 0，有错是 1，读不懂是 2
    Import(Import),
}

#[derive(clap::Args)]
pub struct Export {
    /// 格式；csv 不写 --table 时是装着各张表的 ZIP
    #[arg(long = "as", default_value = "xlsx", value_parser = ["csv", "xlsx", "json"])]
    form: String,
    /// 只要一张表（csv），例如 items、materials
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// 实施主体的全称或者代号
    #[arg(long)]
    agency: Option<String>,
    /// 行政区划的全称或者代码，下级的也算
    #[arg(long)]
    region: Option<String>,
    /// 事项类型，例如 行政许可 或者 permit
    #[arg(long)]
    kind: Option<String>,
    /// 事项状态；不写是取消的以外全部
    #[arg(long, value_parser = ["在用", "暂停", "取消"])]
    state: Option<String>,
    /// 写到这个文件；- 是标准输出
    #[arg(short, long, default_value = "-", value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
pub struct Import {
    /// CSV、XLSX、JSON 或者 ZIP；几张 CSV 可以一起给
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 起草人的登录名；不写只对照，什么也不改
    #[arg(long, requires_all = ["title", "decision"])]
    by: Option<String>,
    /// 变更名称
    #[arg(long)]
    title: Option<String>,
    /// 依据文件
    #[arg(long)]
    decision: Option<String>,
    #[command(flatten)]
    place: Place,
}

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    match command {
        Command::Export(options) => self::export(options).await,
        Command::Import(options) => self::import(options, json).await,
    }
}

/// The catalogue as it is in force in this database, and its clock.
async fn in_force(pool: &PgPool, place: &Place) -> Result<(Catalogue, TimeSource), Failure> {
    let catalogue = app::definitions(place.definitions.as_deref())?;
    foundation::db::migrate(pool).await?;
    let calendar = Arc::new(Calendar::china());
    let time = match database::demonstration_offset(pool).await? {
        Some(offset) => TimeSource::demonstration(calendar, offset),
        None => TimeSource::system(calendar),
    };
    time.keep_up(pool).await?;
    catalogue.keep_up(pool, time.now().date()).await?;
    Ok((catalogue, time))
}

async fn export(options: Export) -> Done {
    let text = |said: &Option<String>| said.clone().unwrap_or_default();
    let wanted = Wanted {
        agency: text(&options.agency),
        region: text(&options.region),
        kind: text(&options.kind),
        state: text(&options.state),
        ..Wanted::default()
    };
    let form = Form::of(&options.form, &text(&options.table)).ok().flatten();
    let form = form.ok_or_else(|| {
        let names: Vec<&str> = sheet::sheets().map(|sheets| sheets.iter().map(|sheet| sheet.id).collect()).unwrap_or_default();
        Failure::new(format!("没有叫 {} 的表", text(&options.table))).mend(format!("有这些：{}", names.join("、")))
    })?;
    let opened = options.place.open().await?;
    let done = async {
        let (catalogue, _) = in_force(&opened.pool, &options.place).await?;
        let items = export::found(&catalogue, &wanted)
            .map_err(|unknown| Failure::new(unknown.into_iter().map(|(.., said)| said).collect::<Vec<_>>().join("；")))?;
        Ok::<_, Failure>(sheet::file(&items, &catalogue, form)?)
    }
    .await;
    opened.close().await;
    let bytes = done?;
    logging::about_to_tell();
    match options.output.to_str() {
        Some("-") => std::io::stdout().write_all(&bytes)?,
        _ => std::fs::write(&options.output, bytes)?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(options: Import, json: bool) -> Done {
    let mut files = Vec::new();
    for file in &options.files {
        let bytes = match input::bytes(file, 16 << 20) {
            Ok(bytes) => bytes,
            Err(failure) => {
                failure.tell(json);
                return Ok(ExitCode::from(BAD_INPUT));
            }
        };
        files.push((file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(), bytes));
    }
    let opened = options.place.open().await?;
    let done = imported(&opened.pool, &options, files).await;
    opened.close().await;
    let (report, change) = done?;
    logging::about_to_tell();
    match json {
        true => println!("{}", said(&report, change.as_deref())),
        false => tell(&report, change.as_deref()),
    }
    Ok(if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Compares, and drafts what is good when somebody stands for it; returns the number of the change.
async fn imported(pool: &PgPool, options: &Import, files: Vec<import::File>) -> Result<(Report, Option<String>), Failure> {
    let (catalogue, time) = in_force(pool, &options.place).await?;
    let now = time.now();
    let mut tx = pool.begin().await?;
    let by = match &options.by {
        None => None,
        Some(login) => {
            let person = people::by_login(&mut *tx, login).await?.filter(|person| !person.walk_in);
            let person = person.ok_or_else(|| Failure::new(format!("没有登录名是 {login} 的人")))?;
            let authority = Authority::load(&catalogue.policy_files()).map_err(|fault| Failure::new(fault.to_string()))?;
            let verdict = authority.may(&person.principal(), Act::DraftPowerChange, &Resource::Site, &Circumstance::default());
            if !verdict.allowed {
                return Err(Failure::new(format!("{login} 的岗位不能起草变更")).mend("换一个有目录管理岗位的登录名"));
            }
            Some(person)
        }
    };
    if by.is_some() {
        change::alone(&mut tx).await?;
    }
    let report = import::report(&mut tx, pool, &catalogue, files, None, now.date()).await?;
    let Some(person) = by.filter(|_| report.is_good()) else { return Ok((report, None)) };
    let text = |said: &Option<String>| said.clone().unwrap_or_default().trim().to_owned();
    let heading = Heading { title: text(&options.title), decision: text(&options.decision) };
    if heading.title.is_empty() || heading.decision.is_empty() {
        return Err(Failure::new("变更名称和依据文件都要写").mend("加上 --title 和 --decision"));
    }
    let change = import::drafted(&mut tx, &report, heading, None, &person, &now).await?;
    tx.commit().await?;
    Ok((report, Some(change.no)))
}

fn said(report: &Report, change: Option<&str>) -> Value {
    let told = |fault: &Fault| {
        json!({
            "table": fault.table, "line": fault.line, "column": fault.column, "matter": fault.matter,
            "said": fault.said, "said_en": of_command(&fault.said),
        })
    };
    json!({
        "ok": report.faults.is_empty(),
        "new": report.added(),
        "changed": report.changed.len() - report.added(),
        "unchanged": report.unchanged,
        "refused": report.refused,
        "faults": report.faults.iter().map(told).collect::<Vec<_>>(),
        "notes": report.notes.iter().map(told).collect::<Vec<_>>(),
        "matters": report.changed.iter().map(|changed| json!({
            "slug": changed.slug,
            "new": changed.old.is_none(),
            "differences": changed.differences.iter()
                .map(|line| json!({ "element": line.name, "before": line.before, "after": line.after }))
                .collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "change": change,
    })
}

fn tell(report: &Report, change: Option<&str>) {
    println!(
        "新增 {}，改动 {}，没有改动 {}，有错不收 {}",
        report.added(),
        report.changed.len() - report.added(),
        report.unchanged,
        report.refused
    );
    for (what, faults) in [("要改", &report.faults), ("请留意", &report.notes)] {
        for fault in faults {
            let line = if fault.line > 0 { format!("第 {} 行", fault.line) } else { String::new() };
            let place = [fault.table.as_str(), &line, &fault.column, &fault.matter];
            let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
            println!("{what}：{}：{}", place.join(" "), fault.said);
        }
    }
    for changed in &report.changed {
        println!("{}（{}）", changed.name, changed.slug);
        for line in &changed.differences {
            println!("  {}：{} → {}", line.name, line.before, line.after);
        }
    }
    if let Some(no) = change {
        println!("已起草变更 {no}，等三家依次审核。");
    } else if !report.faults.is_empty() {
        println!("一行也没有收，请照上面改好再导入。");
    }
}
