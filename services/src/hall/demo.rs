//! 演示 · a morning in the hall: a dozen numbers, some handled, one at the counter, the others waiting.

use super::number::{self, Wish};
use super::{Kind, Priority};
use foundation::people::Person;
use foundation::{House, Moment, Stop};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

const CENTRE: &str = "jinzhai-centre";
/// Minutes since the first of them: when each came, for what, and who goes before.
const CAME: [(i64, Kind, Option<Priority>); 12] = [
    (0, Kind::General, None),
    (2, Kind::General, None),
    (5, Kind::Advice, None),
    (6, Kind::General, Some(Priority::Elder)),
    (9, Kind::General, None),
    (14, Kind::Collect, None),
    (21, Kind::General, None),
    (28, Kind::Advice, None),
    (36, Kind::General, None),
    (41, Kind::General, Some(Priority::Pregnant)),
    (47, Kind::General, None),
    (52, Kind::Collect, None),
];
/// So many days before have their sittings, from and to about these minutes of the day.
const BEFORE: u64 = 40;
const OPENS: i64 = 8 * 60 + 26;
const CLOSES: i64 = 17 * 60 + 3;
/// How long those took who are done, in minutes, and how long the morning is.
const TOOK: [i64; 4] = [9, 12, 8, 14];
const MORNING: i64 = 60;

/// The counter stands open, with somebody at it.
pub async fn seed(house: &House, officer: &Person) -> Result<(), Stop> {
    let now = house.now();
    // Just after midnight there was no morning yet: it is as long as the day.
    let minutes = (now.at - calendar::start_of_day(now.date())).num_minutes().min(MORNING);
    let at = |minute: i64| {
        let back = chrono::Duration::seconds(60 * minutes * (MORNING - minute) / MORNING);
        Moment::new(now.at - back, now.calendar.clone())
    };
    let mut conn = house.pool().acquire().await?;
    let mut tx = conn.begin().await?;
    let mut coming = CAME.into_iter().peekable();
    let agency = officer.agency.clone().unwrap_or_default();
    // The working days before: the counter was open, but for one in nine.
    for back in 1..=BEFORE {
        let day = now.date() - chrono::Days::new(back);
        if back % 9 == 0 || !now.calendar.is_working_day(day) {
            continue;
        }
        let start = calendar::start_of_day(day);
        let (opens, closes) = (OPENS + back as i64 % 7, CLOSES - back as i64 % 5);
        let then = |minutes| Moment::new(start + chrono::Duration::minutes(minutes), now.calendar.clone());
        number::open_counter(&mut tx, (CENTRE, "B05"), &Kind::ALL, (officer.id, &agency), &then(opens)).await?;
        if let Some(counter) = number::counter_of(&mut tx, officer.id, day).await? {
            number::close_counter(&mut tx, &counter, &then(closes)).await?;
        }
    }
    number::open_counter(&mut tx, (CENTRE, "B05"), &Kind::ALL, (officer.id, &agency), &at(1)).await?;
    let mut minute = 2;
    // Four are handled, one is at the counter, and whoever comes after that waits.
    for took in TOOK.map(Some).into_iter().chain([None]) {
        while let Some(visitor) = coming.next_if(|(came, ..)| *came <= minute) {
            come(&mut tx, visitor, &at).await?;
        }
        handle(&mut tx, officer, &at(minute)).await?;
        let (Some(took), Some(served)) = (took, number::current(&mut tx, officer.id, now.date()).await?) else { continue };
        minute += took;
        number::finish(&mut tx, &served, &at(minute)).await?;
        minute += 1;
    }
    for visitor in coming {
        come(&mut tx, visitor, &at).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Takes a number.
async fn come(
    conn: &mut PgConnection,
    (minute, kind, priority): (i64, Kind, Option<Priority>),
    at: impl Fn(i64) -> Moment,
) -> Result<(), Stop> {
    let item = (kind == Kind::General).then(|| "food-production-licence".to_owned());
    let wish = Wish { kind, priority, item, device: None, form: Uuid::new_v4() };
    number::take(conn, CENTRE, &wish, &at(minute)).await?;
    Ok(())
}

/// Calls the next, who comes at once.
async fn handle(conn: &mut PgConnection, officer: &Person, at: &Moment) -> Result<(), Stop> {
    let Some(counter) = number::lock_counter(conn, officer.id, at.date()).await? else { return Ok(()) };
    number::call_next(conn, &counter, officer.id, at).await?;
    if let Some(called) = number::current(conn, officer.id, at.date()).await? {
        number::came(conn, &called, at).await?;
    }
    Ok(())
}
