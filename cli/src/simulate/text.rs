//! What a simulation found, as people read it.

use std::io::Write;

use anyhow::Result;

use super::chart;
use super::hypotheses::{Hypothesis, Link, Test, Tie};
use super::report::{CutOf, CutReport, Part, Point, Population, Report};
use crate::show::{BAD, DOUBTFUL, GOOD, printable, table, thousands};

/// Of the tests, those with the least p-values are shown, and as many pairs that hang together.
const SHOWN: usize = 10;
/// Below this a p-value is worth a look, unless it was said which one is.
const DOUBTED: f64 = 0.01;

pub(super) fn write(report: &Report, fail_under: Option<f64>, out: &mut impl Write) -> Result<()> {
    write_head(report, out)?;
    write_charts(report, out)?;
    write_variants(report, out)?;
    write_ways(report, out)?;
    write_intended(report, out)?;
    write_tests(report, out)?;
    write_links(report, out)?;
    write_verdict(report, fail_under, out)
}

fn write_head(report: &Report, out: &mut impl Write) -> Result<()> {
    let (population, revision) = (report.population(), printable(&report.revision));
    match &report.population {
        Population::Ids { first_unit, last_unit } => {
            let (first, last) = (printable(first_unit), printable(last_unit));
            writeln!(out, "{population}, `{first}` to `{last}`, revision {revision}")?;
        }
        Population::Contexts { contexts, skipped } => {
            let skipped = match skipped {
                0 => String::new(),
                1 => ", one row left out".to_owned(),
                more => format!(", {} rows left out", thousands(*more)),
            };
            writeln!(out, "{population} of `{contexts}`{skipped}, revision {revision}")?;
        }
    }
    let series = report.flags.first().map(|flag| flag.series.as_slice()).unwrap_or_default();
    match series {
        [] => {}
        [point] => writeln!(out, "at {}", point.at)?,
        [first, .., last] => {
            let count = thousands(u64::try_from(series.len()).unwrap_or(u64::MAX));
            writeln!(out, "{count} instants from {} to {}; the tables are of the last", first.at, last.at)?;
        }
    }
    Ok(())
}

/// Of a series, every flag that varies.
fn write_charts(report: &Report, out: &mut impl Write) -> Result<()> {
    let pen = chart::Pen::for_stdout();
    let mut varying = report.flags.iter().filter(|flag| flag.varies());
    varying.try_for_each(|flag| {
        writeln!(out)?;
        chart::write(flag, pen, out)
    })
}

fn write_variants(report: &Report, out: &mut impl Write) -> Result<()> {
    let mut rows = vec![["flag", "by", "variant", "units", "share", "95 % interval"].map(str::to_owned)];
    for (flag, point) in lasts(report) {
        let mut names = [printable(flag), String::new()];
        for variant in &point.variants {
            let [key, by] = std::mem::take(&mut names);
            let [units, share, interval] = cells(variant.part);
            rows.push([key, by, printable(&variant.variant), units, share, interval]);
        }
    }
    for (row, flag) in rows.iter_mut().filter(|[key, ..]| !key.is_empty()).skip(1).zip(&report.flags) {
        if let Some(by) = row.get_mut(1) {
            *by = printable(&flag.unit.join(", "));
        }
    }
    section(&rows, out)
}

fn write_ways(report: &Report, out: &mut impl Write) -> Result<()> {
    let mut rows = vec![["flag", "decided by", "", "units"].map(str::to_owned)];
    for (flag, point) in lasts(report) {
        let mut key = printable(flag);
        let mut add = |kind: &str, name: &str, units: u64| {
            if units > 0 {
                rows.push([std::mem::take(&mut key), kind.to_owned(), printable(name), thousands(units)]);
            }
        };
        point.reasons.iter().for_each(|reason| add("reason", reason.reason.name(), reason.units));
        point.rules.iter().for_each(|rule| add("rule", &rule.rule, rule.units));
        point.holdouts.iter().for_each(|holdout| add("holdout", &holdout.holdout, holdout.units));
        point.errors.iter().for_each(|error| add("error", error.error_code.name(), error.units));
    }
    section(&rows, out)
}

fn write_intended(report: &Report, out: &mut impl Write) -> Result<()> {
    let mut rows = vec![["hashed", "share", "intended", "got", "95 % interval", "units"].map(str::to_owned)];
    for CutReport { of, shares, .. } in &report.intended {
        let (mut what, rest) = match of {
            CutOf::Arms { flag, rule } => (format!("arms of `{}`, rule `{}`", printable(flag), printable(rule)), ""),
            CutOf::Percentage { flag, rule } => {
                (format!("percentage of `{}`, rule `{}`", printable(flag), printable(rule)), "out")
            }
            CutOf::Layer { layer } => (format!("layer `{}`", printable(layer)), "nobody's"),
            CutOf::Holdout { holdout } => (format!("holdout `{}`", printable(holdout)), "not held"),
        };
        for share in shares {
            let [units, got, interval] = cells(share.part);
            let name = share.name.as_deref().map_or(rest.to_owned(), printable);
            rows.push([std::mem::take(&mut what), name, percent(share.intended, 4), got, interval, units]);
        }
    }
    if rows.len() == 1 {
        return Ok(());
    }
    section(&rows, out)
}

