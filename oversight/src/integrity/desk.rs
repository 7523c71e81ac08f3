//! 预警台 · the warnings of a unit for its chief representative, of all units for supervision, and each for whoever it is about: the record by number, what
//! is ordinary, what would explain it; a statement, the second person's agreement, the closing.

use super::hit::{self, COLUMNS, Hit};
use super::rules::{Changed, HitRule};
use crate::supervision::view;
use acts::HitOutcome;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use uuid::Uuid;

const PAGE: i64 = 50;
/// Characters of a statement or a reason.
const LONGEST: usize = 2000;

fn handles(house: &House, person: &Person, agency: &str) -> bool {
    view::is_allowed(house, person, Act::HandleIntegrity, &Resource::Agency { key: agency.to_owned() })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// `open` or everything.
    only: String,
    after: String,
}

#[derive(Template)]
#[template(path = "integrity/hits.html")]
struct HitsPage {
    shell: Shell,
    catalogue: Catalogue,
    rows: Vec<Hit>,
    names: Vec<(String, String)>,
    own_only: bool,
    open_only: bool,
    next: Option<String>,
}

impl HitsPage {
    fn name(&self, rule: &str) -> &str {
        self.names.iter().find(|(id, _)| id == rule).map_or("", |(_, name)| name.as_str())
    }
}

/// GET /integrity/hits: of all for supervision, of the own agency for its chief representative, of themselves for everybody who works here.
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    if !person.is_staff() {
        return Err(Stop::NotAllowed { reason: "廉政风险预警给本单位首席代表、监察人员和本人看".into() });
    }
    // Whoever handles those of no agency in particular handles those of all.
    let all = handles(&house, &person, "");
    let own = person.agency.clone().filter(|agency| handles(&house, &person, agency));
    let (at, no) = ends(&wanted.after).unwrap_or((chrono::DateTime::<chrono::Utc>::MAX_UTC, String::new()));
    let at = at.min(house.now().at + chrono::Duration::days(1));
    let part = |whose: &str| {
        format!(
            "select *
               from integrity_hits
              where {whose}
                and (not $4 or closed_at is null)
                and (warned_at, no) < ($5, $6)
              order by warned_at desc, no desc
              limit $7"
        )
    };
    let sql = format!(
        "select {COLUMNS}
           from (select * from ({}) as every
                 union
                 select * from ({}) as of_agency
                 union
                 select * from ({}) as of_officer) as found
          order by warned_at desc, no desc
          limit $7",
        // Each by its own index.
        part("$1"),
        part("agency = $2"),
        part("officer = $3")
    );
    let mut conn = house.pool().acquire().await?;
    let mut rows: Vec<Hit> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(all)
        .bind(own.as_deref())
        .bind(person.id)
        .bind(wanted.only == "open")
        .bind(at)
        .bind(no)
        .bind(PAGE + 1)
        .fetch_all(&mut *conn)
        .await?;
    let changed = Changed::read(&mut conn, house.now().at).await?;
    drop(conn);
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|last| {
        let after = format!("{}~{}", last.warned_at.timestamp_micros(), last.no);
        view::address("/integrity/hits", &[("only", &wanted.only), ("after", &after)])
    });
    let page = HitsPage {
        names: changed.rules().into_iter().map(|(rule, _)| (rule.id, rule.name)).collect(),
        own_only: !all && own.is_none(),
        open_only: wanted.only == "open",
        rows,
        next,
        catalogue,
        shell,
    };
    page::render(&page.shell, &page)
}

fn ends(text: &str) -> Option<(chrono::DateTime<chrono::Utc>, String)> {
    let (at, no) = text.split_once('~')?;
    Some((chrono::DateTime::from_timestamp_micros(at.parse().ok()?)?, no.to_owned()))
}

/// A case that a hit waits before, or waited.
#[derive(sqlx::FromRow)]
struct Waiting {
    case_no: String,
    second_name: Option<String>,
    second_at: Option<chrono::DateTime<chrono::Utc>>,
    closed_at: Option<chrono::DateTime<chrono::Utc>>,
}

#[derive(Template)]
#[template(path = "integrity/hit.html")]
struct HitPage {
    shell: Shell,
    catalogue: Catalogue,
    hit: Hit,
    rule: Option<HitRule>,
    cases: Vec<Waiting>,
    /// Which steps this reader may take.
    states: bool,
    closes: bool,
    seconds: Vec<String>,
    filled: Filled,
}

impl HitPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn closing(&self) -> String {
        let options: Vec<(&str, &str)> = HitOutcome::ALL.iter().map(|outcome| (outcome.key(), outcome.zh())).collect();
        [
            self.filled.choice("outcome", "怎么办结", "radio", &options),
            self.filled.textarea(
                "reason",
                "理由",
                "写明看了什么。本人看得到，不公开。办结的人算看过的第二个人，不能再对在等的办件作决定",
                3,
            ),
        ]
        .concat()
    }
    fn statement(&self) -> String {
        self.filled.textarea("statement", "说明", "写明情况。只给本单位首席代表和监察人员看，只能写一次", 4)
    }
    fn agreement(&self) -> String {
        self.filled.textarea("opinion", "看了什么", "看过案卷的哪些内容，同意办下去的理由。只进案卷，不公开", 3)
    }
}

