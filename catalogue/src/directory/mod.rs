//! 基本目录和实施清单 · what every region must answer: the directory of matters with the levels that exercise them, and what each place has drawn
//! from it (A2.1, X.1). Entries and what is drawn are rows of the list of powers: drafted, reviewed, published and kept by date there.

pub(crate) mod answers;
pub(crate) mod law;
