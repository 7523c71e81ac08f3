//! 号 · numbers of a day and the counters that call them: every change is one statement or one short transaction, so that two officers at
//! once get two numbers, and two visitors at once too.

use super::{Kind, Priority};
use acts::Queued;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::{House, Moment, Stop, sweep};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use uuid::Uuid;

/// Who was called and did not come stands behind so many of those who wait now.
const BEHIND: i64 = 3;
/// With fewer numbers handled today there is no estimate.
const ENOUGH: i32 = 3;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Number {
    pub centre: String,
    pub day: NaiveDate,
    pub number: String,
    kind: String,
    priority: Option<String>,
    pub item: Option<String>,
    place: DateTime<Utc>,
    pub state: String,
    pub taken_at: DateTime<Utc>,
    pub called_at: Option<DateTime<Utc>>,
    pub began_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub calls: i32,
    pub counter: Option<String>,
    pub officer: Option<Uuid>,
    pub cases: Vec<String>,
}

impl Number {
    pub fn kind(&self) -> Kind {
        Kind::of(&self.kind).unwrap_or(Kind::General)
    }
    pub fn priority(&self) -> Option<Priority> {
        self.priority.as_deref().and_then(Priority::of)
    }
    pub fn is(&self, state: &str) -> bool {
        self.state == state
    }
    /// Whole minutes from the taking to the call.
    pub fn waited(&self) -> Option<i64> {
        self.called_at.map(|at| (at - self.taken_at).num_minutes())
    }
    /// Whole minutes from the coming to the end.
    pub fn handled(&self) -> Option<i64> {
        Some((self.ended_at? - self.began_at.or(self.called_at)?).num_minutes())
    }
    /// 20261127-A001
    pub fn ticket(&self) -> String {
        format!("{}-{}", self.day.format("%Y%m%d"), self.number)
    }
    /// The address of its page, which only whoever took it knows.
    pub fn address(&self, house: &House) -> String {
        format!("/centres/{}/queue/{}/{}", self.centre, self.ticket(), code(house, &self.centre, &self.ticket()))
    }
    pub fn queued(&self) -> Option<Queued> {
        Some(Queued { number: self.number.clone(), waited_minutes: self.waited()? })
    }
}

pub fn code(house: &House, centre: &str, ticket: &str) -> String {
    house.lookup_code(&format!("hall/{centre}/{ticket}"))
}

/// `20261127-A001`, as its page is addressed.
pub fn read_ticket(ticket: &str) -> Option<(NaiveDate, &str)> {
    let (day, number) = ticket.split_once('-')?;
    Some((NaiveDate::parse_from_str(day, "%Y%m%d").ok()?, number))
}

pub async fn find(conn: &mut PgConnection, centre: &str, day: NaiveDate, number: &str) -> Result<Option<Number>, Stop> {
    Ok(sqlx::query_as(
        "select centre, day, number, kind, priority, item, place, state, taken_at, called_at, began_at, ended_at, calls,
                counter, officer, cases
           from hall_numbers
          where centre = $1
            and day = $2
            and number = $3",
    )
    .bind(centre)
    .bind(day)
    .bind(number)
    .fetch_optional(conn)
    .await?)
}

/// What somebody takes a number for.
pub struct Wish {
    pub kind: Kind,
    pub priority: Option<Priority>,
    pub item: Option<String>,
    /// None when staff take it for somebody.
    pub device: Option<Vec<u8>>,
    pub form: Uuid,
}

/// How many numbers of a device wait, and how many it took today.
pub async fn of_device(conn: &mut PgConnection, device: &[u8], day: NaiveDate) -> Result<(i64, i64), Stop> {
    Ok(sqlx::query_as(
        "select count(*) filter (where state in ('waiting', 'called')), count(*)
           from hall_numbers
          where device = $1
            and day = $2",
    )
    .bind(device)
    .bind(day)
    .fetch_one(conn)
    .await?)
}

/// The number this form got already.
pub async fn of_form(conn: &mut PgConnection, form: Uuid) -> Result<Option<Number>, Stop> {
    let taken: Option<(String, NaiveDate, String)> =
        sqlx::query_as("select centre, day, number from hall_numbers where once = $1")
            .bind(form)
            .fetch_optional(&mut *conn)
            .await?;
    match taken {
        Some((centre, day, number)) => find(conn, &centre, day, &number).await,
        None => Ok(None),
    }
}

