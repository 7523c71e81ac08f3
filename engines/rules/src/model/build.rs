//! 读图 · a decision graph from DMN XML. What a decision requires is made before it, so a circle is found while reading.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::catch_unwind;
use std::sync::Arc;

use dsntk_feel::closure::Closure;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelScope, FeelType, FunctionBody, IntervalType, Name};
use dsntk_feel_evaluator::limits::metered;
use dsntk_feel_evaluator::{
    EveryExpressionEvaluator, FilterExpressionEvaluator, ForExpressionEvaluator, SomeExpressionEvaluator,
};
use dsntk_feel_parser::{AstNode, ClosureBuilder};
use roxmltree::Node;

use super::grid::Grid;
use super::types::{Type, Types};
use super::{Decision, Input, Need, Requirement, Service};
use crate::blame::prepared;
use crate::cell::{Asked, Place, misspelt, reads_otherwise};
use crate::dmn::{lifted, meant, over_tested, same_kind};
use crate::error::said;
use crate::expression::{Grammar, parsed, prepare, read};
use crate::outcome::{Given, wrong};
use crate::table::{TESTED, no};
use crate::value::named_type;
use crate::xml::{child, children, inner_text};
use crate::{Kind, RuleError, blame, guard};

/// The longest chain of requirements, and the deepest nesting of boxed expressions.
const MAX_DEPTH: usize = 40;

/// One file of a model.
pub(crate) struct File<'d> {
    pub(crate) root: Node<'d, 'd>,
    pub(crate) namespace: &'d str,
}

impl<'d> File<'d> {
    fn imports(&self) -> impl Iterator<Item = (Name, &'d str)> + use<'d> {
        let import = |import: Node<'d, 'd>| Some((name(import.attribute("name")?), import.attribute("namespace")?));
        children(self.root, "import").filter_map(import)
    }

    /// The file imported under a name.
    pub(crate) fn imported(&self, files: &[File], import: &str) -> Option<usize> {
        let (_, namespace) = self.imports().find(|(name, _)| name.as_str() == import)?;
        files.iter().position(|file| file.namespace == namespace)
    }

    /// The name under which a namespace is imported.
    fn import_name(&self, namespace: &str) -> Option<Name> {
        self.imports().find(|(_, imported)| *imported == namespace).map(|(name, _)| name)
    }
}

/// A name as FEEL reads it.
pub(crate) fn name(text: &str) -> Name {
    let parsed = catch_unwind(|| dsntk_feel_parser::parse_longest_name(text));
    parsed.ok().and_then(Result::ok).unwrap_or_else(|| Name::from(text.trim()))
}

/// Reads expressions with the names in scope, and keeps the mistakes of those that use a name nothing gives a value.
pub(crate) struct Reader {
    pub(crate) scope: FeelScope,
    unknown: RefCell<Vec<RuleError>>,
}

impl Reader {
    pub(crate) fn new(scope: FeelScope) -> Reader {
        Reader { scope, unknown: RefCell::default() }
    }

    /// The tree of an expression.
    pub(crate) fn expression(&self, text: &str, place: &str) -> Result<AstNode, RuleError> {
        let tree = self.parsed(Grammar::Expression, text).map_err(|error| error.at(place))?;
        self.look(&tree, place);
        Ok(tree)
    }

    /// The tree of a result of a column of this type.
    pub(crate) fn result(&self, text: &str, kind: Kind, place: &str) -> Result<AstNode, RuleError> {
        let reads = |text: &str| self.reads(text, kind);
        let tree = self.parsed(Grammar::Expression, text);
        let tree = tree.map_err(|error| meant(error, text, kind, Place::Value, place, &reads))?;
        let is_unknown = !self.unknown_names(&tree).is_empty();
        match is_unknown.then(|| misspelt(text, kind, Place::Value, &reads)).flatten() {
            Some(reason) => self.unknown.borrow_mut().push(no(place, reason)),
            None => self.look(&tree, place),
        }
        Ok(tree)
    }

