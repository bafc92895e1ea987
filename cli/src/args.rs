//! The command line: its verbs. What a verb takes stands with the verb.

use clap::{Parser, Subcommand};

use crate::{
    build, check, compile, completions, diff, eval, explain, help_lint, init, schema, serve, simulate, types, usage,
};

/// Check a Tidegate snapshot, decide its flags and see why they decide as they do
#[derive(Parser)]
#[command(name = "tidegate", version, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Write a small folder of sources to begin with
    #[command(after_help = init::EXAMPLES)]
    Init(init::Asked),
    /// Build a snapshot from a folder of YAML and JSON sources
    #[command(after_help = build::EXAMPLES)]
    Build(build::Asked),
    /// Show every problem, every warning and every lint of snapshots, each with its place
    #[command(after_help = check::EXAMPLES)]
    Check(check::Asked),
    /// Compile a snapshot ahead, for instances that start at once and carry no JSON reader
    #[command(after_help = compile::EXAMPLES)]
    Compile(compile::Asked),
    /// Compare two snapshots: what changed, and who will see something else
    #[command(after_help = diff::EXAMPLES)]
    Diff(diff::Asked),
    /// Decide one flag for a context, or all of them
    #[command(after_help = eval::EXAMPLES)]
    Eval(eval::Asked),
    /// Show every step of a flag's decision
    #[command(after_help = explain::EXAMPLES)]
    Explain(explain::Asked),
    /// Write what the flags and their values are, for TypeScript or Rust
    #[command(after_help = types::EXAMPLES)]
    Types(types::Asked),
    /// Write what snapshots look like, as JSON Schema, for editors and validators
    #[command(after_help = schema::EXAMPLES)]
    Schema(schema::Asked),
    /// Take many units through the flags: who gets what, now or over time
    #[command(after_help = simulate::EXAMPLES)]
    Simulate(simulate::Asked),
    /// Find the flags that code asks for and the snapshot lacks, and those that no code asks for
    #[command(after_help = usage::EXAMPLES)]
    Usage(usage::Asked),
    /// Explain a lint of `check`, or list them all
    #[command(after_help = help_lint::EXAMPLES)]
    HelpLint(help_lint::Asked),
    /// Serve a snapshot on this machine, and tell of its changes
    #[command(after_help = serve::EXAMPLES)]
    Serve(serve::Asked),
    /// Write the completions for a shell
    #[command(after_help = completions::EXAMPLES)]
    Completions(completions::Asked),
}

const EXAMPLES: &str = r#"Examples:
  tidegate init flags/
  tidegate build flags/ -o snapshot.json --env production
  tidegate check snapshot.json
  tidegate compile snapshot.json -o snapshot.tide
  tidegate eval snapshot.json --flag new-checkout --context '{"shop": {"id": "42"}}'
  tidegate explain snapshot.json --flag new-checkout --context @context.json
  tidegate simulate snapshot.json --units 100000

Exit codes: 0 all is well; 1 the snapshot has problems, or a decision is an error; 2 it could not be done."#;
