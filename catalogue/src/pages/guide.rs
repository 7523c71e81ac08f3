//! 办事指南 · everything published of a matter (B4.3), made from the definitions that run (F083), with the digest of the
//! chart beside the chart (F020). The page answers first: can I, what do I bring, when is it done, and why that day.

use super::originals::digests;
use crate::figures::item_figures;
use crate::item::{Situation, Source};
use crate::items::draft::field_of;
use crate::items::{drafts, sheet};
use crate::powers::law;
use crate::situations;
use crate::{Barred, Catalogue, Foundations, IntermediaryService, Item, ItemFigures, LegalBasis, Material, MaterialSource};
use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use calendar::{Clock, NaiveDate};
use forms::Answers;
use foundation::page::{self, Lang, Shell, filters};
use foundation::{House, Moment, Stop, wants_json};
use process::{NodeKind, OutlineItem};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(rename = "as")]
    form: Option<String>,
}

fn situation_rows(item: &Item) -> Vec<SituationRow> {
    let row = |situation: &Situation| SituationRow {
        name: situation.name.clone(),
        when: situation.conditions().map(|when| item.when_text(when)).collect(),
        promised: situation.promised_limit.unwrap_or(item.promised_limit).to_string(),
        fee: situation.fee.clone(),
        basis: situation.basis.clone(),
    };
    item.situations.iter().map(row).collect()
}

fn engine_lang(shell: &Shell) -> process::Lang {
    match shell.lang {
        Lang::Zh => process::Lang::Zh,
        Lang::En => process::Lang::En,
    }
}

/// A row of the materials table.
struct MaterialRow {
    name: String,
    source: &'static str,
    class: &'static str,
    /// “原件 1 份，复印件 1 份”
    count: String,
    note: String,
    issuer: String,
    /// The answer that calls for it.
    when: Option<String>,
    optional: bool,
    basis: String,
    /// 前置审批; the matter of this house that gives it.
    prior: Option<Option<std::sync::Arc<Item>>>,
}

/// A situation with its conditions in words.
struct SituationRow {
    name: String,
    when: Vec<String>,
    promised: String,
    fee: String,
    basis: String,
}

/// A step of the usual way.
struct Step {
    name: String,
    by: String,
    limit: Option<String>,
}

/// A row of the outline, the chart in words.
struct Row {
    name: String,
    about: String,
    next: Vec<(String, String)>,
    basis: Option<String>,
    limit: Option<String>,
    risk: Option<String>,
}

struct Basis<'a> {
    basis: &'a LegalBasis,
    /// Of the page that says what else rests on the text.
    law: String,
    since: String,
    holds: bool,
}

/// “如果今天受理，什么时候办完”
struct IfToday {
    accepted: String,
    /// Today is no working day; the first that is.
    moved: bool,
    promised: String,
    statutory: String,
    strip: String,
    provisional: bool,
}

#[derive(Template)]
#[template(path = "pages/guide.html")]
pub struct GuidePage<'a> {
    shell: &'a Shell,
    item: &'a Item,
    title: String,
    agency: &'a str,
    region: String,
    centre: String,
    centre_address: String,
    /// The key of the centre.
    at: String,
    /// The day until which the centre was open in which its counter stood, where no other stands for that yet.
    closed: Option<chrono::NaiveDate>,
    /// The department hall, of a matter that stays outside the centre.
    hall: Option<acts::Hall>,
    counter: String,
    supervisor: &'a str,
    /// Why nobody may apply.
    barred: Option<Barred>,
    gone: Vec<String>,
    dial: String,
    decider: String,
    visits: String,
    validity: Option<String>,
    bring: usize,
    bring_maybe: usize,
    materials: Vec<MaterialRow>,
    steps: Vec<Step>,
    today: IfToday,
    svg: String,
    outline: Vec<Row>,
    figures: Option<ItemFigures>,
    bases: Vec<Basis<'a>>,
    questions: usize,
    /// Questions by which one sees what is asked of oneself.
    asked: usize,
    situations: Vec<SituationRow>,
    served: String,
    forms: String,
    demonstration: bool,
    /// The first and the last day of a version that is not in force today.
    days: Option<(NaiveDate, Option<NaiveDate>)>,
    /// The version was taken back before its first day.
    recalled: bool,
    may_draft: bool,
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    let item = &catalogue.item(&slug).ok_or(Stop::NotFound("事项"))?;
    if wanted.form.as_deref() == Some("json") || wants_json(&headers) {
        let figures = figures(&house, item, &shell.now).await;
        let foundations = foundations(&house, item).await;
        return Ok(Json(published(&catalogue, item, figures, &foundations, &shell.now)).into_response());
    }
    // Everybody who is not signed in sees the same page.
    let key = shell.person.is_none().then(|| {
        let date = shell.now.date();
        format!("{}\n{}\n{date}\n{}", item.hash, shell.preferences.text(), shell.demonstration)
    });
    if let Some(page) = key.as_ref().and_then(|key| catalogue.pages().get(key, shell.now.at)) {
        return Ok(answer(page));
    }
    let figures = figures(&house, item, &shell.now).await;
    let mut html = GuidePage::of(&catalogue, item, &shell, figures, &foundations(&house, item).await);
    html.may_draft = drafts::offered(&house, &shell);
    html.hall = hall(&house, item).await;
    let drawn = page::render(&shell, &html)?;
    let page = axum::body::to_bytes(drawn.into_body(), usize::MAX).await.map_err(|error| Stop::Fault(error.to_string()))?;
    if let Some(key) = key {
        catalogue.pages().put(key, shell.now.at, page.clone());
    }
    Ok(answer(page))
}

