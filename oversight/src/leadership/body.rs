//! 一个机关的领导责任记录 · the fold of its acts (C1-01). An entry that was corrected counts as it was corrected: then the record is
//! folded anew, from its first act on.

use acts::{ActBody, Entry, LeadershipAct, Provision, Responsible, Subject};
use chrono::{Datelike, NaiveDate};
use foundation::{Stop, jobs, record};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Somebody responsible, and since when; until the next one is. Where the post is vacant, nobody, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holder {
    pub responsible: Responsible,
    pub name: String,
    pub post: String,
    pub from: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vacant: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hearing {
    pub on: NaiveDate,
    pub meeting: String,
    pub decided: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provided {
    pub year: i32,
    pub provision: Provision,
    pub amount: String,
    pub note: String,
}

/// 考核权重 · how much openness weighs in the appraisal of a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    pub year: i32,
    pub percent: String,
    pub basis: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The key of the agency.
    pub key: String,
    /// The year of its first act: from then on a hearing is due every year.
    pub since: Option<i32>,
    pub holders: Vec<Holder>,
    pub hearings: Vec<Hearing>,
    /// Years that were flagged.
    pub missed: BTreeSet<i32>,
    pub provided: Vec<Provided>,
    /// The latest year first.
    #[serde(default)]
    pub weights: Vec<Weight>,
}

/// How a year stands with its hearing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Year {
    Heard,
    /// Heard after all, or recorded after the year was flagged.
    HeardLate,
    Missed,
    Running,
}

impl Year {
    pub fn zh(self) -> &'static str {
        match self {
            Year::Heard => "已听取汇报",
            Year::HeardLate => "标出以后补记的",
            Year::Missed => "全年没有听取汇报",
            Year::Running => "今年还没有听取汇报",
        }
    }
    pub fn tag(self) -> &'static str {
        match self {
            Year::Heard => "tag tag--ok",
            Year::HeardLate => "tag",
            Year::Missed => "tag tag--stop",
            Year::Running => "tag tag--wait",
        }
    }
}

impl Body {
    /// Never fails and never asks the time.
    pub fn apply(&mut self, entry: &Entry<LeadershipAct>) {
        self.since.get_or_insert(calendar::local_date(entry.at).year());
        match entry.act.clone() {
            LeadershipAct::Appointed { responsible, name, post, from } => {
                self.hold(Holder { responsible, name, post, from, vacant: None });
            }
            LeadershipAct::Vacated { responsible, from, reason } => {
                let (name, post) = (String::new(), String::new());
                self.hold(Holder { responsible, name, post, from, vacant: Some(reason) });
            }
            LeadershipAct::Heard { on, meeting, decided } => {
                self.hearings.push(Hearing { on, meeting, decided });
                self.hearings.sort_by_key(|hearing| std::cmp::Reverse(hearing.on));
            }
            LeadershipAct::HearingMissed { year } => {
                self.missed.insert(year);
            }
            LeadershipAct::Provided { year, provision, amount, note } => {
                self.provided.retain(|one| (one.year, one.provision) != (year, provision));
                self.provided.push(Provided { year, provision, amount, note });
                self.provided.sort_by_key(|one| (std::cmp::Reverse(one.year), one.provision));
            }
            LeadershipAct::Weighed { year, percent, basis } => {
                self.weights.retain(|one| one.year != year);
                self.weights.push(Weight { year, percent, basis });
                self.weights.sort_by_key(|one| std::cmp::Reverse(one.year));
            }
            // What it changes is the entry it names: see [`Body::replayed`].
            LeadershipAct::Amended { .. } => {}
        }
    }

    fn hold(&mut self, holder: Holder) {
        self.holders.push(holder);
        self.holders.sort_by_key(|holder| (holder.responsible, std::cmp::Reverse(holder.from)));
    }

    /// Folds all acts of a body from the first on, each as it counts now; `without` leaves one entry out.
    pub fn replayed(key: &str, acts: &[Entry<LeadershipAct>], without: Option<Uuid>) -> Body {
        let mut body = Body { key: key.into(), ..Body::default() };
        for entry in acts {
            // The record begins with its first act, whatever becomes of what that said.
            body.since.get_or_insert(calendar::local_date(entry.at).year());
            if let Some(act) = counts(acts, entry).filter(|_| without != Some(entry.id)) {
                body.apply(&Entry { act, ..entry.clone() });
            }
        }
        body
    }

    pub fn heard_in(&self, year: i32) -> bool {
        self.hearings.iter().any(|hearing| hearing.on.year() == year)
    }

    /// The first year of which the record speaks: that of its first act, or of the earliest hearing that was entered afterwards.
    fn first(&self) -> Option<i32> {
        self.hearings.iter().map(|hearing| hearing.on.year()).chain(self.since).min()
    }

