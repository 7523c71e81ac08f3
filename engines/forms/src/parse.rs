//! 读定义 · walks the JSON of a definition and gathers every mistake instead of stopping at the first (F084).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::decimal::Decimal;
use crate::definition::{Choice, Condition, DateBound, Field, Kind, Problem, Step};
use crate::groups::MOST_ROWS;
use crate::text::read_date;
use crate::wording::{catch_all, catch_all_in_option, catch_all_in_prose};

/// More than any form of any office asks, and few enough to be drawn and checked in no time.
const MOST_STEPS: usize = 100;
const MOST_FIELDS: usize = 1000;
const MOST_OPTIONS: usize = 1000;
/// A condition looks at a field that has a condition, and so on: nobody follows more.
const MOST_CONDITIONS_ABOVE: usize = 8;
/// Whoever has so much to mend begins there.
const MOST_PROBLEMS: usize = 100;

/// A field read so far, for conditions to be checked against.
struct Earlier {
    kind: Kind,
    answers: Vec<String>,
    /// The group it is asked in.
    group: Option<String>,
    /// How many conditions stand above it.
    depth: usize,
}

#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) problems: Vec<Problem>,
    earlier: HashMap<String, Earlier>,
    elements: HashMap<String, String>,
    /// The group being read.
    group: Option<String>,
    /// How many conditions stand above the step being read.
    step_depth: usize,
}

/// What a page posts beside the fields of a form: the number of the page, and the button that adds or removes a row.
const PAGES_OWN: [&str; 2] = ["once", "then"];
const FIELD_ATTRIBUTES: [&str; 12] =
    ["key", "label", "label_en", "kind", "hint", "required", "example", "source", "element", "was", "when", "note"];

