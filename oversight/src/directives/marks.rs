//! 出处 · the words of the notice that a field was read from, marked where they stand, so that a link leads to them (D1, F143).

use acts::Place;
use std::cmp::Reverse;

/// A line with its marks, piece by piece: what is opened is closed, and marks stand inside marks.
pub enum Piece {
    Open(String),
    Text(String),
    Close,
}

/// The name of a mark: `w18-4-9`.
pub fn anchor(at: &Place) -> String {
    format!("w{}-{}-{}", at.line, at.from, at.to)
}

/// The line in which a mark stands.
pub fn line_of(anchor: &str) -> Option<u32> {
    anchor.strip_prefix('w')?.split('-').next()?.parse().ok()
}

/// The marks of one line. A mark that would reach beyond the one it stands in ends with it.
pub fn pieces(line: &str, mut places: Vec<Place>) -> Vec<Piece> {
    places.sort_by_key(|at| (at.from, Reverse(at.to)));
    places.dedup();
    let chars: Vec<char> = line.chars().collect();
    let mut out = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    let mut text = |out: &mut Vec<Piece>, to: usize| {
        if at < to {
            out.push(Piece::Text(chars[at..to].iter().collect()));
            at = to;
        }
    };
    for place in places {
        let from = (place.from as usize).min(chars.len());
        while let Some(end) = open.pop_if(|end| *end <= from) {
            text(&mut out, end);
            out.push(Piece::Close);
        }
        text(&mut out, from);
        out.push(Piece::Open(anchor(&place)));
        open.push((place.to as usize).min(open.last().copied().unwrap_or(chars.len())));
    }
    while let Some(end) = open.pop() {
        text(&mut out, end);
        out.push(Piece::Close);
    }
    text(&mut out, chars.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn html(pieces: &[Piece]) -> String {
        let one = |piece: &Piece| match piece {
            Piece::Open(_) => "[".to_owned(),
            Piece::Text(text) => text.clone(),
            Piece::Close => "]".to_owned(),
        };
        pieces.iter().map(one).collect()
    }

    fn place(from: u32, to: u32) -> Place {
        Place { line: 1, from, to }
    }

    #[test]
    fn f143_marks_nest_touch_and_never_cross() {
        let of = |places: Vec<Place>| html(&pieces("甲乙丙丁", places));
        assert_eq!(of(vec![place(1, 2), place(0, 3)]), "[甲[乙]丙]丁");
        assert_eq!(of(vec![place(0, 2), place(2, 4)]), "[甲乙][丙丁]");
        assert_eq!(of(vec![place(0, 2), place(1, 3)]), "[甲[乙]]丙丁");
        assert_eq!(of(vec![place(2, 9), place(2, 9)]), "甲乙[丙丁]");
        assert_eq!(of(vec![]), "甲乙丙丁");
    }

    proptest! {
        #[test]
        fn f143_marks_leave_every_word_where_it_was(line in "[甲-纪a]{0,12}", spans in prop::collection::vec((0u32..15, 0u32..15), 0..8)) {
            let places = spans.into_iter().map(|(a, b)| place(a.min(b), a.max(b))).collect();
            let marked = html(&pieces(&line, places));
            prop_assert_eq!(marked.replace(['[', ']'], ""), line);
            let depth = marked.chars().try_fold(0i32, |d, c| { let d = d + (c == '[') as i32 - (c == ']') as i32; (d >= 0).then_some(d) });
            prop_assert_eq!(depth, Some(0));
        }
    }
}
