//! 样例指南 · guides that other places have published, as they were found (`reference/matters.json`): shown in a demonstration, marked as
//! samples with their source, its day, and what it lacks. Nothing can be applied for by them (F032).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::OnceLock;

#[derive(Debug, Deserialize)]
pub struct SampleMaterial {
    name: String,
    required: bool,
    copies: String,
    form: String,
    source: String,
    note: String,
}

impl SampleMaterial {
    /// What is said of it.
    fn remarks(&self) -> Vec<&str> {
        let all = [&self.copies, &self.form, &self.source, &self.note];
        all.into_iter().map(String::as_str).filter(|said| !said.is_empty()).collect()
    }
}

/// A guide of elsewhere; what its source does not say is empty.
#[derive(Debug, Deserialize)]
pub struct SampleGuide {
    pub id: String,
    pub name: String,
    #[serde(rename = "type")]
    kind: String,
    pub implementing_organ: String,
    region: String,
    level: String,
    service_object: String,
    conditions: Vec<String>,
    materials: Vec<SampleMaterial>,
    procedure: Vec<String>,
    statutory_limit: String,
    promised_limit: String,
    fee: String,
    legal_basis: Vec<String>,
    phone: String,
    result: String,
    complete: bool,
    missing: Vec<String>,
    source_title: String,
    source_address: String,
    source_date: String,
}

impl SampleGuide {
    /// What its source does not say, in words; a remark of the source stays behind.
    fn lacks(&self) -> Vec<String> {
        let named = |key: &String| {
            let (bare, remark) =
                key.split_once('（').map_or((key.as_str(), String::new()), |(key, rest)| (key, format!("（{rest}")));
            let name = match bare {
                "conditions" => "受理条件",
                "materials" => "申请材料",
                "procedure" => "办理流程",
                "fee" => "收费",
                "legal_basis" => "设定依据",
                "promised_limit" => "承诺时限",
                "statutory_limit" => "法定时限",
                other => other,
            };
            format!("{name}{remark}")
        };
        self.missing.iter().map(named).collect()
    }
    /// What of it is a list, by its name.
    fn lists(&self) -> Vec<(&'static str, &[String])> {
        let all = [("受理条件", &self.conditions), ("办理流程", &self.procedure), ("设定依据", &self.legal_basis)];
        all.into_iter().map(|(name, lines)| (name, lines.as_slice())).filter(|(_, lines)| !lines.is_empty()).collect()
    }
    /// What of it is one line, by its name.
    fn facts(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("事项类型", &self.kind),
            ("实施机关", &self.implementing_organ),
            ("地区", &self.region),
            ("行使层级", &self.level),
            ("服务对象", &self.service_object),
            ("法定时限", &self.statutory_limit),
            ("承诺时限", &self.promised_limit),
            ("收费", &self.fee),
            ("办理结果", &self.result),
            ("咨询电话", &self.phone),
        ];
        all.into_iter().map(|(name, said)| (name, said.as_str())).filter(|(_, said)| !said.is_empty()).collect()
    }
}

/// All of them, in the order of the file.
pub fn all() -> &'static [SampleGuide] {
    static ALL: OnceLock<Vec<SampleGuide>> = OnceLock::new();
    ALL.get_or_init(|| {
        serde_json::from_str(include_str!("../../../reference/matters.json")).unwrap_or_else(|error| {
            tracing::error!(%error, "the sample guides cannot be read");
            Vec::new()
        })
    })
}

/// Neighbouring characters of a text, by which words are told apart without a dictionary.
fn pairs(text: &str) -> BTreeSet<(char, char)> {
    let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    chars.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Those whose name has at least half of the words, those that have most first.
pub fn named(q: &str) -> Vec<&'static SampleGuide> {
    let wanted = pairs(q);
    let shared = |guide: &SampleGuide| pairs(&guide.name).intersection(&wanted).count();
    let mut found: Vec<(usize, &SampleGuide)> = all().iter().map(|guide| (shared(guide), guide)).collect();
    found.retain(|(shared, _)| *shared > 0 && shared * 2 >= wanted.len());
    found.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    found.into_iter().map(|(_, guide)| guide).collect()
}

fn only_in_a_demonstration(house: &House) -> Result<(), Stop> {
    if house.is_demonstration() { Ok(()) } else { Err(Stop::NotFound("页面")) }
}

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default, rename = "as")]
    form: String,
}

#[derive(Template)]
#[template(path = "pages/samples.html")]
struct ListPage {
    shell: Shell,
    q: String,
    guides: Vec<&'static SampleGuide>,
    address: String,
}

/// GET /guides
pub async fn list(State(house): State<House>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    only_in_a_demonstration(&house)?;
    let q = wanted.q.trim().to_owned();
    let guides = if q.is_empty() { all().iter().collect() } else { named(&q) };
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        return table(&guides).download(format, shell.lang);
    }
    let page = ListPage { address: format!("/guides?q={}&", encode(&q)), q, guides, shell };
    page::render(&page.shell, &page)
}

fn table(guides: &[&SampleGuide]) -> Table {
    let said = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::from(text) };
    let row = |guide: &&SampleGuide| {
        let materials: Vec<String> = guide.materials.iter().map(|material| material.name.clone()).collect();
        vec![
            said(&guide.id),
            said(&guide.name),
            said(&guide.kind),
            said(&guide.implementing_organ),
            said(&guide.region),
            guide.conditions.clone().into(),
            materials.into(),
            guide.procedure.clone().into(),
            said(&guide.statutory_limit),
            said(&guide.promised_limit),
            said(&guide.fee),
            guide.legal_basis.clone().into(),
            said(&guide.result),
            said(&guide.phone),
            guide.lacks().into(),
            said(&guide.source_title),
            said(&guide.source_address),
            said(&guide.source_date),
        ]
    };
    Table {
        name: "样例指南".into(),
        columns: vec![
            ("id", "编号"),
            ("name", "事项名称"),
            ("kind", "事项类型"),
            ("implementing_organ", "实施机关"),
            ("region", "地区"),
            ("conditions", "受理条件"),
            ("materials", "申请材料"),
            ("procedure", "办理流程"),
            ("statutory_limit", "法定时限"),
            ("promised_limit", "承诺时限"),
            ("fee", "收费"),
            ("legal_basis", "设定依据"),
            ("result", "办理结果"),
            ("phone", "咨询电话"),
            ("missing", "来源没有写的"),
            ("source_title", "来源"),
            ("source_address", "来源网址"),
            ("source_date", "来源日期"),
        ],
        rows: guides.iter().map(row).collect(),
    }
}

#[derive(Template)]
#[template(path = "pages/sample.html")]
struct OnePage {
    shell: Shell,
    guide: &'static SampleGuide,
}

/// GET /guides/{id}
pub async fn one(State(house): State<House>, shell: Shell, Path(id): Path<String>) -> Result<Response, Stop> {
    only_in_a_demonstration(&house)?;
    let guide = all().iter().find(|guide| guide.id == id).ok_or(Stop::NotFound("指南"))?;
    page::render(&shell, &OnePage { guide, shell: shell.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f032_every_sample_guide_is_read_with_its_source() {
        assert_eq!(all().len(), 21);
        for guide in all() {
            assert!(!guide.source_title.is_empty(), "{}", guide.id);
            assert_eq!(guide.missing.len(), guide.lacks().len());
        }
        assert_eq!(named("注销社会保障卡")[0].id, "M01");
        assert!(named("护照").is_empty() && named("").is_empty());
    }
}
