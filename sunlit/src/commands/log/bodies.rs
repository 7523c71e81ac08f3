//! 公开正文 · the public bodies beside a log: each must be what its entry committed to. A log may come without any, and that is
//! said; one that gives some and keeps others back is caught.

use ledger::audit::Audit;
use ledger::{ActLeaf, Hash, commit, parse_entries};
use std::cell::OnceCell;
use std::collections::HashMap;

/// What was given so far.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Bodies {
    /// Some were.
    given: bool,
    /// Acts of bundles for which none was, from and to.
    missing: Vec<(u64, u64)>,
}

#[derive(serde::Deserialize)]
struct Opening {
    n: Option<u64>,
    salt: String,
    body: String,
}

impl Opening {
    fn salt(&self) -> [u8; 32] {
        hex::decode(&self.salt).ok().and_then(|salt| salt.try_into().ok()).unwrap_or([0; 32])
    }
    /// What an entry with this body has committed to.
    fn commitment(&self) -> Hash {
        commit(&self.salt(), self.body.as_bytes())
    }
}

impl Bodies {
    /// Holds what is given for a bundle, whose first entry has this number, against its entries, and hands each on: its number, the kind
    /// of the act, the text.
    pub fn check(
        &mut self,
        audit: &mut Audit,
        first: u64,
        bundle: &[u8],
        given: Option<&[u8]>,
        each: &mut (dyn FnMut(u64, &str, &str) + Send),
    ) {
        let Ok(entries) = parse_entries(bundle) else { return };
        // An entry that is no act has no body of ours; if it was one, the hashes say so.
        let acts: Vec<(u64, ActLeaf)> =
            (first..).zip(&entries).filter_map(|(n, entry)| Some((n, ActLeaf::parse(entry).ok()?))).collect();
        let text = given.map(String::from_utf8_lossy).unwrap_or_default();
        let openings: HashMap<u64, Opening> =
            text.lines().filter_map(|line| serde_json::from_str::<Opening>(line).ok()).filter_map(|o| Some((o.n?, o))).collect();
        if openings.is_empty() {
            return self.missing(&acts);
        }
        self.given = true;
        // Where entries were moved or one is gone, a body that stands beside another entry is not a changed one: the hashes say what moved.
        let by_commitment: OnceCell<HashMap<Hash, &Opening>> = OnceCell::new();
        let elsewhere = |leaf: &ActLeaf| {
            let all = by_commitment.get_or_init(|| openings.values().map(|opening| (opening.commitment(), opening)).collect());
            all.get(&leaf.public).copied()
        };
        for (n, leaf) in &acts {
            let here = openings.get(n);
            let own = here.filter(|opening| opening.commitment() == leaf.public).or_else(|| elsewhere(leaf));
            match (own, here) {
                (Some(opening), _) => each(*n, &leaf.kind, &opening.body),
                (None, Some(other)) => {
                    audit.public_body(*n, leaf, &other.salt(), other.body.as_bytes());
                    each(*n, &leaf.kind, &other.body);
                }
                (None, None) => audit.body_withheld(*n, leaf),
            }
        }
    }

    fn missing(&mut self, acts: &[(u64, ActLeaf)]) {
        let (Some((first, _)), Some((last, _))) = (acts.first(), acts.last()) else { return };
        match self.missing.last_mut() {
            Some((_, before)) if *before + 1 == *first => *before = *last,
            _ => self.missing.push((*first, *last)),
        }
    }

    /// Everything was read: were bodies given? If so, those that were not are findings.
    pub fn finish(self, audit: &mut Audit) -> bool {
        if self.given {
            self.missing.into_iter().for_each(|range| audit.bodies_withheld(range));
        }
        self.given
    }
}
