//! Reading the policy files. Nothing half-understood is ever loaded: every mistake in every file is told at once, with
//! its file and line, and then nothing is loaded at all.

use std::collections::HashMap;
use std::fmt;

use cedar_policy::{Effect, Entity, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use miette::Diagnostic;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Act;
use crate::ask::Types;

/// The policies in force. Loaded once, shared by every request.
pub struct Authority {
    pub(crate) schema: Schema,
    pub(crate) policies: PolicySet,
    pub(crate) actions: HashMap<Act, Entity>,
    pub(crate) types: Types,
    files: Vec<PolicyFile>,
    rules: Vec<Rule>,
    by_id: HashMap<String, usize>,
    hash: String,
}

/// One policy file as it was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyFile {
    /// File name, such as `counter.cedar`.
    pub name: String,
    /// Its text, unchanged.
    pub text: String,
    /// SHA-256 of the text, in hexadecimal.
    pub hash: String,
}

/// One policy, as a page shows it to whoever asks "who may do this, and why?" (F156).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The `@id`.
    pub id: String,
    /// The file it stands in.
    pub file: String,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// True for a prohibition (`forbid`), false for a grant (`permit`).
    pub forbids: bool,
    /// The `@reason`.
    pub reason: String,
    /// The policy's own text.
    pub text: String,
    /// The acts it speaks of.
    pub acts: Vec<Act>,
}

/// One mistake in the policy files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// The file.
    pub file: String,
    /// The line, from 1; `None` if the mistake has no place, such as a missing file.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{} 第 {line} 行：{}", self.file, self.message),
            None => write!(f, "{}：{}", self.file, self.message),
        }
    }
}

/// The policy files were refused; all that is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("权限政策有 {} 处错误，未装载：\n{}", .faults.len(),
        .faults.iter().map(PolicyFault::to_string).collect::<Vec<_>>().join("\n"))]
pub struct AuthorityFault {
    /// Every mistake, by file and line.
    pub faults: Vec<PolicyFault>,
}

impl AuthorityFault {
    fn unless_empty(mut faults: Vec<PolicyFault>) -> Result<(), AuthorityFault> {
        if faults.is_empty() {
            return Ok(());
        }
        faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        faults.dedup();
        Err(AuthorityFault { faults })
    }
}

const SCHEMA: &str = ".cedarschema";
const POLICY: &str = ".cedar";

