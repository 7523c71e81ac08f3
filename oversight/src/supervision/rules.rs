//! 监察规则 · the card rules (C3.3-01 to C3.3-17) as data (F134, F135, F137). A rule is a text that an administrator can write: what it is
//! asked of, when it is broken, at which moment, how that is computed and what proves it, in FEEL over [`facts`](super::facts). Read once,
//! asked of every case; the numbers of the law stand once, in the texts under `definitions/supervision`. A breach that lies ahead is
//! returned with the moment at which it begins if nothing happens until then: the next of these is the timer.

use super::affair::Affair;
use super::facts::{Case, EACH, Need, Subject, local, shape};
use super::published::Published;
use super::watch::Watch;
use ::rules::{Expression, Facts, Given, RuleError, Scope};
use acts::Colour;
use calendar::{Calendar, Limit, SHANGHAI, end_of_day};
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use foundation::page::full_date_zh as zh;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, LazyLock};

/// C3.3-09: the agency explains within so long where the rule does not say, and the supervisor reviews within so long after that.
pub const EXPLAIN_WITHIN: Limit = Limit::working_days(3);
pub const REVIEW_WITHIN: Limit = Limit::working_days(5);

/// The most that a text may hold, in bytes; a rule that says more says too much.
pub const LONGEST: usize = 64 * 1024;
/// The most ways in which one rule may be broken.
pub const MOST_FINDS: usize = 10;

/// A rule as it is written and published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// `C3.3-02`: what cards name.
    pub id: String,
    pub name: String,
    /// What it says, in plain words.
    pub says: String,
    /// What it leads to.
    pub leads_to: String,
    /// What it rests on.
    pub law: String,
    /// On a site that has a record already, a rule that the house brings begins on this day at the earliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Its numbers, by the names under which its expressions know them: `rule.left`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub numbers: BTreeMap<String, Number>,
    /// The grade of the first breach on a case, of the second, and so on; the last goes on.
    pub grades: Vec<Colour>,
    /// Within what the agency explains.
    #[serde(default = "explain_within")]
    pub answer: Limit,
    /// The ways in which it is broken.
    pub finds: Vec<Find>,
}

fn explain_within() -> Limit {
    EXPLAIN_WITHIN
}

/// One way in which a rule is broken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// Tells it from the others of the rule; empty where there is but one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it is asked of: one of [`EACH`].
    pub each: String,
    /// The condition.
    pub when: String,
    /// The moment, or the day that must have passed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// Instead of it: something must be done within so long after a day, and this is the day on which it was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub since: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Limit>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub done: String,
    /// How it was computed: a sentence with expressions in braces. What is a list is written one after another.
    pub computation: String,
    /// The entries of the log that prove it.
    pub evidence: String,
}

/// What is wrong with a rule, by the field of [`Text`] or `finds[0].when`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub field: String,
    pub zh: String,
    pub en: String,
}

/// A rule, read and checked, and ready to be asked.
#[derive(Debug)]
pub struct Rule {
    pub text: Text,
    numbers: Option<Facts>,
    finds: Vec<Prepared>,
    /// What its conditions and moments need of what is costly.
    asks: Need,
}

#[derive(Debug)]
struct Prepared {
    name: String,
    each: String,
    when: Asked,
    moment: Moment,
    computation: Vec<Piece>,
    evidence: Expression,
    /// What these two need.
    tells: Need,
}

/// An expression, and what it needs of what is costly to give.
#[derive(Debug)]
struct Asked {
    expression: Expression,
    need: Need,
}

#[derive(Debug)]
enum Moment {
    At(Asked),
    Within { since: Asked, limit: Limit, done: Asked },
}

impl Prepared {
    fn asked(&self) -> Vec<&Asked> {
        match &self.moment {
            Moment::At(at) => vec![&self.when, at],
            Moment::Within { since, done, .. } => vec![&self.when, since, done],
        }
    }
}

#[derive(Debug)]
enum Piece {
    Said(String),
    Given(Expression),
}

