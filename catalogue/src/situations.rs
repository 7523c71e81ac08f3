//! 情形引导 · a few questions decide what a matter asks of this applicant: which materials, within what promise, at what fee (B4.1, F083).
//! The questions are those of the application form on which something depends, so that an answer given here is one that need not be
//! given there again. What the answers lead to stands in the item's own text; as a decision table it is checked before it is
//! published and can be taken along as DMN.

use crate::Item;
use crate::item::{Condition, Facts, Situation};
use calendar::Limit;
use chrono::NaiveDate;
use forms::{Answers, Field, FieldError, Kind};
use foundation::held::Entered;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What stands for a question that is not asked of everybody, in the table.
const NOT_ASKED: &str = "—";

/// What was answered, and what is wrong with it.
pub struct Read {
    /// Answers in the words of the form, of deciding questions only.
    pub answers: Answers,
    /// Of questions that were asked and left open.
    pub errors: Vec<FieldError>,
    /// Questions that these answers make one ask, and that were not asked yet.
    pub further: bool,
}

impl Facts {
    /// The situation of these answers: the first whose conditions they meet.
    pub fn situation(&self, answers: &Answers) -> Option<&Situation> {
        self.situations.iter().find(|situation| situation.holds(answers))
    }

    /// 承诺时限 of a case with these answers: its situation's, else the item's (CLK-08).
    pub fn promised_for(&self, answers: &Answers) -> Limit {
        self.situation(answers).and_then(|situation| situation.promised_limit).unwrap_or(self.promised_limit)
    }

    /// What it costs in the situation of these answers.
    pub fn fee_for(&self, answers: &Answers) -> &str {
        let own = self.situation(answers).map(|situation| situation.fee.as_str()).filter(|fee| !fee.is_empty());
        own.unwrap_or(&self.fee.standard)
    }

    fn conditions_that_decide(&self) -> impl Iterator<Item = &Condition> {
        let materials = self.materials.iter().filter_map(|material| material.when.as_ref());
        materials.chain(self.situations.iter().flat_map(Situation::conditions))
    }
}

impl Situation {
    /// Its conditions; none of what is left over.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.when.iter().chain(&self.also)
    }

    fn holds(&self, answers: &Answers) -> bool {
        self.conditions().all(|condition| condition.holds(answers))
    }
}

/// The questions on which something depends, and those on which they depend themselves, in the order of the form.
pub fn questions(item: &Item) -> Vec<&Field> {
    let mut keys: BTreeSet<&str> = item.conditions_that_decide().map(|condition| condition.field.as_str()).collect();
    loop {
        let depends = |key: &&str| {
            let field = item.form.field(key).and_then(|field| field.when.as_ref());
            let step = item.form.steps().iter().find(|step| step.fields.iter().any(|field| field.key == *key));
            [field, step.and_then(|step| step.when.as_ref())].into_iter().flatten().map(|when| when.field.as_str())
        };
        let more: Vec<&str> = keys.iter().flat_map(depends).filter(|key| !keys.contains(key)).collect();
        if more.is_empty() {
            break;
        }
        keys.extend(more);
    }
    item.form.fields().filter(|field| keys.contains(field.key.as_str()) && field.kind.is_chosen()).collect()
}

/// The questions that these answers leave to be asked.
pub fn asked<'i>(item: &'i Item, answers: &Answers) -> Vec<&'i Field> {
    questions(item).into_iter().filter(|field| item.form.is_asked(field, answers)).collect()
}

/// Reads what was chosen. `asked` names the questions that the page had shown: what it had not is no omission.
pub fn read(item: &Item, entered: &Entered, today: NaiveDate) -> Read {
    let shown: Vec<&str> = entered.get("asked").into_iter().flatten().flat_map(|keys| keys.split_whitespace()).collect();
    let questions = questions(item);
    let decides = |key: &str| questions.iter().any(|field| field.key == key);
    let (mut answers, mut errors) = (Answers::new(), Vec::new());
    for step in item.form.steps().iter().filter(|step| step.fields.iter().any(|field| decides(&field.key))) {
        let reading = item.form.read_step_after(&step.key, entered, &answers, today);
        answers.extend(reading.answers.into_iter().filter(|(key, answer)| decides(key) && !answer.is_null()));
        errors.extend(reading.errors.into_iter().filter(|error| decides(&error.field) && shown.contains(&error.field.as_str())));
    }
    let further = asked(item, &answers).iter().any(|field| !shown.contains(&field.key.as_str()));
    Read { answers, errors, further }
}

/// One condition of the table: a question of which one answer is chosen, or whether one of several was among the chosen.
struct Column<'i> {
    name: String,
    label: String,
    /// The condition it stands for, where several answers may be chosen.
    among: Option<&'i Condition>,
    field: &'i Field,
}

