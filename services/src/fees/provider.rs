//! 支付机构 · what is asked of a provider of payments, and what is believed of its word.

use acts::Money;
use axum::extract::FromRequestParts;
use axum::http::request;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::{House, Stop};
use futures::future::BoxFuture;
use std::sync::Arc;
use uuid::Uuid;

/// What somebody is to pay.
#[derive(Clone, Debug)]
pub struct Order {
    pub id: Uuid,
    pub amount: Money,
    /// What it is for, as the payer reads it.
    pub subject: String,
    /// Where the payer comes back to, on our site.
    pub back: String,
}

/// The provider's word that an order was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub order: Uuid,
    pub amount: Money,
    /// Its own number for the payment, never given twice.
    pub transaction: String,
    pub at: DateTime<Utc>,
}

/// What a provider has of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// All that was paid on the day, whether it was given back or not.
    pub paid: Vec<Notice>,
    /// All that was given back on the day, whenever it was paid.
    pub returned: Vec<Notice>,
}

/// How an order stands at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    Paid(Notice),
    /// It cannot be paid any more.
    Closed,
}

/// Why a notice is not believed, in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unbelieved(pub String);

/// A provider of payments. What each question asks can be asked again with the same answer.
pub trait Provider: Send + Sync {
    /// Its name in addresses and in the record.
    fn key(&self) -> &'static str;
    fn name(&self) -> &'static str;
    /// Opens the order, and says where the payer pays it.
    fn open<'a>(&'a self, house: &'a House, order: &'a Order) -> BoxFuture<'a, Result<String, Stop>>;
    /// Where the payer pays an order that is open.
    fn cashier(&self, order: Uuid) -> String;
    /// Reads what was sent in its name.
    fn read(&self, house: &House, body: &str) -> Result<Notice, Unbelieved>;
    fn standing<'a>(&'a self, house: &'a House, order: Uuid) -> BoxFuture<'a, Result<Standing, Stop>>;
    /// Closes an order that is not paid; says how it stands then.
    fn close<'a>(&'a self, house: &'a House, order: Uuid) -> BoxFuture<'a, Result<Standing, Stop>>;
    /// Gives back what was paid, the way it came.
    fn give_back<'a>(&'a self, house: &'a House, order: Uuid) -> BoxFuture<'a, Result<(), Stop>>;
    fn statement<'a>(&'a self, house: &'a House, day: NaiveDate) -> BoxFuture<'a, Result<Statement, Stop>>;
}

/// The providers of the site; none where nobody has been contracted, and then bills are paid at the counter.
#[derive(Clone, Default)]
pub struct Cashiers(Arc<[Arc<dyn Provider>]>);

impl Cashiers {
    pub fn new(providers: impl IntoIterator<Item = Arc<dyn Provider>>) -> Cashiers {
        Cashiers(providers.into_iter().collect())
    }
    /// The one that new orders go to.
    pub fn first(&self) -> Option<&dyn Provider> {
        self.0.first().map(AsRef::as_ref)
    }
    pub fn of(&self, key: &str) -> Option<&dyn Provider> {
        self.iter().find(|provider| provider.key() == key)
    }
    pub fn iter(&self) -> impl Iterator<Item = &dyn Provider> {
        self.0.iter().map(AsRef::as_ref)
    }
    /// What a payment went through, as a reader is told it.
    pub fn name(&self, key: &str) -> &'static str {
        match key {
            super::payments::COUNTER => "窗口",
            key => self.of(key).map_or("", Provider::name),
        }
    }
}

impl FromRequestParts<House> for Cashiers {
    type Rejection = Stop;
    async fn from_request_parts(parts: &mut request::Parts, _: &House) -> Result<Self, Stop> {
        let cashiers = parts.extensions.get::<Cashiers>();
        cashiers.cloned().ok_or_else(|| Stop::Fault("no cashiers in the request".into()))
    }
}
