//! From the meaning of a pattern to the smallest table that decides it.

use std::collections::HashMap;

use regex_automata::Anchored;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures};
use regex_automata::util::start;
use regex_syntax::hir::{Dot, Hir, Look, Repetition};

use super::automaton::{DEAD, FOUND, START};
use super::hir::looks_into_characters;
use super::{BYTES, Refusal};

/// The memory that a pattern may take before it is followed byte by byte: enough for ten thousand characters, and what
/// needs more would hardly fit in [`BYTES`].
const NFA_BYTES: usize = 2 << 20;

/// The memory that all states may take while they are found, which also bounds the time.
const STATES_BYTES: usize = 4 << 20;

/// The states that may be found before equal ones are joined. Nothing that fits in [`BYTES`] keeps more than half as
/// many.
const STATES: u16 = 32_768;

/// How often states are looked through for equal ones; nearly always five times will do. Unless it is done by then, the
/// table stays as it was found, which is larger and decides the same.
const ROUNDS: usize = 100;

/// The state that each class leads to, then the one that the end of the text does.
type Row = Vec<u16>;

/// Rows for all states, those that have none in the written form included.
pub(super) struct Table {
    /// The class of each byte.
    classes: Vec<u8>,
    rows: Vec<Row>,
    start: u16,
}

impl Table {
    /// Follows the pattern from the beginning of a text until it has been found or can't be any more.
    ///
    /// What a full DFA would have behind a match is never looked at: this keeps `a{1,1000}` to one state.
    pub(super) fn new(hir: &Hir) -> Result<Self, Refusal> {
        let compiled = Compiler::new()
            .configure(Config::new().which_captures(WhichCaptures::None).nfa_size_limit(Some(NFA_BYTES)))
            .build_from_hir(&anywhere(hir))
            .map_err(|_| Refusal::TooComplex)?;
        let mut config = DFA::config();
        // States are told apart by their numbers, which would change if the cache were ever cleared.
        config = config.cache_capacity(STATES_BYTES).minimum_cache_clear_count(Some(0));
        let dfa = DFA::builder().configure(config).build_from_nfa(compiled).map_err(|_| Refusal::TooComplex)?;
        let mut found = Found { dfa: &dfa, cache: dfa.create_cache(), numbers: HashMap::new(), queue: Vec::new() };
        found.all()
    }

    /// Joins states that decide every rest of a text alike, and classes that every state takes alike.
    pub(super) fn minimize(self) -> Self {
        let mut blocks = self.distances();
        for _ in 0..ROUNDS {
            let refined = self.refine(&blocks);
            if refined == blocks {
                return self.joined(&blocks).without_twin_classes();
            }
            blocks = refined;
        }
        self.without_twin_classes()
    }

    /// A number for each state that is the same for those that decide alike, though not only for those: how far
    /// the text has to go at least to be found, and not to be found. Long chains would take as many rounds otherwise.
    fn distances(&self) -> Vec<u16> {
        let mut into = vec![Vec::new(); self.rows.len()];
        for (state, row) in (DEAD..).zip(&self.rows) {
            for target in row {
                if let Some(sources) = into.get_mut(usize::from(*target)) {
                    sources.push(state);
                }
            }
        }
        let to = |goal: u16| {
            let mut distances = vec![u16::MAX; self.rows.len()];
            let ends = (DEAD..).zip(&self.rows).filter(|(_, row)| row.last() == Some(&goal));
            let mut near: Vec<u16> = ends.map(|(state, _)| state).collect();
            for distance in 0.. {
                let mut next = Vec::new();
                for state in near {
                    let Some(known) = distances.get_mut(usize::from(state)).filter(|known| **known == u16::MAX) else {
                        continue;
                    };
                    *known = distance;
                    next.extend(into.get(usize::from(state)).into_iter().flatten().copied());
                }
                if next.is_empty() {
                    break;
                }
                near = next;
            }
            distances
        };
        numbered(to(FOUND).into_iter().zip(to(DEAD)))
    }

    /// Tells states apart that are in the same block and lead to different ones.
    fn refine(&self, blocks: &[u16]) -> Vec<u16> {
        let block = |state: &u16| blocks.get(usize::from(*state)).copied();
        let leads = |row: &Row| row.iter().map(block).collect::<Vec<_>>();
        numbered(blocks.iter().zip(self.rows.iter().map(leads)))
    }

    /// One state for each block. The numbers of blocks go by the first state in them, so the first states keep theirs.
    fn joined(self, blocks: &[u16]) -> Self {
        let block = |state: u16| blocks.get(usize::from(state)).copied().unwrap_or(DEAD);
        let mut rows: Vec<Row> = Vec::new();
        for (number, row) in blocks.iter().zip(&self.rows) {
            if usize::from(*number) == rows.len() {
                rows.push(row.iter().map(|target| block(*target)).collect());
            }
        }
        Self { start: block(self.start), classes: self.classes, rows }
    }

