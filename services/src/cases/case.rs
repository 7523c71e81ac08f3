//! 办件 · a case: the fold of its acts. All SQL on the case is here; only [`Case::apply`] changes it.

use super::hearing::{HearingAnswer, HearingRight};
use super::intermediaries::{Engagement, Finished};
pub use super::rejection::Rejection;
use super::remedies;
use super::supplement;
use super::together::{self, Together};
use crate::certificates::Certificate;
pub use acts::Stage;
use acts::{
    About, ActBody, Actor, ActorPrivate, Address, Asks, Bill, ByAgent, CaseAct, Certified, Channel, Entry, Handed, Mail, Missing,
    Moved, PaidWay, Party, Reasons, Subject, Supplement, Term, Versions,
};
use calendar::{Calendar, Clock};
use catalogue::Item;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::{Moment, Stop, jobs, record};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The one correction notice of a case (B4.1-01, X.7-5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    pub told_on: NaiveDate,
    /// The last day to supplement; notices from before named none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// `None` after erasure.
    pub missing: Option<Vec<Missing>>,
    /// What of it came before the rest, as the notice names it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub came: Vec<String>,
    pub answered_on: Option<NaiveDate>,
}

impl Correction {
    /// What of it is still waited for.
    pub fn left(&self) -> impl Iterator<Item = &Missing> {
        self.missing.iter().flatten().filter(|m| !self.came.contains(&m.what))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pause {
    pub ground: String,
    pub from: NaiveDate,
    pub told_days: u32,
    /// The day of the hearing, where it is one.
    #[serde(default)]
    pub heard_on: Option<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub granted: bool,
    pub on: NaiveDate,
    pub certificate_no: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub certified: Option<Certified>,
    pub basis: Option<String>,
    pub reasons: Option<Reasons>,
}

impl Case {
    /// What its grant pays.
    pub fn payout(&self) -> Option<&acts::Payout> {
        self.decision.as_ref()?.certified.as_ref()?.payout.as_ref()
    }
}

impl Decision {
    /// A grant that day, its last day included.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        self.granted && self.valid_to.is_none_or(|to| on <= to)
    }
}

/// How and when the bill was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    pub on: NaiveDate,
    pub way: PaidWay,
}

/// How the applicant wants to have the result; by post, where to, until it is erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    pub way: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Address>,
}

/// What is on its way by post, and since when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mailed {
    pub on: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
}

/// Who did the latest act, so that whoever comes second is told who was first (F078).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Latest {
    pub kind: String,
    pub at: DateTime<Utc>,
    pub by: Actor,
    pub person: Option<ActorPrivate>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub no: String,
    pub item: String,
    pub agency: String,
    pub region: String,
    pub channel: Channel,
    pub versions: Versions,
    pub stage: Stage,
    pub submitted_at: DateTime<Utc>,
    /// Private: gone after erasure.
    pub applicant: Option<Party>,
    pub filed_by: Option<Uuid>,
    /// The officer who took it in at the counter; gone after erasure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<Uuid>,
    /// Who applies together with the applicant, and what each said; gone after erasure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Together>,
    /// Those of them who are known here by their number; no part of what the acts make.
    #[serde(skip)]
    pub known: Vec<Uuid>,
    /// The village agent who filed it; gone after erasure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<ByAgent>,
    /// The certificate it asks something of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// That certificate, held with the case while an act is decided; no part of what the acts make.
    #[serde(skip)]
    pub certificate: Option<Box<Certificate>>,
    #[serde(default)]
    pub answers: Map<String, Value>,
    #[serde(default)]
    pub materials: Vec<Handed>,
    /// Five working days to accept or to tell what is missing (许可法 32).
    pub acceptance: Clock,
    pub promised: Option<Clock>,
    pub statutory: Option<Clock>,
    pub accepted_on: Option<NaiveDate>,
    #[serde(default)]
    pub deemed: bool,
    /// How many times the applicant has mended the own statement.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub amended: u32,
    pub correction: Option<Correction>,
    pub pause: Option<Pause>,
    #[serde(default)]
    pub reports: Vec<Handed>,
    /// 中介服务: what is, or was, done outside for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub engagements: Vec<Engagement>,
    /// The grounds of the special procedures it went through.
    #[serde(default)]
    pub special: BTreeSet<String>,
    /// Whoever presides over a hearing of the case (许可法 48).
    #[serde(default)]
    pub chair: Option<String>,
    /// Who reviews the case in an expert review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub experts: Vec<String>,
    /// 听证权利: until when the applicant may ask for a hearing, and what they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hearing: Option<HearingRight>,
    /// Papers of the agency, for its own people: records of surveys, approvals.
    #[serde(default)]
    pub papers: Vec<Handed>,
    /// Whether the applicant can sign in here; cases from before do not say.
    #[serde(default)]
    pub account: Option<bool>,
    /// Who put the survey on record, and whom it names.
    #[serde(default)]
    pub surveyed_by: Option<Uuid>,
    #[serde(default)]
    pub surveyors: Vec<String>,
    /// Who put the examination on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub examined_by: Option<Uuid>,
    /// 会签: who signed, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signed: Vec<Uuid>,
    /// 集体讨论: who put it on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discussed: Option<Uuid>,
    pub extended: bool,
    /// A survey failed, the examiner proposed to deny, or not all who signed or discussed agreed: granting then needs a reason (B4.2, A2.3-02).
    #[serde(default)]
    pub doubted: bool,
    pub decision: Option<Decision>,
    /// What is to be paid before the result is handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill: Option<Bill>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Paid>,
    pub concluded_on: Option<NaiveDate>,
    /// How the applicant wants to have the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
    /// What is on its way by post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailed: Option<Mailed>,
    pub delivered_on: Option<NaiveDate>,
    pub grade: Option<u8>,
    /// 复议和诉讼: what was done against the decision, as it was told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<remedies::Sought>,
    /// When what it held of people was erased (F152).
    pub erased_on: Option<NaiveDate>,
    pub process: process::State,
    /// Nodes left and flows taken so far.
    pub passed: BTreeSet<String>,
    pub latest: Latest,
}