fn answer(page: Bytes) -> Response {
    ([(header::CACHE_CONTROL, "no-cache"), (header::VARY, "Cookie, Accept")], Html(page)).into_response()
}

/// A guide is read even while the database is away; only the figures are missing then.
async fn figures(house: &House, item: &Item, now: &Moment) -> Option<ItemFigures> {
    match item_figures(house.pool(), &item.slug, now).await {
        Ok(figures) => figures,
        Err(stop) => {
            tracing::warn!(%stop, item = %item.slug, "figures left out");
            None
        }
    }
}

/// Where it is handled while it stays outside the centre; while the database is away, where its own text says.
async fn hall(house: &House, item: &Item) -> Option<acts::Hall> {
    let found = async { crate::centres::hall_of(&mut *house.pool().acquire().await?, &item.slug, house.now().date()).await };
    found.await.unwrap_or_else(|stop: Stop| {
        tracing::warn!(%stop, item = %item.slug, "the hall left out");
        None
    })
}

/// What it rests on, its bases and the list of powers; while the database is away, what its own text says holds.
pub(super) async fn foundations(house: &House, item: &Item) -> Foundations {
    let found = async { Foundations::of(&mut *house.pool().acquire().await?, [item]).await };
    found.await.unwrap_or_else(|stop| {
        tracing::warn!(%stop, item = %item.slug, "foundations left out");
        Foundations::default()
    })
}

/// The guide for programs.
fn published(
    catalogue: &Catalogue,
    item: &Item,
    figures: Option<ItemFigures>,
    foundations: &Foundations,
    now: &Moment,
) -> serde_json::Value {
    json!({
        "item": &item.facts,
        "agency": catalogue.agency(&item.agency),
        "region": catalogue.region_name(&item.region),
        "centre": catalogue.counter_of(item, now.date()).map(|(at, _)| at).or_else(|| catalogue.centre(&item.centre)).as_deref(),
        "supervision_body": catalogue.agency(&item.supervision_body),
        "basis_in_force": item.basis_in_force(now.date(), foundations),
        "not_open_because": item.barred(now.date(), foundations).map(Barred::zh),
        "process": process::outline(&item.process, None),
        "form": item.form.schema(),
        "figures": figures,
        "definition": digests(item),
    })
}

