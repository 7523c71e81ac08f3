//! 画流程图 · the chart of a matter: drawn in the browser, taken from a file, or mended step by step; what is drawn is what runs, so
//! everything that would keep it from its end is shown on it (B6.1; F020–F021, F093–F094).

use super::draft::{Draft, Edit, Shown};
use super::drafter::{Drafter, Opened};
use crate::check;
use crate::fault::Faults;
use crate::powers::import::uploaded;
use askama::Template;
use axum::extract::{Path, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use forms::FieldError;
use foundation::Stop;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use process::{Definition, Edit as Patch, Overlay};
use uuid::Uuid;

/// Characters of the longest text about a step.
const LONGEST: usize = 500;

/// The limit of a step.
const LIMIT: &str = "limit";

/// What is said of a step beside its name, as the editor asks for it and as the chart carries it.
const SAID: [(&str, &str, &str); 3] = [
    (LIMIT, "本步时限（工作日）", "只写数字；各步相加不能超过承诺时限"),
    ("basis", "依据", ""),
    ("risk", "廉政风险点和怎么防", ""),
];

#[derive(Template)]
#[template(path = "items/chart.html")]
struct ChartPage {
    shell: Shell,
    draft: Draft,
    mark: String,
    /// The chart as it stands, with what is at fault marked; empty when it cannot be read.
    svg: String,
    troubles: Vec<String>,
    steps: Vec<(String, String)>,
    filled: Filled,
}

impl ChartPage {
    fn fields(&self, id: &str) -> String {
        let mut out = self.filled.input(&format!("{id}.name"), "这一步的名称", "", "text", "");
        for (said, label, hint) in SAID {
            let key = format!("{id}.{said}");
            out.push_str(&match said {
                LIMIT => self.filled.input(&key, label, hint, "text", "inputmode=numeric"),
                _ => self.filled.textarea(&key, label, hint, 2),
            });
        }
        out
    }
}

/// What keeps a chart from running, and the elements at fault.
fn troubles(draft: &Draft) -> (Vec<String>, Option<Definition>, Overlay) {
    let chart = match Definition::parse(&draft.process) {
        Ok(chart) => chart,
        Err(error) => return (vec![error.tell(process::Lang::Zh)], None, Overlay::default()),
    };
    let mut faults = Faults::default();
    let overlay = check::runs(&chart, "process", |_| false, &mut faults);
    let told = faults.0.into_iter().map(|fault| match fault.place.as_str() {
        "" => fault.reason,
        place => format!("{place}：{}", fault.reason),
    });
    (told.collect(), Some(chart), overlay)
}

/// What the page asks for, as it is saved.
fn saved(draft: &Draft, chart: Option<&Definition>) -> Entered {
    let mut saved = Entered::from([("xml".to_owned(), vec![draft.process.clone()])]);
    for node in chart.iter().flat_map(|chart| chart.nodes()).filter(|node| node.kind.is_task()) {
        let mut enter = |name: &str, value: &str| drop(saved.insert(format!("{}.{name}", node.id), vec![value.to_owned()]));
        enter("name", node.label());
        for (key, ..) in SAID {
            enter(key, node.extension.get(key).map_or("", String::as_str));
        }
    }
    saved
}

fn draw(shell: Shell, draft: Draft, mut filled: Filled) -> Result<Response, Stop> {
    let (troubles, chart, overlay) = troubles(&draft);
    let tasks = chart.iter().flat_map(|chart| chart.nodes()).filter(|node| node.kind.is_task());
    let steps = tasks.map(|node| (node.id.clone(), node.label().to_owned())).collect();
    // Of its two forms one alone was sent.
    for (key, values) in saved(&draft, chart.as_ref()) {
        filled.entered.entry(key).or_insert(values);
    }
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let svg = chart.map(|chart| process::svg(&chart, Some(&overlay), process::Lang::Zh)).unwrap_or_default();
    let mark = draft.marked(Shown::Chart, &filled);
    let page = ChartPage { svg, troubles, steps, mark, draft, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /items/drafts/{id}/chart
pub async fn show(at: Drafter, Held(held): Held, Path(id): Path<Uuid>) -> Result<Response, Stop> {
    let draft = at.draft(id).await?;
    let saved = saved(&draft, Definition::parse(&draft.process).ok().as_ref());
    draw(at.shell.clone(), draft, at.shows(held, saved))
}

/// GET /items/drafts/{id}/chart.bpmn: the text, for another editor.
pub async fn text(at: Drafter, Path(id): Path<Uuid>) -> Result<Response, Stop> {
    let draft = at.draft(id).await?;
    let head = [
        (header::CONTENT_TYPE, "application/xml; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.bpmn\"", draft.slug)),
    ];
    Ok((head, draft.process).into_response())
}

/// POST /items/drafts/{id}/chart: the chart as it was drawn, or from a file. One that can be read is kept, whatever is wrong with it.
pub async fn save(at: Drafter, Path(id): Path<Uuid>, request: Request) -> Result<Response, Stop> {
    let (mut posted, file) = uploaded(request, &at.house).await?;
    if !file.is_empty() {
        // What comes back with the page is what the file said.
        posted.0.insert("xml".into(), vec![String::from_utf8_lossy(&file).into_owned()]);
    }
    let opened = match at.opens(id, &posted, "/chart", Shown::Chart).await? {
        Ok(opened) => opened,
        Err(answered) => return Ok(answered),
    };
    let read = match file.is_empty() {
        true => Definition::parse(posted.one("xml")),
        false => Definition::read(&file, None),
    };
    match read {
        Ok(chart) => keep(&at, opened, &chart).await,
        Err(error) => {
            let field = if file.is_empty() { "xml" } else { "file" };
            let (zh, en) = (error.tell(process::Lang::Zh), error.tell(process::Lang::En));
            let error = field_error(field, "流程图", &format!("流程图读不出来，没有保存：{zh}"), &format!("Not saved: {en}"));
            draw(at.shell.clone(), opened.draft, Filled::new(at.shell.lang, posted.0, vec![error]))
        }
    }
}

async fn keep(at: &Drafter, opened: Opened, chart: &Definition) -> Result<Response, Stop> {
    let leads_to = format!("/items/drafts/{}/chart", opened.draft.id);
    at.saves(opened, Edit { process: Some(chart.xml().to_owned()), ..Edit::default() }, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// POST /items/drafts/{id}/chart/steps: what each step is called, its limit, its basis and its risk.
pub async fn save_steps(at: Drafter, Path(id): Path<Uuid>, posted: Posted) -> Result<Response, Stop> {
    let opened = match at.opens(id, &posted, "/chart", Shown::Chart).await? {
        Ok(opened) => opened,
        Err(answered) => return Ok(answered),
    };
    let chart = Definition::parse(&opened.draft.process).map_err(|error| Stop::Rejected(error.tell(process::Lang::Zh)))?;
    let mut errors: Vec<FieldError> = Vec::new();
    let mut patches = Vec::new();
    for node in chart.nodes().iter().filter(|node| node.kind.is_task()) {
        let key = |name: &str| format!("{}.{name}", node.id);
        if !posted.0.contains_key(&key("name")) {
            continue;
        }
        let why = "请写这一步的名称";
        let name = fields::text(&posted, &key("name"), "这一步的名称", (why, "Name this step"), LONGEST, &mut errors);
        if name != node.label() {
            patches.push(Patch::Attribute { id: node.id.clone(), name: "name".into(), value: Some(name) });
        }
        for (said, label, _) in SAID {
            let text = fields::optional(&posted, &key(said), label, LONGEST, &mut errors);
            let text = if said == LIMIT { forms::text::fold_digits(&text) } else { text };
            if said == LIMIT && !text.is_empty() && text.parse::<u32>().is_err() {
                errors.push(field_error(
                    &key(said),
                    label,
                    "本步时限写工作日数，例如 3",
                    "Write a number of working days, such as 3",
                ));
            }
            let before = node.extension.get(said).map_or("", String::as_str);
            if text != before {
                let value = Some(text).filter(|text| !text.is_empty());
                let unit = value.is_some() && said == LIMIT && !node.extension.contains_key("unit");
                patches.push(Patch::Extension { id: node.id.clone(), name: said.into(), value });
                if unit {
                    let unit = Some("working_day".to_owned());
                    patches.push(Patch::Extension { id: node.id.clone(), name: "unit".into(), value: unit });
                }
            }
        }
    }
    if !errors.is_empty() {
        return draw(at.shell.clone(), opened.draft, Filled::new(at.shell.lang, posted.0, errors));
    }
    let edited = chart.edit(&patches).map_err(|error| Stop::Rejected(error.tell(process::Lang::Zh)))?;
    keep(&at, opened, &edited).await
}

/// GET /assets/chart/{file}: the editor, its styles and its font.
pub async fn asset(Path(file): Path<String>) -> Result<Response, Stop> {
    let (kind, body): (&str, &'static [u8]) = match file.as_str() {
        "bpmn-modeler.min.js" => ("text/javascript; charset=utf-8", include_bytes!("../../assets/chart/bpmn-modeler.min.js")),
        "chart.js" => ("text/javascript; charset=utf-8", include_bytes!("../../assets/chart/chart.js")),
        "css/bpmn-js.css" => ("text/css; charset=utf-8", include_bytes!("../../assets/chart/css/bpmn-js.css")),
        "css/diagram-js.css" => ("text/css; charset=utf-8", include_bytes!("../../assets/chart/css/diagram-js.css")),
        "css/bpmn.css" => ("text/css; charset=utf-8", include_bytes!("../../assets/chart/css/bpmn.css")),
        "font/bpmn.woff2" => ("font/woff2", include_bytes!("../../assets/chart/font/bpmn.woff2")),
        _ => return Err(Stop::NotFound("文件")),
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], body).into_response())
}
