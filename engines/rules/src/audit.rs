//! 发布前核对 · overlaps, gaps and dead rules of decision tables, found before they bind anybody (A2.3, F025, H13).
//!
//! The literals of a column cut its values into stretches on which every cell says the same, so one value of each stretch
//! stands for all of it. The cells are run on these values, and whatever is found comes with the values that show it. Each
//! cell is run only where its own bounds lie, and what rules share is found by their bounds in order: a table of thousands
//! of rules takes about n log n for one condition, and what lies apart in one is never compared in another.

mod confirm;
mod cuts;
mod dimension;
mod linear;
mod reach;
mod search;

use std::collections::{BTreeSet, HashMap, HashSet};

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelNumber, FeelScope, FeelType, Name};
use dsntk_feel_evaluator::limits::{Ran, part, strictly};
use dsntk_feel_parser::AstNode;
use serde::Serialize;
use serde_json::{Map, Value};

use self::cuts::{Cuts, Operands, is_whole, neighbours};
pub(crate) use self::cuts::{numbers, texts};
use self::dimension::{Dimension, Rules};
use self::linear::{Linear, Path};
use self::reach::Reach;
use self::search::{Bounds, Doubt, Never, Work};
use crate::error::listed;
use crate::expression::prepare;
use crate::guard::{children, is_constant, names};
use crate::model::Moment;
use crate::model::grid::{Cell, Column, Grid, with_tested};
use crate::table::HitPolicy;
use crate::{MAX_STEPS, Model, RuleError};

/// The most findings of each kind that are told of one table.
const MOST: usize = 20;
/// The most choices of values for variables that cells compare with.
const MAX_CHOICES: usize = 8;
/// The most stretches of one variable that cells compare with.
const MAX_STRETCHES: usize = 64;

/// The day on which a table that asks for today is tried.
const DAY: &str = "2025-08-20";

/// What is wrong with one table. Nothing is, when all lists are empty and `unchecked` is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Audit {
    /// The decision or business knowledge model the table belongs to.
    pub table: String,
    /// Names in it that nothing gives a value, each with its place.
    pub unknown: Vec<String>,
    /// Cells that say something else than they seem to, and results that say nothing.
    pub cells: Vec<Misread>,
    /// Two rules that fit the same values where one alone may: under UNIQUE, and under ANY when they say different things.
    pub overlaps: Vec<Overlap>,
    /// Values no rule fits, where the table has no default. COLLECT as a list or COUNT, RULE ORDER and OUTPUT ORDER may find
    /// nothing; a note tells when.
    pub gaps: Vec<Gap>,
    /// Rules that can never decide.
    pub dead: Vec<Dead>,
    /// What could not be told from the values tried: there may be an overlap, a gap or a dead rule, and none was shown.
    pub undecided: Vec<Undecided>,
    /// Where the table was only tried on some values: a finding is true, but there may be more.
    pub notes: Vec<String>,
    /// Why the table could not be checked to the end.
    pub unchecked: Option<String>,
}

/// A cell that says something else than it seems to: it is no test of its column, or no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misread {
    /// The rule, from 1; none where it is what a column allows, or how results are taken together.
    pub rule: Option<usize>,
    /// Heading of the column.
    pub column: String,
    /// The cell as it is written.
    pub cell: String,
    /// What it says, and what to write instead.
    pub reason: String,
}

/// Two rules fitting at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlap {
    /// Their numbers, from 1.
    pub rules: [usize; 2],
    /// Values of the conditions that both fit, by variable, or by heading where the condition is an expression.
    pub witness: Map<String, Value>,
}

/// Values that no rule fits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// By variable, or by heading where the condition is an expression.
    pub witness: Map<String, Value>,
}

/// A rule that never decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dead {
    /// Its number, from 1.
    pub rule: usize,
    /// The rules before it, or of higher priority, that take all it fits; none if no value fits it at all.
    pub hidden_by: Vec<usize>,
    /// The same in words.
    pub reason: String,
}

/// What the check cannot tell, though the table can be run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Undecided {
    /// The rule, from 1, whose cell computes with the value it tests; none where it is the allowed values of a condition, or
    /// several conditions at once.
    pub rule: Option<usize>,
    /// Headings of the conditions.
    pub conditions: Vec<String>,
    /// The cell as it is written.
    pub cell: Option<String>,
    /// What may be wrong, why it cannot be told, and what to write instead.
    pub reason: String,
}

impl Audit {
    /// Whether the table may bind.
    pub fn is_clean(&self) -> bool {
        let found = self.unknown.len()
            + self.cells.len()
            + self.overlaps.len()
            + self.gaps.len()
            + self.dead.len()
            + self.undecided.len();
        found == 0 && self.unchecked.is_none()
    }

