//! 补贴清单 · each month of a township, agent by agent, every sum opening to the cases behind it; the month is closed here, and a case is
//! struck (F088). An agent sees the own.

use super::keep;
use super::subsidy::{self, Month};
use super::{point, point_of};
use acts::{Money, SubsidyLine};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, SubsidyRule};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::held::Posted;
use foundation::page::fields::{self, Filled};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Months on the list; a township that is older has them under their own addresses.
const MONTHS: i64 = 36;

#[derive(sqlx::FromRow)]
struct Closed {
    month: String,
    closed_at: DateTime<Utc>,
    total: i64,
}

impl Closed {
    fn total(&self) -> Money {
        Money(self.total)
    }
}

#[derive(Template)]
#[template(path = "agents/months.html")]
struct MonthsPage {
    shell: Shell,
    closed: Vec<Closed>,
    /// Those that are not closed, the latest in front.
    open: Vec<Month>,
    rule: Option<SubsidyRule>,
}

/// GET /counter/subsidy
pub async fn list(State(house): State<House>, catalogue: Catalogue, shell: Shell, person: SignedIn) -> Result<Response, Stop> {
    let agency = keep::may(&house, &person)?;
    let mut conn = house.pool().acquire().await?;
    let closed = sqlx::query_as(
        "select month, closed_at, total
           from subsidy_months
          where agency = $1
          order by month desc
          limit $2",
    )
    .bind(&agency)
    .bind(MONTHS)
    .fetch_all(&mut *conn)
    .await?;
    let next = subsidy::next(&mut conn, &agency).await?;
    drop(conn);
    let rule = next.and_then(|month| subsidy::rule(&catalogue, &agency, month)).cloned();
    let today = Month::of(house.now().date());
    let mut open: Vec<Month> = next.into_iter().flat_map(|first| subsidy::open(first, today)).collect();
    open.reverse();
    page::render(&shell.clone(), &MonthsPage { closed, open, rule, shell })
}

/// One line as a page shows it.
struct Row {
    case_no: String,
    item: String,
    amount: Money,
    taken_back: bool,
}

/// What an agent gets.
struct Share {
    name: String,
    total: Money,
    people: usize,
    rows: Vec<Row>,
}

/// The lines agent by agent, with names; a case is named by its matter, its applicant is not named.
async fn shares(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    shell: &Shell,
    lines: Vec<SubsidyLine>,
) -> Result<Vec<Share>, Stop> {
    let agents: Vec<Uuid> = lines.iter().map(|line| line.agent).collect();
    let cases: Vec<&str> = lines.iter().map(|line| line.case_no.as_str()).collect();
    let names: HashMap<Uuid, String> = sqlx::query_as("select id, name from people where id = any ($1)")
        .bind(&agents)
        .fetch_all(&mut *conn)
        .await?
        .into_iter()
        .collect();
    let rows: Vec<(String, String, Uuid)> = sqlx::query_as(
        "select c.case_no, c.item, coalesce(p.claimed_by, p.id)
           from cases c
           join consents k on k.no = c.consent
           join people p on p.id = k.person
          where c.case_no = any ($1)",
    )
    .bind(&cases)
    .fetch_all(conn)
    .await?;
    let of: HashMap<String, (String, Uuid)> = rows.into_iter().map(|(no, item, person)| (no, (item, person))).collect();
    let mut by: BTreeMap<Uuid, Vec<SubsidyLine>> = BTreeMap::new();
    for line in lines {
        by.entry(line.agent).or_default().push(line);
    }
    let shares = by.into_iter().map(|(agent, lines)| {
        let served = lines.iter().filter(|line| !line.taken_back).filter_map(|line| Some(of.get(&line.case_no)?.1));
        let people: std::collections::BTreeSet<Uuid> = served.collect();
        let row = |line: SubsidyLine| Row {
            item: of.get(&line.case_no).map_or_else(String::new, |(item, _)| catalogue.item_name(item, &shell.lang)),
            case_no: line.case_no,
            amount: line.amount,
            taken_back: line.taken_back,
        };
        Share {
            name: names.get(&agent).cloned().unwrap_or_default(),
            total: Money(lines.iter().map(|line| line.amount.0).sum()),
            people: people.len(),
            rows: lines.into_iter().map(row).collect(),
        }
    });
    Ok(shares.collect())
}

#[derive(Template)]
#[template(path = "agents/month.html")]
struct MonthPage {
    shell: Shell,
    month: Month,
    closed: bool,
    /// It is over and is closed next.
    ready: bool,
    /// The month that is closed before it.
    first: Option<Month>,
    rule: Option<SubsidyRule>,
    shares: Vec<Share>,
    total: Money,
    struck: Vec<(String, String)>,
    filled: Filled,
    once: Uuid,
}

