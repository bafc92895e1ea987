//! A snapshot with a scratch area, for hosts in another language: they read their context's attributes themselves and
//! exchange plain numbers and text with the evaluator. The WebAssembly module is one such host, a C interface would be
//! another; Rust has [`Context`](crate::Context).
//!
//! For a decision the host writes attributes into the slot table and the text area, where the addresses say they are, calls
//! [`Engine::decide`] with two integers and the instant, and gets the decision, or a negative number that asks for an attribute:
//! `-1 - (slot × 2 + text)`, where `text` is 1 when the slot is written and the bytes of its string are wanted. It writes
//! what was asked for and calls again. Nothing here calls the host, so a getter of its context can't find an engine
//! half-way through a decision.
//!
//! | bits of a decision | |
//! |---|---|
//! | 0–7 | the variant's position |
//! | 8–11 | the reason |
//! | 12–23 | the rule's position, `0xFFF` for none |
//! | 24–27 | the error code, 0 for none |
//!
//! | bytes of a slot, little-endian | |
//! |---|---|
//! | 0–3 | state: `stamp << 3`, and what the attribute is: 0 missing, 1 false, 2 true, 3 a number, 4 a string, 5 a list, 6 an object, 7 a string whose bytes aren't written |
//! | 4–7 | a string's number among those that it is compared with, plus one; 0 when it is none of them |
//! | 8–11 | where a string's bytes begin in the text area, or the slot of a list's first element |
//! | 12–15 | bytes of a string, or elements of a list |
//! | 16–23 | a number, as a double |
//!
//! A slot counts while its stamp is the one that is decided under, so a new context begins by changing one number.

mod describe;

use crate::date;
use crate::evaluate::Walk;
#[cfg(feature = "json")]
use crate::explain;
#[cfg(feature = "json")]
use crate::explanation::Explanation;
use crate::host::State;
use crate::json_text::JsonText;
use crate::kept::Kept;
use crate::outcome::{ErrorCode, Outcome, Reason, Reply};
use crate::program::Loaded;
use crate::slots::{Slot, Slots};
use crate::snapshot::Problem;

/// Whoever may explain asks with every step whether somebody listens; whoever can't has nobody to ask for.
#[cfg(feature = "json")]
type Listener<'t> = Option<&'t mut explain::Trace>;
#[cfg(not(feature = "json"))]
type Listener<'t> = crate::recorder::Silent;

/// One loaded snapshot with its scratch area. Flags of one that is JSON are read when they are described.
///
/// What is hot is marked `#[inline]`: the crate around it may then be compiled for size, and whoever calls it for speed.
#[derive(Debug)]
pub struct Engine {
    loaded: Loaded,
    slots: Slots,
    kept: Kept,
    outcomes: Vec<i32>,
}

impl Engine {
    /// Loads the snapshot whose `len` bytes lie in `words`, which stay where they are.
    ///
    /// # Errors
    /// The problem that refuses the snapshot as a whole.
    #[inline]
    pub fn load(words: Vec<u32>, len: usize) -> Result<Self, Problem> {
        let loaded = Loaded::open(words, len)?;
        let kept = Kept::new(loaded.program.segment_count());
        Ok(Self { loaded, slots: Slots::default(), kept, outcomes: Vec::new() })
    }

    /// `{ revision, sequence?, environment?, flags, checked, refused }` as JSON text.
    #[must_use]
    #[inline(never)]
    pub fn report(&self) -> String {
        self.loaded.report()
    }

    /// Reads every flag that wasn't read before. The slot table may move.
    #[inline(never)]
    pub fn settle(&mut self) {
        self.loaded.settle_all();
        self.make_room();
    }

