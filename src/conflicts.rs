//! Parameters that experiments of several flags set. Which of them counts is always the same, so nothing is refused; but whoever
//! runs the others measures something else than they think.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::program::{FlagBlock, Program, row};
use crate::snapshot::json::entries;
use crate::snapshot::{Code, Place, Problem, Subject};

/// A parameter that two flags set: the first of all that do, and another one.
struct Conflict<'a> {
    namespace: &'a str,
    parameter: &'a str,
    first: &'a str,
    flag: &'a str,
    /// The first of the other flag's variants that sets it.
    variant: &'a str,
}

impl Program {
    /// What serves but can't all be meant: a [`Code::ConflictingParameter`] for every flag of a namespace that can set a
    /// parameter by an experiment, as one before it by key can, whose parameter counts (see [`Program::parameters`]). Different
    /// experiments of one layer keep their units apart, and are no conflict. In the order of the flags' keys, and then of the
    /// parameters' names.
    ///
    /// Linear in the flags, but for sorting them, and in the values of those that experiments serve. Works it out anew: ask once
    /// and keep it.
    ///
    /// # Examples
    /// ```
    /// use tidegate::{Code, Program};
    /// let program = Program::load(br#"{ "schemaVersion": 1, "revision": "7", "flags": {
    ///     "depth": { "type": "object", "namespace": "feed", "variants": { "now": {}, "new": { "model": "v8", "depth": 2 } },
    ///         "off": "now", "default": "now", "rules": [{ "experiment": "depth", "serve": "new" }] },
    ///     "ranker": { "type": "object", "namespace": "feed", "variants": { "now": {}, "new": { "model": "v9" } },
    ///         "off": "now", "default": "now", "rules": [{ "experiment": "ranker", "serve": "new" }] } } }"#)?;
    /// let warnings = program.warnings();
    /// assert_eq!((warnings.len(), warnings[0].code), (1, Code::ConflictingParameter));
    /// assert_eq!(warnings[0].path, "/flags/ranker/variants/new/model");
    /// // Both serve.
    /// assert!(program.problems().is_empty());
    /// # Ok::<(), tidegate::Problem>(())
    /// ```
    #[must_use]
    pub fn warnings(&self) -> Vec<Problem> {
        let mut known: BTreeMap<(&str, Cow<'_, str>), Setters<'_>> = BTreeMap::new();
        let mut warnings = Vec::new();
        for number in self.sorted() {
            let Some(block) = self.flag(number).filter(|block| is_tested(*block)) else { continue };
            let (flag, namespace) = (self.flag_key(number), block.text(block.besides().namespace));
            let stand = Stand::of(block);
            for (parameter, variant) in parameters(block) {
                match known.entry((namespace, parameter)) {
                    Entry::Vacant(place) => {
                        place.insert(Setters::new(flag, &stand));
                    }
                    Entry::Occupied(mut place) => {
                        if let Some(first) = place.get_mut().meet(flag, &stand) {
                            let parameter = &*place.key().1;
                            warnings.push(Conflict { namespace, parameter, first, flag, variant }.warning());
                        }
                    }
                }
            }
        }
        warnings
    }
}

/// Where the experiments of a flag stand, if one layer has them all: which layer, and which of its experiments.
struct Stand(Option<(u32, Vec<u32>)>);

impl Stand {
    fn of(flag: FlagBlock<'_>) -> Self {
        let mut stand = None;
        for membership in flag.rules().iter().filter_map(|rule| flag.membership(rule)) {
            let (layer, experiments) = stand.get_or_insert_with(|| (membership.layer, Vec::new()));
            if *layer != membership.layer || *layer == row::Membership::NONE {
                return Self(None);
            }
            experiments.push(membership.experiment);
        }
        Self(stand)
    }

    fn layer(&self) -> Option<u32> {
        self.0.as_ref().map(|(layer, _)| *layer)
    }

    /// Its experiments with their layer.
    fn experiments(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().flat_map(|(layer, experiments)| experiments.iter().map(|experiment| (*layer, *experiment)))
    }
}

/// The flags that set a parameter: as many as tell which is the first that another one meets, whatever layer it stands in.
struct Setters<'a> {
    first: (&'a str, Option<u32>),
    /// The first one that doesn't stand in the layer of that.
    elsewhere: Option<&'a str>,
    /// The first ones of a layer's experiments.
    inside: BTreeMap<(u32, u32), &'a str>,
}

impl<'a> Setters<'a> {
    fn new(flag: &'a str, stand: &Stand) -> Self {
        let inside = stand.experiments().map(|experiment| (experiment, flag)).collect();
        Self { first: (flag, stand.layer()), elsewhere: None, inside }
    }

