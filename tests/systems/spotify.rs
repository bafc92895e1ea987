//! Spotify, Confidence: ordered rules, exclusive experiments, holdbacks, sticky variants, a unit for each rule, cycles.

use serde_json::{Value, json};
use tidegate::bucket::{self, Purpose};
use tidegate::{Code, Context, ErrorCode, Reason};

use crate::ids;
use crate::snapshots::{
    DAY, TUESDAY, choice, close, context, equal, even, load, load_among, load_any, share, switch, variants, with,
};

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
        json!({ "segments": {
            "itself": { "any": [{ "segment": "itself" }, equal("country", "SE")] },
            "a": { "segment": "b" }, "b": { "not": { "segment": "a" } },
            "sound": equal("country", "SE"),
        } }),
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

#[test]
fn no_unit_is_in_two_experiments_that_exclude_each_other() {
    let layer = json!({ "salt": "search-2026", "experiments": {
        "ranking": [[0, 30], [60, 65]], "snippets": [[30, 60]], "filters": [[70, 99.9999]],
    } });
    let shares = [("ranking", 35.0), ("snippets", 30.0), ("filters", 29.9999)];
    let flags = shares.map(|(name, _)| {
        let rules = json!([{ "layer": "search", "experiment": name, "serve": even(&["a", "b"]) }]);
        (name.to_owned(), choice(&["none", "a", "b"], rules))
    });
    let program = load_among(json!({ "layers": { "search": layer } }), Value::Object(flags.into_iter().collect()));
    let mut experiments = vec![0_u8; 1_000_000];
    for (name, expected) in shares {
        let served = variants(&program, name, ids::sequential(1_000_000), &Context::new());
        close(share(served.iter().map(|variant| *variant != "none")), expected, 0.2);
        close(share(served.iter().map(|variant| *variant == "a")), expected / 2.0, 0.2);
        experiments.iter_mut().zip(served).for_each(|(count, variant)| *count += u8::from(variant != "none"));
    }
    assert!(experiments.iter().all(|count| *count <= 1), "a unit is in two");
}

const END: i64 = TUESDAY + 90 * DAY;

/// Two holdbacks of a quarter, of a domain each, and one of both that was there all the time.
fn holdbacks() -> Value {
    json!({
        "feed-q4": { "salt": "hb-feed", "percent": 5, "flags": ["feed"], "until": END },
        "search-q4": { "salt": "hb-search", "percent": 10, "tags": ["search"], "until": END },
        "company": { "salt": "hb-company", "percent": 2, "includes": ["feed-q4", "search-q4"], "until": END + DAY },
    })
}

fn features() -> Value {
    let test = choice(&["none", "a", "b"], json!([{ "id": "test", "percent": 80, "serve": even(&["a", "b"]) }]));
    let tagged = with(&test, json!({ "tags": ["search", "ui"] }));
    json!({ "search": tagged, "snippets": with(&tagged, json!({ "salt": "s" })), "feed": test, "other": test })
}

#[test]
fn a_held_back_unit_gets_none_of_what_is_covered() {
    let program = load_among(json!({ "holdouts": holdbacks() }), features());
    let mut met = std::collections::BTreeMap::new();
    for id in ids::sequential(5_000) {
        let held = |salt, percent: u32| bucket::of(salt, Purpose::Holdout, &id) < 10_000 * percent;
        let company = held("hb-company", 2).then_some("company");
        let search = company.or_else(|| held("hb-search", 10).then_some("search-q4"));
        let feed = company.or_else(|| held("hb-feed", 5).then_some("feed-q4"));
        for (flag, expected) in [("search", search), ("snippets", search), ("feed", feed), ("other", None)] {
            let user = Context::keyed(id.as_str()).at(END - 1);
            let decision = program.decide(flag, &user);
            assert_eq!(decision.holdout, expected, "{flag}: {id}");
            assert_eq!(decision.reason == Reason::Holdout, expected.is_some());
            if expected.is_some() {
                assert_eq!((decision.variant, decision.rule), (Some("none"), None));
            }
            *met.entry((flag, expected)).or_insert(0) += 1;
            // A quarter later only the one of both goes on, and then nobody is held back any more.
            let later = program.decide(flag, &user.clone().at(END));
            assert_eq!(later.holdout, company.filter(|_| flag != "other"));
            assert_eq!(program.decide(flag, &user.at(END + DAY)).holdout, None);
        }
    }
    assert_eq!(met.len(), 10, "every holdback has held somebody: {met:?}");
    assert!(met.values().all(|count| *count > 50), "{met:?}");
}

#[test]
fn a_held_back_unit_says_what_it_would_have_got() {
    let (held, free) = (load_among(json!({ "holdouts": holdbacks() }), features()), load(features()));
    let mut met = std::collections::BTreeMap::new();
    for id in ids::sequential(5_000) {
        for flag in ["search", "snippets", "feed", "other"] {
            let user = Context::keyed(id.as_str()).at(TUESDAY);
            let (decision, expected) = (held.decide(flag, &user), free.decide(flag, &user));
            let found = match decision.would_be {
                Some(would_be) => (would_be.variant, would_be.reason, would_be.rule),
                None => (decision.variant, decision.reason, decision.rule),
            };
            assert_eq!(found, (expected.variant, expected.reason, expected.rule), "{flag}: {id}");
            assert_eq!(decision.would_be.is_some(), decision.reason == Reason::Holdout);
            *met.entry((decision.would_be.is_some(), found.0)).or_insert(0) += 1;
        }
    }
    assert_eq!(met.len(), 6, "both arms and none of them, held back and not: {met:?}");
}

#[test]
fn a_stored_variant_stays_and_intake_may_be_paused() {
    let rule = json!({ "id": "test", "when": equal("country", "SE"), "percent": 50, "sticky": true, "serve": even(&["a", "b"]) });
    let flag = |rule: Value| choice(&["none", "a", "b", "rest"], json!([rule, { "id": "rest", "serve": "rest" }]));
    let program =
        load(json!({ "open": flag(rule.clone()), "paused": flag(with(&rule, json!({ "storedOnly": true }))) }));
    let mut members = 0;
    for id in ids::sequential(1_000) {
        let [swedish, norwegian] = ["SE", "NO"].map(|country| Context::keyed(id.as_str()).with("country", country));
        let first = program.decide("open", &swedish);
        // While intake is paused, nobody new comes in.
        assert_eq!(program.decide("paused", &swedish).rule, Some("rest"));
        if first.rule != Some("test") {
            continue;
        }
        members += 1;
        let variant = first.variant.unwrap();
        for flag in ["open", "paused"] {
            for user in [&swedish, &norwegian] {
                let again = program.decide(flag, &user.clone().stored(flag, variant));
                let found = (again.variant, again.reason, again.stored);
                assert_eq!(found, (Some(variant), Reason::Split, true), "{flag}: {id}");
            }
            assert_eq!(program.decide(flag, &norwegian).variant, Some("rest"), "without what is stored");
        }
    }
    assert!((400..600).contains(&members), "{members}");
}