    /// The test of a cell over `?`, with its tree, or why it is none of its column; `None` for a cell that fits everything.
    pub(crate) fn cell(
        &self,
        text: &str,
        column: Asked,
        place: &str,
    ) -> Result<Option<(Evaluator, AstNode, Option<String>)>, RuleError> {
        if matches!(text.trim(), "" | "-") {
            return Ok(None);
        }
        let reads = |text: &str| self.tests(text, column);
        let tests = self.parsed(Grammar::UnaryTests, text);
        let tests = lifted(tests.map_err(|error| meant(error, text, column.kind, Place::Test, place, &reads))?);
        let otherwise = || reads_otherwise(&tests, text, column, &reads);
        let misread = match self.unknown_names(&tests).is_empty() {
            true => otherwise(),
            false => misspelt(text, column.kind, Place::Test, &reads).or_else(otherwise),
        };
        let tree = over_tested(tests);
        guard::check_depth(&tree).map_err(|error| error.at(place))?;
        if misread.is_none() {
            self.look(&tree, place);
        }
        Ok(Some((prepare(&tree)?, tree, misread)))
    }

    /// The test of a cell over `?`, with its tree; `None` for a cell that fits everything.
    pub(crate) fn test(&self, text: &str, place: &str) -> Result<Option<(Evaluator, AstNode)>, RuleError> {
        if matches!(text.trim(), "" | "-") {
            return Ok(None);
        }
        let reads = |text: &str| parsed(Grammar::UnaryTests, text, &self.scope).is_some();
        let tests = self.parsed(Grammar::UnaryTests, text);
        let tests = tests.map_err(|error| meant(error, text, Kind::Any, Place::Test, place, &reads))?;
        let tree = over_tested(lifted(tests));
        guard::check_depth(&tree).map_err(|error| error.at(place))?;
        self.look(&tree, place);
        Ok(Some((prepare(&tree)?, tree)))
    }

    /// The tree of a text, whatever names it uses.
    fn parsed(&self, grammar: Grammar, text: &str) -> Result<AstNode, RuleError> {
        let tree = read(grammar, text, &self.scope)?;
        guard::check_depth(&tree)?;
        Ok(tree)
    }

    /// Whether a text can be read as a result of a column of this type.
    pub(crate) fn reads(&self, text: &str, kind: Kind) -> bool {
        parsed(Grammar::Expression, text, &self.scope).is_some_and(|tree| {
            let given = Given { text, tree: &tree, kind, known: &|name| self.kind(name), allowed: None };
            self.unknown_names(&tree).is_empty()
                && same_kind(kind, &tree, text, "", &|_| true).is_ok()
                && wrong(&given, &|_| true).is_none()
        })
    }

    /// Whether a text can be read as a test of a column, and says nothing else than it seems to.
    fn tests(&self, text: &str, column: Asked) -> bool {
        parsed(Grammar::UnaryTests, text, &self.scope).map(lifted).is_some_and(|tests| {
            self.unknown_names(&tests).is_empty() && reads_otherwise(&tests, text, column, &|_| true).is_none()
        })
    }

    /// The type of a variable.
    pub(crate) fn kind(&self, name: &Name) -> Option<Kind> {
        match self.scope.get_value(name)? {
            Feel::FeelType(kind) => Some(Kind::of_feel(&kind)),
            _ => Some(Kind::Any),
        }
    }

    /// The mistakes that were kept, each with the element they stand in.
    pub(crate) fn unknown_in(self, called: &str) -> impl Iterator<Item = (String, RuleError)> {
        self.unknown.into_inner().into_iter().map(move |unknown| (called.to_owned(), unknown))
    }

    fn unknown_names(&self, tree: &AstNode) -> Vec<Name> {
        guard::unknown(tree, &|name: &Name| name.as_str() == TESTED || self.scope.get_value(name).is_some())
    }

    fn look(&self, tree: &AstNode, place: &str) {
        let said = self.unknown_names(tree).into_iter().map(|name| {
            no(place, format!("没有“{name}”这个名称，请核对写法；它若是输入或别的决策，请写出 informationRequirement"))
        });
        self.unknown.borrow_mut().extend(said);
    }
}

/// What has been made of an element.
#[derive(Clone)]
enum Made {
    Input(Arc<Input>),
    Decision(Arc<Decision>),
    Function(Name, Feel),
    Service(Arc<Service>),
}

pub(crate) struct Builder<'d> {
    files: &'d [File<'d>],
    types: Types,
    /// Every element by file and id; `None` while it is being made.
    made: HashMap<(usize, String), Option<Made>>,
    elements: HashMap<(usize, &'d str), Node<'d, 'd>>,
    grids: Vec<(String, Arc<Grid>)>,
    unknown: Vec<(String, RuleError)>,
}

