//! 读通知 · a task-division notice from a file: its assignments, as they will be tracked (D1). Needs no database and no network.

use crate::failure::{BAD_INPUT, Done, Failure};
use crate::{input, logging};
use calendar::{Calendar, DayKind};
use chrono::{Datelike, NaiveDate};
use notice::{Agencies, Date, Notice, Resolved, Unit};
use serde_json::Value;
use std::collections::HashSet;
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
        println!("{}", serde_json::to_string_pretty(&as_json(&notice)?)?);
    } else if options.csv {
        print!("{}", notice.csv());
        eprint!("{}", unread(&notice));
    } else {
        tell(&notice);
    }
    Ok(if notice.unread.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The notice as it was read, with what follows from it: the day that a rest day moves a deadline to, and who its units are.
fn as_json(notice: &Notice) -> Result<Value, serde_json::Error> {
    let mut said = serde_json::to_value(notice)?;
    let china = Calendar::china();
    let mut add_due = |place: String, date: &Date| {
        if let (Some(fields), Some((due, why))) = (said.pointer_mut(&place), date.moved(&china)) {
            fields["due"] = due.to_string().into();
            fields["why_moved_en"] = why_english(date, &china).into();
            fields["why_moved"] = why.into();
        }
    };
    let tasks = notice.assignments.iter().map(|task| &task.dates).enumerate().map(|(i, dates)| ("assignments", i, dates));
    let asked = notice.requirements.iter().map(|asked| &asked.dates).enumerate().map(|(i, dates)| ("requirements", i, dates));
    for (list, i, dates) in tasks.chain(asked) {
        dates.iter().enumerate().for_each(|(j, date)| add_due(format!("/{list}/{i}/dates/{j}"), date));
    }
    notice.reporting.iter().enumerate().for_each(|(i, duty)| add_due(format!("/reporting/{i}/by"), &duty.by));
    said["units"] = serde_json::to_value(named(notice))?;
    let (tasks, asked, open) = (notice.assignments.len(), notice.requirements.len(), notice.unread.len());
    said["zh"] = format!("共 {tasks} 项任务，{asked} 条要求，{open} 处没有读懂").into();
    said["en"] = format!("tasks: {tasks}; requirements: {asked}; places that were not read: {open}").into();
    Ok(said)
}

/// Why a deadline moves, in English: the day of the week, or the holiday.
fn why_english(date: &Date, calendar: &Calendar) -> String {
    let Some(written) = date.date else { return String::new() };
    let day = calendar.day(written);
    let holiday = day.name_english().filter(|_| day.kind == DayKind::Holiday);
    holiday.unwrap_or_else(|| written.format("%A").to_string())
}

/// A unit of the notice and what it stands for in the year of the notice; without a date there is no year to ask for.
#[derive(serde::Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stands_for: Option<Resolved<'a>>,
    /// The same in a sentence.
    zh: String,
    en: String,
}

/// What a name stands for, in Chinese and in English; names stay as they are.
fn sentence(name: &str, resolved: Option<&Resolved<'_>>, on: Option<NaiveDate>) -> (String, String) {
    let Some((resolved, on)) = resolved.zip(on) else {
        return ("通知没有落款日期，没有对照".into(), "not looked up: the notice has no day of signature".into());
    };
    match resolved {
        Resolved::Agency(agency) => {
            let now = agency.now.join("、");
            if now.is_empty() || now == agency.name {
                (agency.name.to_owned(), agency.name.to_owned())
            } else {
                (format!("{}，现在是{now}", agency.name), format!("{}, now {now}", agency.name))
            }
        }
        Resolved::Collective => ("统称".into(), "a group".into()),
        Resolved::OtherYears(other) => other.told(name, on.year()),
        Resolved::Unknown => match Agencies::anhui().near(name, on).join("、") {
            near if near.is_empty() => ("名录里没有".into(), "not in the table of agencies".into()),
            near => (
                format!("名录里没有，相近的有：{near}"),
                format!("not in the table of agencies, which has names like it: {near}"),
            ),
        },
    }
}

/// The province of a notice, where it is another than that of the table.
fn elsewhere(notice: &Notice) -> Option<&'static str> {
    notice.province().filter(|province| *province != Agencies::PROVINCE)
}

