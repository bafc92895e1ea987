//! `tidegate completions`: what a shell asks for when Tab is pressed.

use std::io::Write;

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::Outcome;
use crate::args::Arguments;

pub(crate) const EXAMPLES: &str = r#"Examples:
  source <(tidegate completions bash)
  tidegate completions zsh > ~/.zfunc/_tidegate
  tidegate completions fish > ~/.config/fish/completions/tidegate.fish
  tidegate completions powershell | Out-String | Invoke-Expression"#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let mut script = Vec::new();
    // Into a buffer, because the generator panics where it can't write, such as to a closed pipe.
    clap_complete::generate(asked.shell, &mut Arguments::command(), "tidegate", &mut script);
    out.write_all(&script)?;
    Ok(Outcome::Fine)
}
