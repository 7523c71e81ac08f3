//! 我的委托 · the person sees whom one has entrusted with what and everything done by it, confirms or declines what an agent wrote down,
//! takes a consent back at any time, and complains (F086; 个人信息保护法 15, 44).

use super::consent::{self, Consent, State as Standing};
use super::entrust::owner;
use super::keeps;
use super::point::{self, Point};
use acts::{ConsentAct, ConsentWay, Words};
use askama::Template;
use authority::{Act, Circumstance, Resource, Verdict};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::{DateTime, NaiveDate};
use foundation::held::Posted;
use foundation::looking::{self, Ground, Opened, Sight};
use foundation::page::fields::{self, Filled};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, files, once};
use serde::Deserialize;
use uuid::Uuid;

const PAGE: i64 = 20;
/// Characters of the longest complaint.
const LONGEST: usize = 2000;

#[derive(Deserialize)]
pub struct Wanted {
    /// When the last consent of the page before was made, in microseconds, and its number.
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "agents/mine.html")]
struct MinePage {
    shell: Shell,
    consents: Vec<(Consent, String)>,
    next: Option<String>,
    today: NaiveDate,
}

/// GET /account/consents
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let now = house.now();
    let after = wanted.after.as_deref().and_then(|after| {
        let (at, no) = after.split_once('_')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, no))
    });
    let after = after.unwrap_or((now.at + chrono::Duration::days(1), ""));
    let mut found = consent::of_person(&mut *house.pool().acquire().await?, &person, after, PAGE + 1).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more);
    let next = next.map(|last| format!("/account/consents?after={}_{}", last.made_at.timestamp_micros(), last.no));
    let names = |consent: &Consent| {
        let names: Vec<String> = consent.items.iter().map(|slug| catalogue.item_name(slug, &shell.lang)).collect();
        names.join(if shell.english() { ", " } else { "、" })
    };
    let consents = found.into_iter().map(|consent| (names(&consent), consent)).map(|(names, consent)| (consent, names)).collect();
    page::render(&shell.clone(), &MinePage { consents, next, today: now.date(), shell })
}