/// Every unit of the tasks, each once, in their order.
fn named<'a>(notice: &'a Notice) -> Vec<Named<'a>> {
    let on = notice.signed.as_ref().and_then(|signed| signed.date);
    // In the notice of another province 省财政厅 is another body than in the table.
    let elsewhere = elsewhere(notice);
    let mut seen = HashSet::new();
    let units = notice.assignments.iter().flat_map(|task| task.lead_units.iter().chain(&task.participating_units));
    let own = |name: &str| elsewhere.map_or(name.to_owned(), |province| notice::in_province(name, province));
    let resolve = |unit: &Unit| match Agencies::anhui().resolve(&own(&unit.name), on?) {
        Resolved::Unknown if unit.collective => Some(Resolved::Collective),
        resolved => Some(resolved),
    };
    let named = |unit: &'a Unit| {
        let stands_for = resolve(unit);
        let (zh, en) = sentence(&unit.name, stands_for.as_ref(), on);
        Named { name: &unit.name, stands_for, zh, en }
    };
    units.filter(|unit| seen.insert(unit.name.as_str())).map(named).collect()
}

fn names(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
}

/// A time with the day it means, and the one a rest day moves it to.
fn time(date: &Date, calendar: &Calendar) -> String {
    let returning = Some(date.returning()).filter(|day| !day.is_empty());
    let day = date.date.map(|day| day.to_string()).or(returning).map(|day| format!(" → {day}")).unwrap_or_default();
    let moved = date.moved(calendar).map(|(due, why)| format!("（{why}，顺延到 {due}）")).unwrap_or_default();
    format!("{}{day}{moved}", date.words.text)
}

fn tell(notice: &Notice) {
    let china = Calendar::china();
    println!("{}", notice.title.as_ref().map_or("（没有标题）", |title| title.text.as_str()));
    let mut path = "";
    for task in &notice.assignments {
        if task.path != path {
            println!("\n{}  {}", task.path, task.title());
            path = &task.path;
        }
        // The name of a row of a table, of a card, or of what a line across a table names, stands under no number.
        let row = task.headings.last().filter(|heading| heading.label.is_empty() && heading.title != task.text);
        if let Some(row) = row.filter(|row| task.path.is_empty() || row.title != task.title()) {
            println!("      标题：{}", row.title);
        }
        println!("{:>4}  {}", task.seq, task.text.replace('\n', "\n      "));
        println!("      牵头：{}", names(&task.lead_units));
        if !task.participating_units.is_empty() {
            println!("      参加：{}", names(&task.participating_units));
        }
        for date in &task.dates {
            println!("      时间：{}", time(date, &china));
        }
    }
    if !notice.requirements.is_empty() {
        println!("\n要求：");
    }
    for asked in &notice.requirements {
        println!("  {}  {}", asked.path, asked.words.text);
        for date in &asked.dates {
            println!("      时间：{}", time(date, &china));
        }
    }
    for duty in &notice.reporting {
        println!("\n报告：{} 向 {}，{}", duty.who.text, duty.to.text, time(&duty.by, &china));
    }
    tell_units(notice);
    println!("\n共 {} 项任务，{} 条要求。", notice.assignments.len(), notice.requirements.len());
    print!("{}", unread(notice));
}

/// What the units are called in full in the year of the notice, who has their duties now, and which of them nobody knows.
fn tell_units(notice: &Notice) {
    let units = named(notice);
    if units.is_empty() {
        return;
    }
    if units.iter().all(|unit| unit.stands_for.is_none()) {
        println!("\n单位：通知没有落款日期，没有对照当年的名录。");
        return;
    }
    if let Some(province) = elsewhere(notice) {
        println!("\n单位：这份通知是{province}的，名录是{}的，没有对照。", Agencies::PROVINCE);
        return;
    }
    println!("\n单位（对照{}的名录）：", Agencies::PROVINCE);
    let mut unknown = Vec::new();
    for unit in &units {
        match &unit.stands_for {
            Some(Resolved::Unknown) | None => unknown.push(unit.name),
            _ => println!("  {}：{}", unit.name, unit.zh),
        }
    }
    if !unknown.is_empty() {
        println!("  名录里没有：{}", unknown.join("、"));
        let on = notice.signed.as_ref().and_then(|signed| signed.date);
        for (name, on) in unknown.into_iter().filter_map(|name| Some((name, on?))) {
            let near = Agencies::anhui().near(name, on);
            if !near.is_empty() {
                println!("    {name}，相近的有：{}", near.join("、"));
            }
        }
    }
}

/// What was not read, line by line.
fn unread(notice: &Notice) -> String {
    if notice.unread.is_empty() {
        return String::new();
    }
    let mut said = format!("有 {} 处没有读懂：\n", notice.unread.len());
    for unread in &notice.unread {
        said += &format!("  ■ 第 {} 行“{}”：{}\n", unread.words.at.line, unread.words.text, unread.zh);
    }
    said
}
