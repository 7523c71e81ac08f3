//! 点账 · at the end of a day whoever took money in counts the till and the slips, and what is counted is compared with what was booked.

use super::days;
use super::payments::{COUNTER, Till};
use acts::{Money, PaidWay};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::Shell;
use foundation::page::fields::{Filled, field_error};
use foundation::{House, Moment, SignedIn, Stop, once};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Days back for which a till can still be counted.
const DAYS: i64 = 31;

/// What one officer took in on a day, and what was counted of it: cash and slips.
pub struct Counted {
    pub name: String,
    pub booked: Till,
    pub counted: Option<(Money, Money)>,
}

/// The latest count of an officer on a day.
pub async fn latest(
    conn: &mut PgConnection,
    officer: Uuid,
    day: NaiveDate,
) -> Result<Option<(Money, Money, DateTime<Utc>)>, Stop> {
    let row: Option<(i64, i64, DateTime<Utc>)> = sqlx::query_as(
        "select cash, card, counted_at
           from till_counts
          where officer = $1
            and day = $2
          order by counted_at desc
          limit 1",
    )
    .bind(officer)
    .bind(day)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(cash, card, at)| (Money(cash), Money(card), at)))
}

/// The days before today on which this officer took money in and has not counted it, the first first.
pub async fn uncounted(conn: &mut PgConnection, officer: Uuid, today: NaiveDate) -> Result<Vec<NaiveDate>, Stop> {
    Ok(sqlx::query_scalar(
        "select distinct p.paid_on
           from payments p
          where p.officer = $1
            and p.paid_on >= $2
            and p.paid_on < $3
            and p.state <> 'reversed'
            and not exists (select from till_counts t where t.officer = p.officer and t.day = p.paid_on)
          order by p.paid_on",
    )
    .bind(officer)
    .bind(today - Duration::days(DAYS))
    .bind(today)
    .fetch_all(conn)
    .await?)
}

/// All tills of a day, by the name of the officer.
pub async fn of_day(conn: &mut PgConnection, day: NaiveDate) -> Result<Vec<Counted>, Stop> {
    let booked: Vec<(Uuid, String, String, i64, i64)> = sqlx::query_as(
        "select p.officer, o.name, p.way, count(*), sum(p.amount)::bigint
           from payments p
           join people o on o.id = p.officer
          where p.paid_on = $1
            and p.provider = $2
            and p.state <> 'reversed'
          group by p.officer, o.name, p.way",
    )
    .bind(day)
    .bind(COUNTER)
    .fetch_all(&mut *conn)
    .await?;
    let counts: Vec<(Uuid, String, i64, i64)> = sqlx::query_as(
        "select distinct on (t.officer) t.officer, o.name, t.cash, t.card
           from till_counts t
           join people o on o.id = t.officer
          where t.day = $1
          order by t.officer, t.counted_at desc",
    )
    .bind(day)
    .fetch_all(conn)
    .await?;
    let mut tills: BTreeMap<(String, Uuid), Counted> = BTreeMap::new();
    let mut of = |name: &str, officer: Uuid, change: &dyn Fn(&mut Counted)| {
        let new = || Counted { name: name.to_owned(), booked: Till::default(), counted: None };
        change(tills.entry((name.to_owned(), officer)).or_insert_with(new));
    };
    for (officer, name, way, many, sum) in booked {
        of(&name, officer, &|till| till.booked.add(&way, many, Money(sum)));
    }
    for (officer, name, cash, card) in counts {
        of(&name, officer, &|till| till.counted = Some((Money(cash), Money(card))));
    }
    Ok(tills.into_values().collect())
}

/// What was counted, as it was typed.
struct Typed {
    day: NaiveDate,
    cash: Money,
    card: Money,
}

/// Reads the form; the day is today or one of those not counted yet.
fn read(posted: &Posted, today: NaiveDate) -> Result<Typed, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut amount = |key: &str, label: &str| {
        let typed = forms::text::fold_text(posted.one(key)).replace(',', "");
        let read = Money::yuan(typed.trim().trim_end_matches('元').trim_end());
        if read.is_none() {
            errors.push(field_error(key, label, "请填点出来的金额，如 160 或者 80.50；没有就填 0", "Enter the amount, or 0"));
        }
        read
    };
    let (cash, card) = (amount("cash", PaidWay::Cash.zh()), amount("card", PaidWay::Card.zh()));
    let day: Option<NaiveDate> = posted.one("day").parse().ok();
    let day = day.filter(|day| *day <= today && *day >= today - Duration::days(DAYS));
    if day.is_none() {
        errors.push(field_error(
            "day",
            "哪一天的账",
            &format!("只能点今天和前 {DAYS} 天的账"),
            &format!("Choose today or one of the last {DAYS} days"),
        ));
    }
    match (day, cash, card) {
        (Some(day), Some(cash), Some(card)) => Ok(Typed { day, cash, card }),
        _ => Err(errors),
    }
}

async fn keep(conn: &mut PgConnection, officer: Uuid, typed: &Typed, now: &Moment) -> Result<(), Stop> {
    sqlx::query(
        "insert into till_counts (officer, day, cash, card, counted_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
    )
    .bind(officer)
    .bind(typed.day)
    .bind(typed.cash.0)
    .bind(typed.card.0)
    .bind(now.at)
    .execute(&mut *conn)
    .await?;
    // Counted late, the day is compared anew.
    if typed.day < now.date() {
        days::again(conn, COUNTER, typed.day, now.at).await?;
    }
    Ok(())
}

/// POST /counter/fees/till
pub async fn count(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    super::desk::must_work(&person)?;
    let form = posted.once()?;
    let now = house.now();
    let typed = match read(&posted, now.date()) {
        Ok(typed) => typed,
        Err(errors) => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            return super::desk::draw(&house, &catalogue, shell, &person, String::new(), None, filled, None, form).await;
        }
    };
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    keep(&mut tx, person.id, &typed, &now).await?;
    let to = "/counter/fees#till";
    once::finish(&house, tx, person.id, form, to).await?;
    house.wake();
    Ok(Redirect::to(to).into_response())
}
