//! 订阅 · the board as an Atom feed (RFC 4287): the latest step of each case, for programs that follow along.

use super::board::{Wanted, find};
use super::fold::Shown;
use acts::Stage;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use catalogue::Catalogue;
use chrono::{DateTime, SecondsFormat, Utc};
use foundation::page::{Lang, escape, translate};
use foundation::{House, Stop};
use serde::Deserialize;
use std::fmt::Write;

const ENTRIES: i64 = 50;

/// A feed in English is another feed, `?in=en`: what follows it carries no cookie.
#[derive(Deserialize)]
pub struct Tongue {
    #[serde(rename = "in")]
    lang: Option<String>,
}

pub async fn get(
    State(house): State<House>,
    catalogue: Catalogue,
    Query(wanted): Query<Wanted>,
    Query(tongue): Query<Tongue>,
) -> Result<Response, Stop> {
    let lang = if tongue.lang.as_deref() == Some("en") { Lang::En } else { Lang::Zh };
    let mut conn = house.pool().acquire().await?;
    let rows = find(&mut conn, &wanted, house.now().date(), ENTRIES).await?;
    drop(conn);
    let body = feed(&house.site().name, &house.site().origin, &rows, &catalogue, house.now().at, lang);
    let headers = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=60")];
    Ok((headers, body).into_response())
}

fn feed(site: &str, origin: &str, rows: &[Shown], catalogue: &Catalogue, now: DateTime<Utc>, lang: Lang) -> String {
    let t = |text: &str| escape(&translate(text, lang));
    let origin = escape(origin.trim_end_matches('/'));
    let site = escape(site);
    let updated = rows.first().map_or(now, |row| row.changed_at);
    let mut out = format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{tongue}">
<id>{origin}/sunlight</id>
<title>{site} · {board}</title>
<updated>{}</updated>
<author><name>{site}</name></author>
<link rel="self" href="{origin}/sunlight.atom{query}"/>
<link rel="alternate" type="text/html" href="{origin}/sunlight"/>
"#,
        stamp(updated),
        board = t("阳光看板"),
        tongue = if lang == Lang::En { "en" } else { "zh-CN" },
        query = if lang == Lang::En { "?in=en" } else { "" },
    );
    for row in rows {
        let item = escape(&catalogue.item_name(&row.item, &lang));
        let agency = escape(catalogue.agency_name(&row.agency));
        let (n, said) = (row.last_entry, row.stage().map_or("", Stage::zh));
        let stage = t(said);
        let no = escape(&row.case_no);
        let summary = t(&match row.due {
            Some(due) => format!("办件编号 {}，{}，承诺 {} 前办结。公开日志第 {} 条。", row.case_no, said, due, n),
            None => format!("办件编号 {}，{}。公开日志第 {} 条。", row.case_no, said, n),
        });
        let _ = write!(
            out,
            r#"<entry>
<id>{origin}/cases/{no}#{n}</id>
<title>{item} · {stage}</title>
<updated>{at}</updated>
<link rel="alternate" type="text/html" href="{origin}/cases/{no}"/>
<link rel="related" type="text/html" title="{verify}" href="{origin}/verify/{n}"/>
<category term="{term}" label="{stage}"/>
<summary>{agency}：{summary}</summary>
</entry>
"#,
            at = stamp(row.changed_at),
            term = escape(&row.stage),
            verify = t("核验"),
        );
    }
    out.push_str("</feed>\n");
    out
}

fn stamp(at: DateTime<Utc>) -> String {
    at.with_timezone(&calendar::SHANGHAI).to_rfc3339_opts(SecondsFormat::Secs, false)
}
