//! Every form gives the same rows as reading the whole text at once, wherever the batches end.

use std::io::{Cursor, Read};
use std::path::Path;

use super::*;

/// Hands out a few bytes at a time, as a pipe may.
struct Slow(Cursor<Vec<u8>>);

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let few = into.len().min(7);
        self.0.read(&mut into[..few])
    }
}

fn contexts(format: Format, text: &str) -> Result<Contexts> {
    opened(&ContextsArguments { contexts_format: Some(format), ..ContextsArguments::default() }, text)
}

fn opened(arguments: &ContextsArguments, text: &str) -> Result<Contexts> {
    let input = Box::new(BufReader::with_capacity(5, Slow(Cursor::new(text.as_bytes().to_vec()))));
    arguments.opened(input, Path::new("-"), "<stdin>".to_owned(), None)
}

/// What the rows are, and what is wrong, in their order.
fn read(format: Format, text: &str) -> Vec<String> {
    told(contexts(format, text))
}

fn told(contexts: Result<Contexts>) -> Vec<String> {
    let contexts = match contexts {
        Ok(contexts) => contexts,
        Err(error) => return vec![format!("{error:#}")],
    };
    let mut told = Vec::new();
    for batch in contexts {
        match batch {
            Ok(unread) => {
                let Batch { rows, bad } = unread.read();
                let rows = rows.iter().map(|row| (row.number, format!("{} {}", row.line, id(&row.context))));
                let mut all: Vec<_> = rows.chain(bad.iter().map(|bad| (bad.number, bad.to_string()))).collect();
                all.sort();
                told.extend(all.into_iter().map(|(_, text)| text));
            }
            Err(error) => {
                told.push(format!("{error:#}"));
                break;
            }
        }
    }
    told
}

fn id(context: &Context) -> String {
    context.get("id").map(crate::show::json).unwrap_or_default()
}

#[test]
fn many_batches_have_every_row_once() {
    let count = 40_000;
    let object =
        |number: usize| format!("{{\"id\": {number}, \"text\": \"{}[,]{{\\\"\\\\\"}}", "x".repeat(number % 40));
    let rows: Vec<String> = (1..=count).map(object).collect();
    let expected: Vec<String> = (1..=count).map(|number| format!("{number} {number}")).collect();
    assert!(rows.concat().len() > 4 * BATCH_BYTES);
    assert_eq!(read(Format::Ndjson, &rows.join("\n")), expected);
    assert_eq!(read(Format::Ndjson, &(rows.join("\r\n") + "\r\n")), expected);
    assert_eq!(read(Format::Json, &format!("[{}]", rows.join(",\n"))), expected);
    let table: Vec<String> = (1..count).map(|number| format!("{number},\"a\n,\"\"b\"\"\"")).collect();
    let expected: Vec<String> = (1..count).map(|number| format!("{} {number}", number * 2)).collect();
    assert_eq!(read(Format::Csv, &format!("id,text\n{}", table.join("\n"))), expected);
}

#[test]
fn csv_that_ends_too_early_is_told_of() {
    assert_eq!(read(Format::Csv, ""), ["`<stdin>` is empty, expected a header with attribute paths"]);
    assert_eq!(read(Format::Csv, "id\n"), [""; 0]);
    let told = read(Format::Csv, "id\n1\n\"2\n3");
    assert_eq!(told, ["2 1", "`<stdin>`, line 4: found the end of the text within quotes, expected `\"`"]);
}

#[test]
fn blank_lines_are_passed_over_and_lines_counted() {
    assert_eq!(read(Format::Ndjson, "\u{feff}{\"id\": 1}\n\n  {\"id\": 2} \r\n\t\n{\"id\": 3}"), ["1 1", "3 2", "5 3"]);
    assert_eq!(read(Format::Ndjson, ""), [""; 0]);
    assert_eq!(read(Format::Json, " [ ]\n"), [""; 0]);
    assert_eq!(
        read(Format::Json, "\u{feff}[\n{\"id\": 1},\n\n {\"id\": [\n2]}\n, {\"id\": 3}]\n"),
        ["2 1", "4 [2]", "6 3"]
    );
}

