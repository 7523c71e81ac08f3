//! 表单项 · fields as pages show them: label, hint, error and entry belong together, and an entry is never lost (ui §4, §7).

use crate::held::{Entered, Posted};
use crate::page::clock::escape;
use crate::page::{Lang, told, translate};
use chrono::NaiveDate;
use forms::{Field, FieldError, Kind};
use std::fmt::Write;

/// Characters of what is saved that stand under a field; see [`Filled::beside`].
const LONGEST_BESIDE: usize = 200;

/// A form on a page: what was entered and what is wrong with it.
#[derive(Clone, Default)]
pub struct Filled {
    pub entered: Entered,
    pub errors: Vec<FieldError>,
    pub lang: Lang,
    /// See [`Filled::beside`].
    saved: Option<Entered>,
}

impl Filled {
    pub fn new(lang: Lang, entered: Entered, errors: Vec<FieldError>) -> Filled {
        Filled { entered, errors, lang, saved: None }
    }

    /// Nothing entered yet.
    pub fn empty(lang: Lang) -> Filled {
        Filled { lang, ..Filled::default() }
    }

    /// Somebody else saved while this was typed: the page says so, and what is saved stands under each field that has something else.
    pub fn beside(self, saved: Entered) -> Filled {
        Filled { saved: Some(saved), ..self }
    }

