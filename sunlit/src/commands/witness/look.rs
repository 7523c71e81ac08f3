//! 自己去看 · a witness looks at the log as any reader would, and holds what it is shown against what it signed. A log that shows the
//! witness one history and the public another is found out here.

use super::alarm::Alarm;
use super::book::{Book, Kept};
use crate::commands::log::Client;
use crate::failure::Failure;
use chrono::{DateTime, Utc};
use ledger::witness::Request;
use ledger::{
    LedgerError, TileId, consistency_proof, edge_tiles, open_checkpoint, peek_checkpoint, root, tiles_needed_for_consistency,
    verify_consistency,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Where to look, how often, and how long nobody may be able to read it.
#[derive(Clone)]
pub struct Watch {
    pub address: String,
    pub every: Duration,
    pub patience: i64,
}

/// Looks for as long as the program runs; at once when somebody has reason to think that something is wrong.
pub async fn keep_looking(book: Arc<Book>, watch: Watch, nudge: Arc<Notify>) {
    if let Some(kept) = known(&book, &watch)
        && let Err(error) = book.watches(kept.origin(), &watch.address, watch.patience)
    {
        tracing::error!(%error, "the book could not be written");
    }
    loop {
        if let Err(failure) = look(&book, &watch).await {
            tracing::warn!(address = watch.address, "it could not be looked at: {}", failure.said);
            let now = Utc::now();
            for kept in book.all().iter().filter(|kept| kept.address.as_deref() == Some(&watch.address) && kept.is_silent(now)) {
                if let Err(error) = book.raise(Alarm::silent(kept, now), now) {
                    tracing::error!(%error, "an alarm could not be written down");
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(watch.every) => {}
            // Not more often than every two seconds, whoever asks.
            () = async { nudge.notified().await; tokio::time::sleep(Duration::from_secs(2)).await } => {}
        }
    }
}

/// The log that is read at this address.
fn known(book: &Book, watch: &Watch) -> Option<Kept> {
    book.all().into_iter().find(|kept| kept.address.as_deref() == Some(&watch.address))
}

/// Looks once. What is wrong with the log is an alarm; an error means that nothing could be seen.
pub async fn look(book: &Book, watch: &Watch) -> Result<(), Failure> {
    // What we know is taken down before anything is fetched: a head may be signed while we look.
    let before = known(book, watch);
    let client = Client::find(&watch.address).await?;
    let Some(shown) = client.checkpoint() else { return Err(client.no_log()) };
    let Some(before) = before else {
        meet(book, watch, &client, shown).await?;
        return Box::pin(look(book, watch)).await;
    };
    let now = Utc::now();
    // A page that is no checkpoint at all is nothing to see; one of a log's form, wrongly signed, is.
    peek_checkpoint(shown)?;
    let head = match open_checkpoint(shown, &before.key) {
        Ok(head) => head,
        Err(error) => return wrong(book, Alarm::bad_signature(&before, shown, error.both(), now), now),
    };
    if head.size < before.observed.size {
        return wrong(book, Alarm::shrunk(&before, shown, head.size, now), now);
    }
    let (old, new) = (before.observed.size, head.size);
    let mut tiles: BTreeMap<TileId, Vec<u8>> = BTreeMap::new();
    let mut wanted = tiles_needed_for_consistency(old, new);
    if old < new {
        wanted.extend(edge_tiles(new));
        wanted.sort_unstable();
        wanted.dedup();
    }
    for id in wanted {
        if let Some(bytes) = client.tile(id).await? {
            tiles.insert(id, bytes);
        }
    }
    let proof = match consistency_proof(&tiles, old, new) {
        Ok(proof) => proof,
        Err(error) => return wrong(book, Alarm::unproven(&before, shown, error.both(), now), now),
    };
    if let Err(error) = verify_consistency(old, new, &proof, before.observed.root, head.root) {
        // Do the files that are served belong to the head that is shown? Then they prove the fork; else they prove nothing.
        let other = root(&tiles, old).ok().filter(|other| verify_consistency(old, new, &proof, *other, head.root).is_ok());
        let alarm = match (error, other) {
            (LedgerError::SplitView { .. }, _) => Alarm::fork(&before, shown, None, now),
            (_, Some(other)) => Alarm::fork(&before, shown, Some((&proof, other)), now),
            (error, None) => Alarm::unproven(&before, shown, error.both(), now),
        };
        return wrong(book, alarm, now);
    }
    // What the public sees is signed too, so that nobody can show less to it afterwards. Another head may have come in between.
    match book.cosign(&Request { old, proof, checkpoint: shown.to_owned() }, now) {
        Ok(_) | Err(super::book::Refusal::Ledger(_)) => {}
        Err(super::book::Refusal::Disk(error)) => return Err(error.into()),
    }
    Ok(book.looked(before.origin(), now)?)
}

/// It could be read, and is not what it should be.
fn wrong(book: &Book, alarm: Alarm, now: DateTime<Utc>) -> Result<(), Failure> {
    book.read(&alarm.log, now)?;
    Ok(book.raise(alarm, now)?)
}

/// The first look at an address: which log it is, and by which key. A key that was not given is asked of the log itself.
async fn meet(book: &Book, watch: &Watch, client: &Client, shown: &str) -> Result<(), Failure> {
    let origin = peek_checkpoint(shown)?.origin;
    if book.kept(&origin).is_none() {
        let key = client.key().await?;
        open_checkpoint(shown, &key)?;
        tracing::warn!(log = origin, %key, "the key was asked of the log itself; compare it with one from elsewhere, or give it by --log");
        book.follow(&key, Utc::now())?;
    }
    Ok(book.watches(&origin, &watch.address, watch.patience)?)
}
