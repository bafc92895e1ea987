//! Instruction counts by benchmark: what the committed ones allow, and how found ones differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// How far a count may lie from the baseline, in percent of it. One program's counts repeat exactly, however busy the
/// machine; building elsewhere or hiding features of the processor moved none by a thousandth. The rest is room for
/// what the compiler does with code that didn't change.
const TOLERANCE: u64 = 3;

/// Counts, and the compiler that they are for: another one's code has other counts.
#[derive(Debug, PartialEq)]
pub(crate) struct Counts {
    pub(crate) compiler: String,
    pub(crate) instructions: BTreeMap<String, u64>,
}

impl Counts {
    pub(crate) fn read(json: &Value) -> Option<Self> {
        let mut instructions = BTreeMap::new();
        for (name, count) in json.get("instructions")?.as_object()? {
            instructions.insert(name.clone(), count.as_u64()?);
        }
        Some(Self { compiler: json.get("compiler")?.as_str()?.to_owned(), instructions })
    }

    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        let json = json!({ "compiler": self.compiler, "instructions": self.instructions });
        fs::write(file, format!("{json:#}\n")).with_context(|| format!("cannot write `{}`", file.display()))
    }

    pub(crate) fn compare(&self, found: &BTreeMap<String, u64>) -> Comparison {
        let names: BTreeSet<&String> = self.instructions.keys().chain(found.keys()).collect();
        let rows = names.into_iter().map(|name| Row {
            name: name.clone(),
            baseline: self.instructions.get(name).copied(),
            found: found.get(name).copied(),
        });
        Comparison { rows: rows.collect() }
    }
}

/// Every benchmark in the baseline or found; prints as a table.
pub(crate) struct Comparison {
    rows: Vec<Row>,
}

struct Row {
    name: String,
    baseline: Option<u64>,
    found: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    Within,
    More,
    Fewer,
    New,
    Gone,
}

impl Comparison {
    /// Refuses what the baseline doesn't say: more instructions, but fewer as well, so that what was won is kept.
    pub(crate) fn check(&self) -> Result<()> {
        let has = |verdict| self.rows.iter().any(|row| row.verdict() == verdict);
        if has(Verdict::More) {
            bail!(
                "a benchmark takes over {TOLERANCE}% more instructions than its baseline: make it cheaper, or accept that with \
                 `cargo xtask count --write` and say why in the commit"
            );
        }
        if has(Verdict::Fewer) {
            bail!(
                "a benchmark takes over {TOLERANCE}% fewer instructions than its baseline: keep that with `cargo xtask count \
                 --write`"
            );
        }
        if has(Verdict::New) || has(Verdict::Gone) {
            bail!("the baseline is for other benchmarks: write it with `cargo xtask count --write`");
        }
        Ok(())
    }
}

impl Row {
    fn verdict(&self) -> Verdict {
        match (self.baseline, self.found) {
            (Some(baseline), Some(found)) if baseline.abs_diff(found) * 100 <= baseline * TOLERANCE => Verdict::Within,
            (Some(baseline), Some(found)) if found > baseline => Verdict::More,
            (Some(_), Some(_)) => Verdict::Fewer,
            (None, _) => Verdict::New,
            (_, None) => Verdict::Gone,
        }
    }

    fn change(&self) -> String {
        match (self.baseline, self.found) {
            (Some(baseline), Some(found)) => format!("{:+.2}%", percent(baseline, found)),
            (None, _) => "new".to_owned(),
            (_, None) => "gone".to_owned(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "two digits of it are shown")]
fn percent(baseline: u64, found: u64) -> f64 {
    (found as f64 / baseline as f64 - 1.0) * 100.0
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        writeln!(out, "  {:width$}  {:>13}  {:>13}  {:>9}", "benchmark", "baseline", "found", "change")?;
        for row in &self.rows {
            let [baseline, found] = [row.baseline, row.found].map(|count| count.map_or("-".to_owned(), grouped));
            let mark = if row.verdict() == Verdict::Within { "" } else { "  !" };
            writeln!(out, "  {:width$}  {baseline:>13}  {found:>13}  {:>9}{mark}", row.name, row.change())?;
        }
        Ok(())
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Counts, grouped};
    use crate::project;

    fn named<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
        counts.map(|(name, count)| (name.to_owned(), count)).into()
    }

    /// The table's only row, and the refusal.
    fn compared(baseline: &BTreeMap<String, u64>, found: &BTreeMap<String, u64>) -> (String, String) {
        let baseline = Counts { compiler: "rustc".to_owned(), instructions: baseline.clone() };
        let comparison = baseline.compare(found);
        let table = comparison.to_string();
        let row: Vec<&str> = table.lines().last().unwrap().split_whitespace().collect();
        (row.join(" "), comparison.check().map_or_else(|error| error.to_string(), |()| String::new()))
    }

    #[test]
    fn three_percent_either_way_are_within() {
        let baseline = named([("load", 1_000)]);
        for (found, row) in
            [(1_000, "load 1,000 1,000 +0.00%"), (1_030, "load 1,000 1,030 +3.00%"), (970, "load 1,000 970 -3.00%")]
        {
            assert_eq!(compared(&baseline, &named([("load", found)])), (row.to_owned(), String::new()));
        }
    }

    #[test]
    fn more_is_refused_and_so_is_fewer_with_the_advice_to_write_it_down() {
        let baseline = named([("load", 1_000)]);
        let (row, refusal) = compared(&baseline, &named([("load", 1_031)]));
        assert_eq!(row, "load 1,000 1,031 +3.10% !");
        assert!(refusal.contains("over 3% more") && refusal.contains("make it cheaper"), "{refusal}");
        let (row, refusal) = compared(&baseline, &named([("load", 969)]));
        assert_eq!(row, "load 1,000 969 -3.10% !");
        assert!(refusal.contains("over 3% fewer") && refusal.contains("`cargo xtask count --write`"), "{refusal}");
    }

    #[test]
    fn benchmarks_that_came_or_went_are_refused() {
        let (row, refusal) = compared(&named([]), &named([("load", 5)]));
        assert_eq!(row, "load - 5 new !");
        assert!(refusal.contains("other benchmarks"), "{refusal}");
        let (row, refusal) = compared(&named([("load", 5)]), &named([]));
        assert_eq!(row, "load 5 - gone !");
        assert!(refusal.contains("other benchmarks"), "{refusal}");
    }

    #[test]
    fn a_regression_is_what_is_said_when_there_is_more_to_say() {
        let baseline = named([("decide", 1_000), ("load", 1_000)]);
        let (_, refusal) = compared(&baseline, &named([("decide", 500), ("load", 2_000), ("lookup", 5)]));
        assert!(refusal.contains("more instructions"), "{refusal}");
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("counts.json");
        let counts = Counts { compiler: "rustc 1.95.0".to_owned(), instructions: named([("decide", 7), ("load", 9)]) };
        counts.write(&file).unwrap();
        assert_eq!(Counts::read(&project::read_json(&file).unwrap()), Some(counts));
        assert_eq!(Counts::read(&serde_json::json!({ "compiler": "", "instructions": { "load": -1 } })), None);
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!([7, 999, 1_000, 1_234_567].map(grouped), ["7", "999", "1,000", "1,234,567"]);
    }
}
