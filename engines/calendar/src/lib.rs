#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod announced;
mod backwards;
mod clock;
mod days;
mod explain;
mod limit;
mod matter;
mod question;
mod read;
mod revision;
mod shanghai;
mod statutory;

pub use announced::{Announced, LONGEST_NOTICE, Unread, read_announcement};
pub use backwards::{Deadline, LatestStart, next_deadlines};
pub use clock::{Clock, ClockError, Due, Extension, MAX_ENTRIES, Pause, Standing, State};
pub use days::{Calendar, Day, DayKind, Row, RowKind};
pub use explain::{DayLine, DayMark, MAX_LINES, ground_english};
pub use limit::{Limit, LimitError, Unit};
pub use matter::{Matter, MatterStanding, Restart, Step, StepStanding};
pub use question::{Answer, Question, QuestionError, Span, parse_date};
pub use read::{CalendarError, LONGEST_CSV, parse_rows};
pub use revision::{Change, Revision};
pub use shanghai::{SHANGHAI, closing_time, end_of_day, local_date, start_of_day};
pub use statutory::{YEARS, festival_english, statutory_holidays};

/// The date type of every signature here, so that callers need not name `chrono` for it.
pub use chrono::NaiveDate;