impl<'a> GuidePage<'a> {
    pub fn of(
        catalogue: &'a Catalogue,
        item: &'a Item,
        shell: &'a Shell,
        figures: Option<ItemFigures>,
        foundations: &Foundations,
    ) -> GuidePage<'a> {
        let today = shell.now.date();
        let stands = catalogue.counter_of(item, today);
        let (centre, counter) = stands.map_or_else(|| (catalogue.centre(&item.centre), None), |(at, c)| (Some(at), Some(c)));
        let closed = centre.as_ref().filter(|c| !c.is_open(today)).and_then(|c| Some(c.closing.as_ref()?.last_day));
        let to_bring = |m: &&Material| m.required && m.source == MaterialSource::Applicant;
        let bring = item.materials.iter().filter(to_bring);
        let (maybe, always): (Vec<&Material>, Vec<&Material>) = bring.partition(|m| m.when.is_some());
        let decide = item.process.node("decide").and_then(|node| node.lane.clone());
        GuidePage {
            title: item.name_in(&shell.lang).to_owned(),
            agency: catalogue.agency_name(&item.agency),
            region: catalogue.region_name(&item.region),
            centre: centre.as_ref().map_or_else(String::new, |c| c.name.clone()),
            centre_address: centre.as_ref().map_or_else(String::new, |c| c.address.clone()),
            at: centre.as_ref().map_or_else(|| item.centre.clone(), |c| c.key.clone()),
            closed,
            hall: None,
            counter: counter.map_or(String::new(), |c| format!("{} · {}", c.number, c.name)),
            supervisor: catalogue.agency_name(&item.supervision_body),
            barred: item.barred(today, foundations),
            gone: item
                .without_basis(today, foundations)
                .iter()
                .map(|b| format!("{}{}", crate::powers::law::marked(&b.law), b.article))
                .collect(),
            dial: dial(item, &shell.now),
            decider: decide.unwrap_or_default(),
            visits: visits(item),
            validity: item.result.validity_years.map(|years| format!("{years} 年")),
            bring: always.len(),
            bring_maybe: maybe.len(),
            materials: rows_of(catalogue, item),
            steps: steps(item),
            today: if_today(item, shell),
            // The drawing is the published one, for every reader; the outline says the same in the reader's language.
            svg: process::svg(&item.process, None, process::Lang::Zh),
            outline: rows(item, engine_lang(shell)),
            figures,
            bases: item
                .legal_basis
                .iter()
                .map(|basis| Basis {
                    since: plain_date(basis.in_force_from, shell),
                    law: law::key(&basis.law),
                    holds: basis.holds(today, foundations),
                    basis,
                })
                .collect(),
            questions: item.fit.as_ref().map_or(0, |fit| fit.inputs().len()),
            asked: situations::asked(item, &Answers::new()).len(),
            situations: situation_rows(item),
            served: words(&item.served, served),
            forms: words(&item.forms_of_handling, handled),
            demonstration: item.sources.iter().any(|source| source.demonstration),
            days: None,
            recalled: false,
            may_draft: false,
            item,
            shell,
        }
    }
}

impl GuidePage<'_> {
    /// What a source speaks of, as the editor calls it.
    fn spoken_of(&self, source: &Source) -> String {
        let named = |part: &str| {
            let text = sheet::TEXTS.iter().find(|text| part.split('[').next() == Some(text.id));
            match text {
                Some(text) => text.part.zh().to_owned(),
                None => field_of(part).map_or_else(|| part.to_owned(), |(field, _)| field.label),
            }
        };
        // What stands in brackets says which of them.
        let mut depth = 0;
        let parts = source.field.split(|c| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            depth == 0 && matches!(c, ',' | '，' | '、')
        });
        let mut told: Vec<String> = parts.map(|part| named(part.trim())).collect();
        told.dedup();
        told.join("、")
    }
    /// How far it was checked, where it says so.
    fn certainty(&self, source: &Source) -> String {
        let group = field_of("sources").map(|(group, _)| group);
        let field = group.and_then(|group| group.fields.into_iter().find(|field| field.key == "sources__confidence"));
        let option = field.and_then(|field| field.options.into_iter().find(|option| option.value == source.confidence));
        option.map(|option| option.label).unwrap_or_default()
    }
    fn marked(&self, law: &str) -> String {
        crate::powers::law::marked(law)
    }
    fn is_barred_by_list(&self) -> bool {
        matches!(self.barred, Some(Barred::Listed(_) | Barred::Directory | Barred::NotListed | Barred::Elsewhere))
    }
    /// Who offers a service, in the register.
    fn register(&self, service: &IntermediaryService) -> String {
        format!("/intermediaries?service={}", page::encode(&service.name))
    }

    /// The guide of a version that is in force on other days than today: nothing can be applied for by it.
    pub fn at(mut self, days: Option<(NaiveDate, Option<NaiveDate>)>, recalled: bool) -> Self {
        (self.days, self.recalled) = (days, recalled);
        self
    }
}

fn words(keys: &[String], word: fn(&str) -> &str) -> String {
    keys.iter().map(|key| word(key)).collect::<Vec<_>>().join("、")
}

/// 服务对象 (GB/T 39046 A.4).
fn served(key: &str) -> &str {
    match key {
        "natural_person" => "个人",
        "enterprise" => "企业",
        "public_institution" => "事业单位",
        "social_organisation" => "社会组织",
        "administrative_body" => "行政机关",
        "other_organisation" => "其他组织",
        other => other,
    }
}

/// 办理形式 (GB/T 39046 A.5).
fn handled(key: &str) -> &str {
    match key {
        "counter" => "窗口",
        "online" => "网上",
        "mobile" => "手机",
        "post" => "邮寄",
        "agent" => "代办",
        other => other,
    }
}

