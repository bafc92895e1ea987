//! Compiles a snapshot ahead, for `tidegate/slim`, which reads nothing else:
//! `cargo run --features compile --example compile -- snapshot.json snapshot.tide`.

use std::error::Error;
use std::{env, fs};

use tidegate::Program;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let source = arguments.next().unwrap_or_else(|| "examples/snapshot.json".to_owned());
    let target = arguments.next().unwrap_or_else(|| "target/snapshot.tide".to_owned());

    let json = fs::read(source)?;
    let program = Program::load(&json)?;
    let compiled = program.to_bytes().map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })?;
    fs::write(&target, &compiled)?;
    println!("{target}: {} bytes, from {} bytes of JSON", compiled.len(), json.len());
    Ok(())
}
