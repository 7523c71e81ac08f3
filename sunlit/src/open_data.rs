//! 开放数据目录 · every table that is public, with where to have it and when it last changed (A7.1, B6.2, F091): a page for people, and
//! DCAT 3 (W3C) in JSON-LD for other portals. The day of change is that of the latest act of the record that a table is made from.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use foundation::page::{self, Shell, filters};
use foundation::{House, Stop};
use serde_json::{Value, json};
use sqlx::PgPool;

/// One table, or another thing to be had whole.
struct Dataset {
    key: &'static str,
    title: &'static str,
    /// What it holds, for whoever has not seen it.
    about: &'static str,
    /// Its page.
    page: &'static str,
    /// What can be had: an address and a media type.
    files: &'static [(&'static str, &'static str)],
    /// The kinds of acts that change it for everybody; none where every act does.
    changed_by: &'static [&'static str],
}

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const JSON: &str = "application/json";
const ATOM: &str = "application/atom+xml";

const DATASETS: [Dataset; 14] = [
    Dataset {
        key: "powers",
        title: "权责清单",
        about: "每一项职权的名称、类型、依据、实施机关、层级和条件，按今天有效的版本；可以问任何一天的",
        page: "/powers",
        files: &[("/powers?as=csv", CSV), ("/powers?as=xlsx", XLSX), ("/powers?as=json", JSON), ("/powers/changes.atom", ATOM)],
        changed_by: &["power_change.published"],
    },
    Dataset {
        key: "directory",
        title: "基本目录和各地认领",
        about: "目录里的每一条和行使它的层级，各地认领了多少、哪些还没有答复；可以问任何一天的",
        page: "/directory",
        files: &[
            ("/directory?as=csv", CSV),
            ("/directory?as=xlsx", XLSX),
            ("/directory?as=json", JSON),
            ("/directory/regions?as=csv", CSV),
            ("/directory/regions?as=json", JSON),
        ],
        changed_by: &["power_change.published"],
    },
    Dataset {
        key: "matters",
        title: "办事事项",
        about: "能在这里办的事项：谁办、要多少天、收不收费，以及每一项的指南",
        page: "/matters",
        files: &[
            ("/items/export?as=csv&table=items", CSV),
            ("/items/export?as=csv&table=materials", CSV),
            ("/items/export?as=xlsx", XLSX),
            ("/items/export?as=json", JSON),
        ],
        changed_by: &["definition.loaded"],
    },
    Dataset {
        key: "discretion",
        title: "裁量基准",
        about: "公布了的行政裁量基准和它们的版本",
        page: "/discretion",
        files: &[("/discretion?as=csv", CSV), ("/discretion?as=xlsx", XLSX), ("/discretion?as=json", JSON)],
        changed_by: &["discretion_standard.published", "discretion_standard.ended"],
    },
    Dataset {
        key: "centres",
        title: "政务服务中心",
        about: "各级政务服务中心的名称、地址、窗口和人员编制",
        page: "/centres",
        files: &[("/centres?as=csv", CSV), ("/centres?as=xlsx", XLSX), ("/centres?as=json", JSON)],
        changed_by: &["centre.established", "centre.changed", "centre.closed"],
    },
    Dataset {
        key: "outside",
        title: "不在中心办理的事项",
        about: "经审核和批准不进中心的事项，和每一项的理由",
        page: "/centres/outside",
        files: &[("/centres/outside?as=csv", CSV), ("/centres/outside?as=xlsx", XLSX), ("/centres/outside?as=json", JSON)],
        changed_by: &["outside_matter.found", "outside_matter.reviewed", "outside_matter.approved", "outside_matter.returned"],
    },
    Dataset {
        key: "bulletins",
        title: "招商、就业、科技信息",
        about: "各中心发布的、还有效的招商、就业和科技成果信息",
        page: "/bulletins",
        files: &[("/bulletins?as=csv", CSV), ("/bulletins?as=xlsx", XLSX), ("/bulletins?as=json", JSON)],
        changed_by: &["bulletin.published", "bulletin.withdrawn"],
    },
    Dataset {
        key: "intermediaries",
        title: "中介服务机构",
        about: "名册上的机构、服务、收费和承诺的时限，委托了多少、按时多少、评价怎样；先后不分好坏",
        page: "/intermediaries",
        files: &[("/intermediaries?as=csv", CSV), ("/intermediaries?as=xlsx", XLSX), ("/intermediaries?as=json", JSON)],
        changed_by: &["intermediary.entered", "intermediary.changed", "intermediary.ended"],
    },
    Dataset {
        key: "arrangements",
        title: "放假和调休安排",
        about: "计算期限用的日历：放假、调休上班的日子和出处",
        page: "/calendar",
        files: &[("/calendar?as=csv", CSV), ("/calendar?as=xlsx", XLSX), ("/calendar?as=json", JSON)],
        changed_by: &["arrangement.loaded"],
    },
    Dataset {
        key: "sunlight",
        title: "阳光看板",
        about: "正在办和刚办结的每一件，不写姓名：在哪一步、期限到哪天、有没有超期",
        page: "/sunlight",
        files: &[("/sunlight?as=csv", CSV), ("/sunlight?as=xlsx", XLSX), ("/sunlight?as=json", JSON), ("/sunlight.atom", ATOM)],
        changed_by: &[],
    },
    Dataset {
        key: "figures",
        title: "看板数字",
        about: "每一天的件数，各单位、事项、区划按承诺办结的，各事项实际、承诺和法定的用时；都能只凭公开日志重算",
        page: "/sunlight/figures",
        files: &[
            ("/sunlight/year?as=csv", CSV),
            ("/sunlight/year?as=json", JSON),
            ("/sunlight/tiles?as=csv", CSV),
            ("/sunlight/tiles?as=json", JSON),
            ("/sunlight/times?as=csv", CSV),
            ("/sunlight/times?as=json", JSON),
        ],
        changed_by: &[],
    },
    Dataset {
        key: "log",
        title: "公开日志",
        about: "每一个行政行为的登记，谁都可以下载、重算和核验",
        page: "/log",
        files: &[("/log/checkpoint", "text/plain")],
        changed_by: &[],
    },
    Dataset {
        key: "complaints",
        title: "投诉和举报",
        about: "答复过的诉求，公开的问和答，不写是谁；按单位和种类的数字：收到、答复、按时、重办、评价、满意。举报只有数字",
        page: "/complaints/answers",
        files: &[
            ("/complaints/answers?as=csv", CSV),
            ("/complaints/answers?as=xlsx", XLSX),
            ("/complaints/answers?as=json", JSON),
            ("/complaints/figures?as=csv", CSV),
            ("/complaints/figures?as=xlsx", XLSX),
            ("/complaints/figures?as=json", JSON),
        ],
        changed_by: &["complaint.filed", "complaint.answered", "complaint.directed", "complaint.reopened", "complaint.rated"],
    },
    Dataset {
        key: "ratings",
        title: "好差评",
        about: "每天收到多少评价、按等级计入多少、不计入多少；每一个评价和差评怎么改的，一星和五星在同一张表里",
        page: "/ratings",
        files: &[
            ("/ratings?as=csv", CSV),
            ("/ratings?as=xlsx", XLSX),
            ("/ratings?as=json", JSON),
            ("/ratings?of=each&as=csv", CSV),
            ("/ratings?of=each&as=xlsx", XLSX),
            ("/ratings?of=each&as=json", JSON),
        ],
        // Cases are rated all the time.
        changed_by: &[],
    },
];

