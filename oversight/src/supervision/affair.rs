//! 办件以外的监察对象 · what supervision watches that is no case (C3.3-25 to C3.3-28): a complaint, an order from a bad rating, a request for
//! information, a decision that used discretion. Each has a number and a clock of its own, and its own timer puts on record that a day
//! has passed; a rule is asked of that act when it is read, and nothing is kept here. Only public bodies are read: a card about a
//! complaint names its number, and never who complained.

use super::facts::{Element, local};
use super::rules::Inquiry;
use super::{book, card, issue};
use crate::complaints::first_desk;
use acts::{
    ActBody, ActorPrivate, CaseAct, ComplaintAct, DiscretionAct, Entry, RatingOrderAct, RatingStep, RequestAct, Ruling, Subject,
};
use calendar::{Calendar, local_date};
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate, Utc};
use forms::Decimal;
use foundation::record::{self, Stored};
use foundation::{Moment, Stop};
use rules::Facts;
use sqlx::PgConnection;
use uuid::Uuid;

/// Acts that a rule may be asked of, as their kinds are written.
const ASKED: [&str; 4] = ["complaint.overdue", "rating_order.overdue", "request.overdue", "discretion.applied"];

/// A day that passed without what was due on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapse {
    /// `accept`, `answer` or `call_back`.
    pub step: &'static str,
    pub due: NaiveDate,
    pub at: DateTime<Utc>,
    pub entry: i64,
}

/// A decision that used discretion (A2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub document: String,
    pub tier: String,
    pub least: Option<String>,
    pub most: Option<String>,
    pub amount: Option<String>,
    pub unit: String,
    /// What the act says, and holds against its own figures.
    pub inside: bool,
    /// An approval and a reason are on record.
    pub approved: bool,
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
    pub entry: i64,
}

/// What supervision knows of one of these, folded from public bodies as far as an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affair {
    pub kind: String,
    pub no: String,
    /// Whose duty it is; none is the desk of supervision, or an agency that the public is not told of.
    pub agency: Option<String>,
    pub item: Option<String>,
    pub began: DateTime<Utc>,
    /// The entry that began it.
    pub opened: i64,
    pub lapses: Vec<Lapse>,
    pub decision: Option<Decision>,
}

/// What a number of this kind is called.
pub fn name(kind: &str) -> &'static str {
    match kind {
        ComplaintAct::SUBJECT => "诉求",
        RatingOrderAct::SUBJECT => "差评工单",
        RequestAct::SUBJECT => "信息公开申请",
        DiscretionAct::SUBJECT => "裁量决定",
        _ => "办件",
    }
}

/// Where the public reads of it.
pub fn page(kind: &str, no: &str) -> String {
    match kind {
        ComplaintAct::SUBJECT => format!("/complaints/{no}"),
        RatingOrderAct::SUBJECT => format!("/ratings/orders/{no}"),
        RequestAct::SUBJECT => format!("/disclosure/{no}"),
        DiscretionAct::SUBJECT => "/discretion/decisions".into(),
        _ => format!("/cases/{no}"),
    }
}

impl Affair {
    fn begin(stored: &Stored, n: i64) -> Affair {
        Affair {
            kind: stored.subject_kind.clone(),
            no: stored.subject.clone(),
            agency: None,
            item: None,
            began: stored.at,
            opened: n,
            lapses: Vec::new(),
            decision: None,
        }
    }

    /// Folds acts, oldest first, as far as entry `through` of the log.
    pub fn fold(acts: &[Stored], through: i64) -> Result<Option<Affair>, Stop> {
        let mut affair: Option<Affair> = None;
        for (n, stored) in acts.iter().filter_map(|act| Some((act.n.filter(|n| *n <= through)?, act))) {
            affair.get_or_insert_with(|| Affair::begin(stored, n)).apply(stored, n)?;
        }
        Ok(affair)
    }

    fn apply(&mut self, stored: &Stored, n: i64) -> Result<(), Stop> {
        let lapse = |step, due| Lapse { step, due, at: stored.at, entry: n };
        match stored.subject_kind.as_str() {
            ComplaintAct::SUBJECT => match public::<ComplaintAct>(stored)?.act {
                ComplaintAct::Filed { agency, item, conduct, .. } => {
                    self.agency = first_desk(agency.as_deref(), conduct);
                    self.item = item;
                }
                ComplaintAct::Transferred { to, .. } => self.agency = to,
                ComplaintAct::Returned { .. } => self.agency = None,
                ComplaintAct::Overdue { due, acceptance } => {
                    self.lapses.push(lapse(if acceptance { "accept" } else { "answer" }, due));
                }
                _ => {}
            },
            RatingOrderAct::SUBJECT => match public::<RatingOrderAct>(stored)?.act {
                RatingOrderAct::Opened { agency, item, .. } => (self.agency, self.item) = (Some(agency), item),
                RatingOrderAct::Overdue { step: RatingStep::CallBack, due } => self.lapses.push(lapse("call_back", due)),
                RatingOrderAct::Overdue { due, .. } => self.lapses.push(lapse("answer", due)),
                _ => {}
            },
            RequestAct::SUBJECT => match public::<RequestAct>(stored)?.act {
                RequestAct::Requested { agency, .. } => self.agency = Some(agency),
                RequestAct::Overdue { due } => self.lapses.push(lapse("answer", due)),
                _ => {}
            },
            DiscretionAct::SUBJECT => {
                let entry = public::<DiscretionAct>(stored)?;
                self.agency = entry.by.agency;
                self.decision = decision(entry.act, stored.at, n).or(self.decision.take());
            }
            _ => {}
        }
        Ok(())
    }

