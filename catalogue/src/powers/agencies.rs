//! 谁的清单不全 · powers with an empty required element, counted by agency (F023).

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(rename = "as")]
    form: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Counted {
    agency: String,
    region: String,
    powers: i64,
    incomplete: i64,
    without_basis: i64,
}

impl Counted {
    fn address(&self, standing: &str) -> String {
        format!("/powers?agency={}&region={}&standing={standing}", encode(&self.agency), encode(&self.region))
    }
}

#[derive(Template)]
#[template(path = "powers/agencies.html")]
struct AgenciesPage {
    shell: Shell,
    rows: Vec<Counted>,
}

/// Every agency with powers in the list today.
pub async fn show(State(house): State<House>, shell: Shell, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let rows: Vec<Counted> = sqlx::query_as(
        "select v.agency, v.region, count(*) as powers,
                count(*) filter (where v.missing > 0) as incomplete,
                count(*) filter (where not exists (
                    select from founding_bases b
                     where b.code = v.code
                       and b.version = v.version
                       and (b.until is null or b.until >= $1))) as without_basis
           from power_versions v
          where v.standing in ('in_use', 'suspended')
            and v.levels is null
            and v.effective_from <= $1
            and (v.effective_to is null or v.effective_to > $1)
          group by v.agency, v.region
          order by incomplete desc, v.agency, v.region",
    )
    .bind(house.now().date())
    .fetch_all(house.pool())
    .await?;
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        return Table {
            name: "权责清单要素统计".into(),
            columns: vec![
                ("agency", "行使主体"),
                ("region", "行政区划"),
                ("powers", "职权"),
                ("incomplete", "要素不全"),
                ("without_basis", "没有依据在效"),
            ],
            rows: rows
                .into_iter()
                .map(|row| {
                    vec![row.agency.into(), row.region.into(), row.powers.into(), row.incomplete.into(), row.without_basis.into()]
                })
                .collect(),
        }
        .download(format, shell.lang);
    }
    let page = AgenciesPage { rows, shell };
    page::render(&page.shell, &page)
}