    /// Every year since the record began, the latest first.
    pub fn years(&self, today: NaiveDate) -> Vec<(i32, Year)> {
        let standing = |year: i32| match (self.heard_in(year), self.missed.contains(&year)) {
            (true, false) => Year::Heard,
            (true, true) => Year::HeardLate,
            (false, _) if year < today.year() => Year::Missed,
            (false, _) => Year::Running,
        };
        let since = self.first().unwrap_or(today.year());
        (since..=today.year()).rev().map(|year| (year, standing(year))).collect()
    }

    /// Years over without a hearing that nobody has flagged yet.
    pub fn to_flag(&self, today: NaiveDate) -> Vec<i32> {
        let over = self.first().unwrap_or(today.year())..today.year();
        over.filter(|year| !self.heard_in(*year) && !self.missed.contains(year)).collect()
    }

    /// The weight of a year, in percent.
    pub fn weight(&self, year: i32) -> Option<&str> {
        self.weights.iter().find(|one| one.year == year).map(|one| one.percent.as_str())
    }

    /// Who is responsible on that day.
    pub fn holder(&self, responsible: Responsible, today: NaiveDate) -> Option<&Holder> {
        self.holders.iter().find(|holder| holder.responsible == responsible && holder.from <= today)
    }

    /// The last day of a holder's time; none while it runs.
    pub fn until(&self, holder: &Holder) -> Option<NaiveDate> {
        let next = self.holders.iter().rev().find(|one| one.responsible == holder.responsible && one.from > holder.from)?;
        next.from.pred_opt()
    }
}

/// What an entry says as it counts now: as it was corrected last, or as it was made; none where nothing of it counts.
pub fn counts(acts: &[Entry<LeadershipAct>], entry: &Entry<LeadershipAct>) -> Option<LeadershipAct> {
    let amended = acts.iter().rev().find_map(|later| match &later.act {
        LeadershipAct::Amended { entry: of, instead, .. } if *of == entry.id => Some(instead.as_deref().cloned()),
        _ => None,
    });
    amended.unwrap_or_else(|| Some(entry.act.clone()))
}

/// Every act on a body, the oldest first, each with its number in the log once it has one.
pub async fn acts_of(conn: &mut PgConnection, key: &str) -> Result<Vec<(Option<i64>, Entry<LeadershipAct>)>, Stop> {
    let stored = record::acts_of(conn, &subject(key)).await?;
    stored.into_iter().map(|stored| Ok((stored.n, stored.read()?))).collect()
}

/// The same without their numbers.
pub async fn entries(conn: &mut PgConnection, key: &str) -> Result<Vec<Entry<LeadershipAct>>, Stop> {
    Ok(acts_of(conn, key).await?.into_iter().map(|(_, entry)| entry).collect())
}

pub fn subject(key: &str) -> Subject {
    Subject { kind: LeadershipAct::SUBJECT.into(), no: key.into() }
}

/// Finds it, or begins it, and holds it, its timer first, to the end of the transaction.
pub async fn lock(conn: &mut PgConnection, key: &str) -> Result<Body, Stop> {
    jobs::hold(conn, super::missed::KIND, &[key]).await?;
    let new = Body { key: key.into(), ..Body::default() };
    sqlx::query("insert into leadership (body, state) values ($1, $2) on conflict do nothing")
        .bind(key)
        .bind(Json(&new))
        .execute(&mut *conn)
        .await?;
    let state: Json<Body> =
        sqlx::query_scalar("select state from leadership where body = $1 for update").bind(key).fetch_one(conn).await?;
    Ok(state.0)
}

pub async fn save(conn: &mut PgConnection, body: &Body) -> Result<(), Stop> {
    sqlx::query("update leadership set state = $2 where body = $1").bind(&body.key).bind(Json(body)).execute(conn).await?;
    Ok(())
}

/// The record of one body; empty where it has none yet.
pub async fn find(conn: &mut PgConnection, key: &str) -> Result<Body, Stop> {
    let state: Option<Json<Body>> =
        sqlx::query_scalar("select state from leadership where body = $1").bind(key).fetch_optional(conn).await?;
    Ok(state.map_or_else(|| Body { key: key.into(), ..Body::default() }, |state| state.0))
}