fn visits(item: &Item) -> String {
    match item.visits {
        0 => "不用跑".into(),
        n => format!("{n} 趟"),
    }
}

/// The promised days as a sundial, all of them gone by: the number in it is the promise.
fn dial(item: &Item, now: &Moment) -> String {
    let today = now.date();
    let clock = Clock::start(today, item.promised_limit);
    let last = clock.due(&now.calendar).map_or(today, |due| due.date);
    page::sundial(&clock.standing(&now.calendar, last), false, false)
}

/// What the applicant brings comes first.
fn rows_of(catalogue: &Catalogue, item: &Item) -> Vec<MaterialRow> {
    let mut materials: Vec<&Material> = item.materials.iter().collect();
    materials.sort_by_key(|m| (m.source != MaterialSource::Applicant, m.when.is_some()));
    materials.into_iter().map(|m| row(catalogue, item, m)).collect()
}

/// A date long past needs no day of the week.
fn plain_date(date: NaiveDate, shell: &Shell) -> String {
    match shell.lang {
        Lang::Zh => date.format("%Y 年 %-m 月 %-d 日").to_string(),
        Lang::En => shell.date(&date),
    }
}

fn row(catalogue: &Catalogue, item: &Item, material: &Material) -> MaterialRow {
    let class = match material.source {
        MaterialSource::Applicant => "",
        MaterialSource::FilledIn | MaterialSource::Checked => "tag",
        MaterialSource::Fetched => "tag tag--ok",
    };
    let mut count = Vec::new();
    if material.source == MaterialSource::Applicant {
        if material.originals > 0 {
            count.push(format!("原件 {} 份", material.originals));
        }
        if material.copies > 0 && material.form == "electronic" {
            count.push("照片或者扫描件".to_owned());
        } else if material.copies > 0 {
            count.push(format!("复印件 {} 份", material.copies));
        }
    }
    MaterialRow {
        name: material.name.clone(),
        source: material.source.zh(),
        class,
        count: count.join("，"),
        note: material.note.clone(),
        issuer: material.issuer.clone(),
        when: material.when.as_ref().map(|when| item.when_text(when)),
        optional: !material.required,
        basis: material.basis.clone(),
        prior: material.prior.as_ref().map(|prior| prior.matter.as_ref().and_then(|slug| catalogue.item(slug))),
    }
}

/// “3 个工作日” of a step on the chart.
fn step_limit(item: &Item, id: &str) -> Option<String> {
    let said = &item.process.node(id)?.extension;
    let n: u32 = said.get("limit")?.parse().ok()?;
    let unit = said.get("unit").map_or("working_day", String::as_str);
    let unit = serde_json::from_value(unit.into()).ok()?;
    Some(calendar::Limit { n, unit }.to_string())
}

/// The usual way from application to delivery, as the engine expects it.
fn steps(item: &Item) -> Vec<Step> {
    let chart = &item.process;
    let step = |id: &str, name: &str, lane: Option<&str>| Step {
        name: name.to_owned(),
        by: lane.unwrap_or_default().to_owned(),
        limit: step_limit(item, id),
    };
    let mut steps = Vec::new();
    if let Some(node) = chart.nodes().iter().find(|node| node.kind == NodeKind::StartEvent) {
        steps.push(step(&node.id, node.label(), node.lane.as_deref()));
    }
    let Ok((state, _)) = process::start(chart, &process::Vars::new(), &process::SimpleConditions) else {
        return steps;
    };
    for waiting in state.waiting() {
        if let Some(node) = chart.node(&waiting.node) {
            steps.push(step(&node.id, node.label(), node.lane.as_deref()));
        }
    }
    for next in process::what_next(chart, &state) {
        steps.push(step(&next.node, &next.name, next.lane.as_deref()));
    }
    steps
}

/// The chart as a list that says the same.
fn rows(item: &Item, lang: process::Lang) -> Vec<Row> {
    let row = |one: OutlineItem| {
        let node = item.process.node(&one.id);
        let said = |name: &str| node.and_then(|node| node.extension.get(name)).cloned();
        let mut about = vec![one.kind_word];
        about.extend(one.lane);
        Row {
            limit: step_limit(item, &one.id),
            basis: said("basis"),
            risk: said("risk"),
            about: about.join(" · "),
            next: one.next,
            name: one.name,
        }
    };
    process::outline_in(&item.process, None, lang).into_iter().map(row).collect()
}

