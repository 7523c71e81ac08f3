//! Decision tables written down in a test.
#![allow(dead_code, reason = "each test binary uses some of it")]

use std::fmt::Write;

use serde_json::{Map, Value};

pub fn vars(value: Value) -> Map<String, Value> {
    let Value::Object(vars) = value else { panic!("variables are an object") };
    vars
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A table: hit policy, variables, conditions (label, expression, type, allowed values), results (name, type, allowed
/// values, default) and rules (cells, then results).
#[derive(Clone, Default)]
pub struct Sheet {
    policy: String,
    variables: Vec<(String, String)>,
    asks: Vec<(String, String, String, String)>,
    gives: Vec<(String, String, String, String)>,
    rules: Vec<Vec<String>>,
}

impl Sheet {
    pub fn of(policy: &str) -> Sheet {
        Sheet { policy: policy.to_owned(), ..Sheet::default() }
    }

    pub fn has(mut self, name: &str, kind: &str) -> Sheet {
        self.variables.push((name.to_owned(), kind.to_owned()));
        self
    }

    /// A condition; a name is a variable too.
    pub fn asks(mut self, label: &str, expression: &str, kind: &str) -> Sheet {
        self.asks.push((label.to_owned(), expression.to_owned(), kind.to_owned(), String::new()));
        let is_name = expression.chars().all(|c| c.is_alphanumeric() || c == '_');
        if is_name && self.variables.iter().all(|(name, _)| name != expression) {
            return self.has(expression, kind);
        }
        self
    }

    pub fn values(mut self, column: usize, allowed: &str) -> Sheet {
        self.asks[column].3 = allowed.to_owned();
        self
    }

    pub fn gives(mut self, name: &str, kind: &str) -> Sheet {
        self.gives.push((name.to_owned(), kind.to_owned(), String::new(), String::new()));
        self
    }

    pub fn outcomes(mut self, column: usize, allowed: &str) -> Sheet {
        self.gives[column].2 = allowed.to_owned();
        self
    }

    pub fn otherwise(mut self, name: &str, value: &str) -> Sheet {
        self.gives.iter_mut().filter(|gives| gives.0 == name).for_each(|gives| gives.3 = value.to_owned());
        self
    }

    pub fn rule(mut self, cells: &[&str]) -> Sheet {
        self.rules.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
        self
    }

    pub fn xml(&self) -> String {
        let mut xml =
            String::from(r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="表" namespace="urn:t">"#);
        for (name, kind) in &self.variables {
            let _ = write!(xml, r#"<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>"#);
        }
        xml += r#"<decision id="d" name="结论">"#;
        for (name, _) in &self.variables {
            let _ = write!(xml, r##"<informationRequirement><requiredInput href="#{name}"/></informationRequirement>"##);
        }
        let _ = write!(xml, r#"<decisionTable hitPolicy="{}">"#, self.policy);
        for (label, expression, kind, allowed) in &self.asks {
            let text = escape(expression);
            let _ =
                write!(xml, r#"<input label="{label}"><inputExpression typeRef="{kind}"><text>{text}</text></inputExpression>"#);
            if !allowed.is_empty() {
                let _ = write!(xml, "<inputValues><text>{}</text></inputValues>", escape(allowed));
            }
            xml += "</input>";
        }
        for (name, kind, allowed, default) in &self.gives {
            let _ = write!(xml, r#"<output name="{name}" typeRef="{kind}">"#);
            if !allowed.is_empty() {
                let _ = write!(xml, "<outputValues><text>{}</text></outputValues>", escape(allowed));
            }
            if !default.is_empty() {
                let _ = write!(xml, "<defaultOutputEntry><text>{}</text></defaultOutputEntry>", escape(default));
            }
            xml += "</output>";
        }
        for (at, cells) in self.rules.iter().enumerate() {
            let _ = write!(xml, "<rule><description>说明 {}</description>", at + 1);
            for (i, cell) in cells.iter().enumerate() {
                let entry = if i < self.asks.len() { "inputEntry" } else { "outputEntry" };
                let _ = write!(xml, "<{entry}><text>{}</text></{entry}>", escape(cell));
            }
            xml += "</rule>";
        }
        xml + "</decisionTable></decision></definitions>"
    }
}
