//! The report as a comment on a pull request: a table, and the rest folded.

use std::io::Write;

use anyhow::Result;

use super::account::SharedAccount;
use super::census::WayKind;
use super::change::{Change, Effect};
use super::report::{ContextsReport, FlagReport, Report, WayReport};
use super::text::{
    between, example_name, is_for_people, left_out, percent, population, reasons, refusal, share, status,
};
use crate::check::counted;
use crate::show::thousands;

/// How many flags have a line of the table, and how many ways of each are told.
const FLAGS: usize = 30;
const WAYS: usize = 5;

pub(super) fn write(report: &Report, out: &mut impl Write) -> Result<()> {
    let (before, after) = (&report.before, &report.after);
    writeln!(out, "### Tidegate: {} → {}\n", code(&before.revision), code(&after.revision))?;
    if let Some(contexts) = &report.contexts {
        writeln!(out, "{}\n", total(contexts))?;
    }
    for limit in report.limits.iter().filter(|limit| limit.exceeded) {
        let who = limit.flag.as_deref().map_or_else(|| "the flags without a limit of their own".to_owned(), code);
        writeln!(out, "> **Over the limit of {} %: {who}, {}.**\n", limit.limit, percent(limit.found))?;
    }
    let (people, rest): (Vec<_>, Vec<_>) = report.flags.iter().partition(|flag| is_for_people(flag));
    if rest.is_empty() {
        writeln!(out, "No flag decides otherwise.\n")?;
    } else {
        write_table(&by_moved(rest.clone()), report.contexts.as_ref(), out)?;
    }
    let flags =
        rest.iter().map(|flag| (format!("{} {}", code(&flag.account.flag), status(flag.account.status)), lines(flag)));
    let shared = report.shared.iter().map(|shared| (shared_title(shared), shared_lines(shared)));
    let snapshot = (!report.snapshot.is_empty())
        .then(|| ("the snapshot".to_owned(), report.snapshot.iter().map(|change| code(&change.text)).collect()));
    write_folded("What changed", snapshot.into_iter().chain(flags).chain(shared), out)?;
    if let Some(contexts) = &report.contexts {
        let moved = rest.iter().filter_map(|flag| Some((code(&flag.account.flag), ways(flag, contexts)?)));
        write_folded("Who moves", moved, out)?;
    }
    let people = people.iter().map(|flag| (code(&flag.account.flag), flag.account.changes.iter().map(said).collect()));
    write_folded("For people only", people, out)
}

/// The flags that move most contexts first.
pub(super) fn by_moved(mut flags: Vec<&FlagReport>) -> Vec<&FlagReport> {
    flags.sort_by_key(|flag| {
        let moved = flag.contexts.as_ref().map_or(0, |counts| counts.share.moved);
        (std::cmp::Reverse(moved), flag.account.effect)
    });
    flags
}

fn total(contexts: &ContextsReport) -> String {
    let what = population(contexts);
    let (moved, count) = (thousands(contexts.share.moved), thousands(contexts.count));
    let bad = left_out(contexts);
    format!(
        "**{moved} of {count} {what} ({}) will see something else** at {}{bad}.",
        share(&contexts.share),
        contexts.at
    )
}

fn write_table(flags: &[&FlagReport], contexts: Option<&ContextsReport>, out: &mut impl Write) -> Result<()> {
    writeln!(out, "| flag | | {} |", if contexts.is_some() { "contexts that get another value" } else { "changes" })?;
    writeln!(out, "|---|---|---:|")?;
    for flag in flags.iter().take(FLAGS) {
        let account = &flag.account;
        let mut state = status(account.status).to_owned();
        if account.effect == Effect::Reshuffles {
            state.push_str(", **reshuffled**");
        }
        if account.refused_after {
            state.push_str(", **refused**");
        }
        let last = match &flag.contexts {
            Some(counts) if counts.share.moved > 0 => {
                format!("{} ({})", thousands(counts.share.moved), share(&counts.share))
            }
            Some(_) => "none".to_owned(),
            None => thousands(account.changes.len() as u64),
        };
        writeln!(out, "| {} | {state} | {last} |", code(&account.flag))?;
    }
    if flags.len() > FLAGS {
        writeln!(out, "| and {} | | |", counted(flags.len() - FLAGS, "more flag"))?;
    }
    Ok(writeln!(out)?)
}