    /// What is saved of a field, where that is not what was typed.
    fn saved(&self, key: &str, label: impl Fn(&str) -> String) -> String {
        let Some(saved) = self.saved.as_ref().filter(|saved| !saved.is_empty()) else { return String::new() };
        let of = |entered: &Entered| -> Vec<String> {
            let values = entered.get(key).into_iter().flatten();
            values.map(|value| value.replace("\r\n", "\n").trim().to_owned()).filter(|value| !value.is_empty()).collect()
        };
        let now = of(saved);
        if now == of(&self.entered) {
            return String::new();
        }
        let now = now.iter().map(|value| label(value)).collect::<Vec<_>>().join("、");
        let now = match now.chars().count() {
            0 => self.t("空着"),
            // Longer ones are read on a page of their own.
            1..=LONGEST_BESIDE => self.t(&now),
            _ => self.t("另一份文字"),
        };
        format!(r#"<span class="hint">{}{now}</span>"#, self.t("现在存着："))
    }

    /// What is saved in plain words.
    fn saved_text(&self, key: &str) -> String {
        self.saved(key, str::to_owned)
    }
    fn value(&self, key: &str) -> &str {
        self.entered.get(key).and_then(|v| v.last()).map_or("", String::as_str)
    }
    fn has(&self, key: &str, value: &str) -> bool {
        self.entered.get(key).is_some_and(|v| v.iter().any(|x| x == value))
    }
    /// A sentence in the reader's language, as HTML.
    pub fn t(&self, text: &str) -> String {
        told(text, self.lang)
    }
    fn error(&self, key: &str) -> Option<&FieldError> {
        self.errors.iter().find(|e| e.field == key)
    }
    /// What is wrong, in the reader's language.
    pub fn said(&self, error: &FieldError) -> String {
        match self.lang {
            Lang::Zh => error.zh.clone(),
            Lang::En => error.en.replace(&error.label, &translate(&error.label, Lang::En)),
        }
    }

    /// That somebody else saved meanwhile, and all errors at once, each a link to its field (F073). Empty when there is none.
    pub fn summary(&self) -> String {
        let late = self.saved.as_ref().map_or(String::new(), |_| {
            format!(
                r#"<div class="note note--sun" role="alert" tabindex="-1" id="late" autofocus><h2>{}</h2><p>{}</p><p><a href="?" target="_blank">{}</a></p></div>"#,
                self.t("您填的时候，别人改了这一页"),
                self.t("您填的都在下面，还没有保存。和现在存着的不一样的，写在那一项下面；看过再按一次，就以您填的为准。"),
                self.t("另开一页看现在存着的"),
            )
        });
        if self.errors.is_empty() {
            return late;
        }
        let mut out = late;
        let _ = write!(
            out,
            r#"<div class="note note--stop" role="alert" tabindex="-1" id="errors" autofocus><h2>{}</h2><ul>"#,
            self.t(&format!("有 {} 处要改", self.errors.len()))
        );
        for error in &self.errors {
            let _ = write!(out, r##"<li><a href="#f-{}">{}</a></li>"##, escape(&error.field), self.t(&self.said(error)));
        }
        out.push_str("</ul></div>");
        out
    }

    /// One field of a form definition, whatever its kind.
    pub fn field(&self, field: &Field) -> String {
        if field.kind == Kind::Group {
            return self.group(field);
        }
        let key = escape(&field.key);
        let error = self.error(&field.key);
        let mut described = Vec::new();
        if field.hint.is_some() || field.example.is_some() {
            described.push(format!("h-{key}"));
        }
        if error.is_some() {
            described.push(format!("e-{key}"));
        }
        let described =
            if described.is_empty() { String::new() } else { format!(r#" aria-describedby="{}""#, described.join(" ")) };
        let invalid = if error.is_some() { r#" aria-invalid="true""# } else { "" };
        let optional = if field.required {
            String::new()
        } else {
            format!(r#" <span class="quiet small">{}</span>"#, self.t("（可不填）"))
        };
        let mut hint = String::new();
        if let Some(text) = &field.hint {
            hint.push_str(&self.t(text));
        }
        if let Some(example) = &field.example {
            if !hint.is_empty() {
                hint.push('　');
            }
            let _ = write!(hint, "{}{}", self.t("例："), self.t(example));
        }
        let hint = if hint.is_empty() { String::new() } else { format!(r#"<span class="hint" id="h-{key}">{hint}</span>"#) };
        let said = error.map_or(String::new(), |e| format!(r#"<span class="err" id="e-{key}">{}</span>"#, self.t(&self.said(e))));
        let bad = if error.is_some() { " field--bad" } else { "" };
        let label = self.t(&field.label);
        let saved = self.saved(&field.key, |value| match (field.kind, value) {
            (Kind::YesNo | Kind::Declaration, "yes") => "是".into(),
            (Kind::YesNo, "no") => "否".into(),
            _ => field.options.iter().find(|one| one.value == value).map_or(value, |one| &one.label).to_owned(),
        });
        match field.kind {
            Kind::Choice | Kind::Choices | Kind::YesNo | Kind::Declaration => {
                let (input, options): (&str, Vec<(String, String)>) = match field.kind {
                    Kind::YesNo => ("radio", vec![("yes".into(), "是".into()), ("no".into(), "否".into())]),
                    Kind::Declaration => ("checkbox", vec![("yes".into(), field.label.clone())]),
                    Kind::Choices => ("checkbox", field.options.iter().map(|o| (o.value.clone(), o.label.clone())).collect()),
                    _ => ("radio", field.options.iter().map(|o| (o.value.clone(), o.label.clone())).collect()),
                };
                let legend =
                    if field.kind == Kind::Declaration { self.t("申请人声明") } else { format!("{label}{optional}") };
                let mut out = format!(
                    r#"<div class="field{bad}"><fieldset{described}{invalid}><legend>{legend}</legend>{hint}{said}<div class="choice">"#
                );
                for (i, (value, text)) in options.iter().enumerate() {
                    let id = if i == 0 { format!("f-{key}") } else { format!("f-{key}-{i}") };
                    let checked = if self.has(&field.key, value) { " checked" } else { "" };
                    let _ = write!(
                        out,
                        r#"<label><input type="{input}" id="{id}" name="{key}" value="{}"{checked}><span>{}</span></label>"#,
                        escape(value),
                        self.t(text)
                    );
                }
                let _ = write!(out, "</div>{saved}</fieldset></div>");
                out
            }
            Kind::Textarea => format!(
                r#"<div class="field{bad}"><label for="f-{key}">{label}{optional}</label>{hint}{said}<textarea id="f-{key}" name="{key}" rows="4"{described}{invalid}>{}</textarea>{saved}</div>"#,
                escape(self.value(&field.key))
            ),
            _ => {
                // Text inputs throughout: a browser's own number and date fields wipe what they do not understand (H20).
                let (mode, complete, short) = match field.kind {
                    Kind::Mobile => (r#" inputmode="tel""#, r#" autocomplete="tel""#, true),
                    Kind::Phone => (r#" inputmode="tel""#, "", true),
                    Kind::Number | Kind::Money => (r#" inputmode="decimal""#, "", true),
                    Kind::Date => (r#" inputmode="numeric""#, "", true),
                    Kind::Email => (r#" inputmode="email""#, r#" autocomplete="email""#, false),
                    Kind::Name => ("", r#" autocomplete="name""#, false),
                    _ => ("", "", false),
                };
                let width = if short { r#" w-short"# } else { "" };
                let unit = field.unit.as_deref().map_or(String::new(), |u| format!(" <span>{}</span>", self.t(u)));
                format!(
                    r#"<div class="field{bad}"><label for="f-{key}">{label}{optional}</label>{hint}{said}<input class="input{width}" type="text" id="f-{key}" name="{key}" value="{}"{mode}{complete}{described}{invalid}>{unit}{saved}</div>"#,
                    escape(self.value(&field.key))
                )
            }
        }
    }

    /// A field whose answer is on file: shown with its source, and opened where it is wrong (ui §4). `source` and `amiss`, what to do where
    /// the source itself is wrong, are HTML. Folded it is sent like any other; what is `fixed` is changed at its source alone.
    pub fn on_file(&self, field: &Field, value: &str, source: &str, amiss: &str, fixed: bool) -> String {
        let label = self.t(&field.label);
        let (says, inside, sent) = match fixed {
            false => ("不对，改一下", self.field(field), String::new()),
            true => {
                let hidden = |typed| format!(r#"<input type="hidden" name="{}" value="{}">"#, escape(&field.key), escape(typed));
                ("不对", String::new(), self.entered.get(&field.key).into_iter().flatten().map(|typed| hidden(typed)).collect())
            }
        };
        format!(
            r#"<div class="field"><span class="label">{label}</span><div class="known">{sent}<span>{}</span><details><summary>{}<span class="hide">{label}</span></summary>{inside}<p class="small">{amiss}</p></details><small>{source}</small></div></div>"#,
            self.t(value),
            self.t(says),
        )
    }

    /// A group of fields asked again for each of several things. Rows come and go by submit buttons, without scripts: the
    /// page that receives them asks [`forms::Form::press`] and shows the form again.
    fn group(&self, group: &Field) -> String {
        let key = escape(&group.key);
        let label = self.t(&group.label);
        let shown = group.rows_shown(&self.entered);
        let optional = if group.required {
            String::new()
        } else {
            format!(r#" <span class="quiet small">{}</span>"#, self.t("（可不填）"))
        };
        let mut hint = group.hint.as_ref().map_or(String::new(), |text| format!(r#"<span class="hint">{}</span>"#, self.t(text)));
        if let Some(rows) = self.saved.as_ref().map(|saved| group.rows_shown(saved)).filter(|rows| *rows != shown) {
            let _ = write!(hint, r#"<span class="hint">{}</span>"#, self.t(&format!("现在存着 {rows} 项，您这里 {shown} 项")));
        }
        let said = self
            .error(&group.key)
            .map_or(String::new(), |e| format!(r#"<span class="err" id="e-{key}">{}</span>"#, escape(&self.said(e))));
        // Enter in a field presses the first button of a form. That must not be the one that removes a row.
        let mut out = format!(
            r#"<div class="field"><button class="hide" tabindex="-1" aria-hidden="true"></button><fieldset id="f-{key}" tabindex="-1"><legend>{label}{optional}</legend>{hint}{said}<input type="hidden" name="{}" value="{shown}">"#,
            forms::groups::rows_key(&key)
        );
        for row in 0..shown {
            let _ =
                write!(out, r#"<div class="field"><fieldset class="panel panel--plain"><legend>{label} {}</legend>"#, row + 1);
            for field in group.row_fields(row) {
                out.push_str(&self.field(&field));
            }
            let _ = write!(
                out,
                r#"<p class="actions"><button class="btn btn--line btn--s" name="then" value="{}">{}<span class="hide">{label} {}</span></button></p></fieldset></div>"#,
                forms::groups::remove_button(&key, row),
                self.t("删去这一项"),
                row + 1
            );
        }
        if shown < group.row_limits().1 {
            let _ = write!(
                out,
                r#"<p class="actions"><button class="btn btn--line btn--s" name="then" value="{}">{}<span class="hide">{label}</span></button></p>"#,
                forms::groups::add_button(&key),
                self.t("再加一项")
            );
        }
        out.push_str("</fieldset></div>");
        out
    }

    /// A plain text area for officers' forms that have no definition.
    pub fn textarea(&self, key: &str, label: &str, hint: &str, rows: u8) -> String {
        let error = self.error(key);
        let said = error.map_or(String::new(), |e| format!(r#"<span class="err" id="e-{key}">{}</span>"#, self.t(&self.said(e))));
        let invalid = if error.is_some() { r#" aria-invalid="true""# } else { "" };
        let bad = if error.is_some() { " field--bad" } else { "" };
        let hint_html =
            if hint.is_empty() { String::new() } else { format!(r#"<span class="hint" id="h-{key}">{}</span>"#, self.t(hint)) };
        format!(
            r#"<div class="field{bad}"><label for="f-{key}">{}</label>{hint_html}{said}<textarea id="f-{key}" name="{key}" rows="{rows}" aria-describedby="h-{key} e-{key}"{invalid}>{}</textarea>{}</div>"#,
            self.t(label),
            escape(self.value(key)),
            self.saved_text(key)
        )
    }

    /// A plain text input for forms that have no definition.
    pub fn input(&self, key: &str, label: &str, hint: &str, kind: &str, extra: &str) -> String {
        let error = self.error(key);
        let said = error.map_or(String::new(), |e| format!(r#"<span class="err" id="e-{key}">{}</span>"#, self.t(&self.said(e))));
        let invalid = if error.is_some() { r#" aria-invalid="true""# } else { "" };
        let bad = if error.is_some() { " field--bad" } else { "" };
        let hint_html =
            if hint.is_empty() { String::new() } else { format!(r#"<span class="hint" id="h-{key}">{}</span>"#, self.t(hint)) };
        format!(
            r#"<div class="field{bad}"><label for="f-{key}">{}</label>{hint_html}{said}<input class="input" type="{kind}" id="f-{key}" name="{key}" value="{}" aria-describedby="h-{key} e-{key}"{invalid} {extra}>{}</div>"#,
            self.t(label),
            if kind == "password" { String::new() } else { escape(self.value(key)) },
            self.saved_text(key)
        )
    }

    /// Radio buttons or check boxes for forms that have no definition.
    pub fn choice(&self, key: &str, label: &str, input: &str, options: &[(&str, &str)]) -> String {
        let error = self.error(key);
        let said = error.map_or(String::new(), |e| format!(r#"<span class="err" id="e-{key}">{}</span>"#, self.t(&self.said(e))));
        let bad = if error.is_some() { " field--bad" } else { "" };
        let mut out =
            format!(r#"<div class="field{bad}"><fieldset><legend>{}</legend>{said}<div class="choice">"#, self.t(label));
        for (i, (value, text)) in options.iter().enumerate() {
            let id = if i == 0 { format!("f-{key}") } else { format!("f-{key}-{i}") };
            let checked = if self.has(key, value) { " checked" } else { "" };
            let _ = write!(
                out,
                r#"<label><input type="{input}" id="{id}" name="{key}" value="{}"{checked}><span>{}</span></label>"#,
                escape(value),
                self.t(text)
            );
        }
        out.push_str("</div></fieldset></div>");
        out
    }
}

/// An error of a field that has no definition.
pub fn field_error(field: &str, label: &str, zh: &str, en: &str) -> FieldError {
    FieldError { field: field.into(), label: label.into(), code: forms::ErrorCode::Missing, zh: zh.into(), en: en.into() }
}

/// A text that must be there, folded; `wanted` says so in Chinese and English. At most so many characters.
pub fn text(posted: &Posted, key: &str, label: &str, wanted: (&str, &str), most: usize, errors: &mut Vec<FieldError>) -> String {
    let text = optional(posted, key, label, most, errors);
    if text.is_empty() {
        errors.push(field_error(key, label, wanted.0, wanted.1));
    }
    text
}

/// Letters of the shortest reason that gives one: “同意” and “忙” do not.
const SHORTEST_REASON: usize = 4;

/// Whether a reason is one, as whoever it is given to reads it.
pub fn says_why(reason: &str, key: &str, label: &str, errors: &mut Vec<FieldError>) {
    if !reason.is_empty() && reason.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST_REASON {
        errors.push(field_error(key, label, "理由太短，请写清楚事实和为什么", "Too short: say the facts and why"));
    }
}

/// The same, of a text that may be left out.
pub fn optional(posted: &Posted, key: &str, label: &str, most: usize, errors: &mut Vec<FieldError>) -> String {
    let text = forms::text::fold_text(posted.one(key)).trim().to_owned();
    let n = text.chars().count();
    if n > most {
        let zh = format!("{label}最多 {most} 字，现在 {n} 字");
        errors.push(field_error(key, label, &zh, &format!("At most {most} characters; now {n}")));
    }
    text
}

/// The same as [`text`] and [`optional`], of what becomes public.
pub fn public_text(
    posted: &Posted,
    key: &str,
    label: &str,
    wanted: (&str, &str),
    most: usize,
    errors: &mut Vec<FieldError>,
) -> String {
    let text = text(posted, key, label, wanted, most, errors);
    public(&text, key, label, errors);
    text
}

/// See [`public_text`].
pub fn public_optional(posted: &Posted, key: &str, label: &str, most: usize, errors: &mut Vec<FieldError>) -> String {
    let text = optional(posted, key, label, most, errors);
    public(&text, key, label, errors);
    text
}

/// 公开前查号码 · a text that becomes public holds no identity and no mobile number of a person; says which it holds, masked, and what to do
/// instead (A3.4-06).
pub fn public(text: &str, key: &str, label: &str, errors: &mut Vec<FieldError>) {
    let found = forms::spotted(text);
    if found.is_empty() {
        return;
    }
    let zh = found.iter().map(|number| format!("{} {}", number.kind.zh(), number.masked)).collect::<Vec<_>>().join("、");
    let en = found.iter().map(|number| format!("{} {}", number.kind.en(), number.masked)).collect::<Vec<_>>().join(", ");
    let zh = format!("{label}要公开，里面有{zh}。请删去号码；要说是谁，写单位和岗位，要留存的放进不公开的材料");
    let en = format!(
        "{label} becomes public and holds a {en}. Take the number out: name the unit and the post instead, and keep it in papers that are not public"
    );
    errors.push(field_error(key, label, &zh, &en));
}

/// 公开前查姓名 · a text that becomes public names none of the people it is about, whatever blanks and dots stand in a name (A3.4-06): it names the
/// post instead.
pub fn unnamed(text: &str, names: &[String], key: &str, label: &str, errors: &mut Vec<FieldError>) {
    let plain = |text: &str| -> String {
        let folded = forms::text::fold_name(text).to_lowercase();
        folded.chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let text = plain(text);
    let named = names.iter().find(|name| {
        let name = plain(name);
        name.chars().count() >= 2 && text.contains(&name)
    });
    if let Some(name) = named {
        let first: String = name.chars().take(1).collect();
        let zh = format!("{label}要公开，里面有姓名（{first}某）。请改成单位和岗位，或者“申请人”“评价人”");
        let en = format!("{label} becomes public and names somebody. Name the post instead, or say “the applicant”");
        errors.push(field_error(key, label, &zh, &en));
    }
}

/// A day as people write it, in whatever digits (H20).
pub fn date(said: &str, key: &str, label: &str, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    // As people write days, in a form or here: 2026/12/31, 2026年12月31日.
    let written = forms::text::read_date(said).map_or_else(|| forms::text::fold_digits(said), |day| day.to_string());
    let day = calendar::parse_date(written.trim()).ok();
    if day.is_none() {
        errors.push(field_error(key, label, &format!("{label}请按 2012-06-30 这样写"), "Enter a date like 2012-06-30"));
    }
    day
}

/// The same, of a text that may be older than any clock runs: from 1900 on.
pub fn date_of_text(said: &str, key: &str, label: &str, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    let old = forms::text::fold_digits(said).trim().parse::<NaiveDate>().ok();
    let old = old.filter(|day| (1900..1990).contains(&chrono::Datelike::year(day)));
    old.or_else(|| date(said, key, label, errors))
}

/// The same, of something that has happened.
pub fn past_date(posted: &Posted, key: &str, label: &str, today: NaiveDate, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    let day = date(posted.one(key), key, label, errors)?;
    if day > today {
        errors.push(field_error(key, label, &format!("{label}不能晚于今天"), "The date must not be after today"));
    }
    (day <= today).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use forms::{Answers, Form};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const EVERY_KIND: &str = r#"{ "key": "every-kind", "title": "每一种", "steps": [{ "key": "all", "title": "全部", "fields": [
        { "key": "a_text", "label": "文字", "kind": "text" },
        { "key": "a_textarea", "label": "几行", "kind": "textarea" },
        { "key": "a_name", "label": "姓名", "kind": "name" },
        { "key": "a_mobile", "label": "手机", "kind": "mobile" },
        { "key": "a_phone", "label": "电话", "kind": "phone" },
        { "key": "an_id", "label": "身份证号", "kind": "resident_id" },
        { "key": "a_uscc", "label": "信用代码", "kind": "uscc" },
        { "key": "a_number", "label": "面积", "kind": "number", "decimals": 2, "unit": "平方米" },
        { "key": "money", "label": "金额", "kind": "money" },
        { "key": "a_date", "label": "日期", "kind": "date" },
        { "key": "a_choice", "label": "单选", "kind": "choice", "options": [{ "value": "x\"y", "label": "甲" }, { "value": "b", "label": "乙" }] },
        { "key": "choices", "label": "多选", "kind": "choices", "options": [{ "value": "a", "label": "甲" }, { "value": "b", "label": "乙" }, { "value": "c", "label": "丙" }] },
        { "key": "yes_no", "label": "是否", "kind": "yes_no" },
        { "key": "an_address", "label": "地址", "kind": "address" },
        { "key": "an_email", "label": "邮箱", "kind": "email" },
        { "key": "a_region", "label": "区划", "kind": "region" },
        { "key": "truth", "label": "所填属实", "kind": "declaration" },
        { "key": "holders", "label": "股东", "kind": "group", "max": 5, "fields": [
            { "key": "holder", "label": "姓名", "kind": "name", "required": true },
            { "key": "share", "label": "出资额", "kind": "money", "required": true },
            { "key": "votes", "label": "有表决权", "kind": "yes_no" },
            { "key": "roles", "label": "职务", "kind": "choices", "options": [{ "value": "a", "label": "董事" }, { "value": "b", "label": "监事" }] } ] } ] }] }"#;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2100, 1, 1).unwrap()
    }

    /// What a browser sends of a page: every box with its text, every choice that is ticked, line ends as HTML has them.
    fn sent(html: &str) -> Entered {
        let attribute = |tag: &str, name: &str| {
            let after = tag.split(&format!(" {name}=\"")).nth(1)?;
            Some(plain(after.split('"').next()?))
        };
        let mut sent = Entered::new();
        for piece in html.split('<').filter(|piece| piece.starts_with("input ") || piece.starts_with("textarea ")) {
            let (tag, text) = piece.split_once('>').unwrap();
            let Some(name) = attribute(tag, "name") else { continue };
            let kind = attribute(tag, "type").unwrap_or_default();
            let value = if tag.starts_with("textarea") { plain(text) } else { attribute(tag, "value").unwrap_or_default() };
            if !matches!(kind.as_str(), "radio" | "checkbox") || tag.ends_with(" checked") {
                sent.entry(name).or_default().push(value.replace('\n', "\r\n"));
            }
        }
        sent
    }

    fn plain(escaped: &str) -> String {
        let mut plain = escaped.to_owned();
        for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")] {
            plain = plain.replace(entity, c);
        }
        plain
    }

    fn page(form: &Form, entered: Entered) -> String {
        let filled = Filled::new(Lang::Zh, entered, Vec::new());
        form.steps()[0].fields.iter().map(|field| filled.field(field)).collect()
    }

    /// Answers of every kind, each there or not.
    fn answers() -> impl Strategy<Value = Answers> {
        let text = || prop_oneof!["[a-z<>&\"' ]{1,12}", "[一-龥·，。<\"]{1,12}"].prop_map(Value::from);
        let cents = || (0u64..1_000_000_000).prop_map(|cents| json!(format!("{}.{:02}", cents / 100, cents % 100)));
        let row = (proptest::bool::ANY, cents(), proptest::option::of(proptest::bool::ANY), 0usize..4).prop_map(
            |(w, share, votes, roles)| {
                let mut row = json!({ "holder": if w { "王敏" } else { "买买提·吐尔逊" }, "share": share });
                row.as_object_mut().unwrap().extend(votes.map(|votes| ("votes".to_owned(), json!(votes))));
                if roles > 0 {
                    row["roles"] = [json!(["a"]), json!(["b"]), json!(["a", "b"])][roles - 1].clone();
                }
                row
            },
        );
        let of = |values: &[&str]| proptest::sample::select(values.iter().map(|value| json!(value)).collect::<Vec<_>>());
        let kinds: Vec<(&str, BoxedStrategy<Value>)> = vec![
            ("a_text", text().boxed()),
            ("a_textarea", ("[一-龥]{1,9}", "[a-z<&]{1,9}").prop_map(|(a, b)| json!(format!("{a}\n{b}"))).boxed()),
            ("a_name", of(&["王敏", "买买提·吐尔逊", "𠮷田", "王䶮", "Anne-Marie O'Neil"]).boxed()),
            ("a_mobile", "1[3-9][0-9]{9}".prop_map(Value::from).boxed()),
            ("a_phone", of(&["0551-62600000", "12345", "+85223456789", "0551-62600000-801"]).boxed()),
            ("an_id", of(&["34010020990101003X", "340100209901010021"]).boxed()),
            ("a_uscc", of(&["11340000123456788P", "115113010087780365"]).boxed()),
            ("a_number", (-99999i64..99999).prop_map(|n| json!(n)).boxed()),
            ("money", cents().boxed()),
            (
                "a_date",
                (0i64..60_000)
                    .prop_map(|d| json!((NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Duration::days(d)).to_string()))
                    .boxed(),
            ),
            ("a_choice", of(&["x\"y", "b"]).boxed()),
            ("choices", proptest::sample::subsequence(vec!["a", "b", "c"], 1..=3).prop_map(|chosen| json!(chosen)).boxed()),
            ("yes_no", proptest::bool::ANY.prop_map(Value::from).boxed()),
            ("an_address", text().boxed()),
            ("an_email", of(&["a@example.cn", "王@例子.中国"]).boxed()),
            ("a_region", of(&["341524", "110101"]).boxed()),
            ("truth", Just(json!(true)).boxed()),
            ("holders", proptest::collection::vec(row, 1..=5).prop_map(Value::from).boxed()),
        ];
        let each: Vec<_> = kinds
            .into_iter()
            .map(|(key, value)| proptest::option::weighted(0.8, value).prop_map(move |value| (key.to_owned(), value)))
            .collect();
        each.prop_map(|all| all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
    }

    proptest! {
        /// Drawn, sent and read again, every answer is the same: nothing is lost or changed on the way through a page.
        #[test]
        fn b4_1_a_form_drawn_and_sent_is_the_same_data(answers in answers()) {
            let form = Form::parse(EVERY_KIND).unwrap();
            // What is typed is folded once on the way in; from there on it stays.
            let first = form.read_step("all", &form.entered("all", &answers), today());
            prop_assert_eq!(&first.errors, &[]);
            let sent = sent(&page(&form, form.entered("all", &first.answers)));
            let again = form.read_step("all", &sent, today());
            prop_assert_eq!(&again.errors, &[]);
            prop_assert_eq!(&again.answers, &first.answers);
            let counted = form.answered(&again.answers);
            for (key, value) in answers.iter().filter(|(key, _)| !["a_text", "an_address"].contains(&key.as_str())) {
                prop_assert_eq!(counted.get(key), Some(value), "{}", key);
            }
        }

        /// The buttons of a group, pressed on the page as it is drawn, change rows and nothing else.
        #[test]
        fn b4_1_a_row_comes_and_goes_by_a_button_without_scripts(answers in answers(), row in 0usize..5) {
            let form = Form::parse(EVERY_KIND).unwrap();
            let sent_page = sent(&page(&form, form.entered("all", &answers)));
            let rows = answers.get("holders").and_then(Value::as_array).cloned().unwrap_or_default();
            let html = page(&form, form.press(&sent_page, "add:holders").unwrap());
            prop_assert_eq!(html.matches("value=\"remove:holders.").count(), (rows.len().max(1) + 1).min(5));
            let more = form.read_step("all", &sent(&html), today());
            prop_assert_eq!(more.answers["holders"].as_array().map_or(0, Vec::len), rows.len(), "an empty row is no row");
            let html = page(&form, form.press(&sent_page, &format!("remove:holders.{row}")).unwrap());
            let mut left = rows.clone();
            if row < left.len() {
                left.remove(row);
            }
            let fewer = form.read_step("all", &sent(&html), today());
            prop_assert_eq!(fewer.answers["holders"].as_array().cloned().unwrap_or_default(), left);
            prop_assert_eq!(&fewer.answers["money"], &more.answers["money"]);
            prop_assert!(form.press(&sent_page, "later").is_none() && form.press(&sent_page, "remove:money.0").is_none());
        }
    }

    #[test]
    fn f073_an_error_in_a_row_links_to_its_field_and_enter_removes_no_row() {
        let form = Form::parse(EVERY_KIND).unwrap();
        let entered = Entered::from([("holders.1.holder".to_owned(), vec!["王敏".to_owned()])]);
        let reading = form.read_step("all", &entered, today());
        let html = page(&form, entered.clone());
        let filled = Filled::new(Lang::Zh, entered, reading.errors);
        assert!(filled.summary().contains("href=\"#f-holders.1.share\">请填股东 2 的出资额"), "{}", filled.summary());
        assert!(html.contains("id=\"f-holders.1.share\""));
        let first = html.split("<button").nth(1).unwrap();
        assert!(!first.split('>').next().unwrap().contains("name="), "the first button removes or adds nothing");
    }
}
