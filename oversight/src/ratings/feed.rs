//! 收到就计入 · ratings of every channel as the feed tells of them: a row each, counted the moment it is read, and a work order for each bad
//! one (F132, F133). All of it can be derived anew; an order is opened once, by the act that gave its rating.

use super::record;
use acts::{CaseAct, ComplaintAct, Entry, RatedBy, RatingAct, RatingChannel, RatingOrderAct, Subject, VisitSaid};
use calendar::local_date;
use chrono::{DateTime, NaiveDate, Utc};
use foundation::feed::Consumer;
use foundation::record::Stored;
use foundation::{Moment, Stop};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One rating, however it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Rating {
    pub n: i64,
    pub act: Uuid,
    pub at: DateTime<Utc>,
    pub of: Subject,
    pub region: String,
    pub agency: String,
    pub item: String,
    pub channel: RatingChannel,
    pub grade: u8,
    pub named: bool,
    /// Somebody wrote words.
    pub spoken: bool,
    pub rater: Option<Uuid>,
    /// The officer at the counter, of a visit.
    pub officer: Option<Uuid>,
}

impl Rating {
    pub fn day(&self) -> NaiveDate {
        local_date(self.at)
    }
    /// Answers to complaints are disputed where complaints are; all other bad ratings open an order.
    pub fn opens_order(&self) -> bool {
        acts::is_bad_grade(self.grade) && self.channel != RatingChannel::Complaint
    }
}

/// What a number stands for, as its first act says: region, agency, item.
type About = BTreeMap<(String, String), (String, String, String)>;

/// The cases and complaints that were rated: by the index of their acts.
async fn about(conn: &mut PgConnection, kind: &str, numbers: &[&str]) -> Result<About, Stop> {
    let mut about = About::new();
    if numbers.is_empty() {
        return Ok(about);
    }
    let firsts: Vec<(String, String)> = sqlx::query_as(
        "select subject, public_body
           from acts
          where subject_kind = $1
            and subject = any ($2)
            and kind in ('case.submitted', 'complaint.filed')",
    )
    .bind(kind)
    .bind(numbers)
    .fetch_all(conn)
    .await?;
    for (no, body) in firsts {
        let said = match kind {
            "case" => match Entry::<CaseAct>::read(&body, None)?.act {
                CaseAct::Submitted { region, agency, item, .. } => (region, agency, item),
                _ => continue,
            },
            _ => match Entry::<ComplaintAct>::read(&body, None)?.act {
                ComplaintAct::Filed { agency, item, .. } => (String::new(), agency.unwrap_or_default(), item.unwrap_or_default()),
                _ => continue,
            },
        };
        about.insert((kind.to_owned(), no), said);
    }
    Ok(about)
}

/// One act as a rating, if it is one.
fn rating(stored: &Stored, n: i64, about: &About) -> Result<Option<Rating>, Stop> {
    let of = Subject { kind: stored.subject_kind.clone(), no: stored.subject.clone() };
    let known = about.get(&(of.kind.clone(), of.no.clone())).cloned().unwrap_or_default();
    Ok(Some(match stored.kind.as_str() {
        "case.rated" => {
            let entry: Entry<CaseAct> = stored.read()?;
            let CaseAct::Rated { grade, channel, named, private } = entry.act else { return Ok(None) };
            let (region, agency, item) = known;
            let rater = entry.person.map(|person| person.person);
            let spoken = private.is_some_and(|said| !said.text.is_empty());
            Rating {
                n,
                act: entry.id,
                at: entry.at,
                of,
                region,
                agency,
                item,
                channel,
                grade,
                named,
                spoken,
                rater,
                officer: None,
            }
        }
        "rating.given" => {
            let entry: Entry<RatingAct> = stored.read()?;
            let RatingAct::Given { grade, channel, named, agency, region, item, private, .. } = entry.act else {
                return Ok(None);
            };
            let VisitSaid { said, officer } = private.unwrap_or_default();
            let item = item.unwrap_or_default();
            let spoken = said.is_some_and(|said| !said.text.is_empty());
            Rating {
                n,
                act: entry.id,
                at: entry.at,
                of,
                region,
                agency,
                item,
                channel,
                grade,
                named,
                spoken,
                rater: None,
                officer,
            }
        }
        "complaint.rated" => {
            let entry: Entry<ComplaintAct> = stored.read()?;
            let ComplaintAct::Rated { grade, .. } = entry.act else { return Ok(None) };
            let (region, agency, item) = known;
            let channel = RatingChannel::Complaint;
            // Its words are between the two.
            let (named, spoken, rater, officer) = (false, false, None, None);
            Rating { n, act: entry.id, at: entry.at, of, region, agency, item, channel, grade, named, spoken, rater, officer }
        }
        _ => return Ok(None),
    }))
}

