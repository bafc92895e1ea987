//! The operators: one meaning each, no coercion.

use crate::address;
use crate::bucket;
use crate::date;
use crate::evaluate::Sight;
use crate::operator::Operator;
use crate::outcome::Need;
use crate::program::{Id, Program};
use crate::semver::Version;
use crate::slots::{Attribute, Scalar, Slot, Slots};

/// An operator with what it compares with, and the attribute in `slot`.
#[derive(Clone, Copy)]
pub(crate) struct Test {
    pub(crate) slot: u32,
    pub(crate) operator: Operator,
    pub(crate) ignore_case: bool,
    pub(crate) operand: u32,
}

impl Sight<'_> {
    /// Whether the attribute's value passes the test.
    pub(crate) fn attribute(&mut self, test: Test) -> Result<bool, Need> {
        let negated = matches!(test.operator, Operator::Ne | Operator::NotIn);
        let slots = self.slots;
        match slots.read(test.slot)? {
            Attribute::Missing => Ok(test.operator == Operator::Exists && test.operand == 0),
            Attribute::Scalar(_) | Attribute::List(_) if test.operator == Operator::Exists => Ok(test.operand == 1),
            Attribute::Scalar(scalar) => Ok(self.matches(test, scalar)? != negated),
            Attribute::List(items) => {
                for item in items {
                    if self.matches(test, Slots::scalar(item))? {
                        return Ok(!negated);
                    }
                }
                Ok(negated)
            }
        }
    }

    /// Whether one value matches; `ne` and `notIn` are answered as `eq` and `in`.
    fn matches(&mut self, test: Test, scalar: Scalar<'_>) -> Result<bool, Need> {
        let tables = &self.program.tables;
        let row = test.operand as usize;
        match test.operator {
            Operator::Eq | Operator::Ne | Operator::In | Operator::NotIn => self.is_in_set(test, scalar),
            Operator::StartsWith | Operator::EndsWith | Operator::Contains => {
                let Scalar::String { slot, .. } = scalar else {
                    return Ok(false);
                };
                let text = self.slots.text(slot, test.slot)?;
                Ok(self.has_part(test, text))
            }
            Operator::Matches => {
                let Scalar::String { slot, .. } = scalar else {
                    return Ok(false);
                };
                let text = std::str::from_utf8(self.slots.text(slot, test.slot)?);
                Ok(matches!((text, tables.patterns.get(row)), (Ok(text), Some((regex, _))) if regex.is_match(text)))
            }
            Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => {
                let (Scalar::Number(found), Some(wanted)) = (scalar, tables.numbers.get(row)) else {
                    return Ok(false);
                };
                Ok(match test.operator {
                    Operator::Lt => found < *wanted,
                    Operator::Lte => found <= *wanted,
                    Operator::Gt => found > *wanted,
                    _ => found >= *wanted,
                })
            }
            Operator::SemverEq
            | Operator::SemverNe
            | Operator::SemverLt
            | Operator::SemverLte
            | Operator::SemverGt
            | Operator::SemverGte => {
                let Scalar::String { slot, .. } = scalar else {
                    return Ok(false);
                };
                let found = Version::lenient(self.slots.text(slot, test.slot)?);
                let wanted = Version::strict(self.program.strings.name(test.operand).as_bytes());
                let (Some(found), Some(wanted)) = (found, wanted) else {
                    return Ok(false);
                };
                let order = found.compare(&wanted);
                Ok(match test.operator {
                    Operator::SemverEq => order.is_eq(),
                    Operator::SemverNe => order.is_ne(),
                    Operator::SemverLt => order.is_lt(),
                    Operator::SemverLte => order.is_le(),
                    Operator::SemverGt => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            Operator::Before | Operator::After => {
                let found = match scalar {
                    Scalar::Number(number) => date::from_number(number),
                    Scalar::String { slot, .. } => date::parse(self.slots.text(slot, test.slot)?),
                    Scalar::Bool(_) | Scalar::Other => None,
                };
                let (Some(found), Some(wanted)) = (found, tables.instants.get(row)) else {
                    return Ok(false);
                };
                let before = test.operator == Operator::Before;
                Ok(if before { found < wanted.milliseconds } else { found > wanted.milliseconds })
            }
            Operator::InCidr => {
                let Scalar::String { slot, .. } = scalar else {
                    return Ok(false);
                };
                let address = address::parse(self.slots.text(slot, test.slot)?);
                let (Some(address), Some(networks)) = (address, tables.networks.get(row)) else {
                    return Ok(false);
                };
                Ok(networks.0.of(&tables.blocks).iter().any(|(network, _)| network.contains(address)))
            }
            // Answered for every attribute that is present, before its value is looked at.
            Operator::Exists => Ok(test.operand == 1),
        }
    }

    fn is_in_set(&mut self, test: Test, scalar: Scalar<'_>) -> Result<bool, Need> {
        let tables = &self.program.tables;
        let Some(set) = tables.sets.get(test.operand as usize) else {
            return Ok(false);
        };
        Ok(match scalar {
            Scalar::Bool(true) => set.has_true,
            Scalar::Bool(false) => set.has_false,
            Scalar::Number(number) => set.numbers.of(&tables.numbers).contains(&number),
            Scalar::String { symbol, slot } => {
                let ids = set.ids.of(&tables.ids);
                if ids.is_empty() {
                    return Ok(symbol
                        .checked_sub(1)
                        .is_some_and(|name| set.symbols.of(&tables.indices).contains(&name)));
                }
                self.has_text(ids, test, slot)?
            }
            Scalar::Other => false,
        })
    }

    fn has_text(&mut self, ids: &[Id], test: Test, slot: &Slot) -> Result<bool, Need> {
        let text = self.slots.text(slot, test.slot)?;
        if !test.ignore_case {
            return Ok(self.program.has_id(ids, text));
        }
        self.fold(text);
        Ok(self.program.has_id(ids, self.key))
    }

    /// Both sides are UTF-8, so finding bytes is finding text.
    fn has_part(&mut self, test: Test, text: &[u8]) -> bool {
        let part = self.program.strings.name(test.operand);
        let found = |text: &[u8], part: &str| match test.operator {
            Operator::StartsWith => text.starts_with(part.as_bytes()),
            Operator::EndsWith => text.ends_with(part.as_bytes()),
            _ => std::str::from_utf8(text).is_ok_and(|text| text.contains(part)),
        };
        if !test.ignore_case {
            return found(text, part);
        }
        self.fold(text);
        found(self.key, part)
    }

    /// Copies `text` to the kept buffer with A to Z as a to z.
    fn fold(&mut self, text: &[u8]) {
        self.key.clear();
        self.key.extend(text.iter().map(u8::to_ascii_lowercase));
    }
}

impl Program {
    /// Whether `text` is in a list that is sorted by hash. Equal hashes are told apart by the text.
    pub(crate) fn has_id(&self, ids: &[Id], text: &[u8]) -> bool {
        let hash = bucket::hash(text);
        let first = ids.partition_point(|id| id.hash < hash);
        let rest = ids.get(first..).unwrap_or_default();
        rest.iter().take_while(|id| id.hash == hash).any(|id| self.strings.get(id.text).as_bytes() == text)
    }
}
