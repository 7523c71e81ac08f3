//! 读不懂的条件 · what the query of an address asks for and means nothing is said on the page, which shows everything then.

/// Characters that are shown of a value.
const LONGEST: usize = 40;

/// Says which values are no condition there is; nothing where all are. Each comes with whether it was understood.
pub fn odd<'a>(values: impl IntoIterator<Item = (Option<&'a str>, bool)>) -> String {
    let odd = values.into_iter().filter(|(_, known)| !known).filter_map(|(value, _)| value.map(str::trim));
    let shown = |value: &str| format!("“{}”", value.chars().take(LONGEST).collect::<String>());
    let odd: Vec<String> = odd.filter(|value| !value.is_empty()).map(shown).collect();
    if odd.is_empty() { String::new() } else { format!("没有这个筛选条件：{}，下面列的是全部", odd.join("、")) }
}

#[cfg(test)]
mod tests {
    use super::odd;

    #[test]
    fn d3_a_filter_that_there_is_not_is_named_and_an_empty_one_is_none() {
        assert_eq!(odd([(Some("late"), false), (Some("csv"), true), (None, false)]), "没有这个筛选条件：“late”，下面列的是全部");
        assert_eq!(odd([(Some(" "), false), (None, false)]), "");
    }
}
