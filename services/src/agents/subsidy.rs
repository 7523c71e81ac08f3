//! 代办补贴 · what an agent gets for the people served, counted from the record (B5, F088).
//!
//! A case counts once, in the month in which it was accepted (受理, the law's own silence included): then somebody was served. What
//! was withdrawn before, refused, found to need no application, or still waits, counts not; what becomes of an accepted case
//! afterwards is not the agent's doing and changes nothing. In a month, each case counts for its amount and each person once more for
//! the amount per person, in the order of acceptance, to the cap. A closed month stays as it was: a case found later, as by a deemed
//! acceptance that reaches back, counts in the next; one that the township finds not to count is taken back in the next by the amount it
//! was counted for.

use acts::{ActBody, Money, Subject, SubsidyAct, SubsidyLine};
use catalogue::{Catalogue, SubsidyRule, subsidy};
use chrono::{Datelike, Days, Months, NaiveDate};
use foundation::people::Person;
use foundation::{Moment, Stop, record};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A case that an agent filed and an agency accepted.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Served {
    pub case_no: String,
    pub agent: Uuid,
    pub person: Uuid,
    pub accepted_on: NaiveDate,
}

/// The lines of a month: `served` is what was accepted to its end, `struck` what the township does not count, `before` what earlier months
/// counted and took back.
pub fn count(rule: &SubsidyRule, served: &[Served], struck: &BTreeSet<String>, before: &[SubsidyLine]) -> Vec<SubsidyLine> {
    let told = |taken_back: bool| -> BTreeSet<&str> {
        before.iter().filter(|line| line.taken_back == taken_back).map(|line| line.case_no.as_str()).collect()
    };
    let (counted, taken) = (told(false), told(true));
    let mut inorder: Vec<&Served> = served.iter().collect();
    inorder.sort_by_key(|one| (one.accepted_on, &one.case_no));
    let mut seen = BTreeSet::new();
    let mut totals: BTreeMap<Uuid, i64> = BTreeMap::new();
    let mut people = BTreeSet::new();
    let mut lines = Vec::new();
    for one in inorder {
        if counted.contains(one.case_no.as_str()) || struck.contains(&one.case_no) || !seen.insert(&one.case_no) {
            continue;
        }
        let person = if people.insert((one.agent, one.person)) { rule.per_person.0 } else { 0 };
        let total = totals.entry(one.agent).or_default();
        let amount = (rule.per_case.0 + person).min(rule.month_cap.0 - *total);
        *total += amount;
        lines.push(SubsidyLine { agent: one.agent, case_no: one.case_no.clone(), taken_back: false, amount: Money(amount) });
    }
    let back =
        before.iter().filter(|line| !line.taken_back && struck.contains(&line.case_no) && !taken.contains(line.case_no.as_str()));
    lines.extend(back.map(|line| SubsidyLine { taken_back: true, amount: Money(-line.amount.0), ..line.clone() }));
    lines
}

/// A month, as it is written: 2026-11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    pub fn of(day: NaiveDate) -> Month {
        Month(day.with_day(1).unwrap_or(day))
    }
    pub fn read(text: &str) -> Option<Month> {
        NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok().filter(|_| text.len() == 7).map(Month)
    }
    pub fn next(self) -> Month {
        Month(self.0.checked_add_months(Months::new(1)).unwrap_or(self.0))
    }
    pub fn last_day(self) -> NaiveDate {
        self.next().0.checked_sub_days(Days::new(1)).unwrap_or(self.0)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("要按月关账，先关 {0}")]
    NotNext(Month),
    #[error("{0} 还没有过完，过完才能关账")]
    NotOver(Month),
    #[error("{0} 已经关账，不能再关；后来发现的算进下一个月")]
    Closed(Month),
    #[error("{0} 没有可用的补贴标准，不能关账")]
    NoRule(Month),
}

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

/// Whether a month is closed now: one after another, and each when it is over.
pub fn may_close(month: Month, next: Month, today: NaiveDate) -> Result<(), Rejection> {
    match () {
        () if month < next => Err(Rejection::Closed(month)),
        () if month > next => Err(Rejection::NotNext(next)),
        () if today <= month.last_day() => Err(Rejection::NotOver(month)),
        () => Ok(()),
    }
}