/// The rules that the house brings, each with the text it was read from.
pub static SHIPPED: LazyLock<Vec<(Arc<Rule>, &'static str)>> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../definitions/supervision/C3.3-01.json"),
        include_str!("../../../definitions/supervision/C3.3-02.json"),
        include_str!("../../../definitions/supervision/C3.3-03.json"),
        include_str!("../../../definitions/supervision/C3.3-04.json"),
        include_str!("../../../definitions/supervision/C3.3-05.json"),
        include_str!("../../../definitions/supervision/C3.3-06.json"),
        include_str!("../../../definitions/supervision/C3.3-12.json"),
        include_str!("../../../definitions/supervision/C3.3-13.json"),
        include_str!("../../../definitions/supervision/C3.3-14.json"),
        include_str!("../../../definitions/supervision/C3.3-15.json"),
        include_str!("../../../definitions/supervision/C3.3-16.json"),
        include_str!("../../../definitions/supervision/C3.3-25.json"),
        include_str!("../../../definitions/supervision/C3.3-26.json"),
        include_str!("../../../definitions/supervision/C3.3-27.json"),
        include_str!("../../../definitions/supervision/C3.3-28.json"),
        include_str!("../../../definitions/supervision/C3.3-29.json"),
        include_str!("../../../definitions/supervision/C3.3-30.json"),
        include_str!("../../../definitions/supervision/C3.3-31.json"),
        include_str!("../../../definitions/supervision/C3.3-32.json"),
        include_str!("../../../definitions/supervision/C3.3-33.json"),
    ];
    let read = |text: &'static str| match Rule::read(text) {
        Ok(rule) => (Arc::new(rule), text),
        Err(faults) => panic!("a rule that the house brings cannot be read: {faults:?}\n{text}"),
    };
    texts.map(read).into()
});

impl Rule {
    /// Reads a text; tells everything that is wrong with it.
    pub fn read(text: &str) -> Result<Rule, Vec<Fault>> {
        let unreadable = |error: &dyn std::fmt::Display| {
            let zh = format!("读不懂：{error}");
            vec![Fault { field: String::new(), zh, en: format!("cannot be read: {error}") }]
        };
        if text.len() > LONGEST {
            return Err(unreadable(&"too long"));
        }
        let text: Text = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        Rule::of(text)
    }

    /// Makes a rule of its text; tells everything that is wrong with it, by field.
    pub fn of(text: Text) -> Result<Rule, Vec<Fault>> {
        let mut told = Told::default();
        let id_is_one = !text.id.is_empty()
            && text.id.len() <= 20
            && text.id.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        if !id_is_one {
            told.add(
                "id",
                "编号用字母开头，只有字母、数字、点和连字符，不超过 20 个",
                "Begin with a letter; letters, digits, points and hyphens only, 20 at most",
            );
        }
        let said =
            [("name", &text.name, 60), ("says", &text.says, 500), ("leads_to", &text.leads_to, 100), ("law", &text.law, 300)];
        for (field, value, most) in said {
            match value.trim().chars().count() {
                0 => told.add(field, "请填写", "This is missing"),
                n if n > most => told.add(field, &format!("最多 {most} 个字"), &format!("At most {most} characters")),
                _ => {}
            }
        }
        if text.grades.is_empty() || text.grades.len() > 5 {
            told.add(
                "grades",
                "请选第一次是什么：提示、预警、黄牌还是红牌；最多写到第五次",
                "Choose what the first breach is: notice, warning, yellow or red card; five at most",
            );
        }
        if text.answer.n == 0 || text.answer.n > 60 {
            told.add("answer", "说明的期限是 1 到 60", "The time to answer is 1 to 60");
        }
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        if let Some(name) = text.numbers.keys().find(|name| !is_name(name)) {
            let zh = format!("数字的名称用小写英文字母：“{name}”不行");
            told.add("numbers", &zh, &format!("Name numbers in small letters: “{name}” is no name"));
        }
        if text.finds.is_empty() || text.finds.len() > MOST_FINDS {
            told.add("finds", &format!("请写一种到 {MOST_FINDS} 种情形"), &format!("Give one to {MOST_FINDS} ways"));
        }
        for (at, find) in text.finds.iter().enumerate() {
            if text.finds[..at].iter().any(|other| other.name == find.name) {
                told.add(&format!("finds[{at}].name"), "几种情形要有不同的名称", "Several ways have different names");
            }
        }
        let finds: Vec<Option<Prepared>> =
            text.finds.iter().enumerate().map(|(at, find)| told.find(at, find, &text.numbers)).collect();
        if !told.faults.is_empty() {
            return Err(told.faults);
        }
        let numbers = text.numbers.iter().fold(Facts::default(), |facts, (name, n)| facts.decimal(name, &n.to_string()));
        let numbers = (!text.numbers.is_empty()).then(|| Facts::default().facts("rule", numbers));
        let finds: Vec<Prepared> = finds.into_iter().flatten().collect();
        let asks = finds.iter().flat_map(Prepared::asked).fold(Need::NOTHING, |need, asked| need.and(asked.need));
        Ok(Rule { numbers, finds, asks, text })
    }

