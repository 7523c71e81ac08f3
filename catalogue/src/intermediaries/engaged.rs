//! 委托情况 · what institutions were engaged for, as the public acts of cases say it, and the figures of each: how many, in time, how long, how
//! rated (B3.2, F066).

use acts::{ActBody, CaseAct, Entry};
use chrono::{Months, NaiveDate};
use foundation::feed::Consumer;
use foundation::record::Stored;
use foundation::{Moment, Stop};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::collections::HashMap;

pub struct Engaged;

impl Consumer for Engaged {
    fn name(&self) -> &'static str {
        "engagements"
    }

    fn on_acts<'a>(&'a self, conn: &'a mut PgConnection, acts: &'a [Stored], now: &'a Moment) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let ours = |act: &&Stored| act.subject_kind == CaseAct::SUBJECT && act.kind.starts_with("case.intermediary_");
            for act in acts.iter().filter(ours) {
                let entry: Entry<CaseAct> = Entry::read(&act.public_body, None)?;
                read(conn, &act.subject, &entry.act, now).await?;
            }
            Ok(())
        })
    }

    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            sqlx::query("delete from engagements").execute(conn).await?;
            Ok(())
        })
    }
}

/// An engagement beside the register has no code in public, and is counted for nobody.
async fn read(conn: &mut PgConnection, case_no: &str, act: &CaseAct, now: &Moment) -> Result<(), Stop> {
    match act {
        CaseAct::IntermediaryEngaged { nth, name, clock, provider: Some(provider), .. } => {
            let due = clock.due(&now.calendar).map_or(clock.start, |due| due.date);
            sqlx::query(
                "insert into engagements (case_no, nth, uscc, service, began_on, due_on)
                 values ($1, $2, $3, $4, $5, $6)
                 on conflict (case_no, nth) do nothing",
            )
            .bind(case_no)
            .bind(*nth as i32)
            .bind(&provider.uscc)
            .bind(name)
            .bind(clock.start)
            .bind(due)
            .execute(conn)
            .await?;
        }
        CaseAct::IntermediaryFinished { nth, on, has_result, days, late, .. } => {
            sqlx::query(
                "update engagements
                    set finished_on = $3,
                        has_result = $4,
                        days = $5,
                        late = $6
                  where case_no = $1
                    and nth = $2",
            )
            .bind(case_no)
            .bind(*nth as i32)
            .bind(on)
            .bind(has_result)
            .bind(*days as i32)
            .bind(late)
            .execute(conn)
            .await?;
        }
        CaseAct::IntermediaryRated { nth, grade, .. } => {
            sqlx::query("update engagements set grade = $3 where case_no = $1 and nth = $2")
                .bind(case_no)
                .bind(*nth as i32)
                .bind(i16::from(*grade))
                .execute(conn)
                .await?;
        }
        _ => {}
    }
    Ok(())
}

/// What is counted of one institution.
#[derive(Clone, Debug, Default, PartialEq, sqlx::FromRow)]
pub struct Figures {
    pub uscc: String,
    pub engaged: i64,
    /// Ended, with a result or without.
    pub finished: i64,
    /// With a result and in time.
    pub in_time: i64,
    /// Not ended, and beyond the limit.
    pub overdue: i64,
    /// Working days to a result.
    pub days: Option<f64>,
    pub rated: i64,
    /// Of five: 5 is 非常满意.
    pub points: Option<f64>,
}

impl Figures {
    /// Of those that ended, and of those that should have.
    pub fn share_in_time(&self) -> String {
        match self.finished + self.overdue {
            0 => "—".into(),
            of => format!("{}/{of}", self.in_time),
        }
    }
    pub fn days_text(&self) -> String {
        self.days.map_or_else(|| "—".into(), |days| format!("{days:.1}"))
    }
    pub fn points_text(&self) -> String {
        self.points.map_or_else(|| "—".into(), |points| format!("{points:.1}"))
    }
}

/// Months that the figures look back: what an institution did long ago says little of it, and is not counted anew at each visit.
const FIGURES_OF: u32 = 12;

/// The figures of these, by their codes, of what was engaged within a year. An applicant has one voice for an institution, that of the latest
/// rating, however often it was engaged.
pub async fn figures(conn: &mut PgConnection, of: &[&str], today: NaiveDate) -> Result<HashMap<String, Figures>, Stop> {
    let rows: Vec<Figures> = sqlx::query_as(
        "with counted as (
             select e.*, coalesce(c.applicant::text, e.case_no) as voice
               from engagements e
               left join cases c on c.case_no = e.case_no
              where e.uscc = any ($1)
                and e.began_on > $3
         ), voices as (
             select distinct on (uscc, voice) uscc, grade
               from counted
              where grade is not null
              order by uscc, voice, began_on desc, case_no desc, nth desc
         ), said as (
             select uscc, count(*) as rated, avg(6 - grade)::float8 as points
               from voices
              group by uscc
         )
         select uscc,
                count(*) as engaged,
                count(finished_on) as finished,
                count(*) filter (where has_result and not late) as in_time,
                count(*) filter (where finished_on is null and due_on < $2) as overdue,
                avg(days) filter (where has_result)::float8 as days,
                coalesce(max(said.rated), 0) as rated,
                max(said.points) as points
           from counted
           left join said using (uscc)
          group by uscc",
    )
    .bind(of)
    .bind(today)
    .bind(today - Months::new(FIGURES_OF))
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|figures| (figures.uscc.clone(), figures)).collect())
}

/// One engagement as everybody sees it.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Engagement {
    pub case_no: String,
    pub nth: i32,
    pub service: String,
    pub began_on: NaiveDate,
    pub due_on: NaiveDate,
    pub finished_on: Option<NaiveDate>,
    pub has_result: Option<bool>,
    pub days: Option<i32>,
    pub late: Option<bool>,
    pub grade: Option<i16>,
}

impl Engagement {
    pub fn grade_text(&self) -> Option<&'static str> {
        self.grade.and_then(|grade| u8::try_from(grade).ok()).map(acts::grade_name)
    }
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.late.unwrap_or(self.finished_on.is_none() && self.due_on < today)
    }
    /// Its place in the list, for the next page.
    pub fn place(&self) -> String {
        format!("{}_{}_{}", self.began_on, self.case_no, self.nth)
    }
}

/// The engagements of one institution, the latest in front, after a place.
pub async fn of(conn: &mut PgConnection, uscc: &str, after: Option<&str>, most: i64) -> Result<Vec<Engagement>, Stop> {
    let place = after.and_then(|after| {
        let mut parts = after.split('_');
        Some((parts.next()?.parse::<NaiveDate>().ok()?, parts.next()?.to_owned(), parts.next()?.parse::<i32>().ok()?))
    });
    let (day, no, nth) = place.unwrap_or((NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default(), String::new(), 0));
    Ok(sqlx::query_as(
        "select case_no, nth, service, began_on, due_on, finished_on, has_result, days, late, grade
           from engagements
          where uscc = $1
            and (began_on, case_no, nth) < ($2, $3, $4)
          order by began_on desc, case_no desc, nth desc
          limit $5",
    )
    .bind(uscc)
    .bind(day)
    .bind(no)
    .bind(nth)
    .bind(most)
    .fetch_all(conn)
    .await?)
}
