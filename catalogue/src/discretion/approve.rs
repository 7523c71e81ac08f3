//! 裁量报批 · what would leave its tier waits here until somebody other than whoever asked approves it, and only then is decided; or it is
//! sent back, or taken back (A2.3-02, A2.3-03; F026).

use super::apply::{self, Decided, LONGEST, LONGEST_NUMBER, numbered, wants_serial};
use super::standard::{self, Standard, Tier};
use crate::Catalogue;
use crate::asked;
use acts::{ActBody, Approver, DeviationWay, DiscretionAct, Mitigation, Returned, Subject, Unpunished};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

const PAGE: i64 = 50;

/// What an approval brings to a decision.
pub(super) struct Approval {
    pub proposal: Uuid,
    pub by: Approver,
    /// The number of the paper it rests on.
    pub paper: Option<String>,
}

/// Puts before somebody else what an officer would decide outside of its tier; its number.
pub(super) async fn propose(
    conn: &mut PgConnection,
    standard: &Standard,
    agency: &str,
    tier: &Tier,
    decided: &Decided,
    (by, now): (&Person, &Moment),
) -> Result<Uuid, Stop> {
    let id = Uuid::now_v7();
    let proposed = DiscretionAct::Proposed {
        standard: standard.code.clone(),
        version: standard.version,
        table: standard.hash.clone(),
        private: Some(decided.ruling(standard, tier)),
    };
    act(conn, id, proposed, by, now).await?;
    sqlx::query(
        "insert into discretion_proposals (id, agency, code, version, numbered, asked_by, asked_at, decided)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id)
    .bind(agency)
    .bind(&standard.code)
    .bind(standard.version)
    .bind(numbered(&decided.document))
    .bind(by.id)
    .bind(now.at)
    .bind(Json(decided))
    .execute(conn)
    .await?;
    Ok(id)
}

async fn act(conn: &mut PgConnection, id: Uuid, act: DiscretionAct, by: &Person, now: &Moment) -> Result<(), Stop> {
    let subject = Subject { kind: DiscretionAct::SUBJECT.into(), no: id.to_string() };
    let entry = record::entry(subject, now.at, by.actor("officer"), Some(by.private()), act);
    record::record(conn, std::slice::from_ref(&entry)).await.map(|_| ())
}

#[derive(sqlx::FromRow)]
struct Proposal {
    id: Uuid,
    agency: String,
    code: String,
    version: i32,
    violation: String,
    unit: String,
    asked_by: Uuid,
    asker: String,
    asked_at: DateTime<Utc>,
    decided: Json<Decided>,
    outcome: Option<String>,
    because: String,
}

impl Proposal {
    fn figure(&self) -> String {
        match self.decided.amount {
            Some(amount) => format!("{amount} {}", self.unit),
            None => "不予处罚".to_owned(),
        }
    }
    fn state(&self) -> &'static str {
        match self.outcome.as_deref() {
            None => "等批准",
            Some("approved") => "批准了",
            Some("returned") => "退回了",
            Some(_) => "撤回了",
        }
    }
    fn way(&self) -> DeviationWay {
        self.decided.way.unwrap_or(DeviationWay::Head)
    }
}

const COLUMNS: &str =
    "select p.id, p.agency, p.code, p.version, s.violation, s.unit, p.asked_by, q.name as asker, p.asked_at, p.decided,
                              p.outcome, p.because
                         from discretion_proposals p
                         join discretion_standards s on s.code = p.code and s.version = p.version
                         join people q on q.id = p.asked_by";

async fn one(conn: &mut PgConnection, id: Uuid) -> Result<Proposal, Stop> {
    let sql = format!("{COLUMNS} where p.id = $1");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(conn).await?.ok_or(Stop::NotFound("裁量报批"))
}

fn may(house: &House, person: &Person, act: Act, agency: &str) -> Result<(), Stop> {
    house.may(&person.principal(), act, &Resource::Agency { key: agency.to_owned() }, &Circumstance::default())?;
    Ok(())
}

/// Whether this person approves what this agency proposes.
fn approves(house: &House, person: &Person, agency: &str) -> bool {
    may(house, person, Act::ApproveDiscretion, agency).is_ok()
}

#[derive(Deserialize)]
pub struct Wanted {
    /// `waiting`: those alone.
    #[serde(default)]
    only: String,
    /// The last of the page before.
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "discretion/approvals.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Proposal>,
    waiting: bool,
    next: Option<Uuid>,
}

