//! The report as one page that needs nothing else: no script, no request, and a policy that allows neither.

use std::io::Write;

use anyhow::Result;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::census::WayKind;
use super::change::{Change, Effect};
use super::flows::svg;
use super::markdown::by_moved;
use super::report::{ContextsReport, FlagCounts, FlagReport, Report, WayReport};
use super::text::{
    between, example_name, is_for_people, left_out, percent, population, reasons, refusal, share, status,
};
use crate::check::counted;
use crate::markup::escaped;
use crate::show::thousands;

const STYLE: &str = include_str!("page.css");
/// How many ways are told of one flag.
const WAYS: usize = 50;

pub(super) fn write(report: &Report, out: &mut impl Write) -> Result<()> {
    let (before, after) = (escaped(&report.before.revision), escaped(&report.after.revision));
    let policy = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{policy}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{before} → {after}: what ships</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )?;
    writeln!(
        out,
        "<header>\n<h1>From revision <code>{before}</code> <span class=\"mono\">{}</span> to <code>{after}</code> \
         <span class=\"mono\">{}</span></h1>",
        escaped(&report.before.file),
        escaped(&report.after.file),
    )?;
    let (people, rest): (Vec<_>, Vec<_>) = report.flags.iter().partition(|flag| is_for_people(flag));
    write_total(report, rest.len(), out)?;
    writeln!(out, "</header>\n<main>")?;
    let rest = by_moved(rest);
    if let Some(contexts) = &report.contexts {
        write_table(&rest, contexts, out)?;
    }
    if !rest.is_empty() {
        writeln!(out, "<h2>Flags</h2>")?;
    }
    if report.contexts.is_some() && !rest.is_empty() {
        let legend =
            "Left is what contexts got, right is what they get. Coloured bands get another value, grey ones the same.";
        writeln!(out, "<p class=\"faint\">{legend}</p>")?;
    }
    for (id, flag) in rest.iter().enumerate() {
        write_flag(flag, id, report.contexts.as_ref(), out)?;
    }
    write_shared(report, out)?;
    if !people.is_empty() {
        writeln!(out, "<h2>For people only</h2>\n<ul>")?;
        for flag in people {
            let key = escaped(&flag.account.flag);
            for change in &flag.account.changes {
                writeln!(out, "<li><code>{key}</code>: {}</li>", marked(&change.text))?;
            }
        }
        writeln!(out, "</ul>")?;
    }
    Ok(writeln!(out, "</main>\n</body>\n</html>")?)
}

fn write_total(report: &Report, flags: usize, out: &mut impl Write) -> Result<()> {
    let Some(contexts) = &report.contexts else {
        writeln!(out, "<p class=\"total\">{} may decide otherwise</p>", counted(flags, "flag"))?;
        return Ok(writeln!(out, "<p class=\"faint\">No contexts were counted.</p>")?);
    };
    let what = population(contexts);
    let (moved, count) = (thousands(contexts.share.moved), thousands(contexts.count));
    writeln!(out, "<p class=\"total\">{moved} of {count} {what} will see something else</p>")?;
    let mut told = format!("{} at {}, of {}", share(&contexts.share), contexts.at, contexts.source);
    if contexts.other_reason > 0 {
        told.push_str(&format!("; {} more get the same for another reason", thousands(contexts.other_reason)));
    }
    told.push_str(&left_out(contexts));
    writeln!(out, "<p class=\"faint\">{}</p>", escaped(&told))?;
    for limit in &report.limits {
        let who =
            limit.flag.as_ref().map_or("flags without a limit of their own".to_owned(), |flag| format!("“{flag}”"));
        let (class, word) = if limit.exceeded { ("loud", "over") } else { ("good", "within") };
        let text = format!("{word} the limit: {who} {} of {} %", percent(limit.found), limit.limit);
        writeln!(out, "<p class=\"{class}\">{}</p>", escaped(&text))?;
    }
    Ok(())
}

fn write_table(flags: &[&FlagReport], contexts: &ContextsReport, out: &mut impl Write) -> Result<()> {
    let moving = |flag: &&&FlagReport| flag.contexts.as_ref().is_some_and(|counts| counts.share.moved > 0);
    if !flags.iter().any(|flag| moving(&flag)) {
        return Ok(());
    }
    writeln!(
        out,
        "<h2>Who moves</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">flag</th><th scope=\"col\"></th>\
         <th scope=\"col\" class=\"number\">move</th><th scope=\"col\" class=\"number\">share</th><th scope=\"col\"></th></tr></thead>\n<tbody>"
    )?;
    for (id, flag) in flags.iter().enumerate().filter(|(_, flag)| moving(flag)) {
        let Some(counts) = &flag.contexts else { continue };
        writeln!(
            out,
            "<tr><th scope=\"row\"><a href=\"#flag-{id}\"><code>{}</code></a></th><td>{}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td><td class=\"bar\"><svg viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
             <rect class=\"track\" width=\"100\" height=\"4\"/><rect class=\"part\" width=\"{:.2}\" height=\"4\"/></svg></td></tr>",
            escaped(&flag.account.flag),
            badges(flag),
            thousands(counts.share.moved),
            escaped(&share(&counts.share)),
            counts.share.moved_percent,
        )?;
    }
    let what = population(contexts);
    Ok(writeln!(out, "</tbody></table></div>\n<p class=\"faint\">Of {} {what}.</p>", thousands(contexts.count))?)
}

