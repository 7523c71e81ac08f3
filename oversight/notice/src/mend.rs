//! 断行 · lines that a soft break took apart.

use crate::line::Line;
use crate::outline::mark;

/// 断行 · puts together what a soft break took apart, where that is certain: a bracket of units that is open at the end of a line and
/// closed on one of the next, none of which begins with a number. The lines keep their numbers: what went up leaves an empty line.
pub(crate) fn mend(lines: &mut [String]) {
    for at in 0..lines.len() {
        let goes_on = |text: &str| text.contains(['（', '(']) && open_units(text);
        let Some(more) = Some(at).filter(|_| goes_on(&lines[at])).and_then(|at| closing_line(lines, at)) else { continue };
        let (above, below) = lines.split_at_mut(at + 1);
        let whole = &mut above[at];
        whole.truncate(whole.trim_end().len());
        for line in &mut below[..more] {
            whole.push_str(line.trim());
            line.clear();
        }
    }
}

/// Lines over which a bracket may be broken.
const MOST_BROKEN: usize = 3;

/// How many lines below one with an open bracket close it; none where one of them may begin something else.
fn closing_line(lines: &[String], at: usize) -> Option<usize> {
    let mut whole = lines[at].clone();
    for more in 1..=MOST_BROKEN {
        let line = lines.get(at + more)?.trim();
        let words = Line::new(0, line);
        let begins_anew =
            line.is_empty() || line.contains('\t') || mark(words.whole()).is_some() || line.chars().count() > LONGEST_BROKEN;
        if begins_anew {
            return None;
        }
        whole.push_str(line);
        if !open_units(&whole) {
            return Some(more);
        }
    }
    None
}

/// Characters of the longest line that goes on with a bracket.
const LONGEST_BROKEN: usize = 300;

/// Whether the last bracket of a line that is open says who leads or takes part, and no sentence ends in it.
fn open_units(text: &str) -> bool {
    let mut open = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '（' | '(' | '[' | '〔' | '【' => open.push(at),
            '）' | ')' | ']' | '〕' | '】' => drop(open.pop()),
            _ => {}
        }
    }
    let Some(inside) = open.first().map(|at| &text[*at..]) else { return false };
    let names = ["单位", "部门", "牵头", "负责", "配合"].iter().any(|word| inside.contains(word));
    names && !inside.contains('。') && !text.contains('\t')
}
