//! 我的证照 · the holder sees the certificates, what each is worth, what can be asked of it and by when; the agency's officer the same one at the
//! counter, with what the agency may do to it.

use super::certificate::{self, Certificate, Standing};
use super::end::act_of;
use super::ground::open_to;
use super::term::{self, REMIND_AGAIN_DAYS};
use super::verify::{Event, events};
use crate::cases::case::Case;
use crate::cases::remedies;
use acts::{Asks, Ending};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use catalogue::{Catalogue, Item, Remedies};
use chrono::{Days, NaiveDate};
use foundation::looking::{self, Ground, Opened};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop};
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

const PAGE: i64 = 20;

/// A certificate as a line of a list.
pub struct Line {
    pub certificate: Certificate,
    pub name: String,
}

/// The person, and the organisations acted for.
fn owners(person: &Person) -> Vec<Uuid> {
    person.organisations.iter().copied().chain([person.id]).collect()
}

fn lines(states: Vec<Value>, catalogue: &Catalogue, shell: &Shell) -> Result<Vec<Line>, Stop> {
    let line = |state| {
        let certificate: Certificate = serde_json::from_value(state)?;
        Ok(Line { name: catalogue.item_name(&certificate.item, &shell.lang), certificate })
    };
    states.into_iter().map(line).collect()
}

