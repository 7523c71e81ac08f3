//! 事先 · what is known of an expression before its variables have values: whether it can be read, and whether it can come to anything
//! (B7.1). The parser takes words that follow one another for one long name where it knows none of them, so the words of the text are
//! given to it as names.

use std::collections::BTreeSet;
use std::str::FromStr;

use dsntk_feel::bif::Bif;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelScope, Name};
use dsntk_feel_evaluator::limits::{part, strictly};
use dsntk_feel_parser::AstNode;
use dsntk_feel_parser::AstNode as N;
use serde_json::Map;

use crate::cell::{from_elsewhere, is_comparison, misread_day};
use crate::expression::{Grammar, prepare, read};
use crate::guard::{self, KEYWORDS, children, is_constant};
use crate::outcome::kind_of;
use crate::{Kind, MAX_STEPS, RuleError, blame};

/// Whether it can be read, whatever names it uses, and all that is written out in it has a value: for a chart whose variables come only
/// with its cases.
///
/// ```
/// assert!(rules::reads(r#"outcome = "accept""#).is_ok());
/// assert!(rules::reads(r#"outcome = "accept"#).is_err());
/// assert!(rules::reads(r#"kind in ("a", "b")"#).is_ok());
/// assert!(rules::reads("area greater 3").is_err());
/// assert!(rules::reads(r#"day < date("2026-02-30")"#).is_err());
/// ```
pub fn reads(expression: &str) -> Result<(), RuleError> {
    // What is offered is read in its turn.
    let reads = |meant: &str| tree_of(meant).and_then(|tree| valued(&tree)).is_ok();
    // A habit from elsewhere is told with what to write, whatever it is to the parser.
    let told = |no| from_elsewhere(expression, &reads).map_or(no, RuleError::Syntax);
    let tree = tree_of(expression).map_err(told)?;
    if let Some(told) = misread_day(expression, &reads) {
        return Err(RuleError::Syntax(told));
    }
    valued(&tree).map_err(told)
}

/// What a condition comes to whatever the variables will be: the answer, or why it never has one; `None` where it depends on them.
///
/// ```
/// assert_eq!(rules::always("1 = 2"), Some(Ok(false)));
/// assert_eq!(rules::always("area > 3"), None);
/// assert!(matches!(rules::always("area + 10"), Some(Err(_))));
/// ```
pub fn always(condition: &str) -> Option<Result<bool, RuleError>> {
    let tree = tree_of(condition).ok()?;
    if let Some(kind) = never_boolean(&tree) {
        return Some(Err(RuleError::NotBoolean(kind.into())));
    }
    is_constant(&tree).then(|| crate::holds(condition, &Map::new()))
}

/// The tree of an expression whose names nobody knows yet. Where a keyword stands between English words, `date of birth`, it is read as part
/// of a name if it cannot be read otherwise.
pub(crate) fn tree_of(expression: &str) -> Result<AstNode, RuleError> {
    guard::check_text(expression)?;
    let read_with = |names: BTreeSet<Path>| {
        let tree = read(Grammar::Expression, expression, &with(FeelContext::default(), &names))?;
        guard::check_tree(&tree, &|name| names.iter().any(|path| path[0] == name) || is_long_name(name))?;
        Ok(tree)
    };
    read_with(words(expression, false)).or_else(|no| read_with(words(expression, true)).map_err(|_| no))
}

/// A name and its entries: `applicant.age`.
pub(crate) type Path = Vec<String>;

/// A scope that knows these as names, and what follows a point as an entry; what is known already stays.
pub(crate) fn with(mut context: FeelContext, names: &BTreeSet<Path>) -> FeelScope {
    for path in names {
        put(&mut context, path);
    }
    FeelScope::from(context)
}

fn put(context: &mut FeelContext, path: &[String]) {
    let [name, rest @ ..] = path else { return };
    let name = Name::from(name.as_str());
    let known = context.get_entry(&name).cloned();
    match known {
        Some(Feel::Context(mut entries)) => {
            put(&mut entries, rest);
            context.set_entry(&name, Feel::Context(entries));
        }
        Some(Feel::Null(_)) | None if !rest.is_empty() => {
            let mut entries = FeelContext::default();
            put(&mut entries, rest);
            context.set_entry(&name, Feel::Context(entries));
        }
        Some(_) => {}
        None => context.set_null(name),
    }
}

