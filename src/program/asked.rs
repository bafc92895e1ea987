//! A program whose flags are read when they are first asked for, as the boundary loads it. Native hosts read everything
//! at once, so that a program can be shared between threads.

use super::Loaded;
use crate::json_text::JsonText;

impl Loaded {
    /// Reads a flag, with everything that it needs, unless that was done before.
    pub(crate) fn settle(&mut self, flag: u32) {
        #[cfg(feature = "json")]
        if let Some(source) = &mut self.source {
            source.settle(&mut self.program, flag);
        }
        #[cfg(not(feature = "json"))]
        let _ = flag;
    }

    /// How many flags are known to be refused.
    pub(crate) fn refused(&self) -> usize {
        #[cfg(feature = "json")]
        if let Some(source) = &self.source {
            return source.refused();
        }
        self.program.len() as usize - self.program.flag_count()
    }

    /// How many flags were read so far.
    pub(crate) fn checked(&self) -> usize {
        #[cfg(feature = "json")]
        if let Some(source) = &self.source {
            return source.checked();
        }
        self.program.len() as usize
    }

    /// `{ revision, sequence?, environment?, flags, checked, refused }`: how many flags aren't known to be refused, and how
    /// many were read so far. Problems are in no order that means anything.
    pub(crate) fn report(&self) -> String {
        let program = &self.program;
        let mut text = JsonText::default();
        text.open('{');
        text.key("revision");
        text.string(program.revision());
        if let Some(sequence) = program.sequence() {
            text.key("sequence");
            text.integer(sequence);
        }
        if let Some(environment) = program.environment() {
            text.key("environment");
            text.string(environment);
        }
        text.key("flags");
        text.integer((program.len() as usize - self.refused()) as u64);
        text.key("checked");
        text.integer(self.checked() as u64);
        text.key("refused");
        text.raw(&program.refused());
        text.close('}');
        text.done()
    }
}

#[cfg(all(test, feature = "json"))]
#[expect(clippy::unwrap_used, reason = "a test that fails panics")]
mod tests {
    use super::*;
    use crate::program::{Program, words};

    fn open(document: &str) -> Loaded {
        Loaded::open(words::of_bytes(document.as_bytes()), document.len()).unwrap()
    }

    #[test]
    fn flags_are_the_same_whichever_is_asked_for_first() {
        let flag = |more: &str| {
            [
                "{\"type\":\"boolean\",\"variants\":{\"on\":true,\"off\":false},\"off\":\"off\",\"default\":\"on\"",
                more,
                "}",
            ]
            .concat()
        };
        let needs = |parent: &str, variant: &str| {
            flag(&[",\"prerequisites\":[{\"flag\":\"", parent, "\",\"variants\":[\"", variant, "\"]}]"].concat())
        };
        let when = |segment: &str| {
            flag(&[",\"rules\":[{\"when\":{\"segment\":\"", segment, "\"},\"serve\":\"off\"}]"].concat())
        };
        let flags = [
            ("a", flag("")),
            ("b", needs("a", "on")),
            ("c", needs("b", "none")),
            ("d", needs("c", "none")),
            ("e", needs("f", "on")),
            ("f", needs("e", "typo")),
            ("g", needs("g", "on")),
            ("h", needs("g", "none")),
            ("i", when("good")),
            ("j", when("cyclic")),
            ("k", when("absent")),
            ("l", flag(",\"rulez\":1")),
            ("m", needs("l", "on")),
        ];
        let entries: Vec<String> = flags.iter().map(|(key, flag)| ["\"", key, "\":", flag].concat()).collect();
        let document = [
            "{\"schemaVersion\":1,\"revision\":\"r\",\"segments\":{\"good\":{\"attr\":\"x\",\"op\":\"exists\",\"value\":true},",
            "\"cyclic\":{\"segment\":\"cyclic\"}},\"flags\":{",
            &entries.join(","),
            "}}",
        ]
        .concat();
        let whole = Program::load(document.as_bytes()).unwrap();
        let count = whole.len();
        assert_eq!((count, whole.flag_count()), (13, 3));
        for step in [1, 2, 3, 4, 6, 12] {
            let mut loaded = open(&document);
            assert_eq!((loaded.checked(), loaded.refused()), (0, 0));
            for turn in 0..count {
                loaded.settle((turn * step + 5) % count);
            }
            loaded.settle_all();
            assert_eq!((loaded.checked(), loaded.refused()), (13, 10));
            loaded.program.sort_problems();
            assert_eq!(loaded.program.problems, whole.problems);
            assert!(whole.changed(&loaded.program).is_empty());
        }
    }

    #[test]
    fn a_report_says_what_was_checked() {
        let mut loaded = open(r#"{"schemaVersion":1,"revision":"r","sequence":7,"flags":{"a":{},"b":{}}}"#);
        loaded.settle(1);
        let report: serde_json::Value = serde_json::from_str(&loaded.report()).unwrap();
        assert_eq!((&report["flags"], &report["checked"], &report["sequence"]), (&1.into(), &1.into(), &7.into()));
        assert_eq!(report["refused"][0]["flag"], "b");
    }
}
