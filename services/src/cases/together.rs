//! 共同申请 · several who apply as one (不动产登记暂行条例 14; B4.1): the form names them, each who is known here by the number reads the case and
//! says in the own account whether to apply together; who has no account signs at the counter. Nothing is accepted before all of them agree,
//! and what all applied for, one does not withdraw.

use super::case::{Case, Rejection};
use super::run::{back_to, perform};
use acts::{CaseAct, CoApplicant, Party};
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::get;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use forms::{Answers, FieldError};
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// The role in which somebody speaks who applies together with the applicant.
pub const ROLE: &str = "co_applicant";

pub fn routes() -> Router<House> {
    Router::new().route("/cases/{no}/join", get(back).post(send))
}

/// One who applies together with the applicant, and what they said and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Together {
    #[serde(flatten)]
    pub who: CoApplicant,
    pub agrees: Option<(bool, NaiveDate)>,
    /// Agreed to what was written before and has not taken it back: asked anew, but nobody withdraws or takes them out alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
}

impl Together {
    pub fn new(who: CoApplicant) -> Together {
        Together { who, agrees: None, held: false }
    }
    fn says(&self) -> Option<bool> {
        self.agrees.map(|(agrees, _)| agrees)
    }
    fn is_bound(&self) -> bool {
        self.says() == Some(true) || self.held
    }
    /// As the page of the case says it.
    pub fn zh(&self) -> &'static str {
        match self.says() {
            Some(true) => "同意一起申请",
            Some(false) => "不同意一起申请",
            None if self.held => "申请改过，等重新同意",
            None => "还没有说",
        }
    }
}

/// Whom the answers name besides the applicant, each once.
pub fn named(item: &Item, answers: &Answers, applicant: Option<&Party>) -> Vec<CoApplicant> {
    let own = applicant.and_then(|party| party.identity.as_deref());
    let mut all: Vec<CoApplicant> = Vec::new();
    for (_, name, number) in item.form.applicants(answers) {
        let is_applicant = own.is_some_and(|own| own.eq_ignore_ascii_case(&number));
        if !is_applicant && !all.iter().any(|one| one.number == number) {
            all.push(CoApplicant { name, number });
        }
    }
    all
}

/// What is wrong with whom the answers name: a number of an identity card or of an organisation that cannot be one, and an applicant who is
/// not among them.
pub fn wrong(item: &Item, answers: &Answers, applicant: Option<&str>, today: NaiveDate) -> Vec<FieldError> {
    const LONG: usize = 18;
    let all = item.form.applicants(answers);
    let mut errors = Vec::new();
    for (field, name, number) in &all {
        let is_one = || forms::ids::check_resident_id(number, today).is_ok() || forms::ids::check_uscc(number).is_ok();
        if number.chars().count() == LONG && !is_one() {
            let zh = format!("{name}的证件号码不对，请对着证件再看一遍：十八位的身份证号或者统一社会信用代码");
            errors.push(field_error(&field.key, &field.label, &zh, "One of the numbers is wrong; look at the document again"));
        }
    }
    let own = applicant.filter(|own| !all.iter().any(|(_, _, number)| own.eq_ignore_ascii_case(number)));
    if let (Some(_), Some((field, ..))) = (own, all.first()) {
        let zh = format!("“{}”里要有申请人自己，证件号码和账户里的一样", field.label);
        errors.push(field_error(&field.key, &field.label, &zh, "The applicant must be among them, with the number on file"));
    }
    errors
}

/// As somebody is known by: the number and the name. The number alone could be somebody else's slip.
pub fn token(name: &str, number: &str) -> String {
    format!("{}/{}", number.to_uppercase(), forms::text::fold_text(name).trim().to_lowercase())
}

/// Those who may read the case, as it is found by; nothing for the many that one applies for alone. Who said no reads it no more.
pub fn tokens(together: &[Together]) -> Option<Vec<String>> {
    let open = together.iter().filter(|one| one.says() != Some(false));
    let open: Vec<String> = open.map(|one| token(&one.who.name, &one.who.number)).collect();
    (!open.is_empty()).then_some(open)
}

/// By what this person is found, whose identity was verified: what somebody merely typed at signing up opens nothing.
pub fn own_token(person: &Person) -> Option<String> {
    person.identity_verified_at?;
    Some(token(&person.name, person.resident_id.as_deref()?))
}

