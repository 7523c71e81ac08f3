//! 成句的 · clauses without labels: “由省财政厅牵头，省审计厅配合”, “（省财政厅负责）”.

use super::value::{noted_times, without_duty};
use super::words::{DOES, DONE, IS_IN_CHARGE, LEADS, TAKES_PART, TOGETHER, before_verb, opening};
use super::{Clause, Form, LONGEST, Role, with_role};
use crate::Unit;
use crate::dates::Reader;
use crate::line::{Piece, is_stop};
use crate::units::{Agencies, begins_like_a_unit, is_collective, is_list, is_place, leading, list, names_one, sure};
use crate::unread::{Unread, Why};

/// Brackets that hold nothing but units and verbs: “（省发展改革委牵头，省财政厅、省审计厅配合）”.
pub(super) fn bracketed<'a>(paragraph: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Vec<Clause<'a>> {
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
    units.iter().all(is_certain).then(|| {
        unread.extend(told);
        let clause = Clause::new(paragraph.sub(open, end + 1), Form::Closing);
        Clause { lead_units: units, alike: true, ..clause }
    })
}

/// Whether a name is surely one: a group, one of the table, or one that says its level first.
pub(super) fn is_certain(unit: &Unit) -> bool {
    unit.collective || Agencies::anhui().key(&unit.name).is_some() || unit.name.starts_with(is_place)
}

/// Sentences that say it: “由省财政厅牵头，省审计厅配合。”, “省财政厅牵头，省审计厅参与。”
pub(super) fn spoken<'a>(paragraph: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Vec<Clause<'a>> {
    let mut clauses = Vec::new();
    for sentence in paragraph.split(|c| matches!(c, '。' | '；')).into_iter().map(Piece::trim) {
        let body = Some(sentence.after(opening(sentence))).filter(|body| body.len() < sentence.len());
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
pub(super) fn tail<'a>(sentence: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Option<Clause<'a>> {
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
pub(super) const MOST_TAILS: usize = 8;

/// “…，由省财政厅牵头，省审计厅配合，制定办法”: the units of a sentence that goes on.
pub(super) fn within_sentence<'a>(sentence: Piece<'a>, unread: &mut Vec<Unread>) -> Option<Clause<'a>> {
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
    } else if let Some(units) = doers(next) {
        let verb = TAKES_PART.iter().find(|verb| next.after(units.len()).starts_with(verb));
        participants = list(units, false, unread);
        end += stops + units.len() + verb.map_or(0, |verb| verb.chars().count());
    } else if stops > done && (TAKES_PART.iter().any(|verb| said.ends_with(verb)) || begins_like_a_unit(said) && names_one(said))
    {
        unread.push(Why::Participants.at(said));
    }
    // 省财政厅负责资金，省审计厅负责审计: each part that opens with who does it.
    for part in sentence.after(end).before(LONGEST).split(|c| c == '，').into_iter().skip(1).take(MOST_TAILS) {
        if let Some(units) = doers(part.trim()) {
            participants.extend(list(units, false, unread));
        }
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

/// The units with which a part of a sentence opens that says what they do: 省财政厅、省审计厅分别负责…, 省财政厅对…, 省财政厅配合.
fn doers<'a>(part: Piece<'a>) -> Option<Piece<'a>> {
    let does = |rest: Piece<'_>| DOES.iter().chain(&TAKES_PART).any(|verb| rest.starts_with(verb));
    let units = leading(part, does).filter(|units| units.len() < part.len())?;
    // 服务大厅建设, 办事机构设置: what has only the shape of a unit.
    let sure = |unit: &Piece<'_>| names_one(*unit) || is_collective(&unit.text());
    units.split(|c| matches!(c, '、' | '，')).iter().all(sure).then_some(units)
}

