//! 选择领取方式 · the applicant says how the result is to reach them, and may say otherwise until it is on its way.

use super::applicant::ApplicantAct;
use super::case::{Case, Chosen, Rejection};
use acts::{Address, CaseAct, DELIVERY_CHOICES, Party};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::{Entered, Posted};
use foundation::page::Shell;
use foundation::page::fields::{Filled, field_error, text};

/// Characters of the longest address.
const LONGEST: usize = 200;

/// Whether it can still be chosen: until it is on its way or there is nothing to deliver any more.
pub fn can_be_chosen(case: &Case) -> bool {
    !case.process.is_ended() && case.mailed.is_none() && case.delivered_on.is_none()
}

/// The fields of an address.
pub(super) fn address_fields(filled: &Filled) -> String {
    [
        filled.input("to_name", "收件人", "", "text", "autocomplete=\"name\""),
        filled.input("to_phone", "收件人电话", "手机号，或者带区号的座机", "text", "inputmode=\"tel\" autocomplete=\"tel\""),
        filled.input("to_address", "收件地址", "省、市、县、乡镇或街道，写到门牌", "text", "autocomplete=\"street-address\""),
    ]
    .concat()
}

/// An address as it was entered, or what is wrong with it.
pub(super) fn read_address(posted: &Posted, errors: &mut Vec<FieldError>) -> Option<Address> {
    let before = errors.len();
    let name = text(posted, "to_name", "收件人", ("请写收件人", "Enter who receives it"), 60, errors);
    let phone: String = forms::text::fold_digits(posted.one("to_phone")).chars().filter(|c| !c.is_whitespace()).collect();
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if !(7..=15).contains(&digits) || !phone.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '+') {
        let (zh, en) = ("收件人电话请填手机号或座机，例如 13800138000", "Enter a phone number, for example 13800138000");
        errors.push(field_error("to_phone", "收件人电话", zh, en));
    }
    let wanted = ("请写收件地址，写到门牌", "Enter the whole address");
    let address = text(posted, "to_address", "收件地址", wanted, LONGEST, errors);
    if errors.len() == before && address.chars().count() < 6 {
        let (zh, en) = ("收件地址太短，寄不到：请写省、市、县和门牌", "The address is too short for the post to find");
        errors.push(field_error("to_address", "收件地址", zh, en));
    }
    (errors.len() == before).then_some(Address { name, phone, address })
}

/// What was entered, over what was chosen before, over what is known of the applicant.
pub(crate) fn filled(
    shell: &Shell,
    applicant: Option<&Party>,
    chosen: Option<&Chosen>,
    entered: Entered,
    errors: Vec<FieldError>,
) -> Filled {
    let mut shown = Entered::new();
    if let Some(party) = applicant {
        shown.insert("to_name".into(), vec![party.name.clone()]);
        shown.extend(party.mobile.iter().map(|mobile| ("to_phone".into(), vec![mobile.clone()])));
    }
    if let Some(chosen) = chosen {
        shown.insert("way".into(), vec![chosen.way.clone()]);
        if let Some(Address { name, phone, address }) = chosen.to.clone() {
            shown.extend([("to_name", name), ("to_phone", phone), ("to_address", address)].map(|(k, v)| (k.into(), vec![v])));
        }
    }
    shown.extend(entered);
    Filled::new(shell.lang, shown, errors)
}

/// The ways, and where to send it.
pub(crate) fn fields(filled: &Filled, has_account: bool) -> String {
    let ways: Vec<(&str, &str)> = DELIVERY_CHOICES.into_iter().filter(|(way, _)| *way != "account" || has_account).collect();
    let (way, to) = (filled.choice("way", "怎样领取", "radio", &ways), address_fields(filled));
    let legend = filled.t("邮寄到哪里（选邮寄的才要填）");
    format!(r#"{way}<fieldset class="field"><legend>{legend}</legend>{to}</fieldset>"#)
}

impl ApplicantAct for Chosen {
    const SLUG: &'static str = "delivery";
    const TITLE: &'static str = "怎样领取";
    const MEANS: &'static str = "办好以后照您选的送到。寄出以前随时可以改，邮寄不收费。";
    const SENDS: &'static str = "就这样领取";
    const BACK: &'static str = "返回，不改";
    const ACT: Act = Act::ChooseDelivery;

    fn is_open(case: &Case, _: NaiveDate) -> bool {
        can_be_chosen(case)
    }

    fn filled(shell: &Shell, case: &Case, entered: Entered, errors: Vec<FieldError>) -> Filled {
        filled(shell, case.applicant.as_ref(), case.chosen.as_ref(), entered, errors)
    }

    fn fields(filled: &Filled, case: &Case) -> String {
        fields(filled, case.has_account())
    }

    fn read(posted: &Posted) -> Result<Chosen, Vec<FieldError>> {
        let mut errors = Vec::new();
        let Some((way, _)) = DELIVERY_CHOICES.iter().find(|(way, _)| *way == posted.one("way")) else {
            return Err(vec![field_error("way", "怎样领取", "请选怎样领取", "Choose how you want to have it")]);
        };
        let to = if *way == "post" { read_address(posted, &mut errors) } else { None };
        if errors.is_empty() { Ok(Chosen { way: (*way).to_owned(), to }) } else { Err(errors) }
    }

    fn decide(&self, case: &Case, _: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        if let Some(mailed) = &case.mailed {
            return Err(Rejection::AlreadyMailed(mailed.on));
        }
        if !can_be_chosen(case) {
            case.must_wait_at("", "选择怎样领取")?;
        }
        if self.way == "account" && !case.has_account() {
            return Err(Rejection::NoAccount);
        }
        // The same once more changes nothing.
        match case.chosen.as_ref() == Some(self) {
            true => Ok(Vec::new()),
            false => Ok(vec![CaseAct::DeliveryChosen { way: self.way.clone(), private: self.to.clone() }]),
        }
    }
}
