//! 表格 · a decision table inside a graph, with the meaning the standard gives it: a cell that is not true does not fit,
//! and nothing fitting is null. A decision is stricter: what a cell says of null must be written in it. `Table` is the
//! stricter reader of a file that holds one table.

use std::sync::Arc;

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelScope, FeelType, Name};
use dsntk_feel_evaluator::limits::{part, spend, strict, strictly};
use dsntk_feel_parser::AstNode;
use roxmltree::Node;

use super::build::{Reader, name};
use super::types::Type;
use super::{Step, trace};
use crate::blame::prepared;
use crate::cell::Asked;
use crate::dmn::{MAX_CELLS, ONE_COLUMN, UNORDERED, contradicts, hit_policy, one_name_each, same_kind, unsummed};
use crate::error::{because, cut, ours, said};

use crate::expression::prepare;
use crate::guard::is_constant;
use crate::outcome::{Given, Wrong, wrong};
use crate::table::{Doubt, Hit, HitPolicy, NULL_TESTED, RuleRef, TESTED, Tried, no};
use crate::value::{shown, written};
use crate::xml::{child, children, described, inner_text};
use crate::{Kind, MAX_STEPS, RuleError, blame};

pub(crate) struct Grid {
    pub(crate) called: String,
    pub(crate) policy: HitPolicy,
    pub(crate) columns: Vec<Column>,
    pub(crate) results: Vec<Outcome>,
    pub(crate) rules: Vec<Row>,
    /// The names the table sees, with their types.
    pub(crate) names: Vec<(Name, FeelType)>,
    /// Of decisions that it rests on, all the results they can have, where they are known.
    pub(crate) known: Vec<(Name, Vec<Feel>)>,
    /// Cells that say something else than they seem to.
    pub(crate) misread: Vec<Misread>,
}

/// A cell that says something else than it seems to.
pub(crate) struct Misread {
    /// The rule, from 1; none where it is what a column allows, or the table.
    pub(crate) rule: Option<usize>,
    /// The heading.
    pub(crate) column: String,
    pub(crate) cell: String,
    pub(crate) reason: String,
    /// Whether no decision can rest on it.
    pub(crate) stops: bool,
}

impl Misread {
    /// Where it stands in a table: `“罚款”第 1 条规则“年龄”`.
    pub(crate) fn place(&self, called: &str) -> String {
        match self.rule {
            Some(rule) => format!("“{called}”第 {rule} 条规则“{}”", self.column),
            None => format!("“{called}”的“{}”", self.column),
        }
    }
}

/// A column of conditions.
pub(crate) struct Column {
    pub(crate) label: String,
    pub(crate) text: String,
    pub(crate) tree: AstNode,
    pub(crate) kind: FeelType,
    pub(crate) value: Evaluator,
    pub(crate) allowed: Option<Cell>,
}

/// A column of results.
pub(crate) struct Outcome {
    pub(crate) name: Name,
    pub(crate) kind: Arc<Type>,
    pub(crate) allowed: Option<Evaluator>,
    pub(crate) kept: Option<Evaluator>,
    pub(crate) default: Option<Evaluator>,
    /// The result that is given where no rule fits, as it was read.
    pub(crate) default_tree: Option<AstNode>,
    /// The allowed values as written.
    listed: Option<String>,
}

pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) tree: AstNode,
    pub(crate) test: Evaluator,
}

pub(crate) struct Row {
    pub(crate) description: String,
    pub(crate) cells: Vec<Option<Cell>>,
    pub(crate) results: Vec<Evaluator>,
    /// The results as they were read.
    pub(crate) trees: Vec<AstNode>,
}

impl Outcome {
    /// The heading.
    fn heading(&self) -> String {
        if self.name.as_str().is_empty() { "结果".to_owned() } else { self.name.to_string() }
    }

