//! 来窗口的人 · what the officer reads off the papers of whoever stands at the counter: the identity card, and the licence of the
//! organisation one has come for.

use forms::FieldError;
use foundation::Stop;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::people::{self, Organisation};
use sqlx::PgConnection;

/// What the fields of the card and of the licence are posted under. No key of a form has a hyphen, so no form can have one of these.
pub const NAME: &str = "card-name";
pub const NUMBER: &str = "card-number";
pub const LICENCE_NAME: &str = "licence-name";
pub const LICENCE_USCC: &str = "licence-uscc";

/// What the identity card says.
pub struct Card {
    pub name: String,
    pub number: String,
}

/// What the licence of an organisation says.
pub struct Licence {
    pub name: String,
    pub uscc: String,
}

/// The fields of a card: whose it is, and what helps to know.
pub fn card_fields(filled: &Filled, whose: &str, hint: &str) -> String {
    [
        filled.input(NAME, whose, hint, "text", "autocomplete=\"off\""),
        filled.input(NUMBER, "身份证号", "核对原件", "text", "autocomplete=\"off\""),
    ]
    .concat()
}

/// Whoever has the card in hand says so where the number is on file under another name.
pub const CARD_SEEN: &str = "card-seen";

/// The same with the tick for a number that was typed under a wrong name before.
pub fn card_fields_again(filled: &Filled, whose: &str, hint: &str) -> String {
    let is_other = filled.errors.iter().any(|error| error.zh == people::UNDER_ANOTHER_NAME);
    let tick = match is_other || filled.entered.contains_key(CARD_SEEN) {
        true => filled.choice(
            CARD_SEEN,
            "原来登记的姓名写错了",
            "checkbox",
            &[("yes", "原件在手，号码和姓名都照原件，原来那一次登错了")],
        ),
        false => String::new(),
    };
    [card_fields(filled, whose, hint), tick].concat()
}

/// The fields of a licence.
pub fn licence_fields(filled: &Filled) -> String {
    [
        filled.input(LICENCE_NAME, "单位名称（替单位办的填）", "", "text", ""),
        filled.input(LICENCE_USCC, "统一社会信用代码（替单位办的填）", "18 位", "text", ""),
    ]
    .concat()
}

/// The telephone of whoever applies, of a mobile or of a landline; empty where there is none.
pub fn telephone(posted: &Posted, key: &str, errors: &mut Vec<FieldError>) -> String {
    let number = forms::text::fold_digits(posted.one(key)).trim().to_owned();
    if !number.is_empty() && !forms::text::is_phone(&number) {
        let zh = "手机号请填 11 位数字，座机带区号，例如 13800138000 或者 0564-7356789；没有的空着";
        let en = "Enter 11 digits, or a landline with its area code; leave it empty if there is none";
        errors.push(field_error(key, "手机号", zh, en));
    }
    number
}

pub fn card(posted: &Posted, today: chrono::NaiveDate, errors: &mut Vec<FieldError>) -> Card {
    let name = forms::text::fold_name(posted.one(NAME));
    if !forms::text::is_name(&name) {
        errors.push(field_error(NAME, "姓名", "请填证件上的姓名，例如 王敏", "Enter the name on the card"));
    }
    let number = forms::ids::check_resident_id(posted.one(NUMBER), today).map(|id| id.number).unwrap_or_else(|e| {
        errors.push(field_error(
            NUMBER,
            "身份证号",
            &e.zh("身份证号", "34010020990101003X"),
            &e.en("Identity number", "34010020990101003X"),
        ));
        String::new()
    });
    Card { name, number }
}

/// Nothing when neither name nor code was typed.
pub fn licence(posted: &Posted, errors: &mut Vec<FieldError>) -> Option<Licence> {
    let name = forms::text::fold_text(posted.one(LICENCE_NAME)).trim().to_owned();
    let code = posted.one(LICENCE_USCC).trim();
    if name.is_empty() && code.is_empty() {
        return None;
    }
    if name.is_empty() {
        errors.push(field_error(LICENCE_NAME, "单位名称", "填了信用代码，还要填单位名称", "Enter the organisation's name"));
    }
    let uscc = forms::ids::check_uscc(code).map(|code| code.code).unwrap_or_else(|e| {
        errors.push(field_error(
            LICENCE_USCC,
            "统一社会信用代码",
            &e.zh("统一社会信用代码", "11340000123456788P"),
            &e.en("Credit code", "11340000123456788P"),
        ));
        String::new()
    });
    Some(Licence { name, uscc })
}

/// The organisation of this licence, entered if nobody has heard of it; the name on file stands.
pub async fn organisation(conn: &mut PgConnection, licence: &Licence) -> Result<Result<Organisation, FieldError>, Stop> {
    match people::organisation(conn, &licence.uscc, &licence.name, None).await {
        Ok(organisation) => Ok(Ok(organisation)),
        Err(Stop::Rejected(why)) => Ok(Err(field_error(
            LICENCE_NAME,
            "单位名称",
            &why,
            "The organisation with this credit code is on file under another name",
        ))),
        Err(other) => Err(other),
    }
}
