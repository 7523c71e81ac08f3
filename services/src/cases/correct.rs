//! 一次性告知补正 · tell everything that is missing, once (B4.1-01, 许可法 32(4)). A second notice does not exist (B4.1-03, F068).

use super::case::{Case, Rejection};
use super::officer::OfficerAct;
use super::{accept, chart, submit};
use acts::{CaseAct, Missing};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use std::fmt::Write;

/// Working days for the supplement, where the officer says nothing else; the law names none, so it must be reasonable (B4.1-22).
pub const USUAL_DAYS: u32 = 15;
const DAYS: std::ops::RangeInclusive<u32> = 5..=60;

pub struct Correct {
    pub missing: Vec<Missing>,
    /// How many working days the applicant has.
    pub days: u32,
}

/// What of a step may be asked to be mended: not who applies, which is no statement of the applicant's. Whoever applied as somebody else withdraws.
fn mendable<'a>(case: &'a Case, item: &'a Item, step: &'a forms::Step) -> impl Iterator<Item = &'a forms::Field> {
    item.form.asked(step, &case.answers).filter(|field| !submit::is_known_of(case, field))
}

impl OfficerAct for Correct {
    const SLUG: &'static str = "correct";
    const TITLE: &'static str = "一次性告知补正";
    const MEANS: &'static str =
        "把缺的、要改的一次说全，以后不能再提新的要求。告知书马上发给申请人，写明补正的最后一天；补齐之日起重新计算受理期限。";
    const ACT: Act = Act::RequestCorrection;
    const NODE: &'static str = "check_acceptance";
    const KEY: Option<char> = Some('b');

    fn over(case: &Case) -> Option<Rejection> {
        case.correction.as_ref().map(|told| Rejection::CorrectionAlreadyTold(told.told_on))
    }

    fn is_offered(case: &Case, _: &Item) -> bool {
        case.waits_at(Self::NODE) && case.correction.is_none()
    }

    fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
        let absent = accept::missing(case, item);
        let mut out = format!(
            r#"<p class="hint" style="margin-top:1.5rem" id="f-what" tabindex="-1">{}</p>"#,
            filled.t("缺少的材料系统已经替您勾好，请写明怎么补；齐了但要更正的，也在这里一起说。")
        );
        for material in item.materials_for(&case.answers) {
            out.push_str(&row(filled, "m", &material.key, &material.name, absent.contains(&material.name)));
        }
        let _ = write!(out, r#"<h2 style="margin-top:2rem">{}</h2>"#, filled.t("申请表里要改的"));
        for step in item.form.steps_asked(&case.answers) {
            let ticked = |field: &&forms::Field| filled.entered.contains_key(&format!("f_{}", field.key));
            let fields: Vec<_> = mendable(case, item, step).collect();
            if fields.is_empty() {
                continue;
            }
            let open = if fields.iter().any(ticked) { " open" } else { "" };
            let _ = write!(out, "<details{open}><summary>{}</summary>", filled.t(&step.title));
            for field in fields {
                out.push_str(&row(filled, "f", &field.key, &field.label, false));
            }
            out.push_str("</details>");
        }
        let hint = format!("不填就是 {USUAL_DAYS} 个，可以填 {} 到 {}。最后一天印在告知书上", DAYS.start(), DAYS.end());
        out.push_str(&filled.input("days", "给申请人多少个工作日补正", &hint, "text", "inputmode=\"numeric\""));
        out
    }

