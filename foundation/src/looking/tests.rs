use super::*;
use authority::CaseResource;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn b9_the_same_look_within_ten_minutes_is_one() {
    assert_eq!(span(at("2026-03-02T01:00:00Z")), span(at("2026-03-02T01:09:59Z")));
    assert_ne!(span(at("2026-03-02T01:09:59Z")), span(at("2026-03-02T01:10:00Z")));
    assert_eq!(span(at("2026-03-02T01:10:00Z")) - span(at("2026-03-02T00:00:00Z")), 7);
}

#[test]
fn b9_whose_a_case_is_are_its_applicants_and_nobody_once_it_is_erased() {
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let case = |applicant: String, together: Vec<String>| {
        Resource::Case(CaseResource {
            no: "1".into(),
            agency: "market".into(),
            applicant,
            filed_by: Uuid::now_v7().to_string(),
            together,
            cards: Vec::new(),
            errand: String::new(),
            stage: "in_review".into(),
            kind: "permit".into(),
            ordinary: true,
        })
    };
    let together = vec![second.to_string(), first.to_string()];
    assert_eq!(owners(&case(first.to_string(), together)), [first, second]);
    assert!(owners(&case(String::new(), Vec::new())).is_empty());
    assert!(owners(&Resource::Site).is_empty());
}

#[test]
fn f118_a_refusal_without_a_policy_says_that_none_grants_it() {
    let ground = Ground::of(&Verdict { allowed: false, grounds: Vec::new() });
    assert_eq!((ground.allowed, ground.policy.as_str(), ground.words.as_str()), (false, "", "没有任何政策授予这项权限"));
}

#[test]
fn b9_where_a_page_ended_is_read_back() {
    let (when, id) = (at("2026-03-02T01:00:00.000123Z"), Uuid::now_v7());
    assert_eq!(after(&ends(when, id)), Some((when, id)));
    assert_eq!(after("yesterday"), None);
}

#[test]
fn b9_everything_that_is_opened_has_a_key_and_words() {
    for (opened, key, zh) in Opened::ALL {
        assert_eq!((opened.key(), Opened::zh(key)), (key, zh));
    }
}
