//! 一家单位 · the two concentrations and two in-place of one agency, with all that is behind them (B6.3-01, F092).

use super::coverage::{Hands, Missing, Share, Stands, Why};
use super::figures::{self, AgencyFigures, Counted};
use super::show::centre;
use crate::{Catalogue, Centre};
use acts::Division;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use sqlx::PgConnection;
use std::sync::Arc;

const PAGE: i64 = 50;
/// Rows of a download.
const MOST: i64 = 50_000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// `all` cases; those that went back otherwise.
    cases: String,
    /// Where the page before ended.
    after: String,
    #[serde(rename = "as")]
    form: String,
}

#[derive(sqlx::FromRow)]
struct Decided {
    case_no: String,
    item: String,
    decided_on: NaiveDate,
    went_back: Option<bool>,
}

impl Decided {
    fn zh(&self) -> &'static str {
        match self.went_back {
            Some(true) => "退回机关，负责人批准",
            Some(false) => "窗口决定",
            None => "当时没有记",
        }
    }
}

async fn find(conn: &mut PgConnection, agency: &str, wanted: &Wanted, today: NaiveDate, most: i64) -> Result<Vec<Decided>, Stop> {
    let (from, to) = figures::days(today);
    let after = wanted.after.split_once('~').and_then(|(day, no)| Some((day.parse().ok()?, no)));
    let (day, no): (NaiveDate, &str) = after.unwrap_or((to.succ_opt().unwrap_or(to), ""));
    // Two statements, so that each walks its own index.
    let sql = match wanted.cases.as_str() {
        "all" => {
            "select case_no, item, decided_on, went_back
               from decided_cases
              where agency = $1
                and decided_on between $2 and $3
                and (decided_on, case_no) < ($4, $5)
              order by decided_on desc, case_no desc
              limit $6"
        }
        _ => {
            "select case_no, item, decided_on, went_back
               from decided_cases
              where agency = $1
                and went_back
                and decided_on between $2 and $3
                and (decided_on, case_no) < ($4, $5)
              order by decided_on desc, case_no desc
              limit $6"
        }
    };
    Ok(sqlx::query_as(sql).bind(agency).bind(from).bind(to).bind(day).bind(no).bind(most).fetch_all(conn).await?)
}

/// A matter of the agency and how it stands.
struct Line {
    item: String,
    name: String,
    division: String,
    one: Vec<Why>,
    centre: Vec<Why>,
    stands: Vec<Why>,
    aside: bool,
}

#[derive(Template)]
#[template(path = "centres/agency.html")]
struct AgencyPage {
    shell: Shell,
    centre: Arc<Centre>,
    agency: String,
    name: String,
    day: NaiveDate,
    first: NaiveDate,
    last: NaiveDate,
    figures: AgencyFigures,
    divisions: Vec<(Division, usize)>,
    lines: Vec<Line>,
    counted: Vec<(Counted, String)>,
    cases: Vec<(Decided, String)>,
    all: bool,
    next: Option<String>,
}

impl AgencyPage {
    fn five(&self) -> [(&'static str, &'static str, String, &'static str); 5] {
        let of = |share: &Share| share.fraction();
        [
            ("职能集中", "事项最多的内设机构有的事项 ÷ 全部事项", of(&self.figures.one_division), "#ma"),
            ("机构进驻", "在中心办公的内设机构有的事项 ÷ 全部事项", of(&self.figures.in_the_centre), "#ma"),
            ("事项进驻", "在中心办的事项 ÷ （全部事项 − 经批准不进的）", of(&self.figures.matters), "#ma"),
            ("授权到位", "窗口决定、没有退回机关的办件 ÷ 作了决定的办件", self.figures.at_the_counter(), "#ca"),
            ("办件在中心", "事项在中心时决定的办件 ÷ 作了决定的办件", self.figures.cases_inside(), "#ca"),
        ]
    }
}

fn why(share: &Share, item: &str) -> Vec<Why> {
    let found = share.missing.iter().find(|Missing { what, .. }| what == item);
    found.map(|missing| missing.why.clone()).unwrap_or_default()
}

/// GET /centres/{centre}/agencies/{agency}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path((key, agency)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let centre = centre(&catalogue, &key)?;
    let all = figures::today(&house, &catalogue, &centre).await?;
    let day = all.day;
    let figures = all.agencies.into_iter().find(|one| one.agency == agency).ok_or(Stop::NotFound("单位"))?;
    let mut conn = house.pool().acquire().await?;
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        let wanted = Wanted { cases: "all".into(), ..Wanted::default() };
        let cases = find(&mut conn, &agency, &wanted, day, MOST).await?;
        return table(&catalogue, &agency, &cases).download(format, shell.lang);
    }
    let mut cases = find(&mut conn, &agency, &wanted, day, PAGE + 1).await?;
    let counted = figures::counted(&mut conn, std::slice::from_ref(&agency), day).await?;
    let gathered = figures::gather(&mut conn, &catalogue, &centre, day).await?;
    drop(conn);
    let more = cases.len() as i64 > PAGE;
    cases.truncate(PAGE as usize);
    let hands = Hands::of(&agency, &gathered.matters, &centre.divisions);
    let listed = hands.listed();
    let named = |slug: &str| catalogue.item_name(slug, &shell.lang);
    let division = |item: &str| {
        let found = listed.iter().find(|(_, items)| items.contains(&item));
        found.map(|(division, _)| division.name.clone()).unwrap_or_default()
    };
    let own = gathered.matters.iter().filter(|matter| matter.agency == agency && matter.stands != Stands::NoMatter);
    let (first, last) = figures::days(day);
    let page = AgencyPage {
        name: catalogue.agency_name(&agency).to_owned(),
        lines: own
            .map(|matter| Line {
                name: named(&matter.item),
                division: division(&matter.item),
                one: why(&figures.one_division, &matter.item),
                centre: why(&figures.in_the_centre, &matter.item),
                stands: why(&figures.matters, &matter.item),
                aside: matter.stands == Stands::Approved,
                item: matter.item.clone(),
            })
            .collect(),
        divisions: listed.iter().map(|(division, items)| ((*division).clone(), items.len())).collect(),
        counted: counted.into_iter().map(|one| (named(&one.item), one)).map(|(name, one)| (one, name)).collect(),
        next: cases.last().filter(|_| more).map(|last| format!("{}~{}", last.decided_on, last.case_no)),
        cases: cases.into_iter().map(|one| (named(&one.item), one)).map(|(name, one)| (one, name)).collect(),
        all: wanted.cases == "all",
        day,
        first,
        last,
        figures,
        agency,
        centre,
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(catalogue: &Catalogue, agency: &str, cases: &[Decided]) -> Table {
    let row = |one: &Decided| {
        vec![
            one.case_no.clone().into(),
            catalogue.item_name(&one.item, &page::Lang::Zh).into(),
            one.decided_on.to_string().into(),
            one.zh().into(),
        ]
    };
    Table {
        name: format!("{}一年里决定的办件", catalogue.agency_name(agency)),
        columns: vec![("case_no", "办件编号"), ("item", "事项"), ("decided_on", "决定日期"), ("where", "谁决定")],
        rows: cases.iter().map(row).collect(),
    }
}
