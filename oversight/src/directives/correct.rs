//! 核对 · the office corrects a reading before it issues the notice: its head, single fields, whom a collective name means, which words
//! are a task; it adds a task that was not read and leaves out one that is none (D1). What had been read stays beside what was corrected,
//! and the words of a task are always words of the notice.

use super::{names, turns};
use acts::{Clause, Corrected, Issued, Passed, Place, ReportDuty, TimeNamed, UnitNamed};
use calendar::Calendar;
use chrono::{Datelike, NaiveDate};
use forms::FieldError;
use foundation::held::{Entered, Posted};
use foundation::page::fields::{date, field_error, public};
use std::collections::BTreeSet;

/// Characters of the longest heading, and of the longest name of a unit.
const LONGEST_HEADING: usize = 100;
const LONGEST_NAME: usize = 40;
/// Characters of the longest title, and of the longest issuer or document number.
const LONGEST_TITLE: usize = 200;
const LONGEST_HEAD: usize = 60;
/// Tasks that can be added to one reading.
const MOST_ADDED: u32 = 20;

/// What a time can be, as a form offers it.
pub const KINDS: [(&str, &str); 9] = [
    ("by", "截止的日子"),
    ("from", "开始的日子"),
    ("recurring-yearly", "每年"),
    ("recurring-half-yearly", "每半年"),
    ("recurring-quarterly", "每季度"),
    ("recurring-monthly", "每月"),
    ("recurring-weekly", "每周"),
    ("recurring-daily", "每天"),
    ("undated", "没有确定的日子"),
];

/// Puts what was corrected into what was read, and tells everything that cannot stand so. A field that was not sent stays.
pub fn apply(issued: &mut Issued, posted: &Posted, calendar: &Calendar) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let read = issued.clauses.iter().map(|clause| clause.seq).max().unwrap_or(0);
    issued.clauses.extend((1..=added(posted)).map(|n| empty(read + n)));
    let year = year(issued);
    head(issued, posted, &mut errors);
    names::settle(issued);
    let elsewhere = names::elsewhere(issued).is_some();
    for clause in &mut issued.clauses {
        if is_left_out(posted, clause.seq) || is_blank(posted, clause, read) {
            continue;
        }
        let is_added = clause.seq > read;
        heading(clause, posted, &mut errors);
        text(clause, &issued.text, posted, &mut errors);
        units(clause, "leads", posted, &mut errors);
        units(clause, "participants", posted, &mut errors);
        if !elsewhere {
            twice(clause, &mut errors);
        }
        times(clause, year, posted, &mut errors);
        if is_added {
            clause.corrected = vec![Corrected { field: ADDED.into(), read: String::new() }];
        }
    }
    // An added task stands where its words stand.
    for clause in issued.clauses.iter_mut().filter(|clause| clause.seq > read) {
        let at = clause.text_at.first().map(|at| notice::place_of(&issued.text, at.line));
        (clause.path, clause.section) = at.unwrap_or_default();
    }
    // A duty to report that was not read is added.
    let said = sent(posted, "report").filter(|said| !said.is_empty() && issued.report.is_none());
    if let Some(day) = said.and_then(|said| date(&said, "report", "报告期限", &mut errors)) {
        issued.report = Some(ReportDuty {
            who: "各牵头单位".into(),
            to: "政务公开办".into(),
            words: "核对时补的".into(),
            written: day,
            due: calendar.next_working_day(day),
            at: None,
            read: None,
        });
    }
    // An emptied field takes it out, as its box does.
    if let Some((duty, said)) = issued.report.as_mut().zip(sent(posted, "report").filter(|said| !said.is_empty()))
        && let Some(day) = date(&said, "report", "报告期限", &mut errors)
    {
        if day != duty.written {
            duty.read = Some(duty.written);
        }
        (duty.written, duty.due) = (day, calendar.next_working_day(day));
    }
    add_period(issued, posted, &mut errors);
    requirements(issued, posted, &mut errors);
    // What was typed is of the province of the notice, too.
    names::settle(issued);
    errors
}

/// What the head of a notice is made of, by its field.
pub fn head_name(field: &str) -> &'static str {
    match field {
        "title" => "通知标题",
        "issuer" => "发文机关",
        "document_no" => "文号",
        "signed" => "落款日期",
        _ => "按期报告",
    }
}

