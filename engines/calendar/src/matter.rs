//! 一件事的期限 · the statutory and the promised limit of one matter side by side (CLK-08), and the limits of its steps inside them.
//! What happens to the matter happens to both or, when it is refused, to neither.

use crate::clock::{bounded, computable, few, room, said};
use crate::{Calendar, Clock, ClockError, Due, Limit, Standing, State};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The clocks of one matter, as stored.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// 法定时限.
    pub statutory: Clock,
    /// 承诺时限, never longer (营商条例 35).
    pub promised: Clock,
    /// Whether the promise pauses with the law's limit (CLK-08). Not where the promise includes hearings and expert review (B4.1-07).
    #[serde(default = "yes")]
    pub pauses_promise: bool,
    /// Steps in the order in which they began.
    #[serde(default, deserialize_with = "few")]
    pub steps: Vec<Step>,
    /// How often the full period was given again, and why.
    #[serde(default, deserialize_with = "few")]
    pub restarts: Vec<Restart>,
}

/// 环节 · one step on the way, with a limit of its own inside the whole.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// How long it may take.
    pub limit: Limit,
    /// The day on which it was handed over, which is not counted (CLK-01).
    pub from: NaiveDate,
    /// The day on which it was done.
    #[serde(default)]
    pub to: Option<NaiveDate>,
}

/// 重新起算 · the full period again (CLK-10).
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Restart {
    /// 补正, 缴费 …
    pub ground: String,
    /// The article.
    pub basis: String,
    /// The clocks as they stood before.
    pub before: (Clock, Clock),
    /// The new event day.
    pub on: NaiveDate,
}

/// Where a matter stands on a day.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct MatterStanding {
    /// Under the law.
    pub statutory: Standing,
    /// Under the promise.
    pub promised: Standing,
    /// Steps, as [`Matter::steps`] has them.
    pub steps: Vec<StepStanding>,
}

/// Where a step stands on a day.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct StepStanding {
    /// What it is called.
    pub name: String,
    /// Under its own limit.
    pub standing: Standing,
    /// Its last day inside the whole: its own, or the promise's where that comes earlier.
    pub due: Option<Due>,
}

fn yes() -> bool {
    true
}

impl Matter {
    /// Both limits from one event: for a permit the day of acceptance (late start). A promise longer than the law is refused; limits in
    /// different units are compared by where they end.
    pub fn start(calendar: &Calendar, on: NaiveDate, statutory: Limit, promised: Limit) -> Result<Matter, ClockError> {
        computable("on", on)?;
        bounded(statutory)?;
        bounded(promised)?;
        let longer = match promised.unit == statutory.unit {
            true => promised.n > statutory.n,
            false => calendar.due(on, promised).date > calendar.due(on, statutory).date,
        };
        if longer {
            return Err(ClockError::PromiseBeyondLaw { promised, statutory });
        }
        Ok(Matter {
            statutory: Clock::start(on, statutory),
            promised: Clock::start(on, promised),
            pauses_promise: true,
            steps: Vec::new(),
            restarts: Vec::new(),
        })
    }

    /// The same with a promise that goes on while the law's limit pauses: hearings and expert review are inside it (B4.1-07).
    #[must_use]
    pub fn promise_goes_on(self) -> Matter {
        Matter { pauses_promise: false, ..self }
    }

    /// [`Clock::pause`] for both, or for the law's alone where the promise goes on.
    pub fn pause(&mut self, ground: &str, basis: &str, from: NaiveDate) -> Result<(), ClockError> {
        let goes_on = !self.pauses_promise;
        self.both(goes_on, |clock| clock.pause(ground, basis, from))
    }

    /// [`Clock::resume`], likewise.
    pub fn resume(&mut self, ground: &str, to: NaiveDate) -> Result<(), ClockError> {
        let goes_on = !self.pauses_promise;
        self.both(goes_on, |clock| clock.resume(ground, to))
    }

    /// [`Clock::extend_in_time`] for both, by the same: once, and refused when the law's limit had run out.
    pub fn extend(
        &mut self,
        calendar: &Calendar,
        by: Limit,
        on: NaiveDate,
        approver: &str,
        reason: &str,
    ) -> Result<(), ClockError> {
        self.statutory.clone().extend_in_time(calendar, by, on, approver, reason)?;
        self.both(false, |clock| clock.extend(by, on, approver, reason))
    }

    /// The full period again from `on`: the receipt of a correction (公开条例 30), a fee paid. Once on each ground, and what went
    /// before is kept. Steps stay: they are the history; a pause that is open goes on.
    pub fn restart(&mut self, ground: &str, basis: &str, on: NaiveDate) -> Result<(), ClockError> {
        let (ground, basis) = (said("ground", ground)?, said("basis", basis)?);
        if self.restarts.iter().any(|earlier| earlier.ground == ground) {
            return Err(ClockError::AlreadyRestarted(ground));
        }
        room("restarts", self.restarts.len() + 1)?;
        let before = (self.statutory.clone(), self.promised.clone());
        self.both(false, |clock| {
            *clock = clock.restart(on)?;
            Ok(())
        })?;
        self.restarts.push(Restart { ground, basis, before, on });
        Ok(())
    }

