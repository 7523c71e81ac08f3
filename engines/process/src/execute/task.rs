//! 任务 · userTask, manualTask, serviceTask, sendTask, businessRuleTask, receiveTask, scriptTask. A person's or a system's
//! work is waited for; what a system must do leaves as [`Event::Called`] and returns as a command. A script is FEEL and is
//! computed on the spot.

use super::{Run, undecided, unfit};
use crate::definition::{Node, NodeKind};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::WaitKind;
use serde_json::Value;

impl<'a> Run<'a> {
    pub(super) fn begin_task(&mut self, token: u64, node: &'a Node) {
        match node.kind {
            NodeKind::ServiceTask | NodeKind::SendTask | NodeKind::BusinessRuleTask => {
                self.events.push(Event::Called { node: node.id.clone() });
                self.wait(token, node, WaitKind::Service, None);
            }
            NodeKind::ReceiveTask => {
                if let Err(why) = self.expect(token, node) {
                    self.incident(token, node, why, true);
                    return;
                }
            }
            _ => self.wait(token, node, WaitKind::Task, None),
        }
        self.listen(token, node);
    }

    pub(super) fn script(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let Some(script) = &node.script else { return self.complete(token, node) };
        let value = self.conditions.value(&script.body.text, &self.view_of(token));
        match (value, &script.result) {
            (Ok(value), Some(name)) => {
                self.state.vars.insert(name.clone(), value);
            }
            (Ok(Value::Object(entries)), None) => self.write(&entries),
            (Ok(_), None) => {
                let why = unfit(&script.body.text, "没有写明结果存到哪个变量", "no variable is named for the result");
                self.incident(token, node, why, true);
                return Ok(());
            }
            (Err(why), _) => {
                self.incident(token, node, undecided(&script.body.text, &why), true);
                return Ok(());
            }
        }
        self.complete(token, node)
    }
}
