//! 表单 · from a definition to answers and the sentences people read (B4.1, B4.3).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forms::{Answers, Entered, ErrorCode, Form, Kind, Schema};
use proptest::prelude::*;
use serde_json::{Value, json};

const LICENCE: &str = r#"{
  "key": "food-production-licence", "title": "食品生产许可申请",
  "steps": [
    { "key": "applicant", "title": "申请人", "intro": "由系统核验，无需提供其他材料。", "fields": [
      { "key": "served", "label": "申请主体", "kind": "choice", "required": true,
        "options": [ { "value": "person", "label": "个人" }, { "value": "enterprise", "label": "企业" } ] },
      { "key": "name", "label": "姓名", "label_en": "name", "kind": "name", "required": true, "example": "王敏", "source": "account.name" },
      { "key": "id", "label": "身份证号", "kind": "resident_id", "required": true, "when": { "field": "served", "is": "person" } },
      { "key": "uscc", "label": "统一社会信用代码", "kind": "uscc", "required": true, "when": { "field": "served", "is": ["enterprise"] } },
      { "key": "mobile", "label": "联系电话", "label_en": "telephone number", "kind": "mobile", "required": true },
      { "key": "landline", "label": "固定电话", "kind": "phone" },
      { "key": "email", "label": "电子邮箱", "kind": "email" }
    ] },
    { "key": "place", "title": "经营场所", "fields": [
      { "key": "address", "label": "详细地址", "kind": "address", "required": true, "example": "长江西路 200 号" },
      { "key": "area", "label": "经营面积", "kind": "number", "unit": "平方米", "min": 1, "max": 100000, "decimals": 1, "example": "86.5", "required": true },
      { "key": "staff", "label": "从业人数", "kind": "number", "min": 1 },
      { "key": "capital", "label": "投资额", "kind": "money", "min": 0 },
      { "key": "house", "label": "房屋来源", "kind": "choice", "required": true,
        "options": [ { "value": "own", "label": "自有" }, { "value": "rent", "label": "租赁" } ] },
      { "key": "until", "label": "租期至", "kind": "date", "min": "today", "required": true, "when": { "field": "house", "is": "rent" } },
      { "key": "opened", "label": "开业日期", "kind": "date", "max": "today" },
      { "key": "kinds", "label": "食品类别", "kind": "choices", "required": true, "max": 2,
        "options": [ { "value": "cake", "label": "糕点" }, { "value": "tea", "label": "茶叶" }, { "value": "oil", "label": "食用油" } ] },
      { "key": "cold", "label": "是否冷藏", "kind": "yes_no", "required": true },
      { "key": "licence", "label": "企业许可编号", "kind": "text", "max_length": 10, "required": true, "when": { "field": "served", "is": "enterprise" } },
      { "key": "notes", "label": "补充说明", "kind": "textarea" }
    ] },
    { "key": "materials", "title": "申请材料", "materials": true },
    { "key": "declare", "title": "声明", "fields": [
      { "key": "truth", "label": "申请人声明", "kind": "declaration", "required": true, "statement": "所填内容真实。" } ] }
  ] }"#;

fn licence() -> Form {
    Form::parse(LICENCE).unwrap()
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 1).unwrap()
}

fn posted(pairs: &[(&str, &str)]) -> Entered {
    let mut posted = BTreeMap::<String, Vec<String>>::new();
    for (key, value) in pairs {
        posted.entry((*key).to_owned()).or_default().push((*value).to_owned());
    }
    posted
}

/// A form of one field, the reading of one entry in it.
fn one(field: Value, entry: &str) -> Result<Value, String> {
    let form = Form::parse(
        &json!({ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [field] }] }).to_string(),
    )
    .unwrap();
    let key = form.steps()[0].fields[0].key.clone();
    let reading = form.read_step("s", &posted(&[(&key, entry)]), today());
    match reading.errors.first() {
        Some(error) => Err(error.zh.clone()),
        None => Ok(reading.answers[&key].clone()),
    }
}

fn good_answers() -> Answers {
    let Value::Object(answers) = json!({
        "served": "enterprise", "name": "王敏", "uscc": "11340000123456788P", "mobile": "13800138000", "landline": null,
        "address": "长江西路 200 号", "area": 86.5, "house": "rent", "until": "2027-01-31", "kinds": ["cake"],
        "cold": false, "licence": "SC123", "truth": true, "id": "留下的旧值", "gone": 1
    }) else {
        unreachable!()
    };
    answers
}

