//! 情形 · a few questions decide what a matter asks of this applicant: which materials, within what promise, at what fee (B4.1, F083).
//! The questions are those of the application form on which something depends, so that an answer given here is one that need not be
//! given there again. What the answers lead to stands in the item's own text; as a decision table it is checked before it is
//! published and can be taken along as DMN.

use crate::Item;
use crate::dmn::{self, Dmn};
use crate::item::{Condition, Facts, Situation};
use calendar::Limit;
use chrono::NaiveDate;
use forms::{Answers, Field, FieldError, Kind};
use foundation::held::Entered;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

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

/// The questions that decide whether one is asked: for itself, and for its step.
fn depends_on<'i>(item: &'i Item, key: &str) -> impl Iterator<Item = &'i str> {
    let step = item.form.steps().iter().find(|step| step.fields.iter().any(|field| field.key == key));
    let own = item.form.field(key).and_then(|field| field.when.as_ref());
    own.into_iter().chain(step.and_then(|step| step.when.as_ref())).map(|when| when.field.as_str())
}

/// The questions on which something depends, and those on which they depend themselves, in the order of the form.
pub fn questions(item: &Item) -> Vec<&Field> {
    let mut keys: BTreeSet<&str> = item.conditions_that_decide().map(|condition| condition.field.as_str()).collect();
    loop {
        let depends: Vec<&str> = keys.iter().flat_map(|key| depends_on(item, key)).filter(|key| !keys.contains(key)).collect();
        if depends.is_empty() {
            break;
        }
        keys.extend(depends);
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
    /// Whether everybody is asked.
    always: bool,
}

impl Column<'_> {
    fn takes(&self, condition: &Condition) -> bool {
        self.among.map_or(self.field.key == condition.field, |among| among == condition)
    }

    /// The cell of a situation.
    fn cell(&self, situation: &Situation) -> Vec<String> {
        let mut mine = situation.conditions().filter(|condition| self.takes(condition));
        match (mine.next(), self.among) {
            (None, _) => Vec::new(),
            (Some(_), Some(_)) => vec![dmn::boolean(true)],
            (Some(condition), None) => condition.values().map(|value| dmn::text(&value)).collect(),
        }
    }

    fn written(&self) -> dmn::Column<'_> {
        let (kind, allowed) = match (self.among, self.field.kind) {
            (Some(_), _) => (dmn::Kind::Boolean, [true, false].map(dmn::boolean).to_vec()),
            (None, Kind::YesNo) => (dmn::Kind::Text, ["yes", "no"].map(dmn::text).to_vec()),
            (None, _) => (dmn::Kind::Text, self.field.options.iter().map(|option| dmn::text(&option.value)).collect()),
        };
        let none = (self.among.is_none() && !self.always).then(|| dmn::text(NOT_ASKED));
        dmn::Column { key: &self.name, label: &self.label, kind, allowed: allowed.into_iter().chain(none).collect() }
    }

    /// Its value for these answers.
    fn value(&self, answers: &Answers) -> Value {
        match self.among {
            Some(condition) => condition.holds(answers).into(),
            None => answers.get(&self.field.key).map_or_else(|| NOT_ASKED.to_owned(), crate::item::plain).into(),
        }
    }
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
            always: depends_on(item, &field.key).next().is_none(),
            field,
        });
    }
    columns
}

/// The situations as a decision table; `None` where there are none.
pub fn table(item: &Item) -> Option<String> {
    if item.situations.is_empty() {
        return None;
    }
    let columns = columns(item);
    let rules = item.situations.iter().map(|situation| dmn::Rule {
        when: columns.iter().map(|column| column.cell(situation)).collect(),
        then: vec![&situation.name],
        basis: &situation.basis,
    });
    let table = Dmn {
        key: &format!("{}-situations", item.slug),
        decision: "situation",
        label: &format!("{}：哪一种情形", item.name),
        columns: columns.iter().map(Column::written).collect(),
        results: &[("situation", "情形")],
        rules: rules.collect(),
    };
    Some(table.write())
}

/// What the table is asked with for these answers.
pub fn inputs(item: &Item, answers: &Answers) -> Map<String, Value> {
    columns(item).iter().map(|column| (column.name.clone(), column.value(answers))).collect()
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
