//! 上传 · files on their way in (F072, H18): resumable uploads for HTTP, as draft-ietf-httpbis-resumable-upload has them, and
//! the form of a page without scripts. Where one may upload says the page that is asked; who began an upload goes on with it.
//!
//! What lies on disk is the only truth about how far an upload is. A lock on it keeps two senders apart.

use crate::held::{self, Entered, clean};
use crate::people::Person;
use crate::{House, Stop};
use crate::{files, kind};
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Duration, Utc};
use futures::StreamExt;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use sqlx::PgConnection;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

const COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const LIMIT: HeaderName = HeaderName::from_static("upload-limit");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");

const CUT: &str = "上传中断了，请重新选择文件再试。已经传好的都在。";

#[derive(Clone, sqlx::FromRow)]
struct Upload {
    id: Uuid,
    owner: String,
    name: String,
    size: i64,
}

/// Files of one material, and bytes of all that comes for one owner or from one person who has not handed it in; what was taken
/// back takes up room until it is swept.
const MOST_FILES: i64 = 20;
const MOST_BYTES: i64 = 2 * files::LARGEST as i64;
/// Bytes of what is typed on a page beside its files.
const MOST_TYPED: usize = 1024 * 1024;
/// An upload that began and did not end takes up room so long.
const BEGUN_HOURS: i64 = 1;

/// Receives files for `owner`, each kept under `owner:<field>`; the fields are the materials that are asked for. Answers one
/// resumable upload that begins, and leads from a whole form to `then`, whose page has again what was typed beside the files; or says
/// which files of the form were not kept, and why.
pub async fn receive(
    house: &House,
    person: &Person,
    owner: &str,
    asked: &[String],
    request: Request,
    then: &str,
) -> Result<Result<Response, Refused>, Stop> {
    if request.headers().contains_key(COMPLETE) {
        return Ok(Ok(begin(house, person, owner, asked, request).await?));
    }
    let form =
        Multipart::from_request(request, house).await.map_err(|_| Stop::Unreadable("没有收到文件，请在页面上选好再传".into()))?;
    let read = read(house, person, owner, asked, form).await?;
    Ok(if read.troubles.is_empty() { Ok(lead(house, person, then, read.typed).await?) } else { Err(read) })
}

/// What did not come of a form: why its files were not kept, and what was typed beside them.
#[derive(Default)]
pub struct Refused {
    pub troubles: Vec<String>,
    pub typed: Entered,
}

/// Back to the page `then`, which has again what was typed there when a file was sent or taken away.
pub async fn lead(house: &House, person: &Person, then: &str, mut typed: Entered) -> Result<Response, Stop> {
    typed.remove("once");
    let answer = Redirect::to(then).into_response();
    if typed.is_empty() { Ok(answer) } else { held::keep(house, person.id, then, typed, answer).await }
}

/// Whether the file is asked for and there is room for it; the transaction keeps others of the owner and of the person waiting
/// meanwhile.
async fn room(
    conn: &mut PgConnection,
    person: &Person,
    owner: &str,
    asked: &[String],
    field: &str,
    size: i64,
    now: DateTime<Utc>,
) -> Result<(), Stop> {
    if !asked.iter().any(|material| material == field) {
        return Err(Stop::Unreadable("这里没有要这份材料，请在页面上选好再传".into()));
    }
    for one in [owner, &person.id.to_string()] {
        sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))").bind(one).execute(&mut *conn).await?;
    }
    let [from, to] = files::under(owner);
    let (count, bytes): (i64, i64) = sqlx::query_as(
        "select count(*) filter (where owner = $1), coalesce(sum(size), 0)::bigint
           from (select owner, size from files where owner >= $2 and owner < $3 or person = $5
                 union all
                 select owner, size
                   from uploads
                  where (owner >= $2 and owner < $3 or person = $5)
                    and created_at > $4) as there",
    )
    .bind(format!("{owner}:{field}"))
    .bind(from)
    .bind(to)
    .bind(now - Duration::hours(BEGUN_HOURS))
    .bind(person.id)
    .fetch_one(conn)
    .await?;
    if count >= MOST_FILES {
        return Err(Stop::TooLarge(format!("一份材料最多 {MOST_FILES} 个文件，请合成一个 PDF，或者先删掉不要的")));
    }
    if bytes + size > MOST_BYTES {
        return Err(Stop::TooLarge("还没有提交的文件一共不能超过 2 GB，删掉的过一天才腾出地方。请先提交，或者压缩后再传".into()));
    }
    Ok(())
}

