//! 申请材料 · files of a draft arrive, go on where the line dropped, and are taken back (F072).

use super::{Named, open, step};
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, MaterialSource};
use foundation::page::Shell;
use foundation::page::fields::Filled;
use foundation::{House, SignedIn, Stop, papers, uploads};
use uuid::Uuid;

pub async fn upload(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    person: SignedIn,
    Path(slug): Path<String>,
    Query(named): Query<Named>,
    request: Request,
) -> Result<Response, Stop> {
    let Some(open) = open(&house, &catalogue, &person, &slug, &named).await? else {
        return Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response());
    };
    let place = open.item.form.steps().iter().find(|s| s.materials).map(|s| s.key.clone()).unwrap_or_default();
    let materials = open.item.materials_for(&open.draft.answers());
    let asked: Vec<String> = materials.iter().filter(|m| m.source == MaterialSource::Applicant).map(|m| m.key.clone()).collect();
    let received = uploads::receive(&house, &person, &open.draft.owner(), &asked, request, &open.draft.at(&place)).await?;
    sqlx::query("update drafts set saved_at = $2 where id = $1")
        .bind(open.draft.id)
        .bind(house.now().at)
        .execute(house.pool())
        .await?;
    match received {
        Ok(answer) => Ok(answer),
        Err(uploads::Refused { troubles, .. }) => {
            let filled = Filled::empty(shell.lang);
            step::draw(&house, shell, open, &place, filled, troubles, false).await
        }
    }
}

/// …/files/{file}: goes on with an upload that began above.
pub async fn resume(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((slug, file)): Path<(String, Uuid)>,
    Query(named): Query<Named>,
    request: Request,
) -> Result<Response, Stop> {
    let open = open(&house, &catalogue, &person, &slug, &named).await?.ok_or(Stop::NotFound("上传"))?;
    uploads::resume(&house, &person, &open.draft.owner(), file, request).await
}

pub async fn remove(
    State(house): State<House>,
    catalogue: Catalogue,
    person: SignedIn,
    Path((slug, file)): Path<(String, Uuid)>,
    Query(named): Query<Named>,
) -> Result<Response, Stop> {
    let Some(open) = open(&house, &catalogue, &person, &slug, &named).await? else {
        return Ok(Redirect::to(&format!("/matters/{slug}/apply")).into_response());
    };
    papers::let_go(&house, &open.draft.owner(), file).await?;
    Ok(Redirect::to(&open.draft.at("materials")).into_response())
}
