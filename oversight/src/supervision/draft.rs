//! 起草规则 · the form in which an administrator writes a supervision rule, or changes one (F137). What is wrong is told beside its field;
//! the facts that a rule may speak of stand beside the form.

use super::book::{self, Row};
use super::facts::{BESIDE, Group, TABLE};
use super::rules::{EXPLAIN_WITHIN, Fault, Find, MOST_FINDS, Rule, Text};
use super::view::{self, Rail};
use acts::Colour;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use calendar::{Limit, Unit};
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use uuid::Uuid;

/// What a rule is asked of, as the form offers it.
const EACH: [(&str, &str); 11] = [
    ("case", "办件，问一次"),
    ("acceptance", "每一段受理时限"),
    ("correction", "每一次补正告知"),
    ("refusal", "每一次不予受理、不予许可"),
    ("step", "流程图上的每一步"),
    ("pause", "每一次暂停计时"),
    ("extension", "每一次延期"),
    ("act", "每一个写明日期的行为"),
    ("charge", "每一次开缴费单和收款"),
    ("lapse", "诉求、差评工单、信息公开申请每一次过期"),
    ("decision", "每一个用了裁量权的决定"),
];
const UNITS: [(&str, &str); 3] = [("working_day", "工作日"), ("calendar_day", "日"), ("month", "个月")];
const GRADES: [(&str, &str); 4] = [("notice", "提示"), ("warning", "预警"), ("yellow", "黄牌"), ("red", "红牌")];
const NEXT_GRADES: [(&str, &str); 5] =
    [("", "和前一次一样"), ("notice", "提示"), ("warning", "预警"), ("yellow", "黄牌"), ("red", "红牌")];

pub fn may_draft(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::DraftSupervisionRule, &Resource::Site, &Circumstance::default())?;
    Ok(())
}

pub fn each_zh(each: &str) -> &'static str {
    EACH.iter().find(|(key, _)| *key == each).map_or("", |(_, name)| name)
}

/// A rule as the form shows it.
fn entered(text: &Text) -> Entered {
    let mut entered = Entered::new();
    let mut put = |key: String, value: String| drop(entered.insert(key, vec![value]));
    let numbers: Vec<String> = text.numbers.iter().map(|(name, n)| format!("{name} = {n}")).collect();
    for (key, value) in [
        ("id", text.id.clone()),
        ("name", text.name.clone()),
        ("says", text.says.clone()),
        ("leads_to", text.leads_to.clone()),
        ("law", text.law.clone()),
        ("numbers", numbers.join("\n")),
        ("answer", text.answer.n.to_string()),
        ("ways", text.finds.len().to_string()),
    ] {
        put(key.into(), value);
    }
    for (at, grade) in text.grades.iter().enumerate() {
        put(format!("grade-{}", at + 1), grade.key().into());
    }
    for (at, find) in text.finds.iter().enumerate() {
        let (n, unit) = find.within.map_or((String::new(), "working_day"), |limit| (limit.n.to_string(), unit_key(limit.unit)));
        for (key, value) in [
            ("way", find.name.clone()),
            ("each", find.each.clone()),
            ("when", find.when.clone()),
            ("at", find.at.clone()),
            ("since", find.since.clone()),
            ("within", n),
            ("unit", unit.into()),
            ("done", find.done.clone()),
            ("computation", find.computation.clone()),
            ("evidence", find.evidence.clone()),
        ] {
            put(format!("{key}-{at}"), value);
        }
    }
    entered
}

fn unit_key(unit: Unit) -> &'static str {
    match unit {
        Unit::CalendarDay => "calendar_day",
        Unit::Month => "month",
        _ => "working_day",
    }
}

/// How many ways the form shows.
fn ways(posted: &Entered) -> usize {
    let said = posted.get("ways").and_then(|ways| ways.last()).and_then(|ways| ways.parse().ok());
    said.unwrap_or(1).clamp(1, MOST_FINDS)
}

