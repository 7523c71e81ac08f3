//! 已有的资料 · what the state holds already is shown, not asked (ui §4; B4.1): what the account and the register of organisations say fills a
//! form in by itself; what the applicant answered for a certificate that is in force fills in another matter's form once the applicant has
//! consented, certificate by certificate. Each such answer names its source and the time, and is changed where it is wrong; a consent is
//! taken back until the application is sent, and what came by it goes.

use super::{Draft, Named, Open, begin, find, item_of, lock, open, typed};
use crate::agents::{self, consent::Consent};
use crate::cases::case::Case;
use crate::cases::submit::{self, HandedIn};
use acts::{OnFile, Origin, Relation};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Item};
use chrono::{DateTime, NaiveDate, Utc};
use forms::{Entered, Field};
use foundation::held::Posted;
use foundation::page::fields::Filled;
use foundation::page::{self, Shell, filters};
use foundation::people::{Organisation, Person};
use foundation::{House, Moment, SignedIn, Stop};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Where a page of it is, beside the steps of the form.
pub(super) const PLACE: &str = "on-file";

/// So many certificates are looked at, the latest first.
const LOOKED_AT: i64 = 20;

/// What a form is filled in with, by the field.
pub(super) type Facts = BTreeMap<String, Fact>;

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Fact {
    #[serde(flatten)]
    pub is: OnFile,
    /// Whether it filled the answer in, and takes it along when it goes; what its applicant had typed before stays.
    #[serde(default)]
    filled: bool,
}

/// What a draft keeps of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    #[serde(default)]
    pub(super) facts: Facts,
    /// The certificates to which the applicant has consented, each with the time.
    #[serde(default)]
    consents: BTreeMap<String, DateTime<Utc>>,
}

impl From<Facts> for Kept {
    fn from(facts: Facts) -> Kept {
        Kept { facts, ..Kept::default() }
    }
}

/// What the account and the register say of whom the form is for.
pub(super) fn by_itself(
    item: &Item,
    person: &Person,
    organisation: Option<&Organisation>,
    today: NaiveDate,
    at: DateTime<Utc>,
) -> Facts {
    // At the counter nothing is known of who acts; here that is settled apart, each time the draft is opened.
    let mut data = submit::known(&submit::party_of(person), organisation, HandedIn::AtCounter);
    data.insert("account.name".into(), person.name.clone().into());
    for (key, value) in [("account.mobile", &person.mobile), ("account.resident_id", &person.resident_id)] {
        if let Some(value) = value {
            data.insert(key.into(), value.clone().into());
        }
    }
    let fit = item.form.known(&data, today).into_iter().filter(|known| known.error.is_none());
    fit.map(|known| {
        let from = if known.source.starts_with("organisation.") { Origin::Organisation } else { Origin::Account };
        (known.field, Fact { is: OnFile { value: known.value, from, at }, filled: true })
    })
    .collect()
}

/// Who acts, as whoever is at the draft now and their consent say it: the person and the helper may both go on with one draft. An organisation's
/// form asks, for its agents come and go.
pub(super) fn settle(item: &Item, draft: &mut Draft, helper: Option<(&Person, &Consent)>, now: &Moment) {
    if draft.organisation.is_some() {
        return;
    }
    let mut answers = draft.answers();
    draft.on_file.facts.retain(|key, fact| {
        let stays = !item.form.fields().any(|field| field.key == *key && is_settled(field));
        if !stays && answers.get(key) == Some(&fact.is.value) {
            answers.remove(key);
        }
        stays
    });
    for (key, value) in acting(item, helper, now.date()) {
        answers.insert(key.clone(), value.clone());
        let from = helper.map_or(Origin::Account, |(_, consent)| Origin::Consent { no: consent.no.clone() });
        let is = OnFile { value, from, at: now.at };
        draft.on_file.facts.insert(key, Fact { is, filled: true });
    }
    draft.answers = Value::Object(answers);
}

