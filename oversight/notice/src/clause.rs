//! 分工条款 · the words that say who leads and who takes part: “（牵头责任单位：…；主要参加单位：…）”, “牵头单位：…。配合单位：…。”,
//! “由…牵头，…配合”, “（…负责）”.

use crate::dates::Reader;
use crate::line::{Piece, is_bare, is_stop};
use crate::units::{Agencies, is_collective, is_list, is_nothing, key, leading, list, names_one, sure};
use crate::unread::{Unread, Why};
use crate::{Date, Span, Unit};

/// A clause of units in a paragraph.
pub(crate) struct Clause<'a> {
    /// Its words, brackets included.
    pub whole: Piece<'a>,
    pub lead_units: Vec<Unit>,
    pub participating_units: Vec<Unit>,
    /// Deadlines it names beside the units.
    pub dates: Vec<Date>,
    /// What makes it one.
    pub form: Form,
    /// Its leads are 责任单位, who take part where somebody else leads.
    pub responsible: bool,
    /// Nothing says of its leads more than that they are responsible: where a rule says so, the first of them leads.
    pub alike: bool,
}

impl<'a> Clause<'a> {
    pub fn new(whole: Piece<'a>, form: Form) -> Clause<'a> {
        let (lead_units, participating_units, dates) = (Vec::new(), Vec::new(), Vec::new());
        Clause { whole, lead_units, participating_units, dates, form, responsible: false, alike: false }
    }

    /// Adds what a cell says by itself.
    pub fn take(&mut self, own: Clause<'a>) {
        self.lead_units.extend(own.lead_units);
        self.participating_units.extend(own.participating_units);
        self.dates.extend(own.dates);
        self.alike |= own.alike;
    }

    /// Adds the units that stand under a label. What a bracket behind one says goes before the label: 责任单位：省财政厅（牵头）、省编办
    /// is one lead and one that takes part. `led`: leads are named under a label of their own.
    pub fn hand_out(&mut self, units: Vec<Unit>, role: Role, led: bool) {
        let units: Vec<(Unit, Option<Role>)> = units.into_iter().map(with_role).collect();
        let marked = units.iter().any(|(_, own)| *own == Some(Role::Lead));
        self.alike |= role == Role::Responsible && !led && !marked;
        for (unit, own) in units {
            let leads = match (own, role) {
                (Some(own), _) => own == Role::Lead,
                (None, Role::Responsible) => !led && !marked,
                (None, role) => role == Role::Lead,
            };
            if leads { &mut self.lead_units } else { &mut self.participating_units }.push(unit);
        }
    }
}

/// What a bracket behind a unit says of its part in the task.
const PART_LEADS: [&str; 6] = ["牵头", "牵头单位", "牵头部门", "牵头负责", "主办", "主责"];
const PART_JOINS: [&str; 7] = ["配合", "参加", "参与", "协助", "协办", "配合单位", "参加单位"];

/// Whether a bracket behind a unit says which part it has in the task.
pub(crate) fn is_part(said: &str) -> bool {
    PART_LEADS.contains(&said) || PART_JOINS.contains(&said)
}

/// A unit without what the bracket behind it says of its part in the task.
fn with_role(unit: Unit) -> (Unit, Option<Role>) {
    let bracket = unit.name.strip_suffix(['）', ')', '〕', ']', '］', '】']);
    let Some((name, said)) = bracket.and_then(|name| name.rsplit_once(['（', '(', '〔', '[', '［', '【'])) else {
        return (unit, None);
    };
    let role = match said.trim() {
        said if PART_LEADS.contains(&said) => Role::Lead,
        said if PART_JOINS.contains(&said) => Role::Participant,
        _ => return (unit, None),
    };
    let name = name.trim_end().to_owned();
    let to = unit.at.from + name.chars().count() as u32;
    (Unit { collective: is_collective(&name), name, at: Span { to, ..unit.at } }, Some(role))
}

/// How a clause stands in its paragraph.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// In brackets, or labelled: it closes the task before it.
    Closing,
    /// A sentence among those of the task.
    Sentence,
    /// Inside a sentence of the task, which stays as it is.
    Inside,
}

/// What a label says of the words behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Lead,
    Participant,
    /// 责任单位: lead, unless somebody else is.
    Responsible,
    Date,
    /// Something that is no part of an assignment: 联系人.
    Other,
}

/// The words of labels and of the heads of columns; the longer before the shorter that ends it.
const LABELS: [(&str, Role); 66] = [
    ("牵头责任单位", Role::Lead),
    ("牵头责任部门", Role::Lead),
    ("牵头负责单位", Role::Lead),
    ("主要责任单位", Role::Lead),
    ("牵头单位", Role::Lead),
    ("牵头部门", Role::Lead),
    ("主办单位", Role::Lead),
    ("主责单位", Role::Lead),
    ("牵头负责", Role::Lead),
    ("牵头", Role::Lead),
    ("主要参加单位", Role::Participant),
    ("主要配合单位", Role::Participant),
    ("配合责任单位", Role::Participant),
    ("参加责任单位", Role::Participant),
    ("参加单位", Role::Participant),
    ("参与单位", Role::Participant),
    ("参加部门", Role::Participant),
    ("参与部门", Role::Participant),
    ("配合单位", Role::Participant),
    ("配合部门", Role::Participant),
    ("协办单位", Role::Participant),
    ("协办部门", Role::Participant),
    ("协助单位", Role::Participant),
    ("协同单位", Role::Participant),
    ("协同部门", Role::Participant),
    ("协助部门", Role::Participant),
    ("配合", Role::Participant),
    ("参加", Role::Participant),
    ("参与", Role::Participant),
    ("协助", Role::Participant),
    ("协办", Role::Participant),
    ("责任单位", Role::Responsible),
    ("责任部门", Role::Responsible),
    ("负责单位", Role::Responsible),
    ("负责部门", Role::Responsible),
    ("责任主体", Role::Responsible),
    ("落实单位", Role::Responsible),
    ("实施单位", Role::Responsible),
    ("承办单位", Role::Responsible),
    ("负责", Role::Responsible),
    ("承办", Role::Responsible),
    ("整改完成时限", Role::Date),
    ("整改完成时间", Role::Date),
    ("整改时限", Role::Date),
    ("整改期限", Role::Date),
    ("整改时间", Role::Date),
    ("销号时限", Role::Date),
    ("办理时限", Role::Date),
    ("完成时限", Role::Date),
    ("完成时间", Role::Date),
    ("完成期限", Role::Date),
    ("办结时限", Role::Date),
    ("工作时限", Role::Date),
    ("时间节点", Role::Date),
    ("时间要求", Role::Date),
    ("时限要求", Role::Date),
    ("时限", Role::Date),
    ("联系人", Role::Other),
    ("责任人", Role::Other),
    ("牵头领导", Role::Other),
    ("责任领导", Role::Other),
    ("包保领导", Role::Other),
    ("牵头人", Role::Other),
    ("分管负责人", Role::Other),
    ("分管领导", Role::Other),
    ("联系电话", Role::Other),
];

