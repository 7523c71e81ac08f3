//! 各处 · service centres and the department halls kept outside them, in one ranking (B2.2, F064): where a matter is handled today is where
//! its cases count.

use super::view::{Choice, Filter, address};
use acts::{Colour, Stage};
use catalogue::Catalogue;
use catalogue::centres::Place;
use chrono::NaiveDate;
use forms::regions::codes_of;
use foundation::Stop;
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// Rows that are shown.
const SHOWN: usize = 20;
/// What the key of a hall begins with; a centre goes by its own.
const HALL: &str = "hall:";

/// Where every matter of the catalogue is handled: its key, its name, and whether it is a hall outside.
pub struct Places(Vec<(String, String)>, BTreeMap<String, (String, bool)>);

impl Places {
    pub fn of(catalogue: &Catalogue, outside: &[Place], on: NaiveDate) -> Places {
        let (mut of, mut names) = (Vec::new(), BTreeMap::new());
        for item in catalogue.items().iter() {
            let (key, name, hall) = match outside.iter().find(|place| place.item == item.slug) {
                Some(place) => (format!("{HALL}{}", place.hall), place.hall.clone(), true),
                None => {
                    let at = catalogue.counter_of(item, on).map(|(at, _)| at).or_else(|| catalogue.centre(&item.centre));
                    let (key, name) = at.map_or_else(Default::default, |at| (at.key.clone(), at.name.clone()));
                    (key, name, false)
                }
            };
            of.push((item.slug.clone(), key.clone()));
            names.insert(key, (name, hall));
        }
        Places(of, names)
    }

    pub fn is(&self, key: &str) -> bool {
        self.1.contains_key(key)
    }

    /// The hall of a matter that stays outside.
    pub fn hall(&self, item: &str) -> Option<&str> {
        let (_, key) = self.0.iter().find(|(slug, _)| slug == item)?;
        self.1.get(key).filter(|(_, hall)| *hall).map(|(name, _)| name.as_str())
    }

    /// The matters of a place; of none, no condition.
    pub fn items(&self, key: &str) -> Option<Vec<&str>> {
        let of = self.0.iter().filter(|(_, own)| own == key).map(|(slug, _)| slug.as_str());
        (!key.is_empty()).then(|| of.collect())
    }

    pub fn filter(&self, chosen: &str) -> Filter {
        let choice = |(key, (name, _)): (&String, &(String, bool))| Choice {
            value: key.clone(),
            label: name.clone(),
            chosen: key == chosen,
        };
        Filter { key: "place", label: "办理地点", any: "全部地点", choices: self.1.iter().map(choice).collect() }
    }
}

/// What is counted of a matter.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Counted {
    item: String,
    running: i64,
    overdue: i64,
    yellow: i64,
    red: i64,
}

/// A place in the ranking.
#[derive(Debug, PartialEq, Eq)]
pub struct Ranked {
    pub name: String,
    pub link: String,
    pub hall: bool,
    /// Running, overdue, yellow, red: each with the list that it opens on.
    pub numbers: [(i64, String); 4],
}

/// Running cases and cards since that day, by matter. Running cases are found by their stages, cards by their day.
pub async fn counted(
    conn: &mut PgConnection,
    (agency, region): (&str, &str),
    today: NaiveDate,
    since: NaiveDate,
) -> Result<Vec<Counted>, Stop> {
    let running: Vec<&str> = Stage::ALL.into_iter().filter(|stage| !stage.is_concluded()).map(Stage::key).collect();
    Ok(sqlx::query_as(
        "select coalesce(w.item, c.item) as item,
                coalesce(w.running, 0) as running,
                coalesce(w.overdue, 0) as overdue,
                coalesce(c.yellow, 0) as yellow,
                coalesce(c.red, 0) as red
           from (select item, count(*) as running, count(*) filter (where due < $4) as overdue
                   from watches
                  where stage = any ($3)
                    and concluded_on is null
                    and ($1 = '' or agency = $1)
                    and region ^@ any ($2)
                  group by item) w
           full join (select item,
                             count(*) filter (where colour = 'yellow') as yellow,
                             count(*) filter (where colour = 'red') as red
                        from cards
                       where issued_at >= $5
                         and outcome is distinct from 'withdrawn'
                         and ($1 = '' or agency = $1)
                         and region ^@ any ($2)
                       group by item) c on c.item = w.item",
    )
    .bind(agency)
    .bind(codes_of(region))
    .bind(running)
    .bind(today)
    .bind(calendar::start_of_day(since))
    .fetch_all(conn)
    .await?)
}

