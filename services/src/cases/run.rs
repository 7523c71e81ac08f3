//! 办理 · one act on a case, all the way: lock, may they, decide, apply, save, number, record. Every door to a case passes here.

use super::case::{self, Case, Rejection};
use crate::certificates::{certificate, drawn_from};
use crate::numbers;
use acts::{CaseAct, Subject};
use authority::{Act, Circumstance};
use catalogue::{Catalogue, Item};
use foundation::people::Person;
use foundation::{House, Moment, Stop, once, record};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// Who acts, in which role.
#[derive(Clone, Copy)]
pub enum By<'a> {
    Person(&'a Person, &'static str),
    /// The clock.
    System,
}

impl By<'_> {
    fn principal(&self) -> authority::Principal {
        match self {
            By::Person(person, _) => person.principal(),
            By::System => authority::Principal::system(),
        }
    }
    pub fn entry(&self, no: &str, now: &Moment, act: CaseAct) -> acts::Entry<CaseAct> {
        let (actor, person) = match self {
            By::Person(person, role) => (person.actor(role), Some(person.private())),
            By::System => (acts::Actor::system(), None),
        };
        record::entry(Subject::case(no), now.at, actor, person, act)
    }
}

/// What ended an act: the rules of the case, or anything else.
pub enum No {
    Rejected(Rejection),
    Stop(Stop),
}

impl<E: Into<Stop>> From<E> for No {
    fn from(error: E) -> No {
        No::Stop(error.into())
    }
}

/// Reads the case of this number, with the version of its matter that it runs on.
pub async fn read(house: &House, catalogue: &Catalogue, no: &str) -> Result<(Case, Arc<Item>), Stop> {
    let case = case::find(&mut *house.pool().acquire().await?, no).await?;
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    Ok((case, item))
}

/// Reads the case for somebody who may do this to it.
pub async fn open(house: &House, catalogue: &Catalogue, person: &Person, act: Act, no: &str) -> Result<(Case, Arc<Item>), Stop> {
    let (case, item) = read(house, catalogue, no).await?;
    house.may(&person.principal(), act, &case.resource(&item), &Circumstance::default())?;
    Ok((case, item))
}

/// Does one act in the caller's transaction.
pub async fn run(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    by: By<'_>,
    no: &str,
    act: Act,
    how: &Circumstance,
    now: &Moment,
    decide: impl FnOnce(&Case, &Item, &Moment) -> Result<Vec<CaseAct>, Rejection>,
) -> Result<Case, No> {
    let mut case = case::lock(conn, no).await?;
    if let Some(about) = &case.about {
        case.certificate = Some(Box::new(certificate::lock_with(conn, about).await?));
    }
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    house.may(&by.principal(), act, &case.resource(&item), how)?;
    let decided = decide(&case, &item, now).map_err(No::Rejected)?;
    let mut entries: Vec<_> = decided.into_iter().map(|act| by.entry(no, now, act)).collect();
    for entry in &entries {
        case.apply(entry);
    }
    case::save(conn, &case, now).await?;
    for entry in &mut entries {
        entry.document_no = numbers::next(conn, catalogue, &case, &item, entry).await?;
        entry.letters = drawn_from(catalogue, &case, &item, &entry.act, &now.calendar);
    }
    record::record(conn, &entries).await?;
    certificate::moved_by(conn, &case, &item, &entries, now).await?;
    Ok(case)
}

/// Does what the clock does by itself, in the transaction of its job. Where somebody was faster, nothing is left to do.
pub async fn by_the_clock(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    no: &str,
    act: Act,
    now: &Moment,
    decide: impl FnOnce(&Case, &Item, &Moment) -> Result<Vec<CaseAct>, Rejection>,
) -> Result<(), Stop> {
    match run(conn, house, catalogue, By::System, no, act, &Circumstance::default(), now, decide).await {
        Ok(_) | Err(No::Rejected(_)) => Ok(()),
        Err(No::Stop(stop)) => Err(stop),
    }
}

