//! The question itself (F156). Only what the question is about is handed to Cedar: one person, one act, one thing.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression as Value,
};
use serde::{Deserialize, Serialize};

use crate::{Act, Authority, Circumstance, Principal, Resource};

/// The answer, with the policies that gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the act is allowed.
    pub allowed: bool,
    /// If allowed, the policies that grant it. If refused, the prohibitions that fired; empty means that no policy
    /// grants it. Ordered by file and line.
    pub grounds: Vec<Ground>,
}

impl Verdict {
    /// One Chinese sentence for the person refused (or allowed).
    pub fn sentence(&self) -> String {
        match (self.grounds.as_slice(), self.allowed) {
            ([], true) => "允许".into(),
            ([], false) => "没有任何政策授予这项权限".into(),
            (grounds, _) => grounds.iter().map(|g| g.reason.as_str()).collect::<Vec<_>>().join("；"),
        }
    }
}

/// One policy on which an answer rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// The policy's `@id`.
    pub policy: String,
    /// The file it stands in.
    pub file: String,
    /// Its `@reason`: a Chinese sentence with the legal basis.
    pub reason: String,
}

/// The entity types of the schema, parsed once.
pub(crate) struct Types {
    person: EntityTypeName,
    role: EntityTypeName,
    case: EntityTypeName,
    draft: EntityTypeName,
    agency: EntityTypeName,
    centre: EntityTypeName,
    site: EntityTypeName,
}

impl Types {
    pub(crate) fn new() -> Types {
        let named = |name: &str| name.parse().expect("a plain identifier is an entity type name");
        Types {
            person: named("Person"),
            role: named("Role"),
            case: named("Case"),
            draft: named("Draft"),
            agency: named("Agency"),
            centre: named("Centre"),
            site: named("Site"),
        }
    }
}

impl Authority {
    /// May `who` do `act` on `on`, done as `how` says?
    ///
    /// Fails closed: an act that the schema does not know for this kind of thing is refused, and so is any question
    /// in which a policy could not be evaluated.
    pub fn may(&self, who: &Principal, act: Act, on: &Resource, how: &Circumstance) -> Verdict {
        self.ask(who, act, on, how).unwrap_or_else(|fault| Verdict {
            allowed: false,
            grounds: vec![Ground { policy: String::new(), file: String::new(), reason: fault }],
        })
    }

    fn ask(&self, who: &Principal, act: Act, on: &Resource, how: &Circumstance) -> Result<Verdict, String> {
        let action = &self.actions[&act];
        let person = self.person(who)?;
        let thing = self.thing(on)?;
        let context = Context::from_pairs(circumstance(how)).map_err(unanswerable)?;
        let Ok(request) = Request::new(person.uid(), action.uid(), thing.uid(), context, Some(&self.schema)) else {
            // Not a fault: deciding on a whole site or resuming an agency is simply nothing anybody can do.
            return Ok(Verdict { allowed: false, grounds: vec![] });
        };
        let entities = Entities::from_entities([person, thing, action.clone()], None).map_err(unanswerable)?;

        let answer = Authorizer::new().is_authorized(&request, &self.policies, &entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(unanswerable(error));
        }
        let mut rules: Vec<_> = answer.diagnostics().reason().filter_map(|id| self.rule(id.as_ref())).collect();
        rules.sort_by_key(|rule| (&rule.file, rule.line));
        Ok(Verdict {
            allowed: answer.decision() == Decision::Allow,
            grounds: rules
                .into_iter()
                .map(|rule| Ground { policy: rule.id.clone(), file: rule.file.clone(), reason: rule.reason.clone() })
                .collect(),
        })
    }

    fn person(&self, who: &Principal) -> Result<Entity, String> {
        let roles: HashSet<_> = who.roles.iter().map(|role| uid(&self.types.role, role)).collect();
        let mut facts = HashMap::from([
            ("id".to_owned(), text(&who.id)),
            ("organisations".to_owned(), texts(&who.organisations)),
            ("relatives".to_owned(), texts(&who.relatives)),
            ("cards".to_owned(), texts(&who.cards)),
            ("entrusted".to_owned(), texts(&who.entrusted)),
        ]);
        if let Some(agency) = &who.agency {
            facts.insert("agency".to_owned(), text(agency));
        }
        if let Some(centre) = &who.centre {
            facts.insert("centre".to_owned(), text(centre));
        }
        Entity::new(uid(&self.types.person, &who.id), facts, roles).map_err(unanswerable)
    }

    fn thing(&self, on: &Resource) -> Result<Entity, String> {
        let (uid, facts) = match on {
            Resource::Case(case) => (
                uid(&self.types.case, &case.no),
                vec![
                    ("no", text(&case.no)),
                    ("agency", text(&case.agency)),
                    ("applicant", text(&case.applicant)),
                    ("filed_by", text(&case.filed_by)),
                    ("together", texts(&case.together)),
                    ("cards", texts(&case.cards)),
                    ("errand", text(&case.errand)),
                    ("stage", text(&case.stage)),
                    ("kind", text(&case.kind)),
                    ("ordinary", Value::new_bool(case.ordinary)),
                ],
            ),
            Resource::Draft { owner } => (uid(&self.types.draft, owner), vec![("owner", text(owner))]),
            Resource::Agency { key } => (uid(&self.types.agency, key), vec![("agency", text(key))]),
            Resource::Centre { key, manager, government } => (
                uid(&self.types.centre, key),
                vec![("key", text(key)), ("manager", text(manager)), ("government", text(government))],
            ),
            Resource::Site => (uid(&self.types.site, "site"), vec![]),
        };
        let facts = facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Entity::new(uid, facts, HashSet::new()).map_err(unanswerable)
    }
}

fn circumstance(how: &Circumstance) -> Vec<(String, Value)> {
    let mut facts = vec![
        ("at_counter".to_owned(), Value::new_bool(how.at_counter)),
        ("seal".to_owned(), Value::new_bool(how.seal)),
        ("comprehensive".to_owned(), Value::new_bool(how.comprehensive)),
        ("head_approved".to_owned(), Value::new_bool(how.head_approved)),
        ("demo".to_owned(), Value::new_bool(how.demo)),
    ];
    if let Some(outcome) = &how.outcome {
        facts.push(("outcome".to_owned(), text(outcome)));
    }
    facts
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn text(value: &str) -> Value {
    Value::new_string(value.to_owned())
}

fn texts(values: &[String]) -> Value {
    Value::new_set(values.iter().map(|value| text(value)))
}

fn unanswerable(error: impl std::fmt::Display) -> String {
    format!("权限政策无法回答，按不允许处理：{error}")
}