/// All that can be asked of a model.
#[derive(Default)]
pub(crate) struct Built {
    pub(crate) decisions: Vec<Arc<Decision>>,
    pub(crate) services: Vec<Arc<Service>>,
    pub(crate) functions: Vec<(Name, Feel)>,
    pub(crate) grids: Vec<(String, Arc<Grid>)>,
    /// Names that nothing gives a value, with the element they stand in.
    pub(crate) unknown: Vec<(String, RuleError)>,
}

impl<'d> Builder<'d> {
    pub(crate) fn build(files: &'d [File<'d>]) -> Result<Built, RuleError> {
        let mut elements = HashMap::new();
        for (file, File { root, .. }) in files.iter().enumerate() {
            for node in root.children().filter(Node::is_element) {
                if let Some(id) = node.attribute("id").or(node.attribute("name")) {
                    elements.insert((file, id), node);
                }
            }
        }
        let (types, made) = (Types::default(), HashMap::new());
        let mut builder = Builder { files, types, made, elements, grids: Vec::new(), unknown: Vec::new() };
        let mut built = Built::default();
        for (file, File { root, .. }) in files.iter().enumerate() {
            for node in root.children().filter(Node::is_element) {
                let kind = node.tag_name().name();
                if !matches!(kind, "inputData" | "decision" | "businessKnowledgeModel" | "decisionService") {
                    continue;
                }
                let id = node.attribute("id").or(node.attribute("name")).unwrap_or_default();
                let made = builder.element(file, id, 0)?;
                if file == 0 {
                    match made {
                        Made::Decision(decision) => built.decisions.push(decision),
                        Made::Service(service) => built.services.push(service),
                        Made::Function(name, function) => built.functions.push((name, function)),
                        Made::Input(_) => {}
                    }
                }
            }
        }
        (built.grids, built.unknown) = (builder.grids, builder.unknown);
        built.unknown.extend(builder.types.unknown);
        Ok(built)
    }

    /// The file and id that a reference names, and the name it is imported under.
    fn follow(&self, file: usize, href: &str) -> Result<(usize, String, Option<Name>), RuleError> {
        let (namespace, id) = href.split_once('#').unwrap_or(("", href));
        if namespace.is_empty() || namespace == self.files[file].namespace {
            return Ok((file, id.to_owned(), None));
        }
        let other = self.files.iter().position(|file| file.namespace == namespace);
        let other = other.ok_or_else(|| no(&format!("引用“{href}”"), "没有这个命名空间的文件，请把被导入的文件一并给出"))?;
        Ok((other, id.to_owned(), self.files[file].import_name(namespace)))
    }

    fn element(&mut self, file: usize, id: &str, depth: usize) -> Result<Made, RuleError> {
        let key = (file, id.to_owned());
        match self.made.get(&key) {
            Some(Some(made)) => return Ok(made.clone()),
            Some(None) => return Err(no(&format!("引用“{id}”"), "需求关系成了圈，请断开其中一条")),
            None => {}
        }
        let node = self.elements.get(&(file, id)).copied();
        let node = node.ok_or_else(|| no(&format!("引用“{id}”"), "没有这个元素，请核对 href"))?;
        let called = node.attribute("name").unwrap_or(id);
        if depth > MAX_DEPTH {
            return Err(no(&format!("“{called}”"), format!("需求关系超过 {MAX_DEPTH} 层，请合并")));
        }
        self.made.insert(key.clone(), None);
        let variable = child(node, "variable");
        let own = name(variable.and_then(|variable| variable.attribute("name")).unwrap_or(called));
        let kind = self.types.named(self.files, file, variable.and_then(|variable| variable.attribute("typeRef")))?;
        let made = match node.tag_name().name() {
            "inputData" => Made::Input(Arc::new(Input { name: own, kind })),
            "decision" => Made::Decision(Arc::new(self.decision(file, node, called, own, kind, depth)?)),
            "businessKnowledgeModel" => Made::Function(own, self.knowledge(file, node, called, kind, depth)?),
            "decisionService" => Made::Service(Arc::new(self.service(file, node, called, own, kind, depth)?)),
            other => return Err(no(&format!("引用“{id}”"), format!("指向的是 {other}，请指向决策、输入或知识"))),
        };
        self.made.insert(key, Some(made.clone()));
        Ok(made)
    }

    /// What an element requires.
    fn requirements(&mut self, file: usize, node: Node, depth: usize) -> Result<Vec<Requirement>, RuleError> {
        let mut requirements = Vec::new();
        for requirement in node.children().filter(Node::is_element) {
            if !matches!(requirement.tag_name().name(), "informationRequirement" | "knowledgeRequirement") {
                continue;
            }
            for href in requirement.children().filter_map(|required| required.attribute("href")) {
                let (other, id, import) = self.follow(file, href)?;
                let need = match self.element(other, &id, depth + 1)? {
                    Made::Input(input) => Need::Input(input),
                    Made::Decision(decision) => Need::Decision(decision),
                    Made::Function(name, function) => Need::Function(name, function),
                    Made::Service(service) => Need::Function(service.variable.clone(), service.function()),
                };
                requirements.push(Requirement { import, need });
            }
        }
        Ok(requirements)
    }

    /// The item definitions as names, where an element asks `instance of`.
    fn type_names(&mut self, file: usize, node: Node) -> Result<FeelContext, RuleError> {
        let mut names = FeelContext::default();
        if node.descendants().any(|inner| inner.text().is_some_and(|text| text.contains("instance"))) {
            for item in children(self.files[file].root, "itemDefinition").filter_map(|item| item.attribute("name")) {
                let kind = self.types.named(self.files, file, Some(item))?;
                names.set_entry(&Name::from(item), Feel::FeelType(kind.feel.clone()));
            }
        }
        Ok(names)
    }

    fn decision(
        &mut self,
        file: usize,
        node: Node,
        called: &str,
        variable: Name,
        kind: Arc<Type>,
        depth: usize,
    ) -> Result<Decision, RuleError> {
        let requirements = self.requirements(file, node, depth)?;
        let reader = Reader::new(FeelScope::from(shapes(&requirements)));
        let mut outcomes = None;
        let logic = match node.children().find(is_expression) {
            Some(logic) => {
                let decision = Some(kind.feel.clone());
                let required = requirements.iter().filter_map(|requirement| match (&requirement.import, &requirement.need) {
                    (None, Need::Decision(decision)) => Some((decision.variable.clone(), decision.outcomes.clone()?)),
                    _ => None,
                });
                let required = required.collect();
                let mut boxed = Boxed { builder: self, file, called, reader: &reader, decision, required, outcomes: None };
                let logic_of = boxed.expression(logic, 0)?.0;
                outcomes = boxed.outcomes;
                Some(logic_of)
            }
            None => None,
        };
        self.unknown.extend(reader.unknown_in(called));
        let known = self.type_names(file, node)?;
        Ok(Decision { name: called.to_owned(), variable, kind, known, requirements, logic, outcomes })
    }

    /// A business knowledge model as a function. What it requires is put into scope when it is called.
    fn knowledge(&mut self, file: usize, node: Node, called: &str, kind: Arc<Type>, depth: usize) -> Result<Feel, RuleError> {
        let requirements = self.requirements(file, node, depth)?;
        let place = format!("“{called}”");
        let logic = child(node, "encapsulatedLogic").ok_or_else(|| no(&place, "没有 encapsulatedLogic，请写出算法"))?;
        let reader = Reader::new(FeelScope::from(shapes(&requirements)));
        let mut boxed =
            Boxed { builder: self, file, called, reader: &reader, decision: None, required: Vec::new(), outcomes: None };
        let parameters = boxed.parameters(logic)?;
        let body = boxed.body(logic, &parameters, 0)?.0;
        self.unknown.extend(reader.unknown_in(called));
        let mut known = self.type_names(file, node)?;
        for requirement in requirements {
            if let Need::Function(name, function) = requirement.need {
                set(&mut known, &requirement.import, &name, function);
            }
        }
        let with_known: Evaluator = Box::new(move |scope: &FeelScope| {
            let arguments = scope.pop().unwrap_or_default();
            scope.push(known.clone());
            scope.push(arguments.clone());
            let value = body(scope);
            scope.pop();
            scope.pop();
            scope.push(arguments);
            value
        });
        let result = match &kind.feel {
            FeelType::Function(_, result) => result.as_ref().clone(),
            other => other.clone(),
        };
        Ok(function(parameters, metered(with_known), FeelContext::default(), Closure::default(), result))
    }

    fn service(
        &mut self,
        file: usize,
        node: Node,
        called: &str,
        variable: Name,
        kind: Arc<Type>,
        depth: usize,
    ) -> Result<Service, RuleError> {
        let place = format!("决策服务“{called}”");
        let mut refer = |tag: &'static str| -> Result<Vec<Made>, RuleError> {
            let hrefs = children(node, tag).filter_map(|reference| reference.attribute("href"));
            hrefs.map(|href| self.follow(file, href).and_then(|(file, id, _)| self.element(file, &id, depth + 1))).collect()
        };
        let decisions = |made: Vec<Made>| -> Result<Vec<Arc<Decision>>, RuleError> {
            let decision = |made| match made {
                Made::Decision(decision) => Ok(decision),
                _ => Err(no(&place, "引用的不是决策，请核对 href")),
            };
            made.into_iter().map(decision).collect()
        };
        let inputs = refer("inputData")?;
        let inputs = inputs.into_iter().filter_map(|made| if let Made::Input(input) = made { Some(input) } else { None });
        let inputs: Vec<Arc<Input>> = inputs.collect();
        let given = decisions(refer("inputDecision")?)?;
        let outputs = decisions(refer("outputDecision")?)?;
        Ok(Service { name: called.to_owned(), variable, kind, inputs, given, outputs })
    }
}

