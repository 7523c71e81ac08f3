//! 决策图 · a whole DMN model: decisions that require one another, business knowledge models, decision services and
//! boxed expressions (A2.3, C2.1). Each decision is worked out once; its tables tell what they were given and which
//! rules they tried.

mod build;
pub(crate) mod grid;
mod trace;
mod types;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use dsntk_feel::closure::Closure;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{Evaluator, FeelScope, Name};
use dsntk_feel_evaluator::limits::{in_chinese_time, locally, metered, spend, strictly};
use dsntk_feel_temporal::FeelDateTime;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

pub(crate) use self::build::Reader;
#[cfg(test)]
pub(crate) use self::build::name;
use self::build::{Builder, Built, File, function, set};
use self::types::Type;
use crate::error::{because, said};
use crate::expression::{call, within};
use crate::table::{RuleRef, Tried};
use crate::value::to_json;
use crate::{RuleError, blame, xml};

/// A DMN model, read and ready.
pub struct Model {
    name: String,
    hash: String,
    built: Built,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("name", &self.name).field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// What a decision is and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The value. A JSON number carries some sixteen digits; `text` has all of them.
    pub value: Value,
    /// The value as FEEL writes it, exact.
    pub text: String,
    /// The tables gone through, in the order they were done; the first thousand.
    pub steps: Vec<Step>,
}

/// A table gone through on the way to a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The decision or business knowledge model the table belongs to.
    pub table: String,
    /// The rules its value rests on; none if it is the default.
    pub matched: Vec<RuleRef>,
    /// Every rule looked at, and what stopped it. FIRST looks no further than the rule that fits.
    pub tried: Vec<Tried>,
    /// The value of each condition column, by heading.
    pub seen: Vec<(String, Value)>,
    /// Why the table has no value.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "told")]
    pub refused: Option<RuleError>,
}

fn told<S: serde::Serializer>(refused: &Option<RuleError>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&refused.as_ref().map(RuleError::to_string).unwrap_or_default())
}

/// Why there is no decision, and how far it came.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Refusal {
    /// The reason.
    pub error: RuleError,
    /// The tables gone through, the one that has no value among them.
    pub steps: Vec<Step>,
}

impl From<RuleError> for Refusal {
    fn from(error: RuleError) -> Refusal {
        Refusal { error, steps: Vec::new() }
    }
}

impl Model {
    /// Reads a DMN text. Whatever does not fit together is refused with its place: a reference that leads nowhere, a
    /// circle, an expression that is not FEEL, a type nobody defined.
    pub fn parse(dmn_xml: &str) -> Result<Model, RuleError> {
        Model::parse_all(&[dmn_xml])
    }

    /// Reads a DMN text, the first, with the texts it imports.
    pub fn parse_all(dmn_xml: &[&str]) -> Result<Model, RuleError> {
        let documents = dmn_xml.iter().map(|text| xml::definitions(text)).collect::<Result<Vec<_>, _>>()?;
        let file = |document| {
            let root = roxmltree::Document::root_element(document);
            File { root, namespace: root.attribute("namespace").unwrap_or_default() }
        };
        let files: Vec<File> = documents.iter().map(file).collect();
        let main = files.first().ok_or_else(|| crate::table::no("文件", "没有给出文件，请至少给一个"))?;
        let name = main.root.attribute("name").unwrap_or_default().to_owned();
        let mut hash = Sha256::new();
        dmn_xml.iter().for_each(|text| hash.update(text.as_bytes()));
        let built = within(None, || Builder::build(&files))?;
        Ok(Model { name, hash: hex::encode(hash.finalize()), built })
    }

    /// The name of the model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of the texts, in hex: which model exactly a decision rests on.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The decisions and decision services that can be asked, by name.
    pub fn decisions(&self) -> Vec<&str> {
        let services = self.built.services.iter().map(|service| service.name.as_str());
        self.built.decisions.iter().map(|decision| decision.name.as_str()).chain(services).collect()
    }

