//! 逐句英文 · each sentence that sources, templates, forms and rules say has its English in `foundation/i18n/en.po`, and none is there that
//! nobody says (F160).

use foundation::page::{Lang, translate};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Sources whose sentences reach a page; the others speak to operators, write papers, or hold words that people use.
const SAID: [&str; 59] = [
    "acts/src",
    "catalogue/src/admin.rs",
    "catalogue/src/centres/agency.rs",
    "catalogue/src/centres/bulletins_pages.rs",
    "catalogue/src/centres/change.rs",
    "catalogue/src/centres/close.rs",
    "catalogue/src/centres/closing.rs",
    "catalogue/src/centres/desk.rs",
    "catalogue/src/centres/coverage.rs",
    "catalogue/src/centres/facts.rs",
    "catalogue/src/centres/open.rs",
    "catalogue/src/centres/outside.rs",
    "catalogue/src/centres/outside_pages.rs",
    "catalogue/src/centres/show.rs",
    "catalogue/src/intermediaries/facts.rs",
    "catalogue/src/intermediaries/keep.rs",
    "catalogue/src/intermediaries/law.rs",
    "catalogue/src/intermediaries/show.rs",
    "catalogue/src/item.rs",
    "catalogue/src/items",
    "catalogue/src/letters/pages.rs",
    "catalogue/src/letters/record.rs",
    "catalogue/src/pages/fit.rs",
    "catalogue/src/pages/guide.rs",
    "catalogue/src/pages/originals.rs",
    "catalogue/src/priors",
    "engines/calendar/src/clock.rs",
    "engines/forms/src/display.rs",
    "engines/process/src/refusal.rs",
    "foundation/authority/src/act.rs",
    "foundation/src/files.rs",
    "foundation/src/held.rs",
    "foundation/src/house.rs",
    "foundation/src/log.rs",
    "foundation/src/page",
    "foundation/src/people.rs",
    "foundation/src/sessions.rs",
    "foundation/src/sign_in.rs",
    "foundation/src/stop.rs",
    "foundation/src/witnesses.rs",
    "figures/src",
    "openness/src/sunlight/board.rs",
    "openness/src/sunlight/figures",
    "oversight/src",
    "services/src/agents",
    "services/src/asked",
    "services/src/cases",
    "services/src/counter",
    "services/src/drafts",
    "services/src/fees",
    "services/src/hall",
    "services/src/queries/body.rs",
    "services/src/queries/facts.rs",
    "services/src/queries/keep.rs",
    "services/src/queries/law.rs",
    "services/src/track.rs",
    "sunlit/src/commands/demo/clock.rs",
    "sunlit/src/commands/demo/people.rs",
    "sunlit/src/verify.rs",
];

