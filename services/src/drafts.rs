//! 申请 · applying online in steps: a draft that survives an expired session and a lost browser, on any device (F070, H17);
//! the answers checked on one page, then sent once (F071).

use crate::cases::run::By;
use crate::cases::submit::{self, Application, party_of, party_of_organisation};
use acts::{Channel, Handed, Party};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use catalogue::{Catalogue, Item, MaterialSource};
use chrono::{DateTime, Duration, Utc};
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::{self, Organisation, Person};
use foundation::sweep::{self, Broom};
use foundation::uploads::{self, Received};
use foundation::{House, SignedIn, Stop, files};
use futures::future::BoxFuture;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/matters/{slug}/apply", get(begin).post(start))
        .route("/matters/{slug}/apply/{step}", get(show).post(save))
        .route("/matters/{slug}/apply/materials/files", post(upload).layer(DefaultBodyLimit::disable()))
        .route("/matters/{slug}/apply/materials/files/{file}", any(resume))
        .route("/matters/{slug}/apply/materials/files/{file}/remove", post(remove))
}

/// Drafts are kept so long after the last save.
const KEPT_DAYS: i64 = 90;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Draft {
    pub id: Uuid,
    pub person: Uuid,
    pub item: String,
    pub answers: Value,
    pub visited: Value,
    pub organisation: Option<Uuid>,
    pub case_no: Option<String>,
    pub saved_at: DateTime<Utc>,
}

const COLUMNS: &str = "select id, person, item, answers, visited, organisation, case_no, saved_at from drafts";

impl Draft {
    pub fn answers(&self) -> Map<String, Value> {
        self.answers.as_object().cloned().unwrap_or_default()
    }
    /// Where a page of it is.
    fn at(&self, place: &str) -> String {
        format!("/matters/{}/apply/{place}?draft={}", self.item, self.id)
    }
    /// Where to go on.
    pub fn address(&self) -> String {
        format!("/matters/{}/apply?draft={}", self.item, self.id)
    }
    fn visited(&self, step: &str) -> bool {
        self.visited.as_array().is_some_and(|v| v.iter().any(|s| s == step))
    }
    pub fn owner(&self) -> String {
        format!("draft:{}", self.id)
    }
}

/// `?draft=…`: every page and form of a draft names it, so that one open in an old tab never writes into another.
#[derive(serde::Deserialize)]
struct Named {
    draft: Option<Uuid>,
}

/// The draft that is named; without a name the only one there is.
async fn find(house: &House, person: Uuid, item: &str, named: &Named) -> Result<Option<Draft>, Stop> {
    let mut drafts = all_of(house, person, Some(item), named.draft).await?;
    Ok(if drafts.len() == 1 { drafts.pop() } else { None })
}

/// The open drafts of a person, latest first: all, those for an item, or the one of this name.
pub async fn all_of(house: &House, person: Uuid, item: Option<&str>, id: Option<Uuid>) -> Result<Vec<Draft>, Stop> {
    let sql = format!(
        "{COLUMNS}
          where person = $1
            and case_no is null
            and saved_at > $2
            and ($3::text is null or item = $3)
            and ($4::uuid is null or id = $4)
          order by saved_at desc
          limit 20"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(person)
        .bind(house.now().at - Duration::days(KEPT_DAYS))
        .bind(item)
        .bind(id)
        .fetch_all(house.pool())
        .await?)
}

/// Holds the draft to the end of the transaction, sent or not.
async fn lock(conn: &mut PgConnection, person: Uuid, item: &str, id: Uuid) -> Result<Option<Draft>, Stop> {
    let sql = format!("{COLUMNS} where person = $1 and item = $2 and id = $3 for update");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(person).bind(item).bind(id).fetch_optional(conn).await?)
}

/// The files kept under `owner:<material>`, for the materials named.
pub async fn handed(conn: impl sqlx::PgExecutor<'_>, owner: &str, materials: &[String]) -> Result<Vec<Handed>, Stop> {
    let owners: Vec<String> = materials.iter().map(|m| format!("{owner}:{m}")).collect();
    let rows: Vec<files::File> = sqlx::query_as(
        "select id, owner, name, media_type, size, sha256, created_at
           from files
          where owner = any ($1)
          order by created_at, id",
    )
    .bind(&owners)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|f| Handed {
            material: f.owner[owner.len() + 1..].to_owned(),
            file: f.id,
            name: f.name,
            size: f.size,
            sha256: f.sha256,
        })
        .collect())
}

