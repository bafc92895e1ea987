//! Shopify, beta flags: any subject, percentages with lists, instant rollback; and lists that are long.

use serde_json::{Value, json};
use tidegate::{Context, Program};

use crate::ids;
use crate::snapshots::{close, context, load, load_with, on, share, switch, with};

/// A beta for half of the shops.
fn half_of_the_shops() -> Value {
    switch(json!([{ "unit": "shop.id", "percent": 50, "serve": "on" }]))
}

#[test]
fn all_users_of_a_shop_get_one_answer() {
    let program = load(json!({ "beta": half_of_the_shops() }));
    let of_shop = |shop: u32| -> Vec<bool> {
        let user = |user: u32| context(&json!({ "targetingKey": format!("user-{user}"), "shop": { "id": shop } }));
        (0..1_000).map(|number| program.decide("beta", &user(number)).boolean().unwrap()).collect()
    };
    let answers: Vec<bool> = (0..40)
        .map(|shop| {
            let answers = of_shop(shop);
            assert!(answers.iter().all(|answer| *answer == answers[0]), "shop {shop}");
            answers[0]
        })
        .collect();
    assert!(answers.contains(&true) && answers.contains(&false), "shops differ");
}

#[test]
fn a_shop_and_a_partner_of_one_number_are_independent() {
    let to = |kind: &str| switch(json!([{ "unit": format!("{kind}.subject"), "percent": 50, "serve": "on" }]));
    let program = load(json!({ "shops": to("shop"), "partners": to("partner") }));
    let decide = |flag: &str, kind: &str, number: u32| {
        let subject = context(&json!({ kind: { "subject": format!("{kind}:{number}") } }));
        program.decide(flag, &subject).boolean().unwrap()
    };
    let agree = (0..20_000).map(|number| decide("shops", "shop", number) == decide("partners", "partner", number));
    // Four standard errors of 20,000 tosses.
    close(share(agree), 50.0, 1.42);
}

#[test]
fn units_may_be_composite() {
    let program =
        load(json!({ "f": switch(json!([{ "unit": ["shop.id", "device"], "percent": 50, "serve": "on" }])) }));
    let decide = |shop: u32, device: &str, user: u32| {
        let given = json!({ "shop": { "id": shop }, "device": device, "targetingKey": format!("user-{user}") });
        program.decide("f", &context(&given)).boolean().unwrap()
    };
    assert!((0..200).all(|shop| (0..5).all(|user| decide(shop, "till", user) == decide(shop, "till", 9))));
    close(share((0..20_000).map(|shop| decide(shop, "till", 0) == decide(shop, "phone", 0))), 50.0, 1.42);
}

#[test]
fn a_list_adds_to_a_percentage_and_an_explicit_no_wins() {
    let listed = |percent: u32| {
        with(
            &switch(json!([{ "percent": percent, "serve": "on" }])),
            json!({
                "unit": "shop.id",
                "overrides": [{ "ids": [7, 9], "variant": "on" }, { "ids": [8, 9], "variant": "off" }],
            }),
        )
    };
    for (percent, expected) in [(0, [true, false, false, false]), (100, [true, false, false, true])] {
        let program = load(json!({ "beta": listed(percent) }));
        let found = [7, 8, 9, 10].map(|shop| program.decide("beta", &Context::new().with("shop.id", shop)).boolean());
        assert_eq!(found, expected.map(Some), "at {percent}%");
    }
}

#[test]
fn betas_with_salts_of_their_own_overlap_by_chance_alone() {
    let beta = |salt: &str| with(&switch(json!([{ "percent": 1, "serve": "on" }])), json!({ "salt": salt }));
    let program = load(json!({ "a": beta("beta-a"), "b": beta("beta-b") }));
    let [a, b] = ["a", "b"].map(|flag| on(&program, flag, ids::sequential(1_000_000)));
    let both = share(a.iter().zip(&b).map(|(a, b)| *a && *b));
    // 100 of a million are expected in both, with a standard error of 10.
    close(both, 0.01, 0.004);
    close(share(a), 1.0, 0.05);
}

#[test]
fn swapping_the_snapshot_switches_a_beta_off_everywhere() {
    let (before, after) = (half_of_the_shops(), with(&half_of_the_shops(), json!({ "enabled": false })));
    let [before, after] = [before, after].map(|beta| load(json!({ "beta": beta, "other": half_of_the_shops() })));
    let shops = |program: &Program, flag: &str| -> Vec<bool> {
        let mut units = program.units(flag, "shop.id", &Context::new()).unwrap();
        let on = units.variants().iter().position(|name| *name == "on");
        ids::sequential(10_000).map(|shop| units.decide(&shop).variant == on).collect()
    };
    close(share(shops(&before, "beta")), 50.0, 2.0);
    assert!(shops(&after, "beta").iter().all(|on| !on));
    // And back: nobody has moved meanwhile, and nobody else was touched.
    assert_eq!(shops(&before, "beta"), shops(&after, "other"));
    assert_eq!(before.changed(&after), ["beta"]);
}

#[test]
fn a_plan_and_a_country_select() {
    let plus = json!({ "all": [
        { "attr": "shop.plan", "op": "in", "value": ["plus", "enterprise"] },
        { "attr": "shop.country", "op": "notIn", "value": ["CN", "RU"] },
    ] });
    let program = load(json!({ "beta": switch(json!([{ "when": plus, "serve": "on" }])) }));
    for (plan, country, expected) in [
        (Some("plus"), Some("CA"), true),
        (Some("enterprise"), Some("FR"), true),
        (Some("basic"), Some("CA"), false),
        (Some("plus"), Some("CN"), false),
        (Some("plus"), None, false),
        (None, Some("CA"), false),
    ] {
        let given = json!({ "shop": { "plan": plan, "country": country } });
        assert_eq!(program.decide("beta", &context(&given)).boolean(), Some(expected), "{given}");
    }
}

/// A switch for a segment of this many shops.
fn listed(count: u64) -> Program {
    let shops: Vec<String> = ids::sequential(count).collect();
    let segments = json!({ "shops": { "unit": "shop.id", "include": shops } });
    load_with(segments, json!({ "beta": switch(json!([{ "when": { "segment": "shops" }, "serve": "on" }])) }))
}

#[test]
fn a_list_of_a_hundred_thousand_is_exact() {
    let program = listed(100_000);
    let mut units = program.units("beta", "shop.id", &Context::new()).unwrap();
    let on = units.variants().iter().position(|name| *name == "on");
    for (number, shop) in ids::sequential(200_000).enumerate() {
        assert_eq!(units.decide(&shop).variant == on, number < 100_000, "{shop}");
    }
}

/// Not by a clock: `cargo xtask count` holds the evaluator to these counts.
#[test]
fn a_long_list_costs_no_more_than_a_short_one() {
    let file: Value = serde_json::from_str(include_str!("../../benches/counts.json")).unwrap();
    let instructions = |name: &str| file["instructions"][name].as_f64().expect("a benchmark of that name");
    let [short, long] = ["lookup among 100 ids", "lookup among 100,000 ids"].map(instructions);
    assert!(long <= 1.1 * short, "{short} instructions among 100 ids, {long} among 100,000");
}