/// What is among them and is no sentence: parts of others, words that are looked for, faults of definitions, names.
const NOT_SAID: [&str; 37] = [
    // What letters have, which are in Chinese.
    "元（1）",
    "给付",
    "报送给",
    "年月特急加平件",
    "赵桂兰",
    "王长福",
    "男",
    "女",
    "2000年1",
    "（周",
    "”或者“",
    "请选",
    "请填",
    "可以",
    "在用",
    "受理条件",
    "办理程序",
    "办理期限",
    "监督渠道",
    "没有“1”这种行为",
    "Begin time that does not count (行政许可法 45).",
    "王敏",
    "李倩",
    "陈静",
    "周正",
    "赵明",
    "孙岚",
    "何伟",
    "温岚",
    "石越",
    "吴悦",
    "郑航",
    "方芳",
    "田野",
    "程远",
    "章秀云",
    "金寨县大别山食品有限公司(样例)",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn files(under: &Path, ends: &[&str], out: &mut Vec<PathBuf>) {
    if under.is_dir() {
        for entry in std::fs::read_dir(under).unwrap().flatten() {
            files(&entry.path(), ends, out);
        }
    } else if ends.iter().any(|end| under.to_string_lossy().ends_with(end)) && !under.ends_with("tests.rs") && !is_sample(under) {
        out.push(under.to_owned());
    }
}

/// What invented people wrote of invented complaints and ratings stays as they wrote it.
fn is_sample(file: &Path) -> bool {
    file.ends_with("complaints/demo.rs") || file.ends_with("ratings/demo.rs")
}

fn sources(of: &[&str], ends: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    of.iter().for_each(|one| files(&root().join(one), ends, &mut found));
    found.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

pub fn has_han(text: &str) -> bool {
    text.contains(|c| matches!(c, '\u{3400}'..='\u{9FFF}'))
}

/// The string literals of a Rust source up to its tests, without comments.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let mut out = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['/', '"', '\'']) {
        let (before, here) = rest.split_at(at);
        let raw = before.trim_end_matches('#').ends_with('r') && here.starts_with('"');
        rest = match () {
            () if here.starts_with("//") => here.split_once('\n').map_or("", |(_, after)| after),
            () if raw => {
                let end = format!("\"{}", "#".repeat(before.len() - before.trim_end_matches('#').len()));
                let (text, after) = here[1..].split_once(&end).unwrap();
                out.push(text.to_owned());
                after
            }
            () if here.starts_with('"') => {
                let (mut text, mut chars) = (String::new(), here[1..].chars());
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    match if c == '\\' { chars.next() } else { None } {
                        None => text.push(c),
                        Some('n') => text.push('\n'),
                        Some('\n') => chars = chars.as_str().trim_start().chars(),
                        Some(other) => text.push(other),
                    }
                }
                out.push(text);
                chars.as_str()
            }
            // A character, which may be a quotation mark; anything else is a lifetime.
            () if here.starts_with('\'') => {
                let mut chars = here[1..].chars();
                let (c, next) = (chars.next(), chars.next());
                match (c, next) {
                    (Some('\\'), _) => here[2..].split_once('\'').map_or("", |(_, after)| after.trim_start_matches('\'')),
                    (_, Some('\'')) => chars.as_str(),
                    _ => &here[1..],
                }
            }
            () => &here[1..],
        };
    }
    out
}

/// A source without the calls that carry the English of their sentence beside it.
fn without_field_errors(source: &str) -> String {
    let mut parts = source.split("field_error(");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        out.push_str(&part[closing(part)..]);
    }
    out
}

