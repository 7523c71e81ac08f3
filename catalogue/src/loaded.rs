//! 目录 · everything in force, loaded once and shared.

use crate::cache::Cache;
use crate::check;
use crate::data_elements::{self, Elements};
use crate::fault::{CatalogueFault, Faults};
use crate::item::Facts;
use crate::letters::{self, InForce};
use crate::places::Regions;
use crate::search::misses::Meanings;
use crate::search::{Answer, Asked, Entry, Field, Found, Hit, Index, SYNONYMS, Synonyms, Words};
use crate::subsidy::{self, SubsidyRule};
use crate::texts::Texts;
use crate::versions::{Parts, sha256};
use crate::{Agency, Centre, Item, Region};
use acts::Counter;
use axum::extract::FromRequestParts;
use axum::http::request;
use chrono::NaiveDate;
use foundation::page::Lang;
use foundation::{House, Stop};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// One text in force: what the house works by, with its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// `item`, `version`, `process`, `form`, `decision`, `policy`, `letter` or `synonyms`.
    pub kind: &'static str,
    /// The file's name without its ending; the slug of an item.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// SHA-256 of the text, in hex.
    pub hash: String,
    pub text: String,
    /// The file it comes from; of a part of an item, the address it is published at.
    pub source: String,
}

/// The items in force and what finds them. Never changed: a publication puts another shelf in its place.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) items: Arc<Vec<Arc<Item>>>,
    by_slug: HashMap<String, usize>,
    by_code: HashMap<String, usize>,
    pub(crate) index: Index,
    /// Which publications it knows, see [`crate::items::shelf`]; `None` for the items of the files.
    pub(crate) edition: Option<Edition>,
}

/// The last publication that a shelf knows, and the day it is for.
pub(crate) type Edition = (i64, NaiveDate);

/// What the files say beside the items.
struct Files {
    agencies: Vec<Agency>,
    centres: Vec<Arc<Centre>>,
    regions: Regions,
    /// Policies, letters, and tables that no item names.
    definitions: Vec<Definition>,
    synonyms: Arc<Synonyms>,
    subsidies: Vec<SubsidyRule>,
    elements: Elements,
}

/// The centres on record. Never changed: a change of the record puts others in their place.
struct Centres {
    by_region: Arc<Vec<Arc<Centre>>>,
    by_key: HashMap<String, Arc<Centre>>,
    /// Up to which act of the record they are known; before it was read, those of the files.
    known: i64,
}

impl Centres {
    fn new(by_region: Vec<Arc<Centre>>, known: i64) -> Centres {
        let by_key = by_region.iter().map(|centre| (centre.key.clone(), centre.clone())).collect();
        Centres { by_region: Arc::new(by_region), by_key, known }
    }
}

