//! 不进中心的事项 · a matter that stays outside the centre (B3.1-01, B3.1-03, F065): it may, for secrecy or for want of room, once the management body
//! has reviewed it and the government has approved it, each with date and reason. Whatever is outside without is on record too, and lowers
//! the coverage. It is asked for beforehand, for a day to come; one that is outside already is put on record as it is found.

use acts::{ActBody, Hall, OutsideAct, OutsideGround, Subject};
use chrono::{Months, NaiveDate};
use foundation::{Moment, Stop, record as log};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// A stay outside is asked for no longer before.
const AHEAD: Months = Months::new(6);

/// What one of the two said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub body: String,
    pub passes: bool,
    pub on: NaiveDate,
    #[serde(default)]
    pub document: String,
    pub reason: String,
    /// Who said so, signed in; nobody where it was entered by its document.
    #[serde(default)]
    pub by: Option<Uuid>,
}

/// The fold of the acts on a matter outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    pub item: String,
    pub centre: String,
    pub agency: String,
    pub hall: Hall,
    pub since: NaiveDate,
    /// Asked for before that day; else found on it or later.
    #[serde(default)]
    pub asked: bool,
    pub because: Option<OutsideGround>,
    pub reason: String,
    /// Who put it on record, signed in as the manager of the centre.
    #[serde(default)]
    pub found_by: Option<Uuid>,
    pub review: Option<Said>,
    pub approval: Option<Said>,
    /// The day on which it came into the centre, and by what.
    pub returned: Option<(NaiveDate, String)>,
}

/// Where a matter stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It came into the centre.
    Inside,
    /// Asked for, and not approved yet.
    Asked,
    /// Approved, for a day to come.
    Coming,
    /// Not approved by its day: it stays in the centre.
    Lapsed,
    Outside,
}

/// What a matter outside lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    Ground,
    Review,
    ReviewRefused,
    Approval,
    ApprovalRefused,
}

impl Lack {
    pub fn zh(self) -> &'static str {
        match self {
            Lack::Ground => "不是涉密，也不是场地限制",
            Lack::Review => "没有管理机构审核",
            Lack::ReviewRefused => "管理机构审核不同意",
            Lack::Approval => "没有本级政府批准",
            Lack::ApprovalRefused => "本级政府没有批准",
        }
    }
}

/// The rules say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("这个事项已经登记在中心外办理")]
    Already,
    #[error("这个事项已经报请自 {0} 起在中心外办理，等审核和批准")]
    AskedAlready(NaiveDate),
    #[error("已经批准这个事项自 {0} 起在中心外办理")]
    Coming(NaiveDate),
    #[error("报请的是自 {0} 起在中心外办理，那天已经过了，没有审核或者批准的，仍在中心办；要出去请重新报请")]
    TooLate(NaiveDate),
    #[error("这个事项还在中心办，没有在外面办理，不用登记进驻")]
    StillInside,
    #[error("这个事项已经进驻中心")]
    Inside,
    #[error("这个单位在中心还没有窗口，先在“窗口和人员”里登记窗口，再登记进驻")]
    NoCounter,
    #[error("只有涉密或者场地限制的事项可以不进中心，这一项登记的原因都不是，不能审核和批准，应当进驻中心")]
    NoGround,
    #[error("管理机构还没有审核同意，政府不能批准")]
    NotReviewed,
    #[error("批准的日期早于审核的日期，请核对")]
    ApprovedBefore,
    #[error("管理机构已经审核同意")]
    ReviewedAlready,
    #[error("政府已经批准")]
    ApprovedAlready,
    #[error("进驻的日期早于登记的开始日期，请核对")]
    ReturnedBefore,
    #[error("登记、审核、批准要由不同的人来做，您在前面已经做过一步")]
    SamePerson,
}

