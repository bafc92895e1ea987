//! Bytes to a program, whichever form they have.

use super::image;
#[cfg(feature = "json")]
use super::source::Source;
use super::verify::Checked;
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
    /// What of a compiled snapshot was checked.
    pub(super) checked: Option<Checked>,
}

impl Loaded {
    /// Loads a snapshot, whose definitions aren't read, or checked, yet. `words` hold `len` bytes.
    ///
    /// # Errors
    /// The problem that refuses the snapshot as a whole.
    #[inline]
    pub(crate) fn open(words: Vec<u32>, len: usize) -> Result<Self, Problem> {
        if image::is_one(&words) {
            let program = image::open(words, len)?;
            return Ok(Self {
                checked: Some(Checked::nothing(&program)),
                program,
                #[cfg(feature = "json")]
                source: None,
            });
        }
        #[cfg(feature = "json")]
        {
            let (source, program) = Source::open(words, len, json::outline)?;
            Ok(Self { program, source: Some(source), checked: None })
        }
        #[cfg(not(feature = "json"))]
        {
            let message = "found no compiled snapshot, which is all that this build reads, expected the output of `tidegate compile`";
            Err(whole(Code::NotCompiled, message.to_owned()))
        }
    }

    /// Reads, or checks, everything that wasn't before.
    pub(crate) fn settle_all(&mut self) {
        self.read_all();
        if let Some(checked) = &mut self.checked {
            checked.check_all(&mut self.program);
        }
    }

    /// Reads everything that wasn't before: from then on all attributes are known, as they are of a compiled snapshot.
    pub(crate) fn read_all(&mut self) {
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
        let refused_before = loaded.program.problems.len();
        loaded.settle_all();
        if loaded.checked.is_some()
            && let Some(problem) = loaded.program.problems.get(refused_before)
        {
            return Err(Problem { subject: None, ..problem.clone() });
        }
        loaded.program.sort_problems();
        loaded.program.symbols.index_all(&loaded.program.words);
        Ok(loaded.program)
    }

    /// By what they refuse: see [`Subject`](crate::Subject).
    pub(crate) fn sort_problems(&mut self) {
        self.problems = sorted_by(std::mem::take(&mut self.problems), |a, b| a.subject.cmp(&b.subject));
    }
}
