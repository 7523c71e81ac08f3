//! 证照 · a certificate: the fold of the acts that granted, renewed, changed and ended it. Its number is that of the case that first brought it
//! about and stays; each grant on it makes the next version. All SQL on certificates is here.

use super::{expire, term};
use crate::cases::case::{self, Case};
use acts::{About, Asks, CaseAct, CertificateAct, Ended, Ending, Entry, Party, Subject};
use authority::{CaseResource, Resource};
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use foundation::people::Person;
use foundation::record::{self, Stored};
use foundation::{House, Moment, Stop, jobs};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// How a version came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Issued,
    Renewed,
    DeemedRenewed,
    Changed,
    Reissued,
}

impl How {
    pub fn zh(self) -> &'static str {
        match self {
            How::Issued => "核发",
            How::Renewed => "延续",
            How::DeemedRenewed => "视为准予延续",
            How::Changed => "变更",
            How::Reissued => "补发",
        }
    }
    fn of(asks: Asks) -> How {
        match asks {
            Asks::Renewal => How::Renewed,
            Asks::Change => How::Changed,
            Asks::Reissue | Asks::Cancellation => How::Reissued,
        }
    }
}

/// 版本 · what is printed and verified, brought about by one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub n: u32,
    pub case_no: String,
    /// 电子证照标识 (GB/T 36904).
    pub identifier: String,
    pub how: How,
    pub on: NaiveDate,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
}

/// An ending as it stands in the record, without what names persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    pub how: Ending,
    pub on: NaiveDate,
    pub basis: String,
}

/// 状态 · as lists are filtered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Valid,
    Expired,
    Over(Ending),
}

impl Standing {
    pub fn key(self) -> &'static str {
        match self {
            Standing::Valid => "valid",
            Standing::Expired => "expired",
            Standing::Over(how) => how.key(),
        }
    }
    pub fn zh(self) -> &'static str {
        match self {
            Standing::Valid => "有效",
            Standing::Expired => "已过期",
            Standing::Over(how) => how.done(),
        }
    }
    pub fn tag(self) -> &'static str {
        match self {
            Standing::Valid => "tag tag--ok",
            Standing::Expired => "tag tag--wait",
            Standing::Over(_) => "tag tag--stop",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    pub no: String,
    pub item: String,
    pub agency: String,
    /// Private: whoever applied for the latest version; gone after erasure.
    pub holder: Option<Party>,
    pub filed_by: Option<Uuid>,
    /// The first in front, never empty.
    pub versions: Vec<Version>,
    /// The day after its last, once the clock has come by.
    pub expired: Option<NaiveDate>,
    pub endings: Vec<Over>,
}

impl Certificate {
    /// The first version; nothing for a grant that brings no certificate about, or acts on one that is there.
    pub fn begin(case: &Case, entry: &Entry<CaseAct>) -> Option<Certificate> {
        let CaseAct::Granted { on, certificate_no: Some(identifier), valid_from, valid_to, asks: None, .. } = &entry.act else {
            return None;
        };
        let first = Version {
            n: 1,
            case_no: case.no.clone(),
            identifier: identifier.clone(),
            how: How::Issued,
            on: *on,
            valid_from: valid_from.unwrap_or(*on),
            valid_to: *valid_to,
        };
        Some(Certificate {
            no: case.no.clone(),
            item: case.item.clone(),
            agency: case.agency.clone(),
            holder: case.applicant.clone(),
            filed_by: case.filed_by,
            versions: vec![first],
            expired: None,
            endings: Vec::new(),
        })
    }

