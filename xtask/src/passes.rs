//! How many vectors passed in which runtime: the table in the README.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::counts::grouped;
use crate::project;

const BEGIN: &str = "<!-- Written by `cargo xtask runtimes`. -->\n";
const END: &str = "<!-- End of the runtimes. -->\n";

/// The forms of snapshots that vectors are run from, with the heads of their columns.
const FORMS: [(&str, &str); 3] =
    [("json", "from JSON"), ("compiled", "compiled ahead"), ("slim", "compiled, `tidegate/slim`")];

/// One runtime.
#[derive(Debug, PartialEq)]
pub(crate) struct Row {
    title: String,
    outcome: Outcome,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    /// Why it did not run.
    Missing(String),
    Failed,
    /// Vectors by form; a runtime may have no use for one.
    Passed {
        version: String,
        vectors: [Option<u64>; FORMS.len()],
    },
}

impl Row {
    /// What `tests/runtimes/run.mjs` prints.
    pub(crate) fn read_all(printed: &str) -> Option<Vec<Self>> {
        let json: Value = serde_json::from_str(printed).ok()?;
        let mut rows = json.as_array()?.iter().map(Self::read).collect::<Option<Vec<_>>>()?;
        rows.sort_by(|a, b| a.title.cmp(&b.title));
        Some(rows)
    }

    fn read(report: &Value) -> Option<Self> {
        let title = report.get("title")?.as_str()?.to_owned();
        if let Some(reason) = report.get("missing") {
            return Some(Self { title, outcome: Outcome::Missing(reason.as_str()?.to_owned()) });
        }
        if !report.get("failures")?.as_array()?.is_empty() {
            return Some(Self { title, outcome: Outcome::Failed });
        }
        let passed = report.get("passed")?;
        let vectors = FORMS.map(|(form, _)| passed.get(form).and_then(Value::as_u64));
        // A run that compared nothing passes nothing.
        if vectors.iter().flatten().sum::<u64>() == 0 {
            return None;
        }
        let version = report.get("version")?.as_str()?.to_owned();
        Some(Self { title, outcome: Outcome::Passed { version, vectors } })
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn failed(&self) -> bool {
        self.outcome == Outcome::Failed
    }

    /// The counts there are.
    pub(crate) fn passed(&self) -> impl Iterator<Item = u64> {
        let vectors = match &self.outcome {
            Outcome::Passed { vectors, .. } => *vectors,
            Outcome::Missing(_) | Outcome::Failed => [None; FORMS.len()],
        };
        vectors.into_iter().flatten()
    }

    fn cells(&self) -> Vec<String> {
        let (version, vectors) = match &self.outcome {
            Outcome::Passed { version, vectors } => (version.clone(), *vectors),
            Outcome::Missing(reason) => (format!("not run: {reason}"), [None; FORMS.len()]),
            Outcome::Failed => ("failed".to_owned(), [None; FORMS.len()]),
        };
        let counts = vectors.map(|count| count.map_or("–".to_owned(), grouped));
        [self.title.clone(), version].into_iter().chain(counts).collect()
    }
}

pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = String::from("| runtime | version |");
    for (_, head) in FORMS {
        let _ = write!(table, " {head} |");
    }
    table.push_str("\n|---|---|");
    table.push_str(&"---:|".repeat(FORMS.len()));
    table.push('\n');
    for row in rows {
        let _ = writeln!(table, "| {} |", row.cells().join(" | "));
    }
    table
}

/// Writes the README's table.
pub(crate) fn write(rows: &[Row]) -> Result<()> {
    let file = readme();
    let text = read()?;
    let (before, _, after) = parts(&text)?;
    fs::write(&file, [before, BEGIN, "\n", &table(rows), "\n", END, after].concat())
        .with_context(|| format!("cannot write `{}`", file.display()))
}

/// Holds rows against the README's, where versions may differ. `all` tells whether the README has no others.
pub(crate) fn check(rows: &[Row], all: bool) -> Result<()> {
    let text = read()?;
    let (_, written, _) = parts(&text)?;
    compare(rows, written, all)
}