/// Does one act in a transaction of its own, once per form, and keeps the refusal when the rules say no (F148).
/// Returns the address the answer leads to.
pub async fn perform(
    house: &House,
    catalogue: &Catalogue,
    person: &Person,
    role: &'static str,
    no: &str,
    act: Act,
    how: &Circumstance,
    form: Uuid,
    leads_to: String,
    decide: impl FnOnce(&Case, &Item, &Moment) -> Result<Vec<CaseAct>, Rejection>,
) -> Result<String, Stop> {
    perform_with(house, catalogue, person, role, no, act, how, form, leads_to, decide, async |_| Ok(())).await
}

/// The same, with what has to happen in one transaction with the act.
pub async fn perform_with(
    house: &House,
    catalogue: &Catalogue,
    person: &Person,
    role: &'static str,
    no: &str,
    act: Act,
    how: &Circumstance,
    form: Uuid,
    leads_to: String,
    decide: impl FnOnce(&Case, &Item, &Moment) -> Result<Vec<CaseAct>, Rejection>,
    with_it: impl AsyncFnOnce(&mut PgConnection) -> Result<(), Stop>,
) -> Result<String, Stop> {
    let mut tx = house.pool().begin().await?;
    if let Some(before) = once::answered(&mut tx, person.id, form).await? {
        return Ok(before);
    }
    let now = house.now();
    match run(&mut tx, house, catalogue, By::Person(person, role), no, act, how, &now, decide).await {
        Ok(_) => {
            with_it(&mut tx).await?;
            once::finish(house, tx, person.id, form, &leads_to).await?;
            Ok(leads_to)
        }
        Err(No::Stop(stop)) => Err(stop),
        Err(No::Rejected(rejection)) => {
            tx.rollback().await?;
            Err(refuse(house, person, role, no, act, &rejection).await?)
        }
    }
}

/// Keeps the refusal, once a day for the same attempt by the same person, and tells it. The reason may name a colleague: the
/// public body says only which act was refused.
pub async fn refuse(
    house: &House,
    person: &Person,
    role: &'static str,
    no: &str,
    act: Act,
    rejection: &Rejection,
) -> Result<Stop, Stop> {
    let refused = CaseAct::AttemptRefused { attempt: act.as_str().into(), reason: refusal_kind(rejection).into() };
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    case::lock(&mut tx, no).await?;
    let before = case::history(&mut tx, no).await?.into_iter().any(|(_, entry)| {
        entry.act == refused
            && entry.person.is_some_and(|by| by.person == person.id)
            && calendar::local_date(entry.at) == now.date()
    });
    if !before {
        record::record(&mut tx, &[By::Person(person, role).entry(no, &now, refused)]).await?;
        tx.commit().await?;
        house.wake();
    }
    Ok(Stop::Rejected(rejection.to_string()))
}