/// What a form is told of who acts, by the field.
pub(super) fn acting(item: &Item, helper: Option<(&Person, &Consent)>, today: NaiveDate) -> Vec<(String, Value)> {
    let mut data = BTreeMap::from([("agent.acts".to_owned(), Value::Bool(helper.is_some()))]);
    if let Some((helper, consent)) = helper {
        let relation = consent.entrusted.relation.map_or(agents::ROLE, Relation::key);
        let said = [
            ("agent.name", Some(consent.entrusted.agent.name.as_str())),
            ("agent.resident_id", helper.resident_id.as_deref()),
            ("agent.mobile", helper.mobile.as_deref()),
            ("agent.relation", Some(relation)),
        ];
        data.extend(said.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))));
    }
    let fit = item.form.known(&data, today).into_iter().filter(|known| known.error.is_none());
    fit.map(|known| (known.field, known.value)).collect()
}

/// What of a step is settled by who is signed in and by which consent: it is shown and not asked.
pub(super) fn settled(item: &Item, draft: &Draft, step: &str) -> Entered {
    let facts = draft.on_file.facts.iter();
    let settled = facts.filter(|(key, _)| item.form.fields().any(|field| field.key == **key && is_settled(field)));
    item.form.entered(step, &settled.map(|(key, fact)| (key.clone(), fact.is.value.clone())).collect())
}

/// What is on file of questions that were left out by an answer, and emptied by it: asked again, they need not be typed again. What its applicant
/// has emptied stays empty.
pub(super) fn left_out(item: &Item, draft: &Draft) -> Map<String, Value> {
    let answers = draft.answers();
    let is_left_out =
        |field: &Field| answers.contains_key(&field.key) && answers[&field.key].is_null() && !item.form.is_asked(field, &answers);
    let filled = draft.on_file.facts.iter().filter(|(_, fact)| fact.filled);
    let left_out = filled.filter(|(key, _)| item.form.field(key).is_some_and(is_left_out));
    left_out.map(|(key, fact)| (key.clone(), fact.is.value.clone())).collect()
}

fn is_settled(field: &Field) -> bool {
    field.source.as_deref().is_some_and(|source| source.starts_with("agent."))
}

/// As answers.
pub(super) fn answers(facts: &Facts) -> Map<String, Value> {
    facts.iter().map(|(field, fact)| (field.clone(), fact.is.value.clone())).collect()
}

/// A certificate in force, of which matter it is, and what it would fill in.
struct Source {
    no: String,
    of: Arc<Item>,
    issued_on: NaiveDate,
    values: BTreeMap<String, Value>,
}

/// Whose certificates a draft may draw on: the organisation's, or the person's own, also those of before the account was there.
async fn holders(conn: &mut PgConnection, draft: &Draft) -> Result<Vec<Uuid>, Stop> {
    match draft.organisation {
        Some(organisation) => Ok(vec![organisation]),
        None => Ok(sqlx::query_scalar("select id from people where claimed_by = $1 union select $1")
            .bind(draft.person)
            .fetch_all(conn)
            .await?),
    }
}

/// The certificates that have something for this form, the latest first. An agent draws on none: a consent is to the filing alone.
async fn sources(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    item: &Item,
    draft: &Draft,
    today: NaiveDate,
) -> Result<Vec<Source>, Stop> {
    if !draft.may_draw() || !item.form.fields().any(|field| field.element.is_some()) {
        return Ok(Vec::new());
    }
    let holders = holders(conn, draft).await?;
    // The case of the version in force is the last one granted.
    let held: Vec<(String, String, NaiveDate, Value)> = sqlx::query_as(
        "select held.no, held.item, held.issued_on, cases.state
           from (select no, item, issued_on, state
                   from certificates
                  where holder = any ($1)
                    and standing = 'valid'
                  order by issued_on desc, no desc
                  limit $2) as held
           join cases on cases.case_no = held.state #>> '{versions,-1,case_no}'
          order by held.issued_on desc, held.no desc",
    )
    .bind(holders)
    .bind(LOOKED_AT)
    .fetch_all(conn)
    .await?;
    let mut sources = Vec::new();
    for (no, slug, issued_on, state) in held {
        let Some(of) = catalogue.item(&slug) else { continue };
        let case: Case = serde_json::from_value(state)?;
        if case.erased_on.is_some() {
            continue;
        }
        let said = of.form.elements(&case.answers);
        let fit = item.form.known(&said, today).into_iter().filter(|known| known.error.is_none());
        let values: BTreeMap<String, Value> = fit.map(|known| (known.field, known.value)).collect();
        if !values.is_empty() {
            sources.push(Source { no, of, issued_on, values });
        }
    }
    Ok(sources)
}

