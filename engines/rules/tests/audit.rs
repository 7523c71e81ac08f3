//! 发布前核对 · what is found in tables before they bind (F025, H13), each finding with values that show it.

mod tables;

use proptest::prelude::*;
use rules::{Audit, Model, RuleError, Table, audit};
use serde_json::{Map, Value, json};
use tables::{Sheet, vars};

fn only(xml: &str) -> Audit {
    let mut audits = audit(xml).unwrap();
    assert_eq!(audits.len(), 1);
    audits.remove(0)
}

fn witness(value: Value) -> Map<String, Value> {
    vars(value)
}

#[test]
fn f025_overlapping_tiers_are_found_with_values_both_fit() {
    let sheet = Sheet::of("UNIQUE").asks("违法所得", "gain", "number").gives("fine", "number");
    let sheet = sheet.rule(&["< 10000", "2000"]).rule(&["[10000..50000]", "10000"]).rule(&[">= 50000", "50000"]);
    let audit = only(&sheet.xml());
    assert_eq!(audit.overlaps.len(), 1);
    assert_eq!(audit.overlaps[0].rules, [2, 3]);
    assert_eq!(audit.overlaps[0].witness, witness(json!({ "gain": 50000 })));
    assert!(audit.gaps.is_empty() && audit.dead.is_empty() && audit.notes.is_empty());
    let table = Table::parse(&sheet.xml()).unwrap();
    assert_eq!(table.decide(&audit.overlaps[0].witness), Err(RuleError::SeveralRules(vec![2, 3])));
}

#[test]
fn f025_gaps_between_tiers_are_found_with_values_no_rule_fits() {
    let sheet = Sheet::of("UNIQUE").asks("违法所得", "gain", "number").asks("再犯", "again", "boolean").gives("fine", "number");
    let sheet = sheet.rule(&["< 10000", "-", "2000"]).rule(&["> 10000", "false", "10000"]).rule(&["> 20000", "true", "20000"]);
    let audit = only(&sheet.xml());
    let table = Table::parse(&sheet.xml()).unwrap();
    assert!(audit.overlaps.is_empty(), "{:?}", audit.overlaps);
    assert!(audit.gaps.len() >= 2, "{:?}", audit.gaps);
    for gap in &audit.gaps {
        assert_eq!(table.decide(&gap.witness), Err(RuleError::NoRule), "{:?}", gap.witness);
    }
    let at = |gain: i64| audit.gaps.iter().any(|gap| gap.witness["gain"] == json!(gain));
    assert!(at(10000), "the very boundary: {:?}", audit.gaps);
    assert!(only(&sheet.otherwise("fine", "0").xml()).is_clean(), "a default fills every gap");
}