/// The label that is all of a piece.
pub(crate) fn label(piece: Piece<'_>) -> Option<Role> {
    let words: String = piece.chars().iter().filter(|c| !c.is_whitespace()).collect();
    LABELS
        .iter()
        .find(|(label, _)| words == *label || words.strip_suffix("及").is_some_and(|words| words == *label))
        .map(|(_, role)| *role)
}

/// What the label that opens a line says of the words behind it, and those, where they are no words of a task: 时间：6月底前, 备注：无.
/// `has_words`: the words of the task stand above it, so that a label nobody knows opens none either.
pub(crate) fn line_label(line: Piece<'_>, has_words: bool) -> Option<(Role, Piece<'_>)> {
    const TIMES: [&str; 6] = ["时间", "时间安排", "进度安排", "完成日期", "期限", "进度"];
    const NOTES: [&str; 7] = ["备注", "注", "说明", "电话", "手机", "邮箱", "传真"];
    const OF_PERSONS: [&str; 4] = ["人", "领导", "负责同志", "分管同志"];
    const CONTENTS: [&str; 10] = ["任务", "内容", "目标", "措施", "举措", "要求", "事项", "重点", "任务一", "标准"];
    let line = line.trim_matches(|c| c == '（' || c == '）' || c.is_whitespace());
    let colon = line.position(|c| c == '：').filter(|at| (1..=LONGEST_LABEL).contains(at))?;
    let (head, value) = (line.before(colon), line.after(colon + 1).trim_matches(is_stop));
    let head: String = head.chars().iter().filter(|c| !c.is_whitespace()).collect();
    let known = LABELS.iter().find(|(label, _)| head == *label).map(|(_, role)| *role);
    let other = NOTES.contains(&head.as_str()) || OF_PERSONS.iter().any(|end| head.ends_with(end));
    // What a label of units or of a time opens is a clause; one nobody knows, with few words behind it, is told below those of its task.
    let short = value.len() <= LONGEST_NOTE && value.position(|c| c == '。').is_none();
    let names_a_unit = || is_list(line.before(colon));
    let unknown = || {
        head.chars().all(char::is_alphabetic)
            && short
            && !value.is_empty()
            && !names_a_unit()
            && !CONTENTS.iter().any(|end| head.ends_with(end))
    };
    match known {
        Some(Role::Other) => Some((Role::Other, value)),
        Some(_) => None,
        None if TIMES.contains(&head.as_str()) => Some((Role::Date, value)),
        None => (other || has_words && unknown()).then_some((Role::Other, value)),
    }
}

/// Characters of the longest label of a line, and of what stands behind one that nobody knows.
const LONGEST_LABEL: usize = 8;
const LONGEST_NOTE: usize = 30;

/// What a cell of units says by itself of who leads and who takes part: 牵头单位：省财政厅；配合单位：省审计厅, or 省财政厅牵头，省审计厅配合.
/// `None` where it only lists names. What it says in a writing that is not read is told, and nothing of it taken.
pub(crate) fn in_cell<'a>(cell: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Option<Clause<'a>> {
    let labels = labels(cell);
    // 省财政厅（牵头）、省审计厅 is a list.
    let leads = |at: &usize| cell.after(*at).starts_with("牵头") && !cell.before(*at).ends_with("（");
    let loose = (0..cell.len()).any(|at| apart(cell, at));
    let labelled = labels.iter().any(|(.., role)| !matches!(role, Role::Date | Role::Other));
    if !loose && !labelled && !(0..cell.len()).any(|at| leads(&at)) {
        return None;
    }
    let mut told = Vec::new();
    let mut found = if loose { Vec::new() } else { clauses(cell, dates, &mut told) };
    if let Some(clause) = found.pop().filter(|_| found.is_empty()) {
        let from = (clause.whole.span().from - cell.span().from) as usize;
        if is_bare(cell.before(from)) && is_bare(cell.after(from + clause.whole.len())) {
            unread.extend(told);
            return Some(clause);
        }
    }
    unread.push(Why::Who.at(cell));
    Some(Clause::new(cell, Form::Closing))
}

/// 省财政厅 （牵头） 省审计厅: blanks part names in a cell, and whose the bracket behind one is nobody knows.
fn apart(cell: Piece<'_>, at: usize) -> bool {
    cell.at(at).is_some_and(char::is_whitespace) && cell.after(at + 1).starts_with("（牵头")
}

/// Whether a name begins with the label that it should have stood behind: 参加单位有省民政厅.
pub(crate) fn begins_with_a_label(name: &str) -> bool {
    let units = |role: &Role| matches!(role, Role::Lead | Role::Participant | Role::Responsible);
    LABELS.iter().any(|(label, role)| units(role) && name.len() > label.len() && name.starts_with(label))
}

