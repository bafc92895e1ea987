//! `tidegate diff`: what changed from one snapshot to another, and who will see something else.
//!
//! | file | what is in it |
//! |---|---|
//! | `definitions.rs` | snapshots as they are written |
//! | `account.rs` | what changed, definition by definition: `flag.rs`, `rules.rs`, `shared.rs`; `change.rs` is one change, `words.rs` puts it in words |
//! | `reach.rs` | what a flag needs, so whom a change reaches |
//! | `census.rs` | both snapshots decide every context |
//! | `limit.rs` | how many may see something else |
//! | `report.rs` | account and census together, as programs read them |
//! | `text.rs` `markdown.rs` `html.rs` | the same for people; `flows.rs` draws the page's pictures, `page.css` is its style |

mod account;
mod census;
mod change;
mod definitions;
mod flag;
mod flows;
mod html;
mod limit;
mod markdown;
mod reach;
mod report;
mod rules;
mod shared;
mod text;
mod words;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use tidegate::{Json, Program};

use crate::Outcome;
use crate::asked::nearest;
use crate::contexts::{Contexts, ContextsArguments, Read};
use crate::document::Document;
use crate::show::{printable, write_json};
use crate::{input, output};

use account::{Account, FlagAccount, Side, Status};
use census::census;
use change::Effect;
use definitions::Definitions;
use limit::{Judged, Limit};
use report::{Report, SnapshotReport, Source};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate diff old.json new.json
  tidegate diff old.json new.json --contexts users.ndjson --fail-over 5% --fail-over new-checkout=1%
  tidegate diff old.json new.json --simulate 100000 --context '{"shop": {"plan": "plus"}}'
  tidegate diff old.json new.json --contexts users.csv --csv-strings=app.version -o diff.html
  git show main:snapshot.json | tidegate diff - snapshot.json --format markdown

A context moves where it gets another value. A flag that is removed moves everybody to their callers' fallbacks; one that is added moves nobody.
A flag with a limit of its own doesn't count for the general one.

Exit codes: 0 compared, whether or not anything differs; 1 more contexts move than --fail-over allows, or --fail-on was met; 2 it could not be done."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The snapshot in use, JSON or compiled; `-` is standard input
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The snapshot that would take its place
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Only this flag; may be given more than once
    #[arg(long = "flag", value_name = "KEY")]
    flags: Vec<String>,
    #[command(flatten)]
    contexts: ContextsArguments,
    /// Decide for so many units, `u-1`, `u-2` and so on: each id stands at every attribute path that a unit of a changed flag, or of what it needs, is at
    #[arg(long, value_name = "N", conflicts_with = "contexts")]
    simulate: Option<u64>,
    /// The attribute path that simulated ids stand at, instead of those of the flags' units; may be given more than once
    #[arg(long = "unit", value_name = "PATH", requires = "simulate")]
    units: Vec<String>,
    /// The other attributes of simulated units: a JSON object, or `@` and a file that has one
    #[arg(long, value_name = "JSON", requires = "simulate")]
    context: Option<String>,
    /// The instant that both decide for, as `2026-11-24T08:00:00Z` or epoch milliseconds [default: now]
    #[arg(long, value_name = "TIME", allow_negative_numbers = true)]
    at: Option<String>,
    /// Exit with 1 if more than this share of the contexts move, such as `5%`, or `new-checkout=1%` for one flag
    #[arg(long, value_name = "SHARE")]
    fail_over: Vec<Limit>,
    /// Exit with 1 if this happens to a flag
    #[arg(long, value_name = "WHAT")]
    fail_on: Vec<FailOn>,
    /// How to write it [default: by the extension of --output, else text]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write JSON for programs: --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Where to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A salt or unit changed, so units are hashed anew
    Reshuffle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    /// For programs
    Json,
    /// For a comment on a pull request
    Markdown,
    /// One page with pictures, to attach to a review
    Html,
}

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    check(asked)?;
    let at = input::instant(asked.at.as_deref(), "--at")?;
    let ((old, before), (new, after)) = (open(&asked.old)?, open(&asked.new)?);
    for flag in asked.flags.iter().chain(asked.fail_over.iter().filter_map(|limit| limit.flag.as_ref())) {
        check_known(flag, &before.program, &after.program)?;
    }
    let account = Account::new(&before, &after, &asked.flags);
    let (mut counted, mut limits) = (None, Vec::new());
    if let Some(contexts) = contexts(asked, &account, &before.program, &after.program)? {
        let source = Source { name: contexts.name.clone(), simulated: asked.simulate.is_some(), at: at.to_string() };
        let flags: Vec<_> = account.flags.iter().map(|flag| counted_flag(flag, asked, &before, &after)).collect();
        let instant = at.as_millisecond();
        let (census, read) =
            census(&before.program, &after.program, &flags, instant, contexts, asked.contexts.skip_bad_rows)?;
        if read.rows == 0 {
            return Err(anyhow!("`{}` has no context, expected at least one", source.name));
        }
        let judge = |limit: &Limit| {
            let moved = match &limit.flag {
                None => census.moved_in_general,
                Some(key) => {
                    account.flags.iter().position(|flag| flag.flag == *key).map_or(0, |at| census.moved_of(at))
                }
            };
            limit.judge(moved, read.rows)
        };
        limits = asked.fail_over.iter().map(judge).collect();
        counted = Some((source, census, read));
    }
    if let Some((source, _, read)) = &counted {
        say_bad_rows(&source.name, read)?;
    }
    let name = |document: &Document, side: &Side| SnapshotReport {
        file: document.name.clone(),
        revision: side.program.revision().to_owned(),
    };
    let mut report = Report::new([name(&old, &before), name(&new, &after)], account, counted);
    report.limits = limits;
    write(asked, &report, out)?;
    let mut outcome = Outcome::Fine;
    for complaint in complaints(asked, &report) {
        writeln!(anstream::stderr(), "tidegate: {complaint}")?;
        outcome = Outcome::Wrong;
    }
    Ok(outcome)
}