/// Takes a file away from the materials of `owner`.
pub async fn let_go(house: &House, owner: &str, file: Uuid) -> Result<(), Stop> {
    files::take_back(house.pool(), owner, Some(file), house.now().at).await
}

fn item_of(catalogue: &Catalogue, slug: &str) -> Result<Arc<Item>, Stop> {
    catalogue.item(slug).cloned().ok_or(Stop::NotFound("事项"))
}

/// The organisation a person applies for, or the person.
fn applicant(person: &Person, organisation: Option<&Organisation>) -> Party {
    match organisation {
        Some(o) => party_of_organisation(o, person.mobile.clone()),
        None => party_of(person),
    }
}

/// What the state already holds, to be shown and not asked (ui §4).
fn known(person: &Person, organisation: Option<&Organisation>) -> BTreeMap<String, Value> {
    let mut data = organisation.map(submit::on_file).unwrap_or_default();
    data.insert("account.name".into(), person.name.clone().into());
    for (key, value) in [("account.mobile", &person.mobile), ("account.resident_id", &person.resident_id)] {
        if let Some(value) = value {
            data.insert(key.into(), value.clone().into());
        }
    }
    data
}

#[derive(Template)]
#[template(path = "drafts_begin.html")]
struct BeginPage {
    shell: Shell,
    item: Arc<Item>,
    /// For whom this person may apply: the organisations, and whether for oneself.
    organisations: Vec<Organisation>,
    oneself: bool,
    drafts: Vec<Begun>,
    lapsed: Vec<String>,
}

/// A draft that waits, and for whom it is; nobody's name means oneself.
pub struct Begun {
    pub draft: Draft,
    pub whose: Option<String>,
}

/// The drafts with the names of those they are for.
pub fn begun(drafts: Vec<Draft>, organisations: &[Organisation]) -> Vec<Begun> {
    let name = |id| organisations.iter().find(|o| o.id == id).map(|o| o.name.clone());
    drafts.into_iter().map(|draft| Begun { whose: draft.organisation.and_then(name), draft }).collect()
}

/// GET …/apply: for whom, and whether a draft waits.
async fn begin(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(slug): Path<String>,
    Query(named): Query<Named>,
) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    house.may(&person.principal(), Act::Apply, &Resource::Site, &Circumstance::default())?;
    let drafts = all_of(&house, person.id, Some(&slug), None).await?;
    if let Some(draft) = drafts.iter().find(|draft| Some(draft.id) == named.draft) {
        return Ok(Redirect::to(&draft.at(&next_step(&item, draft))).into_response());
    }
    let mut organisations = people::organisations_of(house.pool(), person.id).await?;
    let drafts = begun(drafts, &organisations);
    organisations.retain(|_| item.applies_to_organisations());
    let oneself = item.applies_to_people();
    let lapsed = item.without_basis(house.now().date()).iter().map(|b| format!("《{}》{}", b.law, b.article)).collect();
    let page = BeginPage { organisations, oneself, drafts, lapsed, item, shell };
    page::render(&page.shell.clone(), &page)
}

/// The first step not seen yet, or the check page.
fn next_step(item: &Item, draft: &Draft) -> String {
    let steps = item.form.steps_asked(&draft.answers());
    steps.iter().find(|s| !draft.visited(&s.key)).map_or_else(|| "check".into(), |s| s.key.clone())
}

