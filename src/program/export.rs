//! A program to a file: see [`image`] for the way back.

use zerocopy::IntoBytes;

use super::directory::Directory;
use super::image::{self, MAGIC, VERSION};
use super::kind::{ByKind, Kind};
use super::names::Names;
use super::pattern::Pattern;
use super::row::{self, Definition, Header, Row};
use super::words::{self, word};
use super::{Body, Check, Entry, Program, verify};
use crate::operator::Operator;
use crate::pattern::{Refusal, automaton};
use crate::snapshot::{Code, Place, Problem, Subject, whole};

impl Program {
    /// The program as a file, which [`Program::load`] takes back and which the slim build of the npm package takes alone.
    /// Linear, but for regular expressions, which are worked out ahead.
    ///
    /// # Errors
    /// A problem for each regular expression that would take more than 64 KiB.
    ///
    /// # Examples
    /// ```
    /// use tidegate::Program;
    /// let program = Program::load(br#"{ "schemaVersion": 1, "revision": "7", "flags": {} }"#)?;
    /// let file = program.to_bytes().map_err(|mut problems| problems.remove(0))?;
    /// assert_eq!(Program::load(&file)?.revision(), "7");
    /// # Ok::<(), tidegate::Problem>(())
    /// ```
    pub fn to_bytes(&self) -> Result<Vec<u8>, Vec<Problem>> {
        if self.header.magic == MAGIC {
            let mut words = self.words.clone();
            image::close_all(&mut words, &self.header);
            return Ok(words.as_bytes().to_vec());
        }
        let automata = self.automata()?;
        let mut words = vec![0; size_of::<Header>() / 4];
        let mut header = self.header;
        for place in [&mut header.revision, &mut header.environment] {
            *place = words::append(&mut words, self.own_text(*place).as_bytes());
        }
        header.freezes = append_rows(&mut words, self.freezes());
        header.directories = ByKind::of(|kind| self.append_directory(&mut words, kind.directory(self)));
        header.attributes = append_names(&mut words, &self.attributes, &self.words);
        header.symbols = append_names(&mut words, &self.symbols, &self.words);
        let automata: Vec<[u32; 2]> = automata.iter().map(|bytes| words::append(&mut words, bytes)).collect();
        header.patterns = append_rows(&mut words, &automata);
        header.refused = words::append(&mut words, self.refused().as_bytes());
        header.frame = word(words.len());
        for kind in Kind::ALL {
            self.append_blocks(&mut words, kind.directory(self), header.directory(kind));
        }
        header.magic = MAGIC;
        header.version = VERSION;
        header.words = word(words.len());
        words::put(&mut words, header.as_bytes());
        header.checksum = row::halves(image::checksum(&words, header.frame));
        words::put(&mut words, header.as_bytes());
        Ok(words.as_bytes().to_vec())
    }

    /// A directory's rows and index, with the keys, and where they are now.
    fn append_directory(&self, words: &mut Vec<u32>, from: Directory) -> [u32; 4] {
        let to = Directory::reserve(words, from.count as usize);
        for number in 0..from.count {
            let Some(row) = from.row(&self.words, number) else { continue };
            let [key_start, key_len] = words::append(words, from.key(&self.words, number).as_bytes());
            if let Some(place) = to.row_mut(words, number) {
                *place = Definition { key_start, key_len, block: 0, block_len: 0, ..*row };
            }
            to.enter(words, number);
        }
        to.place()
    }

    /// The blocks of a directory's definitions, behind everything else.
    fn append_blocks(&self, words: &mut Vec<u32>, from: Directory, to: Directory) {
        for number in 0..from.count {
            let Some(row) = from.row(&self.words, number) else { continue };
            let block = from.block(&self.words, number).and_then(|words| words.get(..row.block_len as usize));
            let block = block.unwrap_or_default();
            let at = word(words.len());
            words.extend_from_slice(block);
            if let Some(place) = to.row_mut(words, number) {
                (place.block, place.stored_len, place.sum) = (at, word(block.len()), verify::sum(block));
            }
        }
    }

    /// Problems that only compiling ahead has: what [`Program::to_bytes`] would refuse.
    #[must_use]
    pub fn compile_problems(&self) -> Vec<Problem> {
        self.automata().err().unwrap_or_default()
    }

    fn automata(&self) -> Result<Vec<Vec<u8>>, Vec<Problem>> {
        let (mut bytes, mut problems) = (Vec::new(), Vec::new());
        for (number, pattern) in (0..).zip(&self.patterns) {
            match pattern {
                Pattern::Search { text, ignore_case, .. } => match automaton(text, *ignore_case) {
                    Ok(automaton) => bytes.push(automaton),
                    Err(refusal) => problems.push(self.too_large(number, text, refusal)),
                },
                // It was compiled ahead already.
                Pattern::Automaton(_) => {}
            }
        }
        if problems.is_empty() { Ok(bytes) } else { Err(problems) }
    }

    fn too_large(&self, pattern: u32, text: &str, refusal: Refusal) -> Problem {
        let message = ["`", text, "` can't be compiled ahead: ", &refusal.to_string()].concat();
        let problem = whole(Code::InvalidPattern, message);
        for number in 0..self.segments().count {
            if let Some(test) = self.segment(number).and_then(|segment| asks(segment.body(), pattern)) {
                let segment = self.segment_key(number);
                let path = pointer("segments", segment, &[&test.1, "value"]);
                return Problem { subject: Some(Subject::Segment(segment.to_owned())), path, ..problem };
            }
        }
        for number in 0..self.len() {
            let Some(flag) = self.flag(number) else { continue };
            if let Some((test, place)) = asks(flag.body(), pattern) {
                let begins =
                    |rule: &row::Rule| matches!(Entry::from_word(rule.when), Entry::Test(first) if first <= test);
                let rule = flag.rules().iter().rposition(begins).unwrap_or_default().to_string();
                let key = self.flag_key(number);
                let path = pointer("flags", key, &["rules", &rule, "when", &place, "value"]);
                return Problem { subject: Some(Subject::Flag(key.to_owned())), path, ..problem };
            }
        }
        problem
    }
}

/// The test that asks for a pattern: its number and where it stands.
fn asks(body: Body<'_>, pattern: u32) -> Option<(u32, String)> {
    let is_it = |test: &&row::Test| match test.check() {
        Some(Check::Attribute { operator: Operator::Matches, operand, .. }) => {
            body.block.row::<row::Pattern>(operand).is_some_and(|row| row.pattern == pattern)
        }
        _ => false,
    };
    let position = body.tests().iter().position(|test| is_it(&test))?;
    Some((word(position), body.text(body.place(word(position))).to_owned()))
}

fn pointer(section: &'static str, key: &str, steps: &[&str]) -> String {
    let mut pointer = Place::DOCUMENT.key(section).key(key).pointer();
    for step in steps.iter().filter(|step| !step.is_empty()) {
        pointer.push('/');
        pointer.push_str(step);
    }
    pointer
}

fn append_rows<T: Row>(words: &mut Vec<u32>, rows: &[T]) -> [u32; 2] {
    let at = word(words.len());
    words::append(words, rows.as_bytes());
    [at, word(rows.len())]
}

/// Texts, and where they are now.
fn append_names(words: &mut Vec<u32>, names: &Names, from: &[u32]) -> [u32; 2] {
    let append = |number| words::append(words, names.text(from, number).as_bytes());
    let spans: Vec<[u32; 2]> = (0..word(names.len())).map(append).collect();
    append_rows(words, &spans)
}
