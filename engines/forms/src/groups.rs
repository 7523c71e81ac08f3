//! 重复填写 · a group of fields asked again for each of several things (B4.1): how its rows are named in what a browser
//! posts, and how a row is added or removed by a submit button, for browsers without scripts.

use std::collections::BTreeMap;

use crate::definition::{Field, Form, Kind};
use crate::reading::Entered;

/// The most rows of any group.
pub const MOST_ROWS: usize = 100;
/// The most rows of a group that names no `max`.
const USUAL_ROWS: usize = 20;

/// What a browser posts a field of a row under: `holders.0.holder_name`.
pub fn posted_key(group: &str, row: usize, field: &str) -> String {
    format!("{group}.{row}.{field}")
}

/// What a browser posts the number of rows shown under, so that an empty row stays on the page.
pub fn rows_key(group: &str) -> String {
    format!("{group}.rows")
}

/// The value of the button that adds a row.
pub fn add_button(group: &str) -> String {
    format!("add:{group}")
}

/// The value of the button that removes a row.
pub fn remove_button(group: &str, row: usize) -> String {
    format!("remove:{group}.{row}")
}

/// What was posted for each row, by its number on the page and then by field. Rows beyond [`MOST_ROWS`] come as one more,
/// so that there are too many, whatever their number.
pub(crate) fn rows<'a>(group: &str, entered: &'a Entered) -> BTreeMap<usize, BTreeMap<&'a str, &'a Vec<String>>> {
    let prefix = format!("{group}.");
    let mut rows: BTreeMap<usize, BTreeMap<&str, &Vec<String>>> = BTreeMap::new();
    for (key, typed) in entered.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix)) {
        if let Some((row, field)) = key[prefix.len()..].split_once('.')
            && !row.is_empty()
            && row.bytes().all(|b| b.is_ascii_digit())
        {
            let row = row.parse().unwrap_or(MOST_ROWS).min(MOST_ROWS);
            rows.entry(row).or_default().insert(field, typed);
        }
    }
    rows
}

impl Field {
    /// The fewest and the most rows of a group.
    pub fn row_limits(&self) -> (usize, usize) {
        let least = self.min.map_or(usize::from(self.required), |min| min.count());
        (least, self.max.map_or(USUAL_ROWS.max(least), |max| max.count()).min(MOST_ROWS))
    }

    /// How many rows of a group a page shows: those filled in, those asked for, at least one.
    pub fn rows_shown(&self, entered: &Entered) -> usize {
        let filled = rows(&self.key, entered).last_key_value().map_or(0, |(row, _)| row + 1);
        let asked = entered.get(&rows_key(&self.key)).and_then(|rows| rows.last()?.parse().ok()).unwrap_or(0);
        let (least, most) = self.row_limits();
        filled.max(asked.min(most)).max(least).clamp(1, MOST_ROWS)
    }

    /// The fields of one row as a page shows them, each under the name it is posted by.
    pub fn row_fields(&self, row: usize) -> impl Iterator<Item = Field> {
        self.fields.iter().map(move |field| Field { key: posted_key(&self.key, row, &field.key), ..field.clone() })
    }
}

impl Form {
    /// What the page shows after one of the buttons of a group was pressed: a row more at the end, or one row less.
    /// `None` when the button is none of a group's. Nothing else that was entered changes.
    pub fn press(&self, entered: &Entered, button: &str) -> Option<Entered> {
        let group = |key: &str| self.field(key).filter(|field| field.kind == Kind::Group);
        let mut after = entered.clone();
        if let Some(group) = button.strip_prefix("add:").and_then(group) {
            let shown = group.rows_shown(entered) + 1;
            after.insert(rows_key(&group.key), vec![shown.min(group.row_limits().1).to_string()]);
            return Some(after);
        }
        let (key, row) = button.strip_prefix("remove:")?.split_once('.')?;
        let (group, row) = (group(key)?, row.parse::<usize>().ok()?);
        let shown = group.rows_shown(entered);
        let prefix = format!("{}.", group.key);
        after.retain(|key, _| !key.starts_with(&prefix));
        for (at, typed) in rows(&group.key, entered).into_iter().filter(|(at, _)| *at != row) {
            let at = if at > row { at - 1 } else { at };
            after.extend(typed.into_iter().map(|(field, typed)| (posted_key(&group.key, at, field), typed.clone())));
        }
        let left = if row < shown { shown - 1 } else { shown };
        after.insert(rows_key(&group.key), vec![left.to_string()]);
        Some(after)
    }
}
