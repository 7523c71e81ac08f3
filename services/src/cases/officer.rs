//! 窗口办理 · what the acts of an officer share: a page with its form, a handler for people and programs, and the once-only answer.

use super::case::{Case, Rejection};
use super::run::{open, perform_with, read};
use crate::delegations;
use acts::{CaseAct, Handed};
use askama::Template;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use catalogue::{Catalogue, Item};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::looking::{self, Opened};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::papers::{self, Asked};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, files, uploads, wants_json};
use std::sync::Arc;
use uuid::Uuid;

/// One act an officer does on a case.
pub trait OfficerAct: Sized + Send + Sync + 'static {
    /// The last part of its address: `/counter/cases/{no}/accept`.
    const SLUG: &'static str;
    const TITLE: &'static str;
    /// What pressing the button does, in one sentence.
    const MEANS: &'static str;
    const ACT: Act;
    /// The step of the chart it completes.
    const NODE: &'static str;
    /// The key that opens its page from the workbench; never decides.
    const KEY: Option<char> = None;
    /// Whether the button is one that refuses.
    const STOPS: bool = false;

    /// Whether this kind of act can be done on this case at all, before its law is asked.
    fn is_offered(case: &Case, _item: &Item) -> bool {
        case.waits_at(Self::NODE)
    }
    /// The papers that may be handed in with it: the key, the name and what is wanted.
    fn papers(_: &Case, _: &Item) -> &'static [(&'static str, &'static str, &'static str)] {
        &[]
    }
    /// Takes the papers along.
    fn with(self, _: Vec<Handed>) -> Self {
        self
    }
    /// Why it cannot be done any more, where the chart alone does not say.
    fn over(_: &Case) -> Option<Rejection> {
        None
    }
    /// Why it cannot be done today although the chart waits for it: told in place of the button.
    fn barred(_: &Case, _: &Item, _: &Moment) -> Option<Rejection> {
        None
    }
    /// Its form, as HTML.
    fn fields(filled: &Filled, case: &Case, item: &Item) -> String;
    /// Reads the form; says everything that is wrong with it at once (F073).
    fn read(posted: &Posted, case: &Case, item: &Item, today: NaiveDate) -> Result<Self, Vec<FieldError>>;
    fn circumstance(&self) -> Circumstance {
        Circumstance { at_counter: true, ..Circumstance::default() }
    }
    /// Whether this person may do it, where the item keeps two tasks in two hands.
    fn may(_: &Person, _: &Case, _: &Item) -> Result<(), Rejection> {
        Ok(())
    }
    /// Whether this person may do it as it was filled in: nobody approves for themselves.
    fn by(&self, _: &Person) -> Result<(), Rejection> {
        Ok(())
    }
    /// Whether it rests on the consent by which an agent filed the case, which then must be in force.
    fn by_consent(&self) -> bool {
        false
    }
    /// The law.
    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection>;
}

/// An act as the workbench offers it.
pub struct Offer {
    pub slug: &'static str,
    pub title: &'static str,
    pub key: Option<char>,
    pub stops: bool,
    pub act: Act,
    pub seal: bool,
    /// Why it cannot be done today, in place of the button.
    pub barred: Option<String>,
}

pub fn offer<A: OfficerAct>(case: &Case, item: &Item, now: &Moment) -> Option<Offer> {
    A::is_offered(case, item).then_some(Offer {
        slug: A::SLUG,
        title: A::TITLE,
        key: A::KEY,
        stops: A::STOPS,
        act: A::ACT,
        seal: matches!(A::ACT, Act::Decide),
        barred: A::barred(case, item, now).map(|why| why.to_string()),
    })
}

pub fn routes<A: OfficerAct>() -> Router<House> {
    let at = page_of::<A>("{no}");
    Router::new()
        .route(&at, get(show::<A>).post(send::<A>))
        .route(&format!("{at}/files"), post(upload::<A>).get(uploads::back).layer(DefaultBodyLimit::disable()))
        .route(&format!("{at}/files/{{file}}"), any(resume::<A>))
        .route(&format!("{at}/files/{{file}}/remove"), post(remove::<A>))
}

/// Where the page of the act is, on this case.
fn page_of<A: OfficerAct>(no: &str) -> String {
    format!("/counter/cases/{no}/{}", A::SLUG)
}

#[derive(Template)]
#[template(path = "cases/officer.html")]
struct ActPage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    title: &'static str,
    means: &'static str,
    stops: bool,
    action: String,
    once: Uuid,
    summary: String,
    troubles: Vec<String>,
    asked: Vec<Asked>,
    fields: String,
    wrong: bool,
}

/// Whose the papers are once an act took them along.
pub(super) fn handed(no: &str) -> String {
    format!("handed:{no}")
}

/// Whose the papers are until the act takes them along.
pub(super) fn owner(slug: &str, no: &str) -> String {
    format!("{slug}:{no}")
}

