//! The report for a terminal.

use std::io::Write;

use anyhow::Result;

use super::account::Status;
use super::census::{Example, WayKind};
use super::change::Effect;
use super::report::{ContextsReport, FlagCounts, FlagReport, Report, Served, Share, WayReport};
use super::words;
use crate::show::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, printable, thousands};

/// How many ways are shown of one flag.
const WAYS: usize = 8;

pub(super) fn write(report: &Report, out: &mut impl Write) -> Result<()> {
    let (before, after) = (&report.before, &report.after);
    let side = |file: &str, revision: &str| format!("{file} {FAINT}revision{FAINT:#} {}", words::name(revision));
    writeln!(out, "{}", side(&before.file, &before.revision))?;
    writeln!(out, "{}", side(&after.file, &after.revision))?;
    if !report.detailed {
        writeln!(
            out,
            "{FAINT}a compiled snapshot doesn't say what changed in a flag: compare the JSON for that{FAINT:#}"
        )?;
    }
    let (people, rest): (Vec<_>, Vec<_>) = report.flags.iter().partition(|flag| is_for_people(flag));
    if report.snapshot.is_empty() && report.flags.is_empty() && report.shared.is_empty() {
        writeln!(out, "\n{GOOD}nothing changed that decides or is told{GOOD:#}")?;
    }
    section(out, "the snapshot", report.snapshot.iter().map(|change| change.text.clone()))?;
    for flag in rest {
        writeln!(out)?;
        write_flag(flag, report.contexts.as_ref(), out)?;
    }
    for shared in &report.shared {
        let status = status(shared.status);
        writeln!(out, "\n{STRONG}{} {}{STRONG:#} {status}", shared.kind, words::name(&shared.key))?;
        shared.changes.iter().try_for_each(|change| writeln!(out, "    {}", loud(&change.text, change.effect)))?;
        let reaches = match shared.reaches.len() {
            0 => "reaches no flag".to_owned(),
            _ => format!("reaches {}", listed(shared.reaches.iter().map(String::as_str))),
        };
        writeln!(out, "    {FAINT}{reaches}{FAINT:#}")?;
    }
    let lines = people.iter().flat_map(|flag| {
        flag.account.changes.iter().map(|change| format!("{}: {}", words::name(&flag.account.flag), change.text))
    });
    section(out, "for people only", lines)?;
    if let Some(contexts) = &report.contexts {
        writeln!(out, "\n{}", total(contexts))?;
    }
    Ok(())
}

/// Whether nothing of a flag changed but what people read, and nobody is moved.
pub(super) fn is_for_people(flag: &FlagReport) -> bool {
    let moves = flag.contexts.as_ref().is_some_and(|counts| counts.share.moved + counts.other_reason > 0);
    flag.account.effect == Effect::People && !moves && flag.account.through.is_empty()
}

