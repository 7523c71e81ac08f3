//! 导入清单 · a table is compared with the list, and what differs becomes one change; nothing is taken by half (A2.1).

use super::change::{self, Change, Draft, Present, Rejection, Stage};
use super::draft::{entry, heading};
use super::facts::{Operation, Power, Row, Standing};
use super::may;
use super::sheet::{self, COLUMNS, Column, Fault};
use crate::Catalogue;
use acts::Heading;
use askama::Template;
use authority::Act;
use axum::extract::{FromRequest, Multipart, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Datelike, NaiveDate};
use forms::FieldError;
use foundation::held::{Entered, Posted, clean};
use foundation::page::fields::{Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// Faults that are told at a time.
const MOST_TOLD: usize = 200;

#[derive(Default, Deserialize)]
pub struct Wanted {
    /// The change that was sent back and is drafted again.
    #[serde(default)]
    again: String,
}

#[derive(Template)]
#[template(path = "powers/import.html")]
struct ImportPage {
    shell: Shell,
    again: String,
    filled: Filled,
    faults: Vec<Fault>,
    /// Faults that are not told.
    more: usize,
}

impl ImportPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
    fn is_wrong(&self) -> bool {
        !self.faults.is_empty() || !self.filled.errors.is_empty()
    }
}

pub async fn show(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let mut entered = Entered::new();
    if !wanted.again.is_empty() {
        let change = change::find(&mut *house.pool().acquire().await?, &wanted.again).await?;
        entered.insert("title".into(), vec![change.heading.title]);
        entered.insert("decision".into(), vec![change.heading.decision]);
    }
    let filled = Filled::new(shell.lang, entered, Vec::new());
    let page = ImportPage { again: wanted.again, filled, faults: Vec::new(), more: 0, shell };
    page::render(&page.shell, &page)
}

/// What a line does to the list as it stands; nothing where it says what the list says.
fn operation(
    present: Option<&Present>,
    power: &Power,
    standing: Standing,
    into: Option<&str>,
) -> Result<Option<Operation>, String> {
    let Some(present) = present else {
        return match standing {
            Standing::InUse => Ok(Some(Operation::Add)),
            Standing::Absent => Ok(Some(Operation::Decline)),
            other => Err(format!("清单里还没有这项职权，不能一来就是“{}”", other.zh())),
        };
    };
    let changed = present.power != *power;
    match (present.standing, standing) {
        (before, now) if before == now && present.into.as_deref() == into => match changed {
            false => Ok(None),
            true if now == Standing::InUse => Ok(Some(Operation::Change)),
            true => Err(format!("这项职权现在是“{}”，内容不能改；要改先恢复", before.zh())),
        },
        (Standing::Cancelled, Standing::Absent) => Ok(Some(Operation::Decline)),
        (Standing::Absent, Standing::InUse) | (_, Standing::Absent) => {
            Err("“本地无此情形”有它自己的编码：先取消，再另外起一行".into())
        }
        _ if changed => Err("内容和状态一次只能改一样，请分两次".into()),
        (_, Standing::Suspended) => Ok(Some(Operation::Suspend)),
        (_, Standing::InUse) => Ok(Some(Operation::Resume)),
        (_, Standing::Cancelled) => Ok(Some(Operation::Cancel)),
        (_, Standing::Merged) => Ok(Some(Operation::Merge)),
    }
}

/// Reads a table into a draft: only what differs from the list is in it.
pub async fn read(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    bytes: &[u8],
    again: Option<&str>,
    sample: bool,
    today: NaiveDate,
) -> Result<Result<Vec<(usize, Row)>, Vec<Fault>>, Stop> {
    let lines = match sheet::read(bytes) {
        Ok(lines) => lines,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    let codes: Vec<&str> = lines.iter().map(|line| line.one("code")).collect();
    let present = change::present(conn, &codes).await?;
    // A table that was downloaded says what is in force, not what waits for its day.
    let in_force = change::in_force(conn, &codes, today).await?;
    let as_it_is = |power: &Power, standing: Standing, into: Option<&str>| {
        let now = in_force.get(&power.code);
        now.is_some_and(|now| now.power == *power && now.standing == standing && now.into.as_deref() == into)
    };
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for line in &lines {
        match sheet::power_of(line, |region| catalogue.region(region).is_some()) {
            Err(wrong) => faults.extend(wrong),
            Ok((power, standing, into)) if as_it_is(&power, standing, into.as_deref()) => {}
            Ok((power, standing, into)) => match operation(present.get(&power.code), &power, standing, into.as_deref()) {
                Ok(None) => {}
                Ok(Some(operation)) => rows.push((line.n, Row { operation, power, into })),
                Err(said) => faults.push(line.fault("standing", said)),
            },
        }
    }
    let draft = Draft { heading: Heading::default(), sample, rows };
    faults.extend(change::check(conn, catalogue, &draft, again, today).await?);
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.line);
        return Ok(Err(faults));
    }
    if draft.rows.is_empty() {
        return Ok(Err(vec![Fault {
            line: 0, column: "", said: "表里的每一行都和现在的清单一样，没有要改的".into()
        }]));
    }
    Ok(Ok(draft.rows))
}

