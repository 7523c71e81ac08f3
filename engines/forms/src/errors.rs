//! 怎么改 · what a person is told about one field (F073): which field, what to do, an example. Never that the input
//! is wrong, never whose fault it is.

use serde::Serialize;

use crate::decimal::Decimal;
use crate::definition::{Condition, Field, Kind};
use crate::ids::{ResidentIdError, UsccError};
use crate::regions::RegionError;

/// One thing to mend, said in full, the same in the summary and at the field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{zh}")]
pub struct FieldError {
    /// The key of the field, for the link; in a group with group and row: `holders.0.holder_name`.
    pub field: String,
    /// Its label.
    pub label: String,
    /// What kind of mistake it is, for statistics and for other wordings.
    pub code: ErrorCode,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
}

/// Kinds of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A required field has no answer.
    Missing,
    /// More characters than fit.
    TooLong,
    /// Fewer boxes ticked, or rows filled in, than needed.
    TooFew,
    /// More boxes ticked, or rows filled in, than allowed.
    TooMany,
    /// Not a number.
    NotANumber,
    /// A number with more decimals than asked.
    TooManyDecimals,
    /// Below the least.
    TooSmall,
    /// Above the greatest.
    TooLarge,
    /// Not a day of the calendar.
    NotADate,
    /// Before the earliest day.
    TooEarly,
    /// After the latest day.
    TooLate,
    /// A character that no name contains.
    NotAName,
    /// Not a mobile number.
    NotAMobile,
    /// Not a telephone number.
    NotAPhone,
    /// Not a resident identity number.
    NotAResidentId,
    /// Not a unified social credit code.
    NotAUscc,
    /// Not an email address.
    NotAnEmail,
    /// Not a region in force.
    NotARegion,
    /// Not one of the options.
    NotAnOption,
    /// None of the options, and one of them.
    Contradicts,
    /// Sent by an interface, and nothing the form asks.
    NotAsked,
    /// Sent by an interface in another shape than the schema's.
    Malformed,
}

/// What is wrong, with what the sentence needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wrong {
    Missing,
    TooLong(usize),
    TooFew(usize),
    TooMany(usize),
    NotANumber,
    TooManyDecimals,
    TooSmall,
    TooLarge,
    NotADate,
    TooEarly(chrono::NaiveDate),
    TooLate(chrono::NaiveDate),
    NameCharacter(char),
    NameEmpty,
    NotAMobile(usize),
    NotAPhone,
    ResidentId(ResidentIdError),
    Uscc(UsccError),
    NotAnEmail,
    Region(RegionError),
    NotAnOption,
    /// None of them (都没有), and one of them.
    Contradicts,
    /// Understood, but written otherwise than it is kept: how to write it, and whether text was sent.
    Written(serde_json::Value, bool),
    /// An empty text where there is nothing to say.
    Blank,
    /// An amount in another unit than is asked for.
    OtherUnit(String),
    /// A number with a power of ten, `1e6`.
    WithExponent,
    /// Something else than a list of rows.
    NotRows,
}

impl Wrong {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Missing => ErrorCode::Missing,
            Self::TooLong(_) => ErrorCode::TooLong,
            Self::TooFew(_) => ErrorCode::TooFew,
            Self::TooMany(_) => ErrorCode::TooMany,
            Self::NotANumber | Self::OtherUnit(_) | Self::WithExponent => ErrorCode::NotANumber,
            Self::TooManyDecimals => ErrorCode::TooManyDecimals,
            Self::TooSmall => ErrorCode::TooSmall,
            Self::TooLarge => ErrorCode::TooLarge,
            Self::NotADate => ErrorCode::NotADate,
            Self::TooEarly(_) => ErrorCode::TooEarly,
            Self::TooLate(_) => ErrorCode::TooLate,
            Self::NameCharacter(_) | Self::NameEmpty => ErrorCode::NotAName,
            Self::NotAMobile(_) => ErrorCode::NotAMobile,
            Self::NotAPhone => ErrorCode::NotAPhone,
            Self::ResidentId(_) => ErrorCode::NotAResidentId,
            Self::Uscc(_) => ErrorCode::NotAUscc,
            Self::NotAnEmail => ErrorCode::NotAnEmail,
            Self::Contradicts => ErrorCode::Contradicts,
            Self::Region(_) => ErrorCode::NotARegion,
            Self::NotAnOption => ErrorCode::NotAnOption,
            Self::Written(..) | Self::Blank | Self::NotRows => ErrorCode::Malformed,
        }
    }
}

