//! 模板的页面 · the list, one template with its samples and changes, the editor, and a change with what it alters.

use super::check;
use super::record::{self, Change, Status};
use crate::Catalogue;
use crate::powers::{is_offered, may};
use acts::LetterAct;
use askama::Template;
use authority::Act;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use foundation::held::{Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, Step, filters};
use foundation::{House, SignedIn, Stop, once};
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};
use std::time::Duration;
use uuid::Uuid;

const PAGE: i64 = 20;
/// Characters of a reason.
const REASON: usize = 500;
/// How long a template may take to be set with its samples.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a template is called: the first line of its comment, without the reference behind it.
fn name(letter: &str, text: &str) -> String {
    let first = text.lines().next().and_then(|line| line.strip_prefix("//")).unwrap_or(letter).trim();
    let end = first.find(['（', '：', '；']).unwrap_or(first.len());
    first[..end].to_owned()
}

/// What its comment says: what it is, and which data it reads.
fn about(text: &str) -> String {
    let comment = text.lines().map_while(|line| line.strip_prefix("//"));
    comment.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

struct Listed {
    letter: String,
    name: String,
    about: String,
    /// The change that waits for a decision.
    open: Option<String>,
}

#[derive(Template)]
#[template(path = "letters/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Listed>,
}

/// GET /letters
pub async fn list(State(house): State<House>, catalogue: Catalogue, shell: Shell) -> Result<Response, Stop> {
    let open = record::open(&mut *house.pool().acquire().await?).await?;
    let of = |letter: &str| open.iter().find(|change| change.letter == letter).map(|change| change.no.clone());
    let templates = catalogue.templates();
    let row = |(letter, text): (&String, &String)| Listed {
        name: name(letter, text),
        about: text.lines().next().and_then(|line| line.strip_prefix("//")).unwrap_or_default().trim().to_owned(),
        open: of(letter),
        letter: letter.clone(),
    };
    let page = ListPage { rows: templates.texts.iter().map(row).collect(), shell };
    page::render(&page.shell, &page)
}

#[derive(Template)]
#[template(path = "letters/show.html")]
struct ShowPage {
    shell: Shell,
    letter: String,
    name: String,
    about: String,
    text: String,
    samples: usize,
    changes: Vec<Change>,
    next: Option<String>,
    may_change: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    before: String,
    /// A change whose text is set instead of the one in force.
    change: String,
}

/// GET /letters/{letter}
pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(letter): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let text = in_force(&catalogue, &letter)?;
    let mut changes = record::of(&mut *house.pool().acquire().await?, &letter, &wanted.before, PAGE + 1).await?;
    let more = changes.len() as i64 > PAGE;
    changes.truncate(PAGE as usize);
    let page = ShowPage {
        name: name(&letter, &text),
        about: about(&text),
        samples: check::samples(&letter).len(),
        next: changes.last().filter(|_| more).map(|change| change.no.clone()),
        may_change: !letter.starts_with('_') && is_offered(&house, shell.person.as_ref(), Act::ManageDefinitions),
        changes,
        letter,
        text,
        shell,
    };
    page::render(&page.shell, &page)
}

/// The template of the files, whose code bounds what is edited here. What all have in common, how the page is laid out and the seal, is
/// code alone, and changed with the files.
fn house_text(catalogue: &Catalogue, letter: &str) -> Result<String, Stop> {
    if letter.starts_with('_') {
        return Err(Stop::Rejected("这是各种文书共用的版式，由掌管系统的人在文件里改，不在网页上改".into()));
    }
    catalogue.letters_of_files().remove(letter).ok_or(Stop::NotFound("文书模板"))
}

fn in_force(catalogue: &Catalogue, letter: &str) -> Result<String, Stop> {
    catalogue.templates().texts.get(letter).cloned().ok_or(Stop::NotFound("文书模板"))
}

/// The templates in force with this text in the place of one.
fn with(catalogue: &Catalogue, letter: &str, text: &str) -> check::Texts {
    let mut texts = catalogue.templates().texts.clone();
    texts.insert(letter.to_owned(), text.to_owned());
    texts
}

/// What is slow is done beside the threads that answer, and not waited for without end.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Stop> {
    let done = tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(work)).await;
    done.map_err(|_| Stop::Unreadable("样例排了三十秒还没有排完，请把模板写简单些".into()))?
        .map_err(|e| Stop::Fault(e.to_string()))
}

fn pdf(bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"sample.pdf\""),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    (headers, bytes).into_response()
}

