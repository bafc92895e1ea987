//! `cargo xtask test`: every test there is.

use std::process::Command;

use anyhow::{Result, bail};
use clap::ValueEnum;
use serde_json::Value;

use crate::browser::Browser;
use crate::count::Gate;
use crate::project::{self, WASM_TARGET};
use crate::server::Server;
use crate::summary::{Job, Summary};
use crate::{build, command, docs, pack, python, runtimes, setup, size, systems};

/// What `--only` takes, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Unit tests, properties, vectors, bad input and the command, natively
    Rust,
    /// The examples in the documentation
    Doctests,
    /// The programs in examples/
    Examples,
    /// The documentation site builds without a warning and without a dead link, and every block of its pages holds
    Docs,
    /// The evaluator takes the instructions that benches/counts.json says
    Counts,
    /// The module's tests in Node
    WasmNode,
    /// The module's tests in a page of headless Chromium
    WasmPage,
    /// The module's tests in a dedicated worker of headless Chromium
    WasmWorker,
    /// The modules with their glue keep their budgets
    Size,
    /// Every row of tests/systems/rows.json that has tests passes them: `cargo xtask systems` prints the rows
    Systems,
    /// publint and are-the-types-wrong on the packed tarball
    Tarball,
    /// The crates as they would be published, built from what is packed
    Crates,
    /// The vectors with the packed tarball in Node, in a page and in workerd: `cargo xtask runtimes` has the other runtimes
    Runtimes,
    /// The command's tests with the packed tarball's command, in WASI
    Command,
    /// The tests of the npm workspaces: package, packaging, OpenFeature, demo page
    Npm,
}

impl Step {
    fn needs_browser(self) -> bool {
        matches!(self, Self::WasmPage | Self::WasmWorker | Self::Runtimes | Self::Npm)
    }

    fn needs_build(self) -> bool {
        let of_package = matches!(self, Self::Tarball | Self::Runtimes | Self::Command | Self::Npm);
        of_package || matches!(self, Self::Docs | Self::Size | Self::Systems)
    }
}

pub(crate) fn run(only: &[Step]) -> Result<()> {
    setup::run()?;
    let steps: Vec<Step> =
        Step::value_variants().iter().copied().filter(|step| only.is_empty() || only.contains(step)).collect();
    // What may be missing on a machine is looked for first, rather than after minutes of tests.
    let browser = if steps.iter().any(|step| step.needs_browser()) { Some(Browser::find_or_install()?) } else { None };
    if steps.contains(&Step::Npm) {
        python::find_or_install()?;
    }
    let gate = Gate::open()?;
    let valgrind = steps.contains(&Step::Counts).then(|| gate.valgrind());
    if steps.iter().any(|step| step.needs_build()) {
        build::run()?;
    }

    let mut summary = Summary::new("test");
    for step in steps {
        if step == Step::Size {
            summary.check("size", size::check)?;
            continue;
        }
        if step == Step::Docs {
            summary.check("documentation", || docs::site(true))?;
            summary.check("blocks of the documentation", docs::blocks)?;
            continue;
        }
        if step == Step::Systems {
            summary.check("systems", || systems::check(false))?;
            continue;
        }
        if step == Step::Runtimes {
            summary.check("runtimes", || runtimes::check(&runtimes::QUICK))?;
            continue;
        }
        if step == Step::Counts {
            match &valgrind {
                Some(Ok(valgrind)) => summary.check("instruction counts", || gate.check(valgrind))?,
                Some(Err(reason)) => println!("test: instruction counts: skipped: {reason:#}"),
                None => {}
            }
            continue;
        }
        for job in jobs(step, browser.as_ref())? {
            summary.run(job)?;
        }
    }
    summary.print();
    Ok(())
}