/// Who handled a case at the counter: whom a rating of it rates.
async fn handlers(conn: &mut PgConnection, of: &Subject) -> Result<Vec<Uuid>, Stop> {
    let mut found = BTreeSet::new();
    for stored in foundation::record::acts_of(conn, of).await? {
        let entry: Entry<CaseAct> = stored.read()?;
        let at_counter = matches!(entry.by.role.as_str(), "officer" | "counter_officer");
        found.extend(entry.person.filter(|_| at_counter).map(|person| person.person));
    }
    Ok(found.into_iter().collect())
}

/// Opens the order of a bad rating, unless its rating has one.
async fn open(conn: &mut PgConnection, rating: &Rating, now: &Moment) -> Result<(), Stop> {
    if record::of_rating(conn, rating.act).await?.is_some() {
        return Ok(());
    }
    let rated = match rating.of.kind.as_str() {
        "case" => handlers(conn, &rating.of).await?,
        _ => rating.officer.into_iter().collect(),
    };
    let act = RatingOrderAct::Opened {
        rating: rating.act,
        of: rating.of.clone(),
        grade: rating.grade,
        channel: rating.channel,
        named: rating.named,
        agency: rating.agency.clone(),
        item: Some(rating.item.clone()).filter(|item| !item.is_empty()),
        private: Some(RatedBy { rater: rating.rater, rated }),
    };
    // The limits run from the rating, not from when it was read.
    record::begin(conn, act, &Moment::new(rating.at, now.calendar.clone())).await
}

/// Reads ratings, what was set aside, and what of their words may be read.
pub struct Ratings;

impl Consumer for Ratings {
    fn name(&self) -> &'static str {
        "ratings"
    }

    fn on_acts<'a>(&'a self, conn: &'a mut PgConnection, acts: &'a [Stored], now: &'a Moment) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let rated = |kind: &'static str, act: &'static str| {
                let of = acts.iter().filter(move |stored| stored.subject_kind == kind && stored.kind == act);
                of.map(|stored| stored.subject.as_str()).collect::<Vec<_>>()
            };
            let mut known = about(conn, "case", &rated("case", "case.rated")).await?;
            known.extend(about(conn, "complaint", &rated("complaint", "complaint.rated")).await?);
            for stored in acts {
                let Some(n) = stored.n else { continue };
                if let Some(rating) = rating(stored, n, &known)? {
                    if record::receive(conn, &rating).await? && rating.opens_order() {
                        open(conn, &rating, now).await?;
                    }
                } else if stored.subject_kind == "rating" {
                    match stored.read::<RatingAct>()?.act {
                        RatingAct::WordsShown { rating, text } => record::show_words(conn, rating, Some(&text)).await?,
                        RatingAct::WordsKept { rating, .. } => record::show_words(conn, rating, None).await?,
                        RatingAct::Given { .. } => {}
                    }
                } else if stored.kind == "rating_order.set_aside_decided"
                    && let RatingOrderAct::SetAsideDecided { set_aside: true, reason } = stored.read::<RatingOrderAct>()?.act
                {
                    record::set_aside(conn, &stored.subject, &reason).await?;
                }
            }
            Ok(())
        })
    }

    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            for sql in ["delete from ratings", "delete from rating_days", "delete from rating_checks"] {
                sqlx::query(sql).execute(&mut *conn).await?;
            }
            Ok(())
        })
    }
}
