//! What may be published and what is refused (A2.1, A2.2, B4.3), on the catalogue built into the program and on copies
//! of it with one mistake each.

use catalogue::{Catalogue, CatalogueFault, FileFault, Foundations};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn catalogue() -> &'static Catalogue {
    static LOADED: OnceLock<Catalogue> = OnceLock::new();
    LOADED.get_or_init(|| Catalogue::embedded().unwrap_or_else(|fault| panic!("{fault}")))
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

/// A copy of the definitions in a directory of its own, gone with the test.
struct Copy(PathBuf);

impl Copy {
    fn new() -> Copy {
        let dir = std::env::temp_dir().join(format!("sunlit-catalogue-{}", uuid::Uuid::new_v4()));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        copy(&root.join("definitions"), &dir.join("definitions"));
        copy(&root.join("reference/items"), &dir.join("reference/items"));
        for file in ["agencies.json", "regions.csv"] {
            std::fs::copy(root.join("reference").join(file), dir.join("reference").join(file)).unwrap();
        }
        Copy(dir)
    }
    fn item(&self, slug: &str, change: impl FnOnce(&mut Value)) {
        let file = self.0.join(format!("reference/items/{slug}.json"));
        let mut item: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        change(&mut item);
        std::fs::write(file, serde_json::to_string_pretty(&item).unwrap()).unwrap();
    }
    fn text(&self, file: &str, change: impl FnOnce(String) -> String) {
        let file = self.0.join(file);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, change(text)).unwrap();
    }
    fn load(&self) -> Result<Catalogue, CatalogueFault> {
        Catalogue::load(&self.0)
    }
    fn faults(&self) -> Vec<FileFault> {
        self.load().err().map(|fault| fault.faults).unwrap_or_default()
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// A copy with one item changed: what is told of it.
fn told(change: impl FnOnce(&mut Value)) -> Vec<FileFault> {
    let copy = Copy::new();
    copy.item("elderly-card", change);
    copy.faults()
}

fn says(faults: &[FileFault], words: &str) -> bool {
    faults.iter().any(|fault| fault.reason.contains(words))
}

#[test]
fn b4_3_every_item_has_its_nine_elements_and_what_it_runs_on() {
    assert!(catalogue().items().len() >= 30);
    for item in catalogue().items().iter() {
        assert_eq!(item.missing_elements(), Vec::<&str>::new());
        assert_eq!(item.process.check(), []);
        assert!(catalogue().agency(&item.agency).is_some());
        assert!(catalogue().centre(&item.centre).is_some());
        assert!(item.fit.is_some());
        assert_eq!(item.code.len(), 31);
        assert_eq!(catalogue().by_code(&item.code).map(|i| i.slug.clone()).as_ref(), Some(&item.slug));
        assert_eq!(catalogue().by_code(&item.basic_code).map(|i| i.slug.clone()).as_ref(), Some(&item.slug));
    }
    assert_eq!(catalogue().region_name("341524"), "安徽省六安市金寨县");
    assert_eq!(catalogue().region_name("341723109"), "安徽省池州市青阳县酉华镇");
    assert_eq!(catalogue().region_name("110101"), "北京市东城区");
    assert_eq!(catalogue().region_name("nowhere"), "");
}

#[test]
fn b4_3_an_edited_copy_of_the_same_texts_is_the_same_catalogue() {
    let loaded = Copy::new().load().unwrap_or_else(|fault| panic!("{fault}"));
    let hashes = |c: &Catalogue| c.items().iter().map(|i| i.hash.clone()).collect::<Vec<_>>();
    assert_eq!(hashes(&loaded), hashes(catalogue()));
    assert!(loaded.policy_files().iter().any(|(name, _)| name == "schema.cedarschema"));
    assert!(loaded.templates().texts.contains_key("receipt"));
}

#[test]
fn b4_3_materials_follow_the_answers() {
    let item = catalogue().item("elderly-card").unwrap();
    let keys = |answers: Value| -> Vec<String> {
        let answers: Map<String, Value> = answers.as_object().unwrap().clone();
        item.materials_for(&answers).iter().map(|m| m.key.clone()).collect()
    };
    assert_eq!(keys(json!({})), ["resident_id", "photo", "register"]);
    assert!(keys(json!({ "apply_kind": "renewal" })).contains(&"old_card".to_owned()));
    // 是/否 is kept as true and false, and written "yes" in a condition.
    for by_agent in [json!(true), json!("yes")] {
        assert!(keys(json!({ "by_agent": by_agent })).contains(&"agent_id".to_owned()));
    }
    assert!(!keys(json!({ "by_agent": false })).contains(&"agent_id".to_owned()));
    let condition = item.material("agent_id").unwrap().when.as_ref().unwrap();
    assert!(item.when_text(condition).ends_with("选“是”的"), "{}", item.when_text(condition));
}

#[test]
fn f016_without_a_basis_in_force_no_new_case() {
    let item = catalogue().item("elderly-card").unwrap();
    assert!(item.basis_in_force(day(2026, 11, 25), &Foundations::default()));
    assert!(!item.basis_in_force(day(2013, 6, 30), &Foundations::default()), "the day before the law came into force");
    assert!(item.basis_in_force(day(2013, 7, 1), &Foundations::default()));

    let copy = Copy::new();
    copy.item("elderly-card", |item| {
        for basis in item["legal_basis"].as_array_mut().unwrap() {
            basis["in_force_to"] = json!("2026-11-30");
        }
    });
    let changed = copy.load().unwrap_or_else(|fault| panic!("{fault}"));
    let item = changed.item("elderly-card").unwrap();
    assert!(item.basis_in_force(day(2026, 11, 30), &Foundations::default()), "the last day counts");
    assert!(!item.basis_in_force(day(2026, 12, 1), &Foundations::default()));
    assert_eq!(item.without_basis(day(2026, 12, 1), &Foundations::default()).len(), item.legal_basis.len());

    copy.item("elderly-card", |item| item["state"] = json!("暂停"));
    let changed = copy.load().unwrap_or_else(|fault| panic!("{fault}"));
    assert!(!changed.item("elderly-card").unwrap().basis_in_force(day(2026, 11, 25), &Foundations::default()));
}

#[test]
fn f020_the_digest_is_that_of_the_text_that_runs() {
    for item in catalogue().items().iter() {
        assert_eq!(item.process.hash(), sha256(item.process.xml()));
        assert_eq!(item.form.hash(), sha256(item.form.text()));
        assert_eq!(item.text_hash, sha256(&item.text));
        assert_eq!(item.versions().process, item.process.hash());
        let published = |kind: &str, hash: &str| {
            catalogue().definitions().iter().any(|d| d.kind == kind && d.hash == hash && sha256(&d.text) == hash)
        };
        assert!(published("process", item.process.hash()));
        assert!(published("form", item.form.hash()));
        assert!(published("item", &item.text_hash));
        assert!(published("version", &item.hash));
        assert!(published("decision", item.fit.as_ref().unwrap().hash()));
    }
}

#[test]
fn f089_a_change_to_anything_an_item_runs_on_is_another_version() {
    let before = catalogue().item("elderly-card").unwrap();
    for file in ["definitions/processes/elderly-card.bpmn", "definitions/decisions/elderly-card-fit.dmn"] {
        let copy = Copy::new();
        copy.text(file, |text| text.replace("</", "\n</").replacen("\n</", "</", 1));
        let changed = copy.load().unwrap_or_else(|fault| panic!("{fault}"));
        let after = changed.item("elderly-card").unwrap();
        assert_eq!(after.text_hash, before.text_hash);
        assert_ne!(after.hash, before.hash, "{file}");
    }
}

#[test]
fn f082_an_item_with_an_empty_element_is_refused_and_told_which() {
    type Blank = fn(&mut Value);
    let nine: [(&str, Blank); 9] = [
        ("实施主体", |item| item["agency"] = json!("")),
        ("设定依据", |item| item["legal_basis"] = json!([])),
        ("受理条件", |item| item["conditions"] = json!(["  "])),
        ("办理程序", |item| item["process"] = json!("")),
        ("办理期限", |item| item["statutory_limit"]["n"] = json!(0)),
        ("办理结果", |item| item["result"]["name"] = json!("")),
        ("收费依据", |item| item["fee"]["basis"] = json!("")),
        ("收费标准", |item| item["fee"]["standard"] = json!(" ")),
        ("监督渠道", |item| item["supervision_channel"] = json!("")),
    ];
    for (name, blank) in nine {
        let faults = told(blank);
        assert!(says(&faults, name), "{name}: {faults:?}");
        assert!(faults.iter().all(|fault| fault.file == "reference/items/elderly-card.json"), "{faults:?}");
    }
    // Left out altogether is as empty.
    assert!(says(&told(|item| drop(item.as_object_mut().unwrap().remove("conditions"))), "受理条件"));
    assert!(says(&told(|item| drop(item.as_object_mut().unwrap().remove("promised_limit"))), "promised_limit"));
}

#[test]
fn f082_a_way_round_the_decision_is_refused_and_so_is_a_name_that_no_chart_is_told() {
    let bypass = |condition: &'static str| {
        let copy = Copy::new();
        copy.text("definitions/processes/elderly-card.bpmn", |text| {
            let flow = format!(
                r#"<bpmn:sequenceFlow id="flow_skip" sourceRef="acceptance" targetRef="deliver"><bpmn:conditionExpression>{condition}</bpmn:conditionExpression></bpmn:sequenceFlow></bpmn:process>"#
            );
            text.replacen("<bpmn:outgoing>flow_accept</bpmn:outgoing>", "<bpmn:outgoing>flow_accept</bpmn:outgoing><bpmn:outgoing>flow_skip</bpmn:outgoing>", 1)
                .replacen("<bpmn:incoming>flow_decided</bpmn:incoming>", "<bpmn:incoming>flow_decided</bpmn:incoming><bpmn:incoming>flow_skip</bpmn:incoming>", 1)
                .replacen("</bpmn:process>", &flow, 1)
        });
        copy.faults()
    };
    let faults = bypass("outcome = \"accept\"");
    assert!(says(&faults, "这一步不能跳过"), "{faults:?}");
    assert!(says(&bypass("express = \"yes\""), "程序不会给出的名字"));
}