    /// What stands in the way of publication, a sentence each, in the words of an official.
    pub fn findings(&self) -> Vec<String> {
        let cells = self.cells.iter().map(|Misread { rule, column, reason, .. }| match rule {
            Some(rule) => format!("写法：第 {rule} 条规则“{column}”，{reason}"),
            None => format!("写法：“{column}”，{reason}"),
        });
        let overlaps = self.overlaps.iter().map(|Overlap { rules: [one, other], witness }| {
            format!("重叠：第 {one} 条和第 {other} 条规则同时适用，例如 {}", told(witness))
        });
        let gaps = self.gaps.iter().map(|gap| format!("空缺：没有一条规则适用，例如 {}", told(&gap.witness)));
        let dead = self.dead.iter().map(|dead| format!("无用：第 {} 条规则永远用不到，{}", dead.rule, dead.reason));
        let undecided = self.undecided.iter().map(|undecided| format!("不能断定：{}", undecided.reason));
        let unchecked = self.unchecked.iter().map(|why| format!("没有核对完：{why}"));
        self.unknown
            .iter()
            .cloned()
            .chain(cells)
            .chain(overlaps)
            .chain(gaps)
            .chain(dead)
            .chain(undecided)
            .chain(unchecked)
            .collect()
    }
}

/// Values as a person reads them: `面积 = 50，来源 = "租赁"`.
pub fn told(values: &Map<String, Value>) -> String {
    if values.is_empty() {
        return "任何情形".to_owned();
    }
    values.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join("，")
}

/// Checks every decision table of a DMN text.
///
/// # Errors
///
/// What [`Model::parse`] refuses: a text that is no DMN, or that does not fit together.
pub fn audit(dmn_xml: &str) -> Result<Vec<Audit>, RuleError> {
    Model::parse(dmn_xml).map(|model| model.audit())
}

impl Model {
    /// Checks every decision table of the model, and the names in everything else.
    pub fn audit(&self) -> Vec<Audit> {
        let mut functions = FeelContext::default();
        for (name, function) in self.functions() {
            functions.set_entry(name, function.clone());
        }
        let mut audits: Vec<Audit> = self.grids().iter().map(|(_, grid)| one(grid, &functions)).collect();
        for (called, unknown) in self.unknown() {
            let at = audits.iter().position(|audit| audit.table == *called).unwrap_or_else(|| {
                audits.push(Audit { table: called.clone(), ..Audit::default() });
                audits.len() - 1
            });
            audits[at].unknown.push(unknown.to_string());
        }
        audits
    }
}

fn one(grid: &Grid, functions: &FeelContext) -> Audit {
    let cell = |misread: &crate::model::grid::Misread| Misread {
        rule: misread.rule,
        column: misread.column.clone(),
        cell: misread.cell.clone(),
        reason: misread.reason.clone(),
    };
    let cells = grid.misread.iter().take(MOST).map(cell).collect();
    let mut audit = Audit { table: grid.called.clone(), cells, ..Audit::default() };
    // Of what a table says that is not what it seems to say, overlaps and gaps would mislead.
    if grid.misread.iter().any(|misread| misread.stops) {
        audit.unchecked = Some("请先改好上面的格子，再核对重叠和空缺".to_owned());
        return audit;
    }
    for (at, column) in grid.columns.iter().enumerate() {
        if grid.columns[..at].iter().any(|before| before.text == column.text) {
            audit.notes.push(format!("“{}”写了不止一列，同一条规则的几格都要符合", column.text));
        }
    }
    let run = || {
        let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| look(grid, functions, &mut audit)));
        found.unwrap_or(Err("规则引擎出了故障".to_owned()))
    };
    let moment = Moment::parse(DAY).ok().map(Moment::pair);
    // What a decision takes as unknown is unknown here too.
    let (found, ran) = strictly(|| dsntk_feel_evaluator::limits::within(20 * MAX_STEPS, moment, run));
    match ran {
        // What ran out of steps seems to fit nothing: only what two rules were seen to fit holds.
        Ran::OutOfSteps => Audit {
            table: audit.table,
            cells: audit.cells,
            overlaps: audit.overlaps,
            unchecked: Some("格子里的算式太费力，请简化".to_owned()),
            ..Audit::default()
        },
        _ => Audit { unchecked: found.err(), ..audit },
    }
}

