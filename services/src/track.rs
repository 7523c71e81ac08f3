//! 查进度 · following a case (A2.4, F028, F038, F074): anyone with the number sees each step, its time and the post; the
//! applicant, and whoever holds the receipt's code, sees everything that is theirs.

use crate::agents;
use crate::cases::case::{self, Case, Rejection, Stage};
use crate::cases::choose_delivery;
use crate::cases::deliver;
use crate::cases::hearing;
use crate::cases::intermediaries;
use crate::cases::package::papers;
use crate::cases::payout;
use crate::cases::rate;
use crate::cases::remedies;
use crate::cases::run::read;
use crate::cases::together;
use crate::certificates::{Letter, Over, letters, over};
use crate::fees::{self, Cashiers};
use crate::flagged::{self, Flagged};
use acts::{CaseAct, Certified, Entry, GRADES, Handed, Hearing, Missing};
use askama::Template;
use authority::{Act, Circumstance};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use catalogue::{Catalogue, Item};
use chrono::{DateTime, Utc};
use foundation::caller::Caller;
use foundation::held::Posted;
use foundation::log::act_name;
use foundation::looking::{self, Opened};
use foundation::page::{self, ClockView, Shell, filters};
use foundation::record::Stored;
use foundation::{House, Moment, SignedIn, Stop, codes, files, wants_json};
use process::Overlay;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/cases", get(find).post(look))
        .route("/cases/{no}", get(show))
        .route("/cases/{no}/clock", get(clock))
        .route("/cases/{no}/chart", get(chart))
        .route("/cases/{no}/files/{file}", get(file))
}

const COOKIE: &str = "sunlit_receipts";

/// How much of a case somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// What the public sees: steps, times, posts.
    Public,
    /// The holder of the receipt: everything, but no acts.
    Receipt,
    /// The applicant, or who acts for the organisation that applies.
    Applicant,
    /// One who applies together with the applicant.
    Together,
    /// The village agent who filed it, while the consent is in force.
    Agent,
    /// The officer who took it in at the counter, that day: the receipt is printed then.
    Taker,
    /// Staff who may view it.
    Staff,
}

impl Access {
    pub fn whole(self) -> bool {
        self != Access::Public
    }
    /// Somebody of the agencies, or of supervision.
    pub fn is_staff(self) -> bool {
        matches!(self, Access::Taker | Access::Staff)
    }
}

/// Papers and files are for those who see the whole case: others are told why not, or asked to sign in. Who looks at what is somebody else's is
/// kept, let in or not (B9).
pub async fn must_see(
    house: &House,
    case: &Case,
    item: &Item,
    person: Option<&SignedIn>,
    jar: &CookieJar,
    (opened, part): (Opened, &str),
) -> Result<Access, Stop> {
    let access = access(house, case, item, person, jar);
    match (access, person) {
        (Access::Public, None) => return Err(Stop::SignIn { next: case.url() }),
        (Access::Receipt, _) | (_, None) => {}
        (_, Some(person)) => {
            looking::look(house, person, &case.resource(item), opened, part).await?;
        }
    }
    Ok(access)
}

pub fn access(house: &House, case: &Case, item: &Item, person: Option<&SignedIn>, jar: &CookieJar) -> Access {
    if let Some(person) = person
        && house.may(&person.principal(), Act::ViewCase, &case.resource(item), &Circumstance::default()).is_ok()
    {
        return match () {
            () if case.is_filed_by_agent(person.id) => Access::Agent,
            () if person.is_staff() => match case.is_taken_by(person.id, house.now().date()) {
                true => Access::Taker,
                false => Access::Staff,
            },
            () if together::only(case, person) => Access::Together,
            () => Access::Applicant,
        };
    }
    let code = format!("{}-{}", case.no, house.lookup_code(&case.no));
    if jar.get(COOKIE).is_some_and(|c| c.value().split('.').any(|held| held == code)) {
        return Access::Receipt;
    }
    Access::Public
}

/// The letters somebody sees. The receipt holds the code that opens the case to whoever has it: it is for the applicant, and an agent, or
/// one who is named in it no more, would go on reading with it; whoever works here would rate in the applicant's place (C3.2-02). The certificate is for an agent who may collect it.
pub fn shown_to(access: Access, case: &Case, mut letters: Vec<Letter>) -> Vec<Letter> {
    let collects = case.agent.as_ref().is_some_and(|agent| agent.collects);
    letters.retain(|letter| match (access, letter.template) {
        (Access::Agent | Access::Together | Access::Staff, "receipt") => false,
        (Access::Agent, "certificate") => collects,
        _ => true,
    });
    letters
}

/// One act on the timeline.
pub struct Event {
    pub n: Option<i64>,
    pub name: &'static str,
    pub at: DateTime<Utc>,
    pub who: String,
    pub ground: String,
    pub class: &'static str,
    pub detail: String,
    pub detail_private: Vec<Missing>,
    pub reason: Option<String>,
    /// 文号 of the letter it is in.
    pub document_no: Option<String>,
    /// The report of a test, for those who see the whole case.
    pub report: Vec<Handed>,
}