/// Reads the form; says everything that is wrong with it at once.
fn read(posted: &Posted) -> Result<Text, Vec<FieldError>> {
    let mut errors = Vec::new();
    let one = |key: &str| posted.one(key).trim().to_owned();
    let mut numbers = std::collections::BTreeMap::new();
    for line in posted.one("numbers").lines().map(str::trim).filter(|line| !line.is_empty()) {
        let number = line.split_once('=').and_then(|(name, n)| {
            Some((name.trim().to_owned(), forms::text::fold_digits(n).trim().parse::<serde_json::Number>().ok()?))
        });
        match number {
            Some((name, n)) => drop(numbers.insert(name, n)),
            None => {
                let zh = format!("“{line}”读不懂，请写成 left = 1");
                errors.push(field_error("numbers", "数字", &zh, "Write one number a line, like left = 1"));
            }
        }
    }
    let grades = (1..=3).filter_map(|nth| Colour::of(&one(&format!("grade-{nth}")))).collect::<Vec<_>>();
    let number = |key: &str| forms::text::fold_digits(posted.one(key)).trim().parse::<u32>().ok();
    let limit = |n: u32, unit: &str| match unit {
        "calendar_day" => Limit::calendar_days(n),
        "month" => Limit::months(n),
        _ => Limit::working_days(n),
    };
    let finds = (0..ways(&posted.0)).map(|at| {
        let said = |key: &str| one(&format!("{key}-{at}"));
        let within = number(&format!("within-{at}")).map(|n| limit(n, &said("unit")));
        Find {
            name: said("way"),
            each: said("each"),
            when: said("when"),
            at: said("at"),
            since: said("since"),
            within,
            done: said("done"),
            computation: said("computation"),
            evidence: said("evidence"),
        }
    });
    let text = Text {
        id: one("id"),
        name: one("name"),
        says: one("says"),
        leads_to: one("leads_to"),
        law: one("law"),
        from: None,
        numbers,
        grades,
        answer: Limit::working_days(number("answer").unwrap_or(0)),
        finds: finds.collect(),
    };
    for (key, label, value) in
        [("name", "名称", &text.name), ("says", "什么情形", &text.says), ("leads_to", "结果", &text.leads_to)]
    {
        fields::public(value, key, label, &mut errors);
    }
    match Rule::of(text) {
        Ok(rule) if errors.is_empty() => Ok(rule.text),
        Ok(_) => Err(errors),
        Err(faults) => {
            errors.extend(faults.iter().map(told));
            Err(errors)
        }
    }
}

/// `finds[0].when` is the field `when-0`.
fn told(fault: &Fault) -> FieldError {
    let way = fault.field.strip_prefix("finds[").and_then(|rest| rest.split_once("]."));
    let (key, name, nth) = match way {
        Some((at, name)) => {
            let key = if name == "name" { "way" } else { name };
            (format!("{key}-{at}"), key, at.parse::<usize>().ok().map(|at| at + 1))
        }
        None => {
            let key = match fault.field.as_str() {
                "grades" => "grade-1",
                "finds" => "ways",
                other => other,
            };
            (key.to_owned(), key, None)
        }
    };
    let (zh, en) = label(name);
    let (before, before_en) = match nth {
        Some(nth) => (format!("第 {nth} 种情形的{zh}：{}", fault.zh), format!("Way {nth}, {en}: {}", fault.en)),
        None => (format!("{zh}：{}", fault.zh), format!("{en}: {}", fault.en)),
    };
    field_error(&key, zh, &before, &before_en)
}

fn label(name: &str) -> (&'static str, &'static str) {
    match name {
        "id" => ("编号", "Number"),
        "name" => ("名称", "Name"),
        "says" => ("什么情形", "What it says"),
        "leads_to" => ("结果", "What it leads to"),
        "law" => ("依据", "Basis"),
        "numbers" => ("数字", "Numbers"),
        "grade-1" => ("第一次", "First time"),
        "answer" => ("单位几个工作日内说明", "Working days to explain"),
        "way" => ("名称", "name"),
        "each" => ("问的是什么", "what it is asked of"),
        "when" => ("条件", "condition"),
        "at" => ("时刻", "moment"),
        "since" => ("从哪一天起", "day it runs from"),
        "within" => ("多久以内", "within how long"),
        "done" => ("做完的那一天", "day it was done"),
        "computation" => ("怎么算的", "computation"),
        "evidence" => ("证据", "evidence"),
        _ => ("规则", "Rule"),
    }
}

