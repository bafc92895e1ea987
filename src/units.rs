//! Many units through one flag: for simulations, and for jobs that assign whole populations.

use crate::context::Context;
use crate::host::Host;
use crate::kept::Kept;
use crate::operator::Operand;
use crate::outcome::{ErrorCode, Outcome, Reason};
use crate::program::{Body, Check, FlagBlock, Program, SegmentBlock};
use crate::slots::{self, Slot, Slots};

/// One flag for one context but for its unit, which is another with every question.
///
/// # Examples
/// ```
/// # let snapshot = br#"{ "schemaVersion": 1, "revision": "7", "flags": { "dark-mode": { "type": "boolean",
/// #     "variants": { "on": true, "off": false }, "off": "off", "default": "off", "salt": "dark-mode",
/// #     "rules": [{ "percent": 25, "serve": "on" }] } } }"#;
/// use tidegate::{Context, Program};
/// let program = Program::load(snapshot)?;
/// let mut units = program.units("dark-mode", "targetingKey", &Context::new()).expect("the flag is there");
/// let on = units.variants().iter().position(|name| *name == "on");
/// let share = (0..10_000).filter(|id| units.decide(&format!("user-{id}")).variant == on).count();
/// assert!((2_400..2_600).contains(&share));
/// # Ok::<(), tidegate::Problem>(())
/// ```
#[derive(Debug, Clone)]
pub struct Units<'p> {
    program: &'p Program,
    flag: FlagBlock<'p>,
    /// Where the unit is written: the paths that the flag reads.
    places: Vec<u32>,
    /// Whether something compares it with strings that have numbers.
    is_compared: bool,
    slots: Slots,
    /// Where the text of the other attributes ends.
    text: usize,
    kept: Kept,
    now: i64,
}

/// What a flag answers, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Answer {
    /// Which of [`Units::variants`]; absent on an error.
    pub variant: Option<usize>,
    /// Why.
    pub reason: Reason,
    /// Which of the flag's rules served.
    pub rule: Option<usize>,
    /// Which of the holdouts that cover the flag, in the order of their keys, holds the unit back.
    pub holdout: Option<usize>,
    /// What went wrong.
    pub error: Option<ErrorCode>,
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Self {
        let (error, reason) = (outcome.error(), outcome.reason());
        // Of a unit that is held back, the position is the holdout's.
        let position = outcome.rule().map(|position| position as usize);
        let (rule, holdout) = if reason == Reason::Holdout { (None, position) } else { (position, None) };
        let variant = error.is_none().then_some(outcome.variant() as usize);
        Self { variant, reason, rule, holdout, error }
    }
}

impl Program {
    /// A flag, to be asked for one unit after another: strings at the attribute path `unit`. The other attributes and
    /// the instant are the context's. `None` for an unknown or refused flag. Linear in the program.
    #[must_use]
    pub fn units(&self, flag: &str, unit: &str, context: &Context) -> Option<Units<'_>> {
        self.units_at(flag, &[unit], context)
    }

    /// The same with each unit at several attribute paths: at all parts of a composite, or at those of several units, which
    /// then are another each with every question. [`Program::unit_attributes`] has the paths that a flag's units are at.
    #[must_use]
    pub fn units_at(&self, flag: &str, paths: &[&str], context: &Context) -> Option<Units<'_>> {
        let flag = self.flag(self.find(flag)?)?;
        let reads = flag.reads();
        let places: Vec<u32> = reads.iter().copied().filter(|slot| paths.contains(&self.attribute(*slot))).collect();
        let slots = self.written(context, reads.iter().copied());
        let is_compared = places.iter().any(|slot| self.compares(*slot));
        let text = slots.text.len();
        let mut kept = Kept::default();
        // What is stored is stored for one unit.
        let sayings: Vec<_> = context.sayings().iter().filter(|(_, saying)| !saying.is_stored()).cloned().collect();
        kept.host = Host::of(self, &sayings, slots.state(0));
        Some(Units { program: self, flag, places, is_compared, slots, text, kept, now: context.now() })
    }

    /// Whether some condition compares an attribute with strings that have numbers.
    fn compares(&self, wanted: u32) -> bool {
        let compares = |body: Body<'_>| {
            body.tests().iter().any(|test| match test.check() {
                Some(Check::Attribute { slot, operator, .. }) => {
                    slot == wanted && matches!(operator.operand(), Operand::Scalar | Operand::Scalars)
                }
                Some(Check::Segment(_)) | None => false,
            })
        };
        let flags = (0..self.len()).filter_map(|flag| self.flag(flag)).map(FlagBlock::body);
        let segments = (0..self.segment_count()).filter_map(|segment| self.segment(segment)).map(SegmentBlock::body);
        flags.chain(segments).any(compares)
    }
}

