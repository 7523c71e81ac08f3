//! 两个时限 · what an act does to the promised and the statutory limit of its case (CLK-08 to CLK-10). Whoever folds acts folds
//! the clocks here, so that the case, the board and supervision never count differently.

use crate::{ActBody, CaseAct};
use calendar::{Clock, ClockError};
use chrono::NaiveDate;

/// 行政许可法 45, whole and closed (B4.1-07): a site survey, a collective discussion or publicity is not on it.
pub const PAUSE_GROUNDS: [&str; 8] = ["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"];

/// Whether the clock may pause on this ground, which may join several of the eight: “检验、检测”.
pub fn may_pause(ground: &str) -> bool {
    ground.split(['、', '，', ',', '和', '或']).map(str::trim).all(|part| PAUSE_GROUNDS.contains(&part))
}

/// Whether the ground is a hearing, or has one in it: it has rules of its own (许可法 46–48).
pub fn is_heard(ground: &str) -> bool {
    ground.contains(PAUSE_GROUNDS[0])
}

/// Whether experts review it, alone or with other procedures.
pub fn is_reviewed(ground: &str) -> bool {
    ground.contains(PAUSE_GROUNDS[7])
}

/// Which of the two limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    Promised,
    Statutory,
}

impl CaseAct {
    /// Starts, pauses, resumes, extends or stops one of the clocks of the case; `on` is the day of the act. Who decides asks first
    /// and tells what the clock refuses, so that who folds has nothing to refuse.
    pub fn turn(&self, term: Term, clock: &mut Option<Clock>, on: NaiveDate) -> Result<(), ClockError> {
        use CaseAct::*;
        if let Accepted { promised, statutory, .. } | DeemedAccepted { promised, statutory, .. } = self {
            *clock = Some(if term == Term::Promised { promised } else { statutory }.clone());
        }
        let Some(clock) = clock else { return Ok(()) };
        let open = |ground: &str| clock.pauses.iter().any(|pause| pause.to.is_none() && pause.ground == ground);
        match self {
            // What was never paused has nothing to resume.
            ClockPaused { pauses_promise: false, .. } if term == Term::Promised => Ok(()),
            ClockResumed { ground, .. } if term == Term::Promised && !open(ground) => Ok(()),
            ClockPaused { ground, basis, from, .. } => clock.pause(ground, basis, *from),
            ClockResumed { ground, to, .. } => clock.resume(ground, *to),
            // The reason is for the applicant; the clock keeps by which article.
            Extended { added, on, approver, reason, .. } if reason.is_empty() => {
                clock.extend(*added, *on, approver, self.ground().unwrap_or_default())
            }
            Extended { added, on, approver, reason, .. } => clock.extend(*added, *on, approver, reason),
            act => act.concludes(on).map_or(Ok(()), |day| clock.stop(day)),
        }
    }

    /// The last day of the case, when this act, done `on` that day, ends it.
    pub fn concludes(&self, on: NaiveDate) -> Option<NaiveDate> {
        use CaseAct::*;
        match self {
            Granted { on, .. } | Denied { on, .. } | DeemedRenewed { on, .. } => Some(*on),
            AcceptanceRefused { .. } | NotRequired { .. } | Withdrawn { .. } => Some(on),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Moved;
    use calendar::{Calendar, Limit};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Ten working days promised and twenty by law from Monday 2 March 2026; testing from Wednesday to Friday.
    fn tested(pauses_promise: bool) -> [NaiveDate; 2] {
        let moved = Moved { state: serde_json::from_value(STATE.parse().unwrap()).unwrap(), took: Vec::new() };
        let limit = |n| Clock::start(day("2026-03-02"), Limit::working_days(n));
        let acts = [
            CaseAct::Accepted { received: day("2026-03-02"), promised: limit(10), statutory: limit(20), moved: moved.clone() },
            CaseAct::ClockPaused {
                ground: "检验".into(),
                basis: "行政许可法第四十五条".into(),
                told_days: 5,
                from: day("2026-03-04"),
                pauses_promise,
                hearing: None,
                moved: moved.clone(),
            },
            CaseAct::ClockResumed { ground: "检验".into(), to: day("2026-03-06"), done: true, moved, private: None },
        ];
        [Term::Promised, Term::Statutory].map(|term| {
            let mut clock = None;
            for act in &acts {
                act.turn(term, &mut clock, day("2026-03-06")).unwrap();
            }
            clock.unwrap().due(&Calendar::china()).unwrap().date
        })
    }

    const STATE: &str =
        r#"{"definition":"","seq":1,"counter":1,"vars":{},"scopes":[],"tokens":[],"waits":[],"ended":null,"last_end":null}"#;

    #[test]
    fn clk_09_the_promise_pauses_where_the_item_says_so_and_the_law_always() {
        assert_eq!(tested(true), [day("2026-03-19"), day("2026-04-02")]);
        assert_eq!(tested(false), [day("2026-03-16"), day("2026-04-02")]);
    }

    #[test]
    fn clk_09_a_pause_recorded_before_items_were_asked_paused_both() {
        let text = format!(
            r#"{{"act":"clock_paused","ground":"检验","basis":"x","told_days":5,"from":"2026-03-04","moved":{{"state":{STATE}}}}}"#
        );
        let act: CaseAct = serde_json::from_str(&text).unwrap();
        assert!(matches!(act, CaseAct::ClockPaused { pauses_promise: true, .. }));
    }

    #[test]
    fn b4_1_07_the_grounds_are_a_closed_list_and_may_be_joined() {
        assert!(PAUSE_GROUNDS.into_iter().all(may_pause));
        assert!(is_heard("听证") && is_heard("检验、听证") && !is_heard("检验"));
        assert!(is_reviewed("专家评审") && is_reviewed("检测、专家评审") && !is_reviewed("检测"));
        assert!(may_pause("检验、检测") && may_pause("检验和鉴定"));
        for other in ["现场勘察", "集体讨论", "公示", "检验、公示", ""] {
            assert!(!may_pause(other), "{other}");
        }
    }
}
