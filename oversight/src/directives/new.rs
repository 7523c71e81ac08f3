//! 录入通知 · the office pastes or uploads a notice, sees what was read of it beside its text, each field linked to the very words
//! it came from, corrects what is wrong, and issues it (D1).

use super::correct;
use super::issue::{self, Before, Known};
use super::living;
use super::marks::{self, Piece};
use super::names::{self, Named};
use acts::{Clause, Issued, Passed, Place, ReportDuty, Requirement, TimeNamed, UnitNamed};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Entered, Posted, clean};
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

/// Tasks and requirements on one page of a reading, and lines of it: a form of some thousand tasks opens in no browser.
const MOST_TASKS: usize = 150;
const MOST_LINES: usize = 2000;

/// A line of the notice with its marks, and the tasks and requirements that begin in it.
struct Line {
    n: u32,
    pieces: Vec<Piece>,
    tasks: Vec<u32>,
    asked: Vec<usize>,
    unread: Vec<Passed>,
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

/// What the notice asks of everybody, as it was read and corrected.
struct Asked {
    n: usize,
    words: Requirement,
    /// Who must do it, to whom it is handed, and when, each with the mark of its words.
    said: Vec<(&'static str, String, String)>,
    /// The number of the task that was made of it.
    task: String,
    open: bool,
}

impl Asked {
    fn anchor(&self) -> String {
        self.words.at.as_ref().map(marks::anchor).unwrap_or_default()
    }
    fn key(&self) -> String {
        correct::asked_key(self.n)
    }
    fn text_key(&self) -> String {
        correct::asked_text_key(self.n)
    }
    fn as_key(&self) -> String {
        correct::asked_as_key(self.n)
    }
}

/// 一页一页 · the part of a long notice that is on the page: from which line to which, the pages before and behind it by the line they begin
/// with, and what was typed on others.
struct Part {
    first: u32,
    last: u32,
    page: usize,
    pages: usize,
    before: Option<u32>,
    next: Option<u32>,
    carried: Vec<(String, String)>,
}

impl Part {
    fn holds(&self, line: u32) -> bool {
        (self.first..=self.last).contains(&line)
    }
    fn zh(&self) -> String {
        format!("第 {} 页，共 {} 页", self.page, self.pages)
    }
}

/// What was read of a notice, for the page.
struct Read {
    title: String,
    report: Option<ReportDuty>,
    /// The further days of reporting, and those that return.
    reports: Vec<TimeNamed>,
    tasks: Vec<Task>,
    asked: Vec<Asked>,
    lines: Vec<Line>,
    part: Part,
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
    /// Each line of the page with the tasks and the requirements that begin in it.
    fn by_line(&self) -> Vec<(&Line, Vec<&Task>, Vec<&Asked>)> {
        let tasks: BTreeMap<u32, &Task> = self.tasks.iter().map(|task| (task.clause.seq, task)).collect();
        let of = |line: &Line| line.tasks.iter().filter_map(|seq| tasks.get(seq).copied()).collect();
        let asked = |line: &Line| line.asked.iter().filter_map(|n| self.asked.get(n.checked_sub(1)?)).collect();
        self.lines.iter().filter(|line| self.part.holds(line.n)).map(|line| (line, of(line), asked(line))).collect()
    }
    /// The requirements that were read, all of them.
    fn asked_zh(&self) -> String {
        format!("；工作要求 {}", self.asked.len())
    }
    /// The tasks that are being added and have no words yet.
    fn placeless(&self) -> Vec<&Task> {
        self.tasks.iter().filter(|task| task.clause.lines.is_empty()).collect()
    }
    /// The tasks whose dates are over already.
    fn over(&self) -> impl Iterator<Item = &Task> {
        let here = |task: &&Task| task.clause.lines.first().is_none_or(|line| self.part.holds(*line));
        self.tasks.iter().filter(|task| !task.over.is_empty() && !task.left_out).filter(here)
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

fn lines(notice: &Notice, clauses: &[Clause], asked: &[Asked], report: Option<&ReportDuty>, unread: &[Passed]) -> Vec<Line> {
    let mut marked: BTreeMap<u32, Vec<Place>> = BTreeMap::new();
    let head = [&notice.title, &notice.issuer, &notice.document_no].into_iter().flatten().map(|words| words.at);
    let signed = notice.signed.as_ref().map(|date| date.words.at);
    let head = head.chain(signed).filter(|at| at.to > at.from).map(issue::place);
    let of_asked = asked.iter().filter_map(|asked| asked.words.at);
    for place in clauses
        .iter()
        .flat_map(Clause::places)
        .chain(of_asked)
        .chain(asked_places(notice))
        .chain(report.and_then(|duty| duty.at))
        .chain(head)
    {
        marked.entry(place.line).or_default().push(place);
    }
    let line = |(n, text): (u32, &String)| Line {
        n,
        pieces: marks::pieces(text, marked.remove(&n).unwrap_or_default()),
        tasks: Vec::new(),
        asked: Vec::new(),
        unread: Vec::new(),
    };
    let mut lines: Vec<Line> = (1..).zip(&notice.source.lines).map(line).collect();
    let at = |n: u32| n.checked_sub(1).map_or(usize::MAX, |n| n as usize);
    for clause in clauses {
        if let Some(line) = clause.lines.first().and_then(|n| lines.get_mut(at(*n))) {
            line.tasks.push(clause.seq);
        }
    }
    for asked in asked {
        if let Some(line) = asked.words.at.and_then(|place| lines.get_mut(at(place.line))) {
            line.asked.push(asked.n);
        }
    }
    for unread in unread {
        if let Some(line) = lines.get_mut(at(unread.line)) {
            line.unread.push(unread.clone());
        }
    }
    lines
}

/// Cuts a long notice into pages, each named by its first line, and takes the one that holds the first thing that is wrong, or that was
/// asked for. What was typed on the others goes along with the form.
fn part(lines: &[Line], errors: &[FieldError], posted: &Posted, fresh: &Entered) -> Part {
    let mut firsts = vec![1];
    let (mut tasks, mut n) = (0, 0);
    for line in lines {
        let more = line.tasks.len() + line.asked.len();
        if tasks > 0 && tasks + more > MOST_TASKS || n >= MOST_LINES {
            firsts.push(line.n);
            (tasks, n) = (0, 0);
        }
        (tasks, n) = (tasks + more, n + 1);
    }
    let line_of = |key: &str| {
        let holds = |line: &&Line| match (correct::seq_of(key), correct::asked_of(key)) {
            (Some(seq), _) => line.tasks.contains(&seq),
            (None, Some(n)) => line.asked.contains(&n),
            (None, None) => false,
        };
        lines.iter().find(holds).map(|line| line.n)
    };
    let wanted = posted.one("then").strip_prefix("to-").unwrap_or_else(|| posted.one("from")).parse().unwrap_or(1);
    let wanted = errors.iter().find_map(|error| line_of(&error.field)).unwrap_or(wanted);
    let at = firsts.iter().rposition(|first| *first <= wanted).unwrap_or(0);
    let next = firsts.get(at + 1).copied();
    let (first, last) = (firsts[at], next.map_or(u32::MAX, |next| next - 1));
    let (mut here, mut asked_here) = (BTreeSet::new(), BTreeSet::new());
    for line in lines.iter().filter(|line| (first..=last).contains(&line.n)) {
        here.extend(line.tasks.iter().copied());
        asked_here.extend(line.asked.iter().copied());
    }
    let placed: BTreeSet<u32> = lines.iter().flat_map(|line| line.tasks.iter().copied()).collect();
    let is_elsewhere = |key: &str| match (correct::seq_of(key), correct::asked_of(key)) {
        (Some(seq), _) => placed.contains(&seq) && !here.contains(&seq),
        (None, Some(n)) => !asked_here.contains(&n),
        (None, None) => false,
    };
    let typed = posted.0.iter().filter_map(|(key, values)| Some((key, values.last()?)));
    let carried = typed
        .filter(|(key, value)| is_elsewhere(key) && fresh.get(*key).and_then(|read| read.last()) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    Part {
        first,
        last,
        page: at + 1,
        pages: firsts.len(),
        before: at.checked_sub(1).map(|at| firsts[at]),
        next,
        carried: if firsts.len() > 1 { carried } else { Vec::new() },
    }
}

/// What the notice asks of everybody, for the page.
fn asked(notice: &Notice, requirements: &[Requirement], filled: &Filled) -> Vec<Asked> {
    let of = |(n, (words, read)): (usize, (&Requirement, &notice::Requirement))| {
        let mark = |at: notice::Span| marks::anchor(&issue::place(at));
        let who = |name, words: &Option<notice::Words>| words.as_ref().map(|words| (name, words.text.clone(), mark(words.at)));
        let times = read.dates.iter().map(|date| ("时间", date.words.text.clone(), mark(date.words.at)));
        let said = [who("谁来做", &read.responsible), who("交给谁", &read.recipient)].into_iter().flatten().chain(times);
        let entered = |key: &str| filled.entered.get(key).and_then(|values| values.last()).cloned().unwrap_or_default();
        Asked {
            n,
            words: words.clone(),
            said: said.collect(),
            task: entered(&correct::asked_as_key(n)),
            open: filled.errors.iter().any(|error| correct::asked_of(&error.field) == Some(n)),
        }
    };
    (1..).zip(requirements.iter().zip(&notice.requirements)).map(of).collect()
}

/// The places of a requirement that are marked beside its words.
fn asked_places(notice: &Notice) -> impl Iterator<Item = Place> {
    let of = |asked: &notice::Requirement| {
        let who = [&asked.responsible, &asked.recipient].into_iter().flatten().map(|words| words.at);
        who.chain(asked.dates.iter().map(|date| date.words.at)).map(issue::place).collect::<Vec<_>>()
    };
    notice.requirements.iter().flat_map(of)
}

fn read(notice: &Notice, issued: Issued, filled: Filled, posted: &Posted, fresh: &Entered, known: Known, now: &Moment) -> Read {
    let unlisted = unlisted(&issued, posted, now).join("、");
    let (mut head, province) = (head(notice, &issued), names::elsewhere(&issued).unwrap_or_default());
    let digest = issue::digest(&issued.text);
    let Issued { title, clauses, requirements, mut report, reports, signed, unread, .. } = issued;
    let today = now.date();
    let on = signed.unwrap_or(today);
    let is_over =
        |time: &&TimeNamed| time.kind == "by" && time.date.is_some_and(|day| now.calendar.next_working_day(day) < today);
    let asked = asked(notice, &requirements, &filled);
    let lines = lines(notice, &clauses, &asked, report.as_ref(), &unread);
    let part = part(&lines, &filled.errors, posted, fresh);
    // A link leads to words on this page or nowhere.
    for (.., mark) in &mut head {
        if marks::line_of(mark).is_some_and(|line| !part.holds(line)) {
            mark.clear();
        }
    }
    if let Some(duty) = &mut report {
        duty.at = duty.at.filter(|at| part.holds(at.line));
    }
    let (mut unknown, mut elsewhere) = (BTreeMap::new(), BTreeMap::new());
    let mut groups = BTreeSet::new();
    for unit in clauses.iter().flat_map(|clause| clause.leads.iter().chain(&clause.participants)) {
        let mut named = names::named(unit, on);
        // Its words may stand on another page.
        named.at = named.at.filter(|_| unit.at.is_some_and(|at| part.holds(at.line)));
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
        report_over: !correct::is_report_left_out(posted) && report.as_ref().is_some_and(|duty| duty.due < today),
        known,
        digest,
        report,
        reports,
        tasks: clauses.into_iter().map(task).collect(),
        asked,
        part,
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
    let fresh = correct::entered(&issued, &Posted(Entered::new()));
    correct::make_tasks(&issued, &mut posted);
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
        let errors = if file.is_some() || is_turning(posted.one("then")) { Vec::new() } else { errors };
        return draw(shell, &notice, issued, &posted, (&fresh, errors), known, &now);
    }
    if let Known::Alike(alike) = &known {
        issued.beside = issue::beside(alike);
    }
    let form = posted.once()?;
    let shown = issued.clone();
    correct::leave_out(&mut issued, &posted);
    issued.unlisted = unlisted;
    if let Some(before) = once::answered(&mut tx, person.id, form).await? {
        return Ok(Redirect::to(&before).into_response());
    }
    let by = (person.actor("openness_officer"), Some(person.private()));
    let no = match issue::issue(&mut tx, issued, by, &now).await {
        Ok(no) => no,
        // What was corrected is not lost: the page comes again, and says why.
        Err(Stop::Rejected(why)) => {
            let en = "It is not issued: it, or one of its title, is followed already; see above";
            let errors = vec![field_error("original", "通知原文", &why, en)];
            let known = issue::known(&mut tx, &shown).await?;
            let mut page = draw(shell, &notice, shown, &posted, (&fresh, errors), known, &now)?;
            *page.status_mut() = StatusCode::CONFLICT;
            return Ok(page);
        }
        Err(other) => return Err(other),
    };
    let leads_to = format!("/directives/{no}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// Whether a form is sent to look on, and not to be told what is wrong with it yet.
fn is_turning(then: &str) -> bool {
    matches!(then, "read" | "add") || then.starts_with("to-")
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
    (fresh, errors): (&Entered, Vec<FieldError>),
    known: Known,
    now: &Moment,
) -> Result<Response, Stop> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let filled = Filled::new(shell.lang, correct::entered(&issued, posted), errors);
    let read = Some(read(notice, issued, filled, posted, fresh, known, now));
    let marks = serde_json::to_string(&notice.source.marks).map_err(|error| Stop::Fault(error.to_string()))?;
    let page = NewPage { once: Uuid::new_v4(), trouble: None, text: notice.source.lines.join("\n"), marks, read, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// Bytes of the longest text that comes back with a refusal.
const SENT_BACK: usize = 512 * 1024;

fn refuse(shell: Shell, read: Result<Notice, notice::Trouble>) -> Result<Response, Stop> {
    let (why, text) = match read {
        Ok(notice) => {
            let text = notice.source.lines.join("\n");
            // Whoever pasted a text mends it here; a large file is sent once, not back.
            let text = if text.len() <= SENT_BACK { text } else { String::new() };
            ("没有读出任务。请核对这是不是任务分解通知：每项任务后面要写明牵头单位".to_owned(), text)
        }
        Err(trouble) => (trouble.to_string(), String::new()),
    };
    let page = NewPage { once: Uuid::new_v4(), trouble: Some(why), text, marks: String::new(), read: None, shell };
    page::render_status(&page.shell.clone(), StatusCode::UNPROCESSABLE_ENTITY, &page)
}