/// The sentence that says who leads or takes part, beside the name of a unit, among words that no clause was read from. `tasks`: they
/// are those of a task whose clause was read; then only words that can mean nothing else count.
pub(crate) fn says_who(words: Piece<'_>, tasks: bool) -> Option<Piece<'_>> {
    const LABELLED: [&str; 8] = ["牵头", "参加单位", "配合单位", "责任单位", "协办单位", "主办单位", "责任部门", "配合部门"];
    const JOINS: [&str; 5] = ["会同", "协助", "主办", "协办", "主责"];
    const CLOSES: [&str; 6] = ["负责", "办理", "配合", "参加", "参与", "承办"];
    // 各牵头单位要…: they are asked, and not said to be.
    let asked = |sentence: Piece<'_>, at: usize, word: &str| {
        const MUST: [&str; 6] = ["要", "应", "须", "将", "于", "需"];
        let rest = sentence.after(at + word.chars().count());
        let rest = if rest.starts_with("单位") || rest.starts_with("部门") { rest.after(2) } else { rest };
        at > 0 && sentence.at(at - 1) == Some('各') || MUST.iter().any(|must| rest.starts_with(must))
    };
    let labelled = |sentence: Piece<'_>| {
        let found = |word: &&str| sentence.find(word).is_some_and(|at| !asked(sentence, at, word));
        LABELLED.iter().any(found)
    };
    let loose = |sentence: Piece<'_>| {
        let end = sentence.trim_matches(|c| is_stop(c) || c == '）');
        sentence.starts_with("由")
            || JOINS.iter().any(|word| sentence.contains(word))
            || CLOSES.iter().any(|word| end.ends_with(word))
    };
    let says = |sentence: &Piece<'_>| (labelled(*sentence) || !tasks && loose(*sentence)) && names_one(*sentence);
    words.before(LONGEST).split(|c| matches!(c, '。' | '；')).into_iter().map(Piece::trim).find(says)
}

/// The sentence of a task, beside its clause, that brings units in which the clause does not name: 会同省审计厅制定办法.
pub(crate) fn joins_others<'a>(words: Piece<'a>, clause: &Clause<'_>) -> Option<Piece<'a>> {
    const JOINS: [&str; 3] = ["会同", "协助", "协同"];
    let named = |part: Piece<'_>| {
        let text = key(&part.text());
        clause.lead_units.iter().chain(&clause.participating_units).any(|unit| text.contains(&key(&unit.name)))
    };
    let brings = |sentence: &Piece<'a>| {
        let joins = JOINS.iter().find_map(|word| Some(sentence.after(sentence.find(word)? + word.chars().count())));
        let Some(rest) = joins else { return false };
        let rest = rest.before(rest.position(|c| matches!(c, '，' | '：')).unwrap_or(rest.len()));
        rest.split(|c| matches!(c, '、' | '和' | '及' | '与')).into_iter().any(|part| names_one(part) && !named(part))
    };
    words.before(LONGEST).split(|c| matches!(c, '。' | '；')).into_iter().map(Piece::trim).find(brings)
}

/// A label with its value.
struct Segment<'a> {
    role: Role,
    label: Piece<'a>,
    value: Piece<'a>,
}

/// Characters of the longest clause; a bracket that is not closed by then is open.
const LONGEST: usize = 3000;

/// The clauses of a paragraph, in their order.
pub(crate) fn clauses<'a>(paragraph: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Vec<Clause<'a>> {
    let labelled = labelled(paragraph, dates, unread);
    if !labelled.is_empty() {
        return labelled;
    }
    let bracketed = bracketed(paragraph, dates, unread);
    if bracketed.is_empty() { spoken(paragraph, dates, unread) } else { bracketed }
}

/// Clauses that are told by labels.
fn labelled<'a>(paragraph: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Vec<Clause<'a>> {
    let mut clauses = Vec::new();
    let labels = labels(paragraph);
    let enclosing = enclosing(paragraph, &labels);
    let mut next = 0;
    while next < labels.len() {
        let (from, _, _) = labels[next];
        // The bracket may say something else before its units: （分管领导：李四；责任单位：…）.
        let open = enclosing[next].filter(|open| {
            is_blank(paragraph.sub(open + 1, from)) || paragraph.closing(*open, LONGEST).is_some_and(|close| close > from)
        });
        let said = open.map(|open| paragraph.sub(open + 1, from).trim_matches(is_stop)).filter(|said| !said.is_empty());
        let mut join = None;
        let (whole, segments) = match open {
            Some(open) => {
                let closes = paragraph.closing(open, LONGEST);
                if closes.is_none() {
                    unread.push(Why::OpenBracket.at(paragraph.sub(open, open + LONGEST)));
                }
                let end = closes.unwrap_or(paragraph.len());
                let count = labels[next..].iter().take_while(|(from, _, _)| *from < end).count();
                let segments = segments(paragraph, &labels[next..next + count], end, true);
                (paragraph.sub(open, closes.map_or(end, |at| at + 1)), segments)
            }
            None => {
                let mut count = 1;
                let mut end = value_end(paragraph, labels[next].1);
                let mut ends = end;
                loop {
                    // The next label goes on with this clause where only stops part them.
                    let goes_on = |from: usize, end: usize| from <= end || is_bare(paragraph.sub(end, from));
                    if let Some((_, value, _)) = labels.get(next + count).filter(|(from, ..)| goes_on(*from, end)) {
                        end = if *value > end { value_end(paragraph, *value) } else { end };
                        ends = end;
                        count += 1;
                        continue;
                    }
                    // “省审计厅、省民政厅参加。” behind it, as a sentence of its own.
                    let Some((list, after)) = joins(paragraph, end).filter(|_| join.is_none()) else { break };
                    (join, end) = (Some(list), after);
                }
                (paragraph.sub(from, end), segments(paragraph, &labels[next..next + count], ends, false))
            }
        };
        next += segments.len();
        if segments.iter().all(|segment| segment.role == Role::Other) {
            // It stays among the words of the task, which everybody will read.
            unread.extend(segments.iter().map(|segment| Why::Person.at(segment.label.through(segment.value))));
            continue;
        }
        let mut clause = clause(whole, &segments, dates, unread);
        for part in said.into_iter().flat_map(|said| said.split(|c| c == '；')).map(|part| part.trim_matches(is_stop)) {
            match dates.alone(part) {
                Some((times, wrong)) => {
                    clause.dates.extend(times);
                    unread.extend(wrong);
                }
                None if part.is_empty() => {}
                None => unread.push(Why::Aside.at(part)),
            }
        }
        if let Some(join) = join {
            clause.participating_units.extend(list(join, false, unread));
        }
        // （牵头单位：…）（完成时限：…）: two brackets of one clause.
        match clauses.pop() {
            Some(before) if goes_with(paragraph, &before, &clause) => clauses.push(Clause {
                whole: before.whole.through(clause.whole),
                responsible: if before.lead_units.is_empty() { clause.responsible } else { before.responsible },
                alike: before.alike || clause.alike,
                lead_units: [before.lead_units, clause.lead_units].concat(),
                participating_units: [before.participating_units, clause.participating_units].concat(),
                dates: [before.dates, clause.dates].concat(),
                ..before
            }),
            before => {
                clauses.extend(before);
                clauses.push(clause);
            }
        }
    }
    clauses
}

