//! 存取 · what is asked of ratings, their days and their orders.

use super::feed::Rating;
use super::law::{self, Rejection};
use super::order::Order;
use acts::{ActBody, Actor, ActorPrivate, CaseAct, Entry, RatingAct, RatingOrderAct, RatingSaid, Subject};
use calendar::{Calendar, NaiveDate};
use chrono::{DateTime, Utc};
use foundation::kept::{self, Event, Timed};
use foundation::page::own;
use foundation::{Moment, Stop, jobs, record, serials};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// Takes a rating in and counts it, in one transaction with the cursor: received is counted. Says `false` of one that is there already.
pub async fn receive(conn: &mut PgConnection, rating: &Rating) -> Result<bool, Stop> {
    let new = sqlx::query(
        "insert into ratings (n, act, at, day, subject_kind, subject, region, agency, item, channel, grade, waiting)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict do nothing",
    )
    .bind(rating.n)
    .bind(rating.act)
    .bind(rating.at)
    .bind(rating.day())
    .bind(&rating.of.kind)
    .bind(&rating.of.no)
    .bind(&rating.region)
    .bind(&rating.agency)
    .bind(&rating.item)
    .bind(rating.channel.key())
    .bind(i16::from(rating.grade))
    .bind(rating.spoken)
    .execute(&mut *conn)
    .await?;
    if new.rows_affected() == 0 {
        return Ok(false);
    }
    let mut received = [0i64; 5];
    if let Some(of) = received.get_mut(usize::from(rating.grade).wrapping_sub(1)) {
        *of = 1;
    }
    sqlx::query(
        "insert into rating_days as d (day, region, agency, item, channel, received)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (day, region, agency, item, channel) do update
            set received = array[d.received[1] + excluded.received[1], d.received[2] + excluded.received[2],
                                 d.received[3] + excluded.received[3], d.received[4] + excluded.received[4],
                                 d.received[5] + excluded.received[5]]",
    )
    .bind(rating.day())
    .bind(&rating.region)
    .bind(&rating.agency)
    .bind(&rating.item)
    .bind(rating.channel.key())
    .bind(received.to_vec())
    .execute(conn)
    .await?;
    Ok(true)
}

/// 不计入: of the day it came; it stays among what was received.
pub async fn set_aside(conn: &mut PgConnection, order: &str, reason: &str) -> Result<(), Stop> {
    sqlx::query(
        "with aside as (
            update ratings
               set set_aside = $2
             where act = (select rating from rating_orders where no = $1)
               and set_aside is null
            returning day, region, agency, item, channel
         )
         update rating_days d
            set set_aside = d.set_aside + 1
           from aside a
          where (d.day, d.region, d.agency, d.item, d.channel) = (a.day, a.region, a.agency, a.item, a.channel)",
    )
    .bind(order)
    .bind(reason)
    .execute(conn)
    .await?;
    Ok(())
}

/// Words that somebody looked at: what everybody may read of them, or nothing.
pub async fn show_words(conn: &mut PgConnection, rating: Uuid, words: Option<&str>) -> Result<(), Stop> {
    sqlx::query("update ratings set words = $2, waiting = false where act = $1").bind(rating).bind(words).execute(conn).await?;
    Ok(())
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: RatingOrderAct::SUBJECT.into(), no: no.into() }
}

/// An order is on record, and its timer is set.
pub async fn begin(conn: &mut PgConnection, act: RatingOrderAct, now: &Moment) -> Result<(), Stop> {
    let no = serials::of_day(conn, "CP", now.date()).await?;
    let entry = record::entry(subject(&no), now.at, Actor::system(), None, act);
    let order = Order::begin(&entry).ok_or_else(|| Stop::Fault("an order begins with its first act".into()))?;
    record::record(conn, std::slice::from_ref(&entry)).await?;
    sqlx::query(
        "insert into rating_orders (no, rating, of_kind, of_no, agency, state, next, rated, rating_order)
         values ($1, $2, $3, $4, $5, 'running', $6, $7, $8)",
    )
    .bind(&no)
    .bind(order.rating)
    .bind(&order.of.kind)
    .bind(&order.of.no)
    .bind(&order.agency)
    .bind(order.next(&now.calendar))
    .bind(&order.who.rated)
    .bind(Json(&order))
    .execute(&mut *conn)
    .await?;
    kept::set_timer(conn, &order, &now.calendar).await
}

