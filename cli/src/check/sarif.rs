//! A check in SARIF 2.1.0, which code scanning services and editors read.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::report::Report;
use crate::finding::FindingReport;
use crate::lint::catalogue;
use crate::lint::level::Level;

/// The report as one run of one tool; `is_complete` unless a file couldn't be read.
pub(crate) fn log(report: &Report, is_complete: bool) -> Value {
    let told = |level: &'static str| move |finding| result(level, finding, None);
    let mut results: Vec<Value> = report.problems.iter().map(told("error")).collect();
    results.extend(report.warnings.iter().map(told("warning")));
    results
        .extend(report.lints.iter().map(|lint| result(level(lint.severity), &lint.finding, lint.allowed.as_deref())));
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "tidegate",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules(report),
            } },
            "invocations": [{ "executionSuccessful": is_complete }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// Every lint, and those kinds of problems and warnings that there are.
fn rules(report: &Report) -> Vec<Value> {
    let lints = catalogue::lints();
    let found = report.problems.iter().chain(&report.warnings).map(|finding| finding.code.as_str());
    let codes: BTreeSet<&str> = found.filter(|code| lints.iter().all(|lint| lint.code != *code)).collect();
    let mut rules: Vec<Value> = codes.iter().map(|code| json!({ "id": code })).collect();
    rules.extend(lints.iter().map(|lint| {
        json!({
            "id": lint.code,
            "shortDescription": { "text": lint.about },
            "fullDescription": { "text": lint.why },
            "help": { "text": lint.mend },
            "defaultConfiguration": match lint.level {
                Level::Off => json!({ "enabled": false }),
                told => json!({ "level": level(told.name()) }),
            },
        })
    }));
    rules
}

/// SARIF's word.
fn level(severity: &str) -> &'static str {
    match severity {
        "error" => "error",
        "warning" => "warning",
        _ => "note",
    }
}

fn result(level: &str, finding: &FindingReport, allowed: Option<&str>) -> Value {
    let mut message = finding.message.clone();
    if let Some(suggestion) = &finding.suggestion {
        message.extend([", did you mean `", suggestion, "`?"]);
    }
    if let Some(help) = &finding.help {
        message.extend([". Help: ", help]);
    }
    let mut result = json!({
        "ruleId": finding.code,
        "level": level,
        "message": { "text": message },
        "locations": [location(finding)],
    });
    if let (Some(reason), Value::Object(result)) = (allowed, &mut result) {
        let suppression = json!({ "kind": "external", "justification": reason });
        result.insert("suppressions".to_owned(), Value::Array(vec![suppression]));
    }
    result
}

fn location(finding: &FindingReport) -> Value {
    let mut location = Map::new();
    // What was read from standard input has no address.
    if !finding.file.starts_with('<') {
        let mut physical = json!({ "artifactLocation": { "uri": uri(&finding.file) } });
        if let (Some(line), Value::Object(physical)) = (finding.line, &mut physical) {
            let region = json!({
                "startLine": line,
                "startColumn": finding.column,
                "endLine": finding.end_line,
                "endColumn": finding.end_column,
            });
            physical.insert("region".to_owned(), region);
        }
        location.insert("physicalLocation".to_owned(), physical);
    }
    if !finding.path.is_empty() {
        location.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": finding.path }]));
    }
    Value::Object(location)
}

/// A path as a reference by RFC 3986: what isn't unreserved is escaped.
fn uri(path: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        b'\\' if cfg!(windows) => "/".to_owned(),
        _ => format!("%{byte:02X}"),
    };
    path.bytes().map(escape).collect()
}