/// A name of several words, as other makers' charts have them (`loan amount`, `phase 2 area`); signs, a number at the end, and Chinese set
/// apart by blanks are none: they are an operator that was mistyped.
fn is_long_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_alphabetic() && !matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    let is_part = |word: &str| word.chars().all(|c| is_letter(c) || c.is_ascii_digit() || matches!(c, '_' | '\'' | '’'));
    let words: Vec<&str> = name.split(' ').collect();
    let ends = [words.first(), words.last()];
    words.iter().all(|word| !word.is_empty() && is_part(word))
        && ends.into_iter().flatten().all(|word| word.starts_with(is_letter))
}

/// The names of an expression with their entries, as far as its text tells: no keyword, no function, no parameter, nothing within quotation
/// marks. Words beside each other are one name where [`is_long_name`] takes them for one; `joined` takes `of`, `in` and `for` along.
pub(crate) fn words(text: &str, joined: bool) -> BTreeSet<Path> {
    let mut found = Found::default();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        at += if c == '"' {
            found.close();
            quoted(rest)
        } else if is_word(c) {
            let word = word_of(rest);
            // `date and time`, `day of week` are one function each.
            let is_function = |before: &&str| is_called(&[*before, word], &rest[word.len()..]);
            let is_name = joined && ["of", "in", "for"].contains(&word) && !found.row.is_empty();
            if KEYWORDS.contains(&word) && !is_name && !found.row.last().is_some_and(is_function) {
                found.close();
            } else {
                found.row.push(word);
            }
            word.len()
        } else {
            match c {
                '(' => found.call(),
                ':' => found.other.extend(found.row.drain(..)),
                // A path goes on; two points are a range.
                '.' if !rest.starts_with("..") && !text[..at].ends_with('.') => found.point(),
                c if !c.is_whitespace() => found.close(),
                _ => {}
            }
            c.len_utf8()
        };
    }
    found.close();
    // Where a word is both, it is read as the function.
    found.names.retain(|path| !found.other.contains(path[0].as_str()));
    found.names
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '·' | '（')
}

/// The word at the beginning of a text. Brackets of Chinese with what is in them belong to it, 金额（万元，含税）, and so do an apostrophe
/// between letters and a question mark behind them.
fn word_of(text: &str) -> &str {
    let mut open = false;
    let mut end = text.len();
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().is_some_and(|(_, next)| is_word(*next));
        match c {
            '（' if at > 0 && text[at..].contains('）') => open = true,
            '）' if open => open = false,
            _ if open => {}
            '（' => {
                end = if at == 0 { c.len_utf8() } else { at };
                break;
            }
            '\'' | '’' if next => {}
            '？' | '?' if at > 0 && !next => {
                end = at + c.len_utf8();
                break;
            }
            c if is_word(c) => {}
            _ => {
                end = at;
                break;
            }
        }
    }
    &text[..end]
}

/// Whether these words and those up to the next bracket are a function.
fn is_called(words: &[&str], rest: &str) -> bool {
    let Some((more, _)) = rest.split_once('(') else { return false };
    let name: Vec<&str> = words.iter().copied().chain(more.split_whitespace()).collect();
    Bif::from_str(&name.join(" ")).is_ok()
}

#[derive(Default)]
struct Found<'a> {
    names: BTreeSet<Path>,
    /// Words of functions and parameters.
    other: BTreeSet<&'a str>,
    /// The words since the last sign.
    row: Vec<&'a str>,
    /// The path that goes on behind a point.
    path: Path,
}

impl Found<'_> {
    /// What the row names: one long name, or its words each.
    fn taken(&mut self) -> Vec<String> {
        let row = std::mem::take(&mut self.row);
        let long = row.join(" ");
        if is_long_name(&long) {
            return vec![long];
        }
        let is_name = |word: &&str| word.starts_with(|c: char| c.is_alphabetic() || c == '_');
        row.into_iter().filter(is_name).map(str::to_owned).collect()
    }
    /// The row is at its end, and the path with it.
    fn close(&mut self) {
        let mut path = std::mem::take(&mut self.path);
        let names = self.taken();
        if path.is_empty() {
            self.names.extend(names.into_iter().map(|name| vec![name]));
        } else {
            path.extend(names.into_iter().take(1));
            self.names.insert(path);
        }
    }
    /// What stands before a point is a name, or goes on being a path.
    fn point(&mut self) {
        let mut names = self.taken();
        let Some(last) = names.pop() else { return self.path.clear() };
        if self.path.is_empty() {
            self.names.extend(names.into_iter().map(|name| vec![name]));
        }
        self.path.push(last);
    }
    /// A bracket opens: the words before it that are a function together are no names.
    fn call(&mut self) {
        let from = (0..self.row.len()).find(|from| Bif::from_str(&self.row[*from..].join(" ")).is_ok());
        self.other.extend(self.row.drain(from.unwrap_or(self.row.len())..));
        self.close();
    }
}

