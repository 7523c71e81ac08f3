//! 公开 · the answered ones, in the words written for everybody, and the figures by agency and kind (C3.5); each as a page and as a table.

use super::fold::{self, Complaint, Ending, Figures};
use super::{law, show};
use acts::ComplaintKind;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use foundation::page::table::{Cell, Format, Table, WANTED, whole};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde::Deserialize;

const PAGE: i64 = 20;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    before: Option<String>,
    #[serde(rename = "as")]
    form: Option<String>,
}

#[derive(Template)]
#[template(path = "complaints/answers.html")]
struct AnswersPage {
    shell: Shell,
    catalogue: Catalogue,
    rows: Vec<Complaint>,
    next: Option<String>,
}

fn outcome(complaint: &Complaint) -> &'static str {
    match complaint.ended {
        Some((_, Ending::Answered(outcome))) => law::outcome_zh(outcome),
        _ => "",
    }
}

impl AnswersPage {
    fn outcome(&self, complaint: &Complaint) -> &'static str {
        outcome(complaint)
    }
}

/// GET /complaints/answers
pub async fn answers(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let (day, no) = page::after_day(wanted.before.as_deref());
    let before = wanted.before.as_deref().filter(|_| !no.is_empty()).map(|_| (day, no.as_str()));
    let conn = &mut *house.pool().acquire().await?;
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        let rows = whole(fold::published(conn, before, WANTED).await?)?;
        return table_of_answers(&catalogue, &rows).download(format, shell.lang);
    }
    let mut rows = fold::published(conn, before, PAGE + 1).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let last = rows.last().filter(|_| more).and_then(|last| Some((last.ended?.0, &last.no)));
    let next = last.map(|(day, no)| format!("/complaints/answers?before={day}~{no}"));
    page::render(&shell.clone(), &AnswersPage { catalogue, rows, next, shell })
}

fn table_of_answers(catalogue: &Catalogue, rows: &[Complaint]) -> Table {
    let line = |complaint: &Complaint| {
        let published = complaint.published.as_ref()?;
        let (on, _) = complaint.ended?;
        Some(vec![
            Cell::from(complaint.no.as_str()),
            complaint.kind.zh().into(),
            complaint.about.as_deref().map(|about| catalogue.agency_name(about)).into(),
            on.to_string().into(),
            outcome(complaint).into(),
            published.asked.as_str().into(),
            published.answered.as_str().into(),
        ])
    };
    Table {
        name: "公开的答复".into(),
        columns: vec![
            ("no", "诉求编号"),
            ("kind", "种类"),
            ("agency", "单位"),
            ("answered_on", "答复日期"),
            ("outcome", "结论"),
            ("asked", "公开的问题"),
            ("answered", "公开的答复"),
        ],
        rows: rows.iter().filter_map(line).collect(),
    }
}

#[derive(Template)]
#[template(path = "complaints/figures.html")]
struct FiguresPage {
    shell: Shell,
    catalogue: Catalogue,
    rows: Vec<Figures>,
}

fn kind_zh(key: &str) -> &'static str {
    ComplaintKind::ALL.into_iter().find(|kind| kind.key() == key).map_or("", ComplaintKind::zh)
}

/// Of reports no agency is named; what names none is at the desk of supervision.
fn agency_zh(catalogue: &Catalogue, figures: &Figures) -> String {
    match figures.kind == ComplaintKind::Report.key() {
        true => "不分单位".to_owned(),
        false => show::desk_name(catalogue, Some(&figures.agency)),
    }
}

impl FiguresPage {
    fn kind(&self, figures: &Figures) -> &'static str {
        kind_zh(&figures.kind)
    }
    fn agency(&self, figures: &Figures) -> String {
        agency_zh(&self.catalogue, figures)
    }
}

/// GET /complaints/figures
pub async fn figures(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let rows = fold::figures(&mut *house.pool().acquire().await?).await?;
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        return table_of_figures(&catalogue, &rows).download(format, shell.lang);
    }
    page::render(&shell.clone(), &FiguresPage { catalogue, rows, shell })
}

fn table_of_figures(catalogue: &Catalogue, rows: &[Figures]) -> Table {
    let line = |one: &Figures| {
        let counted = [one.received, one.answered, one.in_time, one.reopened, one.rated, one.satisfied];
        [Cell::from(agency_zh(catalogue, one)), kind_zh(&one.kind).into()].into_iter().chain(counted.map(Cell::from)).collect()
    };
    Table {
        name: "投诉和举报的数字".into(),
        columns: vec![
            ("agency", "单位"),
            ("kind", "种类"),
            ("received", "收到"),
            ("answered", "答复"),
            ("in_time", "按时答复"),
            ("reopened", "重办"),
            ("rated", "评价"),
            ("satisfied", "满意"),
        ],
        rows: rows.iter().map(line).collect(),
    }
}
