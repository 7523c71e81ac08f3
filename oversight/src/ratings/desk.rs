//! 办差评 · what the agency that was rated does with each bad rating, what whoever was rated says to it, and what the desk of supervision
//! decides where two do not agree. Nobody handles a rating of himself.

use super::law::{self, Rejection};
use super::order::Order;
use super::record::{self, Row};
use acts::{RatingOrderAct, RatingSaid, Said, SetAside};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::Catalogue;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::kept::Event;
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

const PAGE: i64 = 30;

pub fn supervises(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::SuperviseRatings, &Resource::Site, &Circumstance::default()).map(|_| ())
}

fn may(house: &House, person: &Person, act: Act, agency: &str) -> Result<(), Stop> {
    let on = Resource::Agency { key: agency.to_owned() };
    house.may(&person.principal(), act, &on, &Circumstance::default()).map(|_| ())
}

/// What somebody is to an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Part {
    supervises: bool,
    /// Works at the desk of the agency rated, and is not rated.
    handles: bool,
    /// Was rated, or works at that desk: states, and asks for a review.
    speaks: bool,
}

fn part(house: &House, person: &Person, order: &Order) -> Result<Part, Stop> {
    let desk = may(house, person, Act::HandleRating, &order.agency);
    let at_desk = desk.is_ok();
    let rated = order.rates(person) && may(house, person, Act::AnswerForRating, &order.agency).is_ok();
    let supervises = supervises(house, person).is_ok();
    if !supervises && !rated {
        desk?;
    }
    let own = order.keeps_out(person);
    match own {
        Some(reason) if !rated => Err(Stop::NotAllowed { reason: reason.into() }),
        _ => Ok(Part { supervises, handles: at_desk && own.is_none(), speaks: rated || at_desk }),
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "ratings/list.html")]
struct ListPage {
    shell: Shell,
    catalogue: Catalogue,
    title: &'static str,
    lede: &'static str,
    supervises: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

fn draw_list(
    shell: Shell,
    catalogue: Catalogue,
    (title, lede): (&'static str, &'static str),
    supervises: bool,
    mut rows: Vec<Row>,
    next: impl Fn(&Row) -> String,
) -> Result<Response, Stop> {
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(next);
    page::render(&shell.clone(), &ListPage { catalogue, title, lede, supervises, rows, next, shell })
}

/// GET /ratings/desk: the queue of the agency; what waits for supervision; or the orders that rate oneself.
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let (day, no) = page::after_day(wanted.after.as_deref());
    let conn = &mut *house.pool().acquire().await?;
    let by_day = |(day, order): &Row| format!("/ratings/desk?after={day}~{}", order.no);
    if supervises(&house, &person).is_ok() {
        let rows = record::reviewed(conn, (day, &no), PAGE + 1).await?;
        let told = ("差评等复核", "评价人不满意的、提出不计入的，由另一个人、另一个单位看一遍再定。");
        return draw_list(shell, catalogue, told, true, rows, by_day);
    }
    let agency = person.agency.clone().unwrap_or_default();
    if may(&house, &person, Act::HandleRating, &agency).is_ok() {
        let rows = record::open(conn, &agency, (day, &no), PAGE + 1).await?;
        let told = ("差评办理", "一个工作日以内回访，简单的五个工作日以内改好，复杂的十五个工作日以内。先到期的在前。");
        return draw_list(shell, catalogue, told, false, rows, by_day);
    }
    may(&house, &person, Act::AnswerForRating, &agency)?;
    let before = wanted.after.unwrap_or_default();
    let rows = record::rating(conn, person.id, &before, PAGE + 1).await?;
    let told = ("评价我的差评", "可以看、可以陈述，不服的可以申诉；由同事办。");
    draw_list(shell, catalogue, told, false, rows, |(_, order)| format!("/ratings/desk?after={}", order.no))
}

/// GET /ratings/late
pub async fn late(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    supervises(&house, &person)?;
    let (day, no) = page::after_day(wanted.after.as_deref());
    let rows = record::late(&mut *house.pool().acquire().await?, (day, &no), PAGE + 1).await?;
    let told = ("逾期的差评工单", "到期没有回访、没有改好的，先到期的在前。");
    draw_list(shell, catalogue, told, true, rows, |(day, order)| format!("/ratings/late?after={day}~{}", order.no))
}

