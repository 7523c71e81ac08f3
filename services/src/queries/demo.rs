//! 演示 · two bodies that query, made up, with what they asked about the people of the demonstration. Their keys are known to all, so that a visitor can try
//! to be one of them.

use super::body;
use super::law::{Claims, Whom};
use super::receive;
use acts::{QueryOf, QueryScope, QueryingBodyAct, QueryingBodyFacts};
use catalogue::Catalogue;
use chrono::{Duration, Months};
use foundation::people::Person;
use foundation::{House, Moment, Stop};
use ledger::SigningKey;

struct Known {
    serial: (&'static str, u32),
    name: &'static str,
    seed: u8,
    basis: &'static str,
    purpose: &'static str,
    scope: &'static [(QueryOf, &'static str, &'static [&'static str])],
}

const KNOWN: [Known; 2] = [
    Known {
        serial: ("341500", 40_000_001),
        name: "六安样例住房公积金管理中心（样例）",
        seed: 1,
        basis: "《住房公积金管理条例》第二十四条、第二十五条；数据共享协议（样例）",
        purpose: "核对提取条件，不再要证明",
        scope: &[
            (QueryOf::Certificate, "elderly-card", &["valid_from"]),
            (QueryOf::Certificate, "labour-dispatch-licence", &["standing", "valid_to"]),
        ],
    },
    Known {
        serial: ("330100", 40_000_002),
        name: "浙江样例政务服务平台（样例）",
        seed: 2,
        basis: "《优化营商环境条例》第三十七条；跨省通办协议（样例）",
        purpose: "跨省办事核验证照",
        scope: &[
            (QueryOf::Certificate, "labour-dispatch-licence", &["standing", "valid_from", "valid_to", "number"]),
            (QueryOf::Certificate, "food-business-licence", &["standing", "valid_to", "number"]),
        ],
    },
];

/// The key of a body of the demonstration: 32 times its number.
fn key(code: &str, seed: u8) -> Result<SigningKey, Stop> {
    Ok(SigningKey::from_seed(code, &[seed; 32])?)
}

/// Enters the two, by two people, and asks about `citizen` and the company that `agent` acts for.
pub async fn seed(
    house: &House,
    catalogue: &Catalogue,
    by: (&Person, &Person),
    citizen: &Person,
    agent: &Person,
) -> Result<(), Stop> {
    let now = house.now();
    let then = Moment::new(now.at - Duration::days(20), now.calendar.clone());
    let mut codes = Vec::new();
    let mut tx = house.pool().begin().await?;
    for known in &KNOWN {
        let code = crate::demo::uscc(known.serial.0, known.serial.1);
        let public = key(&code, known.seed)?.verifier().public_key().try_into().unwrap_or_default();
        let jwk: serde_json::Value = serde_json::from_str(&ledger::public_jwk(&public))?;
        let facts = QueryingBodyFacts {
            name: known.name.into(),
            key: jwk["x"].as_str().unwrap_or_default().into(),
            basis: known.basis.into(),
            purpose: known.purpose.into(),
            from: then.date(),
            until: then.date().checked_add_months(Months::new(24)).unwrap_or(then.date()),
            scope: known
                .scope
                .iter()
                .filter(|(_, item, _)| catalogue.item(item).is_some())
                .map(|(of, item, facts)| QueryScope {
                    of: *of,
                    item: (*item).into(),
                    facts: facts.iter().map(|fact| (*fact).into()).collect(),
                })
                .collect(),
        };
        for (person, role, act) in [
            (by.0, "administrator", QueryingBodyAct::Proposed { facts: facts.clone() }),
            (by.1, "legal_reviewer", QueryingBodyAct::Published { facts: facts.clone() }),
        ] {
            let before = body::lock(&mut tx, &code).await?;
            let by = (person.actor(role), Some(person.private()));
            body::keep(&mut tx, &code, before.as_ref(), act, by, &then).await?;
        }
        codes.push(code);
    }
    let company = foundation::people::organisations_of(&mut *tx, agent.id).await?.into_iter().next();
    tx.commit().await?;
    let person = Whom { name: citizen.name.clone(), number: citizen.resident_id.clone().unwrap_or_default() };
    let firm = company.map(|company| Whom { name: company.name, number: company.uscc });
    let asked = [
        (0, 1, "elderly-card", Some(person.clone()), "提取住房公积金", &["valid_from"][..]),
        // More than it may, and in somebody else's name.
        (0, 1, "elderly-card", Some(person.clone()), "提取住房公积金", &["number"][..]),
        (1, 9, "food-business-licence", Some(person), "跨省开店", &["valid_to"][..]),
        (0, 1, "labour-dispatch-licence", firm.clone(), "单位缴存核对", &["standing"][..]),
        (1, 2, "labour-dispatch-licence", firm, "跨省派遣备案", &["valid_to", "number"][..]),
    ];
    for (nth, (body, seed, item, person, purpose, facts)) in asked.into_iter().enumerate() {
        if person.is_none() {
            continue;
        }
        let claims = Claims {
            iss: codes[body].clone(),
            aud: house.site().origin.clone(),
            jti: format!("demo-{nth}"),
            iat: house.now().at.timestamp(),
            purpose: purpose.into(),
            of: QueryOf::Certificate,
            item: item.into(),
            no: String::new(),
            person,
            facts: facts.iter().map(|fact| (*fact).into()).collect(),
        };
        let text = ledger::sign_jws(&key(&codes[body], seed)?, &serde_json::to_string(&claims)?);
        receive::answered(house, catalogue, "local", &text).await?;
    }
    Ok(())
}
