//! What the tests share: charts from a few lines, and a case that is saved and read back at every step.

use process::*;
use serde_json::json;

pub const HEAD: &str = r#"<message id="msg" name="补充"/><signal id="sig1" name="停电"/><signal id="sig2" name="来电"/>
<error id="err1" name="缺印" errorCode="E1"/><error id="err2" errorCode="E2"/><escalation id="esc" escalationCode="X1"/>"#;

pub fn file(inside: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:sunlit="urn:sunlit:bpmn:1">{HEAD}
<process id="p" isExecutable="true">{inside}</process></definitions>"#
    )
}

pub fn chart(inside: &str) -> Definition {
    let def = Definition::parse(&file(inside)).unwrap_or_else(|e| panic!("{e}"));
    let faults: Vec<String> = def.check().iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    def
}

/// `a>b` as a flow named `a-b`; `a>b?condition`.
pub fn flows(text: &str) -> String {
    let one = |arrow: &str| {
        let (ends, condition) = arrow.split_once('?').unwrap_or((arrow, ""));
        let (source, target) = ends.split_once('>').expect("an arrow");
        let condition = match condition {
            "" => String::new(),
            c => format!("<conditionExpression>{}</conditionExpression>", c.replace('\'', "\"")),
        };
        format!(r#"<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>"#)
    };
    text.split_whitespace().map(one).collect()
}

pub fn vars(value: serde_json::Value) -> Vars {
    value.as_object().cloned().expect("an object")
}

pub struct Case<'a> {
    pub def: &'a Definition,
    pub state: State,
    pub events: Vec<Event>,
}

impl<'a> Case<'a> {
    pub fn begin(def: &'a Definition) -> Case<'a> {
        Case::begin_with(def, json!({}))
    }

    pub fn begin_with(def: &'a Definition, given: serde_json::Value) -> Case<'a> {
        let (state, events) = start(def, &vars(given), &SimpleConditions).unwrap_or_else(|r| panic!("{r}"));
        Case { def, state, events }
    }

    pub fn command(&mut self, command: Command) -> &mut Self {
        let (state, events) = step(self.def, &self.state, &command, &SimpleConditions).unwrap_or_else(|r| panic!("{r}"));
        let text = serde_json::to_string(&state).expect("serialises");
        assert_eq!(serde_json::from_str::<State>(&text).expect("reads back"), state);
        self.state = state;
        self.events.extend(events);
        // The whole history gives this very state again.
        assert_eq!(restore(self.def, &self.events, &SimpleConditions).as_ref(), Ok(&self.state));
        self
    }

    pub fn done(&mut self, node: &str) -> &mut Self {
        self.done_with(node, json!({}))
    }

    pub fn done_with(&mut self, node: &str, outputs: serde_json::Value) -> &mut Self {
        self.command(Command::Complete { node: node.into(), outputs: vars(outputs) })
    }

    pub fn fails(&mut self, node: &str, error: &str) -> &mut Self {
        self.command(Command::Fail { node: node.into(), error: error.into(), outputs: Vars::new() })
    }

    pub fn message(&mut self, name: &str, key: Option<&str>) -> &mut Self {
        self.command(Command::Message { name: name.into(), key: key.map(Into::into), outputs: Vars::new() })
    }

    pub fn signal(&mut self, name: &str, outputs: serde_json::Value) -> &mut Self {
        self.command(Command::Signal { name: name.into(), outputs: vars(outputs) })
    }

    pub fn fires(&mut self, node: &str) -> &mut Self {
        self.command(Command::TimerFired { node: node.into() })
    }

    pub fn refused(&self, command: Command) -> Refusal {
        step(self.def, &self.state, &command, &SimpleConditions).expect_err("refused")
    }

    pub fn at(&self) -> Vec<String> {
        self.state.waiting().into_iter().map(|w| w.node).collect()
    }

    pub fn ended_at(&self, end: &str) {
        assert_eq!(self.state.ended(), Some(&How::Completed { end: end.into() }), "{:?}", self.state);
        assert_eq!(self.state.size(), 0, "nothing is left: {:?}", self.state);
    }

    pub fn thrown(&self, sort: &str, name: &str) -> bool {
        self.events.iter().any(|e| matches!(e, Event::Thrown { sort: s, name: n, .. } if s == sort && n == name))
    }

    pub fn faults(&self) -> usize {
        self.events.iter().filter(|e| matches!(e, Event::Fault { .. })).count()
    }
}