impl Outside {
    /// 因涉密、场地限制等特殊情况不进入服务中心办理的，应经服务中心管理机构审核，报本级政府批准. What it lacks; nothing: it is rightly outside.
    pub fn b3_1_01_lacks(&self) -> Vec<Lack> {
        let mut lacks = Vec::new();
        if self.because.is_none() {
            lacks.push(Lack::Ground);
        }
        match &self.review {
            None => lacks.push(Lack::Review),
            Some(review) if !review.passes => lacks.push(Lack::ReviewRefused),
            Some(_) => {}
        }
        match &self.approval {
            None => lacks.push(Lack::Approval),
            Some(approval) if !approval.passes => lacks.push(Lack::ApprovalRefused),
            Some(_) => {}
        }
        lacks
    }

    /// Whether a matter begins to stand outside by itself, or is only asked for: a stay that begins today or earlier is a fact, one that begins
    /// later waits for its approval, and is asked for no more than half a year ahead.
    pub fn b3_1_03_is_asked_for(from: NaiveDate, today: NaiveDate) -> Result<bool, NaiveDate> {
        let last = today.checked_add_months(AHEAD).unwrap_or(NaiveDate::MAX);
        if from > last { Err(last) } else { Ok(from > today) }
    }

    /// 经审核、报批准才可以不进: whoever asks beforehand goes out on the day named, if it is approved by then, and otherwise not at all. What was
    /// found outside is outside, with leave or without.
    pub fn b3_1_03_standing(&self, on: NaiveDate) -> Standing {
        let in_time = self.b3_1_01_lacks().is_empty();
        match () {
            () if self.returned.is_some() => Standing::Inside,
            () if !self.asked => Standing::Outside,
            () if in_time && on >= self.since => Standing::Outside,
            () if in_time => Standing::Coming,
            () if on > self.since => Standing::Lapsed,
            () => Standing::Asked,
        }
    }

    /// How it stands, as a mark of a list.
    pub fn mark(&self, on: NaiveDate) -> (&'static str, &'static str) {
        match self.b3_1_03_standing(on) {
            Standing::Inside => ("tag", "已经进驻中心"),
            Standing::Asked => ("tag tag--wait", "报请，还没有批准"),
            Standing::Coming => ("tag tag--wait", "已经批准，还没有到日子"),
            Standing::Lapsed => ("tag tag--off", "到日没有批准，仍在中心办"),
            Standing::Outside if self.b3_1_01_lacks().is_empty() => ("tag tag--go", "经审核、批准"),
            Standing::Outside => ("tag tag--stop", "没有批准"),
        }
    }

    /// Whether a list says beside the mark what it lacks.
    pub fn tells_lacks(&self, on: NaiveDate) -> bool {
        matches!(self.b3_1_03_standing(on), Standing::Outside | Standing::Asked)
    }

    pub fn is_outside(&self, on: NaiveDate) -> bool {
        self.b3_1_03_standing(on) == Standing::Outside
    }

    /// Whether it went out at all, also where it came in since.
    pub fn went_out(&self, today: NaiveDate) -> bool {
        self.returned.is_some() || self.is_outside(today)
    }

    /// Whether it can be asked for, or found outside, anew.
    pub fn may_begin(&self, asks: bool, today: NaiveDate) -> Result<(), Rejection> {
        match self.b3_1_03_standing(today) {
            Standing::Outside => Err(Rejection::Already),
            // A hall that had to open sooner is a fact, whatever was asked for.
            Standing::Asked if asks => Err(Rejection::AskedAlready(self.since)),
            Standing::Coming if asks => Err(Rejection::Coming(self.since)),
            _ => Ok(()),
        }
    }

    pub fn is_open(&self) -> bool {
        self.returned.is_none()
    }

    /// What was asked for beforehand is reviewed and approved by its day.
    fn must_be_in_time(&self, on: NaiveDate) -> Result<(), Rejection> {
        if self.asked && on > self.since { Err(Rejection::TooLate(self.since)) } else { Ok(()) }
    }

    fn must_be_open(&self) -> Result<(), Rejection> {
        if self.is_open() { Ok(()) } else { Err(Rejection::Inside) }
    }

