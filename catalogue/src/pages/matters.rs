//! 办事 · the list of matters, and search by a person's own words with the reason each was found (F158). What is found narrows by agency,
//! region, theme and whom it serves, page by page; a search that finds nothing is counted, and says what else one can do.

use super::Card;
use super::samples::{self, SampleGuide};
use crate::items::export;
use crate::powers::list::{self, Named};
use crate::search::{self, Counts, misses};
use crate::{Asked, Barred, Catalogue, Found, Foundations, Item, Reason};
use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use foundation::page::{self, Shell, encode, filters};
use foundation::{House, Stop, wants_json};
use serde::Deserialize;
use serde_json::{Value, json};

/// Results on a page; whoever has more should say more, or narrow.
const PAGE: usize = 50;
/// Choices of one kind that are shown.
const MOST_CHOICES: usize = 30;
/// Guides of elsewhere that are shown with what was found.
const SAMPLES: usize = 3;
/// Powers that are shown where no matter was found.
const POWERS: i64 = 5;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    theme: String,
    /// `person` or `company`.
    #[serde(default)]
    serves: String,
    /// `1` for the words as typed.
    #[serde(default)]
    exact: String,
    #[serde(default)]
    after: String,
    #[serde(default, rename = "as")]
    form: String,
}

impl Wanted {
    /// The same question with one thing of it changed, from its first page.
    fn with(&self, key: &str, value: &str) -> String {
        let own = [
            ("q", self.q.trim()),
            ("agency", &self.agency),
            ("region", &self.region),
            ("theme", &self.theme),
            ("serves", &self.serves),
            ("exact", &self.exact),
            ("after", ""),
        ];
        let said: Vec<String> = own
            .into_iter()
            .map(|(own, said)| (own, if own == key { value } else { said }))
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}={}", encode(value)))
            .collect();
        match said.is_empty() {
            true => "/matters".into(),
            false => format!("/matters?{}", said.join("&")),
        }
    }
}

struct Shown {
    card: Card,
    summary: String,
    why: Vec<Reason>,
    /// Why nobody can apply for it today.
    barred: Option<&'static str>,
}

/// One way to narrow what was found.
struct Choice {
    key: String,
    name: String,
    count: usize,
    address: String,
}

struct Choices {
    key: &'static str,
    title: &'static str,
    /// What is chosen, and the address without it.
    chosen: Option<(String, String)>,
    all: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "pages/matters.html")]
struct MattersPage<'a> {
    shell: &'a Shell,
    q: &'a str,
    total: usize,
    found: Vec<Shown>,
    choices: Vec<Choices>,
    /// What was read in the place of the words as typed, and the address of those.
    instead: Option<(String, String)>,
    next: Option<String>,
    /// Nothing was found for the words themselves; not only for what they were narrowed by.
    missed: bool,
    /// The question says no matter, and is asked back.
    vague: bool,
    /// Little of what was asked was found, so it may not be done here.
    weak: bool,
    /// What the catalogue's administrator says of these words.
    told: Option<String>,
    /// Where the matters begin that may be needed as well.
    also: usize,
    /// What it was narrowed by that is nothing here, each as a sentence.
    unknown: Vec<String>,
    /// The powers that the same words lead to, and the list of them.
    powers: Vec<Named>,
    all_powers: String,
    narrowed: bool,
    all: String,
    /// Guides of elsewhere that the same words name, in a demonstration.
    samples: Vec<&'static SampleGuide>,
    /// Where what is listed is had as tables.
    tables: String,
}

impl MattersPage<'_> {
    /// Whether the words mean work that notices divide, which is no matter to apply for.
    fn asks_for_work(&self) -> bool {
        ["任务", "分解", "交办", "督查", "督办"].iter().any(|word| self.q.contains(word))
    }
}

