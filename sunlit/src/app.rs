//! 合成 · joins the wings into one site: the house they stand on, and the layers every request passes.

use crate::commands::demo;
use crate::failure::Failure;
use crate::{open_data, verify};
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use catalogue::Catalogue;
use foundation::feed::Consumer;
use foundation::files::{self, Files, LARGEST, LARGEST_TEXT};
use foundation::jobs::Worker;
use foundation::sequencer::{self, LogKey};
use foundation::sweep::{self, Sweep};
use foundation::{House, Parts, Site, Stop, Stopped, TimeSource, metrics, page};
use futures::StreamExt;
use services::fees::{Cashiers, Provider, Sandbox};
use sqlx::PgPool;
use std::any::Any;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// The site, ready to be served.
pub struct App {
    pub house: House,
    pub catalogue: Catalogue,
    pub router: Router,
}

/// No body is larger: the largest file and the form around it.
const LARGEST_UPLOAD: usize = LARGEST as usize + LARGEST_FORM;
/// Bodies of handlers that say nothing else.
const LARGEST_FORM: usize = 1024 * 1024;
/// So much of a longer one is heard to its end.
const LONGEST_HEARD: usize = 32 * LARGEST_FORM;

/// What is derived from the record, by name.
pub fn consumers(catalogue: &Catalogue) -> Vec<Arc<dyn Consumer>> {
    let mut consumers = openness::consumers();
    consumers.extend(oversight::consumers(catalogue));
    consumers.push(Arc::new(catalogue::centres::Decided));
    consumers.push(Arc::new(catalogue::intermediaries::Engaged));
    consumers
}

fn workers(catalogue: &Catalogue, cashiers: &Cashiers) -> Vec<Arc<dyn Worker>> {
    let mut workers = services::workers(catalogue, cashiers);
    workers.extend(oversight::workers(catalogue));
    workers.extend(openness::workers());
    workers.push(Arc::new(Sweep(
        [&sweep::BROOMS[..], &services::drafts::BROOMS[..], &services::hall::BROOMS[..], &catalogue::BROOMS[..]].concat(),
    )));
    workers.push(Arc::new(files::Erased));
    workers
}

/// The definitions to work by: those of a directory, or those built in.
pub fn definitions(dir: Option<&Path>) -> Result<Catalogue, Failure> {
    let read = match dir {
        Some(dir) => Catalogue::load(dir),
        None => Catalogue::embedded(),
    };
    read.map_err(|fault| Failure::new(fault.to_string()).mend("照上面逐条改好再启动；正在运行的不受影响"))
}

/// Brings the schema up to date and builds the site on it.
pub async fn build(pool: PgPool, time: TimeSource, files: Files, site: Site, catalogue: Catalogue) -> Result<App, Failure> {
    foundation::db::migrate(&pool).await?;
    let log_key = LogKey::read_or_create(&pool, &log_origin(&site)).await?;
    sequencer::begin(&pool, &log_key).await?;
    let authority = authority::Authority::load(&catalogue.policy_files()).map_err(|fault| Failure::new(fault.to_string()))?;
    time.keep_up(&pool).await?;
    catalogue.register(&pool, &time.now()).await?;
    sweep::begin(&pool, time.now().at).await?;
    // A demonstration pays through a provider that moves no money; a site in service has those it contracted.
    let cashiers = match time.movable() {
        Some(_) => Cashiers::new([Arc::new(Sandbox) as Arc<dyn Provider>]),
        None => Cashiers::default(),
    };
    services::fees::begin(&pool, &time.now()).await?;
    let house = House::new(Parts {
        pool,
        time,
        authority,
        files,
        log_key,
        site,
        workers: workers(&catalogue, &cashiers),
        consumers: consumers(&catalogue),
    });
    let router = router(house.clone(), catalogue.clone(), cashiers)?;
    Ok(App { house, catalogue, router })
}

/// The log is named after the site's address. The name is given once: the key is made with it.
fn log_origin(site: &Site) -> String {
    let host = site.origin.split_once("://").map_or(site.origin.as_str(), |(_, rest)| rest);
    format!("{}/log", host.trim_end_matches('/').replace(['+', ' '], "-"))
}

fn router(house: House, catalogue: Catalogue, cashiers: Cashiers) -> Result<Router, Failure> {
    let mut doors: Router<House> = Router::new()
        .merge(foundation::log::routes())
        .merge(foundation::witnesses::routes())
        .merge(foundation::sign_in::routes())
        .merge(catalogue::routes())
        .merge(services::routes())
        .merge(openness::routes())
        .merge(oversight::routes())
        .merge(open_data::routes())
        .merge(verify::routes())
        .route("/assets/{name}", get(page::asset))
        .route("/preferences", post(page::set_preferences))
        .route("/health", get(metrics::health))
        .route("/metrics", get(metrics::serve))
        .fallback(async || Stop::NotFound("页面"));
    if house.is_demonstration() {
        doors = doors.merge(demo::routes()).merge(services::fees::sandbox_routes());
    }
    dress(doors.layer(Extension(catalogue)).layer(Extension(cashiers)), house)
}