fn jobs(step: Step, browser: Option<&Browser>) -> Result<Vec<Job>> {
    let one = |name: &str, command: Command| Ok(vec![Job { name: name.to_owned(), command }]);
    match step {
        Step::Rust => one("rust", rust_tests()),
        Step::Doctests => {
            let mut command = project::cargo();
            command.args(["test", "--workspace", "--doc"]);
            one("doctests", command)
        }
        Step::Examples => examples(),
        Step::WasmNode => one("wasm in Node", wasm_tests("WASM_BINDGEN_TEST_ONLY_NODE", None)?),
        Step::WasmPage => one("wasm in a page", wasm_tests("WASM_BINDGEN_USE_BROWSER", browser)?),
        Step::WasmWorker => one("wasm in a worker", wasm_tests("WASM_BINDGEN_USE_DEDICATED_WORKER", browser)?),
        Step::Docs | Step::Size | Step::Systems | Step::Counts | Step::Runtimes => Ok(Vec::new()),
        Step::Tarball => tarball(),
        Step::Crates => {
            let mut command = project::cargo();
            command.args(["package", "--allow-dirty", "--package", "tidegate", "--package", "tidegate-cli"]);
            one("crates", command)
        }
        Step::Command => one("command in WASI", command::tests()?),
        Step::Npm => npm(browser),
    }
}

/// nextest where it is installed, because it is faster: it also leaves to `Systems` what is that step's. What passing tests
/// print is kept, for the skipped ones.
fn rust_tests() -> Command {
    let mut command = project::cargo();
    if project::find_program(&["cargo-nextest"]).is_some() {
        command.args(["nextest", "run", "--workspace", "--success-output", "immediate"]);
        command.args(["--filterset", "not binary(systems)"]);
    } else {
        command.args(["test", "--workspace", "--lib", "--bins", "--tests", "--examples", "--", "--show-output"]);
    }
    command
}

fn examples() -> Result<Vec<Job>> {
    let jobs = project::rust_files("examples")?.into_iter().map(|name| {
        let mut command = project::cargo();
        command.args(["run", "--example", &name]);
        Job { name: format!("example {name}"), command }
    });
    Ok(jobs.collect())
}

/// The integration tests whose names begin with `wasm` are written for wasm-bindgen's runner, which `place` tells where
/// to run them.
fn wasm_tests(place: &str, browser: Option<&Browser>) -> Result<Command> {
    let mut command = project::cargo();
    command.args(["test", "--target", WASM_TARGET, "--package", "tidegate"]);
    let files = project::rust_files("tests")?;
    let mut files = files.iter().filter(|name| name.starts_with("wasm")).peekable();
    if files.peek().is_none() {
        bail!("found no `tests/wasm*.rs`: expected the module's tests there");
    }
    for file in files {
        command.args(["--test", file]);
    }
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", project::wasm_tool("wasm-bindgen-test-runner"));
    // The runner's 20 seconds are too few for all vectors in an unoptimised build on a busy machine.
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "300").env(place, "1");
    if let Some(browser) = browser {
        browser.announce_to_runner(&mut command)?;
    }
    Ok(command)
}

fn tarball() -> Result<Vec<Job>> {
    let file = pack::tarball()?;
    let mut publint = project::npm_tool("publint");
    publint.arg("run").arg(&file).arg("--strict");
    let mut types = project::npm_tool("attw");
    // The package is for runtimes that know ECMAScript modules, so CommonJS resolution does not matter.
    types.arg(&file).args(["--profile", "esm-only", "--no-emoji"]);
    let named = |name: &str, command| Job { name: name.to_owned(), command };
    Ok(vec![named("publint", publint), named("are the types wrong", types)])
}

/// Tests in `npm test` find in their environment: `TIDEGATE_TARBALL`, the packed package; `TIDEGATE_DEMO_URL`, the demo
/// page as `cargo xtask serve` serves it; `CHROME` and `CHROMEDRIVER`.
fn npm(browser: Option<&Browser>) -> Result<Vec<Job>> {
    let tarball = pack::tarball()?;
    build::page()?;
    let server = Server::bind(project::path("www/dist"), Some(0))?;
    let address = server.address();
    server.serve_in_background();
    let mut jobs = Vec::new();
    for workspace in project::workspaces()? {
        let folder = workspace.folder;
        let manifest = project::read_json(&project::path(&folder).join("package.json"))?;
        if manifest.pointer("/scripts/test").and_then(Value::as_str).is_none() {
            continue;
        }
        let mut command = project::command("npm");
        command.args(["test", "--workspace", &folder]);
        command.env("TIDEGATE_TARBALL", &tarball).env("TIDEGATE_DEMO_URL", &address);
        if let Some(browser) = browser {
            browser.announce(&mut command);
        }
        jobs.push(Job { name: format!("npm test in {folder}"), command });
    }
    Ok(jobs)
}
