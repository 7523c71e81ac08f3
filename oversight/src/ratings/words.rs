//! 评价的话 · what raters wrote is read by everybody once somebody looked at it: numbers that name a person are blotted beforehand, and whoever
//! looks takes out the rest. The grade was public at once.

use super::{desk, record};
use crate::complaints::without;
use acts::{ActBody, RatingAct, Subject};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use uuid::Uuid;

const PAGE: i64 = 20;
const LONGEST: usize = 1000;

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<i64>,
}

/// One that waits.
struct Line {
    rating: Uuid,
    grade: &'static str,
    agency: String,
    /// Blotted, as it was written otherwise.
    text: String,
}

#[derive(Template)]
#[template(path = "ratings/words.html")]
struct WordsPage {
    shell: Shell,
    catalogue: Catalogue,
    lines: Vec<Line>,
    next: Option<i64>,
    filled: Filled,
}

impl WordsPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
}

async fn draw(house: &House, catalogue: Catalogue, shell: Shell, after: i64, errors: Vec<FieldError>) -> Result<Response, Stop> {
    let conn = &mut *house.pool().acquire().await?;
    let mut found = record::waiting(conn, after, PAGE + 1).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|(n, ..)| *n);
    let acts: Vec<Uuid> = found.iter().map(|(_, act, ..)| *act).collect();
    let mut said = record::said_all(conn, &acts).await?;
    let names = record::names_of_all(conn, &acts).await?;
    let line = |(_, rating, grade, agency): (i64, Uuid, i16, String)| {
        let text = said.remove(&rating).map(|said| {
            let hidden: Vec<String> = names.iter().filter(|(of, _)| *of == rating).map(|(_, name)| name.clone()).collect();
            without(&hidden, &said.text)
        });
        let text = text.unwrap_or_default();
        Line { rating, grade: acts::grade_name(grade as u8), agency, text }
    };
    let lines = found.into_iter().map(line).collect();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let filled = Filled::new(shell.lang, Default::default(), errors);
    page::render_status(&shell.clone(), status, &WordsPage { catalogue, lines, next, filled, shell })
}

/// GET /ratings/words
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    desk::supervises(&house, &person)?;
    draw(&house, catalogue, shell, wanted.after.unwrap_or(-1), Vec::new()).await
}

/// POST /ratings/words/{rating}: shown, in these words; or not, and why.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(rating): Path<Uuid>,
    posted: Posted,
) -> Result<Response, Stop> {
    desk::supervises(&house, &person)?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let Some(no) = record::lock_words(&mut tx, rating).await? else {
        return Err(Stop::Rejected("这段话已经看过了".into()));
    };
    let mut errors = Vec::new();
    let act = match posted.one("what") {
        "keep" => {
            let wanted = ("不公布的，请写为什么", "Say why it is not shown");
            RatingAct::WordsKept {
                rating,
                reason: fields::public_text(&posted, "reason", "不公布的理由", wanted, 200, &mut errors),
            }
        }
        _ => {
            let wanted = ("请留下要公布的话", "Leave the words to be shown");
            RatingAct::WordsShown {
                rating, text: fields::public_text(&posted, "text", "公布的话", wanted, LONGEST, &mut errors)
            }
        }
    };
    let names = record::names(&mut tx, &no, &[]).await?;
    fields::unnamed(posted.one("text"), &names, "text", "公布的话", &mut errors);
    fields::unnamed(posted.one("reason"), &names, "reason", "不公布的理由", &mut errors);
    if !errors.is_empty() {
        tx.rollback().await?;
        return draw(&house, catalogue, shell, -1, errors).await;
    }
    let subject = Subject { kind: RatingAct::SUBJECT.into(), no };
    // The feed shows it; that it was looked at counts at once.
    record::seen(&mut tx, rating).await?;
    let entry = foundation::record::entry(subject, house.now().at, person.actor("supervisor"), Some(person.private()), act);
    foundation::record::record(&mut tx, &[entry]).await?;
    once::finish(&house, tx, person.id, form, "/ratings/words").await?;
    Ok(Redirect::to("/ratings/words").into_response())
}
