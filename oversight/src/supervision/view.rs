//! 看监察的人 · what the pages of supervision share: who may look, the rail beside every page, and addresses that carry filters.

use crate::odd::odd;
use acts::{Actor, Colour};
use authority::{Act, CaseResource, Circumstance, Resource};
use catalogue::Catalogue;
use chrono::NaiveDate;
use forms::regions::codes_of;
use foundation::page::{Shell, encode};
use foundation::people::Person;
use foundation::{House, Stop};
use sqlx::{PgConnection, Row};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The board, the cards and every case are for those whom the policies let supervise the whole site.
pub fn may_supervise(house: &House, person: &Person) -> Result<(), Stop> {
    let how = Circumstance::default();
    house.may(&person.principal(), Act::ViewSupervision, &Resource::Site, &how)?;
    Ok(())
}

pub fn is_allowed(house: &House, person: &Person, act: Act, on: &Resource) -> bool {
    let how = Circumstance::default();
    house.authority().may(&person.principal(), act, on, &how).allowed
}

/// A case as policies speak of it.
pub async fn resource(conn: &mut PgConnection, catalogue: &Catalogue, case_no: &str) -> Result<Resource, Stop> {
    let row = sqlx::query(
        "select item, agency, stage, applicant, filed_by, cards, consent is not null as at_a_point
           from cases
          where case_no = $1",
    )
    .bind(case_no)
    .fetch_optional(conn)
    .await?
    .ok_or(Stop::NotFound("办件"))?;
    let is_permit = catalogue.item(row.get("item")).is_none_or(|item| item.is_permit());
    let applicant: Option<Uuid> = row.get("applicant");
    Ok(Resource::Case(CaseResource {
        no: case_no.into(),
        agency: row.get("agency"),
        applicant: applicant.map(|id| id.to_string()).unwrap_or_default(),
        filed_by: row.get::<Option<Uuid>, _>("filed_by").map(|id| id.to_string()).unwrap_or_default(),
        // Whoever filed it for somebody is no applicant here, with or without a consent in force.
        together: Vec::new(),
        cards: row.get::<Option<Vec<String>>, _>("cards").unwrap_or_default(),
        errand: if row.get("at_a_point") { format!("{case_no}/") } else { String::new() },
        stage: row.get("stage"),
        kind: if is_permit { "permit" } else { "public_service" }.into(),
        ordinary: true,
    }))
}

/// What is no case, as policies speak of what an agency has a card for.
pub fn beside(no: &str, agency: &str) -> Resource {
    Resource::Case(CaseResource {
        no: no.into(),
        agency: agency.into(),
        applicant: String::new(),
        filed_by: String::new(),
        together: Vec::new(),
        cards: Vec::new(),
        errand: String::new(),
        stage: String::new(),
        kind: "public_service".into(),
        ordinary: true,
    })
}

/// How many cards are open (the view `open_cards`): what the rail and the board say, and what the list behind each of these numbers holds.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Rail {
    pub warnings: i64,
    pub yellow: i64,
    pub red: i64,
    pub desk: i64,
    pub late: i64,
}

pub async fn open_cards(conn: &mut PgConnection, agency: &str, region: &str, today: NaiveDate) -> Result<Rail, Stop> {
    Ok(sqlx::query_as(
        "select count(*) filter (where colour = 'warning') as warnings,
                count(*) filter (where colour = 'yellow') as yellow,
                count(*) filter (where colour = 'red') as red,
                count(*) filter (where turn = 'desk') as desk,
                count(*) filter (where due < $3) as late
           from open_cards
          where ($1 = '' or agency = $1)
            and region ^@ any ($2)",
    )
    .bind(agency)
    .bind(codes_of(region))
    .bind(today)
    .fetch_one(conn)
    .await?)
}

/// Whose cards alone the list shows to somebody: an agency sees its own, supervision all (C3.3-24).
pub fn own_agency<'a>(house: &House, person: &'a Person) -> Option<&'a str> {
    person.agency.as_deref().filter(|_| may_supervise(house, person).is_err())
}

/// The numbers in the rail: cards that wait for somebody, of those whom the reader sees.
pub async fn rail(house: &House, conn: &mut PgConnection, shell: &Shell) -> Result<Rail, Stop> {
    let own = shell.person.as_ref().and_then(|person| own_agency(house, person));
    open_cards(conn, own.unwrap_or_default(), "", shell.now.date()).await
}

/// Of a list that is longer, the end is not counted.
pub const COUNTED: i64 = 100_000;

/// How many a list holds, as it says it.
pub fn total(count: i64) -> String {
    if count > COUNTED { format!("{COUNTED}+") } else { count.to_string() }
}

