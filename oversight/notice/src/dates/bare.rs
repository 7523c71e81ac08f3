//! 读不出的时间 · words that look like a time and say neither when it begins nor when it ends: told, never computed.

use crate::line::{Piece, is_stop};
use crate::outline::{self, numeral, numeral_digit};

/// Times that say neither when they begin nor when they end, from where to where: 9月抽查, 2018—2020年，每年…, 全年不少于2次, 不超过3个月,
/// 季度通报.
pub(super) fn times(piece: Piece<'_>) -> impl Iterator<Item = (usize, usize)> {
    let chars = piece.chars();
    let number = |c: &char| c.is_ascii_digit() || numeral_digit(*c).is_some() || *c == '十';
    let month = move |at: usize| {
        let digits = chars[..at].iter().rev().take_while(|c| number(c)).count();
        let of = &chars[at - digits..at];
        let (value, all) = if of.first().is_some_and(char::is_ascii_digit) { outline::digits(of) } else { numeral(of) };
        let other = at - digits > 0 && matches!(chars[at - digits - 1], '第' | '“' | '每' | '近' | '.' | '．' | '年');
        let named = ["饼", "以来", "间", "”", "度", "内", "薪", "均"].iter().any(|word| piece.after(at + 1).starts_with(word));
        (digits > 0 && all == digits && !other && !named && (1..=12).contains(&value)).then_some((at - digits, at + 1))
    };
    let whole = move |at: usize| {
        // Within the words that go on from there.
        let rest = piece.after(at).before(16);
        let rest = rest.before(rest.position(is_stop).unwrap_or(rest.len()));
        let times = rest.chars().iter().position(|c| matches!(c, '次' | '场'))?;
        rest.chars()[..times].last().filter(|c| number(c) || **c == '两')?;
        Some((at, at + times + 1))
    };
    let years = move |at: usize| {
        // Two years of four digits with a dash between.
        let from = at.checked_sub(9)?;
        let of = &chars[from..at];
        let dash = matches!(of[4], '—' | '－' | '-' | '～' | '~' | '至' | '–');
        // 2011—2015年规划 is a name.
        let goes_on = matches!(chars.get(at + 1), Some('，' | '每'));
        (dash && goes_on && of.iter().enumerate().all(|(i, c)| i == 4 || c.is_ascii_digit())).then_some((from, at + 1))
    };
    let length = move |at: usize| {
        // 答复期限不超过3个月.
        let rest = piece.after(at + 1);
        let digits = rest.chars().iter().take_while(|c| number(c)).count();
        let unit = ["个月", "个工作日", "天", "日", "年"].into_iter().find(|unit| rest.after(digits).starts_with(unit))?;
        let begins = at.checked_sub(2)?;
        let is = digits > 0 && chars[begins..at] == ['不', '超'];
        is.then_some((begins, at + 1 + digits + unit.chars().count()))
    };
    let period = move |at: usize| {
        // 按月调度，季度通报: a period without its 每, where nothing goes on behind what is done.
        let rest = piece.after(at + 1);
        let done = ["通报", "考核", "评估", "调度", "督查"].iter().any(|done| rest.starts_with(done));
        let ends = rest.at(2).is_none_or(is_stop);
        let begins = at.checked_sub(1).filter(|begins| matches!(chars[*begins], '季' | '月'))?;
        let alone = begins.checked_sub(1).is_none_or(|before| is_stop(chars[before]));
        (done && ends && alone).then_some((begins, at + 3))
    };
    let before = move |at: usize| {
        // 原定2024年底完成的，提前到2023年10月: what was to be before stands beside what is.
        let word = ["原定", "原计划"].into_iter().find(|word| piece.after(at).starts_with(word))?;
        let end = at + word.chars().count();
        let dated = piece.after(end).before(4).chars().iter().any(char::is_ascii_digit);
        dated.then_some((at, end))
    };
    (0..chars.len()).filter_map(move |at| match chars[at] {
        '原' => before(at),
        '过' => length(at),
        '度' => period(at),
        '月' => month(at),
        '全' if chars.get(at + 1) == Some(&'年') => whole(at),
        '年' => years(at),
        _ => None,
    })
}