/// The acts as a timeline, newest first. Who may see the whole case reads the private parts too; what was found and proposed
/// on the way to a decision only when that is made, but for the staff who make it.
pub fn events(history: &[(Stored, Entry<CaseAct>)], catalogue: &Catalogue, access: Access) -> Vec<Event> {
    use acts::ActBody;
    let whole = access.whole();
    let decided = history
        .iter()
        .any(|(_, e)| matches!(e.act, CaseAct::Granted { .. } | CaseAct::DeemedRenewed { .. } | CaseAct::Denied { .. }));
    let opened = access.is_staff() || (whole && decided);
    let mut out: Vec<Event> = history
        .iter()
        .filter(|(_, e)| match e.act {
            // What an officer was refused is between the officer and the agency.
            CaseAct::AttemptRefused { .. } => access.is_staff() || (whole && e.by.role == "applicant"),
            CaseAct::SealUsed { .. } => whole,
            _ => true,
        })
        .map(|(stored, entry)| {
            let agency = entry.by.agency.as_deref().and_then(|a| catalogue.agency(a)).map(|a| a.name.clone());
            let who = match (entry.by.role.as_str(), agency, &entry.by.post) {
                ("system", ..) => "系统自动".to_owned(),
                ("applicant", ..) => "申请人".to_owned(),
                // Who it was is told to whom it concerns; the public reads that it was an agent.
                (role @ (agents::ROLE | agents::KIN), ..) => match entry.person.as_ref().filter(|_| whole) {
                    Some(person) if role == agents::KIN => format!("代办的亲友{}", person.name),
                    Some(person) => format!("代办员{}", person.name),
                    None => role_name(role).to_owned(),
                },
                (role, Some(agency), post) => {
                    format!("{agency} · {}", post.clone().unwrap_or_else(|| role_name(role).into()))
                }
                (role, None, _) => role_name(role).to_owned(),
            };
            let (class, detail) = describe(&entry.act, opened);
            let (mut private, mut reason, mut report) = (Vec::new(), None, Vec::new());
            if whole {
                match &entry.act {
                    CaseAct::CorrectionRequested { private: Some(m), .. } => private = m.clone(),
                    // What stays as it was, with why.
                    CaseAct::Supplemented { private: Some(s), .. } | CaseAct::PartlySupplemented { private: Some(s), .. } => {
                        private = s.kept.clone();
                    }
                    CaseAct::Denied { private: Some(r), .. }
                    | CaseAct::AcceptanceRefused { private: Some(r), .. }
                    | CaseAct::NotRequired { private: Some(r), .. } => {
                        reason = Some(
                            [r.facts.clone(), r.reasons.clone()]
                                .into_iter()
                                .chain(r.competent.iter().map(|agency| format!("请向{agency}申请")))
                                .filter(|s| !s.is_empty())
                                .collect::<Vec<_>>()
                                .join("；"),
                        );
                    }
                    CaseAct::ClockResumed { private: Some(r), .. } => {
                        reason = Some(r.result.clone());
                        report = r.files.clone();
                    }
                    CaseAct::IntermediaryFinished { private: Some(r), .. } => {
                        reason = Some(r.result.clone());
                        report = r.files.clone();
                    }
                    CaseAct::IntermediaryEngaged { private: Some(other), .. } => reason = Some(other.name.clone()),
                    // Why the procedure is needed is told; what is proposed stays within the agency.
                    CaseAct::Examined { outcome, private: Some(why), .. } if outcome == "test" => reason = Some(why.text.clone()),
                    CaseAct::HearingOffered { private: Some(why), .. } | CaseAct::HearingAnswered { private: Some(why), .. } => {
                        reason = Some(why.text.clone());
                    }
                    CaseAct::Joined { private: Some(all), .. } => {
                        reason = Some(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join("、"));
                    }
                    CaseAct::Amended { private: Some(amended), .. } => reason = Some(amended.why.clone()),
                    CaseAct::Granted { private: Some(c), .. } => reason = c.reason.clone(),
                    CaseAct::Extended { private: Some(a), .. } => reason = a.reason.clone(),
                    CaseAct::RemedySought { private: Some(told), .. } => reason = Some(remedies::before_zh(told)),
                    _ => {}
                }
            }
            Event {
                n: stored.n,
                name: act_name(&stored.kind),
                at: entry.at,
                who,
                ground: entry.act.ground().unwrap_or_default(),
                class,
                detail,
                detail_private: private,
                reason,
                document_no: entry.document_no.clone(),
                report,
            }
        })
        .collect();
    out.reverse();
    out
}

fn role_name(role: &str) -> &'static str {
    match role {
        "chief_representative" => "首席代表",
        "supervisor" => "监督人员",
        "administrator" => "管理员",
        "applicant" => "申请人",
        together::ROLE => "共同申请人",
        agents::ROLE => "代办员",
        agents::KIN => "代办的亲友",
        _ => "窗口",
    }
}

