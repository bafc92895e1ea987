//! A JSON list of objects, of which only the commas between them are looked for: the reader of JSON says what is wrong inside.

use super::split::{Scan, Step};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// Before the list.
    Before,
    /// Within it.
    Inside {
        /// Lists and objects around, the list itself left out.
        depth: usize,
        in_string: bool,
        /// Behind a backslash.
        escaped: bool,
        /// Whether there is anything in the list.
        any: bool,
    },
    Behind,
}

impl Scan for List {
    fn step(&mut self, byte: u8) -> Result<Step, String> {
        let Self::Inside { depth, in_string, escaped, any } = self else {
            return self.step_outside(byte);
        };
        if *in_string {
            *in_string = *escaped || byte != b'"';
            *escaped = byte == b'\\' && !*escaped;
            return Ok(Step::On);
        }
        match byte {
            b'"' => *in_string = true,
            b'[' | b'{' => *depth += 1,
            b']' if *depth == 0 => {
                // An empty list has no context, not even one that is missing.
                let step = if *any { Step::Ends } else { Step::On };
                *self = Self::Behind;
                return Ok(step);
            }
            b'}' if *depth == 0 => return Err("found `}` between contexts, expected `,` or `]`".to_owned()),
            b']' | b'}' => *depth -= 1,
            b',' if *depth == 0 => {
                *any = true;
                return Ok(Step::Next);
            }
            _ => {}
        }
        *any |= !byte.is_ascii_whitespace();
        Ok(Step::On)
    }

    fn end(&self) -> Result<Step, String> {
        match self {
            Self::Before => Err("found the end of the text, expected a list of contexts".to_owned()),
            Self::Inside { .. } => Err("found the end of the text, expected `]`".to_owned()),
            Self::Behind => Ok(Step::On),
        }
    }

    fn is_blank(&self, _: &[u8]) -> bool {
        false
    }
}

impl List {
    fn step_outside(&mut self, byte: u8) -> Result<Step, String> {
        match (*self, byte) {
            (_, byte) if byte.is_ascii_whitespace() => Ok(Step::On),
            (Self::Before, b'[') => {
                *self = Self::Inside { depth: 0, in_string: false, escaped: false, any: false };
                Ok(Step::Begins)
            }
            (Self::Before, b'{') => {
                Err("found an object, expected a list of contexts; `--contexts-format ndjson` reads one object a line"
                    .to_owned())
            }
            (Self::Before, _) => Err("expected a list of contexts".to_owned()),
            _ => Err("found more text behind the list, expected its end".to_owned()),
        }
    }
}
