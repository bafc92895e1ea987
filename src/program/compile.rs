//! One written definition to its block.

use super::build::{Builder, Way, word};
use super::pattern::Pattern;
use super::row::{self, Arm, Check, halves};
use super::{Program, Text};
use crate::bucket::{self, Purpose};
use crate::outcome::{Outcome, Reason};
use crate::semver::Version;
use crate::snapshot::condition::{Condition, Operand, Scalar, Test};
use crate::snapshot::{flag, rule, segment, unit};
use crate::sort::sorted;

/// Up to this many strings are given numbers and compared by them; longer lists are searched by hash, so that the
/// dictionaries that the facade keeps stay small.
const NUMBERED: usize = 64;

/// A flag that another one names, as it was compiled.
pub(super) struct Parent {
    pub(super) flag: u32,
    /// The positions of the variants that meet the prerequisite.
    pub(super) variants: Vec<u32>,
}

/// Compiles one definition; what it has in common with others goes to the program.
pub(super) struct Compiler<'p> {
    program: &'p mut Program,
    block: Builder,
    /// The slots that it can read; one may be there more than once.
    reads: Vec<u32>,
}

/// `program` has every segment that `written` names.
pub(super) fn segment(program: &mut Program, written: &segment::Segment) -> Vec<u32> {
    let mut compiler = Compiler { program, block: Builder::new::<row::Segment>(), reads: Vec::new() };
    let listed = !written.include.is_empty() || !written.exclude.is_empty();
    let unit = if listed { compiler.unit(&written.unit) } else { 0 };
    let include = compiler.block.ids(&listed_ids(&written.include));
    let exclude = compiler.block.ids(&listed_ids(&written.exclude));
    let when = written.condition.as_ref().map_or(row::Entry::Fails.word(), |condition| compiler.entry(condition));
    let (block, reads) = compiler.close();
    block.finish(|rules, tests, text| row::Segment { when, unit, include, exclude, reads, rules, tests, text })
}

/// `program` has every segment that `written` names, and `parents` are its prerequisites.
pub(super) fn flag(program: &mut Program, written: &flag::Flag<'_>, parents: &[Parent]) -> Vec<u32> {
    let mut compiler = Compiler { program, block: Builder::new::<row::Flag>(), reads: Vec::new() };
    let variants: Vec<row::Variant> = written
        .variants
        .iter()
        .map(|variant| row::Variant {
            name: compiler.block.text(&variant.name),
            value: compiler.block.text(variant.value),
        })
        .collect();
    let variants = compiler.block.list(&variants);
    let prerequisites: Vec<row::Prerequisite> = parents
        .iter()
        .map(|parent| {
            let slots = compiler.program.flag(parent.flag).map(super::FlagBlock::reads).unwrap_or_default();
            compiler.reads.extend_from_slice(slots);
            row::Prerequisite { flag: parent.flag, variants: compiler.block.list(&parent.variants) }
        })
        .collect();
    let prerequisites = compiler.block.list(&prerequisites);
    // `off` first: whoever is listed as out stays out.
    let (denied, allowed): (Vec<_>, Vec<_>) = written.overrides.iter().partition(|entry| entry.variant == written.off);
    let overrides: Vec<row::Override> = denied
        .into_iter()
        .chain(allowed)
        .filter(|entry| !entry.ids.is_empty())
        .map(|entry| row::Override {
            unit: compiler.unit(entry.unit.as_ref().unwrap_or(&written.unit)),
            ids: compiler.block.ids(&listed_ids(&entry.ids)),
            variant: word(entry.variant),
        })
        .collect();
    let overrides = compiler.block.list(&overrides);
    for rule in &written.rules {
        let rule = compiler.rule(rule, written);
        compiler.block.rule(rule);
    }
    let metadata = compiler.block.text(written.metadata);
    let constant = constant(written);
    let (off, default) = (word(written.off), word(written.default));
    let bits = row::Flag::bits(written.kind, written.enabled, constant.is_some(), off, default);
    let constant = constant.map_or(0, |outcome| outcome.0);
    let (block, reads) = compiler.close();
    block.finish(|rules, tests, text| row::Flag {
        bits,
        constant,
        variants,
        prerequisites,
        overrides,
        reads,
        rules,
        tests,
        text,
        metadata,
    })
}

