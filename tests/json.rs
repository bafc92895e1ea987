//! The module's own JSON reader against `serde_json`, an independent one.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that fails panics")]

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::Value;
use tidegate::Json;

/// Both read the text, or both refuse it; what they read is the same.
fn agree(text: &str) {
    let (ours, theirs) = (text.parse::<Json>(), serde_json::from_str::<Value>(text));
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            // Duplicates are kept by ours and merged by theirs, so both go through theirs once more.
            let ours: Value = serde_json::from_str(&serde_json::to_string(&ours).unwrap()).unwrap();
            assert_eq!(doubles(&ours), doubles(&theirs), "{text}");
        }
        (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("{text:?}: ours {ours:?}, theirs {theirs:?}"),
    }
}

fn doubles(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64().unwrap()),
        Value::Array(items) => items.iter().map(doubles).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), doubles(value))).collect(),
        other => other.clone(),
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..6).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// What once failed is tried first, from a file beside this one.
fn config() -> ProptestConfig {
    let beside = FileFailurePersistence::WithSource("regressions");
    ProptestConfig { failure_persistence: Some(Box::new(beside)), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_json_is_read(value in json(), pretty in any::<bool>()) {
        agree(&if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() });
    }

    #[test]
    fn damaged_json_is_refused_alike(value in json(), at in any::<prop::sample::Index>(), with in "[-{}\\[\\]\",:0-9eE.\\\\utrn+ \\x00-\\x20]{0,3}", cut in 0_usize..3) {
        let text: Vec<char> = value.to_string().chars().collect();
        let start = at.index(text.len());
        let end = (start + cut).min(text.len());
        agree(&text[..start].iter().copied().chain(with.chars()).chain(text[end..].iter().copied()).collect::<String>());
    }

    #[test]
    fn doubles_are_read_to_the_last_bit(bits in any::<u64>()) {
        let number = f64::from_bits(bits);
        prop_assume!(number.is_finite());
        for text in [format!("{number:e}"), format!("{number:?}"), format!("{number:.30e}")] {
            let read: Json = text.parse().expect("a number");
            let expected: f64 = text.parse().expect("a number");
            prop_assert!(matches!(read, Json::Number(read) if read.to_bits() == expected.to_bits()), "{} read as {:?}", text, read);
        }
    }

    #[test]
    fn halves_between_doubles_are_read_to_the_last_bit(bits in any::<u64>(), more in "0{0,900}[01]?") {
        let low = f64::from_bits(bits & !(1 << 63));
        prop_assume!(low.is_finite() && f64::from_bits(low.to_bits() + 1).is_finite());
        // The sum of neighbours, exactly, halved: all of its digits.
        let exponent = low.to_bits().max(1 << 52) >> 52;
        let mantissa = u128::from(low.to_bits() & ((1 << 52) - 1)) + if low.to_bits() >> 52 > 0 { 1 << 52 } else { 0 };
        let text = format!("{}{more}", exact(2 * mantissa + 1, i64::try_from(exponent).unwrap() - 1076));
        let read: Json = text.parse().expect("a number");
        let expected: f64 = text.parse().expect("a number");
        prop_assert!(matches!(read, Json::Number(read) if read.to_bits() == expected.to_bits()), "{} read as {:?}", text, read);
    }

    #[test]
    fn numbers_are_read_to_the_last_bit(text in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?") {
        agree(&text);
    }
}

/// `mantissa × 2^exponent` with every decimal digit and a point.
fn exact(mantissa: u128, exponent: i64) -> String {
    let mut digits: Vec<u8> = mantissa.to_string().bytes().map(|byte| byte - b'0').rev().collect();
    let mut double = |factor: u32| {
        let mut carry = 0;
        for digit in &mut digits {
            let product = u32::from(*digit) * factor + carry;
            *digit = u8::try_from(product % 10).unwrap();
            carry = product / 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap());
            carry /= 10;
        }
    };
    // Halving is multiplying by five and moving the point.
    (0..exponent.abs()).for_each(|_| double(if exponent < 0 { 5 } else { 2 }));
    let places = usize::try_from((-exponent).max(0)).unwrap();
    while digits.len() <= places {
        digits.push(0);
    }
    let text: String = digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect();
    let (whole, fraction) = text.split_at(text.len() - places);
    format!("{whole}.{fraction}0")
}

#[test]
fn the_corners_of_the_grammar() {
    for text in [
        "",
        " ",
        "01",
        "-",
        "-0",
        "1.",
        ".5",
        "1e",
        "1e+",
        "+1",
        "0x10",
        "1e400",
        "-1e400",
        "1e-400",
        "nul",
        "nulll",
        "True",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{,}",
        "{\"a\"}",
        "{a:1}",
        "{\"a\":}",
        "[1 2]",
        "\"\u{7f}\"",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u+123\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83d\\u0041\"",
        "\"\\ud83d\\ud83d\\ude00\"",
        "\"\\/\\b\\f\"",
        "[[]]",
        "[",
        "]",
        "{}{}",
        "1 1",
        "\u{feff}1",
        "\u{a0}1",
        "\r\n\t 1 \r\n",
        "\"",
        "\"\\",
        "\"\\u",
        "'a'",
        "// c\n1",
        "NaN",
        "Infinity",
        "9007199254740993",
        "123456789012345678901234567890",
        "5e-324",
        "2.2250738585072011e-308",
        "0.1e1",
        "{\"a\":1,\"a\":2}",
    ] {
        agree(text);
    }
}
