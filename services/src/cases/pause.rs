//! 特别程序 · testing, inspection, a hearing …: the clock pauses, on the eight grounds the law names and no other
//! (许可法 45, B4.1-07, CLK-09). The applicant is told in writing how long it will take.

use super::case::{Case, Rejection};
use super::chart;
use super::experts;
use super::hearing::{self, Hear};
use super::officer::{OfficerAct, reasoned};
use acts::{CaseAct, Examination};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

/// Longer than this is told nobody.
const MOST_DAYS: u32 = 120;

pub struct Pause {
    pub ground: String,
    pub told_days: u32,
    pub why: String,
    /// For a hearing alone.
    pub hearing: Option<Hear>,
    /// For a review by experts alone.
    pub experts: Vec<String>,
}

impl OfficerAct for Pause {
    const SLUG: &'static str = "pause";
    const TITLE: &'static str = "进入特别程序，暂停计时";
    const MEANS: &'static str =
        "只有《行政许可法》第四十五条列明的八种情形可以暂停。要书面告诉申请人需要多少天；收到报告的次日恢复计时。";
    const ACT: Act = Act::PauseClock;
    const NODE: &'static str = "examine";
    const KEY: Option<char> = Some('t');

    fn is_offered(case: &Case, item: &Item) -> bool {
        case.waits_at(Self::NODE) && item.process.node("await_testing").is_some()
    }

    fn fields(filled: &Filled, _: &Case, item: &Item) -> String {
        let options: Vec<(&str, &str)> = item.special_procedures.iter().map(|s| (s.ground.as_str(), s.ground.as_str())).collect();
        let usual = || item.special_procedures.iter().map(|s| s.usual_days);
        let (least, most) = (usual().min().unwrap_or(15), usual().max().unwrap_or(15));
        let usual = match least == most {
            true => format!("一般 {least} 个，最多 {MOST_DAYS} 个"),
            false => format!("一般 {least} 到 {most} 个，最多 {MOST_DAYS} 个"),
        };
        let hears = item.special_procedures.iter().any(|s| acts::is_heard(&s.ground));
        let reviews = item.special_procedures.iter().any(|s| acts::is_reviewed(&s.ground));
        let promise = match item.pauses_promise {
            true => "",
            false => "<p class=\"note\">这个事项只暂停法定时限，承诺时限照常计算。</p>",
        };
        [
            promise.to_owned(),
            filled.choice("ground", "哪一种情形", "radio", &options),
            filled.input("told_days", "告知申请人需要的工作日", &usual, "text", "inputmode=\"numeric\""),
            filled.textarea(
                "why",
                "为什么要做、由谁做",
                "写给申请人看，印在告知书上。例：对出厂批次做微生物检验，由六安市食品药品检验中心承担，费用由本机关负担",
                4,
            ),
            if reviews { experts::asks(filled) } else { String::new() },
            if hears { hearing::fields(filled) } else { String::new() },
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, _: &Item, today: NaiveDate) -> Result<Pause, Vec<FieldError>> {
        let mut errors = Vec::new();
        if posted.one("ground").is_empty() {
            errors.push(field_error("ground", "情形", "请选是哪一种情形", "Choose the ground"));
        }
        let told_days: u32 = forms::text::fold_digits(posted.one("told_days")).trim().parse().unwrap_or(0);
        if told_days == 0 || told_days > MOST_DAYS {
            errors.push(field_error(
                "told_days",
                "需要的工作日",
                &format!("需要的工作日请填 1 到 {MOST_DAYS} 的数字，例如 10"),
                "Enter a number of working days, for example 10",
            ));
        }
        let why = reasoned(posted, "why", "说明", "请写明为什么要做、由谁做", &mut errors);
        let ground = posted.one("ground").to_owned();
        let hearing = match acts::is_heard(&ground) {
            true => hearing::read(posted, today, &mut errors),
            false => None,
        };
        let experts = if acts::is_reviewed(&ground) { experts::read(posted, &mut errors) } else { Vec::new() };
        if errors.is_empty() { Ok(Pause { ground, told_days, why, hearing, experts }) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "暂停计时")?;
        let named = item.special_procedures.iter().find(|s| s.ground == self.ground);
        let Some(procedure) = named.filter(|_| acts::may_pause(&self.ground)) else {
            return Err(Rejection::NoSuchGround(self.ground.clone()));
        };
        experts::are_others(&self.experts, case, item)?;
        if let Some(hear) = &self.hearing {
            hearing::may_be_set(case, now)?;
            hear.is_another(case, item)?;
            hear.may_be_held(case, now)?;
            hear.is_within(self.told_days, now)?;
        }
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", "test")])?;
        let paused = CaseAct::ClockPaused {
            ground: self.ground.clone(),
            basis: procedure.basis.clone(),
            told_days: self.told_days,
            from: now.date(),
            pauses_promise: item.pauses_promise,
            hearing: self.hearing.as_ref().map(|hear| hear.hearing.clone()),
            moved: moved.clone(),
        };
        case.clocks_take(&paused, now.date())?;
        Ok(vec![
            CaseAct::Examined {
                outcome: "test".into(),
                moved,
                private: Some(Examination {
                    text: experts::told(&self.why, &self.experts),
                    proposes_grant: None,
                    chair: self.hearing.as_ref().map(|hear| hear.chair.clone()),
                    experts: self.experts.clone(),
                }),
            },
            paused,
            CaseAct::SealUsed { seal: "审批专用章".into(), document: "特别程序告知书".into() },
        ])
    }
}