#[test]
fn h20_full_width_entries_are_folded_and_accepted() {
    let reading = licence().read_step(
        "place",
        &posted(&[
            ("house", "rent"),
            ("until", "２０２７／０７／０１"),
            ("area", "８６．５平方米"),
            ("capital", "￥１，２３４．５０元"),
            ("address", "长江西路"),
            ("kinds", "tea"),
            ("kinds", "cake"),
            ("cold", "no"),
            ("staff", ""),
        ]),
        today(),
    );
    assert_eq!(reading.errors, []);
    assert_eq!(reading.answers["until"], "2027-07-01");
    assert_eq!(reading.answers["area"], json!(86.5));
    assert_eq!(reading.answers["capital"], json!("1234.50"));
    assert_eq!(reading.answers["kinds"], json!(["cake", "tea"]), "in the order of the page");
    assert_eq!(reading.answers["staff"], Value::Null);
    assert_eq!(reading.entered["until"], ["２０２７／０７／０１"]);
    assert_eq!(one(json!({"key":"m","label":"联系电话","kind":"mobile"}), "１３８００１３８０００"), Ok(json!("13800138000")));
}

#[test]
fn h20_a_refused_entry_says_why_and_is_kept() {
    let reading =
        licence().read_step("applicant", &posted(&[("served", "person"), ("name", "王敏"), ("mobile", "１３８００")]), today());
    let error = reading.error_of("mobile").unwrap();
    assert_eq!(error.zh, "联系电话请填 11 位手机号码，现在是 5 位，如 13800138000");
    assert_eq!(error.en, "Enter telephone number with 11 digits; this has 5, such as 13800138000");
    assert_eq!(reading.entered["mobile"], ["１３８００"]);
    assert_eq!(reading.answers["mobile"], "１３８００", "a draft keeps what was typed");
}

#[test]
fn h21_names_with_any_middle_dot_and_of_any_length_are_accepted() {
    let name = json!({"key":"n","label":"姓名","kind":"name"});
    for dot in ['\u{B7}', '\u{2022}', '\u{2027}', '\u{30FB}', '\u{FF0E}'] {
        assert_eq!(one(name.clone(), &format!("买买提{dot}吐尔逊")), Ok(json!("买买提·吐尔逊")));
    }
    for accepted in [
        "王䶮",
        "𠮷田",
        "张\u{E863}",
        "丁",
        "阿卜杜拉·买买提·吐尔逊·艾合买提江·努尔买买提·阿布",
        "Anne-Marie O'Neil",
        "Zoë",
        "J. R. Smith",
    ] {
        assert_eq!(one(name.clone(), accepted), Ok(json!(accepted)));
    }
    assert_eq!(one(name.clone(), &"王".repeat(61)).unwrap_err(), "姓名最多 60 个字，现在是 61 个字，请写短一些，如 王敏");
    assert_eq!(one(name.clone(), "王敏1").unwrap_err(), "姓名请按证件填写，去掉“1”，如 王敏");
    assert_eq!(one(name, "…").unwrap_err(), "姓名请按证件填写，去掉“…”，如 王敏");
}

#[test]
fn f073_all_errors_of_a_step_come_at_once_each_with_its_field() {
    let reading = licence().read_step(
        "place",
        &posted(&[("area", "很大"), ("kinds", "cake"), ("kinds", "tea"), ("kinds", "oil")]),
        today(),
    );
    let told: Vec<(&str, &str)> = reading.errors.iter().map(|e| (e.field.as_str(), e.zh.as_str())).collect();
    assert_eq!(
        told,
        [
            ("address", "请填详细地址"),
            ("area", "经营面积请填数字，如 86.5"),
            ("house", "请选房屋来源"),
            ("kinds", "食品类别请最多选 2 项，如“糕点”"),
            ("cold", "请选是否冷藏"),
        ]
    );
    assert_eq!(reading.error_of("house").unwrap().code, ErrorCode::Missing);
}