/// The sentence for one mistake in one field.
pub(crate) fn tell(field: &Field, wrong: &Wrong) -> FieldError {
    let name = field.label_en.as_ref().unwrap_or(&field.label);
    tell_as(field, wrong, field.key.clone(), &field.label, name)
}

/// The same in a row of a group, counted from nought, told as people count.
pub(crate) fn tell_in_row(group: &Field, row: usize, field: &Field, wrong: &Wrong) -> FieldError {
    let label = format!("{} {} 的{}", group.label, row + 1, field.label);
    let of = group.label_en.as_ref().unwrap_or(&group.label);
    let name = format!("{} of {of} {}", field.label_en.as_ref().unwrap_or(&field.label), row + 1);
    tell_as(field, wrong, crate::groups::posted_key(&group.key, row, &field.key), &label, &name)
}

/// Something an interface sent that the form does not ask.
pub(crate) fn tell_not_asked(key: String) -> FieldError {
    let label = crate::formats::cut(&key).into_owned();
    let zh = format!("表单没有问“{label}”，请删去，或者改成表单里的字段名");
    let en = format!("The form does not ask “{label}”. Remove it, or use the name of a field of the form");
    FieldError { label, field: key, code: ErrorCode::NotAsked, zh, en }
}

/// An answer an interface sent to a field that is asked only when another answer is as `when` has it.
pub(crate) fn tell_unmet(key: String, field: &Field, when: &Condition) -> FieldError {
    let name = field.label_en.as_ref().unwrap_or(&field.label);
    let values = |or: &str| when.is.iter().map(crate::formats::short).collect::<Vec<_>>().join(or);
    let (label, on) = (&field.label, &when.field);
    let zh = format!("{label}（{key}）只在“{on}”填 {} 时才问，请删去，或者改“{on}”", values(" 或 "));
    let en = format!("{name} ({key}) is asked only when “{on}” is {}. Remove it, or change “{on}”", values(" or "));
    FieldError { field: key, label: label.clone(), code: ErrorCode::NotAsked, zh, en }
}