async fn asked<A: OfficerAct>(house: &House, case: &Case, item: &Item) -> Result<Vec<Asked>, Stop> {
    let papers = A::papers(case, item).iter().map(|(key, label, why)| Asked::new(key, label, why, false)).collect();
    papers::found(house, &owner(A::SLUG, &case.no), papers).await
}

async fn draw<A: OfficerAct>(
    house: &House,
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    filled: Filled,
    status: StatusCode,
    troubles: Vec<String>,
    once: Uuid,
) -> Result<Response, Stop> {
    let wrong = !troubles.is_empty() || !filled.errors.is_empty();
    let page = ActPage {
        title: A::TITLE,
        means: A::MEANS,
        stops: A::STOPS,
        action: page_of::<A>(&case.no),
        once,
        summary: filled.summary(),
        asked: asked::<A>(house, &case, &item).await?,
        fields: A::fields(&filled, &case, &item),
        troubles,
        wrong,
        case,
        item,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

async fn show<A: OfficerAct>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (case, item) = read(&house, &catalogue, &no).await?;
    looking::look(&house, &person, &case.resource(&item), Opened::Form, A::TITLE).await?;
    may_do::<A>(&house, &person, &case, &item).await?;
    // Out of turn: said before anything is typed; what was typed already is shown again.
    if held.is_none() {
        in_turn::<A>(&case, &item, &house.now())?;
    }
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw::<A>(&house, shell, case, item, filled, StatusCode::OK, Vec::new(), Uuid::new_v4()).await
}

/// Whether this person may do it in the circumstances that let most; whose delegation is over is told so.
async fn may_do<A: OfficerAct>(house: &House, person: &Person, case: &Case, item: &Item) -> Result<(), Stop> {
    let (on, how) = (case.resource(item), best(case, item));
    match house.may(&person.principal(), A::ACT, &on, &how) {
        Ok(_) => Ok(()),
        Err(refused) => Err(delegations::explained(house, person, (A::ACT, &on, &how), refused).await?),
    }
}

/// Says why an act cannot be done now, if it cannot.
fn in_turn<A: OfficerAct>(case: &Case, item: &Item, now: &Moment) -> Result<(), Stop> {
    if A::is_offered(case, item) {
        return A::barred(case, item, now).map_or(Ok(()), |why| Err(Stop::Rejected(why.to_string())));
    }
    let late = A::over(case).or_else(|| case.must_wait_at(A::NODE, A::TITLE).err());
    Err(Stop::Rejected(late.map_or_else(|| format!("现在不能{}", A::TITLE), |late| late.to_string())))
}

/// The case, while the act can be done, for what is uploaded.
async fn waiting<A: OfficerAct>(
    house: &House,
    catalogue: &Catalogue,
    person: &SignedIn,
    no: &str,
) -> Result<(Case, Arc<Item>), Stop> {
    let (case, item) = open(house, catalogue, person, Act::ViewCase, no).await?;
    may_do::<A>(house, person, &case, &item).await?;
    in_turn::<A>(&case, &item, &house.now())?;
    Ok((case, item))
}

async fn upload<A: OfficerAct>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    request: Request,
) -> Result<Response, Stop> {
    let (case, item) = waiting::<A>(&house, &catalogue, &person, &no).await?;
    let keys: Vec<String> = A::papers(&case, &item).iter().map(|(key, ..)| (*key).to_owned()).collect();
    match uploads::receive(&house, &person, &owner(A::SLUG, &no), &keys, request, &page_of::<A>(&no)).await? {
        Ok(answer) => Ok(answer),
        Err(uploads::Refused { troubles, typed }) => {
            let filled = Filled::new(shell.lang, typed, Vec::new());
            draw::<A>(&house, shell, case, item, filled, StatusCode::UNPROCESSABLE_ENTITY, troubles, Uuid::new_v4()).await
        }
    }
}

/// …/files/{file}: goes on with an upload that began above.
async fn resume<A: OfficerAct>(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, file)): Path<(String, Uuid)>,
    request: Request,
) -> Result<Response, Stop> {
    waiting::<A>(&house, &catalogue, &person, &no).await?;
    uploads::resume(&house, &person, &owner(A::SLUG, &no), file, request).await
}

/// Takes a paper back before the act takes it along.
async fn remove<A: OfficerAct>(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, file)): Path<(String, Uuid)>,
    Posted(typed): Posted,
) -> Result<Response, Stop> {
    waiting::<A>(&house, &catalogue, &person, &no).await?;
    papers::let_go(&house, &owner(A::SLUG, &no), file).await?;
    uploads::lead(&house, &person, &page_of::<A>(&no), typed).await
}

/// The circumstances in which most is allowed: sealed, approved, and decided where the written authority lets it be.
pub fn best(case: &Case, item: &Item) -> Circumstance {
    let at_counter = item.is_ordinary(&case.answers);
    Circumstance { at_counter, seal: true, head_approved: true, ..Circumstance::default() }
}

