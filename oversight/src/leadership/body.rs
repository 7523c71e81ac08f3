//! 一个机关的领导责任记录 · the fold of its acts (C1-01).

use acts::{ActBody, Entry, LeadershipAct, Provision, Responsible, Subject};
use chrono::{Datelike, NaiveDate};
use foundation::{Stop, jobs};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeSet;

/// Somebody responsible, and since when; until the next one is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holder {
    pub responsible: Responsible,
    pub name: String,
    pub post: String,
    pub from: NaiveDate,
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
                self.holders.push(Holder { responsible, name, post, from });
                self.holders.sort_by_key(|holder| (holder.responsible, std::cmp::Reverse(holder.from)));
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
        }
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
}
