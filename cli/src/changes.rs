//! News of changed files.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::show::shown;

/// Programs write a file in several steps: whoever hears of a change waits until so long nothing has happened.
pub(crate) const QUIET: Duration = Duration::from_millis(50);

/// Tells of every change of a file, or in a folder with all that is in it, until what is answered is dropped.
///
/// # Errors
/// It can't be watched.
pub(crate) fn watch(root: &Path, changed: impl Fn() + Send + 'static) -> Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
            changed();
        }
    })
    .context("could not watch for changes")?;
    // A file is watched by its folder: editors put a new one in its place.
    let (folder, mode) = if root.is_dir() {
        (root, RecursiveMode::Recursive)
    } else {
        let folder = root.parent().filter(|folder| !folder.as_os_str().is_empty());
        (folder.unwrap_or(Path::new(".")), RecursiveMode::NonRecursive)
    };
    watcher.watch(folder, mode).with_context(|| format!("could not watch `{}`", shown(folder)))?;
    Ok(watcher)
}
