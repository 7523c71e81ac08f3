//! 中心名录 · every service centre by region, for everybody (B2.1), with the coverages that were computed last.

use super::coverage::Share;
use super::figures::{self, Figures};
use crate::powers::is_offered;
use crate::{Catalogue, Centre};
use acts::Closing;
use askama::Template;
use authority::Act;
use axum::extract::{Query, State};
use axum::response::Response;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const PAGE: usize = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Its code, or its full name.
    region: String,
    /// `closed`: those that are open no more.
    only: String,
    after: String,
    #[serde(rename = "as")]
    form: String,
}

/// What the codes of all within a region begin with.
pub(super) fn within(region: &str) -> &str {
    let six = region.len() == 6;
    let city = region.strip_suffix("00").filter(|_| six).unwrap_or(region);
    if city.len() == 4 { city.strip_suffix("00").unwrap_or(city) } else { city }
}

#[derive(Template)]
#[template(path = "centres/list.html")]
struct ListPage {
    shell: Shell,
    /// The region that is looked at: its code and full name.
    region: Option<(String, String)>,
    /// Regions one step further down that have centres: code, name and how many.
    below: Vec<(String, String, usize)>,
    odd: String,
    asked: String,
    rows: Vec<(Arc<Centre>, String, Figures)>,
    /// Those that are open no more, a page of them, or how many there are.
    closed: Vec<(Arc<Centre>, Closing, String)>,
    many_closed: usize,
    only_closed: bool,
    next: Option<String>,
    may_keep: bool,
}

