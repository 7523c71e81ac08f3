//! 整张表 · conditional steps, repeated groups, united forms, versions, data sent by interface, and the JSON Schema.

use chrono::NaiveDate;
use forms::{Answers, Comparison, Entered, ErrorCode, Fate, Form, Kind, NumberKind, Schema, United, recognise};
use proptest::prelude::*;
use serde_json::{Value, json};

const COMPANY: &str = r#"{
  "key": "company", "title": "企业设立", "steps": [
    { "key": "what", "title": "办什么", "fields": [
      { "key": "name", "label": "企业名称", "kind": "text", "required": true, "element": "organisation.name" },
      { "key": "form", "label": "企业类型", "kind": "choice", "required": true,
        "options": [ { "value": "limited", "label": "有限责任公司" }, { "value": "single", "label": "个人独资" } ] },
      { "key": "place", "label": "住所地", "kind": "region", "required": true },
      { "key": "capital", "label": "注册资本", "kind": "money", "unit": "万元", "min": "0.01", "max": 1000000, "required": true,
        "when": { "field": "form", "is": "limited" } } ] },
    { "key": "holders", "title": "股东", "when": { "field": "form", "is": "limited" }, "fields": [
      { "key": "holders", "label": "股东", "label_en": "shareholder", "kind": "group", "required": true, "min": 2, "max": 50, "fields": [
        { "key": "holder_kind", "label": "身份", "kind": "choice", "required": true,
          "options": [ { "value": "person", "label": "自然人" }, { "value": "company", "label": "企业" } ] },
        { "key": "holder_name", "label": "姓名或名称", "label_en": "name", "kind": "name", "required": true },
        { "key": "holder_id", "label": "身份证号", "kind": "resident_id", "required": true, "when": { "field": "holder_kind", "is": "person" } },
        { "key": "holder_code", "label": "信用代码", "kind": "uscc", "required": true, "when": { "field": "holder_kind", "is": "company" } },
        { "key": "share", "label": "出资额", "kind": "money", "required": true, "min": 0 } ] },
      { "key": "chair", "label": "有没有董事会", "kind": "yes_no", "required": true } ] },
    { "key": "owner", "title": "投资人", "when": { "field": "form", "is": "single" }, "fields": [
      { "key": "owner_name", "label": "投资人姓名", "kind": "name", "required": true } ] }
  ] }"#;

fn company() -> Form {
    static READ: std::sync::OnceLock<Form> = std::sync::OnceLock::new();
    READ.get_or_init(|| Form::parse(COMPANY).unwrap()).clone()
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2100, 1, 1).unwrap()
}

fn answers(value: Value) -> Answers {
    match value {
        Value::Object(answers) => answers,
        other => panic!("{other} is no object"),
    }
}

fn limited() -> Answers {
    answers(json!({
        "name": "大别山茶业", "form": "limited", "place": "341524", "capital": "200.00", "chair": false, "holders": [
            { "holder_kind": "person", "holder_name": "王䶮", "holder_id": "34010020990101003X", "share": "1000000.10" },
            { "holder_kind": "company", "holder_name": "燕子河茶厂", "holder_code": "11340000123456788P", "share": "999999.90" } ]
    }))
}

fn told(form: &Form, answers: &Answers) -> Vec<(String, String)> {
    form.check_all(answers, today()).into_iter().map(|(_, error)| (error.field, error.zh)).collect()
}

#[test]
fn b4_1_a_step_is_asked_only_under_its_condition() {
    let form = company();
    assert_eq!(told(&form, &limited()), []);
    let keys = |answers: &Answers| form.steps_asked(answers).iter().map(|step| step.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&limited()), ["what", "holders"]);
    let single = answers(json!({ "name": "茶铺", "form": "single", "place": "341524" }));
    assert_eq!(keys(&single), ["what", "owner"]);
    assert_eq!(told(&form, &single), [("owner_name".to_owned(), "请填投资人姓名".to_owned())]);
    // What was answered before the mind was changed does not count, and reading its step takes it back.
    let mut changed = limited();
    changed.insert("form".to_owned(), json!("single"));
    changed.insert("owner_name".to_owned(), json!("王敏"));
    assert_eq!(told(&form, &changed), []);
    assert!(!form.answered(&changed).contains_key("holders"));
    let reading = form.read_step_after("holders", &form.entered("holders", &limited()), &changed, today());
    assert_eq!((reading.answers["holders"].clone(), reading.errors), (Value::Null, vec![]));
}

#[test]
fn f073_every_error_of_every_row_comes_at_once_with_its_place() {
    let form = company();
    let mut entered = Entered::new();
    for (key, typed) in [
        ("holders.0.holder_kind", "person"),
        ("holders.0.holder_name", "买买提・吐尔逊"),
        ("holders.0.holder_id", "340100990101002"),
        ("holders.0.share", "１２．５万"),
        ("holders.2.holder_kind", "company"),
        ("holders.2.share", "￥１，０００"),
        ("holders.7.holder_name", "　"),
    ] {
        entered.insert(key.to_owned(), vec![typed.to_owned()]);
    }
    let reading = form.read_step_after("holders", &entered, &limited(), today());
    let said: Vec<(&str, &str, &str)> = reading.errors.iter().map(|e| (e.field.as_str(), e.zh.as_str(), e.en.as_str())).collect();
    assert_eq!(
        said,
        [
            (
                "holders.0.holder_id",
                "股东 1 的身份证号请填 18 位号码，15 位的旧号码已停用，可看现在的身份证或户口簿，如 34010020990101003X",
                "Enter the 18-character 身份证号 of shareholder 1 on your present card; numbers of 15 digits are out of use. Example: 34010020990101003X"
            ),
            (
                "holders.0.share",
                "股东 1 的出资额请填数字，如 1200.50",
                "Enter 出资额 of shareholder 1 as a number, such as 1200.50"
            ),
            ("holders.2.holder_name", "请填股东 3 的姓名或名称", "Enter name of shareholder 3"),
            ("holders.2.holder_code", "请填股东 3 的信用代码", "Enter 信用代码 of shareholder 3"),
            ("chair", "请选有没有董事会", "Choose 有没有董事会"),
        ]
    );
    assert_eq!(reading.answers["holders"][0]["holder_name"], "买买提·吐尔逊");
    assert_eq!(reading.answers["holders"][1]["share"], "1000.00");
    assert_eq!(reading.answers["holders"][0]["share"], "１２．５万", "a draft keeps what was typed");
    assert_eq!(reading.entered["holders.0.share"], ["１２．５万"]);
    let shown = form.display(form.field("holders").unwrap(), &limited()["holders"]);
    assert!(shown.starts_with("1. 身份：自然人，姓名或名称：王䶮，") && shown.contains("出资额：1,000,000.10 元"), "{shown}");
}

