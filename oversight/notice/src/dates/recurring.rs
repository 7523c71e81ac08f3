//! 周期 · what returns: every when, on which day of its period, and periods that are none of the usual.

use super::hour::hour;
use super::point::{MONTH_PARTS, Part, RANGE, is_joint, number, part_of, part_of_a_year, shares};
use super::tight::Tight;
use super::{Date, DateKind, Reader};
use crate::line::begins;
use crate::outline::numeral_digit;
use crate::unread::{Unread, Why};
use calendar::NaiveDate;

impl Reader {
    /// 每年至少听取一次, 每季度末, 按月, 每月5日、20日前.
    pub(super) fn recurring(self, text: &Tight<'_>, at: usize, unread: &mut Vec<Unread>) -> Option<(Vec<Date>, usize)> {
        let rest = &text.chars()[at..];
        let known = RECURRING.iter().find_map(|(words, kind)| begins(rest, words).then(|| (*kind, words.chars().count())));
        // 按季节, 按日程: no period.
        let known = known.filter(|(_, length)| !rest.get(*length).is_some_and(|c| "节龄代级程历均期边".contains(*c)));
        let known = known.or_else(|| at_each_end(rest)).or_else(|| doubled(text.chars(), at));
        let known = known.or_else(|| other_period(rest)).or_else(|| once_in(text.chars(), at));
        let (kind, length) = known.or_else(|| by_its_name(text.chars(), at)).filter(|(_, n)| !is_rate(text.chars(), at, *n))?;
        let rest = &rest[..rest.len().min(LONGEST_CLAUSE)];
        let clause = rest.iter().position(|c| is_clause_end(*c)).unwrap_or(rest.len());
        let counted = rest[..clause]
            .windows(2)
            .any(|pair| pair[1] == '次' && (numeral_digit(pair[0]).is_some() || pair[0].is_ascii_digit() || pair[0] == '两'));
        let Turns { turns, length: tail, range, open } = turns(kind, &rest[length.min(rest.len())..]);
        // 每季度最后一个工作日前: a day that is counted in another way is not read.
        let left = unread_day(&rest[(length + tail).min(rest.len())..]);
        let tail = tail + left;
        let end = if counted { clause.max(length + tail) } else { length + tail };
        let words = text.sub(at, at + end);
        if kind == DateKind::RecurringOther {
            unread.push(Why::Period.at(words));
        }
        let third = turns.iter().any(|turn| turn.third.is_some());
        if range || left > 0 || open && kind != DateKind::RecurringYearly && !third {
            unread.push(Why::TimeUnclear.at(words));
        }
        let open = open && (kind == DateKind::RecurringYearly || third);
        if open {
            unread.push(Why::TwoDates.at(words));
        }
        let mut dates = Vec::new();
        for Turn { month, day, vague, roughly, before, third, .. } in turns {
            if roughly {
                unread.push(Why::Roughly.at(words));
            }
            let of_a_leap_year = |month| NaiveDate::from_ymd_opt(2024, month, day.unwrap_or(1)).is_some();
            if kind == DateKind::RecurringYearly && month.is_none() && day.is_some() {
                unread.push(Why::TimeUnclear.at(words));
            }
            let (month, day) = match kind {
                // 每年12月中旬前: as 2012年12月中旬前, the day before it is taken.
                _ if third.is_some() && (month.is_some() || kind != DateKind::RecurringYearly) => match (open, third) {
                    (true, Some(0)) => (month.map(|month| if month == 1 { months_of(kind) } else { month - 1 }), None),
                    (true, Some(1)) | (false, Some(0)) => (month, Some(10)),
                    (true, Some(2)) | (false, Some(1)) => (month, Some(20)),
                    _ => (month, None),
                },
                // 每年3月前: as 2012年3月前, the earlier of the two is taken.
                DateKind::RecurringYearly if open && day.is_none() => (before, None),
                DateKind::RecurringYearly => (month, day.filter(|_| month.is_some())),
                _ => (month, day),
            };
            let months = if kind == DateKind::RecurringYearly { month.unwrap_or(1) } else { 1 };
            let is = day.is_none_or(|day| (1..=31).contains(&day)) && (1..=12).contains(&months) && of_a_leap_year(months);
            if !is || vague {
                unread.push(if is { Why::NoDay } else { Why::NoSuchDate }.at(words));
            }
            dates.push(Date { month: month.filter(|_| is), day: day.filter(|_| is), ..Date::new(kind, None, words) });
        }
        Some((dates, at + end))
    }
}

