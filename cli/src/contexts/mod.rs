//! Many contexts out of a file: millions of rows, read piece by piece so that memory stays flat.
//!
//! Reading is cut in two. Iterating over [`Contexts`] is cheap and goes through the file in its order: it finds where rows
//! begin and end. [`Unread::read`] does the work, and may be called on any thread. [`fold`] puts both together.
//!
//! | file | what is in it |
//! |---|---|
//! | `split.rs` | a text cut into rows, batch by batch |
//! | `lines.rs` `list.rs` `records.rs` | where the rows of NDJSON, of a JSON list and of CSV end |
//! | `table.rs` `cell.rs` | what the columns and cells of CSV are |
//! | `simulated.rs` | contexts that are made up: one unit after another |
//! | `fold.rs` | all rows through one function, on every core |
//! | `progress.rs` | how far it is, for whoever watches |

mod cell;
mod fold;
mod lines;
mod list;
mod progress;
mod records;
mod simulated;
mod split;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::show::shown;
use anyhow::{Context as _, Result, anyhow};
use clap::{Args, ValueEnum};
use tidegate::Context;

pub(crate) use fold::{Read, fold};
use lines::Lines;
use list::List;
use simulated::{Simulated, Units};
use split::{Piece, Split};
use table::{Cut, Table};

/// About how many bytes of text are read into one batch.
const BATCH_BYTES: usize = 256 * 1024;
/// What is longer is no context, and would have to be held in memory as a whole.
const ROW_BYTES: usize = 16 * 1024 * 1024;

#[derive(Debug, Default, Args)]
pub(crate) struct ContextsArguments {
    /// Contexts: NDJSON, a JSON list, or CSV whose header has attribute paths; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) contexts: Option<PathBuf>,
    /// What the contexts are written as [default: by the file's extension, else by its first character]
    #[arg(long, value_name = "FORMAT", requires = "contexts")]
    contexts_format: Option<Format>,
    /// CSV columns that are text whatever is in them; without names, all. Else an empty cell is absent, `true`, `false` and
    /// numbers as JSON writes them are what they look like, and the rest is text
    #[arg(long, value_name = "PATH", num_args = 0.., value_delimiter = ',', require_equals = true, requires = "contexts")]
    csv_strings: Option<Vec<String>>,
    /// Leave rows out that are no context, and say how many, instead of stopping at the first
    #[arg(long, requires = "contexts")]
    pub(crate) skip_bad_rows: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line
    Ndjson,
    /// A JSON list of objects
    Json,
    /// Comma-separated values with a header
    Csv,
}

/// A context, and where it stands.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its place among the rows, from 1; bad ones count, blank lines don't.
    pub(crate) number: u64,
    /// The line that it begins in, from 1.
    pub(crate) line: u64,
    pub(crate) context: Context,
}

/// A row that is no context.
#[derive(Debug)]
pub(crate) struct BadRow {
    pub(crate) number: u64,
    pub(crate) line: u64,
    /// One lower-case sentence without a full stop.
    pub(crate) message: String,
}

/// Some rows that stand behind each other, in their order.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) rows: Vec<Row>,
    pub(crate) bad: Vec<BadRow>,
}

/// Some rows of text that nobody has looked into yet.
pub(crate) struct Unread {
    /// The number of the first row.
    first: u64,
    rows: Rows,
}

enum Rows {
    /// JSON texts.
    Json(Piece),
    Csv(Cut),
    Simulated {
        units: Arc<Units>,
        count: u64,
    },
}

/// The rows of one input, batch by batch.
pub(crate) struct Contexts {
    /// What to call the input.
    pub(crate) name: String,
    /// How much there is, where that is known: bytes of a file, units of a simulation.
    extent: Option<u64>,
    rows: Reader,
    /// The number of the next row.
    next: u64,
}

enum Reader {
    Lines(Split<Lines>),
    List(Split<List>),
    Table(Box<Table>),
    Simulated(Simulated),
}

type Input = Box<dyn BufRead + Send>;

impl ContextsArguments {
    /// Opens the contexts at `path`, which is [`ContextsArguments::contexts`].
    ///
    /// # Errors
    /// They can't be read, their format isn't known, or the header of CSV isn't one.
    pub(crate) fn open(&self, path: &Path) -> Result<Contexts> {
        let is_stdin = path == Path::new("-");
        let name = if is_stdin { "<stdin>".to_owned() } else { shown(path) };
        let unreadable = || format!("could not read `{name}`");
        let (input, extent): (Input, _) = if is_stdin {
            (Box::new(BufReader::new(std::io::stdin())), None)
        } else {
            let file = File::open(path).with_context(unreadable)?;
            let metadata = file.metadata().with_context(unreadable)?;
            let extent = metadata.is_file().then_some(metadata.len());
            (Box::new(BufReader::new(file)), extent)
        };
        self.opened(input, path, name, extent)
    }

