//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Check a Tidegate snapshot, decide its flags and see why they decide as they do
#[derive(Parser)]
#[command(name = "tidegate", version, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Show every problem and every warning of snapshots, each with its place
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Compile a snapshot ahead, for instances that start at once and carry no JSON reader
    #[command(after_help = COMPILE_EXAMPLES)]
    Compile(Compile),
    /// Decide one flag for a context, or all of them
    #[command(after_help = EVAL_EXAMPLES)]
    Eval(Eval),
    /// Show every step of a flag's decision
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
}

#[derive(Args)]
pub(crate) struct Check {
    /// Snapshots; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Write JSON for programs
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Compile {
    /// The snapshot; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Compile although flags or segments are refused: they answer with an error, as they do from JSON
    #[arg(long)]
    pub(crate) allow_refused: bool,
}

#[derive(Args)]
pub(crate) struct Eval {
    /// The snapshot; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The flag's key; without it, every flag is decided
    #[arg(long, value_name = "KEY")]
    pub(crate) flag: Option<String>,
    #[command(flatten)]
    pub(crate) context: Context,
    /// Write JSON for programs
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Explain {
    /// The snapshot; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The flag's key
    #[arg(long, value_name = "KEY")]
    pub(crate) flag: String,
    #[command(flatten)]
    pub(crate) context: Context,
    /// Write JSON for programs
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Context {
    /// The attributes: a JSON object, `@` and a file that has one, or `-` for standard input
    #[arg(long = "context", value_name = "JSON", default_value = "{}")]
    pub(crate) written: String,
    /// The instant to decide at, as `2026-11-24T08:00:00Z` or epoch milliseconds [default: now]
    #[arg(long, value_name = "TIME", allow_negative_numbers = true)]
    pub(crate) at: Option<String>,
}

const EXAMPLES: &str = r#"Examples:
  tidegate check snapshot.json
  tidegate compile snapshot.json -o snapshot.tide
  tidegate eval snapshot.json --flag new-checkout --context '{"shop": {"id": "42"}}'
  tidegate explain snapshot.json --flag new-checkout --context @context.json

Exit codes: 0 all is well; 1 the snapshot has problems, or a decision is an error; 2 it could not be done."#;

const CHECK_EXAMPLES: &str = r#"Examples:
  tidegate check snapshot.json
  tidegate check flags/*.json
  curl -s https://flags.example/snapshot.json | tidegate check -
  tidegate check snapshot.json --json | jq -r '.problems[] | "\(.file):\(.line):\(.column) \(.code)"'

A warning is about what serves but can't all be meant: two experiments that set one parameter.

Exit codes: 0 no problems, with or without warnings; 1 problems; 2 a file could not be read."#;

const COMPILE_EXAMPLES: &str = r#"Examples:
  tidegate compile snapshot.json -o snapshot.tide
  tidegate eval snapshot.tide --flag new-checkout --context '{"shop": {"id": "42"}}'
  tidegate compile - -o - < snapshot.json | ssh edge 'cat > snapshot.tide'

Exit codes: 0 written; 1 the snapshot has problems, nothing is written; 2 it could not be done."#;

const EVAL_EXAMPLES: &str = r#"Examples:
  tidegate eval snapshot.json --flag new-checkout --context '{"shop": {"id": "42", "plan": "plus"}}'
  tidegate eval snapshot.json --context @context.json
  tidegate eval snapshot.json --flag new-checkout --context - --json < context.json
  tidegate eval snapshot.json --at 2026-11-24T08:00:00Z

Exit codes: 0 decided; 1 a decision is an error; 2 the snapshot or the context could not be read."#;

const EXPLAIN_EXAMPLES: &str = r#"Examples:
  tidegate explain snapshot.json --flag new-checkout --context '{"shop": {"id": "42", "plan": "plus"}}'
  tidegate explain snapshot.json --flag new-checkout --context @context.json --at 2026-11-24T08:00:00Z

Exit codes: 0 decided; 1 the decision is an error; 2 the snapshot or the context could not be read."#;
