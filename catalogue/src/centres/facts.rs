//! 登记表 · what is on record of a centre as a form, and back: the same fields are entered, checked and told of.

use crate::Catalogue;
use crate::items::facts::built_in;
use acts::{CentreFacts, Counter, Division, Money, Site};
use forms::{Answers, FieldError, Form};
use foundation::Stop;
use foundation::held::Posted;
use foundation::page::fields::{self, field_error};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::sync::OnceLock;

pub fn form() -> Result<Form, Stop> {
    static FORM: OnceLock<Form> = OnceLock::new();
    built_in(&FORM, include_str!("centre.json"))
}

/// What is on record, as the form has it.
pub fn answers(facts: &CentreFacts, catalogue: &Catalogue) -> Answers {
    let agency = |key: &str| catalogue.agency_name(key).to_owned();
    let text = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    let sites = facts
        .sites
        .iter()
        .map(|site| json!({ "sites__name": site.name, "sites__address": site.address, "sites__area": site.area }));
    let counters = facts.counters.iter().map(|counter| {
        json!({
            "counters__number": counter.number,
            "counters__name": counter.name,
            "counters__agency": agency(&counter.agency),
            "counters__site": text(&counter.site),
            "counters__floor": text(&counter.floor),
            "counters__staff": counter.staff,
            "counters__key": counter.key,
        })
    });
    let item = |slug: &String| catalogue.item(slug).map_or_else(|| slug.clone(), |item| item.name.clone());
    let divisions = facts.divisions.iter().map(|division| {
        json!({
            "divisions__agency": agency(&division.agency),
            "divisions__name": division.name,
            "divisions__inside": division.inside,
            "divisions__items": text(&division.items.iter().map(item).collect::<Vec<_>>().join("\n")),
        })
    });
    let all = json!({
        "manager": agency(&facts.manager),
        "address": facts.address,
        "phone": facts.phone,
        "hours": facts.hours,
        "posts": facts.posts,
        "budget": facts.budget.map(|budget| format!("{}.{:02}", budget.0 / 100, budget.0 % 100)),
        "reading_place": text(&facts.reading_place),
        "intake_point": text(&facts.intake_point),
        "sites": sites.collect::<Vec<_>>(),
        "counters": counters.collect::<Vec<_>>(),
        "divisions": divisions.collect::<Vec<_>>(),
    });
    let Value::Object(all) = all else { return Answers::default() };
    all.into_iter().map(|(key, value)| (key, without_empty(value))).filter(|(_, value)| !value.is_null()).collect()
}

/// Rows carry no empty places.
fn without_empty(value: Value) -> Value {
    match value {
        Value::Array(rows) => rows.into_iter().map(without_empty).collect(),
        Value::Object(row) => row.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into(),
        other => other,
    }
}

/// Errors of the rows of a group, at the field that was posted.
struct Told<'a> {
    errors: &'a mut Vec<FieldError>,
    group: &'static str,
}

impl Told<'_> {
    fn no(&mut self, row: usize, field: &str, label: &str, zh: &str, en: &str) {
        let key = forms::groups::posted_key(self.group, row, &format!("{}__{field}", self.group));
        self.errors.push(field_error(&key, label, zh, en));
    }
}

