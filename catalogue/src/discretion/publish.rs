//! 公布裁量基准 · the legal office publishes a version of a standard, or says when it counts no more (A2.3-01). The table is checked first:
//! overlaps, gaps and dead rules are told with the values that show them (F025).

use super::standard::{self, Standard};
use crate::powers::law::{self, Cited};
use crate::powers::may;
use crate::{Agency, Catalogue};
use acts::{ActBody, DiscretionStandardAct, Subject};
use askama::Template;
use authority::Act;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use rules::Table;
use sqlx::PgConnection;
use uuid::Uuid;

/// Characters of the longest entry, and of a code.
const LONGEST: usize = 300;
const LONGEST_CODE: usize = 40;
const LONGEST_UNIT: usize = 20;
/// Bytes of the longest table.
const LONGEST_TABLE: usize = 512 * 1024;

/// A version that is about to be published.
pub struct Version {
    pub code: String,
    pub title: String,
    pub maker: String,
    pub violation: String,
    pub basis: String,
    pub unit: String,
    pub source: String,
    pub agencies: Vec<String>,
    pub dmn: String,
    /// The same, checked.
    pub table: Table,
    pub sample: bool,
    pub effective_from: NaiveDate,
}

/// Waits for whoever publishes the same standard; to the end of the transaction.
pub(super) async fn alone(conn: &mut PgConnection, code: &str) -> Result<(), Stop> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('discretion:' || $1, 0))").bind(code).execute(conn).await?;
    Ok(())
}

fn subject(code: &str) -> Subject {
    Subject { kind: DiscretionStandardAct::SUBJECT.into(), no: code.into() }
}

async fn act(conn: &mut PgConnection, code: &str, act: DiscretionStandardAct, by: &Person, now: &Moment) -> Result<i64, Stop> {
    let entry = record::entry(subject(code), now.at, by.actor("legal_reviewer"), Some(by.private()), act);
    Ok(record::record(conn, std::slice::from_ref(&entry)).await?[0])
}

/// Publishes in the caller's transaction; the version before ends the day before. Says why not.
pub async fn publish(
    conn: &mut PgConnection,
    version: &Version,
    by: &Person,
    now: &Moment,
) -> Result<Result<i32, Vec<FieldError>>, Stop> {
    let early = |zh: &str| vec![field_error("effective_from", "施行日期", zh, "It must begin after the version before it")];
    alone(conn, &version.code).await?;
    let cited = law::read(&version.basis);
    let laws = law::of(conn, &cited.iter().map(Cited::key).collect::<Vec<_>>()).await?;
    let unfounded = standard::a2_3_01_founded(&cited, &laws, version.effective_from);
    if !unfounded.is_empty() {
        return Ok(Err(unfounded));
    }
    let before = standard::versions(conn, &version.code).await?;
    let Some(day_before) = version.effective_from.pred_opt() else { return Ok(Err(early("施行日期太早"))) };
    if let Some(last) = before.first() {
        if version.effective_from <= last.effective_from {
            return Ok(Err(early(&format!("第 {} 版从 {} 起施行，新的一版要在它以后", last.version, last.effective_from))));
        }
        if let Some(on) = decided_after(conn, &version.code, day_before).await? {
            return Ok(Err(early(&format!("照前一版在 {on} 作过决定，新的一版要在它以后施行"))));
        }
        // An end that was set before, but later, gives way.
        sqlx::query(
            "update discretion_standards
                set last_day = $3
              where code = $1
                and version = $2
                and (last_day is null or last_day > $3)",
        )
        .bind(&version.code)
        .bind(last.version)
        .bind(day_before)
        .execute(&mut *conn)
        .await?;
    }
    let published = DiscretionStandardAct::Published {
        title: version.title.clone(),
        maker: version.maker.clone(),
        basis: version.basis.clone(),
        table: version.table.hash().to_owned(),
        effective_from: version.effective_from,
        sample: version.sample,
    };
    let position = act(conn, &version.code, published, by, now).await?;
    let nth = before.first().map_or(1, |last| last.version + 1);
    sqlx::query(
        "insert into discretion_standards (code, version, title, maker, violation, basis, unit, source, agencies, dmn, hash, sample,
                                           effective_from, position, laws)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(&version.code)
    .bind(nth)
    .bind(&version.title)
    .bind(&version.maker)
    .bind(&version.violation)
    .bind(&version.basis)
    .bind(&version.unit)
    .bind(&version.source)
    .bind(&version.agencies)
    .bind(&version.dmn)
    .bind(version.table.hash())
    .bind(version.sample)
    .bind(version.effective_from)
    .bind(position)
    .bind(cited.iter().map(Cited::key).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(Ok(nth))
}

/// The last day after this one on which something was decided by the standard.
async fn decided_after(conn: &mut PgConnection, code: &str, day: NaiveDate) -> Result<Option<NaiveDate>, Stop> {
    Ok(sqlx::query_scalar("select max(decided_on) from discretion_decisions where code = $1 and decided_on > $2")
        .bind(code)
        .bind(day)
        .fetch_one(conn)
        .await?)
}

#[derive(Template)]
#[template(path = "discretion/publish.html")]
struct Page<'a> {
    shell: Shell,
    filled: Filled,
    agencies: Vec<&'a Agency>,
}

