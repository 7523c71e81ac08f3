//! 决策表 · one decision table of DMN (B4.1, B6; H13). Read strictly: whatever could silently never match is refused
//! when the table is loaded. A decision comes with the rules it rests on, to be shown with it (行政许可法 art. 38 wants
//! a refusal reasoned).

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelScope, Name};
use dsntk_feel_evaluator::limits::{locally, strictly};
use dsntk_feel_parser::AstNode;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{because, cut};
use crate::expression::{call, within};
use crate::value::{is_of, shown, to_json, typed, written};
use crate::{Kind, RuleError, blame};

/// A decision table, read and checked.
pub struct Table {
    pub(crate) hash: String,
    pub(crate) name: String,
    pub(crate) hit_policy: HitPolicy,
    pub(crate) variables: Vec<Variable>,
    pub(crate) inputs: Vec<Column>,
    pub(crate) outputs: Vec<OutputColumn>,
    pub(crate) rules: Vec<Rule>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("name", &self.name).field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// What a table does when several rules fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HitPolicy {
    /// One rule alone may fit.
    Unique,
    /// The first that fits, in the order written.
    First,
    /// All that fit must say the same.
    Any,
    /// The one whose output stands first among the allowed values.
    Priority,
    /// All that fit, in the order written.
    RuleOrder,
    /// All that fit, in the order of the allowed values.
    OutputOrder,
    /// All that fit, as a list.
    Collect,
    /// The sum of all that fit.
    Sum,
    /// The least of all that fit.
    Min,
    /// The greatest of all that fit.
    Max,
    /// How many fit.
    Count,
}

/// A value the table is to be given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// The values it may have, if they are listed.
    pub allowed: Vec<Value>,
}

/// A column of conditions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Input {
    /// The expression that is tested; often a variable alone.
    pub name: String,
    /// The heading.
    pub label: String,
    /// The type of the expression.
    pub kind: Kind,
    /// The values it may have, if they are listed.
    pub allowed: Vec<Value>,
}

/// A column of results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Output {
    /// The name in the outputs.
    pub name: String,
    /// The heading.
    pub label: String,
    /// The type.
    pub kind: Kind,
    /// The values it may have, if they are listed; first comes first in PRIORITY and OUTPUT ORDER.
    pub allowed: Vec<Value>,
}

/// A rule as it is written in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrittenRule {
    /// One cell for each column of conditions; `-` where anything fits.
    pub tests: Vec<String>,
    /// One cell for each column of results.
    pub results: Vec<String>,
    /// What the table says of it: its description, or else its annotations.
    pub description: String,
}

/// A rule that fitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleRef {
    /// Its number in the table, from 1.
    pub index: usize,
    /// What the table says of it: its description, or else its annotations.
    pub description: String,
}

/// A rule that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// Its number in the table, from 1.
    pub index: usize,
    /// The heading and the cell that did not fit; `None` if the rule fitted.
    pub stopped_by: Option<(String, String)>,
}

/// What a table decided and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// Results by output name. With a policy that takes all fitting rules each is a list, in the order of `matched`.
    pub outputs: Map<String, Value>,
    /// The rules the result rests on; none if it is the default.
    pub matched: Vec<RuleRef>,
    /// Every rule looked at, and what stopped it. FIRST looks no further than the rule that fits.
    pub tried: Vec<Tried>,
    /// The value of each condition column, by heading: what the cells were compared with.
    pub seen: Vec<(String, Value)>,
}

pub(crate) struct Column {
    pub(crate) shown: Input,
    pub(crate) tree: AstNode,
    pub(crate) value: Evaluator,
    pub(crate) allowed: Option<Test>,
}

pub(crate) struct OutputColumn {
    pub(crate) shown: Output,
    pub(crate) allowed: Vec<Evaluator>,
    pub(crate) default: Option<Evaluator>,
}

pub(crate) struct Rule {
    pub(crate) description: String,
    pub(crate) tests: Vec<Option<Test>>,
    pub(crate) results: Vec<Evaluator>,
    pub(crate) trees: Vec<AstNode>,
    /// The cells of the results as they are written.
    pub(crate) written: Vec<String>,
}

/// One cell. With `?` in it, it is a condition over the value; otherwise the value is compared with it.
pub(crate) struct Test {
    pub(crate) text: String,
    pub(crate) evaluator: Evaluator,
    pub(crate) tree: AstNode,
}

impl Table {
    /// Reads a DMN text that holds one decision with one decision table. Any mistake, and any cell that could never
    /// match, is refused with its place.
    pub fn parse(dmn_xml: &str) -> Result<Table, RuleError> {
        within(None, || locally(|| crate::dmn::read(dmn_xml)))
    }