/// The units that 由 names before that verb, and where they begin.
pub(super) fn by(sentence: Piece<'_>, verb: usize) -> Option<(usize, Piece<'_>)> {
    let from = sentence.chars()[..verb].iter().rposition(|c| *c == '由')? + 1;
    let units = together(sentence.sub(from, verb));
    is_list(units).then_some((from, units))
}

/// 省财政厅、省民政厅共同: those who lead, without how they do.
pub(super) fn together(units: Piece<'_>) -> Piece<'_> {
    let mut units = units;
    while let Some(rest) = before_verb(units, &TOGETHER) {
        units = rest;
    }
    units
}

/// 省财政厅会同省民政厅, 省财政厅商有关部门: where the word that joins them begins and ends. 省商务厅 holds none.
fn with(units: Piece<'_>) -> Option<(usize, usize)> {
    let consults =
        |at: &usize| units.at(*at) == Some('商') && is_list(units.before(*at)) && begins_like_a_unit(units.after(at + 1));
    let consulted = || (2..units.len()).find(consults).map(|at| (at, at + 1));
    units.find("会同").map(|at| (at, at + 2)).or_else(consulted)
}

/// Reads words that must all be units with their verbs, and times; `None` if anything else stands among them.
pub(super) fn verbal<'a>(piece: Piece<'a>, dates: Reader, unread: &mut Vec<Unread>) -> Option<Clause<'a>> {
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
        let part = part.after(opening(part));
        if let Some((times, wrong)) = dates.alone(part).filter(|_| waiting.is_none()) {
            clause.dates.extend(times);
            told.extend(wrong);
            continue;
        }
        // 省财政厅会同省民政厅等部门, and no verb: the one that joins the others leads.
        let joins = with(part).filter(|(at, _)| *at > 0 && waiting.is_none() && clause.lead_units.is_empty());
        let joins = joins.and_then(|(at, end)| Some((sure(part.before(at))?, sure(part.after(end))?)));
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
                let with = with(units);
                // 省审计厅、省财政厅按职责分工负责，省财政厅牵头: of those in charge one leads.
                if std::mem::take(&mut clause.alike) {
                    clause.participating_units.append(&mut clause.lead_units);
                }
                take(with.map_or(units, |(at, _)| units.before(at)), &mut clause.lead_units)?;
                if let Some((_, end)) = with {
                    take(units.after(end), &mut clause.participating_units)?;
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
        let brings = rest.starts_with("会同") && !clause.lead_units.is_empty();
        let rest = if brings { rest.after(2) } else { rest };
        if brings && is_list(rest) {
            take(rest, &mut clause.participating_units)?;
            continue;
        }
        if let Some(units) = before_verb(rest, &TAKES_PART) {
            take(without_duty(units), &mut clause.participating_units)?;
        } else {
            let units = without_duty(before_verb(rest, &IS_IN_CHARGE)?);
            match (with(units), clause.lead_units.is_empty()) {
                (Some((at, end)), true) => {
                    take(units.before(at), &mut clause.lead_units)?;
                    take(units.after(end), &mut clause.participating_units)?;
                }
                (_, true) => {
                    take(units, &mut clause.lead_units)?;
                    clause.alike = true;
                }
                (_, false) => take(units, &mut clause.participating_units)?,
            }
        }
    }
    // 省财政厅牵头，省审计厅、省民政厅: beside the one that leads the others take part.
    if let Some((units, open)) = waiting.filter(|_| piece.contains("牵头")).and_then(sure)
        && units.iter().all(is_certain)
    {
        clause.participating_units.extend(units);
        told.extend(open);
        waiting = None;
    }
    if clause.lead_units.is_empty() || waiting.is_some() {
        return None;
    }
    let leads = |unit: &Unit| clause.lead_units.iter().any(|lead| lead.name == unit.name);
    let others = std::mem::take(&mut clause.participating_units);
    clause.participating_units = others.into_iter().filter(|unit| !leads(unit)).collect();
    clause.dates.extend(noted_times(piece, dates, &mut told, 0));
    unread.extend(told);
    Some(clause)
}
