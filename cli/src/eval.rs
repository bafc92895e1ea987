//! `tidegate eval`: one flag's decision for a context, or every flag's.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::Outcome;
use crate::asked::Answer;
use crate::input;
use crate::show::{fields, table, write_json};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate eval snapshot.json --flag new-checkout --context '{"shop": {"id": "42", "plan": "plus"}}'
  tidegate eval snapshot.json --context @context.json
  tidegate eval snapshot.json --flag new-checkout --context - --json < context.json
  tidegate eval snapshot.json --at 2026-11-24T08:00:00Z

Exit codes: 0 decided; 1 a decision is an error; 2 the snapshot or the context could not be read."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The snapshot, or the folder of its sources; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The flag's key; without it, every flag is decided
    #[arg(long, value_name = "KEY")]
    flag: Option<String>,
    #[command(flatten)]
    context: input::ContextArguments,
    /// Write JSON for programs
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let (context, _) = input::context(&asked.context, &asked.file)?;
    let program = input::program(&asked.file)?;
    let answer = |flag: &str| Answer::new(&program, flag, &context);
    let Some(flag) = &asked.flag else {
        let answers: Vec<Answer<'_>> = program.keys().map(answer).collect();
        if asked.json {
            write_json(&answers, out)?;
        } else {
            let heading = ["flag", "value", "variant", "reason", "rule"].map(str::to_owned);
            let rows: Vec<_> = std::iter::once(heading).chain(answers.iter().map(Answer::row)).collect();
            table(&rows, out)?;
        }
        return Ok(outcome(answers.iter().any(Answer::is_error)));
    };
    let answer = answer(flag);
    if asked.json {
        write_json(&answer, out)?;
    } else {
        fields(&answer.fields(), out)?;
    }
    Ok(outcome(answer.is_error()))
}

/// How a run with decisions came out.
pub(crate) fn outcome(error: bool) -> Outcome {
    if error { Outcome::Wrong } else { Outcome::Fine }
}
