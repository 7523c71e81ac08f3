//! 基准 · a standard as it is kept, the check of its table, and the tier that follows from facts.

use super::law;
use super::show::in_words;
use crate::asked::{self, plain};
use crate::powers::law::{self as basis, Cited, Law};
use acts::Unpunished;
use chrono::NaiveDate;
use forms::{Decimal, FieldError};
use foundation::Stop;
use foundation::held::Entered;
use foundation::page::fields::{field_error, public};
use rules::{Decision, HitPolicy, Kind, Table};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::collections::HashMap;

/// The columns of results a table of tiers has: the tier's name, and the least and the most of what may be decided.
pub const RESULTS: [&str; 3] = ["tier", "least", "most"];

/// A version of a standard.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Standard {
    pub code: String,
    pub version: i32,
    pub title: String,
    /// The body that made it, by name.
    pub maker: String,
    /// What it is about: the violation.
    pub violation: String,
    pub basis: String,
    /// Of what is decided: 元, 倍.
    pub unit: String,
    /// Where it was published.
    pub source: String,
    /// The agencies that decide by it, by key.
    pub agencies: Vec<String>,
    pub dmn: String,
    pub hash: String,
    pub sample: bool,
    pub effective_from: NaiveDate,
    /// The last day on which it counts.
    pub last_day: Option<NaiveDate>,
    /// How much was decided by it, and how much of that outside of its tier.
    pub decided: i64,
    pub outside: i64,
}

/// Every version of a standard, the latest first.
pub async fn versions(conn: &mut PgConnection, code: &str) -> Result<Vec<Standard>, Stop> {
    Ok(sqlx::query_as(
        "select code, version, title, maker, violation, basis, unit, source, agencies, dmn, hash, sample, effective_from, last_day,
                decided, outside
           from discretion_standards
          where code = $1
          order by version desc",
    )
    .bind(code)
    .fetch_all(conn)
    .await?)
}

/// The last day on which anything of what is cited is in force; `None` while something has no end. What was done afterwards nobody
/// punishes by what rests on it (A2.1-04, A2.3-04; F016).
pub async fn basis_ends(conn: &mut PgConnection, cited: &str) -> Result<Option<NaiveDate>, Stop> {
    Ok(bases_end(conn, &[cited]).await?.into_iter().next().flatten())
}

/// The same of several, in their order.
pub async fn bases_end(conn: &mut PgConnection, cited: &[&str]) -> Result<Vec<Option<NaiveDate>>, Stop> {
    let cited: Vec<Vec<Cited>> = cited.iter().map(|cited| basis::read(cited)).collect();
    let keys: Vec<String> = cited.iter().flatten().map(Cited::key).collect();
    let laws = basis::of(conn, &keys).await?;
    let last = |cited: &Vec<Cited>| {
        let ends = cited.iter().map(|one| laws.get(&one.key()).and_then(|law| law.last_day(&one.article)));
        ends.collect::<Option<Vec<NaiveDate>>>().and_then(|days| days.into_iter().max())
    };
    Ok(cited.iter().map(last).collect())
}

/// Whether a standard can count from that day by what it cites: each text is on record, none begins later, and not all of it has ended
/// (A2.3-01; 行政处罚法 34). Every citation that does not hold, with its field.
pub fn a2_3_01_founded(cited: &[Cited], laws: &HashMap<String, Law>, from: NaiveDate) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for one in cited {
        match laws.get(&one.key()).and_then(|law| law.in_force_from) {
            None => {
                let zh = format!("{}还没有登记，请先在“法律法规”里登记它的效力级别和施行日期", one.law);
                let en = "A text cited is not on record: say first, under Laws, what it is and since when it is in force";
                errors.push(field_error("basis", "依据", &zh, en));
            }
            Some(begins) if begins > from => {
                let zh = format!("{}从 {begins} 起施行，基准不能早于它", one.law);
                let en = format!("A text cited is in force from {begins}; the standard cannot begin before it");
                errors.push(field_error("effective_from", "施行日期", &zh, &en));
            }
            Some(_) => {}
        }
    }
    let ends = cited.iter().map(|one| laws.get(&one.key()).and_then(|law| law.last_day(&one.article)));
    if let Some(last) = ends.collect::<Option<Vec<NaiveDate>>>().and_then(|days| days.into_iter().max())
        && last < from
    {
        let zh = format!("依据到 {last} 为止已经失效，没有一条在施行日期还有效");
        let en = format!("All that is cited ended by {last}, before the standard would begin");
        errors.push(field_error("basis", "依据", &zh, &en));
    }
    errors
}