/// The role a person acts in at the counter.
pub fn role(person: &SignedIn) -> &'static str {
    if person.has_role("chief_representative") { "chief_representative" } else { "officer" }
}

async fn send<A: OfficerAct>(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Stop> {
    let json = wants_json(&headers);
    let form = if json { posted.once().unwrap_or_else(|_| Uuid::new_v4()) } else { posted.once()? };
    let (case, item) = open(&house, &catalogue, &person, Act::ViewCase, &no).await?;
    // A button that adds or removes a row shows the page again.
    if let Some(pressed) = item.form.press(&posted.0, posted.one("then")) {
        let filled = Filled::new(shell.lang, pressed, Vec::new());
        return draw::<A>(&house, shell, case, item, filled, StatusCode::OK, Vec::new(), form).await;
    }
    let seen = posted.one("amended").to_owned();
    let act = match A::read(&posted, &case, &item, house.now().date()) {
        Ok(act) => act,
        Err(errors) if json => {
            let told: Vec<&str> = errors.iter().map(|e| e.zh.as_str()).collect();
            return Err(Stop::Unreadable(told.join("；")));
        }
        Err(errors) => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw::<A>(&house, shell, case, item, filled, StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), form).await;
        }
    };
    let papers: Vec<Handed> = asked::<A>(&house, &case, &item).await?.into_iter().flat_map(|paper| paper.files).collect();
    let taken: Vec<Uuid> = papers.iter().map(|paper| paper.file).collect();
    let act = act.with(papers);
    let leads_to = format!("/counter/cases/{no}");
    let done = perform_with(
        &house,
        &catalogue,
        &person,
        role(&person),
        &no,
        A::ACT,
        &act.circumstance(),
        form,
        leads_to,
        |case, item, now| {
            if !case.is_as_seen(&seen) {
                return Err(Rejection::AmendedMeanwhile);
            }
            A::may(&person, case, item)?;
            act.by(&person)?;
            act.decide(case, item, now)
        },
        async |conn| {
            if act.by_consent() {
                crate::agents::consent::lets_collect(conn, &no, house.now().date()).await?;
            }
            files::hand_over(conn, &owner(A::SLUG, &no), &handed(&no), &taken).await
        },
    )
    .await;
    match done {
        Ok(location) if json => {
            let (case, _) = open(&house, &catalogue, &person, Act::ViewCase, &no).await?;
            Ok(axum::Json(serde_json::json!({ "case_no": no, "stage": case.stage, "location": location })).into_response())
        }
        Ok(location) => Ok(Redirect::to(&location).into_response()),
        Err(Stop::Rejected(why)) if !json => {
            // The case may have moved on meanwhile: the page shows it as it is now, and what was typed.
            let (case, item) = open(&house, &catalogue, &person, Act::ViewCase, &no).await?;
            let filled = Filled::new(shell.lang, posted.0, Vec::new());
            draw::<A>(&house, shell, case, item, filled, StatusCode::CONFLICT, vec![why], Uuid::new_v4()).await
        }
        Err(stop) => Err(stop),
    }
}

/// Characters of the longest text an officer writes.
const LONGEST: usize = 4000;

/// Asks for a text and says so when it is empty.
pub fn needed(posted: &Posted, key: &str, label: &str, zh: &str, errors: &mut Vec<FieldError>) -> String {
    page::fields::text(posted, key, label, (zh, zh), LONGEST, errors)
}

/// The same of a reason that the applicant reads in a letter (行政许可法 38, 42).
pub fn reasoned(posted: &Posted, key: &str, label: &str, zh: &str, errors: &mut Vec<FieldError>) -> String {
    let reason = needed(posted, key, label, zh, errors);
    page::fields::says_why(&reason, key, label, errors);
    reason
}

/// The most people one act names.
const MOST_PEOPLE: usize = 20;

/// Names, one on a line: one person is one, however often named.
pub(super) fn people(posted: &Posted, key: &str, label: &str, errors: &mut Vec<FieldError>) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    for name in posted.one(key).lines().map(forms::text::fold_name).filter(|name| !name.is_empty()) {
        // One person is one, with or without the post.
        let plain = forms::text::name_without_post(&name);
        if !people.iter().any(|other| forms::text::name_without_post(other) == plain) {
            people.push(name);
        }
    }
    let told = if people.is_empty() {
        Some((format!("请写{label}的姓名，一行一个"), "Enter the names of those who were there, one on a line"))
    } else if people.len() > MOST_PEOPLE {
        Some((format!("{label}最多写 {MOST_PEOPLE} 人"), "At most 20 people"))
    } else if people.iter().any(|name| name.chars().count() > 50 || name.contains(|c: char| c.is_ascii_digit())) {
        Some((format!("{label}请写姓名，一行一个"), "Enter names, one on a line"))
    } else {
        None
    };
    if let Some((zh, en)) = told {
        errors.push(field_error(key, label, &zh, en));
    }
    people
}
