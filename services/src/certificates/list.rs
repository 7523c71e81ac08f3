//! 证照台账 · the certificates of an agency, by what they are worth and by when they end. Filters are GET parameters, so a saved filter is a saved
//! address (ui §4).

use super::certificate::{Certificate, Standing};
use super::term::{REMIND_AGAIN_DAYS, REMIND_DAYS};
use acts::Ending;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use chrono::{Days, NaiveDate};
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop};
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;

const PAGE: i64 = 20;
const EVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");
const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a date");

/// The tabs: those that end soon in front.
const TABS: [(&str, Standing, Option<u64>); 8] = [
    ("soon", Standing::Valid, Some(REMIND_DAYS)),
    ("pressing", Standing::Valid, Some(REMIND_AGAIN_DAYS)),
    ("valid", Standing::Valid, None),
    ("expired", Standing::Expired, None),
    ("annulled", Standing::Over(Ending::Annulled), None),
    ("withdrawn", Standing::Over(Ending::Withdrawn), None),
    ("revoked", Standing::Over(Ending::Revoked), None),
    ("cancelled", Standing::Over(Ending::Cancelled), None),
];

fn name(standing: Standing, within: Option<u64>) -> String {
    within.map_or(standing.zh().into(), |days| format!("{days} 天以内到期"))
}

#[derive(Deserialize, Default)]
pub struct Wanted {
    show: Option<String>,
    /// The last day of the last one on the page before, and its number.
    after: Option<String>,
    #[serde(rename = "as")]
    format: Option<String>,
}

/// Those of this standing that end by that day, the first to end in front.
async fn of_agency(
    conn: &mut PgConnection,
    agency: &str,
    standing: Standing,
    by: NaiveDate,
    after: (NaiveDate, &str),
) -> Result<Vec<Value>, Stop> {
    Ok(sqlx::query_scalar(
        "select state
           from certificates
          where agency = $1
            and standing = $2
            and coalesce(valid_to, date '9999-12-31') <= $3
            and (coalesce(valid_to, date '9999-12-31'), no) > ($4, $5)
          order by coalesce(valid_to, date '9999-12-31'), no
          limit $6",
    )
    .bind(agency)
    .bind(standing.key())
    .bind(by)
    .bind(after.0)
    .bind(after.1)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

struct Line {
    certificate: Certificate,
    name: String,
}

impl Line {
    fn holder(&self) -> &str {
        self.certificate.holder.as_ref().map_or("（个人信息已依法删除）", |holder| &holder.name)
    }
}

#[derive(Template)]
#[template(path = "certificates/list.html")]
struct ListPage {
    shell: Shell,
    agency: String,
    show: &'static str,
    lines: Vec<Line>,
    next: Option<String>,
    today: NaiveDate,
}

impl ListPage {
    fn tabs(&self) -> impl Iterator<Item = (&'static str, String)> {
        TABS.into_iter().map(|(key, standing, within)| (key, name(standing, within)))
    }
}

/// GET /counter/certificates
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    mut shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let agency = person.agency.clone().unwrap_or_default();
    house.may(&person.principal(), Act::ViewQueue, &Resource::Agency { key: agency.clone() }, &Circumstance::default())?;
    let today = house.now().date();
    let (show, standing, within) = TABS.into_iter().find(|(key, ..)| wanted.show.as_deref() == Some(*key)).unwrap_or(TABS[0]);
    let after = wanted.after.as_deref().and_then(|after| {
        let (day, no) = after.split_once('_')?;
        Some((day.parse().ok()?, no))
    });
    let by = within.map_or(EVER, |days| today + Days::new(days));
    let mut found = of_agency(&mut *house.pool().acquire().await?, &agency, standing, by, after.unwrap_or((FIRST, ""))).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let line = |state| {
        let certificate: Certificate = serde_json::from_value(state)?;
        Ok(Line { name: catalogue.item_name(&certificate.item, &shell.lang), certificate })
    };
    let lines = found.into_iter().map(line).collect::<Result<Vec<Line>, Stop>>()?;
    let next = lines.last().filter(|_| more).map(|last| {
        let ends = last.certificate.valid_to().unwrap_or(EVER);
        format!("/counter/certificates?show={show}&after={ends}_{}", last.certificate.no)
    });
    if let Some(format) = Format::of(wanted.format.as_deref()) {
        let row = |line: &Line| {
            vec![
                line.certificate.no.clone().into(),
                line.holder().to_owned().into(),
                line.name.clone().into(),
                line.certificate.latest().n.to_string().into(),
                line.certificate.valid_to().map_or(Cell::Empty, |to| Cell::Text(to.to_string())),
                line.certificate.standing_on(today).zh().into(),
            ]
        };
        let table = Table {
            name: format!("证照 {} {today}", name(standing, within)),
            columns: vec![
                ("certificate_no", "证照编号"),
                ("holder", "持有人"),
                ("item", "事项"),
                ("version", "版本"),
                ("valid_to", "有效期至"),
                ("standing", "状态"),
            ],
            rows: lines.iter().map(row).collect(),
        };
        return table.download(format, shell.lang);
    }
    shell.preferences.dense = true;
    let page = ListPage { agency: catalogue.agency_name(&agency).to_owned(), show, lines, next, today, shell };
    page::render(&page.shell.clone(), &page)
}