fn refusal_kind(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::TooLate(_) => "已由他人办理或不在这一步",
        Rejection::DecidedAlready
        | Rejection::AmendedBySupplement
        | Rejection::ExaminedAlready
        | Rejection::NothingAmended
        | Rejection::AmendedPrint(..)
        | Rejection::AnotherProcedure
        | Rejection::AmendedWants(_) => "申请不能这样更正",
        Rejection::ApprovesOwn => "批准的是办理的人自己",
        Rejection::HeardAlready => "已经听证过了",
        Rejection::ChairInterested(_) => "主持听证的人与申请人有利害关系",
        Rejection::ToldTooLong(_) => "告知的天数过长",
        Rejection::HearingWanted => "申请人要求的听证还没有举行",
        Rejection::InterestedExpert(_) => "专家与申请人有利害关系",
        Rejection::NotAllAgree(_) => "共同申请人还没有都同意",
        Rejection::OneRefuses(_) => "有共同申请人不同意",
        Rejection::TakesOut(_) | Rejection::AcceptedTogether | Rejection::SurveyedAlready => "申请不能这样更正",
        Rejection::ChangedMeanwhile => "这一件刚刚更正过",
        Rejection::NotTogether | Rejection::SaidAlready | Rejection::AgreedForGood => "不能替共同申请人说",
        Rejection::WithdrawnTogether(_) => "共同申请的要一起撤回",
        Rejection::AmendedMeanwhile => "申请人刚刚更正了申请",
        Rejection::MaterialsMissing(_) | Rejection::StillMissing(_) => "材料不齐",
        Rejection::CorrectionAlreadyTold(_) => "已一次性告知过补正",
        Rejection::NothingTold | Rejection::StillSupplementing(_) | Rejection::NoLastDayTold => "还不能因为没有补正不予受理",
        Rejection::NothingMissing => "没有写明补正内容",
        Rejection::NoSuchGround(_) => "没有法定的暂停情形",
        Rejection::HearingTooSoon(_) | Rejection::HearingTooLate(_) => "听证的日期不合规定",
        Rejection::HearingRightOpen(_) => "要求听证的期限还没有过",
        Rejection::HearingOwed(_) => "申请人要求的听证还没有举行",
        Rejection::NoHearingRight | Rejection::HearingRightOver(_) | Rejection::HearingOfferedBefore => "没有可以答复的听证告知",
        Rejection::NotHeardYet(_) => "听证还没有举行",
        Rejection::ToldTooShort(_) => "告知的天数到不了听证",
        Rejection::NoReport => "没有特别程序的报告",
        Rejection::ProcedureMissing(_) => "没有经过必经的特别程序",
        Rejection::NoTranscript => "没有听证笔录",
        Rejection::ChairExamines => "主持听证的人与审查人没有分开",
        Rejection::NoExtension | Rejection::AlreadyExtended | Rejection::PastExtending(_) => "不能延期",
        Rejection::TooFewStaff => "现场核查人数不足",
        Rejection::SameHands => "审查人与核查人没有分开",
        Rejection::NotSigned { .. } | Rejection::NotDiscussed => "还没有会签或者集体讨论",
        Rejection::AlreadySigned | Rejection::ExaminerSigns | Rejection::SignerDecides | Rejection::RecorderDecides => {
            "一个人在会签里算了两次"
        }
        Rejection::NoMinutes => "没有集体讨论的记录",
        Rejection::TooFewThere { .. } => "集体讨论的人数不足",
        Rejection::Unpaid(_) => "还没有缴费",
        Rejection::AlreadyPaid(_) | Rejection::NothingToPay => "没有要缴的费用",
        Rejection::SlipUsed => "凭条已经用过",
        Rejection::PaidOnline | Rejection::OtherTill => "不能撤销收费",
        Rejection::NoAmount { .. } => "收费标准算不出金额",
        Rejection::NoAccount => "申请人没有账户",
        Rejection::NotForAgent => "委托不及于代领",
        Rejection::OtherWay(_) => "申请人选了别的领取方式",
        Rejection::NotMailed | Rejection::AlreadyMailed(_) => "还没有交邮或者已经交邮",
        Rejection::ReceivedTooEarly { .. } => "签收日期早于交邮日期",
        Rejection::OwnAccount => "申请人有账户，由他自己撤回",
        Rejection::NotDelivered => "还没有送达",
        Rejection::BasisLapsed(_) => "设定依据失效",
        Rejection::Barred(_) => "权责清单上不能用",
        Rejection::Unfinished(_) => "申请没有填完",
        Rejection::ForOrganisations | Rejection::ForPeople | Rejection::NotTheApplicant(_) => "申请人不对",
        Rejection::NothingRefused | Rejection::RemedyRuns(_) | Rejection::NoRemedy(_) | Rejection::RemedyDay { .. } => {
            "没有可以登记的复议、诉讼"
        }
        Rejection::AlreadyRated => "已评价过",
        Rejection::StillNeeded => "还没有办完",
        Rejection::ReasonWanted => "没有写明准予的理由",
        Rejection::CertificateInForce => "证照还在有效期内",
        Rejection::AlreadyErased(_) => "已经删除过",
        Rejection::Intermediary(no) => no.kind(),
        Rejection::Certificate(_) => "证照的状态不允许",
        Rejection::Clock(_) => "时间先后不符",
        Rejection::Chart(_) => "流程不允许",
    }
}
