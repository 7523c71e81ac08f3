//! Any text: every field says what stands at its place, and what was read is written in every layout.
#![no_main]

use libfuzzer_sys::fuzz_target;
use notice::{Layout, Span};

fuzz_target!(|text: &str| {
    let Ok(notice) = notice::read(text.as_bytes()) else { return };
    let at = |span: Span| {
        let line: Vec<char> = notice.source.lines[span.line as usize - 1].chars().collect();
        line[span.from as usize..span.to as usize].iter().collect::<String>()
    };
    for task in &notice.assignments {
        assert!(!task.text.is_empty() && !task.path.contains("//"));
        for unit in task.lead_units.iter().chain(&task.participating_units) {
            assert_eq!(at(unit.at), unit.name);
        }
        for date in &task.dates {
            assert_eq!(at(date.words.at), date.words.text);
        }
        task.text_at.iter().for_each(|span| assert!(task.text.contains(&at(*span))));
    }
    for unread in &notice.unread {
        assert_eq!(at(unread.words.at), unread.words.text);
    }
    for layout in Layout::ALL {
        let _ = notice::read(notice.render(layout).as_bytes());
    }
    assert!(notice.csv().lines().count() > notice.assignments.len());
});
