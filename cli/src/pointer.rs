//! JSON Pointers (RFC 6901).

/// A key as a step of a pointer.
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The pointer to a member of what `pointer` leads to.
pub(crate) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", escaped(key))
}

/// The keys and positions that a pointer goes by.
pub(crate) fn steps(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}