/// POST …/apply: begins a draft, or begins again.
async fn start(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Redirect, Stop> {
    let item = item_of(&catalogue, &slug)?;
    if !item.basis_in_force(house.now().date()) {
        return Err(Stop::Rejected("这个事项的设定依据已经失效，不能再提新的申请".into()));
    }
    let organisation: Option<Uuid> = posted.one("for").parse().ok();
    let owner = organisation.unwrap_or(person.id);
    house.may(&person.principal(), Act::Apply, &Resource::Draft { owner: owner.to_string() }, &Circumstance::default())?;
    let organisations = people::organisations_of(house.pool(), person.id).await?;
    let organisation_row = organisations.iter().find(|o| Some(o.id) == organisation);
    submit::serves(&item, organisation_row.is_some()).map_err(|no| Stop::Rejected(no.to_string()))?;
    let before = all_of(&house, person.id, Some(&slug), None).await?.into_iter().find(|draft| draft.organisation == organisation);
    if let Some(draft) = before {
        if posted.one("again") != "yes" {
            return Ok(Redirect::to(&draft.at(&next_step(&item, &draft))));
        }
        discard(&house, &draft).await?;
    }
    let now = house.now();
    let mut answers = Map::new();
    for known in item.form.known(&known(&person, organisation_row), now.date()) {
        if known.error.is_none() {
            answers.insert(known.field, known.value);
        }
    }
    let draft = Draft {
        id: Uuid::now_v7(),
        person: person.id,
        item: slug,
        answers: Value::Object(answers),
        visited: Value::Array(Vec::new()),
        organisation,
        case_no: None,
        saved_at: now.at,
    };
    sqlx::query("insert into drafts (id, person, item, answers, organisation, saved_at) values ($1, $2, $3, $4, $5, $6)")
        .bind(draft.id)
        .bind(draft.person)
        .bind(&draft.item)
        .bind(&draft.answers)
        .bind(draft.organisation)
        .bind(draft.saved_at)
        .execute(house.pool())
        .await?;
    Ok(Redirect::to(&draft.at(item.form.steps().first().map_or("check", |s| s.key.as_str()))))
}

/// Begun again: what was filled in before goes.
async fn discard(house: &House, draft: &Draft) -> Result<(), Stop> {
    let mut tx = house.pool().begin().await?;
    files::take_back(&mut *tx, &draft.owner(), None, house.now().at).await?;
    sqlx::query("delete from drafts where id = $1 and case_no is null").bind(draft.id).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// One line of the task list beside a step.
struct Task {
    key: String,
    title: String,
    state: &'static str,
    tag: &'static str,
    current: bool,
}

struct MaterialRow {
    key: String,
    name: String,
    note: String,
    required: bool,
    /// Filled in or fetched by the system: nothing to upload.
    by_system: Option<&'static str>,
    files: Vec<Handed>,
}

struct Answer {
    label: String,
    value: String,
}

struct Group {
    key: String,
    title: String,
    answers: Vec<Answer>,
}

#[derive(Template)]
#[template(path = "drafts_step.html")]
struct StepPage {
    shell: Shell,
    item: Arc<Item>,
    step: String,
    title: String,
    intro: String,
    number: usize,
    count: usize,
    tasks: Vec<Task>,
    summary: String,
    fields: String,
    materials: Option<Vec<MaterialRow>>,
    check: Option<Vec<Group>>,
    troubles: Vec<String>,
    wrong: bool,
    saved: String,
    restored: bool,
    back: String,
    whose: Option<String>,
    draft: Uuid,
}

struct Open {
    item: Arc<Item>,
    draft: Draft,
    organisation: Option<Organisation>,
}

/// The person's draft; someone else signing in never sees it, because drafts are found by person.
async fn open(house: &House, catalogue: &Catalogue, person: &Person, slug: &str, named: &Named) -> Result<Option<Open>, Stop> {
    let item = item_of(catalogue, slug)?;
    let Some(draft) = find(house, person.id, slug, named).await? else { return Ok(None) };
    let owner = draft.organisation.unwrap_or(draft.person);
    house.may(&person.principal(), Act::ResumeDraft, &Resource::Draft { owner: owner.to_string() }, &Circumstance::default())?;
    let organisation = applies_for(house.pool(), person, &draft).await?;
    Ok(Some(Open { item, draft, organisation }))
}

/// The organisation the draft is for; refused once the person no longer acts for it.
async fn applies_for(pool: impl sqlx::PgExecutor<'_>, person: &Person, draft: &Draft) -> Result<Option<Organisation>, Stop> {
    let Some(id) = draft.organisation else { return Ok(None) };
    let mandated = people::organisations_of(pool, person.id).await?.into_iter().find(|o| o.id == id);
    let gone = || Stop::NotAllowed {
        reason: "这份草稿替一个单位填写，您现在没有替它办事的委托。请带委托书到窗口登记".into()
    };
    mandated.map(Some).ok_or_else(gone)
}

async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path((slug, step)): Path<(String, String)>,
    Query(named): Query<Named>,
) -> Result<Response, Stop> {
    let Some(open) = open(&house, &catalogue, &person, &slug, &named).await? else {
        return Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response());
    };
    let restored = held.is_some();
    let entered = match held {
        Some(entered) => entered,
        None => open.item.form.entered(&step, &open.draft.answers()),
    };
    let filled = Filled::new(shell.lang, entered, Vec::new());
    draw(&house, shell, open, &step, filled, Vec::new(), restored).await
}

