//! Whether every place in a compiled snapshot that points somewhere points to what it should.
//!
//! Reading checks its bounds anyway, so that nothing in a file can make a walk read elsewhere. This makes sure that it finds
//! what it looks for, and ends: tests lead only to later tests, and definitions only to ones with shorter chains.
//!
//! What all definitions share is checked when a file is opened, a definition when it is first asked for, with what it needs: a
//! file's rows say that no definition has words, until those were checked.

use zerocopy::IntoBytes;

use super::block::{Block, Body, FlagBlock, HoldoutBlock, LayerBlock, SegmentBlock};
use super::directory::{Directory, ROW_WORDS};
use super::kind::{ByKind, Kind};
use super::row::{self, Definition, Header, Membership, Row};
use super::text::{Place, Text};
use super::words::{from, rows};
use super::{Arm, Check, Entry, Ids, Program};
use crate::bucket;
use crate::operator::{Operand, Operator};
use crate::outcome::Outcome;
use crate::ramp;
use crate::snapshot::{Code, Problem, limits, whole};

/// What of a file was checked so far.
#[derive(Debug)]
pub(super) struct Checked {
    /// By number.
    states: ByKind<Vec<State>>,
    /// How many flags were checked.
    pub(super) flags: usize,
    /// How many of them are damaged.
    pub(super) damaged: usize,
    /// What may still be looked at: a sound program has no more than it has words, but for what its definitions share. So
    /// checking is linear in its length, whoever wrote it.
    left: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unchecked,
    Sound,
    /// Or refused when it was compiled.
    Broken,
}

impl Checked {
    pub(super) fn nothing(program: &Program) -> Self {
        let states = ByKind::of(|kind| vec![State::Unchecked; kind.directory(program).count as usize]);
        Self { states, flags: 0, damaged: 0, left: program.words.len().saturating_mul(4) }
    }

    /// Checks everything that wasn't before.
    pub(super) fn check_all(&mut self, program: &mut Program) {
        for kind in Kind::ALL {
            (0..kind.directory(program).count).for_each(|number| self.check(program, kind, number));
        }
    }

    /// Checks a definition, with everything that it needs, unless that was done before. What is sound may be walked from then
    /// on, what isn't has a problem.
    pub(super) fn check(&mut self, program: &mut Program, kind: Kind, number: u32) {
        let mut verifier = Verifier { program, checked: self, found: Vec::new() };
        // What comes out is in what was found.
        let _ = verifier.need(kind, number, u32::MAX);
        for (kind, number, sound) in verifier.found {
            self.close(program, kind, number, sound.is_some());
        }
    }

    fn close(&mut self, program: &mut Program, kind: Kind, number: u32, sound: bool) {
        let directory = kind.directory(program);
        let Some(row) = directory.row_mut(&mut program.words, number) else { return };
        let is_refused = row.stored_len == 0;
        if sound {
            row.block_len = row.stored_len;
        }
        if kind == Kind::Flag {
            self.flags += 1;
            self.damaged += usize::from(!sound && !is_refused);
        }
        if !sound && !is_refused {
            let message =
                "the compiled definition, or one that it needs, is damaged, expected what `tidegate compile` wrote";
            let subject = Some(kind.subject(directory.key(&program.words, number)));
            program.problems.push(Problem { subject, ..whole(Code::InvalidImage, message.to_owned()) });
        }
    }

    fn state(&mut self, kind: Kind, number: u32) -> Option<&mut State> {
        self.states.get_mut(kind).get_mut(number as usize)
    }
}

/// Whether what all definitions share is sound. Linear in its length.
pub(super) fn is_sound(program: &Program) -> bool {
    frame(program).is_some()
}

fn frame(program: &Program) -> Sound {
    let Header { revision, environment, refused, attributes, symbols, patterns, .. } = &program.header;
    for [start, len] in [revision, environment, refused] {
        bytes(program, *start, *len)?;
    }
    when(program.attributes.len() == attributes[1] as usize && program.symbols.len() == symbols[1] as usize)?;
    when(rows::<[u32; 2]>(from(&program.words, patterns[0]), patterns[1]).len() == patterns[1] as usize)?;
    for [start, len] in program.attributes.spans.iter().chain(&program.symbols.spans) {
        bytes(program, *start, *len)?;
    }
    let freezes = program.freezes();
    when(freezes.len() == program.header.freezes[1] as usize && freezes.iter().all(row::Window::is_sound))?;
    for kind in Kind::ALL {
        let directory = kind.directory(program);
        for number in 0..directory.count {
            let row = directory.row(&program.words, number)?;
            bytes(program, row.key_start, row.key_len)?;
        }
    }
    Some(())
}

/// Whether a directory lies in the first `words`.
pub(super) fn is_inside(directory: Directory, words: usize) -> bool {
    let rows =
        (directory.count as usize).checked_mul(ROW_WORDS).and_then(|len| len.checked_add(directory.rows as usize));
    let index = 1_usize.checked_shl(directory.bits).and_then(|len| len.checked_add(directory.index as usize));
    rows.is_some_and(|end| end <= words) && index.is_some_and(|end| end <= words)
}

/// The part of a block's hash that its row has.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is kept")]
pub(super) fn sum(block: &[u32]) -> u32 {
    bucket::hash(block.as_bytes()) as u32
}

/// Text of the program's own. Whether it is UTF-8 is asked where it is used.
fn bytes(program: &Program, start: u32, len: u32) -> Sound {
    let end = (start as usize).checked_add(len as usize)?;
    when(end <= program.words.len() * 4)
}

