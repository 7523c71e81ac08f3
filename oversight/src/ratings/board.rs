//! 公开的评价 · every rating in one list, the latest in front, one star beside five; and by the day how many came, how many are counted and how
//! many not, with the sum beside (F131, F132).

use super::check::{self, Check};
use super::record::{self, Day, Filter, Shown};
use acts::{GRADES, RatingChannel, grade_name};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::{Agency, Catalogue, Item};
use chrono::{Days, NaiveDate};
use foundation::page::table::{Cell, Format, Table, WANTED, whole};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use std::sync::Arc;

const PAGE: i64 = 20;
/// So many days are shown, to the one asked for.
const SPAN: u64 = 30;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    region: Option<String>,
    agency: Option<String>,
    item: Option<String>,
    channel: Option<String>,
    /// The last of the days.
    to: Option<String>,
    before: Option<i64>,
    #[serde(rename = "as")]
    form: Option<String>,
    /// What is downloaded: `each` rating, or the days.
    of: Option<String>,
}

impl Wanted {
    fn filter(&self) -> Filter {
        let said = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        Filter {
            region: said(&self.region),
            agency: said(&self.agency),
            item: said(&self.item),
            channel: said(&self.channel).filter(|key| RatingChannel::of(key).is_some()),
        }
    }
}

#[derive(Template)]
#[template(path = "ratings/board.html")]
struct BoardPage {
    shell: Shell,
    catalogue: Catalogue,
    filter: Filter,
    from: NaiveDate,
    to: NaiveDate,
    days: Vec<Day>,
    sum: Day,
    checked: Option<(Check, Vec<NaiveDate>)>,
    rows: Vec<Shown>,
    next: Option<String>,
    regions: Vec<(String, String)>,
    agencies: Vec<Agency>,
    items: Vec<Arc<Item>>,
    /// The filter as an address says it.
    query: String,
}

impl BoardPage {
    fn grade(&self, grade: &i16) -> &'static str {
        grade_name(*grade as u8)
    }
    /// What came, grade by grade.
    fn graded(&self) -> Vec<(&'static str, i64)> {
        GRADES.iter().map(|(_, name)| *name).zip(self.sum.grades()).collect()
    }
    fn is_bad(&self, grade: &i16) -> bool {
        acts::is_bad_grade(*grade as u8)
    }
    fn channel(&self, key: &str) -> &'static str {
        RatingChannel::of(key).map_or("", RatingChannel::zh)
    }
    fn item_name(&self, item: &str) -> String {
        self.catalogue.item_name(item, &self.shell.lang)
    }
    fn is(&self, chosen: &Option<String>, key: &str) -> bool {
        chosen.as_deref() == Some(key)
    }
    fn channels(&self) -> [RatingChannel; 4] {
        RatingChannel::ALL
    }
}

fn query(filter: &Filter) -> String {
    let said = [("region", &filter.region), ("agency", &filter.agency), ("item", &filter.item), ("channel", &filter.channel)];
    said.iter().filter_map(|(key, value)| Some(format!("&{key}={}", encode(value.as_deref()?)))).collect()
}

fn summed(days: &[Day]) -> Day {
    days.iter().fold(Day::default(), |sum, day| Day {
        day: day.day,
        one: sum.one + day.one,
        two: sum.two + day.two,
        three: sum.three + day.three,
        four: sum.four + day.four,
        five: sum.five + day.five,
        set_aside: sum.set_aside + day.set_aside,
    })
}

/// GET /ratings
pub async fn get(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let filter = wanted.filter();
    let to = wanted.to.as_deref().and_then(|to| calendar::parse_date(to).ok()).unwrap_or_else(|| house.now().date());
    let from = to.checked_sub_days(Days::new(SPAN - 1)).unwrap_or(to);
    let before = wanted.before.unwrap_or(i64::MAX);
    let conn = &mut *house.pool().acquire().await?;
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        let table = match wanted.of.as_deref() {
            Some("each") => each(&catalogue, &whole(record::list(conn, &filter, before, WANTED).await?)?),
            _ => by_day(&record::days(conn, &filter, from, to).await?),
        };
        return table.download(format, shell.lang);
    }
    let days = record::days(conn, &filter, from, to).await?;
    let mut rows = record::list(conn, &filter, before, PAGE + 1).await?;
    let checked = check::found(conn).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let query = query(&filter);
    let next = rows.last().filter(|_| more).map(|last| format!("/ratings?before={}{query}#each", last.n));
    let items = catalogue.listed();
    let mut regions: Vec<(String, String)> =
        items.iter().map(|item| item.region.clone()).map(|code| (code.clone(), catalogue.region_name(&code))).collect();
    regions.sort();
    regions.dedup();
    let page = BoardPage {
        sum: summed(&days),
        agencies: catalogue.agencies().to_vec(),
        regions,
        items,
        catalogue,
        filter,
        from,
        to,
        days,
        checked,
        rows,
        next,
        query,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}

fn by_day(days: &[Day]) -> Table {
    let line = |day: &Day| {
        let counted = [day.received()].into_iter().chain(day.grades()).chain([day.set_aside, day.counted()]);
        [Cell::from(day.day.to_string())].into_iter().chain(counted.map(Cell::from)).collect()
    };
    Table {
        name: "好差评每天的数字".into(),
        columns: vec![
            ("day", "日期"),
            ("received", "收到"),
            ("grade_1", "非常满意"),
            ("grade_2", "满意"),
            ("grade_3", "基本满意"),
            ("grade_4", "不满意"),
            ("grade_5", "非常不满意"),
            ("not_counted", "不计入"),
            ("counted", "计入"),
        ],
        rows: days.iter().map(line).collect(),
    }
}

fn each(catalogue: &Catalogue, rows: &[Shown]) -> Table {
    let line = |one: &Shown| {
        vec![
            Cell::from(one.n),
            calendar::local_date(one.at).to_string().into(),
            Cell::from(i64::from(one.grade)),
            grade_name(one.grade as u8).into(),
            Some(catalogue.agency_name(&one.agency)).filter(|name| !name.is_empty()).into(),
            Some(one.item.as_str()).filter(|item| !item.is_empty()).into(),
            RatingChannel::of(&one.channel).map_or("", RatingChannel::zh).into(),
            one.words.as_deref().into(),
            one.order_no.as_deref().into(),
            one.measure.as_deref().into(),
            one.set_aside.as_deref().into(),
        ]
    };
    Table {
        name: "好差评".into(),
        columns: vec![
            ("entry", "日志编号"),
            ("day", "日期"),
            ("grade", "等级代码"),
            ("grade_name", "评价"),
            ("agency", "单位"),
            ("item", "事项代号"),
            ("channel", "从哪里评的"),
            ("words", "评价的话"),
            ("order", "差评工单"),
            ("measure", "怎么改的"),
            ("not_counted", "不计入的理由"),
        ],
        rows: rows.iter().map(line).collect(),
    }
}
