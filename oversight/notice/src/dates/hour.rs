//! 日后 · what stands between a day and the word that closes it: the time of day, the day of the week, and in brackets 含 or the day itself.
//! 6月30日17时前, 6月30日（星期日）前, 6月30日（含）前, 6月底（28日）前.

use super::Reader;
use super::point::{Point, number};
use crate::line::begins;

/// What stands there.
#[derive(Default)]
pub struct Beside {
    pub length: usize,
    /// （含）: the day or month belongs to the time before which something is done.
    pub inclusive: bool,
    /// （6月28日）: the very day.
    pub day: Option<Point>,
}

/// Characters of the longest bracket behind a day.
const LONGEST: usize = 14;

impl Reader {
    /// Reads what stands behind a point of time.
    pub(super) fn beside(self, chars: &[char], of: &Point) -> Beside {
        let mut found = Beside::default();
        for _ in 0..3 {
            let rest = &chars[found.length..];
            if of.day.is_some()
                && let Some(length) = hour(rest).or_else(|| weekday(rest))
            {
                found.length += length;
                continue;
            }
            let Some(close) =
                rest.first().filter(|c| **c == '（').and_then(|_| rest.iter().take(LONGEST).position(|c| *c == '）'))
            else {
                break;
            };
            let inside = &rest[1..close];
            if inside.first() == Some(&'含') && inside.len() <= 4 {
                found.inclusive = true;
            } else if let Some(day) = self.very_day(inside, of).filter(|_| found.day.is_none() && of.day.is_none()) {
                found.day = Some(day);
            } else if [weekday(inside), hour(inside)].into_iter().all(|length| length != Some(inside.len())) {
                break;
            }
            found.length += close + 1;
        }
        found
    }

    /// 6月28日, 28日: all of a bracket behind the month or year it is in.
    fn very_day(self, inside: &[char], of: &Point) -> Option<Point> {
        if let Some(point) = self.point(inside, 0, Some(of)).filter(|point| point.day.is_some() && point.end == inside.len()) {
            return Some(point);
        }
        let (day, length) = number(inside, 2)?;
        let whole = inside.len() == length + 1 && matches!(inside[length], '日' | '号');
        (whole && of.month.is_some()).then(|| Point { month: of.month, day: Some(day), ..of.alone() })
    }
}

/// 星期日, 周五
fn weekday(chars: &[char]) -> Option<usize> {
    let word = ["星期", "礼拜", "周"].into_iter().find(|word| begins(chars, word))?.chars().count();
    chars.get(word).filter(|c| "一二三四五六日天".contains(**c)).map(|_| word + 1)
}

/// 17时, 上午12点, 17：30, 下班, 中午: a time of the day.
pub fn hour(chars: &[char]) -> Option<usize> {
    const PARTS: [&str; 16] = [
        "当天",
        "当日",
        "上午",
        "下午",
        "中午",
        "晚上",
        "晚间",
        "早上",
        "凌晨",
        "夜间",
        "傍晚",
        "午夜",
        "正午",
        "工作时间结束",
        "下班时间",
        "下班",
    ];
    let mut at = usize::from(chars.first() == Some(&' '));
    let blank = at;
    while let Some(part) = PARTS.iter().find(|part| begins(&chars[at..], part)) {
        at += part.chars().count();
    }
    let named = at;
    if let Some((_, length)) = number(&chars[at..], 2).filter(|(hour, _)| *hour <= 24) {
        let rest = &chars[at + length..];
        if let Some(word) = ["点钟", "时许", "时", "点", "："].into_iter().find(|word| begins(rest, word)) {
            at += length + word.chars().count();
            if begins(&chars[at..], "整") || begins(&chars[at..], "半") {
                at += 1;
            } else if let Some((_, length)) = number(&chars[at..], 2) {
                at += length + usize::from(chars.get(at + length) == Some(&'分'));
            }
        }
    }
    (at > blank && (at > named || named > blank)).then_some(at)
}
