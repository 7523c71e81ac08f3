//! 筛选 · what is found, narrowed by agency, region, theme and whom it serves, with how many each choice leaves (F158).

use super::Field;
use std::collections::HashMap;

/// What is asked of the index.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// A person's words; empty for everything.
    pub q: String,
    /// Search for the words as typed, though they look mistyped.
    pub exact: bool,
    /// An agency by key, a region by code, a theme by name; empty for any.
    pub agency: String,
    pub region: String,
    pub theme: String,
    /// `person` or `company`.
    pub serves: String,
    /// Only what comes after this score and place.
    pub after: Option<(f64, usize)>,
    pub limit: usize,
    /// The place of the entry that the words were said to mean.
    pub meant: Option<usize>,
}

impl Asked {
    pub fn of(q: &str, limit: usize) -> Asked {
        Asked { q: q.to_owned(), limit, ..Asked::default() }
    }

    pub fn is_narrowed(&self) -> bool {
        [&self.agency, &self.region, &self.theme, &self.serves].iter().any(|chosen| !chosen.is_empty())
    }
}

/// What the index takes of a matter. Entries come in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub lines: Vec<(Field, String)>,
    pub agency: String,
    /// Its region, and those above it.
    pub regions: Vec<String>,
    pub themes: Vec<String>,
    pub people: bool,
    pub organisations: bool,
}

/// How many matters each choice leaves, the most first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub agencies: Vec<(String, usize)>,
    pub regions: Vec<(String, usize)>,
    pub themes: Vec<(String, usize)>,
    pub people: usize,
    pub organisations: usize,
}

/// Names by number.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
    /// `Some(None)` for a name that is not known: nothing has it.
    fn wanted(&self, name: &str) -> Option<Option<u32>> {
        (!name.is_empty()).then(|| self.numbers.get(name).copied())
    }
    fn counted(&self, counts: &[usize]) -> Vec<(String, usize)> {
        let mut all: Vec<(String, usize)> =
            self.names.iter().zip(counts).filter(|(_, n)| **n > 0).map(|(name, n)| (name.clone(), *n)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all
    }
}

struct Own {
    agency: u32,
    /// Where its regions, its own first, and its themes are in the list of both.
    regions: (u32, u32),
    themes: (u32, u32),
    people: bool,
    organisations: bool,
}

/// What each matter can be narrowed by.
#[derive(Default)]
pub(super) struct Facets {
    agencies: Names,
    regions: Names,
    themes: Names,
    own: Vec<Own>,
    /// Regions and themes of all, by number.
    numbers: Vec<u32>,
}

impl Facets {
    pub fn add(&mut self, entry: &Entry) {
        let agency = self.agencies.number(&entry.agency);
        let begin = self.numbers.len() as u32;
        self.numbers.extend(entry.regions.iter().map(|code| self.regions.number(code)));
        let between = self.numbers.len() as u32;
        self.numbers.extend(entry.themes.iter().map(|theme| self.themes.number(theme)));
        let own = Own {
            agency,
            regions: (begin, between),
            themes: (between, self.numbers.len() as u32),
            people: entry.people,
            organisations: entry.organisations,
        };
        self.own.push(own);
    }

    fn among(&self, (from, to): (u32, u32)) -> &[u32] {
        &self.numbers[from as usize..to as usize]
    }

    /// Those that pass what was chosen; each choice is counted among those that pass all the others.
    pub fn narrow(&self, all: Vec<(f64, u32)>, asked: &Asked) -> (Vec<(f64, u32)>, Counts) {
        let agency = self.agencies.wanted(&asked.agency);
        let region = self.regions.wanted(&asked.region);
        let theme = self.themes.wanted(&asked.theme);
        let serves = asked.serves.as_str();
        let narrowed = asked.is_narrowed();
        let mut agencies = vec![0; self.agencies.names.len()];
        let mut regions = vec![0; self.regions.names.len()];
        let mut themes = vec![0; self.themes.names.len()];
        let (mut people, mut organisations) = (0, 0);
        let mut passes_all = |at: u32| {
            let own = &self.own[at as usize];
            let among = |choice: Option<Option<u32>>, own: (u32, u32)| {
                choice.is_none_or(|wanted| wanted.is_some_and(|wanted| self.among(own).contains(&wanted)))
            };
            let passes = match narrowed {
                false => [true; 4],
                true => [
                    agency.is_none_or(|wanted| wanted == Some(own.agency)),
                    among(region, own.regions),
                    among(theme, own.themes),
                    match serves {
                        "person" => own.people,
                        "company" => own.organisations,
                        _ => true,
                    },
                ],
            };
            let failed = passes.iter().filter(|passes| !**passes).count();
            let counts = |dimension: usize| failed == 0 || failed == 1 && !passes[dimension];
            if counts(0) {
                agencies[own.agency as usize] += 1;
            }
            if counts(1)
                && let Some(region) = self.among(own.regions).first()
            {
                regions[*region as usize] += 1;
            }
            if counts(2) {
                self.among(own.themes).iter().for_each(|theme| themes[*theme as usize] += 1);
            }
            if counts(3) {
                people += usize::from(own.people);
                organisations += usize::from(own.organisations);
            }
            failed == 0
        };
        let mut passed = all;
        passed.retain(|(_, at)| passes_all(*at));
        let counts = Counts {
            agencies: self.agencies.counted(&agencies),
            regions: self.regions.counted(&regions),
            themes: self.themes.counted(&themes),
            people,
            organisations,
        };
        (passed, counts)
    }
}