    /// Whether the column takes a value.
    fn takes(&self, value: &Feel) -> bool {
        let is_kept = |kept: &Evaluator| {
            let scope = FeelScope::default();
            with_tested(&scope, value, || kept(&scope).is_true())
        };
        self.kept.as_ref().is_none_or(is_kept) && !self.kind.fit(value.clone()).is_null()
    }

    /// What is wrong with a result that is written there.
    fn wrong(&self, text: &str, tree: &AstNode, reader: &Reader) -> Option<Wrong> {
        let kind = Kind::of_feel(&self.kind.feel);
        let takes = |value: &Feel| self.takes(value);
        let allowed = self.listed.as_deref().map(|listed| (listed, &takes as &dyn Fn(&Feel) -> bool));
        wrong(&Given { text, tree, kind, known: &|name| reader.kind(name), allowed }, &|text| reader.reads(text, kind))
    }

    /// A result as the column allows and declares it, null with the reason where it does not.
    fn given(&self, value: Feel, scope: &FeelScope) -> Feel {
        match &self.kept {
            Some(kept) if !with_tested(scope, &value, || kept(scope).is_true()) => {
                let value = cut(written(&value));
                Feel::Null(Some(said(format!("结果“{}”是 {value}，不在这一列允许的值里", self.name))))
            }
            _ => self.typed(value),
        }
    }

    /// The value as the column declares it; null with the reason when it is of another type.
    fn typed(&self, value: Feel) -> Feel {
        match self.kind.fit(value.clone()) {
            Feel::Null(reason) if !value.is_null() => {
                let value = cut(written(&value));
                Feel::Null(Some(said(format!("结果“{}”用不了 {value}：{}", self.name, because(reason)))))
            }
            fitted => fitted,
        }
    }
}

impl Cell {
    /// The cell, and why it is no test of its column.
    fn read(text: String, column: Asked, reader: &Reader, place: &str) -> Result<(Option<Cell>, Option<String>), RuleError> {
        Ok(match reader.cell(&text, column, place)? {
            Some((test, tree, misread)) => (Some(Cell { text, tree, test }), misread),
            None => (None, None),
        })
    }

    /// Whether the value fits; no cell takes more steps than a decision may. The scope must have the tested value as `?`.
    pub(crate) fn fits(&self, scope: &FeelScope) -> bool {
        part(MAX_STEPS, || (self.test)(scope).is_true())
    }

    /// Whether a strict decision cannot tell if null fits.
    pub(crate) fn is_open(&self, scope: &FeelScope, null: &Feel) -> bool {
        !matches!(with_tested(scope, null, || part(MAX_STEPS, || (self.test)(scope))), Feel::Boolean(_))
    }

    /// Whether the value fits, or why a strict decision cannot tell.
    fn says(&self, scope: &FeelScope, value: &Feel) -> Result<bool, String> {
        match with_tested(scope, value, || (self.test)(scope)) {
            Feel::Boolean(fits) => Ok(fits),
            other if !strict() => Ok(other.is_true()),
            _ if value.is_null() => Err(match value {
                // The column itself came to nothing, and says why.
                Feel::Null(Some(reason)) if ours(reason) => because(Some(reason.clone())),
                _ => NULL_TESTED.to_owned(),
            }),
            Feel::Null(reason) => {
                Err(with_tested(scope, value, || blame::why(&self.tree, scope)).unwrap_or_else(|| because(reason)))
            }
            other => Err(format!("要得出 true 或 false，现在得出的是{}", blame::kind(&other))),
        }
    }
}

