//! 版本 · every definition that ever ran is kept by its digest, and a case keeps the version it began with (B6.1, F089).
//!
//! A version of an item is its text together with the process, the form and the fit table it names; the version's own
//! text lists their digests, and its digest is [`Item::hash`](crate::Item).

use crate::fault::Faults;
use crate::item::Facts;
use crate::items::shelf;
use crate::{Catalogue, Definition, Item};
use acts::{Actor, DefinitionAct, Subject};
use foundation::{Moment, Stop, record};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The texts a version is made of.
pub(crate) struct Parts<'a> {
    pub(crate) item: &'a str,
    pub(crate) process: &'a str,
    pub(crate) form: &'a str,
    pub(crate) fit: Option<&'a str>,
}

impl Parts<'_> {
    /// The text of the version: one line for each part.
    pub(crate) fn version(&self) -> String {
        let mut text = format!(
            "sunlit-item/1\nitem {}\nprocess {}\nform {}\n",
            sha256(self.item.as_bytes()),
            sha256(self.process.as_bytes()),
            sha256(self.form.as_bytes())
        );
        if let Some(fit) = self.fit {
            text.push_str(&format!("fit {}\n", sha256(fit.as_bytes())));
        }
        text
    }

    /// Reads what an item runs on, and tells everything that cannot be read.
    pub(crate) fn read(
        &self,
        files: [&str; 4],
        faults: &mut Faults,
    ) -> Option<(process::Definition, forms::Form, Option<rules::Table>)> {
        let process = process::Definition::parse(self.process)
            .map_err(|error| faults.add(files[1], "", process_error(&error.tell(process::Lang::Zh))))
            .ok();
        let form = forms::Form::parse(self.form)
            .map_err(|error| {
                for problem in error.problems {
                    faults.add(files[2], problem.place, problem.reason);
                }
            })
            .ok();
        let fit = match self.fit.map(rules::Table::parse) {
            Some(Err(error)) => {
                faults.add(files[3], "", error.to_string());
                return None;
            }
            Some(Ok(table)) => Some(table),
            None => None,
        };
        Some((process?, form?, fit))
    }

    /// Builds the item. `files` names the parts where a mistake is told: item, process, form, fit.
    pub(crate) fn build(&self, facts: Facts, files: [&str; 4], faults: &mut Faults) -> Option<Item> {
        let (process, form, fit) = self.read(files, faults)?;
        Some(Item {
            facts,
            process,
            form,
            fit,
            hash: sha256(self.version().as_bytes()),
            text_hash: sha256(self.item.as_bytes()),
            text: self.item.to_owned(),
            fit_text: self.fit.map(str::to_owned),
        })
    }
}

/// The text of a version of the letter templates: one line for each.
pub(crate) fn letters_version<'a>(letters: impl Iterator<Item = &'a Definition>) -> String {
    let mut lines: Vec<String> = letters.map(|d| format!("{} {}\n", d.key, d.hash)).collect();
    lines.sort();
    format!("sunlit-letters/1\n{}", lines.concat())
}

fn process_error(told: &str) -> String {
    format!("流程图读不出来：{told}")
}

impl Catalogue {
    /// Stores every text of the files by its digest and records, once for each that is new, that the house works by
    /// it. Two instances that start at once record it once: the key lets one of them in, and the other waits for it.
    /// Then the house works by the versions on record.
    pub async fn register(&self, pool: &PgPool, now: &Moment) -> Result<(), Stop> {
        let mut tx = pool.begin().await?;
        let letters = crate::letters::record::definitions(&self.letters_of_files());
        keep_texts(&mut tx, self.of_files().into_iter().chain(letters).collect(), now).await?;
        shelf::of_files(&mut tx, &self.items(), now).await?;
        crate::centres::record::of_files(&mut tx, self, now).await?;
        tx.commit().await?;
        self.keep_up(pool, now.date()).await?;
        Ok(())
    }

