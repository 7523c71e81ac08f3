//! 分工条款 · the words that say who leads and who takes part: “（牵头责任单位：…；主要参加单位：…）”, “牵头单位：…。配合单位：…。”,
//! “由…牵头，…配合”, “（…负责）”.

mod labelled;
mod spoken;
mod value;
mod words;

pub(crate) use labelled::line_label;
pub(crate) use spoken::{listed, together_with};
pub(crate) use value::read_units;
pub(crate) use words::{begins_with_a_label, is_part, label, says_by};

use crate::dates::Reader;
use crate::line::{Piece, is_bare, is_stop};
use crate::units::{begins_like_a_unit, is_collective, key, leading, looks_like_a_unit, names_one};
use crate::unread::{Unread, Why};
use crate::{Date, Span, Unit};
use labelled::{labelled, labels};
use spoken::{bracketed, spoken};
use words::{PART_JOINS, PART_LEADS};

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

/// 由省民政厅主办, 各市人民政府负责…，省财政厅给予指导支持: the sentence that gives units something to do, part by part.
pub(crate) fn gives_out(words: Piece<'_>) -> Option<Piece<'_>> {
    given_out(words, 1)
}

/// The same, of one that gives something to several of its parts: 省民政厅负责编制，省财政厅、省审计厅配合.
pub(crate) fn gives_out_to_several(words: Piece<'_>) -> Option<Piece<'_>> {
    given_out(words, 2)
}

fn given_out(words: Piece<'_>, least: usize) -> Option<Piece<'_>> {
    const GIVEN: [&str; 14] = [
        "负责",
        "牵头",
        "主办",
        "会办",
        "协办",
        "承办",
        "主抓",
        "配合",
        "起草",
        "审核",
        "给予指导",
        "给予支持",
        "具体实施",
        "组织实施",
    ];
    let verb = |rest: Piece<'_>| GIVEN.iter().any(|verb| rest.starts_with(verb));
    let sure = |unit: &Piece<'_>| names_one(*unit) || is_collective(&unit.text());
    let gives = |part: &Piece<'_>| {
        let part = part.after(part.find("由").map_or(0, |by| by + 1));
        let units = leading(part, verb).filter(|units| units.len() < part.len());
        units.is_some_and(|units| units.split(|c| c == '、').iter().all(sure))
    };
    let sentences = words.before(LONGEST).split(|c| matches!(c, '。' | '；')).into_iter().map(Piece::trim);
    sentences.into_iter().find(|sentence| sentence.split(|c| c == '，').iter().filter(|part| gives(part)).count() >= least)
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
    // 省财政厅分别负责资金, and the clause does not name it.
    let does = |sentence: &Piece<'a>| {
        let part = sentence.before(sentence.position(|c| c == '，').unwrap_or(sentence.len()));
        let begins = begins_like_a_unit(part) && DUTIES.iter().any(|verb| part.contains(verb));
        let units =
            Some(part).filter(|_| begins).and_then(|part| leading(part, |rest| DUTIES.iter().any(|verb| rest.starts_with(verb))));
        units.is_some_and(|units| {
            units.len() < part.len() && units.split(|c| c == '、').into_iter().any(|part| names_one(part) && !named(part))
        })
    };
    // 由省住房城乡建设厅牵头，港华燃气公司、首创水务公司实施: whoever carries it out behind the lead.
    let carries = |sentence: &Piece<'a>| {
        const CARRIES: [&str; 5] = ["实施", "落实", "承担", "承建", "运营"];
        let verb = |rest: Piece<'_>| CARRIES.iter().any(|verb| rest.starts_with(verb));
        let body = |unit: &Piece<'_>| {
            let ends = ["公司", "集团", "中心", "学院", "大学", "研究院", "协会"].iter().any(|end| unit.ends_with(end));
            (ends || looks_like_a_unit(*unit) && names_one(*unit)) && !named(*unit)
        };
        sentence.split(|c| c == '，').into_iter().map(Piece::trim).any(|part| {
            let units = leading(part, verb).filter(|units| units.len() < part.len());
            units.is_some_and(|units| units.split(|c| c == '、').iter().all(body))
        })
    };
    let is = |sentence: &Piece<'a>| brings(sentence) || does(sentence) || carries(sentence);
    words.before(LONGEST).split(|c| matches!(c, '。' | '；')).into_iter().map(Piece::trim).find(is)
}

/// What a unit does that a sentence opens with.
const DUTIES: [&str; 8] = ["负责", "分别", "具体", "配合", "参与", "参加", "协助", "承办"];

/// Characters of the longest clause; a bracket that is not closed by then is open.
const LONGEST: usize = 3000;

/// The clauses of a paragraph, in their order.
pub(crate) fn clauses<'a>(paragraph: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Vec<Clause<'a>> {
    let labelled = labelled(paragraph, dates, unread);
    let names_units = |clause: &Clause<'_>| !clause.lead_units.is_empty() || !clause.participating_units.is_empty();
    if labelled.iter().any(names_units) {
        return labelled;
    }
    let mut told = Vec::new();
    let bracketed = bracketed(paragraph, dates, &mut told);
    let found = if bracketed.is_empty() { spoken(paragraph, dates, &mut told) } else { bracketed };
    match labelled.is_empty() {
        true => {
            unread.extend(told);
            found
        }
        false => beside(paragraph, found, &labelled).inspect(|_| unread.extend(told)).unwrap_or(labelled),
    }
}

/// （省财政厅牵头）（完成时间：…）, 由省财政厅牵头。完成时间：…: labels of times go with the clauses they stand beside; `None` where one stands
/// apart from them.
fn beside<'a>(paragraph: Piece<'a>, mut found: Vec<Clause<'a>>, times: &[Clause<'a>]) -> Option<Vec<Clause<'a>>> {
    let at = |clause: &Clause<'_>| {
        let from = (clause.whole.span().from - paragraph.span().from) as usize;
        (from, from + clause.whole.len())
    };
    for time in times {
        let (from, to) = at(time);
        let touches = |clause: &&mut Clause<'_>| {
            let (begin, end) = at(clause);
            clause.form != Form::Inside
                && (end <= from && is_bare(paragraph.sub(end, from)) || to <= begin && is_bare(paragraph.sub(to, begin)))
        };
        let clause = found.iter_mut().find(touches)?;
        let (begin, end) = at(clause);
        clause.whole = paragraph.sub(begin.min(from), end.max(to));
        clause.form = Form::Closing;
        clause.dates.extend(time.dates.iter().cloned());
    }
    Some(found)
}