impl Page<'_> {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn agencies(&self) -> String {
        let options: Vec<(&str, &str)> = self.agencies.iter().map(|one| (one.key.as_str(), one.name.as_str())).collect();
        self.filled.choice("agencies", "哪些单位照它办", "checkbox", &options)
    }
}

fn draw(catalogue: &Catalogue, shell: Shell, filled: Filled) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page { filled, agencies: catalogue.agencies().iter().collect(), shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// GET /discretion/new
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepDiscretion)?;
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw(&catalogue, shell, filled)
}

fn read(posted: &Posted, catalogue: &Catalogue) -> Result<Version, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut said = |key: &str, label: &str, zh: &str, en: &str| {
        let most = if key == "unit" { LONGEST_UNIT } else { LONGEST };
        fields::public_text(posted, key, label, (zh, en), most, &mut errors)
    };
    let title = said("title", "名称", "请写裁量基准的全称", "Enter the full title");
    let maker = said("maker", "制定机关", "请写制定机关的全称", "Enter the body that made it");
    let violation = said("violation", "违法行为", "请写是哪一种违法行为", "Enter the violation");
    let basis = said("basis", "依据", "请写依据的法律和条款", "Enter the law and article");
    let unit = said("unit", "单位", "请写决定的是多少什么，例如“元”", "Enter the unit, such as yuan");
    let source = said("source", "出处", "请写在哪里公布的，文号或者网址", "Enter where it was published");
    if !basis.is_empty() && !law::read(&basis).iter().all(|one| one.law.contains('《') && !one.article.is_empty()) {
        let zh = "依据请写法律的全称和条款，例如《中华人民共和国食品安全法》第一百二十二条第一款；有几条的用分号隔开";
        errors.push(field_error("basis", "依据", zh, "Cite the law in full with its article, parted by semicolons"));
    }
    let code = forms::text::fold_text(posted.one("code")).trim().to_ascii_uppercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if code.is_empty() || code.len() > LONGEST_CODE || !code.chars().all(plain) || code == "NEW" {
        let zh = "编号请用字母、数字和短横，例如 SCJG-2026-01";
        errors.push(field_error("code", "编号", zh, "Letters, figures and hyphens, such as SCJG-2026-01"));
    }
    if ["DECISIONS", "CONSISTENCY"].contains(&code.as_str()) {
        errors.push(field_error("code", "编号", "这个编号不能用，请换一个", "This code cannot be used"));
    }
    let agencies: Vec<String> = posted.all("agencies").iter().filter(|key| catalogue.agency(key).is_some()).cloned().collect();
    if agencies.is_empty() {
        errors.push(field_error("agencies", "哪些单位照它办", "请至少选一个单位", "Choose one agency at least"));
    }
    let effective_from = fields::date(posted.one("effective_from"), "effective_from", "施行日期", &mut errors);
    let dmn = posted.one("dmn").to_owned();
    let mut table = None;
    if dmn.len() > LONGEST_TABLE {
        errors.push(field_error("dmn", "判断表", "判断表太长，最多 512 KB", "The table is too long, 512 KB at most"));
    } else if dmn.trim().is_empty() {
        errors.push(field_error("dmn", "判断表", "请贴上判断表（DMN 文件的内容）", "Paste the table, the text of a DMN file"));
    } else {
        let told = |zh: &String| field_error("dmn", "判断表", zh, &page::translate(zh, page::Lang::En));
        match standard::check(&dmn) {
            Ok(checked) => table = Some(checked),
            Err(wrong) => errors.extend(wrong.iter().take(20).map(told)),
        }
    }
    match (errors.is_empty(), effective_from, table) {
        (true, Some(effective_from), Some(table)) => Ok(Version {
            code,
            title,
            maker,
            violation,
            basis,
            unit,
            source,
            agencies,
            dmn,
            table,
            sample: posted.one("sample") == "yes",
            effective_from,
        }),
        _ => Err(errors),
    }
}

