//! 首位牵头 · the rule that of the units named for a task the first leads: 排在第一位的为牵头单位, 列首位的为牵头单位. Its words are taken
//! out of what is read further, so that no unit is ever made of them.

use crate::line::{Line, Piece};
use crate::units::names_one;
use crate::unread::{Unread, Why};

/// For which tasks the first unit leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The clause on that line.
    Line,
    /// 下同: that line and all below it.
    Below,
    /// The heading or chapter it stands in; the whole notice where it stands before the first or in one without tasks.
    Chapter,
    /// 本通知: the whole notice.
    Whole,
}

/// Where the rule stands, as the number of its line.
pub(crate) struct First {
    pub line: u32,
    pub reach: Reach,
}

/// Words for the first place of a list.
const PLACES: [&str; 17] = [
    "第一位",
    "第一个",
    "第一家",
    "第一名",
    "第一的",
    "第一单位",
    "第一责任",
    "排第一",
    "列第一",
    "排名第一",
    "首位",
    "首个",
    "首家",
    "列首",
    "排首",
    "居首",
    "最前",
];

/// What a sentence that says it ends with.
const LEADS: [&str; 8] = ["牵头", "牵头单位", "牵头部门", "牵头责任单位", "牵头责任部门", "牵头负责", "负责牵头", "牵头的单位"];

/// Characters of the longest part of a sentence that says it.
const LONGEST: usize = 50;

/// Takes the rule out of the lines and says where it stands; one in a writing that is not understood is told.
pub(crate) fn first(lines: &mut [Line], unread: &mut Vec<Unread>) -> Vec<First> {
    let mut found = Vec::new();
    for line in lines {
        let mut hidden = Vec::new();
        let whole = line.whole();
        if !whole.contains("牵头") || !PLACES.iter().any(|place| whole.contains(place)) {
            continue;
        }
        let mut from = 0;
        let is_end = |c: char| matches!(c, '。' | '；' | '（' | '）' | '\t' | '｜');
        for sentence in whole.split(is_end) {
            let at = from;
            from += sentence.len() + 1;
            if let Some((begin, end)) = rule(sentence) {
                found.push(First { line: whole.span().line, reach: reach(whole, sentence, at) });
                // The bracket around it holds nothing else.
                let all = begin == 0 && end == sentence.len();
                let in_brackets = at > 0 && whole.at(at - 1) == Some('（') && whole.at(at + end) == Some('）');
                hidden.push(if all && in_brackets { (at - 1, at + end + 1) } else { (at + begin, at + end) });
            } else if !names_one(sentence) && sentence.contains("牵头") && PLACES.iter().any(|place| sentence.contains(place)) {
                unread.push(Why::Who.at(sentence));
            }
        }
        hidden.into_iter().for_each(|(from, to)| line.hide(from, to));
    }
    found
}

/// Which characters of a sentence say that the first unit leads, with what they say of the others.
fn rule(sentence: Piece<'_>) -> Option<(usize, usize)> {
    let parts = sentence.split(|c| c == '，');
    let is = |part: &Piece<'_>| says_first(*part);
    let first = parts.iter().position(is)?;
    let mut last = first;
    while parts.get(last + 1).is_some_and(|part| says_others(*part)) {
        last += 1;
    }
    let mut from = first;
    while from > 0 && leads_in(parts[from - 1]) {
        from -= 1;
    }
    let start = |at: usize| (parts[at].span().from - sentence.span().from) as usize;
    // The comma before it goes with it.
    let begin = start(from).saturating_sub(usize::from(from > 0));
    Some((begin, start(last) + parts[last].len()))
}

/// 排在第一位的为牵头单位; 牵头单位列首位; 由排在首位的单位牵头.
fn says_first(part: Piece<'_>) -> bool {
    let part = part.trim();
    let place = PLACES.iter().any(|place| part.contains(place));
    let says = LEADS.iter().any(|word| part.ends_with(word)) || part.starts_with("牵头单位") || part.starts_with("牵头部门");
    place && says && part.len() <= LONGEST && part.position(|c| c == '：').is_none() && !names_one(part)
}

/// 其他为参加单位, 下同, 不再一一列出.
fn says_others(part: Piece<'_>) -> bool {
    let part = part.trim();
    let of_others = ["其他", "其它", "其余", "余者", "余为", "其后", "后面", "后续"].iter().any(|word| part.starts_with(word));
    let of_units = ["参加", "参与", "配合", "协办", "协助", "责任单位"].iter().any(|word| part.contains(word));
    part.len() <= LONGEST && (of_others && of_units && !names_one(part) || is_ditto(part))
}

/// 以下任务有多个责任单位的, 责任单位中: what such a sentence opens with.
fn leads_in(part: Piece<'_>) -> bool {
    let part = part.trim();
    let of_units = ["单位", "部门"].iter().any(|word| part.contains(word));
    of_units && ["的", "中", "时", "里"].iter().any(|end| part.ends_with(end)) && part.len() <= LONGEST && !names_one(part)
}

fn is_ditto(part: Piece<'_>) -> bool {
    ["下同", "以下同", "以下相同", "以下均同"].iter().any(|word| part.text().trim() == *word)
}

fn reach(line: Piece<'_>, sentence: Piece<'_>, at: usize) -> Reach {
    let all = ["本通知", "本方案", "本意见", "本要点", "全文", "各项任务", "所有任务", "附件", "分工表", "任务表"];
    if sentence.split(|c| c == '，').into_iter().any(is_ditto) {
        return Reach::Below;
    }
    if all.iter().any(|word| sentence.contains(word)) {
        return Reach::Whole;
    }
    // Units beside it in its bracket, or before it where it closes the words of a task.
    let open = line.before(at).chars().iter().rposition(|c| *c == '（');
    let bracket = open.filter(|open| line.closing(*open, line.len()).is_some_and(|close| close >= at));
    let beside = match bracket {
        Some(open) => line.sub(open, line.closing(open, line.len()).unwrap_or(line.len())),
        None => line,
    };
    let said = names_one(line.before(at)) && bracket.is_none();
    if names_one(sentence) || bracket.is_some() && names_one(beside) || said { Reach::Line } else { Reach::Chapter }
}