fn tell_as(field: &Field, wrong: &Wrong, key: String, label: &str, name: &str) -> FieldError {
    let example = example_of(field);
    let (such_as, eg) = match &example {
        // An option stands in quotation marks, which need no space before them.
        Some(example) if example.starts_with('“') => (format!("，如{example}"), format!(", such as {example}")),
        Some(example) => (format!("，如 {example}"), format!(", such as {example}")),
        None => (String::new(), String::new()),
    };
    let unit = match field.unit_word() {
        Some(unit) if field.kind == Kind::Money => format!(" {unit}"),
        unit => unit.unwrap_or_default().to_owned(),
    };
    let limit = |bound: Option<Decimal>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    // “0 人的数”, “1 的数”.
    let of_unit = match unit.trim() {
        "" => " 的数".to_owned(),
        unit => format!(" {unit}的数"),
    };
    let (zh, en) = match wrong {
        Wrong::Missing => match field.kind {
            Kind::Declaration => (format!("请阅读“{label}”后勾选"), format!("Read “{name}” and tick the box")),
            Kind::Group => match field.row_limits().0.max(1) {
                1 => (format!("请填{label}，至少一项"), format!("Enter at least one {name}")),
                least => (format!("请填{label}，至少 {least} 项"), format!("Enter at least {least} for {name}")),
            },
            kind if kind.is_chosen() => (format!("请选{label}"), format!("Choose {name}")),
            _ => (format!("请填{label}"), format!("Enter {name}")),
        },
        Wrong::TooLong(n) => (
            format!("{label}最多 {} 个字，现在是 {n} 个字，请写短一些{such_as}", field.max_length),
            format!("{name} holds up to {} characters; this has {n}. Shorten it{eg}", field.max_length),
        ),
        Wrong::TooFew(least) if field.kind == Kind::Group => (
            format!("{label}请至少填 {least} 项，不够的请补上"),
            format!("Enter at least {least} for {name}; add what is missing"),
        ),
        Wrong::TooMany(most) if field.kind == Kind::Group => {
            (format!("{label}请最多填 {most} 项，多的请删去"), format!("Enter up to {most} for {name}; remove the others"))
        }
        Wrong::Contradicts => {
            let none = field.options.iter().find(|option| option.value == crate::Choice::NONE);
            let none = none.map_or("都没有", |option| option.label.as_str());
            (
                format!("{label}选了“{none}”，又选了别的：请只留“{none}”，或者去掉它"),
                format!("{name} says none and something else; keep one or the other"),
            )
        }
        Wrong::TooFew(least) => {
            (format!("{label}请至少选 {least} 项{such_as}"), format!("Choose at least {least} for {name}{eg}"))
        }
        Wrong::TooMany(most) => (format!("{label}请最多选 {most} 项{such_as}"), format!("Choose up to {most} for {name}{eg}")),
        Wrong::NotANumber if field.decimals == 0 => {
            (format!("{label}请填整数{such_as}"), format!("Enter {name} as a whole number{eg}"))
        }
        Wrong::NotANumber => (format!("{label}请填数字{such_as}"), format!("Enter {name} as a number{eg}")),
        Wrong::OtherUnit(typed) => {
            let asked = field.unit_word().unwrap_or_default();
            (
                format!("{label}以{asked}为单位，请换算成{asked}再填，不写“{typed}”{such_as}"),
                format!("{name} is asked in {asked}: convert it and leave out “{typed}”{eg}"),
            )
        }
        Wrong::WithExponent => (
            format!("{label}请把数字写全，不用 e 表示几次方{such_as}"),
            format!("Write {name} out in digits, without a power of ten{eg}"),
        ),
        Wrong::TooManyDecimals if field.decimals == 0 => {
            (format!("{label}请填整数，不带小数{such_as}"), format!("Enter {name} as a whole number{eg}"))
        }
        Wrong::TooManyDecimals => (
            format!("{label}请最多填 {} 位小数{such_as}", field.decimals),
            format!("Enter {name} with up to {} decimals{eg}", field.decimals),
        ),
        Wrong::TooSmall => {
            let least = limit(field.min);
            (format!("{label}请填不小于 {least}{of_unit}{such_as}"), format!("Enter {name} of {least} or more{eg}"))
        }
        Wrong::TooLarge => {
            let most = field.max.map_or("999999999999999".to_owned(), |most| most.to_string());
            (format!("{label}请填不大于 {most}{of_unit}{such_as}"), format!("Enter {name} of {most} or less{eg}"))
        }
        Wrong::NotADate => (
            format!("{label}请填年、月、日，要是日历上有的一天{such_as}"),
            format!("Enter {name} as year, month and day, a day of the calendar{eg}"),
        ),
        Wrong::TooEarly(day) => (
            format!("{label}请填 {}或以后的日期，如 {day}", in_words(*day)),
            format!("Enter {name} on or after {day}, such as {day}"),
        ),
        Wrong::TooLate(day) => (
            format!("{label}请填 {}或以前的日期，如 {day}", in_words(*day)),
            format!("Enter {name} on or before {day}, such as {day}"),
        ),
        Wrong::NameCharacter(c) => {
            (format!("{label}请按证件填写，去掉“{c}”{such_as}"), format!("Enter {name} as on the document, without “{c}”{eg}"))
        }
        Wrong::NameEmpty => (format!("{label}请按证件填写姓和名{such_as}"), format!("Enter {name} as on the document{eg}")),
        Wrong::NotAMobile(n) if *n != 11 => (
            format!("{label}请填 11 位手机号码，现在是 {n} 位{such_as}"),
            format!("Enter {name} with 11 digits; this has {n}{eg}"),
        ),
        Wrong::NotAMobile(_) => (
            format!("{label}请填 13 至 19 开头的 11 位手机号码{such_as}"),
            format!("Enter {name} as 11 digits beginning with 13 to 19{eg}"),
        ),
        Wrong::NotAPhone => (
            format!("{label}请填手机号码，或区号加电话号码{such_as}"),
            format!("Enter {name} as a mobile number, or area code and number{eg}"),
        ),
        Wrong::ResidentId(no) => {
            let example = example.as_deref().unwrap_or_default();
            (no.zh(label, example), no.en(name, example))
        }
        Wrong::Uscc(no) => {
            let example = example.as_deref().unwrap_or_default();
            (no.zh(label, example), no.en(name, example))
        }
        Wrong::NotAnEmail => (
            format!("{label}请填完整的邮箱地址，@ 前后都要有{such_as}"),
            format!("Enter {name} in full, with something on both sides of the @{eg}"),
        ),
        Wrong::Region(no) => {
            let example = example.as_deref().unwrap_or_default();
            (no.zh(label, example), no.en(name, example))
        }
        Wrong::NotAnOption => {
            (format!("{label}请从列出的选项里选{such_as}"), format!("Choose {name} from the options listed{eg}"))
        }
        Wrong::Written(value, was_text) => {
            let (zh, en) = as_written(field, value, *was_text);
            (format!("{label}请写成{zh}"), format!("Write {name} as {en}"))
        }
        Wrong::Blank => (
            format!("{label}没有要填的就不写这一项，或写 null，不要写空的文字"),
            format!("Leave {name} out, or write null, where there is nothing to say; not an empty text"),
        ),
        Wrong::NotRows => (
            format!("{label}请写成一列 [ … ]，每项是一个对象 {{ … }}"),
            format!("Write {name} as a list [ … ] of objects {{ … }}"),
        ),
    };
    FieldError { field: key, label: label.to_owned(), code: wrong.code(), zh, en }
}

