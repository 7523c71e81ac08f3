//! 起草一项变更 · one power added, changed, handed down, merged, suspended, resumed or cancelled, by a form (B6.1).

use super::change::{self, Draft};
use super::facts::{Level, Operation, Origin, Power, Row};
use super::may;
use super::sheet::{self, COLUMNS, Fault, Line};
use crate::{Catalogue, ItemKind, directory};
use acts::{Entry, Heading, PowerChangeAct};
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Datelike;
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, once, record};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// Characters of the longest title, and of the longest name of a document.
const LONGEST: usize = 200;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    operation: String,
    /// The change that was sent back and is drafted again.
    #[serde(default)]
    again: String,
    /// The entry of the basic directory that is drawn, or declined.
    #[serde(default)]
    entry: String,
    /// Anything for an entry of the directory itself.
    #[serde(default)]
    directory: String,
}

/// What is drafted.
enum Of {
    /// A power of one body.
    Own,
    /// An entry of the basic directory.
    Directory,
    /// What a region draws from this entry, or its answer to it.
    Drawn(Box<Power>),
}

impl Of {
    /// As the address or the form says.
    async fn said(conn: &mut PgConnection, entry: &str, directory: bool) -> Result<Of, Stop> {
        if entry.is_empty() {
            return Ok(if directory { Of::Directory } else { Of::Own });
        }
        let present = change::present(conn, &[entry]).await?;
        let entry = present.get(entry).filter(|present| present.power.is_entry());
        entry.map(|present| Of::Drawn(Box::new(present.power.clone()))).ok_or(Stop::NotFound("基本目录的条目"))
    }

    /// As a form says that was filled.
    async fn entered(conn: &mut PgConnection, entered: &Entered) -> Result<Of, Stop> {
        let last = |key: &str| entered.get(key).and_then(|values| values.last()).map_or("", String::as_str);
        let directory = !last("directory").is_empty() || !last("levels").is_empty();
        Of::said(conn, last("entry"), directory).await
    }
}

#[derive(Template)]
#[template(path = "powers/draft.html")]
struct DraftPage {
    shell: Shell,
    operation: Operation,
    /// Empty for a power that is new.
    code: String,
    again: String,
    of: Of,
    filled: Filled,
}

impl DraftPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn is_add(&self) -> bool {
        self.operation == Operation::Add
    }
    fn is_decline(&self) -> bool {
        self.operation == Operation::Decline
    }
    fn is_directory(&self) -> bool {
        matches!(self.of, Of::Directory)
    }
    /// The entry that is drawn.
    fn entry(&self) -> Option<&Power> {
        match &self.of {
            Of::Drawn(entry) => Some(entry),
            _ => None,
        }
    }
    fn level_boxes(&self) -> String {
        let options: Vec<(&str, &str)> = Level::ALL.into_iter().map(|level| (level.zh(), level.zh())).collect();
        self.filled.choice("levels", "目录行使层级", "checkbox", &options)
    }
    fn is_merge(&self) -> bool {
        self.operation == Operation::Merge
    }
    /// Whether what is published of the power can be changed with it.
    fn has_elements(&self) -> bool {
        matches!(self.operation, Operation::Add | Operation::Change | Operation::HandDown)
    }
    fn value(&self, key: &str) -> &str {
        self.filled.entered.get(key).and_then(|values| values.last()).map_or("", String::as_str)
    }
    fn choice(&self, key: &str, label: &str, names: Vec<&'static str>) -> String {
        let options: Vec<(&str, &str)> = names.into_iter().map(|name| (name, name)).collect();
        self.filled.choice(key, label, "radio", &options)
    }
    fn kinds(&self) -> Vec<&'static str> {
        ItemKind::ALL.into_iter().map(ItemKind::zh).collect()
    }
    fn levels(&self) -> Vec<&'static str> {
        Level::ALL.into_iter().map(Level::zh).collect()
    }
    fn origins(&self) -> Vec<&'static str> {
        Origin::ALL.into_iter().map(Origin::zh).collect()
    }
}

fn draw(shell: Shell, operation: Operation, of: Of, code: &str, again: &str, filled: Filled) -> Result<Response, Stop> {
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    // What is not in the list yet has no page there.
    let code = if is_new(operation) { String::new() } else { code.to_owned() };
    let page = DraftPage { operation, code, again: again.to_owned(), of, filled, shell };
    page::render_status(&page.shell.clone(), status, &page)
}

/// Whether the list does not have its code before.
fn is_new(operation: Operation) -> bool {
    matches!(operation, Operation::Add | Operation::Decline)
}

