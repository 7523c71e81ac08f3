//! 核对表单数据 · whether data sent by interface are what a form asks: everything to mend at once, each with its place (F073).

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

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    let Command::Check(options) = command;
    let checked = check(&options);
    logging::about_to_tell();
    match checked {
        Ok((title, errors)) => tell(&title, &errors, json),
        Err(failure) => {
            failure.tell(json);
            Ok(ExitCode::from(BAD_INPUT))
        }
    }
}

/// The title of the form or schema, and what is to be mended.
fn check(options: &Check) -> Result<(String, Vec<FieldError>), Failure> {
    let today = day(options.on.as_deref())?;
    let schema_text = input::text(Path::new(&options.schema), LARGEST)?;
    let schema = json::read(&options.schema, &schema_text)?;
    let data = json::read(&options.data, &input::text(Path::new(&options.data), LARGEST)?)?;
    // A form has steps; a JSON Schema has no such keyword.
    if schema.get("steps").is_some() {
        let form = Form::parse(&schema_text).map_err(|error| Failure::new(format!("{}：{error}", options.schema)))?;
        return Ok((form.title().to_owned(), form.check_data(&data, today)));
    }
    let title = schema.get("title").and_then(Value::as_str).unwrap_or(&options.schema).to_owned();
    let schema = Schema::compile(&schema).map_err(|error| {
        Failure::new(format!("{}：{error}", options.schema)).mend("第一个参数给表单定义（有 steps）或 JSON Schema 2020-12")
    })?;
    Ok((title, schema.check(&data)))
}

fn tell(title: &str, errors: &[FieldError], json: bool) -> Done {
    let code = if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if json {
        let said = serde_json::json!({ "ok": errors.is_empty(), "form": title, "errors": errors });
        println!("{}", serde_json::to_string_pretty(&said)?);
        return Ok(code);
    }
    if errors.is_empty() {
        println!("“{title}”的数据都填对了。");
        return Ok(code);
    }
    println!("■ “{title}”有 {} 处要改：", errors.len());
    for error in errors {
        let place = if error.field.is_empty() { "（最外层）" } else { &error.field };
        println!("  {place}  {}", error.zh);
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

    fn checked(schema: &str, data: &str) -> Result<Vec<FieldError>, Failure> {
        let dir = std::env::temp_dir().join(format!("sunlit-form-{}-{}", std::process::id(), uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&dir).unwrap();
        let (s, d) = (dir.join("schema.json"), dir.join("data.json"));
        std::fs::write(&s, schema).unwrap();
        std::fs::write(&d, data).unwrap();
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let done = check(&Check { schema: path(&s), data: path(&d), on: Some("2026-12-01".into()) });
        std::fs::remove_dir_all(dir).unwrap();
        done.map(|(_, errors)| errors)
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
    }
}
