//! 随意子流程 · activities are begun as needed, in any order and as often as needed (自由征求意见), until a condition holds
//! or an officer closes it.

use super::{Run, undecided};
use crate::definition::Node;
use crate::refusal::Refusal;
use crate::state::{Wait, WaitKind};

impl<'a> Run<'a> {
    /// Offers every activity to which no flow leads.
    pub(super) fn offer(&mut self, token: u64, node: &'a Node) -> Result<(), Refusal> {
        let def = self.def;
        let Some(scope) = self.open_scope(token, node)? else { return Ok(()) };
        if node.ad_hoc.as_ref().is_none_or(|a| a.until.is_none()) {
            self.wait(token, node, WaitKind::Task, None);
        }
        self.listen(token, node);
        self.arm(scope, Some(node));
        for activity in def.offers(node) {
            self.wait_in(scope, None, activity, WaitKind::Offered, None);
        }
        Ok(())
    }

    /// Begins one of them; it stays offered.
    pub(super) fn begin_offered(&mut self, wait: Wait) -> Result<(), Refusal> {
        let node = self.node(&wait.node)?;
        let holder = node.parent.as_deref().and_then(|id| self.def.node(id));
        let one = holder.and_then(|h| h.ad_hoc.as_ref()).is_some_and(|a| a.sequential);
        if one && self.state.tokens.iter().any(|t| t.scope == wait.scope) {
            return Err(Refusal::OneAtATime(holder.map(|h| h.label().to_owned()).unwrap_or_default()));
        }
        self.appear(wait.scope, node)
    }

    /// A path inside has ended: closes the sub-process if its condition holds.
    pub(super) fn ad_hoc_step(&mut self, scope: u64) -> Result<(), Refusal> {
        let Some((id, host)) = self.state.scope(scope).and_then(|s| s.element.clone()) else { return Ok(()) };
        let node = self.node(&id)?;
        let Some((until, cancel_rest)) = node.ad_hoc.as_ref().and_then(|a| Some((a.until.as_ref()?, a.cancel_rest))) else {
            return Ok(());
        };
        let round = self.state.token(host).and_then(|t| t.round);
        let outer = self.state.token(host).map_or(0, |t| t.scope);
        match self.conditions.holds(&until.text, &self.view(outer, round)) {
            Ok(true) if cancel_rest || !self.state.tokens.iter().any(|t| t.scope == scope) => self.close_ad_hoc(host),
            Ok(_) => Ok(()),
            Err(why) => {
                self.incident(host, node, undecided(&until.text, &why), true);
                Ok(())
            }
        }
    }

    /// Closes it, taking away what is still open.
    pub(super) fn close_ad_hoc(&mut self, host: u64) -> Result<(), Refusal> {
        let opened = self.state.scopes.iter().find(|s| s.element.as_ref().is_some_and(|(_, t)| *t == host));
        let Some((scope, id)) = opened.and_then(|s| Some((s.id, s.element.as_ref()?.0.clone()))) else { return Ok(()) };
        let node = self.node(&id)?;
        self.inherit(scope, host, node);
        self.clear(scope);
        self.state.scopes.retain(|s| s.id != scope);
        self.complete(host, node)
    }
}
