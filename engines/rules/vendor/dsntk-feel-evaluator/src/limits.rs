//! Bounds of one evaluation, and the moment it takes for now. Added to upstream; see README.md.
//!
//! A day with time, or a time of day, that names an offset or a zone is turned into Chinese time with [locally]: the standard
//! compares such a value with one without a zone by the clock of the machine, or not at all.
//!
//! What is null is unknown. The standard reads it as no in `if`, in a filter and in a cell; [strictly] it stays unknown.
//!
//! Every evaluator that [builders](crate::builders) makes is metered: it costs one step and the size of the value it
//! gives, for a value costs as much to make. So neither a loop nor a function calling itself nor a list doubling again
//! and again goes on for ever or fills the memory: once the steps are used up everything answers null at once.

use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value;
use dsntk_feel::{Evaluator, FeelNumber, FeelScope, value_null};
use dsntk_feel_temporal::{FeelDateTime, FeelDaysAndTimeDuration, FeelTime, FeelZone};
use std::cell::{Cell, RefCell};

/// Evaluators running inside one another; each takes stack.
const MAX_DEPTH: u32 = 256;

/// Values nested deeper are not made.
const MAX_NESTING: u32 = 64;

#[derive(Clone, Copy)]
struct Meter {
  running: bool,
  left: u64,
  depth: u32,
  /// Whether the moment was asked for where none is given.
  timeless: bool,
}

const IDLE: Meter = Meter {
  running: false,
  left: 0,
  depth: 0,
  timeless: false,
};

thread_local! {
  static METER: Cell<Meter> = const { Cell::new(IDLE) };
  static STRICT: Cell<bool> = const { Cell::new(false) };
  static LOCAL: Cell<bool> = const { Cell::new(false) };
  static MOMENT: RefCell<Option<(Value, Value)>> = const { RefCell::new(None) };
}

/// Ends the outermost evaluation even when it panics.
struct End;

impl Drop for End {
  fn drop(&mut self) {
    METER.set(IDLE);
    MOMENT.set(None);
  }
}

/// How a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ran {
  /// To its end.
  Whole,
  /// The steps did not suffice.
  OutOfSteps,
  /// It asked for `now()` or `today()`, and no moment is given.
  WithoutMoment,
}

fn ran() -> Ran {
  match METER.get() {
    Meter { left: 0, .. } => Ran::OutOfSteps,
    Meter { timeless: true, .. } => Ran::WithoutMoment,
    _ => Ran::Whole,
  }
}

/// Runs with so many steps; `moment` is what `now()` and `today()` give, null when there is none. Inside another run
/// the steps and the moment of that one hold.
pub fn within<T>(steps: u64, moment: Option<(Value, Value)>, run: impl FnOnce() -> T) -> (T, Ran) {
  if METER.get().running {
    let value = run();
    return (value, ran());
  }
  let _end = End;
  METER.set(Meter {
    running: true,
    left: steps,
    ..IDLE
  });
  MOMENT.set(moment);
  let value = run();
  (value, ran())
}

/// Runs a part of a run with at most so many of its steps. When they do not suffice, the whole run is out of steps.
pub fn part<T>(steps: u64, run: impl FnOnce() -> T) -> T {
  let before = METER.get();
  if !before.running || before.left <= steps {
    return run();
  }
  METER.set(Meter { left: steps, ..before });
  let value = run();
  let after = METER.get();
  if after.left > 0 {
    METER.set(Meter {
      left: before.left - (steps - after.left),
      ..after
    });
  }
  value
}

/// Runs with steps of its own, and takes none of the run it stands in.
pub fn aside<T>(steps: u64, run: impl FnOnce() -> T) -> T {
  let before = METER.get();
  METER.set(Meter {
    running: true,
    left: steps,
    ..before
  });
  let value = run();
  METER.set(before);
  value
}

/// Sets strictness back even after a panic.
struct Before(bool);

