//! Spotify, Confidence: ordered rules, a unit for each rule, cycles.

use serde_json::json;
use tidegate::{Code, Context, ErrorCode, Reason};

use crate::ids;
use crate::snapshots::{choice, context, equal, load, load_any, switch, variants};

#[test]
fn whoever_a_rule_leaves_out_meets_the_next() {
    let program = load(json!({ "f": choice(&["none", "a", "b", "rest"], json!([
        { "id": "a", "when": equal("country", "SE"), "percent": 30, "salt": "a", "serve": "a" },
        { "id": "b", "percent": 30, "salt": "b", "serve": "b" },
        { "id": "rest", "when": equal("country", "SE"), "serve": "rest" },
    ])) }));
    let explain = |id: &str, country: &str| {
        let decision = program.decide("f", &Context::keyed(id).with("country", country));
        (decision.variant.unwrap(), decision.rule)
    };
    let alone = |salt: &str| {
        let rule = json!([{ "percent": 30, "salt": salt, "serve": "in" }]);
        let program = load(json!({ "f": choice(&["out", "in"], rule) }));
        let served = variants(&program, "f", ids::sequential(2_000), &Context::new());
        served.into_iter().map(|variant| variant == "in").collect::<Vec<bool>>()
    };
    let mut met = std::collections::BTreeSet::new();
    for ((id, a), b) in ids::sequential(2_000).zip(alone("a")).zip(alone("b")) {
        let swedish = if a {
            "a"
        } else if b {
            "b"
        } else {
            "rest"
        };
        assert_eq!(explain(&id, "SE"), (swedish, Some(swedish)), "{id}");
        let elsewhere = if b { ("b", Some("b")) } else { ("none", None) };
        assert_eq!(explain(&id, "NO"), elsewhere, "{id}");
        met.extend([swedish, elsewhere.0]);
    }
    assert_eq!(met.len(), 4, "every way was taken: {met:?}");
}

#[test]
fn each_rule_has_its_own_unit_and_says_when_it_has_none() {
    let program = load(json!({ "f": switch(json!([
        { "id": "device", "when": equal("on", "tv"), "unit": "device.id", "percent": 50, "serve": "on" },
        { "id": "account", "unit": "account.id", "percent": 50, "serve": "on" },
    ])) }));
    let tv = |device: &str, account: &str| {
        context(&json!({ "on": "tv", "device": { "id": device }, "account": { "id": account } }))
    };
    // On a television the device decides, unless it is left out: then the account does.
    let reached: Vec<_> =
        (0..200).map(|device| program.decide("f", &tv(&format!("tv-{device}"), "a-1")).rule).collect();
    assert!(reached.contains(&Some("device")));
    let phone = |account: &str| program.decide("f", &context(&json!({ "account": { "id": account } })));
    let fallback = phone("a-1").rule;
    assert!(reached.iter().all(|rule| *rule == Some("device") || *rule == fallback));
    // A number is its digits, and they are hashed.
    let number = |number: i64| program.decide("f", &context(&json!({ "account": { "id": number } })));
    assert!((0..200).all(|id| number(id) == phone(&id.to_string())));
    assert!((0..200).any(|id| number(id) != number(0)), "accounts differ");
    for (given, error) in [
        (json!({}), ErrorCode::TargetingKeyMissing),
        (json!({ "account": { "id": "" } }), ErrorCode::TargetingKeyMissing),
        (json!({ "account": { "id": 1.5 } }), ErrorCode::InvalidContext),
        (json!({ "account": { "id": "x".repeat(1_025) } }), ErrorCode::InvalidContext),
        (json!({ "account": { "id": true } }), ErrorCode::InvalidContext),
        (json!({ "on": "tv", "account": { "id": "a-1" } }), ErrorCode::TargetingKeyMissing),
    ] {
        assert_eq!(program.decide("f", &context(&given)).error, Some(error), "{given}");
    }
}

#[test]
fn everybody_takes_no_unit() {
    let program = load(json!({
        "all": switch(json!([{ "when": equal("country", "SE"), "percent": 100, "serve": "on" }])),
        "nobody": switch(json!([{ "percent": 0, "serve": "on" }, { "when": equal("country", "SE"), "serve": "on" }])),
        "one-arm": switch(json!([{ "when": equal("country", "SE"),
            "serve": { "split": [{ "variant": "on", "weight": 3 }, { "variant": "off", "weight": 0 }] } }])),
    }));
    for flag in ["all", "nobody", "one-arm"] {
        let decision = program.decide(flag, &Context::new().with("country", "SE"));
        assert_eq!((decision.boolean(), decision.reason), (Some(true), Reason::TargetingMatch), "{flag}");
    }
}

#[test]
fn a_segment_that_needs_itself_is_refused_and_the_rest_serve() {
    let on_segment = |key: &str| switch(json!([{ "when": { "segment": key }, "serve": "on" }]));
    let program = load_any(
        json!({
            "itself": { "any": [{ "segment": "itself" }, equal("country", "SE")] },
            "a": { "segment": "b" }, "b": { "not": { "segment": "a" } },
            "sound": equal("country", "SE"),
        }),
        json!({ "itself": on_segment("itself"), "a": on_segment("a"), "sound": on_segment("sound") }),
    );
    let sweden = Context::keyed("u").with("country", "SE");
    for flag in ["itself", "a"] {
        assert_eq!(program.decide(flag, &sweden).error, Some(ErrorCode::ParseError), "{flag}");
    }
    assert_eq!(program.decide("sound", &sweden).boolean(), Some(true));
    let cycles = program.problems().iter().filter(|problem| problem.code == Code::Cycle);
    let mut segments: Vec<_> = cycles.map(|problem| problem.subject.as_ref().unwrap().key()).collect();
    segments.sort_unstable();
    assert_eq!(segments, ["a", "b", "itself"]);
}