/// What the parser of arguments can't know.
fn check(asked: &Asked) -> Result<()> {
    let stdin = Path::new(input::STDIN);
    let inputs = [Some(&asked.old), Some(&asked.new), asked.contexts.contexts.as_ref()];
    let context = usize::from(asked.context.as_deref() == Some(input::STDIN));
    if inputs.into_iter().flatten().filter(|path| path.as_path() == stdin).count() + context > 1 {
        return Err(anyhow!("found `-` more than once, expected standard input for one of the inputs"));
    }
    if !asked.fail_over.is_empty() && asked.contexts.contexts.is_none() && asked.simulate.is_none() {
        return Err(anyhow!("--fail-over is about contexts, expected --contexts or --simulate with it"));
    }
    Ok(())
}

fn open(path: &Path) -> Result<(Document, Side)> {
    let document = Document::open(path)?;
    let program = input::load(&document)?;
    let definitions = Definitions::read(&document.bytes);
    Ok((document, Side { program, definitions }))
}

fn check_known(flag: &str, before: &Program, after: &Program) -> Result<()> {
    let keys = || before.keys().chain(after.keys());
    if keys().any(|key| key == flag) {
        return Ok(());
    }
    let suggestion = nearest(flag, keys()).map(|key| format!(", did you mean `{key}`?")).unwrap_or_default();
    Err(anyhow!("no flag `{flag}` is in either snapshot{suggestion}"))
}

fn contexts(asked: &Asked, account: &Account, before: &Program, after: &Program) -> Result<Option<Contexts>> {
    if let Some(path) = &asked.contexts.contexts {
        return asked.contexts.open(path).map(Some);
    }
    let Some(count) = asked.simulate else { return Ok(None) };
    let around = input::attributes(asked.context.as_deref().unwrap_or("{}"), Path::new(""))?;
    let mut units: BTreeSet<&str> = asked.units.iter().map(String::as_str).collect();
    if units.is_empty() {
        for program in [before, after] {
            let attributes = account.flags.iter().map(|flag| program.unit_attributes(&flag.flag));
            units.extend(attributes.flat_map(|attributes| [attributes.own, attributes.needed].concat()));
        }
    }
    Ok(Some(Contexts::simulated(count, units.into_iter().map(str::to_owned).collect(), &around)))
}

fn counted_flag(account: &FlagAccount, asked: &Asked, before: &Side, after: &Side) -> census::Asked {
    let key = &account.flag;
    let definition = [after, before].into_iter().find_map(|side| side.definitions.as_ref()?.flags.get(key));
    let unit = match definition.and_then(|flag| flag.get("unit")) {
        Some(Json::List(paths)) => paths.iter().map(words::id).collect(),
        Some(path) => vec![words::id(path)],
        None => vec!["targetingKey".to_owned()],
    };
    let has_own = asked.fail_over.iter().any(|limit| limit.flag.as_ref() == Some(key));
    census::Asked { flag: key.clone(), is_added: account.status == Status::Added, is_general: !has_own, unit }
}

fn write(asked: &Asked, report: &Report, out: &mut impl Write) -> Result<()> {
    let extension = asked.output.as_ref().and_then(|path| path.extension()).and_then(|extension| extension.to_str());
    let format = match (asked.format, extension) {
        (Some(format), _) => format,
        (None, _) if asked.json => Format::Json,
        (None, Some("json")) => Format::Json,
        (None, Some("md")) => Format::Markdown,
        (None, Some("html")) => Format::Html,
        (None, _) => Format::Text,
    };
    let mut written = Vec::new();
    match format {
        Format::Text => text::write(report, &mut written)?,
        Format::Json => write_json(report, &mut written)?,
        Format::Markdown => markdown::write(report, &mut written)?,
        Format::Html => html::write(report, &mut written)?,
    }
    match &asked.output {
        // Colours are for terminals.
        Some(path) if format == Format::Text => {
            output::write(path, &anstream::adapter::strip_bytes(&written).into_vec())
        }
        Some(path) => output::write(path, &written),
        None => Ok(out.write_all(&written)?),
    }
}

/// Says on standard error which rows were left out.
fn say_bad_rows(name: &str, read: &Read) -> Result<()> {
    if read.bad == 0 {
        return Ok(());
    }
    let mut err = anstream::stderr();
    for bad in &read.first_bad {
        writeln!(err, "tidegate: left out: `{name}`, {}", printable(&bad.to_string()))?;
    }
    let told = read.first_bad.len() as u64;
    if read.bad > told {
        writeln!(err, "tidegate: `{name}`, {} more rows are left out", read.bad - told)?;
    }
    Ok(())
}

/// Why the run is to fail.
fn complaints(asked: &Asked, report: &Report) -> Vec<String> {
    let exceeded = report.limits.iter().filter(|limit| limit.exceeded).map(|limit: &Judged| {
        let who = match &limit.flag {
            Some(flag) => format!("`{}` moves", printable(flag)),
            None => "the flags without a limit of their own move".to_owned(),
        };
        format!("{who} {} of the contexts, more than {} %", text::percent(limit.found), limit.limit)
    });
    let reshuffled = report
        .flags
        .iter()
        .filter(|flag| asked.fail_on.contains(&FailOn::Reshuffle) && flag.account.effect == Effect::Reshuffles);
    let reshuffled = reshuffled.map(|flag| format!("`{}` is reshuffled", printable(&flag.account.flag)));
    exceeded.chain(reshuffled).collect()
}