    pub fn id(&self) -> &str {
        &self.text.id
    }

    /// The grade of the `nth` breach on one case, from 1.
    pub fn grade(&self, nth: usize) -> Colour {
        let grades = &self.text.grades;
        grades.get(nth.max(1) - 1).or(grades.last()).copied().unwrap_or(Colour::Notice)
    }
}

/// Collects what is wrong.
#[derive(Default)]
struct Told {
    faults: Vec<Fault>,
}

impl Told {
    fn add(&mut self, field: &str, zh: &str, en: &str) {
        self.faults.push(Fault { field: field.into(), zh: zh.into(), en: en.into() });
    }

    fn wrong(&mut self, field: &str, no: &RuleError) {
        self.add(field, &no.to_string(), &english(no));
    }

    fn expression(&mut self, field: &str, text: &str, shape: &::rules::Shape) -> Option<Asked> {
        if text.trim().is_empty() {
            self.add(field, "请填写", "This is missing");
            return None;
        }
        match Expression::new(text, shape) {
            Ok(expression) => {
                let need = Need::of(&expression);
                Some(Asked { expression, need })
            }
            Err(no) => {
                self.wrong(field, &no);
                None
            }
        }
    }

    /// What reads as an expression and never finds anything: signs that other languages have, and a constant in the place of facts.
    fn written(&mut self, field: &str, text: &str, may_be: impl Fn(&serde_json::Value) -> bool) {
        let signs: String = text.split('"').step_by(2).collect();
        if ["==", "!==", ">>", "<<", "&&", "||"].iter().any(|sign| signs.contains(sign)) {
            let zh = "相等写一个等号（=），并且写 and，或者写 or；没有 ==、>>、&& 这样的写法";
            self.add(field, zh, "Write one equals sign (=), and “and”, “or”; there is no ==, >> or &&");
            return;
        }
        if let Ok(value) = ::rules::evaluate(text, &serde_json::Map::new())
            && !may_be(&value)
        {
            let zh = "这里写的是一个固定的值，不看任何事实：要从左边表里的事实算出来";
            self.add(field, zh, "This is a constant and looks at no fact: work it out of the facts in the table");
        }
    }

    fn find(&mut self, at: usize, find: &Find, numbers: &BTreeMap<String, Number>) -> Option<Prepared> {
        let field = |name: &str| format!("finds[{at}].{name}");
        let is_name = find.name.len() <= 20 && find.name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if !is_name {
            self.add(&field("name"), "用小写英文字母，不超过 20 个", "Small letters only, 20 at most");
        }
        if !EACH.contains(&find.each.as_str()) {
            self.add(&field("each"), "请选问的是什么", "Choose what it is asked of");
            return None;
        }
        let names = || numbers.keys().cloned();
        let before = shape(&find.each, names());
        self.written(&field("when"), &find.when, |value| value.is_boolean());
        let when = self.expression(&field("when"), &find.when, &before);
        for (name, text) in [("at", &find.at), ("since", &find.since), ("done", &find.done), ("evidence", &find.evidence)] {
            self.written(&field(name), text, serde_json::Value::is_null);
        }
        let at_is_given = !find.at.trim().is_empty();
        let within_is_given = !find.since.trim().is_empty() || find.within.is_some() || !find.done.trim().is_empty();
        let moment = match (at_is_given, within_is_given) {
            (true, true) => {
                let zh = "时刻和“多久以内要做完”只写一样";
                self.add(&field("at"), zh, "Give the moment, or within what something must be done, not both");
                None
            }
            (true, false) => self.expression(&field("at"), &find.at, &before).map(Moment::At),
            (false, true) => {
                let since = self.expression(&field("since"), &find.since, &before);
                let done = self.expression(&field("done"), &find.done, &before);
                let limit = find.within.filter(|limit| limit.is_bounded() && limit.n > 0);
                if limit.is_none() {
                    self.add(&field("within"), "请写多久以内", "Say within how long");
                }
                match (since, limit, done) {
                    (Some(since), Some(limit), Some(done)) => Some(Moment::Within { since, limit, done }),
                    _ => None,
                }
            }
            (false, false) => {
                let zh = "请写到哪个时刻算违反，或者从哪一天起多久以内要做完";
                self.add(&field("at"), zh, "Give the moment, or within what something must be done");
                None
            }
        };
        let after = with_moment(before);
        let computation = self.computation(&field("computation"), &find.computation, &after);
        let evidence = self.expression(&field("evidence"), &find.evidence, &after);
        let (computation, evidence) = (computation?, evidence?);
        let told = computation.iter().filter_map(|piece| match piece {
            Piece::Given(expression) => Some(Need::of(expression)),
            Piece::Said(_) => None,
        });
        Some(Prepared {
            name: find.name.clone(),
            each: find.each.clone(),
            when: when?,
            moment: moment?,
            tells: told.fold(evidence.need, Need::and),
            computation,
            evidence: evidence.expression,
        })
    }