/// `opened`: with what was found and proposed on the way.
fn describe(act: &CaseAct, opened: bool) -> (&'static str, String) {
    match act {
        CaseAct::Submitted { channel, queued: Some(queued), .. } => {
            ("", format!("{}，{} 号，等了 {} 分钟", channel.zh(), queued.number, queued.waited_minutes))
        }
        CaseAct::Submitted { channel, about: Some(about), .. } => ("", format!("{}，申请{}", channel.zh(), about.asks.zh())),
        CaseAct::Submitted { channel, .. } => ("", channel.zh().into()),
        CaseAct::CorrectionRequested { count, until: Some(until), .. } => {
            ("hold", format!("一次告知 {count} 样，以后不再提新的，补正的最后一天是 {}", until.format("%-m 月 %-d 日")))
        }
        CaseAct::CorrectionRequested { count, until: None, .. } => ("hold", format!("一次告知 {count} 样，以后不再提新的")),
        CaseAct::PartlySupplemented { came, left, .. } => ("hold", format!("收到 {came} 项，还差 {left} 项")),
        CaseAct::Joined { agrees: true, people, .. } => ("", format!("{people} 人同意一起申请")),
        CaseAct::Joined { .. } => ("hold", "有人不同意一起申请".into()),
        CaseAct::Amended { count, .. } => ("", format!("改了 {count} 处，时限照走")),
        CaseAct::Accepted { promised, statutory, .. } => {
            ("", format!("承诺 {}，法定 {}，从次日起算", promised.limit, statutory.limit))
        }
        CaseAct::DeemedAccepted { received, .. } => {
            ("", format!("受理期限内没有告知，自收到材料之日（{}）起就是受理", received.format("%-m 月 %-d 日")))
        }
        CaseAct::AcceptanceRefused { competent_agency: Some(a), .. } => ("", format!("请向{a}申请")),
        CaseAct::Surveyed { staff, .. } => match act.survey_passed().filter(|_| opened) {
            Some(true) => ("", format!("{staff} 人到场，符合要求")),
            Some(false) => ("", format!("{staff} 人到场，有不符合的地方")),
            None => ("", format!("{staff} 人到场")),
        },
        CaseAct::Examined { outcome, .. } if outcome == "test" => ("", "需要进入特别程序".into()),
        CaseAct::Examined { .. } => match act.proposes_grant().filter(|_| opened) {
            Some(true) => ("", "拟准予，交首席代表决定".into()),
            Some(false) => ("", "拟不准予，交首席代表决定".into()),
            None => ("", "交首席代表决定".into()),
        },
        CaseAct::CertificateChecked { private: Some(checked) } if opened => ("", checked.zh()),
        CaseAct::Countersigned { number, of, private } => match private.as_ref().filter(|_| opened).map(|signed| signed.agrees) {
            Some(false) => ("", format!("第 {number} 个人会签，一共 {of} 个，有不同意见")),
            _ => ("", format!("第 {number} 个人会签，一共 {of} 个")),
        },
        CaseAct::Discussed { people, private } => {
            match private.as_ref().filter(|_| opened).map(|discussion| discussion.for_grant) {
                Some(true) => ("", format!("{people} 人讨论，同意准予")),
                Some(false) => ("", format!("{people} 人讨论，不同意准予")),
                None => ("", format!("{people} 人讨论")),
            }
        }
        CaseAct::HearingOffered { until, .. } => {
            ("hold", format!("决定以前可以要求听证，最晚 {}提出，期间照常计时", until.format("%-m 月 %-d 日")))
        }
        CaseAct::HearingAnswered { wants: true, .. } => ("hold", "要求听证，二十个工作日内举行".into()),
        CaseAct::HearingAnswered { wants: false, .. } => ("", "不要求听证".into()),
        CaseAct::ClockPaused { ground, told_days, pauses_promise, hearing: None, .. } => match pauses_promise {
            true => ("hold", format!("{ground}，告知约需 {told_days} 个工作日，期间不计入时限")),
            false => ("hold", format!("{ground}，告知约需 {told_days} 个工作日，期间不计入法定时限，承诺时限照常计算")),
        },
        CaseAct::ClockPaused { ground, told_days, pauses_promise, hearing: Some(Hearing { on, place }), .. } => {
            let on = on.format("%-m 月 %-d 日");
            match pauses_promise {
                true => ("hold", format!("{ground}，告知约需 {told_days} 个工作日，期间不计入时限。{on} 在{place}公开举行")),
                false => (
                    "hold",
                    format!(
                        "{ground}，告知约需 {told_days} 个工作日，期间不计入法定时限，承诺时限照常计算。{on} 在{place}公开举行"
                    ),
                ),
            }
        }
        CaseAct::ClockResumed { ground, done: false, .. } => ("hold", format!("{ground}没有举行，暂停的日子算回期限里")),
        CaseAct::ClockResumed { ground, to, .. } => {
            ("hold", format!("{ground}结束，从 {} 的次日起继续计时", to.format("%-m 月 %-d 日")))
        }
        CaseAct::Extended { added, approver, reason, .. } if reason.is_empty() => {
            ("hold", format!("延长 {added}，{approver}批准"))
        }
        CaseAct::Extended { added, approver, reason, .. } => ("hold", format!("延长 {added}，{approver}批准。理由：{reason}")),
        CaseAct::LimitsRecomputed { .. } => ("hold", act.recomputed_zh()),
        CaseAct::Granted { certificate_no, private: Some(Certified { payout: Some(payout), .. }), .. } if opened => {
            let told = payout::told(payout);
            ("", certificate_no.as_ref().map_or(told.clone(), |no| format!("{told}。电子证照标识 {no}")))
        }
        CaseAct::Granted { certificate_no: Some(no), .. } | CaseAct::DeemedRenewed { certificate_no: no, .. } => {
            ("", format!("电子证照标识 {no}"))
        }
        CaseAct::Granted { asks: Some(asks), .. } => ("", asks.zh().into()),
        CaseAct::SealUsed { seal, document } => ("", format!("{seal}，用于{document}")),
        CaseAct::Billed { bill } => ("", format!("共 {} 元", bill.total)),
        CaseAct::Paid { amount, way, surplus: false, .. } => ("", format!("{}，{amount} 元", way.zh())),
        CaseAct::Paid { amount, way, surplus: true, .. } => ("hold", format!("{}，多付的 {amount} 元，将原路退回", way.zh())),
        CaseAct::PaymentReturned { amount, .. } => ("", format!("{amount} 元")),
        CaseAct::PaymentReversed { amount, way, .. } => ("hold", format!("{}，{amount} 元，登记有误，已撤销", way.zh())),
        CaseAct::DeliveryChosen { way, .. } => ("", acts::delivery_chosen(way).into()),
        CaseAct::Mailed { private: Some(mail), .. } if opened => ("", crate::cases::mail::told(mail)),
        CaseAct::MailReturned { private: Some(back), .. } if opened => ("hold", back.reason.clone()),
        CaseAct::Delivered { way, on, private, .. } => {
            let by = private.as_ref().map(|received| &received.by).filter(|by| opened && !by.is_empty());
            let on = on.filter(|_| way == "post").map(page::full_date_zh);
            let way = acts::delivery_way(way);
            let told = match (on, by) {
                (Some(on), Some(by)) => format!("{way}，签收日期：{on}，签收人：{by}"),
                (Some(on), None) => format!("{way}，签收日期：{on}"),
                (None, Some(by)) => format!("{way}，签收人：{by}"),
                (None, None) => way.into(),
            };
            ("", told)
        }
        CaseAct::Rated { grade, .. } => ("", acts::grade_name(*grade).into()),
        CaseAct::RemedySought { way, on, .. } => ("hold", remedies::sought_zh(*way, *on)),
        CaseAct::RemedyEnded { way, on, outcome, .. } => ("hold", remedies::ended_zh(*way, *outcome, *on)),
        CaseAct::IntermediaryFinished { late: true, .. } => ("hold", act.outside_zh()),
        CaseAct::IntermediaryEngaged { .. } | CaseAct::IntermediaryFinished { .. } | CaseAct::IntermediaryRated { .. } => {
            ("", act.outside_zh())
        }
        CaseAct::AttemptRefused { attempt, reason } => {
            ("", format!("{}：{reason}", attempt.parse::<Act>().map_or(attempt.as_str(), |act| act.name())))
        }
        _ => ("", String::new()),
    }
}

