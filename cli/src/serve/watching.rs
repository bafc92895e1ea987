//! Publishes what changes, as long as it has no problems.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;

use anyhow::Result;
use notify::RecommendedWatcher;
use tokio::sync::watch::Sender;

use super::published::Published;
use crate::changes::{self, QUIET};
use crate::show::GOOD;
use crate::{input, sources};

/// Watches until what is answered is dropped.
///
/// # Errors
/// The system can't watch it.
pub(super) fn watch(path: &Path, newest: Sender<Arc<Published>>) -> Result<RecommendedWatcher> {
    let (sender, heard) = mpsc::channel();
    let root = sources::target(path).map_or_else(|| path.to_owned(), |target| target.root);
    let watcher = changes::watch(&root, move || sender.send(()).unwrap_or_default())?;
    let path = path.to_owned();
    thread::spawn(move || {
        while heard.recv().is_ok() {
            while heard.recv_timeout(QUIET).is_ok() {}
            publish(&path, &newest);
        }
    });
    Ok(watcher)
}

fn publish(path: &Path, newest: &Sender<Arc<Published>>) {
    let before = Arc::clone(&newest.borrow());
    match Published::read(path) {
        Ok(Some(published)) if published.is_same(&before) => {}
        Ok(Some(published)) => {
            say(&format!("{GOOD}serving {}{GOOD:#}", published.words()));
            newest.send_replace(Arc::new(published));
        }
        Ok(None) => say(&format!("still serving {}", before.words())),
        Err(error) => {
            input::complain(&error);
            say(&format!("still serving {}", before.words()));
        }
    }
}

/// On standard error: the verb has standard output to itself. Nobody is left to tell when this fails, and whoever asks is
/// still served.
fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}
