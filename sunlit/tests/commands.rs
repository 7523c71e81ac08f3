//! 命令 · the engines at the command line: what a program reads of them, and what they end with: 0 fine, 1 a finding, 2 bad input.

mod house;

use house::{Dir, clean, text};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs the program in the repository; `given` is its standard input.
fn run(args: &[&str], given: &str) -> (i32, String, String) {
    let mut command = clean(Command::new(env!("CARGO_BIN_EXE_sunlit")));
    command.current_dir(root()).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let given = given.to_owned();
    // One that refuses early does not read to the end.
    let writer = std::thread::spawn(move || stdin.write_all(given.as_bytes()).is_ok());
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap();
    (out.status.code().unwrap(), text(&out.stdout), text(&out.stderr))
}

/// The same for a program, which reads JSON and nothing else.
#[track_caller]
fn json(args: &[&str], given: &str, code: i32) -> Value {
    let (ended, out, err) = run(&[args, &["--json"]].concat(), given);
    assert_eq!(ended, code, "{args:?}: {out}{err}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{args:?}: {error}: {out}"))
}

const CHART: &str = "definitions/processes/food-production-licence.bpmn";
const TABLE: &str = "definitions/decisions/elderly-card-fit.dmn";

#[test]
fn clk_02_due_says_the_day_and_every_day_on_the_way() {
    let said = json(&["due", "2026-02-12", "--working-days", "20", "--pause", "2026-02-24..2026-02-27"], "", 0);
    assert_eq!((&said["due"], &said["provisional"]), (&"2026-03-24".into(), &false.into()));
    let counted: Vec<u64> = said["days"].as_array().unwrap().iter().filter_map(|day| day["counted"].as_u64()).collect();
    assert_eq!(counted, (1..=20).collect::<Vec<u64>>());
    assert_eq!(json(&["due", "2027-03-01", "--calendar-days", "10"], "", 0)["provisional"], true);
    // An open pause leaves no day to tell; a day that never was is no question.
    assert_eq!(json(&["due", "2026-02-12", "--working-days", "5", "--pause", "2026-02-13.."], "", 1)["due"], Value::Null);
    assert_eq!(json(&["due", "2026-02-30", "--working-days", "5"], "", 2)["ok"], false);
}

