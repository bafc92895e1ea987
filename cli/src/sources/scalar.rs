//! What a plain scalar means: the core schema of YAML 1.2, without what JSON can't say.

use std::fmt::Write as _;

use super::tree::Value;

/// The value of a scalar without quotes.
///
/// `no`, `yes`, `on` and `off` are strings, and so are dates, times and `1_000`: that is the schema's own reading. A number
/// keeps its digits; hexadecimal and octal ones are written in decimal.
///
/// # Errors
/// A number that JSON can't have, or that two readers would take for two numbers; the sentence says what was expected.
pub(crate) fn plain(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(format!("found `{text}`, expected a number that JSON has, or quotes"));
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix).filter(|digits| is_number_in(digits, radix)) {
            let number = u64::from_str_radix(digits, radix)
                .map_err(|_| format!("found `{text}`, a number of more than 64 bits, expected a smaller one"))?;
            return Ok(Value::Number(number.to_string()));
        }
    }
    let Some((whole, fraction, exponent)) = decimal(unsigned) else {
        return Ok(Value::String(text.to_owned()));
    };
    if whole.len() > 1 && whole.starts_with('0') {
        let message = "a number with a leading zero, expected it without, or quotes for a text";
        return Err(format!("found `{text}`, {message}"));
    }
    let mut number = String::with_capacity(text.len() + 1);
    number.push_str(if text.starts_with('-') { "-" } else { "" });
    number.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        let _ = write!(number, ".{fraction}");
    }
    number.push_str(exponent);
    Ok(Value::Number(number))
}

fn is_number_in(digits: &str, radix: u32) -> bool {
    !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix))
}

/// The digits before the point, those behind it, and the exponent with its `e`, of what is a decimal number.
fn decimal(text: &str) -> Option<(&str, &str, &str)> {
    let (mantissa, exponent) = text.split_at(text.find(['e', 'E']).unwrap_or(text.len()));
    let power = exponent.strip_prefix(['e', 'E']).map(|power| power.strip_prefix(['+', '-']).unwrap_or(power));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_decimal = [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let has_digits = !(whole.is_empty() && fraction.is_empty());
    (is_decimal && has_digits && power.is_none_or(|power| is_number_in(power, 10)))
        .then_some((whole, fraction, exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Result<Value, String> {
        Ok(Value::Number(text.to_owned()))
    }

    #[test]
    fn the_words_of_older_yaml_are_strings() {
        for text in
            ["no", "yes", "on", "off", "No", "Y", "n", "2026-11-24", "2026-11-24T08:00:00Z", "12:30:00", "1_000"]
        {
            assert_eq!(plain(text), Ok(Value::String(text.to_owned())));
        }
        for text in
            ["e3", ".", "+", "-", "1e", "1.2.3", "0x", "0xg", "-0x1", "0b1", "1e3.5", "nUll", "tRue", "<<", ".e1"]
        {
            assert_eq!(plain(text), Ok(Value::String(text.to_owned())));
        }
    }

    #[test]
    fn numbers_keep_their_meaning() {
        for (text, written) in [
            ("0", "0"),
            ("-0", "-0"),
            ("+12", "12"),
            ("1e3", "1e3"),
            ("1E-3", "1E-3"),
            ("0x10", "16"),
            ("0o17", "15"),
            ("0xFFFFFFFFFFFFFFFF", "18446744073709551615"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("5.", "5"),
            ("5.e1", "5e1"),
            ("12345678901234567890123", "12345678901234567890123"),
            ("1.10", "1.10"),
        ] {
            assert_eq!(plain(text), number(written), "{text}");
        }
    }

    #[test]
    fn what_json_has_no_number_for_is_refused() {
        for text in [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "007", "-01", "00", "08.5", "0x1FFFFFFFFFFFFFFFF"] {
            assert!(plain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_and_null_and_the_booleans() {
        assert_eq!(plain(""), Ok(Value::Null));
        assert_eq!(plain("~"), Ok(Value::Null));
        assert_eq!(plain("NULL"), Ok(Value::Null));
        assert_eq!(plain("True"), Ok(Value::Bool(true)));
        assert_eq!(plain("FALSE"), Ok(Value::Bool(false)));
    }
}
