//! What holds between two characters, by the kinds of the two: a set of pairs of kinds, one bit each.
//!
//! A search tells the kinds once for each place and asks every look with a shift, so none needs code of its own.

/// The kinds, each by its bit. Beyond the text there is the edge.
const EDGE: u32 = 1;
const LINE_FEED: u32 = 1 << 1;
const RETURN: u32 = 1 << 2;
/// In words are the letters and digits of ASCII, and `_`.
const WORD: u32 = 1 << 3;
const KINDS: u32 = 5;

/// The pairs whose first is of one of `kinds`. Those of one first stand together.
const fn before(kinds: u32) -> u32 {
    let mut pairs = 0;
    let mut kind = 0;
    while kind < KINDS {
        if kinds >> kind & 1 == 1 {
            pairs |= 0b11111 << (kind * KINDS);
        }
        kind += 1;
    }
    pairs
}

/// The pairs whose second is of one of `kinds`.
const fn after(kinds: u32) -> u32 {
    kinds * 0b00001_00001_00001_00001_00001
}

const ALL: u32 = before((1 << KINDS) - 1);

/// The pairs of kinds between which it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look(pub(super) u32);

impl Look {
    pub(super) const START: Self = Self(before(EDGE));
    pub(super) const END: Self = Self(after(EDGE));
    pub(super) const LINE_START: Self = Self(before(EDGE | LINE_FEED));
    pub(super) const LINE_END: Self = Self(after(EDGE | LINE_FEED));
    /// A line feed behind a carriage return ends the same line.
    pub(super) const CRLF_START: Self = Self(before(EDGE | LINE_FEED) | before(RETURN) & !after(LINE_FEED));
    pub(super) const CRLF_END: Self = Self(after(EDGE | RETURN) | after(LINE_FEED) & !before(RETURN));
    pub(super) const BOUNDARY: Self = Self(before(WORD) ^ after(WORD));
    pub(super) const NO_BOUNDARY: Self = Self(ALL & !Self::BOUNDARY.0);
    pub(super) const WORD_START: Self = Self(after(WORD) & !before(WORD));
    pub(super) const WORD_END: Self = Self(before(WORD) & !after(WORD));
    pub(super) const HALF_START: Self = Self(ALL & !before(WORD));
    pub(super) const HALF_END: Self = Self(ALL & !after(WORD));
}

/// The kind of a character, or of none, by its number.
pub(super) fn kind(char: Option<char>) -> u32 {
    match char {
        None => EDGE.trailing_zeros(),
        Some('\n') => LINE_FEED.trailing_zeros(),
        Some('\r') => RETURN.trailing_zeros(),
        Some(char) if char.is_ascii_alphanumeric() || char == '_' => WORD.trailing_zeros(),
        Some(_) => KINDS - 1,
    }
}

/// The bit of a pair of kinds.
pub(super) fn pair(before: u32, after: u32) -> u32 {
    before * KINDS + after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(look: Look, before: Option<char>, after: Option<char>) -> bool {
        look.0 >> pair(kind(before), kind(after)) & 1 == 1
    }

    #[test]
    fn lines_end_where_their_mode_says() {
        let (feed, back, a) = (Some('\n'), Some('\r'), Some('a'));
        assert!(holds(Look::START, None, a) && !holds(Look::START, feed, a));
        assert!(holds(Look::END, a, None) && !holds(Look::END, a, feed));
        assert!(holds(Look::LINE_START, feed, a) && !holds(Look::LINE_START, back, a));
        assert!(holds(Look::LINE_END, a, feed) && !holds(Look::LINE_END, a, back));
        assert!(holds(Look::CRLF_START, back, a) && !holds(Look::CRLF_START, back, feed));
        assert!(holds(Look::CRLF_END, a, feed) && !holds(Look::CRLF_END, back, feed));
    }

    #[test]
    fn words_are_ascii() {
        for (before, after) in [(None, 'a'), (Some('é'), 'Z'), (Some('-'), '_'), (Some('\n'), '0')] {
            let after = Some(after);
            assert!(holds(Look::BOUNDARY, before, after) && !holds(Look::NO_BOUNDARY, before, after));
            assert!(holds(Look::WORD_START, before, after) && !holds(Look::WORD_START, after, before));
            assert!(holds(Look::WORD_END, after, before) && !holds(Look::WORD_END, before, after));
            assert!(holds(Look::HALF_START, before, after) && !holds(Look::HALF_START, after, before));
            assert!(holds(Look::HALF_END, after, before) && !holds(Look::HALF_END, before, after));
        }
        assert!(holds(Look::NO_BOUNDARY, None, None) && holds(Look::NO_BOUNDARY, Some('a'), Some('b')));
    }
}
