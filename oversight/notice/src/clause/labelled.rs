//! 带标签的 · clauses that labels tell: “牵头单位：…。配合单位：…。”, in brackets or without.

use super::spoken::{MOST_TAILS, is_certain, verbal};
use super::value::{read_units, without_duty};
use super::words::{COPULAS, LABELS, TAKES_PART, before_verb, label};
use super::{Clause, Form, LONGEST, Role};
use crate::dates::Reader;
use crate::line::{Piece, is_bare, is_stop};
use crate::units::{begins_like_a_unit, is_list, is_nothing, list, names_one, sure};
use crate::unread::{Unread, Why};

/// What the label that opens a line says of the words behind it, and those, where they are no words of a task: 时间：6月底前, 备注：无.
/// `has_words`: the words of the task stand above it, so that a label nobody knows opens none either.
pub(crate) fn line_label(line: Piece<'_>, has_words: bool) -> Option<(Role, Piece<'_>)> {
    const TIMES: [&str; 3] = ["时间", "期限", "进度"];
    const NOTES: [&str; 7] = ["备注", "注", "说明", "电话", "手机", "邮箱", "传真"];
    /// 填报单位：… 填报日期：…: the head of a form.
    const FORMS: [&str; 6] = ["填报", "填表", "制表", "报送单位", "报送日期", "填写"];
    const OF_PERSONS: [&str; 4] = ["人", "领导", "负责同志", "分管同志"];
    const CONTENTS: [&str; 10] = ["任务", "内容", "目标", "措施", "举措", "要求", "事项", "重点", "任务一", "标准"];
    let line = line.trim_matches(|c| c == '（' || c == '）' || c.is_whitespace());
    let colon = line.position(|c| c == '：').filter(|at| (1..=LONGEST_LABEL).contains(at))?;
    let (head, value) = (line.before(colon), line.after(colon + 1).trim_matches(is_stop));
    let head: String = head.chars().iter().filter(|c| !c.is_whitespace()).collect();
    let known = LABELS.iter().find(|(label, _)| head == *label).map(|(_, role)| *role);
    let other = NOTES.contains(&head.as_str())
        || OF_PERSONS.iter().any(|end| head.ends_with(end))
        || FORMS.iter().any(|form| head.starts_with(form));
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
pub(super) const LONGEST_LABEL: usize = 8;

pub(super) const LONGEST_NOTE: usize = 30;

/// A label with its value.
pub(super) struct Segment<'a> {
    role: Role,
    label: Piece<'a>,
    value: Piece<'a>,
}

/// Clauses that are told by labels.
pub(super) fn labelled<'a>(paragraph: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Vec<Clause<'a>> {
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
                let segments = segments(paragraph, &labels[next..next + count], end, None);
                (paragraph.sub(open, closes.map_or(end, |at| at + 1)), segments)
            }
            None => {
                let mut count = 1;
                let mut end = value_end(paragraph, labels[next], dates);
                let mut ends = end;
                loop {
                    // The next label goes on with this clause where only stops part them.
                    let goes_on = |from: usize, end: usize| from <= end || is_bare(paragraph.sub(end, from));
                    if let Some(label) = labels.get(next + count).filter(|(from, ..)| goes_on(*from, end)) {
                        end = if label.1 > end { value_end(paragraph, *label, dates) } else { end };
                        ends = end;
                        count += 1;
                        continue;
                    }
                    // “省审计厅、省民政厅参加。” behind it, as a sentence of its own.
                    let Some((list, after)) = joins(paragraph, end).filter(|_| join.is_none()) else { break };
                    (join, end) = (Some(list), after);
                }
                (paragraph.sub(from, end), segments(paragraph, &labels[next..next + count], ends, Some(dates)))
            }
        };
        next += segments.len();
        if segments.iter().all(|segment| segment.role == Role::Other) {
            // It stays among the words of the task, which everybody will read.
            let persons = segments.iter().filter(|segment| !segment.label.starts_with("地点"));
            unread.extend(persons.map(|segment| Why::Person.at(segment.label.through(segment.value))));
            continue;
        }
        let mut clause = clause(whole, &segments, dates, unread);
        if let Some(said) = said {
            said_before(said, &mut clause, dates, unread);
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

/// What a bracket says before its labels: （省财政厅牵头，省审计厅配合；完成时间：…）, （省财政厅；完成时间：…）. What is neither units nor a
/// time is no part of an assignment.
fn said_before<'a>(said: Piece<'a>, clause: &mut Clause<'a>, dates: Reader, unread: &mut Vec<Unread>) {
    if let Some(own) = Some(said).filter(|_| clause.responsible).and_then(|said| verbal(said, dates, unread)) {
        // Beside those that lead 责任单位 take part.
        clause.participating_units.splice(0..0, std::mem::take(&mut clause.lead_units));
        clause.responsible = false;
        return clause.take(own);
    }
    for part in said.split(|c| c == '；').into_iter().map(|part| part.trim_matches(is_stop)).filter(|part| !part.is_empty()) {
        let alone = || Some(part).filter(|_| clause.lead_units.is_empty()).and_then(|part| sure(without_duty(part)));
        match (dates.alone(part), alone().filter(|(units, _)| units.iter().all(is_certain))) {
            (Some((times, wrong)), _) => {
                clause.dates.extend(times);
                unread.extend(wrong);
            }
            (None, Some((units, told))) => {
                clause.hand_out(units, Role::Responsible, false);
                unread.extend(told);
            }
            (None, None) => unread.push(if names_one(part) { Why::Who } else { Why::Aside }.at(part)),
        }
    }
}