/// Whether a clause goes on with the one before it: both stand in brackets, nothing parts them, and only one of them says who leads.
fn goes_with(paragraph: Piece<'_>, before: &Clause<'_>, next: &Clause<'_>) -> bool {
    let from = paragraph.span().from;
    let between = paragraph.sub((before.whole.span().to - from) as usize, (next.whole.span().from - from) as usize);
    let in_brackets = |clause: &Clause<'_>| clause.whole.starts_with("（");
    let silent = |clause: &Clause<'_>| clause.lead_units.is_empty();
    in_brackets(before) && in_brackets(next) && is_bare(between) && (silent(before) || silent(next))
}

/// For each label the innermost bracket that is open where it begins.
fn enclosing(paragraph: Piece<'_>, labels: &[(usize, usize, Role)]) -> Vec<Option<usize>> {
    let (mut open, mut at) = (Vec::new(), 0);
    let innermost = |(from, _, _): &(usize, usize, Role)| {
        for (place, c) in paragraph.chars().iter().enumerate().take(*from).skip(at) {
            match c {
                '（' => open.push(place),
                '）' => drop(open.pop()),
                _ => {}
            }
        }
        at = at.max(*from);
        open.last().copied()
    };
    labels.iter().map(innermost).collect()
}

fn is_blank(words: Piece<'_>) -> bool {
    words.position(|c| !c.is_whitespace()).is_none()
}

/// The units of the sentence that begins at `end`, where it only says that they take part; and where it ends.
fn joins(paragraph: Piece<'_>, end: usize) -> Option<(Piece<'_>, usize)> {
    let from = end + paragraph.after(end).position(|c| !is_stop(c))?;
    let stop = from + paragraph.after(from).before(LONGEST).position(|c| matches!(c, '。' | '；'))?;
    let units = before_verb(paragraph.sub(from, stop), &TAKES_PART)?;
    is_list(units).then_some((units, stop))
}

/// Words between a label and its list, where no colon parts them; before them may stand 分别 or 主要.
const COPULAS: [&str; 5] = ["为", "是", "有", "包括", "包含"];

/// Where labels begin, where their values begin, and what they are. A colon parts the two; 为, 是 and 有 do where a list follows.
fn labels(paragraph: Piece<'_>) -> Vec<(usize, usize, Role)> {
    let chars = paragraph.chars();
    let mut labels = Vec::new();
    let mut blank = true;
    for (mark, c) in chars.iter().enumerate() {
        let copula = COPULAS.iter().find(|word| word.ends_with(*c) && paragraph.before(mark + 1).ends_with(word));
        let weak = copula.is_some() || c.is_whitespace() && !blank;
        blank = c.is_whitespace();
        if !weak && *c != '：' {
            continue;
        }
        let before = (mark + 1).saturating_sub(copula.map_or(1, |word| word.chars().count()));
        let said = paragraph.before(before);
        let said = copula.and_then(|_| before_verb(said, &["分别", "主要", "还"])).unwrap_or(said);
        let end = said.chars().iter().rposition(|c| !c.is_whitespace()).map_or(0, |at| at + 1);
        let found = LABELS.iter().find(|(label, _)| paragraph.before(end).ends_with(label));
        let Some((from, role)) = found.map(|(label, role)| (end - label.chars().count(), *role)) else { continue };
        let value = paragraph.after(mark + 1);
        if weak && !is_value(role, value.before(LONGEST_WEAK)) {
            continue;
        }
        let begins = |from: usize| from == 0 || is_stop(chars[from - 1]) || matches!(chars[from - 1], '（' | '）');
        // “省网信办（联系人：…）”: a note on the unit.
        if begins(from) && !(role == Role::Other && from > 0 && chars[from - 1] == '（') {
            labels.push((from, mark + 1, role));
        } else if weak && chars[from - 1] == '的' {
            // 本项工作的牵头单位为…
            let head = chars[..from - 1].iter().rposition(|c| is_stop(*c)).map_or(0, |at| at + 1);
            if from - head <= 9 {
                labels.push((head, mark + 1, role));
            }
        }
    }
    labels
}

/// Characters of a value that is looked at to tell whether it is one.
const LONGEST_WEAK: usize = 60;

