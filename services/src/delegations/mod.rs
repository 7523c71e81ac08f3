//! 首席代表委托 · a chief representative who is away lets a colleague of the counter use the authority, from a day to a day, and takes it back
//! when he likes (B4.2). It works from the next page on; every act done by it says so with the post. Whoever has it by delegation gives it to
//! nobody.

use acts::{ActBody, Delegates, DelegationAct, Subject};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Months, NaiveDate, Utc};
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::{self, Person};
use foundation::{House, SignedIn, Stop, once, record, serials};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

const PAGE: i64 = 20;
/// Months a delegation lasts at most; ours, no rule sets one.
const LONGEST: u32 = 6;

pub fn routes() -> Router<House> {
    Router::new().route("/counter/delegations", get(list).post(give)).route("/counter/delegations/{no}/revoke", post(revoke))
}

/// One delegation, as the list shows it.
#[derive(sqlx::FromRow)]
struct Row {
    no: String,
    from_day: NaiveDate,
    until: NaiveDate,
    revoked_at: Option<DateTime<Utc>>,
    giver_name: String,
    delegate_name: String,
    delegate_post: Option<String>,
    reason: String,
}

impl Row {
    fn state(&self, today: &NaiveDate) -> (&'static str, &'static str) {
        match () {
            () if self.revoked_at.is_some() => ("已收回", "tag"),
            () if self.until < *today => ("已到期", "tag"),
            () if self.from_day > *today => ("还没开始", "tag tag--wait"),
            () => ("生效中", "tag tag--ok"),
        }
    }
    fn is_open(&self, today: &NaiveDate) -> bool {
        self.revoked_at.is_none() && self.until >= *today
    }
}

async fn rows(conn: &mut PgConnection, agency: &str, before: &str) -> Result<Vec<Row>, Stop> {
    Ok(sqlx::query_as(
        "select d.no, d.from_day, d.until, d.revoked_at, g.name as giver_name, p.name as delegate_name, p.post as delegate_post,
                d.reason
           from delegations d
           join people g on g.id = d.giver
           join people p on p.id = d.delegate
          where d.agency = $1
            and ($2 = '' or d.no < $2)
          order by d.no desc
          limit $3",
    )
    .bind(agency)
    .bind(before)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

/// Whoever used this authority and does it no more hears that, where it is what is missing: no administrator could help.
pub(crate) async fn explained(
    house: &House,
    person: &Person,
    (act, on, how): (Act, &Resource, &Circumstance),
    refused: Stop,
) -> Result<Stop, Stop> {
    if !matches!(refused, Stop::NotAllowed { .. }) || person.delegated {
        return Ok(refused);
    }
    let mut with_it = person.clone();
    with_it.use_delegated_authority();
    if house.may(&with_it.principal(), act, on, how).is_err() {
        return Ok(refused);
    }
    let today = house.now().date();
    let last: Option<(NaiveDate, Option<DateTime<Utc>>)> = sqlx::query_as(
        "select until, revoked_at
           from delegations
          where agency = $1
            and delegate = $2
            and from_day <= $3
          order by no desc
          limit 1",
    )
    .bind(&person.agency)
    .bind(person.id)
    .bind(today)
    .fetch_optional(house.pool())
    .await?;
    Ok(last.map_or(refused, |(until, revoked_at)| Stop::NotAllowed { reason: ended(until, revoked_at, today) }))
}

fn ended(until: NaiveDate, revoked_at: Option<DateTime<Utc>>, today: NaiveDate) -> String {
    let day = |day: NaiveDate| day.format("%-m 月 %-d 日").to_string();
    match revoked_at {
        Some(at) => format!("首席代表给您的委托已于 {}收回，这一步现在由首席代表办", day(calendar::local_date(at))),
        None if until >= today => "给您委托的人已经不是首席代表，委托到此为止，这一步现在由首席代表办".into(),
        None => format!("首席代表给您的委托到 {}为止，已经到期，这一步现在由首席代表办", day(until)),
    }
}

/// Whom it may be given to: those who sit at the counters of the agency and are no chief representatives themselves.
async fn colleagues(conn: &mut PgConnection, agency: &str) -> Result<Vec<(Uuid, String, Option<String>)>, Stop> {
    Ok(sqlx::query_as(
        "select id, name, post
           from people
          where agency = $1
            and active
            and 'counter_officer' = any (roles)
            and not 'chief_representative' = any (roles)
          order by name, id
          limit 200",
    )
    .bind(agency)
    .fetch_all(conn)
    .await?)
}

fn may(house: &House, person: &Person) -> Result<String, Stop> {
    let key = person.agency.clone().unwrap_or_default();
    house.may(&person.principal(), Act::DelegateAuthority, &Resource::Agency { key: key.clone() }, &Circumstance::default())?;
    match person.delegated {
        true => Err(Stop::NotAllowed { reason: "受委托的人不能再委托别人".into() }),
        false => Ok(key),
    }
}

#[derive(Template)]
#[template(path = "delegations/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<String>,
    colleagues: Vec<(Uuid, String, Option<String>)>,
    filled: Filled,
    once: Uuid,
    today: NaiveDate,
}

impl ListPage {
    fn longest(&self) -> String {
        format!("这一天也算，一次最长 {LONGEST} 个月")
    }
    fn again(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn is_chosen(&self, id: &Uuid) -> bool {
        self.filled.entered.get("delegate").is_some_and(|chosen| chosen.iter().any(|one| *one == id.to_string()))
    }
}

async fn draw(house: &House, shell: Shell, agency: &str, before: &str, filled: Filled, once: Uuid) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let mut rows = rows(&mut conn, agency, before).await?;
    let colleagues = colleagues(&mut conn, agency).await?;
    drop(conn);
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|last| format!("/counter/delegations?before={}", last.no));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let today = house.now().date();
    page::render_status(&shell.clone(), status, &ListPage { rows, next, colleagues, filled, once, today, shell })
}

