//! 风险点和预警规则 · what is on record of each step of each matter and of each rule: as the house brings it until somebody writes a version, another
//! person publishes it, and it binds (A6, F054). Versions stand in the table of supervision rules; points of the house are read off the charts.

use crate::supervision::book;
use acts::{Control, RiskLevel};
use catalogue::Item;
use chrono::{DateTime, Utc};
use foundation::Stop;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// 廉政风险点 · at one step of one matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub item: String,
    pub node: String,
    pub level: RiskLevel,
    /// What can go wrong, in plain words.
    pub wrong: String,
    /// What is done against it.
    pub against: String,
    pub controls: Vec<Control>,
    /// The role that answers for it.
    pub who: String,
    pub source: String,
}

impl Point {
    /// Its number among the versions.
    pub fn id(&self) -> String {
        id(&self.item, &self.node)
    }
    pub fn who_zh(&self) -> &'static str {
        who_zh(&self.who)
    }
}

pub fn who_zh(role: &str) -> &'static str {
    match role {
        "counter_officer" => "经办的工作人员",
        "chief_representative" => "首席代表",
        _ => "单位负责人",
    }
}

pub fn id(item: &str, node: &str) -> String {
    format!("F054/{item}/{node}")
}

impl HitRule {
    /// Its number among the versions.
    pub fn key(&self) -> String {
        format!("F054/{}", self.id)
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Two that come together in case after case.
    Pairs,
    /// How fast, beside what is usual.
    Speed,
    /// What is shared with whoever handles it.
    Relation,
}

/// 预警规则 · when the record is worth a look; its numbers are data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitRule {
    pub id: String,
    pub name: String,
    pub says: String,
    /// What is ordinary, and what would explain it.
    pub ordinary: String,
    pub explains: String,
    /// The step whose point says level and control.
    pub node: String,
    pub look: Look,
    pub of: String,
    /// More than `more` of the last `last`; of a speed, percent of the usual after at least `last` cases.
    pub last: u32,
    pub more: u32,
    /// Percent of what others handle from which on it is ordinary for all.
    pub others: u32,
    /// Days for which it is quiet after it was closed.
    pub quiet: u32,
}

#[derive(Deserialize)]
struct Step {
    level: RiskLevel,
    controls: Vec<Control>,
    who: String,
}

#[derive(Deserialize)]
struct Steps {
    source: String,
    steps: BTreeMap<String, Step>,
    otherwise: Step,
}

static STEPS: LazyLock<Steps> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../definitions/integrity/points.json"))
        .unwrap_or_else(|error| panic!("points: {error}"))
});

/// The rules that the house brings.
pub static SHIPPED: LazyLock<Vec<HitRule>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../definitions/integrity/rules.json"))
        .unwrap_or_else(|error| panic!("rules: {error}"))
});

/// The points that the house brings for a matter, one for each step of its staff: level and control by the kind of step, words by its chart.
pub fn shipped(item: &Item) -> Vec<Point> {
    let tasks = item.process.nodes().iter().filter(|node| node.element.ends_with("userTask"));
    tasks
        .map(|node| {
            let step = STEPS.steps.get(&node.id).unwrap_or(&STEPS.otherwise);
            let said = node.extension.get("risk").map_or("", String::as_str);
            let (wrong, against) = said.split_once('：').unwrap_or((said, ""));
            Point {
                item: item.slug.clone(),
                node: node.id.clone(),
                level: step.level,
                wrong: wrong.to_owned(),
                against: against.to_owned(),
                controls: step.controls.clone(),
                who: step.who.clone(),
                source: STEPS.source.clone(),
            }
        })
        .collect()
}

/// What was published instead of what the house brings, by its number.
pub struct Changed(HashMap<String, (i32, String)>);

impl Changed {
    pub async fn read(conn: &mut PgConnection, at: DateTime<Utc>) -> Result<Changed, Stop> {
        let rows = book::in_force(conn, book::INTEGRITY, at).await?;
        Ok(Changed(rows.into_iter().map(|row| (row.id, (row.version, row.text))).collect()))
    }

    /// The points of a matter as they bind, with the version of those that were written here.
    pub fn points(&self, item: &Item) -> Vec<(Point, Option<i32>)> {
        let written = |point: &Point| {
            let (version, text) = self.0.get(&point.id())?;
            Some((serde_json::from_str::<Point>(text).ok()?, Some(*version)))
        };
        shipped(item).into_iter().map(|point| written(&point).unwrap_or((point, None))).collect()
    }

    /// The rules as they bind.
    pub fn rules(&self) -> Vec<(HitRule, Option<i32>)> {
        let written = |rule: &HitRule| {
            let (version, text) = self.0.get(&rule.key())?;
            Some((serde_json::from_str::<HitRule>(text).ok()?, Some(*version)))
        };
        SHIPPED.iter().map(|rule| written(rule).unwrap_or((rule.clone(), None))).collect()
    }
}
