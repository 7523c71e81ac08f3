//! GET /priors: every prior approval that a matter in force waits for, for all to see: those to be cancelled, those that hold people up
//! with their figures and a proposal, and the rest (B6.1-02, B6.1-03; F090).

use super::law::{self, Delay, Standing};
use crate::figures::{DAYS, figures_of};
use crate::item::Prior;
use crate::items::drafts;
use crate::{Catalogue, Foundations, Item, ItemFigures, Material, MaterialSource};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, Stop};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

const PAGE: usize = 50;

#[derive(Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    only: String,
    #[serde(default)]
    after: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

/// What is to be done about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// 取消
    Cancel,
    /// 改进
    Improve,
    Nothing,
}

impl Work {
    const ALL: [Work; 3] = [Work::Cancel, Work::Improve, Work::Nothing];

    fn key(self) -> &'static str {
        match self {
            Work::Cancel => "cancel",
            Work::Improve => "improve",
            Work::Nothing => "fine",
        }
    }
    fn zh(self) -> &'static str {
        match self {
            Work::Cancel => "没有依据，应当取消",
            Work::Improve => "影响效率，应当改进",
            Work::Nothing => "其余的",
        }
    }
}

struct Row {
    item: Arc<Item>,
    material: Material,
    basis: String,
    /// The answer that calls for it.
    when: Option<String>,
    /// The matter of this house whose cases give it.
    given_by: Option<Arc<Item>>,
    figures: Option<ItemFigures>,
    work: Work,
    /// What is wrong with it and what is proposed, a sentence each.
    says: Vec<String>,
}

impl Row {
    fn of(item: &Arc<Item>, material: &Material, prior: &Prior, catalogue: &Catalogue) -> Row {
        Row {
            basis: format!("《{}》{}", prior.law, prior.article),
            when: material.when.as_ref().map(|when| item.when_text(when)),
            given_by: prior.matter.as_ref().and_then(|slug| catalogue.item(slug)),
            item: item.clone(),
            material: material.clone(),
            figures: None,
            work: Work::Nothing,
            says: Vec::new(),
        }
    }

    /// Judges it by the rules, and writes what is proposed from its figures.
    fn judge(&mut self, prior: &Prior, foundations: &Foundations, figures: Option<&ItemFigures>, now: &Moment) {
        self.figures = figures.cloned();
        match law::standing(prior, foundations, now.date()) {
            Standing::Founded => {}
            Standing::Unfounded(rank) => {
                self.work = Work::Cancel;
                self.says.push(format!("依据只是{}，不能设定前置审批：取消它，把这份材料从事项里去掉。", rank.zh()));
                return;
            }
            Standing::Ended(last) => {
                self.work = Work::Cancel;
                let last = page::full_date_zh(last);
                self.says.push(format!("依据在 {last} 以后失效：取消它，把这份材料从事项里去掉。"));
                return;
            }
        }
        let promise = law::working_days(self.item.promised_limit, now.date(), &now.calendar);
        for delay in figures.map(|figures| law::b6_1_03_delays(figures, promise)).unwrap_or_default() {
            self.work = Work::Improve;
            self.says.push(match delay {
                Delay::Longer { half, promise } => format!(
                    "有一半的办件用了 {half} 个工作日或者更久，后面的事项自己只要 {promise} 个：建议两项同时受理、同步审查，或者压缩前置审批的承诺时限。"
                ),
                Delay::Late { in_time } => {
                    format!("近 {DAYS} 天只有 {in_time}% 按时办结：建议查清超期出在哪一步，再改流程。")
                }
            });
        }
        if self.work == Work::Improve && self.material.source == MaterialSource::Applicant && self.given_by.is_some() {
            self.says.push("结果本平台自己有：建议改由系统取，不再要申请人交。".into());
        }
    }

    /// Its figures in a sentence.
    fn told(&self) -> Option<String> {
        let figures = self.figures.as_ref()?;
        let ItemFigures { concluded, half, longest, .. } = figures;
        let days = DAYS;
        Some(match figures.in_time() {
            None => format!("{days} 天内办结 {concluded} 件，有一半用了 {half} 个工作日或者更久，最长 {longest} 个"),
            Some(rate) => {
                format!("{days} 天内办结 {concluded} 件，有一半用了 {half} 个工作日或者更久，最长 {longest} 个，按时 {rate}%")
            }
        })
    }

