//! 联网核查 · queries of other bodies (B9, F117, F118): who may ask for which facts of a certificate or a case is on record and public; each query is
//! signed, answered once with no more than the record lets, and read by the person it was about, the refused ones too.

pub mod body;
pub mod demo;
pub mod facts;
pub mod find;
mod keep;
pub mod law;
mod receive;
mod show;

use axum::Router;
use axum::routing::get;
use foundation::{House, Stop};
use sqlx::PgConnection;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/queries", get(show::list).post(receive::receive))
        .route("/queries/{id}/receipt", get(show::receipt))
        .route("/queries/bodies/new", get(keep::new).post(keep::enter))
        .route("/queries/bodies/{uscc}", get(show::one))
        .route("/queries/bodies/{uscc}/change", get(keep::change).post(keep::send))
        .route("/queries/bodies/{uscc}/{step}", get(keep::back).post(keep::step))
}

/// What queries were told of a case or certificate goes with it (F152); that they were made stays.
pub async fn forget(conn: &mut PgConnection, no: &str) -> Result<u64, Stop> {
    let told: Vec<String> =
        sqlx::query_scalar("update queries set said = '已经依法删除', answer = '' where no = $1 and no <> '' returning id::text")
            .bind(no)
            .fetch_all(&mut *conn)
            .await?;
    let done = sqlx::query(
        "update acts
            set private_body = null,
                private_salt = null
          where subject_kind = 'query'
            and subject = any ($1)
            and private_body is not null",
    )
    .bind(told)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
