//! 通读 · one pass over the lines: numbers open headings, clauses of units close tasks, and what is left over is either a requirement
//! or named as unread.

use crate::clause::{
    Clause, Form, Role, clauses, gives_out, gives_out_to_several, joins_others, line_label, listed, says_who, together_with,
};
use crate::dates;
use crate::first::{First, Reach, first};
use crate::head::{document_numbers, frame};
use crate::line::{Line, Piece, is_bare, is_stop};
use crate::mend::mend;
use crate::outline::{self, Level, Outline, Style, mark, nearest};
use crate::requirement::{self, Among, Asked};
use crate::table::{self, Card, Table};
use crate::unread::{Unread, Why};
use crate::{Assignment, Heading, Notice, Source, Span, around, doubts, units};
use calendar::NaiveDate;
use chrono::Datelike;
use std::collections::{HashMap, HashSet};

/// Reads what was taken out of a file; `on` is the day it was signed, where somebody knows better than its words.
pub(crate) fn read(mut source: Source, on: Option<NaiveDate>) -> Notice {
    mend(&mut source.lines);
    let mut lines: Vec<Line> = source.lines.iter().zip(1..).map(|(text, number)| Line::new(number, text)).collect();
    let mut unread = Vec::new();
    let marks = &source.marks;
    let left_out = around::leave_out(&mut lines, &marks.linked, &mut unread);
    let firsts = first(&mut lines, &mut unread);
    let lines = lines;
    let frame = frame(&lines, &mut unread);
    let nothing = |line: &u32| crate::Words { text: String::new(), at: Span { line: *line, from: 0, to: 0 } };
    unread.extend(marks.around.iter().map(|line| Why::Around.of(nothing(line))));
    unread.extend(marks.hidden.iter().map(|line| Why::Hidden.of(nothing(line))));
    unread
        .extend(marks.joined.iter().map(|(line, words)| Why::PageEnd.of(crate::Words { text: words.clone(), ..nothing(line) })));
    unread.extend(marks.turned.iter().map(|line| Why::Turned.of(nothing(line))));
    let mut reading = Reading {
        dates: dates::Reader { year: on.map(|on| on.year()).or(frame.year()), signed: on.or(frame.signed_on()), deadline: false },
        outline: Outline::default(),
        table: None,
        rows: 0,
        unknown: 0,
        across: marks.across.iter().copied().collect(),
        card_name: None,
        flat: false,
        headed: None,
        loose: Vec::new(),
        last_clause: None,
        in_attachments: false,
        sentences: HashMap::new(),
        with_tasks: HashSet::new(),
        levels: HashSet::new(),
        first_task: None,
        assignments: Vec::new(),
        alike: Vec::new(),
        listed: firsts.iter().any(|first| first.reach != Reach::Line),
        unread,
    };
    let mut places = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(frame.body) {
        if !frame.signature.contains(&at) {
            let next = lines[at + 1..].iter().map(Line::whole).find(|next| !next.is_blank());
            reading.line(line, next);
        }
        let here = |first: &&First| first.line as usize == at + 1;
        places.extend(firsts.iter().filter(here).map(|_| reading.outline.open_ids()));
    }
    // What stands in the head is of the whole notice.
    let head = firsts.len() - places.len();
    reading.lead_first(&firsts, &[vec![Vec::new(); head], places].concat());
    let year = reading.dates.year;
    let title = frame.title.as_ref().map_or("", |title| title.text.as_str());
    let mut notice = reading.finish(lines.iter().find(|line| !line.whole().trim().is_empty()), title);
    let preamble = lines.iter().skip(frame.body).map(Line::whole).take_while(|line| mark(*line).is_none());
    notice.basis = preamble.flat_map(document_numbers).map(Piece::words).collect();
    let mut notice = Notice {
        title: frame.title,
        issuer: frame.issuer,
        document_no: frame.document_no,
        signed: frame.signed,
        addressees: frame.addressees,
        around: left_out,
        source,
        ..notice
    };
    doubts::doubtful_province(&mut notice);
    doubts::same_units(&mut notice);
    doubts::other_years(&mut notice, year);
    notice
}

/// A paragraph without a clause of units.
pub(crate) struct Loose<'a> {
    pub words: Piece<'a>,
    pub path: String,
    pub paragraph: u32,
    pub headings: Vec<Heading>,
    /// The heading it stands under, and the chapter.
    node: u32,
    chapter: u32,
    /// Where that chapter stands in the outline.
    level: Option<Level>,
    /// 注：…: it is read only where it asks something, and told so where it does not.
    note: Option<Why>,
}

impl Loose<'_> {
    /// Whether it stands under no number but that of an appendix.
    fn is_unnumbered(&self) -> bool {
        self.headings.iter().all(|heading| heading.label.starts_with("附件"))
    }
}

