//! 归约 · folds together what is sound on sight: sequences, matching blocks of every sort, loops of choices. What is left
//! when nothing more can be folded holds the flaw, if there is one.

use super::graph::{Graph, Kind};

impl Graph {
    /// Folds as long as it can; whether what is left is nothing but choices, and so sound.
    pub(super) fn reduce(&mut self) -> bool {
        let mut changed = true;
        while changed {
            changed = false;
            for v in 0..self.vertices.len() {
                changed |= self.merge_parallel(v) || self.drop_loop(v) || self.drop_ends(v) || self.dissolve(v) || self.fuse(v);
            }
        }
        let live = self.vertices.iter().filter(|v| !v.ins.is_empty() || v.kind == Kind::Start);
        live.into_iter().all(|v| matches!(v.kind, Kind::Start | Kind::End | Kind::Stop | Kind::Xor))
    }

    fn remove(&mut self, edge: usize) {
        let (from, to) = (self.edges[edge].from, self.edges[edge].to);
        self.vertices[from].outs.retain(|e| *e != edge);
        self.vertices[from].extras.retain(|e| *e != edge);
        self.vertices[to].ins.retain(|e| *e != edge);
    }

    /// Several edges between a split and a join that fit together are one.
    fn merge_parallel(&mut self, v: usize) -> bool {
        for at in 0..self.vertices[v].outs.len() {
            let one = self.vertices[v].outs[at];
            let to = self.edges[one].to;
            let fits = matches!(
                (&self.vertices[v].kind, &self.vertices[to].kind),
                (Kind::Xor | Kind::Start, Kind::Xor | Kind::Or | Kind::End | Kind::Stop)
                    | (Kind::And, Kind::And | Kind::Or)
                    | (Kind::Or, Kind::Or)
            );
            if !fits || v == to {
                continue;
            }
            let other = self.vertices[v].outs[at + 1..].iter().copied().find(|e| self.edges[*e].to == to);
            if let Some(other) = other {
                if self.vertices[v].kind == Kind::And {
                    let more = self.edges[other].trace.clone();
                    self.edges[one].trace.extend(more);
                }
                if self.vertices[v].default.is_some_and(|d| d == one || d == other) {
                    self.vertices[v].default = None;
                }
                self.remove(other);
                return true;
            }
        }
        false
    }

    /// A choice that comes straight back changes nothing.
    fn drop_loop(&mut self, v: usize) -> bool {
        let back = self.vertices[v].outs.iter().copied().find(|e| self.edges[*e].to == v);
        match back {
            Some(back) if self.vertices[v].kind == Kind::Xor && self.vertices[v].outs.len() > 1 => {
                self.remove(back);
                true
            }
            _ => false,
        }
    }

    /// A branch that only ends takes nothing away from the others, unless it is begun again and again.
    fn drop_ends(&mut self, v: usize) -> bool {
        let vertex = &self.vertices[v];
        let ends = |e: &usize| self.vertices[self.edges[*e].to].kind == Kind::End;
        let idle = match vertex.kind {
            Kind::And if vertex.outs.len() > 1 => vertex.outs.iter().copied().find(ends),
            Kind::Spawn => vertex.extras.iter().copied().find(ends),
            _ => None,
        };
        match idle {
            Some(edge) if !self.circles(v) => {
                self.remove(edge);
                if self.vertices[v].kind == Kind::Spawn && self.vertices[v].extras.is_empty() {
                    self.vertices[v].kind = Kind::Xor;
                }
                true
            }
            _ => false,
        }
    }

    /// Whether a token that leaves here can come back.
    fn circles(&self, v: usize) -> bool {
        let mut seen = vec![false; self.vertices.len()];
        let mut todo = vec![v];
        while let Some(at) = todo.pop() {
            for e in self.vertices[at].outs.iter().chain(&self.vertices[at].extras) {
                let to = self.edges[*e].to;
                if to == v {
                    return true;
                }
                if !std::mem::replace(&mut seen[to], true) {
                    todo.push(to);
                }
            }
        }
        false
    }

    /// One in, one out: nothing but a stretch of the way.
    fn dissolve(&mut self, v: usize) -> bool {
        let vertex = &self.vertices[v];
        let ([into], [out]) = (vertex.ins.as_slice(), vertex.outs.as_slice()) else { return false };
        let (into, out) = (*into, *out);
        if into == out || !vertex.extras.is_empty() || matches!(vertex.kind, Kind::Start | Kind::End | Kind::Stop) {
            return false;
        }
        let to = self.edges[out].to;
        let mut trace = std::mem::take(&mut self.edges[into].trace);
        trace.push(vertex.node);
        trace.extend(self.edges[out].trace.clone());
        self.edges[into].trace = trace;
        self.edges[into].inner = false;
        self.edges[into].to = to;
        for e in self.vertices[to].ins.iter_mut().filter(|e| **e == out) {
            *e = into;
        }
        self.vertices[v].ins.clear();
        self.vertices[v].outs.clear();
        true
    }

    /// Two vertices of one sort in a row are one.
    fn fuse(&mut self, v: usize) -> bool {
        for at in 0..self.vertices[v].outs.len() {
            let edge = self.vertices[v].outs[at];
            let to = self.edges[edge].to;
            let (one, other) = (&self.vertices[v], &self.vertices[to]);
            let alike = match (&one.kind, &other.kind) {
                (Kind::Xor, Kind::Xor) => one.outs.len() == 1 || other.ins.len() == 1,
                // A split after a split, or a join after a join.
                (Kind::And, Kind::And) => {
                    other.ins.len() == 1 && one.ins.len() == 1 || one.outs.len() == 1 && other.outs.len() == 1
                }
                _ => false,
            };
            if v == to || !alike {
                continue;
            }
            self.remove(edge);
            let (ins, outs) = (std::mem::take(&mut self.vertices[to].ins), std::mem::take(&mut self.vertices[to].outs));
            for e in &ins {
                self.edges[*e].to = v;
            }
            for e in &outs {
                self.edges[*e].from = v;
            }
            self.vertices[v].ins.extend(ins);
            self.vertices[v].outs.extend(outs);
            return true;
        }
        false
    }
}
