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

async fn find(conn: &mut PgConnection, case_no: &str) -> Result<Option<Shown>, Stop> {
    let sql = format!("select {COLUMNS} from sunlight where case_no = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(case_no).fetch_optional(conn).await?)
}

async fn save(conn: &mut PgConnection, row: &Shown) -> Result<(), Stop> {
    sqlx::query(
        "insert into sunlight (case_no, item, agency, region, stage, submitted_on, accepted_on, concluded_on, due, changed_at,
                               last_entry, entries, grade, promised)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
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
    .bind(&row.case_no)
    .bind(&row.item)
    .bind(&row.agency)
    .bind(&row.region)
    .bind(&row.stage)
    .bind(row.submitted_on)
    .bind(row.accepted_on)
    .bind(row.concluded_on)
    .bind(row.due)
    .bind(row.changed_at)
    .bind(row.last_entry)
    .bind(row.entries)
    .bind(row.grade)
    .bind(&row.promised)
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

    fn on_act<'a>(&'a self, conn: &'a mut PgConnection, act: &'a Stored, now: &'a Moment) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let Some(n) = act.n.filter(|_| act.subject_kind == "case") else {
                return Ok(());
            };
            // The private body is not even read.
            let entry: Entry<CaseAct> = Entry::read(&act.public_body, None)?;
            let row = match find(conn, &act.subject).await? {
                Some(mut row) => {
                    row.apply(&entry, n, &now.calendar);
                    Some(row)
                }
                None => Shown::begin(&entry, n),
            };
            match row {
                Some(row) => save(conn, &row).await,
                None => Ok(()),
            }
        })
    }

    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            sqlx::query("delete from sunlight").execute(conn).await?;
            Ok(())
        })
    }
}
