//! 录入通知 · the office pastes or uploads a notice, sees what was read of it beside its text, and issues it (D1).

use super::issue;
use acts::DirectiveAct;
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use foundation::held::Posted;
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, SignedIn, Stop, once};
use notice::Notice;
use uuid::Uuid;

/// The largest notice that is taken, in bytes of the whole form.
pub const LARGEST: usize = 33 << 20;

pub fn may(house: &House, person: &Person) -> Result<(), Stop> {
    house.may(&person.principal(), Act::IssueDirective, &Resource::Site, &Circumstance::default()).map(|_| ())
}

/// A line of the notice; the marks are the tasks that begin in it.
struct Line {
    n: u32,
    text: String,
    tasks: Vec<u32>,
    unread: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "directives/new.html")]
struct NewPage {
    shell: Shell,
    once: Uuid,
    trouble: Option<String>,
    text: String,
    read: Option<(DirectiveAct, Vec<Line>)>,
}

impl NewPage {
    fn act(&self) -> Option<(&str, &[acts::Clause], usize)> {
        let (DirectiveAct::Issued { title, clauses, .. }, lines) = self.read.as_ref()?;
        Some((title, clauses, lines.iter().map(|line| line.unread.len()).sum()))
    }
}

pub async fn show(State(house): State<House>, shell: Shell, person: SignedIn) -> Result<Response, Stop> {
    may(&house, &person)?;
    let page = NewPage { once: Uuid::new_v4(), trouble: None, text: String::new(), read: None, shell };
    page::render(&page.shell, &page)
}

fn lines(notice: &Notice) -> Vec<Line> {
    let mut lines: Vec<Line> = (1..)
        .zip(&notice.source.lines)
        .map(|(n, text)| Line { n, text: text.clone(), tasks: Vec::new(), unread: Vec::new() })
        .collect();
    let at = |n: u32| n.checked_sub(1).map_or(usize::MAX, |n| n as usize);
    for task in &notice.assignments {
        if let Some(line) = lines.get_mut(at(task.line())) {
            line.tasks.push(task.seq);
        }
    }
    for unread in &notice.unread {
        if let Some(line) = lines.get_mut(at(unread.words.at.line)) {
            line.unread.push((unread.words.text.clone(), unread.zh.clone()));
        }
    }
    lines
}

/// A file or a text is read and shown; what was shown is issued when it is sent again with `issue`.
pub async fn send(State(house): State<House>, shell: Shell, person: SignedIn, request: Request) -> Result<Response, Stop> {
    may(&house, &person)?;
    let (posted, file) = form(request, &house).await?;
    let read = match &file {
        Some(bytes) => notice::read(bytes),
        None => notice::read(posted.one("text").as_bytes()),
    };
    let notice = match read {
        Ok(notice) if posted.one("then") == "issue" && !notice.assignments.is_empty() => notice,
        other => return draw(&house, shell, other),
    };
    let form = posted.once()?;
    let mut tx = house.pool().begin().await?;
    if let Some(before) = once::answered(&mut tx, person.id, form).await? {
        return Ok(Redirect::to(&before).into_response());
    }
    let now = house.now();
    let by = (person.actor("openness_officer"), Some(person.private()));
    let no = issue::issue(&mut tx, issue::act(&notice, &now.calendar), by, &now).await?;
    let leads_to = format!("/directives/{no}");
    once::answer(&mut tx, person.id, form, &leads_to).await?;
    tx.commit().await?;
    house.wake();
    Ok(Redirect::to(&leads_to).into_response())
}

/// What was posted, and the file among it when one was chosen. The whole is in memory: [`LARGEST`] is its limit.
async fn form(request: Request, house: &House) -> Result<(Posted, Option<Vec<u8>>), Stop> {
    let cut = |_| Stop::TooLarge("没有收全：文件太大，不像是一份通知；或者上传中断了，请重新选择文件再试".into());
    let mut form = Multipart::from_request(request, house)
        .await
        .map_err(|_| Stop::Unreadable("没有收到内容，请在页面上选好文件再传".into()))?;
    let (mut posted, mut file) = (Posted(Default::default()), None);
    while let Some(field) = form.next_field().await.map_err(cut)? {
        let key = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().await.map_err(cut)?;
        if !is_file {
            posted.0.entry(key).or_default().push(String::from_utf8_lossy(&bytes).into_owned());
        } else if !bytes.is_empty() {
            file = Some(bytes.to_vec());
        }
    }
    Ok((posted, file))
}

fn draw(house: &House, shell: Shell, read: Result<Notice, notice::Trouble>) -> Result<Response, Stop> {
    let (status, trouble, text, read) = match read {
        Ok(notice) if notice.assignments.is_empty() => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Some("没有读出任务。请核对这是不是任务分解通知：每项任务后面要写明牵头单位".to_owned()),
            notice.source.lines.join("\n"),
            None,
        ),
        Ok(notice) => {
            let act = issue::act(&notice, &house.now().calendar);
            (StatusCode::OK, None, notice.source.lines.join("\n"), Some((act, lines(&notice))))
        }
        Err(trouble) => (StatusCode::UNPROCESSABLE_ENTITY, Some(trouble.to_string()), String::new(), None),
    };
    let page = NewPage { once: Uuid::new_v4(), trouble, text, read, shell };
    page::render_status(&page.shell.clone(), status, &page)
}
