//! 口语时间 · times in ordinary words, beside the grammar: 岁末前, 今冬明春, 植树节前, “七一”前, 月底前, 下个月, 用两年时间. Which day they end
//! on is not written; they are found here, so that each of them is told.

use super::hour::hour;
use super::point::number;
use crate::line::{begins, is_stop};
use crate::outline::numeral_digit;

/// Where a time in ordinary words stands that is met at `at`: from where to where. Nothing before `floor` belongs to it.
pub fn spoken(chars: &[char], floor: usize, at: usize) -> Option<(usize, usize)> {
    let from = |found: Option<usize>| found.map(|end| (at, end));
    from(word(chars, at))
        .or_else(|| from(end_of_a_period(chars, at)))
        .or_else(|| from(new_year(chars, at)))
        .or_else(|| length(chars, floor, at))
        .or_else(|| day_alone(chars, floor, at))
        .or_else(|| from(quoted(chars, at)))
        .or_else(|| named_day(chars, floor, at))
}

/// What stands behind a time and goes with it.
const CLOSES: [&str; 8] = ["之前", "以前", "前夕", "前后", "前", "期间", "之内", "内"];

/// Words that begin with 前 and say nothing of a time: 前置, 前期.
const NOT_BEFORE: &str = "置端提台移期沿三列线瞻任者款述";

fn closed(chars: &[char], at: usize) -> Option<usize> {
    let rest = chars.get(at..)?;
    let word = CLOSES.iter().find(|word| begins(rest, word))?;
    let end = at + word.chars().count();
    let other = *word == "前" && chars.get(end).is_some_and(|c| NOT_BEFORE.contains(*c));
    (!other).then_some(end)
}

fn is_number(c: char) -> bool {
    c.is_ascii_digit() || numeral_digit(c).is_some() || matches!(c, '十' | '百' | '两' | '几' | '半')
}

fn before(chars: &[char], at: usize) -> Option<char> {
    at.checked_sub(1).map(|before| chars[before])
}

/// Seasons and periods around the one that is spoken of, which are times by themselves.
pub const SEASONS: [&str; 29] = [
    "本学期",
    "本学年",
    "学期末",
    "学年末",
    "学年底",
    "岁末年初",
    "岁末",
    "岁尾",
    "年尾",
    "年关",
    "今冬明春",
    "今冬",
    "今春",
    "今夏",
    "今秋",
    "明春",
    "明夏",
    "明秋",
    "明冬",
    "冬春之交",
    "夏秋之交",
    "正月",
    "腊月",
    "下个月",
    "下月",
    "下个季度",
    "下季度",
    "下一季度",
    "下一年度",
];

fn word(chars: &[char], at: usize) -> Option<usize> {
    // 上下月, 下月计划: no time of what is to be done.
    const NAMES: [&str; 6] = ["计划", "工作", "重点", "安排", "打算", "预算"];
    let rest = &chars[at..];
    let word = SEASONS.iter().find(|word| begins(rest, word))?;
    let end = at + word.chars().count();
    let other = before(chars, at).is_some_and(|c| matches!(c, '上' | '以' | '线' | '每'))
        || NAMES.iter().any(|name| begins(&chars[end..], name) || begins(&chars[end..], &format!("的{name}")));
    (!other).then(|| closed(chars, end).unwrap_or(end))
}

/// 月底前, 季末通报: the end of a period, and nothing says of which one.
pub const ENDS: [&str; 8] = ["季度末", "季度底", "季末", "季底", "月底", "月末", "旬末", "月中"];

fn end_of_a_period(chars: &[char], at: usize) -> Option<usize> {
    let word = ENDS.iter().find(|word| begins(&chars[at..], word))?;
    let of_one = |c: char| is_number(c) || "每按本当次上下该各个逐逢月份度Qq".contains(c);
    let end = at + word.chars().count();
    let closes = closed(chars, end);
    let alone = before(chars, at).is_none_or(|c| !of_one(c)) && (*word != "月中" || closes.is_some());
    alone.then(|| closes.unwrap_or(end))
}

/// 25日前: a day, and nothing says of which month. 会前3日 and 提前5日 are lengths of time.
fn day_alone(chars: &[char], floor: usize, at: usize) -> Option<(usize, usize)> {
    let opens = before(chars, at).is_none_or(|c| is_stop(c) || matches!(c, '于' | '在' | '到' | '至' | '（'));
    let (_, length) = number(&chars[at..], 2).filter(|(day, _)| opens && (1..=31).contains(day))?;
    let end = at + length + usize::from(matches!(chars.get(at + length), Some('日' | '号')));
    let hour = hour(&chars[end..]).filter(|hour| closes_before(&chars[end + hour..])).unwrap_or(0);
    let to = usize::from(matches!(before(chars, at), Some('于' | '在' | '到' | '至')) && at > floor);
    let end = Some(end).filter(|end| *end > at + length && closes_before(&chars[end + hour..]))?;
    Some((at - to, closed(chars, end + hour)?))
}

fn closes_before(rest: &[char]) -> bool {
    ["前", "之前", "以前"].iter().any(|word| begins(rest, word))
}