/// Whether words behind 为, 是 or a blank are what the label asks for.
fn is_value(role: Role, value: Piece<'_>) -> bool {
    let value = value.trim();
    let first = value.before(value.position(|c| is_stop(c) || c == '）').unwrap_or(value.len()));
    match role {
        Role::Date => first.position(|c| c.is_ascii_digit() || matches!(c, '年' | '月')).is_some(),
        Role::Other => false,
        // The heads of the columns of a table stand side by side: 牵头单位 配合单位.
        _ => is_list(first) && label(first.before(first.position(char::is_whitespace).unwrap_or(first.len()))).is_none(),
    }
}

/// The end of a value that no bracket encloses.
fn value_end(paragraph: Piece<'_>, from: usize) -> usize {
    let mut depth = 0usize;
    for (at, c) in paragraph.chars().iter().enumerate().skip(from) {
        match c {
            '（' => depth += 1,
            '）' if depth == 0 => return at,
            '）' => depth -= 1,
            '。' | '；' | '\t' => return at,
            _ => {}
        }
    }
    paragraph.len()
}

/// The labels with their values, the last of which ends at `end`; `inside`: brackets enclose them all, and a value may hold stops.
fn segments<'a>(paragraph: Piece<'a>, labels: &[(usize, usize, Role)], end: usize, inside: bool) -> Vec<Segment<'a>> {
    let next = labels.iter().skip(1).map(|(from, _, _)| *from).chain([end]);
    let segment = |((from, value, role), next): (&(usize, usize, Role), usize)| {
        let next = next.max(*value);
        let next = if inside { next } else { value_end(paragraph.before(next), *value) };
        Segment { role: *role, label: paragraph.sub(*from, *value), value: paragraph.sub(*value, next).trim_matches(is_stop) }
    };
    labels.iter().zip(next).map(segment).collect()
}

fn clause<'a>(whole: Piece<'a>, segments: &[Segment<'a>], dates: Reader, unread: &mut Vec<Unread>) -> Clause<'a> {
    let mut clause = Clause::new(whole, Form::Closing);
    let led = segments.iter().any(|segment| segment.role == Role::Lead);
    for segment in segments {
        match segment.role {
            Role::Date => {
                let value = if segment.value.is_empty() { segment.label } else { segment.value };
                clause.dates.extend(dates.value(value, unread));
                continue;
            }
            Role::Other => {
                unread.push(Why::Aside.at(segment.label.through(segment.value)));
                let times = segment.value.split(|c| matches!(c, '，' | '；')).into_iter().skip(1);
                clause.dates.extend(times.filter_map(|part| dates.alone(part)).flat_map(|(times, _)| times));
                continue;
            }
            Role::Lead | Role::Participant | Role::Responsible => {}
        }
        let mut units = Vec::new();
        if segment.value.is_empty() {
            unread.push(Why::NoUnitName.at(segment.label));
        } else if is_nothing(segment.value) {
            continue;
        } else if let Some(spoken) =
            (!segment.value.contains("牵头") || !is_list(segment.value)).then(|| verbal(segment.value, dates, unread)).flatten()
        {
            clause.alike |= spoken.alike;
            units.extend(spoken.lead_units);
            clause.participating_units.extend(spoken.participating_units);
            clause.dates.extend(spoken.dates);
        } else {
            units = read_units(segment.value, segment.role, false, dates, &mut clause, unread);
        }
        clause.hand_out(units, segment.role, led);
    }
    clause.responsible = !led;
    clause
}

/// Reads a list of units in which a deadline may stand too, and who takes part: “省财政厅，省审计厅配合，2012年6月底前完成”. Those two
/// go to the clause; the others are of that role.
pub(crate) fn read_units<'a>(
    value: Piece<'a>,
    role: Role,
    loose: bool,
    dates: Reader,
    clause: &mut Clause<'a>,
    unread: &mut Vec<Unread>,
) -> Vec<Unit> {
    let trimmed = |value: Piece<'a>| value.trim_matches(|c| is_stop(c) || c == '。');
    let mut value = trimmed(value);
    while let Some(cut) = last_mark(value) {
        let part = value.after(cut + 1).trim();
        if let Some((times, wrong)) = dates.alone(part) {
            clause.dates.extend(times);
            unread.extend(wrong);
        } else if let Some(times) = said_beside(part, dates, unread) {
            clause.dates.extend(times);
        } else {
            break;
        }
        value = trimmed(value.before(cut));
    }
    let told = unread.len();
    let units = read_names(value, role, loose, clause, unread);
    clause.dates.extend(noted_times(value, dates, unread, told));
    units
}

/// Where a list of units is last parted; marks inside brackets part nothing.
fn last_mark(value: Piece<'_>) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in value.chars().iter().enumerate().rev() {
        match c {
            '）' => depth += 1,
            '（' => depth = depth.saturating_sub(1),
            '，' | '；' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// 夏收、秋收期间每日通报 behind a list of units: no unit, but a sentence that says when. It is told, and its times are taken.
fn said_beside<'a>(part: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Option<Vec<Date>> {
    if is_list(part) || TAKES_PART.iter().chain(&IS_IN_CHARGE).any(|verb| part.ends_with(verb)) || names_one(part) {
        return None;
    }
    let mut told = Vec::new();
    let times = dates.read(part, &mut told);
    (!times.is_empty() || !told.is_empty()).then(|| {
        unread.push(Why::Aside.at(part));
        unread.extend(told);
        times
    })
}

/// The times in the notes behind units that were told since `from`: 省司法厅（2013年6月底前完成）. A note that says no more is not told.
fn noted_times<'a>(value: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>, from: usize) -> Vec<Date> {
    let begin = value.span();
    let mut times = Vec::new();
    let told = unread.split_off(from);
    for one in told {
        let at = one.words.at;
        if one.why != Why::Note || at.line != begin.line || at.from < begin.from || at.to > begin.to {
            unread.push(one);
            continue;
        }
        let note = value.sub((at.from - begin.from) as usize, (at.to - begin.from) as usize);
        let note = note.trim_matches(|c| is_stop(c) || matches!(c, '（' | '）'));
        match dates.alone(note) {
            Some((found, wrong)) => {
                times.extend(found);
                unread.extend(wrong);
            }
            None => {
                unread.push(one);
                times.extend(dates.read(note, unread));
            }
        }
    }
    times
}

