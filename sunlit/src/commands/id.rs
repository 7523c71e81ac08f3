//! 认号码 · which kind of number this is, whether it is right, and why not (X4-01, X4-04, X4-06, X.1).

use super::form::LARGEST;
use crate::failure::{BAD_INPUT, Done, Failure};
use crate::{input, logging};
use forms::{Number, NumberKind, recognise};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 认号码：身份证号、统一社会信用代码、电话、办件编号……，对不对，为什么不对
    Check(Check),
}

#[derive(clap::Args)]
pub struct Check {
    /// 号码；一行一个号码的文件；或者 - 从标准输入读
    #[arg(required = true)]
    text: Vec<String>,
}

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    let Command::Check(options) = command;
    let numbers = numbers(&options.text);
    logging::about_to_tell();
    let numbers = match numbers {
        Ok(numbers) => numbers,
        Err(failure) => {
            failure.tell(json);
            return Ok(ExitCode::from(BAD_INPUT));
        }
    };
    let wrong = numbers.iter().filter(|(_, number)| !number.valid).count();
    if json {
        let list: Vec<Value> = numbers.iter().map(|(at, number)| json!({ "at": at, "number": number })).collect();
        println!("{}", serde_json::to_string_pretty(&json!({ "ok": wrong == 0, "numbers": list }))?);
    } else {
        for (at, number) in &numbers {
            println!("{}", line(at, number));
        }
        if numbers.len() > 1 {
            println!("共 {} 个，{wrong} 个不对。", numbers.len());
        }
    }
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Each number with its place: nothing for one given on the command line, file and line for others.
fn numbers(texts: &[String]) -> Result<Vec<(String, Number)>, Failure> {
    let today = calendar::local_date(chrono::Utc::now());
    let mut numbers = Vec::new();
    for text in texts {
        let number = recognise(text, today);
        // A folder may be named like a case; one that is named like no number was meant as a file.
        let is_file = |path: &Path| path.is_file() || path.is_dir() && number.kind == NumberKind::Unknown;
        if text != "-" && !is_file(Path::new(text)) && !is_path(text) {
            if text.trim().is_empty() {
                return Err(none());
            }
            numbers.push((String::new(), number));
            continue;
        }
        let lines = input::text(Path::new(text), LARGEST)?;
        let filled = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        numbers.extend(filled.map(|(at, line)| (format!("{text}:{}", at + 1), recognise(line, today))));
    }
    if numbers.is_empty() {
        return Err(none());
    }
    Ok(numbers)
}

fn none() -> Failure {
    Failure::new("没有给出号码").mend("给出号码，或者一行一个号码的文件")
}

/// Whether a text can only be the name of a file: no number begins with a path or ends in `.txt`; that of an e-licence may end in `.X`.
fn is_path(text: &str) -> bool {
    let extension = Path::new(text).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    text.starts_with(['/', '~'])
        || text.starts_with("./")
        || text.starts_with("../")
        || (extension.len() > 1 && extension.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// What a person reads. Numbers of people are masked: a screen has onlookers.
fn line(at: &str, number: &Number) -> String {
    let shown = match number.kind {
        NumberKind::ResidentId => forms::ids::mask_resident_id(&number.number),
        kind if kind.is_personal() => forms::ids::mask_mobile(&number.number),
        _ => number.number.clone(),
    };
    let at = if at.is_empty() { String::new() } else { format!("{at}  ") };
    let mark = if number.valid { "✓" } else { "■" };
    format!("{mark} {at}{} {shown}：{}", number.kind.zh(), number.zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x4_01_a_number_is_named_and_people_are_masked() {
        let found = numbers(&["11340000123456788P".to_owned(), "13800138000".to_owned(), "340100990101002".to_owned()]).unwrap();
        let lines: Vec<String> = found.iter().map(|(at, number)| line(at, number)).collect();
        assert!(lines[0].starts_with("✓ 统一社会信用代码 11340000123456788P"), "{}", lines[0]);
        assert!(lines[1].starts_with("✓ 手机号码 138****8000"), "{}", lines[1]);
        assert!(lines[2].starts_with("■ 公民身份号码") && lines[2].contains("已停用"), "{}", lines[2]);
        assert!(numbers(&["13800138000".to_owned(), " ".to_owned()]).unwrap_err().said.contains("没有给出号码"));
        let wrong = numbers(&["340104199002290022".to_owned()]).unwrap();
        let shown = line("", &wrong[0].1);
        assert!(shown.starts_with("■ 公民身份号码") && !shown.contains("340104199002290022"), "{shown}");
    }

    #[test]
    fn x4_01_a_file_that_is_not_there_is_no_number() {
        for path in ["/nope", "./nope", "../nope", "numbers.txt"] {
            assert!(numbers(&[path.to_owned()]).unwrap_err().said.contains("读不了"), "{path}");
        }
        assert!(numbers(&["1.2.156.3005.2.x".to_owned(), "0551/62600000".to_owned()]).is_ok());
    }
}