fn look(grid: &Grid, functions: &FeelContext, audit: &mut Audit) -> Result<(), String> {
    let Choices { all: choices, exact } = choices(grid, functions, &mut audit.notes);
    let mut work = Work::default();
    let mut dead: Option<Vec<(usize, Never)>> = None;
    let may_be_empty =
        matches!(grid.policy, HitPolicy::Collect | HitPolicy::RuleOrder | HitPolicy::OutputOrder | HitPolicy::Count);
    let (mut empty, mut doubt) = (None, Doubt::default());
    for choice in choices {
        let scope = FeelScope::from(functions.clone());
        scope.push(choice.clone());
        let dimensions = dimensions(grid, &scope, &choice, exact, &mut audit.notes)?;
        let bounds = Bounds::new(grid, &scope, &choice, &dimensions);
        bounds.overlaps(&mut audit.overlaps, &mut doubt, &mut work)?;
        if !may_be_empty && audit.gaps.is_empty() {
            audit.gaps = bounds.gaps(MOST, &mut doubt, &mut work)?;
            audit.gaps.extend(bounds.without_value(&mut doubt));
        } else if may_be_empty && empty.is_none() {
            // Nothing found is an answer of such a table; that it cannot be looked for is no fault of it.
            empty = bounds.gaps(1, &mut Doubt::default(), &mut Work::default()).unwrap_or_default().pop();
            audit.gaps.extend(bounds.without_value(&mut doubt));
        }
        if !may_be_empty {
            bounds.doubtful_gaps(&mut doubt, &mut work)?;
        }
        bounds.doubtful_overlaps(&audit.overlaps, &mut doubt, &mut work)?;
        if grid.policy == HitPolicy::Priority {
            doubt.ranked.extend((0..grid.rules.len()).filter(|rule| !grid.rules[*rule].trees.iter().all(is_constant)));
        }
        let now = bounds.dead(&mut work)?;
        bounds.doubtful_dead(&now, &mut doubt, &mut work)?;
        doubt.computing.extend(bounds.computing());
        dead = Some(match dead {
            Some(before) => {
                let mut now: HashMap<usize, Never> = now.into_iter().collect();
                before.into_iter().filter_map(|(rule, never)| Some((rule, never.and(now.remove(&rule)?)))).collect()
            }
            None => now,
        });
    }
    if let Some(gap) = empty {
        let nothing = if grid.policy == HitPolicy::Count { "0" } else { "空的列表" };
        audit.notes.push(format!("有的值没有一条规则适用，结果是{nothing}，例如 {}", told(&gap.witness)));
    }
    let (untried, dead): (Vec<_>, Vec<_>) = dead.into_iter().flatten().partition(|(_, never)| matches!(never, Never::Untried));
    audit.dead = dead.iter().take(MOST).filter_map(|(rule, never)| why_dead(grid, *rule, never)).collect();
    if !untried.is_empty() {
        let rules: Vec<usize> = untried.iter().take(MOST).map(|(rule, _)| rule + 1).collect();
        audit.notes.push(format!("第 {} 条规则在试过的值上用不到，别的值上也许用得到，请人工核对", listed(&rules)));
        doubt.dead = true;
    }
    audit.undecided = undecided(grid, &doubt, &audit.overlaps, &audit.gaps);
    Ok(())
}

/// What stays open, told by the cells that compute, and by the conditions that are tied to one another.
fn undecided(grid: &Grid, doubt: &Doubt, overlaps: &[Overlap], gaps: &[Gap]) -> Vec<Undecided> {
    let may = |overlap: bool, gap: bool, dead: bool| {
        let all = [(overlap, "重叠"), (gap, "没有规则管的值"), (dead, "用不到的规则")];
        all.iter().filter(|(may, _)| *may).map(|(_, what)| *what).collect::<Vec<_>>().join("、")
    };
    let what = may(doubt.overlap, doubt.gap && gaps.is_empty(), doubt.dead);
    let mut found: Vec<Undecided> = Vec::new();
    if !what.is_empty() {
        for (rule, column) in &doubt.computing {
            let Column { label, allowed, .. } = &grid.columns[*column];
            let cell = rule.map_or(allowed.as_ref(), |rule| grid.rules[rule].cells[*column].as_ref());
            let Some(cell) = cell.map(|cell| cell.text.clone()) else { continue };
            let place = match rule {
                Some(rule) => format!("第 {} 条规则“{label}”一格 {cell}", rule + 1),
                None => format!("“{label}”允许的值 {cell}"),
            };
            let reason = format!(
                "{place} 要算了才知道合不合，只在部分值上试过，不知道有没有{what}；请改写成区间或列出的值，或者把算式写进这一列的条件"
            );
            found.push(Undecided { rule: rule.map(|rule| rule + 1), conditions: vec![label.clone()], cell: Some(cell), reason });
        }
    }
    let what = may(doubt.tied_overlap && overlaps.is_empty(), doubt.tied_gap && gaps.is_empty(), doubt.tied_dead);
    if !what.is_empty() {
        let conditions: Vec<String> = doubt.tied.iter().map(|column| grid.columns[*column].label.clone()).collect();
        let named = conditions.iter().map(|label| format!("“{label}”")).collect::<Vec<_>>().join("、");
        let reason = match conditions.as_slice() {
            [_] => format!("{named}要由变量算出，未必取得到试过的值，也许有的值算不出，不知道有没有{what}；请改用变量本身作条件"),
            _ => {
                format!("{named}由同样的变量算出，未必会同时取试过的值，不知道有没有{what}；请改用变量本身作条件，或者合并成一列")
            }
        };
        found.push(Undecided { rule: None, conditions, cell: None, reason });
    }
    found.extend(doubt.differing.iter().map(|(one, other)| Undecided {
        rule: Some(one + 1),
        conditions: Vec::new(),
        cell: None,
        reason: format!(
            "第 {} 条和第 {} 条规则同时适用时，结果要算了才知道是否一样，只在部分值上试过；请把两条的结果写成一样，或者改成互不重叠",
            one + 1,
            other + 1
        ),
    }));
    found.extend(doubt.ranked.iter().map(|rule| Undecided {
        rule: Some(rule + 1),
        conditions: Vec::new(),
        cell: None,
        reason: format!("第 {} 条规则的结果要算了才知道排在第几，不知道有没有用不到的规则；请写成允许值里的一个", rule + 1),
    }));
    found.truncate(MOST);
    found
}