    /// The values a decision or decision service must be given, by name; what it requires through others is among them.
    pub fn inputs(&self, decision: &str) -> Result<Vec<String>, RuleError> {
        let inputs = match self.asked(decision)? {
            Asked::Decision(decision) => decision.inputs(),
            Asked::Service(service) => service.parameters(),
        };
        Ok(inputs.into_iter().map(|(name, _)| name.to_string()).collect())
    }

    /// Decides. Every input must be given, `null` if nothing is known. `day` is what `now()` and `today()` give, as
    /// `2026-11-25` or `2026-11-25T09:00:00+08:00`; without it a decision that asks for them is refused.
    ///
    /// A null is a refusal, with its reason, and so is whatever would take null for no: an `if`, a filter or a cell whose
    /// condition is null, unless it asks for `null` in so many words. A name in the model that nothing gives a value is
    /// one, and an evaluation of more than [`MAX_STEPS`](crate::MAX_STEPS) steps.
    pub fn decide(&self, decision: &str, inputs: &Map<String, Value>, day: Option<&str>) -> Result<Answer, RuleError> {
        self.explain(decision, inputs, day).map_err(|refusal| refusal.error)
    }

    /// Decides, and tells the tables a refusal went through too: which rules were tried, and which cell stopped each.
    pub fn explain(&self, decision: &str, inputs: &Map<String, Value>, day: Option<&str>) -> Result<Answer, Refusal> {
        locally(|| self.explained(decision, inputs, day))
    }

    fn explained(&self, decision: &str, inputs: &Map<String, Value>, day: Option<&str>) -> Result<Answer, Refusal> {
        if let Some((_, unknown)) = self.built.unknown.first() {
            return Err(unknown.clone().into());
        }
        for (called, grid) in &self.built.grids {
            if let Some(misread) = grid.misread.iter().find(|misread| misread.stops) {
                return Err(crate::table::no(&misread.place(called), misread.reason.clone()).into());
            }
        }
        let asked = self.asked(decision)?;
        let required = match asked {
            Asked::Decision(decision) => decision.inputs(),
            Asked::Service(service) => service.parameters(),
        };
        let mut given = FeelContext::default();
        for (name, value) in inputs {
            let key = build::name(name);
            let value = match required.iter().find(|(required, _)| *required == key) {
                Some((_, kind)) => kind.take(name, value)?,
                None => crate::value::to_feel(name, value, 0)?,
            };
            given.set_entry(&key, value);
        }
        for (name, kind) in &required {
            let given = given.get_entry(name).ok_or_else(|| RuleError::UnknownName(name.to_string()))?;
            if !given.is_null()
                && let Feel::Null(reason) = kind.fit(given.clone())
            {
                return Err(RuleError::Value { name: name.to_string(), reason: because(reason) }.into());
            }
        }
        let moment = day.map(Moment::parse).transpose()?;
        let (value, steps) = trace::of(|| blame::afresh(|| strictly(|| self.evaluate(decision, given, moment))));
        let answer = match value {
            Ok(Feel::Null(reason)) => {
                let refused = steps.iter().rev().filter_map(|step| step.refused.as_ref());
                let same = refused.clone().find(|refused| Some(said(refused.reason())) == reason).cloned();
                Err(same.unwrap_or_else(|| RuleError::null(reason)))
            }
            Ok(value) => to_json(&value).map(|json| (crate::value::written(&value), json)),
            Err(error) => Err(error),
        };
        match answer {
            Ok((text, value)) => Ok(Answer { value, text, steps }),
            Err(error) => Err(Refusal { error, steps }),
        }
    }