    fn computation(&mut self, field: &str, text: &str, shape: &::rules::Shape) -> Option<Vec<Piece>> {
        if text.trim().is_empty() {
            self.add(field, "请填写", "This is missing");
            return None;
        }
        let Some(pieces) = pieces(text) else {
            self.add(field, "花括号要成对，里面写算式", "Braces come in pairs, with an expression in them");
            return None;
        };
        let mut prepared = Vec::new();
        for (is_given, text) in pieces {
            prepared.push(match is_given {
                false => Piece::Said(text),
                true => Piece::Given(self.expression(field, &text, shape)?.expression),
            });
        }
        Some(prepared)
    }
}

/// What is wrong with an expression, for somebody who reads English.
fn english(no: &RuleError) -> String {
    match no {
        RuleError::UnknownName(name) => format!("There is no fact “{name}”; see the table of facts"),
        RuleError::Syntax(_) => "This is not FEEL; check quotation marks, brackets and names".into(),
        RuleError::Forbidden { .. } => "A rule may not use this part of FEEL".into(),
        RuleError::TooLong(_) | RuleError::TooDeep | RuleError::TooMuch => "This is too long or nested too deep".into(),
        RuleError::Null(_) => "This gives no value".into(),
        _ => "This cannot be worked out".into(),
    }
}

fn with_moment(shape: ::rules::Shape) -> ::rules::Shape {
    use ::rules::{Kind, Shape};
    let Shape::Facts(mut all) = shape else { return shape };
    all.insert("moment".into(), Shape::facts([("at", Shape::One(Kind::DateTime)), ("day", Shape::One(Kind::Date))]));
    Shape::Facts(all)
}

/// A sentence in pieces, each with whether it is an expression. A brace within quotation marks is none.
fn pieces(text: &str) -> Option<Vec<(bool, String)>> {
    let mut pieces = Vec::new();
    let (mut piece, mut inside, mut quoted, mut escaped) = (String::new(), false, false, false);
    for c in text.chars() {
        match c {
            '{' if !inside => {
                pieces.push((false, std::mem::take(&mut piece)));
                inside = true;
            }
            '}' if inside && !quoted => {
                pieces.push((true, std::mem::take(&mut piece)));
                inside = false;
            }
            '{' | '}' if !quoted => return None,
            c => {
                let quotes = c == '"' && inside && !escaped;
                quoted ^= quotes;
                escaped = c == '\\' && !escaped;
                piece.push(c);
            }
        }
    }
    pieces.push((false, piece));
    pieces.retain(|(given, text)| *given || !text.is_empty());
    (!inside).then_some(pieces)
}

/// A value as it stands in a sentence.
fn written(given: &Given) -> String {
    match given {
        Given::Nothing => String::new(),
        Given::Truth(true) => "是".into(),
        Given::Truth(false) => "否".into(),
        Given::Number(text) | Given::Text(text) => text.clone(),
        Given::Day(day) => zh(*day),
        Given::Moment(at) => format!("{}{}", zh(at.date()), at.format(" %H:%M")),
        Given::List(values) => values.iter().map(written).collect(),
        Given::Other(kind) => (*kind).into(),
    }
}

fn entries(given: &Given) -> Vec<i64> {
    match given {
        Given::Number(text) => text.parse().into_iter().collect(),
        Given::List(values) => values.iter().flat_map(entries).collect(),
        _ => Vec::new(),
    }
}

/// A rule for the time in which it binds: from the first moment on, and before the second.
#[derive(Clone, Debug)]
pub struct Version {
    pub rule: Arc<Rule>,
    pub version: i32,
    pub starts: DateTime<Utc>,
    pub ends: Option<DateTime<Utc>>,
}

impl Version {
    /// For ever.
    pub fn always(rule: Arc<Rule>) -> Version {
        Version { rule, version: 1, starts: DateTime::<Utc>::MIN_UTC, ends: None }
    }

