//! 分步填写 · one page of a draft: a step with its fields or papers, or all answers once more before they are sent (F070, F073).

use super::typed::{self, Page, Writes};
use super::{Draft, Named, Open, lock, on_file, open, send};
use crate::cases::{choose_delivery, submit, together};
use acts::{About, Handed};
use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Item, MaterialSource};
use forms::Field;
use foundation::held::{Held, Posted};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, papers};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

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
    /// On file, from the certificate's case or by the consent: handed in anew only where it changed.
    kept: Option<Handed>,
    /// Filled in or fetched by the system: nothing to upload.
    by_system: Option<&'static str>,
    files: Vec<Handed>,
    /// Taken, and refused by the scanner afterwards.
    refused: Vec<Handed>,
}

struct Answer {
    label: String,
    value: String,
    /// Where it is from, when its applicant did not type it.
    source: Option<String>,
}

struct Group {
    key: String,
    title: String,
    answers: Vec<Answer>,
}

#[derive(Template)]
#[template(path = "drafts/step.html")]
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
    /// How the result is to reach the applicant: asked of who applies for themselves.
    delivery: Option<String>,
    troubles: Vec<String>,
    wrong: bool,
    saved: String,
    restored: bool,
    back: String,
    whose: Option<String>,
    draft: Uuid,
    about: Option<About>,
    /// Whether answers come from the applicant's certificates, or may.
    draws: bool,
    /// The number of this page, and how often its step had been written.
    page: Uuid,
    seen: u64,
}