/// Standards in force or to come that cite a text or article with an end: code, title, citation and the last day (F017).
pub async fn flagged(conn: &mut PgConnection, today: NaiveDate) -> Result<Vec<(String, String, String, NaiveDate)>, Stop> {
    let resting: Vec<(String, String, String, Vec<String>)> = sqlx::query_as(
        "select s.code, s.title, s.basis, s.laws
           from discretion_standards s
          where (s.last_day is null or s.last_day >= $1)
            and s.laws && array (select key from laws where in_force_to is not null or state -> 'articles' <> '{}')
          order by s.code, s.version",
    )
    .bind(today)
    .fetch_all(&mut *conn)
    .await?;
    let keys: Vec<String> = resting.iter().flat_map(|(.., laws)| laws.iter().cloned()).collect();
    let laws = basis::of(conn, &keys).await?;
    let mut found = Vec::new();
    for (code, title, cited, _) in resting {
        for one in basis::read(&cited) {
            if let Some(day) = laws.get(&one.key()).and_then(|law| law.last_day(&one.article)) {
                found.push((code.clone(), title.clone(), one.text(), day));
            }
        }
    }
    Ok(found)
}

impl Standard {
    pub fn is_in_force(&self, on: NaiveDate) -> bool {
        self.effective_from <= on && self.last_day.is_none_or(|last| on <= last)
    }

    pub fn table(&self) -> Result<Table, Stop> {
        Table::parse(&self.dmn).map_err(|error| Stop::Fault(format!("discretion table {}: {error}", self.code)))
    }
}

/// Reads a table of tiers and tells everything that keeps it from binding anybody (F025): no tiers, gaps, overlaps, rules that never
/// decide. Sentences in Chinese, those of the rules engine among them.
pub fn check(dmn: &str) -> Result<Table, Vec<String>> {
    let table = Table::parse(dmn).map_err(|error| vec![error.to_string()])?;
    let outputs = table.outputs();
    let mut wrong = Vec::new();
    for name in RESULTS {
        if !outputs.iter().any(|output| output.name == name) {
            wrong.push(format!("表里没有结果“{name}”；裁量基准要有三个结果：tier（档次）、least（最低）、most（最高）"));
        }
    }
    if !matches!(table.hit_policy(), HitPolicy::Unique | HitPolicy::First | HitPolicy::Any | HitPolicy::Priority) {
        wrong.push("一组事实只能归一档：命中方式请用 UNIQUE、FIRST、ANY 或者 PRIORITY".to_owned());
    }
    for output in outputs.iter().filter(|output| ["least", "most"].contains(&output.name.as_str()) && output.kind != Kind::Number)
    {
        wrong.push(format!("结果“{}”要是数字（typeRef 写 number）", output.name));
    }
    let at = |name: &str| outputs.iter().position(|output| output.name == name);
    if let (Some(tier), Some(least), Some(most)) = (at("tier"), at("least"), at("most")) {
        for (nth, rule) in table.written().iter().enumerate() {
            let nth = nth + 1;
            if matches!(rule.results[tier].trim(), "null" | "\"\"") {
                wrong.push(format!("第 {nth} 条没有写是哪一档"));
            }
            let figure = |at: usize| rule.results[at].trim().parse::<Decimal>().ok();
            if figure(least).zip(figure(most)).is_some_and(|(least, most)| least > most) {
                wrong.push(format!("第 {nth} 条的最低大于最高"));
            }
            if figure(least).or(figure(most)).is_some_and(|figure| figure < Decimal::from(0)) {
                wrong.push(format!("第 {nth} 条的幅度小于零"));
            }
        }
        wrong
            .extend(a2_3_01_gaps(table.written().iter().map(|rule| (rule.results[least].as_str(), rule.results[most].as_str()))));
    }
    if table.variables().is_empty() {
        wrong.push("表里没有要填的事实".to_owned());
    }
    // A page asks for what a column tests.
    let columns: Vec<String> = table.inputs().into_iter().map(|input| input.name).collect();
    for variable in table.variables().iter().filter(|variable| !columns.contains(&variable.name)) {
        wrong.push(format!("事实“{}”没有自己的一列：每一列的条件请直接用一个事实", variable.name));
    }
    match rules::audit(dmn) {
        Ok(audits) => {
            // A fact is told by its heading.
            let labels = table.inputs().into_iter().map(|input| (input.name, input.label));
            let labels: Vec<(String, String)> = labels.filter(|(_, label)| !label.is_empty()).collect();
            wrong.extend(audits.iter().flat_map(rules::Audit::findings).map(|said| in_words(&said, &labels)));
        }
        Err(error) => wrong.push(error.to_string()),
    }
    if wrong.is_empty() { Ok(table) } else { Err(wrong) }
}

