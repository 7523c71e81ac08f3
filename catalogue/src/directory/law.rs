//! 四同 · the codes of an entry of the basic directory and of what is drawn from it, and what both must say alike (A2.1, X.1): 同一事项的名称、编码、
//! 类型、依据 are the same wherever it is exercised.

use crate::ItemKind;
use crate::powers::facts::{Level, Operation, Power, Standing};
use std::collections::BTreeSet;

/// What is wrong: the heading of the element, and how to put it right.
pub type Wrong = (&'static str, String);

/// 基本编码 (X.1; GB/T 39554.1-2020): region prefix 2, kind 2, department 2, main matter 3, sub-matter 3.
pub fn x_1_basic_code(code: &str, kind: ItemKind) -> Result<(), String> {
    if code.len() != 12 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err("基本编码是 12 位数字：区划 2 位、类型 2 位、部门 2 位、主项 3 位、子项 3 位".into());
    }
    match &code[2..4] == kind.code() {
        true => Ok(()),
        false => Err(format!("基本编码的第 3、4 位是类型：{}是 {}，这里写了 {}", kind.zh(), kind.code(), &code[2..4])),
    }
}

/// 实施编码 (X.1): the body's credit code 18, the level 1, the basic code 12.
pub fn x_1_implementation_code(uscc: &str, level: Level, basic: &str) -> String {
    format!("{uscc}{}{basic}", level.digit())
}

/// The code of the answer that a place has no such matter: it has no body, and so no credit code to build on.
pub fn answer_code(basic: &str, region: &str) -> String {
    format!("{basic}-{region}")
}

/// The basic code that an implementation code ends with.
pub fn basic_of(code: &str) -> Option<&str> {
    (code.len() == 31 && code.is_ascii()).then(|| &code[19..])
}

/// 行使层级 of whoever acts for a region of this code: two digits of province, two of city, two of county, three of township, three of village.
pub fn level_of(region: &str) -> Option<Level> {
    match (region.len(), region.is_ascii()) {
        (6, true) if region.ends_with("0000") => Some(Level::Province),
        (6, true) if region.ends_with("00") => Some(Level::City),
        (6, true) => Some(Level::County),
        (9, true) => Some(Level::Township),
        (12, true) => Some(Level::Village),
        _ => None,
    }
}

/// Whether a region lies in another, or is it.
pub fn covers(territory: &str, region: &str) -> bool {
    let digits = match level_of(territory) {
        Some(Level::Province) => 2,
        Some(Level::City) => 4,
        _ => territory.len(),
    };
    region.starts_with(territory.get(..digits).unwrap_or(territory))
}

/// What of name, code, kind and bases is not the same in an entry and in what was drawn from it, each by its heading.
pub fn a2_1_not_the_same(entry: &Power, power: &Power) -> Vec<&'static str> {
    let bases = |of: &Power| of.bases.iter().map(|cited| (cited.key(), cited.article.clone())).collect::<BTreeSet<_>>();
    let pairs = [
        ("名称", entry.name == power.name),
        ("编码", basic_of(&power.code) == Some(entry.code.as_str())),
        ("类型", entry.kind == power.kind),
        ("设定依据", bases(entry) == bases(power)),
    ];
    pairs.into_iter().filter(|(_, same)| !same).map(|(heading, _)| heading).collect()
}

/// 和目录不一致 · why a drawn power cannot stay as it is, now that the entry says this; empty where it can.
pub fn a2_1_strays(entry: &Power, standing: Standing, power: &Power) -> Vec<&'static str> {
    if standing != Standing::InUse {
        return vec![standing.zh()];
    }
    let mut strays = a2_1_not_the_same(entry, power);
    if !power.level.is_some_and(|level| entry.levels.contains(&level)) {
        strays.push("行使层级");
    }
    strays
}

