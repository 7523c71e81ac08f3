//! 一表通 · one form over shared data elements (B7.2; F098): several forms become one in which each fact is asked once, and
//! what is answered fills every form that asks it.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::definition::{Field, Form, FormError, Problem};
use crate::errors::FieldError;
use crate::reading::Answers;

/// Several forms asked as one.
///
/// ```
/// use forms::{Form, United};
/// use serde_json::json;
/// let form = |key: &str, field: &str| Form::parse(&json!({ "key": key, "title": key, "steps": [{ "key": "a", "title": "一",
///     "fields": [{ "key": field, "label": "名称", "kind": "text", "element": "organisation.name" }] }] }).to_string()).unwrap();
/// let united = United::of("set-up", "企业开办", &[form("licence", "name"), form("tax", "taxpayer")]).unwrap();
/// assert_eq!(united.form().fields().count(), 1); // asked once
/// let answers = json!({ "name": "金寨县大别山茶业有限公司" });
/// assert_eq!(united.answers_of("tax", answers.as_object().unwrap())["taxpayer"], answers["name"]); // filled everywhere
/// ```
#[derive(Debug, Clone)]
pub struct United {
    form: Form,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
struct Part {
    form: Form,
    /// Where the answer to each of its fields is asked in the united form.
    asked_as: BTreeMap<String, String>,
}

impl United {
    /// Unites forms. What several of them ask, by the `element` of the field, is asked in a first step; each form keeps
    /// its own steps for the rest, and papers are handed in once, at the end. What cannot be united, such as an element
    /// asked as a date here and as text there, is told with its place.
    pub fn of(key: &str, title: &str, forms: &[Form]) -> Result<United, FormError> {
        let mut asked: HashMap<&str, usize> = HashMap::new();
        for element in forms.iter().flat_map(Form::fields).filter_map(|field| field.element.as_deref()) {
            *asked.entry(element).or_default() += 1;
        }
        let mut builder = Builder { steps_taken: HashSet::from([SHARED.0.to_owned()]), ..Builder::default() };
        for form in forms {
            if builder.parts.iter().any(|part| part.form.key() == form.key()) {
                let reason = format!("“{}”列了两次，请只列一次", form.title());
                builder.problems.push(Problem { place: form.key().to_owned(), reason });
            } else {
                builder.add(form, |element| asked.get(element).is_some_and(|times| *times > 1));
            }
        }
        if !builder.problems.is_empty() {
            return Err(FormError { problems: builder.problems });
        }
        let mut steps = Vec::new();
        if !builder.shared.is_empty() {
            steps.push(json!({ "key": SHARED.0, "title": SHARED.1, "fields": builder.shared }));
        }
        steps.extend(builder.steps);
        steps.extend(builder.materials);
        let form = Form::parse(&json!({ "key": key, "title": title, "steps": steps }).to_string())?;
        Ok(United { form, parts: builder.parts })
    }

    /// The form people fill in.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// The forms it stands for, in order.
    pub fn parts(&self) -> impl Iterator<Item = &Form> {
        self.parts.iter().map(|part| &part.form)
    }

    /// What was answered, as the answers of one part. Nothing for a part that is not there.
    pub fn answers_of(&self, part: &str, answers: &Answers) -> Answers {
        let part = self.parts.iter().find(|other| other.form.key() == part);
        part.map(|part| part.answers(answers)).unwrap_or_default()
    }

