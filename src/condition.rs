//! The operators: one meaning each, no coercion.

use std::cmp::Ordering;

use crate::address::{self, Network};
use crate::date;
use crate::evaluate::Sight;
use crate::operator::Operator;
use crate::outcome::Need;
use crate::program::{Body, Ids, Text, row};
use crate::semver::{self, Version};
use crate::slots::{Attribute, Scalar, Slots};
use crate::substring;

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
    #[inline]
    pub(crate) fn attribute(&mut self, body: Body<'_>, test: Test) -> Result<bool, Need> {
        let negated = matches!(test.operator, Operator::Ne | Operator::NotIn);
        let slots = self.slots;
        match slots.read(test.slot)? {
            Attribute::Missing => Ok(test.operator == Operator::Exists && test.operand == 0),
            Attribute::Scalar(_) | Attribute::List(_) if test.operator == Operator::Exists => Ok(test.operand == 1),
            Attribute::Scalar(scalar) => Ok(self.matches(body, test, scalar)? != negated),
            Attribute::List(items) => {
                for item in items {
                    if self.matches(body, test, Slots::scalar(item))? {
                        return Ok(!negated);
                    }
                }
                Ok(negated)
            }
        }
    }

    /// Whether one value matches; `ne` and `notIn` are answered as `eq` and `in`.
    #[inline]
    fn matches(&mut self, body: Body<'_>, test: Test, scalar: Scalar<'_>) -> Result<bool, Need> {
        let Test { operand, .. } = test;
        match test.operator {
            Operator::Eq | Operator::Ne | Operator::In | Operator::NotIn => self.is_in_set(body, test, scalar),
            Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => {
                let (Scalar::Number(found), Some(wanted)) = (scalar, body.number(operand)) else {
                    return Ok(false);
                };
                Ok(match test.operator {
                    Operator::Lt => found < wanted,
                    Operator::Lte => found <= wanted,
                    Operator::Gt => found > wanted,
                    _ => found >= wanted,
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
                let text = self.slots.text(slot, test.slot)?;
                let Some(order) = body.block.row(operand).and_then(|wanted| compare_versions(body, text, wanted))
                else {
                    return Ok(false);
                };
                Ok(match test.operator {
                    Operator::SemverEq => order.is_eq(),
                    Operator::SemverNe => order.is_ne(),
                    Operator::SemverLt => order.is_lt(),
                    Operator::SemverLte => order.is_le(),
                    Operator::SemverGt => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            _ => self.matches_seldom(body, test, scalar),
        }
    }

    /// The operators that take longer than a call, or that few conditions have.
    #[inline(never)]
    fn matches_seldom(&mut self, body: Body<'_>, test: Test, scalar: Scalar<'_>) -> Result<bool, Need> {
        let Test { operand, .. } = test;
        match test.operator {
            Operator::StartsWith | Operator::EndsWith | Operator::Contains => {
                let Scalar::String { slot, .. } = scalar else {
                    return Ok(false);
                };
                let text = self.slots.text(slot, test.slot)?;
                Ok(self.has_part(body.bytes(Text::from_word(operand)), test, text))
            }
            Operator::Matches => {
                let Scalar::String { slot, .. } = scalar else {
                    return Ok(false);
                };
                let text = self.slots.text(slot, test.slot)?;
                let pattern = body.block.row::<row::Pattern>(operand);
                Ok(pattern.is_some_and(|row| self.program.pattern_matches(row.pattern, text)))
            }
            Operator::Before | Operator::After => {
                let found = match scalar {
                    Scalar::Number(number) => date::from_number(number),
                    Scalar::String { slot, .. } => date::parse(self.slots.text(slot, test.slot)?),
                    Scalar::Bool(_) | Scalar::Other => None,
                };
                let (Some(found), Some(wanted)) = (found, body.block.row::<row::Instant>(operand)) else {
                    return Ok(false);
                };
                let wanted = row::join(wanted.milliseconds).cast_signed();
                Ok(if test.operator == Operator::Before { found < wanted } else { found > wanted })
            }
            Operator::InCidr => {
                let Scalar::String { slot, .. } = scalar else {
                    return Ok(false);
                };
                let address = address::parse(self.slots.text(slot, test.slot)?);
                let Some(address) = address else {
                    return Ok(false);
                };
                let networks: &[row::Block] = body.block.list(operand);
                Ok(networks.iter().any(|network| Network::from_row(network).contains(address)))
            }
            // Answered before: the others by whoever calls this, this one for every attribute that is present.
            _ => Ok(false),
        }
    }

    #[inline]
    fn is_in_set(&mut self, body: Body<'_>, test: Test, scalar: Scalar<'_>) -> Result<bool, Need> {
        let Some(set) = body.block.row::<row::Set>(test.operand) else {
            return Ok(false);
        };
        Ok(match scalar {
            Scalar::Bool(true) => set.booleans & 1 != 0,
            Scalar::Bool(false) => set.booleans & 2 != 0,
            Scalar::Number(number) => set.numbers > 0 && body.numbers(test.operand, set).any(|one| one == number),
            Scalar::String { symbol, slot } => match Ids::at(body.block, set.ids) {
                Some(ids) => {
                    let text = self.slots.text(slot, test.slot)?;
                    if test.ignore_case {
                        self.fold(text);
                        ids.contain(self.key)
                    } else {
                        ids.contain(text)
                    }
                }
                None => symbol > 0 && body.symbols(test.operand, set).contains(&(symbol - 1)),
            },
            Scalar::Other => false,
        })
    }

    /// Both sides are UTF-8, so finding bytes is finding text.
    #[inline]
    fn has_part(&mut self, part: &[u8], test: Test, text: &[u8]) -> bool {
        let text = if test.ignore_case {
            self.fold(text);
            self.key.as_slice()
        } else {
            text
        };
        match test.operator {
            Operator::StartsWith => text.starts_with(part),
            Operator::EndsWith => text.ends_with(part),
            _ => substring::contains(text, part),
        }
    }

    /// Copies `text` to the kept buffer with A to Z as a to z.
    fn fold(&mut self, text: &[u8]) {
        self.key.clear();
        self.key.extend(text.iter().map(u8::to_ascii_lowercase));
    }
}

/// How the version that `text` is stands to the one that it is compared with; `None` when it is none.
#[inline]
fn compare_versions(body: Body<'_>, text: &[u8], wanted: &row::Semver) -> Option<Ordering> {
    let (found, plain) = (semver::plain(text), row::join(wanted.plain));
    if found == semver::NOT_PLAIN || plain == semver::NOT_PLAIN {
        return compare_any_versions(text, body.bytes(wanted.text));
    }
    Some(found.cmp(&plain))
}

#[inline(never)]
fn compare_any_versions(text: &[u8], wanted: &[u8]) -> Option<Ordering> {
    Some(Version::lenient(text)?.compare(&Version::strict(wanted)?))
}
