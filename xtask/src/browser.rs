//! Finds Chromium with its driver, and Firefox, for the browser tests, or installs Debian's where that is possible.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::{debian, project};

const CHROMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const DRIVERS: [&str; 1] = ["chromedriver"];
const FIREFOXES: [&str; 2] = ["firefox-esr", "firefox"];

/// What browser tests drive.
pub(crate) struct Browser {
    chrome: PathBuf,
    driver: PathBuf,
}

impl Browser {
    /// `CHROME` and `CHROMEDRIVER` where they are set, else what the search path has, else Debian's packages.
    pub(crate) fn find_or_install() -> Result<Self> {
        if let Some(found) = Self::find()? {
            return Ok(found);
        }
        if !debian::can_install() {
            bail!(
                "the browser tests need Chromium and its driver: install them (Debian: `apt-get install chromium \
                 chromium-driver`) or set CHROME and CHROMEDRIVER to their paths"
            );
        }
        debian::install("Chromium and its driver (a minute or two)", &["chromium", "chromium-driver"])?;
        Self::find()?.context("Debian's `chromium` and `chromium-driver` are installed but not on the search path")
    }

    fn find() -> Result<Option<Self>> {
        let chrome = locate("CHROME", &CHROMES)?;
        let driver = locate("CHROMEDRIVER", &DRIVERS)?;
        Ok(chrome.zip(driver).map(|(chrome, driver)| Self { chrome, driver }))
    }

    /// Tells a command's tests where the browser is.
    pub(crate) fn announce(&self, command: &mut Command) {
        command.env("CHROME", &self.chrome).env("CHROMEDRIVER", &self.driver);
    }

    /// The same for wasm-bindgen's test runner, which takes the browser's path from a file.
    pub(crate) fn announce_to_runner(&self, command: &mut Command) -> Result<()> {
        let mut capabilities = project::read_json(&project::path("webdriver.json"))?;
        let options = capabilities.get_mut("goog:chromeOptions");
        let options = options.context("`webdriver.json` has no field `goog:chromeOptions`")?;
        if let Some(options) = options.as_object_mut() {
            options.insert("binary".to_owned(), json!(self.chrome));
        }
        let file = project::path("target/xtask/webdriver.json");
        fs::write(&file, capabilities.to_string()).with_context(|| format!("cannot write `{}`", file.display()))?;
        command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", file);
        self.announce(command);
        Ok(())
    }
}

/// `FIREFOX` where it is set, else what the search path has, else Debian's package.
pub(crate) fn firefox() -> Result<PathBuf> {
    if let Some(found) = locate("FIREFOX", &FIREFOXES)? {
        return Ok(found);
    }
    if !debian::can_install() {
        bail!(
            "the tests in Firefox need it: install it (Debian: `apt-get install firefox-esr`) or set FIREFOX to its path"
        );
    }
    debian::install("Firefox (a minute)", &["firefox-esr"])?;
    locate("FIREFOX", &FIREFOXES)?.context("Debian's `firefox-esr` is installed but not on the search path")
}

/// A variable that names a file which is not there is a mistake worth a word, not a reason to look elsewhere.
fn locate(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
    match env::var_os(variable) {
        None => Ok(project::find_program(names)),
        Some(path) => {
            let path = PathBuf::from(path);
            if !path.is_file() {
                bail!("{variable} is `{}`: expected the path of a program", path.display());
            }
            Ok(Some(path))
        }
    }
}