/// A form filled with a power as it is published.
fn entered(power: &Power) -> Entered {
    let texts = [
        ("code", power.code.clone()),
        ("name", power.name.clone()),
        ("kind", power.kind.zh().to_owned()),
        ("agency", power.agency.clone()),
        ("region", power.region.clone()),
        ("level", power.level.map_or("", Level::zh).to_owned()),
        ("origin", power.origin.map_or("", Origin::zh).to_owned()),
        ("content", power.content.clone()),
        ("bases", power.bases_text().replace('；', "\n")),
        ("conditions", power.conditions.clone()),
        ("limit", power.limit.clone()),
        ("supervision", power.supervision.clone()),
        ("process", power.process.clone()),
        ("source", power.source.clone()),
        ("entry", power.entry.clone()),
        ("place", power.place.clone()),
        ("fees", power.fees.clone()),
        ("uscc", directory::law::basic_of(&power.code).map_or("", |_| &power.code[..18]).to_owned()),
    ];
    let mut entered: Entered = texts.into_iter().map(|(key, text)| (key.to_owned(), vec![text])).collect();
    entered.insert("levels".into(), power.levels.iter().map(|level| level.zh().to_owned()).collect());
    entered
}

/// The form of a change that was sent back: of one row, with what it said.
async fn of_change(conn: &mut PgConnection, no: &str) -> Result<Option<(Operation, Entered)>, Stop> {
    let change = change::find(conn, no).await?;
    if change.rows != 1 {
        return Ok(None);
    }
    let Some(row) = change::rows_of(conn, no, 0, 1).await?.into_iter().next() else { return Ok(None) };
    let mut entered = entered(&row.power);
    for (key, text) in
        [("title", &change.heading.title), ("decision", &change.heading.decision), ("into", &row.into.unwrap_or_default())]
    {
        entered.insert(key.into(), vec![text.clone()]);
    }
    Ok(Some((row.operation, entered)))
}

/// GET /powers/new: a power that is not in the list yet, or a change drafted again.
pub async fn new(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let mut conn = house.pool().acquire().await?;
    let fills = |entered| Filled::new(shell.lang, entered, Vec::new());
    if let Some(entered) = held {
        let said = |key: &str| entered.get(key).and_then(|said| said.last()).cloned().unwrap_or_default();
        let (operation, code) = (operation_of(&said("operation")), said("code"));
        let of = Of::entered(&mut conn, &entered).await?;
        return draw(shell.clone(), operation, of, &code, &wanted.again, fills(entered));
    }
    if !wanted.again.is_empty() {
        let Some((operation, entered)) = of_change(&mut conn, &wanted.again).await? else {
            return Ok(Redirect::to(&format!("/powers/import?again={}", page::encode(&wanted.again))).into_response());
        };
        let (code, of) = (entered["code"].concat(), Of::entered(&mut conn, &entered).await?);
        return draw(shell.clone(), operation, of, &code, &wanted.again, fills(entered));
    }
    let of = Of::said(&mut conn, &wanted.entry, !wanted.directory.is_empty()).await?;
    let operation = match (&of, operation_of(&wanted.operation)) {
        (Of::Drawn(_), Operation::Decline) => Operation::Decline,
        _ => Operation::Add,
    };
    draw(shell.clone(), operation, of, "", "", fills(Entered::new()))
}

fn operation_of(key: &str) -> Operation {
    Operation::ALL.into_iter().find(|operation| operation.key() == key).unwrap_or(Operation::Add)
}

/// GET /powers/{code}/change: what is to be done with a power of the list.
pub async fn change(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let mut conn = house.pool().acquire().await?;
    let present = change::present(&mut conn, &[&code]).await?;
    let present = present.get(&code).ok_or(Stop::NotFound("职权"))?;
    let operation = operation_of(&wanted.operation);
    if !operation.fits(Some(present.standing)) {
        return Err(Stop::Rejected(format!("这项职权现在是“{}”，不能{}", present.standing.zh(), operation.zh())));
    }
    let entered = entered(&present.power);
    let of = Of::entered(&mut conn, &entered).await?;
    draw(shell.clone(), operation, of, &code, "", Filled::new(shell.lang, entered, Vec::new()))
}

/// The errors of a form from the faults of its one line.
fn errors_of(faults: Vec<Fault>, posted: &Posted) -> Vec<FieldError> {
    let field = |fault: Fault| {
        let column = COLUMNS.iter().find(|column| column.heading == fault.column);
        let zh = format!("{}：{}", fault.column, fault.said);
        let id = match column.map_or("code", |column| column.id) {
            "code" | "level" if posted.one("operation") == Operation::Decline.key() => "region",
            // The code of what is drawn is made from that of its body.
            "code" if !posted.one("entry").is_empty() => "uscc",
            "level" if !posted.one("entry").is_empty() => "region",
            id => id,
        };
        field_error(id, fault.column, &zh, &zh)
    };
    faults.into_iter().map(field).collect()
}

/// Who drafts, as the record says it.
pub fn entry(no: &str, act: PowerChangeAct, by: &Person, now: &Moment) -> Entry<PowerChangeAct> {
    record::entry(change::subject(no), now.at, by.actor("catalogue_administrator"), Some(by.private()), act)
}

/// The title of a draft and the document it rests on.
pub fn heading(posted: &Posted, errors: &mut Vec<FieldError>) -> Heading {
    let title = fields::public_text(posted, "title", "变更名称", ("请写变更名称", "请写变更名称"), LONGEST, errors);
    Heading { title, decision: decision(posted, errors) }
}

