//! What a simulation doubts: for each hypothesis the test that fits it, and of all of them together a verdict.

use serde::Serialize;
use tidegate::bucket::Purpose;
use tidegate::{Draw, Drawer, Program};

use super::draws::{Cut, Drawn, is_same};
use super::pairs::Pairs;
use super::population::Flag;
use super::statistics::{Found, goodness_of_fit, holm, independence};

/// That nothing is wrong with one thing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "hypothesis", rename_all = "camelCase")]
pub(super) enum Hypothesis {
    /// The units that a rule serves fall into its arms as weighted.
    Arms { flag: String, rule: String },
    /// A rule takes in its percentage of the units.
    Percentage { flag: String, rule: String },
    /// A layer's experiments own as many units as they have buckets.
    Layer { layer: String },
    /// A holdout holds back its percentage of the units.
    Holdout { holdout: String },
    /// A salt spreads the units evenly over all buckets.
    Buckets { salt: String, purpose: Purpose },
    /// What a unit gets from one flag says nothing of what it gets from the other.
    Independence { flags: [String; 2] },
}

/// A hypothesis with what its test found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Test {
    #[serde(flatten)]
    pub(super) hypothesis: Hypothesis,
    pub(super) test: &'static str,
    #[serde(flatten)]
    pub(super) found: Found,
    /// The p-value as it counts among so many tests.
    pub(super) corrected: f64,
}

/// Two flags that can't be independent, as the snapshot says: they aren't tested.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Link {
    pub(super) flags: [String; 2],
    #[serde(flatten)]
    pub(super) by: Tie,
    /// Cramér's V: 0 where the one says nothing of the other, 1 where it says everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) effect: Option<f64>,
}

/// What two flags have in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Tie {
    /// One needs the other.
    Prerequisite(String),
    Layer(String),
    Holdout(String),
    Salt(String),
}

/// Everything that was doubted.
pub(super) struct Doubts {
    pub(super) tests: Vec<Test>,
    pub(super) links: Vec<Link>,
}

