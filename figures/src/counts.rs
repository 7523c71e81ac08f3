//! 计数 · the sums as the site keeps them: by day, region, agency and matter, moved by each act that comes. A page reads sums; no case is
//! counted for it.

use super::{Change, Figure, Followed, Measure, Question, Value};
use acts::{ActBody, CardAct, CaseAct, Entry};
use chrono::NaiveDate;
use forms::regions::codes_of;
use foundation::feed::Consumer;
use foundation::record::Stored;
use foundation::{Moment, Stop};
use futures::future::BoxFuture;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::collections::{BTreeMap, HashMap};

/// Which days and cases one row of the counters is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    measure: Measure,
    day: NaiveDate,
    region: String,
    agency: String,
    item: String,
}

/// What a batch of acts comes to.
#[derive(Default)]
struct Sums {
    moved: BTreeMap<Key, (i64, i64)>,
    /// The acts that count, and what they count.
    counted: BTreeMap<(Measure, i64), (Key, String, i64)>,
    taken: Vec<(Measure, i64)>,
}

impl Sums {
    fn add(&mut self, no: &str, case: &Followed, changes: Vec<Change>) {
        for change in changes {
            let key = Key {
                measure: change.measure,
                day: change.day,
                region: case.region.clone(),
                agency: change.agency,
                item: case.item.clone(),
            };
            let (amount, acts) = self.moved.entry(key.clone()).or_default();
            let sign = if change.taken { -1 } else { 1 };
            *amount += sign * change.amount;
            *acts += sign;
            let one = (change.measure, change.n);
            if !change.taken {
                self.counted.insert(one, (key, no.to_owned(), change.amount));
            } else if self.counted.remove(&one).is_none() {
                self.taken.push(one);
            }
        }
    }

    async fn save(self, conn: &mut PgConnection) -> Result<(), Stop> {
        let moved: Vec<_> = self.moved.into_iter().filter(|(_, moved)| *moved != (0, 0)).collect();
        sqlx::query(
            "insert into figure_counts as c (measure, day, region, agency, item, amount, acts)
             select *
               from unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
             on conflict (measure, day, agency, item, region) do update
                set amount = c.amount + excluded.amount,
                    acts = c.acts + excluded.acts",
        )
        .bind(moved.iter().map(|(key, _)| key.measure.key()).collect::<Vec<_>>())
        .bind(moved.iter().map(|(key, _)| key.day).collect::<Vec<_>>())
        .bind(moved.iter().map(|(key, _)| key.region.as_str()).collect::<Vec<_>>())
        .bind(moved.iter().map(|(key, _)| key.agency.as_str()).collect::<Vec<_>>())
        .bind(moved.iter().map(|(key, _)| key.item.as_str()).collect::<Vec<_>>())
        .bind(moved.iter().map(|(_, (amount, _))| *amount).collect::<Vec<_>>())
        .bind(moved.iter().map(|(_, (_, acts))| *acts).collect::<Vec<_>>())
        .execute(&mut *conn)
        .await?;
        // What stands no longer leaves no row, so that what stands is summed over few.
        let lessened: Vec<_> = moved.iter().filter(|(_, (_, acts))| *acts < 0).collect();
        sqlx::query(
            "delete from figure_counts c
              using unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[]) as l (measure, day, region, agency, item)
              where c.measure = l.measure
                and c.day = l.day
                and c.region = l.region
                and c.agency = l.agency
                and c.item = l.item
                and c.acts = 0",
        )
        .bind(lessened.iter().map(|(key, _)| key.measure.key()).collect::<Vec<_>>())
        .bind(lessened.iter().map(|(key, _)| key.day).collect::<Vec<_>>())
        .bind(lessened.iter().map(|(key, _)| key.region.as_str()).collect::<Vec<_>>())
        .bind(lessened.iter().map(|(key, _)| key.agency.as_str()).collect::<Vec<_>>())
        .bind(lessened.iter().map(|(key, _)| key.item.as_str()).collect::<Vec<_>>())
        .execute(&mut *conn)
        .await?;
        sqlx::query(
            "delete from figure_acts a
              using unnest($1::text[], $2::bigint[]) as t (measure, n)
              where a.measure = t.measure
                and a.n = t.n",
        )
        .bind(self.taken.iter().map(|(measure, _)| measure.key()).collect::<Vec<_>>())
        .bind(self.taken.iter().map(|(_, n)| *n).collect::<Vec<_>>())
        .execute(&mut *conn)
        .await?;
        let counted: Vec<_> = self.counted.into_iter().collect();
        sqlx::query(
            "insert into figure_acts (measure, n, day, region, agency, item, case_no, amount)
             select *
               from unnest($1::text[], $2::bigint[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[])",
        )
        .bind(counted.iter().map(|((measure, _), _)| measure.key()).collect::<Vec<_>>())
        .bind(counted.iter().map(|((_, n), _)| *n).collect::<Vec<_>>())
        .bind(counted.iter().map(|(_, (key, ..))| key.day).collect::<Vec<_>>())
        .bind(counted.iter().map(|(_, (key, ..))| key.region.as_str()).collect::<Vec<_>>())
        .bind(counted.iter().map(|(_, (key, ..))| key.agency.as_str()).collect::<Vec<_>>())
        .bind(counted.iter().map(|(_, (key, ..))| key.item.as_str()).collect::<Vec<_>>())
        .bind(counted.iter().map(|(_, (_, no, _))| no.as_str()).collect::<Vec<_>>())
        .bind(counted.iter().map(|(_, (.., amount))| *amount).collect::<Vec<_>>())
        .execute(&mut *conn)
        .await?;
        Ok(())
    }
}