#[test]
fn f073_no_sentence_blames_or_leaves_the_reader_without_a_remedy() {
    let form = licence();
    let mut sentences = Vec::new();
    for entry in [
        "",
        "！",
        "1",
        "99999999999999999",
        "2024-02-30",
        "2001-01-01",
        "2999-01-01",
        "abc@",
        "34010020990101003X",
        "O1340000123456788P",
        "0.123456789",
    ] {
        for step in form.steps() {
            let raw: Entered = step.fields.iter().map(|field| (field.key.clone(), vec![entry.to_owned()])).collect();
            sentences.extend(form.read_step(step.key.as_str(), &raw, today()).errors);
        }
    }
    assert!(sentences.len() > 60);
    for error in sentences {
        for banned in ["有误", "格式不正确", "非法", "异常", "无效", "错误", "！"] {
            assert!(!error.zh.replace("“！”", "").contains(banned), "{}", error.zh);
        }
        assert!(error.zh.contains(&error.label) && error.zh.contains('请'), "{}", error.zh);
        assert!(matches!(error.code, ErrorCode::Missing | ErrorCode::TooLong) || error.zh.contains('如'), "{}", error.zh);
        assert!(!error.en.contains("invalid"), "{}", error.en);
    }
}

#[test]
fn b4_1_numbers_are_read_as_people_write_them() {
    let whole = || json!({"key":"n","label":"人数","kind":"number","min":1,"max":500});
    assert_eq!(one(whole(), "007"), Ok(json!(7)));
    assert_eq!(one(whole(), "12.0"), Ok(json!(12)));
    assert_eq!(one(whole(), "1,2").unwrap_err(), "人数请填整数，如 12");
    assert_eq!(one(whole(), "1.5").unwrap_err(), "人数请填整数，不带小数，如 12");
    assert_eq!(one(whole(), "0").unwrap_err(), "人数请填不小于 1 的数，如 12");
    assert_eq!(one(whole(), "501").unwrap_err(), "人数请填不大于 500 的数，如 12");
    assert_eq!(one(whole(), "1e2").unwrap_err(), "人数请把数字写全，不用 e 表示几次方，如 12");
    let wan = || json!({"key":"m","label":"投资额","kind":"money","unit":"万元","example":"80"});
    assert_eq!(one(wan(), "80万元"), Ok(json!("80.00")));
    assert_eq!(one(wan(), "800000 元").unwrap_err(), "投资额以万元为单位，请换算成万元再填，不写“元”，如 80");
    assert_eq!(one(wan(), "八十元").unwrap_err(), "投资额请填数字，如 80");
    assert_eq!(one(json!({"key":"n","label":"温度","kind":"number","decimals":6}), "－０．０００００１"), Ok(json!(-0.000001)));
    assert_eq!(one(json!({"key":"m","label":"金额","kind":"money"}), "9,999,999,999,999.99"), Ok(json!("9999999999999.99")));
    assert!(one(json!({"key":"m","label":"金额","kind":"money"}), "10万").is_err());
}

#[test]
fn b4_1_telephones_are_read_as_people_write_them() {
    let phone = |entry| one(json!({"key":"p","label":"电话","kind":"phone"}), entry);
    for (entry, stored) in [
        ("+86 138 0013 8000", "13800138000"),
        ("0551 6260 0000", "0551-62600000"),
        ("０５５１－６２６０００００", "0551-62600000"),
        ("(0551)62600000转801", "0551-62600000-801"),
        ("010-12345678", "010-12345678"),
        ("+86 551 6260 0000", "0551-62600000"),
        ("12345", "12345"),
        ("0564-12345", "0564-12345"),
        ("400-810-0000", "4008100000"),
        ("+852 2345 6789", "+85223456789"),
    ] {
        assert_eq!(phone(entry), Ok(json!(stored)), "{entry}");
    }
    assert_eq!(phone("62600000").unwrap_err(), "电话请填手机号码，或区号加电话号码，如 0551-62600000");
}

#[test]
fn b4_1_a_date_may_come_in_three_boxes() {
    let reading = licence().read_step("place", &posted(&[("opened", "2025"), ("opened", "7"), ("opened", "1")]), today());
    assert_eq!(reading.answers["opened"], "2025-07-01");
    let reading = licence().read_step("place", &posted(&[("opened", "2027"), ("opened", "7"), ("opened", "1")]), today());
    assert_eq!(reading.error_of("opened").unwrap().zh, "开业日期请填 2026 年 12 月 1 日或以前的日期，如 2026-12-01");
}

