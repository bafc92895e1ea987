//! The rows of `tests/systems/rows.json`: what each says for itself, and what the tests say of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// How names of the package's own tests begin: `npm balance: title` is `title` in `pkg-template/tests/balance.test.mjs`.
pub(crate) const PACKAGE: &str = "npm ";

/// What a row rests on.
#[derive(Debug, PartialEq)]
enum Ground {
    /// These tests, by their full names.
    Tests(Vec<String>),
    /// A capability that isn't there yet.
    Pending(String),
    /// Why it can't be shown here.
    Open(String),
}

#[derive(Debug, PartialEq)]
struct Row {
    title: String,
    ground: Ground,
}

#[derive(Debug, PartialEq)]
struct System {
    name: String,
    rows: Vec<Row>,
}

/// Every system with its rows, in the file's order.
#[derive(Debug, PartialEq)]
pub(crate) struct Rows {
    systems: Vec<System>,
}

impl Rows {
    pub(crate) fn read(json: &Value) -> Result<Self> {
        let systems = list(json, "systems")?.iter().map(|system| {
            let name = text(system, "system")?;
            let rows = list(system, "rows").with_context(|| format!("`{name}`"))?.iter();
            let rows = rows.map(Row::read).collect::<Result<Vec<Row>>>().with_context(|| format!("`{name}`"))?;
            let titles: BTreeSet<&str> = rows.iter().map(|row| row.title.as_str()).collect();
            if titles.len() < rows.len() {
                bail!("`{name}` has two rows of one title");
            }
            Ok(System { name, rows })
        });
        Ok(Self { systems: systems.collect::<Result<_>>()? })
    }

    /// The files of the package's own tests that rows name.
    pub(crate) fn package_files(&self) -> BTreeSet<&str> {
        let tests = self.tests().filter_map(|test| test.strip_prefix(PACKAGE));
        tests.filter_map(|test| Some(test.split_once(": ")?.0)).collect()
    }

    /// Whether a row names the test.
    pub(crate) fn names(&self, test: &str) -> bool {
        self.tests().any(|named| named == test)
    }

    fn tests(&self) -> impl Iterator<Item = &String> {
        self.systems.iter().flat_map(|system| &system.rows).flat_map(Row::tests)
    }

    /// Holds the rows against what ran: whether it passed, by the test's name.
    pub(crate) fn judge(&self, results: BTreeMap<String, bool>) -> Judged<'_> {
        let named: BTreeSet<&String> = self.tests().collect();
        let strays = results.keys().filter(|test| !named.contains(test)).cloned().collect();
        Judged { rows: self, results, strays }
    }
}

impl Row {
    fn read(json: &Value) -> Result<Self> {
        let title = text(json, "row")?;
        let tests = list(json, "tests")
            .ok()
            .map(|tests| Ground::Tests(tests.iter().filter_map(|test| test.as_str().map(str::to_owned)).collect()));
        let pending = text(json, "pending").ok().map(Ground::Pending);
        let open = text(json, "open").ok().map(Ground::Open);
        let mut grounds = [tests, pending, open].into_iter().flatten();
        match (grounds.next(), grounds.next()) {
            (Some(ground), None) if ground != Ground::Tests(Vec::new()) => Ok(Self { title, ground }),
            _ => bail!("`{title}`: expected one of `tests`, with a name at least, `pending` and `open`"),
        }
    }

    fn tests(&self) -> &[String] {
        match &self.ground {
            Ground::Tests(tests) => tests,
            Ground::Pending(_) | Ground::Open(_) => &[],
        }
    }
}

fn text(json: &Value, field: &str) -> Result<String> {
    let text = json.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    Ok(text.with_context(|| format!("expected a text `{field}`"))?.to_owned())
}

fn list<'a>(json: &'a Value, field: &str) -> Result<&'a [Value]> {
    let list = json.get(field).and_then(Value::as_array);
    Ok(list.with_context(|| format!("expected a list `{field}`"))?)
}

/// The rows with what ran.
pub(crate) struct Judged<'a> {
    rows: &'a Rows,
    results: BTreeMap<String, bool>,
    /// Tests that ran and that no row names.
    strays: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Passed,
    Failed,
    Pending,
    Open,
}

impl Verdict {
    const ALL: [Self; 4] = [Self::Passed, Self::Failed, Self::Pending, Self::Open];

    const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Pending => "not yet",
            Self::Open => "open",
        }
    }

    /// The escape sequence of a terminal's colour.
    const fn colour(self) -> &'static str {
        match self {
            Self::Passed => "\x1b[32m",
            Self::Failed => "\x1b[31m",
            Self::Pending => "\x1b[33m",
            Self::Open => "\x1b[36m",
        }
    }
}