    /// What a case on it brings about.
    pub fn follow(&mut self, case: &Case, entry: &Entry<CaseAct>) {
        let (how, identifier, on, from, to) = match &entry.act {
            CaseAct::Granted { on, asks: Some(Asks::Cancellation), .. } => {
                self.endings.push(Over { how: Ending::Cancelled, on: *on, basis: Asks::Cancellation.law().into() });
                return;
            }
            CaseAct::Granted { on, asks: Some(asks), certificate_no: Some(no), valid_from, valid_to, .. } => {
                (How::of(*asks), no, *on, valid_from.unwrap_or(*on), *valid_to)
            }
            CaseAct::DeemedRenewed { on, certificate_no, valid_from, valid_to, .. } => {
                (How::DeemedRenewed, certificate_no, *on, *valid_from, *valid_to)
            }
            _ => return,
        };
        self.holder = case.applicant.clone();
        self.filed_by = case.filed_by;
        self.versions.push(Version {
            n: self.versions.len() as u32 + 1,
            case_no: case.no.clone(),
            identifier: identifier.clone(),
            how,
            on,
            valid_from: from,
            valid_to: to,
        });
    }

    /// What is done to it by the clock or the agency.
    pub fn apply(&mut self, entry: &Entry<CertificateAct>) {
        if let CertificateAct::Expired { last_day } = &entry.act {
            self.expired = last_day.succ_opt();
        }
        if let Some((how, Ended { on, basis, .. })) = entry.act.ended() {
            self.endings.push(Over { how, on: *on, basis: basis.clone() });
        }
    }

    pub fn latest(&self) -> &Version {
        self.versions.last().expect("a certificate begins with its first version")
    }
    /// The version in force that day, or the one to come: a renewal ahead of time begins where the term before ends.
    pub fn current(&self, today: NaiveDate) -> &Version {
        self.versions.iter().rev().find(|version| version.valid_from <= today).unwrap_or(self.latest())
    }
    pub fn issued_on(&self) -> NaiveDate {
        self.versions.first().map_or(NaiveDate::MIN, |first| first.on)
    }
    pub fn valid_to(&self) -> Option<NaiveDate> {
        self.latest().valid_to
    }

    /// As its acts leave it.
    pub fn standing(&self) -> Standing {
        match (self.endings.last(), self.expired) {
            (Some(over), _) => Standing::Over(over.how),
            (None, Some(_)) => Standing::Expired,
            (None, None) => Standing::Valid,
        }
    }

    /// The day from which it is over; nothing while it is in force.
    pub fn over_on(&self) -> Option<NaiveDate> {
        self.endings.last().map(|over| over.on).or(self.expired)
    }

    /// As it is that day, also in the moment before the clock has come by.
    pub fn standing_on(&self, today: NaiveDate) -> Standing {
        match self.standing() {
            Standing::Valid if self.valid_to().is_some_and(|to| to < today) => Standing::Expired,
            standing => standing,
        }
    }

    /// What policies may know of it: it is its holder's as a case is its applicant's.
    pub fn resource(&self, item: &Item) -> Resource {
        Resource::Case(CaseResource {
            no: self.no.clone(),
            agency: self.agency.clone(),
            applicant: self.holder.as_ref().map(|p| p.id.to_string()).unwrap_or_default(),
            filed_by: self.filed_by.map(|p| p.to_string()).unwrap_or_default(),
            together: Vec::new(),
            cards: Vec::new(),
            errand: String::new(),
            stage: self.standing().key().into(),
            kind: if item.is_permit() { "permit" } else { "public_service" }.into(),
            ordinary: true,
        })
    }

    /// Whether this person holds it, or acts for the organisation that does.
    pub fn is_held_by(&self, person: &Person) -> bool {
        let holder = self.holder.as_ref().map(|holder| holder.id);
        holder.is_some_and(|id| id == person.id || person.organisations.contains(&id))
    }
}

/// One act on a certificate, with its place in the record.
pub enum Step {
    /// Done by a case, as the case stood after it.
    Case(Box<Case>, Stored, Box<Entry<CaseAct>>),
    Own(Stored, Box<Entry<CertificateAct>>),
}

impl Step {
    pub fn stored(&self) -> &Stored {
        match self {
            Step::Case(_, stored, _) | Step::Own(stored, _) => stored,
        }
    }
}

/// Folds the acts, oldest first.
pub fn fold(steps: &[Step]) -> Option<Certificate> {
    let mut steps = steps.iter();
    let Some(Step::Case(case, _, entry)) = steps.next() else { return None };
    let mut certificate = Certificate::begin(case, entry)?;
    for step in steps {
        match step {
            Step::Case(case, _, entry) => certificate.follow(case, entry),
            Step::Own(_, entry) => certificate.apply(entry),
        }
    }
    Some(certificate)
}