const WHAT: &str = "差评工单";

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Order, Stop> {
    kept::read(conn, "select rating_order from rating_orders where no = $1", no, WHAT).await
}

pub async fn lock(conn: &mut PgConnection, no: &str) -> Result<Order, Stop> {
    jobs::hold(conn, Order::KIND, &[no]).await?;
    kept::read(conn, "select rating_order from rating_orders where no = $1 for update", no, WHAT).await
}

/// The order that a rating opened.
pub async fn of_rating(conn: &mut PgConnection, rating: Uuid) -> Result<Option<String>, Stop> {
    Ok(sqlx::query_scalar("select no from rating_orders where rating = $1").bind(rating).fetch_optional(conn).await?)
}

/// The orders on what has this number, the latest in front.
pub async fn of_number(conn: &mut PgConnection, no: &str) -> Result<Option<String>, Stop> {
    Ok(sqlx::query_scalar(
        "select no
           from rating_orders
          where of_kind in ('case', 'rating')
            and of_no = $1
          order by no desc
          limit 1",
    )
    .bind(no)
    .fetch_optional(conn)
    .await?)
}

/// Records an act on a locked order, keeps what it makes of it, and sets its timer.
pub async fn keep(
    conn: &mut PgConnection,
    mut order: Order,
    entry: Entry<RatingOrderAct>,
    calendar: &Calendar,
) -> Result<(), Stop> {
    record::record(conn, std::slice::from_ref(&entry)).await?;
    order.apply(&entry);
    sqlx::query(
        "update rating_orders
            set state = $2, next = $3, overdue = $4, reviewed = $5, measure = $6, rating_order = $7
          where no = $1",
    )
    .bind(&order.no)
    .bind(if order.is_open() { "running" } else { "ended" })
    .bind(order.next(calendar))
    .bind(order.overdue || order.call_overdue && order.waits_for_call())
    .bind(order.waits_for_review())
    .bind(&order.measure)
    .bind(Json(&order))
    .execute(&mut *conn)
    .await?;
    kept::set_timer(conn, &order, calendar).await
}