/// The names an element sees, with their types for the parser.
fn shapes(requirements: &[Requirement]) -> FeelContext {
    let mut context = FeelContext::default();
    for Requirement { import, need } in requirements {
        match need {
            Need::Input(input) => set(&mut context, import, &input.name, Feel::FeelType(named_type(&input.kind.feel))),
            Need::Decision(decision) => {
                set(&mut context, import, &decision.variable, Feel::FeelType(named_type(&decision.kind.feel)));
            }
            Need::Function(name, _) => set(&mut context, import, name, Feel::Null(None)),
        }
    }
    context
}

/// Puts a value under its name, or under the name of its import.
pub(crate) fn set(context: &mut FeelContext, import: &Option<Name>, name: &Name, value: Feel) {
    match import {
        Some(import) => context.create_entries(&[import.clone(), name.clone()], value),
        None => context.set_entry(name, value),
    }
}

pub(crate) fn function(
    parameters: Vec<(Name, FeelType)>,
    body: Evaluator,
    seen: FeelContext,
    closure: Closure,
    result: FeelType,
) -> Feel {
    Feel::FunctionDefinition(parameters, FunctionBody::LiteralExpression(Arc::new(body)), false, closure, seen, result)
}

fn is_expression(node: &Node) -> bool {
    matches!(
        node.tag_name().name(),
        "literalExpression"
            | "decisionTable"
            | "context"
            | "invocation"
            | "functionDefinition"
            | "relation"
            | "list"
            | "conditional"
            | "filter"
            | "for"
            | "some"
            | "every"
    )
}

