//! Microsoft, FeatureManagement: targeting and allocation in their documented order, the kill switch.

use serde_json::{Value, json};
use tidegate::{Context, Reason};

use crate::ids;
use crate::snapshots::{choice, close, load, load_with, on, share, switch, variants, with};

/// Excluded units, then users by name, then a share of a group, then a share of everyone.
fn targeted() -> Value {
    let group = json!({ "attr": "groups", "op": "eq", "value": "ring1" });
    with(
        &switch(json!([
            { "id": "ring1", "when": group, "percent": 50, "salt": "ring1", "serve": "on" },
            { "id": "everyone", "percent": 20, "salt": "everyone", "serve": "on" },
        ])),
        json!({ "overrides": [
        { "ids": ["adam", "eve"], "variant": "on" },
        // Written behind, asked before: what switches off comes first.
        { "ids": ["eve", "mallory"], "variant": "off" },
    ] }),
    )
}

#[test]
fn targeting_asks_exclusions_users_groups_and_then_everyone() {
    let program = load(json!({ "f": targeted() }));
    let decide = |id: &str| program.decide("f", &Context::keyed(id).with("groups", vec!["ring0", "ring1"]));
    for (id, expected) in [("adam", true), ("eve", false), ("mallory", false)] {
        let decision = decide(id);
        assert_eq!((decision.boolean(), decision.reason), (Some(expected), Reason::Override), "{id}");
    }
    let ids = || ids::sequential(200_000);
    close(share(on(&program, "f", ids())), 20.0, 0.5);
    // A group's share, and of the others the share of everyone: 50% + 20% of 50%.
    let ring1 = variants(&program, "f", ids(), &Context::new().with("groups", vec!["ring1"]));
    close(share(ring1.iter().map(|variant| *variant == "on")), 60.0, 0.5);
}

#[test]
fn an_excluded_group_is_out_whatever_comes_behind() {
    let excluded = json!({ "attr": "groups", "op": "in", "value": ["banned", "legacy"] });
    let program = load(json!({ "f": switch(json!([
        { "id": "excluded", "when": excluded, "serve": "off" },
        { "id": "everyone", "serve": "on" },
    ])) }));
    let decide = |groups: Vec<&str>| program.decide("f", &Context::keyed("u").with("groups", groups));
    assert_eq!((decide(vec!["ring1", "legacy"]).boolean(), decide(vec!["ring1"]).boolean()), (Some(false), Some(true)));
    assert_eq!(decide(vec!["banned"]).rule, Some("excluded"));
}

#[test]
fn allocation_asks_users_groups_percentiles_and_then_the_default() {
    let split = json!([{ "variant": "beta", "weight": 10 }, { "variant": "gamma", "weight": 20 }]);
    let staff = json!({ "staff": { "attr": "groups", "op": "eq", "value": "staff" } });
    let flag = with(
        &choice(
            &["none", "alpha", "beta", "gamma"],
            json!([
                { "id": "group", "when": { "segment": "staff" }, "serve": "beta" },
                { "id": "percentile", "percent": 30, "serve": { "split": split } },
            ]),
        ),
        json!({ "overrides": [{ "ids": ["adam"], "variant": "alpha" }] }),
    );
    let program = load_with(staff, json!({ "f": flag }));
    let staff = |id: &str| program.decide("f", &Context::keyed(id).with("groups", vec!["staff"]));
    assert_eq!((staff("adam").variant, staff("adam").reason), (Some("alpha"), Reason::Override));
    let decision = staff("bob");
    assert_eq!(
        (decision.variant, decision.reason, decision.rule),
        (Some("beta"), Reason::TargetingMatch, Some("group"))
    );
    let served = variants(&program, "f", ids::sequential(200_000), &Context::new());
    for (variant, expected) in [("beta", 10.0), ("gamma", 20.0), ("none", 70.0), ("alpha", 0.0)] {
        close(share(served.iter().map(|served| *served == variant)), expected, 0.5);
    }
    for id in ids::sequential(100) {
        let decision = program.decide("f", &Context::keyed(id));
        let expected = if decision.variant == Some("none") { Reason::Default } else { Reason::Split };
        assert_eq!(decision.reason, expected);
    }
}

#[test]
fn the_kill_switch_beats_whatever_would_switch_on() {
    let everything = with(
        &switch(json!([{ "serve": "on" }])),
        json!({
            "default": "on", "prerequisites": [{ "flag": "parent", "variants": ["on"] }],
            "overrides": [{ "ids": ["adam"], "variant": "on" }],
        }),
    );
    let program = load(json!({
        "live": everything, "killed": with(&everything, json!({ "enabled": false })),
        "parent": switch(json!([{ "serve": "on" }])),
    }));
    for id in ["adam", "eve"] {
        let [live, killed] = ["live", "killed"].map(|flag| program.decide(flag, &Context::keyed(id)));
        assert_eq!(live.boolean(), Some(true), "{id}");
        assert_eq!((killed.boolean(), killed.reason), (Some(false), Reason::Disabled), "{id}");
    }
}