#[test]
fn b4_1_rows_are_counted_and_a_hundred_thousand_are_refused_quickly() {
    let form = company();
    let mut one = limited();
    one["holders"].as_array_mut().unwrap().pop();
    assert_eq!(told(&form, &one)[0].1, "股东请至少填 2 项，不够的请补上");
    one["holders"] = json!([]);
    assert_eq!(told(&form, &one)[0].1, "请填股东，至少 2 项");
    one["holders"] = json!("王敏");
    assert_eq!(form.check_all(&one, today())[0].1.code, ErrorCode::Malformed);
    one["holders"] = Value::Array(vec![json!({}); 100_000]);
    let all = told(&form, &one);
    assert_eq!(all[0].1, "股东请最多填 50 项，多的请删去");
    assert_eq!(all.len(), 1 + 50 * 3, "each of the rows that may be there, and no more");
    let many: Entered = (0..100_000).map(|row| (format!("holders.{row}.holder_name"), vec!["王敏".to_owned()])).collect();
    let reading = form.read_step_after("holders", &many, &limited(), today());
    assert_eq!(reading.error_of("holders").unwrap().code, ErrorCode::TooMany);
    assert!(reading.answers["holders"].as_array().unwrap().len() <= forms::groups::MOST_ROWS + 1);
    let endless = Entered::from([("holders.99999999999999999999.holder_name".to_owned(), vec!["王敏".to_owned()])]);
    assert!(!form.read_step_after("holders", &endless, &limited(), today()).is_good());
}

#[test]
fn f073_what_an_interface_sends_is_checked_to_the_last_key() {
    let form = company();
    assert_eq!(form.read_data(&json!(limited()), today()).errors, []);
    assert_eq!(form.read_data(&json!([]), today()).errors[0].code, ErrorCode::Malformed);
    let mut sent = limited();
    sent.insert("colour".to_owned(), json!("red"));
    sent.insert("capital".to_owned(), json!(200));
    sent.insert("place".to_owned(), json!("金寨县"));
    sent["holders"][0]["holder_code"] = json!("11340000123456788P");
    sent["holders"][1]["nickname"] = json!("小王");
    let found = form.read_data(&json!(sent), today()).errors;
    let found: Vec<(&str, ErrorCode)> = found.iter().map(|error| (error.field.as_str(), error.code)).collect();
    assert_eq!(
        found,
        [
            ("capital", ErrorCode::Malformed),
            ("holders.0.holder_code", ErrorCode::NotAsked),
            ("holders.1.nickname", ErrorCode::NotAsked),
            ("colour", ErrorCode::NotAsked),
        ],
        "an amount is text, a region is understood by its name, and nothing is sent that is not asked"
    );
}

#[test]
fn b4_3_mistakes_in_groups_and_steps_are_told_with_their_place() {
    let places = |text: String| -> Vec<String> {
        Form::parse(&text).unwrap_err().problems.into_iter().map(|problem| problem.place).collect()
    };
    let group = |fields: Value| {
        json!({ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [
            { "key": "g", "label": "组", "kind": "group", "fields": fields } ] }] })
        .to_string()
    };
    assert_eq!(places(group(json!([]))), ["steps[0].fields[0].fields"]);
    let nested = json!([{ "key": "h", "label": "组", "kind": "group", "fields": [] }]);
    assert_eq!(places(group(nested)), ["steps[0].fields[0].fields[0].kind"]);
    let filled = json!([{ "key": "n", "label": "名", "kind": "text", "source": "account.name" }]);
    assert_eq!(places(group(filled)), ["steps[0].fields[0].fields[0].source"]);
    // Outside a group nothing can look into it, and no step waits for what comes later.
    let text = COMPANY.replace(
        r#""key": "owner", "title": "投资人", "when": { "field": "form""#,
        r#""key": "owner", "title": "投资人", "when": { "field": "holder_kind""#,
    );
    assert_eq!(places(text), ["steps[2].when.field"]);
    let twice = COMPANY.replace(
        r#""kind": "name", "required": true } ] }
  ] }"#,
        r#""kind": "name", "element": "organisation.name" } ] }
  ] }"#,
    );
    assert_eq!(places(twice), ["steps[2].fields[0].element"]);
}

