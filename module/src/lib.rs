//! The WebAssembly module: [`tidegate::Engine`] for JavaScript. Numbers in and one number out for a decision, text or
//! objects for everything rich.
//!
//! Engines are asked by number. As objects of wasm-bindgen's they would be counted references, which is half a kilobyte
//! more of module and as much of glue, and some nanoseconds of every decision.
//!
//! The evaluator is compiled for size, but for what is inlined into this crate, which is compiled for speed: the walk.

#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]

mod allocator;

use std::cell::RefCell;

use tidegate::Engine;
use wasm_bindgen::prelude::*;

/// What lives in the module.
struct Module {
    /// Where a snapshot's bytes are written before they are loaded, and how many there are.
    dock: (Vec<u32>, usize),
    /// What refused the last snapshot that was refused, as JSON text.
    refusal: String,
    /// By number; the numbers of those that were freed are given again.
    engines: Vec<Option<Engine>>,
}

thread_local! {
    static MODULE: RefCell<Module> =
        const { RefCell::new(Module { dock: (Vec::new(), 0), refusal: String::new(), engines: Vec::new() }) };
}

/// Asks an engine. Nothing here calls JavaScript meanwhile, so it is never asked while it is.
#[inline]
fn ask<T>(engine: u32, question: impl FnOnce(&mut Engine) -> T) -> T {
    MODULE.with_borrow_mut(|module| match module.engines.get_mut(engine as usize) {
        Some(Some(engine)) => question(engine),
        Some(None) | None => wasm_bindgen::throw_str("no such engine"),
    })
}

/// Makes room for `len` bytes of a snapshot, and answers where it begins. The bytes stay there as long as the engine that is
/// made of them.
#[wasm_bindgen]
#[must_use]
pub fn dock(len: usize) -> usize {
    MODULE.with_borrow_mut(|module| {
        module.dock = (vec![0; len.div_ceil(4)], len);
        module.dock.0.as_ptr() as usize
    })
}

/// Loads the snapshot in the dock: the number of its engine, or -1 if it is refused as a whole.
#[wasm_bindgen]
#[must_use]
pub fn load() -> i32 {
    MODULE.with_borrow_mut(|module| {
        let (words, len) = std::mem::take(&mut module.dock);
        match Engine::load(words, len) {
            Ok(engine) => {
                let free = module.engines.iter().position(Option::is_none);
                let number = free.unwrap_or(module.engines.len());
                match module.engines.get_mut(number) {
                    Some(place) => *place = Some(engine),
                    None => module.engines.push(Some(engine)),
                }
                i32::try_from(number).unwrap_or(-1)
            }
            Err(problem) => {
                module.refusal = problem.to_json();
                -1
            }
        }
    })
}

/// What refused the last snapshot that was refused, as JSON text: `{ code, path, message, suggestion? }`.
#[wasm_bindgen]
#[must_use]
pub fn refusal() -> String {
    MODULE.with_borrow_mut(|module| std::mem::take(&mut module.refusal))
}

/// Gives back what an engine holds.
#[wasm_bindgen]
pub fn free(engine: u32) {
    MODULE.with_borrow_mut(|module| {
        if let Some(place) = module.engines.get_mut(engine as usize) {
            *place = None;
        }
    });
}

/// See [`Engine::report`].
#[wasm_bindgen]
#[must_use]
pub fn report(engine: u32) -> String {
    ask(engine, |engine| engine.report())
}

/// See [`Engine::settle`].
#[wasm_bindgen]
pub fn settle(engine: u32) {
    ask(engine, Engine::settle);
}

/// The number of a flag, or -1.
#[wasm_bindgen]
#[must_use]
pub fn find(engine: u32, key: &str) -> i32 {
    ask(engine, |engine| engine.find(key)).and_then(|flag| i32::try_from(flag).ok()).unwrap_or(-1)
}

/// See [`Engine::keys`].
#[wasm_bindgen]
#[must_use]
pub fn keys(engine: u32) -> String {
    ask(engine, |engine| engine.keys())
}

/// See [`Engine::meaning`].
#[wasm_bindgen]
#[must_use]
pub fn meaning(engine: u32, flag: u32) -> f64 {
    ask(engine, |engine| engine.meaning(flag))
}

/// See [`Engine::describe`].
#[wasm_bindgen]
#[must_use]
pub fn describe(engine: u32, flag: u32) -> String {
    ask(engine, |engine| engine.describe(flag))
}

