//! 随办的材料 · files that come with an act on a case: the page lists what is asked for and takes it in, the act takes all of it along.

use crate::drafts::handed;
use acts::Handed;
use foundation::{House, Stop};

/// One paper that is asked for, with the files there are of it.
pub struct Asked {
    pub key: String,
    pub label: String,
    pub why: String,
    /// The act cannot be done without it.
    pub needed: bool,
    pub files: Vec<Handed>,
}

impl Asked {
    pub fn new(key: &str, label: &str, why: &str, needed: bool) -> Asked {
        Asked { key: key.into(), label: label.into(), why: why.into(), needed, files: Vec::new() }
    }
}

/// Finds the files of these papers, kept under `owner:<key>`.
pub async fn found(house: &House, owner: &str, mut asked: Vec<Asked>) -> Result<Vec<Asked>, Stop> {
    if asked.is_empty() {
        return Ok(asked);
    }
    let keys: Vec<String> = asked.iter().map(|paper| paper.key.clone()).collect();
    for file in handed(house.pool(), owner, &keys).await? {
        if let Some(paper) = asked.iter_mut().find(|paper| paper.key == file.material) {
            paper.files.push(file);
        }
    }
    Ok(asked)
}