fn choices(catalogue: &Catalogue, wanted: &Wanted, counts: Counts) -> Vec<Choices> {
    let of = |key: &'static str,
              title: &'static str,
              chosen: &str,
              counted: Vec<(String, usize)>,
              name: &dyn Fn(&str) -> String| {
        let choice =
            |(value, count): (String, usize)| Choice { name: name(&value), address: wanted.with(key, &value), key: value, count };
        let chosen = (!chosen.is_empty()).then(|| (name(chosen), wanted.with(key, "")));
        Choices { key, title, chosen, all: counted.into_iter().map(choice).collect() }
    };
    let plain = |name: &str| name.to_owned();
    let serves = |key: &str| match key {
        "person" => "个人".to_owned(),
        "company" => "企业和组织".to_owned(),
        other => other.to_owned(),
    };
    let served = [("person".to_owned(), counts.people), ("company".to_owned(), counts.organisations)];
    vec![
        of("serves", "给谁办", &wanted.serves, served.into_iter().filter(|(_, n)| *n > 0).collect(), &serves),
        of("theme", "按主题", &wanted.theme, counts.themes, &plain),
        of("agency", "按单位", &wanted.agency, counts.agencies, &|key| catalogue.agency_name(key).to_owned()),
        of("region", "按地区", &wanted.region, counts.regions, &|code| {
            let name = catalogue.region_name(code);
            if name.is_empty() { code.to_owned() } else { name }
        }),
    ]
}

/// What was chosen that is nothing here: the kind, and a sentence.
fn unknown(catalogue: &Catalogue, wanted: &Wanted) -> Vec<(&'static str, String)> {
    let named = |theme: &str| catalogue.items().iter().any(|item| item.themes.iter().any(|own| own == theme));
    let Wanted { region, agency, theme, serves, .. } = wanted;
    let mut unknown = Vec::new();
    if !region.is_empty() && catalogue.region_name(region).is_empty() {
        unknown.push(("region", format!("没有编码是“{region}”的地区")));
    }
    if !agency.is_empty() && catalogue.agency(agency).is_none() {
        unknown.push(("agency", format!("没有叫“{agency}”的单位")));
    }
    if !theme.is_empty() && !named(theme) {
        unknown.push(("theme", format!("没有叫“{theme}”的主题")));
    }
    if !["", "person", "company"].contains(&serves.as_str()) {
        unknown.push(("serves", format!("“{serves}”不是一类申请人，只有 person（个人）和 company（企业和组织）")));
    }
    unknown
}

fn asked(wanted: &Wanted) -> Asked {
    Asked {
        exact: wanted.exact == "1",
        agency: wanted.agency.clone(),
        region: wanted.region.clone(),
        theme: wanted.theme.clone(),
        serves: wanted.serves.clone(),
        ..Asked::of(wanted.q.trim(), PAGE)
    }
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    let q = wanted.q.trim();
    let asked = asked(&wanted);
    let narrowed = asked.is_narrowed();
    let found = catalogue.find(asked, &wanted.after);
    let nothing = found.total == 0 && !narrowed && !q.is_empty();
    // A question that was answered is no miss, whatever the words lead to besides.
    let unanswered = found.told.is_none() && !found.vague && !narrowed;
    if unanswered
        && (nothing || found.weak)
        && let Err(stop) = misses::count(&catalogue, house.pool(), q, house.now().date()).await
    {
        // Whoever searches is answered, whether it could be counted or not.
        tracing::warn!(%stop, "a search that found nothing was not counted");
    }
    let mut powers = Vec::new();
    if !found.vague && (nothing || found.weak) {
        powers = list::named(house.pool(), catalogue.synonyms(), q, house.now().date(), POWERS).await.unwrap_or_else(|stop| {
            tracing::warn!(%stop, "the list of powers could not be asked");
            Vec::new()
        });
    }
    let foundations = foundations(&house, found.hits.iter().map(|hit| hit.item.as_ref())).await;
    let today = house.now().date();
    if wanted.form == "json" || wants_json(&headers) {
        return Ok(Json(told(&catalogue, &wanted, found, &powers, &foundations, today)).into_response());
    }
    let Found { total, hits, next, instead, vague, weak, also, told, counts } = found;
    // Whoever found nothing is shown what there is.
    let missed = nothing && told.is_none();
    let counts = if missed { catalogue.find(Asked::default(), "").counts } else { counts };
    let instead = instead.map(|read| (format!("没有找到“{q}”，下面是“{read}”的结果"), wanted.with("exact", "1")));
    let everything = Wanted::default();
    let mut choices = choices(&catalogue, if missed { &everything } else { &wanted }, counts);
    choices.retain(|choices| choices.chosen.is_some() || choices.all.len() > 1);
    choices.iter_mut().for_each(|choices| choices.all.truncate(MOST_CHOICES));
    let shown = |hit: search::Hit| Shown {
        card: Card::of(&hit.item, catalogue.agency_name(&hit.item.agency), &shell.lang),
        summary: hit.item.summary.clone(),
        why: hit.why,
        barred: hit.item.barred(today, &foundations).map(Barred::zh),
    };
    let page = MattersPage {
        q,
        total,
        found: hits.into_iter().map(shown).collect(),
        choices,
        instead,
        next: next.map(|next| wanted.with("after", &next)),
        missed,
        vague,
        weak,
        told,
        also: if wanted.after.is_empty() && !q.is_empty() { also } else { usize::MAX },
        unknown: unknown(&catalogue, &wanted).into_iter().map(|(_, said)| said).collect(),
        powers,
        all_powers: format!("/powers?q={}", encode(q)),
        narrowed,
        samples: if house.is_demonstration() { samples::named(q).into_iter().take(SAMPLES).collect() } else { Vec::new() },
        tables: export::address(&export::Wanted {
            agency: wanted.agency.clone(),
            region: wanted.region.clone(),
            theme: wanted.theme.clone(),
            serves: wanted.serves.clone(),
            ..export::Wanted::default()
        }),
        all: Wanted { q: wanted.q.clone(), ..Wanted::default() }.with("", ""),
        shell: &shell,
    };
    page::render(&shell, &page)
}

