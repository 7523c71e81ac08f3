//! 谁看过我的资料 · who opened what is mine: a person, and whoever acts for an organisation, reads each look with its day, agency, post and ground, the
//! refused ones too (B9, F117, F118; 《个人信息保护法》第四十四条、第四十五条).
//!
//! Told are agency and post, not the officer's name: it is the agency that handles the data and answers for it (art. 17, 51), the name is another
//! person's data, and supervision, which asks the officer, has it at `/supervision/looks`.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use catalogue::Catalogue;
use chrono::{DateTime, Utc};
use foundation::looking::{self, Kept, Opened, role_zh};
use foundation::page::table::{self, Cell, Format, Table};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, SignedIn, Stop};
use serde::Deserialize;

/// The page of looks.
pub const ADDRESS: &str = "/account/looks";

const PAGE: i64 = 20;

pub fn routes() -> Router<House> {
    Router::new().route("/account/looks", get(show))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    /// Of one case, certificate or consent.
    no: String,
    after: Option<String>,
    #[serde(rename = "as")]
    form: Option<String>,
}

/// One look, in words.
struct Line {
    kept: Kept,
    who: String,
    what: &'static str,
}

impl Line {
    fn of(kept: Kept, catalogue: &Catalogue) -> Line {
        let agency = kept.agency.as_deref().map(|agency| catalogue.agency_name(agency).to_owned());
        let post = kept.post.clone().unwrap_or_else(|| role_zh(&kept.role).into());
        let agency = agency.or_else(|| kept.body_name.clone());
        let who = agency.into_iter().chain([post]).collect::<Vec<_>>().join(" · ");
        Line { who, what: Opened::zh(&kept.opened), kept }
    }

    /// Where the reader sees it too.
    fn address(&self) -> Option<String> {
        match self.kept.subject.as_str() {
            "case" => Some(format!("/cases/{}", self.kept.no)),
            "certificate" => Some(format!("/account/certificates/{}", self.kept.no)),
            "consent" => Some(format!("/consents/{}", self.kept.no)),
            _ => None,
        }
    }

    fn came(&self) -> &'static str {
        match (self.is_query(), self.kept.allowed) {
            (false, true) => "看了",
            (false, false) => "没有让看",
            (true, true) => "答了",
            (true, false) => "没有答",
        }
    }

    fn is_query(&self) -> bool {
        self.kept.subject == "query"
    }

    /// Where somebody says that it should not have been asked: the look is named, what it says is filled in there.
    fn complaint(&self) -> String {
        format!("/complaints/new?kind=complaint&look={}", self.kept.id)
    }
}

#[derive(Template)]
#[template(path = "looks.html")]
struct LooksPage {
    shell: Shell,
    no: String,
    lines: Vec<Line>,
    next: Option<String>,
    csv: String,
}

/// An address of this page, of the same number.
fn address(no: &str, key: &str, value: &str) -> String {
    match no {
        "" => format!("{ADDRESS}?{key}={value}"),
        no => format!("{ADDRESS}?no={}&{key}={value}", encode(no)),
    }
}

/// GET /account/looks
async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let no: String = wanted.no.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        let all = table::whole(looking::of(&house, &person, &no, None, table::WANTED).await?)?;
        return sheet(all.into_iter().map(|kept| Line::of(kept, &catalogue))).download(format, shell.lang);
    }
    let after = wanted.after.as_deref().and_then(looking::after);
    let mut found = looking::of(&house, &person, &no, after, PAGE + 1).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|last| address(&no, "after", &looking::ends(last.at, last.id)));
    let lines = found.into_iter().map(|kept| Line::of(kept, &catalogue)).collect();
    let page = LooksPage { csv: address(&no, "as", "csv"), no, lines, next, shell };
    page::render(&page.shell.clone(), &page)
}

fn sheet(lines: impl Iterator<Item = Line>) -> Table {
    let local = |at: DateTime<Utc>| at.with_timezone(&calendar::SHANGHAI).format("%Y-%m-%d %H:%M:%S").to_string();
    Table {
        name: "谁看过我的资料".into(),
        columns: vec![
            ("at", "时间"),
            ("last_at", "最后一次"),
            ("times", "次数"),
            ("who", "单位和岗位"),
            ("no", "编号"),
            ("opened", "看了什么"),
            ("part", "哪一份"),
            ("outcome", "结果"),
            ("said", "答了什么"),
            ("ground", "依据"),
        ],
        rows: lines
            .map(|line| {
                vec![
                    local(line.kept.at).into(),
                    local(line.kept.last_at).into(),
                    i64::from(line.kept.times).into(),
                    line.who.as_str().into(),
                    line.kept.no.as_str().into(),
                    line.what.into(),
                    Cell::from((!line.kept.part.is_empty()).then(|| line.kept.part.clone())),
                    line.came().into(),
                    Cell::from(line.kept.said.clone()),
                    line.kept.ground.as_str().into(),
                ]
            })
            .collect(),
    }
}
