//! 佐证材料 · files that come with a report: its unit uploads them on the task's page, the report takes all of them along, and its unit,
//! the office and those who supervise can open them. The public reads how many there are, not what they are called (D3).

use super::act::own_agency;
use super::address::{FileAt, TaskAt};
use super::assignment::{self, Assignment};
use super::{names, report, task};
use acts::{AssignmentAct, Entry, Handed};
use authority::{Act, Circumstance, Resource};
use axum::extract::{Query, Request, State};
use axum::response::Response;
use catalogue::Catalogue;
use foundation::held::Posted;
use foundation::page::Shell;
use foundation::page::fields::Filled;
use foundation::papers::{self, Asked};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, files, uploads};
use sqlx::PgConnection;
use uuid::Uuid;

/// The one field under which they are asked for.
const KEY: &str = "evidence";

/// Whose the files are until a report takes them along: each reporter's own, so that joint leads do not send each other's.
fn owner(no: &str, person: &Person) -> String {
    format!("report:{no}:{}", person.id)
}

/// Whose they are afterwards.
fn reported(no: &str) -> String {
    format!("reported:{no}")
}

/// Where the form of a report is.
fn page_of(no: &str, seq: u32) -> String {
    format!("/directives/{no}/{seq}/report")
}

/// What is asked for, with what is there already.
pub(super) async fn asked(house: &House, no: &str, person: &Person) -> Result<Vec<Asked>, Stop> {
    let asked = Asked::new(KEY, "佐证材料", "有方案、照片、表格作证的，先在这里上传，再写进展。不公开", false);
    papers::found(house, &owner(no, person), vec![asked]).await
}

/// The files that wait for this person's report.
pub(super) async fn waiting(house: &House, no: &str, person: &Person) -> Result<Vec<Handed>, Stop> {
    Ok(asked(house, no, person).await?.into_iter().flat_map(|paper| paper.files).collect())
}

/// The files that these acts name go on to their task.
pub(super) async fn take(conn: &mut PgConnection, person: &Person, entries: &[Entry<AssignmentAct>]) -> Result<(), Stop> {
    for entry in entries {
        if let AssignmentAct::Reported { private: Some(private), .. } = &entry.act {
            let no = &entry.subject.no;
            let taken: Vec<Uuid> = private.papers.iter().map(|paper| paper.file).collect();
            files::hand_over(conn, &owner(no, person), &reported(no), &taken).await?;
        }
    }
    Ok(())
}

/// Whether a person can open what a unit sent in: those who report for it, the office and those who supervise.
pub(super) fn opens(house: &House, person: &Person, unit: &str) -> bool {
    let may = |act, on: &Resource| house.may(&person.principal(), act, on, &Circumstance::default()).is_ok();
    let own = person.agency.as_deref().is_some_and(|agency| names::same(agency, unit));
    own && may(Act::ReportProgress, &own_agency(person))
        || may(Act::InspectAssignment, &Resource::Site)
        || may(Act::ViewSupervision, &Resource::Site)
}

/// The task, while this person can report on it.
async fn reports(house: &House, person: &Person, no: &str, seq: u32) -> Result<Assignment, Stop> {
    house.may(&person.principal(), Act::ReportProgress, &own_agency(person), &Circumstance::default())?;
    let mut conn = house.pool().acquire().await?;
    let one = assignment::find(&mut conn, &assignment::number(no, seq)).await?;
    report::lead(person, &one)?;
    match one.is_over() {
        true => Err(Stop::Rejected("这项任务不再收报告，也不再收材料".into())),
        false => Ok(one),
    }
}

pub async fn upload(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    TaskAt(no, seq): TaskAt,
    request: Request,
) -> Result<Response, Stop> {
    let one = reports(&house, &person, &no, seq).await?;
    let asked = [KEY.to_owned()];
    match uploads::receive(&house, &person, &owner(&one.no, &person), &asked, request, &page_of(&no, seq)).await? {
        Ok(answer) => Ok(answer),
        Err(uploads::Refused { troubles, typed }) => {
            let again = Filled::new(shell.lang, typed, Vec::new());
            task::draw_with(&house, &catalogue, shell, &no, seq, Some(again), troubles).await
        }
    }
}

/// …/files/{file}: goes on with an upload that began above.
pub async fn resume(
    State(house): State<House>,
    person: SignedIn,
    FileAt(no, seq, file): FileAt,
    request: Request,
) -> Result<Response, Stop> {
    let one = reports(&house, &person, &no, seq).await?;
    uploads::resume(&house, &person, &owner(&one.no, &person), file, request).await
}

/// Takes a file back before a report takes it along.
pub async fn remove(
    State(house): State<House>,
    person: SignedIn,
    FileAt(no, seq, file): FileAt,
    Posted(typed): Posted,
) -> Result<Response, Stop> {
    let one = reports(&house, &person, &no, seq).await?;
    papers::let_go(&house, &owner(&one.no, &person), file).await?;
    uploads::lead(&house, &person, &page_of(&no, seq), typed).await
}

/// Opens a file that came with a report.
pub async fn show(
    State(house): State<House>,
    person: SignedIn,
    FileAt(no, seq, file): FileAt,
    Query(asked): Query<files::As>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let one = assignment::find(&mut conn, &assignment::number(&no, seq)).await?;
    drop(conn);
    let with = one.reports.iter().find(|report| report.papers.iter().any(|paper| paper.file == file));
    let report = with.ok_or(Stop::NotFound("文件"))?;
    if !opens(&house, &person, &report.unit) {
        return Err(Stop::NotAllowed { reason: "佐证材料只给报送的单位、政务公开办和监督的人看".into() });
    }
    let found = files::find(house.pool(), file).await?.ok_or(Stop::NotFound("文件"))?;
    house.files().answer(found, &asked).await
}
