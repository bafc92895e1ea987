//! `tidegate explain`: every step of a flag's decision.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use tidegate::bucket::Purpose;
use tidegate::{Bucket, Check, Ramp, Step, Verdict};

use crate::Outcome;
use crate::asked::Answer;
use crate::eval::outcome;
use crate::input;
use crate::show::{Marks, fields, json, printable, write_json};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate explain snapshot.json --flag new-checkout --context '{"shop": {"id": "42", "plan": "plus"}}'
  tidegate explain snapshot.json --flag new-checkout --context @context.json --at 2026-11-24T08:00:00Z

Exit codes: 0 decided; 1 the decision is an error; 2 the snapshot or the context could not be read."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The snapshot, or the folder of its sources; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The flag's key
    #[arg(long, value_name = "KEY")]
    flag: String,
    #[command(flatten)]
    context: input::ContextArguments,
    /// Write JSON for programs
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let (context, at) = input::context(&asked.context, &asked.file)?;
    let program = input::program(&asked.file)?;
    let answer = Answer::new(&program, &asked.flag, &context);
    match program.explain(&asked.flag, &context) {
        Some(explanation) if asked.json => write_json(&explanation, out)?,
        None if asked.json => write_json(&answer, out)?,
        explanation => {
            let mut lines = answer.fields();
            lines.push(("at", at.to_string()));
            fields(&lines, out)?;
            if let Some(explanation) = explanation {
                writeln!(out)?;
                let marks = Marks::for_stdout();
                explanation.steps.iter().try_for_each(|step| write_step(step, 0, marks, out))?;
            }
        }
    }
    Ok(outcome(answer.is_error()))
}

fn indent(depth: usize) -> String {
    "    ".repeat(depth)
}

fn write_step(step: &Step, depth: usize, marks: Marks, out: &mut impl Write) -> Result<()> {
    let subject = match &step.subject {
        Some(subject) => format!(" `{}`", printable(subject)),
        None => String::new(),
    };
    let mark = marks.of(is_good(step));
    writeln!(out, "{}{mark} {}{subject}: {}", indent(depth), step.step, printable(&step.why))?;
    step.steps.iter().try_for_each(|inner| write_step(inner, depth + 1, marks, out))?;
    step.checks.iter().try_for_each(|check| write_check(check, depth + 1, marks, out))?;
    write_timing(step, depth + 1, marks, out)?;
    step.buckets.iter().try_for_each(|bucket| write_bucket(bucket, depth + 1, marks, out))
}

/// Being switched on and having what is needed are good when the decision goes on; all other steps when they decide.
fn is_good(step: &Step) -> bool {
    match step.verdict {
        Verdict::Passed => matches!(step.step, "enabled" | "prerequisite"),
        Verdict::Decided => !matches!(step.step, "enabled" | "prerequisite"),
        Verdict::Failed => false,
    }
}

fn write_check(check: &Check, depth: usize, marks: Marks, out: &mut impl Write) -> Result<()> {
    write!(out, "{}{} ", indent(depth), marks.of(check.holds))?;
    if let Some(segment) = &check.segment {
        let why = check.why.as_deref().unwrap_or_default();
        writeln!(out, "segment `{}`: {}", printable(segment), printable(why))?;
        return check.checks.iter().try_for_each(|inner| write_check(inner, depth + 1, marks, out));
    }
    let attribute = printable(check.attribute.as_deref().unwrap_or_default());
    let value = check.value.as_ref().map(json).unwrap_or_default();
    let folded = if check.ignore_case { ", ignoring case" } else { "" };
    let found = match &check.found {
        Some(found) => format!("found {}", json(found)),
        None => "it is missing".to_owned(),
    };
    // The mark is the test's own, so it is told when the condition around wants the opposite.
    let within = if check.place.split('/').any(|step| step == "not") { ", within `not`" } else { "" };
    writeln!(out, "`{attribute}` {} {value}{folded}{within}: {found}", check.operator.unwrap_or_default())?;
    Ok(())
}

/// What the instant has to do with a rule: its window, its ramp, its slot of time.
fn write_timing(step: &Step, depth: usize, marks: Marks, out: &mut impl Write) -> Result<()> {
    if let Some(window) = &step.window {
        let from = window.from.map(|from| format!(" from {}", date(from))).unwrap_or_default();
        let until = window.until.map(|until| format!(" until {}", date(until))).unwrap_or_default();
        let state = match (window.open, window.from, window.until) {
            (true, ..) => "open",
            (false, None, None) => "closed for good",
            (false, ..) => "closed, open next",
        };
        writeln!(out, "{}{} window: {state}{from}{until}", indent(depth), marks.of(window.open))?;
    }
    if let Some(ramp) = &step.ramp {
        let Ramp { percent, step, steps, next, baked } = ramp;
        let next = next.map(|next| format!(", the next at {}", date(next))).unwrap_or_default();
        let baked = date(*baked);
        let mark = marks.of(*percent > 0.0);
        writeln!(out, "{}{mark} ramp: {percent} %, step {step} of {steps}{next}, baked at {baked}", indent(depth))?;
    }
    if let Some(slot) = &step.slot {
        let (from, until) = (date(slot.from), date(slot.until));
        writeln!(out, "{}{} slot {} of time: from {from} until {until}", indent(depth), marks.of(true), slot.number)?;
    }
    Ok(())
}

/// Epoch milliseconds as people write them.
#[expect(clippy::cast_possible_truncation, reason = "instants are whole milliseconds")]
fn date(milliseconds: f64) -> String {
    Timestamp::from_millisecond(milliseconds as i64).map_or_else(|_| milliseconds.to_string(), |at| at.to_string())
}

fn write_bucket(bucket: &Bucket, depth: usize, marks: Marks, out: &mut impl Write) -> Result<()> {
    let purpose = match bucket.purpose {
        Purpose::Split => "split",
        Purpose::Ramp => "percentage",
        Purpose::Layer => "layer",
        Purpose::Holdout => "holdout",
        Purpose::Slot => "slot",
    };
    let side = if bucket.inside { "inside" } else { "outside" };
    let variant = match &bucket.variant {
        Some(name) => format!(" of `{}`", printable(name)),
        None => String::new(),
    };
    // A range that is empty has no last bucket.
    let last = bucket.until.saturating_sub(1);
    let unit = bucket.unit.iter().map(|path| format!("`{}`", printable(path))).collect::<Vec<_>>().join(", ");
    let by = if unit.is_empty() { "" } else { " by " };
    writeln!(
        out,
        "{}{} {purpose}{by}{unit}: `{}` falls into bucket {}, {side} {} to {last}{variant}",
        indent(depth),
        marks.of(bucket.inside),
        printable(&bucket.key),
        bucket.bucket,
        bucket.from,
    )?;
    Ok(())
}