/// 幅度的空当 · amounts that lie between two tiers and in none, told by the rules on either side (A2.3-01). Each tier is its least and its most as
/// they are written. What is computed from facts has no place among the others, and one that comes to nothing (不予处罚) stands apart from them.
fn a2_3_01_gaps<'a>(tiers: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    // `None` where nothing bounds it.
    let bound = |cell: &str| match cell.trim() {
        "null" => Some(None),
        figure => figure.parse::<Decimal>().ok().map(Some),
    };
    let mut spans: Vec<(Option<Decimal>, Option<Decimal>, usize)> = (1..)
        .zip(tiers)
        .filter_map(|(nth, (least, most))| Some((bound(least)?, bound(most)?, nth)))
        .filter(|(least, most, _)| (least, most) != (&None, &None) && *most != Some(Decimal::from(0)))
        .collect();
    spans.sort();
    let mut wrong = Vec::new();
    let Some(&(_, mut reached, mut by)) = spans.first() else { return wrong };
    for (least, most, nth) in spans {
        let Some(last) = reached else { break };
        if let Some(least) = least.filter(|least| *least > last) {
            wrong.push(format!("第 {by} 条的最高是 {last}，第 {nth} 条的最低是 {least}：中间的数不在任何一档"));
        }
        if most.is_none_or(|most| most > last) {
            (reached, by) = (most, nth);
        }
    }
    wrong
}

/// What the table says of facts.
#[derive(Clone, Debug)]
pub struct Tier {
    pub name: String,
    pub least: Option<Decimal>,
    pub most: Option<Decimal>,
    pub decision: Decision,
}

impl Tier {
    pub fn of(table: &Table, facts: &Map<String, Value>) -> Result<Tier, Stop> {
        let decision = table.decide(facts).map_err(|error| Stop::Rejected(error.to_string()))?;
        let said = |name: &str| decision.outputs.get(name).filter(|value| !value.is_null());
        let figure = |name: &str| match said(name) {
            None => Ok(None),
            Some(value) => match Decimal::from_json(value) {
                Some(figure) => Ok(Some(figure)),
                None => Err(Stop::Rejected(format!("照这些事实算出来的幅度不是数字：{}。请找法制机构", plain(value)))),
            },
        };
        let (least, most) = (figure("least")?, figure("most")?);
        if least.zip(most).is_some_and(|(least, most)| least > most) {
            return Err(Stop::Rejected("照这些事实算出来的最低大于最高。请找法制机构".into()));
        }
        if least.or(most).is_some_and(|figure| figure < Decimal::from(0)) {
            return Err(Stop::Rejected("照这些事实算出来的幅度小于零。请找法制机构".into()));
        }
        let name = said("tier").map(plain).unwrap_or_default();
        if name.is_empty() {
            return Err(Stop::Rejected("照这些事实，基准里没有对应的档次。请核对事实".into()));
        }
        Ok(Tier { name, least, most, decision })
    }

    /// The least and the most that the standard gives for these figures, whatever else was found: what its tiers divide, which is what the law
    /// itself allows. A side is open where one tier leaves it open, or where facts have no list of values to try.
    pub fn whole(table: &Table, facts: &Map<String, Value>) -> (Option<Decimal>, Option<Decimal>) {
        /// Combinations of listed facts that are tried.
        const TRIED: usize = 1000;
        let mut tried = vec![facts.clone()];
        for input in table.inputs() {
            let values = match input.kind {
                Kind::Number | Kind::Date => continue,
                Kind::Boolean => vec![Value::Bool(true), Value::Bool(false)],
                _ => input.allowed.clone(),
            };
            if values.is_empty() || tried.len() * values.len() > TRIED {
                return (None, None);
            }
            let with = |facts: &Map<String, Value>, value: &Value| {
                let mut facts = facts.clone();
                facts.insert(input.name.clone(), value.clone());
                facts
            };
            tried = tried.iter().flat_map(|facts| values.iter().map(move |value| with(facts, value))).collect();
        }
        let tiers: Vec<Tier> = tried.iter().filter_map(|facts| Tier::of(table, facts).ok()).collect();
        let ends = |ends: Vec<Option<Decimal>>| ends.into_iter().collect::<Option<Vec<Decimal>>>().unwrap_or_default();
        (
            ends(tiers.iter().map(|tier| tier.least).collect()).into_iter().min(),
            ends(tiers.iter().map(|tier| tier.most).collect()).into_iter().max(),
        )
    }

