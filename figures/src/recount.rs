//! 从头算 · the figures of a whole log, entry by entry, as anybody has it: public bodies and nothing else.

use super::{Change, Figure, Followed, Measure, Question, Value};
use acts::{ActBody, ArrangementAct, CardAct, CaseAct, Entry, Unreadable};
use calendar::Calendar;
use foundation::arrangements;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One figure while its log is read.
pub struct Recount {
    figure: &'static Figure,
    asked: Question,
    calendar: Calendar,
    cases: HashMap<String, Followed>,
    sums: BTreeMap<Measure, (i64, i64)>,
    behind: BTreeSet<i64>,
    /// Whether any act is of the region, the agency and the matter that are asked for.
    met: [bool; 3],
}

impl Recount {
    /// Days are counted by this calendar, and by each notice of holidays from where it stands in the log (CLK-07).
    pub fn new(figure: &'static Figure, asked: Question, calendar: Calendar) -> Recount {
        Recount {
            figure,
            asked,
            calendar,
            cases: HashMap::new(),
            sums: BTreeMap::new(),
            behind: BTreeSet::new(),
            met: [false; 3],
        }
    }

    /// The next entry: its number, its kind and its public body.
    pub fn read(&mut self, n: i64, kind: &str, body: &str) -> Result<(), Unreadable> {
        match kind.split('.').next() {
            Some(CaseAct::SUBJECT) => self.case(n, &Entry::read(body, None)?),
            Some(CardAct::SUBJECT) => self.card(n, &Entry::read(body, None)?),
            Some(ArrangementAct::SUBJECT) => {
                let entry: Entry<ArrangementAct> = Entry::read(body, None)?;
                let ArrangementAct::Loaded { year, address, rows, .. } = &entry.act;
                self.calendar = arrangements::with(&self.calendar, *year, address, rows);
            }
            _ => {}
        }
        Ok(())
    }

    fn case(&mut self, n: i64, entry: &Entry<CaseAct>) {
        let changes = match self.cases.get_mut(&entry.subject.no) {
            Some(case) => case.apply(entry, n, &self.calendar),
            None => {
                let Some((case, changes)) = Followed::begin(entry, n) else { return };
                self.cases.insert(entry.subject.no.clone(), case);
                changes
            }
        };
        self.count(&entry.subject.no, changes);
    }

    fn card(&mut self, n: i64, entry: &Entry<CardAct>) {
        let Some(case) = self.cases.get_mut(&entry.subject.no) else { return };
        let changes = case.card(entry, n);
        self.count(&entry.subject.no, changes);
    }

    fn count(&mut self, no: &str, changes: Vec<Change>) {
        let Some(case) = self.cases.get(no) else { return };
        let (first, last) = self.figure.days(&self.asked);
        for change in changes {
            let of = |region: &str, agency: &str, item: &str| {
                let only = Question { region: region.into(), agency: agency.into(), item: item.into(), ..self.asked.clone() };
                only.asks_of(&case.region, &change.agency, &case.item)
            };
            let (region, agency, item) = (&self.asked.region, &self.asked.agency, &self.asked.item);
            let met = [of(region, "", ""), of("", agency, ""), of("", "", item)];
            self.met.iter_mut().zip(met).for_each(|(was, is)| *was |= is);
            if first <= change.day && change.day <= last && self.asked.asks_of(&case.region, &change.agency, &case.item) {
                let (amount, acts) = self.sums.entry(change.measure).or_default();
                let sign = if change.taken { -1 } else { 1 };
                *amount += sign * change.amount;
                *acts += sign;
                match (self.figure.behind().contains(&change.measure), change.taken) {
                    (true, false) => _ = self.behind.insert(change.n),
                    (true, true) => _ = self.behind.remove(&change.n),
                    (false, _) => {}
                }
            }
        }
    }

    /// What was asked for and is of no act in the log: a slip of the pen, which must not be answered with nought.
    pub fn unmet(&self) -> Option<&str> {
        let asked = [&self.asked.region, &self.asked.agency, &self.asked.item];
        asked.into_iter().zip(self.met).find(|(asked, met)| !asked.is_empty() && !met).map(|(asked, _)| asked.as_str())
    }

    /// The entries it rests on.
    pub fn behind(&self) -> &BTreeSet<i64> {
        &self.behind
    }

    pub fn value(&self) -> Value {
        self.figure.value(|measure| self.sums.get(&measure).copied().unwrap_or_default())
    }
}