    /// The number of a flag. A constant time.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<u32> {
        self.loaded.program.find(key)
    }

    /// Every flag's key, in the order of their numbers, refused ones too, as a JSON list.
    #[must_use]
    #[inline(never)]
    pub fn keys(&self) -> String {
        let program = &self.loaded.program;
        let mut text = JsonText::default();
        text.strings((0..program.len()).map(|flag| program.flag_key(flag)));
        text.done()
    }

    /// Differs where what a flag's definition means does, once the flag was read: 53 bits, which a double holds.
    #[must_use]
    #[inline(never)]
    #[expect(clippy::cast_precision_loss, reason = "the upper 53 bits are left")]
    pub fn meaning(&self, flag: u32) -> f64 {
        (self.loaded.program.meaning(flag) >> 11) as f64
    }

    /// What a host keeps of a flag, as four JSON texts with a byte 1F between them, since all but the first are often those of
    /// other flags, too. A flag that was refused has the first alone.
    ///
    /// 1. `{ constant, timed?, metadata }`: `constant` is the decision of a flag that never needs the context, else -1; `timed` is
    ///    true where the decision depends on the instant.
    /// 2. `{ type, variants, values, rules }`: `type` is 0 to 3 for boolean, string, number and object.
    /// 3. `{ reads, symbols, texts, perhaps }`: `reads` are `[slot, path]` of every attribute that the decision can need, through
    ///    segments and prerequisites too; `symbols` are `[slot, text, number]` of the strings that those are compared with by
    ///    number; `texts` the slots whose strings' bytes are likely to be needed, `perhaps` those where they may be: the others
    ///    are asked for.
    /// 4. `{ unit?, hashes, experiments?, layers?, guardrails?, namespace?, sticky?, stores?, storedBy?, holdouts? }`: `unit` is the
    ///    flag's own, as `[slot, path]` of its parts, where one is written; `hashes` are the rules that hash, or are in a layer,
    ///    as `[position, unit, arms]`: `unit` is the layer's where the rule hashes none itself, `arms` are a split's variants,
    ///    each with the bucket that it ends at.
    ///
    /// Reads the flag if it wasn't read before, which may move the slot table.
    #[must_use]
    #[inline(never)]
    pub fn describe(&mut self, flag: u32) -> String {
        self.loaded.settle(flag);
        self.make_room();
        describe::flag(&self.loaded.program, flag)
    }

    /// The paths of all attributes, by slot, as a JSON list. Reads every flag of a JSON text that wasn't read before.
    #[must_use]
    #[inline(never)]
    pub fn paths(&mut self) -> String {
        self.loaded.read_all();
        self.make_room();
        let program = &self.loaded.program;
        let mut text = JsonText::default();
        let count = u32::try_from(program.attribute_count()).unwrap_or(u32::MAX);
        text.strings((0..count).map(|slot| program.attribute(slot)));
        text.done()
    }

    /// How many attributes there are so far: the slots of elements come behind theirs.
    #[must_use]
    pub fn attribute_count(&self) -> usize {
        self.loaded.program.attribute_count()
    }

    /// Where the slot table begins in memory.
    #[must_use]
    pub fn slots_address(&self) -> usize {
        self.slots.table.as_ptr() as usize
    }

    /// Where the text area begins in memory.
    #[must_use]
    pub fn text_address(&self) -> usize {
        self.slots.text.as_ptr() as usize
    }

    /// The size of the text area in bytes.
    #[must_use]
    pub fn text_capacity(&self) -> usize {
        self.slots.text.len()
    }

    /// Makes the text area at least `bytes` long and keeps what is in it. It may move.
    #[inline(never)]
    pub fn reserve_text(&mut self, bytes: usize) {
        if self.slots.text.len() < bytes {
            self.slots.text.resize(bytes, 0);
        }
    }

    /// Makes room for the elements of lists: `count` slots behind those of the attributes. The slot table may move.
    #[inline(never)]
    pub fn reserve_elements(&mut self, count: usize) {
        self.resize_slots(self.attribute_count().saturating_add(count));
    }

    /// Forgets what was written under every stamp, which may then begin again. To be called before anything is written under
    /// the first one.
    #[inline(never)]
    pub fn restart(&mut self) {
        self.slots.table.fill(Slot::default());
        self.kept.forget();
    }

    /// Decides a flag for the attributes that are written under `stamp`, at the instant `now` in epoch milliseconds. Allocates
    /// nothing.
    #[inline]
    #[must_use]
    pub fn decide(&mut self, flag: u32, stamp: u32, now: f64) -> i32 {
        self.slots.set_stamp(stamp);
        self.walk(now).decide(flag).number()
    }

    /// Decides every flag from number `from` on into the outcome area. Answers with -1, or with the flag that needs an
    /// attribute; its outcome says which.
    #[inline]
    #[must_use]
    pub fn decide_all(&mut self, stamp: u32, from: u32, now: f64) -> i32 {
        self.slots.set_stamp(stamp);
        let (program, now) = (&self.loaded.program, date::clamped(now));
        self.outcomes.resize(program.len() as usize, 0);
        for (flag, place) in (0..).zip(self.outcomes.iter_mut()).skip(from as usize) {
            *place = match program.constant(flag) {
                Some(outcome) if self.kept.host.state(flag) == State(0) => Reply::from(Ok(outcome)).number(),
                _ => Walk::new(program, &self.slots, &mut self.kept, now, Listener::default()).decide(flag).number(),
            };
            if *place < 0 {
                return i32::try_from(flag).unwrap_or(-1);
            }
        }
        -1
    }

    /// Where the outcome area begins in memory: a 32-bit integer a flag.
    #[must_use]
    pub fn outcomes_address(&self) -> usize {
        self.outcomes.as_ptr() as usize
    }

    /// What is wrong with the unit that the decision just made could not use, in a sentence.
    #[inline]
    #[must_use]
    pub fn complaint(&mut self, flag: u32, stamp: u32, now: f64) -> String {
        self.slots.set_stamp(stamp);
        let mut walk = self.walk(now);
        match walk.decide(flag).outcome().ok().and_then(Outcome::error) {
            Some(code @ (ErrorCode::TargetingKeyMissing | ErrorCode::InvalidContext)) => walk.sight.complaint(code),
            _ => String::new(),
        }
    }

    /// What a unit that is held back would have got: an outcome as [`Engine::decide`] has it, or -1 when it isn't held back.
    #[inline]
    #[must_use]
    pub fn would_be(&mut self, flag: u32, stamp: u32, now: f64) -> i32 {
        self.slots.set_stamp(stamp);
        match self.walk(now).decide(flag).outcome() {
            Ok(outcome) if outcome.reason() == Reason::Holdout => Reply::from(Ok(self.kept.would_be)).number(),
            _ => -1,
        }
    }

    /// When the freeze ends that the snapshot is in at an instant; not a number where it is in none.
    #[must_use]
    #[inline(never)]
    #[expect(clippy::cast_precision_loss, reason = "instants end far below 2⁵³ milliseconds")]
    pub fn frozen_until(&self, now: f64) -> f64 {
        self.loaded.program.frozen_until(date::clamped(now)).map_or(f64::NAN, |until| until as f64)
    }

    /// Says something of a flag for every unit; 0 takes it back. Bits 0–8 are the position of a variant that is forced, plus one;
    /// 9 whether the flag is held off; 16–31 the guardrails whose rollbacks are latched, by position.
    pub fn set_state(&mut self, flag: u32, state: u32) {
        self.kept.host.set_state(flag, State(state));
    }

    /// Where the variants that are stored for a unit are written: for each flag by number the state of a slot that is written
    /// under the unit's stamp with tag 0, and the variant's position plus one. It stays there.
    #[must_use]
    pub fn stored_address(&mut self) -> usize {
        self.kept.host.reserve_stored(self.loaded.program.len()).as_ptr() as usize
    }

    /// The next instant after `now` at which the flag's decision could be another by time alone, or any flag's that was read;
    /// infinity where time changes nothing any more.
    #[must_use]
    #[inline(never)]
    #[expect(clippy::cast_precision_loss, reason = "instants end far below 2⁵³ milliseconds")]
    pub fn next_change(&self, flag: Option<u32>, now: f64) -> f64 {
        let (program, now) = (&self.loaded.program, date::clamped(now));
        let next = match flag {
            Some(flag) => program.next_change_at(flag, now),
            None => program.next_change(now),
        };
        next.map_or(f64::INFINITY, |next| next as f64)
    }

    /// Every step of a flag's decision. Needs the feature `json`.
    ///
    /// # Errors
    /// The slot whose string has to be written with its bytes first.
    #[inline]
    #[cfg(feature = "json")]
    pub fn explain(&mut self, flag: u32, stamp: u32, now: f64) -> Result<Explanation, u32> {
        self.slots.set_stamp(stamp);
        let (program, now) = (&self.loaded.program, date::clamped(now));
        explain::explain(program, &self.slots, &mut self.kept, flag, now).map_err(|need| need.slot())
    }

    #[inline]
    fn walk(&mut self, now: f64) -> Walk<'_, Listener<'_>> {
        Walk::new(&self.loaded.program, &self.slots, &mut self.kept, date::clamped(now), Listener::default())
    }

    /// Makes room for attributes that came with what was read.
    fn make_room(&mut self) {
        self.resize_slots(self.attribute_count());
    }

    fn resize_slots(&mut self, count: usize) {
        if self.slots.table.len() < count {
            self.slots.table.resize(count, Slot::default());
        }
    }
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use super::*;
    use crate::slots::TRUE;

    #[test]
    fn a_restart_forgets_what_was_written_under_every_stamp() {
        let document =
            br#"{"schemaVersion":1,"revision":"r","flags":{"f":{"type":"boolean","variants":{"on":true,"off":false},
            "off":"off","default":"off","salt":"s","rules":[{"when":{"attr":"x","op":"eq","value":true},"serve":"on"},
            {"sticky":true,"serve":{"split":[{"variant":"on","weight":1},{"variant":"off","weight":1}]}}]}}}"#;
        let bytes: Vec<u8> = document.iter().copied().chain([0; 3]).collect();
        let words = bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
        let mut engine = Engine::load(words, document.len()).unwrap();
        let description = engine.describe(0);
        assert!(description.contains("storedBy"), "{description}");
        let stamp = 1;
        let write = |engine: &mut Engine| {
            engine.slots.set_stamp(stamp);
            engine.slots.table[0].state = engine.slots.state(TRUE);
        };
        let needs_the_slot = -1;
        assert_eq!(engine.decide(0, stamp, 0.0), needs_the_slot);
        write(&mut engine);
        let by_rule = Outcome(engine.decide(0, stamp, 0.0).cast_unsigned());
        assert_eq!((by_rule.reason(), by_rule.is_stored()), (Reason::TargetingMatch, false));
        engine.kept.host.reserve_stored(1)[0] = [engine.slots.state(0), 2];
        assert!(Outcome(engine.decide(0, stamp, 0.0).cast_unsigned()).is_stored());

        engine.restart();
        assert_eq!(engine.decide(0, stamp, 0.0), needs_the_slot);
        write(&mut engine);
        assert_eq!(Outcome(engine.decide(0, stamp, 0.0).cast_unsigned()), by_rule);
        // What is stored under the first stamp of the new round is believed.
        engine.kept.host.reserve_stored(1)[0] = [engine.slots.state(0), 2];
        assert!(Outcome(engine.decide(0, stamp, 0.0).cast_unsigned()).is_stored());
    }
}
