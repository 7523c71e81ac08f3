//! 受理点和承办 · what a centre's intake point takes in, and what the office of disclosure does with each request of its agency: one queue,
//! whichever way it came (F067).

use super::ask::{self, LONGEST, requested};
use super::fold::{self, Request, Row, State as Standing};
use super::{law, show};
use acts::{OpinionOf, RequestAct, RequestOpinion, RequestOutcome, RequestWay, ToRequester, Withheld, Withholding};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Centre};
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::kept::Event;
use foundation::page::ClockView;
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once};
use serde::Deserialize;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

const PAGE: i64 = 30;
/// Parts of an answer that may be withheld, each with its ground.
const PARTS: usize = 5;

fn may(house: &House, person: &Person, agency: &str) -> Result<(), Stop> {
    let on = Resource::Agency { key: agency.to_owned() };
    house.may(&person.principal(), Act::AnswerInformationRequest, &on, &Circumstance::default()).map(|_| ())
}

fn may_take(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::TakeInformationRequest, &Resource::Site, &Circumstance::default()).map(|_| ())
}

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "requests/list.html")]
struct ListPage {
    shell: Shell,
    catalogue: Catalogue,
    rows: Vec<Row>,
    /// For supervision: those of all agencies that are late.
    late: bool,
    next: Option<String>,
}

impl ListPage {
    fn state(&self, request: &Request) -> &'static str {
        show::state(request)
    }
}

fn draw_list(catalogue: Catalogue, shell: Shell, mut rows: Vec<Row>, late: bool) -> Result<Response, Stop> {
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let path = if late { "/disclosure/late" } else { "/disclosure/desk" };
    let next = rows.last().filter(|_| more).map(|(day, last)| format!("{path}?after={day}~{}", last.no));
    page::render(&shell.clone(), &ListPage { catalogue, rows, late, next, shell })
}

/// GET /disclosure/desk
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let agency = person.agency.clone().unwrap_or_default();
    may(&house, &person, &agency)?;
    let (day, no) = page::after_day(wanted.after.as_deref());
    let rows = fold::open(&mut *house.pool().acquire().await?, &agency, (day, &no), PAGE + 1).await?;
    draw_list(catalogue, shell, rows, false)
}

/// GET /disclosure/late
pub async fn late(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::ViewSupervision, &Resource::Site, &Circumstance::default())?;
    let (day, no) = page::after_day(wanted.after.as_deref());
    let rows = fold::late(&mut *house.pool().acquire().await?, (day, &no), PAGE + 1).await?;
    draw_list(catalogue, shell, rows, true)
}

#[derive(Template)]
#[template(path = "requests/take.html")]
struct TakePage {
    shell: Shell,
    catalogue: Catalogue,
    centres: Vec<Arc<Centre>>,
    filled: Filled,
    once: Uuid,
}

impl TakePage {
    fn forms(&self) -> String {
        ask::forms(&self.filled)
    }
    fn deliveries(&self) -> String {
        ask::deliveries(&self.filled)
    }
    fn is_agency(&self, key: &str) -> bool {
        ask::is_agency(&self.filled, key)
    }
    fn ways(&self) -> String {
        self.filled.choice("way", "怎么提交的", "radio", &RequestWay::AT_DESK.map(|way| (way.key(), way.zh())))
    }
    fn is_chosen(&self, key: &str) -> bool {
        self.filled.entered.get("centre").is_some_and(|chosen| chosen.iter().any(|one| one == key))
    }
}

fn draw_take(catalogue: Catalogue, shell: Shell, mut filled: Filled, once: Uuid) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    filled.entered.entry("way".into()).or_insert_with(|| vec!["in_person".into()]);
    let centres = catalogue.centres().iter().filter(|centre| !centre.facts.intake_point.is_empty()).cloned().collect();
    page::render_status(&shell.clone(), status, &TakePage { centres, catalogue, filled, once, shell })
}

/// GET /disclosure/desk/new
pub async fn new(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
) -> Result<Response, Stop> {
    may_take(&house, &person)?;
    draw_take(catalogue, shell.clone(), Filled::new(shell.lang, held.unwrap_or_default(), Vec::new()), Uuid::new_v4())
}

#[derive(Template)]
#[template(path = "requests/taken.html")]
struct TakenPage {
    shell: Shell,
    catalogue: Catalogue,
    request: Request,
    code: String,
    due: Option<chrono::NaiveDate>,
}