#[derive(Template)]
#[template(path = "ratings/work.html")]
struct WorkPage {
    shell: Shell,
    catalogue: Catalogue,
    order: Order,
    events: Vec<Event>,
    call_by: Option<NaiveDate>,
    due: NaiveDate,
    /// What the rater wrote; after erasure nothing.
    said: Option<RatingSaid>,
    part: Part,
    filled: Filled,
}

impl WorkPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn grade(&self) -> &'static str {
        acts::grade_name(self.order.grade)
    }
    fn item(&self) -> Option<String> {
        self.order.item.as_ref().map(|item| self.catalogue.item_name(item, &self.shell.lang))
    }
    fn at(&self) -> law::Standing {
        self.order.standing()
    }
    fn may(&self, step: law::Step) -> bool {
        law::c3_2_03_may(self.at(), step).is_ok()
    }
    fn may_call(&self) -> bool {
        self.part.handles && self.may(law::Step::CallBack)
    }
    fn may_plan(&self) -> bool {
        self.part.handles && self.may(law::Step::Plan)
    }
    fn may_answer(&self) -> bool {
        self.part.handles && self.may(law::Step::Answer)
    }
    fn may_ask(&self) -> bool {
        self.part.handles && self.may(law::Step::AskSetAside(SetAside::Mistaken))
    }
    fn may_appeal(&self) -> bool {
        self.part.speaks && self.may(law::Step::AskSetAside(SetAside::Appeal))
    }
    fn may_state(&self) -> bool {
        self.part.speaks && self.may(law::Step::State)
    }
    fn may_decide(&self) -> bool {
        self.part.supervises && self.may(law::Step::DecideSetAside)
    }
    fn may_review(&self) -> bool {
        self.part.supervises && self.may(law::Step::Review)
    }
    fn ground(&self) -> &'static str {
        self.order.pending().map_or("", |asked| law::ground_zh(asked.ground))
    }
    fn reached(&self) -> String {
        self.filled.choice("reached", "打通了吗", "radio", &[("yes", "打通了"), ("no", "没有打通")])
    }
    fn grounds(&self) -> String {
        self.filled.choice("ground", "为什么不计入", "radio", &law::GROUNDS)
    }
    fn set_aside(&self) -> String {
        self.filled.choice("set_aside", "计入不计入", "radio", &[("no", "照样计入"), ("yes", "不计入")])
    }
    fn justified(&self) -> String {
        self.filled.choice("justified", "评价人不满意，属不属实", "radio", &[("yes", "属实，重办"), ("no", "已经办到位，维持")])
    }
}