    /// Takes in a flag, and answers with the first one that a unit may meet together with it. The experiments of a layer keep
    /// their units apart.
    fn meet(&mut self, flag: &'a str, stand: &Stand) -> Option<&'a str> {
        let (first, layer) = self.first;
        let is_apart = layer.is_some() && layer == stand.layer();
        let outside = if is_apart { self.elsewhere } else { Some(first) };
        if !is_apart {
            self.elsewhere.get_or_insert(flag);
        }
        let inside = stand.experiments().filter_map(|experiment| {
            let known = self.inside.get(&experiment).copied();
            self.inside.entry(experiment).or_insert(flag);
            known
        });
        // Keys come in their order.
        inside.chain(outside).min()
    }
}

/// Whether a flag sets parameters, and by an experiment.
fn is_tested(flag: FlagBlock<'_>) -> bool {
    flag.besides().namespace.is_some() && flag.rules().iter().any(|rule| flag.membership(rule).is_some())
}

/// The parameters that a flag's variants set, each with the first variant that does.
fn parameters(flag: FlagBlock<'_>) -> BTreeMap<Cow<'_, str>, &str> {
    let mut parameters = BTreeMap::new();
    for variant in flag.variants() {
        for parameter in entries(flag.text(variant.value)) {
            parameters.entry(parameter.key).or_insert_with(|| flag.text(variant.name));
        }
    }
    parameters
}

impl Conflict<'_> {
    /// Names two flags, however many there are: so the length of all warnings together is linear in the snapshot.
    fn warning(&self) -> Problem {
        let Self { namespace, parameter, first, flag, variant } = *self;
        let path = Place::DOCUMENT.key("flags").key(flag).key("variants").key(variant).key(parameter).pointer();
        let found =
            ["the parameter `", parameter, "` of the namespace `", namespace, "` is set by the experiments of `"];
        let flags = [first, "` and `", flag, "`, expected by those of one flag: `", first, "` comes first"];
        let message = [found.concat(), flags.concat()].concat();
        let subject = Some(Subject::Flag(flag.to_owned()));
        Problem { subject, ..Problem::new(Code::ConflictingParameter, path, message) }
    }
}

#[cfg(all(test, feature = "json"))]
#[expect(clippy::unwrap_used, reason = "a test that fails panics")]
mod tests {
    use super::*;

    const EXPERIMENT: &str = r#"[{"experiment":"e","serve":"on"}]"#;
    const FEATURE: &str = r#"[{"serve":"on"}]"#;

