//! 信息发布 · what a service centre publishes beside its matters: investment, employment, results of research (B3.3).

use crate::ActBody;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulletinKind {
    /// 招商信息
    Investment,
    /// 就业信息
    Employment,
    /// 科技成果信息
    Technology,
}

impl BulletinKind {
    pub const ALL: [BulletinKind; 3] = [BulletinKind::Investment, BulletinKind::Employment, BulletinKind::Technology];

    pub fn key(self) -> &'static str {
        match self {
            BulletinKind::Investment => "investment",
            BulletinKind::Employment => "employment",
            BulletinKind::Technology => "technology",
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            BulletinKind::Investment => "招商信息",
            BulletinKind::Employment => "就业信息",
            BulletinKind::Technology => "科技成果信息",
        }
    }
    pub fn of(key: &str) -> Option<BulletinKind> {
        BulletinKind::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// On a piece of information, by its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum BulletinAct {
    /// 发布.
    Published {
        centre: String,
        kind: BulletinKind,
        title: String,
        text: String,
        /// Which body it comes from.
        source: String,
        /// Whom to ask.
        contact: String,
        /// The last day it holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// 撤下: it stays readable, with the reason.
    Withdrawn { reason: String },
}

impl ActBody for BulletinAct {
    const SUBJECT: &'static str = "bulletin";
    fn ground(&self) -> Option<String> {
        Some("2012年任务分解通知第一部分（二）3".into())
    }
}
