//! 工作要求 · what a notice asks of everybody, and the duty to report (D3): sentences that say who must do what.

use crate::clause::listed;
use crate::dates::{Reader, undated};
use crate::line::{Piece, is_stop};
use crate::outline::nearest;
use crate::reading::Loose;
use crate::unread::Unread;
use crate::{DateKind, Reporting, Requirement, units};

/// Requirements as they are met.
pub(crate) struct Asked {
    dates: Reader,
    pub requirements: Vec<Requirement>,
}

/// What must be done, behind who must do it; the longer first.
const MUST: [&str; 10] = ["应当", "必须", "可以", "负责", "要", "应", "须", "将", "需", "请"];

/// Words that hand something to somebody.
const HANDS: [&str; 10] = ["报送至", "报送给", "报送", "上报", "报告", "反馈给", "反馈", "提交", "抄送", "报"];

/// What may stand behind the one to whom something is handed.
const AND_THEN: [&str; 8] = ["备案", "审定", "审核", "审查", "汇总", "备查", "研究", "批准"];

impl Asked {
    pub fn new(dates: Reader) -> Asked {
        Asked { dates, requirements: Vec::new() }
    }

    /// A sentence that opens with who must do it begins a requirement; one that does not goes on with the one before.
    pub fn paragraph(&mut self, loose: &Loose<'_>, unread: &mut Vec<Unread>) {
        let mut open: Option<Piece<'_>> = None;
        for sentence in sentences(loose.words) {
            open = match open {
                Some(before) if responsible(sentence).is_none() => Some(before.through(sentence)),
                Some(before) => {
                    self.add(loose, before, unread);
                    Some(sentence)
                }
                None => Some(sentence),
            };
        }
        if let Some(last) = open {
            self.add(loose, last, unread);
        }
    }

    fn add(&mut self, loose: &Loose<'_>, words: Piece<'_>, unread: &mut Vec<Unread>) {
        let mut dates = self.dates.read(words, unread);
        dates.extend(undated(words));
        dates.sort_by_key(|date| date.words.at);
        self.requirements.push(Requirement {
            path: loose.path.clone(),
            paragraph: loose.paragraph,
            heading: nearest(&loose.headings),
            words: words.words(),
            responsible: responsible(words).map(Piece::words),
            recipient: recipient(words).map(Piece::words),
            dates,
        });
    }

    /// The requirements that say to whom and when something is reported.
    pub fn reporting(&self) -> Vec<Reporting> {
        let report = |asked: &Requirement| {
            let by = asked.dates.iter().find(|date| !matches!(date.kind, DateKind::Undated | DateKind::From))?;
            Some(Reporting { who: asked.responsible.clone()?, to: asked.recipient.clone()?, by: by.clone() })
        };
        self.requirements.iter().filter_map(report).collect()
    }
}

