//! What a flag's units are hashed for, and where their ids are looked for: what simulations and checks of shares want to know.

use crate::bucket::{self, Purpose};
use crate::parents::note;
use crate::program::{Arm, Check, FlagBlock, Program, Text, row};
use crate::{date, ramp, window};

/// A hash that a decision may ask for: which units it puts together in which cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw<'p> {
    /// Whose it is.
    pub drawer: Drawer<'p>,
    /// What it is for.
    pub purpose: Purpose,
    /// The attribute paths that make its unit.
    pub unit: Vec<&'p str>,
    /// Ranges of buckets, none of which overlap. A bucket that is in none of them is outside.
    pub cells: Vec<Cell<'p>>,
    /// What comes before the unit's text in its key.
    prefix: &'p str,
}

/// Whose a draw is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawer<'p> {
    /// A rule of the flag, by its id.
    Rule(&'p str),
    /// A layer, by its key.
    Layer(&'p str),
    /// A holdout that covers the flag, by its key.
    Holdout(&'p str),
}

/// The buckets from `from` up to and without `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'p> {
    /// The variant of a split's arm, or the experiment of a layer; empty for who is in, or held back.
    pub name: &'p str,
    /// The first bucket.
    pub from: u32,
    /// The first one behind it.
    pub until: u32,
}

/// The attribute paths at which a flag's decision looks for units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitAttributes<'p> {
    /// Of the flag itself: of its rules, its overrides, their layers, and the holdouts that cover it.
    pub own: Vec<&'p str>,
    /// Those that only the flags and segments that it needs look at.
    pub needed: Vec<&'p str>,
}

impl Draw<'_> {
    /// The salt that it is hashed with.
    #[must_use]
    pub fn salt(&self) -> &str {
        bucket::salt(self.prefix, self.purpose)
    }

    /// The bucket of a unit's text.
    #[must_use]
    pub fn bucket(&self, unit: &str) -> u32 {
        bucket::of_key(self.prefix.as_bytes(), unit.as_bytes())
    }
}

