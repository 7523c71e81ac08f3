//! 全程留痕 · the record. An act is written in the transaction that changes the state it speaks of; it becomes an entry of
//! the public log when the sequencer numbers it. *Pending* → *sequenced* → *integrated* → *published*.

use crate::Stop;
use acts::{ActBody, Actor, ActorPrivate, Bodies, Entry, Subject};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Writes acts as pending. They are acknowledged once the caller's transaction commits, and not before.
/// Returns their positions. The caller holds the lock of the subject, so acts of one subject keep their order.
pub async fn record<A: ActBody>(conn: &mut PgConnection, entries: &[Entry<A>]) -> Result<Vec<i64>, Stop> {
    let written: Vec<_> = entries.iter().map(|entry| (entry, entry.bodies())).collect();
    let salts = || entries.iter().map(|_| rand::random()).collect::<Vec<[u8; 32]>>();
    let (public_salts, private_salts) = (salts(), salts());
    let commit = |salts: &[[u8; 32]], body: fn(&Bodies) -> &str| {
        let commitments = salts.iter().zip(&written).map(|(salt, (_, bodies))| ledger::commit(salt, body(bodies).as_bytes()));
        commitments.map(|commitment| commitment.as_bytes().to_vec()).collect::<Vec<_>>()
    };
    Ok(sqlx::query_scalar(
        "with written as (
            insert into acts (id, subject_kind, subject, kind, at, agency,
                              public_body, public_salt, public_commitment,
                              private_body, private_salt, private_commitment)
            select id, subject_kind, subject, kind, at, agency,
                   public_body, public_salt, public_commitment, private_body, private_salt, private_commitment
              from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[],
                          $7::text[], $8::bytea[], $9::bytea[], $10::text[], $11::bytea[], $12::bytea[])
                   with ordinality as a (id, subject_kind, subject, kind, at, agency, public_body, public_salt, public_commitment,
                                         private_body, private_salt, private_commitment, nth)
             order by nth
            returning position
         ), pending as (
            insert into acts_pending (position)
            select position from written
         )
         select position from written order by position",
    )
    .bind(entries.iter().map(|entry| entry.id).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.subject.kind.as_str()).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.subject.no.as_str()).collect::<Vec<_>>())
    .bind(written.iter().map(|(_, bodies)| bodies.kind.as_str()).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.at).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.by.agency.as_deref()).collect::<Vec<_>>())
    .bind(written.iter().map(|(_, bodies)| bodies.public.as_str()).collect::<Vec<_>>())
    .bind(public_salts.iter().map(|salt| salt.as_slice()).collect::<Vec<_>>())
    .bind(commit(&public_salts, |bodies| &bodies.public))
    .bind(written.iter().map(|(_, bodies)| bodies.private.as_str()).collect::<Vec<_>>())
    .bind(private_salts.iter().map(|salt| salt.as_slice()).collect::<Vec<_>>())
    .bind(commit(&private_salts, |bodies| &bodies.private))
    .fetch_all(conn)
    .await?)
}

/// A new entry, ready to be recorded.
pub fn entry<A: ActBody>(subject: Subject, at: DateTime<Utc>, by: Actor, person: Option<ActorPrivate>, act: A) -> Entry<A> {
    Entry { id: Uuid::now_v7(), subject, at, by, person, document_no: None, letters: None, act }
}

/// An act as stored, with its number in the log once it has one.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub position: i64,
    pub n: Option<i64>,
    pub id: Uuid,
    pub subject_kind: String,
    pub subject: String,
    pub kind: String,
    pub at: DateTime<Utc>,
    pub agency: Option<String>,
    pub public_body: String,
    pub public_salt: Vec<u8>,
    pub public_commitment: Vec<u8>,
    pub private_body: Option<String>,
    pub private_salt: Option<Vec<u8>>,
    pub private_commitment: Vec<u8>,
}

impl Stored {
    pub fn read<A: ActBody>(&self) -> Result<Entry<A>, Stop> {
        Ok(Entry::read(&self.public_body, self.private_body.as_deref())?)
    }
    /// Whether what is stored is what was committed to; an erased private body is nothing to compare.
    pub fn opens(&self) -> Result<bool, Stop> {
        let leaf = self.leaf()?;
        let salt = |salt: &[u8]| salt.try_into().unwrap_or([0; 32]);
        let private = match (&self.private_body, &self.private_salt) {
            (Some(body), Some(own)) => leaf.opens_private(&salt(own), body.as_bytes()),
            _ => true,
        };
        Ok(private && leaf.opens_public(&salt(&self.public_salt), self.public_body.as_bytes()))
    }
    /// The leaf this act has in the log.
    pub fn leaf(&self) -> Result<ledger::ActLeaf, Stop> {
        leaf(self.id, &self.kind, &self.public_commitment, &self.private_commitment)
    }
}

/// The leaf of an act: its number, its kind, and the commitments to its bodies.
pub(crate) fn leaf(id: Uuid, kind: &str, public: &[u8], private: &[u8]) -> Result<ledger::ActLeaf, Stop> {
    Ok(ledger::ActLeaf { id: id.to_string(), kind: kind.into(), public: hash(public)?, private: hash(private)? })
}

fn hash(bytes: &[u8]) -> Result<ledger::Hash, Stop> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| Stop::Fault("a commitment is not 32 bytes".into()))?;
    Ok(ledger::Hash::from(bytes))
}

/// Every act on a subject, oldest first.
pub async fn acts_of(conn: &mut PgConnection, subject: &Subject) -> Result<Vec<Stored>, Stop> {
    acts_of_all(conn, &subject.kind, &[&subject.no]).await
}

/// Every act on each of these subjects of one kind, oldest first.
pub async fn acts_of_all(conn: &mut PgConnection, kind: &str, numbers: &[&str]) -> Result<Vec<Stored>, Stop> {
    Ok(sqlx::query_as(
        "select a.position, e.n, a.id, a.subject_kind, a.subject, a.kind, a.at, a.agency,
                a.public_body, a.public_salt, a.public_commitment, a.private_body, a.private_salt, a.private_commitment
           from acts a
           left join log_entries e on e.position = a.position
          where a.subject_kind = $1
            and a.subject = any ($2)
          order by a.position",
    )
    .bind(kind)
    .bind(numbers)
    .fetch_all(conn)
    .await?)
}

/// The acts of entries `from..to` of the log.
pub async fn entries(conn: &mut PgConnection, from: i64, to: i64) -> Result<Vec<Stored>, Stop> {
    Ok(sqlx::query_as(
        "select a.position, e.n, a.id, a.subject_kind, a.subject, a.kind, a.at, a.agency,
                a.public_body, a.public_salt, a.public_commitment, a.private_body, a.private_salt, a.private_commitment
           from log_entries e
           join acts a on a.position = e.position
          where e.n >= $1
            and e.n < $2
          order by e.n",
    )
    .bind(from)
    .bind(to)
    .fetch_all(conn)
    .await?)
}

/// Erases the private bodies of a subject: text and salt go, commitments stay, so the log still verifies (F152).
/// The salt goes too: without it the commitment cannot be guessed back.
pub async fn erase_private(conn: &mut PgConnection, subject: &Subject) -> Result<u64, Stop> {
    let done = sqlx::query(
        "update acts
            set private_body = null,
                private_salt = null
          where subject_kind = $1
            and subject = $2
            and private_body is not null",
    )
    .bind(&subject.kind)
    .bind(&subject.no)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
