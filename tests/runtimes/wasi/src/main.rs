//! The published vectors, by the crate in a WASI host: prints how many passed as JSON. The first that does not ends the
//! program with what was found and expected.

#[path = "../../../runner/mod.rs"]
mod runner;

use runner::Kind;

fn main() {
    let mut passed = 0;
    for (name, kind, text) in runner::FILES {
        // Buckets have no snapshot, and of refused ones nothing is compiled.
        if cfg!(feature = "compile") && matches!(kind, Kind::Buckets | Kind::RefusedDocuments) {
            continue;
        }
        eprintln!("{name}");
        passed += runner::run(*kind, text);
    }
    println!("{{\"passed\":{passed}}}");
}
