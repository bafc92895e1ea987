//! Which files a snapshot is written in.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use crate::show::shown;

/// The folder whose files say what is different in an environment.
pub(crate) const ENVIRONMENTS: &str = "environments";

/// One file.
#[derive(Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    pub(crate) form: Form,
    /// The environment that it is for; the others are the snapshot itself.
    pub(crate) environment: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Yaml,
    Json,
}

impl Form {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_ascii_lowercase().to_str()? {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// What a path that stands for a snapshot leads to.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The folder, or the one YAML file.
    pub(crate) root: PathBuf,
    /// The environment that the path names.
    pub(crate) environment: Option<String>,
}

/// Whether a path leads to sources: a folder, a YAML file, or what an environment changes
/// (`flags/environments/production.yaml`, which stands for the whole of `flags` in production).
pub(crate) fn target(path: &Path) -> Option<Target> {
    let is_folder = path.is_dir();
    if !is_folder && Form::of(path) != Some(Form::Yaml) {
        return None;
    }
    let folder = path.parent().filter(|folder| folder.file_name() == Some(OsStr::new(ENVIRONMENTS)));
    if let Some(root) = folder.and_then(Path::parent) {
        let name = if is_folder { path.file_name() } else { path.file_stem() };
        let environment = name.map(|name| name.to_string_lossy().into_owned());
        let root = if root.as_os_str().is_empty() { PathBuf::from(".") } else { root.to_owned() };
        return Some(Target { root, environment });
    }
    Some(Target { root: path.to_owned(), environment: None })
}

/// The environments of sources, by name; none when the target is in one.
///
/// # Errors
/// As those of [`list`].
pub(crate) fn environments(target: &Target) -> Result<BTreeSet<String>> {
    if target.environment.is_some() {
        return Ok(BTreeSet::new());
    }
    Ok(list(&target.root)?.into_iter().filter_map(|file| file.environment).collect())
}

/// Whether a file would be read as one of the sources.
pub(crate) fn is_source(target: &Target, file: &Path) -> bool {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (Ok(root), Ok(folder)) = (target.root.canonicalize(), folder.canonicalize()) else { return false };
    let is_inside = folder.starts_with(&root) || file.canonicalize().is_ok_and(|file| file == root);
    is_inside && Form::of(file).is_some()
}

/// The files of a folder, and of the folders in it, in the order of their paths; or the one file that `root` is. What begins
/// with a dot is left out, and so is what is neither YAML nor JSON by its name. Links are followed.
///
/// # Errors
/// A folder can't be read, leads back to itself, or has no source.
pub(crate) fn list(root: &Path) -> Result<Vec<SourceFile>> {
    if !root.is_dir() {
        let form = Form::of(root).unwrap_or(Form::Yaml);
        return Ok(vec![SourceFile { path: root.to_owned(), form, environment: None }]);
    }
    let mut files = Vec::new();
    collect(root, &mut Vec::new(), None, &mut files)?;
    if !files.iter().any(|file| file.environment.is_none()) {
        let name = shown(root);
        return Err(anyhow!(
            "found no `.yaml`, `.yml` or `.json` file in `{name}`, expected the sources of a snapshot"
        ));
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Where the walk is among the environments.
#[derive(Clone, Copy)]
enum Within<'n> {
    /// In the folder of all environments.
    All,
    /// In that of one.
    One(&'n str),
}

fn collect(
    folder: &Path,
    around: &mut Vec<PathBuf>,
    within: Option<Within<'_>>,
    files: &mut Vec<SourceFile>,
) -> Result<()> {
    let failed = || format!("could not read the folder `{}`", shown(folder));
    let real = folder.canonicalize().with_context(failed)?;
    if around.contains(&real) {
        return Err(anyhow!("the folder `{}` is a link to a folder that it is in, expected no loop", shown(folder)));
    }
    around.push(real);
    for entry in folder.read_dir().with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let (name, path) = (entry.file_name(), entry.path());
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let is_folder = path.is_dir();
        let text = name.to_string_lossy();
        if is_folder {
            let inner = match within {
                None if around.len() == 1 && text == ENVIRONMENTS => Some(Within::All),
                Some(Within::All) => Some(Within::One(&text)),
                _ => within,
            };
            collect(&path, around, inner, files)?;
        } else if let Some(form) = Form::of(&path) {
            let environment = match within {
                None => None,
                Some(Within::All) => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
                Some(Within::One(name)) => Some(name.to_owned()),
            };
            files.push(SourceFile { path, form, environment });
        }
    }
    around.pop();
    Ok(())
}
