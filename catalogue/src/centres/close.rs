//! 撤销、合并 · a centre is closed, or merged into another: reviewed by its management body, approved by its government, and from the day after
//! its last one goes to where the decision says (B2.1). Nothing of it is deleted: what it was stands on record for its days.

use super::{offices, record};
use crate::{Catalogue, Centre};
use acts::{CentreAct, Closing, ClosingPlan, Successor};
use chrono::{Days, NaiveDate};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, field_error};
use foundation::people::Person;
use foundation::{House, Moment, Stop};
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// A closing is decided no longer before.
const AHEAD: Days = Days::new(366);
const LONGEST: usize = 300;

/// The last thing that happened in a centre, as a sentence goes on: 那天还…….
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened {
    pub on: NaiveDate,
    pub what: &'static str,
}

/// The rules say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("它还管着 {0} 个代办点，先在“管代办点”里交给别的乡镇管，再登记撤销")]
    KeepsPoints(i64),
    #[error("批准的日期早于审核的日期：先审核，后批准")]
    ApprovedBefore,
    #[error("最后开放的一天早于批准的日期：批准了才能撤销")]
    ClosedBefore,
    #[error("{} 那天还{}，最后开放的一天不能比它早", .0.on, .0.what)]
    Happened(Happened),
    #[error("最后开放的一天最晚是 {0}")]
    TooFar(NaiveDate),
    #[error("自己不能接续自己")]
    Itself,
    #[error("“{0}”的撤销也登记了，不能由它接续")]
    SuccessorCloses(String),
}

impl Rejection {
    /// The field of the form that it is told at, its label, and the English of it; none where no field mends it.
    fn at(&self) -> Option<(&'static str, &'static str, String)> {
        Some(match self {
            Rejection::KeepsPoints(_) => return None,
            Rejection::ApprovedBefore => ("approved_on", "批准日期", "The approval is before the review".into()),
            Rejection::ClosedBefore => ("last_day", LAST_DAY, "The last day is before the approval".into()),
            Rejection::Happened(last) => ("last_day", LAST_DAY, format!("Something happened there on {}", last.on)),
            Rejection::TooFar(day) => ("last_day", LAST_DAY, format!("The latest possible day is {day}")),
            Rejection::Itself => ("successor", SUCCESSOR, "It cannot go on with its own work".into()),
            Rejection::SuccessorCloses(_) => ("successor", SUCCESSOR, "That centre will be closed too".into()),
        })
    }
}

const LAST_DAY: &str = "最后开放的一天";
const SUCCESSOR: &str = "接续的中心";

/// Everything that keeps a centre from being closed so. The review comes before the approval and the approval before the last day; after that day
/// nothing may have happened there; whoever goes on with its work stays open; a township hands its village points over first.
pub fn b2_1_hinders(
    centre: &Centre,
    closing: &Closing,
    successor: Option<&Centre>,
    (happened, points): (Option<Happened>, i64),
    today: NaiveDate,
) -> Vec<Rejection> {
    let mut no = Vec::new();
    let mut when = |holds: bool, why: Rejection| {
        if holds {
            no.push(why);
        }
    };
    when(points > 0, Rejection::KeepsPoints(points));
    when(closing.approved_on < closing.reviewed_on, Rejection::ApprovedBefore);
    when(closing.last_day < closing.approved_on, Rejection::ClosedBefore);
    when(closing.last_day > today + AHEAD, Rejection::TooFar(today + AHEAD));
    if let Some(last) = happened.filter(|last| closing.last_day < last.on) {
        when(true, Rejection::Happened(last));
    }
    if let Some(other) = successor {
        when(other.key == centre.key, Rejection::Itself);
        when(other.key != centre.key && other.closing.is_some(), Rejection::SuccessorCloses(other.name.clone()));
    }
    no
}

/// Who reviews and who approves: the management body, and the government.
pub fn bodies(catalogue: &Catalogue, centre: &Centre) -> (String, String) {
    let name = |key: &str| catalogue.agency_name(key).to_owned();
    (name(&centre.manager), offices::government(catalogue, centre).map_or(String::new(), |key| name(&key)))
}

/// The name of the field that says where a counter went.
pub fn field_of(counter: &str) -> String {
    format!("to_{counter}")
}

