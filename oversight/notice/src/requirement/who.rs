//! 谁 · who must do what a sentence asks, and who reports.

use super::handing::recipient;
use super::{is_part_end, sentences};
use crate::line::{Piece, is_stop};
use crate::units;

/// What must be done, behind who must do it; the longer first.
const MUST: [&str; 10] = ["应当", "必须", "可以", "负责", "要", "应", "须", "将", "需", "请"];

/// Characters of the longest name of those who must do something.
pub(super) const LONGEST_WHO: usize = 24;

/// Whether a paragraph opens with who must do it: 各单位要….
pub(crate) fn says_who_must(words: Piece<'_>) -> bool {
    sentences(words).first().is_some_and(|sentence| responsible(*sentence).is_some())
}

/// Who must do what a sentence asks: what stands before its 要, 应, 将; of one that hands something over, whoever it says does so.
pub(super) fn responsible(sentence: Piece<'_>) -> Option<Piece<'_>> {
    // 省政务公开办每半年通报: whoever the sentence opens with, if it is surely a unit.
    let opens = || who_before(sentence).filter(|who| units::names_one(*who) || units::is_collective(&who.text()));
    must(sentence).or_else(|| recipient(sentence).and_then(|_| reporter(sentence))).or_else(opens)
}

pub(super) fn must(sentence: Piece<'_>) -> Option<Piece<'_>> {
    if let Some(rest) = ["请", "望"].into_iter().find(|word| sentence.starts_with(word)).map(|_| sentence.after(1)) {
        let longest = || {
            let most = rest.position(is_part_end).unwrap_or(rest.len()).min(LONGEST_WHO);
            (1..=most).rev().find(|end| units::is_list(rest.before(*end))).map(|end| rest.before(end))
        };
        return who_before(rest).or_else(longest);
    }
    let end = (1..sentence.len().min(LONGEST_WHO + 1)).find(|at| {
        let c = sentence.chars()[*at];
        matches!(c, '，' | '。' | '：' | '；' | '“')
            || MUST.iter().any(|must| sentence.after(*at).starts_with(must)) && !is_part_of_a_word(sentence, *at)
    })?;
    let who = sentence.before(end).trim();
    (!is_stop(sentence.chars()[end]) && sentence.chars()[end] != '“' && units::is_list(who)).then_some(who)
}

/// 主要, 需要, 重要: no 要 of their own.
fn is_part_of_a_word(sentence: Piece<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| sentence.at(at));
    match sentence.at(at) {
        // 按照省政府要求; 要求真务实 is none of those.
        Some('要') => {
            matches!(before, Some('主' | '需' | '重' | '必' | '纪' | '概' | '只'))
                || matches!(sentence.at(at + 1), Some('点' | '素' | '件' | '害' | '闻'))
                || sentence.at(at + 1) == Some('求') && sentence.at(at + 2) != Some('真')
        }
        Some('需') => matches!(sentence.at(at + 1), Some('要' | '求')) || before == Some('急'),
        Some('应') => {
            matches!(sentence.at(at + 1), Some('急' | '用' | '对')) || matches!(before, Some('供' | '响' | '相' | '适'))
        }
        Some('报' | '请') => matches!(before, Some('申')),
        _ => false,
    }
}

/// Who reports, in a sentence that may say it behind other words: 有关情况请各牵头单位于4月20日前报….
pub(super) fn reporter(sentence: Piece<'_>) -> Option<Piece<'_>> {
    doers(sentence).next().map(|(_, who)| who)
}

/// Of those that parts open with the nearest one between two places: 各市要自查，省财政厅汇总后报….
pub(super) fn nearest<'a>(words: Piece<'a>, doers: &[(usize, Piece<'a>)], from: usize, to: usize) -> Option<Piece<'a>> {
    let sure = |who: &Piece<'_>| units::names_one(*who) || units::is_collective(&who.text());
    let between = &doers[doers.partition_point(|(at, _)| *at < from)..doers.partition_point(|(at, _)| *at < to)];
    let last = between.iter().rposition(|(_, who)| sure(who)).unwrap_or(0);
    let (mut begins, who) = *between.get(last)?;
    let place = |at: u32| (at - words.span().from) as usize;
    let (mut start, end) = (place(who.span().from), place(who.span().to));
    // 各市、县人民政府，省政府各部门要…: one list over a comma, where nothing stands between.
    for (at, before) in between[..last].iter().rev() {
        let stops = place(before.span().to);
        if words.at(stops) != Some('，') || stops + 1 != begins {
            break;
        }
        (begins, start) = (*at, place(before.span().from));
    }
    Some(words.sub(start, end))
}

/// Those that parts of a sentence open with, in their order, with where they do.
pub(super) fn doers<'a>(sentence: Piece<'a>) -> impl Iterator<Item = (usize, Piece<'a>)> {
    let begins = move |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| sentence.at(before));
        match sentence.at(*at) {
            Some('请' | '由') => !matches!(before, Some('申' | '提' | '报' | '邀' | '聘' | '敬' | '理' | '缘' | '自')),
            _ => before.is_none_or(is_part_end),
        }
    };
    (0..sentence.len()).filter(begins).filter_map(move |at| {
        let words = sentence.after(at);
        let asked = ["请", "由", "望"].iter().any(|word| words.starts_with(word));
        Some((at, who_before(words.after(usize::from(asked)))?))
    })
}

/// The units before the first word that goes on with what they do.
fn who_before(words: Piece<'_>) -> Option<Piece<'_>> {
    const GOES_ON: [&str; 17] =
        ["于", "在", "每", "按", "把", "向", "报", "分别", "以", "从", "自", "及时", "定期", "汇总", "同步", "统一", "，"];
    let ends = |at: &usize| {
        let rest = words.after(*at);
        let must = || MUST.iter().any(|must| rest.starts_with(must)) && !is_part_of_a_word(words, *at);
        GOES_ON.iter().any(|word| rest.starts_with(word)) || rest.at(0).is_some_and(|c| c.is_ascii_digit()) || must()
    };
    let longest = words.position(|c| matches!(c, '。' | '；' | '：' | '“')).unwrap_or(words.len()).min(LONGEST_WHO + 1);
    // 将方案书面报告省政府办公厅，: what is done, and not by whom.
    // 每季度向省政府办公厅报告: when, and to whom.
    let tells = |who: &Piece<'_>| who.find("向").is_some_and(|at| at > 0 && who.at(at + 1) != Some('阳'));
    let does = |who: &Piece<'_>| {
        matches!(who.at(0), Some('将' | '把' | '并' | '于' | '在' | '向' | '及' | '每' | '按'))
            || who.contains("请")
            || tells(who)
    };
    let is_who = |who: &Piece<'_>| units::is_list(*who) && !does(who);
    (1..longest).filter(ends).map(|end| words.before(end).trim()).find(is_who)
}

/// How those begin who are everybody.
const EVERYBODY: [&str; 7] = ["各", "全省", "全市", "全县", "全区", "所有", "有关"];

pub(super) fn is_everybody(who: Piece<'_>) -> bool {
    EVERYBODY.iter().any(|all| who.starts_with(all))
}
