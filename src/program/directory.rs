//! Finding definitions by key.

use zerocopy::{FromBytes, IntoBytes};

use super::row::{Definition, join};
use crate::bucket;

/// The flags, or the segments, of a program: rows in the order of their numbers, and an index of them by key. It holds
/// places only; the words are the program's.
///
/// The index is a hash table with linear probing, at most half full. An entry is a row's number plus one, 0 where it is
/// free.
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

    pub(crate) fn row(self, words: &[u32], number: u32) -> Option<&Definition> {
        if number >= self.count {
            return None;
        }
        let at = self.rows as usize + number as usize * ROW_WORDS;
        Definition::ref_from_prefix(words.get(at..)?.as_bytes()).ok().map(|(row, _)| row)
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
        match self.probe(words, key.as_bytes())? {
            Slot::Taken(number) => Some(number),
            Slot::Free(_) => None,
        }
    }

    /// Enters definition `number`, whose row has its key already; answers with the number of the one that has this key,
    /// which is another one when the key occurs twice.
    pub(super) fn enter(self, words: &mut [u32], number: u32) -> Option<u32> {
        let key = key_of(words, self.row(words, number)?);
        match self.probe(words, key)? {
            Slot::Taken(other) => Some(other),
            Slot::Free(at) => {
                *words.get_mut(at)? = number + 1;
                Some(number)
            }
        }
    }

    /// What the rows say that the words from a definition's block on are.
    #[inline]
    pub(crate) fn block(self, words: &[u32], number: u32) -> Option<&[u32]> {
        let row = self.row(words, number)?;
        let (start, len) = (row.block as usize, row.block_len as usize);
        if len == 0 { None } else { words.get(start..start.checked_add(len)?) }
    }

    pub(crate) fn digest(self, words: &[u32], number: u32) -> u64 {
        self.row(words, number).map_or(0, |row| join(row.digest))
    }

    fn probe(self, words: &[u32], key: &[u8]) -> Option<Slot> {
        let index = words.get(self.index as usize..)?.get(..1_usize.checked_shl(self.bits)?)?;
        let hash = bucket::hash(key);
        // The upper bits: the lower ones of few keys may be used up by whoever chose them.
        let mut at = usize::try_from(hash.checked_shr(64 - self.bits).unwrap_or(0)).ok()?;
        for _ in 0..index.len() {
            let Some(number) = index.get(at)?.checked_sub(1) else {
                return Some(Slot::Free(self.index as usize + at));
            };
            if self.row(words, number).is_some_and(|row| key_of(words, row) == key) {
                return Some(Slot::Taken(number));
            }
            at = (at + 1) & (index.len() - 1);
        }
        None
    }
}

enum Slot {
    Taken(u32),
    Free(usize),
}

fn key_of<'w>(words: &'w [u32], row: &Definition) -> &'w [u8] {
    bytes_at(words, row.key_start, row.key_len)
}

/// Bytes of a program, counted from its beginning.
pub(super) fn bytes_at(words: &[u32], start: u32, len: u32) -> &[u8] {
    let (start, len) = (start as usize, len as usize);
    start.checked_add(len).and_then(|end| words.as_bytes().get(start..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::build::word;
    use super::super::ids::append_bytes;
    use super::*;

    fn directory(keys: &[&str]) -> (Vec<u32>, Directory, Vec<Option<u32>>) {
        let mut words = Vec::new();
        let directory = Directory::reserve(&mut words, keys.len());
        let mut entered = Vec::new();
        for (number, key) in (0..).zip(keys) {
            let start = words.len() * 4;
            append_bytes(&mut words, key.as_bytes());
            let row = directory.row_mut(&mut words, number).unwrap();
            (row.key_start, row.key_len) = (word(start), word(key.len()));
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
