//! 导入事项 · tables of matters are handed in, held against what is published, and told row by row; confirmed, they become one change,
//! which the three offices pass like any other (A2.1-03, B6.1-01; F019). One fault, and nothing is taken.

use super::drafter::Drafter;
use super::matched::{self, Changed, Latest, Report};
use super::publish;
use super::reading::{self, Fault, Handed};
use super::sheet::{self, Sheet};
use crate::powers::change::{self, Change, Rejection, Stage};
use crate::powers::draft as change_draft;
use crate::{Catalogue, Foundations, Item, tables};
use acts::{Heading, PowerChangeAct};
use askama::Template;
use axum::extract::{FromRequest, Multipart, Path, Query, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use forms::FieldError;
use foundation::held::{Entered, Held, Posted, clean};
use foundation::page::fields::{Filled, field_error};
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, Stop, once, sweep};
use futures::future::BoxFuture;
use serde::Deserialize;
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use uuid::Uuid;

/// Faults that are told on the page; the file has them all.
const MOST_TOLD: usize = 200;
/// Matters on one page, and imports.
const PAGE: usize = 30;
/// Files of one import.
const MOST_FILES: usize = 12;
/// So long a table is kept that was never confirmed, or whose change is long over.
const KEPT_DAYS: i64 = 30;

/// A file as it was handed in.
pub type File = (String, Vec<u8>);

async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T, Stop> + Send + 'static) -> Result<T, Stop> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Stop::Fault(error.to_string()))?
}

/// The matters of these names, as they were published last.
async fn latest(conn: &mut PgConnection, pool: &PgPool, catalogue: &Catalogue, handed: &Handed) -> Result<Latest, Stop> {
    let mut latest = Latest::new();
    let mut slugs = Vec::with_capacity(handed.matters.len());
    for matter in &handed.matters {
        if let Some(item) = catalogue.item(&matter.slug) {
            latest.insert(matter.slug.clone(), Some(item));
        }
        slugs.push(matter.slug.clone());
    }
    let known: Vec<(String, Option<String>)> =
        sqlx::query_as("select slug, hash from item_versions where effective_to is null and slug = any ($1)")
            .bind(slugs)
            .fetch_all(conn)
            .await?;
    for (slug, hash) in known {
        let item = match hash {
            Some(hash) => Some(catalogue.item_version(pool, &slug, &hash).await?),
            None => None,
        };
        latest.insert(slug, item);
    }
    Ok(latest)
}

/// What tables would change, and all that is wrong with them.
pub async fn report(
    conn: &mut PgConnection,
    pool: &PgPool,
    catalogue: &Catalogue,
    files: Vec<File>,
    again: Option<&str>,
    today: NaiveDate,
) -> Result<Report, Stop> {
    let known = catalogue.clone();
    let handed = apart(move || reading::read(&files, |code| known.by_code(code).map(|item| item.slug.clone()))).await?;
    let latest = latest(&mut *conn, pool, catalogue, &handed).await?;
    let known = catalogue.clone();
    let mut report = apart(move || matched::matched(handed, &known, &latest, today)).await?;
    matched::check(&mut report, &mut *conn, catalogue, today).await?;
    let slugs: Vec<String> = report.changed.iter().map(|changed| changed.slug.clone()).collect();
    let busy: Vec<(String, String)> = sqlx::query_as(
        "select slug, change
           from item_changes
          where is_open
            and slug = any ($1)
            and change is distinct from $2",
    )
    .bind(&slugs)
    .bind(again)
    .fetch_all(&mut *conn)
    .await?;
    let drafted: Vec<String> = sqlx::query_scalar("select slug from item_drafts where is_open and slug = any ($1)")
        .bind(&slugs)
        .fetch_all(&mut *conn)
        .await?;
    let busy: HashMap<String, String> = busy.into_iter().collect();
    let foundations = Foundations::of(&mut *conn, report.changed.iter().map(|changed| &changed.item)).await?;
    for at in 0..report.changed.len() {
        let slug = report.changed[at].slug.clone();
        if let Some(barred) = report.changed[at].item.unlisted(today, &foundations) {
            report.notes.push(Fault { matter: slug.clone(), said: barred.to_mend(), ..Fault::default() });
        }
        if let Some(no) = busy.get(&slug) {
            report.refuse_whole(at, format!("这个事项正在另一份变更 {no} 里，等它公布或者撤回"));
        }
        if drafted.contains(&slug) {
            let said = "这个事项另有一份正在起草的草稿；这一份公布以后，那份草稿要从新的版本再起草".into();
            report.notes.push(Fault { matter: slug, said, ..Fault::default() });
        }
    }
    // What was sent back is drafted again whole: what is left out would be gone without a word.
    if let Some(no) = again {
        let before = change::find(&mut *conn, no).await?.items;
        let is_told = |slug: &String| {
            report.changed.iter().any(|changed| changed.slug == *slug) || report.faults.iter().any(|fault| fault.matter == *slug)
        };
        for slug in before.into_iter().filter(|slug| !is_told(slug)).collect::<Vec<_>>() {
            let said = format!("变更 {no} 里还有这个事项，这次没有它的改动。整份都不要了的，撤回那份变更，再重新导入");
            report.faults.push(Fault { matter: slug, said, ..Fault::default() });
        }
    }
    report.settle();
    Ok(report)
}

