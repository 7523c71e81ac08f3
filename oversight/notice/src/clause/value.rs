//! 单位名单 · the list of units behind a label or before a verb, with the deadlines, notes and other units that stand in it.

use super::words::{IS_IN_CHARGE, TAKES_PART, before_verb, opening};
use super::{Clause, Role};
use crate::dates::Reader;
use crate::line::{Piece, is_stop};
use crate::units::{is_list, is_nothing, list, names_one, sure};
use crate::unread::{Unread, Why};
use crate::{Date, Unit};

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
pub(super) fn last_mark(value: Piece<'_>) -> Option<usize> {
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
pub(super) fn said_beside<'a>(part: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Option<Vec<Date>> {
    if is_list(part) || TAKES_PART.iter().chain(&IS_IN_CHARGE).any(|verb| part.ends_with(verb)) || names_one(part) {
        return None;
    }
    let mut told = Vec::new();
    let times = dates.read(part, &mut told);
    (!times.is_empty() || !told.is_empty()).then(|| {
        // 2012年底前完成、2013年6月底前评估: each part is a time, and nothing else is left out.
        let is_time = |part| dates.alone(part).is_some_and(|(times, _)| times.iter().any(|time| time.date.is_some()));
        if !part.split(|c| c == '、').into_iter().all(is_time) {
            unread.push(Why::Aside.at(part));
        }
        unread.extend(told);
        times
    })
}

/// The times in the notes behind units that were told since `from`: 省司法厅（2013年6月底前完成）. A note that says no more is not told.
pub(super) fn noted_times<'a>(value: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>, from: usize) -> Vec<Date> {
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
pub(super) fn read_names<'a>(
    value: Piece<'a>,
    role: Role,
    loose: bool,
    clause: &mut Clause<'a>,
    unread: &mut Vec<Unread>,
) -> Vec<Unit> {
    let mut value = value;
    if role != Role::Participant {
        value = without_participants(value, clause, unread);
    }
    let value = without_duty(value);
    if value.is_empty() || is_nothing(value) { Vec::new() } else { list(value, loose, unread) }
}

/// A list of those who lead, without what it says of others: 省财政厅，省民政厅、省审计厅配合; 省财政厅，由省民政厅协助; 省财政厅会同省民政厅.
/// Where it is not sure whom the verb is of, that is told.
pub(super) fn without_participants<'a>(value: Piece<'a>, clause: &mut Clause<'a>, unread: &mut Vec<Unread>) -> Piece<'a> {
    let mut value = value;
    let mut others: Vec<Unit> = Vec::new();
    let is_mark = |c| matches!(c, '，' | '；');
    while let Some(cut) = value.chars().iter().rposition(|c| is_mark(*c)) {
        let part = value.after(cut + 1).trim();
        let by = part.after(opening(part));
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
pub(super) fn without_duty(value: Piece<'_>) -> Piece<'_> {
    let done = before_verb(value, &IS_IN_CHARGE).or_else(|| before_verb(value, &TAKES_PART)).unwrap_or(value);
    let duty = done.chars().iter().rposition(|c| matches!(c, '按' | '依' | '根')).filter(|at| done.after(*at).contains("职责"));
    let done = duty.map_or(done, |at| done.before(at)).trim_matches(is_stop);
    if done.is_empty() { value } else { done }
}
