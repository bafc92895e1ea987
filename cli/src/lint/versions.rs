//! Versions that stand for all: those that are named, and the least above each.

use tidegate::Json;

/// The least version that there is.
const LEAST: &str = "0.0.0-0";

/// Texts such that, if a version passes tests against `named` versions, one of them does: between two neighbours of these,
/// all are alike, and the least above the lower one is there if any is. `None` when one of them can't be read.
pub(crate) fn candidates(named: &[&Json]) -> Option<Vec<String>> {
    let mut versions = vec![LEAST.to_owned()];
    for value in named {
        let Json::String(text) = value else { return None };
        let (version, _) = text.split_once('+').unwrap_or((text, ""));
        versions.push(version.to_owned());
        versions.extend(next(version)?);
    }
    Some(versions)
}

/// The least version above one without build metadata; none inside when there is none.
fn next(version: &str) -> Option<Option<String>> {
    let Some((core, _)) = version.split_once('-') else {
        let parts: Vec<u64> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let [major, minor, patch] = parts.as_slice() else { return None };
        let core = if let Some(patch) = patch.checked_add(1) {
            Some((*major, *minor, patch))
        } else if let Some(minor) = minor.checked_add(1) {
            Some((*major, minor, 0))
        } else {
            major.checked_add(1).map(|major| (major, 0, 0))
        };
        return Some(core.map(|(major, minor, patch)| format!("{major}.{minor}.{patch}-0")));
    };
    // Nothing is between a pre-release and itself with a `0` behind.
    (!core.is_empty()).then(|| Some(format!("{version}.0")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_is_the_least_above() {
        for (version, above) in [
            ("1.2.3", Some("1.2.4-0")),
            ("1.2.3-rc.1", Some("1.2.3-rc.1.0")),
            ("1.2.18446744073709551615", Some("1.3.0-0")),
            ("1.18446744073709551615.18446744073709551615", Some("2.0.0-0")),
            ("18446744073709551615.18446744073709551615.18446744073709551615", None),
        ] {
            assert_eq!(next(version), Some(above.map(str::to_owned)), "{version}");
        }
        assert_eq!(candidates(&[&"1.0".into()]), None);
    }
}