/// Drafts what a report without faults says, as one change.
pub async fn drafted(
    conn: &mut PgConnection,
    report: &Report,
    heading: Heading,
    again: Option<Change>,
    by: &Person,
    now: &Moment,
) -> Result<Change, Stop> {
    let mut slugs: Vec<String> = report.changed.iter().map(|changed| changed.slug.clone()).collect();
    slugs.sort();
    let versions = publish::versions(report.changed.iter().map(|changed| (changed.slug.as_str(), changed.item.hash.as_str())));
    let act = PowerChangeAct::Drafted {
        rows: slugs.len() as u32,
        digest: crate::versions::sha256(versions.as_bytes()),
        item: None,
        items: slugs,
        sample: false,
        private: Some(heading),
    };
    let entry = |no: &str, act| change_draft::entry(no, act, by, now);
    let change = change::begin(&mut *conn, again, act, entry, now.date().year()).await?;
    let items: Vec<&Item> = report.changed.iter().map(|changed| &changed.item).collect();
    publish::hold(conn, &change.no, &items).await?;
    Ok(change)
}

#[derive(sqlx::FromRow)]
struct Import {
    id: Uuid,
    at: DateTime<Utc>,
    again: Option<String>,
    change: Option<String>,
    /// Its files by name.
    names: String,
}

const IMPORT: &str = "select i.id, i.at, i.again, i.change,
        coalesce((select string_agg(f.name, '、' order by f.nth) from item_import_files f where f.import = i.id), '') as names
   from item_imports i";

async fn find(conn: &mut PgConnection, id: Uuid) -> Result<Import, Stop> {
    let sql = format!("{IMPORT} where i.id = $1");
    let import = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(conn).await?;
    import.ok_or(Stop::NotFound("导入"))
}

async fn files_of(conn: &mut PgConnection, id: Uuid) -> Result<Vec<File>, Stop> {
    Ok(sqlx::query_as("select name, bytes from item_import_files where import = $1 order by nth")
        .bind(id)
        .fetch_all(conn)
        .await?)
}

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    after: String,
    /// The change that was sent back and is drafted again.
    #[serde(default)]
    again: String,
    #[serde(default, rename = "as")]
    form: String,
}

#[derive(Template)]
#[template(path = "items/import.html")]
struct ImportPage {
    shell: Shell,
    again: String,
    imports: Vec<Import>,
    next: Option<String>,
    sheets: &'static [Sheet],
    filled: Filled,
}

impl ImportPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// GET /items/import
pub async fn show(at: Drafter, Query(wanted): Query<Wanted>) -> Result<Response, Stop> {
    let filled = at.filled(Entered::new());
    draw(at, wanted, filled).await
}