#[test]
fn b4_3_no_field_has_a_name_that_the_page_itself_posts() {
    for key in ["once", "then"] {
        let field = json!([{ "key": key, "label": "项", "kind": "text" }]);
        let text = json!({ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": field }] }).to_string();
        let places: Vec<String> = Form::parse(&text).unwrap_err().problems.into_iter().map(|one| one.place).collect();
        assert_eq!(places, ["steps[0].fields[0].key"]);
    }
}

#[test]
fn b4_3_no_definition_is_too_large_or_too_deep_to_be_refused_in_no_time() {
    assert!(Form::parse(&"[".repeat(500_000)).is_err());
    assert!(Form::parse(&" ".repeat(2_000_000)).unwrap_err().problems[0].reason.contains("最多"));
    let choice = |at: usize| {
        json!({ "key": format!("f{at}"), "label": format!("问 {at}"), "kind": "yes_no",
            "when": if at == 0 { Value::Null } else { json!({ "field": format!("f{}", at - 1), "is": true }) } })
    };
    let mut fields: Vec<Value> = (0..900).map(choice).collect();
    fields[0].as_object_mut().unwrap().remove("when");
    let chain = json!({ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": fields }] }).to_string();
    let no = Form::parse(&chain).unwrap_err();
    assert!(no.problems[0].place.ends_with("fields[9].when") && no.problems.len() <= 100, "{:?}", no.problems[0]);
    let many: Vec<Value> = (0..5000).map(|at| json!({ "key": format!("f{at}"), "label": "问", "kind": "text" })).collect();
    let many = json!({ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": many }] }).to_string();
    assert!(Form::parse(&many).unwrap_err().to_string().contains("最多 1000 个字段"));
}

#[test]
fn h20_a_year_of_nought_a_float_and_endless_text_are_refused_with_a_remedy() {
    let field = |kind: &str| {
        Form::parse(&format!(
        r#"{{ "key": "f", "title": "表", "steps": [{{ "key": "s", "title": "步", "fields": [{{ "key": "x", "label": "项", "kind": "{kind}" }}] }}] }}"#
    )).unwrap()
    };
    let long = "9".repeat(1_000_000);
    for (kind, typed) in [
        ("date", "0000-01-01"),
        ("money", "NaN"),
        ("money", "1e5"),
        ("number", "inf"),
        ("money", &long),
        ("text", &long),
        ("resident_id", &long),
        ("phone", &long),
        ("region", &long),
        ("date", &long),
    ] {
        let reading = field(kind).read_step("s", &Entered::from([("x".to_owned(), vec![typed.to_owned()])]), today());
        assert!(reading.errors[0].zh.contains('请'), "{kind}: {}", reading.errors[0].zh);
    }
    let form = field("money");
    let third = form.read_step("s", &Entered::from([("x".to_owned(), vec!["0.1".to_owned()])]), today());
    assert_eq!(third.answers["x"], "0.10");
}

#[test]
fn x4_01_real_credit_codes_pass_and_one_changed_character_does_not() {
    let (mut good, mut bad) = (0, 0);
    for row in csv::Reader::from_reader(include_str!("data/uscc.csv").as_bytes()).records() {
        let row = row.unwrap();
        assert_eq!(forms::ids::check_uscc(&row[0]).is_ok(), &row[2] == "yes", "{}", &row[0]);
        if &row[2] != "yes" {
            bad += 1;
            continue;
        }
        good += 1;
        for at in 0..18 {
            for c in "0123456789ABCDEFGHJKLMNPQRTUWXY".chars() {
                let changed: String = row[0].chars().enumerate().map(|(i, was)| if i == at { c } else { was }).collect();
                assert_eq!(forms::ids::check_uscc(&changed).is_ok(), changed == row[0], "{changed}");
            }
        }
    }
    assert_eq!((good, bad), (43, 1));
}

#[test]
fn x4_04_a_number_of_an_abolished_region_is_good_and_one_of_fifteen_digits_is_not() {
    // 3424: 六安地区, abolished in 1999; 340221: 芜湖县, now 湾沚区; 220181: a county-level city of another province.
    for number in ["342401199001010019", "340221199001010010", "22018119900101001X"] {
        let body = &number[..17];
        let sum: u32 = body
            .bytes()
            .zip([7u32, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
            .map(|(b, w)| u32::from(b - b'0') * w)
            .sum();
        let right = format!("{body}{}", b"10X98765432"[(sum % 11) as usize] as char);
        let id = forms::ids::check_resident_id(&right, today()).unwrap();
        assert_eq!(id.birth, NaiveDate::from_ymd_opt(1990, 1, 1).unwrap());
    }
    let no = recognise("340100990101002", today());
    assert_eq!((no.kind, no.valid), (NumberKind::ResidentId, false));
    assert!(no.zh.contains("15 位的旧号码已停用"));
}

#[test]
fn x4_04_an_old_region_that_is_not_known_is_remarked_upon() {
    let found = recognise("342401199001010016", today());
    assert!(found.valid && found.zh.contains("342401（现行区划里没有"), "{}", found.zh);
    assert!(found.en.contains("not in force"), "{}", found.en);
    let found = recognise("340221199001010019", today());
    assert!(found.valid && found.zh.ends_with("首次登记在芜湖县（已撤销）"), "{}", found.zh);
}

#[test]
fn x4_06_a_number_is_told_by_its_shape_and_its_check() {
    for (text, kind, valid) in [
        ("34010020990101003x", NumberKind::ResidentId, true),
        ("340100209901010030", NumberKind::ResidentId, false),
        ("１１３４００００１２３４５６７８８Ｐ", NumberKind::Uscc, true),
        ("115113010087780365", NumberKind::Uscc, true),
        ("11340000123456788Q", NumberKind::Uscc, false),
        ("1134000012345678", NumberKind::Uscc, false),
        ("138 0013 8000", NumberKind::Mobile, true),
        ("12800138000", NumberKind::Mobile, false),
        ("0551-62600000", NumberKind::Phone, true),
        ("0551-62600000-801", NumberKind::Phone, true),
        ("0551-62600000-801234", NumberKind::Phone, true),
        ("+852 2345 6789", NumberKind::Phone, true),
        ("\u{0}0086-2600000转8010", NumberKind::Phone, false),
        ("0008-62600000转801", NumberKind::Phone, false),
        ("341524", NumberKind::Region, true),
        ("340221", NumberKind::Region, false),
        ("955880", NumberKind::Phone, true),
        ("999999", NumberKind::Region, false),
        ("341421", NumberKind::Region, false),
        ("10(5\0\u{5}2\u{0}01", NumberKind::Phone, true),
        ("123456788", NumberKind::OrganisationCode, true),
        ("340000400000123", NumberKind::RegistrationNo, false),
        ("1.2.156.3005.2.11340000123456788P001.11340000123456788P.2026000001.001.D", NumberKind::LicenceId, true),
        ("1.2.156.3005.2.11340000123456788P001.11340000123456788P.2026000001.001.E", NumberKind::LicenceId, false),
        ("11511301008778255F4440709003000", NumberKind::ItemCode, true),
        ("王敏", NumberKind::Unknown, false),
        ("", NumberKind::Unknown, false),
    ] {
        let found = recognise(text, today());
        assert_eq!((found.kind, found.valid), (kind, valid), "{text}: {}", found.zh);
    }
    let body = "34152420261201000001";
    let case = format!("{body}{}", forms::ids::mod_37_36(body));
    let found = recognise(&case, today());
    assert_eq!((found.kind, found.valid), (NumberKind::CaseNo, true));
    assert_eq!(found.zh, "安徽省六安市金寨县 2026 年 12 月 1 日第 1 件");
    assert_eq!(recognise(&"9".repeat(1_000_000), today()).kind, NumberKind::Unknown);
}

#[test]
fn f157_rare_characters_and_every_middle_dot_are_kept_found_and_shown() {
    let form = Form::parse(
        r#"{ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [{ "key": "n", "label": "姓名", "kind": "name" }] }] }"#,
    )
    .unwrap();
    let read = |typed: &str| form.read_step("s", &Entered::from([("n".to_owned(), vec![typed.to_owned()])]), today());
    // One character of every plane of ideographs: URO, extensions A to I, compatibility, private use.
    for c in [
        '\u{9FFF}',
        '\u{3400}',
        '\u{20BB7}',
        '\u{2A6DF}',
        '\u{2B740}',
        '\u{2CEAF}',
        '\u{2EBE0}',
        '\u{30000}',
        '\u{31350}',
        '\u{2EBF0}',
        '\u{323B0}',
        '\u{FA1E}',
        '\u{E863}',
    ] {
        for dot in ["·", "•", "‧", "・", "．", ".", "。", "\u{F0B7}", "\u{2219}"] {
            let reading = read(&format!("阿{c}{dot}吐尔逊"));
            let kept = format!("阿{c}·吐尔逊");
            assert_eq!((reading.answers["n"].as_str(), reading.errors.len()), (Some(kept.as_str()), 0), "U+{:X}", c as u32);
            assert_eq!(form.display(form.field("n").unwrap(), &reading.answers["n"]), kept, "printed as it was kept");
            assert!(forms::text::same_name(&kept, &format!(" 阿{c} {dot} 吐尔逊")), "found");
        }
    }
    assert_eq!(read("Ｊ．　Ｓｍｉｔｈ").answers["n"], "J. Smith");
}

fn form_of(key: &str, fields: Value) -> Form {
    Form::parse(&json!({ "key": key, "title": key, "steps": [{ "key": "main", "title": "一", "fields": fields }] }).to_string())
        .unwrap()
}

#[test]
fn f098_a_fact_is_asked_once_and_fills_every_form() {
    let licence = company();
    let tax = form_of(
        "tax",
        json!([
        { "key": "taxpayer", "label": "纳税人名称", "kind": "text", "required": true, "max_length": 5, "element": "organisation.name" },
        { "key": "form", "label": "征收方式", "kind": "choice", "required": true,
          "options": [{ "value": "books", "label": "查账" }, { "value": "fixed", "label": "核定" }] },
        { "key": "staff", "label": "人数", "kind": "number", "required": true, "when": { "field": "form", "is": "fixed" } } ]),
    );
    let united = United::of("set-up", "企业开办", &[licence, tax]).unwrap();
    let form = united.form();
    assert_eq!(
        form.steps().iter().map(|step| step.key.as_str()).collect::<Vec<_>>(),
        ["shared", "what", "holders", "owner", "main"]
    );
    assert_eq!(form.fields().filter(|field| field.element.as_deref() == Some("organisation.name")).count(), 1);
    let mut all = limited();
    all.insert("tax_form".to_owned(), json!("fixed"));
    let left = united.check_all(&all, today());
    assert_eq!(left.iter().map(|error| error.zh.as_str()).collect::<Vec<_>>(), ["请填人数"]);
    all.insert("staff".to_owned(), json!(12));
    assert_eq!(united.check_all(&all, today()), []);
    assert_eq!(united.answers_of("company", &all), limited());
    assert_eq!(json!(united.answers_of("tax", &all)), json!({ "taxpayer": "大别山茶业", "form": "fixed", "staff": 12 }));
    // What only one part refuses is told at the field where it is asked.
    all.insert("name".to_owned(), json!("大别山茶业有限公司"));
    let left = united.check_all(&all, today());
    assert_eq!((left[0].field.as_str(), left[0].code, left.len()), ("name", ErrorCode::TooLong, 1));
    let other = form_of("other", json!([{ "key": "n", "label": "名", "kind": "name", "element": "organisation.name" }]));
    let no = United::of("x", "表", &[company(), other]).unwrap_err();
    assert_eq!(no.problems[0].place, "other.n");
    assert!(United::of("x", "表", &[company(), company()]).is_err());
}

#[test]
fn f089_two_versions_compare_and_answers_are_carried() {
    let old = form_of(
        "f",
        json!([
        { "key": "name", "label": "姓名", "kind": "name", "required": true },
        { "key": "tel", "label": "电话", "kind": "phone" },
        { "key": "trade", "label": "行业", "kind": "choices", "options": [{ "value": "tea", "label": "茶叶" }, { "value": "oil", "label": "食用油" }] },
        { "key": "fax", "label": "传真", "kind": "phone" },
        { "key": "area", "label": "面积", "kind": "number", "decimals": 1 },
        { "key": "staff", "label": "人员", "kind": "group", "fields": [
            { "key": "who", "label": "姓名", "kind": "name" }, { "key": "age", "label": "年龄", "kind": "number" } ] } ]),
    );
    let new = Form::parse(&json!({ "key": "f", "title": "表", "steps": [
        { "key": "main", "title": "一", "fields": [
            { "key": "name", "label": "姓名", "kind": "name", "required": true },
            { "key": "mobile", "label": "手机", "kind": "mobile", "required": true, "was": "tel" },
            { "key": "mail", "label": "邮箱", "kind": "email", "required": true } ] },
        { "key": "place", "title": "场所", "fields": [
            { "key": "area", "label": "面积", "kind": "number", "decimals": 1 },
            { "key": "trade", "label": "行业", "kind": "text" },
            { "key": "staff", "label": "人员", "kind": "group", "fields": [{ "key": "who", "label": "姓名", "kind": "name" }] } ] } ] }).to_string()).unwrap();
    let given =
        answers(json!({ "name": "王敏", "tel": "0551-62600000", "trade": ["tea", "oil"], "fax": "0551-62600001", "area": 86.5,
        "staff": [{ "who": "李强", "age": 30 }, { "who": "王䶮" }] }));
    let moved = new.migrate(&old, &given, today());
    assert_eq!(
        json!(moved.answers),
        json!({ "name": "王敏", "mobile": "0551-62600000", "area": 86.5, "trade": "茶叶、食用油",
        "staff": [{ "who": "李强" }, { "who": "王䶮" }] })
    );
    assert_eq!(json!(moved.left), json!({ "fax": "0551-62600001", "staff": [{ "age": 30 }, {}] }), "nothing is lost silently");
    assert_eq!(moved.errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["mobile", "mail"]);
    assert_eq!(
        moved.comparison.zh(),
        "照旧 1\n  姓名\n挪动 1\n  面积：从“一”挪到“场所”\n改动 3\n  手机：字段名 tel 改为 mobile；原名“电话”；种类 phone 改为 mobile；改为必填\n  行业：从“一”挪到“场所”；种类 choices 改为 text\n  人员：从“一”挪到“场所”；每一行问的有变化\n不再问 1\n  传真：原来在“一”\n新增 1\n  邮箱：在“一”；必填"
    );
    assert!(moved.comparison.en().contains("Newly asked 1\n  邮箱: on “一”; required"));
    let same = Comparison::of(&new, &new);
    assert_eq!(same.with(Fate::Kept).count(), same.changes.len());
    assert_eq!(old.migrate(&old, &given, today()).answers, given);
}

#[test]
fn f089_the_forms_of_the_house_are_read_and_carry_their_answers() {
    for text in [
        include_str!("../../../definitions/forms/elderly-card.json"),
        include_str!("../../../definitions/forms/food-production-licence.json"),
        include_str!("../../../definitions/forms/labour-dispatch-licence.json"),
    ] {
        let form = Form::parse(text).unwrap();
        assert!(Schema::compile(&form.schema()).is_ok());
        let given: Answers = form.fields().map(|field| (field.key.clone(), json!(field.example))).collect();
        let again = form.migrate(&form, &given, today());
        assert!(again.left.is_empty() && again.comparison.with(Fate::Kept).count() == form.fields().count());
    }
}

#[test]
fn f073_a_schema_tells_everything_at_once_in_two_languages() {
    let schema = Schema::compile(&json!({
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": {
            "name": { "title": "姓名", "format": "cn-name" }, "id": { "title": "身份证号", "format": "cn-resident-id" },
            "tel": { "title": "电话", "format": "cn-mobile" }, "sum": { "title": "金额", "type": "string", "format": "amount", "amountMinimum": "1.00", "amountMaximum": "9.99" },
            "day": { "title": "日期", "format": "date" }, "place": { "title": "区划", "format": "cn-region" },
            "n": { "title": "数", "type": "integer", "minimum": 1 }, "list": { "type": "array", "items": { "enum": ["a", "b"] } }
        }
    }))
    .unwrap();
    let data = json!({ "id": "34010020990101003x", "tel": "1380013800", "sum": "10", "day": "2025-02-30", "place": "340221", "n": 0.5,
        "list": ["a", "c"], "odd": 1 });
    let told = schema.check(&data);
    let find = |field: &str| told.iter().filter(|error| error.field == field).map(|error| error.zh.as_str()).collect::<Vec<_>>();
    assert_eq!(find("name"), ["请填姓名（name）"]);
    assert_eq!(find("id"), ["身份证号请写成 34010020990101003X"]);
    assert_eq!(find("tel"), ["电话请填 11 位手机号码，现在是 10 位，如 13800138000"]);
    let mut sums = find("sum");
    sums.sort_unstable();
    assert_eq!(sums, ["金额请写成 10.00", "金额请填不大于 9.99 的金额"]);
    assert_eq!(find("day").len(), 1);
    assert!(find("place")[0].contains("芜湖县已经撤销"));
    assert_eq!(find("n").len(), 2);
    assert_eq!(find("list.1"), ["第 2 项请从这些里选：[\"a\",\"b\"]"]);
    assert_eq!(find("odd").len(), 1);
    assert!(told.iter().all(|error| error.zh.contains('请') && !error.en.is_empty()));
    assert!(schema.is_valid(&json!({ "name": "王䶮", "sum": "1.00", "place": "341524", "id": "34010020990101003X" })));
}

#[test]
fn b4_1_no_schema_fetches_loops_or_eats_memory() {
    for schema in
        [json!({ "$ref": "https://example.invalid/schema.json" }), json!({ "$ref": "file:///etc/passwd" }), json!({ "type": 1 })]
    {
        assert!(Schema::compile(&schema).is_err(), "{schema}");
    }
    for circle in [
        json!({ "$ref": "#" }),
        json!({ "allOf": [{ "$ref": "#" }] }),
        json!({ "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } }, "$ref": "#/$defs/a" }),
    ] {
        if let Ok(schema) = Schema::compile(&circle) {
            schema.check(&json!({ "a": [1, 2, 3] }));
        }
    }
    assert!(Schema::compile(&json!({ "pattern": "(a{1000}){1000}" })).is_err());
    let slow = Schema::compile(&json!({ "pattern": "^(a+)+$" })).unwrap();
    assert!(!slow.is_valid(&json!("a".repeat(100_000) + "b")));
    let each = Schema::compile(&json!({ "items": { "type": "string" }, "uniqueItems": true })).unwrap();
    assert_eq!(each.check(&json!((0..100_000).collect::<Vec<_>>())).len(), 1000);
}

/// Any answer at all, and often nearly a good one.
fn answer(kind: Kind) -> BoxedStrategy<Value> {
    let of = |values: Vec<Value>| proptest::sample::select(values).boxed();
    let near = match kind {
        Kind::Choice => of(vec![json!("limited"), json!("single"), json!("person"), json!("company"), json!("x")]),
        Kind::YesNo => of(vec![json!(true), json!(false), json!("yes")]),
        Kind::Region => of(vec![json!("341524"), json!("340221"), json!("金寨县")]),
        Kind::Money => of(vec![
            json!("0.01"),
            json!("200.00"),
            json!("200"),
            json!(200),
            json!("-1.00"),
            json!("1000000.01"),
            json!("0200.00"),
        ]),
        Kind::ResidentId => of(vec![json!("34010020990101003X"), json!("34010020990101003x")]),
        Kind::Uscc => of(vec![json!("11340000123456788P"), json!("11340000123456788p")]),
        _ => of(vec![json!("王敏"), json!("买买提・吐尔逊"), json!(" 王敏"), json!("")]),
    };
    let any = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(|n| json!(n)),
        ".{0,6}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({}))
    ];
    prop_oneof![6 => near, 1 => any].boxed()
}

fn object(fields: Vec<forms::Field>) -> BoxedStrategy<Value> {
    let each: Vec<_> = fields
        .into_iter()
        .map(|field| {
            let value = if field.kind == Kind::Group {
                proptest::collection::vec(object(field.fields.clone()), 0..4).prop_map(Value::from).boxed()
            } else {
                answer(field.kind)
            };
            proptest::option::weighted(0.9, value).prop_map(move |value| (field.key.clone(), value))
        })
        .collect();
    each.prop_map(|all| Value::Object(all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())).boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The check of the form is no weaker than the schema that is published: what passes it passes the schema.
    #[test]
    fn b4_1_what_the_form_takes_the_schema_takes(data in object(company().fields().cloned().collect())) {
        let form = company();
        thread_local!(static SCHEMA: Schema = Schema::compile(&company().schema()).unwrap());
        let read = form.read_data(&data, today());
        let counted = Value::Object(form.answered(data.as_object().unwrap()));
        let valid = SCHEMA.with(|schema| schema.is_valid(&counted));
        if form.check_all(data.as_object().unwrap(), today()).is_empty() {
            prop_assert!(valid, "{} {:?}", counted, SCHEMA.with(|schema| schema.check(&counted)));
        }
        let kept = Value::Object(read.answers.clone());
        prop_assert!(!read.errors.is_empty() || SCHEMA.with(|schema| schema.is_valid(&kept)), "{}", kept);
        prop_assert_eq!(form.read_data(&kept, today()).answers, read.answers);
        prop_assert_eq!(form.is_complete(data.as_object().unwrap(), today()), form.check_all(data.as_object().unwrap(), today()).is_empty());
    }

    /// Entered, read, shown again as entered and read again: the same data, rows and all.
    #[test]
    fn b4_1_answers_entered_again_are_the_same_answers(data in object(company().fields().cloned().collect())) {
        let form = company();
        let mut given = data.as_object().unwrap().clone();
        given.insert("form".to_owned(), json!("limited"));
        for step in ["what", "holders"] {
            let first = form.read_step_after(step, &form.entered(step, &given), &given, today());
            let again = form.read_step_after(step, &form.entered(step, &first.answers), &given, today());
            prop_assert_eq!(&again.answers, &first.answers);
            prop_assert!(again.errors.iter().all(|error| first.errors.contains(error)) || first.answers["holders"].is_array());
        }
    }

    #[test]
    fn x4_06_no_text_makes_recognising_panic(text in "\\PC{0,40}|[0-9A-Z.０-９]{15,34}|1\\.2\\.156\\.3005\\.2\\.[0-9A-Z.]{0,60}") {
        let found = recognise(&text, today());
        prop_assert!(!found.zh.is_empty() && !found.en.is_empty());
        if found.valid {
            let again = recognise(&found.number, today());
            prop_assert_eq!((again.kind, again.valid, &again.number), (found.kind, true, &found.number));
        }
    }
}

#[test]
fn x4_04_a_wrong_identity_number_is_never_taken_for_a_credit_code() {
    // 29 February 1990, the year 0, a wrong check digit that adds up as a code.
    for text in ["340104199002290022", "340104000001010024", "510131199406134802"] {
        let found = recognise(text, today());
        assert_eq!((found.kind, found.valid), (NumberKind::ResidentId, false), "{text}: {}", found.zh);
    }
}

#[test]
fn x4_01_the_region_of_a_credit_code_begins_with_a_province_or_is_that_of_the_state() {
    // The last adds up as a code; its region would be the birthplace's third digit and what follows.
    for text in ["340104199002290022", "340104000001010024", "510131199406134802"] {
        assert_eq!(forms::ids::check_uscc(text).unwrap_err(), forms::ids::UsccError::Region, "{text}");
    }
    let code = recognise("91100000100003962T", today());
    assert_eq!((code.kind, code.valid), (NumberKind::Uscc, true), "registered by the state itself: {}", code.zh);
}

#[test]
fn b4_1_a_schema_that_names_itself_twice_is_checked_in_bounded_time() {
    let itself = || json!({ "$ref": "#" });
    let ways = [
        json!({ "allOf": [itself(), itself()] }),
        json!({ "anyOf": [itself(), itself()] }),
        json!({ "oneOf": [{ "allOf": [itself(), itself()] }] }),
        json!({ "if": itself(), "then": itself(), "else": itself() }),
        json!({ "not": { "not": { "allOf": [itself(), itself()] } } }),
        json!({ "$ref": "#", "$dynamicRef": "#node" }),
        json!({ "$ref": "#", "unevaluatedProperties": itself() }),
    ];
    for way in ways {
        for schema in [
            json!({ "$dynamicAnchor": "node", "type": ["object", "array"], "properties": { "in": way } }),
            json!({ "$dynamicAnchor": "node", "type": ["object", "array"], "items": way }),
        ] {
            let within = |inner: Value| if schema.get("items").is_some() { json!([inner]) } else { json!({ "in": inner }) };
            let nested = |levels: usize, last: Value| (0..levels).fold(last, |inner, _| within(inner));
            let compiled = Schema::compile(&schema).unwrap();
            for levels in [3, 60] {
                let good = nested(levels, within(json!([])));
                assert!(compiled.is_valid(&good) == compiled.check(&good).is_empty(), "{schema}");
                let bad = nested(levels, json!(1));
                let told = compiled.check(&bad);
                assert_eq!(compiled.is_valid(&bad), told.is_empty(), "{schema}");
                assert!(levels == 3 || told.len() <= 1 || told.iter().all(|error| error.field.contains("in.in.in")), "{told:?}");
            }
        }
    }
    // A tree as people write it is told of place by place, however much of it there is.
    let tree = json!({ "type": "object", "required": ["name"], "properties": { "parts": { "items": { "$ref": "#" } } } });
    let wide = |inner: Value| json!({ "name": "甲", "parts": [inner, {}, { "name": "乙" }] });
    let data = (0..60).fold(json!({ "name": "丙" }), |inner, _| wide(inner));
    assert_eq!(Schema::compile(&tree).unwrap().check(&data).len(), 60);
}

#[test]
fn f073_a_schema_that_references_make_endless_is_refused_before_it_is_compiled() {
    let doubled = |combine: &str, count: usize| {
        let next = |i: usize| json!({ (combine): [{ "$ref": format!("#/%24defs/a{}", i + 1) }, { "$ref": format!("#/$defs/a{}", i + 1) }] });
        let mut defs: serde_json::Map<String, Value> = (0..count).map(|i| (format!("a{i}"), next(i))).collect();
        defs.insert(format!("a{count}"), json!({ "type": "string" }));
        json!({ "$defs": defs, "$ref": "#/$defs/a0" })
    };
    for combine in ["allOf", "anyOf", "oneOf"] {
        let no = Schema::compile(&doubled(combine, 40)).unwrap_err().to_string();
        assert!(no.contains("$ref") && no.contains("100000"), "{no}");
        assert!(Schema::compile(&doubled(combine, 5)).is_ok(), "{combine}");
    }
    let mut named = doubled("allOf", 40);
    named["$id"] = json!("https://example.org/s");
    named["$ref"] = json!("https://example.org/s#/$defs/a0");
    assert!(Schema::compile(&named).is_err());
    let chain: serde_json::Map<String, Value> =
        (0..5000).map(|i| (format!("a{i}"), json!({ "$ref": format!("#/$defs/a{}", i + 1) }))).collect();
    assert!(Schema::compile(&json!({ "$defs": chain, "$ref": "#/$defs/a0" })).unwrap_err().to_string().contains("层"));
    // Each reference is sought in each part that has a name of its own.
    let count = 15_000;
    let parts: Vec<Value> = (0..count).map(|i| json!({ "$id": format!("https://example.org/{i}") })).collect();
    let nowhere = vec![json!({ "$ref": "#/zzz/yyy" }); count];
    let begun = std::time::Instant::now();
    let no = Schema::compile(&json!({ "$defs": { "parts": { "allOf": parts } }, "allOf": nowhere })).unwrap_err().to_string();
    assert!(no.contains("$ref") && no.contains("100000"), "{no}");
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
    // A tree of itself is small.
    let tree = json!({ "properties": { "left": { "$ref": "#" }, "right": { "$ref": "#" } } });
    assert!(Schema::compile(&tree).unwrap().is_valid(&json!({ "left": { "right": {} } })));
}

#[test]
fn x4_01_a_label_copied_along_is_no_part_of_the_number() {
    let today = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
    let bare = forms::recognise("110105194912310021", today);
    assert_eq!(bare.kind, forms::NumberKind::ResidentId);
    for labelled in ["身份证110105194912310021", "身份证号： 110105194912310021", "公民身份号码:110105194912310021"]
    {
        assert_eq!(forms::recognise(labelled, today), bare, "{labelled}");
    }
}

#[test]
fn f073_every_keyword_of_a_schema_is_told_in_plain_words() {
    let schema = Schema::compile(&json!({ "properties": {
        "a": { "title": "甲", "anyOf": [{ "type": "string" }, { "minimum": 5 }] },
        "b": { "title": "乙", "oneOf": [{ "minimum": 1 }, { "minimum": 2 }] },
        "c": { "title": "丙", "contains": { "const": 9 } },
        "d": { "propertyNames": { "maxLength": 1 } },
        "e": { "title": "戊", "not": { "const": 1 } },
        "f": { "prefixItems": [{ "type": "integer" }], "items": false },
        "g": { "title": "己", "oneOf": [{ "required": ["p"] }, { "required": ["q"] }] },
    } }))
    .unwrap();
    let told = schema.check(&json!({ "a": 1, "b": 3, "c": [1], "d": { "xx": 1 }, "e": 1, "f": [1, 2], "g": {} }));
    let told: Vec<&str> = told.iter().map(|error| error.zh.as_str()).collect();
    assert_eq!(
        told,
        [
            "甲请照这些写法之一写：写成文字（加引号）；或填不小于 5 的数",
            "乙请改成只符合一种写法，现在同时符合几种",
            "丙里要有至少 1 项符合 {\"const\":9}，请补上或者删去",
            "d请改键名 \"xx\"：最多写 1 个字",
            "戊请换一个值，不能符合 {\"const\":1}",
            "第 2 项请删去，这里不能有内容",
            "己请照这些写法之一写：补上 \"p\"；或补上 \"q\"",
        ]
    );
}

#[test]
fn f073_an_answer_that_is_not_asked_as_others_stand_says_why() {
    let form = Form::parse(
        r#"{ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [
            { "key": "h", "label": "来源", "kind": "choice", "required": true,
              "options": [{ "value": "own", "label": "自有" }, { "value": "rent", "label": "租赁" }] },
            { "key": "until", "label": "租期至", "kind": "date", "required": true, "when": { "field": "h", "is": ["rent"] } }] }] }"#,
    )
    .unwrap();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
    let told = form.read_data(&json!({ "h": "own", "until": "2027-01-01", "untli": 1 }), today).errors;
    let said: Vec<&str> = told.iter().map(|error| error.zh.as_str()).collect();
    assert!(said.contains(&"租期至（until）只在“h”填 \"rent\" 时才问，请删去，或者改“h”"), "{said:?}");
    assert!(said.contains(&"表单没有问“untli”，请删去，或者改成表单里的字段名"), "{said:?}");
}

#[test]
fn h20_a_telephone_is_judged_as_it_is_kept() {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
    for text in ["+.86 138 000", "+8-6 138 000", "+-86 551 6260 0000", "+1 (202) 555-0100", "+86138000"] {
        let found = forms::recognise(text, today);
        let again = forms::recognise(&found.number, today);
        assert_eq!((found.valid, &found.number), (again.valid, &again.number), "{text}");
    }
}

#[test]
fn h20_a_format_tells_how_what_it_understands_is_written() {
    let schema = Schema::compile(&json!({ "properties": { "fee": { "title": "金额", "format": "amount" },
        "place": { "title": "地点", "format": "cn-region" } } }))
    .unwrap();
    for text in ["１２００．５０", "1,200.50", "¥1200.5"] {
        assert_eq!(schema.check(&json!({ "fee": text }))[0].zh, "金额请写成 1200.50", "{text}");
    }
    assert_eq!(schema.check(&json!({ "fee": "一千" }))[0].code, ErrorCode::NotANumber);
    assert!(schema.check(&json!({ "place": "某县" }))[0].zh.ends_with("6 位区划代码，如 341524"));
}

#[test]
fn h20_h21_a_schema_folds_what_its_formats_understand() {
    let schema = Schema::compile(&json!({
        "properties": {
            "people": { "items": { "$ref": "#/$defs/person" } },
            "until": { "anyOf": [{ "type": "null" }, { "type": "string", "format": "date" }] },
            "tel": { "format": "cn-phone", "pattern": "^0551-" }, "fee": { "format": "amount", "amountMaximum": "100.00" },
            "mail": { "format": "email" }
        },
        "if": { "properties": { "fee": { "const": "5.00" } }, "required": ["fee"] },
        "then": { "properties": { "place": { "format": "cn-region" } } },
        "$defs": { "person": { "properties": { "a/b": { "format": "cn-name" } } } }
    }))
    .unwrap();
    let sent = json!({ "people": [{ "a/b": "买买提・吐尔逊" }, { "a/b": "王　敏" }], "until": "２０２７年１月１日", "tel": "（0551）62600000",
        "fee": "￥５", "place": "金寨县", "other": "１２" });
    let (read, told) = schema.read(sent);
    assert_eq!(told, []);
    assert_eq!(
        read,
        json!({ "people": [{ "a/b": "买买提·吐尔逊" }, { "a/b": "王敏" }], "until": "2027-01-01", "tel": "0551-62600000",
            "fee": "5.00", "place": "341524", "other": "１２" }),
        "also where only what was folded makes one ask; what has no format is nobody's to fold"
    );
    let (read, told) = schema.read(json!({ "fee": "１２０", "until": "2027-02-30", "mail": "ａ@b" }));
    assert_eq!(read["fee"], json!("120.00"));
    assert_eq!(told.iter().map(|error| error.field.as_str()).collect::<Vec<_>>().len(), 3, "{told:?}");
}

#[test]
fn f073_only_what_is_checked_may_be_named_in_a_schema() {
    let known = [
        "date",
        "date-time",
        "duration",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
        "iri",
        "iri-reference",
        "json-pointer",
        "regex",
        "relative-json-pointer",
        "time",
        "uri",
        "uri-reference",
        "uri-template",
        "uuid",
        "cn-resident-id",
        "cn-uscc",
        "cn-region",
        "cn-mobile",
        "cn-phone",
        "cn-name",
        "amount",
    ];
    for format in known {
        let schema = Schema::compile(&json!({ "format": format })).unwrap();
        assert!(!schema.is_valid(&json!("\u{0}{ ")), "{format} checks");
    }
    for fine in [
        json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" }),
        json!({ "$schema": "https://json-schema.org/draft/2020-12/schema#" }),
        // What is data and not a schema may hold anything.
        json!({ "const": { "format": "x", "$schema": "y" }, "enum": [{ "format": "x", "$schema": "y" }], "default": { "format": "x" },
            "examples": [{ "format": "x" }] }),
        json!({ "properties": { "format": { "type": "string" }, "$schema": { "type": "string" } } }),
        json!(true),
    ] {
        assert!(Schema::compile(&fine).is_ok(), "{fine}");
    }
    for (schema, place) in [
        (json!({ "format": "cn-id" }), "/format"),
        (json!({ "format": "Date" }), "/format"),
        (json!({ "format": "idn-hostname" }), "/format"),
        (json!({ "properties": { "a/b": { "items": { "format": "x" } } } }), "/properties/a~1b/items/format"),
        (json!({ "$defs": { "unused": { "anyOf": [true, { "format": "x" }] } } }), "/$defs/unused/anyOf/1/format"),
        (json!({ "$schema": "http://json-schema.org/draft-07/schema#" }), "/$schema"),
        (json!({ "$schema": "https://json-schema.org/draft/2019-09/schema" }), "/$schema"),
        (
            json!({ "$defs": { "old": { "$id": "urn:old", "$schema": "http://json-schema.org/draft-04/schema#" } } }),
            "/$defs/old/$schema",
        ),
    ] {
        let no = Schema::compile(&schema).unwrap_err();
        let [fault] = no.faults.as_slice() else { panic!("one fault: {no:?}") };
        assert_eq!(fault.place, place, "{no}");
        assert!(fault.zh.contains('请') && no.english().contains(place) && no.english().contains(&fault.en), "{no:?}");
    }
    // A reference may make a schema of what is otherwise data.
    assert!(Schema::compile(&json!({ "examples": [{ "format": "x" }], "$ref": "#/examples/0" })).is_err());
}

#[test]
fn b4_1_all_that_is_wrong_with_a_schema_is_told_at_once_in_our_words() {
    let no = Schema::compile(&json!({
        "type": "objekt",
        "properties": {
            "a": { "type": ["string", "text"], "pattern": "^(?=.*[0-9])x" },
            "b": { "$ref": "https://example.org/person.json" },
            "c": { "$ref": "#/$defs/nobody" },
            "d": { "pattern": "(", "format": "idn-email" },
            "e": { "minLength": "3" },
            "f": { "required": "a" },
        },
        "patternProperties": { "(?<!x)y": true },
        "$defs": { "person": { "type": "string" } },
    }))
    .unwrap_err();
    let told = |place: &str| no.faults.iter().find(|fault| fault.place == place).unwrap_or_else(|| panic!("{place}: {no:?}"));
    for (place, zh, en) in [
        ("/type", "没有“objekt”这种类型", "there is no type “objekt”"),
        ("/properties/a/type", "没有“text”这种类型", "there is no type “text”"),
        ("/properties/a/pattern", "前后查看", "look-around"),
        ("/properties/b/$ref", "不上网取", "nothing is fetched"),
        ("/properties/c/$ref", "这份规则里没有", "leads to no place"),
        ("/properties/d/pattern", "不是能用的正则表达式", "no regular expression"),
        ("/properties/d/format", "请改成 email", "write email"),
        ("/properties/e/minLength", "写成", "write"),
        ("/properties/f/required", "写成", "write"),
        ("/patternProperties/(?<!x)y", "前后查看", "look-around"),
    ] {
        let fault = told(place);
        assert!(fault.zh.contains(zh) && fault.zh.contains('请') && fault.en.contains(en), "{fault:?}");
        assert!(no.to_string().contains(&fault.zh) && no.english().contains(&fault.en));
        assert!(!fault.en.contains(|c| matches!(c, '\u{4e00}'..='\u{9fff}')), "{fault:?}");
    }
    assert_eq!(no.faults.len(), 10, "{no:#?}");
    assert!(Schema::compile(&json!({ "$ref": "#/$defs/person", "$defs": { "person": { "pattern": "^a[(]?b" } } })).is_ok());
}

#[test]
fn h20_texts_under_contains_are_folded_and_those_under_not_stay() {
    let phones = Schema::compile(&json!({ "contains": { "format": "cn-mobile" } })).unwrap();
    let (data, told) = phones.read(json!(["甲", "１３８ ００１３ ８０００"]));
    assert_eq!((data, told.len()), (json!(["甲", "13800138000"]), 0));
    let none = Schema::compile(&json!({ "not": { "format": "cn-mobile" } })).unwrap();
    let (data, told) = none.read(json!("１３８ ００１３ ８０００"));
    assert_eq!((data, told.len()), (json!("１３８ ００１３ ８０００"), 0), "another writing is kept as it is");
    let keys = Schema::compile(&json!({ "propertyNames": { "format": "cn-mobile" } })).unwrap();
    let told = keys.check(&json!({ "138 0013 8000": 1 }));
    assert!(told[0].zh.contains("写成 13800138000") && told[0].en.contains("write 13800138000"), "{told:?}");
}

#[test]
fn b4_1_every_field_of_the_shipped_forms_has_an_english_name() {
    fn named(fields: &[forms::Field]) {
        for field in fields {
            let name = field.label_en.as_deref().unwrap_or_default();
            assert!(!name.is_empty() && name.is_ascii(), "{} has no English name", field.key);
            named(&field.fields);
        }
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../definitions/forms");
    let mut shipped = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let form = forms::Form::parse(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        form.steps().iter().for_each(|step| named(&step.fields));
        let told = form.read_data(&json!({}), chrono::NaiveDate::from_ymd_opt(2026, 11, 25).unwrap()).errors;
        assert!(!told.is_empty() && told.iter().all(|error| !error.en.contains(error.label.as_str())), "{told:?}");
        shipped += 1;
    }
    assert!(shipped >= 3);
}

#[test]
fn h23_a_number_is_no_text_of_a_format_of_ours() {
    for (format, data) in [
        ("amount", json!(1.1)),
        ("amount", json!(0.30000000000000004)),
        ("cn-resident-id", json!(110105194912310021_u64)),
        ("cn-mobile", json!(13800138000_u64)),
    ] {
        let schema = Schema::compile(&json!({ "properties": { "a": { "format": format } } })).unwrap();
        let told = schema.check(&json!({ "a": data }));
        assert!(told.len() == 1 && told[0].zh.contains("写成文字") && told[0].en.contains("as text"), "{format}: {told:?}");
        assert!(schema.check(&json!({ "a": null })).is_empty(), "{format}");
        for kind in [json!("number"), json!("integer"), json!(["number", "null"])] {
            let no = Schema::compile(&json!({ "properties": { "a": { "format": format, "type": kind } } })).unwrap_err();
            assert_eq!(no.faults[0].place, "/properties/a/type", "{no}");
            assert!(no.faults[0].zh.contains("string") && no.faults[0].en.contains("string"), "{no}");
        }
    }
    let data = json!({ "enum": [{ "format": "amount" }] });
    assert!(Schema::compile(&data).unwrap().check(&json!({ "format": "amount" })).is_empty(), "what is data stays data");
}

#[test]
fn b4_1_a_bound_of_numbers_on_an_amount_is_refused_with_the_keyword_that_bounds_it() {
    let no = Schema::compile(&json!({ "format": "amount", "minimum": 3 })).unwrap_err();
    assert_eq!(no.faults[0].place, "/minimum");
    assert!(no.faults[0].zh.contains("amountMinimum") && no.faults[0].en.contains("amountMinimum"), "{no}");
    let bounded = Schema::compile(&json!({ "format": "amount", "amountMinimum": "3.00" })).unwrap();
    assert_eq!(bounded.check(&json!("1.00")).len(), 1);
}

#[test]
fn b4_1_a_schema_that_only_leads_back_to_itself_is_refused() {
    for schema in [
        json!({ "$ref": "#" }),
        json!({ "$ref": "#/$defs/a", "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } } }),
        json!({ "properties": { "x": { "allOf": [{ "$ref": "#/properties/x" }] } } }),
    ] {
        let no = Schema::compile(&schema).unwrap_err();
        assert!(no.to_string().contains("绕一圈") && no.english().contains("circle"), "{no}");
    }
    let tree = json!({ "type": "object", "properties": { "child": { "$ref": "#" } } });
    assert!(
        Schema::compile(&tree).unwrap().check(&json!({ "child": { "child": 1 } })).len() == 1,
        "one that goes on in the data"
    );
}

#[test]
fn f073_what_another_answer_makes_needed_names_that_answer() {
    let schema = Schema::compile(&json!({ "dependentRequired": { "a": ["b"] } })).unwrap();
    let told = schema.check(&json!({ "a": 1 }));
    assert_eq!((told[0].zh.as_str(), told[0].en.as_str()), ("填了a，也请填b", "With a given, enter b too"));
}