/// The first page of a draft: what is there already, where a certificate has something for it, else the first step.
pub(super) async fn first(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    item: &Item,
    draft: &Draft,
    today: NaiveDate,
) -> Result<String, Stop> {
    let some = !sources(conn, catalogue, item, draft, today).await?.is_empty();
    Ok(if some { draft.at(PLACE) } else { begin::first(item, draft) })
}

impl Draft {
    /// Whether it may draw on certificates: an agent's does not, and one on a certificate goes on with that one.
    pub(super) fn may_draw(&self) -> bool {
        self.consent.is_none() && self.certificate.is_none()
    }
}

/// Takes what these certificates say, and nothing of others any more: what its applicant typed stays. Returns the fields that are another now.
fn taken(draft: &mut Draft, sources: &[&Source], at: DateTime<Utc>) -> BTreeSet<String> {
    let mut answers = draft.answers();
    let kept = &mut draft.on_file;
    let before = answers.clone();
    kept.facts.retain(|field, fact| {
        let stays = !matches!(fact.is.from, Origin::Certificate { .. });
        if !stays && fact.filled && answers.get(field) == Some(&fact.is.value) {
            answers.remove(field);
        }
        stays
    });
    let given = std::mem::take(&mut kept.consents);
    for source in sources {
        // A consent given before keeps its time.
        let at = given.get(&source.no).copied().unwrap_or(at);
        kept.consents.insert(source.no.clone(), at);
        let from = Origin::Certificate { no: source.no.clone(), item: source.of.slug.clone() };
        for (field, value) in &source.values {
            if kept.facts.contains_key(field) {
                continue;
            }
            let filled = answers.get(field).is_none_or(Value::is_null);
            if filled {
                answers.insert(field.clone(), value.clone());
            }
            let is = OnFile { value: value.clone(), from: from.clone(), at };
            kept.facts.insert(field.clone(), Fact { is, filled });
        }
    }
    let changed = answers.keys().chain(before.keys()).filter(|key| answers.get(*key) != before.get(*key)).cloned().collect();
    draft.answers = Value::Object(answers);
    changed
}

/// What goes along with the application: of certificates only what is still in force, the rest is its applicant's own word.
pub(super) async fn sent(conn: &mut PgConnection, draft: &Draft) -> Result<BTreeMap<String, OnFile>, Stop> {
    let kept = &draft.on_file;
    let named: Vec<&String> = kept.consents.keys().collect();
    let valid: Vec<String> = match named.is_empty() {
        true => Vec::new(),
        false => {
            sqlx::query_scalar("select no from certificates where no = any ($1) and standing = 'valid'")
                .bind(named)
                .fetch_all(conn)
                .await?
        }
    };
    let holds = |from: &Origin| match from {
        Origin::Certificate { no, .. } => valid.contains(no),
        _ => true,
    };
    let facts = kept.facts.iter().filter(|(_, fact)| holds(&fact.is.from));
    Ok(facts.map(|(field, fact)| (field.clone(), fact.is.clone())).collect())
}

