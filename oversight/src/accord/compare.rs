//! 对账 · holds the three views against one another, a stretch of positions at a time. What is not numbered yet, or not read by supervision
//! yet, is on its way and no difference.

use chrono::NaiveDate;
use forms::regions::codes_of;
use foundation::feed::Consumer;
use foundation::record::Stored;
use foundation::{Moment, Stop};
use futures::future::BoxFuture;
use serde::Serialize;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Positions of one stretch.
const BLOCK: i64 = 1000;
/// Stretches compared with what is read of the feed at once, and at most while somebody waits.
const WITH_THE_FEED: i64 = 5;
const WHILE_ASKED: i64 = 100;

/// How many acts each view has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    pub internal: i64,
    pub disclosed: i64,
    pub supervision: i64,
}

impl Counted {
    fn add(&mut self, row: &Odd) {
        self.internal += i64::from(row.internal);
        self.disclosed += i64::from(row.disclosed);
        self.supervision += i64::from(row.supervision);
    }

    /// Whether each view has as many.
    pub fn is_even(&self) -> bool {
        self.internal == self.disclosed && self.disclosed == self.supervision
    }
}

/// An act with the views that have it; kept where one lacks it, or has another in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Odd {
    pub position: i64,
    /// Its number in the public log, if anybody still knows it.
    pub n: Option<i64>,
    pub id: Option<Uuid>,
    pub case_no: String,
    pub day: Option<NaiveDate>,
    pub region: String,
    pub agency: String,
    pub kind: String,
    pub internal: bool,
    pub disclosed: bool,
    pub supervision: bool,
}

impl Odd {
    /// The same act in all three.
    fn is_whole(&self) -> bool {
        self.internal && self.disclosed && self.supervision
    }
}

/// Which acts are asked for; empty is all.
#[derive(Clone, Debug, Serialize)]
pub struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub region: String,
    pub agency: String,
    pub kind: String,
}

/// Every act on a case in one stretch, with the views that have it. An entry whose act is gone is of no known kind and counts, and where
/// supervision knows the act by another id, it does not have this one.
async fn read(conn: &mut PgConnection, block: i64) -> Result<Vec<Odd>, Stop> {
    Ok(sqlx::query_as(
        "with internal as (
            select a.position, a.id, a.subject, a.subject_kind, a.kind, (a.at at time zone 'Asia/Shanghai')::date as day
              from acts a
             where a.position >= $1
               and a.position < $2
               and not exists (select from acts_pending p where p.position = a.position)
         ), disclosed as (
            select l.position, l.n
              from log_entries l
             where l.position >= $1
               and l.position < $2
         ), watched as (
            select w.position, w.n, w.id, w.case_no, w.kind, w.day, w.agency, w.region
              from watched_acts w
             where w.position >= $1
               and w.position < $2
         )
         select position, coalesce(d.n, w.n) as n, coalesce(i.id, w.id) as id, coalesce(i.subject, w.case_no, '') as case_no,
                coalesce(w.day, i.day) as day, coalesce(w.region, s.region, '') as region, coalesce(w.agency, s.agency, '') as agency,
                coalesce(i.kind, w.kind, '') as kind, i.id is not null as internal, d.n is not null as disclosed,
                (w.id is not null and w.id = coalesce(i.id, w.id)) as supervision
           from internal i
           full join disclosed d using (position)
           full join watched w using (position)
           left join sunlight s on s.case_no = i.subject
          where (i.subject_kind is null or i.subject_kind = 'case' or w.id is not null)
            and (w.id is not null or coalesce(d.n, -1) < coalesce((select next from feed_cursors where consumer = 'supervision'), 0))
          order by position",
    )
    .bind(block * BLOCK)
    .bind((block + 1) * BLOCK)
    .fetch_all(conn)
    .await?)
}

/// By what acts are counted.
type Key = (Option<NaiveDate>, String, String, String);

/// A statement with what was counted of a stretch: $1 the stretch, $2 to $5 by what, $6 to $8 how many.
fn bound<'c>(sql: &'static str, block: i64, counts: &'c BTreeMap<Key, Counted>) -> Query<'c, Postgres, PgArguments> {
    sqlx::query(sql)
        .bind(block)
        .bind(counts.keys().map(|key| key.0).collect::<Vec<_>>())
        .bind(counts.keys().map(|key| key.1.as_str()).collect::<Vec<_>>())
        .bind(counts.keys().map(|key| key.2.as_str()).collect::<Vec<_>>())
        .bind(counts.keys().map(|key| key.3.as_str()).collect::<Vec<_>>())
        .bind(counts.values().map(|of| of.internal).collect::<Vec<_>>())
        .bind(counts.values().map(|of| of.disclosed).collect::<Vec<_>>())
        .bind(counts.values().map(|of| of.supervision).collect::<Vec<_>>())
}

