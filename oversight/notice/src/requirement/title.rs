//! 题目 · lines that are titles and ask nothing of anybody.

use crate::head;
use crate::line::{Piece, is_stop};

/// Whether a line is the title of a document or of a table, or says no more than that it is sent: it asks nothing of anybody.
pub(crate) fn is_title(words: Piece<'_>) -> bool {
    const NAMES: [&str; 9] =
        ["任务分解表", "分解表", "任务分工表", "分工表", "任务清单", "任务表", "任务分工", "一览表", "工作台账"];
    const SENDS: [&str; 5] = ["现印发给你们", "现印发你们", "现下发给你们", "现转发给你们", "请认真贯彻执行"];
    let bare = words.trim_matches(is_stop);
    let is_name = NAMES.iter().any(|name| bare.ends_with(name)) && bare.position(is_stop).is_none();
    let sends = bare
        .split(is_stop)
        .into_iter()
        .filter(|part| !part.is_empty())
        .all(|part| SENDS.iter().any(|sends| part.starts_with(sends) && part.len() <= sends.chars().count() + 4));
    !bare.is_empty() && (is_name && bare.len() <= LONGEST_TITLE || sends)
}

/// Whether a line is the title of what the notice sends, which its own title holds, or a bracket below such a title: （2023—2025年）, （试行）.
pub(crate) fn is_of_the_title(words: Piece<'_>, title: &str) -> bool {
    const STATES: [&str; 7] = ["试行", "征求意见稿", "送审稿", "草案", "修订", "印发", "摘要"];
    let tight = |text: String| text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '《' | '》')).collect::<String>();
    let name = tight(words.text());
    let whole = words.at(0) == Some('（') && words.closing(0, words.len()) == Some(words.len() - 1);
    let inside = words.trim_matches(|c| matches!(c, '（' | '）'));
    let years = || inside.chars().iter().all(|c| c.is_ascii_digit() || matches!(c, '—' | '年' | '度'));
    let stands_in_it = name.chars().count() >= SHORTEST_TITLE && tight(title.to_owned()).contains(&name);
    stands_in_it
        || whole && words.len() <= LONGEST_TITLE && (years() || STATES.iter().any(|word| inside.contains(word)))
        || head::names_a_document(words) && words.len() <= LONGEST_TITLE && is_year(words) && words.position(is_stop).is_none()
}

/// 2019年民生工程责任清单: a title that opens with a year.
fn is_year(words: Piece<'_>) -> bool {
    words.chars().iter().take(4).all(char::is_ascii_digit) && words.at(4) == Some('年')
}

/// Characters of the shortest title.
const SHORTEST_TITLE: usize = 6;

/// Characters of the longest title of a table.
const LONGEST_TITLE: usize = 40;