/// Boxed expressions of one element.
struct Boxed<'a, 'd> {
    builder: &'a mut Builder<'d>,
    file: usize,
    called: &'a str,
    reader: &'a Reader,
    /// The type of the decision that they make.
    decision: Option<FeelType>,
    /// The results of the decisions that it requires, where they are known.
    required: Vec<(Name, Vec<Feel>)>,
    /// All the results that a table can have which is the decision.
    outcomes: Option<Vec<Feel>>,
}

/// An evaluator, and the names a function made of it must keep.
type Ready = (Evaluator, Closure);

impl Boxed<'_, '_> {
    fn place(&self) -> String {
        format!("“{}”", self.called)
    }

    fn kind(&mut self, node: Node) -> Result<Option<FeelType>, RuleError> {
        let Some(type_ref) = node.attribute("typeRef") else { return Ok(None) };
        let found = self.builder.types.named(self.builder.files, self.file, Some(type_ref));
        found.map(|kind| Some(kind.feel.clone())).map_err(|error| error.at(self.place()))
    }

    /// The expression inside an element.
    fn inside(&mut self, node: Node, depth: usize) -> Result<Evaluator, RuleError> {
        let inner = node.children().find(is_expression);
        let inner = inner.ok_or_else(|| no(&self.place(), format!("{} 里没有表达式，请补上", node.tag_name().name())))?;
        Ok(self.expression(inner, depth)?.0)
    }

