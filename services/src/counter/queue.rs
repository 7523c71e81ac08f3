//! 待办 · an agency's cases by deadline. Filters are GET parameters, so a saved filter is a saved address (ui §4).

use super::away::Away;
use crate::agents;
use crate::cases::{Case, Stage};
use crate::fees;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Query, State};
use axum::response::Response;
use catalogue::Catalogue;
use chrono::NaiveDate;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, ClockView, Lang, Shell, filters};
use foundation::{House, Moment, SignedIn, Stop};
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;

#[derive(Deserialize, Default, Clone)]
pub struct Wanted {
    /// all · today · correction · paused · fee · deliver · done
    pub show: Option<String>,
    pub q: Option<String>,
    /// Where the next page begins: what the last row was sorted by, and its number.
    pub after: Option<String>,
    #[serde(rename = "as")]
    pub format: Option<String>,
}

/// One case as a line of the queue.
pub struct Line {
    pub no: String,
    pub tail: String,
    pub who: String,
    pub item: String,
    pub stage: Stage,
    pub due: Option<NaiveDate>,
    /// The day of the bill that nobody has paid.
    pub billed_on: Option<NaiveDate>,
    pub svg: String,
    pub short: String,
    pub late: bool,
    pub next: String,
    /// A colleague handles it: it is one's own, or a relative's.
    pub away: bool,
}

impl Line {
    /// What comes next, and whether for somebody else.
    fn step(&self) -> &str {
        if self.away { "回避，由同事办" } else { &self.next }
    }
}

pub const PAGE: i64 = 20;

/// The tabs of the queue with their counts.
pub struct Tab {
    pub key: &'static str,
    pub name: &'static str,
    pub count: i64,
}

impl Tab {
    /// As it is shown: nothing where nobody counts, 999+ beyond what is counted.
    pub fn counted(&self) -> Option<String> {
        match self.count {
            ..0 => None,
            n if n > COUNTED => Some(format!("{COUNTED}+")),
            n => Some(n.to_string()),
        }
    }
}

fn line(case: &Case, away: &Away, catalogue: &Catalogue, now: &Moment, lang: &Lang) -> Line {
    let billed = fees::waiting(case, now.date());
    let clock = match case.stage {
        _ if billed.is_some() => None,
        Stage::Submitted => Some(&case.acceptance),
        Stage::CorrectionRequested => None,
        _ => case.promised.as_ref(),
    };
    let view = clock.map(|c| ClockView::new("", c, now));
    let item = catalogue.item(&case.item);
    let next = item
        .and_then(|i| case.process.waiting().first().and_then(|w| i.process.node(&w.node)).map(|n| n.name.clone()))
        .unwrap_or_default();
    Line {
        tail: case.no.chars().skip(14).collect(),
        no: case.no.clone(),
        who: case.applicant.as_ref().map_or_else(|| "（个人信息已删除）".into(), |p| p.name.clone()),
        item: catalogue.item_name(&case.item, lang),
        stage: case.stage,
        due: case.due(&now.calendar),
        billed_on: billed.as_ref().map(|(day, _)| *day),
        svg: view.as_ref().map(ClockView::svg).unwrap_or_default(),
        short: match (&view, case.stage) {
            (_, Stage::CorrectionRequested) => "等申请人".into(),
            _ if let Some((_, waits)) = billed => waits,
            (Some(v), stage) if !stage.is_concluded() => v.short(),
            _ => String::new(),
        },
        late: view.as_ref().is_some_and(|v| v.late() && !case.stage.is_concluded()),
        next,
        away: away.keeps_from(case),
    }
}

/// The stages in which a case is open.
pub const OPEN: [&str; 6] = ["submitted", "in_review", "granted", "denied", "correction_requested", "paused"];

/// The stages of an open tab.
fn stages(show: &str) -> &'static [&'static str] {
    match show {
        "correction" => &["correction_requested"],
        "paused" => &["paused"],
        "deliver" => &["granted", "denied"],
        _ => &["submitted", "in_review", "granted", "denied"],
    }
}

