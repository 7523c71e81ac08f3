//! 记数 · what an act adds to the sums, and what it takes back. One case is followed from its submission to its rating; of a private body
//! nothing is read, so that whoever has the public log counts the same.

use super::Measure;
use acts::{CardAct, CaseAct, Colour, Entry, Term};
use calendar::{Calendar, Clock};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an act does to a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub measure: Measure,
    /// The entry of the log that counts; of what is taken back, the one that counted.
    pub n: i64,
    pub day: NaiveDate,
    pub agency: String,
    pub amount: i64,
    pub taken: bool,
}

/// Something that counts until it is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Standing {
    measure: Measure,
    n: i64,
    day: NaiveDate,
    agency: String,
}

/// 一件 · what is known of a case while its acts are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    pub item: String,
    pub agency: String,
    pub region: String,
    promised: Option<Clock>,
    statutory: Option<Clock>,
    /// As running, and by its last promised day.
    running: Option<Standing>,
    due: Option<Standing>,
    /// By the rule whose card it is.
    cards: BTreeMap<String, Standing>,
}

impl Followed {
    /// A case begins with its submission; any other act begins nothing.
    pub fn begin(entry: &Entry<CaseAct>, n: i64) -> Option<(Followed, Vec<Change>)> {
        let CaseAct::Submitted { item, agency, region, .. } = &entry.act else { return None };
        let mut case = Followed {
            item: item.clone(),
            agency: agency.clone(),
            region: region.clone(),
            promised: None,
            statutory: None,
            running: None,
            due: None,
            cards: BTreeMap::new(),
        };
        let day = calendar::local_date(entry.at);
        let running = case.standing(Measure::Running, n, day);
        let changes = vec![case.counts(Measure::Received, n, day, 1), running.begins()];
        case.running = Some(running);
        Some((case, changes))
    }

    /// Never fails and never asks the time; days are those of this calendar.
    pub fn apply(&mut self, entry: &Entry<CaseAct>, n: i64, calendar: &Calendar) -> Vec<Change> {
        let on = calendar::local_date(entry.at);
        for (term, clock) in [(Term::Promised, &mut self.promised), (Term::Statutory, &mut self.statutory)] {
            // What the clock refuses was refused to the case as well.
            let _ = entry.act.turn(term, clock, on);
        }
        let mut changes = Vec::new();
        match &entry.act {
            CaseAct::Accepted { promised, .. } | CaseAct::DeemedAccepted { promised, .. } => {
                changes.push(self.counts(Measure::Accepted, n, promised.start, 1));
            }
            CaseAct::Rated { grade, .. } => {
                let measure = if *grade <= 3 { Measure::Content } else { Measure::Discontent };
                changes.push(self.counts(measure, n, on, 1));
            }
            _ => {}
        }
        // Whatever comes after the first end ends nothing again.
        if let Some(day) = entry.act.concludes(on).filter(|_| self.running.is_some()) {
            changes.extend([self.running.take(), self.due.take()].into_iter().flatten().map(Standing::ends));
            changes.push(self.counts(Measure::Concluded, n, day, 1));
            changes.extend(self.decided(&entry.act, n, day, calendar));
        }
        if self.running.is_some() {
            changes.extend(self.falls_due(n, calendar));
        }
        changes
    }

    /// What a decision adds: in time or not, and the three times (CLK-08).
    fn decided(&self, act: &CaseAct, n: i64, day: NaiveDate, calendar: &Calendar) -> Vec<Change> {
        let is_decision = matches!(act, CaseAct::Granted { .. } | CaseAct::Denied { .. } | CaseAct::DeemedRenewed { .. });
        let (Some(promised), Some(statutory)) = (&self.promised, &self.statutory) else { return Vec::new() };
        if !is_decision {
            return Vec::new();
        }
        let last = |clock: &Clock| clock.due(calendar).map_or(day, |due| due.date);
        let outcome = if day > last(promised) { Measure::Late } else { Measure::OnTime };
        let days = [
            (Measure::Used, working_days(promised, day, calendar)),
            (Measure::Promised, working_days(promised, last(promised), calendar)),
            (Measure::Statutory, working_days(statutory, last(statutory), calendar)),
        ];
        let days = days.map(|(measure, days)| self.counts(measure, n, day, days));
        std::iter::once(self.counts(outcome, n, day, 1)).chain(days).collect()
    }

    /// The last promised day moved, became known or is no longer known.
    fn falls_due(&mut self, n: i64, calendar: &Calendar) -> Vec<Change> {
        let day = self.promised.as_ref().and_then(|clock| clock.due(calendar)).map(|due| due.date);
        if day == self.due.as_ref().map(|due| due.day) {
            return Vec::new();
        }
        let ended = self.due.take().map(Standing::ends);
        self.due = day.map(|day| self.standing(Measure::Due, n, day));
        ended.into_iter().chain(self.due.as_ref().map(Standing::begins)).collect()
    }

    /// A card on this case, or what became of it.
    pub fn card(&mut self, entry: &Entry<CardAct>, n: i64) -> Vec<Change> {
        match &entry.act {
            CardAct::Issued { rule, colour, agency, .. } => self.shown(rule, *colour, agency.clone(), entry, n),
            // One that was withdrawn counts no more; by one alone is of before withdrawing took two (C3.3-18).
            CardAct::Reviewed { rule, upheld: false, .. } | CardAct::WithdrawalConfirmed { rule, .. } => {
                self.cards.remove(rule).map(Standing::ends).into_iter().collect()
            }
            // What was not put right is a graver card from that day on.
            CardAct::Escalated { rule, colour, .. } => match self.cards.remove(rule) {
                Some(card) => {
                    let mut changes = self.shown(rule, *colour, card.agency.clone(), entry, n);
                    changes.insert(0, card.ends());
                    changes
                }
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn shown(&mut self, rule: &str, colour: Colour, agency: String, entry: &Entry<CardAct>, n: i64) -> Vec<Change> {
        let measure = match colour {
            Colour::Notice => return Vec::new(),
            Colour::Warning => Measure::Warning,
            Colour::Yellow => Measure::Yellow,
            Colour::Red => Measure::Red,
        };
        let card = Standing { measure, n, day: calendar::local_date(entry.at), agency };
        let begins = card.begins();
        self.cards.insert(rule.to_owned(), card);
        vec![begins]
    }

    fn standing(&self, measure: Measure, n: i64, day: NaiveDate) -> Standing {
        Standing { measure, n, day, agency: self.agency.clone() }
    }

    fn counts(&self, measure: Measure, n: i64, day: NaiveDate, amount: i64) -> Change {
        Change { measure, n, day, agency: self.agency.clone(), amount, taken: false }
    }
}

impl Standing {
    fn begins(&self) -> Change {
        Change { measure: self.measure, n: self.n, day: self.day, agency: self.agency.clone(), amount: 1, taken: false }
    }

    fn ends(self) -> Change {
        Change { measure: self.measure, n: self.n, day: self.day, agency: self.agency, amount: 1, taken: true }
    }
}

/// Working days after the day of the event (CLK-01) to this one, without those on which the clock stood still (CLK-09).
fn working_days(clock: &Clock, to: NaiveDate, calendar: &Calendar) -> i64 {
    let paused = |day: NaiveDate| clock.is_paused(day);
    let days = clock.start.iter_days().skip(1).take_while(|day| *day <= to);
    days.filter(|day| calendar.is_working_day(*day) && !paused(*day)).count() as i64
}
