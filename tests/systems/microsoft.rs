//! Microsoft, FeatureManagement: targeting and allocation in their documented order, the kill switch, windows that recur.

use serde_json::{Value, json};
use tidegate::{Context, Reason};

use crate::ids;
use crate::snapshots::{DAY, HOUR, TUESDAY, choice, close, load, load_with, on, share, switch, variants, with};

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

/// Holds a window against days, counted from a Tuesday, and hours of UTC at which it is open and closed.
fn holds(window: &Value, open: &[(i64, f64)], closed: &[(i64, f64)]) {
    let program = load(json!({ "f": switch(json!([{ "window": window, "serve": "on" }])) }));
    for (table, expected) in [(open, true), (closed, false)] {
        for (day, hours) in table {
            #[expect(clippy::cast_possible_truncation, reason = "a day is a few milliseconds")]
            let at = TUESDAY + day * DAY + (hours * 3_600_000.0) as i64;
            let found = program.decide("f", &Context::new().at(at)).boolean();
            assert_eq!(found, Some(expected), "day {day}, {hours} hours: {window}");
        }
    }
}

/// Tuesday from 9 to 5, and again.
fn office(repeat: Value) -> Value {
    json!({ "from": TUESDAY + 9 * HOUR, "until": TUESDAY + 17 * HOUR, "repeat": repeat })
}

#[test]
fn windows_recur_by_day() {
    let before_five = 17.0 - 1e-6;
    let daily = |more: Value| office(with(&json!({ "every": "day" }), more));
    let hours = [(0, 9.0), (0, before_five), (1, 9.0), (1, 12.0), (8_000, before_five)];
    holds(&daily(json!({})), &hours, &[(-1, 12.0), (0, 8.999), (0, 17.0), (1, 8.0), (8_000, 17.0)]);
    holds(&daily(json!({ "interval": 3 })), &[(0, 12.0), (3, 12.0), (300, 12.0)], &[(1, 12.0), (2, 12.0), (301, 12.0)]);
    holds(&daily(json!({ "times": 3, "interval": 2 })), &[(0, 12.0), (4, 12.0)], &[(1, 12.0), (6, 12.0)]);
}

#[test]
fn windows_recur_by_week() {
    let weekly = |days: &[&str], more: Value| office(with(&json!({ "every": "week", "days": days }), more));
    let noon = |day: i64| (day, 12.0);
    holds(&weekly(&["tuesday", "friday"], json!({})), &[0, 3, 7, 10, 700].map(noon), &[-4, 1, 2, 4, 6, 701].map(noon));
    // Which week a Sunday belongs to decides where every other week counts.
    let every_other = |start: &str| weekly(&["tuesday", "sunday"], json!({ "interval": 2, "weekStarts": start }));
    holds(&every_other("monday"), &[0, 5, 14, 19].map(noon), &[-2, 7, 12].map(noon));
    holds(&every_other("sunday"), &[0, 12, 14, 26].map(noon), &[-2, 5, 7, 19].map(noon));
    holds(&weekly(&["tuesday", "friday"], json!({ "times": 3 })), &[0, 3, 7].map(noon), &[10, 14].map(noon));
}

#[test]
fn an_occurrence_that_began_before_the_end_runs_to_its_own() {
    let night = json!({
        "from": TUESDAY + 22 * HOUR, "until": TUESDAY + 30 * HOUR,
        "repeat": { "every": "day", "until": TUESDAY + 2 * DAY + 23 * HOUR },
    });
    holds(&night, &[(0, 22.0), (1, 5.999), (2, 22.0), (2, 23.5), (3, 5.999)], &[(2, 21.0), (3, 6.0), (3, 22.0)]);
}

#[test]
fn days_are_those_of_the_offset_that_is_written() {
    // Monday in Shanghai, where it is still Sunday by UTC.
    let monday = json!({
        "from": "2026-11-23T00:30:00+08:00", "until": "2026-11-23T02:00:00+08:00",
        "repeat": { "every": "week", "days": ["monday"] },
    });
    holds(&monday, &[(-2, 16.5), (-2, 17.999), (5, 16.5)], &[(-2, 16.0), (-2, 18.0), (-1, 17.0), (0, 17.0), (6, 17.0)]);
}
