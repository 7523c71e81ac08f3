//! 答 · a query comes in as a signed text and is answered once, or refused; either is an act, and a look that the person reads (B9, F117, F118). What is
//! answered is signed, with the leaf of the act that proves it.

use super::body;
use super::find::{self, Found, Known};
use super::law::{Claims, Refusal, Standing, f117_is_timely, f117_may_ask, fact_zh};
use acts::{ActBody, Actor, QueryAct, QueryPrivate, Subject};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalogue::Catalogue;
use chrono::Datelike;
use forms::text::Likeness;
use foundation::caller::Caller;
use foundation::looking::{self, Ground, Queried};
use foundation::{House, Moment, Stop, people, record};
use ledger::Jws;
use serde_json::{Value, json};
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

/// The longest query; an honest one has a few hundred bytes.
const LONGEST: usize = 16 * 1024;
/// So many in somebody else's name are put on record for one caller within a while; then they are only turned away.
const FORGED: i64 = 20;
const WHILE_SECONDS: i64 = 600;

const KIND: &str = "application/jose";

/// A query as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Kept {
    digest: String,
    status: i32,
    answer: String,
}

/// POST /queries: the body is a JWS (RFC 7515, compact) whose payload is [`Claims`].
pub async fn receive(State(house): State<House>, catalogue: Catalogue, caller: Caller, text: String) -> Result<Response, Stop> {
    answered(&house, &catalogue, &caller.key(), &text).await
}

/// The same, for whoever comes from there.
pub async fn answered(house: &House, catalogue: &Catalogue, caller: &str, text: &str) -> Result<Response, Stop> {
    if text.len() > LONGEST {
        return Err(Stop::Unreadable("查询太长，最多 16 KB".into()));
    }
    let unreadable = |why: String| Stop::Unreadable(format!("{why}。写法见 /queries"));
    let jws = Jws::parse(text).map_err(|error| unreadable(error.to_string()))?;
    let claims = Claims::read(&jws.payload).map_err(unreadable)?;
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    // Two at once with one number: the second reads what the first was told.
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('query ' || $1 || ' ' || $2, 0))")
        .bind(&claims.iss)
        .bind(&claims.jti)
        .execute(&mut *tx)
        .await?;
    let registered = body::find(&mut tx, &claims.iss).await?;
    let key = |body: &body::Body| {
        let facts = body.facts.as_ref()?;
        ledger::read_public_key(&facts.key).ok()
    };
    let asker = registered.as_ref().map_or("", |body| body.name()).to_owned();
    let forged = match registered.as_ref().map(key) {
        None => Some(Refusal::UnknownBody),
        Some(None) => Some(Refusal::NotPublished),
        Some(Some(key)) => jws.verify(&key).err().map(|_| Refusal::Signature),
    };
    if let Some(refusal) = forged {
        drop(tx);
        // Anybody can sign in anybody's name; that is put on record, and not without end.
        people::count_try(house.pool(), &[(&format!("query:{}", caller), FORGED)], WHILE_SECONDS, now.at).await?;
        let mut tx = house.pool().begin().await?;
        let person = named(&mut tx, &claims, &now).await?;
        return refuse(house, tx, catalogue, &claims, &asker, false, refusal, person, &now).await;
    }
    let digest = claims.digest();
    if let Some(kept) = before(&mut tx, &claims).await? {
        let person = named(&mut tx, &claims, &now).await?;
        return match kept.digest == digest {
            false => refuse(house, tx, catalogue, &claims, &asker, false, Refusal::Reused, person, &now).await,
            // What was caught on its way and comes again later is told nothing; it is on record already.
            true if !f117_is_timely(claims.iat, now.at) => Ok(problem(&Refusal::Moment, None, "")),
            true if kept.answer.is_empty() => Err(Stop::NotFound("答复，它已经删除")),
            true => Ok(told(kept.status as u16, kept.answer)),
        };
    }
    let person = match &claims.person {
        Some(whom) => find::whom(&mut tx, whom, now.date()).await?,
        None => None,
    };
    let facts = registered.as_ref().and_then(|body| body.facts.clone()).ok_or(Stop::NotFound("单位"))?;
    let standing = registered.as_ref().map_or(Standing::Proposed, |body| body.standing());
    let origin = house.site().origin.clone();
    let matched = person.filter(|person| person.likeness != Likeness::Different);
    let allowed = f117_may_ask(standing, &facts, &claims, &origin, now.at).and_then(|()| {
        match claims.person.is_some() && matched.is_none() {
            true => Err(Refusal::Person),
            false => Ok(()),
        }
    });
    if let Err(refusal) = allowed {
        let person = named(&mut tx, &claims, &now).await?;
        return refuse(house, tx, catalogue, &claims, &asker, true, refusal, person, &now).await;
    }
    let found = find::answer(&mut tx, house, catalogue, &claims, matched, now.date()).await?;
    let id = Uuid::now_v7();
    let act = QueryAct::Answered {
        body: claims.iss.clone(),
        of: claims.of,
        item: claims.item.clone(),
        basis: facts.basis.clone(),
        private: Some(private(&claims, &found)),
    };
    let proof = recorded(&mut tx, id, act, &now).await?;
    let mut payload = head(house, &claims, id, &now);
    payload["outcome"] = "answered".into();
    payload["facts"] = Value::Object(found.facts.clone());
    payload["record"] = proof;
    let answer = ledger::sign_jws(&house.log_key().signing()?, &payload.to_string());
    let words = Words { asked: asked(&claims, catalogue), said: said(&found), asker: &asker };
    let ground = Ground {
        allowed: true,
        policy: String::new(),
        words: format!("{}；{}；这一次：{}", facts.basis, facts.purpose, claims.purpose),
    };
    keep(&mut tx, id, &claims, &found, words, ("answered", 200), &answer, true, ground, &now).await?;
    tx.commit().await?;
    house.wake();
    Ok(told(200, answer))
}

