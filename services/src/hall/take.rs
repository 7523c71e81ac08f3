//! 取号 · a visitor takes a number, on a phone or from staff (B4.1).

use super::number::{self, Number, Wish};
use super::{A_DAY, AT_ONCE, FROM_ONE_ADDRESS, Kind, Priority, calls_in, centre};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use catalogue::{Catalogue, Centre, Item};
use chrono::NaiveDate;
use foundation::caller::Caller;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::sessions::{new_token, token_hash};
use foundation::{House, SignedIn, Stop, once, people};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// What a device is known by, for its numbers alone.
const COOKIE: &str = "sunlit_queue";

#[derive(Template)]
#[template(path = "hall/centres.html")]
struct CentresPage {
    shell: Shell,
    centres: Vec<Arc<Centre>>,
}

/// GET /queue: which centre?
pub async fn centres(shell: Shell, catalogue: Catalogue) -> Result<Response, Stop> {
    let mut centres = catalogue.centres().to_vec();
    centres.retain(|centre| centre.is_open(shell.now.date()));
    page::render(&shell.clone(), &CentresPage { centres, shell })
}

#[derive(Template)]
#[template(path = "hall/take.html")]
struct TakePage {
    shell: Shell,
    centre: Arc<Centre>,
    items: Vec<Arc<Item>>,
    waiting: Vec<(Kind, i64)>,
    counters: usize,
    filled: Filled,
    once: Uuid,
    staff: bool,
}

impl TakePage {
    fn kinds(&self) -> String {
        let options = Kind::ALL.map(|kind| (kind.key(), self.of(kind)));
        let options: Vec<(&str, &str)> = options.iter().map(|(key, text)| (*key, text.as_str())).collect();
        self.filled.choice("kind", "来办什么", "radio", &options)
    }
    fn of(&self, kind: Kind) -> String {
        let waiting = self.waiting.iter().find(|(one, _)| *one == kind).map_or(0, |(_, count)| *count);
        match kind {
            Kind::General => format!("办事，提交申请（{waiting} 人在等）"),
            Kind::Advice => format!("咨询，问一件事（{waiting} 人在等）"),
            Kind::Collect => format!("领证、领结果（{waiting} 人在等）"),
        }
    }
    fn priorities(&self) -> String {
        let mut options = vec![("none", "没有这些情况")];
        options.extend(Priority::ALL.map(|one| (one.key(), one.zh())));
        self.filled.choice("priority", "需要优先的（自己说了就算，不用证明）", "radio", &options)
    }
    fn is_chosen(&self, slug: &str) -> bool {
        self.filled.entered.get("item").is_some_and(|chosen| chosen.iter().any(|one| one == slug))
    }
}