impl Case {
    /// Begins a case from its first act; any other act begins nothing.
    pub fn begin(entry: &Entry<CaseAct>) -> Option<Case> {
        let CaseAct::Submitted { item, agency, region, channel, versions, acceptance, moved, about, private, .. } = &entry.act
        else {
            return None;
        };
        let (applicant, filed_by, answers, materials) = match private {
            Some(s) => (Some(s.applicant.clone()), Some(s.filed_by), s.answers.clone(), s.materials.clone()),
            None => (None, None, Map::new(), Vec::new()),
        };
        Some(Case {
            no: entry.subject.no.clone(),
            item: item.clone(),
            agency: agency.clone(),
            region: region.clone(),
            channel: *channel,
            versions: versions.clone(),
            stage: Stage::Submitted,
            submitted_at: entry.at,
            applicant,
            filed_by,
            taken_by: entry.person.as_ref().filter(|_| *channel == Channel::Counter).map(|by| by.person),
            together: private.iter().flat_map(|s| s.together.iter().cloned()).map(Together::new).collect(),
            known: Vec::new(),
            agent: private.as_ref().and_then(|s| s.agent.clone()),
            about: about.clone(),
            certificate: None,
            answers,
            materials,
            acceptance: acceptance.clone(),
            promised: None,
            statutory: None,
            accepted_on: None,
            deemed: false,
            amended: 0,
            correction: None,
            pause: None,
            reports: Vec::new(),
            engagements: Vec::new(),
            special: BTreeSet::new(),
            chair: None,
            experts: Vec::new(),
            hearing: None,
            papers: Vec::new(),
            account: private.as_ref().and_then(|s| s.account),
            surveyed_by: None,
            surveyors: Vec::new(),
            examined_by: None,
            signed: Vec::new(),
            discussed: None,
            extended: false,
            doubted: false,
            decision: None,
            bill: None,
            paid: None,
            concluded_on: None,
            chosen: None,
            mailed: None,
            delivered_on: None,
            grade: None,
            remedies: Vec::new(),
            erased_on: None,
            process: moved.state.clone(),
            passed: moved.took.iter().cloned().collect(),
            latest: Latest { kind: "case.submitted".into(), at: entry.at, by: entry.by.clone(), person: entry.person.clone() },
        })
    }