struct Inner {
    files: Arc<Files>,
    shelf: RwLock<Arc<Shelf>>,
    centres: RwLock<Arc<Centres>>,
    /// The templates of letters in force.
    templates: RwLock<Arc<InForce>>,
    /// What words of a search were said to mean.
    meanings: RwLock<Arc<Meanings>>,
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
        crate::search::warm();
        texts.check_encoding(&mut faults);
        let (agencies, centres) = agencies(&texts, &mut faults);
        let regions = regions(&texts, &mut faults);
        let mut items = Vec::new();
        for (path, bytes) in texts.under("reference/items/", ".json") {
            let Ok(text) = std::str::from_utf8(bytes) else {
                continue;
            };
            if let Some(item) = item(&texts, path, text, &mut faults) {
                items.push((path.to_owned(), item));
            }
        }
        let definitions = others(&texts, items.iter().filter_map(|(_, item)| item.fit_key.as_deref()).collect());
        let synonyms = Arc::new(Synonyms::read(texts.text(SYNONYMS).unwrap_or_default(), &mut faults));
        let elements = data_elements::of(&texts, &mut faults);
        let subsidies = subsidy::read(texts.text(subsidy::FILE), &mut faults);
        let places = check::Places { agencies: &agencies, centres: &centres, regions: &regions, elements: &elements };
        check::places(&places, &mut faults);
        check::items(&items, &places, &mut faults);
        if items.is_empty() && faults.0.is_empty() {
            faults.add("reference/items", "", "一个事项也没有");
        }
        if !faults.0.is_empty() {
            return Err(CatalogueFault { faults: faults.0 });
        }
        let catalogue =
            Catalogue::standing_on(Arc::new(Files { agencies, centres, regions, definitions, synonyms, subsidies, elements }));
        catalogue.put_up(items.into_iter().map(|(_, item)| Arc::new(item)).collect(), None);
        Ok(catalogue)
    }

    fn standing_on(files: Arc<Files>) -> Catalogue {
        let centres = Arc::new(Centres::new(files.centres.clone(), -1));
        let templates = Arc::new(InForce::of_files(texts_of_letters(&files.definitions)));
        Catalogue(Arc::new(Inner {
            files,
            shelf: RwLock::default(),
            templates: RwLock::new(templates),
            centres: RwLock::new(centres),
            meanings: RwLock::default(),
            earlier: Mutex::default(),
            pages: Cache::default(),
        }))
    }

    /// Another house with the same files: what is published in one of them is not in the other.
    pub fn apart(&self) -> Catalogue {
        let other = Catalogue::standing_on(self.0.files.clone());
        other.put_up(self.items().to_vec(), None);
        other
    }

    pub(crate) fn shelf(&self) -> Arc<Shelf> {
        self.0.shelf.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts these items in the place of those in force.
    pub(crate) fn put_up(&self, mut items: Vec<Arc<Item>>, edition: Option<Edition>) {
        items.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.slug.cmp(&b.slug)));
        let keyed = |key: fn(&Item) -> &String| -> HashMap<String, usize> {
            let pairs = items.iter().enumerate();
            pairs.map(|(at, item)| (key(item).clone(), at)).collect()
        };
        let index = Index::of(items.iter().map(|item| self.entry(item)), self.0.files.synonyms.clone());
        let shelf = Shelf {
            by_slug: keyed(|item| &item.slug),
            by_code: keyed(|item| &item.code),
            items: Arc::new(items),
            index,
            edition,
        };
        *self.0.shelf.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shelf);
        self.0.pages.clear();
    }

    /// Every item in force, by name.
    pub fn items(&self) -> Arc<Vec<Arc<Item>>> {
        self.shelf().items.clone()
    }

    /// Those that are not cancelled.
    pub fn listed(&self) -> Vec<Arc<Item>> {
        self.items().iter().filter(|item| !item.is_cancelled()).cloned().collect()
    }

    pub fn item(&self, slug: &str) -> Option<Arc<Item>> {
        let shelf = self.shelf();
        Some(shelf.items[*shelf.by_slug.get(slug)?].clone())
    }

    /// By 实施编码, or by a 基本编码 that only one item here has.
    pub fn by_code(&self, code: &str) -> Option<Arc<Item>> {
        let shelf = self.shelf();
        if let Some(at) = shelf.by_code.get(code) {
            return Some(shelf.items[*at].clone());
        }
        let mut same = shelf.items.iter().filter(|item| item.basic_code == code);
        same.next().filter(|_| same.next().is_none()).cloned()
    }

    /// Tells what keeps an item from being published, as it is told of a file.
    pub(crate) fn check(&self, item: &Item, faults: &mut Faults) {
        let Files { agencies, regions, elements, .. } = &*self.0.files;
        check::one("item", item, &check::Places { agencies, centres: &self.centres(), regions, elements }, faults);
    }

    /// What several forms ask alike.
    pub(crate) fn data_elements(&self) -> &Elements {
        &self.0.files.elements
    }

    pub fn agency(&self, key: &str) -> Option<&Agency> {
        self.0.files.agencies.iter().find(|agency| agency.key == key)
    }

    pub fn agencies(&self) -> &[Agency] {
        &self.0.files.agencies
    }

    /// An item's name in the reader's language; its slug when it is not known, which only an earlier version can cause.
    pub fn item_name(&self, slug: &str, lang: &Lang) -> String {
        self.item(slug).map_or_else(|| slug.to_owned(), |item| item.name_in(lang).to_owned())
    }

    /// An agency's name; its key when it is not known, which only an earlier version can cause.
    pub fn agency_name<'a>(&'a self, key: &'a str) -> &'a str {
        self.agency(key).map_or(key, |agency| &agency.name)
    }

    pub fn region(&self, code: &str) -> Option<&Region> {
        self.0.files.regions.get(code)
    }

    /// The code of a region by its full name, or by its code.
    pub fn region_code(&self, name: &str) -> Option<&str> {
        self.0.files.regions.named(name)
    }

    /// 安徽省六安市金寨县
    pub fn region_name(&self, code: &str) -> String {
        self.0.files.regions.full_name(code)
    }

    pub(crate) fn regions(&self) -> &Regions {
        &self.0.files.regions
    }

    /// What townships pay their village agents, by date.
    pub fn subsidies(&self) -> &[SubsidyRule] {
        &self.0.files.subsidies
    }

    pub fn centre(&self, key: &str) -> Option<Arc<Centre>> {
        self.on_record().by_key.get(key).cloned()
    }

    /// Where a matter is handled that day: at the counter that its text names, or where that counter went when its centre was closed.
    pub fn counter_of(&self, item: &Facts, on: NaiveDate) -> Option<(Arc<Centre>, Counter)> {
        let on_record = self.on_record();
        let (mut at, mut key) = (item.centre.as_str(), item.counter.as_str());
        // Nobody is followed by one that is closed already: every step leads to a later day.
        for _ in 0..on_record.by_key.len() {
            let centre = on_record.by_key.get(at)?;
            match centre.closing.as_ref().filter(|closing| closing.last_day < on) {
                None => return centre.counters.iter().find(|c| c.key == key).map(|c| (centre.clone(), c.clone())),
                Some(closing) => {
                    let successor = closing.successor.as_ref()?;
                    (at, key) = (&successor.centre, successor.counters.get(key)?);
                }
            }
        }
        None
    }

    /// Whether a matter is handled that day in this centre; one whose counter is nowhere, where its text says.
    pub fn is_handled_in(&self, item: &Facts, centre: &str, on: NaiveDate) -> bool {
        self.counter_of(item, on).map_or(item.centre == centre, |(at, _)| at.key == centre)
    }

    fn on_record(&self) -> Arc<Centres> {
        self.0.centres.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every centre on record, by region; also those that were closed.
    pub fn centres(&self) -> Arc<Vec<Arc<Centre>>> {
        self.on_record().by_region.clone()
    }

    /// Up to which act of the record the centres are known.
    pub(crate) fn centres_known(&self) -> i64 {
        self.on_record().known
    }

    pub(crate) fn put_centres(&self, centres: Vec<Arc<Centre>>, position: i64) {
        *self.0.centres.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Centres::new(centres, position));
        self.0.pages.clear();
    }

    /// The centres of the files, with which a record begins.
    pub(crate) fn centres_of_files(&self) -> &[Arc<Centre>] {
        &self.0.files.centres
    }

    /// What is searched of an item; nothing of one that is cancelled.
    fn entry(&self, item: &Item) -> Entry {
        if item.is_cancelled() {
            return Entry::default();
        }
        let one = [
            (Field::Name, &item.name),
            (Field::Name, &item.name_en),
            (Field::Name, &item.official_name),
            (Field::Result, &item.result.name),
            (Field::Summary, &item.summary),
            (Field::Code, &item.code),
            (Field::Code, &item.basic_code),
        ];
        let aliases = item.aliases.iter().chain(&item.aliases_en).map(|alias| (Field::Alias, alias));
        let themes = item.themes.iter().map(|theme| (Field::Theme, theme));
        let questions = item.faq.iter().map(|faq| (Field::Question, &faq.q));
        let texts = one.into_iter().chain(aliases).chain(themes).chain(questions);
        let mut lines: Vec<(Field, String)> = texts.map(|(field, text)| (field, text.clone())).collect();
        lines.push((Field::Agency, self.agency_name(&item.agency).to_owned()));
        lines.push((Field::Region, self.region_name(&item.region)));
        Entry {
            lines,
            agency: item.agency.clone(),
            regions: self.0.files.regions.upwards(&item.region).into_iter().map(str::to_owned).collect(),
            themes: item.themes.clone(),
            people: item.applies_to_people(),
            organisations: item.applies_to_organisations(),
        }
    }

    /// Finds items by a citizen's own words, best first.
    pub fn search(&self, q: &str, limit: usize) -> Vec<Hit> {
        if q.trim().is_empty() {
            return Vec::new();
        }
        self.find(Asked::of(q, limit), "").hits
    }

    /// One page of what is asked, from a cursor on that the page before gave.
    pub fn find(&self, mut asked: Asked, after: &str) -> Found {
        let shelf = self.shelf();
        // The place where it was: by score, then by name. Of a matter that is gone since, those of its score come again.
        asked.after = after.split_once('~').and_then(|(score, slug)| {
            let score = f64::from_bits(u64::from_str_radix(score, 16).ok()?);
            Some(match shelf.by_slug.get(slug) {
                Some(at) => (score, *at),
                None => (score.next_up(), usize::MAX),
            })
        });
        let mut answer = if asked.exact { None } else { self.meant(&asked.q, false) };
        let place_of = |answer: &Option<Answer>| match answer {
            Some(Answer::Item(slug)) => shelf.by_slug.get(slug).copied(),
            _ => None,
        };
        asked.meant = place_of(&answer);
        let mut rows = shelf.index.search(&asked);
        // Where nothing here fits, an answer holds whatever else was said.
        if (rows.weak || rows.total == 0) && !rows.vague && !asked.exact && answer.is_none() {
            answer = self.meant(&asked.q, true);
            asked.meant = place_of(&answer);
            if asked.meant.is_some() {
                rows = shelf.index.search(&asked);
            }
        }
        let place = |row: &crate::search::Row| format!("{:016x}~{}", row.score.to_bits(), shelf.items[row.at].slug);
        Found {
            total: rows.total,
            next: rows.rows.last().filter(|_| rows.more).map(place),
            instead: rows.instead,
            vague: rows.vague,
            weak: rows.weak,
            also: rows.also,
            told: answer.and_then(|answer| match answer {
                Answer::Sentence(sentence) => Some(sentence),
                Answer::Item(_) => None,
            }),
            counts: rows.counts,
            hits: rows
                .rows
                .into_iter()
                .map(|row| Hit { item: shelf.items[row.at].clone(), score: row.score, why: row.why })
                .collect(),
        }
    }

    /// The words of a question, and which of them the house knows.
    pub(crate) fn words_of(&self, q: &str) -> Words {
        self.shelf().index.words_of(q)
    }

    pub(crate) fn meanings(&self) -> Arc<Meanings> {
        self.0.meanings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn put_meanings(&self, meanings: Meanings) {
        *self.0.meanings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(meanings);
    }

    /// Words that mean the same.
    pub(crate) fn synonyms(&self) -> &Synonyms {
        &self.0.files.synonyms
    }

    /// Every text in force. Items may share a chart, a form or a table.
    pub fn definitions(&self) -> Vec<Definition> {
        let mut seen = HashSet::new();
        let of_items = self.items().iter().flat_map(|item| item.definitions()).collect::<Vec<_>>();
        let of_files = self.0.files.definitions.iter().filter(|d| d.kind != "letter").cloned();
        let others = of_files.chain(letters::record::definitions(&self.templates().texts));
        of_items.into_iter().filter(|d| seen.insert((d.kind, d.key.clone(), d.hash.clone()))).chain(others).collect()
    }

    /// The texts of the files that belong to no item.
    pub(crate) fn of_files(&self) -> Vec<Definition> {
        self.0.files.definitions.clone()
    }

    /// How many texts are in force.
    pub fn count(&self) -> usize {
        let of_items = self.items().iter().map(|item| 4 + usize::from(item.fit.is_some())).sum::<usize>();
        // Of the letters together there is one more: which of them are a version.
        of_items + self.0.files.definitions.len() + 1
    }

    fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Definition> {
        self.0.files.definitions.iter().filter(move |d| d.kind == kind)
    }

    /// Policy files by name, as `Authority::load` takes them.
    pub fn policy_files(&self) -> Vec<(String, String)> {
        self.of_kind("policy").map(|d| (file_name(&d.source).to_owned(), d.text.clone())).collect()
    }

    /// The templates of letters in force.
    pub fn templates(&self) -> Arc<InForce> {
        self.0.templates.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn put_templates(&self, templates: Arc<InForce>) {
        *self.0.templates.write().unwrap_or_else(PoisonError::into_inner) = templates;
    }

    /// Those of the files, by name, which hold until a change of them is published.
    pub(crate) fn letters_of_files(&self) -> letters::check::Texts {
        texts_of_letters(&self.0.files.definitions)
    }

    /// The digest of the version of the letter templates in force.
    pub fn letters_hash(&self) -> String {
        self.templates().hash.clone()
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

fn agencies(texts: &Texts, faults: &mut Faults) -> (Vec<Agency>, Vec<Arc<Centre>>) {
    const FILE: &str = "reference/agencies.json";
    match texts.text(FILE).map(serde_json::from_str::<Agencies>) {
        Some(Ok(read)) => return (read.agencies, read.centres.into_iter().map(Arc::new).collect()),
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
fn item(texts: &Texts, path: &str, text: &str, faults: &mut Faults) -> Option<Item> {
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
    parts.build(facts, [path, &process_file, &form_file, fit_file], faults)
}

fn texts_of_letters(definitions: &[Definition]) -> letters::check::Texts {
    let letters = definitions.iter().filter(|d| d.kind == "letter");
    letters.map(|d| (d.key.clone(), d.text.clone())).collect()
}

/// Policies, letters, and tables that no item's fit check names.
fn others(texts: &Texts, named: HashSet<&str>) -> Vec<Definition> {
    let kinds = [
        ("policy", "definitions/policies/", ".cedar"),
        ("policy", "definitions/policies/", ".cedarschema"),
        ("letter", "definitions/letters/", ".typ"),
        ("decision", "definitions/decisions/", ".dmn"),
    ];
    let mut definitions = Vec::new();
    for (kind, path, name) in [("synonyms", SYNONYMS, "近义词"), ("data-elements", data_elements::FILE, "数据元")] {
        let Some(text) = texts.text(path) else { continue };
        definitions.push(Definition {
            kind,
            key: stem(path).to_owned(),
            name: name.into(),
            hash: sha256(text.as_bytes()),
            text: text.to_owned(),
            source: path.to_owned(),
        });
    }
    for (kind, folder, ending) in kinds {
        for (path, bytes) in texts.under(folder, ending) {
            let Ok(text) = std::str::from_utf8(bytes) else {
                continue;
            };
            if kind == "decision" && named.contains(stem(path)) {
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
    definitions
}