impl Grid {
    pub(crate) fn read(
        table: Node,
        called: &str,
        reader: &Reader,
        mut kind: impl FnMut(Option<&str>) -> Result<Arc<Type>, RuleError>,
    ) -> Result<Grid, RuleError> {
        let policy = hit_policy(table)?;
        let scope = &reader.scope;
        let contexts = scope.contexts();
        let names = contexts.iter().flat_map(|context| {
            let seen = |(name, value): (&Name, &Feel)| {
                let kind = if let Feel::FeelType(kind) = value { kind.clone() } else { FeelType::Any };
                (name.clone(), kind)
            };
            context.iter().map(seen).collect::<Vec<_>>()
        });
        let names: Vec<(Name, FeelType)> = names.collect();
        let mut tested = FeelContext::default();
        tested.set_null(Name::from(TESTED));
        let (mut columns, mut kinds, mut misread) = (Vec::new(), Vec::new(), Vec::new());
        for (at, input) in children(table, "input").enumerate() {
            let place = format!("“{called}”第 {} 个条件", at + 1);
            let asked = child(input, "inputExpression");
            let text = asked.and_then(inner_text).unwrap_or_default();
            let tree = reader.expression(&text, &place)?;
            let declared = kind(asked.and_then(|asked| asked.attribute("typeRef"))).map_err(|error| error.at(&place))?;
            let allowed = child(input, "inputValues").and_then(inner_text);
            scope.push(tested.clone());
            let known = |name: &Name| names.iter().find(|(known, _)| known == name).map(|(_, kind)| kind);
            let own = match (&declared.feel, &tree) {
                (FeelType::Any, AstNode::Name(name)) => known(name).unwrap_or(&FeelType::Any),
                (declared, _) => declared,
            };
            let own = Kind::of_feel(own);
            let column = Asked { text: &text, tree: &tree, kind: own };
            let allowed = allowed.map(|text| Cell::read(text, column, reader, &place)).transpose();
            scope.pop();
            let (allowed, wrong) = allowed?.unwrap_or_default();
            let label = input.attribute("label").filter(|label| !label.trim().is_empty()).unwrap_or(&text).to_owned();
            if let Some(reason) = contradicts(&text, &tree, Kind::of_feel(&declared.feel), &|name| reader.kind(name)) {
                misread.push(Misread { rule: None, column: label.clone(), cell: text.clone(), reason, stops: true });
            }
            if let (Some(reason), Some(Cell { text, .. })) = (wrong, &allowed) {
                misread.push(Misread { rule: None, column: label.clone(), cell: text.clone(), reason, stops: true });
            }
            kinds.push(own);
            columns.push(Column { label, kind: declared.feel.clone(), value: prepared(&tree)?, tree, text, allowed });
        }
        let mut results = Vec::new();
        for (at, output) in children(table, "output").enumerate() {
            let place = format!("“{called}”第 {} 列结果", at + 1);
            let declared = kind(output.attribute("typeRef")).map_err(|error| error.at(&place))?;
            let values = child(output, "outputValues").and_then(inner_text).filter(|text| !text.is_empty());
            // What the type allows comes in an order too.
            let allowed = match values.as_ref().or(declared.listed.as_ref()) {
                Some(text) => Some(prepare(&reader.expression(&format!("[{text}]"), &place)?)?),
                None => None,
            };
            let listed = values.clone().or_else(|| declared.listed.clone());
            scope.push(tested.clone());
            let kept = values.map(|text| reader.test(&text, &place)).transpose();
            scope.pop();
            let text = child(output, "defaultOutputEntry").and_then(inner_text);
            let read = text.as_ref().map(|text| result(text, &declared, reader, &place)).transpose()?;
            let (default, default_tree) = read.unzip();
            let name = name(output.attribute("name").unwrap_or_default());
            let kept = kept?.flatten().map(|(test, _)| test);
            let column = Outcome { name, kind: declared, allowed, kept, default, default_tree, listed };
            if let (Some(text), Some(tree)) = (text, &column.default_tree)
                && let Some(Wrong { reason, misleads }) = column.wrong(&text, tree, reader)
            {
                let reason = format!("默认值：{reason}");
                misread.push(Misread { rule: None, column: column.heading(), cell: text, reason, stops: misleads });
            }
            results.push(column);
        }
        if results.is_empty() {
            return Err(no(&format!("“{called}”"), "没有结果列，请至少写一列 output"));
        }
        one_name_each(results.iter().map(|column| column.name.as_str()), &format!("“{called}”"))?;
        if matches!(policy, HitPolicy::Priority | HitPolicy::OutputOrder) && results.iter().all(|result| result.allowed.is_none())
        {
            return Err(no(&format!("“{called}”"), UNORDERED));
        }
        let (mut rules, mut broken): (Vec<Row>, Vec<RuleError>) = (Vec::new(), Vec::new());
        for (at, rule) in children(table, "rule").enumerate() {
            let place = format!("“{called}”第 {} 条规则", at + 1);
            let of = |heading: &str| format!("“{called}”第 {} 条规则“{heading}”", at + 1);
            let (asked, given): (Vec<Node>, Vec<Node>) =
                (children(rule, "inputEntry").collect(), children(rule, "outputEntry").collect());
            if asked.len() != columns.len() || given.len() != results.len() {
                let reason = format!("要有 {} 个条件格和 {} 个结果格，请补齐", columns.len(), results.len());
                return Err(no(&place, reason));
            }
            if (at + 1) * (columns.len() + results.len()) > MAX_CELLS {
                return Err(no(&format!("“{called}”"), format!("超过 {MAX_CELLS} 格，请拆成几张表")));
            }
            scope.push(tested.clone());
            let mut cells = Vec::new();
            for ((cell, column), kind) in asked.into_iter().zip(&columns).zip(&kinds) {
                let text = inner_text(cell).unwrap_or_default();
                let asked = Asked { text: &column.text, tree: &column.tree, kind: *kind };
                match Cell::read(text, asked, reader, &of(&column.label)) {
                    Ok((cell, reason)) => {
                        if let (Some(reason), Some(cell)) = (reason, &cell) {
                            let (column, cell) = (column.label.clone(), cell.text.clone());
                            misread.push(Misread { rule: Some(at + 1), column, cell, reason, stops: true });
                        }
                        cells.push(cell);
                    }
                    Err(error) => broken.push(error),
                }
            }
            scope.pop();
            let given: Vec<_> = given.into_iter().map(|cell| inner_text(cell).unwrap_or_default()).zip(&results).collect();
            let mut own = Vec::new();
            for (text, column) in &given {
                let heading = if results.len() > 1 { of(column.name.as_str()) } else { of("结果") };
                match result(text, &column.kind, reader, &heading) {
                    Ok(result) => {
                        if let Some(Wrong { reason, misleads }) = column.wrong(text, &result.1, reader) {
                            let (rule, column, cell) = (Some(at + 1), column.heading(), text.clone());
                            misread.push(Misread { rule, column, cell, reason, stops: misleads });
                        }
                        own.push(result);
                    }
                    Err(error) => broken.push(error),
                }
            }
            if broken.is_empty() && own.iter().all(|(_, tree)| *tree == AstNode::Null) {
                let column = given.iter().map(|(_, column)| column.name.to_string()).collect::<Vec<_>>().join("、");
                let column = if column.is_empty() { "结果".to_owned() } else { column };
                let reason = "结果写的是 null，这条规则什么也不决定；请写出一个值，如 \"无\" 或 0".to_owned();
                misread.push(Misread { rule: Some(at + 1), column, cell: "null".to_owned(), reason, stops: false });
            }
            let (results, trees) = own.into_iter().unzip();
            rules.push(Row { description: described(rule), cells, results, trees });
        }
        // Whoever mends what cannot be read mends what reads otherwise in the same round.
        if !broken.is_empty() {
            broken.extend(
                misread.iter().filter(|misread| misread.stops).map(|misread| no(&misread.place(called), misread.reason.clone())),
            );
        }
        RuleError::all(broken)?;
        let first = rules.iter().filter_map(|rule| rule.trees.first());
        if let Some(reason) = unsummed(policy, Kind::of_feel(&results[0].kind.feel), first) {
            let column = results[0].heading();
            misread.push(Misread { rule: None, column, cell: "COLLECT".to_owned(), reason, stops: true });
        }
        if matches!(policy, HitPolicy::Sum | HitPolicy::Min | HitPolicy::Max) && results.len() > 1 {
            let (column, reason) = (results[1].heading(), ONE_COLUMN.to_owned());
            misread.push(Misread { rule: None, column, cell: "COLLECT".to_owned(), reason, stops: true });
        }
        Ok(Grid { called: called.to_owned(), policy, columns, results, rules, names, known: Vec::new(), misread })
    }

