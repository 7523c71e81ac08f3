//! 环节 · where a case stands (X.1), as its acts leave it.

use crate::CaseAct;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Submitted,
    CorrectionRequested,
    InReview,
    Paused,
    Granted,
    Denied,
    Delivered,
    #[serde(alias = "refused")]
    RefusedAcceptance,
    NotRequired,
    Withdrawn,
}

impl Stage {
    pub const ALL: [Stage; 10] = [
        Stage::Submitted,
        Stage::CorrectionRequested,
        Stage::InReview,
        Stage::Paused,
        Stage::Granted,
        Stage::Denied,
        Stage::Delivered,
        Stage::RefusedAcceptance,
        Stage::NotRequired,
        Stage::Withdrawn,
    ];

    /// The stage an act leads to; `None` when it stays.
    pub fn after(act: &CaseAct) -> Option<Stage> {
        use CaseAct::*;
        Some(match act {
            Submitted { .. } | Supplemented { .. } => Stage::Submitted,
            CorrectionRequested { .. } => Stage::CorrectionRequested,
            Accepted { .. } | DeemedAccepted { .. } | ClockResumed { .. } => Stage::InReview,
            ClockPaused { .. } => Stage::Paused,
            Granted { .. } => Stage::Granted,
            Denied { .. } => Stage::Denied,
            // What the law has renewed is in force with nobody's hand.
            Delivered { .. } | DeemedRenewed { .. } => Stage::Delivered,
            AcceptanceRefused { .. } => Stage::RefusedAcceptance,
            NotRequired { .. } => Stage::NotRequired,
            Withdrawn { .. } => Stage::Withdrawn,
            PartlySupplemented { .. }
            | Amended { .. }
            | Joined { .. }
            | Surveyed { .. }
            | Examined { .. }
            | CertificateChecked { .. }
            | Countersigned { .. }
            | Discussed { .. }
            | HearingOffered { .. }
            | HearingAnswered { .. }
            | Extended { .. }
            | LimitsRecomputed { .. }
            | SealUsed { .. }
            | Rated { .. }
            | IntermediaryEngaged { .. }
            | IntermediaryFinished { .. }
            | IntermediaryRated { .. }
            | AttemptRefused { .. }
            | Billed { .. }
            | Paid { .. }
            | PaymentReturned { .. }
            | PaymentReversed { .. }
            | DeliveryChosen { .. }
            | Mailed { .. }
            | MailReturned { .. }
            | RemedySought { .. }
            | RemedyEnded { .. }
            | PrivateErased { .. } => return None,
        })
    }

    /// The name in the database, in policies and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Stage::Submitted => "submitted",
            Stage::CorrectionRequested => "correction_requested",
            Stage::InReview => "in_review",
            Stage::Paused => "paused",
            Stage::Granted => "granted",
            Stage::Denied => "denied",
            Stage::Delivered => "delivered",
            Stage::RefusedAcceptance => "refused_acceptance",
            Stage::NotRequired => "not_required",
            Stage::Withdrawn => "withdrawn",
        }
    }

    pub fn of(key: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.key() == key)
    }

    pub fn zh(self) -> &'static str {
        match self {
            Stage::Submitted => "待受理",
            Stage::CorrectionRequested => "等申请人补正",
            Stage::InReview => "审查中",
            Stage::Paused => "特别程序中，计时暂停",
            Stage::Granted => "已准予，待送达",
            Stage::Denied => "不予许可，待送达",
            Stage::Delivered => "已办结",
            Stage::RefusedAcceptance => "不予受理",
            Stage::NotRequired => "不需要许可",
            Stage::Withdrawn => "申请人撤回",
        }
    }

    /// The class that gives its tag shape and colour (ui §5).
    pub fn tag(self) -> &'static str {
        match self {
            Stage::Submitted | Stage::InReview => "tag",
            Stage::CorrectionRequested | Stage::Paused | Stage::NotRequired | Stage::Withdrawn => "tag tag--wait",
            Stage::Granted | Stage::Delivered => "tag tag--ok",
            Stage::Denied | Stage::RefusedAcceptance => "tag tag--stop",
        }
    }

    /// Nothing more is to be decided.
    pub fn is_concluded(self) -> bool {
        !matches!(self, Stage::Submitted | Stage::CorrectionRequested | Stage::InReview | Stage::Paused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_1_a_stage_reads_back_as_it_is_written() {
        for stage in Stage::ALL {
            assert_eq!(Stage::of(stage.key()), Some(stage));
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.key());
        }
        assert_eq!(Stage::of("archived"), None);
    }
}
