//! 工作要求 · what a notice asks of everybody, and the duty to report (D3): sentences that say who must do what.

mod handing;
mod title;
mod who;

pub(crate) use handing::hands_over;
pub(crate) use title::{is_of_the_title, is_title};
pub(crate) use who::says_who_must;

use crate::clause::listed;
use crate::dates::{self, Reader, undated};
use crate::line::{Piece, is_stop};
use crate::outline::nearest;
use crate::reading::Loose;
use crate::unread::{Unread, Why};
use crate::{Date, DateKind, Reporting, Requirement};
use handing::{Handing, handings, recipient};
use who::{doers, is_everybody, must, responsible};

/// Requirements as they are met.
pub(crate) struct Asked {
    dates: Reader,
    pub requirements: Vec<Requirement>,
    /// The duties to report that they hold, in their order.
    pub reporting: Vec<Reporting>,
}

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
    // Whoever hands over: the nearest before the verb, or who the whole asks.
    let opening: Vec<(usize, Piece<'_>)> = if handings.is_empty() { Vec::new() } else { doers(words).collect() };
    let asked = responsible(words);
    let doer = |handing: &Handing<'_>| {
        let sentence = words.chars()[..handing.from].iter().rposition(|c| *c == '。').map_or(0, |at| at + 1);
        who::nearest(words, &opening, sentence, handing.from).or(asked)
    };
    let doers: Vec<Option<Piece<'_>>> = handings.iter().map(doer).collect();
    let place_of = |who: &Option<Piece<'_>>| who.map(|who| who.span());
    // 12月5日前报送全年总结: to whom the same one hands over elsewhere. What another hands over says nothing of it.
    let to_of = |who: &Option<Piece<'_>>| {
        let same = handings.iter().zip(&doers).filter(|(_, other)| place_of(other) == place_of(who));
        same.into_iter().find_map(|(handing, _)| handing.to)
    };
    let (mut reports, mut behind, mut told) = (Vec::new(), 0, None);
    let mut given: Vec<String> = Vec::new();
    for (handing, who) in handings.iter().zip(&doers).filter(|(handing, _)| !handing.unsure) {
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
        let said = handing.to.or_else(|| to_of(who));
        // 抄送省政府督查室 is of the same report.
        let is_new = |to: Piece<'_>| {
            let before = words.sub(part, handing.from);
            let timed = || ["内", "后", "时", "每", "逐"].iter().any(|word| before.contains(word));
            let copy = words.after(handing.from).starts_with("抄送");
            given.is_empty() || !copy && (timed() || !given.contains(&to.text()))
        };
        match who.zip(said).filter(|_| !times.is_empty()) {
            Some((who, to)) => {
                given.push(to.text());
                let report = |by: &&Date| Reporting { who: who.words(), to: to.words(), by: (*by).clone() };
                reports.extend(times.iter().map(report));
            }
            // 及时将进展报省政府办公厅: by when is not said. Of a second report too: 每次…后24小时内报告, 汇总后报市政府.
            None if !times.is_empty() || who.is_some() && handing.to.is_some_and(is_new) => {
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

/// Whether a paragraph is a duty to report: it opens with who must do it, and says to whom.
pub(crate) fn is_duty(words: Piece<'_>) -> bool {
    recipient(words).is_some() && says_who_must(words)
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

/// Whether a paragraph opens with what it asks of everybody: 各牵头单位要….
pub(crate) fn asks_everybody(words: Piece<'_>) -> bool {
    sentences(words).first().and_then(|first| responsible(*first)).is_some_and(is_everybody)
}

/// How a notice speaks of itself.
const ITSELF: [&str; 5] = ["本通知", "本方案", "本意见", "本办法", "本要点"];

/// How those begin that ask for 组织领导 and its like, and name no task: 加强组织领导, 强化督查考核.
const ASKS: [&str; 5] = ["加强", "强化", "严格", "严肃", "切实"];

/// Whether a paragraph before the tasks only introduces them.
pub(crate) fn is_preamble(words: Piece<'_>) -> bool {
    words.ends_with("：")
        || ["如下", "现将", "通知", "为认真", "为深入", "为贯彻", "为进一步", "根据", "按照", "经"]
            .iter()
            .any(|word| words.contains(word))
}
