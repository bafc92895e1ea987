//! What a walk tells whoever listens. The silent listener compiles away, so a decision and its explanation are one walk.

use crate::explain::{Bucket, Check, Verdict};

/// Listens to a walk. Everything that costs something is made only when a listener wants it.
pub(crate) trait Recorder {
    /// A step of the decision, or the test of a segment, begins; checks, buckets and steps until its end belong to it.
    fn begin(&mut self, step: &'static str, subject: impl FnOnce() -> Option<String>);
    /// The latest step that hasn't ended ends.
    fn end(&mut self, verdict: Verdict, why: impl FnOnce() -> String);
    /// A test of a condition was made.
    fn check(&mut self, check: impl FnOnce() -> Check);
    /// A unit was hashed.
    fn bucket(&mut self, bucket: impl FnOnce() -> Bucket);
}

/// Listens to nothing.
pub(crate) struct Silent;

impl Recorder for Silent {
    fn begin(&mut self, _: &'static str, _: impl FnOnce() -> Option<String>) {}
    fn end(&mut self, _: Verdict, _: impl FnOnce() -> String) {}
    fn check(&mut self, _: impl FnOnce() -> Check) {}
    fn bucket(&mut self, _: impl FnOnce() -> Bucket) {}
}