    /// Hands the matter to a step. Refused when the step could end after the promise does.
    pub fn begin_step(&mut self, calendar: &Calendar, name: &str, limit: Limit, on: NaiveDate) -> Result<(), ClockError> {
        let name = said("step", name)?;
        self.in_order(on)?;
        if self.steps.iter().any(|step| step.name == name && step.to.is_none()) {
            return Err(ClockError::StepOpen(name));
        }
        room("steps", self.steps.len() + 1)?;
        let step = Step { name, limit, from: on, to: None };
        bounded(limit)?;
        // While a pause is open both wait for the same day: they are compared as if it ended now.
        let own = self.step_clock(&step).due_if_resumed_on(calendar, on).date;
        let whole = self.promised.due_if_resumed_on(calendar, on).date;
        if own > whole {
            return Err(ClockError::StepBeyondWhole { step: step.name, limit, whole });
        }
        self.steps.push(step);
        Ok(())
    }

    /// The step is done.
    pub fn end_step(&mut self, name: &str, on: NaiveDate) -> Result<(), ClockError> {
        let at = self
            .steps
            .iter()
            .position(|step| step.name == name.trim() && step.to.is_none())
            .ok_or_else(|| ClockError::NoSuchStep(name.trim().to_owned()))?;
        self.in_order(on)?;
        self.steps[at].to = Some(on);
        Ok(())
    }

    /// Concludes the matter; pauses and steps that are open end with it.
    pub fn stop(&mut self, on: NaiveDate) -> Result<(), ClockError> {
        self.in_order(on)?;
        self.both(false, |clock| clock.stop(on))?;
        self.steps.iter_mut().filter(|step| step.to.is_none()).for_each(|step| step.to = Some(on));
        Ok(())
    }

    /// The clock of a step. It counts no day on which the promise does not; an extension of the whole does not lengthen it.
    pub fn step_clock(&self, step: &Step) -> Clock {
        let mut clock = Clock::start(step.from, step.limit);
        let pauses = self.promised.pauses.iter().filter(|pause| pause.to.is_none_or(|to| to >= step.from));
        // A step that is done knows nothing of later pauses.
        clock.pauses = pauses.filter(|pause| step.to.is_none_or(|to| pause.from <= to)).cloned().collect();
        clock.stopped = step.to;
        clock
    }

    /// Where everything stands at the end of `today`.
    pub fn standing(&self, calendar: &Calendar, today: NaiveDate) -> MatterStanding {
        let promised = self.promised.standing(calendar, today);
        let steps = self.steps.iter().map(|step| {
            let standing = self.step_clock(step).standing(calendar, today);
            let due = match (standing.due, promised.due) {
                (Some(own), Some(whole)) if whole.date < own.date => Some(whole),
                (own, _) => own,
            };
            StepStanding { name: step.name.clone(), standing, due }
        });
        MatterStanding { statutory: self.statutory.standing(calendar, today), promised, steps: steps.collect() }
    }

    /// Whether this could have come from the methods above: for a matter that was read from elsewhere.
    pub fn check(&self) -> Result<(), ClockError> {
        self.statutory.check()?;
        self.promised.check()?;
        let (promised, statutory) = (self.promised.limit, self.statutory.limit);
        if promised.unit == statutory.unit && promised.n > statutory.n {
            return Err(ClockError::PromiseBeyondLaw { promised, statutory });
        }
        for restart in &self.restarts {
            said("ground", restart.ground.as_str())?;
            said("basis", restart.basis.as_str())?;
        }
        for step in &self.steps {
            said("step", step.name.as_str())?;
            if let Some(to) = step.to.filter(|to| *to < step.from) {
                return Err(ClockError::OutOfOrder { field: "to".to_owned(), on: to, last: step.from });
            }
        }
        Ok(())
    }

    /// Does it to both clocks, or to the law's alone, or where it is refused to neither.
    fn both(&mut self, statutory_only: bool, act: impl Fn(&mut Clock) -> Result<(), ClockError>) -> Result<(), ClockError> {
        let (mut statutory, mut promised) = (self.statutory.clone(), self.promised.clone());
        act(&mut statutory)?;
        if !statutory_only {
            act(&mut promised)?;
        }
        (self.statutory, self.promised) = (statutory, promised);
        Ok(())
    }

    /// Whether an entry of that day comes after everything recorded.
    fn in_order(&self, on: NaiveDate) -> Result<(), ClockError> {
        self.statutory.accepts("on", on)?;
        let steps = self.steps.iter().map(|step| step.to.unwrap_or(step.from));
        match steps.max() {
            Some(last) if on < last => Err(ClockError::OutOfOrder { field: "on".to_owned(), on, last }),
            _ => Ok(()),
        }
    }
}

impl MatterStanding {
    /// Whether the promise is broken and the law still kept: yellow, not red (C3.3-03, C3.3-05).
    pub fn only_the_promise_is_late(&self) -> bool {
        self.promised.left < 0 && self.statutory.left >= 0
    }

    /// The next last day that is not over: of a step under way, of the promise, or of the law.
    pub fn next(&self) -> Option<Due> {
        let open = |standing: &Standing| matches!(standing.state, State::Running | State::Paused | State::NotStarted);
        let steps = self.steps.iter().filter(|step| open(&step.standing)).filter_map(|step| step.due);
        let whole = [&self.promised, &self.statutory].into_iter().filter(|one| open(one)).filter_map(|one| one.due);
        steps.chain(whole).min_by_key(|due| due.date)
    }
}
