//! 办理 · what a desk does with each complaint that is its own, that of an agency or that of supervision: one queue, whichever way it came.
//! Who complained stays sealed until the seal is opened to this very desk.

use super::fold::{self, Complaint, Ending, Row};
use super::{accept, answer, direct, extend, law, review, seal, send_back, show, transfer, unseal};
use acts::{ComplaintAct, ComplaintDetails};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::kept::Event;
use foundation::page::ClockView;
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

const PAGE: i64 = 30;

fn may_everywhere(house: &House, person: &Person, act: Act) -> Result<(), Stop> {
    house.may(&person.principal(), act, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// Whether somebody works at this desk.
fn sits_at(house: &House, person: &Person, desk: Option<&str>) -> Result<(), Stop> {
    match desk {
        Some(agency) => {
            let on = Resource::Agency { key: agency.to_owned() };
            house.may(&person.principal(), Act::HandleComplaint, &on, &Circumstance::default()).map(|_| ())
        }
        None => may_everywhere(house, person, Act::SuperviseComplaints),
    }
}

/// The desk of somebody: that of supervision, or of their agency.
fn desk_of(house: &House, person: &Person) -> Result<Option<String>, Stop> {
    if may_everywhere(house, person, Act::SuperviseComplaints).is_ok() {
        return Ok(None);
    }
    let agency = person.agency.clone().unwrap_or_default();
    sits_at(house, person, Some(&agency))?;
    Ok(Some(agency))
}

fn not_kept_out(complaint: &Complaint, person: &Person) -> Result<(), Stop> {
    complaint.keeps_out(person).map_or(Ok(()), |reason| Err(Stop::NotAllowed { reason: reason.into() }))
}

/// What a desk reads of what was said; after erasure nothing.
fn told(complaint: &Complaint, desk: Option<&str>, text: &str) -> String {
    match &complaint.details {
        Some(_) if complaint.is_open_to(desk) => text.to_owned(),
        Some(details) => seal::c3_5_05_blotted(details, text),
        None => String::new(),
    }
}

fn words(complaint: &Complaint, desk: Option<&str>) -> String {
    complaint.details.as_ref().map(|details| told(complaint, desk, &details.text)).unwrap_or_default()
}

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

/// One line of a queue.
struct Line {
    next: NaiveDate,
    complaint: Complaint,
    /// What it says; nothing for whoever keeps away from it.
    words: Option<String>,
}

#[derive(Template)]
#[template(path = "complaints/list.html")]
struct ListPage {
    shell: Shell,
    catalogue: Catalogue,
    desk: Option<String>,
    lines: Vec<Line>,
    disputed: Vec<Line>,
    /// For supervision: those of all desks that are late.
    late: bool,
    next: Option<String>,
}

impl ListPage {
    fn desk_name(&self, key: Option<&str>) -> String {
        show::desk_name(&self.catalogue, key)
    }
}

fn lines(rows: Vec<Row>, person: &Person, desk: Option<&str>) -> Vec<Line> {
    let line = |(next, complaint): Row| {
        let words = complaint.keeps_out(person).is_none().then(|| words(&complaint, desk));
        Line { next, complaint, words }
    };
    rows.into_iter().map(line).collect()
}

/// GET /complaints/desk
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let desk = desk_of(&house, &person)?;
    let (day, no) = page::after_day(wanted.after.as_deref());
    let conn = &mut *house.pool().acquire().await?;
    let mut rows = fold::open(conn, desk.as_deref(), (day, &no), PAGE + 1).await?;
    let bad = if desk.is_none() { fold::disputed(conn, PAGE).await? } else { Vec::new() };
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|(day, last)| format!("/complaints/desk?after={day}~{}", last.no));
    let (lines, disputed) = (lines(rows, &person, desk.as_deref()), lines(bad, &person, desk.as_deref()));
    page::render(&shell.clone(), &ListPage { catalogue, desk, lines, disputed, late: false, next, shell })
}

/// GET /complaints/late
pub async fn late(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    may_everywhere(&house, &person, Act::SuperviseComplaints)?;
    let (day, no) = page::after_day(wanted.after.as_deref());
    let mut rows = fold::late(&mut *house.pool().acquire().await?, (day, &no), PAGE + 1).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|(day, last)| format!("/complaints/late?after={day}~{}", last.no));
    let lines = lines(rows, &person, None);
    page::render(&shell.clone(), &ListPage { catalogue, desk: None, lines, disputed: Vec::new(), late: true, next, shell })
}

#[derive(Template)]
#[template(path = "complaints/work.html")]
struct WorkPage {
    shell: Shell,
    catalogue: Catalogue,
    complaint: Complaint,
    events: Vec<Event>,
    clock: ClockView,
    accept_by: Option<NaiveDate>,
    words: String,
    /// What was missing of the answers, and what was said of the last one.
    missing: Vec<String>,
    comment: Option<String>,
    /// Who complains, where this desk may read it.
    who: Option<ComplaintDetails>,
    /// Works at the desk that has it.
    handles: bool,
    supervises: bool,
    unseals: bool,
    filled: Filled,
}

