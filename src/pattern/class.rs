//! Sets of characters, as ranges of their numbers.

use crate::sort::order;

/// From the first character to the last.
pub(super) type Range = [u32; 2];

/// What a class can be called, and the ends of its ranges.
const NAMES: [(&str, &[u8]); 14] = [
    ("alnum", b"09AZaz"),
    ("alpha", b"AZaz"),
    ("ascii", b"\0\x7f"),
    ("blank", b"\t\t  "),
    ("cntrl", b"\0\x1f\x7f\x7f"),
    ("digit", b"09"),
    ("graph", b"!~"),
    ("lower", b"az"),
    ("print", b" ~"),
    ("punct", b"!/:@[`{~"),
    ("space", b"\t\r  "),
    ("upper", b"AZ"),
    ("word", b"09AZ__az"),
    ("xdigit", b"09AFaf"),
];

/// Ranges in order, with something between each two.
///
/// The surrogates are no characters: whether they are in it makes no difference, and nothing is between two ranges if
/// only they are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Class(pub(super) Vec<Range>);

impl Class {
    pub(super) fn new(ranges: &[Range]) -> Self {
        let mut joined: Vec<Range> = Vec::new();
        for position in order(ranges.len(), &|a, b| ranges.get(a).cmp(&ranges.get(b))) {
            let Some([from, to]) = ranges.get(position).copied() else { continue };
            match joined.last_mut() {
                Some([_, last]) if from <= *last + 1 || (*last, from) == (0xd7ff, 0xe000) => *last = to.max(*last),
                _ => joined.push([from, to]),
            }
        }
        Self(joined)
    }

    pub(super) fn one(char: char) -> Self {
        Self(vec![[char.into(); 2]])
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        let (_, ends) = NAMES.iter().find(|(other, _)| *other == name)?;
        Some(Self(ends.as_chunks().0.iter().map(|ends: &[u8; 2]| ends.map(u32::from)).collect()))
    }

    /// Its character, if it has one alone.
    pub(super) fn single(&self) -> Option<u32> {
        match *self.0 {
            [[from, to]] if from == to => Some(from),
            _ => None,
        }
    }

    pub(super) fn negate(&mut self) {
        let mut between = Vec::new();
        let mut from = 0;
        for [first, last] in &self.0 {
            if from < *first {
                between.push([from, first - 1]);
            }
            from = last + 1;
        }
        if from <= char::MAX.into() {
            between.push([from, char::MAX.into()]);
        }
        self.0 = between;
    }

    /// Adds the other case of the letters, as far as regex-lite does: of a range with letters of both cases, such as
    /// `Z-a`, only the small ones get their capitals.
    pub(super) fn fold(&mut self) {
        const CASE: u32 = 'a' as u32 - 'A' as u32;
        for at in 0..self.0.len() {
            let Some([from, to]) = self.0.get(at).copied() else { continue };
            let small = [from.max('a'.into()), to.min('z'.into())];
            let large = [from.max('A'.into()), to.min('Z'.into())];
            if small[0] <= small[1] {
                self.0.push(small.map(|letter| letter - CASE));
            } else if large[0] <= large[1] {
                self.0.push(large.map(|letter| letter + CASE));
            }
        }
        *self = Self::new(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(ends: &[(char, char)]) -> Vec<Range> {
        ends.iter().map(|(from, to)| [u32::from(*from), u32::from(*to)]).collect()
    }

    #[test]
    fn joins_what_overlaps_or_touches() {
        let class = Class::new(&ranges(&[('x', 'z'), ('a', 'f'), ('d', 'e'), ('g', 'h'), ('\u{e000}', '\u{e001}')]));
        assert_eq!(class.0, ranges(&[('a', 'h'), ('x', 'z'), ('\u{e000}', '\u{e001}')]));
        let around = Class::new(&ranges(&[('\u{e000}', '\u{e001}'), ('a', '\u{d7ff}')]));
        assert_eq!(around.0, ranges(&[('a', '\u{e001}')]));
    }

    #[test]
    fn negates_both_ways() {
        let mut class = Class::new(&ranges(&[('\0', '!'), ('a', 'z')]));
        class.negate();
        assert_eq!(class.0, ranges(&[('"', '`'), ('{', char::MAX)]));
        class.negate();
        assert_eq!(class.0, ranges(&[('\0', '!'), ('a', 'z')]));
        let mut all = Class(Vec::new());
        all.negate();
        assert_eq!(all.0, ranges(&[('\0', char::MAX)]));
        all.negate();
        assert_eq!(all.0, ranges(&[]));
    }

    #[test]
    fn folds_one_case_of_a_range() {
        let folded = |from, to| {
            let mut class = Class::new(&ranges(&[(from, to)]));
            class.fold();
            class.0
        };
        assert_eq!(folded('k', 'm'), ranges(&[('K', 'M'), ('k', 'm')]));
        assert_eq!(folded('Z', 'a'), ranges(&[('A', 'A'), ('Z', 'a')]));
        assert_eq!(folded('[', '`'), ranges(&[('[', '`')]));
    }

    #[test]
    fn names_are_in_order() {
        for (name, _) in NAMES {
            let class = Class::named(name).unwrap();
            assert_eq!(Class::new(&class.0), class, "{name}");
        }
        assert_eq!(Class::named("alpha "), None);
    }
}