    fn read(posted: &Posted, case: &Case, item: &Item, _: NaiveDate) -> Result<Correct, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut missing = Vec::new();
        let materials = item.materials_for(&case.answers).into_iter().map(|m| ("m", &m.key, m.key.clone(), &m.name));
        let steps = item.form.steps_asked(&case.answers);
        let fields = steps.into_iter().flat_map(|step| mendable(case, item, step));
        let fields = fields.map(|f| ("f", &f.key, Missing::field(&f.key), &f.label));
        for (group, key, what, label) in materials.chain(fields) {
            if posted.one(&format!("{group}_{key}")) != "yes" {
                continue;
            }
            let key = format!("why_{group}_{key}");
            let why = forms::text::fold_text(posted.one(&key)).trim().to_owned();
            if why.is_empty() {
                errors.push(field_error(&key, label, &format!("请写明“{label}”怎么补、怎么改"), "Say how to mend it"));
            }
            if let Some(vague) = forms::catch_all(&why) {
                errors.push(field_error(
                    &key,
                    label,
                    &format!("“{vague}”说得不清楚，请写出具体是哪一份"),
                    "Name the paper you mean",
                ));
            }
            missing.push(Missing { what, label: label.clone(), why });
        }
        if missing.is_empty() && errors.is_empty() {
            errors.push(field_error(
                "what",
                "补正内容",
                "请勾选缺少或要更正的材料，或者申请表里要改的地方",
                "Choose what is missing",
            ));
        }
        let days = match forms::text::fold_digits(posted.one("days")).trim() {
            "" => Some(USUAL_DAYS),
            said => said.parse().ok().filter(|days| DAYS.contains(days)),
        };
        if days.is_none() {
            let zh = format!("补正的工作日请填 {} 到 {} 的数字，例如 {USUAL_DAYS}", DAYS.start(), DAYS.end());
            errors.push(field_error("days", "补正的工作日", &zh, "Enter a number of working days, for example 15"));
        }
        match days {
            Some(days) if errors.is_empty() => Ok(Correct { missing, days }),
            _ => Err(errors),
        }
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        // Whoever asks a second time is told, and on record, as such, also while the first demand waits (B4.1-03).
        if let Some(told) = case.correction.as_ref().filter(|_| !case.stage.is_concluded()) {
            return Err(Rejection::CorrectionAlreadyTold(told.told_on));
        }
        case.must_wait_at(Self::NODE, "告知补正")?;
        if self.missing.is_empty() {
            return Err(Rejection::NothingMissing);
        }
        // One notice of everything: what is plainly absent may not be left for a second time.
        let told: Vec<&str> = self.missing.iter().filter(|m| m.as_field().is_none()).map(|m| m.label.as_str()).collect();
        let left: Vec<String> = accept::missing(case, item).into_iter().filter(|name| !told.contains(&name.as_str())).collect();
        if !left.is_empty() {
            return Err(Rejection::MaterialsMissing(left));
        }
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", "correct")])?;
        Ok(vec![
            CaseAct::CorrectionRequested {
                count: self.missing.len(),
                until: Some(now.calendar.add_working_days(now.date(), self.days)),
                moved,
                private: Some(self.missing.clone()),
            },
            CaseAct::SealUsed { seal: "审批专用章".into(), document: "补正一次性告知书".into() },
        ])
    }
}

/// One thing the notice may name: a box to tick, and how to mend it. `group` keeps papers and fields of the form apart.
fn row(filled: &Filled, group: &str, key: &str, label: &str, absent: bool) -> String {
    let (box_, how) = (format!("{group}_{key}"), format!("why_{group}_{key}"));
    let why = filled.entered.get(&how).and_then(|v| v.last()).cloned();
    let why = why.unwrap_or_else(|| if absent { "没有提交，请补交".into() } else { String::new() });
    let chosen = if filled.entered.is_empty() { absent } else { filled.entered.contains_key(&box_) };
    let error = filled.errors.iter().find(|e| e.field == how);
    format!(
        r#"<div class="field{}"><div class="choice"><label><input type="checkbox" id="f-{box_}" name="{box_}" value="yes"{}><span>{}{}</span></label></div>{}<label class="hint" for="f-{how}">{}</label><input class="input" type="text" id="f-{how}" name="{how}" value="{}"></div>"#,
        if error.is_some() { " field--bad" } else { "" },
        if chosen { " checked" } else { "" },
        filled.t(label),
        match absent {
            true => format!(r#" <span class="tag tag--warn">{}</span>"#, filled.t("没有提交")),
            false => String::new(),
        },
        error.map_or(String::new(), |e| format!(r#"<span class="err">{}</span>"#, filled.t(&filled.said(e)))),
        filled.t("怎么补、怎么改"),
        html(&why),
    )
}

pub(crate) fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
