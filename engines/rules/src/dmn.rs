//! 读表 · a decision table from DMN XML, read strictly (H13): a cell that could never match is a mistake of the table
//! and is told while it is loaded, not discovered years later as a decision nobody meant.

use std::collections::BTreeMap;

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelScope, Name};
use dsntk_feel_parser::AstNode;
use roxmltree::Node;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::blame::prepared;
use crate::cell::{Asked, Place, Reads, misspelt, of_another_kind, reads_otherwise};
use crate::error::cut;
use crate::expression::{Grammar, call, parse, parsed, prepare};
use crate::guard;
use crate::outcome::{Given, kind_of, wrong};
use crate::table::{Column, HitPolicy, Input, Output, OutputColumn, Rule, TESTED, Table, Test, Variable, no};
use crate::value::to_json;
use crate::xml::{child, children, described, inner_text, text_of};
use crate::{Kind, RuleError, xml};

/// The most cells of a table.
pub(crate) const MAX_CELLS: usize = 20_000;

/// What is said where nothing tells which result comes first.
pub(crate) const UNORDERED: &str = "PRIORITY 和 OUTPUT ORDER 按结果列的允许值排序，请写出 outputValues";

/// What is said where several columns of results are to be summed.
pub(crate) const ONE_COLUMN: &str = "汇总的表只能有一列结果，请拆成几张表";

/// Reads and checks a whole file.
pub(crate) fn read(dmn_xml: &str) -> Result<Table, RuleError> {
    let document = xml::definitions(dmn_xml)?;
    let root = document.root_element();
    let decisions: Vec<Node> = children(root, "decision").collect();
    let [decision] = decisions.as_slice() else {
        return Err(no("文件", format!("要有且只有一个 decision，现在有 {} 个，请拆成几个文件", decisions.len())));
    };
    let Some(table) = child(*decision, "decisionTable") else {
        return Err(no("文件", "这个 decision 里没有 decisionTable，请改用决策表"));
    };
    Reader { types: item_types(root)? }.table(dmn_xml, root, *decision, table)
}

/// A named type of the file: its base and the values it allows.
type ItemTypes = BTreeMap<String, (Kind, Option<String>)>;

fn item_types(root: Node) -> Result<ItemTypes, RuleError> {
    let mut types = ItemTypes::new();
    for item in children(root, "itemDefinition") {
        let name = item.attribute("name").unwrap_or_default().to_owned();
        let base = child(item, "typeRef").map(text_of).unwrap_or_default();
        let kind = match Kind::of_type_ref(&base) {
            Some(kind) if children(item, "itemComponent").next().is_none() => kind,
            _ => Kind::Any,
        };
        types.insert(name, (kind, child(item, "allowedValues").and_then(inner_text)));
    }
    Ok(types)
}

struct Reader {
    types: ItemTypes,
}

impl Reader {
    fn table(&self, text: &str, root: Node, decision: Node, table: Node) -> Result<Table, RuleError> {
        let hit_policy = hit_policy(table)?;
        let clauses: Vec<Node> = children(table, "input").collect();
        let mut variables = self.declared(root)?;
        for clause in &clauses {
            self.undeclared(*clause, &mut variables)?;
        }
        let mut context = FeelContext::default();
        for variable in &variables {
            context.set_null(Name::from(variable.name.as_str()));
        }
        context.set_null(Name::from(TESTED));
        let scope = FeelScope::from(context);
        let known = |name: &str| variables.iter().any(|variable| variable.name == name);
        let kinds = |name: &Name| variables.iter().find(|variable| variable.name == name.as_str()).map(|variable| variable.kind);
        let cells = Cells { scope: &scope, known: &known, kinds: &kinds };

        let mut inputs = Vec::new();
        for (at, clause) in clauses.iter().enumerate() {
            inputs.push(self.input(*clause, at + 1, &cells, &variables)?);
        }
        let name = decision.attribute("name").unwrap_or("decision").to_owned();
        let mut outputs = Vec::new();
        let output_clauses: Vec<Node> = children(table, "output").collect();
        let named = child(decision, "variable").and_then(|variable| variable.attribute("name")).unwrap_or(&name);
        for (at, clause) in output_clauses.iter().enumerate() {
            outputs.push(self.output(*clause, at + 1, (output_clauses.len() == 1).then_some(named), &cells)?);
        }
        if outputs.is_empty() {
            return Err(no("", "没有结果列，请至少写一列 output"));
        }
        one_name_each(outputs.iter().map(|column| column.shown.name.as_str()), "")?;
        if matches!(hit_policy, HitPolicy::Sum | HitPolicy::Min | HitPolicy::Max | HitPolicy::Count) && outputs.len() > 1 {
            return Err(no("", ONE_COLUMN));
        }
        if matches!(hit_policy, HitPolicy::Priority | HitPolicy::OutputOrder)
            && outputs.iter().all(|column| column.allowed.is_empty())
        {
            return Err(no("", UNORDERED));
        }
        let (mut rules, mut broken) = (Vec::new(), Vec::new());
        for (at, rule) in children(table, "rule").enumerate() {
            if (at + 1) * (inputs.len() + outputs.len()) > MAX_CELLS {
                return Err(no("", format!("超过 {MAX_CELLS} 格，请拆成几张表")));
            }
            match read_rule(rule, at + 1, &inputs, &outputs, &cells) {
                Ok(rule) => rules.push(rule),
                Err(error) => broken.push(error),
            }
        }
        RuleError::all(broken)?;
        if let Some(what) = unsummed(hit_policy, outputs[0].shown.kind, rules.iter().map(|rule| &rule.trees[0])) {
            return Err(no("", what));
        }
        if rules.is_empty() {
            return Err(no("", "没有规则，请至少写一条"));
        }
        let hash = hex::encode(Sha256::digest(text.as_bytes()));
        Ok(Table { hash, name, hit_policy, variables, inputs, outputs, rules })
    }