/// See [`Engine::paths`].
#[wasm_bindgen]
#[must_use]
pub fn paths(engine: u32) -> String {
    ask(engine, Engine::paths)
}

/// See [`Engine::attribute_count`].
#[wasm_bindgen]
#[must_use]
pub fn attributes(engine: u32) -> usize {
    ask(engine, |engine| engine.attribute_count())
}

/// See [`Engine::slots_address`].
#[wasm_bindgen]
#[must_use]
pub fn slots(engine: u32) -> usize {
    ask(engine, |engine| engine.slots_address())
}

/// See [`Engine::text_address`].
#[wasm_bindgen]
#[must_use]
pub fn text(engine: u32) -> usize {
    ask(engine, |engine| engine.text_address())
}

/// See [`Engine::text_capacity`].
#[wasm_bindgen]
#[must_use]
pub fn text_capacity(engine: u32) -> usize {
    ask(engine, |engine| engine.text_capacity())
}

/// See [`Engine::reserve_text`].
#[wasm_bindgen]
pub fn reserve_text(engine: u32, bytes: usize) {
    ask(engine, |engine| engine.reserve_text(bytes));
}

/// See [`Engine::reserve_elements`].
#[wasm_bindgen]
pub fn reserve_elements(engine: u32, count: usize) {
    ask(engine, |engine| engine.reserve_elements(count));
}

/// See [`Engine::restart`].
#[wasm_bindgen]
pub fn restart(engine: u32) {
    ask(engine, Engine::restart);
}

/// See [`Engine::decide`].
#[wasm_bindgen]
#[must_use]
pub fn decide(engine: u32, flag: u32, stamp: u32, now: f64) -> i32 {
    ask(engine, |engine| engine.decide(flag, stamp, now))
}

/// See [`Engine::decide_all`].
#[wasm_bindgen]
#[must_use]
pub fn decide_all(engine: u32, stamp: u32, from: u32, now: f64) -> i32 {
    ask(engine, |engine| engine.decide_all(stamp, from, now))
}

/// See [`Engine::outcomes_address`].
#[wasm_bindgen]
#[must_use]
pub fn outcomes(engine: u32) -> usize {
    ask(engine, |engine| engine.outcomes_address())
}

/// See [`Engine::frozen_until`].
#[wasm_bindgen]
#[must_use]
pub fn frozen_until(engine: u32, now: f64) -> f64 {
    ask(engine, |engine| engine.frozen_until(now))
}

/// See [`Engine::set_state`].
#[wasm_bindgen]
pub fn set_state(engine: u32, flag: u32, state: u32) {
    ask(engine, |engine| engine.set_state(flag, state));
}

/// See [`Engine::stored_address`].
#[wasm_bindgen]
#[must_use]
pub fn stored(engine: u32) -> usize {
    ask(engine, Engine::stored_address)
}

/// See [`Engine::would_be`].
#[wasm_bindgen]
#[must_use]
pub fn would_be(engine: u32, flag: u32, stamp: u32, now: f64) -> i32 {
    ask(engine, |engine| engine.would_be(flag, stamp, now))
}

/// See [`Engine::complaint`].
#[wasm_bindgen]
#[must_use]
pub fn complaint(engine: u32, flag: u32, stamp: u32, now: f64) -> String {
    ask(engine, |engine| engine.complaint(flag, stamp, now))
}

/// See [`Engine::next_change`]; of all flags when `flag` is negative.
#[wasm_bindgen]
#[must_use]
pub fn next_change(engine: u32, flag: i32, now: f64) -> f64 {
    ask(engine, |engine| engine.next_change(u32::try_from(flag).ok(), now))
}

/// Every step of a flag's decision, or the slot whose text has to be written first.
///
/// # Errors
/// None: an object always crosses. Returned as a `Result`, the reference comes back through memory: V8 before 12 dies
/// ("unreachable code" in its deoptimizer) when the caller of an export that returns a reference is deoptimised while the
/// export runs.
#[cfg(feature = "json")]
#[wasm_bindgen]
pub fn explain(engine: u32, flag: u32, stamp: u32, now: f64) -> Result<JsValue, JsValue> {
    use serde::Serialize;

    match ask(engine, |engine| engine.explain(flag, stamp, now)) {
        // Maps become plain objects, which JSON and `===` on their members understand.
        Ok(explanation) => {
            Ok(tidegate::Json::from(explanation).serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
        }
        Err(slot) => Ok(JsValue::from(slot)),
    }
}
