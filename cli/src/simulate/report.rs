//! What a simulation found, as a program reads it.

use jiff::Timestamp;
use serde::Serialize;
use tidegate::bucket::TOTAL;
use tidegate::{Drawer, ErrorCode, Program, Reason};

use super::count::Counted;
use super::draws::{self, Cut, Drawn};
use super::hypotheses::{Link, Test, doubt};
use super::population::{Flag, Ids};
use super::statistics::real;
use super::tally::Tally;
use crate::show::thousands;
use crate::wilson::wilson;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) file: String,
    pub(super) revision: String,
    /// How many units were decided for, or how many contexts.
    pub(super) units: u64,
    #[serde(flatten)]
    pub(super) population: Population,
    pub(super) flags: Vec<FlagReport>,
    /// At the last instant: what the snapshot intends, and what the units got.
    pub(super) intended: Vec<CutReport>,
    /// Of the last instant.
    pub(super) tests: Vec<Test>,
    /// How many flags could have been paired and were not, as too many.
    pub(super) unpaired: usize,
    /// Pairs of flags that hang together as the snapshot says.
    pub(super) linked: Vec<Link>,
    /// The least p-value, corrected for the number of tests; absent where there was nothing to test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) least_corrected: Option<f64>,
}

/// Who was decided for.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Population {
    #[serde(rename_all = "camelCase")]
    Ids { first_unit: String, last_unit: String },
    #[serde(rename_all = "camelCase")]
    Contexts {
        contexts: String,
        /// Rows that were no context.
        skipped: u64,
    },
}

#[derive(Serialize)]
pub(super) struct FlagReport {
    pub(super) flag: String,
    /// The attribute paths of what is hashed.
    pub(super) unit: Vec<String>,
    pub(super) series: Vec<Point>,
}

/// What a flag answered at an instant.
#[derive(Serialize)]
pub(super) struct Point {
    pub(super) at: Timestamp,
    pub(super) variants: Vec<VariantReport>,
    pub(super) reasons: Vec<ReasonReport>,
    pub(super) rules: Vec<RuleReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) holdouts: Vec<HoldoutReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<ErrorReport>,
}

/// A number of units, and what share of all it is.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Part {
    pub(super) units: u64,
    pub(super) share: f64,
    /// Wilson's interval, of 95 %.
    pub(super) low: f64,
    pub(super) high: f64,
}

#[derive(Serialize)]
pub(super) struct VariantReport {
    pub(super) variant: String,
    #[serde(flatten)]
    pub(super) part: Part,
}

#[derive(Serialize)]
pub(super) struct ReasonReport {
    pub(super) reason: Reason,
    pub(super) units: u64,
}

#[derive(Serialize)]
pub(super) struct RuleReport {
    pub(super) rule: String,
    pub(super) units: u64,
}

#[derive(Serialize)]
pub(super) struct HoldoutReport {
    pub(super) holdout: String,
    pub(super) units: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorReport {
    pub(super) error_code: ErrorCode,
    pub(super) units: u64,
}

/// What is cut up, and into what.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CutReport {
    #[serde(flatten)]
    pub(super) of: CutOf,
    /// The units that it is cut out of.
    pub(super) units: u64,
    pub(super) shares: Vec<ShareReport>,
}

#[derive(Serialize)]
#[serde(tag = "of", rename_all = "camelCase")]
pub(super) enum CutOf {
    /// Whom the rule serves, by variant.
    Arms { flag: String, rule: String },
    /// All units: who is within the rule's percentage.
    Percentage { flag: String, rule: String },
    /// All units, by experiment.
    Layer { layer: String },
    /// All units: who is held back.
    Holdout { holdout: String },
}

#[derive(Serialize)]
pub(super) struct ShareReport {
    /// The variant or the experiment; `in` or `held` for a percentage or a holdout; absent for everybody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) intended: f64,
    #[serde(flatten)]
    pub(super) part: Part,
}

/// What a simulation was made of, and what came of it.
pub(super) struct Simulation<'a, 'p> {
    pub(super) program: &'p Program,
    pub(super) flags: &'a [Flag<'p>],
    pub(super) instants: &'a [Timestamp],
    pub(super) units: u64,
    pub(super) population: Population,
    pub(super) counted: Counted,
    /// The arms of rules that split, at the last instant.
    pub(super) arms: Vec<Cut<'p>>,
    pub(super) drawn: Vec<Drawn<'p>>,
}

impl<'a, 'p> Simulation<'a, 'p> {
    /// Of ids.
    pub(super) fn of_ids(
        program: &'p Program,
        flags: &'a [Flag<'p>],
        instants: &'a [Timestamp],
        ids: &Ids,
        counted: Counted,
    ) -> Self {
        let now = last(instants);
        let tallies: Vec<&Tally> = counted.series.iter().filter_map(|series| series.last()).collect();
        let arms = draws::arms(program, flags, &tallies, now);
        let drawn = draws::draw(program, flags, ids, now);
        let population = Population::Ids { first_unit: ids.first(), last_unit: ids.last() };
        Self { program, flags, instants, units: ids.count, population, counted, arms, drawn }
    }
}

fn last(instants: &[Timestamp]) -> i64 {
    instants.last().map_or(0, |at| at.as_millisecond())
}