struct Reading<'a> {
    dates: dates::Reader,
    outline: Outline<'a>,
    table: Option<Table<'a>>,
    /// The number of the last row of the table before: the next may be numbered on from it.
    rows: u32,
    /// The cells of the head above whose column of tasks is not known; 0 below none.
    unknown: usize,
    /// Lines in which a cell stands across columns.
    across: HashSet<u32>,
    /// The name on the card of a task that is being read.
    card_name: Option<Piece<'a>>,
    /// Below the head of a table whose cells nothing parts.
    flat: bool,
    /// The task of a heading that names its units, whose words may stand in the paragraphs below.
    headed: Option<Headed<'a>>,
    loose: Vec<Loose<'a>>,
    /// The line of the clause that was read last, if it closed what stood on lines before it: more of it may follow.
    last_clause: Option<Open>,
    /// Under a line 附件：, where the names of the attachments are numbered.
    in_attachments: bool,
    /// Numbered lines of a whole sentence, by their numbers: each stands as the heading of what is below it.
    sentences: HashMap<u32, (Loose<'a>, Level)>,
    /// Chapters in which there are tasks.
    with_tasks: HashSet<u32>,
    /// Where in the outline numbers have tasks of their own or below them: what is numbered beside those is one of them.
    levels: HashSet<Level>,
    first_task: Option<u32>,
    assignments: Vec<Assignment>,
    /// Of each assignment the numbers it stands under, and whether nothing says which of its units leads.
    alike: Vec<(Vec<u32>, bool)>,
    /// Somewhere it is said that the first unit leads: a bracket of units alone names those of a task.
    listed: bool,
    unread: Vec<Unread>,
}

/// 标题下的段落 · a heading that names the units of what stands below it: 推进信息公开（牵头单位：省财政厅）.
#[derive(Clone, Copy)]
struct Headed<'a> {
    node: u32,
    title: Piece<'a>,
    /// A paragraph below it was taken.
    filled: bool,
}

/// The assignment that the clause before may still add to.
#[derive(Clone, Copy)]
struct Open {
    node: u32,
    responsible: bool,
    /// Whether the units it named last take part.
    joined: bool,
}

impl<'a> Reading<'a> {
    /// Reads a line; `next` is the one below it that has words.
    fn line(&mut self, line: &'a Line, next: Option<Piece<'a>>) {
        let whole = line.whole();
        if self.row(whole, next) {
            return;
        }
        let words = whole.trim();
        if words.is_empty() {
            return;
        }
        if self.flat(words) {
            return self.unread.push(Why::Row.because(words, table::BLANKS));
        }
        if is_aside(words) {
            self.in_attachments = words.starts_with("附件");
            // 附：请各牵头单位于3月22日前报…: a duty, whatever stands before it.
            if requirement::hands_over(words) {
                let value = words.after(words.position(|c| c == '：').map_or(0, |at| at + 1));
                self.note(value, Why::Aside);
            }
            return;
        }
        match mark(words) {
            Some(mark) if self.in_attachments && mark.style == Style::Digits => {}
            Some(mark) => {
                self.in_attachments = false;
                self.numbered(&mark);
            }
            None => {
                self.in_attachments = false;
                if !self.outline.name_appendix(words) && !self.labelled_line(words) {
                    self.paragraph(words);
                }
            }
        }
    }

    /// Whether a line is of a table whose cells nothing parts; a heading ends it.
    fn flat(&mut self, words: Piece<'a>) -> bool {
        let heading = mark(words).is_some_and(|mark| mark.style < Style::Digits);
        self.flat = Table::is_flat(words) || self.flat && !heading;
        self.flat
    }

    /// A line that begins with a number: a heading, a heading with its paragraph, or a task.
    fn numbered(&mut self, mark: &outline::Mark<'a>) {
        (self.last_clause, self.headed) = (None, None);
        let mut told = Vec::new();
        let found = self.clauses(mark.rest, &mut told);
        let (title, body) = match (run_in(mark.rest, &found, self.dates), found.is_empty()) {
            (Some((title, rest)), _) => (Some(title), Some(rest)),
            // 各单位要于6月底前报…: a duty is no heading of what stands below it.
            (None, true) if !requirement::is_duty(mark.rest) && outline::title(mark.rest).is_some() => {
                (outline::title(mark.rest), None)
            }
            _ => (None, Some(mark.rest)),
        };
        self.open(mark, title);
        if let Some(title) = title.filter(|_| body.is_none() && mark.rest.ends_with("。")) {
            self.sentence(title);
        }
        match body.filter(|body| !body.is_empty()) {
            Some(body) if title.is_none() => {
                self.unread.extend(told);
                let names_units = heading_of(body, &found);
                self.divide(body, found);
                let (node, _) = self.outline.ids();
                self.headed = names_units.map(|title| Headed { node, title, filled: false });
            }
            Some(body) => self.paragraph(body),
            None => {}
        }
    }