pub fn routes() -> Router<House> {
    Router::new().route("/data", get(show)).route("/data/catalog.jsonld", get(catalog))
}

/// What a file is called on the page.
fn short(media: &str) -> &'static str {
    match media {
        CSV => "CSV",
        XLSX => "Excel",
        JSON => "JSON",
        ATOM => "Atom",
        _ => "检查点",
    }
}

/// When each table last changed, in their order.
async fn changed(pool: &PgPool) -> Result<Vec<Option<DateTime<Utc>>>, Stop> {
    let mut conn = pool.acquire().await?;
    let latest: Option<DateTime<Utc>> =
        sqlx::query_scalar("select at from acts order by position desc limit 1").fetch_optional(&mut *conn).await?;
    let all: Vec<&str> = DATASETS.iter().flat_map(|dataset| dataset.changed_by).copied().collect();
    let by_kind: Vec<(String, Option<DateTime<Utc>>)> = sqlx::query_as(
        "select asked.kind, (select max(at) from acts where kind = asked.kind and subject_kind <> 'case')
           from unnest($1::text[]) as asked (kind)",
    )
    .bind(all)
    .fetch_all(&mut *conn)
    .await?;
    let of = |kinds: &[&str]| by_kind.iter().filter(|(kind, _)| kinds.contains(&kind.as_str())).filter_map(|(_, at)| *at).max();
    Ok(DATASETS.iter().map(|dataset| if dataset.changed_by.is_empty() { latest } else { of(dataset.changed_by) }).collect())
}

#[derive(Template)]
#[template(path = "open_data.html")]
struct DataPage {
    shell: Shell,
    datasets: Vec<(&'static Dataset, Option<DateTime<Utc>>)>,
}

async fn show(State(house): State<House>, shell: Shell) -> Result<Response, Stop> {
    let datasets = DATASETS.iter().zip(changed(house.pool()).await?).collect();
    page::render(&shell.clone(), &DataPage { shell, datasets })
}

/// GET /data/catalog.jsonld: the catalogue as DCAT 3.
async fn catalog(State(house): State<House>) -> Result<Response, Stop> {
    let site = house.site();
    let origin = site.origin.trim_end_matches('/');
    let publisher = json!({ "@type": "foaf:Agent", "foaf:name": { "@value": site.host_body.as_ref().unwrap_or(&site.name), "@language": "zh" } });
    let zh = |text: &str| json!({ "@value": text, "@language": "zh" });
    let one = |(dataset, at): (&Dataset, Option<DateTime<Utc>>)| {
        let files = dataset.files.iter().map(|(address, media)| {
            json!({
                "@type": "dcat:Distribution",
                "@id": format!("{origin}{address}"),
                "dct:title": short(media),
                "dcat:downloadURL": { "@id": format!("{origin}{address}") },
                "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{media}") },
            })
        });
        json!({
            "@type": "dcat:Dataset",
            "@id": format!("{origin}/data#{}", dataset.key),
            "dct:identifier": dataset.key,
            "dct:title": zh(dataset.title),
            "dct:description": zh(dataset.about),
            "dct:language": "zh",
            "dct:accessRights": { "@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC" },
            "dct:publisher": publisher,
            "dct:modified": at.map(|at| json!({ "@value": at.to_rfc3339(), "@type": "xsd:dateTime" })),
            "dcat:landingPage": { "@id": format!("{origin}{}", dataset.page) },
            "dcat:distribution": files.collect::<Vec<Value>>(),
        })
    };
    let datasets: Vec<Value> = DATASETS.iter().zip(changed(house.pool()).await?).map(one).collect();
    let catalog = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@type": "dcat:Catalog",
        "@id": format!("{origin}/data"),
        "dct:title": zh(&site.name),
        "dct:publisher": publisher,
        "foaf:homepage": { "@id": origin },
        "dcat:dataset": datasets,
    });
    Ok(([(header::CONTENT_TYPE, "application/ld+json")], serde_json::to_vec_pretty(&catalog)?).into_response())
}