    /// The type a reference names, and the text of the values it allows.
    fn kind(&self, type_ref: Option<&str>, place: &str) -> Result<(Kind, Option<String>), RuleError> {
        let type_ref = type_ref.unwrap_or_default();
        if let Some(kind) = Kind::of_type_ref(type_ref) {
            return Ok((kind, None));
        }
        let found = self.types.get(type_ref).cloned();
        found.ok_or_else(|| no(place, format!("没有“{type_ref}”这个类型，请用 string、number、boolean、date 等，或先定义它")))
    }

    fn declared(&self, root: Node) -> Result<Vec<Variable>, RuleError> {
        let mut variables = Vec::new();
        for data in children(root, "inputData") {
            let variable = child(data, "variable");
            let name = variable.and_then(|v| v.attribute("name")).or(data.attribute("name")).unwrap_or_default();
            let place = format!("变量“{name}”");
            let (kind, allowed) = self.kind(variable.and_then(|v| v.attribute("typeRef")), &place)?;
            let allowed = allowed.map(|text| literals(&text, &place)).transpose()?.unwrap_or_default();
            variables.push(Variable { name: name.to_owned(), kind, allowed });
        }
        Ok(variables)
    }

    /// A column whose expression is one name declares it, where the file has no `inputData` for it.
    fn undeclared(&self, clause: Node, variables: &mut Vec<Variable>) -> Result<(), RuleError> {
        let Some(expression) = child(clause, "inputExpression") else {
            return Ok(());
        };
        let name = inner_text(expression).unwrap_or_default();
        let is_name = !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ' ')
            && !name.starts_with(|c: char| c.is_ascii_digit());
        if is_name && !variables.iter().any(|variable| variable.name == name) {
            let (kind, _) = self.kind(expression.attribute("typeRef"), &format!("条件“{name}”"))?;
            variables.push(Variable { name, kind, allowed: Vec::new() });
        }
        Ok(())
    }

    fn input(&self, clause: Node, number: usize, cells: &Cells, variables: &[Variable]) -> Result<Column, RuleError> {
        let expression = child(clause, "inputExpression");
        let name = expression.and_then(inner_text).unwrap_or_default();
        let place = format!("第 {number} 个条件“{name}”");
        let tree = cells.expression(&name, &place)?;
        let (mut kind, mut allowed) = self.kind(expression.and_then(|e| e.attribute("typeRef")), &place)?;
        // The type of what is asked counts; a column that says another would never match.
        if let Some(reason) = contradicts(&name, &tree, kind, cells.kinds) {
            return Err(no(&place, reason));
        }
        let declared = variables.iter().find(|variable| variable.name == name).map(|variable| variable.kind);
        kind = declared.filter(|kind| *kind != Kind::Any).unwrap_or(kind);
        if let Some(values) = child(clause, "inputValues").and_then(inner_text) {
            allowed = Some(values);
        }
        let test = match &allowed {
            Some(text) => cells.test(text, Asked { text: &name, tree: &tree, kind }, &format!("{place}的允许值"))?,
            None => None,
        };
        let label = clause.attribute("label").filter(|label| !label.trim().is_empty()).unwrap_or(&name).to_owned();
        let allowed = allowed.map(|text| literals(&text, &place).unwrap_or_default()).unwrap_or_default();
        Ok(Column { shown: Input { name, label, kind, allowed }, value: prepared(&tree)?, tree, allowed: test })
    }

    fn output(&self, clause: Node, number: usize, only: Option<&str>, cells: &Cells) -> Result<OutputColumn, RuleError> {
        let place = format!("第 {number} 列结果");
        let Some(name) = clause.attribute("name").filter(|name| !name.is_empty()).or(only) else {
            return Err(no(&place, "请写出 name"));
        };
        let (kind, mut allowed) = self.kind(clause.attribute("typeRef"), &place)?;
        if let Some(values) = child(clause, "outputValues").and_then(inner_text) {
            allowed = Some(values);
        }
        let allowed = allowed.map(|text| literal_trees(&text, &place)).transpose()?.unwrap_or_default();
        let evaluators = allowed.iter().map(prepare).collect::<Result<Vec<_>, _>>()?;
        let nothing = FeelScope::default();
        let values = evaluators.iter().map(|value| to_json(&call(value, &nothing)?)).collect::<Result<Vec<_>, _>>()?;
        let default = match child(clause, "defaultOutputEntry").and_then(inner_text) {
            Some(text) => {
                let place = format!("{place}的默认值");
                let tree = cells.result(&text, kind, &place)?;
                cells.given(&text, &tree, kind, &values, &place)?;
                Some(prepared(&tree)?)
            }
            None => None,
        };
        let label = clause.attribute("label").filter(|label| !label.trim().is_empty()).unwrap_or(name).to_owned();
        let shown = Output { name: name.to_owned(), label, kind, allowed: values };
        Ok(OutputColumn { shown, allowed: evaluators, default })
    }
}