/// GET /discretion/approvals: what one's agency proposed, newest first.
pub async fn list(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let agency = person.agency.clone().unwrap_or_default();
    may(&house, &person, Act::ApplyDiscretion, &agency)?;
    let waiting = wanted.only == "waiting";
    let only = if waiting { "and p.outcome is null" } else { "" };
    let sql = format!(
        "{COLUMNS} where p.agency = $1 {only}
              and ($2::uuid is null or (p.asked_at, p.id) < (select o.asked_at, o.id from discretion_proposals o where o.id = $2))
            order by p.asked_at desc, p.id desc limit $3"
    );
    let mut rows: Vec<Proposal> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(&agency).bind(wanted.after).bind(PAGE + 1).fetch_all(house.pool()).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    page::render(&shell.clone(), &ListPage { rows, waiting, next, shell })
}

#[derive(Template)]
#[template(path = "discretion/approval.html")]
struct Page {
    shell: Shell,
    proposal: Proposal,
    agency: String,
    standard: Standard,
    tier: Tier,
    facts: Vec<(String, String)>,
    may_approve: bool,
    own: bool,
    filled: Filled,
}

impl Page {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn waits(&self) -> bool {
        self.proposal.outcome.is_none()
    }
    fn grounds(&self) -> String {
        let decided = &self.proposal.decided;
        let said = decided.unpunished.map(Unpunished::zh).into_iter().chain(decided.mitigated.map(Mitigation::zh));
        said.collect::<Vec<_>>().join("；")
    }
    /// Who is to be named, by the way it is approved.
    fn whose(&self) -> (&'static str, &'static str) {
        match self.proposal.way() {
            DeviationWay::Head => ("批准的负责人", "姓名和职务，不公开；是您本人就写您自己"),
            DeviationWay::Collective => ("参加讨论的人", "主持人和参加的人，不公开"),
            DeviationWay::Maker => ("制定机关签批的人", "姓名和职务，不公开"),
        }
    }
    fn paper(&self) -> (&'static str, &'static str) {
        match self.proposal.way() {
            DeviationWay::Head => ("批件的文号", "没有单独的批件可以不填；公开"),
            DeviationWay::Collective => ("讨论纪要的文号", "公开"),
            DeviationWay::Maker => ("制定机关批复的文号", "公开"),
        }
    }
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    (person, proposal): (&Person, Proposal),
    filled: Filled,
) -> Result<Response, Stop> {
    let (standard, table, tier) = resting(&mut *house.pool().acquire().await?, &proposal).await?;
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        agency: catalogue.agency_name(&proposal.agency).to_owned(),
        facts: asked::told(&table, &proposal.decided.facts),
        may_approve: approves(house, person, &proposal.agency),
        own: proposal.asked_by == person.id,
        standard,
        tier,
        proposal,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// The version a proposal rests on, its table, and the tier its facts give.
async fn resting(conn: &mut PgConnection, proposal: &Proposal) -> Result<(Standard, rules::Table, Tier), Stop> {
    let versions = standard::versions(conn, &proposal.code).await?;
    let found = versions.into_iter().find(|one| one.version == proposal.version).ok_or(Stop::NotFound("裁量基准"))?;
    let table = found.table()?;
    let tier = Tier::of(&table, &proposal.decided.facts)?;
    Ok((found, table, tier))
}

/// GET /discretion/approvals/{id}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(id): Path<Uuid>,
) -> Result<Response, Stop> {
    let proposal = one(&mut *house.pool().acquire().await?, id).await?;
    may(&house, &person, Act::ApplyDiscretion, &proposal.agency)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&house, &catalogue, shell, (&person, proposal), filled).await
}

/// What whoever approves says.
fn read(
    posted: &Posted,
    way: DeviationWay,
    (asker, approves): (&str, &str),
    errors: &mut Vec<FieldError>,
) -> (Approver, Option<String>) {
    let wanted = match way {
        DeviationWay::Collective => ("请写参加讨论的人：姓名和职务", "Enter who took part, name and post"),
        _ => ("请写是谁批准的：姓名和职务", "Enter who approved, name and post"),
    };
    let approver = fields::text(posted, "approver", "批准的人", wanted, LONGEST, errors);
    if !approver.is_empty() && approver.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        errors.push(field_error("approver", "批准的人", wanted.0, wanted.1));
    }
    if way != DeviationWay::Collective && forms::text::names(&approver, asker) {
        let zh = "批准的人不能是报批的人自己：请写批准的负责人";
        errors.push(field_error("approver", "批准的人", zh, "Nobody approves what they asked for: enter the head who approved"));
    }
    if way == DeviationWay::Maker && forms::text::names(&approver, approves) {
        let zh = "请写制定机关签批的人：您是本单位的，不能替制定机关签批";
        errors.push(field_error("approver", "批准的人", zh, "Enter who signed at the body that made the standard, not yourself"));
    }
    let paper = match way {
        DeviationWay::Head => fields::public_optional(posted, "paper", "文号", LONGEST_NUMBER, errors),
        _ => {
            let wanted = ("请写纪要或者批复的文号", "Enter the number of the minutes or of the reply");
            fields::public_text(posted, "paper", "文号", wanted, LONGEST_NUMBER, errors)
        }
    };
    wants_serial(&paper, "paper", errors);
    (Approver { approver }, Some(paper).filter(|paper| !paper.is_empty()))
}