impl<'p> Units<'p> {
    /// The names of the flag's variants.
    #[must_use]
    pub fn variants(&self) -> Vec<&'p str> {
        self.flag.variants().iter().map(|variant| self.flag.text(variant.name)).collect()
    }

    /// The ids of the flag's rules.
    #[must_use]
    pub fn rules(&self) -> Vec<&'p str> {
        self.flag.rules().iter().map(|rule| self.flag.text(rule.id)).collect()
    }

    /// The keys of the holdouts that cover the flag.
    #[must_use]
    pub fn holdouts(&self) -> Vec<&'p str> {
        let (program, flag) = (self.program, self.flag);
        flag.holdouts().iter().map(|holdout| program.holdout_key(*holdout)).collect()
    }

    /// The answer for one unit: the same as for a context that has it. Allocates nothing.
    #[must_use]
    pub fn decide(&mut self, unit: &str) -> Answer {
        if !self.places.is_empty() {
            self.write(unit);
        }
        self.program.outcome_of(self.flag, &self.slots, &mut self.kept, self.now).into()
    }

    fn write(&mut self, unit: &str) {
        let symbol = if self.is_compared { self.program.symbol_of(unit).map_or(0, |number| number + 1) } else { 0 };
        let state = self.slots.state(slots::STRING);
        self.slots.text.truncate(self.text);
        self.slots.text.extend_from_slice(unit.as_bytes());
        // What doesn't fit is cut off by the bounds checks of the walk.
        let [start, len] = [self.text, unit.len()].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        for slot in &self.places {
            if let Some(place) = self.slots.table.get_mut(*slot as usize) {
                *place = Slot { state, symbol, start, len, number: 0.0 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_gets_what_its_context_gets() {
        let program = Program::load(
            br#"{"schemaVersion":1,"revision":"r","segments":{"vip":{"unit":"user.id","include":["u-3"]}},"flags":{
                "a":{"type":"string","variants":{"x":"x","y":"y"},"off":"x","default":"x","unit":"user.id","salt":"a","rules":[
                    {"when":{"segment":"vip"},"serve":"y"},
                    {"when":{"all":[{"attr":"user.id","op":"in","value":["u-5","u-6"]},{"attr":"plan","op":"eq","value":"pro"}]},"serve":"y"},
                    {"percent":50,"serve":{"split":[{"variant":"x","weight":1},{"variant":"y","weight":1}]}}]},
                "b":{"type":"string","variants":{"x":"x"},"off":"x","default":"x"},
                "broken":{}}}"#,
        )
        .unwrap();
        for context in [Context::new().with("plan", "pro"), Context::new().with("plan", "free"), Context::new()] {
            for flag in ["a", "b"] {
                let mut units = program.units(flag, "user.id", &context).unwrap();
                let variants = units.variants();
                for id in (0..50).map(|number| format!("u-{number}")).chain([String::new(), "x".repeat(2_000)]) {
                    let whole = context.clone().with("user.id", id.as_str());
                    let (answer, decision) = (units.decide(&id), program.decide(flag, &whole));
                    assert_eq!(answer.variant.map(|variant| variants[variant]), decision.variant, "{flag} {id}");
                    assert_eq!((answer.reason, answer.error), (decision.reason, decision.error), "{flag} {id}");
                    assert_eq!(answer.rule.map(|rule| rule.to_string()).as_deref(), decision.rule, "{flag} {id}");
                }
            }
        }
        assert!(program.units("broken", "user.id", &Context::new()).is_none());
    }

    #[test]
    fn a_unit_is_at_all_of_its_paths() {
        let program = Program::load(
            br#"{"schemaVersion":1,"revision":"r","holdouts":{"h":{"salt":"h","percent":20,"unit":["shop.id","device"],"flags":["a"]}},"flags":{
                "a":{"type":"string","variants":{"x":"x","y":"y"},"off":"x","default":"x","unit":["shop.id","device"],"salt":"a",
                    "prerequisites":[{"flag":"b","variants":["x"]}],
                    "rules":[{"when":{"attr":"device","op":"eq","value":"u-5"},"serve":"y"},{"id":"half","percent":50,"serve":"y"}]},
                "b":{"type":"string","variants":{"x":"x","y":"y"},"off":"x","default":"x","unit":"user.id","salt":"b","rules":[{"percent":30,"serve":"y"}]}}}"#,
        )
        .unwrap();
        let paths = ["shop.id", "device", "user.id", "nobody.reads.it"];
        let mut units = program.units_at("a", &paths, &Context::new()).unwrap();
        assert_eq!((units.rules(), units.holdouts()), (vec!["0", "half"], vec!["h"]));
        let mut held = 0;
        for id in (0..200).map(|number| format!("u-{number}")) {
            let whole = paths.iter().fold(Context::new(), |context, path| context.with(path, id.as_str()));
            let (answer, decision) = (units.decide(&id), program.decide("a", &whole));
            assert_eq!(answer.variant.map(|variant| units.variants()[variant]), decision.variant, "{id}");
            assert_eq!((answer.reason, answer.error), (decision.reason, decision.error), "{id}");
            assert_eq!(answer.rule.map(|rule| units.rules()[rule]), decision.rule, "{id}");
            assert_eq!(answer.holdout.map(|holdout| units.holdouts()[holdout]), decision.holdout, "{id}");
            held += usize::from(answer.holdout.is_some());
        }
        assert!((1..100).contains(&held), "{held}");
    }
}