#[test]
fn a2_2_process_checks_draws_and_walks_a_chart() {
    let said = json(&["process", "check", CHART], "", 0);
    assert_eq!((&said["loads"], &said["runnable"], &said["sound"]), (&true.into(), &true.into(), &true.into()));
    assert_eq!(said["findings"], Value::Array(vec![]));
    let (code, svg, _) = run(&["process", "draw", CHART], "");
    assert!(code == 0 && svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{svg}");
    let said = json(&["process", "simulate", CHART, "--accepted", "2026-07-01"], "", 0);
    assert_eq!(said["ended"]["how"], "completed");
    assert!(!said["plan"].as_array().unwrap().is_empty());

    // A chart of another house, which lists no outcomes, is walked the first way its conditions ask for.
    let said = json(&["process", "simulate", "engines/process/examples/approval.bpmn"], "", 0);
    assert_eq!((&said["ended"]["how"], &said["ended"]["end"]), (&"completed".into(), &"办结".into()));

    // The same chart with one flow cut is refused, by its element and line, from standard input as from a file.
    let whole = std::fs::read_to_string(root().join(CHART)).unwrap();
    let at = whole.find("<sequenceFlow").or_else(|| whole.find("<bpmn:sequenceFlow")).unwrap();
    let end = at + whole[at..].find("/>").map_or(0, |end| end + 2);
    let cut = format!("{}{}", &whole[..at], &whole[end..]);
    let said = json(&["process", "check", "-"], &cut, 1);
    let finding = &said["findings"][0];
    assert!(said["sound"] == false && finding["line"].is_u64() && finding["element"].is_string(), "{said}");
    assert!(finding["reason"]["zh"].is_string() && finding["remedy"]["zh"].is_string(), "{said}");
    assert_eq!(json(&["process", "check", "-"], "<definitions", 2)["loads"], false);
    assert_eq!(json(&["process", "simulate", CHART, "--do", "no_such_step"], "", 2)["ok"], false);
}

#[test]
fn a2_3_decide_answers_with_its_rules_and_check_finds_gaps_and_overlaps() {
    let input = r#"{"age_band": "不满60周岁", "home": "都不是", "card": "没有", "identity_is_enough": true}"#;
    let said = json(&["decide", TABLE, "--decision", "fit", "--input", input, "--date", "2026-11-25"], "", 0);
    assert!(said["ok"] == true && said["steps"][0]["matched"][0]["index"].is_u64(), "{said}");
    json(&["decide", TABLE, "--decision", "fit", "--input", "[]"], "", 2);
    json(&["decide", TABLE, "--decision", "nothing", "--input", "{}"], "", 2);
    let said = json(&["rules", "check", TABLE], "", 0);
    assert_eq!((&said["overlaps"], &said["gaps"]), (&Value::Array(vec![]), &Value::Array(vec![])));

    // Without its last rule the table has a gap, and the check shows a case that falls in.
    let whole = std::fs::read_to_string(root().join(TABLE)).unwrap();
    let (from, to) = (whole.rfind("<rule").unwrap(), whole.rfind("</rule>").unwrap() + "</rule>".len());
    let said = json(&["rules", "check", "-"], &format!("{}{}", &whole[..from], &whole[to..]), 1);
    assert!(said["gaps"][0]["witness"].is_object(), "{said}");
    assert_eq!(json(&["rules", "check", "-"], "no DMN", 2)["ok"], false);
}

#[test]
fn b4_3_forms_and_numbers_are_checked_whole() {
    let schema = "definitions/forms/elderly-card.json";
    let said = json(&["form", "check", schema, "-"], "{}", 1);
    assert!(said["errors"].as_array().unwrap().len() > 1, "{said}");
    assert!(said["errors"][0]["field"].is_string() && said["errors"][0]["zh"].is_string() && said["errors"][0]["en"].is_string());
    assert_eq!(json(&["form", "check", schema, "-"], "{", 2)["ok"], false);
    assert_eq!(json(&["id", "check", "11010519491231002X"], "", 0)["numbers"][0]["number"]["valid"], true);
    assert_eq!(json(&["id", "check", "110105194912310021"], "", 1)["ok"], false);
    assert_eq!(
        json(&["id", "check", "-"], "11010519491231002X\n110105194912310021\n", 1)["numbers"].as_array().unwrap().len(),
        2
    );
}

#[test]
fn h20_h21_what_an_interface_sends_is_folded_and_given_back() {
    let dir = Dir::new("folded");
    let schema = dir.0.join("schema.json");
    std::fs::write(&schema, r#"{ "properties": { "name": { "format": "cn-name" }, "day": { "format": "date" } } }"#).unwrap();
    let schema = schema.display().to_string();
    let args = ["form", "check", schema.as_str(), "-"];
    let said = json(&args, r#"{ "name": "王敏", "day": "２０２５／７／１" }"#, 0);
    assert_eq!(said["data"], serde_json::json!({ "name": "王敏", "day": "2025-07-01" }));
    assert_eq!(said["folded"], serde_json::json!([{ "field": "day", "sent": "２０２５／７／１", "read": "2025-07-01" }]));
    // What is wrong leaves nothing to be stored.
    assert_eq!(json(&args, r#"{ "day": "2025-02-30" }"#, 1)["data"], Value::Null);
    let (_, out, _) = run(&args, r#"{ "name": "王　敏" }"#);
    assert!(out.contains("有 1 处按统一的写法收下：\n  name  \"王　敏\" → \"王敏\""), "{out}");
}

#[test]
fn b4_3_what_is_given_the_wrong_way_round_or_not_at_all_is_refused() {
    let dir = Dir::new("wrong-way");
    let folder = dir.0.display().to_string();
    let data = dir.0.join("data.json");
    std::fs::write(&data, r#"{ "name": "王敏" }"#).unwrap();
    let data = data.display().to_string();
    is_failure(&json(&["form", "check", &data, "definitions/forms/elderly-card.json"], "", 2), "data taken for a schema");
    is_failure(&json(&["id", "check", ""], "", 2), "no number");
    is_failure(&json(&["id", "check", &folder], "", 2), "a folder");
    let said = json(&["decide", TABLE, "--decision", "fit", "--input", "{}"], "", 2);
    assert!(said["mend"].as_str().unwrap().contains("还缺 age_band、home、card"), "all that is missing at once: {said}");
    let said = json(&["process", "simulate", CHART, "--accepted", "1900-12-30"], "", 2);
    assert!(said["error_en"].as_str().unwrap().is_ascii(), "{said}");
}

#[test]
fn bad_input_of_any_kind_ends_in_a_clear_answer() {
    let dir = Dir::new("bad");
    let deep = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    let bomb = r#"<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><definitions>&b;</definitions>"#;
    let nested = "[".repeat(300_000);
    let absent = dir.0.join("absent").display().to_string();
    // A file that only claims to be huge: nothing of it is on the disk.
    let huge = dir.0.join("huge");
    std::fs::File::create(&huge).unwrap().set_len(1 << 30).unwrap();
    let huge = huge.display().to_string();
    for args in [
        &["process", "check"][..],
        &["process", "draw"],
        &["process", "simulate"],
        &["rules", "check"],
        &["decide", "--decision", "x", "--input", "{}"],
        &["form", "check", "definitions/forms/elderly-card.json"],
    ] {
        for (file, given) in [("-", deep.as_str()), ("-", bomb), ("-", &nested), ("-", ""), (&absent, ""), (&huge, "")] {
            let said = json(&[args, &[file]].concat(), given, 2);
            is_failure(&said, &format!("{args:?} {file}"));
        }
    }
}

/// The one shape of a failure: what happened, and what to do if we know, in Chinese and in English.
#[track_caller]
fn is_failure(said: &Value, what: &str) {
    assert!(said["ok"] == false && said["error"].is_string() && said["error_en"].is_string(), "{what}: {said}");
    assert_eq!(said["mend"].is_string(), said["mend_en"].is_string(), "{what}: {said}");
    assert!(!said.to_string().contains("os error"), "{what}: {said}");
}

#[test]
fn every_command_fails_in_one_shape() {
    let has_han = |text: &Value| text.as_str().unwrap_or_default().contains(|c| matches!(c, '\u{4E00}'..='\u{9FFF}'));
    let dir = Dir::new("shape");
    let folder = dir.0.display().to_string();
    let absent = dir.0.join("absent").display().to_string();
    let key = "log.example/x+54021735+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
    for file in [folder.as_str(), absent.as_str()] {
        for args in [
            &["process", "check", file][..],
            &["process", "draw", file],
            &["rules", "check", file],
            &["decide", file, "--decision", "x", "--input", "{}"],
            &["form", "check", file, file],
            &["id", "check", file],
            &["directive", "read", file],
            &["items", "import", file],
            &["receipt", "verify", file, "--key", key],
            &["log", "verify", file, "--key", key],
            &["log", "verify", "http://127.0.0.1:1/", "--key", file],
        ] {
            let said = json(args, "", 2);
            is_failure(&said, &format!("{args:?}"));
            assert!(has_han(&said["error"]) && !has_han(&said["error_en"]) && !has_han(&said["mend_en"]), "{args:?}: {said}");
        }
    }
    // So are the reasons inside a fault of a form definition or a decision table.
    let file = |name: &str, text: &str| {
        let path = dir.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let form = file(
        "form.json",
        r#"{"key":"f","title":"T","steps":[{"key":"s","fields":[{"key":"a","label":"A","kind":"colour"}]},{"key":"s","materials":1}]}"#,
    );
    let rule = |cells: &str| {
        format!(
            r#"<definitions name="n" namespace="urn:n"><decision id="d" name="d"><decisionTable><input label="a"><inputExpression><text>1</text></inputExpression></input><output name="r"/><rule>{cells}</rule></decisionTable></decision></definitions>"#
        )
    };
    let short = file("short.dmn", &rule("<outputEntry><text>1</text></outputEntry>"));
    let broken =
        file("broken.dmn", &rule("<inputEntry><text>&lt; (</text></inputEntry><outputEntry><text>1</text></outputEntry>"));
    let list = file("list.json", "{}");
    for args in [&["form", "check", &form, &list][..], &["rules", "check", &short], &["rules", "check", &broken]] {
        let said = json(args, "", 2);
        assert!(has_han(&said["error"]) && !has_han(&said["error_en"]), "{args:?}: {said}");
    }
    // What a command promises of its answers stands beside the failure.
    assert_eq!(json(&["process", "check", &absent], "", 2)["findings"][0]["kind"], "unread");
    is_failure(&json(&["process", "simulate", CHART, "--do", "no_such_step"], "", 2), "simulate");
    is_failure(&json(&["due", "2026-02-30", "--working-days", "5"], "", 2), "due");
    // A line that cannot be read at all.
    for args in [&["due"][..], &["due", "2026-02-12", "--weeks", "1"], &["nothing"], &["log"], &["log", "verify"], &[]] {
        let said = json(args, "", 2);
        is_failure(&said, &format!("{args:?}"));
        assert!(has_han(&said["error"]) && !has_han(&said["error_en"]), "{args:?}: {said}");
    }
    let (code, out, err) = run(&["due"], "");
    assert!(code == 2 && out.is_empty() && err.contains("没有办成：缺少") && err.contains("Failed: "), "{out}{err}");
    assert_eq!(run(&["--help", "--json"], "").0, 0);
}

#[test]
fn d1_the_notice_of_2012_is_told_with_its_requirements_units_and_the_day_a_saturday_moves() {
    let file = "reference/notice-2012.txt";
    let (code, said, err) = run(&["directive", "read", file], "");
    assert_eq!((code, err.as_str()), (0, ""));
    for words in [
        "在2012年6月底前 → 2012-06-30（星期六，顺延到 2012-07-02）",
        "各牵头责任单位要会同主要参加单位",
        "省经济和信息化委：安徽省经济和信息化委员会，现在是安徽省工业和信息化厅",
        "中央驻皖单位：统称",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let said = json(&["directive", "read", file], "", 0);
    let by = &said["reporting"][0]["by"];
    assert_eq!((&by["date"], &by["due"], &by["why_moved"]), (&"2012-06-30".into(), &"2012-07-02".into(), &"星期六".into()));
    let units = said["units"].as_array().unwrap();
    assert_eq!((units.len(), &units[0]["stands_for"]["is"]), (46, &"agency".into()));
    assert!(by["why_moved_en"] == "Saturday" && said["en"].as_str().unwrap().starts_with("tasks: 40;"), "{}", said["en"]);
    assert!(units.iter().any(|unit| unit["zh"] == "统称" && unit["en"] == "a group"));
    let (_, csv, _) = run(&["directive", "read", file, "--csv"], "");
    assert!(csv.lines().any(|row| row.contains("2012-06-30") && row.ends_with(",2012-07-02,星期六")), "{csv}");
}

#[test]
fn d1_what_a_notice_leaves_open_is_said_beside_the_table_and_what_is_no_notice_is_one_finding() {
    let given = "关于任务分工的通知\n一、任务\n1．做好公开。（牵头单位：张三）\n2．公开决算，每月10日前报送。（牵头单位：省财政厅、省航天厅）\n某办公室\n2012年3月1日\n";
    let (code, csv, err) = run(&["directive", "read", "-", "--csv"], given);
    assert!(code == 1 && csv.starts_with("row_type,") && err.contains("第 3 行“张三”"), "{code} {err}");
    let (_, said, _) = run(&["directive", "read", "-"], given);
    assert!(said.contains("名录里没有：省航天厅"), "{said}");
    let (_, said, _) = run(&["directive", "read", "-"], &given.replace("省航天厅", "省财正厅"));
    assert!(said.contains("省财正厅，相近的有：省财政厅"), "{said}");
    let said = json(&["directive", "read", "-"], given, 1);
    let monthly = &said["assignments"][1]["dates"][0];
    assert_eq!((&monthly["day"], monthly.get("due")), (&10.into(), None));
    let said = json(&["directive", "read", "-"], &given.replace("每月10日前报送", "2012年6月30日前完成"), 1);
    let once = &said["assignments"][1]["dates"][0];
    assert_eq!((&once["due"], &once["why_moved"]), (&"2012-07-02".into(), &"星期六".into()));
    let (code, said, _) = run(&["directive", "read", "-"], "床前明月光，疑是地上霜。\n");
    assert!(code == 1 && said.contains("没有读出任务"), "{code} {said}");
    let (code, csv, err) = run(&["directive", "read", "-", "--csv"], "");
    assert!(code == 2 && csv.is_empty() && err.contains("文件是空的"), "{code} {err}");
    let (code, _, err) = run(&["directive", "read", "-"], &"一、\n".repeat(60_000));
    assert!(code == 2 && err.contains("不像是一份通知"), "{code} {err}");
}

/// A chart of a few lines.
fn chart(inside: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:sunlit="urn:sunlit:bpmn:1"><message id="m" name="补充"/>
        <process id="p" isExecutable="true"><startEvent id="s"/>{inside}<endEvent id="e"/></process></definitions>"#
    )
}

#[test]
fn a2_2_a_chart_that_is_refused_is_drawn_with_its_faults_marked() {
    let given = chart(
        r#"<exclusiveGateway id="g"/><userTask id="a"/><sequenceFlow id="s-g" sourceRef="s" targetRef="g"/>
        <sequenceFlow id="g-a" sourceRef="g" targetRef="a"/><sequenceFlow id="g-e" sourceRef="g" targetRef="e"/>
        <sequenceFlow id="a-e" sourceRef="a" targetRef="e"/>"#,
    );
    let (checked, drawn) = (json(&["process", "check", "-"], &given, 1), json(&["process", "draw", "-"], &given, 1));
    assert_eq!((&drawn["ok"], &drawn["findings"]), (&false.into(), &checked["findings"]));
    assert!(drawn["svg"].as_str().unwrap().contains("is-trouble"));
    // What only FEEL tells is told of the drawing too.
    let dead = given
        .replace(r#"id="g""#, r#"id="g" default="g-e""#)
        .replace(r#"targetRef="a"/>"#, r#"targetRef="a"><conditionExpression>2 = 1 + 1</conditionExpression></sequenceFlow>"#);
    let drawn = json(&["process", "draw", "-"], &dead, 1);
    assert_eq!((&drawn["findings"][0]["rule"], &drawn["findings"][0]["element"]), (&"unreachable".into(), &"g-e".into()));
    let unread = dead.replace("2 = 1 + 1", "x = = 1");
    assert_eq!(json(&["process", "check", "-"], &unread, 1)["findings"][0]["element"], "g-a");
}

#[test]
fn a_reader_that_has_seen_enough_ends_a_command_quietly() {
    for args in [&["process", "draw", CHART][..], &["process", "draw", CHART, "--json"], &["process", "check", "/nope", "--json"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = clean(Command::new(env!("CARGO_BIN_EXE_sunlit")));
        command.current_dir(root()).args(args).stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped());
        let out = command.spawn().unwrap().wait_with_output().unwrap();
        assert_eq!((out.status.code(), text(&out.stderr).as_str()), (None, ""), "{args:?}: ended by the signal");
    }
}

#[test]
fn a2_2_every_step_of_a_simulation_says_what_was_done() {
    let given = chart(
        r#"<parallelGateway id="f"/><receiveTask id="r" messageRef="m"/><userTask id="a" name="审查"/><parallelGateway id="j"/>
        <sequenceFlow id="s-f" sourceRef="s" targetRef="f"/><sequenceFlow id="f-r" sourceRef="f" targetRef="r"/>
        <sequenceFlow id="f-a" sourceRef="f" targetRef="a"/><sequenceFlow id="r-j" sourceRef="r" targetRef="j"/>
        <sequenceFlow id="a-j" sourceRef="a" targetRef="j"/><sequenceFlow id="j-e" sourceRef="j" targetRef="e"/>"#,
    );
    let (code, said, err) = run(&["process", "simulate", "-"], &given);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(said.contains("  2  办完“审查”\n  3  收到“补充” → j → e\n"), "{said}");
    let each = given.replace(
        r#"<userTask id="a" name="审查"/>"#,
        r#"<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>n</loopCardinality></multiInstanceLoopCharacteristics></userTask>"#,
    );
    let (_, said, _) = run(&["process", "simulate", "-", "--vars", r#"{"n": 1.5}"#], &each);
    assert!(said.contains("不是合适的个数") && !said.contains("fitting"), "{said}");
}

#[test]
fn clk_09_a_pause_after_the_last_day_is_remarked_upon() {
    let asked = ["due", "2026-02-12", "--working-days", "20", "--pause", "2026-04-24..", "--pause", "2026-02-24..2026-02-27"];
    let said = json(&asked, "", 0);
    assert_eq!((&said["due"], &said["too_late"][0]["from"]), (&"2026-03-24".into(), &"2026-04-24".into()));
    assert!(said["zh"].as_str().unwrap().contains("暂停 2026-04-24.. 在届满以后，不起作用"), "{said}");
    // The notice of the next year may still make up days of December: which year's it is, is said.
    let said = json(&["due", "2026-12-01", "--working-days", "20"], "", 0);
    assert_eq!((&said["due"], &said["provisional"]), (&"2026-12-29".into(), &true.into()));
    let last = said["days"].as_array().unwrap().last().unwrap();
    assert!(last["zh"].as_str().unwrap().contains("2027 年放假安排尚未公布"), "{last}");
}

#[test]
fn c2_1_a_walk_tells_steps_without_a_limit_and_a_chart_that_is_not_sound() {
    let chart = "engines/process/examples/approval.bpmn";
    let said = json(&["process", "simulate", chart, "--accepted", "2026-07-01"], "", 0);
    for planned in said["plan"].as_array().unwrap() {
        assert!(planned["limit"].is_null() || planned["due"].is_string(), "{planned}");
    }
    let text = std::fs::read_to_string(root().join(chart)).unwrap();
    let end = text.rfind("process>").map(|at| text[..at].rfind("</").unwrap()).unwrap();
    let prefix = text[end + 2..].split("process>").next().unwrap();
    let lonely = format!(r#"{}<{prefix}userTask id="lonely"/>{}"#, &text[..end], &text[end..]);
    let said = json(&["process", "simulate", "-"], &lonely, 1);
    assert!(said["error"].as_str().unwrap().contains("不能运行"), "{said}");
    let said = json(&["process", "simulate", chart, "--do", "no_such_step"], "", 2);
    assert!(said["error"].as_str().unwrap().contains("等着办的是"), "{said}");
}

#[test]
fn clk_10_the_option_at_fault_is_named() {
    for (given, option) in [
        (&["--extend", "4294967295"][..], "--extend 4294967295"),
        (&["--pause", "2026-02-24..2100-12-31"], "--pause 2026-02-24..2100-12-31"),
    ] {
        let said = json(&[&["due", "2026-02-12", "--working-days", "20"], given].concat(), "", 2);
        for at in ["error", "error_en"] {
            assert!(said[at].as_str().unwrap().starts_with(option), "{said}");
        }
    }
    let said = json(&["due", "2026-02-12", "--working-days", "20", "--pause", "2026年2月24日..2026年2月27日"], "", 0);
    assert_eq!(
        said["due"],
        json(&["due", "2026-02-12", "--working-days", "20", "--pause", "2026-02-24..2026-02-27"], "", 0)["due"]
    );
}

#[test]
fn f149_hash_tiles_without_entries_are_verified_as_such() {
    let dir = "engines/ledger/tests/data/tiled-log-300-cosigned";
    let said = json(&["log", "verify", dir, "--key", &format!("{dir}/cosigner.vkey")], "", 2);
    assert!(said["entries_checked"] == false && said["findings"] == serde_json::json!([]) && said["size"] == 300, "{said}");
    // What was seen of it is remembered all the same; asked for hashes alone, that is a good end.
    let seen = std::env::temp_dir().join(format!("sunlit-seen-{}", std::process::id()));
    let key = format!("{dir}/cosigner.vkey");
    let again = ["log", "verify", dir, "--key", &key, "--trust", seen.to_str().unwrap(), "--hashes-only"];
    let said = [json(&again, "", 0), json(&again, "", 0)];
    assert_eq!(
        said.map(|said| (said["ok"].clone(), said["continues"].clone())),
        [(true.into(), 0.into()), (true.into(), 1.into())]
    );
    std::fs::remove_file(&seen).unwrap();
    let said = json(&["log", "verify", "nodir"], "", 2);
    assert!(said["error"].as_str().unwrap().contains("没有目录"), "{said}");
}

#[test]
fn h13_a_null_that_is_refused_is_told_in_english_too() {
    let table = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="t" namespace="urn:t">
      <inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>
      <decision id="d" name="d"><informationRequirement><requiredInput href="@a"/></informationRequirement>
      <decisionTable><input><inputExpression typeRef="number"><text>a</text></inputExpression></input><output name="o"/>
      <rule><inputEntry><text>&gt;= 3</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
      </decisionTable></decision></definitions>"#
        .replace('@', "#");
    let has_han = |text: &str| text.contains(|c| matches!(c, '\u{4E00}'..='\u{9FFF}'));
    for (given, code) in [(&["--input", r#"{"a": null}"#][..], 1), (&["--input", r#"{"a": 1}"#, "--date", "2026-13-01"], 2)] {
        let said = json(&[&["decide", "-", "--decision", "d"], given].concat(), &table, code);
        assert!(!has_han(said["error_en"].as_str().unwrap()), "{said}");
    }
    let bomb = r#"<!DOCTYPE d [<!ENTITY a "a">]><definitions>&a;</definitions>"#;
    let said = json(&["rules", "check", "-"], bomb, 2);
    assert!(!has_han(said["error_en"].as_str().unwrap()), "{said}");
}
