//! One written definition to rows in the tables.

use super::assemble::{Assembler, append, push, row_number};
use super::{
    Body, Check, Cut, Entry, Instant, Name, Networks, Override, Prerequisite, Rows, Rule, Segment, Serve, Set, Test,
    Unit, Variant,
};
use crate::bucket;
use crate::operator::Operator;
use crate::outcome::{Outcome, Reason};
use crate::snapshot::condition::{Condition, Operand, Scalar, Test as WrittenTest};
use crate::snapshot::{flag, rule, segment};

/// Up to this many strings are given numbers and compared by them; longer lists are searched by hash, so that the
/// dictionaries that the facade keeps stay small.
const NUMBERED: usize = 64;

/// A flag that another one names, as it was compiled.
pub(super) struct Parent<'p> {
    pub(super) index: u32,
    pub(super) variants: Vec<u32>,
    pub(super) slots: &'p [u32],
}

impl Assembler {
    /// `segment_of` finds the compiled segment by key; it knows every segment that `written` names.
    pub(super) fn segment(
        &mut self,
        key: &str,
        written: &segment::Segment,
        segment_of: &dyn Fn(&str) -> Option<u32>,
    ) -> u32 {
        let unit = if written.include.is_empty() && written.exclude.is_empty() {
            Unit(Rows::default())
        } else {
            self.unit(&written.unit)
        };
        let compiled = Segment {
            key: self.name(key),
            unit,
            include: self.ids(listed(&written.include)),
            exclude: self.ids(listed(&written.exclude)),
            condition: written.condition.as_ref().map_or(Entry::Fails, |condition| {
                self.condition(condition, Entry::Holds, Entry::Fails, &mut String::new(), segment_of)
            }),
        };
        let touched = self.take_touched();
        self.segment_slots.push(touched);
        push(&mut self.segments, compiled)
    }

    pub(super) fn flag(
        &mut self,
        written: &flag::Flag<'_>,
        parents: Vec<Parent<'_>>,
        segment_of: &dyn Fn(&str) -> Option<u32>,
    ) -> Body {
        let off = row_number(written.off);
        let default = row_number(written.default);
        let constant = constant(written);
        let variants: Vec<Variant> = written
            .variants
            .iter()
            .map(|variant| Variant {
                name: self.interner.name(&variant.name),
                value: self.interner.span(variant.value),
            })
            .collect();
        let variants = append(&mut self.tables.variants, variants);
        let mut prerequisites = Vec::with_capacity(parents.len());
        for parent in parents {
            self.touch(parent.slots);
            let variants = append(&mut self.tables.indices, parent.variants);
            prerequisites.push(Prerequisite { flag: parent.index, variants });
        }
        let prerequisites = append(&mut self.tables.prerequisites, prerequisites);
        // `off` first: whoever is listed as out stays out.
        let (denied, allowed): (Vec<_>, Vec<_>) =
            written.overrides.iter().partition(|entry| entry.variant == written.off);
        let mut overrides = Vec::with_capacity(written.overrides.len());
        for entry in denied.into_iter().chain(allowed).filter(|entry| !entry.ids.is_empty()) {
            let unit = self.unit(entry.unit.as_ref().unwrap_or(&written.unit));
            let ids = self.ids(listed(&entry.ids));
            overrides.push(Override { unit, ids, variant: row_number(entry.variant) });
        }
        let overrides = append(&mut self.tables.overrides, overrides);
        let mut rules = Vec::with_capacity(written.rules.len());
        for (position, rule) in written.rules.iter().enumerate() {
            rules.push(self.rule(position, rule, written, segment_of));
        }
        let rules = append(&mut self.tables.rules, rules);
        let metadata = self.interner.span(written.metadata);
        let touched = self.take_touched();
        let slots = append(&mut self.tables.indices, touched);
        let enabled = written.enabled;
        Body {
            kind: written.kind,
            enabled,
            off,
            default,
            variants,
            prerequisites,
            overrides,
            rules,
            metadata,
            slots,
            constant,
        }
    }

    fn rule(
        &mut self,
        position: usize,
        rule: &rule::Rule,
        flag: &flag::Flag<'_>,
        segment_of: &dyn Fn(&str) -> Option<u32>,
    ) -> Rule {
        let mut place = ["rules/", &position.to_string(), "/when"].concat();
        let when = match &rule.when {
            _ if rule.share == 0 => Entry::Fails,
            None => Entry::Holds,
            Some(condition) => self.condition(condition, Entry::Holds, Entry::Fails, &mut place, segment_of),
        };
        let unit =
            if hashes(rule) { self.unit(rule.unit.as_ref().unwrap_or(&flag.unit)) } else { Unit(Rows::default()) };
        let serve = match &rule.serve {
            rule::Serve::Variant(variant) => Serve::Variant(row_number(*variant)),
            rule::Serve::Split(arms) => {
                let ends = bucket::cuts(arms.iter().map(|(_, weight)| *weight));
                let cuts = ends.zip(arms).map(|(end, (variant, _))| Cut { end, variant: row_number(*variant) });
                Serve::Split(append(&mut self.tables.cuts, cuts))
            }
        };
        let salt = rule.salt.as_deref().or(flag.salt.as_deref()).unwrap_or_default();
        Rule { id: self.name(&rule.id), when, unit, salt: self.name(salt), share: rule.share, serve }
    }