/// Where the bracket closes that stands open before this part of a source.
fn closing(part: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (1, false, false);
    let end = part.find(|c| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    end.unwrap_or(0)
}

/// What commands say when they fail, and what to do about it; not what carries its English beside it.
fn failures(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let calls = ["Failure::new(", "Failure::because(", ".mend("];
    let calls = calls.iter().flat_map(|call| source.split(call).skip(1));
    let calls = calls.map(|part| part.split_at(closing(part)));
    let own = |after: &str| after.trim_start_matches(')').trim_start().starts_with(".english(");
    calls.filter(|(_, after)| !own(after)).flat_map(|(said, _)| literals(said)).collect()
}

#[test]
fn f160_every_failure_of_a_command_has_its_english() {
    let said = sources(&["sunlit/src"], &[".rs"]);
    let said: Vec<String> = said.iter().flat_map(|source| failures(source)).flat_map(|text| sentences(&text, "1")).collect();
    assert!(said.len() > 100, "{}", said.len());
    // The name of a field, which a sentence of the forms is about.
    let missing: BTreeSet<&String> =
        said.iter().filter(|text| has_han(&translate(text, Lang::En)) && *text != "身份证号").collect();
    assert!(missing.is_empty(), "without English in foundation/i18n/en.po: {missing:#?}");
}

/// What stands between tags, with `gap` in the place of each value.
fn sentences(literal: &str, gap: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut skip = 0;
    for (i, c) in literal.char_indices() {
        let tag = c == '<' && literal[i + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match c {
            '{' => skip = 1,
            '}' if skip == 1 => {
                skip = 0;
                out.last_mut().unwrap().push_str(gap);
            }
            _ if tag => {
                skip = 2;
                out.push(String::new());
            }
            '>' if skip == 2 => skip = 0,
            _ if skip == 0 => out.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    out.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// The literals that templates hand to `|t` or to a field.
fn in_templates(template: &str) -> Vec<String> {
    let expressions = template.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(inside, _)| inside);
    expressions.flat_map(literals).collect()
}

fn templates() -> Vec<String> {
    sources(&["foundation/src", "catalogue/src", "services/src", "openness/src", "oversight/src", "sunlit/src"], &[".html"])
}

/// What the forms ask by which a matter is edited.
fn editors() -> Vec<String> {
    fn ask(value: &serde_json::Value, out: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(object) => object.iter().for_each(|(key, value)| match value {
                serde_json::Value::String(text) if ["title", "intro", "label", "hint", "example"].contains(&key.as_str()) => {
                    out.push(text.clone());
                }
                other => ask(other, out),
            }),
            serde_json::Value::Array(list) => list.iter().for_each(|value| ask(value, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    sources(&["catalogue/src"], &[".json"]).iter().for_each(|text| ask(&serde_json::from_str(text).unwrap(), &mut out));
    assert!(out.len() > 100);
    out
}

/// What the supervision rules of the house say: their names and, with `gap` in the place of each value, the sentences of their computations
/// and those within their expressions.
fn supervised(gap: &str) -> Vec<String> {
    let mut out = Vec::new();
    for text in sources(&["definitions/supervision"], &[".json"]) {
        let rule: serde_json::Value = serde_json::from_str(&text).unwrap();
        out.extend(["name", "says", "leads_to"].map(|key| rule[key].as_str().unwrap().to_owned()));
        for find in rule["finds"].as_array().unwrap() {
            let mut sentence = String::new();
            for (at, piece) in find["computation"].as_str().unwrap().split(['{', '}']).enumerate() {
                match at % 2 {
                    0 => sentence.push_str(piece),
                    _ => {
                        sentence.push_str(gap);
                        out.extend(within(piece, gap));
                    }
                }
            }
            out.push(sentence);
        }
    }
    assert!(out.len() > 30);
    out
}

/// The texts in an expression; of a list, its texts with a gap for each value.
fn within(expression: &str, gap: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, part) in expression.split(['[', ']']).enumerate() {
        let texts = part.split('"').enumerate();
        match at % 2 {
            0 => out.extend(texts.filter(|(at, _)| at % 2 == 1).map(|(_, text)| text.to_owned())),
            _ if part.contains('"') => {
                let joined = texts.map(|(at, text)| match at % 2 {
                    1 => text,
                    _ if text.trim_matches([',', ' ']).is_empty() => "",
                    _ => gap,
                });
                out.push(joined.collect());
            }
            _ => {}
        }
    }
    out.retain(|text| has_han(text));
    out
}

#[test]
fn f160_every_sentence_has_its_english() {
    let rust = sources(&SAID, &[".rs"]);
    let rust = rust.iter().flat_map(|source| literals(&without_field_errors(source)));
    let rust = rust.filter(|text| !text.contains('%')).flat_map(|text| sentences(&text, "1"));
    let templates = templates().into_iter().flat_map(|template| in_templates(&template));
    let missing: BTreeSet<String> = rust
        .chain(templates)
        .chain(editors())
        .chain(supervised("1"))
        .filter(|text| has_han(&translate(text, Lang::En)) && !NOT_SAID.contains(&text.as_str()))
        .collect();
    assert!(missing.is_empty(), "without English in foundation/i18n/en.po: {missing:#?}");
}

/// A text and the parts of it that are translated alone.
fn parts(text: &str, out: &mut BTreeSet<String>) {
    if !text.is_empty() && out.insert(text.to_owned()) {
        parts(text.trim(), out);
        for joint in ["。", "；", "，", "：", "、", " · "] {
            text.split(joint).filter(|part| *part != text).for_each(|part| parts(part, out));
        }
    }
}

#[test]
fn f160_no_english_is_left_of_a_sentence_that_is_gone() {
    let all = ["acts", "foundation", "engines", "figures", "catalogue", "services", "openness", "oversight", "sunlit/src"];
    let mut said = BTreeSet::new();
    for source in sources(&all, &[".rs"]) {
        literals(&source).iter().flat_map(|text| sentences(text, "{}")).for_each(|text| parts(&text, &mut said));
    }
    templates().iter().flat_map(|template| in_templates(template)).for_each(|text| parts(&text, &mut said));
    supervised("{}").iter().for_each(|text| parts(text, &mut said));
    let definitions =
        sources(&["definitions", "reference", "catalogue/src"], &[".json", ".bpmn", ".dmn", ".cedar", ".csv"]).concat();
    let book = std::fs::read_to_string(root().join("foundation/i18n/en.po")).unwrap();
    let entries: Vec<String> = book
        .lines()
        .filter_map(|line| line.strip_prefix("msgid \"")?.strip_suffix('"'))
        .map(|text| text.replace("\\\"", "\"").replace("\\n", "\n").replace("{#}", "{}"))
        .filter(|text| !text.is_empty())
        .collect();
    let pieces = |text: &str| text.split("{}").map(|piece| piece.trim().to_owned()).collect::<Vec<_>>();
    let is_used = |text: &String| {
        let composed = text.contains("{}") && pieces(text).iter().all(|piece| piece.is_empty() || said.contains(piece));
        said.contains(text) || composed || definitions.contains(text.as_str())
    };
    // One case of a pattern may be said better than the pattern says it.
    let is_case = |text: &String| {
        entries.iter().filter(|pattern| pattern.contains("{}") && is_used(pattern)).any(|pattern| {
            let (first, last) = pattern.split_once("{}").unwrap();
            text.len() > first.len() + last.len() && text.starts_with(first) && text.ends_with(last)
        })
    };
    let unused: Vec<&String> = entries.iter().filter(|text| !is_used(text) && !is_case(text)).collect();
    assert!(unused.is_empty(), "nobody says: {unused:#?}");
    assert_eq!(entries.iter().collect::<BTreeSet<_>>().len(), entries.len(), "an entry stands twice");
}

/// What a person reads of a form and of the situations of a matter, by the names of the fields it stands in.
fn said_by(value: &serde_json::Value, fields: &[&str], into: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => object.iter().for_each(|(key, value)| match value.as_str() {
            Some(text) if fields.contains(&key.as_str()) => drop(into.insert(text.to_owned())),
            _ => said_by(value, fields, into),
        }),
        serde_json::Value::Array(several) => several.iter().for_each(|value| said_by(value, fields, into)),
        _ => {}
    }
}

#[test]
fn f160_every_form_and_every_situation_of_a_matter_has_its_english() {
    let mut said = BTreeSet::new();
    for text in sources(&["definitions/forms"], &[".json"]) {
        said_by(&serde_json::from_str(&text).unwrap(), &["title", "label", "intro", "hint", "note", "was"], &mut said);
    }
    for text in sources(&["reference/items"], &[".json"]) {
        let item: serde_json::Value = serde_json::from_str(&text).unwrap();
        said_by(&item["situations"], &["name", "told"], &mut said);
    }
    let book = std::fs::read_to_string(root().join("foundation/i18n/en.po")).unwrap();
    let entries: BTreeSet<String> = book
        .lines()
        .filter_map(|line| line.strip_prefix("msgid \"")?.strip_suffix('"'))
        .map(|text| text.replace("\\\"", "\"").replace("\\n", "\n"))
        .collect();
    let is_chinese = |text: &&String| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let without: Vec<&String> = said.iter().filter(is_chinese).filter(|text| !entries.contains(*text)).collect();
    assert!(without.is_empty(), "without English: {without:#?}");
}
