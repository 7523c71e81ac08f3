//! 读一项 · what was typed in one field, understood by its kind (B4.1; H20, H21). Whatever can be understood is folded
//! and taken; what cannot is told with its reason.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::decimal::{Decimal, DecimalError};
use crate::definition::{Field, Kind};
use crate::errors::Wrong;
use crate::ids::{check_resident_id, check_uscc};
use crate::regions::check_region;
use crate::text::{digits_of, fold_digits, is_blank, name_of, read_date, text_of, written};

/// One field, read.
pub(crate) enum Read {
    Empty,
    Value(Value),
    Wrong(Wrong),
}

impl From<Result<Value, Wrong>> for Read {
    fn from(read: Result<Value, Wrong>) -> Read {
        match read {
            Ok(value) => Read::Value(value),
            Err(wrong) => Read::Wrong(wrong),
        }
    }
}

/// Reads what was typed for one field that is not a group.
pub(crate) fn read(field: &Field, typed: &[&str], today: NaiveDate) -> Read {
    let Some(first) = typed.iter().copied().find(|text| !is_blank(text)) else {
        return Read::Empty;
    };
    match field.kind {
        Kind::Text | Kind::Address | Kind::Textarea => {
            let text = text_of(first);
            let one_line = field.kind != Kind::Textarea && text.contains(['\n', '\t']);
            let text = if one_line { text.replace(['\n', '\t'], " ").into() } else { text };
            fits(field, text).into()
        }
        Kind::Name => match name(first) {
            Ok(name) if name.is_empty() => Read::Empty,
            name => name.and_then(|name| fits(field, name)).into(),
        },
        Kind::Mobile => match mobile(first) {
            Ok(number) => Read::Value(number.into()),
            Err(digits) => Read::Wrong(Wrong::NotAMobile(digits)),
        },
        Kind::Phone => phone(first).map(Value::from).ok_or(Wrong::NotAPhone).into(),
        Kind::ResidentId => check_resident_id(first, today).map(|id| id.number.into()).map_err(Wrong::ResidentId).into(),
        Kind::Uscc => check_uscc(first).map(|uscc| uscc.code.into()).map_err(Wrong::Uscc).into(),
        Kind::Number | Kind::Money => number(field, first).into(),
        Kind::Date => date(field, typed, today).into(),
        Kind::Choice => match field.options.iter().find(|option| option.value == first.trim()) {
            Some(option) => Read::Value(option.value.as_str().into()),
            None => Read::Wrong(Wrong::NotAnOption),
        },
        Kind::Choices => choices(field, typed).into(),
        Kind::YesNo => match digits_of(first).to_lowercase().as_str() {
            "yes" | "true" | "on" | "1" | "是" => Read::Value(json!(true)),
            "no" | "false" | "off" | "0" | "否" => Read::Value(json!(false)),
            _ => Read::Wrong(Wrong::NotAnOption),
        },
        Kind::Email => email(field, first).into(),
        // A box is ticked or it is not; anything but a tick is no declaration.
        Kind::Declaration => match digits_of(first).to_lowercase().as_str() {
            "yes" | "true" | "on" | "1" | "是" => Read::Value(json!(true)),
            _ => Read::Empty,
        },
        Kind::Region => check_region(first).map(|region| region.code.into()).map_err(Wrong::Region).into(),
        Kind::Group => Read::Wrong(Wrong::NotRows),
    }
}

fn fits(field: &Field, text: Cow<str>) -> Result<Value, Wrong> {
    match text.chars().count() {
        n if n > field.max_length => Err(Wrong::TooLong(n)),
        _ => Ok(Value::String(text.into_owned())),
    }
}

/// A person's name in its one written form; empty when nothing is left of it.
pub(crate) fn name(typed: &str) -> Result<Cow<'_, str>, Wrong> {
    let name = name_of(typed);
    if let Some(odd) = name.chars().find(|c| !may_stand_in_a_name(*c)) {
        return Err(Wrong::NameCharacter(odd));
    }
    let marks_only = name.chars().all(|c| matches!(c, ' ' | '.' | '·' | '-' | '\'' | '\u{2018}' | '\u{2019}'));
    if marks_only && !name.is_empty() { Err(Wrong::NameEmpty) } else { Ok(name) }
}

