//! The files of a code base.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result};
use ignore::WalkBuilder;

use crate::show::shown;
use crate::source::Source;
use crate::types::GENERATED;

/// Of files that ask for flags. Data isn't among them: a snapshot has every key in it.
const EXTENSIONS: [&str; 26] = [
    "astro", "cjs", "cs", "cts", "dart", "ex", "exs", "go", "html", "java", "js", "jsx", "kt", "kts", "mjs", "mts",
    "php", "py", "rb", "rs", "scala", "svelte", "swift", "ts", "tsx", "vue",
];

/// Larger files are no code that somebody wrote.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// How much of a file says that it is generated.
const HEAD: usize = 100;

/// What is in a file.
pub(super) enum Content {
    Code(Source),
    /// By `tidegate types`: has every key, and uses none.
    Generated {
        rust: bool,
    },
    Skipped {
        file: String,
        why: &'static str,
    },
}

/// The files of code in some folders, in order, without what is hidden or ignored (`.gitignore`, `.ignore`) and without
/// `node_modules`. Links are not followed, so none leads back. A file that is named itself is code whatever its name.
pub(super) fn walk(paths: &[PathBuf], more: &[String]) -> impl Iterator<Item = Result<PathBuf>> {
    let is_code = |path: &Path| {
        let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        EXTENSIONS.contains(&extension) || more.iter().any(|more| more.trim_start_matches('.') == extension)
    };
    paths.iter().flat_map(move |path| {
        let mut walk = WalkBuilder::new(path);
        walk.require_git(false).sort_by_file_path(Path::cmp);
        walk.filter_entry(|entry| entry.file_name() != "node_modules");
        walk.build().filter_map(move |entry| match entry {
            Ok(entry) => {
                // A link that is named itself is what it leads to.
                let is_file = if entry.depth() == 0 { entry.path().is_file() } else { is_file(&entry) };
                (is_file && (entry.depth() == 0 || is_code(entry.path()))).then(|| Ok(entry.into_path()))
            }
            Err(error) => Some(Err(unread(error))),
        })
    })
}

fn is_file(entry: &ignore::DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
}

/// Says of what can't be walked what is said of a file that can't be read.
fn unread(error: ignore::Error) -> Error {
    let (mut error, mut place) = (error, None);
    loop {
        error = match error {
            ignore::Error::WithPath { path, err } => {
                place = Some(path);
                *err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => *err,
            ignore::Error::Io(error) => return told(io_of(error), place),
            error => return told(error, place),
        };
    }
}

fn told(error: impl std::error::Error + Send + Sync + 'static, place: Option<PathBuf>) -> Error {
    let error = Error::new(error);
    match place {
        Some(place) => error.context(format!("could not read `{}`", shown(&place))),
        None => error,
    }
}

/// The system's own error, without the path that is told before it.
fn io_of(error: std::io::Error) -> std::io::Error {
    let source = error.get_ref().and_then(std::error::Error::source);
    let code = source.and_then(|source| source.downcast_ref::<std::io::Error>()).and_then(std::io::Error::raw_os_error);
    code.or(error.raw_os_error()).map_or(error, std::io::Error::from_raw_os_error)
}

/// Reads a file. Bytes that are no UTF-8 become U+FFFD: keys have none.
///
/// # Errors
/// It can't be read.
pub(super) fn read(path: &Path) -> Result<Content> {
    let file = shown(path);
    let could_not = || format!("could not read `{file}`");
    let mut bytes = Vec::new();
    File::open(path).with_context(could_not)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).with_context(could_not)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Ok(Content::Skipped { file, why: "larger than 16 MiB" });
    }
    if bytes.contains(&0) {
        return Ok(Content::Skipped { file, why: "binary, or not UTF-8" });
    }
    let head = bytes.get(..HEAD).unwrap_or(&bytes);
    if String::from_utf8_lossy(head).contains(GENERATED) {
        return Ok(Content::Generated { rust: path.extension() == Some(OsStr::new("rs")) });
    }
    Ok(Content::Code(Source::new(file, &bytes)))
}
