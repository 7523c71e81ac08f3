//! 登记表 · what is on record of an institution as a form, and back.

use crate::Catalogue;
use crate::items::facts::built_in;
use acts::{IntermediaryFacts, Offered};
use forms::{Answers, FieldError, Form};
use foundation::Stop;
use foundation::page::fields::{self, field_error};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::OnceLock;

/// The one step of the form.
pub const STEP: &str = "facts";

pub fn form() -> Result<Form, Stop> {
    static FORM: OnceLock<Form> = OnceLock::new();
    built_in(&FORM, include_str!("intermediary.json"))
}

/// What is on record, as the form has it.
pub fn answers(facts: &IntermediaryFacts, catalogue: &Catalogue) -> Answers {
    let services = facts.services.iter().map(
        |offered| json!({ "services__name": offered.name, "services__price": offered.price, "services__days": offered.days }),
    );
    let all = json!({
        "name": facts.name,
        "address": facts.address,
        "phone": facts.phone,
        "belongs_to": facts.belongs_to.as_deref().map(|key| catalogue.agency_name(key)),
        "qualification": Some(&facts.qualification).filter(|text| !text.is_empty()),
        "qualified_until": facts.qualified_until,
        "services": services.collect::<Vec<_>>(),
    });
    let Value::Object(all) = all else { return Answers::default() };
    all.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// A credit code as it was entered, or what is wrong with it.
pub fn code(said: &str, errors: &mut Vec<FieldError>) -> Option<String> {
    const EXAMPLE: &str = "11340000123456788P";
    match forms::ids::check_uscc(said) {
        Ok(read) => Some(read.code),
        Err(no) => {
            let label = "统一社会信用代码";
            errors.push(field_error("uscc", label, &no.zh(label, EXAMPLE), &no.en("Credit code", EXAMPLE)));
            None
        }
    }
}

/// What was entered; all of it is public, and whatever is wrong is told.
pub fn put(answers: &Answers, catalogue: &Catalogue) -> Result<IntermediaryFacts, Vec<FieldError>> {
    let mut errors = Vec::new();
    let text = |key: &str| answers.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    for (key, label) in [("name", "机构名称"), ("address", "地址"), ("phone", "公开电话"), ("qualification", "资质或者技术条件")]
    {
        fields::public(&text(key), key, label, &mut errors);
    }
    let said = text("belongs_to");
    let agency = catalogue.agencies().iter().find(|agency| agency.name == said || agency.key == said);
    if agency.is_none() && !said.is_empty() {
        let (zh, en) = ("没有叫这个名称的机关，请写全称", "No agency has this name; enter it in full");
        errors.push(field_error("belongs_to", "属于或者由哪个机关主管", zh, en));
    }
    let rows = answers.get("services").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (mut names, mut services) = (HashSet::new(), Vec::new());
    for (at, row) in rows.iter().enumerate() {
        let said = |key: &str| row[key].as_str().unwrap_or_default().trim().to_owned();
        let name = said("services__name");
        if !names.insert(name.clone()) {
            let key = forms::groups::posted_key("services", at, "services__name");
            errors.push(field_error(&key, "服务名称", "上面已经有这项服务", "A service above has this name"));
        }
        let days = forms::Decimal::from_json(&row["services__days"]).and_then(|n| n.to_string().parse().ok()).unwrap_or(1);
        services.push(Offered { name, price: said("services__price"), days });
    }
    let facts = IntermediaryFacts {
        name: text("name"),
        address: text("address"),
        phone: text("phone"),
        belongs_to: agency.map(|agency| agency.key.clone()),
        qualification: text("qualification"),
        qualified_until: text("qualified_until").parse().ok(),
        services,
    };
    if errors.is_empty() { Ok(facts) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b3_2_what_is_on_record_of_an_institution_comes_back_from_the_form_unchanged() {
        let catalogue = Catalogue::embedded().unwrap();
        let form = form().unwrap();
        let facts = IntermediaryFacts {
            name: "六安市样例检验中心".into(),
            address: "六安市".into(),
            phone: "0564-0000201".into(),
            belongs_to: Some("jinzhai-market".into()),
            qualification: "检验检测机构资质认定证书".into(),
            qualified_until: "2028-06-30".parse().ok(),
            services: vec![Offered { name: "食品检验".into(), price: "每批次 800 元".into(), days: 7 }],
        };
        for facts in [facts.clone(), IntermediaryFacts { belongs_to: None, qualified_until: None, ..facts }] {
            let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
            let read = form.read_step(STEP, &form.entered(STEP, &answers(&facts, &catalogue)), today);
            assert!(read.errors.is_empty(), "{:?}", read.errors);
            assert_eq!(put(&read.answers, &catalogue).unwrap(), facts);
        }
    }
}
