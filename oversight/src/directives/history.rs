//! 经过 · each act of a task, as it is told on its page.

use super::assignment::Assignment;
use super::{duty, figure};
use acts::{AssignmentAct, Entry, Figure, Handed};
use chrono::{DateTime, Utc};
use foundation::page::own;

/// One act of an assignment, as it is told.
pub struct Told {
    pub at: DateTime<Utc>,
    pub n: Option<i64>,
    pub name: &'static str,
    pub who: String,
    pub said: String,
    /// A figure of the record that came with it: what it counts, as computed then, and as computed now.
    pub evidence: Option<(Figure, String, String)>,
    /// How many files came with it, and those that the reader may open.
    pub papers: u32,
    pub files: Vec<Handed>,
}

impl Told {
    pub fn papers_zh(&self) -> String {
        format!("佐证材料 {} 份", self.papers)
    }
}

/// With what every task began: the act that issued its notice.
pub fn begun(n: Option<i64>, at: DateTime<Utc>, by: Option<String>) -> Told {
    let (who, said) = (by.unwrap_or_default(), String::new());
    Told { at, n, name: "印发", who, said, evidence: None, papers: 0, files: Vec::new() }
}

/// What a duty asks for, the words of the notice in it as they stand there.
fn spoken(key: &str, words: &str) -> String {
    let written = ["by:", "every:", "step:", "finding:"].iter().any(|kind| key.starts_with(kind)) && !duty::is_ours(words);
    match words.strip_prefix(duty::REPORTING) {
        Some(when) => format!("{}{}", duty::REPORTING, own(when)),
        None if written => own(words),
        None => words.to_owned(),
    }
}