/// The month that is closed next: after the last one, or when the township opened its first point. Nothing without a point.
pub async fn next(conn: &mut PgConnection, agency: &str) -> Result<Option<Month>, Stop> {
    let closed: Option<String> =
        sqlx::query_scalar("select max(month) from subsidy_months where agency = $1").bind(agency).fetch_one(&mut *conn).await?;
    if let Some(month) = closed.as_deref().and_then(Month::read) {
        return Ok(Some(month.next()));
    }
    let opened: Option<NaiveDate> =
        sqlx::query_scalar("select min(opened_on) from agent_points where agency = $1").bind(agency).fetch_one(conn).await?;
    Ok(opened.map(Month::of))
}

/// What was accepted of a township's agents to a day and is in no closed month.
async fn served(conn: &mut PgConnection, agency: &str, to: NaiveDate) -> Result<Vec<Served>, Stop> {
    Ok(sqlx::query_as(
        "select c.case_no, c.agent, coalesce(p.claimed_by, p.id) as person, (c.state ->> 'accepted_on')::date as accepted_on
           from agent_points t
           join consents k on k.point = t.no
           join cases c on c.consent = k.no
           join people p on p.id = k.person
          where t.agency = $1
            and (c.state ->> 'accepted_on')::date <= $2
            and not exists (select from subsidy_lines l where l.case_no = c.case_no and not l.taken_back)",
    )
    .bind(agency)
    .bind(to)
    .fetch_all(conn)
    .await?)
}

/// What a township does not count, with the reasons.
pub async fn struck(conn: &mut PgConnection, agency: &str) -> Result<BTreeMap<String, String>, Stop> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("select case_no, reason from subsidy_strikes where agency = $1").bind(agency).fetch_all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// The lines of those cases in earlier months.
async fn before(conn: &mut PgConnection, cases: &BTreeSet<String>) -> Result<Vec<SubsidyLine>, Stop> {
    let cases: Vec<&String> = cases.iter().collect();
    let rows: Vec<(Uuid, String, bool, i64)> =
        sqlx::query_as("select agent, case_no, taken_back, amount from subsidy_lines where case_no = any ($1)")
            .bind(cases)
            .fetch_all(conn)
            .await?;
    let line = |(agent, case_no, taken_back, amount)| SubsidyLine { agent, case_no, taken_back, amount: Money(amount) };
    Ok(rows.into_iter().map(line).collect())
}

/// The rule a month goes by: the one of its last day.
pub fn rule<'a>(catalogue: &'a Catalogue, agency: &str, month: Month) -> Option<&'a SubsidyRule> {
    subsidy::rule_of(catalogue.subsidies(), agency, month.last_day())
}

/// The months from the one that is closed next to another; none where that one is closed.
pub fn open(first: Month, to: Month) -> impl Iterator<Item = Month> {
    std::iter::successors(Some(first), |month| Some(month.next())).take_while(move |month| *month <= to)
}

/// Those months as they stand now: each counts what was accepted to its end and no month before it counts.
pub async fn open_months(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    agency: &str,
    to: Month,
) -> Result<Vec<(Month, Vec<SubsidyLine>)>, Stop> {
    let Some(first) = next(conn, agency).await? else { return Ok(Vec::new()) };
    let served = served(conn, agency, to.last_day()).await?;
    let struck: BTreeSet<String> = struck(conn, agency).await?.into_keys().collect();
    let mut before = before(conn, &struck).await?;
    let mut months = Vec::new();
    for month in open(first, to) {
        let due: Vec<Served> = served.iter().filter(|one| one.accepted_on <= month.last_day()).cloned().collect();
        let lines = rule(catalogue, agency, month).map_or_else(Vec::new, |rule| count(rule, &due, &struck, &before));
        before.extend(lines.iter().cloned());
        months.push((month, lines));
    }
    Ok(months)
}

/// The lines of a closed month; nothing when it is open.
pub async fn closed_month(conn: &mut PgConnection, agency: &str, month: Month) -> Result<Option<Vec<SubsidyLine>>, Stop> {
    let closed: bool = sqlx::query_scalar("select exists (select from subsidy_months where agency = $1 and month = $2)")
        .bind(agency)
        .bind(month.to_string())
        .fetch_one(&mut *conn)
        .await?;
    if !closed {
        return Ok(None);
    }
    let rows: Vec<(Uuid, String, bool, i64)> = sqlx::query_as(
        "select agent, case_no, taken_back, amount
           from subsidy_lines
          where agency = $1
            and month = $2
          order by agent, case_no, taken_back",
    )
    .bind(agency)
    .bind(month.to_string())
    .fetch_all(conn)
    .await?;
    let line = |(agent, case_no, taken_back, amount)| SubsidyLine { agent, case_no, taken_back, amount: Money(amount) };
    Ok(Some(rows.into_iter().map(line).collect()))
}