/// The literals that results compare or compute with; where they change, results of rules that must agree may differ.
fn result_cuts<'g>(grid: &'g Grid, cuts: &mut Cuts<'g>, scope: &FeelScope) {
    if grid.policy != HitPolicy::Any {
        return;
    }
    let uncertain = cuts.uncertain;
    for tree in grid.rules.iter().flat_map(|rule| &rule.trees).filter(|tree| !is_constant(tree)) {
        literals(tree, cuts, scope);
    }
    cuts.uncertain = uncertain;
}

fn literals<'g>(tree: &'g AstNode, cuts: &mut Cuts<'g>, scope: &FeelScope) {
    match tree {
        AstNode::String(_) | AstNode::Numeric(..) | AstNode::At(_) => cuts.operand(tree, scope),
        AstNode::FunctionInvocation(..) if is_constant(tree) => cuts.operand(tree, scope),
        other => children(other).into_iter().for_each(|child| literals(child, cuts, scope)),
    }
}

fn why_dead(grid: &Grid, rule: usize, never: &Never) -> Option<Dead> {
    Some(match never {
        Never::Untried => return None,
        Never::Nowhere(condition) => {
            let Condition { columns, key, .. } = &conditions(grid)[*condition];
            let cells = columns.iter().filter_map(|column| grid.rules[rule].cells[*column].as_ref());
            let cells = cells.map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("、");
            let known = known_values(grid, &conditions(grid)[*condition]).filter(|known| known.len() <= 12);
            let reason = match known {
                Some(known) => {
                    let known = known.iter().map(|value| crate::value::shown(value).to_string()).collect::<Vec<_>>().join("、");
                    format!("“{key}”只会是 {known}，没有一个值符合 {cells}，请改这一格")
                }
                None => format!("“{key}”没有一个值符合 {cells}，请改这一格"),
            };
            Dead { rule: rule + 1, hidden_by: Vec::new(), reason }
        }
        Never::Hidden(by) => {
            let hidden_by: Vec<usize> = by.members().map(|other| other + 1).collect();
            let others = listed(&hidden_by);
            let reason = match grid.policy {
                HitPolicy::Priority => format!(
                    "第 {others} 条规则的结果排在前面，已经管了它的全部情形；请删去，或在 outputValues 里把它的结果移到前面"
                ),
                _ => format!("第 {others} 条规则已经管了它的全部情形，请删去或移到前面"),
            };
            Dead { rule: rule + 1, hidden_by, reason }
        }
    })
}

/// Values for the variables that cells compare with.
struct Choices {
    all: Vec<FeelContext>,
    /// Whether they stand for all values there are.
    exact: bool,
}