/// What is wrong with an entry.
fn of_entry(row: &Power, operation: Operation) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if let Err(said) = x_1_basic_code(&row.code, row.kind) {
        wrong.push(("编码", said));
    }
    if !row.entry.is_empty() {
        wrong.push(("认领自", "基本目录的条目不认领别的条目；这一格空着，或者不写目录行使层级".into()));
    }
    if operation == Operation::HandDown {
        wrong.push(("编码", "基本目录的条目没有实施主体，改行使层级请用“变更”".into()));
    }
    wrong
}

/// What is wrong with a power, or an answer, that stands on an entry; `entry` is the one it names, as it stands.
fn of_drawn(row: &Power, operation: Operation, entry: Option<(&Power, Standing)>) -> Vec<Wrong> {
    let Some((entry, _)) = entry.filter(|(entry, standing)| entry.is_entry() && *standing == Standing::InUse) else {
        return vec![("认领自", format!("基本目录里没有在用的“{}”", row.entry))];
    };
    let mut wrong = Vec::new();
    let own = level_of(&row.region);
    if !covers(&entry.region, &row.region) {
        wrong.push(("行政区划", "这个区划不在这份基本目录的适用范围里".into()));
    }
    match own.filter(|own| entry.levels.contains(own)) {
        Some(own) if operation == Operation::Decline || row.level == Some(own) => {}
        Some(own) => wrong.push(("行使层级", format!("这个区划是{}，行使层级要填{}", own.zh(), own.zh()))),
        None => {
            let here = own.map_or("不知道的层级", Level::zh);
            wrong.push(("行使层级", format!("基本目录写的是{}，这个区划是{here}，不认领这一条", entry.levels_text())));
        }
    }
    if operation == Operation::Decline {
        if row.code != answer_code(&row.entry, &row.region) {
            wrong.push(("编码", format!("不认领的编码是“{}”", answer_code(&row.entry, &row.region))));
        }
        if row.content.is_empty() {
            wrong.push(("行使内容", "请写不认领的理由：本地没有哪种情形".into()));
        }
        return wrong;
    }
    if operation == Operation::HandDown {
        wrong.push(("编码", "实施编码里有实施主体：换主体请先取消这一项，再由新的主体认领".into()));
    }
    for heading in a2_1_not_the_same(entry, row) {
        let said = match heading {
            "名称" => format!("要和基本目录一样：{}", entry.name),
            "类型" => format!("要和基本目录一样：{}", entry.kind.zh()),
            "设定依据" => format!("要和基本目录一样：{}", entry.bases_text()),
            _ => format!("实施编码是统一社会信用代码 18 位、层级 1 位、基本编码 {}，共 31 位", entry.code),
        };
        wrong.push((heading, said));
    }
    if basic_of(&row.code).is_some() {
        if forms::ids::check_uscc(&row.code[..18]).is_err() {
            wrong.push(("编码", "实施编码的前 18 位不是统一社会信用代码".into()));
        }
        if !row.level.is_some_and(|level| row.code[18..].starts_with(level.digit())) {
            wrong.push(("编码", "实施编码的第 19 位要是行使层级的代码".into()));
        }
    }
    wrong
}

