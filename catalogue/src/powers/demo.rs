//! 演示 · a basic directory, what those who handle the matters draw from it, and real lists of elsewhere as samples.

use super::change::{self, Change, Draft};
use super::draft::entry;
use super::facts::{Operation, Origin, Power, Row};
use super::sheet::Fault;
use super::{import, law, laws, review};
use crate::{Catalogue, Item, directory};
use acts::{Heading, LawAct, Rank, Reviewer};
use chrono::{Datelike, NaiveDate};
use foundation::people::Person;
use foundation::{House, Moment, Stop};
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// 1,135 matters of 广安市广安区 and 43 rows of the lists of other places; see `reference/README.md`.
const SAMPLES: &[u8] = include_bytes!("../../../reference/powers-samples.csv");

/// 33 entries of a basic directory; see `reference/README.md`.
const DIRECTORY: &[u8] = include_bytes!("../../../reference/directory.csv");

/// Those whose work it is.
pub struct By {
    pub drafter: Person,
    pub openness: Person,
    pub establishment: Person,
    pub legal: Person,
}

/// Texts of which the demonstration knows what they are and how long they were in force.
struct Known {
    law: &'static str,
    rank: Rank,
    from: (i32, u32, u32),
    /// Its last day, and by what it ended.
    ended: Option<((i32, u32, u32), &'static str)>,
}

const KNOWN: [Known; 8] = [
    Known { law: "《中华人民共和国食品安全法》", rank: Rank::Law, from: (2009, 6, 1), ended: None },
    Known { law: "《中华人民共和国老年人权益保障法》", rank: Rank::Law, from: (1996, 10, 1), ended: None },
    Known { law: "《中华人民共和国劳动合同法》", rank: Rank::Law, from: (2008, 1, 1), ended: None },
    Known {
        law: "《中华人民共和国道路运输条例》", rank: Rank::AdministrativeRegulation, from: (2004, 7, 1), ended: None
    },
    Known {
        law: "《公共场所卫生管理条例（2024年修订）》",
        rank: Rank::AdministrativeRegulation,
        from: (1987, 4, 1),
        ended: None,
    },
    Known { law: "《食品生产许可管理办法》", rank: Rank::DepartmentRule, from: (2020, 3, 1), ended: None },
    Known {
        law: "《中华人民共和国食品卫生法》",
        rank: Rank::Law,
        from: (1995, 10, 30),
        ended: Some(((2009, 5, 31), "被《中华人民共和国食品安全法》代替（该法第一百零四条）")),
    },
    Known {
        law: "《中华人民共和国执业医师法》",
        rank: Rank::Law,
        from: (1999, 5, 1),
        ended: Some(((2022, 2, 28), "被《中华人民共和国医师法》代替（该法第六十七条）")),
    },
];

fn day((year, month, day): (i32, u32, u32)) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// The power behind a matter, as its region draws it from the directory: the entry's name, kind and bases, and what is local as the guide says it.
fn drawn_for(item: &Item, entry: &Power, catalogue: &Catalogue, today: NaiveDate) -> Power {
    let centre = catalogue.counter_of(item, today).map(|(centre, _)| centre);
    Power {
        code: item.code.clone(),
        agency: catalogue.agency_name(&item.agency).to_owned(),
        region: item.region.clone(),
        level: directory::law::level_of(&item.region),
        origin: Some(Origin::Statutory),
        content: item.summary.clone(),
        conditions: item.conditions.join("；\n"),
        limit: format!("法定 {}（{}）", item.statutory_limit, item.limit_basis.statutory),
        supervision: format!("{} {}", item.supervision_channel, item.supervision_phone).trim().to_owned(),
        process: item.process_key.clone(),
        source: String::new(),
        levels: Vec::new(),
        entry: entry.code.clone(),
        place: centre.map_or(String::new(), |centre| format!("{}，{}", centre.name, centre.address)),
        fees: item.fee.standard.clone(),
        ..entry.clone()
    }
}

/// One place has no such matter as one of the entries, and says so.
fn declined(entries: &[Row]) -> Option<Row> {
    const ENTRY: &str = "000123043000";
    const REGION: &str = "340103";
    let entry = entries.iter().find(|row| row.power.code == ENTRY)?;
    let power = Power {
        code: directory::law::answer_code(ENTRY, REGION),
        agency: "合肥市庐阳区卫生健康委员会".into(),
        region: REGION.into(),
        content: "区内没有由乡村医生执业的村卫生室（演示）".into(),
        source: "演示设定".into(),
        levels: Vec::new(),
        entry: ENTRY.into(),
        ..entry.power.clone()
    };
    Some(Row { operation: Operation::Decline, power, into: None })
}

/// The basic directory, what the agencies of the matters draw from it, and one answer that a place has no such matter.
async fn own(conn: &mut PgConnection, catalogue: &Catalogue, items: &[Arc<Item>], today: NaiveDate) -> Result<Draft, Stop> {
    let faulty = |faults: Vec<Fault>| Stop::Fault(format!("the directory of the demonstration: {:?}", faults.first()));
    let read = import::read(conn, catalogue, DIRECTORY, None, false, today).await?;
    let mut rows: Vec<Row> = read.map_err(faulty)?.into_iter().map(|(_, row)| row).collect();
    let by_code: HashMap<&str, &Power> = rows.iter().map(|row| (row.power.code.as_str(), &row.power)).collect();
    let drawn = |item: &Arc<Item>| {
        let entry = by_code.get(item.basic_code.as_str())?;
        Some(Row { operation: Operation::Add, power: drawn_for(item, entry, catalogue, today), into: None })
    };
    let answers: Vec<Row> = items.iter().filter_map(drawn).chain(declined(&rows)).collect();
    rows.extend(answers);
    let draft = Draft {
        heading: Heading {
            title: "公布首批基本目录和权责清单".into(), decision: "皖办发〔2011〕37号（演示）".into()
        },
        sample: false,
        rows: (2..).zip(rows).collect(),
    };
    let faults = change::check(conn, catalogue, &draft, None, today).await?;
    if faults.is_empty() { Ok(draft) } else { Err(faulty(faults)) }
}

/// A draft goes the whole way on one day, in the hands of those whose work it is.
async fn pass(conn: &mut PgConnection, catalogue: &Catalogue, draft: &Draft, by: &By, now: &Moment) -> Result<Change, Stop> {
    let year = now.date().year();
    let mut change = change::write(conn, draft, None, |no, act| entry(no, act, &by.drafter, now), year).await?;
    let offices = [
        (Reviewer::Openness, &by.openness, "openness_officer"),
        (Reviewer::Establishment, &by.establishment, "establishment_reviewer"),
        (Reviewer::Legal, &by.legal, "legal_reviewer"),
    ];
    for (reviewer, person, role) in offices {
        let act = change.a2_1_03_review(reviewer, true, String::new(), person.id)?;
        change = review::keep(conn, catalogue, change, act, role, person, now).await?;
    }
    let newest = change::newest(conn, &change).await?;
    let act = change.publish(now.date(), newest.as_ref(), now.date())?;
    review::keep(conn, catalogue, change, act, "catalogue_administrator", &by.drafter, now).await
}

/// The list of the demonstration, the texts it rests on, and one change that waits for its reviews.
pub async fn seed(house: &House, catalogue: &Catalogue, by: &By) -> Result<(), Stop> {
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    change::alone(&mut tx).await?;
    for known in &KNOWN {
        let key = law::key(known.law);
        let described = LawAct::Described { law: known.law.into(), rank: known.rank, in_force_from: day(known.from) };
        let repealed = known.ended.map(|(last_day, because)| LawAct::Repealed {
            law: known.law.into(),
            article: None,
            last_day: day(last_day),
            because: because.into(),
        });
        for act in [Some(described), repealed].into_iter().flatten() {
            let law = law::lock(&mut tx, &key, known.law).await?;
            laws::keep(&mut tx, &key, law, act, &by.legal, &now).await?;
        }
    }
    let items = catalogue.items();
    // What the matters rest on: the kind of text its full name shows, from the day its guide gives.
    let mut named: BTreeMap<String, (&str, Rank, NaiveDate)> = BTreeMap::new();
    for basis in items.iter().flat_map(|item| &item.legal_basis) {
        let key = law::key(&basis.law);
        if KNOWN.iter().any(|known| law::key(known.law) == key) {
            continue;
        }
        if let Some(rank) = law::rank_by_name(&basis.law) {
            let one = named.entry(key).or_insert((&basis.law, rank, basis.in_force_from));
            one.2 = one.2.min(basis.in_force_from);
        }
    }
    for (key, (name, rank, from)) in &named {
        let described = LawAct::Described { law: (*name).to_owned(), rank: *rank, in_force_from: *from };
        let law = law::lock(&mut tx, key, name).await?;
        laws::keep(&mut tx, key, law, described, &by.legal, &now).await?;
    }
    let own = own(&mut tx, catalogue, &items, now.date()).await?;
    pass(&mut tx, catalogue, &own, by, &now).await?;
    let read = import::read(&mut tx, catalogue, SAMPLES, None, true, now.date()).await?;
    let rows = read.map_err(|faults| Stop::Fault(format!("the sample list: {:?}", faults.first())))?;
    let samples = Draft {
        heading: Heading {
            title: "样例：四川省广安市广安区事项清单和各地许可清单摘录".into(),
            decision: "各地公布的清单，见每行的数据来源".into(),
        },
        sample: true,
        rows,
    };
    pass(&mut tx, catalogue, &samples, by, &now).await?;
    waiting(&mut tx, by, &now).await?;
    tx.commit().await?;
    Ok(())
}

/// A permit on a repealed law is to be cancelled; the first office has not looked at it yet.
async fn waiting(conn: &mut PgConnection, by: &By, now: &Moment) -> Result<(), Stop> {
    const CODE: &str = "YL-441800-5-1";
    let present = change::present(conn, &[CODE]).await?;
    let Some(power) = present.get(CODE).map(|present| present.power.clone()) else { return Ok(()) };
    let draft = Draft {
        heading: Heading {
            title: "取消食品卫生许可".into(), decision: "《中华人民共和国食品安全法》第一百零四条".into()
        },
        sample: true,
        rows: vec![(0, Row { operation: Operation::Cancel, power, into: None })],
    };
    change::write(conn, &draft, None, |no, act| entry(no, act, &by.drafter, now), now.date().year()).await?;
    Ok(())
}
