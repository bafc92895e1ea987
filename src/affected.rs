//! Which flags can decide otherwise in another snapshot.

use crate::program::Program;
use crate::sort::sorted;

impl Program {
    /// The keys of flags that may decide otherwise in `next`: those of [`Program::changed`], and those of which a guardrail's
    /// alarm is in another state, their own or of a flag that they need. Every other flag gives any context the same
    /// decision, apart from the revision.
    #[must_use]
    pub fn affected(&self, next: &Self) -> Vec<String> {
        let mut affected = self.changed(next);
        let same = affected.len();
        for flag in 0..next.len() {
            let key = next.flag_key(flag);
            // What is in one of the two alone is changed already.
            let is_new = affected
                .get(..same)
                .is_none_or(|changed| changed.binary_search_by(|one| one.as_str().cmp(key)).is_err());
            if is_new && next.alarms_differ(flag, self) {
                affected.push(key.to_owned());
            }
        }
        sorted(affected, |key| key.as_str())
    }

    /// Whether the alarms that a flag and those that it needs watch are in another state in `before`, where the flag means the
    /// same.
    fn alarms_differ(&self, flag: u32, before: &Self) -> bool {
        self.with_parents(flag).into_iter().any(|number| {
            let Some(flag) = self.flag(number) else { return false };
            let Some(other) = before.find(self.flag_key(number)).and_then(|flag| before.flag(flag)) else {
                return false;
            };
            let (now, then) = (flag.guardrails(), other.guardrails());
            now.iter().zip(then).any(|(now, then)| now.is_raised() != then.is_raised())
        })
    }
}

#[cfg(all(test, feature = "json"))]
#[expect(clippy::unwrap_used, reason = "a test that fails panics")]
mod tests {
    use super::*;

    fn program(alarm: &str, percent: u32) -> Program {
        let flag = |more: &str| {
            [r#"{"type":"boolean","variants":{"on":true,"off":false},"off":"off","default":"on","salt":"s""#, more, "}"]
                .concat()
        };
        let text = [
            r#"{"schemaVersion":1,"revision":"r","alarms":{"errors":""#,
            alarm,
            r#""},"flags":{"guarded":"#,
            &flag(r#","guardrails":[{"alarm":"errors","rollbackTo":"off"}]"#),
            r#","child":"#,
            &flag(r#","prerequisites":[{"flag":"guarded","variants":["on"]}]"#),
            r#","other":"#,
            &flag(r#","guardrails":[{"alarm":"latency","rollbackTo":"off"}]"#),
            r#","ramp":"#,
            &flag(&[r#","rules":[{"percent":"#, &percent.to_string(), r#","serve":"off"}]"#].concat()),
            "}}",
        ];
        Program::load(text.concat().as_bytes()).unwrap()
    }

    #[test]
    fn an_alarm_reaches_those_that_need_the_flag() {
        let calm = program("ok", 10);
        assert!(calm.affected(&calm).is_empty());
        assert!(calm.changed(&program("alarm", 10)).is_empty());
        assert_eq!(calm.affected(&program("alarm", 10)), ["child", "guarded"]);
        assert_eq!(program("alarm", 20).affected(&calm), ["child", "guarded", "ramp"]);
    }
}