/// Whom a query names, whether or not the name goes with the number: it is this person's number that was used.
async fn named(conn: &mut PgConnection, claims: &Claims, now: &Moment) -> Result<Option<Uuid>, Stop> {
    let by_number: Option<Known> = match &claims.person {
        Some(whom) => find::whom(conn, whom, now.date()).await?,
        None => None,
    };
    Ok(match by_number {
        Some(known) => Some(known.id),
        None if claims.person.is_none() => find::whose(conn, claims).await?,
        None => None,
    })
}

async fn before(conn: &mut PgConnection, claims: &Claims) -> Result<Option<Kept>, Stop> {
    Ok(sqlx::query_as("select digest, status, answer from queries where body = $1 and asker_id = $2 and counts")
        .bind(&claims.iss)
        .bind(&claims.jti)
        .fetch_optional(conn)
        .await?)
}

fn private(claims: &Claims, found: &Found) -> QueryPrivate {
    let (name, number) = claims.person.as_ref().map(|whom| (whom.name.clone(), whom.number.clone())).unwrap_or_default();
    QueryPrivate {
        asker_id: claims.jti.clone(),
        name,
        number,
        no: if found.no.is_empty() { claims.no.clone() } else { found.no.clone() },
        purpose: claims.purpose.clone(),
        facts: claims.facts.clone(),
        whose: found.whose,
        answer: found.facts.clone(),
    }
}

/// Writes the act, and says which leaf of the record it is: its number in the log comes within a second.
async fn recorded(conn: &mut PgConnection, id: Uuid, act: QueryAct, now: &Moment) -> Result<Value, Stop> {
    let subject = Subject { kind: QueryAct::SUBJECT.into(), no: id.to_string() };
    let by = Actor { role: looking::BODY.into(), agency: None, post: None };
    record::record(conn, &[record::entry(subject.clone(), now.at, by, None, act)]).await?;
    let stored = record::acts_of(conn, &subject).await?.pop().ok_or(Stop::NotFound("行为"))?;
    Ok(json!({ "act": stored.id, "kind": stored.kind, "leaf": stored.leaf()?.hash().to_string() }))
}

/// What every answer begins with.
fn head(house: &House, claims: &Claims, id: Uuid, now: &Moment) -> Value {
    json!({
        "iss": house.site().origin,
        "aud": claims.iss,
        "jti": claims.jti,
        "iat": now.at.timestamp(),
        "query": id,
        "of": claims.of,
        "item": claims.item,
    })
}

struct Words<'a> {
    asked: String,
    said: String,
    asker: &'a str,
}

/// What was asked, in words.
fn asked(claims: &Claims, catalogue: &Catalogue) -> String {
    let name = match catalogue.item(&claims.item) {
        Some(item) if claims.of == acts::QueryOf::Certificate => item.result.name.clone(),
        Some(item) => item.name.clone(),
        None => claims.item.clone(),
    };
    let facts: Vec<&str> = claims.facts.iter().map(|fact| fact_zh(fact)).collect();
    match facts.is_empty() {
        true => format!("{}“{name}”：有没有", claims.of.zh()),
        false => format!("{}“{name}”：有没有、{}", claims.of.zh(), facts.join("、")),
    }
}

