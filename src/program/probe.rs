//! Hash tables of numbers: what the numbers stand for is elsewhere, and compared there.

use crate::bucket;

/// Where in `index` the number of `text` is, or the free place that it would have: linear probing over a power of two of
/// entries, each a number plus one, or 0 where it is free. `None` when the table is full of others, or empty.
pub(super) fn place_of(index: &[u32], text: &[u8], is_it: impl Fn(u32) -> bool) -> Option<usize> {
    // The upper bits: the lower ones of few texts may be used up by whoever chose them.
    let bits = index.len().checked_ilog2()?;
    let mut at = usize::try_from(bucket::hash(text).checked_shr(64 - bits).unwrap_or(0)).ok()?;
    for _ in 0..index.len() {
        match index.get(at)?.checked_sub(1) {
            Some(number) if !is_it(number) => at = (at + 1) & (index.len() - 1),
            _ => return Some(at),
        }
    }
    None
}