async fn find(conn: &mut PgConnection, cases: &[&str]) -> Result<HashMap<String, Followed>, Stop> {
    let rows: Vec<(String, Json<Followed>)> =
        sqlx::query_as("select case_no, state from figure_cases where case_no = any ($1)").bind(cases).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(no, state)| (no, state.0)).collect())
}

async fn save(conn: &mut PgConnection, cases: &HashMap<String, Followed>) -> Result<(), Stop> {
    sqlx::query(
        "insert into figure_cases (case_no, state)
         select *
           from unnest($1::text[], $2::jsonb[])
         on conflict (case_no) do update
            set state = excluded.state",
    )
    .bind(cases.keys().collect::<Vec<_>>())
    .bind(cases.values().map(Json).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads the feed into the counters.
pub struct Figures;

/// Its name among the consumers.
const NAME: &str = "figures";

impl Consumer for Figures {
    fn name(&self) -> &'static str {
        NAME
    }

    fn on_acts<'a>(&'a self, conn: &'a mut PgConnection, acts: &'a [Stored], now: &'a Moment) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let is_ours = |act: &&Stored| [CaseAct::SUBJECT, CardAct::SUBJECT].contains(&act.subject_kind.as_str());
            let acts: Vec<_> = acts.iter().filter(is_ours).filter_map(|act| Some((act.n?, act))).collect();
            let numbers: Vec<&str> = acts.iter().map(|(_, act)| act.subject.as_str()).collect();
            let mut cases = find(conn, &numbers).await?;
            let mut sums = Sums::default();
            for (n, act) in acts {
                // The private body is not even read.
                let changes = match (act.subject_kind == CardAct::SUBJECT, cases.get_mut(&act.subject)) {
                    (true, Some(case)) => case.card(&Entry::read(&act.public_body, None)?, n),
                    (true, None) => continue,
                    (false, Some(case)) => case.apply(&Entry::read(&act.public_body, None)?, n, &now.calendar),
                    (false, None) => {
                        let Some((case, changes)) = Followed::begin(&Entry::read(&act.public_body, None)?, n) else { continue };
                        cases.insert(act.subject.clone(), case);
                        changes
                    }
                };
                if let Some(case) = cases.get(&act.subject) {
                    sums.add(&act.subject, case, changes);
                }
            }
            save(conn, &cases).await?;
            sums.save(conn).await
        })
    }

    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            sqlx::raw_sql("delete from figure_cases; delete from figure_counts; delete from figure_acts").execute(conn).await?;
            Ok(())
        })
    }
}

/// What the counters say at one moment, and how many entries of the log they rest on.
pub struct Counters {
    tx: Transaction<'static, Postgres>,
    pub entries: i64,
}

/// Sums that belong together, by their measure.
pub type Of = HashMap<Measure, (i64, i64)>;

/// An act behind a figure.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Behind {
    pub n: i64,
    pub day: NaiveDate,
    pub case_no: String,
    pub item: String,
    pub agency: String,
    pub region: String,
    measure: String,
    pub amount: i64,
}

impl Behind {
    pub fn measure(&self) -> Option<Measure> {
        Measure::of(&self.measure)
    }
}

impl Counters {
    /// Everything asked of it is as of one instant.
    pub async fn read(pool: &PgPool) -> Result<Counters, Stop> {
        let mut tx = pool.begin().await?;
        sqlx::query("set transaction isolation level repeatable read, read only").execute(&mut *tx).await?;
        let entries =
            sqlx::query_scalar("select next from feed_cursors where consumer = $1").bind(NAME).fetch_optional(&mut *tx).await?;
        Ok(Counters { tx, entries: entries.unwrap_or(0) })
    }

