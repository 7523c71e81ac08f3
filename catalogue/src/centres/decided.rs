//! 谁作的决定 · which decided cases went back to their agency (B6.3-01), read from the public acts alone.

use acts::{ActBody, CaseAct, Entry};
use foundation::feed::Consumer;
use foundation::record::Stored;
use foundation::{Moment, Stop};
use futures::future::BoxFuture;
use sqlx::PgConnection;
use std::collections::HashMap;

pub struct Decided;

/// The matter and the agency of each case, as it was submitted.
async fn submitted(conn: &mut PgConnection, cases: &[&str]) -> Result<HashMap<String, (String, String)>, Stop> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select subject, public_body
           from acts
          where subject_kind = 'case'
            and subject = any ($1)
            and kind = 'case.submitted'",
    )
    .bind(cases)
    .fetch_all(conn)
    .await?;
    let mut found = HashMap::new();
    for (no, body) in rows {
        if let CaseAct::Submitted { item, agency, .. } = Entry::read(&body, None)?.act {
            found.insert(no, (item, agency));
        }
    }
    Ok(found)
}

impl Consumer for Decided {
    fn name(&self) -> &'static str {
        "decided"
    }

    fn on_acts<'a>(&'a self, conn: &'a mut PgConnection, acts: &'a [Stored], _: &'a Moment) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let decided = |act: &&Stored| {
                act.subject_kind == CaseAct::SUBJECT && ["case.granted", "case.denied"].contains(&act.kind.as_str())
            };
            let acts: Vec<&Stored> = acts.iter().filter(decided).collect();
            if acts.is_empty() {
                return Ok(());
            }
            let of = submitted(conn, &acts.iter().map(|act| act.subject.as_str()).collect::<Vec<_>>()).await?;
            for act in acts {
                let (Some((item, agency)), Some(n)) = (of.get(&act.subject), act.n) else { continue };
                let entry: Entry<CaseAct> = Entry::read(&act.public_body, None)?;
                let (CaseAct::Granted { on, went_back, .. } | CaseAct::Denied { on, went_back, .. }) = entry.act else {
                    continue;
                };
                sqlx::query(
                    "insert into decided_cases (case_no, item, agency, decided_on, went_back, n)
                     values ($1, $2, $3, $4, $5, $6)
                     on conflict (case_no) do nothing",
                )
                .bind(&act.subject)
                .bind(item)
                .bind(agency)
                .bind(on)
                .bind(went_back)
                .bind(n)
                .execute(&mut *conn)
                .await?;
            }
            Ok(())
        })
    }

    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            sqlx::query("delete from decided_cases").execute(&mut *conn).await?;
            sqlx::query("delete from centre_coverage").execute(conn).await?;
            Ok(())
        })
    }
}