/// Values for the variables that cells compare with, such as the day in `> day - duration("P18Y")`.
fn choices(grid: &Grid, functions: &FeelContext, notes: &mut Vec<String>) -> Choices {
    let mut mentioned = BTreeSet::new();
    let cells = grid.rules.iter().flat_map(|rule| rule.cells.iter().flatten());
    let allowed = grid.columns.iter().filter_map(|column| column.allowed.as_ref());
    cells.chain(allowed).for_each(|cell| names(&cell.tree, &mut mentioned));
    let asks_day = mentioned.contains("today") || mentioned.contains("now");
    if asks_day {
        notes.push(format!("格子里用到 today() 或 now()，按 {DAY} 试"));
    }
    let mut choices = vec![FeelContext::default()];
    let compared = |(name, _): &&(Name, FeelType)| mentioned.contains(name.as_str()) && !functions.contains_entry(name);
    let variables: Vec<&(Name, FeelType)> = grid.names.iter().filter(compared).collect();
    if let [(name, kind)] = variables.as_slice()
        && !asks_day
        && let Some(values) = every_stretch(grid, name, kind, functions)
    {
        let with = |value| {
            let mut choice = FeelContext::default();
            choice.set_entry(name, value);
            choice
        };
        return Choices { all: values.into_iter().map(with).collect(), exact: true };
    }
    for (name, kind) in variables {
        let samples = samples(kind);
        notes.push(if samples.is_empty() {
            format!("格子里用到“{name}”，不知道它的类型，按空值试；请写明 typeRef")
        } else {
            let samples = samples.iter().map(Feel::to_string).collect::<Vec<_>>().join("、");
            format!("格子里用到“{name}”，按 {samples} 试")
        });
        let with = |choice: &FeelContext, sample: Feel| {
            let mut choice = choice.clone();
            choice.set_entry(name, sample);
            choice
        };
        let samples = if samples.is_empty() { vec![Feel::Null(None)] } else { samples };
        choices = choices
            .iter()
            .flat_map(|choice| samples.iter().map(|sample| with(choice, sample.clone())).collect::<Vec<_>>())
            .collect();
        choices.truncate(MAX_CHOICES);
    }
    Choices { all: choices, exact: false }
}

/// One value of every stretch that a table cuts the values of a variable into, where its cells compare with that variable itself
/// and nothing else is computed from it: then it does not matter which value of a stretch is tried. `None` where it may.
fn every_stretch(grid: &Grid, name: &Name, kind: &FeelType, functions: &FeelContext) -> Option<Vec<Feel>> {
    if !matches!(kind, FeelType::Number | FeelType::String | FeelType::Boolean)
        || conditions(grid).iter().any(|condition| condition.folded)
    {
        return None;
    }
    let scope = FeelScope::from(functions.clone());
    let mut cuts = Vec::new();
    for (at, column) in grid.columns.iter().enumerate() {
        let cells = grid.rules.iter().filter_map(|rule| rule.cells[at].as_ref()).chain(&column.allowed);
        let (mut own, mut seen) = (Cuts { numeric: *kind == FeelType::Number, ..Cuts::default() }, HashSet::new());
        cells.filter(|cell| seen.insert(cell.text.as_str())).for_each(|cell| own.add(cell, &scope));
        let mentions = |tree: &AstNode| {
            let mut mentioned = BTreeSet::new();
            names(tree, &mut mentioned);
            mentioned.contains(name.as_str())
        };
        let is_it = variable(column).is_some_and(|variable| variable == name);
        if !is_it && mentions(&column.tree) {
            return None;
        }
        let is_compared = own.operands.iter().any(|operand| mentions(operand));
        if !is_it && !is_compared && !seen_in(grid, at, &mentions) {
            continue;
        }
        let is_plain = |operand: &&AstNode| !mentions(operand) || matches!(operand, AstNode::Name(_));
        let is_fit = declared(grid, column) == *kind && variable(column).is_some() && !own.uncertain;
        if !is_fit || !own.operands.iter().all(is_plain) || *kind == FeelType::String && own.orders {
            return None;
        }
        cuts.extend(own.values);
    }
    cuts.retain(|value| value.type_of() == *kind);
    let mut values = match kind {
        FeelType::Boolean => samples(kind),
        FeelType::Number if cuts.is_empty() => samples(kind),
        FeelType::Number => numbers(&cuts, false),
        _ => texts(cuts, false),
    };
    let own = grid.columns.iter().filter(|column| variable(column).is_some_and(|variable| variable == name));
    for allowed in own.filter_map(|column| column.allowed.as_ref()) {
        values.retain(|value| with_tested(&scope, value, || allowed.fits(&scope)));
    }
    (!values.is_empty() && values.len() <= MAX_STRETCHES).then_some(values)
}

/// Whether a cell of a column mentions something.
fn seen_in(grid: &Grid, column: usize, mentions: &dyn Fn(&AstNode) -> bool) -> bool {
    let cells = grid.rules.iter().filter_map(|rule| rule.cells[column].as_ref()).chain(&grid.columns[column].allowed);
    cells.into_iter().any(|cell| mentions(&cell.tree))
}

