//! `tidegate build --watch`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::support::{folder_of, golden, is_by_npm, run_in, tidegate};

const FLAG: &str = "flags:\n  a: { type: boolean, variants: { on: true, off: false }, off: off, default: on }\n";

struct Watch {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Watch {
    fn start(folder: &Path, source: &str) -> Self {
        let mut command = tidegate();
        command.current_dir(folder).args(["build", source, "-o", "s.json", "--watch", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// What the next build tells; waits for it.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// The next that says so of itself: a change may come in two steps.
    fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..10 {
            let told = self.next();
            if is_it(&told) {
                return told;
            }
        }
        panic!("it wasn't told");
    }

    fn end(mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let output = self.child.wait_with_output().unwrap();
        let _ = self.lines.read_line(&mut String::new());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

#[test]
fn a_change_is_built_and_a_broken_one_keeps_the_last_good_snapshot() {
    if is_by_npm() {
        return;
    }
    let folder = folder_of(&[("flags/a.yaml", FLAG.as_bytes())]);
    let (source, target) = (folder.path().join("flags/a.yaml"), folder.path().join("s.json"));
    let mut watch = Watch::start(folder.path(), "flags");
    let first = watch.next();
    assert_eq!((&first["written"], &first["definitions"]["flag"]), (&true.into(), &1.into()), "{first}");
    let good = std::fs::read_to_string(&target).unwrap();

    std::fs::write(&source, FLAG.replace("default: on", "default: onn")).unwrap();
    let broken = watch.until(|told| told["written"] == false);
    assert_eq!(broken["problems"][0]["code"], "UNKNOWN_VARIANT", "{broken}");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), good);

    std::fs::write(&source, FLAG.replace("default: on", "default: off")).unwrap();
    let mended = watch.until(|told| told["changed"] == true);
    assert_ne!(mended["revision"], first["revision"]);
    assert!(std::fs::read_to_string(&target).unwrap().contains("\"default\":\"off\""));

    std::fs::create_dir(folder.path().join("flags/more")).unwrap();
    std::fs::write(folder.path().join("flags/more/b.yaml"), FLAG.replace("a:", "b:")).unwrap();
    let more = watch.until(|told| told["definitions"]["flag"] == 2);
    assert_eq!(more["changed"], true, "{more}");

    std::fs::remove_file(&source).unwrap();
    watch.until(|told| told["definitions"]["flag"] == 1);
    assert_eq!(watch.end(), (Some(0), String::new()));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_single_file_is_watched_though_it_is_replaced() {
    if is_by_npm() {
        return;
    }
    let folder = folder_of(&[("a.yaml", FLAG.as_bytes())]);
    let mut watch = Watch::start(folder.path(), "a.yaml");
    let first = watch.next();
    std::fs::write(folder.path().join("new"), FLAG.replace("default: on", "default: off")).unwrap();
    std::fs::rename(folder.path().join("new"), folder.path().join("a.yaml")).unwrap();
    let next = watch.until(|told| told["revision"] != first["revision"]);
    assert_eq!(next["changed"], true);
    assert_eq!(watch.end().0, Some(0));
}

#[test]
fn by_npm_nothing_can_be_watched_which_is_said() {
    if is_by_npm() {
        let folder = folder_of(&[("a.yaml", FLAG.as_bytes())]);
        golden("build-watch-by-npm", &run_in(folder.path(), &["build", "a.yaml", "-o", "s.json", "--watch"]));
    }
}
