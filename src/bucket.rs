//! Units to buckets: the one place that hashes.
//!
//! The key is `salt[/purpose].unit` in UTF-8, its xxHash64 with seed 0 gives 64 bits, and their upper half, scaled by
//! multiply and shift, gives a bucket below [`TOTAL`]. Everything is integers and every range is half-open, so every
//! runtime agrees to the last unit. In ClickHouse the hash is `xxHash64(concat(salt, '.', unit))`.
//!
//! xxHash: <https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>. The scaling is Lemire's
//! (<https://arxiv.org/abs/1805.10941>) without the rejection, whose bias here is below 2⁻¹².

use serde::Serialize;
use twox_hash::XxHash64;

/// Buckets in all: a percentage has four decimal places.
pub const TOTAL: u32 = 1_000_000;

/// Why a unit is hashed; different purposes give one unit independent buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Which variant a unit gets.
    Split,
    /// Whether a unit is in.
    Ramp,
    /// Reserved: which experiment of a layer a unit is in.
    Layer,
    /// Reserved: whether a unit is held back.
    Holdout,
    /// Which variant a slot of time gets.
    Slot,
}

impl Purpose {
    /// The name in an explanation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Ramp => "ramp",
            Self::Layer => "layer",
            Self::Holdout => "holdout",
            Self::Slot => "slot",
        }
    }

    const fn mark(self) -> &'static str {
        match self {
            Self::Split => ".",
            Self::Ramp => "/ramp.",
            Self::Layer => "/layer.",
            Self::Holdout => "/holdout.",
            Self::Slot => "/slot.",
        }
    }
}

/// 64 bits of `bytes`: xxHash64 with seed 0. Linear in their number.
#[must_use]
pub fn hash(bytes: &[u8]) -> u64 {
    XxHash64::oneshot(0, bytes)
}

/// The bucket of a unit's text, from 0 to 999,999.
///
/// # Examples
/// ```
/// use tidegate::bucket::{self, Purpose};
/// assert_eq!(bucket::of("new-checkout", Purpose::Split, "42"), 442_919);
/// assert_eq!(bucket::of("new-checkout", Purpose::Ramp, "42"), 726_419);
/// ```
#[must_use]
pub fn of(salt: &str, purpose: Purpose, unit: &str) -> u32 {
    of_key(prefix(salt, purpose).as_bytes(), unit.as_bytes())
}

/// What comes before a unit's text in its key.
pub(crate) fn prefix(salt: &str, purpose: Purpose) -> String {
    [salt, purpose.mark()].concat()
}

/// The salt of such a prefix.
pub(crate) fn salt(prefix: &str, purpose: Purpose) -> &str {
    prefix.strip_suffix(purpose.mark()).unwrap_or(prefix)
}

/// The bucket of the key that begins with `prefix` and ends with a unit's text.
#[inline]
pub(crate) fn of_key(prefix: &[u8], unit: &[u8]) -> u32 {
    (((hash_joined(prefix, unit) >> 32) * u64::from(TOTAL)) >> 32) as u32
}

/// [`hash`] of `first` with `second` behind it, without putting them together: in WebAssembly, copying the few bytes of a
/// key takes longer than hashing them.
#[inline]
fn hash_joined(first: &[u8], second: &[u8]) -> u64 {
    const P1: u64 = 0x9E37_79B1_85EB_CA87;
    const P2: u64 = 0xC2B2_AE3D_27D4_EB4F;
    const P3: u64 = 0x1656_67B1_9E37_79F9;
    const P4: u64 = 0x85EB_CA77_C2B2_AE63;
    const P5: u64 = 0x27D4_EB2F_1656_67C5;
    let round = |lane: u64, input: u64| lane.wrapping_add(input.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
    let len = first.len() + second.len();
    let key = Joined { first, second };
    let mut at = 0;
    let mut hash = P5;
    if len >= 32 {
        let mut lanes = [P1.wrapping_add(P2), P2, 0, 0_u64.wrapping_sub(P1)];
        while at + 32 <= len {
            for lane in &mut lanes {
                *lane = round(*lane, key.word(at));
                at += 8;
            }
        }
        let [a, b, c, d] = lanes;
        hash = a
            .rotate_left(1)
            .wrapping_add(b.rotate_left(7))
            .wrapping_add(c.rotate_left(12))
            .wrapping_add(d.rotate_left(18));
        for lane in lanes {
            hash = (hash ^ round(0, lane)).wrapping_mul(P1).wrapping_add(P4);
        }
    }
    hash = hash.wrapping_add(len as u64);
    while at + 8 <= len {
        hash = (hash ^ round(0, key.word(at))).rotate_left(27).wrapping_mul(P1).wrapping_add(P4);
        at += 8;
    }
    if at + 4 <= len {
        hash = (hash ^ u64::from(key.half(at)).wrapping_mul(P1)).rotate_left(23).wrapping_mul(P2).wrapping_add(P3);
        at += 4;
    }
    while at < len {
        hash = (hash ^ u64::from(key.byte(at)).wrapping_mul(P5)).rotate_left(11).wrapping_mul(P1);
        at += 1;
    }
    hash = (hash ^ hash >> 33).wrapping_mul(P2);
    hash = (hash ^ hash >> 29).wrapping_mul(P3);
    hash ^ hash >> 32
}

/// Two texts read as one.
struct Joined<'k> {
    first: &'k [u8],
    second: &'k [u8],
}