/// The head as its form shows it: each field with what it holds.
fn head_of(issued: &Issued) -> [(&'static str, String); 4] {
    [
        ("title", issued.title.clone()),
        ("issuer", issued.issuer.clone()),
        ("document_no", issued.document_no.clone().unwrap_or_default()),
        ("signed", issued.signed.map_or_else(String::new, |day| day.to_string())),
    ]
}

/// Title, issuer, number and day of signature, as the office says they are.
fn head(issued: &mut Issued, posted: &Posted, errors: &mut Vec<FieldError>) {
    for (field, read) in head_of(issued) {
        let Some(said) = sent(posted, field).filter(|said| *said != fold(&read)) else { continue };
        let label = head_name(field);
        let most = if field == "title" { LONGEST_TITLE } else { LONGEST_HEAD };
        let n = said.chars().count();
        if n > most {
            let zh = format!("{label}最多 {most} 字，现在 {n} 字");
            errors.push(field_error(field, label, &zh, &format!("At most {most} characters; now {n}")));
            continue;
        }
        public(&said, field, label, errors);
        match field {
            "title" => issued.title = said,
            "issuer" => issued.issuer = said,
            "document_no" => issued.document_no = Some(said).filter(|said| !said.is_empty()),
            _ => {
                let day = if said.is_empty() { None } else { date(&said, field, label, errors) };
                if day.is_none() && !said.is_empty() {
                    continue;
                }
                issued.signed = day;
            }
        }
        issued.corrected.push(Corrected { field: field.into(), read });
    }
}

/// One unit is named once in a task, whatever it is called: whoever leads does not take part too.
fn twice(clause: &Clause, errors: &mut Vec<FieldError>) {
    let mut before: Vec<&str> = Vec::new();
    for (field, label, units) in [("leads", "牵头单位", &clause.leads), ("participants", "参加单位", &clause.participants)]
    {
        for unit in units.iter().filter(|unit| !unit.collective) {
            if let Some(first) = before.iter().find(|first| names::same(first, &unit.name)) {
                let zh = match *first == unit.name {
                    true => format!("“{first}”写了两次，一项任务里一个单位只写一次"),
                    false => format!("“{}”和“{first}”是同一个单位，一项任务里只写一次", unit.name),
                };
                let en = "A task names the same unit twice: whoever leads does not take part too";
                errors.push(field_error(&format!("{field}-{}", clause.seq), label, &zh, en));
                break;
            }
            before.push(&unit.name);
        }
    }
}

/// What a notice must have before it is issued; a reading may be looked at without.
pub fn lacks(issued: &Issued, today: NaiveDate) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if issued.title.is_empty() {
        let zh = "没有读出标题，请写通知的标题";
        errors.push(field_error("title", head_name("title"), zh, "No title was read: enter the title of the notice"));
    }
    let is_typed = issued.corrected.iter().any(|one| one.field == "signed");
    if is_typed && issued.signed.is_some_and(|day| day > today) {
        let zh = "落款日期不能晚于今天";
        errors.push(field_error("signed", head_name("signed"), zh, "The day of signature must not be after today"));
    }
    errors
}

/// What returns, as a form offers it.
pub fn periods() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    KINDS.iter().filter(|(kind, _)| kind.starts_with("recurring-"))
}

/// 工作要求 · what a requirement that was read is, as the office says: that, a task, or neither.
pub const ASKED: &[(&str, &str)] = &[("keep", "是工作要求"), ("task", "是一项任务，要有人牵头"), ("out", "都不是，印发时略去")];

/// The fields of the nth requirement, from 1: what it is, its words, and which of the tasks that are added was made of it.
pub fn asked_key(n: usize) -> String {
    format!("asked_{n}")
}
pub fn asked_text_key(n: usize) -> String {
    format!("asked_text_{n}")
}
pub fn asked_as_key(n: usize) -> String {
    format!("asked_as_{n}")
}

/// The number of the task that a field is of; none for a field of the whole notice, and of a requirement.
pub fn seq_of(key: &str) -> Option<u32> {
    if key.starts_with("omit-report-") {
        return None;
    }
    match key.strip_prefix("members-") {
        Some(rest) => rest.split_once('-')?.0.parse().ok(),
        None => key.rsplit_once('-')?.1.parse().ok(),
    }
}

/// The number of the requirement that a field is of.
pub fn asked_of(key: &str) -> Option<usize> {
    key.strip_prefix("asked_")?.rsplit('_').next()?.parse().ok()
}

/// 要求改作任务 · for each requirement that is said to be a task one is added, with its words; one that is no task any more is emptied.
pub fn make_tasks(issued: &Issued, posted: &mut Posted) {
    let read = issued.clauses.iter().map(|clause| clause.seq).max().unwrap_or(0);
    for (n, asked) in (1..).zip(&issued.requirements) {
        let as_task: Option<u32> = posted.one(&asked_as_key(n)).parse().ok();
        let is_task = posted.one(&asked_key(n)) == "task";
        match as_task {
            None if is_task && added(posted) < MOST_ADDED => {
                let seq = read + added(posted) + 1;
                let words =
                    sent(posted, &asked_text_key(n)).filter(|said| !said.is_empty()).unwrap_or_else(|| asked.text.clone());
                let first: String =
                    words.split(['，', '。', '；']).next().unwrap_or_default().chars().take(LONGEST_HEADING).collect();
                let mut put = |key: String, value: String| drop(posted.0.insert(key, vec![value]));
                put(ADDED.into(), (seq - read).to_string());
                put(format!("heading-{seq}"), first);
                put(format!("text-{seq}"), words);
                put(asked_as_key(n), seq.to_string());
            }
            Some(seq) if !is_task => {
                for field in ADDED_FIELDS {
                    posted.0.remove(&format!("{field}-{seq}"));
                }
                posted.0.remove(&asked_as_key(n));
            }
            _ => {}
        }
    }
}

/// Whether a requirement stays one.
fn is_asked(posted: &Posted, n: usize) -> bool {
    !matches!(posted.one(&asked_key(n)), "task" | "out")
}

