//! 问期限 · when a limit ends, and what every day on the way is: the arithmetic of every clock of the house, for anybody who
//! wants to check it (CLK-01 to CLK-10, F153). Needs no database and no network.

use crate::failure::{BAD_INPUT, Done, Failure};
use crate::logging;
use calendar::{Answer, Calendar, Limit, Question, QuestionError, Span, parse_date};
use forms::text::fold_date;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Options {
    /// 起算事由发生的那一天，当日不计，例如 2026-02-12
    #[arg(value_name = "DATE")]
    start: String,
    #[command(flatten)]
    limit: Length,
    /// 不计入期限的起止日，两头都不计，可以写几个，例如 2026-02-24..2026-02-27；尚未结束的写作 2026-02-24..
    #[arg(long = "pause", value_name = "FROM..TO")]
    pauses: Vec<String>,
    /// 延长多少，单位和期限相同
    #[arg(long, value_name = "N", value_parser = whole)]
    extend: Option<u32>,
    /// 逐日说明
    #[arg(long)]
    explain: bool,
}

// How long: one of them. No doc comment: clap would print it as what the command is about.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Length {
    /// 期限按工作日算
    #[arg(long, value_name = "N", value_parser = whole)]
    working_days: Option<u32>,
    /// 期限按日（自然日）算
    #[arg(long, value_name = "N", value_parser = whole)]
    calendar_days: Option<u32>,
    /// 期限按月算
    #[arg(long, value_name = "N", value_parser = whole)]
    months: Option<u32>,
    /// 期限按年算
    #[arg(long, value_name = "N", value_parser = whole)]
    years: Option<u32>,
}

/// A whole number, its digits of any width.
fn whole(text: &str) -> Result<u32, String> {
    forms::text::fold_text(text).trim().parse().map_err(|_| "请写一个整数，如 20".to_owned())
}

impl Length {
    fn limit(&self) -> Option<Limit> {
        let days = self.working_days.map(Limit::working_days).or(self.calendar_days.map(Limit::calendar_days));
        days.or(self.months.map(Limit::months)).or(self.years.map(Limit::years))
    }
}

impl Options {
    fn answer(&self) -> Result<Answer, Failure> {
        let no_limit = || Failure::new("没有写期限").mend("用 --working-days、--calendar-days、--months 或 --years 写一个");
        let limit = self.limit.limit().ok_or_else(no_limit)?;
        let china = Calendar::china();
        self.question(limit).and_then(|question| question.answer(&china)).map_err(|error| {
            let failure = Failure::new(error.to_string()).english(error.english());
            match self.at_fault(limit, &china) {
                Some(option) => Failure::new(format!("{option} 用不了：{error}"))
                    .english(format!("{option} cannot be used: {}", error.english())),
                None => failure,
            }
        })
    }

    /// The option without which there would be an answer.
    fn at_fault(&self, limit: Limit, china: &Calendar) -> Option<String> {
        let question = self.question(limit).ok()?;
        let has_answer = |question: &Question| question.answer(china).is_ok();
        let without_pause = |at: usize| {
            let mut pauses = question.pauses.clone();
            pauses.remove(at);
            has_answer(&Question { pauses, ..question.clone() })
        };
        let extension = self.extend.filter(|_| has_answer(&Question { extension: None, ..question.clone() }));
        let pause = || (0..self.pauses.len()).find(|at| without_pause(*at)).map(|at| format!("--pause {}", self.pauses[at]));
        extension.map(|n| format!("--extend {n}")).or_else(pause)
    }

    fn question(&self, limit: Limit) -> Result<Question, QuestionError> {
        let pauses = self.pauses.iter().map(|text| folded(text).parse()).collect::<Result<Vec<Span>, _>>()?;
        Ok(Question { start: parse_date(&fold_date(&self.start))?, limit, pauses, extension: self.extend })
    }
}

/// Both days of a span as they are written with digits.
fn folded(span: &str) -> String {
    match span.split_once("..") {
        Some((from, to)) => format!("{}..{}", fold_date(from), fold_date(to)),
        None => span.to_owned(),
    }
}

/// Ends in 0 with a last day, provisional or not; in 1 when an open pause leaves none to tell; in 2 when the question makes no sense.
pub async fn run(options: Options, json: bool) -> Done {
    logging::start_quiet();
    let answer = match options.answer() {
        Ok(answer) => answer,
        Err(failure) => {
            failure.tell(json);
            return Ok(ExitCode::from(BAD_INPUT));
        }
    };
    logging::about_to_tell();
    if json {
        let mut said = serde_json::to_value(&answer)?;
        said["ok"] = answer.due.is_some().into();
        println!("{}", serde_json::to_string_pretty(&said)?);
    } else {
        tell(&answer, options.explain);
    }
    Ok(if answer.due.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(answer: &Answer, explain: bool) {
    println!("{}", answer.zh);
    if !explain {
        return;
    }
    let mut next = None;
    for day in &answer.days {
        if next.is_some_and(|next| next != day.date) {
            println!("  ……中间 {} 天，没有列出", answer.days_left_out);
        }
        println!("  {}  {}", day.date, day.zh);
        next = day.date.succ_opt();
    }
    println!("日历 {}", answer.calendar);
    for notice in &answer.notices {
        println!("  {notice}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn read(line: &str) -> Result<Options, clap::Error> {
        let words = ["due"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.options)
    }

    fn due(line: &str) -> String {
        read(line).unwrap().answer().unwrap().due.unwrap().to_string()
    }

    #[test]
    fn clk_01_the_command_counts_like_the_clocks() {
        assert_eq!(due("2026-02-12 --working-days 20"), "2026-03-18");
        assert_eq!(due("２０２６年２月１２日 --working-days 20"), "2026-03-18", "H20");
        assert_eq!(due("2026-01-26 --calendar-days 20"), "2026-02-24");
        assert_eq!(due("2026-02-28 --months 1"), "2026-03-30");
        assert_eq!(due("2024-02-29 --years 1"), "2025-02-28");
        assert_eq!(due("2026-03-02 --working-days 45 --extend 15"), "2026-05-28");
        // Four working days and two do not count.
        let paused = "2026-02-12 --working-days 20 --pause 2026-02-24..2026-02-27 --pause 2026-03-02..2026-03-03";
        assert_eq!(due(paused), "2026-03-26");
    }

    #[test]
    fn clk_09_an_open_pause_has_no_last_day() {
        let answer = read("2026-02-12 --working-days 20 --pause 2026-02-24..").unwrap().answer().unwrap();
        assert_eq!(answer.due, None);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for no in ["2026-02-12", "2026-02-12 --working-days 20 --months 1", "2026-02-12 --working-days -1", "--working-days 20"] {
            assert_eq!(read(no).map(|_| ()).unwrap_err().exit_code(), i32::from(BAD_INPUT), "{no}");
        }
        for (no, said) in [
            ("2026-02-30 --working-days 20", "不是日期"),
            ("2026-02-12 --working-days 20 --pause 2026-02-24", "不是起止日期"),
            ("2026-02-12 --working-days 20 --pause 2026-02-11..2026-02-13", "早于期限起算日"),
            ("2026-02-12 --working-days 20 --extend 0", "不能为零"),
            ("2026-02-12 --years 4000000000", "超出可计算的范围"),
        ] {
            let failure = read(no).unwrap().answer().unwrap_err();
            assert!(failure.said.contains(said), "{no}: {}", failure.said);
        }
    }
}