    fn open(&mut self, mark: &outline::Mark<'a>, title: Option<Piece<'a>>) {
        if self.outline.level(mark) < self.outline.nodes.len() {
            self.end_heading();
        }
        if !self.outline.open(mark, title) {
            self.unread.push(Why::NumberJump.at(mark.number.through(title.unwrap_or(mark.number))));
        }
    }

    /// A heading with nothing under it is a paragraph itself: it may be a task that names nobody.
    fn end_heading(&mut self) {
        if let Some(title) = self.outline.bare().and_then(|node| node.title) {
            let paragraph = self.outline.paragraph();
            let mut loose = self.loosen(title, paragraph);
            if let Some(own) = loose.headings.last_mut() {
                own.title.clear();
            }
            self.loose.push(loose);
        }
    }

    /// 2．制定实施方案，9月底前印发。: a heading that may be a task itself, if none comes below it where its siblings are some.
    fn sentence(&mut self, title: Piece<'a>) {
        let Some(level) = self.outline.levels().last() else { return };
        let (node, _) = self.outline.ids();
        let mut loose = self.loosen(title, 1);
        if let Some(own) = loose.headings.last_mut() {
            own.title.clear();
        }
        self.sentences.insert(node, (loose, level));
    }

    /// Of those headings the ones below which a paragraph stands and no task.
    fn unclosed(&mut self) {
        let closed: HashSet<u32> = self.alike.iter().flat_map(|(nodes, _)| nodes.iter().copied()).collect();
        let mut sentences = std::mem::take(&mut self.sentences);
        sentences.retain(|node, (_, level)| self.levels.contains(level) && !closed.contains(node));
        for at in (0..self.loose.len()).rev() {
            let words = self.loose[at].words;
            // A heading with nothing below it is a paragraph already.
            let Some((sentence, _)) = sentences.get(&self.loose[at].node) else { continue };
            let own = sentence.words.span() == words.span();
            let before = at.checked_sub(1).is_some_and(|before| self.loose[before].node == self.loose[at].node);
            if !own
                && !before
                && let Some((sentence, _)) = sentences.remove(&self.loose[at].node)
            {
                self.loose.insert(at, sentence);
            }
        }
    }

