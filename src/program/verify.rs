//! Whether every place in a compiled snapshot that points somewhere points to what it should.
//!
//! Reading checks its bounds anyway, so that nothing in a file can make a walk read elsewhere. This makes sure that it finds
//! what it looks for, and ends: tests lead only to later tests, and definitions only to ones with shorter chains.

use super::block::{Body, FlagBlock, HoldoutBlock, LayerBlock, SegmentBlock};
use super::directory::{Directory, ROW_WORDS};
use super::row::{self, Definition, Header, Membership, Row};
use super::text::{Place, Text};
use super::words::{from, rows};
use super::{Arm, Check, Entry, Ids, Program};
use crate::operator::{Operand, Operator};
use crate::outcome::Outcome;
use crate::ramp;
use crate::snapshot::limits;

/// Linear in the program's length, whoever wrote it: what is looked at is counted, and a sound program has no more than it
/// has words, but for what its definitions share.
pub(super) fn is_sound(program: &Program) -> bool {
    let mut verifier = Verifier { program, left: program.words.len().saturating_mul(4) };
    verifier.program().is_some()
}

struct Verifier<'p> {
    program: &'p Program,
    /// What may still be looked at.
    left: usize,
}

/// `Some` when what was looked at is sound.
type Sound = Option<()>;

/// An entry leads to one of the tests, from number `least` on.
fn entry(entry: u32, least: u32, tests: usize) -> Sound {
    match Entry::from_word(entry) {
        Entry::Holds | Entry::Fails => Some(()),
        Entry::Test(to) => when(to >= least && (to as usize) < tests),
    }
}

fn when(sound: bool) -> Sound {
    sound.then_some(())
}

impl<'p> Verifier<'p> {
    fn program(&mut self) -> Sound {
        let Header { revision, environment, refused, attributes, symbols, patterns, .. } = &self.program.header;
        for [start, len] in [revision, environment, refused] {
            self.bytes(*start, *len)?;
        }
        let program = self.program;
        when(program.attributes.len() == attributes[1] as usize && program.symbols.len() == symbols[1] as usize)?;
        when(rows::<[u32; 2]>(from(&program.words, patterns[0]), patterns[1]).len() == patterns[1] as usize)?;
        for [start, len] in program.attributes.spans.iter().chain(&program.symbols.spans) {
            self.bytes(*start, *len)?;
        }
        let freezes = program.freezes();
        when(freezes.len() == program.header.freezes[1] as usize && freezes.iter().all(row::Window::is_sound))?;
        let directories = [program.segments(), program.header.layers(), program.header.holdouts(), program.flags()];
        directories.into_iter().try_for_each(|directory| self.directory(directory))?;
        for number in 0..program.segments().count {
            if let Some(row) = self.definition(program.segments(), number)? {
                self.segment(row, program.segment(number)?)?;
            }
        }
        for number in 0..program.header.layers().count {
            if let Some(row) = self.definition(program.header.layers(), number)? {
                self.layer(row, program.layer(number)?)?;
            }
        }
        for number in 0..program.header.holdouts().count {
            if self.definition(program.header.holdouts(), number)?.is_some() {
                self.holdout(program.holdout(number)?)?;
            }
        }
        for number in 0..program.flags().count {
            if let Some(row) = self.definition(program.flags(), number)? {
                self.flag(row, program.flag(number)?)?;
            }
        }
        Some(())
    }

    fn spend(&mut self, amount: usize) -> Sound {
        self.left = self.left.checked_sub(amount)?;
        Some(())
    }

    /// Text of the program's own. Whether it is UTF-8 is asked where it is used.
    fn bytes(&self, start: u32, len: u32) -> Sound {
        let end = (start as usize).checked_add(len as usize)?;
        when(end <= self.program.words.len() * 4)
    }

    fn directory(&self, directory: Directory) -> Sound {
        let words = self.program.words.len();
        let rows = (directory.count as usize).checked_mul(ROW_WORDS)?.checked_add(directory.rows as usize)?;
        let index = 1_usize.checked_shl(directory.bits)?.checked_add(directory.index as usize)?;
        when(rows <= words && index <= words)
    }

