//! 文号 · the number of a document: 机关代字, word, year, serial, as “金市监许准〔2026〕1号” (党政机关公文处理工作条例 9(5)). It is given
//! once, in the act that issues the document, and runs without a gap within an agency, a kind of document and a year.

use crate::cases::Case;
use acts::{CaseAct, Entry};
use catalogue::{Catalogue, Item};
use chrono::{Datelike, NaiveDate};
use foundation::Stop;
use sqlx::PgConnection;

/// What the document of an act is numbered under. A receipt has none: its number is that of the case.
fn word(act: &CaseAct) -> Option<&'static str> {
    Some(match act {
        CaseAct::CorrectionRequested { .. } => "补",
        CaseAct::Accepted { .. } | CaseAct::DeemedAccepted { .. } => "受",
        CaseAct::AcceptanceRefused { .. } => "不受",
        CaseAct::NotRequired { .. } => "免",
        CaseAct::ClockPaused { .. } => "特",
        CaseAct::Extended { .. } => "延",
        CaseAct::HearingOffered { .. } => "听",
        CaseAct::Granted { .. } | CaseAct::DeemedRenewed { .. } => "准",
        CaseAct::Denied { .. } => "不",
        CaseAct::Paid { surplus: false, .. } => "缴",
        CaseAct::PaymentReturned { .. } => "退",
        _ => return None,
    })
}

/// The next number, if the act issues a document. The row of the serial is held until the caller commits, so that a number is
/// used up only by what is on record: it is taken last.
pub async fn next(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    case: &Case,
    item: &Item,
    entry: &Entry<CaseAct>,
) -> Result<Option<String>, Stop> {
    let Some(word) = word(&entry.act) else { return Ok(None) };
    issue(conn, catalogue, &case.agency, item, word, calendar::local_date(entry.at)).await.map(Some)
}

/// The next number of an agency under this word.
pub async fn issue(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    agency: &str,
    item: &Item,
    word: &str,
    on: NaiveDate,
) -> Result<String, Stop> {
    let word = format!("{}{word}", if item.is_permit() { "许" } else { "服" });
    let year = on.year();
    let serial: i32 = sqlx::query_scalar(
        "insert into document_numbers as n (agency, year, word, last)
         values ($1, $2, $3, 1)
         on conflict (agency, year, word) do update
            set last = n.last + 1
         returning last",
    )
    .bind(agency)
    .bind(year)
    .bind(&word)
    .fetch_one(conn)
    .await?;
    let mark = catalogue.agency(agency).map_or("", |a| a.mark.as_str());
    Ok(format!("{mark}{word}〔{year}〕{serial}号"))
}
