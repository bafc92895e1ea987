//! Alibaba, PAI-Rec: who comes before whom, buckets of a layer, flows of nothing and everything, switchbacks, versions of an app.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tidegate::bucket::{self, Purpose};
use tidegate::{Context, Reason};

use crate::ids;
use crate::snapshots::{
    HOUR, TUESDAY, choice, close, context, equal, load, load_among, load_with, parameters, setting, share, switch,
    variants, with,
};

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

/// Which of a layer's hundred buckets an id is in.
fn hundredth(layer: &str, id: &str) -> u32 {
    bucket::of(layer, Purpose::Layer, id) / 10_000
}

#[test]
fn buckets_of_a_layer_are_half_open_ranges() {
    let layers = json!({ "recall": { "salt": "recall", "experiments": { "new": [[0, 50], [77, 78]], "old": [] } } });
    let rules = |experiment: &str| json!([{ "layer": "recall", "experiment": experiment, "serve": "on" }]);
    let program =
        load_among(json!({ "layers": layers }), json!({ "new": switch(rules("new")), "old": switch(rules("old")) }));
    let mut met = [0; 100];
    for id in ids::sequential(20_000) {
        let place = hundredth("recall", &id);
        met[place as usize] += 1;
        let [new, old] = ["new", "old"].map(|flag| program.decide(flag, &Context::keyed(id.as_str())).boolean());
        assert_eq!((new, old), (Some(matches!(place, 0..50 | 77)), Some(false)), "bucket {place} of {id}");
    }
    assert!(met.iter().all(|count| *count > 100), "every bucket has somebody");
}

#[test]
fn a_groups_buckets_that_are_held_back_are_nobodys() {
    // The group draws from all but ten buckets; debug users and crowds come in from those, too.
    let layers = json!({ "rank": { "salt": "rank", "experiments": { "group": [[0, 40], [50, 100]] } } });
    let rules = json!([
        { "id": "crowd", "when": equal("level", 5), "serve": "crowd" },
        { "id": "group", "layer": "rank", "experiment": "group", "percent": 50, "serve": "random" },
    ]);
    let flag = with(
        &choice(&["base", "debug", "crowd", "random"], rules),
        json!({ "overrides": [{ "ids": ["user-7"], "variant": "debug" }] }),
    );
    let program = load_among(json!({ "layers": layers }), json!({ "f": flag }));
    let plain = Context::new().with("level", 1);
    let served = variants(&program, "f", ids::sequential(100_000), &plain);
    close(share(served.iter().map(|variant| *variant == "random")), 45.0, 0.5);
    let mut held = 0;
    for (id, variant) in ids::sequential(100_000).zip(served) {
        if (40..50).contains(&hundredth("rank", &id)) && id != "user-7" {
            assert_eq!(variant, "base", "{id}");
            held += 1;
            let crowd = Context::keyed(id).with("level", 5);
            assert_eq!(program.decide("f", &crowd).variant, Some("crowd"));
        }
    }
    assert!((9_500..10_500).contains(&held), "{held}");
    assert_eq!(program.decide("f", &plain.with("targetingKey", "user-7")).variant, Some("debug"));
}

#[test]
fn a_switchback_flips_everybody_at_once() {
    let arms: Value = json!([{ "variant": "old", "weight": 1 }, { "variant": "new", "weight": 1 }]);
    let rules = json!([{ "id": "back and forth", "serve": { "switchback": arms, "slotMinutes": 120 } }]);
    let program = load(json!({ "delivery": choice(&["old", "new"], rules) }));
    let at = |milliseconds: i64, user: Context| {
        let decision = program.decide("delivery", &user.at(milliseconds));
        assert_eq!((decision.reason, decision.rule), (Reason::Split, Some("back and forth")));
        decision.variant.unwrap()
    };
    let (mut slots, mut flips) = (Vec::new(), 0);
    for slot in 0..500 {
        let begin = TUESDAY + slot * 2 * HOUR;
        // Nobody needs to be known.
        let variant = at(begin, Context::new());
        for (number, id) in (0..).zip(ids::sequential(10)) {
            assert_eq!(at(begin + number * (2 * HOUR - 1) / 9, Context::keyed(id)), variant, "slot {slot}");
        }
        flips += u32::from(slots.last().is_some_and(|before| *before != variant));
        slots.push(variant);
    }
    close(share(slots.iter().map(|variant| *variant == "new")), 50.0, 7.0);
    assert!((200..300).contains(&flips), "{flips}");
}

#[test]
fn the_parameters_of_layers_are_merged() {
    let halves = |salt: &str| json!({ "salt": salt, "experiments": { "E1": [[0, 50]], "E2": [[50, 100]] } });
    let layer = |key: &str, parameter: &str| {
        let rules = ["E1", "E2"].map(|one| json!({ "layer": key, "experiment": one, "serve": one }));
        setting(json!({ "E1": { parameter: 1 }, "E2": { parameter: 2 } }), json!(rules))
    };
    let scene = setting(json!({ "all": { "scene": "home", "depth": 0 } }), json!([{ "serve": "all" }]));
    let program = load_among(
        json!({ "layers": { "recall": halves("recall"), "rank": halves("rank") } }),
        json!({ "scene": scene, "recall": layer("recall", "sources"), "rank": layer("rank", "depth") }),
    );
    let mut met = BTreeSet::new();
    for id in ids::sequential(500) {
        let [sources, depth] = ["recall", "rank"].map(|salt| if hundredth(salt, &id) < 50 { 1 } else { 2 });
        let expected = json!({ "scene": "home", "sources": sources, "depth": depth });
        assert_eq!(parameters(&program, &Context::keyed(id.as_str())), expected, "{id}");
        met.insert((sources, depth));
    }
    assert_eq!(met.len(), 4, "every experiment of a layer with every one of the other");
}

#[test]
fn what_a_scene_sets_may_be_asked_by_later_filters() {
    let scene = setting(
        json!({ "new": { "depth": 4 }, "old": { "depth": 2 } }),
        json!([{ "percent": 50, "serve": "new" }, { "serve": "old" }]),
    );
    let scene = with(&scene, json!({ "salt": "scene" }));
    let deep = json!({ "attr": "scene.depth", "op": "gt", "value": 3 });
    let program = load(json!({ "scene": scene, "template": switch(json!([{ "when": deep, "serve": "on" }])) }));
    let mut on = 0;
    for id in ids::sequential(200) {
        let user = Context::keyed(id);
        let depth = program.parameters("feed", &user)["depth"].clone();
        let is_deep = program.decide("scene", &user).variant == Some("new");
        assert_eq!(program.decide("template", &user.with("scene.depth", depth)).boolean(), Some(is_deep));
        on += u32::from(is_deep);
    }
    assert!((60..140).contains(&on), "{on}");
}
