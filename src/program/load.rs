//! Bytes to a program, whichever form they have.

use super::image;
#[cfg(feature = "json")]
use super::source::Source;
use super::{Program, words};
use crate::snapshot::Problem;
#[cfg(feature = "json")]
use crate::snapshot::json;
#[cfg(not(feature = "json"))]
use crate::snapshot::{Code, whole};
use crate::sort::sorted_by;

/// A program, and the text that the rest of it is still in.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) program: Program,
    #[cfg(feature = "json")]
    pub(crate) source: Option<Source>,
}

impl Loaded {
    /// Loads a snapshot, of which flags that are JSON aren't read yet. `words` hold `len` bytes.
    ///
    /// # Errors
    /// The problem that refuses the snapshot as a whole.
    #[inline]
    pub(crate) fn open(words: Vec<u32>, len: usize) -> Result<Self, Problem> {
        if image::is_one(&words) {
            let program = image::open(words, len)?;
            return Ok(Self {
                program,
                #[cfg(feature = "json")]
                source: None,
            });
        }
        #[cfg(feature = "json")]
        {
            let (source, program) = Source::open(words, len, json::outline)?;
            Ok(Self { program, source: Some(source) })
        }
        #[cfg(not(feature = "json"))]
        {
            let message = "found no compiled snapshot, which is all that this build reads, expected the output of `tidegate compile`";
            Err(whole(Code::NotCompiled, message.to_owned()))
        }
    }

    /// Reads everything that wasn't before.
    pub(crate) fn settle_all(&mut self) {
        #[cfg(feature = "json")]
        if let Some(source) = &mut self.source {
            source.settle_all(&mut self.program);
        }
    }
}

impl Program {
    /// Loads a snapshot: JSON, of which everything is read and compiled, or what `Program::to_bytes` wrote (feature `compile`), which is only
    /// checked and used where it lies. Linear in the length of `bytes`.
    ///
    /// Flags and segments that have a problem are left out and reported by [`Program::problems`]; the rest serve.
    ///
    /// # Errors
    /// The problem that refuses the snapshot as a whole.
    ///
    /// # Examples
    /// ```
    /// let program = tidegate::Program::load(br#"{
    ///     "schemaVersion": 1, "revision": "7",
    ///     "flags": { "dark-mode": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" } }
    /// }"#)?;
    /// assert_eq!(program.flag_count(), 1);
    /// # Ok::<(), tidegate::Problem>(())
    /// ```
    pub fn load(bytes: &[u8]) -> Result<Self, Problem> {
        let mut loaded = Loaded::open(words::of_bytes(bytes), bytes.len())?;
        loaded.settle_all();
        loaded.program.sort_problems();
        loaded.program.symbols.index_all(&loaded.program.words);
        Ok(loaded.program)
    }

    /// By what they refuse: see [`Subject`](crate::Subject).
    pub(crate) fn sort_problems(&mut self) {
        self.problems = sorted_by(std::mem::take(&mut self.problems), |a, b| a.subject.cmp(&b.subject));
    }
}