#[derive(Deserialize)]
struct Wanted {
    before: Option<String>,
}

/// GET /counter/delegations
async fn list(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&house, shell, &agency, wanted.before.as_deref().unwrap_or_default(), filled, Uuid::new_v4()).await
}

/// POST /counter/delegations
async fn give(State(house): State<House>, shell: Shell, person: SignedIn, posted: Posted) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let form = posted.once()?;
    let now = house.now();
    let mut errors = Vec::new();
    let chosen: Option<Uuid> = posted.one("delegate").parse().ok();
    let mut conn = house.pool().acquire().await?;
    let known = colleagues(&mut conn, &agency).await?.into_iter().find(|(id, ..)| Some(*id) == chosen);
    drop(conn);
    if known.is_none() {
        errors.push(field_error("delegate", "委托谁", "请选一位本单位窗口的同事", "Choose a colleague of your counters"));
    }
    let from = fields::date(posted.one("from"), "from", "从哪天起", &mut errors);
    let until = fields::date(posted.one("until"), "until", "到哪天为止", &mut errors);
    if let (Some(from), Some(until)) = (from, until) {
        if from < now.date() {
            errors.push(field_error("from", "从哪天起", "最早从今天起", "The first day is today at the earliest"));
        }
        if until < from {
            errors.push(field_error(
                "until",
                "到哪天为止",
                "最后一天不能早于第一天",
                "The last day must not be before the first",
            ));
        } else if from.checked_add_months(Months::new(LONGEST)).is_some_and(|last| until > last) {
            let zh = format!("一次最长 {LONGEST} 个月，到时可以再委托");
            errors.push(field_error("until", "到哪天为止", &zh, &format!("At most {LONGEST} months; delegate anew then")));
        }
    }
    let wanted = ("请写为什么委托，公开", "Say why; it becomes public");
    let reason = fields::public_text(&posted, "reason", "理由", wanted, 200, &mut errors);
    let (Some((delegate, name, post)), Some(from), Some(until)) = (known.filter(|_| errors.is_empty()), from, until) else {
        return draw(&house, shell.clone(), &agency, "", Filled::new(shell.lang, posted.0, errors), form).await;
    };
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    // Taken back, it is over: never two for one person at a time. Whoever comes second waits here.
    sqlx::query("select id from people where id = $1 for update").bind(delegate).execute(&mut *tx).await?;
    let other: Option<String> = sqlx::query_scalar(
        "select no from delegations where delegate = $1 and revoked_at is null and from_day <= $3 and until >= $2 limit 1",
    )
    .bind(delegate)
    .bind(from)
    .bind(until)
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(other) = other {
        drop(tx);
        let zh = format!("{name}在这几天已经有委托（{other}），先收回，或者换个日期");
        let errors =
            vec![field_error("delegate", "委托谁", &zh, "There is a delegation for these days already; take it back first")];
        return draw(&house, shell.clone(), &agency, "", Filled::new(shell.lang, posted.0, errors), form).await;
    }
    let no = serials::of_day(&mut tx, "SQ", now.date()).await?;
    let login = people::find(&mut *tx, delegate).await?.map(|one| one.login).unwrap_or_default();
    let giver = person.named().ok_or(Stop::NotFound("人员"))?;
    let private = Delegates { giver, delegate: acts::Named { login, name } };
    let act = DelegationAct::Given { agency: agency.clone(), post, from, until, reason: reason.clone(), private: Some(private) };
    let entry = record::entry(subject(&no), now.at, person.actor("chief_representative"), Some(person.private()), act);
    record::record(&mut tx, std::slice::from_ref(&entry)).await?;
    sqlx::query(
        "insert into delegations (no, agency, giver, delegate, from_day, until, reason) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&no)
    .bind(&agency)
    .bind(person.id)
    .bind(delegate)
    .bind(from)
    .bind(until)
    .bind(&reason)
    .execute(&mut *tx)
    .await?;
    once::finish(&house, tx, person.id, form, "/counter/delegations").await?;
    Ok(Redirect::to("/counter/delegations").into_response())
}