    pub fn binds(&self, at: DateTime<Utc>) -> bool {
        self.starts <= at && self.ends.is_none_or(|ends| at < ends)
    }
}

/// One way in which a case breaks a rule, or will if nothing happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    pub rule: String,
    pub version: i32,
    /// Names this breach among those of the case, the same however often the rules are asked.
    pub key: String,
    /// The first instant at which it is one.
    pub at: DateTime<Utc>,
    /// How it was computed, in words with the dates.
    pub computation: String,
    /// The entries of the log that prove it.
    pub evidence: Vec<i64>,
}

/// A breach that was found and not yet put into words.
#[derive(Clone, Debug)]
pub struct Found {
    /// Which of the versions asked, and which way of its rule.
    pub version: usize,
    find: usize,
    pub key: String,
    pub at: DateTime<Utc>,
    day: NaiveDate,
}

/// Why something could not be worked out.
#[derive(Clone, Debug, PartialEq)]
pub struct Undecided {
    pub rule: String,
    pub why: RuleError,
}

/// The rules as they are asked of one case; what is costly is given once, where somebody needs it.
pub struct Inquiry<'a> {
    subject: Subject<'a>,
    versions: &'a [Version],
    light: Scope,
    /// What the conditions of all rules need together, and what there is in it.
    need: Need,
    whole: OnceCell<Scope>,
}

impl<'a> Inquiry<'a> {
    pub fn new(versions: &'a [Version], watch: &'a Watch, published: &'a Published, calendar: &'a Calendar) -> Inquiry<'a> {
        Inquiry::of(versions, Subject::Case(Case { watch, published, calendar }))
    }

    /// Of what is no case.
    pub fn about(versions: &'a [Version], affair: &'a Affair, calendar: &'a Calendar) -> Inquiry<'a> {
        Inquiry::of(versions, Subject::Affair(affair, calendar))
    }

    fn of(versions: &'a [Version], subject: Subject<'a>) -> Inquiry<'a> {
        let light = Scope::of(subject.whole(Need::NOTHING));
        let need = versions.iter().fold(Need::NOTHING, |need, version| need.and(version.rule.asks));
        Inquiry { subject, versions, light, need, whole: OnceCell::new() }
    }

    /// All breaches, in the order in which they happen; what cannot be worked out is told to `undecided`. A rule is asked of the moments
    /// in which it binds.
    pub fn find(&self, undecided: &mut dyn FnMut(Undecided)) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for kind in EACH {
            let is_over = |version: &Version| version.ends.is_some_and(|ends| ends <= self.subject.began());
            let asked = |version: &Version| !is_over(version) && version.rule.finds.iter().any(|find| find.each == kind);
            if !self.versions.iter().any(asked) {
                continue;
            }
            for (element, facts) in self.subject.each(kind, Need::NOTHING) {
                self.light.with(named(kind, facts), |light| {
                    let asker = Asker { inquiry: self, light, kind, element: &element };
                    for (at, version) in self.versions.iter().enumerate().filter(|(_, version)| asked(version)) {
                        for (nth, find) in version.rule.finds.iter().enumerate().filter(|(_, find)| find.each == kind) {
                            match self.moment(find, &mut |asked| asker.ask(&version.rule, asked)) {
                                Ok(Some((instant, day))) if version.binds(instant) => {
                                    let parts = [version.rule.id(), &find.name, &element];
                                    let key = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
                                    found.push(Found { version: at, find: nth, key, at: instant, day });
                                }
                                Ok(_) => {}
                                Err(why) => undecided(Undecided { rule: version.rule.id().to_owned(), why }),
                            }
                        }
                    }
                });
            }
        }
        found.sort_by(|a, b| {
            let id = |found: &Found| self.versions[found.version].rule.id();
            (a.at, id(a), &a.key).cmp(&(b.at, id(b), &b.key))
        });
        // Two versions of a rule may find the same breach at two moments; it began with the first.
        let mut seen = HashSet::new();
        found.retain(|found| seen.insert(found.key.clone()));
        found
    }

    /// The element with all that is needed.
    fn element(&self, kind: &str, key: &str, need: Need) -> Facts {
        let all = self.subject.each(kind, need);
        named(kind, all.into_iter().find(|(other, _)| other == key).map(|(_, facts)| facts).unwrap_or_default())
    }

    /// The first instant at which it is a breach and the day of it, where it is one or will be.
    fn moment(
        &self,
        find: &Prepared,
        ask: &mut dyn FnMut(&Asked) -> Result<Given, RuleError>,
    ) -> Result<Option<(DateTime<Utc>, NaiveDate)>, RuleError> {
        match ask(&find.when)? {
            Given::Truth(true) => {}
            Given::Truth(false) | Given::Nothing => return Ok(None),
            other => return Err(RuleError::NotBoolean(other.kind().into())),
        }
        match &find.moment {
            Moment::At(at) => match ask(at)? {
                Given::Day(day) => Ok(Some((end_of_day(day), day))),
                Given::Moment(at) => Ok(SHANGHAI.from_local_datetime(&at).single().map(|instant| (instant.to_utc(), at.date()))),
                Given::Nothing => Ok(None),
                other => Err(not_a_day(other)),
            },
            Moment::Within { since, limit, done } => {
                let day = |given: Given| match given {
                    Given::Day(day) => Ok(Some(day)),
                    Given::Moment(at) => Ok(Some(at.date())),
                    Given::Nothing => Ok(None),
                    other => Err(not_a_day(other)),
                };
                let Some(since) = day(ask(since)?)? else { return Ok(None) };
                let due = self.subject.calendar().due(since, *limit).date;
                match day(ask(done)?)? {
                    Some(done) if done <= due => Ok(None),
                    _ => Ok(Some((end_of_day(due), due))),
                }
            }
        }
    }

    /// A breach in words, with what proves it.
    pub fn tell(&self, found: &Found) -> Breach {
        let version = &self.versions[found.version];
        let rule = &version.rule;
        let find = &rule.finds[found.find];
        let key = found.key.rsplit(' ').next().unwrap_or_default();
        let moment = Facts::default().moment("at", local(found.at)).day("day", found.day);
        let facts = self.element(&find.each, key, find.tells).facts("moment", moment);
        let scope = Scope::of(self.subject.whole(find.tells));
        let (computation, evidence) = scope.with(rule.numbers.clone().unwrap_or_default(), |scope| {
            scope.with(facts, |scope| {
                let said = find.computation.iter().map(|piece| match piece {
                    Piece::Said(text) => text.clone(),
                    Piece::Given(expression) => expression.value(scope).map(|given| written(&given)).unwrap_or_default(),
                });
                (said.collect::<String>(), find.evidence.value(scope).map(|given| entries(&given)).unwrap_or_default())
            })
        });
        Breach {
            rule: rule.id().to_owned(),
            version: version.version,
            key: found.key.clone(),
            at: found.at,
            computation,
            evidence,
        }
    }
}