fn read_rule(rule: Node, number: usize, inputs: &[Column], outputs: &[OutputColumn], cells: &Cells) -> Result<Rule, RuleError> {
    let place = |label: &str| format!("第 {number} 条规则“{label}”");
    let entries: Vec<Node> = children(rule, "inputEntry").collect();
    let results: Vec<Node> = children(rule, "outputEntry").collect();
    if entries.len() != inputs.len() || results.len() != outputs.len() {
        let reason = format!("要有 {} 个条件格和 {} 个结果格，请补齐", inputs.len(), outputs.len());
        return Err(no(&format!("第 {number} 条规则"), reason));
    }
    let mut tests = Vec::new();
    for (entry, column) in entries.iter().zip(inputs) {
        let text = inner_text(*entry).unwrap_or_default();
        let asked = Asked { text: &column.shown.name, tree: &column.tree, kind: column.shown.kind };
        tests.push(cells.test(&text, asked, &place(&column.shown.label))?);
    }
    let (mut values, mut trees, mut written) = (Vec::new(), Vec::new(), Vec::new());
    for (entry, column) in results.iter().zip(outputs) {
        let place = place(&column.shown.label);
        let text = inner_text(*entry).unwrap_or_default();
        if text.is_empty() || text == "-" {
            return Err(no(&place, "结果格请写出一个值"));
        }
        let tree = cells.result(&text, column.shown.kind, &place)?;
        cells.given(&text, &tree, column.shown.kind, &column.shown.allowed, &place)?;
        values.push(prepared(&tree)?);
        trees.push(tree);
        written.push(text);
    }
    Ok(Rule { description: described(rule), tests, results: values, trees, written })
}

/// Compiles cells with the variables of the table in scope.
struct Cells<'a> {
    scope: &'a FeelScope,
    known: &'a dyn Fn(&str) -> bool,
    /// The types of variables.
    kinds: &'a dyn Fn(&Name) -> Option<Kind>,
}

