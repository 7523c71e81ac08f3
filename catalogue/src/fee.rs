//! 收费 · what the published standard makes of one case (B4.1-14; 许可法 58, 59): each charge of the item is an expression over the answers of
//! the form, so that nobody at a counter types an amount.

use crate::Item;
use acts::{Bill, BillLine, Money};
use serde_json::{Map, Value};

/// A standard that makes no amount of these answers: whose line it is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAmount {
    pub line: String,
    pub reason: String,
}

/// The bill of a case with these answers; none where nothing is charged. Each line is exact to the cent.
pub fn bill(item: &Item, answers: &Map<String, Value>) -> Result<Option<Bill>, NoAmount> {
    if !item.fee.charged {
        return Ok(None);
    }
    let mut known = unanswered(item);
    known.extend(answers.clone());
    let mut lines = Vec::new();
    for fee in &item.fee.items {
        let no = |reason: String| NoAmount { line: fee.name.clone(), reason };
        let made = rules::evaluate(&fee.amount, &known).map_err(|error| no(error.to_string()))?;
        let amount = amount(&made).map_err(no)?;
        if amount > Money(0) {
            lines.push(BillLine { name: fee.name.clone(), standard: fee.standard.clone(), basis: fee.basis.clone(), amount });
        }
    }
    let total = lines.iter().map(|line| line.amount).sum();
    Ok((!lines.is_empty()).then_some(Bill { lines, total }))
}

/// A question that was not asked has no answer, and says so.
fn unanswered(item: &Item) -> Map<String, Value> {
    item.form.fields().map(|field| (field.key.clone(), Value::Null)).collect()
}

/// The amount an expression came to.
fn amount(made: &Value) -> Result<Money, String> {
    let yuan = if let Value::Number(yuan) = made { Money::yuan(&yuan.to_string()) } else { None };
    yuan.ok_or_else(|| format!("得出的 {made} 不是以元计、到分为止的数"))
}

/// What is wrong with an amount before it is published: how it is written, and what it comes to where no answer is needed for it. A granted
/// case cannot be moved to a mended standard, so that a fault is found here or never.
pub(crate) fn unusable(item: &Item, written: &str) -> Option<String> {
    let names: Vec<&str> = item.form.fields().map(|field| field.key.as_str()).collect();
    if let Err(error) = rules::check(written, &names) {
        return Some(error.to_string());
    }
    let needs_answers = rules::check(written, &[]).is_err();
    match rules::evaluate(written, &unanswered(item)) {
        Ok(Value::Null) | Err(_) if needs_answers => None,
        Ok(made) => amount(&made).err(),
        Err(error) => Some(error.to_string()),
    }
}
