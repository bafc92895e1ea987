//! The operators: one meaning each, no coercion.

use std::cmp::Ordering;

use crate::address::{self, Network};
use crate::date;
use crate::evaluate::Sight;
use crate::operator::Operator;
use crate::outcome::{Need, Reply};
use crate::program::{Block, Body, Check, Ids, Text, row};
use crate::semver::{self, Version};
use crate::slots::{self, Slot};
use crate::substring;

/// An operator with what it compares with, and the attribute in `slot`.
#[derive(Clone, Copy)]
pub(crate) struct Test<'a> {
    pub(crate) slot: u32,
    pub(crate) operator: Operator,
    pub(crate) operand: u32,
    /// As it lies there: what is called takes it so, since fields that are passed together would come through memory.
    pub(crate) row: &'a row::Test,
}

/// A bit for each tag of what isn't one value.
const SELDOM: u32 = 1 << slots::MISSING | 1 << slots::LIST;

impl Test<'_> {
    const fn is_negated(&self) -> bool {
        matches!(self.operator, Operator::Ne | Operator::NotIn)
    }
}

impl Sight<'_> {
    /// Whether the attribute's value passes the test.
    #[inline(always)]
    pub(crate) fn attribute(&mut self, body: Body<'_>, test: Test<'_>) -> Result<bool, Need> {
        let found = self.slots.read(test.slot)?;
        if test.operator == Operator::Exists {
            return Ok((found.tag() != slots::MISSING) == (test.operand == 1));
        }
        // Most are one value: one question that is nearly always answered alike, where a `match` would be a jump to a place that
        // is guessed.
        if SELDOM >> found.tag() & 1 != 0 {
            return self.any_matches(body.block, body.parts, test.row, found).holds();
        }
        Ok(self.matches(body, test, found)? != test.is_negated())
    }

    /// The same of a list, and of what isn't there.
    #[inline(never)]
    fn any_matches(&mut self, block: Block<'_>, parts: &row::Parts, row: &row::Test, found: &Slot) -> Reply {
        let Some(Check::Attribute { slot, operator, operand, .. }) = row.check() else {
            return Reply::from(Ok(false));
        };
        // Not even `ne` holds for what isn't there.
        if found.tag() == slots::MISSING {
            return Reply::from(Ok(false));
        }
        let (body, test) = (Body { block, parts }, Test { slot, operator, operand, row });
        for element in self.slots.elements(found) {
            match self.matches(body, test, element) {
                Ok(false) => {}
                Ok(true) => return Reply::from(Ok(!test.is_negated())),
                stopped => return Reply::from(stopped),
            }
        }
        Reply::from(Ok(test.is_negated()))
    }

    /// Whether one value matches; `ne` and `notIn` are answered as `eq` and `in`.
    #[inline(always)]
    fn matches(&mut self, body: Body<'_>, test: Test<'_>, found: &Slot) -> Result<bool, Need> {
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
            _ => self.matches_seldom(body.block, body.parts.text, test.row, found).holds(),
        }
    }

    /// The operators that take longer than a call, or that few conditions have.
    #[inline(never)]
    fn matches_seldom(&mut self, block: Block<'_>, text: u32, test: &row::Test, found: &Slot) -> Reply {
        Reply::from(self.found_to_match(block, text, test, found))
    }

    fn found_to_match(&mut self, block: Block<'_>, text_at: u32, test: &row::Test, found: &Slot) -> Result<bool, Need> {
        let Some(Check::Attribute { slot, operator, ignore_case, operand }) = test.check() else {
            return Ok(false);
        };
        match operator {
            Operator::StartsWith | Operator::EndsWith | Operator::Contains => {
                if !found.is_string() {
                    return Ok(false);
                }
                let text = self.slots.text(found, slot)?;
                let part = block.bytes(Text::from_word(operand), text_at);
                Ok(self.has_part(part, operator, ignore_case, text))
            }
            Operator::Matches => {
                if !found.is_string() {
                    return Ok(false);
                }
                let text = self.slots.text(found, slot)?;
                let pattern = block.row::<row::Pattern>(operand);
                Ok(pattern.is_some_and(|row| self.program.pattern_matches(row.pattern, text, self.kept)))
            }
            Operator::Before | Operator::After => {
                let found = match found.tag() {
                    slots::NUMBER => date::from_number(found.number),
                    slots::STRING | slots::NAMED => date::parse(self.slots.text(found, slot)?),
                    _ => None,
                };
                let (Some(found), Some(wanted)) = (found, block.row::<row::Instant>(operand)) else {
                    return Ok(false);
                };
                let wanted = row::join(wanted.milliseconds).cast_signed();
                Ok(if operator == Operator::Before { found < wanted } else { found > wanted })
            }
            Operator::InCidr => {
                if !found.is_string() {
                    return Ok(false);
                }
                let Some(address) = address::parse(self.slots.text(found, slot)?) else {
                    return Ok(false);
                };
                let networks: &[row::Block] = block.list(operand);
                Ok(networks.iter().any(|network| Network::from_row(network).contains(address)))
            }
            // Answered before.
            _ => Ok(false),
        }
    }

    #[inline(always)]
    fn is_in_set(&mut self, body: Body<'_>, test: Test<'_>, found: &Slot) -> Result<bool, Need> {
        let Some((set, symbols)) = body.set(test.operand) else {
            return Ok(false);
        };
        // Before everything else, since it is what nearly every set is asked.
        if found.is_string() && set.ids == 0 {
            return Ok(found.symbol > 0 && symbols.iter().any(|symbol| *symbol == found.symbol - 1));
        }
        Ok(match found.tag() {
            slots::TRUE => set.booleans & 1 != 0,
            slots::FALSE => set.booleans & 2 != 0,
            slots::NUMBER => set.numbers > 0 && body.numbers(test.operand, set).any(|number| number == found.number),
            slots::STRING | slots::NAMED => return self.is_in_ids(body.block, test.row, set.ids, found).holds(),
            _ => false,
        })
    }

    #[inline(never)]
    fn is_in_ids(&mut self, block: Block<'_>, test: &row::Test, ids: u32, found: &Slot) -> Reply {
        let (Some(Check::Attribute { slot, ignore_case, .. }), Some(ids)) = (test.check(), Ids::at(block, ids)) else {
            return Reply::from(Ok(false));
        };
        Reply::from(self.slots.text(found, slot).map(|text| {
            if !ignore_case {
                return ids.contain(text);
            }
            self.fold(text);
            ids.contain(&self.kept.key)
        }))
    }

    #[inline]
    fn is_version(&self, body: Body<'_>, test: Test<'_>, found: &Slot) -> Result<bool, Need> {
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
    fn has_part(&mut self, part: &[u8], operator: Operator, ignore_case: bool, text: &[u8]) -> bool {
        let text = if ignore_case {
            self.fold(text);
            self.kept.key.as_slice()
        } else {
            text
        };
        match operator {
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
