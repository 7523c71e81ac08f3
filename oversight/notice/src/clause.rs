//! 分工条款 · the words that say who leads and who takes part: “（牵头责任单位：…；主要参加单位：…）”, “牵头单位：…。配合单位：…。”,
//! “由…牵头，…配合”, “（…负责）”.

use crate::dates::{Reader, is_only_a_date};
use crate::line::{Piece, is_bare, is_stop};
use crate::unread::{Unread, Why};
use crate::{Date, Unit, units};

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
}

impl<'a> Clause<'a> {
    pub fn new(whole: Piece<'a>, form: Form) -> Clause<'a> {
        Clause { whole, lead_units: Vec::new(), participating_units: Vec::new(), dates: Vec::new(), form, responsible: false }
    }
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
const LABELS: [(&str, Role); 46] = [
    ("牵头责任单位", Role::Lead),
    ("牵头责任部门", Role::Lead),
    ("牵头负责单位", Role::Lead),
    ("主要责任单位", Role::Lead),
    ("牵头单位", Role::Lead),
    ("牵头部门", Role::Lead),
    ("主办单位", Role::Lead),
    ("主责单位", Role::Lead),
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
    ("配合", Role::Participant),
    ("责任单位", Role::Responsible),
    ("责任部门", Role::Responsible),
    ("负责单位", Role::Responsible),
    ("负责部门", Role::Responsible),
    ("责任主体", Role::Responsible),
    ("落实单位", Role::Responsible),
    ("实施单位", Role::Responsible),
    ("承办单位", Role::Responsible),
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
    ("责任领导", Role::Other),
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
    let bracketed = bracketed(paragraph, dates);
    if bracketed.is_empty() { spoken(paragraph, dates) } else { bracketed }
}

/// Clauses that are told by labels and colons.
fn labelled<'a>(paragraph: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Vec<Clause<'a>> {
    let mut clauses = Vec::new();
    let labels = labels(paragraph);
    let mut next = 0;
    while next < labels.len() {
        let (from, _, _) = labels[next];
        let open =
            paragraph.chars()[..from].iter().rposition(|c| !c.is_whitespace()).filter(|at| paragraph.at(*at) == Some('（'));
        let (whole, segments) = match open {
            Some(open) => {
                let closes = paragraph.closing(open, LONGEST);
                if closes.is_none() {
                    unread.push(Why::OpenBracket.at(paragraph.sub(open, open + LONGEST)));
                }
                let end = closes.unwrap_or(paragraph.len());
                let count = labels[next..].iter().take_while(|(from, _, _)| *from < end).count();
                let segments = segments(paragraph, &labels[next..next + count], end);
                (paragraph.sub(open, closes.map_or(end, |at| at + 1)), segments)
            }
            None => {
                let mut count = 1;
                let mut end = value_end(paragraph, labels[next].1);
                // The next label goes on with this clause where only stops part them.
                let goes_on = |from: usize, end: usize| from <= end || is_bare(paragraph.sub(end, from));
                while let Some((_, value, _)) = labels.get(next + count).filter(|(from, ..)| goes_on(*from, end)) {
                    end = if *value > end { value_end(paragraph, *value) } else { end };
                    count += 1;
                }
                (paragraph.sub(from, end), segments(paragraph, &labels[next..next + count], end))
            }
        };
        next += segments.len();
        clauses.push(clause(whole, &segments, dates, unread));
    }
    clauses
}

/// Where labels begin, where their values begin, and what they are.
fn labels(paragraph: Piece<'_>) -> Vec<(usize, usize, Role)> {
    let chars = paragraph.chars();
    let mut labels = Vec::new();
    for (colon, _) in chars.iter().enumerate().filter(|(_, c)| **c == '：') {
        let end = chars[..colon].iter().rposition(|c| !c.is_whitespace()).map_or(0, |at| at + 1);
        let found = LABELS.iter().find(|(label, _)| paragraph.before(end).ends_with(label));
        let Some((from, role)) = found.map(|(label, role)| (end - label.chars().count(), *role)) else { continue };
        if from == 0 || is_stop(chars[from - 1]) || matches!(chars[from - 1], '（' | '）') {
            labels.push((from, colon + 1, role));
        }
    }
    labels
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

fn segments<'a>(paragraph: Piece<'a>, labels: &[(usize, usize, Role)], end: usize) -> Vec<Segment<'a>> {
    let next = labels.iter().skip(1).map(|(from, _, _)| *from).chain([end]);
    let segment = |((from, value, role), next): (&(usize, usize, Role), usize)| Segment {
        role: *role,
        label: paragraph.sub(*from, *value),
        value: paragraph.sub(*value, next.max(*value)).trim_matches(is_stop),
    };
    labels.iter().zip(next).map(segment).collect()
}

fn clause<'a>(whole: Piece<'a>, segments: &[Segment<'a>], dates: Reader, unread: &mut Vec<Unread>) -> Clause<'a> {
    let mut clause = Clause::new(whole, Form::Closing);
    let led = segments.iter().any(|segment| segment.role == Role::Lead);
    for segment in segments {
        let units = match segment.role {
            Role::Lead => &mut clause.lead_units,
            Role::Responsible if !led => &mut clause.lead_units,
            Role::Responsible | Role::Participant => &mut clause.participating_units,
            Role::Date => {
                clause.dates.extend(Reader { deadline: true, ..dates }.read(segment.value, unread));
                continue;
            }
            Role::Other => continue,
        };
        if segment.value.is_empty() {
            unread.push(Why::NoUnitName.at(segment.label));
        } else {
            read_units(segment.value, false, dates, units, &mut clause.dates, unread);
        }
    }
    clause.responsible = !led;
    clause
}

/// Reads a list of units in which a deadline may stand too: “省财政厅、省审计厅，2012年6月底前完成”.
pub(crate) fn read_units<'a>(
    value: Piece<'a>,
    loose: bool,
    dates: Reader,
    units: &mut Vec<Unit>,
    found: &mut Vec<Date>,
    unread: &mut Vec<Unread>,
) {
    let trimmed = |value: Piece<'a>| value.trim_matches(|c| is_stop(c) || c == '。');
    let mut value = trimmed(value);
    while let Some(cut) = value.chars().iter().rposition(|c| matches!(c, '，' | '；')) {
        let last = value.after(cut + 1);
        let times = Reader { deadline: true, ..dates }.read(last, &mut Vec::new());
        if !is_only_a_date(last, &times) {
            break;
        }
        found.splice(0..0, times);
        value = trimmed(value.before(cut));
    }
    if !value.is_empty() {
        units.extend(units::list(value, loose, unread));
    }
}

/// Verbs that close a list of participants, of those in charge; the longer first.
const TAKES_PART: [&str; 14] = [
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
const IS_IN_CHARGE: [&str; 12] = [
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
];

/// Brackets that hold nothing but units and verbs: “（省发展改革委牵头，省财政厅、省审计厅配合）”.
fn bracketed<'a>(paragraph: Piece<'a>, dates: Reader) -> Vec<Clause<'a>> {
    let mut clauses = Vec::new();
    let mut at = 0;
    while let Some(open) = paragraph.after(at).position(|c| c == '（').map(|open| at + open) {
        let Some(close) = paragraph.closing(open, LONGEST) else { break };
        at = close + 1;
        if let Some(clause) = verbal(paragraph.sub(open + 1, close), dates) {
            clauses.push(Clause { whole: paragraph.sub(open, close + 1), form: Form::Closing, ..clause });
        }
    }
    clauses
}