/// Reads a whole form. Good files stay when one fails.
async fn read(house: &House, person: &Person, owner: &str, asked: &[String], mut form: Multipart) -> Result<Refused, Stop> {
    let now = house.now().at;
    let cut = |_| Stop::Unreadable(CUT.into());
    let Refused { mut troubles, mut typed } = Refused::default();
    let mut room_for_text = MOST_TYPED;
    while let Some(mut field) = form.next_field().await.map_err(cut)? {
        let key = field.name().unwrap_or_default().to_owned();
        let Some(name) = field.file_name().map(ToOwned::to_owned) else {
            let mut text = Vec::new();
            while let Some(bytes) = field.chunk().await.map_err(cut)? {
                room_for_text = room_for_text
                    .checked_sub(bytes.len())
                    .ok_or_else(|| Stop::Unreadable("这一页填的内容太长了，最多 1 MB".into()))?;
                text.extend(bytes);
            }
            typed.entry(clean(&key)).or_default().push(clean(&String::from_utf8_lossy(&text)));
            continue;
        };
        if name.is_empty() {
            continue;
        }
        let mut tx = house.pool().begin().await?;
        match room(&mut tx, person, owner, asked, &key, 0, now).await {
            Ok(()) => tx.commit().await?,
            Err(Stop::Unreadable(why) | Stop::TooLarge(why)) => {
                troubles.push(why);
                continue;
            }
            Err(stop) => return Err(stop),
        }
        let owner = format!("{owner}:{key}");
        let mut file = house.files().passing()?.from(person.id);
        while let Some(bytes) = field.chunk().await.map_err(cut)? {
            file.add(&bytes).await?;
        }
        match file.admit(house.pool(), &owner, &name, now).await {
            Ok(_) => {}
            Err(Stop::Unreadable(why) | Stop::TooLarge(why)) => troubles.push(why),
            Err(stop) => return Err(stop),
        }
    }
    Ok(Refused { troubles, typed })
}