    /// What is said where the results of the table are of another type than the decision that it stands for.
    pub(crate) fn agrees_with(&mut self, decision: &FeelType) {
        use HitPolicy::*;
        let decision = Kind::of_feel(decision);
        let own = match self.policy {
            Unique | First | Any | Priority if self.results.len() == 1 => Kind::of_feel(&self.results[0].kind.feel),
            Count => Kind::Number,
            _ => Kind::Any,
        };
        if decision != Kind::Any && own != Kind::Any && own != decision {
            let (own, decision) = (own.name(), decision.name());
            let reason = format!("这一列是{own}，决策的变量却是{decision}，得不出结果；请把类型改成一样");
            let column = self.results[0].heading();
            self.misread.push(Misread { rule: None, column, cell: self.called.clone(), reason, stops: true });
        }
    }

    /// All the results it can have, where they are known: those its rules name, or those it allows.
    pub(crate) fn outcomes(&self) -> Option<Vec<Feel>> {
        use HitPolicy::*;
        let ([column], Unique | First | Any | Priority) = (self.results.as_slice(), self.policy) else { return None };
        let run = |evaluator: &Evaluator| strictly(|| part(MAX_STEPS, || evaluator(&FeelScope::default())));
        let written = self.rules.iter().map(|rule| (&rule.results[0], &rule.trees[0]));
        let written = written.chain(column.default.as_ref().zip(column.default_tree.as_ref()));
        let mut all: Vec<Feel> = if written.clone().all(|(_, tree)| is_constant(tree)) {
            written.map(|(result, _)| strictly(|| column.given(run(result), &FeelScope::default()))).collect()
        } else {
            match run(column.allowed.as_ref().filter(|_| column.kept.is_some())?) {
                Feel::List(values) => values,
                _ => return None,
            }
        };
        all.retain(|value| !value.is_null());
        let is_plain = |value: &Feel| matches!(value, Feel::String(_) | Feel::Number(_) | Feel::Boolean(_) | Feel::Date(_));
        let mut known: Vec<Feel> = Vec::new();
        for value in all {
            if !is_plain(&value) {
                return None;
            }
            if !known.contains(&value) {
                known.push(value);
            }
        }
        Some(known)
    }