#[derive(Template)]
#[template(path = "agents/entrusted.html")]
struct EntrustedPage {
    shell: Shell,
    consent: Consent,
    /// The point of its agent, and the township that keeps it; none for a relative or friend.
    point: Option<(Point, String)>,
    names: String,
    cases: Vec<(String, String, &'static str, String)>,
    said: &'static str,
    tag: &'static str,
    /// Its person looks at it; else the township that keeps the point.
    mine: bool,
    filled: Filled,
    once: Uuid,
}

impl EntrustedPage {
    fn waits(&self) -> bool {
        self.mine && self.consent.waits(self.shell.now.date()) == Ok(ConsentWay::Account)
    }
    fn open_complaint(&self) -> bool {
        self.consent.complaints.last().is_some_and(|complaint| complaint.answer.is_none())
    }
}

/// What lets somebody register what people bring to a counter of this agency.
pub(super) fn at_counter(house: &House, person: &SignedIn, agency: &str) -> Verdict {
    let (on, how) = (Resource::Agency { key: agency.to_owned() }, Circumstance { at_counter: true, ..Circumstance::default() });
    house.authority().may(&person.principal(), Act::RegisterAtCounter, &on, &how)
}

/// The consent with its point, for its person and for the township; one to a relative, for the counter.
async fn seen(
    house: &House,
    catalogue: &Catalogue,
    person: &SignedIn,
    no: &str,
    opened: Opened,
) -> Result<(Consent, Option<Point>, bool), Stop> {
    let mut conn = house.pool().acquire().await?;
    // Somebody else's and one there is not are the same answer: numbers follow each other.
    let consent = consent::find(&mut conn, no).await?;
    let point = match &consent.entrusted.point {
        Some(point) => Some(point::find(&mut conn, point).await?),
        None => None,
    };
    drop(conn);
    let mine = consent.is_of(person);
    // No township keeps relatives: whoever entrusted one comes to a counter where one of the matters is handled.
    let agencies = match &point {
        Some(point) => vec![point.agency.clone()],
        None => consent.items.iter().filter_map(|slug| Some(catalogue.item(slug)?.agency.clone())).collect(),
    };
    let verdicts = agencies.iter().map(|agency| match &point {
        Some(_) => (agency, keeps(house, person, agency)),
        None => (agency, at_counter(house, person, agency)),
    });
    let verdicts: Vec<(&String, Verdict)> = verdicts.collect();
    let one = verdicts.iter().find(|(_, verdict)| verdict.allowed).or(verdicts.first());
    let keeper = one.map_or("", |(agency, _)| agency.as_str());
    let ground = match one {
        Some(_) if !mine && consent.keeps_away(person) => {
            Ground::refused("自己受托的，申报的近亲属委托或者受托的，请同事来办（公务员法第七十六条，回避）")
        }
        Some((_, verdict)) => Ground::of(verdict),
        None => Ground::refused("亲友代办的委托只给委托的人、受托的人和办这件事的窗口看"),
    };
    let allowed = ground.allowed;
    let sight = Sight { whose: vec![consent.entrusted.person.id], no, keeper, opened, part: "" };
    looking::keep(house, person, sight, ground).await?;
    match mine || allowed {
        true => Ok((consent, point, mine)),
        false => Err(Stop::NotFound("委托")),
    }
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    (consent, point, mine): (Consent, Option<Point>, bool),
    filled: Filled,
) -> Result<Response, Stop> {
    let today = house.now().date();
    let name = |slug: &str| catalogue.item_name(slug, &shell.lang);
    let cases = consent::cases(&mut *house.pool().acquire().await?, &consent.no).await?;
    let cases = cases
        .into_iter()
        .map(|(no, item, stage, at)| (no, name(&item), acts::Stage::of(&stage).map_or("", acts::Stage::zh), shell.time(&at)))
        .collect();
    let names: Vec<String> = consent.items.iter().map(|slug| name(slug)).collect();
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = EntrustedPage {
        names: names.join(if shell.english() { ", " } else { "、" }),
        said: if mine && consent.waits(today) == Ok(ConsentWay::Account) { "等您确认" } else { consent.said(today) },
        tag: consent.tag(today),
        cases,
        mine,
        filled,
        once: Uuid::new_v4(),
        consent,
        point: point.map(|point| {
            let township = catalogue.agency_name(&point.agency).to_owned();
            (point, township)
        }),
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /consents/{no}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let seen = seen(&house, &catalogue, &person, &no, Opened::Consent).await?;
    let filled = Filled::empty(shell.lang);
    draw(&house, &catalogue, shell, seen, filled).await
}

/// GET /consents/{no}/files/{file}: the signed paper.
pub async fn file(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((no, id)): Path<(String, Uuid)>,
    Query(asked): Query<files::As>,
) -> Result<Response, Stop> {
    let (consent, ..) = seen(&house, &catalogue, &person, &no, Opened::Mandate).await?;
    if !consent.entrusted.papers.iter().any(|paper| paper.file == id) {
        return Err(Stop::NotFound("文件"));
    }
    let found = files::find(house.pool(), id).await?.ok_or(Stop::NotFound("文件"))?;
    if !found.owner.starts_with(&owner(&no)) {
        return Err(Stop::NotFound("文件"));
    }
    house.files().answer(found, &asked).await
}

/// POST /consents/{no}/{what}: by its person `confirm`, `decline`, `revoke`, `complain`; by the township `answer`, and `revoke` for whoever
/// came and signed.
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let (consent, point, mine) = seen(&house, &catalogue, &person, &no, Opened::Consent).await?;
    let form = posted.once()?;
    let mut errors = Vec::new();
    let act = match (what.as_str(), mine) {
        ("confirm", true) if consent.way == ConsentWay::Account => consent.giving(),
        ("revoke", true) => ConsentAct::Revoked {},
        ("revoke", false) => {
            if posted.one("written") != "yes" {
                let (zh, en) = ("没有他签名的撤回，不能替他撤回", "Nothing is taken back without the person's signed request");
                errors.push(fields::field_error("written", "撤回委托", zh, en));
            }
            ConsentAct::Revoked {}
        }
        ("complain", true) => {
            let wanted = ("请写代办员做了什么", "Say what the agent did");
            let text = fields::text(&posted, "text", "投诉", wanted, LONGEST, &mut errors);
            ConsentAct::Complained { private: Some(Words { text }) }
        }
        ("answer", false) => {
            let wanted = ("请写查到了什么、怎样处理", "Say what was found and what follows");
            let text = fields::text(&posted, "answer", "答复", wanted, LONGEST, &mut errors);
            ConsentAct::ComplaintAnswered { private: Some(Words { text }) }
        }
        ("decline", true) => {
            let mut tx = match once::begin(&house, person.id, form).await? {
                Ok(tx) => tx,
                Err(answered) => return Ok(answered),
            };
            let consent = consent::lock(&mut tx, &no).await?;
            consent::decline(&mut tx, consent).await?;
            let to = format!("/consents/{no}");
            once::finish(&house, tx, person.id, form, &to).await?;
            return Ok(Redirect::to(&to).into_response());
        }
        _ => return Err(Stop::NotFound("页面")),
    };
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, &catalogue, shell, (consent, point, mine), filled).await;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let consent = consent::lock(&mut tx, &no).await?;
    let role = if mine { "applicant" } else { super::keeper(&person) };
    let actor = match mine {
        true => acts::Actor { role: role.into(), agency: None, post: None },
        false => person.actor(role),
    };
    consent::act(&mut tx, consent, (actor, person.private()), act, &house.now()).await?;
    let to = format!("/consents/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