/// Counts a stretch and keeps its differences in place of what was kept of it.
async fn compare(conn: &mut PgConnection, block: i64, now: &Moment) -> Result<(), Stop> {
    let rows = read(conn, block).await?;
    let mut counts: BTreeMap<Key, Counted> = BTreeMap::new();
    for row in &rows {
        counts.entry((row.day, row.region.clone(), row.agency.clone(), row.kind.clone())).or_default().add(row);
    }
    bound(
        "with before as (
            delete from accord_counts where block = $1 returning day, region, agency, kind, internal, disclosed, supervision
         ), now as (
            select *
              from unnest($2::date[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
                as n (day, region, agency, kind, internal, disclosed, supervision)
         ), moved as (
            select day, region, agency, kind, sum(internal)::bigint as internal, sum(disclosed)::bigint as disclosed,
                   sum(supervision)::bigint as supervision
              from (select * from now
                    union all
                    select day, region, agency, kind, -internal, -disclosed, -supervision from before) as changes
             group by day, region, agency, kind
         )
         insert into accord_days as d (day, region, agency, kind, internal, disclosed, supervision)
         select * from moved where (internal, disclosed, supervision) <> (0, 0, 0)
         on conflict (day, region, agency, kind) do update
            set internal = d.internal + excluded.internal,
                disclosed = d.disclosed + excluded.disclosed,
                supervision = d.supervision + excluded.supervision",
        block,
        &counts,
    )
    .execute(&mut *conn)
    .await?;
    bound(
        "insert into accord_counts (block, day, region, agency, kind, internal, disclosed, supervision)
         select $1, *
           from unnest($2::date[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])",
        block,
        &counts,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query("delete from accord_odd where block = $1").bind(block).execute(&mut *conn).await?;
    for odd in rows.iter().filter(|row| !row.is_whole()) {
        sqlx::query(
            "insert into accord_odd (block, position, n, id, case_no, day, region, agency, kind, internal, disclosed, supervision)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(block)
        .bind(odd.position)
        .bind(odd.n)
        .bind(odd.id)
        .bind(&odd.case_no)
        .bind(odd.day)
        .bind(&odd.region)
        .bind(&odd.agency)
        .bind(&odd.kind)
        .bind(odd.internal)
        .bind(odd.disclosed)
        .bind(odd.supervision)
        .execute(&mut *conn)
        .await?;
    }
    sqlx::query("update accord_blocks set done = true, compared_at = $2 where block = $1")
        .bind(block)
        .bind(now.at)
        .execute(conn)
        .await?;
    Ok(())
}

/// Compares what moved since it was compared, at most so many stretches; while another does, it is left to them.
async fn bring_up(conn: &mut PgConnection, limit: i64, now: &Moment) -> Result<(), Stop> {
    let alone: bool =
        sqlx::query_scalar("select pg_try_advisory_xact_lock(hashtextextended('accord', 0))").fetch_one(&mut *conn).await?;
    if !alone {
        return Ok(());
    }
    let open: Vec<i64> = sqlx::query_scalar("select block from accord_blocks where not done order by block limit $1 for update")
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?;
    for block in open {
        compare(conn, block, now).await?;
    }
    Ok(())
}

/// Supervision writes down what it read, in the transaction of its watches: of each act its case with agency and region.
pub async fn seen(conn: &mut PgConnection, acts: &[Stored], whose: &BTreeMap<&str, (&str, &str)>) -> Result<(), Stop> {
    let mut blocks: Vec<i64> = acts.iter().map(|act| act.position / BLOCK).collect();
    blocks.sort_unstable();
    blocks.dedup();
    let of_case = |act: &Stored| Some((act.n?, *whose.get(act.subject.as_str()).filter(|_| act.subject_kind == "case")?));
    let rows: Vec<_> = acts.iter().filter_map(|act| Some((act, of_case(act)?))).collect();
    sqlx::query(
        "insert into watched_acts (position, n, id, case_no, kind, day, agency, region)
         select *
           from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::text[], $8::text[])
         on conflict (position) do nothing",
    )
    .bind(rows.iter().map(|(act, _)| act.position).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, (n, _))| *n).collect::<Vec<_>>())
    .bind(rows.iter().map(|(act, _)| act.id).collect::<Vec<_>>())
    .bind(rows.iter().map(|(act, _)| act.subject.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|(act, _)| act.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|(act, _)| calendar::local_date(act.at)).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, (_, (agency, _)))| *agency).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, (_, (_, region)))| *region).collect::<Vec<_>>())
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into accord_blocks (block)
         select * from unnest($1::bigint[])
         on conflict (block) do update
            set done = false
          where accord_blocks.done",
    )
    .bind(blocks)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what supervision has read, before it reads again from the first act.
pub async fn forget(conn: &mut PgConnection) -> Result<(), Stop> {
    sqlx::raw_sql("delete from watched_acts; update accord_blocks set done = false where done").execute(conn).await?;
    Ok(())
}

/// What is known of a span: sums by agency and kind, and how many stretches are still to be compared.
pub struct Known {
    /// By agency and kind of act.
    pub sums: Vec<(String, String, Counted)>,
    pub odd: Vec<Odd>,
    pub open: i64,
}

impl Known {
    pub fn total(&self) -> Counted {
        self.sums.iter().fold(Counted::default(), |mut sum, (_, _, one)| {
            sum.internal += one.internal;
            sum.disclosed += one.disclosed;
            sum.supervision += one.supervision;
            sum
        })
    }
}

