//! 工作要求 · what a notice asks of everybody, and the duty to report (D3): sentences that say who must do what.

use crate::clause::listed;
use crate::dates::{self, Reader, undated};
use crate::line::{Piece, is_stop};
use crate::outline::nearest;
use crate::reading::Loose;
use crate::unread::{Unread, Why};
use crate::{Date, DateKind, Reporting, Requirement, head, units};

/// Requirements as they are met.
pub(crate) struct Asked {
    dates: Reader,
    pub requirements: Vec<Requirement>,
    /// The duties to report that they hold, in their order.
    pub reporting: Vec<Reporting>,
}

/// What must be done, behind who must do it; the longer first.
const MUST: [&str; 10] = ["应当", "必须", "可以", "负责", "要", "应", "须", "将", "需", "请"];

/// Words that hand something to somebody; the longer first.
const HANDS: [&str; 17] = [
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

impl Asked {
    pub fn new(dates: Reader) -> Asked {
        Asked { dates, requirements: Vec::new(), reporting: Vec::new() }
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

    /// What of a paragraph or a note asks something of everybody or hands something over is read; the rest is left.
    pub fn only_asked<'a>(&mut self, loose: &Loose<'a>, unread: &mut Vec<Unread>) -> Vec<Piece<'a>> {
        let mut left = Vec::new();
        for sentence in sentences(loose.words) {
            let (mut told, dates) = (Vec::new(), self.dates.read(sentence, &mut Vec::new()));
            let hands = !reports(sentence, &dates, &mut told).is_empty() || !told.is_empty();
            match hands || must(sentence).is_some_and(is_everybody) {
                true => self.add(loose, sentence, unread),
                false => left.push(sentence),
            }
        }
        left
    }

    fn add(&mut self, loose: &Loose<'_>, words: Piece<'_>, unread: &mut Vec<Unread>) {
        let told = unread.len();
        let mut dates = self.dates.read(words, unread);
        let missed = dates::missed(words, &dates, &unread[told..]);
        unread.extend(missed);
        dates.extend(undated(words));
        dates.sort_by_key(|date| date.words.at);
        unread.extend(self.dates.past(&dates));
        self.reporting.extend(reports(words, &dates, unread));
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
}

/// What hands something over: the verb, from where to where, and to whom where that is said.
struct Handing<'a> {
    from: usize,
    end: usize,
    to: Option<Piece<'a>>,
    /// It may be a noun: 信息报送办法.
    unsure: bool,
}

/// The duties to report in what is asked: each time that stands before a verb of handing over, in its part of the sentence or in the
/// nearest part before it, is a duty of its own. What hands over by a time, and not all of who, to whom and when is read, is told.
fn reports(words: Piece<'_>, dates: &[Date], unread: &mut Vec<Unread>) -> Vec<Reporting> {
    let from = words.span().from;
    let place = |date: &Date| (date.words.at.from - from) as usize..(date.words.at.to - from) as usize;
    let is_time = |date: &Date| {
        let of_another = words.at(place(date).end) == Some('的');
        !matches!(date.kind, DateKind::Undated | DateKind::From | DateKind::Ongoing) && !of_another
    };
    let mut open: Vec<&Date> = dates.iter().filter(|date| is_time(date)).collect();
    let handings = handings(words);
    let any = handings.iter().find_map(|handing| handing.to);
    let (mut reports, mut behind, mut told) = (Vec::new(), 0, None);
    for handing in handings.iter().filter(|handing| !handing.unsure) {
        let begins =
            |at: usize, is: &dyn Fn(char) -> bool| words.chars()[..at].iter().rposition(|c| is(*c)).map_or(0, |at| at + 1);
        let sentence = begins(handing.from, &|c| c == '。');
        let mut part = begins(handing.from, &is_part_end);
        let in_part = |part: usize, open: &[&Date]| {
            open.iter().filter(|date| (part.max(behind)..handing.from).contains(&place(date).start)).count()
        };
        // 各单位要于6月底前，将进展报…: the time may stand in a part of its own.
        while in_part(part, &open) == 0 && part > sentence.max(behind) {
            part = begins(part - 1, &is_part_end);
        }
        let rest = words.after(handing.end);
        let part_end = handing.end + rest.position(is_part_end).unwrap_or(rest.len());
        let (mut times, others): (Vec<&Date>, Vec<&Date>) =
            open.iter().partition(|date| (part.max(behind).max(sentence)..handing.from).contains(&place(date).start));
        open = others;
        if times.is_empty() {
            // 报省政府办公厅（2013年6月底前）
            let (after, others) = open.iter().partition(|date| (handing.end..part_end).contains(&place(date).start));
            (times, open) = (after, others);
        }
        let of = words.sub(sentence, part_end);
        let who = reporter(of).or_else(|| responsible(words));
        let said = handing.to.or(any);
        match who.zip(said).filter(|_| !times.is_empty()) {
            Some((who, to)) => {
                let report = |by: &&Date| Reporting { who: who.words(), to: to.words(), by: (*by).clone() };
                reports.extend(times.iter().map(report));
            }
            // 及时将进展报省政府办公厅: by when is not said.
            None if !times.is_empty() || handing.to.is_some() && reports.is_empty() && who.is_some() => {
                told.get_or_insert(of.trim());
            }
            None => {}
        }
        behind = handing.end;
    }
    // 在5月底前制定方案并上报: to whom is not said.
    if reports.is_empty() && told.is_none() {
        let timed = |handing: &&Handing<'_>| open.iter().any(|date| place(date).end <= handing.from);
        told = handings.iter().filter(|handing| handing.unsure).find(timed).map(|_| words.trim());
    }
    unread.extend(told.map(|words| Why::Report.at(words)));
    reports
}

