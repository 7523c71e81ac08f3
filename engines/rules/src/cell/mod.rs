//! 格子 · what people write into a cell who know spreadsheets and ordinary Chinese, and what the cell says instead (H13): a sentence
//! of its own for each habit, with the text to write. Asked where a text cannot be read, names what nobody knows, or reads as
//! something that is no test of its column.

mod bounds;
mod column;
mod condition;
mod days;
mod habits;
mod marks;

pub(crate) use column::{Asked, is_comparison, of_another_kind, reads_otherwise};
pub(crate) use days::day_meant;

use crate::Kind;
use bounds::bounds;
use days::dates;
use habits::{comparisons, formula, letters, not, numbers, quotes, ranges, signs, unquoted, wide, words};

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A test of a column.
    Test,
    /// A result, or the expression of a column.
    Value,
}

/// What is said of a habit, and the text that it offers instead, if it offers one.
struct Habit {
    said: String,
    meant: Option<String>,
}

impl Habit {
    fn told(said: impl Into<String>) -> Option<Habit> {
        Some(Habit { said: said.into(), meant: None })
    }

    fn offering(meant: &str, said: String) -> Option<Habit> {
        Some(Habit { said, meant: Some(meant.to_owned()) })
    }
}

/// Whether a text can be read where it is to stand, and says nothing else than it seems to.
pub(crate) type Reads<'a> = &'a dyn Fn(&str) -> bool;

/// A cell as it may be written, where what was meant is not known.
fn example(kind: Kind, place: Place) -> &'static str {
    match (kind, place) {
        (Kind::Number, Place::Test) => "[18..60) 或 >= 60",
        (Kind::Number, Place::Value) => "500",
        (Kind::Boolean, _) => "true",
        (Kind::Date, Place::Test) => "< date(\"2026-07-01\")",
        (Kind::Date, Place::Value) => "date(\"2026-07-01\")",
        (Kind::Time, Place::Test) => "< time(\"12:00:00\")",
        (Kind::Time, Place::Value) => "time(\"12:00:00\")",
        (Kind::DateTime, Place::Test) => "< date and time(\"2026-07-01T00:00:00\")",
        (Kind::DateTime, Place::Value) => "date and time(\"2026-07-01T00:00:00\")",
        (Kind::DaysAndTime, _) => "duration(\"P20D\")",
        (Kind::YearsAndMonths, _) => "duration(\"P18Y\")",
        (Kind::Text | Kind::Any, _) => "\"租赁\"",
    }
}

/// What a text that cannot be read, that names what nobody knows, or that is no test, was meant to be: one sentence with the
/// remedy; `None` where no habit is known in it. A remedy that would be refused in its turn is never offered.
pub(crate) fn misspelt(text: &str, kind: Kind, place: Place, reads: Reads) -> Option<String> {
    let text = text.trim();
    // A long text is no habit of a cell.
    if text.is_empty() || text.chars().count() > 300 {
        return None;
    }
    let is_test = place == Place::Test;
    let shown = crate::error::cut(text.to_owned());
    let is_number = matches!(kind, Kind::Number | Kind::Any);
    let habits: [&dyn Fn() -> Option<Habit>; 13] = [
        &|| quotes(text, &shown),
        &|| formula(text, &shown),
        &|| words(text, &shown, kind, place),
        &|| letters(text, &shown).filter(|_| is_number),
        &|| dates(text, &shown, kind, place),
        &|| ranges(text, &shown).filter(|_| is_test),
        &|| signs(text, &shown),
        &|| comparisons(text, &shown).filter(|_| is_test),
        &|| not(text, &shown).filter(|_| is_test),
        &|| bounds(text, &shown, kind, place),
        &|| numbers(text, &shown),
        &|| wide(text, &shown),
        &|| unquoted(text, &shown, kind),
    ];
    let mut is_known = false;
    for habit in habits {
        if let Some(Habit { said, meant }) = habit() {
            if meant.is_none_or(|meant| reads(&meant)) {
                return Some(said);
            }
            is_known = true;
        }
    }
    is_known.then(|| format!("“{shown}”在这里读不懂，请按这一列的写法重写，如 {}", example(kind, place)))
}

/// What can be told of any expression by its characters alone.
pub(crate) fn unreadable(text: &str, reads: Reads) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 300 {
        return None;
    }
    let shown = crate::error::cut(text.to_owned());
    let odd = text.chars().filter(|c| *c == '"').count() % 2 == 1;
    let is_readable = |habit: &Habit| habit.meant.as_deref().is_none_or(reads);
    quotes(text, &shown)
        .filter(|_| odd || text.contains(['“', '”', '„', '「', '」', '『', '』', '＂']))
        .filter(is_readable)
        .or_else(|| signs(text, &shown).filter(is_readable))
        .map(|habit| habit.said)
}

/// What is told of a whole condition that cannot be read, and was written as elsewhere.
pub(crate) fn from_elsewhere(text: &str, reads: Reads) -> Option<String> {
    let text = text.trim();
    if text.chars().count() > 300 {
        return None;
    }
    let habit = condition::condition(text, &crate::error::cut(text.to_owned()))?;
    habit.meant.as_deref().is_none_or(reads).then_some(habit.said)
}

/// What is told of a condition that can be read, and has a day in it that is read as a sum.
pub(crate) fn misread_day(text: &str, reads: Reads) -> Option<String> {
    let shown = crate::error::cut(text.trim().to_owned());
    let found = condition::bare_day(text.trim(), &shown)?;
    found.meant.as_deref().is_none_or(reads).then_some(found.said)
}