fn lines(flag: &FlagReport) -> Vec<String> {
    let refused = refusal(flag).map(str::to_owned);
    let through = flag.account.through.iter().map(|one| format!("{} {}", one.kind, code(&one.key)));
    let through = through.collect::<Vec<_>>().join(", ");
    let through = (!through.is_empty()).then(|| format!("reached through {through}"));
    refused.into_iter().chain(flag.account.changes.iter().map(said)).chain(through).collect()
}

fn said(change: &Change) -> String {
    let loud = if change.effect == Effect::Reshuffles { "**units are hashed anew:** " } else { "" };
    format!("{loud}{}", code(&change.text))
}

fn shared_title(shared: &SharedAccount) -> String {
    format!("{} {} {}", shared.kind, code(&shared.key), status(shared.status))
}

fn shared_lines(shared: &SharedAccount) -> Vec<String> {
    let reaches = match shared.reaches.len() {
        0 => "reaches no flag".to_owned(),
        count => format!("reaches {}", counted(count, "flag")),
    };
    shared.changes.iter().map(said).chain([reaches]).collect()
}

/// The ways of those that move, the most trodden first.
fn ways(flag: &FlagReport, contexts: &ContextsReport) -> Option<Vec<String>> {
    let ways: Vec<&WayReport> = flag.contexts.as_ref()?.ways.iter().filter(|way| way.kind == WayKind::Moved).collect();
    let line = |way: &&WayReport| {
        let examples = way.examples.iter().map(|example| code(&example_name(example, contexts.simulated)));
        let (between, reasons) = (code(&between(way)), code(&reasons(way)));
        format!("{} {between} by {reasons}: {}", thousands(way.count), examples.collect::<Vec<_>>().join(", "))
    };
    let more = ways.len().saturating_sub(WAYS);
    let more = (more > 0).then(|| format!("and in {more} other ways"));
    (!ways.is_empty()).then(|| ways.iter().take(WAYS).map(line).chain(more).collect())
}

fn write_folded(title: &str, parts: impl Iterator<Item = (String, Vec<String>)>, out: &mut impl Write) -> Result<()> {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(out, "<details><summary>{title}</summary>\n")?;
    for (heading, lines) in parts {
        writeln!(out, "**{heading}**\n")?;
        lines.iter().try_for_each(|line| writeln!(out, "- {line}"))?;
        writeln!(out)?;
    }
    Ok(writeln!(out, "</details>\n")?)
}

/// Text that was written by somebody, in code, where nobody is mentioned by it and no issue either. Every character that could
/// mean something to Markdown or HTML, there, is written by its number.
fn code(text: &str) -> String {
    let mut escaped = String::from("<code>");
    for c in text.chars() {
        match c {
            ' ' | ',' | '"' | '%' | '=' | '?' | '(' | ')' => escaped.push(c),
            _ if c.is_ascii() && !c.is_ascii_alphanumeric() => escaped.push_str(&format!("&#{};", u32::from(c))),
            _ => escaped.push(c),
        }
    }
    escaped + "</code>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_markdown() {
        assert_eq!(code("a|b `c`"), "<code>a&#124;b &#96;c&#96;</code>");
        let escaped = code("</code><img src=x> @team #1 http://x.example [a](b)\n* é");
        let inner = escaped.strip_prefix("<code>").unwrap().strip_suffix("</code>").unwrap();
        assert!(inner.chars().all(|c| c.is_alphanumeric() || "&#; ()=".contains(c)), "{inner}");
    }
}