/// Sentences that say it: “由省财政厅牵头，省审计厅配合。”
fn spoken<'a>(paragraph: Piece<'a>, dates: Reader) -> Vec<Clause<'a>> {
    let mut clauses = Vec::new();
    for sentence in paragraph.split(|c| matches!(c, '。' | '；')).into_iter().map(Piece::trim) {
        let starts = ["由", "此项工作由", "该项工作由", "本项工作由"].into_iter().find(|start| sentence.starts_with(start));
        let body = starts.map(|start| sentence.after(start.chars().count()));
        if let Some(clause) = body.and_then(|body| verbal(body, dates)) {
            clauses.push(Clause { whole: sentence, ..clause });
        } else if let Some(clause) = within_sentence(sentence) {
            clauses.push(clause);
        }
    }
    clauses
}

/// “…，由省财政厅牵头，省审计厅配合，制定办法”: the units of a sentence that goes on.
fn within_sentence(sentence: Piece<'_>) -> Option<Clause<'_>> {
    let verb = sentence.find("牵头")?;
    let from = sentence.chars()[..verb].iter().rposition(|c| *c == '由')? + 1;
    let leads = sentence.sub(from, verb);
    if !units::is_list(leads) {
        return None;
    }
    let mut end = verb + 2;
    let mut participants = None;
    let next = sentence.after(end);
    if next.at(0) == Some('，') {
        let stop = next.after(1).position(|c| c == '，').map_or(next.len(), |at| at + 1);
        let part = next.sub(1, stop);
        participants = before_verb(part, &TAKES_PART).filter(|list| units::is_list(*list));
        end += if participants.is_some() { stop } else { 0 };
    }
    let mut ignored = Vec::new();
    Some(Clause {
        lead_units: units::list(leads, false, &mut ignored),
        participating_units: participants.map(|list| units::list(list, false, &mut ignored)).unwrap_or_default(),
        ..Clause::new(sentence.sub(from - 1, end), Form::Inside)
    })
}

fn before_verb<'a>(piece: Piece<'a>, verbs: &[&str]) -> Option<Piece<'a>> {
    verbs.iter().find(|verb| piece.ends_with(verb)).map(|verb| piece.before(piece.len() - verb.chars().count()).trim())
}

