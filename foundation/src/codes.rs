//! 查询码 · whoever has the number and the code of a receipt reads on without an account; the code follows from the number
//! ([`House::lookup_code`]), and wrong ones are counted.

use crate::caller::Caller;
use crate::{House, Stop, people};

/// Wrong codes within the time tries are kept, an hour, for one number from one address, and for all numbers from it: eight letters of 31
/// are not guessed in so many tries, and nobody shuts a number to others.
const WRONG: i64 = 10;
const WRONG_FROM_ONE: i64 = 40;

/// A number or a code as people copy it: full-width digits, blanks and hyphens do not matter.
pub fn tidy(text: &str) -> String {
    forms::text::fold_digits(text).chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase()
}

/// Whether this code opens what has this number; `what` it is keeps the tries at one kind apart from those at another.
pub async fn opens(house: &House, caller: Caller, what: &str, no: &str, code: &str) -> Result<bool, Stop> {
    let (here, anywhere) = (format!("{what}:{no} {}", caller.key()), format!("{what}:{}", caller.key()));
    let limits = [(here.as_str(), WRONG), (anywhere.as_str(), WRONG_FROM_ONE)];
    let counted = people::count_try(house.pool(), &limits, people::TRIES_KEPT_SECONDS, house.now().at).await?;
    let right = code == house.lookup_code(no);
    if right {
        people::was_right(house.pool(), counted).await?;
    }
    Ok(right)
}
