//! Counts instructions with valgrind's callgrind, and installs Debian's valgrind where it is missing and that is possible.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{debian, project, run};

/// glibc picks its `memcpy` and the like by what the processor can do, and valgrind's processor can do what the machine's
/// can. Without these features all x86-64 machines get the plain variants. Elsewhere glibc ignores the names.
const PLAIN_PROCESSOR: &str = "glibc.cpu.hwcaps=-AVX2,-AVX_Fast_Unaligned_Load,-SSE4_1,-SSE4_2,-SSSE3,-ERMS,-FSRM";

/// The function of `benches/count` that is counted, with all that it calls.
const COUNTED: &str = "--toggle-collect=count::counted*";

pub(crate) struct Valgrind {
    program: PathBuf,
}

impl Valgrind {
    pub(crate) fn find_or_install() -> Result<Self> {
        if let Some(program) = project::find_program(&["valgrind"]) {
            return Ok(Self { program });
        }
        if !debian::can_install() {
            bail!("counting instructions needs valgrind: install it (Debian: `apt-get install valgrind`)");
        }
        debian::install("valgrind (half a minute)", &["valgrind"])?;
        let program = project::find_program(&["valgrind"]);
        let program = program.context("Debian's `valgrind` is installed but not on the search path")?;
        Ok(Self { program })
    }

    /// How many instructions a benchmark takes.
    pub(crate) fn count(&self, benchmarks: &Path, name: &str) -> Result<u64> {
        let mut command = project::command(&self.program);
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", COUNTED]).arg(benchmarks).arg(name);
        // Variables lie on the stack and move what is above them; HOME may bring options for valgrind.
        command.env_clear().env("GLIBC_TUNABLES", PLAIN_PROCESSOR);
        command.envs(env::var_os("PATH").map(|path| ("PATH", path)));
        let finished = run::quiet("count", name, &mut command)?;
        collected(&finished.output).with_context(|| format!("callgrind counted nothing in `{name}`"))
    }
}

/// From callgrind's closing words: `==42== Collected : 1789`.
fn collected(output: &str) -> Option<u64> {
    let (_, count) = output.lines().find(|line| line.contains("Collected :"))?.rsplit_once(' ')?;
    count.parse().ok().filter(|count| *count > 0)
}

#[cfg(test)]
mod tests {
    use super::collected;

    #[test]
    fn the_count_is_in_callgrind_s_closing_words() {
        let output = "==42== Callgrind, a call-graph generating cache profiler\n==42== Collected : 1789\n==42== \n";
        assert_eq!(collected(output), Some(1789));
        assert_eq!(collected("==42== Collected : 0\n"), None);
        assert_eq!(collected("valgrind: no such file\n"), None);
    }
}
