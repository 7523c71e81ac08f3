//! 页面缓存 · guides are read far more often than they change: the drawn page is kept for a minute.

use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Pages kept at a time. When it is full it is emptied: the pages asked for are soon there again.
const LARGEST: usize = 512;

#[derive(Default)]
pub(crate) struct Cache(Mutex<HashMap<String, (DateTime<Utc>, Bytes)>>);

impl Cache {
    /// A page drawn less than a minute before, by the clock of the house, which in a demonstration moves.
    pub(crate) fn get(&self, key: &str, now: DateTime<Utc>) -> Option<Bytes> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (drawn, page) = pages.get(key)?;
        let fresh = *drawn <= now && now < *drawn + Duration::seconds(60);
        fresh.then(|| page.clone())
    }

    /// Forgets every page: what they say has changed.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn put(&self, key: String, now: DateTime<Utc>, page: Bytes) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= LARGEST {
            pages.clear();
        }
        pages.insert(key, (now, page));
    }
}