    /// SHA-256 of the text, in hex: which table exactly a decision rests on.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The name of the decision.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What happens when several rules fit.
    pub fn hit_policy(&self) -> HitPolicy {
        self.hit_policy
    }

    /// The values [`decide`](Table::decide) must be given.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The columns of conditions.
    pub fn inputs(&self) -> Vec<Input> {
        self.inputs.iter().map(|column| column.shown.clone()).collect()
    }

    /// The columns of results.
    pub fn outputs(&self) -> Vec<Output> {
        self.outputs.iter().map(|column| column.shown.clone()).collect()
    }

    /// The rules as they are written, in their order.
    pub fn written(&self) -> Vec<WrittenRule> {
        let written = |rule: &Rule| WrittenRule {
            tests: rule.tests.iter().map(|test| test.as_ref().map_or_else(|| "-".to_owned(), |test| test.text.clone())).collect(),
            results: rule.written.clone(),
            description: rule.description.clone(),
        };
        self.rules.iter().map(written).collect()
    }

    /// How many rules there are.
    pub fn rules(&self) -> usize {
        self.rules.len()
    }

    /// Decides. Every variable must be given, `null` if nothing is known; a day that counts is one of them.
    pub fn decide(&self, vars: &Map<String, Value>) -> Result<Decision, RuleError> {
        within(None, || blame::afresh(|| strictly(|| self.decided(vars))))
    }