/// How a value is to be written: after “请写成” and after “Write … as”.
fn as_written(field: &Field, value: &serde_json::Value, was_text: bool) -> (String, String) {
    let money = match field.kind {
        Kind::Money => (format!("（小数点后 {} 位）", field.decimals), format!(" (with {} decimals)", field.decimals)),
        _ => Default::default(),
    };
    let json = crate::formats::short(value);
    match value {
        serde_json::Value::String(text) if was_text => (format!(" {text}{}", money.0), format!("{text}{}", money.1)),
        serde_json::Value::String(_) => {
            (format!("文字，加引号：{json}{}", money.0), format!("text, in quotation marks: {json}{}", money.1))
        }
        _ if was_text => (format!(" {json}，不加引号"), format!("{json}, without quotation marks")),
        _ => (format!(" {json}"), json),
    }
}

fn example_of(field: &Field) -> Option<String> {
    if let Some(example) = &field.example {
        return Some(example.clone());
    }
    if let Some(option) = field.options.first() {
        return Some(format!("“{}”", option.label));
    }
    match field.kind {
        Kind::Number => {
            let usual = if field.decimals == 0 { Some(Decimal::from(12)) } else { "12.5".parse().ok() };
            usual.max(field.min).map(|usual| field.max.map_or(usual, |most| usual.min(most)).to_string())
        }
        kind => kind.usual_example().map(str::to_owned),
    }
}

fn in_words(day: chrono::NaiveDate) -> String {
    use chrono::Datelike;
    format!("{} 年 {} 月 {} 日", day.year(), day.month(), day.day())
}