/// What was answered, in words.
fn said(found: &Found) -> String {
    let value = |value: &Value| match value {
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Null => "没有写".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let shown = found.facts.iter().filter(|(key, _)| *key != "name");
    let told: Vec<String> = shown
        .map(|(key, fact)| match (key.as_str(), fact) {
            ("held", Value::Bool(true)) => "有，在有效期内".into(),
            ("held", _) => "没有有效的".into(),
            ("found", Value::Bool(true)) => "有这一件".into(),
            ("found", _) => "没有这一件".into(),
            (key, fact) => format!("{}：{}", fact_zh(key), value(fact)),
        })
        .collect();
    told.join("；")
}

async fn refuse(
    house: &House,
    mut tx: Transaction<'static, Postgres>,
    catalogue: &Catalogue,
    claims: &Claims,
    asker: &str,
    genuine: bool,
    refusal: Refusal,
    whose: Option<Uuid>,
    now: &Moment,
) -> Result<Response, Stop> {
    let id = Uuid::now_v7();
    let found = Found { whose, ..Found::default() };
    let act = QueryAct::Refused {
        body: (!asker.is_empty()).then(|| claims.iss.clone()),
        why: refusal.key().into(),
        private: Some(private(claims, &found)),
    };
    let proof = recorded(&mut tx, id, act, now).await?;
    let mut payload = head(house, claims, id, now);
    payload["outcome"] = "refused".into();
    payload["why"] = refusal.key().into();
    payload["record"] = proof;
    let answer = ledger::sign_jws(&house.log_key().signing()?, &payload.to_string());
    let response = problem(&refusal, Some(id), &answer);
    let kept = serde_json::to_string(&told_problem(&refusal, Some(id), &answer))?;
    let who = if asker.is_empty() { format!("没有登记的单位（{}）", claims.iss) } else { asker.to_owned() };
    let who = if refusal == Refusal::Signature { format!("自称{who}") } else { who };
    let words = Words { asked: asked(claims, catalogue), said: refusal.to_string(), asker: &who };
    let status = (refusal.key(), i32::from(refusal.status()));
    let ground = Ground::refused(refusal.to_string());
    keep(&mut tx, id, claims, &found, words, status, &kept, genuine && refusal.is_genuine(), ground, now).await?;
    tx.commit().await?;
    house.wake();
    Ok(response)
}

/// Keeps the query with its answer, as a look of whom it was about, and counts it.
async fn keep(
    conn: &mut PgConnection,
    id: Uuid,
    claims: &Claims,
    found: &Found,
    words: Words<'_>,
    (outcome, status): (&str, i32),
    answer: &str,
    counts: bool,
    ground: Ground,
    now: &Moment,
) -> Result<(), Stop> {
    sqlx::query(
        "insert into queries (id, at, body, body_name, asker_id, counts, digest, whose, no, outcome, asked, said, status, answer)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(id)
    .bind(now.at)
    .bind(&claims.iss)
    .bind(words.asker)
    .bind(&claims.jti)
    .bind(counts)
    .bind(claims.digest())
    .bind(found.whose)
    .bind(&found.no)
    .bind(outcome)
    .bind(&words.asked)
    .bind(&words.said)
    .bind(status)
    .bind(answer)
    .execute(&mut *conn)
    .await?;
    let answered = outcome == "answered";
    // What came in somebody else's name is none of their queries.
    if counts {
        sqlx::query(
            "insert into query_months as m (body, month, answered, refused)
             values ($1, $2, $3, $4)
             on conflict (body, month) do update
                set answered = m.answered + excluded.answered,
                    refused = m.refused + excluded.refused",
        )
        .bind(&claims.iss)
        .bind(now.date().with_day(1).unwrap_or(now.date()))
        .bind(i32::from(answered))
        .bind(i32::from(!answered))
        .execute(&mut *conn)
        .await?;
    }
    let look = Queried { query: id, body: &claims.iss, whose: found.whose, no: &found.no, asked: &words.asked };
    looking::queried(conn, look, ground, now.at).await
}

/// RFC 9457, with the signed refusal in it.
fn told_problem(refusal: &Refusal, id: Option<Uuid>, answer: &str) -> Value {
    let mut problem = json!({
        "type": format!("/problems/query-{}", refusal.key().replace('_', "-")),
        "title": refusal.en(),
        "status": refusal.status(),
        "detail": refusal.to_string(),
    });
    if let Some(id) = id {
        problem["query"] = json!(id);
        problem["answer"] = answer.into();
    }
    problem
}

fn problem(refusal: &Refusal, id: Option<Uuid>, answer: &str) -> Response {
    told(refusal.status(), told_problem(refusal, id, answer).to_string())
}

/// An answer as it was given the first time.
fn told(status: u16, text: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() { KIND } else { "application/problem+json" };
    (status, [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
}
