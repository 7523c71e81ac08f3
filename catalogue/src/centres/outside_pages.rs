//! 不进中心的事项，公开 · what stays outside the centres, with review, approval and reason, or what of them is missing (B3.1-01, F065).

use super::open::known;
use super::outside::{self, Outside, Rejection, Said, Standing};
use super::{close, drawn_from, is_as_drawn, offices, record, show};
use crate::powers::{is_offered, may};
use crate::{Catalogue, Centre, Item};
use acts::{Hall, OutsideAct, OutsideGround};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, Step, filters};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

const PAGE: i64 = 50;
const MOST: i64 = 50_000;
const LONGEST: usize = 300;

impl From<Rejection> for Stop {
    fn from(no: Rejection) -> Stop {
        Stop::Rejected(no.to_string())
    }
}

fn told(act: OutsideAct) -> (&'static str, String) {
    let yes = |passes: bool| if passes { "同意" } else { "不同意" };
    match act {
        OutsideAct::Asked { hall, from, because, reason, .. } => {
            ("报请不进中心", format!("{}，自 {from} 起，{}：{reason}", hall.name, because.zh()))
        }
        OutsideAct::Found { hall, since, because, reason, .. } => {
            let ground = because.map_or("没有法定的情形", OutsideGround::zh);
            ("登记在中心外办理", format!("{}，自 {since} 起，{ground}：{reason}", hall.name))
        }
        OutsideAct::Reviewed { passes, on, reason, .. } => ("管理机构审核", format!("{on} {}：{reason}", yes(passes))),
        OutsideAct::Approved { passes, on, document, reason, .. } => {
            ("本级政府批准", format!("{on} {document} {}：{reason}", yes(passes)))
        }
        OutsideAct::Returned { on, basis } => ("进驻中心", format!("自 {on} 起。依据：{basis}")),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    centre: String,
    /// `lacking`: those without review, approval or ground.
    only: String,
    after: String,
    #[serde(rename = "as")]
    form: String,
}

#[derive(Template)]
#[template(path = "centres/outside_list.html")]
struct ListPage {
    shell: Shell,
    centre: Option<Arc<Centre>>,
    lacking: bool,
    rows: Vec<(Outside, String, String)>,
    next: Option<String>,
}

impl ListPage {
    fn mark(&self, one: &Outside) -> (&'static str, &'static str) {
        one.mark(self.shell.now.date())
    }
    fn address(&self, lacking: bool) -> String {
        let centre = self.centre.as_ref().map(|centre| format!("centre={}&", centre.key)).unwrap_or_default();
        format!("/centres/outside?{centre}{}", if lacking { "only=lacking" } else { "" })
    }
}

/// GET /centres/outside
pub async fn list(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let centre = catalogue.centre(&wanted.centre);
    let key = centre.as_ref().map_or("", |centre| centre.key.as_str()).to_owned();
    let lacking = wanted.only == "lacking";
    let format = Format::of(Some(wanted.form.as_str()));
    let most = if format.is_some() { MOST } else { PAGE + 1 };
    let mut conn = house.pool().acquire().await?;
    let mut rows = outside::listed(&mut conn, (&key, lacking), &wanted.after, most).await?;
    drop(conn);
    if let Some(format) = format {
        return table(&catalogue, &rows, shell.now.date()).download(format, shell.lang);
    }
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let page = ListPage {
        next: rows.last().filter(|_| more).map(|row| row.item.clone()),
        rows: rows
            .into_iter()
            .map(|one| (catalogue.item_name(&one.item, &shell.lang), catalogue.agency_name(&one.agency).to_owned(), one))
            .map(|(name, agency, one)| (one, name, agency))
            .collect(),
        centre,
        lacking,
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(catalogue: &Catalogue, rows: &[Outside], today: NaiveDate) -> Table {
    let row = |one: &Outside| {
        let lacks = one.b3_1_01_lacks().iter().map(|lack| lack.zh()).collect::<Vec<_>>().join("；");
        let day = |said: &Option<Said>| said.as_ref().map(|said| said.on.to_string()).into();
        vec![
            one.item.clone().into(),
            catalogue.item_name(&one.item, &page::Lang::Zh).into(),
            catalogue.agency_name(&one.agency).to_owned().into(),
            one.centre.clone().into(),
            one.hall.name.clone().into(),
            one.since.to_string().into(),
            one.because.map_or("", OutsideGround::zh).into(),
            one.reason.clone().into(),
            one.mark(today).1.into(),
            day(&one.review),
            day(&one.approval),
            lacks.into(),
        ]
    };
    Table {
        name: "不在中心办理的事项".into(),
        columns: vec![
            ("item", "编号"),
            ("name", "事项"),
            ("agency", "单位"),
            ("centre", "中心"),
            ("hall", "部门大厅"),
            ("since", "自哪天起"),
            ("ground", "情形"),
            ("reason", "原因"),
            ("standing", "状态"),
            ("reviewed_on", "审核日期"),
            ("approved_on", "批准日期"),
            ("lacks", "缺什么"),
        ],
        rows: rows.iter().map(row).collect(),
    }
}

#[derive(Template)]
#[template(path = "centres/outside_one.html")]
struct OnePage {
    shell: Shell,
    one: Outside,
    name: String,
    agency: String,
    centre: Arc<Centre>,
    manager: String,
    government: String,
    steps: Vec<Step>,
    /// What others decided on paper is entered with its documents.
    by_documents: bool,
    may_keep: bool,
    may_review: bool,
    may_approve: bool,
    filled: Filled,
}

impl OnePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn seen(&self) -> String {
        drawn_from(&self.one).unwrap_or_default()
    }
    fn ground(&self) -> Option<&'static str> {
        self.one.because.map(OutsideGround::zh)
    }
    /// How it stands today, and whether what it lacks is listed.
    fn standing(&self) -> (&'static str, &'static str, bool) {
        match self.one.b3_1_03_standing(self.shell.now.date()) {
            Standing::Inside => ("note note--go", "这个事项已经进驻中心。", false),
            Standing::Asked => {
                ("note", "报请到日在中心外办理，还没有批准，现在在中心办。到那天还没有批准的，仍在中心办。还缺：", true)
            }
            Standing::Coming => ("note", "经管理机构审核、本级政府批准，到日在中心外办理；在那之前在中心办。", false),
            Standing::Lapsed => ("note note--sun", "报请的那天以前没有批准，仍在中心办。要出去，请中心重新报请。缺的是：", true),
            Standing::Outside if self.one.b3_1_01_lacks().is_empty() => {
                ("note", "经管理机构审核、本级政府批准，在中心外办理，不算在事项全覆盖里。", false)
            }
            Standing::Outside => ("note note--stop", "没有经过审核和批准就在中心外办理，事项全覆盖因此低。缺的是：", true),
        }
    }
    /// Whether it can still be reviewed and approved, and whether it can come in.
    fn is_due(&self) -> (bool, bool) {
        let standing = self.one.b3_1_03_standing(self.shell.now.date());
        // What was decided in time on paper may be entered later.
        (self.by_documents || standing != Standing::Lapsed, standing == Standing::Outside)
    }
    /// Whether the management body is next, and whoever looks may speak for it.
    fn reviews(&self) -> bool {
        let passed = self.one.review.as_ref().is_some_and(|review| review.passes);
        self.by_documents || self.may_review && !passed
    }
    /// The same of the government.
    fn approves(&self) -> bool {
        let passed = |said: &Option<Said>| said.as_ref().is_some_and(|said| said.passes);
        self.by_documents || self.may_approve && passed(&self.one.review) && !passed(&self.one.approval)
    }
    /// Whether whoever looks can do anything with it today.
    fn acts(&self) -> bool {
        let (decides, enters) = self.is_due();
        self.one.is_open() && (self.may_keep && enters || (self.reviews() || self.approves()) && decides)
    }
    fn is_open(&self, fields: &[&str]) -> bool {
        self.filled.errors.iter().any(|error| fields.contains(&error.field.as_str()))
    }
    fn verdict(&self, key: &str) -> String {
        offices::verdict_field(&self.filled, key)
    }
    fn said(&self) -> [(&'static str, &str, Option<&Said>); 2] {
        [
            ("管理机构审核", self.manager.as_str(), self.one.review.as_ref()),
            ("本级政府批准", self.government.as_str(), self.one.approval.as_ref()),
        ]
    }
}

/// The key of the government of a region.
pub(super) fn government_of(catalogue: &Catalogue, region: &str) -> Option<String> {
    let is = |agency: &&crate::Agency| agency.region == region && agency.roles.iter().any(|role| role == "government");
    catalogue.agencies().iter().find(is).map(|agency| agency.key.clone())
}

async fn draw(house: &House, catalogue: &Catalogue, shell: Shell, item: &str, again: Option<Filled>) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let one = outside::find(&mut conn, item).await?.ok_or(Stop::NotFound("不进中心的事项"))?;
    let steps = page::steps_of(&mut conn, &outside::subject(item), told).await?;
    drop(conn);
    let centre = show::centre(catalogue, &one.centre)?;
    let name = |key: &str| catalogue.agency_name(key).to_owned();
    let filled = again.unwrap_or_else(|| Filled::empty(shell.lang));
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let offers = |act| offices::is_offered(house, catalogue, shell.person.as_ref(), act, &centre);
    let page = OnePage {
        name: catalogue.item_name(item, &shell.lang),
        agency: name(&one.agency),
        // Whoever has said so is named, whichever body it would be today.
        manager: name(one.review.as_ref().map_or(&centre.manager, |review| &review.body)),
        government: match &one.approval {
            Some(approval) => name(&approval.body),
            None => offices::government(catalogue, &centre).map(|key| name(&key)).unwrap_or_default(),
        },
        by_documents: is_offered(house, shell.person.as_ref(), Act::KeepCentre),
        may_keep: offers(Act::KeepCentre),
        may_review: offers(Act::ReviewCentre),
        may_approve: offers(Act::ApproveCentre),
        steps,
        centre,
        one,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /centres/outside/{item}
pub async fn one(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(item): Path<String>,
) -> Result<Response, Stop> {
    draw(&house, &catalogue, shell, &item, None).await
}

/// The page again, with what was typed before the session ended (H17).
pub async fn kept(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Held(held): Held,
    Path((item, _)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let again = held.map(|entered| Filled::new(shell.lang, entered, Vec::new()));
    draw(&house, &catalogue, shell, &item, again).await
}

/// POST /centres/outside/{item}/{what}
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path((item, what)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Stop> {
    let form = posted.once()?;
    let now = house.now();
    let today = now.date();
    // Whoever signs in for a body says today what it says; the administrator enters its documents.
    let by_documents = may(&house, &person, Act::KeepCentre).is_ok();
    let by = (!by_documents).then_some(person.id);
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let before = outside::lock(&mut tx, &item).await?.ok_or(Stop::NotFound("不进中心的事项"))?;
    is_as_drawn(posted.one("seen"), &before)?;
    let centre = show::centre(&catalogue, &before.centre)?;
    let must = |act| if by_documents { Ok(()) } else { offices::may(&house, &catalogue, &person, act, &centre) };
    let on = |key: &str, label: &str, errors: &mut Vec<FieldError>| match by_documents {
        true => fields::past_date(&posted, key, label, today, errors).unwrap_or(today),
        false => today,
    };
    let mut errors = Vec::new();
    let reason = |key: &str, errors: &mut Vec<FieldError>| {
        let wanted = ("请写理由，公开", "Say why; it becomes public");
        fields::public_text(&posted, key, "理由", wanted, LONGEST, errors)
    };
    let act = match what.as_str() {
        "review" => {
            must(Act::ReviewCentre)?;
            let said = Said {
                body: centre.manager.clone(),
                passes: offices::verdict(&posted, "reviewed", &mut errors),
                on: on("reviewed_on", "审核日期", &mut errors),
                document: String::new(),
                reason: reason("review_reason", &mut errors),
                by,
            };
            before.b3_1_01_review(said)
        }
        "approve" => {
            must(Act::ApproveCentre)?;
            let wanted = ("请写批准的文号", "Enter the number of the document");
            let said = Said {
                body: offices::government(&catalogue, &centre).unwrap_or_default(),
                passes: offices::verdict(&posted, "approved", &mut errors),
                on: on("approved_on", "批准日期", &mut errors),
                document: fields::public_text(&posted, "document", "批准文号", wanted, LONGEST, &mut errors),
                reason: reason("approval_reason", &mut errors),
                by,
            };
            before.b3_1_01_approve(said)
        }
        "enter" => {
            must(Act::KeepCentre)?;
            let wanted = ("请写依据：哪个机关的什么文件", "Say which document of which body it rests on");
            let on = fields::past_date(&posted, "entered_on", "进驻日期", today, &mut errors).unwrap_or(today);
            let basis = fields::public_text(&posted, "entered_by", "依据", wanted, LONGEST, &mut errors);
            // Nobody is sent to a centre in which nobody handles it.
            match centre.counters.iter().any(|counter| counter.agency == before.agency) {
                true => before.enter(on, basis),
                false => Err(Rejection::NoCounter),
            }
        }
        _ => return Err(Stop::NotFound("页面")),
    };
    if !errors.is_empty() {
        tx.rollback().await?;
        let again = Filled::new(shell.lang, posted.0, errors);
        return draw(&house, &catalogue, shell, &item, Some(again)).await;
    }
    outside::keep(&mut tx, &item, Some(before), act?, record::by(&person), &now).await?;
    let leads_to = format!("/centres/outside/{item}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    known(&house, &catalogue).await;
    Ok(Redirect::to(&leads_to).into_response())
}

#[derive(Template)]
#[template(path = "centres/outside_new.html")]
struct NewPage {
    shell: Shell,
    centre: Arc<Centre>,
    items: Vec<Arc<Item>>,
    filled: Filled,
}

impl NewPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn is_chosen(&self, slug: &str) -> bool {
        self.filled.entered.get("item").is_some_and(|chosen| chosen.iter().any(|one| one == slug))
    }
    fn grounds(&self) -> String {
        let options = OutsideGround::ALL.map(|ground| (ground.key(), ground.zh()));
        self.filled.choice("because", "属于哪种情形", "radio", &options)
    }
    fn item_error(&self) -> Option<String> {
        let found = self.filled.errors.iter().find(|error| error.field == "item");
        found.map(|error| self.filled.said(error))
    }
}

/// The matters whose place this centre is.
fn items_of(catalogue: &Catalogue, centre: &Centre) -> Vec<Arc<Item>> {
    catalogue.listed().into_iter().filter(|item| item.centre == centre.key).collect()
}

fn draw_new(catalogue: &Catalogue, shell: Shell, centre: Arc<Centre>, filled: Filled) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = NewPage { items: items_of(catalogue, &centre), centre, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /centres/{centre}/outside
pub async fn new(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(key): Path<String>,
) -> Result<Response, Stop> {
    let centre = show::centre(&catalogue, &key)?;
    offices::may(&house, &catalogue, &person, Act::KeepCentre, &centre)?;
    close::told(&centre, house.now().date())?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw_new(&catalogue, shell, centre, filled)
}

/// POST /centres/{centre}/outside: a matter that is to be handled elsewhere from a day to come, or is already.
pub async fn find(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(key): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let centre = show::centre(&catalogue, &key)?;
    offices::may(&house, &catalogue, &person, Act::KeepCentre, &centre)?;
    let form = posted.once()?;
    let now = house.now();
    close::told(&centre, now.date())?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let mut errors = Vec::new();
    let item = items_of(&catalogue, &centre).into_iter().find(|item| item.slug == posted.one("item"));
    if item.is_none() {
        errors.push(field_error("item", "事项", "请从列表里选一个事项", "Choose a matter from the list"));
    }
    let said = |key: &str, label: &str, wanted: (&str, &str), errors: &mut Vec<FieldError>| {
        fields::public_text(&posted, key, label, wanted, LONGEST, errors)
    };
    let hall = Hall {
        name: said("hall", "部门大厅", ("请写在哪个大厅办", "Enter the hall in which it is handled"), &mut errors),
        address: said("address", "地址", ("请写大厅的地址", "Enter the address of the hall"), &mut errors),
    };
    let since = fields::date(posted.one("since"), "since", "自哪天起", &mut errors).unwrap_or(now.date());
    let asks = Outside::b3_1_03_is_asked_for(since, now.date()).unwrap_or_else(|last| {
        let zh = format!("最多提前半年报请，最晚是 {last}");
        errors.push(field_error("since", "自哪天起", &zh, &format!("It is asked for half a year ahead at most: by {last}")));
        true
    });
    let because = OutsideGround::ALL.into_iter().find(|one| one.key() == posted.one("because"));
    if because.is_none() {
        let zh = "请选一种情形；不是涉密，也不是场地限制的，应当在中心办";
        let en = "Choose which it is; what is neither secret nor short of room is handled in the centre";
        errors.push(field_error("because", "属于哪种情形", zh, en));
    }
    let reason = said("reason", "原因", ("请写为什么不在中心办", "Say why it is not handled in the centre"), &mut errors);
    let (Some(item), Some(because)) = (item.filter(|_| errors.is_empty()), because) else {
        tx.rollback().await?;
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw_new(&catalogue, shell, centre, filled);
    };
    let before = outside::lock(&mut tx, &item.slug).await?;
    if let Some(before) = &before {
        before.may_begin(asks, now.date())?;
    }
    let (centre, agency) = (key, item.agency.clone());
    let act = match asks {
        true => OutsideAct::Asked { centre, agency, hall, from: since, because, reason },
        false => OutsideAct::Found { centre, agency, hall, since, because: Some(because), reason },
    };
    outside::keep(&mut tx, &item.slug, before, act, record::by(&person), &now).await?;
    let leads_to = format!("/centres/outside/{}", item.slug);
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    known(&house, &catalogue).await;
    Ok(Redirect::to(&leads_to).into_response())
}
