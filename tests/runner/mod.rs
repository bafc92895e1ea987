//! Runs the vectors in `tests/vectors` against the crate; the native and the WebAssembly tests share it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a vector that can't be read fails the test"
)]

use serde_json::Value;
use tidegate::bucket::{self, Purpose};
use tidegate::{Context, Decision, Json, Program};

/// What can be refused.
const KINDS: [&str; 4] = ["flag", "segment", "layer", "holdout"];

/// What a file of vectors holds.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Decisions,
    Buckets,
    RefusedFlags,
    RefusedDocuments,
    Random,
}

macro_rules! files {
    ($($name:literal $kind:ident),* $(,)?) => {
        /// Every file: name, kind, text.
        pub(crate) const FILES: &[(&str, Kind, &str)] = &[$(($name, Kind::$kind, include_str!(concat!("../vectors/", $name, ".json")))),*];
    };
}

files!(
    "attributes" Decisions,
    "bucketing" Buckets,
    "bucketing-lone-surrogates" Buckets,
    "forced" Decisions,
    "guardrails" Decisions,
    "holdouts" Decisions,
    "layers" Decisions,
    "lone-surrogates" Decisions,
    "operators-address" Decisions,
    "operators-date" Decisions,
    "operators-equality" Decisions,
    "operators-number" Decisions,
    "operators-semver" Decisions,
    "operators-text" Decisions,
    "overrides" Decisions,
    "parameters" Decisions,
    "percent" Decisions,
    "prerequisites" Decisions,
    "ramps" Decisions,
    "random" Random,
    "reasons" Decisions,
    "refused" RefusedFlags,
    "refused-host" RefusedFlags,
    "refused-namespaces" RefusedFlags,
    "refused-time" RefusedFlags,
    "refused-traffic" RefusedFlags,
    "rules" Decisions,
    "segments" Decisions,
    "snapshots-refused" RefusedDocuments,
    "split" Decisions,
    "stored" Decisions,
    "switchback" Decisions,
    "types-and-variants" Decisions,
    "units" Decisions,
    "windows" Decisions,
);

/// Runs a file; answers with how many answers were compared.
pub(crate) fn run(kind: Kind, text: &str) -> usize {
    // A host whose strings are UTF-8 can't hold a lone surrogate: it has the replacement character instead.
    let file: Value = serde_json::from_str(&replace_lone_surrogates(text)).expect("vectors are JSON");
    assert_eq!(file["vectorsVersion"], 1);
    match kind {
        Kind::Decisions => decisions(&file),
        Kind::Buckets => buckets(&file),
        Kind::RefusedFlags => refused_flags(&file),
        Kind::RefusedDocuments => refused_documents(&file),
        Kind::Random => random(&file),
    }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("`{name}` is a string in {value}"))
}

fn context(value: &Value) -> Context {
    value.to_string().parse().expect("contexts are objects")
}

/// The context with what a host says beside the snapshot.
fn said(host: &Value, mut context: Context) -> Context {
    let entries = |name: &str| host[name].as_object().into_iter().flatten();
    for (flag, variant) in entries("forced") {
        context = context.forced(flag, variant.as_str().unwrap());
    }
    for (flag, variant) in entries("stored") {
        context = context.stored(flag, variant.as_str().unwrap());
    }
    for (flag, alarms) in entries("rolledBack") {
        for alarm in alarms.as_array().unwrap() {
            context = context.rolled_back(flag, alarm.as_str().unwrap());
        }
    }
    context
}

/// A decision in the shape of the vectors.
fn answer(decision: &Decision<'_>) -> Value {
    let mut answer = serde_json::to_value(decision).expect("decisions serialise");
    let fields = answer.as_object_mut().expect("decisions are objects");
    fields.remove("revision");
    if let Some(json) = decision.json() {
        fields.insert("value".to_owned(), serde_json::from_str(json).expect("values are JSON"));
    }
    doubles(&answer)
}

/// The same value with every number as a double: `42.0` is `42`.
fn doubles(value: &Value) -> Value {
    let json: Json = value.to_string().parse().expect("JSON stays JSON");
    serde_json::to_value(json).expect("JSON stays JSON")
}

/// The program, which has to be the same when it was compiled ahead and loaded again.
fn load(document: &[u8]) -> Result<Program, tidegate::Problem> {
    let program = Program::load(document)?;
    #[cfg(feature = "compile")]
    {
        let file = program.to_bytes().expect("it compiles");
        let again = Program::load(&file).expect("what was compiled loads");
        assert_eq!(again.problems(), program.problems());
        assert_eq!(again.changed(&program), Vec::<String>::new());
        assert_eq!(again.to_bytes(), Ok(file));
        Ok(again)
    }
    #[cfg(not(feature = "compile"))]
    Ok(program)
}

fn check_decision(program: &Program, name: &str, case: &Value) {
    let context = said(&case["host"], context(&case["context"])).at(case["now"].as_i64().unwrap_or_default());
    if let Some(namespace) = case["namespace"].as_str() {
        let parameters = serde_json::to_value(program.parameters(namespace, &context)).unwrap();
        assert_eq!(doubles(&parameters), doubles(&case["expect"]), "{name}: {case}");
        return;
    }
    let flag = text(case, "flag");
    let decision = program.decide(flag, &context);
    assert_eq!(answer(&decision), doubles(&case["expect"]), "{name}: {case}");
    assert_eq!(program.bind(&context).decide(flag), decision, "bound, {name}: {case}");
    if let Some(explanation) = program.explain(flag, &context) {
        assert_eq!(explanation.variant.as_deref(), decision.variant, "explained, {name}");
        assert_eq!(
            (explanation.reason, explanation.rule.as_deref()),
            (decision.reason, decision.rule),
            "explained, {name}"
        );
        assert_eq!(explanation.error_code, decision.error, "explained, {name}");
    }
}

