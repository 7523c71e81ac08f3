//! 提交 · submit an application (B4.1, F071, F074). One form is one case, however often it is sent; the receipt and the case
//! number come at once, and the five working days for acceptance start.

use super::case::{self, Case, Rejection};
use super::chart;
use super::run::By;
use super::together;
use crate::certificates::{ask, drawn_from};
use crate::counter::taken;
use acts::{About, ByAgent, CaseAct, Channel, Handed, OnFile, Party, Queued, Submission};
use authority::{Act, Circumstance, Resource};
use calendar::Clock;
use catalogue::{Barred, Catalogue, Foundations, Item};
use chrono::NaiveDate;
use forms::{Field, FieldError, Kind};
use foundation::page::fields::field_error;
use foundation::people::{Organisation, Person};
use foundation::{House, Moment, Stop, record};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Everything handed in.
#[derive(Clone, Debug)]
pub struct Application {
    pub applicant: Party,
    /// What is on file about the applicant, when it is an organisation.
    pub organisation: Option<Organisation>,
    /// Whoever handed it in: the applicant or the agent; never the officer who typed it.
    pub filed_by: Uuid,
    /// Whether that person can sign in here.
    pub account: bool,
    pub channel: Channel,
    pub answers: Map<String, Value>,
    /// What of it came from what is on file.
    pub on_file: BTreeMap<String, OnFile>,
    pub materials: Vec<Handed>,
    /// The number by which whoever hands it in at the counter was called.
    pub queued: Option<Queued>,
    /// The certificate it asks something of.
    pub about: Option<About>,
    /// The village agent who hands it in for the applicant, and by which consent; the caller holds the consent.
    pub agent: Option<ByAgent>,
}

impl Application {
    fn known(&self) -> BTreeMap<String, Value> {
        let by = match (&self.agent, self.channel) {
            (Some(agent), _) => HandedIn::ByConsent(&agent.name),
            (None, Channel::Counter) => HandedIn::AtCounter,
            (None, Channel::Online | Channel::Agent) => HandedIn::Online,
        };
        known(&self.applicant, self.organisation.as_ref(), by)
    }
}

/// Whether an item is for people, or for organisations.
pub fn serves(item: &Item, organisation: bool) -> Result<(), Rejection> {
    match organisation {
        true if !item.applies_to_organisations() => Err(Rejection::ForPeople),
        false if !item.applies_to_people() => Err(Rejection::ForOrganisations),
        _ => Ok(()),
    }
}

/// Who hands an application in, beside who applies.
#[derive(Clone, Copy, Debug)]
pub enum HandedIn<'a> {
    /// Oneself, signed in: a person for oneself, or for an organisation with a mandate on record.
    Online,
    /// Somebody with a consent on record, by name.
    ByConsent(&'a str),
    /// Whoever stands at the counter: the form says who.
    AtCounter,
}

