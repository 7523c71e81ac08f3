//! 情形引导 · a few questions and what their answers lead to, edited as sentences and kept as a decision table that any DMN engine reads;
//! answers without advice and rules that never apply are told with the answers that show it (F025, H13).

use super::draft::{Draft, Edit, Shown};
use super::drafter::{Drafter, Opened};
use super::elements::f084_catch_alls;
use super::rows;
use crate::Item;
use crate::asked::plain;
use crate::dmn::{self, Dmn};
use crate::powers::import::uploaded;
use askama::Template;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forms::{Answers, Form};
use foundation::Stop;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use rules::{Kind, Table};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What a rule leads to, as the table has it and as the editor asks for it.
const RESULTS: [(&str, &str, &str); 3] = [
    ("verdict", "结论", "能办的写“可以办”开头，例如：可以办、不需要办、到别处办、还不能办"),
    ("advice", "一句话建议", ""),
    ("materials", "材料提示", ""),
];

#[derive(Clone, Debug, PartialEq, Eq)]
struct Question {
    /// Its name in the table.
    key: String,
    label: String,
    /// Empty for one that is answered by 是 or 否.
    options: Vec<String>,
}

impl Question {
    /// What can be answered.
    fn choices(&self) -> Vec<String> {
        if self.options.is_empty() { vec!["是".into(), "否".into()] } else { self.options.clone() }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rule {
    /// The answers to each question that it is for; any answer where none is listed.
    when: Vec<Vec<String>>,
    /// In the order of [`RESULTS`].
    then: [String; 3],
    basis: String,
}

/// A table as the editor shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Guide {
    questions: Vec<Question>,
    rules: Vec<Rule>,
}

impl Guide {
    /// Reads a table; `Err` says why it cannot be edited as sentences.
    fn read(dmn: &str) -> Result<Guide, String> {
        let table = Table::parse(dmn).map_err(|error| error.to_string())?;
        let questions: Vec<Question> = table
            .inputs()
            .into_iter()
            .map(|input| Question {
                options: if input.kind == Kind::Boolean { Vec::new() } else { input.allowed.iter().map(plain).collect() },
                key: input.name,
                label: input.label,
            })
            .collect();
        let names: Vec<String> = table.outputs().into_iter().map(|output| output.name).collect();
        let cell = |text: &str| -> Option<Vec<String>> {
            if text == "-" {
                return Some(Vec::new());
            }
            let values: Vec<Value> = serde_json::from_str(&format!("[{text}]")).ok()?;
            Some(values.iter().map(plain).collect())
        };
        let mut rules = Vec::new();
        for (n, written) in table.written().into_iter().enumerate() {
            let when: Option<Vec<_>> = written.tests.iter().map(|test| cell(test)).collect();
            let when = when.ok_or_else(|| format!("第 {} 条规则里有算式，这里只改得了选项", n + 1))?;
            let then = RESULTS.map(|(name, ..)| {
                let at = names.iter().position(|other| other == name);
                at.and_then(|at| serde_json::from_str::<String>(&written.results[at]).ok()).unwrap_or_default()
            });
            rules.push(Rule { when, then, basis: written.description });
        }
        Ok(Guide { questions, rules })
    }

    /// The table as DMN, tried from above.
    fn dmn(&self, key: &str, name: &str) -> String {
        let value = |question: &Question, text: &String| match question.options.is_empty() {
            true => dmn::boolean(text == "是"),
            false => dmn::text(text),
        };
        let values = |question: &Question, texts: &[String]| texts.iter().map(|text| value(question, text)).collect::<Vec<_>>();
        let columns = self.questions.iter().map(|question| dmn::Column {
            allowed: values(question, &question.choices()),
            key: &question.key,
            label: &question.label,
            kind: if question.options.is_empty() { dmn::Kind::Boolean } else { dmn::Kind::Text },
        });
        let rules = self.rules.iter().map(|Rule { when, then, basis }| dmn::Rule {
            when: self.questions.iter().zip(when).map(|(question, chosen)| values(question, chosen)).collect(),
            then: then.iter().map(String::as_str).collect(),
            basis,
        });
        let table = Dmn {
            key,
            decision: "fit",
            label: name,
            columns: columns.collect(),
            results: &RESULTS.map(|(result, label, _)| (result, label)),
            rules: rules.collect(),
        };
        table.write()
    }

