//! Any text as the words of a holiday notice.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match calendar::read_announcement(text, Some(2027)) {
    Ok(read) => {
        assert!(!read.rows.is_empty());
        assert!(read.rows.windows(2).all(|pair| pair[0].date < pair[1].date));
    }
    Err(faults) => assert!(faults.iter().all(|fault| !fault.chinese().is_empty() && !fault.english().is_empty())),
});
