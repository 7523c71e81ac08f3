//! 读 JSON · what a command takes in: each key once, every number kept as it is written, no deeper than can be read.

use crate::failure::Failure;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

/// The deepest nesting.
const DEEPEST: usize = 100;

/// The value of a text, or why it cannot be taken; `name` is the file or option it comes from.
pub fn read(name: &str, text: &str) -> Result<Value, Failure> {
    if text.trim().is_empty() {
        return Err(Failure::new(format!("{name} 是空的"))
            .english(format!("{name} is empty"))
            .mend_both("写上一个 JSON，没有内容的对象写 {}", "write JSON; an object with nothing in it is {}"));
    }
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        let place = format!("{name} 第 {} 行第 {} 列不合 JSON 写法", error.line(), error.column());
        let english = format!("{name}, line {}, column {} is not JSON", error.line(), error.column());
        Failure::new(place).english(english).mend_both(
            "检查那里的引号、逗号和括号，如 {\"name\":\"王敏\"}",
            "check the quotes, commas and brackets there, as in {\"name\":\"Wang Min\"}",
        )
    })?;
    value(name, &mut Vec::new(), raw.get())
}

/// The same where it must be an object.
pub fn object(name: &str, text: &str, example: &str) -> Result<Map<String, Value>, Failure> {
    match read(name, text)? {
        Value::Object(entries) => Ok(entries),
        _ => Err(Failure::new(format!("{name} 不是一个 JSON 对象"))
            .english(format!("{name} is not a JSON object"))
            .mend_both(&format!("写成一个 JSON 对象，例如 {example}"), &format!("write a JSON object, like {example}"))),
    }
}

fn value(name: &str, place: &mut Vec<String>, raw: &str) -> Result<Value, Failure> {
    if place.len() > DEEPEST {
        return Err(Failure::new(format!("{name} 嵌套超过 {DEEPEST} 层"))
            .english(format!("{name} is nested more than {DEEPEST} deep"))
            .mend_both("放平再试", "flatten it and try again"));
    }
    let unread = |place: &[String]| {
        let at = if place.is_empty() { String::new() } else { format!("的“{}”", place.join(".")) };
        let english = format!("{name} cannot be read at “{}”: {}", place.join("."), short(raw));
        Failure::new(format!("{name} {at}读不懂：{}", short(raw)))
            .english(english)
            .mend_both("照 JSON 的写法改，文字里的 \\u 要成对", "write it as JSON does; \\u in texts comes in pairs")
    };
    match raw.as_bytes().first() {
        Some(b'{') => {
            let Entries(found) = serde_json::from_str(raw).map_err(|_| unread(place))?;
            let mut entries = Map::new();
            for (key, inner) in found {
                place.push(key.clone());
                let value = value(name, place, inner.get())?;
                if entries.insert(key, value).is_some() {
                    let said = format!("{name} 里“{}”写了两次", place.join("."));
                    let english = format!("{name} has “{}” twice", place.join("."));
                    return Err(Failure::new(said)
                        .english(english)
                        .mend_both("只留一个，看清哪一个是要的", "keep one: see which is meant"));
                }
                place.pop();
            }
            Ok(Value::Object(entries))
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| unread(place))?;
            let mut values = Vec::with_capacity(items.len());
            for (at, inner) in items.into_iter().enumerate() {
                place.push(at.to_string());
                values.push(value(name, place, inner.get())?);
                place.pop();
            }
            Ok(Value::Array(values))
        }
        Some(b'-' | b'0'..=b'9') => match serde_json::from_str::<Number>(raw) {
            Ok(number) if digits(raw) == digits(&number.to_string()) => Ok(Value::Number(number)),
            _ => {
                let at = if place.is_empty() { String::new() } else { format!("“{}”的", place.join(".")) };
                let zh = format!("{name} 里{at}数 {} 传不准：JSON 的数最多 15 位有效数字", short(raw));
                let en =
                    format!("{name}: the number {} is not passed on exactly; JSON numbers have 15 digits at most", short(raw));
                Err(Failure::new(zh).english(en).mend_both(
                    "写短；每一位都要算数的，加引号写成文字，如 \"12345678901234567.89\"",
                    "shorten it, or write it as text where every digit counts, like \"12345678901234567.89\"",
                ))
            }
        },
        _ => serde_json::from_str(raw).map_err(|_| unread(place)),
    }
}

/// The entries of an object as they are written, a key twice if it is there twice.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Each).map(Entries)
    }
}

/// A number as sign, digits and exponent of ten, the same for every way of writing it.
fn digits(text: &str) -> (bool, String, i64) {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = mantissa.trim_start_matches('-').split_once('.').unwrap_or((mantissa.trim_start_matches('-'), ""));
    let all = format!("{whole}{part}");
    let significant = all.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    let trailing = all.len() - all.trim_end_matches('0').len();
    let exponent = exponent.parse::<i64>().unwrap_or(i64::MAX / 2);
    (text.starts_with('-'), significant.to_owned(), exponent - part.len() as i64 + trailing as i64)
}

fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a2_3_numbers_are_taken_as_they_are_written_or_not_at_all() {
        for fine in [
            "0.1",
            "-0.10",
            "1200.5",
            "1e3",
            "1E-7",
            "9007199254740993",
            "18446744073709551615",
            "0",
            "-0",
            "0e5",
            "123456789012345.6",
        ] {
            assert!(read("d", fine).is_ok(), "{fine}");
        }
        for lost in [
            "0.1000000000000000000001",
            "0.0999999999999999999999999",
            "12345678901234567.89",
            "1e400",
            "18446744073709551617",
            "1e-400",
        ] {
            let no = read("d", &format!(r#"{{ "a": [{lost}] }}"#)).unwrap_err();
            assert!(no.said.contains("“a.0”") && no.said.contains(lost), "{}", no.said);
        }
        assert_eq!(
            read("d", r#" {"a": [1, {"b": null}], "c": "\u00e9\n"} "#).unwrap(),
            json!({ "a": [1, { "b": null }], "c": "é\n" })
        );
    }

    #[test]
    fn a2_3_a_key_twice_is_refused_by_name_and_depth_is_said() {
        let no = read("d", r#"{ "a": { "b": 1, "\u0062": 2 } }"#).unwrap_err();
        assert!(no.said.contains("“a.b”写了两次"), "{}", no.said);
        for depth in [500, 100_000] {
            let no = read("d", &format!("{}{}", "[".repeat(depth), "]".repeat(depth))).unwrap_err();
            assert!(no.said.contains("嵌套超过 100 层"), "{}", no.said);
        }
        assert!(read("d", "{\n  \"a\" 1 }").unwrap_err().said.contains("第 2 行"));
        assert!(read("d", r#"{ "a": "\ud800" }"#).unwrap_err().said.contains("“a”"));
        assert!(object("d", "[1]", "{}").unwrap_err().said.contains("对象"));
        assert_eq!(read("d", " \n").unwrap_err().said, "d 是空的");
    }
}