    /// Whoever registered it does not review it, and whoever reviewed it does not approve it.
    fn must_be_another(&self, by: Option<Uuid>) -> Result<(), Rejection> {
        let before = [self.found_by, self.review.as_ref().and_then(|review| review.by)];
        match by.is_some() && before.contains(&by) {
            true => Err(Rejection::SamePerson),
            false => Ok(()),
        }
    }

    /// The management body looks at it first. What it refused it may look at again.
    pub fn b3_1_01_review(&self, said: Said) -> Result<OutsideAct, Rejection> {
        self.must_be_open()?;
        if self.because.is_none() {
            return Err(Rejection::NoGround);
        }
        if self.review.as_ref().is_some_and(|review| review.passes) {
            return Err(Rejection::ReviewedAlready);
        }
        self.must_be_in_time(said.on)?;
        if said.by.is_some() && said.by == self.found_by {
            return Err(Rejection::SamePerson);
        }
        Ok(OutsideAct::Reviewed { body: said.body, passes: said.passes, on: said.on, reason: said.reason })
    }

    /// The government approves what the management body passed, and not before.
    pub fn b3_1_01_approve(&self, said: Said) -> Result<OutsideAct, Rejection> {
        self.must_be_open()?;
        if self.because.is_none() {
            return Err(Rejection::NoGround);
        }
        let review = self.review.as_ref().filter(|review| review.passes).ok_or(Rejection::NotReviewed)?;
        if said.on < review.on {
            return Err(Rejection::ApprovedBefore);
        }
        if self.approval.as_ref().is_some_and(|approval| approval.passes) {
            return Err(Rejection::ApprovedAlready);
        }
        self.must_be_in_time(said.on)?;
        self.must_be_another(said.by)?;
        let Said { body, passes, on, document, reason, .. } = said;
        Ok(OutsideAct::Approved { body, passes, on, document, reason })
    }

    pub fn enter(&self, on: NaiveDate, basis: String) -> Result<OutsideAct, Rejection> {
        self.must_be_open()?;
        if !self.is_outside(on) && self.asked {
            return Err(Rejection::StillInside);
        }
        if on < self.since {
            return Err(Rejection::ReturnedBefore);
        }
        Ok(OutsideAct::Returned { on, basis })
    }

    /// The only way it changes. A matter that goes out again begins anew.
    fn apply(before: Option<Outside>, item: &str, act: &OutsideAct, by: Option<Uuid>) -> Option<Outside> {
        let begun = |centre, agency, hall, since, asked, because, reason| Outside {
            item: item.into(),
            centre,
            agency,
            hall,
            since,
            asked,
            because,
            reason,
            found_by: by,
            review: None,
            approval: None,
            returned: None,
        };
        let mut now = match (act.clone(), before) {
            (OutsideAct::Asked { centre, agency, hall, from, because, reason }, _) => {
                return Some(begun(centre, agency, hall, from, true, Some(because), reason));
            }
            (OutsideAct::Found { centre, agency, hall, since, because, reason }, _) => {
                return Some(begun(centre, agency, hall, since, false, because, reason));
            }
            (_, before) => before?,
        };
        match act.clone() {
            OutsideAct::Asked { .. } | OutsideAct::Found { .. } => {}
            OutsideAct::Reviewed { body, passes, on, reason } => {
                now.review = Some(Said { body, passes, on, document: String::new(), reason, by });
                now.approval = None;
            }
            OutsideAct::Approved { body, passes, on, document, reason } => {
                now.approval = Some(Said { body, passes, on, document, reason, by });
            }
            OutsideAct::Returned { on, basis } => now.returned = Some((on, basis)),
        }
        Some(now)
    }
}

pub fn subject(item: &str) -> Subject {
    Subject { kind: OutsideAct::SUBJECT.into(), no: item.into() }
}

pub async fn find(conn: &mut PgConnection, item: &str) -> Result<Option<Outside>, Stop> {
    let found: Option<Json<Outside>> =
        sqlx::query_scalar("select state from outside_matters where item = $1").bind(item).fetch_optional(conn).await?;
    Ok(found.map(|Json(state)| state))
}

