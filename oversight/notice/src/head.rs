//! 首尾 · what stands around the tasks: title, number, addressees, signature, and the documents the notice rests on.

use crate::clause::{label, says_who};
use crate::line::{Line, Piece};
use crate::outline::{Style, digits, mark};
use crate::unread::{Unread, Why};
use crate::{Date, Unit, Words, dates, units};
use calendar::NaiveDate;

/// The head and the foot of a notice.
#[derive(Default)]
pub(crate) struct Frame {
    pub title: Option<Words>,
    pub issuer: Option<Words>,
    pub document_no: Option<Words>,
    pub addressees: Vec<Unit>,
    pub signed: Option<Date>,
    /// The year of that day, also of one that does not exist.
    pub signed_in: Option<i32>,
    /// The first line of the body, as an index.
    pub body: usize,
    /// The lines of the signature.
    pub signature: Vec<usize>,
}

impl Frame {
    /// The day on which the notice was signed.
    pub fn signed_on(&self) -> Option<NaiveDate> {
        self.signed.as_ref().and_then(|signed| signed.date)
    }

    /// The year in which the notice was issued; of a table without a notice, the one that its title names.
    pub fn year(&self) -> Option<i32> {
        let of_the_number = || {
            let number: Vec<char> = self.document_no.as_ref()?.text.chars().collect();
            let from = number.iter().position(char::is_ascii_digit)?;
            i32::try_from(digits(&number[from..]).0).ok()
        };
        let title = || self.title.as_ref().filter(|title| is_table(&title.text));
        self.signed_in.or_else(of_the_number).or_else(|| only_year(&title()?.text))
    }
}

pub(crate) fn frame(lines: &[Line], unread: &mut Vec<Unread>) -> Frame {
    let mut frame = Frame::default();
    head(lines, &mut frame, unread);
    signature(lines, &mut frame, unread);
    if frame.issuer.is_none() {
        // 某某关于……的通知
        let about = frame.title.as_ref().and_then(|title| lines.get(title.at.line as usize - 1)).map(Line::whole);
        let by = about.and_then(|line| line.find("关于").map(|at| line.before(at).trim()));
        frame.issuer = by.filter(|by| units::looks_like_a_unit(*by)).map(Piece::words);
    }
    frame
}

/// Whether a title is that of a table: 2020年政务公开任务分解表.
fn is_table(title: &str) -> bool {
    ["表", "清单", "台账"].iter().any(|end| title.ends_with(end))
}

/// The year that a title names, where it names one and no other.
fn only_year(title: &str) -> Option<i32> {
    let chars: Vec<char> = title.chars().collect();
    let begins = |at: &usize| at.checked_sub(1).is_none_or(|before| !chars[before].is_ascii_digit());
    let year = |at: usize| {
        let (year, length) = digits(&chars[at..]);
        (length == 4 && (1949..2200).contains(&year)).then_some(year)
    };
    let mut years: Vec<u32> = (0..chars.len()).filter(begins).filter_map(year).collect();
    years.dedup();
    match years[..] {
        [year] => i32::try_from(year).ok(),
        _ => None,
    }
}

/// Characters of the longest line of a title.
const LONGEST_TITLE: usize = 300;

/// Characters of a line that is no title without the one above it.
const SHORTEST_TITLE: usize = 6;

/// Lines that a head may have before the addressees.
const LONGEST_HEAD: usize = 30;

fn head(lines: &[Line], frame: &mut Frame, unread: &mut Vec<Unread>) {
    let mut title: Vec<Piece<'_>> = Vec::new();
    let mut titled = false;
    let lines = lines.iter().enumerate().map(|(at, line)| (at, line.whole().trim())).filter(|(_, line)| !line.is_empty());
    let mut lines = lines.take(LONGEST_HEAD).peekable();
    while let Some((at, line)) = lines.next() {
        // An appendix without its notice: its title is that of the whole.
        if let Some(mark) = mark(line).filter(|mark| mark.style == Style::Appendix && title.is_empty()) {
            let below = lines.peek().map(|(_, below)| *below).filter(|_| mark.rest.is_empty());
            title.extend(below.or(Some(mark.rest)).filter(|named| names_a_document(*named)));
            titled = !title.is_empty();
            frame.body = at;
            break;
        }
        if let Some(number) = document_numbers(line).first().filter(|number| number.len() + 2 >= line.len()) {
            frame.document_no = Some(number.words());
            continue;
        }
        // The addressees: all of the line, or what follows the title on it.
        if let Some(names) = addressees(line) {
            if !titled && names.len() < line.len() {
                title.push(line.before(line.len() - names.len() - 1).trim());
            }
            frame.addressees = units::list(names, false, unread);
            frame.body = at + 1;
            break;
        }
        if mark(line).is_some()
            || line.ends_with("：")
            || line.contains("。")
            || line.position(|c| matches!(c, '\t' | '｜')).is_some()
        {
            frame.body = at;
            break;
        }
        frame.body = at + 1;
        if !titled && line.len() <= LONGEST_TITLE {
            title.push(line);
            titled = names_a_document(line);
        }
    }
    if !titled {
        title.truncate(1);
    }
    // A title over several lines begins at the one with 关于; what stands before it on a page is not of the notice.
    // 马鞍山市2026年城市更新重点任务 above 分工方案 is one title.
    let last = title.len().saturating_sub(1);
    let short = last > 0 && title[last].len() <= SHORTEST_TITLE && !units::looks_like_a_unit(title[last - 1]);
    let about = title.iter().rposition(|line| line.contains("关于")).unwrap_or(last - usize::from(short));
    let by = about.checked_sub(1).map(|by| title[by]);
    let by = by.filter(|by| units::looks_like_a_unit(*by) && !units::is_collective(&by.text()));
    frame.issuer = by.map(Piece::words);
    let title = &title[about..];
    frame.title = title.first().map(|first| Words { text: title.iter().map(|line| line.text()).collect(), at: first.span() });
}

