//! What a cell of CSV is: CSV has text alone.

use tidegate::{Json, limits};

/// A cell's value; nothing for an empty one. `true` and `false` are booleans, what JSON would read as a number is one, and
/// everything else is text: `007`, `1.2.3`, `TRUE`. An integer that a double can't hold exactly is text, too: it is an id.
pub(super) fn value(cell: &str, as_text: bool) -> Option<Json> {
    match cell {
        "" => None,
        _ if as_text => Some(cell.into()),
        "true" => Some(true.into()),
        "false" => Some(false.into()),
        _ => Some(number(cell).map_or_else(|| cell.into(), Json::Number)),
    }
}

fn number(cell: &str) -> Option<f64> {
    if !is_number(cell.as_bytes()) {
        return None;
    }
    let number: f64 = cell.parse().ok()?;
    let is_exact = number.fract() != 0.0 || number.abs() <= limits::SAFE_INTEGER;
    (number.is_finite() && is_exact).then_some(number)
}

/// Whether JSON reads it as a number: `-0.5e3`, not `.5`, `+1`, `01` or `1.`.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let Some((whole, rest)) = digits(text) else { return false };
    if whole > 1 && text.starts_with(b"0") {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) => match digits(fraction) {
            Some((_, rest)) => rest,
            None => return false,
        },
        None => rest,
    };
    let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) else {
        return rest.is_empty();
    };
    let exponent = exponent.strip_prefix(b"-").or_else(|| exponent.strip_prefix(b"+")).unwrap_or(exponent);
    matches!(digits(exponent), Some((_, [])))
}

/// How many digits a text begins with, and what is behind them; `None` where there are none.
fn digits(text: &[u8]) -> Option<(usize, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then(|| (count, text.get(count..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_what_it_looks_like() {
        for (cell, expected) in [
            ("true", "true"),
            ("false", "false"),
            ("0", "0"),
            ("-0.5e3", "-500"),
            ("42", "42"),
            ("2.50", "2.5"),
            ("1E+2", "100"),
            ("9007199254740991", "9007199254740991"),
            ("9007199254740993", r#""9007199254740993""#),
            ("1e400", r#""1e400""#),
            ("007", r#""007""#),
            ("-01", r#""-01""#),
            (".5", r#"".5""#),
            ("1.", r#""1.""#),
            ("1e", r#""1e""#),
            ("+1", r#""+1""#),
            ("1.2.3", r#""1.2.3""#),
            ("TRUE", r#""TRUE""#),
            ("null", r#""null""#),
            (" 1", r#"" 1""#),
            ("NaN", r#""NaN""#),
            ("é", r#""é""#),
        ] {
            assert_eq!(value(cell, false), expected.parse().ok(), "{cell}");
            assert_eq!(value(cell, true), Some(cell.into()), "{cell}");
        }
        assert_eq!(value("", false), None);
        assert_eq!(value("", true), None);
    }

    #[test]
    fn a_number_is_what_json_says() {
        for text in
            ["1", "-", "-1", "1.5", "1.5.5", "e1", "1e1", "1e1.5", "--1", "0x1", "00", "0.0", "1_0", "1e-", "Infinity"]
        {
            assert_eq!(is_number(text.as_bytes()), matches!(text.parse(), Ok(Json::Number(_))), "{text}");
        }
    }
}
