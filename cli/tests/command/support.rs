//! Runs the built command and compares what it writes with what is kept in `golden/`.
//!
//! `TIDEGATE_GOLDEN=write cargo test --package tidegate-cli` writes the files anew; look at the difference before committing it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What one run did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Another executable that the tests are run with: the npm package's.
const OTHER: &str = "TIDEGATE_COMMAND";

/// The command, in this crate's `tests` folder, with nothing of the caller's terminal.
pub(crate) fn tidegate() -> Command {
    let mut command = Command::new(std::env::var_os(OTHER).unwrap_or_else(|| env!("CARGO_BIN_EXE_tidegate").into()));
    command.current_dir(folder());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Whether the command is the one that npm brings, which has no sockets and watches nothing.
pub(crate) fn is_by_npm() -> bool {
    std::env::var_os(OTHER).is_some()
}

/// Runs with arguments and standard input.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Run {
    finish(tidegate().args(arguments), input)
}

/// Runs in a folder, so that its files are named as they are in it.
pub(crate) fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    finish(tidegate().current_dir(folder).args(arguments), b"")
}

/// A folder with these files, by their paths in it.
pub(crate) fn folder_of(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

pub(crate) fn finish(command: &mut Command, input: &[u8]) -> Run {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The command may end without reading everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Compares everything that a run wrote with `golden/NAME.txt`.
pub(crate) fn golden(name: &str, run: &Run) {
    let path = folder().join("golden").join(format!("{name}.txt"));
    let mut written = run.out.clone();
    if !run.err.is_empty() {
        written.push_str("--- standard error\n");
        written.push_str(&run.err);
    }
    written.push_str(&format!("--- exit code {}\n", run.code.unwrap()));
    if std::env::var_os("TIDEGATE_GOLDEN").is_some_and(|value| value == "write") {
        std::fs::write(&path, &written).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(written, kept, "{} differs", path.display());
}
