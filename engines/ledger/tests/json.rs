//! RFC 8785: the RFC's own examples, what must be refused, and an independent implementation (A3.4-08: commitments).

use ledger::{LedgerError, canonical_json, commit, commit_json};
use proptest::prelude::*;

/// RFC 8785 §3.2.2 (serialisation) and §3.2.3 (sorting).
#[test]
fn rfc_8785_examples() {
    let given = r#"{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }"#;
    let wanted = concat!(
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
        r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    );
    assert_eq!(canonical_json(given).unwrap(), wanted);
    let given = r#"{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }"#;
    let sorted = canonical_json(given).unwrap();
    let order = ["Carriage Return", "One", "Control", "Latin Small", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter"];
    let places: Vec<usize> = order.iter().map(|said| sorted.find(said).unwrap()).collect();
    assert!(places.is_sorted(), "{sorted}");
    assert!(sorted.starts_with("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":"), "{sorted}");
}

/// RFC 8785 appendix B: doubles by their bits, and how each is written.
#[test]
fn rfc_8785_numbers() {
    for (bits, wanted) in [
        (0x0000000000000000u64, "0"),
        (0x8000000000000000, "0"),
        (0x0000000000000001, "5e-324"),
        (0x8000000000000001, "-5e-324"),
        (0x7fefffffffffffff, "1.7976931348623157e+308"),
        (0xffefffffffffffff, "-1.7976931348623157e+308"),
        (0x4340000000000000, "9007199254740992"),
        (0xc340000000000000, "-9007199254740992"),
        (0x4430000000000000, "295147905179352830000"),
        (0x44b52d02c7e14af5, "9.999999999999997e+22"),
        (0x44b52d02c7e14af6, "1e+23"),
        (0x44b52d02c7e14af7, "1.0000000000000001e+23"),
        (0x444b1ae4d6e2ef4e, "999999999999999700000"),
        (0x444b1ae4d6e2ef4f, "999999999999999900000"),
        (0x444b1ae4d6e2ef50, "1e+21"),
        (0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"),
        (0x3eb0c6f7a0b5ed8d, "0.000001"),
        (0x41b3de4355555553, "333333333.3333332"),
        (0x41b3de4355555554, "333333333.33333325"),
        (0x41b3de4355555555, "333333333.3333333"),
        (0x41b3de4355555556, "333333333.3333334"),
        (0x41b3de4355555557, "333333333.33333343"),
        (0xbecbf647612f3696, "-0.0000033333333333333333"),
        (0x43143ff3c1cb0959, "1424953923781206.2"),
    ] {
        let number = f64::from_bits(bits);
        assert_eq!(canonical_json(&format!("{number:e}")).unwrap(), wanted, "{bits:016x}");
        assert_eq!(canonical_json(wanted).unwrap(), wanted, "{bits:016x}, written again");
    }
    for odd in ["NaN", "Infinity", "-Infinity", "1e400", "-1e999"] {
        assert!(canonical_json(odd).is_err(), "{odd}");
    }
}

#[test]
fn a3_4_08_a_commitment_holds_however_the_body_is_written() {
    let body = r#"{"item":"食品经营许可","days":5,"fees":[1.50]}"#;
    let again = "{\n  \"days\": 5e0,\n  \"fees\": [ 1.5 ],\n  \"item\": \"\\u98df\\u54c1经营许可\"\n}";
    let hash = commit_json(&[1; 32], body).unwrap();
    assert_eq!(commit_json(&[1; 32], again).unwrap(), hash);
    assert_eq!(commit(&[1; 32], canonical_json(again).unwrap().as_bytes()), hash);
    assert_ne!(commit_json(&[2; 32], body).unwrap(), hash, "the salt counts");
    assert_ne!(commit_json(&[1; 32], &body.replace('5', "6")).unwrap(), hash);
}

#[test]
fn what_two_readers_could_read_differently_is_refused() {
    for (text, offset) in [
        ("", 0),
        ("{\"a\":1,\"a\":2}", 7),
        (r#"{"a":1,"\u0061":2}"#, 7),
        (r#""\ud800""#, 7),
        (r#""\udc00x""#, 7),
        (r#""\ud83dA""#, 7),
        ("9007199254740993", 0),
        ("[-18446744073709551615]", 1),
        ("01", 2),
        ("-", 1),
        ("1.", 2),
        (".5", 0),
        ("1e", 2),
        ("+1", 0),
        ("\"a\u{1}\"", 2),
        ("\"a", 2),
        (r#""\x""#, 2),
        (r#""\u12G4""#, 2),
        ("[1,]", 3),
        ("[1 2]", 3),
        ("{\"a\":1,}", 7),
        ("{a:1}", 1),
        ("{\"a\" 1}", 5),
        ("1 1", 2),
        ("nul", 0),
        ("\u{feff}1", 0),
    ] {
        match canonical_json(text) {
            Err(LedgerError::BadJson { offset: found, .. }) => assert_eq!(found, offset, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    let deep = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(canonical_json(&deep(128)).is_ok());
    for depth in [130, 1_000_000] {
        assert!(canonical_json(&deep(depth)).is_err(), "{depth}");
    }
    assert!(canonical_json(&" ".repeat((16 << 20) + 1)).is_err());
    let why = canonical_json("9007199254740993").unwrap_err().to_string();
    assert!(why.contains("请写成字符串") && why.contains("write it as a string"), "{why}");
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        (-(1i64 << 53)..1 << 53).prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((".{0,4}", inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn another_implementation_writes_the_same(value in json()) {
        let ours = canonical_json(&serde_json::to_string_pretty(&value).unwrap()).unwrap();
        prop_assert_eq!(&ours, &serde_json_canonicalizer::to_string(&value).unwrap());
        prop_assert_eq!(&canonical_json(&ours).unwrap(), &ours);
    }

    #[test]
    fn any_double_reads_back(bits in any::<u64>()) {
        let number = f64::from_bits(bits);
        prop_assume!(number.is_finite());
        let ours = canonical_json(&format!("{number:e}")).unwrap();
        prop_assert_eq!(ours.parse::<f64>().unwrap(), number);
        prop_assert_eq!(&canonical_json(&ours).unwrap(), &ours);
    }

    /// Many of these lie exactly between two decimals of the same length.
    #[test]
    fn ties_go_to_the_even_digit(quarters in (1u64 << 49)..1 << 53, scale in -6i32..3) {
        let number = quarters as f64 * 2f64.powi(scale);
        let ours = canonical_json(&format!("{number:e}")).unwrap();
        prop_assert_eq!(ours, serde_json_canonicalizer::to_string(&number).unwrap());
    }

    #[test]
    fn any_text_is_canonical_or_refused(text in "[\\[\\]{}\",:\\\\u0-9a-f.eE+\\- ]{0,40}|\\PC{0,40}") {
        if let Ok(canonical) = canonical_json(&text) {
            prop_assert_eq!(canonical_json(&canonical).unwrap(), canonical);
        }
    }
}
