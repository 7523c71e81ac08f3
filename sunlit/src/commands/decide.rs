//! 作决定 · one decision of a DMN file for given values, with the tables it went through and the rules it rests on
//! (A2.3, C2.1, F024). The day is given, never the machine's (H13).

use super::rules::model;
use crate::failure::{BAD_INPUT, Done, Failure};
use crate::logging;
use ::rules::{Answer, Refusal, RuleError, Step, told};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Options {
    /// DMN 文件；- 是标准输入
    file: PathBuf,
    /// 要作的决策，照文件里的名称
    #[arg(long, value_name = "NAME")]
    decision: String,
    /// 输入的值，一个 JSON 对象，例如 '{"area": 86.5}'；不知道的写 null
    #[arg(long, value_name = "JSON")]
    input: String,
    /// 决定的日期，例如 2026-11-25；表里的 today() 和 now() 就是它
    #[arg(long, value_name = "D")]
    date: Option<String>,
    /// 它导入的 DMN 文件，可以给几次
    #[arg(long, value_name = "FILE")]
    import: Vec<PathBuf>,
}

pub fn run(options: Options, json: bool) -> Done {
    logging::start_quiet();
    let asked = model(&options.file, &options.import).and_then(|model| Ok((model, input(&options.input)?)));
    let (model, input) = match asked {
        Ok(asked) => asked,
        Err(failure) => return wrong(&failure, json),
    };
    // An object may hold what an imported model asks for.
    let asked = model.inputs(&options.decision).unwrap_or_default();
    let is_unused = |(name, value): &(&String, &Value)| !value.is_object() && !asked.contains(name);
    let unused: Vec<&str> = input.iter().filter(is_unused).map(|(name, _)| name.as_str()).collect();
    logging::about_to_tell();
    match model.explain(&options.decision, &input, options.date.as_deref()) {
        Ok(answer) if json => {
            let said = json!({
                "ok": true, "decision": options.decision, "value": answer.value, "text": answer.text, "steps": answer.steps,
                "model": model.name(), "hash": model.hash(), "unused": unused,
            });
            println!("{}", serde_json::to_string_pretty(&said)?);
            Ok(ExitCode::SUCCESS)
        }
        Ok(answer) => {
            tell(&options.decision, &answer);
            if !unused.is_empty() {
                println!("  说明  这个决策不看输入里的{}，请核对名称", unused.join("、"));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(Refusal {
            error: error @ (RuleError::NoDecision(..) | RuleError::UnknownName(_) | RuleError::Value { .. } | RuleError::NoDay),
            ..
        }) => {
            let missing: Vec<&str> = asked.iter().filter(|name| !input.contains_key(*name)).map(String::as_str).collect();
            let failure = Failure::new(error.to_string());
            let failure = match (&error, missing.as_slice()) {
                (RuleError::UnknownName(_), [_, _, ..]) => failure.mend_both(
                    &format!("--input 里还缺 {}；不知道的写 null", missing.join("、")),
                    &format!("--input still lacks {}; write null for what is not known", missing.join(", ")),
                ),
                _ => failure.mend(mend(&error)),
            };
            wrong(&failure, json)
        }
        Err(refused) => {
            let failure = Failure::new(refused.error.to_string());
            if json {
                let mut said = failure.json();
                said["decision"] = options.decision.into();
                said["steps"] = serde_json::to_value(&refused.steps)?;
                println!("{said}");
            } else {
                println!("■ {}：{}", options.decision, failure.said);
                println!("  In English: {}", failure.in_english().0);
                refused.steps.iter().for_each(tell_step);
            }
            Ok(ExitCode::from(1))
        }
    }
}

/// Which of what was given is to be mended.
fn mend(error: &RuleError) -> &'static str {
    match error {
        RuleError::NoDecision(..) => "核对 --decision",
        RuleError::NoDay => "给出 --date",
        _ => "核对 --input 和 --date",
    }
}

fn wrong(failure: &Failure, json: bool) -> Done {
    failure.tell(json);
    Ok(ExitCode::from(BAD_INPUT))
}

fn input(text: &str) -> Result<Map<String, Value>, Failure> {
    crate::json::object("--input", text, r#"'{"area": 86.5, "birth": "1995-08-20"}'"#)
}

fn tell(decision: &str, answer: &Answer) {
    println!("{decision}：{}", answer.text);
    answer.steps.iter().for_each(tell_step);
}

fn tell_step(step: &Step) {
    println!("  {}：{}", step.table, told(&step.seen.iter().cloned().collect()));
    for tried in &step.tried {
        match &tried.stopped_by {
            Some((label, cell)) => println!("    第 {} 条不适用：“{label}”不符合 {cell}", tried.index),
            None => println!("    第 {} 条适用", tried.index),
        }
    }
    match (&step.refused, step.matched.as_slice()) {
        (Some(refused), _) => println!("    {refused}"),
        (None, []) => println!("    没有一条适用，或取默认值"),
        (None, matched) => {
            let rule = |rule: &::rules::RuleRef| format!("第 {} 条 {}", rule.index, rule.description).trim_end().to_owned();
            println!("    依据 {}", matched.iter().map(rule).collect::<Vec<_>>().join("；"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c2_1_the_input_is_one_object() {
        assert_eq!(input(r#"{"a": 1}"#).unwrap()["a"], 1);
        assert!(input("[1]").unwrap_err().said.contains("对象"));
        assert!(input("{").unwrap_err().said.contains("--input 第 1 行"));
        assert!(input(r#"{"a": 1, "a": 2}"#).unwrap_err().said.contains("“a”写了两次"));
    }

    #[test]
    fn b7_1_a_refusal_names_in_english_what_is_null_or_of_the_wrong_type() {
        let given = serde_json::json!({ "x": null, "n": 2, "t": "a" });
        for (expression, told) in [
            ("x + 1", "there is no result: “x” has no value (null); give it one"),
            ("n + t", "there is no result: “n” (number 2) and “t” (text \"a\") are of different types and cannot be added"),
            ("n / 0", "there is no result: the divisor “0” is nought"),
        ] {
            let no = ::rules::evaluate(expression, given.as_object().unwrap()).unwrap_err();
            assert_eq!(Failure::new(no.to_string()).in_english().0, told);
        }
    }
}