/// 年前: before the next New Year; 三年前 is long ago.
fn new_year(chars: &[char], at: usize) -> Option<usize> {
    let opens = before(chars, at).is_none_or(|c| is_stop(c) || matches!(c, '在' | '于' | '到' | '争' | '保'));
    (begins(&chars[at..], "年前") && opens).then(|| closed(chars, at + 1)).flatten()
}

/// 用两年时间, 到第三年末: a length of time or a year counted from a day that is not written.
fn length(chars: &[char], floor: usize, at: usize) -> Option<(usize, usize)> {
    const UNITS: [&str; 9] = ["个季度", "个星期", "个半月", "个月", "年半", "年", "周", "月", "天"];
    const TIME: [&str; 8] = ["左右时间", "左右的时间", "的时间", "时间", "左右", "努力", "的努力", "为期限"];
    let rest = &chars[at..];
    if rest[0] == '第' {
        let (_, length) = number(&rest[1..], 2)?;
        let end = at + 1 + length;
        let closes = ["末", "底", "内", "前"].iter().any(|word| chars.get(end) == Some(&'年') && begins(&chars[end + 1..], word));
        let to = usize::from(before(chars, at) == Some('到') && at > floor);
        return closes.then(|| (at - to, closed(chars, end + 2).unwrap_or(end + 2)));
    }
    let (_, count) = number(rest, 2).or_else(|| matches!(rest[0], '两' | '几' | '半').then_some((2, 1)))?;
    let unit = UNITS.iter().find(|unit| begins(&rest[count..], unit))?;
    let end = at + count + unit.chars().count();
    let word = TIME.iter().find(|word| begins(&chars[end..], word))?;
    // 力争用两年时间: what is meant to take so long. 缩短3天时间 is no time of the task.
    let uses = before(chars, at).filter(|c| matches!(c, '用' | '以' | '花' | '争' | '过' | '在' | '约'))?;
    let from = if matches!(uses, '用' | '以' | '花') && at > floor { at - 1 } else { at };
    Some((from, end + word.chars().count()))
}

/// Characters of the longest name of a day in quotation marks.
const LONGEST_QUOTED: usize = 8;

/// “七一”前, “两会”期间: a day or event by the name that people give it.
pub fn quoted(chars: &[char], at: usize) -> Option<usize> {
    let closing = match chars[at] {
        '“' => '”',
        '"' => '"',
        '‘' => '’',
        '「' => '」',
        '＂' => '＂',
        _ => return None,
    };
    let name = chars[at + 1..].iter().take(LONGEST_QUOTED + 1).position(|c| *c == closing).filter(|length| *length > 0)?;
    // “十四五”期间 is a plan, whose years are known.
    if matches!(chars[at + 1..at + 1 + name], ['十', .., '五']) {
        return None;
    }
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, '·' | '．' | '、');
    if !chars[at + 1..at + 1 + name].iter().all(plain) {
        return None;
    }
    let end = at + name + 2;
    // “七一”建党节前
    let holiday = ["国际劳动节", "劳动节", "国庆节", "建党节", "建军节", "假期", "长假", "黄金周", "节日"];
    let more = holiday.iter().find(|word| begins(&chars[end..], word)).map_or(0, |word| word.chars().count());
    closed(chars, end + more)
}

/// 植树节前, 国庆假期前, 国家宪法日前: a day known by its name; what it is called stands before it.
fn named_day(chars: &[char], floor: usize, at: usize) -> Option<(usize, usize)> {
    const KINDS: [&str; 7] = ["节假日", "节假期", "节日", "节", "假期", "长假", "日"];
    /// Syllables with which 节 makes a word that is no day.
    const NO_DAY: &str = "环调细章情季礼关枝小音时过逢";
    const OF_A_DAY: [&str; 12] = ["世界", "国际", "全国", "国家", "全民", "中国", "宣传", "纪念", "活动", "开放", "主题", "节假"];
    let kind = KINDS.iter().find(|kind| begins(&chars[at..], kind))?;
    let end = closed(chars, at + kind.chars().count())?;
    let ends_here =
        |c: &char| !c.is_alphabetic() || matches!(c, '在' | '于' | '到' | '至' | '争' | '保' | '从' | '自' | '是' | '要');
    let length = chars[floor..at].iter().rev().take(LONGEST_DAY).take_while(|c| !ends_here(c)).count();
    let name: String = chars[at - length..at].iter().collect();
    let is_day = match *kind {
        "日" => OF_A_DAY.iter().any(|word| name.contains(word)),
        "节" | "节日" => length > 0 && !name.ends_with(|c| NO_DAY.contains(c)),
        "节假日" | "节假期" => true,
        _ => length > 0,
    };
    is_day.then_some((at - length, end))
}

/// Characters of the longest name of such a day.
const LONGEST_DAY: usize = 10;

/// Whether such a time may be met here.
pub fn may_begin(c: char) -> bool {
    matches!(c, '岁' | '季' | '旬' | '腊' | '正' | '夏' | '冬' | '节' | '假' | '长' | '日' | '几' | '“' | '"' | '‘' | '「' | '＂')
}