    /// Everything to mend: in the united form, then whatever a part still misses, each once, at the field where it is
    /// asked.
    pub fn check_all(&self, answers: &Answers, today: NaiveDate) -> Vec<FieldError> {
        let mut told: Vec<FieldError> = self.form.check_all(answers, today).into_iter().map(|(_, error)| error).collect();
        for part in &self.parts {
            for (_, mut error) in part.form.check_all(&part.answers(answers), today) {
                if let Some(asked) = part.asked_as.get(&error.field) {
                    error.field = asked.clone();
                }
                if !told.iter().any(|other| other.field == error.field) {
                    told.push(error);
                }
            }
        }
        told
    }
}

impl Part {
    fn answers(&self, answers: &Answers) -> Answers {
        let answer = |(own, asked): (&String, &String)| Some((own.clone(), answers.get(asked)?.clone()));
        let all = self.asked_as.iter().filter_map(answer).collect();
        self.form.answered(&all)
    }
}

/// The step in which a united form asks what several of its parts ask.
const SHARED: (&str, &str) = ("shared", "几张表都要的");

#[derive(Default)]
struct Builder {
    shared: Vec<Value>,
    steps: Vec<Value>,
    materials: Option<Value>,
    parts: Vec<Part>,
    problems: Vec<Problem>,
    /// The field that asks each shared element: its position in `shared`, and the field as the first form has it.
    elements: HashMap<String, (usize, Field)>,
    /// Keys of the united form: of its steps, of its fields.
    steps_taken: HashSet<String>,
    fields_taken: HashSet<String>,
}

impl Builder {
    fn add(&mut self, form: &Form, is_shared: impl Fn(&str) -> bool) {
        let text: Value = serde_json::from_str(form.text().trim_start_matches('\u{FEFF}')).unwrap_or_default();
        let prefix = form.key().replace('-', "_");
        // What its own fields are called in the united form.
        let mut asked_as: BTreeMap<String, String> = BTreeMap::new();
        for (step, text) in form.steps().iter().zip(list(&text, "steps")) {
            let mut united = text.clone();
            united["key"] = free(&mut self.steps_taken, &step.key, &format!("{}-{}", form.key(), step.key)).into();
            if step.materials {
                self.materials.get_or_insert(united);
                continue;
            }
            rename(&mut united, &asked_as);
            let mut fields = Vec::new();
            for (field, text) in step.fields.iter().zip(list(text, "fields")) {
                let mut text = text.clone();
                if let Some(element) = field.element.as_deref().filter(|element| is_shared(element)) {
                    let always = field.when.is_none() && step.when.is_none();
                    self.share(form, field, element, always && field.required, text, &mut asked_as);
                    continue;
                }
                let key = free(&mut self.fields_taken, &field.key, &format!("{prefix}_{}", field.key));
                text["key"] = key.clone().into();
                rename(&mut text, &asked_as);
                asked_as.insert(field.key.clone(), key.clone());
                for inner in text.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
                    rename(inner, &asked_as);
                    // Keys of rows stay as they are, for the rows are handed on as they are.
                    self.fields_taken.extend(inner["key"].as_str().map(str::to_owned));
                }
                fields.push(text);
            }
            if !fields.is_empty() {
                united["fields"] = fields.into();
                self.steps.push(united);
            }
        }
        self.parts.push(Part { form: form.clone(), asked_as });
    }

    /// Asks a shared element: always, for one form may need it where another does not. It must be answered if any form
    /// always demands it; what a form demands only sometimes, the check of that form tells.
    fn share(
        &mut self,
        form: &Form,
        field: &Field,
        element: &str,
        required: bool,
        mut text: Value,
        asked_as: &mut BTreeMap<String, String>,
    ) {
        if let Some((at, first)) = self.elements.get(element) {
            if first.kind != field.kind || first.options != field.options || first.decimals != field.decimals {
                let place = format!("{}.{}", form.key(), field.key);
                let reason = format!("“{element}”在前面的表里不是这样问的（{}），请统一字段种类、选项和小数位数", first.label);
                self.problems.push(Problem { place, reason });
                return;
            }
            let text = &mut self.shared[*at];
            if required {
                text["required"] = true.into();
            }
            asked_as.insert(field.key.clone(), text["key"].as_str().unwrap_or_default().to_owned());
            return;
        }
        let key = free(&mut self.fields_taken, &field.key, &format!("{}_{}", form.key().replace('-', "_"), field.key));
        text["key"] = key.clone().into();
        text["required"] = required.into();
        if let Some(text) = text.as_object_mut() {
            text.shift_remove("when");
        }
        asked_as.insert(field.key.clone(), key);
        self.elements.insert(element.to_owned(), (self.shared.len(), field.clone()));
        self.shared.push(text);
    }
}

/// The key itself if nobody has it, else the longer one.
fn free(taken: &mut HashSet<String>, key: &str, longer: &str) -> String {
    let key = if taken.contains(key) { longer } else { key };
    taken.insert(key.to_owned());
    key.to_owned()
}

fn list<'a>(text: &'a Value, name: &str) -> &'a [Value] {
    text.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A condition looks at the field as the united form calls it.
fn rename(text: &mut Value, asked_as: &BTreeMap<String, String>) {
    if let Some(field) = text.pointer_mut("/when/field")
        && let Some(key) = field.as_str().and_then(|own| asked_as.get(own))
    {
        *field = key.clone().into();
    }
}