    fn without_twin_classes(self) -> Self {
        let column = |class: usize| self.rows.iter().map(|row| row.get(class).copied()).collect::<Vec<_>>();
        let columns = self.rows.first().map_or(0, Vec::len);
        let twins = numbered((0..columns.saturating_sub(1)).map(column));
        let is_first = |class: usize| !twins.iter().take(class).any(|twin| twins.get(class) == Some(twin));
        let kept: Vec<bool> = (0..columns).map(is_first).collect();
        let keep = |row: &Row| row.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(target, _)| *target).collect();
        let twin = |class: &u8| twins.get(usize::from(*class)).and_then(|twin| u8::try_from(*twin).ok());
        Self {
            start: self.start,
            rows: self.rows.iter().map(keep).collect(),
            classes: self.classes.iter().filter_map(twin).collect(),
        }
    }

    /// The bytes that `automaton.rs` describes.
    pub(super) fn pack(mut self) -> Result<Vec<u8>, Refusal> {
        // A pattern that is decided before the text begins has no state where it isn't.
        if self.start < START {
            self.rows.truncate(usize::from(START));
            self.rows.extend(self.rows.get(usize::from(self.start)).cloned());
            self.start = START;
        }
        let wide = self.rows.len() > 256;
        let mut bytes = vec![if wide { 2 } else { 1 }];
        let mut classes = self.classes.iter().zip(0_u8..=255).peekable();
        while let Some((class, last)) = classes.next() {
            if classes.peek().is_none_or(|(next, _)| *next != class) {
                bytes.extend([*class, last]);
            }
        }
        for target in self.rows.iter().skip(usize::from(START)).flatten() {
            let [low, high] = target.to_le_bytes();
            bytes.push(low);
            bytes.extend(wide.then_some(high));
        }
        if bytes.len() > BYTES { Err(Refusal::TooLarge) } else { Ok(bytes) }
    }
}

/// Numbers from 0, in order of appearance, the same for equal keys.
fn numbered<K: Eq + std::hash::Hash>(keys: impl Iterator<Item = K>) -> Vec<u16> {
    let mut numbers = HashMap::new();
    let mut next = 0;
    let number = |key| {
        *numbers.entry(key).or_insert_with(|| {
            next += 1;
            next - 1
        })
    };
    keys.map(number).collect()
}

/// `hir` with what may come before it.
fn anywhere(hir: &Hir) -> Hir {
    let properties = hir.properties();
    if properties.look_set_prefix().contains(Look::Start) {
        return hir.clone();
    }
    // The bytes before a match can be anything, unless nothing may follow but a look between the bytes of a character.
    // The least length is unknown if a class in it has no characters.
    let splits = properties.minimum_len().is_none_or(|length| length == 0) && looks_into_characters(hir);
    let any = Hir::dot(if splits { Dot::AnyChar } else { Dot::AnyByte });
    Hir::concat(vec![Hir::repetition(Repetition { min: 0, max: None, greedy: false, sub: Box::new(any) }), hir.clone()])
}

/// The states found so far.
struct Found<'d> {
    dfa: &'d DFA,
    cache: Cache,
    numbers: HashMap<LazyStateID, u16>,
    queue: Vec<LazyStateID>,
}

impl Found<'_> {
    fn all(&mut self) -> Result<Table, Refusal> {
        let classes = self.dfa.byte_classes();
        let representatives: Vec<u8> = classes.representatives(0..=255).filter_map(|unit| unit.as_u8()).collect();
        let at_start = start::Config::new().anchored(Anchored::Yes);
        let first = self.dfa.start_state(&mut self.cache, &at_start).map_err(|_| Refusal::TooComplex)?;
        let start = self.number(first)?;
        let mut rows: Vec<Row> = [DEAD, FOUND].map(|state| vec![state; representatives.len() + 1]).into();
        let mut done = 0;
        while let Some(state) = self.queue.get(done).copied() {
            done += 1;
            let mut row = Row::with_capacity(representatives.len() + 1);
            for byte in &representatives {
                let next = self.dfa.next_state(&mut self.cache, state, *byte).map_err(|_| Refusal::TooComplex)?;
                row.push(self.number(next)?);
            }
            let end = self.dfa.next_eoi_state(&mut self.cache, state).map_err(|_| Refusal::TooComplex)?;
            row.push(if end.is_match() { FOUND } else { DEAD });
            rows.push(row);
        }
        Ok(Table { classes: (0..=255).map(|byte| classes.get(byte)).collect(), rows, start })
    }

    fn number(&mut self, state: LazyStateID) -> Result<u16, Refusal> {
        if state.is_dead() || state.is_match() {
            return Ok(if state.is_match() { FOUND } else { DEAD });
        }
        if let Some(number) = self.numbers.get(&state) {
            return Ok(*number);
        }
        let number = u16::try_from(self.queue.len() + usize::from(START)).unwrap_or(u16::MAX);
        if number > STATES {
            return Err(Refusal::TooComplex);
        }
        self.numbers.insert(state, number);
        self.queue.push(state);
        Ok(number)
    }
}
