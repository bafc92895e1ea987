//! Bytes in words: a program is one run of 32-bit words, and its text lies in them.

use zerocopy::IntoBytes;

use super::row::Row;

/// A document of 64 MiB can't make four billion of anything.
#[expect(clippy::cast_possible_truncation, reason = "bounded by the size of a document")]
pub(super) const fn word(number: usize) -> u32 {
    number as u32
}

/// `count` rows from the beginning of `words` on; none when there are fewer.
#[inline(always)]
pub(super) fn rows<T: Row>(words: &[u32], count: u32) -> &[T] {
    (count as usize).checked_mul(T::WORDS as usize).and_then(|count| words.get(..count)).map_or(&[], T::all)
}

/// The words from `at` on; none when that is behind the last.
#[inline(always)]
pub(super) fn from(words: &[u32], at: u32) -> &[u32] {
    words.get(at as usize..).unwrap_or_default()
}

/// `len` bytes from byte `start` on; none when there are fewer.
#[inline]
pub(super) fn bytes_at(words: &[u32], start: u32, len: u32) -> &[u8] {
    let (start, len) = (start as usize, len as usize);
    start.checked_add(len).and_then(|end| words.as_bytes().get(start..end)).unwrap_or_default()
}

/// Writes bytes over the beginning of `words`, which have room for them.
pub(super) fn put(words: &mut [u32], bytes: &[u8]) {
    if let Some(place) = words.as_mut_bytes().get_mut(..bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

/// As many words as `bytes` take, with zeros up to the last whole word.
pub(super) fn of_bytes(bytes: &[u8]) -> Vec<u32> {
    let mut words = Vec::new();
    append(&mut words, bytes);
    words
}

/// Adds bytes, and zeros up to a whole word. Answers with their first byte and how many they are.
pub(super) fn append(words: &mut Vec<u32>, bytes: &[u8]) -> [u32; 2] {
    let start = words.len();
    words.resize(start + bytes.len().div_ceil(4), 0);
    put(words.get_mut(start..).unwrap_or_default(), bytes);
    [word(start * 4), word(bytes.len())]
}