/// The length of a text in quotation marks, with them.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}

/// What is written out must have a value: a day that is none, a division by nought, a null that is to be greater than something give
/// nothing in any case.
fn valued(tree: &AstNode) -> Result<(), RuleError> {
    let is_null = |tree: &&AstNode| **tree == N::Null;
    match tree {
        N::Lt(..)
        | N::Le(..)
        | N::Gt(..)
        | N::Ge(..)
        | N::Add(..)
        | N::Sub(..)
        | N::Mul(..)
        | N::Div(..)
        | N::Exp(..)
        | N::Between(..)
            if children(tree).iter().any(is_null) =>
        {
            return Err(RuleError::Null("null 没有大小，也不能计算；要问有没有值，请写 = null 或 != null".into()));
        }
        _ => {}
    }
    let is_nothing = |side: &AstNode| never_boolean(side).is_some();
    match tree {
        // A test, as a cell has it; in an expression it stands behind `in` only.
        N::In(tested, among) => return valued(tested).and_then(|()| tests(among)),
        test if is_comparison(test) => return Err(RuleError::Syntax("比较号左边没有要比的值".into())),
        N::And(a, b) | N::Or(a, b) => {
            if let Some(side) = [a, b].into_iter().find(|side| is_nothing(side) || *side.as_ref() == N::Null) {
                let side = blame::written(side);
                return Err(RuleError::Null(format!(
                    "and、or 两边都要是条件，“{side}”不是；一个变量等于几个值之一，写成 x in (1, 2)"
                )));
            }
        }
        N::FunctionInvocation(function, arguments)
            if matches!(function.as_ref(), N::Name(name) if name.as_str() == "not")
                && children(arguments).into_iter().any(is_nothing) =>
        {
            return Err(RuleError::Null("not() 里要写条件".into()));
        }
        N::Div(_, by) if is_constant(by) && gives_nought(by) => {
            return Err(RuleError::Null("除数是 0".into()));
        }
        N::Lt(a, b) | N::Le(a, b) | N::Gt(a, b) | N::Ge(a, b) => {
            let (one, other) = (kind_of(a, &|_| None), kind_of(b, &|_| None));
            if let (Some(one), Some(other)) = (one, other)
                && one != other
            {
                let (one, other) = (one.name(), other.name());
                return Err(RuleError::Null(format!("{one}和{other}类型不同，不能比较")));
            }
        }
        _ => {}
    }
    if !is_constant(tree) {
        return children(tree).into_iter().try_for_each(valued);
    }
    if children(tree).is_empty() && !matches!(tree, N::At(_)) {
        return Ok(());
    }
    let run = prepare(tree)?;
    let value = strictly(|| part(MAX_STEPS, || run(&FeelScope::default())));
    match strictly(|| blame::explained(tree, value, &FeelScope::default())) {
        Feel::Null(Some(reason)) => Err(RuleError::null(Some(reason))),
        _ => Ok(()),
    }
}

/// The same of what stands behind `in`.
fn tests(tree: &AstNode) -> Result<(), RuleError> {
    match tree {
        N::ExpressionList(all) | N::NegatedList(all) | N::CommaList(all) => all.iter().try_for_each(tests),
        test if is_comparison(test) => children(test).into_iter().try_for_each(valued),
        other => valued(other),
    }
}

fn gives_nought(tree: &AstNode) -> bool {
    prepare(tree).is_ok_and(|run| {
        let value = strictly(|| part(MAX_STEPS, || run(&FeelScope::default())));
        matches!(value, Feel::Number(number) if number.is_zero())
    })
}