fn subject(no: &str) -> Subject {
    Subject { kind: DelegationAct::SUBJECT.into(), no: no.into() }
}

/// POST /counter/delegations/{no}/revoke: by whoever gave it, or another chief representative of the agency.
async fn revoke(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let agency = may(&house, &person)?;
    let form = posted.once()?;
    let now = house.now();
    let mut errors = Vec::new();
    let wanted = ("请写为什么收回，公开", "Say why it is taken back; it becomes public");
    let reason = fields::public_text(&posted, "why", "收回的理由", wanted, 200, &mut errors);
    if !errors.is_empty() {
        return draw(&house, shell.clone(), &agency, "", Filled::new(shell.lang, posted.0, errors), form).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let found: Option<(Option<DateTime<Utc>>, NaiveDate)> =
        sqlx::query_as("select revoked_at, until from delegations where no = $1 and agency = $2 for update")
            .bind(&no)
            .bind(&agency)
            .fetch_optional(&mut *tx)
            .await?;
    match found {
        None => return Err(Stop::NotFound("委托")),
        Some((Some(_), _)) => return Err(Stop::Rejected("这项委托已经收回了".into())),
        Some((None, until)) if until < now.date() => return Err(Stop::Rejected("这项委托已经到期了，不用收回".into())),
        Some(_) => {}
    }
    let act = DelegationAct::Revoked { reason };
    let entry = record::entry(subject(&no), now.at, person.actor("chief_representative"), Some(person.private()), act);
    record::record(&mut tx, std::slice::from_ref(&entry)).await?;
    sqlx::query("update delegations set revoked_at = $2 where no = $1").bind(&no).bind(now.at).execute(&mut *tx).await?;
    once::finish(&house, tx, person.id, form, "/counter/delegations").await?;
    Ok(Redirect::to("/counter/delegations").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b4_2_who_used_the_authority_hears_when_it_ended() {
        let until = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
        let at = "2026-11-28T02:00:00Z".parse().unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        assert!(ended(until, Some(at), today).contains("已于 11 月 28 日收回"));
        assert!(ended(until, None, today).contains("不是首席代表"));
        assert!(ended(until, None, NaiveDate::from_ymd_opt(2027, 1, 4).unwrap()).contains("到 12 月 31 日为止"));
    }
}
