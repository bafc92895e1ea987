//! Escapes in JSON strings.

use std::borrow::Cow;

/// The UTF-16 unit that four hexadecimal digits are.
pub(super) fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
}

/// The text between the quotes of a sound string, and whether it has a lone surrogate.
pub(super) fn unescape(inside: &str) -> (Cow<'_, str>, bool) {
    let Some(first) = inside.find('\\') else { return (Cow::Borrowed(inside), false) };
    let bytes = inside.as_bytes();
    let mut text = String::with_capacity(inside.len());
    let (mut from, mut at, mut broken) = (0, first, false);
    while let Some(byte) = bytes.get(at) {
        if *byte != b'\\' {
            at += 1;
            continue;
        }
        text.push_str(inside.get(from..at).unwrap_or_default());
        let escape = bytes.get(at + 1).copied().unwrap_or_default();
        at += 2;
        text.push(match escape {
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = code_unit(bytes, at).unwrap_or_default();
                at += 4;
                let low = (bytes.get(at..at + 2) == Some(b"\\u")).then(|| code_unit(bytes, at + 2)).flatten();
                let code = match (unit, low) {
                    (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) => {
                        at += 6;
                        0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                    }
                    _ => unit,
                };
                char::from_u32(code).unwrap_or_else(|| {
                    broken = true;
                    char::REPLACEMENT_CHARACTER
                })
            }
            other => char::from(other),
        });
        from = at;
    }
    text.push_str(inside.get(from..).unwrap_or_default());
    (Cow::Owned(text), broken)
}