/// So many cases of a tab are counted.
const COUNTED: i64 = 999;

/// A page of cases, each with what the list is sorted by: together with the number that is where the next page begins.
type Rows = Vec<(String, Value)>;

const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a date");
const LAST: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date");

/// Open cases, those due first in front and those without a day last: a page of each stage, of one index, and the first of them all.
async fn open(
    conn: &mut PgConnection,
    agency: &str,
    show: &str,
    after: Option<(&str, &str)>,
    today: NaiveDate,
) -> Result<Rows, Stop> {
    let (due, no) = after.unwrap_or_default();
    Ok(sqlx::query_as(
        "select c.key::text, c.state
           from unnest($2::text[]) as s (stage)
          cross join lateral (
                select coalesce(due, date '9999-12-31') as key, case_no, state
                  from cases
                 where agency = $1
                   and stage = s.stage
                   and stage not in ('delivered', 'refused_acceptance', 'not_required', 'withdrawn')
                   and coalesce(due, date '9999-12-31') <= $3
                   and (coalesce(due, date '9999-12-31'), case_no) > ($4, $5)
                 order by coalesce(due, date '9999-12-31'), case_no
                 limit $6) as c
          order by c.key, c.case_no
          limit $6",
    )
    .bind(agency)
    .bind(stages(show))
    .bind(if show == "today" { today } else { LAST })
    .bind(due.parse().unwrap_or(FIRST))
    .bind(no)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

/// Granted cases that wait for their fee, those billed first in front.
async fn unpaid(conn: &mut PgConnection, agency: &str, after: Option<(&str, &str)>) -> Result<Rows, Stop> {
    let (day, no) = after.unwrap_or_default();
    Ok(sqlx::query_as(
        "select concluded_on::text as key, state
           from cases
          where agency = $1
            and stage = 'granted'
            and state ? 'bill'
            and not state ? 'paid'
            and (concluded_on, case_no) > ($2, $3)
          order by concluded_on, case_no
          limit $4",
    )
    .bind(agency)
    .bind(day.parse().unwrap_or(FIRST))
    .bind(no)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

/// Cases done with, the latest in front.
async fn done(conn: &mut PgConnection, agency: &str, after: Option<(&str, &str)>) -> Result<Rows, Stop> {
    let (day, no) = after.unwrap_or_default();
    Ok(sqlx::query_as(
        "select concluded_on::text as key, state
           from cases
          where agency = $1
            and stage in ('delivered', 'refused_acceptance', 'not_required', 'withdrawn')
            and (concluded_on, case_no) < ($2, $3)
          order by concluded_on desc, case_no desc
          limit $4",
    )
    .bind(agency)
    .bind(day.parse().unwrap_or(LAST))
    .bind(no)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

/// Cases of any stage whose number, or its last seven, or whose applicant's name begins like this: three ranges of three indexes.
async fn search(conn: &mut PgConnection, agency: &str, q: &str, after: Option<(&str, &str)>) -> Result<Rows, Stop> {
    // Full-width digits, and the spaces a number is shown with.
    let number: String = forms::text::fold_digits(q).chars().filter(char::is_ascii_alphanumeric).collect();
    let number = Some(number.to_uppercase()).filter(|number| !number.is_empty());
    let (word, no) = after.unwrap_or_default();
    Ok(sqlx::query_as(
        "select word, state
           from ((select number as word, case_no, state
                    from cases
                   where agency = $1
                     and number between $2 and $2 || $4
                     and number > $5
                   order by number
                   limit $7)
                 union all
                 (select tail, case_no, state
                    from cases
                   where agency = $1
                     and tail between $2 and $2 || $4
                     and (tail, case_no) > ($5, $6)
                   order by tail, case_no
                   limit $7)
                 union all
                 (select applicant_name, case_no, state
                    from cases
                   where agency = $1
                     and applicant_name between $3 and $3 || $4
                     and (applicant_name, case_no) > ($5, $6)
                   order by applicant_name, case_no
                   limit $7)) as found
          order by word, case_no
          limit $7",
    )
    .bind(agency)
    .bind(number)
    .bind(q)
    .bind(char::MAX.to_string())
    .bind(word)
    .bind(no)
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?)
}

/// How many wait in each tab for this officer, without those that colleagues handle. Beyond [`COUNTED`] of a stage nobody counts on: it costs what
/// is shown, not what there is. It asks for the order of the index, without which the planner may read the table.
async fn tabs(conn: &mut PgConnection, agency: &str, away: &Away, today: NaiveDate) -> Result<Vec<Tab>, Stop> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "select s.stage, a.n, d.n
           from unnest($2::text[]) as s (stage)
          cross join lateral (
                select count(*) as n
                  from (select
                          from cases
                         where agency = $1
                           and stage = s.stage
                           and stage not in ('delivered', 'refused_acceptance', 'not_required', 'withdrawn')
                         order by coalesce(due, date '9999-12-31'), case_no
                         limit $4) as counted) as a
          cross join lateral (
                select count(*) as n
                  from (select
                          from cases
                         where agency = $1
                           and stage = s.stage
                           and stage not in ('delivered', 'refused_acceptance', 'not_required', 'withdrawn')
                           and coalesce(due, date '9999-12-31') <= $3
                         order by coalesce(due, date '9999-12-31'), case_no
                         limit $4) as counted) as d",
    )
    .bind(agency)
    .bind(OPEN.as_slice())
    .bind(today)
    .bind(COUNTED + 1)
    .fetch_all(&mut *conn)
    .await?;
    let fee: i64 = sqlx::query_scalar(
        "select count(*)
           from (select
                   from cases
                  where agency = $1
                    and stage = 'granted'
                    and state ? 'bill'
                    and not state ? 'paid'
                  limit $2) as counted",
    )
    .bind(agency)
    .bind(COUNTED + 1)
    .fetch_one(&mut *conn)
    .await?;
    let others = away.counted(conn, agency, today).await?;
    // Where nobody counts to the end, nothing is taken off.
    let own = |all: i64, others: i64| if all > COUNTED { all } else { all - others };
    let sum = |show: &str, due: bool| -> i64 {
        let wanted = rows.iter().filter(|(stage, ..)| stages(show).contains(&stage.as_str()));
        let counts = wanted.map(|(stage, all, late)| {
            let (others, others_late) = others.iter().find(|one| one.0 == *stage).map_or((0, 0), |one| (one.1, one.2));
            if due { own(*late, others_late) } else { own(*all, others) }
        });
        counts.sum()
    };
    let fee = own(fee, others.iter().map(|one| one.3).sum());
    let (all, due) = (sum("all", false), sum("today", true));
    let (correction, paused, deliver) = (sum("correction", false), sum("paused", false), sum("deliver", false));
    Ok(vec![
        Tab { key: "all", name: "待我办", count: all },
        Tab { key: "today", name: "到期和超期", count: due },
        Tab { key: "correction", name: "补正中", count: correction },
        Tab { key: "paused", name: "暂停中", count: paused },
        Tab { key: "fee", name: "待缴费", count: fee },
        Tab { key: "deliver", name: "待送达", count: deliver },
        Tab { key: "done", name: "已办结", count: -1 },
    ])
}

/// The queue beside a desk, or alone.
pub struct Queue {
    pub tabs: Vec<Tab>,
    pub show: String,
    pub q: String,
    pub order: &'static str,
    pub lines: Vec<Line>,
    /// The address of the next page.
    pub next: Option<String>,
    pub agency: String,
    /// Its chief keeps agent points.
    pub keeps_points: bool,
    /// Gives the authority of the chief representative to others: whoever has it by delegation does not (B4.2).
    pub delegates: bool,
}

impl Queue {
    /// The first that is not left to a colleague.
    fn first(&self) -> Option<&Line> {
        self.lines.iter().find(|line| !line.away)
    }
}

pub async fn queue(house: &House, catalogue: &Catalogue, person: &SignedIn, wanted: &Wanted, lang: &Lang) -> Result<Queue, Stop> {
    let agency = person.agency.clone().unwrap_or_default();
    house.may(&person.principal(), Act::ViewQueue, &Resource::Agency { key: agency.clone() }, &Circumstance::default())?;
    let now = house.now();
    let mut conn = house.pool().acquire().await?;
    let show = wanted.show.clone().unwrap_or_else(|| "all".into());
    let q = wanted.q.as_deref().map(forms::text::fold_name).unwrap_or_default();
    let after = wanted.after.as_deref().and_then(|after| after.rsplit_once('_'));
    let mut rows = match (q.as_str(), show.as_str()) {
        ("", "done") => done(&mut conn, &agency, after).await?,
        ("", "fee") => unpaid(&mut conn, &agency, after).await?,
        ("", show) => open(&mut conn, &agency, show, after, now.date()).await?,
        (q, _) => search(&mut conn, &agency, q, after).await?,
    };
    let away = Away::of(person);
    let tabs = tabs(&mut conn, &agency, &away, now.date()).await?;
    drop(conn);
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let last = rows.last().map(|(key, _)| key.clone());
    let lines = rows.into_iter().map(|(_, state)| Ok(line(&serde_json::from_value(state)?, &away, catalogue, &now, lang)));
    let lines = lines.collect::<Result<Vec<Line>, Stop>>()?;
    let next = last.zip(lines.last()).filter(|_| more).map(|(key, line)| {
        let after = page::encode(&format!("{key}_{}", line.no));
        format!("/counter/queue?show={show}&q={}&after={after}", page::encode(&q))
    });
    Ok(Queue {
        tabs,
        order: match (q.as_str(), show.as_str()) {
            ("", "done") => "新办结的在前",
            ("", "fee") => "等得最久的在前",
            ("", _) => "先到期的在前",
            _ => "找到的办件",
        },
        show,
        q,
        lines,
        next,
        delegates: person.has_role("chief_representative") && !person.delegated,
        keeps_points: catalogue.agency(&agency).is_some_and(|a| a.level == 5) && agents::may_keep(house, person, &agency),
        agency: catalogue.agency(&agency).map_or(agency, |a| a.name.clone()),
    })
}

#[derive(Template)]
#[template(path = "counter/queue.html")]
struct QueuePage {
    shell: Shell,
    queue: Queue,
    current: &'static str,
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    mut shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let queue = queue(&house, &catalogue, &person, &wanted, &shell.lang).await?;
    if let Some(format) = Format::of(wanted.format.as_deref()) {
        let table = Table {
            name: format!("待办 {}", house.now().date()),
            columns: vec![
                ("case_no", "办件编号"),
                ("applicant", "申请人"),
                ("item", "事项"),
                ("stage", "状态"),
                ("step", "下一步"),
                ("due", "截止"),
                ("billed_on", "缴费单日期"),
            ],
            rows: queue
                .lines
                .iter()
                .map(|l| {
                    vec![
                        l.no.clone().into(),
                        l.who.clone().into(),
                        l.item.clone().into(),
                        l.stage.zh().into(),
                        l.step().to_owned().into(),
                        l.due.map_or(Cell::Empty, |d| Cell::Text(d.to_string())),
                        l.billed_on.map_or(Cell::Empty, |d| Cell::Text(d.to_string())),
                    ]
                })
                .collect(),
        };
        return table.download(format, shell.lang);
    }
    shell.preferences.dense = true;
    page::render(&shell.clone(), &QueuePage { queue, current: "", shell })
}
