//! A program whose flags are read, or checked, when they are first asked for, as the boundary loads it. Native hosts read everything
//! at once, so that a program can be shared between threads.

use super::kind::Kind;
use super::{Loaded, Program};
use crate::json_text::JsonText;

impl Loaded {
    /// Reads, or checks, a flag, with everything that it needs, unless that was done before.
    pub(crate) fn settle(&mut self, flag: u32) {
        #[cfg(feature = "json")]
        if let Some(source) = &mut self.source {
            source.settle(&mut self.program, flag);
        }
        if let Some(checked) = &mut self.checked {
            checked.check(&mut self.program, Kind::Flag, flag);
        }
    }

    /// How many flags are known to be refused.
    pub(crate) fn refused(&self) -> usize {
        #[cfg(feature = "json")]
        if let Some(source) = &self.source {
            return source.refused();
        }
        let damaged = self.checked.as_ref().map_or(0, |checked| checked.damaged);
        self.program.without_words() + damaged
    }

    /// How many flags were read so far.
    pub(crate) fn checked(&self) -> usize {
        #[cfg(feature = "json")]
        if let Some(source) = &self.source {
            return source.checked();
        }
        self.checked.as_ref().map_or(0, |checked| checked.flags)
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

impl Program {
    /// How many flags of a file were refused when it was compiled.
    fn without_words(&self) -> usize {
        let flags = self.flags();
        (0..flags.count).filter(|flag| flags.stored(&self.words, *flag).is_none()).count()
    }
}

#[cfg(all(test, feature = "json"))]
#[expect(clippy::unwrap_used, reason = "a test that fails panics")]
mod tests {
    use super::*;
    use crate::program::words;
    #[cfg(feature = "compile")]
    use crate::snapshot::{Code, Problem, Subject};

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

    #[cfg(feature = "compile")]
    #[test]
    fn a_damaged_definition_refuses_itself_and_what_needs_it() {
        let flag = |more: &str| {
            ["{\"type\":\"string\",\"variants\":{\"x\":\"value\"},\"off\":\"x\",\"default\":\"x\"", more, "}"].concat()
        };
        let when = ",\"rules\":[{\"when\":{\"segment\":\"s\"},\"serve\":\"x\"}]";
        let needs = ",\"prerequisites\":[{\"flag\":\"b\",\"variants\":[\"x\"]}]";
        let document = [
            "{\"schemaVersion\":1,\"revision\":\"r\",\"segments\":{\"s\":{\"attr\":\"marker\",\"op\":\"startsWith\",\"value\":\"damage me\"}},\"flags\":{\"a\":",
            &flag(""),
            ",\"b\":",
            &flag(when),
            ",\"c\":",
            &flag(needs),
            ",\"d\":{}}}",
        ]
        .concat();
        let file = Program::load(document.as_bytes()).unwrap().to_bytes().unwrap();
        let at = file.windows(9).position(|part| part == b"damage me").unwrap();
        let damaged = [&file[..at], b"D", &file[at + 1..]].concat();
        assert!(Program::load(&damaged).unwrap_err().message.contains("damaged"));
        let mut loaded = Loaded::open(words::of_bytes(&damaged), damaged.len()).unwrap();
        assert_eq!((loaded.checked(), loaded.refused()), (0, 1));
        for key in ["c", "a"] {
            loaded.settle(loaded.program.find(key).unwrap());
        }
        assert_eq!((loaded.checked(), loaded.refused()), (3, 3));
        let serves = |key: &str| loaded.program.flag(loaded.program.find(key).unwrap()).is_some();
        assert_eq!(["a", "b", "c"].map(serves), [true, false, false]);
        let is_damage = |problem: &&Problem| problem.code == Code::InvalidImage;
        let damage: Vec<Subject> =
            loaded.program.problems.iter().filter(is_damage).filter_map(|problem| problem.subject.clone()).collect();
        let [s, b, c] = ["s", "b", "c"].map(str::to_owned);
        assert_eq!(damage, [Subject::Segment(s), Subject::Flag(b), Subject::Flag(c)]);
        // The words of a program that was asked are a file again.
        let mut again = Loaded::open(loaded.program.words.clone(), damaged.len()).unwrap();
        assert_eq!(again.checked(), 0);
        again.settle_all();
        assert_eq!((again.checked(), again.refused()), (4, 3));
    }
}
