//! 看板的来处 · acts in, rows out. A row holds the item, the agency, the region, the stage, dates, the last entry of the log
//! and the grade: nothing else is read from an act, and of its private body nothing at all (A3.4-06, F028).

use acts::{CaseAct, Entry, Stage, Term};
use calendar::{Calendar, Clock};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::feed::Consumer;
use foundation::record::Stored;
use foundation::{Moment, Stop};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// One case on the board.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Shown {
    pub case_no: String,
    pub item: String,
    pub agency: String,
    pub region: String,
    pub stage: String,
    pub submitted_on: NaiveDate,
    pub accepted_on: Option<NaiveDate>,
    pub concluded_on: Option<NaiveDate>,
    /// The last promised day; unknown before acceptance and while the clock pauses.
    pub due: Option<NaiveDate>,
    pub changed_at: DateTime<Utc>,
    /// The number of the latest act in the public log, and how many acts there are.
    pub last_entry: i64,
    pub entries: i32,
    /// 1 非常满意 … 5 非常不满意.
    pub grade: Option<i16>,
    /// Needed to know the due day after the next pause.
    pub promised: Option<Json<Clock>>,
}

impl Shown {
    /// A case begins with its submission; any other act begins nothing.
    pub fn begin(entry: &Entry<CaseAct>, n: i64) -> Option<Shown> {
        let CaseAct::Submitted { item, agency, region, .. } = &entry.act else {
            return None;
        };
        Some(Shown {
            case_no: entry.subject.no.clone(),
            item: item.clone(),
            agency: agency.clone(),
            region: region.clone(),
            stage: Stage::Submitted.key().into(),
            submitted_on: calendar::local_date(entry.at),
            accepted_on: None,
            concluded_on: None,
            due: None,
            changed_at: entry.at,
            last_entry: n,
            entries: 1,
            grade: None,
            promised: None,
        })
    }

    /// Never fails and never asks the time. What the clock refuses was refused to the case as well.
    pub fn apply(&mut self, entry: &Entry<CaseAct>, n: i64, calendar: &Calendar) {
        let on = calendar::local_date(entry.at);
        let mut promised = self.promised.take().map(|clock| clock.0);
        let _ = entry.act.turn(Term::Promised, &mut promised, on);
        self.accepted_on = promised.as_ref().map(|clock| clock.start);
        self.promised = promised.map(Json);
        self.concluded_on = entry.act.concludes(on).or(self.concluded_on);
        if let CaseAct::Rated { grade, .. } = &entry.act {
            self.grade = Some(i16::from(*grade));
        }
        if let Some(stage) = Stage::after(&entry.act) {
            self.stage = stage.key().into();
        }
        let due = self.promised.as_ref().and_then(|clock| clock.due(calendar));
        self.due = due.map(|due| due.date);
        self.changed_at = entry.at;
        self.last_entry = n;
        self.entries += 1;
    }

    pub fn stage(&self) -> Option<Stage> {
        Stage::of(&self.stage)
    }

    /// Concluded after the promised day, or not concluded though it has passed.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.due.is_some_and(|due| self.concluded_on.unwrap_or(today) > due)
    }
}

/// Every column of a row, in the order of [`Shown`].
pub(super) const COLUMNS: &str = "case_no, item, agency, region, stage, submitted_on, accepted_on, concluded_on, due, changed_at,
        last_entry, entries, grade, promised";

async fn find(conn: &mut PgConnection, cases: &[&str]) -> Result<Vec<Shown>, Stop> {
    let sql = format!("select {COLUMNS} from sunlight where case_no = any ($1)");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(cases).fetch_all(conn).await?)
}

async fn save(conn: &mut PgConnection, rows: &[&Shown]) -> Result<(), Stop> {
    sqlx::query(
        "insert into sunlight (case_no, item, agency, region, stage, submitted_on, accepted_on, concluded_on, due, changed_at,
                               last_entry, entries, grade, promised)
         select *
           from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::date[], $9::date[],
                       $10::timestamptz[], $11::bigint[], $12::int[], $13::smallint[], $14::jsonb[])
         on conflict (case_no) do update
            set stage = excluded.stage,
                accepted_on = excluded.accepted_on,
                concluded_on = excluded.concluded_on,
                due = excluded.due,
                changed_at = excluded.changed_at,
                last_entry = excluded.last_entry,
                entries = excluded.entries,
                grade = excluded.grade,
                promised = excluded.promised",
    )
    .bind(rows.iter().map(|row| row.case_no.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.item.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.agency.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.region.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.stage.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.submitted_on).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.accepted_on).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.concluded_on).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.due).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.changed_at).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.last_entry).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.entries).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.grade).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.promised.as_ref()).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// Reads the feed into the board.
pub struct Sunlight;

impl Consumer for Sunlight {
    fn name(&self) -> &'static str {
        "sunlight"
    }

    fn on_acts<'a>(&'a self, conn: &'a mut PgConnection, acts: &'a [Stored], now: &'a Moment) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let acts: Vec<_> = acts.iter().filter_map(|act| Some((act.n.filter(|_| act.subject_kind == "case")?, act))).collect();
            let cases: Vec<&str> = acts.iter().map(|(_, act)| act.subject.as_str()).collect();
            let found = find(conn, &cases).await?;
            let mut rows: BTreeMap<String, Shown> = found.into_iter().map(|row| (row.case_no.clone(), row)).collect();
            for (n, act) in acts {
                // The private body is not even read.
                let entry: Entry<CaseAct> = Entry::read(&act.public_body, None)?;
                if let Some(row) = rows.get_mut(&act.subject) {
                    row.apply(&entry, n, &now.calendar);
                } else if let Some(row) = Shown::begin(&entry, n) {
                    rows.insert(act.subject.clone(), row);
                }
            }
            save(conn, &rows.values().collect::<Vec<_>>()).await
        })
    }

    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            sqlx::query("delete from sunlight").execute(conn).await?;
            Ok(())
        })
    }
}