impl Drop for Before {
  fn drop(&mut self) {
    STRICT.set(self.0);
  }
}

/// Runs so that null stays unknown: whatever is compared with it is null unless `null` is written there, and a
/// condition that is null decides nothing.
pub fn strictly<T>(run: impl FnOnce() -> T) -> T {
  let _before = Before(STRICT.replace(true));
  locally(run)
}

/// Sets the clock back even after a panic.
struct Clock(bool);

impl Drop for Clock {
  fn drop(&mut self) {
    LOCAL.set(self.0);
  }
}

/// Runs so that every time is Chinese time, which has one offset and no summer time.
pub fn locally<T>(run: impl FnOnce() -> T) -> T {
  let _before = Clock(LOCAL.replace(true));
  run()
}

/// Whether every time is Chinese time, and equal only to the very same, fractions of a second included.
pub(crate) fn local() -> bool {
  LOCAL.get()
}

/// The offset of Chinese time, in seconds.
const OFFSET: i64 = 8 * 3600;
/// The zone that keeps it.
const ZONE: &str = "Asia/Shanghai";

/// The same moment in Chinese time, without its offset.
pub fn in_chinese_time(value: Value) -> Value {
  match value {
    Value::DateTime(moment) if !matches!(moment.time().zone(), FeelZone::Local) => {
      let time = moment.time();
      let local = FeelDateTime::new(moment.date(), FeelTime::local(time.hour(), time.minute(), time.second(), time.nanos()));
      let turned = match moment.feel_time_zone().as_deref() {
        Some(ZONE) => Some(local),
        _ => moment
          .feel_time_offset()
          .and_then(|offset| local + FeelDaysAndTimeDuration::from_s(OFFSET - i64::from(offset))),
      };
      turned.map_or_else(|| value_null!("no such day in this time zone"), Value::DateTime)
    }
    Value::Time(time) if !matches!(time.zone(), FeelZone::Local) => {
      let offset = match time.zone() {
        FeelZone::Zone(zone) if zone == ZONE => OFFSET,
        FeelZone::Offset(offset) => i64::from(*offset),
        FeelZone::Utc => 0,
        _ => return value_null!("a time of day in a time zone that is named has no offset"),
      };
      let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
      let seconds = (seconds + OFFSET - offset).rem_euclid(24 * 3600);
      Value::Time(FeelTime::local((seconds / 3600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8, time.nanos()))
    }
    other => other,
  }
}

/// Whether null stays unknown.
pub fn strict() -> bool {
  STRICT.get()
}

fn moment(which: impl FnOnce(&(Value, Value)) -> Value) -> Option<Value> {
  let given = MOMENT.with_borrow(|moment| moment.as_ref().map(which));
  if given.is_none() {
    METER.set(Meter { timeless: true, ..METER.get() });
  }
  given
}

/// What `now()` gives.
pub(crate) fn now() -> Option<Value> {
  moment(|(now, _)| now.clone())
}

/// What `today()` gives.
pub(crate) fn today() -> Option<Value> {
  moment(|(_, today)| today.clone())
}

/// Takes steps; `false` when there are none left.
pub fn spend(steps: u64) -> bool {
  let mut meter = METER.get();
  if !meter.running {
    return true;
  }
  meter.left = meter.left.saturating_sub(steps);
  METER.set(meter);
  meter.left > 0
}

/// Takes steps for compiling a regular expression and running it over a text.
pub(crate) fn spend_pattern(pattern: &str, input: &str) -> bool {
  let size = pattern_size(pattern);
  spend((100 + size).saturating_add(size.saturating_mul(input.len() as u64) / 256))
}

/// About how large a regular expression is once compiled: a class of Unicode is large, and what is repeated `{100}` times
/// is there a hundred times.
fn pattern_size(pattern: &str) -> u64 {
  let escaped = |letter: Option<char>| match letter {
    Some('p' | 'P' | 'w' | 'W' | 'i' | 'I' | 'c' | 'C') => 3000,
    Some('d' | 'D' | 's' | 'S') => 200,
    _ => 1,
  };
  // Sizes of the groups that are open, and of what a repetition repeats.
  let (mut open, mut total, mut last) = (Vec::new(), 0_u64, 0_u64);
  let mut rest = pattern.chars();
  while let Some(letter) = rest.next() {
    if letter == '{' {
      let counted: String = rest.by_ref().take_while(|letter| *letter != '}').collect();
      let most = counted.split(',').filter_map(|number| number.trim().parse::<u64>().ok()).max().unwrap_or(1);
      last = last.saturating_mul(most.max(1));
      continue;
    }
    total = total.saturating_add(last);
    last = match letter {
      '\\' => {
        let size = escaped(rest.next());
        // The name of a property is no repetition.
        if rest.as_str().starts_with('{') && size == 3000 {
          rest.find(|letter| *letter == '}');
        }
        size
      }
      '.' => 50,
      '(' => {
        open.push(total);
        total = 0;
        0
      }
      ')' => {
        let inner = total;
        total = open.pop().unwrap_or(0);
        inner
      }
      _ => 1,
    };
  }
  open.into_iter().fold(total.saturating_add(last), u64::saturating_add)
}

/// A number as decimals have it: infinity and what is no number are null, and zero is one, not `0E+6144`.
fn regular(value: Value) -> Value {
  match value {
    Value::Number(number) if number.is_zero() => Value::Number(FeelNumber::zero()),
    Value::Number(number) if number.abs() < FeelNumber::infinite() => value,
    Value::Number(_) => value_null!("the number is out of range"),
    other => other,
  }
}

/// Makes an evaluator pay for what it does, and give numbers only that are finite.
pub fn metered(evaluator: Evaluator) -> Evaluator {
  Box::new(move |scope: &FeelScope| {
    let mut meter = METER.get();
    if meter.running {
      if meter.depth >= MAX_DEPTH {
        meter.left = 0;
      }
      if meter.left == 0 {
        METER.set(meter);
        return value_null!("the evaluation takes too many steps");
      }
      meter.depth += 1;
      METER.set(meter);
    }
    let value = regular(evaluator(scope));
    let value = if local() { in_chinese_time(value) } else { value };
    let mut meter = METER.get();
    if meter.running {
      meter.depth = meter.depth.saturating_sub(1);
      meter.left = after(meter.left, &value, 0);
      METER.set(meter);
    }
    value
  })
}

/// How large a value is, in steps.
pub(crate) fn size(value: &Value) -> u64 {
  u64::MAX - after(u64::MAX, value, 0)
}

/// What is left after a value is paid for.
fn after(left: u64, value: &Value, depth: u32) -> u64 {
  if depth > MAX_NESTING {
    return 0;
  }
  let all = |left: u64, values: &[Value]| {
    let mut left = left;
    for value in values {
      if left == 0 {
        break;
      }
      left = after(left, value, depth + 1);
    }
    left
  };
  let entries = |left: u64, context: &FeelContext| {
    let mut left = left;
    for (_, value) in context.iter() {
      if left == 0 {
        break;
      }
      // a name is copied with each value
      left = after(left.saturating_sub(8), value, depth + 1);
    }
    left
  };
  let left = left.saturating_sub(1);
  match value {
    Value::String(text) | Value::Null(Some(text)) => left.saturating_sub(text.len() as u64 / 16),
    Value::List(values) | Value::ExpressionList(values) | Value::NegatedCommaList(values) => all(left, values),
    Value::Context(context) => entries(left, context),
    Value::FunctionDefinition(_, _, _, _, closure, _) => entries(left, closure),
    Value::ContextEntry(_, value) => after(left, value, depth + 1),
    Value::NamedParameter(name, value) => after(after(left, name, depth + 1), value, depth + 1),
    Value::NamedParameters(parameters) => parameters.values().fold(left, |left, (value, _)| after(left, value, depth + 1)),
    _ => left,
  }
}