/// Some values of a type.
fn samples(kind: &FeelType) -> Vec<Feel> {
    let texts: &[&str] = match kind {
        FeelType::Date => &[DAY, "2024-02-29"],
        FeelType::DateTime => &["2025-08-20T09:00:00"],
        FeelType::Time => &["09:00:00"],
        FeelType::DaysAndTimeDuration => &["P20D"],
        FeelType::YearsAndMonthsDuration => &["P18Y"],
        FeelType::String => &["甲"],
        FeelType::Boolean => return vec![Feel::Boolean(true), Feel::Boolean(false)],
        FeelType::Number => return vec![Feel::Number(1.into()), Feel::Number(100.into())],
        _ => &[],
    };
    texts.iter().filter_map(|text| crate::value::xsd(kind, text)).collect()
}

/// A condition: its columns, which have this very expression, and how a witness calls it.
struct Condition {
    columns: Vec<usize>,
    key: String,
    /// The variable it is.
    about: Option<Path>,
    /// Whether its columns are computed from that variable, each in its own way that can be turned round.
    folded: bool,
}

fn conditions(grid: &Grid) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    for (at, column) in grid.columns.iter().enumerate() {
        let same = |condition: &&mut Condition| grid.columns[condition.columns[0]].text == column.text;
        match conditions.iter_mut().find(same) {
            Some(condition) => condition.columns.push(at),
            None => {
                let key = if variable(column).is_some() { column.text.clone() } else { column.label.clone() };
                let about = linear::variable(grid, &column.tree);
                conditions.push(Condition { columns: vec![at], key, about, folded: false });
            }
        }
    }
    fold(grid, conditions)
}

/// Puts conditions that are linear in one and the same variable together into one condition of that variable.
fn fold(grid: &Grid, conditions: Vec<Condition>) -> Vec<Condition> {
    let mut folded: Vec<Condition> = Vec::new();
    let own = |condition: &Condition| lines(grid, &condition.columns).map(|(path, _)| path);
    for condition in conditions {
        let path = own(&condition);
        match folded.iter_mut().find(|before| path.is_some() && own(before) == path) {
            Some(before) => {
                before.columns.extend(condition.columns);
                before.key = path.iter().flatten().map(Name::to_string).collect::<Vec<_>>().join(".");
                (before.about, before.folded) = (path, true);
            }
            None => folded.push(condition),
        }
    }
    folded
}

/// The one variable that columns of numbers are linear in, and how each is computed from it.
fn lines(grid: &Grid, columns: &[usize]) -> Option<(Path, Vec<Linear>)> {
    let line = |column: &usize| {
        let column = &grid.columns[*column];
        let is_number = declared(grid, column) == FeelType::Number;
        let read = || Linear::read(&column.tree, &|tree| linear::variable(grid, tree), &linear::written);
        is_number.then(read).flatten()
    };
    let lines = columns.iter().map(line).collect::<Option<Vec<_>>>()?;
    let path = lines.first()?.only()?.0.clone();
    lines.iter().all(|line| line.only().is_some_and(|(own, _)| *own == path)).then_some((path, lines))
}

fn dimensions(
    grid: &Grid,
    scope: &FeelScope,
    choice: &FeelContext,
    exact: bool,
    notes: &mut Vec<String>,
) -> Result<Vec<Dimension>, String> {
    let mut tries = 0;
    let dimension = |condition: Condition| {
        let fixed = condition.about.as_ref().and_then(|path| choice.search_deep(path));
        let values = match fixed {
            Some(value) => vec![value.clone()],
            None => values(grid, &condition, scope, notes),
        };
        let (sampled, computing) = sampled(grid, &condition, scope, choice, exact);
        Dimension::new(grid, scope, condition, values, sampled, computing, &mut tries)
    };
    conditions(grid).into_iter().map(dimension).collect()
}

/// The variable a column is about, when its expression is a variable alone.
fn variable(column: &Column) -> Option<&Name> {
    match &column.tree {
        AstNode::Name(name) => Some(name),
        _ => None,
    }
}

/// The type of a column, or of the variable that it is.
fn declared(grid: &Grid, column: &Column) -> FeelType {
    let known = |name: &Name| grid.names.iter().find(|(known, _)| known == name).map(|(_, kind)| kind.clone());
    match (&column.kind, variable(column)) {
        (FeelType::Any, Some(name)) => known(name).unwrap_or(FeelType::Any),
        (kind, _) => kind.clone(),
    }
}

/// Rules, and the column that a cell of theirs computes in; no rule where it is the allowed values that compute.
type Computing = Vec<(Option<usize>, usize)>;

