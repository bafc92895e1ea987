//! The operators: one meaning each, no coercion.

use std::cmp::Ordering;

use crate::address::{self, Network};
use crate::date;
use crate::evaluate::Sight;
use crate::operator::Operator;
use crate::outcome::Need;
use crate::program::{Body, Ids, Text, row};
use crate::semver::{self, Version};
use crate::slots::{self, Slot};
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
    #[inline(always)]
    pub(crate) fn attribute(&mut self, body: Body<'_>, test: Test) -> Result<bool, Need> {
        let found = self.slots.read(test.slot)?;
        if test.operator == Operator::Exists {
            return Ok((found.tag() != slots::MISSING) == (test.operand == 1));
        }
        // Not even `ne` holds for what isn't there.
        if found.tag() == slots::MISSING {
            return Ok(false);
        }
        // One value is a list of one, so that what follows is compiled once.
        let one = std::slice::from_ref(found);
        let elements = if found.tag() == slots::LIST { self.slots.elements(found) } else { one };
        let negated = matches!(test.operator, Operator::Ne | Operator::NotIn);
        for element in elements {
            if self.matches(body, test, element)? {
                return Ok(!negated);
            }
        }
        Ok(negated)
    }

    /// Whether one value matches; `ne` and `notIn` are answered as `eq` and `in`.
    #[inline(always)]
    fn matches(&mut self, body: Body<'_>, test: Test, found: &Slot) -> Result<bool, Need> {
        match test.operator {
            Operator::Eq | Operator::Ne | Operator::In | Operator::NotIn => self.is_in_set(body, test, found),
            Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => {
                let (slots::NUMBER, Some(wanted)) = (found.tag(), body.number(test.operand)) else {
                    return Ok(false);
                };
                Ok(match test.operator {
                    Operator::Lt => found.number < wanted,
                    Operator::Lte => found.number <= wanted,
                    Operator::Gt => found.number > wanted,
                    _ => found.number >= wanted,
                })
            }
            Operator::SemverEq
            | Operator::SemverNe
            | Operator::SemverLt
            | Operator::SemverLte
            | Operator::SemverGt
            | Operator::SemverGte => self.is_version(body, test, found),
            _ => self.matches_seldom(body, test, found),
        }
    }

    /// The operators that take longer than a call, or that few conditions have.
    #[inline(never)]
    fn matches_seldom(&mut self, body: Body<'_>, test: Test, found: &Slot) -> Result<bool, Need> {
        let Test { operand, .. } = test;
        match test.operator {
            Operator::StartsWith | Operator::EndsWith | Operator::Contains => {
                if !found.is_string() {
                    return Ok(false);
                }
                let text = self.slots.text(found, test.slot)?;
                Ok(self.has_part(body.bytes(Text::from_word(operand)), test, text))
            }
            Operator::Matches => {
                if !found.is_string() {
                    return Ok(false);
                }
                let text = self.slots.text(found, test.slot)?;
                let pattern = body.block.row::<row::Pattern>(operand);
                Ok(pattern.is_some_and(|row| self.program.pattern_matches(row.pattern, text, self.kept)))
            }
            Operator::Before | Operator::After => {
                let found = match found.tag() {
                    slots::NUMBER => date::from_number(found.number),
                    slots::STRING | slots::NAMED => date::parse(self.slots.text(found, test.slot)?),
                    _ => None,
                };
                let (Some(found), Some(wanted)) = (found, body.block.row::<row::Instant>(operand)) else {
                    return Ok(false);
                };
                let wanted = row::join(wanted.milliseconds).cast_signed();
                Ok(if test.operator == Operator::Before { found < wanted } else { found > wanted })
            }
            Operator::InCidr => {
                if !found.is_string() {
                    return Ok(false);
                }
                let Some(address) = address::parse(self.slots.text(found, test.slot)?) else {
                    return Ok(false);
                };
                let networks: &[row::Block] = body.block.list(operand);
                Ok(networks.iter().any(|network| Network::from_row(network).contains(address)))
            }
            // Answered before.
            _ => Ok(false),
        }
    }

    #[inline(always)]
    fn is_in_set(&mut self, body: Body<'_>, test: Test, found: &Slot) -> Result<bool, Need> {
        let Some(set) = body.block.row::<row::Set>(test.operand) else {
            return Ok(false);
        };
        Ok(match found.tag() {
            slots::TRUE => set.booleans & 1 != 0,
            slots::FALSE => set.booleans & 2 != 0,
            slots::NUMBER => set.numbers > 0 && body.numbers(test.operand, set).any(|number| number == found.number),
            slots::STRING | slots::NAMED if set.ids > 0 => return self.is_in_ids(body, test, set.ids, found),
            slots::STRING | slots::NAMED => {
                // Sets are small: the standard library's `contains` is made for long lists.
                found.symbol > 0 && body.symbols(test.operand, set).iter().any(|symbol| *symbol == found.symbol - 1)
            }
            _ => false,
        })
    }

    #[inline(never)]
    fn is_in_ids(&mut self, body: Body<'_>, test: Test, ids: u32, found: &Slot) -> Result<bool, Need> {
        let text = self.slots.text(found, test.slot)?;
        let Some(ids) = Ids::at(body.block, ids) else {
            return Ok(false);
        };
        Ok(if test.ignore_case {
            self.fold(text);
            ids.contain(&self.kept.key)
        } else {
            ids.contain(text)
        })
    }

    #[inline]
    fn is_version(&self, body: Body<'_>, test: Test, found: &Slot) -> Result<bool, Need> {
        if !found.is_string() {
            return Ok(false);
        }
        let text = self.slots.text(found, test.slot)?;
        let Some(order) = body.block.row(test.operand).and_then(|wanted| compare_versions(body, text, wanted)) else {
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

    /// Both sides are UTF-8, so finding bytes is finding text.
    fn has_part(&mut self, part: &[u8], test: Test, text: &[u8]) -> bool {
        let text = if test.ignore_case {
            self.fold(text);
            self.kept.key.as_slice()
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
        self.kept.key.clear();
        self.kept.key.extend(text.iter().map(u8::to_ascii_lowercase));
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
