//! 没找到的 · what was searched most and not found, for the administrator of the catalogue, who answers it by choosing the matter it meant.

use super::misses::{self, Miss};
use crate::powers::may;
use crate::{Asked, Catalogue};
use askama::Template;
use authority::Act;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use uuid::Uuid;

/// Questions on one page, and matters to choose from.
const PAGE: i64 = 50;
const OFFERED: usize = 20;

const LIST: &str = "/items/misses";

pub fn routes() -> Router<House> {
    Router::new()
        .route("/items/misses", get(list))
        .route("/items/misses/answer", get(show).post(send))
        .route("/items/misses/release", post(release).get(list))
}

#[derive(Default, Deserialize)]
struct Wanted {
    /// `12~words`, where the page before ended.
    #[serde(default)]
    after: String,
    #[serde(default)]
    after_answered: String,
    #[serde(default)]
    words: String,
    /// What to look for among the matters.
    #[serde(default)]
    q: String,
}

struct Answered {
    words: String,
    slug: String,
    name: String,
}

#[derive(Template)]
#[template(path = "search/misses.html")]
struct ListPage {
    shell: Shell,
    misses: Vec<Miss>,
    next: Option<String>,
    answered: Vec<Answered>,
    next_answered: Option<String>,
}

impl ListPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// GET /items/misses
async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepSearchWords)?;
    let after = wanted.after.split_once('~').and_then(|(asked, words)| Some((asked.parse().ok()?, words)));
    let mut conn = house.pool().acquire().await?;
    let mut misses = misses::unanswered(&mut conn, house.now().date(), after, PAGE + 1).await?;
    let mut answered = misses::answered(&mut conn, &wanted.after_answered, PAGE + 1).await?;
    drop(conn);
    let (more, more_answered) = (misses.len() as i64 > PAGE, answered.len() as i64 > PAGE);
    misses.truncate(PAGE as usize);
    answered.truncate(PAGE as usize);
    let page = ListPage {
        next: misses.last().filter(|_| more).map(|miss| encode(&format!("{}~{}", miss.asked, miss.words))),
        next_answered: answered.last().filter(|_| more_answered).map(|(words, _)| encode(words)),
        misses,
        answered: answered
            .into_iter()
            .map(|(words, slug)| Answered { name: catalogue.item_name(&slug, &page::Lang::Zh), words, slug })
            .collect(),
        shell,
    };
    page::render(&page.shell, &page)
}

#[derive(Template)]
#[template(path = "search/answer.html")]
struct AnswerPage {
    shell: Shell,
    filled: Filled,
    words: String,
    q: String,
    /// Matters to choose from: slug, and name with agency.
    offered: Vec<(String, String)>,
}

impl AnswerPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn choice(&self) -> String {
        let options: Vec<(&str, &str)> = self.offered.iter().map(|(slug, name)| (slug.as_str(), name.as_str())).collect();
        self.filled.choice("item", "指的是哪个事项", "radio", &options)
    }
}

fn draw(catalogue: &Catalogue, shell: Shell, words: String, q: String, filled: Filled) -> Result<Response, Stop> {
    let found = catalogue.find(Asked::of(if q.trim().is_empty() { &words } else { &q }, OFFERED), "");
    let offered = found.hits.into_iter().map(|hit| {
        let about = format!("{}（{}）", hit.item.name, catalogue.agency_name(&hit.item.agency));
        (hit.item.slug.clone(), about)
    });
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = AnswerPage { offered: offered.collect(), words, q, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /items/misses/answer?words=…
async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
    Held(held): Held,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepSearchWords)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&catalogue, shell, wanted.words, wanted.q, filled)
}

/// What was chosen: the words as they become public, and a matter that is listed.
fn read(posted: &Posted, catalogue: &Catalogue) -> Result<(String, String), Vec<FieldError>> {
    let mut errors = Vec::new();
    let wanted = ("请写搜索的词", "Enter the words");
    let words = fields::public_text(posted, "words", "搜索的词", wanted, super::LONGEST, &mut errors);
    if !words.is_empty() && super::asked(&words).is_empty() {
        errors.push(field_error("words", "搜索的词", "搜索的词要有字", "The words need letters"));
    }
    if errors.is_empty() && misses::may_be_somebodys(&words) {
        errors.push(field_error(
            "words",
            "搜索的词",
            "里面像有谁的姓名、住址、号码、车牌或账号，请去掉，只留要办的事",
            "The words seem to hold somebody's name, address, number, plate or account; leave only what is to be done",
        ));
    }
    let item = catalogue.item(posted.one("item")).filter(|item| !item.is_cancelled());
    if item.is_none() {
        errors.push(field_error(
            "item",
            "指的是哪个事项",
            "请选这几个字指的是哪个事项",
            "Choose the service that the words mean",
        ));
    }
    match item.filter(|_| errors.is_empty()) {
        Some(item) => Ok((words, item.slug.clone())),
        None => Err(errors),
    }
}

/// POST /items/misses/answer
async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepSearchWords)?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    match read(&posted, &catalogue) {
        Ok((words, item)) => {
            misses::mean(&mut tx, &words, Some(&item), &person, &house.now()).await?;
            once::finish(&house, tx, person.id, form, LIST).await?;
            keep_up(&house, &catalogue).await;
            Ok(Redirect::to(LIST).into_response())
        }
        Err(errors) => {
            tx.rollback().await?;
            let (words, q) = (posted.one("words").to_owned(), posted.one("q").to_owned());
            let filled = Filled::new(shell.lang, posted.0, errors);
            draw(&catalogue, shell, words, q, filled)
        }
    }
}

/// POST /items/misses/release: the words lead nowhere of their own any more.
async fn release(State(house): State<House>, catalogue: Catalogue, person: SignedIn, posted: Posted) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepSearchWords)?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    misses::mean(&mut tx, posted.one("words"), None, &person, &house.now()).await?;
    once::finish(&house, tx, person.id, form, LIST).await?;
    keep_up(&house, &catalogue).await;
    Ok(Redirect::to(LIST).into_response())
}

/// It is said already; whoever asks again will find it.
async fn keep_up(house: &House, catalogue: &Catalogue) {
    if let Err(stop) = catalogue.keep_up_with_words(house.pool()).await {
        tracing::warn!(%stop, "the meanings of words could not be read");
    }
}