/// Whether an act of a case makes or moves a certificate.
fn moves(act: &CaseAct) -> bool {
    match act {
        CaseAct::Granted { certificate_no, asks, .. } => certificate_no.is_some() || asks.is_some(),
        CaseAct::DeemedRenewed { .. } => true,
        _ => false,
    }
}

/// Every act that made it what it is, oldest first: those of its cases, and its own.
pub async fn history(conn: &mut PgConnection, no: &str) -> Result<Vec<Step>, Stop> {
    let mut numbers: Vec<String> = sqlx::query_scalar("select case_no from cases where certificate = $1 order by submitted_at")
        .bind(no)
        .fetch_all(&mut *conn)
        .await?;
    numbers.push(no.to_owned());
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let mut steps = Vec::new();
    let mut cases: HashMap<String, Case> = HashMap::new();
    for stored in record::acts_of_all(conn, "case", &numbers).await? {
        let entry: Entry<CaseAct> = stored.read()?;
        match cases.get_mut(&stored.subject) {
            Some(case) => case.apply(&entry),
            None => _ = Case::begin(&entry).map(|case| cases.insert(stored.subject.clone(), case)),
        }
        if let Some(case) = cases.get(&stored.subject).filter(|_| moves(&entry.act)) {
            steps.push(Step::Case(Box::new(case.clone()), stored, Box::new(entry)));
        }
    }
    for stored in record::acts_of(conn, &Subject::certificate(no)).await? {
        let entry = stored.read()?;
        steps.push(Step::Own(stored, Box::new(entry)));
    }
    steps.sort_by_key(|step| step.stored().position);
    Ok(steps)
}

const NONE: Stop = Stop::NotFound("证照");

/// Finds the certificate and holds it to the end of the transaction. Who will move the timer of its expiry holds that first.
pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Certificate, Stop> {
    let state: Option<Value> =
        sqlx::query_scalar("select state from certificates where no = $1 for update").bind(no).fetch_optional(conn).await?;
    Ok(serde_json::from_value(state.ok_or(NONE)?)?)
}

/// The certificate of a case that acts on one, held with the timer that it may move.
pub async fn lock_with(conn: &mut PgConnection, about: &About) -> Result<Certificate, Stop> {
    jobs::hold(conn, expire::KIND, &[&about.certificate]).await?;
    lock(conn, &about.certificate).await
}

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Certificate, Stop> {
    let state: Option<Value> =
        sqlx::query_scalar("select state from certificates where no = $1").bind(no).fetch_optional(conn).await?;
    Ok(serde_json::from_value(state.ok_or(NONE)?)?)
}

/// The same, for a case that may have brought none about.
pub async fn known(conn: &mut PgConnection, no: &str) -> Result<Option<Certificate>, Stop> {
    let state: Option<Value> =
        sqlx::query_scalar("select state from certificates where no = $1").bind(no).fetch_optional(conn).await?;
    Ok(state.map(serde_json::from_value).transpose()?)
}

/// The case that asks the same of it and is not decided.
pub async fn asked(conn: &mut PgConnection, about: &About) -> Result<Option<String>, Stop> {
    Ok(sqlx::query_scalar("select case_no from cases where certificate = $1 and asks = $2 and concluded_on is null")
        .bind(&about.certificate)
        .bind(about.asks.key())
        .fetch_optional(conn)
        .await?)
}

/// The open applications on it: what each asks, and its number.
pub async fn open(conn: &mut PgConnection, no: &str) -> Result<Vec<(Asks, String)>, Stop> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("select asks, case_no from cases where certificate = $1 and concluded_on is null order by submitted_at")
            .bind(no)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().filter_map(|(asks, case_no)| Some((Asks::of(&asks)?, case_no))).collect())
}