impl Program {
    /// What a flag's units are hashed for at an instant: by the holdouts that cover it, and by its rules and their layers. What
    /// everybody or nobody passes takes no hash; nor does a rule that its window, its share or a pause keeps from everyone.
    /// Switchbacks hash no units. A layer is there once. Empty for an unknown or refused flag. Linear in the flag's rules.
    ///
    /// # Examples
    /// ```
    /// # let snapshot = br#"{ "schemaVersion": 1, "revision": "7", "flags": { "dark-mode": { "type": "boolean",
    /// #     "variants": { "on": true, "off": false }, "off": "off", "default": "off", "salt": "dark-mode",
    /// #     "rules": [{ "percent": 25, "serve": "on" }] } } }"#;
    /// let program = tidegate::Program::load(snapshot)?;
    /// let draws = program.draws("dark-mode", 0);
    /// assert_eq!((draws[0].salt(), draws[0].cells[0].until), ("dark-mode", 250_000));
    /// # Ok::<(), tidegate::Problem>(())
    /// ```
    #[must_use]
    pub fn draws(&self, flag: &str, now: i64) -> Vec<Draw<'_>> {
        let mut draws = Vec::new();
        if let Some(flag) = self.find(flag).and_then(|flag| self.flag(flag)) {
            let now = date::bounded(now);
            self.draw_holdouts(flag, now, &mut draws);
            flag.rules().iter().for_each(|rule| self.draw_rule(flag, rule, now, &mut draws));
        }
        draws
    }

    /// The attribute paths at which a flag's decision looks for units. Empty for an unknown or refused flag. Linear in what the
    /// flag needs.
    #[must_use]
    pub fn unit_attributes(&self, flag: &str) -> UnitAttributes<'_> {
        let Some(flag) = self.find(flag) else { return UnitAttributes::default() };
        let (mut own, mut needed, mut segments, mut at) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for number in self.with_parents(flag) {
            let slots = if number == flag { &mut own } else { &mut needed };
            let Some(flag) = self.flag(number) else { continue };
            self.note_units(flag, slots);
            note_segments(flag.body().tests(), &mut segments);
        }
        while let Some(segment) = segments.get(at).copied() {
            at += 1;
            let Some(segment) = self.segment(segment) else { continue };
            if segment.row.include != 0 || segment.row.exclude != 0 {
                segment.block.list(segment.row.unit).iter().for_each(|slot| note(&mut needed, *slot));
            }
            note_segments(segment.body().tests(), &mut segments);
        }
        needed.retain(|slot| !own.contains(slot));
        let [own, needed] = [own, needed].map(|slots| slots.into_iter().map(|slot| self.attribute(slot)).collect());
        UnitAttributes { own, needed }
    }

    fn note_units(&self, flag: FlagBlock<'_>, slots: &mut Vec<u32>) {
        let mut note_all = |unit: &[u32]| unit.iter().for_each(|slot| note(slots, *slot));
        let row::Besides { overrides, unit, .. } = flag.besides();
        note_all(flag.block.list(unit));
        flag.block.list::<row::Override>(overrides).iter().for_each(|entry| note_all(flag.block.list(entry.unit)));
        for rule in flag.rules() {
            note_all(flag.unit(rule));
            let mut place = flag.membership(rule);
            while let Some(layer) = place.and_then(|place| self.layer(place.layer)) {
                note_all(layer.block.list(layer.row.unit));
                place = layer.within();
            }
        }
        for holdout in flag.holdouts() {
            if let Some(holdout) = self.holdout(*holdout) {
                note_all(holdout.block.list(holdout.row.unit));
            }
        }
    }

    fn draw_holdouts<'p>(&'p self, flag: FlagBlock<'p>, now: i64, draws: &mut Vec<Draw<'p>>) {
        for number in flag.holdouts() {
            let Some(holdout) = self.holdout(*number) else { continue };
            let row = holdout.row;
            if row.share() < bucket::TOTAL && row.until().is_none_or(|until| now < until) {
                draws.push(Draw {
                    drawer: Drawer::Holdout(self.holdout_key(*number)),
                    purpose: Purpose::Holdout,
                    unit: self.unit_paths(holdout.block, row.unit),
                    cells: vec![Cell { name: "", from: 0, until: row.share() }],
                    prefix: holdout.body().text(row.prefix),
                });
            }
        }
    }

    fn draw_rule<'p>(&'p self, flag: FlagBlock<'p>, rule: &'p row::Rule, now: i64, draws: &mut Vec<Draw<'p>>) {
        let (mut share, mut is_switchback) = (rule.share(), false);
        if let Some(timing) = flag.timing(rule) {
            let windows = flag.block.list(timing.windows);
            if !windows.is_empty() && !window::is_open(windows, now) {
                return;
            }
            let stages = flag.block.list(timing.stages);
            if !stages.is_empty() {
                share = ramp::level(stages, timing.steps, now).share;
            }
            is_switchback = timing.slot != 0;
        }
        if share == 0 || rule.is_paused() {
            return;
        }
        let mut place = flag.membership(rule);
        while let Some(membership) = place
            && let Some(layer) = self.layer(membership.layer)
        {
            self.draw_layer(membership.layer, draws);
            place = layer.within();
        }
        let Some(terms) = flag.terms(rule) else { return };
        let mut draw = |purpose, prefix: Text, cells| {
            let drawer = Drawer::Rule(flag.text(rule.id));
            let unit = self.unit_paths(flag.block, terms.unit);
            draws.push(Draw { drawer, purpose, unit, cells, prefix: flag.text(prefix) });
        };
        if share < bucket::TOTAL {
            draw(Purpose::Ramp, terms.ramp_prefix, vec![Cell { name: "", from: 0, until: share }]);
        }
        let arms: &[u32] = flag.block.list(terms.arms);
        if !arms.is_empty() && !is_switchback {
            let arms = arms.iter().map(|arm| Arm::from_word(*arm)).scan(0, |from, Arm { end, variant }| {
                let name = flag.variant_name(variant).unwrap_or_default();
                Some(Cell { name, from: std::mem::replace(from, end), until: end })
            });
            draw(Purpose::Split, terms.split_prefix, arms.collect());
        }
    }

    fn draw_layer<'p>(&'p self, number: u32, draws: &mut Vec<Draw<'p>>) {
        let drawer = Drawer::Layer(self.layer_key(number));
        let Some(layer) = self.layer(number).filter(|_| draws.iter().all(|draw| draw.drawer != drawer)) else { return };
        let body = layer.body();
        let mut cells: Vec<Cell<'p>> = Vec::new();
        for experiment in layer.experiments() {
            let name = body.text(experiment.name);
            let ranges = layer.block.list::<[u32; 2]>(experiment.ranges).iter();
            cells.extend(ranges.map(|[from, until]| Cell { name, from: *from, until: *until }));
        }
        let unit = self.unit_paths(layer.block, layer.row.unit);
        draws.push(Draw { drawer, purpose: Purpose::Layer, unit, cells, prefix: body.text(layer.row.prefix) });
    }
}