/// GET /letters/{letter}/sample/{n}: the template set with its n-th sample, as it is in force or as a change would have it.
pub async fn sample(
    State(house): State<House>,
    catalogue: Catalogue,
    Path((letter, n)): Path<(String, usize)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    in_force(&catalogue, &letter)?;
    let sample = n.checked_sub(1).and_then(|n| check::samples(&letter).into_iter().nth(n)).ok_or(Stop::NotFound("样例"))?;
    let set = match wanted.change.as_str() {
        "" => {
            let templates = catalogue.templates();
            beside(move || check::set(&templates.letters, &letter, &sample)).await?
        }
        no => {
            let (change, text) = record::find(&mut *house.pool().acquire().await?, no, false).await?;
            if change.status != Status::Proposed || change.letter != letter {
                return Err(Stop::NotFound("样例"));
            }
            let texts = with(&catalogue, &letter, &text);
            beside(move || check::set(&check::loaded(&texts), &letter, &sample)).await?
        }
    };
    Ok(pdf(set.map_err(Stop::Unreadable)?.bytes))
}

#[derive(Template)]
#[template(path = "letters/edit.html")]
struct EditPage {
    shell: Shell,
    letter: String,
    name: String,
    about: String,
    /// Digest of the text that the editor began with.
    base: String,
    samples: usize,
    filled: Filled,
}

impl EditPage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
}

fn draw_edit(catalogue: &Catalogue, shell: Shell, letter: &str, base: String, mut filled: Filled) -> Result<Response, Stop> {
    let text = in_force(catalogue, letter)?;
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    filled.entered.entry("text".into()).or_insert_with(|| vec![text.clone()]);
    let page = EditPage {
        name: name(letter, &text),
        about: about(&text),
        letter: letter.to_owned(),
        samples: check::samples(letter).len(),
        base,
        filled,
        shell,
    };
    page::render_status(&page.shell, status, &page)
}

fn digest(text: &str) -> String {
    crate::versions::sha256(text.as_bytes())
}

/// GET /letters/{letter}/change
pub async fn edit(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    Path(letter): Path<String>,
) -> Result<Response, Stop> {
    may(&house, &person, Act::ManageDefinitions)?;
    house_text(&catalogue, &letter)?;
    let base = digest(&in_force(&catalogue, &letter)?);
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw_edit(&catalogue, shell, &letter, base, filled)
}

/// A text as it was typed, with the ends of lines as they are in files.
fn typed(posted: &Posted) -> String {
    let text = posted.one("text").replace("\r\n", "\n");
    if text.ends_with('\n') || text.is_empty() { text } else { text + "\n" }
}

/// POST /letters/{letter}/preview: sets what is in the editor; nothing is kept.
pub async fn preview(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(letter): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::ManageDefinitions)?;
    let home = house_text(&catalogue, &letter)?;
    let text = typed(&posted);
    let (texts, shown) = (with(&catalogue, &letter, &text), letter.clone());
    let (called, n) = (name(&letter, &text), posted.one("n").parse().unwrap_or(1_usize));
    let set = beside(move || {
        check::fits(&text)?;
        // What would not be taken is not set either.
        if let Some(fault) = check::foreign(&texts, &shown, &home).into_iter().next() {
            return Err(fault);
        }
        let none = || (format!("“{called}”没有样例"), format!("“{called}” has no sample"));
        let sample = check::samples(&shown).into_iter().nth(n.saturating_sub(1)).ok_or_else(none)?;
        check::set(&check::loaded(&texts), &shown, &sample).map_err(|fault| (fault.clone(), fault))
    })
    .await?;
    match set {
        Ok(set) => Ok(pdf(set.bytes)),
        Err((zh, en)) => {
            let errors = vec![field_error("text", "模板", &zh, &en)];
            let base = posted.one("base").to_owned();
            draw_edit(&catalogue, shell.clone(), &letter, base, Filled::new(shell.lang, posted.0, errors))
        }
    }
}