#[test]
fn b4_1_10_a_matter_that_offers_a_hearing_has_its_step_in_the_chart() {
    for slug in ["food-business-licence", "gas-business", "entertainment-venue"] {
        let copy = Copy::new();
        copy.text(&format!("definitions/processes/{slug}.bpmn"), |text| text.replace("await_testing", "await_nothing"));
        assert!(says(&copy.faults(), "图里没有这一步"), "{slug}");
    }
    let faults = told(|item| {
        item["special_procedures"] = json!([{ "key": "hearing", "ground": "听证", "basis": "行政许可法第四十七条", "usual_days": 20,
            "unit": "working_day", "told": "要求听证的", "paid_by": "行政机关" }]);
    });
    assert!(faults.iter().any(|fault| fault.place == "await_testing" && fault.reason.contains("图里没有这一步")), "{faults:?}");
}

#[test]
fn f084_a_demand_that_names_no_paper_is_refused() {
    let faults = told(|item| item["conditions"][0] = json!("法律法规规定的其他条件"));
    assert!(faults[0].reason.contains("没有说清"), "{faults:?}");
    for words in ["其他材料", "法律法规规定的其他材料", "相关证明材料", "视情况需补充的资料"] {
        let faults = told(|item| item["materials"][1]["name"] = json!(words));
        assert_eq!(faults[0].place, "materials[1].name");
        assert!(faults[0].reason.contains("请逐项列出"), "{faults:?}");
    }
}