    /// The value of the table; null with a reason when it has none.
    pub(crate) fn value(&self, scope: &FeelScope) -> Feel {
        let (mut tried, mut seen) = (Vec::new(), Vec::new());
        let decided = self.decided(scope, &mut tried, &mut seen);
        let (value, hits, refused) = match decided {
            Ok((value, hits)) => (value, hits, None),
            Err(no) => (Feel::Null(Some(said(no.reason()))), Vec::new(), Some(no)),
        };
        trace::add(|| Step {
            table: self.called.clone(),
            matched: hits.iter().map(|at| RuleRef { index: at + 1, description: self.rules[*at].description.clone() }).collect(),
            tried,
            seen: self.columns.iter().zip(&seen).map(|(column, value)| (column.label.clone(), shown(value))).collect(),
            refused,
        });
        value
    }

    /// The value and the rules it rests on. `tried` and `seen` tell how far it came.
    pub(crate) fn decided(
        &self,
        scope: &FeelScope,
        tried: &mut Vec<Tried>,
        seen: &mut Vec<Feel>,
    ) -> Result<(Feel, Vec<usize>), RuleError> {
        for (at, column) in self.columns.iter().enumerate() {
            let value = (column.value)(scope);
            seen.push(value.clone());
            // A null that a cell asks for is for that cell to tell.
            let asks = |rule: &Row| rule.cells[at].as_ref().is_some_and(|cell| cell.says(scope, &value) == Ok(true));
            if let Some(allowed) = &column.allowed
                && !with_tested(scope, &value, || allowed.fits(scope))
                && !(strict() && value.is_null() && self.rules.iter().any(asks))
            {
                let value = cut(written(&value));
                return Err(RuleError::Null(format!("“{}”的值 {value} 不在允许的值 {} 里", column.label, allowed.text)));
            }
        }
        let (mut hits, mut doubts): (Vec<Hit>, Vec<(Doubt, RuleError)>) = (Vec::new(), Vec::new());
        for (at, rule) in self.rules.iter().enumerate() {
            if !spend(1 + self.columns.len() as u64) {
                return Err(RuleError::TooMuch);
            }
            let (mut stopped_by, mut doubt, mut asks) = (None, None, Vec::new());
            let mut unknown: Option<Vec<&str>> = Some(Vec::new());
            for ((column, cell), value) in self.columns.iter().zip(&rule.cells).zip(seen.iter()) {
                let Some(cell) = cell else { continue };
                match cell.says(scope, value) {
                    Ok(true) if value.is_null() => asks.push(column.text.as_str()),
                    Ok(true) => {}
                    Ok(false) => {
                        stopped_by = Some((column.label.clone(), cell.text.clone()));
                        break;
                    }
                    Err(why) => {
                        unknown = unknown.filter(|_| value.is_null());
                        unknown.iter_mut().for_each(|unknown| unknown.push(&column.text));
                        doubt = doubt.or(Some((column, cell, why)));
                    }
                }
            }
            if stopped_by.is_none()
                && let Some((column, cell, why)) = doubt
            {
                let no = RuleError::Null(format!("第 {} 条规则的“{}”{}：{why}", at + 1, column.label, cell.text));
                stopped_by = Some((column.label.clone(), cell.text.clone()));
                doubts.push((Doubt { rule: at, unknown: unknown.unwrap_or_default() }, no));
            } else if stopped_by.is_none() {
                hits.push(Hit { rule: at, asks });
            }
            let hit = stopped_by.is_none();
            tried.push(Tried { index: at + 1, stopped_by });
            if hit && self.policy == HitPolicy::First {
                break;
            }
        }
        let rank = |rule| self.rank(&self.given(rule, scope), scope);
        let open = doubts.iter().position(|(doubt, _)| {
            let is_behind = || self.policy == HitPolicy::Priority && doubt.is_behind(&hits, &rank);
            !doubt.is_settled(&hits) && !is_behind()
        });
        if let Some(open) = open {
            let (Doubt { rule, .. }, no) = doubts.swap_remove(open);
            tried.truncate(rule);
            return Err(no);
        }
        let hits = hits.iter().map(|hit| hit.rule).collect();
        self.outcome(hits, scope)
    }