/// The months of a period.
fn months_of(kind: DateKind) -> u32 {
    match kind {
        DateKind::RecurringYearly => 12,
        DateKind::RecurringHalfYearly => 6,
        DateKind::RecurringQuarterly => 3,
        _ => 1,
    }
}

/// When in its period something returns.
#[derive(Default)]
struct Turn {
    month: Option<u32>,
    day: Option<u32>,
    /// 上旬, 中旬, 下旬: 0 to 2.
    third: Option<u32>,
    /// 初: which day is not said.
    vague: bool,
    /// 3月前, and not 3月底前.
    open: bool,
    /// The month before the one or the part of a year that is named.
    before: Option<u32>,
    /// 6月1日前后: about that time, which no day says.
    roughly: bool,
}

/// When in their period things return: 每季度首月10日前, 每月5日、20日前, 每年3月、9月底前. One without words is its end.
struct Turns {
    turns: Vec<Turn>,
    /// Characters that say so.
    length: usize,
    /// 每年3月至5月: of a range the end is kept.
    range: bool,
    /// 每年3月前: before the month, or by its end.
    open: bool,
}

fn turns(kind: DateKind, rest: &[char]) -> Turns {
    let (first, mut length) = turn(kind, rest);
    let mut turns = vec![first];
    let mut range = false;
    loop {
        let rest = &rest[length..];
        let joined = RANGE.iter().find(|word| length > 0 && begins(rest, word)).map(|word| word.chars().count());
        let Some(joint) = joined.or_else(|| rest.first().filter(|c| is_joint(**c)).map(|_| 1)) else { break };
        let (mut next, more) = turn(kind, &rest[joint..]);
        if next.day.is_none() && next.month.is_none() {
            break;
        }
        // 每年6月5日、20日: the second is of the same month.
        next.month = next.month.or_else(|| turns.last().and_then(|before| before.month));
        if joined.is_some() {
            range = true;
            turns.pop();
        }
        turns.push(next);
        length += joint + more;
    }
    let open = turns.last().is_some_and(|last| last.open);
    // 每年6月、12月中旬: what the last says holds for all.
    let third = turns.last().and_then(|last| last.third);
    turns.iter_mut().filter(|turn| turn.day.is_none() && turn.third.is_none()).for_each(|turn| turn.third = third);
    Turns { turns, length, range, open }
}

/// Characters of what says a day in a way that is not read, behind the words of a period: 最后一个工作日前, 前10日, 结束后5个工作日内.
fn unread_day(rest: &[char]) -> usize {
    const BEFORE: [&str; 14] =
        ["结束之后", "结束后", "终了后", "之后", "后", "的", "最后", "倒数", "首个", "首", "第", "前", "底", "末"];
    const UNITS: [&str; 9] = ["个工作日", "工作日", "个星期", "星期", "周", "个月", "日", "天", "号"];
    let joined = usize::from(rest.first().is_some_and(|c| is_joint(*c)));
    let mut at = joined;
    let mut counts = false;
    while let Some(word) = BEFORE.iter().find(|word| begins(&rest[at..], word)) {
        at += word.chars().count();
        counts |= matches!(*word, "最后" | "倒数" | "首个" | "首");
    }
    let number = number(&rest[at..], 2).map_or(0, |(_, length)| length);
    if !counts && (joined > 0 || number == 0) {
        return 0;
    }
    let Some(unit) = UNITS.iter().find(|unit| begins(&rest[at + number..], unit)) else { return 0 };
    let mut end = at + number + unit.chars().count();
    // 每月第一周周五
    if rest.get(end) == Some(&'周') && rest.get(end + 1).is_some_and(|c| "一二三四五六日".contains(*c)) {
        end += 2;
    }
    let closes = ["之前", "以前", "前", "之内", "以内", "内"].into_iter().find(|word| begins(&rest[end..], word));
    end + closes.map_or(0, |word| word.chars().count())
}

