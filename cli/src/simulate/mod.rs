//! `tidegate simulate`: who gets what, of many units, now or over time.
//!
//! | file | what is in it |
//! |---|---|
//! | `moments.rs` | the instants that are decided at |
//! | `population.rs` | ids, and the flags that they go through |
//! | `count.rs` | decides and counts, on every core (`parallel.rs`) |
//! | `given.rs` | the same for contexts that are given |
//! | `tally.rs` `pairs.rs` | what one flag answered, and what two did together |
//! | `draws.rs` | what salts make of the ids |
//! | `statistics.rs` | the tests of the literature |
//! | `hypotheses.rs` | which of them is made of what |
//! | `report.rs` | everything that was found, for programs |
//! | `text.rs` `chart.rs` `svg.rs` | the same for people: tables, and shares over time (`dates.rs`) |

mod chart;
mod count;
mod dates;
mod draws;
mod given;
mod hypotheses;
mod moments;
mod pairs;
mod parallel;
mod population;
mod progress;
mod report;
mod statistics;
mod svg;
mod tally;
mod text;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::Args;
use jiff::Timestamp;
use tidegate::{Context, Program};

use crate::asked::nearest;
use crate::contexts::ContextsArguments;
use crate::document::Document;
use crate::show::{printable, write_json};
use crate::{Outcome, input, output};

use given::Given;
use moments::Moments;
use population::{Flag, Ids, unit_paths};
use report::{Population, Report, Simulation};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate simulate snapshot.json --units 100000
  tidegate simulate snapshot.json --flag pay-button --context '{"user": {"country": "US"}}' --at 2026-11-24T08:00:00Z
  tidegate simulate snapshot.json --flag express-delivery --from 2026-11-24T00:00:00Z --to 2026-11-27T00:00:00Z --every 1h --svg ramp.svg
  tidegate simulate snapshot.json --contexts visitors.csv
  tidegate simulate snapshot.json --units 1000000 --fail-under 0.001

Each id is written wherever the snapshot looks for a unit. What the context has there stays, unless it is the flag's own unit,
its layer's or its holdout's. The same ids give the same shares everywhere.

Exit codes: 0 simulated; 1 a p-value is below --fail-under; 2 it could not be done."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The snapshot; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How many ids go through the flags
    #[arg(long, value_name = "N", default_value_t = 10_000, conflicts_with = "contexts", value_parser = clap::value_parser!(u64).range(1..=MOST_UNITS))]
    units: u64,
    /// What the ids begin with; their numbers follow
    #[arg(long, value_name = "TEXT", default_value = "u-", conflicts_with = "contexts")]
    prefix: String,
    /// A flag's key, more than once for more flags; without it, every flag that serves
    #[arg(long = "flag", value_name = "KEY")]
    flags: Vec<String>,
    /// The other attributes: a JSON object, `@` and a file that has one, or `-` for standard input
    #[arg(long, value_name = "JSON", default_value = "{}", conflicts_with = "contexts")]
    context: String,
    #[command(flatten)]
    contexts: ContextsArguments,
    #[command(flatten)]
    moments: Moments,
    /// Draw the series as a picture; `-` writes it to standard output, and nothing else
    #[arg(long, value_name = "FILE", requires = "from")]
    svg: Option<PathBuf>,
    /// Exit with 1 when a p-value, corrected for the number of tests, is below this
    #[arg(long, value_name = "P", value_parser = probability)]
    fail_under: Option<f64>,
    /// Write JSON for programs
    #[arg(long)]
    json: bool,
}

/// Counts of buckets have 32 bits.
const MOST_UNITS: u64 = 1_000_000_000;

fn probability(written: &str) -> Result<f64, String> {
    let read = written.parse().ok().filter(|p| (0.0..=1.0).contains(p));
    read.ok_or_else(|| "expected a probability from 0 to 1".to_owned())
}

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let is_drawn_out = asked.svg.as_deref() == Some(Path::new(output::STDOUT));
    if is_drawn_out && asked.json {
        return Err(anyhow!("found `-` for --svg beside --json, expected a file: one of them has standard output"));
    }
    if asked.contexts.contexts.as_deref() == Some(asked.file.as_path()) && asked.file == Path::new("-") {
        return Err(anyhow!("found `-` for both the snapshot and the contexts, expected it for one of them"));
    }
    let instants = asked.moments.instants()?;
    let context = input::attributes(&asked.context, &asked.file)?;
    let document = Document::open(&asked.file)?;
    let program = input::load(&document)?;
    let flags = flags(&program, &asked.flags, &context)?;
    let simulation = match &asked.contexts.contexts {
        Some(path) => simulation_of(&program, &flags, &instants, &asked.contexts, path)?,
        None => {
            let ids = Ids { prefix: asked.prefix.clone(), count: asked.units };
            let counted = count::count(&program, &flags, &ids, &context, &instants);
            Simulation::of_ids(&program, &flags, &instants, &ids, counted)
        }
    };
    let report = Report::new(&document.name, simulation);
    if let Some(path) = &asked.svg {
        output::write(path, svg::draw(&report).as_bytes())?;
    }
    if asked.json {
        write_json(&report, out)?;
    } else if !is_drawn_out {
        text::write(&report, asked.fail_under, out)?;
    }
    let failed = asked.fail_under.is_some_and(|limit| report.least_corrected.is_some_and(|least| least < limit));
    Ok(if failed { Outcome::Wrong } else { Outcome::Fine })
}

/// The contexts of a file, through the flags.
fn simulation_of<'a, 'p>(
    program: &'p Program,
    flags: &'a [Flag<'p>],
    instants: &'a [Timestamp],
    asked: &ContextsArguments,
    path: &Path,
) -> Result<Simulation<'a, 'p>> {
    let contexts = asked.open(path)?;
    let name = contexts.name.clone();
    let Given { counted, arms, drawn, read } = given::count(program, flags, contexts, asked.skip_bad_rows, instants)?;
    let population = Population::Contexts { contexts: name, skipped: read.bad };
    Ok(Simulation { program, flags, instants, units: read.rows, population, counted, arms, drawn })
}

/// The flags that are asked for, each once, or all that serve.
fn flags<'p>(program: &'p Program, keys: &[String], context: &Context) -> Result<Vec<Flag<'p>>> {
    let paths = unit_paths(program);
    if keys.is_empty() {
        let serving = program.keys().filter(|key| program.flag_type(key).is_some());
        return serving.map(|key| Flag::new(program, key, &paths, context)).collect();
    }
    let mut flags: Vec<Flag<'p>> = Vec::new();
    for key in keys {
        let Some(known) = program.keys().find(|known| known == key) else {
            let suggestion = nearest(key, program.keys());
            let suggestion = suggestion.map(|key| format!(", did you mean `{}`?", printable(&key))).unwrap_or_default();
            return Err(anyhow!("no flag `{}` is in the snapshot{suggestion}", printable(key)));
        };
        if flags.iter().all(|flag| flag.key != known) {
            flags.push(Flag::new(program, known, &paths, context)?);
        }
    }
    Ok(flags)
}