    /// The value, and the rules it rests on.
    fn outcome(&self, mut hits: Vec<usize>, scope: &FeelScope) -> Result<(Feel, Vec<usize>), RuleError> {
        use HitPolicy::*;
        if hits.is_empty() {
            if self.results.iter().all(|result| result.default.is_some()) {
                // The standard does not ask whether a default is allowed; a decision does.
                let given =
                    |column: &Outcome, default: Feel| if strict() { column.given(default, scope) } else { column.typed(default) };
                let row = self.results.iter().filter_map(|column| Some(given(column, column.default.as_ref()?(scope))));
                return Ok((self.row(row.collect()), hits));
            }
            return match self.policy {
                Count => Ok((Feel::Number(0.into()), hits)),
                RuleOrder | OutputOrder | Collect => Ok((Feel::List(Vec::new()), hits)),
                _ => Err(RuleError::NoRule),
            };
        }
        let numbers = |hits: &[usize]| hits.iter().map(|at| at + 1).collect::<Vec<_>>();
        if self.policy == Unique && hits.len() > 1 {
            return Err(RuleError::SeveralRules(numbers(&hits)));
        }
        let mut rows: Vec<Vec<Feel>> = hits.iter().map(|at| self.given(*at, scope)).collect();
        if matches!(self.policy, Priority | OutputOrder) {
            let ranks: Vec<Vec<usize>> = rows.iter().map(|row| self.rank(row, scope)).collect();
            let mut order: Vec<usize> = (0..rows.len()).collect();
            order.sort_by(|a, b| ranks[*a].cmp(&ranks[*b]));
            (rows, hits) = order.into_iter().map(|at| (rows[at].clone(), hits[at])).unzip();
        }
        let singles = |rows: &[Vec<Feel>]| rows.iter().filter_map(|row| row.first().cloned()).collect::<Vec<_>>();
        let value = match self.policy {
            Unique | First | Priority => {
                hits.truncate(1);
                self.row(rows.swap_remove(0))
            }
            Any if rows.iter().any(|row| *row != rows[0]) => return Err(RuleError::DifferingRules(numbers(&hits))),
            Any => self.row(rows.swap_remove(0)),
            RuleOrder | OutputOrder | Collect => Feel::List(rows.into_iter().map(|row| self.row(row)).collect()),
            Count => Feel::Number(hits.len().into()),
            Sum | Min | Max if self.results.len() > 1 => {
                return Err(RuleError::Null(ONE_COLUMN.to_owned()));
            }
            Sum => dsntk_feel_evaluator::evaluate_sum(singles(&rows)),
            Min => dsntk_feel_evaluator::evaluate_min(singles(&rows)),
            Max => dsntk_feel_evaluator::evaluate_max(singles(&rows)),
        };
        Ok((value, hits))
    }

