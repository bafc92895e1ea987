//! From what a check has to say to the places in the sources.

use super::Sources;
use super::tree::{self, Span};
use crate::finding::{Finding, First, Place, UNDERLINED, underlined};
use crate::locate::Spot;
use crate::notice::{Notice, Part};
use crate::show::printable;
use crate::source::Source;

impl Sources {
    /// The notices with their places, file by file in the order of the text. `whole` stands for what was written nowhere.
    pub(crate) fn find<'a>(&'a self, whole: &'a Source, notices: Vec<Notice>) -> Vec<Finding<'a>> {
        let mut findings: Vec<(Option<usize>, Finding<'a>)> = notices
            .into_iter()
            .map(|mut notice| {
                let (span, first) = match notice.part {
                    Part::Written { at, first } => (Some(self.short(at)), first),
                    part => (self.lead(&notice.path, part), None),
                };
                notice.message = printable(&notice.message);
                let file = span.map(|span| span.file);
                let source = file.and_then(|file| self.files.get(file)).unwrap_or(whole);
                let place = span.map(|span| Place {
                    span: span.bytes(),
                    start: source.position(span.start),
                    end: source.position(span.end),
                    first: first.and_then(|first| self.first(first, span.file)),
                });
                (file, Finding { source, notice, place })
            })
            .collect();
        findings.sort_by_key(|(file, finding)| (*file, finding.place.as_ref().map(|place| place.span.start)));
        findings.into_iter().map(|(_, finding)| finding).collect()
    }

    /// What is underlined of where a pointer leads.
    fn lead(&self, pointer: &str, part: Part) -> Option<Span> {
        let (key, value) = tree::find(&self.root, pointer)?;
        let Some(value) = value else { return key.map(|key| self.short(key)) };
        let source = self.files.get(value.file)?;
        // The value may be what an alias stands for, or an environment's.
        let key = key.filter(|key| key.file == value.file).map(Span::bytes);
        let spot = Spot { key, value: value.bytes(), first: None };
        Some(Span::new(value.file, underlined(source, part, pointer, &spot)))
    }

    /// As much as fits under one line.
    fn short(&self, span: Span) -> Span {
        let text = self.files.get(span.file).and_then(|source| source.text.get(span.bytes())).unwrap_or_default();
        let line = text.split(['\r', '\n']).next().unwrap_or_default();
        let length = line.char_indices().nth(UNDERLINED).map_or(line.len(), |(at, _)| at);
        // A single line break may be what is wrong.
        Span { end: if line.is_empty() { span.end } else { span.start + length }, ..span }
    }

    fn first(&self, first: Span, file: usize) -> Option<First> {
        let source = self.files.get(first.file)?;
        let name = (first.file != file).then(|| source.name.clone());
        Some(First { file: name, at: source.position(first.start) })
    }
}