/// POST /discretion/approvals/{id}: approve, return or, by whoever asked, take back. Once: the second is told.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(id): Path<Uuid>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let now = house.now();
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let code: Option<String> =
        sqlx::query_scalar("select code from discretion_proposals where id = $1").bind(id).fetch_optional(&mut *tx).await?;
    super::publish::alone(&mut tx, &code.ok_or(Stop::NotFound("裁量报批"))?).await?;
    let proposal = one(&mut tx, id).await?;
    let answer = posted.one("answer");
    let own = proposal.asked_by == person.id;
    match (answer, own) {
        ("withdraw", true) => may(&house, &person, Act::ApplyDiscretion, &proposal.agency)?,
        ("withdraw", false) => return Err(Stop::NotAllowed { reason: "只有报批的人可以撤回".into() }),
        (_, true) => {
            return Err(Stop::NotAllowed { reason: "自己报的自己不能批，请本单位另一位有权的人办".into() });
        }
        (_, false) => may(&house, &person, Act::ApproveDiscretion, &proposal.agency)?,
    }
    if proposal.outcome.is_some() {
        return Err(Stop::Rejected(format!("这一件已经{}，没有再办一次", proposal.state())));
    }
    let mut errors = Vec::new();
    let (outcome, because) = match answer {
        "approve" => {
            let said = read(&posted, proposal.way(), (&proposal.asker, &person.name), &mut errors);
            if errors.is_empty() {
                errors = decide(&mut tx, &proposal, said, &person, &now).await?;
            }
            ("approved", String::new())
        }
        "return" => {
            let wanted = ("请写为什么退回，该怎么办", "Say why it goes back, and what to do");
            let because = fields::text(&posted, "because", "退回的原因", wanted, LONGEST, &mut errors);
            if errors.is_empty() {
                let private = Some(Returned { reason: because.clone() });
                act(&mut tx, id, DiscretionAct::Returned { private }, &person, &now).await?;
            }
            ("returned", because)
        }
        "withdraw" => {
            act(&mut tx, id, DiscretionAct::Withdrawn {}, &person, &now).await?;
            ("withdrawn", String::new())
        }
        _ => return Err(Stop::Rejected("请选批准还是退回".into())),
    };
    if !errors.is_empty() {
        tx.rollback().await?;
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, &catalogue, shell, (&person, proposal), filled).await;
    }
    close(&mut tx, id, outcome, &because, &now).await?;
    let leads_to = format!("/discretion/approvals/{id}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// The decision, by whoever approves, as it stands today; or what a standard or a law that ended since makes wrong of it.
async fn decide(
    conn: &mut PgConnection,
    proposal: &Proposal,
    (by_whom, paper): (Approver, Option<String>),
    by: &Person,
    now: &Moment,
) -> Result<Vec<FieldError>, Stop> {
    let (standard, table, tier) = resting(conn, proposal).await?;
    let decided = Decided { decided_on: now.date(), ..proposal.decided.0.clone() };
    let mut errors = Vec::new();
    if !standard.is_in_force(decided.decided_on) {
        let zh = "这一版基准今天已经不在执行，不能再照它批准：请退回，由报批的人照现在的基准重新办";
        errors.push(field_error(
            "answer",
            "批准",
            zh,
            "This version is in force no more: send it back, to be done by the present one",
        ));
    }
    errors
        .extend(apply::ended(conn, &standard, &decided).await?.map(|error| field_error("answer", "批准", &error.zh, &error.en)));
    if errors.is_empty() {
        let approval = Approval { proposal: proposal.id, by: by_whom, paper };
        apply::apply(conn, (&standard, &table), &proposal.agency, &tier, &decided, by, (now, Some(approval))).await?;
    }
    Ok(errors)
}

/// How it went, for the list.
async fn close(conn: &mut PgConnection, id: Uuid, outcome: &str, because: &str, now: &Moment) -> Result<(), Stop> {
    sqlx::query("update discretion_proposals set outcome = $2, because = $3, closed_at = $4 where id = $1")
        .bind(id)
        .bind(outcome)
        .bind(because)
        .bind(now.at)
        .execute(conn)
        .await?;
    Ok(())
}

/// For the demonstration: approves what was just proposed, under the name of whoever does.
pub(super) async fn approve_sample(conn: &mut PgConnection, id: Uuid, by: &Person, now: &Moment) -> Result<(), Stop> {
    let proposal = one(conn, id).await?;
    let said = (Approver { approver: by.name.clone() }, Some("样例批〔2026〕1 号".to_owned()));
    match decide(conn, &proposal, said, by, now).await?.first() {
        Some(error) => Err(Stop::Fault(format!("the sample approval: {}", error.zh))),
        None => close(conn, id, "approved", "", now).await,
    }
}