fn sentences(words: Piece<'_>) -> Vec<Piece<'_>> {
    let mut sentences = Vec::new();
    let mut from = 0;
    for (at, c) in words.chars().iter().enumerate() {
        if *c == '。' {
            sentences.push(words.sub(from, at + 1).trim());
            from = at + 1;
        }
    }
    sentences.push(words.after(from).trim());
    sentences.retain(|sentence| sentence.position(|c| !is_stop(c)).is_some());
    sentences
}

/// Characters of the longest name of those who must do something.
const LONGEST_WHO: usize = 24;

/// Whether a paragraph opens with who must do it: 各单位要….
pub(crate) fn says_who_must(words: Piece<'_>) -> bool {
    sentences(words).first().is_some_and(|sentence| responsible(*sentence).is_some())
}

/// Who must do what a sentence asks: what stands before its 要, 应, 将.
fn responsible(sentence: Piece<'_>) -> Option<Piece<'_>> {
    if let Some(rest) = ["请", "望"].into_iter().find(|word| sentence.starts_with(word)).map(|_| sentence.after(1)) {
        let end = (1..=rest.len().min(LONGEST_WHO)).rev().find(|end| units::is_list(rest.before(*end)))?;
        return Some(rest.before(end));
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
        Some('要') => matches!(before, Some('主' | '需' | '重' | '必' | '纪' | '概' | '只')),
        Some('需') => sentence.at(at + 1) == Some('要') || before == Some('急'),
        Some('应') => {
            matches!(sentence.at(at + 1), Some('急' | '用' | '对')) || matches!(before, Some('供' | '响' | '相' | '适'))
        }
        Some('报' | '请') => matches!(before, Some('申')),
        _ => false,
    }
}

/// To whom something is handed: what stands behind 报, where it is the name of a unit.
fn recipient(words: Piece<'_>) -> Option<Piece<'_>> {
    (1..words.len()).find_map(|at| {
        let hands = HANDS.iter().find(|hands| words.after(at).starts_with(hands))?;
        if matches!(words.at(at - 1), Some('汇' | '通' | '申' | '举' | '公' | '电' | '简' | '预' | '情')) {
            return None;
        }
        let rest = words.after(at + hands.chars().count());
        let rest = if matches!(rest.at(0), Some('至' | '给' | '到')) { rest.after(1) } else { rest }.before(LONGEST_WHO);
        let end = rest.position(|c| matches!(c, '，' | '。' | '；' | '（' | '：')).unwrap_or(rest.len());
        let to = rest.before(end).trim();
        let then = AND_THEN.iter().filter_map(|then| to.find(then)).min().unwrap_or(to.len());
        Some(to.before(then).trim()).filter(|to| units::is_list(*to))
    })
}

/// Words in the titles of chapters that ask something of everybody.
const REQUIREMENTS: [&str; 14] = [
    "要求",
    "保障",
    "督查",
    "督促",
    "督导",
    "考核",
    "组织领导",
    "组织实施",
    "工作机制",
    "监督检查",
    "有关事项",
    "责任落实",
    "总体",
    "指导思想",
];

/// Whether the title of a chapter says that it asks something of everybody.
pub(crate) fn is_asked(chapter: &str) -> bool {
    REQUIREMENTS.iter().any(|word| chapter.contains(word))
}

/// How those begin who are everybody.
const EVERYBODY: [&str; 7] = ["各", "全省", "全市", "全县", "全区", "所有", "有关"];

/// What stands around a paragraph that closes no task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Among {
    /// There are tasks in its chapter.
    Tasks,
    /// It is numbered as tasks are that stand beside it.
    Numbers,
    /// Neither.
    Others,
}

/// Whether a paragraph that closes no task asks something of everybody: by the chapter it is in.
pub(crate) fn belongs(chapter: &str, among: Among, loose: &Loose<'_>) -> bool {
    const TASKS: [&str; 6] = ["分工", "任务", "分解", "措施", "举措", "重点"];
    // 做好督查（省教育厅、省公安厅）: whoever is named so has something to do, whatever the chapter says.
    if listed(loose.words, &mut Vec::new()).is_some() && recipient(loose.words).is_none() {
        return false;
    }
    if is_asked(chapter) {
        return true;
    }
    let task = among == Among::Tasks || TASKS.iter().any(|word| chapter.contains(word));
    // 本通知自印发之日起施行: what the notice says of itself asks nothing of anybody, and says nothing of what goes on behind it.
    let of_it = |sentence: &Piece<'_>| ITSELF.iter().any(|word| sentence.starts_with(word));
    let Some(first) = sentences(loose.words).into_iter().find(|sentence| !of_it(sentence)) else { return true };
    let first = responsible(first);
    let everybody = || first.is_some_and(|who| EVERYBODY.iter().any(|all| who.starts_with(all)));
    if chapter.is_empty() {
        let asks = ASKS.iter().any(|word| loose.words.starts_with(word));
        return match among {
            // Outside all chapters what names its doers is asked of them.
            Among::Tasks => first.is_some(),
            Among::Numbers => everybody() || is_asked(&loose.words.text()) && (first.is_some() || asks),
            Among::Others => !task || first.is_some(),
        };
    }
    // A chapter whose title says neither: only what is asked of everybody is no task for sure.
    !task && everybody()
}

/// How a notice speaks of itself.
const ITSELF: [&str; 5] = ["本通知", "本方案", "本意见", "本办法", "本要点"];

/// How those begin that ask for 组织领导 and its like, and name no task: 加强组织领导, 强化督查考核.
const ASKS: [&str; 5] = ["加强", "强化", "严格", "严肃", "切实"];

/// Whether a line is the title of a document or of a table, or says no more than that it is sent: it asks nothing of anybody.
pub(crate) fn is_title(words: Piece<'_>) -> bool {
    const NAMES: [&str; 9] =
        ["任务分解表", "分解表", "任务分工表", "分工表", "任务清单", "任务表", "任务分工", "一览表", "工作台账"];
    const SENDS: [&str; 5] = ["现印发给你们", "现印发你们", "现下发给你们", "现转发给你们", "请认真贯彻执行"];
    let bare = words.trim_matches(is_stop);
    let is_name = NAMES.iter().any(|name| bare.ends_with(name)) && bare.position(is_stop).is_none();
    let sends = bare
        .split(is_stop)
        .into_iter()
        .filter(|part| !part.is_empty())
        .all(|part| SENDS.iter().any(|sends| part.starts_with(sends) && part.len() <= sends.chars().count() + 4));
    !bare.is_empty() && (is_name && bare.len() <= LONGEST_TITLE || sends)
}

/// Characters of the longest title of a table.
const LONGEST_TITLE: usize = 40;

/// Whether a paragraph before the tasks only introduces them.
pub(crate) fn is_preamble(words: Piece<'_>) -> bool {
    words.ends_with("：")
        || ["如下", "现将", "通知", "为认真", "为深入", "为贯彻", "为进一步", "根据", "按照", "经"]
            .iter()
            .any(|word| words.contains(word))
}
