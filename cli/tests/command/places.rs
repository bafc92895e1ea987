//! Every problem of the published vectors has a place in the text, and it is the right one.

use std::path::Path;

use crate::support::run;
use serde_json::Value;

fn cases(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(name);
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    vectors["cases"].as_array().unwrap().clone()
}

/// The document as bytes; some can't be written as text.
fn document(case: &Value) -> Vec<u8> {
    match case["document"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => {
            let hex = case["documentHex"].as_str().unwrap();
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
        }
    }
}

/// Checks the documents in one run; answers with each one's problems.
fn check(documents: &[Vec<u8>]) -> Vec<Vec<Value>> {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["check".to_owned(), "--json".to_owned()];
    for (number, document) in documents.iter().enumerate() {
        let path = folder.path().join(format!("{number}.json"));
        std::fs::write(&path, document).unwrap();
        arguments.push(path.to_string_lossy().into_owned());
    }
    let told = run(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), b"");
    let report: Value = serde_json::from_str(&told.out).unwrap();
    let problems = report["problems"].as_array().unwrap();
    let of = |file: &String| problems.iter().filter(|problem| problem["file"] == **file).cloned().collect();
    arguments[2..].iter().map(of).collect()
}

fn underlined(text: &str, problem: &Value) -> String {
    let number = |name: &str| usize::try_from(problem[name].as_u64().unwrap()).unwrap();
    assert_eq!(number("line"), number("endLine"), "{problem}");
    let line = text.split('\n').nth(number("line") - 1).unwrap();
    line.chars().skip(number("column") - 1).take(number("endColumn") - number("column")).collect()
}

/// The underlined part is the value that the pointer leads to, its first character, or the last key of the pointer.
fn is_right(text: &str, problem: &Value) -> bool {
    let path = problem["path"].as_str().unwrap();
    let part = underlined(text, problem);
    // A document with a lone surrogate or `1e400` has no value that serde_json could compare with.
    let Ok(whole) = serde_json::from_str::<Value>(text) else { return !part.is_empty() };
    let last = path.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    let is_key = serde_json::from_str::<String>(&part).is_ok_and(|key| key == last)
        // A key that is too long is underlined in part.
        || (part.len() == 100 && format!("\"{last}").starts_with(&part));
    match whole.pointer(path) {
        Some(value) => is_key || part == "{" || serde_json::from_str::<Value>(&part).is_ok_and(|part| part == *value),
        None => false,
    }
}

#[test]
fn every_refused_definition_has_its_place() {
    let cases = cases("refused.json");
    let problems = check(&cases.iter().map(document).collect::<Vec<_>>());
    let mut compared = 0;
    for (case, problems) in cases.iter().zip(problems) {
        let text = case["document"].as_str().unwrap();
        for expected in case["refused"].as_array().unwrap() {
            let found = problems
                .iter()
                .find(|problem| problem["code"] == expected["code"] && problem["path"] == expected["path"]);
            let problem = found.unwrap_or_else(|| panic!("{}: {expected} is not told: {problems:?}", case["name"]));
            assert!(is_right(text, problem), "{}: {problem} underlines {}", case["name"], underlined(text, problem));
            compared += 1;
        }
    }
    assert!(compared > 300, "only {compared} problems were compared");
}

#[test]
fn every_refused_document_has_its_place() {
    let cases = cases("snapshots-refused.json");
    let problems = check(&cases.iter().map(document).collect::<Vec<_>>());
    for (case, problems) in cases.iter().zip(problems) {
        let Some(code) = case["code"].as_str() else {
            assert_eq!(problems, Vec::<Value>::new(), "{}", case["name"]);
            continue;
        };
        let [problem] = problems.as_slice() else { panic!("{}: {problems:?}", case["name"]) };
        assert_eq!((problem["code"].as_str(), &problem["path"]), (Some(code), &case["path"]), "{}", case["name"]);
        assert!(problem["line"].as_u64() >= Some(1) && problem["column"].as_u64() >= Some(1), "{}", case["name"]);
        assert!(!problem["message"].as_str().unwrap().contains(" at line "), "{problem}");
        let text = case["document"].as_str().unwrap_or_default().trim_start_matches('\u{feff}');
        if !matches!(code, "INVALID_JSON" | "INVALID_UTF8" | "NOT_JSON_HTML") {
            assert!(is_right(text, problem), "{}: {problem} underlines {}", case["name"], underlined(text, problem));
        }
    }
}