/// A list of what no name has. A list of what names have would refuse the next character Unicode adds.
fn may_stand_in_a_name(c: char) -> bool {
    match c {
        ' ' | '.' | '-' | '\'' | '\u{2018}' | '\u{2019}' => true,
        c if c.is_ascii() => c.is_ascii_alphabetic(),
        '\u{2012}'..='\u{206F}' | '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{FF61}'..='\u{FF64}' => false,
        '\u{2190}'..='\u{25CA}' | '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}' => false,
        '\u{FFE0}'..='\u{FFEF}' | '\u{FFF9}'..='\u{FFFF}' => false,
        c => !c.is_control() && !c.is_whitespace(),
    }
}

/// The eleven digits, or how many digits there are.
pub(crate) fn mobile(typed: &str) -> Result<String, usize> {
    let mut bare = digits_of(typed);
    if bare.contains([' ', '-', '(', ')']) {
        bare = bare.replace([' ', '-', '(', ')'], "").into();
    }
    let without = ["+86", "0086"].iter().find_map(|prefix| bare.strip_prefix(prefix)).unwrap_or(&bare);
    let number = if without.len() == 13 { without.strip_prefix("86").unwrap_or(without) } else { without };
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    if digits && number.len() == 11 && matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..]) {
        return Ok(number.to_owned());
    }
    Err(number.chars().filter(char::is_ascii_digit).count())
}

pub(crate) fn phone(typed: &str) -> Option<String> {
    if let Ok(number) = mobile(typed) {
        return Some(number);
    }
    let folded = fold_digits(typed).to_lowercase();
    let marked = folded.replace("转", "-").replace("ext", "-").replace(['x', '(', ')', '.'], "-");
    let bare: String = marked.chars().filter(|c| !c.is_whitespace()).collect();
    let home = ["+86", "0086"].iter().find_map(|prefix| bare.strip_prefix(prefix));
    if home.is_none()
        && let Some(abroad) = bare.strip_prefix('+')
    {
        let digits: String = abroad.chars().filter(|c| *c != '-').collect();
        // What is judged is what is kept: +.86 is +86.
        if digits.starts_with("86") {
            return phone(&format!("+{digits}"));
        }
        let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        return fits.then(|| format!("+{digits}"));
    }
    let mut parts: Vec<String> = home.unwrap_or(&bare).split('-').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if !parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    // From abroad the zero of the area code is left out: +86 551 6260 0000.
    if home.is_some() && parts.first().is_some_and(|first| !first.starts_with('0')) {
        parts[0].insert(0, '0');
    }
    let first = parts.first()?.clone();
    if !first.starts_with('0') {
        let whole: String = parts.concat();
        let service = match whole.as_bytes() {
            [b'4' | b'8', b'0', b'0', rest @ ..] => rest.len() == 7,
            [b'1', rest @ ..] => matches!(rest.len(), 4 | 5),
            [b'9', b'5' | b'6', rest @ ..] => matches!(rest.len(), 3 | 4),
            _ => false,
        };
        return service.then_some(whole);
    }
    let split = first.len() <= 4 && parts.len() > 1;
    let number = if split { format!("{first}{}", parts[1]) } else { first };
    let extension = &parts[if split { 2 } else { 1 }..];
    // Two zeros lead abroad; no area has them.
    if number.starts_with("00") {
        return None;
    }
    // 010 and 02x have three digits, every other area code four.
    let area = if number.starts_with("010") || number.starts_with("02") { 3 } else { 4 };
    // A hotline of another place is called by its area: 0564-12345.
    let is_hotline = |local: &str| matches!(local.len(), 5 | 6) && local.starts_with('1') && extension.is_empty();
    let is_local = |local: &str| matches!(local.len(), 7 | 8) && !local.starts_with('0');
    let local = number.get(area..).filter(|local| is_local(local) || is_hotline(local))?;
    match extension {
        [] => Some(format!("{}-{local}", &number[..area])),
        [extension] if extension.len() <= 6 => Some(format!("{}-{local}-{extension}", &number[..area])),
        _ => None,
    }
}