/// Whether this person may be the second one on a case: of the counter of its agency, and not the one it is about.
async fn may_second(house: &House, catalogue: &Catalogue, person: &Person, hit: &Hit, case_no: &str) -> Result<bool, Stop> {
    let mut conn = house.pool().acquire().await?;
    let on = view::resource(&mut conn, catalogue, case_no).await?;
    let how = Circumstance { at_counter: true, ..Circumstance::default() };
    let may = house.authority().may(&person.principal(), Act::Countersign, &on, &how).allowed;
    Ok(may && hit.officer != person.id)
}

async fn draw(
    house: &House,
    catalogue: Catalogue,
    shell: Shell,
    person: &Person,
    no: &str,
    filled: Filled,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let hit = hit::find(&mut conn, no).await?;
    let cases: Vec<Waiting> = sqlx::query_as(
        "select h.case_no, p.name as second_name, h.second_at, h.closed_at
           from integrity_holds h
           left join people p on p.id = h.second
          where h.hit = $1
          order by h.case_no",
    )
    .bind(no)
    .fetch_all(&mut *conn)
    .await?;
    let changed = Changed::read(&mut conn, house.now().at).await?;
    drop(conn);
    let mut seconds = Vec::new();
    if hit.is_open() && hit.controls.iter().any(|key| key == acts::Control::SecondPerson.key()) {
        for one in cases.iter().filter(|one| one.second_at.is_none() && one.closed_at.is_none()) {
            if may_second(house, &catalogue, person, &hit, &one.case_no).await? {
                seconds.push(one.case_no.clone());
            }
        }
    }
    let handles = handles(house, person, &hit.agency);
    let is_own = hit.officer == person.id;
    if !handles && !is_own && seconds.is_empty() {
        return Err(Stop::NotAllowed { reason: "廉政风险预警给本单位首席代表、监察人员和本人看".into() });
    }
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = HitPage {
        states: hit::f054_may_state(&hit, person.id).is_ok(),
        closes: handles && hit::f054_may_close(&hit, person.id).is_ok(),
        rule: changed.rules().into_iter().map(|(rule, _)| rule).find(|rule| rule.id == hit.rule),
        seconds,
        cases,
        hit,
        filled,
        catalogue,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /integrity/hits/{no}
pub async fn get(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&house, catalogue, shell, &person, &no, filled).await
}

/// POST /integrity/hits/{no}: says something to it, agrees as the second person, closes it.
pub async fn post(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let (form, how, now) = (posted.once()?, posted.one("how").to_owned(), house.now());
    let hit = hit::find(&mut *house.pool().acquire().await?, &no).await?;
    let mut errors = Vec::new();
    let (key, label, wanted) = match how.as_str() {
        "state" => ("statement", "说明", ("请写说明", "Say what there is to say")),
        "second" => ("opinion", "看了什么", ("请写看了什么", "Say what you looked at")),
        _ => ("reason", "理由", ("请写理由", "Give the reason")),
    };
    let words = fields::text(&posted, key, label, wanted, LONGEST, &mut errors);
    let outcome = HitOutcome::of(posted.one("outcome"));
    let case_no = posted.one("case").to_owned();
    match how.as_str() {
        "state" => hit::f054_may_state(&hit, person.id)?,
        "second" => {
            if !may_second(&house, &catalogue, &person, &hit, &case_no).await? {
                return Err(hit::Rejection::NotAnother.into());
            }
        }
        "close" => {
            let on = Resource::Agency { key: hit.agency.clone() };
            house.may(&person.principal(), Act::HandleIntegrity, &on, &Circumstance::default())?;
            hit::f054_may_close(&hit, person.id)?;
            if outcome.is_none() {
                errors.push(field_error("outcome", "怎么办结", "请选怎么办结", "Choose how it is closed"));
            }
        }
        _ => return Err(Stop::Unreadable("请选说明、同意还是办结".into())),
    }
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, catalogue, shell, &person, &no, filled).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let mut leads_to = format!("/integrity/hits/{no}");
    match (how.as_str(), outcome) {
        ("state", _) => hit::state(&mut tx, &no, &person, words, &now).await?,
        ("second", _) => {
            hit::second(&mut tx, (&no, &case_no), &person, words, &now).await?;
            leads_to = format!("/counter/cases/{case_no}");
        }
        (_, Some(outcome)) => hit::close(&mut tx, &no, &person, (outcome, words), &now).await?,
        (_, None) => return Err(Stop::Unreadable("请选怎么办结".into())),
    }
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}