#[test]
fn b4_3_what_the_law_forbids_is_refused_with_its_place() {
    type Change = fn(&mut Value);
    let mistakes: [(&str, &str, Change); 14] = [
        ("agency", "机关代字", |item| item["agency"] = json!("jinzhai-justice")),
        ("legal_basis", "decides", |item| item["legal_basis"][1]["decides"] = json!(false)),
        ("result.certificate", "持有人", |item| item["result"]["certificate"] = json!([])),
        ("result.certificate[4].field", "没有", |item| item["result"]["certificate"][4]["field"] = json!("colour")),
        ("result.certificate[1].show", "身份证号", |item| item["result"]["certificate"][1]["field"] = json!("elder_name")),
        ("promised_limit.n", "比法定", |item| item["promised_limit"]["n"] = json!(2)),
        ("promised_limit.unit", "单位要一样", |item| item["promised_limit"]["unit"] = json!("calendar_day")),
        ("supervision_phone", "同一个", |item| item["supervision_phone"] = item["consultation_phone"].clone()),
        ("fee.items", "逐项写明", |item| item["fee"]["charged"] = json!(true)),
        ("visit_reason", "为什么", |item| item["visit_reason"] = json!("")),
        ("materials[3].when.field", "没有", |item| item["materials"][3]["when"]["field"] = json!("colour")),
        ("materials[3].when.is", "没有", |item| item["materials"][3]["when"]["is"] = json!("third")),
        ("agency", "没有", |item| item["agency"] = json!("nobody")),
        ("special_procedures[0].ground", "不是可以不计入期限的事由", |item| {
            item["special_procedures"] =
                json!([{ "key": "x", "ground": "集体讨论", "basis": "y", "usual_days": 5, "told": "z" }]);
        }),
    ];
    for (place, words, change) in mistakes {
        let faults = told(change);
        assert!(faults.iter().any(|fault| fault.place == place && fault.reason.contains(words)), "{place}: {faults:?}");
    }
}