/// The rules whose cells of a condition may fit elsewhere than on the values tried: they compute with the value, or compare
/// it with a variable that is tried on a few values too. With them those cells. `exact` tells that the variable has been given
/// all values that matter.
fn sampled<'g>(
    grid: &'g Grid,
    condition: &Condition,
    scope: &FeelScope,
    choice: &FeelContext,
    exact: bool,
) -> (Rules, Computing) {
    let first = &grid.columns[condition.columns[0]];
    let kind = declared(grid, first);
    let is_number = kind == FeelType::Number;
    let is_simple = !matches!(kind, FeelType::List(_) | FeelType::Context(_) | FeelType::Range(_) | FeelType::Function(..));
    let is_chosen = !exact && condition.about.as_ref().is_some_and(|path| choice.search_deep(path).is_some());
    let is_whole = kind == FeelType::Boolean || !condition.folded && all_listed(grid, condition, scope).is_some();
    let mut known: HashMap<&str, Operands> = HashMap::new();
    let mut operands = |cell: &'g Cell| {
        let own = *known.entry(&cell.text).or_insert_with(|| Operands::of(cell, scope, choice, exact, is_number));
        // What is run on every value there is needs no trying.
        Operands { uncertain: own.uncertain && !is_whole, ..own }
    };
    let mut all = Operands::default();
    let mut computing = Computing::new();
    for column in &condition.columns {
        if let Some(cell) = &grid.columns[*column].allowed {
            let own = operands(cell);
            all = all.and(own);
            computing.extend(own.uncertain.then_some((None, *column)));
        }
    }
    let is_everywhere = !is_simple || is_chosen || all.computed || all.uncertain || all.shifted;
    let mut rules = Rules::none(grid.rules.len());
    for (at, rule) in grid.rules.iter().enumerate() {
        let mut own: Option<Operands> = None;
        for column in &condition.columns {
            let Some(cell) = &rule.cells[*column] else { continue };
            let of_cell = operands(cell);
            computing.extend(of_cell.uncertain.then_some((Some(at), *column)));
            own = Some(own.map_or(of_cell, |own| own.and(of_cell)));
        }
        if own.is_some_and(|own| is_everywhere || own.computed || own.uncertain || own.shifted) {
            rules.insert(at);
        }
        all = own.map_or(all, |own| all.and(own));
    }
    // Where every cell is a day so long before or after one and the same day, it does not matter which that is.
    let is_shifted = !is_everywhere && !all.computed && !all.uncertain && !all.plain;
    if !is_shifted && !is_chosen {
        let compares = |own: Operands| (own.computed || own.shifted) && !own.uncertain;
        for column in &condition.columns {
            let cells = grid.rules.iter().enumerate().map(|(at, rule)| (Some(at), &rule.cells[*column]));
            let cells = cells.chain([(None, &grid.columns[*column].allowed)]);
            let cells = cells.filter_map(|(at, cell)| Some((at, cell.as_ref()?)));
            computing.extend(cells.filter(|(_, cell)| compares(operands(cell))).map(|(at, _)| (at, *column)));
        }
    }
    (if is_shifted { Rules::none(grid.rules.len()) } else { rules }, computing)
}

/// All the values a condition may have, where they are listed.
fn all_listed(grid: &Grid, condition: &Condition, scope: &FeelScope) -> Option<Vec<Feel>> {
    let allowed = condition.columns.iter().find_map(|column| grid.columns[*column].allowed.as_ref());
    let known = known_values(grid, condition);
    let listed = allowed.and_then(|cell| listed_values(cell, scope));
    match (listed, known) {
        (Some(listed), Some(known)) => Some(listed.into_iter().filter(|value| known.contains(value)).collect()),
        (Some(listed), None) => Some(listed),
        (None, Some(mut known)) => {
            known.retain(|value| allowed.is_none_or(|allowed| with_tested(scope, value, || allowed.fits(scope))));
            Some(known)
        }
        (None, None) => None,
    }
}

/// All the values that a condition can come to whatever its column allows: the results of the decision that it is, or what it is
/// computed to.
fn known_values(grid: &Grid, condition: &Condition) -> Option<Vec<Feel>> {
    let column = &grid.columns[condition.columns[0]];
    let of_decision = |name: &Name| grid.known.iter().find(|(known, _)| known == name).map(|(_, values)| values.clone());
    variable(column).and_then(of_decision).or_else(|| Reach::of(grid, &column.tree)?.all)
}

