//! 表单项 · fields as pages show them: label, hint, error and entry belong together, and an entry is never lost (ui §4, §7).

use crate::held::Entered;
use crate::page::clock::escape;
use crate::page::{Lang, told, translate};
use forms::{Field, FieldError, Kind};
use std::fmt::Write;

/// A form on a page: what was entered and what is wrong with it.
#[derive(Default)]
pub struct Filled {
    pub entered: Entered,
    pub errors: Vec<FieldError>,
    pub lang: Lang,
}

impl Filled {
    pub fn new(lang: Lang, entered: Entered, errors: Vec<FieldError>) -> Filled {
        Filled { entered, errors, lang }
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

    /// All errors at once, each a link to its field (F073). Empty when there is none.
    pub fn summary(&self) -> String {
        if self.errors.is_empty() {
            return String::new();
        }
        let mut out = format!(
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
                out.push_str("</div></fieldset></div>");
                out
            }
            Kind::Textarea => format!(
                r#"<div class="field{bad}"><label for="f-{key}">{label}{optional}</label>{hint}{said}<textarea id="f-{key}" name="{key}" rows="4"{described}{invalid}>{}</textarea></div>"#,
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
                    r#"<div class="field{bad}"><label for="f-{key}">{label}{optional}</label>{hint}{said}<input class="input{width}" type="text" id="f-{key}" name="{key}" value="{}"{mode}{complete}{described}{invalid}>{unit}</div>"#,
                    escape(self.value(&field.key))
                )
            }
        }
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
            r#"<div class="field{bad}"><label for="f-{key}">{}</label>{hint_html}{said}<textarea id="f-{key}" name="{key}" rows="{rows}" aria-describedby="h-{key} e-{key}"{invalid}>{}</textarea></div>"#,
            self.t(label),
            escape(self.value(key))
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
            r#"<div class="field{bad}"><label for="f-{key}">{}</label>{hint_html}{said}<input class="input" type="{kind}" id="f-{key}" name="{key}" value="{}" aria-describedby="h-{key} e-{key}"{invalid} {extra}></div>"#,
            self.t(label),
            if kind == "password" { String::new() } else { escape(self.value(key)) }
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