impl Authority {
    /// Parses and checks policy files, given as (name, text): one `*.cedarschema` and any number of `*.cedar`.
    /// Other files (a table, a README) are ignored, so that a whole folder can be handed over.
    ///
    /// # Errors
    /// Every mistake found, with file and line: syntax, a word the schema does not know, a policy that can never
    /// apply, a policy without `@id` or `@reason`, an id used twice, an act the schema forgets.
    pub fn load(files: &[(String, String)]) -> Result<Authority, AuthorityFault> {
        let mut files: Vec<PolicyFile> = files
            .iter()
            .filter(|(name, _)| name.ends_with(SCHEMA) || name.ends_with(POLICY))
            .map(|(name, text)| PolicyFile { name: name.clone(), text: text.clone(), hash: hex::encode(Sha256::digest(text)) })
            .collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));

        let schema = schema(&files)?;
        let actions = actions(&files, &schema)?;

        let mut faults = vec![];
        let mut rules: Vec<Rule> = vec![];
        let mut policies = PolicySet::new();
        for file in files.iter().filter(|file| file.name.ends_with(POLICY)) {
            for (policy, rule) in read(file, &actions, &mut faults) {
                match policies.add(policy) {
                    Ok(()) => rules.push(rule),
                    Err(_) => {
                        let first = rules.iter().find(|other| other.id == rule.id);
                        let at = first.map(|r| format!("{} 第 {} 行", r.file, r.line)).unwrap_or_default();
                        let message = format!("@id(\"{}\") 已用于 {at}", rule.id);
                        faults.push(PolicyFault { file: rule.file, line: Some(rule.line), message });
                    }
                }
            }
        }
        let by_id = rules.iter().enumerate().map(|(i, rule)| (rule.id.clone(), i)).collect();

        let mut authority = Authority { hash: hash(&files), types: Types::new(), schema, policies, actions, files, rules, by_id };
        faults.extend(authority.validate());
        AuthorityFault::unless_empty(faults)?;
        authority.rules.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        authority.by_id = authority.rules.iter().enumerate().map(|(i, rule)| (rule.id.clone(), i)).collect();
        Ok(authority)
    }

    /// SHA-256 over all files, sorted by name: what was in force when an act was allowed. Each file counts as its
    /// name, its length and its text, so that nothing can slip from one file into the next unseen.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The files in force, sorted by name.
    pub fn files(&self) -> &[PolicyFile] {
        &self.files
    }

    /// Every policy in force, by file and line.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The policies that speak of one act: who may do it, who may not, and why (F156).
    pub fn rules_on(&self, act: Act) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.acts.contains(&act))
    }

    pub(crate) fn rule(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|&i| &self.rules[i])
    }

    /// Strict validation: every word of every policy against the schema. A policy that could never apply is a
    /// mistake too: somebody meant something by it.
    fn validate(&self) -> Vec<PolicyFault> {
        let result = Validator::new(self.schema.clone()).validate(&self.policies, ValidationMode::Strict);
        let mut faults = vec![];
        let mut tell = |id: &PolicyId, finding: &dyn Diagnostic| {
            let Some(rule) = self.rule(id.as_ref()) else {
                return;
            };
            let Some(file) = self.files.iter().find(|file| file.name == rule.file) else {
                return;
            };
            faults.extend(tell(file, finding, Some(rule.line)));
        };
        for error in result.validation_errors() {
            tell(error.policy_id(), error);
        }
        for warning in result.validation_warnings() {
            tell(warning.policy_id(), warning);
        }
        faults
    }
}

fn schema(files: &[PolicyFile]) -> Result<Schema, AuthorityFault> {
    let found: Vec<_> = files.iter().filter(|file| file.name.ends_with(SCHEMA)).collect();
    let [file] = found.as_slice() else {
        let message = format!("须恰有一个，现有 {} 个", found.len());
        return Err(AuthorityFault { faults: vec![PolicyFault { file: format!("*{SCHEMA}"), line: None, message }] });
    };
    match Schema::from_cedarschema_str(&file.text) {
        Ok((schema, warnings)) => {
            let faults = warnings.flat_map(|warning| tell(file, &warning, None)).collect();
            AuthorityFault::unless_empty(faults).map(|()| schema)
        }
        Err(error) => Err(AuthorityFault { faults: tell(file, &error, None) }),
    }
}

/// The Cedar entity of each act, with the groups it belongs to. The schema and [`Act`] must name the same acts.
fn actions(files: &[PolicyFile], schema: &Schema) -> Result<HashMap<Act, Entity>, AuthorityFault> {
    let file = files.iter().find(|file| file.name.ends_with(SCHEMA)).map(|f| f.name.clone()).unwrap_or_default();
    let fault = |message: String| PolicyFault { file: file.clone(), line: None, message };
    let entities = schema.action_entities().map_err(|error| AuthorityFault { faults: vec![fault(error.to_string())] })?;
    let entities: HashMap<String, Entity> =
        entities.iter().map(|entity| (entity.uid().id().unescaped().to_owned(), entity.clone())).collect();

    let mut faults = vec![];
    let mut actions = HashMap::new();
    for act in Act::ALL {
        match entities.get(act.as_str()) {
            Some(entity) => _ = actions.insert(*act, entity.clone()),
            None => faults.push(fault(format!("缺少行为 {act}（{}）", act.name()))),
        }
    }
    // A group applies to nothing; an action that does and is no Act could be granted, yet never asked for.
    for uid in schema.actions() {
        let name = uid.id().unescaped();
        let grantable = schema.resources_for_action(uid).is_some_and(|mut things| things.next().is_some());
        if grantable && name.parse::<Act>().is_err() {
            faults.push(fault(format!("程序没有行为 {name}")));
        }
    }
    AuthorityFault::unless_empty(faults).map(|()| actions)
}

