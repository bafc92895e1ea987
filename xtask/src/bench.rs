//! `cargo xtask bench`: measures and writes `docs/BENCHMARKS.md`, with the drawing that it links.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{build, project, run, setup, size};

pub(crate) fn run(quick: bool, only: Option<&str>) -> Result<()> {
    setup::run()?;
    build::run()?;
    let native = if only.is_none() { natively(quick)? } else { Vec::new() };
    let mut command = project::cargo();
    command.args(["build", "--release", "--package", "tidegate-cli"]);
    run::quiet("bench", "building the command, which compiles snapshots", &mut command)?;

    println!("bench: measuring the package{}", only.map_or(String::new(), |section| format!(": {section}")));
    let mut command = project::command("node");
    command.arg(project::path("benches/node/run.mjs")).arg(project::path("docs/growth.svg")).stderr(Stdio::inherit());
    if quick {
        command.arg("--quick");
    }
    if let Some(section) = only {
        command.arg(format!("--only={section}"));
    }
    let package = run::answer(&mut command).context("`node benches/node/run.mjs` failed")?;

    let file = project::path("docs/BENCHMARKS.md");
    let text = if only.is_some() {
        let before = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        with_section(&before, package.trim())
    } else {
        page(quick, &native, &package)?
    };
    fs::write(&file, text).with_context(|| format!("cannot write `{}`", file.display()))?;
    println!("bench: wrote {}", file.display());
    Ok(())
}

/// A document with a section in the place of the one that has its heading, or before the last one.
fn with_section(document: &str, section: &str) -> String {
    let heading = section.lines().next().unwrap_or_default();
    let mut parts: Vec<&str> = document.split("\n## ").collect();
    let body = section.strip_prefix("## ").unwrap_or(section);
    let own = format!("{body}\n");
    match parts.iter().position(|part| part.lines().next() == heading.strip_prefix("## ")) {
        Some(place) => {
            if let Some(part) = parts.get_mut(place) {
                *part = &own;
            }
        }
        None => parts.insert(parts.len().saturating_sub(1), &own),
    }
    parts.join("\n## ")
}

/// What criterion measures of the crate.
fn natively(quick: bool) -> Result<Vec<Measured>> {
    let began = SystemTime::now();
    for name in project::rust_files("benches")? {
        let mut command = project::cargo();
        command.args(["bench", "--package", "tidegate", "--bench", &name]);
        if quick {
            command.args(["--", "--quick"]);
        }
        run::quiet("bench", &format!("measuring natively: {name}"), &mut command)?;
    }
    let mut native = Vec::new();
    collect(&project::path("target/criterion"), began, &mut native)?;
    Ok(native)
}

/// A native measurement: criterion's name for it, and the median in nanoseconds with its confidence interval.
#[derive(Debug, PartialEq)]
struct Measured {
    name: String,
    median: f64,
    lower: f64,
    upper: f64,
}

/// Reads what criterion wrote since `began`: results of benches that exist no more stay in its folder.
fn collect(folder: &Path, began: SystemTime, found: &mut Vec<Measured>) -> Result<()> {
    for entry in project::read_folder(folder)? {
        if entry.file_name() == Some(OsStr::new("new")) {
            let estimates = entry.join("estimates.json");
            let written = fs::metadata(&estimates).and_then(|metadata| metadata.modified());
            if written.with_context(|| format!("cannot read `{}`", estimates.display()))? >= began {
                let benchmark = project::read_json(&entry.join("benchmark.json"))?;
                let measured = measured(&benchmark, &project::read_json(&estimates)?);
                found.push(measured.with_context(|| format!("`{}` lacks a median", estimates.display()))?);
            }
        } else if entry.is_dir() {
            collect(&entry, began, found)?;
        }
    }
    Ok(())
}

fn measured(benchmark: &Value, estimates: &Value) -> Option<Measured> {
    let median = estimates.get("median")?;
    let bound = |name: &str| median.get("confidence_interval")?.get(name)?.as_f64();
    Some(Measured {
        name: benchmark.get("full_id")?.as_str()?.to_owned(),
        median: median.get("point_estimate")?.as_f64()?,
        lower: bound("lower_bound")?,
        upper: bound("upper_bound")?,
    })
}

fn page(quick: bool, native: &[Measured], package: &str) -> Result<String> {
    if native.is_empty() {
        bail!("`cargo bench` left no measurement in target/criterion");
    }
    let mut page = String::from("# Benchmarks\n\n");
    let kind = if quick { "cargo xtask bench --quick" } else { "cargo xtask bench" };
    writeln!(
        page,
        "Written by `{kind}`. Times are medians; absolute numbers are this machine's, ratios travel better.\n"
    )?;
    for (what, value) in machine() {
        writeln!(page, "- {what}: {value}")?;
    }
    for size in size::measure_all()? {
        writeln!(page, "- {size}")?;
    }
    writeln!(page, "\n{}\n", package.trim())?;
    page.push_str("## Natively\n\n| measurement | median | 95% interval |\n|---|---:|---:|\n");
    for Measured { name, median, lower, upper } in native {
        writeln!(page, "| {name} | {} | {} to {} |", time(*median), time(*lower), time(*upper))?;
    }
    Ok(page)
}

fn machine() -> Vec<(&'static str, String)> {
    let script = "const c = os.cpus(); console.log(`${c[0].model}, ${c.length} cores`)";
    let node = |arguments: &[&str]| run::answer(project::command("node").args(arguments));
    let facts = [
        ("processor", node(&["-e", script])),
        ("Node", node(&["--version"])),
        ("Rust", run::answer(project::command("rustc").arg("--version"))),
    ];
    facts.into_iter().filter_map(|(what, value)| Some((what, value?))).collect()
}

/// Nanoseconds in the unit that leaves one to three digits before the point.
fn time(nanoseconds: f64) -> String {
    let units = [("s", 1e9), ("ms", 1e6), ("µs", 1e3)];
    let (unit, scale) = units.into_iter().find(|(_, scale)| nanoseconds >= *scale).unwrap_or(("ns", 1.0));
    let value = nanoseconds / scale;
    let digits = if value < 10.0 { 2 } else { 1 };
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Measured, measured, time, with_section};

    #[test]
    fn criterion_s_files_are_read() {
        let benchmark = json!({ "full_id": "decide/mixed" });
        let interval = json!({ "lower_bound": 38.5, "upper_bound": 41.0 });
        let estimates = json!({ "median": { "point_estimate": 39.25, "confidence_interval": interval } });
        let expected = Measured { name: "decide/mixed".to_owned(), median: 39.25, lower: 38.5, upper: 41.0 };
        assert_eq!(measured(&benchmark, &estimates), Some(expected));
        assert_eq!(measured(&benchmark, &json!({})), None);
    }

    #[test]
    fn a_section_takes_the_place_of_its_own() {
        let document = "# B\n\n- x\n\n## One\n\nold\n\n## Two\n\n2\n";
        assert_eq!(with_section(document, "## One\n\nnew"), "# B\n\n- x\n\n## One\n\nnew\n\n## Two\n\n2\n");
        assert_eq!(
            with_section(document, "## New\n\nn"),
            "# B\n\n- x\n\n## One\n\nold\n\n## New\n\nn\n\n## Two\n\n2\n"
        );
    }

    #[test]
    fn times_are_written_in_readable_units() {
        assert_eq!(time(7.5), "7.50 ns");
        assert_eq!(time(152.04), "152.0 ns");
        assert_eq!(time(1_500.0), "1.50 µs");
        assert_eq!(time(17_600_000.0), "17.6 ms");
        assert_eq!(time(2e9), "2.00 s");
    }
}
