//! 叫号 · an officer opens a counter for the day and calls, again, passes on, finishes (B4.1). A form says of which number it was drawn, so
//! that a second click, or a page that is old, does nothing to another number.

use super::number::{self, Counter, Number};
use super::{Kind, centres_of, counter_number};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Centre};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

const HERE: &str = "/counter/calling";
/// Of what was handled and missed today, so many are listed.
const LISTED: i64 = 20;
/// Characters of the longest number of a counter.
const LONGEST: usize = 6;

/// What the rules say no to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("您今天还没有开窗口")]
    NotOpen,
    #[error("{0} 叫了还没有说来没来：先点“来了”或者“没来”")]
    StillCalled(String),
    #[error("{0} 还没有办完：先办完或者转走，再关窗口")]
    StillServed(String),
    #[error("页面上的号和现在的不一样，刚才可能已经点过了，请看现在的")]
    Moved,
    #[error("现在没有叫着的号")]
    Nobody,
    #[error("他正在办，不是没来")]
    Here,
    #[error("他本来就在这个队里")]
    SameQueue,
    #[error("没有这种队伍")]
    NoQueue,
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

pub fn may(house: &House, person: &Person) -> Result<String, Stop> {
    let key = person.agency.clone().unwrap_or_default();
    let how = Circumstance { at_counter: true, ..Circumstance::default() };
    house.may(&person.principal(), Act::CallNumber, &Resource::Agency { key: key.clone() }, &how)?;
    Ok(key)
}

/// Whether the next may be called, and what becomes of the one before: who was being served is done, who was called and is not known to
/// have come stops it.
pub fn may_call(current: Option<&Number>) -> Result<(), Rejection> {
    match current {
        Some(number) if number.is("called") => Err(Rejection::StillCalled(number.number.clone())),
        _ => Ok(()),
    }
}

#[derive(Template)]
#[template(path = "hall/call.html")]
struct CallPage {
    shell: Shell,
    centres: Vec<Arc<Centre>>,
    counter: Option<Counter>,
    at: Option<Arc<Centre>>,
    current: Option<Number>,
    item: Option<(String, String)>,
    waiting: Vec<(Kind, i64)>,
    missing: Vec<String>,
    handled: Vec<Number>,
    filled: Filled,
}

impl CallPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn wrong(&self) -> bool {
        !self.filled.errors.is_empty()
    }
    /// The number the page was drawn with.
    fn drawn(&self) -> &str {
        self.current.as_ref().map_or("", |number| &number.number)
    }
    fn served(&self) -> String {
        match &self.counter {
            Some(counter) => counter.kinds().map(|kind| self.shell.t(kind.zh())).collect::<Vec<_>>().join(" · "),
            None => String::new(),
        }
    }
    fn serves(&self, kind: &Kind) -> bool {
        self.counter.as_ref().is_some_and(|counter| counter.serves(*kind))
    }
    fn others(&self) -> Vec<Kind> {
        let current = self.current.as_ref().map(Number::kind);
        Kind::ALL.into_iter().filter(|kind| Some(*kind) != current).collect()
    }
    fn fields(&self) -> String {
        let centres: Vec<(&str, &str)> = self.centres.iter().map(|c| (c.key.as_str(), c.name.as_str())).collect();
        let kinds = Kind::ALL.map(|kind| (kind.key(), kind.zh()));
        [
            self.filled.choice("centre", "在哪个中心", "radio", &centres),
            self.filled.input("counter", "几号窗口", "照窗口上方的牌子填，例如 B05", "text", "autocomplete=\"off\""),
            self.filled.choice("kinds", "叫哪些队的号", "checkbox", &kinds),
        ]
        .concat()
    }
}

async fn draw(house: &House, catalogue: &Catalogue, shell: Shell, person: &Person, mut filled: Filled) -> Result<Response, Stop> {
    let agency = person.agency.clone().unwrap_or_default();
    let today = house.now().date();
    let mut conn = house.pool().acquire().await?;
    let counter = number::counter_of(&mut conn, person.id, today).await?;
    let current = number::current(&mut conn, person.id, today).await?;
    let (mut waiting, mut missing) = (Vec::new(), Vec::new());
    if let Some(counter) = &counter {
        waiting = number::waiting(&mut conn, &counter.centre, today).await?;
        missing = number::missing(&mut conn, &counter.centre, today, LISTED).await?;
    }
    let handled = number::handled(&mut conn, person.id, today, LISTED).await?;
    drop(conn);
    let centres = centres_of(catalogue, &agency, today);
    if filled.errors.is_empty()
        && let Some(first) = centres.first()
    {
        let own = first.counters.iter().find(|counter| counter.agency == agency);
        let usual = [("centre", first.key.clone()), ("counter", own.map_or(String::new(), |own| own.number.clone()))];
        for (field, value) in usual {
            filled.entered.entry(field.into()).or_insert_with(|| vec![value]);
        }
        filled.entered.entry("kinds".into()).or_insert_with(|| Kind::ALL.map(|kind| kind.key().to_owned()).to_vec());
    }
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let item = current.as_ref().and_then(|number| number.item.clone());
    let page = CallPage {
        at: counter.as_ref().and_then(|counter| catalogue.centre(&counter.centre)),
        item: item.map(|slug| (catalogue.item_name(&slug, &shell.lang), slug)),
        centres,
        counter,
        current,
        waiting,
        missing,
        handled,
        filled,
        shell,
    };
    page::render_status(&page.shell, status, &page)
}