impl Reader {
    fn no(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { place: place.into(), reason: reason.into() });
        }
    }

    pub(crate) fn form(&mut self, value: &Value) -> (String, String, Vec<Step>) {
        let Some(form) = self.object(value, "（最外层）", &["key", "title", "steps"]) else {
            return Default::default();
        };
        let key = self.key(form, "", true);
        let title = self.words(form, "", "title", true).unwrap_or_default();
        let mut steps: Vec<Step> = Vec::new();
        match form.get("steps").and_then(Value::as_array) {
            Some(list) if list.len() > MOST_STEPS => self.no("steps", format!("一张表最多 {MOST_STEPS} 步，请拆成几张表")),
            Some(list) if !list.is_empty() => {
                for (at, step) in list.iter().enumerate() {
                    let place = format!("steps[{at}]");
                    let Some(step) = self.step(step, &place) else {
                        continue;
                    };
                    if steps.iter().any(|other| other.key == step.key) {
                        self.no(format!("{place}.key"), format!("步骤名“{}”重复了，请换一个", step.key));
                    }
                    if step.materials && steps.iter().any(|other| other.materials) {
                        self.no(format!("{place}.materials"), "一张表只有一个材料步骤，请删去这一个");
                    }
                    steps.push(step);
                }
            }
            _ => self.no("steps", "请写出步骤，至少一个"),
        }
        (key, title, steps)
    }

    fn step(&mut self, value: &Value, place: &str) -> Option<Step> {
        let step = self.object(value, place, &["key", "title", "intro", "fields", "materials", "when"])?;
        let key = self.key(step, place, true);
        let title = self.words(step, place, "title", true).unwrap_or_default();
        let intro = self.prose(step, place, "intro");
        let materials = self.flag(step, place, "materials");
        let when = self.condition(step, place);
        self.step_depth = self.depth(&when);
        let mut fields = Vec::new();
        match step.get("fields") {
            None => {}
            Some(Value::Array(list)) => {
                for (at, field) in list.iter().enumerate().take(MOST_FIELDS + 1) {
                    fields.extend(self.field(field, &format!("{place}.fields[{at}]")));
                }
            }
            Some(_) => self.no(format!("{place}.fields"), "请写成一列字段，如 [{\"key\":\"name\"}]"),
        }
        let has_fields = step.get("fields").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        if has_fields == materials {
            self.no(place, "一个步骤要么写 fields（至少一个字段），要么写 \"materials\": true，请二选一");
        }
        if materials && when.is_some() {
            self.no(format!("{place}.when"), "材料步骤不带条件，请删去；每份材料自己写条件");
        }
        Some(Step { key, title, intro, fields, materials, when })
    }

    fn depth(&self, when: &Option<Condition>) -> usize {
        when.as_ref().and_then(|when| self.earlier.get(&when.field)).map_or(0, |earlier| earlier.depth + 1)
    }

    fn field(&mut self, value: &Value, place: &str) -> Option<Field> {
        let Some(field) = value.as_object() else {
            self.no(place, "字段请写成对象，如 {\"key\":\"name\",\"label\":\"姓名\",\"kind\":\"name\"}");
            return None;
        };
        let key = self.key(field, place, false);
        let label = self.words(field, place, "label", true).unwrap_or_default();
        let word = field.get("kind").and_then(Value::as_str).unwrap_or_default();
        let Some(kind) = Kind::ALL.iter().copied().find(|kind| kind.as_str() == word) else {
            let known = Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join("、");
            self.no(format!("{place}.kind"), format!("没有“{word}”这种字段，请从中选一种：{known}"));
            return None;
        };
        for attribute in field.keys() {
            let name = attribute.as_str();
            if !FIELD_ATTRIBUTES.contains(&name) && !kind.attributes().contains(&name) {
                let allowed = FIELD_ATTRIBUTES.iter().chain(kind.attributes()).copied().collect::<Vec<_>>().join("、");
                self.no(format!("{place}.{name}"), format!("{word} 字段没有“{name}”这一项，可用：{allowed}"));
            }
        }
        if self.earlier.len() >= MOST_FIELDS {
            if self.earlier.len() == MOST_FIELDS {
                self.no(place, format!("一张表最多 {MOST_FIELDS} 个字段，请拆成几张表"));
            }
            return None;
        }
        if PAGES_OWN.contains(&key.as_str()) {
            self.no(format!("{place}.key"), format!("“{key}”是页面自己用的名字，请换一个"));
        }
        if self.earlier.contains_key(&key) {
            self.no(format!("{place}.key"), format!("字段名“{key}”重复了，请换一个；字段名在整张表里只用一次"));
        }
        let (earliest, latest) = match kind {
            Kind::Date => (self.day(field, place, "min"), self.day(field, place, "max")),
            _ => (None, None),
        };
        let (min, max) = match kind {
            Kind::Date => (None, None),
            _ => (self.number(field, place, "min"), self.number(field, place, "max")),
        };
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            self.no(format!("{place}.min"), format!("最小值 {min} 大于最大值 {max}，请对调"));
        }
        let required = field.get("required").and_then(Value::as_bool).unwrap_or(false);
        if kind == Kind::Group && !required && min.is_some_and(|min| min > Decimal::from(0)) {
            self.no(format!("{place}.min"), "至少几行只在必填时管用：请加上 \"required\": true，可以不填的请删去 min");
        }
        let most = Decimal::from(MOST_ROWS as u32);
        if kind == Kind::Group && (min.is_some_and(|min| min > most) || max.is_some_and(|max| max > most || max < 1.into())) {
            self.no(format!("{place}.max"), format!("行数请填 1 至 {MOST_ROWS}，如 20"));
        }
        let decimals = match (field.get("decimals"), kind) {
            (None, Kind::Money) => 2,
            (None, _) => 0,
            (Some(value), _) => match value.as_u64() {
                Some(n) if n <= 6 => n as u32,
                _ => {
                    self.no(format!("{place}.decimals"), "小数位数请填 0 至 6，如 2");
                    0
                }
            },
        };
        let max_length = match field.get("max_length").map(|value| value.as_u64()) {
            None => kind.most_characters(),
            Some(Some(n)) if (1..=10_000).contains(&n) => n as usize,
            Some(_) => {
                self.no(format!("{place}.max_length"), "最多字数请填 1 至 10000，如 200");
                kind.most_characters()
            }
        };
        let options = match kind {
            Kind::Choice | Kind::Choices => self.options(field, place),
            _ => Vec::new(),
        };
        let statement = match kind {
            Kind::Declaration => self.prose(field, place, "statement"),
            _ => None,
        };
        let source = self.words(field, place, "source", false);
        if let Some(source) = &source
            && !is_dotted(source)
        {
            self.no(format!("{place}.source"), "来源请写成小写英文加点，如 account.name");
        }
        let element = self.element(field, place, &key);
        let was = self.words(field, place, "was", false);
        if self.group.is_some() {
            for name in ["source", "element", "was"].into_iter().filter(|name| field.contains_key(*name)) {
                self.no(format!("{place}.{name}"), format!("重复填写的字段不写“{name}”，请删去"));
            }
        }
        let unit = self.words(field, place, "unit", false);
        if kind == Kind::Money && unit.as_ref().is_some_and(|unit| !["元", "万元", "亿元"].contains(&unit.as_str())) {
            self.no(format!("{place}.unit"), "金额的单位请写 元、万元或亿元");
        }
        let when = self.condition(field, place);
        let depth = self.depth(&when).max(self.step_depth);
        if depth > MOST_CONDITIONS_ABOVE {
            self.no(format!("{place}.when"), format!("条件套条件最多 {MOST_CONDITIONS_ABOVE} 层，请直接写最前面的那个条件"));
        }
        let fields = match kind {
            Kind::Group => self.group(field, place, &key),
            _ => Vec::new(),
        };
        let applicants = self.applicants(field, place, &fields);
        let read = Field {
            applicants,
            label_en: self.words(field, place, "label_en", false),
            hint: self.prose(field, place, "hint"),
            required: self.flag(field, place, "required"),
            example: self.words(field, place, "example", false),
            unit,
            element,
            was,
            fields,
            key,
            label,
            kind,
            source,
            when,
            min,
            max,
            earliest,
            latest,
            decimals,
            max_length,
            options,
            statement,
        };
        let answers = match kind {
            Kind::YesNo => vec!["true".to_owned(), "false".to_owned()],
            Kind::Declaration => vec!["true".to_owned()],
            _ => read.options.iter().map(|option| option.value.clone()).collect(),
        };
        let group = self.group.clone();
        self.earlier.insert(read.key.clone(), Earlier { kind, answers, group, depth });
        if let Some(example) = &read.example {
            self.example(&read, example, place);
        }
        Some(read)
    }

    /// The fields of one row.
    fn group(&mut self, group: &Map<String, Value>, place: &str, key: &str) -> Vec<Field> {
        if self.group.is_some() {
            self.no(format!("{place}.kind"), "重复填写的一组里不能再套一组，请分开写");
            return Vec::new();
        }
        let list = group.get("fields").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if list.is_empty() {
            self.no(
                format!("{place}.fields"),
                "请写出每一行问什么，如 [{\"key\":\"holder_name\",\"label\":\"姓名\",\"kind\":\"name\"}]",
            );
        }
        self.group = Some(key.to_owned());
        let mut fields = Vec::new();
        for (at, field) in list.iter().enumerate().take(MOST_FIELDS + 1) {
            fields.extend(self.field(field, &format!("{place}.fields[{at}]")));
        }
        self.group = None;
        fields
    }

    /// Which fields of a row name somebody who applies together, and the number of that person or organisation.
    fn applicants(&mut self, group: &Map<String, Value>, place: &str, fields: &[Field]) -> Option<[String; 2]> {
        let named = group.get("applicants")?;
        let keys: Vec<&str> = named.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        match keys[..] {
            [name, number] if fields.iter().any(|field| field.key == name) && fields.iter().any(|field| field.key == number) => {
                Some([name.to_owned(), number.to_owned()])
            }
            _ => {
                let example = "如 [\"holder_name\", \"holder_number\"]";
                self.no(format!("{place}.applicants"), format!("请写这一组里姓名和证件号码两个字段的名字，{example}"));
                None
            }
        }
    }

    /// A data element is asked once in a form: that is what it is for (F098).
    fn element(&mut self, field: &Map<String, Value>, place: &str, key: &str) -> Option<String> {
        let element = self.words(field, place, "element", false)?;
        if !is_dotted(&element) {
            self.no(format!("{place}.element"), "数据元请写成小写英文加点，如 organisation.name");
        }
        if let Some(other) = self.elements.insert(element.clone(), key.to_owned()) {
            self.no(format!("{place}.element"), format!("“{element}”前面的“{other}”已经问过，同一件事只问一次，请删去这个字段"));
        }
        Some(element)
    }

    /// An example that the field itself would refuse teaches the wrong thing.
    fn example(&mut self, field: &Field, example: &str, place: &str) {
        // A constructed resident number has a birth still to come, so its day is not held against it.
        let late = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
        if field.kind.is_chosen() || matches!(field.kind, Kind::Declaration | Kind::Date | Kind::Group) {
            return;
        }
        if let crate::entry::Read::Wrong(code) = crate::entry::read(field, &[example], late) {
            let told = crate::errors::tell(field, &code);
            self.no(format!("{place}.example"), format!("例子“{example}”自己就填不进去：{}", told.zh));
        }
    }

    fn condition(&mut self, field: &Map<String, Value>, place: &str) -> Option<Condition> {
        let value = field.get("when")?;
        let place = format!("{place}.when");
        let when = self.object(value, &place, &["field", "is"])?;
        let on = when.get("field").and_then(Value::as_str).unwrap_or_default();
        let is = match when.get("is") {
            Some(Value::Array(any)) => any.clone(),
            Some(one) => vec![one.clone()],
            None => Vec::new(),
        };
        let seen = self.earlier.get(on).filter(|earlier| earlier.group.is_none() || earlier.group == self.group);
        let Some(Earlier { kind, answers, .. }) = seen else {
            self.no(format!("{place}.field"), format!("前面没有“{on}”这个字段，条件只能看排在前面的字段"));
            return None;
        };
        if !kind.decides() {
            self.no(format!("{place}.field"), format!("“{on}”不是选择题，条件只能看选择题"));
            return None;
        }
        let as_answer = |value: &Value| match (kind, value) {
            (Kind::YesNo | Kind::Declaration, Value::Bool(b)) => Some(b.to_string()),
            (Kind::Choice | Kind::Choices, Value::String(s)) => Some(s.clone()),
            _ => None,
        };
        let known = |value: &Value| as_answer(value).is_some_and(|answer| answers.contains(&answer));
        if is.is_empty() || !is.iter().all(known) {
            let reason = format!("请写“{on}”的答案之一：{}", answers.join("、"));
            self.no(format!("{place}.is"), reason);
            return None;
        }
        Some(Condition { field: on.to_owned(), is })
    }

    fn options(&mut self, field: &Map<String, Value>, place: &str) -> Vec<Choice> {
        let mut options: Vec<Choice> = Vec::new();
        let list = field.get("options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if list.len() > MOST_OPTIONS {
            self.no(format!("{place}.options"), format!("选项最多 {MOST_OPTIONS} 个，请改成填写"));
            return options;
        }
        for (at, value) in list.iter().enumerate() {
            let place = format!("{place}.options[{at}]");
            let Some(option) = self.object(value, &place, &["value", "label"]) else {
                continue;
            };
            let label = self.string(option, &place, "label", true).unwrap_or_default();
            let value = self.words(option, &place, "value", true).unwrap_or_default();
            if let Some(vague) = catch_all_in_option(&label) {
                self.no(join(&place, "label"), vague_reason(&vague));
            }
            if options.iter().any(|other| other.value == value || other.label == label) {
                self.no(&place, format!("选项“{label}”（{value}）与前面的重复，请改"));
            }
            options.push(Choice { value, label });
        }
        if list.len() < 2 {
            self.no(format!("{place}.options"), "请写出至少两个选项，如 [{\"value\":\"own\",\"label\":\"自有\"}, …]");
        }
        options
    }

    fn object<'a>(&mut self, value: &'a Value, place: &str, allowed: &[&str]) -> Option<&'a Map<String, Value>> {
        let Some(object) = value.as_object() else {
            self.no(place, "这里请写成对象，如 {\"key\":\"…\"}");
            return None;
        };
        let unknown: HashSet<&str> =
            object.keys().map(String::as_str).filter(|key| !allowed.contains(key) && *key != "note").collect();
        for key in object.keys().filter(|key| unknown.contains(key.as_str())) {
            self.no(join(place, key), format!("没有“{key}”这一项，可用：{}", allowed.join("、")));
        }
        Some(object)
    }

    /// Keys of forms and steps stand in addresses, those of fields in rules, where a hyphen would be a minus.
    fn key(&mut self, object: &Map<String, Value>, place: &str, hyphens: bool) -> String {
        let key = object.get("key").and_then(Value::as_str).unwrap_or_default();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-' && hyphens;
        if !(key.starts_with(|c: char| c.is_ascii_lowercase()) && key.len() <= 64 && key.bytes().all(fits)) {
            let (join_with, example) = if hyphens { ("连字符", "food-licence") } else { ("下划线", "house_source") };
            let reason = format!("请用小写英文字母开头，只含小写字母、数字和{join_with}，最多 64 个字符，如 {example}");
            self.no(join(place, "key"), reason);
        }
        key.to_owned()
    }

    /// A short text such as a label, in which any vague demand is refused.
    fn words(&mut self, object: &Map<String, Value>, place: &str, name: &str, required: bool) -> Option<String> {
        let words = self.string(object, place, name, required)?;
        if matches!(name, "title" | "label" | "label_en")
            && let Some(vague) = catch_all(&words)
        {
            self.no(join(place, name), vague_reason(&vague));
        }
        Some(words)
    }

    /// Running text, in which only a demand is refused, not a promise.
    fn prose(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> Option<String> {
        let prose = self.string(object, place, name, false)?;
        if let Some(vague) = catch_all_in_prose(&prose) {
            self.no(join(place, name), vague_reason(&vague));
        }
        Some(prose)
    }

    fn string(&mut self, object: &Map<String, Value>, place: &str, name: &str, required: bool) -> Option<String> {
        match object.get(name) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            None if !required => None,
            None => {
                self.no(join(place, name), "请填写这一项");
                None
            }
            Some(_) => {
                self.no(join(place, name), "请写成文字，放在引号里，不能留空");
                None
            }
        }
    }

    fn flag(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> bool {
        match object.get(name) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.no(join(place, name), "请写 true 或 false，不加引号");
                false
            }
        }
    }

    fn number(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> Option<Decimal> {
        let read = Decimal::from_json(object.get(name)?);
        if read.is_none() {
            self.no(join(place, name), "请写成数字，最多 15 位，小数最多 6 位，如 100");
        }
        read
    }

    fn day(&mut self, object: &Map<String, Value>, place: &str, name: &str) -> Option<DateBound> {
        let bound = match object.get(name)?.as_str() {
            Some("today") => Some(DateBound::Today),
            Some(text) => read_date(text).map(DateBound::Day),
            None => None,
        };
        if bound.is_none() {
            self.no(join(place, name), "请写成日期或 \"today\"，如 \"2025-07-01\"");
        }
        bound
    }
}

/// A name of several words: `organisation.name`.
fn is_dotted(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_'))
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() || place.starts_with('（') { name.to_owned() } else { format!("{place}.{name}") }
}

fn vague_reason(vague: &str) -> String {
    format!("“{vague}”没有说清要什么，请逐项写出名称，如“房屋租赁合同”")
}