impl Judged<'_> {
    /// Fails where a row failed, or a test has no row.
    pub(crate) fn check(&self) -> Result<()> {
        if let [first, ..] = self.strays.as_slice() {
            bail!("{} tests have no row in `tests/systems/rows.json`, `{first}` among them", self.strays.len());
        }
        match self.count(Verdict::Failed) {
            0 => Ok(()),
            failed => bail!("{failed} rows failed"),
        }
    }

    /// How many rows there are of each kind.
    pub(crate) fn summary(&self) -> String {
        Verdict::ALL.map(|verdict| format!("{} {}", self.count(verdict), verdict.word().to_lowercase())).join(", ")
    }

    /// The table, system by system.
    pub(crate) fn table(&self, in_colour: bool) -> Table<'_> {
        Table { judged: self, in_colour }
    }

    fn count(&self, wanted: Verdict) -> usize {
        let rows = self.rows.systems.iter().flat_map(|system| &system.rows);
        rows.filter(|row| self.verdict(row).0 == wanted).count()
    }

    /// What became of a row, and why.
    fn verdict(&self, row: &Row) -> (Verdict, String) {
        let tests = match &row.ground {
            Ground::Tests(tests) => tests,
            Ground::Pending(capability) => return (Verdict::Pending, capability.clone()),
            Ground::Open(reason) => return (Verdict::Open, reason.clone()),
        };
        for test in tests {
            match self.results.get(test) {
                Some(true) => {}
                Some(false) => return (Verdict::Failed, test.clone()),
                None => return (Verdict::Failed, format!("no test `{test}` ran")),
            }
        }
        let (first, others) = (tests.first().map_or("", String::as_str), tests.len().saturating_sub(1));
        (Verdict::Passed, if others == 0 { first.to_owned() } else { format!("{first} and {others} more") })
    }
}

pub(crate) struct Table<'a> {
    judged: &'a Judged<'a>,
    in_colour: bool,
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let systems = &self.judged.rows.systems;
        let titles = systems.iter().flat_map(|system| &system.rows).map(|row| row.title.chars().count());
        let width = titles.max().unwrap_or(0);
        for System { name, rows } in systems {
            writeln!(out, "\n{name}")?;
            for row in rows {
                let (verdict, why) = self.judged.verdict(row);
                let [begin, end] = if self.in_colour { [verdict.colour(), "\x1b[0m"] } else { ["", ""] };
                writeln!(out, "  {:width$}  {begin}{:7}{end}  {why}", row.title, verdict.word())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Rows;

    fn rows() -> Rows {
        Rows::read(&json!({ "systems": [
            { "system": "A", "rows": [
                { "row": "first", "tests": ["a::one", "node a: two"] },
                { "row": "the second", "pending": "layers" },
            ] },
            { "system": "B", "rows": [{ "row": "third", "open": "later" }] },
        ] }))
        .unwrap()
    }

    #[test]
    fn a_row_passes_with_all_of_its_tests() {
        let rows = rows();
        let judged = rows.judge([("a::one".to_owned(), true), ("node a: two".to_owned(), true)].into());
        assert_eq!(
            judged.table(false).to_string(),
            "\nA\n  first       passed   a::one and 1 more\n  the second  not yet  layers\n\nB\n  third       open     later\n"
        );
        assert_eq!(judged.summary(), "1 passed, 0 failed, 1 not yet, 1 open");
        judged.check().unwrap();
    }

    #[test]
    fn a_row_fails_with_one_of_its_tests_and_without_it() {
        let rows = rows();
        for (second, why) in [(Some(false), "FAILED   node a: two\n"), (None, "FAILED   no test `node a: two` ran\n")] {
            let second = second.map(|passed| ("node a: two".to_owned(), passed));
            let judged = rows.judge([("a::one".to_owned(), true)].into_iter().chain(second).collect());
            assert!(judged.table(false).to_string().contains(why));
            assert_eq!(judged.check().unwrap_err().to_string(), "1 rows failed");
        }
    }

    #[test]
    fn colour_is_for_terminals() {
        let rows = rows();
        let judged = rows.judge([].into());
        assert!(judged.table(true).to_string().contains("\x1b[31mFAILED \x1b[0m"));
        assert!(!judged.table(false).to_string().contains('\x1b'));
    }

    #[test]
    fn a_test_without_a_row_is_refused() {
        let rows = rows();
        let ran = ["a::one", "node a: two", "a::three"].map(|test| (test.to_owned(), true));
        assert!(rows.judge(ran.into()).check().unwrap_err().to_string().contains("`a::three`"));
    }

    #[test]
    fn rows_may_name_tests_of_the_package() {
        let tests = ["npm balance: one: two", "npm watch: one", "npm balance: three", "node npm: one"];
        let json = json!({ "systems": [{ "system": "A", "rows": [{ "row": "r", "tests": tests }] }] });
        let rows = Rows::read(&json).unwrap();
        assert_eq!(rows.package_files().into_iter().collect::<Vec<_>>(), ["balance", "watch"]);
        assert!(rows.names("npm watch: one") && !rows.names("npm watch: two"));
    }

    #[test]
    fn a_row_says_one_thing() {
        for row in [
            json!({ "row": "r" }),
            json!({ "row": "r", "tests": [] }),
            json!({ "row": "r", "tests": ["a"], "open": "later" }),
            json!({ "row": "r", "pending": "" }),
        ] {
            let json = json!({ "systems": [{ "system": "A", "rows": [row] }] });
            assert!(format!("{:#}", Rows::read(&json).unwrap_err()).starts_with("`A`: `r`: expected one of"), "{json}");
        }
        let twice = json!({ "row": "r", "open": "later" });
        let json = json!({ "systems": [{ "system": "A", "rows": [twice, twice] }] });
        assert_eq!(Rows::read(&json).unwrap_err().to_string(), "`A` has two rows of one title");
    }
}
