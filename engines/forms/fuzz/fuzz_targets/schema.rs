//! Any JSON Schema with any document: compiled or refused, checked without end or panic.
#![no_main]

use forms::Schema;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (schema, data) = text.split_once('\0').unwrap_or((text, "{}"));
    let (Ok(schema), Ok(data)) = (serde_json::from_str(schema), serde_json::from_str(data)) else { return };
    if let Ok(schema) = Schema::compile(&schema) {
        assert_eq!(schema.is_valid(&data), schema.check(&data).is_empty());
        let (folded, told) = schema.read(data);
        assert_eq!(schema.is_valid(&folded), told.is_empty());
    }
});