/// The last day on which somebody took a number or opened a counter in a centre.
pub async fn last_day(conn: &mut PgConnection, centre: &str) -> Result<Option<NaiveDate>, Stop> {
    Ok(sqlx::query_scalar(
        "select greatest((select max(day) from hall_numbers where centre = $1),
                         (select max(day) from hall_sittings where centre = $1))",
    )
    .bind(centre)
    .fetch_one(conn)
    .await?)
}

/// The next number of its queue. The row of the serial is held to the end of the transaction: numbers come without a gap and never twice.
pub async fn take(conn: &mut PgConnection, centre: &str, wish: &Wish, now: &Moment) -> Result<String, Stop> {
    let (serial, at): (i32, DateTime<Utc>) = sqlx::query_as(
        "insert into hall_serials as s (centre, day, kind, last, last_at)
         values ($1, $2, $3, 1, $4)
         on conflict (centre, day, kind) do update
            set last = s.last + 1, last_at = greatest(s.last_at, excluded.last_at)
         returning last, last_at",
    )
    .bind(centre)
    .bind(now.date())
    .bind(wish.kind.key())
    .bind(now.at)
    .fetch_one(&mut *conn)
    .await?;
    let number = format!("{}{serial:03}", wish.kind.letter());
    sqlx::query(
        "insert into hall_numbers (centre, day, number, kind, priority, item, place, device, once, taken_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7)",
    )
    .bind(centre)
    .bind(now.date())
    .bind(&number)
    .bind(wish.kind.key())
    .bind(wish.priority.map(Priority::key))
    .bind(&wish.item)
    .bind(at)
    .bind(&wish.device)
    .bind(wish.form)
    .execute(conn)
    .await?;
    Ok(number)
}

/// How many of its queue are called before it.
pub async fn before(conn: &mut PgConnection, number: &Number) -> Result<i64, Stop> {
    Ok(sqlx::query_scalar(
        "select count(*)
           from hall_numbers
          where centre = $1
            and day = $2
            and kind = $3
            and state = 'waiting'
            and ((priority is null), place, number) < ($4, $5, $6)",
    )
    .bind(&number.centre)
    .bind(number.day)
    .bind(&number.kind)
    .bind(number.priority.is_none())
    .bind(number.place)
    .bind(&number.number)
    .fetch_one(conn)
    .await?)
}

/// How many wait in each queue of a day.
pub async fn waiting(conn: &mut PgConnection, centre: &str, day: NaiveDate) -> Result<Vec<(Kind, i64)>, Stop> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select kind, count(*)
           from hall_numbers
          where centre = $1
            and day = $2
            and state = 'waiting'
          group by kind",
    )
    .bind(centre)
    .bind(day)
    .fetch_all(conn)
    .await?;
    let count = |kind: Kind| rows.iter().find(|(key, _)| key == kind.key()).map_or(0, |(_, count)| *count);
    Ok(Kind::ALL.into_iter().map(|kind| (kind, count(kind))).collect())
}

/// What today's record says of a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Pace {
    pub done: i32,
    pub seconds: i64,
    pub counters: i64,
}

pub async fn pace(conn: &mut PgConnection, centre: &str, day: NaiveDate, kind: Kind) -> Result<Pace, Stop> {
    let found: Option<Pace> = sqlx::query_as(
        "select s.done, s.seconds,
                (select count(*)
                   from hall_counters c
                  where c.centre = $1
                    and c.day = $2
                    and c.closed_at is null
                    and $3 = any (c.kinds)) as counters
           from hall_serials s
          where s.centre = $1
            and s.day = $2
            and s.kind = $3",
    )
    .bind(centre)
    .bind(day)
    .bind(kind.key())
    .fetch_optional(conn)
    .await?;
    Ok(found.unwrap_or_default())
}

/// About how many minutes to wait: what one took on average today, times those before, shared by the counters that are open. None while
/// today has not shown it yet.
pub fn estimate(before: i64, pace: Pace) -> Option<i64> {
    if pace.done < ENOUGH || pace.counters == 0 {
        return None;
    }
    let each = pace.seconds as f64 / f64::from(pace.done);
    Some((each * before as f64 / pace.counters as f64 / 60.0).ceil() as i64)
}

