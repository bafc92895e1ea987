//! The published vectors, by the crate compiled to WebAssembly: in Node, in a page and in a worker.
#![cfg(all(target_arch = "wasm32", target_os = "unknown"))]

mod runner;

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn every_vector_has_its_answer() {
    for (name, kind, text) in runner::FILES {
        assert!(runner::run(*kind, text) > 0, "{name} has no vectors");
    }
}