    fn decided(&self, vars: &Map<String, Value>) -> Result<Decision, RuleError> {
        let mut context = FeelContext::default();
        for variable in &self.variables {
            let given = vars.get(&variable.name).ok_or_else(|| RuleError::UnknownName(variable.name.clone()))?;
            context.set_entry(&Name::from(variable.name.as_str()), typed(&variable.name, variable.kind, given)?);
            if !given.is_null() && !variable.allowed.is_empty() && !variable.allowed.contains(given) {
                return Err(not_allowed(&variable.name, &variable.allowed));
            }
        }
        let scope = FeelScope::from(context);

        let mut values = Vec::with_capacity(self.inputs.len());
        for column in &self.inputs {
            let value = call(&column.value, &scope).map_err(|error| error.at(format!("条件“{}”", column.shown.label)))?;
            let place = || format!("条件“{}”", column.shown.label);
            if let Feel::Null(Some(reason)) = value {
                return Err(no(&place(), format!("得不出值：{}", because(Some(reason)))));
            }
            if !is_of(column.shown.kind, &value) {
                return Err(no(&place(), format!("要得出{}，现在得出的是{}", column.shown.kind.zh(), blame::kind(&value))));
            }
            if let Some(allowed) = &column.allowed
                && !value.is_null()
                && fits(allowed, &scope, &value, &place)? == Some(false)
            {
                return Err(not_allowed(&column.shown.label, &column.shown.allowed));
            }
            values.push(value);
        }
        let seen = self.inputs.iter().zip(&values).map(|(column, value)| (column.shown.label.clone(), shown(value))).collect();

        let (mut tried, mut hits, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
        for (at, rule) in self.rules.iter().enumerate() {
            let (stopped_by, asks) = match self.says(at, rule, &scope, &values)? {
                Says::Fits(asks) => (None, asks),
                Says::Stopped(by) => (Some(by), Vec::new()),
                Says::Unknown(doubt, by, no) => {
                    doubts.push((doubt, no));
                    (Some(by), Vec::new())
                }
            };
            let hit = stopped_by.is_none();
            tried.push(Tried { index: at + 1, stopped_by });
            if hit {
                hits.push(Hit { rule: at, asks });
                if self.hit_policy == HitPolicy::First {
                    break;
                }
            }
        }
        let orders = if self.hit_policy == HitPolicy::Priority { self.orders(&scope)? } else { Vec::new() };
        let rank = |rule: usize| -> Option<Vec<usize>> {
            let results = self.outputs.iter().zip(&self.rules[rule].results);
            let row = results.map(|(column, value)| result(&column.shown, value, &scope, "")).collect::<Result<Vec<_>, _>>();
            Some(ranked(&row.ok()?, &orders))
        };
        for (doubt, no) in doubts {
            let is_behind = || self.hit_policy == HitPolicy::Priority && doubt.is_behind(&hits, &rank);
            if !doubt.is_settled(&hits) && !is_behind() {
                return Err(no);
            }
        }
        let hits = hits.iter().map(|hit| hit.rule).collect();
        let (outputs, hits) = self.outcome(hits, &scope)?;
        let matched = hits.iter().map(|at| RuleRef { index: at + 1, description: self.rules[*at].description.clone() }).collect();
        Ok(Decision { outputs, matched, tried, seen })
    }

    fn says<'a>(&'a self, at: usize, rule: &Rule, scope: &FeelScope, values: &[Feel]) -> Result<Says<'a>, RuleError> {
        let (mut asks, mut unknown, mut doubt) = (Vec::new(), Vec::new(), None);
        for ((column, test), value) in self.inputs.iter().zip(&rule.tests).zip(values) {
            let Some(test) = test else { continue };
            let place = || format!("第 {} 条规则“{}”", at + 1, column.shown.label);
            let by = || (column.shown.label.clone(), test.text.clone());
            match fits(test, scope, value, &place)? {
                Some(true) if value.is_null() => asks.push(column.shown.name.as_str()),
                Some(true) => {}
                Some(false) => return Ok(Says::Stopped(by())),
                None => {
                    unknown.push(column.shown.name.as_str());
                    doubt = doubt.or_else(|| Some((by(), no(&place(), format!("“{}”：{NULL_TESTED}", test.text)))));
                }
            }
        }
        Ok(match doubt {
            Some((by, no)) => Says::Unknown(Doubt { rule: at, unknown }, by, no),
            None => Says::Fits(asks),
        })
    }

    /// The outputs, and the rules they rest on in the order of the outputs.
    fn outcome(&self, hits: Vec<usize>, scope: &FeelScope) -> Result<(Map<String, Value>, Vec<usize>), RuleError> {
        use HitPolicy::*;
        let takes_all = matches!(self.hit_policy, RuleOrder | OutputOrder | Collect | Sum | Min | Max | Count);
        if hits.is_empty() {
            if self.outputs.iter().all(|column| column.default.is_some()) {
                let row: Vec<Value> = self
                    .outputs
                    .iter()
                    .filter_map(|column| column.default.as_ref().map(|default| (column, default)))
                    .map(|(column, default)| result(&column.shown, default, scope, "默认值"))
                    .collect::<Result<_, _>>()?;
                return Ok((self.named(row), hits));
            }
            return match self.hit_policy {
                Count => Ok((self.named(vec![Value::from(0)]), hits)),
                RuleOrder | OutputOrder | Collect => Ok((self.named(vec![Value::Array(Vec::new()); self.outputs.len()]), hits)),
                _ => Err(RuleError::NoRule),
            };
        }
        let numbers = |hits: &[usize]| hits.iter().map(|at| at + 1).collect::<Vec<_>>();
        if self.hit_policy == Unique && hits.len() > 1 {
            return Err(RuleError::SeveralRules(numbers(&hits)));
        }
        let mut rows: Vec<(usize, Vec<Value>)> = Vec::with_capacity(hits.len());
        for at in &hits {
            let place = format!("第 {} 条规则", at + 1);
            let row = self.outputs.iter().zip(&self.rules[*at].results);
            rows.push((*at, row.map(|(column, value)| result(&column.shown, value, scope, &place)).collect::<Result<_, _>>()?));
        }
        if self.hit_policy == Any && rows.iter().any(|(_, row)| *row != rows[0].1) {
            return Err(RuleError::DifferingRules(numbers(&hits)));
        }
        if matches!(self.hit_policy, Priority | OutputOrder) {
            let orders = self.orders(scope)?;
            // Stable: rules of one rank stay in the order written.
            rows.sort_by_key(|(_, row)| ranked(row, &orders));
        }
        if !takes_all {
            rows.truncate(1);
        }
        let hits: Vec<usize> = rows.iter().map(|(at, _)| *at).collect();
        let outputs = match self.hit_policy {
            Count => self.named(vec![Value::from(rows.len())]),
            Sum | Min | Max => {
                let found: Vec<Value> = rows.iter().map(|(_, row)| row[0].clone()).collect();
                let function = match self.hit_policy {
                    Sum => "sum",
                    Min => "min",
                    _ => "max",
                };
                let vars = Map::from_iter([("found".to_owned(), Value::Array(found))]);
                self.named(vec![crate::evaluate(&format!("{function}(found)"), &vars)?])
            }
            _ if takes_all => {
                let column = |i: usize| Value::Array(rows.iter().map(|(_, row)| row[i].clone()).collect());
                self.named((0..self.outputs.len()).map(column).collect())
            }
            _ => self.named(rows.swap_remove(0).1),
        };
        Ok((outputs, hits))
    }

    fn named(&self, row: Vec<Value>) -> Map<String, Value> {
        self.outputs.iter().map(|column| column.shown.name.clone()).zip(row).collect()
    }

    fn orders(&self, scope: &FeelScope) -> Result<Vec<Vec<Value>>, RuleError> {
        let order = |column: &OutputColumn| column.allowed.iter().map(|value| to_json(&call(value, scope)?)).collect();
        self.outputs.iter().map(order).collect()
    }
}

