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
    Ok(written(&format!("{mark}{word}"), year, serial))
}

fn written(under: &str, year: i32, serial: i32) -> String {
    format!("{under}〔{year}〕{serial}号")
}

/// The number that somebody reads off a document, as it was given, whichever brackets a keyboard has; none where it is no such number.
pub fn read(typed: &str) -> Option<String> {
    let typed: String = forms::text::fold_digits(typed).chars().filter(|c| !c.is_whitespace()).collect();
    let (under, rest) = typed.split_once(['〔', '[', '［', '(', '（', '【'])?;
    let (year, serial) = rest.split_once(['〕', ']', '］', ')', '）', '】'])?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let (year, serial) = (digits(year).filter(|_| year.len() == 4)?, digits(serial.strip_suffix('号').unwrap_or(serial))?);
    let fits = (1..=30).contains(&under.chars().count()) && under.chars().all(char::is_alphanumeric);
    fits.then(|| written(under, year, serial))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f147_a_number_is_read_as_it_was_given_whichever_way_it_is_typed() {
        let given = written("金自然资规服准", 2026, 8);
        for typed in [
            "金自然资规服准〔2026〕8号",
            "金自然资规服准 [２０２６] 08 号",
            "金自然资规服准（2026）8",
            "金自然资规服准【2026】8号",
        ] {
            assert_eq!(read(typed).as_deref(), Some(given.as_str()), "{typed}");
        }
        for typed in
            ["", "准〔26〕8号", "准〔2026〕<8>号", "〔2026〕8号", "准〔2026〕99999999999号", "准〔2026〕-8号", "准2026 8号"]
        {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