/// Takes out of what an address asks for whatever is no filter there is, so that everything is shown, and says so.
pub fn settle<const N: usize>(wanted: [(&mut String, bool); N]) -> String {
    let odd = odd(wanted.iter().map(|(value, known)| (Some(value.as_str()), *known)));
    wanted.into_iter().filter(|(_, known)| !known).for_each(|(value, _)| value.clear());
    odd
}

/// Whether a filter offers a choice.
pub fn offers(choices: &[Choice], value: &str) -> bool {
    choices.iter().any(|choice| choice.value == value)
}

/// An address with those of its parameters that say something.
pub fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let said: Vec<String> =
        parameters.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| format!("{key}={}", encode(value))).collect();
    match said.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", said.join("&")),
    }
}

/// One entry of a filter.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

pub fn choices<'a>(options: impl IntoIterator<Item = (&'a str, String)>, chosen: &str) -> Vec<Choice> {
    options.into_iter().map(|(value, label)| Choice { value: value.to_owned(), label, chosen: value == chosen }).collect()
}

/// A filter by name, and what it says when nothing is chosen.
pub struct Filter {
    pub key: &'static str,
    pub label: &'static str,
    pub any: &'static str,
    pub choices: Vec<Choice>,
}

/// The head of a list: its filters, and the rows shown as files (`tools.html`).
pub struct Tools {
    pub action: &'static str,
    /// The first and the last day, where it may be narrowed to some.
    pub days: Option<[String; 2]>,
    pub filters: Vec<Filter>,
    pub downloads: [(&'static str, String); 3],
}

/// The rows shown as files; `here` is the address with one more parameter.
pub fn downloads(here: impl Fn(&str, &str) -> String) -> [(&'static str, String); 3] {
    [("CSV", "csv"), ("XLSX", "xlsx"), ("JSON", "json")].map(|(name, form)| (name, here("as", form)))
}

pub fn colours(chosen: &str) -> Vec<Choice> {
    choices(Colour::ALL.iter().rev().map(|colour| (colour.key(), colour.zh().into())), chosen)
}

/// Agencies in which matters are handled.
pub fn agencies(catalogue: &Catalogue, chosen: &str) -> Filter {
    let items = catalogue.items();
    let keys: BTreeSet<&String> = items.iter().map(|item| &item.agency).collect();
    let choices = choices(keys.into_iter().map(|key| (key.as_str(), agency_name(catalogue, key))), chosen);
    Filter { key: "agency", label: "单位", any: "全部单位", choices }
}

/// Regions in which matters are handled.
pub fn regions(catalogue: &Catalogue, chosen: &str) -> Filter {
    let items = catalogue.items();
    // What is chosen may be above them all.
    let codes: BTreeSet<&str> =
        items.iter().map(|item| item.region.as_str()).chain([chosen]).filter(|code| !code.is_empty()).collect();
    let choices = choices(codes.into_iter().map(|code| (code, catalogue.region_name(&format!("{code:0<6}")))), chosen);
    Filter { key: "region", label: "区划", any: "全部区划", choices }
}

/// Whether matters are handled in a region; it may be named by the first digits of its code.
pub fn is_region(catalogue: &Catalogue, code: &str) -> bool {
    catalogue.items().iter().any(|item| item.region.starts_with(code))
}

pub fn agency_name(catalogue: &Catalogue, key: &str) -> String {
    catalogue.agency_name(key).to_owned()
}

/// Who acted: office and post; the name only where the reader may see the file.
pub fn who(catalogue: &Catalogue, by: &Actor, name: Option<&str>) -> String {
    let role = match by.role.as_str() {
        "applicant" => "申请人",
        "chief_representative" => "首席代表",
        "liaison" => "联络员",
        "supervisor" => "监察人员",
        "administrator" => "管理员",
        "system" => "系统按时自动",
        _ => "工作人员",
    };
    let mut parts = Vec::new();
    if let Some(agency) = &by.agency {
        parts.push(agency_name(catalogue, agency));
    }
    if let Some(post) = &by.post {
        parts.push(post.clone());
    }
    parts.push(role.to_owned());
    if let Some(name) = name.filter(|_| by.role != "applicant") {
        parts.push(name.to_owned());
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f134_an_address_carries_only_the_filters_that_say_something() {
        assert_eq!(address("/a", &[("x", ""), ("y", "")]), "/a");
        assert_eq!(address("/a", &[("x", "金寨"), ("y", ""), ("z", "1")]), "/a?x=%E9%87%91%E5%AF%A8&z=1");
    }
}