    /// The row of a definition that has a block.
    fn definition(&mut self, directory: Directory, number: u32) -> Option<Option<&'p Definition>> {
        let words = &self.program.words;
        let row = directory.row(words, number)?;
        self.bytes(row.key_start, row.key_len)?;
        self.spend(ROW_WORDS + row.block_len as usize)?;
        if row.block_len == 0 {
            return Some(None);
        }
        when((row.block as usize).checked_add(row.block_len as usize)? <= words.len())?;
        when((1..=limits::CHAIN_DEPTH).contains(&(row.depth as usize)))?;
        Some(Some(row))
    }

    fn segment(&mut self, definition: &Definition, segment: SegmentBlock<'_>) -> Sound {
        let (body, row) = (segment.body(), segment.row);
        when(row.rules <= row.tests && row.tests <= row.text && row.text <= definition.block_len)?;
        self.slots(body, row.unit)?;
        self.ids(body, row.include)?;
        self.ids(body, row.exclude)?;
        self.slots(body, row.reads)?;
        self.tests(body, definition.depth)?;
        entry(row.when, 0, body.tests().len())
    }

    fn layer(&mut self, definition: &Definition, layer: LayerBlock<'_>) -> Sound {
        let (body, row) = (layer.body(), layer.row);
        when(row.text <= definition.block_len)?;
        self.slots(body, row.unit)?;
        self.slots(body, row.reads)?;
        self.text(body, row.prefix)?;
        for experiment in self.list::<row::Experiment>(body, row.experiments)? {
            self.text(body, experiment.name)?;
            self.list::<[u32; 2]>(body, experiment.ranges)?;
        }
        self.membership(body, row.within, definition.depth)
    }

    /// A place in an experiment of a layer with a shorter chain.
    fn membership(&mut self, body: Body<'_>, offset: u32, depth: u32) -> Sound {
        if offset == 0 {
            return Some(());
        }
        let membership: &Membership = self.row(body, offset)?;
        self.text(body, membership.name)?;
        if membership.layer == Membership::NONE {
            return Some(());
        }
        let row = self.program.header.layers().row(&self.program.words, membership.layer)?;
        when(row.depth < depth && row.block_len > 0)?;
        when((membership.experiment as usize) < self.program.layer(membership.layer)?.experiments().len())
    }

    /// What it includes is looked at only where it is compiled.
    fn holdout(&mut self, holdout: HoldoutBlock<'_>) -> Sound {
        let (body, row) = (holdout.body(), holdout.row);
        self.slots(body, row.unit)?;
        self.text(body, row.prefix)?;
        self.ids(body, row.flags)?;
        self.ids(body, row.tags)?;
        self.list::<u32>(body, row.includes).map(|_| ())
    }

    fn flag(&mut self, definition: &Definition, flag: FlagBlock<'_>) -> Sound {
        let (body, row) = (flag.body(), flag.row);
        when(row.rules <= row.tests && row.tests <= row.text && row.text <= definition.block_len)?;
        let variants: &[row::Variant] = self.list(body, row.variants)?;
        when(!variants.is_empty() && variants.len() <= limits::VARIANTS)?;
        let is_variant = |position: u32| when((position as usize) < variants.len());
        for variant in variants {
            self.text(body, variant.name)?;
            self.text(body, variant.value)?;
        }
        is_variant(row.off())?;
        is_variant(row.default())?;
        self.text(body, row.metadata)?;
        if row.namespace.is_some() {
            self.text(body, row.namespace)?;
        }
        self.slots(body, row.reads)?;
        self.slots(body, row.unit)?;
        for prerequisite in self.list::<row::Prerequisite>(body, row.prerequisites)? {
            let flags = self.program.flags();
            let parent = flags.row(&self.program.words, prerequisite.flag)?;
            when(parent.depth < definition.depth && parent.block_len > 0)?;
            self.list::<u32>(body, prerequisite.variants)?;
        }
        for entry in self.list::<row::Override>(body, row.overrides)? {
            is_variant(entry.variant)?;
            self.slots(body, entry.unit)?;
            self.ids(body, entry.ids)?;
        }
        let holdouts = self.program.header.holdouts();
        for holdout in self.list::<u32>(body, row.holdouts)? {
            when(holdouts.row(&self.program.words, *holdout)?.block_len > 0)?;
        }
        let (rules, tests) = (flag.rules(), body.tests().len());
        for guardrail in self.list::<row::Guardrail>(body, row.guardrails)? {
            self.text(body, guardrail.name)?;
            is_variant(guardrail.rollback_to())?;
            is_variant(guardrail.control())?;
        }
        when(rules.len() <= limits::RULES)?;
        for rule in rules {
            is_variant(rule.variant())?;
            entry(rule.when, 0, tests)?;
            self.slots(body, rule.unit)?;
            self.membership(body, rule.membership, u32::MAX)?;
            for prefix in [rule.ramp_prefix, rule.split_prefix] {
                if prefix.is_some() {
                    self.text(body, prefix)?;
                }
            }
            self.text(body, rule.id)?;
            self.timing(body, rule.timing)?;
            for arm in self.list::<u32>(body, rule.arms)? {
                is_variant(Arm::from_word(*arm).variant)?;
            }
        }
        if let Some(outcome) = row.constant() {
            is_variant(outcome.variant())?;
            when(outcome == Outcome::served(outcome.variant(), outcome.reason(), outcome.rule()))?;
            when(outcome.rule().is_none_or(|rule| (rule as usize) < rules.len()))?;
        }
        // A flag's depth counts flags; the segments that it asks are all allowed.
        self.tests(body, u32::MAX)
    }

    fn timing(&mut self, body: Body<'_>, offset: u32) -> Sound {
        if offset == 0 {
            return Some(());
        }
        let timing: &row::Timing = self.row(body, offset)?;
        when(self.list(body, timing.windows)?.iter().all(row::Window::is_sound))?;
        when(ramp::is_sound(self.list(body, timing.stages)?, timing.steps))?;
        when(timing.slot <= limits::MINUTES && timing.bake <= limits::MINUTES)
    }

    fn tests(&mut self, body: Body<'_>, depth: u32) -> Sound {
        let tests = body.tests();
        self.spend(tests.len())?;
        for (number, test) in (0..).zip(tests) {
            // Every test leads to one behind it.
            entry(test.holds(), number + 1, tests.len())?;
            entry(test.fails(), number + 1, tests.len())?;
            self.text(body, test.place)?;
            match test.check()? {
                Check::Segment(segment) => {
                    let row = self.program.segments().row(&self.program.words, segment)?;
                    when(row.depth < depth && row.block_len > 0)?;
                }
                Check::Attribute { slot, operator, operand, .. } => {
                    when((slot as usize) < self.program.attribute_count())?;
                    self.operand(body, operator, operand)?;
                }
            }
        }
        Some(())
    }

    fn operand(&mut self, body: Body<'_>, operator: Operator, operand: u32) -> Sound {
        match operator.operand() {
            Operand::Scalar | Operand::Scalars => {
                let set: &row::Set = self.row(body, operand)?;
                self.ids(body, set.ids)?;
                self.spend(set.symbols as usize + set.numbers as usize)?;
                let symbols = body.symbols(operand, set);
                when(
                    symbols.len() == set.symbols as usize && body.numbers(operand, set).count() == set.numbers as usize,
                )?;
                when(symbols.iter().all(|symbol| (*symbol as usize) < self.program.symbols.len()))
            }
            Operand::Text => self.text(body, Text::from_word(operand)),
            Operand::Pattern => {
                let pattern: &row::Pattern = self.row(body, operand)?;
                when(pattern.pattern < self.program.header.patterns[1])?;
                self.text(body, pattern.written)
            }
            Operand::Number => self.row::<[u32; 2]>(body, operand).map(|_| ()),
            Operand::Version => {
                let version: &row::Semver = self.row(body, operand)?;
                self.text(body, version.text)
            }
            Operand::Instant => {
                let instant: &row::Instant = self.row(body, operand)?;
                if instant.written.is_some() { self.text(body, instant.written) } else { Some(()) }
            }
            Operand::Presence => when(operand <= 1),
            Operand::Networks => {
                for block in self.list::<row::Block>(body, operand)? {
                    self.text(body, block.written)?;
                }
                Some(())
            }
        }
    }

    fn row<'b, T: Row>(&mut self, body: Body<'b>, offset: u32) -> Option<&'b T> {
        self.spend(1)?;
        body.block.row(offset)
    }

    fn list<'b, T: Row>(&mut self, body: Body<'b>, offset: u32) -> Option<&'b [T]> {
        let list: &[T] = body.block.list(offset);
        self.spend(list.len() + 1)?;
        when(offset == 0 || body.block.words().get(offset as usize) == Some(&u32::try_from(list.len()).ok()?))?;
        Some(list)
    }

    fn slots(&mut self, body: Body<'_>, offset: u32) -> Sound {
        let count = self.program.attribute_count();
        when(self.list::<u32>(body, offset)?.iter().all(|slot| (*slot as usize) < count))
    }

    fn ids(&mut self, body: Body<'_>, offset: u32) -> Sound {
        if offset == 0 {
            return Some(());
        }
        let ids = Ids::at(body.block, offset)?;
        self.spend(ids.len())?;
        when(ids.is_sound())
    }

    fn text(&self, body: Body<'_>, text: Text) -> Sound {
        let [start, len] = match text.place() {
            Place::Here { start, len } => [start, len],
            Place::Row(row) => *body.block.row(row)?,
        };
        when(start.checked_add(len)? as usize <= body.text_bytes())
    }
}