/// The words of what the notice asks of everybody, as the office cut them; they stay words of the notice.
fn requirements(issued: &mut Issued, posted: &Posted, errors: &mut Vec<FieldError>) {
    for (n, asked) in (1..).zip(&mut issued.requirements) {
        let key = asked_text_key(n);
        let Some(said) = sent(posted, &key).filter(|said| is_asked(posted, n) && *said != fold(&asked.text)) else { continue };
        let line = asked.at.map_or(0, |at| at.line);
        let found = Some(said.as_str()).filter(|said| !said.is_empty()).and_then(|said| {
            place(&issued.text, line, said).or_else(|| (1..=issued.text.len() as u32).find_map(|n| place(&issued.text, n, said)))
        });
        match found {
            Some(at) => {
                asked.read = Some(std::mem::replace(&mut asked.text, said));
                asked.at = Some(at);
            }
            None => {
                let zh = "工作要求的文字要照原文里的一段，一字不差；不是要求的，选“都不是”";
                let en = "Copy the words from one paragraph of the notice; if they ask nothing of anybody, choose neither";
                errors.push(field_error(&key, "要求", zh, en));
            }
        }
    }
}

/// 补一个按期的报告 · a duty to report whose period was not read.
fn add_period(issued: &mut Issued, posted: &Posted, errors: &mut Vec<FieldError>) {
    if let Some(time) = period(posted, false, errors) {
        issued.reports.push(time);
        issued.corrected.push(Corrected { field: "every".into(), read: String::new() });
    }
}

/// The period of reporting that a form adds, if it adds one; behind its words stands that it was added, before the issue or `later`.
pub fn period(posted: &Posted, later: bool, errors: &mut Vec<FieldError>) -> Option<TimeNamed> {
    let said = sent(posted, "every_day").filter(|said| !said.is_empty());
    let Some((kind, name)) = periods().find(|(kind, _)| *kind == posted.one("every")) else {
        if said.is_some() {
            let zh = "请选多久报告一次";
            errors.push(field_error("every", "多久报告一次", zh, "Choose how often units report"));
        }
        return None;
    };
    let wrong = errors.len();
    let day = said.as_ref().and_then(|said| date(said, "every_day", "其中一次的日子", errors));
    if day.is_some() && matches!(*kind, "recurring-weekly" | "recurring-daily") {
        let zh = "每周、每天的不用写日子，请空着";
        let en = "What returns every week or day has no date: leave it empty";
        errors.push(field_error("every_day", "其中一次的日子", zh, en));
    }
    if errors.len() > wrong {
        return None;
    }
    let (month, day) = day.and_then(|day| turns::returning(kind, day)).unzip();
    let mut time = TimeNamed { words: String::new(), kind: (*kind).into(), date: None, month, day, at: None };
    let day = turns::returning_zh(&time);
    let words = if day.is_empty() { *name } else { day.as_str() };
    time.words = if later { format!("{words}（印发后补的）") } else { format!("{words}（核对时补的）") };
    Some(time)
}

/// The field that leaves a day of reporting out: 0 for the first, from 1 on for the further ones.
pub fn report_key(n: usize) -> String {
    format!("omit-report-{n}")
}

/// Whether the first day of reporting is none, as the office says: its box is ticked, or its field is empty.
pub fn is_report_left_out(posted: &Posted) -> bool {
    posted.one(&report_key(0)) == "yes" || sent(posted, "report").is_some_and(|said| said.is_empty())
}

/// The mark of a task that was not read.
pub const ADDED: &str = "added";

/// Whether what was corrected is no correction but something that the office added: nothing had been read there.
pub fn is_added(field: &str) -> bool {
    matches!(field, ADDED | "deadline" | "every")
}

/// How many tasks the form adds.
pub fn added(posted: &Posted) -> u32 {
    posted.one("added").parse().unwrap_or(0).min(MOST_ADDED)
}

fn empty(seq: u32) -> Clause {
    Clause {
        seq,
        path: String::new(),
        section: String::new(),
        heading: String::new(),
        text: String::new(),
        lines: Vec::new(),
        leads: Vec::new(),
        participants: Vec::new(),
        times: Vec::new(),
        heading_at: None,
        text_at: Vec::new(),
        corrected: vec![Corrected { field: ADDED.into(), read: String::new() }],
    }
}

/// The fields of a task that is added.
const ADDED_FIELDS: [&str; 5] = ["heading", "text", "leads", "participants", "deadline"];

/// Whether a task that the form offers to add was left blank.
fn is_blank(posted: &Posted, clause: &Clause, read: u32) -> bool {
    clause.seq > read && ADDED_FIELDS.iter().all(|field| fold(posted.one(&format!("{field}-{}", clause.seq))).is_empty())
}

pub fn is_left_out(posted: &Posted, seq: u32) -> bool {
    posted.one(&format!("omit-{seq}")) == "yes"
}