/// A certificate as the page shows it.
struct Line {
    no: String,
    name: String,
    issued_on: NaiveDate,
    fills: Vec<(String, String)>,
    taken: bool,
}

#[derive(Template)]
#[template(path = "drafts/on_file.html")]
struct OnFilePage {
    shell: Shell,
    item: Arc<Item>,
    draft: Uuid,
    whose: Option<String>,
    /// What the account and the register have filled in.
    ready: Vec<(String, String)>,
    lines: Vec<Line>,
    /// Certificates consented to before that are in force no more.
    over: Vec<String>,
    back: String,
}

/// Facts as they read, in the order of the form.
fn told<'f>(item: &Item, fact: impl Fn(&str) -> Option<&'f Value>) -> Vec<(String, String)> {
    let fields = item.form.fields().filter_map(|field| Some((field, fact(&field.key)?)));
    fields.map(|(field, value)| (field.label.clone(), item.form.display(field, value))).collect()
}

/// GET …/apply/on-file: what is there already, and whether certificates may fill the form in.
pub(super) async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(slug): Path<String>,
    Query(named): Query<Named>,
) -> Result<Response, Stop> {
    let Some(Open { item, draft, organisation, consent, .. }) = open(&house, &catalogue, &person, &slug, &named).await? else {
        return Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response());
    };
    let sources = sources(&mut *house.pool().acquire().await?, &catalogue, &item, &draft, house.now().date()).await?;
    let kept = &draft.on_file;
    let ready = |field: &str| {
        let fact = kept.facts.get(field).filter(|fact| !matches!(fact.is.from, Origin::Certificate { .. }));
        fact.map(|fact| &fact.is.value)
    };
    let over = kept.consents.keys().filter(|no| !sources.iter().any(|source| source.no == **no)).cloned().collect();
    let lines: Vec<Line> = sources
        .iter()
        .map(|source| Line {
            taken: kept.consents.contains_key(&source.no),
            fills: told(&item, |field| source.values.get(field)),
            no: source.no.clone(),
            name: source.of.name_in(&shell.lang).to_owned(),
            issued_on: source.issued_on,
        })
        .collect();
    let page = OnFilePage {
        ready: told(&item, ready),
        lines,
        over,
        whose: organisation.map(|o| o.name).or(consent.map(|consent| consent.entrusted.person.name)),
        back: begin::first(&item, &draft),
        draft: draft.id,
        item,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}

/// POST …/apply/on-file: the certificates to which the applicant consents, or none any more.
pub(super) async fn save(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(slug): Path<String>,
    Query(named): Query<Named>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let item = item_of(&catalogue, &slug)?;
    let begin = || Ok(Redirect::to(&format!("/matters/{slug}/apply")));
    let Some(found) = find(&house, &person, &slug, &named).await? else { return begin() };
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    let Some(mut draft) = lock(&mut tx, &person, &slug, found.id, &now).await?.filter(|draft| draft.case_no.is_none()) else {
        return begin();
    };
    // Whoever acts for the organisation no more reads nothing of it.
    super::applies_for(&mut *tx, &person, &draft).await?;
    let sources = sources(&mut tx, &catalogue, &item, &draft, now.date()).await?;
    let wanted = posted.0.get("use").map(Vec::as_slice).unwrap_or_default();
    let chosen: Vec<&Source> = sources.iter().filter(|source| wanted.contains(&source.no)).collect();
    let changed = taken(&mut draft, &chosen, now.at);
    // A page of it that is open elsewhere is told before it writes over this.
    let steps = item.form.steps().iter().filter(|step| step.fields.iter().any(|field| changed.contains(&field.key)));
    let pages = steps.fold(draft.pages.clone(), |pages, step| typed::written(&pages, &step.key, None));
    sqlx::query("update drafts set answers = $2, on_file = $3, pages = $4, saved_at = $5 where id = $1")
        .bind(draft.id)
        .bind(&draft.answers)
        .bind(Json(&draft.on_file))
        .bind(pages)
        .bind(now.at)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Redirect::to(&begin::first(&item, &draft)))
}