fn if_today(item: &Item, shell: &Shell) -> IfToday {
    let (today, calendar) = (shell.now.date(), &shell.now.calendar);
    let accepted = calendar.next_working_day(today);
    let clock = Clock::start(accepted, item.promised_limit);
    let promised = calendar.due(accepted, item.promised_limit);
    let statutory = calendar.due(accepted, item.statutory_limit);
    let date = |date: NaiveDate| shell.date(&date);
    IfToday {
        moved: accepted != today,
        accepted: date(accepted),
        promised: date(promised.date),
        statutory: date(statutory.date),
        strip: page::day_strip(&clock.explain(calendar, accepted), today, Some(promised.date), shell.lang),
        provisional: promised.provisional || statutory.provisional,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::{catalogue, drawn, shell};

    fn guide(slug: &str, english: bool) -> String {
        let shell = shell(english);
        let item = &catalogue().item(slug).unwrap();
        drawn(&shell, &GuidePage::of(catalogue(), item, &shell, None, &Foundations::default()))
    }

    #[test]
    fn b4_3_the_guide_shows_all_nine_elements() {
        for item in catalogue().items().iter() {
            let page = guide(&item.slug, false);
            let statutory = item.statutory_limit.to_string();
            let nine = [
                catalogue().agency_name(&item.agency),
                &item.legal_basis[0].law,
                &item.conditions[0],
                "办理步骤",
                &statutory,
                &item.result.name,
                &item.fee.basis,
                &item.fee.standard,
                &item.supervision_phone,
            ];
            for element in nine {
                assert!(page.contains(element), "{}: {element}", item.slug);
            }
            for material in &item.materials {
                assert!(page.contains(&material.name));
            }
            assert!(page.contains(&format!("/matters/{}/apply", item.slug)));
        }
    }

    #[test]
    fn f020_the_digest_on_the_page_is_that_of_the_definition_that_runs() {
        for item in catalogue().items().iter() {
            assert!(guide(&item.slug, false).contains(item.process.hash()));
            assert_eq!(item.versions().process, item.process.hash());
        }
    }

    #[test]
    fn f083_the_steps_on_the_page_are_those_of_the_chart() {
        let item = &catalogue().item("food-production-licence").unwrap();
        let names: Vec<String> = steps(item).into_iter().map(|step| step.name).collect();
        assert_eq!(names.first().map(String::as_str), Some("提交申请"));
        for id in ["check_acceptance", "survey", "examine", "decide", "deliver"] {
            assert!(names.iter().any(|name| name == item.process.node(id).unwrap().label()), "{id}: {names:?}");
        }
        assert!(rows(item, process::Lang::Zh).iter().any(|row| row.risk.is_some()));
    }

    #[test]
    fn b4_3_if_accepted_on_a_friday_the_weekend_does_not_count() {
        let shell = shell(false);
        let item = &catalogue().item("food-production-licence").unwrap();
        // Wednesday 25 November 2026, eight working days on.
        assert_eq!(if_today(item, &shell).promised, "12 月 7 日（周一）");
    }

    #[test]
    fn f016_a_guide_without_a_basis_offers_no_application() {
        let mut shell = shell(false);
        shell.now = Moment::new(calendar::start_of_day(NaiveDate::from_ymd_opt(2013, 6, 1).unwrap()), shell.now.calendar.clone());
        let item = &catalogue().item("elderly-card").unwrap();
        let page = drawn(&shell, &GuidePage::of(catalogue(), item, &shell, None, &Foundations::default()));
        assert!(page.contains("现在不受理新的申请") && !page.contains("/matters/elderly-card/apply"));
    }

    #[test]
    fn b4_3_figures_are_shown_only_when_the_record_has_them() {
        let shell = shell(false);
        let item = &catalogue().item("elderly-card").unwrap();
        assert!(!guide("elderly-card", false).contains("别人办得怎样"));
        let figures = ItemFigures { concluded: 12, half: 1, longest: 3, dued: 12, met: 12 };
        let page = drawn(&shell, &GuidePage::of(catalogue(), item, &shell, Some(figures), &Foundations::default()));
        assert!(page.contains("别人办得怎样") && page.contains("100.0%"));
    }

    #[test]
    fn b4_3_the_guide_for_programs_has_the_same_facts() {
        let shell = shell(false);
        let item = &catalogue().item("elderly-card").unwrap();
        let told = published(catalogue(), item, None, &Foundations::default(), &shell.now);
        assert_eq!(told["item"]["name"], item.name.as_str());
        assert_eq!(told["definition"]["process"]["hash"], item.process.hash());
        assert_eq!(told["item"]["limit_basis"]["acceptance"], item.limit_basis.acceptance.as_str());
    }
}