fn number(field: &Field, typed: &str) -> Result<Value, Wrong> {
    let value = counted(typed, field.unit_word(), field.kind == Kind::Money)?;
    bounded(field, value)?;
    // An amount is text, for a JSON number is a float to most readers.
    Ok(if field.kind == Kind::Money { value.fixed(field.decimals).into() } else { value.to_json() })
}

/// A number as people write it: the unit behind it although it stands beside the box, the sign of the yuan before an amount.
pub(crate) fn counted(typed: &str, unit: Option<&str>, is_money: bool) -> Result<Decimal, Wrong> {
    let folded = digits_of(typed);
    let mut text = folded.trim();
    if let Some(unit) = unit
        && let Some(bare) = text.strip_suffix(&*digits_of(unit))
    {
        text = bare.trim_end();
    }
    if is_money {
        text = text.trim_start_matches('¥').trim_start();
    }
    decimal(text).map_err(|no| if matches!(no, Wrong::NotANumber) { misread(unit, text) } else { no })
}

/// Yuan as people write them, outside of a form: digits in any writing, thousands set off or not, with the unit or without; to the cent.
pub fn read_yuan(typed: &str) -> Option<String> {
    let value = counted(typed, Some("元"), true).ok()?;
    (value.decimals() <= 2).then(|| value.fixed(2))
}

/// Units that people write behind an amount or a size.
const UNITS: [&str; 12] = ["亿元", "万元", "千元", "元", "角", "分", "平方公里", "平方米", "公顷", "亩", "公里", "米"];

/// What a text is that was to be a number: one in another unit, one with a power of ten, or none.
fn misread(asked: Option<&str>, text: &str) -> Wrong {
    let unit = UNITS.into_iter().find(|unit| text.ends_with(unit));
    if let Some(unit) = unit.filter(|unit| asked.is_some_and(|asked| asked != *unit))
        && decimal(text.trim_end_matches(unit).trim_end()).is_ok()
    {
        return Wrong::OtherUnit(unit.to_owned());
    }
    let with_exponent = text.split_once(['e', 'E']).is_some_and(|(number, power)| {
        let power = power.strip_prefix(['+', '-']).unwrap_or(power);
        decimal(number).is_ok() && !power.is_empty() && power.bytes().all(|b| b.is_ascii_digit())
    });
    if with_exponent { Wrong::WithExponent } else { Wrong::NotANumber }
}

/// A number whose digits are folded, with thousands set off or not.
pub(crate) fn decimal(text: &str) -> Result<Decimal, Wrong> {
    let whole = text.find('.').unwrap_or(text.len());
    let plain = match &text[..whole] {
        grouped if grouped.contains([',', ' ']) => {
            Cow::Owned(without_thousands(grouped).ok_or(Wrong::NotANumber)? + &text[whole..])
        }
        _ => Cow::Borrowed(text),
    };
    plain.parse().map_err(|no| match no {
        DecimalError::NotANumber => Wrong::NotANumber,
        DecimalError::TooManyDecimals => Wrong::TooManyDecimals,
        DecimalError::TooLong => Wrong::TooLarge,
    })
}

/// Whether a number has no more decimals than asked and lies within its bounds.
pub(crate) fn bounded(field: &Field, value: Decimal) -> Result<(), Wrong> {
    if value.decimals() > field.decimals {
        return Err(Wrong::TooManyDecimals);
    }
    if field.min.is_some_and(|min| value < min) {
        return Err(Wrong::TooSmall);
    }
    if field.max.is_some_and(|max| value > max) {
        return Err(Wrong::TooLarge);
    }
    Ok(())
}

/// `1,234` and `1,234,567` lose their commas; `1,2` is not a number, for it may be meant as 1.2.
fn without_thousands(whole: &str) -> Option<String> {
    let bare: String = whole.chars().filter(|c| *c != ' ').collect();
    let mut groups = bare.split(',');
    let head = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if !rest.is_empty() && (!(1..=3).contains(&head.trim_start_matches('-').len()) || rest.iter().any(|group| group.len() != 3)) {
        return None;
    }
    Some(format!("{head}{}", rest.concat()))
}