/// When it closes, why, and which centre goes on: everything wrong with it at once.
fn plan(
    posted: &Posted,
    catalogue: &Catalogue,
    centre: &Centre,
    errors: &mut Vec<FieldError>,
) -> (Option<NaiveDate>, ClosingPlan) {
    let last_day = fields::date(posted.one("last_day"), "last_day", LAST_DAY, errors);
    let wanted = ("请写为什么撤销，公开", "Say why it is closed; it becomes public");
    let reason = fields::public_text(posted, "reason", "撤销的原因", wanted, LONGEST, errors);
    let named = forms::text::fold_text(posted.one("successor")).trim().to_owned();
    let other = catalogue.centres().iter().find(|one| one.name == named || one.key == named).cloned();
    if other.is_none() && !named.is_empty() {
        let zh = "没有叫这个名称的中心，请写全称；没有接续的空着";
        errors.push(field_error("successor", SUCCESSOR, zh, "No centre has this name; enter it in full, or leave it empty"));
    }
    let mut counters = BTreeMap::new();
    for counter in &centre.counters {
        let field = field_of(&counter.key);
        let number = forms::text::fold_digits(posted.one(&field)).trim().to_uppercase();
        let number = number.trim_end_matches("号窗口").trim_end_matches('号');
        let found = other.as_ref().and_then(|other| other.counters.iter().find(|one| one.number == number));
        match found {
            _ if number.is_empty() => {}
            Some(one) => drop(counters.insert(counter.key.clone(), one.key.clone())),
            None => {
                let zh = "接续的中心没有登记这个窗口号，请先在那里登记，或者空着";
                let en = "The other centre has no counter of this number on record; enter it there first, or leave it empty";
                errors.push(field_error(&field, &counter.number, zh, en));
            }
        }
    }
    let successor = other.map(|one| Successor { centre: one.key.clone(), name: one.name.clone(), counters });
    (last_day, ClosingPlan { last_day: last_day.unwrap_or_default(), reason, successor })
}

/// When it was reviewed and approved, and by which document.
pub type Signed = (NaiveDate, NaiveDate, String);

/// What the decision on a plan is.
pub fn decided(catalogue: &Catalogue, centre: &Centre, plan: ClosingPlan, signed: Signed) -> Closing {
    let (reviewed_by, approved_by) = bodies(catalogue, centre);
    let (reviewed_on, approved_on, document) = signed;
    let ClosingPlan { last_day, reason, successor } = plan;
    let name = centre.name.clone();
    let approval = String::new();
    Closing { name, last_day, reason, reviewed_by, reviewed_on, approved_by, approved_on, document, approval, successor }
}

/// Everything that keeps a decision from being taken.
pub type Hinders<'a> = &'a dyn Fn(&Closing, Option<&Centre>) -> Vec<Rejection>;

/// Told at the fields that mend it; what no field mends ends the request.
fn must_not_be_hindered(
    closing: &Closing,
    catalogue: &Catalogue,
    hinders: Hinders<'_>,
    errors: &mut Vec<FieldError>,
) -> Result<(), Stop> {
    let other = closing.successor.as_ref().and_then(|to| catalogue.centre(&to.centre));
    for no in hinders(closing, other.as_deref()) {
        match no.at() {
            Some((field, label, en)) => errors.push(field_error(field, label, &no.to_string(), &en)),
            None => return Err(Stop::Rejected(no.to_string())),
        }
    }
    Ok(())
}

/// What the manager asks for, as it would be decided today.
pub fn read_plan(
    posted: &Posted,
    catalogue: &Catalogue,
    centre: &Centre,
    today: NaiveDate,
    hinders: Hinders<'_>,
) -> Result<Result<ClosingPlan, Vec<FieldError>>, Stop> {
    let mut errors = Vec::new();
    let (last_day, plan) = plan(posted, catalogue, centre, &mut errors);
    if last_day.is_some() {
        let closing = decided(catalogue, centre, plan.clone(), (today, today, String::new()));
        must_not_be_hindered(&closing, catalogue, hinders, &mut errors)?;
    }
    Ok(if errors.is_empty() { Ok(plan) } else { Err(errors) })
}

/// What keeps a plan from being decided so today, as one sentence; it has no field here.
pub fn hindered(closing: &Closing, catalogue: &Catalogue, hinders: Hinders<'_>) -> Option<Rejection> {
    let other = closing.successor.as_ref().and_then(|to| catalogue.centre(&to.centre));
    hinders(closing, other.as_deref()).into_iter().next()
}

/// A decision entered by its documents, with the centre that goes on: everything wrong with it at once.
pub fn read(
    posted: &Posted,
    catalogue: &Catalogue,
    centre: &Centre,
    today: NaiveDate,
    hinders: Hinders<'_>,
) -> Result<Result<Closing, Vec<FieldError>>, Stop> {
    let mut errors = Vec::new();
    let (last_day, plan) = plan(posted, catalogue, centre, &mut errors);
    let reviewed_on = fields::past_date(posted, "reviewed_on", "审核日期", today, &mut errors);
    let approved_on = fields::past_date(posted, "approved_on", "批准日期", today, &mut errors);
    let wanted = ("请写批准的文号", "Enter the number of the document");
    let document = fields::public_text(posted, "document", "批准文号", wanted, LONGEST, &mut errors);
    let (Some(_), Some(reviewed_on), Some(approved_on)) = (last_day, reviewed_on, approved_on) else {
        return Ok(Err(errors));
    };
    let closing = decided(catalogue, centre, plan, (reviewed_on, approved_on, document));
    must_not_be_hindered(&closing, catalogue, hinders, &mut errors)?;
    Ok(if errors.is_empty() { Ok(closing) } else { Err(errors) })
}

