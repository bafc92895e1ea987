//! Remembers what a step was made from, so that it can be skipped when nothing changed.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project;

/// The state of a step's inputs, beside the state they had when the step last succeeded.
pub(crate) struct Stamp {
    file: PathBuf,
    digest: String,
}

impl Stamp {
    /// Reads the inputs: files, or folders with all that is in them. `recipe` is whatever else the step depends on,
    /// such as its arguments. An input that does not exist counts as such, so that it is noticed when it appears.
    pub(crate) fn of(step: &str, recipe: &str, inputs: &[PathBuf]) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        feed(&mut hasher, recipe.as_bytes());
        for input in inputs {
            add(&mut hasher, input)?;
        }
        let file = project::path("target/xtask/stamps").join(step);
        Ok(Self { file, digest: format!("{:016x}", hasher.finish()) })
    }

    /// Whether the step succeeded with exactly these inputs and what it made is still there.
    pub(crate) fn is_current(&self, outputs: &[PathBuf]) -> bool {
        outputs.iter().all(|output| output.exists())
            && fs::read_to_string(&self.file).is_ok_and(|before| before == self.digest)
    }

    /// Notes that the step succeeded with these inputs.
    pub(crate) fn write(&self) -> Result<()> {
        let describe = || format!("cannot write `{}`", self.file.display());
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).with_context(describe)?;
        }
        fs::write(&self.file, &self.digest).with_context(describe)
    }
}

fn add(hasher: &mut DefaultHasher, input: &Path) -> Result<()> {
    feed(hasher, input.as_os_str().as_encoded_bytes());
    if input.is_dir() {
        for entry in project::read_folder(input)? {
            // What a build writes is not what it is made from, and dependencies are in the lock file.
            if !entry.ends_with("node_modules") && !entry.ends_with("dist") {
                add(hasher, &entry)?;
            }
        }
    } else if input.exists() {
        let content = fs::read(input).with_context(|| format!("cannot read `{}`", input.display()))?;
        feed(hasher, &content);
    }
    Ok(())
}

/// The length goes first, so that the end of one part and the start of the next cannot trade bytes.
fn feed(hasher: &mut DefaultHasher, part: &[u8]) {
    hasher.write_usize(part.len());
    hasher.write(part);
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Stamp;

    #[test]
    fn a_stamp_notices_content_new_files_and_the_recipe_but_not_what_was_built() {
        let folder = tempfile::tempdir().unwrap();
        let inputs = [folder.path().to_owned()];
        let digest = |recipe: &str| Stamp::of("test", recipe, &inputs).unwrap().digest;
        fs::write(folder.path().join("a.ts"), "one").unwrap();
        let before = digest("-O3");
        assert_eq!(before, digest("-O3"));
        assert_ne!(before, digest("-Oz"));

        fs::create_dir(folder.path().join("dist")).unwrap();
        fs::write(folder.path().join("dist/a.js"), "built").unwrap();
        assert_eq!(before, digest("-O3"));

        fs::write(folder.path().join("b.ts"), "").unwrap();
        let with_second = digest("-O3");
        assert_ne!(before, with_second);
        fs::write(folder.path().join("a.ts"), "two").unwrap();
        assert_ne!(with_second, digest("-O3"));
    }

    #[test]
    fn a_stamp_is_current_only_once_written_and_while_the_outputs_exist() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let mut stamp = Stamp::of("test", "", &[]).unwrap();
        stamp.file = folder.path().join("stamps/step");
        assert!(!stamp.is_current(&[]));
        stamp.write().unwrap();
        assert!(stamp.is_current(&[]));
        assert!(!stamp.is_current(std::slice::from_ref(&output)));
        fs::write(&output, "").unwrap();
        assert!(stamp.is_current(&[output]));
    }
}