    /// The version of an item a case began with, by its [`hash`](Item::hash): the one in force if it is still that, else
    /// built from the stored texts, and then kept.
    pub async fn item_version(&self, pool: &PgPool, slug: &str, hash: &str) -> Result<Arc<Item>, Stop> {
        if let Some(item) = self.item(slug).filter(|item| item.hash == hash) {
            return Ok(item);
        }
        if let Some(item) = self.remembered(hash).filter(|item| item.slug == slug) {
            return Ok(item);
        }
        let version = text_of(pool, "version", hash).await?;
        let part = |name: &str| {
            let line = version.lines().find_map(|line| line.strip_prefix(name));
            line.map(|hash| hash.trim().to_owned())
        };
        let wanted = |name: &str| part(name).ok_or_else(|| Stop::Fault(format!("version {hash} lacks its {name}")));
        let item = text_of(pool, "item", &wanted("item ")?).await?;
        let process = text_of(pool, "process", &wanted("process ")?).await?;
        let form = text_of(pool, "form", &wanted("form ")?).await?;
        let fit = match part("fit ") {
            Some(fit) => Some(text_of(pool, "decision", &fit).await?),
            None => None,
        };
        let parts = Parts { item: &item, process: &process, form: &form, fit: fit.as_deref() };
        let facts = Facts::read(&item)?;
        if facts.slug != slug {
            return Err(Stop::NotFound("事项版本"));
        }
        let mut faults = Faults::default();
        let built = parts.build(facts, [slug, "process", "form", "fit"], &mut faults);
        let Some(built) = built else {
            let told: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
            return Err(Stop::Fault(format!("version {hash}: {}", told.join("; "))));
        };
        let built = Arc::new(built);
        self.remember(built.clone());
        Ok(built)
    }
}

/// Stores texts by their digests, and an act for each that is new.
pub(crate) async fn keep_texts(conn: &mut PgConnection, mut definitions: Vec<Definition>, now: &Moment) -> Result<(), Stop> {
    // One order for everybody, so that two who store at once never wait for each other in a circle.
    definitions.sort_by(|a, b| (a.kind, &a.key, &a.hash).cmp(&(b.kind, &b.key, &b.hash)));
    let mut entries = Vec::new();
    for definition in definitions {
        let new = sqlx::query(
            "insert into definitions (kind, key, hash, text, loaded_at)
             values ($1, $2, $3, $4, $5)
             on conflict do nothing",
        )
        .bind(definition.kind)
        .bind(&definition.key)
        .bind(&definition.hash)
        .bind(&definition.text)
        .bind(now.at)
        .execute(&mut *conn)
        .await?
        .rows_affected();
        if new == 0 {
            continue;
        }
        let subject = Subject::definition(&format!("{}/{}", definition.kind, definition.key));
        let act = DefinitionAct::Loaded { kind: definition.kind.into(), key: definition.key, hash: definition.hash };
        entries.push(record::entry(subject, now.at, Actor::system(), None, act));
    }
    record::record(conn, &entries).await?;
    Ok(())
}

impl Catalogue {
    /// The templates of a letter by the [`letters_hash`](Catalogue::letters_hash) of its day, as `Letters::load` takes them.
    pub async fn letters_version(&self, pool: &PgPool, hash: &str) -> Result<Vec<(String, Vec<u8>)>, Stop> {
        let version = text_of(pool, "version", hash).await?;
        let (keys, hashes): (Vec<&str>, Vec<&str>) = version.lines().skip(1).filter_map(|line| line.split_once(' ')).unzip();
        let texts: Vec<(String, String)> = sqlx::query_as(
            "select 'letters/' || d.key || '.typ', d.text
               from unnest($1::text[], $2::text[]) as f (key, hash)
               join definitions d on d.kind = 'letter' and d.key = f.key and d.hash = f.hash",
        )
        .bind(&keys)
        .bind(&hashes)
        .fetch_all(pool)
        .await?;
        Ok(texts.into_iter().map(|(path, text)| (path, text.into_bytes())).collect())
    }
}

async fn text_of(pool: &PgPool, kind: &str, hash: &str) -> Result<String, Stop> {
    let text: Option<String> = sqlx::query_scalar(
        "select text
           from definitions
          where kind = $1
            and hash = $2
          limit 1",
    )
    .bind(kind)
    .bind(hash)
    .fetch_optional(pool)
    .await?;
    text.ok_or(Stop::NotFound("版本"))
}