impl Cells<'_> {
    fn expression(&self, text: &str, place: &str) -> Result<AstNode, RuleError> {
        self.result(text, Kind::Number, place)
    }

    /// A result of a column of this type; the type tells which habits may be in it.
    fn result(&self, text: &str, kind: Kind, place: &str) -> Result<AstNode, RuleError> {
        if text.is_empty() {
            return Err(no(place, "请写出表达式"));
        }
        let reads = |text: &str| self.reads(text, kind);
        parse(Grammar::Expression, text, self.scope, self.known)
            .map_err(|error| meant(error, text, kind, Place::Value, place, &reads))
    }

    /// Refuses a result that gives nothing, or something else than it seems to.
    fn given(&self, text: &str, tree: &AstNode, kind: Kind, allowed: &[Value], place: &str) -> Result<(), RuleError> {
        let reads = |text: &str| self.reads(text, kind);
        same_kind(kind, tree, text, place, &reads)?;
        let listed = allowed.iter().map(Value::to_string).collect::<Vec<_>>().join("、");
        let is_allowed = |value: &Feel| to_json(value).is_ok_and(|value| allowed.contains(&value));
        let allowed = (!allowed.is_empty()).then_some((listed.as_str(), &is_allowed as &dyn Fn(&Feel) -> bool));
        let given = Given { text, tree, kind, known: self.kinds, allowed };
        wrong(&given, &reads).map_or(Ok(()), |wrong| Err(no(place, wrong.reason)))
    }

    /// Whether a text can be read as a result of a column of this type.
    fn reads(&self, text: &str, kind: Kind) -> bool {
        parsed(Grammar::Expression, text, self.scope).is_some_and(|tree| {
            let given = Given { text, tree: &tree, kind, known: self.kinds, allowed: None };
            guard::check_tree(&tree, self.known).is_ok()
                && same_kind(kind, &tree, text, "", &|_| true).is_ok()
                && wrong(&given, &|_| true).is_none()
        })
    }

    /// Whether a text can be read as a test of a column, and says nothing else than it seems to.
    fn tests(&self, text: &str, column: Asked) -> bool {
        let known = |name: &str| name == TESTED || (self.known)(name);
        parsed(Grammar::UnaryTests, text, self.scope).map(lifted).is_some_and(|tree| {
            guard::check_tree(&tree, &known).is_ok()
                && reads_otherwise(&tree, text, column, &|_| true).is_none()
                && !has_sunken_comparison(&tree)
        })
    }

    /// `None` for a cell that fits everything.
    fn test(&self, text: &str, column: Asked, place: &str) -> Result<Option<Test>, RuleError> {
        if text.is_empty() || text == "-" {
            return Ok(None);
        }
        let known = |name: &str| name == TESTED || (self.known)(name);
        let tree = parse(Grammar::UnaryTests, text, self.scope, &known);
        let reads = |text: &str| self.tests(text, column);
        let tree = lifted(tree.map_err(|error| meant(error, text, column.kind, Place::Test, place, &reads))?);
        if let Some(reason) = reads_otherwise(&tree, text, column, &reads) {
            return Err(no(place, reason));
        }
        if has_sunken_comparison(&tree) {
            let reason = format!("“{text}”这种写法不能用，请把算式放进括号，如 > (day - duration(\"P18Y\"))");
            return Err(no(place, reason));
        }
        let tree = over_tested(tree);
        guard::check_depth(&tree).map_err(|error| error.at(place))?;
        Ok(Some(Test { text: text.to_owned(), evaluator: prepare(&tree)?, tree }))
    }
}

/// What was meant by a text that cannot be read or names what nobody knows, where a habit is known in it.
pub(crate) fn meant(error: RuleError, text: &str, kind: Kind, place: Place, at: &str, reads: Reads) -> RuleError {
    let is_open = matches!(error, RuleError::Syntax(_) | RuleError::UnknownName(_));
    match is_open.then(|| misspelt(text, kind, place, reads)).flatten() {
        Some(reason) => no(at, reason),
        None => error.at(at),
    }
}

/// The parser reads `> day - p` as `(> day) - p`; the standard means `> (day - p)`. The comparison is lifted out of
/// the sum it sank into.
pub(crate) fn lifted(tree: AstNode) -> AstNode {
    use AstNode::*;
    let over = |a: Box<AstNode>, rebuilt: &dyn Fn(Box<AstNode>) -> AstNode| match lifted(*a) {
        UnaryGe(inner) => UnaryGe(Box::new(rebuilt(inner))),
        UnaryGt(inner) => UnaryGt(Box::new(rebuilt(inner))),
        UnaryLe(inner) => UnaryLe(Box::new(rebuilt(inner))),
        UnaryLt(inner) => UnaryLt(Box::new(rebuilt(inner))),
        UnaryEq(inner) => UnaryEq(Box::new(rebuilt(inner))),
        UnaryNe(inner) => UnaryNe(Box::new(rebuilt(inner))),
        other => rebuilt(Box::new(other)),
    };
    match tree {
        ExpressionList(all) => ExpressionList(all.into_iter().map(lifted).collect()),
        NegatedList(all) => NegatedList(all.into_iter().map(lifted).collect()),
        Add(a, b) => over(a, &|a| Add(a, b.clone())),
        Sub(a, b) => over(a, &|a| Sub(a, b.clone())),
        Mul(a, b) => over(a, &|a| Mul(a, b.clone())),
        Div(a, b) => over(a, &|a| Div(a, b.clone())),
        Exp(a, b) => over(a, &|a| Exp(a, b.clone())),
        Path(a, b) => over(a, &|a| Path(a, b.clone())),
        other => other,
    }
}