    /// Each of these there is of it.
    pub fn each(&self, kind: &str, calendar: &Calendar) -> Vec<Element> {
        match kind {
            "lapse" => self.lapses.iter().map(|lapse| self.lapse(lapse, calendar)).collect(),
            "decision" => self.decision.iter().map(|one| told(one, calendar)).collect(),
            _ => Vec::new(),
        }
    }

    fn lapse(&self, lapse: &Lapse, calendar: &Calendar) -> Element {
        let began = local_date(self.began);
        let facts = Facts::default()
            .text("what", &self.kind)
            .text("step", lapse.step)
            .day("began", began)
            .number("days", i64::from(calendar.working_days_between(began, lapse.due.max(began))))
            .day("due", lapse.due)
            .moment("at", local(lapse.at))
            .number("entry", lapse.entry)
            .numbers("entries", [self.opened, lapse.entry]);
        (lapse.entry.to_string(), facts)
    }
}

fn told(one: &Decision, calendar: &Calendar) -> Element {
    let recorded = local_date(one.at);
    let behind = if one.on < recorded { calendar.working_days_between(one.on, recorded) } else { 0 };
    let figure = |facts: Facts, name: &str, value: &Option<String>| facts.decimal(name, value.as_deref().unwrap_or_default());
    let facts = Facts::default().text("document", &one.document).text("tier", &one.tier).text("unit", &one.unit);
    let facts = figure(facts, "least", &one.least);
    let facts = figure(facts, "most", &one.most);
    let facts = figure(facts, "amount", &one.amount)
        .truth("inside", one.inside)
        .truth("approved", one.approved)
        .day("on", one.on)
        .day("recorded", recorded)
        .number("behind", i64::from(behind))
        .moment("at", local(one.at))
        .number("entry", one.entry);
    (one.entry.to_string(), facts)
}

/// What was decided; what is only proposed is not.
fn decision(act: DiscretionAct, at: DateTime<Utc>, entry: i64) -> Option<Decision> {
    let DiscretionAct::Applied { ruling, decided_on, inside, .. } = act else { return None };
    let Ruling { document, tier, least, most, amount, unit, way, reason, .. } = ruling;
    let figure = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Decimal>().ok());
    let within = figure(&amount).is_none_or(|amount| {
        figure(&least).is_none_or(|least| amount >= least) && figure(&most).is_none_or(|most| amount <= most)
    });
    Some(Decision {
        inside: inside && within,
        approved: way.is_some() && !reason.trim().is_empty(),
        on: decided_on,
        document,
        tier,
        least,
        most,
        amount,
        unit,
        at,
        entry,
    })
}

/// An act without its private body.
fn public<A: ActBody>(stored: &Stored) -> Result<Entry<A>, Stop> {
    Ok(Entry::read(&stored.public_body, None)?)
}

/// The acts on what a card is about, by the number of the subject.
pub async fn history(conn: &mut PgConnection, kind: &str, no: &str) -> Result<Vec<Stored>, Stop> {
    record::acts_of(conn, &Subject { kind: kind.into(), no: no.into() }).await
}

/// Who did an act, where the private words are still there.
fn doer(stored: &Stored) -> Result<Option<ActorPrivate>, Stop> {
    Ok(match stored.subject_kind.as_str() {
        ComplaintAct::SUBJECT => stored.read::<ComplaintAct>()?.person,
        RatingOrderAct::SUBJECT => stored.read::<RatingOrderAct>()?.person,
        RequestAct::SUBJECT => stored.read::<RequestAct>()?.person,
        DiscretionAct::SUBJECT => stored.read::<DiscretionAct>()?.person,
        _ => stored.read::<CaseAct>()?.person,
    })
}

/// Whether this person did one of these acts.
pub fn handled(acts: &[Stored], person: Uuid) -> Result<bool, Stop> {
    for stored in acts {
        if doer(stored)?.is_some_and(|by| by.person == person) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The names of the people whom these acts are of or about: public words about them hold none of these (A3.4-06).
pub fn names(acts: &[Stored]) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for stored in acts {
        names.extend(doer(stored)?.map(|by| by.name));
        if stored.kind == "case.submitted"
            && let CaseAct::Submitted { private: Some(said), .. } = stored.read::<CaseAct>()?.act
        {
            names.extend(Some(said.applicant).filter(|party| !party.organisation).map(|party| party.name));
            names.extend(said.together.into_iter().map(|one| one.name));
            names.extend(said.agent.map(|agent| agent.name));
        }
    }
    Ok(names)
}

/// Asks the rules of each of these acts that is about no case, in the transaction that reads it. What the desk of supervision lets pass itself is
/// on record and listed, and gets no card: nobody judges his own case (C3.3-23).
pub async fn judge(conn: &mut PgConnection, catalogue: &Catalogue, acts: &[Stored], now: &Moment) -> Result<(), Stop> {
    let asked = acts.iter().filter_map(|act| Some((act.n.filter(|_| ASKED.contains(&act.kind.as_str()))?, act)));
    for (n, act) in asked.collect::<Vec<_>>() {
        let history = history(conn, &act.subject_kind, &act.subject).await?;
        let Some(affair) = Affair::fold(&history, n)? else { continue };
        let Some(agency) = &affair.agency else { continue };
        let versions = book::hold(conn).await?;
        let given = card::given(conn, &affair.no).await?;
        let (_, begun) = issue::begun(&Inquiry::about(&versions, &affair, &now.calendar), &versions, &given, &affair.no, now);
        let about = card::About {
            kind: &affair.kind,
            no: &affair.no,
            agency,
            item: affair.item.as_deref().unwrap_or_default(),
            region: catalogue.agency(agency).map_or("", |agency| agency.region.as_str()),
        };
        issue::give(conn, &about, given, begun, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
