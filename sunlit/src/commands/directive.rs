//! 读通知 · a task-division notice from a file: its assignments, as they will be tracked (D1). Needs no database and no network.

use crate::commands::form::BAD_INPUT;
use crate::commands::input;
use crate::failure::{Done, Failure};
use crate::logging;
use calendar::Calendar;
use notice::{Notice, Unit};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 读出一份任务分解通知里的每项任务。全读懂了退出码是 0，有读不懂的地方是 1，读不了是 2
    Read(Options),
}

#[derive(clap::Args)]
pub struct Options {
    /// 通知的文件：文本、.docx、网页，或带文字层的 PDF；- 从标准输入读
    file: PathBuf,
    /// 输出一张表，每项任务一行
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    let Command::Read(options) = command;
    let read = input::bytes(&options.file, notice::LONGEST_FILE as u64)
        .and_then(|bytes| notice::read(&bytes).map_err(|trouble| Failure::new(trouble.to_string()).english(trouble.english())));
    let notice = match read {
        Ok(notice) => notice,
        Err(failure) => {
            failure.tell(json);
            return Ok(ExitCode::from(BAD_INPUT));
        }
    };
    logging::about_to_tell();
    if json {
        println!("{}", serde_json::to_string_pretty(&notice)?);
    } else if options.csv {
        print!("{}", notice.csv());
    } else {
        tell(&notice);
    }
    Ok(if notice.unread.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn names(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
}

fn tell(notice: &Notice) {
    println!("{}", notice.title.as_ref().map_or("（没有标题）", |title| title.text.as_str()));
    let mut path = "";
    for task in &notice.assignments {
        if task.path != path {
            println!("\n{}  {}", task.path, task.heading);
            path = &task.path;
        }
        println!("{:>4}  {}", task.seq, task.text.replace('\n', "\n      "));
        println!("      牵头：{}", names(&task.lead_units));
        if !task.participating_units.is_empty() {
            println!("      参加：{}", names(&task.participating_units));
        }
        for date in &task.dates {
            println!("      时间：{}{}", date.words.text, date.date.map(|day| format!(" → {day}")).unwrap_or_default());
        }
    }
    let china = Calendar::china();
    for duty in &notice.reporting {
        let due = duty.by.due(&china).map(|day| format!(" → {day}")).unwrap_or_default();
        println!("\n报告：{} 向 {}，{}{due}", duty.who.text, duty.to.text, duty.by.words.text);
    }
    println!("\n共 {} 项任务，{} 条要求。", notice.assignments.len(), notice.requirements.len());
    if !notice.unread.is_empty() {
        println!("有 {} 处没有读懂：", notice.unread.len());
        for unread in &notice.unread {
            println!("  ■ 第 {} 行“{}”：{}", unread.words.at.line, unread.words.text, unread.zh);
        }
    }
}
