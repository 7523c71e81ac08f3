//! 招商、就业、科技信息 · what a centre collects and publishes (B3.3): it holds until its last day or until it is withdrawn with a reason, and is
//! readable for good.

use super::record;
use acts::{ActBody, BulletinAct, BulletinKind, Subject};
use chrono::NaiveDate;
use foundation::{Moment, Stop, record as log};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;

/// The fold of its acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    pub no: String,
    pub centre: String,
    pub kind: BulletinKind,
    pub title: String,
    pub text: String,
    pub source: String,
    pub contact: String,
    pub published_on: NaiveDate,
    pub until: Option<NaiveDate>,
    /// Why it was withdrawn.
    pub withdrawn: Option<String>,
}

impl Bulletin {
    fn after(before: Option<Bulletin>, no: &str, act: &BulletinAct, on: NaiveDate) -> Option<Bulletin> {
        match (act.clone(), before) {
            (BulletinAct::Published { centre, kind, title, text, source, contact, until }, _) => Some(Bulletin {
                no: no.to_owned(),
                centre,
                kind,
                title,
                text,
                source,
                contact,
                published_on: on,
                until,
                withdrawn: None,
            }),
            (BulletinAct::Withdrawn { reason }, Some(before)) => Some(Bulletin { withdrawn: Some(reason), ..before }),
            (BulletinAct::Withdrawn { .. }, None) => None,
        }
    }

    /// Whether it still holds that day, its last day included.
    pub fn holds(&self, on: NaiveDate) -> bool {
        self.withdrawn.is_none() && self.until.is_none_or(|until| on <= until)
    }

    /// Its place in the list, for the next page.
    pub fn key(&self) -> String {
        format!("{}~{}", self.published_on, self.no)
    }
}

pub fn subject(no: &str) -> Subject {
    Subject { kind: BulletinAct::SUBJECT.into(), no: no.into() }
}

pub async fn keep(
    conn: &mut PgConnection,
    no: &str,
    before: Option<Bulletin>,
    act: BulletinAct,
    (actor, person): record::By,
    now: &Moment,
) -> Result<(), Stop> {
    let after = Bulletin::after(before, no, &act, now.date()).ok_or(Stop::NotFound("信息"))?;
    let entry = log::entry(subject(no), now.at, actor, person, act);
    let position = log::record(conn, std::slice::from_ref(&entry)).await?[0];
    sqlx::query(
        "insert into bulletins (no, centre, kind, published_on, until, is_open, state, position)
         values ($1, $2, $3, $4, coalesce($5::date, 'infinity'::date), $6, $7, $8)
         on conflict (no) do update
            set is_open = excluded.is_open,
                state = excluded.state,
                position = excluded.position",
    )
    .bind(no)
    .bind(&after.centre)
    .bind(after.kind.key())
    .bind(after.published_on)
    .bind(after.until)
    .bind(after.withdrawn.is_none())
    .bind(Json(&after))
    .bind(position)
    .execute(conn)
    .await?;
    Ok(())
}

/// Publishes one, in the caller's transaction.
pub async fn publish(conn: &mut PgConnection, act: BulletinAct, by: record::By, now: &Moment) -> Result<String, Stop> {
    let serial: i64 = sqlx::query_scalar("select nextval('bulletin_numbers')").fetch_one(&mut *conn).await?;
    let no = format!("XX{serial:06}");
    keep(conn, &no, None, act, by, now).await?;
    Ok(no)
}

pub async fn find(conn: &mut PgConnection, no: &str, lock: bool) -> Result<Bulletin, Stop> {
    let sql = format!("select state from bulletins where no = $1{}", if lock { " for update" } else { "" });
    let state: Option<Json<Bulletin>> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(no).fetch_optional(conn).await?;
    Ok(state.ok_or(Stop::NotFound("信息"))?.0)
}

/// Those that hold that day, the newest first, of a centre and of a kind; an empty name is any.
pub async fn listed(
    conn: &mut PgConnection,
    (centre, kind): (&str, &str),
    on: NaiveDate,
    after: &str,
    most: i64,
) -> Result<Vec<Bulletin>, Stop> {
    let after = after.split_once('~').and_then(|(day, no)| Some((day.parse::<NaiveDate>().ok()?, no)));
    let rows: Vec<Json<Bulletin>> = sqlx::query_scalar(
        "select state
           from bulletins
          where is_open
            and ($1 = '' or centre = $1)
            and ($2 = '' or kind = $2)
            and until >= $3
            and ($4::date is null or (published_on, no) < ($4, $5))
          order by published_on desc, no desc
          limit $6",
    )
    .bind(centre)
    .bind(kind)
    .bind(on)
    .bind(after.map(|(day, _)| day))
    .bind(after.map_or("", |(_, no)| no))
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b3_3_information_holds_to_its_last_day_and_until_it_is_withdrawn() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let published = BulletinAct::Published {
            centre: "a".into(),
            kind: BulletinKind::Employment,
            title: "招工".into(),
            text: "三十人".into(),
            source: "某局".into(),
            contact: "0564-12345".into(),
            until: Some(day("2026-12-31")),
        };
        let one = Bulletin::after(None, "XX000001", &published, day("2026-12-01")).unwrap();
        assert!(one.holds(day("2026-12-31")) && !one.holds(day("2027-01-01")));
        let gone =
            Bulletin::after(Some(one.clone()), "XX000001", &BulletinAct::Withdrawn { reason: "招满".into() }, day("2026-12-05"));
        assert!(!gone.unwrap().holds(day("2026-12-05")));
        assert!(Bulletin { until: None, ..one }.holds(day("2099-01-01")));
        assert_eq!(Bulletin::after(None, "XX000002", &BulletinAct::Withdrawn { reason: "x".into() }, day("2026-12-05")), None);
    }
}