    /// The same rules for questions that were changed: an answer that is no longer offered is taken out, one whose words alone were
    /// changed stays.
    fn asked(self, questions: Vec<Question>) -> Guide {
        fn words(choices: &[String]) -> Vec<&str> {
            choices.iter().map(String::as_str).collect()
        }
        let renamed = |question: &Question, old: &Question, chosen: &str| -> Option<String> {
            let (old, new) = (old.choices(), question.choices());
            rows::renamed(&words(&old), &words(&new), chosen).map(str::to_owned)
        };
        let rules = self.rules.iter().map(|rule| {
            let when = questions.iter().map(|question| {
                let at = self.questions.iter().position(|old| old.key == question.key);
                at.map_or_else(Vec::new, |at| {
                    rule.when[at].iter().filter_map(|chosen| renamed(question, &self.questions[at], chosen)).collect()
                })
            });
            Rule { when: when.collect(), ..rule.clone() }
        });
        Guide { rules: rules.collect(), questions }
    }
}

/// The rules of an item's questions as sentences: “老人多大年纪：不满60周岁 → 还不能办；年满 60 周岁再来办”.
pub fn rules_in_words(item: &Item) -> Vec<String> {
    let guide = item.fit_text.as_deref().and_then(|text| Guide::read(text).ok()).unwrap_or_default();
    let told = |rule: &Rule| {
        let when = guide.questions.iter().zip(&rule.when).filter(|(_, chosen)| !chosen.is_empty());
        let when: Vec<String> = when.map(|(question, chosen)| format!("{}：{}", question.label, chosen.join("、"))).collect();
        let when = if when.is_empty() { "任何情形".to_owned() } else { when.join("，") };
        format!("{when} → {}（{}）", rule.then.join("；"), rule.basis)
    };
    guide.rules.iter().map(told).collect()
}

fn parsed(form: Value) -> Result<Form, Stop> {
    Form::parse(&form.to_string()).map_err(|fault| Stop::Fault(fault.to_string()))
}

/// The form by which the questions are edited.
fn questions_form() -> Result<Form, Stop> {
    parsed(json!({ "key": "questions", "title": "问题", "steps": [{ "key": "questions", "title": "问题", "fields": [
        { "key": "questions", "label": "问题", "kind": "group", "max": 8, "hint": "三四个就够，用日常话问", "fields": [
            { "key": "label", "label": "问句", "kind": "text", "required": true, "example": "老人多大年纪" },
            { "key": "options", "label": "可选的回答", "kind": "textarea", "hint": "一行一个；是、否的空着", "max_length": 1000 },
            { "key": "key", "label": "问题的编号", "kind": "text", "hint": "系统用来认这一项，新加的不用填" },
        ] },
    ] }] }))
}

/// The form by which the rules are edited: the questions are its choices.
fn rules_form(questions: &[Question]) -> Result<Form, Stop> {
    let mut fields: Vec<Value> = questions
        .iter()
        .enumerate()
        .map(|(at, question)| {
            let options: Vec<Value> = question.choices().iter().map(|choice| json!({ "value": choice, "label": choice })).collect();
            json!({ "key": format!("q{at}"), "label": question.label, "kind": "choices", "hint": "不勾就是怎么答都行", "options": options })
        })
        .collect();
    for (result, label, hint) in RESULTS {
        let mut field = json!({ "key": result, "label": label, "kind": "text", "required": true, "max_length": 300 });
        if !hint.is_empty() {
            field["hint"] = hint.into();
        }
        fields.push(field);
    }
    fields.push(json!({ "key": "basis", "label": "依据", "kind": "text", "required": true, "max_length": 300 }));
    fields.push(
        json!({ "key": "order", "label": "放在第几个", "kind": "number", "min": 1, "max": 999, "hint": "要换位置就改这个数" }),
    );
    parsed(json!({ "key": "rules", "title": "规则", "steps": [{ "key": "rules", "title": "规则", "fields": [
        { "key": "rules", "label": "规则", "kind": "group", "max": 60, "hint": "从上往下，第一条符合的就是答案", "fields": fields },
    ] }] }))
}

/// The questions as they are saved, as their form shows them.
fn questions_typed(guide: &Guide) -> Result<Entered, Stop> {
    let rows = guide.questions.iter().map(|question| {
        let mut row = json!({ "label": question.label, "key": question.key });
        if !question.options.is_empty() {
            row["options"] = question.options.join("\n").into();
        }
        row
    });
    let answers: Answers = [("questions".to_owned(), rows.collect())].into_iter().collect();
    Ok(questions_form()?.entered("questions", &answers))
}

/// The rules likewise.
fn rules_typed(guide: &Guide) -> Result<Entered, Stop> {
    let rows = guide.rules.iter().enumerate().map(|(n, rule)| {
        let mut row = Map::new();
        for (at, chosen) in rule.when.iter().enumerate().filter(|(_, chosen)| !chosen.is_empty()) {
            row.insert(format!("q{at}"), json!(chosen));
        }
        row.extend(RESULTS.iter().zip(&rule.then).map(|((name, ..), text)| ((*name).to_owned(), text.as_str().into())));
        row.insert("basis".into(), rule.basis.as_str().into());
        row.insert("order".into(), (n + 1).into());
        Value::Object(row)
    });
    let answers: Answers = [("rules".to_owned(), rows.collect())].into_iter().collect();
    Ok(rules_form(&guide.questions)?.entered("rules", &answers))
}

#[derive(Template)]
#[template(path = "items/questions.html")]
struct QuestionsPage {
    shell: Shell,
    draft: Draft,
    mark: String,
    /// Why the table cannot be edited here; empty when it can.
    why_not: String,
    troubles: Vec<String>,
    questions: String,
    rules: String,
    has_questions: bool,
    filled: Filled,
}

/// What was sent back to be mended.
enum Again {
    Questions(Filled),
    Rules(Filled),
}

fn draw(shell: Shell, draft: Draft, again: Option<Again>) -> Result<Response, Stop> {
    let read = draft.fit.as_deref().map_or_else(|| Ok(Guide::default()), Guide::read);
    let (guide, why_not) = match read {
        Ok(guide) => (guide, String::new()),
        Err(why) => (Guide::default(), why),
    };
    let troubles = match draft.fit.as_deref().filter(|_| !guide.rules.is_empty()).map(rules::audit) {
        Some(Ok(audits)) => audits.iter().flat_map(rules::Audit::findings).collect(),
        Some(Err(error)) => vec![error.to_string()],
        None if guide.questions.is_empty() => Vec::new(),
        None => vec!["还没有规则，问了也没有答案".into()],
    };
    let shown = match &again {
        Some(Again::Questions(filled) | Again::Rules(filled)) => filled.clone(),
        None => Filled::empty(shell.lang),
    };
    let of = |form: &Form, filled: &Filled| form.fields().map(|field| filled.field(field)).collect::<String>();
    let (about_questions, about_rules) = match again {
        Some(Again::Questions(filled)) => (Some(filled), None),
        Some(Again::Rules(filled)) => (None, Some(filled)),
        None => (None, None),
    };
    let saved = |entered| Filled::new(shell.lang, entered, Vec::new());
    let asked = match about_questions {
        Some(filled) => filled,
        None => saved(questions_typed(&guide)?),
    };
    let ruled = match about_rules {
        Some(filled) => filled,
        None => saved(rules_typed(&guide)?),
    };
    let status = if shown.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = QuestionsPage {
        questions: of(&questions_form()?, &asked),
        rules: of(&rules_form(&guide.questions)?, &ruled),
        has_questions: !guide.questions.is_empty(),
        mark: draft.marked(Shown::Questions, &shown),
        filled: shown,
        why_not,
        troubles,
        draft,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /items/drafts/{id}/questions
pub async fn show(at: Drafter, Held(held): Held, Path(id): Path<Uuid>) -> Result<Response, Stop> {
    let draft = at.draft(id).await?;
    let guide = guide_of(&draft).unwrap_or_default();
    let again = match held {
        Some(held) if held.keys().any(|key| key.starts_with("rules.")) => {
            Some(Again::Rules(at.shows(Some(held), rules_typed(&guide)?)))
        }
        Some(held) => Some(Again::Questions(at.shows(Some(held), questions_typed(&guide)?))),
        None => None,
    };
    draw(at.shell.clone(), draft, again)
}

async fn keep(at: &Drafter, opened: Opened, fit: Option<String>) -> Result<Response, Stop> {
    let leads_to = format!("/items/drafts/{}/questions", opened.draft.id);
    at.saves(opened, Edit { fit: Some(fit), ..Edit::default() }, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// The guide of a draft; one that cannot be edited as sentences is not edited here.
fn guide_of(draft: &Draft) -> Result<Guide, Stop> {
    draft.fit.as_deref().map_or_else(|| Ok(Guide::default()), Guide::read).map_err(Stop::Rejected)
}

/// The table that a draft gets.
fn table_of(guide: &Guide, draft: &Draft) -> String {
    guide.dmn(&format!("{}-fit", draft.slug), &draft.name())
}

/// POST /items/drafts/{id}/questions: the questions, a table from a file, or none any more.
pub async fn save(at: Drafter, Path(id): Path<Uuid>, request: Request) -> Result<Response, Stop> {
    let (posted, file) = uploaded(request, &at.house).await?;
    let form = questions_form()?;
    if let Some(entered) = form.press(&posted.0, posted.one("then")) {
        return draw(at.shell.clone(), at.draft(id).await?, Some(Again::Questions(at.filled(entered))));
    }
    let opened = match at.opens(id, &posted, "/questions", Shown::Questions).await? {
        Ok(opened) => opened,
        Err(answered) => return Ok(answered),
    };
    let again = |errors, entered| Some(Again::Questions(Filled::new(at.shell.lang, entered, errors)));
    if posted.one("then") == "drop" {
        return keep(&at, opened, None).await;
    }
    if !file.is_empty() {
        let text = String::from_utf8(file).map_err(|_| Stop::Unreadable("判断表请存成 UTF-8".into()))?;
        return match Table::parse(&text) {
            Ok(_) => keep(&at, opened, Some(text)).await,
            Err(error) => {
                let zh = format!("判断表读不出来，没有保存：{error}");
                let error = field_error("file", "判断表", &zh, &format!("Not saved: {error}"));
                draw(at.shell.clone(), opened.draft, again(vec![error], posted.0))
            }
        };
    }
    let mut reading = form.read_step("questions", &posted.0, at.house.now().date());
    reading.errors.extend(f084_catch_alls(&posted));
    if !reading.errors.is_empty() {
        return draw(at.shell.clone(), opened.draft, again(reading.errors, reading.entered));
    }
    let before = guide_of(&opened.draft)?;
    let rows = reading.answers["questions"].as_array().cloned().unwrap_or_default();
    let mut taken: Vec<String> = before.questions.iter().map(|question| question.key.clone()).collect();
    let questions: Vec<Question> = rows
        .iter()
        .map(|row| {
            let said = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let mut options: Vec<String> = Vec::new();
            for line in said("options").lines().map(str::trim).filter(|line| !line.is_empty()) {
                if !options.iter().any(|option| option == line) {
                    options.push(line.to_owned());
                }
            }
            let known = Some(said("key")).filter(|key| before.questions.iter().any(|question| question.key == *key));
            let key =
                known.unwrap_or_else(|| (1..).map(|n| format!("q{n}")).find(|key| !taken.contains(key)).unwrap_or_default());
            taken.push(key.clone());
            Question { key, label: said("label"), options }
        })
        .collect();
    let fit = match questions.is_empty() {
        true => None,
        false => Some(table_of(&before.asked(questions), &opened.draft)),
    };
    keep(&at, opened, fit).await
}

/// POST /items/drafts/{id}/questions/rules
pub async fn save_rules(at: Drafter, Path(id): Path<Uuid>, posted: Posted) -> Result<Response, Stop> {
    let draft = at.draft(id).await?;
    let form = rules_form(&guide_of(&draft)?.questions)?;
    if let Some(entered) = form.press(&posted.0, posted.one("then")) {
        return draw(at.shell.clone(), draft, Some(Again::Rules(at.filled(entered))));
    }
    let opened = match at.opens(id, &posted, "/questions", Shown::Questions).await? {
        Ok(opened) => opened,
        Err(answered) => return Ok(answered),
    };
    let before = guide_of(&opened.draft)?;
    let mut reading = rules_form(&before.questions)?.read_step("rules", &posted.0, at.house.now().date());
    reading.errors.extend(f084_catch_alls(&posted));
    if !reading.errors.is_empty() {
        let filled = Filled::new(at.shell.lang, reading.entered, reading.errors);
        return draw(at.shell.clone(), opened.draft, Some(Again::Rules(filled)));
    }
    let rule = |row: &Value| {
        let said = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let chosen = |at: usize| row[format!("q{at}")].as_array().into_iter().flatten().map(plain).collect();
        let when = (0..before.questions.len()).map(chosen).collect();
        (row["order"].as_u64(), Rule { when, then: RESULTS.map(|(name, ..)| said(name)), basis: said("basis") })
    };
    let rules = rows::in_order(reading.answers["rules"].as_array().into_iter().flatten().map(rule).collect());
    let table = table_of(&Guide { rules, ..before }, &opened.draft);
    keep(&at, opened, Some(table)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    #[test]
    fn f025_a_guide_is_the_same_after_it_was_written_as_a_table_and_read_again() {
        let catalogue = Catalogue::embedded().unwrap();
        for item in catalogue.items().iter() {
            let guide = Guide::read(item.fit_text.as_deref().unwrap()).unwrap();
            let written = guide.dmn("again-fit", "又一次 & <更多>");
            assert_eq!(Guide::read(&written).unwrap(), guide, "{}", item.slug);
            let findings: Vec<String> = rules::audit(&written).unwrap().iter().flat_map(rules::Audit::findings).collect();
            assert_eq!(findings, Vec::<String>::new());
        }
    }

    #[test]
    fn f084_what_names_no_paper_is_told_in_guidance_and_no_guidance_of_ours_has_it() {
        let posted = |key: &str, value: &str| Posted(Entered::from([(key.to_owned(), vec![value.to_owned()])]));
        for (key, value) in [
            ("questions.0.label", "还要交其他材料吗"),
            ("rules.0.materials", "户口簿和其他材料"),
            ("rules.2.advice", "带身份证和其他材料"),
        ] {
            let told: Vec<String> = f084_catch_alls(&posted(key, value)).into_iter().map(|error| error.field).collect();
            assert_eq!(told, [key]);
        }
        let catalogue = Catalogue::embedded().unwrap();
        for item in catalogue.items().iter() {
            let guide = Guide::read(item.fit_text.as_deref().unwrap()).unwrap();
            let said = guide.questions.iter().map(|question| ("label", question.label.clone()));
            let ruled =
                guide.rules.iter().flat_map(|rule| RESULTS.iter().zip(&rule.then).map(|((key, ..), said)| (*key, said.clone())));
            for (key, value) in said.chain(ruled) {
                assert!(f084_catch_alls(&posted(&format!("rules.0.{key}"), &value)).is_empty(), "{}: {value}", item.slug);
            }
        }
    }

    #[test]
    fn f025_a_rule_keeps_its_answers_when_their_words_change_and_loses_those_that_are_gone() {
        let question = |options: &[&str]| Question {
            key: "age".into(),
            label: "多大".into(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
        };
        let rule = Rule { when: vec![vec!["六十以下".into(), "七十以上".into()]], ..Rule::default() };
        let guide = Guide { questions: vec![question(&["六十以下", "六十多", "七十以上"])], rules: vec![rule] };
        let renamed = guide.clone().asked(vec![question(&["不满六十", "六十多", "七十以上"])]);
        assert_eq!(renamed.rules[0].when[0], ["不满六十", "七十以上"]);
        let gone = guide.asked(vec![question(&["六十多", "七十以上"])]);
        assert_eq!(gone.rules[0].when[0], ["七十以上"]);
    }
}
