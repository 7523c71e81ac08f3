//! 遇节假日提前 · where a text says itself that a time on a rest day ends before it, not after it as the rules of counting have it.

use super::tight::Tight;
use super::{Date, DateKind, Reader};
use crate::line::begins;
use crate::unread::{Unread, Why};
use calendar::Calendar;
use chrono::Days;

/// What a rest day is called, and what is said of a time that meets one.
const RESTS: [&str; 8] = ["节假日", "休息日", "公休日", "双休日", "周末", "假期", "假日", "非工作日"];
const MEETS: [char; 6] = ['遇', '逢', '为', '是', '恰', '适'];
/// Characters between the two: 遇法定节假日的，应当提前至前一个工作日.
const LONGEST: usize = 14;

impl Reader {
    /// Moves the days of a sentence to the working day before, where it says so; what cannot be moved so is told.
    pub(super) fn earlier(self, text: &Tight<'_>, dates: &mut [Date], unread: &mut Vec<Unread>) {
        let chars = text.chars();
        let mut behind = 0;
        for at in (0..chars.len().saturating_sub(1)).filter(|at| begins(&chars[*at..], "提前")) {
            let Some(from) = begins_at(chars, at).filter(|from| *from >= behind) else { continue };
            behind = at + 2;
            let words = text.sub(from, at + 2);
            let place = |at: usize| text.sub(at, at).span().from;
            // The sentence it stands in, or the one before it where it stands alone.
            let ends = |from: usize| chars[..from].iter().rposition(|c| *c == '。').map_or(0, |at| at + 1);
            let to = chars[at..].iter().position(|c| *c == '。').map_or(chars.len(), |end| at + end);
            let own = ends(from);
            let holds = |from: usize, date: &Date| (place(from)..text.sub(from, to).span().to).contains(&date.words.at.from);
            let from = if dates.iter().any(|date| holds(own, date)) { own } else { ends(own.saturating_sub(1)) };
            let mut any = false;
            for date in dates.iter_mut().filter(|date| holds(from, date)) {
                any = true;
                self.move_back(date, words.words(), unread);
            }
            if !any {
                unread.push(Why::Earlier.at(words));
            }
        }
    }

    fn move_back(self, date: &mut Date, words: crate::Words, unread: &mut Vec<Unread>) {
        let china = Calendar::china();
        let day = date.date.filter(|_| matches!(date.kind, DateKind::By | DateKind::On));
        let Some(day) = day else {
            // A start needs no day before it; of what returns each turn has its own.
            if !matches!(date.kind, DateKind::From | DateKind::Ongoing | DateKind::Undated) {
                unread.push(Why::Earlier.of(words));
            }
            return;
        };
        let before = china.previous_working_day(day);
        if china.any_provisional(before.checked_sub_days(Days::new(1)).unwrap_or(before), day) {
            return unread.push(Why::Earlier.of(words));
        }
        if before != day {
            date.date = Some(before);
            unread.push(Unread {
                zh: format!("写明遇节假日提前：{day} 不是工作日，已读作前一个工作日 {before}，请核对"),
                en: format!(
                    "a rest day moves this back, the text says: {day} is none that is worked, {before} was taken; look it over"
                ),
                ..Why::Earlier.of(date.words.clone())
            });
        }
    }
}

/// Where the words begin that end with 提前: 如遇节假日, 逢双休日的.
fn begins_at(chars: &[char], at: usize) -> Option<usize> {
    let first = at.saturating_sub(LONGEST);
    let rest = (first..at).rev().find(|from| RESTS.iter().any(|word| begins(&chars[*from..at], word)))?;
    let from = (first..rest).rev().find(|from| MEETS.contains(&chars[*from]))?;
    let apart = |c: &char| matches!(c, '。' | '；');
    (!chars[from..at].iter().any(apart)).then_some(from)
}
