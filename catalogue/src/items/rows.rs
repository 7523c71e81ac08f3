//! 逐行编辑 · what the editors of questions and of rules share: rows put in another place, options whose words change.

/// The rows in the order of the numbers they were given on the page, where they were numbered in their order before. Of two with one
/// number the lower on the page stands first: who is moved up comes before who stood there, who is moved down after. A row without a
/// number is new and comes last.
pub fn in_order<T>(rows: Vec<(Option<u64>, T)>) -> Vec<T> {
    let mut rows: Vec<(usize, (Option<u64>, T))> = rows.into_iter().enumerate().collect();
    rows.sort_by_key(|(at, (number, _))| match number {
        Some(number) => (*number, usize::MAX - at),
        None => (u64::MAX, *at),
    });
    rows.into_iter().map(|(_, (_, row))| row).collect()
}

/// What an option is called now: itself while it is offered; the one in its place where as many are offered as before, for then its
/// words were changed; else it is gone.
pub fn renamed<'n>(old: &[&str], new: &[&'n str], said: &str) -> Option<&'n str> {
    if let Some(same) = new.iter().find(|option| **option == said) {
        return Some(same);
    }
    let at = old.iter().position(|option| *option == said).filter(|_| old.len() == new.len())?;
    Some(new[at]).filter(|option| !old.contains(option))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b6_1_a_row_stands_where_it_is_put() {
        let put = |which: u64, place: u64| in_order((1..=4).map(|n| (Some(if n == which { place } else { n }), n)).collect());
        assert_eq!(put(1, 3), [2, 3, 1, 4]);
        assert_eq!(put(4, 1), [4, 1, 2, 3]);
        assert_eq!(put(2, 99), [1, 3, 4, 2]);
        assert_eq!(put(2, 2), [1, 2, 3, 4]);
        assert_eq!(
            in_order(vec![(Some(1), 'a'), (Some(3), 'c'), (None, 'x'), (None, 'y')]),
            ['a', 'c', 'x', 'y'],
            "one was removed"
        );
    }

    #[test]
    fn b6_1_only_an_option_in_the_same_place_was_said_otherwise() {
        assert_eq!(renamed(&["自有", "租赁"], &["自有", "租的"], "租赁"), Some("租的"));
        assert_eq!(renamed(&["自有", "租赁"], &["租赁", "自有"], "租赁"), Some("租赁"));
        assert_eq!(renamed(&["自有", "租赁"], &["借用", "自有"], "租赁"), None, "借用 is another, not 租赁 said otherwise");
        assert_eq!(renamed(&["自有", "租赁"], &["自有"], "租赁"), None);
    }
}
