//! The law of intermediary services on cases that are acts alone: no database.

use super::*;
use crate::cases::case::Rejection as No;
use crate::cases::officer::OfficerAct;
use crate::cases::resume::Resume;
use acts::{Actor, CaseAct, Channel, Entry, IntermediaryFacts, Offered, Subject};
use calendar::{Calendar, Limit};
use catalogue::intermediaries::{Registered, Rejection};
use foundation::record;

const EQUIPMENT: &str = "special-equipment-registration";
const FOOD: &str = "food-production-licence";
const FACTORY: &str = "特种设备监督检验";
const TEST: &str = "食品检验";

fn now(when: &str) -> Moment {
    Moment::new(testing::at(when), std::sync::Arc::new(Calendar::china()))
}

fn entry(when: &str, act: CaseAct) -> Entry<CaseAct> {
    record::entry(Subject::case("1"), testing::at(when), Actor::system(), None, act)
}

/// Filed on Monday, 2 March 2026.
fn case(slug: &str) -> (Case, Arc<Item>) {
    let item = testing::catalogue().item(slug).unwrap();
    let submitted = CaseAct::Submitted {
        item: slug.into(),
        agency: item.agency.clone(),
        region: item.region.clone(),
        channel: Channel::Online,
        versions: item.versions(),
        acceptance: Clock::start("2026-03-02".parse().unwrap(), Limit::working_days(5)),
        moved: testing::waits("check_acceptance", 1),
        queued: None,
        about: None,
        private: None,
    };
    (Case::begin(&entry("2026-03-02 09:00", submitted)).unwrap(), item)
}

fn institution(service: &str, days: u32) -> Registered {
    Registered {
        uscc: "911234567890".into(),
        lot: String::new(),
        version: 1,
        facts: IntermediaryFacts {
            name: "甲检验".into(),
            services: vec![Offered { name: service.into(), price: "800 元".into(), days }],
            ..IntermediaryFacts::default()
        },
        ended_on: None,
    }
}

fn wants(payer: Payer, service: &str, chosen: Chosen) -> Engage {
    Engage { payer, service: service.into(), chosen, choice: None }
}

fn does(case: &mut Case, when: &str, acts: Result<Vec<CaseAct>, No>) {
    for act in acts.unwrap() {
        case.apply(&entry(when, act));
    }
}

fn ends(side: Side, on: &str, has_result: bool) -> HandIn {
    HandIn { side, nth: 1, on: on.parse().unwrap(), has_result, said: "合格".into(), files: Vec::new() }
}

#[test]
fn b3_2_01_whoever_pays_chooses_and_nobody_pays_for_the_other() {
    let (equipment, of_equipment) = case(EQUIPMENT);
    let (food, of_food) = case(FOOD);
    let day = now("2026-03-03 10:00");
    let theirs =
        |payer| engage(&equipment, &of_equipment, &wants(payer, "inspection", Chosen::Registered(institution(FACTORY, 9))), &day);
    let ours = |payer| engage(&food, &of_food, &wants(payer, "testing", Chosen::Registered(institution(TEST, 9))), &day);
    assert!(theirs(Payer::Applicant).is_ok() && ours(Payer::Agency).is_ok());
    assert_eq!(theirs(Payer::Agency), Err(Rejection::ApplicantChooses(FACTORY.into()).into()));
    assert_eq!(ours(Payer::Applicant), Err(Rejection::AgencyPays(TEST.into()).into()));
    let none = engage(&food, &of_food, &wants(Payer::Agency, "drawing", Chosen::Registered(institution(TEST, 9))), &day);
    assert_eq!(none, Err(Rejection::NoSuchService("drawing".into()).into()));
}

#[test]
fn b3_2_01_another_than_those_of_the_register_may_be_chosen_and_only_an_agencys_choice_is_public() {
    let other = || Chosen::Other(Institution { uscc: "9".into(), name: "乙检验".into() });
    let (equipment, of_equipment) = case(EQUIPMENT);
    let acts = engage(&equipment, &of_equipment, &wants(Payer::Applicant, "inspection", other()), &now("2026-03-03 10:00"));
    assert!(
        matches!(&acts.unwrap()[0], CaseAct::IntermediaryEngaged { provider: None, private: Some(one), .. } if one.name == "乙检验")
    );
    let (food, of_food) = case(FOOD);
    let acts = engage(&food, &of_food, &wants(Payer::Agency, "testing", other()), &now("2026-03-03 10:00"));
    assert!(
        matches!(&acts.unwrap()[0], CaseAct::IntermediaryEngaged { provider: Some(one), private: None, .. } if one.name == "乙检验")
    );
}

#[test]
fn b3_2_01_nobody_engages_the_deciding_agency_or_oneself_where_that_is_not_lawful() {
    let (mut equipment, of_equipment) = case(EQUIPMENT);
    let (food, of_food) = case(FOOD);
    let day = now("2026-03-03 10:00");
    let named = |uscc: &str| Chosen::Other(Institution { uscc: uscc.into(), name: "某机构".into() });
    let own = engage(&food, &of_food, &wants(Payer::Agency, "testing", named(&of_food.code[..18])), &day);
    assert_eq!(own, Err(Rejection::OwnInstitution.into()));
    let party = acts::Party {
        id: uuid::Uuid::nil(),
        name: "某公司".into(),
        identity: Some("91341524MA00000070".into()),
        mobile: None,
        organisation: true,
    };
    equipment.applicant = Some(party);
    let oneself = engage(&equipment, &of_equipment, &wants(Payer::Applicant, "inspection", named("91341524MA00000070")), &day);
    assert_eq!(oneself, Err(Rejection::NotOneself(FACTORY.into()).into()));
}