    /// Whether a decision keeps to it; none that goes unpunished does, unless the limitation is over.
    pub fn holds(&self, amount: Option<Decimal>, unpunished: Option<Unpunished>) -> bool {
        match amount {
            Some(amount) => law::is_inside(amount, self.least, self.most),
            None => unpunished == Some(Unpunished::Barred),
        }
    }

    /// From the least to the most, as it reads.
    pub fn range(&self, unit: &str) -> String {
        range(self.least.map(|n| n.to_string()).as_deref(), self.most.map(|n| n.to_string()).as_deref(), unit)
    }
}

/// `50000 至 65000 元`.
pub fn range(least: Option<&str>, most: Option<&str>, unit: &str) -> String {
    match (least, most) {
        (Some(least), Some(most)) if least == most => format!("{least} {unit}"),
        (Some(least), Some(most)) => format!("{least} 至 {most} {unit}"),
        (Some(least), None) => format!("{least} {unit}以上"),
        (None, Some(most)) => format!("{most} {unit}以下"),
        (None, None) => "没有幅度".to_owned(),
    }
}

/// The key of facts: the same for equal ones, in whatever order they come.
pub fn facts_key(facts: &Map<String, Value>) -> String {
    let mut pairs: Vec<String> = facts.iter().map(|(name, value)| format!("{name}={}", normal(value))).collect();
    pairs.sort();
    hex::encode(Sha256::digest(pairs.join("\n").as_bytes()))
}

/// 5 and 5.0 are one number.
fn normal(value: &Value) -> String {
    match (value, Decimal::from_json(value)) {
        (Value::Number(_), Some(number)) => number.to_string(),
        _ => value.to_string(),
    }
}

/// The name of the field of a fact.
pub fn field(name: &str) -> String {
    format!("fact_{name}")
}

/// Reads the facts. They become public: a text holds nobody's numbers (A3.4-06).
pub fn read(entered: &Entered, table: &Table) -> Result<Map<String, Value>, Vec<FieldError>> {
    let facts = asked::read(entered, table, field)?;
    let mut errors = Vec::new();
    for input in table.inputs().into_iter().filter(|input| input.allowed.is_empty()) {
        if let Some(Value::String(text)) = facts.get(&input.name) {
            public(text, &field(&input.name), &input.label, &mut errors);
        }
    }
    if errors.is_empty() { Ok(facts) } else { Err(errors) }
}

/// The facts with their headings, in one line.
pub fn told(table: &Table, facts: &Map<String, Value>) -> String {
    asked::told(table, facts).into_iter().map(|(label, value)| format!("{label}：{value}")).collect::<Vec<_>>().join("；")
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::Rank;

    #[test]
    fn a2_3_01_amounts_between_two_tiers_are_a_gap() {
        let told = |tiers: &[(&str, &str)]| a2_3_01_gaps(tiers.iter().copied());
        assert!(told(&[("50000", "65000"), ("65000", "85000"), ("goods_value * 10", "goods_value * 13")]).is_empty());
        assert_eq!(
            told(&[("70000", "85000"), ("50000", "65000")]),
            ["第 2 条的最高是 65000，第 1 条的最低是 70000：中间的数不在任何一档"]
        );
        // No fine at all, no least and no most, and a tier within another.
        assert!(told(&[("0", "0"), ("50000", "65000"), ("60000", "61000"), ("65000", "null")]).is_empty());
        assert!(told(&[("null", "65000"), ("null", "null"), ("65000", "70000")]).is_empty());
    }

    #[test]
    fn a2_3_01_a_standard_stands_on_texts_on_record_from_their_day_to_their_end() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let cited = basis::read("《甲法》第一条；《乙法》第二条");
        let law = |from, last: Option<NaiveDate>| Law {
            rank: Some(Rank::Law),
            in_force_from: Some(from),
            ended: last.map(|last_day| basis::Ended { last_day, because: String::new() }),
            ..Law::default()
        };
        let told = |one: Law, other: Law| {
            let laws = HashMap::from([(cited[0].key(), one), (cited[1].key(), other)]);
            let errors = a2_3_01_founded(&cited, &laws, day(2026, 1, 1));
            errors.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        let (good, over) = (law(day(2009, 6, 1), None), law(day(1995, 10, 30), Some(day(2009, 5, 31))));
        assert!(told(good.clone(), good.clone()).is_empty());
        assert!(told(good.clone(), over.clone()).is_empty());
        assert_eq!(told(over.clone(), over), ["basis"]);
        assert_eq!(told(good.clone(), law(day(2026, 1, 2), None)), ["effective_from"]);
        assert_eq!(told(good, Law::default()), ["basis"]);
    }
}