#[derive(Deserialize)]
pub struct Looked {
    no: Option<String>,
}

#[derive(Template)]
#[template(path = "track_find.html")]
struct FindPage {
    shell: Shell,
    no: String,
    code: String,
    trouble: Option<&'static str>,
}

async fn find(shell: Shell, Query(looked): Query<Looked>) -> Result<Response, Stop> {
    match looked.no.as_deref().map(tidy) {
        Some(no) if !no.is_empty() => Ok(Redirect::to(&format!("/cases/{no}")).into_response()),
        _ => page::render(&shell.clone(), &FindPage { no: String::new(), code: String::new(), trouble: None, shell }),
    }
}

/// People also copy O for 0: twenty digits tell which of the two their check
/// character is.
pub(crate) fn tidy(text: &str) -> String {
    let text = codes::tidy(text);
    let (Some(body), Some(last)) = (text.get(..20), text.get(20..).filter(|last| last.len() == 1)) else { return text };
    let body = body.replace('O', "0").replace('I', "1");
    let check = forms::ids::mod_37_36(&body).to_string();
    let alike = [("0", "O"), ("O", "0"), ("1", "I"), ("I", "1")].contains(&(last, check.as_str()));
    format!("{body}{}", if alike { check.as_str() } else { last })
}

#[test]
fn h20_a_number_copied_with_o_for_0_is_the_number() {
    let body = "34172320261126000002";
    let no = format!("{body}{}", forms::ids::mod_37_36(body));
    assert!(no.ends_with('O'), "{no}");
    assert_eq!(tidy(&format!("{body}0")), no);
    assert_eq!(tidy(&no.replace("00", "OO")), no);
    assert_eq!(tidy("３４１７２３-2026 1126000002o"), no);
    assert_eq!(tidy("abcd-efgh"), "ABCDEFGH");
}