/// Takes out what the office says is no task or no day of reporting, and what it did not fill in; the rest keeps its numbers. With a
/// requirement that is none go the days of reporting that it named.
pub fn leave_out(issued: &mut Issued, posted: &Posted) {
    let out = (1..).zip(&issued.requirements).filter(|(n, _)| posted.one(&asked_key(*n)) == "out");
    let out: Vec<Place> = out.filter_map(|(_, asked)| asked.at).collect();
    let goes =
        |at: Option<Place>| at.is_some_and(|at| out.iter().any(|of| of.line == at.line && of.from <= at.from && at.to <= of.to));
    let mut n = 0;
    issued.reports.retain(|time| {
        n += 1;
        posted.one(&report_key(n)) != "yes" && !goes(time.at)
    });
    if let Some(first) = issued.report.take_if(|duty| goes(duty.at) || is_report_left_out(posted)) {
        // To whom the others go is said by the first.
        let bare = |time: &&mut TimeNamed| time.at.is_some() && !time.words.contains("报送给");
        issued.reports.iter_mut().filter(bare).for_each(|time| time.words = format!("{}（报送给{}）", time.words, first.to));
    }
    let (out, kept): (Vec<_>, Vec<_>) =
        std::mem::take(&mut issued.clauses).into_iter().partition(|clause| is_left_out(posted, clause.seq));
    let passed = |clause: Clause| {
        let line = clause.lines.first().copied()?;
        Some(Passed { line, words: clause.text, why: String::new(), en: String::new() })
    };
    issued.left_out = out.into_iter().filter_map(passed).collect();
    let mut n = 0;
    let left_out = &mut issued.left_out;
    issued.requirements.retain_mut(|asked| {
        n += 1;
        if let Some(at) = asked.at.filter(|_| posted.one(&asked_key(n)) == "out") {
            left_out.push(Passed {
                line: at.line,
                words: std::mem::take(&mut asked.text),
                why: String::new(),
                en: String::new(),
            });
        }
        is_asked(posted, n)
    });
    issued.clauses = kept.into_iter().filter(|clause| !clause.text.is_empty()).collect();
}

/// The year by which a form shows the day of what returns.
fn year(issued: &Issued) -> i32 {
    issued.signed.map_or(2000, |signed| signed.year())
}

fn sent(posted: &Posted, key: &str) -> Option<String> {
    posted.0.contains_key(key).then(|| fold(posted.one(key)))
}

fn fold(text: &str) -> String {
    forms::text::fold_text(text).trim().to_owned()
}

fn heading(clause: &mut Clause, posted: &Posted, errors: &mut Vec<FieldError>) {
    let key = format!("heading-{}", clause.seq);
    let said = match clause.corrected.iter().any(|one| one.field == ADDED) {
        true => Some(fold(posted.one(&key))),
        false => sent(posted, &key).filter(|said| *said != fold(&clause.heading)),
    };
    let Some(said) = said else { return };
    public(&said, &key, "标题", errors);
    match said.chars().count() {
        0 => errors.push(field_error(&key, "标题", "请写这项任务的标题", "Enter a heading for this task")),
        n if n > LONGEST_HEADING => errors.push(field_error(
            &key,
            "标题",
            &format!("标题最多 {LONGEST_HEADING} 字，现在 {n} 字"),
            &format!("A heading has at most {LONGEST_HEADING} characters; now {n}"),
        )),
        _ => {
            let read = std::mem::replace(&mut clause.heading, said);
            clause.corrected.push(Corrected { field: "heading".into(), read });
        }
    }
}

/// The words of the task: each line of them a piece of a line of the notice.
fn text(clause: &mut Clause, notice: &[String], posted: &Posted, errors: &mut Vec<FieldError>) {
    let key = format!("text-{}", clause.seq);
    let said = match clause.corrected.iter().any(|one| one.field == ADDED) {
        true => Some(fold(posted.one(&key))),
        false => sent(posted, &key).filter(|said| said.is_empty() || *said != fold(&clause.text)),
    };
    let Some(said) = said else { return };
    let pieces: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if pieces.is_empty() {
        errors.push(field_error(
            &key,
            "任务的文字",
            "请写任务的文字，从原文里照抄",
            "Enter the words of the task, as the notice has them",
        ));
        return;
    }
    let mut found = Vec::new();
    for piece in pieces.iter().copied() {
        let near = clause.lines.iter().find_map(|n| place(notice, *n, piece));
        match near.or_else(|| (1..=notice.len() as u32).find_map(|n| place(notice, n, piece))) {
            Some(at) => found.push(at),
            None => {
                let words: String = piece.chars().take(20).collect();
                let zh = format!("原文里没有“{words}”这一段，任务的文字要照原文一字不差");
                errors.push(field_error(&key, "任务的文字", &zh, "These words are not in the notice: copy them from it"));
                return;
            }
        }
    }
    let read = std::mem::replace(&mut clause.text, pieces.join("\n"));
    clause.lines = found.iter().map(|at| at.line).collect();
    clause.lines.dedup();
    clause.text_at = found;
    clause.corrected.push(Corrected { field: "text".into(), read });
}

/// Where a line of the notice, counted from 1, has these words.
fn place(notice: &[String], line: u32, words: &str) -> Option<Place> {
    let text = notice.get(line.checked_sub(1)? as usize)?;
    let from = text[..text.find(words)?].chars().count() as u32;
    Some(Place { line, from, to: from + words.chars().count() as u32 })
}

/// The units that a field names.
pub fn members(said: &str) -> Vec<String> {
    list(&fold(said))
}