#[test]
fn b4_1_a_field_is_asked_only_under_its_condition() {
    let form = licence();
    let reading = form.read_step(
        "applicant",
        &posted(&[("served", "person"), ("uscc", "x"), ("name", "王敏"), ("mobile", "13800138000")]),
        today(),
    );
    let told: Vec<&str> = reading.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(told, ["id"]);
    assert_eq!(reading.answers["uscc"], Value::Null);
    let others = Answers::from_iter([("served".to_owned(), json!("enterprise"))]);
    assert!(form.read_step_after("place", &posted(&[]), &others, today()).error_of("licence").is_some());
    assert!(form.read_step("place", &posted(&[]), today()).error_of("licence").is_none());
}

#[test]
fn b4_1_the_whole_is_checked_before_submission() {
    let form = licence();
    assert_eq!(form.check_all(&good_answers(), today()), []);
    let mut answers = good_answers();
    answers.remove("truth");
    answers.insert("area".to_owned(), json!({ "much": true }));
    answers.insert("mobile".to_owned(), json!("１３８００１３８０００"));
    answers.insert("until".to_owned(), json!("2026-01-01"));
    let told: Vec<(String, String)> = form.check_all(&answers, today()).into_iter().map(|(step, e)| (step, e.zh)).collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(step, zh)| (step.as_str(), zh.as_str())).collect();
    assert_eq!(
        told,
        [
            ("applicant", "联系电话请写成 13800138000"),
            ("place", "经营面积请填数字，如 86.5"),
            ("place", "租期至请填 2026 年 12 月 1 日或以后的日期，如 2026-12-01"),
            ("declare", "请阅读“申请人声明”后勾选"),
        ]
    );
}

#[test]
fn b4_1_answers_read_page_by_page_pass_the_whole_check() {
    let form = licence();
    let mut draft = Answers::new();
    for (step, raw) in [
        (
            "applicant",
            posted(&[
                ("served", "enterprise"),
                ("name", "王敏"),
                ("uscc", "11340000123456788p"),
                ("mobile", "138 0013 8000"),
                ("email", "Wang@Example.CN"),
            ]),
        ),
        (
            "place",
            posted(&[
                ("address", "长江西路"),
                ("area", "86.50"),
                ("house", "own"),
                ("kinds", "oil"),
                ("cold", "yes"),
                ("licence", "SC1"),
                ("notes", "一\r\n二\0"),
            ]),
        ),
        ("declare", posted(&[("truth", "on")])),
    ] {
        let reading = form.read_step_after(step, &raw, &draft, today());
        assert_eq!(reading.errors, []);
        draft.extend(reading.answers);
    }
    assert_eq!(form.check_all(&draft, today()), []);
    assert_eq!(draft["notes"], "一\n二");
    assert_eq!(draft["email"], "Wang@example.cn");
    let again = form.read_step_after("place", &form.entered("place", &draft), &draft, today());
    assert_eq!(again.answers["area"], draft["area"]);
    assert_eq!(again.errors, []);
}

#[test]
fn b4_1_an_answer_is_shown_in_words() {
    let form = licence();
    let shown = |key: &str, value: Value| form.display(form.field(key).unwrap(), &value);
    assert_eq!(shown("area", json!(86.5)), "86.5 平方米");
    assert_eq!(shown("capital", json!("1234567.50")), "1,234,567.50 元");
    assert_eq!(shown("house", json!("rent")), "租赁");
    assert_eq!(shown("kinds", json!(["cake", "tea"])), "糕点、茶叶");
    assert_eq!(shown("until", json!("2027-01-31")), "2027 年 1 月 31 日");
    assert_eq!(shown("cold", json!(false)), "否");
    assert_eq!(shown("notes", Value::Null), "未填");
    assert_eq!(shown("area", json!("很大")), "很大");
}

#[test]
fn b4_1_a_known_datum_fills_its_field() {
    let form = licence();
    let known = form.known(&BTreeMap::from([("account.name".to_owned(), json!("王　敏"))]), today());
    assert_eq!((known[0].field.as_str(), &known[0].value, &known[0].error), ("name", &json!("王敏"), &None));
    let known = form.known(&BTreeMap::from([("account.name".to_owned(), json!("王敏#"))]), today());
    assert!(known[0].error.is_some());
}

