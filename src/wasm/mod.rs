//! The boundary: numbers in and one number out for a decision, text or objects for everything rich.
//!
//! A snapshot's bytes are written into a [`Dock`] by address, and stay where they are. For a decision the facade writes
//! attributes into the slot table and the text area by address, calls [`Engine::decide`] with two integers and gets an
//! [`Outcome`](crate::outcome::Outcome), or a negative number that asks for an attribute: `-1 - (slot × 2 + text)`, where
//! `text` is 1 when the slot is written and the bytes of its string are wanted. It writes what was asked for and calls
//! again. Nothing here calls into JavaScript while a walk is under way, so a getter of the context can't find an engine
//! half-way through a decision.
//!
//! A slot is 24 bytes, little endian: state, symbol, start, len (each an unsigned 32-bit integer), and a double.
//! [`crate::slots`] says what they mean.
//!
//! What returns an object or throws returns a `Result`, so that the reference comes back through memory: V8 before 12 dies
//! ("unreachable code" in its deoptimizer) when the caller of an export that returns a reference is deoptimised while the
//! export runs.

mod allocator;
mod describe;

use wasm_bindgen::prelude::*;

use crate::context::KEY_BYTES;
use crate::evaluate::Walk;
use crate::json_text::JsonText;
use crate::outcome::{ErrorCode, Need, Outcome};
use crate::program::Loaded;
use crate::recorder::Silent;
use crate::slots::{Slot, Slots};

/// Where a snapshot's bytes are written before they are loaded.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Dock {
    words: Vec<u32>,
    len: usize,
}

#[wasm_bindgen]
impl Dock {
    /// Room for `len` bytes.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(len: u32) -> Self {
        Self { words: vec![0; (len as usize).div_ceil(4)], len: len as usize }
    }

    /// Where the room begins. The bytes stay there as long as the engine that is made of them.
    #[must_use]
    pub fn address(&self) -> u32 {
        address(&self.words)
    }
}

/// One loaded snapshot with its scratch area.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    loaded: Loaded,
    slots: Slots,
    key: Vec<u8>,
    outcomes: Vec<i32>,
}

#[wasm_bindgen]
impl Engine {
    /// Loads the snapshot in a dock. Flags of one that is JSON are read when they are described.
    ///
    /// # Errors
    /// The problem that refuses the document as a whole, as JSON text: `{ code, path, message, suggestion? }`.
    pub fn load(dock: Dock) -> Result<Engine, JsValue> {
        let loaded = Loaded::open(dock.words, dock.len).map_err(|problem| {
            let mut text = JsonText::default();
            problem.write(&mut text);
            JsValue::from_str(&text.done())
        })?;
        Ok(Self { loaded, slots: Slots::default(), key: Vec::with_capacity(KEY_BYTES), outcomes: Vec::new() })
    }

    /// `{ revision, sequence?, environment?, flags, checked, refused }` as JSON text.
    #[must_use]
    pub fn report(&self) -> String {
        self.loaded.report()
    }

    /// Reads every flag that wasn't read before.
    pub fn settle(&mut self) {
        self.loaded.settle_all();
        self.make_room();
    }

    /// The number of a flag, or -1.
    #[must_use]
    pub fn find(&self, key: &str) -> i32 {
        self.loaded.program.find(key).and_then(|flag| i32::try_from(flag).ok()).unwrap_or(-1)
    }

    /// Every flag's key, in the order of their numbers, refused ones too, as a JSON list.
    #[must_use]
    pub fn keys(&self) -> String {
        let program = &self.loaded.program;
        let mut text = JsonText::default();
        text.strings((0..program.len()).map(|flag| program.flag_key(flag)));
        text.done()
    }

    /// Differs where what a flag's definition means does, once the flag was read: 53 bits, which a double holds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the upper 53 bits are left")]
    pub fn meaning(&self, flag: u32) -> f64 {
        (self.loaded.program.meaning(flag) >> 11) as f64
    }

    /// What the facade keeps of a flag, as JSON text (see [`describe`]). Reads the flag if it wasn't read before, which may
    /// move the slot table.
    #[must_use]
    pub fn describe(&mut self, flag: u32) -> String {
        self.loaded.settle(flag);
        self.make_room();
        describe::flag(&self.loaded.program, flag)
    }

    /// The paths of all attributes, by slot, as a JSON list. Reads every flag that wasn't read before.
    #[must_use]
    pub fn paths(&mut self) -> String {
        self.settle();
        let program = &self.loaded.program;
        let mut text = JsonText::default();
        let count = u32::try_from(program.attribute_count()).unwrap_or(u32::MAX);
        text.strings((0..count).map(|slot| program.attribute(slot)));
        text.done()
    }