    /// Folds all acts of a case, oldest first.
    pub fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry<CaseAct>>) -> Option<Case> {
        let mut entries = entries.into_iter();
        let mut case = Case::begin(entries.next()?)?;
        for entry in entries {
            case.apply(entry);
        }
        Some(case)
    }

    fn move_to(&mut self, moved: &Moved) {
        self.process = moved.state.clone();
        self.passed.extend(moved.took.iter().cloned());
    }

    /// The only way a case changes. Never fails and never asks the time.
    pub fn apply(&mut self, entry: &Entry<CaseAct>) {
        let on = calendar::local_date(entry.at);
        let act = &entry.act;
        self.stage = Stage::after(act).unwrap_or(self.stage);
        // What a clock refuses was refused before the act was made.
        let _ = act.turn(Term::Promised, &mut self.promised, on);
        let _ = act.turn(Term::Statutory, &mut self.statutory, on);
        self.concluded_on = act.concludes(on).or(self.concluded_on);
        if let Some(moved) = act.moved() {
            self.move_to(moved);
        }
        self.papers.extend(act.papers().iter().cloned());
        match act {
            CaseAct::Submitted { .. } | CaseAct::CertificateChecked { .. } => {}
            CaseAct::Examined { private, .. } => {
                self.doubted |= act.proposes_grant() == Some(false);
                self.examined_by = entry.person.as_ref().map(|p| p.person);
                self.experts = private.as_ref().map(|why| why.experts.clone()).unwrap_or_default();
                self.chair = private.as_ref().and_then(|why| why.chair.clone()).or(self.chair.take());
            }
            CaseAct::Surveyed { private, .. } => {
                self.doubted |= act.survey_passed() == Some(false);
                self.surveyed_by = entry.person.as_ref().map(|p| p.person);
                self.surveyors = private.as_ref().map(|f| f.surveyors.clone()).unwrap_or_default();
            }
            CaseAct::Countersigned { private, .. } => {
                self.doubted |= private.as_ref().is_some_and(|signed| !signed.agrees);
                self.signed.push(by(entry));
            }
            CaseAct::HearingOffered { until, .. } => self.hearing = Some(HearingRight { until: *until, answer: None }),
            CaseAct::HearingAnswered { wants, .. } => {
                if let Some(right) = &mut self.hearing {
                    right.answer = Some(HearingAnswer { wants: *wants, on });
                }
            }
            CaseAct::Discussed { private, .. } => {
                self.doubted |= private.as_ref().is_some_and(|discussion| !discussion.for_grant);
                self.discussed = Some(by(entry));
            }
            CaseAct::CorrectionRequested { until, private, .. } => {
                let _ = self.acceptance.stop(on);
                self.correction = Some(Correction {
                    told_on: on,
                    until: *until,
                    missing: private.clone(),
                    came: Vec::new(),
                    answered_on: None,
                });
            }
            CaseAct::Supplemented { acceptance, private, .. } => {
                self.acceptance = acceptance.clone();
                if let Some(correction) = &mut self.correction {
                    correction.answered_on = Some(on);
                }
                if let Some(supplement) = private {
                    self.take_up(supplement);
                }
            }
            CaseAct::PartlySupplemented { private, .. } => {
                if let Some(supplement) = private {
                    let came = supplement::came(self, supplement);
                    if let Some(correction) = &mut self.correction {
                        correction.came = came;
                    }
                    self.take_up(supplement);
                }
            }
            CaseAct::Amended { private, .. } => {
                self.amended += 1;
                if let Some(amended) = private {
                    self.answers.extend(amended.answers.clone());
                    self.together = together::asked_anew(&self.together, &amended.together);
                }
            }
            CaseAct::Joined { agrees, private, .. } => {
                let whom = |one: &&mut Together| private.iter().flatten().any(|named| *named == one.who);
                for one in self.together.iter_mut().filter(whom) {
                    (one.agrees, one.held) = (Some((*agrees, on)), false);
                }
            }
            CaseAct::Accepted { promised, .. } | CaseAct::DeemedAccepted { promised, .. } => {
                let _ = self.acceptance.stop(on);
                self.accepted_on = Some(promised.start);
                self.deemed = matches!(act, CaseAct::DeemedAccepted { .. });
            }
            CaseAct::AcceptanceRefused { private, basis, .. } | CaseAct::NotRequired { private, basis, .. } => {
                let _ = self.acceptance.stop(on);
                self.decision = Some(denied(on, basis, private));
            }
            CaseAct::ClockPaused { ground, told_days, from, hearing, .. } => {
                let heard_on = hearing.as_ref().map(|hearing| hearing.on);
                self.pause = Some(Pause { ground: ground.clone(), from: *from, told_days: *told_days, heard_on });
            }
            CaseAct::ClockResumed { ground, done, private, .. } => {
                self.pause = None;
                if *done {
                    self.special.insert(ground.clone());
                }
                if let Some(report) = private {
                    self.reports.extend(report.files.iter().cloned());
                }
            }
            CaseAct::Extended { .. } => self.extended = true,
            CaseAct::Billed { bill } => self.bill = Some(bill.clone()),
            CaseAct::Paid { way, surplus: false, .. } => self.paid = Some(Paid { on, way: *way }),
            CaseAct::Paid { surplus: true, .. } | CaseAct::PaymentReturned { .. } => {}
            CaseAct::PaymentReversed { .. } => self.paid = None,
            CaseAct::Granted { on, certificate_no, valid_from, valid_to, private, .. } => {
                self.decision = Some(Decision {
                    granted: true,
                    on: *on,
                    certificate_no: certificate_no.clone(),
                    valid_from: *valid_from,
                    valid_to: *valid_to,
                    certified: private.clone(),
                    basis: None,
                    reasons: None,
                });
            }
            CaseAct::DeemedRenewed { on, certificate_no, valid_from, valid_to, private, .. } => {
                let _ = self.acceptance.stop(*on);
                self.decision = Some(Decision {
                    granted: true,
                    on: *on,
                    certificate_no: Some(certificate_no.clone()),
                    valid_from: Some(*valid_from),
                    valid_to: *valid_to,
                    certified: private.clone(),
                    basis: None,
                    reasons: None,
                });
            }
            CaseAct::Denied { on, basis, private, .. } => self.decision = Some(denied(*on, basis, private)),
            CaseAct::DeliveryChosen { way, private } => self.chosen = Some(Chosen { way: way.clone(), to: private.clone() }),
            CaseAct::Mailed { on, private } => self.mailed = Some(Mailed { on: *on, mail: private.clone() }),
            CaseAct::MailReturned { .. } => self.mailed = None,
            CaseAct::Delivered { on: day, .. } => self.delivered_on = Some(day.unwrap_or(on)),
            CaseAct::Rated { grade, .. } => self.grade = Some(*grade),
            CaseAct::IntermediaryEngaged { nth, service, name, paid_by, clock, provider, choice, private } => {
                self.engagements.push(Engagement {
                    nth: *nth,
                    service: service.clone(),
                    name: name.clone(),
                    paid_by: *paid_by,
                    clock: clock.clone(),
                    provider: provider.clone(),
                    other: private.clone(),
                    choice: choice.clone(),
                    finished: None,
                    papers: Vec::new(),
                    grade: None,
                });
            }
            CaseAct::IntermediaryFinished { nth, on, has_result, private, .. } => {
                if let Some(one) = self.engagements.iter_mut().find(|one| one.nth == *nth) {
                    let _ = one.clock.stop(*on);
                    one.finished = Some(Finished { on: *on, has_result: *has_result });
                    one.papers = private.as_ref().map(|report| report.files.clone()).unwrap_or_default();
                }
            }
            CaseAct::IntermediaryRated { nth, grade, .. } => {
                if let Some(one) = self.engagements.iter_mut().find(|one| one.nth == *nth) {
                    one.grade = Some(*grade);
                }
            }
            CaseAct::RemedySought { nth, way, on, private } => {
                self.remedies.push(remedies::Sought { nth: *nth, way: *way, on: *on, told: private.clone(), ended: None });
            }
            CaseAct::RemedyEnded { nth, on, outcome, .. } => {
                if let Some(one) = self.remedies.iter_mut().find(|one| one.nth == *nth) {
                    one.ended = Some(remedies::Ended { on: *on, outcome: *outcome });
                }
            }
            CaseAct::Withdrawn { .. } => {
                let _ = self.acceptance.stop(on);
            }
            CaseAct::PrivateErased { .. } => {
                self.forget();
                self.erased_on = Some(on);
            }
            CaseAct::SealUsed { .. } | CaseAct::AttemptRefused { .. } | CaseAct::LimitsRecomputed { .. } => return,
        }
        self.latest = Latest { kind: entry.bodies().kind, at: entry.at, by: entry.by.clone(), person: entry.person.clone() };
    }

    /// Asks the clocks whether they take the act, before it is made.
    pub fn clocks_take(&self, act: &CaseAct, on: NaiveDate) -> Result<(), Rejection> {
        act.turn(Term::Promised, &mut self.promised.clone(), on)?;
        Ok(act.turn(Term::Statutory, &mut self.statutory.clone(), on)?)
    }

    /// Drops what the private bodies held.
    fn forget(&mut self) {
        self.applicant = None;
        self.filed_by = None;
        self.taken_by = None;
        self.agent = None;
        self.together.clear();
        self.answers.clear();
        self.materials.clear();
        self.reports.clear();
        self.engagements.iter_mut().for_each(Engagement::forget);
        self.chair = None;
        self.experts.clear();
        self.papers.clear();
        self.account = None;
        self.surveyed_by = None;
        self.surveyors.clear();
        self.examined_by = None;
        self.signed.clear();
        self.discussed = None;
        self.doubted = false;
        self.latest.person = None;
        self.remedies.iter_mut().for_each(|one| one.told = None);
        if let Some(chosen) = &mut self.chosen {
            chosen.to = None;
        }
        if let Some(mailed) = &mut self.mailed {
            mailed.mail = None;
        }
        if let Some(correction) = &mut self.correction {
            correction.missing = None;
            correction.came.clear();
        }
        if let Some(decision) = &mut self.decision {
            decision.certified = None;
            decision.reasons = None;
        }
    }

    /// What was handed in after the one notice stands in the place of what was there.
    fn take_up(&mut self, supplement: &Supplement) {
        let replaced: BTreeSet<&str> = supplement.materials.iter().map(|m| m.material.as_str()).collect();
        self.materials.retain(|m| !replaced.contains(m.material.as_str()));
        self.materials.extend(supplement.materials.iter().cloned());
        self.answers.extend(supplement.answers.clone());
        if let Some(named) = &supplement.together {
            self.amended += 1;
            self.together = together::asked_anew(&self.together, named);
        }
    }

    pub fn waits_at(&self, node: &str) -> bool {
        self.process.is_waiting_at(node)
    }

    /// Whether the statement is the one that a page showed, which says how many times it had been mended; a program that fills in a form
    /// without having drawn it says nothing.
    pub fn is_as_seen(&self, seen: &str) -> bool {
        seen.parse::<u32>().map_or(true, |seen| seen == self.amended)
    }

    /// Whether this person is the village agent who filed it.
    pub fn is_filed_by_agent(&self, person: Uuid) -> bool {
        self.agent.is_some() && self.filed_by == Some(person)
    }

    /// Numbers of all the identity cards that the application names: who acts, who applies together, the family, whoever it is about. Whoever
    /// handles the case is none of them and no relative of theirs.
    pub fn cards(&self) -> Vec<String> {
        let together = self.together.iter().map(|one| one.who.number.to_uppercase());
        cards_in(&self.answers).into_iter().chain(together).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether this officer took it in at the counter that day.
    pub fn is_taken_by(&self, officer: Uuid, today: NaiveDate) -> bool {
        self.taken_by == Some(officer) && calendar::local_date(self.submitted_at) == today
    }

    /// Whether something can be sent to the applicant's account.
    pub fn has_account(&self) -> bool {
        self.account.unwrap_or(self.channel == Channel::Online)
    }

    /// Once it is over, with its result in the applicant's hands; what was withdrawn has none.
    pub fn can_be_rated(&self) -> bool {
        self.process.is_ended() && self.stage != Stage::Withdrawn
    }

    /// The bill, while it is not paid.
    pub fn to_pay(&self) -> Option<&Bill> {
        self.bill.as_ref().filter(|_| self.paid.is_none())
    }

    /// The day of the bill, while it is not paid: the grant that concludes the case makes it.
    pub fn billed_on(&self) -> Option<NaiveDate> {
        self.to_pay().and(self.concluded_on)
    }

    pub fn grade_text(&self) -> Option<&'static str> {
        self.grade.map(acts::grade_name)
    }

    pub fn url(&self) -> String {
        format!("/cases/{}", self.no)
    }

    /// What policies may know of it (definitions/policies).
    pub fn resource(&self, item: &Item) -> authority::Resource {
        authority::Resource::Case(authority::CaseResource {
            no: self.no.clone(),
            agency: self.agency.clone(),
            applicant: self.applicant.as_ref().map(|p| p.id.to_string()).unwrap_or_default(),
            filed_by: self.filed_by.map(|p| p.to_string()).unwrap_or_default(),
            together: self.known.iter().map(Uuid::to_string).collect(),
            cards: self.cards(),
            errand: self.errand(),
            stage: self.stage.key().into(),
            kind: if item.is_permit() { "permit" } else { "public_service" }.into(),
            ordinary: item.is_ordinary(&self.answers),
        })
    }

    /// Whose errand it is in which matter, where a village agent filed it: what a consent must cover.
    fn errand(&self) -> String {
        match (&self.agent, &self.applicant) {
            (Some(_), Some(applicant)) => errand(applicant.id, &self.item),
            _ => String::new(),
        }
    }

    /// The last day of the promise; unknown while a pause is open.
    pub fn due(&self, calendar: &Calendar) -> Option<NaiveDate> {
        let clock = match self.stage {
            Stage::Submitted => &self.acceptance,
            _ => self.promised.as_ref()?,
        };
        clock.due(calendar).map(|d| d.date)
    }
}

