//! 相近 · names that look like one that was typed and is not known.

use std::collections::BTreeSet;

/// Of a hundred, how much two names share at least to be called near: half of what both are made of would be 50.
const NEAR: usize = 35;

/// The characters of a text and its pairs of them.
fn pieces(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = text.chars().collect();
    let ones = chars.iter().map(|c| c.to_string());
    ones.chain(chars.windows(2).map(|pair| pair.iter().collect())).collect()
}

/// How much two texts share, of a hundred.
fn alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> usize {
    200 * one.intersection(other).count() / (one.len() + other.len()).max(1)
}

/// The names that look like what was typed, the nearest first: at most so many, none where nothing looks like it. Each of `names` is
/// compared by its first part and told by its second.
pub(crate) fn nearest<'a>(typed: &str, names: impl Iterator<Item = (String, &'a str)>, most: usize) -> Vec<&'a str> {
    let typed = pieces(typed);
    let mut all: Vec<(usize, &str)> = names.map(|(key, name)| (alike(&typed, &pieces(&key)), name)).collect();
    all.retain(|(alike, _)| *alike >= NEAR);
    all.sort_by_key(|(alike, _)| std::cmp::Reverse(*alike));
    all.into_iter().map(|(_, name)| name).take(most).collect()
}

/// The names that look like what was typed, the nearest first, at most three.
pub fn near<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    nearest(typed, names.into_iter().map(|name| (name.to_owned(), name)), 3)
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn d1_a_mistyped_name_is_near_to_what_was_meant_and_to_nothing_that_is_far() {
        let names = ["省民政厅", "省财政厅", "省审计厅", "省教育厅"];
        assert_eq!(near("省财正厅", names)[0], "省财政厅");
        assert_eq!(near("财政厅", names)[0], "省财政厅");
        assert!(near("火星事务局", names).is_empty() && near("", names).is_empty());
        let keys = ["hefei-hrss", "jinzhai-market", "youhua-town", "jinzhai-tax"];
        assert_eq!(near("jinzhai-marcet", keys)[0], "jinzhai-market");
    }
}