/// An open counter.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Counter {
    pub centre: String,
    pub day: NaiveDate,
    pub counter: String,
    kinds: Vec<String>,
}

impl Counter {
    pub fn serves(&self, kind: Kind) -> bool {
        self.kinds.iter().any(|key| key == kind.key())
    }
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.kinds.iter().filter_map(|key| Kind::of(key))
    }
}

/// The same, held to the end of the transaction: two clicks of one officer wait for each other.
pub async fn lock_counter(conn: &mut PgConnection, officer: Uuid, day: NaiveDate) -> Result<Option<Counter>, Stop> {
    sqlx::query("select 1 from hall_counters where officer = $1 and day = $2 and closed_at is null for update")
        .bind(officer)
        .bind(day)
        .execute(&mut *conn)
        .await?;
    counter_of(conn, officer, day).await
}

/// The counter that an officer has open today.
pub async fn counter_of(conn: &mut PgConnection, officer: Uuid, day: NaiveDate) -> Result<Option<Counter>, Stop> {
    Ok(sqlx::query_as(
        "select centre, day, counter, kinds
           from hall_counters
          where officer = $1
            and day = $2
            and closed_at is null",
    )
    .bind(officer)
    .bind(day)
    .fetch_optional(conn)
    .await?)
}

/// Opens a counter for the day; says `false` when somebody else has it.
pub async fn open_counter(
    conn: &mut PgConnection,
    (centre, counter): (&str, &str),
    kinds: &[Kind],
    (officer, agency): (Uuid, &str),
    now: &Moment,
) -> Result<bool, Stop> {
    let opened = sqlx::query(
        "insert into hall_counters as c (centre, day, counter, officer, agency, kinds, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (centre, day, counter) do update
            set officer = excluded.officer,
                agency = excluded.agency,
                kinds = excluded.kinds,
                opened_at = excluded.opened_at,
                closed_at = null
          where c.closed_at is not null",
    )
    .bind(centre)
    .bind(now.date())
    .bind(counter)
    .bind(officer)
    .bind(agency)
    .bind(kinds.iter().map(|kind| kind.key()).collect::<Vec<_>>())
    .bind(now.at)
    .execute(&mut *conn)
    .await?;
    if opened.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("insert into hall_sittings (centre, day, counter, opened_at, agency, officer) values ($1, $2, $3, $4, $5, $6)")
        .bind(centre)
        .bind(now.date())
        .bind(counter)
        .bind(now.at)
        .bind(agency)
        .bind(officer)
        .execute(conn)
        .await?;
    Ok(true)
}