/// The places of results among the allowed ones; first comes first.
fn ranked(row: &[Value], orders: &[Vec<Value>]) -> Vec<usize> {
    let place = |(value, order): (&Value, &Vec<Value>)| order.iter().position(|v| v == value).unwrap_or(order.len());
    row.iter().zip(orders).map(place).collect()
}

/// What the cells of a rule say together.
enum Says<'a> {
    /// It fits; the conditions that are null and that it asks for.
    Fits(Vec<&'a str>),
    /// The heading and the cell that does not fit.
    Stopped((String, String)),
    /// It would fit, were a null known: with the first cell that cannot tell, and what is said of it.
    Unknown(Doubt<'a>, (String, String), RuleError),
}

/// A rule that fits.
pub(crate) struct Hit<'a> {
    pub(crate) rule: usize,
    /// The conditions that are null and that a cell of it asks for.
    pub(crate) asks: Vec<&'a str>,
}

/// A rule that may fit or not: cells of it compare with null without asking for it, and no other cell stops it.
///
/// Where the table says in so many words what null gives – a rule with a cell that is true of null fits –, such a comparison is
/// not true, as the standard has it (DMN 1.5, 8.3.3: a rule matches when its cells are true). Elsewhere null is unknown, and a
/// rule that fits by `-` does not make it known (H13).
pub(crate) struct Doubt<'a> {
    pub(crate) rule: usize,
    /// The conditions that are null; none where the value is there and cannot be compared.
    pub(crate) unknown: Vec<&'a str>,
}

impl Doubt<'_> {
    /// Whether a rule that fits asks for one of the nulls.
    pub(crate) fn is_settled(&self, hits: &[Hit]) -> bool {
        hits.iter().any(|hit| hit.asks.iter().any(|asked| self.unknown.contains(asked)))
    }

    /// Whether a rule of higher rank fits, so that this one decides nothing either way.
    pub(crate) fn is_behind<R: Ord>(&self, hits: &[Hit], rank: &dyn Fn(usize) -> R) -> bool {
        let own = (rank(self.rule), self.rule);
        hits.iter().any(|hit| (rank(hit.rule), hit.rule) < own)
    }
}

pub(crate) fn no(place: &str, reason: impl Into<String>) -> RuleError {
    RuleError::Table { place: place.to_owned(), reason: reason.into() }
}

fn not_allowed(name: &str, allowed: &[Value]) -> RuleError {
    let allowed = allowed.iter().map(Value::to_string).collect::<Vec<_>>().join("、");
    RuleError::Value { name: name.to_owned(), reason: format!("不在允许的值里，请给其中之一：{allowed}") }
}

/// What is said where null is tested by a cell that does not ask for it.
pub(crate) const NULL_TESTED: &str = "条件的值是空（null），这一格没有问空值；请给出这个值，或在格子里写明 null";

/// Whether a value fits a cell. Of null nothing is known, so only a cell that asks for it can tell; a cell that gives
/// null for a value that is there is a mistake, never a quiet no.
fn fits(test: &Test, scope: &FeelScope, value: &Feel, place: &dyn Fn() -> String) -> Result<Option<bool>, RuleError> {
    let mut context = FeelContext::default();
    context.set_entry(&Name::from(TESTED), value.clone());
    scope.push(context);
    let answer = call(&test.evaluator, scope);
    let why = match &answer {
        Ok(Feel::Null(_)) if !value.is_null() => blame::why(&test.tree, scope),
        _ => None,
    };
    scope.pop();
    match answer.map_err(|error| error.at(place()))? {
        Feel::Boolean(fits) => Ok(Some(fits)),
        Feel::Null(_) if value.is_null() => Ok(None),
        Feel::Null(reason) => {
            let (value, reason) = (cut(written(value)), why.unwrap_or_else(|| because(reason)));
            Err(no(&place(), format!("“{}”与值 {value} 比不了，请检查类型（{reason}）", test.text)))
        }
        other => Err(no(&place(), format!("“{}”要得出 true 或 false，现在得出的是{}", test.text, blame::kind(&other)))),
    }
}

fn result(output: &Output, evaluator: &Evaluator, scope: &FeelScope, place: &str) -> Result<Value, RuleError> {
    let place = format!("{place}“{}”", output.label);
    let value = call(evaluator, scope).map_err(|error| error.at(&place))?;
    if !is_of(output.kind, &value) {
        return Err(no(&place, format!("要得出{}，现在得出的是{}", output.kind.zh(), blame::kind(&value))));
    }
    let value = to_json(&value).map_err(|error| error.at(&place))?;
    if !output.allowed.is_empty() && !value.is_null() && !output.allowed.contains(&value) {
        return Err(not_allowed(&output.label, &output.allowed).at(&place));
    }
    Ok(value)
}

/// The name of the tested value in a cell.
pub(crate) const TESTED: &str = "?";