/// The document by which something is done to the list.
pub fn decision(posted: &Posted, errors: &mut Vec<FieldError>) -> String {
    let why = "请写依据的文件，例如：国发〔2017〕7号";
    let decision = fields::public_text(posted, "decision", "依据文件", (why, why), LONGEST, errors);
    if !decision.is_empty() && decision.chars().filter(|c| c.is_alphanumeric()).count() < 3 {
        errors.push(field_error("decision", "依据文件", why, "Enter the document that decided it, by its number or title"));
    }
    decision
}

/// POST /powers/new
pub async fn send(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::DraftPowerChange)?;
    let form = posted.once()?;
    let operation = operation_of(posted.one("operation"));
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    change::alone(&mut tx).await?;
    let now = house.now();
    let again = match posted.one("again") {
        "" => None,
        no => {
            let change = change::lock(&mut tx, no).await?;
            if change.stage != change::Stage::SentBack || change.is_of_matters() {
                return Err(change::Rejection::NotSentBack.into());
            }
            Some(change)
        }
    };
    let mut errors = Vec::new();
    let heading = heading(&posted, &mut errors);
    let row = match row_of(&mut tx, &catalogue, &posted, operation).await? {
        Ok(row) => Some(row),
        Err(faults) => {
            errors.extend(errors_of(faults, &posted));
            None
        }
    };
    if let Some(row) = row {
        let draft = Draft { heading, sample: false, rows: vec![(0, row)] };
        let no = again.as_ref().map(|change| change.no.clone());
        let faults = change::check(&mut tx, &catalogue, &draft, no.as_deref(), now.date()).await?;
        errors.extend(errors_of(faults, &posted));
        if errors.is_empty() {
            let change =
                change::write(&mut tx, &draft, again, |no, act| entry(no, act, &person, &now), now.date().year()).await?;
            let leads_to = format!("/powers/changes/{}", change.no);
            once::finish(&house, tx, person.id, form, &leads_to).await?;
            return Ok(Redirect::to(&leads_to).into_response());
        }
    }
    tx.rollback().await?;
    let of = Of::entered(&mut *house.pool().acquire().await?, &posted.0).await?;
    let (code, again) = (posted.one("code").to_owned(), posted.one("again").to_owned());
    draw(shell.clone(), operation, of, &code, &again, Filled::new(shell.lang, posted.0, errors))
}

/// What is drawn says by its entry, its body and its region, where the form says nothing (X.1).
fn inherited(id: &str, entry: &Power, posted: &Posted, catalogue: &Catalogue, operation: Operation) -> String {
    let region = sheet::tidy(posted.one("region"));
    let level = directory::law::level_of(&region);
    match id {
        "name" => entry.name.clone(),
        "kind" => entry.kind.zh().to_owned(),
        "bases" => entry.bases_text(),
        "level" => level.map_or("", Level::zh).to_owned(),
        "code" if operation == Operation::Decline => directory::law::answer_code(&entry.code, &region),
        "code" => {
            let name = sheet::tidy(posted.one("agency"));
            let known = || catalogue.agencies().iter().find(|agency| agency.name == name).map(|agency| agency.uscc.clone());
            let typed = Some(sheet::tidy(posted.one("uscc"))).filter(|typed| !typed.is_empty());
            let uscc = typed.or_else(known).unwrap_or_default();
            level.map_or(uscc.clone(), |level| directory::law::x_1_implementation_code(&uscc, level, &entry.code))
        }
        "content" if operation != Operation::Decline => entry.content.clone(),
        _ => String::new(),
    }
}

/// The row that a form asks for. What ends or halts a power leaves what is published of it as it was.
async fn row_of(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    posted: &Posted,
    operation: Operation,
) -> Result<Result<Row, Vec<Fault>>, Stop> {
    let into = Some(sheet::tidy(posted.one("into"))).filter(|into| operation == Operation::Merge && !into.is_empty());
    if !matches!(operation, Operation::Add | Operation::Decline | Operation::Change | Operation::HandDown) {
        let code = posted.one("code");
        let present = change::present(conn, &[code]).await?;
        let power = present.get(code).map(|present| present.power.clone()).ok_or(Stop::NotFound("职权"))?;
        if operation == Operation::Merge && into.is_none() {
            return Ok(Err(vec![Fault { line: 0, column: "并入", said: "请写并入哪一项职权的编码".into() }]));
        }
        return Ok(Ok(Row { operation, power, into }));
    }
    let of = Of::entered(conn, &posted.0).await?;
    let line = Line::of(|id| match (posted.all(id).join("、"), &of) {
        (typed, Of::Drawn(entry)) if typed.trim().is_empty() => inherited(id, entry, posted, catalogue, operation),
        (typed, _) => typed,
    });
    let known = |region: &str| catalogue.region(region).is_some();
    let read = sheet::power_of(&line, known).map(|(power, ..)| Row { operation, power, into: None });
    if let Ok(row) = &read
        && row.power.bases.is_empty()
    {
        return Ok(Err(vec![Fault {
            line: 0,
            column: "设定依据",
            said: "没有依据的职权不能进清单（行政许可法第十四条至第十七条）".into(),
        }]));
    }
    Ok(read)
}