/// The same; whoever acts on it at the same moment waits.
pub async fn lock(conn: &mut PgConnection, item: &str) -> Result<Option<Outside>, Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('outside:' || $1, 0))").bind(item).execute(&mut *conn).await?;
    find(conn, item).await
}

/// Records an act and folds it in. The caller holds [`lock`].
pub async fn keep(
    conn: &mut PgConnection,
    item: &str,
    before: Option<Outside>,
    act: OutsideAct,
    (actor, person): super::record::By,
    now: &Moment,
) -> Result<(), Stop> {
    // The administrator enters what others decided.
    let by = person.as_ref().filter(|_| actor.role != "administrator").map(|person| person.person);
    let Some(after) = Outside::apply(before, item, &act, by) else {
        return Err(Stop::Fault(format!("an act on {item}, which is not outside")));
    };
    let entry = log::entry(subject(item), now.at, actor, person, act);
    let position = log::record(conn, std::slice::from_ref(&entry)).await?[0];
    sqlx::query(
        "insert into outside_matters (item, centre, agency, is_open, approved, asked, from_day, state, position)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (item) do update
            set centre = excluded.centre,
                agency = excluded.agency,
                is_open = excluded.is_open,
                approved = excluded.approved,
                asked = excluded.asked,
                from_day = excluded.from_day,
                state = excluded.state,
                position = excluded.position",
    )
    .bind(item)
    .bind(&after.centre)
    .bind(&after.agency)
    .bind(after.is_open())
    .bind(after.b3_1_01_lacks().is_empty())
    .bind(after.asked)
    .bind(after.since)
    .bind(Json(&after))
    .bind(position)
    .execute(conn)
    .await?;
    Ok(())
}

/// What of these matters is on record, also of those that came in since.
pub async fn of_items(conn: &mut PgConnection, items: &[&str]) -> Result<HashMap<String, Outside>, Stop> {
    let rows: Vec<(String, Json<Outside>)> =
        sqlx::query_as("select item, state from outside_matters where item = any ($1)").bind(items).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(item, Json(state))| (item, state)).collect())
}

/// A page of those outside and of those asked for; of one centre, or of all; those outside without approval alone when `lacking`.
pub async fn listed(
    conn: &mut PgConnection,
    (centre, lacking): (&str, bool),
    after: &str,
    most: i64,
) -> Result<Vec<Outside>, Stop> {
    let rows: Vec<Json<Outside>> = sqlx::query_scalar(
        "select state
           from outside_matters
          where is_open
            and ($1 = '' or centre = $1)
            and (not $2 or not (approved or asked))
            and item > $3
          order by item
          limit $4",
    )
    .bind(centre)
    .bind(lacking)
    .bind(after)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|Json(state)| state).collect())
}

/// A page of those of these centres that lack a review or an approval, and can still have it.
pub async fn lacking_of(
    conn: &mut PgConnection,
    (centres, today): (&[&str], NaiveDate),
    after: &str,
    most: i64,
) -> Result<Vec<Outside>, Stop> {
    let rows: Vec<Json<Outside>> = sqlx::query_scalar(
        "select state
           from outside_matters
          where is_open
            and not approved
            and (not asked or from_day >= $4)
            and centre = any ($1)
            and item > $2
          order by item
          limit $3",
    )
    .bind(centres)
    .bind(after)
    .bind(most)
    .bind(today)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|Json(state)| state).collect())
}

/// The hall of a matter that is outside today.
pub async fn hall_of(conn: &mut PgConnection, item: &str, today: NaiveDate) -> Result<Option<Hall>, Stop> {
    Ok(find(conn, item).await?.filter(|outside| outside.is_outside(today)).map(|outside| outside.hall))
}

/// 部门大厅 · where a matter that stays outside is handled, for whoever ranks places (F064).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub item: String,
    pub centre: String,
    pub hall: String,
}