fn subject(no: String) -> Subject {
    Subject { kind: SubsidyAct::SUBJECT.into(), no }
}

/// Whoever closes a month or strikes a case of a township waits for who does so already.
async fn alone(conn: &mut PgConnection, agency: &str) -> Result<(), Stop> {
    let sql = "select pg_advisory_xact_lock(hashtextextended('subsidy:' || $1, 0))";
    sqlx::query(sql).bind(agency).execute(conn).await?;
    Ok(())
}

/// Closes a month: counts it once more and keeps what came out.
pub async fn close(conn: &mut PgConnection, catalogue: &Catalogue, by: &Person, month: Month, now: &Moment) -> Result<(), Stop> {
    let agency = by.agency.clone().unwrap_or_default();
    alone(conn, &agency).await?;
    let next = next(conn, &agency).await?.ok_or(Stop::NotFound("代办点"))?;
    may_close(month, next, now.date())?;
    let rule = rule(catalogue, &agency, month).ok_or(Rejection::NoRule(month))?;
    let counted = open_months(conn, catalogue, &agency, month).await?;
    let lines = counted.into_iter().next().map_or_else(Vec::new, |(_, lines)| lines);
    let total = Money(lines.iter().map(|line| line.amount.0).sum());
    sqlx::query("insert into subsidy_months (agency, month, closed_at, total) values ($1, $2, $3, $4)")
        .bind(&agency)
        .bind(month.to_string())
        .bind(now.at)
        .bind(total.0)
        .execute(&mut *conn)
        .await?;
    let column = |of: fn(&SubsidyLine) -> String| lines.iter().map(of).collect::<Vec<_>>();
    sqlx::query(
        "insert into subsidy_lines (case_no, taken_back, agency, month, agent, amount)
         select case_no, taken_back, $1, $2, agent, amount
           from unnest($3::text[], $4::bool[], $5::uuid[], $6::bigint[]) as line (case_no, taken_back, agent, amount)",
    )
    .bind(&agency)
    .bind(month.to_string())
    .bind(column(|line| line.case_no.clone()))
    .bind(lines.iter().map(|line| line.taken_back).collect::<Vec<_>>())
    .bind(lines.iter().map(|line| line.agent).collect::<Vec<_>>())
    .bind(lines.iter().map(|line| line.amount.0).collect::<Vec<_>>())
    .execute(&mut *conn)
    .await?;
    let agents: BTreeSet<Uuid> = lines.iter().map(|line| line.agent).collect();
    let act = SubsidyAct::MonthClosed {
        agency: agency.clone(),
        month: month.to_string(),
        rule: rule.digest.clone(),
        agents: agents.len(),
        cases: lines.iter().filter(|line| !line.taken_back).count(),
        total,
        private: Some(lines),
    };
    let entry = record::entry(subject(format!("{agency}:{month}")), now.at, by.actor(super::keeper(by)), Some(by.private()), act);
    record::record(conn, &[entry]).await?;
    Ok(())
}