fn is_part_end(c: char) -> bool {
    matches!(c, '，' | '；' | '。' | '：')
}

/// Everything in these words that hands something over: to a unit, or by a time that stands right before it.
fn handings(words: Piece<'_>) -> Vec<Handing<'_>> {
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
    let is_noun = hands.ends_with(['报', '告']) && HANDS.iter().any(|hands| rest.starts_with(hands));
    if is_noun || before.is_none_or(|before| other.contains(before)) && !follows_a_noun(words.before(at)) {
        return None;
    }
    let more = usize::from(matches!(rest.at(0), Some('至' | '给' | '到')));
    let rest = rest.after(more).before(LONGEST_WHO);
    let end = rest.position(|c| is_part_end(c) || c == '（').unwrap_or(rest.len());
    let to = rest.before(end).trim();
    let then = AND_THEN.iter().filter_map(|then| to.find(then)).min().unwrap_or(to.len());
    let to = Some(to.before(then).trim()).filter(|to| units::is_list(*to));
    if let Some(to) = to {
        return Some(Handing { from: at, end: verb + more + to.len(), to: Some(to), unsure: false });
    }
    // 总结报告, 送审: no verb of handing over where no time and no 将 stands before it.
    const ADVERBS: [&str; 10] = ["书面", "集中", "统一", "分别", "按时", "及时", "再", "一次性", "逐级", "专题"];
    let mut said = words.sub(at.saturating_sub(LONGEST_PART), at);
    while let Some(adverb) = ADVERBS.iter().find(|adverb| said.ends_with(adverb)) {
        said = said.before(said.len() - adverb.chars().count());
    }
    let part = said.after(said.chars().iter().rposition(|c| is_part_end(*c)).map_or(0, |at| at + 1));
    let timely = ["前", "底", "末", "日", "内", "月", "季度", "半年", "每年"].iter().any(|end| part.ends_with(end));
    let sure = !matches!(*hands, "抄送" | "汇报" | "送") && (timely || part.contains("将") && hands.chars().count() > 1);
    let unsure = !sure && matches!(*hands, "上报" | "报送" | "呈报" | "呈送" | "提交");
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

/// Who reports, in a sentence that may say it behind other words: 有关情况请各牵头单位于4月20日前报….
fn reporter(sentence: Piece<'_>) -> Option<Piece<'_>> {
    let begins = |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| sentence.at(before));
        match sentence.at(*at) {
            Some('请' | '由') => !matches!(before, Some('申' | '提' | '报' | '邀' | '聘' | '敬' | '理' | '缘' | '自')),
            _ => before.is_none_or(is_part_end),
        }
    };
    (0..sentence.len()).filter(begins).find_map(|at| {
        let words = sentence.after(at);
        let asked = ["请", "由", "望"].iter().any(|word| words.starts_with(word));
        who_before(words.after(usize::from(asked)))
    })
}

/// The units before the first word that goes on with what they do.
fn who_before(words: Piece<'_>) -> Option<Piece<'_>> {
    const GOES_ON: [&str; 14] = ["于", "在", "每", "按", "把", "向", "报", "分别", "以", "从", "自", "及时", "定期", "，"];
    let ends = |at: &usize| {
        let rest = words.after(*at);
        let must = || MUST.iter().any(|must| rest.starts_with(must)) && !is_part_of_a_word(words, *at);
        GOES_ON.iter().any(|word| rest.starts_with(word)) || rest.at(0).is_some_and(|c| c.is_ascii_digit()) || must()
    };
    let longest = words.position(|c| matches!(c, '。' | '；' | '：' | '“')).unwrap_or(words.len()).min(LONGEST_WHO + 1);
    let is_who = |who: &Piece<'_>| units::is_list(*who) && !who.contains("请");
    (1..longest).filter(ends).map(|end| words.before(end).trim()).find(is_who)
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

/// Whether words hand something over: to a unit, or by a time.
pub(crate) fn hands_over(words: Piece<'_>) -> bool {
    handings(words).iter().any(|handing| !handing.unsure)
}

/// Whether a paragraph is a duty to report: it opens with who must do it, and says to whom.
pub(crate) fn is_duty(words: Piece<'_>) -> bool {
    recipient(words).is_some() && says_who_must(words)
}

/// Who must do what a sentence asks: what stands before its 要, 应, 将; of one that hands something over, whoever it says does so.
fn responsible(sentence: Piece<'_>) -> Option<Piece<'_>> {
    must(sentence).or_else(|| recipient(sentence).and_then(|_| reporter(sentence)))
}

fn must(sentence: Piece<'_>) -> Option<Piece<'_>> {
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

/// To whom something is handed: what stands behind 报, where it is the name of a unit.
fn recipient(words: Piece<'_>) -> Option<Piece<'_>> {
    handings(words).into_iter().find_map(|handing| handing.to)
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

fn is_everybody(who: Piece<'_>) -> bool {
    EVERYBODY.iter().any(|all| who.starts_with(all))
}

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
    let everybody = || first.is_some_and(is_everybody);
    // 请各牵头单位于4月20日前将方案送省政府办公厅: a report is asked of all, wherever it stands.
    if everybody() && recipient(loose.words).is_some() {
        return true;
    }
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

/// Whether a line is the title of what the notice sends, which its own title holds, or a bracket below such a title: （2023—2025年）, （试行）.
pub(crate) fn is_of_the_title(words: Piece<'_>, title: &str) -> bool {
    const STATES: [&str; 7] = ["试行", "征求意见稿", "送审稿", "草案", "修订", "印发", "摘要"];
    let tight = |text: String| text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '《' | '》')).collect::<String>();
    let name = tight(words.text());
    let whole = words.at(0) == Some('（') && words.closing(0, words.len()) == Some(words.len() - 1);
    let inside = words.trim_matches(|c| matches!(c, '（' | '）'));
    let years = || inside.chars().iter().all(|c| c.is_ascii_digit() || matches!(c, '—' | '年' | '度'));
    let stands_in_it = name.chars().count() >= SHORTEST_TITLE && tight(title.to_owned()).contains(&name);
    stands_in_it
        || whole && words.len() <= LONGEST_TITLE && (years() || STATES.iter().any(|word| inside.contains(word)))
        || head::names_a_document(words) && words.len() <= LONGEST_TITLE && is_year(words) && words.position(is_stop).is_none()
}

/// 2019年民生工程责任清单: a title that opens with a year.
fn is_year(words: Piece<'_>) -> bool {
    words.chars().iter().take(4).all(char::is_ascii_digit) && words.at(4) == Some('年')
}

/// Characters of the shortest title.
const SHORTEST_TITLE: usize = 6;

/// Characters of the longest title of a table.
const LONGEST_TITLE: usize = 40;

/// Whether a paragraph before the tasks only introduces them.
pub(crate) fn is_preamble(words: Piece<'_>) -> bool {
    words.ends_with("：")
        || ["如下", "现将", "通知", "为认真", "为深入", "为贯彻", "为进一步", "根据", "按照", "经"]
            .iter()
            .any(|word| words.contains(word))
}