/// A form with a file: its fields, and what is in the field `file`.
pub async fn uploaded(request: Request, house: &House) -> Result<(Posted, Vec<u8>), Stop> {
    let cut = |_| Stop::Unreadable("文件没有传完，或者超过了 16 MB，请再试一次".into());
    let mut form =
        Multipart::from_request(request, house).await.map_err(|_| Stop::Unreadable("没有收到文件，请在页面上选好再传".into()))?;
    let mut entered = Entered::new();
    let mut file = Vec::new();
    while let Some(field) = form.next_field().await.map_err(cut)? {
        let name = clean(field.name().unwrap_or_default());
        match name.as_str() {
            "file" => file = field.bytes().await.map_err(cut)?.to_vec(),
            _ => {
                let text = clean(&field.text().await.map_err(cut)?);
                entered.entry(name).or_default().push(text);
            }
        }
    }
    Ok((Posted(entered), file))
}

/// POST /powers/import
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    request: Request,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let (posted, file) = uploaded(request, &house).await?;
    let number = posted.once()?;
    let mut tx = match once::begin(&house, person.id, number).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    change::alone(&mut tx).await?;
    let now = house.now();
    let again: Option<Change> = match posted.one("again") {
        "" => None,
        no => Some(change::lock(&mut tx, no).await?),
    };
    if again.as_ref().is_some_and(|change| change.stage != Stage::SentBack || change.is_of_matters()) {
        return Err(Rejection::NotSentBack.into());
    }
    let mut errors: Vec<FieldError> = Vec::new();
    let heading = heading(&posted, &mut errors);
    let mut faults = Vec::new();
    if file.is_empty() {
        errors.push(field_error("file", "清单文件", "请选一个 CSV、XLSX 或 JSON 文件", "Choose a CSV, XLSX or JSON file"));
    } else {
        let no = again.as_ref().map(|change| change.no.as_str());
        match read(&mut tx, &catalogue, &file, no, false, now.date()).await? {
            Ok(rows) if errors.is_empty() => {
                let sample = posted.one("sample") == "yes";
                let draft = Draft { heading, sample, rows };
                let change =
                    change::write(&mut tx, &draft, again, |no, act| entry(no, act, &person, &now), now.date().year()).await?;
                let leads_to = format!("/powers/changes/{}", change.no);
                once::finish(&house, tx, person.id, number, &leads_to).await?;
                return Ok(Redirect::to(&leads_to).into_response());
            }
            Ok(_) => {}
            Err(found) => faults = found,
        }
    }
    tx.rollback().await?;
    let more = faults.len().saturating_sub(MOST_TOLD);
    faults.truncate(MOST_TOLD);
    let again = posted.one("again").to_owned();
    let page = ImportPage { again, filled: Filled::new(shell.lang, posted.0, errors), faults, more, shell };
    page::render_status(&page.shell.clone(), StatusCode::UNPROCESSABLE_ENTITY, &page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ItemKind;

    fn power(name: &str) -> Power {
        Power {
            code: "A1".into(),
            name: name.into(),
            kind: ItemKind::Permit,
            agency: "水利局".into(),
            region: "341524".into(),
            level: None,
            origin: None,
            content: String::new(),
            bases: Vec::new(),
            conditions: String::new(),
            limit: String::new(),
            supervision: String::new(),
            process: String::new(),
            source: String::new(),
            levels: Vec::new(),
            entry: String::new(),
            place: String::new(),
            fees: String::new(),
        }
    }

    #[test]
    fn a2_1_what_an_imported_line_does_follows_from_the_list() {
        let present = |standing| Present {
            sample: false,
            power: power("取水许可"),
            standing,
            into: None,
            version: 1,
            effective_from: "2026-01-01".parse().unwrap(),
        };
        let of =
            |before: Option<Standing>, name: &str, now| operation(before.map(present).as_ref(), &power(name), now, None).ok();
        use Standing::*;
        assert_eq!(of(None, "取水许可", InUse), Some(Some(Operation::Add)));
        assert_eq!(of(None, "取水许可", Cancelled), None);
        assert_eq!(of(None, "取水许可", Absent), Some(Some(Operation::Decline)));
        assert_eq!(of(Some(Absent), "取水许可", InUse), None, "what is drawn has another code");
        assert_eq!(of(Some(Absent), "取水许可", Cancelled), Some(Some(Operation::Cancel)));
        assert_eq!(of(Some(InUse), "取水许可", InUse), Some(None));
        assert_eq!(of(Some(InUse), "取水审批", InUse), Some(Some(Operation::Change)));
        assert_eq!(of(Some(InUse), "取水许可", Suspended), Some(Some(Operation::Suspend)));
        assert_eq!(of(Some(Suspended), "取水许可", InUse), Some(Some(Operation::Resume)));
        assert_eq!(of(Some(Suspended), "取水审批", InUse), None, "one at a time");
        assert_eq!(of(Some(Cancelled), "取水审批", Cancelled), None);
    }
}
