//! Lists of ids: found by hash, told apart by their text. A list of a million costs a look-up.
//!
//! The ids lie in the order of their hashes. A directory over the hashes' upper bits says where each range of them begins,
//! so that a look-up reads two neighbouring words of it and compares the one or two ids between.
//!
//! | words | |
//! |---|---|
//! | 1 | how many ids: `n` |
//! | 1 | bits of a hash that the directory goes by: `b` |
//! | 2ᵇ + 1 | the first id of each range |
//! | n + 1 | the first byte of each id, counted from the bytes' beginning |
//! | … | the ids' bytes |

use zerocopy::IntoBytes;

use super::block::Block;
use super::words;
use crate::bucket;
use crate::sort::order;

/// Ids to one entry of the directory, on average.
const RANGE: usize = 2;

/// Adds a list to `words` and answers where it begins. Equal ids are kept once.
#[expect(clippy::cast_possible_truncation, reason = "bounded by the size of a document")]
pub(super) fn append(words: &mut Vec<u32>, ids: &[&str]) -> u32 {
    let hashes: Vec<u64> = ids.iter().map(|id| bucket::hash(id.as_bytes())).collect();
    let key = |at: usize| (hashes.get(at), ids.get(at));
    let mut sorted = order(ids.len(), &|a, b| key(a).cmp(&key(b)));
    sorted.dedup_by(|later, kept| ids.get(*later) == ids.get(*kept));
    let bits = (sorted.len() / RANGE).checked_ilog2().unwrap_or(0);
    let start = words.len();
    words.push(sorted.len() as u32);
    words.push(bits);
    let mut next = 0;
    for range in 0..=1_u64 << bits {
        while sorted.get(next).and_then(|at| hashes.get(*at)).is_some_and(|hash| range_of(*hash, bits) < range) {
            next += 1;
        }
        words.push(next as u32);
    }
    let mut bytes: Vec<u8> = Vec::new();
    for at in sorted {
        words.push(bytes.len() as u32);
        bytes.extend_from_slice(ids.get(at).unwrap_or(&"").as_bytes());
    }
    words.push(bytes.len() as u32);
    words::append(words, &bytes);
    start as u32
}

fn range_of(hash: u64, bits: u32) -> u64 {
    hash.checked_shr(64 - bits).unwrap_or(0)
}

/// A list of ids in a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids<'a> {
    bits: u32,
    ranges: &'a [u32],
    starts: &'a [u32],
    bytes: &'a [u8],
}

impl<'a> Ids<'a> {
    /// The list at `offset`; `None` when there is none.
    #[inline]
    pub(crate) fn at(block: Block<'a>, offset: u32) -> Option<Self> {
        if offset == 0 {
            return None;
        }
        let list = block.words().get(offset as usize..)?;
        let (count, bits) = (*list.first()? as usize, *list.get(1)?);
        let ranges = (1_usize.checked_shl(bits)?).checked_add(1)?;
        let list = list.get(2..)?;
        let starts = list.get(ranges..)?;
        let bytes = starts.get(count.checked_add(1)?..)?.as_bytes();
        Some(Self { bits, ranges: list.get(..ranges)?, starts: starts.get(..=count)?, bytes })
    }

    pub(super) const fn len(self) -> usize {
        self.ranges.len() + self.starts.len()
    }

    /// Whether `id` is in the list. A constant time, however long the list is.
    pub(crate) fn contain(self, id: &[u8]) -> bool {
        let range = usize::try_from(range_of(bucket::hash(id), self.bits)).unwrap_or(usize::MAX);
        let Some([from, until]) = self.ranges.get(range..).and_then(|ranges| ranges.first_chunk()) else {
            return false;
        };
        let starts = self.starts.get(*from as usize..).unwrap_or_default();
        let count = until.saturating_sub(*from) as usize;
        starts.windows(2).take(count).any(|ends| match *ends {
            [start, end] => self.bytes.get(start as usize..end as usize) == Some(id),
            _ => false,
        })
    }

    /// The ids, in no order that means anything.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'a str> {
        self.starts.windows(2).map(move |ends| match *ends {
            [start, end] => self
                .bytes
                .get(start as usize..end as usize)
                .and_then(|id| std::str::from_utf8(id).ok())
                .unwrap_or_default(),
            _ => "",
        })
    }

    /// Whether every range and every id lies inside the list.
    pub(super) fn is_sound(self) -> bool {
        let last = |list: &[u32]| list.last().map_or(0, |last| *last as usize);
        is_ascending(self.ranges)
            && is_ascending(self.starts)
            && last(self.ranges) < self.starts.len()
            && last(self.starts) <= self.bytes.len()
    }
}

fn is_ascending(list: &[u32]) -> bool {
    list.windows(2).all(|pair| matches!(pair, [a, b] if a <= b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_is_found_and_nothing_else() {
        for count in [0, 1, 2, 3, 4, 7, 8, 100, 5_000] {
            let ids: Vec<String> = (0..count).map(|n| format!("id-{n}")).collect();
            let texts: Vec<&str> = ids.iter().map(String::as_str).collect();
            let mut words = vec![0];
            let start = append(&mut words, &texts);
            let list = Ids::at(Block::new(&words), start).unwrap();
            assert!(list.is_sound());
            assert!(ids.iter().all(|id| list.contain(id.as_bytes())), "{count}");
            assert!(!list.contain(format!("id-{count}").as_bytes()) && !list.contain(b""));
            assert_eq!(list.iter().count(), count);
        }
    }

    #[test]
    fn equal_ids_are_kept_once() {
        let mut words = vec![0];
        let start = append(&mut words, &["a", "b", "a"]);
        assert_eq!(Ids::at(Block::new(&words), start).unwrap().iter().count(), 2);
    }
}
