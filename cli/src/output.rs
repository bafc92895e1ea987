//! What goes out to files: whole, or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::NamedTempFile;

use crate::host;
use crate::show::shown;

/// Stands for standard output where a file is named.
pub(crate) const STDOUT: &str = "-";

/// Writes a file, or to standard output for `-`. The file is written beside its place and moved there when it is whole, so
/// that whoever reads it meanwhile, a full disk or Ctrl-C finds the old one.
///
/// # Errors
/// It can't be written; then the old file is as it was.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if path == Path::new(STDOUT) {
        // Not by `anstream`, which takes what looks like colours out of what it is given.
        return std::io::stdout().lock().write_all(bytes).context("could not write standard output");
    }
    replace(path, bytes).with_context(|| format!("could not write `{}`", shown(path)))
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let there = path.metadata().ok();
    // What isn't a file (a pipe, a terminal) can't be moved over.
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        return std::fs::write(path, bytes);
    }
    // A link stays one.
    let path = &follow(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = new_file(folder)?;
    file.as_file_mut().write_all(bytes)?;
    if let Some(there) = there.filter(|there| there.is_file()) {
        host::set_permissions(file.as_file(), there.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// As many links in a row are followed as Linux follows.
const MOST_LINKS: usize = 40;

/// Where a link leads to in the end; anything else is where it is. By hand, because WASI has no `canonicalize`.
fn follow(path: &Path) -> std::io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if !path.is_symlink() {
            return Ok(path);
        }
        let link = path.read_link()?;
        path.pop();
        path.push(link);
    }
    Err(std::io::Error::other("too many links lead from one to the next"))
}

/// One that others may read as they may any new file.
fn new_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // Its own error would name a file that never was.
    folder.metadata()?;
    builder.prefix(".tidegate-").tempfile_in(folder).map_err(|error| error.kind().into())
}
