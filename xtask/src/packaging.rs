//! `cargo xtask packaging`: the packed package in a project of each tool that people bundle it with, and the table of them in
//! the package's README.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::browser::Browser;
use crate::summary::{Job, Summary};
use crate::{build, pack, project, setup};

const PROJECTS: &str = "tests/packaging/projects";
const README: &str = "pkg-template/README.md";
const BEGIN: &str = "<!-- written by `cargo xtask packaging` -->\n";
const END: &str = "<!-- until here -->\n";

/// Tries the named tools, or all. The table is of all: it is written, or with `check` compared, when none was named.
pub(crate) fn run(only: &[String], check: bool) -> Result<()> {
    let tools = chosen(only, tools()?)?;
    setup::run()?;
    let browser = Browser::find_or_install()?;
    build::run()?;
    let tarball = pack::tarball()?;
    let folder = project::path("target/xtask/packaging");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;

    let mut summary = Summary::new("packaging");
    let mut rows = Vec::new();
    for tool in tools {
        let row = folder.join(format!("{tool}.json"));
        let mut command = project::command("node");
        command.arg("tests/packaging/try.mjs").arg(&tool).arg(&row).env("TIDEGATE_TARBALL", &tarball);
        browser.announce(&mut command);
        summary.run(Job { name: tool, command })?;
        rows.push(row);
    }
    summary.print();
    if only.is_empty() { publish(&rows, check) } else { Ok(()) }
}

/// A folder each.
fn tools() -> Result<Vec<String>> {
    let folders = project::read_folder(&project::path(PROJECTS))?;
    Ok(folders.iter().filter_map(|folder| Some(folder.file_name()?.to_string_lossy().into_owned())).collect())
}

fn chosen(only: &[String], tools: Vec<String>) -> Result<Vec<String>> {
    if let Some(unknown) = only.iter().find(|name| !tools.contains(name)) {
        bail!("`--only {unknown}`: found no such folder in {PROJECTS}, expected one of {}", tools.join(", "));
    }
    Ok(tools.into_iter().filter(|tool| only.is_empty() || only.contains(tool)).collect())
}

fn publish(rows: &[PathBuf], check: bool) -> Result<()> {
    let mut table = String::from("| tool | version | asked | to write |\n|---|---|---|---|\n");
    for file in rows {
        let row = row(&project::read_json(file)?);
        table.push_str(&row.with_context(|| format!("`{}` is no row of the table", file.display()))?);
    }
    let file = project::path(README);
    let found = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let expected = with_table(&found, &table)
        .with_context(|| format!("found no place for the table in {README}: expected `{}`", BEGIN.trim()))?;
    if found == expected {
        println!("packaging: the table in {README} is up to date");
    } else if check {
        bail!("the table in {README} is another than what was found:\n{table}run `cargo xtask packaging` to write it");
    } else {
        fs::write(&file, expected).with_context(|| format!("cannot write `{}`", file.display()))?;
        println!("packaging: wrote the table in {README}");
    }
    Ok(())
}

fn row(row: &Value) -> Option<String> {
    let text = |field: &str| row.get(field)?.as_str();
    let asked: Option<Vec<&str>> = row.get("asked")?.as_array()?.iter().map(Value::as_str).collect();
    let (tool, version, write) = (text("tool")?, text("version")?, text("write")?);
    Some(format!("| {tool} | {version} | {} | {write} |\n", asked?.join("; ")))
}

/// The page with this table in the place of the one between the marks.
fn with_table(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some([before, BEGIN, "\n", table, "\n", END, after].concat())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{BEGIN, END, chosen, row, with_table};

    #[test]
    fn a_tool_is_chosen_by_its_folder() {
        let tools = || vec!["esbuild".to_owned(), "vite".to_owned()];
        assert_eq!(chosen(&[], tools()).unwrap(), tools());
        assert_eq!(chosen(&["vite".to_owned()], tools()).unwrap(), ["vite"]);
        let unknown = chosen(&["rollup".to_owned()], tools()).unwrap_err().to_string();
        assert!(unknown.ends_with("expected one of esbuild, vite"), "{unknown}");
    }

    #[test]
    fn a_row_is_what_a_tool_left() {
        let left = json!({ "tool": "vite", "version": "8.0.1", "asked": ["a page", "a worker"], "write": "nothing" });
        assert_eq!(row(&left).unwrap(), "| vite | 8.0.1 | a page; a worker | nothing |\n");
        assert_eq!(row(&json!({ "tool": "vite" })), None);
    }

    #[test]
    fn the_table_is_put_between_the_marks() {
        let page = format!("before\n{BEGIN}old\n{END}after\n");
        assert_eq!(with_table(&page, "new\n").unwrap(), format!("before\n{BEGIN}\nnew\n\n{END}after\n"));
        assert_eq!(with_table("no marks", "new\n"), None);
    }
}