/// The worst first: red cards, yellow cards, overdue, running. Each opens on its running cases of the same agency and region.
pub fn f064_rank(places: &Places, counted: &[Counted], (agency, region): (&str, &str), since: NaiveDate) -> Vec<Ranked> {
    let mut all: BTreeMap<&str, Counted> = BTreeMap::new();
    for one in counted {
        let Some((_, key)) = places.0.iter().find(|(slug, _)| *slug == one.item) else { continue };
        let sum = all.entry(key).or_default();
        sum.running += one.running;
        sum.overdue += one.overdue;
        sum.yellow += one.yellow;
        sum.red += one.red;
    }
    let mut all: Vec<(&str, Counted)> = all.into_iter().collect();
    all.sort_by_key(|(_, sum)| std::cmp::Reverse((sum.red, sum.yellow, sum.overdue, sum.running)));
    all.truncate(SHOWN);
    let since = since.to_string();
    let ranked = |(key, sum): (&str, Counted)| {
        let (name, hall) = places.1.get(key).cloned().unwrap_or_default();
        let own = [("agency", agency), ("region", region), ("place", key)];
        let cases = |stage: &str| address("/supervision/board", &[&own[..], &[("stage", stage)]].concat());
        let cards = |colour: Colour| {
            let standing = [("progress", "standing"), ("colour", colour.key()), ("from", since.as_str())];
            address("/supervision/cards", &[&own[..], &standing[..]].concat())
        };
        let numbers = [
            (sum.running, cases("")),
            (sum.overdue, cases("overdue")),
            (sum.yellow, cards(Colour::Yellow)),
            (sum.red, cards(Colour::Red)),
        ];
        Ranked { name, link: cases(""), hall, numbers }
    };
    all.into_iter().map(ranked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(item: &str, running: i64, red: i64) -> Counted {
        Counted { item: item.into(), running, red, ..Counted::default() }
    }

    #[test]
    fn f064_a_hall_outside_stands_in_the_ranking_beside_the_centres() {
        let catalogue = Catalogue::embedded().unwrap();
        let hall =
            |item: &str| Place { item: item.into(), centre: "jinzhai-centre".into(), hall: "县文旅体局大厅".into() };
        let places = Places::of(&catalogue, &[hall("internet-cafe"), hall("entertainment-venue")], NaiveDate::MAX);
        assert_eq!(places.hall("internet-cafe"), Some("县文旅体局大厅"));
        assert_eq!(places.hall("food-business-licence"), None);
        assert_eq!(places.items("hall:县文旅体局大厅").unwrap().len(), 2);
        assert_eq!(places.items(""), None);
        let rows = f064_rank(
            &places,
            &[
                counted("food-business-licence", 9, 1),
                counted("internet-cafe", 2, 1),
                counted("entertainment-venue", 1, 1),
                counted("labour-dispatch-licence", 3, 0),
                counted("of-an-earlier-catalogue", 3, 7),
            ],
            ("", ""),
            NaiveDate::MIN,
        );
        let told: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.hall, row.numbers[0].0, row.numbers[3].0)).collect();
        assert_eq!(
            told,
            [
                ("县文旅体局大厅", true, 3, 2),
                ("金寨县人民政府政务服务中心", false, 9, 1),
                ("合肥市人民政府政务服务中心", false, 3, 0),
            ]
        );
    }
}