/// The case with those of them who are known here: nobody handles a case in which a relative applies (F055).
pub async fn known(conn: &mut PgConnection, mut case: Case) -> Result<Case, Stop> {
    let Some(tokens) = tokens(&case.together) else { return Ok(case) };
    let numbers: Vec<&str> = case.together.iter().map(|one| one.who.number.as_str()).collect();
    let found: Vec<(Uuid, String, String)> = sqlx::query_as(
        "select id, name, resident_id from people where resident_id = any ($1) and identity_verified_at is not null",
    )
    .bind(numbers)
    .fetch_all(conn)
    .await?;
    case.known = found.into_iter().filter(|(_, name, no)| tokens.contains(&token(name, no))).map(|(id, ..)| id).collect();
    Ok(case)
}

/// Whether the case waits for whoever is known so.
pub fn is_asked(case: &Case, own: &str) -> bool {
    let is_own = |one: &&Together| token(&one.who.name, &one.who.number) == own;
    !case.stage.is_concluded() && case.together.iter().find(is_own).is_some_and(|one| one.agrees.is_none())
}

fn who(case: &Case, which: impl Fn(&Together) -> bool) -> Vec<String> {
    case.together.iter().filter(|one| which(one)).map(|one| one.who.name.clone()).collect()
}

/// The place of this person among them.
fn of<'c>(case: &'c Case, person: &Person) -> Option<&'c Together> {
    let number = person.resident_id.as_deref().filter(|_| case.known.contains(&person.id))?;
    case.together.iter().find(|one| one.who.number.eq_ignore_ascii_case(number))
}

/// Whether this person only applies together, and is not whose case it is.
pub fn only(case: &Case, person: &Person) -> bool {
    let own = case.applicant.as_ref().is_some_and(|party| party.id == person.id || person.organisations.contains(&party.id));
    !own && case.filed_by != Some(person.id) && of(case, person).is_some()
}

/// Another statement: who agreed to the one before is asked anew.
pub fn asked_anew(before: &[Together], named: &[CoApplicant]) -> Vec<Together> {
    let held = |who: &CoApplicant| before.iter().any(|one| one.who.number == who.number && one.is_bound());
    named.iter().map(|who| Together { held: held(who), ..Together::new(who.clone()) }).collect()
}

/// Nobody is taken out by another who agreed to apply.
pub fn keeps(case: &Case, named: &[CoApplicant]) -> Result<(), Rejection> {
    let gone = who(case, |one| one.is_bound() && !named.iter().any(|who| who.number == one.who.number));
    if gone.is_empty() { Ok(()) } else { Err(Rejection::TakesOut(gone)) }
}

/// Nobody withdraws alone what others agreed to.
pub fn may_withdraw(case: &Case) -> Result<(), Rejection> {
    let bound = who(case, Together::is_bound);
    if bound.is_empty() { Ok(()) } else { Err(Rejection::WithdrawnTogether(bound)) }
}

/// What goes on record of those who have not agreed here: that they signed, where the counter has seen it. Whose no is on record, nobody's tick
/// turns.
pub fn signed(case: &Case, seen: bool) -> Result<Option<CaseAct>, Rejection> {
    let against = who(case, |one| one.says() == Some(false));
    if !against.is_empty() {
        return Err(Rejection::OneRefuses(against));
    }
    let missing: Vec<CoApplicant> = case.together.iter().filter(|one| one.agrees.is_none()).map(|one| one.who.clone()).collect();
    match (missing.is_empty(), seen) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(CaseAct::Joined { agrees: true, people: missing.len(), private: Some(missing) })),
        (false, false) => Err(Rejection::NotAllAgree(missing.into_iter().map(|one| one.name).collect())),
    }
}

/// Nothing is granted before all agree, also where the clock accepted it.
pub fn settled(case: &Case) -> Result<(), Rejection> {
    signed(case, false).map(|_| ())
}