/// POST /discretion/new
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepDiscretion)?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    let errors = match read(&posted, &catalogue) {
        Ok(version) => match publish(&mut tx, &version, &person, &house.now()).await? {
            Ok(_) => {
                let leads_to = format!("/discretion/{}", version.code);
                once::finish(&house, tx, person.id, form, &leads_to).await?;
                return Ok(Redirect::to(&leads_to).into_response());
            }
            Err(errors) => errors,
        },
        Err(errors) => errors,
    };
    tx.rollback().await?;
    draw(&catalogue, shell.clone(), Filled::new(shell.lang, posted.0, errors))
}

/// POST /discretion/{code}/end: from the day after, nobody decides by it.
pub async fn end(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::KeepDiscretion)?;
    let form = posted.once()?;
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    alone(&mut tx, &code).await?;
    let all = standard::versions(&mut tx, &code).await?;
    let today = house.now().date();
    let latest: &Standard = all.iter().find(|one| one.is_in_force(today)).or(all.first()).ok_or(Stop::NotFound("裁量基准"))?;
    if latest.last_day.is_some_and(|last| last < today) {
        return Err(Stop::Rejected("这份裁量基准已经停止执行".into()));
    }
    let mut errors = Vec::new();
    let because = fields::public_text(
        &posted,
        "because",
        "原因",
        ("请写停止执行的原因，例如被哪份文件废止", "Say why it ends"),
        LONGEST,
        &mut errors,
    );
    let last_day = fields::date(posted.one("last_day"), "last_day", "最后一天", &mut errors);
    if last_day.is_some_and(|last| last < latest.effective_from) {
        errors.push(field_error("last_day", "最后一天", "最后一天早于施行日期", "It would end before it began"));
    }
    if last_day.zip(latest.last_day).is_some_and(|(day, last)| day > last) {
        let zh = "这一版到那一天以前就为止了";
        errors.push(field_error("last_day", "最后一天", zh, "This version ends before that day already"));
    }
    if let Some(day) = last_day
        && let Some(on) = decided_after(&mut tx, &code, day).await?
    {
        let zh = format!("照它在 {on} 还作过决定，最后一天不能早于它");
        errors.push(field_error("last_day", "最后一天", &zh, &format!("Something was decided by it on {on}")));
    }
    let Some(last_day) = last_day.filter(|_| errors.is_empty()) else {
        tx.rollback().await?;
        let filled = Filled::new(shell.lang, posted.0, errors);
        return super::show::draw(&house, &catalogue, shell, &code, filled).await;
    };
    act(&mut tx, &code, DiscretionStandardAct::Ended { last_day, because }, &person, &house.now()).await?;
    sqlx::query("update discretion_standards set last_day = $3 where code = $1 and version = $2")
        .bind(&code)
        .bind(latest.version)
        .bind(last_day)
        .execute(&mut *tx)
        .await?;
    let leads_to = format!("/discretion/{code}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}
