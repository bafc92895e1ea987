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