/// The fields of one way.
struct Way {
    nth: usize,
    fields: String,
}

#[derive(Template)]
#[template(path = "supervision/draft.html")]
struct DraftPage {
    shell: Shell,
    rail: Rail,
    /// The version that the form began with; none for a new rule.
    row: Option<Row>,
    head: String,
    ways: Vec<Way>,
    more: bool,
    table: Vec<&'static Group>,
    filled: Filled,
    /// What was checked holds.
    sound: bool,
}

impl DraftPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn action(&self) -> String {
        match &self.row {
            Some(row) => format!("/supervision/rules/{}/{}/change", row.id, row.version),
            None => "/supervision/rules/new".into(),
        }
    }
}

fn head(filled: &Filled, is_new: bool) -> String {
    let id = match is_new {
        true => filled.input("id", "编号", "字母开头，公布以后不能改。例：LA-01", "text", ""),
        false => String::new(),
    };
    [
        id,
        filled.input("name", "名称", "例：补正以后十日没有回音", "text", ""),
        filled.textarea("says", "什么情形", "大白话，谁都看得懂", 2),
        filled.input("leads_to", "结果", "例：黄牌", "text", ""),
        filled.input("law", "依据", "例：《行政许可法》第三十二条", "text", ""),
        filled.textarea("numbers", "数字", "一行一个，算式里写 rule.left。例：left = 1；没有就空着", 2),
        filled.choice("grade-1", "第一次", "radio", &GRADES),
        filled.choice("grade-2", "同一办件第二次", "radio", &NEXT_GRADES),
        filled.choice("grade-3", "同一办件第三次起", "radio", &NEXT_GRADES),
        filled.input("answer", "单位几个工作日内说明", "", "text", "inputmode=\"numeric\""),
    ]
    .concat()
}

fn way(filled: &Filled, at: usize) -> Way {
    let key = |name: &str| format!("{name}-{at}");
    let fields = [
        filled.input(&key("way"), "名称", "只有一种情形就空着；几种情形用小写英文字母区分", "text", ""),
        filled.choice(&key("each"), "问的是什么", "radio", &EACH),
        filled.textarea(&key("when"), "条件", "例：pause.nth > 1", 2),
        filled.input(&key("at"), "时刻", "得出日期的，那一天过完才算。例：pause.at；写了下面三项就空着", "text", ""),
        filled.input(&key("since"), "从哪一天起", "例：result.on", "text", ""),
        filled.input(&key("within"), "多久以内", "例：10", "text", "inputmode=\"numeric\""),
        filled.choice(&key("unit"), "单位", "radio", &UNITS),
        filled.input(&key("done"), "做完的那一天", "例：result.delivered", "text", ""),
        filled.textarea(
            &key("computation"),
            "怎么算的",
            "写成一句话，花括号里写算式。例：{pause.from}又暂停，这是第 {pause.nth} 次。",
            3,
        ),
        filled.input(&key("evidence"), "证据", "例：pause.entries", "text", ""),
    ];
    Way { nth: at + 1, fields: fields.concat() }
}