/// `opens` says whether the reader may open the files of a unit.
pub fn told(n: Option<i64>, entry: Entry<AssignmentAct>, one: &Assignment, opens: &dyn Fn(&str) -> bool) -> Told {
    let mut evidence = None;
    let (mut papers, mut files) = (0, Vec::new());
    let step_name = |unit: &str, id: u32| {
        let all = one.plans.iter().rev().filter(|plan| plan.unit == unit).flat_map(|plan| &plan.steps);
        all.filter(|step| step.id == id).map(|step| step.name.clone()).next().unwrap_or_default()
    };
    let system = || "系统".to_owned();
    let office = |entry: &Entry<AssignmentAct>| entry.by.agency.clone().unwrap_or_default();
    let (name, who, said) = match entry.act.clone() {
        AssignmentAct::Planned { unit, version, goal, steps, .. } => {
            ("分解任务", unit, format!("第 {version} 版，共 {} 步。目标：{}", steps.len(), own(&goal)))
        }
        AssignmentAct::Reached { unit, step, text } => {
            let name = step_name(&unit, step);
            ("做到一步", unit, own(&format!("{name}：{text}")))
        }
        AssignmentAct::Proposed { unit, participant, reason, answer_by } => {
            ("商请参加", unit, format!("商请{participant}，{answer_by} 前答复：{}", own(&reason)))
        }
        AssignmentAct::Answered { participant, joins: true, reason } => ("同意参加", participant, own(&reason)),
        AssignmentAct::Answered { participant, joins: false, reason } => ("不参加", participant, own(&reason)),
        AssignmentAct::ObjectionDecided { participant, released: true, reason } => {
            ("准予不参加", office(&entry), format!("{participant}：{}", own(&reason)))
        }
        AssignmentAct::ObjectionDecided { participant, released: false, reason } => {
            ("仍要参加", office(&entry), format!("{participant}：{}", own(&reason)))
        }
        AssignmentAct::Reported { unit, done, text, evidence: figure, papers: count, private, .. } => {
            papers = count;
            files = private.filter(|_| opens(&unit)).map(|private| private.papers).unwrap_or_default();
            evidence = figure.map(|figure| (figure.clone(), figure::told(&figure.key, figure.n, figure.of), String::new()));
            (if done { "报告完成" } else { "报告进展" }, unit, own(&text))
        }
        AssignmentAct::Reminded { duty, words, units, due, days: 0, .. } => {
            let words = spoken(&duty, &words);
            ("提醒", system(), format!("{due} 到期，就是今天，提醒：{}。事项：{words}", units.join("、")))
        }
        AssignmentAct::Reminded { duty, words, units, due, days, .. } => {
            let words = spoken(&duty, &words);
            ("提醒", system(), format!("{due} 到期，还有 {days} 个工作日，提醒：{}。事项：{words}", units.join("、")))
        }
        AssignmentAct::Chased { units, due, nth, words, .. } if words.is_empty() => {
            ("催办", system(), format!("{due} 应报未报，第 {nth} 次催办，催：{}", units.join("、")))
        }
        AssignmentAct::Chased { duty, units, due, nth, words, .. } => {
            let words = spoken(&duty, &words);
            ("催办", system(), format!("{due} 到期没有办，第 {nth} 次催办，催：{}。事项：{words}", units.join("、")))
        }
        AssignmentAct::Inspected { text, unit: Some(unit), correct_by: Some(day), .. } => {
            ("检查发现问题", office(&entry), format!("由{unit}在 {day} 前整改：{}", own(&text)))
        }
        AssignmentAct::Inspected { text, .. } => ("检查", office(&entry), own(&text)),
        AssignmentAct::FindingAnswered { unit, text, .. } => ("报整改", unit, own(&text)),
        AssignmentAct::FindingReturned { reason, correct_by, .. } => {
            ("退回整改", office(&entry), format!("请在 {correct_by} 前再改：{}", own(&reason)))
        }
        AssignmentAct::FindingClosed { reason, .. } => ("问题销号", office(&entry), own(&reason)),
        AssignmentAct::MembersNamed { group, members, unlisted, .. } => {
            let members = members.join("、");
            let said = match unlisted.is_empty() {
                true => format!("{group}指：{members}"),
                false => format!("{group}指：{members}。名录里没有、核对过确有的：{}", unlisted.join("、")),
            };
            ("明确统称所指", office(&entry), said)
        }
        AssignmentAct::UnitReplaced { unit, instead, reason, unlisted, .. } => {
            let name = "改由别的单位";
            match instead {
                Some(instead) if unlisted.is_empty() => {
                    (name, office(&entry), format!("{unit}不再承担，改由{instead}：{}", own(&reason)))
                }
                Some(instead) => {
                    (name, office(&entry), format!("{unit}不再承担，改由{instead}（名录里没有，核对过确有）：{}", own(&reason)))
                }
                None => ("撤下单位", office(&entry), format!("{unit}：{}", own(&reason))),
            }
        }
        AssignmentAct::ReportingAdded { time, reason } => {
            ("补定按期的报告", office(&entry), format!("{}：{}", own(&time.words), own(&reason)))
        }
        AssignmentAct::DaySet { duty, day, reason } => {
            let before = duty.split_once(':').map_or("报告期限", |(_, before)| before);
            ("重定期限", office(&entry), format!("{before} 改到 {day}：{}", own(&reason)))
        }
        AssignmentAct::Closed { reason, to_come } => {
            let each = to_come.iter().map(|one| match one.carried {
                true => format!("{}：继续", own(&one.time.words)),
                false => format!("{}：到此为止，{}", own(&one.time.words), own(&one.reason)),
            });
            let said = std::iter::once(own(&reason)).chain(each).collect::<Vec<_>>().join("；");
            let goes_on = to_come.iter().any(|one| one.carried);
            (if goes_on { "核实，按期的事继续" } else { "核实办结" }, office(&entry), said)
        }
        AssignmentAct::Reopened { reason, report_by, anew } => {
            let each = anew.iter().map(|time| format!("{}：重新按期做", own(&time.words)));
            let said = std::iter::once(format!("请在 {report_by} 前报告：{}", own(&reason))).chain(each);
            ("重新督办", office(&entry), said.collect::<Vec<_>>().join("；"))
        }
        AssignmentAct::Withdrawn { reason } => ("通知撤回", office(&entry), own(&reason)),
    };
    Told { at: entry.at, n, name, who, said, evidence, papers, files }
}