impl Joined<'_> {
    fn byte(&self, at: usize) -> u8 {
        let byte = match at.checked_sub(self.first.len()) {
            Some(at) => self.second.get(at),
            None => self.first.get(at),
        };
        byte.copied().unwrap_or_default()
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    fn half(&self, at: usize) -> u32 {
        match self.bytes(at) {
            Some(bytes) => u32::from_le_bytes(*bytes),
            None => self.across(at) as u32,
        }
    }

    fn word(&self, at: usize) -> u64 {
        match self.bytes(at) {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => self.across(at),
        }
    }

    /// Eight bytes that begin in the first and end in the second, which happens at most once in a key. Past the second's
    /// end come zeros. Once: not cold, but the mark keeps it from being copied into both places that ask.
    #[inline]
    #[cold]
    fn across(&self, at: usize) -> u64 {
        let taken = (self.first.len() - at) * 8;
        let last = self.first.get(self.first.len().saturating_sub(8)..).unwrap_or_default();
        let begin = word_of(last) >> (last.len() * 8 - taken);
        begin | word_of(self.second.get(..8).unwrap_or(self.second)) << taken
    }

    /// `N` bytes that lie in one of the two.
    fn bytes<const N: usize>(&self, at: usize) -> Option<&[u8; N]> {
        match at.checked_sub(self.first.len()) {
            Some(at) => self.second.get(at..)?.first_chunk(),
            None => self.first.get(at..)?.first_chunk(),
        }
    }
}

/// At most eight bytes as a number, the first one lowest.
#[inline]
fn word_of(bytes: &[u8]) -> u64 {
    if let Some(bytes) = bytes.first_chunk() {
        return u64::from_le_bytes(*bytes);
    }
    match (bytes.first_chunk(), bytes.last_chunk()) {
        // Two halves that overlap.
        (Some(low), Some(high)) => {
            u64::from(u32::from_le_bytes(*low)) | u64::from(u32::from_le_bytes(*high)) << ((bytes.len() - 4) * 8)
        }
        _ => bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// A percentage as a number of buckets; `None` when it is out of range or has more than four decimal places.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
#[must_use]
pub fn share(percent: f64) -> Option<u32> {
    let scaled = percent * 10_000.0;
    let rounded = scaled.round();
    ((0.0..=100.0).contains(&percent) && (scaled - rounded).abs() <= 1e-6).then_some(rounded as u32)
}

/// Where each weight's range ends, in buckets; the first begins at 0. Weights that sum to 0 have no buckets.
///
/// # Examples
/// ```
/// assert_eq!(tidegate::bucket::cuts([50, 30, 20].into_iter()).collect::<Vec<_>>(), [500_000, 800_000, 1_000_000]);
/// ```
#[expect(clippy::cast_possible_truncation, reason = "a cut is at most TOTAL")]
pub fn cuts(weights: impl Iterator<Item = u32> + Clone) -> impl Iterator<Item = u32> {
    let sum: u64 = weights.clone().map(u64::from).sum();
    weights.scan(0_u64, move |so_far, weight| {
        *so_far += u64::from(weight);
        Some((u64::from(TOTAL) * *so_far / sum.max(1)) as u32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_from_0_to_100_however_little_it_is_beyond() {
        for percent in [0.0, -0.0, 100.0] {
            assert!(share(percent).is_some(), "{percent}");
        }
        for percent in [-1e-11, 100.000_000_000_01, -1.0, 101.0, f64::NAN] {
            assert_eq!(share(percent), None, "{percent}");
        }
    }

    #[test]
    fn two_parts_have_the_hash_of_the_whole() {
        let bytes: Vec<u8> = (0..200_u8).map(|n| n.wrapping_mul(37)).collect();
        for len in 0..bytes.len() {
            for cut in [0, 1, 3, 4, 7, 8, 9, 31, 32, 33, 64, len / 2, len].into_iter().filter(|cut| *cut <= len) {
                let (first, second) = bytes[..len].split_at(cut);
                assert_eq!(hash_joined(first, second), hash(&bytes[..len]), "{len} cut at {cut}");
            }
        }
    }
}
