//! 编号 · the sequencer: numbers pending acts, extends the tree, signs the new head, all in one commit.
//!
//! One instance at a time holds the lease; the row lock on `log_key` is what makes two at once impossible.

use crate::Stop;
use crate::record::leaf;
use ledger::{Checkpoint, Hash, LedgerError, SigningKey, Sm2Key, TileId, VerifierKey};
use sqlx::{PgConnection, PgPool, Row};
use std::collections::BTreeMap;
use uuid::Uuid;

/// At most so many acts in one commit.
pub const BATCH: i64 = 2000;

/// The signing keys of the log, born with it: Ed25519, and SM2 for the second signature.
#[derive(Clone)]
pub struct LogKey {
    pub origin: String,
    pub seed: [u8; 32],
    sm2: Sm2Key,
}

impl LogKey {
    /// Reads the keys, or makes them on the first start; a log older than its second key gets one now. Two instances starting at
    /// once get the same keys.
    pub async fn read_or_create(pool: &PgPool, origin: &str) -> Result<LogKey, Stop> {
        let seed: [u8; 32] = rand::random();
        sqlx::query("insert into log_key (origin, seed) values ($1, $2) on conflict do nothing")
            .bind(origin)
            .bind(seed.as_slice())
            .execute(pool)
            .await?;
        // One draw in 2³² is no key.
        let second = std::iter::repeat_with(rand::random::<[u8; 32]>).find(|seed| Sm2Key::from_seed("draw", seed).is_ok());
        sqlx::query("update log_key set sm2_seed = $1 where sm2_seed is null")
            .bind(second.unwrap_or_default().as_slice())
            .execute(pool)
            .await?;
        let row = sqlx::query("select origin, seed, sm2_seed from log_key").fetch_one(pool).await?;
        let whole = |column| -> Result<[u8; 32], Stop> {
            let seed: Vec<u8> = row.get(column);
            seed.try_into().map_err(|_| Stop::Fault("the log key is not 32 bytes".into()))
        };
        let origin: String = row.get("origin");
        let sm2 = Sm2Key::from_seed(&origin, &whole("sm2_seed")?)?;
        Ok(LogKey { seed: whole("seed")?, origin, sm2 })
    }

    pub fn signing(&self) -> Result<SigningKey, Stop> {
        Ok(SigningKey::from_seed(&self.origin, &self.seed)?)
    }

    /// The public key as a note verifier: what an outsider needs.
    pub fn verifier(&self) -> Result<String, Stop> {
        Ok(self.signing()?.verifier().to_string())
    }

    /// The public key of the second signature.
    pub fn second(&self) -> VerifierKey {
        self.sm2.verifier()
    }

    /// Signs a head by both keys.
    fn sign(&self, head: &Checkpoint) -> Result<String, Stop> {
        Ok(ledger::sign_second(&ledger::sign_checkpoint(head, &self.signing()?), &self.sm2)?)
    }

    /// Reads a head of ours. One signed before there was a second key has the first signature alone; if the second is there,
    /// it must hold.
    pub fn open(&self, note: &str) -> Result<Checkpoint, LedgerError> {
        let first = SigningKey::from_seed(&self.origin, &self.seed)?.verifier();
        ledger::open_both(note, &first, &self.second())
    }
}

/// Hash tiles fetched beforehand, so that the pure ledger can read them.
pub type Tiles = BTreeMap<TileId, Vec<u8>>;

/// Fetches the named tiles in one query, each as wide as it is now.
pub async fn fetch_tiles(conn: &mut PgConnection, wanted: &[TileId]) -> Result<Tiles, Stop> {
    let levels: Vec<i16> = wanted.iter().map(|t| i16::from(t.level)).collect();
    let indexes: Vec<i64> = wanted.iter().map(|t| t.index as i64).collect();
    let rows = sqlx::query(
        "select t.level, t.tile, t.width, t.hashes
           from log_tiles t
           join unnest($1::smallint[], $2::bigint[]) as w (level, tile)
             on w.level = t.level and w.tile = t.tile",
    )
    .bind(&levels)
    .bind(&indexes)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let id = TileId {
                level: row.get::<i16, _>("level") as u8,
                index: row.get::<i64, _>("tile") as u64,
                width: row.get::<i16, _>("width") as u16,
            };
            (id, row.get("hashes"))
        })
        .collect())
}

/// The newest signed head.
pub async fn latest_checkpoint(conn: &mut PgConnection) -> Result<Option<(u64, String)>, Stop> {
    let row = sqlx::query("select size, note from log_checkpoints order by size desc limit 1").fetch_optional(conn).await?;
    Ok(row.map(|row| (row.get::<i64, _>("size") as u64, row.get("note"))))
}

/// Takes or keeps the lease `name` for ten seconds; `false` when another instance has it.
pub async fn lease(conn: &mut PgConnection, name: &str, holder: Uuid) -> Result<bool, Stop> {
    let got: Option<Uuid> = sqlx::query_scalar(
        "insert into leases as l (name, holder, expires)
         values ($1, $2, clock_timestamp() + interval '10 seconds')
         on conflict (name) do update
            set holder = excluded.holder,
                expires = excluded.expires
          where l.holder = excluded.holder
             or l.expires < clock_timestamp()
         returning holder",
    )
    .bind(name)
    .bind(holder)
    .fetch_optional(conn)
    .await?;
    Ok(got.is_some())
}