    fn asked(&self, name: &str) -> Result<Asked<'_>, RuleError> {
        let decision = self.built.decisions.iter().find(|decision| decision.name == name).map(Asked::Decision);
        let service = || self.built.services.iter().find(|service| service.name == name).map(Asked::Service);
        decision.or_else(service).ok_or_else(|| {
            let named = self.decisions().iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join("、");
            RuleError::NoDecision(name.to_owned(), named)
        })
    }

    /// The value of a decision, decision service or business knowledge model as FEEL has it, null included.
    pub(crate) fn evaluate(&self, name: &str, given: FeelContext, moment: Option<Moment>) -> Result<Feel, RuleError> {
        let invoked: Evaluator =
            if let Some((_, function)) = self.built.functions.iter().find(|(known, _)| known.as_str() == name) {
                let function = function.clone();
                Box::new(move |scope: &FeelScope| match &function {
                    Feel::FunctionDefinition(_, body, _, _, _, result) => body.evaluate(scope).coerced(result),
                    other => other.clone(),
                })
            } else {
                match self.asked(name)? {
                    Asked::Decision(decision) => {
                        let decision = decision.clone();
                        Box::new(move |scope: &FeelScope| decision.value(&Run::of(scope.peek().unwrap_or_default())))
                    }
                    Asked::Service(service) => {
                        let service = service.clone();
                        Box::new(move |scope: &FeelScope| service.value(scope.peek().unwrap_or_default()))
                    }
                }
            };
        within(moment.map(Moment::pair), || call(&invoked, &FeelScope::from(given)))
    }

    pub(crate) fn functions(&self) -> &[(Name, Feel)] {
        &self.built.functions
    }

    pub(crate) fn unknown(&self) -> &[(String, RuleError)] {
        &self.built.unknown
    }

    pub(crate) fn grids(&self) -> &[(String, Arc<grid::Grid>)] {
        &self.built.grids
    }
}

