//! Writes a folder with many flags, to measure the command with:
//! `cargo run --example many-flags -- FOLDER [FLAGS] [FILES]`.

mod generate;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("expected a folder, and perhaps how many flags and files");
        return ExitCode::from(2);
    };
    let mut number = |otherwise: usize| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (flags, files) = (number(2_000), number(50));
    match generate::write(Path::new(&folder), flags, files) {
        Ok(()) => {
            println!("{folder}: {flags} flags in {files} files");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::from(2)
        }
    }
}