async fn draw(
    house: &House,
    catalogue: &Catalogue,
    shell: Shell,
    centre: Arc<Centre>,
    staff: bool,
    mut filled: Filled,
    once: Uuid,
) -> Result<Response, Stop> {
    let today = house.now().date();
    let conn = &mut *house.pool().acquire().await?;
    let waiting = number::waiting(conn, &centre.key, today).await?;
    let counters = number::counters(conn, &centre.key, today).await?.len();
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    for (field, usual) in [("kind", "general"), ("priority", "none")] {
        filled.entered.entry(field.into()).or_insert_with(|| vec![usual.into()]);
    }
    let items = catalogue.items().iter().filter(|item| catalogue.is_handled_in(item, &centre.key, today)).cloned().collect();
    let page = TakePage { centre, items, waiting, counters, filled, once, staff, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

fn is_staff(house: &House, catalogue: &Catalogue, person: Option<&SignedIn>, centre: &str) -> bool {
    person.is_some_and(|person| calls_in(house, catalogue, person, centre))
}

/// GET /centres/{centre}/queue
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: Option<SignedIn>,
    Path(key): Path<String>,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    if !centre.is_open(shell.now.date()) {
        // Its page says where to go.
        return Ok(Redirect::to(&format!("/centres/{key}")).into_response());
    }
    let staff = is_staff(&house, &catalogue, person.as_ref(), &key);
    let filled = Filled::new(shell.lang, Default::default(), Vec::new());
    draw(&house, &catalogue, shell, centre, staff, filled, Uuid::new_v4()).await
}

/// One device does not take twenty. Its numbers of a moment wait for each other.
async fn may_take(conn: &mut PgConnection, device: &[u8], day: NaiveDate) -> Result<(), Stop> {
    let key = i64::from_be_bytes(device[..8].try_into().unwrap_or_default());
    sqlx::query("select pg_advisory_xact_lock($1)").bind(key).execute(&mut *conn).await?;
    let (waiting, today) = number::of_device(conn, device, day).await?;
    if waiting >= AT_ONCE {
        return Err(Stop::Rejected(format!(
            "这台手机已经有 {AT_ONCE} 个号在等。叫到、办完以后再取；不要的号可以在它的页面上退掉。替别人取号，请到窗口让工作人员取。"
        )));
    }
    if today >= A_DAY {
        return Err(Stop::Rejected(format!("这台手机今天已经取了 {A_DAY} 个号。还要取，请到窗口让工作人员取。")));
    }
    Ok(())
}

/// POST /centres/{centre}/queue
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: Option<SignedIn>,
    caller: Caller,
    jar: CookieJar,
    Path(key): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let centre = centre(&catalogue, &key)?;
    let staff = is_staff(&house, &catalogue, person.as_ref(), &key);
    let now = house.now();
    let mut errors = Vec::new();
    let kind = Kind::of(posted.one("kind"));
    if kind.is_none() {
        errors.push(field_error("kind", "来办什么", "请选来办什么", "Choose what you come for"));
    }
    let item = Some(posted.one("item")).filter(|slug| !slug.is_empty());
    if item.is_some_and(|slug| catalogue.item(slug).is_none_or(|item| !catalogue.is_handled_in(&item, &key, now.date()))) {
        let zh = "这个中心不办这件事，请从列表里选，或者不选";
        errors.push(field_error("item", "哪件事", zh, "This centre does not handle it; choose from the list or leave it"));
    }
    let Some(kind) = kind.filter(|_| errors.is_empty()) else {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, &catalogue, shell, centre, staff, filled, form).await;
    };
    let token = jar.get(COOKIE).map(|cookie| cookie.value().to_owned()).filter(|token| token.len() == 64);
    let token = token.unwrap_or_else(new_token);
    let device = (!staff).then(|| token_hash(&token));
    if !staff {
        // Every number is counted and none is taken off: this is a limit, not a guess. Before the transaction, which has a connection
        // of its own: many who come at once would wait for each other's second one.
        let from = format!("hall:{key} {}", caller.key());
        people::count_try(house.pool(), &[(&from, FROM_ONE_ADDRESS)], people::TRIES_KEPT_SECONDS, now.at).await?;
    }
    let mut tx = house.pool().begin().await?;
    once::alone(&mut tx, form).await?;
    if let Some(before) = number::of_form(&mut tx, form).await? {
        return Ok(Redirect::to(&before.address(&house)).into_response());
    }
    if !catalogue::centres::is_open(&mut tx, &key, now.date()).await? {
        return Err(Stop::Rejected("这个中心已经撤销，不再取号。到哪里办，看它的页面。".into()));
    }
    if let Some(device) = &device {
        may_take(&mut tx, device, now.date()).await?;
    }
    let wish = Wish { kind, priority: Priority::of(posted.one("priority")), item: item.map(Into::into), device, form };
    let taken = number::take(&mut tx, &key, &wish, &now).await?;
    let taken: Number = number::find(&mut tx, &key, now.date(), &taken).await?.ok_or(Stop::NotFound("号"))?;
    tx.commit().await?;
    let to = Redirect::to(&taken.address(&house));
    if staff {
        return Ok(to.into_response());
    }
    let cookie = Cookie::build((COOKIE, token))
        .path("/centres")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(house.site().secure())
        .build();
    Ok((jar.add(cookie), to).into_response())
}
