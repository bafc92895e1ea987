//! How far a long simulation has come, on standard error, where that is a terminal.

#[cfg(not(target_family = "wasm"))]
pub(super) struct Progress(indicatif::ProgressBar);

#[cfg(not(target_family = "wasm"))]
impl Progress {
    /// Of so many decisions.
    pub(super) fn new(decisions: u64) -> Self {
        let (bar, style) = (indicatif::ProgressBar::new(decisions), indicatif::ProgressStyle::default_bar());
        // Hidden by itself where standard error is no terminal.
        match style.template("{wide_bar} {human_pos} of {human_len} decisions, {eta} left") {
            Ok(style) => Self(bar.with_style(style)),
            Err(_) => Self(bar),
        }
    }

    pub(super) fn add(&self, decisions: u64) {
        self.0.inc(decisions);
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(target_family = "wasm")]
pub(super) struct Progress;

#[cfg(target_family = "wasm")]
impl Progress {
    pub(super) const fn new(_: u64) -> Self {
        Self
    }

    pub(super) const fn add(&self, _: u64) {}

    pub(super) const fn end(&self) {}
}
