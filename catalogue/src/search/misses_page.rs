//! 没找到的 · what was searched most and not found, for the administrator of the catalogue, who answers it by choosing the matter it meant,
//! or by a sentence that says where to go.

use super::known::{may_be_somebodys, names_somebody};
use super::misses::{self, Answer, Miss};
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

/// Chosen in the place of a matter.
const ELSEWHERE: &str = "elsewhere";
/// Characters of a sentence.
const LONGEST_SENTENCE: usize = 300;

struct Answered {
    words: String,
    /// The matter by slug and name, or what is told instead.
    item: Option<(String, String)>,
    sentence: String,
}

impl Answered {
    fn of((words, answer): (String, Answer), catalogue: &Catalogue) -> Answered {
        match answer {
            Answer::Item(slug) => {
                let name = catalogue.item_name(&slug, &page::Lang::Zh);
                Answered { words, item: Some((slug, name)), sentence: String::new() }
            }
            Answer::Sentence(sentence) => Answered { words, item: None, sentence },
        }
    }
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
    let next = misses.last().filter(|_| more).map(|miss| encode(&format!("{}~{}", miss.asked, miss.words)));
    // What other words answer is answered.
    misses.retain(|miss| catalogue.meant(&miss.words, true).is_none());
    let page = ListPage {
        next,
        next_answered: answered.last().filter(|_| more_answered).map(|(words, _)| encode(words)),
        misses,
        answered: answered.into_iter().map(|one| Answered::of(one, &catalogue)).collect(),
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
        let mut options: Vec<(&str, &str)> = self.offered.iter().map(|(slug, name)| (slug.as_str(), name.as_str())).collect();
        options.push((ELSEWHERE, "这里不办，去处写在下面"));
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

/// What was chosen: the words as they become public, and a matter that is listed or a sentence.
fn read(posted: &Posted, catalogue: &Catalogue) -> Result<(String, Answer), Vec<FieldError>> {
    let mut errors = Vec::new();
    let wanted = ("请写搜索的词", "Enter the words");
    let words = fields::public_text(posted, "words", "搜索的词", wanted, super::LONGEST, &mut errors);
    let read = catalogue.words_of(&words);
    if errors.is_empty() && may_be_somebodys(&words) {
        errors.push(field_error(
            "words",
            "搜索的词",
            "里面像有谁的姓名、住址、号码、车牌或账号，请去掉，只留要办的事",
            "The words seem to hold somebody's name, address, number, plate or account; leave only what is to be done",
        ));
    } else if errors.is_empty() && !read.unknown.is_empty() {
        let unknown = read.unknown.join("、");
        errors.push(field_error(
            "words",
            "搜索的词",
            &format!("“{unknown}”不是这里认得的词，可能是谁的姓名或者住址；请去掉，只留要办的事"),
            &format!(
                "“{unknown}” is not a word the house knows and may be somebody's name or address; leave only what is to be done"
            ),
        ));
    } else if errors.is_empty() && read.known.is_empty() {
        errors.push(field_error(
            "words",
            "搜索的词",
            "这几个字没有说办什么事，换成事情本身的词",
            "The words do not say what is to be done; use the words of the thing itself",
        ));
    }
    let sentence = fields::public_optional(posted, "sentence", "去哪里办", LONGEST_SENTENCE, &mut errors);
    if names_somebody(&sentence) {
        errors.push(field_error(
            "sentence",
            "去哪里办",
            "里面像有谁的姓名、车牌或账号，请写单位和地方",
            "The sentence seems to hold somebody's name, plate or account; name the office and the place",
        ));
    }
    let item = catalogue.item(posted.one("item")).filter(|item| !item.is_cancelled());
    let answer = match (item, sentence.is_empty()) {
        (Some(item), true) => Some(Answer::Item(item.slug.clone())),
        (None, false) if ["", ELSEWHERE].contains(&posted.one("item")) => Some(Answer::Sentence(sentence)),
        (Some(_), false) => {
            errors.push(field_error(
                "sentence",
                "去哪里办",
                "选了事项就不写去哪里办，两样只要一样",
                "Choose a service or write where to go, not both",
            ));
            None
        }
        (None, true) if posted.one("item") == ELSEWHERE => {
            errors.push(field_error(
                "sentence",
                "去哪里办",
                "请写去哪里办：单位、地方、电话或者网址",
                "Write where to go: office, place, telephone or address",
            ));
            None
        }
        _ => {
            errors.push(field_error(
                "item",
                "指的是哪个事项",
                "请选这几个字指的是哪个事项，或者写去哪里办",
                "Choose the service that the words mean, or write where to go",
            ));
            None
        }
    };
    match answer.filter(|_| errors.is_empty()) {
        Some(answer) => Ok((catalogue.key(&words), answer)),
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
        Ok((words, answer)) => {
            misses::mean(&mut tx, &words, Some(&answer), &person, &house.now()).await?;
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