/// What a case has just done to a certificate, in the transaction of its act.
pub async fn moved_by(
    conn: &mut PgConnection,
    case: &Case,
    item: &Item,
    entries: &[Entry<CaseAct>],
    now: &Moment,
) -> Result<(), Stop> {
    let moving = entries.iter().filter(|entry| moves(&entry.act));
    match &case.certificate {
        None => {
            for certificate in moving.filter_map(|entry| Certificate::begin(case, entry)) {
                save(conn, &certificate, item, now).await?;
            }
        }
        Some(before) => {
            let mut certificate = (**before).clone();
            moving.for_each(|entry| certificate.follow(case, entry));
            // Also when nothing was granted: the expiry that waited for the decision waits no more.
            if case.stage.is_concluded() {
                save(conn, &certificate, item, now).await?;
            }
        }
    }
    Ok(())
}

/// Stores the fold, and lets the timer of its expiry stand exactly while it is in force.
pub async fn save(conn: &mut PgConnection, certificate: &Certificate, item: &Item, now: &Moment) -> Result<(), Stop> {
    let (standing, valid_to) = (certificate.standing(), certificate.valid_to());
    sqlx::query(
        "insert into certificates (no, item, agency, holder, issued_on, standing, valid_to, remind_from, state, over_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (no) do update
            set holder = excluded.holder,
                standing = excluded.standing,
                valid_to = excluded.valid_to,
                remind_from = excluded.remind_from,
                over_on = excluded.over_on,
                state = excluded.state",
    )
    .bind(&certificate.no)
    .bind(&certificate.item)
    .bind(&certificate.agency)
    .bind(certificate.holder.as_ref().map(|holder| holder.id))
    .bind(certificate.issued_on())
    .bind(standing.key())
    .bind(valid_to)
    .bind(valid_to.map(|to| term::remind_from(to, item, &now.calendar)))
    .bind(serde_json::to_value(certificate)?)
    .bind(certificate.over_on())
    .execute(&mut *conn)
    .await?;
    match valid_to.filter(|_| standing == Standing::Valid) {
        Some(to) => jobs::set(conn, expire::KIND, &certificate.no, &Value::Null, calendar::end_of_day(to)).await,
        None => jobs::cancel(conn, expire::KIND, &certificate.no).await,
    }
}

/// What of a certificate is known of people goes with the case of its latest version (F152).
pub async fn forget(conn: &mut PgConnection, case: &Case, item: &Item, now: &Moment) -> Result<u64, Stop> {
    let no = case.about.as_ref().map_or(&case.no, |about| &about.certificate);
    jobs::hold(conn, expire::KIND, &[no]).await?;
    let before = match lock(conn, no).await {
        Ok(certificate) => certificate,
        Err(Stop::NotFound(_)) => return Ok(0),
        Err(stop) => return Err(stop),
    };
    let mut bodies = 0;
    if before.latest().case_no == case.no {
        bodies = record::erase_private(conn, &Subject::certificate(no)).await?;
    }
    if let Some(certificate) = fold(&history(conn, no).await?) {
        save(conn, &certificate, item, now).await?;
    }
    Ok(bodies)
}

/// Its matter, as it stood for the latest version.
pub async fn item_of(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    certificate: &Certificate,
) -> Result<Arc<Item>, Stop> {
    let case = case::find(conn, &certificate.latest().case_no).await?;
    catalogue.item_version(house.pool(), &case.item, &case.versions.item).await
}

/// The case of the version that counts now, whose answers an application on the certificate begins with.
pub async fn case_of(conn: &mut PgConnection, certificate: &Certificate, today: NaiveDate) -> Result<Case, Stop> {
    case::find(conn, &certificate.current(today).case_no).await
}

/// A certificate with one version, for tests of the law.
#[cfg(test)]
pub(crate) fn issued(from: &str, to: Option<&str>) -> Certificate {
    let day = |text: &str| text.parse().unwrap();
    Certificate {
        no: "1".into(),
        item: String::new(),
        agency: String::new(),
        holder: None,
        filed_by: None,
        versions: vec![Version {
            n: 1,
            case_no: "1".into(),
            identifier: "1".into(),
            how: How::Issued,
            on: day(from),
            valid_from: day(from),
            valid_to: to.map(day),
        }],
        expired: None,
        endings: Vec::new(),
    }
}
