//! 时刻 · the time, passed in. Nothing below this file asks the machine what time it is.

use calendar::Calendar;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};

/// The instant an act happens, its date in China, and the calendar that counts from it.
#[derive(Clone)]
pub struct Moment {
    pub at: DateTime<Utc>,
    pub calendar: Arc<Calendar>,
}

impl Moment {
    pub fn new(at: DateTime<Utc>, calendar: Arc<Calendar>) -> Moment {
        Moment { at, calendar }
    }
    /// The date in Asia/Shanghai, whatever the server's zone (CLK-03, H04).
    pub fn date(&self) -> NaiveDate {
        calendar::local_date(self.at)
    }
    pub fn later(&self, by: Duration) -> Moment {
        Moment { at: self.at + by, calendar: self.calendar.clone() }
    }
}

/// Where the time comes from: the machine, or in a demonstration the machine plus an offset that can only grow. Days are counted by
/// the calendar that the program brings along and by the notices recorded since (see [`arrangements`](crate::arrangements)).
#[derive(Clone)]
pub struct TimeSource {
    base: Arc<Calendar>,
    /// How many notices are known, and the calendar that they give.
    known: Arc<RwLock<(i64, Arc<Calendar>)>>,
    offset: Option<Arc<AtomicI64>>,
}

impl TimeSource {
    pub fn system(calendar: Arc<Calendar>) -> TimeSource {
        TimeSource { known: Arc::new(RwLock::new((0, calendar.clone()))), base: calendar, offset: None }
    }
    pub fn demonstration(calendar: Arc<Calendar>, offset_seconds: i64) -> TimeSource {
        TimeSource { offset: Some(Arc::new(AtomicI64::new(offset_seconds))), ..TimeSource::system(calendar) }
    }
    pub fn now(&self) -> Moment {
        let offset = self.offset.as_ref().map_or(0, |o| o.load(Ordering::Relaxed));
        // Microseconds are what PostgreSQL keeps: an instant must read back as it was written.
        let at = Utc::now() + Duration::seconds(offset);
        let at = DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at);
        Moment::new(at, self.calendar())
    }
    pub fn calendar(&self) -> Arc<Calendar> {
        self.known().1
    }
    /// What the program brings along.
    pub(crate) fn base(&self) -> &Arc<Calendar> {
        &self.base
    }
    pub(crate) fn known(&self) -> (i64, Arc<Calendar>) {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub(crate) fn know(&self, notices: i64, calendar: Arc<Calendar>) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = (notices, calendar);
    }
    /// `None` when the clock cannot be moved, which is always so in `serve`.
    pub fn movable(&self) -> Option<&AtomicI64> {
        self.offset.as_deref()
    }
}
