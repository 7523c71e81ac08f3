//! 目录 · everything in force, loaded once and shared.

use crate::cache::Cache;
use crate::check;
use crate::fault::{CatalogueFault, Faults};
use crate::item::Facts;
use crate::places::Regions;
use crate::search::{Hit, Index};
use crate::texts::Texts;
use crate::versions::{Parts, letters_version, sha256};
use crate::{Agency, Centre, Item, Region};
use axum::extract::FromRequestParts;
use axum::http::request;
use foundation::page::Lang;
use foundation::{House, Stop};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// One text in force: what the house works by, with its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// `item`, `version`, `process`, `form`, `decision`, `policy` or `letter`.
    pub kind: &'static str,
    /// The file's name without its ending; the slug of an item.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// SHA-256 of the text, in hex.
    pub hash: String,
    pub text: String,
    /// The file it comes from.
    pub source: String,
}

struct Inner {
    items: Vec<Arc<Item>>,
    by_slug: HashMap<String, usize>,
    by_code: HashMap<String, usize>,
    agencies: Vec<Agency>,
    centres: Vec<Centre>,
    regions: Regions,
    definitions: Vec<Definition>,
    letters_hash: String,
    index: Index,
    /// Versions no longer in force that running cases still need.
    earlier: Mutex<HashMap<String, Arc<Item>>>,
    pages: Cache,
}

/// Everything in force. Cheap to clone; handlers take it as an argument.
#[derive(Clone)]
pub struct Catalogue(Arc<Inner>);

/// Earlier versions kept in memory at a time; a few more are read again.
const EARLIER: usize = 256;

#[derive(Deserialize)]
struct Agencies {
    agencies: Vec<Agency>,
    centres: Vec<Centre>,
}

impl Catalogue {
    /// The definitions built into the program.
    pub fn embedded() -> Result<Catalogue, CatalogueFault> {
        Catalogue::of(Texts::embedded(), Faults::default())
    }

    /// The same layout from a directory an administrator edits: `dir/definitions`, `dir/reference`.
    pub fn load(dir: &Path) -> Result<Catalogue, CatalogueFault> {
        let mut faults = Faults::default();
        let texts = Texts::read(dir, &mut faults);
        Catalogue::of(texts, faults)
    }

    pub(crate) fn of(texts: Texts, mut faults: Faults) -> Result<Catalogue, CatalogueFault> {
        texts.check_encoding(&mut faults);
        let (agencies, centres) = agencies(&texts, &mut faults);
        let regions = regions(&texts, &mut faults);
        let mut definitions = Vec::new();
        let mut items = Vec::new();
        for (path, bytes) in texts.under("reference/items/", ".json") {
            let Ok(text) = std::str::from_utf8(bytes) else {
                continue;
            };
            if let Some(item) = item(&texts, path, text, &mut definitions, &mut faults) {
                items.push((path.to_owned(), item));
            }
        }
        others(&texts, &mut definitions);
        let letters = letters_version(definitions.iter().filter(|d| d.kind == "letter"));
        let letters_hash = sha256(letters.as_bytes());
        definitions.push(Definition {
            kind: "version",
            key: "letters".into(),
            name: "文书模板".into(),
            hash: letters_hash.clone(),
            text: letters,
            source: "definitions/letters".into(),
        });
        let places = check::Places { agencies: &agencies, centres: &centres, regions: &regions };
        check::places(&places, &mut faults);
        check::items(&items, &places, &texts, &mut faults);
        if items.is_empty() && faults.0.is_empty() {
            faults.add("reference/items", "", "一个事项也没有");
        }
        if !faults.0.is_empty() {
            return Err(CatalogueFault { faults: faults.0 });
        }
        let mut items: Vec<Arc<Item>> = items.into_iter().map(|(_, item)| Arc::new(item)).collect();
        items.sort_by(|a, b| a.name.cmp(&b.name));
        let keyed = |key: fn(&Item) -> &String| -> HashMap<String, usize> {
            let pairs = items.iter().enumerate();
            pairs.map(|(at, item)| (key(item).clone(), at)).collect()
        };
        let index = Index::of(&items, |item| {
            let agency = agencies.iter().find(|agency| agency.key == item.agency);
            (agency.map(|a| a.name.clone()).unwrap_or_default(), regions.full_name(&item.region))
        });
        Ok(Catalogue(Arc::new(Inner {
            by_slug: keyed(|item| &item.slug),
            by_code: keyed(|item| &item.code),
            items,
            agencies,
            centres,
            regions,
            definitions,
            letters_hash,
            index,
            earlier: Mutex::default(),
            pages: Cache::default(),
        })))
    }