/// The lines of a month, whether it is closed, and which month is closed before it; there is none that is still to come.
async fn lines(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    agency: &str,
    month: Month,
    today: NaiveDate,
) -> Result<(Vec<SubsidyLine>, bool, Option<Month>), Stop> {
    if let Some(lines) = subsidy::closed_month(conn, agency, month).await? {
        return Ok((lines, true, None));
    }
    if month > Month::of(today) {
        return Err(Stop::NotFound("月份"));
    }
    let mut open = subsidy::open_months(conn, catalogue, agency, month).await?;
    let (_, lines) = open.pop().ok_or(Stop::NotFound("月份"))?;
    Ok((lines, false, open.first().map(|(first, _)| *first)))
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    agency: &str,
    month: Month,
    filled: Filled,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let today = house.now().date();
    let (lines, closed, first) = lines(&mut conn, catalogue, agency, month, today).await?;
    let total = Money(lines.iter().map(|line| line.amount.0).sum());
    let struck = match closed {
        true => Vec::new(),
        false => subsidy::struck(&mut conn, agency).await?.into_iter().collect(),
    };
    let shares = shares(&mut conn, catalogue, &shell, lines).await?;
    drop(conn);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = MonthPage {
        ready: !closed && first.is_none() && today > month.last_day(),
        first,
        rule: subsidy::rule(catalogue, agency, month).cloned(),
        once: Uuid::new_v4(),
        month,
        closed,
        shares,
        total,
        struck,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

fn month_of(text: &str) -> Result<Month, Stop> {
    Month::read(text).ok_or(Stop::NotFound("月份"))
}

/// GET /counter/subsidy/{month}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(month): Path<String>,
) -> Result<Response, Stop> {
    let agency = keep::may(&house, &person)?;
    let filled = Filled::empty(shell.lang);
    draw(&house, &catalogue, shell, &agency, month_of(&month)?, filled).await
}

/// POST /counter/subsidy/{month}/{what}: `close`, and `strike` for a case.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((month, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let agency = keep::may(&house, &person)?;
    let form = posted.once()?;
    let month = month_of(&month)?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    match what.as_str() {
        "close" => subsidy::close(&mut tx, &catalogue, &person, month, &now).await?,
        "strike" => {
            let mut errors = Vec::new();
            let case_no = crate::track::tidy(posted.one("case_no"));
            let wanted = ("请写为什么不计", "Say why it does not count");
            let reason = fields::public_text(&posted, "reason", "理由", wanted, 200, &mut errors);
            if errors.is_empty() {
                match subsidy::strike(&mut tx, &person, &case_no, &reason, &now).await {
                    Ok(()) => {}
                    Err(Stop::Rejected(why)) => {
                        let en = "No agent of this township filed it, or it was struck already";
                        errors.push(fields::field_error("case_no", "办件编号", &why, en));
                    }
                    Err(stop) => return Err(stop),
                }
            }
            if !errors.is_empty() {
                drop(tx);
                let filled = Filled::new(shell.lang, posted.0, errors);
                return draw(&house, &catalogue, shell, &agency, month, filled).await;
            }
        }
        _ => return Err(Stop::NotFound("页面")),
    }
    let to = format!("/counter/subsidy/{month}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

#[derive(Template)]
#[template(path = "agents/own.html")]
struct OwnPage {
    shell: Shell,
    /// Each month and what it holds of this agent; those that are still open in front.
    months: Vec<(String, bool, Share)>,
    rule: Option<SubsidyRule>,
}

/// Months an agent sees at once.
const OWN_MONTHS: usize = 12;

/// GET /agent/subsidy: the own lines of the latest months, the open ones in front.
pub async fn own(State(house): State<House>, catalogue: Catalogue, shell: Shell, person: SignedIn) -> Result<Response, Stop> {
    let no = point_of(&person)?;
    let mut conn = house.pool().acquire().await?;
    let agency = point::find(&mut conn, &no).await?.agency;
    let mut found: Vec<(String, bool, Vec<SubsidyLine>)> = Vec::new();
    let mut open = subsidy::open_months(&mut conn, &catalogue, &agency, Month::of(house.now().date())).await?;
    let goes_by = open.first().and_then(|(month, _)| subsidy::rule(&catalogue, &agency, *month)).cloned();
    open.reverse();
    for (month, mut lines) in open {
        lines.retain(|line| line.agent == person.id);
        found.push((month.to_string(), false, lines));
    }
    let rows: Vec<(String, String, bool, i64)> = sqlx::query_as(
        "select month, case_no, taken_back, amount
           from subsidy_lines
          where agent = $1
            and month in (select distinct month from subsidy_lines where agent = $1 order by month desc limit $2)
          order by month desc, case_no",
    )
    .bind(person.id)
    .bind(OWN_MONTHS as i64)
    .fetch_all(&mut *conn)
    .await?;
    for (month, case_no, taken_back, amount) in rows {
        let line = SubsidyLine { agent: person.id, case_no, taken_back, amount: Money(amount) };
        match found.last_mut().filter(|(last, closed, _)| *closed && *last == month) {
            Some((.., lines)) => lines.push(line),
            None => found.push((month, true, vec![line])),
        }
    }
    found.truncate(OWN_MONTHS);
    let mut months = Vec::new();
    for (month, closed, lines) in found {
        let share = shares(&mut conn, &catalogue, &shell, lines).await?.pop();
        let nothing = || Share { name: person.name.clone(), total: Money(0), people: 0, rows: Vec::new() };
        months.push((month, closed, share.unwrap_or_else(nothing)));
    }
    drop(conn);
    page::render(&shell.clone(), &OwnPage { months, rule: goes_by, shell })
}