/// The tests of a cell as a condition over `?`. A test that has `?` in it is a condition of its own, under `not` and beside
/// others too; with any other the value is compared. The tested value is bound to `?` when a cell is run, so the column is not
/// worked out for every cell.
pub(crate) fn over_tested(tests: AstNode) -> AstNode {
    use AstNode::*;
    match tests {
        NegatedList(tests) if tests.iter().any(mentions_tested) => {
            let held = over_tested(ExpressionList(tests));
            FunctionInvocation(Box::new(AstNode::Name("not".into())), Box::new(PositionalParameters(vec![held])))
        }
        ExpressionList(tests) if tests.iter().any(mentions_tested) => {
            let (conditions, compared): (Vec<_>, Vec<_>) = tests.into_iter().partition(mentions_tested);
            let compared = (!compared.is_empty()).then(|| over_tested(ExpressionList(compared)));
            let either = conditions.into_iter().chain(compared).reduce(|one, other| Or(Box::new(one), Box::new(other)));
            either.unwrap_or(Null)
        }
        tests => In(Box::new(AstNode::Name(TESTED.into())), Box::new(tests)),
    }
}

/// Whether a comparison is left where a value belongs, so that the cell could never match.
fn has_sunken_comparison(tree: &AstNode) -> bool {
    use AstNode::*;
    let is_comparison =
        |node: &AstNode| matches!(node, UnaryGe(_) | UnaryGt(_) | UnaryLe(_) | UnaryLt(_) | UnaryEq(_) | UnaryNe(_));
    let takes_tests = matches!(tree, ExpressionList(_) | NegatedList(_) | CommaList(_) | List(_) | In(..));
    let inner = guard::children(tree);
    !takes_tests && inner.iter().any(|child| is_comparison(child)) || inner.into_iter().any(has_sunken_comparison)
}

pub(crate) fn mentions_tested(tree: &AstNode) -> bool {
    matches!(tree, AstNode::Name(name) | AstNode::QualifiedNameSegment(name) if name.as_str() == TESTED)
        || guard::children(tree).into_iter().any(mentions_tested)
}

/// Refuses a literal of another type than the column's: compared with it nothing is ever equal, and FEEL says so
/// by quietly not matching (H13).
pub(crate) fn same_kind(kind: Kind, tree: &AstNode, text: &str, place: &str, reads: Reads) -> Result<(), RuleError> {
    let mut kinds = Vec::new();
    literal_kinds(tree, &mut kinds);
    let Some(found) = kinds.into_iter().find(|found| kind != Kind::Any && *found != kind) else { return Ok(()) };
    let reason = misspelt(text, kind, Place::Value, reads);
    Err(no(place, reason.unwrap_or_else(|| of_another_kind(kind, found, &cut(text.to_owned()), Place::Value))))
}

/// The types of the literals a cell compares with; an operand whose type only its value tells is passed over.
pub(crate) fn literal_kinds(tree: &AstNode, kinds: &mut Vec<Kind>) {
    match tree {
        AstNode::ExpressionList(all) | AstNode::NegatedList(all) | AstNode::CommaList(all) => {
            all.iter().for_each(|one| literal_kinds(one, kinds));
        }
        AstNode::UnaryGe(a)
        | AstNode::UnaryGt(a)
        | AstNode::UnaryLe(a)
        | AstNode::UnaryLt(a)
        | AstNode::UnaryEq(a)
        | AstNode::UnaryNe(a)
        | AstNode::IntervalStart(a, _)
        | AstNode::IntervalEnd(a, _)
        | AstNode::Neg(a) => literal_kinds(a, kinds),
        AstNode::Range(a, b) => {
            literal_kinds(a, kinds);
            literal_kinds(b, kinds);
        }
        AstNode::String(_) => kinds.push(Kind::Text),
        AstNode::Numeric(..) => kinds.push(Kind::Number),
        AstNode::Boolean(_) => kinds.push(Kind::Boolean),
        AstNode::FunctionInvocation(function, _) => {
            if let AstNode::Name(name) = function.as_ref() {
                kinds.extend(match name.as_str() {
                    "date" => Some(Kind::Date),
                    "time" => Some(Kind::Time),
                    "date and time" => Some(Kind::DateTime),
                    "years and months duration" => Some(Kind::YearsAndMonths),
                    "number" => Some(Kind::Number),
                    "string" => Some(Kind::Text),
                    _ => None,
                });
            }
        }
        _ => {}
    }
}