/// Signs the head of a log that has no entry yet: there is a checkpoint from its first moment, and one without any is no log.
pub async fn begin(pool: &PgPool, key: &LogKey) -> Result<(), Stop> {
    let empty = Checkpoint::new(key.origin.clone(), 0, ledger::empty_root());
    sqlx::query(
        "insert into log_checkpoints (size, note)
         select 0, $1
          where not exists (select from log_checkpoints)
            and not exists (select from log_entries)
         on conflict do nothing",
    )
    .bind(key.sign(&empty)?)
    .execute(pool)
    .await?;
    Ok(())
}

/// What of an act goes into the log.
#[derive(sqlx::FromRow)]
struct Pending {
    position: i64,
    id: Uuid,
    kind: String,
    public_commitment: Vec<u8>,
    private_commitment: Vec<u8>,
}

/// Numbers one batch. Returns how many acts it integrated; fewer than [`BATCH`] means that no more were waiting.
pub async fn sequence(pool: &PgPool, key: &LogKey, holder: Uuid) -> Result<usize, Stop> {
    let waiting: bool = sqlx::query_scalar("select exists (select from acts_pending)").fetch_one(pool).await?;
    if !waiting {
        return Ok(0);
    }
    let mut tx = pool.begin().await?;
    if !lease(&mut tx, "sequencer", holder).await? {
        return Ok(0);
    }
    sqlx::query("select from log_key for update").execute(&mut *tx).await?;
    let pending: Vec<Pending> = sqlx::query_as(
        "select a.position, a.id, a.kind, a.public_commitment, a.private_commitment
           from acts_pending p
           join acts a on a.position = p.position
          order by p.position
          limit $1",
    )
    .bind(BATCH)
    .fetch_all(&mut *tx)
    .await?;
    if pending.is_empty() {
        return Ok(0);
    }
    // The tiles at the edge must still give the root that was signed: a head over altered tiles is never signed (H40).
    let (size, root) = match latest_checkpoint(&mut tx).await? {
        None => (0, ledger::empty_root()),
        Some((size, note)) => (size, key.open(&note)?.root),
    };
    let mut leaves: Vec<Hash> = Vec::with_capacity(pending.len());
    for act in &pending {
        leaves.push(ledger::leaf_hash(&leaf(act.id, &act.kind, &act.public_commitment, &act.private_commitment)?.encode()));
    }
    let edge = fetch_tiles(&mut tx, &ledger::edge_tiles(size)).await?;
    let appended = ledger::append_after(&edge, size, root, &leaves)?;
    let checkpoint = Checkpoint::new(key.origin.clone(), appended.size, appended.root);
    let note = key.sign(&checkpoint)?;

    let numbers: Vec<i64> = (0..pending.len() as i64).map(|i| size as i64 + i).collect();
    let positions: Vec<i64> = pending.iter().map(|act| act.position).collect();
    sqlx::query("insert into log_entries (n, position) select * from unnest($1::bigint[], $2::bigint[])")
        .bind(&numbers)
        .bind(&positions)
        .execute(&mut *tx)
        .await?;
    sqlx::query("delete from acts_pending where position = any ($1)").bind(&positions).execute(&mut *tx).await?;
    for (id, hashes) in &appended.tiles {
        sqlx::query(
            "insert into log_tiles (level, tile, width, hashes)
             values ($1, $2, $3, $4)
             on conflict (level, tile) do update
                set width = excluded.width,
                    hashes = excluded.hashes",
        )
        .bind(i16::from(id.level))
        .bind(id.index as i64)
        .bind(id.width as i16)
        .bind(hashes)
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query("insert into log_checkpoints (size, note) values ($1, $2)")
        .bind(appended.size as i64)
        .bind(&note)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(pending.len())
}

/// Recomputes the whole log from the stored acts and compares it with the signed head (`sunlit doctor`, F149).
/// Returns what is wrong, entry by entry; empty when all is well.
pub async fn check(pool: &PgPool, key: &LogKey) -> Result<Vec<String>, Stop> {
    let mut conn = pool.acquire().await?;
    let Some((size, note)) = latest_checkpoint(&mut conn).await? else { return Ok(Vec::new()) };
    let head = match key.open(&note) {
        Ok(head) => head,
        Err(error) => return Ok(vec![error.to_string()]),
    };
    let mut audit = ledger::audit::Audit::new(head);
    for bundle in ledger::bundles_in_log(size) {
        let first = bundle.first() as i64;
        let acts = crate::record::entries(&mut conn, first, first + i64::from(bundle.width)).await?;
        let mut rows: Vec<Option<Vec<u8>>> = vec![None; usize::from(bundle.width)];
        for act in &acts {
            let leaf = act.leaf()?;
            let n = act.n.unwrap_or_default();
            rows[(n - first) as usize] = Some(leaf.encode());
            let salt: [u8; 32] = act.public_salt.as_slice().try_into().unwrap_or([0; 32]);
            audit.public_body(n as u64, &leaf, &salt, act.public_body.as_bytes());
            if let (Some(body), Some(salt)) = (&act.private_body, &act.private_salt) {
                let salt: [u8; 32] = salt.as_slice().try_into().unwrap_or([0; 32]);
                audit.private_body(n as u64, &leaf, &salt, body.as_bytes());
            }
        }
        audit.rows(bundle.index, rows.iter().map(Option::as_deref));
    }
    for id in ledger::tiles_in_log(size) {
        if let Some((stored, bytes)) = fetch_tiles(&mut conn, &[id]).await?.into_iter().next() {
            audit.tile(stored, &bytes);
        }
    }
    Ok(audit.finish().findings.into_iter().map(|f| f.zh).collect())
}
