//! The boundary: numbers in and one number out for a decision, objects for everything rich.
//!
//! The facade writes attributes into the slot table and the text area by address, calls [`Engine::decide`] with two
//! integers and gets an [`Outcome`](crate::outcome::Outcome), or a negative number that asks for an attribute:
//! `-1 - (slot × 2 + text)`, where `text` is 1 when the slot is written and the bytes of its string are wanted. It writes
//! what was asked for and calls again. Nothing here calls into JavaScript while a walk is under way, so a getter of the
//! context can't find an engine half-way through a decision.
//!
//! A slot is 32 bytes, little endian: stamp, tag, symbol, start, len, nothing (each an unsigned 32-bit integer), and a
//! double. [`crate::slots`] says what they mean.
//!
//! What returns an object returns a `Result`, so that the reference comes back through memory: V8 before 12 dies
//! ("unreachable code" in its deoptimizer) when the caller of an export that returns a reference is deoptimised while the
//! export runs.

mod objects;

use wasm_bindgen::prelude::*;

use crate::context::KEY_BYTES;
use crate::evaluate::Walk;
use crate::explain::{explain, sentence};
use crate::outcome::{Need, Outcome};
use crate::program::Program;
use crate::recorder::Silent;
use crate::slots::{Slot, Slots};

/// One loaded snapshot with its scratch area.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    program: Program,
    slots: Slots,
    key: Vec<u8>,
    outcomes: Vec<i32>,
}

#[wasm_bindgen]
impl Engine {
    /// Reads a snapshot.
    ///
    /// # Errors
    /// `{ code, path, message, suggestion? }` when the document is refused as a whole.
    pub fn load(bytes: &[u8]) -> Result<Engine, JsValue> {
        let program = Program::load(bytes).map_err(|problem| objects::rich(&problem).unwrap_or_else(|error| error))?;
        let slots = Slots::with_attributes(program.attributes.len());
        let outcomes = vec![0; program.flags.len()];
        Ok(Self { program, slots, key: Vec::with_capacity(KEY_BYTES), outcomes })
    }

    /// `{ revision, sequence?, environment?, flags, refused }`
    ///
    /// # Errors
    /// None: an object always crosses. The same holds for the other objects.
    pub fn report(&self) -> Result<JsValue, JsValue> {
        objects::report(&self.program)
    }

    /// The row of a flag, or -1.
    #[must_use]
    pub fn find(&self, key: &str) -> i32 {
        self.program.find(key).and_then(|row| i32::try_from(row).ok()).unwrap_or(-1)
    }

    /// Every flag's key by row, refused ones too.
    ///
    /// # Errors
    /// See [`Engine::report`].
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn keys(&self) -> Result<JsValue, JsValue> {
        Ok(objects::list(&mut self.program.keys().map(JsValue::from_str)))
    }

    /// What the facade keeps of a flag.
    ///
    /// # Errors
    /// See [`Engine::report`].
    pub fn describe(&self, flag: u32) -> Result<JsValue, JsValue> {
        objects::flag(&self.program, flag)
    }

    /// What the facade keeps of the attributes from slot `from` on.
    ///
    /// # Errors
    /// See [`Engine::report`].
    pub fn attributes(&self, from: u32) -> Result<JsValue, JsValue> {
        let rest = self.program.attributes.get(from as usize..).unwrap_or_default();
        let described: Result<Vec<JsValue>, JsValue> =
            rest.iter().map(|attribute| objects::attribute(&self.program, attribute)).collect();
        Ok(objects::list(&mut described?.into_iter()))
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
    pub fn text_capacity(&self) -> u32 {
        length(&self.slots.text)
    }

    /// Makes the text area at least `bytes` long and keeps what is in it. It may move.
    pub fn reserve_text(&mut self, bytes: u32) {
        if self.slots.text.len() < bytes as usize {
            self.slots.text.resize(bytes as usize, 0);
        }
    }

    /// Makes room for the elements of lists: `count` slots behind those of the attributes. The table may move.
    pub fn reserve_elements(&mut self, count: u32) {
        let wanted = self.program.attributes.len().saturating_add(count as usize);
        if self.slots.table.len() < wanted {
            self.slots.table.resize(wanted, Slot::default());
        }
    }

    /// Decides a flag for the attributes that are written under `stamp`. Allocates nothing.
    #[must_use]
    pub fn decide(&mut self, flag: u32, stamp: u32) -> i32 {
        self.slots.stamp = stamp;
        packed(Walk::new(&self.program, &self.slots, &mut self.key, Silent).decide(flag))
    }

    /// Decides every flag from row `from` on into the outcome area. Answers with -1, or with the row that needs an
    /// attribute; its outcome says which.
    #[must_use]
    pub fn decide_all(&mut self, stamp: u32, from: u32) -> i32 {
        self.slots.stamp = stamp;
        for (row, place) in (0..).zip(self.outcomes.iter_mut()).skip(from as usize) {
            *place = match self.program.constant(row) {
                Some(outcome) => packed(Ok(outcome)),
                None => packed(Walk::new(&self.program, &self.slots, &mut self.key, Silent).decide(row)),
            };
            if *place < 0 {
                return i32::try_from(row).unwrap_or(-1);
            }
        }
        -1
    }

    /// The address of the outcome area: one 32-bit integer a flag.
    #[must_use]
    pub fn outcomes(&self) -> u32 {
        address(&self.outcomes)
    }

    /// Every step of a flag's decision, or `{ need: slot }`.
    ///
    /// # Errors
    /// See [`Engine::report`].
    pub fn explain(&mut self, flag: u32, stamp: u32, now: f64) -> Result<JsValue, JsValue> {
        self.slots.stamp = stamp;
        match explain(&self.program, &self.slots, &mut self.key, flag, now) {
            Ok(mut explanation) => {
                if let Some(outcome) = self.program.constant(flag).filter(|outcome| outcome.error().is_some()) {
                    explanation.error_message = Some(sentence(&self.program, flag, outcome, |_| String::new()));
                }
                objects::rich(&explanation)
            }
            Err(need) => objects::need(need.slot),
        }
    }

    /// What is wrong with the decision that was just made, in a sentence.
    #[must_use]
    pub fn complaint(&mut self, flag: u32, stamp: u32) -> String {
        self.slots.stamp = stamp;
        let mut walk = Walk::new(&self.program, &self.slots, &mut self.key, Silent);
        let Ok(outcome) = walk.decide(flag) else {
            return String::new();
        };
        sentence(&self.program, flag, outcome, |code| walk.sight.complaint(code))
    }

    /// The keys of flags whose definition differs between this snapshot and `next`.
    ///
    /// # Errors
    /// See [`Engine::report`].
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn changed(&self, next: &Engine) -> Result<JsValue, JsValue> {
        Ok(objects::list(&mut self.program.changed(&next.program).iter().map(|key| JsValue::from_str(key))))
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

#[expect(clippy::cast_possible_truncation, reason = "lengths have 32 bits here")]
fn length<T>(table: &[T]) -> u32 {
    table.len() as u32
}