pub(crate) fn names_a_document(line: Piece<'_>) -> bool {
    ["通知", "意见", "方案", "分工", "函", "分解表", "分工表", "清单", "责任台账", "工作台账"]
        .iter()
        .any(|end| line.ends_with(end))
}

/// Whether a line is one of addressees.
pub(crate) fn is_addressed(line: Piece<'_>) -> bool {
    addressees(line).is_some()
}

/// Characters of the longest line of addressees.
const LONGEST_ADDRESSEES: usize = 2000;

/// The names before the colon that ends a line of addressees.
fn addressees(line: Piece<'_>) -> Option<Piece<'_>> {
    let names = line.before(line.len().checked_sub(1)?);
    if names.len() > LONGEST_ADDRESSEES {
        return None;
    }
    if !line.ends_with("：") || names.is_empty() || names.contains("。") || mark(line).is_some() {
        return None;
    }
    let begin = |at: &usize| {
        names.before(*at).ends_with("通知") && (names.chars()[*at].is_whitespace() || units::is_list(names.after(*at)))
    };
    let after_title = (1..names.len()).rev().find(begin);
    let names = names.after(after_title.unwrap_or(0)).trim();
    let list = units::list(names, false, &mut Vec::new());
    (!list.is_empty() && (after_title.is_some() || units::is_list(names))).then_some(names)
}

/// Numbers of documents: 皖办发〔2011〕37号.
pub(crate) fn document_numbers(piece: Piece<'_>) -> Vec<Piece<'_>> {
    let chars = piece.chars();
    let mut found = Vec::new();
    for (open, _) in chars.iter().enumerate().filter(|(_, c)| **c == '（') {
        let (year, length) = digits(&chars[open + 1..]);
        let number = open + length + 2;
        let closed = length == 4 && (1949..2200).contains(&year) && chars.get(open + 5) == Some(&'）');
        let (_, length) = if closed { digits(&chars[number..]) } else { continue };
        if length > 0 && chars.get(number + length) == Some(&'号') {
            let word = |c: &char| c.is_alphabetic() && *c != '号';
            let from = chars[..open].iter().rposition(|c| !word(c)).map_or(0, |at| at + 1);
            if from < open && open - from <= 20 {
                found.push(piece.sub(from, number + length + 1));
            }
        }
    }
    found
}

/// The date that is a line of its own, before the appendices if there is one there, and who stands above it.
fn signature(lines: &[Line], frame: &mut Frame, unread: &mut Vec<Unread>) {
    let appendix = |line: &Line| mark(line.whole()).is_some_and(|mark| mark.style == Style::Appendix);
    let end = (frame.body..lines.len()).find(|at| appendix(&lines[*at])).unwrap_or(lines.len());
    let found = |at: usize| {
        let line = lines[at].whole().trim();
        if line.position(|c| matches!(c, '\t' | '｜')).is_some() {
            return None;
        }
        let line = in_brackets(line);
        let gaps = (0..line.len().min(60)).filter(|gap| line.chars()[*gap].is_whitespace()).map(|gap| gap + 1);
        let (from, date) = [0].into_iter().chain(gaps).find_map(|from| Some((from, dates::signed(line.after(from))?)))?;
        let by = line.before(from).trim();
        (by.position(|c| matches!(c, '。' | '：')).is_none()).then_some((at, by, date))
    };
    // A date alone above the first table or number, where none stands below: 某办公室, and the day, under the title.
    let above = |at: usize| found(at).filter(|(_, by, _)| by.is_empty() && in_brackets(lines[at].whole().trim()).ends_with("日"));
    let below = (frame.body..end).rev().chain(end..lines.len()).find_map(found);
    let Some((at, by, date)) = below.or_else(|| (0..frame.body).rev().find_map(above)) else { return };
    let (date, year) = date;
    frame.signed_in = Some(year);
    match date.date {
        Some(_) => frame.signed = Some(date),
        None => unread.push(Why::NoSuchDate.of(date.words)),
    }
    frame.signature.push(at);
    if !by.is_empty() {
        frame.issuer = Some(by.words());
        return;
    }
    let signs = |by: Piece<'_>| {
        by.len() <= LONGEST_NAME
            && by.position(|c| matches!(c, '。' | '：' | '；' | '，' | '\t')).is_none()
            && mark(by).is_none()
            // The last row of a table, or a task, is no signature.
            && !by.at(0).is_some_and(|c| c.is_ascii_digit())
            && says_who(by, false).is_none()
    };
    let title = frame.title.as_ref().map_or(0, |title| title.at.line as usize);
    let from = if at < frame.body { title } else { frame.body };
    let above = (from..at).rev().map(|at| (at, lines[at].whole().trim())).filter(|(_, line)| !line.is_empty());
    let signers = signers(above.take(MOST_SIGNERS + 1).collect(), signs);
    if let Some((_, first)) = signers.last() {
        let names: Vec<String> = signers.iter().rev().map(|(_, by)| by.text()).collect();
        frame.issuer = Some(Words { text: names.join(" "), at: first.span() });
    }
    frame.signature.extend(signers.iter().map(|(at, _)| *at));
    if signers.is_empty() && at >= frame.body {
        signer_below(&lines[..end.max(at + 1)], at, frame);
    }
}

/// （2025年2月28日）, （2025年2月28日印发）: the day without what stands around it.
fn in_brackets(line: Piece<'_>) -> Piece<'_> {
    let around = line.starts_with("（") && line.ends_with("）") && line.len() > 2;
    let day = if around { line.sub(1, line.len() - 1) } else { return line };
    let day = if day.ends_with("印发") || day.ends_with("公布") { day.before(day.len() - 2) } else { day };
    if day.ends_with("日") { day } else { line }
}

/// The day stands above the body that signs, which is the last line.
fn signer_below(lines: &[Line], day: usize, frame: &mut Frame) {
    let mut below = (day + 1..lines.len()).map(|at| (at, lines[at].whole().trim())).filter(|(_, line)| !line.is_empty());
    let (Some((at, by)), None) = (below.next(), below.next()) else { return };
    let is_body = units::looks_like_a_unit(by) && !units::is_collective(&by.text()) && label(by).is_none();
    if is_body && by.len() <= LONGEST_NAME && mark(by).is_none() {
        frame.issuer = Some(by.words());
        frame.signature.push(at);
    }
}

/// 联合发文 · the lines above the date that sign, the last first: one, or several bodies on lines of their own. `above`: the lines that are
/// not empty, upwards.
fn signers<'a>(above: Vec<(usize, Piece<'a>)>, signs: impl Fn(Piece<'a>) -> bool) -> Vec<(usize, Piece<'a>)> {
    let is_body = |line: Piece<'a>| {
        let mut parts = line.split(char::is_whitespace).into_iter().filter(|part| !part.is_empty());
        parts.all(|part| units::looks_like_a_unit(part) && !units::is_collective(&part.text()) && label(part).is_none())
    };
    let first = above.first().is_some_and(|(_, by)| signs(*by));
    let joint = above.iter().skip(1).take_while(|(_, by)| signs(*by) && is_body(*by)).count();
    let mut most = usize::from(first) * (1 + if above.first().is_some_and(|(_, by)| is_body(*by)) { joint } else { 0 });
    // 省财政厅 below 配合单位：省审计厅、 goes on with that list.
    let open = |line: Piece<'a>| line.contains("：") || line.ends_with("、") || line.ends_with("，");
    let short = |line: Piece<'a>| line.at(0).is_some_and(|c| matches!(c, '省' | '市' | '县' | '区'));
    while most > 1 && short(above[most - 1].1) && above.get(most).is_some_and(|(_, line)| open(*line)) {
        most -= above[..most].iter().rev().take_while(|(_, line)| short(*line)).count().min(most - 1);
    }
    above.into_iter().take(most).collect()
}

/// Bodies that sign one notice on lines of their own.
const MOST_SIGNERS: usize = 12;

/// Characters of the longest signature.
const LONGEST_NAME: usize = 40;