#[test]
fn f084_a_demand_for_other_materials_is_refused_with_its_place() {
    let no = Form::parse(&LICENCE.replace("食用油", "其他材料").replace("补充说明", "相关证明文件")).unwrap_err();
    let places: Vec<&str> = no.problems.iter().map(|problem| problem.place.as_str()).collect();
    assert_eq!(places, ["steps[1].fields[7].options[2].label", "steps[1].fields[10].label"]);
    assert_eq!(no.problems[0].reason, "“其他材料”没有说清要什么，请逐项写出名称，如“房屋租赁合同”");
}

#[test]
fn b4_3_every_mistake_of_a_definition_is_told_at_once() {
    let no = Form::parse(
        &json!({ "key": "Bad Key", "title": "表", "steps": [
            { "key": "a", "title": "甲", "fields": [
                { "key": "x", "label": "一", "kind": "colour" },
                { "key": "y", "label": "二", "kind": "number", "requierd": true, "min": 5, "max": 1 },
                { "key": "y", "label": "三", "kind": "text" },
                { "key": "z-1", "label": "四", "kind": "text", "when": { "field": "later", "is": "q" } },
                { "key": "m", "label": "五", "kind": "mobile", "example": "123" } ] },
            { "key": "a", "title": "乙" } ] })
        .to_string(),
    )
    .unwrap_err();
    let places: Vec<&str> = no.problems.iter().map(|problem| problem.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "key",
            "steps[0].fields[0].kind",
            "steps[0].fields[1].requierd",
            "steps[0].fields[1].min",
            "steps[0].fields[2].key",
            "steps[0].fields[3].key",
            "steps[0].fields[3].when.field",
            "steps[0].fields[4].example",
            "steps[1]",
            "steps[1].key",
        ]
    );
    assert!(Form::parse("{").unwrap_err().problems[0].place.contains("第 1 行"));
}

#[test]
fn b4_3_the_hash_names_the_text_and_the_schema_follows_from_it() {
    let form = licence();
    assert_eq!(form.hash().len(), 64);
    assert_ne!(form.hash(), Form::parse(&format!("{LICENCE} ")).unwrap().hash());
    let schema = form.schema();
    assert!(jsonschema::meta::is_valid(&schema));
    assert_eq!(schema["properties"]["area"]["maximum"], json!(100000));
    assert_eq!(schema["properties"]["kinds"]["minItems"], json!(1));
    assert!(schema["required"].as_array().unwrap().contains(&json!("mobile")));
    assert!(Kind::ALL.len() == 18 && form.step_after("place").unwrap().materials);
}

proptest! {
    #[test]
    fn f073_no_entry_makes_reading_panic_and_what_reads_well_reads_the_same_again(entry in "\\PC{0,20}|[0-9０-９.,，。+()转年月日-]{0,20}|(?s).{0,8}") {
        let form = licence();
        for step in form.steps() {
            let raw: Entered = step.fields.iter().map(|field| (field.key.clone(), vec![entry.clone()])).collect();
            let others = good_answers();
            let reading = form.read_step_after(&step.key, &raw, &others, today());
            let again = form.read_step_after(&step.key, &form.entered(&step.key, &reading.answers), &others, today());
            for field in step.fields.iter().filter(|field| reading.error_of(&field.key).is_none()) {
                prop_assert_eq!(&again.answers[&field.key], &reading.answers[&field.key]);
                form.display(field, &reading.answers[&field.key]);
            }
            let mut all = others;
            all.extend(reading.answers.clone());
            let left = form.check_all(&all, today());
            for (step_key, error) in left.iter().filter(|(step_key, _)| *step_key == step.key) {
                prop_assert!(reading.error_of(&error.field).is_some(), "{} {:?}", step_key, error);
            }
        }
    }

    #[test]
    fn b4_3_no_text_makes_parsing_panic(text in "\\PC{0,60}") {
        let _ = Form::parse(&text);
        let _ = Form::parse(&LICENCE.replacen("cake", &text.replace(['"', '\\'], ""), 1));
    }
}

