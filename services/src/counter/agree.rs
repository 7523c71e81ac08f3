//! 同一个人 · who applies stands above the form that the counter types in, and many forms ask the same once more: what is empty is filled in
//! from the card, and what differs is told at both places (B4.1). The receipt is made out to whoever stands above.

use super::who::{Card, NAME, NUMBER};
use catalogue::Item;
use forms::{Answers, Entered, Field, FieldError, Kind};
use foundation::page::fields::field_error;

/// The header's own field of the mobile number; like those of the card, no key of a form has a hyphen.
pub const MOBILE: &str = "card-mobile";

/// What the header says, each with the sources by which forms ask for it, and its own field.
fn says<'h>(card: &'h Card, mobile: &'h str) -> [([&'static str; 2], &'static str, &'static str, &'h str); 3] {
    [
        (["applicant.name", "account.name"], NAME, "姓名", card.name.as_str()),
        (["applicant.resident_id", "account.resident_id"], NUMBER, "身份证号", card.number.as_str()),
        (["applicant.mobile", "account.mobile"], MOBILE, "手机号", mobile),
    ]
}

fn comes_from(field: &Field, sources: [&str; 2]) -> bool {
    field.source.as_deref().is_some_and(|source| sources.contains(&source))
}

/// Whoever is asked as a contact may be another than who applies.
fn is_contact(field: &Field) -> bool {
    field.key.starts_with("contact")
}

/// Fills in from the header what the form asks once more and nobody typed. Whoever comes for an organisation is at most its contact.
pub fn fill(item: &Item, entered: &mut Entered, card: &Card, mobile: &str, for_organisation: bool) {
    for (sources, _, _, value) in says(card, mobile) {
        let asks = |field: &&Field| comes_from(field, sources) && (is_contact(field) || !for_organisation);
        for field in item.form.fields().filter(asks) {
            let typed = entered.get(&field.key).is_some_and(|typed| typed.iter().any(|one| !one.trim().is_empty()));
            if !typed && !value.is_empty() {
                entered.insert(field.key.clone(), vec![value.to_owned()]);
            }
        }
    }
}

/// Where the form says of the person who applies what the header does not: told at both.
pub fn differing(item: &Item, answers: &Answers, card: &Card, mobile: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (sources, key, label, value) in says(card, mobile).into_iter().filter(|(.., value)| !value.is_empty()) {
        let asks = |field: &&Field| comes_from(field, sources) && !is_contact(field);
        for field in item.form.fields().filter(asks).filter(|field| item.form.is_asked(field, answers)) {
            let Some(said) = answers.get(&field.key).and_then(|said| said.as_str()) else { continue };
            // A telephone may be the one at home, beside the mobile.
            let landline = field.kind == Kind::Phone && !forms::text::is_mobile(said);
            if landline || same(said, value) {
                continue;
            }
            let (there, here) = (&field.label, "申请人");
            let zh = format!("这里的{label}和下面“{there}”填的“{said}”不一样，两处要一样：请对着证件看哪一处错了");
            errors.push(field_error(key, label, &zh, "This and the form below must say the same; look at the card"));
            let zh = format!("“{there}”和上面“{here}”一栏的“{value}”不一样，两处要一样：请对着证件看哪一处错了");
            errors.push(field_error(
                &field.key,
                there,
                &zh,
                "This must be as in the part on the applicant above; look at the card",
            ));
        }
    }
    errors
}

/// Nobody acts for oneself: whose card is above is not who comes for them.
pub fn own_agent(item: &Item, answers: &Answers, card: &Card) -> Option<FieldError> {
    let mut fields = item.form.fields().filter(|field| field.source.as_deref() == Some("agent.resident_id"));
    let field = fields
        .find(|field| answers.get(&field.key).and_then(|said| said.as_str()).is_some_and(|said| same(said, &card.number)))?;
    let zh = format!("“{}”就是申请人自己的：本人来办的，选不是代办", field.label);
    Some(field_error(&field.key, &field.label, &zh, "This is the applicant; whoever comes in person has no agent"))
}

fn plain(said: &str) -> String {
    let folded = forms::text::fold_digits(&forms::text::fold_name(said)).to_uppercase();
    folded.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

fn same(a: &str, b: &str) -> bool {
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(slug: &str) -> std::sync::Arc<Item> {
        catalogue::Catalogue::embedded().unwrap().item(slug).unwrap()
    }

    fn card() -> Card {
        Card { name: "王敏".into(), number: "34010020990101003X".into() }
    }

    #[test]
    fn b4_1_the_form_and_the_card_speak_of_one_person_and_both_places_are_told() {
        let relief = item("temporary-relief");
        let mut answers = Answers::new();
        answers.insert("applicant_name".into(), json!("王 敏"));
        answers.insert("applicant_id_number".into(), json!("34010020990101003x"));
        answers.insert("applicant_phone".into(), json!("0564-7356789"));
        assert!(differing(&relief, &answers, &card(), "13800138000").is_empty(), "a telephone at home is another thing");
        answers.insert("applicant_name".into(), json!("李倩"));
        answers.insert("applicant_phone".into(), json!("13900139000"));
        let told: Vec<String> =
            differing(&relief, &answers, &card(), "13800138000").into_iter().map(|error| error.field).collect();
        assert_eq!(told, [NAME, "applicant_name", MOBILE, "applicant_phone"]);
    }

    #[test]
    fn b4_1_what_the_form_asks_once_more_is_filled_in_from_the_card() {
        let relief = item("temporary-relief");
        let mut entered = Entered::from([("applicant_phone".to_owned(), vec!["0564-7356789".to_owned()])]);
        fill(&relief, &mut entered, &card(), "13800138000", false);
        assert_eq!(entered["applicant_name"], ["王敏"]);
        assert_eq!(entered["applicant_id_number"], ["34010020990101003X"]);
        assert_eq!(entered["applicant_phone"], ["0564-7356789"], "what was typed stays");
        // Whoever comes for an organisation is its contact, and nothing more.
        let club = item("social-organisation-registration");
        let mut entered = Entered::new();
        fill(&club, &mut entered, &card(), "13800138000", true);
        assert_eq!(entered.keys().map(String::as_str).collect::<Vec<_>>(), ["contact_mobile", "contact_name"]);
    }
}