/// The first of these names that is a group still, or too long for a name.
pub fn no_single_unit(members: &[String]) -> Option<&str> {
    members.iter().find(|name| notice::is_collective(name) || name.chars().count() > LONGEST_NAME).map(String::as_str)
}

/// Names parted by 、 or by line; each once, in their order.
fn list(said: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let names = said.split(['、', '，', '；', ',', ';', '\n', '\r']).map(str::trim).filter(|name| !name.is_empty());
    names.filter(|name| seen.insert(*name)).map(ToOwned::to_owned).collect()
}

fn units(clause: &mut Clause, field: &str, posted: &Posted, errors: &mut Vec<FieldError>) {
    let (label, of) = match field {
        "leads" => ("牵头单位", &mut clause.leads),
        _ => ("参加单位", &mut clause.participants),
    };
    let key = format!("{field}-{}", clause.seq);
    let read = names::list(of);
    if let Some(said) = sent(posted, &key)
        && list(&said) != list(&fold(&read))
    {
        let known = |name: String| match of.iter().find(|unit| fold(&unit.name) == name) {
            Some(unit) => unit.clone(),
            None => UnitNamed { collective: notice::is_collective(&name), name, ..UnitNamed::default() },
        };
        let corrected = list(&said).into_iter().map(known).collect();
        *of = corrected;
        clause.corrected.push(Corrected { field: field.into(), read });
    }
    of.iter().for_each(|unit| public(&unit.name, &key, label, errors));
    if let Some(long) = of.iter().find(|unit| unit.name.chars().count() > LONGEST_NAME) {
        errors.push(field_error(
            &key,
            label,
            &format!("“{}”太长，不像一个单位的名称；几个单位用顿号分开", long.name),
            "One of the names is too long; part several units by 、",
        ));
    }
    if field == "leads" && of.is_empty() {
        errors.push(field_error(&key, label, "请写谁牵头，至少一个单位", "Say who leads; at least one unit"));
    }
    for unit in of.iter_mut().filter(|unit| unit.collective) {
        let of_all = posted.one(&members_key(None, &unit.name));
        let own = posted.one(&members_key(Some(clause.seq), &unit.name));
        let members = members(if own.trim().is_empty() { of_all } else { own });
        if let Some(group) = no_single_unit(&members) {
            let key = members_key(if own.trim().is_empty() { None } else { Some(clause.seq) }, &unit.name);
            if !errors.iter().any(|error| error.field == key) {
                errors.push(field_error(
                    &key,
                    "统称所指的单位",
                    &format!("“{group}”还不是一个具体的单位，请写到单位"),
                    "Name single units, not a group",
                ));
            }
        }
        unit.members = members;
    }
}

/// The field that says whom a collective name means: in one task, or in the whole notice.
pub fn members_key(seq: Option<u32>, name: &str) -> String {
    seq.map_or_else(|| format!("members-{name}"), |seq| format!("members-{seq}-{name}"))
}

/// The day of a time as its form shows it; of what returns, that of its first turn in the year of the notice.
fn day_of(time: &TimeNamed, year: i32) -> String {
    let returns = || time.month.or(time.day).and_then(|_| turns::turn(time, year));
    time.date.or_else(returns).map_or_else(String::new, |day| day.to_string())
}

/// The name of a time in a form: they are numbered where there are several.
pub fn time_label(at: usize, of: usize) -> String {
    if of > 1 { format!("时间 {}", at + 1) } else { "时间".into() }
}

fn times(clause: &mut Clause, year: i32, posted: &Posted, errors: &mut Vec<FieldError>) {
    let of = clause.times.len();
    for (at, time) in clause.times.iter_mut().enumerate() {
        let (field, label) = (format!("time-{at}"), time_label(at, of));
        let key = format!("{field}-{}", clause.seq);
        let kind = posted.one(&format!("kind-{at}-{}", clause.seq));
        let before = day_of(time, year);
        let mut is_other = false;
        if let Some((kind, _)) = KINDS.iter().find(|(known, _)| *known == kind && *known != time.kind) {
            let read = std::mem::replace(&mut time.kind, (*kind).to_owned());
            clause.corrected.push(Corrected { field: format!("kind-{at}"), read: kind_name(&read).to_owned() });
            is_other = true;
        }
        let Some(said) = sent(posted, &key) else { continue };
        if said == before && !is_other {
            continue;
        }
        let day = if said.is_empty() { None } else { date(&said, &key, &label, errors) };
        if day.is_none() && !said.is_empty() {
            continue;
        }
        (time.date, time.month, time.day) = match day.and_then(|day| turns::returning(&time.kind, day)) {
            Some((month, day)) => (None, Some(month), Some(day)),
            None => (day, None, None),
        };
        if day.is_some() && matches!(time.kind.as_str(), "recurring-weekly" | "recurring-daily") {
            let zh = "每周、每天的不用写日子，请空着";
            errors.push(field_error(&key, &label, zh, "What returns every week or day has no date: leave it empty"));
        }
        if is_other && time.kind == "by" && day.is_none() {
            errors.push(field_error(&key, &label, "截止的日子要写明是哪天", "A deadline needs its date"));
        }
        if day_of(time, year) != before {
            clause.corrected.push(Corrected { field, read: before });
        }
    }
    let key = format!("deadline-{}", clause.seq);
    if let Some(said) = sent(posted, &key).filter(|said| !said.is_empty())
        && let Some(day) = date(&said, &key, "补一个期限", errors)
    {
        clause.times.push(TimeNamed {
            words: String::new(),
            kind: "by".into(),
            date: Some(day),
            month: None,
            day: None,
            at: None,
        });
        clause.corrected.push(Corrected { field: "deadline".into(), read: String::new() });
    }
}

