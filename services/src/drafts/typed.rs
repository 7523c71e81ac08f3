//! 随填随存 · what is typed is kept a moment after the typing stops, by the code that keeps what a button sends (F070, H17). Each page of
//! a draft has a number of its own. A step that another page has written since this one was drawn is not written over: by typing
//! never, by a button only once the person has been told.

use foundation::held::Posted;
use serde_json::{Map, Value};
use uuid::Uuid;

/// What a page sends back of itself: its number, how often its step had been written when it was drawn, and how many times it has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    page: Uuid,
    seen: u64,
    turn: u64,
}

/// What to do with what a page sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writes {
    Yes,
    /// The page has sent something later already.
    Late,
    /// Another page has written the step meanwhile.
    Elsewhere,
}

impl Page {
    /// What the page said of itself; a program that fills in a form without having drawn it says nothing.
    pub fn of(posted: &Posted) -> Option<Page> {
        let number = |key| posted.one(key).parse().ok();
        Some(Page { page: posted.one("page").parse().ok()?, seen: number("seen")?, turn: number("turn").unwrap_or(0) })
    }

    /// Whether it writes its step.
    pub fn writes(&self, pages: &Value, step: &str) -> Writes {
        let Some(last) = pages.get(step) else { return Writes::Yes };
        let number = |key| last.get(key).and_then(Value::as_u64).unwrap_or(0);
        if last.get("page").and_then(Value::as_str) == Some(&self.page.to_string()) {
            return if self.turn < number("turn") { Writes::Late } else { Writes::Yes };
        }
        if number("times") > self.seen { Writes::Elsewhere } else { Writes::Yes }
    }
}

/// How often a step has been written.
pub(super) fn times(pages: &Value, step: &str) -> u64 {
    pages.get(step).and_then(|last| last.get("times")).and_then(Value::as_u64).unwrap_or(0)
}

/// The same once the step has been written, by this page or by one that said nothing of itself.
pub(super) fn written(pages: &Value, step: &str, by: Option<Page>) -> Value {
    let mut pages: Map<String, Value> = pages.as_object().cloned().unwrap_or_default();
    let times = times(&Value::Object(pages.clone()), step) + 1;
    let (page, turn) = by.map_or((Value::Null, 0), |by| (by.page.to_string().into(), by.turn));
    pages.insert(step.to_owned(), serde_json::json!({ "page": page, "times": times, "turn": turn }));
    Value::Object(pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(n: u128, seen: u64, turn: u64) -> Page {
        Page { page: Uuid::from_u128(n), seen, turn }
    }

    #[test]
    fn f070_of_two_devices_at_one_step_the_second_is_told_and_at_two_steps_neither_is() {
        let fresh = json!({});
        assert_eq!(page(1, 0, 1).writes(&fresh, "a"), Writes::Yes);
        let pages = written(&fresh, "a", Some(page(1, 0, 1)));
        assert_eq!(page(1, 0, 2).writes(&pages, "a"), Writes::Yes, "its own typing is no other device");
        assert_eq!(page(2, 0, 1).writes(&pages, "a"), Writes::Elsewhere);
        assert_eq!(page(2, 0, 1).writes(&pages, "b"), Writes::Yes);
        assert_eq!(page(3, times(&pages, "a"), 1).writes(&pages, "a"), Writes::Yes, "it was drawn with what stands there");
        let pages = written(&pages, "a", Some(page(3, 1, 1)));
        assert_eq!(page(1, 0, 3).writes(&pages, "a"), Writes::Elsewhere);
        // By a form of before, or a program.
        assert_eq!(page(3, 1, 2).writes(&written(&pages, "a", None), "a"), Writes::Elsewhere);
    }

    #[test]
    fn f070_what_was_typed_before_and_comes_after_writes_nothing() {
        let pages = written(&json!({}), "a", Some(page(1, 0, 5)));
        assert_eq!(page(1, 0, 4).writes(&pages, "a"), Writes::Late);
        assert_eq!(page(1, 0, 5).writes(&pages, "a"), Writes::Yes);
    }
}
