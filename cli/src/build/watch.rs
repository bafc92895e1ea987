//! Building again and again.

use std::io::Write;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};

use anyhow::{Context as _, Result};

use super::{Asked, Target, once};
use crate::changes::{self, QUIET};
use crate::{Outcome, input};

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
    // Who no longer listens has ended.
    let _watcher = changes::watch(&target.root, move || drop(sender.send(Signal::Changed)))?;
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
