//! 共同申请 · several who apply as one (不动产登记暂行条例 14; B4.1): the form names them, each who is known here by the number reads the case and
//! says in the own account whether to apply together; who has no account signs at the counter. Nothing is accepted before all of them agree,
//! and what all applied for, one does not withdraw.

use super::case::{Case, Rejection};
use super::run::{open, perform};
use acts::{CaseAct, CoApplicant, Party};
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::get;
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use forms::Answers;
use foundation::held::Posted;
use foundation::page::fields::Filled;
use foundation::people::Person;
use foundation::{House, SignedIn, Stop};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

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
}

impl Together {
    pub fn new(who: CoApplicant) -> Together {
        Together { who, agrees: None }
    }
    /// As the page of the case says it.
    pub fn zh(&self) -> &'static str {
        match self.agrees {
            Some((true, _)) => "同意一起申请",
            Some((false, _)) => "不同意一起申请",
            None => "还没有说",
        }
    }
}

/// Whom the answers name besides the applicant, each once.
pub fn named(item: &Item, answers: &Answers, applicant: Option<&Party>) -> Vec<CoApplicant> {
    let own = applicant.and_then(|party| party.identity.as_deref());
    let mut all: Vec<CoApplicant> = Vec::new();
    for (name, number) in item.form.applicants(answers) {
        let is_applicant = own.is_some_and(|own| own.eq_ignore_ascii_case(&number));
        if !is_applicant && !all.iter().any(|one| one.number == number) {
            all.push(CoApplicant { name, number });
        }
    }
    all
}

/// Their numbers, as a case is found by; nothing for the many that one applies for alone.
pub fn numbers(together: &[Together]) -> Option<Vec<&str>> {
    (!together.is_empty()).then(|| together.iter().map(|one| one.who.number.as_str()).collect())
}

/// The case with those of them who are known here: nobody handles a case in which a relative applies (F055).
pub async fn known(conn: &mut PgConnection, mut case: Case) -> Result<Case, Stop> {
    if let Some(numbers) = numbers(&case.together) {
        // A number that somebody merely typed at signing up opens nothing.
        case.known =
            sqlx::query_scalar("select id from people where resident_id = any ($1) and identity_verified_at is not null")
                .bind(numbers)
                .fetch_all(conn)
                .await?;
    }
    Ok(case)
}

/// Their names, by what they said.
pub fn who(case: &Case, said: impl Fn(Option<bool>) -> bool) -> Vec<String> {
    let all = case.together.iter().filter(|one| said(one.agrees.map(|(agrees, _)| agrees)));
    all.map(|one| one.who.name.clone()).collect()
}

/// The place of this person among them.
pub fn of<'c>(case: &'c Case, person: &Person) -> Option<&'c Together> {
    let number = person.resident_id.as_deref().filter(|_| case.known.contains(&person.id))?;
    case.together.iter().find(|one| one.who.number.eq_ignore_ascii_case(number))
}

/// Whether this person only applies together, and is not whose case it is.
pub fn only(case: &Case, person: &Person) -> bool {
    let own = case.applicant.as_ref().is_some_and(|party| party.id == person.id || person.organisations.contains(&party.id));
    !own && case.filed_by != Some(person.id) && of(case, person).is_some()
}

/// What the acceptance puts on record of those who have not agreed here: that they signed, where the counter has seen it.
pub fn signed(case: &Case, seen: bool) -> Result<Option<CaseAct>, Rejection> {
    let missing = who(case, |said| said != Some(true));
    if missing.is_empty() {
        return Ok(None);
    }
    if !seen {
        return Err(Rejection::NotAllAgree(missing));
    }
    let all = case.together.iter().filter(|one| !matches!(one.agrees, Some((true, _)))).map(|one| one.who.clone());
    Ok(Some(CaseAct::Joined { agrees: true, people: missing.len(), private: Some(all.collect()) }))
}

/// Asks whoever accepts for what is still missing.
pub fn asks_signatures(filled: &Filled, case: &Case) -> String {
    let missing = who(case, |said| said != Some(true));
    if missing.is_empty() {
        return String::new();
    }
    let label = format!("还没有同意一起申请的：{}", missing.join("、"));
    filled.choice("signed", &label, "checkbox", &[("yes", "都当面或者在纸上签了名，已核对身份")])
}

/// What this person may say of it now: the value and the words of each button.
pub fn choices(case: &Case, person: &Person) -> Option<Vec<(&'static str, &'static str)>> {
    let (yes, no) = (("yes", "同意一起申请"), ("no", "不是我要申请的"));
    match of(case, person)?.agrees {
        _ if case.stage.is_concluded() => None,
        None => Some(vec![yes, no]),
        Some((true, _)) => Some(vec![("no", "收回同意")]),
        Some((false, _)) => Some(vec![yes]),
    }
}

fn decide(case: &Case, person: &Person, agrees: bool) -> Result<Vec<CaseAct>, Rejection> {
    if case.stage.is_concluded() {
        case.must_wait_at("", "说要不要一起申请")?;
    }
    let one = of(case, person).ok_or(Rejection::NotTogether)?;
    // The number alone could be somebody else's slip.
    if forms::text::fold_text(&person.name).trim() != one.who.name.trim() {
        return Err(Rejection::NotTogether);
    }
    if one.agrees.is_some_and(|(said, _)| said == agrees) {
        return Err(Rejection::SaidAlready);
    }
    Ok(vec![CaseAct::Joined { agrees, people: 1, private: Some(vec![one.who.clone()]) }])
}

/// Where somebody comes back to who had to sign in first.
async fn back(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Redirect, Stop> {
    let (case, _) = open(&house, &catalogue, &person, Act::JoinApplication, &no).await?;
    Ok(Redirect::to(&case.url()))
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
        format!("/cases/{no}"),
        |case, _, _| {
            case.as_seen(&seen)?;
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
}