/// POST /disclosure/desk/new: ends with the receipt, which whoever asked takes along.
pub async fn begin(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    may_take(&house, &person)?;
    let form = posted.once()?;
    let now = house.now();
    let mut errors = Vec::new();
    let way = RequestWay::AT_DESK.into_iter().find(|way| way.key() == posted.one("way"));
    if way.is_none() {
        errors.push(field_error("way", "怎么提交的", "请选怎么提交的", "Choose how it was handed in"));
    }
    let signed_for = match way {
        Some(RequestWay::RegisteredPost) => fields::past_date(&posted, "signed_for", "签收的日期", now.date(), &mut errors),
        _ => None,
    };
    let centre = Some(posted.one("centre").to_owned()).filter(|key| !key.is_empty());
    if centre.as_deref().is_some_and(|key| catalogue.centre(key).is_none()) {
        errors.push(field_error(
            "centre",
            "在哪个中心的受理点收的",
            "请从列表里选，或者不选",
            "Choose from the list or leave it",
        ));
    }
    let (agency, details) = ask::read(&catalogue, &posted, &mut errors);
    let Some(way) = way.filter(|_| errors.is_empty()) else {
        return draw_take(catalogue, shell.clone(), Filled::new(shell.lang, posted.0, errors), form);
    };
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let act = requested(way, (agency, details), centre, signed_for, now.date());
    let no = fold::begin(&mut tx, act, &person, "officer", &now).await?;
    let to = format!("/disclosure/desk/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}

#[derive(Template)]
#[template(path = "requests/work.html")]
struct WorkPage {
    shell: Shell,
    catalogue: Catalogue,
    request: Request,
    events: Vec<Event>,
    clock: Option<ClockView>,
    filled: Filled,
    code: String,
    /// The last day on which it may be sent back.
    correct_by: Option<chrono::NaiveDate>,
    today: chrono::NaiveDate,
}

impl WorkPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn state(&self) -> &'static str {
        show::state(&self.request)
    }
    fn unconfirmed(&self) -> bool {
        self.request.state == Standing::Unconfirmed
    }
    fn correcting(&self) -> bool {
        self.request.state == Standing::Correcting
    }
    fn running(&self) -> bool {
        self.request.state == Standing::Running
    }
    fn may_correct(&self) -> bool {
        self.request.correction.is_none() && self.correct_by.is_some_and(|by| self.today <= by)
    }
    fn may_extend(&self) -> bool {
        !self.request.extended && self.clock.as_ref().is_some_and(|clock| !clock.late())
    }
    /// Who may still be asked for an opinion, and whose is waited for.
    fn sides(&self) -> Vec<(&'static str, &'static str, bool)> {
        let sides = [(OpinionOf::ThirdParty, "third_party", "第三方"), (OpinionOf::CoAuthor, "co_author", "共同制作的机关")];
        let waits = |of| self.request.waits_for(of).is_some();
        sides
            .into_iter()
            .filter(|(of, ..)| waits(*of) || !self.request.is_asked(*of))
            .map(|(of, key, zh)| (key, zh, waits(of)))
            .collect()
    }
    fn opinion_told(&self) -> String {
        law::opinion_zh()
    }
    fn extension_told(&self) -> String {
        law::extension_zh()
    }
    fn outcomes(&self) -> String {
        self.filled.choice("outcome", "怎么答复", "radio", &law::OUTCOMES.map(|(_, key, zh)| (key, zh)))
    }
    fn parts(&self) -> Vec<usize> {
        (0..PARTS).collect()
    }
    fn grounds(&self) -> Vec<(&'static str, &'static str)> {
        law::WITHHOLDING.map(|(_, key, zh)| (key, zh)).to_vec()
    }
    fn value(&self, key: &str, row: &usize) -> String {
        let key = format!("{key}_{row}");
        self.filled.entered.get(&key).and_then(|v| v.last()).cloned().unwrap_or_default()
    }
    fn objection(&self) -> bool {
        self.request
            .opinions
            .iter()
            .any(|asked| asked.of == OpinionOf::ThirdParty && asked.opinion == Some(RequestOpinion::Objects))
    }
    fn opinion(&self, asked: &fold::Asked) -> &'static str {
        match asked.opinion {
            None => "还没有回复",
            Some(RequestOpinion::Agrees) => "同意公开",
            Some(RequestOpinion::Objects) => "不同意公开",
            Some(RequestOpinion::Silent) => law::silence(asked.of),
        }
    }
    fn side(&self, asked: &fold::Asked) -> &'static str {
        law::pause(asked.of)
    }
    fn outcome(&self) -> Option<&'static str> {
        self.request.outcome.map(law::outcome_zh)
    }
}