/// Held by these, the latest in front: of each holder a page at most is read.
async fn held(conn: &mut PgConnection, owners: &[Uuid], after: (NaiveDate, &str)) -> Result<Vec<Value>, Stop> {
    Ok(sqlx::query_scalar(
        "select found.state
           from unnest($1::uuid[]) as owner (id)
          cross join lateral (select no, issued_on, state
                                from certificates
                               where holder = owner.id
                                 and (issued_on, no) < ($2, $3)
                               order by issued_on desc, no desc
                               limit $4) as found
          order by found.issued_on desc, found.no desc
          limit $4",
    )
    .bind(owners)
    .bind(after.0)
    .bind(after.1)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

/// A certificate that expires soon.
pub struct Reminder {
    pub no: String,
    pub name: String,
    pub holder: String,
    pub valid_to: NaiveDate,
    /// Within thirty days.
    pub pressing: bool,
    /// The renewal can be applied for now; to when.
    pub until: Option<NaiveDate>,
}

/// So many are told of at once, those that expire first.
const REMINDED: i64 = 10;

/// The certificates of a person that expire soon (许可法 50): derived at the moment it is asked, so that nobody is told of what is over.
pub async fn reminders(house: &House, catalogue: &Catalogue, person: &Person, shell: &Shell) -> Result<Vec<Reminder>, Stop> {
    let now = house.now();
    let today = now.date();
    let states: Vec<Value> = sqlx::query_scalar(
        "select state
           from certificates
          where holder = any ($1)
            and standing = 'valid'
            and remind_from <= $2
            and valid_to >= $2
            and not exists (select
                              from cases c
                             where c.certificate = certificates.no
                               and c.asks = 'renewal'
                               and c.concluded_on is null)
          order by valid_to, no
          limit $3",
    )
    .bind(owners(person))
    .bind(today)
    .bind(REMINDED)
    .fetch_all(house.pool())
    .await?;
    let reminder = |line: Line| {
        let valid_to = line.certificate.valid_to()?;
        let item = catalogue.item(&line.certificate.item);
        let open = item.filter(|item| term::may_ask(&line.certificate, item, Asks::Renewal, today, &now.calendar).is_ok());
        Some(Reminder {
            pressing: valid_to <= today + Days::new(REMIND_AGAIN_DAYS),
            until: open.map(|item| term::window(valid_to, &item, &now.calendar).to),
            no: line.certificate.no,
            name: line.name,
            holder: line.certificate.holder.map(|holder| holder.name).unwrap_or_default(),
            valid_to,
        })
    };
    Ok(lines(states, catalogue, shell)?.into_iter().filter_map(reminder).collect())
}

/// A certificate that is over.
pub struct Gone {
    pub no: String,
    pub name: String,
    pub holder: String,
    pub standing: Standing,
    pub on: NaiveDate,
}

/// Whether somebody may still sue over what ended that day; so long they are told of it.
fn b4_1_21_told(ended: NaiveDate, remedies: &Remedies, now: &Moment) -> bool {
    remedies::b4_1_21_last_days(ended, remedies, &now.calendar).court >= now.date()
}

/// The certificates of a person that ended of late, the last in front (许可法 69, 70); what its holder gave up himself among them. Of each holder
/// a few at most are read.
pub async fn gone(house: &House, catalogue: &Catalogue, person: &Person, shell: &Shell) -> Result<Vec<Gone>, Stop> {
    let now = house.now();
    let states: Vec<Value> = sqlx::query_scalar(
        "select found.state
           from unnest($1::uuid[]) as owner (id)
          cross join lateral (select no, over_on, state
                                from certificates
                               where holder = owner.id
                                 and over_on is not null
                               order by over_on desc, no
                               limit $2) as found
          order by found.over_on desc, found.no
          limit $2",
    )
    .bind(owners(person))
    .bind(REMINDED)
    .fetch_all(house.pool())
    .await?;
    let gone = |line: Line| {
        let (item, on) = (catalogue.item(&line.certificate.item)?, line.certificate.over_on()?);
        b4_1_21_told(on, &item.remedies, &now).then(|| Gone {
            standing: line.certificate.standing(),
            on,
            no: line.certificate.no,
            name: line.name,
            holder: line.certificate.holder.map(|holder| holder.name).unwrap_or_default(),
        })
    };
    Ok(lines(states, catalogue, shell)?.into_iter().filter_map(gone).collect())
}

/// How the certificate of a case ended, with the letter where there is one; nothing while it is in force.
pub async fn over(conn: &mut PgConnection, case: &Case, today: NaiveDate) -> Result<Option<Over>, Stop> {
    let no = case.about.as_ref().map_or(&case.no, |about| &about.certificate);
    let Some(certificate) = certificate::known(conn, no).await? else { return Ok(None) };
    let standing = certificate.standing_on(today);
    Ok((standing != Standing::Valid).then(|| Over {
        on: certificate.over_on().or(certificate.valid_to().and_then(|to| to.succ_opt())),
        basis: certificate.endings.last().map(|over| over.basis.clone()).unwrap_or_default(),
        no: certificate.no,
        standing,
    }))
}

/// How a certificate ended, as the page of its case says it.
pub struct Over {
    pub no: String,
    pub standing: Standing,
    pub on: Option<NaiveDate>,
    pub basis: String,
}

#[derive(Deserialize)]
pub struct Wanted {
    /// The day the last one of the page before was issued, and its number.
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "certificates/mine.html")]
struct MinePage {
    shell: Shell,
    lines: Vec<Line>,
    reminders: Vec<Reminder>,
    next: Option<String>,
    today: NaiveDate,
}

/// GET /account/certificates
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let after = wanted.after.as_deref().and_then(|after| {
        let (day, no) = after.split_once('_')?;
        Some((day.parse().ok()?, no))
    });
    let first = after.is_none();
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default();
    let found = held(&mut *house.pool().acquire().await?, &owners(&person), after.unwrap_or((last, ""))).await?;
    let more = found.len() as i64 > PAGE;
    let mut lines = lines(found, &catalogue, &shell)?;
    lines.truncate(PAGE as usize);
    let next = lines
        .last()
        .filter(|_| more)
        .map(|last| format!("/account/certificates?after={}_{}", last.certificate.issued_on(), last.certificate.no));
    let reminders = if first { reminders(&house, &catalogue, &person, &shell).await? } else { Vec::new() };
    page::render(&shell.clone(), &MinePage { lines, reminders, next, today: house.now().date(), shell })
}

/// One thing that can be asked of it, or why not now.
struct Asking {
    asks: Asks,
    open: Option<String>,
    no: Option<String>,
}

/// A letter by which it ended.
struct Letter {
    key: String,
    name: &'static str,
}