/// Who applies and who acts for them, as the house knows it, by the names under which forms ask for it (`organisation.*`, `applicant.*`,
/// `agent.*`): none of it is typed.
pub fn known(applicant: &Party, organisation: Option<&Organisation>, by: HandedIn<'_>) -> BTreeMap<String, Value> {
    let kind = if organisation.is_some() { "organisation" } else { "person" };
    let mut data: Vec<(&str, Option<Value>)> = vec![("applicant.kind", Some(kind.into()))];
    match organisation {
        Some(organisation) => data.extend([
            ("organisation.name", Some(organisation.name.clone().into())),
            ("organisation.uscc", Some(organisation.uscc.clone().into())),
            ("organisation.legal_representative", organisation.legal_representative.clone().map(Value::from)),
        ]),
        None => data.extend([
            ("applicant.name", Some(applicant.name.clone().into())),
            ("applicant.resident_id", applicant.identity.clone().map(Value::from)),
        ]),
    }
    match by {
        HandedIn::ByConsent(name) => data.extend([("agent.acts", Some(true.into())), ("agent.name", Some(name.into()))]),
        HandedIn::Online if organisation.is_none() => data.push(("agent.acts", Some(false.into()))),
        HandedIn::Online | HandedIn::AtCounter => {}
    }
    data.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// Whether a field of this case says who applies or who acts for them, as the house knows it: nobody is asked to mend it, and nobody may. Whoever
/// came to the counter for a person is what the form says.
pub fn is_known_of(case: &Case, field: &forms::Field) -> bool {
    let from = |register: &str| field.source.as_deref().is_some_and(|source| source.starts_with(register));
    match case.applicant.as_ref().is_some_and(|party| party.organisation) {
        true => from("organisation.") || from("applicant.kind"),
        false => from("applicant.") || from("agent.") && case.channel != Channel::Counter,
    }
}

/// Whether a field asks who applies or who acts for them, which is [`known`].
pub fn is_given(field: &forms::Field) -> bool {
    field.source.as_deref().is_some_and(|source| source.starts_with("applicant.") || source.starts_with("agent."))
}

/// Where the answers say otherwise than what is [`known`].
pub fn unlike(item: &Item, answers: &Map<String, Value>, known: &BTreeMap<String, Value>, today: NaiveDate) -> Vec<FieldError> {
    let same = |a: &Value, b: &Value| match (a.as_str(), b.as_str()) {
        (Some(a), Some(b)) => forms::text::fold_text(a) == forms::text::fold_text(b),
        _ => a == b,
    };
    let known_by_consent = known.get("agent.acts") == Some(&Value::Bool(true));
    let known = item.form.known(known, today);
    let differing = known.iter().filter(|k| answers.get(&k.field).is_some_and(|a| !a.is_null() && !same(a, &k.value)));
    differing
        .filter_map(|k| {
            let field = item.form.fields().find(|field| field.key == k.field)?;
            let (label, value) = (&field.label, item.form.display(field, &k.value));
            let (zh, en) = match k.source.split('.').next() {
                Some("organisation") => (
                    format!("“{label}”要和登记的“{value}”一样；登记的不对，请带营业执照到窗口更正"),
                    "This must be as on file; have the file corrected at the counter",
                ),
                Some("agent") => (
                    format!("“{label}”按账户和委托是“{value}”。替别人办，请先在“我的”里点“替亲友办”，登记他的委托"),
                    "This follows from the account and the consent; to help somebody, enter the consent first",
                ),
                _ if known_by_consent => (
                    format!("“{label}”要和委托书上的“{value}”一样；委托书写错了的，请重新登记委托"),
                    "This must be as in the consent; if that is wrong, enter the consent anew",
                ),
                _ => (
                    format!("“{label}”要是申请人的“{value}”。替别人办，请先在“我的”里点“替亲友办”，登记他的委托"),
                    "This must be the applicant's own; to help somebody, enter the consent first",
                ),
            };
            Some(field_error(&field.key, label, &zh, en))
        })
        .collect()
}

/// What the law asks before there can be a case: a basis in force (F016), an applicant whom the item is for, and a form filled in
/// that speaks of that applicant.
pub fn decide(application: &Application, item: &Item, foundations: &Foundations, now: &Moment) -> Result<CaseAct, Rejection> {
    let barred = item.barred(now.date(), foundations);
    if let Some(barred @ (Barred::Listed(_) | Barred::Directory | Barred::NotListed | Barred::Elsewhere)) = barred {
        return Err(Rejection::Barred(barred));
    }
    if barred.is_some() {
        let lapsed: Vec<String> =
            item.without_basis(now.date(), foundations).iter().map(|b| format!("《{}》{}", b.law, b.article)).collect();
        return Err(Rejection::BasisLapsed(lapsed.join("、")));
    }
    serves(item, application.applicant.organisation)?;
    let unlike = unlike(item, &application.answers, &application.known(), now.date());
    if !unlike.is_empty() {
        return Err(Rejection::NotTheApplicant(unlike.into_iter().map(|error| error.label).collect()));
    }
    let wrong = together::wrong(item, &application.answers, application.applicant.identity.as_deref(), now.date());
    if let Some(error) = wrong.into_iter().next() {
        return Err(Rejection::WronglyNamed(error.zh));
    }
    let without = NoTelephone::of(application.channel, application.agent.is_some(), Some(&application.applicant));
    let open = unfinished(item, &application.answers, without, now.date());
    if !open.is_empty() {
        return Err(Rejection::Unfinished(open.len()));
    }
    let answers = item.form.answered(&application.answers);
    let mut on_file = application.on_file.clone();
    on_file.retain(|field, _| answers.contains_key(field));
    Ok(CaseAct::Submitted {
        item: item.slug.clone(),
        agency: item.agency.clone(),
        region: item.region.clone(),
        channel: application.channel,
        versions: item.versions(),
        acceptance: Clock::start(now.date(), item.acceptance_limit),
        moved: chart::begin(item)?,
        queued: application.queued.clone(),
        about: application.about.clone(),
        private: Some(Submission {
            applicant: application.applicant.clone(),
            filed_by: application.filed_by,
            account: Some(application.account),
            together: together::named(item, &answers, Some(&application.applicant)),
            answers,
            on_file,
            materials: application.materials.clone(),
            agent: application.agent.clone(),
        }),
    })
}

/// Who may leave their telephone out of a form. Whoever has none is served all the same (国办发〔2020〕45号, 传统服务方式并行), where somebody has asked
/// them: an officer at the counter, or whoever helps them by a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTelephone {
    /// Everybody gives one.
    Nobody,
    /// The person for whom somebody applies by a consent that names no telephone; who helps is signed in and has one.
    Applicant,
    /// The person for whom somebody applies by a consent that names a landline: no mobile is asked for.
    Landline,
    /// Whoever applies at the counter and whoever comes for them.
    AtCounter,
}