    fn opened(&self, input: Input, path: &Path, name: String, extent: Option<u64>) -> Result<Contexts> {
        let mut input = split::without_mark(input).with_context(|| format!("could not read `{name}`"))?;
        let format = match self.contexts_format.or_else(|| by_extension(path)) {
            Some(format) => format,
            None => by_first_character(input.as_mut(), &name)?,
        };
        let rows = match format {
            Format::Ndjson => Reader::Lines(Split::new(input, Lines)),
            Format::Json => Reader::List(Split::new(input, List::Before)),
            Format::Csv => Reader::Table(Box::new(Table::new(input, self.csv_strings.as_deref(), &name)?)),
        };
        Ok(Contexts { name, extent, rows, next: 1 })
    }
}

fn by_extension(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "ndjson" | "jsonl" => Some(Format::Ndjson),
        "json" => Some(Format::Json),
        "csv" => Some(Format::Csv),
        _ => None,
    }
}

/// A list begins with `[`, an object of NDJSON with `{`. Of white space only the first buffer is looked through.
fn by_first_character(input: &mut dyn BufRead, name: &str) -> Result<Format> {
    let start = input.fill_buf().with_context(|| format!("could not read `{name}`"))?;
    match start.trim_ascii_start().first() {
        Some(b'[') => Ok(Format::Json),
        Some(b'{') | None => Ok(Format::Ndjson),
        Some(_) => Err(anyhow!(
            "`{name}` begins neither with `{{` nor with `[`, expected NDJSON or a JSON list; `--contexts-format csv` reads CSV"
        )),
    }
}

impl Contexts {
    /// `count` contexts that are `around` but for their unit: `u-1`, `u-2` and so on at each of the attribute paths `units`,
    /// unless `around` has something there.
    pub(crate) fn simulated(count: u64, units: Vec<String>, around: &Context) -> Self {
        let rows = Reader::Simulated(Simulated::new(count, units, around));
        Self { name: "<simulated>".to_owned(), extent: Some(count), rows, next: 1 }
    }
}

impl Iterator for Contexts {
    type Item = Result<Unread>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = match &mut self.rows {
            Reader::Lines(lines) => lines.next().map(|piece| piece.map(Rows::Json)),
            Reader::List(list) => list.next().map(|piece| piece.map(Rows::Json)),
            Reader::Table(table) => table.next().map(|cut| cut.map(Rows::Csv)),
            Reader::Simulated(simulated) => Ok(simulated.next()),
        };
        let first = self.next;
        match read {
            Ok(Some(rows)) => {
                let unread = Unread { first, rows };
                self.next += unread.len();
                Some(Ok(unread))
            }
            Ok(None) => None,
            Err(fault) => Some(Err(fault.named(&self.name))),
        }
    }
}

impl Unread {
    /// How many rows there are.
    pub(crate) fn len(&self) -> u64 {
        match &self.rows {
            Rows::Json(piece) | Rows::Csv(Cut { piece, .. }) => piece.spans.len() as u64,
            Rows::Simulated { count, .. } => *count,
        }
    }

    /// How much of the input they take, counted as [`Contexts::extent`] is.
    fn extent(&self) -> u64 {
        match &self.rows {
            Rows::Json(piece) | Rows::Csv(Cut { piece, .. }) => piece.bytes,
            Rows::Simulated { count, .. } => *count,
        }
    }

    /// Reads the rows. Linear in their text.
    pub(crate) fn read(&self) -> Batch {
        let mut batch = Batch::default();
        let mut add = |number: u64, line: u64, read: Result<Context, String>| match read {
            Ok(context) => batch.rows.push(Row { number, line, context }),
            Err(message) => batch.bad.push(BadRow { number, line, message }),
        };
        match &self.rows {
            Rows::Json(Piece { text, spans, .. }) => {
                for (number, (span, line)) in (self.first..).zip(spans) {
                    add(number, *line, object(text.get(span.clone()).unwrap_or_default()));
                }
            }
            Rows::Csv(cut) => {
                for ((number, (_, line)), context) in (self.first..).zip(&cut.piece.spans).zip(cut.contexts()) {
                    add(number, *line, context);
                }
            }
            Rows::Simulated { units, count } => {
                for number in self.first..self.first + count {
                    add(number, number, Ok(units.context(number)));
                }
            }
        }
        batch
    }
}

/// A context that is written as a JSON object.
fn object(text: &[u8]) -> Result<Context, String> {
    let text = std::str::from_utf8(text)
        .map_err(|error| format!("not UTF-8 from byte {} on, expected a JSON object", error.valid_up_to() + 1))?;
    if text.is_empty() {
        return Err("found nothing, expected a JSON object".to_owned());
    }
    // The line that it says is counted from the beginning of the row.
    text.parse().map_err(|problem: tidegate::Problem| problem.to_string().replace(" at line 1 column ", " at column "))
}

/// What keeps an input from being read on.
#[derive(Debug)]
enum Fault {
    Io(std::io::Error),
    /// What is wrong in a line.
    At(u64, String),
}

impl Fault {
    fn named(self, name: &str) -> anyhow::Error {
        match self {
            Self::Io(error) => anyhow::Error::from(error).context(format!("could not read `{name}`")),
            Self::At(line, message) => anyhow!("`{name}`, line {line}: {message}"),
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Where a row is, for a message: in a list of one line, the line says nothing.
impl fmt::Display for BadRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}", self.line)?;
        if self.number != self.line {
            write!(formatter, " (context {})", self.number)?;
        }
        write!(formatter, ": {}", self.message)
    }
}