    pub async fn value(&mut self, figure: &Figure, asked: &Question) -> Result<Value, Stop> {
        let sums = self.sums(figure.measures(), figure.days(asked), asked).await?;
        Ok(figure.value(|measure| sums.get(&measure).copied().unwrap_or_default()))
    }

    /// Several figures of one question, in their order: one look for each way of counting days.
    pub async fn values(
        &mut self,
        figures: impl IntoIterator<Item = &Figure> + Clone,
        asked: &Question,
    ) -> Result<Vec<Value>, Stop> {
        let mut spans: BTreeMap<_, Vec<Measure>> = BTreeMap::new();
        for figure in figures.clone() {
            spans.entry(figure.days(asked)).or_default().extend(figure.measures());
        }
        let mut sums = HashMap::new();
        for (days, measures) in spans {
            sums.insert(days, self.sums(measures, days, asked).await?);
        }
        let sum =
            |figure: &Figure, measure| sums.get(&figure.days(asked)).and_then(|of| of.get(&measure).copied()).unwrap_or_default();
        Ok(figures.into_iter().map(|figure| figure.value(|measure| sum(figure, measure))).collect())
    }

    /// The sums of some measures over the same days.
    async fn sums(
        &mut self,
        measures: impl IntoIterator<Item = Measure>,
        (first, last): (NaiveDate, NaiveDate),
        asked: &Question,
    ) -> Result<Of, Stop> {
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(
            "select measure, sum(amount)::bigint, sum(acts)::bigint
               from figure_counts
              where measure = any ($1)
                and day between $2 and $3
                and ($4 = '' or agency = $4)
                and ($5 = '' or item = $5)
                and region ^@ any ($6)
              group by measure",
        )
        .bind(measures.into_iter().map(Measure::key).collect::<Vec<_>>())
        .bind(first)
        .bind(last)
        .bind(&asked.agency)
        .bind(&asked.item)
        .bind(codes_of(&asked.region))
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(rows.into_iter().filter_map(|(measure, amount, acts)| Some((Measure::of(&measure)?, (amount, acts)))).collect())
    }

