//! 评价窗口 · whoever was served in the hall and applied for nothing rates the counter, by the slip of the number: one visit, one rating
//! (一次一评, C3.2-02). A visit that became a case is rated with the case.

use super::centre;
use super::number::Number;
use super::ticket::open;
use crate::cases::rate::{self, Given};
use acts::{ActBody, Actor, RatingAct, RatingChannel, Subject, VisitSaid};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use foundation::held::Posted;
use foundation::page::Shell;
use foundation::{House, Stop, once, record};
use sqlx::PgConnection;
use uuid::Uuid;

/// What a visit is called where it is rated: the centre, the day, the number.
pub fn rated(number: &Number) -> String {
    format!("{}-{}", number.centre, number.ticket())
}

/// What it was rated, if it was.
pub async fn grade(conn: &mut PgConnection, number: &Number) -> Result<Option<u8>, Stop> {
    let grade: Option<i16> = sqlx::query_scalar("select grade from hall_numbers where centre = $1 and day = $2 and number = $3")
        .bind(&number.centre)
        .bind(number.day)
        .bind(&number.number)
        .fetch_one(conn)
        .await?;
    Ok(grade.map(|grade| grade as u8))
}

/// Rates it, once; says `false` where it was rated before.
async fn take(conn: &mut PgConnection, number: &Number, grade: u8) -> Result<bool, Stop> {
    let taken = sqlx::query(
        "update hall_numbers
            set grade = $4
          where centre = $1
            and day = $2
            and number = $3
            and grade is null",
    )
    .bind(&number.centre)
    .bind(number.day)
    .bind(&number.number)
    .bind(i16::from(grade))
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// The agency that sat at the counter when the number was called.
async fn agency(conn: &mut PgConnection, number: &Number) -> Result<String, Stop> {
    let found: Option<String> = sqlx::query_scalar(
        "select agency
           from hall_sittings
          where centre = $1
            and day = $2
            and counter = $3
            and opened_at <= $4
          order by opened_at desc
          limit 1",
    )
    .bind(&number.centre)
    .bind(number.day)
    .bind(&number.counter)
    .bind(number.called_at)
    .fetch_optional(conn)
    .await?;
    Ok(found.unwrap_or_default())
}

/// Whether the visit may be rated: it was served, and became no case.
pub fn may_be_rated(number: &Number) -> bool {
    number.is("done") && number.cases.is_empty()
}

/// POST /centres/{centre}/queue/{ticket}/{code}/rate
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path((key, ticket, code)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    if shell.is_staff() {
        return Err(Stop::NotAllowed { reason: "评价由来办事的人自己做，工作人员不能代替".into() });
    }
    let given = match Given::read(&posted, RatingChannel::Hall) {
        Ok(given) => given,
        Err(why) => {
            let number = open(&house, &mut *house.pool().acquire().await?, (&key, &ticket, &code)).await?;
            return rate::draw(shell, (number.number.clone(), number.address(&house)), &posted, Some(why));
        }
    };
    let form = posted.once()?;
    let mut tx = match once::begin(&house, Uuid::nil(), form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let number = open(&house, &mut tx, (&key, &ticket, &code)).await?;
    if !may_be_rated(&number) {
        return Err(Stop::Rejected("窗口办完了才能评价；收了件的，在办件的页上评价".into()));
    }
    if !take(&mut tx, &number, given.grade).await? {
        return Err(Stop::Rejected("这一次已经评价过了".into()));
    }
    let said = given.said(None);
    let act = RatingAct::Given {
        grade: given.grade,
        channel: given.channel,
        named: said.as_ref().is_some_and(|said| !said.contact.is_empty()),
        centre: key.clone(),
        counter: number.counter.clone().unwrap_or_default(),
        agency: agency(&mut tx, &number).await?,
        region: centre.region.clone(),
        item: number.item.clone(),
        private: Some(VisitSaid { said, officer: number.officer }),
    };
    let subject = Subject { kind: RatingAct::SUBJECT.into(), no: rated(&number) };
    let visitor = Actor { role: "applicant".into(), agency: None, post: None };
    let entry = record::entry(subject, house.now().at, visitor, None, act);
    record::record(&mut tx, &[entry]).await?;
    let to = number.address(&house);
    once::finish(&house, tx, Uuid::nil(), form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
