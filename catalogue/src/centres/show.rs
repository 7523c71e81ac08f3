//! 一个中心 · one centre, for everybody: what is on record of it, its figures, and every change (B2.1, B4.4, B6.3).

use super::closing::{self, Proposal};
use super::coverage::{Missing, Share, Stands, Why};
use super::figures::{self, AgencyFigures, Figures};
use super::standard::{Demand, b4_4_demands};
use super::{offices, outside, record};
use crate::powers::is_offered;
use crate::{Catalogue, Centre, Item};
use acts::{CentreAct, Closing, Counter};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, Step, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use std::sync::Arc;

/// Rows of a page of what is behind a figure.
const PAGE: usize = 100;
/// Earlier days that are shown.
const EARLIER: i64 = 12;
/// Matters outside that the page of a centre lists by itself.
const OUTSIDE: i64 = 20;

pub(super) fn told(act: CentreAct) -> (&'static str, String) {
    match act {
        CentreAct::Established { name, basis, from, .. } => ("登记政务服务中心", format!("{name}，自 {from} 起。依据：{basis}")),
        CentreAct::Changed { basis, from, facts } => {
            let (counters, divisions) = (facts.counters.len(), facts.divisions.len());
            let said = format!("窗口 {counters} 个，内设机构 {divisions} 个，自 {from} 起。依据：{basis}");
            ("变更政务服务中心的登记", said)
        }
        CentreAct::Closed(Closing {
            last_day,
            reason,
            reviewed_by,
            reviewed_on,
            approved_by,
            approved_on,
            document,
            approval,
            successor,
            ..
        }) => {
            let approval = if approval.is_empty() { String::new() } else { format!("：{approval}") };
            let goes_on = successor.map_or(String::new(), |to| format!("，由{}接续", to.name));
            let said = format!(
                "开放到 {last_day} 为止{goes_on}。原因：{reason}。{reviewed_by} {reviewed_on} 审核，{approved_by} {approved_on} 批准{approval}。依据：{document}"
            );
            ("撤销政务服务中心", said)
        }
        CentreAct::ClosingProposed(plan) => {
            let goes_on = plan.successor.map_or(String::new(), |to| format!("，由{}接续", to.name));
            ("报请撤销政务服务中心", format!("开放到 {} 为止{goes_on}。原因：{}", plan.last_day, plan.reason))
        }
        CentreAct::ClosingReviewed { body, passes, on, reason } => {
            let said = if passes { "同意" } else { "不同意" };
            ("管理机构审核撤销中心", format!("{body} {on} {said}：{reason}"))
        }
        CentreAct::ClosingDeclined { body, on, document, reason } => {
            ("本级政府不批准撤销中心", format!("{body} {on} {document}：{reason}"))
        }
    }
}

pub(super) fn centre(catalogue: &Catalogue, key: &str) -> Result<Arc<Centre>, Stop> {
    catalogue.centre(key).ok_or(Stop::NotFound("政务服务中心"))
}

/// A matter that was handled there, by its address and name, and the centre and counter where it is handled now.
type Moved = (String, String, Option<(String, String)>);