/// One box, or three for year, month and day.
fn date(field: &Field, typed: &[&str], today: NaiveDate) -> Result<Value, Wrong> {
    let day = match typed {
        [year, month, day] => read_date(&format!("{}-{}-{}", fold_digits(year), fold_digits(month), fold_digits(day))),
        _ => typed.iter().find(|text| !is_blank(text)).and_then(|text| read_date(text)),
    };
    let day = day.ok_or(Wrong::NotADate)?;
    if let Some(earliest) = field.earliest.map(|bound| bound.on(today)).filter(|earliest| day < *earliest) {
        return Err(Wrong::TooEarly(earliest));
    }
    if let Some(latest) = field.latest.map(|bound| bound.on(today)).filter(|latest| day > *latest) {
        return Err(Wrong::TooLate(latest));
    }
    Ok(written(day).into())
}

fn choices(field: &Field, chosen: &[&str]) -> Result<Value, Wrong> {
    let chosen: HashSet<&str> = chosen.iter().map(|value| value.trim()).filter(|value| !is_blank(value)).collect();
    // In the order of the page, each once.
    let known = field.options.iter().map(|option| option.value.as_str());
    let values: Vec<&str> = known.filter(|value| chosen.contains(value)).collect();
    if values.len() < chosen.len() {
        return Err(Wrong::NotAnOption);
    }
    if values.len() > 1 && values.contains(&crate::Choice::NONE) {
        return Err(Wrong::Contradicts);
    }
    if let Some(least) = field.min.map(Decimal::count).filter(|least| values.len() < *least) {
        return Err(Wrong::TooFew(least));
    }
    if let Some(most) = field.max.map(Decimal::count).filter(|most| values.len() > *most) {
        return Err(Wrong::TooMany(most));
    }
    Ok(json!(values))
}

fn email(field: &Field, typed: &str) -> Result<Value, Wrong> {
    let folded = digits_of(typed);
    let (local, domain) = folded.split_once('@').ok_or(Wrong::NotAnEmail)?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>' | '"' | '(' | ')');
    let labels: Vec<&str> = domain.split('.').collect();
    if local.is_empty() || folded.replacen('@', "", 1).contains(odd) || labels.len() < 2 || labels.contains(&"") {
        return Err(Wrong::NotAnEmail);
    }
    fits(field, format!("{local}@{}", domain.to_lowercase()).into())
}

/// What was typed, as far as a database will take it, for a draft to keep.
pub(crate) fn as_typed(field: &Field, typed: &[&str]) -> Value {
    let clean = |text: &&str| -> String { text.chars().filter(|c| *c != '\0').collect() };
    match (field.kind, typed) {
        (Kind::Choices, _) => json!(typed.iter().map(clean).collect::<Vec<_>>()),
        (Kind::Date, [_, _, _]) => json!(typed.iter().map(clean).collect::<Vec<_>>().join("-")),
        _ => json!(typed.iter().find(|text| !is_blank(text)).map(clean).unwrap_or_default()),
    }
}

/// The reverse: what one would have typed to get this value.
pub(crate) fn typed_as(value: &Value) -> Vec<Cow<'_, str>> {
    match value {
        Value::Null => Vec::new(),
        Value::Bool(true) => vec!["yes".into()],
        Value::Bool(false) => vec!["no".into()],
        Value::Number(number) => vec![match Decimal::from_json(value) {
            Some(value) => value.to_string().into(),
            None => number.to_string().into(),
        }],
        Value::String(text) => vec![text.as_str().into()],
        Value::Array(values) => values.iter().flat_map(typed_as).collect(),
        Value::Object(_) => vec![value.to_string().into()],
    }
}

/// Reads an answer once more, as if it had been typed.
pub(crate) fn read_again(field: &Field, answer: &Value, today: NaiveDate) -> Read {
    match answer {
        Value::String(text) => read(field, &[text], today),
        _ => {
            let typed = typed_as(answer);
            read(field, &typed.iter().map(AsRef::as_ref).collect::<Vec<_>>(), today)
        }
    }
}
