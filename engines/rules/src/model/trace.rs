//! 依据 · the tables a decision went through, in the order they were done. A table may be called by an expression, which
//! can give nothing but a value, so the steps are kept beside it, in the thread.

use std::cell::RefCell;

use super::Step;

/// The most steps that are told.
const MAX_STEPS: usize = 1000;

thread_local! {
    static STEPS: RefCell<Option<Vec<Step>>> = const { RefCell::new(None) };
}

/// Runs, and gives the steps too.
pub(crate) fn of<T>(run: impl FnOnce() -> T) -> (T, Vec<Step>) {
    let outside = STEPS.replace(Some(Vec::new()));
    let value = run();
    (value, STEPS.replace(outside).unwrap_or_default())
}

pub(crate) fn add(step: impl FnOnce() -> Step) {
    let wanted = STEPS.with_borrow(|steps| steps.as_ref().is_some_and(|steps| steps.len() < MAX_STEPS));
    if wanted {
        let step = step();
        STEPS.with_borrow_mut(|steps| steps.as_mut().map(|steps| steps.push(step)));
    }
}
