//! 取得到的值 · what a column that is computed can come to, where its form tells it: a day of the week is one of seven, what is left
//! of a division by ten lies from 0 to 10.

use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelNumber, FeelType, Name};
use dsntk_feel_parser::AstNode;

use super::linear::{path, written};
use crate::model::grid::Grid;

/// The values a computed column can have.
pub(super) struct Reach {
    /// All of them, where they are few.
    pub(super) all: Option<Vec<Feel>>,
    /// Where they end.
    pub(super) cuts: Vec<Feel>,
    /// Whether it comes to every one of them, the variable it is computed from being free.
    pub(super) exact: bool,
    holds: Holds,
}

enum Holds {
    Listed,
    /// Numbers from the one on, and before the other; whole ones only.
    Numbers(Option<FeelNumber>, Option<FeelNumber>, bool),
    /// Texts no longer than so many characters.
    Short(usize),
    Upper,
    Lower,
}

const WEEK: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const YEAR: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

impl Reach {
    fn listed(all: Vec<Feel>, exact: bool) -> Reach {
        Reach { all: Some(all), cuts: Vec::new(), exact, holds: Holds::Listed }
    }

    fn texts(all: &[&str], exact: bool) -> Reach {
        Reach::listed(all.iter().map(|text| Feel::String((*text).to_owned())).collect(), exact)
    }

    fn whole(from: i64, to: i64, exact: bool) -> Reach {
        Reach::listed((from..=to).map(|number| Feel::Number(number.into())).collect(), exact)
    }

    fn numbers(from: Option<FeelNumber>, to: Option<FeelNumber>, whole: bool, exact: bool) -> Reach {
        let cuts = from.iter().chain(&to).map(|number| Feel::Number(*number)).collect();
        Reach { all: None, cuts, exact, holds: Holds::Numbers(from, to, whole) }
    }

    /// Reads the expression of a column.
    pub(super) fn of(grid: &Grid, tree: &AstNode) -> Option<Reach> {
        match tree {
            AstNode::FunctionInvocation(function, arguments) => {
                let AstNode::Name(function) = function.as_ref() else { return None };
                let AstNode::PositionalParameters(arguments) = arguments.as_ref() else { return None };
                if grid.names.iter().any(|(known, _)| known == function) {
                    return None;
                }
                of_function(grid, function.as_str(), arguments)
            }
            tree => part_of_day(grid, tree),
        }
    }

    /// Whether it may have a value.
    pub(super) fn may(&self, value: &Feel) -> bool {
        match (&self.holds, value) {
            (Holds::Listed, value) => self.all.iter().flatten().any(|known| known == value),
            (Holds::Numbers(from, to, whole), Feel::Number(number)) => {
                from.is_none_or(|from| *number >= from)
                    && to.is_none_or(|to| *number < to)
                    && (!whole || number.floor(0).is_ok_and(|floor| floor == *number))
            }
            (Holds::Short(most), Feel::String(text)) => text.chars().count() <= *most,
            (Holds::Upper, Feel::String(text)) => text.to_uppercase() == *text,
            (Holds::Lower, Feel::String(text)) => text.to_lowercase() == *text,
            _ => true,
        }
    }
}

fn of_function(grid: &Grid, function: &str, arguments: &[AstNode]) -> Option<Reach> {
    let first = arguments.first()?;
    let is = |kinds: &[FeelType]| {
        let kind = |name: &Name| grid.names.iter().find(|(known, _)| known == name).map(|(_, kind)| kind);
        matches!(first, AstNode::Name(name) if kind(name).is_some_and(|kind| kinds.contains(kind)))
    };
    let is_day = || is(&[FeelType::Date, FeelType::DateTime]);
    let number = |at: usize| arguments.get(at).and_then(written);
    let zero = Some(FeelNumber::zero());
    Some(match (function, arguments.len()) {
        ("day of week", 1) => Reach::texts(&WEEK, is_day()),
        ("month of year", 1) => Reach::texts(&YEAR, is_day()),
        ("day of year", 1) => Reach::whole(1, 366, is_day()),
        ("week of year", 1) => Reach::whole(1, 53, is_day()),
        ("modulo", 2) => {
            let by = number(1).filter(|by| !by.is_zero() && !by.is_negative())?;
            Reach::numbers(zero, Some(by), false, is(&[FeelType::Number]))
        }
        ("abs", 1) if is(&[FeelType::Number]) => Reach::numbers(zero, None, false, true),
        ("floor" | "ceiling", 1) => Reach::numbers(None, None, true, is(&[FeelType::Number])),
        ("string length", 1) => Reach::numbers(zero, None, true, is(&[FeelType::String])),
        ("upper case", 1) => Reach { all: None, cuts: Vec::new(), exact: is(&[FeelType::String]), holds: Holds::Upper },
        ("lower case", 1) => Reach { all: None, cuts: Vec::new(), exact: is(&[FeelType::String]), holds: Holds::Lower },
        ("substring", 3) => {
            let long = number(2)?;
            let most = (1..=1000usize).find(|most| FeelNumber::from(*most) == long)?;
            let exact = number(1) == Some(FeelNumber::one()) && is(&[FeelType::String]);
            Reach { all: None, cuts: Vec::new(), exact, holds: Holds::Short(most) }
        }
        _ => return None,
    })
}

/// The month, the day, the hour of a variable.
fn part_of_day(grid: &Grid, tree: &AstNode) -> Option<Reach> {
    let path = path(tree)?;
    let [variable, part] = path.as_slice() else { return None };
    let (_, kind) = grid.names.iter().find(|(name, _)| name == variable)?;
    let (is_day, is_time) = match kind {
        FeelType::Date => (true, false),
        FeelType::DateTime => (true, true),
        FeelType::Time => (false, true),
        _ => return None,
    };
    Some(match part.as_str() {
        "month" if is_day => Reach::whole(1, 12, true),
        "day" if is_day => Reach::whole(1, 31, true),
        "weekday" if is_day => Reach::whole(1, 7, true),
        "year" if is_day => Reach::numbers(None, None, true, true),
        "hour" if is_time => Reach::whole(0, 23, true),
        "minute" | "second" if is_time => Reach::whole(0, 59, true),
        _ => return None,
    })
}