/// What is wrong with a row of a change, for what it has to do with the directory: `before` is what its code says now, `entry` the entry that it
/// names. What ends or halts a power is free to.
pub fn a2_1_wrong(row: &Power, operation: Operation, before: Option<&Power>, entry: Option<(&Power, Standing)>) -> Vec<Wrong> {
    if matches!(operation, Operation::Suspend | Operation::Cancel | Operation::Merge) {
        return Vec::new();
    }
    match () {
        () if before.is_some_and(|before| before.is_entry() && !row.is_entry()) => {
            vec![("目录行使层级", "这是基本目录的条目，不能改成一个机关的职权".into())]
        }
        () if before.is_some_and(|before| before.entry != row.entry) => {
            vec![("认领自", "这一项认领自哪一条不能改：取消以后重新认领".into())]
        }
        () if !row.entry.is_empty() && before.is_some_and(|before| before.region != row.region) => {
            vec![("行政区划", "实施清单是一个区划的，不能改到别处：取消以后由那里认领".into())]
        }
        () if row.is_entry() && before.is_some_and(|before| before.region != row.region) => {
            vec![("行政区划", "条目的适用范围不能改：取消以后另立一条".into())]
        }
        () if row.is_entry() => of_entry(row, operation),
        () if !row.entry.is_empty() => of_drawn(row, operation, entry),
        () if operation == Operation::Decline => vec![("认领自", "请写是基本目录的哪一条".into())],
        () => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::powers::law::read;

    fn entry() -> Power {
        Power {
            code: "000119001000".into(),
            name: "取水许可".into(),
            kind: ItemKind::Permit,
            agency: "安徽省水利厅".into(),
            region: "340000".into(),
            level: None,
            origin: None,
            content: String::new(),
            bases: read("《中华人民共和国水法》第四十八条；《取水许可和水资源费征收管理条例》（国务院令第460号）第二条"),
            conditions: String::new(),
            limit: String::new(),
            supervision: String::new(),
            process: String::new(),
            source: String::new(),
            levels: vec![Level::Province, Level::City, Level::County],
            entry: String::new(),
            place: String::new(),
            fees: String::new(),
        }
    }

    fn drawn() -> Power {
        Power {
            code: x_1_implementation_code("11341524K000002179", Level::County, "000119001000"),
            agency: "金寨县水利局".into(),
            region: "341524".into(),
            level: Some(Level::County),
            levels: Vec::new(),
            entry: "000119001000".into(),
            ..entry()
        }
    }

    fn headings(row: &Power, operation: Operation) -> Vec<&'static str> {
        let wrong = a2_1_wrong(row, operation, None, Some((&entry(), Standing::InUse)));
        wrong.into_iter().map(|(heading, _)| heading).collect()
    }

    #[test]
    fn x_1_an_implementation_code_is_the_body_the_level_and_the_basic_code() {
        assert_eq!(drawn().code, "11341524K0000021794000119001000");
        assert_eq!(basic_of(&drawn().code), Some("000119001000"));
        assert_eq!(basic_of("000119001000"), None);
        assert!(x_1_basic_code("000119001000", ItemKind::Permit).is_ok());
        assert!(x_1_basic_code("440709003000", ItemKind::Confirmation).is_ok());
        assert!(x_1_basic_code("000119001000", ItemKind::Penalty).unwrap_err().contains("02"));
        assert!(x_1_basic_code("00011900100", ItemKind::Permit).is_err());
        assert!(x_1_basic_code("一二三四", ItemKind::Permit).is_err());
        assert_eq!(headings(&Power { code: "000119001000".into(), ..drawn() }, Operation::Add), ["编码"]);
        let other_body = Power { code: drawn().code.replace("179", "178"), ..drawn() };
        assert_eq!(headings(&other_body, Operation::Add), ["编码"], "the check digit is wrong");
        let other_level = Power { code: drawn().code.replace("1794", "1793"), ..drawn() };
        assert_eq!(headings(&other_level, Operation::Add), ["编码"]);
    }

    #[test]
    fn a2_1_what_is_drawn_has_the_name_code_kind_and_bases_of_its_entry() {
        assert_eq!(headings(&drawn(), Operation::Add), [""; 0]);
        let local =
            Power { limit: "20个工作日".into(), place: "县政务服务中心".into(), fees: "不收费".into(), ..drawn() };
        assert_eq!(headings(&local, Operation::Add), [""; 0], "what is local is its own");
        let order = Power { bases: drawn().bases.into_iter().rev().collect(), ..drawn() };
        assert_eq!(headings(&order, Operation::Change), [""; 0], "their order says nothing");
        assert_eq!(headings(&Power { name: "取水审批".into(), ..drawn() }, Operation::Add), ["名称"]);
        assert_eq!(headings(&Power { kind: ItemKind::Penalty, ..drawn() }, Operation::Add), ["类型"]);
        assert_eq!(headings(&Power { bases: drawn().bases[..1].to_vec(), ..drawn() }, Operation::Add), ["设定依据"]);
        assert_eq!(headings(&drawn(), Operation::HandDown), ["编码"], "another body has another code");
        assert_eq!(headings(&Power { name: "取水审批".into(), ..drawn() }, Operation::Cancel), [""; 0]);
    }

    #[test]
    fn a2_1_only_a_region_of_a_level_that_the_entry_names_draws_it() {
        let of = |region: &str, level| Power { region: region.into(), level: Some(level), ..drawn() };
        assert_eq!(headings(&of("341524100", Level::Township), Operation::Add)[0], "行使层级");
        assert_eq!(headings(&of("341524", Level::City), Operation::Add)[0], "行使层级", "a county is no city");
        assert_eq!(headings(&of("330106", Level::County), Operation::Add), ["行政区划"], "the directory of another province");
        let not_there = a2_1_wrong(&drawn(), Operation::Add, None, None);
        let cancelled = a2_1_wrong(&drawn(), Operation::Add, None, Some((&entry(), Standing::Cancelled)));
        assert_eq!((not_there[0].0, cancelled[0].0), ("认领自", "认领自"));
    }

    #[test]
    fn a2_1_a_place_without_such_a_matter_says_why() {
        let answer =
            Power {
                code: answer_code("000119001000", "341524"), level: None, content: "本县没有地热水取水".into(), ..drawn()
            };
        assert_eq!(headings(&answer, Operation::Decline), [""; 0]);
        assert_eq!(headings(&Power { content: String::new(), ..answer.clone() }, Operation::Decline), ["行使内容"]);
        assert_eq!(headings(&Power { region: "341523".into(), ..answer }, Operation::Decline), ["编码"]);
    }

    #[test]
    fn a2_1_what_the_entry_says_otherwise_is_named() {
        let strays = |entry: Power, standing| a2_1_strays(&entry, standing, &drawn());
        assert_eq!(strays(entry(), Standing::InUse), [""; 0]);
        assert_eq!(strays(Power { name: "取水审批".into(), ..entry() }, Standing::InUse), ["名称"]);
        assert_eq!(strays(Power { levels: vec![Level::City], ..entry() }, Standing::InUse), ["行使层级"]);
        assert_eq!(strays(entry(), Standing::Cancelled), ["取消"]);
        let other_lead = Power { agency: "水利部".into(), ..entry() };
        assert_eq!(strays(other_lead, Standing::InUse), [""; 0], "who leads is the directory's own");
    }

    #[test]
    fn a2_1_a_code_stays_what_it_is() {
        let wrong =
            |row: &Power, before: &Power| a2_1_wrong(row, Operation::Change, Some(before), Some((&entry(), Standing::InUse)));
        assert_eq!(wrong(&Power { levels: Vec::new(), ..entry() }, &entry())[0].0, "目录行使层级");
        assert_eq!(wrong(&Power { entry: String::new(), ..drawn() }, &drawn())[0].0, "认领自");
        assert_eq!(wrong(&Power { region: "341500".into(), ..entry() }, &entry())[0].0, "行政区划", "who has to answer stays");
        let own = Power { levels: Vec::new(), ..entry() };
        assert_eq!(wrong(&entry(), &own), [], "a power of before becomes the entry that others draw");
    }

    #[test]
    fn x_1_a_region_lies_in_those_above_it() {
        assert!(covers("340000", "341524") && covers("340000", "340000") && covers("341500", "341524100"));
        assert!(!covers("340000", "330100") && !covers("341524", "341523") && !covers("341500", "340000"));
    }
}
