//! Decisions per second of a table of twelve rules, beside the same table written by hand in Rust, in one run.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use rules::{Model, Table};
use serde_json::{Map, Value, json};

const GRADES: [&str; 3] = ["轻微", "一般", "严重"];
const TIERS: [i64; 4] = [0, 10_000, 50_000, 200_000];

/// Four tiers of gain by three grades.
fn xml() -> String {
    let mut xml = String::from(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="罚款" namespace="urn:t">
        <inputData id="gain" name="gain"><variable name="gain" typeRef="number"/></inputData>
        <inputData id="grade" name="grade"><variable name="grade" typeRef="string"/></inputData>
        <decision id="d" name="罚款"><informationRequirement><requiredInput href="#gain"/></informationRequirement>
        <informationRequirement><requiredInput href="#grade"/></informationRequirement><decisionTable hitPolicy="UNIQUE">
        <input label="违法所得"><inputExpression typeRef="number"><text>gain</text></inputExpression></input>
        <input label="情节"><inputExpression typeRef="string"><text>grade</text></inputExpression></input>
        <output name="fine" typeRef="number"/>"##,
    );
    for (tier, from) in TIERS.iter().enumerate() {
        for (at, grade) in GRADES.iter().enumerate() {
            let gain = TIERS.get(tier + 1).map_or(format!("&gt;= {from}"), |below| format!("[{from}..{below})"));
            let fine = 1000 * (tier + 1) * (at + 1);
            let _ = write!(
                xml,
                r#"<rule><inputEntry><text>{gain}</text></inputEntry><inputEntry><text>"{grade}"</text></inputEntry><outputEntry><text>{fine}</text></outputEntry></rule>"#
            );
        }
    }
    xml + "</decisionTable></decision></definitions>"
}

fn by_hand(facts: &Map<String, Value>) -> Option<i64> {
    let (gain, grade) = (facts.get("gain")?.as_i64()?, facts.get("grade")?.as_str()?);
    let tier = TIERS.iter().rposition(|from| gain >= *from)? as i64;
    let at = GRADES.iter().position(|known| *known == grade)? as i64;
    Some(1000 * (tier + 1) * (at + 1))
}

fn facts() -> Vec<Map<String, Value>> {
    let fact = |n: usize| {
        let Value::Object(fact) = json!({ "gain": (n * 7919) % 300_000, "grade": GRADES[n % 3] }) else {
            unreachable!("an object")
        };
        fact
    };
    (0..300).map(fact).collect()
}

/// How many a second, over half a second.
fn rate(facts: &[Map<String, Value>], decide: impl Fn(&Map<String, Value>)) -> f64 {
    let (begun, mut done) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_millis(500) {
        facts.iter().for_each(&decide);
        done += facts.len();
    }
    done as f64 / begun.elapsed().as_secs_f64()
}

fn decisions(criterion: &mut Criterion) {
    let (xml, facts) = (xml(), facts());
    let (table, model) = (Table::parse(&xml).unwrap(), Model::parse(&xml).unwrap());
    for fact in &facts {
        let decided = table.decide(fact).unwrap().outputs["fine"].as_i64();
        assert_eq!(decided, by_hand(fact));
        assert_eq!(model.decide("罚款", fact, None).unwrap().value.as_i64(), decided);
    }
    let tables = rate(&facts, |fact| drop(black_box(table.decide(fact))));
    let graphs = rate(&facts, |fact| drop(black_box(model.decide("罚款", fact, None))));
    let hand = rate(&facts, |fact| {
        black_box(by_hand(fact));
    });
    println!("twelve rules, decisions a second: Table {tables:.0}, Model {graphs:.0}, by hand {hand:.0}");
    println!("by hand is {:.0} times as fast as Table, {:.0} times as fast as Model", hand / tables, hand / graphs);
    let mut group = criterion.benchmark_group("twelve rules, 300 decisions");
    group.bench_function("Table", |bench| bench.iter(|| facts.iter().for_each(|fact| drop(black_box(table.decide(fact))))));
    group.bench_function("Model", |bench| {
        bench.iter(|| facts.iter().for_each(|fact| drop(black_box(model.decide("罚款", fact, None)))))
    });
    group
        .bench_function("by hand", |bench| bench.iter(|| facts.iter().filter(|fact| black_box(by_hand(fact)).is_some()).count()));
    group.bench_function("audit", |bench| bench.iter(|| black_box(model.audit())));
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);