    /// Compiles a condition into tests that lead to `holds` or to `fails`, and answers where it begins. Later parts are
    /// compiled first, so that earlier ones can lead to them.
    fn condition(
        &mut self,
        condition: &Condition,
        holds: Entry,
        fails: Entry,
        place: &mut String,
        segment_of: &dyn Fn(&str) -> Option<u32>,
    ) -> Entry {
        match condition {
            Condition::All(parts) => parts.iter().enumerate().rev().fold(holds, |next, (index, part)| {
                within(place, &["all/", &index.to_string()], |place| {
                    self.condition(part, next, fails, place, segment_of)
                })
            }),
            Condition::Any(parts) => parts.iter().enumerate().rev().fold(fails, |next, (index, part)| {
                within(place, &["any/", &index.to_string()], |place| {
                    self.condition(part, holds, next, place, segment_of)
                })
            }),
            Condition::Not(part) => {
                within(place, &["not"], |place| self.condition(part, fails, holds, place, segment_of))
            }
            Condition::Segment(key) => {
                let Some(segment) = segment_of(key) else {
                    return fails;
                };
                let touched = self.segment_slots.get(segment as usize).cloned().unwrap_or_default();
                self.touch(&touched);
                self.test(Check::Segment(segment), holds, fails, place)
            }
            Condition::Test(test) => {
                let slot = self.slot(&test.attribute);
                let operand = self.operand(test, slot);
                let (operator, ignore_case) = (test.operator, test.ignore_case);
                self.test(Check::Attribute { slot, operator, ignore_case, operand }, holds, fails, place)
            }
        }
    }

    fn test(&mut self, check: Check, holds: Entry, fails: Entry, place: &str) -> Entry {
        let place = self.name(place);
        Entry::Test(push(&mut self.tables.tests, Test { check, holds, fails, place }))
    }

    fn operand(&mut self, test: &WrittenTest, slot: u32) -> u32 {
        if !matches!(test.operator, Operator::Eq | Operator::Ne | Operator::In | Operator::NotIn | Operator::Exists) {
            self.wants_text(slot);
        }
        match &test.operand {
            Operand::Scalars(scalars) => self.set(scalars, slot, test.ignore_case),
            Operand::Text(text) if test.ignore_case => self.name(&text.to_ascii_lowercase()),
            Operand::Text(text) | Operand::Version(text) => self.name(text),
            Operand::Number(number) => push(&mut self.tables.numbers, *number),
            Operand::Instant { milliseconds, written } => {
                let written = written.as_deref().map(|text| self.name(text));
                push(&mut self.tables.instants, Instant { milliseconds: *milliseconds, written })
            }
            Operand::Presence(expected) => u32::from(*expected),
            Operand::Networks(networks) => {
                let blocks: Vec<_> =
                    networks.iter().map(|(network, text)| (*network, self.interner.name(text))).collect();
                let blocks = append(&mut self.tables.blocks, blocks);
                push(&mut self.tables.networks, Networks(blocks))
            }
            Operand::Pattern(regex) => {
                let text = self.name(regex.as_str());
                push(&mut self.tables.patterns, (regex.clone(), text))
            }
        }
    }

    fn set(&mut self, scalars: &[Scalar], slot: u32, ignore_case: bool) -> u32 {
        let texts =
            || scalars.iter().filter_map(|one| if let Scalar::Text(text) = one { Some(text.as_str()) } else { None });
        let (symbols, ids) = if ignore_case {
            self.wants_text(slot);
            let folded: Vec<String> = texts().map(str::to_ascii_lowercase).collect();
            (Vec::new(), self.ids(folded.iter().map(String::as_str)))
        } else if texts().count() > NUMBERED {
            self.wants_text(slot);
            (Vec::new(), self.ids(texts()))
        } else {
            let names: Vec<Name> = texts().map(|text| self.interner.name(text)).collect();
            (names, Rows::default())
        };
        self.wants_symbols(slot, &symbols);
        let numbers: Vec<f64> = scalars
            .iter()
            .filter_map(|one| if let Scalar::Number(number) = one { Some(*number) } else { None })
            .collect();
        let set = Set {
            symbols: append(&mut self.tables.indices, symbols),
            ids,
            numbers: append(&mut self.tables.numbers, numbers),
            has_true: scalars.contains(&Scalar::Bool(true)),
            has_false: scalars.contains(&Scalar::Bool(false)),
        };
        push(&mut self.tables.sets, set)
    }
}

/// The outcome of a flag that can answer only one way: what the specification calls static, and disabled flags.
fn constant(flag: &flag::Flag<'_>) -> Option<Outcome> {
    if !flag.enabled {
        return Some(Outcome::served(row_number(flag.off), Reason::Disabled, None));
    }
    if !flag.prerequisites.is_empty() || flag.overrides.iter().any(|entry| !entry.ids.is_empty()) {
        return None;
    }
    match flag.rules.iter().enumerate().find(|(_, rule)| rule.share > 0) {
        None => Some(Outcome::served(row_number(flag.default), Reason::Static, None)),
        Some((position, rule)) => match rule.serve {
            rule::Serve::Variant(variant) if rule.when.is_none() && !hashes(rule) => {
                Some(Outcome::served(row_number(variant), Reason::Static, Some(row_number(position))))
            }
            rule::Serve::Variant(_) | rule::Serve::Split(_) => None,
        },
    }
}

fn hashes(rule: &rule::Rule) -> bool {
    rule.share > 0 && (rule.share < bucket::TOTAL || matches!(rule.serve, rule::Serve::Split(_)))
}

fn listed(ids: &[String]) -> impl Iterator<Item = &str> {
    ids.iter().map(String::as_str)
}

/// Runs `inside` with `parts` added to `place`, and takes them off again.
pub(super) fn within<T>(place: &mut String, parts: &[&str], inside: impl FnOnce(&mut String) -> T) -> T {
    let length = place.len();
    if !place.is_empty() {
        place.push('/');
    }
    place.extend(parts.iter().copied());
    let result = inside(place);
    place.truncate(length);
    result
}
