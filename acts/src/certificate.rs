//! 证照 · what happens to a certificate after it was granted (许可法 8, 49, 50, 69, 70): what its holder may ask for, and how it ends. That it was
//! granted, renewed or changed is an act of its case; what stands here is done to the certificate itself.

use crate::{ActBody, Handed};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What the holder asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// 延续 (许可法 50)
    Renewal,
    /// 变更 (许可法 49)
    Change,
    /// 补发, of one that was lost or spoilt
    Reissue,
    /// 注销, by the holder's own wish (许可法 70)
    Cancellation,
}

impl Asks {
    pub const ALL: [Asks; 4] = [Asks::Renewal, Asks::Change, Asks::Reissue, Asks::Cancellation];

    pub fn key(self) -> &'static str {
        match self {
            Asks::Renewal => "renewal",
            Asks::Change => "change",
            Asks::Reissue => "reissue",
            Asks::Cancellation => "cancellation",
        }
    }
    pub fn of(key: &str) -> Option<Asks> {
        Asks::ALL.into_iter().find(|asks| asks.key() == key)
    }
    pub fn zh(self) -> &'static str {
        match self {
            Asks::Renewal => "延续",
            Asks::Change => "变更",
            Asks::Reissue => "补发",
            Asks::Cancellation => "注销",
        }
    }
    /// What the application rests on.
    pub fn law(self) -> &'static str {
        match self {
            Asks::Renewal => "《行政许可法》第五十条第一款",
            Asks::Change => "《行政许可法》第四十九条",
            Asks::Reissue => "《行政许可法》第二十九条",
            Asks::Cancellation => "《行政许可法》第七十条第六项",
        }
    }
}

/// The certificate an application is about, and what is asked. Its number is that of the case that first brought it about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub certificate: String,
    pub asks: Asks,
}

/// How a certificate ends by the agency's hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// 撤销 (许可法 69): it should never have been granted.
    Annulled,
    /// 撤回 (许可法 8): law or facts have changed since.
    Withdrawn,
    /// 吊销 (处罚法 9): a penalty.
    Revoked,
    /// 注销 (许可法 70): it is struck off.
    Cancelled,
}

impl Ending {
    pub const ALL: [Ending; 4] = [Ending::Annulled, Ending::Withdrawn, Ending::Revoked, Ending::Cancelled];

    pub fn key(self) -> &'static str {
        match self {
            Ending::Annulled => "annulled",
            Ending::Withdrawn => "withdrawn",
            Ending::Revoked => "revoked",
            Ending::Cancelled => "cancelled",
        }
    }
    pub fn of(key: &str) -> Option<Ending> {
        Ending::ALL.into_iter().find(|how| how.key() == key)
    }
    pub fn zh(self) -> &'static str {
        match self {
            Ending::Annulled => "撤销",
            Ending::Withdrawn => "撤回",
            Ending::Revoked => "吊销",
            Ending::Cancelled => "注销",
        }
    }
    /// “已撤销”
    pub fn done(self) -> &'static str {
        match self {
            Ending::Annulled => "已撤销",
            Ending::Withdrawn => "已撤回",
            Ending::Revoked => "已吊销",
            Ending::Cancelled => "已注销",
        }
    }
}

/// 陈述申辩 · what came of telling the holder beforehand (许可法 7; 处罚法 44, 45).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    Stated,
    Waived,
    /// Nothing came within the days that were given.
    Silent,
}

impl Heard {
    pub const ALL: [Heard; 3] = [Heard::Stated, Heard::Waived, Heard::Silent];

    pub fn key(self) -> &'static str {
        match self {
            Heard::Stated => "stated",
            Heard::Waived => "waived",
            Heard::Silent => "silent",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Heard::Stated => "作了陈述申辩，已经复核",
            Heard::Waived => "书面表示不陈述申辩",
            Heard::Silent => "期限内没有提出",
        }
    }
}

/// That the holder was told beforehand, when, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldBeforehand {
    pub on: NaiveDate,
    pub heard: Heard,
}

/// Why, as the holder is told it; it may name persons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub facts: String,
    pub reasons: String,
    /// What the holder said to it, and what was found of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// The head of the agency who approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Handed>,
}

/// An ending with its ground, one of a closed list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub on: NaiveDate,
    /// The key of the ground.
    pub ground_key: String,
    /// The article and what it says.
    pub basis: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<ToldBeforehand>,
    /// 处罚决定书文号, of a penalty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<Why>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum CertificateAct {
    /// 到期: its last day is over and it was not renewed. By the clock.
    Expired {
        last_day: NaiveDate,
    },
    Annulled(Ended),
    Withdrawn(Ended),
    Revoked(Ended),
    Cancelled(Ended),
    /// Each use of the seal is an act (F080).
    SealUsed {
        seal: String,
        document: String,
    },
}

impl CertificateAct {
    pub fn ending(how: Ending, ended: Ended) -> CertificateAct {
        match how {
            Ending::Annulled => CertificateAct::Annulled(ended),
            Ending::Withdrawn => CertificateAct::Withdrawn(ended),
            Ending::Revoked => CertificateAct::Revoked(ended),
            Ending::Cancelled => CertificateAct::Cancelled(ended),
        }
    }

    pub fn ended(&self) -> Option<(Ending, &Ended)> {
        match self {
            CertificateAct::Expired { .. } | CertificateAct::SealUsed { .. } => None,
            CertificateAct::Annulled(ended) => Some((Ending::Annulled, ended)),
            CertificateAct::Withdrawn(ended) => Some((Ending::Withdrawn, ended)),
            CertificateAct::Revoked(ended) => Some((Ending::Revoked, ended)),
            CertificateAct::Cancelled(ended) => Some((Ending::Cancelled, ended)),
        }
    }
}

impl ActBody for CertificateAct {
    const SUBJECT: &'static str = "certificate";
    fn ground(&self) -> Option<String> {
        Some(match (self, self.ended()) {
            (_, Some((_, ended))) => ended.basis.clone(),
            (CertificateAct::SealUsed { .. }, None) => "《国务院关于在线政务服务的若干规定》第九条".into(),
            (_, None) => "《行政许可法》第五十条第一款、第七十条第一项".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Actor, Entry, Subject};

    #[test]
    fn b4_1_18_why_a_certificate_ended_is_private_and_its_ground_public() {
        let act = CertificateAct::Annulled(Ended {
            on: "2026-03-02".parse().unwrap(),
            ground_key: "69-2".into(),
            basis: "《行政许可法》第六十九条第二款".into(),
            told: Some(ToldBeforehand { on: "2026-02-20".parse().unwrap(), heard: Heard::Waived }),
            penalty: None,
            private: Some(Why { facts: "王敏交的证明是假的".into(), ..Why::default() }),
        });
        let entry = Entry {
            id: uuid::Uuid::nil(),
            subject: Subject::certificate("1"),
            at: chrono::DateTime::UNIX_EPOCH,
            by: Actor::system(),
            person: None,
            document_no: None,
            letters: None,
            act,
        };
        let bodies = entry.bodies();
        assert_eq!(bodies.kind, "certificate.annulled");
        assert!(bodies.public.contains("第六十九条第二款") && !bodies.public.contains("王敏"));
        assert_eq!(Entry::read(&bodies.public, Some(&bodies.private)).unwrap(), entry);
        let without: Entry<CertificateAct> = Entry::read(&bodies.public, None).unwrap();
        assert_eq!(without.act.ended().unwrap().1.private, None);
    }
}
