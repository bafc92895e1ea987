//! CSV whose header has attribute paths: `user.id,shop.plan`.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use tidegate::{Context, limits};

use super::cell::value;
use super::records::Records;
use super::split::{Piece, Split};
use super::{Fault, Input};
use crate::show::printable;

pub(super) struct Table {
    split: Split<Records>,
    header: Arc<Header>,
    /// What was read with the header.
    first: Option<Cut>,
}

/// Some records.
pub(super) struct Cut {
    pub(super) header: Arc<Header>,
    pub(super) piece: Piece,
    /// Whether the header is in front of them.
    with_header: bool,
}

/// What the columns are.
pub(super) struct Header {
    columns: Vec<Column>,
}

struct Column {
    path: String,
    as_text: bool,
}

impl Table {
    /// `strings` are the paths whose cells are text; none of them for all.
    ///
    /// # Errors
    /// The header can't be read, or names something that is no attribute path, or one twice.
    pub(super) fn new(input: Input, strings: Option<&[String]>, name: &str) -> Result<Self> {
        let mut split = Split::new(input, Records::Start);
        let Some(mut piece) = split.next().map_err(|fault| fault.named(name))? else {
            return Err(anyhow!("`{name}` is empty, expected a header with attribute paths"));
        };
        let record = reader(&piece.text).byte_records().next();
        let (_, line) = piece.spans.remove(0);
        let header = match record {
            Some(Ok(record)) => Header::new(&record, strings),
            Some(Err(error)) => Err(error.to_string()),
            None => Err("found no header".to_owned()),
        };
        let header = Arc::new(header.map_err(|message| anyhow!("`{name}`, line {line}: {message}"))?);
        let first = (!piece.spans.is_empty()).then(|| Cut { header: Arc::clone(&header), piece, with_header: true });
        Ok(Self { split, header, first })
    }

    /// Some records.
    pub(super) fn next(&mut self) -> Result<Option<Cut>, Fault> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let cut = |piece| Cut { header: Arc::clone(&self.header), piece, with_header: false };
        Ok(self.split.next()?.map(cut))
    }
}

/// A reader of records without a header; rows of another length are told of as such, one by one.
fn reader(text: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text)
}

impl Cut {
    /// The contexts of the records, or what is wrong with them.
    pub(super) fn contexts(&self) -> impl Iterator<Item = Result<Context, String>> {
        let records = reader(&self.piece.text).into_byte_records().skip(usize::from(self.with_header));
        records.map(|record| match record {
            Ok(record) => self.header.context(&record),
            Err(error) => Err(error.to_string()),
        })
    }
}

impl Header {
    fn new(record: &csv::ByteRecord, strings: Option<&[String]>) -> Result<Self, String> {
        let mut columns: Vec<Column> = Vec::with_capacity(record.len());
        for cell in record {
            let path = std::str::from_utf8(cell).map_err(|_| "the header is not UTF-8".to_owned())?;
            if !is_path(path) {
                return Err(format!(
                    "found the column `{}`, expected an attribute path such as `user.id`",
                    printable(path)
                ));
            }
            let as_text = strings.is_some_and(|strings| strings.is_empty() || strings.iter().any(|one| one == path));
            columns.push(Column { path: path.to_owned(), as_text });
        }
        if let Some(missing) =
            strings.unwrap_or_default().iter().find(|one| columns.iter().all(|column| column.path != **one))
        {
            return Err(format!(
                "no column is called `{}`, expected those of `--csv-strings` in the header",
                printable(missing)
            ));
        }
        check_apart(&columns)?;
        Ok(Self { columns })
    }

    /// The context of a record.
    pub(super) fn context(&self, record: &csv::ByteRecord) -> Result<Context, String> {
        if record.len() != self.columns.len() {
            let (found, expected) = (record.len(), self.columns.len());
            return Err(format!("found {found} cells, expected {expected} as in the header"));
        }
        let mut context = Context::new();
        for (column, cell) in self.columns.iter().zip(record) {
            let cell = std::str::from_utf8(cell)
                .map_err(|_| format!("found a cell that is not UTF-8 in the column `{}`", printable(&column.path)))?;
            if let Some(value) = value(cell, column.as_text) {
                context = context.with(&column.path, value);
            }
        }
        Ok(context)
    }
}

/// Whether the specification takes it as an attribute path.
fn is_path(path: &str) -> bool {
    const PARTS: usize = 16;
    path.len() <= limits::NAME_BYTES
        && path.split('.').count() <= PARTS
        && path.split('.').all(|part| !part.is_empty() && part != "__proto__")
}

/// No column may be another one, or lie within it: `shop` and `shop.id`.
fn check_apart(columns: &[Column]) -> Result<(), String> {
    let mut paths = HashSet::new();
    for column in columns {
        if !paths.insert(column.path.as_str()) {
            return Err(format!("found the column `{}` twice, expected each once", printable(&column.path)));
        }
    }
    for column in columns {
        let around = column.path.match_indices('.').find_map(|(at, _)| paths.get(column.path.get(..at)?));
        if let Some(around) = around {
            let (path, around) = (printable(&column.path), printable(around));
            return Err(format!("found the columns `{around}` and `{path}`, expected none within another"));
        }
    }
    Ok(())
}