/// Whether a clause goes on with the one before it: both stand in brackets, nothing parts them, and only one of them says who leads.
pub(super) fn goes_with(paragraph: Piece<'_>, before: &Clause<'_>, next: &Clause<'_>) -> bool {
    let from = paragraph.span().from;
    let between = paragraph.sub((before.whole.span().to - from) as usize, (next.whole.span().from - from) as usize);
    let in_brackets = |clause: &Clause<'_>| clause.whole.starts_with("（");
    let silent = |clause: &Clause<'_>| clause.lead_units.is_empty();
    in_brackets(before) && in_brackets(next) && is_bare(between) && (silent(before) || silent(next))
}

/// For each label the innermost bracket that is open where it begins.
pub(super) fn enclosing(paragraph: Piece<'_>, labels: &[(usize, usize, Role)]) -> Vec<Option<usize>> {
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

pub(super) fn is_blank(words: Piece<'_>) -> bool {
    words.position(|c| !c.is_whitespace()).is_none()
}

/// The units of the sentence that begins at `end`, where it only says that they take part; and where it ends.
pub(super) fn joins(paragraph: Piece<'_>, end: usize) -> Option<(Piece<'_>, usize)> {
    let from = end + paragraph.after(end).position(|c| !is_stop(c))?;
    let stop = from + paragraph.after(from).before(LONGEST).position(|c| matches!(c, '。' | '；'))?;
    let units = before_verb(paragraph.sub(from, stop), &TAKES_PART)?;
    is_list(units).then_some((units, stop))
}

/// 举办活动。时间：5月；地点：…；责任单位：…: labels that are some only before one of units.
const BESIDE: [(&str, Role); 2] = [("时间", Role::Date), ("地点", Role::Other)];

/// Where labels begin, where their values begin, and what they are. A colon parts the two; 为, 是 and 有 do where a list follows, and
/// nothing where names do: 牵头单位省财政厅.
pub(super) fn labels(paragraph: Piece<'_>) -> Vec<(usize, usize, Role)> {
    let chars = paragraph.chars();
    let mut labels = Vec::new();
    let mut blank = true;
    for (mark, c) in chars.iter().enumerate() {
        let copula = COPULAS.iter().find(|word| word.ends_with(*c) && paragraph.before(mark + 1).ends_with(word));
        let weak = copula.is_some() || c.is_whitespace() && !blank;
        blank = c.is_whitespace();
        let bare = !weak && is_bare_label(paragraph, mark);
        if !weak && !bare && *c != '：' {
            continue;
        }
        let mark = if bare { mark - 1 } else { mark };
        let before = (mark + 1).saturating_sub(copula.map_or(usize::from(!bare), |word| word.chars().count()));
        let said = paragraph.before(before);
        let said = copula.and_then(|_| before_verb(said, &["分别", "主要", "还"])).unwrap_or(said);
        let end = said.chars().iter().rposition(|c| !c.is_whitespace()).map_or(0, |at| at + 1);
        let found = LABELS.iter().chain(&BESIDE).find(|(label, _)| paragraph.before(end).ends_with(label));
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
    let names_units = |role: &Role| matches!(role, Role::Lead | Role::Participant | Role::Responsible);
    let last = labels.iter().rposition(|(_, _, role)| names_units(role)).unwrap_or(0);
    let is_beside = |from: usize, value: usize| {
        let label = paragraph.sub(from, value).trim_matches(|c| c == '：' || c.is_whitespace()).text();
        BESIDE.iter().any(|(beside, _)| label == *beside)
    };
    let mut at = 0..;
    labels.retain(|(from, value, _)| at.next().is_some_and(|at| at < last) || !is_beside(*from, *value));
    labels
}

/// Whether a label ends here and the names of units follow, with nothing between: 牵头单位省财政厅；.
fn is_bare_label(paragraph: Piece<'_>, at: usize) -> bool {
    let value = paragraph.after(at);
    let ends = || ["单位", "部门"].iter().any(|end| paragraph.before(at).ends_with(end));
    if !ends() || !begins_like_a_unit(value) || value.at(0) == Some('各') {
        return false;
    }
    let end = value.before(LONGEST_WEAK).position(|c| matches!(c, '，' | '；' | '。' | '：' | '）' | '\t'));
    let value = value.before(end.unwrap_or(value.len().min(LONGEST_WEAK)));
    is_list(value) && names_one(value)
}

/// Characters of a value that is looked at to tell whether it is one.
pub(super) const LONGEST_WEAK: usize = 60;

/// Whether words behind 为, 是 or a blank are what the label asks for.
pub(super) fn is_value(role: Role, value: Piece<'_>) -> bool {
    let value = value.trim();
    let first = value.before(value.position(|c| is_stop(c) || c == '）').unwrap_or(value.len()));
    match role {
        Role::Date => first.position(|c| c.is_ascii_digit() || matches!(c, '年' | '月')).is_some(),
        Role::Other => false,
        // The heads of the columns of a table stand side by side: 牵头单位 配合单位.
        _ => is_list(first) && label(first.before(first.position(char::is_whitespace).unwrap_or(first.len()))).is_none(),
    }
}

/// The end of a value that no bracket encloses. A list of units or of times goes on behind ；.
pub(super) fn value_end(paragraph: Piece<'_>, (_, from, role): (usize, usize, Role), dates: Reader) -> usize {
    let goes_on = |at: usize| {
        let rest = paragraph.after(at + 1);
        let part = rest.before(rest.position(|c| matches!(c, '；' | '。' | '\t')).unwrap_or(rest.len()).min(LONGEST)).trim();
        match role {
            Role::Date => !names_one(part) && !dates.read(part.before(LONGEST_WEAK), &mut Vec::new()).is_empty(),
            Role::Other => false,
            _ => is_list(part) && label(part).is_none(),
        }
    };
    let mut depth = 0usize;
    for (at, c) in paragraph.chars().iter().enumerate().skip(from) {
        match c {
            '（' => depth += 1,
            '）' if depth == 0 => return at,
            '）' => depth -= 1,
            '；' if depth == 0 && goes_on(at) => {}
            '。' | '；' | '\t' => return at,
            _ => {}
        }
    }
    paragraph.len()
}

/// The labels with their values, the last of which ends at `end`; `loose`: no brackets enclose them, and a stop ends a value.
pub(super) fn segments<'a>(
    paragraph: Piece<'a>,
    labels: &[(usize, usize, Role)],
    end: usize,
    loose: Option<Reader>,
) -> Vec<Segment<'a>> {
    let next = labels.iter().skip(1).map(|(from, _, _)| *from).chain([end]);
    let segment = |(label @ (from, value, role), next): (&(usize, usize, Role), usize)| {
        let next = next.max(*value);
        let next = loose.map_or(next, |dates| value_end(paragraph.before(next), *label, dates));
        Segment { role: *role, label: paragraph.sub(*from, *value), value: paragraph.sub(*value, next).trim_matches(is_stop) }
    };
    labels.iter().zip(next).map(segment).collect()
}

/// （完成时间：2012年底，省财政厅牵头）: a time, and behind it who does what is to be done by then.
fn units_behind<'a>(value: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> (Piece<'a>, Option<Clause<'a>>) {
    let mut cuts = (0..value.len()).filter(|at| matches!(value.at(*at), Some('，' | '；'))).take(MOST_TAILS);
    let found = cuts.find_map(|cut| Some((cut, verbal(value.after(cut + 1), dates, unread)?)));
    found.map_or((value, None), |(cut, own)| (value.before(cut), Some(own)))
}

pub(super) fn clause<'a>(whole: Piece<'a>, segments: &[Segment<'a>], dates: Reader, unread: &mut Vec<Unread>) -> Clause<'a> {
    let mut clause = Clause::new(whole, Form::Closing);
    let led = segments.iter().any(|segment| segment.role == Role::Lead);
    for segment in segments {
        match segment.role {
            Role::Date => {
                let value = if segment.value.is_empty() { segment.label } else { segment.value };
                let (value, own) = units_behind(value, dates, unread);
                clause.dates.extend(dates.value(value, unread));
                own.into_iter().for_each(|own| clause.take(own));
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
