//! 报送 · the words that hand something over: 报省政府办公厅, 向省政府书面报告, 报送全年总结.

use super::is_part_end;
use super::who::LONGEST_WHO;
use crate::line::Piece;
use crate::units;

/// Words that hand something to somebody; the longer first.
const HANDS: [&str; 18] = [
    "填报",
    "报送至",
    "报送给",
    "报送",
    "上报",
    "呈报",
    "呈送",
    "报告",
    "汇报",
    "反馈给",
    "反馈",
    "提交",
    "抄送",
    "送达",
    "送交",
    "送至",
    "报",
    "送",
];

/// What may stand behind the one to whom something is handed.
const AND_THEN: [&str; 8] = ["备案", "审定", "审核", "审查", "汇总", "备查", "研究", "批准"];

/// What hands something over: the verb, from where to where, and to whom where that is said.
pub(super) struct Handing<'a> {
    pub from: usize,
    pub end: usize,
    pub to: Option<Piece<'a>>,
    /// It may be a noun: 信息报送办法.
    pub unsure: bool,
}

/// Whether words hand something over: to a unit, or by a time.
pub(crate) fn hands_over(words: Piece<'_>) -> bool {
    handings(words).iter().any(|handing| !handing.unsure)
}

/// To whom something is handed: what stands behind 报, where it is the name of a unit.
pub(super) fn recipient(words: Piece<'_>) -> Option<Piece<'_>> {
    handings(words).into_iter().find_map(|handing| handing.to)
}

/// Everything in these words that hands something over: to a unit, or by a time that stands right before it.
pub(super) fn handings(words: Piece<'_>) -> Vec<Handing<'_>> {
    let mut found: Vec<Handing<'_>> = Vec::new();
    let mut at = 0;
    while at < words.len() && found.len() < MOST_HANDINGS {
        match handed(words, at).or_else(|| reported_to(words, at)) {
            Some(handing) => {
                at = handing.end.max(at + 1);
                found.push(handing);
            }
            None => at += 1,
        }
    }
    found
}

/// 报省政府办公厅, 送达省政府办公厅; 报送全年总结 behind a time or behind what it hands over.
fn handed(words: Piece<'_>, at: usize) -> Option<Handing<'_>> {
    let hands = HANDS.iter().find(|hands| words.after(at).starts_with(hands))?;
    let before = at.checked_sub(1).and_then(|before| words.at(before));
    let other = match hands.chars().next() {
        Some('报') => "汇通申举公电简预情填补",
        Some('送') => "推输发递转移护运配选分寄抄赠接报",
        _ => "",
    };
    let verb = at + hands.chars().count();
    let rest = words.after(verb);
    // 将自查报告报省政府: what is handed over is a report, and the verb follows.
    let is_noun = match *hands {
        "填报" => ["系统", "单位", "情况", "人", "工作", "质量"].iter().any(|noun| rest.starts_with(noun)),
        _ => hands.ends_with(['报', '告']) && HANDS.iter().any(|hands| rest.starts_with(hands)),
    };
    if is_noun || before.is_none_or(|before| other.contains(before)) && !follows_a_noun(words.before(at)) {
        return None;
    }
    let more = usize::from(matches!(rest.at(0), Some('至' | '给' | '到')));
    let rest = rest.after(more).before(LONGEST_WHO);
    let end = rest.position(|c| is_part_end(c) || c == '（').unwrap_or(rest.len());
    let to = rest.before(end).trim();
    let then = AND_THEN.iter().filter_map(|then| to.find(then)).min().unwrap_or(to.len());
    let to = to.before(then).trim();
    // 报送全年总结到省政府办公厅
    let behind = (1..to.len()).filter(|at| matches!(to.at(*at), Some('到' | '至' | '给'))).map(|at| to.after(at + 1));
    let is_unit = |to: &Piece<'_>| units::is_list(*to) && (units::names_one(*to) || units::is_collective(&to.text()));
    let to = behind.into_iter().find(is_unit).or(Some(to).filter(|to| units::is_list(*to)));
    if let Some(to) = to {
        let end = (to.span().to - words.span().from) as usize;
        return Some(Handing { from: at, end, to: Some(to), unsure: false });
    }
    // 总结报告, 送审: no verb of handing over where no time and no 将 stands before it.
    const ADVERBS: [&str; 10] = ["书面", "集中", "统一", "分别", "按时", "及时", "再", "一次性", "逐级", "专题"];
    let mut said = words.sub(at.saturating_sub(LONGEST_PART), at);
    while let Some(adverb) = ADVERBS.iter().find(|adverb| said.ends_with(adverb)) {
        said = said.before(said.len() - adverb.chars().count());
    }
    let part = said.after(said.chars().iter().rposition(|c| is_part_end(*c)).map_or(0, |at| at + 1));
    let timely = ["前", "底", "末", "日", "内", "月", "季度", "半年", "每年"].iter().any(|end| part.ends_with(end));
    let sure = !matches!(*hands, "抄送" | "汇报" | "送" | "填报") && (timely || part.contains("将") && hands.chars().count() > 1);
    let unsure = !sure && matches!(*hands, "上报" | "报送" | "呈报" | "呈送" | "提交" | "填报");
    (sure || unsure).then_some(Handing { from: at, end: verb, to: None, unsure })
}

/// 汇报送省政府, 简报报省政府: what stands before the verb is what is handed over.
fn follows_a_noun(before: Piece<'_>) -> bool {
    ["汇报", "通报", "简报", "快报", "公报", "情报", "填报"].iter().any(|noun| before.ends_with(noun))
}

/// Characters before a verb that are looked at, and so many verbs of one requirement: one with more is no requirement.
const LONGEST_PART: usize = 400;
const MOST_HANDINGS: usize = 100;

/// 向省政府书面报告.
fn reported_to(words: Piece<'_>, at: usize) -> Option<Handing<'_>> {
    const VERBS: [&str; 8] = ["报告", "汇报", "报送", "上报", "反馈", "提交", "作出说明", "述职"];
    const ADVERBS: [&str; 12] = ["书面", "专题", "及时", "定期", "集中", "统一", "如实", "当面", "专门", "按时", "一并", "同步"];
    let rest = words.after(at);
    if !rest.starts_with("向") {
        return None;
    }
    let rest = rest.after(1).before(LONGEST_WHO + 8);
    let verb = |rest: Piece<'_>| {
        let adverb = ADVERBS.iter().find(|word| rest.starts_with(word)).map_or(0, |word| word.chars().count());
        VERBS.iter().find(|verb| rest.after(adverb).starts_with(verb)).map(|verb| adverb + verb.chars().count())
    };
    let end =
        (2..=rest.len().min(LONGEST_WHO)).find(|end| verb(rest.after(*end)).is_some() && units::is_list(rest.before(*end)))?;
    let to = rest.before(end);
    Some(Handing { from: at, end: at + 1 + end + verb(rest.after(end))?, to: Some(to), unsure: false })
}
