//! A text cut into rows, batch by batch.

use std::io::{BufRead, Read};
use std::ops::Range;

use super::{BATCH_BYTES, Fault, Input, ROW_BYTES};

/// Knows where rows begin and end in one form of text, of which it is shown byte after byte.
pub(super) trait Scan {
    /// What a byte means, or what is wrong with it, in a sentence.
    fn step(&mut self, byte: u8) -> Result<Step, String>;

    /// What the end of the text means.
    fn end(&self) -> Result<Step, String>;

    /// Whether what is between two ends is no row.
    fn is_blank(&self, row: &[u8]) -> bool;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    On,
    /// A row begins behind the byte.
    Begins,
    /// The row that was begun ends before the byte, and another begins behind it.
    Next,
    /// The last row ends before the byte.
    Ends,
}

pub(super) struct Split<S> {
    input: Input,
    scan: S,
    /// What was read of the row that isn't whole yet.
    rest: Vec<u8>,
    /// The line that `rest` begins in.
    line: u64,
    is_over: bool,
}

/// Whole rows.
pub(super) struct Piece {
    pub(super) text: Vec<u8>,
    /// Where the rows are, without white space around them, and the lines that they begin in.
    pub(super) spans: Vec<(Range<usize>, u64)>,
    /// How many bytes were read for them.
    pub(super) bytes: u64,
}

impl<S: Scan> Split<S> {
    pub(super) fn new(input: Input, scan: S) -> Self {
        Self { input, scan, rest: Vec::new(), line: 1, is_over: false }
    }

    /// Some whole rows, at least one; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, Fault> {
        let mut piece = Piece { text: std::mem::take(&mut self.rest), spans: Vec::new(), bytes: 0 };
        // Where the row begins that isn't whole yet, and in which line.
        let (mut from, mut from_line) = (0, self.line);
        let mut line = self.line + lines_of(&piece.text);
        while piece.spans.is_empty() && !self.is_over {
            let start = piece.text.len();
            let read = fill(&mut self.input, &mut piece.text)?;
            piece.bytes += read as u64;
            self.is_over = read == 0;
            for at in start..=piece.text.len() {
                let step = match piece.text.get(at) {
                    Some(byte) => self.scan.step(*byte),
                    None if self.is_over => self.scan.end(),
                    None => break,
                };
                let step = step.map_err(|message| Fault::At(line, message))?;
                line += u64::from(piece.text.get(at) == Some(&b'\n'));
                if matches!(step, Step::Next | Step::Ends) {
                    self.add(from..at, from_line, &mut piece);
                }
                if step != Step::On {
                    (from, from_line) = (at + 1, line);
                }
            }
            if piece.spans.is_empty() && piece.text.len() - from.min(piece.text.len()) > ROW_BYTES {
                return Err(Fault::At(from_line, format!("longer than {ROW_BYTES} bytes, expected a shorter row")));
            }
        }
        self.rest = piece.text.split_off(from.min(piece.text.len()));
        self.line = from_line;
        Ok((!piece.spans.is_empty()).then_some(piece))
    }

    fn add(&self, range: Range<usize>, line: u64, piece: &mut Piece) {
        let row = piece.text.get(range.clone()).unwrap_or_default();
        if self.scan.is_blank(row) {
            return;
        }
        let before = row.len() - row.trim_ascii_start().len();
        let line = line + lines_of(row.get(..before).unwrap_or_default());
        let from = range.start + before;
        piece.spans.push((from..from + row.trim_ascii().len(), line));
    }
}

fn lines_of(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}

/// Reads up to [`BATCH_BYTES`] more; none at the end of the input.
fn fill(input: &mut Input, text: &mut Vec<u8>) -> std::io::Result<usize> {
    text.reserve(BATCH_BYTES);
    input.by_ref().take(BATCH_BYTES as u64).read_to_end(text)
}

/// The input behind a leading byte order mark.
pub(super) fn without_mark(mut input: Input) -> std::io::Result<Input> {
    const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];
    let mut read = 0;
    // A pipe may hand out byte by byte.
    while read < MARK.len() && input.fill_buf()?.first() == MARK.get(read) {
        input.consume(1);
        read += 1;
    }
    if read == 0 || read == MARK.len() {
        return Ok(input);
    }
    // It only began like one.
    let start = MARK.get(..read).unwrap_or_default();
    Ok(Box::new(start.chain(input)))
}