    fn flag(key: &str, namespace: &str, variants: &str, rules: &str) -> String {
        let parts = [key, r#"":{"type":"object",""#, namespace, r#""variants":{"#, variants, r#"},"off":"on","#];
        ["\"", &parts.concat(), r#""default":"on","rules":"#, rules, "}"].concat()
    }

    fn program(flags: &[String]) -> Program {
        let snapshot = [r#"{"schemaVersion":1,"revision":"r","flags":{"#, &flags.join(","), "}}"].concat();
        Program::load(snapshot.as_bytes()).unwrap()
    }

    fn feed(key: &str, variants: &str) -> String {
        flag(key, r#"namespace":"feed","#, variants, EXPERIMENT)
    }

    fn paths(program: &Program) -> Vec<String> {
        program.warnings().into_iter().map(|warning| warning.path).collect()
    }

    #[test]
    fn every_flag_but_the_first_by_key_is_warned_about() {
        // As written the last comes first.
        let flags = ["c", "b", "a"].map(|key| feed(key, r#""on":{"model":1}"#));
        let program = program(&flags);
        let warnings = program.warnings();
        let expected = ["b", "c"].map(|key| Problem {
            subject: Some(Subject::Flag(key.to_owned())),
            code: Code::ConflictingParameter,
            path: ["/flags/", key, "/variants/on/model"].concat(),
            message: [
                "the parameter `model` of the namespace `feed` is set by the experiments of `a` and `",
                key,
                "`, expected by those of one flag: `a` comes first",
            ]
            .concat(),
            suggestion: None,
        });
        assert_eq!(warnings, expected);
        assert!(program.problems().is_empty());
        assert_eq!(program.flag_count(), 3);
    }

    #[test]
    fn the_path_names_the_first_variant_that_sets_it() {
        let flags = [
            feed("a", r#""on":{"x/y":1,"~":1,"last":1}"#),
            feed("b/c", r#""on":{},"w~1":{"~":1,"x/y":1},"more":{"last":2,"~":3}"#),
        ];
        let expected = ["more/last", "w~01/x~1y", "w~01/~0"].map(|end| ["/flags/b~1c/variants/", end].concat());
        assert_eq!(paths(&program(&flags)), expected);
    }

    #[test]
    fn features_other_namespaces_and_flags_without_one_are_no_conflict() {
        let value = r#""on":{"model":1}"#;
        let flags = [
            feed("a", value),
            flag("feature", r#"namespace":"feed","#, value, FEATURE),
            flag("elsewhere", r#"namespace":"other","#, value, EXPERIMENT),
            flag("plain", "description\":\"\",", value, EXPERIMENT),
            feed("other", r#""on":{"depth":1}"#),
        ];
        let program = program(&flags);
        assert_eq!(program.flag_count(), 5);
        assert_eq!(paths(&program), [""; 0]);
    }

    #[test]
    fn refused_flags_set_nothing() {
        let value = r#""on":{"model":1}"#;
        let program = program(&[feed("a", value), feed("b", value).replace(r#""off":"on""#, r#""off":"none""#)]);
        assert_eq!((program.flag_count(), paths(&program).len()), (1, 0));
    }

    #[test]
    fn a_layer_keeps_its_experiments_apart() {
        let layers = r#""layers":{"ui":{"salt":"u","experiments":{"x":[[0,50]],"y":[[50,100]]}},"other":{"salt":"o","experiments":{"x":[[0,100]]}}},"#;
        let one = |key: &str, rules: &str| flag(key, r#"namespace":"feed","#, r#""on":{"model":1}"#, rules);
        let rule = |layer: &str, experiment: &str| {
            ["{\"layer\":\"", layer, "\",\"experiment\":\"", experiment, "\",\"serve\":\"on\"}"].concat()
        };
        let in_layer =
            |key: &str, layer: &str, experiment: &str| one(key, &["[", &rule(layer, experiment), "]"].concat());
        let warned = |flags: &[String]| {
            let flags = flags.join(",");
            let snapshot = ["{\"schemaVersion\":1,\"revision\":\"r\",", layers, "\"flags\":{", &flags, "}}"].concat();
            let program = Program::load(snapshot.as_bytes()).unwrap();
            assert_eq!(program.problems(), []);
            let said = |warning: Problem| warning.message.rsplit('`').nth(1).unwrap_or_default().to_owned();
            program
                .warnings()
                .into_iter()
                .map(|warning| (warning.subject.clone().unwrap().key().to_owned(), said(warning)))
                .collect::<Vec<_>>()
        };
        let both = one("e", &["[", &rule("ui", "x"), ",", &rule("other", "x"), "]"].concat());
        let met = |flag: &str, first: &str| (flag.to_owned(), first.to_owned());
        assert_eq!(warned(&[in_layer("a", "ui", "x"), in_layer("b", "ui", "y")]), []);
        assert_eq!(
            warned(&[
                in_layer("a", "ui", "x"),
                in_layer("b", "ui", "y"),
                in_layer("c", "ui", "y"),
                in_layer("d", "other", "x"),
                both,
                in_layer("f", "ui", "x"),
            ]),
            [met("c", "b"), met("d", "a"), met("e", "a"), met("f", "a")]
        );
        assert_eq!(
            warned(&[in_layer("a", "ui", "x"), in_layer("b", "other", "x"), in_layer("c", "ui", "y")]),
            [met("b", "a"), met("c", "b")]
        );
    }

    #[cfg(feature = "compile")]
    #[test]
    fn a_compiled_snapshot_is_warned_about_too() {
        let program = program(&["b", "a"].map(|key| feed(key, r#""on":{"model":1}"#)));
        let compiled = Program::load(&program.to_bytes().unwrap()).unwrap();
        assert_eq!(compiled.warnings(), program.warnings());
        assert_eq!(compiled.warnings().len(), 1);
    }
}
