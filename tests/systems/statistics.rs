//! What every system's numbers rest on: buckets are uniform, and two salts are independent.

use serde_json::{Value, json};
use tidegate::{Context, Program};

use crate::ids;
use crate::snapshots::{choice, close, even, load, load_among, share, variants, with};

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

/// A layer of ten even experiments under its own salt, and a flag that says which of them a unit is in.
fn layer_of_tenths(key: &str) -> (Value, Value) {
    let name = |arm: u32| arm.to_string();
    let ranges: serde_json::Map<String, Value> =
        (0..10).map(|arm| (name(arm), json!([[10 * arm, 10 * arm + 10]]))).collect();
    let variants: serde_json::Map<String, Value> = (0..10).map(|arm| (name(arm), json!(arm))).collect();
    let rules: Vec<Value> =
        (0..10).map(|arm| json!({ "layer": key, "experiment": name(arm), "serve": name(arm) })).collect();
    let flag = json!({ "type": "number", "variants": variants, "off": "0", "default": "0", "rules": rules });
    (json!({ "salt": key, "experiments": ranges }), flag)
}

#[test]
fn two_layers_are_orthogonal() {
    let ((ranking, first), (ads, second)) = (layer_of_tenths("ranking"), layer_of_tenths("ads"));
    let layers = json!({ "ranking": ranking, "ads": ads });
    let program = load_among(json!({ "layers": layers }), json!({ "ranking": first, "ads": second }));
    for (kind, ids) in ids::kinds(200_000) {
        let [ranking, ads] = ["ranking", "ads"].map(|flag| arms(&program, flag, &ids));
        let found = chi_square(ranking.iter().zip(&ads).map(|(ranking, ads)| 10 * ranking + ads));
        assert!(found < LIMIT_99, "{kind}: {found}");
    }
}

/// One look at an experiment: Σ(O−E)²/E of two even arms, against the quantile at 0.999 with one degree of freedom.
#[test]
fn a_sample_ratio_is_alarmed_at_one_look_as_seldom_as_it_should_and_found_where_a_tenth_is_missing() {
    const LIMIT_1: f64 = 10.828;
    const EXPERIMENTS: u32 = 1_000;
    let ids: Vec<String> = ids::sequential(4_000).collect();
    let base = choice(&["a", "b"], json!([{ "serve": even(&["a", "b"]) }]));
    let salted =
        (0..EXPERIMENTS).map(|number| (number.to_string(), with(&base, json!({ "salt": number.to_string() }))));
    let program = load(Value::Object(salted.collect()));
    let looked = |arms: &[usize], loses: bool| {
        let kept = arms.iter().enumerate().filter(|(unit, arm)| !loses || **arm == 0 || unit % 10 > 0);
        let (mut counts, mut all) = ([0.0_f64; 2], 0.0);
        kept.for_each(|(_, arm)| {
            counts[*arm] += 1.0;
            all += 1.0;
        });
        counts.iter().map(|count| (count - all / 2.0).powi(2) / (all / 2.0)).sum::<f64>()
    };
    let mut alarms = 0_u32;
    for number in 0..EXPERIMENTS {
        let arms = arms(&program, &number.to_string(), &ids);
        alarms += u32::from(looked(&arms, false) > LIMIT_1);
    }
    // α and three standard errors.
    let allowed = 0.001 + 3.0 * (0.001 * 0.999 / f64::from(EXPERIMENTS)).sqrt();
    assert!(f64::from(alarms) / f64::from(EXPERIMENTS) <= allowed, "{alarms}");
    let many: Vec<String> = ids::sequential(40_000).collect();
    for number in 0..10 {
        let arms = arms(&program, &number.to_string(), &many);
        let (clean, lossy) = (looked(&arms, false), looked(&arms, true));
        assert!(clean < LIMIT_1 && lossy > LIMIT_1, "{number}: {clean}, {lossy}");
    }
}