impl Report {
    pub(super) fn new(file: &str, simulation: Simulation<'_, '_>) -> Self {
        let Simulation { program, flags, instants, units, population, counted, arms, drawn } = simulation;
        let doubts = doubt(program, flags, &arms, &drawn, &counted.pairs, last(instants));
        let cuts = arms.iter().chain(drawn.iter().flat_map(|drawn| &drawn.cuts));
        let reports = flags.iter().zip(&counted.series);
        Self {
            file: file.to_owned(),
            revision: program.revision().to_owned(),
            units,
            population,
            flags: reports.map(|(flag, series)| FlagReport::new(flag, series, instants)).collect(),
            intended: cuts.map(CutReport::new).collect(),
            least_corrected: doubts.tests.iter().map(|test| test.corrected).reduce(f64::min),
            tests: doubts.tests,
            unpaired: counted.pairs.could - counted.pairs.are,
            linked: doubts.links,
        }
    }
}

impl Report {
    /// How many there are of what was decided for.
    pub(super) fn population(&self) -> String {
        let what = match self.population {
            Population::Ids { .. } => "unit",
            Population::Contexts { .. } => "context",
        };
        format!("{} {what}{}", thousands(self.units), if self.units == 1 { "" } else { "s" })
    }
}

impl FlagReport {
    /// The share of a variant at each instant.
    pub(super) fn shares(&self, variant: usize) -> Vec<f64> {
        let points = self.series.iter();
        points.filter_map(|point| point.variants.get(variant)).map(|variant| variant.part.share).collect()
    }

    /// Whether a share is ever another than at first.
    pub(super) fn varies(&self) -> bool {
        let units = |point: &Point| point.variants.iter().map(|variant| variant.part.units).collect::<Vec<_>>();
        let first = self.series.first().map(units);
        self.series.iter().any(|point| Some(units(point)) != first)
    }

    /// The flags that a picture shows: those that vary, or else all.
    pub(super) fn pictured(flags: &[Self]) -> Vec<&Self> {
        let varying: Vec<&Self> = flags.iter().filter(|flag| flag.varies()).collect();
        if varying.is_empty() { flags.iter().collect() } else { varying }
    }

    /// The variants that anybody ever gets, by position.
    pub(super) fn seen(&self) -> Vec<usize> {
        let seen = |variant: &usize| self.shares(*variant).iter().any(|share| *share > 0.0);
        (0..self.series.first().map_or(0, |point| point.variants.len())).filter(seen).collect()
    }

    pub(super) fn variant(&self, position: usize) -> &str {
        let variant = self.series.first().and_then(|point| point.variants.get(position));
        variant.map(|variant| variant.variant.as_str()).unwrap_or_default()
    }

    fn new(flag: &Flag<'_>, series: &[Tally], instants: &[Timestamp]) -> Self {
        Self {
            flag: flag.key.to_owned(),
            unit: flag.own.iter().map(|path| (*path).to_owned()).collect(),
            series: series.iter().zip(instants).map(|(tally, at)| Point::new(flag, tally, *at)).collect(),
        }
    }
}

impl Point {
    fn new(flag: &Flag<'_>, tally: &Tally, at: Timestamp) -> Self {
        let total = tally.reasons().map(|(_, units)| units).sum();
        let named = |names: &[&str], counts: &[u64]| -> Vec<(String, u64)> {
            names.iter().map(|name| (*name).to_owned()).zip(counts.iter().copied()).collect()
        };
        let variants = named(&flag.variants, &tally.variants).into_iter();
        let rules = named(&flag.rules, &tally.rules).into_iter();
        let holdouts = named(&flag.holdouts, &tally.holdouts).into_iter();
        Self {
            at,
            variants: variants
                .map(|(variant, units)| VariantReport { variant, part: Part::new(units, total) })
                .collect(),
            reasons: tally.reasons().map(|(reason, units)| ReasonReport { reason, units }).collect(),
            rules: rules.map(|(rule, units)| RuleReport { rule, units }).collect(),
            holdouts: holdouts.map(|(holdout, units)| HoldoutReport { holdout, units }).collect(),
            errors: tally.errors().map(|(error_code, units)| ErrorReport { error_code, units }).collect(),
        }
    }
}

impl Part {
    fn new(units: u64, total: u64) -> Self {
        let [low, high] = wilson(units, total);
        Self { units, share: real(units) / real(total.max(1)), low, high }
    }
}

impl CutReport {
    fn new(cut: &Cut<'_>) -> Self {
        let flag = cut.flag.unwrap_or_default().to_owned();
        let (of, inside) = match cut.drawer {
            Drawer::Rule(rule) if cut.purpose == tidegate::bucket::Purpose::Split => {
                (CutOf::Arms { flag, rule: rule.to_owned() }, "")
            }
            Drawer::Rule(rule) => (CutOf::Percentage { flag, rule: rule.to_owned() }, "in"),
            Drawer::Layer(layer) => (CutOf::Layer { layer: layer.to_owned() }, ""),
            Drawer::Holdout(holdout) => (CutOf::Holdout { holdout: holdout.to_owned() }, "held"),
        };
        let total = cut.shares.iter().map(|share| share.units).sum();
        let shares = cut.shares.iter().map(|share| ShareReport {
            name: share.name.map(|name| if name.is_empty() { inside.to_owned() } else { name.to_owned() }),
            intended: real(share.intended) / f64::from(TOTAL),
            part: Part::new(share.units, total),
        });
        Self { of, units: total, shares: shares.collect() }
    }
}