fn compare(rows: &[Row], written: &str, all: bool) -> Result<()> {
    let written: Vec<Vec<String>> = written.lines().filter_map(cells_of).skip(2).collect();
    let advice = "write it with `cargo xtask runtimes`";
    for row in rows {
        // Whoever runs a few runtimes may lack one of them.
        if !all && matches!(row.outcome, Outcome::Missing(_)) {
            continue;
        }
        let Some(there) = written.iter().find(|there| there.first() == Some(&row.title)) else {
            bail!("README.md's table has no row `{}`: {advice}", row.title);
        };
        let (found, expected) = (counts(&row.cells()), counts(there));
        if found != expected {
            bail!("README.md's table says `{expected}` of `{}` where `{found}` was found: {advice}", row.title);
        }
    }
    let gone =
        written.iter().filter_map(|there| there.first()).find(|title| rows.iter().all(|row| row.title != **title));
    match gone {
        Some(title) if all => bail!("README.md's table has a row `{title}` that was not run: {advice}"),
        _ => Ok(()),
    }
}

/// `| a | b |`.
fn cells_of(line: &str) -> Option<Vec<String>> {
    let cells = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(cells.split('|').map(|cell| cell.trim().to_owned()).collect())
}

/// The cells behind the title and the version.
fn counts(cells: &[String]) -> String {
    cells.get(2..).unwrap_or_default().join(" | ")
}

fn readme() -> PathBuf {
    project::path("README.md")
}

fn read() -> Result<String> {
    let file = readme();
    fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))
}

/// What is before the markers, between them, and behind them.
fn parts(text: &str) -> Result<(&str, &str, &str)> {
    let found = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (written, after) = rest.split_once(END)?;
        Some((before, written, after))
    });
    found.with_context(|| format!("README.md has no table between `{}` and `{}`", BEGIN.trim(), END.trim()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{BEGIN, END, Row, compare, parts, table};

    fn rows() -> Vec<Row> {
        let reports = json!([
            { "title": "Node", "version": "20.1.0", "passed": { "json": 1234, "compiled": 7, "slim": 7 }, "failures": [] },
            { "title": "Bun", "missing": "there is none" },
        ]);
        Row::read_all(&reports.to_string()).unwrap()
    }

    #[test]
    fn reports_become_a_sorted_table() {
        let expected = "\
            | runtime | version | from JSON | compiled ahead | compiled, `tidegate/slim` |\n\
            |---|---|---:|---:|---:|\n\
            | Bun | not run: there is none | – | – | – |\n\
            | Node | 20.1.0 | 1,234 | 7 | 7 |\n";
        assert_eq!(table(&rows()), expected);
    }

    #[test]
    fn failures_are_seen_and_a_run_of_nothing_is_no_report() {
        let failed = json!([{ "title": "Node", "version": "20", "passed": { "json": 9 }, "failures": ["a: b"] }]);
        assert!(Row::read_all(&failed.to_string()).unwrap().iter().all(Row::failed));
        let empty = json!([{ "title": "Node", "version": "20", "passed": {}, "failures": [] }]);
        assert_eq!(Row::read_all(&empty.to_string()), None);
        assert_eq!(Row::read_all("error"), None);
    }

    #[test]
    fn versions_may_differ_from_what_is_written_and_counts_may_not() {
        let written = table(&rows());
        let refusal = |written: &str, all| compare(&rows(), written, all).unwrap_err().to_string();
        assert!(compare(&rows(), &written.replace("20.1.0", "20.2.0"), true).is_ok());
        assert!(refusal(&written.replace("1,234", "1,235"), false).contains("`Node`"));
        assert!(refusal(&written.replace("Bun", "Deno"), true).contains("no row `Bun`"));
        assert!(compare(&rows(), &written.replace("Bun", "Deno"), false).is_ok());
        let more = [&written, "| Deno | 2 | 1,234 | 7 | 7 |\n"].concat();
        assert!(compare(&rows(), &more, false).is_ok());
        assert!(refusal(&more, true).contains("`Deno`"));
    }

    #[test]
    fn the_table_is_between_the_markers() {
        let text = ["# Title\n", BEGIN, "here\n", END, "more\n"].concat();
        assert_eq!(parts(&text).unwrap(), ("# Title\n", "here\n", "more\n"));
        assert!(parts("# Title\n").is_err());
    }
}
