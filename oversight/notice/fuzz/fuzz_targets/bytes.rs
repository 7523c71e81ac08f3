//! A file of any kind: it is read, or refused with a sentence in both languages.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match notice::read(bytes) {
        Ok(notice) => assert!(!notice.source.lines.is_empty()),
        Err(trouble) => assert!(!trouble.to_string().is_empty() && !trouble.english().is_empty()),
    }
});