impl Column<'_> {
    fn takes(&self, condition: &Condition) -> bool {
        self.among.map_or(self.field.key == condition.field, |among| among == condition)
    }

    /// The cell of a situation.
    fn cell(&self, situation: &Situation) -> String {
        let mut mine = situation.conditions().filter(|condition| self.takes(condition));
        match (mine.next(), self.among) {
            (None, _) => "-".into(),
            (Some(_), Some(_)) => "true".into(),
            (Some(condition), None) => condition.values().map(|value| quoted(&value)).collect::<Vec<_>>().join(", "),
        }
    }

    fn allowed(&self) -> String {
        let mut values: Vec<String> = match self.field.kind {
            Kind::YesNo => vec![quoted("yes"), quoted("no")],
            _ => self.field.options.iter().map(|option| quoted(&option.value)).collect(),
        };
        if self.field.when.is_some() {
            values.push(quoted(NOT_ASKED));
        }
        values.join(", ")
    }

    /// Its value for these answers.
    fn value(&self, answers: &Answers) -> Value {
        match self.among {
            Some(condition) => condition.holds(answers).into(),
            None => answers.get(&self.field.key).map_or_else(|| NOT_ASKED.to_owned(), crate::item::plain).into(),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn columns(item: &Item) -> Vec<Column<'_>> {
    let mut columns: Vec<Column<'_>> = Vec::new();
    for condition in item.situations.iter().flat_map(Situation::conditions) {
        let Some(field) = item.form.field(&condition.field) else { continue };
        if columns.iter().any(|column| column.takes(condition)) {
            continue;
        }
        let several = field.kind == Kind::Choices;
        columns.push(Column {
            name: if several { format!("{}_{}", field.key, columns.len() + 1) } else { field.key.clone() },
            label: if several { item.when_text(condition) } else { field.label.clone() },
            among: several.then_some(condition),
            field,
        });
    }
    columns
}

/// The situations as a decision table (DMN 1.3, first hit); `None` where there are none.
pub fn table(item: &Item) -> Option<String> {
    if item.situations.is_empty() {
        return None;
    }
    let columns = columns(item);
    let mut dmn = String::from(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    let key = xml(&item.slug);
    let name = xml(&format!("{}：哪一种情形", item.name));
    let _ = write!(
        dmn,
        "\n<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"definitions\" name=\"{key}-situations\" \
         namespace=\"urn:sunlit:situations:{key}\">\n"
    );
    let kind = |column: &Column| if column.among.is_some() { "boolean" } else { "string" };
    for column in &columns {
        let (id, label) = (xml(&column.name), xml(&column.label));
        let _ = writeln!(
            dmn,
            "  <inputData id=\"input_{id}\" name=\"{id}\" label=\"{label}\"><variable name=\"{id}\" typeRef=\"{}\"/></inputData>",
            kind(column)
        );
    }
    let _ = writeln!(
        dmn,
        "  <decision id=\"situation\" name=\"situation\" label=\"{name}\">\n    <variable name=\"situation\" typeRef=\"string\"/>"
    );
    for column in &columns {
        let _ = writeln!(
            dmn,
            "    <informationRequirement><requiredInput href=\"#input_{}\"/></informationRequirement>",
            xml(&column.name)
        );
    }
    let _ = writeln!(dmn, "    <decisionTable id=\"table\" hitPolicy=\"FIRST\">");
    for column in &columns {
        let allowed = match column.among {
            Some(_) => String::new(),
            None => format!("<inputValues><text>{}</text></inputValues>", xml(&column.allowed())),
        };
        let _ = writeln!(
            dmn,
            "      <input label=\"{}\"><inputExpression typeRef=\"{}\"><text>{}</text></inputExpression>{allowed}</input>",
            xml(&column.label),
            kind(column),
            xml(&column.name)
        );
    }
    let _ = writeln!(dmn, "      <output name=\"situation\" typeRef=\"string\"/>");
    for situation in &item.situations {
        let _ = write!(dmn, "      <rule><description>{}</description>", xml(&situation.basis));
        for column in &columns {
            let _ = write!(dmn, "<inputEntry><text>{}</text></inputEntry>", xml(&column.cell(situation)));
        }
        let _ = writeln!(dmn, "<outputEntry><text>{}</text></outputEntry></rule>", xml(&quoted(&situation.name)));
    }
    dmn.push_str("    </decisionTable>\n  </decision>\n</definitions>\n");
    Some(dmn)
}

/// What the table is asked with for these answers.
pub fn inputs(item: &Item, answers: &Answers) -> Map<String, Value> {
    columns(item).iter().map(|column| (column.name.clone(), column.value(answers))).collect()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What stands in the way of publishing the situations, in the words of who drafts them.
pub(crate) fn faults(item: &Item) -> Vec<String> {
    let Some(table) = table(item).filter(|_| columns(item).iter().all(|column| column.field.kind.is_chosen())) else {
        return Vec::new();
    };
    let audits = match rules::audit(&table) {
        Ok(audits) => audits,
        Err(error) => return vec![error.to_string()],
    };
    let columns = columns(item);
    let said = |witness: &Map<String, Value>| {
        let answers: Vec<String> = witness
            .iter()
            .filter_map(|(name, value)| {
                let column = columns.iter().find(|column| column.name == *name)?;
                Some(match (column.among, value.as_str()) {
                    (Some(_), _) if value == &Value::Bool(true) => column.label.trim_end_matches('的').to_owned(),
                    (Some(_), _) => format!("没有{}", column.label.trim_end_matches('的')),
                    (None, Some(NOT_ASKED)) => format!("没有问到“{}”", column.label),
                    (None, said) => {
                        format!("“{}”选“{}”", column.label, item.answer_text(&column.field.key, said.unwrap_or_default()))
                    }
                })
            })
            .collect();
        answers.join("、")
    };
    let name = |rule: usize| item.situations.get(rule - 1).map_or("", |situation| &situation.name);
    let mut told = Vec::new();
    for audit in &audits {
        let gaps =
            audit.gaps.iter().map(|gap| format!("没有一种情形适用：{}；末尾加一种不写条件的，管其余的", said(&gap.witness)));
        let dead =
            audit.dead.iter().map(|dead| format!("第 {} 种情形“{}”永远轮不到，前面的已经都管了", dead.rule, name(dead.rule)));
        told.extend(gaps.chain(dead).chain(audit.undecided.iter().map(|one| one.reason.clone())));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;
    use foundation::held::entered;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()
    }

    /// Every combination of answers to the questions of the situations: the table decides what the item does.
    #[test]
    fn f083_the_table_that_is_published_decides_like_the_item() {
        let catalogue = Catalogue::embedded().unwrap();
        let mut tried = 0;
        for item in catalogue.items().iter() {
            let Some(dmn) = table(item) else { continue };
            let table = rules::Table::parse(&dmn).unwrap();
            let mut all = vec![Answers::new()];
            let keys: BTreeSet<&str> = item.situations.iter().flat_map(Situation::conditions).map(|c| c.field.as_str()).collect();
            for field in keys.iter().filter_map(|key| item.form.field(key)) {
                let values: Vec<Value> = match field.kind {
                    Kind::YesNo => vec!["yes".into(), "no".into()],
                    Kind::Choices => {
                        let one = field.options.iter().map(|option| Value::Array(vec![option.value.as_str().into()]));
                        one.chain([Value::Array(Vec::new())]).collect()
                    }
                    _ => field.options.iter().map(|option| option.value.as_str().into()).collect(),
                };
                all = all
                    .iter()
                    .flat_map(|answers| values.iter().map(move |value| (answers, value)))
                    .map(|(answers, value)| {
                        let mut answers = answers.clone();
                        answers.insert(field.key.clone(), value.clone());
                        answers
                    })
                    .collect();
            }
            for answers in all {
                let decided = table.decide(&inputs(item, &answers)).unwrap();
                assert_eq!(
                    decided.outputs["situation"],
                    item.situation(&answers).unwrap().name.as_str(),
                    "{} {answers:?}",
                    item.slug
                );
                assert!(item.promised_for(&answers).n <= item.statutory_limit.n, "{}", item.slug);
                tried += 1;
            }
        }
        assert!(tried > 10, "{tried}");
    }

    #[test]
    fn b4_1_only_what_decides_is_asked_and_what_was_not_asked_is_no_omission() {
        let catalogue = Catalogue::embedded().unwrap();
        for item in catalogue.items().iter() {
            let asked: Vec<&str> = questions(item).iter().map(|field| field.key.as_str()).collect();
            for condition in item.conditions_that_decide() {
                assert!(asked.contains(&condition.field.as_str()), "{}: {} cannot be asked here", item.slug, condition.field);
            }
            assert!(asked.len() < item.form.fields().count(), "{}", item.slug);
        }
        let item = catalogue.item("food-business-licence").unwrap();
        let none = read(&item, &entered(b""), today());
        assert!(none.errors.is_empty() && none.further);
        let open = read(&item, &entered(b"asked=business_kind+by_agent&by_agent=no"), today());
        assert_eq!(open.errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["business_kind"]);
    }
}