#[test]
fn a_bad_row_is_named_with_what_is_wrong() {
    assert_eq!(
        read(Format::Ndjson, "{\"id\": 1}\n{id: 2}\n\n[3]\n7\n{\"id\": 5}"),
        [
            "1 1",
            "line 2: not JSON: found `i` at column 2, expected a key in double quotes",
            "line 4 (context 3): found a list, expected an object of attributes",
            "line 5 (context 4): found a number, expected an object of attributes",
            "6 5",
        ]
    );
    assert_eq!(
        read(Format::Json, "[{\"id\": 1}, , {\"id\": 2} 3,\n\"a,b\"]"),
        [
            "1 1",
            "line 1 (context 2): found nothing, expected a JSON object",
            "line 1 (context 3): not JSON: found `3` at column 11, expected the end of the text",
            "line 2 (context 4): found a string, expected an object of attributes",
        ]
    );
    assert_eq!(
        read(Format::Csv, "id,a.b\r\n1,x\r\n2\n3,x,y\n\n4,\"multi\nli\"\"ne,\"\r\n5,x\"y\n \n\n6,"),
        [
            "2 1",
            "line 3 (context 2): found 1 cells, expected 2 as in the header",
            "line 4 (context 3): found 3 cells, expected 2 as in the header",
            "6 4",
            "8 5",
            "line 9 (context 6): found 1 cells, expected 2 as in the header",
            "11 6",
        ]
    );
}

#[test]
fn a_list_that_is_none_is_told_apart() {
    for (text, expected) in [
        (
            "{\"id\": 1}",
            "found an object, expected a list of contexts; `--contexts-format ndjson` reads one object a line",
        ),
        ("\n x", "expected a list of contexts"),
        ("", "found the end of the text, expected a list of contexts"),
        ("[{}", "found the end of the text, expected `]`"),
        ("[{}}, {}]", "found `}` between contexts, expected `,` or `]`"),
        ("[{}]\n[{}]", "found more text behind the list, expected its end"),
    ] {
        let told = read(Format::Json, text);
        assert!(told.last().unwrap().ends_with(expected), "{text}: {told:?}");
    }
}

#[test]
fn a_header_has_attribute_paths() {
    for (header, expected) in [
        ("id,", "found the column ``, expected an attribute path such as `user.id`"),
        ("a..b", "found the column `a..b`, expected an attribute path such as `user.id`"),
        ("a.__proto__", "found the column `a.__proto__`, expected an attribute path such as `user.id`"),
        ("a,b,a", "found the column `a` twice, expected each once"),
        ("a.b.c,a.b", "found the columns `a.b` and `a.b.c`, expected none within another"),
    ] {
        assert_eq!(read(Format::Csv, &format!("{header}\n")), [format!("`<stdin>`, line 1: {expected}")]);
    }
}

#[test]
fn columns_are_text_where_they_are_said_to_be() {
    let first = |strings: Option<Vec<&str>>| {
        let csv_strings = strings.map(|paths| paths.into_iter().map(str::to_owned).collect());
        let arguments = ContextsArguments { contexts_format: Some(Format::Csv), csv_strings, ..Default::default() };
        let batch = opened(&arguments, "a.x,b,c\n1,true,\n").unwrap().next().unwrap().unwrap().read();
        let context = &batch.rows[0].context;
        ["a.x", "b", "c"].map(|path| context.get(path).cloned())
    };
    assert_eq!(first(None), [Some(1.into()), Some(true.into()), None]);
    assert_eq!(first(Some(vec!["a.x"])), [Some("1".into()), Some(true.into()), None]);
    assert_eq!(first(Some(vec![])), [Some("1".into()), Some("true".into()), None]);
    let arguments = ContextsArguments {
        contexts_format: Some(Format::Csv),
        csv_strings: Some(vec!["d".to_owned()]),
        ..Default::default()
    };
    let expected = "`<stdin>`, line 1: no column is called `d`, expected those of `--csv-strings` in the header";
    assert_eq!(told(opened(&arguments, "a\n")), [expected]);
}

#[test]
fn made_up_contexts_have_their_units_where_nothing_else_is() {
    let around = "{\"shop\": {\"plan\": \"plus\", \"id\": 7}}".parse().unwrap();
    let units = ["shop.id", "user.id"].map(str::to_owned).to_vec();
    let rows: Vec<Row> =
        Contexts::simulated(9_000, units, &around).flat_map(|batch| batch.unwrap().read().rows).collect();
    assert_eq!(rows.len(), 9_000);
    let last = &rows[8_999];
    assert_eq!((last.number, last.context.get("user.id")), (9_000, Some(&"u-9000".into())));
    assert_eq!(last.context.get("shop.id"), Some(&7.into()));
    assert_eq!(last.context.get("shop.plan"), Some(&"plus".into()));
}
