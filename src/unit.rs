//! Units: their text, their buckets, and the lists that they may be on.

use crate::bucket;
use crate::evaluate::Sight;
use crate::outcome::{ErrorCode, Reply, Stop};
use crate::program::{Block, Ids};
use crate::slots;
use crate::snapshot::limits;
use crate::switchback;

impl Sight<'_> {
    /// Whether the unit's text is among the ids at `ids`; a unit without a text isn't.
    #[inline]
    pub(crate) fn is_listed(&mut self, block: Block<'_>, unit: u32, ids: u32) -> Reply {
        let Some(ids) = Ids::at(block, ids) else {
            return Reply::from(Ok(false));
        };
        self.kept.key.clear();
        Reply::from(match self.write_unit(block, unit) {
            Ok(()) => Ok(ids.contain(&self.kept.key)),
            Err(stop) => stop.error().map(|_| false),
        })
    }

    #[inline]
    pub(crate) fn bucket(&mut self, block: Block<'_>, unit: u32, prefix: &[u8]) -> Reply {
        Reply::from(self.unit(block, unit).map(|unit| bucket::of_key(prefix, unit)))
    }

    /// A unit's text: where it lies, if it is one string, as nearly every unit is, or else as the key.
    #[inline(always)]
    fn unit(&mut self, block: Block<'_>, unit: u32) -> Result<&[u8], Stop> {
        let slots = self.slots;
        if let [slot] = block.list(unit)
            && let string = slots.read(*slot)?
            && string.is_string()
        {
            let text = slots.text(string, *slot)?;
            if (1..=limits::UNIT_BYTES).contains(&text.len()) {
                return Ok(text);
            }
        }
        self.kept.key.clear();
        self.write_unit(block, unit)?;
        Ok(&self.kept.key)
    }

    /// The bucket of the slot that this instant is in.
    #[inline(never)]
    #[expect(clippy::cast_precision_loss, reason = "dates end far below 2⁵³ milliseconds")]
    pub(crate) fn slot_bucket(&mut self, minutes: u32, prefix: &[u8]) -> u32 {
        self.kept.key.clear();
        write_integer(switchback::slot(self.now, minutes) as f64, &mut self.kept.key);
        bucket::of_key(prefix, &self.kept.key)
    }

    /// Adds a unit's text to the key.
    #[inline(never)]
    pub(crate) fn write_unit(&mut self, block: Block<'_>, unit: u32) -> Result<(), Stop> {
        const JOINT: u8 = 0x1F;
        let start = self.kept.key.len();
        let parts: &[u32] = block.list(unit);
        for (position, slot) in parts.iter().enumerate() {
            if position > 0 {
                self.kept.key.push(JOINT);
            }
            let part = self.kept.key.len();
            self.culprit = Some(*slot);
            let found = self.slots.read(*slot)?;
            match found.tag() {
                slots::MISSING => return Err(Stop::of_error(ErrorCode::TargetingKeyMissing)),
                slots::STRING | slots::NAMED => {
                    let text = self.slots.text(found, *slot)?;
                    if text.is_empty() {
                        return Err(Stop::of_error(ErrorCode::TargetingKeyMissing));
                    }
                    // Checked before it is copied, so that the kept buffer stays small.
                    if text.len() > limits::UNIT_BYTES {
                        return Err(Stop::of_error(ErrorCode::InvalidContext));
                    }
                    self.kept.key.extend_from_slice(text);
                }
                slots::NUMBER if write_integer(found.number, &mut self.kept.key) => {}
                _ => return Err(Stop::of_error(ErrorCode::InvalidContext)),
            }
            if parts.len() > 1 && self.kept.key.get(part..).is_some_and(|text| text.contains(&JOINT)) {
                return Err(Stop::of_error(ErrorCode::InvalidContext));
            }
        }
        if self.kept.key.len() - start > limits::UNIT_BYTES {
            return Err(Stop::of_error(ErrorCode::InvalidContext));
        }
        self.culprit = None;
        Ok(())
    }

    /// What is wrong with the unit that ended the walk, in a sentence.
    #[cold]
    #[inline(never)]
    pub(crate) fn complaint(&self, code: ErrorCode) -> String {
        let path = self.culprit.map_or("", |slot| self.program.attribute(slot));
        let fault = match code {
            ErrorCode::TargetingKeyMissing => "is missing or empty",
            _ => "can't be a unit",
        };
        ["`", path, "` ", fault, ", expected a string of at most 1024 bytes or a safe integer"].concat()
    }
}

/// Adds a safe integer in decimal; false for any other number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn write_integer(number: f64, key: &mut Vec<u8>) -> bool {
    if number.fract() != 0.0 || number.abs() > limits::SAFE_INTEGER {
        return false;
    }
    if number < 0.0 {
        key.push(b'-');
    }
    let start = key.len();
    let mut rest = number.abs() as u64;
    loop {
        key.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = key.get_mut(start..) {
        digits.reverse();
    }
    true
}