    /// Every item, by name.
    pub fn items(&self) -> &[Arc<Item>] {
        &self.0.items
    }

    pub fn item(&self, slug: &str) -> Option<&Arc<Item>> {
        Some(&self.0.items[*self.0.by_slug.get(slug)?])
    }

    /// By 实施编码, or by a 基本编码 that only one item here has.
    pub fn by_code(&self, code: &str) -> Option<&Arc<Item>> {
        if let Some(at) = self.0.by_code.get(code) {
            return Some(&self.0.items[*at]);
        }
        let mut same = self.0.items.iter().filter(|item| item.basic_code == code);
        same.next().filter(|_| same.next().is_none())
    }

    pub fn agency(&self, key: &str) -> Option<&Agency> {
        self.0.agencies.iter().find(|agency| agency.key == key)
    }

    pub fn agencies(&self) -> &[Agency] {
        &self.0.agencies
    }

    /// An item's name in the reader's language; its slug when it is not known, which only an earlier version can cause.
    pub fn item_name<'a>(&'a self, slug: &'a str, lang: &Lang) -> &'a str {
        self.item(slug).map_or(slug, |item| item.name_in(lang))
    }

    /// An agency's name; its key when it is not known, which only an earlier version can cause.
    pub fn agency_name<'a>(&'a self, key: &'a str) -> &'a str {
        self.agency(key).map_or(key, |agency| &agency.name)
    }

    pub fn region(&self, code: &str) -> Option<&Region> {
        self.0.regions.get(code)
    }

    /// 安徽省六安市金寨县
    pub fn region_name(&self, code: &str) -> String {
        self.0.regions.full_name(code)
    }

    pub fn centre(&self, key: &str) -> Option<&Centre> {
        self.0.centres.iter().find(|centre| centre.key == key)
    }

    pub fn centres(&self) -> &[Centre] {
        &self.0.centres
    }

    /// Finds items by a citizen's own words, best first. A search without result is logged, so that the missing words
    /// can be added to the aliases.
    pub fn search(&self, q: &str, limit: usize) -> Vec<Hit> {
        let hits = self.0.index.search(q, &self.0.items, limit);
        // Numbers may be somebody's: an id, a telephone. What is logged keeps the words only.
        let words: String = q.chars().filter(|c| !c.is_numeric()).take(60).collect();
        if hits.is_empty() && !words.trim().is_empty() {
            tracing::info!(target: "catalogue::missed", q = %words, "search found nothing");
        }
        hits
    }

    /// Every text in force.
    pub fn definitions(&self) -> &[Definition] {
        &self.0.definitions
    }

    /// Policy files by name, as `Authority::load` takes them.
    pub fn policy_files(&self) -> Vec<(String, String)> {
        let policies = self.definitions().iter().filter(|d| d.kind == "policy");
        policies.map(|d| (file_name(&d.source).to_owned(), d.text.clone())).collect()
    }

    /// Letter templates by path, as `Letters::load` takes them.
    pub fn letter_files(&self) -> Vec<(String, Vec<u8>)> {
        let letters = self.definitions().iter().filter(|d| d.kind == "letter");
        let path = |source: &str| source.trim_start_matches("definitions/").to_owned();
        letters.map(|d| (path(&d.source), d.text.clone().into_bytes())).collect()
    }

    /// The digest of the version of the letter templates in force.
    pub fn letters_hash(&self) -> &str {
        &self.0.letters_hash
    }

    pub(crate) fn pages(&self) -> &Cache {
        &self.0.pages
    }

    pub(crate) fn remembered(&self, hash: &str) -> Option<Arc<Item>> {
        let earlier = self.0.earlier.lock();
        let earlier = earlier.unwrap_or_else(PoisonError::into_inner);
        earlier.get(hash).cloned()
    }

    pub(crate) fn remember(&self, item: Arc<Item>) {
        let earlier = self.0.earlier.lock();
        let mut earlier = earlier.unwrap_or_else(PoisonError::into_inner);
        if earlier.len() >= EARLIER {
            earlier.clear();
        }
        earlier.insert(item.hash.clone(), item);
    }
}