/// Reads a list of units, and who takes part beside them.
fn read_names<'a>(value: Piece<'a>, role: Role, loose: bool, clause: &mut Clause<'a>, unread: &mut Vec<Unread>) -> Vec<Unit> {
    let mut value = value;
    if role != Role::Participant {
        value = without_participants(value, clause, unread);
    }
    let value = without_duty(value);
    if value.is_empty() || is_nothing(value) { Vec::new() } else { list(value, loose, unread) }
}

/// A list of those who lead, without what it says of others: 省财政厅，省民政厅、省审计厅配合; 省财政厅，由省民政厅协助; 省财政厅会同省民政厅.
/// Where it is not sure whom the verb is of, that is told.
fn without_participants<'a>(value: Piece<'a>, clause: &mut Clause<'a>, unread: &mut Vec<Unread>) -> Piece<'a> {
    let mut value = value;
    let mut others: Vec<Unit> = Vec::new();
    let is_mark = |c| matches!(c, '，' | '；');
    while let Some(cut) = value.chars().iter().rposition(|c| is_mark(*c)) {
        let part = value.after(cut + 1).trim();
        let by = BY.into_iter().find(|word| part.starts_with(word));
        let by = part.after(by.map_or(0, |word| word.chars().count()));
        let with = by.starts_with("会同").then(|| by.after(2));
        let Some(units) = before_verb(with.unwrap_or(by), &TAKES_PART).or(with) else { break };
        match sure(without_duty(units)) {
            Some((units, told)) => {
                others.splice(0..0, units);
                unread.extend(told);
            }
            None => unread.push(Why::Participants.at(part)),
        }
        value = value.before(cut).trim_matches(is_stop);
        if let Some(first) = value.position(is_mark) {
            // 省财政厅，省教育厅，省民政厅配合: the one between may be either.
            if before_verb(value, &TAKES_PART).is_none() {
                unread.push(Why::Participants.at(value.after(first + 1)));
                value = value.before(first);
            }
        }
    }
    if others.is_empty() && value.position(is_mark).is_none() && before_verb(value, &TAKES_PART).is_some() {
        unread.push(Why::Participants.at(value));
        value = value.before(0);
    }
    if let Some(with) = value.find("会同").filter(|with| is_list(value.before(*with)))
        && let Some((units, told)) = sure(value.after(with + 2))
    {
        others.splice(0..0, units);
        unread.extend(told);
        value = value.before(with);
    }
    clause.participating_units.extend(others);
    value
}

/// A list without what its units do together: …等部门按职责分工负责.
fn without_duty(value: Piece<'_>) -> Piece<'_> {
    let done = before_verb(value, &IS_IN_CHARGE).or_else(|| before_verb(value, &TAKES_PART)).unwrap_or(value);
    let duty = done.chars().iter().rposition(|c| matches!(c, '按' | '依' | '根')).filter(|at| done.after(*at).contains("职责"));
    let done = duty.map_or(done, |at| done.before(at)).trim_matches(is_stop);
    if done.is_empty() { value } else { done }
}

/// Verbs that close a list of participants, of those in charge; the longer first.
const TAKES_PART: [&str; 22] = [
    "作为参加单位",
    "作为配合单位",
    "为参加单位",
    "是参加单位",
    "为配合单位",
    "是配合单位",
    "为参与单位",
    "为协办单位",
    "按职责分工配合",
    "按职责配合",
    "积极配合",
    "共同参与",
    "予以配合",
    "协同配合",
    "参与配合",
    "共同配合",
    "配合",
    "协助",
    "参加",
    "参与",
    "协同",
    "协办",
];
const IS_IN_CHARGE: [&str; 25] = [
    "按职责分工负责落实",
    "具体负责落实",
    "分别负责落实",
    "负责具体落实",
    "负责具体实施",
    "负责组织实施",
    "负责组织落实",
    "负责落实",
    "负责实施",
    "负责办理",
    "抓好落实",
    "按职责分工分别负责",
    "按照职责分工负责",
    "按职责分工负责",
    "依职责分工负责",
    "根据职责负责",
    "按职责负责",
    "分工负责",
    "分别负责",
    "共同负责",
    "具体负责",
    "组织实施",
    "负责",
    "承办",
    "办理",
];

/// Words before whoever does something, which are none of the name; the longer first.
pub(crate) const BY: [&str; 6] = ["并由", "改由", "转由", "现由", "统一由", "由"];

/// What closes a list of those who lead, other than 牵头.
const LEADS: [&str; 6] = ["作为牵头单位", "为牵头单位", "是牵头单位", "作为牵头部门", "为牵头部门", "是牵头部门"];

/// Words that go with 牵头 and add nothing.
const DONE: [&str; 6] = ["负责", "组织实施", "组织", "落实", "实施", "办理"];

/// Verbs with which a sentence goes on behind the units of 会同 or 由.
const DOES: [&str; 34] = [
    "制定", "制订", "研究", "起草", "拟定", "拟订", "编制", "提出", "出台", "印发", "做好", "抓好", "开展", "组织", "建立",
    "健全", "完善", "推进", "推动", "落实", "负责", "实施", "共同", "联合", "统筹", "按", "加强", "指导", "牵头", "抓紧", "办理",
    "分别", "修订", "建设",
];

/// Brackets that hold nothing but units and verbs: “（省发展改革委牵头，省财政厅、省审计厅配合）”.
fn bracketed<'a>(paragraph: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Vec<Clause<'a>> {
    let mut clauses = Vec::new();
    let mut at = 0;
    while let Some(open) = paragraph.after(at).position(|c| c == '（').map(|open| at + open) {
        let Some(close) = paragraph.closing(open, LONGEST) else { break };
        at = close + 1;
        if let Some(clause) = verbal(paragraph.sub(open + 1, close), dates, unread) {
            clauses.push(Clause { whole: paragraph.sub(open, close + 1), form: Form::Closing, ..clause });
        }
    }
    clauses
}

/// A bracket that ends a paragraph and holds nothing but units, where a rule says that the first of them leads: “（省财政厅、省审计厅）”.
pub(crate) fn listed<'a>(paragraph: Piece<'a>, unread: &mut Vec<Unread>) -> Option<Clause<'a>> {
    let end = paragraph.chars().iter().rposition(|c| !is_stop(*c)).filter(|end| paragraph.at(*end) == Some('）'))?;
    let open = (0..end).find(|at| paragraph.at(*at) == Some('（') && paragraph.closing(*at, LONGEST) == Some(end))?;
    let (units, told) = sure(without_duty(paragraph.sub(open + 1, end)))?;
    let certain = |unit: &Unit| unit.collective || Agencies::anhui().key(&unit.name).is_some() || begins_as_one(&unit.name);
    units.iter().all(certain).then(|| {
        unread.extend(told);
        let clause = Clause::new(paragraph.sub(open, end + 1), Form::Closing);
        Clause { lead_units: units, alike: true, ..clause }
    })
}