impl Compiler<'_> {
    /// Notes the slots that were touched, each once, in order.
    fn close(mut self) -> (Builder, u32) {
        let mut reads = sorted(self.reads, |slot| slot);
        reads.dedup();
        let reads = self.block.list(&reads);
        (self.block, reads)
    }

    fn slot(&mut self, path: &str) -> u32 {
        let slot = self.program.attributes.number(&mut self.program.words, path);
        self.reads.push(slot);
        slot
    }

    fn unit(&mut self, written: &unit::Unit) -> u32 {
        let slots: Vec<u32> = written.0.iter().map(|path| self.slot(path)).collect();
        self.block.list(&slots)
    }

    fn rule(&mut self, rule: &rule::Rule, flag: &flag::Flag<'_>) -> row::Rule {
        let when = match &rule.when {
            _ if rule.share == 0 => row::Entry::Fails.word(),
            None => row::Entry::Holds.word(),
            Some(condition) => self.entry(condition),
        };
        let unit = if hashes(rule) { self.unit(rule.unit.as_ref().unwrap_or(&flag.unit)) } else { 0 };
        let (variant, arms) = match &rule.serve {
            rule::Serve::Variant(variant) => (word(*variant), 0),
            rule::Serve::Split(arms) => {
                let ends = bucket::cuts(arms.iter().map(|(_, weight)| *weight));
                let arms: Vec<u32> =
                    ends.zip(arms).map(|(end, (variant, _))| Arm { end, variant: word(*variant) }.word()).collect();
                (0, self.block.list(&arms))
            }
        };
        let salt = rule.salt.as_deref().or(flag.salt.as_deref()).unwrap_or_default();
        let mut prefix =
            |wanted, purpose| if wanted { self.block.text(&bucket::prefix(salt, purpose)) } else { Text::NONE };
        let ramp_prefix = prefix(rule.share > 0 && rule.share < bucket::TOTAL, Purpose::Ramp);
        let split_prefix = prefix(arms != 0, Purpose::Split);
        let serve = row::Rule::serving(rule.share, variant);
        row::Rule { when, serve, arms, unit, ramp_prefix, split_prefix, id: self.block.text(&rule.id) }
    }

    /// Compiles a condition into tests that lead to its end, and answers where it begins.
    fn entry(&mut self, condition: &Condition) -> u32 {
        let entry = self.block.next_entry();
        self.condition(condition, Way::Holds, Way::Fails, &mut String::new());
        entry
    }

    /// Tests lead only to later ones, so that every walk ends.
    fn condition(&mut self, condition: &Condition, holds: Way, fails: Way, place: &mut String) {
        let (name, parts) = match condition {
            Condition::All(parts) => ("all", parts),
            Condition::Any(parts) => ("any", parts),
            Condition::Not(part) => {
                return within(place, &["not"], |place| self.condition(part, fails, holds, place));
            }
            Condition::Segment(key) => {
                let Some(segment) = self.program.segments().find(&self.program.words, key) else {
                    return;
                };
                let slots = self.program.segment(segment).map(super::SegmentBlock::reads).unwrap_or_default();
                self.reads.extend_from_slice(slots);
                return self.test(Check::Segment(segment), place, holds, fails);
            }
            Condition::Test(test) => {
                let slot = self.slot(&test.attribute);
                let operand = self.operand(test);
                let (operator, ignore_case) = (test.operator, test.ignore_case);
                return self.test(Check::Attribute { slot, operator, ignore_case, operand }, place, holds, fails);
            }
        };
        let is_all = matches!(condition, Condition::All(_));
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let next = if last { None } else { Some(self.block.label()) };
            let on = next.map(Way::Label);
            let (holds, fails) = if is_all { (on.unwrap_or(holds), fails) } else { (holds, on.unwrap_or(fails)) };
            within(place, &[name, "/", &index.to_string()], |place| self.condition(part, holds, fails, place));
            if let Some(label) = next {
                self.block.put(label);
            }
        }
    }

    fn test(&mut self, check: Check, place: &str, holds: Way, fails: Way) {
        let place = self.block.text(place);
        self.block.test(check, place, holds, fails);
    }

    fn operand(&mut self, test: &Test) -> u32 {
        match &test.operand {
            Operand::Scalars(scalars) => self.set(scalars, test.ignore_case),
            Operand::Text(text) if test.ignore_case => self.block.text(&text.to_ascii_lowercase()).word(),
            Operand::Text(text) => self.block.text(text).word(),
            Operand::Version(version) => {
                let core = Version::strict(version.as_bytes()).and_then(|version| version.small_core());
                let [core_0, core_1, core_2] = core.unwrap_or([u32::MAX; 3]);
                let text = self.block.text(version);
                self.block.push(&row::Semver { text, core_0, core_1, core_2 })
            }
            Operand::Number(number) => self.block.number(*number),
            Operand::Instant { milliseconds, written } => {
                let written = written.as_deref().map_or(Text::NONE, |text| self.block.text(text));
                self.block.push(&row::Instant { milliseconds: halves(milliseconds.cast_unsigned()), written })
            }
            Operand::Presence(expected) => u32::from(*expected),
            Operand::Networks(networks) => {
                let blocks: Vec<row::Block> =
                    networks.iter().map(|(network, text)| network.row(self.block.text(text))).collect();
                self.block.list(&blocks)
            }
            Operand::Pattern(regex) => {
                let written = self.block.text(regex.as_str());
                self.program.patterns.push(Pattern::Regex { regex: regex.clone(), ignore_case: test.ignore_case });
                self.block.push(&row::Pattern { pattern: word(self.program.patterns.len() - 1), written })
            }
        }
    }

    fn set(&mut self, scalars: &[Scalar], ignore_case: bool) -> u32 {
        let texts: Vec<&str> = scalars
            .iter()
            .filter_map(|one| if let Scalar::Text(text) = one { Some(text.as_str()) } else { None })
            .collect();
        let numbers: Vec<[u32; 2]> = scalars
            .iter()
            .filter_map(|one| if let Scalar::Number(number) = one { Some(halves(number.to_bits())) } else { None })
            .collect();
        let (symbols, ids) = if ignore_case {
            let folded: Vec<String> = texts.iter().map(|text| text.to_ascii_lowercase()).collect();
            (Vec::new(), self.block.ids(&listed_ids(&folded)))
        } else if texts.len() > NUMBERED {
            (Vec::new(), self.block.ids(&texts))
        } else {
            let program = &mut *self.program;
            let number = |text: &&str| program.symbols.number(&mut program.words, text);
            (texts.iter().map(number).collect(), 0)
        };
        let booleans =
            u32::from(scalars.contains(&Scalar::Bool(true))) | u32::from(scalars.contains(&Scalar::Bool(false))) << 1;
        let set = row::Set { booleans, symbols: word(symbols.len()), numbers: word(numbers.len()), ids };
        let offset = self.block.push(&set);
        for symbol in &symbols {
            self.block.push(symbol);
        }
        for number in &numbers {
            self.block.push(number);
        }
        offset
    }
}

/// The outcome of a flag that can answer only one way: what the specification calls static, and disabled flags.
fn constant(flag: &flag::Flag<'_>) -> Option<Outcome> {
    if !flag.enabled {
        return Some(Outcome::served(word(flag.off), Reason::Disabled, None));
    }
    if !flag.prerequisites.is_empty() || flag.overrides.iter().any(|entry| !entry.ids.is_empty()) {
        return None;
    }
    match flag.rules.iter().enumerate().find(|(_, rule)| rule.share > 0) {
        None => Some(Outcome::served(word(flag.default), Reason::Static, None)),
        Some((position, rule)) => match rule.serve {
            rule::Serve::Variant(variant) if rule.when.is_none() && !hashes(rule) => {
                Some(Outcome::served(word(variant), Reason::Static, Some(word(position))))
            }
            rule::Serve::Variant(_) | rule::Serve::Split(_) => None,
        },
    }
}

fn hashes(rule: &rule::Rule) -> bool {
    rule.share > 0 && (rule.share < bucket::TOTAL || matches!(rule.serve, rule::Serve::Split(_)))
}

fn listed_ids(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
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