/// What a condition gives that is neither true nor false, whatever its variables are.
fn never_boolean(tree: &AstNode) -> Option<&'static str> {
    match tree {
        N::Add(..) | N::Sub(..) | N::Mul(..) | N::Div(..) | N::Exp(..) | N::Neg(..) => Some("算式的值"),
        N::List(..) => Some("列表"),
        N::If(_, a, b) => never_boolean(a).filter(|_| never_boolean(b).is_some()),
        other => kind_of(other, &|_| None).filter(|kind| *kind != Kind::Boolean).map(Kind::name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn b7_1_what_the_executor_takes_is_read_before_publication() {
        for good in [
            r#"类型 in ("甲","乙")"#,
            "n in (1,2,3)",
            "n in [1..3]",
            "n in (> 3, < -1)",
            r#"some x in 材料 satisfies x = "甲""#,
            "every x in list satisfies x.size > 3 and not(x.used)",
            "for i in list return i * 2",
            "count(list[item > 3]) = 2",
            "list[size > least].name = other.name",
            r#"date(day) >= date("2026-01-01")"#,
            "date > start and number = 3",
            "string length(s) > 20 and date = s",
            r#"substring(string: s, start position: 2) = "b""#,
            r#"date and time("2026-01-01T08:00:00") < at"#,
            "years and months duration(birth, day) > duration(\"P18Y\")",
            r#"申请.类型 in ("甲","乙")"#,
            "申请.面积 in [1..3]",
            "申请.甲 and (申请.乙 or 丙)",
            "app.ok and count(l) > 0",
            "人.年龄 between (18) and 60",
            "some x in 申请.材料 satisfies (x > 3)",
            r#"count(材料[item.类型 in ("甲","乙")]) > 0"#,
            "n in [下限..上限]",
            "n in [1..申请.上限]",
            "sum(for i in 1..次数 return i) > 2",
            "date of birth > start",
            "phase 2 area > 3",
            "café prix > 3 and applicant's age > 3",
            "申请人·姓名 = 甲",
            "是否通过？ = true",
            "面积（㎡） > 3 and 金额（万元，含税） > 3",
            "x instance of number and y > 3",
            r#"day of week(date(a)) = "Saturday""#,
            r#"index of(l, "a")[1] > 0"#,
            "x instance of number",
            "x between 1 and 3",
            "if a-b > 0 then a else -b",
            "loan amount > 1000",
            "duration(\"P1D\") < end - start",
            "金额（万元） > 3",
            "面积 = null or 面积 != null",
            "n / 2 > 1 and 1 / n < 3",
        ] {
            assert_eq!(reads(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn b7_1_what_never_comes_to_anything_is_told_before_publication() {
        for bad in [
            "面积 ＞ 3",
            "area ＞ 3",
            "面积＞3",
            "（面积 > 3）",
            "面积 > ３",
            "面积 大于 3",
            "area more than 3",
            r#"申请日 < date("2026-02-30")"#,
            r#"@"2026-13-01" < day"#,
            "面积 > 1/0",
            "面积 > null",
            "面积 + null = 3",
            "x > 1 and y in [1..3",
            r#"number("abc") = n"#,
            "面积 / 0 > 1",
            "n / (1-1) > 1",
            "n = 3 or 4",
            "n and \"x\"",
            "n > 3 and null",
            "x = = 1",
            "(> 3)",
            "x > 1 and < 3",
            r#"day in (date("2026-02-30"), > date("2026-01-01"))"#,
            "not(面积 + 1)",
            "date(a) - date(b) > 20",
            "area is more than 3",
            "step 2 > x 3",
        ] {
            assert!(reads(bad).is_err(), "{bad}");
        }
        for never in ["面积 + 10", "-n", "\"accept\"", "[1, 2]", "if a then 1 else 2", "date(day)", "string length(s)"] {
            assert!(matches!(always(never), Some(Err(RuleError::NotBoolean(_)))), "{never}");
        }
        assert_eq!(always("not(false)"), Some(Ok(true)));
        assert_eq!(always("outcome = \"accept\""), None);
        assert_eq!(always("count([1, 2][item > least]) > 0"), None);
        assert_eq!(always("date"), None);
    }

    #[test]
    fn b7_1_a_null_has_its_reason_and_a_remedy() {
        let vars = json!({ "申请日": "2026-01-31", "名称": "甲" });
        let vars = vars.as_object().unwrap();
        let why = |expression| crate::holds(expression, vars).unwrap_err().to_string();
        assert!(why("申请日 < date(\"2026-02-01\")").contains("请写成 date(申请日)"));
        assert!(!why("名称 < date(\"2026-02-01\")").contains("请写成"));
        assert!(why("@\"2026-13-01\" < date(申请日)").contains("2026-13-01"));
    }

    #[test]
    fn b7_1_a_name_without_a_value_is_told_by_itself() {
        let vars = json!({ "a-b": 3, "n": 1 });
        let vars = vars.as_object().unwrap();
        for (expression, name) in [("金额 * 2 > 10", "金额"), ("n + 面积 - 1 > 0", "面积"), ("类型 in (\"甲\")", "类型")]
        {
            assert_eq!(crate::holds(expression, vars), Err(RuleError::UnknownName(name.into())), "{expression}");
            assert_eq!(crate::check(expression, &["n"]), Err(RuleError::UnknownName(name.into())), "{expression}");
        }
        // A name with a sign in it stays one name where it has a value.
        assert_eq!(crate::holds("a-b > 2", vars), Ok(true));
        assert_eq!(crate::holds("n in (1,2)", vars), Ok(true));
    }
}