async fn draw(
    conn: &mut PgConnection,
    house: &House,
    catalogue: Catalogue,
    shell: Shell,
    order: Order,
    part: Part,
    filled: Filled,
) -> Result<Response, Stop> {
    let (events, now) = (record::history(conn, &order.no).await?, house.now());
    let said = record::said(conn, order.rating).await?;
    let (call_by, due) = (order.call_by(&now.calendar), order.due(&now.calendar));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = WorkPage { catalogue, order, events, call_by, due, said, part, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /ratings/desk/{no}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
) -> Result<Response, Stop> {
    let conn = &mut *house.pool().acquire().await?;
    let order = record::find(conn, &no).await?;
    let part = part(&house, &person, &order)?;
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(conn, &house, catalogue, shell, order, part, filled).await
}

fn either(posted: &Posted, key: &str, label: &str, errors: &mut Vec<FieldError>) -> bool {
    match posted.one(key) {
        "yes" => return true,
        "no" => {}
        _ => errors.push(field_error(key, label, "请选一项", "Choose one")),
    }
    false
}

fn private(posted: &Posted, key: &str, label: &str, wanted: (&str, &str), errors: &mut Vec<FieldError>) -> Option<Said> {
    Some(Said { text: fields::text(posted, key, label, wanted, 2000, errors) })
}

/// What everybody reads of an order.
const PUBLIC: [(&str, &str); 7] = [
    ("plan_reason", "为什么要到那天"),
    ("measure", "怎么改的"),
    ("basis", "依据"),
    ("proof", "证据"),
    ("appeal_reason", "申诉的理由"),
    ("decide_reason", "决定的理由"),
    ("review_reason", "复核的理由"),
];

/// What was posted, as an act.
fn read(what: &str, posted: &Posted, errors: &mut Vec<FieldError>) -> Result<RatingOrderAct, Stop> {
    let public = |key, label, wanted, errors: &mut Vec<FieldError>| fields::public_text(posted, key, label, wanted, 500, errors);
    Ok(match what {
        "call" => RatingOrderAct::CalledBack {
            reached: either(posted, "reached", "打通了吗", errors),
            private: private(
                posted,
                "call_note",
                "说了什么",
                (
                    "请写说了什么；没有打通的写什么时候打过几次",
                    "Say what was said; if nobody answered, when you called and how often",
                ),
                errors,
            ),
        },
        "plan" => {
            let until = fields::date(posted.one("until"), "until", "哪天改好", errors);
            let wanted = ("请写为什么要到那天", "Say why it takes until then");
            RatingOrderAct::Planned {
                until: until.unwrap_or_default(),
                reason: public("plan_reason", "为什么要到那天", wanted, errors),
            }
        }
        "correct" => RatingOrderAct::Corrected {
            measure: public("measure", "怎么改的", ("请写怎么改的", "Say what was put right"), errors),
            private: private(posted, "answer", "给评价人的话", ("请写给评价人的话", "Enter your words to the rater"), errors),
        },
        "explain" => RatingOrderAct::Explained {
            basis: public("basis", "依据", ("请写没有依据的理由和规定", "Give the provision, and why it cannot be done"), errors),
            private: private(posted, "explained", "给评价人的解释", ("请写给评价人的解释", "Explain it to the rater"), errors),
        },
        "aside" => {
            let ground = match posted.one("ground") {
                "mistaken" => Some(SetAside::Mistaken),
                "malicious" => Some(SetAside::Malicious),
                _ => None,
            };
            if ground.is_none() {
                errors.push(field_error("ground", "为什么不计入", "请选一项", "Choose one"));
            }
            let proof =
                public("proof", "证据", ("请写证据，没有证据的照样计入", "Name the proof; without it the rating counts"), errors);
            RatingOrderAct::SetAsideAsked { ground: ground.unwrap_or(SetAside::Mistaken), proof, private: None }
        }
        "appeal" => {
            let proof = public("appeal_reason", "申诉的理由", ("请写申诉的理由和证据", "Give the reason and the proof"), errors);
            RatingOrderAct::SetAsideAsked { ground: SetAside::Appeal, proof, private: None }
        }
        "state" => RatingOrderAct::Stated {
            private: private(posted, "statement", "陈述", ("请写您的陈述", "Enter your statement"), errors),
        },
        "decide" => RatingOrderAct::SetAsideDecided {
            set_aside: either(posted, "set_aside", "计入不计入", errors),
            reason: public(
                "decide_reason",
                "决定的理由",
                ("请写理由，谁都看得到", "Give the reason; everybody reads it"),
                errors,
            ),
        },
        "review" => RatingOrderAct::Reviewed {
            justified: either(posted, "justified", "评价人不满意，属不属实", errors),
            reason: public(
                "review_reason",
                "复核的理由",
                ("请写理由，谁都看得到", "Give the reason; everybody reads it"),
                errors,
            ),
        },
        _ => return Err(Stop::NotFound("页面")),
    })
}

/// POST /ratings/desk/{no}/{what}
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
    let order = record::lock(&mut tx, &no).await?;
    let part = part(&house, &person, &order)?;
    match what.as_str() {
        "decide" | "review" => supervises(&house, &person)?,
        "state" | "appeal" if part.speaks => {}
        _ if part.handles => {}
        _ if order.rates(&person) => return Err(Rejection::OwnRating.into()),
        _ => may(&house, &person, Act::HandleRating, &order.agency)?,
    }
    let mut errors = Vec::new();
    let act = read(&what, &posted, &mut errors)?;
    let people: Vec<Uuid> = order.who.rated.iter().copied().chain(order.who.rater).collect();
    let names = record::names(&mut tx, &order.of.no, &people).await?;
    for (key, label) in PUBLIC {
        fields::unnamed(posted.one(key), &names, key, label, &mut errors);
    }
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&mut tx, &house, catalogue, shell, order, part, filled).await;
    }
    let roles = ["supervisor", "liaison", "openness_officer", "chief_representative", "counter_officer"];
    let by = (person.actor_as(&roles), Some(person.private()));
    record::act(&mut tx, order, act, by, &house.now()).await?;
    let to = format!("/ratings/desk/{no}");
    once::finish(&house, tx, person.id, form, &to).await?;
    Ok(Redirect::to(&to).into_response())
}