#[test]
fn b3_2_01_what_the_applicant_chose_only_the_applicant_ends_without_a_result() {
    let (mut case, item) = case(EQUIPMENT);
    case.account = Some(true);
    let day = now("2026-03-04 10:00");
    let engaged = engage(&case, &item, &wants(Payer::Applicant, "inspection", Chosen::Registered(institution(FACTORY, 5))), &day);
    does(&mut case, "2026-03-04 10:00", engaged);
    let ended = hand_in(&case, &item, &ends(Side::Agency, "2026-03-04", false), &day);
    assert_eq!(ended, Err(Rejection::ApplicantEnds.into()));
    assert!(hand_in(&case, &item, &ends(Side::Agency, "2026-03-04", true), &day).is_ok());
    assert!(hand_in(&case, &item, &ends(Side::Applicant, "2026-03-04", false), &day).is_ok());
}

#[test]
fn f066_the_time_outside_has_its_own_limit_and_touches_no_clock_of_the_case() {
    let (mut case, item) = case(EQUIPMENT);
    let published = item.intermediary("inspection").unwrap().days;
    let before = (case.acceptance.clone(), case.promised.clone(), case.stage);
    let chosen = || wants(Payer::Applicant, "inspection", Chosen::Registered(institution(FACTORY, 5)));
    let engaged = engage(&case, &item, &chosen(), &now("2026-03-03 10:00"));
    does(&mut case, "2026-03-03 10:00", engaged);
    let one = &case.engagements[0];
    assert!(published > 5);
    assert_eq!(one.clock.due(&Calendar::china()).unwrap().date.to_string(), "2026-03-10", "five working days, over a weekend");
    assert_eq!((case.acceptance.clone(), case.promised.clone(), case.stage), before);
    let twice = engage(&case, &item, &chosen(), &now("2026-03-04 10:00"));
    assert_eq!(twice, Err(Rejection::StillRunning(FACTORY.into()).into()));
    let early = hand_in(&case, &item, &ends(Side::Applicant, "2026-03-02", true), &now("2026-03-04 10:00"));
    assert_eq!(early, Err(Rejection::BeforeItBegan("2026-03-03".parse().unwrap()).into()));
    let acts = hand_in(&case, &item, &ends(Side::Applicant, "2026-03-11", true), &now("2026-03-12 10:00"));
    assert!(matches!(acts.as_ref().unwrap()[0], CaseAct::IntermediaryFinished { days: 6, late: true, has_result: true, .. }));
    does(&mut case, "2026-03-12 10:00", acts);
    let again = hand_in(&case, &item, &ends(Side::Agency, "2026-03-12", true), &now("2026-03-12 10:00"));
    assert_eq!(again, Err(Rejection::Finished("2026-03-11".parse().unwrap()).into()));
    assert_eq!(case.engagements[0].clock.stopped, "2026-03-11".parse().ok());
    // Another may follow.
    let next = engage(&case, &item, &chosen(), &now("2026-03-12 10:00"));
    assert!(matches!(next.unwrap()[0], CaseAct::IntermediaryEngaged { nth: 2, .. }));
}

#[test]
fn b3_2_an_institution_is_rated_once_and_after_its_work() {
    let (mut case, item) = case(EQUIPMENT);
    let engaged = engage(
        &case,
        &item,
        &wants(Payer::Applicant, "inspection", Chosen::Registered(institution(FACTORY, 5))),
        &now("2026-03-03 10:00"),
    );
    does(&mut case, "2026-03-03 10:00", engaged);
    let day = now("2026-03-05 10:00");
    assert_eq!(rate(&case, &item, 1, 1, "", &day), Err(Rejection::NotFinished.into()));
    let ended = hand_in(&case, &item, &ends(Side::Agency, "2026-03-05", true), &day);
    does(&mut case, "2026-03-05 10:00", ended);
    let rated = rate(&case, &item, 1, 2, "快", &day);
    does(&mut case, "2026-03-05 11:00", rated);
    assert_eq!(case.engagements[0].grade, Some(2));
    assert_eq!(rate(&case, &item, 1, 1, "", &day), Err(Rejection::AlreadyRated.into()));
    assert_eq!(rate(&case, &item, 2, 1, "", &day), Err(Rejection::NoSuchEngagement.into()));
}

#[test]
fn b4_1_07_a_procedure_is_not_over_while_what_the_agency_commissioned_is_outside() {
    let (mut case, item) = case(FOOD);
    let engaged = engage(
        &case,
        &item,
        &wants(Payer::Agency, "testing", Chosen::Registered(institution(TEST, 5))),
        &now("2026-03-03 10:00"),
    );
    does(&mut case, "2026-03-03 10:00", engaged);
    let paused = CaseAct::ClockPaused {
        ground: "检验".into(),
        basis: "行政许可法第四十五条".into(),
        told_days: 10,
        from: "2026-03-03".parse().unwrap(),
        pauses_promise: true,
        hearing: None,
        moved: testing::waits("await_testing", 2),
    };
    case.apply(&entry("2026-03-03 11:00", paused));
    let day = now("2026-03-06 10:00");
    let resume = Resume { result: "LA2026-0311 六安检验中心 合格".into(), ..Resume::default() };
    assert_eq!(resume.decide(&case, &item, &day), Err(Rejection::NotBack(TEST.into()).into()));
    let theirs = hand_in(&case, &item, &ends(Side::Applicant, "2026-03-06", true), &day);
    assert_eq!(theirs, Err(Rejection::AgencyHandsIn.into()), "what the agency pays, the agency takes in");
    let back = hand_in(&case, &item, &ends(Side::Agency, "2026-03-06", true), &day);
    does(&mut case, "2026-03-06 10:00", back);
    assert!(!matches!(resume.decide(&case, &item, &day), Err(No::Intermediary(_))));
}
