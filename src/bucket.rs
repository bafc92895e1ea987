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
    /// Reserved: which variant a slot of time gets.
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

    const fn mark(self) -> &'static [u8] {
        match self {
            Self::Split => b".",
            Self::Ramp => b"/ramp.",
            Self::Layer => b"/layer.",
            Self::Holdout => b"/holdout.",
            Self::Slot => b"/slot.",
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
    let mut key = Vec::with_capacity(salt.len() + unit.len() + 9);
    begin_key(salt.as_bytes(), purpose, &mut key);
    key.extend_from_slice(unit.as_bytes());
    of_key(&key)
}

/// Begins the key of a unit in a kept buffer; the unit's text follows.
pub(crate) fn begin_key(salt: &[u8], purpose: Purpose, key: &mut Vec<u8>) {
    key.clear();
    key.extend_from_slice(salt);
    key.extend_from_slice(purpose.mark());
}

/// The bucket that a whole key falls into.
pub(crate) fn of_key(key: &[u8]) -> u32 {
    (((hash(key) >> 32) * u64::from(TOTAL)) >> 32) as u32
}

/// A percentage as a number of buckets; `None` when it is out of range or has more than four decimal places.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
#[must_use]
pub fn share(percent: f64) -> Option<u32> {
    let scaled = percent * 10_000.0;
    let rounded = scaled.round();
    ((0.0..=f64::from(TOTAL)).contains(&rounded) && (scaled - rounded).abs() <= 1e-6).then_some(rounded as u32)
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