enum Asked<'a> {
    Decision(&'a Arc<Decision>),
    Service(&'a Arc<Service>),
}

/// What `now()` and `today()` give.
pub(crate) struct Moment {
    now: Feel,
    today: Feel,
}

impl Moment {
    pub(crate) fn parse(text: &str) -> Result<Moment, RuleError> {
        let no = || RuleError::Value { name: "date".to_owned(), reason: "请给日期，如 2026-11-25".to_owned() };
        // A day alone begins at midnight in China, which keeps one zone without summer time.
        let full = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00+08:00") };
        let now = FeelDateTime::try_from(full.as_str()).map_err(|_| no())?;
        // The day is the one in China, whatever zone the moment is given in.
        let today = match in_chinese_time(Feel::DateTime(now.clone())) {
            Feel::DateTime(local) => Feel::Date(local.date()),
            _ => return Err(no()),
        };
        Ok(Moment { now: Feel::DateTime(now), today })
    }

    /// What `now()` gives, and what `today()` gives.
    pub(crate) fn pair(self) -> (Feel, Feel) {
        (self.now, self.today)
    }
}

pub(crate) struct Input {
    name: Name,
    kind: Arc<Type>,
}

pub(crate) struct Decision {
    name: String,
    variable: Name,
    kind: Arc<Type>,
    /// Names of types that its expressions ask for.
    known: FeelContext,
    requirements: Vec<Requirement>,
    logic: Option<Evaluator>,
    /// All the results it can have, where they are known.
    outcomes: Option<Vec<Feel>>,
}

pub(crate) struct Service {
    name: String,
    variable: Name,
    kind: Arc<Type>,
    inputs: Vec<Arc<Input>>,
    /// Decisions whose results are given instead of worked out.
    given: Vec<Arc<Decision>>,
    outputs: Vec<Arc<Decision>>,
}

pub(crate) struct Requirement {
    /// The name of the import it comes from.
    import: Option<Name>,
    need: Need,
}

pub(crate) enum Need {
    Input(Arc<Input>),
    Decision(Arc<Decision>),
    Function(Name, Feel),
}

/// One asking of a model: what was given, and what has been worked out.
struct Run {
    given: FeelContext,
    done: RefCell<HashMap<*const Decision, Feel>>,
}

impl Run {
    fn of(given: FeelContext) -> Run {
        Run { given, done: RefCell::default() }
    }

    /// What was given to a model under an import is seen by that model as its own.
    fn imported(&self, import: &Option<Name>) -> Option<Run> {
        match self.given.get_entry(import.as_ref()?) {
            Some(Feel::Context(inner)) => {
                let mut given = self.given.clone();
                given.zip(inner);
                Some(Run::of(given))
            }
            _ => None,
        }
    }
}

impl Input {
    fn value(&self, given: &FeelContext) -> Feel {
        match given.get_entry(&self.name) {
            Some(value) => self.kind.fit(value.clone()),
            None => Feel::Null(Some(said(format!("没有给出“{}”", self.name)))),
        }
    }
}

impl Decision {
    fn value(&self, run: &Run) -> Feel {
        let key = std::ptr::from_ref(self);
        if let Some(done) = run.done.borrow().get(&key) {
            return done.clone();
        }
        let Some(logic) = &self.logic else {
            return Feel::Null(Some(said(format!("决策“{}”没有写算法", self.name))));
        };
        let mut seen = self.known.clone();
        for Requirement { import, need } in &self.requirements {
            if !spend(1) {
                break;
            }
            let inner = run.imported(import);
            let run = inner.as_ref().unwrap_or(run);
            match need {
                Need::Function(name, function) => set(&mut seen, import, name, function.clone()),
                Need::Decision(decision) => set(&mut seen, import, &decision.variable, decision.value(run)),
                Need::Input(input) => set(&mut seen, import, &input.name, input.value(&run.given)),
            }
        }
        let value = logic(&FeelScope::from(seen)).coerced(&self.kind.feel);
        run.done.borrow_mut().insert(key, value.clone());
        value
    }

    /// The inputs it needs, those of the decisions it requires included.
    fn inputs(&self) -> Vec<(Name, Arc<Type>)> {
        fn gather(decision: &Decision, seen: &mut HashSet<*const Decision>, found: &mut Vec<(Name, Arc<Type>)>) {
            if !seen.insert(std::ptr::from_ref(decision)) {
                return;
            }
            for requirement in &decision.requirements {
                match &requirement.need {
                    Need::Decision(required) => gather(required, seen, found),
                    Need::Input(input) if found.iter().all(|(name, _)| *name != input.name) => {
                        found.push((input.name.clone(), input.kind.clone()));
                    }
                    _ => {}
                }
            }
        }
        let mut found = Vec::new();
        gather(self, &mut HashSet::new(), &mut found);
        found
    }
}

impl Service {
    fn parameters(&self) -> Vec<(Name, Arc<Type>)> {
        let inputs = self.inputs.iter().map(|input| (input.name.clone(), input.kind.clone()));
        inputs.chain(self.given.iter().map(|decision| (decision.variable.clone(), decision.kind.clone()))).collect()
    }

    fn value(&self, given: FeelContext) -> Feel {
        let mut done = HashMap::new();
        for decision in &self.given {
            let value = match given.get_entry(&decision.variable) {
                Some(value) => decision.kind.fit(value.clone()),
                None => Feel::Null(Some(said(format!("没有给出“{}”", decision.variable)))),
            };
            done.insert(Arc::as_ptr(decision), value);
        }
        let run = Run { given, done: RefCell::new(done) };
        let value = match self.outputs.as_slice() {
            [one] => one.value(&run),
            several => {
                let mut context = FeelContext::default();
                for decision in several {
                    context.set_entry(&decision.variable, decision.value(&run));
                }
                Feel::Context(context)
            }
        };
        value.coerced(&self.kind.feel)
    }

    /// The service as a function of its inputs and input decisions.
    fn function(self: &Arc<Service>) -> Feel {
        let parameters = self.parameters().into_iter().map(|(name, kind)| (name, kind.feel.clone())).collect();
        let service = self.clone();
        let body = metered(Box::new(move |scope: &FeelScope| service.value(scope.peek().unwrap_or_default())));
        function(parameters, body, FeelContext::default(), Closure::default(), self.kind.feel.clone())
    }
}
