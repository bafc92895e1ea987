//! `tidegate help-lint`: what each lint tells of, why, and what to do about it.

mod page;

use std::io::Write;

use anyhow::{Result, anyhow};
use clap::Args;
use serde::Serialize;

use crate::Outcome;
use crate::lint::catalogue::{self, Lint};
use crate::lint::level::Level;
use crate::show::{BAD, DOUBTFUL, FAINT, STRONG, table, write_json};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate help-lint
  tidegate help-lint RULE_SHADOWED
  tidegate help-lint RULE_SHADOWED --json | jq -r .example
  tidegate help-lint --markdown > LINTS.md

Exit codes: 0 explained; 2 there is no such lint."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The lint's code; without it, all are listed
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// Write JSON for programs
    #[arg(long)]
    json: bool,
    /// Write a page with every lint
    #[arg(long, conflicts_with_all = ["code", "json"])]
    markdown: bool,
}

/// A lint as a program reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    code: &'static str,
    severity: &'static str,
    about: &'static str,
    why: String,
    mend: String,
    example: &'static str,
    mended: &'static str,
    allow: String,
}

impl Explained {
    fn new(lint: &Lint) -> Self {
        Self {
            code: lint.code,
            severity: lint.level.name(),
            about: lint.about,
            why: lint.why.to_owned(),
            mend: lint.mend.to_owned(),
            example: lint.example,
            mended: lint.mended,
            allow: allowance(lint),
        }
    }
}

/// What allows a lint, in `tidegate.toml`.
fn allowance(lint: &Lint) -> String {
    let flag = if lint.is_about_configuration() { "" } else { "at = \"/flags/new-cart\"\n" };
    format!("[[allow]]\ncode = \"{}\"\n{flag}reason = \"why it is right here\"", lint.code)
}

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let lints = catalogue::lints();
    let Some(code) = &asked.code else {
        if asked.markdown {
            page::write(&lints, out)?;
        } else if asked.json {
            write_json(&lints.iter().map(|lint| Explained::new(lint)).collect::<Vec<_>>(), out)?;
        } else {
            let heading = ["lint", "severity", "tells of"].map(str::to_owned);
            let row = |lint: &&Lint| [lint.code.to_owned(), lint.level.name().to_owned(), lint.about.to_owned()];
            table(&std::iter::once(heading).chain(lints.iter().map(row)).collect::<Vec<_>>(), out)?;
        }
        return Ok(Outcome::Fine);
    };
    let lint = catalogue::find(code).map_err(|nearest| {
        let near = nearest.map_or_else(String::new, |code| format!(", did you mean `{code}`?"));
        anyhow!("found `{code}`, expected the code of a lint as `tidegate help-lint` lists them{near}")
    })?;
    if asked.json {
        write_json(&Explained::new(lint), out)?;
    } else {
        explain(lint, out)?;
    }
    Ok(Outcome::Fine)
}

fn explain(lint: &Lint, out: &mut impl Write) -> Result<()> {
    let style = match lint.level {
        Level::Error => BAD,
        Level::Warning | Level::Advice => DOUBTFUL,
        Level::Off => FAINT,
    };
    writeln!(out, "{STRONG}{}{STRONG:#} ({style}{}{style:#})", lint.code, lint.level.name())?;
    for line in wrapped(lint.about) {
        writeln!(out, "{line}")?;
    }
    for (title, text) in [("why", lint.why), ("what to do", lint.mend)] {
        section(title, &wrapped(text), out)?;
    }
    for (title, text) in [("for example", lint.example), ("mended", lint.mended)] {
        section(title, &text.lines().map(str::to_owned).collect::<Vec<_>>(), out)?;
    }
    let title = "to allow it, in a `tidegate.toml` beside the snapshot or in a folder around it";
    section(title, &allowance(lint).lines().map(str::to_owned).collect::<Vec<_>>(), out)
}

fn section(title: &str, lines: &[String], out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n{FAINT}{title}{FAINT:#}")?;
    for line in lines {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// Lines of words are at most this long, in characters.
const WIDTH: usize = 96;

fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
