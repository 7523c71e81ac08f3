//! A million deadlines recomputed on one core, and beside it the walk day by day over the same million, in one run.

#[path = "../tests/it/naive.rs"]
mod naive;

use calendar::{Calendar, Clock, Limit, NaiveDate, Revision, Row, next_deadlines};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::{Duration, Instant};

fn recompute(c: &mut Criterion) {
    let clocks: Vec<Clock> = naive::a_million_clocks().collect();
    let calendar = Calendar::china();
    let oracle = naive::Naive::read();

    let mut group = c.benchmark_group("a million deadlines");
    group.throughput(Throughput::Elements(clocks.len() as u64)).sample_size(10).measurement_time(Duration::from_secs(8));
    let table = || clocks.iter().filter_map(|clock| clock.due(&calendar)).map(|due| due.date).max();
    let walk = || clocks.iter().filter_map(|clock| oracle.due(clock)).map(|due| due.date).max();
    assert_eq!(table(), walk());
    group.bench_function("table", |b| b.iter(|| black_box(table())));
    group.bench_function("day by day", |b| b.iter(|| black_box(walk())));

    let plain: Vec<(NaiveDate, Limit)> = clocks.iter().map(|clock| (clock.start, clock.limit)).collect();
    group.bench_function("table, no pauses", |b| {
        b.iter(|| black_box(plain.iter().map(|(start, limit)| calendar.due(*start, *limit).date).max()));
    });

    let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let announced = calendar.with([Row::workday(day("2020-01-31"), "春节"), Row::workday(day("2020-02-01"), "春节")]);
    group.bench_function("moved by a new holiday", |b| {
        let revision = Revision::between(&announced, &calendar);
        b.iter(|| black_box(revision.changes(clocks.iter().enumerate()).count()));
    });
    group.bench_function("next twenty", |b| {
        b.iter(|| black_box(next_deadlines(&calendar, clocks.iter().enumerate(), day("2026-11-25"), 20)));
    });
    group.finish();

    // The ratio, from the best of five of each, one after the other.
    let best = |of: &dyn Fn() -> Option<NaiveDate>| {
        (0..5)
            .map(|_| {
                let from = Instant::now();
                black_box(of());
                from.elapsed()
            })
            .min()
            .unwrap_or_default()
    };
    let (ours, theirs) = (best(&table), best(&walk));
    println!(
        "a million deadlines: table {ours:.2?}, day by day {theirs:.2?}, ratio {:.1}",
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
}

criterion_group!(benches, recompute);
criterion_main!(benches);
