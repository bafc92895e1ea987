//! The WebAssembly module: [`tidegate::Engine`] for JavaScript. Numbers in and one number out for a decision, text or
//! objects for everything rich.
//!
//! The evaluator is compiled for size, but for what is inlined into this crate, which is compiled for speed: the walk.
//!
//! What returns an object or throws returns a `Result`, so that the reference comes back through memory: V8 before 12 dies
//! ("unreachable code" in its deoptimizer) when the caller of an export that returns a reference is deoptimised while the
//! export runs.

#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]

mod allocator;

use wasm_bindgen::prelude::*;

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
    pub fn address(&self) -> usize {
        self.words.as_ptr() as usize
    }
}

/// One loaded snapshot with its scratch area.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    engine: tidegate::Engine,
}

#[wasm_bindgen]
impl Engine {
    /// Loads the snapshot in a dock.
    ///
    /// # Errors
    /// The problem that refuses the document as a whole, as JSON text: `{ code, path, message, suggestion? }`.
    pub fn load(dock: Dock) -> Result<Engine, JsValue> {
        match tidegate::Engine::load(dock.words, dock.len) {
            Ok(engine) => Ok(Self { engine }),
            Err(problem) => Err(JsValue::from_str(&problem.to_json())),
        }
    }

    /// See [`tidegate::Engine::report`].
    #[must_use]
    pub fn report(&self) -> String {
        self.engine.report()
    }

    /// See [`tidegate::Engine::settle`].
    pub fn settle(&mut self) {
        self.engine.settle();
    }

    /// The number of a flag, or -1.
    #[must_use]
    pub fn find(&self, key: &str) -> i32 {
        self.engine.find(key).and_then(|flag| i32::try_from(flag).ok()).unwrap_or(-1)
    }

    /// See [`tidegate::Engine::keys`].
    #[must_use]
    pub fn keys(&self) -> String {
        self.engine.keys()
    }

    /// See [`tidegate::Engine::meaning`].
    #[must_use]
    pub fn meaning(&self, flag: u32) -> f64 {
        self.engine.meaning(flag)
    }

    /// See [`tidegate::Engine::describe`].
    #[must_use]
    pub fn describe(&mut self, flag: u32) -> String {
        self.engine.describe(flag)
    }

    /// See [`tidegate::Engine::paths`].
    #[must_use]
    pub fn paths(&mut self) -> String {
        self.engine.paths()
    }

    /// See [`tidegate::Engine::attribute_count`].
    #[must_use]
    pub fn attributes(&self) -> usize {
        self.engine.attribute_count()
    }

    /// See [`tidegate::Engine::slots_address`].
    #[must_use]
    pub fn slots(&self) -> usize {
        self.engine.slots_address()
    }

    /// See [`tidegate::Engine::text_address`].
    #[must_use]
    pub fn text(&self) -> usize {
        self.engine.text_address()
    }

    /// See [`tidegate::Engine::text_capacity`].
    #[must_use]
    pub fn text_capacity(&self) -> usize {
        self.engine.text_capacity()
    }

    /// See [`tidegate::Engine::reserve_text`].
    pub fn reserve_text(&mut self, bytes: usize) {
        self.engine.reserve_text(bytes);
    }

    /// See [`tidegate::Engine::reserve_elements`].
    pub fn reserve_elements(&mut self, count: usize) {
        self.engine.reserve_elements(count);
    }

    /// See [`tidegate::Engine::decide`].
    #[must_use]
    pub fn decide(&mut self, flag: u32, stamp: u32) -> i32 {
        self.engine.decide(flag, stamp)
    }

    /// See [`tidegate::Engine::decide_all`].
    #[must_use]
    pub fn decide_all(&mut self, stamp: u32, from: u32) -> i32 {
        self.engine.decide_all(stamp, from)
    }

    /// See [`tidegate::Engine::outcomes_address`].
    #[must_use]
    pub fn outcomes(&self) -> usize {
        self.engine.outcomes_address()
    }

    /// See [`tidegate::Engine::complaint`].
    #[must_use]
    pub fn complaint(&mut self, flag: u32, stamp: u32) -> String {
        self.engine.complaint(flag, stamp)
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

        match self.engine.explain(flag, stamp, now) {
            // Maps become plain objects, which JSON and `===` on their members understand.
            Ok(explanation) => Ok(explanation.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?),
            Err(slot) => Ok(JsValue::from(slot)),
        }
    }
}