struct Verifier<'p> {
    program: &'p Program,
    checked: &'p mut Checked,
    /// What was checked, in an order in which what others need comes first.
    found: Vec<(Kind, u32, Sound)>,
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
    /// A definition that another one needs, whose chain is longer. Recursion is as deep as chains may be.
    fn need(&mut self, kind: Kind, number: u32, depth: u32) -> Sound {
        let row = kind.directory(self.program).row(&self.program.words, number)?;
        when(row.depth < depth)?;
        match *self.checked.state(kind, number)? {
            State::Sound => return Some(()),
            State::Broken => return None,
            State::Unchecked => {}
        }
        let sound = self.definition(kind, number, row);
        *self.checked.state(kind, number)? = if sound.is_some() { State::Sound } else { State::Broken };
        self.found.push((kind, number, sound));
        sound
    }

    fn definition(&mut self, kind: Kind, number: u32, row: &'p Definition) -> Sound {
        let program = self.program;
        let words = kind.directory(program).stored(&program.words, number)?;
        let stored = words.get(..row.stored_len as usize)?;
        self.spend(ROW_WORDS + stored.len())?;
        when((1..=limits::CHAIN_DEPTH).contains(&(row.depth as usize)) && sum(stored) == row.sum)?;
        let block = Block::new(words);
        match kind {
            Kind::Segment => self.segment(row, SegmentBlock { block, row: block.row(0)? }),
            Kind::Layer => self.layer(row, LayerBlock { block, row: block.row(0)? }),
            Kind::Holdout => self.holdout(HoldoutBlock { block, row: block.row(0)? }),
            Kind::Flag => self.flag(row, FlagBlock { number, block, row: block.row(0)? }),
        }
    }

    fn spend(&mut self, amount: usize) -> Sound {
        self.checked.left = self.checked.left.checked_sub(amount)?;
        Some(())
    }

    fn segment(&mut self, definition: &Definition, segment: SegmentBlock<'_>) -> Sound {
        let (body, row) = (segment.body(), segment.row);
        self.parts(body, definition)?;
        self.slots(body, row.unit)?;
        self.ids(body, row.include)?;
        self.ids(body, row.exclude)?;
        self.slots(body, row.reads)?;
        self.tests(body, definition.depth)?;
        entry(row.when, 0, body.tests().len())
    }

    fn layer(&mut self, definition: &Definition, layer: LayerBlock<'_>) -> Sound {
        let (body, row) = (layer.body(), layer.row);
        self.parts(body, definition)?;
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
        self.need(Kind::Layer, membership.layer, depth)?;
        let block = Block::new(Kind::Layer.directory(self.program).stored(&self.program.words, membership.layer)?);
        let layer = LayerBlock { block, row: block.row(0)? };
        when((membership.experiment as usize) < layer.experiments().len())
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
        self.parts(body, definition)?;
        when(row.rules <= row.parts.tests)?;
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
        self.slots(body, row.reads)?;
        let besides: row::Besides = self.row_or_default(body, row.besides)?;
        let asks = [besides.prerequisites, besides.overrides, besides.holdouts, besides.guardrails] != [0; 4];
        when(row.asks() == asks)?;
        if besides.namespace.is_some() {
            self.text(body, besides.namespace)?;
        }
        self.slots(body, besides.unit)?;
        for prerequisite in self.list::<row::Prerequisite>(body, besides.prerequisites)? {
            self.need(Kind::Flag, prerequisite.flag, definition.depth)?;
            self.list::<u32>(body, prerequisite.variants)?;
        }
        for entry in self.list::<row::Override>(body, besides.overrides)? {
            is_variant(entry.variant)?;
            self.slots(body, entry.unit)?;
            self.ids(body, entry.ids)?;
        }
        for holdout in self.list::<u32>(body, besides.holdouts)? {
            self.need(Kind::Holdout, *holdout, u32::MAX)?;
        }
        let (rules, tests) = (flag.rules(), body.tests().len());
        for guardrail in self.list::<row::Guardrail>(body, besides.guardrails)? {
            self.text(body, guardrail.name)?;
            is_variant(guardrail.rollback_to())?;
            is_variant(guardrail.control())?;
        }
        when(rules.len() <= limits::RULES)?;
        for rule in rules {
            is_variant(rule.variant())?;
            entry(rule.when, 0, tests)?;
            self.text(body, rule.id)?;
            let terms: row::Terms = self.row_or_default(body, rule.terms)?;
            self.slots(body, terms.unit)?;
            self.membership(body, terms.membership, u32::MAX)?;
            for prefix in [terms.ramp_prefix, terms.split_prefix] {
                if prefix.is_some() {
                    self.text(body, prefix)?;
                }
            }
            self.timing(body, terms.timing)?;
            for arm in self.list::<u32>(body, terms.arms)? {
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

    /// Parts lie one behind the other, in the block.
    fn parts(&self, body: Body<'_>, definition: &Definition) -> Sound {
        let row::Parts { tests, places, text } = *body.parts;
        when(tests <= places && places <= text && text <= definition.stored_len)
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
            self.text(body, body.place(number))?;
            match test.check()? {
                Check::Segment(segment) => self.need(Kind::Segment, segment, depth)?,
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
                let (set, symbols) = body.set(operand)?;
                self.ids(body, set.ids)?;
                self.spend(1 + set.symbols as usize + set.numbers as usize)?;
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

    /// A row that is all defaults where there is none.
    fn row_or_default<T: Row + Copy + Default>(&mut self, body: Body<'_>, offset: u32) -> Option<T> {
        if offset == 0 { Some(T::default()) } else { self.row(body, offset).copied() }
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
