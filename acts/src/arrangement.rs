//! 放假安排 · the acts on the calendar by which every limit counts (CLK-06, CLK-07).

use crate::ActBody;
use calendar::Row;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ArrangementAct {
    /// 登记放假安排: from here on days count by this notice. Open limits move with it, each by an act of its own (H03).
    Loaded {
        /// `国务院办公厅关于2027年部分节假日安排的通知`.
        title: String,
        /// Where the notice is published.
        address: String,
        /// The year whose arrangement it is, which is no longer provisional; none for a later change.
        year: Option<i32>,
        rows: Vec<Row>,
    },
}

impl ActBody for ArrangementAct {
    const SUBJECT: &'static str = "arrangement";
    fn ground(&self) -> Option<String> {
        let ArrangementAct::Loaded { title, .. } = self;
        Some(title.clone())
    }
}
