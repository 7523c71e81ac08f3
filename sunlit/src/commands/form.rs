//! 核对表单数据 · whether data sent by interface are what a form asks: everything to mend at once, each with its place (F073).
//! They are read as a page reads what is typed, and what was folded is told (H20, H21).

use crate::failure::{BAD_INPUT, Done, Failure};
use crate::{input, json, logging};
use chrono::NaiveDate;
use forms::{FieldError, Form, Schema};
use serde_json::Value;
use std::path::Path;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 按表单定义或 JSON Schema 核对一份 JSON 数据
    Check(Check),
}

#[derive(clap::Args)]
pub struct Check {
    /// 表单定义，如 definitions/forms/elderly-card.json，或 JSON Schema 2020-12
    schema: String,
    /// JSON 数据文件；- 从标准输入读
    data: String,
    /// 当作哪一天来核对，如 2026-12-01；不写就是今天
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

/// The largest file read: a form sent by interface is thousands of times smaller.
pub(super) const LARGEST: u64 = 64 * 1024 * 1024;

/// The most foldings told to a person one by one.
const MOST_SHOWN: usize = 20;

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    let Command::Check(options) = command;
    let checked = check(&options);
    logging::about_to_tell();
    match checked {
        Ok(checked) => tell(&checked, json),
        Err(failure) => {
            failure.tell(json);
            Ok(ExitCode::from(BAD_INPUT))
        }
    }
}

/// Data that were read.
#[derive(Debug)]
struct Checked {
    /// Of the form or schema.
    title: String,
    /// In their one written form, as they are to be stored.
    data: Value,
    folded: Vec<Folded>,
    errors: Vec<FieldError>,
}

/// What was sent in another writing.
#[derive(Debug, PartialEq, serde::Serialize)]
struct Folded {
    field: String,
    sent: Value,
    read: Value,
}

fn check(options: &Check) -> Result<Checked, Failure> {
    let today = day(options.on.as_deref())?;
    let schema_text = input::text(Path::new(&options.schema), LARGEST)?;
    let schema = json::read(&options.schema, &schema_text)?;
    let sent = json::read(&options.data, &input::text(Path::new(&options.data), LARGEST)?)?;
    // A form has steps; a JSON Schema has no such keyword.
    let (title, data, errors) = if schema.get("steps").is_some() {
        let form = Form::parse(&schema_text).map_err(|error| Failure::new(format!("{}：{error}", options.schema)))?;
        let read = form.read_data(&sent, today);
        (form.title().to_owned(), Value::Object(read.answers), read.errors)
    } else {
        let title = schema.get("title").and_then(Value::as_str).unwrap_or(&options.schema).to_owned();
        let compiled = Schema::compile(&schema).map_err(|error| {
            let failure =
                Failure::new(format!("{}：{error}", options.schema)).english(format!("{}: {}", options.schema, error.english()));
            // What is wrong at one place is told with its remedy; what is wrong as a whole may be another file.
            if error.is_of_the_whole() {
                failure.mend("第一个参数给表单定义（有 steps）或 JSON Schema 2020-12")
            } else {
                failure
            }
        })?;
        if !has_rules(&schema) {
            return Err(Failure::new(format!("{} 里没有 JSON Schema 的规则，什么也不会核对", options.schema))
                .english(format!("{} holds no rule of JSON Schema, and nothing would be checked", options.schema))
                .mend_both(
                    "第一个参数给表单定义（有 steps）或 JSON Schema，第二个给数据；看看是不是写反了",
                    "give a form definition (with steps) or a JSON Schema first, then the data; perhaps they are the wrong way round",
                ));
        }
        let (data, errors) = compiled.read(sent.clone());
        (title, data, errors)
    };
    let mut folded = Vec::new();
    // Nothing is folded of what is no object.
    if sent.is_object() == data.is_object() {
        compare("", &sent, &data, &mut folded);
    }
    Ok(Checked { title, data, folded, errors })
}

/// Whether a schema asks for anything: data taken for a schema have keys that are no keywords, and any data would fit them.
fn has_rules(schema: &Value) -> bool {
    const RULES: [&str; 40] = [
        "$dynamicRef",
        "$ref",
        "additionalProperties",
        "allOf",
        "amountMaximum",
        "amountMinimum",
        "anyOf",
        "const",
        "contains",
        "dependentRequired",
        "dependentSchemas",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "if",
        "items",
        "maxContains",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minContains",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "not",
        "oneOf",
        "pattern",
        "patternProperties",
        "prefixItems",
        "properties",
        "propertyNames",
        "required",
        "type",
        "unevaluatedItems",
        "unevaluatedProperties",
        "uniqueItems",
    ];
    match schema {
        Value::Object(keywords) => keywords.keys().any(|keyword| RULES.contains(&keyword.as_str())),
        other => *other == Value::Bool(false),
    }
}

/// Where what was read differs from what was sent.
fn compare(place: &str, sent: &Value, read: &Value, folded: &mut Vec<Folded>) {
    let within = |step: &str| if place.is_empty() { step.to_owned() } else { format!("{place}.{step}") };
    match (sent, read) {
        (Value::Object(sent), Value::Object(read)) => {
            for (key, sent) in sent {
                if let Some(read) = read.get(key) {
                    compare(&within(key), sent, read, folded);
                }
            }
        }
        (Value::Array(sent), Value::Array(read)) if sent.len() == read.len() => {
            for (at, (sent, read)) in sent.iter().zip(read).enumerate() {
                compare(&within(&at.to_string()), sent, read, folded);
            }
        }
        (sent, read) if sent == read => {}
        (sent, read) => folded.push(Folded { field: place.to_owned(), sent: sent.clone(), read: read.clone() }),
    }
}

