//! 谁欠什么 · each unit with what it owes and by when, by whatever names the notice calls it (D3, F146).

use super::assignment::{self, Assignment, Standing};
use super::duty::{self, Duty, Left, Missed};
use super::{issue, names};
use crate::odd::odd;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use foundation::page::table::{Format, Table};
use foundation::page::{self, Shell, filters};
use foundation::{House, Moment, Stop};
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(rename = "as")]
    form: Option<String>,
}

/// What one unit owes, by whatever names the notice calls it.
#[derive(Default)]
struct Owes {
    names: Vec<String>,
    owed: Vec<(u32, Duty, Left)>,
    leads: Vec<(u32, Standing)>,
    participates: Vec<u32>,
    /// What it met only after its day.
    missed: Vec<(u32, Missed)>,
    collective: bool,
}

impl Owes {
    fn is_called(&mut self, name: &str) -> &mut Owes {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
        self.collective |= notice::is_collective(name);
        self
    }
    fn unit(&self) -> String {
        self.names.join("、")
    }
    /// In how many tasks it leads and is late.
    fn overdue(&self) -> usize {
        self.late(true)
    }
    /// In how many tasks it takes part and is late itself.
    fn late_taking_part(&self) -> usize {
        self.late(false)
    }
    fn late(&self, leading: bool) -> usize {
        let late = |(_, duty, left): &&(u32, Duty, Left)| matches!(left, Left::Late(_)) && duty.of_a_lead == leading;
        let late = self.owed.iter().filter(late);
        late.map(|(seq, ..)| seq).collect::<BTreeSet<_>>().len()
    }
    fn open(&self) -> usize {
        self.leads.iter().filter(|(_, standing)| !matches!(standing, Standing::Closed | Standing::Withdrawn)).count()
    }
}

#[derive(Template)]
#[template(path = "directives/units.html")]
struct UnitsPage {
    shell: Shell,
    no: String,
    title: String,
    rows: Vec<Owes>,
    odd: String,
}

/// Each unit once, those that are late first, then those that lead most.
fn by_unit(all: &[Assignment], now: &Moment) -> Vec<Owes> {
    let mut units: BTreeMap<String, Owes> = BTreeMap::new();
    let mut of = |name: &str, add: &mut dyn FnMut(&mut Owes)| {
        add(units.entry(names::key(name).to_owned()).or_default().is_called(name));
    };
    for one in all {
        let seq = one.clause.seq;
        for lead in one.leads() {
            let standing = one.standing_of(lead, now);
            of(lead, &mut |owes| owes.leads.push((seq, standing)));
        }
        for participant in one.participants() {
            of(participant, &mut |owes| {
                if owes.participates.last() != Some(&seq) {
                    owes.participates.push(seq);
                }
            });
        }
        for missed in duty::missed(one, &now.calendar) {
            of(&missed.unit.clone(), &mut |owes| owes.missed.push((seq, missed.clone())));
        }
        for (duty, left) in duty::left(one, now) {
            for unit in duty.units.clone() {
                of(&unit, &mut |owes| owes.owed.push((seq, duty.clone(), left)));
            }
        }
    }
    let mut rows: Vec<Owes> = units.into_values().collect();
    rows.iter_mut().for_each(|owes| owes.owed.sort_by_key(|(seq, duty, left)| (left.is_nobodys(), duty.due, *seq)));
    rows.sort_by_key(|owes| {
        (Reverse(owes.overdue()), Reverse(owes.late_taking_part()), Reverse(owes.leads.len()), Reverse(owes.participates.len()))
    });
    rows
}

/// Who owes what.
pub async fn show(
    State(house): State<House>,
    shell: Shell,
    Path(no): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let title = issue::find(&mut conn, &no).await?.issued.title;
    let all = assignment::all(&mut conn, &no).await?;
    drop(conn);
    let rows = by_unit(&all, &house.now());
    let format = Format::of(wanted.form.as_deref());
    let odd = odd([(wanted.form.as_deref(), format.is_some())]);
    if let Some(format) = format {
        let list = |seqs: Vec<u32>| seqs.iter().map(u32::to_string).collect::<Vec<_>>().join("、");
        let owes = |owes: &Owes| {
            let each = owes.owed.iter().map(|(seq, duty, left)| match left {
                _ if left.is_nobodys() => format!("{seq} {} {}（{}）", duty.due, duty.zh(), left.zh()),
                _ => format!("{seq} {} {}", duty.due, duty.zh()),
            });
            each.collect::<Vec<_>>().join("；")
        };
        let table = Table {
            name: title.clone(),
            columns: vec![
                ("unit", "单位"),
                ("leads", "牵头"),
                ("overdue", "逾期"),
                ("overdue_taking_part", "参加的逾期"),
                ("open", "未办结"),
                ("owes", "还要做的"),
                ("next_due", "最早的期限"),
                ("next_due_left", "离期限"),
                ("met_late", "迟了的"),
                ("participates", "参加"),
            ],
            rows: rows
                .iter()
                .map(|row| {
                    vec![
                        row.unit().into(),
                        list(row.leads.iter().map(|(seq, _)| *seq).collect()).into(),
                        (row.overdue() as i64).into(),
                        (row.late_taking_part() as i64).into(),
                        (row.open() as i64).into(),
                        owes(row).into(),
                        row.owed.first().map(|(_, duty, _)| duty.due.to_string()).into(),
                        row.owed.first().map(|(.., left)| left.zh()).into(),
                        row.missed
                            .iter()
                            .map(|(seq, one)| format!("{seq} {} {}", one.due, one.zh()))
                            .collect::<Vec<_>>()
                            .join("；")
                            .into(),
                        list(row.participates.clone()).into(),
                    ]
                })
                .collect(),
        };
        return table.download(format, shell.lang);
    }
    let page = UnitsPage { no, title, rows, odd, shell };
    page::render(&page.shell, &page)
}
