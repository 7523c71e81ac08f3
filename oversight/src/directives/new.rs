//! 录入通知 · the office pastes or uploads a notice, sees what was read of it beside its text, each field linked to the very words
//! it came from, corrects what is wrong, and issues it (D1).

use super::correct;
use super::issue::{self, Before, Known};
use super::marks::{self, Piece};
use super::names::{self, Named};
use acts::{Clause, Issued, Passed, Place, ReportDuty, TimeNamed, UnitNamed};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Posted, clean};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once};
use notice::{Marks, Notice};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The largest notice that is taken, in bytes of the whole form.
pub const LARGEST: usize = 33 << 20;

pub fn may(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::IssueDirective, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// A line of the notice with its marks, and the tasks that begin in it.
struct Line {
    n: u32,
    pieces: Vec<Piece>,
    tasks: Vec<u32>,
    unread: Vec<(String, String)>,
}

/// A task as it was read and corrected.
struct Task {
    clause: Clause,
    leads: Vec<Named>,
    participants: Vec<Named>,
    /// Whether its form is open: something in it is wrong, or it is a task that is being added.
    open: bool,
    left_out: bool,
    /// Its dates that are over already.
    over: Vec<String>,
}

impl Task {
    fn anchor(&self) -> String {
        self.clause.heading_at.as_ref().or(self.clause.text_at.first()).map(marks::anchor).unwrap_or_default()
    }
    fn words(&self) -> Vec<String> {
        self.clause.text_at.iter().map(marks::anchor).collect()
    }
    fn groups(&self) -> impl Iterator<Item = &UnitNamed> {
        self.clause.leads.iter().chain(&self.clause.participants).filter(|unit| unit.collective)
    }
    fn time_anchor(&self, time: &TimeNamed) -> String {
        time.at.as_ref().map(marks::anchor).unwrap_or_default()
    }
    fn key(&self, field: &str) -> String {
        format!("{field}-{}", self.clause.seq)
    }
    fn time_key(&self, at: &usize) -> String {
        self.key(&format!("time-{at}"))
    }
    fn kind_key(&self, at: &usize) -> String {
        self.key(&format!("kind-{at}"))
    }
    /// Whether the form has this kind of time to choose.
    fn is_offered(&self, time: &TimeNamed) -> bool {
        correct::KINDS.iter().any(|(kind, _)| *kind == time.kind)
    }
    fn members_key(&self, group: &UnitNamed) -> String {
        correct::members_key(Some(self.clause.seq), &group.name)
    }
    fn is_added(&self) -> bool {
        self.clause.corrected.iter().any(|one| one.field == correct::ADDED)
    }
    fn time_label(&self, at: &usize) -> String {
        correct::time_label(*at, self.clause.times.iter().filter(|time| !time.words.is_empty()).count())
    }
    fn is_read(&self, time: &TimeNamed) -> bool {
        !time.words.is_empty()
    }
}

/// What was read of a notice, for the page.
struct Read {
    title: String,
    report: Option<ReportDuty>,
    /// The further days of reporting, and those that return.
    reports: Vec<TimeNamed>,
    tasks: Vec<Task>,
    lines: Vec<Line>,
    doubts: usize,
    /// The report's day is over already.
    report_over: bool,
    /// What is known of it among the notices in force.
    known: Known,
    /// The digest of its words.
    digest: String,
    /// Names in no row of the table of agencies, with the mark of the first.
    unknown: Vec<Named>,
    /// The units of another province, whose agencies the table does not hold.
    elsewhere: Vec<Named>,
    province: &'static str,
    /// What was read of the head: each field with its name, its words and the mark of them.
    head: Vec<(&'static str, String, String)>,
    untitled: bool,
    groups: Vec<String>,
    /// Leads and members in no row of the table, in one value: what the office confirms is these names and no others.
    unlisted: String,
    filled: Filled,
}

impl Read {
    /// Each line of the notice with the tasks that begin in it.
    fn by_line(&self) -> Vec<(&Line, Vec<&Task>)> {
        let of = |line: &Line| self.tasks.iter().filter(|task| line.tasks.contains(&task.clause.seq)).collect();
        self.lines.iter().map(|line| (line, of(line))).collect()
    }
    /// The tasks that are being added and have no words yet.
    fn placeless(&self) -> Vec<&Task> {
        self.tasks.iter().filter(|task| task.clause.lines.is_empty()).collect()
    }
    /// The tasks whose dates are over already.
    fn over(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| !task.over.is_empty() && !task.left_out)
    }
    fn entered(&self, key: &str) -> &str {
        self.filled.entered.get(key).and_then(|values| values.last()).map_or("", String::as_str)
    }
    /// Whether the form that corrects the head is open: something of it is wrong or missing.
    fn heads(&self) -> bool {
        self.untitled || ["title", "issuer", "document_no", "signed"].iter().any(|field| self.is_wrong(field))
    }
    /// The other province, in words.
    fn province_zh(&self) -> String {
        match self.province {
            "" => "这些单位是别的省的，不在本省名录里".into(),
            province => format!("这份通知是{province}的，这些单位不在本省名录里"),
        }
    }
    /// Each of the further days of reporting that were read, its day in words, and the field that leaves it out.
    fn reporting(&self) -> Vec<(&TimeNamed, String, String)> {
        let day = |time: &TimeNamed| time.date.map_or_else(|| super::turns::returning_zh(time), |day| day.to_string());
        let read = (1..).zip(&self.reports).filter(|(_, time)| time.at.is_some());
        read.map(|(n, time)| (time, day(time), correct::report_key(n))).collect()
    }
    fn has(&self, key: &str, value: &str) -> bool {
        self.entered(key) == value
    }
    /// What is wrong with a field.
    fn said(&self, key: &str) -> String {
        let error = self.filled.errors.iter().find(|error| error.field == key);
        error.map_or_else(String::new, |error| self.filled.said(error))
    }
    /// The box that says one saw what was not read.
    fn seen(&self) -> String {
        format!("有 {} 处没有读出，看过了，照样印发", self.doubts)
    }
    /// A notice in force that is the same.
    fn before(&self) -> Option<&Before> {
        match &self.known {
            Known::Same(before) => Some(before),
            _ => None,
        }
    }
    /// Those in force of which only the office can say whether this is one of them.
    fn alike(&self) -> &[Before] {
        match &self.known {
            Known::Alike(alike) => alike,
            _ => &[],
        }
    }
    /// The choice that these and this are different notices: it is about these words and no others.
    fn another(&self) -> String {
        another(self.alike())
    }
    /// The box that says that there are such units.
    fn confirmed(&self) -> String {
        format!("核对过，确有这些单位：{}", self.unlisted)
    }
    fn is_wrong(&self, field: &str) -> bool {
        self.filled.errors.iter().any(|error| error.field.starts_with(field))
    }
}

#[derive(Template)]
#[template(path = "directives/new.html")]
struct NewPage {
    shell: Shell,
    once: Uuid,
    trouble: Option<String>,
    text: String,
    /// What the file says of its lines, for reading them again.
    marks: String,
    read: Option<Read>,
}

impl NewPage {
    fn is_wrong(&self) -> bool {
        self.trouble.is_some() || self.read.as_ref().is_some_and(|read| !read.filled.errors.is_empty())
    }
    /// The page on which the marks stand: this one.
    fn words_of(&self) -> &str {
        ""
    }
}

pub async fn show(State(house): State<House>, shell: Shell, person: SignedIn) -> Result<Response, Stop> {
    may(&house, &person)?;
    let page = NewPage { once: Uuid::new_v4(), trouble: None, text: String::new(), marks: String::new(), read: None, shell };
    page::render(&page.shell, &page)
}

fn lines(notice: &Notice, clauses: &[Clause], report: Option<&ReportDuty>, unread: &[Passed]) -> Vec<Line> {
    let mut marked: BTreeMap<u32, Vec<Place>> = BTreeMap::new();
    let head = [&notice.title, &notice.issuer, &notice.document_no].into_iter().flatten().map(|words| words.at);
    let signed = notice.signed.as_ref().map(|date| date.words.at);
    let head = head.chain(signed).filter(|at| at.to > at.from).map(issue::place);
    for place in clauses.iter().flat_map(Clause::places).chain(report.and_then(|duty| duty.at)).chain(head) {
        marked.entry(place.line).or_default().push(place);
    }
    let line = |(n, text): (u32, &String)| Line {
        n,
        pieces: marks::pieces(text, marked.remove(&n).unwrap_or_default()),
        tasks: Vec::new(),
        unread: Vec::new(),
    };
    let mut lines: Vec<Line> = (1..).zip(&notice.source.lines).map(line).collect();
    let at = |n: u32| n.checked_sub(1).map_or(usize::MAX, |n| n as usize);
    for clause in clauses {
        if let Some(line) = clause.lines.first().and_then(|n| lines.get_mut(at(*n))) {
            line.tasks.push(clause.seq);
        }
    }
    for unread in unread {
        if let Some(line) = lines.get_mut(at(unread.line)) {
            line.unread.push((unread.words.clone(), unread.why.clone()));
        }
    }
    lines
}

fn read(notice: &Notice, issued: Issued, filled: Filled, posted: &Posted, known: Known, now: &Moment) -> Read {
    let unlisted = unlisted(&issued, posted, now).join("、");
    let (head, province) = (head(notice, &issued), names::elsewhere(&issued).unwrap_or_default());
    let digest = issue::digest(&issued.text);
    let Issued { title, clauses, report, reports, signed, unread, .. } = issued;
    let today = now.date();
    let on = signed.unwrap_or(today);
    let is_over =
        |time: &&TimeNamed| time.kind == "by" && time.date.is_some_and(|day| now.calendar.next_working_day(day) < today);
    let lines = lines(notice, &clauses, report.as_ref(), &unread);
    let (mut unknown, mut elsewhere) = (BTreeMap::new(), BTreeMap::new());
    let mut groups = BTreeSet::new();
    for unit in clauses.iter().flat_map(|clause| clause.leads.iter().chain(&clause.participants)) {
        let named = names::named(unit, on);
        if named.unknown {
            unknown.entry(unit.name.clone()).or_insert(named);
        } else if !named.elsewhere.is_empty() {
            elsewhere.entry(unit.name.clone()).or_insert(named);
        } else if unit.collective {
            groups.insert(unit.name.clone());
        }
    }
    let task = |clause: Clause| {
        let named = |units: &[UnitNamed]| units.iter().map(|unit| names::named(unit, on)).collect();
        let (ends, own) = (format!("-{}", clause.seq), format!("members-{}-", clause.seq));
        let is_own = |key: &str| key.starts_with(&own) || key.ends_with(&ends) && !key.starts_with("members-");
        Task {
            leads: named(&clause.leads),
            participants: named(&clause.participants),
            open: filled.errors.iter().any(|error| is_own(&error.field))
                || clause.corrected.iter().any(|one| one.field == correct::ADDED),
            left_out: correct::is_left_out(posted, clause.seq),
            over: clause.times.iter().filter(is_over).filter_map(|time| Some(time.date?.to_string())).collect(),
            clause,
        }
    };
    Read {
        untitled: title.is_empty(),
        title,
        head,
        province,
        elsewhere: elsewhere.into_values().collect(),
        report_over: report.as_ref().is_some_and(|duty| duty.due < today),
        known,
        digest,
        report,
        reports,
        tasks: clauses.into_iter().map(task).collect(),
        doubts: lines.iter().map(|line| line.unread.len()).sum(),
        lines,
        unknown: unknown.into_values().collect(),
        groups: groups.into_iter().collect(),
        unlisted,
        filled,
    }
}

/// The leads and members that the office is asked about before it issues: those of what is left out are none.
fn unlisted(issued: &Issued, posted: &Posted, now: &Moment) -> Vec<String> {
    let mut kept = issued.clone();
    kept.clauses.retain(|clause| !correct::is_left_out(posted, clause.seq));
    names::unlisted_of(&kept, issued.signed.unwrap_or(now.date()))
}

/// The head as it was read and corrected: what each field is called, what it holds, and the mark of the words it was read from.
fn head(notice: &Notice, issued: &Issued) -> Vec<(&'static str, String, String)> {
    let mark = |at: Option<notice::Span>| {
        at.filter(|at| at.to > at.from).map_or_else(String::new, |at| marks::anchor(&issue::place(at)))
    };
    let of = |words: &Option<notice::Words>| mark(words.as_ref().map(|words| words.at));
    let signed = issued.signed.map_or_else(String::new, |day| day.to_string());
    vec![
        (correct::head_name("title"), issued.title.clone(), of(&notice.title)),
        (correct::head_name("issuer"), issued.issuer.clone(), of(&notice.issuer)),
        (correct::head_name("document_no"), issued.document_no.clone().unwrap_or_default(), of(&notice.document_no)),
        (correct::head_name("signed"), signed, mark(notice.signed.as_ref().map(|date| date.words.at))),
    ]
}

/// A file or a text is read and shown; what was shown is issued when it is sent again with `issue`.
pub async fn send(State(house): State<House>, shell: Shell, person: SignedIn, request: Request) -> Result<Response, Stop> {
    may(&house, &person)?;
    let (mut posted, file) = form(request, &house).await?;
    // What its file said of the lines that come back with the form.
    let marks: Marks = serde_json::from_str(posted.one("marks")).unwrap_or_default();
    let text = posted.one("text").to_owned();
    let taken = || match &file {
        Some(bytes) => Taken::File(bytes),
        None => Taken::Lines(&text, marks.clone()),
    };
    let now = house.now();
    // The day of signature as the office says it is, and the day with which the form was drawn that comes back.
    let signed = day(posted.one("signed"));
    let drawn = day(posted.one("drawn_as")).filter(|_| file.is_none());
    let notice = match as_signed(taken(), signed) {
        Ok(notice) if !notice.assignments.is_empty() => notice,
        other => return refuse(shell, other),
    };
    let mut issued = issue::act(&notice, &now.calendar);
    let mut is_moved = false;
    if signed != drawn
        && let Ok(before) = as_signed(taken(), drawn)
    {
        is_moved = correct::follow(&mut posted, &issue::act(&before, &now.calendar), &issued);
    }
    posted.0.insert("drawn_as".into(), vec![signed.map_or_else(String::new, |day| day.to_string())]);
    if posted.one("then") == "add" {
        posted.0.insert(correct::ADDED.into(), vec![(correct::added(&posted) + 1).to_string()]);
    }
    let mut errors = correct::apply(&mut issued, &posted, &now.calendar);
    let issues = posted.one("then") == "issue";
    if issues && issued.clauses.iter().all(|clause| correct::is_left_out(&posted, clause.seq) || clause.text.is_empty()) {
        let zh = "每一项都略去了，这份通知就没有任务了";
        errors.push(field_error("omit-1", "不是任务", zh, "Everything is left out: no task remains"));
    }
    if issues {
        errors.extend(correct::lacks(&issued, now.date()));
    }
    if issues && is_moved {
        let zh = "落款日期改了，按它推算的时间跟着变了，请看过再印发";
        let en = "The day of signature is another one, and times that follow from it moved: look at them, then issue";
        errors.push(field_error("signed", correct::head_name("signed"), zh, en));
    }
    if let Some(first) = issue::personal(&issued.text).first().filter(|_| issues) {
        let zh = format!("原文第 {} 行 {} {}", first.line, first.words, first.why);
        let en = "The text holds the number of a person and becomes public: take it out of the file and read that again";
        errors.push(field_error("original", "通知原文", &zh, en));
    }
    if issues && !issued.unread.is_empty() && posted.one("seen") != "yes" {
        let zh = format!("有 {} 处没有读出，请逐处看过，勾选后再印发", issued.unread.len());
        errors.push(field_error(
            "seen",
            "没有读出的地方",
            &zh,
            "Some words were not read: look at each, tick the box, and issue",
        ));
    }
    let unlisted = unlisted(&issued, &posted, &now);
    if issues && !unlisted.is_empty() && posted.one("unlisted") != unlisted.join("、") {
        let zh = names::unlisted_zh(&unlisted, issued.signed.unwrap_or(now.date()));
        let en = "Some leads or members are not in the table of agencies: correct their names, or tick the box that there are such units";
        errors.push(field_error("unlisted", "名录里没有的单位", &zh, en));
    }
    let mut tx = house.pool().begin().await?;
    let known = issue::known(&mut tx, &issued).await?;
    if let Known::Alike(alike) = &known
        && issues
    {
        errors.extend(settles(alike, posted.one("beside")));
    }
    if !issues || !errors.is_empty() {
        // A fresh reading has had nobody yet to find its faults; nor has a task that is just being added.
        let errors = if file.is_some() || matches!(posted.one("then"), "read" | "add") { Vec::new() } else { errors };
        return draw(shell, &notice, issued, &posted, errors, known, &now);
    }
    if let Known::Alike(alike) = &known {
        issued.beside = issue::beside(alike);
    }
    let form = posted.once()?;
    correct::leave_out(&mut issued, &posted);
    issued.unlisted = unlisted;
    if let Some(before) = once::answered(&mut tx, person.id, form).await? {
        return Ok(Redirect::to(&before).into_response());
    }
    let by = (person.actor("openness_officer"), Some(person.private()));
    let no = issue::issue(&mut tx, issued, by, &now).await?;
    let leads_to = format!("/directives/{no}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// 另一份 · what the form says when the office has looked at the notices of the same title: these, with these words.
fn another(alike: &[Before]) -> String {
    alike.iter().map(|before| format!("{} {}", before.no, before.digest)).collect::<Vec<_>>().join(" ")
}

/// What is wrong with the answer whether it is one of the notices of the same title: none was given, or it is.
fn settles(alike: &[Before], said: &str) -> Option<FieldError> {
    let numbers = alike.iter().map(|before| before.no.as_str()).collect::<Vec<_>>().join("、");
    let (zh, en) = match said {
        "same" => (
            format!("那一份已经印发，编号 {numbers}，这一份就不再印发了；那一份有错的，先撤回它，再印发这一份"),
            "That notice is issued already, and this one is not issued again; if that one is wrong, withdraw it first",
        ),
        said if said == another(alike) => return None,
        _ => (
            format!("有一份标题相同的通知在督办，编号 {numbers}，请比一比，选是同一份还是另一份"),
            "A notice of the same title is followed already: compare the two, and choose whether this is the same or another",
        ),
    };
    Some(field_error("beside", "标题相同的通知", &zh, en))
}

/// A day as a form writes it.
fn day(said: &str) -> Option<NaiveDate> {
    calendar::parse_date(forms::text::fold_text(said).trim()).ok()
}

/// A notice as it came: a file, or the lines that were taken out of one before, with what that file said of them.
enum Taken<'a> {
    File(&'a [u8]),
    Lines(&'a str, Marks),
}

/// Reads a notice; as signed on a day, where there is one that the office says.
fn as_signed(taken: Taken<'_>, on: Option<NaiveDate>) -> Result<Notice, notice::Trouble> {
    match (taken, on) {
        (Taken::Lines(text, marks), on) => notice::read_again(text, marks, on),
        (Taken::File(bytes), Some(on)) => notice::read_as_signed(bytes, on),
        (Taken::File(bytes), None) => notice::read(bytes),
    }
}

/// What was posted, and the file among it when one was chosen. The whole is in memory: [`LARGEST`] is its limit.
async fn form(request: Request, house: &House) -> Result<(Posted, Option<Vec<u8>>), Stop> {
    let cut = |_| Stop::TooLarge("没有收全：文件太大，不像是一份通知；或者上传中断了，请重新选择文件再试".into());
    let mut form = Multipart::from_request(request, house)
        .await
        .map_err(|_| Stop::Unreadable("没有收到内容，请在页面上选好文件再传".into()))?;
    let (mut posted, mut file) = (Posted(Default::default()), None);
    while let Some(field) = form.next_field().await.map_err(cut)? {
        let key = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().await.map_err(cut)?;
        if !is_file {
            posted.0.entry(clean(&key)).or_default().push(clean(&String::from_utf8_lossy(&bytes)));
        } else if !bytes.is_empty() {
            file = Some(bytes.to_vec());
        }
    }
    Ok((posted, file))
}

fn draw(
    shell: Shell,
    notice: &Notice,
    issued: Issued,
    posted: &Posted,
    errors: Vec<FieldError>,
    known: Known,
    now: &Moment,
) -> Result<Response, Stop> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let filled = Filled::new(shell.lang, correct::entered(&issued, posted), errors);
    let read = Some(read(notice, issued, filled, posted, known, now));
    let marks = serde_json::to_string(&notice.source.marks).map_err(|error| Stop::Fault(error.to_string()))?;
    let page = NewPage { once: Uuid::new_v4(), trouble: None, text: notice.source.lines.join("\n"), marks, read, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

fn refuse(shell: Shell, read: Result<Notice, notice::Trouble>) -> Result<Response, Stop> {
    let (why, text) = match read {
        Ok(notice) => {
            ("没有读出任务。请核对这是不是任务分解通知：每项任务后面要写明牵头单位".to_owned(), notice.source.lines.join("\n"))
        }
        Err(trouble) => (trouble.to_string(), String::new()),
    };
    let page = NewPage { once: Uuid::new_v4(), trouble: Some(why), text, marks: String::new(), read: None, shell };
    page::render_status(&page.shell.clone(), StatusCode::UNPROCESSABLE_ENTITY, &page)
}
