//! 送审 · a draft becomes a change, which the three offices pass one after the other (A2.1-03, B6.1-01).

use super::draft::Shown;
use super::drafter::{Drafter, Opened};
use super::drafts::overview;
use super::{draft, shelf};
use crate::Catalogue;
use crate::powers::change::{self, Rejection, Stage};
use crate::powers::draft as change_draft;
use acts::PowerChangeAct;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Datelike;
use foundation::Stop;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use uuid::Uuid;

/// POST /items/drafts/{id}
pub async fn send(at: Drafter, catalogue: Catalogue, Path(id): Path<Uuid>, posted: Posted) -> Result<Response, Stop> {
    let mut opened = match at.opens(id, &posted, "", Shown::All).await? {
        Ok(opened) => opened,
        Err(answered) => return Ok(answered),
    };
    let Opened { tx, draft, .. } = &mut opened;
    change::alone(&mut *tx).await?;
    let now = at.house.now();
    let mut errors = Vec::new();
    let heading = change_draft::heading(&posted, &mut errors);
    let built = draft.built(&mut *tx, &catalogue, now.date()).await?;
    let latest = shelf::latest(&mut *tx, &draft.slug).await?;
    let last = match &latest {
        Some(hash) => Some(catalogue.item_version(at.house.pool(), &draft.slug, hash).await?),
        None => None,
    };
    let item = match built {
        Ok(item) => Some(item),
        Err(troubles) => {
            let zh = format!("还有 {} 处要改，改好再送审", troubles.len());
            errors.push(field_error("troubles", "要改的地方", &zh, "Mend what is listed first"));
            None
        }
    };
    let is_same = |item: &crate::Item| {
        last.as_ref().is_some_and(|other| {
            other.facts == item.facts
                && other.process.hash() == item.process.hash()
                && other.form.hash() == item.form.hash()
                && other.fit_text == item.fit_text
        })
    };
    if item.as_ref().is_some_and(is_same) {
        errors.push(field_error(
            "title",
            "变更名称",
            "和现行版本一样，没有改动",
            "It equals the version in force; nothing has changed",
        ));
    }
    if draft.begun_from != latest {
        let zh = "起草以后，这个事项公布了新的版本，照这份公布会把它改回去。请放弃这份草稿，从新的版本再起草";
        errors.push(field_error(
            "title",
            "变更名称",
            zh,
            "A newer version was published since; draft anew from it, or this would undo it",
        ));
    }
    let busy: Option<String> =
        sqlx::query_scalar("select change from item_changes where slug = $1 and is_open and change is distinct from $2")
            .bind(&draft.slug)
            .bind(&draft.change)
            .fetch_optional(&mut **tx)
            .await?;
    if let Some(no) = busy {
        let zh = format!("这个事项正在另一份变更 {no} 里，等它公布或者撤回");
        errors.push(field_error("title", "变更名称", &zh, &format!("This matter is under another change, {no}; wait for it")));
    }
    let again = match &draft.change {
        None => None,
        Some(no) => Some(change::lock(&mut *tx, no).await?).filter(|change| change.stage == Stage::SentBack),
    };
    let Some(item) = item.filter(|_| errors.is_empty()) else {
        drop(opened);
        let filled = Filled::new(at.shell.lang, posted.0, errors);
        return overview(at, &catalogue, id, filled).await;
    };
    let act = PowerChangeAct::Drafted {
        rows: 1,
        digest: item.hash.clone(),
        item: Some(item.slug.clone()),
        items: Vec::new(),
        sample: false,
        private: Some(heading),
    };
    let entry = |no: &str, act| change_draft::entry(no, act, &at.person, &now);
    let change = change::begin(&mut *tx, again, act, entry, now.date().year()).await?;
    super::publish::hold(&mut *tx, &change.no, &[&item]).await?;
    draft::close(&mut *tx, id, Some(&change.no)).await?;
    at.done(opened, &format!("/powers/changes/{}", change.no)).await
}

/// POST /items/changes/{no}/redraft: what was sent back is drafted again.
pub async fn redraft(at: Drafter, Path(no): Path<String>) -> Result<Response, Stop> {
    let mut tx = at.house.pool().begin().await?;
    let change = change::lock(&mut tx, &no).await?;
    if change.stage != Stage::SentBack {
        return Err(Rejection::NotSentBack.into());
    }
    let id = draft::reopen(&mut tx, &no, at.house.now().at).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/items/drafts/{id}")).into_response())
}