/// Says that a case does not count, and why: not in the open month, or no longer in the next.
pub async fn strike(conn: &mut PgConnection, by: &Person, case_no: &str, reason: &str, now: &Moment) -> Result<(), Stop> {
    let agency = by.agency.clone().unwrap_or_default();
    alone(conn, &agency).await?;
    let ours: bool = sqlx::query_scalar(
        "select exists (select
                          from cases c
                          join consents k on k.no = c.consent
                          join agent_points t on t.no = k.point
                         where c.case_no = $1
                           and t.agency = $2)",
    )
    .bind(case_no)
    .bind(&agency)
    .fetch_one(&mut *conn)
    .await?;
    if !ours {
        return Err(Stop::Rejected("本乡镇的代办点没有递交过这个编号的件，请对照清单再看一遍".into()));
    }
    let made =
        sqlx::query("insert into subsidy_strikes (case_no, agency, reason, at) values ($1, $2, $3, $4) on conflict do nothing")
            .bind(case_no)
            .bind(&agency)
            .bind(reason)
            .bind(now.at)
            .execute(&mut *conn)
            .await?;
    if made.rows_affected() == 0 {
        return Err(Stop::Rejected("这一件早已定为不计补贴".into()));
    }
    let act = SubsidyAct::NotCounted { agency, case_no: case_no.into(), reason: reason.into() };
    let entry = record::entry(subject(case_no.into()), now.at, by.actor(super::keeper(by)), Some(by.private()), act);
    record::record(conn, &[entry]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(per_case: i64, per_person: i64, cap: i64) -> SubsidyRule {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        SubsidyRule {
            name: "n".into(),
            agency: None,
            from: day,
            per_case: Money(per_case),
            per_person: Money(per_person),
            month_cap: Money(cap),
            source: "s".into(),
            dated: day,
            digest: String::new(),
        }
    }

    fn served(no: &str, agent: u128, person: u128, day: u32) -> Served {
        Served {
            case_no: no.into(),
            agent: Uuid::from_u128(agent),
            person: Uuid::from_u128(person),
            accepted_on: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(),
        }
    }

    fn amounts(lines: &[SubsidyLine]) -> Vec<(&str, bool, i64)> {
        lines.iter().map(|line| (line.case_no.as_str(), line.taken_back, line.amount.0)).collect()
    }

    #[test]
    fn f088_each_case_counts_once_and_each_person_once_a_month_for_each_agent() {
        let all = [served("b", 1, 7, 2), served("a", 1, 7, 1), served("c", 1, 8, 3), served("d", 2, 7, 3), served("a", 1, 7, 1)];
        let lines = count(&rule(500, 300, 100_000), &all, &BTreeSet::new(), &[]);
        assert_eq!(amounts(&lines), [("a", false, 800), ("b", false, 500), ("c", false, 800), ("d", false, 800)]);
    }

    #[test]
    fn f088_no_agent_gets_more_than_the_cap_and_what_is_over_it_still_shows_its_cases() {
        let all = [served("a", 1, 7, 1), served("b", 1, 8, 2), served("c", 1, 9, 3), served("d", 2, 9, 4)];
        let lines = count(&rule(500, 300, 1000), &all, &BTreeSet::new(), &[]);
        assert_eq!(amounts(&lines), [("a", false, 800), ("b", false, 200), ("c", false, 0), ("d", false, 800)]);
    }

    #[test]
    fn f088_what_a_closed_month_counted_counts_no_second_time_and_is_taken_back_once_as_it_was() {
        let rule = rule(500, 300, 1000);
        let november = count(&rule, &[served("a", 1, 7, 1), served("b", 1, 8, 2)], &BTreeSet::new(), &[]);
        assert_eq!(amounts(&november), [("a", false, 800), ("b", false, 200)]);
        let struck = BTreeSet::from(["b".to_owned(), "z".to_owned()]);
        let all = [served("a", 1, 7, 1), served("b", 1, 8, 2), served("z", 1, 8, 2), served("late", 1, 7, 3)];
        let december = count(&rule, &all, &struck, &november);
        assert_eq!(
            amounts(&december),
            [("late", false, 800), ("b", true, -200)],
            "late goes into the next month; z never counted"
        );
        let both = [november, december].concat();
        assert_eq!(count(&rule, &all, &struck, &both), []);
    }

    #[test]
    fn f088_the_open_months_are_those_from_the_next_that_is_closed_to_the_one_asked_for() {
        let month = |text: &str| Month::read(text).unwrap();
        let open = |first: &str, to: &str| open(month(first), month(to)).map(|one| one.to_string()).collect::<Vec<_>>();
        assert_eq!(open("2026-11", "2027-01"), ["2026-11", "2026-12", "2027-01"]);
        assert_eq!(open("2026-11", "2026-11"), ["2026-11"]);
        assert!(open("2026-11", "2026-10").is_empty());
    }

    #[test]
    fn f088_months_are_closed_one_after_another_and_each_when_it_is_over() {
        let month = |text: &str| Month::read(text).unwrap();
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
        let next = month("2026-11");
        assert_eq!(may_close(next, next, day(11, 30)), Err(Rejection::NotOver(next)));
        assert_eq!(may_close(next, next, day(12, 1)), Ok(()));
        assert_eq!(may_close(month("2026-10"), next, day(12, 1)), Err(Rejection::Closed(month("2026-10"))));
        assert_eq!(
            may_close(month("2026-12"), next, NaiveDate::from_ymd_opt(2027, 1, 2).unwrap()),
            Err(Rejection::NotNext(next))
        );
        assert_eq!(month("2026-12").next(), month("2027-01"));
        assert_eq!(month("2026-02").last_day(), day(2, 28));
        assert_eq!(Month::of(day(11, 27)).to_string(), "2026-11");
        for wrong in ["2026-13", "2026-1", "26-11", "", "2026-11-01"] {
            assert_eq!(Month::read(wrong), None, "{wrong}");
        }
    }
}