impl WorkPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn desk(&self, key: Option<&str>) -> String {
        show::desk_name(&self.catalogue, key)
    }
    fn sealed(&self) -> bool {
        law::c3_5_05_sealed(self.complaint.kind)
    }
    fn waits(&self) -> bool {
        self.complaint.waits_for_acceptance()
    }
    fn may_extend(&self) -> bool {
        !self.complaint.extended && !self.clock.late()
    }
    fn item(&self) -> Option<String> {
        self.complaint.item.as_ref().map(|item| self.catalogue.item_name(item, &self.shell.lang))
    }
    fn post(&self) -> &str {
        self.complaint.details.as_ref().map_or("", |details| details.post.as_str())
    }
    fn outcome(&self) -> Option<&'static str> {
        match self.complaint.ended?.1 {
            Ending::Answered(outcome) => Some(law::outcome_zh(outcome)),
            Ending::Directed(way) => Some(law::c3_5_02_way(way).0),
        }
    }
    fn outcomes(&self) -> String {
        self.filled.choice("outcome", "结论", "radio", &law::OUTCOMES.map(|(_, key, zh)| (key, zh)))
    }
    fn ways(&self) -> String {
        self.filled.choice("way", "该走哪条路", "radio", &law::WAYS.map(|(_, key, zh, _)| (key, zh)))
    }
    fn justified(&self) -> String {
        self.filled.choice("justified", "差评属不属实", "radio", &[("yes", "属实，重办"), ("no", "不属实")])
    }
    /// The desks it may be opened to.
    fn seals(&self) -> String {
        let of_desk = [("supervision", "给监督岗看"), ("desk", "给承办单位看")];
        let meant = self.complaint.about.is_some() && self.complaint.about == self.complaint.desk;
        let n = if self.complaint.desk.is_some() && !meant { 2 } else { 1 };
        self.filled.choice("seal_to", "给哪个岗位看", "radio", &of_desk[..n])
    }
    fn may_go_to(&self, agency: &str) -> bool {
        let there = self.complaint.desk.as_deref() == Some(agency);
        !there && law::c3_5_05_may_handle(self.complaint.about.as_deref(), self.complaint.conduct, Some(agency))
    }
}

async fn draw(
    conn: &mut PgConnection,
    house: &House,
    catalogue: Catalogue,
    shell: Shell,
    person: &Person,
    complaint: Complaint,
    filled: Filled,
) -> Result<Response, Stop> {
    let (events, now) = (fold::history(conn, &complaint.no).await?, house.now());
    let supervises = may_everywhere(house, person, Act::SuperviseComplaints).is_ok();
    let desk = if supervises { None } else { person.agency.as_deref() };
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = WorkPage {
        events,
        clock: ClockView::new("答复期限", &complaint.clock, &now),
        accept_by: complaint.accept_by(&now.calendar).filter(|_| complaint.waits_for_acceptance()),
        words: words(&complaint, desk),
        missing: complaint.missing.iter().map(|text| told(&complaint, desk, text)).collect(),
        comment: complaint.comment.as_ref().map(|text| told(&complaint, desk, text)),
        who: complaint.details.clone().filter(|_| complaint.is_open_to(desk)),
        handles: sits_at(house, person, complaint.desk.as_deref()).is_ok(),
        unseals: may_everywhere(house, person, Act::UnsealComplaint).is_ok(),
        supervises,
        catalogue,
        complaint,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /complaints/desk/{no}: the desk that has it works on it; supervision sees every one.
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let conn = &mut *house.pool().acquire().await?;
    let complaint = fold::find(conn, &no).await?;
    may_everywhere(&house, &person, Act::SuperviseComplaints).or_else(|_| sits_at(&house, &person, complaint.desk.as_deref()))?;
    not_kept_out(&complaint, &person)?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(conn, &house, catalogue, shell, &person, complaint, filled).await
}

/// Whether this person may do that, and what it is, as it was posted.
fn read(
    house: &House,
    catalogue: &Catalogue,
    person: &Person,
    complaint: &Complaint,
    what: &str,
    posted: &Posted,
) -> Result<Result<ComplaintAct, Vec<FieldError>>, Stop> {
    match what {
        "transfer" | "review" => may_everywhere(house, person, Act::SuperviseComplaints)?,
        "unseal" => may_everywhere(house, person, Act::UnsealComplaint)?,
        _ => sits_at(house, person, complaint.desk.as_deref())?,
    }
    let mut errors = Vec::new();
    let act = match what {
        "accept" => accept::read(),
        "transfer" => transfer::read(catalogue, complaint, posted, &mut errors),
        "return" => send_back::read(complaint, posted, &mut errors),
        "extend" => extend::read(complaint, posted, &mut errors),
        "answer" => answer::read(complaint, posted, &mut errors),
        "direct" => direct::read(posted, &mut errors),
        "review" => review::read(complaint, posted, &mut errors),
        "unseal" => unseal::read(complaint, posted, &mut errors),
        _ => return Err(Stop::NotFound("页面")),
    };
    Ok(if errors.is_empty() { Ok(act) } else { Err(errors) })
}

/// POST /complaints/desk/{no}/{what}
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let complaint = fold::lock(&mut tx, &no).await?;
    let read = read(&house, &catalogue, &person, &complaint, &what, &posted)?;
    not_kept_out(&complaint, &person)?;
    let act = match read {
        Ok(act) => act,
        Err(errors) => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw(&mut tx, &house, catalogue, shell, &person, complaint, filled).await;
        }
    };
    let by = (person.actor_as(&["supervisor", "liaison", "openness_officer"]), Some(person.private()));
    // Whoever gave it away does not see it any more.
    let given = matches!(act, ComplaintAct::Returned { .. });
    fold::act(&mut tx, complaint, act, by, &house.now()).await?;
    let to = if given { "/complaints/desk".to_owned() } else { format!("/complaints/desk/{no}") };
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