/// POST /letters/{letter}/change: proposes it to the legal office.
pub async fn propose(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(letter): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    may(&house, &person, Act::ManageDefinitions)?;
    let (before, home) = (in_force(&catalogue, &letter)?, house_text(&catalogue, &letter)?);
    let (form, text, base) = (posted.once()?, typed(&posted), posted.one("base").to_owned());
    let mut errors = Vec::new();
    let mut no = |zh: &str, en: &str| errors.push(field_error("text", "模板", zh, en));
    if text.trim().is_empty() {
        no("模板不能是空的", "The template must not be empty");
    } else if let Err((zh, en)) = check::fits(&text) {
        no(&zh, &en);
    } else if !text.starts_with("//") || name(&letter, &text).is_empty() {
        no("第一行要写它叫什么，写在两条斜线后面", "Say on the first line, behind two slashes, what it is called");
    } else if text == before {
        no("和在用的一样，没有改动", "It is the same as the one in force");
    } else if base != digest(&before) {
        no(
            "您打开以后，这个模板公布了新的一版；请复制您的改动，重新打开再改",
            "A new version was published since you opened this; copy what you changed, open it again and change that",
        );
    } else {
        let (texts, of, called) = (with(&catalogue, &letter, &text), letter.clone(), name(&letter, &text));
        let faults = beside(move || check::faults(&texts, &of, &home, &called)).await?;
        errors.extend(faults.iter().take(12).map(|(zh, en)| field_error("text", "模板", zh, en)));
    }
    fields::public(&text, "text", "模板", &mut errors);
    let wanted = ("请写为什么改，公开", "Say why it is changed; it becomes public");
    let reason = fields::public_text(&posted, "reason", "为什么改", wanted, REASON, &mut errors);
    if !errors.is_empty() {
        return draw_edit(&catalogue, shell.clone(), &letter, base, Filled::new(shell.lang, posted.0, errors));
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    record::alone(&mut tx).await?;
    if let Some(open) = record::open(&mut tx).await?.into_iter().find(|change| change.letter == letter) {
        let zh = format!("{} 也在改这个模板，等它公布、退回或者撤回以后再送审", open.no);
        let en = format!("{} changes this template too; propose yours once it is published, returned or withdrawn", open.no);
        let filled = Filled::new(shell.lang, posted.0, vec![field_error("text", "模板", &zh, &en)]);
        return draw_edit(&catalogue, shell.clone(), &letter, base, filled);
    }
    let no = record::numbered(&mut tx).await?;
    let act = LetterAct::Proposed { letter, base, hash: digest(&text), reason };
    let by = (person.actor("administrator"), person.private());
    record::keep(&mut tx, &no, (None, &text), act, by, person.id, &house.now()).await?;
    let leads_to = format!("/letters/changes/{no}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    Ok(Redirect::to(&leads_to).into_response())
}

/// A line of what a change alters: `+`, `-` or nothing, and the line; `…` where lines that stay are left out.
struct Altered {
    mark: &'static str,
    line: String,
}

fn altered(before: &str, after: &str) -> Vec<Altered> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for (n, group) in diff.grouped_ops(3).iter().enumerate() {
        if n > 0 {
            lines.push(Altered { mark: "", line: "…".into() });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let mark = match change.tag() {
                ChangeTag::Delete => "-",
                ChangeTag::Insert => "+",
                ChangeTag::Equal => "",
            };
            lines.push(Altered { mark, line: change.value().trim_end_matches('\n').to_owned() });
        }
    }
    lines
}

#[derive(Template)]
#[template(path = "letters/one.html")]
struct OnePage {
    shell: Shell,
    change: Change,
    name: String,
    altered: Vec<Altered>,
    samples: usize,
    steps: Vec<Step>,
    may_publish: bool,
    may_withdraw: bool,
    filled: Filled,
}

impl OnePage {
    fn once(&self) -> Uuid {
        Uuid::new_v4()
    }
    fn is_open(&self) -> bool {
        self.change.status == Status::Proposed
    }
}

fn told(act: LetterAct) -> (&'static str, String) {
    match act {
        LetterAct::Proposed { reason, .. } => ("送审", reason),
        LetterAct::Published { .. } => ("公布", String::new()),
        LetterAct::Returned { reason } => ("退回", reason),
        LetterAct::Withdrawn => ("撤回", String::new()),
    }
}

/// The text that a change began with, as it was kept.
async fn base_of(conn: &mut sqlx::PgConnection, change: &Change) -> Result<String, Stop> {
    let text: Option<String> =
        sqlx::query_scalar("select text from definitions where kind = 'letter' and key = $1 and hash = $2")
            .bind(&change.letter)
            .bind(&change.base)
            .fetch_optional(conn)
            .await?;
    Ok(text.unwrap_or_default())
}

async fn draw_one(house: &House, shell: Shell, no: &str, filled: Filled) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let (change, text) = record::find(&mut conn, no, false).await?;
    let before = base_of(&mut conn, &change).await?;
    let steps = page::steps_of(&mut conn, &record::subject(no), told).await?;
    drop(conn);
    let person = shell.person.as_ref();
    let own = person.is_some_and(|person| person.id == change.proposed_by);
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = OnePage {
        altered: altered(&before, &text),
        samples: check::samples(&change.letter).len(),
        may_publish: !own && is_offered(house, person, Act::ReviewPowerLegality),
        may_withdraw: own,
        name: name(&change.letter, &text),
        steps,
        change,
        filled,
        shell,
    };
    page::render_status(&page.shell, status, &page)
}

/// GET /letters/changes/{no}
pub async fn one(State(house): State<House>, shell: Shell, Held(held): Held, Path(no): Path<String>) -> Result<Response, Stop> {
    let filled = Filled::new(shell.lang, held.unwrap_or_default(), Vec::new());
    draw_one(&house, shell, &no, filled).await
}