/// GET /centres
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let asked = wanted.region.trim().to_owned();
    let region = catalogue.region_code(&asked).filter(|_| !asked.is_empty()).map(ToOwned::to_owned);
    let odd = match region.is_none() && !asked.is_empty() {
        true => format!("没有叫“{}”的区划，下面列的是全部", asked.chars().take(40).collect::<String>()),
        false => String::new(),
    };
    let prefix = region.as_deref().map_or("", within);
    let all = catalogue.centres();
    let here: Vec<Arc<Centre>> = all.iter().filter(|centre| centre.region.starts_with(prefix)).cloned().collect();
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        let keys: Vec<&str> = here.iter().map(|centre| centre.key.as_str()).collect();
        let mut latest = figures::latest(&mut *house.pool().acquire().await?, &keys).await?;
        // As the page does: those whose figures nobody has asked for yet get their first, no more than a page of them at a time.
        let open = |centre: &&Arc<Centre>| centre.is_open(shell.now.date()) && !latest.contains_key(&centre.key);
        let first: Vec<Arc<Centre>> = here.iter().filter(open).take(PAGE).cloned().collect();
        for centre in first {
            latest.insert(centre.key.clone(), figures::today(&house, &catalogue, &centre).await?);
        }
        return table(&here, &latest, &catalogue).download(format, shell.lang);
    }
    let (here, closed): (Vec<_>, Vec<_>) = here.into_iter().partition(|centre| centre.is_open(shell.now.date()));
    let only_closed = wanted.only == "closed";
    let many_closed = closed.len();
    let mut below: BTreeMap<String, usize> = BTreeMap::new();
    for centre in &here {
        let up = catalogue.regions().upwards(&centre.region);
        let at = region.as_deref().map_or(Some(up.len()), |region| up.iter().position(|code| *code == region));
        if let Some(code) = at.and_then(|at| at.checked_sub(1)).and_then(|at| up.get(at)) {
            *below.entry((*code).to_owned()).or_default() += 1;
        }
    }
    let listed = if only_closed { closed } else { here };
    let mut rows: Vec<Arc<Centre>> =
        listed.into_iter().filter(|centre| centre.region.as_str() > wanted.after.as_str()).take(PAGE + 1).collect();
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let keys: Vec<&str> = rows.iter().map(|centre| centre.key.as_str()).collect();
    let mut latest = figures::latest(&mut *house.pool().acquire().await?, &keys).await?;
    let next = rows.last().filter(|_| more).map(|centre| centre.region.clone());
    let mut shown = Vec::with_capacity(rows.len());
    let mut closed = Vec::new();
    for centre in rows {
        if let Some(closing) = centre.closing.clone().filter(|_| only_closed) {
            closed.push((centre.clone(), closing, catalogue.region_name(&centre.region)));
            continue;
        }
        // A centre whose figures nobody has asked for yet gets its first now; a page has no more than fifty.
        let figures = match latest.remove(&centre.key) {
            Some(figures) => figures,
            None => figures::today(&house, &catalogue, &centre).await?,
        };
        shown.push((centre.clone(), catalogue.region_name(&centre.region), figures));
    }
    let page = ListPage {
        rows: shown,
        closed,
        many_closed,
        only_closed,
        region: region.map(|code| (catalogue.region_name(&code), code)).map(|(name, code)| (code, name)),
        below: below
            .into_iter()
            .map(|(code, count)| {
                (catalogue.region(&code).map_or_else(|| code.clone(), |region| region.name.clone()), code, count)
            })
            .map(|(name, code, count)| (code, name, count))
            .collect(),
        odd,
        asked,
        next,
        may_keep: is_offered(&house, shell.person.as_ref(), Act::KeepCentre),
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(centres: &[Arc<Centre>], latest: &HashMap<String, Figures>, catalogue: &Catalogue) -> Table {
    let row = |centre: &Arc<Centre>| {
        let figures = latest.get(&centre.key);
        let share = |of: fn(&Figures) -> &Share| {
            let share = figures.map(of);
            [share.map(|share| share.of as i64).into(), share.map(|share| share.out_of as i64).into()]
        };
        let coverages: [Cell; 7] = {
            let [a, b] = share(|figures| &figures.counters);
            let [c, d] = share(|figures| &figures.matters);
            let [e, f] = share(|figures| &figures.functions);
            [figures.map(|figures| figures.day.to_string()).into(), a, b, c, d, e, f]
        };
        let mut cells: Vec<Cell> = vec![
            centre.key.clone().into(),
            centre.name.clone().into(),
            centre.region.clone().into(),
            catalogue.region_name(&centre.region).into(),
            catalogue.agency_name(&centre.manager).into(),
            centre.address.clone().into(),
            centre.phone.clone().into(),
            centre.hours.clone().into(),
            (centre.counters.len() as i64).into(),
            centre.posts.map(i64::from).into(),
            centre.budget.map(|budget| budget.to_string()).into(),
            centre.closing.as_ref().map(|closing| closing.last_day.to_string()).into(),
            centre.closing.as_ref().and_then(|closing| Some(closing.successor.as_ref()?.centre.clone())).into(),
        ];
        cells.extend(coverages);
        cells
    };
    Table {
        name: "政务服务中心".into(),
        columns: vec![
            ("key", "编号"),
            ("name", "名称"),
            ("region", "区划代码"),
            ("region_name", "区划"),
            ("manager", "管理机构"),
            ("address", "地址"),
            ("phone", "电话"),
            ("hours", "开放时间"),
            ("counters", "窗口"),
            ("posts", "管理机构编制"),
            ("budget", "年度经费"),
            ("last_day", "最后开放的一天"),
            ("successor", "接续的中心"),
            ("day", "哪天算的"),
            ("with_counter", "有窗口的单位"),
            ("with_counter_of", "有审批服务职能的单位（窗口）"),
            ("matters", "进驻的事项"),
            ("matters_of", "应进驻的事项"),
            ("functions", "审批职能到位的单位"),
            ("functions_of", "有审批服务职能的单位（审批职能）"),
        ],
        rows: centres.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn b2_1_a_region_holds_all_whose_codes_begin_as_its_own() {
        assert_eq!(
            ["340000", "341500", "341524", "341524100", "340100"].map(within),
            ["34", "3415", "341524", "341524100", "3401"]
        );
        assert_eq!(within("341700100"), "341700100");
    }
}
