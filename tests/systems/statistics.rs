//! What every system's numbers rest on: buckets are uniform, and two salts are independent.

use serde_json::{Value, json};
use tidegate::{Context, Program};

use crate::ids;
use crate::snapshots::{choice, close, load, share, variants, with};

/// The quantile at 0.999 of χ² with 99 degrees of freedom (NIST's Engineering Statistics Handbook, 1.3.6.7.4).
const LIMIT_99: f64 = 148.230;

/// A flag of ten even arms under each of the salts.
fn tenths(salts: &[&str]) -> Program {
    let variants: serde_json::Map<String, Value> = (0..10).map(|arm| (arm.to_string(), json!(arm))).collect();
    let split: Vec<Value> = (0..10).map(|arm| json!({ "variant": arm.to_string(), "weight": 1 })).collect();
    let flag = json!({
        "type": "number", "variants": variants, "off": "0", "default": "0", "rules": [{ "serve": { "split": split } }],
    });
    let flags = salts.iter().map(|salt| ((*salt).to_owned(), with(&flag, json!({ "salt": salt }))));
    load(Value::Object(flags.collect()))
}

/// Which of the ten arms each id is in.
fn arms(program: &Program, flag: &str, ids: &[String]) -> Vec<usize> {
    let mut units = program.units(flag, "targetingKey", &Context::new()).expect("the flag is there");
    ids.iter().map(|id| units.decide(id).variant.expect("a decision")).collect()
}

/// Σ(O−E)²/E of how often each of 100 even cells came up.
fn chi_square(cells: impl Iterator<Item = usize>) -> f64 {
    let mut counts = [0_u32; 100];
    cells.for_each(|cell| counts[cell] += 1);
    let expected = f64::from(counts.iter().sum::<u32>()) / 100.0;
    counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
}

#[test]
fn buckets_of_one_salt_are_uniform() {
    let split: Vec<Value> = (0..100).map(|arm| json!({ "variant": arm.to_string(), "weight": 1 })).collect();
    let variants: serde_json::Map<String, Value> = (0..100).map(|arm| (arm.to_string(), json!(arm))).collect();
    let program = load(json!({ "f": {
        "type": "number", "variants": variants, "off": "0", "default": "0", "salt": "uniform",
        "rules": [{ "serve": { "split": split } }],
    } }));
    let million: Vec<String> = ids::sequential(1_000_000).collect();
    let found = chi_square(arms(&program, "f", &million).into_iter());
    assert!(found < LIMIT_99, "a million sequential ids: {found}");
    for (kind, ids) in ids::kinds(200_000) {
        let found = chi_square(arms(&program, "f", &ids).into_iter());
        assert!(found < LIMIT_99, "{kind}: {found}");
    }
}

#[test]
fn two_salts_are_independent() {
    let salts = ["ranking", "checkout", "ranking-2", "a"];
    let program = tenths(&salts);
    let million = ("a million sequential", ids::sequential(1_000_000).collect());
    for (kind, ids) in ids::kinds(200_000).into_iter().chain([million]) {
        let arms: Vec<Vec<usize>> = salts.iter().map(|salt| arms(&program, salt, &ids)).collect();
        for pair in [[0, 1], [0, 2], [1, 2], [2, 3]] {
            let [first, second] = pair.map(|salt| &arms[salt]);
            let found = chi_square(first.iter().zip(second).map(|(first, second)| 10 * first + second));
            assert!(found < LIMIT_99, "{kind}, {} and {}: {found}", salts[pair[0]], salts[pair[1]]);
        }
        // One salt beside itself depends as much as can be: the table can tell.
        assert!(chi_square(arms[0].iter().map(|arm| 11 * arm)) > 1_000_000.0);
    }
}

#[test]
fn whether_a_unit_is_in_does_not_tell_its_arm() {
    let split = json!([{ "variant": "a", "weight": 1 }, { "variant": "b", "weight": 1 }]);
    let program =
        load(json!({ "f": choice(&["out", "a", "b"], json!([{ "percent": 10, "serve": { "split": split } }])) }));
    let served = variants(&program, "f", ids::sequential(200_000), &Context::new());
    let [a, b] = ["a", "b"].map(|arm| share(served.iter().map(|variant| *variant == arm)));
    close(a + b, 10.0, 0.25);
    // χ² of the two arms among those who are in, and its quantile at 0.999 with one degree of freedom.
    let found = 200_000.0 / 100.0 * (a - b).powi(2) / (a + b);
    assert!(found < 10.828, "{a}% and {b}%: {found}");
}