fn decisions(file: &Value) -> usize {
    let program = load(file["snapshot"].to_string().as_bytes()).expect("the snapshot loads");
    assert_eq!(program.problems(), []);
    for case in list(file, "cases") {
        check_decision(&program, text(case, "name"), case);
    }
    list(file, "cases").len()
}

fn buckets(file: &Value) -> usize {
    for case in list(file, "cases") {
        let (salt, unit) = (text(case, "salt"), text(case, "text"));
        let purpose = match case["purpose"].as_str() {
            None => Purpose::Split,
            Some("ramp") => Purpose::Ramp,
            Some("layer") => Purpose::Layer,
            Some("holdout") => Purpose::Holdout,
            Some("slot") => Purpose::Slot,
            Some(other) => panic!("purpose `{other}`"),
        };
        let key =
            [salt, &case["purpose"].as_str().map_or(String::new(), |name| format!("/{name}")), ".", unit].concat();
        assert_eq!(format!("{:016x}", bucket::hash(key.as_bytes())), text(case, "hash"), "{case}");
        assert_eq!(u64::from(bucket::of(salt, purpose, unit)), case["bucket"], "{case}");
    }
    for case in list(file, "splits") {
        let weights: Vec<u32> =
            list(case, "weights").iter().map(|weight| weight.as_u64().unwrap().try_into().unwrap()).collect();
        let cuts: Vec<Value> = bucket::cuts(weights.into_iter()).map(Value::from).collect();
        assert_eq!(cuts, list(case, "cuts"), "{case}");
    }
    for case in list(file, "percentages") {
        let share = bucket::share(case["percent"].as_f64().unwrap());
        assert_eq!(share.map(u64::from), case["ppm"].as_u64(), "{case}");
    }
    list(file, "cases").len() + list(file, "splits").len() + list(file, "percentages").len()
}

fn refused_flags(file: &Value) -> usize {
    let mut compared = 0;
    for case in list(file, "cases") {
        let name = text(case, "name");
        let program = load(text(case, "document").as_bytes()).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let problems = serde_json::to_value(program.problems()).unwrap();
        assert_eq!(program.flag_count() as u64, case["flags"], "{name}: {problems}");
        let expected = list(case, "refused");
        for wanted in expected {
            let same = |found: &&Value| {
                ["flag", "segment", "layer", "holdout", "code", "path"]
                    .iter()
                    .all(|field| found[*field] == wanted[*field])
            };
            assert!(
                problems.as_array().unwrap().iter().any(|found| same(&found)),
                "{name}: {wanted} is not in {problems}"
            );
        }
        compared += 1;
        for found in problems.as_array().unwrap() {
            let same = |wanted: &Value| KINDS.iter().all(|kind| wanted[*kind] == found[*kind]);
            assert!(expected.iter().any(same), "{name}: {found} is refused");
        }
        for case in list(case, "decide") {
            check_decision(&program, name, case);
            compared += 1;
        }
    }
    compared
}

fn refused_documents(file: &Value) -> usize {
    for case in list(file, "cases") {
        let bytes = match case["documentHex"].as_str() {
            Some(hex) => {
                (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
            }
            None => text(case, "document").as_bytes().to_vec(),
        };
        match load(&bytes) {
            Ok(_) => assert_eq!(case["code"], Value::Null, "{case}"),
            Err(problem) => {
                let found = serde_json::to_value(&problem).unwrap();
                assert_eq!((&found["code"], &found["path"]), (&case["code"], &case["path"]), "{case}: {problem}");
            }
        }
    }
    list(file, "cases").len()
}

fn random(file: &Value) -> usize {
    const DIGITS: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let program = load(file["snapshot"].to_string().as_bytes()).expect("the snapshot loads");
    assert_eq!(program.problems(), []);
    let contexts: Vec<Context> = list(file, "contexts").iter().map(context).collect();
    let mut compared = 0;
    for case in list(file, "cases") {
        let outcomes: Vec<Value> = list(case, "outcomes").iter().map(doubles).collect();
        let answers: Vec<char> = text(case, "answers").chars().collect();
        assert_eq!(answers.len(), contexts.len());
        for (context, digit) in contexts.iter().zip(answers) {
            let expected = &outcomes[DIGITS.find(digit).unwrap()];
            let found = answer(&program.decide(text(case, "flag"), context));
            assert_eq!(&found, expected, "{} for {context:?}", text(case, "flag"));
            compared += 1;
        }
    }
    compared
}

/// Turns escapes of lone surrogates into `\ufffd`.
fn replace_lone_surrogates(json: &str) -> String {
    let unit = |at: usize| {
        let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut out = String::with_capacity(json.len());
    let mut at = 0;
    while let Some(next) = json[at..].chars().next() {
        let length = match (unit(at), next) {
            (Some(0xD800..=0xDBFF), _) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                out.push_str("\\ufffd");
                at += 6;
                continue;
            }
            // An escaped backslash, so that the `u` behind it is a letter.
            (None, '\\') => 2,
            _ => next.len_utf8(),
        };
        out.push_str(&json[at..at + length]);
        at += length;
    }
    out
}