/// The fields of a step, each as it is on file or to be filled in.
pub(super) struct OfStep<'a> {
    item: &'a Item,
    shell: &'a Shell,
    catalogue: &'a Catalogue,
    facts: &'a Facts,
    /// What is on file, as a browser would have posted it.
    typed: Entered,
}

impl<'a> OfStep<'a> {
    pub(super) fn new(item: &'a Item, draft: &'a Draft, step: &str, catalogue: &'a Catalogue, shell: &'a Shell) -> OfStep<'a> {
        let facts = &draft.on_file.facts;
        OfStep { typed: item.form.entered(step, &answers(facts)), facts, item, shell, catalogue }
    }

    /// As a grey block where the answer is what is on file and nothing is wrong with it; else to be filled in, with what is on file below.
    pub(super) fn field(&self, field: &Field, filled: &Filled) -> String {
        let Some(fact) = self.facts.get(&field.key) else {
            // What a settled answer on this page rules out is not shown.
            let ruled_out = field.when.as_ref().is_some_and(|when| {
                let settled = self.item.form.fields().any(|asked| asked.key == when.field && is_settled(asked));
                settled && self.facts.get(&when.field).is_some_and(|fact| !when.holds(Some(&fact.is.value)))
            });
            return if ruled_out { String::new() } else { filled.field(field) };
        };
        let fact = &fact.is;
        if is_settled(field) {
            let (label, value) = (filled.t(&field.label), filled.t(&self.item.form.display(field, &fact.value)));
            return format!(r#"<dl class="facts"><div><dt>{label}</dt><dd>{value}</dd></div></dl>"#);
        }
        let value = self.item.form.display(field, &fact.value);
        let source = source_in_words(&fact.from, |slug| self.catalogue.item_name(slug, &self.shell.lang));
        let source = format!("{} {}", filled.t("来自"), filled.t(&source));
        let source_at = format!("{source} · {} {}", filled.t("取于"), self.shell.time(&fact.at));
        let same = filled.entered.get(&field.key) == self.typed.get(&field.key);
        let wrong = filled.errors.iter().any(|error| error.field == field.key);
        match &fact.from {
            _ if !same || wrong => {
                let plain = filled.field(field);
                format!(r#"{plain}<p class="small quiet">{source}{}{}</p>"#, filled.t("："), filled.t(&value))
            }
            Origin::Account => {
                let amiss = filled.t("账户里登记的也不对，请带身份证到窗口更正。");
                filled.on_file(field, &value, &source_at, &amiss, false)
            }
            Origin::Consent { .. } => {
                let amiss = filled.t("委托书上写错了的，请回到委托，不替他办了，再重新登记。");
                filled.on_file(field, &value, &source_at, &amiss, true)
            }
            Origin::Organisation => {
                let amiss = filled.t("这一项要和登记的一样。登记的不对，请带营业执照到窗口更正，更正后重新填就是新的。");
                filled.on_file(field, &value, &source_at, &amiss, true)
            }
            Origin::Certificate { no, .. } => {
                let amiss = format!(
                    r#"{} <a href="/account/certificates/{no}">{}</a>"#,
                    filled.t("这里改的只用在这一次申请里。证照上的也变了，要申请变更："),
                    filled.t("看这个证照")
                );
                filled.on_file(field, &value, &source_at, &amiss, false)
            }
        }
    }
}

/// Where a fact is from, in words; `name` finds what a matter is called.
pub(crate) fn source_in_words(from: &Origin, name: impl Fn(&str) -> String) -> String {
    match from {
        Origin::Account => "账户登记的资料".to_owned(),
        Origin::Organisation => "单位登记的资料".to_owned(),
        Origin::Consent { no } => format!("委托书 {no}"),
        Origin::Certificate { no, item } => format!("{} {}", name(item), page::grouped(no)),
    }
}