#[derive(Template)]
#[template(path = "centres/show.html")]
struct ShowPage {
    shell: Shell,
    centre: Arc<Centre>,
    region: String,
    manager: String,
    /// None of one that is closed.
    figures: Option<Figures>,
    earlier: Vec<Figures>,
    /// How one that is closed was closed, or one that is open will be.
    closing: Option<Closing>,
    /// The matters whose counter stood here when it was closed, a page of them: their address, their name and where they are handled now.
    matters: Vec<Moved>,
    next: Option<String>,
    agencies: Vec<(AgencyFigures, String, usize)>,
    counters: Vec<(Counter, String)>,
    outside: Vec<(outside::Outside, String)>,
    steps: Vec<Step>,
    /// The closing that was asked for, with what it waits for and for whom.
    asked: Option<(Proposal, (&'static str, String))>,
    may_keep: bool,
    may_close: bool,
    may_see: bool,
}

impl ShowPage {
    fn is_open(&self) -> bool {
        self.figures.is_some()
    }
    fn three<'a>(&self, figures: &'a Figures) -> [(&'static str, &'static str, &'a Share); 3] {
        [
            ("counters", "窗口全覆盖", &figures.counters),
            ("matters", "事项全覆盖", &figures.matters),
            ("functions", "审批职能全覆盖", &figures.functions),
        ]
    }
    fn demands(&self) -> Vec<Demand> {
        self.figures.as_ref().map(|figures| b4_4_demands(&self.centre, figures)).unwrap_or_default()
    }
    fn met(&self) -> String {
        let demands = self.demands();
        let asked = demands.iter().filter(|one| one.met.is_some()).count();
        format!("{}/{asked}", demands.iter().filter(|one| one.met == Some(true)).count())
    }
    fn mark(&self, one: &outside::Outside) -> (&'static str, &'static str) {
        one.mark(self.shell.now.date())
    }
    fn staff(&self) -> u32 {
        self.centre.counters.iter().filter_map(|counter| counter.staff).sum()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    figure: String,
    /// A day whose figures are kept; today's when none is named.
    on: String,
    after: String,
    #[serde(rename = "as")]
    form: String,
}

/// GET /centres/{centre}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    let today = shell.now.date();
    let name = |key: &str| catalogue.agency_name(key).to_owned();
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        let figures = figures::today(&house, &catalogue, &centre).await?;
        return table(&centre, &figures, &catalogue).download(format, shell.lang);
    }
    let figures = match centre.is_open(today) {
        true => Some(figures::today(&house, &catalogue, &centre).await?),
        false => None,
    };
    let (matters, next) = match figures {
        Some(_) => Default::default(),
        None => left(&catalogue, &centre, &wanted.after, &shell),
    };
    let mut conn = house.pool().acquire().await?;
    let earlier = figures::earlier(&mut conn, &key, today, EARLIER).await?;
    let outside = outside::listed(&mut conn, (&key, false), "", OUTSIDE).await?;
    let asked = closing::find(&mut conn, &key).await?;
    let steps = page::steps_of(&mut conn, &record::subject(&key), told).await?;
    drop(conn);
    let asked = asked.map(|proposal| {
        let waits = match proposal.passed {
            None => ("等管理机构审核", name(&centre.manager)),
            Some(_) => ("等本级政府批准", offices::government(&catalogue, &centre).map_or(String::new(), |key| name(&key))),
        };
        (proposal, waits)
    });
    let by_documents = is_offered(&house, shell.person.as_ref(), Act::KeepCentre);
    let offers = |act| offices::is_offered(&house, &catalogue, shell.person.as_ref(), act, &centre);
    let windows = |agency: &str| centre.counters.iter().filter(|counter| counter.agency == agency).count();
    let agencies = figures
        .iter()
        .flat_map(|figures| &figures.agencies)
        .map(|one| (one.clone(), name(&one.agency), windows(&one.agency)))
        .collect();
    let page = ShowPage {
        region: catalogue.region_name(&centre.region),
        manager: name(&centre.manager),
        agencies,
        counters: centre.counters.iter().map(|counter| (counter.clone(), name(&counter.agency))).collect(),
        outside: outside.into_iter().map(|one| (catalogue.item_name(&one.item, &shell.lang), one)).map(|(n, o)| (o, n)).collect(),
        figures,
        earlier,
        steps,
        // What is closed, or will be, stays on record as it is.
        may_keep: centre.closing.is_none() && offers(Act::KeepCentre),
        may_close: centre.closing.is_none() && (by_documents || offers(Act::ProposeCentreClosing)),
        may_see: [Act::ProposeCentreClosing, Act::ReviewCentre, Act::ApproveCentre].into_iter().any(offers),
        asked,
        closing: centre.closing.clone(),
        matters,
        next,
        centre,
        shell,
    };
    page::render(&page.shell, &page)
}

/// A page of the matters whose counter stood in a centre that is closed, and where the next begins.
fn left(catalogue: &Catalogue, centre: &Centre, after: &str, shell: &Shell) -> (Vec<Moved>, Option<String>) {
    let mut items: Vec<Arc<Item>> = catalogue.listed();
    items.retain(|item| item.centre == centre.key && item.slug.as_str() > after);
    items.sort_by(|a, b| a.slug.cmp(&b.slug));
    let more = items.len() > PAGE;
    items.truncate(PAGE);
    let next = items.last().filter(|_| more).map(|item| item.slug.clone());
    let now = |item: &Item| {
        let (at, counter) = catalogue.counter_of(item, shell.now.date())?;
        Some((at.key.clone(), format!("{} {}", at.name, counter.number)))
    };
    let row = |item: &Arc<Item>| (item.slug.clone(), item.name_in(&shell.lang).to_owned(), now(item));
    (items.iter().map(row).collect(), next)
}

/// The figures of each agency, as numbers that can be added up again.
fn table(centre: &Centre, figures: &Figures, catalogue: &Catalogue) -> Table {
    let row = |one: &AgencyFigures| {
        let share = |share: &Share| [(share.of as i64).into(), (share.out_of as i64).into()];
        let counters = centre.counters.iter().filter(|counter| counter.agency == one.agency).count() as i64;
        let pair = |(of, out_of): (usize, usize)| [(of as i64).into(), (out_of as i64).into()];
        let mut cells =
            vec![figures.day.to_string().into(), catalogue.agency_name(&one.agency).to_owned().into(), counters.into()];
        cells.extend([share(&one.one_division), share(&one.in_the_centre), share(&one.matters)].concat());
        cells.extend([pair(one.authority.b6_3_01_at_the_counter()), pair(one.authority.b6_3_01_cases_inside())].concat());
        cells
    };
    Table {
        name: format!("{}两集中两到位", centre.name),
        columns: vec![
            ("day", "日期"),
            ("agency", "单位"),
            ("counters", "窗口"),
            ("one_division", "一个内设机构的事项"),
            ("one_division_of", "全部事项（内设机构）"),
            ("in_the_centre", "内设机构在中心的事项"),
            ("in_the_centre_of", "全部事项（在中心）"),
            ("matters", "进驻的事项"),
            ("matters_of", "应进驻的事项"),
            ("at_the_counter", "窗口决定的办件"),
            ("at_the_counter_of", "决定的办件"),
            ("cases_inside", "在中心办的办件"),
            ("cases_inside_of", "全部办件"),
        ],
        rows: figures.agencies.iter().map(row).collect(),
    }
}

/// One thing that is counted, or is not.
struct Row {
    key: String,
    name: String,
    link: String,
    agency: String,
    why: Vec<Why>,
    aside: bool,
    place: String,
}

impl Row {
    /// The missing first, then what does not count.
    fn order(&self) -> (u8, &str) {
        (
            if !self.why.is_empty() {
                0
            } else if self.aside {
                1
            } else {
                2
            },
            &self.key,
        )
    }
}

#[derive(Template)]
#[template(path = "centres/coverage.html")]
struct CoveragePage {
    shell: Shell,
    centre: Arc<Centre>,
    figure: &'static str,
    title: &'static str,
    rule: &'static str,
    share: Share,
    day: chrono::NaiveDate,
    /// Of a day before, for the addresses.
    on: String,
    rows: Vec<Row>,
    next: Option<String>,
}

impl CoveragePage {
    /// The address of a figure of the day that is looked at.
    fn to(&self, figure: &str) -> String {
        let on = if self.on.is_empty() { String::new() } else { format!("&on={}", self.on) };
        format!("/centres/{}/coverage?figure={figure}{on}", self.centre.key)
    }
    fn is(&self, figure: &str) -> bool {
        self.figure == figure
    }
}

/// The figure, what it is called, and how it is made (B4.4-01).
const FIGURES: [(&str, &str, &str); 3] = [
    ("counters", "窗口全覆盖", "在中心有窗口的单位 ÷ 有审批服务职能的全部单位。"),
    ("matters", "事项全覆盖", "在中心办理的事项 ÷ （全部事项 − 经审核、批准不进中心的事项）。"),
    ("functions", "审批职能全覆盖", "审批职能归一个内设机构、这个机构在中心办公的单位 ÷ 有审批服务职能的全部单位。"),
];

/// What is kept of an earlier day: what was missing and what did not count, not each thing that did.
async fn kept(house: &House, catalogue: &Catalogue, shell: &Shell, centre: &Centre, share: &Share) -> Result<Vec<Row>, Stop> {
    let missing = share.missing.iter().map(|missing| (missing.what.as_str(), missing.why.clone()));
    let all: Vec<(&str, Vec<Why>)> = missing.chain(share.aside.iter().map(|what| (what.as_str(), Vec::new()))).collect();
    let other: Vec<&str> = all.iter().map(|(what, _)| *what).filter(|what| catalogue.item(what).is_none()).collect();
    let mut powers = crate::powers::names(&mut *house.pool().acquire().await?, &other).await?;
    let row = |(what, why): (&str, Vec<Why>)| {
        let item = catalogue.item(what);
        let outside = why.is_empty() || why.iter().any(|why| matches!(why, Why::Outside(_)));
        let (name, link, agency) = match (&item, catalogue.agency(what), powers.remove(what)) {
            (Some(item), ..) => {
                let at = if outside { "/centres/outside" } else { "/matters" };
                (item.name_in(&shell.lang).to_owned(), format!("{at}/{what}"), catalogue.agency_name(&item.agency).to_owned())
            }
            (None, Some(agency), _) => (agency.name.clone(), format!("/centres/{}/agencies/{what}", centre.key), String::new()),
            (None, None, power) => (power.unwrap_or_else(|| what.to_owned()), format!("/powers/{}", encode(what)), String::new()),
        };
        Row { key: what.to_owned(), name, link, agency, aside: why.is_empty(), why, place: String::new() }
    };
    Ok(all.into_iter().map(row).collect())
}

/// GET /centres/{centre}/coverage?figure=matters: everything that is behind a figure; with `on`, what is kept of that day.
pub async fn coverage(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    let (figure, title, rule) = FIGURES.into_iter().find(|(key, ..)| *key == wanted.figure).unwrap_or(FIGURES[0]);
    let (figures, on) = match wanted.on.trim() {
        "" => (figures::today(&house, &catalogue, &centre).await?, String::new()),
        on if on == shell.now.date().to_string() => (figures::today(&house, &catalogue, &centre).await?, String::new()),
        on => {
            let kept = match on.parse() {
                Ok(day) => figures::of_day(&mut *house.pool().acquire().await?, &key, day).await?,
                Err(_) => None,
            };
            let figures = kept.ok_or(Stop::NotFound("那一天的数字"))?;
            let on = figures.day.to_string();
            (figures, on)
        }
    };
    let share = match figure {
        "counters" => figures.counters,
        "matters" => figures.matters,
        _ => figures.functions,
    };
    let why = |key: &str| -> Vec<Why> {
        let found = share.missing.iter().find(|Missing { what, .. }| what == key);
        found.map(|missing| missing.why.clone()).unwrap_or_default()
    };
    let mut rows: Vec<Row> = Vec::new();
    if !on.is_empty() {
        rows = kept(&house, &catalogue, &shell, &centre, &share).await?;
    } else if figure == "matters" {
        let gathered = figures::gather(&mut *house.pool().acquire().await?, &catalogue, &centre, figures.day).await?;
        let powers: Vec<&str> = gathered
            .matters
            .iter()
            .filter(|matter| matter.stands == Stands::NoMatter)
            .map(|matter| matter.item.as_str())
            .collect();
        let mut names = crate::powers::names(&mut *house.pool().acquire().await?, &powers).await?;
        for matter in &gathered.matters {
            let item = catalogue.item(&matter.item);
            let (name, link) = match &matter.stands {
                Stands::NoMatter => (
                    names.remove(&matter.item).unwrap_or_else(|| matter.item.clone()),
                    format!("/powers/{}", encode(&matter.item)),
                ),
                Stands::Approved | Stands::Outside(_) => {
                    (catalogue.item_name(&matter.item, &shell.lang), format!("/centres/outside/{}", matter.item))
                }
                _ => (catalogue.item_name(&matter.item, &shell.lang), format!("/matters/{}", matter.item)),
            };
            let place = match (&matter.stands, gathered.outside.get(&matter.item), &item) {
                (Stands::Approved | Stands::Outside(_), Some(outside), _) => outside.hall.name.clone(),
                (Stands::Inside, _, Some(item)) => place(&catalogue, item, figures.day),
                _ => String::new(),
            };
            rows.push(Row {
                why: why(&matter.item),
                aside: matter.stands == Stands::Approved,
                agency: catalogue.agency_name(&matter.agency).to_owned(),
                key: matter.item.clone(),
                name,
                link,
                place,
            });
        }
    } else {
        for agency in figures::duty(&catalogue, &centre) {
            let numbers: Vec<&str> = match figure {
                "counters" => centre.counters.iter().filter(|c| c.agency == agency).map(|c| c.number.as_str()).collect(),
                _ => centre.divisions.iter().filter(|d| d.agency == agency).map(|d| d.name.as_str()).collect(),
            };
            rows.push(Row {
                why: why(&agency),
                aside: false,
                agency: String::new(),
                name: catalogue.agency_name(&agency).to_owned(),
                link: format!("/centres/{key}/agencies/{agency}"),
                place: numbers.join("、"),
                key: agency,
            });
        }
    }
    rows.sort_by(|a, b| a.order().cmp(&b.order()));
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        return behind(&centre, title, &rows).download(format, shell.lang);
    }
    let from = rows.iter().position(|row| row.key == wanted.after).map_or(0, |at| at + 1);
    let mut rows: Vec<Row> = rows.into_iter().skip(from).take(PAGE + 1).collect();
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|row| encode(&row.key));
    let page = CoveragePage { centre, figure, title, rule, day: figures.day, on, share, rows, next, shell };
    page::render(&page.shell, &page)
}

/// Where a matter is handled: the centre and the number of the counter.
fn place(catalogue: &Catalogue, item: &Item, on: chrono::NaiveDate) -> String {
    let found = catalogue.counter_of(item, on);
    found.map_or_else(String::new, |(centre, counter)| format!("{} {}", centre.name, counter.number))
}

fn behind(centre: &Centre, title: &str, rows: &[Row]) -> Table {
    let row = |row: &Row| {
        let standing = match (row.why.is_empty(), row.aside) {
            (true, false) => "算到位",
            (true, true) => "经审核、批准不进中心，不算在内",
            _ => "缺",
        };
        let why = row.why.iter().map(|why| why.zh()).collect::<Vec<_>>().join("；");
        vec![
            row.key.clone().into(),
            row.name.clone().into(),
            row.agency.clone().into(),
            standing.into(),
            why.into(),
            row.place.clone().into(),
        ]
    };
    Table {
        name: format!("{}{title}", centre.name),
        columns: vec![
            ("key", "编号"),
            ("name", "名称"),
            ("agency", "单位"),
            ("standing", "算不算"),
            ("why", "缺什么"),
            ("place", "在哪里"),
        ],
        rows: rows.iter().map(row).collect(),
    }
}
