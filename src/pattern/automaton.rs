//! A finite automaton as one table of numbers, and the walk through it.
//!
//! ```text
//! width    1 byte: how many bytes a state takes in the table, 1 or 2
//! classes  of 2 bytes each: a class, and the last byte that is in it; they cover 0 to 255 in order
//! table    a row for each state from 2, a state for each class and one for the end of the text; little-endian
//! ```
//!
//! State 0 is a text that can't match any more, 1 one that has matched, whatever follows; neither has a row. State 2 is
//! where a text begins. Bytes that are in one class are never told apart.
//!
//! Nothing in the bytes is trusted: they are checked once, and the walk looks everything up with a bound, so that the
//! worst that forged ones can do is a wrong answer.

/// The text can't match any more.
pub(super) const DEAD: u16 = 0;
/// The text has matched.
pub(super) const FOUND: u16 = 1;
/// The text begins.
pub(super) const START: u16 = 2;

/// A regular expression, ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Automaton {
    /// The class of each byte.
    classes: [u8; 256],
    /// How many entries a row has: one for each class and one for the end.
    columns: usize,
    /// The rows from [`START`] on.
    table: Vec<u16>,
}

impl Automaton {
    /// Reads what `automaton` wrote, in time linear in its length. `None` if it is anything else.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (width, mut rest) = bytes.split_first()?;
        let mut classes = [0; 256];
        let mut columns = 0;
        let mut begin = 0;
        while begin < classes.len() {
            let [class, last, after @ ..] = rest else {
                return None;
            };
            rest = after;
            let end = usize::from(*last) + 1;
            // A run that ends before it begins has no slice.
            classes.get_mut(begin..end).filter(|run| !run.is_empty())?.fill(*class);
            columns = columns.max(usize::from(*class) + 2);
            begin = end;
        }
        let (entries, odd) = rest.as_chunks::<2>();
        let table: Vec<u16> = match (width, odd) {
            (1, _) => rest.iter().map(|state| u16::from(*state)).collect(),
            (2, []) => entries.iter().map(|state| u16::from_le_bytes(*state)).collect(),
            _ => return None,
        };
        let states = usize::from(START) + table.len() / columns;
        let sound = !table.is_empty()
            && table.len().is_multiple_of(columns)
            && table.iter().all(|state| usize::from(*state) < states);
        sound.then_some(Self { classes, columns, table })
    }

    /// Whether the pattern is found anywhere in `text`, in time linear in its length, without allocating.
    ///
    /// `text` is UTF-8; if it isn't, it is unspecified which answer comes.
    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        let mut state = START;
        for byte in text {
            let class = self.classes.get(usize::from(*byte)).copied().unwrap_or_default();
            state = self.next(state, usize::from(class));
            if state < START {
                return state == FOUND;
            }
        }
        self.next(state, self.columns - 1) == FOUND
    }

    fn next(&self, state: u16, column: usize) -> u16 {
        let row = usize::from(state - START) * self.columns;
        self.table.get(row + column).copied().unwrap_or(DEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finds `b`: one state where it hasn't come yet.
    const B: [u8; 10] = [1, 0, 97, 1, 98, 0, 255, 2, 1, 0];

    #[test]
    fn finds_what_its_table_says() {
        let automaton = Automaton::read(&B).unwrap();
        assert!(["b", "ab", "aab a", "éb"].iter().all(|text| automaton.is_match(text.as_bytes())));
        assert!(["", "a", "B", "日本"].iter().all(|text| !automaton.is_match(text.as_bytes())));
    }

    #[test]
    fn states_of_two_bytes_are_little_endian() {
        let wide = Automaton::read(&[2, 0, 97, 1, 98, 0, 255, 2, 0, 1, 0, 0, 0]).unwrap();
        assert!(wide.is_match(b"ab"));
        assert!(!wide.is_match(b"a"));
    }

    #[test]
    fn anything_else_is_no_automaton() {
        let changed = |place: usize, byte: u8| {
            let mut bytes = B;
            bytes[place] = byte;
            bytes
        };
        assert!(Automaton::read(&changed(0, 0)).is_none(), "no such width");
        assert!(Automaton::read(&changed(0, 2)).is_none(), "half an entry");
        assert!(Automaton::read(&changed(4, 97)).is_none(), "a run without bytes");
        assert!(Automaton::read(&changed(6, 254)).is_none(), "classes that don't cover every byte");
        assert!(Automaton::read(&changed(3, 2)).is_none(), "a row that is too short");
        assert!(Automaton::read(&changed(7, 3)).is_none(), "a state that isn't there");
        assert!((0..B.len()).all(|end| Automaton::read(&B[..end]).is_none()), "a part of it");
        assert!(Automaton::read(&[1, 0, 255]).is_none(), "no row");
    }
}