/// The records of these bodies.
pub async fn of(conn: &mut PgConnection, keys: &[&str]) -> Result<Vec<Body>, Stop> {
    let rows: Vec<Json<Body>> =
        sqlx::query_scalar("select state from leadership where body = any ($1)").bind(keys).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::Actor;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn body(acts: &[(&str, LeadershipAct)]) -> Body {
        let mut body = Body::default();
        for (on, act) in acts {
            let at = calendar::start_of_day(day(on));
            body.apply(&foundation::record::entry(subject("x"), at, Actor::system(), None, act.clone()));
        }
        body
    }

    fn heard(on: &str) -> LeadershipAct {
        LeadershipAct::Heard { on: day(on), meeting: "第 1 次常务会议".into(), decided: "同意".into() }
    }

    #[test]
    fn f122_each_year_since_the_record_began_was_heard_missed_or_still_runs() {
        let of = |body: &Body| body.years(day("2015-03-01"));
        let one = body(&[("2012-02-01", heard("2012-02-01")), ("2014-05-01", heard("2014-04-01"))]);
        use Year::*;
        assert_eq!(of(&one), [(2015, Running), (2014, Heard), (2013, Missed), (2012, Heard)]);
        assert_eq!(one.to_flag(day("2015-03-01")), [2013]);
        let flagged = body(&[
            ("2012-02-01", heard("2012-02-01")),
            ("2014-01-01", LeadershipAct::HearingMissed { year: 2013 }),
            ("2014-05-01", heard("2013-12-30")),
        ]);
        assert_eq!(flagged.to_flag(day("2014-12-31")), Vec::<i32>::new());
        assert_eq!(flagged.years(day("2014-12-31"))[1], (2013, HeardLate));
    }

    #[test]
    fn f122_a_hearing_entered_years_later_stands_in_its_year_and_those_between_are_flagged() {
        let one = body(&[("2027-03-01", heard("2024-05-01"))]);
        use Year::*;
        assert_eq!(one.years(day("2027-03-01")), [(2027, Running), (2026, Missed), (2025, Missed), (2024, Heard)]);
        assert_eq!(one.to_flag(day("2027-03-01")), [2025, 2026]);
    }

    #[test]
    fn c1_01_who_is_responsible_is_so_until_the_next_one_is() {
        let named = |name: &str, from: &str| LeadershipAct::Appointed {
            responsible: Responsible::First,
            name: name.into(),
            post: "县长".into(),
            from: day(from),
        };
        let one = body(&[("2012-02-01", named("甲", "2012-01-01")), ("2014-02-01", named("乙", "2014-01-15"))]);
        let at = |on: &str| one.holder(Responsible::First, day(on)).map(|holder| holder.name.as_str());
        assert_eq!((at("2013-01-01"), at("2014-01-15"), at("2011-01-01")), (Some("甲"), Some("乙"), None));
        assert_eq!(one.until(&one.holders[1]), Some(day("2014-01-14")));
        assert_eq!(one.until(&one.holders[0]), None);
        assert_eq!(one.holder(Responsible::Deputy, day("2014-02-01")), None);
    }

    #[test]
    fn c1_01_an_entry_counts_as_it_was_corrected_last_and_one_taken_back_not_at_all() {
        let entry =
            |on: &str, act| foundation::record::entry(subject("x"), calendar::start_of_day(day(on)), Actor::system(), None, act);
        let mut acts: Vec<Entry<LeadershipAct>> =
            vec![entry("2012-02-01", heard("2012-01-20")), entry("2014-02-01", heard("2014-01-20"))];
        let amends = |of: &Entry<LeadershipAct>, instead: Option<LeadershipAct>| LeadershipAct::Amended {
            entry: of.id,
            reason: "记错了".into(),
            instead: instead.map(Box::new),
        };
        let years = |acts: &[Entry<LeadershipAct>]| {
            let body = Body::replayed("x", acts, None);
            (body.since, body.hearings.iter().map(|one| one.on.to_string()).collect::<Vec<_>>().join(" "))
        };
        let (first, second) = (acts[0].clone(), acts[1].clone());
        acts.push(entry("2014-03-01", amends(&second, Some(heard("2013-12-20")))));
        assert_eq!(years(&acts), (Some(2012), "2013-12-20 2012-01-20".into()));
        acts.push(entry("2014-03-02", amends(&first, None)));
        assert_eq!(years(&acts), (Some(2012), "2013-12-20".into()), "the record goes on from its first act");
        assert_eq!(Body::replayed("x", &acts, Some(second.id)).hearings, []);
        acts.push(entry("2014-03-03", amends(&first, Some(heard("2012-01-21")))));
        assert_eq!(years(&acts), (Some(2012), "2013-12-20 2012-01-21".into()), "the last correction holds");
        // As it is kept, and read again.
        let bodies = acts[2].bodies();
        assert_eq!(Entry::<LeadershipAct>::read(&bodies.public, Some(&bodies.private)).unwrap().act, acts[2].act);
    }

    #[test]
    fn c1_01_a_vacant_post_has_no_holder_until_somebody_is_appointed() {
        let named = |name: &str, from: &str| LeadershipAct::Appointed {
            responsible: Responsible::First,
            name: name.into(),
            post: "县长".into(),
            from: day(from),
        };
        let vacated =
            LeadershipAct::Vacated { responsible: Responsible::First, from: day("2013-05-01"), reason: "调离".into() };
        let one = body(&[
            ("2012-02-01", named("甲", "2012-01-01")),
            ("2013-05-02", vacated),
            ("2014-02-01", named("乙", "2014-01-15")),
        ]);
        let at = |on: &str| one.holder(Responsible::First, day(on)).map(|one| (one.name.as_str(), one.vacant.as_deref()));
        assert_eq!(at("2013-04-30"), Some(("甲", None)));
        assert_eq!(at("2013-05-01"), Some(("", Some("调离"))));
        assert_eq!(at("2014-01-15"), Some(("乙", None)));
        assert_eq!(one.until(&one.holders[2]), Some(day("2013-04-30")));
    }
}