async fn draw(
    house: &House,
    shell: Shell,
    open: Open,
    step: &str,
    filled: Filled,
    troubles: Vec<String>,
    restored: bool,
) -> Result<Response, Stop> {
    let Open { item, draft, organisation } = open;
    let answers = draft.answers();
    let today = house.now().date();
    let steps = item.form.steps_asked(&answers);
    let problems = item.form.check_all(&answers, today);
    let keys: Vec<String> = item.materials.iter().map(|m| m.key.clone()).collect();
    let files = handed(house.pool(), &draft.owner(), &keys).await?;
    let rows: Vec<MaterialRow> = item
        .materials_for(&answers)
        .into_iter()
        .map(|m| MaterialRow {
            key: m.key.clone(),
            name: m.name.clone(),
            note: m.note.clone(),
            required: m.required,
            by_system: match m.source {
                MaterialSource::Applicant => None,
                MaterialSource::FilledIn => Some("填在表里，提交时生成"),
                MaterialSource::Checked => Some("窗口核对，不用您交"),
                MaterialSource::Fetched => Some("系统调取，不用您交"),
            },
            files: files.iter().filter(|f| f.material == m.key).cloned().collect(),
        })
        .collect();
    let short: Vec<String> =
        rows.iter().filter(|r| r.required && r.by_system.is_none() && r.files.is_empty()).map(|r| r.name.clone()).collect();
    let is_check = step == "check";
    let index = steps.iter().position(|s| s.key == step);
    if index.is_none() && !is_check {
        return Err(Stop::NotFound("步骤"));
    }
    let mut tasks: Vec<Task> = steps
        .iter()
        .map(|s| {
            let bad = if s.materials { !short.is_empty() } else { problems.iter().any(|(key, _)| *key == s.key) };
            let (state, tag) = match (draft.visited(&s.key), bad) {
                (true, true) => ("还差", "tag tag--warn"),
                (true, false) => ("填好了", "tag tag--ok"),
                (false, _) => ("没填", "tag tag--wait"),
            };
            Task { key: s.key.clone(), title: s.title.clone(), state, tag, current: s.key == step }
        })
        .collect();
    tasks.push(Task { key: "check".into(), title: "核对并提交".into(), state: "", tag: "", current: is_check });
    let (title, intro, fields) = match index {
        Some(i) => {
            let s = steps[i];
            // What was answered before decides what is asked now; on this page everything that may be asked is shown.
            let fields: String = item.form.shown(s, &answers).map(|f| filled.field(f)).collect();
            (s.title.clone(), s.intro.clone().unwrap_or_default(), fields)
        }
        None => ("核对并提交".into(), "请看一遍。要改的点“改”，改完会回到这里。".into(), String::new()),
    };
    let check = is_check.then(|| {
        steps
            .iter()
            .map(|s| Group {
                key: s.key.clone(),
                title: s.title.clone(),
                answers: if s.materials {
                    rows.iter()
                        .map(|r| Answer {
                            label: r.name.clone(),
                            value: match (r.by_system, r.files.len()) {
                                (Some(how), _) => how.into(),
                                (None, 0) if r.required => "还没有上传".into(),
                                (None, 0) => "没有上传（可以不交）".into(),
                                (None, _) => r.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join("、"),
                            },
                        })
                        .collect()
                } else {
                    item.form
                        .asked(s, &answers)
                        .map(|f| {
                            let value = answers.get(&f.key).filter(|v| !v.is_null());
                            Answer {
                                label: f.label.clone(),
                                value: value.map_or_else(|| "没有填".into(), |v| item.form.display(f, v)),
                            }
                        })
                        .collect()
                },
            })
            .collect()
    });
    let mut troubles = troubles;
    if is_check && !troubles.is_empty() {
        for (key, error) in &problems {
            let title = item.form.step(key).map_or("", |s| s.title.as_str());
            troubles.push(format!("{title}：{}", filled.said(error)));
        }
        for name in &short {
            troubles.push(format!("申请材料：请上传“{name}”"));
        }
    }
    let wrong = !filled.errors.is_empty() || !troubles.is_empty();
    let number = index.map_or(steps.len() + 1, |i| i + 1);
    let back = match index {
        Some(0) => format!("/matters/{}", item.slug),
        Some(i) => draft.at(&steps[i - 1].key),
        None => draft.at(steps.last().map_or("", |s| s.key.as_str())),
    };
    let page = StepPage {
        number,
        count: steps.len() + 1,
        tasks,
        summary: filled.summary(),
        fields,
        materials: index.filter(|i| steps[*i].materials).map(|_| rows),
        check,
        troubles,
        wrong,
        saved: shell.time(&draft.saved_at),
        restored,
        back,
        whose: organisation.map(|o| o.name),
        draft: draft.id,
        step: step.to_owned(),
        title,
        intro,
        item,
        shell,
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::render_status(&page.shell.clone(), status, &page)
}

async fn save(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((slug, step)): Path<(String, String)>,
    Query(named): Query<Named>,
    posted: Posted,
) -> Result<Response, Stop> {
    if step == "check" {
        return send(house, catalogue, shell, person, slug, named, posted).await;
    }
    let begin = || Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response());
    let Some(mut open) = open(&house, &catalogue, &person, &slug, &named).await? else { return begin() };
    // Two devices saving at once: the second reads what the first has written.
    let mut tx = house.pool().begin().await?;
    match lock(&mut tx, person.id, &slug, open.draft.id).await? {
        Some(draft) if draft.case_no.is_none() => open.draft = draft,
        _ => return begin(),
    }
    let now = house.now();
    let answers = open.draft.answers();
    // A button that adds or removes a row keeps what was typed and shows the page again, without finding fault.
    let pressed = open.item.form.press(&posted.0, posted.one("then"));
    let reading = open.item.form.read_step_after(&step, pressed.as_ref().unwrap_or(&posted.0), &answers, now.date());
    let mut errors = reading.errors.clone();
    let is_materials = open.item.form.step(&step).ok_or(Stop::NotFound("步骤"))?.materials;
    errors.extend(submit::unlike(&open.item, &reading.answers, open.organisation.as_ref(), now.date()));
    // What is wrong is kept too: leaving and coming back finds it as it was typed.
    let mut kept = answers;
    kept.extend(reading.answers);
    let mut visited: Vec<Value> = open.draft.visited.as_array().cloned().unwrap_or_default();
    if !visited.iter().any(|s| s == &step) {
        visited.push(step.clone().into());
    }
    sqlx::query("update drafts set answers = $2, visited = $3, saved_at = $4 where id = $1 and case_no is null")
        .bind(open.draft.id)
        .bind(Value::Object(kept.clone()))
        .bind(Value::Array(visited))
        .bind(now.at)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    if is_materials {
        let keys: Vec<String> = open.item.materials.iter().map(|m| m.key.clone()).collect();
        let files = handed(house.pool(), &open.draft.owner(), &keys).await?;
        for m in open.item.materials_for(&kept) {
            if m.required && m.source == MaterialSource::Applicant && !files.iter().any(|f| f.material == m.key) {
                errors.push(field_error(&m.key, &m.name, &format!("请上传“{}”", m.name), &format!("Upload: {}", m.name)));
            }
        }
    }
    if posted.one("then") == "later" {
        return Ok(Redirect::to("/account").into_response());
    }
    if let Some(entered) = pressed {
        let draft = Draft { answers: Value::Object(kept), ..open.draft };
        let filled = Filled::new(shell.lang, entered, Vec::new());
        return draw(&house, shell, Open { draft, ..open }, &step, filled, Vec::new(), false).await;
    }
    if errors.is_empty() {
        let steps = open.item.form.steps_asked(&kept);
        let next = steps.iter().position(|s| s.key == step).and_then(|i| steps.get(i + 1)).map_or("check", |s| s.key.as_str());
        let next = if posted.one("then") == "check" { "check" } else { next };
        return Ok(Redirect::to(&open.draft.at(next)).into_response());
    }
    let draft = Draft { answers: Value::Object(kept), ..open.draft };
    let filled = Filled::new(shell.lang, reading.entered, errors);
    draw(&house, shell, Open { draft, ..open }, &step, filled, Vec::new(), false).await
}