fn every_kind() -> Form {
    Form::parse(
        r#"{ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [
            { "key": "m", "label": "金额", "kind": "money" }, { "key": "n", "label": "面积", "kind": "number", "decimals": 2 },
            { "key": "nm", "label": "姓名", "kind": "name" }, { "key": "d", "label": "日期", "kind": "date" },
            { "key": "tel", "label": "手机", "kind": "mobile" }, { "key": "ph", "label": "电话", "kind": "phone" },
            { "key": "id", "label": "身份证号", "kind": "resident_id" }, { "key": "code", "label": "信用代码", "kind": "uscc" },
            { "key": "r", "label": "区划", "kind": "region" }, { "key": "e", "label": "邮箱", "kind": "email" },
            { "key": "t", "label": "说明", "kind": "text" }, { "key": "y", "label": "自有", "kind": "yes_no" },
            { "key": "c", "label": "类别", "kind": "choices", "options": [{ "value": "a", "label": "甲" }, { "value": "b", "label": "乙" }] },
            { "key": "until", "label": "租期至", "kind": "date", "when": { "field": "y", "is": false } },
            { "key": "g", "label": "股东", "kind": "group", "max": 2, "fields": [
                { "key": "gn", "label": "名称", "kind": "name" }, { "key": "gm", "label": "出资", "kind": "money" }] }] }] }"#,
    )
    .unwrap()
}

#[test]
fn h20_h21_what_an_interface_sends_is_folded_as_on_a_page() {
    let form = every_kind();
    // The identity number is of nobody: its day of birth is to come.
    let on = NaiveDate::from_ymd_opt(2100, 1, 1).unwrap();
    let schema = forms::Schema::compile(&form.schema()).unwrap();
    for (key, sent, kept) in [
        ("m", "￥１，２００．５", json!("1200.50")),
        ("n", "８６．５", json!(86.5)),
        ("nm", "买买提・吐尔逊", json!("买买提·吐尔逊")),
        ("nm", "买买提\u{2022}吐尔逊", json!("买买提·吐尔逊")),
        ("nm", "买买提\u{2027}吐尔逊", json!("买买提·吐尔逊")),
        ("nm", "买买提．吐尔逊", json!("买买提·吐尔逊")),
        ("nm", "王　\u{2BE12}", json!("王\u{2BE12}")),
        ("d", "２０２５／０７／０１", json!("2025-07-01")),
        ("d", "2025年7月1日", json!("2025-07-01")),
        ("tel", "１３８００１３８０００", json!("13800138000")),
        ("tel", "+86 138-0013-8000", json!("13800138000")),
        ("ph", "（0551）62600000", json!("0551-62600000")),
        ("id", "34010020990101003ｘ", json!("34010020990101003X")),
        ("code", "11340000123456788p", json!("11340000123456788P")),
        ("r", "３４１５２４", json!("341524")),
        ("r", "安徽省六安市金寨县", json!("341524")),
        ("e", "wang＠EXAMPLE.org", json!("wang@example.org")),
        ("t", " 一\r\n二 ", json!("一 二")),
        ("y", "是", json!(true)),
        ("c", "b", json!(["b"])),
    ] {
        let read = form.read_data(&json!({ key: sent }), on);
        assert_eq!((&read.answers[key], &read.errors[..]), (&kept, &[][..]), "{key} {sent}");
        let page = form.read_step("s", &Entered::from([(key.to_owned(), vec![sent.to_owned()])]), on);
        assert_eq!(page.answers[key], read.answers[key], "{key} {sent}: the page says the same");
        assert!(schema.is_valid(&json!(read.answers)));
        assert_eq!(form.read_data(&json!(read.answers), on), read, "what is kept is read as itself");
    }
    let sent = json!({ "g": [{ "gn": "买买提・吐尔逊", "gm": "１２" }, { "gn": " 王　敏" }], "c": ["b", "a", "b"], "n": 12.0, "t": "　", "d": null });
    let read = form.read_data(&sent, on);
    assert_eq!(read.errors, []);
    assert_eq!(
        json!(read.answers),
        json!({ "g": [{ "gn": "买买提·吐尔逊", "gm": "12.00" }, { "gn": "王敏" }], "c": ["a", "b"], "n": 12 }),
        "rows too, choices in the order of the page, and nothing where nothing is said"
    );
    // A condition looks at the answer as it is kept.
    assert_eq!(form.read_data(&json!({ "y": "否", "until": "2027.1.1" }), on).errors, []);
    assert_eq!(form.read_data(&json!({ "y": "是", "until": "2027.1.1" }), on).errors.len(), 1);
}

