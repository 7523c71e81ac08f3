//! 核对决策表 · overlaps, gaps and dead rules of the tables in a DMN file, before they are published (A2.3, F025).

use crate::failure::{BAD_INPUT, Done, Failure};
use crate::input;
use crate::logging;
use ::rules::{Audit, MAX_XML, Model};
use foundation::page::of_command;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 核对一个 DMN 文件里的每张决策表：重叠、空缺、永远用不到的规则，和断定不了的格子。没有问题退出码是 0，有问题是 1，文件读不懂是 2
    Check(Check),
}

#[derive(clap::Args)]
pub struct Check {
    /// DMN 文件；- 是标准输入
    file: PathBuf,
    /// 它导入的 DMN 文件，可以给几次
    #[arg(long, value_name = "FILE")]
    import: Vec<PathBuf>,
}

pub fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    let Command::Check(options) = command;
    let audits = match model(&options.file, &options.import) {
        Ok(model) => model.audit(),
        Err(failure) => {
            failure.tell(json);
            return Ok(ExitCode::from(BAD_INPUT));
        }
    };
    let clean = audits.iter().all(Audit::is_clean);
    logging::about_to_tell();
    if json {
        println!("{}", serde_json::to_string_pretty(&said(&audits))?);
    } else {
        tell(&audits);
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The model of a DMN file and what it imports.
pub(super) fn model(file: &Path, imports: &[PathBuf]) -> Result<Model, Failure> {
    let texts = std::iter::once(file).chain(imports.iter().map(PathBuf::as_path));
    let texts = texts.map(|file| input::text(file, MAX_XML as u64)).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Model::parse_all(&texts).map_err(|error| {
        Failure::new(format!("{} 读不懂：{error}", file.display())).mend("按上面的位置改好，或用 DMN 编辑器重新导出")
    })
}

/// All findings, each with its table.
fn said(audits: &[Audit]) -> Value {
    let (mut overlaps, mut gaps, mut dead, mut notes, mut unchecked) = (vec![], vec![], vec![], vec![], vec![]);
    let (mut unknown, mut cells, mut undecided) = (vec![], vec![], vec![]);
    for audit in audits {
        let table = &audit.table;
        unknown.extend(audit.unknown.iter().map(|why| json!({ "table": table, "why": why })));
        cells.extend(audit.cells.iter().map(|cell| {
            json!({
                "table": table, "rule": cell.rule, "column": cell.column, "cell": cell.cell,
                "reason": cell.reason, "reason_en": of_command(&cell.reason),
            })
        }));
        overlaps.extend(audit.overlaps.iter().map(|o| json!({ "table": table, "rules": o.rules, "witness": o.witness })));
        gaps.extend(audit.gaps.iter().map(|gap| json!({ "table": table, "witness": gap.witness })));
        dead.extend(audit.dead.iter().map(|rule| {
            json!({
                "table": table, "rule": rule.rule, "hidden_by": rule.hidden_by,
                "reason": rule.reason, "reason_en": of_command(&rule.reason),
            })
        }));
        notes.extend(audit.notes.iter().map(|note| json!({ "table": table, "note": note })));
        undecided.extend(audit.undecided.iter().map(|open| {
            json!({
                "table": table, "rule": open.rule, "conditions": open.conditions, "cell": open.cell,
                "reason": open.reason, "reason_en": of_command(&open.reason),
            })
        }));
        unchecked.extend(audit.unchecked.iter().map(|why| json!({ "table": table, "why": why })));
    }
    json!({
        "ok": audits.iter().all(Audit::is_clean),
        "tables": audits.iter().map(|audit| &audit.table).collect::<Vec<_>>(),
        "unknown": unknown,
        "cells": cells,
        "overlaps": overlaps,
        "gaps": gaps,
        "dead": dead,
        "undecided": undecided,
        "notes": notes,
        "unchecked": unchecked,
    })
}

fn tell(audits: &[Audit]) {
    if audits.is_empty() {
        println!("没有决策表，没有什么要核对。");
    }
    for audit in audits {
        println!("{} {}", if audit.is_clean() { "✓" } else { "■" }, audit.table);
        for finding in audit.findings() {
            println!("  {finding}");
        }
        for cell in &audit.cells {
            println!("  Written otherwise than meant: {}", of_command(&cell.reason));
        }
        for open in &audit.undecided {
            println!("  Not decided: {}", of_command(&open.reason));
        }
        for note in &audit.notes {
            println!("  说明  {note}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIERS: &str = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="罚款" namespace="urn:t">
      <inputData id="gain" name="gain"><variable name="gain" typeRef="number"/></inputData>
      <decision id="d" name="罚款"><informationRequirement><requiredInput href="#gain"/></informationRequirement>
        <decisionTable hitPolicy="UNIQUE">
          <input label="违法所得"><inputExpression typeRef="number"><text>gain</text></inputExpression></input>
          <output name="fine" typeRef="number"/>
          <rule><inputEntry><text>&lt;= 100</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
          <rule><inputEntry><text>[100..200]</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
        </decisionTable></decision></definitions>"##;

    #[test]
    fn h13_a_cell_that_is_no_test_is_told_in_both_languages() {
        let said = said(&::rules::audit(&TIERS.replace("&lt;= 100", ">= 18 and &lt; 60")).unwrap());
        assert_eq!((&said["ok"], &said["cells"][0]["rule"]), (&json!(false), &json!(1)));
        assert_eq!(
            said["cells"][0]["reason_en"],
            "“>= 18 and < 60”: and cannot join two comparisons; write the interval [18..60)"
        );
        let unread = ::rules::audit(&TIERS.replace("&lt;= 100", "≥10")).unwrap_err().to_string();
        let en = of_command(&unread);
        assert_eq!(en, "decision table “罚款” rule 1, “违法所得”: “≥10”: ≥ cannot be read; write >=10");
        for (policy, told) in [("UNIQEU", "there is no hit policy “UNIQEU”"), ("COLLECT\" aggregation=\"AVG", "“COLLECT AVG”")]
        {
            let no = ::rules::audit(&TIERS.replace("UNIQUE", policy)).unwrap_err().to_string();
            assert!(of_command(&no).contains(told), "{}", of_command(&no));
        }
        let day = "日历上没有 1995-02-30 这一天，请给日期，如 \"2025-07-01\"";
        assert!(of_command(day).starts_with("the calendar has no 1995-02-30; give "), "{}", of_command(day));
    }

    #[test]
    fn f025_every_finding_names_its_table_and_shows_values() {
        let said = said(&::rules::audit(TIERS).unwrap());
        assert_eq!(said["ok"], false);
        assert_eq!(said["overlaps"], json!([{ "table": "罚款", "rules": [1, 2], "witness": { "gain": 100 } }]));
        assert_eq!(said["gaps"], json!([{ "table": "罚款", "witness": { "gain": 201 } }]));
        assert_eq!(said["dead"], json!([]));
        assert_eq!(said["unknown"], json!([]));
        let computing = TIERS.replace("&lt;= 100", "? * ? != 1225");
        let open = super::said(&::rules::audit(&computing).unwrap());
        assert_eq!((&open["ok"], &open["undecided"][0]["rule"]), (&json!(false), &json!(1)));
        let en = open["undecided"][0]["reason_en"].as_str().unwrap();
        assert!(en.starts_with("rule 1, “违法所得”, cell ? * ? != 1225"), "{en}");
        let misspelt = super::said(&::rules::audit(&TIERS.replace("<text>gain</text>", "<text>gian</text>")).unwrap());
        assert_eq!((&misspelt["ok"], &misspelt["unknown"][0]["table"]), (&json!(false), &json!("罚款")));
        assert!(misspelt["unknown"][0]["why"].as_str().unwrap().contains("“gian”"), "{misspelt}");
    }
}
