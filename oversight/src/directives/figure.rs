//! 活的数字 · evidence of a report can be a figure that the house computes from its own record: cases concluded on time, how many, how
//! many days they took (D3). It is kept as computed then, and the page computes it again now.

use acts::Figure;
use catalogue::Catalogue;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Stop;
use foundation::held::Posted;
use foundation::page::fields::{field_error, past_date};
use sqlx::{PgConnection, Row};

/// A figure is counted anew at each view: over so many days at most.
const LONGEST_DAYS: i64 = 366;

/// What can be computed, with its name.
pub const FIGURES: [(&str, &str); 3] =
    [("on_time", "按时办结的办件"), ("concluded", "办结的办件"), ("days", "办结平均用的工作日")];

/// The same for a form, where none need be chosen.
pub const CHOICES: &[(&str, &str)] = &[("", "不附数字"), FIGURES[0], FIGURES[1], FIGURES[2]];

pub fn name(key: &str) -> &'static str {
    FIGURES.iter().find(|(known, _)| *known == key).map_or("办结的办件", |(_, name)| name)
}

/// A figure as it is told: 46 / 48 (95.8%), 48, 5.2.
pub fn told(key: &str, n: i64, of: i64) -> String {
    let ratio = |by: f64| if of == 0 { 0.0 } else { n as f64 * by / of as f64 };
    match key {
        "on_time" => format!("{n} / {of} ({:.1}%)", ratio(100.0)),
        "days" => format!("{:.1}", ratio(1.0)),
        _ => n.to_string(),
    }
}

/// Computes each of these as the record stands, in one query: so many, of so many cases.
pub async fn compute(conn: &mut PgConnection, figures: &[&Figure]) -> Result<Vec<(i64, i64)>, Stop> {
    let rows = sqlx::query(
        "select f.key, count(w.case_no) as cases,
                count(w.case_no) filter (where not w.broken) as on_time,
                coalesce(sum(w.used_days), 0)::bigint as days
           from unnest($1::text[], $2::text[], $3::date[], $4::date[]) with ordinality as f (key, agency, first, last, at)
           left join watches w on w.concluded_on between f.first and f.last
                              and (f.agency is null or w.agency = f.agency)
          group by f.at, f.key
          order by f.at",
    )
    .bind(figures.iter().map(|figure| figure.key.as_str()).collect::<Vec<_>>())
    .bind(figures.iter().map(|figure| figure.agency.as_deref()).collect::<Vec<_>>())
    .bind(figures.iter().map(|figure| figure.from).collect::<Vec<_>>())
    .bind(figures.iter().map(|figure| figure.to).collect::<Vec<_>>())
    .fetch_all(conn)
    .await?;
    let row = |row: &sqlx::postgres::PgRow| {
        let cases: i64 = row.get("cases");
        match row.get::<&str, _>("key") {
            "on_time" => (row.get("on_time"), cases),
            "days" => (row.get("days"), cases),
            _ => (cases, cases),
        }
    };
    Ok(rows.iter().map(row).collect())
}

/// The evidence a form asks for, or what is wrong with it.
pub type Read = Result<Option<Figure>, Vec<FieldError>>;

pub async fn read(conn: &mut PgConnection, catalogue: &Catalogue, posted: &Posted, today: NaiveDate) -> Result<Read, Stop> {
    Ok(match asked(catalogue, posted, today) {
        Ok(Some(mut figure)) => {
            let computed = compute(conn, &[&figure]).await?;
            (figure.n, figure.of) = computed.first().copied().unwrap_or_default();
            Ok(Some(figure))
        }
        other => other,
    })
}

fn asked(catalogue: &Catalogue, posted: &Posted, today: NaiveDate) -> Read {
    let Some((key, _)) = FIGURES.iter().find(|(key, _)| *key == posted.one("figure")) else { return Ok(None) };
    let agency = Some(posted.one("agency")).filter(|key| !key.is_empty());
    let mut errors = Vec::new();
    if agency.is_some_and(|key| catalogue.agency(key).is_none()) {
        errors.push(field_error("agency", "统计的机关", "请从列出的机关里选一个", "Choose one of the agencies listed"));
    }
    let mut day = |key: &str, label: &str| past_date(posted, key, label, today, &mut errors);
    let days = (day("from", "从哪天"), day("to", "到哪天"));
    if let (Some(from), Some(to)) = days
        && from > to
    {
        errors.push(field_error("to", "到哪天", "到哪天不能早于从哪天", "The last day must not be before the first"));
    } else if days.0.zip(days.1).is_some_and(|(from, to)| (to - from).num_days() >= LONGEST_DAYS) {
        errors.push(field_error("to", "到哪天", "一次最多统计一年", "At most a year at a time"));
    }
    match days {
        (Some(from), Some(to)) if errors.is_empty() => {
            Ok(Some(Figure { key: (*key).into(), agency: agency.map(ToOwned::to_owned), from, to, n: 0, of: 0 }))
        }
        _ => Err(errors),
    }
}