    /// The results of a rule, each null when it is not among the allowed ones or of another type.
    pub(crate) fn given(&self, rule: usize, scope: &FeelScope) -> Vec<Feel> {
        let results = self.rules[rule].results.iter().zip(&self.results);
        results.map(|(result, column)| column.given(result(scope), scope)).collect()
    }

    /// The places of results among the allowed ones; first comes first.
    pub(crate) fn rank(&self, row: &[Feel], scope: &FeelScope) -> Vec<usize> {
        let place = |(value, column): (&Feel, &Outcome)| match column.allowed.as_ref().map(|allowed| allowed(scope)) {
            Some(Feel::List(order)) => order.iter().position(|allowed| allowed == value).unwrap_or(order.len()),
            _ => 0,
        };
        row.iter().zip(&self.results).map(place).collect()
    }

    fn row(&self, mut row: Vec<Feel>) -> Feel {
        if self.results.len() == 1 {
            return row.pop().unwrap_or(Feel::Null(None));
        }
        let mut context = FeelContext::default();
        for (column, value) in self.results.iter().zip(row) {
            context.set_entry(&column.name, value);
        }
        Feel::Context(context)
    }
}

/// A result. A literal of another type than its column's is a mistake that shows before anything is decided.
fn result(text: &str, kind: &Type, reader: &Reader, place: &str) -> Result<(Evaluator, AstNode), RuleError> {
    let kind = Kind::of_feel(&kind.feel);
    let tree = reader.result(text, kind, place)?;
    same_kind(kind, &tree, text, place, &|text| reader.reads(text, kind))?;
    Ok((prepared(&tree)?, tree))
}

/// Runs with the value as `?`.
pub(crate) fn with_tested<T>(scope: &FeelScope, value: &Feel, run: impl FnOnce() -> T) -> T {
    let mut context = FeelContext::default();
    context.set_entry(&Name::from(TESTED), value.clone());
    scope.push(context);
    let result = run();
    scope.pop();
    result
}