/// POST /letters/changes/{no}: publishes it, returns it with a reason, or takes it back.
pub async fn decide(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(no): Path<String>,
    posted: Posted,
) -> Result<Response, Stop> {
    let (form, how) = (posted.once()?, posted.one("how").to_owned());
    let role = match how.as_str() {
        "publish" | "return" => {
            may(&house, &person, Act::ReviewPowerLegality)?;
            "legal_reviewer"
        }
        "withdraw" => {
            may(&house, &person, Act::ManageDefinitions)?;
            "administrator"
        }
        _ => return Err(Stop::Unreadable("请选公布、退回还是撤回".into())),
    };
    let mut errors = Vec::new();
    let reason = if how == "return" {
        let wanted = ("请写为什么退回，公开", "Say why it is returned; it becomes public");
        fields::public_text(&posted, "reason", "退回的原因", wanted, REASON, &mut errors)
    } else {
        String::new()
    };
    if !errors.is_empty() {
        let filled = Filled::new(shell.lang, posted.0, errors);
        return draw_one(&house, shell, &no, filled).await;
    }
    // Tried before anybody has to wait: what is proposed never changes, only where it stands.
    if how == "publish" {
        tried(&house, &catalogue, &no).await?;
    }
    let mut tx = match once::begin(&house, person.id, form).await? {
        Ok(tx) => tx,
        Err(answered) => return Ok(answered),
    };
    record::alone(&mut tx).await?;
    let (change, text) = record::find(&mut tx, &no, true).await?;
    if change.status != Status::Proposed {
        return Err(Stop::Rejected(format!("这次修改{}", change.status.zh())));
    }
    let own = change.proposed_by == person.id;
    let act = match how.as_str() {
        "withdraw" if !own => return Err(Stop::Rejected("只有送审的人能撤回；法制部门可以退回".into())),
        "publish" | "return" if own => return Err(Stop::Rejected("自己送审的，要由另一个人审核".into())),
        "withdraw" => LetterAct::Withdrawn,
        "return" => LetterAct::Returned { reason },
        _ => {
            begins_with_what_is_in_force(&catalogue, &house, &change).await?;
            record::keep_version(&mut tx, &with(&catalogue, &change.letter, &text), &house.now()).await?;
            LetterAct::Published { letter: change.letter.clone(), hash: change.hash.clone() }
        }
    };
    let by = (person.actor(role), person.private());
    record::keep(&mut tx, &no, (Some(change), &text), act, by, person.id, &house.now()).await?;
    let leads_to = format!("/letters/changes/{no}");
    once::finish(&house, tx, person.id, form, &leads_to).await?;
    if let Err(stop) = catalogue.keep_up(house.pool(), house.now().date()).await {
        tracing::error!(%stop, "the published template is taken up with the next look");
    }
    Ok(Redirect::to(&leads_to).into_response())
}

/// Whether what is proposed can be published: the house's own templates, or the law as it is tried here, may have changed since.
async fn tried(house: &House, catalogue: &Catalogue, no: &str) -> Result<(), Stop> {
    let (change, text) = record::find(&mut *house.pool().acquire().await?, no, false).await?;
    let (texts, home) = (with(catalogue, &change.letter, &text), house_text(catalogue, &change.letter)?);
    let called = name(&change.letter, &text);
    let faults = beside(move || check::faults(&texts, &change.letter, &home, &called)).await?;
    if faults.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = faults.into_iter().map(|(zh, _)| zh).collect();
    Err(Stop::Rejected(format!("不能公布：{}", told.join("；"))))
}

/// What is published replaces the text that it began with, and no other.
async fn begins_with_what_is_in_force(catalogue: &Catalogue, house: &House, change: &Change) -> Result<(), Stop> {
    catalogue.keep_up(house.pool(), house.now().date()).await?;
    match digest(&in_force(catalogue, &change.letter)?) == change.base {
        true => Ok(()),
        false => Err(Stop::Rejected("送审以后这个模板换过了，请退回，照现在的重新改".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b4_1_a_change_of_a_template_shows_what_it_alters() {
        let lines = |before: &str, after: &str| {
            altered(before, after).iter().map(|one| format!("{}{}", one.mark, one.line)).collect::<Vec<_>>()
        };
        assert_eq!(lines("a\nb\nc\n", "a\nB\nc\n"), ["a", "-b", "+B", "c"]);
        assert!(lines("a\n", "a\n").is_empty());
        assert_eq!(name("grant", "// 准予行政许可决定书（许可法）\n#x"), "准予行政许可决定书");
        assert_eq!(about("// 甲\n// 读：乙\n#x // 丙"), "甲\n读：乙");
    }
}