/// An act of somebody on a locked order.
pub async fn act(
    conn: &mut PgConnection,
    order: Order,
    act: RatingOrderAct,
    (actor, person): (Actor, Option<ActorPrivate>),
    now: &Moment,
) -> Result<(), Stop> {
    order.may(&act, now.date(), &now.calendar)?;
    let who = person.as_ref().map(|person| person.person);
    match (&act, who) {
        (RatingOrderAct::SetAsideDecided { .. }, Some(who)) => {
            if let Some(asked) = order.pending() {
                law::c3_2_03_may_decide((asked.by, asked.agency.as_deref()), (who, actor.agency.as_deref()), &order.agency)?;
            }
        }
        (RatingOrderAct::Reviewed { .. }, who) if who.is_some() && order.answered_by == who => {
            return Err(Rejection::OwnAnswer.into());
        }
        _ => {}
    }
    let entry = record::entry(subject(&order.no), now.at, actor, person, act);
    keep(conn, order, entry, &now.calendar).await
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

pub async fn history(conn: &mut PgConnection, no: &str) -> Result<Vec<Event>, Stop> {
    kept::events(conn, &subject(no), |act: RatingOrderAct| (None, told(act))).await
}

/// What is public of an act.
fn told(act: RatingOrderAct) -> String {
    match act {
        RatingOrderAct::Opened { grade, .. } => acts::grade_name(grade).to_owned(),
        RatingOrderAct::CalledBack { reached, .. } => if reached { "打通了" } else { "没有打通" }.to_owned(),
        RatingOrderAct::Planned { until, reason } => format!("最晚 {until} 改好：{}", own(&reason)),
        RatingOrderAct::Corrected { measure, .. } => own(&measure),
        RatingOrderAct::Explained { basis, .. } => own(&basis),
        RatingOrderAct::SetAsideAsked { ground, proof, .. } => format!("{}：{}", law::ground_zh(ground), own(&proof)),
        RatingOrderAct::SetAsideDecided { set_aside, reason } => {
            format!("{}：{}", if set_aside { "不计入" } else { "照样计入" }, own(&reason))
        }
        RatingOrderAct::Satisfied { satisfied, .. } => if satisfied { "满意" } else { "不满意" }.to_owned(),
        RatingOrderAct::Reviewed { justified, reason } => {
            format!("{}：{}", if justified { "属实，重办" } else { "已经办到位，维持" }, own(&reason))
        }
        RatingOrderAct::Overdue { step, due } => match step {
            acts::RatingStep::CallBack => format!("回访期限：{due}"),
            acts::RatingStep::Answer => format!("改正期限：{due}"),
        },
        RatingOrderAct::Stated { .. } => String::new(),
    }
}

pub type Row = (NaiveDate, Order);

fn rows(found: Vec<(NaiveDate, Json<Order>)>) -> Vec<Row> {
    found.into_iter().map(|(next, order)| (next, order.0)).collect()
}

/// Open ones of an agency, what is due first in front.
pub async fn open(conn: &mut PgConnection, agency: &str, after: (NaiveDate, &str), most: i64) -> Result<Vec<Row>, Stop> {
    let found = sqlx::query_as(
        "select next, rating_order
           from rating_orders
          where agency = $1
            and state = 'running'
            and (next, no) > ($2, $3)
          order by next, no
          limit $4",
    );
    Ok(rows(found.bind(agency).bind(after.0).bind(after.1).bind(most).fetch_all(conn).await?))
}

/// Those that rate this officer, the latest in front; `before` is a number.
pub async fn rating(conn: &mut PgConnection, officer: Uuid, before: &str, most: i64) -> Result<Vec<Row>, Stop> {
    let found = sqlx::query_as(
        "select next, rating_order
           from rating_orders
          where rated @> array[$1::uuid]
            and ($2 = '' or no < $2)
          order by no desc
          limit $3",
    );
    Ok(rows(found.bind(officer).bind(before).bind(most).fetch_all(conn).await?))
}

/// Those that wait for the second pair of eyes.
pub async fn reviewed(conn: &mut PgConnection, after: (NaiveDate, &str), most: i64) -> Result<Vec<Row>, Stop> {
    let found = sqlx::query_as(
        "select next, rating_order
           from rating_orders
          where reviewed
            and (next, no) > ($1, $2)
          order by next, no
          limit $3",
    );
    Ok(rows(found.bind(after.0).bind(after.1).bind(most).fetch_all(conn).await?))
}

/// Open ones of every agency that a last day has passed of.
pub async fn late(conn: &mut PgConnection, after: (NaiveDate, &str), most: i64) -> Result<Vec<Row>, Stop> {
    let found = sqlx::query_as(
        "select next, rating_order
           from rating_orders
          where overdue
            and state = 'running'
            and (next, no) > ($1, $2)
          order by next, no
          limit $3",
    );
    Ok(rows(found.bind(after.0).bind(after.1).bind(most).fetch_all(conn).await?))
}

/// What the rater wrote: of the act that gave the rating, so that erasing it erases it everywhere.
pub async fn said(conn: &mut PgConnection, rating: Uuid) -> Result<Option<RatingSaid>, Stop> {
    Ok(said_all(conn, &[rating]).await?.remove(&rating))
}

/// The same, of several.
pub async fn said_all(conn: &mut PgConnection, ratings: &[Uuid]) -> Result<HashMap<Uuid, RatingSaid>, Stop> {
    let found: Vec<(Uuid, String, String, Option<String>)> =
        sqlx::query_as("select id, kind, public_body, private_body from acts where id = any ($1)")
            .bind(ratings)
            .fetch_all(conn)
            .await?;
    let mut all = HashMap::new();
    for (id, kind, public, private) in found {
        let said = match kind.as_str() {
            "case.rated" => match Entry::<CaseAct>::read(&public, private.as_deref())?.act {
                CaseAct::Rated { private, .. } => private,
                _ => None,
            },
            "rating.given" => match Entry::<RatingAct>::read(&public, private.as_deref())?.act {
                RatingAct::Given { private, .. } => private.and_then(|visit| visit.said),
                _ => None,
            },
            _ => None,
        };
        all.extend(said.map(|said| (id, said)));
    }
    Ok(all)
}

/// Its words were looked at.
pub async fn seen(conn: &mut PgConnection, rating: Uuid) -> Result<(), Stop> {
    sqlx::query("update ratings set waiting = false where act = $1").bind(rating).execute(conn).await?;
    Ok(())
}

/// Ratings whose words wait for somebody to look at them, the oldest in front: the number in the log, the act, what was rated.
pub async fn waiting(conn: &mut PgConnection, after: i64, most: i64) -> Result<Vec<(i64, Uuid, i16, String)>, Stop> {
    Ok(sqlx::query_as(
        "select n, act, grade, agency
           from ratings
          where waiting
            and n > $1
          order by n
          limit $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// What a rating is of, held to the end of the transaction, while its words wait.
pub async fn lock_words(conn: &mut PgConnection, rating: Uuid) -> Result<Option<String>, Stop> {
    Ok(sqlx::query_scalar("select subject from ratings where act = $1 and waiting for update")
        .bind(rating)
        .fetch_optional(conn)
        .await?)
}

/// Of these ratings, who had applied.
pub async fn names_of_all(conn: &mut PgConnection, ratings: &[Uuid]) -> Result<Vec<(Uuid, String)>, Stop> {
    Ok(sqlx::query_as(
        "select r.act, c.state -> 'applicant' ->> 'name'
           from ratings r
           join cases c on c.case_no = r.subject
          where r.act = any ($1)
            and c.state -> 'applicant' ->> 'name' is not null",
    )
    .bind(ratings)
    .fetch_all(conn)
    .await?)
}

/// The names of those whom a rating is about: whoever applied, and these people.
pub async fn names(conn: &mut PgConnection, rated: &str, people: &[Uuid]) -> Result<Vec<String>, Stop> {
    Ok(sqlx::query_scalar(
        "select name
           from people
          where id = any ($2)
         union
         select state -> 'applicant' ->> 'name'
           from cases
          where case_no = $1
            and state -> 'applicant' ->> 'name' is not null",
    )
    .bind(rated)
    .bind(people)
    .fetch_all(conn)
    .await?)
}

/// Which of the ratings somebody looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub region: Option<String>,
    pub agency: Option<String>,
    pub item: Option<String>,
    pub channel: Option<String>,
}

/// One rating as everybody sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Shown {
    pub n: i64,
    pub at: DateTime<Utc>,
    pub agency: String,
    pub item: String,
    pub channel: String,
    pub grade: i16,
    pub set_aside: Option<String>,
    pub words: Option<String>,
    /// Its work order, where it stands, and what was put right.
    pub order_no: Option<String>,
    pub measure: Option<String>,
}

/// The list: one star beside five, the latest in front (F131); `before` is a number of the log.
pub async fn list(conn: &mut PgConnection, filter: &Filter, before: i64, most: i64) -> Result<Vec<Shown>, Stop> {
    let mut sql = sqlx::QueryBuilder::new(
        "select r.n, r.at, r.agency, r.item, r.channel, r.grade, r.set_aside, r.words, o.no as order_no, o.measure
           from ratings r
           left join rating_orders o on o.rating = r.act
          where r.n < ",
    );
    sql.push_bind(before);
    narrowed(&mut sql, "r.", filter);
    sql.push(" order by r.n desc limit ").push_bind(most);
    Ok(sql.build_query_as().fetch_all(conn).await?)
}

fn narrowed(sql: &mut sqlx::QueryBuilder<sqlx::Postgres>, of: &str, filter: &Filter) {
    let wanted = [("region", &filter.region), ("agency", &filter.agency), ("item", &filter.item), ("channel", &filter.channel)];
    for (column, value) in wanted {
        if let Some(value) = value {
            sql.push(format!(" and {of}{column} = ")).push_bind(value.clone());
        }
    }
}

/// What a day received, by grade from 1 to 5, and what of it is not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Day {
    pub day: NaiveDate,
    pub one: i64,
    pub two: i64,
    pub three: i64,
    pub four: i64,
    pub five: i64,
    pub set_aside: i64,
}

impl Day {
    pub fn grades(&self) -> [i64; 5] {
        [self.one, self.two, self.three, self.four, self.five]
    }
    pub fn received(&self) -> i64 {
        self.grades().iter().sum()
    }
    pub fn counted(&self) -> i64 {
        self.received() - self.set_aside
    }
}

/// The days of a span under a filter, the latest in front.
pub async fn days(conn: &mut PgConnection, filter: &Filter, from: NaiveDate, to: NaiveDate) -> Result<Vec<Day>, Stop> {
    let mut sql = sqlx::QueryBuilder::new(
        "select day, sum(received[1])::bigint as one, sum(received[2])::bigint as two, sum(received[3])::bigint as three,
                sum(received[4])::bigint as four, sum(received[5])::bigint as five, sum(set_aside)::bigint as set_aside
           from rating_days
          where day between ",
    );
    sql.push_bind(from).push(" and ").push_bind(to);
    narrowed(&mut sql, "", filter);
    sql.push(" group by day order by day desc");
    Ok(sql.build_query_as().fetch_all(conn).await?)
}