    fn within(&mut self, node: Node, tag: &'static str, depth: usize) -> Result<Evaluator, RuleError> {
        let part = child(node, tag).ok_or_else(|| no(&self.place(), format!("{} 缺 {tag}，请补上", node.tag_name().name())))?;
        self.inside(part, depth)
    }

    fn expression(&mut self, node: Node, depth: usize) -> Result<Ready, RuleError> {
        if depth > MAX_DEPTH {
            return Err(no(&self.place(), format!("嵌套超过 {MAX_DEPTH} 层，请拆成几个决策")));
        }
        let next = depth + 1;
        let plain = |evaluator: Evaluator| (evaluator, Closure::default());
        let (evaluator, closure) = match node.tag_name().name() {
            "literalExpression" => self.literal(node)?,
            "decisionTable" => {
                let mut types = std::mem::take(&mut self.builder.types);
                let grid =
                    Grid::read(node, self.called, self.reader, |type_ref| types.named(self.builder.files, self.file, type_ref));
                self.builder.types = types;
                let mut grid = grid?;
                if depth == 0 {
                    self.decision.iter().for_each(|kind| grid.agrees_with(kind));
                    grid.known.clone_from(&self.required);
                    self.outcomes = grid.outcomes();
                }
                let grid = Arc::new(grid);
                self.builder.grids.push((self.called.to_owned(), grid.clone()));
                plain(Box::new(move |scope: &FeelScope| grid.value(scope)))
            }
            "context" => plain(self.context(node, next)?),
            "invocation" => plain(self.invocation(node, next)?),
            "functionDefinition" => self.function_definition(node, next)?,
            "relation" => plain(self.relation(node, next)?),
            "list" => {
                let inner: Vec<Node> = node.children().filter(is_expression).collect();
                let items =
                    inner.into_iter().map(|item| Ok(self.expression(item, next)?.0)).collect::<Result<Vec<_>, RuleError>>()?;
                plain(Box::new(move |scope: &FeelScope| Feel::List(items.iter().map(|item| item(scope)).collect())))
            }
            "conditional" => {
                let condition = self.within(node, "if", next)?;
                let (then, otherwise) = (self.within(node, "then", next)?, self.within(node, "else", next)?);
                plain(Box::new(move |scope: &FeelScope| match condition(scope) {
                    Feel::Boolean(true) => then(scope),
                    Feel::Boolean(false) => otherwise(scope),
                    other => Feel::Null(Some(said(format!("条件要得出 true 或 false，现在是{}", blame::kind(&other))))),
                }))
            }
            "filter" => {
                let (list, test) = (self.within(node, "in", next)?, self.within(node, "match", next)?);
                plain(Box::new(move |scope: &FeelScope| FilterExpressionEvaluator::default().evaluate(scope, list(scope), &test)))
            }
            kind @ ("for" | "some" | "every") => plain(self.iteration(node, kind, next)?),
            other => return Err(no(&self.place(), format!("不认识 {other}，请用 DMN 的表达式"))),
        };
        let evaluator = metered(evaluator);
        Ok(match self.kind(node)? {
            Some(kind) => (Box::new(move |scope: &FeelScope| evaluator(scope).coerced(&kind)), closure),
            None => (evaluator, closure),
        })
    }