fn turn(kind: DateKind, rest: &[char]) -> (Turn, usize) {
    const MONTHS: [(&str, Option<u32>); 7] = [
        ("第一个月", Some(1)),
        ("首月", Some(1)),
        ("第二个月", Some(2)),
        ("第三个月", Some(3)),
        ("最后一个月", None),
        ("末月", None),
        ("尾月", None),
    ];
    let mut turn = Turn::default();
    let mut closed = false;
    let mut end = usize::from(matches!(rest.first(), Some('度' | '的')));
    match kind {
        DateKind::RecurringWeekly => {
            const DAYS: [char; 8] = ['一', '二', '三', '四', '五', '六', '日', '天'];
            let again = ["周", "星期"].iter().find(|word| begins(rest, word)).map_or(0, |word| word.chars().count());
            let rest = &rest[again..];
            let day = rest.first().and_then(|c| DAYS.iter().position(|day| day == c));
            turn.day = day.filter(|_| rest.get(1) != Some(&'次')).map(|day| (day as u32).min(6) + 1);
            end = if turn.day.is_some() { again + 1 } else { 0 };
        }
        DateKind::RecurringYearly => {
            if let Some((month, length)) = number(&rest[end..], 2).filter(|(_, n)| rest.get(end + n) == Some(&'月')) {
                turn.month = Some(month);
                end += length + 1;
                end += usize::from(rest.get(end) == Some(&'份'));
            } else if let Some((month, length)) = number(&rest[end..], 2).filter(|(_, n)| shares(&rest[end + n..], &['月'])) {
                return (Turn { month: Some(month), ..turn }, end + length);
            } else if let Some((part, length)) = part_of_a_year(&rest[end..]) {
                (turn.before, turn.month) = match part {
                    Part::Half(half) => (Some(6 * half), Some(6 + 6 * half)),
                    Part::Quarter(quarter) => (Some(3 * quarter), Some(3 + 3 * quarter)),
                    _ => (None, None),
                };
                end += length;
            } else if begins(&rest[end..], "年底") || begins(&rest[end..], "年末") {
                end += 2;
            }
        }
        DateKind::RecurringQuarterly | DateKind::RecurringHalfYearly => {
            let found = MONTHS.iter().find(|(word, _)| begins(&rest[end..], word));
            if let Some((word, month)) = found {
                turn.month = month.or(Some(if kind == DateKind::RecurringQuarterly { 3 } else { 6 }));
                end += word.chars().count();
            } else if rest.get(end) == Some(&'季') && matches!(rest.get(end + 1), Some('末' | '底')) {
                end += 1;
            }
        }
        DateKind::RecurringMonthly if begins(&rest[end..], "月底") || begins(&rest[end..], "月末") => end += 1,
        _ => {}
    }
    if kind != DateKind::RecurringWeekly {
        let day = number(&rest[end..], 2).filter(|(_, length)| matches!(rest.get(end + length), Some('日' | '号')));
        if let Some((day, length)) = day {
            turn.day = Some(day);
            end += length + 1;
        } else if let Some((day, length)) = number(&rest[end..], 2).filter(|(_, n)| shares(&rest[end + n..], &['日', '号'])) {
            return (Turn { day: Some(day), ..turn }, end + length);
        } else if let Some((part, length)) = part_of(&MONTH_PARTS, &rest[end..]) {
            if let Part::Third(third) = part {
                turn.third = Some(third);
            }
            end += length;
            closed = part == Part::Whole;
            // 每季度末25日前: that day of its last month.
            let of = end + usize::from(rest.get(end) == Some(&'的'));
            let day = number(&rest[of.min(rest.len())..], 2).filter(|(_, n)| matches!(rest.get(of + n), Some('日' | '号')));
            if let Some((day, length)) = day.filter(|_| part == Part::Whole) {
                turn.day = Some(day);
                end = of + length + 1;
            }
        } else if rest.get(end) == Some(&'初') {
            turn.vague = true;
            end += 1;
        }
    }
    if end > 0
        && let Some(word) = ["前后", "左右", "前夕"].into_iter().find(|word| begins(&rest[end..], word))
    {
        return (Turn { roughly: true, ..Turn::default() }, end + word.chars().count());
    }
    // 每月5日17时前
    let hour = hour(&rest[end..]).filter(|_| turn.day.is_some()).unwrap_or(0);
    let closes = |from: usize| ["之前", "以前", "前"].into_iter().find(|word| begins(&rest[from..], word));
    end += if closes(end + hour).is_some() { hour } else { 0 };
    let closes = closes(end);
    turn.before =
        turn.before.or(turn.month.map(|month| month.saturating_sub(1))).map(|month| if month == 0 { 12 } else { month });
    turn.open =
        (turn.month.is_some() || turn.third.is_some()) && turn.day.is_none() && !closed && !turn.vague && closes.is_some();
    if end > 0 {
        end += closes.map_or(0, |word| word.chars().count());
    }
    (turn, if end == 1 && rest[0] == '的' { 0 } else { end })
}