#[test]
fn b3_2_01_a_service_of_others_without_a_law_behind_it_is_refused() {
    let asks = |change: fn(&mut Value)| {
        told(move |item| {
            item["intermediaries"] = json!([{ "key": "x", "name": "检验", "law": "中华人民共和国特种设备安全法", "article": "第二十五条",
                "rank": "law", "paid_by": "applicant", "oneself": false, "conditions": "安装的", "flow": "报检", "days": 20, "price": "公示" }]);
            change(&mut item["intermediaries"][0]);
        })
    };
    assert!(asks(|_| ()).is_empty());
    type Change = fn(&mut Value);
    let mistakes: [(&str, &str, Change); 8] = [
        ("intermediaries[0].law", "依据是部门规章", |one| one["rank"] = json!("department_rule")),
        ("intermediaries[0].law", "依据是地方性法规", |one| one["rank"] = json!("local_regulation")),
        ("intermediaries[0].law", "看名称不是", |one| one["law"] = json!("特种设备使用管理办法")),
        ("intermediaries[0].law", "看名称不是行政法规", |one| {
            (one["law"], one["rank"]) = (json!("安徽省特种设备安全条例"), json!("administrative_regulation"));
        }),
        ("intermediaries[0].price", "都要公开", |one| one["price"] = json!(" ")),
        ("intermediaries[0].flow", "都要公开", |one| one["flow"] = json!("")),
        ("intermediaries[0].days", "多少个工作日", |one| one["days"] = json!(0)),
        ("intermediaries[0].oneself", "不由申请人做", |one| {
            (one["oneself"], one["paid_by"]) = (json!(true), json!("agency"));
        }),
    ];
    for (place, words, change) in mistakes {
        let faults = asks(change);
        assert!(faults.iter().any(|fault| fault.place == place && fault.reason.contains(words)), "{place} {words}: {faults:?}");
    }
}

#[test]
fn f075_an_amount_that_is_none_is_refused_before_it_is_published() {
    let charges = |amount: &'static str| {
        told(move |item| {
            item["fee"]["charged"] = json!(true);
            item["fee"]["items"] = json!([{ "name": "工本费", "standard": "每本 10 元", "basis": "某令", "amount": amount }]);
        })
    };
    for amount in ["\"10\"", "-10", "10.005", "null", "1/0", "if elder_name = null then \"免收\" else 10", "本数 * 10"] {
        let faults = charges(amount);
        assert!(faults.iter().any(|fault| fault.place == "fee.items[0].amount"), "{amount}: {faults:?}");
    }
    assert_eq!(charges("10").iter().filter(|fault| fault.place.starts_with("fee")).count(), 0);
}

#[test]
fn b4_3_all_mistakes_are_told_at_once() {
    let copy = Copy::new();
    copy.item("elderly-card", |item| item["supervision_phone"] = item["consultation_phone"].clone());
    copy.item("labour-dispatch-licence", |item| item["promised_limit"]["n"] = json!(21));
    copy.text("definitions/processes/food-production-licence.bpmn", |text| text.replace("\"survey\"", "\"visit\""));
    let fault = copy.load().err().unwrap();
    let files: std::collections::BTreeSet<_> = fault.faults.iter().map(|fault| fault.file.as_str()).collect();
    assert_eq!(files.len(), 3, "{fault}");
    assert!(fault.to_string().contains("程序要靠这个名字认它"), "{fault}");
}