fn begins_as_one(name: &str) -> bool {
    name.starts_with(['省', '市', '县', '区'])
}

/// Sentences that say it: “由省财政厅牵头，省审计厅配合。”, “省财政厅牵头，省审计厅参与。”
fn spoken<'a>(paragraph: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Vec<Clause<'a>> {
    let mut clauses = Vec::new();
    for sentence in paragraph.split(|c| matches!(c, '。' | '；')).into_iter().map(Piece::trim) {
        let starts = ["由", "此项工作由", "该项工作由", "本项工作由"].into_iter().find(|start| sentence.starts_with(start));
        let body = starts.map(|start| sentence.after(start.chars().count()));
        let body = body.or_else(|| sentence.contains("牵头").then_some(sentence));
        if let Some(clause) = body.and_then(|body| verbal(body, dates, unread)) {
            clauses.push(Clause { whole: sentence, ..clause });
        } else if let Some(clause) = within_sentence(sentence, unread).or_else(|| tail(sentence, dates, unread)) {
            clauses.push(clause);
        }
    }
    clauses
}

/// “建立台账，省财政厅牵头，省民政厅参加”: the end of a sentence is the clause.
fn tail<'a>(sentence: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Option<Clause<'a>> {
    let sentence = Some(sentence).filter(|sentence| sentence.len() <= LONGEST)?;
    let cuts: Vec<usize> = (0..sentence.len()).filter(|at| sentence.at(*at) == Some('，')).collect();
    cuts[cuts.len().saturating_sub(MOST_TAILS)..].iter().find_map(|cut| {
        let whole = sentence.after(*cut);
        let mut told = Vec::new();
        let clause = verbal(whole.after(1).trim(), dates, &mut told)?;
        // 各级政府负责 is what a sentence asks of everybody, 纳入服务中心办理 names a place.
        let sure = whole.contains("牵头") || clause.lead_units.iter().all(|unit| Agencies::anhui().key(&unit.name).is_some());
        sure.then(|| {
            unread.extend(told);
            Clause { whole, ..clause }
        })
    })
}

/// Places in a sentence at which its clause is tried to begin.
const MOST_TAILS: usize = 8;

/// “…，由省财政厅牵头，省审计厅配合，制定办法”: the units of a sentence that goes on.
fn within_sentence<'a>(sentence: Piece<'a>, unread: &mut Vec<Unread>) -> Option<Clause<'a>> {
    let verb = sentence.find("牵头")?;
    let (from, leads) = by(sentence, verb)?;
    let mut end = verb + 2;
    let rest = sentence.after(end);
    let done = DONE.iter().find(|word| rest.starts_with(word)).map_or(0, |word| word.chars().count());
    let stops = rest.after(done).position(|c| !matches!(c, '，' | '、') && !c.is_whitespace()).map_or(rest.len(), |at| done + at);
    let next = rest.after(stops);
    let joined = ["会同", "联合", "协同", "商"].into_iter().find(|word| next.starts_with(word));
    let said = next.before(next.position(|c| c == '，').unwrap_or(next.len()));
    let mut participants = Vec::new();
    if let Some(word) = joined {
        let list_at = next.after(word.chars().count());
        let ends = |rest: Piece<'_>| DOES.iter().chain(&TAKES_PART).any(|verb| rest.starts_with(verb));
        match leading(list_at, ends) {
            Some(units) => {
                participants = list(units, false, unread);
                end += stops + word.chars().count() + units.len();
            }
            None => unread.push(Why::Participants.at(said)),
        }
    } else if let Some(units) = leading(next, |rest| TAKES_PART.iter().any(|verb| rest.starts_with(verb))) {
        match TAKES_PART.iter().find(|verb| next.after(units.len()).starts_with(verb)) {
            Some(verb) => {
                participants = list(units, false, unread);
                end += stops + units.len() + verb.chars().count();
            }
            None => unread.push(Why::Participants.at(units)),
        }
    } else if stops > done && TAKES_PART.iter().any(|verb| said.ends_with(verb)) {
        unread.push(Why::Participants.at(said));
    }
    Some(Clause {
        lead_units: list(leads, false, unread),
        participating_units: participants,
        ..Clause::new(sentence.sub(from - 1, end), Form::Inside)
    })
}