fn literal_trees(text: &str, place: &str) -> Result<Vec<AstNode>, RuleError> {
    let nothing = FeelScope::default();
    let tree = parse(Grammar::UnaryTests, text, &nothing, &|_| false).map_err(|error| error.at(place))?;
    Ok(match tree {
        AstNode::ExpressionList(all) => all,
        one => vec![one],
    })
}

/// The listed values, if all are plain; an interval of allowed values has none to list.
fn literals(text: &str, place: &str) -> Result<Vec<Value>, RuleError> {
    let nothing = FeelScope::default();
    let value = |tree: &AstNode| to_json(&call(&prepare(tree)?, &nothing)?);
    let trees = literal_trees(text, place)?;
    Ok(trees.iter().map(value).collect::<Result<Vec<_>, _>>().unwrap_or_default())
}

/// What is said of a column whose type is another than that of the expression it asks.
pub(crate) fn contradicts(text: &str, tree: &AstNode, declared: Kind, known: &dyn Fn(&Name) -> Option<Kind>) -> Option<String> {
    let found = kind_of(tree, known).filter(|found| declared != Kind::Any && *found != declared)?;
    let (text, found, declared) = (cut(text.to_owned()), found.name(), declared.name());
    Some(format!("“{text}”是{found}，这一列写的却是{declared}，比不了；请把类型改成一样"))
}

/// Refuses two columns of results with one name: of them the last alone would be given (DMN 1.5, 8.2.1: each is named).
pub(crate) fn one_name_each<'a>(names: impl Iterator<Item = &'a str>, place: &str) -> Result<(), RuleError> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if let Some(before) = seen.iter().position(|known| *known == name) {
            let now = seen.len() + 1;
            return Err(no(
                place,
                format!("第 {} 列和第 {now} 列结果都叫“{}”，请改成各不相同", before + 1, cut(name.to_owned())),
            ));
        }
        seen.push(name);
    }
    Ok(())
}

/// Why results cannot be summed, or the least or greatest of them told: SUM takes numbers, MIN and MAX what has an order that a
/// person means; the order of texts is that of their code points.
pub(crate) fn unsummed<'t>(policy: HitPolicy, declared: Kind, results: impl Iterator<Item = &'t AstNode>) -> Option<String> {
    let name = match policy {
        HitPolicy::Sum => "SUM",
        HitPolicy::Min => "MIN",
        HitPolicy::Max => "MAX",
        _ => return None,
    };
    let mut kinds = vec![declared];
    results.for_each(|result| literal_kinds(result, &mut kinds));
    let is_wrong = |kind: &Kind| match policy {
        HitPolicy::Sum => !matches!(kind, Kind::Any | Kind::Number),
        _ => matches!(kind, Kind::Text | Kind::Boolean),
    };
    let wrong = kinds.into_iter().find(is_wrong)?;
    Some(format!("{name} 要汇总数字，结果却是{}，请把结果写成数字，或改用 COLLECT 列出各条结果", wrong.zh()))
}

pub(crate) fn hit_policy(table: Node) -> Result<HitPolicy, RuleError> {
    use HitPolicy::*;
    let aggregation = table.attribute("aggregation").unwrap_or_default();
    Ok(match (table.attribute("hitPolicy").unwrap_or("UNIQUE"), aggregation) {
        ("UNIQUE", _) => Unique,
        ("FIRST", _) => First,
        ("ANY", _) => Any,
        ("PRIORITY", _) => Priority,
        ("RULE ORDER", _) => RuleOrder,
        ("OUTPUT ORDER", _) => OutputOrder,
        ("COLLECT", "") => Collect,
        ("COLLECT", "SUM") => Sum,
        ("COLLECT", "MIN") => Min,
        ("COLLECT", "MAX") => Max,
        ("COLLECT", "COUNT") => Count,
        (policy, _) => {
            let said = format!("{policy} {aggregation}");
            return Err(no("文件", format!("没有“{}”这种命中策略，请改成 UNIQUE、FIRST、COLLECT 等", said.trim_end())));
        }
    })
}