/// Begins to close a centre, in the caller's transaction: it changes no more, and nothing happens in it meanwhile. The last day on which something
/// on record of it changed or was published in it.
pub async fn begin(conn: &mut PgConnection, key: &str) -> Result<Option<Happened>, Stop> {
    let changed = record::lock(conn, key).await?;
    // Told where its closing is on record already.
    record::find(conn, key).await?.ok_or(Stop::NotFound("政务服务中心"))?;
    let published: Option<NaiveDate> =
        sqlx::query_scalar("select max(published_on) from bulletins where centre = $1").bind(key).fetch_one(conn).await?;
    let changed = changed.map(|on| Happened { on, what: "登记或者变更过它的登记" });
    let published = published.map(|on| Happened { on, what: "发布过信息" });
    Ok([changed, published].into_iter().flatten().max_by_key(|last| last.on))
}

/// Records it.
pub async fn keep(conn: &mut PgConnection, key: &str, closing: Closing, by: &Person, now: &Moment) -> Result<(), Stop> {
    put(conn, key, CentreAct::Closed(closing), by, now).await
}

/// Records a step towards it, or its end. The caller has begun it.
pub async fn put(conn: &mut PgConnection, key: &str, act: CentreAct, by: &Person, now: &Moment) -> Result<(), Stop> {
    record::keep(conn, key, act, record::by(by), now).await
}

/// It is known at once here; other instances look for it by themselves.
pub async fn known(house: &House, catalogue: &Catalogue) {
    super::open::known(house, catalogue).await;
}

/// Where what is closed that day sends whoever comes.
pub fn told(centre: &Centre, on: NaiveDate) -> Result<(), Stop> {
    match centre.closing.as_ref().filter(|_| !centre.is_open(on)) {
        None => Ok(()),
        Some(Closing { last_day, successor: Some(to), .. }) => {
            Err(Stop::Rejected(format!("这个中心开放到 {last_day} 为止，已经撤销，请到{}。", to.name)))
        }
        Some(Closing { last_day, .. }) => Err(Stop::Rejected(format!("这个中心开放到 {last_day} 为止，已经撤销。"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn closing() -> Closing {
        Closing {
            name: "甲中心".into(),
            last_day: day("2026-11-30"),
            reason: "两镇合并".into(),
            reviewed_by: "甲局".into(),
            reviewed_on: day("2026-11-02"),
            approved_by: "甲政府".into(),
            approved_on: day("2026-11-10"),
            document: "〔2026〕9号".into(),
            approval: String::new(),
            successor: None,
        }
    }

    fn centre(key: &str) -> Centre {
        Centre { key: key.into(), name: key.into(), level: 5, facts: Default::default(), former_names: vec![], closing: None }
    }

    fn no(closing: &Closing, successor: Option<&Centre>, happened: Option<&str>, points: i64) -> Vec<Rejection> {
        let happened = happened.map(|on| Happened { on: day(on), what: "取过号" });
        b2_1_hinders(&centre("a"), closing, successor, (happened, points), day("2026-11-28"))
    }

    #[test]
    fn b2_1_a_centre_is_closed_after_review_and_approval_and_after_what_happened_there() {
        assert_eq!(no(&closing(), Some(&centre("b")), Some("2026-11-30"), 0), []);
        let early = Closing { approved_on: day("2026-11-01"), last_day: day("2026-10-31"), ..closing() };
        assert_eq!(no(&early, None, None, 0), [Rejection::ApprovedBefore, Rejection::ClosedBefore]);
        let happened = Happened { on: day("2026-12-01"), what: "取过号" };
        assert_eq!(no(&closing(), None, Some("2026-12-01"), 0), [Rejection::Happened(happened)]);
        assert_eq!(Rejection::Happened(happened).to_string(), "2026-12-01 那天还取过号，最后开放的一天不能比它早");
        let far = Closing { last_day: day("2028-01-01"), ..closing() };
        assert_eq!(no(&far, None, None, 0), [Rejection::TooFar(day("2027-11-29"))]);
    }

    #[test]
    fn b2_1_whoever_goes_on_with_its_work_stays_open_and_its_points_have_another_keeper_first() {
        assert_eq!(no(&closing(), Some(&centre("a")), None, 2), [Rejection::KeepsPoints(2), Rejection::Itself]);
        let closes = Centre { closing: Some(closing()), ..centre("b") };
        assert_eq!(no(&closing(), Some(&closes), None, 0), [Rejection::SuccessorCloses("b".into())]);
    }

    #[test]
    fn b2_1_the_last_day_is_a_day_like_the_others() {
        let closes = Centre { closing: Some(closing()), ..centre("a") };
        assert!(closes.is_open(day("2026-11-30")) && !closes.is_open(day("2026-12-01")));
        assert!(told(&closes, day("2026-11-30")).is_ok() && told(&closes, day("2026-12-01")).is_err());
        assert!(centre("a").is_open(day("2099-01-01")));
    }
}