    fn key(&self) -> String {
        format!("{}~{}", self.item.slug, self.material.key)
    }
}

/// All of them, in the order of their keys.
async fn all(house: &House, catalogue: &Catalogue, now: &Moment) -> Result<Vec<Row>, Stop> {
    let items: Vec<Arc<Item>> =
        catalogue.items().iter().filter(|item| item.is_in_use() && item.priors().next().is_some()).cloned().collect();
    let foundations = Foundations::of(&mut *house.pool().acquire().await?, items.iter().map(AsRef::as_ref)).await?;
    let giving: BTreeSet<&str> =
        items.iter().flat_map(|item| item.priors()).filter_map(|(_, prior)| prior.matter.as_deref()).collect();
    let figures: HashMap<String, ItemFigures> = figures_of(house.pool(), &giving.into_iter().collect::<Vec<_>>(), now).await?;
    let mut rows = Vec::new();
    for item in &items {
        for (at, prior) in item.priors() {
            let mut row = Row::of(item, &item.materials[at], prior, catalogue);
            let figures = row.given_by.as_ref().and_then(|item| figures.get(&item.slug));
            row.judge(prior, &foundations, figures, now);
            rows.push(row);
        }
    }
    rows.sort_by_key(Row::key);
    Ok(rows)
}

#[derive(Template)]
#[template(path = "priors/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Row>,
    /// Address, name and number of each list.
    lists: Vec<(&'static str, &'static str, usize)>,
    only: String,
    next: Option<String>,
    may_draft: bool,
}

pub async fn show(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let mut rows = all(&house, &catalogue, &shell.now).await?;
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        return table(rows, &catalogue).download(format, shell.lang);
    }
    let count = |work: Work| rows.iter().filter(|row| row.work == work).count();
    let lists = Work::ALL.map(|work| (work.key(), work.zh(), count(work)));
    // What is to be done comes first.
    let chosen = Work::ALL.into_iter().find(|work| work.key() == wanted.only);
    let chosen = chosen.or_else(|| Work::ALL.into_iter().find(|work| count(*work) > 0)).unwrap_or(Work::Nothing);
    rows.retain(|row| row.work == chosen && row.key() > wanted.after);
    let is_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let page = ListPage {
        next: rows.last().filter(|_| is_more).map(|row| page::encode(&row.key())),
        lists: lists.to_vec(),
        only: chosen.key().to_owned(),
        may_draft: drafts::offered(&house, &shell),
        rows,
        shell,
    };
    page::render(&page.shell, &page)
}

fn table(rows: Vec<Row>, catalogue: &Catalogue) -> Table {
    Table {
        name: "前置审批".into(),
        columns: vec![
            ("matter", "事项"),
            ("agency", "实施机关"),
            ("prior", "前置审批"),
            ("given_by", "由谁办"),
            ("when", "什么情况要"),
            ("basis", "依据"),
            ("concluded", "近 90 天办结"),
            ("half", "一半的办件用的工作日"),
            ("in_time", "按时率（%）"),
            ("work", "怎么处理"),
            ("proposal", "意见和建议"),
        ],
        rows: rows
            .into_iter()
            .map(|row| {
                let of = |get: fn(&ItemFigures) -> Option<String>| row.figures.as_ref().and_then(get).unwrap_or_default();
                let numbers = [of(|f| Some(f.concluded.to_string())), of(|f| Some(f.half.to_string())), of(ItemFigures::in_time)];
                let [concluded, half, in_time] = numbers;
                vec![
                    row.item.name.clone().into(),
                    catalogue.agency_name(&row.item.agency).into(),
                    row.material.name.into(),
                    row.material.issuer.into(),
                    row.when.unwrap_or_default().into(),
                    row.basis.into(),
                    concluded.into(),
                    half.into(),
                    in_time.into(),
                    row.work.zh().into(),
                    row.says.concat().into(),
                ]
            })
            .collect(),
    }
}
