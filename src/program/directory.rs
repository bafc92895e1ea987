//! Finding definitions by key.

use zerocopy::{FromBytes, IntoBytes};

use super::probe;
use super::row::{Definition, Row, join};
use super::words::bytes_at;

/// The flags, or the segments, of a program: rows in the order of their numbers, and an index of them by key. It holds
/// places only; the words are the program's.
///
/// The index is a hash table of the rows' numbers (see [`probe`]), at most half full.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Directory {
    /// Where the rows begin, counted in words.
    pub(super) rows: u32,
    pub(super) count: u32,
    /// Where the index begins.
    pub(super) index: u32,
    /// The index has two to this many entries.
    pub(super) bits: u32,
}

pub(super) const ROW_WORDS: usize = size_of::<Definition>() / 4;

impl Directory {
    pub(super) const fn at([rows, count, index, bits]: [u32; 4]) -> Self {
        Self { rows, count, index, bits }
    }

    pub(super) const fn place(self) -> [u32; 4] {
        [self.rows, self.count, self.index, self.bits]
    }

    /// Makes room for `count` definitions at the end of `words`.
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the size of a document")]
    pub(super) fn reserve(words: &mut Vec<u32>, count: usize) -> Self {
        let bits = (count * 2).next_power_of_two().ilog2();
        let rows = words.len();
        let index = rows + count * ROW_WORDS;
        words.resize(index + (1 << bits), 0);
        Self { rows: rows as u32, count: count as u32, index: index as u32, bits }
    }

    #[inline]
    pub(crate) fn row(self, words: &[u32], number: u32) -> Option<&Definition> {
        if number >= self.count {
            return None;
        }
        let at = self.rows as usize + number as usize * ROW_WORDS;
        Definition::first(words.get(at..)?)
    }

    pub(super) fn row_mut(self, words: &mut [u32], number: u32) -> Option<&mut Definition> {
        if number >= self.count {
            return None;
        }
        let at = self.rows as usize + number as usize * ROW_WORDS;
        Definition::mut_from_prefix(words.get_mut(at..)?.as_mut_bytes()).ok().map(|(row, _)| row)
    }

    pub(crate) fn key(self, words: &[u32], number: u32) -> &str {
        self.row(words, number).and_then(|row| std::str::from_utf8(key_of(words, row)).ok()).unwrap_or_default()
    }

    /// The number of the definition with this key. A constant time.
    pub(crate) fn find(self, words: &[u32], key: &str) -> Option<u32> {
        let (index, place) = self.place_of(words, key.as_bytes())?;
        index.get(place)?.checked_sub(1)
    }

    /// Enters definition `number`, whose row has its key already; answers with the number of the one that has this key,
    /// which is another one when the key occurs twice.
    pub(super) fn enter(self, words: &mut [u32], number: u32) -> Option<u32> {
        let key = key_of(words, self.row(words, number)?);
        let (index, place) = self.place_of(words, key)?;
        if let Some(other) = index.get(place)?.checked_sub(1) {
            return Some(other);
        }
        *words.get_mut(self.index as usize + place)? = number + 1;
        Some(number)
    }

    /// What the rows say that the words from a definition's block on are.
    #[inline]
    pub(crate) fn block(self, words: &[u32], number: u32) -> Option<&[u32]> {
        let row = self.row(words, number)?;
        let (start, len) = (row.block as usize, row.block_len as usize);
        if len == 0 { None } else { words.get(start..start.checked_add(len)?) }
    }

    /// The words of a definition's block in a file, whether it was checked or not; `None` where it has none.
    pub(super) fn stored(self, words: &[u32], number: u32) -> Option<&[u32]> {
        let row = self.row(words, number)?;
        let (start, len) = (row.block as usize, row.stored_len as usize);
        if len == 0 { None } else { words.get(start..start.checked_add(len)?) }
    }

    pub(crate) fn digest(self, words: &[u32], number: u32) -> u64 {
        self.row(words, number).map_or(0, |row| join(row.digest))
    }

    /// The index, and where in it `key` is or would be.
    fn place_of<'w>(self, words: &'w [u32], key: &[u8]) -> Option<(&'w [u32], usize)> {
        let index = words.get(self.index as usize..)?.get(..1_usize.checked_shl(self.bits)?)?;
        let is_it = |number| self.row(words, number).is_some_and(|row| key_of(words, row) == key);
        Some((index, probe::place_of(index, key, is_it)?))
    }
}

fn key_of<'w>(words: &'w [u32], row: &Definition) -> &'w [u8] {
    bytes_at(words, row.key_start, row.key_len)
}

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;

    fn directory(keys: &[&str]) -> (Vec<u32>, Directory, Vec<Option<u32>>) {
        let mut words = Vec::new();
        let directory = Directory::reserve(&mut words, keys.len());
        let mut entered = Vec::new();
        for (number, key) in (0..).zip(keys) {
            let [start, len] = words::append(&mut words, key.as_bytes());
            let row = directory.row_mut(&mut words, number).unwrap();
            (row.key_start, row.key_len) = (start, len);
            entered.push(directory.enter(&mut words, number));
        }
        (words, directory, entered)
    }

    #[test]
    fn finds_every_key_and_no_other() {
        for count in [0, 1, 2, 3, 1_000] {
            let keys: Vec<String> = (0..count).map(|n| format!("flag-{n}")).collect();
            let texts: Vec<&str> = keys.iter().map(String::as_str).collect();
            let (words, directory, _) = directory(&texts);
            for (number, key) in (0..).zip(&keys) {
                assert_eq!(directory.find(&words, key), Some(number));
            }
            assert_eq!(directory.find(&words, "flag-x"), None);
        }
    }

    #[test]
    fn a_key_that_occurs_twice_is_noticed() {
        assert_eq!(directory(&["a", "b", "a"]).2, [Some(0), Some(1), Some(0)]);
    }
}
