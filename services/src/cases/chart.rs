//! 流程图 · asking the published chart where the case goes next (A2.2). Conditions on it are FEEL.

use super::case::{Case, Rejection};
use acts::Moved;
use catalogue::{Feel, Item};
use process::{Command, Event, Vars};
use serde_json::Value;

fn moved((state, events): (process::State, Vec<Event>)) -> Moved {
    let took = events
        .into_iter()
        .filter_map(|e| match e {
            Event::Left { node } => Some(node),
            Event::Took { flow } => Some(flow),
            Event::Ended { node } => Some(node),
            _ => None,
        })
        .collect();
    Moved { state, took }
}

fn vars(outputs: &[(&str, &str)]) -> Vars {
    outputs.iter().map(|(k, v)| ((*k).to_owned(), Value::String((*v).to_owned()))).collect()
}

/// Where a new case begins.
pub fn begin(item: &Item) -> Result<Moved, Rejection> {
    Ok(moved(process::start(&item.process, &Vars::new(), &Feel)?))
}

/// Completes the task `node`.
pub fn complete(case: &Case, item: &Item, node: &str, outputs: &[(&str, &str)]) -> Result<Moved, Rejection> {
    step(&case.process, item, Command::Complete { node: node.into(), outputs: vars(outputs) })
}

/// Something that was waited for has come.
pub fn message(case: &Case, item: &Item, name: &str) -> Result<Moved, Rejection> {
    step(&case.process, item, Command::Message { name: name.into(), key: None, outputs: Vars::new() })
}

/// The case ends here.
pub fn terminate(case: &Case, item: &Item, reason: &str) -> Result<Moved, Rejection> {
    step(&case.process, item, Command::Terminate { reason: reason.into() })
}

fn step(state: &process::State, item: &Item, command: Command) -> Result<Moved, Rejection> {
    Ok(moved(process::step(&item.process, state, &command, &Feel)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_2_conditions_scripts_and_lists_on_a_chart_are_feel() {
        let chart = process::Definition::parse(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:sunlit="urn:sunlit:bpmn:1"><process id="p">
            <startEvent id="s"/><scriptTask id="c"><extensionElements><sunlit:task result="fee"/></extensionElements><script>base + area * 2</script></scriptTask>
            <exclusiveGateway id="x" default="few"/><userTask id="t"><multiInstanceLoopCharacteristics><extensionElements>
            <sunlit:each in="[base, area + 1]" as="a"/></extensionElements></multiInstanceLoopCharacteristics></userTask>
            <endEvent id="much"/><endEvent id="little"/>
            <sequenceFlow id="f1" sourceRef="s" targetRef="c"/><sequenceFlow id="f2" sourceRef="c" targetRef="x"/>
            <sequenceFlow id="many" sourceRef="x" targetRef="t"><conditionExpression>fee >= 100 and fee &lt; 1000</conditionExpression></sequenceFlow>
            <sequenceFlow id="few" sourceRef="x" targetRef="little"/><sequenceFlow id="f3" sourceRef="t" targetRef="much"/></process></definitions>"#,
        )
        .unwrap();
        let begin = |area: i64| {
            let vars = serde_json::json!({ "base": 20, "area": area }).as_object().cloned().unwrap();
            process::start(&chart, &vars, &Feel).unwrap().0
        };
        let rounds: Vec<_> = begin(40).waiting().into_iter().map(|w| (w.node, w.round)).collect();
        assert_eq!(rounds, [("t".to_owned(), Some(1)), ("t".to_owned(), Some(2))]);
        assert!(begin(10).is_ended());
    }
}