/// GET /counter/calling
pub async fn show(State(house): State<House>, catalogue: Catalogue, shell: Shell, person: SignedIn) -> Result<Response, Stop> {
    may(&house, &person)?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(&house, &catalogue, shell, &person, filled).await
}

struct Opening {
    centre: String,
    counter: String,
    kinds: Vec<Kind>,
}

/// What an officer opens: everything wrong with it is told at once.
fn opening(catalogue: &Catalogue, agency: &str, posted: &Posted, today: NaiveDate) -> Result<Opening, Vec<FieldError>> {
    let mut errors = Vec::new();
    let centre = posted.one("centre").to_owned();
    if !centres_of(catalogue, agency, today).iter().any(|one| one.key == centre) {
        let zh = "请选一个中心，本单位在那里要有窗口";
        errors.push(field_error("centre", "在哪个中心", zh, "Choose a centre in which your agency has a counter"));
    }
    let counter = counter_number(posted.one("counter"));
    if counter.is_empty() || counter.chars().count() > LONGEST || !counter.chars().all(|c| c.is_ascii_alphanumeric()) {
        let zh = "几号窗口请填字母和数字，最多 6 个，例如 B05";
        errors.push(field_error("counter", "几号窗口", zh, "Enter letters and digits, six at most, such as B05"));
    }
    let kinds: Vec<Kind> = posted.all("kinds").iter().filter_map(|key| Kind::of(key)).collect();
    if kinds.is_empty() {
        let zh = "请至少选一种队伍";
        errors.push(field_error("kinds", "叫哪些队的号", zh, "Choose at least one queue"));
    }
    if errors.is_empty() { Ok(Opening { centre, counter, kinds }) } else { Err(errors) }
}

/// Opens a counter in the caller's transaction.
async fn open(
    conn: &mut PgConnection,
    opening: &Opening,
    (officer, agency): (Uuid, &str),
    now: &Moment,
) -> Result<Result<(), FieldError>, Stop> {
    if let Some(counter) = number::lock_counter(conn, officer, now.date()).await? {
        return Err(Stop::Rejected(format!("您今天已经开着 {} 号窗口，先关了再开别的", counter.counter)));
    }
    if !catalogue::centres::is_open(conn, &opening.centre, now.date()).await? {
        return Err(Stop::Rejected("这个中心已经撤销，不能开窗口。".into()));
    }
    let place = (opening.centre.as_str(), opening.counter.as_str());
    if number::open_counter(conn, place, &opening.kinds, (officer, agency), now).await? {
        return Ok(Ok(()));
    }
    let zh = format!("{} 号窗口今天已经有人开着，请核对号码，或者请他先关", opening.counter);
    Ok(Err(field_error("counter", "几号窗口", &zh, "Somebody has this counter open; check the number or ask them to close it")))
}

/// One act at the counter, on the number that the form was drawn with.
pub async fn act(conn: &mut PgConnection, officer: Uuid, what: &str, posted: &Posted, now: &Moment) -> Result<(), Stop> {
    let counter = number::lock_counter(conn, officer, now.date()).await?.ok_or(Rejection::NotOpen)?;
    let current = number::current(conn, officer, now.date()).await?;
    let drawn = posted.one("number");
    if what != "back" && drawn != current.as_ref().map_or("", |number| number.number.as_str()) {
        return Err(Rejection::Moved.into());
    }
    match (what, current) {
        ("next", current) => {
            may_call(current.as_ref())?;
            if let Some(served) = &current {
                number::finish(conn, served, now).await?;
            }
            number::call_next(conn, &counter, officer, now).await?;
        }
        ("close", Some(number)) => return Err(Rejection::StillServed(number.number).into()),
        ("close", None) => number::close_counter(conn, &counter, now).await?,
        ("back", _) => {
            if !number::back(conn, (&counter.centre, counter.day), posted.one("missed"), now).await? {
                return Err(Stop::Rejected("这个号已经排回去了".into()));
            }
        }
        (_, None) => return Err(Rejection::Nobody.into()),
        ("again", Some(number)) => number::call_again(conn, &number, now).await?,
        ("here", Some(number)) => number::came(conn, &number, now).await?,
        ("missed", Some(number)) if number.is("serving") => return Err(Rejection::Here.into()),
        ("missed", Some(number)) => number::missed(conn, &number).await?,
        ("done", Some(number)) => number::finish(conn, &number, now).await?,
        ("pass", Some(number)) => match Kind::of(posted.one("to")) {
            Some(to) if to == number.kind() => return Err(Rejection::SameQueue.into()),
            Some(to) => number::pass(conn, &number, to).await?,
            None => return Err(Rejection::NoQueue.into()),
        },
        _ => return Err(Stop::NotFound("页面")),
    }
    Ok(())
}

/// POST /counter/calling/{what}
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(what): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let form = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    if what == "open" {
        let opened = match opening(&catalogue, &agency, &posted, now.date()) {
            Ok(opening) => open(&mut tx, &opening, (person.id, &agency), &now).await?.map_err(|error| vec![error]),
            Err(errors) => Err(errors),
        };
        if let Err(errors) = opened {
            tx.rollback().await?;
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw(&house, &catalogue, shell, &person, filled).await;
        }
    } else {
        act(&mut tx, person.id, &what, &posted, &now).await?;
    }
    once::finish(&house, tx, person.id, form, HERE).await?;
    Ok(Redirect::to(HERE).into_response())
}
