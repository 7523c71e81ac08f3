//! 交邮 · the result is handed to the post, at no cost to the applicant. It is on its way and not yet delivered (B4.1-20).

use super::case::{Case, Rejection};
use super::choose_delivery::{address_fields, read_address};
use super::officer::{OfficerAct, needed};
use acts::{Address, CaseAct, Mail};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error, past_date};

pub struct MailIt {
    pub on: NaiveDate,
    pub mail: Mail,
}

/// Who is known to carry letters and parcels of the state; any other is written in.
const CARRIER: &str = "中国邮政 EMS";

impl OfficerAct for MailIt {
    const SLUG: &'static str = "mail";
    const TITLE: &'static str = "交邮";
    const MEANS: &'static str = "登记已经交给邮政的邮件，申请人在办件页上看得到单号。签收以后再登记送达。";
    const ACT: Act = Act::Deliver;
    const NODE: &'static str = super::deliver::Deliver::NODE;

    fn is_offered(case: &Case, _: &Item) -> bool {
        case.waits_at(Self::NODE) && case.decision.is_some() && case.mailed.is_none() && case.to_pay().is_none()
    }

    fn over(case: &Case) -> Option<Rejection> {
        let mailed = || Some(Rejection::AlreadyMailed(case.mailed.as_ref()?.on));
        mailed().or_else(|| Some(Rejection::Unpaid(case.to_pay()?.total)))
    }

    fn fields(filled: &Filled, case: &Case, _: &Item) -> String {
        let to = case.chosen.as_ref().and_then(|chosen| chosen.to.as_ref());
        // What the applicant chose, else whoever applied: to be looked over, and typed over where it is wrong.
        let known = |key: &str, value: &str| (key.to_owned(), vec![value.to_owned()]);
        let party = case.applicant.as_ref();
        let name = to.map(|to| to.name.as_str()).or(party.map(|party| party.name.as_str())).unwrap_or_default();
        let phone = to.map(|to| to.phone.as_str()).or(party.and_then(|party| party.mobile.as_deref())).unwrap_or_default();
        let mut entered = foundation::held::Entered::from_iter([
            known("carrier", CARRIER),
            known("to_name", name),
            known("to_phone", phone),
            known("to_address", to.map(|to| to.address.as_str()).unwrap_or_default()),
        ]);
        entered.extend(filled.entered.clone());
        let filled = Filled::new(filled.lang, entered, filled.errors.clone());
        [
            filled.input("carrier", "交给谁寄", "", "text", ""),
            filled.input("number", "邮件号码", "面单上的号码，例如 1234567890123", "text", "autocomplete=\"off\""),
            filled.input("on", "交邮日期", "例如 2026-11-27", "text", "inputmode=\"numeric\""),
            address_fields(&filled),
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, _: &Item, today: NaiveDate) -> Result<MailIt, Vec<FieldError>> {
        let mut errors = Vec::new();
        let carrier = needed(posted, "carrier", "交给谁寄", "请写明交给谁寄", &mut errors);
        let number: String = forms::text::fold_text(posted.one("number")).split_whitespace().collect();
        if !(6..=40).contains(&number.chars().count()) || !number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            errors.push(field_error(
                "number",
                "邮件号码",
                "邮件号码请照面单填 6 到 40 位字母和数字",
                "Enter the number on the label, 6 to 40 letters and digits",
            ));
        }
        let on = past_date(posted, "on", "交邮日期", today, &mut errors);
        match (read_address(posted, &mut errors), on) {
            (Some(to), Some(on)) if errors.is_empty() => Ok(MailIt { on, mail: Mail { carrier, number, to } }),
            _ => Err(errors),
        }
    }

    fn decide(&self, case: &Case, _: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "交邮")?;
        if case.decision.is_none() {
            return Err(Rejection::NothingDecided);
        }
        if let Some(over) = Self::over(case) {
            return Err(over);
        }
        if let Some(decided) = case.decision.as_ref().map(|decision| decision.on).filter(|day| self.on < *day) {
            return Err(Rejection::Clock(format!("交邮日期 {} 早于作出决定的 {decided}", self.on)));
        }
        Ok(vec![CaseAct::Mailed { on: self.on, private: Some(self.mail.clone()) }])
    }
}

/// A parcel as a line: who carries it, its number, and to whom.
pub fn told(mail: &Mail) -> String {
    let Address { name, phone, address } = &mail.to;
    format!("{}，单号 {}，收件人 {name}，电话 {phone}，地址 {address}", mail.carrier, mail.number)
}
