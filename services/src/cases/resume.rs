//! 恢复计时 · the report, the opinion of the experts or the record of the hearing has come; counting goes on the day after (CLK-09).

use super::case::{Case, Rejection};
use super::officer::{OfficerAct, needed};
use super::{chart, experts, hearing};
use acts::{CaseAct, Handed, Payer, Report};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::Filled;

#[derive(Default)]
pub struct Resume {
    pub result: String,
    /// The report itself.
    pub files: Vec<Handed>,
    /// The experts who signed it.
    pub experts: Vec<String>,
    /// A hearing that is not held after all; the result says why.
    pub not_held: bool,
}

/// A procedure ends with its paper (许可法 45). Where that was not handed in, it is named by its number and by what it says.
fn names_a_paper(result: &str) -> bool {
    const SHORTEST: usize = 8;
    result.chars().any(char::is_numeric) && result.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST
}

impl OfficerAct for Resume {
    const SLUG: &'static str = "resume";
    const TITLE: &'static str = "特别程序结束，恢复计时";
    const MEANS: &'static str = "登记特别程序的结果。暂停到今天为止，从明天起继续计时。";
    const ACT: Act = Act::ResumeClock;
    const NODE: &'static str = "await_testing";
    const KEY: Option<char> = Some('r');

    fn papers(_: &Case, _: &Item) -> &'static [(&'static str, &'static str, &'static str)] {
        &[("report", "报告、意见书或者笔录", "把报告传上来，听证要传笔录：申请人在自己的办件里也看得到。只有纸质的，扫描或拍照")]
    }

    fn with(self, files: Vec<Handed>) -> Resume {
        Resume { files, ..self }
    }

    fn fields(filled: &Filled, case: &Case, _: &Item) -> String {
        let result = filled.textarea(
            "result",
            "特别程序的结果",
            "文书编号、谁出具的、结论。例：LA2026-0311，六安市食品药品检验中心，所检项目合格",
            4,
        );
        let hears = case.pause.as_ref().is_some_and(|pause| pause.heard_on.is_some());
        let not_held = [("yes", "听证不举行了（没有人要求，或者不再需要），在上面写明原因；停下来的日子要算回期限里")];
        let not_held = if hears { filled.choice("not_held", "听证没有举行", "checkbox", &not_held) } else { String::new() };
        [result, experts::asks_who_signed(filled, case), not_held].concat()
    }

    fn read(posted: &Posted, case: &Case, _: &Item, _: NaiveDate) -> Result<Resume, Vec<FieldError>> {
        let mut errors = Vec::new();
        let result = needed(posted, "result", "结果", "请写文书编号、谁出具的和结论", &mut errors);
        let experts = experts::signed(posted, case, &mut errors);
        if errors.is_empty() {
            Ok(Resume { result, experts, not_held: posted.one("not_held") == "yes", ..Resume::default() })
        } else {
            Err(errors)
        }
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "恢复计时")?;
        // What the agency had done outside is part of the procedure: it is not over while that is.
        let heard = case.pause.as_ref().is_some_and(|pause| acts::is_heard(&pause.ground));
        let outside = case.engagements.iter().find(|one| one.paid_by == Payer::Agency && one.is_running());
        if let Some(one) = outside.filter(|_| !heard) {
            return Err(catalogue::intermediaries::Rejection::NotBack(one.name.clone()).into());
        }
        let not_held = self.not_held && heard;
        if not_held && case.hearing.as_ref().and_then(|right| right.answer).is_some_and(|answer| answer.wants) {
            return Err(Rejection::HearingWanted);
        }
        if !not_held {
            hearing::concludes(case.pause.as_ref(), self.files.is_empty(), now.date())?;
        }
        if !not_held && self.files.is_empty() && !names_a_paper(&self.result) {
            return Err(Rejection::NoReport);
        }
        let ground = case.pause.as_ref().map(|p| p.ground.clone()).unwrap_or_default();
        let moved = chart::message(case, item, "testing_report")?;
        let private = Some(Report { result: self.result.clone(), files: self.files.clone(), experts: self.experts.clone() });
        // Only what a procedure needs is not counted (许可法 45): a hearing that is not held needed none, and its days count after all.
        let from = case.pause.as_ref().map_or(now.date(), |pause| pause.from);
        let to = if not_held { from } else { now.date() };
        let resumed = CaseAct::ClockResumed { ground, to, done: !not_held, moved, private };
        case.clocks_take(&resumed, now.date())?;
        Ok(vec![resumed])
    }
}