fn rows(answers: &Answers, group: &str) -> Vec<Value> {
    answers.get(group).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn said(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().trim().to_owned()
}

fn number(value: &Value) -> Option<u32> {
    forms::Decimal::from_json(value).and_then(|n| n.to_string().parse().ok())
}

fn agency_key(catalogue: &Catalogue, said: &str) -> Option<String> {
    let found = catalogue.agencies().iter().find(|agency| agency.name == said || agency.key == said);
    found.map(|agency| agency.key.clone())
}

const NO_AGENCY: (&str, &str) = ("没有叫这个名称的机关，请写全称", "No agency has this name; enter it in full");

/// One section of the form put into what is on record. Whatever is wrong is told, and then nothing of it counts.
pub fn put(step: &str, answers: &Answers, facts: &CentreFacts, catalogue: &Catalogue) -> Result<CentreFacts, Vec<FieldError>> {
    let mut after = facts.clone();
    let mut errors = Vec::new();
    // All of it becomes public, and stays on record: no number of a person, but the telephone of the centre.
    let whole = form().ok();
    for (key, answer) in answers.iter().filter(|(key, _)| !matches!(key.as_str(), "phone" | "budget")) {
        let label = whole.as_ref().and_then(|form| form.field(key)).map_or(key.as_str(), |field| field.label.as_str());
        for text in texts(answer) {
            fields::public(text, key, label, &mut errors);
        }
    }
    match step {
        "place" => place(answers, &mut after, catalogue, &mut errors),
        "counters" => after.counters = counters(answers, facts, catalogue, &mut errors),
        "divisions" => after.divisions = divisions(answers, catalogue, &mut errors),
        _ => {}
    }
    if errors.is_empty() { Ok(after) } else { Err(errors) }
}

/// Every text of an answer, of whatever rows.
fn texts(answer: &Value) -> Vec<&str> {
    match answer {
        Value::String(text) => vec![text],
        Value::Array(rows) => rows.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// Whether an agency may manage the centre of a region: it is of that region, or of one above it. A region that is not known is told elsewhere.
pub fn b2_1_manages(catalogue: &Catalogue, agency: &str, region: &str) -> bool {
    let above = catalogue.regions().upwards(region);
    region.is_empty() || catalogue.agency(agency).is_some_and(|agency| above.contains(&agency.region.as_str()))
}

fn place(answers: &Answers, facts: &mut CentreFacts, catalogue: &Catalogue, errors: &mut Vec<FieldError>) {
    let text = |key: &str| answers.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    match agency_key(catalogue, &text("manager")) {
        Some(key) if !b2_1_manages(catalogue, &key, &facts.region) => {
            let zh = "管理机构要是这个区划的，或者上一级区划的，不能是别处的";
            let en = "The managing body belongs to this region or to one above it";
            errors.push(field_error("manager", "管理机构", zh, en));
        }
        Some(key) => facts.manager = key,
        None => errors.push(field_error("manager", "管理机构", NO_AGENCY.0, NO_AGENCY.1)),
    }
    (facts.address, facts.phone, facts.hours) = (text("address"), text("phone"), text("hours"));
    (facts.reading_place, facts.intake_point) = (text("reading_place"), text("intake_point"));
    facts.posts = answers.get("posts").and_then(number);
    facts.budget = answers.get("budget").and_then(Value::as_str).and_then(Money::yuan);
    let site = |row: &Value| Site {
        name: said(row, "sites__name"),
        address: said(row, "sites__address"),
        area: number(&row["sites__area"]),
    };
    facts.sites = rows(answers, "sites").iter().map(site).collect();
    let mut told = Told { errors, group: "sites" };
    let mut names = HashSet::new();
    for (at, site) in facts.sites.iter().enumerate() {
        if !names.insert(&site.name) {
            told.no(at, "name", "场所名称", "上面已经有叫这个名称的场所", "A site above has this name");
        }
    }
}

fn counters(answers: &Answers, facts: &CentreFacts, catalogue: &Catalogue, errors: &mut Vec<FieldError>) -> Vec<Counter> {
    let mut told = Told { errors, group: "counters" };
    let (mut numbers, mut keys) = (HashSet::new(), HashSet::new());
    let mut all = Vec::new();
    for (at, row) in rows(answers, "counters").iter().enumerate() {
        let mut counter = Counter {
            key: said(row, "counters__key"),
            name: said(row, "counters__name"),
            number: said(row, "counters__number").trim_end_matches("号窗口").trim_end_matches('号').to_uppercase(),
            agency: String::new(),
            site: said(row, "counters__site"),
            floor: said(row, "counters__floor"),
            staff: number(&row["counters__staff"]),
        };
        match agency_key(catalogue, &said(row, "counters__agency")) {
            Some(key) => counter.agency = key,
            None => told.no(at, "agency", "哪个单位的", NO_AGENCY.0, NO_AGENCY.1),
        }
        if !numbers.insert(counter.number.clone()) {
            told.no(at, "number", "窗口号", "上面已经有这个窗口号", "A counter above has this number");
        }
        if !counter.site.is_empty() && !facts.sites.iter().any(|site| site.name == counter.site) {
            let zh = "没有登记这处场所，请先在“场所和运行”里登记";
            told.no(at, "site", "在哪处场所", zh, "This site is not on record; enter it under the place first");
        }
        if counter.key.is_empty() {
            counter.key = format!("{}-{}", counter.agency, counter.number.to_lowercase());
        }
        if !keys.insert(counter.key.clone()) {
            told.no(at, "key", "编号", "上面已经有这个编号", "A counter above has this key");
        }
        all.push(counter);
    }
    all
}

fn divisions(answers: &Answers, catalogue: &Catalogue, errors: &mut Vec<FieldError>) -> Vec<Division> {
    let mut told = Told { errors, group: "divisions" };
    let items = catalogue.listed();
    let (mut whole, mut taken) = (HashSet::new(), HashSet::new());
    let mut all = Vec::new();
    for (at, row) in rows(answers, "divisions").iter().enumerate() {
        let agency = agency_key(catalogue, &said(row, "divisions__agency"));
        if agency.is_none() {
            told.no(at, "agency", "哪个单位的", NO_AGENCY.0, NO_AGENCY.1);
        }
        let agency = agency.unwrap_or_default();
        let mut own = Vec::new();
        for name in said(row, "divisions__items").lines().map(str::trim).filter(|line| !line.is_empty()) {
            let found = items.iter().find(|item| (item.name == name || item.slug == name) && item.agency == agency);
            match found {
                None => {
                    let zh = format!("这个单位没有叫“{name}”的事项");
                    told.no(at, "items", "办哪些事项", &zh, &format!("The agency has no matter of this name: {name}"));
                }
                Some(item) if !taken.insert(item.slug.clone()) => {
                    let zh = format!("“{name}”已经归另一个内设机构");
                    told.no(at, "items", "办哪些事项", &zh, &format!("Another division has this matter: {name}"));
                }
                Some(item) => own.push(item.slug.clone()),
            }
        }
        if own.is_empty() && said(row, "divisions__items").is_empty() && !whole.insert(agency.clone()) {
            let zh = "这个单位已经有一个内设机构管其余的全部事项，请写明这个管哪些";
            told.no(at, "items", "办哪些事项", zh, "Another division has all the rest; say which matters this one has");
        }
        let inside = row["divisions__inside"] == Value::Bool(true);
        all.push(Division { agency, name: said(row, "divisions__name"), inside, items: own });
    }
    all
}

/// The basis of a change and the day from which it holds.
pub fn basis(posted: &Posted, today: chrono::NaiveDate, errors: &mut Vec<FieldError>) -> (String, chrono::NaiveDate) {
    let wanted = ("请写依据：哪个机关的什么文件", "Say which document of which body it rests on");
    let basis = fields::public_text(posted, "basis", "依据", wanted, 300, errors);
    let from = fields::past_date(posted, "from", "自哪天起", today, errors);
    (basis, from.unwrap_or(today))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b2_1_what_is_on_record_comes_back_from_the_form_unchanged() {
        let catalogue = Catalogue::embedded().unwrap();
        let form = form().unwrap();
        let mut facts = catalogue.centre("jinzhai-centre").unwrap().facts.clone();
        facts.posts = Some(12);
        facts.budget = Some(Money(3_860_050));
        facts.sites = vec![Site { name: "主厅".into(), address: "梅山镇".into(), area: Some(5200) }];
        facts.counters[0].site = "主厅".into();
        facts.counters[0].staff = Some(3);
        let market = |name: &str, items: &[&str]| Division {
            agency: "jinzhai-market".into(),
            name: name.into(),
            inside: items.is_empty(),
            items: items.iter().map(|item| (*item).to_owned()).collect(),
        };
        facts.divisions = vec![market("行政审批股", &[]), market("特种设备股", &["special-equipment-registration"])];
        let answers = answers(&facts, &catalogue);
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
        let mut after = CentreFacts { region: facts.region.clone(), sites: facts.sites.clone(), ..CentreFacts::default() };
        for step in form.steps() {
            let read = form.read_step(&step.key, &form.entered(&step.key, &answers), today);
            assert!(read.errors.is_empty(), "{:?}", read.errors);
            after = put(&step.key, &read.answers, &after, &catalogue).unwrap();
        }
        assert_eq!(after, facts);
    }

    #[test]
    fn b2_1_a_centre_is_managed_from_its_region_or_from_one_above() {
        let catalogue = Catalogue::embedded().unwrap();
        let manages = |agency: &str, region: &str| b2_1_manages(&catalogue, agency, region);
        assert!(manages("jinzhai-data", "341524") && manages("jinzhai-data", "341524100"));
        assert!(manages("anhui-data", "341524") && manages("youhua-town", "341723109"));
        assert!(!manages("jinzhai-data", "341500") && !manages("qingyang-data", "341524") && !manages("nobody", "341524"));
    }
}