#[test]
fn f073_an_interface_is_told_how_to_write_what_it_sent() {
    let form = every_kind();
    for (data, zh) in [
        (json!({ "m": 1200.5 }), "金额请写成文字，加引号：\"1200.50\"（小数点后 2 位）"),
        (json!({ "nm": 5 }), "姓名请按证件填写，去掉“5”，如 王敏"),
        (json!({ "tel": 13800138000u64 }), "手机请写成文字，加引号：\"13800138000\""),
        (json!({ "d": "20250230" }), "日期请填年、月、日，要是日历上有的一天，如 2025-07-01"),
        (json!({ "g": "王敏" }), "股东请写成一列 [ … ]，每项是一个对象 { … }"),
        (json!({ "g": [{}, {}, {}] }), "股东请最多填 2 项，多的请删去"),
        (json!({ "g": [{ "gn": "王敏", "age": "３０" }] }), "表单没有问“g.0.age”，请删去，或者改成表单里的字段名"),
    ] {
        let read = form.read_data(&data, today());
        let told: Vec<&str> = read.errors.iter().map(|error| error.zh.as_str()).collect();
        assert_eq!(told, [zh], "{data}");
        assert_eq!(json!(read.answers), data, "what is to be mended is kept as sent");
    }
}

#[test]
fn f073_a_schema_tells_examples_numbers_and_which_entry() {
    let told = |schema: serde_json::Value, data: serde_json::Value| {
        let schema = forms::Schema::compile(&schema).unwrap();
        schema.check(&data).into_iter().map(|error| error.zh).collect::<Vec<_>>()
    };
    let at = json!({ "type": "string", "format": "time", "title": "时间" });
    assert_eq!(told(at, json!("10:00:00")), ["时间请按“time”的写法填，如 09:30:00+08:00"]);
    let list = json!({ "title": "份数", "type": "array", "contains": { "const": 1 }, "minContains": 2 });
    assert_eq!(told(list, json!([1, 2])), ["份数里要有至少 2 项符合 {\"const\":1}，请补上或者删去"]);
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    assert_eq!(told(texts, json!(["a", "b", 3])), ["第 3 项请写成文字（加引号）"]);
}

#[test]
fn b4_1_rows_that_must_be_there_are_required() {
    let form = |required: bool| {
        let group = json!({ "key": "holders", "label": "股东", "kind": "group", "required": required, "min": 1,
            "fields": [{ "key": "name", "label": "姓名", "kind": "text" }] });
        Form::parse(
            &json!({ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [group] }] }).to_string(),
        )
    };
    assert!(form(true).is_ok());
    let told = form(false).unwrap_err().problems;
    assert!(told.iter().any(|problem| problem.place.ends_with(".min") && problem.reason.contains("必填")), "{told:?}");
}

#[test]
fn h20_an_amount_is_read_by_a_schema_as_a_form_reads_it() {
    let schema = Schema::compile(&json!({ "properties": { "sum": { "format": "amount" } } })).unwrap();
    for typed in ["1200元", "￥1,200元", "¥1200", "１２００．００", "1,200.00 元"] {
        assert_eq!(schema.read(json!({ "sum": typed })), (json!({ "sum": "1200.00" }), vec![]), "{typed}");
    }
    for wrong in ["12万元", "1200美元", "一千二"] {
        assert_eq!(schema.read(json!({ "sum": wrong })).1.len(), 1, "{wrong}");
    }
}

#[test]
fn f073_whoever_ticks_none_of_them_ticks_nothing_else() {
    let form = Form::parse(
        r#"{ "key": "f", "title": "表", "steps": [{ "key": "s", "title": "步", "fields": [
            { "key": "more", "label": "另外还做", "kind": "choices", "required": true, "options": [
                { "value": "none", "label": "都没有" }, { "value": "online", "label": "上网卖" }, { "value": "hall", "label": "堂食" }] }] }] }"#,
    )
    .unwrap();
    let schema = Schema::compile(&form.schema()).unwrap();
    for (ticked, good) in [(&["none"][..], true), (&["online", "hall"], true), (&["none", "online"], false)] {
        let entered = Entered::from([("more".to_owned(), ticked.iter().map(|one| (*one).to_owned()).collect())]);
        let reading = form.read_step_after("s", &entered, &Answers::new(), today());
        assert_eq!(reading.errors.is_empty(), good, "{ticked:?}");
        assert_eq!(schema.check(&json!({ "more": ticked })).is_empty(), good, "{ticked:?}");
        if let Some(error) = reading.errors.first() {
            assert_eq!(error.code, ErrorCode::Contradicts);
            assert_eq!(error.zh, "另外还做选了“都没有”，又选了别的：请只留“都没有”，或者去掉它");
        }
    }
}