    fn literal(&mut self, node: Node) -> Result<Ready, RuleError> {
        if let Some(language) = node.attribute("expressionLanguage")
            && !language.to_ascii_lowercase().contains("feel")
        {
            return Err(no(&self.place(), format!("表达式语言 {language} 不能用，请改成 FEEL")));
        }
        let text = inner_text(node).unwrap_or_default();
        let tree = self.reader.expression(&text, &self.place())?;
        Ok((prepared(&tree)?, ClosureBuilder::from_node(&tree)))
    }

    fn context(&mut self, node: Node, depth: usize) -> Result<Evaluator, RuleError> {
        let mut entries = Vec::new();
        self.reader.scope.push(FeelContext::default());
        for entry in children(node, "contextEntry") {
            let value = self.inside(entry, depth)?;
            let variable = match child(entry, "variable") {
                Some(variable) => {
                    let name = name(variable.attribute("name").unwrap_or_default());
                    let kind = self.kind(variable)?.unwrap_or(FeelType::Any);
                    self.reader.scope.set_value(&name, Feel::FeelType(named_type(&kind)));
                    Some((name, kind))
                }
                None => None,
            };
            entries.push((variable, value));
        }
        self.reader.scope.pop();
        Ok(Box::new(move |scope: &FeelScope| {
            let mut context = FeelContext::default();
            scope.push(FeelContext::default());
            for (variable, value) in &entries {
                let value = value(scope);
                let Some((name, kind)) = variable else {
                    scope.pop();
                    return value;
                };
                let value = value.coerced(kind);
                scope.set_value(name, value.clone());
                context.set_entry(name, value);
            }
            scope.pop();
            Feel::Context(context)
        }))
    }

    fn relation(&mut self, node: Node, depth: usize) -> Result<Evaluator, RuleError> {
        let columns: Vec<Name> =
            children(node, "column").map(|column| name(column.attribute("name").unwrap_or_default())).collect();
        let mut rows = Vec::new();
        for row in children(node, "row") {
            let cells: Vec<Node> = row.children().filter(is_expression).collect();
            if cells.len() != columns.len() {
                return Err(no(&self.place(), format!("relation 有一行不是 {} 格，请补齐", columns.len())));
            }
            let cells =
                cells.into_iter().map(|cell| Ok(self.expression(cell, depth)?.0)).collect::<Result<Vec<_>, RuleError>>()?;
            rows.push(cells);
        }
        Ok(Box::new(move |scope: &FeelScope| {
            let row = |cells: &Vec<Evaluator>| {
                let mut context = FeelContext::default();
                for (name, cell) in columns.iter().zip(cells) {
                    context.set_entry(name, cell(scope));
                }
                Feel::Context(context)
            };
            Feel::List(rows.iter().map(row).collect())
        }))
    }

    fn iteration(&mut self, node: Node, kind: &str, depth: usize) -> Result<Evaluator, RuleError> {
        let variable = name(node.attribute("iteratorVariable").unwrap_or_default());
        let list = self.within(node, "in", depth)?;
        let mut names = FeelContext::default();
        names.set_null(variable.clone());
        names.set_null(Name::from("partial"));
        self.reader.scope.push(names);
        let body = self.within(node, if kind == "for" { "return" } else { "satisfies" }, depth);
        self.reader.scope.pop();
        let body = body?;
        Ok(match kind {
            "for" => Box::new(move |scope: &FeelScope| {
                let mut iterator = ForExpressionEvaluator::default();
                match list(scope) {
                    values @ Feel::List(_) => iterator.add_list(variable.clone(), values),
                    Feel::Range(start, IntervalType::Closed, end, IntervalType::Closed) => {
                        if let Err(reason) = iterator.add_interval(variable.clone(), *start, *end) {
                            return Feel::Null(Some(reason.to_string()));
                        }
                    }
                    other => return Feel::Null(Some(said(format!("for 要的是列表，现在是{}", blame::kind(&other))))),
                }
                Feel::List(iterator.evaluate(scope, &body))
            }),
            "some" => Box::new(move |scope: &FeelScope| {
                let mut iterator = SomeExpressionEvaluator::default();
                iterator.add_list(variable.clone(), list(scope));
                iterator.evaluate(scope, &body)
            }),
            _ => Box::new(move |scope: &FeelScope| {
                let mut iterator = EveryExpressionEvaluator::default();
                iterator.add_list(variable.clone(), list(scope));
                iterator.evaluate(scope, &body)
            }),
        })
    }