async fn draw(
    conn: &mut PgConnection,
    house: &House,
    catalogue: Catalogue,
    shell: Shell,
    request: Request,
    filled: Filled,
) -> Result<Response, Stop> {
    let now = house.now();
    let events = fold::history(conn, &request.no).await?;
    let runs = !matches!(request.state, Standing::Unconfirmed | Standing::Correcting);
    let clock = request.clock.as_ref().filter(|_| runs).map(|clock| ClockView::new("答复期限", clock, &now));
    let correct_by = request.received.map(|on| law::a3_3_03_correction_by(&now.calendar, on));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let code = house.lookup_code(&request.no);
    let page = WorkPage { catalogue, request, events, clock, filled, code, correct_by, today: now.date(), shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /disclosure/desk/{no}: the office works on it; who took it in for another agency sees the receipt.
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let conn = &mut *house.pool().acquire().await?;
    let request = fold::find(conn, &no).await?;
    match may(&house, &person, &request.agency) {
        Ok(()) => {
            let filled = Filled::new(shell.lang, Default::default(), Vec::new());
            draw(conn, &house, catalogue, shell, request, filled).await
        }
        Err(stop) => {
            let taken_by = foundation::record::acts_of(conn, &fold::subject(&no)).await?;
            let first = taken_by.first().map(foundation::record::Stored::read::<RequestAct>).transpose()?;
            let by_whom = first.and_then(|entry| entry.person).map(|by| by.person);
            if by_whom != Some(person.id) || request.requester.is_some() {
                return Err(stop);
            }
            let (code, due) = (house.lookup_code(&no), request.due(&house.now().calendar));
            page::render(&shell.clone(), &TakenPage { catalogue, request, code, due, shell })
        }
    }
}

/// The parts that are withheld, each with exactly one ground (A3.3-11).
fn withheld(posted: &Posted, outcome: RequestOutcome, errors: &mut Vec<FieldError>) -> Vec<Withheld> {
    let mut parts = Vec::new();
    for row in 0..PARTS {
        let (part_key, ground_key) = (format!("part_{row}"), format!("ground_{row}"));
        let part = fields::optional(posted, &part_key, "不公开的部分", 200, errors);
        let ground: Option<Withholding> =
            law::WITHHOLDING.iter().find(|(_, key, _)| *key == posted.one(&ground_key)).map(|(ground, ..)| *ground);
        match (part.is_empty(), ground) {
            (true, None) => {}
            (false, Some(ground)) => parts.push(Withheld { part, ground }),
            (true, Some(_)) => {
                errors.push(field_error(&part_key, "不公开的部分", "请写不公开的是哪一部分", "Say which part is withheld"));
            }
            (false, None) => {
                errors.push(field_error(&ground_key, "理由", "每一部分都要选一条理由", "Each part needs one ground"));
            }
        }
    }
    if law::withholds(outcome) && parts.is_empty() && errors.is_empty() {
        let zh = "不公开的，逐部分写明，各选一条理由（条例第三十六条第三项）";
        errors.push(field_error("part_0", "不公开的部分", zh, "Name each part that is withheld and choose its ground"));
    }
    if law::withholds(outcome) { parts } else { Vec::new() }
}

fn to_requester(text: String) -> Option<ToRequester> {
    Some(ToRequester { text, withheld: Vec::new() })
}

fn side(said: &str) -> Option<OpinionOf> {
    match said {
        "third_party" => Some(OpinionOf::ThirdParty),
        "co_author" => Some(OpinionOf::CoAuthor),
        _ => None,
    }
}

/// What is done, as it was posted.
fn read(request: &Request, what: &str, posted: &Posted, now: &Moment) -> Result<Result<RequestAct, Vec<FieldError>>, Stop> {
    let mut errors = Vec::new();
    let today = now.date();
    let asked_on = calendar::local_date(request.at);
    let act = match what {
        "confirm" => {
            let on = fields::past_date(posted, "on", "确认收到的日期", today, &mut errors);
            if on.is_some_and(|on| on < asked_on) {
                let zh = "不能早于申请提出的那天";
                errors.push(field_error("on", "确认收到的日期", zh, "The date must not be before the request"));
            }
            RequestAct::ReceiptConfirmed { on: on.unwrap_or(today) }
        }
        "correction" => {
            let until = fields::date(posted.one("until"), "until", "补正的最后一天", &mut errors);
            if until.is_some_and(|until| until <= today) {
                let zh = "要给申请人合理的时间，最后一天在今天以后";
                errors.push(field_error("until", "补正的最后一天", zh, "Leave a reasonable time: the last day lies after today"));
            }
            let wanted = ("请一次写全要补正什么", "Say all that is to be corrected");
            let text = fields::text(posted, "missing", "要补正什么", wanted, LONGEST, &mut errors);
            RequestAct::CorrectionAsked { until: until.unwrap_or(today), private: to_requester(text) }
        }
        // What somebody without an account brings.
        "corrected" => {
            let wanted = ("请写补正的内容", "Enter what was asked for");
            let text = fields::text(posted, "text", "补正的内容", wanted, LONGEST, &mut errors);
            RequestAct::Corrected { private: to_requester(text) }
        }
        "ask" => {
            let of = side(posted.one("of")).ok_or(Stop::NotFound("页面"))?;
            let wanted = ("请写征求谁的意见", "Say whose opinion is asked for");
            let who = fields::text(posted, "who", "征求谁的意见", wanted, 200, &mut errors);
            RequestAct::OpinionAsked { of, until: law::a3_3_06_opinion_until(&now.calendar, today), private: to_requester(who) }
        }
        "opinion" => {
            let of = side(posted.one("of")).ok_or(Stop::NotFound("页面"))?;
            let opinion = match posted.one("opinion") {
                "agrees" => Some(RequestOpinion::Agrees),
                "objects" => Some(RequestOpinion::Objects),
                _ => None,
            };
            if opinion.is_none() {
                errors.push(field_error("opinion", "意见", "请选同意还是不同意", "Choose whether they agree"));
            }
            let text = fields::optional(posted, "why", "意见的内容", LONGEST, &mut errors);
            RequestAct::OpinionGiven {
                of,
                opinion: opinion.unwrap_or(RequestOpinion::Agrees),
                on: today,
                private: to_requester(text),
            }
        }
        "extend" => {
            let wanted =
                ("请写是谁批准的：政府信息公开工作机构负责人", "Name the head of the office of disclosure who approved it");
            let approver = fields::public_text(posted, "approver", "批准人", wanted, 100, &mut errors);
            let wanted = ("请写为什么要延长，申请人看得到", "Say why; the requester reads it");
            let reason = fields::public_text(posted, "reason", "延长的理由", wanted, 500, &mut errors);
            RequestAct::Extended { approver, reason }
        }
        "answer" => {
            let outcome = law::OUTCOMES.iter().find(|(_, key, _)| *key == posted.one("outcome")).map(|(outcome, ..)| *outcome);
            if outcome.is_none() {
                errors.push(field_error("outcome", "怎么答复", "请选怎么答复", "Choose the kind of answer"));
            }
            let wanted = ("请写答复的内容", "Enter the answer");
            let text = fields::text(posted, "answer", "答复的内容", wanted, LONGEST * 5, &mut errors);
            let outcome = outcome.unwrap_or(RequestOutcome::Disclosed);
            let parts = withheld(posted, outcome, &mut errors);
            let interest = fields::public_optional(posted, "interest", "公共利益的理由", 500, &mut errors);
            let mut grounds: Vec<Withholding> = Vec::new();
            for part in &parts {
                if !grounds.contains(&part.ground) {
                    grounds.push(part.ground);
                }
            }
            let public_interest = Some(interest).filter(|said| !said.is_empty());
            RequestAct::Answered { outcome, public_interest, grounds, private: Some(ToRequester { text, withheld: parts }) }
        }
        "withdraw" => RequestAct::Withdrawn,
        _ => return Err(Stop::NotFound("页面")),
    };
    Ok(if errors.is_empty() { Ok(act) } else { Err(errors) })
}

/// POST /disclosure/desk/{no}/{what}
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((no, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let request = fold::lock(&mut tx, &no).await?;
    may(&house, &person, &request.agency)?;
    if request.requester == Some(person.id) {
        return Err(Stop::NotAllowed { reason: "自己提出的申请由同事办理".into() });
    }
    let now = house.now();
    let act = match read(&request, &what, &posted, &now)? {
        Ok(act) => act,
        Err(errors) => {
            let filled = Filled::new(shell.lang, posted.0, errors);
            return draw(&mut tx, &house, catalogue, shell, request, filled).await;
        }
    };
    fold::act(&mut tx, request, act, &person, "officer", &now).await?;
    let to = format!("/disclosure/desk/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