impl NoTelephone {
    pub fn of(channel: Channel, by_consent: bool, applicant: Option<&Party>) -> NoTelephone {
        let Some(party) = applicant.filter(|party| !party.organisation) else { return NoTelephone::Nobody };
        match &party.mobile {
            None if channel == Channel::Counter => NoTelephone::AtCounter,
            None if by_consent => NoTelephone::Applicant,
            Some(number) if by_consent && !forms::text::is_mobile(number) => NoTelephone::Landline,
            _ => NoTelephone::Nobody,
        }
    }

    /// Whether this field of a form may be left out.
    pub fn covers(self, field: &Field) -> bool {
        let agent = || field.source.as_deref().is_some_and(|source| source.starts_with("agent."));
        match (self, field.kind) {
            (NoTelephone::Landline, Kind::Mobile) | (NoTelephone::Applicant, Kind::Mobile | Kind::Phone) => !agent(),
            (NoTelephone::AtCounter, Kind::Mobile | Kind::Phone) => true,
            _ => false,
        }
    }

    /// Whether all that is wrong is that no telephone was given. What was typed counts, and is read.
    pub fn excuses(self, item: &Item, error: &FieldError, answers: &Map<String, Value>) -> bool {
        answers.get(&error.field).is_none_or(Value::is_null)
            && item.form.fields().any(|field| field.key == error.field && self.covers(field))
    }
}

/// What is open or wrong in a form, by step.
pub fn unfinished(
    item: &Item,
    answers: &Map<String, Value>,
    without: NoTelephone,
    today: NaiveDate,
) -> Vec<(String, FieldError)> {
    let mut open = item.form.check_all(answers, today);
    open.retain(|(_, error)| !without.excuses(item, error, answers));
    open
}

/// Opens the case in the caller's transaction, which holds the form it comes from: a draft by its row, a form of the counter by
/// [`foundation::once::alone`]. Nobody else is sending it meanwhile, and it has made no case yet.
pub async fn run(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    item: &Item,
    by: By<'_>,
    application: &Application,
    form: Uuid,
    now: &Moment,
) -> Result<String, Stop> {
    if let By::Person(person, _) = by {
        let (act, on) = match application.channel {
            Channel::Online | Channel::Agent => {
                let owner = match application.agent {
                    Some(_) => case::errand(application.applicant.id, &item.slug),
                    None => application.applicant.id.to_string(),
                };
                (Act::Apply, Resource::Draft { owner })
            }
            Channel::Counter => (Act::RegisterAtCounter, Resource::Agency { key: item.agency.clone() }),
        };
        let at_counter = application.channel == Channel::Counter;
        let comprehensive = at_counter && taken::at_comprehensive_counter(conn, catalogue, person, item, now).await?;
        house.may(&person.principal(), act, &on, &Circumstance { at_counter, comprehensive, ..Circumstance::default() })?;
    }
    // What another instance has published a moment ago counts too.
    if catalogue::in_force(conn, &item.slug, now.date()).await?.is_some_and(|hash| hash != item.hash) {
        return Err(Stop::Rejected("这个事项的办事指南刚刚更新。您填的都还在，请照新的再看一遍，然后提交".into()));
    }
    let foundations = Foundations::of(conn, [item]).await?;
    let act = decide(application, item, &foundations, now).map_err(|no| Stop::Rejected(no.to_string()))?;
    let certificate = match &application.about {
        Some(about) => {
            let certificate = ask::hold(conn, about, application.applicant.id, item, now).await?;
            ask::unaltered(conn, &certificate, about.asks, item, &application.answers, now.date()).await?;
            Some(Box::new(certificate))
        }
        None => None,
    };
    let no = case::next_number(conn, &item.region, now.date()).await?;
    let mut entry = by.entry(&no, now, act);
    let mut case = Case::begin(&entry).ok_or_else(|| Stop::Fault("a submission begins a case".into()))?;
    case.certificate = certificate;
    entry.letters = drawn_from(catalogue, &case, item, &entry.act, &now.calendar);
    record::record(conn, std::slice::from_ref(&entry)).await?;
    case::insert(conn, &case, form, now).await?;
    Ok(no)
}

/// A person as applicant, from the account.
pub fn party_of(person: &Person) -> Party {
    Party {
        id: person.id,
        name: person.name.clone(),
        identity: person.resident_id.clone(),
        mobile: person.mobile.clone(),
        organisation: false,
    }
}

/// An organisation as applicant, reached by the mobile number of whoever hands it in.
pub fn party_of_organisation(organisation: &Organisation, mobile: Option<String>) -> Party {
    Party {
        id: organisation.id,
        name: organisation.name.clone(),
        identity: Some(organisation.uscc.clone()),
        mobile,
        organisation: true,
    }
}
