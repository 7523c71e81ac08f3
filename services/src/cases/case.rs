//! 办件 · a case: the fold of its acts. All SQL on the case is here; only [`Case::apply`] changes it.

use super::hearing::{HearingAnswer, HearingRight};
use super::intermediaries::{Engagement, Finished};
use super::remedies;
use super::together::{self, Together};
use crate::certificates::{self, Certificate};
pub use acts::Stage;
use acts::{
    About, ActBody, Actor, ActorPrivate, Address, Asks, Bill, ByAgent, CaseAct, Certified, Channel, Entry, Handed, Mail, Missing,
    Money, Moved, PaidWay, Party, Reasons, Subject, Term, Versions,
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
    pub answered_on: Option<NaiveDate>,
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
            CaseAct::Submitted { .. } => {}
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
                self.correction = Some(Correction { told_on: on, until: *until, missing: private.clone(), answered_on: None });
            }
            CaseAct::Supplemented { acceptance, private, .. } => {
                self.acceptance = acceptance.clone();
                if let Some(correction) = &mut self.correction {
                    correction.answered_on = Some(on);
                }
                if let Some(supplement) = private {
                    let replaced: BTreeSet<&str> = supplement.materials.iter().map(|m| m.material.as_str()).collect();
                    self.materials.retain(|m| !replaced.contains(m.material.as_str()));
                    self.materials.extend(supplement.materials.iter().cloned());
                    self.answers.extend(supplement.answers.clone());
                    if let Some(named) = &supplement.together {
                        self.amended += 1;
                        self.together = together::asked_anew(&self.together, named);
                    }
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
        }
        if let Some(decision) = &mut self.decision {
            decision.certified = None;
            decision.reasons = None;
        }
    }

    pub fn waits_at(&self, node: &str) -> bool {
        self.process.is_waiting_at(node)
    }

    /// Refuses what was decided on a statement that its applicant has mended meanwhile. `seen` is how many times it had been mended on the
    /// page; a program that fills in a form without having drawn it says nothing.
    pub fn as_seen(&self, seen: &str) -> Result<(), Rejection> {
        match seen.parse::<u32>() {
            Ok(seen) if seen != self.amended => Err(Rejection::AmendedMeanwhile),
            _ => Ok(()),
        }
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

/// The rules of the case say no. 不予受理 is not one of these: it is an act.
fn is_zero(n: &u32) -> bool {
    *n == 0
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Rejection {
    #[error("已经作出决定，申请不能再更正；对决定不服的，可以申请复议或者起诉")]
    DecidedAlready,
    #[error("窗口正等您补正，要改的请在补正里一起改")]
    AmendedBySupplement,
    #[error("窗口已经审查完了，申请不能再更正。确实填错了的，请马上告诉窗口，或者撤回以后重新申请")]
    ExaminedAlready,
    #[error("共同申请人还没有都同意一起申请：{}。请他们登录同意，或者当面、在纸上签名", .0.join("、"))]
    NotAllAgree(Vec<String>),
    #[error("{}不同意一起申请。要他本人登录改为同意，或者由申请人更正申请；都不行的，不能受理、不能准予", .0.join("、"))]
    OneRefuses(Vec<String>),
    #[error("{}已经同意一起申请，不能由您一个人去掉：请他先登录收回同意", .0.join("、"))]
    TakesOut(Vec<String>),
    #[error("已经受理，不能一个人收回同意；不想办了，请所有申请人一起到窗口撤回")]
    AgreedForGood,
    #[error("几个人一起申请的，受理以后不能再更正；确实填错了的，请一起到窗口撤回以后重新申请")]
    AcceptedTogether,
    #[error("现场核查已经做过，申请不能再更正。确实填错了的，请马上告诉窗口，或者撤回以后重新申请")]
    SurveyedAlready,
    #[error("这一件刚刚更正过。下面是现在的内容，请看一遍再改")]
    ChangedMeanwhile,
    #[error("您不是这一件的共同申请人，或者姓名和身份证号与申请上写的不一样")]
    NotTogether,
    #[error("已经说过了，不用再说一次")]
    SaidAlready,
    #[error("{}已经同意一起申请，不能由您一个人撤回：请他们先登录收回同意，或者一起到窗口撤回", .0.join("、"))]
    WithdrawnTogether(Vec<String>),
    #[error("“{0}”是申请人、申请人单位的人，或者现场核查过这一件，不能评审，请换一位专家")]
    InterestedExpert(String),
    #[error("批准的不能是办理的人自己，写机关负责人的姓名和职务")]
    ApprovesOwn,
    #[error("这一件已经听证过了，不用再告知听证权利")]
    HeardAlready,
    #[error("{0}是申请人一方的人，不能主持听证，请换一位")]
    ChairInterested(String),
    #[error("听证二十个工作日内举行，加上做笔录的几天，告知的工作日最多 {0} 个")]
    ToldTooLong(u32),
    #[error("申请人要求了听证，不能不举行；定的日子不合适的，先写明改期")]
    HearingWanted,
    #[error("没有改动：和原来填的一样")]
    NothingAmended,
    #[error("{0}不改证照上的内容，“{1}”不能更正；要改的，请申请变更")]
    AmendedPrint(&'static str, String),
    #[error("这样改就成了另一种情形，期限、材料或者谁来决定都不一样。已经受理的不能这样改，请撤回以后重新申请")]
    AnotherProcedure,
    #[error("这样改还要交：{}。窗口已经告知过补正或者已经受理，不能再这样改；请撤回以后重新申请", .0.join("、"))]
    AmendedWants(Vec<String>),
    #[error("申请人刚刚更正了申请。请先看一遍改了什么，再接着办")]
    AmendedMeanwhile,
    #[error("{0}")]
    TooLate(String),
    #[error("还缺 {} 份必需的材料：{}。请先一次性告知补正", .0.len(), .0.join("、"))]
    MaterialsMissing(Vec<String>),
    #[error("已于 {0} 一次性告知过补正，不能再提新的要求（《行政许可法》第三十二条）")]
    CorrectionAlreadyTold(NaiveDate),
    #[error("没有一次性告知过补正，不能因为材料不齐不予受理：请先告知（《行政许可法》第三十二条第一款第四项）")]
    NothingTold,
    #[error("补正的最后一天是 {0}，过了这一天还没有补，才能不予受理")]
    StillSupplementing(NaiveDate),
    #[error("补正告知书没有写最后一天，不能因为没有来补就不予受理")]
    NoLastDayTold,
    #[error("补正告知书上至少要有一样：请勾选缺少或需要更正的材料，并写明怎么改")]
    NothingMissing,
    #[error("还有 {} 样没有补：{}", .0.len(), .0.join("、"))]
    StillMissing(Vec<String>),
    #[error("这个事项没有“{0}”这一种特别程序，不能暂停计时")]
    NoSuchGround(String),
    #[error("听证最早能在 {0} 举行：要提前七个工作日通知（《行政许可法》第四十八条第一款第一项）")]
    HearingTooSoon(NaiveDate),
    #[error("听证最晚要在 {0} 举行：二十个工作日内组织（《行政许可法》第四十七条第一款）")]
    HearingTooLate(NaiveDate),
    #[error("告知的天数到不了听证那一天：至少写 {0} 个工作日")]
    ToldTooShort(u32),
    #[error("特别程序要有结果：把报告传上来，或者写明文书编号、谁出具的和结论")]
    NoReport,
    #[error("申请人 {0} 以前可以要求听证：等申请人答复，或者过了这一天再办（《行政许可法》第四十七条第一款）")]
    HearingRightOpen(NaiveDate),
    #[error("申请人要求听证，最晚要在 {0} 举行：先组织听证，再作决定（《行政许可法》第四十七条第一款）")]
    HearingOwed(NaiveDate),
    #[error("没有告知过听证权利")]
    NoHearingRight,
    #[error("要求听证的五个工作日到 {0} 为止，已经过了（《行政许可法》第四十七条第一款）")]
    HearingRightOver(NaiveDate),
    #[error("这一件已经告知过听证权利")]
    HearingOfferedBefore,
    #[error("听证定在 {0} 举行，还没有到，不能登记笔录")]
    NotHeardYet(NaiveDate),
    #[error("听证要有笔录：请把参加人签字或者盖章的听证笔录传上来（《行政许可法》第四十八条第一款第五项）")]
    NoTranscript,
    #[error("审查这一件的人不能主持听证，主持听证的人也不能审查：请换一个人（《行政许可法》第四十八条第一款第三项）")]
    ChairExamines,
    #[error("这个事项每一件都要先经过{0}，还没有做：请先进入特别程序")]
    ProcedureMissing(String),
    #[error("这个事项不能延期")]
    NoExtension,
    #[error("已经延长过一次，不能再延（《行政许可法》第四十二条）")]
    AlreadyExtended,
    #[error("期限已于 {0} 届满，过了期限不能再延长（《行政许可法》第四十二条）")]
    PastExtending(NaiveDate),
    #[error("现场核查至少要两名工作人员（《行政许可法》第三十四条）")]
    TooFewStaff,
    #[error("参加过现场核查的人不能再审查这一件，请换一名工作人员审查（审查人与核查人分设）")]
    SameHands,
    #[error("还要会签：要 {wanted} 个人，签了 {there} 个。签够了再作决定")]
    NotSigned { there: u32, wanted: u32 },
    #[error("您已经会签过这一件：一个人只算一次")]
    AlreadySigned,
    #[error("您审查过这一件，不能再会签：请审查人以外的人会签")]
    ExaminerSigns,
    #[error("您会签过这一件，不能再由您决定：请另一位首席代表决定")]
    SignerDecides,
    #[error("集体讨论是您登记的，不能再由您决定：请另一位首席代表决定")]
    RecorderDecides,
    #[error("集体讨论要有记录：请把参加人签字的讨论记录传上来")]
    NoMinutes,
    #[error("还没有集体讨论：先登记讨论，再作决定")]
    NotDiscussed,
    #[error("集体讨论至少要 {wanted} 个人，写了 {there} 个；同一个人只算一次")]
    TooFewThere { there: u32, wanted: u32 },
    #[error("还没有缴费：{0} 元。缴了再送达；可以网上缴，也可以在窗口缴")]
    Unpaid(Money),
    #[error("已于 {0} 缴过，不能再收")]
    AlreadyPaid(NaiveDate),
    #[error("这一件没有要缴的费用")]
    NothingToPay,
    #[error("今天另一笔收费已经用了这个凭条号码，请对照凭条再看一遍")]
    SlipUsed,
    #[error("网上缴的费用在支付机构那里，不能在窗口撤销")]
    PaidOnline,
    #[error("只有收这笔钱的人当天可以撤销")]
    OtherTill,
    #[error("“{line}”算不出该收多少，不能出缴费单：{reason}。请目录管理员改收费标准")]
    NoAmount { line: String, reason: String },
    #[error("申请人没有本站的账户，发不到账户里；请当面交给申请人，或者免费邮寄")]
    NoAccount,
    #[error("委托书没有写代办员可以代领，或者已经到期、撤回：请交给申请人本人，或者免费邮寄")]
    NotForAgent,
    #[error("申请人选的是“{0}”，不能改为发到账户；本人来窗口领取的可以当面交给他")]
    OtherWay(&'static str),
    #[error("还没有交邮：先登记交邮，收到邮政的签收记录再登记送达")]
    NotMailed,
    #[error("{0} 已经交邮：等签收记录，或者先登记退回")]
    AlreadyMailed(NaiveDate),
    #[error("签收日期 {received} 早于交邮日期 {mailed}，请对照签收记录再看一遍")]
    ReceivedTooEarly { received: NaiveDate, mailed: NaiveDate },
    #[error("申请人有本站的账户，由他自己在“我的”里撤回")]
    OwnAccount,
    #[error("办完、送达以后再评价；撤回的不评价")]
    NotDelivered,
    #[error("设定依据已经失效：{0}。不能再办新的申请")]
    BasisLapsed(String),
    #[error("{}", .0.zh())]
    Barred(catalogue::Barred),
    #[error("这个事项只办给单位：请先在窗口登记您代哪个单位办事")]
    ForOrganisations,
    #[error("这个事项只办给个人，不能替单位申请")]
    ForPeople,
    #[error("填的和申请单位登记的不一样：{}", .0.join("、"))]
    NotTheApplicant(Vec<String>),
    #[error("申请还有 {0} 处没有填好，请逐项核对后再提交")]
    Unfinished(usize),
    #[error("这一件没有不予许可、不予受理的决定，没有可以登记的复议、诉讼")]
    NothingRefused,
    #[error("{0}已经登记过，还没有结果；有了结果先登记结果")]
    RemedyRuns(&'static str),
    #[error("没有登记过{0}，或者结果已经登记了")]
    NoRemedy(&'static str),
    #[error("日期要在 {from} 和今天之间，请再看一遍")]
    RemedyDay { from: NaiveDate },
    #[error("已经评价过了，谢谢您")]
    AlreadyRated,
    #[error("这一件还没有办完，办理要用到这些信息，办完才能删除（《个人信息保护法》第四十七条）")]
    StillNeeded,
    #[error("现场核查有不符合的地方，或者审查、会签、讨论里有不同意见：准予要写明理由")]
    ReasonWanted,
    #[error("证照还在有效期内，核验它要用到持有人的信息：处理目的还没有实现，保存期限也没有届满（《个人信息保护法》第四十七条）")]
    CertificateInForce,
    #[error("个人信息已于 {0} 删除，不必再删")]
    AlreadyErased(NaiveDate),
    #[error(transparent)]
    Intermediary(#[from] catalogue::intermediaries::Rejection),
    #[error(transparent)]
    Certificate(#[from] certificates::Rejection),
    #[error("{0}")]
    Clock(String),
    #[error("{0}")]
    Chart(String),
}

impl From<process::Refusal> for Rejection {
    fn from(refusal: process::Refusal) -> Rejection {
        Rejection::Chart(refusal.tell(process::Lang::Zh))
    }
}

impl From<catalogue::fee::NoAmount> for Rejection {
    fn from(no: catalogue::fee::NoAmount) -> Rejection {
        Rejection::NoAmount { line: no.line, reason: no.reason }
    }
}

impl From<calendar::ClockError> for Rejection {
    fn from(error: calendar::ClockError) -> Rejection {
        Rejection::Clock(error.to_string())
    }
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
                            certificate, asks, together)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
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
