//! A million deadlines recomputed on one core, and beside it the walk day by day over the same million, in one run. What is measured
//! is the time of the processor, so that a busy machine does not change the answer.

#[path = "../tests/it/naive.rs"]
mod naive;

use calendar::{Calendar, Clock, Limit, NaiveDate, Revision, Row, next_deadlines};
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How long the processor has worked for this thread; the time of day where the system does not tell.
struct ProcessorTime;

fn worked_for() -> Duration {
    static SINCE: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| SINCE.elapsed(), Duration::from_nanos)
}

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        worked_for()
    }
    fn end(&self, start: Duration) -> Duration {
        worked_for() - start
    }
    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }
    fn zero(&self) -> Duration {
        Duration::ZERO
    }
    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }
    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

fn recompute(c: &mut Criterion<ProcessorTime>) {
    let clocks: Vec<Clock> = naive::a_million_clocks().collect();
    let calendar = Calendar::china();
    let oracle = naive::Naive::read();

    let mut group = c.benchmark_group("a million deadlines");
    group
        .throughput(Throughput::Elements(clocks.len() as u64))
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2));
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
        let times = (0..5).map(|_| {
            let from = worked_for();
            black_box(of());
            worked_for() - from
        });
        times.min().unwrap_or_default()
    };
    let (ours, theirs) = (best(&table), best(&walk));
    println!(
        "a million deadlines: table {ours:.2?}, day by day {theirs:.2?}, ratio {:.1}",
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime);
    targets = recompute
}
criterion_main!(benches);