/// What a consent lets a village agent do: this matter for this person.
pub fn errand(person: Uuid, item: &str) -> String {
    format!("{person}/{item}")
}

/// Whoever did the act; nobody once that was erased.
fn by(entry: &Entry<CaseAct>) -> Uuid {
    entry.person.as_ref().map_or(Uuid::nil(), |person| person.person)
}

fn denied(on: NaiveDate, basis: &str, reasons: &Option<Reasons>) -> Decision {
    Decision {
        granted: false,
        on,
        certificate_no: None,
        valid_from: None,
        valid_to: None,
        certified: None,
        basis: Some(basis.to_owned()),
        reasons: reasons.clone(),
    }
}

/// Every number of an identity card among these answers, in lists too.
pub fn cards_in(answers: &Map<String, Value>) -> Vec<String> {
    let is_card = |text: &str| {
        let (digits, last) = text.split_at_checked(17).unwrap_or_default();
        digits.bytes().all(|b| b.is_ascii_digit()) && matches!(last.as_bytes(), [b'0'..=b'9' | b'X' | b'x'])
    };
    fn collect(value: &Value, is_card: &impl Fn(&str) -> bool, found: &mut Vec<String>) {
        match value {
            Value::String(text) if is_card(text) => found.push(text.to_uppercase()),
            Value::Array(all) => all.iter().for_each(|one| collect(one, is_card, found)),
            Value::Object(all) => all.values().for_each(|one| collect(one, is_card, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    answers.values().for_each(|value| collect(value, &is_card, &mut found));
    found
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Case {
    /// The case must be waiting at this step; whoever comes too late is told who did what and when (F078, H14).
    pub fn must_wait_at(&self, node: &str, doing: &str) -> Result<(), Rejection> {
        if self.waits_at(node) {
            return Ok(());
        }
        let at = self.latest.at.with_timezone(&calendar::SHANGHAI);
        let who = match (&self.latest.person, &self.latest.by.post) {
            (Some(person), Some(post)) => format!("{}（{post}）", person.name),
            (Some(person), None) => person.name.clone(),
            _ => "系统".into(),
        };
        Err(Rejection::TooLate(format!(
            "这一件现在是“{}”，不能再{doing}。{who}已于 {}办理：{}。",
            self.stage.zh(),
            at.format("%-m 月 %-d 日 %H:%M:%S"),
            foundation::log::act_name(&self.latest.kind),
        )))
    }
}

/// Finds the case and holds it to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Case, Stop> {
    let state: Option<Value> =
        sqlx::query_scalar("select state from cases where case_no = $1 for update").bind(no).fetch_optional(&mut *conn).await?;
    together::known(conn, serde_json::from_value(state.ok_or(Stop::NotFound("办件"))?)?).await
}

/// Reads the case.
pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Case, Stop> {
    let state: Option<Value> =
        sqlx::query_scalar("select state from cases where case_no = $1").bind(no).fetch_optional(&mut *conn).await?;
    together::known(conn, serde_json::from_value(state.ok_or(Stop::NotFound("办件"))?)?).await
}

/// The case that came of this form, if it has been sent before (H15).
pub async fn of_form(conn: &mut PgConnection, once: Uuid) -> Result<Option<String>, Stop> {
    Ok(sqlx::query_scalar("select case_no from cases where once = $1").bind(once).fetch_optional(conn).await?)
}

pub async fn insert(conn: &mut PgConnection, case: &Case, once: Uuid, now: &Moment) -> Result<(), Stop> {
    sqlx::query(
        "insert into cases (case_no, item, region, agency, stage, applicant, filed_by, once, submitted_at, due, state, consent, agent,
                            certificate, asks, together, cards)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(&case.no)
    .bind(&case.item)
    .bind(&case.region)
    .bind(&case.agency)
    .bind(case.stage.key())
    .bind(case.applicant.as_ref().map(|p| p.id))
    .bind(case.filed_by)
    .bind(once)
    .bind(case.submitted_at)
    .bind(case.due(&now.calendar))
    .bind(serde_json::to_value(case)?)
    .bind(case.agent.as_ref().map(|agent| &agent.consent))
    .bind(case.filed_by.filter(|_| case.agent.is_some()))
    .bind(case.about.as_ref().map(|about| &about.certificate))
    .bind(case.about.as_ref().map(|about| about.asks.key()))
    .bind(together::tokens(&case.together))
    .bind(Some(case.cards()).filter(|cards| !cards.is_empty()))
    .execute(&mut *conn)
    .await?;
    // A renewal is granted by the law if nobody has decided when the certificate expires (许可法 50): set once, for that moment.
    let renews = case.about.as_ref().is_some_and(|about| about.asks == Asks::Renewal);
    if let Some(to) = case.certificate.as_ref().filter(|_| renews).and_then(|certificate| certificate.valid_to()) {
        jobs::set(conn, super::renewed::KIND, &case.no, &Value::Null, calendar::end_of_day(to)).await?;
    }
    timers(conn, case, now).await
}

pub async fn save(conn: &mut PgConnection, case: &Case, now: &Moment) -> Result<(), Stop> {
    sqlx::query(
        "update cases
            set stage = $2,
                due = $3,
                statutory = $4,
                concluded_on = $5,
                applicant = $6,
                filed_by = $7,
                state = $8,
                together = $9,
                cards = $10,
                version = version + 1
          where case_no = $1",
    )
    .bind(&case.no)
    .bind(case.stage.key())
    .bind(case.due(&now.calendar))
    .bind(case.statutory.as_ref().and_then(|c| c.due(&now.calendar)).map(|d| d.date))
    .bind(case.concluded_on)
    .bind(case.applicant.as_ref().map(|p| p.id))
    .bind(case.filed_by)
    .bind(serde_json::to_value(case)?)
    .bind(together::tokens(&case.together))
    .bind(Some(case.cards()).filter(|cards| !cards.is_empty()))
    .execute(&mut *conn)
    .await?;
    timers(conn, case, now).await
}

/// The timer that makes silence an acceptance stands exactly while acceptance is open (许可法 32), the one that makes it a renewal at most
/// until there is a decision.
async fn timers(conn: &mut PgConnection, case: &Case, now: &Moment) -> Result<(), Stop> {
    if case.about.is_some() && case.stage.is_concluded() {
        jobs::cancel(conn, super::renewed::KIND, &case.no).await?;
    }
    match (case.stage, case.acceptance.due(&now.calendar)) {
        (Stage::Submitted, Some(due)) => {
            jobs::set(conn, super::deemed::KIND, &case.no, &Value::Null, calendar::end_of_day(due.date)).await
        }
        _ => jobs::cancel(conn, super::deemed::KIND, &case.no).await,
    }
}

/// Every act on the case, oldest first, with its number in the log.
pub async fn history(conn: &mut PgConnection, no: &str) -> Result<Vec<(record::Stored, Entry<CaseAct>)>, Stop> {
    record::acts_of(conn, &Subject::case(no))
        .await?
        .into_iter()
        .map(|stored| {
            let entry = stored.read()?;
            Ok((stored, entry))
        })
        .collect()
}

/// Cases compared at a time.
const COMPARED: i64 = 500;

/// The cases whose row is not what their acts make of it, or is gone: somebody wrote past the record (H40). All at one moment.
pub async fn astray(pool: &PgPool) -> Result<Vec<String>, Stop> {
    let mut tx = pool.begin().await?;
    sqlx::query("set transaction isolation level repeatable read, read only").execute(&mut *tx).await?;
    let mut found: Vec<String> = sqlx::query_scalar(
        "select subject
           from acts a
          where a.kind = 'case.submitted'
            and not exists (select from cases c where c.case_no = a.subject)
          order by subject",
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut after = String::new();
    loop {
        let rows: Vec<(String, String, Value)> =
            sqlx::query_as("select case_no, stage, state from cases where case_no > $1 order by case_no limit $2")
                .bind(&after)
                .bind(COMPARED)
                .fetch_all(&mut *tx)
                .await?;
        let Some((last, ..)) = rows.last() else { return Ok(found) };
        after = last.clone();
        let numbers: Vec<&str> = rows.iter().map(|(no, ..)| no.as_str()).collect();
        let mut told: HashMap<String, Vec<record::Stored>> = HashMap::new();
        for act in record::acts_of_all(&mut tx, CaseAct::SUBJECT, &numbers).await? {
            told.entry(act.subject.clone()).or_default().push(act);
        }
        for (no, stage, state) in rows {
            let acts: Result<Vec<Entry<CaseAct>>, Stop> = told.remove(&no).unwrap_or_default().iter().map(|a| a.read()).collect();
            let folded = acts.ok().and_then(|acts| Case::fold(&acts)).filter(|case| case.stage.key() == stage);
            if folded.is_none() || folded != serde_json::from_value(state).ok() {
                found.push(no);
            }
        }
    }
}

/// So many applications of one region can be numbered at the same moment.
const LANES: i32 = 16;
/// The numbers of one lane: the lanes share what six digits hold.
const LANE: i32 = 999_999 / LANES;

/// The next number: region, day, daily sequence, one check character; never reused, never a person's (X.1).
/// Taken from the first lane that no other transaction holds, so that nobody waits for somebody else's commit. The lane is held
/// by its name, not by its row: a row that changed since the statement began is passed over, though nobody holds it any more.
pub async fn next_number(conn: &mut PgConnection, region: &str, day: NaiveDate) -> Result<String, Stop> {
    let region: String = region.chars().chain(std::iter::repeat('0')).take(6).collect();
    loop {
        let taken: Option<i32> = sqlx::query_scalar(
            "insert into case_numbers (region, day, lane, last)
             select $1, $2, lane, lane * $3 + 1
               from (select lane
                       from (select open.lane
                               from generate_series(0, $4 - 1) open (lane)
                               left join case_numbers n on n.region = $1 and n.day = $2 and n.lane = open.lane
                              where coalesce(n.last, 0) < (open.lane + 1) * $3
                              order by open.lane
                             offset 0) open
                      where pg_try_advisory_xact_lock(hashtextextended($1 || $2::text, lane))
                      limit 1) free
             on conflict (region, day, lane) do update
                set last = case_numbers.last + 1
              where case_numbers.last < (case_numbers.lane + 1) * $3
             returning last",
        )
        .bind(&region)
        .bind(day)
        .bind(LANE)
        .bind(LANES)
        .fetch_optional(&mut *conn)
        .await?;
        if let Some(last) = taken {
            let body = format!("{region}{}{last:06}", day.format("%Y%m%d"));
            let check = forms::ids::mod_37_36(&body);
            return Ok(format!("{body}{check}"));
        }
        // Every lane is held or used up: wait for one that still has numbers.
        let waited: Option<i32> = sqlx::query_scalar(
            "select lane
               from (select open.lane
                       from generate_series(0, $4 - 1) open (lane)
                       left join case_numbers n on n.region = $1 and n.day = $2 and n.lane = open.lane
                      where coalesce(n.last, 0) < (open.lane + 1) * $3
                      order by random()
                      limit 1) open
              where pg_advisory_xact_lock(hashtextextended($1 || $2::text, lane)) is not null",
        )
        .bind(&region)
        .bind(day)
        .bind(LANE)
        .bind(LANES)
        .fetch_optional(&mut *conn)
        .await?;
        if waited.is_none() {
            return Err(Stop::Unavailable("今天的办件编号用完了".into()));
        }
    }
}