/// Reads words that must all be units with their verbs; `None` if anything else stands among them.
fn verbal<'a>(piece: Piece<'a>, dates: Reader) -> Option<Clause<'a>> {
    let mut clause = Clause::new(piece, Form::Sentence);
    let mut ignored = Vec::new();
    let mut pieces = piece.split(|c| matches!(c, '，' | '；'));
    pieces.retain(|piece| !piece.trim().is_empty());
    for part in pieces {
        let part = part.trim();
        let part = if part.at(0) == Some('由') { part.after(1) } else { part };
        let times = Reader { deadline: true, ..dates }.read(part, &mut ignored);
        if is_only_a_date(part, &times) {
            clause.dates.extend(times);
            continue;
        }
        let mut take = |list: Piece<'_>, units: &mut Vec<Unit>| {
            units::is_list(list).then(|| units.extend(units::list(list, false, &mut ignored)))
        };
        let rest = match part.find("牵头") {
            Some(verb) => {
                take(part.before(verb).trim(), &mut clause.lead_units)?;
                let rest = part.after(verb + 2);
                let done = ["负责", "组织实施", "组织", "落实", "实施", "办理"].into_iter().find(|word| rest.starts_with(word));
                let rest = rest.after(done.map_or(0, |word| word.chars().count())).trim_matches(is_stop);
                if rest.at(0) == Some('会') && rest.at(1) == Some('同') { rest.after(2) } else { rest }
            }
            None => part,
        };
        if rest.is_empty() {
            continue;
        }
        if let Some(list) = before_verb(rest, &TAKES_PART) {
            take(list, &mut clause.participating_units)?;
        } else {
            let list = before_verb(rest, &IS_IN_CHARGE)?;
            match (list.find("会同"), clause.lead_units.is_empty()) {
                (Some(with), true) => {
                    take(list.before(with), &mut clause.lead_units)?;
                    take(list.after(with + 2), &mut clause.participating_units)?;
                }
                (_, true) => take(list, &mut clause.lead_units)?,
                (_, false) => take(list, &mut clause.participating_units)?,
            }
        }
    }
    (!clause.lead_units.is_empty()).then_some(clause)
}