/// What a kind of time is called; of one that no form offers, what the reader calls it.
pub fn kind_name(kind: &str) -> &str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or(kind, |(_, name)| name)
}

/// What the fields of a reading hold, for its form: what was typed last, and what was read where nothing was.
pub fn entered(issued: &Issued, posted: &Posted) -> Entered {
    let year = year(issued);
    let mut entered = Entered::new();
    let mut put = |key: String, value: String| {
        entered.insert(key, vec![value]);
    };
    for clause in &issued.clauses {
        let seq = clause.seq;
        put(format!("heading-{seq}"), clause.heading.clone());
        put(format!("text-{seq}"), clause.text.clone());
        put(format!("leads-{seq}"), names::list(&clause.leads));
        put(format!("participants-{seq}"), names::list(&clause.participants));
        for (at, time) in clause.times.iter().enumerate().filter(|(_, time)| !time.words.is_empty()) {
            put(format!("time-{at}-{seq}"), day_of(time, year));
            put(format!("kind-{at}-{seq}"), time.kind.clone());
        }
    }
    for (n, asked) in (1..).zip(&issued.requirements) {
        put(asked_key(n), "keep".into());
        put(asked_text_key(n), asked.text.clone());
    }
    for (field, value) in head_of(issued) {
        put(field.into(), value);
    }
    put(ADDED.into(), added(posted).to_string());
    if let Some(duty) = &issued.report {
        put("report".into(), duty.written.to_string());
    }
    entered.extend(
        posted.0.iter().filter(|(key, _)| !["text", "once", "then"].contains(&key.as_str())).map(|(k, v)| (k.clone(), v.clone())),
    );
    entered
}