fn section(out: &mut impl Write, title: &str, lines: impl Iterator<Item = String>) -> Result<()> {
    for (at, line) in lines.enumerate() {
        if at == 0 {
            writeln!(out, "\n{STRONG}{title}{STRONG:#}")?;
        }
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

fn write_flag(flag: &FlagReport, contexts: Option<&ContextsReport>, out: &mut impl Write) -> Result<()> {
    let account = &flag.account;
    let loud = if account.effect == Effect::Reshuffles { format!(", {BAD}RESHUFFLED{BAD:#}") } else { String::new() };
    writeln!(out, "{STRONG}{}{STRONG:#} {}{loud}", printable(&account.flag), status(account.status))?;
    if let Some(text) = refusal(flag) {
        writeln!(out, "    {BAD}{text}{BAD:#}")?;
    }
    account.changes.iter().try_for_each(|change| writeln!(out, "    {}", self::loud(&change.text, change.effect)))?;
    if !account.through.is_empty() {
        let all = account.through.iter().map(|one| format!("{} {}", one.kind, words::name(&one.key)));
        writeln!(out, "    {FAINT}reached through{FAINT:#} {}", all.collect::<Vec<_>>().join(", "))?;
    }
    match (&flag.contexts, contexts) {
        (Some(counts), Some(contexts)) => write_counts(counts, contexts, out),
        _ => Ok(()),
    }
}

/// What a refusal means.
pub(super) fn refusal(flag: &FlagReport) -> Option<&'static str> {
    match (flag.account.refused_before, flag.account.refused_after) {
        (false, true) => Some("refused now: every decision is an error, and callers get their fallbacks"),
        (true, false) => Some("refused before: every decision was an error"),
        (true, true) => Some("refused before and now: every decision is an error"),
        (false, false) => None,
    }
}

fn write_counts(counts: &FlagCounts, contexts: &ContextsReport, out: &mut impl Write) -> Result<()> {
    let (moved, total) = (counts.share.moved, contexts.count);
    let style = if moved > 0 { DOUBTFUL } else { GOOD };
    if counts.ways.iter().any(|way| way.kind == WayKind::New) {
        writeln!(out, "    {FAINT}it is new, so it moves nobody; of {} contexts{FAINT:#}", thousands(total))?;
        return write_ways(counts, WayKind::New, contexts, out);
    }
    let share = share(&counts.share);
    writeln!(
        out,
        "    {style}{} of {} contexts get another value{style:#}, {share}",
        thousands(moved),
        thousands(total)
    )?;
    write_ways(counts, WayKind::Moved, contexts, out)?;
    if counts.other_reason > 0 {
        let count = thousands(counts.other_reason);
        writeln!(out, "    {FAINT}{count} get the same value, for another reason{FAINT:#}")?;
        write_ways(counts, WayKind::Told, contexts, out)?;
    }
    Ok(())
}

fn write_ways(counts: &FlagCounts, kind: WayKind, contexts: &ContextsReport, out: &mut impl Write) -> Result<()> {
    let ways: Vec<&WayReport> = counts.ways.iter().filter(|way| way.kind == kind).collect();
    let width = ways.iter().map(|way| thousands(way.count).len()).max().unwrap_or_default();
    for way in ways.iter().take(WAYS) {
        let count = thousands(way.count);
        let between = between(way);
        let why = reasons(way);
        let examples = examples(&way.examples, contexts);
        writeln!(out, "      {count:>width$}  {between}  {FAINT}{why}{examples}{FAINT:#}")?;
    }
    if ways.len() > WAYS {
        let rest: u64 = ways.iter().skip(WAYS).map(|way| way.count).sum();
        writeln!(out, "      {:>width$}  in {} other ways", thousands(rest), ways.len() - WAYS)?;
    }
    Ok(())
}

/// From what to what: the variants, and their values where the variant is the same.
pub(super) fn between(way: &WayReport) -> String {
    let (before, after) = (what(&way.before), what(&way.after));
    if way.kind == WayKind::Moved && way.before.variant.is_some() && way.before.variant == way.after.variant {
        let value =
            |served: &Served| served.value.as_ref().map(|json| words::plain_text(json.get())).unwrap_or_default();
        return format!("{before}: {} → {}", value(&way.before), value(&way.after));
    }
    format!("{before} → {after}")
}

/// What a context is served, by its name.
pub(super) fn what(served: &Served) -> String {
    let Some(variant) = &served.variant else {
        return if served.error_code == Some("FLAG_NOT_FOUND") { "no flag" } else { "fallback" }.to_owned();
    };
    words::plain_text(variant)
}

/// By which rules, or for what reasons: one where they are the same.
pub(super) fn reasons(way: &WayReport) -> String {
    let (before, after) = (why(&way.before), why(&way.after));
    if before == after { before } else { format!("{before} → {after}") }
}

/// By which rule, or for what reason.
pub(super) fn why(served: &Served) -> String {
    match (&served.rule, &served.holdout, served.error_code) {
        (Some(rule), ..) => format!("rule {}", words::name(rule)),
        (_, Some(holdout), _) => format!("holdout {}", words::name(holdout)),
        (.., Some(code)) => code.to_owned(),
        _ => served.reason.to_owned(),
    }
}

fn examples(examples: &[Example], contexts: &ContextsReport) -> String {
    let one = |example: &Example| example_name(example, contexts.simulated);
    match examples {
        [] => String::new(),
        _ => format!("  such as {}", examples.iter().map(one).collect::<Vec<_>>().join(", ")),
    }
}

/// The unit and the line of an example; a simulated unit has no line, and its id by its number.
pub(super) fn example_name(example: &Example, simulated: bool) -> String {
    if simulated {
        return words::name(&format!("u-{}", example.number));
    }
    match &example.unit {
        Some(unit) => format!("{} (line {})", words::name(unit), example.line),
        None => format!("line {}", example.line),
    }
}

/// What was counted.
pub(super) const fn population(contexts: &ContextsReport) -> &'static str {
    if contexts.simulated { "simulated units" } else { "contexts" }
}

/// The rows that weren't, behind the rest of a sentence.
pub(super) fn left_out(contexts: &ContextsReport) -> String {
    match contexts.bad_rows {
        0 => String::new(),
        rows => format!("; {} rows were left out", thousands(rows)),
    }
}

/// All flags together.
pub(super) fn total(contexts: &ContextsReport) -> String {
    let (moved, count) = (contexts.share.moved, thousands(contexts.count));
    let style = if moved > 0 { DOUBTFUL } else { GOOD };
    let what = population(contexts);
    let bad = left_out(contexts);
    let share = share(&contexts.share);
    format!(
        "{style}{} of {count} {what} will see something else{style:#}, {share}, at {}{bad}",
        thousands(moved),
        contexts.at
    )
}

pub(super) fn share(share: &Share) -> String {
    let interval = share.interval.map(|[from, until]| format!(" (95 %: {} to {})", percent(from), percent(until)));
    percent(share.moved_percent) + &interval.unwrap_or_default()
}

/// Two decimals, and never none of what there is, or all of what there isn't.
pub(super) fn percent(percent: f64) -> String {
    if percent > 0.0 && percent < 0.01 {
        return "< 0.01 %".to_owned();
    }
    // Ends of intervals are only as exact as doubles are.
    if percent > 99.99 && percent < 100.0 - 1e-9 {
        return "> 99.99 %".to_owned();
    }
    let text = format!("{percent:.2}");
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

pub(super) const fn status(status: Status) -> &'static str {
    match status {
        Status::Added => "added",
        Status::Removed => "removed",
        Status::Changed => "changed",
        Status::Reached => "reached",
    }
}

fn loud(text: &str, effect: Effect) -> String {
    match effect {
        Effect::Reshuffles => format!("{BAD}{text}: units are hashed anew{BAD:#}"),
        Effect::Decides => text.to_owned(),
        Effect::Told | Effect::People => format!("{FAINT}{text}{FAINT:#}"),
    }
}

/// How many names are listed one by one.
const NAMES: usize = 8;

pub(super) fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let more = names.len().saturating_sub(NAMES);
    let list = names.take(NAMES).map(words::name).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}
