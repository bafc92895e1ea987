//! `cargo xtask pack`: the npm tarball, as it would be published, in `target/package/`.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{build, project, run, setup};

pub(crate) fn run() -> Result<()> {
    setup::run()?;
    build::run()?;
    tarball()?;
    Ok(())
}

/// Packs the built package; prints and returns where the tarball is.
pub(crate) fn tarball() -> Result<PathBuf> {
    let folder = project::path("target/package");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    for entry in project::read_folder(&folder)? {
        // A tarball of an earlier version would look as if it were this one's.
        if entry.extension() == Some(OsStr::new("tgz")) {
            fs::remove_file(&entry).with_context(|| format!("cannot remove `{}`", entry.display()))?;
        }
    }
    let mut command = project::command("npm");
    command.args(["pack", "--workspace", "pkg-template", "--json", "--loglevel", "error", "--pack-destination"]);
    command.arg(&folder).stderr(Stdio::inherit());
    let printed = run::answer(&mut command).context("cannot pack the package: `npm pack` failed")?;
    let packed = Packed::read(&printed).context("`npm pack --json` printed something unexpected")?;
    let file = folder.join(&packed.name);
    println!("pack: {}: {} bytes, {} files", file.display(), packed.bytes, packed.files);
    Ok(file)
}

struct Packed {
    name: String,
    bytes: u64,
    files: u64,
}

impl Packed {
    /// npm prints a list with one entry a package.
    fn read(printed: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(printed).ok()?;
        let entry = json.get(0)?;
        Some(Self {
            name: entry.get("filename")?.as_str()?.to_owned(),
            bytes: entry.get("size")?.as_u64()?,
            files: entry.get("entryCount")?.as_u64()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Packed;

    #[test]
    fn npm_s_answer_is_read() {
        let printed = r#"[{ "filename": "tidegate-0.1.0.tgz", "size": 12, "entryCount": 3 }]"#;
        let packed = Packed::read(printed).unwrap();
        assert_eq!((packed.name.as_str(), packed.bytes, packed.files), ("tidegate-0.1.0.tgz", 12, 3));
        assert!(Packed::read("[]").is_none());
        assert!(Packed::read("npm notice").is_none());
    }
}