/// Asks whoever accepts or examines for what is still missing, and says who does not agree.
pub fn asks_signatures(filled: &Filled, case: &Case) -> String {
    let against = who(case, |one| one.says() == Some(false));
    let missing = who(case, |one| one.agrees.is_none());
    let mut out = String::new();
    if !against.is_empty() {
        let told = filled.t(&Rejection::OneRefuses(against).to_string());
        out = format!(r#"<div class="note note--stop" style="margin-top:1.5rem"><p>{told}</p></div>"#);
    }
    if !missing.is_empty() {
        let label = format!("还没有同意一起申请的：{}", missing.join("、"));
        out.push_str(&filled.choice("signed", &label, "checkbox", &[("yes", "都当面或者在纸上签了名，已核对身份")]));
    }
    out
}

/// What this person may say of it now: the value and the words of each button.
pub fn choices(case: &Case, person: &Person) -> Option<Vec<(&'static str, &'static str)>> {
    let (yes, no) = (("yes", "同意一起申请"), ("no", "不是我要申请的"));
    match of(case, person)?.says() {
        _ if case.stage.is_concluded() => None,
        Some(true) if case.accepted_on.is_some() => None,
        Some(true) => Some(vec![("no", "收回同意")]),
        _ => Some(vec![yes, no]),
    }
}

fn decide(case: &Case, person: &Person, agrees: bool) -> Result<Vec<CaseAct>, Rejection> {
    if case.stage.is_concluded() {
        case.must_wait_at("", "说要不要一起申请")?;
    }
    let one = of(case, person).ok_or(Rejection::NotTogether)?;
    match one.says() {
        Some(said) if said == agrees => Err(Rejection::SaidAlready),
        Some(true) if case.accepted_on.is_some() => Err(Rejection::AgreedForGood),
        _ => Ok(vec![CaseAct::Joined { agrees, people: 1, private: Some(vec![one.who.clone()]) }]),
    }
}

async fn back(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Redirect, Stop> {
    back_to(&house, &catalogue, &person, Act::JoinApplication, &no).await
}

/// POST /cases/{no}/join: one who applies together agrees, or not.
async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let agrees = match posted.one("agrees") {
        "yes" => true,
        "no" => false,
        _ => return Err(Stop::Unreadable("请选同意还是不同意一起申请".into())),
    };
    let seen = posted.one("amended").to_owned();
    let to = perform(
        &house,
        &catalogue,
        &person,
        ROLE,
        &no,
        Act::JoinApplication,
        &Circumstance::default(),
        posted.once()?,
        if agrees { format!("/cases/{no}#together") } else { "/account".into() },
        |case, _, _| {
            if !case.is_as_seen(&seen) {
                return Err(Rejection::ChangedMeanwhile);
            }
            decide(case, &person, agrees)
        },
    )
    .await?;
    Ok(Redirect::to(&to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b4_1_who_applies_together_is_named_once_and_the_applicant_not_at_all() {
        let catalogue = Catalogue::embedded().unwrap();
        let item = catalogue.item("real-estate-transfer").unwrap();
        let answers = serde_json::json!({
            "buyer_kind": "person",
            "holding": "joint",
            "buyers": [
                { "buyer_name": "王敏", "buyer_number": "34010020990101003x" },
                { "buyer_name": "李军", "buyer_number": "３40100209901010048" },
                { "buyer_name": "李军", "buyer_number": "340100209901010048" },
            ],
            "sellers": [{ "seller_name": "赵六", "seller_number": "340100209901010056" }],
        });
        let applicant = Party {
            id: uuid::Uuid::nil(),
            name: "王敏".into(),
            identity: Some("34010020990101003X".into()),
            mobile: None,
            organisation: false,
        };
        let named: Vec<String> =
            named(&item, answers.as_object().unwrap(), Some(&applicant)).into_iter().map(|one| one.name).collect();
        assert_eq!(named, ["李军", "赵六"]);
    }

    #[test]
    fn b4_1_a_number_that_cannot_be_one_is_told_and_the_applicant_must_be_among_them() {
        let catalogue = Catalogue::embedded().unwrap();
        let item = catalogue.item("real-estate-transfer").unwrap();
        let answers = |number: &str| {
            let buyers = serde_json::json!([{ "buyer_name": "王敏", "buyer_number": number }]);
            [("buyers".to_owned(), buyers)].into_iter().collect::<Answers>()
        };
        let today = "2026-11-28".parse().unwrap();
        let wrong = |number: &str, own: Option<&str>| wrong(&item, &answers(number), own, today).len();
        assert_eq!(wrong("34010020990101003X", Some("34010020990101003x")), 1, "a birth still to come");
        assert_eq!(wrong("110101199003070000", None), 1);
        assert_eq!(wrong("E12345678", None), 0, "a passport");
        assert_eq!(wrong("E12345678", Some("E12345678")), 0);
        assert_eq!(wrong("E12345678", Some("110101199003074514")), 1);
    }
}