async fn look(
    State(house): State<House>,
    shell: Shell,
    caller: Caller,
    jar: CookieJar,
    posted: Posted,
) -> Result<Response, Stop> {
    let (no, code) = (tidy(posted.one("no")), tidy(posted.one("code")));
    let again = |trouble| {
        let page = FindPage {
            no: posted.one("no").into(),
            code: posted.one("code").into(),
            trouble: Some(trouble),
            shell: shell.clone(),
        };
        page::render_status(&shell, StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    if no.is_empty() {
        return again("请填办件编号，21 位，在收件凭证上");
    }
    let known: bool =
        sqlx::query_scalar("select exists (select from cases where case_no = $1)").bind(&no).fetch_one(house.pool()).await?;
    if !known {
        return again("没有这个办件编号，请对照收件凭证再看一遍");
    }
    if code.is_empty() {
        return Ok(Redirect::to(&format!("/cases/{no}")).into_response());
    }
    if !codes::opens(&house, caller, "case", &no, &code).await? {
        return again("查询码不对。查询码是收件凭证上的 8 个字母和数字；没有也能看公开进度，把查询码空着就行");
    }
    Ok((holding(&house, jar, &no, &code), Redirect::to(&format!("/cases/{no}"))).into_response())
}

/// The cookies of somebody who has just shown the code of this receipt.
fn holding(house: &House, jar: CookieJar, no: &str, code: &str) -> CookieJar {
    let mut held: Vec<String> =
        jar.get(COOKIE).map(|c| c.value().split('.').map(ToOwned::to_owned).collect()).unwrap_or_default();
    held.retain(|h| !h.is_empty() && !h.starts_with(no));
    held.push(format!("{no}-{code}"));
    let skip = held.len().saturating_sub(5);
    let cookie = Cookie::build((COOKIE, held[skip..].join(".")))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(house.site().secure())
        .build();
    jar.add(cookie)
}

struct Next {
    name: String,
    lane: String,
}

#[derive(Template)]
#[template(path = "track.html")]
struct TrackPage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    agency: String,
    access: Access,
    fresh: bool,
    code: String,
    sentence: String,
    todo: Option<(String, String)>,
    promised: Option<ClockView>,
    statutory_due: Option<chrono::NaiveDate>,
    /// The limit of the law is over, too.
    beyond_law: bool,
    /// The last day of delivering what was granted, where it is late.
    deliver_by: Option<chrono::NaiveDate>,
    acceptance: Option<ClockView>,
    events: Vec<Event>,
    flagged: Vec<Flagged>,
    next: Vec<Next>,
    receipt: Option<(i64, &'static str, DateTime<Utc>, String, String)>,
    letters: Vec<Letter>,
    once: Uuid,
    can_withdraw: bool,
    can_amend: bool,
    /// What the reader, who applies together, may say now.
    joins: Option<Vec<(&'static str, &'static str)>>,
    /// Whether whoever looks may choose how to have the result.
    chooses: bool,
    can_rate: bool,
    /// Where whoever rated badly follows what becomes of it.
    followed_at: Option<String>,
    /// How to go against a refusal, for those who see the whole case.
    remedies: Option<remedies::Shown>,
    pays_online: bool,
    /// The day of a bill that is not paid, and how long it waits.
    billed: Option<(chrono::NaiveDate, String)>,
    /// What is done outside for it.
    outside: intermediaries::Shown,
    /// How its certificate ended, where it did.
    over: Option<Over>,
    /// How it stands with the consent by which an agent filed it, for those who see the whole case.
    consent: Option<agents::consent::Standing>,
}

#[derive(Deserialize)]
pub struct Fresh {
    new: Option<String>,
    /// The code of the receipt, scanned from its slip.
    code: Option<String>,
}

async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    cashiers: Cashiers,
    person: Option<SignedIn>,
    jar: CookieJar,
    headers: HeaderMap,
    caller: Caller,
    Path(no): Path<String>,
    Query(fresh): Query<Fresh>,
) -> Result<Response, Stop> {
    // As people type a number.
    if tidy(&no) != no && !tidy(&no).is_empty() {
        return Ok(Redirect::permanent(&format!("/cases/{}", tidy(&no))).into_response());
    }
    // A scanned slip opens the whole case, and its address does not go on with the code in it.
    if let Some(code) = fresh.code.as_deref().map(tidy) {
        let right = codes::opens(&house, caller, "case", &no, &code).await?;
        let jar = if right { holding(&house, jar, &no, &code) } else { jar };
        return Ok((jar, Redirect::to(&format!("/cases/{no}"))).into_response());
    }
    let (case, item) = read(&house, &catalogue, &no).await?;
    let mut conn = house.pool().acquire().await?;
    let history = case::history(&mut conn, &no).await?;
    let over = over(&mut conn, &case, house.now().date()).await?;
    let flagged = flagged::of(&mut conn, &no).await?;
    drop(conn);
    let access = access(&house, &case, &item, person.as_ref(), &jar);
    let now = house.now();
    let events = events(&history, &catalogue, access);
    let promised = case.promised.as_ref().map(|c| ClockView::new("承诺", c, &now));
    let statutory_due = case.statutory.as_ref().and_then(|c| c.due(&now.calendar)).map(|d| d.date);
    if wants_json(&headers) {
        return Ok(axum::Json(json!({
            "case_no": case.no,
            "item": case.item,
            "agency": case.agency,
            "stage": case.stage,
            "due": case.due(&now.calendar),
            "statutory_due": statutory_due,
            "acts": history.iter().map(|(s, _)| json!({ "n": s.n, "body": serde_json::from_str::<serde_json::Value>(&s.public_body).ok() })).collect::<Vec<_>>(),
        }))
        .into_response());
    }
    if access.whole() {
        must_see(&house, &case, &item, person.as_ref(), &jar, (Opened::Page, "")).await?;
    }
    let agency = catalogue.agency(&case.agency).map_or_else(|| case.agency.clone(), |a| a.name.clone());
    let due = case.due(&now.calendar).map(|d| shell.date(&d));
    let late = promised.as_ref().filter(|clock| clock.late()).map(|clock| -clock.standing.left);
    let joins = person.as_ref().filter(|_| access == Access::Together).and_then(|person| together::choices(&case, person));
    let (sentence, todo) = match &joins {
        Some(choices) if choices.len() > 1 => (
            "申请上写了您也是申请人，等您说要不要一起申请。".to_owned(),
            Some((format!("/cases/{no}#together"), "看申请，说要不要一起".to_owned())),
        ),
        _ => status(&case, &item, due.as_deref(), late, &now, access),
    };
    let next = if case.process.is_ended() {
        Vec::new()
    } else {
        // What is being done now stands first, then what likely follows.
        let open = case.process.waiting().into_iter().filter_map(|w| item.process.node(&w.node));
        let now = open.map(|n| Next { name: format!("{}（正在办）", n.label()), lane: n.lane.clone().unwrap_or_default() });
        let later = process::what_next(&item.process, &case.process)
            .into_iter()
            .filter(|s| s.kind.is_task())
            .map(|s| Next { name: s.name, lane: s.lane.unwrap_or_default() });
        now.chain(later).collect()
    };
    let receipt = history
        .iter()
        .rev()
        .filter(|(_, e)| !matches!(e.act, CaseAct::SealUsed { .. } | CaseAct::AttemptRefused { .. }))
        .find_map(|(s, e)| {
            let n = s.n?;
            let hash = s.leaf().ok()?.hash().to_string();
            Some((n, act_name(&s.kind), e.at, hash, page::qr(&format!("{}/verify/{n}", house.site().origin))))
        });
    let mine = access == Access::Applicant;
    // Staff who were told the code do not speak for anybody.
    let speaks = mine || access == Access::Receipt && !shell.is_staff();
    let consent = match &case.agent {
        Some(agent) if access.whole() => Some(agents::consent::standing(&house, &agent.consent).await?),
        _ => None,
    };
    let page = TrackPage {
        agency,
        fresh: fresh.new.is_some() && access.whole(),
        code: if access == Access::Applicant { house.lookup_code(&no) } else { String::new() },
        sentence,
        todo,
        promised,
        statutory_due,
        beyond_law: deliver::b4_1_04_beyond_law(&case, &now),
        deliver_by: deliver::b4_1_20_late(&case, &item, &now),
        acceptance: (case.stage == Stage::Submitted).then(|| ClockView::new("受理", &case.acceptance, &now)),
        flagged,
        events,
        next,
        receipt,
        letters: if access.whole() { shown_to(access, &case, letters(&item, &history)) } else { Vec::new() },
        once: Uuid::new_v4(),
        can_withdraw: mine && !case.stage.is_concluded(),
        can_amend: (mine || access == Access::Agent) && crate::cases::amend::may(&case).is_ok(),
        joins,
        chooses: mine && choose_delivery::can_be_chosen(&case),
        can_rate: speaks && case.can_be_rated() && case.grade.is_none(),
        followed_at: case.grade.filter(|grade| speaks && acts::is_bad_grade(*grade)).map(|_| rate::followed_at(&house, &no)),
        remedies: remedies::shown(&case, &item, mine || access == Access::Together, &now.calendar).filter(|_| access.whole()),
        consent,
        over,
        outside: intermediaries::shown(&case, &item, intermediaries::Side::Applicant, access.whole(), mine, &now),
        pays_online: matches!(access, Access::Applicant | Access::Receipt) && cashiers.first().is_some(),
        billed: fees::waiting(&case, now.date()),
        access,
        case,
        item,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}

/// The one sentence that answers first (ui §1), and the one thing to do, when there is one.
fn status(
    case: &Case,
    item: &Item,
    due: Option<&str>,
    late: Option<i64>,
    now: &Moment,
    access: Access,
) -> (String, Option<(String, String)>) {
    let no = &case.no;
    let by = due.map_or(String::new(), |d| format!("最晚 {d}"));
    // Whoever applies does not wait for the office alone.
    if matches!(case.stage, Stage::Submitted | Stage::InReview)
        && access.whole()
        && let Err(wait) = together::settled(case)
    {
        let who = match wait {
            Rejection::NotAllAgree(names) => format!(
                "还等{}同意一起申请：请他们用自己的账户登录来说，或者带身份证到窗口签名。都同意了才能往下办。",
                names.join("、")
            ),
            other => other.to_string(),
        };
        return (who, Some((format!("/cases/{no}#together"), "看谁还没有同意".to_owned())));
    }
    match case.stage {
        Stage::Submitted => {
            (format!("收到了，正在看材料齐不齐。{by}告诉您是否受理；到时没有告诉您，就自动算受理。现在不用您做什么。"), None)
        }
        Stage::CorrectionRequested if access.whole() => (
            match case.correction.as_ref().and_then(|told| told.until) {
                Some(until) if now.date() > until => format!(
                    "补正的最后一天 {}已经过了。窗口还没有作决定，现在补还来得及；窗口也可以不予受理。",
                    until.format("%-m 月 %-d 日")
                ),
                Some(until) => format!(
                    "有几样要补。窗口已经一次说全，补齐就往下办。最后一天是 {}，过了没有补，窗口可以不予受理，您以后可以重新申请。",
                    until.format("%-m 月 %-d 日")
                ),
                None => "有几样要补。窗口已经一次说全，补齐就往下办。".into(),
            },
            (access != Access::Together).then(|| (format!("/cases/{no}/supplement"), "去补正材料".into())),
        ),
        Stage::CorrectionRequested => ("有几样材料要补，等申请人补齐。".into(), None),
        // What the applicant may or must wait for comes before the days.
        Stage::InReview if access == Access::Applicant && hearing::b4_1_10_open(case, now.date()).is_ok() => (
            "作决定以前，您可以要求听证。拟作的决定写在听证权利告知书里。".into(),
            Some((format!("/cases/{no}/hearing"), "答复要不要听证".into())),
        ),
        Stage::InReview => match (hearing::b4_1_10_owed_by(case, now).filter(|_| access.whole()), due.filter(|_| late.is_some()))
        {
            (Some(heard), _) => {
                let heard = heard.format("%-m 月 %-d 日");
                (format!("您要求了听证，最晚 {heard}举行。提前七个工作日书面告诉您时间和地点，听证以后再作决定。"), None)
            }
            (None, Some(day)) => (format!("承诺 {day}办完，已经超期，还在办。监督电话 {}。", item.supervision_phone), None),
            (None, None) => (format!("正在办理，{by}告诉您结果。现在不用您做什么。"), None),
        },
        Stage::Paused => {
            let ground = case.pause.as_ref().map_or("特别程序", |p| p.ground.as_str());
            let days = case.pause.as_ref().map_or(0, |p| p.told_days);
            if let Some(day) = case.pause.as_ref().and_then(|pause| pause.heard_on) {
                let day = page::full_date_zh(day);
                return match access.whole() {
                    true => (format!("听证定在{day}举行，时间和地点写在告知书里。您可以参加，也可以委托代理人参加。"), None),
                    false => (format!("听证定在{day}举行。"), None),
                };
            }
            match (due, late) {
                // Whatever pauses now, the promise had run out before, or ran out meanwhile.
                (Some(day), Some(over)) => (
                    format!(
                        "承诺 {day}办完，已经超期 {over} 个工作日。正在做{ground}，大约需要 {days} 个工作日。监督电话 {}。",
                        item.supervision_phone
                    ),
                    None,
                ),
                // The promise goes on: its last day is known.
                (Some(day), None) => (
                    format!(
                        "正在做{ground}，大约需要 {days} 个工作日，承诺时限照常计算，最晚 {day}告诉您结果。现在不用您做什么。"
                    ),
                    None,
                ),
                (None, _) => {
                    (format!("正在做{ground}，大约需要 {days} 个工作日，这段时间不计入办理时限。现在不用您做什么。"), None)
                }
            }
        }
        Stage::Granted => match case.to_pay() {
            Some(_) if access.whole() => ("准予了，缴了费就送达。".into(), Some(("#fees".into(), "去缴费".into()))),
            Some(_) => ("准予了，等申请人缴费后送达。".into(), None),
            None => ("准予了，正在送达。".into(), None),
        },
        Stage::Denied | Stage::RefusedAcceptance | Stage::NotRequired if access.whole() => (
            match case.stage {
                Stage::Denied => "决定不予许可，理由写在决定书里。不服的，向哪里申请复议、起诉，写在下面。",
                Stage::NotRequired => "这件事不需要办这个许可。不服的，向哪里申请复议、起诉，写在下面。",
                _ => "不予受理，理由写在通知书里。不服的，向哪里申请复议、起诉，到哪一天为止，写在下面。",
            }
            .into(),
            None,
        ),
        Stage::Denied => ("决定不予许可，理由和救济途径写在决定书里。".into(), None),
        Stage::Delivered if case.delivered_on.is_none() => {
            (format!("有效期届满前没有作出决定，法律视为准予延续。新的{}已经有效。", item.result.name), None)
        }
        Stage::Delivered => {
            let granted = case.decision.as_ref().is_some_and(|d| d.granted);
            (
                if let Some(payout) = access.whole().then(|| case.payout()).flatten() {
                    format!("办好了，决定已经送达。{}。", payout::told(payout))
                } else if granted {
                    format!("办好了。{}已经送达。", item.result.name)
                } else if access.whole() {
                    "已经办结，决定书已送达。不服的，向哪里申请复议、起诉，到哪一天为止，写在下面。".into()
                } else {
                    "已经办结，决定书已送达。".into()
                },
                None,
            )
        }
        Stage::RefusedAcceptance => ("不予受理，通知书写明了理由。".into(), None),
        Stage::NotRequired => ("这件事不需要办这个许可。".into(), None),
        Stage::Withdrawn => ("申请人已撤回。".into(), None),
    }
}

#[derive(Template)]
#[template(path = "track_clock.html")]
struct ClockPage {
    shell: Shell,
    case: Case,
    item: Arc<Item>,
    clocks: Vec<ClockView>,
}

/// GET …/clock: every day counted or skipped, and why (F038).
async fn clock(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    headers: HeaderMap,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let (case, item) = read(&house, &catalogue, &no).await?;
    let now = house.now();
    let mut clocks = Vec::new();
    for (name, clock) in
        [("受理期限", Some(&case.acceptance)), ("承诺时限", case.promised.as_ref()), ("法定时限", case.statutory.as_ref())]
    {
        if let Some(clock) = clock {
            clocks.push(ClockView::new(name, clock, &now));
        }
    }
    if wants_json(&headers) {
        let all: Vec<_> = clocks.iter().map(|c| json!({ "clock": c.name, "due": c.due, "days": c.days })).collect();
        return Ok(axum::Json(all).into_response());
    }
    clocks.reverse();
    let page = ClockPage { clocks, case, item, shell };
    page::render(&page.shell.clone(), &page)
}

#[derive(Template)]
#[template(path = "track_chart.html")]
struct ChartPage {
    shell: Shell,
    case: Case,
    svg: String,
    outline: Vec<process::OutlineItem>,
}

/// GET …/chart: the path the case took, on the very chart that was deployed (F022).
async fn chart(State(house): State<House>, catalogue: Catalogue, shell: Shell, Path(no): Path<String>) -> Result<Response, Stop> {
    let (case, item) = read(&house, &catalogue, &no).await?;
    let current = case.process.waiting().into_iter().map(|w| w.node).collect();
    let overlay = Overlay { done: case.passed.clone(), current, ..Overlay::default() };
    let lang = if shell.english() { process::Lang::En } else { process::Lang::Zh };
    // The drawing is the published one, for every reader; the outline says the same in the reader's language.
    let svg = process::svg(&item.process, Some(&overlay), process::Lang::Zh);
    let outline = process::outline_in(&item.process, Some(&overlay), lang);
    let page = ChartPage { svg, outline, case, shell };
    page::render(&page.shell.clone(), &page)
}

async fn file(
    State(house): State<House>,
    catalogue: Catalogue,
    person: Option<SignedIn>,
    jar: CookieJar,
    Path((no, id)): Path<(String, Uuid)>,
    Query(asked): Query<files::As>,
) -> Result<Response, Stop> {
    let (case, item) = read(&house, &catalogue, &no).await?;
    let access = access(&house, &case, &item, person.as_ref(), &jar);
    let part = papers(&case, &item, access).into_iter().find(|(_, handed)| handed.file == id).map(|(name, _)| name);
    must_see(&house, &case, &item, person.as_ref(), &jar, (Opened::File, part.unwrap_or_default())).await?;
    if part.is_none() {
        return Err(Stop::NotFound("文件"));
    }
    let found = files::find(house.pool(), id).await?.ok_or(Stop::NotFound("文件"))?;
    house.files().answer(found, &asked).await
}
