//! 决策表的写法 · a table of choices as DMN 1.3, tried from above (FIRST): the one text for whatever is edited as sentences or as rows and
//! must be read, checked and decided by any DMN engine.

use foundation::page::escape;
use serde_json::Value;
use std::fmt::Write;

/// A table to be written.
pub struct Dmn<'a> {
    /// Names the file: `elderly-card-fit`.
    pub key: &'a str,
    /// What it decides: a FEEL name, and as people read it.
    pub decision: &'a str,
    pub label: &'a str,
    pub columns: Vec<Column<'a>>,
    /// The results, each with what people call it; all are texts.
    pub results: &'a [(&'a str, &'a str)],
    pub rules: Vec<Rule<'a>>,
}

/// A question of which some answers are chosen.
pub struct Column<'a> {
    /// Its name: a FEEL name.
    pub key: &'a str,
    pub label: &'a str,
    pub kind: Kind,
    /// Every answer, as [`Kind::value`] writes it.
    pub allowed: Vec<String>,
}

/// What the answers of a column are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Boolean,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Boolean => "boolean",
        }
    }
}

/// A row of the table.
pub struct Rule<'a> {
    /// For each column the answers it is for, as in [`Column::allowed`]; any answer where none is listed.
    pub when: Vec<Vec<String>>,
    /// A text for each result.
    pub then: Vec<&'a str>,
    pub basis: &'a str,
}

/// A text as FEEL has it.
pub fn text(text: &str) -> String {
    Value::from(text).to_string()
}

/// A truth value as FEEL has it.
pub fn boolean(value: bool) -> String {
    value.to_string()
}

impl Dmn<'_> {
    /// The file.
    pub fn write(&self) -> String {
        let (key, decision, label) = (self.key, self.decision, escape(self.label));
        let list = |values: &[String]| escape(&values.join(","));
        // One result is a text; several are the parts of a thing.
        let kind = if self.results.len() == 1 { "string" } else { "tResult" };
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"definitions\" name=\"{key}\" \
             namespace=\"urn:sunlit:decisions:{key}\" expressionLanguage=\"https://www.omg.org/spec/DMN/20191111/FEEL/\" \
             typeLanguage=\"https://www.omg.org/spec/DMN/20191111/FEEL/\">\n"
        );
        if self.results.len() > 1 {
            out.push_str("  <itemDefinition id=\"item_result\" name=\"tResult\">\n");
            for (result, _) in self.results {
                let _ = writeln!(
                    out,
                    "    <itemComponent id=\"item_{result}\" name=\"{result}\"><typeRef>string</typeRef></itemComponent>"
                );
            }
            out.push_str("  </itemDefinition>\n");
        }
        for Column { key, label, kind, .. } in &self.columns {
            let (label, kind) = (escape(label), kind.name());
            let _ = writeln!(
                out,
                "  <inputData id=\"input_{key}\" name=\"{key}\" label=\"{label}\">\n    \
                 <variable id=\"variable_{key}\" name=\"{key}\" typeRef=\"{kind}\"/>\n  </inputData>"
            );
        }
        let _ = writeln!(
            out,
            "  <decision id=\"decision_{decision}\" name=\"{decision}\" label=\"{label}\">\n    \
             <variable id=\"variable_{decision}\" name=\"{decision}\" typeRef=\"{kind}\"/>"
        );
        for Column { key, .. } in &self.columns {
            let _ = writeln!(
                out,
                "    <informationRequirement id=\"requires_{key}\"><requiredInput href=\"#input_{key}\"/></informationRequirement>"
            );
        }
        let _ = writeln!(out, "    <decisionTable id=\"table_{decision}\" hitPolicy=\"FIRST\" outputLabel=\"{label}\">");
        for Column { key, label, kind, allowed } in &self.columns {
            let _ = writeln!(
                out,
                "      <input id=\"column_{key}\" label=\"{}\">\n        <inputExpression id=\"expression_{key}\" typeRef=\"{}\">\
                 <text>{key}</text></inputExpression>\n        <inputValues id=\"values_{key}\"><text>{}</text></inputValues>\n      </input>",
                escape(label),
                kind.name(),
                list(allowed),
            );
        }
        for (result, label) in self.results {
            let _ =
                writeln!(out, "      <output id=\"output_{result}\" name=\"{result}\" label=\"{label}\" typeRef=\"string\"/>");
        }
        out.push_str("      <annotation name=\"依据\"/>\n");
        for (n, rule) in self.rules.iter().enumerate() {
            let n = n + 1;
            let _ = writeln!(out, "      <rule id=\"rule_{n}\">");
            for (at, chosen) in rule.when.iter().enumerate() {
                let test = if chosen.is_empty() { "-".to_owned() } else { list(chosen) };
                let _ = writeln!(out, "        <inputEntry id=\"in_{n}_{}\"><text>{test}</text></inputEntry>", at + 1);
            }
            for (at, result) in rule.then.iter().enumerate() {
                let result = escape(&text(result));
                let _ = writeln!(out, "        <outputEntry id=\"out_{n}_{}\"><text>{result}</text></outputEntry>", at + 1);
            }
            let basis = escape(rule.basis);
            let _ = writeln!(out, "        <annotationEntry><text>{basis}</text></annotationEntry>\n      </rule>");
        }
        out.push_str("    </decisionTable>\n  </decision>\n</definitions>\n");
        out
    }
}