/// What these matters rest on. Whoever searches is answered, whether it could be asked or not.
async fn foundations<'i>(house: &House, items: impl Iterator<Item = &'i Item>) -> Foundations {
    let asked = async { Foundations::of(&mut *house.pool().acquire().await?, items).await };
    asked.await.unwrap_or_else(|stop: Stop| {
        tracing::warn!(%stop, "what matters rest on could not be asked");
        Foundations::default()
    })
}

/// The same for a program.
fn told(
    catalogue: &Catalogue,
    wanted: &Wanted,
    found: Found,
    powers: &[Named],
    foundations: &Foundations,
    today: NaiveDate,
) -> Value {
    let items: Vec<Value> = found
        .hits
        .iter()
        .map(|search::Hit { item, why, .. }| {
            json!({
                "slug": item.slug,
                "code": item.code,
                "name": item.name,
                "name_en": item.name_en,
                "kind": item.kind,
                "agency": catalogue.agency_name(&item.agency),
                "region": catalogue.region_name(&item.region),
                "address": format!("/matters/{}", item.slug),
                "barred": item.barred(today, foundations).map(Barred::zh),
                "why": why,
            })
        })
        .collect();
    let narrowing: serde_json::Map<String, Value> = choices(catalogue, wanted, found.counts)
        .into_iter()
        .map(|choices| {
            let all = choices.all.into_iter();
            let all = all.map(|one| json!({ "key": one.key, "name": one.name, "count": one.count, "address": one.address }));
            (choices.key.to_owned(), all.collect())
        })
        .collect();
    json!({
        "q": wanted.q.trim(),
        "read_as": found.instead,
        // A question that says no matter is asked back; one of which little was found may be done elsewhere.
        "asked_back": found.vague,
        "may_be_elsewhere": found.weak || found.total == 0 && !found.vague && !asked(wanted).is_narrowed(),
        "told": found.told,
        "unknown": unknown(catalogue, wanted).into_iter().map(|(key, said)| json!({ "field": key, "detail": said })).collect::<Vec<_>>(),
        "powers": powers.iter().map(|power| json!({ "code": power.code, "name": power.name, "agency": power.agency, "sample": power.sample, "address": format!("/powers/{}", power.code) })).collect::<Vec<_>>(),
        "count": found.total,
        "items": items,
        "next": found.next.map(|next| wanted.with("after", &next)),
        "narrow": narrowing,
    })
}