fn note_segments(tests: &[row::Test], segments: &mut Vec<u32>) {
    for test in tests {
        if let Some(Check::Segment(segment)) = test.check() {
            note(segments, segment);
        }
    }
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use super::*;
    use crate::context::Context;

    const SNAPSHOT: &[u8] = br#"{"schemaVersion":1,"revision":"r",
        "segments":{"vip":{"unit":"account","include":["a"]},"deep":{"segment":"vip"}},
        "layers":{"out":{"unit":"user.id","salt":"lo","experiments":{"x":[[0,50]]}},
            "in":{"unit":"user.id","salt":"li","within":{"layer":"out","experiment":"x"},"experiments":{"y":[[0,10],[20,30]],"z":[[90,100]]}}},
        "holdouts":{"h":{"unit":"user.id","salt":"h","percent":5,"flags":["a"],"until":"2027-01-01T00:00:00Z"}},
        "flags":{
            "a":{"type":"string","variants":{"c":"c","t":"t"},"off":"c","default":"c","unit":"user.id","salt":"a",
                "prerequisites":[{"flag":"p","variants":["c"]}],
                "rules":[
                    {"id":"off","percent":0,"serve":"t"},
                    {"id":"closed","window":{"from":"2100-01-01T00:00:00Z"},"percent":10,"serve":"t"},
                    {"id":"exp","when":{"segment":"deep"},"layer":"in","experiment":"y","percent":40,
                        "serve":{"split":[{"variant":"c","weight":1},{"variant":"t","weight":2},{"variant":"c","weight":1}]}},
                    {"id":"ramp","ramp":{"kind":"stages","stages":[{"at":0,"percent":0},{"at":1000,"percent":30},{"at":9000,"percent":100}]},"serve":"t"},
                    {"id":"all","serve":{"switchback":[{"variant":"c","weight":1},{"variant":"t","weight":1}],"slotMinutes":5}}]},
            "p":{"type":"string","variants":{"c":"c"},"off":"c","default":"c","unit":["shop","device"],"salt":"p",
                "rules":[{"percent":50,"serve":"c"}]}}}"#;

    #[test]
    fn what_hashes_at_an_instant_is_told() {
        let program = Program::load(SNAPSHOT).unwrap();
        let told = |now| {
            let tell = |draw: Draw<'_>| {
                let cells = draw.cells.iter().map(|cell| format!("{} {}-{}", cell.name, cell.from, cell.until));
                format!("{:?} {} {:?}: {}", draw.drawer, draw.salt(), draw.unit, cells.collect::<Vec<_>>().join(", "))
            };
            program.draws("a", now).into_iter().map(tell).collect::<Vec<_>>()
        };
        let always = [
            r#"Holdout("h") h ["user.id"]:  0-50000"#,
            r#"Layer("in") li ["user.id"]: y 0-100000, y 200000-300000, z 900000-1000000"#,
            r#"Layer("out") lo ["user.id"]: x 0-500000"#,
            r#"Rule("exp") a ["user.id"]:  0-400000"#,
            r#"Rule("exp") a ["user.id"]: c 0-250000, t 250000-750000, c 750000-1000000"#,
        ];
        assert_eq!(told(0), always);
        assert_eq!(told(1_000)[..5], always);
        assert_eq!(told(1_000)[5..], [r#"Rule("ramp") a ["user.id"]:  0-300000"#]);
        assert_eq!(told(9_000), always);
        assert_eq!(told(1_900_000_000_000), always[1..]);
        assert!(program.draws("nobody", 0).is_empty());
    }

    #[test]
    fn where_units_are_looked_for() {
        let program = Program::load(SNAPSHOT).unwrap();
        let expected = UnitAttributes { own: vec!["user.id"], needed: vec!["shop", "device", "account"] };
        assert_eq!(program.unit_attributes("a"), expected);
        assert_eq!(program.unit_attributes("nobody"), UnitAttributes::default());
        assert_eq!((program.needs("a"), program.needs("p"), program.needs("nobody")), (vec!["p"], vec![], vec![]));
    }

    #[test]
    fn a_draw_s_bucket_is_the_one_that_is_explained() {
        let program = Program::load(SNAPSHOT).unwrap();
        let draws = program.draws("a", 0);
        let mut compared = 0;
        for id in (0..50).map(|number| format!("u-{number}")) {
            let context = ["user.id", "shop", "device"]
                .iter()
                .fold(Context::new(), |context, path| context.with(path, id.as_str()));
            let explanation = program.explain("a", &context.with("account", "a")).unwrap();
            for step in &explanation.steps {
                for bucket in step.buckets.iter().filter(|bucket| bucket.purpose != Purpose::Slot) {
                    let key = |draw: &&Draw<'_>| bucket.key == [draw.prefix, &id].concat();
                    let draw = draws.iter().find(key).unwrap();
                    assert_eq!((draw.purpose, draw.bucket(&id)), (bucket.purpose, bucket.bucket));
                    compared += 1;
                }
            }
        }
        assert!(compared > 50, "{compared}");
    }
}