    fn loosen(&self, words: Piece<'a>, paragraph: u32) -> Loose<'a> {
        let (node, chapter) = self.outline.ids();
        Loose {
            words,
            path: self.outline.path(),
            paragraph,
            headings: self.outline.headings(),
            node,
            chapter,
            level: self.outline.level_of_chapter(),
            note: None,
        }
    }

    /// 注：1.各单位每季度末报…；2.…: each of its numbers is a note of its own.
    fn note(&mut self, words: Piece<'a>, why: Why) {
        let ends = |c: char| matches!(c, '；' | '。');
        let parts = || words.split(ends).into_iter().map(Piece::trim).filter(|part| !part.is_empty());
        let numbered = parts().all(|part| mark(part).is_some());
        let parts = if numbered { parts().filter_map(|part| Some(mark(part)?.rest)).collect() } else { vec![words] };
        let paragraph = self.outline.paragraph();
        for part in parts {
            let loose = Loose { note: Some(why), ..self.loosen(part, paragraph) };
            self.loose.push(loose);
        }
    }

    /// A paragraph: tasks with their clauses, or neither yet.
    fn paragraph(&mut self, words: Piece<'a>) {
        let mut told = Vec::new();
        let clauses = self.clauses(words, &mut told);
        self.unread.extend(told);
        self.divide(words, clauses);
    }

    /// The clauses of a paragraph; a bracket of units alone is one where somewhere is said that the first leads.
    fn clauses(&self, words: Piece<'a>, told: &mut Vec<Unread>) -> Vec<Clause<'a>> {
        let found = clauses(words, self.dates, told);
        if !found.is_empty() {
            return found;
        }
        Some(words).filter(|_| self.listed).and_then(|words| listed(words, told)).into_iter().collect()
    }

    /// 首位牵头 · hands out the units of the clauses that a rule reaches: the first leads, the others take part. `places`: for each rule
    /// the numbers that are open where it stands.
    fn lead_first(&mut self, firsts: &[First], places: &[Vec<u32>]) {
        let holds = |node: &u32| self.alike.iter().any(|(nodes, _)| nodes.contains(node));
        let nodes: Vec<Option<u32>> = places.iter().map(|open| open.iter().rev().find(|node| holds(node)).copied()).collect();
        for (task, (under, alike)) in self.assignments.iter_mut().zip(&self.alike) {
            let line = task.lead_units.first().map_or(0, |unit| unit.at.line);
            let reached = firsts.iter().zip(&nodes).any(|(first, node)| match first.reach {
                Reach::Line => first.line == line,
                Reach::Below => first.line <= line,
                Reach::Whole => true,
                Reach::Chapter => node.is_none_or(|node| under.contains(&node)),
            });
            if reached && *alike && task.lead_units.len() > 1 {
                let others = task.lead_units.split_off(1);
                task.participating_units.splice(0..0, others);
            }
        }
    }

    /// 分管领导：陈永红 · a line that a label opens is no words of the task that stands above it: a time is taken, what is no part of an
    /// assignment is told. Who leads and who takes part is read as a clause.
    fn labelled_line(&mut self, words: Piece<'a>) -> bool {
        let (node, _) = self.outline.ids();
        // What closed its task on lines before this one, or named its units in the heading.
        let open =
            self.last_clause.is_some_and(|open| open.node == node) || self.headed.is_some_and(|headed| headed.node == node);
        let has_words = open
            || self.outline.bare().is_some_and(|node| node.title.is_some())
            || self.loose.last().is_some_and(|loose| loose.node == node);
        let asked = self.outline.nodes.first().is_some_and(|node| requirement::is_asked(&node.heading.title));
        let Some((role, value)) = line_label(words, has_words && node > 0 && !asked) else { return false };
        if role != Role::Date || node == 0 || !has_words || asked {
            match role == Role::Other && requirement::hands_over(value) {
                true => self.note(value, Why::Aside),
                false => self.unread.push(Why::Aside.at(words)),
            }
            return true;
        }
        let dates = self.dates.value(value, &mut self.unread);
        match self.assignments.last_mut().filter(|_| open) {
            Some(task) => task.dates.extend(dates),
            None => self.closing(Clause { dates, ..Clause::new(words, Form::Closing) }, words.before(0)),
        }
        true
    }

    /// Takes a paragraph apart by its clauses.
    fn divide(&mut self, words: Piece<'a>, mut clauses: Vec<Clause<'a>>) {
        if clauses.is_empty() && (self.goes_on(words) || self.below(words)) {
            return;
        }
        self.headed = None;
        let alone = clauses.len() == 1;
        if alone && clauses[0].form == Form::Closing && is_bare(words.before(start(words, clauses[0].whole))) {
            let clause = clauses.remove(0);
            let rest = words.after(start(words, clause.whole) + clause.whole.len()).trim_matches(is_end);
            // 责任单位：…；落实方式：…: a label that nobody here knows is no text of the task.
            let labelled = rest.position(|c| c == '：').is_some_and(|at| (2..=LONGEST_LABEL).contains(&at));
            if labelled && !rest.contains("。") {
                self.unread.push(Why::Aside.at(rest));
                return self.closing(clause, rest.before(0));
            }
            return self.closing(clause, rest);
        }
        self.last_clause = None;
        let paragraph = self.outline.paragraph();
        let mut from = 0;
        for clause in clauses {
            let at = start(words, clause.whole);
            let end = at + clause.whole.len();
            let (parts, next) = match clause.form {
                Form::Inside if alone => (vec![words], words.len()),
                Form::Inside => (vec![words.sub(from, sentence_end(words, end))], sentence_end(words, end)),
                Form::Sentence if alone => (vec![words.before(at), words.after(end)], words.len()),
                Form::Closing | Form::Sentence => (vec![words.sub(from, at)], end),
            };
            from = next;
            let parts: Vec<Piece<'a>> = parts.into_iter().map(trimmed).filter(|part| !part.is_empty()).collect();
            if parts.is_empty() {
                self.unread.push(Why::NoTask.at(clause.whole));
            } else {
                self.assign(&parts, "", paragraph, clause);
            }
        }
        let rest = if from == 0 { words } else { words.after(from).trim_matches(is_end) };
        if !is_bare(rest) {
            let loose = self.loosen(rest, paragraph);
            self.loose.push(loose);
        }
    }

    /// A line of units alone, below one that a label opens, goes on with its list.
    fn goes_on(&mut self, words: Piece<'a>) -> bool {
        let (node, _) = self.outline.ids();
        let Some(open) = self.last_clause.filter(|open| open.node == node && units::is_list(words)) else { return false };
        let Some(last) = self.assignments.last_mut() else { return false };
        let units = if open.joined { &mut last.participating_units } else { &mut last.lead_units };
        units.extend(units::list(words, true, &mut self.unread));
        true
    }

    /// A paragraph below a heading that names the units is the text of that task, and the heading its name; one that says who must do
    /// what asks it of others.
    fn below(&mut self, words: Piece<'a>) -> bool {
        const OF_ALL: [&str; 8] = ["本通知", "本方案", "本意见", "通知", "附", "上述", "以上", "以下"];
        let (node, _) = self.outline.ids();
        let others = || requirement::says_who_must(words) || OF_ALL.iter().any(|word| words.starts_with(word));
        let Some(headed) = self.headed.filter(|headed| headed.node == node && !others()) else { return false };
        let told = self.unread.len();
        let read = self.dates.read(words, &mut self.unread);
        let missed = dates::missed(words, &read, &self.unread[told..]);
        self.unread.extend(missed);
        self.unread.extend(says_who(words, true).map(|words| Why::Who.at(words)));
        let Some(task) = self.assignments.last_mut() else { return false };
        if headed.filled {
            task.text.push('\n');
        } else {
            task.heading = headed.title.text();
            if let Some(own) = task.headings.last_mut() {
                (own.title, own.at) = (headed.title.text(), headed.title.span());
            }
            task.text.clear();
            task.text_at.clear();
        }
        task.text.push_str(&words.text());
        task.text_at.push(words.span());
        task.dates.extend(read);
        self.headed = Some(Headed { filled: true, ..headed });
        true
    }

    /// A clause that stands before or below the words of its task, or goes on with the clause above.
    fn closing(&mut self, clause: Clause<'a>, rest: Piece<'a>) {
        let (node, _) = self.outline.ids();
        if let Some((open, last)) =
            self.last_clause.filter(|open| open.node == node && rest.is_empty()).zip(self.assignments.last_mut())
        {
            let takes_part = clause.responsible && !open.responsible && !last.lead_units.is_empty();
            let joined = takes_part || !clause.participating_units.is_empty();
            self.last_clause = Some(Open { joined, ..open });
            let leads = if takes_part { &mut last.participating_units } else { &mut last.lead_units };
            leads.extend(clause.lead_units);
            last.participating_units.extend(clause.participating_units);
            if let Some((_, alike)) = self.alike.last_mut() {
                *alike |= clause.alike && !takes_part;
            }
            last.dates.extend(clause.dates);
            return;
        }
        let responsible = clause.responsible && !clause.lead_units.is_empty();
        let joined = !clause.participating_units.is_empty();
        // Under a heading it closes all that no clause has closed yet, without headings the paragraph above it.
        let most = if node == 0 { 1 } else { usize::MAX };
        let above = self.loose.len() - self.loose.iter().rev().take(most).take_while(|loose| loose.node == node).count();
        if above < self.loose.len() && rest.is_empty() {
            let tasks = self.loose.split_off(above);
            let parts: Vec<Piece<'a>> = tasks.iter().map(|loose| trimmed(loose.words)).collect();
            self.assign(&parts, "\n", tasks[0].paragraph, clause);
        } else {
            let title = self.outline.bare().and_then(|node| node.title).filter(|title| !is_bare(*title));
            let Some(task) = Some(rest).filter(|rest| !rest.is_empty()).or(title) else {
                return self.unread.push(Why::NoTask.at(clause.whole));
            };
            let paragraph = self.outline.paragraph();
            self.assign(&[task], "", paragraph, clause);
        }
        self.last_clause = Some(Open { node, responsible, joined });
    }

    fn assign(&mut self, parts: &[Piece<'a>], between: &str, paragraph: u32, clause: Clause<'a>) {
        let (mut headings, path) = (self.outline.headings(), self.outline.path());
        let card = self.card_name.take();
        headings.extend(card.map(|name| Heading { label: String::new(), title: name.text(), at: name.span() }));
        // A time in the heading holds for what is under it.
        let title = self.outline.nodes.last().and_then(|node| node.title).filter(|title| parts[0].span() != title.span());
        let times = title.map(|title| self.dates.read(title, &mut self.unread)).unwrap_or_default();
        self.assign_at(parts, between, paragraph, headings, path, Clause { dates: [times, clause.dates].concat(), ..clause });
    }

    fn assign_at(
        &mut self,
        parts: &[Piece<'a>],
        between: &str,
        paragraph: u32,
        headings: Vec<Heading>,
        path: String,
        clause: Clause<'a>,
    ) {
        let mut dates = Vec::new();
        for part in parts {
            let (told, read) = (self.unread.len(), self.dates.read(*part, &mut self.unread));
            let missed = dates::missed(*part, &read, &self.unread[told..]);
            self.unread.extend(missed);
            dates.extend(read);
            // Besides its clause a task may say more of who does it than was read.
            let (part_at, clause_at) = (part.span(), clause.whole.span());
            let inside = part_at.line == clause_at.line && part_at.from <= clause_at.from && clause_at.to <= part_at.to;
            let besides = match clause.form {
                Form::Inside if inside => {
                    let at = start(*part, clause.whole);
                    vec![part.before(at), part.after(at + clause.whole.len())]
                }
                _ => vec![*part],
            };
            for words in besides {
                let who = says_who(words, true).or_else(|| joins_others(words, &clause).filter(|_| !self.has_told_of(words)));
                self.unread.extend(who.map(|words| Why::Who.at(words)));
            }
        }
        dates.extend(clause.dates);
        self.unread.extend(self.dates.past(&dates));
        self.with_tasks.insert(self.outline.ids().1);
        self.levels.extend(self.outline.levels());
        self.first_task.get_or_insert(parts[0].span().line);
        self.alike.push((self.outline.open_ids(), clause.alike));
        self.assignments.push(Assignment {
            seq: self.assignments.len() as u32 + 1,
            path,
            paragraph,
            heading: nearest(&headings),
            headings,
            text: parts.iter().map(|part| part.text()).collect::<Vec<_>>().join(between),
            text_at: parts.iter().map(|part| part.span()).collect(),
            lead_units: clause.lead_units,
            participating_units: clause.participating_units,
            dates,
        });
    }

    /// Whether it was told just now that the units in these words were left out.
    fn has_told_of(&self, words: Piece<'a>) -> bool {
        let at = words.span();
        let here = |told: &Span| told.line == at.line && at.from <= told.from && told.to <= at.to;
        self.unread.iter().rev().take(8).any(|told| told.why == Why::Participants && here(&told.words.at))
    }

    /// A line of cells: the head of a table, or a row of the one that is open.
    fn row(&mut self, line: Piece<'a>, next: Option<Piece<'a>>) -> bool {
        let cells = Table::cells(line);
        let open = self.table.take();
        let level = open.as_ref().map_or(self.outline.nodes.len(), |table| table.level);
        self.rows = open.as_ref().map_or(self.rows, |table| table.rows);
        let before = open.as_ref().and_then(|table| table.idle);
        if cells.len() < 2 {
            let goes_on = next.is_some_and(|next| Table::cells(next).len() == self.unknown);
            self.unknown = if goes_on || line.is_blank() { self.unknown } else { 0 };
            if let Some(table) = open.filter(|table| next.is_some_and(|next| table.goes_on(next))) {
                self.across(table, line.trim());
                return true;
            }
            // What was opened inside the table ends with it; a line across it names nothing where no row is below it.
            self.outline.nodes.truncate(level);
            self.unread.extend(before.map(|words| Why::Row.at(words)));
            return false;
        }
        if let Some(table) = Table::head(&cells, level, self.rows) {
            self.outline.fill();
            self.table = Some(match open {
                // The head once more, at the head of the next page.
                Some(same) if same.begins_again(&cells) => same,
                _ => {
                    self.unread.extend(before.map(|words| Why::Row.at(words)));
                    table
                }
            });
            return true;
        }
        // 责任分工 above 牵头单位 and 配合单位: the upper row of a head of two.
        let goes_on = || next.is_some_and(|next| Table::head(&Table::cells(next), level, self.rows).is_some());
        if Table::is_unknown(&cells) && goes_on() {
            self.table = open;
            return true;
        }
        if Table::is_unknown(&cells) {
            self.unknown = cells.len();
            self.unread.push(Why::Row.because(line.trim(), table::NO_TASKS));
            return true;
        }
        if open.is_none() && self.unknown == cells.len() {
            self.outline.fill();
            self.unread.push(Why::Row.because(line.trim(), table::NO_HEAD));
            return true;
        }
        let Some(mut table) = open else { return self.card(&cells) };
        if let Some(title) = Table::band(&cells) {
            self.band(&mut table, title);
        } else if let Some(row) = table.row(&cells, self.across.contains(&line.span().line), self.dates, &mut self.unread) {
            let mut headings = self.outline.headings();
            let heading = |title: &Piece<'a>| Heading { label: String::new(), title: title.text(), at: title.span() };
            headings.extend(row.headings.iter().map(heading));
            let path = self.outline.path();
            let path = if path.is_empty() { row.label } else { format!("{path}/{}", row.label) };
            // A time in the broader of two columns holds for the task beside it.
            let times = row.headings.last().map(|title| self.dates.read(*title, &mut self.unread)).unwrap_or_default();
            let clause = Clause { dates: [times, row.clause.dates].concat(), ..row.clause };
            self.assign_at(&[row.task], "", row.paragraph, headings, path, clause);
        }
        self.table = Some(table);
        true
    }

    /// 主要内容｜建设平台: a row of the card of one task. Its name is the heading of the words below it.
    fn card(&mut self, cells: &[Piece<'a>]) -> bool {
        let Some((card, words)) = Table::card(cells) else { return false };
        match card {
            Card::Name => self.card_name = Some(words),
            Card::Task => self.paragraph(words),
        }
        true
    }

    /// A line of a text between the rows of a table: blank, the name of what follows, or words that belong to no row and are told.
    fn across(&mut self, mut table: Table<'a>, words: Piece<'a>) {
        let is_heading = mark(words).is_none_or(|mark| mark.style < Style::Digits);
        let named = words.chars().first().is_some_and(|c| c.is_alphabetic() || *c == '（') && words.len() > 1;
        if is_heading && named {
            self.band(&mut table, words);
        } else if !words.is_empty() {
            self.unread.push(Why::Row.at(words));
        }
        self.table = Some(table);
    }

    /// A line across the table: a number of the outline, the name of the rows below it, or a note.
    fn band(&mut self, table: &mut Table<'a>, title: Piece<'a>) {
        let number = mark(title);
        let is_title = outline::title(number.as_ref().map_or(title, |mark| mark.rest)).is_some();
        if !is_title || number.is_none() && title.contains("：") || requirement::hands_over(title) {
            if !self.labelled_line(title) {
                self.note(title, Why::Row);
            }
            return;
        }
        table.below(number.is_none().then_some(title));
        if let Some(mark) = number {
            self.open(&mark, Some(mark.rest));
            self.outline.fill();
        }
    }

    /// Sorts what is left over, and looks over what was read.
    fn finish(mut self, first: Option<&Line>, title: &str) -> Notice {
        self.end_heading();
        self.unclosed();
        self.unread.extend(self.table.take().and_then(|table| table.idle).map(|words| Why::Row.at(words)));
        let mut notice = Notice::default();
        let mut asked = Asked::new(self.dates);
        let (with_tasks, levels, read) = (self.with_tasks.clone(), self.levels.clone(), self.assignments.len());
        for loose in std::mem::take(&mut self.loose) {
            let before_tasks = self.first_task.is_none_or(|line| loose.words.span().line < line);
            let preamble = || loose.chapter == 0 && before_tasks && requirement::is_preamble(loose.words);
            if loose.note.is_some() || preamble() {
                let read = asked.requirements.len();
                let left = asked.only_asked(&loose, &mut self.unread);
                let left = if asked.requirements.len() == read { vec![loose.words] } else { left };
                self.unread.extend(loose.note.into_iter().flat_map(|why| left.iter().map(move |words| why.at(*words))));
                continue;
            }
            if requirement::is_title(loose.words) || loose.is_unnumbered() && requirement::is_of_the_title(loose.words, title) {
                continue;
            }
            if Table::cells(loose.words).len() > 2 {
                self.unread.push(Why::Row.because(loose.words, table::NO_HEAD));
                continue;
            }
            let chapter = loose.headings.iter().find(|heading| !heading.label.starts_with("附件"));
            let chapter = chapter.map_or("", |heading| heading.title.as_str());
            // A chapter in which tasks name their units asks nothing of everybody, whatever its title: 一、保障和改善民生.
            // A report is asked of whoever it names all the same.
            let asked_of_all =
                requirement::is_asked(chapter) && (!with_tasks.contains(&loose.chapter) || requirement::hands_over(loose.words));
            let gives = || !requirement::hands_over(loose.words) && gives_out(loose.words).is_some();
            let says = says_who(loose.words, chapter.is_empty());
            let who = !asked_of_all && (says.is_some() || gives());
            // 二、 between 一、 and 三、 that are tasks is one itself.
            let beside = || loose.level.is_some_and(|level| levels.contains(&level));
            let among = match with_tasks.contains(&loose.chapter) {
                true => Among::Tasks,
                false if beside() => Among::Numbers,
                false => Among::Others,
            };
            let joined = Some(&loose).filter(|_| who).and_then(|loose| together_with(loose.words, &mut self.unread));
            if let Some(clause) = joined {
                // No clause has closed it: 省财政厅会同省审计厅等部门制定办法 says itself who does it.
                self.assign_at(&[loose.words], "", loose.paragraph, loose.headings, loose.path, clause);
            } else if who {
                self.unread.push(Why::Who.at(loose.words));
            } else if requirement::belongs(chapter, among, &loose) {
                // 工作要求 may give something out to several too: it stays a requirement, and is told.
                let several = || gives_out_to_several(loose.words).filter(|_| !requirement::hands_over(loose.words));
                let labelled = says_who(loose.words, true).filter(|_| !requirement::hands_over(loose.words));
                let told = labelled.or_else(several).filter(|_| asked_of_all && !requirement::asks_everybody(loose.words));
                self.unread.extend(told.map(|words| Why::Who.at(words)));
                asked.paragraph(&loose, &mut self.unread);
            } else {
                self.unread.push(Why::NoUnits.at(loose.words));
            }
        }
        if self.assignments.len() > read {
            self.assignments.sort_by_key(Assignment::line);
            (1..).zip(&mut self.assignments).for_each(|(seq, task)| task.seq = seq);
        }
        for assignment in &mut self.assignments {
            let mut named = HashSet::new();
            if let Some(first) = assignment.dates.get(dates::MOST_DATES) {
                self.unread.push(Why::TooManyDates.of(first.words.clone()));
                assignment.dates.truncate(dates::MOST_DATES);
            }
            for units in [&mut assignment.lead_units, &mut assignment.participating_units] {
                if let Some(first) = units.get(units::MOST_UNITS) {
                    self.unread.push(Why::TooManyUnits.of(crate::Words { text: first.name.clone(), at: first.at }));
                    units.truncate(units::MOST_UNITS);
                }
                units.retain(|unit| {
                    if units::is_no_name(&unit.name) {
                        self.unread.push(Why::NoUnitName.of(crate::Words { text: unit.name.clone(), at: unit.at }));
                        return false;
                    }
                    let new = named.insert(unit.name.clone());
                    if !new {
                        self.unread.push(Why::Twice.of(crate::Words { text: unit.name.clone(), at: unit.at }));
                    }
                    new
                });
            }
            if assignment.lead_units.is_empty() {
                let why = if assignment.participating_units.is_empty() { Why::NoUnits } else { Why::NoLead };
                self.unread.push(why.of(words_of(assignment)));
            }
        }
        if self.assignments.is_empty() {
            self.unread.extend(first.map(|line| Why::NoTasks.at(line.whole().trim())));
        }
        self.unread.sort_by_key(|unread| (unread.words.at, unread.why as u8));
        self.unread.dedup();
        notice.reporting = asked.reporting;
        notice.requirements = asked.requirements;
        notice.assignments = self.assignments;
        notice.unread = self.unread;
        notice
    }
}

fn words_of(assignment: &Assignment) -> crate::Words {
    let at = assignment.text_at.first().copied().unwrap_or_default();
    let text = assignment.text.chars().take((at.to - at.from) as usize).collect();
    crate::Words { text, at }
}

/// The words of a numbered line that is no more than a name and the units in brackets behind it.
fn heading_of<'a>(body: Piece<'a>, clauses: &[Clause<'a>]) -> Option<Piece<'a>> {
    let [clause] = clauses else { return None };
    let at = start(body, clause.whole);
    let ends = clause.form == Form::Closing && is_bare(body.after(at + clause.whole.len()));
    let title = trimmed(body.before(at));
    (ends && clause.whole.at(0) == Some('（') && !title.ends_with("。")).then(|| outline::title(title)).flatten()
}

/// Splits a paragraph that begins with its own heading, if its clauses leave words of the task behind it. A sentence that says when
/// is no heading.
fn run_in<'a>(words: Piece<'a>, clauses: &[Clause<'a>], dates: dates::Reader) -> Option<(Piece<'a>, Piece<'a>)> {
    let (title, rest) = outline::run_in(words)?;
    let mut wrong = Vec::new();
    if !dates.read(title, &mut wrong).is_empty() || !wrong.is_empty() {
        return None;
    }
    let Some(first) = clauses.first() else { return Some((title, rest)) };
    let at = start(words, first.whole);
    let body = start(words, rest);
    let sentence = clauses.len() == 1 && first.form == Form::Sentence;
    let left = body <= at && (!is_bare(words.sub(body, at)) || sentence && !is_bare(words.after(at + first.whole.len())));
    left.then_some((title, rest))
}

/// Characters of the longest label before a colon.
const LONGEST_LABEL: usize = 8;

/// Where a piece of a paragraph begins in it.
fn start(paragraph: Piece<'_>, part: Piece<'_>) -> usize {
    (part.span().from - paragraph.span().from) as usize
}

fn sentence_end(words: Piece<'_>, from: usize) -> usize {
    words.after(from).position(|c| matches!(c, '。' | '；')).map_or(words.len(), |at| from + at + 1)
}

fn is_end(c: char) -> bool {
    is_stop(c) || matches!(c, '）' | '（')
}

/// A task without the stops before it and the blanks around it.
fn trimmed(words: Piece<'_>) -> Piece<'_> {
    let words = words.trim();
    words.after(words.chars().iter().position(|c| !is_stop(*c)).unwrap_or(words.len()))
}

/// Lines that belong to no task: greetings, attachments, who to call.
fn is_aside(words: Piece<'_>) -> bool {
    let starts = [
        "附件：",
        "附：",
        "联系人：",
        "联系电话：",
        "信息来源：",
        "抄送：",
        "主送：",
        "抄报：",
        "（此件",
        "（联系人",
        "（信息公开",
    ];
    words.starts_with("特此") || starts.iter().any(|start| words.starts_with(start))
}
