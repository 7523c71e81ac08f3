//! The policies in force, asked from outside: every row of the table an auditor reads, and what each clause demands.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use authority::{Act, Authority, CaseResource, Circumstance, Principal, Resource, Verdict};

const ROLES: [&str; 16] = [
    "nobody",
    "citizen",
    "agent",
    "village_agent",
    "counter_officer",
    "chief_representative",
    "supervisor",
    "openness_officer",
    "liaison",
    "catalogue_administrator",
    "establishment_reviewer",
    "legal_reviewer",
    "centre_manager",
    "centre_reviewer",
    "administrator",
    "system",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../definitions/policies")
}

fn files() -> Vec<(String, String)> {
    std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap()))
        .collect()
}

fn authority() -> Authority {
    Authority::load(&files()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The files with one piece of text replaced.
fn altered(name: &str, from: &str, to: &str) -> Vec<(String, String)> {
    let mut files = files();
    let (_, text) = files.iter_mut().find(|(file, _)| file == name).unwrap();
    assert!(text.contains(from), "{name} no longer says {from}");
    *text = text.replacen(from, to, 1);
    files
}

fn refusal(files: &[(String, String)]) -> String {
    Authority::load(files).err().expect("the files should have been refused").to_string()
}

fn person(role: &str) -> Principal {
    match role {
        "nobody" => Principal::nobody(),
        "system" => Principal::system(),
        _ => Principal {
            id: "self".into(),
            roles: vec![role.into()],
            agency: ["counter_officer", "chief_representative", "openness_officer", "liaison"]
                .contains(&role)
                .then(|| "market".into()),
            centre: None,
            organisations: vec!["firm".into()],
            relatives: vec!["sister".into(), "341523197001010021".into()],
            cards: vec!["34152319800101001X".into()],
            entrusted: if role == "village_agent" { vec!["villager/elderly-card".into()] } else { vec![] },
        },
    }
}

fn case() -> CaseResource {
    CaseResource {
        no: "3401-2026-000001".into(),
        agency: "market".into(),
        applicant: "stranger".into(),
        filed_by: "stranger".into(),
        together: Vec::new(),
        cards: Vec::new(),
        errand: String::new(),
        stage: "in_review".into(),
        kind: "permit".into(),
        ordinary: true,
    }
}

/// Turns the words of the table's third column into a person, a thing and a circumstance.
fn scene(role: &str, words: &str) -> (Principal, Resource, Circumstance) {
    let mut who = person(role);
    let mut how = Circumstance::default();
    let mut case = case();
    let mut on = None;
    let draft = |owner: &str| Some(Resource::Draft { owner: owner.into() });
    let own = who.id.clone();
    for word in words.split(' ') {
        match word {
            "全站" => on = Some(Resource::Site),
            "机关" => on = Some(Resource::Agency { key: "market".into() }),
            "中心" => {
                on = Some(Resource::Centre { key: "hall".into(), manager: "data".into(), government: "county".into() });
            }
            "管这个中心" => who.centre = Some("hall".into()),
            "管别的中心" => who.centre = Some("elsewhere".into()),
            "管理机构" => who.agency = Some("data".into()),
            "本级政府" => who.agency = Some("county".into()),
            "本人的草稿" => on = draft(&own),
            "所代表单位的草稿" => on = draft("firm"),
            "受托的草稿" => on = draft("villager/elderly-card"),
            "委托以外事项的草稿" => on = draft("villager/food-production-licence"),
            "他人的草稿" => on = draft("stranger"),
            "办件" | "他人的件" => {}
            "本人的件" => (case.applicant, case.filed_by) = (own.clone(), own.clone()),
            "所代表单位的件" => (case.applicant, case.filed_by) = ("firm".into(), "colleague".into()),
            "共同申请的件" => case.together = vec![own.clone()],
            "和亲属共同申请的件" => case.together = vec!["sister".into()],
            "本人代为递交的件" => case.filed_by = own.clone(),
            "受托代办的件" => {
                (case.applicant, case.filed_by, case.errand) = ("villager".into(), own.clone(), "villager/elderly-card".into());
            }
            "委托失效的代办件" => {
                (case.applicant, case.filed_by, case.errand) = ("villager".into(), own.clone(), "villager/other".into());
            }
            "别的代办员的件" => {
                (case.applicant, case.filed_by, case.errand) =
                    ("villager".into(), "another".into(), "villager/elderly-card".into());
            }
            "亲属的件" => (case.applicant, case.filed_by) = ("sister".into(), "sister".into()),
            "亲属递交的件" => case.filed_by = "sister".into(),
            "本人代办的件" => case.cards = who.cards.clone(),
            "亲属代办的件" => case.cards = vec!["341523197001010021".into()],
            "本机关" => who.agency = Some("market".into()),
            "他机关" => who.agency = Some("housing".into()),
            "无机关" => who.agency = None,
            "未获授权" => who.organisations.clear(),
            "一般事项" => case.ordinary = true,
            "重大事项" => case.ordinary = false,
            "窗口" => how.at_counter = true,
            "综合窗口" => (how.at_counter, how.comprehensive) = (true, true),
            "有章" => how.seal = true,
            "无章" => how.seal = false,
            "负责人批准" => how.head_approved = true,
            "演示" => how.demo = true,
            other => panic!("the table says {other}, which means nothing"),
        }
    }
    (who, on.unwrap_or(Resource::Case(case)), how)
}

fn ask(role: &str, act: Act, words: &str) -> Verdict {
    let (who, on, how) = scene(role, words);
    authority().may(&who, act, &on, &how)
}

fn policies(verdict: &Verdict) -> Vec<&str> {
    verdict.grounds.iter().map(|ground| ground.policy.as_str()).collect()
}

#[test]
fn f156_every_row_of_the_table_holds_and_no_pair_is_missing() {
    let authority = authority();
    let mut missing: BTreeSet<(String, Act)> =
        ROLES.iter().flat_map(|role| Act::ALL.iter().map(|act| (role.to_string(), *act))).collect();
    let mut wrong = vec![];
    let mut used = BTreeSet::new();
    let mut table = csv::Reader::from_path(folder().join("table.csv")).unwrap();
    for row in table.records() {
        let row = row.unwrap();
        let [role, act, words, expected, policy] = std::array::from_fn(|i| row.get(i).unwrap());
        let act: Act = act.parse().unwrap();
        missing.remove(&(role.to_owned(), act));
        let (who, on, how) = scene(role, words);
        let verdict = authority.may(&who, act, &on, &how);
        let answer = if verdict.allowed { "允许" } else { "拒绝" };
        let expected_policies: BTreeSet<_> = policy.split('；').filter(|policy| !policy.is_empty()).collect();
        let found: BTreeSet<_> = policies(&verdict).into_iter().collect();
        if answer != expected || found != expected_policies {
            let line = row.position().unwrap().line();
            wrong.push(format!("{line}: {role} {act} {words}: {expected} {policy}, but {answer} {found:?}"));
        }
        used.extend(found.into_iter().map(str::to_owned));
    }
    assert!(wrong.is_empty(), "{} rows do not hold:\n{}", wrong.len(), wrong.join("\n"));
    assert!(missing.is_empty(), "the table says nothing on {missing:?}");
    let idle: Vec<_> = authority.rules().iter().map(|rule| &rule.id).filter(|id| !used.contains(*id)).collect();
    assert!(idle.is_empty(), "no row of the table rests on {idle:?}");
}

#[test]
fn f156_an_answer_names_policy_file_and_reason() {
    let verdict = ask("counter_officer", Act::Accept, "他人的件 本机关");
    assert!(verdict.allowed);
    assert_eq!(policies(&verdict), ["counter.acceptance"]);
    assert_eq!(verdict.grounds[0].file, "counter.cedar");
    assert!(verdict.grounds[0].reason.contains("行政许可法第三十二条"));

    let nobody = ask("nobody", Act::Accept, "他人的件");
    assert!(!nobody.allowed && nobody.grounds.is_empty());
    assert_eq!(nobody.sentence(), "没有任何政策授予这项权限");
}

#[test]
fn f156_for_any_act_the_policies_on_it_can_be_read() {
    let authority = authority();
    for act in Act::ALL {
        assert!(authority.rules_on(*act).any(|rule| !rule.forbids), "nobody may ever {act}");
    }
    let on_decide: Vec<_> = authority.rules_on(Act::Decide).map(|rule| rule.id.as_str()).collect();
    assert_eq!(
        on_decide,
        [
            "chief.decide_ordinary",
            "chief.decide_approved",
            "integrity.own_case",
            "integrity.relative_case",
            "integrity.other_agency",
            "integrity.administrator_no_cases",
            "integrity.no_seal_no_decision",
            "integrity.beyond_written_authority",
        ]
    );
    for rule in authority.rules() {
        let file = authority.files().iter().find(|file| file.name == rule.file).unwrap();
        let from = file.text.lines().nth(rule.line - 1).unwrap();
        assert_eq!(from, format!("@id(\"{}\")", rule.id), "{} begins elsewhere", rule.id);
        assert!(rule.text.ends_with(';') && !rule.acts.is_empty());
    }
}

#[test]
fn f156_the_hash_changes_with_any_character_and_not_with_the_order() {
    let first = authority();
    let mut reversed = files();
    reversed.reverse();
    assert_eq!(Authority::load(&reversed).unwrap().hash(), first.hash());
    assert_eq!(first.hash().len(), 64);
    let more = altered("counter.cedar", "只办本机关的件", "只办本机关的件。");
    assert_ne!(Authority::load(&more).unwrap().hash(), first.hash());
    assert!(first.files().iter().all(|file| file.name.ends_with(".cedar") || file.name.ends_with(".cedarschema")));
}

#[test]
fn b4_2_the_chief_representative_decides_an_ordinary_matter_with_the_seal() {
    assert!(ask("chief_representative", Act::Decide, "窗口 有章 一般事项").allowed);
    let unsealed = ask("chief_representative", Act::Decide, "窗口 无章 一般事项");
    assert_eq!(policies(&unsealed), ["integrity.no_seal_no_decision"]);
    assert!(!ask("counter_officer", Act::Decide, "窗口 有章 一般事项").allowed);
}

#[test]
fn f077_beyond_written_authority_the_counter_decides_nothing() {
    for words in ["窗口 有章 重大事项", "窗口 有章 重大事项 负责人批准", "有章 重大事项"] {
        let verdict = ask("chief_representative", Act::Decide, words);
        assert!(!verdict.allowed, "{words}");
        assert_eq!(policies(&verdict), ["integrity.beyond_written_authority"], "{words}");
    }
    assert!(ask("chief_representative", Act::Decide, "有章 重大事项 负责人批准").allowed);
}

#[test]
fn f053_an_agency_s_pages_are_refused_to_every_other_agency() {
    for role in ["counter_officer", "chief_representative"] {
        for act in Act::ALL {
            let words = if *act == Act::ViewQueue { "机关 他机关 有章" } else { "他人的件 他机关 有章" };
            let verdict = ask(role, *act, words);
            // What everybody may read, the fees of all agencies at one counter (F075), and what its intake point takes in for any (F067).
            let at_any_counter =
                [Act::CollectFee, Act::TakeInformationRequest, Act::TakeComplaint].contains(act) && role == "counter_officer";
            let everywhere = [Act::ReadPublic, Act::Complain].contains(act) || at_any_counter;
            assert!(!verdict.allowed || everywhere, "{role} of another agency may {act}");
        }
    }
}

#[test]
fn f055_nobody_handles_his_own_case_or_a_relative_s() {
    let both = ["counter_officer", "chief_representative", "supervisor", "citizen", "agent"];
    let who = Principal { roles: both.map(String::from).to_vec(), ..person("counter_officer") };
    let (authority, how) = (authority(), Circumstance { seal: true, head_approved: true, ..Circumstance::default() });
    let handled = |act: &&Act| authority.rules_on(**act).any(|rule| rule.id == "integrity.own_case");
    let acts: Vec<_> = Act::ALL.iter().filter(handled).collect();
    assert_eq!(acts.len(), 39);
    for act in acts {
        for words in
            ["本人的件", "本人代为递交的件", "本人代办的件", "所代表单位的件", "亲属的件", "亲属递交的件", "亲属代办的件"]
        {
            let (_, on, _) = scene("counter_officer", words);
            assert!(!authority.may(&who, *act, &on, &how).allowed, "{act} on {words}");
        }
    }
    // He stays an applicant: he sees and may withdraw his own case.
    let (_, own, _) = scene("counter_officer", "本人的件");
    assert!(authority.may(&who, Act::ViewCase, &own, &how).allowed);
    assert!(authority.may(&who, Act::Withdraw, &own, &how).allowed);
}

#[test]
fn a6_an_administrator_neither_handles_cases_nor_reads_them_whatever_else_he_is() {
    let roles = ROLES.map(String::from).to_vec();
    let who = Principal { roles, agency: Some("market".into()), ..person("administrator") };
    let on = Resource::Case(case());
    let how = Circumstance { seal: true, ..Circumstance::default() };
    for act in [Act::Accept, Act::Decide, Act::Extend, Act::ReviewCard, Act::ViewCase] {
        let verdict = authority().may(&who, act, &on, &how);
        assert!(!verdict.allowed, "{act}");
        assert!(policies(&verdict).iter().any(|policy| policy.starts_with("integrity.administrator_")), "{verdict:?}");
    }
}

#[test]
fn an_unknown_role_a_strange_id_and_a_senseless_question_are_refused() {
    let authority = authority();
    let how = Circumstance::default();
    let who = Principal { roles: vec!["chief".into(), "\"; permit".into()], ..person("counter_officer") };
    assert!(!authority.may(&who, Act::Accept, &Resource::Case(case()), &how).allowed);
    let odd = Principal { id: "\u{0}\"\\买买提·吐尔逊".into(), ..person("citizen") };
    let own = Resource::Draft { owner: odd.id.clone() };
    assert!(authority.may(&odd, Act::ResumeDraft, &own, &how).allowed);
    let senseless = authority.may(&person("chief_representative"), Act::Decide, &Resource::Site, &how);
    assert!(!senseless.allowed && senseless.grounds.is_empty());
}

#[test]
fn a_misspelt_word_is_refused_with_file_and_line() {
    let line = |name: &str, text: &str| {
        let files = files();
        let file = &files.iter().find(|(file, _)| file == name).unwrap().1;
        file[..file.find(text).unwrap()].lines().count()
    };
    let attribute = refusal(&altered("applicant.cedar", "resource.owner == principal.id)", "resource.ownr == principal.id)"));
    let at = line("applicant.cedar", "resource.owner == principal.id)");
    assert!(attribute.contains(&format!("applicant.cedar 第 {at} 行")) && attribute.contains("ownr"), "{attribute}");

    let action = refusal(&altered("counter.cedar", "Action::\"survey\"", "Action::\"servey\""));
    let at = line("counter.cedar", "Action::\"survey\"");
    assert!(action.contains(&format!("counter.cedar 第 {at} 行")) && action.contains("servey"), "{action}");

    let role = refusal(&altered("supervisor.cedar", "Role::\"supervisor\"", "Role::\"superviser\""));
    assert!(role.contains("supervisor.cedar 第 ") && role.contains("superviser"), "{role}");

    let circumstance = refusal(&altered("administrator.cedar", "context.demo", "context.demonstration"));
    assert!(circumstance.contains("administrator.cedar 第 "), "{circumstance}");

    let syntax = refusal(&altered("public.cedar", "permit (", "permits ("));
    assert!(syntax.contains("public.cedar 第 5 行"), "{syntax}");
}

#[test]
fn every_mistake_is_told_at_once() {
    let mut files = altered("counter.cedar", "Action::\"survey\"", "Action::\"servey\"");
    let mut spoil = |name: &str, from: &str, to: &str| {
        let (_, text) = files.iter_mut().find(|(file, _)| file == name).unwrap();
        *text = text.replacen(from, to, 1);
    };
    spoil("supervisor.cedar", "@id(\"supervisor.board\")", "@id(\"supervisor.view_case\")");
    spoil("administrator.cedar", "@id(\"demo.clock\")\n", "");
    spoil("public.cedar", "@reason", "@reasons");
    let fault = Authority::load(&files).err().unwrap();
    let told: BTreeSet<_> = fault.faults.iter().map(|fault| fault.file.as_str()).collect();
    assert_eq!(told, BTreeSet::from(["administrator.cedar", "counter.cedar", "public.cedar", "supervisor.cedar"]));
    assert!(fault.faults.iter().all(|fault| fault.line.is_some()), "{fault}");
}

#[test]
fn a_schema_that_forgets_or_invents_an_act_is_refused() {
    let forgotten = refusal(&altered("schema.cedarschema", "action view_queue", "action view_que"));
    assert!(forgotten.contains("view_queue") && forgotten.contains("view_que"), "{forgotten}");
    assert!(refusal(&altered("schema.cedarschema", "entity Site;", "entity Site")).contains("schema.cedarschema 第 "));
    let none: Vec<_> = files().into_iter().filter(|(name, _)| !name.ends_with(".cedarschema")).collect();
    assert!(refusal(&none).contains("现有 0 个"));
}

#[test]
fn a_policy_that_can_never_apply_is_refused() {
    let never = refusal(&altered("administrator.cedar", "  context.demo &&", "  context.demo && false &&"));
    assert!(never.contains("administrator.cedar 第 "), "{never}");
}

#[test]
fn asking_is_fast() {
    let authority = authority();
    let (who, on, how) = scene("chief_representative", "窗口 有章 一般事项");
    let begun = Instant::now();
    for _ in 0..100 {
        assert!(authority.may(&who, Act::Decide, &on, &how).allowed);
    }
    let each = begun.elapsed() / 100;
    eprintln!("one question took {each:?}");
    assert!(each.as_millis() < 50, "{each:?}");
}

#[test]
fn the_policies_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&authority());
}