async fn draw(at: Drafter, wanted: Wanted, filled: Filled) -> Result<Response, Stop> {
    let mut conn = at.house.pool().acquire().await?;
    let after = wanted
        .after
        .split_once('~')
        .and_then(|(at, id)| Some((DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?, id.parse::<Uuid>().ok()?)));
    let sql = format!(
        "{IMPORT}
          where $1::timestamptz is null or (i.at, i.id) < ($1, $2)
          order by i.at desc, i.id desc
          limit $3"
    );
    let (day, id) = after.unzip();
    let mut imports: Vec<Import> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(day).bind(id).bind(PAGE as i64 + 1).fetch_all(&mut *conn).await?;
    let is_more = imports.len() > PAGE;
    imports.truncate(PAGE);
    drop(conn);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ImportPage {
        next: imports.last().filter(|_| is_more).map(|last| format!("{}~{}", last.at.timestamp_micros(), last.id)),
        again: wanted.again,
        imports,
        sheets: sheet::sheets()?,
        filled,
        shell: at.shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// A form with files: its fields, and the files in their order.
async fn uploaded(request: Request, house: &House) -> Result<(Posted, Vec<File>), Stop> {
    let cut = |_| Stop::Unreadable("文件没有传完，或者一共超过了 16 MB，请再试一次".into());
    let mut form =
        Multipart::from_request(request, house).await.map_err(|_| Stop::Unreadable("没有收到文件，请在页面上选好再传".into()))?;
    let mut entered = Entered::new();
    let mut files = Vec::new();
    while let Some(field) = form.next_field().await.map_err(cut)? {
        let key = clean(field.name().unwrap_or_default());
        if key == "file" {
            let name: String = clean(field.file_name().unwrap_or_default()).chars().take(200).collect();
            let bytes = field.bytes().await.map_err(cut)?;
            if !bytes.is_empty() {
                files.push((name, bytes.to_vec()));
            }
            continue;
        }
        let text = clean(&field.text().await.map_err(cut)?);
        entered.entry(key).or_default().push(text);
    }
    Ok((Posted(entered), files))
}

/// POST /items/import: keeps the tables, and leads to what they would change. Nothing is drafted yet.
pub async fn send(at: Drafter, request: Request) -> Result<Response, Stop> {
    let (posted, files) = uploaded(request, &at.house).await?;
    let form = posted.once()?;
    let again = posted.one("again").to_owned();
    let wrong = match files.len() {
        0 => {
            Some(("请选一个 CSV、XLSX、JSON 文件，或者装着 CSV 的 ZIP", "Choose a CSV, XLSX or JSON file, or a ZIP of CSV files"))
        }
        n if n > MOST_FILES => Some(("文件太多，一张表一个文件就够", "Too many files; one for each table is enough")),
        _ if files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > tables::LARGEST => {
            Some(("文件一共超过 16 MB，请按部门分成几次", "The files are more than 16 MB together; divide them by department"))
        }
        _ => None,
    };
    if let Some((zh, en)) = wrong {
        let filled = Filled::new(at.shell.lang, posted.0, vec![field_error("file", "表格文件", zh, en)]);
        return draw(at, Wanted { again, ..Wanted::default() }, filled).await;
    }
    let mut tx = match once::begin(&at.house, at.person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    if !again.is_empty() {
        sent_back(change::find(&mut tx, &again).await?)?;
    }
    let id = Uuid::now_v7();
    sqlx::query("insert into item_imports (id, person, at, again) values ($1, $2, $3, $4)")
        .bind(id)
        .bind(at.person.id)
        .bind(at.house.now().at)
        .bind(Some(&again).filter(|again| !again.is_empty()))
        .execute(&mut *tx)
        .await?;
    let (names, bytes): (Vec<String>, Vec<Vec<u8>>) = files.into_iter().unzip();
    sqlx::query(
        "insert into item_import_files (import, nth, name, bytes)
         select $1, nth, name, bytes
           from unnest($2::text[], $3::bytea[]) with ordinality as f (name, bytes, nth)",
    )
    .bind(id)
    .bind(names)
    .bind(bytes)
    .execute(&mut *tx)
    .await?;
    let leads_to = format!("/items/imports/{id}");
    once::finish(&at.house, tx, at.person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// Only what was sent back is drafted again, and only a change of matters by a table.
fn sent_back(change: Change) -> Result<Change, Stop> {
    match change.stage == Stage::SentBack && !change.items.is_empty() {
        true => Ok(change),
        false => Err(Rejection::NotSentBack.into()),
    }
}

#[derive(Template)]
#[template(path = "items/imported.html")]
struct ReportPage {
    shell: Shell,
    import: Import,
    digest: String,
    new: usize,
    changed: usize,
    unchanged: usize,
    refused: usize,
    faults: Vec<Fault>,
    /// Faults that are not told here.
    more: usize,
    notes: Vec<Fault>,
    shown: Vec<Changed>,
    next: Option<String>,
    is_good: bool,
    filled: Filled,
}

impl ReportPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// GET /items/imports/{id}: what the tables would change, by the matters as they stand now; `as` has it all as a file.
pub async fn one(
    at: Drafter,
    catalogue: Catalogue,
    Held(held): Held,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let mut conn = at.house.pool().acquire().await?;
    let import = find(&mut conn, id).await?;
    let mut entered = held.unwrap_or_default();
    if let Some(no) = &import.again {
        let change = change::find(&mut conn, no).await?;
        entered.entry("title".into()).or_insert(vec![change.heading.title]);
        entered.entry("decision".into()).or_insert(vec![change.heading.decision]);
    }
    let files = files_of(&mut conn, id).await?;
    let again = import.again.as_deref();
    let report = report(&mut conn, at.house.pool(), &catalogue, files, again, at.house.now().date()).await?;
    drop(conn);
    if let Some(format) = Format::of(Some(wanted.form.as_str())) {
        return findings(&report).download(format, at.shell.lang);
    }
    let filled = at.filled(entered);
    tell(at.shell, import, report, &wanted.after, filled)
}

fn tell(shell: Shell, import: Import, report: Report, after: &str, filled: Filled) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (digest, is_good, new) = (report.digest(), report.is_good(), report.added());
    let Report { changed, unchanged, refused, mut faults, notes, .. } = report;
    let more = faults.len().saturating_sub(MOST_TOLD);
    faults.truncate(MOST_TOLD);
    let all = changed.len();
    let mut shown = changed;
    shown.sort_by(|a, b| a.slug.cmp(&b.slug));
    shown.retain(|changed| changed.slug.as_str() > after);
    let is_more = shown.len() > PAGE;
    shown.truncate(PAGE);
    let page = ReportPage {
        next: shown.last().filter(|_| is_more).map(|last| last.slug.clone()),
        changed: all - new,
        new,
        unchanged,
        refused,
        faults,
        more,
        notes,
        shown,
        is_good,
        digest,
        import,
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// All that a report says, a line for each fault, note and difference.
pub fn findings(report: &Report) -> Table {
    let said = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::from(text) };
    let of = |what: &'static str, fault: &Fault| {
        let line = if fault.line == 0 { Cell::Empty } else { Cell::Number(fault.line as f64) };
        vec![
            Cell::from(what),
            said(&fault.table),
            line,
            said(&fault.matter),
            said(&fault.column),
            Cell::Empty,
            Cell::Empty,
            said(&fault.said),
        ]
    };
    let mut rows: Vec<Vec<Cell>> = report.faults.iter().map(|fault| of("要改", fault)).collect();
    rows.extend(report.notes.iter().map(|note| of("请留意", note)));
    for changed in &report.changed {
        let what = if changed.old.is_some() { "改动" } else { "新增" };
        rows.extend(changed.differences.iter().map(|difference| {
            vec![
                Cell::from(what),
                Cell::Empty,
                Cell::Empty,
                said(&changed.slug),
                said(&difference.name),
                said(&difference.before),
                said(&difference.after),
                Cell::Empty,
            ]
        }));
    }
    Table {
        name: "导入对照".into(),
        columns: vec![
            ("what", "结果"),
            ("table", "表"),
            ("line", "行"),
            ("matter", "网址名"),
            ("column", "列"),
            ("before", "原来"),
            ("after", "改成"),
            ("said", "怎么改"),
        ],
        rows,
    }
}

/// POST /items/imports/{id}: what was shown becomes one change, if it still is what would be drafted.
pub async fn confirm(at: Drafter, catalogue: Catalogue, Path(id): Path<Uuid>, posted: Posted) -> Result<Response, Stop> {
    let form = posted.once()?;
    let mut tx = match once::begin(&at.house, at.person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    change::alone(&mut tx).await?;
    let import = find(&mut tx, id).await?;
    if let Some(no) = &import.change {
        return Err(Stop::Rejected(format!("这份表格已经成为变更 {no}，不用再确认")));
    }
    let again = match &import.again {
        None => None,
        Some(no) => Some(sent_back(change::lock(&mut tx, no).await?)?),
    };
    let now = at.house.now();
    let files = files_of(&mut tx, id).await?;
    let report = report(&mut tx, at.house.pool(), &catalogue, files, import.again.as_deref(), now.date()).await?;
    let mut errors: Vec<FieldError> = Vec::new();
    let heading = change_draft::heading(&posted, &mut errors);
    if !report.is_good() {
        let zh = "有要改的地方，一行也没有收。照下面改好，重新传一次";
        errors.push(field_error("title", "变更名称", zh, "Nothing was taken. Mend what is listed below and hand it in again"));
    } else if posted.one("seen") != report.digest() {
        let zh = "对照以后，这些事项公布了新的版本，结果和您看到的不一样了。请再看一遍下面的对照，没有问题再确认";
        errors.push(field_error("title", "变更名称", zh, "Newer versions were published since; look at what follows once more"));
    }
    if !errors.is_empty() {
        tx.rollback().await?;
        let filled = Filled::new(at.shell.lang, posted.0, errors);
        return tell(at.shell, import, report, "", filled);
    }
    let change = drafted(&mut tx, &report, heading, again, &at.person, &now).await?;
    sqlx::query("update item_imports set change = $2 where id = $1").bind(id).bind(&change.no).execute(&mut *tx).await?;
    let leads_to = format!("/powers/changes/{}", change.no);
    once::finish(&at.house, tx, at.person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// Tables that were kept long enough go; what they became stays in the record.
pub const BROOMS: [sweep::Broom; 1] = [old];

fn old<'a>(_: &'a House, conn: &'a mut PgConnection, now: DateTime<Utc>) -> BoxFuture<'a, Result<u64, Stop>> {
    Box::pin(async move {
        let sql = "delete from item_imports where id in (select id from item_imports where at < $1 order by at limit $2)";
        let before = now - Duration::days(KEPT_DAYS);
        Ok(sqlx::query(sql).bind(before).bind(sweep::BATCH).execute(conn).await?.rows_affected())
    })
}