    /// The acts behind a figure, the latest day first, from after a day and an entry on.
    pub async fn behind(
        &mut self,
        figure: &Figure,
        asked: &Question,
        after: Option<(NaiveDate, i64)>,
        limit: i64,
    ) -> Result<Vec<Behind>, Stop> {
        let (first, last) = figure.days(asked);
        let (day, n) = after.unwrap_or((last, i64::MAX));
        Ok(sqlx::query_as(
            "select b.n, b.day, b.case_no, b.item, b.agency, b.region, b.measure, b.amount
               from unnest($1::text[]) as m (measure)
              cross join lateral (select a.*
                                    from figure_acts a
                                   where a.measure = m.measure
                                     and a.day between $2 and $3
                                     and (a.day, a.n) < ($3, $4)
                                     and ($5 = '' or a.agency = $5)
                                     and ($6 = '' or a.item = $6)
                                     and a.region ^@ any ($7)
                                   order by a.day desc, a.n desc
                                   limit $8) b
              order by b.day desc, b.n desc
              limit $8",
        )
        .bind(figure.behind().iter().map(|measure| measure.key()).collect::<Vec<_>>())
        .bind(first)
        .bind(day.min(last))
        .bind(n)
        .bind(&asked.agency)
        .bind(&asked.item)
        .bind(codes_of(&asked.region))
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// A figure of each day of a span on which there is something.
    pub async fn by_day(&mut self, figure: &Figure, asked: &Question) -> Result<BTreeMap<NaiveDate, Value>, Stop> {
        let (first, last) = figure.days(asked);
        let rows: Vec<(NaiveDate, String, i64, i64)> = sqlx::query_as(
            "select day, measure, sum(amount)::bigint, sum(acts)::bigint
               from figure_counts
              where measure = any ($1)
                and day between $2 and $3
                and ($4 = '' or agency = $4)
                and ($5 = '' or item = $5)
                and region ^@ any ($6)
              group by day, measure",
        )
        .bind(figure.measures().map(Measure::key).collect::<Vec<_>>())
        .bind(first)
        .bind(last)
        .bind(&asked.agency)
        .bind(&asked.item)
        .bind(codes_of(&asked.region))
        .fetch_all(&mut *self.tx)
        .await?;
        let mut days: BTreeMap<NaiveDate, Of> = BTreeMap::new();
        for (day, measure, amount, acts) in rows {
            if let Some(measure) = Measure::of(&measure) {
                days.entry(day).or_default().insert(measure, (amount, acts));
            }
        }
        Ok(days
            .into_iter()
            .map(|(day, of)| (day, figure.value(|measure| of.get(&measure).copied().unwrap_or_default())))
            .collect())
    }

    /// Decisions by agency, matter or region: those with most first, from after a number of decisions and a key on. A region counts what lies
    /// under it, as it does wherever one asks for it.
    pub async fn groups(&mut self, by: By, asked: &Question, after: Option<(i64, &str)>, limit: i64) -> Result<Vec<Group>, Stop> {
        if by != By::Region {
            return self.exactly(by, asked, after, limit).await;
        }
        // As many as regions have cases of their own: what lies under each is added up here.
        let own = self.exactly(by, asked, None, i64::MAX).await?;
        let mut regions: Vec<Group> = own.iter().map(|region| region.with_all_below(&own)).collect();
        regions.sort_by(|a, b| b.decided.cmp(&a.decided).then_with(|| a.key.cmp(&b.key)));
        regions.retain(|region| {
            after
                .is_none_or(|(decided, key)| region.decided < decided || (region.decided == decided && region.key.as_str() > key))
        });
        regions.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(regions)
    }

    /// Decisions by what stands in the column, and nothing below it.
    async fn exactly(&mut self, by: By, asked: &Question, after: Option<(i64, &str)>, limit: i64) -> Result<Vec<Group>, Stop> {
        let column = by.key();
        let sql = format!(
            "select *
               from (select {column} as key,
                            coalesce(sum(amount) filter (where measure in ('on_time', 'late')), 0)::bigint as decided,
                            coalesce(sum(amount) filter (where measure = 'late'), 0)::bigint as late,
                            coalesce(sum(amount) filter (where measure = 'used'), 0)::bigint as used,
                            coalesce(sum(amount) filter (where measure = 'promised'), 0)::bigint as promised,
                            coalesce(sum(amount) filter (where measure = 'statutory'), 0)::bigint as statutory
                       from figure_counts
                      where measure in ('on_time', 'late', 'used', 'promised', 'statutory')
                        and day between $1 and $2
                        and ($3 = '' or agency = $3)
                        and ($4 = '' or item = $4)
                        and region ^@ any ($5)
                      group by {column}) g
              where $6::bigint is null
                 or decided < $6
                 or (decided = $6 and key > $7)
              order by decided desc, key
              limit $8"
        );
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(asked.from)
            .bind(asked.to)
            .bind(&asked.agency)
            .bind(&asked.item)
            .bind(codes_of(&asked.region))
            .bind(after.map(|(decided, _)| decided))
            .bind(after.map_or("", |(_, key)| key))
            .bind(limit)
            .fetch_all(&mut *self.tx)
            .await?)
    }
}

/// By what decisions are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Agency,
    Item,
    Region,
}

impl By {
    pub const ALL: [By; 3] = [By::Agency, By::Item, By::Region];

    /// The name of the column, and of what an address asks for.
    pub fn key(self) -> &'static str {
        match self {
            By::Agency => "agency",
            By::Item => "item",
            By::Region => "region",
        }
    }

    pub fn of(key: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.key() == key)
    }

    pub fn zh(self) -> &'static str {
        match self {
            By::Agency => "按单位",
            By::Item => "按事项",
            By::Region => "按区划",
        }
    }
}

/// The decisions of one agency, matter or region.
#[derive(Clone, Debug, Default, PartialEq, sqlx::FromRow)]
pub struct Group {
    pub key: String,
    pub decided: i64,
    pub late: i64,
    used: i64,
    promised: i64,
    statutory: i64,
}

impl Group {
    /// A region with every one that lies under it or became part of it.
    fn with_all_below(&self, all: &[Group]) -> Group {
        let codes = codes_of(&self.key);
        let mut sum = Group { key: self.key.clone(), ..Group::default() };
        for region in all.iter().filter(|region| codes.iter().any(|code| region.key.starts_with(code.as_str()))) {
            sum.decided += region.decided;
            sum.late += region.late;
            sum.used += region.used;
            sum.promised += region.promised;
            sum.statutory += region.statutory;
        }
        sum
    }

    /// A figure of these decisions, as its page has it.
    pub fn value(&self, figure: &Figure) -> Value {
        figure.value(|measure| {
            let amount = match measure {
                Measure::OnTime => self.decided - self.late,
                Measure::Late => self.late,
                Measure::Used => self.used,
                Measure::Promised => self.promised,
                Measure::Statutory => self.statutory,
                _ => 0,
            };
            (amount, 0)
        })
    }
}