async fn draw(house: &House, shell: Shell, row: Option<Row>, filled: Filled, sound: bool) -> Result<Response, Stop> {
    let rail = view::rail(house, &mut *house.pool().acquire().await?, &shell).await?;
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = ways(&filled.entered);
    let page = DraftPage {
        head: head(&filled, row.is_none()),
        ways: (0..shown).map(|at| way(&filled, at)).collect(),
        more: shown < MOST_FINDS,
        table: TABLE.iter().chain(&BESIDE).collect(),
        rail,
        row,
        filled,
        sound,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

async fn row_of(house: &House, id: &str, version: i32) -> Result<Row, Stop> {
    let row = book::find(&mut *house.pool().acquire().await?, id, version).await?;
    row.ok_or(Stop::NotFound("监察规则"))
}

/// GET /supervision/rules/new
pub async fn new(State(house): State<House>, shell: Shell, person: SignedIn, Held(held): Held) -> Result<Response, Stop> {
    may_draft(&house, &person)?;
    let blank = || Entered::from([("answer".into(), vec![EXPLAIN_WITHIN.n.to_string()])]);
    let filled = Filled::new(shell.lang, held.unwrap_or_else(blank), Vec::new());
    draw(&house, shell, None, filled, false).await
}

/// GET /supervision/rules/{id}/{version}/change
pub async fn change(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path((id, version)): Path<(String, i32)>,
) -> Result<Response, Stop> {
    may_draft(&house, &person)?;
    let row = row_of(&house, &id, version).await?;
    let text = row.says().ok_or(Stop::NotFound("监察规则"))?;
    let filled = Filled::new(shell.lang, held.unwrap_or_else(|| entered(&text)), Vec::new());
    draw(&house, shell, Some(row), filled, false).await
}

/// POST /supervision/rules/new
pub async fn post_new(State(house): State<House>, shell: Shell, person: SignedIn, posted: Posted) -> Result<Response, Stop> {
    keep(&house, shell, person, None, posted).await
}

/// POST /supervision/rules/{id}/{version}/change
pub async fn post_change(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Path((id, version)): Path<(String, i32)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let row = row_of(&house, &id, version).await?;
    keep(&house, shell, person, Some(row), posted).await
}

async fn keep(house: &House, shell: Shell, person: SignedIn, row: Option<Row>, mut posted: Posted) -> Result<Response, Stop> {
    may_draft(house, &person)?;
    if let Some(row) = &row {
        posted.0.insert("id".into(), vec![row.id.clone()]);
    }
    let shown = ways(&posted.0);
    let changed = match posted.one("then") {
        "add" => Some(shown + 1),
        "less" => Some(shown - 1),
        _ => None,
    };
    if let Some(shown) = changed {
        posted.0.insert("ways".into(), vec![shown.clamp(1, MOST_FINDS).to_string()]);
        let filled = Filled::new(shell.lang, posted.0, Vec::new());
        return draw(house, shell, row, filled, false).await;
    }
    let read = read(&posted);
    let is_check = posted.one("then") == "check";
    let text = match read {
        Ok(text) if !is_check => text,
        read => {
            let sound = read.is_ok();
            let filled = Filled::new(shell.lang, posted.0, read.err().unwrap_or_default());
            return draw(house, shell, row, filled, sound).await;
        }
    };
    let form = posted.once()?;
    let mut tx = match once::begin(house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    if row.is_none()
        && let Some(known) = clash(&mut tx, &text.id).await?
    {
        let zh = format!("已经有编号 {known} 的规则，请换一个编号，或者改那一条");
        let errors = vec![field_error("id", "编号", &zh, "There is such a number already; choose another, or change that rule")];
        drop(tx);
        return draw(house, shell.clone(), None, Filled::new(shell.lang, posted.0, errors), false).await;
    }
    let version = book::draft(&mut tx, &text, &person, &house.now()).await?;
    let leads_to = format!("/supervision/rules/{}/{version}", text.id);
    once::finish(house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// A rule whose number is this one, or would be read as another breach of it: `C3.3-02-2` is the second breach of `C3.3-02`.
async fn clash(conn: &mut sqlx::PgConnection, id: &str) -> Result<Option<String>, Stop> {
    let rows = book::all(conn).await?;
    let counts = |long: &str, short: &str| {
        long.strip_prefix(short).and_then(|rest| rest.strip_prefix('-')).is_some_and(|nth| nth.parse::<u32>().is_ok())
    };
    let known = rows.into_iter().map(|row| row.id).find(|known| *known == id || counts(id, known) || counts(known, id));
    Ok(known)
}
