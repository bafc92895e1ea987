//! Whether one text is somewhere in another, by Karp and Rabin's rolling hash ("Efficient randomized pattern-matching
//! algorithms", IBM J. Res. Dev. 31, 1987): what the standard library has for it is five times the code.

/// Odd, so that no byte's weight becomes nothing, and larger than any byte.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Whether `part` is somewhere in `text`; both are UTF-8, so finding bytes is finding text. Linear in their lengths, but for
/// texts made to have the hash of a part that they don't have: what has its hash is compared with it.
pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    let add = |hash: u64, byte: u8| hash.wrapping_mul(BASE).wrapping_add(byte.into());
    let (mut wanted, mut found, mut weight) = (0, 0, 1_u64);
    for byte in part {
        wanted = add(wanted, *byte);
        weight = weight.wrapping_mul(BASE);
    }
    for (at, byte) in text.iter().enumerate() {
        found = add(found, *byte);
        // What is one too many leaves.
        let start = (at + 1).saturating_sub(part.len());
        if let Some(first) = start.checked_sub(1).and_then(|left| text.get(left)) {
            found = found.wrapping_sub(weight.wrapping_mul(u64::from(*first)));
        }
        if found == wanted && text.get(start..=at) == Some(part) {
            return true;
        }
    }
    part.is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::contains;

    #[test]
    fn nothing_is_everywhere() {
        assert!(contains(b"", b"") && contains(b"a", b"") && !contains(b"", b"a"));
    }

    proptest! {
        #[test]
        fn finds_what_the_standard_library_finds(text in "[ab\u{e9}]{0,40}", part in "[ab\u{e9}]{0,6}", any in ".{0,8}") {
            prop_assert_eq!(contains(text.as_bytes(), part.as_bytes()), text.contains(&part));
            let around = [&*part, &*any, &*text].concat();
            prop_assert!(contains(around.as_bytes(), any.as_bytes()));
        }
    }
}
