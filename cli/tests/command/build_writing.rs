//! `tidegate build` where writing goes wrong, and with many files.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Run, finish, folder_of, run_in, tidegate};

#[path = "../../examples/many-flags/generate.rs"]
mod generate;

fn many(flags: usize, files: usize) -> tempfile::TempDir {
    let folder = folder_of(&[]);
    generate::write(&folder.path().join("flags"), flags, files).unwrap();
    folder
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// A line of a shell, with `$TIDEGATE` for the command.
fn shell(folder: &Path, line: &str) -> Run {
    let mut command = Command::new("sh");
    finish(command.current_dir(folder).args(["-c", line]).env("TIDEGATE", tidegate().get_program()), b"")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn two_thousand_flags_in_fifty_files_become_one_snapshot() {
    let folder = many(2_000, 50);
    let built = run_in(folder.path(), &["build", "flags", "-o", "s.json", "--env", "production", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&built.out).unwrap();
    assert_eq!(report["problems"], serde_json::json!([]), "{built:?}");
    assert_eq!((&report["files"], &report["definitions"]["flag"]), (&51.into(), &2_000.into()));
    assert_eq!((&report["definitions"]["segment"], &report["zonedWindows"]), (&50.into(), &100.into()));
    let checked = run_in(folder.path(), &["check", "--no-lints", "s.json"]);
    assert_eq!(checked.out, "s.json: no problems; 2000 flags serve\n", "{checked:?}");
}

#[test]
fn the_order_in_which_a_folder_lists_its_files_does_not_matter() {
    let folder = many(100, 40);
    let built = |flags: &Path| run_in(flags.parent().unwrap(), &["build", "flags", "-o", "-"]).out;
    let expected = built(&folder.path().join("flags"));
    assert!(expected.contains("flag-00099"));
    let files = names(&folder.path().join("flags"));
    for step in [1, 7, 11] {
        let again = folder_of(&[]);
        let flags = again.path().join("flags");
        std::fs::create_dir(&flags).unwrap();
        // Every file once, in another order.
        for index in (0..files.len()).map(|index| (index * step + 5) % files.len()) {
            let (from, to) = (folder.path().join("flags").join(&files[index]), flags.join(&files[index]));
            if from.is_file() {
                std::fs::copy(from, to).unwrap();
            }
        }
        assert_eq!(built(&flags), expected);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let folder = many(40, 4);
    let full = shell(folder.path(), "\"$TIDEGATE\" build flags -o - > /dev/full");
    assert_eq!(full.code, Some(2), "{full:?}");
    assert_eq!(full.err, "tidegate: could not write standard output: No space left on device\n");
    let full = run_in(folder.path(), &["build", "flags", "-o", "/dev/full"]);
    assert_eq!(full.err, "tidegate: could not write `/dev/full`: No space left on device\n");
    assert_eq!(full.code, Some(2));
    let full = shell(folder.path(), "\"$TIDEGATE\" build flags -o s.json --json > /dev/full");
    assert_eq!(full.code, Some(2), "{full:?}");
    assert_eq!(full.err, "tidegate: No space left on device\n");
}

#[cfg(unix)]
#[test]
fn a_file_that_grows_too_large_leaves_the_old_one_whole() {
    let folder = many(400, 4);
    std::fs::write(folder.path().join("s.json"), "the old one").unwrap();
    // As on a full disk, the file ends in mid-write: with an error where the signal is ignored, else with the process.
    let failed = shell(folder.path(), "trap '' XFSZ; ulimit -f 16; exec \"$TIDEGATE\" build flags -o s.json");
    assert_eq!(failed.code, Some(2), "{failed:?}");
    assert_eq!(failed.err, "tidegate: could not write `s.json`: File too large\n");
    assert_eq!(names(folder.path()), ["flags", "s.json"]);
    let killed = shell(folder.path(), "ulimit -c 0; ulimit -f 16; \"$TIDEGATE\" build flags -o s.json; echo $?");
    assert_ne!(killed.out, "0\n", "{killed:?}");
    assert_eq!(read(folder.path(), "s.json"), "the old one");
}

#[cfg(unix)]
#[test]
fn ctrl_c_at_any_moment_leaves_one_file_or_the_other() {
    let folder = many(60, 4);
    let build = |revision: &str| {
        let mut command = tidegate();
        command.current_dir(folder.path()).args(["build", "flags", "-o", "s.json", "--revision", revision]);
        command.stderr(Stdio::null()).spawn().unwrap()
    };
    assert!(build("r0").wait().unwrap().success());
    let whole = |revision: &str| read(folder.path(), "s.json").replace("\"r0\"", &format!("\"{revision}\""));
    let first = whole("r0");
    let started = std::time::Instant::now();
    assert!(build("r0").wait().unwrap().success());
    let took = started.elapsed();
    let mut ended = 0;
    for round in 0..20_u32 {
        let mut child = build("r1");
        std::thread::sleep(took * round / 18);
        let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status();
        ended += usize::from(child.wait().unwrap().success());
        let found = read(folder.path(), "s.json");
        assert!(found == first || found == first.replace("\"r0\"", "\"r1\""), "{} bytes in round {round}", found.len());
        std::fs::write(folder.path().join("s.json"), &first).unwrap();
    }
    assert!(ended < 20, "no build was ended early");
}
