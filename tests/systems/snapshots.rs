//! Snapshots as the tests write them, and who answers what.

use serde_json::{Value, json};
use tidegate::{Context, Program};

/// A snapshot of these flags in which nothing is wrong.
pub(crate) fn load(flags: Value) -> Program {
    load_among(json!({}), flags)
}

/// The same with segments.
pub(crate) fn load_with(segments: Value, flags: Value) -> Program {
    load_among(json!({ "segments": segments }), flags)
}

/// The same with sections: layers, holdouts, alarms.
pub(crate) fn load_among(sections: Value, flags: Value) -> Program {
    let program = load_any(sections, flags);
    assert_eq!(program.problems(), []);
    program
}

/// The same, where something may be wrong.
pub(crate) fn load_any(sections: Value, flags: Value) -> Program {
    let document = with(&json!({ "schemaVersion": 1, "revision": "1", "flags": flags }), sections);
    Program::load(document.to_string().as_bytes()).expect("the snapshot loads")
}

/// A switch that is off but for these rules. Its salt is `salt`.
pub(crate) fn switch(rules: Value) -> Value {
    json!({
        "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off", "salt": "salt",
        "rules": rules,
    })
}

/// A flag whose variants' values are their names; the first one is served when it is off, and by default.
pub(crate) fn choice(variants: &[&str], rules: Value) -> Value {
    let values: serde_json::Map<String, Value> =
        variants.iter().map(|name| ((*name).to_owned(), json!(name))).collect();
    json!({
        "type": "string", "variants": values, "off": variants[0], "default": variants[0], "salt": "salt", "rules": rules,
    })
}

/// `base` with these fields, in place of its own or beside them.
pub(crate) fn with(base: &Value, fields: Value) -> Value {
    let mut base = base.clone();
    let (Some(entries), Value::Object(fields)) = (base.as_object_mut(), fields) else {
        panic!("expected two objects");
    };
    entries.extend(fields);
    base
}

/// A split of even arms.
pub(crate) fn even(arms: &[&str]) -> Value {
    json!({ "split": arms.iter().map(|arm| json!({ "variant": arm, "weight": 1 })).collect::<Vec<Value>>() })
}

/// A flag that sets parameters of the namespace `feed`: those of the variant that its rules serve, else none.
pub(crate) fn setting(variants: Value, rules: Value) -> Value {
    json!({
        "type": "object", "namespace": "feed", "variants": with(&json!({ "none": {} }), variants), "off": "none", "default": "none",
        "rules": rules,
    })
}

/// The parameters of the namespace `feed`.
pub(crate) fn parameters(program: &Program, context: &Context) -> Value {
    serde_json::to_value(program.parameters("feed", context)).expect("parameters are JSON")
}

/// A comparison with `eq`.
pub(crate) fn equal(attribute: &str, value: impl Into<Value>) -> Value {
    json!({ "attr": attribute, "op": "eq", "value": value.into() })
}

/// An hour in milliseconds.
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 24 * HOUR;
/// 2026-11-24T00:00:00Z, a Tuesday.
pub(crate) const TUESDAY: i64 = 1_795_478_400_000;

/// A context from JSON.
pub(crate) fn context(json: &Value) -> Context {
    json.to_string().parse().expect("a context is an object")
}

/// The variant that a flag serves each of the units, which are targeting keys, with these attributes beside.
pub(crate) fn variants<'p>(
    program: &'p Program,
    flag: &str,
    ids: impl IntoIterator<Item = String>,
    beside: &Context,
) -> Vec<&'p str> {
    let mut units = program.units(flag, "targetingKey", beside).expect("the flag is there");
    let names = units.variants();
    ids.into_iter().map(|id| names[units.decide(&id).variant.expect("a decision")]).collect()
}

/// Whether a switch is on for each of the units.
pub(crate) fn on(program: &Program, flag: &str, ids: impl IntoIterator<Item = String>) -> Vec<bool> {
    variants(program, flag, ids, &Context::new()).into_iter().map(|variant| variant == "on").collect()
}

/// How many hold, in percent of all.
pub(crate) fn share(of: impl IntoIterator<Item = bool>) -> f64 {
    let (mut held, mut all) = (0_u32, 0_u32);
    for holds in of {
        held += u32::from(holds);
        all += 1;
    }
    100.0 * f64::from(held) / f64::from(all)
}

/// Fails unless `found` is within `tolerance` of `expected`.
pub(crate) fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "found {found}, expected {expected} ± {tolerance}");
}