/// The halls of all matters that are outside today.
pub async fn places(conn: &mut PgConnection, today: NaiveDate) -> Result<Vec<Place>, Stop> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select item, centre, state #>> '{hall,name}'
           from outside_matters
          where is_open
            and (not asked or approved and from_day <= $1)
          order by item",
    )
    .bind(today)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(item, centre, hall)| Place { item, centre, hall }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).unwrap()
    }

    fn said(passes: bool, on: NaiveDate) -> Said {
        Said { body: "x".into(), passes, on, document: "〔2026〕1号".into(), reason: "没有地方".into(), by: None }
    }

    fn found(because: Option<OutsideGround>) -> Outside {
        let hall = Hall { name: "县文旅体局大厅".into(), address: "史河路".into() };
        let found =
            OutsideAct::Found {
                centre: "c".into(), agency: "a".into(), hall, since: day(1), because, reason: "没有地方".into()
            };
        Outside::apply(None, "internet-cafe", &found, None).unwrap()
    }

    fn then(before: &Outside, act: OutsideAct) -> Outside {
        Outside::apply(Some(before.clone()), "internet-cafe", &act, None).unwrap()
    }

    #[test]
    fn b3_1_01_a_matter_stays_outside_only_with_review_and_approval() {
        let outside = found(Some(OutsideGround::Site));
        assert_eq!(outside.b3_1_01_lacks(), [Lack::Review, Lack::Approval]);
        assert_eq!(outside.b3_1_01_approve(said(true, day(9))), Err(Rejection::NotReviewed));
        let reviewed = then(&outside, outside.b3_1_01_review(said(true, day(5))).unwrap());
        assert_eq!(reviewed.b3_1_01_lacks(), [Lack::Approval]);
        assert_eq!(reviewed.b3_1_01_review(said(true, day(6))), Err(Rejection::ReviewedAlready));
        assert_eq!(reviewed.b3_1_01_approve(said(true, day(4))), Err(Rejection::ApprovedBefore));
        let approved = then(&reviewed, reviewed.b3_1_01_approve(said(true, day(5))).unwrap());
        assert_eq!(approved.b3_1_01_lacks(), []);
        assert_eq!(approved.b3_1_01_approve(said(true, day(7))), Err(Rejection::ApprovedAlready));
        let back = then(&approved, approved.enter(day(20), "进驻".into()).unwrap());
        assert!(!back.is_open());
        assert_eq!(back.b3_1_01_review(said(true, day(21))), Err(Rejection::Inside));
    }

    fn asked(from: NaiveDate) -> Outside {
        let hall = Hall { name: "县文旅体局大厅".into(), address: "史河路".into() };
        let (centre, agency, because) = ("c".into(), "a".into(), OutsideGround::Site);
        let act = OutsideAct::Asked { centre, agency, hall, from, because, reason: "没有地方".into() };
        Outside::apply(None, "internet-cafe", &act, None).unwrap()
    }

    #[test]
    fn b3_1_03_what_is_asked_for_goes_out_on_its_day_only_with_an_approval() {
        let waits = asked(day(20));
        assert_eq!(waits.b3_1_03_standing(day(2)), Standing::Asked);
        assert_eq!(waits.b3_1_03_standing(day(20)), Standing::Asked);
        assert_eq!(waits.b3_1_03_standing(day(21)), Standing::Lapsed);
        let reviewed = then(&waits, waits.b3_1_01_review(said(true, day(5))).unwrap());
        assert_eq!(reviewed.b3_1_03_standing(day(21)), Standing::Lapsed);
        // On the day itself it is in time; a day later it is not, and nothing of it can be reviewed or approved any more.
        let approved = then(&reviewed, reviewed.b3_1_01_approve(said(true, day(20))).unwrap());
        assert_eq!(approved.b3_1_03_standing(day(19)), Standing::Coming);
        assert!(approved.is_outside(day(20)) && !approved.is_outside(day(19)));
        assert_eq!(reviewed.b3_1_01_approve(said(true, day(21))), Err(Rejection::TooLate(day(20))));
        assert_eq!(waits.b3_1_01_review(said(true, day(21))), Err(Rejection::TooLate(day(20))));
        // In the centre there is nothing to come in from.
        assert_eq!(waits.enter(day(21), "进驻".into()), Err(Rejection::StillInside));
        assert_eq!(approved.enter(day(19), "进驻".into()), Err(Rejection::StillInside));
        assert_eq!(then(&approved, approved.enter(day(25), "进驻".into()).unwrap()).b3_1_03_standing(day(26)), Standing::Inside);
    }

    #[test]
    fn b3_1_03_a_day_to_come_is_asked_for_and_any_other_is_found() {
        let asks = Outside::b3_1_03_is_asked_for;
        assert_eq!((asks(day(2), day(2)), asks(day(1), day(2)), asks(day(3), day(2))), (Ok(false), Ok(false), Ok(true)));
        let half_a_year = NaiveDate::from_ymd_opt(2027, 5, 2).unwrap();
        assert_eq!((asks(half_a_year, day(2)), asks(half_a_year.succ_opt().unwrap(), day(2))), (Ok(true), Err(half_a_year)));
        // One request at a time, but for one whose day has gone; what is found outside is on record whatever was asked for.
        let waits = asked(day(20));
        assert_eq!(waits.may_begin(true, day(20)), Err(Rejection::AskedAlready(day(20))));
        assert_eq!((waits.may_begin(true, day(21)), waits.may_begin(false, day(5))), (Ok(()), Ok(())));
        assert_eq!(found(Some(OutsideGround::Site)).may_begin(false, day(5)), Err(Rejection::Already));
        // Found, it is outside without anybody's leave, and lacks it.
        let outside = found(Some(OutsideGround::Site));
        assert!(outside.is_outside(day(1)));
        assert_eq!(outside.b3_1_01_lacks(), [Lack::Review, Lack::Approval]);
    }

    #[test]
    fn b3_1_01_secrecy_and_room_are_the_only_grounds() {
        let outside = found(None);
        assert_eq!(outside.b3_1_01_lacks(), [Lack::Ground, Lack::Review, Lack::Approval]);
        assert_eq!(outside.b3_1_01_review(said(true, day(5))), Err(Rejection::NoGround));
        assert_eq!(outside.b3_1_01_approve(said(true, day(5))), Err(Rejection::NoGround));
        assert_eq!(outside.enter(NaiveDate::MIN, String::new()), Err(Rejection::ReturnedBefore));
    }

    #[test]
    fn b3_1_01_a_refusal_is_no_approval_and_may_be_looked_at_again() {
        let outside = found(Some(OutsideGround::Secrecy));
        let refused = then(&outside, outside.b3_1_01_review(said(false, day(5))).unwrap());
        assert_eq!(refused.b3_1_01_lacks(), [Lack::ReviewRefused, Lack::Approval]);
        assert_eq!(refused.b3_1_01_approve(said(true, day(6))), Err(Rejection::NotReviewed));
        let passed = then(&refused, refused.b3_1_01_review(said(true, day(6))).unwrap());
        let not = then(&passed, passed.b3_1_01_approve(said(false, day(7))).unwrap());
        assert_eq!(not.b3_1_01_lacks(), [Lack::ApprovalRefused]);
        assert!(not.b3_1_01_approve(said(true, day(8))).is_ok());
    }

    #[test]
    fn b3_1_01_whoever_registers_reviews_and_approves_are_three_people() {
        let [manager, reviewer, office] = [1, 2, 3].map(|n| Some(Uuid::from_u128(n)));
        let signed = |by, on| Said { by, ..said(true, on) };
        let outside = Outside { found_by: manager, ..found(Some(OutsideGround::Site)) };
        assert_eq!(outside.b3_1_01_review(signed(manager, day(5))), Err(Rejection::SamePerson));
        let act = outside.b3_1_01_review(signed(reviewer, day(5))).unwrap();
        let reviewed = Outside::apply(Some(outside), "internet-cafe", &act, reviewer).unwrap();
        for before in [manager, reviewer] {
            assert_eq!(reviewed.b3_1_01_approve(signed(before, day(6))), Err(Rejection::SamePerson));
        }
        assert!(reviewed.b3_1_01_approve(signed(office, day(6))).is_ok());
    }
}