#[test]
fn b4_3_a_broken_file_is_told_with_line_and_column() {
    let copy = Copy::new();
    copy.text("reference/items/elderly-card.json", |text| text.replacen("\"slug\":", "\"slug\"", 1));
    let faults = copy.faults();
    assert!(faults[0].place.starts_with("第 2 行"), "{faults:?}");
    let empty = Catalogue::load(Path::new("/nonexistent")).err().unwrap();
    assert!(empty.faults.iter().any(|fault| fault.file == "definitions"));
}

#[test]
fn a2_2_a_pause_without_a_ground_of_article_45_is_refused() {
    let copy = Copy::new();
    copy.text("definitions/processes/food-production-licence.bpmn", |text| text.replace("检验、检测", "集体讨论"));
    assert!(says(&copy.faults(), "第四十五条"));
}

#[test]
fn a2_2_a_condition_that_cannot_be_read_and_a_step_done_twice_are_refused() {
    const CHART: &str = "definitions/processes/food-production-licence.bpmn";
    let copy = Copy::new();
    copy.text(CHART, |text| text.replace("outcome = \"test\"", "outcome = \"test"));
    let faults = copy.faults();
    assert!(says(&faults, "“outcome = \"test”读不懂"), "{faults:?}");
    let copy = Copy::new();
    let twice =
        r#"<bpmn:sequenceFlow id="flow_short" sourceRef="survey" targetRef="decide"/><bpmn:sequenceFlow id="flow_surveyed""#;
    copy.text(CHART, |text| text.replace("<bpmn:sequenceFlow id=\"flow_surveyed\"", twice));
    let faults = copy.faults();
    assert!(says(&faults, "这样走就会出问题"), "{faults:?}");
}

#[test]
fn b4_1_a_fit_table_with_a_gap_is_refused() {
    let copy = Copy::new();
    copy.text("definitions/decisions/elderly-card-fit.dmn", |text| {
        let start = text.find("<rule id=\"rule_8\">").unwrap();
        let end = start + text[start..].find("</rule>").unwrap() + "</rule>".len();
        format!("{}{}", &text[..start], &text[end..])
    });
    let faults = copy.faults();
    assert!(says(&faults, "没有一条规则"), "{faults:?}");
}

#[test]
fn f025_a_fit_table_with_a_cell_that_computes_is_refused_while_it_leaves_something_open() {
    let copy = Copy::new();
    copy.text("definitions/decisions/elderly-card-fit.dmn", |text| {
        let start = text.find("<inputValues id=\"values_age_band\">").unwrap();
        let end = start + text[start..].find("</inputValues>").unwrap() + "</inputValues>".len();
        let open = format!("{}{}", &text[..start], &text[end..]);
        open.replacen("<text>\"不满60周岁\"</text>", "<text>matches(?, \"^不满\")</text>", 1)
    });
    let faults = copy.faults();
    assert!(says(&faults, "要算了才知道") && says(&faults, "请改写成区间或列出的值"), "{faults:?}");
}

#[test]
fn f073_every_example_beside_a_field_can_be_entered_into_it() {
    fn without_conditions(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("when");
                map.values_mut().for_each(without_conditions);
            }
            Value::Array(list) => list.iter_mut().for_each(without_conditions),
            _ => {}
        }
    }
    for item in catalogue().items().iter() {
        let mut form: Value = serde_json::from_str(item.form.text()).unwrap();
        without_conditions(&mut form);
        let form = forms::Form::parse(&form.to_string()).unwrap();
        for step in form.steps() {
            for field in step.fields.iter().filter(|field| field.example.is_some()) {
                let entered = forms::Entered::from([(field.key.clone(), field.example.clone().into_iter().collect())]);
                let reading = form.read_step(&step.key, &entered, day(2026, 11, 26));
                assert_eq!(reading.error_of(&field.key), None, "{}: {}", item.slug, field.label);
            }
        }
    }
}