impl FromRequestParts<House> for Catalogue {
    type Rejection = Stop;
    async fn from_request_parts(parts: &mut request::Parts, _: &House) -> Result<Self, Stop> {
        let catalogue = parts.extensions.get::<Catalogue>();
        catalogue.cloned().ok_or_else(|| Stop::Fault("no catalogue in the request".into()))
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn stem(path: &str) -> &str {
    let name = file_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn agencies(texts: &Texts, faults: &mut Faults) -> (Vec<Agency>, Vec<Centre>) {
    const FILE: &str = "reference/agencies.json";
    match texts.text(FILE).map(serde_json::from_str::<Agencies>) {
        Some(Ok(read)) => return (read.agencies, read.centres),
        Some(Err(error)) => faults.json(FILE, &error),
        None => {}
    }
    Default::default()
}

fn regions(texts: &Texts, faults: &mut Faults) -> Regions {
    const FILE: &str = "reference/regions.csv";
    match texts.text(FILE).map(Regions::read) {
        Some(Ok(read)) => return read,
        Some(Err(error)) => faults.add(FILE, "", format!("读不出来（{error}）")),
        None => {}
    }
    Regions::default()
}

/// Reads an item with what it runs on.
fn item(texts: &Texts, path: &str, text: &str, definitions: &mut Vec<Definition>, faults: &mut Faults) -> Option<Item> {
    let facts = match Facts::read(text) {
        Ok(facts) => facts,
        Err(error) => {
            faults.json(path, &error);
            return None;
        }
    };
    if facts.slug != stem(path) {
        faults.add(path, "slug", format!("“{}”和文件名不一致，请改成一样", facts.slug));
    }
    let missing = facts.missing_elements();
    if !missing.is_empty() {
        faults.add(path, "", format!("还没有填{}，填全九项才能公布", missing.join("、")));
        return None;
    }
    let mut part = |field: &str, file: String| match texts.text(&file) {
        Some(text) => Some((file, text)),
        None => {
            faults.add(path, field, format!("没有 {file} 这个文件"));
            None
        }
    };
    let process = part("process", format!("definitions/processes/{}.bpmn", facts.process_key));
    let form = part("form", format!("definitions/forms/{}.json", facts.form_key));
    let fit = match &facts.fit_key {
        Some(key) => Some(part("fit", format!("definitions/decisions/{key}.dmn"))?),
        None => None,
    };
    let ((process_file, process), (form_file, form)) = (process?, form?);
    let parts = Parts { item: text, process, form, fit: fit.as_ref().map(|(_, text)| *text) };
    let fit_file = fit.as_ref().map_or("", |(file, _)| file);
    let version = parts.version();
    let item = parts.build(facts, [path, &process_file, &form_file, fit_file], faults)?;
    let of = |kind, key: &str, name: &str, text: &str, source: &str| Definition {
        kind,
        key: key.to_owned(),
        name: name.to_owned(),
        hash: sha256(text.as_bytes()),
        text: text.to_owned(),
        source: source.to_owned(),
    };
    definitions.push(of("item", &item.slug, &item.name, text, path));
    definitions.push(of("version", &item.slug, &item.name, &version, path));
    let mut once = |definition: Definition| {
        // Two items may share a process or a form.
        if !definitions.iter().any(|d| d.source == definition.source) {
            definitions.push(definition);
        }
    };
    let process_name = item.process.name();
    once(of("process", &item.process_key, process_name, process, &process_file));
    once(of("form", &item.form_key, item.form.title(), form, &form_file));
    if let (Some((file, text)), Some(key)) = (&fit, &item.fit_key) {
        once(of("decision", key, &format!("{}：是否适合我", item.name), text, file));
    }
    Some(item)
}

/// Policies, letters, and tables that no item's fit check names.
fn others(texts: &Texts, definitions: &mut Vec<Definition>) {
    let kinds = [
        ("policy", "definitions/policies/", ".cedar"),
        ("policy", "definitions/policies/", ".cedarschema"),
        ("letter", "definitions/letters/", ".typ"),
        ("decision", "definitions/decisions/", ".dmn"),
    ];
    for (kind, folder, ending) in kinds {
        for (path, bytes) in texts.under(folder, ending) {
            let Ok(text) = std::str::from_utf8(bytes) else {
                continue;
            };
            if definitions.iter().any(|d| d.source == path) {
                continue;
            }
            definitions.push(Definition {
                kind,
                key: stem(path).to_owned(),
                name: file_name(path).to_owned(),
                hash: sha256(bytes),
                text: text.to_owned(),
                source: path.to_owned(),
            });
        }
    }
}
