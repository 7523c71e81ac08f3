//! 核验 · what the QR code on a decision or certificate leads to: in plain words, what it is worth today. Public and masked. It believes no row
//! but the acts themselves, as they stand in the signed log (H40); of a case not granted it knows nothing (F028).

use super::certificate::{self, Certificate, How, Standing, Step, Version};
use crate::cases::case::{self, Case, Decision};
use acts::{ActBody, CaseAct};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use foundation::log::act_name;
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop, log};
use std::sync::Arc;

/// One act on the certificate, as the public reads it.
pub struct Event {
    pub name: &'static str,
    pub on: NaiveDate,
    pub detail: String,
    pub ground: String,
    pub n: Option<i64>,
    /// 文号 of the document it is in.
    pub document_no: Option<String>,
}

#[derive(Template)]
#[template(path = "certificates/verify.html")]
struct VerifyPage {
    shell: Shell,
    no: String,
    item: Arc<Item>,
    agency: String,
    /// Nobody's any more, once what was held of people is erased.
    holder: Option<String>,
    decision: Decision,
    document_no: Option<String>,
    n: i64,
    valid: bool,
    /// What it is today, and how that came.
    state: String,
    why: Option<String>,
    version: Option<u32>,
    /// The version that counts instead.
    instead: Option<(u32, String)>,
    events: Vec<Event>,
}

/// What a version is worth that day: whether it is in force, and what is said of it.
pub fn state_of(certificate: &Certificate, version: &Version, today: NaiveDate) -> (bool, String) {
    let current = certificate.current(today);
    match certificate.standing_on(today) {
        Standing::Over(how) => (false, how.done().into()),
        _ if version.n < current.n => {
            let next = &certificate.versions[version.n as usize];
            let how = match next.how {
                How::Renewed | How::DeemedRenewed => "延续",
                How::Changed => "变更",
                How::Reissued | How::Issued => "补发",
            };
            (false, format!("已{how}为第 {} 版", current.n))
        }
        Standing::Expired => (false, "已过期".into()),
        Standing::Valid if version.valid_from > today => (false, "还没有开始，到有效期开始那一天才有效".into()),
        Standing::Valid => (true, "有效".into()),
    }
}

/// The acts on it, as anybody may read them.
pub fn events(steps: &[Step]) -> Vec<Event> {
    let shown = steps.iter().filter(|step| step.stored().kind != "certificate.seal_used");
    let event = |step: &Step| {
        let stored = step.stored();
        let (detail, ground) = match step {
            Step::Case(_, _, entry) => match &entry.act {
                CaseAct::Granted { asks: Some(asks), .. } => (asks.zh().to_owned(), entry.act.ground()),
                act => (String::new(), act.ground()),
            },
            Step::Own(_, entry) => {
                let penalty = entry.act.ended().and_then(|(_, ended)| ended.penalty.clone());
                (penalty.unwrap_or_default(), entry.act.ground())
            }
        };
        let on = calendar::local_date(stored.at);
        let document_no = match step {
            Step::Case(_, _, entry) => entry.document_no.clone(),
            Step::Own(_, entry) => entry.document_no.clone(),
        };
        Event { name: act_name(&stored.kind), on, detail, ground: ground.unwrap_or_default(), n: stored.n, document_no }
    };
    shown.map(event).collect()
}

/// What a certificate or decision is worth today, for whoever holds one.
pub struct Worth {
    /// What it is called.
    pub name: String,
    pub valid: bool,
    pub state: String,
    /// The entry of the log that brought it about.
    pub n: i64,
}