/// The policies of one file, each under its own `@id`.
fn read(file: &PolicyFile, actions: &HashMap<Act, Entity>, faults: &mut Vec<PolicyFault>) -> Vec<(Policy, Rule)> {
    let set: PolicySet = match file.text.parse() {
        Ok(set) => set,
        Err(error) => {
            faults.extend(tell(file, &error, None));
            return vec![];
        }
    };
    for template in set.templates() {
        let message = format!("不用模板（{}）：每条政策须自己说完整", template.id());
        faults.push(PolicyFault { file: file.name.clone(), line: None, message });
    }
    let mut read = vec![];
    let mut from = 0;
    let mut in_order: Vec<_> = set.policies().collect();
    // Cedar numbers the policies of a file policy0, policy1, …; as text, policy10 would come before policy2.
    in_order.sort_by_key(|policy| number(policy.id()));
    for policy in in_order {
        let text = policy.to_cedar().unwrap_or_default();
        // Where the policy's own text begins; policies are met in order, so the search never goes back.
        let at = file.text[from..].find(text.trim()).map_or(from, |found| from + found);
        from = (at + text.trim().len()).min(file.text.len());
        let line = line_of(&file.text, at);
        let mut annotation = |name: &str| {
            let value = policy.annotation(name).map(str::trim).filter(|value| !value.is_empty());
            if value.is_none() {
                let message = format!("政策没有 @{name} 注释");
                faults.push(PolicyFault { file: file.name.clone(), line: Some(line), message });
            }
            value.map(str::to_owned)
        };
        let (Some(id), Some(reason)) = (annotation("id"), annotation("reason")) else {
            continue;
        };
        let rule = Rule {
            id: id.clone(),
            file: file.name.clone(),
            line,
            forbids: policy.effect() == Effect::Forbid,
            reason,
            text: text.trim().to_owned(),
            acts: acts(policy, actions),
        };
        read.push((policy.new_id(PolicyId::new(id)), rule));
    }
    read
}

fn number(id: &PolicyId) -> usize {
    let id: &str = id.as_ref();
    id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(usize::MAX)
}

fn acts(policy: &Policy, actions: &HashMap<Act, Entity>) -> Vec<Act> {
    use cedar_policy::ActionConstraint::{Any, Eq, In};
    let named = match policy.action_constraint() {
        Any => return Act::ALL.to_vec(),
        Eq(uid) => vec![uid],
        In(uids) => uids,
    };
    Act::ALL
        .iter()
        .copied()
        .filter(|act| {
            let entity = &actions[act];
            let groups = entity.clone().into_inner().2;
            named.iter().any(|uid| *uid == entity.uid() || groups.contains(uid))
        })
        .collect()
}

/// What Cedar found, and where. A finding without a place of its own is told at the line where its policy begins.
fn tell(file: &PolicyFile, finding: &dyn Diagnostic, otherwise: Option<usize>) -> Vec<PolicyFault> {
    let mut message = finding.to_string();
    // Cedar names the policy in front of each message; the file and line say it better.
    if let Some((_, rest)) = message.split_once("`, ").filter(|(head, _)| head.starts_with("for policy `")) {
        message = rest.to_owned();
    }
    let labels: Vec<_> = finding.labels().into_iter().flatten().collect();
    for label in labels.iter().filter_map(|label| label.label()) {
        message = format!("{message}（{label}）");
    }
    if let Some(help) = finding.help() {
        message = format!("{message}（{help}）");
    }
    let line = labels.first().map(|label| line_of(&file.text, label.offset())).or(otherwise);
    let mut faults = vec![PolicyFault { file: file.name.clone(), line, message }];
    for related in finding.related().into_iter().flatten() {
        faults.extend(tell(file, related, otherwise));
    }
    faults
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn hash(files: &[PolicyFile]) -> String {
    let mut sum = Sha256::new();
    for file in files {
        sum.update(format!("{}\n{}\n", file.name, file.text.len()));
        sum.update(&file.text);
    }
    hex::encode(sum.finalize())
}