/// A period that is counted in others, or goes by odd and even: 每两年, 每3个月, 两年一次, 逢单月, 隔年.
fn other_period(rest: &[char]) -> Option<(DateKind, usize)> {
    // 双月刊 is a name.
    let is_name = |end: usize| rest.get(end).is_some_and(|c| "刊龄线".contains(*c));
    if let Some(word) = OTHER.iter().find(|word| begins(rest, word) && !is_name(word.chars().count())) {
        return Some((DateKind::RecurringOther, word.chars().count()));
    }
    let every = match rest {
        ['每', '隔', ..] => 2,
        ['每', ..] => 1,
        _ => 0,
    };
    let count = rest.get(every)?;
    let counted = number(&rest[every..], 2).or((*count == '两').then_some((2, 1)));
    let (value, length) = counted.filter(|(value, _)| *value > 0)?;
    let mut end = every + length;
    end += usize::from(rest.get(end) == Some(&'个'));
    let units = [
        ("年", DateKind::RecurringYearly),
        ("季度", DateKind::RecurringQuarterly),
        ("月", DateKind::RecurringMonthly),
        ("周", DateKind::RecurringWeekly),
        ("星期", DateKind::RecurringWeekly),
        ("天", DateKind::RecurringDaily),
    ];
    let (word, kind) = units.into_iter().find(|(word, _)| begins(&rest[end..], word))?;
    end += word.chars().count();
    let once = begins(&rest[end..], "一次");
    (every > 0 || once && value > 1).then_some((if value == 1 { kind } else { DateKind::RecurringOther }, end))
}

/// 每逢季末, 每到年底: the end of each.
fn at_each_end(rest: &[char]) -> Option<(DateKind, usize)> {
    const ENDS: [(&str, DateKind); 9] = [
        ("季度末", DateKind::RecurringQuarterly),
        ("季度底", DateKind::RecurringQuarterly),
        ("季末", DateKind::RecurringQuarterly),
        ("季底", DateKind::RecurringQuarterly),
        ("月末", DateKind::RecurringMonthly),
        ("月底", DateKind::RecurringMonthly),
        ("年末", DateKind::RecurringYearly),
        ("年底", DateKind::RecurringYearly),
        ("年终", DateKind::RecurringYearly),
    ];
    let every = ["每逢", "每到", "每至", "逢"].into_iter().find(|word| begins(rest, word))?.chars().count();
    let (word, kind) = ENDS.into_iter().find(|(word, _)| begins(&rest[every..], word))?;
    Some((kind, every + word.chars().count()))
}

/// 月月巡河, 一季一通报: a period said twice, or once for each. 一月一日 and 今年年底 are none.
fn doubled(chars: &[char], at: usize) -> Option<(DateKind, usize)> {
    const PERIODS: [(&str, DateKind); 6] = [
        ("年", DateKind::RecurringYearly),
        ("季度", DateKind::RecurringQuarterly),
        ("季", DateKind::RecurringQuarterly),
        ("月", DateKind::RecurringMonthly),
        ("周", DateKind::RecurringWeekly),
        ("天", DateKind::RecurringDaily),
    ];
    let rest = &chars[at..];
    let counted = |c: char| c.is_ascii_digit() || numeral_digit(c).is_some() || c == '十';
    let before = at.checked_sub(1).map(|before| chars[before]);
    if before.is_some_and(|c| counted(c) || "每本当上下次各第个今明去后前来全近份".contains(c)) {
        return None;
    }
    let once = usize::from(rest[0] == '一');
    let (word, kind) = PERIODS.into_iter().find(|(word, _)| begins(&rest[once..], word))?;
    let length = word.chars().count();
    let again = &rest[once + length..];
    if once == 0 {
        let ends = |c: &char| matches!(c, '底' | '末' | '初' | '中' | '终' | '度');
        return (begins(again, word) && !again.get(length).is_some_and(ends)).then_some((kind, 2 * length));
    }
    let what = again.get(1).filter(|c| c.is_alphabetic() && !counted(**c) && !"日号月年天次至".contains(**c));
    (again.first() == Some(&'一') && what.is_some()).then_some((kind, once + length))
}

