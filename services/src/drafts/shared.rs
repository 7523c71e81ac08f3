//! 同一份草稿 · the draft of a person and the agent who has a consent for its matter are at one affair: the agent goes on with what the
//! person began, the person with what the agent began (B5, F070, F086). The consent is asked with every page; with its end ends the agent's
//! way in, and what was filled in stays the person's.

use super::{Draft, KEPT_DAYS};
use chrono::Duration;
use foundation::people::Person;
use foundation::{House, Moment, Stop};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A person's own open drafts as an agent sees them: each with a consent in force for its matter, and one that was given in the own account
/// where it is to a relative or friend. Not those for an organisation, nor on
/// a certificate: a consent is to one's own affair of that matter.
const ENTRUSTED: &str =
    "select d.id, d.person, d.item, d.answers, d.visited, d.organisation, c.no as consent, d.certificate, d.asks, d.case_no,
        d.saved_at, d.pages, d.on_file
   from drafts d
  cross join lateral (select c.no
                        from standing_consents c
                        join people p on p.id = c.person
                       where c.agent = $1
                         and (c.point is not null or c.consent ->> 'way' = 'account')
                         and c.state = 'given'
                         and c.until >= $2
                         and d.item = any (c.items)
                         and d.person in (p.id, p.claimed_by)
                       order by c.until desc, c.no
                       limit 1) as c
  where d.person in (select unnest(array[p.id, p.claimed_by])
                       from consents c
                       join people p on p.id = c.person
                      where c.agent = $1
                        and c.state = 'given'
                        and c.until >= $2)
    and d.consent is null
    and d.organisation is null
    and d.certificate is null
    and d.saved_at > $3
    and ($4::uuid is null or d.id = $4)
    and ($5::uuid is null or d.person in (select unnest(array[p.id, p.claimed_by]) from people p where p.id = $5))
    and ($6::text is null or d.item = $6)";

/// Which of them.
#[derive(Clone, Copy, Default)]
pub(super) struct Which<'a> {
    pub id: Option<Uuid>,
    pub whose: Option<Uuid>,
    pub item: Option<&'a str>,
}

/// The drafts of whoever entrusted the agent, latest first.
pub(super) async fn entrusted(
    conn: impl PgExecutor<'_>,
    agent: Uuid,
    which: Which<'_>,
    now: &Moment,
) -> Result<Vec<Draft>, Stop> {
    let sql = format!("{ENTRUSTED} and d.case_no is null order by d.saved_at desc limit 20");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(agent)
        .bind(now.date())
        .bind(now.at - Duration::days(KEPT_DAYS))
        .bind(which.id)
        .bind(which.whose)
        .bind(which.item)
        .fetch_all(conn)
        .await?)
}

/// One of them, held to the end of the transaction, sent or not.
pub(super) async fn lock_entrusted(
    conn: &mut PgConnection,
    agent: Uuid,
    item: &str,
    id: Uuid,
    now: &Moment,
) -> Result<Option<Draft>, Stop> {
    let sql = format!("{ENTRUSTED} for update of d");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(agent)
        .bind(now.date())
        .bind(now.at - Duration::days(KEPT_DAYS))
        .bind(id)
        .bind(None::<Uuid>)
        .bind(item)
        .fetch_optional(conn)
        .await?)
}

/// What an agent has begun for the person: as the person's own, with the agent's name.
#[derive(sqlx::FromRow)]
pub(super) struct Made {
    #[sqlx(flatten)]
    pub draft: Draft,
    pub agent: String,
}

const MADE: &str =
    "select d.id, $1::uuid as person, d.item, d.answers, d.visited, d.organisation, null::text as consent, d.certificate, d.asks,
        d.case_no, d.saved_at, d.pages, d.on_file, c.consent #>> '{entrusted,agent,name}' as agent
   from drafts d
   join consents c on c.no = d.consent
  where c.person = any ($2)
    and d.saved_at > $3
    and ($4::uuid is null or d.id = $4)
    and ($5::text is null or d.item = $5)";

/// The person, and those whom an agent once entered and the person's account has claimed.
fn oneself(person: &Person) -> Vec<Uuid> {
    person.organisations.iter().copied().chain([person.id]).collect()
}

/// The drafts that agents have begun for the person, latest first, whatever became of the consent.
pub(super) async fn made(house: &House, person: &Person, item: Option<&str>, id: Option<Uuid>) -> Result<Vec<Made>, Stop> {
    let sql = format!("{MADE} and d.case_no is null order by d.saved_at desc limit 20");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(person.id)
        .bind(oneself(person))
        .bind(house.now().at - Duration::days(KEPT_DAYS))
        .bind(id)
        .bind(item)
        .fetch_all(house.pool())
        .await?)
}

/// One of them, held to the end of the transaction, sent or not.
pub(super) async fn lock_made(
    conn: &mut PgConnection,
    person: &Person,
    item: &str,
    id: Uuid,
    now: &Moment,
) -> Result<Option<Draft>, Stop> {
    let sql = format!("{MADE} for update of d");
    let made: Option<Made> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(person.id)
        .bind(oneself(person))
        .bind(now.at - Duration::days(KEPT_DAYS))
        .bind(id)
        .bind(item)
        .fetch_optional(conn)
        .await?;
    Ok(made.map(|made| made.draft))
}
