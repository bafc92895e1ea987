//! What a verb is pointed at: a snapshot's file, standard input, or the sources that a snapshot is built from.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Result, anyhow};
use tidegate::{Problem, Program};

use crate::diagnostic::Painter;
use crate::finding::{Finding, findings};
use crate::input;
use crate::notice::Notice;
use crate::show::{printable, shown};
use crate::source::Source;
use crate::sources::{self, Audience, Choices, Note, Sources, Target};

/// A snapshot's bytes, and where what is in them was written.
pub(crate) struct Document {
    pub(crate) name: String,
    /// JSON, or a compiled snapshot.
    pub(crate) bytes: Vec<u8>,
    /// The file's text; nothing of sources.
    source: Source,
    sources: Option<Sources>,
}

impl Document {
    /// A snapshot's file, a folder of sources, a YAML file, or what sources are in an environment
    /// (`flags/environments/production.yaml`).
    ///
    /// # Errors
    /// It can't be read, or something is wrong with its sources, which is then shown on standard error.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let document = Self::open_unsound(path)?;
        if document.troubles().is_empty() {
            return Ok(document);
        }
        // What can't be shown on standard error can't be said anywhere else.
        let _ = document.show(document.troubles().to_vec());
        Err(anyhow!("the snapshot `{}` is refused", document.name))
    }

    /// As [`open`](Self::open), for whoever shows its [`troubles`](Self::troubles) himself.
    ///
    /// # Errors
    /// It can't be read.
    pub(crate) fn open_unsound(path: &Path) -> Result<Self> {
        if let Some(target) = sources::target(path) {
            return Self::build(path, &target, &Choices::default());
        }
        let (name, bytes) = input::read(path)?;
        let source = Source::new(name.clone(), &bytes);
        Ok(Self { name, bytes, source, sources: None })
    }

    /// As [`open_unsound`](Self::open_unsound); of a folder of sources the snapshot, and what it is in each environment.
    pub(crate) fn open_each(path: &Path) -> Vec<Result<Self>> {
        let Some(target) = sources::target(path) else { return vec![Self::open_unsound(path)] };
        let build = |environment: Option<String>| {
            let target = Target { environment: environment.or_else(|| target.environment.clone()), ..target.clone() };
            Self::build(path, &target, &Choices::default())
        };
        let environments = match sources::environments(&target) {
            Ok(environments) => environments,
            Err(error) => return vec![Err(error)],
        };
        let changed = environments.into_iter().map(|environment| {
            let document = build(Some(environment.clone()))?;
            Ok(Self { name: format!("{} ({})", document.name, printable(&environment)), ..document })
        });
        std::iter::once(build(None)).chain(changed).collect()
    }

    /// The snapshot of sources.
    ///
    /// # Errors
    /// They can't be read.
    pub(crate) fn build(path: &Path, target: &Target, choices: &Choices) -> Result<Self> {
        let name = shown(path);
        let sources = Sources::read(target, choices.horizon)?;
        let (bytes, source) = (sources.write(&choices.label), Source::new(name.clone(), b""));
        Ok(Self { name, bytes, source, sources: Some(sources) })
    }

    /// The sources that it was built from.
    pub(crate) fn sources(&self) -> Option<&Sources> {
        self.sources.as_ref()
    }

    /// Leaves what an audience gets of a sound snapshot that was built.
    ///
    /// # Errors
    /// A flag of it needs one that isn't for them.
    pub(crate) fn cut(&mut self, audience: Audience, keep: &[Note], choices: &Choices) -> Result<(), Vec<Notice>> {
        if let Some(sources) = &mut self.sources {
            sources.cut(audience, keep)?;
            self.bytes = sources.write(&choices.label);
        }
        Ok(())
    }

    /// What is wrong with the sources themselves. Then no snapshot is built of them.
    pub(crate) fn troubles(&self) -> &[Notice] {
        self.sources.as_ref().map(|sources| sources.notices.as_slice()).unwrap_or_default()
    }

    /// Whether every source could be read: else nothing can be said about names that are missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.complete)
    }

    /// The program that it is, with every definition read.
    ///
    /// # Errors
    /// It is refused as a whole.
    pub(crate) fn load(&self) -> Result<Program, Problem> {
        Program::load(&self.bytes)
    }

    /// The notices with their places, in the order of the text.
    pub(crate) fn find(&self, notices: Vec<Notice>) -> Vec<Finding<'_>> {
        match &self.sources {
            Some(sources) => sources.find(&self.source, notices),
            None => findings(&self.source, &self.bytes, notices),
        }
    }

    /// Shows notices on standard error as `check` shows them.
    ///
    /// # Errors
    /// They can't be written.
    pub(crate) fn show(&self, notices: Vec<Notice>) -> Result<()> {
        let (painter, mut shown) = (Painter::for_stderr(), Vec::new());
        for finding in self.find(notices) {
            painter.paint(&finding, &mut shown)?;
        }
        Ok(anstream::stderr().write_all(&shown)?)
    }
}
