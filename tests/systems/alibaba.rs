//! Alibaba, PAI-Rec: who comes before whom, flows of nothing and everything, versions of an app.

use serde_json::json;
use tidegate::{Context, Reason};

use crate::ids;
use crate::snapshots::{choice, close, context, equal, load, load_with, share, switch, variants, with};

#[test]
fn debug_users_come_before_rooms_and_rooms_before_the_base() {
    let flag = with(
        &choice(
            &["base", "tmall", "debug"],
            json!([
                { "id": "tmall", "when": equal("room", "tmall"), "percent": 50, "serve": "tmall" },
            ]),
        ),
        json!({ "overrides": [{ "ids": ["qa-1"], "variant": "debug" }] }),
    );
    let program = load(json!({ "scene": flag }));
    let decide = |id: &str, room: &str| program.decide("scene", &Context::keyed(id).with("room", room));
    for room in ["tmall", "taobao"] {
        assert_eq!((decide("qa-1", room).variant, decide("qa-1", room).reason), (Some("debug"), Reason::Override));
    }
    let in_room = variants(&program, "scene", ids::sequential(20_000), &Context::new().with("room", "tmall"));
    close(share(in_room.iter().map(|variant| *variant == "tmall")), 50.0, 1.5);
    assert!(in_room.iter().all(|variant| ["tmall", "base"].contains(variant)));
    assert_eq!(decide("user-1", "taobao").variant, Some("base"));
}

#[test]
fn debug_users_then_crowds_then_chance_then_everyone() {
    let crowd = json!({ "vip": { "include": ["vip-1", "vip-2"], "attr": "level", "op": "gte", "value": 5 } });
    let flag = with(
        &choice(
            &["none", "debug", "crowd", "random", "all"],
            json!([
                { "id": "crowd", "when": { "segment": "vip" }, "serve": "crowd" },
                { "id": "random", "percent": 30, "serve": "random" },
                { "id": "all", "serve": "all" },
            ]),
        ),
        json!({ "overrides": [{ "ids": ["qa-1", "vip-2"], "variant": "debug" }] }),
    );
    let program = load_with(crowd, json!({ "layer": flag }));
    let decide = |given| program.decide("layer", &context(&given)).variant;
    assert_eq!(decide(json!({ "targetingKey": "qa-1", "level": 9 })), Some("debug"));
    assert_eq!(decide(json!({ "targetingKey": "vip-2" })), Some("debug"));
    assert_eq!(decide(json!({ "targetingKey": "vip-1" })), Some("crowd"));
    assert_eq!(decide(json!({ "targetingKey": "user-1", "level": 5 })), Some("crowd"));
    let served = variants(&program, "layer", ids::sequential(200_000), &Context::new().with("level", 1));
    for (variant, expected) in [("random", 30.0), ("all", 70.0)] {
        close(share(served.iter().map(|served| *served == variant)), expected, 0.5);
    }
}

#[test]
fn a_flow_of_nothing_is_never_and_of_everything_always() {
    let flow = |percent: u32| switch(json!([{ "percent": percent, "serve": "on" }]));
    let program = load(json!({ "none": flow(0), "all": flow(100) }));
    for (flag, expected) in [("none", "off"), ("all", "on")] {
        let served = variants(&program, flag, ids::sequential(100_000), &Context::new());
        assert!(served.iter().all(|variant| *variant == expected), "{flag}");
    }
}

#[test]
fn versions_of_an_app_are_compared_as_versions() {
    let version = json!({ "all": [
        { "attr": "app.version", "op": "semverGte", "value": "2.3.0" },
        { "attr": "app.os", "op": "eq", "value": "android" },
    ] });
    let program = load(json!({ "f": switch(json!([{ "when": version, "serve": "on" }])) }));
    for (os, version, expected) in [
        ("android", "2.3.0", true),
        ("android", "2.10.0", true),
        ("android", "v2.3", true),
        ("android", "2.3.0-beta.1", false),
        ("android", "2.2.9", false),
        ("android", "two", false),
        ("ios", "2.3.0", false),
    ] {
        let given = json!({ "app": { "os": os, "version": version } });
        assert_eq!(program.decide("f", &context(&given)).boolean(), Some(expected), "{given}");
    }
}