    fn invocation(&mut self, node: Node, depth: usize) -> Result<Evaluator, RuleError> {
        let called = self.inside(node, depth)?;
        let mut bindings = Vec::new();
        for binding in children(node, "binding") {
            let parameter = child(binding, "parameter").ok_or_else(|| no(&self.place(), "binding 缺 parameter，请补上"))?;
            if binding.children().any(|node| is_expression(&node)) {
                let kind = self.kind(parameter)?.unwrap_or(FeelType::Any);
                bindings.push((name(parameter.attribute("name").unwrap_or_default()), kind, self.inside(binding, depth)?));
            }
        }
        Ok(Box::new(move |scope: &FeelScope| {
            let mut arguments = FeelContext::default();
            for (name, kind, value) in &bindings {
                let value = value(scope).coerced(kind);
                if value.is_invalid_coercion() {
                    return value;
                }
                arguments.set_entry(name, value);
            }
            let Feel::FunctionDefinition(parameters, body, external, _, seen, result) = called(scope) else {
                return Feel::Null(Some("what is invoked is not a function".to_owned()));
            };
            if external {
                return Feel::Null(Some("external functions are not available".to_owned()));
            }
            for (name, kind) in parameters {
                match arguments.get_entry(&name).map(|value| value.coerced(&kind)) {
                    Some(value) if value.is_invalid_coercion() => return value,
                    Some(value) => arguments.set_entry(&name, value),
                    None => return Feel::Null(Some(format!("argument not provided: {name}"))),
                }
            }
            scope.push(seen);
            scope.push(arguments);
            let value = body.evaluate(scope);
            scope.pop();
            scope.pop();
            value.coerced(&result)
        }))
    }

    fn parameters(&mut self, node: Node) -> Result<Vec<(Name, FeelType)>, RuleError> {
        let parameter = |parameter: Node| {
            let kind = self.kind(parameter)?.unwrap_or(FeelType::Any);
            Ok((name(parameter.attribute("name").unwrap_or_default()), kind))
        };
        children(node, "formalParameter").map(parameter).collect()
    }

    /// The body of a function, its parameters in scope.
    fn body(&mut self, node: Node, parameters: &[(Name, FeelType)], depth: usize) -> Result<Ready, RuleError> {
        if matches!(node.attribute("kind"), Some("Java" | "PMML" | "J" | "P")) {
            let refused: Evaluator =
                Box::new(|_: &FeelScope| Feel::Null(Some("external functions are not available".to_owned())));
            return Ok((refused, Closure::default()));
        }
        let mut names = FeelContext::default();
        for (name, kind) in parameters {
            names.set_entry(name, Feel::FeelType(named_type(kind)));
        }
        let inner = node.children().find(is_expression).ok_or_else(|| no(&self.place(), "函数没有内容，请写出表达式"))?;
        self.reader.scope.push(names);
        let body = self.expression(inner, depth);
        self.reader.scope.pop();
        body
    }

    fn function_definition(&mut self, node: Node, depth: usize) -> Result<Ready, RuleError> {
        let parameters = self.parameters(node)?;
        let (body, mut closure) = self.body(node, &parameters, depth)?;
        for (name, _) in &parameters {
            closure.remove(name.clone());
        }
        let (body, kept) = (FunctionBody::LiteralExpression(Arc::new(body)), closure.clone());
        let made: Evaluator = Box::new(move |scope: &FeelScope| {
            let mut seen = FeelContext::default();
            for name in closure.iter() {
                if let Some(value) = scope.search_entry(name) {
                    seen.create_entry(name, value);
                }
            }
            Feel::FunctionDefinition(parameters.clone(), body.clone(), false, closure.clone(), seen, FeelType::Any)
        });
        Ok((made, kept))
    }
}
