//! 我的号 · one number on a page that whoever took it keeps: how many are before it, about how long, which counter (B4.1). Its address holds a
//! code; without the code there is nothing to see.

use super::centre;
use super::number::{self, Number};
use super::rate;
use crate::cases;
use acts::GRADES;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header::HeaderName};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, Centre};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// How often the page asks anew when its reader wants it to, in seconds.
const EVERY: u32 = 30;

#[derive(Deserialize)]
pub struct Wanted {
    refresh: Option<String>,
}

#[derive(Template)]
#[template(path = "hall/ticket.html")]
struct TicketPage {
    shell: Shell,
    centre: Arc<Centre>,
    item: Option<String>,
    number: Number,
    today: bool,
    before: i64,
    minutes: Option<i64>,
    /// The counters that serve its queue.
    counters: i64,
    address: String,
    qr: String,
    refreshes: bool,
    /// It was served and became no case.
    can_rate: bool,
    graded: Option<u8>,
    /// Where whoever rated badly follows what becomes of it.
    followed_at: Option<String>,
    once: Uuid,
}

impl TicketPage {
    fn graded_zh(&self) -> &'static str {
        self.graded.map_or("", acts::grade_name)
    }
    fn kind(&self) -> &'static str {
        self.number.kind().zh()
    }
    fn priority(&self) -> Option<&'static str> {
        self.number.priority().map(|_| "优先")
    }
    /// What the reader wants to know first.
    fn standing(&self) -> String {
        let counter = self.number.counter.as_deref().unwrap_or_default();
        match self.number.state.as_str() {
            "called" => format!("请到 {counter} 号窗口"),
            "serving" => format!("正在 {counter} 号窗口办理"),
            "missed" => "叫过了，您没有来".into(),
            "done" => "已经办完".into(),
            "left" => "这个号已经退了".into(),
            _ if !self.today => "这个号是另一天的，已经过了".into(),
            _ if self.before == 0 => "下一个就是您".into(),
            _ => format!("前面还有 {} 人", self.before),
        }
    }
    fn estimate(&self) -> String {
        match self.minutes {
            Some(0) => "马上就叫到".into(),
            Some(minutes) => format!("照今天已经办的算，大约还要 {minutes} 分钟"),
            None if self.counters == 0 => "这种号现在没有窗口开着，说不出要等多久".into(),
            None => "今天办完的还太少，说不出要等多久".into(),
        }
    }
    fn waits(&self) -> bool {
        self.today && self.number.is("waiting")
    }
    fn can_leave(&self) -> bool {
        self.today && (self.number.is("waiting") || self.number.is("missed"))
    }
}

/// The number of this address; its code is what opens it.
pub(super) async fn open(
    house: &House,
    conn: &mut PgConnection,
    (key, ticket, code): (&str, &str, &str),
) -> Result<Number, Stop> {
    const WHAT: Stop = Stop::NotFound("号");
    let (day, no) = number::read_ticket(ticket).ok_or(WHAT)?;
    if code != number::code(house, key, ticket) {
        return Err(WHAT);
    }
    number::find(conn, key, day, no).await?.ok_or(WHAT)
}

/// GET /centres/{centre}/queue/{ticket}/{code}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path((key, ticket, code)): Path<(String, String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    let now = house.now();
    let mut conn = house.pool().acquire().await?;
    let number = open(&house, &mut conn, (&key, &ticket, &code)).await?;
    let (mut before, mut minutes, mut counters) = (0, None, 0);
    if number.is("waiting") && number.day == now.date() {
        let pace = number::pace(&mut conn, &key, number.day, number.kind()).await?;
        before = number::before(&mut conn, &number).await?;
        (minutes, counters) = (number::estimate(before, pace), pace.counters);
    }
    let graded = rate::grade(&mut conn, &number).await?;
    drop(conn);
    let address = number.address(&house);
    let page = TicketPage {
        centre,
        item: number.item.as_deref().map(|slug| catalogue.item_name(slug, &shell.lang)),
        today: number.day == now.date(),
        before,
        minutes,
        counters,
        qr: page::qr(&format!("{}{address}", house.site().origin)),
        address,
        refreshes: wanted.refresh.is_some(),
        can_rate: graded.is_none() && rate::may_be_rated(&number) && !shell.is_staff(),
        followed_at: graded
            .filter(|grade| acts::is_bad_grade(*grade) && !shell.is_staff())
            .map(|_| cases::rate::followed_at(&house, &rate::rated(&number))),
        graded,
        once: Uuid::new_v4(),
        number,
        shell,
    };
    let mut response = page::render(&page.shell, &page)?;
    if page.refreshes && page.today {
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from(EVERY));
    }
    Ok(response)
}

/// POST: gives the number up, so that nobody is called in vain.
pub async fn leave(
    State(house): State<House>,
    catalogue: Catalogue,
    Path((key, ticket, code)): Path<(String, String, String)>,
) -> Result<Response, Stop> {
    centre(&catalogue, &key)?;
    let now = house.now();
    let mut conn = house.pool().acquire().await?;
    let number = open(&house, &mut conn, (&key, &ticket, &code)).await?;
    let again = number.is("left");
    if !again && !number::leave(&mut conn, &number, &now).await? {
        return Err(Stop::Rejected("这个号已经叫到了，不用退".into()));
    }
    Ok(Redirect::to(&number.address(&house)).into_response())
}