/// Sends the application: the draft is its own once-token, so five sends are one case (H15).
async fn send(
    house: House,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    slug: String,
    named: Named,
    posted: Posted,
) -> Result<Response, Stop> {
    let item = item_of(&catalogue, &slug)?;
    let id = match named.draft {
        Some(id) => Some(id),
        None => find(&house, person.id, &slug, &named).await?.map(|draft| draft.id),
    };
    let mut tx = house.pool().begin().await?;
    let draft = match id {
        Some(id) => lock(&mut tx, person.id, &slug, id).await?,
        None => None,
    };
    let Some(draft) = draft else { return Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response()) };
    if let Some(no) = draft.case_no {
        return Ok(Redirect::to(&format!("/cases/{no}")).into_response());
    }
    let organisation = applies_for(&mut *tx, &person, &draft).await?;
    let now = house.now();
    let keys: Vec<String> = item.materials.iter().map(|m| m.key.clone()).collect();
    let files = handed(&mut *tx, &draft.owner(), &keys).await?;
    let answers = draft.answers();
    let short = item
        .materials_for(&answers)
        .iter()
        .any(|m| m.required && m.source == MaterialSource::Applicant && !files.iter().any(|f| f.material == m.key));
    // Papers may follow: the law has the office tell what is missing, not the form refuse it. The person decides knowingly.
    let unlike = submit::unlike(&item, &answers, organisation.as_ref(), now.date());
    if (short && posted.one("anyway") != "yes") || !item.form.is_complete(&answers, now.date()) || !unlike.is_empty() {
        drop(tx);
        let filled = Filled { lang: shell.lang, ..Filled::default() };
        let mut trouble = vec!["还差几样，补上就可以提交：".to_owned()];
        trouble.extend(unlike.iter().map(|error| filled.said(error).to_string()));
        let open = Open { item, draft, organisation };
        return draw(&house, shell, open, "check", filled, trouble, false).await;
    }
    let application = Application {
        applicant: applicant(&person, organisation.as_ref()),
        organisation,
        filed_by: person.id,
        account: true,
        channel: Channel::Online,
        answers,
        materials: files,
    };
    let no = submit::run(&mut tx, &house, &item, By::Person(&person, "applicant"), &application, draft.id, &now).await?;
    sqlx::query("update drafts set case_no = $2 where id = $1").bind(draft.id).bind(&no).execute(&mut *tx).await?;
    files::hand_in(&mut tx, &draft.owner()).await?;
    tx.commit().await?;
    house.wake();
    Ok(Redirect::to(&format!("/cases/{no}?new=1")).into_response())
}