fn write_tests(report: &Report, out: &mut impl Write) -> Result<()> {
    if report.tests.is_empty() {
        return Ok(());
    }
    let mut tests: Vec<&Test> = report.tests.iter().collect();
    tests.sort_by(|one, other| one.found.p_value.total_cmp(&other.found.p_value));
    let mut rows = vec![["hypothesis", "test", "statistic", "p", "corrected", "effect"].map(str::to_owned)];
    for Test { hypothesis, test, found, corrected } in tests.into_iter().take(SHOWN) {
        let freedom = found.degrees_of_freedom.map(|freedom| format!(", {freedom} df")).unwrap_or_default();
        let statistic = match freedom.as_str() {
            "" => format!("{:.6}", found.statistic),
            _ => format!("{:.2}", found.statistic),
        };
        let letter = if matches!(hypothesis, Hypothesis::Independence { .. }) { "V" } else { "w" };
        let effect = found.effect.map(|effect| format!("{letter} {effect:.4}")).unwrap_or_default();
        rows.push([said(hypothesis), format!("{test}{freedom}"), statistic, p(found.p_value), p(*corrected), effect]);
    }
    section(&rows, out)?;
    if let Some(more) = report.tests.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(out, "and {more} more with larger p-values, which --json has")?;
    }
    if report.unpaired > 0 {
        writeln!(out, "{} flags were in no pair, as too many: name fewer by --flag", report.unpaired)?;
    }
    Ok(())
}

fn said(hypothesis: &Hypothesis) -> String {
    match hypothesis {
        Hypothesis::Arms { flag, rule } => {
            format!("arms of `{}`, rule `{}`, are as weighted", printable(flag), printable(rule))
        }
        Hypothesis::Percentage { flag, rule } => {
            format!("percentage of `{}`, rule `{}`, is taken in", printable(flag), printable(rule))
        }
        Hypothesis::Layer { layer } => format!("layer `{}` is shared out as its ranges say", printable(layer)),
        Hypothesis::Holdout { holdout } => format!("holdout `{}` holds back its percentage", printable(holdout)),
        Hypothesis::Buckets { salt, purpose } => format!("salt `{salt}` is even over buckets ({})", purpose.name()),
        Hypothesis::Independence { flags: [one, other] } => {
            format!("`{}` and `{}` are independent", printable(one), printable(other))
        }
    }
}

fn write_links(report: &Report, out: &mut impl Write) -> Result<()> {
    if report.linked.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nnot tested for independence, as the snapshot ties them:")?;
    for Link { flags: [one, other], by, effect } in report.linked.iter().take(SHOWN) {
        let by = match by {
            Tie::Prerequisite(flag) => format!("prerequisite `{}`", printable(flag)),
            Tie::Layer(layer) => format!("layer `{}`", printable(layer)),
            Tie::Holdout(holdout) => format!("holdout `{}`", printable(holdout)),
            Tie::Salt(salt) => format!("salt `{salt}`"),
        };
        let effect = effect.map(|effect| format!(", V {effect:.4}")).unwrap_or_default();
        writeln!(out, "  `{}` and `{}`: {by}{effect}", printable(one), printable(other))?;
    }
    if let Some(more) = report.linked.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(out, "  and {more} more, which --json has")?;
    }
    Ok(())
}

fn write_verdict(report: &Report, fail_under: Option<f64>, out: &mut impl Write) -> Result<()> {
    let Some(least) = report.least_corrected else {
        return Ok(writeln!(out, "\nnothing to test: no hash decides, or there are too few units")?);
    };
    let tests = report.tests.len();
    let what = if tests == 1 { "the hypothesis".to_owned() } else { format!("one of {tests} hypotheses") };
    let told = format!("the least p-value, corrected by Holm's method, is {}", p(least));
    let (style, verdict) = match fail_under {
        Some(limit) if least < limit => (BAD, format!("{what} is rejected: {told}, below {limit}")),
        None if least < DOUBTED => (DOUBTFUL, format!("{what} is doubtful: {told}")),
        _ if tests == 1 => (GOOD, format!("nothing speaks against the hypothesis: {told}")),
        _ => (GOOD, format!("nothing speaks against the {tests} hypotheses: {told}")),
    };
    writeln!(out, "\n{style}{verdict}{style:#}")?;
    Ok(())
}

/// Every flag's last point.
fn lasts(report: &Report) -> impl Iterator<Item = (&str, &Point)> {
    report.flags.iter().filter_map(|flag| Some((flag.flag.as_str(), flag.series.last()?)))
}

fn section<const N: usize>(rows: &[[String; N]], out: &mut impl Write) -> Result<()> {
    writeln!(out)?;
    table(rows, out)
}

/// Units, their share, and its interval.
fn cells(part: Part) -> [String; 3] {
    let interval = format!("{:.2} to {}", part.low * 100.0, percent(part.high, 2));
    [thousands(part.units), percent(part.share, 2), interval]
}

pub(super) fn percent(share: f64, decimals: usize) -> String {
    format!("{:.decimals$} %", share * 100.0)
}

fn p(value: f64) -> String {
    if value >= 0.0001 { format!("{value:.4}") } else { format!("{value:.1e}") }
}