/// 半年召开一次会议, 一年两次检查, 两个月召开一次: a period, and how often within it.
fn once_in(chars: &[char], at: usize) -> Option<(DateKind, usize)> {
    const UNITS: [(&str, DateKind); 8] = [
        ("年", DateKind::RecurringYearly),
        ("个季度", DateKind::RecurringQuarterly),
        ("季度", DateKind::RecurringQuarterly),
        ("个月", DateKind::RecurringMonthly),
        ("个星期", DateKind::RecurringWeekly),
        ("周", DateKind::RecurringWeekly),
        ("天", DateKind::RecurringDaily),
        ("旬", DateKind::RecurringOther),
    ];
    /// With what goes on behind a length of time that is none of these: 三个月内报送一次.
    const LENGTH: &str = "内后前来起以之中底末初多间份度级左上下的";
    let rest = &chars[at..];
    let opens =
        at.checked_sub(1).is_none_or(|before| !(is_counted(chars[before]) || "每第上下前后近大本去今".contains(chars[before])));
    let (kind, length) = if begins(rest, "半年") {
        (DateKind::RecurringHalfYearly, 2)
    } else {
        let (value, count) = number(rest, 2).or((rest[0] == '两').then_some((2, 1)))?;
        let (unit, kind) = UNITS.into_iter().find(|(unit, _)| begins(&rest[count..], unit))?;
        (if value == 1 { kind } else { DateKind::RecurringOther }, count + unit.chars().count())
    };
    let verb = rest[length..].iter().take(LONGEST_VERB).take_while(|c| c.is_alphabetic() && !is_counted(**c)).count();
    let times = rest.get(length + verb).is_some_and(|c| is_counted(*c)) && rest.get(length + verb + 1) == Some(&'次');
    let is_length = verb > 0 && LENGTH.contains(rest[length]);
    // 半年一小结
    let once = kind == DateKind::RecurringHalfYearly && rest.get(2) == Some(&'一');
    if opens && once && rest.get(3).is_some_and(|c| c.is_alphabetic() && !is_counted(*c)) {
        return Some((kind, length));
    }
    (opens && times && !is_length).then_some((kind, length + verb + 2))
}

/// Characters of the longest words between a period and how often.
const LONGEST_VERB: usize = 8;

fn is_counted(c: char) -> bool {
    c.is_ascii_digit() || numeral_digit(c).is_some() || matches!(c, '十' | '两')
}

/// 日巡查, 月调度, 季通报: what returns, called by its period.
fn by_its_name(chars: &[char], at: usize) -> Option<(DateKind, usize)> {
    const PERIODS: [(char, DateKind); 6] = [
        ('日', DateKind::RecurringDaily),
        ('周', DateKind::RecurringWeekly),
        ('旬', DateKind::RecurringOther),
        ('月', DateKind::RecurringMonthly),
        ('季', DateKind::RecurringQuarterly),
        ('年', DateKind::RecurringYearly),
    ];
    const DEEDS: [&str; 22] = [
        "调度",
        "通报",
        "考核",
        "巡查",
        "督查",
        "督办",
        "检查",
        "会商",
        "小结",
        "评估",
        "点评",
        "公示",
        "排名",
        "研判",
        "分析",
        "晒单",
        "清零",
        "例会",
        "考评",
        "巡检",
        "推进会",
        "抽查",
    ];
    // 工作日巡查, 5月通报, 每月通报: of something else.
    let opens = at.checked_sub(1).is_none_or(|before| !chars[before].is_alphanumeric() || "行持到立实取".contains(chars[before]));
    let (_, kind) = PERIODS.into_iter().find(|(period, _)| chars[at] == *period)?;
    let deed = DEEDS.iter().find(|deed| begins(&chars[at + 1..], deed))?;
    opens.then(|| (kind, 1 + deed.chars().count()))
}