pub async fn show(
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

pub(super) async fn draw(
    house: &House,
    shell: Shell,
    open: Open,
    step: &str,
    filled: Filled,
    troubles: Vec<String>,
    restored: bool,
) -> Result<Response, Stop> {
    let Open { catalogue, item, draft, organisation, consent, kept } = open;
    let answers = draft.answers();
    let today = house.now().date();
    let steps = item.form.steps_asked(&answers);
    let without = send::no_telephone(consent.as_ref());
    let problems = submit::unfinished(&item, &answers, without, today);
    let keys: Vec<String> = item.materials.iter().map(|m| m.key.clone()).collect();
    let files = papers::handed(house.pool(), &draft.owner(), &keys).await?;
    let refused = papers::refused(house.pool(), &draft.owner(), &keys).await?;
    let rows: Vec<MaterialRow> = item
        .materials_for(&answers)
        .into_iter()
        .map(|m| MaterialRow {
            key: m.key.clone(),
            name: m.name.clone(),
            note: m.note.clone(),
            required: m.required,
            kept: kept.iter().find(|kept| kept.material == m.key).cloned(),
            by_system: match m.source {
                MaterialSource::Applicant => None,
                MaterialSource::FilledIn => Some("填在表里，提交时生成"),
                MaterialSource::Checked => Some("窗口核对，不用您交"),
                MaterialSource::Fetched => Some("系统调取，不用您交"),
            },
            files: files.iter().filter(|f| f.material == m.key).cloned().collect(),
            refused: refused.iter().filter(|f| f.material == m.key).cloned().collect(),
        })
        .collect();
    let short: Vec<String> = rows
        .iter()
        .filter(|r| r.required && r.kept.is_none() && r.by_system.is_none() && r.files.is_empty())
        .map(|r| r.name.clone())
        .collect();
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
            let on_file = on_file::OfStep::new(&item, &draft, step, &catalogue, &shell);
            let field = |f: &Field| match without.covers(f) {
                true => on_file.field(&Field { required: false, hint: Some(NO_TELEPHONE.into()), ..f.clone() }, &filled),
                false => on_file.field(f, &filled),
            };
            let fields: String = item.form.shown(s, &answers).map(field).collect();
            (s.title.clone(), s.intro.clone().unwrap_or_default(), fields)
        }
        None => ("核对并提交".into(), "请看一遍。要改的点“改”，改完会回到这里。".into(), String::new()),
    };
    let facts = &draft.on_file.facts;
    let named = |slug: &str| catalogue.item_name(slug, &shell.lang);
    let check = is_check.then(|| {
        steps
            .iter()
            .map(|s| Group {
                key: s.key.clone(),
                title: s.title.clone(),
                answers: if s.materials {
                    rows.iter()
                        .map(|r| Answer {
                            source: None,
                            label: r.name.clone(),
                            value: match (r.by_system, r.files.len()) {
                                (Some(how), _) => how.into(),
                                (None, 0) if r.kept.as_ref().is_some_and(Handed::is_kept) => "沿用原件".into(),
                                (None, 0) if r.kept.is_some() => "已经在案".into(),
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
                            let fact = facts.get(&f.key).map(|fact| &fact.is).filter(|fact| value == Some(&fact.value));
                            Answer {
                                source: fact.map(|fact| on_file::source_in_words(&fact.from, named)),
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
    let delivery = (is_check && consent.is_none()).then(|| {
        let party = shell.person.as_ref().map(|person| send::applicant(person, organisation.as_ref()));
        let filled = choose_delivery::filled(&shell, party.as_ref(), None, filled.entered.clone(), filled.errors.clone());
        choose_delivery::fields(&filled, true)
    });
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
        delivery,
        troubles,
        wrong,
        saved: shell.time(&draft.saved_at),
        restored,
        back,
        whose: organisation.map(|o| o.name).or(consent.map(|consent| consent.entrusted.person.name)),
        draws: draft.may_draw() && item.form.fields().any(|field| field.element.is_some()),
        about: draft.about(),
        draft: draft.id,
        page: Uuid::new_v4(),
        seen: typed::times(&draft.pages, step),
        step: step.to_owned(),
        title,
        intro,
        item,
        shell,
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::render_status(&page.shell.clone(), status, &page)
}

/// Beside the telephone of whoever has none by the consent.
const NO_TELEPHONE: &str = "委托上没有写这样的号码。他没有的空着：有事打委托上的电话、寄信，或者请您带话";

/// What was typed belongs to a draft that is not there any more.
fn gone() -> Stop {
    Stop::Rejected("这份草稿已经提交或者删除，这里填的没有保存".into())
}

const ELSEWHERE: &str = "这一步刚在另一台设备或者另一页上改过，您这里填的还没有保存。再按一次“保存，下一步”，就以这里的为准；想看那边改的，先抄下这里的，再重新打开这一页";

pub async fn save(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((slug, step)): Path<(String, String)>,
    Query(named): Query<Named>,
    posted: Posted,
) -> Result<Response, Stop> {
    if step == "check" {
        return send::send(house, catalogue, shell, person, slug, named, posted).await;
    }
    let begin = || Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response());
    // Typing stopped, and nobody pressed anything.
    let typing = posted.one("then") == "typed";
    let Some(mut open) = open(&house, &catalogue, &person, &slug, &named).await? else {
        return if typing { Err(gone()) } else { begin() };
    };
    let now = house.now();
    // Two devices saving at once: the second reads what the first has written.
    let mut tx = house.pool().begin().await?;
    match lock(&mut tx, &person, &slug, open.draft.id, &now).await? {
        Some(draft) if draft.case_no.is_none() => {
            open.draft = draft;
            let helper = open.consent.as_ref().map(|consent| (&*person, consent));
            on_file::settle(&open.item, &mut open.draft, helper, &now);
        }
        _ if typing => return Err(gone()),
        _ => return begin(),
    }
    let page = Page::of(&posted);
    match page.map_or(Writes::Yes, |page| page.writes(&open.draft.pages, &step)) {
        Writes::Yes => {}
        Writes::Late => return Ok(Json(json!({ "saved": shell.time(&open.draft.saved_at) })).into_response()),
        Writes::Elsewhere if typing => return Err(Stop::Rejected(ELSEWHERE.into())),
        Writes::Elsewhere => {
            drop(tx);
            let filled = Filled::new(shell.lang, posted.0, Vec::new());
            return draw(&house, shell, open, &step, filled, vec![ELSEWHERE.into()], false).await;
        }
    }
    let answers = open.draft.answers();
    // A button that adds or removes a row keeps what was typed and shows the page again, without finding fault.
    let pressed = open.item.form.press(&posted.0, posted.one("then"));
    let mut typed = pressed.clone().unwrap_or_else(|| posted.0.clone());
    typed.extend(on_file::settled(&open.item, &open.draft, &step));
    let left_out = on_file::left_out(&open.item, &open.draft);
    for (key, values) in open.item.form.entered(&step, &left_out) {
        let now = typed.entry(key).or_default();
        if now.iter().all(String::is_empty) {
            *now = values;
        }
    }
    let reading = open.item.form.read_step_after(&step, &typed, &answers, now.date());
    let mut errors = reading.errors.clone();
    let is_materials = open.item.form.step(&step).ok_or(Stop::NotFound("步骤"))?.materials;
    let known = send::known(&person, open.organisation.as_ref(), open.consent.as_ref());
    errors.extend(submit::unlike(&open.item, &reading.answers, &known, now.date()));
    // What is wrong is kept too: leaving and coming back finds it as it was typed.
    let mut kept = answers;
    // Whether the applicant is among those who apply together shows once all of them are named.
    let here: Vec<String> = reading.answers.keys().cloned().collect();
    kept.extend(reading.answers);
    for (key, value) in left_out {
        if !here.contains(&key) && open.item.form.field(&key).is_some_and(|field| open.item.form.is_asked(field, &kept)) {
            kept.insert(key, value);
        }
    }
    let without = send::no_telephone(open.consent.as_ref());
    errors.retain(|error| !without.excuses(&open.item, error, &kept));
    errors.extend(together::wrong(&open.item, &kept, None, now.date()).into_iter().filter(|error| here.contains(&error.field)));
    let mut visited: Vec<Value> = open.draft.visited.as_array().cloned().unwrap_or_default();
    // A step left in the middle is where one goes on.
    if !typing && !visited.iter().any(|s| s == &step) {
        visited.push(step.clone().into());
    }
    open.draft.pages = typed::written(&open.draft.pages, &step, page);
    sqlx::query("update drafts set answers = $2, visited = $3, saved_at = $4, pages = $5 where id = $1 and case_no is null")
        .bind(open.draft.id)
        .bind(Value::Object(kept.clone()))
        .bind(Value::Array(visited))
        .bind(now.at)
        .bind(&open.draft.pages)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    if typing {
        return Ok(Json(json!({ "saved": shell.time(&now.at) })).into_response());
    }
    if is_materials {
        let keys: Vec<String> = open.item.materials.iter().map(|m| m.key.clone()).collect();
        let files = papers::handed(house.pool(), &open.draft.owner(), &keys).await?;
        for m in open.item.materials_for(&kept) {
            let kept = open.kept.iter().any(|kept| kept.material == m.key);
            if m.required && !kept && m.source == MaterialSource::Applicant && !files.iter().any(|f| f.material == m.key) {
                errors.push(field_error(&m.key, &m.name, &format!("请上传“{}”", m.name), &format!("Upload: {}", m.name)));
            }
        }
    }
    if posted.one("then") == "later" {
        return Ok(Redirect::to(if open.consent.is_some() { "/agent" } else { "/account" }).into_response());
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