#[test]
fn f025_tiers_that_meet_exactly_are_clean() {
    let sheet = Sheet::of("UNIQUE").asks("违法所得", "gain", "number").asks("情节", "grade", "string");
    let sheet = sheet.values(1, r#""轻微","一般","严重""#).gives("fine", "number");
    let sheet = sheet
        .rule(&["< 10000", r#""轻微""#, "0"])
        .rule(&["< 10000", r#""一般","严重""#, "2000"])
        .rule(&["[10000..50000)", "-", "10000"])
        .rule(&[">= 50000", "-", "50000"]);
    let audit = only(&sheet.xml());
    assert!(audit.is_clean(), "{audit:?}");
    assert!(audit.notes.is_empty());
}

#[test]
fn h13_the_table_on_birth_dates_is_clean_and_its_mistakes_are_found() {
    let sheet = |policy: &str| {
        Sheet::of(policy).has("day", "date").has("birth", "date").asks("出生日期", "birth", "date").gives("fare", "string")
    };
    let minor = "> day - duration(\"P18Y\")";
    let adult = "> day - duration(\"P65Y\")";
    let fine = sheet("FIRST").rule(&[minor, "\"免票\""]).rule(&[adult, "\"全价\""]).rule(&["-", "\"优待\""]);
    let audit = only(&fine.xml());
    assert!(audit.is_clean(), "{audit:?}");
    assert!(audit.notes[0].contains("day"), "it says on which days it was tried");
    let day = json!({ "birth": "1995-08-20", "day": "2025-08-20" });
    assert_eq!(Table::parse(&fine.xml()).unwrap().decide(&vars(day)).unwrap().outputs["fare"], "全价");

    let turned = sheet("FIRST").rule(&[adult, "\"全价\""]).rule(&[minor, "\"免票\""]).rule(&["-", "\"优待\""]);
    let audit = only(&turned.xml());
    assert_eq!((audit.dead.len(), audit.dead[0].rule), (1, 2), "{:?}", audit.dead);
    assert_eq!(audit.dead[0].hidden_by, [1]);

    let open = sheet("FIRST").rule(&[minor, "\"免票\""]).rule(&["< day - duration(\"P18Y\")", "\"全价\""]);
    let audit = only(&open.xml());
    assert_eq!(audit.gaps[0].witness, witness(json!({ "birth": "2007-08-20", "day": "2025-08-20" })), "eighteen today");
    let decided = Table::parse(&open.xml()).unwrap().decide(&audit.gaps[0].witness);
    assert_eq!(decided, Err(RuleError::NoRule));
}

#[test]
fn h13_a_table_that_asks_for_today_is_tried_on_a_day() {
    let sheet = Sheet::of("UNIQUE").asks("出生日期", "birth", "date").gives("group", "string");
    let xml =
        sheet.rule(&["> today() - duration(\"P18Y\")", "\"minor\""]).rule(&["< today() - duration(\"P18Y\")", "\"adult\""]).xml();
    assert!(Table::parse(&xml).is_err(), "a table on its own takes the day as an input");
    let audit = only(&xml);
    assert_eq!(audit.gaps[0].witness, witness(json!({ "birth": "2007-08-20" })));
    assert!(audit.notes[0].contains("today()") && audit.dead.is_empty());
    let model = Model::parse(&xml).unwrap();
    assert_eq!(model.decide("结论", &audit.gaps[0].witness, Some("2025-08-20")), Err(RuleError::NoRule));
    assert_eq!(model.decide("结论", &audit.gaps[0].witness, Some("2025-08-19")).unwrap().value, "minor");
}

#[test]
fn h13_whole_years_leave_no_gap_between_seventeen_and_eighteen() {
    let sheet = |asked: &str| {
        let sheet =
            Sheet::of("UNIQUE").has("day", "date").has("birth", "date").asks("年龄", asked, "number").gives("group", "string");
        sheet.rule(&["<= 17", "\"minor\""]).rule(&[">= 18", "\"adult\""])
    };
    assert!(only(&sheet("years and months duration(birth, day).years").xml()).is_clean());
    let audit = only(&sheet("age").xml());
    assert_eq!(audit.gaps[0].witness, witness(json!({ "age": 17.5 })));
}

#[test]
fn f025_rules_that_never_decide_are_found() {
    let sheet = Sheet::of("FIRST").asks("面积", "area", "number").asks("来源", "house", "string").gives("fee", "number");
    let sheet = sheet
        .rule(&["> 100", "-", "1"])
        .rule(&["<= 100", "\"rent\"", "2"])
        .rule(&["> 50", "\"rent\"", "3"])
        .rule(&["[9..1]", "-", "4"])
        .rule(&["-", "-", "5"]);
    let audit = only(&sheet.xml());
    let dead: Vec<(usize, &[usize])> = audit.dead.iter().map(|dead| (dead.rule, dead.hidden_by.as_slice())).collect();
    assert_eq!(dead, [(3, [1, 2].as_slice()), (4, [].as_slice())]);
    assert!(audit.dead[1].reason.contains("[9..1]"));
}

#[test]
fn f025_a_higher_priority_hides_a_rule_and_any_needs_agreement() {
    let sheet = Sheet::of("PRIORITY").asks("面积", "area", "number").gives("fee", "number").outcomes(0, "9,5,3");
    let audit = only(&sheet.rule(&["> 10", "9"]).rule(&["> 20", "5"]).rule(&["-", "3"]).xml());
    assert_eq!(audit.dead.iter().map(|dead| dead.rule).collect::<Vec<_>>(), [2]);
    let sheet =
        |fee: &str| Sheet::of("ANY").asks("面积", "area", "number").gives("fee", "number").rule(&["-", "3"]).rule(&["> 5", fee]);
    assert!(only(&sheet("3").xml()).is_clean());
    assert_eq!(only(&sheet("4").xml()).overlaps[0].witness, witness(json!({ "area": 6 })));
}

/// A table of one condition: `rows` tiers that meet, each ten wide, the first and the last open.
fn tiers(rows: usize, instead: impl Fn(usize) -> Option<String>) -> Sheet {
    let sheet = Sheet::of("UNIQUE").asks("违法所得", "gain", "number").gives("fine", "number");
    (0..rows).fold(sheet, |sheet, row| {
        let cell = instead(row).unwrap_or_else(|| match row {
            0 => "< 10".to_owned(),
            _ if row + 1 == rows => format!(">= {}", row * 10),
            _ => format!("[{}..{})", row * 10, row * 10 + 10),
        });
        sheet.rule(&[&cell, "1"])
    })
}

#[test]
fn f025_five_thousand_tiers_are_checked_to_the_end() {
    assert!(only(&tiers(5000, |_| None).xml()).is_clean());
    let planted = |row| match row {
        1234 => Some("[12340..12351)".to_owned()),
        4321 => Some("[43210..43219)".to_owned()),
        _ => None,
    };
    let audit = only(&tiers(5000, planted).xml());
    assert!(audit.unchecked.is_none() && audit.dead.is_empty(), "{:?}", audit.unchecked);
    let overlaps: Vec<[usize; 2]> = audit.overlaps.iter().map(|overlap| overlap.rules).collect();
    assert_eq!(overlaps, [[1235, 1236]]);
    assert_eq!(audit.overlaps[0].witness, witness(json!({ "gain": 12350.5 })));
    assert_eq!(audit.gaps.len(), 1);
    assert_eq!(audit.gaps[0].witness, witness(json!({ "gain": 43219.5 })));
}

#[test]
fn f025_a_thousand_rules_of_several_conditions_are_checked_to_the_end() {
    // Streets of 32 plots, then of 10 × 10 houses, the bounds of each where no other street has them.
    let span = |at: usize, of: usize, street: usize| match at {
        0 => format!("< 1.{street:03}"),
        _ if at + 1 == of => format!(">= {at}.{street:03}"),
        _ => format!("[{at}.{street:03}..{}.{street:03})", at + 1),
    };
    for (columns, side) in [(2, 32_usize), (3, 10)] {
        for planted in [false, true] {
            let mut sheet = Sheet::of("UNIQUE").gives("fee", "number");
            for name in &["a", "b", "c"][..columns] {
                sheet = sheet.asks(name, name, "number");
            }
            let rows = side.pow(columns as u32);
            for row in 0..rows {
                let cell = |at: u32| span(row / side.pow(at) % side, side, row / side.pow(at + 1));
                let mut cells: Vec<String> = (0..columns as u32).map(cell).collect();
                // The third plot of the first street reaches over the fourth; of the eighth half is left out.
                match row {
                    2 if planted => cells[0] = "[2..4)".to_owned(),
                    7 if planted => cells[0] = "[7..7.5)".to_owned(),
                    _ => {}
                }
                let cells: Vec<&str> = cells.iter().map(String::as_str).chain(["1"]).collect();
                sheet = sheet.rule(&cells);
            }
            let audit = only(&sheet.xml());
            assert_eq!(audit.is_clean(), !planted, "{audit:?}");
            assert!(audit.unchecked.is_none());
            if planted {
                assert_eq!(audit.overlaps.iter().map(|overlap| overlap.rules).collect::<Vec<_>>(), [[3, 4]]);
                let table = Table::parse(&sheet.xml()).unwrap();
                assert_eq!(table.decide(&audit.overlaps[0].witness), Err(RuleError::SeveralRules(vec![3, 4])));
                assert_eq!(table.decide(&audit.gaps[0].witness), Err(RuleError::NoRule));
            }
        }
    }
}

#[test]
fn f025_two_thousand_tiers_under_first_are_checked_for_dead_rules() {
    let mut sheet = Sheet::of("FIRST").asks("面积", "area", "number").asks("来源", "house", "string").gives("fee", "number");
    for row in 0..2000 {
        let least = if row == 1500 { 7 } else { 10 * row + 10 };
        sheet = sheet.rule(&[&format!("< {least}"), "\"rent\"", "1"]);
    }
    let audit = only(&sheet.rule(&["-", "-", "0"]).xml());
    assert_eq!((audit.unchecked, audit.dead.len(), audit.dead[0].rule), (None, 1, 1501));
    assert_eq!(audit.dead[0].hidden_by.len(), 1500);
}

#[test]
fn f025_a_table_too_large_to_check_says_so() {
    let mut sheet = Sheet::of("UNIQUE").gives("fee", "number");
    for column in 0..12 {
        sheet = sheet.asks(&format!("c{column}"), &format!("v{column}"), "number");
    }
    for rule in 0..400 {
        let cells: Vec<String> =
            (0..12).map(|column| format!("[{}..{}]", (rule * 37 + column * 11) % 97, rule + column + 97)).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).chain(["1"]).collect();
        sheet = sheet.rule(&cells);
    }
    // Together the last two fit everything, which only the last condition shows.
    for last in ["< 100", ">= 100"] {
        sheet = sheet.rule(&[&["-"; 11][..], &[last, "1"]].concat());
    }
    let audit = only(&sheet.xml());
    assert!(!audit.is_clean());
    assert!(audit.unchecked.is_some_and(|why| why.contains("太大") || why.contains("费力")));
}

#[test]
fn f025_a_cell_that_computes_is_a_finding_where_it_leaves_something_open() {
    let sheet = |policy: &str| Sheet::of(policy).asks("面积", "a", "number").gives("r", "number");
    // 35 is a gap that no value tried shows; 105 fits both.
    let open = only(&sheet("UNIQUE").rule(&["? * ? != 1225", "1"]).xml());
    assert!(!open.is_clean() && open.gaps.is_empty(), "{open:?}");
    assert_eq!((open.undecided.len(), open.undecided[0].rule), (1, Some(1)));
    assert_eq!(open.undecided[0].cell.as_deref(), Some("? * ? != 1225"));
    let finding = open.findings().concat();
    assert!(
        ["第 1 条规则", "“面积”", "? * ? != 1225", "没有规则管的值", "请改写成区间"].iter().all(|said| finding.contains(said)),
        "{finding}"
    );
    let twice = only(&sheet("UNIQUE").rule(&["modulo(?, 7) = 0", "1"]).rule(&["[100..200)", "2"]).otherwise("r", "0").xml());
    assert!(!twice.is_clean() && twice.undecided[0].reason.contains("重叠"), "{twice:?}");
    let length = Sheet::of("UNIQUE").asks("编号", "no", "string").gives("kind", "string");
    let length = length.rule(&["string length(?) = 18", "\"企业\""]).rule(&["string length(?) != 18", "\"其他\""]);
    assert_eq!(only(&length.xml()).undecided.iter().map(|open| open.rule).collect::<Vec<_>>(), [Some(1), Some(2)]);
    // The remedy: the length as the condition.
    let asked = Sheet::of("UNIQUE").has("no", "string").asks("编号长度", "string length(no)", "number").gives("kind", "string");
    assert!(only(&asked.rule(&["18", "\"企业\""]).rule(&["not(18)", "\"其他\""]).xml()).is_clean());
    // Where the rule that computes is seen to decide, and the last takes what is left, nothing is open.
    assert!(
        only(&sheet("FIRST").rule(&["modulo(?, 2) = 1", "1"]).rule(&["7", "2"]).rule(&["-", "3"]).xml()).undecided.len() == 1
    );
    assert!(only(&sheet("FIRST").rule(&["? * ? > 4", "1"]).rule(&["-", "3"]).xml()).is_clean());
    // All values there are were tried.
    let listed = Sheet::of("UNIQUE").asks("情节", "a", "string").values(0, r#""轻","较重""#).gives("r", "number");
    assert!(only(&listed.rule(&["string length(?) = 1", "1"]).rule(&["string length(?) = 2", "2"]).xml()).is_clean());
    let allowed = sheet("UNIQUE").values(0, "? * ? < 100").rule(&["< 5", "1"]).rule(&[">= 5", "2"]).xml();
    assert_eq!(only(&allowed).undecided[0].rule, None, "{:?}", only(&allowed));
}

#[test]
fn f025_a_cell_that_is_linear_in_its_value_is_decided_exactly() {
    let sheet = |policy: &str| Sheet::of(policy).asks("面积", "a", "number").gives("r", "number");
    let fine = sheet("UNIQUE").rule(&["? * 2 + 1 <= 21", "1"]).rule(&["3 - ? / 2 < -2", "2"]);
    let audit = only(&fine.xml());
    assert!(audit.is_clean() && audit.notes.is_empty(), "{audit:?}");
    let open = sheet("UNIQUE").rule(&["? * 2 <= 20", "1"]).rule(&["? between 10.5 and 40", "2"]).rule(&["? - 40 > 0", "3"]);
    let audit = only(&open.xml());
    assert_eq!((audit.gaps.len(), audit.undecided.len()), (1, 0), "{audit:?}");
    assert_eq!(Table::parse(&open.xml()).unwrap().decide(&audit.gaps[0].witness), Err(RuleError::NoRule));
}

#[test]
fn f025_columns_of_one_variable_are_looked_at_together() {
    let sheet =
        |other: &str| Sheet::of("UNIQUE").asks("金额", "a", "number").asks("另一列", other, "number").gives("r", "number");
    // a < 10 and a * 2 >= 20 never meet, nor do a >= 10 and a * 2 < 20.
    let fine = sheet("a * 2").rule(&["< 10", "< 20", "1"]).rule(&[">= 10", ">= 20", "2"]);
    assert!(only(&fine.xml()).is_clean(), "{:?}", only(&fine.xml()));
    let falling = sheet("100 - a").rule(&["< 10", "> 90", "1"]).rule(&[">= 10", "< 90", "2"]);
    let audit = only(&falling.xml());
    assert_eq!(audit.gaps.len(), 1, "{audit:?}");
    assert_eq!(audit.gaps[0].witness, witness(json!({ "a": 10, "另一列": 90 })));
    let apart = sheet("a * 2").rule(&["[0..10]", "[30..40]", "1"]).rule(&["-", "< 30", "2"]).rule(&["-", ">= 30", "3"]);
    assert_eq!(only(&apart.xml()).dead.iter().map(|dead| dead.rule).collect::<Vec<_>>(), [1]);
}

#[test]
fn f025_columns_that_cannot_be_turned_round_never_show_what_cannot_be() {
    let sheet = |policy: &str| {
        Sheet::of(policy).asks("甲", "a", "number").asks("乙", "b", "number").asks("合计", "a + b", "number").gives("r", "number")
    };
    let open =
        sheet("UNIQUE").rule(&["< 10", "< 10", "< 20", "1"]).rule(&[">= 10", "-", "-", "2"]).rule(&["< 10", ">= 10", "-", "3"]);
    let audit = only(&open.xml());
    assert!(audit.gaps.is_empty(), "less than ten twice is less than twenty: {audit:?}");
    assert!(!audit.is_clean() && audit.undecided[0].conditions == ["甲", "乙", "合计"], "{audit:?}");
    assert!(audit.findings().concat().contains("由同样的变量算出"), "{audit:?}");
    let both = sheet("UNIQUE").rule(&["> 3", "-", "-", "1"]).rule(&["-", "-", "> 100", "2"]).otherwise("r", "0");
    let overlap = only(&both.xml()).overlaps.remove(0);
    let decided = Table::parse(&both.xml()).unwrap().decide(&overlap.witness);
    assert_eq!(decided, Err(RuleError::SeveralRules(vec![1, 2])), "{overlap:?}");
    // A day and its year: the day alone is given, and the year follows.
    let days = |cell: &str| {
        let sheet = Sheet::of("UNIQUE").asks("日", "day", "date").asks("年", "day.year", "number").gives("r", "number");
        only(&sheet.rule(&["< date(\"2025-01-01\")", "< 2025", "1"]).rule(&["-", cell, "2"]).xml())
    };
    let audit = days("> 2025");
    assert!(audit.overlaps.is_empty() && !audit.is_clean(), "{audit:?}");
    assert!(audit.gaps.iter().all(|gap| gap.witness["day"].as_str().unwrap().starts_with("2025")), "{audit:?}");
}

#[test]
fn f025_the_tables_of_the_house_are_clean() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../definitions/decisions");
    let mut tables = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        Table::parse(&text).unwrap();
        Model::parse(&text).unwrap();
        for audit in audit(&text).unwrap() {
            tables += 1;
            assert!(audit.is_clean(), "{}: {audit:?}", path.display());
        }
    }
    assert!(tables >= 3);
}

/// A cell over whole numbers, with the test that says the same.
#[derive(Debug, Clone)]
enum Span {
    Any,
    Below(i64),
    From(i64),
    Within(i64, i64),
    Without(i64),
}

impl Span {
    fn cell(&self) -> String {
        match self {
            Span::Any => "-".to_owned(),
            Span::Below(n) => format!("< {n}"),
            Span::From(n) => format!(">= {n}"),
            Span::Within(a, b) => format!("[{a}..{b})"),
            Span::Without(n) => format!("not({n})"),
        }
    }

    /// Of a number given in halves: between two bounds that are whole there is always one.
    fn fits(&self, halves: i64) -> bool {
        match self {
            Span::Any => true,
            Span::Below(most) => halves < 2 * most,
            Span::From(least) => halves >= 2 * least,
            Span::Within(a, b) => (2 * a..2 * b).contains(&halves),
            Span::Without(other) => halves != 2 * other,
        }
    }
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        Just(Span::Any),
        (0..9i64).prop_map(Span::Below),
        (0..9i64).prop_map(Span::From),
        (0..6i64, 1..4i64).prop_map(|(a, n)| Span::Within(a, a + n)),
        (0..9i64).prop_map(Span::Without),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Against trying every whole and half number: what is there is found, and what is found is there.
    #[test]
    fn f025_findings_agree_with_trying_everything(rows in prop::collection::vec((span(), span()), 1..7), first in any::<bool>()) {
        let mut sheet = Sheet::of(if first { "FIRST" } else { "UNIQUE" }).asks("甲", "a", "number").asks("乙", "b", "number").gives("r", "number");
        for (at, (a, b)) in rows.iter().enumerate() {
            sheet = sheet.rule(&[&a.cell(), &b.cell(), &at.to_string()]);
        }
        let table = Table::parse(&sheet.xml()).unwrap();
        let audit = only(&sheet.xml());
        prop_assert!(audit.unchecked.is_none());
        let (mut overlapping, mut gap, mut decides) = (false, false, vec![false; rows.len()]);
        for a in -4..24 {
            for b in -4..24 {
                let fitting: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].0.fits(a) && rows[*at].1.fits(b)).collect();
                overlapping |= fitting.len() > 1;
                gap |= fitting.is_empty();
                if let Some(one) = fitting.first() {
                    decides[*one] = true;
                    if !first { fitting.iter().for_each(|one| decides[*one] = true); }
                }
            }
        }
        prop_assert_eq!(!first && overlapping, !audit.overlaps.is_empty());
        for overlap in &audit.overlaps {
            let decided = table.decide(&overlap.witness);
            let named = matches!(&decided, Err(RuleError::SeveralRules(rules)) if overlap.rules.iter().all(|rule| rules.contains(rule)));
            prop_assert!(named, "{:?} gives {:?}", overlap, decided);
        }
        if gap {
            prop_assert!(!audit.gaps.is_empty());
        }
        for gap in &audit.gaps {
            prop_assert_eq!(table.decide(&gap.witness), Err(RuleError::NoRule));
        }
        for dead in &audit.dead {
            prop_assert!(!decides[dead.rule - 1], "rule {} decides", dead.rule);
        }
        // Nothing lies between two whole numbers that a rule could live on alone.
        for (at, decides) in decides.iter().enumerate() {
            if !decides && rows.iter().all(|(a, b)| !matches!(a, Span::Without(_)) && !matches!(b, Span::Without(_))) {
                prop_assert!(audit.dead.iter().any(|dead| dead.rule == at + 1), "rule {} is dead", at + 1);
            }
        }
    }
}

/// Columns over two variables, some of them computed.
const COMPUTED: [(&str, &str); 6] =
    [("甲", "a"), ("乙", "a * 2"), ("丙", "3 - a"), ("丁", "a + b"), ("戊", "b"), ("己", "a * b")];

fn linear() -> impl Strategy<Value = String> {
    let at = -4..8i32;
    prop_oneof![
        2 => Just("-".to_owned()),
        2 => at.clone().prop_map(|a| format!("< {a}")),
        2 => at.clone().prop_map(|a| format!(">= {a}")),
        2 => (at.clone(), 0..4i32).prop_map(|(a, n)| format!("[{a}..{})", a + n)),
        1 => at.clone().prop_map(|a| format!("not({a})")),
        1 => (at.clone(), 1..4i32).prop_map(|(a, n)| format!("? * {n} > {a}")),
        1 => (at.clone(), 1..4i32).prop_map(|(a, n)| format!("{a} - ? <= {n} + ?")),
        1 => at.clone().prop_map(|a| format!("? / 2 - 1 != {a}")),
        1 => at.prop_map(|a| format!("? * ? = {a}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Whatever is shown is so when the very table is asked, and where nothing is found nothing is.
    #[test]
    fn f025_the_check_and_the_table_agree_on_computed_cells_and_columns(
        rows in prop::collection::vec(prop::collection::vec(linear(), 6), 1..6),
        columns in prop::sample::subsequence((0..COMPUTED.len()).collect::<Vec<_>>(), 1..4),
        first in any::<bool>(),
    ) {
        let mut sheet = Sheet::of(if first { "FIRST" } else { "UNIQUE" }).has("a", "number").has("b", "number").gives("r", "number");
        for column in &columns {
            sheet = sheet.asks(COMPUTED[*column].0, COMPUTED[*column].1, "number");
        }
        for row in &rows {
            let cells: Vec<&str> = columns.iter().map(|column| row[*column].as_str()).chain(["1"]).collect();
            sheet = sheet.rule(&cells);
        }
        let table = Table::parse(&sheet.xml()).unwrap();
        let audit = only(&sheet.xml());
        prop_assert!(audit.unchecked.is_none());
        let given = |witness: &Map<String, Value>| {
            let mut given = witness.clone();
            for name in ["a", "b"] {
                given.entry(name).or_insert(json!(0));
            }
            given
        };
        for overlap in &audit.overlaps {
            let decided = table.decide(&given(&overlap.witness));
            let named = matches!(&decided, Err(RuleError::SeveralRules(rules)) if overlap.rules.iter().all(|rule| rules.contains(rule)));
            prop_assert!(named || is_alone(&columns), "{:?} gives {:?}", overlap, decided);
        }
        for gap in &audit.gaps {
            let decided = table.decide(&given(&gap.witness));
            prop_assert!(decided == Err(RuleError::NoRule) || is_alone(&columns), "{:?} gives {:?}", gap, decided);
        }
        let dead: Vec<usize> = audit.dead.iter().map(|dead| dead.rule).collect();
        for a in -20..36 {
            for b in -8..16 {
                let decided = table.decide(&vars(json!({ "a": f64::from(a) / 4.0, "b": f64::from(b) / 2.0 })));
                match &decided {
                    Ok(decision) => {
                        prop_assert!(decision.matched.iter().all(|rule| !dead.contains(&rule.index)), "{:?} {:?}", audit, decision)
                    }
                    Err(no) => prop_assert!(!audit.is_clean(), "a {} b {}: {:?}", a, b, no),
                }
            }
        }
    }
}

/// Whether no two of the columns have a variable in common, so that the values told are those of the columns.
fn is_alone(columns: &[usize]) -> bool {
    let has = |name: char| columns.iter().filter(|column| COMPUTED[**column].1.contains(name)).count();
    has('a') < 2 && has('b') < 2
}

#[test]
fn h13_a_rule_that_computes_is_never_called_dead() {
    let sheet = |expression: &str, kind: &str| Sheet::of("FIRST").asks("条件", expression, kind).gives("r", "number");
    let two = |kind: &str, cell: &str| sheet("a", kind).rule(&[cell, "1"]).rule(&["-", "2"]);
    for (kind, cell, given) in [
        ("string", "string length(?) = 18", json!("340100209901010039")),
        ("string", "matches(?, \"^[0-9]{6}$\")", json!("340100")),
        ("string", "contains(?, \"区\") and string length(?) > 9", json!("合肥市蜀山区长江西路")),
        ("string", "< \"m\"", json!("a")),
        ("string", "(\"a\"..\"b\")", json!("ab")),
        ("date", "?.year = 1995", json!("1995-08-20")),
        ("number", "modulo(?, 7) = 3", json!(10)),
    ] {
        let xml = two(kind, cell).xml();
        let audit = only(&xml);
        assert!(audit.dead.is_empty() && audit.gaps.is_empty(), "{cell}: {audit:?}");
        let answer = Model::parse(&xml).unwrap().decide("结论", &vars(json!({ "a": given })), None).unwrap();
        assert_eq!(answer.value, 1, "{cell} does decide");
    }
    let audit = only(&two("string", "string length(?) = 18").xml());
    assert!(audit.notes.iter().any(|note| note.contains("第 1 条规则在试过的值上用不到")), "{:?}", audit.notes);
    // Hidden on all values tried, and yet it decides 14.
    let hidden = sheet("a", "number").rule(&["modulo(?, 2) = 1", "1"]).rule(&["7", "2"]).rule(&["-", "3"]);
    assert!(only(&hidden.xml()).dead.is_empty());
    let behind = sheet("a", "number").rule(&["-", "1"]).rule(&["modulo(?, 7) = 3", "2"]);
    assert_eq!(only(&behind.xml()).dead[0].hidden_by, [1], "whatever it computes, the first takes it");
    let limit = Sheet::of("FIRST").has("limit", "number").asks("条件", "a", "number").gives("r", "number");
    let limit = limit.rule(&["> limit", "1"]).rule(&["> 100000", "2"]).rule(&["-", "3"]);
    assert!(only(&limit.xml()).is_clean(), "with a limit of a million the second decides");
    let mixed = sheet("a", "Any").rule(&["1", "1"]).rule(&["\"x\"", "2"]).rule(&["[9..1]", "3"]);
    assert_eq!(only(&mixed.xml()).dead.iter().map(|dead| dead.rule).collect::<Vec<_>>(), [3]);
}

#[test]
fn a2_3_a_witness_keeps_all_digits() {
    let close = "10.000000000000000000000000001";
    let sheet = Sheet::of("UNIQUE").asks("甲", "a", "number").gives("r", "number");
    let xml = sheet.rule(&["<= 10", "1"]).rule(&[&format!(">= {close}"), "2"]).xml();
    let gap = only(&xml).gaps.remove(0).witness;
    assert_eq!(gap["a"], "10.0000000000000000000000000005");
    let model = Model::parse(&xml).unwrap();
    assert_eq!(model.decide("结论", &gap, None), Err(RuleError::NoRule));
    assert_eq!(Table::parse(&xml).unwrap().decide(&gap), Err(RuleError::NoRule));
    let long = vars(json!({ "a": "12345678901234567890.123456789" }));
    assert_eq!(model.decide("结论", &long, None).unwrap().steps[0].seen[0].1, "12345678901234567890.123456789");
    assert_eq!(model.decide("结论", &vars(json!({ "a": 86.5 })), None).unwrap().steps[0].seen[0].1, 86.5);
}

#[test]
fn f025_values_that_find_nothing_in_a_list_are_a_note_and_in_a_sum_a_gap() {
    let sheet = |policy: &str| {
        let sheet = Sheet::of(policy).asks("甲", "a", "number").gives("r", "number").outcomes(0, "2,1");
        sheet.rule(&["< 10", "1"]).rule(&["< 5", "2"])
    };
    for (policy, nothing) in [("COLLECT", "空的列表"), ("RULE ORDER", "空的列表"), ("OUTPUT ORDER", "空的列表")] {
        let xml = sheet(policy).xml();
        let audit = only(&xml);
        assert!(audit.is_clean() && audit.notes.iter().any(|note| note.contains(nothing)), "{policy}: {audit:?}");
        assert_eq!(Model::parse(&xml).unwrap().decide("结论", &vars(json!({ "a": 20 })), None).unwrap().value, json!([]));
    }
    let aggregated = |how: &str| sheet(&format!("COLLECT\" aggregation=\"{how}")).xml();
    assert!(only(&aggregated("COUNT")).notes[0].contains("结果是0"));
    let counted = Model::parse(&aggregated("COUNT")).unwrap().decide("结论", &vars(json!({ "a": 20 })), None);
    assert_eq!(counted.unwrap().value, 0);
    for how in ["SUM", "MIN", "MAX"] {
        let gap = only(&aggregated(how)).gaps.remove(0).witness;
        assert_eq!(Model::parse(&aggregated(how)).unwrap().decide("结论", &gap, None), Err(RuleError::NoRule), "{how}");
    }
}

#[test]
fn f025_a_cell_that_never_ends_is_told_as_such_and_calls_nothing_dead_or_open() {
    let sheet = Sheet::of("UNIQUE").asks("数", "n", "number").gives("r", "number");
    let sheet = sheet.rule(&["< 5", "1"]).rule(&["<= 5", "2"]).rule(&["? > count(for i in 1..1000000000 return i)", "3"]);
    let begun = std::time::Instant::now();
    let audit = only(&sheet.xml());
    assert!(audit.unchecked.as_ref().is_some_and(|why| why.contains("费力")), "{audit:?}");
    assert!(audit.dead.is_empty() && audit.gaps.is_empty() && audit.notes.is_empty(), "{audit:?}");
    assert!(begun.elapsed().as_secs() < 30, "no cell takes more steps than a decision may: {:?}", begun.elapsed());
}

/// Cells of a number, null among them.
const CELLS: [&str; 13] = [
    "-",
    "null",
    "not(null)",
    "< 3",
    ">= 3",
    "3",
    "[1..5]",
    "not(3)",
    "null, < 3",
    "? = null",
    "? != null",
    "? != null and ? < 3",
    "? = null or ? > 4",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Null means the same to the check and to the table, as a model reads it and alone: what overlaps does where it is shown, and
    /// a rule is called dead exactly if it never decides.
    #[test]
    fn h13_the_check_and_the_table_agree_on_null(
        rows in prop::collection::vec((prop::sample::select(&CELLS[..]), prop::sample::select(&CELLS[..]), 0..3usize), 1..5),
        policy in prop::sample::select(vec!["UNIQUE", "FIRST", "PRIORITY"]),
        columns in 1..3usize,
    ) {
        let mut sheet = Sheet::of(policy).asks("甲", "a", "number");
        if columns == 2 {
            sheet = sheet.asks("乙", "b", "number");
        }
        sheet = sheet.gives("r", "number").outcomes(0, "2,1,0");
        for (a, b, result) in &rows {
            sheet = sheet.rule(&[&[*a, *b][..columns], &[result.to_string().as_str()]].concat());
        }
        let (table, model) = (Table::parse(&sheet.xml()).unwrap(), Model::parse(&sheet.xml()).unwrap());
        let audit = only(&sheet.xml());
        prop_assert!(audit.unchecked.is_none() && audit.undecided.is_empty());
        for overlap in &audit.overlaps {
            let decided = table.decide(&overlap.witness);
            let named = matches!(&decided, Err(RuleError::SeveralRules(rules)) if overlap.rules.iter().all(|rule| rules.contains(rule)));
            prop_assert!(named, "{:?} gives {:?}", overlap, decided);
        }
        let values = [json!(null), json!(-1), json!(1), json!(2), json!(3), json!(4), json!(4.5), json!(5), json!(6)];
        let mut decides = vec![false; rows.len()];
        for a in &values {
            for b in if columns == 2 { &values[..] } else { &values[..1] } {
                let given = vars(json!({ "a": a, "b": b }));
                let (alone, whole) = (table.decide(&given), model.explain("结论", &given, None));
                prop_assert_eq!(alone.is_ok(), whole.is_ok(), "{:?}: {:?} {:?}", given, alone, whole);
                match alone {
                    Ok(decision) => decision.matched.iter().for_each(|rule| decides[rule.index - 1] = true),
                    Err(RuleError::SeveralRules(several)) => {
                        prop_assert!(!audit.overlaps.is_empty());
                        several.iter().for_each(|rule| decides[rule - 1] = true);
                    }
                    Err(_) => {}
                }
            }
        }
        let dead: Vec<usize> = audit.dead.iter().map(|dead| dead.rule).collect();
        let never: Vec<usize> = (1..=rows.len()).filter(|rule| !decides[rule - 1]).collect();
        prop_assert_eq!(dead, never);
    }
}

#[test]
fn h13_a_table_that_says_what_null_gives_is_not_refused_for_its_other_rules() {
    let sheet = |policy: &str, cells: &[&str]| {
        let sheet = Sheet::of(policy).asks("甲", "a", "number").gives("r", "number");
        cells.iter().enumerate().fold(sheet, |sheet, (at, cell)| sheet.rule(&[*cell, &(at + 1).to_string()])).xml()
    };
    let null = vars(json!({ "a": null }));
    for (policy, cells, rule) in [
        ("UNIQUE", &["null", "< 3", ">= 3"][..], 1),
        ("FIRST", &["3", "null", "? != null"], 2),
        ("FIRST", &["[1..5]", ">= 3", "? = null", "not(null)"], 3),
        ("UNIQUE", &["null", "not(3)", "3"], 1),
    ] {
        let xml = sheet(policy, cells);
        assert!(only(&xml).is_clean(), "{cells:?}: {:?}", only(&xml));
        assert_eq!(Table::parse(&xml).unwrap().decide(&null).unwrap().outputs["r"], rule, "{cells:?}");
        assert_eq!(Model::parse(&xml).unwrap().decide("结论", &null, None).unwrap().value, rule, "{cells:?}");
    }
    // A rule that fits by "-" does not say what null gives: there it never decides, and is told as dead.
    let behind = sheet("FIRST", &["< 3", ">= 3", "-"]);
    assert_eq!(only(&behind).dead.iter().map(|dead| dead.rule).collect::<Vec<_>>(), [3]);
    assert!(Table::parse(&behind).unwrap().decide(&null).unwrap_err().to_string().contains("第 1 条规则"));
}

#[test]
fn f025_a_variable_that_cells_compare_with_is_tried_at_every_cut_of_its_own_or_told_as_undecided() {
    let sheet = |policy: &str| Sheet::of(policy).asks("甲", "a", "number").asks("限", "lim", "number").gives("r", "number");
    let open = sheet("UNIQUE").rule(&["< lim", "-", "1"]).rule(&[">= lim", "< 50", "2"]).rule(&[">= lim", "> 50.5", "3"]).xml();
    let audit = only(&open);
    assert!(!audit.gaps.is_empty() && audit.undecided.is_empty(), "{audit:?}");
    for gap in &audit.gaps {
        assert_eq!(Table::parse(&open).unwrap().decide(&gap.witness), Err(RuleError::NoRule), "{gap:?}");
    }
    let whole = sheet("UNIQUE").rule(&["< lim", "-", "1"]).rule(&[">= lim", "< 50", "2"]).rule(&[">= lim", ">= 50", "3"]);
    let audit = only(&whole.xml());
    assert!(audit.is_clean() && audit.notes.is_empty(), "{audit:?}");
    // 200 is a limit that was not tried.
    let sampled = sheet("UNIQUE").rule(&["< lim * lim - 1", "-", "1"]).rule(&[">= lim + 1", "-", "2"]);
    let audit = only(&sampled.otherwise("r", "0").xml());
    assert!(!audit.is_clean(), "{audit:?}");
}

#[test]
fn f025_a_computed_condition_shows_only_what_its_variables_can_give() {
    let sheet = |asked: &str| Sheet::of("UNIQUE").has("a", "number").asks("算得", asked, "number").gives("r", "number");
    for asked in ["a * a", "abs(a)"] {
        let audit = only(&sheet(asked).rule(&[">= 0", "1"]).xml());
        assert!(audit.gaps.is_empty(), "{asked}: {audit:?}");
        let open = sheet(asked).rule(&["< 4", "1"]).rule(&["> 4", "2"]).xml();
        let audit = only(&open);
        assert!(!audit.gaps.is_empty(), "{asked}: {audit:?}");
        for gap in &audit.gaps {
            assert_eq!(Table::parse(&open).unwrap().decide(&gap.witness), Err(RuleError::NoRule), "{gap:?}");
        }
    }
    for asked in ["10 / a", "10 / (2 - a)", "sqrt(a)"] {
        let divided = sheet(asked).rule(&["> 2", "1"]).rule(&["<= 2", "2"]).xml();
        let audit = only(&divided);
        assert!(!audit.gaps.is_empty(), "{asked}: {audit:?}");
        for gap in &audit.gaps {
            assert!(Model::parse(&divided).unwrap().decide("结论", &gap.witness, None).is_err(), "{asked}: {gap:?}");
        }
    }
    let asked = sheet("10 / a").rule(&["> 2", "1"]).rule(&["<= 2", "2"]).rule(&["null", "3"]).xml();
    assert!(only(&asked).is_clean(), "{:?}", only(&asked));
}

#[test]
fn a2_3_what_is_named_twice_is_refused_with_both_lines() {
    let decision = |id: &str, name: &str| {
        format!(r#"<decision id="{id}" name="{name}"><literalExpression><text>1</text></literalExpression></decision>"#)
    };
    let input = |id: &str, name: &str| format!(r#"<inputData id="{id}" name="{name}"/>"#);
    for (one, other, told) in [
        (decision("d", "d"), decision("d", "d"), "id 都是“d”"),
        (decision("d", "甲"), decision("d", "乙"), "id 都是“d”"),
        (decision("d", "甲"), decision("e", "甲"), "name 都是“甲”"),
        (input("i", "甲"), input("i", "乙"), "id 都是“i”"),
        (input("i", "甲"), input("j", "甲"), "name 都是“甲”"),
    ] {
        let head = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="表" namespace="urn:t">"#;
        let no = Model::parse(&format!("{head}\n{one}\n{other}</definitions>")).unwrap_err().to_string();
        assert!(no.contains(told) && no.contains("第 2 行和第 3 行"), "{no}");
    }
    let bpmn = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>"#;
    assert!(Model::parse(bpmn).unwrap_err().to_string().contains("DMN"), "another definitions is no DMN");
}

/// A table of one number with this cell, and a rule for the rest.
fn with_cell(kind: &str, cell: &str) -> String {
    Sheet::of("FIRST").asks("年龄", "x", kind).gives("r", "number").rule(&[cell, "1"]).rule(&["-", "2"]).xml()
}

/// What is said of a cell: as a finding where it can be read, else as it is refused. Both readers say the same.
fn said_of(kind: &str, cell: &str) -> String {
    let xml = with_cell(kind, cell);
    let refused = Table::parse(&xml).unwrap_err().to_string();
    assert!(refused.contains("第 1 条规则“年龄”"), "{refused}");
    let reason = match Model::parse(&xml) {
        Ok(model) => {
            let audit = model.audit().remove(0);
            assert!(!audit.is_clean() && audit.dead.is_empty(), "{cell}: {audit:?}");
            let no = model.decide("结论", &vars(json!({ "x": null })), None).unwrap_err().to_string();
            assert!(no.contains("第 1 条规则“年龄”"), "no decision rests on it: {no}");
            audit.cells.first().map_or_else(|| panic!("{cell}: {audit:?}"), |misread| misread.reason.clone())
        }
        Err(error) => error.to_string(),
    };
    let reason = reason.rsplit_once("”：").map_or(reason.clone(), |(_, reason)| reason.to_owned());
    assert!(refused.ends_with(&reason), "{refused} / {reason}");
    reason
}

#[test]
fn h13_a_cell_that_is_no_test_is_a_finding_and_is_refused() {
    for (cell, meant) in [
        (">= 18 and < 60", "[18..60)"),
        ("(> 5) and (< 10)", "(5..10)"),
        ("> 5 or < 3", "> 5, < 3"),
        ("> 18 < 60", "(18..60)"),
        (">= 18 and < 60 and != 30", "? >= 18 and ? < 60 and ? != 30"),
        ("<>3", "!=3"),
        ("=>18", ">=18"),
        ("==5", "=5"),
    ] {
        let said = said_of("number", cell);
        assert!(said.ends_with(meant) && said.contains(cell), "{cell}: {said}");
    }
    assert!(said_of("string", "\"甲\" or \"乙\"").ends_with("\"甲\", \"乙\""));
}

#[test]
fn h13_a_cell_that_says_otherwise_than_it_seems_is_a_finding() {
    for (cell, meant) in [
        ("x > 5", "写成 > 5"),
        ("x > 5 and x < 10", "写成 ? > 5 and ? < 10"),
        ("x", "任意值请写 -"),
        ("18-60", "[18..60]"),
        ("[18,60]", "[18..60]"),
        (">=18, <60", "[18..60)"),
        ("1,000", "写成 1000"),
        ("2025-01-01", "请把这一列改成日期"),
    ] {
        let said = said_of("number", cell);
        assert!(said.contains(meant), "{cell}: {said}");
    }
    // What is meant so stays as it is.
    for cell in ["< 18, > 60", "1,2,3", "100,200", "> 100-20", "? > 5 and ? < 10", "[18..60)", "not(3)", "!= 3", "=5", "-5"] {
        let audit = only(&with_cell("number", cell));
        assert!(audit.cells.is_empty() && Table::parse(&with_cell("number", cell)).is_ok(), "{cell}: {audit:?}");
    }
}

#[test]
fn h13_each_malformed_cell_has_a_sentence_of_its_own_with_the_remedy() {
    for (kind, cell, meant) in [
        ("number", "≥10", ">=10"),
        ("number", "＞18", ">18"),
        ("number", "10..20", "[10..20]"),
        ("number", "18~60", "[18..60]"),
        ("number", "18至60岁", "[18..60]"),
        ("number", "(18,60]", "(18..60]"),
        ("number", ">=18，<60", "[18..60)"),
        ("number", "18<x<60", "(18..60)"),
        ("number", ">18&&<60", "(18..60)"),
        ("number", "18以上", ">= 18"),
        ("number", "1万元以上5万元以下", "[10000..50000]"),
        ("number", "不满14周岁", "< 14"),
        ("number", "10%", "0.1"),
        ("number", "5万元", "50000"),
        ("number", "between 18 and 60", "[18..60]"),
        ("number", "任意", "半角的 -"),
        ("number", "—", "半角的 -"),
        ("number", "NULL", "null"),
        ("string", "“甲”", "\"甲\""),
        ("string", "甲", "\"甲\""),
        ("string", "甲、乙", "\"甲\", \"乙\""),
        ("string", "'甲'", "\"甲\""),
        ("boolean", "是", "true"),
        ("boolean", "FALSE", "false"),
        ("date", ">=2025年1月1日", ">=date(\"2025-01-01\")"),
    ] {
        let said = said_of(kind, cell);
        assert!(said.contains(meant) && !said.contains("表达式写法不对"), "{cell}: {said}");
    }
    assert!(said_of("string", "\"甲").contains("双引号不成对"));
    let two = with_cell("number", "≥10").replace("<text>-</text>", "<text>≤5</text>");
    let all = Model::parse(&two).unwrap_err().to_string();
    assert!(all.contains(">=10") && all.contains("<=5"), "all at once: {all}");
}

#[test]
fn h13_words_for_a_bound_end_in_a_sentence_with_the_remedy() {
    for (kind, cell, meant) in [
        ("number", "8（含）以上", ">= 8"),
        ("number", "60周岁（含）以上", ">= 60"),
        ("number", "60周岁以上（不含60周岁）", "> 60"),
        ("number", "1万元以上5万元（不含）以下", "[10000..50000)"),
        ("number", "以上", ">= 60"),
        ("number", "大专以上", ">= 60"),
        ("string", "大专以上", "\"大专\", \"本科\""),
        ("string", "本科及以上", "\"大专\", \"本科\""),
        ("string", "以上", "\"本科\", \"硕士\""),
    ] {
        let said = said_of(kind, cell);
        assert!(said.contains(meant), "{cell}: {said}");
    }
    // As a result, and whatever else stands around the word.
    for cell in ["8（含）以上", "大专以上", "以上", "以上以上", "以上5", "5以上以上", "以上以下以上", "18以上至60以下", "以 上"]
    {
        for (kind, result) in [("number", "number"), ("string", "string"), ("", "")] {
            let xml = Sheet::of("UNIQUE").asks("年龄", "x", kind).gives("r", result).rule(&["-", cell]).xml();
            let told = audit(&xml).map_or_else(|error| vec![error.to_string()], |audits| audits[0].findings());
            assert!(!told.is_empty(), "{cell}");
            let _ = (Model::parse(&with_cell(kind, cell)), Table::parse(&with_cell(kind, cell)));
        }
    }
}

#[test]
fn h13_a_cell_that_differs_does_not_take_null_for_yes() {
    let sheet = |cell: &str| {
        let sheet = Sheet::of("FIRST").asks("低保类别", "x", "string").has("y", "string").gives("r", "number");
        sheet.rule(&[cell, "0"]).rule(&["-", "500"]).xml()
    };
    let alike = ["!= \"低保\"", "not(\"低保\")", "? != \"低保\"", "!= \"低保\", \"特困\"", "not(!= \"低保\")", "!= y"];
    for cell in alike {
        let (table, model) = (Table::parse(&sheet(cell)).unwrap(), Model::parse(&sheet(cell)).unwrap());
        let null = vars(json!({ "x": null, "y": "甲" }));
        assert!(table.decide(&null).is_err(), "{cell}: {:?}", table.decide(&null));
        assert!(model.decide("结论", &null, None).is_err(), "{cell}");
    }
    let decided = |cell: &str, x: Value, y: Value| {
        let given = vars(json!({ "x": x, "y": y }));
        let table = Table::parse(&sheet(cell)).unwrap().decide(&given).ok().map(|decision| decision.outputs["r"].clone());
        let model = Model::parse(&sheet(cell)).unwrap().decide("结论", &given, None).ok().map(|answer| answer.value);
        assert_eq!(table, model, "{cell}");
        table
    };
    assert_eq!(decided("!= \"低保\"", json!("特困"), json!(null)), Some(json!(0)));
    assert_eq!(decided("!= \"低保\"", json!("低保"), json!(null)), Some(json!(500)));
    assert_eq!(decided("!= y", json!("甲"), json!(null)), None, "nobody knows whether it differs");
    assert_eq!(decided("\"甲\", != y", json!("甲"), json!(null)), Some(json!(0)), "what fits, fits");
    assert_eq!(decided("!= null", json!(null), json!(null)), Some(json!(500)), "asked in so many words");
    assert_eq!(decided("null, != \"低保\"", json!(null), json!(null)), Some(json!(0)));
    // The check takes null the same way.
    let audit = only(&sheet("!= \"低保\""));
    assert!(audit.is_clean(), "{audit:?}");
    let behind = Sheet::of("FIRST").asks("低保类别", "x", "string").gives("r", "number");
    let audit = only(&behind.rule(&["!= \"低保\"", "0"]).rule(&["\"低保\"", "500"]).rule(&["-", "1"]).xml());
    assert_eq!(audit.dead[0].rule, 3, "of null alone `-` decides nothing: {audit:?}");
}

#[test]
fn h13_a_time_with_a_zone_is_chinese_time() {
    let june = "[date and time(\"2026-06-01T00:00:00\")..date and time(\"2026-06-30T23:59:59\")]";
    let sheet = |kind: &str, within: &str| {
        let sheet = Sheet::of("UNIQUE").asks("提交时间", "x", kind).gives("r", "string");
        sheet.rule(&[within, "\"受理\""]).rule(&[&format!("not({within})"), "\"不受理\""]).xml()
    };
    let decided = |xml: &str, x: &str| {
        let given = vars(json!({ "x": x }));
        let table = Table::parse(xml).unwrap().decide(&given).map(|decision| decision.outputs["r"].clone());
        let model = Model::parse(xml).unwrap().decide("结论", &given, None).map(|answer| answer.value);
        assert_eq!(table.clone().ok(), model.ok(), "{x}");
        table.map_or_else(|error| error.to_string(), |value| value.as_str().unwrap().to_owned())
    };
    let xml = sheet("dateTime", june);
    for (moment, says) in [
        ("2026-06-15T10:00:00", "受理"),
        ("2026-06-15T10:00:00+08:00", "受理"),
        ("2026-06-15T02:00:00Z", "受理"),
        ("2026-06-30T15:59:59Z", "受理"),
        ("2026-06-30T16:00:00Z", "不受理"),
        ("2026-05-31T16:00:00Z", "受理"),
        ("2026-06-30T18:00:00+02:00", "不受理"),
        ("2026-07-01T00:30:00+09:00", "受理"),
        ("2026-06-30T23:59:59@Asia/Shanghai", "受理"),
        ("2026-06-30T18:00:00@Europe/Paris", "不受理"),
    ] {
        assert_eq!(decided(&xml, moment), says, "{moment}");
    }
    // A literal with a zone is the same moment.
    let zoned = sheet("dateTime", &june.replace("T00:00:00", "T00:00:00+08:00").replace("T23:59:59", "T15:59:59Z"));
    assert_eq!(decided(&zoned, "2026-06-30T23:59:59"), "受理");
    assert_eq!(decided(&zoned, "2026-07-01T00:00:00"), "不受理");
    let hours = sheet("time", "[time(\"09:00:00\")..time(\"17:00:00\")]");
    assert_eq!(decided(&hours, "02:00:00Z"), "受理");
    assert_eq!(decided(&hours, "17:30:00+08:00"), "不受理");
    let no = decided(&hours, "10:00:00@Europe/Paris");
    assert!(no.contains("北京时间") && no.contains("+08:00"), "it may be either in summer or in winter: {no}");
    let facts = vars(json!({ "x": "2026-06-30T16:00:00Z" }));
    assert_eq!(rules::holds("date and time(x) >= date and time(\"2026-07-01T00:00:00\")", &facts), Ok(true));
    assert_eq!(rules::holds("date and time(x) = date and time(\"2026-07-01T00:00:00\")", &facts), Ok(true));
}

#[test]
fn f025_a_gap_below_a_second_is_found() {
    let audit_of = |kind: &str, cells: &[&str]| {
        let sheet = Sheet::of("UNIQUE").asks("时间", "x", kind).gives("r", "number");
        let xml = cells.iter().fold(sheet, |sheet, cell| sheet.rule(&[cell, "1"])).xml();
        (only(&xml), Table::parse(&xml).unwrap())
    };
    let (audit, table) =
        audit_of("dateTime", &["<= date and time(\"2026-06-30T23:59:59\")", ">= date and time(\"2026-07-01T00:00:00\")"]);
    assert_eq!(audit.gaps[0].witness, witness(json!({ "x": "2026-06-30T23:59:59.5" })));
    assert_eq!(table.decide(&audit.gaps[0].witness), Err(RuleError::NoRule));
    let (audit, table) = audit_of("time", &["<= time(\"11:59:59.999\")", ">= time(\"12:00:00\")"]);
    assert_eq!(table.decide(&audit.gaps[0].witness), Err(RuleError::NoRule), "{audit:?}");
    let (audit, _) = audit_of("dayTimeDuration", &["<= duration(\"PT59S\")", ">= duration(\"PT1M\")"]);
    assert_eq!(audit.gaps[0].witness, witness(json!({ "x": "PT59.5S" })));
    for (kind, one, other) in [
        ("dateTime", "< date and time(\"2026-07-01T00:00:00\")", ">= date and time(\"2026-07-01T00:00:00\")"),
        ("time", "< time(\"12:00:00\")", ">= time(\"12:00:00\")"),
    ] {
        let (audit, _) = audit_of(kind, &[one, other]);
        assert!(audit.is_clean(), "{audit:?}");
    }
    // Half past a second is not that second.
    let (audit, _) = audit_of("time", &["= time(\"12:00:00\")", "< time(\"12:00:00\")", "> time(\"12:00:00\")"]);
    assert!(audit.is_clean(), "{audit:?}");
}

#[test]
fn h13_results_that_are_never_given_are_findings() {
    for (kind, allowed, result, meant, stops) in [
        ("number", "", "1000-5000", "下限和上限分两列", true),
        ("number", "", "[100..200]", "下限和上限分两列", true),
        ("number", "", ">= 60", "下限和上限分两列", true),
        ("date", "", "2026-12-31", "date(\"2026-12-31\")", true),
        ("date", "", "date(\"2026-6-30\")", "date(\"2026-06-30\")", false),
        ("date", "", "date(\"2026-13-31\")", "日历上没有 2026-13-31", false),
        ("date", "", "date(\"2026-02-30\")", "日历上没有 2026-02-30", false),
        ("number", "", "1/0", "除数", false),
        ("number", "", "\"1\" * 2", "类型不同", false),
        ("string", "", "x", "“x”却是数字", false),
        ("string", "", "x * 2", "“x * 2”却是数字", false),
        ("number", "", "upper case(\"a\")", "却是文字", false),
        ("string", "\"通过\",\"整改\"", "\"整 改\"", "不在这一列允许的值", false),
        ("number", "1,2", "3", "不在这一列允许的值", false),
    ] {
        let sheet = Sheet::of("UNIQUE").asks("年龄", "x", "number").gives("r", kind).outcomes(0, allowed);
        let xml = sheet.rule(&["-", result]).xml();
        let audit = only(&xml);
        let found = audit.cells.first().unwrap_or_else(|| panic!("{result}: {audit:?}"));
        assert!(found.rule == Some(1) && found.reason.contains(meant), "{result}: {found:?}");
        assert_eq!(audit.unchecked.is_some(), stops, "{result}");
        assert!(Model::parse(&xml).unwrap().decide("结论", &vars(json!({ "x": 1 })), None).is_err(), "{result}");
        let refused = Table::parse(&xml).unwrap_err().to_string();
        assert!(refused.contains(meant), "{result}: {refused}");
    }
    for (kind, result) in
        [("number", "5000-1000"), ("number", "-5"), ("number", "x - 5"), ("date", "date(\"2026-02-28\")"), ("string", "\"1-2\"")]
    {
        let xml = Sheet::of("UNIQUE").asks("年龄", "x", "number").gives("r", kind).rule(&["-", result]).xml();
        assert!(only(&xml).is_clean() && Table::parse(&xml).is_ok(), "{result}");
    }
    let default = Sheet::of("UNIQUE").asks("年龄", "x", "number").gives("r", "string").outcomes(0, "\"甲\",\"乙\"");
    let xml = default.otherwise("r", "\"丙\"").rule(&[">= 65", "\"甲\""]).xml();
    let audit = only(&xml);
    assert!(audit.cells[0].rule.is_none() && audit.cells[0].reason.contains("默认值"), "{audit:?}");
    assert!(Model::parse(&xml).unwrap().decide("结论", &vars(json!({ "x": 1 })), None).is_err());
    let two = Sheet::of("COLLECT").asks("年龄", "x", "number").gives("a", "number").gives("b", "number").rule(&["-", "1", "2"]);
    let xml = two.xml().replace("hitPolicy=\"COLLECT\"", "hitPolicy=\"COLLECT\" aggregation=\"SUM\"");
    assert!(only(&xml).cells[0].reason.contains("只能有一列结果"));
}

#[test]
fn h13_types_that_contradict_each_other_are_findings() {
    for (variable, expression, column) in
        [("string", "x", "number"), ("string", "x", "date"), ("date", "x", "string"), ("number", "x + 1", "string")]
    {
        let sheet = Sheet::of("UNIQUE").has("x", variable).asks("年龄", expression, column).gives("r", "number");
        let xml = sheet.rule(&["-", "1"]).xml();
        let audit = only(&xml);
        assert!(audit.cells[0].reason.contains("类型改成一样") && audit.unchecked.is_some(), "{expression}: {audit:?}");
        assert!(Table::parse(&xml).unwrap_err().to_string().contains("类型改成一样"), "{expression}");
    }
    let xml = Sheet::of("UNIQUE").asks("年龄", "x", "number").gives("r", "string").rule(&["-", "\"是\""]).xml();
    let other = xml.replace(
        "<decision id=\"d\" name=\"结论\">",
        "<decision id=\"d\" name=\"结论\"><variable name=\"结论\" typeRef=\"number\"/>",
    );
    assert!(only(&xml).is_clean());
    let audit = only(&other);
    assert!(audit.cells[0].reason.contains("决策的变量却是数字"), "{audit:?}");
}

#[test]
fn f025_rules_that_no_computed_value_fits_are_dead() {
    for (kind, expression, column, cells, dead) in [
        ("date", "day of week(x)", "string", &["\"星期六\",\"星期日\"", "not(\"星期六\",\"星期日\")"][..], &[1][..]),
        ("date", "month of year(x)", "string", &["\"六月\"", "not(\"六月\")"], &[1]),
        ("date", "x.month", "number", &["[1..6]", "[7..12]", "13"], &[3]),
        ("date", "x.weekday", "number", &["[1..5]", "[6..7]", "0"], &[3]),
        ("string", "upper case(x)", "string", &["\"a\"", "not(\"a\")"], &[1]),
        ("string", "lower case(x)", "string", &["\"A\"", "not(\"A\")"], &[1]),
        ("string", "substring(x, 1, 4)", "string", &["\"340100\"", "not(\"340100\")"], &[1]),
        ("string", "string length(x)", "number", &["15", "18", "17.5", "< 0", "not(15, 18)"], &[3, 4]),
        ("number", "modulo(x, 10)", "number", &["[0..4]", "(4..5)", "[5..9]", "(9..10)", ">= 10", "< 0"], &[5, 6]),
        ("number", "abs(x)", "number", &[">= 5", "[0..5)", "< 0"], &[3]),
    ] {
        let sheet = Sheet::of("UNIQUE").has("x", kind).asks("算出", expression, column).gives("r", "number");
        let xml = cells.iter().fold(sheet, |sheet, cell| sheet.rule(&[cell, "1"])).xml();
        let audit = only(&xml);
        let found: Vec<usize> = audit.dead.iter().map(|dead| dead.rule).collect();
        assert_eq!(found, dead, "{expression}: {audit:?}");
        assert!(audit.gaps.is_empty() && audit.overlaps.is_empty() && audit.undecided.is_empty(), "{expression}: {audit:?}");
    }
    let week = Sheet::of("UNIQUE").has("x", "date").asks("星期", "day of week(x)", "string").gives("r", "number");
    let audit = only(&week.clone().rule(&["\"Saturday\",\"Sunday\"", "1"]).rule(&["\"Monday\"", "2"]).xml());
    assert!(["Tuesday", "Wednesday"].contains(&audit.gaps[0].witness["星期"].as_str().unwrap()), "{audit:?}");
    // Where nothing is known of what a column comes to, a rule that may be dead is told.
    let sheet = Sheet::of("UNIQUE").asks("算出", "x * x", "number").has("x", "number").gives("r", "number");
    let audit = only(&sheet.rule(&[">= 0", "1"]).rule(&["< 0", "2"]).xml());
    assert!(audit.undecided[0].reason.contains("用不到的规则"), "{audit:?}");
}

#[test]
fn f025_a_table_knows_the_results_of_the_decision_it_rests_on() {
    let model = |outputs: &str, results: [&str; 2], rules: &[(&str, &str)]| {
        let rule = |(test, result): (&str, &str)| {
            let test = test.replace('<', "&lt;");
            format!("<rule><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{result}</text></outputEntry></rule>")
        };
        let rules: String = rules.iter().map(|pair| rule(*pair)).collect();
        let graded = [rule(("< 60", results[0])), rule((">= 60", results[1]))].concat();
        format!(
            r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="g" namespace="urn:x">
            <inputData id="a" name="年龄"><variable name="年龄" typeRef="number"/></inputData>
            <decision id="l" name="等次"><variable name="等次" typeRef="string"/><informationRequirement><requiredInput href="#a"/></informationRequirement>
            <decisionTable hitPolicy="UNIQUE"><input label="年龄"><inputExpression typeRef="number"><text>年龄</text></inputExpression></input>
            <output name="等次" typeRef="string">{outputs}</output>{graded}</decisionTable></decision>
            <decision id="p" name="金额"><variable name="金额" typeRef="number"/><informationRequirement><requiredDecision href="#l"/></informationRequirement>
            <decisionTable hitPolicy="UNIQUE"><input label="等次"><inputExpression typeRef="string"><text>等次</text></inputExpression></input>
            <output name="金额" typeRef="number"/>{rules}</decisionTable></decision></definitions>"##
        )
    };
    let both = [("\"甲\"", "1"), ("\"乙\"", "2")];
    let typo = [("\"甲\"", "1"), ("\"已\"", "2"), ("not(\"甲\",\"已\")", "3")];
    let listed = "<outputValues><text>\"甲\",\"乙\"</text></outputValues>";
    let computed = ["if 年龄 > 5 then \"甲\" else \"乙\"", "\"乙\""];
    for (outputs, results) in [("", ["\"甲\"", "\"乙\""]), (listed, ["\"甲\"", "\"乙\""]), (listed, computed)] {
        let audits = audit(&model(outputs, results, &both)).unwrap();
        assert!(audits.iter().all(Audit::is_clean), "{audits:?}");
        let audits = audit(&model(outputs, results, &typo)).unwrap();
        let dead = &audits[1].dead[0];
        assert_eq!(dead.rule, 2, "{audits:?}");
        assert!(dead.reason.contains("只会是 \"甲\"、\"乙\""), "{}", dead.reason);
        let audits = audit(&model(outputs, results, &both[..1])).unwrap();
        assert_eq!(audits[1].gaps[0].witness, witness(json!({ "等次": "乙" })));
    }
    // What is computed may be anything.
    let audits = audit(&model("", computed, &both)).unwrap();
    assert_eq!(audits[1].gaps.len(), 1, "{audits:?}");
}

#[test]
fn f025_a_rule_hidden_under_priority_is_told_the_order_of_results() {
    let sheet = Sheet::of("PRIORITY").asks("年龄", "x", "number").gives("r", "string").outcomes(0, "\"全价\",\"半价\"");
    let audit = only(&sheet.rule(&[">= 60", "\"半价\""]).rule(&["-", "\"全价\""]).xml());
    assert!(audit.dead[0].rule == 1 && audit.dead[0].reason.contains("outputValues"), "{audit:?}");
}

#[test]
fn h13_a_remedy_can_be_read_where_it_is_to_stand() {
    for (kind, cell, meant) in [
        ("number", "5千", "写成 5000"),
        ("number", "5千克", "写成 5"),
        ("number", "1百万元", "写成 1000000"),
        ("number", "6O", "写成 60"),
        ("number", ">= 6O", "写成 >= 60"),
        ("number", "≥50%", "写成 >=0.5"),
        ("number", "50%-80%", "[0.5..0.8]"),
        ("number", ">=8（含）", "写成 >=8"),
        ("number", ">= 8（不含）", "写成 >8"),
        ("date", "2026年1月1日前", "写成 < date(\"2026-01-01\")"),
        ("date", "2026年1月1日起", "写成 >= date(\"2026-01-01\")"),
        ("date", "2026年1月1日至6月30日", "[date(\"2026-01-01\")..date(\"2026-06-30\")]"),
        ("date", "2026-1", "[date(\"2026-01-01\")..date(\"2026-01-31\")]"),
        ("date", ">=2026", ">= date(\"2026-01-01\")"),
        ("date", "2026年", "[date(\"2026-01-01\")..date(\"2026-12-31\")]"),
        ("date", ">= date(\"2026-1-1\")", ">= date(\"2026-01-01\")"),
        ("date", ">= date(\"2026-02-30\")", "日历上没有 2026-02-30"),
        ("string", "10元", "写成 \"10元\""),
        ("string", "340103", "如 \"340103\""),
        ("number", ">= \"5\"", "如 >= 5"),
        ("date", "[2026-01-01..2026-06-30]", "[date(\"2026-01-01\")..date(\"2026-06-30\")]"),
        ("date", "date(\"2026-01-01\")..date(\"2026-06-30\")", "[date(\"2026-01-01\")..date(\"2026-06-30\")]"),
        ("date", ">= date(2026-01-01)", ">= date(\"2026-01-01\")"),
        ("boolean", "\"是\"", "写成 true"),
    ] {
        let said = said_of(kind, cell);
        assert!(said.contains(meant), "{cell}: {said}");
    }
    let result = |kind: &str, cell: &str| {
        let xml = Sheet::of("UNIQUE").asks("年龄", "x", "number").gives("r", kind).rule(&["-", cell]).xml();
        audit(&xml).map_or_else(|error| error.to_string(), |audits| audits[0].findings().join("。"))
    };
    assert!(result("string", "10元").contains("写成 \"10元\""), "{}", result("string", "10元"));
    assert!(result("boolean", "\"是\"").contains("写成 true"));
    // Whatever is offered, for whatever habit, is taken.
    let habits = [
        "2026.1.1",
        ">= 2026.1.1",
        "1月",
        "2026年",
        ">=2026",
        "[2026-01-01..2026-06-30]",
        "2026-01-01至2026-06-30",
        "46023",
        "今天",
        "340103",
        "A-1",
        "\"A\" \"B\"",
        "\"乙\",",
        "‘乙’",
        "「乙」",
        "乙类",
        "\"乙\"或\"丙\"",
        "\"乙\"/\"丙\"",
        "不是\"甲\"",
        "非甲",
        "<>\"甲\"",
        "包含\"食品\"",
        "其他",
        "¥5000",
        "5000元",
        "5千",
        "5万",
        "10万元以上",
        "5,000.00",
        ">=5000.00元",
        "≥50%",
        "0.5-0.8",
        "50%-80%",
        "－5",
        "<=5 or >8",
        "［5..60）",
        "（5..60）",
        ">=5,",
        "> 5 000",
        "5～8",
        "5—8",
        "5至8",
        "5-",
        "-8",
        "~8",
        "8以内",
        "不足8",
        "8（含）以上",
        ">=8（含）",
        "约8",
        "8左右",
        "第8",
        "八",
        "8.",
        ".8",
        "08",
        "8人",
        ">8人",
        "5..8]",
        "5<x<8",
        ">=5<=8",
        "5<=8",
        ">= \"5\"",
        "x > 5",
        "> 5 and < 8",
        "not(< 5)",
        "not >= 5",
        "6O",
        "l8",
        "大专以上",
        "以上",
        "2026年1月1日前",
        "2026年2月30日前",
        "13月",
        "2026-1",
        "[18,60]",
        "60-18",
        "是",
        "TRUE",
        "无",
        "10元/人",
        "1/2",
        "周六、周日",
        "≤５，≥８",
        "“甲”、“乙”",
    ];
    for kind in ["number", "string", "date", "boolean", ""] {
        for cell in habits {
            let xml = with_cell(kind, cell);
            let said = match Model::parse(&xml) {
                Ok(model) => model.audit()[0].cells.first().map(|misread| misread.reason.clone()).unwrap_or_default(),
                Err(error) => error.to_string(),
            };
            let Some((_, offered)) = said.rsplit_once("写成 ") else { continue };
            let offered = offered.rsplit_once("，如 ").map_or(offered, |(_, example)| example);
            let offered = offered.split(['；', '，']).next().unwrap().trim();
            let again =
                audit(&with_cell(kind, offered)).unwrap_or_else(|error| panic!("{kind} {cell}: {said} -> {error}")).remove(0);
            assert!(again.cells.is_empty() && again.unknown.is_empty(), "{kind} {cell}: {said} -> {again:?}");
        }
    }
}

#[test]
fn f025_computed_results_under_any_differ_or_are_undecided() {
    let sheet = |one: &str, other: &str| {
        let sheet = Sheet::of("ANY").asks("面积", "x", "number").has("y", "number").gives("r", "number");
        only(&sheet.rule(&["> 5", one]).rule(&["-", other]).xml())
    };
    let found = sheet("if x > 100 then 1 else 2", "2");
    assert_eq!(found.overlaps[0].rules, [1, 2]);
    assert!(found.overlaps[0].witness["x"].as_f64().unwrap() > 100.0, "{found:?}");
    let found = sheet("if y > 100 then 1 else 2", "2");
    assert!(found.overlaps[0].witness["y"].as_f64().unwrap() > 100.0, "{found:?}");
    assert_eq!(sheet("y * 2", "y * 3").overlaps.len(), 1);
    let open = sheet("x * x + 1 - 1", "x * x");
    assert!(open.overlaps.is_empty() && open.undecided[0].reason.contains("第 1 条和第 2 条"), "{open:?}");
    assert!(sheet("x * 2", "x * 2").is_clean(), "the same expression says the same");
}

#[test]
fn f025_a_computed_result_has_no_known_priority() {
    let sheet = Sheet::of("PRIORITY").asks("面积", "x", "number").gives("fee", "number").outcomes(0, "9,5,3");
    let audit = only(&sheet.rule(&["> 10", "5"]).rule(&["> 20", "if x > 30 then 9 else 3"]).rule(&["-", "3"]).xml());
    assert!(audit.dead.is_empty() && audit.undecided[0].rule == Some(2), "{audit:?}");
}

#[test]
fn h13_results_that_say_nothing_or_cannot_be_summed_are_findings() {
    let null = with_cell("number", "> 5").replace("<text>2</text>", "<text>null</text>");
    let audit = only(&null);
    assert_eq!((audit.cells[0].rule, audit.cells[0].cell.as_str()), (Some(2), "null"), "{audit:?}");
    for (policy, aggregation, kind, result) in
        [("COLLECT", "SUM", "string", "\"甲\""), ("COLLECT", "MIN", "string", "\"甲\""), ("COLLECT", "MAX", "", "\"甲\"")]
    {
        let hit = format!("hitPolicy=\"{policy}\" aggregation=\"{aggregation}\"");
        let xml = Sheet::of(policy).asks("面积", "x", "number").gives("r", kind).rule(&["-", result]).xml();
        let xml = xml.replace(&format!("hitPolicy=\"{policy}\""), &hit);
        assert!(only(&xml).cells[0].reason.contains(aggregation), "{aggregation}");
        assert!(Table::parse(&xml).unwrap_err().to_string().contains(aggregation));
    }
    let twice =
        Sheet::of("UNIQUE").asks("面积", "x", "number").gives("r", "number").gives("r", "number").rule(&["-", "1", "2"]).xml();
    for no in [Table::parse(&twice).unwrap_err().to_string(), Model::parse(&twice).unwrap_err().to_string()] {
        assert!(no.contains("第 1 列和第 2 列结果都叫“r”"), "{no}");
    }
    let same = Sheet::of("UNIQUE").asks("面积", "x", "number").asks("上限", "x", "number").gives("r", "number");
    let audit = only(&same.rule(&[">= 5", "< 9", "1"]).rule(&["< 5", "-", "2"]).rule(&["-", ">= 9", "3"]).xml());
    assert!(audit.is_clean() && audit.notes[0].contains("“x”写了不止一列"), "{audit:?}");
}

#[test]
fn h13_words_of_the_evaluator_reach_no_reader() {
    const OURS: [&str; 7] = ["Unary", "Function", "Null(", "Interval", "Transparent", "BuiltIn", "ExpressionList"];
    for result in
        ["> 5", "[> 5]", "{a: (< 3)}", "[1, 1 + \"a\"]", "abs", "if > 5 then 1 else 2", "(> 5) and true", "- (> 5)", "(> 5) + 1"]
    {
        let xml = Sheet::of("UNIQUE").asks("面积", "x", "number").gives("r", "number").rule(&["-", result]).xml();
        for xml in [xml.clone(), xml.replace(" typeRef=\"number\"", "")] {
            let mut said = only(&xml).findings();
            let model = Model::parse(&xml).unwrap();
            said.push(match model.explain("结论", &vars(json!({ "x": 1 })), None) {
                Ok(answer) => format!("{} {:?}", answer.text, answer.value),
                Err(refusal) => format!("{} {}", refusal.error, serde_json::to_string(&refusal.steps).unwrap()),
            });
            if let Err(error) = Table::parse(&xml).and_then(|table| table.decide(&vars(json!({ "x": 1 }))).map(drop)) {
                said.push(error.to_string());
            }
            said.iter().for_each(|text| assert!(!OURS.iter().any(|word| text.contains(word)), "{result}: {text}"));
        }
    }
}

#[test]
fn f025_every_gap_of_a_column_is_told_at_once() {
    let gaps = |cells: &[(&str, &str)]| {
        let mut sheet = tables::Sheet::of("UNIQUE").asks("数", "n", "number").asks("类", "s", "string").gives("r", "number");
        for (n, s) in cells {
            sheet = sheet.rule(&[n, s, "1"]);
        }
        let model = Model::parse(&sheet.xml()).unwrap();
        model.audit().remove(0).gaps.into_iter().map(|gap| gap.witness["n"].clone()).collect::<Vec<_>>()
    };
    let told = gaps(&[("< 10", "-"), ("[20..30)", "-"), (">= 40", "-")]);
    assert_eq!(told.len(), 2, "{told:?}");
    let inside = |from: f64, to: f64| told.iter().any(|n| n.as_f64().is_some_and(|n| n >= from && n < to));
    assert!(inside(10.0, 20.0) && inside(30.0, 40.0), "{told:?}");
}

#[test]
fn f025_a_cut_that_is_rounded_hides_nothing() {
    let sheet = Sheet::of("UNIQUE").has("a", "number").gives("r", "number");
    let sheet = sheet.asks("乙", "a * 2", "number").asks("丙", "3 - a", "number").rule(&["? * 3 > 2", "-", "1"]);
    assert_eq!(only(&sheet.xml()).dead, []);
}

#[test]
fn h13_all_cells_that_are_wrong_are_told_at_once() {
    let sheet = Sheet::of("UNIQUE").has("age", "number").gives("r", "number").asks("年龄", "age", "number");
    let sheet = sheet.rule(&["0..17", "1"]).rule(&["18-59", "2"]).rule(&["≥60", "3"]);
    let told = Model::parse(&sheet.xml()).unwrap_err().to_string();
    for (rule, cell) in [(1, "0..17"), (2, "18-59"), (3, "≥60")] {
        assert!(told.contains(&format!("第 {rule} 条规则")) && told.contains(cell), "{told}");
    }
}