/// Tests what was counted at an instant.
pub(super) fn doubt(
    program: &Program,
    flags: &[Flag<'_>],
    arms: &[Cut<'_>],
    drawn: &[Drawn<'_>],
    pairs: &Pairs,
    now: i64,
) -> Doubts {
    let mut found: Vec<(Hypothesis, Option<Found>)> = Vec::new();
    found.extend(arms.iter().map(cut));
    for drawn in drawn {
        found.extend(drawn.cuts.iter().map(cut));
        let buckets = Hypothesis::Buckets { salt: drawn.salt.clone(), purpose: drawn.purpose };
        found.push((buckets, drawn.evenness));
    }
    let mut links = Vec::new();
    for (positions, table) in pairs.tables() {
        let [Some(one), Some(other)] = positions.map(|position| flags.get(position)) else { continue };
        let names = [one.key, other.key].map(str::to_owned);
        let result = independence(&table);
        match tie(program, one.key, other.key, now) {
            Some(by) => links.push(Link { flags: names, by, effect: result.and_then(|found| found.effect) }),
            None => found.push((Hypothesis::Independence { flags: names }, result)),
        }
    }
    // Too few units, or only one thing that can happen: nothing to test.
    let found: Vec<(Hypothesis, Found)> = found.into_iter().filter_map(|(what, found)| Some((what, found?))).collect();
    let corrected = holm(&found.iter().map(|(_, found)| found.p_value).collect::<Vec<f64>>());
    let tests = found.into_iter().zip(corrected).map(|((hypothesis, found), corrected)| {
        let test = match hypothesis {
            Hypothesis::Buckets { .. } => "Kolmogorov-Smirnov",
            Hypothesis::Independence { .. } => "chi-squared test of independence",
            _ => "chi-squared goodness of fit",
        };
        Test { hypothesis, test, found, corrected }
    });
    Doubts { tests: tests.collect(), links }
}

fn cut(cut: &Cut<'_>) -> (Hypothesis, Option<Found>) {
    let counts: Vec<u64> = cut.shares.iter().map(|share| share.units).collect();
    let weights: Vec<u64> = cut.shares.iter().map(|share| share.intended).collect();
    let flag = cut.flag.unwrap_or_default().to_owned();
    let hypothesis = match cut.drawer {
        Drawer::Rule(rule) if cut.purpose == Purpose::Split => Hypothesis::Arms { flag, rule: rule.to_owned() },
        Drawer::Rule(rule) => Hypothesis::Percentage { flag, rule: rule.to_owned() },
        Drawer::Layer(layer) => Hypothesis::Layer { layer: layer.to_owned() },
        Drawer::Holdout(holdout) => Hypothesis::Holdout { holdout: holdout.to_owned() },
    };
    (hypothesis, goodness_of_fit(&counts, &weights))
}

/// Why two flags hang together, if they do: one needs the other, or something puts a unit into the same bucket for both.
fn tie(program: &Program, one: &str, other: &str, now: i64) -> Option<Tie> {
    let (needs, others) = (program.needs(one), program.needs(other));
    if needs.contains(&other) {
        return Some(Tie::Prerequisite(other.to_owned()));
    }
    if others.contains(&one) {
        return Some(Tie::Prerequisite(one.to_owned()));
    }
    let draws = |key, needs: Vec<&str>| -> Vec<Draw<'_>> {
        std::iter::once(key).chain(needs).flat_map(|key| program.draws(key, now)).collect()
    };
    let others = draws(other, others);
    let common = draws(one, needs).into_iter().find(|draw| others.iter().any(|other| is_same(draw, other)))?;
    Some(match common.drawer {
        Drawer::Layer(layer) => Tie::Layer(layer.to_owned()),
        Drawer::Holdout(holdout) => Tie::Holdout(holdout.to_owned()),
        Drawer::Rule(_) => Tie::Salt(common.salt().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;
    use tidegate::Context;

    use super::*;
    use crate::simulate::count::{Counted, count};
    use crate::simulate::draws;
    use crate::simulate::population::Ids;
    use crate::simulate::tally::Tally;

    /// Two experiments of their own, and a third that has the salt of the second.
    fn program(second: u32) -> Program {
        let flag = |key: &str, salt: &str, weights: [u32; 2]| {
            let [one, two] = weights;
            format!(
                r#""{key}":{{"type":"string","variants":{{"x":"x","y":"y"}},"off":"x","default":"x","salt":"{salt}","rules":[{{"id":"r",
                "serve":{{"split":[{{"variant":"x","weight":{one}}},{{"variant":"y","weight":{two}}}]}}}}]}}"#
            )
        };
        let flags = [flag("a", "a", [30, 70]), flag("b", "b", [second, 100 - second]), flag("twin", "b", [50, 50])];
        Program::load(format!(r#"{{"schemaVersion":1,"revision":"r","flags":{{{}}}}}"#, flags.join(",")).as_bytes())
            .unwrap()
    }

    fn simulated<'p>(program: &'p Program, keys: &[&'static str], ids: &Ids) -> (Vec<Flag<'p>>, Counted) {
        let (context, paths) = (Context::new(), BTreeSet::new());
        let find = |key: &&str| program.keys().find(|known| known == key).unwrap();
        let flags: Vec<Flag<'p>> =
            keys.iter().map(|key| Flag::new(program, find(key), &paths, &context).unwrap()).collect();
        let counted = count(program, &flags, ids, &context, &[Timestamp::UNIX_EPOCH]);
        (flags, counted)
    }

    /// The arms are those that `intended` says, which may be another than the program that decided.
    fn doubts(program: &Program, intended: &Program, keys: &[&'static str], ids: &Ids) -> Doubts {
        let (flags, counted) = simulated(program, keys, ids);
        let tallies: Vec<&Tally> = counted.series.iter().filter_map(|series| series.last()).collect();
        let (claims, _) = simulated(intended, keys, ids);
        let arms = draws::arms(intended, &claims, &tallies, 0);
        doubt(program, &flags, &arms, &[], &counted.pairs, 0)
    }

    fn ids(seed: u32, count: u64) -> Ids {
        Ids { prefix: format!("seed-{seed}-"), count }
    }

    /// Of a thousand sound simulations, a binomial number has a corrected value below 0.05, of at most 50 on average: above 76 is
    /// a chance of one in 6,000 (`scipy.stats.binom.sf(76, 1000, 0.05)` is 1.6e-4). The p-values themselves are below 0.05 as
    /// often as they say, so between 26 and 77 times each (`binom.ppf([1e-4, 1 - 1e-4], 1000, 0.05)`), or the tests would be dull.
    #[test]
    fn chance_alone_gives_the_alarm_as_seldom_as_is_said() {
        let program = program(50);
        let (mut alarms, mut small) = (0, [0; 3]);
        for seed in 0..1_000 {
            let Doubts { tests, links } = doubts(&program, &program, &["a", "b"], &ids(seed, 1_000));
            assert_eq!((tests.len(), links.len()), (3, 0));
            alarms += u32::from(tests.iter().any(|test| test.corrected < 0.05));
            small.iter_mut().zip(&tests).for_each(|(small, test)| *small += u32::from(test.found.p_value < 0.05));
        }
        assert!(alarms <= 76, "{alarms}");
        assert!(small.iter().all(|small| (26..=77).contains(small)), "{small:?}");
    }

    #[test]
    fn buckets_of_a_salt_are_even_as_often_as_is_said() {
        let program = program(50);
        let mut small = 0;
        for seed in 0..40 {
            let ids = ids(seed, 500);
            let (flags, _) = simulated(&program, &["a"], &ids);
            let drawn = draws::draw(&program, &flags, &ids, 0);
            small += u32::from(drawn[0].evenness.unwrap().p_value < 0.05);
        }
        // `binom.ppf(1 - 1e-4, 40, 0.05)` is 9; in the long run it is 2.
        assert!((1..=9).contains(&small), "{small}");
    }

    #[test]
    fn weights_that_are_not_kept_are_found() {
        let (kept, said) = (program(50), program(55));
        for seed in 0..100 {
            let Doubts { tests, .. } = doubts(&kept, &said, &["a", "b"], &ids(seed, 10_000));
            let alarm = |test: &&Test| test.corrected < 0.001;
            let found: Vec<&Hypothesis> = tests.iter().filter(alarm).map(|test| &test.hypothesis).collect();
            assert_eq!(found, [&Hypothesis::Arms { flag: "b".to_owned(), rule: "r".to_owned() }], "{seed}");
        }
    }

    #[test]
    fn a_salt_that_two_flags_share_is_named_and_would_be_found() {
        let (program, ids) = (program(50), ids(0, 2_000));
        let Doubts { tests, links } = doubts(&program, &program, &["b", "twin"], &ids);
        let [Link { flags, by, effect: Some(effect) }] = links.as_slice() else { panic!("{links:?}") };
        assert_eq!((flags, by), (&["b", "twin"].map(str::to_owned), &Tie::Salt("b".to_owned())));
        assert!((effect - 1.0).abs() < 1e-12, "{effect}");
        assert_eq!(tests.len(), 2);
        let (_, counted) = simulated(&program, &["b", "twin"], &ids);
        let (_, table) = counted.pairs.tables().next().unwrap();
        assert!(independence(&table).unwrap().p_value < 1e-100);
    }
}