/// 跟着落款走 · sets the fields of a form that show times as they were read with one day of signature to what is read with another. What
/// was typed over them stays. Says whether any time is another one.
pub fn follow(posted: &mut Posted, before: &Issued, after: &Issued) -> bool {
    let times = |issued: &Issued| -> Vec<TimeNamed> {
        let of_tasks = issued.clauses.iter().flat_map(|clause| clause.times.clone());
        of_tasks.chain(issued.reports.iter().cloned()).collect()
    };
    let day = |issued: &Issued| issued.report.as_ref().map(|duty| duty.written);
    if times(before) == times(after) && day(before) == day(after) {
        return false;
    }
    let none = Posted(Entered::new());
    let (before, mut after) = (entered(before, &none), entered(after, &none));
    let is_time = |key: &str| key.starts_with("time-") || key.starts_with("kind-") || key == "report";
    for (key, shown) in before.into_iter().filter(|(key, _)| is_time(key)) {
        let is_shown = sent(posted, &key).is_some_and(|said| shown.last().is_some_and(|shown| fold(shown) == said));
        if !is_shown {
            continue;
        }
        match after.remove(&key) {
            Some(read) => posted.0.insert(key, read),
            None => posted.0.remove(&key),
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read() -> Issued {
        super::super::issue::act(&notice::read(super::super::demo::NOTICE.as_bytes()).unwrap(), &Calendar::china())
    }

    fn posted(fields: &[(&str, &str)]) -> Posted {
        Posted(fields.iter().map(|(k, v)| ((*k).to_owned(), vec![(*v).to_owned()])).collect())
    }

    #[test]
    fn d1_what_is_sent_back_unchanged_corrects_nothing() {
        let mut act = read();
        let same = Posted(entered(&act, &posted(&[])));
        assert!(apply(&mut act, &same, &Calendar::china()).is_empty());
        assert_eq!(act, read());
    }

    #[test]
    fn d1_single_fields_are_corrected_and_what_was_read_stays_beside_them() {
        let mut act = read();
        let group = "省政府各相关部门";
        let fields = posted(&[
            ("heading-1", "健全公开制度"),
            ("leads-1", "省政府办公厅， 省财政厅"),
            // Who leads does not take part as well.
            ("participants-1", "省政府法制办、省发展改革委、省监察厅、省政府各相关部门"),
            ("deadline-1", "２０１２-１０-３１"),
            ("time-0-21", ""),
            (&members_key(None, group), "省财政厅、省审计厅"),
            ("report", "2012-07-20"),
        ]);
        assert!(apply(&mut act, &fields, &Calendar::china()).is_empty());
        let Issued { clauses, report, .. } = &act;
        assert_eq!(clauses[0].heading, "健全公开制度");
        assert_eq!(names::list(&clauses[0].leads), "省政府办公厅、省财政厅");
        assert_eq!(clauses[0].times.last().unwrap().date.unwrap().to_string(), "2012-10-31");
        let fields: Vec<&str> = clauses[0].corrected.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["heading", "leads", "participants", "deadline"]);
        assert_eq!((clauses[20].times[0].date, clauses[20].corrected[0].read.as_str()), (None, "2012-12-31"));
        let group = clauses[0].participants.iter().find(|unit| unit.name == group).unwrap();
        assert_eq!(group.members, ["省财政厅", "省审计厅"]);
        let report = report.as_ref().unwrap();
        assert_eq!((report.due.to_string(), report.read.unwrap().to_string()), ("2012-07-20".into(), "2012-06-30".into()));
    }

    #[test]
    fn d1_the_head_is_corrected_and_what_was_read_stays_beside_it() {
        let mut act = read();
        let title = act.title.clone();
        let fields =
            posted(&[("title", "新的标题"), ("signed", "2012-04-21"), ("document_no", ""), ("issuer", " 省政务公开办 ")]);
        assert!(apply(&mut act, &fields, &Calendar::china()).is_empty());
        let corrected: Vec<(&str, &str)> = act.corrected.iter().map(|one| (one.field.as_str(), one.read.as_str())).collect();
        assert_eq!(corrected[0], ("title", title.as_str()));
        assert_eq!((act.title.as_str(), act.signed.unwrap().to_string()), ("新的标题", "2012-04-21".into()));
        let today: NaiveDate = "2012-05-04".parse().unwrap();
        assert!(lacks(&act, today).is_empty());
        act.title.clear();
        act.signed = "2012-05-05".parse().ok();
        let wrong: Vec<String> = lacks(&act, today).into_iter().map(|error| error.field).collect();
        assert_eq!(wrong, ["title", "signed"]);
    }

    #[test]
    fn d1_what_cannot_stand_is_told_at_its_field_all_at_once() {
        let mut act = read();
        let fields =
            posted(&[("heading-2", " "), ("leads-3", "、"), ("time-0-21", "年底"), ("members-省政府各相关部门", "各部门")]);
        let errors = apply(&mut act, &fields, &Calendar::china());
        let fields: BTreeSet<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, BTreeSet::from(["heading-2", "leads-3", "time-0-21", "members-省政府各相关部门"]));
    }

    #[test]
    fn d1_a_task_is_added_left_out_and_cut_anew_and_its_words_are_words_of_the_notice() {
        let mut act = read();
        let text = act.clauses[5].text.clone();
        let first = text.split_once('。').unwrap().0;
        let added = "各单位要按照省委、省政府要求";
        let fields = posted(&[
            ("text-6", first),
            ("omit-40", "yes"),
            ("leads-40", ""),
            ("added", "2"),
            ("heading-41", "加强领导"),
            ("text-41", added),
            ("leads-41", "省财政厅"),
            ("deadline-41", "2012-09-28"),
        ]);
        assert!(apply(&mut act, &fields, &Calendar::china()).is_empty());
        leave_out(&mut act, &fields);
        assert_eq!((act.clauses[5].text.as_str(), act.clauses[5].corrected[0].field.as_str()), (first, "text"));
        let at = act.clauses[5].text_at[0];
        let words: String = act.text[at.line as usize - 1].chars().take(at.to as usize).skip(at.from as usize).collect();
        assert_eq!(words, first);
        let seqs: Vec<u32> = act.clauses.iter().map(|clause| clause.seq).collect();
        assert_eq!((seqs.len(), seqs[38], seqs[39]), (40, 39, 41), "what was left blank is no task");
        let new = act.clauses.last().unwrap();
        assert_eq!((new.corrected[0].field.as_str(), new.lines.len(), new.times.len()), (ADDED, 1, 1));
        assert!(act.text[new.lines[0] as usize - 1].contains(added));
        // Its place is that of its words, not that of the task above them.
        assert!(act.clauses[..39].iter().all(|clause| clause.path != new.path) && !new.path.is_empty(), "{}", new.path);
        assert_eq!(act.left_out.len(), 1);
    }

    #[test]
    fn d1_a_requirement_is_cut_anew_left_out_or_made_a_task() {
        let fresh = read();
        let (all, first) = (fresh.requirements.len(), fresh.requirements[0].text.clone());
        assert!(all > 3, "{all}");
        let at = |act: &Issued, at: Place| -> String {
            act.text[at.line as usize - 1].chars().take(at.to as usize).skip(at.from as usize).collect()
        };
        assert!(fresh.requirements.iter().all(|asked| at(&fresh, asked.at.unwrap()) == asked.text), "each has its place");
        let cut: String = first.chars().take(8).collect();
        let mut form = posted(&[("asked_text_1", &cut), ("asked_2", "out"), ("asked_3", "task")]);
        make_tasks(&fresh, &mut form);
        assert_eq!(
            (form.one("added"), form.one("asked_as_3"), form.one("text-41")),
            ("1", "41", fresh.requirements[2].text.as_str())
        );
        let mut act = fresh.clone();
        let errors = apply(&mut act, &form, &Calendar::china());
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["leads-41"], "a task has a lead");
        make_tasks(&fresh, &mut form);
        assert_eq!(form.one("added"), "1", "it is made once");
        form.0.insert("leads-41".into(), vec!["省财政厅".into()]);
        let mut act = fresh.clone();
        assert!(apply(&mut act, &form, &Calendar::china()).is_empty());
        leave_out(&mut act, &form);
        assert_eq!((act.requirements.len(), act.clauses.len(), act.left_out.len()), (all - 2, 41, 1));
        assert_eq!(act.left_out[0].words, fresh.requirements[1].text);
        let asked = &act.requirements[0];
        assert_eq!(
            (asked.text.as_str(), asked.read.as_deref(), at(&act, asked.at.unwrap())),
            (cut.as_str(), Some(first.as_str()), cut.clone())
        );
        assert_eq!(act.clauses[40].text, fresh.requirements[2].text);
        // It is a requirement after all: the task that was made of it is none.
        form.0.insert("asked_3".into(), vec!["keep".into()]);
        make_tasks(&fresh, &mut form);
        let mut act = fresh.clone();
        assert!(apply(&mut act, &form, &Calendar::china()).is_empty());
        leave_out(&mut act, &form);
        assert_eq!((act.requirements.len(), act.clauses.len()), (all - 1, 40));
        let wrong = posted(&[("asked_text_1", "另外写的一句"), ("asked_text_2", "")]);
        let errors = apply(&mut fresh.clone(), &wrong, &Calendar::china());
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["asked_text_1", "asked_text_2"]);
    }

    #[test]
    fn d3_01_the_first_day_of_reporting_is_taken_out_as_the_others_are() {
        let fresh = read();
        let at = fresh.report.as_ref().unwrap().at.unwrap();
        let of = (1..).zip(&fresh.requirements).find(|(_, asked)| asked.at.is_some_and(|of| of.line == at.line));
        let requirement = asked_key(of.unwrap().0);
        for field in [("report", ""), (report_key(0).as_str(), "yes"), (requirement.as_str(), "out")] {
            let mut act = fresh.clone();
            let fields = posted(&[field]);
            assert!(apply(&mut act, &fields, &Calendar::china()).is_empty(), "{field:?}");
            assert!(act.report.is_some(), "the form shows what was read");
            leave_out(&mut act, &fields);
            assert_eq!(act.report, None, "{field:?}");
        }
    }

    #[test]
    fn d1_words_that_the_notice_does_not_have_make_no_task() {
        let mut act = read();
        let fields = posted(&[("text-6", "另外写的一句"), ("added", "1"), ("heading-41", "只有标题")]);
        let errors = apply(&mut act, &fields, &Calendar::china());
        let fields: BTreeSet<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, BTreeSet::from(["text-6", "text-41", "leads-41"]));
    }

    #[test]
    fn d1_times_that_follow_from_the_signature_follow_it_and_what_was_typed_stays() {
        let text = "关于任务分工的通知\n\n一、任务\n1．自印发之日起30日内公开甲事项。（牵头单位：省财政厅）\n\
                    2．6月底前公开乙事项。（牵头单位：省财政厅）\n3．9月底前公开丙事项。（牵头单位：省财政厅）\n\n某办公室\n2012年4月20日\n";
        let of = |day: &str| {
            super::super::issue::act(&notice::read_as_signed(text.as_bytes(), day.parse().unwrap()).unwrap(), &Calendar::china())
        };
        let (before, after) = (of("2012-04-20"), of("2013-04-22"));
        let mut form = Posted(entered(&before, &posted(&[("time-0-3", "2012-10-31")])));
        assert!(follow(&mut form, &before, &after));
        assert_eq!(
            [form.one("time-0-1"), form.one("time-0-2"), form.one("time-0-3")],
            ["2013-05-22", "2013-06-30", "2012-10-31"]
        );
        let mut act = after.clone();
        assert!(apply(&mut act, &form, &Calendar::china()).is_empty());
        let corrected: Vec<usize> = act.clauses.iter().map(|clause| clause.corrected.len()).collect();
        assert_eq!(corrected, [0, 0, 1]);
        assert!(!follow(&mut form, &after, &of("2013-04-22")));
    }

    #[test]
    fn d1_what_returns_gets_its_day_and_its_kind_can_be_changed() {
        let of = |fields: &[(&str, &str)]| {
            let mut act = read();
            let errors = apply(&mut act, &posted(fields), &Calendar::china());
            let time = act.clauses[30].times[0].clone();
            (time.kind, time.date, time.month, time.day, act.clauses[30].corrected.len(), errors.len())
        };
        let yearly = "recurring-yearly".to_owned();
        assert_eq!(of(&[("time-0-31", "2013-01-31")]), (yearly.clone(), None, Some(1), Some(31), 1, 0));
        assert_eq!(of(&[("time-0-31", ""), ("kind-0-31", "recurring-yearly")]), (yearly, None, None, None, 0, 0));
        let monthly = [("time-0-31", "2013-01-10"), ("kind-0-31", "recurring-monthly")];
        assert_eq!(of(&monthly), ("recurring-monthly".into(), None, Some(1), Some(10), 2, 0));
        let by = [("time-0-31", "2013-01-10"), ("kind-0-31", "by")];
        assert_eq!(of(&by), ("by".into(), "2013-01-10".parse().ok(), None, None, 2, 0));
        assert_eq!(of(&[("time-0-31", "2013-01-10"), ("kind-0-31", "recurring-weekly")]).5, 1);
    }
}