async fn upload(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(slug): Path<String>,
    Query(named): Query<Named>,
    request: Request,
) -> Result<Response, Stop> {
    let Some(open) = open(&house, &catalogue, &person, &slug, &named).await? else {
        return Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response());
    };
    let step = open.item.form.steps().iter().find(|s| s.materials).map(|s| s.key.clone()).unwrap_or_default();
    let materials = open.item.materials_for(&open.draft.answers());
    let asked: Vec<String> = materials.iter().filter(|m| m.source == MaterialSource::Applicant).map(|m| m.key.clone()).collect();
    let received = uploads::receive(&house, &person, &open.draft.owner(), &asked, request).await?;
    sqlx::query("update drafts set saved_at = $2 where id = $1")
        .bind(open.draft.id)
        .bind(house.now().at)
        .execute(house.pool())
        .await?;
    match received {
        Received::Begun(answer) => Ok(answer),
        Received::Form(troubles) if troubles.is_empty() => Ok(Redirect::to(&open.draft.at(&step)).into_response()),
        Received::Form(troubles) => {
            let filled = Filled { lang: shell.lang, ..Filled::default() };
            draw(&house, shell, open, &step, filled, troubles, false).await
        }
    }
}

/// …/files/{file}: goes on with an upload that began above.
async fn resume(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((slug, file)): Path<(String, Uuid)>,
    Query(named): Query<Named>,
    request: Request,
) -> Result<Response, Stop> {
    let open = open(&house, &catalogue, &person, &slug, &named).await?.ok_or(Stop::NotFound("上传"))?;
    uploads::resume(&house, &person, &open.draft.owner(), file, request).await
}

