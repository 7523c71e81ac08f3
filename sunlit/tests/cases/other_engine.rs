//! 另一个引擎 · what we publish as a decision table, decided once more by an interpreter that is not ours, from the file that anybody
//! downloads (A2.3; F024).

use crate::Desk;
use crate::desk::OK;
use crate::driver::Driver;
use serde_json::{Map, Value, json};

const FEELIN: &str = include_str!("../vendor/feelin.min.js");

/// Reads a table with the browser's own parser and decides it cell by cell: the rules that fit, and what the first of them gives.
const DECIDE: &str = r#"
const kids = (node, name) => [...node.children].filter(child => child.localName === name);
const text = node => kids(node, 'text')[0].textContent.trim();
const [xml, all] = arguments;
const read = new DOMParser().parseFromString(xml, 'text/xml');
const table = read.getElementsByTagNameNS('*', 'decisionTable')[0];
const inputs = kids(table, 'input').map(input => text(kids(input, 'inputExpression')[0]));
const outputs = kids(table, 'output').map(output => output.getAttribute('name'));
const rules = kids(table, 'rule');
const fits = (rule, vars) => kids(rule, 'inputEntry').every((cell, at) => text(cell) === '-'
    || feelin.unaryTest(text(cell), { ...vars, '?': feelin.evaluate(inputs[at], vars).value }).value === true);
return all.map(vars => {
    const hits = rules.map((_, at) => at).filter(at => fits(rules[at], vars));
    if (!hits.length) return null;
    const results = kids(rules[hits[0]], 'outputEntry').map(cell => feelin.evaluate(text(cell), vars).value);
    return { hits: hits.map(at => at + 1), results, outputs };
});
"#;

/// Values that the cells of a table tell apart, for one of its variables.
fn values(table: &rules::Table, variable: &rules::Variable) -> Vec<Value> {
    let inputs = table.inputs();
    let at = inputs.iter().position(|input| input.name == variable.name);
    let listed = at.map(|at| &inputs[at].allowed).filter(|allowed| !allowed.is_empty());
    if let Some(listed) = listed {
        return listed.clone();
    }
    let written = table.written();
    let cells = written.iter().filter_map(|rule| rule.tests.get(at?)).map(String::as_str);
    let mut values = Vec::new();
    match variable.kind {
        rules::Kind::Boolean => values.extend([true, false].map(Value::from)),
        rules::Kind::Number => {
            for cell in cells {
                let numbers = cell.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<i64>().ok());
                values.extend(numbers.flat_map(|n| [n - 1, n, n + 1]).filter(|n| *n >= 0).map(Value::from));
            }
        }
        _ => {
            values.extend(cells.flat_map(|cell| cell.split('"').skip(1).step_by(2)).map(Value::from));
            values.push("别的".into());
        }
    }
    values.sort_by_key(Value::to_string);
    values.dedup();
    values
}

/// Every combination of them; of many, evenly spread ones.
fn combinations(table: &rules::Table) -> Vec<Map<String, Value>> {
    const MOST: usize = 400;
    let variables = table.variables();
    let columns: Vec<Vec<Value>> = variables.iter().map(|variable| values(table, variable)).collect();
    let all: usize = columns.iter().map(Vec::len).product();
    let step = all.div_ceil(MOST).max(1) | 1;
    let nth = |mut n: usize| {
        let pick = |(variable, column): (&rules::Variable, &Vec<Value>)| {
            let value = column[n % column.len()].clone();
            n /= column.len();
            (variable.name.clone(), value)
        };
        variables.iter().zip(&columns).map(pick).collect()
    };
    (0..all).step_by(step).map(nth).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f024_every_published_table_is_decided_the_same_by_another_engine() {
    let desk = Desk::open().await;
    desk.employ("legal", "何立", "legal_reviewer", None).await;
    crate::discretion::registers_law(&desk).await;
    crate::discretion::published(&desk, crate::discretion::TABLE, &[]).await.is(303);
    let nobody = desk.nobody();
    let mut files = vec![format!("/discretion/{}/table.dmn", crate::discretion::CODE)];
    files.extend(
        desk.catalogue.items().iter().filter(|item| item.fit.is_some()).map(|item| format!("/matters/{}/fit.dmn", item.slug)),
    );

    let driver = Driver::start().await;
    let browser = driver.browser(true).await;
    browser.goto("about:blank").await.unwrap();
    browser.execute(FEELIN, Vec::new()).await.unwrap();
    let mut decided = 0;
    for file in &files {
        let xml = nobody.get(file).await.is(OK).text();
        let table = rules::Table::parse(&xml).unwrap();
        let all = combinations(&table);
        let told = browser.execute(DECIDE, vec![json!(xml), json!(all)]).await.unwrap();
        for (vars, theirs) in all.iter().zip(told.as_array().unwrap()) {
            let ours = table.decide(vars).unwrap_or_else(|error| panic!("{file} {vars:?}: {error}"));
            let hits = theirs["hits"].as_array().unwrap_or_else(|| panic!("{file} {vars:?}: {theirs}"));
            let unique = table.hit_policy() == rules::HitPolicy::Unique;
            assert!(!unique || hits.len() == 1, "{file} {vars:?}: {hits:?}");
            assert_eq!(json!(ours.matched[0].index), hits[0], "{file} {vars:?}");
            let results = theirs["results"].as_array().unwrap();
            for (ours, theirs) in ours.outputs.values().zip(results) {
                let same = match (ours.as_f64(), theirs.as_f64()) {
                    (Some(ours), Some(theirs)) => ours == theirs,
                    _ => ours == theirs,
                };
                assert!(same, "{file} {vars:?}: {ours} and {theirs}");
            }
            assert_eq!(ours.outputs.len(), results.len());
            decided += 1;
        }
    }
    browser.close().await.unwrap();
    assert!(files.len() > 30 && decided > 500, "{} tables, {decided} decisions", files.len());
}
