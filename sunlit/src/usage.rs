//! 写法 · what is said when a command line cannot be read: in Chinese, with the English of the reader of arguments, and as JSON
//! to a program that asked for it.

use crate::failure::{BAD_INPUT, Failure};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;

/// Tells it, or the help or version that was asked for. Ends as for any input that cannot be read.
pub fn tell(error: &clap::Error, json: bool) -> ExitCode {
    let helps = !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !json;
    if helps {
        let _ = error.print();
    } else {
        failure(error).tell(json);
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::from(BAD_INPUT), ExitCode::from)
}

fn failure(error: &clap::Error) -> Failure {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::Strings(all)) => all.join("、"),
        Some(ContextValue::StyledStrs(all)) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
        Some(one) => one.to_string(),
        None => String::new(),
    };
    let (which, value) = (said(ContextKind::InvalidArg), said(ContextKind::InvalidValue));
    let zh = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有 {which} 这个选项或参数"),
        ErrorKind::InvalidSubcommand => format!("没有 {} 这个命令", said(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "没有写要做什么".into(),
        ErrorKind::MissingRequiredArgument => format!("缺少 {which}"),
        ErrorKind::ArgumentConflict => format!("{which} 和 {} 不能同时写", said(ContextKind::PriorArg)),
        ErrorKind::InvalidValue if value.is_empty() => format!("{which} 后面没有写值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match said(ContextKind::ValidValue) {
            choices if choices.is_empty() => format!("{which} 的值“{value}”不对{}", wanted(error)),
            choices => format!("{which} 的值“{value}”不对，可以是 {choices}"),
        },
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{which} 的值多了或者少了")
        }
        ErrorKind::InvalidUtf8 => "命令里有不是 UTF-8 编码的字".into(),
        _ => "命令写得不对".into(),
    };
    // “error: …”, then tips and usage, each after an empty line.
    let rendered = error.render().to_string();
    let english = rendered.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
    let english = english.split_whitespace().collect::<Vec<_>>().join(" ");
    let usage = said(ContextKind::Usage);
    let usage = usage.trim_start_matches("Usage:").split_whitespace().collect::<Vec<_>>().join(" ");
    let failure = Failure::new(zh).english(english);
    match usage.is_empty() {
        true => failure.mend("加上 --help 看怎么写"),
        false => failure.mend_both(&format!("写成：{usage}"), &format!("write: {usage}")),
    }
}

/// What the value should have been, where the reader of arguments says it of a number.
fn wanted(error: &clap::Error) -> String {
    let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let bounds = why.split_once(" is not in ").and_then(|(_, bounds)| bounds.split_once("..="));
    match bounds {
        Some((least, most)) => format!("，应是 {least} 到 {most} 的整数"),
        None if why.contains("invalid digit") => "，应是整数".to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Arg, Command};

    #[test]
    fn a_line_that_cannot_be_read_is_told_in_both_languages() {
        let command = || {
            Command::new("due")
                .arg(Arg::new("start").required(true))
                .arg(Arg::new("n").long("n").value_parser(clap::value_parser!(u32)))
                .arg(Arg::new("as").long("as").value_parser(["day", "month"]))
        };
        for (line, zh, en) in [
            ("due", "缺少 <start>", "required arguments were not provided"),
            ("due x --nn", "没有 --nn 这个选项或参数", "unexpected argument '--nn' found"),
            ("due x --n -1", "没有 -1 这个选项或参数", "unexpected argument '-1' found"),
            ("due x --n one", "--n <n> 的值“one”不对，应是整数", "invalid value 'one'"),
            ("due x --n 4294967296", "--n <n> 的值“4294967296”不对，应是 0 到 4294967295 的整数", "is not in 0..=4294967295"),
            ("due x --as year", "--as <as> 的值“year”不对，可以是 day、month", "invalid value 'year'"),
            ("due x --as", "--as <as> 后面没有写值", "a value is required"),
        ] {
            let error = command().try_get_matches_from(line.split(' ')).unwrap_err();
            let said = failure(&error);
            assert_eq!(said.said, zh, "{line}");
            assert!(said.in_english().0.contains(en), "{line}: {:?}", said.in_english());
            assert!(said.mend.as_deref().is_some_and(|mend| !mend.contains('\n')), "{line}: {:?}", said.mend);
        }
    }
}
