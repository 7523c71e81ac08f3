#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod clock;
mod days;
mod explain;
mod limit;
mod shanghai;
mod statutory;

pub use clock::{Change, Clock, ClockError, Due, Extension, Pause, Standing, State};
pub use days::{Calendar, CalendarError, Day, DayKind, Row, RowKind, parse_rows};
pub use explain::{DayLine, DayMark, MAX_LINES};
pub use limit::{Limit, LimitError, Unit};
pub use shanghai::{SHANGHAI, end_of_day, local_date, start_of_day};
pub use statutory::festival_english;

/// The date type of every signature here, so that callers need not name `chrono` for it.
pub use chrono::NaiveDate;