fn badges(flag: &FlagReport) -> String {
    let account = &flag.account;
    let mut badges = format!("<span class=\"badge\">{}</span>", status(account.status));
    if account.effect == Effect::Reshuffles {
        badges.push_str(" <span class=\"badge loud\">reshuffled</span>");
    }
    if account.refused_after {
        badges.push_str(" <span class=\"badge loud\">refused</span>");
    }
    badges
}

fn write_flag(flag: &FlagReport, id: usize, contexts: Option<&ContextsReport>, out: &mut impl Write) -> Result<()> {
    let account = &flag.account;
    writeln!(
        out,
        "<section class=\"card\" id=\"flag-{id}\">\n<header><h3><code>{}</code></h3>{}",
        escaped(&account.flag),
        badges(flag)
    )?;
    if let Some(counts) = &flag.contexts {
        let said = match counts.ways.first() {
            Some(way) if way.kind == WayKind::New => "new, so it moves nobody".to_owned(),
            _ => format!("{} move, {}", thousands(counts.share.moved), share(&counts.share)),
        };
        writeln!(out, "<span class=\"share\">{}</span>", escaped(&said))?;
    }
    writeln!(out, "</header>\n<ul>")?;
    if let Some(text) = refusal(flag) {
        writeln!(out, "<li class=\"loud\">{text}</li>")?;
    }
    account.changes.iter().try_for_each(|change| write_change(change, out))?;
    if !account.through.is_empty() {
        let all = account.through.iter().map(|one| format!("{} <code>{}</code>", one.kind, escaped(&one.key)));
        writeln!(out, "<li>reached through {}</li>", all.collect::<Vec<_>>().join(", "))?;
    }
    writeln!(out, "</ul>")?;
    if let (Some(counts), Some(contexts)) = (&flag.contexts, contexts) {
        write!(out, "{}", svg(counts, id))?;
        write_ways(counts, contexts, out)?;
    }
    Ok(writeln!(out, "</section>")?)
}

fn write_change(change: &Change, out: &mut impl Write) -> Result<()> {
    let (class, more) = match change.effect {
        Effect::Reshuffles => (" class=\"loud\"", ": units are hashed anew"),
        Effect::Decides => ("", ""),
        Effect::Told | Effect::People => (" class=\"faint\"", ""),
    };
    Ok(writeln!(out, "<li{class}>{}{more}</li>", marked(&change.text))?)
}

/// A sentence whose names in backticks are set apart; one with a name that has backticks itself is left as it is.
fn marked(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let part = |(at, part): (usize, &&str)| {
        if at % 2 == 1 { format!("<code>{}</code>", escaped(part)) } else { escaped(part) }
    };
    parts.iter().enumerate().map(part).collect()
}

/// The numbers of the picture.
fn write_ways(counts: &FlagCounts, contexts: &ContextsReport, out: &mut impl Write) -> Result<()> {
    let kind = |way: &WayReport| match way.kind {
        WayKind::Moved => "another value",
        WayKind::Told => "same value, another reason",
        WayKind::New => "new",
        WayKind::Same => "the same",
    };
    writeln!(
        out,
        "<details><summary>{}</summary>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\" class=\"number\">contexts</th>\
         <th scope=\"col\">from what to what</th><th scope=\"col\">by</th><th scope=\"col\"></th><th scope=\"col\">such as</th></tr></thead>\n<tbody>",
        counted(counts.ways.len(), "way")
    )?;
    for way in counts.ways.iter().take(WAYS) {
        let examples = way.examples.iter().map(|example| example_name(example, contexts.simulated));
        writeln!(
            out,
            "<tr><td class=\"number\">{}</td><td>{}</td><td>{}</td><td class=\"faint\">{}</td><td>{}</td></tr>",
            thousands(way.count),
            escaped(&between(way)),
            marked(&reasons(way)),
            kind(way),
            marked(&examples.collect::<Vec<_>>().join(", ")),
        )?;
    }
    Ok(writeln!(out, "</tbody></table></div></details>")?)
}

fn write_shared(report: &Report, out: &mut impl Write) -> Result<()> {
    if report.snapshot.is_empty() && report.shared.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>What flags share</h2>")?;
    if !report.snapshot.is_empty() {
        writeln!(out, "<section class=\"card\">\n<header><h3>the snapshot</h3></header>\n<ul>")?;
        report.snapshot.iter().try_for_each(|change| write_change(change, out))?;
        writeln!(out, "</ul>\n</section>")?;
    }
    for shared in &report.shared {
        writeln!(
            out,
            "<section class=\"card\">\n<header><h3>{} <code>{}</code></h3><span class=\"badge\">{}</span>\
             <span class=\"share\">reaches {}</span></header>\n<ul>",
            shared.kind,
            escaped(&shared.key),
            status(shared.status),
            counted(shared.reaches.len(), "flag")
        )?;
        shared.changes.iter().try_for_each(|change| write_change(change, out))?;
        writeln!(out, "</ul>\n</section>")?;
    }
    Ok(())
}
