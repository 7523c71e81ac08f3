//! 去空 · a piece without the blanks inside its times: “2013 年 10 月 底” is read like “2013年10月底”, and its words stay as written.

use crate::line::{Piece, begins};
use crate::outline::numeral_digit;

/// A piece, and for each character that is looked at its place in it.
pub struct Tight<'a> {
    piece: Piece<'a>,
    chars: Vec<char>,
    places: Vec<usize>,
}

impl<'a> Tight<'a> {
    pub fn new(piece: Piece<'a>) -> Tight<'a> {
        let all = piece.chars();
        let mut tight = Tight { piece, chars: Vec::with_capacity(all.len()), places: Vec::with_capacity(all.len()) };
        let mut at = 0;
        while at < all.len() {
            let blanks = all[at..].iter().take_while(|c| **c == ' ').count();
            let inside = blanks > 0
                && tight.chars.last().zip(all.get(at + blanks)).is_some_and(|(before, after)| inside_a_time(*before, *after));
            let kept = if inside { at + blanks..at + blanks } else { at..at + blanks };
            at += blanks;
            for place in kept.chain((at < all.len()).then_some(at)) {
                tight.chars.push(all[place]);
                tight.places.push(place);
            }
            at += 1;
        }
        // 元月 is the first month; 5元月补贴 is none.
        for at in 1..tight.chars.len() {
            let money = at > 1 && is_digit(tight.chars[at - 2]);
            if tight.chars[at] == '月' && tight.chars[at - 1] == '元' && !money {
                tight.chars[at - 1] = '一';
            }
        }
        // 年终 is 年末; 年终总结 and 年终奖 are names.
        const NAMES: [&str; 6] = ["总结", "工作总结", "奖", "决算", "报告", "了"];
        for at in 1..tight.chars.len() {
            let names = NAMES.iter().any(|name| begins(&tight.chars[at + 1..], name));
            if tight.chars[at] == '终' && tight.chars[at - 1] == '年' && !names {
                tight.chars[at] = '末';
            }
        }
        tight
    }

    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The words from one character to another, with their blanks.
    pub fn sub(&self, from: usize, to: usize) -> Piece<'a> {
        let place = |at: usize| self.places.get(at).copied().unwrap_or(self.piece.len());
        let end = to.checked_sub(1).filter(|last| *last >= from).map_or(place(from), |last| place(last) + 1);
        self.piece.sub(place(from), end)
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || numeral_digit(c).is_some() || c == '十'
}

/// Whether a blank between these parts nothing.
fn inside_a_time(before: char, after: char) -> bool {
    let digit = is_digit;
    let closes = matches!(after, '前' | '起' | '内' | '止');
    match before {
        '年' | '月' => digit(after) || closes || matches!(after, '底' | '末' | '初' | '上' | '中' | '下' | '第' | 'Q' | 'q'),
        '日' | '号' | '底' | '末' | '旬' | '度' => closes,
        '第' => digit(after),
        c if digit(c) => matches!(after, '年' | '月' | '日' | '号' | '季'),
        _ => false,
    }
}