#[derive(Template)]
#[template(path = "certificates/one.html")]
struct OnePage {
    shell: Shell,
    certificate: Certificate,
    item: Arc<Item>,
    name: String,
    agency: String,
    today: NaiveDate,
    asking: Vec<Asking>,
    /// The last day of applying for its renewal.
    renew_by: Option<NaiveDate>,
    /// What the agency may do to it; of the holder nothing.
    endings: Vec<Ending>,
    events: Vec<Event>,
    letters: Vec<Letter>,
    /// At the counter of the agency rather than in the holder's account.
    counter: bool,
}

impl OnePage {
    fn title_of(&self, how: &Ending) -> &'static str {
        super::letter::title(*how, &self.item)
    }
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    person: &SignedIn,
    no: &str,
    counter: bool,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let certificate = certificate::find(&mut conn, no).await?;
    let own = certificate::item_of(&mut conn, house, catalogue, &certificate).await?;
    let resource = certificate.resource(&own);
    let open = certificate::open(&mut conn, no).await?;
    let steps = certificate::history(&mut conn, no).await?;
    drop(conn);
    if counter && house.may(&person.principal(), Act::ViewCase, &resource, &Circumstance::default()).is_ok() {
        let on = Resource::Agency { key: certificate.agency.clone() };
        if let Err(stop) = house.may(&person.principal(), Act::ViewQueue, &on, &Circumstance::default()) {
            looking::came_to(house, person, &resource, Opened::Certificate, "", Ground::refused(stop.to_string())).await?;
            return Err(stop);
        }
    }
    looking::look(house, person, &resource, Opened::Certificate, "").await?;
    let now = house.now();
    let today = now.date();
    // What is asked now is asked of the matter as it is published now.
    let item = catalogue.item(&certificate.item).unwrap_or(own.clone());
    let asking = Asks::ALL.map(|asks| Asking {
        open: open.iter().find(|(asked, _)| *asked == asks).map(|(_, case_no)| case_no.clone()),
        no: term::may_ask(&certificate, &item, asks, today, &now.calendar).err().map(|no| no.to_string()),
        asks,
    });
    let best = Circumstance { seal: true, head_approved: true, ..Circumstance::default() };
    let may = |how: &Ending| house.may(&person.principal(), act_of(*how), &resource, &best).is_ok();
    let endings = Ending::ALL.into_iter().filter(|how| counter && !open_to(&certificate, *how).is_empty() && may(how)).collect();
    let mut letters: Vec<Letter> = Vec::new();
    for step in &steps {
        let certificate::Step::Own(_, entry) = step else { continue };
        let Some((how, ended)) = entry.act.ended() else { continue };
        let key = if letters.is_empty() { "ending".to_owned() } else { format!("ending-{}", letters.len() + 1) };
        if ended.private.is_some() {
            letters.push(Letter { key, name: super::letter::title(how, &own) });
        }
    }
    let page = OnePage {
        name: catalogue.item_name(&certificate.item, &shell.lang),
        agency: catalogue.agency_name(&certificate.agency).to_owned(),
        renew_by: certificate.valid_to().map(|to| term::window(to, &item, &now.calendar).to),
        asking: asking.into(),
        events: events(&steps),
        today,
        endings,
        letters,
        counter,
        certificate,
        item: own,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}

/// GET /account/certificates/{no}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    draw(&house, &catalogue, shell, &person, &no, false).await
}

/// GET /counter/certificates/{no}
pub async fn at_the_counter(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    draw(&house, &catalogue, shell, &person, &no, true).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar::Calendar;

    #[test]
    fn b4_1_21_what_ended_is_told_of_to_the_last_day_of_suing_also_where_it_moved_off_a_rest_day() {
        let item = testing::catalogue().item("food-business-licence").unwrap();
        let told = |today: &str| {
            let now = Moment::new(testing::at(&format!("{today} 12:00")), Arc::new(Calendar::china()));
            b4_1_21_told("2026-01-05".parse().unwrap(), &item.remedies, &now)
        };
        // Six months end on Sunday, 5 July 2026.
        assert!(told("2026-01-05") && told("2026-07-05"));
        assert!(told("2026-07-06"), "the letter says Monday");
        assert!(!told("2026-07-07"));
    }
}