/// An upload's address, opened as a page: back to the page it belongs to.
pub async fn back(uri: Uri) -> Redirect {
    let path = uri.path().rsplit_once("/files").map_or("/", |(page, _)| page);
    Redirect::to(&uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

async fn begin(house: &House, person: &Person, owner: &str, asked: &[String], request: Request) -> Result<Response, Stop> {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let headers = request.headers();
    let (field, name) = named(headers).ok_or_else(|| Stop::Unreadable("没有说明传的是哪份材料、哪个文件".into()))?;
    let name = files::clean_name(&name);
    let size = number(headers, LENGTH).ok_or_else(|| Stop::Unreadable("没有说明文件有多大".into()))?;
    if size == 0 {
        return Err(files::empty(&name));
    }
    if size > files::LARGEST {
        return Err(files::too_large(&name));
    }
    let (id, now) = (Uuid::now_v7(), house.now().at);
    let mut tx = house.pool().begin().await?;
    room(&mut tx, person, owner, asked, &field, size as i64, now).await?;
    sqlx::query("insert into uploads (id, person, owner, name, size, created_at) values ($1, $2, $3, $4, $5, $6)")
        .bind(id)
        .bind(person.id)
        .bind(format!("{owner}:{field}"))
        .bind(name)
        .bind(size as i64)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    let mut answer = append(house, person, owner, id, 0, request).await?;
    if answer.status().is_success() {
        *answer.status_mut() = StatusCode::CREATED;
        let location = HeaderValue::from_str(&format!("{path}/{id}{query}")).map_err(|e| Stop::Fault(e.to_string()))?;
        answer.headers_mut().insert(header::LOCATION, location);
    }
    Ok(answer)
}

/// Goes on with an upload that began for `owner`: asks how far it is, adds to it, or cancels it.
pub async fn resume(house: &House, person: &Person, owner: &str, id: Uuid, request: Request) -> Result<Response, Stop> {
    match *request.method() {
        Method::HEAD => Ok(standing(house, person, owner, id).await?.told(StatusCode::NO_CONTENT)),
        Method::PATCH => {
            let offset = number(request.headers(), OFFSET).ok_or_else(|| Stop::Unreadable("没有说明从哪里接着传".into()))?;
            append(house, person, owner, id, offset, request).await
        }
        Method::DELETE => match standing(house, person, owner, id).await?.upload {
            None => Err(Stop::Rejected("这个文件已经传完了，要删除请在页面上点“删除”".into())),
            Some(upload) => {
                forget(house, upload.id).await?;
                Ok(StatusCode::NO_CONTENT.into_response())
            }
        },
        _ => Err(Stop::NotFound("页面")),
    }
}

/// How far an upload is.
struct Standing {
    /// `None` once all of it is here and the file exists.
    upload: Option<Upload>,
    arrived: u64,
    size: u64,
}

async fn standing(house: &House, person: &Person, owner: &str, id: Uuid) -> Result<Standing, Stop> {
    let owner = format!("{owner}:");
    let upload: Option<Upload> = sqlx::query_as(
        "select id, owner, name, size
           from uploads
          where id = $1
            and person = $2
            and starts_with(owner, $3)",
    )
    .bind(id)
    .bind(person.id)
    .bind(&owner)
    .fetch_optional(house.pool())
    .await?;
    if let Some(upload) = upload {
        return Ok(Standing { arrived: house.files().arrived(id).await?, size: upload.size as u64, upload: Some(upload) });
    }
    // The file has the upload's id: whoever did not hear the last answer learns here that it is done.
    let size: Option<i64> = sqlx::query_scalar("select size from files where id = $1 and starts_with(owner, $2)")
        .bind(id)
        .bind(&owner)
        .fetch_optional(house.pool())
        .await?;
    let size = size.ok_or(Stop::NotFound("上传"))? as u64;
    Ok(Standing { upload: None, arrived: size, size })
}

impl Standing {
    fn told(&self, status: StatusCode) -> Response {
        let complete = if self.upload.is_none() { "?1" } else { "?0" };
        let headers = [
            (OFFSET, self.arrived.to_string()),
            (COMPLETE, complete.into()),
            (LENGTH, self.size.to_string()),
            (LIMIT, format!("max-size={}", files::LARGEST)),
            (header::CACHE_CONTROL, "no-store".into()),
        ];
        (status, headers).into_response()
    }

    /// RFC 9457, with how far the upload is beside it.
    fn problem(&self, status: StatusCode, kind: &str, detail: &str, more: Value) -> Response {
        let mut body = json!({ "type": kind, "title": status.canonical_reason(), "status": status.as_u16(), "detail": detail });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        let mut answer = self.told(status);
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        *answer.body_mut() = Body::from(body.to_string());
        answer
    }

    fn mismatching(&self, offset: u64) -> Response {
        self.problem(
            StatusCode::CONFLICT,
            "https://iana.org/assignments/http-problem-types#mismatching-upload-offset",
            "已经收到的和要接着传的对不上，请从收到的地方接着传",
            json!({ "expected-offset": self.arrived, "provided-offset": offset }),
        )
    }

    fn busy(&self) -> Response {
        let detail = "这个文件正在另一处上传，请过一会儿再接着传";
        self.problem(StatusCode::LOCKED, "/problems/upload-locked", detail, Value::Null)
    }

    fn cut(&self) -> Response {
        self.problem(StatusCode::REQUEST_TIMEOUT, "/problems/upload-cut", CUT, Value::Null)
    }

    fn inconsistent(&self) -> Response {
        self.problem(
            StatusCode::BAD_REQUEST,
            "https://iana.org/assignments/http-problem-types#inconsistent-upload-length",
            "传来的长度和开始时说的不一样，请重新选择文件",
            Value::Null,
        )
    }
}

/// Adds what the request brings, from `offset` on.
async fn append(house: &House, person: &Person, owner: &str, id: Uuid, offset: u64, request: Request) -> Result<Response, Stop> {
    let (head, body) = request.into_parts();
    let ends = head.headers.get(COMPLETE).is_some_and(|v| v == "?1");
    let mut known = standing(house, person, owner, id).await?;
    let mut part = None;
    if known.upload.is_some() {
        part = house.files().open(id)?;
        if part.is_none() {
            return Ok(known.busy());
        }
        // Whoever had it before us may have gone further, or finished.
        known = standing(house, person, owner, id).await?;
    }
    if known.arrived != offset {
        return Ok(known.mismatching(offset));
    }
    let (Some(upload), Some(mut part)) = (known.upload.clone(), part) else { return Ok(known.told(StatusCode::NO_CONTENT)) };
    let left = known.size - offset;
    if number(&head.headers, header::CONTENT_LENGTH).is_some_and(|n| n > left || ends && n != left) {
        return Ok(known.inconsistent());
    }
    let mut body = body.into_data_stream();
    loop {
        let bytes = match body.next().await {
            None => break,
            Some(Ok(bytes)) => bytes,
            // The line dropped; its sender may come back on another.
            Some(Err(_)) => return Ok(known.cut()),
        };
        if known.arrived + bytes.len() as u64 > known.size {
            return Ok(known.inconsistent());
        }
        part.write_all(&bytes).await?;
        known.arrived += bytes.len() as u64;
    }
    part.flush().await?;
    part.sync_data().await?;
    // Said as soon as it can be known, not after the last of 570 MB.
    let tells = known.arrived >= kind::TELLING || known.arrived == known.size;
    if offset < kind::TELLING && tells && !house.files().may_be_taken(id)? {
        forget(house, id).await?;
        return Err(files::of_no_kind(&upload.name));
    }
    if !ends {
        return Ok(known.told(StatusCode::NO_CONTENT));
    }
    if known.arrived != known.size {
        return Ok(known.inconsistent());
    }
    // On its own: a sender who hangs up now finds the file there.
    tokio::spawn(finish(house.clone(), upload, part)).await.map_err(|e| Stop::Fault(e.to_string()))??;
    known.upload = None;
    Ok(known.told(StatusCode::NO_CONTENT))
}

/// All of it is here. The lock on it is let go of last.
async fn finish(house: House, upload: Upload, _lock: tokio::fs::File) -> Result<(), Stop> {
    match house.files().admit(house.pool(), upload.id, None, &upload.owner, &upload.name, house.now().at).await {
        Ok(_) => Ok(()),
        Err(Stop::Unreadable(why)) => {
            forget(&house, upload.id).await?;
            Err(Stop::Unreadable(why))
        }
        Err(stop) => Err(stop),
    }
}

async fn forget(house: &House, id: Uuid) -> Result<(), Stop> {
    sqlx::query("delete from uploads where id = $1").bind(id).execute(house.pool()).await?;
    house.files().discard(id);
    Ok(())
}

fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// The field and the file's name in `Content-Disposition: form-data; name="photo"; filename*=UTF-8''%E7%85%A7.jpg`.
fn named(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::CONTENT_DISPOSITION)?.to_str().ok()?;
    let part = |key| text.split(';').find_map(|part| part.trim().strip_prefix(key));
    let name = percent_decode_str(part("filename*=UTF-8''")?).decode_utf8_lossy().into_owned();
    Some((part("name=")?.trim_matches('"').to_owned(), name))
}