/// The facts of an element under its name; of the case there are none beside its own.
fn named(kind: &str, facts: Facts) -> Facts {
    if kind == "case" { Facts::default() } else { Facts::default().facts(kind, facts) }
}

/// Asks expressions of one element.
struct Asker<'q, 'a> {
    inquiry: &'q Inquiry<'a>,
    light: &'q Scope,
    kind: &'q str,
    element: &'q str,
}

impl Asker<'_, '_> {
    fn ask(&self, rule: &Rule, asked: &Asked) -> Result<Given, RuleError> {
        let with_numbers = |scope: &Scope| match &rule.numbers {
            Some(numbers) => scope.with(numbers.clone(), |scope| asked.expression.value(scope)),
            None => asked.expression.value(scope),
        };
        if !asked.need.is_any() {
            return with_numbers(self.light);
        }
        let Inquiry { subject, need, whole, .. } = self.inquiry;
        let whole = whole.get_or_init(|| Scope::of(subject.whole(*need)));
        whole.with(self.inquiry.element(self.kind, self.element, *need), with_numbers)
    }
}

fn not_a_day(given: Given) -> RuleError {
    RuleError::Null(format!("时刻要得出日期或者日期和时间，现在得出的是{}", given.kind()))
}

/// Everything the rules find, in words.
pub fn all(versions: &[Version], watch: &Watch, published: &Published, calendar: &Calendar) -> Vec<Breach> {
    let inquiry = Inquiry::new(versions, watch, published, calendar);
    inquiry.find(&mut |_| ()).iter().map(|found| inquiry.tell(found)).collect()
}

/// The number a card carries: the rule, and from the second breach on which one it is.
pub fn number(rule: &str, nth: usize) -> String {
    match nth {
        0 | 1 => rule.to_owned(),
        _ => format!("{rule}-{nth}"),
    }
}

#[cfg(test)]
mod tests;