    /// How many attributes there are so far: the slots of elements come behind theirs.
    #[must_use]
    pub fn attributes(&self) -> usize {
        self.loaded.program.attribute_count()
    }

    /// The address of the slot table.
    #[must_use]
    pub fn slots(&self) -> u32 {
        address(&self.slots.table)
    }

    /// The address of the text area.
    #[must_use]
    pub fn text(&self) -> u32 {
        address(&self.slots.text)
    }

    /// The size of the text area in bytes.
    #[must_use]
    pub fn text_capacity(&self) -> usize {
        self.slots.text.len()
    }

    /// Makes the text area at least `bytes` long and keeps what is in it. It may move.
    pub fn reserve_text(&mut self, bytes: usize) {
        if self.slots.text.len() < bytes {
            self.slots.text.resize(bytes, 0);
        }
    }

    /// Makes room for the elements of lists: `count` slots behind those of the attributes. The table may move.
    pub fn reserve_elements(&mut self, count: usize) {
        let wanted = self.loaded.program.attribute_count().saturating_add(count);
        if self.slots.table.len() < wanted {
            self.slots.table.resize(wanted, Slot::default());
        }
    }

    /// Decides a flag for the attributes that are written under `stamp`. Allocates nothing.
    #[must_use]
    pub fn decide(&mut self, flag: u32, stamp: u32) -> i32 {
        self.slots.set_stamp(stamp);
        packed(Walk::new(&self.loaded.program, &self.slots, &mut self.key, Silent).decide(flag))
    }

    /// Decides every flag from number `from` on into the outcome area. Answers with -1, or with the flag that needs an
    /// attribute; its outcome says which.
    #[must_use]
    pub fn decide_all(&mut self, stamp: u32, from: u32) -> i32 {
        self.slots.set_stamp(stamp);
        let program = &self.loaded.program;
        self.outcomes.resize(program.len() as usize, 0);
        for (flag, place) in (0..).zip(self.outcomes.iter_mut()).skip(from as usize) {
            *place = match program.constant(flag) {
                Some(outcome) => packed(Ok(outcome)),
                None => packed(Walk::new(program, &self.slots, &mut self.key, Silent).decide(flag)),
            };
            if *place < 0 {
                return i32::try_from(flag).unwrap_or(-1);
            }
        }
        -1
    }

    /// The address of the outcome area: one 32-bit integer a flag.
    #[must_use]
    pub fn outcomes(&self) -> u32 {
        address(&self.outcomes)
    }

    /// What is wrong with the unit that the decision just made could not use, in a sentence.
    #[must_use]
    pub fn complaint(&mut self, flag: u32, stamp: u32) -> String {
        self.slots.set_stamp(stamp);
        let mut walk = Walk::new(&self.loaded.program, &self.slots, &mut self.key, Silent);
        match walk.decide(flag).ok().and_then(Outcome::error) {
            Some(code @ (ErrorCode::TargetingKeyMissing | ErrorCode::InvalidContext)) => walk.sight.complaint(code),
            _ => String::new(),
        }
    }
}

#[cfg(feature = "json")]
#[wasm_bindgen]
impl Engine {
    /// Every step of a flag's decision, or the slot whose text has to be written first.
    ///
    /// # Errors
    /// None: an object always crosses.
    pub fn explain(&mut self, flag: u32, stamp: u32, now: f64) -> Result<JsValue, JsValue> {
        use serde::Serialize;

        self.slots.set_stamp(stamp);
        let program = &self.loaded.program;
        match crate::explain::explain(program, &self.slots, &mut self.key, flag, now) {
            // Maps become plain objects, which JSON and `===` on their members understand.
            Ok(explanation) => Ok(explanation.tree().serialize(&serde_wasm_bindgen::Serializer::json_compatible())?),
            Err(need) => Ok(JsValue::from(need.slot)),
        }
    }
}

impl Engine {
    /// Makes room for attributes that came with what was read. The table may move.
    fn make_room(&mut self) {
        let count = self.loaded.program.attribute_count();
        if self.slots.table.len() < count {
            self.slots.table.resize(count, Slot::default());
        }
    }
}

/// An outcome, or what is needed to reach one, in one number.
fn packed(outcome: Result<Outcome, Need>) -> i32 {
    match outcome {
        Ok(outcome) => outcome.0.cast_signed(),
        Err(Need { slot, text }) => -1 - (slot.cast_signed() * 2 + i32::from(text)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "addresses have 32 bits here")]
fn address<T>(table: &[T]) -> u32 {
    table.as_ptr() as usize as u32
}