/// 每人每年4000元, 人均每天60升, 每月1550元: so much for each in a period, and nothing that returns. 每户每年走访一次 is done.
fn is_rate(chars: &[char], at: usize, length: usize) -> bool {
    const OF: [&str; 16] =
        ["人次", "人", "户", "亩", "吨", "平方米", "公顷", "床", "辆", "头", "公里", "度", "立方米", "名学生", "生", "家庭"];
    const DOES: [&str; 14] =
        ["走访", "检查", "巡查", "开展", "组织", "报送", "报告", "培训", "通报", "公示", "入户", "回访", "考核", "召开"];
    const LIMITS: [&str; 9] = ["不低于", "不少于", "不超过", "不高于", "最低", "最高", "约", "为", "达到"];
    let before: String = chars[at.saturating_sub(LONGEST_OF)..at].iter().collect();
    let each = before.ends_with('均') || OF.iter().any(|of| before.ends_with(&format!("每{of}")));
    let rest = &chars[(at + length).min(chars.len())..];
    let rest =
        &rest[..rest.iter().take(LONGEST_CLAUSE).position(|c| is_clause_end(*c)).unwrap_or(rest.len().min(LONGEST_CLAUSE))];
    let words: String = chars[at..at + length].iter().chain(rest).collect();
    let limit = LIMITS.iter().find(|limit| begins(rest, limit)).map_or(0, |limit| limit.chars().count());
    let amount = rest[limit..].iter().take_while(|c| c.is_ascii_digit() || matches!(c, '．' | '.')).count();
    let money = amount > 0 && ["元", "万元", "亿元"].iter().any(|unit| begins(&rest[limit + amount..], unit));
    money || each && !DOES.iter().any(|verb| words.contains(verb))
}

/// Characters of the longest words for what a rate is of.
const LONGEST_OF: usize = 4;

fn is_clause_end(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '、' | '（' | '）' | '\t')
}

/// Characters of the longest clause around a recurrence.
const LONGEST_CLAUSE: usize = 40;

pub const RECURRING: [(&str, DateKind); 32] = [
    ("每半年", DateKind::RecurringHalfYearly),
    ("半年一次", DateKind::RecurringHalfYearly),
    ("每年", DateKind::RecurringYearly),
    ("一年一次", DateKind::RecurringYearly),
    ("按年度", DateKind::RecurringYearly),
    ("每季度", DateKind::RecurringQuarterly),
    ("每个季度", DateKind::RecurringQuarterly),
    ("每季", DateKind::RecurringQuarterly),
    ("按季度", DateKind::RecurringQuarterly),
    ("一季度一次", DateKind::RecurringQuarterly),
    ("每月", DateKind::RecurringMonthly),
    ("每个月", DateKind::RecurringMonthly),
    ("按月", DateKind::RecurringMonthly),
    ("一月一次", DateKind::RecurringMonthly),
    ("每周", DateKind::RecurringWeekly),
    ("每星期", DateKind::RecurringWeekly),
    ("按周", DateKind::RecurringWeekly),
    ("一周一次", DateKind::RecurringWeekly),
    ("每日", DateKind::RecurringDaily),
    ("每天", DateKind::RecurringDaily),
    ("按日", DateKind::RecurringDaily),
    ("一日一次", DateKind::RecurringDaily),
    ("逐季度", DateKind::RecurringQuarterly),
    ("逐季", DateKind::RecurringQuarterly),
    ("按季", DateKind::RecurringQuarterly),
    ("逐月", DateKind::RecurringMonthly),
    ("逐周", DateKind::RecurringWeekly),
    ("逐日", DateKind::RecurringDaily),
    ("逐年报", DateKind::RecurringYearly),
    ("逐年考核", DateKind::RecurringYearly),
    ("逐年通报", DateKind::RecurringYearly),
    ("逐年评估", DateKind::RecurringYearly),
];

/// Periods that are none of these.
pub const OTHER: [&str; 22] = [
    "每半月",
    "每半个月",
    "每双周",
    "每个双周",
    "每学期",
    "每学年",
    "每个学期",
    "每个学年",
    "每双月",
    "每单月",
    "双月",
    "单月",
    "按旬",
    "逐旬",
    "逢单月",
    "逢双月",
    "逢单周",
    "逢双周",
    "隔年",
    "隔月",
    "隔周",
    "每旬",
];
