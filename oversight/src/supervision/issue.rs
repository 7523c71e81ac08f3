//! 亮牌 · cards come by themselves (C3.3-09, F134, F135). A timer stands for every watched case at the next moment a rule
//! can be broken; when it comes the rules are asked, each breach gets its card and its act, and the timer moves on.

use super::published::Published;
use super::rules::{self, Breach, Inquiry, Rule, Version};
use super::watch::{self, Watch};
use super::{affair, book, card};
use acts::{Actor, CardAct};
use catalogue::Catalogue;
use chrono::{DateTime, Duration, Utc};
use foundation::jobs::{self, Job, Worker};
use foundation::{House, Moment, Stop, record};
use futures::future::BoxFuture;
use serde_json::Value;
use sqlx::PgConnection;
use std::sync::Arc;

/// The timer's kind; its key is the case number.
pub const KIND: &str = "supervision";

/// How soon to look again when an act is recorded but not yet read.
const SOON: Duration = Duration::milliseconds(500);

pub struct Issue {
    pub catalogue: Catalogue,
}

impl Worker for Issue {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(
        &'a self,
        house: &'a House,
        conn: &'a mut PgConnection,
        job: &'a Job,
        now: &'a Moment,
    ) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            // An act done before the deadline may still be on its way: whoever holds the case is waited for.
            sqlx::query("select from cases where case_no = $1 for share").bind(&job.key).execute(&mut *conn).await?;
            let Some((watch, position)) = watch::find(conn, &job.key).await? else {
                return Ok(());
            };
            if is_behind(conn, &watch, position).await? {
                return jobs::set(conn, KIND, &job.key, &Value::Null, now.at + SOON).await;
            }
            let steps = published_with(house, &self.catalogue, &watch).await?;
            let versions = book::hold(conn).await?;
            match judge(conn, &versions, &watch, &steps, now).await? {
                Some(next) => jobs::set(conn, KIND, &job.key, &Value::Null, next).await,
                None => Ok(()),
            }
        })
    }
}

/// Whether the case has acts that the watch has not read.
async fn is_behind(conn: &mut PgConnection, watch: &Watch, position: i64) -> Result<bool, Stop> {
    Ok(sqlx::query_scalar(
        "select exists (select from acts
                         where subject_kind = 'case'
                           and subject = $1
                           and position > $2)",
    )
    .bind(&watch.case_no)
    .bind(position)
    .fetch_one(conn)
    .await?)
}

/// What the version of the item that the case runs on publishes. One that cannot be found leaves the whole limits watched.
pub(super) async fn published_with(house: &House, catalogue: &Catalogue, watch: &Watch) -> Result<Published, Stop> {
    let found = catalogue.item_version(house.pool(), &watch.item, &watch.version).await;
    let item = match found {
        Ok(item) => item,
        Err(Stop::NotFound(_)) => {
            tracing::warn!(case = watch.case_no, "its chart is not stored; steps are not watched");
            return Ok(Published::default());
        }
        Err(stop) => return Err(stop),
    };
    Ok(Published::of(&item))
}

/// When the rules are to be asked about a watch: at its first breach, which may have begun already. A case that runs on an
/// earlier version of its item is asked about at once: its chart is not at hand here.
pub(super) fn when(catalogue: &Catalogue, versions: &[Version], watch: &Watch, now: &Moment) -> Option<DateTime<Utc>> {
    match catalogue.item(&watch.item).filter(|item| item.hash == watch.version) {
        Some(item) => {
            let steps = Published::of(&item);
            let found = Inquiry::new(versions, watch, &steps, &now.calendar).find(&mut |_| ());
            found.first().map(|breach| breach.at.max(now.at))
        }
        None => Some(now.at),
    }
}

/// What has begun and has no card yet, each with its rule, and when the next one begins.
type Begun = (Option<DateTime<Utc>>, Vec<(Arc<Rule>, Breach)>);

pub(super) fn begun(inquiry: &Inquiry, versions: &[Version], given: &[(String, String)], no: &str, now: &Moment) -> Begun {
    let found = inquiry.find(&mut |undecided| {
        tracing::debug!(subject = no, rule = undecided.rule, why = %undecided.why, "a rule cannot be worked out");
    });
    let mut fresh = found.into_iter().filter(|found| !given.iter().any(|(_, key)| *key == found.key)).peekable();
    let mut begun = Vec::new();
    while let Some(found) = fresh.next_if(|found| found.at <= now.at) {
        begun.push((versions[found.version].rule.clone(), inquiry.tell(&found)));
    }
    (fresh.next().map(|found| found.at), begun)
}

/// Gives each breach its card; of those there have been before, the rule and the breach.
pub(super) async fn give(
    conn: &mut PgConnection,
    about: &card::About<'_>,
    mut given: Vec<(String, String)>,
    begun: Vec<(Arc<Rule>, Breach)>,
    now: &Moment,
) -> Result<(), Stop> {
    for (rule, breach) in begun {
        let nth = 1 + given.iter().filter(|(rule, _)| *rule == breach.rule).count();
        let colour = rule.grade(nth);
        let mut computation = breach.computation;
        if nth > 1 {
            computation.push_str(&format!("本规则在这个{}上已是第 {nth} 次。", affair::name(about.kind)));
        }
        let act = CardAct::Issued {
            rule: rules::number(&breach.rule, nth),
            version: Some(breach.version),
            answer: Some(rule.text.answer),
            colour,
            agency: about.agency.to_owned(),
            computation,
            evidence: breach.evidence,
        };
        let entry = record::entry(card::subject(about.no), now.at, Actor::system(), None, act);
        let positions = record::record(conn, std::slice::from_ref(&entry)).await?;
        card::insert(conn, about, &entry, &breach.key, positions[0], &now.calendar).await?;
        given.push((breach.rule, breach.key));
    }
    Ok(())
}

/// Gives each breach of a case that has begun its card, once, and returns when the next one begins.
pub(super) async fn judge(
    conn: &mut PgConnection,
    versions: &[Version],
    watch: &Watch,
    steps: &Published,
    now: &Moment,
) -> Result<Option<DateTime<Utc>>, Stop> {
    let given = card::given(conn, &watch.case_no).await?;
    let (next, begun) = begun(&Inquiry::new(versions, watch, steps, &now.calendar), versions, &given, &watch.case_no, now);
    let about = card::About { kind: "case", no: &watch.case_no, agency: &watch.agency, item: &watch.item, region: &watch.region };
    give(conn, &about, given, begun, now).await?;
    // The calendar may have moved the days since the watch was folded.
    sqlx::query(
        "update watches set due = $2, statutory_due = $3 where case_no = $1 and (due, statutory_due) is distinct from ($2, $3)",
    )
    .bind(&watch.case_no)
    .bind(watch.due(&now.calendar))
    .bind(watch.statutory_due(&now.calendar))
    .execute(conn)
    .await?;
    Ok(next)
}