fn tell(checked: &Checked, json: bool) -> Done {
    let Checked { title, data, folded, errors } = checked;
    let ok = errors.is_empty();
    let code = if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if json {
        let data = if ok { data } else { &Value::Null };
        let said = serde_json::json!({ "ok": ok, "form": title, "errors": errors, "folded": folded, "data": data });
        println!("{}", serde_json::to_string_pretty(&said)?);
        return Ok(code);
    }
    match errors.len() {
        0 => println!("“{title}”的数据都填对了。"),
        many => println!("■ “{title}”有 {many} 处要改："),
    }
    for error in errors {
        let place = if error.field.is_empty() { "（最外层）" } else { &error.field };
        println!("  {place}  {}", error.zh);
    }
    if !folded.is_empty() {
        println!("有 {} 处按统一的写法收下：", folded.len());
    }
    for Folded { field, sent, read } in folded.iter().take(MOST_SHOWN) {
        println!("  {field}  {sent} → {read}");
    }
    if folded.len() > MOST_SHOWN {
        println!("  ……其余 {} 处用 --json 看", folded.len() - MOST_SHOWN);
    }
    Ok(code)
}

fn day(on: Option<&str>) -> Result<NaiveDate, Failure> {
    match on {
        None => Ok(calendar::local_date(chrono::Utc::now())),
        Some(text) => forms::text::read_date(text)
            .ok_or_else(|| Failure::new(format!("“{text}”不是日历上的一天")).mend("写成 --on 2026-12-01")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(schema: &str, data: &str) -> Result<Checked, Failure> {
        let dir = std::env::temp_dir().join(format!("sunlit-form-{}-{}", std::process::id(), uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&dir).unwrap();
        let (s, d) = (dir.join("schema.json"), dir.join("data.json"));
        std::fs::write(&s, schema).unwrap();
        std::fs::write(&d, data).unwrap();
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let done = check(&Check { schema: path(&s), data: path(&d), on: Some("2026-12-01".into()) });
        std::fs::remove_dir_all(dir).unwrap();
        done
    }

    fn checked(schema: &str, data: &str) -> Result<Vec<FieldError>, Failure> {
        read(schema, data).map(|checked| checked.errors)
    }

    #[test]
    fn f073_a_form_and_a_schema_both_check_data() {
        let form = r#"{ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [
            { "key": "name", "label": "姓名", "kind": "name", "required": true }] }] }"#;
        assert_eq!(checked(form, r#"{ "name": "王敏" }"#).unwrap(), []);
        assert_eq!(checked(form, r#"{ "nam": "王敏" }"#).unwrap().len(), 2);
        let schema = r#"{ "properties": { "tel": { "format": "cn-mobile" } } }"#;
        assert_eq!(checked(schema, r#"{ "tel": "13800138000" }"#).unwrap(), []);
        assert_eq!(checked(schema, r#"{ "tel": "1380013800" }"#).unwrap().len(), 1);
        assert!(checked(form, "{").unwrap_err().said.contains("第 1 行"));
        assert!(checked(r#"{ "type": 1 }"#, "{}").is_err());
        // Data and form the wrong way round.
        for swapped in [r#"{ "name": "王敏" }"#, "{}", "true"] {
            assert!(checked(swapped, form).unwrap_err().said.contains("没有 JSON Schema 的规则"), "{swapped}");
        }
    }

    #[test]
    fn h20_h21_a_form_and_its_schema_fold_what_an_interface_sends() {
        let text = r#"{ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [
            { "key": "name", "label": "姓名", "kind": "name" }, { "key": "tel", "label": "电话", "kind": "mobile" },
            { "key": "day", "label": "日期", "kind": "date" }] }] }"#;
        let schema = Form::parse(text).unwrap().schema().to_string();
        let sent = r#"{ "name": "买买提・吐尔逊", "tel": "１３８ ００１３ ８０００", "day": "２０２５／７／１" }"#;
        for definition in [text, &schema] {
            let read = read(definition, sent).unwrap();
            assert_eq!(read.errors, []);
            assert_eq!(read.data, serde_json::json!({ "name": "买买提·吐尔逊", "tel": "13800138000", "day": "2025-07-01" }));
            assert_eq!(read.folded.len(), 3);
            assert!(read.folded.iter().any(|folded| folded.field == "day" && folded.sent == "２０２５／７／１"));
        }
    }

    #[test]
    fn f073_an_unknown_format_and_another_draft_are_refused_by_place() {
        for (schema, zh, en) in [
            (
                r#"{ "properties": { "a": { "format": "cn-phon" } } }"#,
                "/properties/a/format：不认识格式“cn-phon”",
                "is not known",
            ),
            (
                r#"{ "$schema": "http://json-schema.org/draft-07/schema#" }"#,
                "/$schema：“http://json-schema.org/draft-07/schema#”是另一种规范",
                "another dialect",
            ),
        ] {
            let no = read(schema, "{}").unwrap_err();
            assert!(no.said.contains(zh), "{}", no.said);
            assert!(no.in_english().0.contains(en) && no.mend.is_none(), "{:?}", no.in_english());
        }
    }
}
