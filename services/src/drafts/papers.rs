//! 申请材料 · files of a draft arrive, go on where the line dropped, and are taken back (F072).

use super::{Named, open, step};
use acts::Handed;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use catalogue::{Catalogue, MaterialSource};
use foundation::page::Shell;
use foundation::page::fields::Filled;
use foundation::{House, SignedIn, Stop, files, uploads};
use uuid::Uuid;

/// The files kept under `owner:<material>`, for the materials named.
pub async fn handed(conn: impl sqlx::PgExecutor<'_>, owner: &str, materials: &[String]) -> Result<Vec<Handed>, Stop> {
    let owners: Vec<String> = materials.iter().map(|m| format!("{owner}:{m}")).collect();
    let rows: Vec<files::File> = sqlx::query_as(
        "select id, owner, name, media_type, size, sha256, created_at
           from files
          where owner = any ($1)
          order by created_at, id",
    )
    .bind(&owners)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|f| Handed {
            material: f.owner[owner.len() + 1..].to_owned(),
            file: f.id,
            name: f.name,
            size: f.size,
            sha256: f.sha256,
        })
        .collect())
}

/// Takes a file away from the materials of `owner`.
pub async fn let_go(house: &House, owner: &str, file: Uuid) -> Result<(), Stop> {
    files::take_back(house.pool(), owner, Some(file), house.now().at).await
}

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
        Err(troubles) => {
            let filled = Filled { lang: shell.lang, ..Filled::default() };
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
    let_go(&house, &open.draft.owner(), file).await?;
    Ok(Redirect::to(&open.draft.at("materials")).into_response())
}