/// The layers, from the innermost out.
fn dress(doors: Router<House>, house: House) -> Result<Router, Failure> {
    let origin = house.site().origin.trim_end_matches('/').to_owned();
    let csrf = CsrfLayer::new()
        .add_trusted_origin(&origin)
        .map_err(|error| {
            Failure::new(format!("站点地址 {origin} 读不懂：{error}")).mend("写成 https://zw.example.gov.cn，不带路径")
        })?
        .with_rejection_response(|_| from_elsewhere());
    let mut router = doors
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(csrf)
        .layer(RequestBodyLimitLayer::new(LARGEST_UPLOAD))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(in_plain_words))
        .layer(from_fn_with_state(house.clone(), page::front))
        .layer(from_fn(private_pages))
        .layer(from_fn(not_silent))
        .layer(CompressionLayer::new());
    for (name, value) in HEADERS {
        router =
            router.layer(SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value)));
    }
    if origin.starts_with("https://") {
        router = router.layer(SetResponseHeaderLayer::if_not_present(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        ));
    }
    Ok(router.with_state(house))
}

/// Styles inline are the widths of bars and dials; scripts only from our own files.
const HEADERS: [(&str, &str); 3] = [
    (
        "content-security-policy",
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
];

/// A form that another site sent in the person's name.
fn from_elsewhere() -> Response {
    Stop::NotAllowed {
        reason: "这一步是从别的网站发来的，没有办。要办的，请在本站页面上再点一次。".into()
    }
    .into_response()
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let said = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    Stop::Fault(format!("panic: {}", said.unwrap_or("no words"))).into_response()
}

fn too_long() -> Stop {
    Stop::Unreadable(format!("发来的内容太大了。填写的内容最多 1 MB，文件每个最多 {LARGEST_TEXT}，请压缩或分几次上传。"))
}

/// A filled-in form longer than any of ours. Said before it is read: what is not read cannot be understood.
fn form_too_long(request: &Request) -> bool {
    let header = |name: HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
    let form = header(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    form && header(header::CONTENT_LENGTH).and_then(|n| n.parse::<usize>().ok()).is_some_and(|n| n > LARGEST_FORM)
}

/// A line so long silent within a body has dropped: the body ends with an error. However long it takes in all, it may go on.
const SILENT: Duration = Duration::from_secs(30);

async fn not_silent(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = futures::stream::unfold(body.into_data_stream(), |mut body| async move {
        match tokio::time::timeout(SILENT, body.next()).await {
            Ok(part) => part.map(|part| (part, body)),
            Err(silent) => Some((Err(axum::Error::new(silent)), body)),
        }
    });
    next.run(Request::from_parts(head, Body::from_stream(body))).await
}

/// What the framework refuses before a handler sees it, said in our words: an address that cannot be, a body too long.
async fn in_plain_words(request: Request, next: Next) -> Response {
    if form_too_long(&request) {
        // Who is cut off in mid-sentence hears no answer: it is heard to its end first, as far as that is reasonable.
        let mut body = request.into_body().into_data_stream();
        let mut heard = 0;
        while let Some(Ok(part)) = body.next().await
            && heard <= LONGEST_HEARD
        {
            heard += part.len();
        }
        return too_long().into_response();
    }
    let response = next.run(request).await;
    let plain = response.headers().get(header::CONTENT_TYPE).is_none_or(|v| v.as_bytes().starts_with(b"text/plain"));
    if response.extensions().get::<Stopped>().is_some() || !plain {
        return response;
    }
    let stop = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_long(),
        StatusCode::METHOD_NOT_ALLOWED => {
            let mut told = Stop::OtherMethod.into_response();
            if let Some(allowed) = response.headers().get(header::ALLOW) {
                told.headers_mut().insert(header::ALLOW, allowed.clone());
            }
            return told;
        }
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Stop::Unreadable("地址或发来的内容读不懂。请从页面上的链接或按钮进入，不要改地址。".into())
        }
        _ => return response,
    };
    stop.into_response()
}

/// Pages are not kept by shared machines, and are asked for again after signing out; files and styles say for themselves.
async fn private_pages(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let page = response.headers().get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    if page && !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    response
}

/// Reads every definition as at a start, and says how many there are.
pub fn check_definitions(catalogue: &Catalogue) -> Result<String, Failure> {
    let policies = catalogue.policy_files();
    authority::Authority::load(&policies).map_err(|fault| Failure::new(fault.to_string()))?;
    let templates = catalogue.templates();
    let faults = templates.letters.check();
    match faults.first() {
        Some(fault) => Err(Failure::new(format!("文书模板有 {} 处错误，第一处：{fault}", faults.len()))),
        None => Ok(format!(
            "{} 个事项、{} 个政策文件、{} 种文书都读得通",
            catalogue.items().len(),
            policies.len(),
            templates.letters.names().len()
        )),
    }
}
