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
    /// What serves but can't all be meant: of each parameter that the experiments of several flags of a namespace can set, a
    /// [`Code::ConflictingParameter`] for every such flag but the first by key, whose parameter counts (see
    /// [`Program::parameters`]). In the order of the flags' keys, and then of the parameters' names.
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
        // By namespace and parameter, the first flag that sets it.
        let mut firsts: BTreeMap<(&str, Cow<'_, str>), &str> = BTreeMap::new();
        let mut warnings = Vec::new();
        for number in self.sorted() {
            let Some(block) = self.flag(number).filter(|block| is_tested(*block)) else { continue };
            let (flag, namespace) = (self.flag_key(number), block.text(block.row.namespace));
            for (parameter, variant) in parameters(block) {
                match firsts.entry((namespace, parameter)) {
                    Entry::Vacant(place) => {
                        place.insert(flag);
                    }
                    Entry::Occupied(place) => {
                        let (parameter, first) = (&*place.key().1, *place.get());
                        warnings.push(Conflict { namespace, parameter, first, flag, variant }.warning());
                    }
                }
            }
        }
        warnings
    }
}

/// Whether a flag sets parameters, and by an experiment.
fn is_tested(flag: FlagBlock<'_>) -> bool {
    flag.row.namespace.is_some() && flag.rules().iter().any(|rule: &row::Rule| rule.membership != 0)
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

    #[cfg(feature = "compile")]
    #[test]
    fn a_compiled_snapshot_is_warned_about_too() {
        let program = program(&["b", "a"].map(|key| feed(key, r#""on":{"model":1}"#)));
        let compiled = Program::load(&program.to_bytes().unwrap()).unwrap();
        assert_eq!(compiled.warnings(), program.warnings());
        assert_eq!(compiled.warnings().len(), 1);
    }
}