/// Compares what moved, and tells of a span: at most so many differences, from after a position on. An act of which no day is known is in
/// every span.
pub async fn ask(conn: &mut PgConnection, span: &Span, after: i64, limit: i64, now: &Moment) -> Result<Known, Stop> {
    bring_up(conn, WHILE_ASKED, now).await?;
    let rows: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(
        "select agency, kind, sum(internal)::bigint, sum(disclosed)::bigint, sum(supervision)::bigint
           from accord_days
          where (day between $1 and $2 or day is null)
            and (region ^@ any ($3) or region = '')
            and ($4 = '' or agency = $4)
            and ($5 = '' or kind = $5)
          group by agency, kind
          order by agency, kind",
    )
    .bind(span.from)
    .bind(span.to)
    .bind(codes_of(&span.region))
    .bind(&span.agency)
    .bind(&span.kind)
    .fetch_all(&mut *conn)
    .await?;
    let sums = rows
        .into_iter()
        .map(|(agency, kind, internal, disclosed, supervision)| (agency, kind, Counted { internal, disclosed, supervision }))
        .collect();
    let odd = sqlx::query_as(
        "select position, n, id, case_no, day, region, agency, kind, internal, disclosed, supervision
           from accord_odd
          where (day between $1 and $2 or day is null)
            and (region ^@ any ($3) or region = '')
            and ($4 = '' or agency = $4)
            and ($5 = '' or kind = $5)
            and position > $6
          order by position
          limit $7",
    )
    .bind(span.from)
    .bind(span.to)
    .bind(codes_of(&span.region))
    .bind(&span.agency)
    .bind(&span.kind)
    .bind(after)
    .bind(limit)
    .fetch_all(&mut *conn)
    .await?;
    let open = sqlx::query_scalar("select count(*) from accord_blocks where not done").fetch_one(conn).await?;
    Ok(Known { sums, odd, open })
}

/// Compares everything from the first act on, whatever was kept (`sunlit accord`): how many acts each view has, what differs, and whether
/// what is kept of the stretches that are compared says the same.
pub async fn check(conn: &mut PgConnection) -> Result<(Counted, Vec<Odd>, bool), Stop> {
    let last: Option<i64> = sqlx::query_scalar(
        "select greatest((select max(position) from acts), (select max(position) from log_entries),
                         (select max(position) from watched_acts))",
    )
    .fetch_one(&mut *conn)
    .await?;
    let (mut counted, mut odd, mut agrees) = (Counted::default(), Vec::new(), true);
    for block in 0..=last.map_or(-1, |last| last / BLOCK) {
        let rows = read(conn, block).await?;
        let mut here = Counted::default();
        rows.iter().for_each(|row| here.add(row));
        let kept: Option<(i64, i64, i64)> = sqlx::query_as(
            "select coalesce(sum(c.internal), 0)::bigint, coalesce(sum(c.disclosed), 0)::bigint, coalesce(sum(c.supervision), 0)::bigint
               from accord_blocks b
               left join accord_counts c on c.block = b.block
              where b.block = $1
                and b.done
              group by b.block",
        )
        .bind(block)
        .fetch_optional(&mut *conn)
        .await?;
        agrees &= kept.is_none_or(|kept| kept == (here.internal, here.disclosed, here.supervision));
        counted.internal += here.internal;
        counted.disclosed += here.disclosed;
        counted.supervision += here.supervision;
        odd.extend(rows.into_iter().filter(|row| !row.is_whole()));
    }
    let summed: bool = sqlx::query_scalar(
        "select (select coalesce(sum(internal + 3 * disclosed + 5 * supervision), 0) from accord_days)
              = (select coalesce(sum(internal + 3 * disclosed + 5 * supervision), 0) from accord_counts)",
    )
    .fetch_one(conn)
    .await?;
    Ok((counted, odd, agrees && summed))
}

/// Compares as acts come.
pub struct Accord;

impl Consumer for Accord {
    fn name(&self) -> &'static str {
        "accord"
    }

    fn on_acts<'a>(&'a self, conn: &'a mut PgConnection, _: &'a [Stored], now: &'a Moment) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(bring_up(conn, WITH_THE_FEED, now))
    }

    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            sqlx::raw_sql("delete from accord_counts; delete from accord_days; delete from accord_odd; update accord_blocks set done = false")
                .execute(conn)
                .await?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(internal: bool, disclosed: bool, supervision: bool) -> Odd {
        Odd {
            position: 1,
            n: Some(0),
            id: None,
            case_no: String::new(),
            day: None,
            region: String::new(),
            agency: String::new(),
            kind: String::new(),
            internal,
            disclosed,
            supervision,
        }
    }

    #[test]
    fn f029_an_act_that_one_view_lacks_is_a_difference_also_where_the_counts_are_even() {
        let mut counted = Counted::default();
        for one in [act(true, true, false), act(true, false, true), act(false, true, true)] {
            assert!(!one.is_whole());
            counted.add(&one);
        }
        assert!(counted.is_even(), "each lacks another one: {counted:?}");
        assert!(act(true, true, true).is_whole());
    }
}