/// Values of the variable that columns are computed from: one of every stretch that the cells of all of them cut it into.
fn folded_values(grid: &Grid, condition: &Condition, scope: &FeelScope, notes: &mut Vec<String>) -> Vec<Feel> {
    let Some((_, lines)) = lines(grid, &condition.columns) else { return Vec::new() };
    let mut cut = Vec::new();
    for (column, line) in condition.columns.iter().zip(&lines) {
        let mut cuts = Cuts { numeric: true, ..Cuts::default() };
        let mut seen = HashSet::new();
        let cells = grid.rules.iter().filter_map(|rule| rule.cells[*column].as_ref());
        for cell in cells.chain(&grid.columns[*column].allowed).filter(|cell| seen.insert(cell.text.as_str())) {
            cuts.add(cell, scope);
        }
        if cuts.uncertain {
            notes.push(format!("“{}”的格子里有算式，只在部分值上试过", grid.columns[*column].label));
        }
        let turned = cuts.values.iter().filter_map(|value| {
            let Feel::Number(value) = value else { return None };
            let root = Linear { constant: line.constant - *value, ..line.clone() }.root()?;
            (root.abs() < FeelNumber::infinite()).then_some(Feel::Number(root))
        });
        cut.extend(turned);
    }
    let mut values = numbers(&cut, false);
    values.retain(|value| {
        condition.columns.iter().all(|column| {
            let Some(allowed) = &grid.columns[*column].allowed else { return true };
            let value = computed(grid, condition, *column, scope, value);
            with_tested(scope, &value, || allowed.fits(scope))
        })
    });
    values
}

/// The value of a column where the variable it is computed from has this one.
fn computed(grid: &Grid, condition: &Condition, column: usize, scope: &FeelScope, value: &Feel) -> Feel {
    let Some(path) = &condition.about else { return value.clone() };
    let mut context = FeelContext::default();
    context.create_entries(path, value.clone());
    scope.push(context);
    let computed = part(MAX_STEPS, || (grid.columns[column].value)(scope));
    scope.pop();
    computed
}

/// One value of every stretch that the cells of a condition cut its values into.
fn values(grid: &Grid, condition: &Condition, scope: &FeelScope, notes: &mut Vec<String>) -> Vec<Feel> {
    if condition.folded {
        return folded_values(grid, condition, scope, notes);
    }
    let first = &grid.columns[condition.columns[0]];
    let kind = declared(grid, first);
    let allowed = condition.columns.iter().find_map(|column| grid.columns[*column].allowed.as_ref());
    let mut cuts = Cuts { numeric: kind == FeelType::Number, ..Cuts::default() };
    let mut seen = HashSet::new();
    let cells = condition.columns.iter().flat_map(|column| grid.rules.iter().filter_map(|rule| rule.cells[*column].as_ref()));
    for cell in cells.chain(allowed) {
        if seen.insert(cell.text.as_str()) {
            cuts.add(cell, scope);
        }
    }
    if let Some(listed) = all_listed(grid, condition, scope) {
        return listed;
    }
    result_cuts(grid, &mut cuts, scope);
    if cuts.uncertain && kind != FeelType::Boolean {
        notes.push(format!("“{}”的格子里有算式，只在部分值上试过", condition.key));
    }
    let reach = Reach::of(grid, &first.tree);
    cuts.values.extend(reach.iter().flat_map(|reach| reach.cuts.clone()));
    let kinds = match kind {
        FeelType::Any => {
            let mut kinds: Vec<FeelType> = Vec::new();
            for kind in cuts.values.iter().map(Feel::type_of) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            if kinds.is_empty() { vec![FeelType::Any] } else { kinds }
        }
        kind => vec![kind],
    };
    let mut values = Vec::new();
    for kind in kinds {
        let cut: Vec<Feel> = cuts.values.iter().filter(|value| value.type_of() == kind).cloned().collect();
        values.extend(match kind {
            FeelType::Boolean => vec![Feel::Boolean(true), Feel::Boolean(false)],
            FeelType::Number if cuts.uncertain => {
                // Where a cell computes, what is small is worth a try besides.
                let small = [FeelNumber::zero(), FeelNumber::one(), -FeelNumber::one()].map(Feel::Number);
                numbers(&cut, is_whole(&first.tree)).into_iter().chain(small).collect()
            }
            FeelType::Number => numbers(&cut, is_whole(&first.tree)),
            FeelType::String => texts(cut, cuts.orders),
            kind => neighbours(cut, &kind),
        });
    }
    if let Some(allowed) = allowed {
        values.retain(|value| with_tested(scope, value, || allowed.fits(scope)));
    }
    values.retain(|value| reach.as_ref().is_none_or(|reach| reach.may(value)));
    values
}

/// The values that a list of allowed ones names; `None` if it is anything but a list of plain values.
fn listed_values(allowed: &Cell, scope: &FeelScope) -> Option<Vec<Feel>> {
    let AstNode::In(_, tests) = &allowed.tree else { return None };
    let AstNode::ExpressionList(tests) = tests.as_ref() else { return None };
    let plain = |test: &AstNode| matches!(test, AstNode::String(_) | AstNode::Numeric(..) | AstNode::Boolean(_));
    if !tests.iter().all(plain) {
        return None;
    }
    tests.iter().map(|test| prepare(test).ok().map(|value| part(MAX_STEPS, || value(scope)))).collect()
}

#[cfg(test)]
mod naive;