pub async fn close_counter(conn: &mut PgConnection, counter: &Counter, now: &Moment) -> Result<(), Stop> {
    sqlx::query("update hall_counters set closed_at = $4 where centre = $1 and day = $2 and counter = $3")
        .bind(&counter.centre)
        .bind(counter.day)
        .bind(&counter.counter)
        .bind(now.at)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "update hall_sittings
            set closed_at = $4
          where centre = $1
            and day = $2
            and counter = $3
            and closed_at is null",
    )
    .bind(&counter.centre)
    .bind(counter.day)
    .bind(&counter.counter)
    .bind(now.at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whom an officer has called or is serving today.
pub async fn current(conn: &mut PgConnection, officer: Uuid, day: NaiveDate) -> Result<Option<Number>, Stop> {
    Ok(sqlx::query_as(
        "select centre, day, number, kind, priority, item, place, state, taken_at, called_at, began_at, ended_at, calls,
                counter, officer, cases
           from hall_numbers
          where officer = $1
            and day = $2
            and state in ('called', 'serving')",
    )
    .bind(officer)
    .bind(day)
    .fetch_optional(conn)
    .await?)
}

/// Calls whoever is next in the queues this counter serves: those with priority first, then by place. What another officer is calling at
/// this moment is passed over.
pub async fn call_next(conn: &mut PgConnection, counter: &Counter, officer: Uuid, now: &Moment) -> Result<Option<String>, Stop> {
    Ok(sqlx::query_scalar(
        "update hall_numbers
            set state = 'called', called_at = $4, shown_at = $4, calls = calls + 1, officer = $5, counter = $6
          where (centre, day, number) = (select centre, day, number
                                           from hall_numbers
                                          where centre = $1
                                            and day = $2
                                            and kind = any ($3)
                                            and state = 'waiting'
                                          order by (priority is null), place, number
                                          limit 1
                                            for update skip locked)
         returning number",
    )
    .bind(&counter.centre)
    .bind(counter.day)
    .bind(&counter.kinds)
    .bind(now.at)
    .bind(officer)
    .bind(&counter.counter)
    .fetch_optional(conn)
    .await?)
}

/// Once more on the screen.
pub async fn call_again(conn: &mut PgConnection, number: &Number, now: &Moment) -> Result<(), Stop> {
    sqlx::query("update hall_numbers set shown_at = $4, calls = calls + 1 where centre = $1 and day = $2 and number = $3")
        .bind(&number.centre)
        .bind(number.day)
        .bind(&number.number)
        .bind(now.at)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn came(conn: &mut PgConnection, number: &Number, now: &Moment) -> Result<(), Stop> {
    sqlx::query(
        "update hall_numbers
            set state = 'serving', began_at = $4
          where centre = $1
            and day = $2
            and number = $3
            and state = 'called'",
    )
    .bind(&number.centre)
    .bind(number.day)
    .bind(&number.number)
    .bind(now.at)
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn missed(conn: &mut PgConnection, number: &Number) -> Result<(), Stop> {
    sqlx::query("update hall_numbers set state = 'missed' where centre = $1 and day = $2 and number = $3 and state = 'called'")
        .bind(&number.centre)
        .bind(number.day)
        .bind(&number.number)
        .execute(conn)
        .await?;
    Ok(())
}

/// Into another queue, with the number and the place it has: nobody waits twice.
pub async fn pass(conn: &mut PgConnection, number: &Number, to: Kind) -> Result<(), Stop> {
    sqlx::query(
        "update hall_numbers
            set state = 'waiting', kind = $4, officer = null, counter = null, began_at = null, shown_at = null
          where centre = $1
            and day = $2
            and number = $3",
    )
    .bind(&number.centre)
    .bind(number.day)
    .bind(&number.number)
    .bind(to.key())
    .execute(conn)
    .await?;
    Ok(())
}

/// The handling is over; what it took counts for the estimate of its queue.
pub async fn finish(conn: &mut PgConnection, number: &Number, now: &Moment) -> Result<(), Stop> {
    let seconds = (now.at - number.began_at.or(number.called_at).unwrap_or(now.at)).num_seconds().max(0);
    sqlx::query(
        "with ended as (
            update hall_numbers
               set state = 'done', began_at = coalesce(began_at, called_at), ended_at = $4
             where centre = $1
               and day = $2
               and number = $3
            returning centre, day, kind
         )
         update hall_serials s
            set done = done + 1,
                seconds = s.seconds + $5
           from ended e
          where s.centre = e.centre
            and s.day = e.day
            and s.kind = e.kind",
    )
    .bind(&number.centre)
    .bind(number.day)
    .bind(&number.number)
    .bind(now.at)
    .bind(seconds)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whoever was called, did not come, and is here now stands in the queue again, behind [`BEHIND`] who wait; `false` when the number is not
/// one that was missed.
pub async fn back(conn: &mut PgConnection, (centre, day): (&str, NaiveDate), number: &str, now: &Moment) -> Result<bool, Stop> {
    let done = sqlx::query(
        "update hall_numbers m
            set state = 'waiting', called_at = null, shown_at = null, officer = null, counter = null,
                place = coalesce((select w.place + interval '1 microsecond'
                                    from hall_numbers w
                                   where w.centre = $1
                                     and w.day = $2
                                     and w.kind = m.kind
                                     and w.state = 'waiting'
                                     and (w.priority is null) = (m.priority is null)
                                   order by w.place, w.number
                                  offset $4
                                   limit 1), $5)
          where m.centre = $1
            and m.day = $2
            and m.number = $3
            and m.state = 'missed'",
    )
    .bind(centre)
    .bind(day)
    .bind(number)
    .bind(BEHIND - 1)
    .bind(now.at)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives the number up; `false` when it does not wait any more.
pub async fn leave(conn: &mut PgConnection, number: &Number, now: &Moment) -> Result<bool, Stop> {
    let left = sqlx::query(
        "update hall_numbers
            set state = 'left', ended_at = $4
          where centre = $1
            and day = $2
            and number = $3
            and state in ('waiting', 'missed')",
    )
    .bind(&number.centre)
    .bind(number.day)
    .bind(&number.number)
    .bind(now.at)
    .execute(conn)
    .await?;
    Ok(left.rows_affected() == 1)
}

/// A case was taken in with the number that the officer has called: whoever applies is here.
pub async fn take_along(conn: &mut PgConnection, number: &Number, case: &str, now: &Moment) -> Result<(), Stop> {
    sqlx::query(
        "update hall_numbers
            set cases = cases || $4, state = 'serving', began_at = coalesce(began_at, $5)
          where centre = $1
            and day = $2
            and number = $3
            and state in ('called', 'serving')",
    )
    .bind(&number.centre)
    .bind(number.day)
    .bind(&number.number)
    .bind(case)
    .bind(now.at)
    .execute(conn)
    .await?;
    Ok(())
}

/// What is called just now, the latest in front: number and counter.
pub async fn shown(conn: &mut PgConnection, centre: &str, day: NaiveDate, most: i64) -> Result<Vec<(String, String)>, Stop> {
    Ok(sqlx::query_as(
        "select number, counter
           from hall_numbers
          where centre = $1
            and day = $2
            and state in ('called', 'serving')
          order by shown_at desc
          limit $3",
    )
    .bind(centre)
    .bind(day)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// Numbers of today that were called in vain, the latest in front.
pub async fn missing(conn: &mut PgConnection, centre: &str, day: NaiveDate, most: i64) -> Result<Vec<String>, Stop> {
    Ok(sqlx::query_scalar(
        "select number
           from hall_numbers
          where centre = $1
            and day = $2
            and state = 'missed'
          order by shown_at desc
          limit $3",
    )
    .bind(centre)
    .bind(day)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// The counters that are open.
pub async fn counters(conn: &mut PgConnection, centre: &str, day: NaiveDate) -> Result<Vec<Counter>, Stop> {
    Ok(sqlx::query_as(
        "select centre, day, counter, kinds
           from hall_counters
          where centre = $1
            and day = $2
            and closed_at is null
          order by counter
          limit 100",
    )
    .bind(centre)
    .bind(day)
    .fetch_all(conn)
    .await?)
}

/// What an officer has handled today, the latest in front.
pub async fn handled(conn: &mut PgConnection, officer: Uuid, day: NaiveDate, most: i64) -> Result<Vec<Number>, Stop> {
    Ok(sqlx::query_as(
        "select centre, day, number, kind, priority, item, place, state, taken_at, called_at, began_at, ended_at, calls,
                counter, officer, cases
           from hall_numbers
          where officer = $1
            and day = $2
            and state = 'done'
          order by ended_at desc
          limit $3",
    )
    .bind(officer)
    .bind(day)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// By what device a number was taken is of use on its day alone.
pub(super) fn forget_devices<'a>(
    _: &'a House,
    conn: &'a mut PgConnection,
    now: DateTime<Utc>,
) -> BoxFuture<'a, Result<u64, Stop>> {
    Box::pin(async move {
        let done = sqlx::query(
            "update hall_numbers
                set device = null
              where (centre, day, number) in (select centre, day, number
                                                from hall_numbers
                                               where day < $1
                                                 and device is not null
                                               order by day
                                               limit $2)",
        )
        .bind(calendar::local_date(now))
        .bind(sweep::BATCH)
        .execute(conn)
        .await?;
        Ok(done.rows_affected())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b4_1_an_estimate_comes_from_the_day_itself_or_not_at_all() {
        let pace = |done, seconds, counters| Pace { done, seconds, counters };
        assert_eq!(estimate(4, Pace::default()), None);
        assert_eq!(estimate(4, pace(2, 600, 1)), None, "two are not enough to say");
        assert_eq!(estimate(4, pace(3, 900, 0)), None, "nobody is there to call");
        assert_eq!(estimate(0, pace(3, 900, 1)), Some(0));
        assert_eq!(estimate(4, pace(3, 900, 1)), Some(20));
        assert_eq!(estimate(4, pace(3, 900, 2)), Some(10));
        assert_eq!(estimate(1, pace(3, 901, 2)), Some(3), "rounded up");
    }

    #[test]
    fn b4_1_the_address_of_a_number_is_read_back() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
        assert_eq!(read_ticket("20261127-A001"), Some((day, "A001")));
        assert_eq!(read_ticket("2026-A001"), None);
        assert_eq!(read_ticket("A001"), None);
    }
}
