use super::*;
use testing::at;

const SITE: &str = "https://zw.example.gov.cn";

fn body() -> QueryingBodyFacts {
    QueryingBodyFacts {
        name: "六安市住房公积金管理中心".into(),
        key: String::new(),
        basis: "《住房公积金管理条例》".into(),
        purpose: "核提取条件".into(),
        from: "2026-01-01".parse().unwrap(),
        until: "2026-12-31".parse().unwrap(),
        scope: vec![QueryScope { of: QueryOf::Certificate, item: "elderly-card".into(), facts: vec!["valid_to".into()] }],
    }
}

fn claims(when: &str) -> Claims {
    Claims {
        iss: "12341500000000001X".into(),
        aud: format!("{SITE}/"),
        jti: "1".into(),
        iat: at(when).timestamp(),
        purpose: "提取审核".into(),
        of: QueryOf::Certificate,
        item: "elderly-card".into(),
        no: String::new(),
        person: Some(Whom { name: "王敏".into(), number: "341524198001010012".into() }),
        facts: vec!["valid_to".into()],
    }
}

fn asks(standing: Standing, claims: &Claims, now: &str) -> Result<(), Refusal> {
    f117_may_ask(standing, &body(), claims, SITE, at(now))
}

#[test]
fn f117_a_body_asks_from_its_first_day_to_its_last_and_not_while_it_is_suspended() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(asks(Standing::Active, &claims("2026-01-01 00:00"), "2026-01-01 00:00"), Ok(()));
    assert_eq!(asks(Standing::Active, &claims("2026-12-31 23:59"), "2026-12-31 23:59"), Ok(()));
    assert_eq!(asks(Standing::Active, &claims("2025-12-31 23:59"), "2025-12-31 23:59"), Err(Refusal::NotYet(day("2026-01-01"))));
    assert_eq!(asks(Standing::Active, &claims("2027-01-01 00:00"), "2027-01-01 00:00"), Err(Refusal::Over(day("2026-12-31"))));
    for (standing, refusal) in [
        (Standing::Suspended, Refusal::Suspended),
        (Standing::Ended, Refusal::Ended),
        (Standing::Proposed, Refusal::NotPublished),
    ] {
        assert_eq!(asks(standing, &claims("2026-06-01 10:00"), "2026-06-01 10:00"), Err(refusal));
    }
}

#[test]
fn f117_no_more_is_answered_than_the_record_lets() {
    let (now, mut asked) = ("2026-06-01 10:00", claims("2026-06-01 10:00"));
    asked.facts.clear();
    assert_eq!(asks(Standing::Active, &asked, now), Ok(()), "whether there is one may always be asked");
    asked.facts = vec!["valid_to".into(), "number".into(), "住址".into()];
    assert_eq!(asks(Standing::Active, &asked, now), Err(Refusal::Facts("证照编号、住址".into())));
    asked.facts.clear();
    asked.of = QueryOf::Case;
    assert_eq!(asks(Standing::Active, &asked, now), Err(Refusal::Kind("办件 elderly-card".into())));
    asked.of = QueryOf::Certificate;
    asked.item = "food-business-licence".into();
    assert!(matches!(asks(Standing::Active, &asked, now), Err(Refusal::Kind(_))));
}

#[test]
fn f117_a_query_is_fresh_and_meant_for_this_site() {
    for (said, holds) in [("10:00", true), ("09:55", true), ("10:05", true), ("09:54", false), ("10:06", false)] {
        let answer = asks(Standing::Active, &claims(&format!("2026-06-01 {said}")), "2026-06-01 10:00");
        assert_eq!(answer, if holds { Ok(()) } else { Err(Refusal::Moment) }, "{said}");
    }
    assert!(!f117_is_timely(i64::MAX, at("2026-06-01 10:00")) && !f117_is_timely(i64::MIN, at("2026-06-01 10:00")));
    let elsewhere = Claims { aud: "https://other.example.gov.cn".into(), ..claims("2026-06-01 10:00") };
    assert_eq!(asks(Standing::Active, &elsewhere, "2026-06-01 10:00"), Err(Refusal::Audience));
}

#[test]
fn f117_one_question_signed_again_is_the_same_and_another_is_not() {
    let (one, later) = (claims("2026-06-01 10:00"), claims("2026-06-01 10:03"));
    assert_eq!(one.digest(), later.digest());
    assert_ne!(one.digest(), Claims { facts: Vec::new(), ..one.clone() }.digest());
    assert_ne!(one.digest(), Claims { purpose: "别的".into(), ..one }.digest());
}

#[test]
fn f117_what_cannot_be_a_query_is_told_by_its_field() {
    let text = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value = serde_json::to_value(claims("2026-06-01 10:00")).unwrap();
        change(&mut value);
        Claims::read(&value.to_string())
    };
    assert!(text(&|_| {}).is_ok());
    for (field, value) in [("jti", ""), ("jti", "一"), ("purpose", "  "), ("iss", "1234567890123456789")] {
        assert!(text(&|claims| claims[field] = value.into()).unwrap_err().contains(field));
    }
    assert!(text(&|claims| claims["person"] = serde_json::Value::Null).unwrap_err().contains("person"));
    assert!(text(&|claims| claims["more"] = 1.into()).is_err(), "what nobody knows is not passed over");
    assert!(text(&|claims| claims["of"] = "case".into()).unwrap_err().contains("no"));
}
