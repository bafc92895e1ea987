//! Building again and again.

use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use notify::{EventKind, RecursiveMode, Watcher as _};

use super::{Asked, Target, once, shown};
use crate::{Outcome, input};

/// Programs write a file in several steps: a build waits until so long nothing has happened.
const QUIET: Duration = Duration::from_millis(50);

enum Signal {
    /// Something has changed in the folder.
    Changed,
    /// Ctrl-C.
    End,
}

/// Builds whenever something changes. What is wrong with the sources is told, and the file stays as it was until it is right.
///
/// # Errors
/// The folder can't be watched.
pub(super) fn run(asked: &Asked, target: &Target, out: &mut impl Write) -> Result<Outcome> {
    let (sender, signals) = mpsc::channel();
    let ender = sender.clone();
    // Who no longer listens has ended.
    ctrlc::set_handler(move || drop(ender.send(Signal::End))).context("could not listen for Ctrl-C")?;
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let is_change = event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_)));
        if is_change {
            drop(sender.send(Signal::Changed));
        }
    })
    .context("could not watch for changes")?;
    let root = &target.root;
    // A file is watched by its folder: editors put a new one in its place.
    let (folder, mode) = if root.is_dir() {
        (root.as_path(), RecursiveMode::Recursive)
    } else {
        let folder = root.parent().filter(|folder| !folder.as_os_str().is_empty());
        (folder.unwrap_or(Path::new(".")), RecursiveMode::NonRecursive)
    };
    watcher.watch(folder, mode).with_context(|| format!("could not watch `{}`", shown(folder)))?;
    loop {
        if let Err(error) = once(asked, target, out) {
            // A file may be gone for a moment.
            input::complain(&error);
        }
        if has_ended(&signals) {
            return Ok(Outcome::Fine);
        }
    }
}

/// Waits for the next change, and until it is quiet behind it. Answers whether it was the end instead.
fn has_ended(signals: &Receiver<Signal>) -> bool {
    let mut next = signals.recv().map_err(|_| RecvTimeoutError::Disconnected);
    loop {
        match next {
            Ok(Signal::Changed) => next = signals.recv_timeout(QUIET),
            Err(RecvTimeoutError::Timeout) => return false,
            Ok(Signal::End) | Err(RecvTimeoutError::Disconnected) => return true,
        }
    }
}