/// “省财政厅会同省民政厅等部门制定办法”: a sentence that opens with who does what it says, and with whom.
pub(crate) fn together_with<'a>(paragraph: Piece<'a>, unread: &mut Vec<Unread>) -> Option<Clause<'a>> {
    let sentences = paragraph.before(LONGEST).split(|c| matches!(c, '。' | '；'));
    sentences.into_iter().map(Piece::trim).find_map(|sentence| {
        let by = usize::from(sentence.starts_with("由"));
        let with = sentence.find("会同").filter(|with| *with > by)?;
        let (leads, told) = sure(sentence.sub(by, with))?;
        let rest = sentence.after(with + 2);
        let units =
            leading(rest, |rest| DOES.iter().any(|verb| rest.starts_with(verb))).filter(|units| units.len() < rest.len())?;
        let (others, more) = sure(units)?;
        unread.extend(told.into_iter().chain(more));
        let whole = sentence.before(with + 2 + units.len());
        Some(Clause { lead_units: leads, participating_units: others, ..Clause::new(whole, Form::Inside) })
    })
}

/// The units that 由 names before that verb, and where they begin.
fn by(sentence: Piece<'_>, verb: usize) -> Option<(usize, Piece<'_>)> {
    let from = sentence.chars()[..verb].iter().rposition(|c| *c == '由')? + 1;
    let units = together(sentence.sub(from, verb));
    is_list(units).then_some((from, units))
}

/// 省财政厅、省民政厅共同: those who lead together.
fn together(units: Piece<'_>) -> Piece<'_> {
    before_verb(units, &["共同", "联合"]).unwrap_or(units)
}

fn before_verb<'a>(piece: Piece<'a>, verbs: &[&str]) -> Option<Piece<'a>> {
    verbs.iter().find(|verb| piece.ends_with(verb)).map(|verb| piece.before(piece.len() - verb.chars().count()).trim())
}

/// Reads words that must all be units with their verbs, and times; `None` if anything else stands among them.
fn verbal<'a>(piece: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Option<Clause<'a>> {
    let says = |verbs: &[&str]| verbs.iter().any(|verb| piece.contains(verb));
    // What is done at a place, 在服务中心办理, names no unit that does it.
    if !(says(&["牵头", "负责", "组织实施"]) || says(&["办理", "承办", "会同"]) && names_one(piece)) {
        return None;
    }
    let mut clause = Clause::new(piece, Form::Sentence);
    let mut told = Vec::new();
    // Units whose verb comes in the next part: “省财政厅，省审计厅牵头”.
    let mut waiting: Option<Piece<'a>> = None;
    for part in piece.split(|c| matches!(c, '，' | '；' | '。')) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let by = BY.into_iter().find(|word| part.starts_with(word));
        let part = part.after(by.map_or(0, |word| word.chars().count()));
        if let Some((times, wrong)) = dates.alone(part).filter(|_| waiting.is_none()) {
            clause.dates.extend(times);
            told.extend(wrong);
            continue;
        }
        // 省财政厅会同省民政厅等部门, and no verb: the one that joins the others leads.
        let joins = part.find("会同").filter(|with| *with > 0 && waiting.is_none() && clause.lead_units.is_empty());
        let joins = joins.and_then(|with| Some((sure(part.before(with))?, sure(part.after(with + 2))?)));
        if let Some(((leads, of_leads), (others, of_others))) = joins.filter(|_| !part.contains("牵头")) {
            clause.lead_units.extend(leads);
            clause.participating_units.extend(others);
            told.extend(of_leads.into_iter().chain(of_others));
            continue;
        }
        let verb = before_verb(part, &TAKES_PART).or(before_verb(part, &LEADS));
        if let Some((units, open)) = sure(part).filter(|_| verb.is_none() && !part.starts_with("会同")) {
            // 省财政厅（牵头）、省民政厅: the brackets say it.
            if waiting.is_none() && units.iter().any(|unit| with_role(unit.clone()).1 == Some(Role::Lead)) {
                clause.hand_out(units, Role::Responsible, false);
                told.extend(open);
                continue;
            }
            if !part.contains("牵头") {
                waiting = Some(waiting.map_or(part, |before| before.through(part)));
                continue;
            }
        }
        let part = waiting.take().map_or(part, |before| before.through(part));
        let mut take = |units: Piece<'_>, into: &mut Vec<Unit>| {
            let (units, open) = sure(units)?;
            told.extend(open);
            into.extend(units);
            Some(())
        };
        if let Some(units) = before_verb(part, &LEADS) {
            take(together(units), &mut clause.lead_units)?;
            continue;
        }
        let rest = match part.find("牵头") {
            Some(verb) => {
                let units = together(part.before(verb).trim());
                let with = units.find("会同");
                take(with.map_or(units, |with| units.before(with)), &mut clause.lead_units)?;
                if let Some(with) = with {
                    take(units.after(with + 2), &mut clause.participating_units)?;
                }
                let rest = part.after(verb + 2);
                let done = DONE.into_iter().find(|word| rest.starts_with(word));
                rest.after(done.map_or(0, |word| word.chars().count())).trim_matches(is_stop)
            }
            None => part,
        };
        if rest.is_empty() {
            continue;
        }
        // 省财政厅牵头，会同省民政厅: with or without a verb behind it.
        let with = rest.starts_with("会同") && !clause.lead_units.is_empty();
        let rest = if with { rest.after(2) } else { rest };
        if with && is_list(rest) {
            take(rest, &mut clause.participating_units)?;
            continue;
        }
        if let Some(units) = before_verb(rest, &TAKES_PART) {
            take(without_duty(units), &mut clause.participating_units)?;
        } else {
            let units = without_duty(before_verb(rest, &IS_IN_CHARGE)?);
            match (units.find("会同"), clause.lead_units.is_empty()) {
                (Some(with), true) => {
                    take(units.before(with), &mut clause.lead_units)?;
                    take(units.after(with + 2), &mut clause.participating_units)?;
                }
                (_, true) => {
                    take(units, &mut clause.lead_units)?;
                    clause.alike = true;
                }
                (_, false) => take(units, &mut clause.participating_units)?,
            }
        }
    }
    if clause.lead_units.is_empty() || waiting.is_some() {
        return None;
    }
    clause.dates.extend(noted_times(piece, dates, &mut told, 0));
    unread.extend(told);
    Some(clause)
}