/// Tells it of what this case brought about; nothing where it brought nothing about. Where the record does not hold, that is the answer.
pub async fn worth(house: &House, catalogue: &Catalogue, shell: &Shell, no: &str) -> Result<Option<Worth>, Stop> {
    match page(house, catalogue, shell.clone(), no.to_owned()).await {
        Ok(page) => Ok(Some(Worth { name: page.item.result.name.clone(), valid: page.valid, state: page.state, n: page.n })),
        Err(Stop::NotFound(_) | Stop::Rejected(_)) => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// GET /certificates/{no}: the number of the case that brought a version about.
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let page = page(&house, &catalogue, shell, no).await?;
    page::render(&page.shell.clone(), &page)
}

async fn page(house: &House, catalogue: &Catalogue, shell: Shell, no: String) -> Result<VerifyPage, Stop> {
    const NONE: Stop = Stop::NotFound("证照");
    let mut conn = house.pool().acquire().await?;
    let history = case::history(&mut conn, &no).await?;
    let brings = |act: &CaseAct| matches!(act, CaseAct::Granted { .. } | CaseAct::DeemedRenewed { .. });
    let at = history.iter().position(|(_, e)| brings(&e.act)).ok_or(NONE)?;
    let case = Case::fold(history[..=at].iter().map(|(_, e)| e)).ok_or(NONE)?;
    let of = case.about.as_ref().map_or(&no, |about| &about.certificate);
    let steps = certificate::history(&mut conn, of).await?;
    drop(conn);
    let (granted, entry) = &history[at];
    let n = granted.n.ok_or_else(|| Stop::Rejected("正在写入公开日志，请过几秒再看".into()))?;
    // What was done to it since counts at once; as soon as it has its number in the log, it must stand there as it is told.
    let told = [&history[0].0, granted].into_iter().chain(steps.iter().map(|step| step.stored()));
    if let Some(astray) = log::astray(house, told).await? {
        return Err(Stop::Astray(astray));
    }
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    let decision = case.decision.ok_or(NONE)?;
    let first = item.result.certificate.first().and_then(|line| item.form.field(line.field.as_deref()?));
    let is_person = match first {
        Some(field) => field.kind == forms::Kind::Name,
        None => case.applicant.is_none_or(|party| !party.organisation),
    };
    let masked = |name: &str| if is_person { forms::ids::mask_name(name, false) } else { name.to_owned() };
    let holder = decision.certified.as_ref().map(|c| masked(&c.holder));
    let today = house.now().date();
    let certificate = certificate::fold(&steps);
    let version = certificate.as_ref().and_then(|c| c.versions.iter().find(|version| version.case_no == no));
    let (valid, state) = match (&certificate, version) {
        (Some(certificate), Some(version)) => state_of(certificate, version, today),
        // The decision that struck one off, and one that brought no certificate about.
        (Some(certificate), None) => (false, certificate.standing_on(today).zh().into()),
        (None, _) if decision.in_force(today) => (true, "有效".into()),
        (None, _) => (false, "已过期".into()),
    };
    let over = certificate.as_ref().and_then(|c| c.endings.last());
    let instead = match (&certificate, version) {
        (Some(c), Some(version)) if over.is_none() => {
            let latest = c.latest();
            (latest.n != version.n).then(|| (latest.n, latest.case_no.clone()))
        }
        (Some(c), None) => Some((c.latest().n, c.latest().case_no.clone())),
        _ => None,
    };
    Ok(VerifyPage {
        agency: catalogue.agency_name(&case.agency).to_owned(),
        why: over.map(|over| over.basis.clone()),
        version: version.map(|version| version.n),
        document_no: entry.document_no.clone(),
        events: events(&steps),
        instead,
        valid,
        state,
        no,
        item,
        holder,
        decision,
        n,
        shell,
    })
}

#[cfg(test)]
mod tests {
    use super::super::certificate::{Over, issued};
    use super::*;
    use acts::Ending;

    #[test]
    fn x4_06_a_version_says_in_plain_words_what_it_is_worth_that_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut certificate = issued("2021-08-01", Some("2026-07-31"));
        let said = |certificate: &Certificate, n: usize, today: &str| {
            let (valid, state) = state_of(certificate, &certificate.versions[n - 1], day(today));
            format!("{state}{}", if valid { "。" } else { "" })
        };
        assert_eq!(said(&certificate, 1, "2026-07-31"), "有效。");
        assert_eq!(said(&certificate, 1, "2026-08-01"), "已过期");
        let first = certificate.versions[0].clone();
        certificate.versions.push(Version {
            n: 2,
            how: How::Renewed,
            valid_from: day("2026-08-01"),
            valid_to: Some(day("2031-07-31")),
            ..first.clone()
        });
        // Renewed ahead of time, the old one holds to its end and the new one not before.
        assert_eq!(said(&certificate, 1, "2026-07-31"), "有效。");
        assert_eq!(said(&certificate, 2, "2026-07-31"), "还没有开始，到有效期开始那一天才有效");
        assert_eq!(said(&certificate, 1, "2026-08-01"), "已延续为第 2 版");
        assert_eq!(said(&certificate, 2, "2026-08-01"), "有效。");
        certificate.versions.push(Version {
            n: 3,
            how: How::Changed,
            valid_from: day("2027-01-04"),
            valid_to: Some(day("2031-07-31")),
            ..first
        });
        assert_eq!(said(&certificate, 2, "2027-01-04"), "已变更为第 3 版");
        for (how, done) in [
            (Ending::Annulled, "已撤销"),
            (Ending::Withdrawn, "已撤回"),
            (Ending::Revoked, "已吊销"),
            (Ending::Cancelled, "已注销"),
        ] {
            let mut over = certificate.clone();
            over.endings.push(Over { how, on: day("2027-02-01"), basis: String::new() });
            for n in 1..=3 {
                assert_eq!(said(&over, n, "2027-02-01"), done);
            }
        }
    }
}
