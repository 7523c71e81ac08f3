//! 给付 · what a grant pays where the result of the matter is money (社会救助法 29, 45): how much, to whom, how and from when. It is decided
//! with the grant, printed in its letter and told to the applicant; the public learns only that it was granted.

use super::case::{Case, Rejection};
use acts::{Asks, Money, Payout, PayoutWay, Pays};
use catalogue::Item;
use chrono::{Datelike, Months, NaiveDate};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{Filled, date, field_error};
use foundation::page::{escape, full_date_zh};
use serde_json::Value;

/// Whether this grant pays, and how often: one that ends a certificate pays nothing more.
pub fn asked(case: &Case, item: &Item) -> Option<Pays> {
    let ends = case.about.as_ref().is_some_and(|about| about.asks == Asks::Cancellation);
    item.result.pays.filter(|_| !ends)
}

/// What the form says under this data element.
fn said<'c>(case: &'c Case, item: &Item, element: &str) -> Option<&'c str> {
    let field = item.form.fields().find(|field| field.element.as_deref() == Some(element))?;
    case.answers.get(&field.key).and_then(Value::as_str).filter(|said| !said.is_empty())
}

/// Who is paid: the account holder that the form names, or the applicant.
fn payee(case: &Case, item: &Item) -> String {
    let applicant = case.applicant.as_ref().map(|applicant| applicant.name.as_str());
    said(case, item, "person.bank_holder").or(applicant).unwrap_or_default().to_owned()
}

/// The end of the account that the form names: the whole of it stays in the application.
fn account(case: &Case, item: &Item) -> Option<String> {
    let digits: Vec<char> =
        forms::text::fold_digits(said(case, item, "person.bank_account")?).chars().filter(char::is_ascii_digit).collect();
    (digits.len() > 4).then(|| digits[digits.len() - 4..].iter().collect())
}

/// Asks for it, where the grant pays.
pub fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
    let Some(pays) = asked(case, item) else { return String::new() };
    let account = account(case, item);
    let (amount, hint) = match pays {
        Pays::Once => ("给付多少元", "一共多少，写到分。例：2000.00"),
        Pays::Monthly => ("每月给付多少元", "每个月多少，写到分。例：612.50"),
    };
    let ways =
        [account.as_ref().map(|_| ("account", "打入申请表上的账户")), Some(("card", "打入社会保障卡")), Some(("cash", "发现金"))];
    let ways: Vec<(&str, &str)> = ways.into_iter().flatten().collect();
    let to = format!(
        r#"<p class="note" style="margin-top:1.5rem">{}{}<span lang="zh-CN">{}</span>{}</p>"#,
        filled.t("收款人"),
        filled.t("："),
        escape(&payee(case, item)),
        account.map_or_else(String::new, |end| format!("{}{} {end}", filled.t("，"), filled.t("账户尾号"))),
    );
    [
        filled.input("amount", amount, hint, "text", r#"inputmode="decimal""#),
        to,
        filled.choice("way", "怎么发", "radio", &ways),
        filled.input("from", "从哪天起发", "例如 2026-12-01", "text", r#"inputmode="numeric""#),
    ]
    .concat()
}

/// What was filled in: yuan to the cent, more than nothing, and a day within a year of today, for a slip of the pen lies further off.
pub fn read(posted: &Posted, case: &Case, item: &Item, today: NaiveDate, errors: &mut Vec<FieldError>) -> Option<Payout> {
    let pays = asked(case, item)?;
    let amount = forms::read_yuan(posted.one("amount")).and_then(|yuan| Money::yuan(&yuan)).filter(|amount| amount.0 > 0);
    if amount.is_none() {
        let zh = "请写给付的金额：大于零的元数，最多两位小数，如 2000.00";
        errors.push(field_error("amount", "给付的金额", zh, "Enter the amount in yuan: more than nothing, two decimals at most"));
    }
    let account = account(case, item);
    let way = match posted.one("way") {
        "account" if account.is_some() => Some(PayoutWay::Account),
        "card" => Some(PayoutWay::Card),
        "cash" => Some(PayoutWay::Cash),
        _ => None,
    };
    if way.is_none() {
        errors.push(field_error("way", "怎么发", "请选怎么发", "Choose how it is paid"));
    }
    let from = date(posted.one("from"), "from", "开始发的日期", errors);
    let near = |day: &NaiveDate| {
        Some(*day) >= today.checked_sub_months(Months::new(12)) && Some(*day) <= today.checked_add_months(Months::new(12))
    };
    let from = match from {
        Some(day) if !near(&day) => {
            let zh = "开始发的日期离今天超过一年，请看看是不是写错了";
            errors.push(field_error(
                "from",
                "从哪天起发",
                zh,
                "That day is more than a year from today; look whether it is a slip",
            ));
            None
        }
        from => from,
    };
    let way = way?;
    Some(Payout {
        pays,
        amount: amount?,
        payee: payee(case, item),
        account: account.filter(|_| way == PayoutWay::Account),
        way,
        from: from?,
    })
}

/// What pays is granted with its amount, its payee and its day, or not at all.
pub fn b4_2_settled(case: &Case, item: &Item, payout: Option<&Payout>) -> Result<(), Rejection> {
    match (asked(case, item), payout) {
        (Some(pays), Some(payout)) if payout.pays == pays && payout.amount.0 > 0 => Ok(()),
        (Some(_), _) => Err(Rejection::PayoutWanted),
        (None, _) => Ok(()),
    }
}

/// How it reads on a certificate.
pub fn sum(payout: &Payout) -> String {
    match payout.pays {
        Pays::Once => format!("{} 元", payout.amount),
        Pays::Monthly => format!("每月 {} 元", payout.amount),
    }
}

/// How it is told to whoever is paid.
pub fn told(payout: &Payout) -> String {
    let Payout { amount, payee, .. } = payout;
    let from = full_date_zh(payout.from);
    let way = match (payout.way, &payout.account) {
        (PayoutWay::Account, Some(end)) => format!("打入尾号 {end} 的账户"),
        (PayoutWay::Account, None) => "打入账户".into(),
        (PayoutWay::Card, _) => "打入社会保障卡".into(),
        (PayoutWay::Cash, _) => "发现金".into(),
    };
    match payout.pays {
        Pays::Once => format!("给付 {amount} 元，自{from}起一次发给{payee}，{way}"),
        Pays::Monthly => format!("每月给付 {amount} 元，自{from}起发给{payee}，{way}"),
    }
}

/// The same as a letter has it, with the amount in capitals.
pub fn in_letter(payout: &Payout) -> String {
    told(payout).replacen(" 元", &format!("元（{}）", payout.amount.capitals()), 1).replacen("给付 ", "给付", 1)
}

/// This much, in the way the form asks for, from today on; by the month, from the first of the next.
pub fn usual(case: &Case, item: &Item, amount: Money, today: NaiveDate) -> Option<Payout> {
    let pays = asked(case, item)?;
    let account = account(case, item);
    let next = today.checked_add_months(Months::new(1)).and_then(|day| day.with_day(1));
    Some(Payout {
        pays,
        amount,
        payee: payee(case, item),
        way: if account.is_some() { PayoutWay::Account } else { PayoutWay::Cash },
        account,
        from: if pays == Pays::Monthly { next.unwrap_or(today) } else { today },
    })
}