async fn remove(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((slug, file)): Path<(String, Uuid)>,
    Query(named): Query<Named>,
) -> Result<Response, Stop> {
    let Some(open) = open(&house, &catalogue, &person, &slug, &named).await? else {
        return Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response());
    };
    let_go(&house, &open.draft.owner(), file).await?;
    Ok(Redirect::to(&open.draft.at("materials")).into_response())
}

/// Errors of a whole form, each at its step, for the counter's one-page intake.
pub fn problems(item: &Item, answers: &Map<String, Value>, today: chrono::NaiveDate) -> Vec<FieldError> {
    item.form.check_all(answers, today).into_iter().map(|(_, e)| e).collect()
}

/// Forgets what the drafts of a case say; returns who owned their files.
pub async fn erase(conn: &mut PgConnection, case_no: &str) -> Result<Vec<String>, Stop> {
    let ids: Vec<Uuid> = sqlx::query_scalar("update drafts set answers = '{}', visited = '[]' where case_no = $1 returning id")
        .bind(case_no)
        .fetch_all(conn)
        .await?;
    Ok(ids.into_iter().map(|id| format!("draft:{id}")).collect())
}

/// What is swept of applications.
pub const BROOMS: [Broom; 3] = [unsent, taken_back, supplements];

/// Drafts that nobody saved for as long as the page promises, with their files.
fn unsent<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    Box::pin(async move {
        let gone: Vec<Uuid> = sqlx::query_scalar(
            "delete from drafts
              where id in (select id
                             from drafts
                            where case_no is null
                              and saved_at < $1
                            order by saved_at
                            limit $2
                              for update skip locked)
              returning id",
        )
        .bind(now - Duration::days(KEPT_DAYS))
        .bind(sweep::BATCH)
        .fetch_all(&mut *conn)
        .await?;
        for id in &gone {
            files::erase(conn, &format!("draft:{id}"), now).await?;
        }
        Ok(gone.len() as u64)
    })
}

/// Files taken back, but for those that an act names: what was once handed in belongs to its case.
fn taken_back<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    Box::pin(async move {
        let files = files::taken_back(conn, now, sweep::BATCH).await?;
        for file in &files {
            let handed: bool = sqlx::query_scalar(
                "select exists (select
                                  from acts
                                 where subject_kind = 'case'
                                   and subject in (select $1 union all select case_no from drafts where id = $2)
                                   and position($3 in private_body) > 0)",
            )
            .bind(file.owner.split(':').nth(2))
            .bind(file.owner.split(':').nth(2).and_then(|id| id.parse::<Uuid>().ok()))
            .bind(file.id.to_string())
            .fetch_one(&mut *conn)
            .await?;
            match handed {
                true => files::keep(conn, file.id).await?,
                false => files::erase_one(conn, file, now).await?,
            }
        }
        Ok(files.len() as u64)
    })
}

/// Files of a supplement take up room of whoever uploaded them for a day; then they are the case's.
fn supplements<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    Box::pin(async move {
        let freed = sqlx::query(
            "update files
                set person = null
              where person is not null
                and owner >= 'supplement:'
                and owner < 'supplement;'
                and created_at < $1",
        );
        freed.bind(now - Duration::days(1)).execute(conn).await?;
        Ok(0)
    })
}
